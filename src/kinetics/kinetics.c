// SPDX-License-Identifier: GPL-3.0-or-later
// The kinetics table: every quantity's means, then stages, then the shape of stage I.
#include "kinetics.h"

#include <math.h>

const airy_option airy_kinetics_rows[] = {
    AIRY_OPTION(airy_kinetics_options, breaks, "breaks", .low = 0, .high = 2,
                .help = "most break points tried"),
    AIRY_OPTION(airy_kinetics_options, draws, "draws", .low = 20, .high = 1e6,
                .help = "bootstrap draws"),
    AIRY_OPTION(airy_kinetics_options, level, "level", .low = 0.5, .high = 0.9999,
                .help = "of the intervals"),
    AIRY_OPTION(airy_kinetics_options, curve_until, "stage-one", .low = 0, .high = 1e6,
                .unit = "ps",
                .help = "end of stage I for line and parabola; 0: the first break point found"),
    AIRY_OPTION(airy_kinetics_options, spread_delay, "unpumped", .low = -1e6, .high = 1e6,
                .unit = "ps", .help = "shots at or before this delay count as unpumped"),
    AIRY_OPTION(airy_kinetics_options, spread, "spread", .choices = "auto|unpumped|all",
                .help = "shots that tell how particles differ"),
    AIRY_OPTION(airy_kinetics_options, jitter_ps, "jitter", .low = 0, .high = 1e6, .unit = "ps",
                .help = "standard deviation of the true delays around the stated ones"),
    AIRY_OPTION(
        airy_kinetics_options, bin_ps, "delay-bin", .low = 0, .high = 1e6, .unit = "ps",
        .help = "width of delay bins; 0: every delay apart, or 40 bins where many shots have one "
                "each"),
    AIRY_OPTION(airy_kinetics_options, all_shots, "all-shots",
                .help = "use shots that failed their gates too"),
    {0},
};

void airy_kinetics_options_defaults(airy_kinetics_options *options)
{
    *options = (airy_kinetics_options){.breaks = AIRY_BREAKS_MAX, .draws = 1000, .level = 0.95};
}

// Where stage I ends: what was asked for, or the first break of the mean radius with its interval.
static double stage_one(const airy_kinetics *kinetics, const airy_kinetics_options *options)
{
    if (options->curve_until > 0)
        return options->curve_until;
    const airy_kinetics_row *best = airy_kinetics_find(kinetics, "r_mean", "best", "breaks");
    const char *const models[] = {"", "segments-1", "segments-2"};
    int breaks = best ? (int)best->value : 0;
    const airy_kinetics_row *end =
        breaks ? airy_kinetics_find(kinetics, "r_mean", models[breaks], "break_1") : NULL;
    return end ? fmax(end->value, end->high) : 0;
}

static airy_code one_quantity(const airy_curve *curve, int index,
                              const airy_kinetics_options *options, const airy_progress *stop,
                              airy_kinetics *kinetics, airy_error *err)
{
    int n;
    const airy_quantity *quantity = &airy_quantities(&n)[index];
    if (curve->n == 0)
        return AIRY_OK;
    airy_code code = airy_delay_means(curve, quantity, options, kinetics, err);
    bool known = curve->dof > 0 || quantity->error; // else nothing tells what a deviation means
    if (code == AIRY_OK && quantity->is & AIRY_IS_FITTED && known && curve->n >= 3)
        code = airy_stages_fit(curve, quantity, index, options, stop, kinetics, err);
    double last = quantity->is & AIRY_IS_RADIUS ? stage_one(kinetics, options) : 0;
    if (code == AIRY_OK && last > 0)
        code = airy_curvature_fit(curve, quantity, last, options, kinetics, err);
    airy_stage_limits limits;
    if (code == AIRY_OK && known && airy_stage_limits_find(kinetics, &limits))
        code = airy_stage_means(curve, quantity, &limits, options, kinetics, err);
    return code;
}

// Different delays among the shots; a table without three cannot speak of kinetics.
static airy_code check_delays(const airy_shot_row *shots, int n, airy_error *err)
{
    int different = 0;
    for (int i = 0; i < n; i++) {
        bool seen = !isfinite(shots[i].delay_ps);
        for (int k = 0; k < i && !seen; k++)
            seen = shots[k].delay_ps == shots[i].delay_ps;
        different += !seen;
    }
    if (different >= 3)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EVALUE,
                          "kinetics need shots at 3 delays or more, and there are %d", different);
}

airy_code airy_kinetics_fit(const airy_shot_row *shots, int n, const airy_kinetics_options *options,
                            const airy_progress *progress, airy_kinetics *kinetics, airy_error *err)
{
    int quantities;
    const airy_quantity *quantity = airy_quantities(&quantities);
    airy_progress stop = {0};
    if (progress)
        stop = (airy_progress){.stopped = progress->stopped, .context = progress->context};
    airy_code code = airy_options_check(airy_kinetics_rows, options, err);
    if (code == AIRY_OK)
        code = check_delays(shots, n, err);
    for (int i = 0; code == AIRY_OK && i < quantities; i++) {
        airy_curve curve = {0};
        airy_progress_report(progress, i, quantities, quantity[i].words);
        if (airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped; no table was written");
        if (code == AIRY_OK)
            code = airy_curve_make(shots, n, &quantity[i], options, &curve, err);
        if (code == AIRY_OK)
            code = one_quantity(&curve, i, options, &stop, kinetics, err);
        airy_curve_release(&curve);
    }
    if (code == AIRY_ESTOPPED)
        return airy_error_set(err, code, "stopped; no table was written");
    if (code == AIRY_OK && kinetics->n == 0)
        code = airy_error_set(err, AIRY_EVALUE,
                              "no shot that passed its gates has a quantity that can be used; "
                              "columns are r_par_nm, r_perp_nm, a_low_nm2 and others (--all-shots "
                              "takes those that failed, too)");
    if (code == AIRY_OK)
        airy_verdict_write(kinetics, options);
    if (code == AIRY_OK && kinetics->sentences.failed)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for the sentences");
    return code;
}
