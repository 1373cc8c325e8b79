// SPDX-License-Identifier: GPL-3.0-or-later
// The history of an HDF5 file: a group /entry_1/process_N a step, as CXI 1.6 (cxidb.org) has it.
#include "blocks.h"
#include "history.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROCESS "/entry_1/process_"

static void put_step(airy_h5 *h5, int number, const airy_step *step, airy_error *err)
{
    int n;
    char path[96], text[32];
    const airy_step_field *fields = airy_step_fields(&n);
    snprintf(path, sizeof path, PROCESS "%d/program", number);
    airy_h5_put_text(h5, path, "airy", err);
    for (int f = 0; f < n; f++) {
        const char *value = airy_step_get(step, &fields[f]);
        snprintf(path, sizeof path, PROCESS "%d/%s", number, fields[f].dataset);
        if (value)
            airy_h5_put_text(h5, path, value, err);
    }
    if (step->seed_used) {
        snprintf(path, sizeof path, PROCESS "%d/seed", number);
        snprintf(text, sizeof text, "%" PRIu64, step->seed);
        airy_h5_put_text(h5, path, text, err);
    }
}

// The handle remembers the first failure, so that it is asked only once, at the end.
airy_code airy_history_put(airy_h5 *h5, const airy_history *history, airy_error *err)
{
    for (int i = 0; history && i < history->n; i++)
        put_step(h5, i + 1, &history->steps[i], err);
    return airy_h5_put_attribute_text(h5, "/", "creator", "airy", err);
}

static airy_code read_step(airy_h5 *h5, int number, airy_step *step, airy_error *err)
{
    int n;
    char path[96], *text;
    const airy_step_field *fields = airy_step_fields(&n);
    airy_code code = AIRY_OK;
    for (int f = 0; code == AIRY_OK && f < n; f++) {
        snprintf(path, sizeof path, PROCESS "%d/%s", number, fields[f].dataset);
        if (!airy_h5_has(h5, path))
            continue;
        code = airy_h5_get_text(h5, path, &text, err);
        if (code == AIRY_OK && !airy_step_set(step, &fields[f], text))
            code = airy_error_set(err, AIRY_EMEMORY, "no memory for a history");
        free(text);
    }
    snprintf(path, sizeof path, PROCESS "%d/seed", number);
    if (code != AIRY_OK || !airy_h5_has(h5, path))
        return code;
    code = airy_h5_get_text(h5, path, &text, err);
    step->seed_used = code == AIRY_OK;
    step->seed = text ? strtoull(text, NULL, 10) : 0;
    free(text);
    return code;
}

// True when process N was written by airy: other programs keep other things there.
static bool is_ours(airy_h5 *h5, int number)
{
    char path[96], *program = NULL;
    snprintf(path, sizeof path, PROCESS "%d/program", number);
    bool ours = airy_h5_has(h5, path) && airy_h5_get_text(h5, path, &program, NULL) == AIRY_OK &&
                strcmp(program, "airy") == 0;
    free(program);
    return ours;
}

airy_code airy_history_read(airy_h5 *h5, airy_history *history, airy_error *err)
{
    airy_code code = AIRY_OK;
    airy_history_init(history);
    for (int i = 1; code == AIRY_OK && is_ours(h5, i); i++) {
        airy_step *step = airy_history_add(history);
        code = step ? read_step(h5, i, step, err)
                    : airy_error_set(err, AIRY_EMEMORY, "no memory for a history");
    }
    if (code == AIRY_OK)
        code = airy_h5_trust(h5, err);
    if (code != AIRY_OK)
        airy_history_release(history);
    return code;
}
