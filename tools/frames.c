// SPDX-License-Identifier: GPL-3.0-or-later
// Patterns in, patterns out, one at a time.
#include "frames.h"

#include "airy/pattern.h"
#include "commands.h"
#include "say.h"
#include "trail.h"

#include <stdlib.h>

static airy_code change_frame(const invocation *call, airy_frames *in, airy_frames *out, int frame,
                              frames_change *change, void *context, airy_error *err)
{
    airy_pattern pattern = {0};
    airy_code code = airy_frames_read(in, frame, &pattern, err);
    if (code != AIRY_OK)
        return code;
    code = change(&pattern, frame, context, err);
    if (code != AIRY_OK)
        airy_error_prefix(err, "%s, frame %d", call->inputs[0], frame);
    if (code == AIRY_OK && out)
        code = airy_frames_append(out, &pattern, err);
    airy_pattern_release(&pattern);
    return code;
}

static airy_code change_all(const invocation *call, airy_frames *in, airy_frames *out,
                            frames_change *change, void *context, airy_error *err)
{
    const airy_progress *progress = say_progress(call, call->command->name);
    int n = airy_frames_count(in);
    airy_code code = AIRY_OK;
    for (int i = 0; i < n && code == AIRY_OK; i++) {
        code = change_frame(call, in, out, i, change, context, err);
        airy_progress_report(progress, i + 1, n, "frames");
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped after %d of %d frames", i + 1, n);
    }
    say_progress_end();
    return code;
}

static airy_code commit(const invocation *call, const char *const *more, airy_frames *in,
                        airy_frames *out, airy_error *err)
{
    airy_history history = {0};
    airy_code code = airy_frames_history(in, &history, err);
    if (code == AIRY_OK)
        code = trail_merge(more, &history, err);
    if (code == AIRY_OK)
        code = trail_append(call, more, NULL, &history, err);
    if (code == AIRY_OK)
        code = airy_frames_commit(out, &history, err);
    airy_history_release(&history);
    return code;
}

airy_code frames_run(const invocation *call, const char *const *more, frames_change *change,
                     void *context, airy_error *err)
{
    airy_frames *out = NULL, *in = airy_frames_open(call->inputs[0], err);
    airy_code code = in ? AIRY_OK : err->code;
    if (code == AIRY_OK && call->output) {
        out = airy_frames_create(call->output, call->overwrite, err);
        code = out ? AIRY_OK : err->code;
    }
    if (code == AIRY_OK)
        code = change_all(call, in, out, change, context, err);
    if (code == AIRY_OK && out)
        code = commit(call, more, in, out, err);
    airy_frames_close(in);
    airy_frames_close(out);
    return code;
}

airy_code frames_add_mask(const char *spec, airy_pattern *pattern, airy_error *err)
{
    if (!spec)
        return AIRY_OK;
    airy_mask mask = {0};
    airy_code code = airy_mask_read(spec, &mask, err);
    if (code == AIRY_OK && airy_mask_combine(&pattern->mask, &mask, err) != AIRY_OK)
        code = airy_error_prefix(err, "%s", spec);
    if (code == AIRY_OK)
        airy_pattern_apply_mask(pattern);
    airy_mask_release(&mask);
    return code;
}

static airy_code make_table(airy_table *table, const frames_number *numbers, int n, airy_error *err)
{
    airy_text names = {0};
    airy_text_append(&names, "frame");
    for (int i = 0; i < n; i++)
        airy_text_append(&names, " %s", numbers[i].name);
    airy_code code = airy_table_init(table, names.text, err);
    airy_text_release(&names);
    return code;
}

airy_code frames_add_row(airy_table *table, int frame, const frames_number *numbers, int n,
                         airy_error *err)
{
    airy_code code = table->columns ? AIRY_OK : make_table(table, numbers, n, err);
    if (code == AIRY_OK)
        code = airy_table_add(table, err);
    if (code == AIRY_OK)
        code = airy_table_put_double(table, table->rows - 1, "frame", frame, err);
    for (int i = 0; i < n && code == AIRY_OK; i++)
        code =
            airy_table_put_double(table, table->rows - 1, numbers[i].name, numbers[i].value, err);
    return code;
}
