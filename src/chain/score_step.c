// SPDX-License-Identifier: GPL-3.0-or-later
// The step `score`: how well any images, a truth for one, explain a pattern.
#include "airy/chain.h"

static airy_code add_row(const airy_prepared *in, airy_table *table, int i, airy_error *err)
{
    airy_quality q;
    airy_stack one = in->first;
    one.n = 1;
    one.px = airy_stack_image(&in->first, i).px;
    airy_code code = airy_quality_mean(&one, 1, &in->problem, &q, err);
    const airy_result_row cells[] = {
        {"image", i},
        {"r_factor", q.score.r_factor},
        {"r_ratio", q.score.r_ratio},
        {"r_free", q.score.r_free},
        {"deviance", q.score.deviance},
        {"deviance_free", q.score.deviance_free},
        {"power_outside", q.outside},
    };
    return code ? code : airy_table_add_row(table, cells, sizeof cells / sizeof *cells, err);
}

// Images of fewer pixels per particle are compared where they hold anything.
static airy_code fit_grid(const airy_call *call, airy_prepared *in, airy_error *err)
{
    double beyond = airy_problem_limit(&in->problem, in->first_nm);
    airy_code code = AIRY_OK;
    if (!(beyond > 0))
        return code;
    airy_call_warn(call,
                   "pixels of %.4g nm, where those of the pattern are %.4g nm: the images hold "
                   "nothing of the outer %.3g %% of its pixels, which are left out",
                   in->first_nm, in->pixel_nm, 100 * beyond);
    for (int i = 0; !code && i < in->first.n; i++) {
        airy_image image = airy_stack_image(&in->first, i);
        code = airy_problem_scale(&in->problem, &image, err);
    }
    return code;
}

airy_code airy_score_step_run(const airy_call *call, const airy_prepare_options *prepare,
                              airy_table *found, airy_error *err)
{
    airy_prepared in = {0};
    airy_code code = airy_prepare_problem(call, prepare, &in, err);
    if (!code)
        code = fit_grid(call, &in, err);
    if (!code && in.pixel_nm > 0 && !(in.first_nm > 0))
        airy_call_note(call, "%s does not tell its pixel size: it is taken as the pattern's",
                       prepare->start);
    if (!code)
        code = airy_table_init(
            found, "image r_factor r_ratio r_free deviance deviance_free power_outside", err);
    for (int i = 0; !code && i < in.first.n; i++)
        code = add_row(&in, found, i, err);
    airy_prepare_release(&in);
    return code;
}
