// SPDX-License-Identifier: GPL-3.0-or-later
// Means by delay with the spread of particles as a variance component of its own.
#include "curve.h"

#include "airy/math.h"
#include "base/units.h"

#include <math.h>
#include <stdlib.h>

// ------------------------------------------------------------------ grouping

// One shot as the curve sees it.
typedef struct point {
    double t, y, error, shared;
    int group;
    bool unpumped;
} point;

static int by_time(const void *a, const void *b)
{
    const point *p = a, *q = b;
    return p->t < q->t ? -1 : p->t > q->t ? 1 : p->y < q->y ? -1 : p->y > q->y;
}

// Number of the delay bin that holds t; without bins every delay is its own.
static double bin_of(double t, double width)
{
    return width > 0 ? floor(t / width + 0.5) : t;
}

enum { ALONE_FROM = 60, BINS = 40 };

// Width of the delay bins. Where every shot of many has a delay of its own (a timing tool measures
// it), no delay tells how particles differ; bins of a fortieth of the span do.
static double bin_width(const point *points, int n, double asked)
{
    int different = n > 0;
    for (int i = 1; i < n; i++)
        different += points[i].t > points[i - 1].t;
    bool alone = different > ALONE_FROM && n < 2 * different;
    return asked > 0 || !alone ? asked : (points[n - 1].t - points[0].t) / BINS;
}

// The usable shots, sorted by time; their number.
static int collect(const airy_shot_row *shots, int n, const airy_quantity *quantity,
                   const airy_kinetics_options *options, point *points)
{
    int used = 0;
    for (int i = 0; i < n; i++) {
        double y = quantity->value(&shots[i]);
        double error = quantity->error ? quantity->error(&shots[i]) : 0;
        double shared = quantity->shared ? quantity->shared(&shots[i]) : 0;
        if (!isfinite(y) || !isfinite(shots[i].delay_ps) || (!shots[i].gate && !options->all_shots))
            continue;
        points[used++] = (point){.t = fmax(shots[i].delay_ps, 0),
                                 .y = y,
                                 .error = isfinite(error) ? error : 0,
                                 .shared = isfinite(shared) ? shared : 0,
                                 .unpumped = shots[i].delay_ps <= options->spread_delay};
    }
    qsort(points, (size_t)used, sizeof *points, by_time);
    double width = bin_width(points, used, options->bin_ps);
    for (int i = 1; i < used; i++)
        points[i].group =
            points[i - 1].group + (bin_of(points[i].t, width) > bin_of(points[i - 1].t, width));
    return used;
}

// Plain means of time and quantity by group, and how far the true times lie from that mean: the
// spread of a bin's delays and the jitter.
static void first_means(const point *points, int n, airy_curve *curve)
{
    for (int i = 0; i < n; i++) {
        int g = points[i].group;
        curve->count[g]++;
        curve->t[g] += points[i].t;
        curve->y[g] += points[i].y;
        curve->blur[g] += points[i].t * points[i].t;
    }
    for (int g = 0; g < curve->n; g++) {
        double count = curve->count[g];
        curve->t[g] /= count;
        curve->y[g] /= count;
        double apart = fmax(0, curve->blur[g] / count - curve->t[g] * curve->t[g]);
        curve->blur[g] = sqrt(apart + (curve->t[g] > 0 ? curve->jitter * curve->jitter : 0));
    }
}

// Slopes of the means before and after a group; at an end both are the one there is.
typedef struct slopes {
    double before, after;
} slopes;

static double slope_between(const airy_curve *curve, int from, int to)
{
    return (curve->y[to] - curve->y[from]) / (curve->t[to] - curve->t[from]);
}

static slopes slopes_at(const airy_curve *curve, int g)
{
    slopes at = {0, 0};
    if (g > 0)
        at.before = at.after = slope_between(curve, g - 1, g);
    if (g < curve->n - 1) {
        at.after = slope_between(curve, g, g + 1);
        at.before = g > 0 ? at.before : at.after;
    }
    return at;
}

