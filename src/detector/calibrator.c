// SPDX-License-Identifier: GPL-3.0-or-later
// Tables in the order of the plane: which word goes where, and its numbers in stage G0. Excluded
// pixels have zeros, so that they add nothing to any sum.
#include "detector/calibrator.h"
#include "detector/geometry.h"
#include "detector/jungfrau.h"

#include <stdlib.h>
#include <string.h>

enum { USUAL = 1 }; // any word of G0

static void *list_add(airy_row_list *to, size_t size, bool *full)
{
    void *grown = to->at;
    if ((to->n & (to->n - 1)) == 0) // room doubles at powers of two
        grown = realloc(to->at, (size_t)(to->n ? 2 * to->n : 1) * size);
    *full = *full || !grown;
    if (!grown)
        return NULL;
    to->at = grown;
    return (char *)grown + size * (size_t)to->n++;
}

static void list_release(airy_row_list *all)
{
    free(all->at);
    airy_memory_free(all->first);
}

void airy_calibrator_free(airy_calibrator *c)
{
    if (!c)
        return;
    airy_memory_free(c->from);
    airy_memory_free(c->pedestal);
    airy_memory_free(c->per_adu);
    airy_memory_free(c->read);
    airy_memory_free(c->only_g0);
    airy_mask_release(&c->reasons);
    list_release(&c->pieces);
    list_release(&c->shares);
    list_release(&c->meetings);
    airy_memory_free(c);
}

// ------------------------------------------------------------------ checks

static airy_code check_stack(const airy_stack *stack, const char *name, int ny, int nx,
                             airy_error *err)
{
    if (stack->px && stack->n == AIRY_GAINS && stack->ny == ny && stack->nx == nx)
        return AIRY_OK;
    return airy_error_set(err, AIRY_ESHAPE,
                          "the %s is %d x %d x %d, frames of %d x %d need %d x %d x %d", name,
                          stack->n, stack->ny, stack->nx, ny, nx, AIRY_GAINS, ny, nx);
}

static airy_code check(const airy_calibration *c, const airy_calibrate_options *options, int ny,
                       int nx, airy_error *err)
{
    airy_code code = airy_calibrate_options_check(options, err);
    if (code == AIRY_OK)
        code = airy_jungfrau_check_shape(ny, nx, err);
    if (code == AIRY_OK)
        code = check_stack(&c->gain, "gain", ny, nx, err);
    if (code == AIRY_OK)
        code = check_stack(&c->pedestal, "pedestal", ny, nx, err);
    if (code == AIRY_OK && c->noise.px)
        code = check_stack(&c->noise, "pedestal noise", ny, nx, err);
    if (code == AIRY_OK && c->mask.bits && (c->mask.ny != ny || c->mask.nx != nx))
        code = airy_error_set(err, AIRY_ESHAPE, "the pixel mask is %d x %d, the frames are %d x %d",
                              c->mask.ny, c->mask.nx, ny, nx);
    return code;
}

// ------------------------------------------------------------------ which word goes where

int airy_calibrator_area(const airy_calibrator *c, int from)
{
    return airy_jungfrau_area(from / c->data_nx % AIRY_MODULE_NY,
                              from % c->data_nx % AIRY_MODULE_NX);
}

airy_word_value airy_calibrator_meet(const airy_calibrator *c, const uint16_t *words,
                                     const float *offset, const airy_meeting *m, int n)
{
    airy_word_value sum = {0};
    int measured = 0;
    for (int k = 0; k < n; k++) {
        int from = m[k].from;
        double shift = offset ? (double)offset[airy_calibration_bank(from, c->data_nx)] : 0;
        airy_word_value one = airy_calibration_value(c->calibration, &c->options,
                                                     words ? words[from] : USUAL, from, shift);
        uint32_t bits = one.reasons | m[k].reasons;
        bool excluded = bits & AIRY_MASK_EXCLUDES;
        if (excluded && measured)
            continue;
        sum.reasons = excluded || measured ? sum.reasons | bits : bits;
        if (excluded)
            continue;
        int area = c->options.wide == AIRY_WIDE_SPLIT ? airy_calibrator_area(c, from) : 1;
        measured++;
        sum.photons += one.photons / (float)area;
        sum.variance += one.variance / (float)(area * area);
    }
    if (measured > 1)
        sum.photons /= (float)measured, sum.variance /= (float)(measured * measured);
    return sum;
}

