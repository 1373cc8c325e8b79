// SPDX-License-Identifier: GPL-3.0-or-later
// airy score: how well any images, a truth for one, explain a pattern.
#include "airy/image.h"
#include "commands.h"
#include "prepare.h"
#include "results.h"
#include "say.h"

// Everything of one run.
struct work {
    invocation *call;
    airy_prepare_options prepare;
    airy_prepared input; // its images to begin at are those to be scored
};

static airy_code add_row(const struct work *work, airy_table *table, int i, airy_error *err)
{
    airy_quality q;
    airy_stack one = work->input.first;
    one.n = 1;
    one.px = airy_stack_image(&work->input.first, i).px;
    airy_code code = airy_quality_mean(&one, 1, &work->input.problem, &q, err);
    const airy_result_row cells[] = {
        {"image", i},
        {"r_factor", q.score.r_factor},
        {"r_ratio", q.score.r_ratio},
        {"r_free", q.score.r_free},
        {"deviance", q.score.deviance},
        {"deviance_free", q.score.deviance_free},
        {"power_outside", q.outside},
    };
    if (!code)
        code = airy_table_add(table, err);
    for (size_t c = 0; !code && c < sizeof cells / sizeof cells[0]; c++)
        code = airy_table_put_double(table, i, cells[c].name, cells[c].value, err);
    return code;
}

static airy_code run(struct work *work, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_prepare_problem(&work->call->run, &work->prepare, &work->input, err);
    airy_prepared *in = &work->input;
    double beyond = code ? 0 : airy_problem_limit(&in->problem, in->first_nm);
    if (beyond > 0)
        say_warning(work->call,
                    "pixels of %.4g nm, where those of the pattern are %.4g nm: the images hold "
                    "nothing of the outer %.3g %% of its pixels, which are left out",
                    in->first_nm, in->pixel_nm, 100 * beyond);
    for (int i = 0; !code && beyond > 0 && i < in->first.n; i++) {
        airy_image image = airy_stack_image(&in->first, i);
        code = airy_problem_scale(&in->problem, &image, err);
    }
    if (!code && in->pixel_nm > 0 && !(in->first_nm > 0))
        say_note(work->call, "%s does not tell its pixel size: it is taken as the pattern's",
                 work->prepare.start);
    if (!code)
        code = airy_table_init(
            &table, "image r_factor r_ratio r_free deviance deviance_free power_outside", err);
    for (int i = 0; !code && i < work->input.first.n; i++)
        code = add_row(work, &table, i, err);
    if (!code)
        code = results_print_table(&table, err);
    airy_table_release(&table);
    return code;
}

int cmd_score(invocation *call)
{
    struct work work = {.call = call};
    airy_error err = {0};
    option table[PREPARE_ROWS + 1] = {{0}};
    airy_prepare_defaults(&work.prepare);
    prepare_table(&work.prepare, table);
    if (!options_parse(call, table, TAKES_SEED, 2, 2))
        return call->status;
    work.prepare.start = call->inputs[1];
    if (work.prepare.complex_object)
        return options_wrong(call, "--complex: the images are real densities");
    if (airy_prepare_check(&work.prepare, &err))
        return options_wrong(call, "%s", err.message);
    int status = say_done(call, run(&work, &err), &err);
    airy_prepare_release(&work.input);
    return status;
}
