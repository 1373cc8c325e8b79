// SPDX-License-Identifier: GPL-3.0-or-later
// Errors of a fit by fits to the curve without a part of what was measured (Tukey, Ann. Math.
// Statist. 29, 614, 1958; Efron, The Jackknife, SIAM 1982, Eq. 3.5): points that share noise, as
// those of a correlation function do, share it in every part.
#include "curve.h"

#include <math.h>
#include <string.h>

enum { LEAST = 4 }; // parts

// Fits without each part, (parts, np); how many there are. A curve of which the logarithm is fitted
// has none where it falls to 0.
static int fit_parts(const airy_fit_work *work, double *found)
{
    const airy_fit_data *data = work->data;
    int kept = 0, np = work->model->np;
    double p[AIRY_FIT_MAX];
    for (int part = 0; part < data->parts; part++) {
        const double *y = data->less + (size_t)part * (size_t)data->n;
        bool good = true;
        for (int i = 0; i < data->n; i++)
            good = good && isfinite(y[i]) && (y[i] > 0 || !work->logarithmic);
        if (good && airy_fit_work_again(work, y, p))
            memcpy(found + (size_t)(kept++) * (size_t)np, p, (size_t)np * sizeof *p);
    }
    return kept;
}

static void take_covariance(const double *found, int parts, airy_fit_curve *fit)
{
    int np = fit->model->np;
    double mean[AIRY_FIT_MAX] = {0};
    for (int i = 0; i < parts * np; i++)
        mean[i % np] += found[i] / parts;
    for (int a = 0; a < np; a++)
        for (int b = 0; b < np; b++) {
            double sum = 0;
            for (int i = 0; i < parts; i++)
                sum += (found[i * np + a] - mean[a]) * (found[i * np + b] - mean[b]);
            bool both = fit->state[a] == AIRY_FIT_FREE && fit->state[b] == AIRY_FIT_FREE;
            fit->covariance[a * np + b] = both ? sum * (parts - 1) / parts : 0;
        }
    for (int k = 0; k < np; k++)
        if (fit->state[k] == AIRY_FIT_FREE)
            fit->error[k] = sqrt(fit->covariance[k * np + k]);
}

airy_code airy_fit_jackknife(const airy_fit_work *work, airy_fit_curve *fit, airy_error *err)
{
    int parts = work->data->parts;
    double *found = airy_memory_new((size_t)parts * (size_t)work->model->np, sizeof *found);
    if (!found)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for fits without %d parts", parts);
    int kept = fit_parts(work, found);
    airy_code code = AIRY_OK;
    int wanted = parts > 2 * LEAST ? (parts + 1) / 2 : LEAST;
    if (kept < wanted) {
        code = airy_error_set(err, AIRY_ENUMERIC,
                              "without one of %d parts the curve could be fitted %d times, and "
                              "errors want %d of them (--parts off takes errors by the points)",
                              parts, kept, wanted);
    } else {
        take_covariance(found, kept, fit);
        airy_fit_limits_by_error(fit, work->options,
                                 airy_fit_quantile(work->options->level, kept - 1));
        fit->parts = kept;
        fit->lost = parts - kept;
        fit->in_blocks = true;
    }
    airy_memory_free(found);
    return code;
}
