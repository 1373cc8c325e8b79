// SPDX-License-Identifier: GPL-3.0-or-later
// The way down: a curve's parameters, inside their limits, to the least sum of squares.
#include "curve.h"

#include <math.h>
#include <string.h>

// ------------------------------------------------------------------ inside limits
//
// Between two limits a parameter moves as the logit of its place, above one as the logarithm of its
// distance: the fit itself knows of no limits.

typedef enum limited { NOT, FROM_BELOW, FROM_ABOVE, BOTH } limited;

static limited limits_of(const airy_fit_choice *choice)
{
    bool low = choice->low > -INFINITY, high = choice->high < INFINITY;
    return low && high ? BOTH : low ? FROM_BELOW : high ? FROM_ABOVE : NOT;
}

double airy_fit_inside(const airy_fit_choice *choice, double value)
{
    const double little = 1e-3;
    double room = choice->high - choice->low;
    switch (limits_of(choice)) {
    case BOTH:
        return fmin(fmax(value, choice->low + little * room), choice->high - little * room);
    case FROM_BELOW:
        if (value > choice->low)
            return value;
        return choice->low + (value < choice->low ? little * (choice->low - value) : 1);
    case FROM_ABOVE:
        if (value < choice->high)
            return value;
        return choice->high - (value > choice->high ? little * (value - choice->high) : 1);
    case NOT:
        break;
    }
    return value;
}

double airy_fit_to_free(const airy_fit_choice *choice, double value)
{
    switch (limits_of(choice)) {
    case BOTH:
        return log((value - choice->low) / (choice->high - value));
    case FROM_BELOW:
        return log(value - choice->low);
    case FROM_ABOVE:
        return -log(choice->high - value);
    case NOT:
        break;
    }
    return value;
}

double airy_fit_from_free(const airy_fit_choice *choice, double u, double *by_u)
{
    double room = choice->high - choice->low, e = exp(-fabs(u)), share = 1 / (1 + e);
    *by_u = 1;
    switch (limits_of(choice)) {
    case BOTH:
        *by_u = room * e * share * share;
        return u > 0 ? choice->high - room * e * share : choice->low + room * e * share;
    case FROM_BELOW:
        *by_u = exp(u);
        return choice->low + exp(u);
    case FROM_ABOVE:
        *by_u = exp(-u);
        return choice->high - exp(-u);
    case NOT:
        break;
    }
    return u;
}

// ------------------------------------------------------------------ residuals

airy_code airy_fit_work_init(airy_fit_work *work, const airy_fit_model *model,
                             const airy_fit_data *data, const airy_fit_options *options,
                             airy_error *err)
{
    *work = (airy_fit_work){.model = model, .data = data, .options = options};
    work->logarithmic =
        options->scale == AIRY_FIT_LOG || (options->scale == AIRY_FIT_HABIT && model->logarithmic);
    for (int k = 0; k < model->np; k++)
        work->state[k] = options->choice[k].held ? AIRY_FIT_HELD : AIRY_FIT_FREE;
    size_t room = (size_t)data->n + 1; // of no points there is more to say than "no memory"
    work->y = airy_memory_new(room, sizeof *work->y);
    work->slope = airy_memory_new(room * (size_t)model->np, sizeof *work->slope);
    if (work->y && work->slope)
        return AIRY_OK;
    airy_fit_work_release(work);
    return airy_error_set(err, AIRY_EMEMORY, "no memory for a fit to %d points", data->n);
}

void airy_fit_work_release(airy_fit_work *work)
{
    airy_memory_free(work->y);
    airy_memory_free(work->slope);
    work->y = work->slope = NULL;
}

int airy_fit_work_free(const airy_fit_work *work)
{
    int n = 0;
    for (int k = 0; k < work->model->np; k++)
        n += work->state[k] == AIRY_FIT_FREE;
    return n;
}

// Takes the free parameters from u to p, and their dp/du.
static void put_free(airy_fit_work *work, const double *u, double *by_u)
{
    for (int k = 0, i = 0; k < work->model->np; k++)
        if (work->state[k] == AIRY_FIT_FREE) {
            work->p[k] = airy_fit_from_free(&work->options->choice[k], u[i], &by_u[i]);
            i++;
        }
}

