// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of words onto the plane, row by row, in one pass over the calibrator's tables.
//
// Nearly all words are ordinary ones of stage G0 and are converted by one flat loop. The others are
// looked at one by one, as are the few plane pixels that more than one data pixel falls on.
#include "base/processor.h"
#include "detector/calibrator.h"
#include "detector/jungfrau.h"

#include <math.h>
#include <string.h>

enum { PAST_G0 = 0x4000 };

airy_code airy_row_events_init(airy_row_events *events, int nx, airy_error *err)
{
    *events = (airy_row_events){.column = airy_memory_new((size_t)nx, sizeof(int)),
                                .change = airy_memory_new((size_t)nx, sizeof(uint32_t))};
    if (events->column && events->change)
        return AIRY_OK;
    airy_row_events_release(events);
    return airy_error_set(err, AIRY_EMEMORY, "no memory for a row of %d pixels", nx);
}

void airy_row_events_clear(airy_row_events *events)
{
    for (int i = 0; i < events->n; i++)
        events->change[events->column[i]] = 0;
    events->n = 0;
}

void airy_row_events_release(airy_row_events *events)
{
    airy_memory_free(events->column);
    airy_memory_free(events->change);
    *events = (airy_row_events){0};
}

static void note_event(airy_row_events *events, int x, uint32_t change)
{
    if (change && !events->change[x])
        events->column[events->n++] = x;
    events->change[x] |= change;
}

airy_code airy_calibrated_row_init(const airy_calibrator *c, airy_calibrated_row *row,
                                   airy_error *err)
{
    size_t nx = (size_t)c->nx;
    size_t banks = (size_t)(c->data_ny / AIRY_CHIP) * (size_t)(c->data_nx / AIRY_BANK);
    *row = (airy_calibrated_row){.photons = airy_memory_new(nx, sizeof(float)),
                                 .variance = airy_memory_new(nx, sizeof(float)),
                                 .words = airy_memory_new(nx, sizeof(uint16_t)),
                                 .pedestal = airy_memory_new(nx, sizeof(float)),
                                 .offset = airy_memory_new(banks, sizeof(float)),
                                 .scratch = airy_memory_new(AIRY_CHIP * AIRY_BANK, sizeof(float))};
    if (row->photons && row->variance && row->words && row->pedestal && row->offset && row->scratch)
        return AIRY_OK;
    airy_calibrated_row_release(row);
    return airy_error_set(err, AIRY_EMEMORY, "no memory for a row of %d pixels", c->nx);
}

void airy_calibrated_row_release(airy_calibrated_row *row)
{
    airy_memory_free(row->photons);
    airy_memory_free(row->variance);
    airy_memory_free(row->words);
    airy_memory_free(row->pedestal);
    airy_memory_free(row->offset);
    airy_memory_free(row->scratch);
    *row = (airy_calibrated_row){0};
}

void airy_calibrated_row_begin(const airy_calibrator *c, const uint16_t *words, bool lost,
                               airy_calibrated_row *row)
{
    row->lost = lost;
    if (c->options.common_mode)
        airy_calibration_offsets(c->calibration, &c->options, words, row->scratch, row->offset);
}

// Words of a piece in their order; those that do not lie side by side are put there.
static const uint16_t *piece_words(const airy_piece *p, const uint16_t *restrict words,
                                   uint16_t *restrict scratch)
{
    if (p->step == 1)
        return words + p->from;
    for (int k = 0; k < p->n; k++)
        scratch[k] = words[p->from + k * p->step];
    return scratch;
}

// All words as if they were G0; gives PAST_G0 or more when any of them is no ordinary one.
AIRY_EVERY_PROCESSOR
static unsigned convert(const uint16_t *restrict words, const float *restrict pedestal,
                        const float *restrict per_adu, const float *restrict read, int n,
                        float *restrict photons, float *restrict variance)
{
    unsigned any = 0;
    for (int i = 0; i < n; i++) {
        float value = ((float)words[i] - pedestal[i]) * per_adu[i];
        photons[i] = value;
        variance[i] = (value > 0 ? value : 0) + read[i];
        any |= words[i] | (words[i] == AIRY_WORD_EMPTY ? PAST_G0 : 0u);
    }
    return any;
}

