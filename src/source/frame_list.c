// SPDX-License-Identifier: GPL-3.0-or-later
// Frames by their numbers or by a list.
#include "airy/source.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *last_name(const char *spec)
{
    const char *slash = strrchr(spec, '/');
    return slash ? slash + 1 : spec;
}

bool airy_frame_list_is_list(const char *text)
{
    return text && strpbrk(text, "./");
}

airy_code airy_frame_list_read(airy_frame_list *c, const char *text, airy_error *err)
{
    *c = (airy_frame_list){.text = text};
    c->is_list = airy_frame_list_is_list(text);
    if (!c->is_list)
        return airy_text_span(text, &c->from, &c->to)
                   ? AIRY_OK
                   : airy_error_set(err, AIRY_EARGUMENT,
                                    "--frames %s: A:B with 0 <= A < B, or a list of frames, is "
                                    "wanted",
                                    text);
    airy_code code = airy_table_read(text, &c->list, err);
    for (int i = 0; i < 2 && code == AIRY_OK; i++)
        if (airy_table_find(&c->list, i ? "frame" : "file") < 0)
            code =
                airy_error_set(err, AIRY_EFORMAT, "%s is no list of frames: it has no column '%s'",
                               text, i ? "frame" : "file");
    return code;
}

void airy_frame_list_release(airy_frame_list *c)
{
    airy_table_release(&c->list);
    free(c->frame);
    *c = (airy_frame_list){0};
}

// Adds frames i to i + count - 1.
static airy_code add(airy_frame_list *c, int i, int count, airy_error *err)
{
    int *grown = realloc(c->frame, ((size_t)c->n + (size_t)count) * sizeof *grown);
    if (!grown)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames", c->n + count);
    c->frame = grown;
    for (int k = 0; k < count; k++)
        c->frame[c->n++] = i + k;
    return AIRY_OK;
}

// Whether the list names the file as it was typed.
static bool is_typed(const airy_frame_list *c, const char *spec)
{
    for (int row = 0; row < c->list.rows; row++)
        if (strcmp(airy_table_get(&c->list, row, "file"), spec) == 0)
            return true;
    return false;
}

static airy_code add_row(airy_frame_list *c, int row, const char *spec, int n, airy_error *err)
{
    int frame = 0;
    double hit = 1;
    airy_code code = airy_table_get_int(&c->list, row, "frame", &frame, err);
    if (code == AIRY_OK && airy_table_find(&c->list, "hit") >= 0)
        code = airy_table_get_double(&c->list, row, "hit", &hit, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "%s", c->text);
    if (frame < 0 || frame >= n)
        return airy_error_set(err, AIRY_EARGUMENT, "%s names frame %d of %s, which holds 0 to %d",
                              c->text, frame, spec, n - 1);
    return hit == 0 || isnan(hit) ? AIRY_OK : add(c, frame, 1, err);
}

airy_code airy_frame_list_add(airy_frame_list *c, const char *spec, int n, airy_error *err)
{
    if (!c->is_list && c->from >= n)
        return airy_error_set(err, AIRY_EARGUMENT, "%s holds %d frames, --frames %s begins beyond",
                              spec, n, c->text);
    if (!c->is_list)
        return add(c, c->from, (c->to < n ? c->to : n) - c->from, err);
    bool typed = is_typed(c, spec), listed = false;
    airy_code code = AIRY_OK;
    for (int row = 0; row < c->list.rows && code == AIRY_OK; row++) {
        const char *file = airy_table_get(&c->list, row, "file");
        bool same = strcmp(typed ? file : last_name(file), typed ? spec : last_name(spec)) == 0;
        listed |= same;
        if (same)
            code = add_row(c, row, spec, n, err);
    }
    if (code == AIRY_OK && !listed)
        return airy_error_set(err, AIRY_EARGUMENT, "%s lists no frame of %s", c->text, spec);
    return code;
}
