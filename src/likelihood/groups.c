// SPDX-License-Identifier: GPL-3.0-or-later
// Islands evolve apart at low resolution; their best settle together and go on to the finest.
//
// A population alone collapses with a domain or two wrong. Those of islands are wrong in others,
// and mating them mends both.
#include "lanes.h"
#include "search.h"
#include "airy/work.h"

#include <math.h>
#include <string.h>

enum { SETTLING = 30 }; // steps of the polish after a move to a finer level

// Brings members from the level below, or takes them as they were drawn, and polishes them.
static void move_in(const airy_search_state *s, const airy_level *l, airy_population *from,
                    airy_population *to, airy_bench *bench)
{
    for (int i = 0; i < to->members; i++) {
        if (from)
            airy_trial_move(l - 1, &from->trial[i], l, bench, &to->trial[i]);
        airy_polish(l, bench, &to->trial[i], from ? SETTLING : s->options->steps);
    }
}

// A population on a level, from one on the level below or drawn. The one below is released.
static airy_code rise(const airy_search_state *s, int group, int level, airy_random *random,
                      airy_population *p, airy_error *err)
{
    const airy_level *l = &s->own[group][level];
    airy_population here = {0};
    airy_bench bench = {0};
    airy_code code = airy_population_init(&here, s->options->members, l, err);
    if (code == AIRY_OK)
        code = airy_bench_init(&bench, l, err);
    if (code == AIRY_OK) {
        for (int i = 0; i < here.members && !p->trial; i++)
            airy_trial_draw(l, &bench, random, &here.trial[i]);
        move_in(s, l, p->trial ? p : NULL, &here, &bench);
        airy_population_evolve(&here, l, &bench, random, s->options->children[level],
                               s->options->steps);
        airy_population_sort(&here);
    }
    airy_bench_release(&bench);
    airy_population_release(p);
    *p = here;
    return code;
}

// ------------------------------------------------------------------ islands

static airy_code live_on_island(int i, void *workspace, void *context, airy_error *err)
{
    airy_search_state *s = context;
    airy_population p = {0};
    airy_random random;
    airy_code code = AIRY_OK;
    (void)workspace;
    airy_random_init(&random, s->options->seed, s->options->shot, AIRY_STREAM_ISLAND, (uint32_t)i);
    for (int level = 0; level < AIRY_LEVELS - 1 && code == AIRY_OK; level++)
        code = rise(s, i / s->options->islands, level, &random, &p, err);
    size_t area = (size_t)s->level[AIRY_LEVELS - 2].area;
    float *to = s->settlers + (size_t)i * (size_t)s->taken * area;
    for (int k = 0; k < s->taken && code == AIRY_OK; k++)
        memcpy(to + (size_t)k * area, p.trial[k].density, area * sizeof *to);
    airy_population_release(&p);
    return code;
}

airy_code airy_search_islands(airy_search_state *s, airy_error *err)
{
    size_t area = (size_t)s->level[AIRY_LEVELS - 2].area;
    const airy_farm_slots slots = {s->settlers, (size_t)s->taken * area * sizeof *s->settlers};
    airy_farm farm = {.job = live_on_island, .slots = &slots, .slot_count = 1};
    return airy_search_farm(s, &farm, s->options->groups * s->options->islands, err);
}

// ------------------------------------------------------------------ groups

// The settlers of a group's islands as a population of the level that they come from.
static airy_code settle(const airy_search_state *s, int group, airy_population *p, airy_error *err)
{
    const airy_level *l = &s->own[group][AIRY_LEVELS - 2];
    airy_bench bench = {0};
    airy_code code = airy_population_init(p, s->options->members, l, err);
    if (code == AIRY_OK)
        code = airy_bench_init(&bench, l, err);
    size_t area = (size_t)l->area;
    int n = s->options->islands * s->taken;
    for (int i = 0; i < p->members && code == AIRY_OK; i++) {
        const float *from = s->settlers + (size_t)(group * n + i % n) * area;
        memcpy(p->trial[i].density, from, area * sizeof *from);
        airy_level_judge(l, &bench, &p->trial[i]);
    }
    airy_bench_release(&bench);
    return code;
}

