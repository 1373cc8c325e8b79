// SPDX-License-Identifier: GPL-3.0-or-later
// Every place by itself: correlation of its ring, the decay that fits, and V.
#include "points.h"
#include "patterns.h"
#include "kept.h"

#include "airy/speckle.h"

#include <math.h>
#include <string.h>

enum { SECTORS = AIRY_SCAN_SECTORS };
enum { CONTRAST, TAU, GAMMA, BASELINE }; // parameters of the model kww2

// What is made of one place; one a thread.
typedef struct desk {
    const airy_scan *scan;
    const double *shift; // (frames, 2)
    int lags;
    double *row;             // (frames, n) values of a sector
    double *gram[SECTORS];   // (frames, frames)
    double *sum[SECTORS];    // (frames)
    double *delay, *g[SETS]; // (lags)
    int *from;               // (frames) place and frame of the values; -1: outside
    bool starved;            // a fit found no memory
} desk;

typedef struct work {
    const airy_scan *scan;
    double *shift;
    airy_scan_maps *maps;
} work;

static int lags_of(const airy_scan *s)
{
    int most = s->plan.frames - 2, lags = s->plan.lags > 0 ? s->plan.lags : s->plan.frames / 2;
    return lags < most ? lags : most;
}

// ------------------------------------------------------------------ room

static void drop_desk(void *workspace)
{
    desk *d = workspace;
    if (!d)
        return;
    airy_memory_free(d->row);
    airy_memory_free(d->delay);
    airy_memory_free(d->from);
    for (int g = 0; g < SECTORS; g++) {
        airy_memory_free(d->gram[g]);
        airy_memory_free(d->sum[g]);
    }
    for (int set = 0; set < SETS; set++)
        airy_memory_free(d->g[set]);
    airy_memory_free(d);
}

static desk *new_desk(const airy_scan *s, const double *shift)
{
    size_t frames = (size_t)s->plan.frames, lags = (size_t)lags_of(s);
    desk *d = airy_memory_new(1, sizeof *d);
    if (!d)
        return NULL;
    *d = (desk){.scan = s, .shift = shift, .lags = (int)lags};
    d->row = airy_memory_new(frames * (size_t)(s->n + AIRY_GRAM_LANES), sizeof *d->row);
    d->delay = airy_memory_new(lags, sizeof *d->delay);
    d->from = airy_memory_new(frames, sizeof *d->from);
    bool good = d->row && d->delay && d->from;
    for (int g = 0; good && g < SECTORS; g++) {
        d->gram[g] = airy_memory_new(frames * frames, sizeof(double));
        d->sum[g] = airy_memory_new(frames, sizeof(double));
        good = d->gram[g] && d->sum[g];
    }
    for (int set = 0; good && set < SETS; set++)
        good = (d->g[set] = airy_memory_new(lags, sizeof(double))) != NULL;
    for (size_t k = 0; good && k < lags; k++)
        d->delay[k] = (double)(k + 1) * (s->plan.period_s > 0 ? s->plan.period_s : 1);
    if (good)
        return d;
    drop_desk(d);
    return NULL;
}

static void *make_desk(void *context)
{
    const work *w = context;
    return new_desk(w->scan, w->shift);
}

// ------------------------------------------------------------------ correlation

// Where the place stands in each frame, to the nearest step.
static void follow(desk *d, int y, int x)
{
    const airy_scan *s = d->scan;
    for (int t = 0; t < s->plan.frames; t++) {
        int v = y + (d->shift ? (int)lround(d->shift[2 * t]) : 0);
        int u = x + (d->shift ? (int)lround(d->shift[2 * t + 1]) : 0);
        bool inside = v >= 0 && v < s->ny && u >= 0 && u < s->nx;
        d->from[t] = inside ? v * s->nx + u : -1;
    }
}

static size_t place_of(const desk *d, int t)
{
    return (size_t)d->from[t] * (size_t)d->scan->plan.frames + (size_t)t;
}

static void load_sector(desk *d, int g)
{
    const airy_scan *s = d->scan;
    int first = s->tau.first[g], n = s->tau.first[g + 1] - first;
    int length = (n + AIRY_GRAM_LANES - 1) / AIRY_GRAM_LANES * AIRY_GRAM_LANES;
    memset(d->row, 0, (size_t)s->plan.frames * (size_t)length * sizeof *d->row);
    for (int t = 0; t < s->plan.frames; t++) {
        double *row = d->row + (size_t)t * (size_t)length, sum = 0;
        const float *value =
            d->from[t] < 0 ? NULL : s->value + place_of(d, t) * (size_t)s->n + first;
        for (int i = 0; i < n; i++)
            sum += row[i] = value ? value[i] : 0;
        d->sum[g][t] = value ? sum : NAN;
    }
    airy_gram(d->row, s->plan.frames, length, d->gram[g]);
}

