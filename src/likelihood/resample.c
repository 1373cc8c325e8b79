// SPDX-License-Identifier: GPL-3.0-or-later
// What photon noise does to the best image: the same descent on counts drawn from its model.
//
// The scatter of these images is that within one solution. What a wrong domain would change, the
// groups tell. But where photons do not tell the odd part at all, groups agree on one that is
// mostly prior and noise: then these images' odd parts differ.
#include "search.h"
#include "airy/work.h"

#include <math.h>
#include <string.h>

// Photons, the background's too, and the detector's noise, cut at 0 as those that were measured.
static float draw_bin(const airy_level *l, double expected, int i, airy_random *random)
{
    double extra = (double)l->extra[i], mean = fmax(expected - extra, 0);
    double drawn = airy_random_poisson(random, mean) + extra;
    if (l->noise > 0)
        drawn += sqrt(l->noise * extra) * airy_random_normal(random);
    return (float)fmax(drawn, 0);
}

static void draw_counts(const airy_level *l, const float *expected, airy_random *random,
                        float *photons)
{
    for (int i = 0; i < l->pixels; i++) {
        bool mate = l->weight[i] > 0 && l->weight[i] < 1 && i > l->n / 2; // of column 0
        photons[i] = mate               ? photons[l->n - i]
                     : l->weight[i] > 0 ? draw_bin(l, (double)expected[i], i, random)
                                        : 0;
    }
}

static airy_code redraw(int i, void *workspace, void *context, airy_error *err)
{
    airy_search_state *s = context;
    const airy_level *l = &s->level[AIRY_LEVELS];
    airy_level drawn = *l;
    airy_random random;
    airy_desk desk = {0};
    airy_trial *trial = &desk.trial;
    (void)workspace;
    airy_random_init(&random, s->options->seed, s->options->shot, AIRY_STREAM_RESAMPLE,
                     (uint32_t)i);
    drawn.photons = airy_memory_new((size_t)l->wide, sizeof *drawn.photons);
    airy_code code = drawn.photons ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory");
    if (code == AIRY_OK)
        code = airy_desk_init(&desk, l, err);
    if (code == AIRY_OK) {
        draw_counts(l, s->expected, &random, drawn.photons);
        memcpy(trial->density, s->best->density, (size_t)l->area * sizeof *trial->density);
        airy_polish(&drawn, &desk.bench, trial, s->options->final_steps);
        s->deviance[i] = airy_level_judge(&drawn, &desk.bench, trial).deviance;
        s->agreement[i] = airy_trial_agreement(l, s->best, trial);
        memcpy(s->resampled + (size_t)i * (size_t)l->area, trial->density,
               (size_t)l->area * sizeof *trial->density);
    }
    airy_memory_free(drawn.photons);
    airy_desk_release(&desk);
    return code;
}

airy_code airy_search_resample(airy_search_state *s, airy_error *err)
{
    size_t area = (size_t)s->level[AIRY_LEVELS].area;
    const airy_farm_slots slots[] = {{s->resampled, area * sizeof *s->resampled},
                                     {s->deviance, sizeof *s->deviance},
                                     {s->agreement, sizeof *s->agreement}};
    airy_farm farm = {.job = redraw, .slots = slots, .slot_count = 3};
    return airy_search_farm(s, &farm, s->options->resampled, err);
}
