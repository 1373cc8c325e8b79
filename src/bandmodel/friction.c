// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a model's bands could be those of data, and at which friction.
#include "airy/bandmodel.h"
#include "friction.h"
#include "formed.h"

#include <math.h>
#include <string.h>

enum {
    STEPS = 90,    // degrees of the folded angle
    FIRST_DRAW = 2 // of the stream's starts; 0 and 1 are the models'
};

// Length of bands by angle, summed up from 0.
typedef struct shares {
    double length[STEPS], sum;
} shares;

static bool counts(const airy_branch *branch)
{
    return branch->length_nm > 0 && isfinite(branch->angle_deg);
}

static void add(shares *to, const airy_branch *branch)
{
    int step = (int)airy_angles_fold(branch->angle_deg);
    if (!counts(branch))
        return;
    to->length[step < STEPS ? step : STEPS - 1] += branch->length_nm;
    to->sum += branch->length_nm;
}

static shares of_all(const airy_members *of)
{
    shares all = {0};
    for (int i = 0; i < (of->members ? of->first[of->members] : 0); i++)
        add(&all, &of->branch[i]);
    return all;
}

static double distance(const shares *a, const shares *b)
{
    double below_a = 0, below_b = 0, sum = 0;
    for (int i = 0; i < STEPS; i++) {
        below_a += a->length[i] / a->sum;
        below_b += b->length[i] / b->sum;
        sum += (below_a - below_b) * (below_a - below_b);
    }
    return sum;
}

// A run with bands, at random.
static int any_run(const airy_members *runs, airy_random *random)
{
    int run;
    do
        run = (int)airy_random_below(random, (uint32_t)runs->members);
    while (runs->first[run] == runs->first[run + 1]);
    return run;
}

// As many bands as data have: those of each particle from one run.
static shares drawn(const airy_members *data, const airy_members *runs, airy_random *random)
{
    shares sum = {0};
    for (int m = 0; m < data->members; m++) {
        int wanted = data->first[m + 1] - data->first[m];
        int run = wanted ? any_run(runs, random) : 0;
        uint32_t bands = (uint32_t)(runs->first[run + 1] - runs->first[run]);
        for (int i = 0; i < wanted; i++)
            add(&sum, &runs->branch[runs->first[run] + (int)airy_random_below(random, bands)]);
    }
    return sum;
}

// The model from as many runs, at random with replacement: what other seeds might have given.
static shares seeded_anew(const airy_members *runs, airy_random *random)
{
    shares sum = {0};
    for (int k = 0; k < runs->members; k++) {
        int run = (int)airy_random_below(random, (uint32_t)runs->members);
        for (int i = runs->first[run]; i < runs->first[run + 1]; i++)
            add(&sum, &runs->branch[i]);
    }
    return sum;
}

airy_code airy_agreement_make(const airy_members *data, const airy_members *runs,
                              const airy_population_options *options, airy_agreement *out,
                              airy_error *err)
{
    const shares found = of_all(data), model = of_all(runs);
    *out = (airy_agreement){NAN, NAN};
    if (options->draws < 1)
        return airy_error_set(err, AIRY_EARGUMENT, "%d draws: at least one is needed",
                              options->draws);
    if (!(found.sum > 0) || !(model.sum > 0))
        return AIRY_OK;
    int as_far = 0;
    out->distance_deg = distance(&found, &model);
    for (int d = 0; d < options->draws; d++) {
        airy_random random;
        airy_random_init(&random, options->seed, 0, AIRY_STREAM_BANDMODEL,
                         FIRST_DRAW + (uint32_t)d);
        const shares one = drawn(data, runs, &random), other = seeded_anew(runs, &random);
        bool none = !(one.sum > 0) || !(other.sum > 0);
        as_far += none || distance(&one, &other) >= out->distance_deg;
    }
    out->p = (1.0 + as_far) / (1.0 + options->draws);
    return AIRY_OK;
}

