// SPDX-License-Identifier: GPL-3.0-or-later
// What a retrieval has come to: its generations as a table, and whether it is there already.
#include "airy/chain.h"
#include "starts.h"

#include <string.h>

// ------------------------------------------------------------------ generations

static airy_code add_generation(airy_table *table, const airy_reconstruction *r, int g,
                                airy_error *err)
{
    size_t at = (size_t)g * (size_t)r->starts;
    const airy_result_row cells[] = {
        {"generation", g},
        {"starts", r->starts},
        {"r_factor", airy_stats_quantile_double(r->r_factor + at, r->starts, 0)},
        {"r_factor_median", airy_stats_quantile_double(r->r_factor + at, r->starts, 0.5)},
        {"r_free", airy_stats_quantile_double(r->r_free + at, r->starts, 0)},
        {"deviance", airy_stats_quantile_double(r->deviance + at, r->starts, 0)},
        {"diversity", r->diversity[g]},
        {"ambiguous", r->ambiguous[g]},
    };
    return airy_table_add_row(table, cells, sizeof cells / sizeof *cells, err);
}

airy_code airy_retrieve_generations(const airy_reconstruction *r, airy_table *table,
                                    airy_error *err)
{
    airy_code code = airy_table_init(table,
                                     "generation starts r_factor r_factor_median r_free deviance "
                                     "diversity ambiguous",
                                     err);
    for (int g = 0; code == AIRY_OK && g < r->generations; g++)
        code = add_generation(table, r, g, err);
    return code;
}

// ------------------------------------------------------------------ what is there already

// Whether two texts of "name = value" lines say the same, but for how the work is gone about.
static bool same_parameters(const char *a, const char *b)
{
    while (*a || *b) {
        const char *const ends[] = {a + strcspn(a, "\n"), b + strcspn(b, "\n")};
        if (strncmp(a, "resume = ", 9) == 0)
            a = ends[0] + (*ends[0] != 0);
        else if (strncmp(b, "resume = ", 9) == 0)
            b = ends[1] + (*ends[1] != 0);
        else if (ends[0] - a != ends[1] - b || strncmp(a, b, (size_t)(ends[0] - a)) != 0)
            return false;
        else
            a = ends[0] + (*ends[0] != 0), b = ends[1] + (*ends[1] != 0);
    }
    return true;
}

airy_code airy_retrieve_is_done(const airy_call *call, const airy_retrieve_step *step, bool *done,
                                airy_error *err)
{
    const char *more[AIRY_PREPARE_FILES];
    airy_history history = {0};
    airy_text inputs = {0};
    *done = false;
    if (!step->resume || call->overwrite || !airy_file_exists(call->output))
        return AIRY_OK;
    // without a history it is somebody else's, which is told where it would be written
    airy_code code = airy_history_read_any(call->output, &history, err);
    const airy_step *last = history.n ? &history.steps[history.n - 1] : NULL;
    airy_prepare_files(&step->prepare, more);
    if (last && last->inputs && last->parameters && strcmp(last->command, "retrieve") == 0) {
        code = airy_call_hash(call, more, call->progress, &inputs, err);
        *done = code == AIRY_OK && inputs.text && strcmp(inputs.text, last->inputs) == 0 &&
                last->seed == call->seed && same_parameters(last->parameters, call->parameters);
    }
    char key[65];
    if (*done && airy_starts_key(&history, call->seed, key, NULL) == AIRY_OK)
        airy_starts_drop(call->output, key);
    if (*done)
        airy_call_note(call, "%s was made by this command from these inputs: nothing is left to do",
                       call->output);
    airy_text_release(&inputs);
    airy_history_release(&history);
    return code;
}