// An image of a group's last level on the finest, which is the same for all, with what there is to
// say of it, as number i.
static airy_code finish(const airy_search_state *s, const airy_trial *from, int i, airy_error *err)
{
    const airy_level *l = &s->level[AIRY_LEVELS];
    airy_desk desk;
    airy_trial *last = &desk.trial;
    airy_code code = airy_desk_init(&desk, l, err);
    if (code == AIRY_OK) {
        airy_trial_move(&s->level[AIRY_LEVELS - 1], from, l, &desk.bench, last);
        airy_polish(l, &desk.bench, last, s->options->final_steps);
        s->candidate[i] = airy_level_judge(l, &desk.bench, last);
        s->candidate[i].group = i;
        memcpy(s->final + (size_t)i * (size_t)l->area, last->density,
               (size_t)l->area * sizeof *last->density);
    }
    airy_desk_release(&desk);
    return code;
}

// Domain i of the odd part whose sign photons tell least, 0 <= i < AIRY_DOMAINS: the middle, which
// the stop hides and where the even part outshines it, then sectors between two lines through it
// along which the odd part passes zero.
static airy_domain find_domain(int i)
{
    static const double radii[] = {0.7, 0.9, 1.1, 1.4, 1.9}, widths[] = {45, 70, 90};
    enum { DISCS = sizeof radii / sizeof radii[0], WIDTHS = sizeof widths / sizeof widths[0] };
    enum { PLACES = (AIRY_DOMAINS - DISCS) / WIDTHS };
    if (i < DISCS)
        return (airy_domain){0, 360, radii[i]};
    int sector = i - DISCS;
    return (airy_domain){sector % PLACES * 180.0 / PLACES, widths[sector / PLACES], INFINITY};
}

// An image with one of them turned is the rival of the best one, unless it is better.
static airy_code find_rival(const airy_search_state *s, int group, airy_trial *best,
                            airy_trial *rival, airy_error *err)
{
    const airy_level *l = &s->own[group][AIRY_LEVELS - 1];
    airy_desk desk;
    airy_trial *child = &desk.trial;
    airy_code code = airy_desk_init(&desk, l, err);
    for (int i = 0; code == AIRY_OK && i < s->options->rivals; i++) {
        airy_domain domain = find_domain(i);
        airy_trial_turn(l, &desk.bench, best, &domain, child);
        airy_polish(l, &desk.bench, child, s->options->steps);
        bool same = fabs(airy_trial_agreement(l, best, child)) >= s->options->same;
        if (child->cost < best->cost) {
            if (!same)
                airy_trial_copy(rival, best, l);
            airy_trial_copy(best, child, l);
        } else if (!same && child->cost < rival->cost) {
            airy_trial_copy(rival, child, l);
        }
    }
    airy_desk_release(&desk);
    return code;
}

static airy_code finish_both(airy_search_state *s, airy_trial *best, int group, airy_error *err)
{
    airy_trial rival = {0};
    airy_code code = airy_trial_init(&rival, &s->level[AIRY_LEVELS - 1], err);
    if (code == AIRY_OK)
        code = find_rival(s, group, best, &rival, err);
    if (code == AIRY_OK)
        code = finish(s, best, group, err);
    s->candidate[s->options->groups + group].objective = INFINITY;
    if (code == AIRY_OK && isfinite(rival.cost))
        code = finish(s, &rival, s->options->groups + group, err);
    airy_trial_release(&rival);
    return code;
}

static airy_code join_group(int group, void *workspace, void *context, airy_error *err)
{
    airy_search_state *s = context;
    airy_population p = {0};
    airy_random random;
    (void)workspace;
    airy_random_init(&random, s->options->seed, s->options->shot, AIRY_STREAM_GROUP,
                     (uint32_t)group);
    airy_code code = settle(s, group, &p, err);
    if (code == AIRY_OK)
        code = rise(s, group, AIRY_LEVELS - 1, &random, &p, err);
    if (code == AIRY_OK)
        code = finish_both(s, &p.trial[0], group, err);
    airy_population_release(&p);
    return code;
}

airy_code airy_search_groups(airy_search_state *s, airy_error *err)
{
    size_t area = (size_t)s->level[AIRY_LEVELS].area, n = (size_t)s->options->groups;
    const airy_farm_slots slots[] = {{s->final, area * sizeof *s->final},
                                     {s->final + n * area, area * sizeof *s->final},
                                     {s->candidate, sizeof *s->candidate},
                                     {s->candidate + n, sizeof *s->candidate}};
    airy_farm farm = {.job = join_group, .slots = slots, .slot_count = 4};
    return airy_search_farm(s, &farm, s->options->groups, err);
}