airy_friction airy_friction_find(const double *friction_deg, const airy_agreement *of, int n,
                                 double level)
{
    airy_friction found = {.best_deg = NAN, .low_deg = NAN, .high_deg = NAN};
    double least = INFINITY, p = 1 - level;
    for (int i = 0; i < n; i++) {
        if (of[i].distance_deg < least)
            found.best_deg = friction_deg[i], least = of[i].distance_deg;
        if (!(of[i].p >= p))
            continue;
        if (isnan(found.low_deg)) {
            found.open_low = i == 0 || isnan(of[i - 1].p);
            found.low_deg = friction_deg[found.open_low ? i : i - 1];
        }
        found.open_high = i == n - 1 || isnan(of[i + 1].p);
        found.high_deg = friction_deg[found.open_high ? i : i + 1];
    }
    return found;
}

// ------------------------------------------------------------------ tables of data

static airy_code read_branch(const airy_table *table, int row, airy_branch *branch, airy_error *err)
{
    *branch = (airy_branch){0};
    airy_code code = airy_table_get_double(table, row, "length_nm", &branch->length_nm, err);
    if (code == AIRY_OK)
        code = airy_table_get_double(table, row, "angle_deg", &branch->angle_deg, err);
    if (code == AIRY_OK)
        code = airy_table_get_double(table, row, "direction_deg", &branch->direction_deg, err);
    return code;
}

static bool same_shot(const airy_table *table, int a, int b)
{
    return airy_table_find(table, "shot") < 0 ||
           strcmp(airy_table_get(table, a, "shot"), airy_table_get(table, b, "shot")) == 0;
}

airy_code airy_members_add_table(airy_members *to, const airy_table *table, airy_error *err)
{
    airy_code code = AIRY_OK;
    airy_branch *branch = airy_memory_new((size_t)table->rows + 1, sizeof *branch);
    if (!branch)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d branches", table->rows);
    for (int i = 0; code == AIRY_OK && i < table->rows; i++)
        code = read_branch(table, i, &branch[i], err);
    int first = 0;
    do {
        int end = first;
        while (end < table->rows && same_shot(table, first, end))
            end++;
        if (code == AIRY_OK)
            code = airy_members_add(to, branch + first, end - first, err);
        first = end;
    } while (code == AIRY_OK && first < table->rows);
    airy_memory_free(branch);
    return code;
}

// ------------------------------------------------------------------ a model against data

static airy_code judge_one(const airy_judge *judge, const airy_montecarlo *model, airy_judged *out,
                           airy_error *err)
{
    airy_members runs = {0};
    airy_population_options population = judge->how.population;
    population.seed = judge->model.seed;
    out->agreement = (airy_agreement){NAN, NAN};
    airy_code code = airy_montecarlo_members(model, model->snapshots - 1, &judge->how, &runs, err);
    if (code == AIRY_OK)
        code = airy_population_make(&runs, &population, &out->formed, err);
    if (code == AIRY_OK && judge->data)
        code = airy_agreement_make(judge->data, &runs, &population, &out->agreement, err);
    airy_members_release(&runs);
    return code;
}

airy_code airy_judge_run(const airy_judge *judge, const airy_progress *progress, airy_judged *out,
                         airy_montecarlo *model, airy_error *err)
{
    double least = INFINITY;
    airy_code code = AIRY_OK;
    *model = (airy_montecarlo){0};
    for (int i = 0; code == AIRY_OK && i < judge->n; i++) {
        airy_montecarlo one;
        airy_montecarlo_options options = judge->model;
        bool slips = options.model == AIRY_MODEL_SLIPS;
        options.slips.friction_deg = slips ? judge->friction_deg[i] : 0;
        out[i] = (airy_judged){.friction_deg = slips ? judge->friction_deg[i] : (double)NAN};
        code = airy_montecarlo_run(&options, progress, &one, err);
        if (code != AIRY_OK)
            break;
        code = judge_one(judge, &one, &out[i], err);
        if (out[i].agreement.distance_deg >= least) {
            airy_montecarlo_release(&one);
            continue;
        }
        least = fmin(least, out[i].agreement.distance_deg);
        airy_montecarlo_release(model);
        *model = one;
    }
    return code;
}