// Takes from each shot what its delay within the bin does, and adds to its error what the jitter of
// its delay does: a Gaussian x on slopes a (x < 0) and b (x > 0) has the variance
// (a^2 + b^2) / 2 - (b - a)^2 / (2 pi) times its own.
static void correct_for_time(point *points, int n, const airy_curve *curve)
{
    for (int i = 0; i < n; i++) {
        int g = points[i].group;
        slopes at = slopes_at(curve, g);
        double a = at.before, b = at.after;
        points[i].y -= (a + b) / 2 * (points[i].t - curve->t[g]);
        if (curve->t[g] > 0)
            points[i].error =
                hypot(points[i].error, curve->jitter * sqrt((a * a + b * b) / 2 -
                                                            (b - a) * (b - a) / (2 * AIRY_PI)));
    }
}

// ------------------------------------------------------------------ how particles differ

// Sums over some shots, in units of the quantity's scale.
typedef struct scatter {
    double squares, errors; // squared distances from the group's mean; squared errors
    int used, groups;
} scatter;

enum { UNPUMPED = 1, PUMPED = 2, EVERY = UNPUMPED | PUMPED };

// Scale of the spread at a group: particles of all sizes expand alike, so a length of them differs
// by a share of itself.
static double scale_at(const airy_curve *curve, const airy_quantity *quantity, int g)
{
    return quantity->is & AIRY_IS_RELATIVE ? fabs(curve->y[g]) : 1;
}

static scatter find_scatter(const point *points, int n, int which, const airy_curve *curve,
                            const airy_quantity *quantity)
{
    scatter of = {0};
    for (int i = 0; i < n; i++) {
        int g = points[i].group;
        bool first = i == 0 || points[i - 1].group < g;
        double scale = scale_at(curve, quantity, g);
        bool taken = which & (points[i].unpumped ? UNPUMPED : PUMPED);
        if (curve->count[g] < 2 || !(scale > 0) || !taken)
            continue;
        double apart = (points[i].y - curve->y[g]) / scale, error = points[i].error / scale;
        of.squares += apart * apart;
        of.errors += error * error;
        of.used++;
        of.groups += first;
    }
    return of;
}

static int freedom(const scatter *of)
{
    return of->used - of->groups;
}

// Variance of particles beyond the shots' errors; NaN without a group of two.
static double variance(const scatter *of)
{
    int dof = freedom(of);
    return dof > 0 ? fmax(0, of->squares / dof - of->errors / of->used) : NAN;
}

// The same from groups that have a neighbour on either side: what each is off the line between
// them, whose variance is a^2 + b^2 + 1 times that of one (Gasser, Sroka & Jennen-Steinmetz,
// Biometrika 73, 625, 1986). Only for a curve whose delays hardly repeat. *dof: of the squares,
// which overlap.
static double variance_along(const point *points, int n, const airy_curve *curve,
                             const airy_quantity *quantity, int *dof)
{
    double squares = 0, errors = 0;
    int used = 0;
    for (int i = 1; i < n - 1; i++) {
        const point *p = &points[i];
        double span = p[1].t - p[-1].t, scale = scale_at(curve, quantity, p->group);
        if (!(span > 0) || !(scale > 0))
            continue;
        double a = (p[1].t - p->t) / span, b = 1 - a, off = a * p[-1].y + b * p[1].y - p->y;
        squares += off * off / (a * a + b * b + 1) / (scale * scale);
        errors += p->error * p->error / (scale * scale);
        used++;
    }
    *dof = 2 * used / 3;
    return *dof > 0 ? fmax(0, (squares - errors) / used) : NAN;
}

// Chance that pumped shots scatter this much more than unpumped ones by accident: F test, pumped
// shots taken as if their errors (jitter is one) were those of unpumped ones. NaN when one of them
// is not known.
static double chance_alike(const scatter *unpumped, const scatter *pumped)
{
    int u = freedom(unpumped), p = freedom(pumped);
    if (u < 1 || p < 1 || !(unpumped->squares > 0))
        return NAN;
    double more = pumped->errors / pumped->used - unpumped->errors / unpumped->used;
    double f = (pumped->squares / p - more) / (unpumped->squares / u);
    return airy_chance_f_above(fmax(0, f), p, u);
}