// What C of two frames is made of, over some sectors.
typedef struct parts {
    double n, a, b, ab;
} parts;

static parts part_of(const desk *d, int g, int t1, int t2)
{
    size_t at = (size_t)t1 * (size_t)d->scan->plan.frames + (size_t)t2;
    return (parts){d->scan->tau.bin[g].pixels, d->sum[g][t1], d->sum[g][t2], d->gram[g][at]};
}

static parts together(parts p, parts q, double sign)
{
    return (parts){p.n + sign * q.n, p.a + sign * q.a, p.b + sign * q.b, p.ab + sign * q.ab};
}

static double ratio(parts p)
{
    return p.n * p.ab / (p.a * p.b);
}

// C of two frames in every set of sectors; NaN in a gap.
static void two_time(const desk *d, int t1, int t2, double c[SETS])
{
    parts sector[SECTORS], half[2] = {{0}};
    for (int g = 0; g < SECTORS; g++) {
        sector[g] = part_of(d, g, t1, t2);
        half[g / (SECTORS / 2)] = together(half[g / (SECTORS / 2)], sector[g], 1);
    }
    parts all = together(half[0], half[1], 1);
    c[ALL] = ratio(all);
    c[HALVES] = ratio(half[0]), c[HALVES + 1] = ratio(half[1]);
    for (int g = 0; g < SECTORS; g++)
        c[LESS + g] = ratio(together(all, sector[g], -1));
}

static void average(desk *d)
{
    for (int k = 1; k <= d->lags; k++) {
        double sum[SETS] = {0}, c[SETS];
        int n = 0;
        for (int t = 0; t + k < d->scan->plan.frames; t++) {
            if (d->from[t] < 0 || d->from[t + k] < 0)
                continue;
            two_time(d, t, t + k, c);
            for (int set = 0; set < SETS; set++)
                sum[set] += c[set];
            n++;
        }
        for (int set = 0; set < SETS; set++)
            d->g[set][k - 1] = n ? sum[set] / n : NAN;
    }
}

// Mean of V over time, and of 1 / <I>.
static void vary(const desk *d, int set, double *v, double *shot)
{
    const airy_scan *s = d->scan;
    double sum = 0, noise = 0;
    int n = 0;
    for (int t = 0; t < s->plan.frames; t++)
        if (d->from[t] >= 0) {
            size_t at = place_of(d, t) * SETS + (size_t)set;
            sum += s->variance[at], noise += s->shot[at], n++;
        }
    *v = n ? sum / n : NAN;
    *shot = n ? noise / n : NAN;
}

// ------------------------------------------------------------------ fits

typedef struct decay {
    double p[GAMMA + 1];
    bool good, censored;
} decay;

// g from 1 down to where all is new: the baseline is 1 by definition. start NULL: from the data.
static decay fit(desk *d, int set, const decay *start)
{
    const airy_scan_plan *plan = &d->scan->plan;
    const airy_fit_model *model = airy_fit_model_find("kww2");
    airy_fit_data data = {.n = d->lags, .x = d->delay, .y = d->g[set]};
    airy_fit_options o;
    airy_fit_curve curve;
    decay found = {.good = false};
    airy_fit_options_defaults(model, &o);
    o.choice[BASELINE].held = true, o.choice[BASELINE].value = 1;
    o.choice[GAMMA].held = !plan->gamma_free, o.choice[GAMMA].value = plan->gamma;
    for (int i = 0; start && i <= GAMMA; i++)
        if (!o.choice[i].held)
            o.choice[i].value = start->p[i];
    for (int k = 0; k < d->lags; k++)
        if (isnan(d->g[set][k]))
            return found;
    airy_code code = airy_fit_curve_fit(model, &data, &o, &curve, NULL);
    d->starved = d->starved || code == AIRY_EMEMORY;
    if (code != AIRY_OK)
        return found;
    memcpy(found.p, curve.p, sizeof found.p);
    double record = plan->frames * d->delay[0];
    found.good = found.p[CONTRAST] > 0 && curve.censored != 2;
    found.censored = found.good && !(found.p[TAU] < record);
    if (found.censored)
        found.p[TAU] = record;
    return found;
}

