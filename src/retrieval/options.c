// SPDX-License-Identifier: GPL-3.0-or-later
// Options of a retrieval: defaults and ranges.
#include "airy/retrieval.h"
#include "rules.h"

const char *const airy_rank_names[] = {"r", "deviance", "free", NULL};

void airy_retrieve_options_defaults(airy_retrieve_options *options)
{
    *options = (airy_retrieve_options){
        .schedule = {.n = 1, .stage = {{airy_rule_find("gps-r"), 2000}}},
        .starts = 200,
        .generations = 3,
        .keep = 10,
        .rank = AIRY_RANK_R,
        .positivity = true,
        .beta = 0.9,
        .s = 0.9,
        .t = 1,
        .sigmas = 3,
        .sigma = {0.01, 0.1, 1},
        .sigma_from = {0, 0.4, 0.7},
        .alphas = 10,
        .error_interval = 10,
        .shrink_threshold = 0.1,
        .shrink_sigma_first = 3,
        .shrink_sigma_last = 1.5,
    };
}

// One row a number: what it is called and where it may lie.
struct range {
    const char *name;
    double value, low, high;
};

static airy_code check_ranges(const struct range *ranges, int n, airy_error *err)
{
    for (int i = 0; i < n; i++)
        if (!(ranges[i].value >= ranges[i].low && ranges[i].value <= ranges[i].high))
            return airy_error_set(err, AIRY_EARGUMENT, "%s is %g; it must be %g to %g",
                                  ranges[i].name, ranges[i].value, ranges[i].low, ranges[i].high);
    return AIRY_OK;
}

static airy_code check_sigmas(const airy_retrieve_options *o, airy_error *err)
{
    bool good = o->sigmas >= 1 && o->sigmas <= AIRY_SIGMAS_MAX && o->sigma_from[0] == 0;
    for (int i = 0; good && i < o->sigmas; i++) {
        good = o->sigma[i] >= 0 && o->sigma[i] <= 1e6 && o->sigma_from[i] < 1;
        good = good && (i == 0 || o->sigma_from[i] > o->sigma_from[i - 1]);
    }
    if (!good)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "the relaxation schedule must hold 1 to %d values of sigma from 0 "
                              "on, with growing fractions from 0 to below 1",
                              AIRY_SIGMAS_MAX);
    return AIRY_OK;
}

static airy_code check_schedule(const airy_schedule *schedule, airy_error *err)
{
    bool good = schedule->n >= 1 && schedule->n <= AIRY_STAGES_MAX;
    for (int i = 0; good && i < schedule->n; i++)
        good = schedule->stage[i].rule >= 0 && schedule->stage[i].rule < airy_rule_count() &&
               schedule->stage[i].iterations >= 1;
    if (!good)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "the schedule must hold 1 to %d known rules with 1 iteration or more",
                              AIRY_STAGES_MAX);
    return AIRY_OK;
}

airy_code airy_retrieve_options_check(const airy_retrieve_options *o, airy_error *err)
{
    const struct range ranges[] = {
        {"the number of starts", o->starts, 1, 1e6},
        {"the number of generations", o->generations, 1, 1000},
        {"the number of images to keep", o->keep, 1, 1e6},
        {"beta", o->beta, 0.01, 2},
        {"the last beta", o->beta_last, 0, 2},
        {"s", o->s, 1e-6, 10},
        {"t", o->t, 1e-6, 10},
        {"the number of alpha stages", o->alphas, 1, 1000},
        {"the first alpha", o->alpha_first, 0, 1e9},
        {"the last alpha", o->alpha_last, 0, 1e9},
        {"the error interval", o->error_interval, 1, 1e6},
        {"the shrink-wrap interval", o->shrink_every, 0, 1e7},
        {"the shrink-wrap threshold", o->shrink_threshold, 0, 10},
        {"the first shrink-wrap blur", o->shrink_sigma_first, 0, 1000},
        {"the last shrink-wrap blur", o->shrink_sigma_last, 0, 1000},
        {"the shrink-wrap area", o->shrink_area, 0, 0.99},
        {"the number of threads", o->threads, 0, 1e5},
    };
    airy_code code = check_ranges(ranges, (int)(sizeof ranges / sizeof ranges[0]), err);
    if (code == AIRY_OK)
        code = check_sigmas(o, err);
    if (code == AIRY_OK)
        code = check_schedule(&o->schedule, err);
    return code;
}
