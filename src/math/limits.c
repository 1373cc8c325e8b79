// SPDX-License-Identifier: GPL-3.0-or-later
// Limits of fitted parameters without the parabola: profiles of chi^2 and the bootstrap.
#include "curve.h"

#include <math.h>
#include <string.h>

void airy_fit_limits_by_error(airy_fit_curve *fit, const airy_fit_options *options, double z)
{
    for (int k = 0; k < fit->model->np; k++) {
        const airy_fit_choice *choice = &options->choice[k];
        double by_u, unused, u = airy_fit_to_free(choice, fit->p[k]);
        fit->low[k] = fit->state[k] == AIRY_FIT_AT_HIGH ? NAN : fit->p[k];
        fit->high[k] = fit->state[k] == AIRY_FIT_AT_LOW ? NAN : fit->p[k];
        if (fit->state[k] != AIRY_FIT_FREE)
            continue;
        airy_fit_from_free(choice, u, &by_u);
        fit->low[k] = airy_fit_from_free(choice, u - z * fit->error[k] / by_u, &unused);
        fit->high[k] = airy_fit_from_free(choice, u + z * fit->error[k] / by_u, &unused);
    }
}

// ------------------------------------------------------------------ profile
//
// The limit of a parameter is where chi^2, minimal in all others, has risen by z^2 scatter^2
// (Venzon & Moolgavkar, Appl. Statist. 37, 87, 1988). The root of the rise is nearly straight in
// the variable in which the parameter moves, so that few fits find it.

// One parameter on its way.
typedef struct walk {
    airy_fit_work at; // where the others were at the last step
    int k;
    double u, chi2, unit, z; // its best; the minimum; scatter; wanted rise in units of it
} walk;

// How far sqrt(rise) lies above z at u; infinite where there is no fit.
static double beyond(walk *path, double u)
{
    double unused;
    airy_fit_work trial = path->at;
    trial.state[path->k] = AIRY_FIT_HELD;
    trial.p[path->k] = airy_fit_from_free(&trial.options->choice[path->k], u, &unused);
    if (airy_fit_work_solve(&trial, NULL) != AIRY_OK)
        return INFINITY;
    memcpy(path->at.p, trial.p, sizeof trial.p);
    return sqrt(fmax(trial.chi2 - path->chi2, 0)) / path->unit - path->z;
}

// The limit on one side, from a first step of this size and sign; the parameter's own limit when
// chi^2 never rises that far.
static double limit(walk path, double step, double own)
{
    enum { EXPANSIONS = 40, STEPS = 60 };
    double near = 0, at_near = -path.z, far = step, at_far = -1, unused;
    for (int i = 0; i < EXPANSIONS && at_far < 0; i++) {
        at_far = beyond(&path, path.u + far);
        if (at_far < 0) {
            near = far;
            at_near = at_far;
            far *= 1.6;
        }
    }
    if (at_far < 0)
        return own;
    for (int i = 0; i < STEPS && fabs(far - near) > 1e-6 * fabs(far); i++) {
        double share = isfinite(at_far) ? at_near / (at_near - at_far) : 0.5;
        double middle = near + fmin(fmax(share, 0.01), 0.99) * (far - near);
        double at = beyond(&path, path.u + middle);
        if (fabs(at) < 1e-7)
            near = far = middle;
        else if (at < 0) {
            near = middle;
            at_near = at;
        } else {
            far = middle;
            at_far = at;
        }
    }
    return airy_fit_from_free(&path.at.options->choice[path.k], path.u + near, &unused);
}

airy_code airy_fit_profile(const airy_fit_work *work, airy_fit_curve *fit, airy_error *err)
{
    bool rescaled = !work->data->dy || work->options->rescale;
    walk path = {.at = *work, .chi2 = work->chi2, .unit = fit->scatter};
    path.z = airy_fit_quantile(work->options->level, rescaled ? fit->n - fit->free : 0);
    if (!(fit->scatter > 0))
        return airy_error_set(err, AIRY_EVALUE, "points without scatter have no profile");
    for (int k = 0; k < work->model->np; k++) {
        const airy_fit_choice *choice = &work->options->choice[k];
        double by_u, step = 1;
        if (fit->state[k] == AIRY_FIT_HELD)
            continue;
        path.k = k;
        path.u = airy_fit_to_free(choice, airy_fit_inside(choice, fit->p[k]));
        airy_fit_from_free(choice, path.u, &by_u);
        if (fit->error[k] > 0)
            step = path.z * fit->error[k] / by_u;
        if (fit->state[k] != AIRY_FIT_AT_LOW)
            fit->low[k] = limit(path, -step, choice->low);
        if (fit->state[k] != AIRY_FIT_AT_HIGH)
            fit->high[k] = limit(path, step, choice->high);
    }
    return AIRY_OK;
}