// Jackknife over the sectors that are left out (Efron, The Jackknife, SIAM 1982, Eq. 3.5).
static double jackknife(const double value[SECTORS])
{
    double mean = 0, square = 0;
    for (int g = 0; g < SECTORS; g++)
        mean += value[g] / SECTORS;
    for (int g = 0; g < SECTORS; g++)
        square += (value[g] - mean) * (value[g] - mean);
    return sqrt(square * (SECTORS - 1) / SECTORS);
}

static void put_errors(const decay less[SECTORS], airy_scan_point *point)
{
    double value[3][SECTORS];
    bool good = true;
    for (int g = 0; g < SECTORS; g++) {
        good = good && less[g].good && !less[g].censored;
        value[0][g] = less[g].p[CONTRAST];
        value[1][g] = log(less[g].p[TAU]); // times scatter as logarithms do
        value[2][g] = less[g].p[GAMMA];
    }
    point->contrast_err = good ? jackknife(value[0]) : NAN;
    point->tau_err = good ? jackknife(value[1]) * point->tau : NAN;
    point->gamma_err = good ? jackknife(value[2]) : NAN;
}

static void put_decay(desk *d, airy_scan_point *point)
{
    decay all = fit(d, ALL, NULL), less[SECTORS];
    for (int half = 0; half < 2; half++) {
        decay one = fit(d, HALVES + half, NULL);
        point->tau_half[half] = one.good ? one.p[TAU] : NAN;
    }
    if (!all.good) {
        point->flag |= AIRY_SCAN_NO_FIT;
        return;
    }
    point->tau = all.p[TAU], point->contrast = all.p[CONTRAST], point->gamma = all.p[GAMMA];
    if (all.censored) { // how far beyond the record nobody knows
        point->flag |= AIRY_SCAN_CENSORED;
        return;
    }
    for (int g = 0; g < SECTORS; g++)
        less[g] = fit(d, LESS + g, &all);
    put_errors(less, point);
}

static void put_variance(const desk *d, airy_scan_point *point)
{
    double less[SECTORS], v, shot, gain = d->scan->plan.gain;
    vary(d, ALL, &v, &shot);
    point->v = v - gain * shot;
    for (int half = 0; half < 2; half++) {
        vary(d, HALVES + half, &v, &shot);
        point->v_half[half] = v - gain * shot;
    }
    for (int g = 0; g < SECTORS; g++) {
        vary(d, LESS + g, &v, &shot);
        less[g] = v - gain * shot;
    }
    point->v_err = jackknife(less);
}

static double mean_intensity(const desk *d)
{
    double sum = 0, n = 0;
    for (int t = 0; t < d->scan->plan.frames; t++)
        for (int g = 0; d->from[t] >= 0 && g < SECTORS; g++)
            sum += d->sum[g][t], n += d->scan->tau.bin[g].pixels;
    return n > 0 ? sum / n : NAN;
}

static void put_rings(const desk *d, double *v_ring, size_t places)
{
    const airy_scan *s = d->scan;
    for (int r = 0; r < s->v.rings; r++) {
        double sum = 0, n = 0;
        for (int t = 0; t < s->plan.frames; t++)
            if (d->from[t] >= 0)
                sum += s->ring[place_of(d, t) * (size_t)s->v.rings + (size_t)r], n++;
        v_ring[(size_t)r * places] = n > 0 ? sum / n : NAN;
    }
}

static void correlate(desk *d, int y, int x)
{
    follow(d, y, x);
    for (int g = 0; g < SECTORS; g++)
        load_sector(d, g);
    average(d);
}

static airy_code do_place(int i, void *workspace, void *context, airy_error *err)
{
    const work *w = context;
    desk *d = workspace;
    airy_scan_point *point = &w->maps->point[i];
    *point = (airy_scan_point){.tau = NAN,
                               .tau_err = NAN,
                               .contrast = NAN,
                               .contrast_err = NAN,
                               .gamma = NAN,
                               .gamma_err = NAN};
    correlate(d, i / w->scan->nx, i % w->scan->nx);
    point->intensity = mean_intensity(d);
    put_decay(d, point);
    put_variance(d, point);
    put_rings(d, w->maps->v_ring + i, (size_t)w->scan->ny * (size_t)w->scan->nx);
    return d->starved ? airy_error_set(err, AIRY_EMEMORY, "no memory to fit place %d", i) : AIRY_OK;
}

// ------------------------------------------------------------------ all places

