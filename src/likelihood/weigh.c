// SPDX-License-Identifier: GPL-3.0-or-later
// How strong the priors are, from the data: power and variation of images fitted with weak ones.
#include "lanes.h"
#include "search.h"

#include <math.h>

enum { ROUNDS = 3, STARTS = 6, STEPS = 150 }; // no more steps than a last polish may take
// The variation of the best of these images costs so much. Half of it is the number of unknowns
// that the photons of a shot tell: what a Laplace prior of the right width costs on average. A
// third or three times as much changes little (docs/method/retrieval.md).
#define COST_OF_VARIATION 800.0
#define ROUNDED 0.02 // of the mean gradient, where the kink is rounded

// The variation of a unit weight; pixels of other levels are other lengths, so that it is taken
// times the side.
static double variation_of(const airy_level *level, const airy_trial *trial)
{
    airy_level unit = *level;
    double slope;
    unit.variation = 1;
    unit.rounding = 1e-30f;
    return airy_variation(&unit, trial->density, NULL, 0, &slope, NULL) * level->n;
}

void airy_search_wear(const airy_search_state *s, const airy_dressing *d, airy_level *level, int n)
{
    const airy_search_options *o = s->options;
    bool power = o->prior == AIRY_PRIOR_BOTH || o->prior == AIRY_PRIOR_POWER;
    bool edges = o->prior == AIRY_PRIOR_BOTH || o->prior == AIRY_PRIOR_VARIATION;
    airy_folded folded = s->folded;
    folded.along = d->along;
    folded.across = d->across;
    for (int i = 0; i < n; i++) {
        airy_level *l = &level[i];
        airy_level_dress(l, &folded);
        airy_powers_set(&d->powers, l);
        for (int k = 0; k < l->pixels && !power; k++) {
            l->even[k] *= 1e-3f; // so weak that it only draws first images
            l->odd[k] *= 1e-3f;
        }
        l->variation = (float)(edges ? o->variation * COST_OF_VARIATION * l->n / d->variation : 0);
        l->rounding = (float)(ROUNDED * d->variation / COST_OF_VARIATION / l->n);
    }
}

static airy_code fit_round(airy_search_state *s, airy_level *l, airy_bench *bench, int number,
                           airy_trial trial[2], airy_error *err)
{
    if (airy_progress_stopped(s->progress))
        return airy_error_set(err, AIRY_ESTOPPED, "stopped while priors were weighed");
    const int most = s->options->final_steps, steps = most < STEPS ? most : STEPS;
    airy_random random;
    airy_random_init(&random, s->options->seed, s->options->shot, AIRY_STREAM_WEIGH,
                     (uint32_t)number);
    airy_powers_set(&s->dressing.powers, l);
    for (int i = 0; i < STARTS; i++) {
        airy_trial_draw(l, bench, &random, &trial[1]);
        airy_polish(l, bench, &trial[1], steps);
        if (i == 0 || trial[1].cost < trial[0].cost)
            airy_trial_copy(&trial[0], &trial[1], l);
    }
    airy_powers_fit(&s->dressing.powers, l, &trial[0]);
    if (s->folded.convex)
        return AIRY_OK;
    return airy_outline_fit(&s->folded, l, bench, &trial[0], (steps + 1) / 2, 1, err);
}

// Mean deviance of a Poisson number: sum over n of its chance times 2 (m - n + n log(n / m)); 1 and
// a little where there is much.
static double deviance_expected(double mean)
{
    double chance = exp(-mean), sum = chance * 2 * mean;
    if (mean > 20)
        return 1 + 1 / (6 * mean);
    for (int n = 1; n < 80; n++) {
        chance *= mean / n;
        sum += chance * 2 * (mean - n + n * log(n / mean));
    }
    return sum;
}

static double find_misfit(const airy_level *l, airy_bench *bench, airy_trial *trial)
{
    double found = airy_level_judge(l, bench, trial).deviance, expected = 0;
    for (int i = 0; i < l->pixels; i++) {
        double mean = (double)(l->exposure[i] * fmaxf(bench->model[i], 0) + l->offset[i]);
        expected += (double)l->weight[i] * (mean > 0 ? deviance_expected(mean) : 0);
    }
    return found / fmax(expected, 1);
}

// Outside of the body's outline there is D alone.
static double find_edge(const airy_level *l, const airy_trial *trial)
{
    double sum = 0, mass = (double)crealf(trial->transform[0]);
    int n = 0;
    for (int y = 1; y < l->window - 1; y++)
        for (int x = 1; x < l->window - 1; x++) {
            int i = y * l->window + x;
            bool within = l->support[i - 1] > 0 && l->support[i + 1] > 0 &&
                          l->support[i - l->window] > 0 && l->support[i + l->window] > 0;
            if (l->support[i] > 0 && !within) {
                sum += (double)trial->density[i];
                n++;
            }
        }
    return n && mass > 0 ? sum / n / (mass / l->inside) : 0;
}

airy_code airy_search_weigh(airy_search_state *s, int draw, airy_error *err)
{
    airy_level *l = &s->level[1];
    airy_trial trial[2] = {{0}};
    airy_bench bench = {0};
    airy_code code = airy_bench_init(&bench, l, err);
    for (int i = 0; i < 2 && code == AIRY_OK; i++)
        code = airy_trial_init(&trial[i], l, err);
    if (code != AIRY_OK)
        goto done;
    l->variation = 0;
    airy_powers_guess(&s->dressing.powers, &s->level[0]);
    for (int round = 0; round < ROUNDS && code == AIRY_OK; round++)
        code = fit_round(s, l, &bench, draw * ROUNDS + round, trial, err);
    if (code == AIRY_OK)
        s->misfit = find_misfit(l, &bench, &trial[0]);
    if (code == AIRY_OK)
        s->edge = find_edge(l, &trial[0]);
    if (code == AIRY_OK)
        code = airy_convex_fit(&s->seen, l, &trial[0], &s->level[AIRY_LEVELS], err);
    s->dressing.along = s->folded.along;
    s->dressing.across = s->folded.across;
    s->dressing.variation = fmax(variation_of(l, &trial[0]), 1e-30);
    airy_search_wear(s, &s->dressing, s->level, AIRY_LEVELS + 1);
done:
    airy_trial_release(&trial[0]);
    airy_trial_release(&trial[1]);
    airy_bench_release(&bench);
    return code;
}