// What options and pixel mask say against a data pixel.
static uint32_t data_reasons(const airy_calibrator *c, int from)
{
    const airy_calibrate_options *o = &c->options;
    int y = from / c->data_nx % AIRY_MODULE_NY, x = from % c->data_nx % AIRY_MODULE_NX;
    bool edge = y == 0 || x == 0 || y == AIRY_MODULE_NY - 1 || x == AIRY_MODULE_NX - 1;
    uint32_t bits = c->calibration->mask.bits ? c->calibration->mask.bits[from] : 0;
    bits |= o->wide == AIRY_WIDE_MASK && airy_jungfrau_area(y, x) > 1 ? AIRY_MASK_WIDE : 0;
    return bits | (edge && o->mask_edges ? AIRY_MASK_EDGE : 0);
}

static void note_meeting(airy_calibrator *c, int to, int from, uint32_t reasons)
{
    int order = c->meetings.n;
    airy_meeting *m = list_add(&c->meetings, sizeof *m, &c->full);
    if (m)
        *m = (airy_meeting){to, from, order, reasons};
}

static void take_place(const airy_placed *at, void *context)
{
    airy_calibrator *c = context;
    uint32_t reasons = at->reasons | data_reasons(c, at->from);
    if (c->from[at->to] == AIRY_NOWHERE) {
        c->from[at->to] = at->from;
        c->reasons.bits[at->to] = reasons;
        return;
    }
    if (!c->only_g0[at->to]) // the first one takes part
        note_meeting(c, at->to, c->from[at->to], c->reasons.bits[at->to]);
    c->only_g0[at->to] = 1; // here: several meet
    note_meeting(c, at->to, at->from, reasons);
}

// Which way the neighbour lies that a chip-border pixel faces: -1, 0, 1.
static int facing(int i, int side)
{
    int at = i % AIRY_CHIP;
    return at == AIRY_CHIP - 1 && i != side - 1 ? 1 : at == 0 && i != 0 ? -1 : 0;
}

// Empty plane pixels that a wide pixel covers become its copies; the others stay as they are.
static void take_gaps(const airy_placed *at, void *context)
{
    airy_calibrator *c = context;
    const airy_panel *p = at->panel;
    int fy = facing(at->from / c->data_nx % AIRY_MODULE_NY, AIRY_MODULE_NY);
    int fx = facing(at->from % c->data_nx % AIRY_MODULE_NX, AIRY_MODULE_NX);
    for (int k = 1; k < 4; k++) {
        int dy = k & 2 ? fy : 0, dx = k & 1 ? fx : 0;
        if ((k & 2 && !fy) || (k & 1 && !fx))
            continue;
        double y = at->y + dx * p->fast_y + dy * p->slow_y;
        double x = at->x + dx * p->fast_x + dy * p->slow_x;
        int to = airy_geometry_index(&(airy_geometry){.ny = c->ny, .nx = c->nx}, y, x);
        if (y < 0 || x < 0 || y >= c->ny || x >= c->nx || c->from[to] != AIRY_NOWHERE)
            continue;
        c->from[to] = at->from;
        c->reasons.bits[to] = c->reasons.bits[at->to];
    }
}

static airy_code place_all(airy_calibrator *c, const airy_geometry *geometry, airy_error *err)
{
    int n = c->ny * c->nx;
    for (int i = 0; i < n; i++) {
        c->from[i] = geometry ? AIRY_NOWHERE : i;
        c->reasons.bits[i] = geometry ? 0 : data_reasons(c, i);
    }
    if (!geometry)
        return AIRY_OK;
    airy_code code = airy_geometry_visit(geometry, c->data_ny, c->data_nx, take_place, c, err);
    if (code == AIRY_OK && c->options.wide == AIRY_WIDE_SPLIT)
        code = airy_geometry_visit(geometry, c->data_ny, c->data_nx, take_gaps, c, err);
    memset(c->only_g0, 0, (size_t)n);
    for (int i = 0; i < n; i++)
        if (c->from[i] == AIRY_NOWHERE)
            c->reasons.bits[i] = AIRY_MASK_MISSING;
    return code;
}