// Weight of a residual of y, or of ln y.
static double weight(const airy_fit_work *work, int i)
{
    const airy_fit_data *data = work->data;
    double w = data->dy ? 1 / data->dy[i] : 1;
    return work->logarithmic && data->dy ? w * data->y[i] : w;
}

static void residuals_at_p(airy_fit_work *work, double *r)
{
    const airy_fit_data *data = work->data;
    airy_fit_model_values(work->model, work->p, data->x, data->n, work->y, NULL);
    for (int i = 0; i < data->n; i++) {
        double apart = work->logarithmic ? log(work->y[i] / data->y[i]) : work->y[i] - data->y[i];
        r[i] = apart * weight(work, i);
    }
}

static void residuals(const double *u, double *r, int n, void *context)
{
    double by_u[AIRY_FIT_MAX];
    airy_fit_work *work = context;
    (void)n;
    put_free(work, u, by_u);
    residuals_at_p(work, r);
}

static void slopes(const double *u, double *j, int n, void *context)
{
    airy_fit_work *work = context;
    double by_u[AIRY_FIT_MAX] = {0};
    const airy_fit_data *data = work->data;
    int np = work->model->np;
    put_free(work, u, by_u);
    airy_fit_model_values(work->model, work->p, data->x, n, work->y, work->slope);
    for (int i = 0; i < n; i++) {
        double w = weight(work, i) / (work->logarithmic ? work->y[i] : 1);
        const double *row = work->slope + (size_t)i * (size_t)np;
        for (int k = 0, free = 0; k < np; k++)
            if (work->state[k] == AIRY_FIT_FREE)
                *j++ = w * row[k] * by_u[free++];
    }
}

// ------------------------------------------------------------------ to the minimum

// Sum of squares of what is fitted, in errors.
static double signal_of(const airy_fit_work *work)
{
    double sum = 0;
    for (int i = 0; i < work->data->n; i++) {
        double size = weight(work, i) * (work->logarithmic ? 1 : work->data->y[i]);
        sum += size * size;
    }
    return sum;
}

// Steps of the free variables: changes that alter the residuals by what they are, or at least by a
// millionth of the data. What the model does not feel at the start gets its own size.
static void choose_steps(airy_fit_work *work, const double *u, int free, double *scratch,
                         double *step)
{
    int n = work->data->n;
    double chi2 = 0, norm[AIRY_FIT_MAX] = {0};
    residuals(u, scratch, n, work);
    for (int i = 0; i < n; i++)
        chi2 += scratch[i] * scratch[i];
    double size = fmax(sqrt(chi2), 1e-6 * sqrt(signal_of(work)));
    slopes(u, scratch, n, work);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < free; k++)
            norm[k] += scratch[i * free + k] * scratch[i * free + k];
    for (int k = 0; k < free; k++) {
        step[k] = size / sqrt(norm[k]);
        if (!isfinite(step[k]) || !(step[k] > 0))
            step[k] = fabs(u[k]) > 0 ? fabs(u[k]) : 1;
    }
}

// The covariance of the free variables as that of the parameters.
static void take_covariance(airy_fit_work *work, const airy_fit_result *found, int free)
{
    int np = work->model->np, at[AIRY_FIT_MAX] = {0};
    double by_u[AIRY_FIT_MAX] = {0};
    put_free(work, found->p, by_u);
    for (int k = 0, i = 0; k < np; k++)
        if (work->state[k] == AIRY_FIT_FREE)
            at[i++] = k;
    memset(work->covariance, 0, sizeof work->covariance);
    for (int i = 0; i < free; i++)
        for (int j = 0; j < free; j++)
            work->covariance[at[i] * np + at[j]] =
                found->covariance[i * free + j] * by_u[i] * by_u[j];
}

