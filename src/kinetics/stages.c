// SPDX-License-Identifier: GPL-3.0-or-later
// How many straight pieces a curve supports, where they meet, how steep they are: AICc, a
// parametric bootstrap for intervals, and one for the chance that a break is an accident.
#include "airy/math.h"
#include "airy/work.h"
#include "kinetics.h"

#include <math.h>
#include <stdio.h>

enum { FITTED = 2 * AIRY_BREAKS_MAX + 2 }; // numbers kept of a draw: breaks, rates, offset

// What all draws of one model have in common. Noise is drawn with the variance of the means, which
// was itself estimated with dof degrees of freedom: each draw has its own (chi-squared) scale.
typedef struct draws {
    const airy_kinetics_options *options;
    airy_means means;
    int dof;
    const airy_segments *truth;
    int tested; // breaks fitted beside truth->breaks, whose gain is kept; -1: parameters are kept
    uint64_t seed;
    uint32_t place;
    airy_stream stream;
    const airy_progress *stop; // asked, told nothing
    double *results;           // (draws, FITTED) parameters, or (draws) gains in chi2
} draws;

static void *make_workspace(void *context)
{
    const draws *all = context;
    return airy_memory_new((size_t)all->means.n, sizeof(double));
}

static void drop_workspace(void *workspace)
{
    airy_memory_free(workspace);
}

// sqrt(dof / chi-squared(dof)), 1 where dof is unknown.
static double noise_scale(airy_random *random, int dof)
{
    double sum = 0;
    for (int i = 0; i < dof; i++) {
        double normal = airy_random_normal(random);
        sum += normal * normal;
    }
    return dof > 0 ? sqrt(dof / sum) : 1;
}

static void keep_parameters(const airy_segments *fit, double *row)
{
    for (int k = 0; k < FITTED; k++)
        row[k] = NAN;
    row[0] = fit->c[0];
    for (int k = 0; k < fit->breaks; k++)
        row[1 + k] = fit->at[k];
    for (int k = 0; k <= fit->breaks; k++)
        row[1 + AIRY_BREAKS_MAX + k] = airy_segments_rate(fit, k);
}

static airy_code one_draw(int i, void *workspace, void *context, airy_error *err)
{
    const draws *all = context;
    double *y = workspace;
    airy_random random;
    (void)err;
    airy_random_init(&random, all->seed, all->place, all->stream, (uint32_t)i);
    double scale = noise_scale(&random, all->dof);
    for (int d = 0; d < all->means.n; d++)
        y[d] = airy_segments_value(all->truth, &all->means, d) +
               scale * airy_random_normal(&random) / sqrt(all->means.weight[d]);
    airy_means drawn = all->means;
    drawn.y = y;
    airy_segments fit, more;
    airy_segments_fit(&drawn, all->truth->breaks, &fit);
    if (all->tested < 0) {
        keep_parameters(&fit, all->results + (size_t)i * FITTED);
        return AIRY_OK;
    }
    airy_segments_fit(&drawn, all->tested, &more);
    all->results[i] = fit.chi2 - more.chi2;
    return AIRY_OK;
}

static airy_code run_draws(draws *all, airy_error *err)
{
    all->results = airy_memory_new((size_t)all->options->draws * FITTED, sizeof(double));
    if (!all->results)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d draws", all->options->draws);
    size_t numbers = all->tested < 0 ? FITTED : 1; // of a draw
    const airy_farm_slots slots = {all->results, numbers * sizeof(double)};
    const airy_farm farm = {.threads = all->options->threads,
                            .make = make_workspace,
                            .drop = drop_workspace,
                            .job = one_draw,
                            .context = all,
                            .progress = all->stop,
                            .slots = &slots,
                            .slot_count = 1};
    return airy_farm_run(&farm, all->options->draws, err);
}

// ------------------------------------------------------------------ rows

// Percentile interval of one number over the draws.
static airy_code add_interval(const draws *all, int column, double value, const airy_row_name *name,
                              const char *parameter, airy_kinetics *kinetics, airy_error *err)
{
    double *values = airy_memory_new((size_t)all->options->draws, sizeof *values);
    if (!values)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d draws", all->options->draws);
    for (int i = 0; i < all->options->draws; i++)
        values[i] = all->results[(size_t)i * FITTED + (size_t)column];
    double tail = (1 - all->options->level) / 2;
    double low = airy_stats_quantile_double(values, all->options->draws, tail);
    double high = airy_stats_quantile_double(values, all->options->draws, 1 - tail);
    airy_memory_free(values);
    return airy_kinetics_add(kinetics, name, parameter, (double[]){value, low, high}, err);
}

// Offset, breaks and rates of one model with their intervals.
static airy_code add_parameters(draws *all, const airy_quantity *quantity, const char *model,
                                airy_kinetics *kinetics, airy_error *err)
{
    const airy_row_name names[] = {{quantity->name, model, quantity->unit},
                                   {quantity->name, model, "ps"},
                                   {quantity->name, model, quantity->rate_unit}};
    const char *const words[] = {"offset", "break", "rate"};
    const int first[] = {0, 1, 1 + AIRY_BREAKS_MAX};
    const int count[] = {1, all->truth->breaks, all->truth->breaks + 1};
    double best[FITTED];
    keep_parameters(all->truth, best);
    airy_code code = run_draws(all, err);
    for (int set = 0; set < 3; set++)
        for (int k = 0; code == AIRY_OK && k < count[set]; k++) {
            char parameter[24];
            snprintf(parameter, sizeof parameter, set ? "%s_%d" : "%s", words[set], k + 1);
            code = add_interval(all, first[set] + k, best[first[set] + k], &names[set], parameter,
                                kinetics, err);
        }
    airy_memory_free(all->results);
    return code;
}

