// SPDX-License-Identifier: GPL-3.0-or-later
// What g2 comes down to, measured: two mean images far apart in time share what does not move, and
// neither shot noise nor, when speckle has changed, speckle. One mean image alone would hold the
// speckle that has not averaged out: its contrast x 2 tau / T.
#include "airy/speckle.h"
#include "findings.h"

#include <math.h>

enum { GROUPS = AIRY_SPECKLE_GROUPS, NORMAL_LEAST = 2 };

#define CONTRAST_LEAST 1e-9 // below it there is none, but for rounding

typedef struct sums {
    double n, a, b, ab;
} sums;

static double ratio(sums s)
{
    return s.n * s.ab / (s.a * s.b);
}

static sums less(sums all, sums part)
{
    return (sums){all.n - part.n, all.a - part.a, all.b - part.b, all.ab - part.ab};
}

// Jackknife over groups of pixels (Efron, The Jackknife, SIAM 1982, Eq. 3.5).
static void baseline(const airy_correlation *of, int region, airy_region_result *result)
{
    const airy_survey *s = &of->survey;
    int from = of->regions.first[region], n = of->regions.first[region + 1] - from;
    int groups = n < GROUPS ? n : GROUPS;
    sums group[GROUPS] = {{0}}, all = {0};
    double mean = 0, square = 0, left[GROUPS];
    for (int i = 0; i < n; i++) {
        sums *g = &group[(long long)i * groups / n];
        double a = s->early[from + i] / s->flat[from + i];
        double b = s->late[from + i] / s->flat[from + i];
        g->n++, g->a += a, g->b += b, g->ab += a * b;
    }
    for (int g = 0; g < groups; g++)
        all = (sums){all.n + group[g].n, all.a + group[g].a, all.b + group[g].b,
                     all.ab + group[g].ab};
    for (int g = 0; g < groups; g++) {
        left[g] = ratio(less(all, group[g]));
        mean += left[g] / groups;
    }
    for (int g = 0; g < groups; g++)
        square += (left[g] - mean) * (left[g] - mean);
    result->baseline = ratio(all);
    result->baseline_error = groups >= NORMAL_LEAST ? sqrt(square * (groups - 1) / groups) : NAN;
}

// Where the curve first falls below exp(-2) of its contrast, on a line in the logarithm of delay.
static double first_fall(const airy_region_result *result, const airy_g2 *rows, int n)
{
    double before = NAN, level = result->baseline + exp(-2) * result->contrast;
    if (!(result->contrast > CONTRAST_LEAST) || result->contrast < 2 * result->contrast_error)
        return NAN; // what cannot be told from noise has no time
    for (int i = 0; i < n; i++) {
        if (rows[i].g2 < level && i > 0)
            return exp(log(rows[i - 1].delay) + log(rows[i].delay / rows[i - 1].delay) *
                                                    (before - level) / (before - rows[i].g2));
        before = rows[i].g2;
    }
    return NAN;
}

airy_code airy_region_results(const airy_correlation *of, int region, const airy_g2 *rows, int n,
                              airy_region_result *result, airy_error *err)
{
    const airy_regions *regions = &of->regions;
    double photons = 0;
    int all = 0;
    while (all < n && isnan(rows[all].age))
        all++;
    if (all == 0)
        return airy_error_set(err, AIRY_EVALUE,
                              "region %d has no pair of frames: gaps are all there is",
                              regions->label[region]);
    for (int i = regions->first[region]; i < regions->first[region + 1]; i++)
        photons += of->survey.mean[i];
    *result = (airy_region_result){.pixels = regions->first[region + 1] - regions->first[region]};
    result->photons = photons / result->pixels;
    result->plateau = rows[0].g2;
    result->plateau_error = rows[0].error;
    baseline(of, region, result);
    result->contrast = result->plateau - result->baseline;
    result->contrast_error = hypot(result->plateau_error, result->baseline_error);
    result->tau = first_fall(result, rows, all);
    return AIRY_OK;
}
