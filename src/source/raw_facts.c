// SPDX-License-Identifier: GPL-3.0-or-later
// What a file of detector frames says beside the pixels, in our units.
#include "quantity.h"
#include "raw.h"

#include <stdlib.h>
#include <string.h>

// Where the number of frame i stands among n of them: one for all, one a frame, or one for a group
// of frames (a train of pulses). Where frames are still being written either may be ahead.
static long long number_of(const airy_raw *raw, int i, long long n)
{
    if (n <= 1)
        return 0;
    return 2 * n > raw->n ? i : i * n / raw->n;
}

static bool read_one(airy_raw *raw, const char *path, int i, double *value)
{
    int dims[4], rank = 0;
    long long n = 1;
    if (airy_h5_shape(raw->h5, path, dims, &rank, NULL) != AIRY_OK)
        return false;
    for (int d = 0; d < rank; d++)
        n *= dims[d];
    airy_blocks blocks = {raw->h5, path, rank, .lossy = true}; // lost: 0, which means unknown
    long long at = number_of(raw, i, n);
    return at < n &&
           airy_blocks_read(&blocks, (int)at, AIRY_CELL_DOUBLE, value, 1, NULL) == AIRY_OK;
}

// What a fact is measured in; others are plain numbers.
static airy_dimension dimension_of(airy_fact fact)
{
    static const airy_dimension of[AIRY_FACTS] = {
        [AIRY_FACT_ENERGY_EV] = AIRY_ENERGY,  [AIRY_FACT_WAVELENGTH_M] = AIRY_LENGTH,
        [AIRY_FACT_DISTANCE_M] = AIRY_LENGTH, [AIRY_FACT_PITCH_M] = AIRY_LENGTH,
        [AIRY_FACT_PITCH_Y_M] = AIRY_LENGTH,  [AIRY_FACT_BEAM_X] = AIRY_LENGTH,
        [AIRY_FACT_BEAM_Y] = AIRY_LENGTH};
    return of[fact];
}

static bool is_place(airy_fact fact)
{
    return fact == AIRY_FACT_BEAM_X || fact == AIRY_FACT_BEAM_Y;
}

// Whether a place is stated in pixels, as it mostly is.
static bool is_in_pixels(airy_raw *raw, airy_fact fact, const char *path)
{
    char *unit = NULL;
    bool found = is_place(fact) &&
                 airy_h5_get_attribute_text(raw->h5, path, "units", &unit, NULL) == AIRY_OK;
    bool pixels = found && (strncmp(unit, "pix", 3) == 0 || strcmp(unit, "px") == 0);
    free(unit);
    return pixels;
}

// A number in the unit that stands beside it: a wavelength may be an energy and the other way
// round, a place may be a length.
static airy_code convert(airy_raw *raw, airy_fact fact, const airy_measure *measure, double *value,
                         airy_error *err)
{
    double pitch = 0;
    *value *= measure->factor;
    if (is_place(fact)) {
        if (!airy_raw_find_fact(raw, AIRY_FACT_PITCH_M, 0, &pitch, err) || !(pitch > 0))
            return airy_error_set(err, AIRY_EMISSING,
                                  "%s: the beam's place is a length and the size of the pixels is "
                                  "not known; --beam X,Y says where it is",
                                  raw->path);
        *value /= pitch;
    } else if (measure->dimension != dimension_of(fact)) {
        *value = airy_measure_turn(*value);
    }
    return AIRY_OK;
}

// The value of a fact row for frame i in our unit; false when the file does not have it.
static bool fact_value(airy_raw *raw, const airy_fact_row *row, int i, double *value,
                       airy_error *err)
{
    char path[512];
    int piece;
    airy_measure measure = {0};
    *value = row->scale;
    if (!row->path[0])
        return true; // a constant of the layout
    airy_layout_path(row->path, airy_raw_place(raw, i, &piece), path);
    if (!airy_h5_match(raw->h5, path, path, NULL) || !read_one(raw, path, i, value))
        return false;
    if (dimension_of(row->fact) && !is_in_pixels(raw, row->fact, path) &&
        airy_measure_read(raw->h5, path, &measure, err) != AIRY_OK)
        return false;
    if (measure.dimension)
        return convert(raw, row->fact, &measure, value, err) == AIRY_OK;
    *value = is_place(row->fact) ? *value + row->scale : *value * row->scale;
    return true;
}

// The first row of a kind that the file has.
bool airy_raw_find_fact(airy_raw *raw, airy_fact fact, int i, double *value, airy_error *err)
{
    for (int f = 0; f < AIRY_LAYOUT_FACTS; f++)
        if (raw->layout->facts[f].fact == fact &&
            fact_value(raw, &raw->layout->facts[f], i, value, err))
            return true;
    return false;
}

// Sides of a detector's pixels. One writer is 1000 times too small (formats: A.7).
#define LEAST_PITCH_M 1e-6

static void apply_fact(airy_raw_facts *facts, airy_fact fact, double value)
{
    switch (fact) {
    case AIRY_FACT_ENERGY_EV:
        facts->setup.energy_ev = value;
        break;
    case AIRY_FACT_WAVELENGTH_M:
        facts->setup.energy_ev = airy_measure_turn(value);
        break;
    case AIRY_FACT_DISTANCE_M:
        facts->setup.distance_m = value;
        break;
    case AIRY_FACT_PITCH_M:
        facts->setup.pitch_m = value > 0 && value < LEAST_PITCH_M ? value * 1000 : value;
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
    airy_error problem = {0};
    for (int fact = AIRY_FACT_NONE + 1; fact < AIRY_FACTS; fact++)
        if (airy_raw_find_fact(raw, (airy_fact)fact, i, &value, &problem))
            apply_fact(facts, (airy_fact)fact, value);
    if (problem.code != AIRY_OK)
        return airy_error_set(err, problem.code, "%s", problem.message);
    if (airy_raw_find_fact(raw, AIRY_FACT_PITCH_Y_M, i, &value, NULL) && value >= LEAST_PITCH_M &&
        airy_setup_square(&facts->setup, value, err) != AIRY_OK)
        return airy_error_prefix(err, "%s", raw->path);
    if (airy_h5_trust(raw->h5, err) != AIRY_OK)
        return AIRY_EMEMORY;
    return raw->sources ? count_lost(raw, i, facts, err) : AIRY_OK;
}