// Which spread every group gets: see airy_spread.
static void choose_spread(const point *points, int n, const airy_quantity *quantity,
                          const airy_kinetics_options *options, airy_curve *curve)
{
    enum {
        ENOUGH = 4,
        MANY = 20
    }; // degrees of freedom below which a spread of its own says little
    scatter unpumped = find_scatter(points, n, UNPUMPED, curve, quantity);
    scatter pumped = find_scatter(points, n, PUMPED, curve, quantity);
    scatter every = find_scatter(points, n, EVERY, curve, quantity);
    curve->spread_unpumped = sqrt(variance(&unpumped));
    curve->spread_pumped = sqrt(variance(&pumped));
    curve->spread = sqrt(variance(&every));
    curve->p_alike = chance_alike(&unpumped, &pumped);
    curve->dof = freedom(&every);
    int along = 0;
    double off = variance_along(points, n, curve, quantity, &along);
    // a pair that agrees by chance says nothing; and in a few points a bend is no scatter
    if (curve->dof < ENOUGH && along >= MANY) {
        curve->spread = sqrt(off);
        curve->dof = along;
    }
    bool differ = curve->p_alike < 1 - options->level && freedom(&unpumped) >= ENOUGH;
    curve->taken = AIRY_SPREAD_ALL;
    if (options->spread == AIRY_SPREAD_AUTO && differ) {
        curve->taken = AIRY_SPREAD_APART;
        curve->dof = freedom(&pumped);
    }
    if (options->spread == AIRY_SPREAD_UNPUMPED && freedom(&unpumped) > 0) {
        curve->taken = AIRY_SPREAD_UNPUMPED;
        curve->dof = freedom(&unpumped);
    }
}

static double spread_of(const airy_curve *curve, const point *shot)
{
    double spread = curve->spread;
    if (curve->taken == AIRY_SPREAD_UNPUMPED)
        spread = curve->spread_unpumped;
    if (curve->taken == AIRY_SPREAD_APART)
        spread = shot->unpumped ? curve->spread_unpumped : curve->spread_pumped;
    return isnan(spread) ? 0 : spread;
}

// ------------------------------------------------------------------ the curve

static void average(const point *points, int n, const airy_quantity *quantity, airy_curve *curve)
{
    double *sum = curve->sum;
    for (int i = 0; i < n; i++) {
        int g = points[i].group;
        double spread = spread_of(curve, &points[i]) * scale_at(curve, quantity, g);
        double all = spread * spread + points[i].error * points[i].error;
        double weight = all > 0 ? 1 / all : 1;
        sum[g] += weight * points[i].y;
        curve->weight[g] += weight;
        curve->shared[g] += points[i].shared / curve->count[g];
    }
    for (int g = 0; g < curve->n; g++)
        curve->y[g] = sum[g] / curve->weight[g];
}

airy_code airy_curve_make(const airy_shot_row *shots, int n, const airy_quantity *quantity,
                          const airy_kinetics_options *options, airy_curve *curve, airy_error *err)
{
    size_t room = (size_t)n + 1;
    *curve = (airy_curve){.spread_unpumped = NAN, .spread_pumped = NAN, .p_alike = NAN};
    point *points = airy_memory_new(room, sizeof *points);
    curve->t = airy_memory_new(room * 6, sizeof *curve->t);
    curve->count = airy_memory_new(room, sizeof *curve->count);
    if (!points || !curve->t || !curve->count) {
        airy_memory_free(points);
        airy_curve_release(curve);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d shots", n);
    }
    curve->y = curve->t + room;
    curve->weight = curve->y + room;
    curve->blur = curve->weight + room;
    curve->shared = curve->blur + room;
    curve->sum = curve->shared + room;
    int used = collect(shots, n, quantity, options, points);
    curve->n = used ? points[used - 1].group + 1 : 0;
    curve->shots = used;
    curve->jitter = options->jitter_ps;
    first_means(points, used, curve);
    correct_for_time(points, used, curve);
    choose_spread(points, used, quantity, options, curve);
    average(points, used, quantity, curve);
    airy_memory_free(points);
    return AIRY_OK;
}

void airy_curve_release(airy_curve *curve)
{
    airy_memory_free(curve->t);
    airy_memory_free(curve->count);
    *curve = (airy_curve){0};
}

airy_means airy_curve_means(const airy_curve *curve, double last)
{
    airy_means means = {.t = curve->t,
                        .y = curve->y,
                        .weight = curve->weight,
                        .blur = curve->blur,
                        .jitter = curve->jitter};
    while (means.n < curve->n && curve->t[means.n] <= last)
        means.n++;
    return means;
}
