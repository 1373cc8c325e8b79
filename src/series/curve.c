// SPDX-License-Identifier: GPL-3.0-or-later
// Means by delay with the spread of particles as a variance component of its own.
#include "curve.h"

#include <math.h>
#include <stdlib.h>

// ------------------------------------------------------------------ quantities

static double r_par(const airy_shot_row *shot)
{
    return shot->r_par_nm;
}

static double r_perp(const airy_shot_row *shot)
{
    return shot->r_perp_nm;
}

static double r_par_error(const airy_shot_row *shot)
{
    return shot->r_par_err_nm;
}

static double r_perp_error(const airy_shot_row *shot)
{
    return shot->r_perp_err_nm;
}

static double r_mean(const airy_shot_row *shot)
{
    return (shot->r_par_nm + shot->r_perp_nm) / 2;
}

static double r_mean_error(const airy_shot_row *shot)
{
    return hypot(shot->r_par_err_nm, shot->r_perp_err_nm) / 2;
}

static double rim_mean(const airy_shot_row *shot)
{
    return (shot->rim_par_nm + shot->rim_perp_nm) / 2;
}

static double rings_less_rim(const airy_shot_row *shot)
{
    return r_mean(shot) - rim_mean(shot);
}

static double aspect(const airy_shot_row *shot)
{
    return shot->r_par_nm / shot->r_perp_nm;
}

static double aspect_error(const airy_shot_row *shot)
{
    return aspect(shot) *
           hypot(shot->r_par_err_nm / shot->r_par_nm, shot->r_perp_err_nm / shot->r_perp_nm);
}

static double rim_aspect(const airy_shot_row *shot)
{
    return shot->rim_par_nm / shot->rim_perp_nm;
}

static double a_low(const airy_shot_row *shot)
{
    return shot->a_low_nm2;
}

static double low_fraction(const airy_shot_row *shot)
{
    return shot->low_fraction;
}

static double band_length(const airy_shot_row *shot)
{
    return shot->band_length_nm;
}

static double branches(const airy_shot_row *shot)
{
    return shot->n_branches < 0 ? (double)NAN : (double)shot->n_branches;
}

static double fraction_20_40(const airy_shot_row *shot)
{
    return shot->fraction_20_40;
}

static const airy_quantity table[] = {
    {"r_mean", "mean radius", "nm", "km/s", r_mean, r_mean_error, true, false},
    {"r_par", "radius along the polarisation", "nm", "km/s", r_par, r_par_error, true, true},
    {"r_perp", "radius across the polarisation", "nm", "km/s", r_perp, r_perp_error, true, true},
    {"rim_mean", "mean radius at the rim", "nm", "km/s", rim_mean, NULL, true, false},
    {"rings_less_rim", "rings less rim", "nm", "", rings_less_rim, NULL, false, false},
    {"aspect", "aspect ratio", "1", "1/ps", aspect, aspect_error, false, false},
    {"rim_aspect", "aspect ratio at the rim", "1", "1/ps", rim_aspect, NULL, false, false},
    {"a_low", "low-density area", "nm2", "nm2/ps", a_low, NULL, true, false},
    {"low_fraction", "share of low density", "1", "1/ps", low_fraction, NULL, false, false},
    {"n_branches", "branches", "1", "1/ps", branches, NULL, false, false},
    {"band_length", "length of bands", "nm", "nm/ps", band_length, NULL, false, false},
    {"fraction_20_40", "bands at 20 to 40 degrees", "1", "1/ps", fraction_20_40, NULL, false,
     false},
};

const airy_quantity *airy_quantities(int *n)
{
    *n = (int)(sizeof table / sizeof *table);
    return table;
}

// ------------------------------------------------------------------ grouping

// One shot as the curve sees it.
typedef struct point {
    double t, y, error;
    int group;
    bool unpumped;
} point;

static int by_time(const void *a, const void *b)
{
    const point *p = a, *q = b;
    return p->t < q->t ? -1 : p->t > q->t ? 1 : p->y < q->y ? -1 : p->y > q->y;
}

