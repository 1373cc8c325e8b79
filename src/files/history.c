// SPDX-License-Identifier: GPL-3.0-or-later
// The commands a file came from, as values and as text.
#include "history.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const airy_step_field fields[] = {
    {"command", "subcommand", offsetof(airy_step, command)},
    {"version", "version", offsetof(airy_step, version)},
    {"commit", "commit", offsetof(airy_step, commit)},
    {"command line", "command", offsetof(airy_step, command_line)},
    {"parameters", "configuration", offsetof(airy_step, parameters)},
    {"inputs", "inputs", offsetof(airy_step, inputs)},
    {"libraries", "libraries", offsetof(airy_step, libraries)},
};
enum { FIELDS = sizeof fields / sizeof fields[0], STEPS_MAX = 10000 };

const airy_step_field *airy_step_fields(int *n)
{
    *n = FIELDS;
    return fields;
}

static const char **text_at(airy_step *step, const airy_step_field *field)
{
    return (const char **)(void *)((char *)step + field->offset);
}

const char *airy_step_get(const airy_step *step, const airy_step_field *field)
{
    const char *text;
    memcpy(&text, (const char *)step + field->offset, sizeof text);
    return text;
}

bool airy_step_set(airy_step *step, const airy_step_field *field, const char *text)
{
    char *copy = airy_text_copy(text);
    if (text && !copy)
        return false;
    free((void *)*text_at(step, field));
    *text_at(step, field) = copy;
    return true;
}

airy_step *airy_history_add(airy_history *history)
{
    size_t n = (size_t)history->n + 1;
    airy_step *grown = n > STEPS_MAX ? NULL : realloc(history->steps, n * sizeof *grown);
    if (!grown)
        return NULL;
    history->steps = grown;
    grown[history->n] = (airy_step){0};
    return &grown[history->n++];
}

void airy_history_init(airy_history *history)
{
    *history = (airy_history){0};
}

void airy_history_release(airy_history *history)
{
    for (int i = 0; i < history->n; i++)
        for (int f = 0; f < FIELDS; f++)
            free((void *)airy_step_get(&history->steps[i], &fields[f]));
    free(history->steps);
    *history = (airy_history){0};
}

airy_code airy_history_append(airy_history *history, const airy_step *step, airy_error *err)
{
    airy_step *added = airy_history_add(history);
    bool good = added != NULL;
    for (int f = 0; good && f < FIELDS; f++)
        good = airy_step_set(added, &fields[f], airy_step_get(step, &fields[f]));
    if (!good)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for one more step of a history");
    added->seed_used = step->seed_used;
    added->seed = step->seed;
    return AIRY_OK;
}

airy_code airy_history_copy(airy_history *to, const airy_history *from, airy_error *err)
{
    airy_history_init(to);
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < from->n; i++)
        code = airy_history_append(to, &from->steps[i], err);
    return code;
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_step(const airy_step *a, const airy_step *b)
{
    bool same = a->seed_used == b->seed_used && a->seed == b->seed;
    for (int f = 0; same && f < FIELDS; f++)
        same = same_text(airy_step_get(a, &fields[f]), airy_step_get(b, &fields[f]));
    return same;
}

airy_code airy_history_merge(airy_history *history, const airy_history *from, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < from->n; i++) {
        bool known = false;
        for (int k = 0; k < history->n; k++)
            known = known || same_step(&history->steps[k], &from->steps[i]);
        if (!known)
            code = airy_history_append(history, &from->steps[i], err);
    }
    return code;
}

// The line of `lines` that begins as `line` does, up to its " = "; NULL: none.
static const char *same_name(const char *lines, const char *line)
{
    size_t length = strcspn(line, "=\n");
    for (const char *at = lines; at && *at; at += strcspn(at, "\n"), at += *at == '\n')
        if (strncmp(at, line, length) == 0 && at[length] == '=')
            return at;
    return NULL;
}

void airy_parameters_compare(const char *old, const char *now, const char *prefix, airy_text *how)
{
    for (const char *at = old; at && *at; at += strcspn(at, "\n"), at += *at == '\n') {
        int length = (int)strcspn(at, "\n"), value = (int)strcspn(at, "=") + 2;
        const char *other = same_name(now, at);
        int other_length = other ? (int)strcspn(other, "\n") : 0;
        bool same = other && other_length == length && strncmp(at, other, (size_t)length) == 0;
        if (same || strncmp(at, prefix, strlen(prefix)) != 0)
            continue;
        airy_text_append(how, "%s%.*s, now %.*s", how->length ? "; " : "", length, at,
                         other_length > value ? other_length - value : 7,
                         other_length > value ? other + value : "not set");
    }
}