// ------------------------------------------------------------------ bootstrap
//
// New data are the curve with residuals drawn from those there are, in blocks of neighbours that
// keep what they have in common (Kunsch, Ann. Statist. 17, 1217, 1989), blown up for what the fit
// took of them.

typedef struct draws {
    const airy_fit_work *work;
    double *curve, *residual, *y; // n each
    double *found;                // np x draws
    int draws, kept;
} draws;

// The curve with residual e at point i.
static double moved(const airy_fit_work *work, double curve, int i, double e)
{
    const airy_fit_data *data = work->data;
    double error = data->dy ? data->dy[i] : 1;
    if (!work->logarithmic)
        return curve + e * error;
    return curve * exp(e * (data->dy ? error / data->y[i] : 1));
}

static void draw_points(draws *sample, int block, airy_random *random)
{
    int n = sample->work->data->n;
    for (int i = 0; i < n;) {
        int from = (int)airy_random_below(random, (uint32_t)(n - block + 1));
        for (int j = 0; j < block && i < n; j++, i++)
            sample->y[i] = moved(sample->work, sample->curve[i], i, sample->residual[from + j]);
    }
}

bool airy_fit_work_again(const airy_fit_work *work, const double *y, double *p)
{
    airy_fit_data data = *work->data;
    airy_fit_work trial = *work;
    data.y = y;
    trial.data = &data;
    for (int k = 0; k < work->model->np; k++)
        if (work->state[k] != AIRY_FIT_HELD) {
            trial.state[k] = AIRY_FIT_FREE;
            trial.p[k] = airy_fit_inside(&work->options->choice[k], work->p[k]);
        }
    if (airy_fit_work_solve(&trial, NULL) != AIRY_OK)
        return false;
    memcpy(p, trial.p, sizeof trial.p);
    return true;
}

static void fit_draw(draws *sample)
{
    double p[AIRY_FIT_MAX];
    if (!airy_fit_work_again(sample->work, sample->y, p))
        return;
    for (int k = 0; k < sample->work->model->np; k++)
        sample->found[k * sample->draws + sample->kept] = p[k];
    sample->kept++;
}

static void take_limits(const draws *sample, airy_fit_curve *fit)
{
    double tail = (1 - sample->work->options->level) / 2;
    int n = sample->kept;
    for (int k = 0; k < fit->model->np; k++) {
        const double *found = sample->found + (size_t)k * (size_t)sample->draws;
        double mean = 0, squares = 0;
        if (fit->state[k] == AIRY_FIT_HELD)
            continue;
        for (int i = 0; i < n; i++)
            mean += found[i] / n;
        for (int i = 0; i < n; i++)
            squares += (found[i] - mean) * (found[i] - mean);
        fit->error[k] = sqrt(squares / (n - 1));
        fit->low[k] = airy_stats_quantile_double(found, n, tail);
        fit->high[k] = airy_stats_quantile_double(found, n, 1 - tail);
    }
}

static void prepare(draws *sample, const airy_fit_curve *fit)
{
    const airy_fit_work *work = sample->work;
    int n = work->data->n;
    double blow = sqrt((double)n / (n > fit->free ? n - fit->free : 1));
    airy_fit_model_values(work->model, work->p, work->data->x, n, sample->curve, NULL);
    for (int i = 0; i < n; i++)
        sample->residual[i] = blow * airy_fit_work_residual(work, sample->curve[i], i);
}

airy_code airy_fit_bootstrap(const airy_fit_work *work, airy_fit_curve *fit, airy_error *err)
{
    const airy_fit_options *options = work->options;
    size_t n = (size_t)work->data->n;
    int block = options->block > 0 ? options->block : (int)lround(cbrt((double)n));
    draws sample = {.work = work, .draws = options->draws};
    airy_code code = AIRY_OK;
    sample.curve = airy_memory_new(3 * n, sizeof *sample.curve);
    sample.found =
        airy_memory_new((size_t)options->draws * (size_t)work->model->np, sizeof *sample.found);
    if (!sample.curve || !sample.found) {
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d draws", options->draws);
        goto done;
    }
    sample.residual = sample.curve + n;
    sample.y = sample.residual + n;
    prepare(&sample, fit);
    block = block < (int)n ? block : (int)n;
    for (int draw = 0; draw < options->draws; draw++) {
        airy_random random;
        airy_random_init(&random, options->seed, options->stream, AIRY_STREAM_RESIDUAL,
                         (uint32_t)draw);
        draw_points(&sample, block, &random);
        fit_draw(&sample);
    }
    fit->lost = options->draws - sample.kept;
    fit->in_blocks = block > 1;
    if (sample.kept < 20 || 2 * sample.kept < options->draws)
        code = airy_error_set(err, AIRY_ENUMERIC,
                              "%d of %d draws of the bootstrap could not be "
                              "fitted",
                              fit->lost, options->draws);
    else
        take_limits(&sample, fit);
done:
    airy_memory_free(sample.curve);
    airy_memory_free(sample.found);
    return code;
}