void airy_scan_maps_release(airy_scan_maps *maps)
{
    airy_memory_free(maps->point);
    airy_memory_free(maps->v_ring);
    airy_memory_free(maps->ring_s);
    airy_memory_free(maps->shift);
    *maps = (airy_scan_maps){0};
}

static void blank(airy_scan_point *p)
{
    int flag = AIRY_SCAN_VACUUM;
    double intensity = p->intensity;
    *p = (airy_scan_point){NAN, NAN, NAN,       NAN,        NAN,        NAN,
                           NAN, NAN, intensity, {NAN, NAN}, {NAN, NAN}, flag};
}

// Places without sample have no dynamics to fit.
airy_code airy_scan_flag_vacuum(const airy_scan_plan *plan, airy_scan_maps *maps, airy_error *err)
{
    int n = maps->ny * maps->nx;
    double *all = airy_memory_new((size_t)n, sizeof *all);
    if (!all)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d places", n);
    for (int i = 0; i < n; i++)
        all[i] = maps->point[i].intensity;
    double middle = airy_stats_quantile_double(all, n, 0.5);
    airy_memory_free(all);
    if (!(middle > 0))
        return airy_error_set(err, AIRY_EVALUE, "half of the places have no intensity in the ring");
    for (int i = 0; i < n; i++)
        if (!(maps->point[i].intensity > plan->vacuum * middle))
            blank(&maps->point[i]);
    return AIRY_OK;
}

airy_code airy_scan_maps_init(const airy_scan *s, airy_scan_maps *maps, airy_error *err)
{
    size_t n = (size_t)s->ny * (size_t)s->nx, rings = (size_t)s->v.rings;
    *maps = (airy_scan_maps){.ny = s->ny,
                             .nx = s->nx,
                             .rings = s->v.rings,
                             .frames = s->plan.frames,
                             .step_nm = s->plan.step_nm,
                             .timed = s->plan.period_s > 0};
    maps->period_s = maps->timed ? s->plan.period_s : 1;
    maps->point = airy_memory_new(n, sizeof *maps->point);
    maps->v_ring = airy_memory_new(n * rings, sizeof *maps->v_ring);
    maps->ring_s = airy_memory_new(rings, sizeof *maps->ring_s);
    maps->shift = airy_memory_new(2 * (size_t)s->plan.frames, sizeof *maps->shift);
    if (!maps->point || !maps->v_ring || !maps->ring_s || !maps->shift)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for maps of %zu places", n);
    for (int r = 0; r < s->v.rings; r++)
        maps->ring_s[r] = s->v.bin[r * SECTORS].radial;
    return s->plan.drift ? airy_scan_drift(s, maps->shift, err) : AIRY_OK;
}

airy_code airy_scan_fit_places(const airy_scan *s, airy_scan_maps *maps, airy_error *err)
{
    work w = {.scan = s, .maps = maps};
    const airy_farm farm = {.threads = s->plan.threads,
                            .make = make_desk,
                            .drop = drop_desk,
                            .job = do_place,
                            .context = &w,
                            .progress = s->plan.progress};
    airy_code code = airy_scan_maps_init(s, maps, err);
    w.shift = s->plan.drift ? maps->shift : NULL;
    return code == AIRY_OK ? airy_farm_run(&farm, s->ny * s->nx, err) : code;
}

airy_code airy_scan_fit(const airy_scan *s, airy_scan_maps *maps, airy_error *err)
{
    airy_code code = airy_scan_fit_places(s, maps, err);
    if (code == AIRY_OK)
        code = airy_scan_flag_vacuum(&s->plan, maps, err);
    if (code != AIRY_OK)
        airy_scan_maps_release(maps);
    return code;
}

airy_code airy_scan_place(const airy_scan *s, int y, int x, airy_scan_curve *curve, airy_error *err)
{
    desk *d = new_desk(s, NULL);
    if (!d)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a place");
    follow(d, y, x);
    for (int k = 0; k < SECTORS; k++)
        load_sector(d, k);
    for (int k = 1; k <= curve->lags; k++) {
        double c[SETS];
        curve->g[k - 1] = k < s->plan.frames ? 0 : NAN;
        for (int t = 0; t + k < s->plan.frames; t++) {
            two_time(d, t, t + k, c);
            curve->g[k - 1] += c[ALL] / (s->plan.frames - k);
        }
    }
    vary(d, ALL, &curve->v, &curve->poisson);
    drop_desk(d);
    return AIRY_OK;
}