airy_code airy_history_input(airy_text *inputs, const char *spec, const airy_progress *progress,
                             airy_error *err)
{
    char hex[65];
    char *path = airy_spec_path(spec, NULL);
    airy_code code = path ? airy_input_sha256(path, progress, inputs, hex, err)
                          : airy_error_set(err, AIRY_EMEMORY, "no memory for a file name");
    free(path);
    return code;
}

// ------------------------------------------------------------------ text
//
//     airy history
//     step 1
//       command: retrieve
//       seed: 7
//       parameters:
//         starts = 200
//
// A text of one line stands behind its label, others below it, indented by four blanks.

static void format_lines(airy_text *text, const char *prefix, const char *lines)
{
    while (*lines) {
        int length = (int)strcspn(lines, "\n");
        airy_text_append(text, "%s    %.*s\n", prefix, length, lines);
        lines += length + (lines[length] == '\n');
    }
}

static void format_field(airy_text *text, const char *prefix, const char *label, const char *value)
{
    if (!value || !value[0])
        return;
    if (strchr(value, '\n')) {
        airy_text_append(text, "%s  %s:\n", prefix, label);
        format_lines(text, prefix, value);
    } else {
        airy_text_append(text, "%s  %s: %s\n", prefix, label, value);
    }
}

void airy_history_format_lines(const airy_history *history, const char *prefix, airy_text *text)
{
    if (history->n)
        airy_text_append(text, "%sairy history\n", prefix);
    for (int i = 0; i < history->n; i++) {
        const airy_step *step = &history->steps[i];
        airy_text_append(text, "%sstep %d\n", prefix, i + 1);
        for (int f = 0; f < FIELDS; f++)
            format_field(text, prefix, fields[f].label, airy_step_get(step, &fields[f]));
        if (step->seed_used)
            airy_text_append(text, "%s  seed: %" PRIu64 "\n", prefix, step->seed);
    }
}

void airy_history_format(const airy_history *history, airy_text *text)
{
    airy_history_format_lines(history, "", text);
}

// What has been read so far: the block of lines below a label is collected until it ends.
typedef struct parser {
    airy_history *history;
    const airy_step_field *open;
    airy_text block;
    bool inside, failed;
} parser;

static airy_step *last_step(parser *state)
{
    return state->history->n ? &state->history->steps[state->history->n - 1] : NULL;
}

static void close_block(parser *state)
{
    if (state->open && last_step(state))
        state->failed |=
            state->block.failed || !airy_step_set(last_step(state), state->open,
                                                  state->block.text ? state->block.text : "");
    state->open = NULL;
    airy_text_release(&state->block);
}

// "label: value" of the current step.
static void parse_field(parser *state, const char *line, int length)
{
    airy_step *step = last_step(state);
    close_block(state);
    if (!step)
        return;
    if (strncmp(line, "seed: ", 6) == 0) {
        step->seed_used = true;
        step->seed = strtoull(line + 6, NULL, 10);
        return;
    }
    for (int f = 0; f < FIELDS; f++) {
        int label = (int)strlen(fields[f].label);
        if (label >= length || strncmp(line, fields[f].label, (size_t)label) != 0 ||
            line[label] != ':')
            continue;
        if (length > label + 2) {
            airy_text value = {0};
            airy_text_append(&value, "%.*s", length - label - 2, line + label + 2);
            state->failed |= value.failed || !airy_step_set(step, &fields[f], value.text);
            airy_text_release(&value);
        } else {
            state->open = &fields[f];
        }
        return;
    }
}

static void parse_line(parser *state, const char *line, int length)
{
    if (length == 12 && strncmp(line, "airy history", 12) == 0) {
        state->inside = true;
    } else if (state->inside && length >= 4 && strncmp(line, "    ", 4) == 0) {
        if (state->open)
            airy_text_append(&state->block, "%.*s\n", length - 4, line + 4);
    } else if (state->inside && length >= 2 && strncmp(line, "  ", 2) == 0) {
        parse_field(state, line + 2, length - 2);
    } else if (state->inside && length >= 6 && strncmp(line, "step ", 5) == 0) {
        close_block(state);
        state->failed |= airy_history_add(state->history) == NULL;
    }
}

airy_code airy_history_parse(const char *text, airy_history *history, airy_error *err)
{
    airy_history_init(history);
    parser state = {.history = history};
    while (*text && !state.failed) {
        int length = (int)strcspn(text, "\n");
        parse_line(&state, text, length);
        text += length + (text[length] == '\n');
    }
    close_block(&state);
    if (!state.failed)
        return AIRY_OK;
    airy_history_release(history);
    return airy_error_set(err, AIRY_EMEMORY,
                          "no memory for a history, or one of more than %d steps", STEPS_MAX);
}