// The usable shots, sorted by time; their number.
static int collect(const airy_shot_row *shots, int n, const airy_quantity *quantity,
                   const airy_kinetics_options *options, point *points)
{
    int used = 0;
    for (int i = 0; i < n; i++) {
        double y = quantity->value(&shots[i]);
        double error = quantity->error ? quantity->error(&shots[i]) : 0;
        if (!isfinite(y) || !isfinite(shots[i].delay_ps) || (!shots[i].gate && !options->all_shots))
            continue;
        points[used++] = (point){.t = fmax(shots[i].delay_ps, 0),
                                 .y = y,
                                 .error = isfinite(error) ? error : 0,
                                 .unpumped = shots[i].delay_ps <= options->spread_delay};
    }
    qsort(points, (size_t)used, sizeof *points, by_time);
    for (int i = 1; i < used; i++)
        points[i].group = points[i - 1].group + (points[i].t > points[i - 1].t);
    return used;
}

// Variance of shots around the means of their groups, less what their errors explain. *dof: shots
// less groups. NaN without a group of two.
static double scatter(const point *points, int n, bool unpumped_only, int *dof)
{
    double squares = 0, errors = 0;
    int used = 0, groups = 0;
    for (int i = 0, end; i < n; i = end) {
        double sum = 0;
        for (end = i; end < n && points[end].group == points[i].group; end++)
            sum += points[end].y;
        if (end - i < 2 || (unpumped_only && !points[i].unpumped))
            continue;
        double mean = sum / (end - i);
        for (int k = i; k < end; k++) {
            squares += (points[k].y - mean) * (points[k].y - mean);
            errors += points[k].error * points[k].error;
        }
        used += end - i;
        groups++;
    }
    *dof = used - groups;
    return *dof > 0 ? fmax(0, squares / *dof - errors / used) : NAN;
}

static void average(const point *points, int n, double variance, airy_curve *curve)
{
    for (int i = 0; i < n; i++) {
        int g = points[i].group;
        double e2 = points[i].error * points[i].error;
        double weight = variance + e2 > 0 ? 1 / (variance + e2) : 1;
        curve->t[g] = points[i].t;
        curve->y[g] += weight * points[i].y;
        curve->weight[g] += weight;
        curve->count[g]++;
    }
    for (int g = 0; g < curve->n; g++)
        curve->y[g] /= curve->weight[g];
}

airy_code airy_curve_make(const airy_shot_row *shots, int n, const airy_quantity *quantity,
                          const airy_kinetics_options *options, airy_curve *curve, airy_error *err)
{
    *curve = (airy_curve){.spread_unpumped = NAN};
    point *points = airy_memory_new((size_t)n + 1, sizeof *points);
    double *columns = airy_memory_new((size_t)n * 3 + 1, sizeof *columns);
    int *count = airy_memory_new((size_t)n + 1, sizeof *count);
    if (!points || !columns || !count) {
        airy_memory_free(points);
        airy_memory_free(columns);
        airy_memory_free(count);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d shots", n);
    }
    curve->t = columns;
    curve->y = columns + n;
    curve->weight = columns + 2 * (size_t)n;
    curve->count = count;
    int used = collect(shots, n, quantity, options, points), dof;
    curve->n = used ? points[used - 1].group + 1 : 0;
    curve->shots = used;
    curve->spread_unpumped = sqrt(scatter(points, used, true, &dof));
    curve->unpumped = dof > 0 ? dof + 1 : 0;
    double variance = scatter(points, used, false, &curve->dof);
    curve->spread = isnan(variance) ? 0 : sqrt(variance);
    average(points, used, curve->spread * curve->spread, curve);
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
    airy_means means = {.t = curve->t, .y = curve->y, .weight = curve->weight};
    while (means.n < curve->n && curve->t[means.n] <= last)
        means.n++;
    return means;
}
