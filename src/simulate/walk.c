// SPDX-License-Identifier: GPL-3.0-or-later
// Walkers whose mean squared displacement is known: free, ballistic, and caged with hops.
#include "airy/simulate.h"
#include "walk.h"

#include "waits.h"

#include <math.h>

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

airy_code airy_walk_check(const airy_walk *w, airy_error *err)
{
    if (w->atoms < 1 || w->atoms > 10000000 || w->frames < 1 || w->frames > 1000000)
        return airy_error_set(err, AIRY_EARGUMENT, "%d walkers in %d frames cannot be", w->atoms,
                              w->frames);
    if (!(w->box > 0) || !(w->dt_ps > 0) || !(w->diffusion >= 0) || !(w->speed >= 0) ||
        !(w->cage >= 0) || !(w->hop >= 0) || !(w->wait_ps > 0))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "box, time step and wait are above 0, diffusion, speed, cage and hop "
                              "are not below");
    if (!(w->beta > 0) || !(w->beta <= 1))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "waits have an exponent above 0, at most 1, not "
                              "%g",
                              w->beta);
    return AIRY_OK;
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
