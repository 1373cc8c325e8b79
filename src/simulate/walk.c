// SPDX-License-Identifier: GPL-3.0-or-later
// Walkers whose mean squared displacement is known: free, ballistic, and caged with hops.
#include "airy/simulate.h"
#include "walk.h"

#include "waits.h"

#include <math.h>

const airy_option airy_walk_rows[] = {
    AIRY_OPTION(airy_walk, kind, "walk", .choices = AIRY_WALK_NAMES,
                .help = "diffusion; constant velocities; cages with hops between"),
    AIRY_OPTION(airy_walk, atoms, "atoms", .low = 1, .high = 1e7, .help = "walkers"),
    AIRY_OPTION(airy_walk, frames, "frames", .low = 1, .high = 1e6, .help = "one after another"),
    AIRY_OPTION(airy_walk, box, "box", .low = 1e-3, .high = 1e6, .unit = "A",
                .help = "side of the cube"),
    AIRY_OPTION(airy_walk, dt_ps, "period", .low = 1e-9, .high = 1e9, .unit = "ps",
                .help = "from frame to frame"),
    AIRY_OPTION(airy_walk, diffusion, "diffusion", .low = 0, .high = 1e6, .unit = "A^2/ps",
                .help = "D of free walkers"),
    AIRY_OPTION(airy_walk, speed, "speed", .low = 0, .high = 1e6, .unit = "A/ps",
                .help = "standard deviation of a component, of ballistic ones"),
    AIRY_OPTION(airy_walk, cage, "cage", .low = 0, .high = 1e3, .unit = "A",
                .help = "standard deviation of a coordinate in its cage"),
    AIRY_OPTION(airy_walk, hop, "hop", .low = 0, .high = 1e3, .unit = "A",
                .help = "length of a hop"),
    AIRY_OPTION(airy_walk, wait_ps, "wait", .low = 1e-9, .high = 1e12, .unit = "ps",
                .help = "scale of the waits between hops"),
    AIRY_OPTION(airy_walk, beta, "beta", .low = 0.01, .high = 1,
                .help = "their exponent: survival E_beta(-(t/wait)^beta), 1 is exponential"),
    {0},
};

void airy_walk_defaults(airy_walk *walk)
{
    *walk = (airy_walk){.atoms = 500,
                        .frames = 200,
                        .box = 30,
                        .dt_ps = 1,
                        .diffusion = 0.05,
                        .speed = 0.05,
                        .cage = 0.15,
                        .hop = 2.8,
                        .wait_ps = 20,
                        .beta = 1};
}

static void hop(const airy_walk *w, airy_random *random, double site[3])
{
    double d[3], norm = 0;
    for (int x = 0; x < 3; x++) {
        d[x] = airy_random_normal(random);
        norm += d[x] * d[x];
    }
    for (int x = 0; x < 3; x++)
        site[x] += w->hop * d[x] / sqrt(norm);
}

static void walk_free(const airy_walk *w, airy_random *random, double *r)
{
    double step = sqrt(2 * w->diffusion * w->dt_ps);
    for (int i = 3; i < 3 * w->frames; i++)
        r[i] = r[i - 3] + step * airy_random_normal(random);
}

static void walk_ballistic(const airy_walk *w, airy_random *random, double *r)
{
    double v[3];
    for (int x = 0; x < 3; x++)
        v[x] = w->speed * airy_random_normal(random);
    for (int i = 3; i < 3 * w->frames; i++)
        r[i] = r[i % 3] + v[i % 3] * w->dt_ps * (i / 3);
}

static void walk_cage(const airy_walk *w, airy_random *random, double *r)
{
    double site[3] = {r[0], r[1], r[2]}, next = airy_wait_draw(w->wait_ps, w->beta, random);
    for (int frame = 0; frame < w->frames; frame++) {
        for (; next <= frame * w->dt_ps; next += airy_wait_draw(w->wait_ps, w->beta, random))
            hop(w, random, site);
        for (int x = 0; x < 3; x++)
            r[3 * frame + x] = site[x] + w->cage * airy_random_normal(random);
    }
}

void airy_walk_atom(const airy_walk *w, int i, double *r)
{
    static void (*const ways[])(const airy_walk *, airy_random *, double *) = {
        [AIRY_WALK_FREE] = walk_free,
        [AIRY_WALK_BALLISTIC] = walk_ballistic,
        [AIRY_WALK_CAGE] = walk_cage,
    };
    airy_random random;
    airy_random_init(&random, w->seed, 0, AIRY_STREAM_WALK, (uint32_t)i);
    for (int x = 0; x < 3; x++)
        r[x] = w->box * airy_random_uniform(&random);
    ways[w->kind](w, &random, r);
}

double airy_walk_msd(const airy_walk *w, double t_ps)
{
    switch (w->kind) {
    case AIRY_WALK_FREE:
        return 6 * w->diffusion * t_ps;
    case AIRY_WALK_BALLISTIC:
        return 3 * w->speed * w->speed * t_ps * t_ps;
    case AIRY_WALK_CAGE:
        break;
    }
    double hops = pow(t_ps / w->wait_ps, w->beta) / tgamma(1 + w->beta);
    return t_ps > 0 ? 6 * w->cage * w->cage + w->hop * w->hop * hops : 0;
}
