// SPDX-License-Identifier: GPL-3.0-or-later
// Descent by L-BFGS (Nocedal, Math. Comput. 35, 773, 1980; Liu and Nocedal, Math. Program. 45, 503,
// 1989). A step costs one transform to make the line and one for the gradient at its end; looks
// along the line cost none.
#include "lanes.h"
#include "level.h"

#include <string.h>

enum { LOOKS = 6 };    // along one line
#define DECREASE 1e-4  // Armijo's condition
#define CURVATURE 0.9  // and Wolfe's
#define CONVERGED 1e-3 // of one cost unit, a likelihood ratio of 1.0005, in ten steps

static float *pair(float *pairs, const airy_level *l, int i)
{
    return pairs + (size_t)i * (size_t)l->broad;
}

// bench->direction = - H gradient, by the pairs that are stored.
static void make_direction(const airy_level *l, airy_bench *b)
{
    double alpha[AIRY_MEMORY];
    float *d = b->direction;
    memcpy(d, b->gradient, (size_t)l->broad * sizeof *d);
    for (int k = 0; k < b->stored; k++) {
        int i = (b->at - 1 - k + AIRY_MEMORY) % AIRY_MEMORY;
        alpha[i] = b->inverse[i] * airy_lanes_dot(pair(b->moves, l, i), d, l->broad);
        airy_lanes_add((float)-alpha[i], pair(b->turns, l, i), d, l->broad);
    }
    double scale = -1;
    if (b->stored) {
        int i = (b->at - 1 + AIRY_MEMORY) % AIRY_MEMORY;
        const float *turn = pair(b->turns, l, i);
        scale = -1 / (b->inverse[i] * airy_lanes_dot(turn, turn, l->broad));
    }
    for (int i = 0; i < l->broad; i++)
        d[i] *= (float)scale;
    for (int k = b->stored - 1; k >= 0; k--) {
        int i = (b->at - 1 - k + AIRY_MEMORY) % AIRY_MEMORY;
        double beta = b->inverse[i] * airy_lanes_dot(pair(b->turns, l, i), d, l->broad);
        airy_lanes_add((float)(-alpha[i] - beta), pair(b->moves, l, i), d, l->broad);
    }
}

// Looks for a step of enough decrease and less slope; *cost is that at the step returned.
static double search_line(const airy_level *l, const airy_bench *b, const airy_trial *trial,
                          const double power[3], double slope, double first, double *cost)
{
    double t = first, low = 0, high = 0;
    for (int look = 0; look < LOOKS; look++) {
        double here;
        *cost = airy_level_along(l, b, trial, power, t, &here);
        double above = *cost - trial->cost;
        if (!(above <= DECREASE * t * slope)) {
            high = t;
            double lowest = -slope * t * t / (2 * (above - slope * t)); // of a parabola
            double near = low + 0.1 * (high - low), far = low + 0.7 * (high - low);
            t = lowest > near && lowest < far ? lowest : 0.5 * (low + high);
        } else if (here < CURVATURE * slope) {
            low = t;
            t = high > 0 ? 0.5 * (low + high) : 3 * t;
        } else {
            return t;
        }
    }
    *cost = airy_level_along(l, b, trial, power, t, &slope);
    return t;
}

static void remember(const airy_level *l, airy_bench *b, double t)
{
    float *move = pair(b->moves, l, b->at), *turn = pair(b->turns, l, b->at);
    for (int i = 0; i < l->broad; i++) {
        move[i] = (float)t * b->direction[i];
        turn[i] = b->next[i] - b->gradient[i];
    }
    double product = airy_lanes_dot(move, turn, l->broad);
    float *spent = b->gradient;
    b->gradient = b->next;
    b->next = spent;
    if (!(product > 0))
        return;
    b->inverse[b->at] = 1 / product;
    b->at = (b->at + 1) % AIRY_MEMORY;
    b->stored += b->stored < AIRY_MEMORY;
}

// One step; false when there is no way down.
static bool descend(const airy_level *l, airy_bench *b, airy_trial *trial)
{
    double power[3], cost;
    make_direction(l, b);
    double slope = airy_lanes_dot(b->gradient, b->direction, l->broad);
    if (!(slope < 0))
        return false;
    airy_level_line(l, b, trial, power);
    double first = b->stored ? 1 : -slope / (airy_level_bend(l, b, power) + 1e-300);
    double t = search_line(l, b, trial, power, slope, first, &cost);
    if (!(cost < trial->cost))
        return false;
    airy_level_advance(l, b, trial, t);
    trial->cost = cost;
    airy_level_gradient(l, b, trial, b->next);
    remember(l, b, t);
    return true;
}

void airy_polish(const airy_level *l, airy_bench *b, airy_trial *trial, int steps)
{
    airy_level_judge(l, b, trial);
    airy_level_gradient(l, b, trial, b->gradient);
    b->stored = b->at = 0;
    double before = trial->cost;
    for (int i = 1; i <= steps; i++) {
        if (!descend(l, b, trial)) {
            if (b->stored == 0)
                return;
            b->stored = 0; // once more from the gradient alone
        }
        if (i % 10)
            continue;
        if (!(before - trial->cost > CONVERGED))
            return;
        before = trial->cost;
    }
}
