// SPDX-License-Identifier: GPL-3.0-or-later
// What of the bands to believe: were they found again when they were there, and are there such
// bands where there are none?
#include "airy/density.h"
#include "verdict.h"

#include <math.h>

// Share of a branch's chord that lies within `reach` nm of another's.
static double overlap(const airy_branch *a, const airy_branch *b, double reach)
{
    enum { POINTS = 21 };
    double dx = b->x1_nm - b->x0_nm, dy = b->y1_nm - b->y0_nm, square = dx * dx + dy * dy;
    int near = 0;
    for (int i = 0; i < POINTS; i++) {
        double s = i / (POINTS - 1.0);
        double x = a->x0_nm + s * (a->x1_nm - a->x0_nm) - b->x0_nm;
        double y = a->y0_nm + s * (a->y1_nm - a->y0_nm) - b->y0_nm;
        double t = square > 0 ? fmin(fmax((x * dx + y * dy) / square, 0), 1) : 0;
        near += hypot(x - t * dx, y - t * dy) < reach;
    }
    return (double)near / POINTS;
}

double airy_branch_turn(const airy_branch *a, const airy_branch *b)
{
    return airy_angles_fold(a->direction_deg - b->direction_deg);
}

const airy_branch *airy_bands_find_again(const airy_branch *branch, const airy_bands *bands,
                                         double reach_nm)
{
    const airy_branch *best = NULL;
    double most = 0.5;
    for (int i = 0; i < bands->n; i++) {
        double o = overlap(branch, &bands->branch[i], reach_nm);
        if (o > most && airy_branch_turn(branch, &bands->branch[i]) < 25) {
            most = o;
            best = &bands->branch[i];
        }
    }
    return best;
}

double airy_branch_share(const airy_branch *branch, const airy_bands *others, int n,
                         double reach_nm)
{
    int found = 0;
    for (int k = 0; k < n; k++)
        found += airy_bands_find_again(branch, &others[k], reach_nm) != NULL;
    return n > 0 ? (double)found / n : 1;
}

void airy_verdict_make(const airy_branch *branch, const airy_bands *recoveries, int n,
                       const airy_bands *nulls, int n_nulls, double reach_nm, airy_verdict *verdict)
{
    double square = 0, longer = 0;
    *verdict = (airy_verdict){.recoveries = n, .nulls = n_nulls};
    for (int i = 0; i < n; i++) {
        const airy_branch *again = airy_bands_find_again(branch, &recoveries[i], reach_nm);
        double turn = again ? airy_branch_turn(branch, again) : 0;
        verdict->found += again != NULL;
        square += turn * turn;
    }
    for (int i = 0; i < n_nulls; i++)
        for (int k = 0; k < nulls[i].n; k++)
            longer += nulls[i].branch[k].length_nm >= branch->length_nm;
    verdict->share = n > 0 ? (double)verdict->found / n : NAN;
    verdict->angle_error_deg = verdict->found > 0 ? sqrt(square / verdict->found) : NAN;
    verdict->by_chance = n_nulls > 0 ? longer / n_nulls : NAN;
}

void airy_false_bands_count(const airy_bands *nulls, int n, airy_false_bands *rates)
{
    static const double from[AIRY_LENGTH_CLASSES] = {1, 1.5, 2, 3};
    double area = 0, length = 0;
    *rates = (airy_false_bands){.shots = n};
    for (int c = 0; c < AIRY_LENGTH_CLASSES; c++)
        rates->from_nm[c] = n > 0 ? from[c] * nulls[0].min_length_nm : NAN;
    for (int i = 0; i < n; i++) {
        area += nulls[i].searched_nm2;
        for (int k = 0; k < nulls[i].n; k++) {
            double l = nulls[i].branch[k].length_nm;
            int c = AIRY_LENGTH_CLASSES - 1;
            while (c > 0 && l < rates->from_nm[c])
                c--;
            rates->in_class[c] += 1.0 / n;
            rates->per_shot += 1.0 / n;
            length += l;
        }
    }
    rates->length_per_shot_nm = n > 0 ? length / n : NAN;
    rates->per_nm2 = area > 0 ? rates->per_shot * n / area : NAN;
}