// Chi^2 where nothing is free.
static airy_code stand_still(airy_fit_work *work, double *scratch, airy_error *err)
{
    residuals_at_p(work, scratch);
    work->chi2 = 0;
    memset(work->covariance, 0, sizeof work->covariance);
    for (int i = 0; i < work->data->n; i++)
        work->chi2 += scratch[i] * scratch[i];
    return isfinite(work->chi2)
               ? AIRY_OK
               : airy_error_set(err, AIRY_EVALUE, "%s gives no numbers with these parameters",
                                work->model->name);
}

static airy_code descend(airy_fit_work *work, airy_error *err)
{
    int free = 0, n = work->data->n;
    double step[AIRY_FIT_MAX];
    const char *names[AIRY_FIT_MAX];
    airy_fit_result found = {0};
    for (int k = 0; k < work->model->np; k++)
        if (work->state[k] == AIRY_FIT_FREE) {
            names[free] = work->model->parameter[k].name;
            work->start[k] = work->p[k];
            found.p[free++] = airy_fit_to_free(&work->options->choice[k], work->p[k]);
        }
    double *scratch = airy_memory_new((size_t)n * (size_t)(free + 1), sizeof *scratch);
    if (!scratch)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a fit to %d points", n);
    airy_code code;
    if (free == 0) {
        code = stand_still(work, scratch, err);
    } else {
        choose_steps(work, found.p, free, scratch, step);
        const airy_fit_problem problem = {residuals, slopes, work, step, names, n, free};
        code = airy_fit_least_squares(&problem, &found, err);
        take_covariance(work, &found, free);
        work->chi2 = found.chi2;
        work->iterations = found.iterations;
    }
    airy_memory_free(scratch);
    return code;
}

// How near a free parameter is to its nearer limit: as a share of the room between two, or of where
// it began above one, counted in millionths. A time that fell by so much is on its way to 0.
static double nearness(const airy_fit_work *work, int k, bool *high)
{
    const double lost = 1e-6, near = 0.02;
    const airy_fit_choice *choice = &work->options->choice[k];
    double below = work->p[k] - choice->low, above = choice->high - work->p[k];
    if (work->state[k] != AIRY_FIT_FREE || limits_of(choice) == NOT)
        return INFINITY;
    *high = above < below;
    if (limits_of(choice) == BOTH)
        return fmin(below, above) / (below + above) / near;
    double begun = *high ? choice->high - work->start[k] : work->start[k] - choice->low;
    return fmin(below, above) / begun / lost;
}

// The free parameter that lies nearest to a limit, so near that it may want to be there, of those
// not tried; -1: none.
static int pressed(const airy_fit_work *work, const bool *tried, bool *high)
{
    double nearest = 1;
    int found = -1;
    for (int k = 0; k < work->model->np; k++) {
        bool side = false;
        double share = nearness(work, k, &side);
        if (tried[k] || !(share < nearest))
            continue;
        nearest = share;
        found = k;
        *high = side;
    }
    return found;
}

airy_code airy_fit_work_solve(airy_fit_work *work, airy_error *err)
{
    bool high = false, tried[AIRY_FIT_MAX] = {false};
    airy_code code = descend(work, err);
    for (int k; (k = pressed(work, tried, &high)) >= 0;) {
        airy_fit_work trial = *work; // on the same scratch, which holds nothing in between
        tried[k] = true;
        trial.state[k] = high ? AIRY_FIT_AT_HIGH : AIRY_FIT_AT_LOW;
        trial.p[k] = high ? work->options->choice[k].high : work->options->choice[k].low;
        airy_code there = descend(&trial, NULL);
        // nothing is gained by staying inside: the minimum lies at the limit or beyond
        if (there != AIRY_OK || (code == AIRY_OK && trial.chi2 > work->chi2))
            continue;
        *work = trial;
        code = AIRY_OK;
    }
    return code;
}

double airy_fit_work_residual(const airy_fit_work *work, double curve, int i)
{
    const airy_fit_data *data = work->data;
    double error = data->dy ? data->dy[i] : 1;
    if (!work->logarithmic)
        return (data->y[i] - curve) / error;
    return log(data->y[i] / curve) / (data->dy ? error / data->y[i] : 1);
}
