// SPDX-License-Identifier: GPL-3.0-or-later
// A population of images evolves: children are kept where they are better than a parent.
#include "level.h"

#include <stdlib.h>

#define OF_THE_WORST 0.3 // chance of a child that is no better than its parents to replace another

airy_code airy_population_init(airy_population *p, int members, const airy_level *level,
                               airy_error *err)
{
    *p = (airy_population){.members = members,
                           .trial = calloc((size_t)members + 1, sizeof *p->trial)};
    airy_code code =
        p->trial ? AIRY_OK
                 : airy_error_set(err, AIRY_EMEMORY, "no memory for a population of %d", members);
    for (int i = 0; i <= members && code == AIRY_OK; i++)
        code = airy_trial_init(&p->trial[i], level, err);
    if (code != AIRY_OK)
        airy_population_release(p);
    return code;
}

void airy_population_release(airy_population *p)
{
    for (int i = 0; p->trial && i <= p->members; i++)
        airy_trial_release(&p->trial[i]);
    free(p->trial);
    *p = (airy_population){0};
}

static int worst_of(const airy_population *p)
{
    int worst = 0;
    for (int i = 1; i < p->members; i++)
        worst = p->trial[i].cost > p->trial[worst].cost ? i : worst;
    return worst;
}

static void swap(airy_trial *a, airy_trial *b)
{
    airy_trial c = *a;
    *a = *b;
    *b = c;
}

void airy_population_evolve(airy_population *p, const airy_level *level, airy_bench *bench,
                            airy_random *random, int children, int steps)
{
    uint32_t n = (uint32_t)p->members;
    airy_trial *child = &p->trial[n];
    for (int i = 0; i < children; i++) {
        uint32_t mother = airy_random_below(random, n), father = airy_random_below(random, n - 1);
        father += father >= mother;
        airy_trial_mate(level, bench, random, &p->trial[mother], &p->trial[father], child);
        airy_polish(level, bench, child, steps);
        bool other = airy_random_uniform(random) < OF_THE_WORST;
        uint32_t worse = p->trial[mother].cost > p->trial[father].cost ? mother : father;
        if (!(child->cost < p->trial[worse].cost) && other)
            worse = (uint32_t)worst_of(p);
        if (child->cost < p->trial[worse].cost)
            swap(child, &p->trial[worse]);
    }
}

static int by_cost(const void *a, const void *b)
{
    double x = ((const airy_trial *)a)->cost, y = ((const airy_trial *)b)->cost;
    return (x > y) - (x < y);
}

void airy_population_sort(airy_population *p)
{
    qsort(p->trial, (size_t)p->members, sizeof *p->trial, by_cost);
}