// Words that lie evenly apart are fetched together.
static void cut_pieces(airy_calibrator *c)
{
    for (int y = 0; y < c->ny; y++) {
        const int32_t *from = c->from + (size_t)y * (size_t)c->nx;
        c->pieces.first[y] = c->pieces.n;
        for (int x = 0, n; x < c->nx && !c->full; x += n) {
            int step = x + 1 < c->nx && from[x + 1] >= 0 ? from[x + 1] - from[x] : 0;
            for (n = 1; x + n < c->nx && from[x + n] >= 0 && from[x + n] - from[x + n - 1] == step;)
                n++;
            airy_piece *p = from[x] >= 0 ? list_add(&c->pieces, sizeof *p, &c->full) : NULL;
            if (p)
                *p = (airy_piece){x, n, from[x], step};
            else
                n = 1;
        }
    }
    c->pieces.first[c->ny] = c->pieces.n;
}

// Every copy of a wide pixel carries 1 / area of its photons.
static void note_shares(airy_calibrator *c)
{
    int n = c->ny * c->nx, data = c->data_ny * c->data_nx;
    uint8_t *copies = airy_memory_new((size_t)data, 1);
    c->full = c->full || !copies;
    for (int i = 0; i < n && copies; i++)
        if (c->from[i] >= 0)
            copies[c->from[i]]++;
    for (int i = 0; i < n && copies; i++) {
        if (i % c->nx == 0)
            c->shares.first[i / c->nx] = c->shares.n;
        int area = c->from[i] < 0 ? 1 : airy_calibrator_area(c, c->from[i]);
        airy_share *s = area > 1 ? list_add(&c->shares, sizeof *s, &c->full) : NULL;
        if (s)
            *s = (airy_share){i, 1 / (float)area, (float)copies[c->from[i]] / (float)(area * area)};
    }
    c->shares.first[c->ny] = c->shares.n;
    airy_memory_free(copies);
}

static int by_place(const void *a, const void *b)
{
    const airy_meeting *l = a, *r = b;
    return l->to != r->to ? (l->to > r->to) - (l->to < r->to) : l->order - r->order;
}

static void sort_meetings(airy_calibrator *c)
{
    airy_meeting *m = c->meetings.at;
    int i = 0;
    if (c->meetings.n)
        qsort(m, (size_t)c->meetings.n, sizeof *m, by_place);
    for (int k = 0; k < c->meetings.n; k++)
        c->from[m[k].to] = AIRY_MEETING;
    for (int y = 0; y <= c->ny; y++) {
        while (i < c->meetings.n && m[i].to < y * c->nx)
            i++;
        c->meetings.first[y] = i;
    }
}

// ------------------------------------------------------------------ tables

static void clear_excluded(airy_calibrator *c)
{
    for (int i = 0; i < c->ny * c->nx; i++)
        if (c->reasons.bits[i] & AIRY_MASK_EXCLUDES)
            c->pedestal[i] = c->per_adu[i] = c->read[i] = 0;
}

// Numbers of stage G0. Where several pixels meet there are none; their reasons are those of usual
// words.
static void fill_tables(airy_calibrator *c)
{
    airy_word_scale scale;
    for (int i = 0; i < c->ny * c->nx; i++) {
        if (c->from[i] < 0)
            continue;
        if (!airy_calibration_scale(c->calibration, c->options.energy_ev, 0, c->from[i], &scale)) {
            c->only_g0[i] = !(c->reasons.bits[i] & AIRY_MASK_GAIN);
            c->reasons.bits[i] |= AIRY_MASK_GAIN;
        }
        c->pedestal[i] = scale.pedestal, c->per_adu[i] = scale.per_adu, c->read[i] = scale.read;
    }
    const airy_meeting *m = c->meetings.at;
    for (int i = 0, n; i < c->meetings.n; i += n) {
        for (n = 1; i + n < c->meetings.n && m[i + n].to == m[i].to;)
            n++;
        int to = m[i].to;
        c->pedestal[to] = c->per_adu[to] = c->read[to] = 0;
        c->only_g0[to] = 0;
        c->reasons.bits[to] = airy_calibrator_meet(c, NULL, NULL, m + i, n).reasons;
    }
    clear_excluded(c);
}