AIRY_EVERY_PROCESSOR
static void finish_values(const airy_calibrate_options *o, int n, float *restrict photons)
{
    float least = (float)o->threshold;
    for (int i = 0; least > 0 && i < n; i++)
        photons[i] = photons[i] < least ? 0 : photons[i];
    for (int i = 0; o->round && i < n; i++)
        photons[i] = nearbyintf(photons[i]);
}

// Pedestals of the row with the common mode of each pixel's bank.
static const float *shift_pedestal(const airy_calibrator *c, int y, airy_calibrated_row *row)
{
    size_t first = (size_t)y * (size_t)c->nx;
    for (int x = 0; x < c->nx; x++) {
        int from = c->from[first + (size_t)x];
        bool used = from >= 0 && c->per_adu[first + (size_t)x] != 0;
        row->pedestal[x] = c->pedestal[first + (size_t)x] +
                           (used ? row->offset[airy_calibration_bank(from, c->data_nx)] : 0);
    }
    return row->pedestal;
}

// A word that is no ordinary one of G0.
static void put_odd(const airy_calibrator *c, uint16_t word, int i, int x, airy_calibrated_row *row,
                    airy_row_events *events)
{
    uint32_t usual = c->reasons.bits[i];
    airy_word_value value =
        airy_calibration_value(c->calibration, &c->options, word, c->from[i], 0);
    uint32_t bits = (c->only_g0[i] ? usual & ~(uint32_t)AIRY_MASK_GAIN : usual) | value.reasons;
    bool excluded = bits & AIRY_MASK_EXCLUDES;
    row->photons[x] = excluded ? 0 : value.photons;
    row->variance[x] = excluded ? 0 : value.variance;
    note_event(events, x, bits ^ usual);
}

static void put_odds(const airy_calibrator *c, const airy_piece *p, const uint16_t *words, int y,
                     airy_calibrated_row *row, airy_row_events *events)
{
    int saturated = c->options.high_gain ? AIRY_WORD_SATURATED_HG : AIRY_WORD_SATURATED;
    for (int k = 0; k < p->n; k++)
        if (words[k] >= PAST_G0 || words[k] == saturated || words[k] == AIRY_WORD_EMPTY)
            put_odd(c, words[k], y * c->nx + p->x + k, p->x + k, row, events);
}

static void put_meetings(const airy_calibrator *c, const uint16_t *words, int y,
                         airy_calibrated_row *row, airy_row_events *events)
{
    const airy_meeting *m = c->meetings.at;
    const float *offset = c->options.common_mode ? row->offset : NULL;
    for (int i = c->meetings.first[y], n; i < c->meetings.first[y + 1]; i += n) {
        for (n = 1; i + n < c->meetings.n && m[i + n].to == m[i].to;)
            n++;
        int x = m[i].to - y * c->nx;
        uint32_t usual = c->reasons.bits[m[i].to];
        airy_word_value value = airy_calibrator_meet(c, words, offset, m + i, n);
        row->photons[x] = value.photons, row->variance[x] = value.variance;
        note_event(events, x, value.reasons ^ usual);
    }
}

static void share_wide(const airy_calibrator *c, int y, airy_calibrated_row *row)
{
    const airy_share *s = c->shares.at;
    for (int i = c->shares.first[y]; i < c->shares.first[y + 1]; i++) {
        row->photons[s[i].to - y * c->nx] *= s[i].photons;
        row->variance[s[i].to - y * c->nx] *= s[i].variance;
    }
}

