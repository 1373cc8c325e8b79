// SPDX-License-Identifier: GPL-3.0-or-later
// airy retrieve: phases of a pattern, from many starts and generations.
#include "airy/image.h"
#include "airy/files.h"
#include "airy/retrieval.h"
#include "airy/source.h"
#include "commands.h"
#include "results.h"
#include "say.h"
#include "search.h"

#include <stdlib.h>
#include <string.h>

// ------------------------------------------------------------------ the table on stdout

// Lowest and median of a generation's numbers.
static double low(const double *values, int n)
{
    return airy_stats_quantile_double(values, n, 0);
}

static airy_code add_generation(airy_table *table, const airy_reconstruction *r, int g,
                                airy_error *err)
{
    size_t at = (size_t)g * (size_t)r->starts;
    const struct {
        const char *name;
        double value;
    } cells[] = {
        {"generation", g},
        {"starts", r->starts},
        {"r_factor", low(r->r_factor + at, r->starts)},
        {"r_factor_median", airy_stats_quantile_double(r->r_factor + at, r->starts, 0.5)},
        {"r_free", low(r->r_free + at, r->starts)},
        {"deviance", low(r->deviance + at, r->starts)},
        {"diversity", r->diversity[g]},
        {"ambiguous", r->ambiguous[g]},
    };
    airy_code code = airy_table_add(table, err);
    for (size_t i = 0; code == AIRY_OK && i < sizeof cells / sizeof cells[0]; i++)
        code = airy_table_put_double(table, g, cells[i].name, cells[i].value, err);
    return code;
}

static airy_code print_generations(const airy_reconstruction *r, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_init(&table,
                                     "generation starts r_factor r_factor_median r_free deviance "
                                     "diversity ambiguous",
                                     err);
    for (int g = 0; code == AIRY_OK && g < r->generations; g++)
        code = add_generation(&table, r, g, err);
    if (code == AIRY_OK)
        code = results_print_table(&table, err);
    airy_table_release(&table);
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

// Whether the output is what this command would make: its last step has these parameters, this seed
// and inputs of these hashes. Jobs that are submitted again then have nothing to do and are no
// failure.
static airy_code is_done(const invocation *call, const airy_retrieve_step *step, bool *done,
                         airy_error *err)
{
    const char *more[AIRY_PREPARE_FILES];
    airy_history history = {0};
    airy_text inputs = {0};
    *done = false;
    if (!step->resume || call->overwrite || !airy_file_exists(call->output) ||
        airy_history_read_file(call->output, &history, NULL) != AIRY_OK)
        return AIRY_OK; // it is somebody else's, which is told where it would be written
    const airy_step *last = history.n ? &history.steps[history.n - 1] : NULL;
    airy_prepare_files(&step->prepare, more);
    airy_code code = AIRY_OK;
    if (last && last->inputs && last->parameters && strcmp(last->command, "retrieve") == 0) {
        code = airy_call_hash(&call->run, more, say_stopping(), &inputs, err);
        *done = code == AIRY_OK && inputs.text && strcmp(inputs.text, last->inputs) == 0 &&
                last->seed == call->seed && same_parameters(last->parameters, call->run.parameters);
    }
    airy_text_release(&inputs);
    airy_history_release(&history);
    return code;
}

// ------------------------------------------------------------------ the command

int cmd_retrieve(invocation *call)
{
    airy_retrieve_step step;
    airy_retrieve_found found = {0};
    option rows[SEARCH_ROWS];
    airy_error err = {0};
    airy_retrieve_step_begin(&step, &call->run);
    search_table(&step, rows);
    const option table[] = {{"search", OPTION_ROWS, .at = rows}, {0}};
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 1))
        return call->status;
    if (airy_retrieve_step_read(&step, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    bool done = false;
    airy_code code = is_done(call, &step, &done, &err);
    if (done)
        say_note(call, "%s was made by this command from these inputs: nothing is left to do",
                 call->output);
    if (code == AIRY_OK && !done)
        code = airy_retrieve_do(&call->run, &step, &found, &err);
    if (code == AIRY_OK && !done)
        code = print_generations(&found.result, &err);
    airy_retrieve_found_release(&found);
    airy_retrieve_step_release(&step);
    return say_done(call, code, &err);
}
