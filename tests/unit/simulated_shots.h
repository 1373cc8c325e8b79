// SPDX-License-Identifier: GPL-3.0-or-later
// Simulated shots for tests: radii that follow straight pieces, every shot a particle of another
// size that expands alike.
#ifndef AIRY_TESTS_SIMULATED_SHOTS_H
#define AIRY_TESTS_SIMULATED_SHOTS_H

#include "airy/kinetics.h"

#include <math.h>

enum { DELAYS = 9, SHOTS_MOST = 20 * DELAYS };

// Pieces: rates in nm/ps before 6, between 6 and 14 and after 14 ps.
typedef struct truth {
    double rate[3];
    double spread, error_nm; // of particles, a share of their size; of a measured radius
    int shots;               // at each delay
    double jitter_ps;        // of the delays after 0
    double spread_pumped;    // of particles after 0, where it is another one; 0: the same
} truth;

static double true_radius(const truth *of, double t)
{
    double first = t < 6 ? t : 6, second = t < 6 ? 0 : (t < 14 ? t : 14) - 6;
    double third = t > 14 ? t - 14 : 0;
    return 55 + of->rate[0] * first + of->rate[1] * second + of->rate[2] * third;
}

// Fills shots (room for SHOTS_MOST) from (seed, table); their number.
static int simulate_shots(const truth *of, uint64_t seed, uint32_t table, airy_shot_row *shots)
{
    static const double delay[DELAYS] = {0, 1, 3, 5, 6, 10, 14, 16, 20};
    int n = 0;
    for (int d = 0; d < DELAYS; d++)
        for (int k = 0; k < of->shots; k++, n++) {
            airy_random random;
            airy_random_init(&random, seed, table, (uint32_t)d, (uint32_t)k);
            bool other = delay[d] > 0 && of->spread_pumped > 0;
            double size =
                1 + (other ? of->spread_pumped : of->spread) * airy_random_normal(&random);
            airy_shot_row *shot = &shots[n];
            airy_shot_unknown(shot);
            shot->shot = n;
            shot->delay_ps = delay[d];
            double late = delay[d] > 0 ? of->jitter_ps * airy_random_normal(&random) : 0;
            double r = true_radius(of, fmax(0, delay[d] + late)) * size;
            shot->r_par_nm = r + of->error_nm * airy_random_normal(&random);
            shot->r_perp_nm = r + of->error_nm * airy_random_normal(&random);
            shot->r_par_err_nm = shot->r_perp_err_nm = of->error_nm;
        }
    return n;
}

#endif
