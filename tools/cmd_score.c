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
    prepare_options prepare;
    prepared input; // its images to begin at are those to be scored
};

static airy_code add_row(const struct work *work, airy_table *table, int i, airy_error *err)
{
    airy_quality q;
    airy_stack one = work->input.first;
    one.n = 1;
    one.px = airy_stack_image(&work->input.first, i).px;
    airy_code code = airy_quality_mean(&one, 1, &work->input.problem, &q, err);
    const result_row cells[] = {
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
    airy_code code = prepare_problem(work->call, &work->prepare, &work->input, err);
    if (!code)
        code = airy_table_init(
            &table, "image r_factor r_ratio r_free deviance deviance_free power_outside", err);
    for (int i = 0; !code && i < work->input.first.n; i++)
        code = add_row(work, &table, i, err);
    if (!code)
        results_print_table(&table);
    airy_table_release(&table);
    return code;
}

int cmd_score(invocation *call)
{
    struct work work = {.call = call};
    airy_error err = {0};
    option table[PREPARE_ROWS + 1] = {{0}};
    prepare_defaults(&work.prepare);
    prepare_table(&work.prepare, table);
    if (!options_parse(call, table, TAKES_SEED, 2, 2))
        return call->status;
    work.prepare.start = call->inputs[1];
    if (work.prepare.complex_object)
        return options_wrong(call, "--complex: the images are real densities");
    if (prepare_check(&work.prepare, &err))
        return options_wrong(call, "%s", err.message);
    int status = say_done(call, run(&work, &err), &err);
    prepare_release(&work.input);
    return status;
}
