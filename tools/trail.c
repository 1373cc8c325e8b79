// SPDX-License-Identifier: GPL-3.0-or-later
// How an output was made.
#include "trail.h"

#include "airy/math.h"
#include "airy_build.h"
#include "commands.h"
#include "say.h"
#include "airy/source.h"

#include <stdlib.h>
#include <string.h>

airy_code trail_hash(const invocation *call, const char *const *more, const airy_progress *stop,
                     airy_text *inputs, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; i < call->n_inputs && code == AIRY_OK; i++)
        code = airy_history_input(inputs, call->inputs[i], stop, err);
    for (; more && *more && code == AIRY_OK; more++)
        code = airy_history_input(inputs, *more, stop, err);
    return code;
}

static void name_libraries(const char *wisdom, airy_text *libraries)
{
    airy_text_append(libraries, "%s, plans by %s\n", airy_fft_library(),
                     wisdom ? "wisdom" : "estimate");
    if (wisdom) {
        char hex[65];
        airy_bytes_sha256(wisdom, strlen(wisdom), hex);
        airy_text_append(libraries, "wisdom %s\n", hex);
    }
    airy_files_versions(libraries);
    airy_source_versions(libraries);
}

airy_code trail_append_hashed(const invocation *call, const airy_text *inputs, const char *wisdom,
                              airy_history *history, airy_error *err)
{
    airy_text libraries = {0};
    name_libraries(wisdom, &libraries);
    airy_step step = {.command = call->command->name,
                      .version = AIRY_VERSION,
                      .commit = AIRY_COMMIT,
                      .command_line = call->line.text,
                      .parameters = call->parameters.text,
                      .inputs = inputs->text,
                      .libraries = libraries.text,
                      .seed_used = call->seeded,
                      .seed = call->seed};
    bool failed =
        libraries.failed || inputs->failed || call->line.failed || call->parameters.failed;
    airy_code code = failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a history")
                            : airy_history_append(history, &step, err);
    airy_text_release(&libraries);
    return code;
}

airy_code trail_append(const invocation *call, const char *const *more, const char *wisdom,
                       airy_history *history, airy_error *err)
{
    airy_text inputs = {0};
    airy_code code = trail_hash(call, more, say_stopping(), &inputs, err);
    if (code == AIRY_OK)
        code = trail_append_hashed(call, &inputs, wisdom, history, err);
    airy_text_release(&inputs);
    return code;
}

airy_code trail_merge(const char *const *more, airy_history *history, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (; more && *more && code == AIRY_OK; more++) {
        airy_history other = {0};
        const char *dataset;
        char *path = airy_spec_path(*more, &dataset);
        airy_code read = path ? airy_history_read_file(path, &other, err) : AIRY_EMEMORY;
        if (read == AIRY_OK)
            code = airy_history_merge(history, &other, err);
        else if (read == AIRY_EMEMORY) // others' files have no history
            code = read;
        airy_history_release(&other);
        free(path);
    }
    return code;
}