// Chance that a curve with one break fewer gains as much from another one.
static airy_code accident(draws *all, double gain, double *p, airy_error *err)
{
    airy_code code = run_draws(all, err);
    int as_much = 0;
    for (int i = 0; code == AIRY_OK && i < all->options->draws; i++)
        as_much += !(all->results[i] < gain);
    *p = (1.0 + as_much) / (1.0 + all->options->draws);
    airy_memory_free(all->results);
    return code;
}

static airy_code add_number(airy_kinetics *kinetics, const airy_row_name *name,
                            const char *parameter, double value, airy_error *err)
{
    return airy_kinetics_add(kinetics, name, parameter, (double[]){value, NAN, NAN}, err);
}

// One curve on its way through the models.
typedef struct stages {
    const airy_curve *curve;
    const airy_quantity *quantity;
    const airy_kinetics_options *options;
    const airy_progress *stop;
    int index, most; // most: break points tried
    airy_segments fit[AIRY_BREAKS_MAX + 1];
    double aicc[AIRY_BREAKS_MAX + 1];
    double p[AIRY_BREAKS_MAX + 1]; // chance of accident of the last break; 0 for a line
} stages;

// Draws from the model with `breaks` break points; see draws.tested.
static draws from_model(const stages *all, int breaks, int tested)
{
    return (draws){.options = all->options,
                   .means = airy_curve_means(all->curve, INFINITY),
                   .dof = all->curve->dof,
                   .truth = &all->fit[breaks],
                   .tested = tested,
                   .seed = all->options->seed,
                   .stop = all->stop,
                   .place = (uint32_t)(all->index * (AIRY_BREAKS_MAX + 1) + breaks),
                   .stream = tested < 0 ? AIRY_STREAM_SEGMENT : AIRY_STREAM_BREAK};
}

// Akaike weight: the model's probability among those tried, all alike beforehand (Burnham and
// Anderson, Model Selection and Multimodel Inference, 2nd ed. 2002, section 2.9).
static double probability(const stages *all, int breaks)
{
    double sum = 0;
    for (int k = 0; k <= all->most; k++)
        if (!isfinite(all->aicc[k]))
            return NAN; // too few shots to compare anything
    for (int k = 0; k <= all->most; k++)
        sum += exp((all->aicc[breaks] - all->aicc[k]) / 2);
    return 1 / sum;
}

// All rows of one model, and its chance of accident.
static airy_code one_model(stages *all, int breaks, airy_kinetics *kinetics, airy_error *err)
{
    char model[24];
    snprintf(model, sizeof model, "segments-%d", breaks);
    const airy_row_name name = {all->quantity->name, model, "1"};
    draws intervals = from_model(all, breaks, -1);
    airy_code code = add_parameters(&intervals, all->quantity, model, kinetics, err);
    if (code == AIRY_OK && breaks > 0) {
        draws test = from_model(all, breaks - 1, breaks);
        double gain = all->fit[breaks - 1].chi2 - all->fit[breaks].chi2;
        code = accident(&test, gain, &all->p[breaks], err);
        if (code == AIRY_OK)
            code = add_number(kinetics, &name, "p_accident", all->p[breaks], err);
    }
    if (code == AIRY_OK)
        code = add_number(kinetics, &name, "chi2", all->fit[breaks].chi2, err);
    if (code == AIRY_OK)
        code = add_number(kinetics, &name, "aicc", all->aicc[breaks], err);
    if (code == AIRY_OK)
        code = add_number(kinetics, &name, "probability", probability(all, breaks), err);
    return code;
}

// The model of lowest AICc, less the breaks that may well be accidents.
static int best_model(const stages *all)
{
    int best = 0;
    for (int k = 1; k <= all->most; k++)
        if (all->aicc[k] < all->aicc[best])
            best = k;
    while (best > 0 && all->p[best] > 1 - all->options->level)
        best--;
    return best;
}

airy_code airy_stages_fit(const airy_curve *curve, const airy_quantity *quantity, int index,
                          const airy_kinetics_options *options, const airy_progress *stop,
                          airy_kinetics *kinetics, airy_error *err)
{
    stages all = {
        .curve = curve, .quantity = quantity, .options = options, .stop = stop, .index = index};
    const airy_means means = airy_curve_means(curve, INFINITY);
    airy_code code = AIRY_OK;
    // a model is tried when there are more means than it has parameters
    for (int k = 0; k <= options->breaks && means.n > airy_segments_parameters(k); k++) {
        airy_segments_fit(&means, k, &all.fit[k]);
        if (!isfinite(all.fit[k].chi2))
            break;
        all.aicc[k] = airy_fit_aicc(all.fit[k].chi2, airy_segments_parameters(k), curve->shots);
        all.most = k;
    }
    for (int k = 0; code == AIRY_OK && k <= all.most; k++)
        code = one_model(&all, k, kinetics, err);
    const airy_row_name name = {quantity->name, "best", "1"};
    return code == AIRY_OK ? add_number(kinetics, &name, "breaks", best_model(&all), err) : code;
}
