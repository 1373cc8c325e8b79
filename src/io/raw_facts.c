// SPDX-License-Identifier: GPL-3.0-or-later
// What a file of detector frames says beside the pixels, in our units.
#include "base/units.h"
#include "raw.h"

#include <stdio.h>

// One number of a dataset that holds one for all frames, one a frame, or one for a group of frames
// (a train of pulses).
static bool read_one(airy_raw *raw, const char *path, int i, double *value)
{
    int dims[4], rank = 0;
    long long n = 1;
    if (airy_h5_shape(raw->h5, path, dims, &rank, NULL) != AIRY_OK)
        return false;
    for (int d = 0; d < rank; d++)
        n *= dims[d];
    airy_blocks blocks = {raw->h5, path, rank, .lossy = true}; // lost: 0, which means unknown
    int at = n > 1 && n <= raw->n && raw->n > 0 ? (int)(i * n / raw->n) : 0;
    return airy_blocks_read(&blocks, at, AIRY_CELL_DOUBLE, value, 1, NULL) == AIRY_OK;
}

// The value of a fact row for frame i; false when the file does not have it.
static bool fact_value(airy_raw *raw, const airy_fact_row *row, int i, double *value)
{
    char path[512];
    int piece;
    *value = 1;
    if (!row->path[0])
        return true; // a constant of the layout
    airy_layout_path(row->path, airy_raw_place(raw, i, &piece), path);
    return airy_h5_match(raw->h5, path, path, NULL) && read_one(raw, path, i, value);
}

// The first row of a kind that the file has.
bool airy_raw_find_fact(airy_raw *raw, airy_fact fact, int i, double *value)
{
    for (int f = 0; f < AIRY_LAYOUT_FACTS; f++) {
        const airy_fact_row *row = &raw->layout->facts[f];
        if (row->fact != fact || !fact_value(raw, row, i, value))
            continue;
        *value = fact == AIRY_FACT_BEAM_X || fact == AIRY_FACT_BEAM_Y ? *value + row->scale
                                                                      : *value * row->scale;
        return true;
    }
    return false;
}

// Sides of a detector's pixels: beyond, the number is in another unit, and unknown is better.
#define LEAST_PITCH_M 1e-6
#define MOST_PITCH_M 1e-3

static void apply_fact(airy_raw_facts *facts, airy_fact fact, double value)
{
    switch (fact) {
    case AIRY_FACT_ENERGY_EV:
        facts->beam.energy_ev = value;
        break;
    case AIRY_FACT_WAVELENGTH_M:
        facts->beam.energy_ev =
            value > 0 ? AIRY_J_TO_EV(AIRY_PLANCK_J_S * AIRY_LIGHT_M_S / value) : 0;
        break;
    case AIRY_FACT_DISTANCE_M:
        facts->beam.distance_m = value;
        break;
    case AIRY_FACT_PITCH_M: // one writer is 1000 times too small (formats: A.7)
        value = value > 0 && value < 1e-6 ? value * 1000 : value;
        facts->beam.pitch_m = value >= LEAST_PITCH_M && value <= MOST_PITCH_M ? value : 0;
        break;
    case AIRY_FACT_PULSE:
        facts->pulse_id = value > -9e15 && value < 9e15 ? (long long)value : -1;
        break;
    case AIRY_FACT_GOOD:
        facts->good = value != 0;
        break;
    case AIRY_FACT_HIGH_GAIN:
        facts->high_gain = value > 0 && ((long long)value & 1);
        break;
    case AIRY_FACT_BEAM_X:
        facts->beam_x = value;
        break;
    case AIRY_FACT_BEAM_Y:
        facts->beam_y = value;
        facts->has_beam = true;
        break;
    default:
        break;
    }
}

static airy_code count_lost(const airy_raw *raw, int i, airy_raw_facts *facts, airy_error *err)
{
    int n = raw->stored_ny * raw->nx;
    uint8_t *lost = airy_memory_new((size_t)n, 1);
    if (!lost)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
    facts->lost = airy_raw_lost(raw, i, lost, n);
    facts->good = facts->good && facts->lost < n;
    airy_memory_free(lost);
    return AIRY_OK;
}

airy_code airy_raw_frame_facts(airy_raw *raw, int i, airy_raw_facts *facts, airy_error *err)
{
    double value;
    *facts = (airy_raw_facts){.pulse_id = -1, .good = true};
    if (i < 0 || i >= raw->n)
        return airy_error_set(err, AIRY_EARGUMENT, "there is no frame %d, the file holds 0 to %d",
                              i, raw->n - 1);
    if (raw->sls)
        return airy_sls_facts(raw->sls, i, facts, err);
    for (int fact = AIRY_FACT_NONE + 1; fact < AIRY_FACTS; fact++)
        if (airy_raw_find_fact(raw, (airy_fact)fact, i, &value))
            apply_fact(facts, (airy_fact)fact, value);
    return raw->sources ? count_lost(raw, i, facts, err) : AIRY_OK;
}