static void lose(const airy_calibrator *c, int y, airy_calibrated_row *row, airy_row_events *events)
{
    for (int x = 0; x < c->nx; x++) {
        uint32_t bits = c->reasons.bits[y * c->nx + x] ^ events->change[x];
        row->photons[x] = row->variance[x] = 0;
        if (c->from[y * c->nx + x] != AIRY_NOWHERE)
            note_event(events, x, ~bits & AIRY_MASK_LOST);
    }
}

static void clear(airy_calibrated_row *row, int from, int to)
{
    memset(row->photons + from, 0, (size_t)(to - from) * sizeof *row->photons);
    memset(row->variance + from, 0, (size_t)(to - from) * sizeof *row->variance);
}

// Pixels that one word falls on; the others become 0.
static void put_pieces(const airy_calibrator *c, const uint16_t *words, int y,
                       airy_calibrated_row *row, airy_row_events *events)
{
    const airy_piece *pieces = c->pieces.at;
    size_t first = (size_t)y * (size_t)c->nx;
    const float *pedestal =
        c->options.common_mode ? shift_pedestal(c, y, row) : c->pedestal + first;
    int end = 0;
    for (int i = c->pieces.first[y]; i < c->pieces.first[y + 1]; i++) {
        const airy_piece *p = &pieces[i];
        const uint16_t *from = piece_words(p, words, row->words);
        size_t at = first + (size_t)p->x;
        clear(row, end, p->x);
        end = p->x + p->n;
        unsigned any = convert(from, pedestal + p->x, c->per_adu + at, c->read + at, p->n,
                               row->photons + p->x, row->variance + p->x);
        finish_values(&c->options, p->n, row->photons + p->x);
        if (any >= PAST_G0 || c->options.high_gain)
            put_odds(c, p, from, y, row, events);
    }
    clear(row, end, c->nx);
}

void airy_calibrated_row_make(const airy_calibrator *c, const uint16_t *words, int y,
                              airy_calibrated_row *row, airy_row_events *events)
{
    put_pieces(c, words, y, row, events);
    share_wide(c, y, row);
    put_meetings(c, words, y, row, events);
    if (row->lost)
        lose(c, y, row, events);
}

// ------------------------------------------------------------------ frames

AIRY_EVERY_PROCESSOR
static void copy_measured(const float *restrict values, const uint32_t *restrict bits, int n,
                          float *restrict to)
{
    for (int i = 0; i < n; i++)
        to[i] = bits[i] & AIRY_MASK_EXCLUDES ? NAN : values[i];
}

static void put_row(const airy_calibrator *c, int y, const airy_calibrated_row *row,
                    const airy_row_events *events, airy_pattern *plane)
{
    size_t first = (size_t)y * (size_t)c->nx;
    uint32_t *bits = plane->mask.bits + first;
    memcpy(bits, c->reasons.bits + first, (size_t)c->nx * sizeof *bits);
    for (int i = 0; i < events->n; i++)
        bits[events->column[i]] ^= events->change[events->column[i]];
    copy_measured(row->photons, bits, c->nx, plane->photons.px + first);
    copy_measured(row->variance, bits, c->nx, plane->variance.px + first);
}

airy_code airy_calibrator_frame(const airy_calibrator *c, const uint16_t *words, bool lost,
                                airy_pattern *plane, airy_error *err)
{
    airy_calibrated_row row;
    airy_row_events events;
    airy_code code = airy_calibrated_row_init(c, &row, err);
    if (code != AIRY_OK)
        return code;
    code = airy_row_events_init(&events, c->nx, err);
    if (code == AIRY_OK)
        airy_calibrated_row_begin(c, words, lost, &row);
    for (int y = 0; code == AIRY_OK && y < c->ny; y++) {
        airy_calibrated_row_make(c, words, y, &row, &events);
        put_row(c, y, &row, &events, plane);
        airy_row_events_clear(&events);
    }
    plane->setup.energy_ev = c->options.energy_ev;
    airy_row_events_release(&events);
    airy_calibrated_row_release(&row);
    return code;
}
