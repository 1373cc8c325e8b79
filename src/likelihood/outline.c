// SPDX-License-Identifier: GPL-3.0-or-later
// The body's semi-axes by likelihood: what a fit of the rings alone takes for size is structure.
#include "level.h"

#include <math.h>

#define STEP 0.004 // of a semi-axis, to either side of which the cost is looked at
#define FARTHEST 2 // steps that are believed

static double cost_at(const airy_folded *folded, airy_level *level, airy_bench *bench,
                      const airy_trial *from, airy_trial *trial, int steps)
{
    airy_level_dress(level, folded);
    airy_trial_copy(trial, from, level);
    airy_polish(level, bench, trial, steps);
    return trial->cost;
}

// Where a parabola through the costs at -1, 0 and 1 is lowest.
static double lowest(double below, double here, double above)
{
    double bend = below - 2 * here + above, at = 0.5 * (below - above) / bend;
    if (!(bend > 0))
        return below < above ? -FARTHEST : FARTHEST;
    return fmax(fmin(at, FARTHEST), -FARTHEST);
}

airy_code airy_outline_fit(airy_folded *folded, airy_level *level, airy_bench *bench,
                           airy_trial *trial, int steps, int rounds, airy_error *err)
{
    airy_trial other = {0};
    airy_code code = airy_trial_init(&other, level, err);
    double *const axes[] = {&folded->along, &folded->across};
    for (int i = 0; i < 2 * rounds && code == AIRY_OK; i++) {
        double *axis = axes[i % 2], middle = *axis, cost[3];
        for (int side = -1; side <= 1; side++) {
            *axis = middle * (1 + side * STEP);
            cost[side + 1] = cost_at(folded, level, bench, trial, &other, steps);
        }
        *axis = middle * (1 + STEP * lowest(cost[0], cost[1], cost[2]));
        cost_at(folded, level, bench, trial, &other, steps);
        airy_trial_copy(trial, &other, level);
    }
    airy_trial_release(&other);
    return code;
}