static airy_code allocate(airy_calibrator *c, airy_error *err)
{
    size_t n = (size_t)c->ny * (size_t)c->nx, rows = (size_t)c->ny + 1;
    airy_row_list *lists[] = {&c->pieces, &c->shares, &c->meetings};
    bool good = true;
    for (int i = 0; i < 3; i++)
        good = (lists[i]->first = airy_memory_new(rows, sizeof(int))) && good;
    c->from = airy_memory_new(n, sizeof *c->from);
    c->pedestal = airy_memory_new(n, sizeof *c->pedestal);
    c->per_adu = airy_memory_new(n, sizeof *c->per_adu);
    c->read = airy_memory_new(n, sizeof *c->read);
    c->only_g0 = airy_memory_new(n, 1);
    if (good && c->from && c->pedestal && c->per_adu && c->read && c->only_g0)
        return airy_mask_init(&c->reasons, c->ny, c->nx, err);
    return airy_error_set(err, AIRY_EMEMORY, "no memory for the tables of %d x %d pixels", c->ny,
                          c->nx);
}

static airy_code build(airy_calibrator *c, const airy_geometry *geometry, airy_error *err)
{
    airy_code code = allocate(c, err);
    if (code == AIRY_OK)
        code = place_all(c, geometry, err);
    if (code != AIRY_OK)
        return code;
    sort_meetings(c);
    cut_pieces(c);
    if (c->options.wide == AIRY_WIDE_SPLIT)
        note_shares(c);
    fill_tables(c);
    return c->full ? airy_error_set(err, AIRY_EMEMORY, "no memory for the pieces of %d x %d pixels",
                                    c->ny, c->nx)
                   : AIRY_OK;
}

airy_calibrator *airy_calibrator_new(const airy_calibration *calibration,
                                     const airy_calibrate_options *options,
                                     const airy_geometry *geometry, int ny, int nx, airy_error *err)
{
    if (check(calibration, options, ny, nx, err) != AIRY_OK)
        return NULL;
    airy_calibrator *c = airy_memory_new(1, sizeof *c);
    if (!c) {
        airy_error_set(err, AIRY_EMEMORY, "no memory for a calibrator");
        return NULL;
    }
    if (geometry && geometry->n == 0)
        geometry = NULL;
    c->calibration = calibration;
    c->options = *options;
    c->data_ny = ny, c->data_nx = nx;
    c->ny = geometry ? geometry->ny : ny, c->nx = geometry ? geometry->nx : nx;
    if (geometry) {
        c->facts.setup = (airy_setup){geometry->energy_ev, geometry->distance_m, geometry->pitch_m};
        c->facts.has_center = geometry->has_beam;
        c->facts.center_y = geometry->beam_y, c->facts.center_x = geometry->beam_x;
    }
    c->facts.setup.energy_ev = options->energy_ev;
    if (build(c, geometry, err) == AIRY_OK)
        return c;
    airy_calibrator_free(c);
    return NULL;
}

airy_code airy_calibrator_mask(airy_calibrator *c, const airy_mask *mask, airy_error *err)
{
    if (mask->ny != c->ny || mask->nx != c->nx)
        return airy_error_set(err, AIRY_ESHAPE, "a mask of %d x %d does not fit one of %d x %d",
                              mask->ny, mask->nx, c->ny, c->nx);
    for (int i = 0; i < c->ny * c->nx; i++)
        c->reasons.bits[i] |= mask->bits[i];
    clear_excluded(c);
    return AIRY_OK;
}

const airy_mask *airy_calibrator_reasons(const airy_calibrator *c)
{
    return &c->reasons;
}

airy_code airy_calibrator_plane(const airy_calibrator *c, airy_pattern *plane, airy_error *err)
{
    airy_code code = airy_pattern_init(plane, c->ny, c->nx, err);
    if (code != AIRY_OK)
        return code;
    plane->setup = c->facts.setup;
    plane->has_center = c->facts.has_center;
    plane->center_y = c->facts.center_y, plane->center_x = c->facts.center_x;
    return AIRY_OK;
}
