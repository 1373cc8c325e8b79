// SPDX-License-Identifier: GPL-3.0-or-later
// What a step says on its way, and its line in the history of what it made.
#include "airy/files.h"
#include "pieces.h"
#include "history.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// ------------------------------------------------------------------ talk

static void say(const airy_call *call, airy_tone tone, const char *format, va_list args)
{
    char sentence[2048];
    if (!call->say)
        return;
    vsnprintf(sentence, sizeof sentence, format, args);
    call->say(call->context, tone, sentence);
}

void airy_call_detail(const airy_call *call, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (call->verbose)
        say(call, AIRY_TONE_DETAIL, format, args);
    va_end(args);
}

void airy_call_note(const airy_call *call, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (!call->quiet)
        say(call, AIRY_TONE_NOTE, format, args);
    va_end(args);
}

void airy_call_warn(const airy_call *call, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(call, AIRY_TONE_WARNING, format, args);
    va_end(args);
}

// ------------------------------------------------------------------ outputs

static bool is_input(const airy_call *call, const char *path)
{
    struct stat output, input;
    bool same = false;
    if (!path || stat(path, &output) != 0)
        return false;
    for (int i = 0; i < call->n_inputs && !same; i++) {
        const char *dataset;
        char *file = airy_spec_path(call->inputs[i], &dataset);
        same = file && stat(file, &input) == 0 && input.st_dev == output.st_dev &&
               input.st_ino == output.st_ino;
        free(file);
    }
    return same;
}

airy_code airy_call_outputs(const airy_call *call, const char *path, const char *second,
                            airy_error *err)
{
    const char *input = is_input(call, path) ? path : is_input(call, second) ? second : NULL;
    if (input)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "%s is an input and would be overwritten: choose another name",
                              input);
    return airy_output_check(path, second, call->overwrite, err);
}

// ------------------------------------------------------------------ history

airy_code airy_call_hash(const airy_call *call, const char *const *more, const airy_progress *stop,
                         airy_text *inputs, airy_error *err)
{
    airy_code code = AIRY_OK;
    if (call->hashed) {
        airy_text_append(inputs, "%s", call->hashed);
        return code;
    }
    for (int i = 0; i < call->n_inputs && code == AIRY_OK; i++)
        code = airy_history_input(inputs, call->inputs[i], stop, err);
    for (; more && *more && code == AIRY_OK; more++)
        code = airy_history_input(inputs, *more, stop, err);
    return code;
}

static void name_libraries(const airy_call *call, const char *wisdom, airy_text *libraries)
{
    airy_text_append(libraries, "%s, plans by %s\n", call->transforms,
                     wisdom ? "wisdom" : "estimate");
    if (wisdom) {
        char hex[65];
        airy_bytes_sha256(wisdom, strlen(wisdom), hex);
        airy_text_append(libraries, "wisdom %s\n", hex);
    }
    airy_text_append(libraries, "%s", call->libraries);
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

// Whether the history ends with this run already.
static bool is_last(const airy_call *call, const airy_history *history)
{
    const airy_step *last = history->n ? &history->steps[history->n - 1] : NULL;
    return last && same(last->command, call->name) && same(last->command_line, call->line) &&
           same(last->parameters, call->parameters);
}

airy_code airy_call_record_hashed(const airy_call *call, const airy_text *inputs,
                                  const char *wisdom, airy_history *history, airy_error *err)
{
    airy_text libraries = {0};
    if (call->once && is_last(call, history))
        return AIRY_OK;
    name_libraries(call, wisdom, &libraries);
    const airy_step step = {.command = call->name,
                            .version = call->version,
                            .commit = call->commit,
                            .command_line = call->line,
                            .parameters = call->parameters,
                            .inputs = inputs->text,
                            .libraries = libraries.text,
                            .seed_used = call->seeded,
                            .seed = call->seed};
    bool failed = libraries.failed || inputs->failed || !call->line || !call->parameters;
    airy_code code = failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a history")
                            : airy_history_append(history, &step, err);
    airy_text_release(&libraries);
    return code;
}

airy_code airy_call_record(const airy_call *call, const char *const *more, const char *wisdom,
                           airy_history *history, airy_error *err)
{
    airy_text inputs = {0};
    airy_code code = airy_call_hash(call, more, call->progress, &inputs, err);
    if (code == AIRY_OK)
        code = airy_call_record_hashed(call, &inputs, wisdom, history, err);
    airy_text_release(&inputs);
    return code;
}

airy_pieces *airy_pieces_of_call(const airy_call *call, const airy_text *hashes, airy_error *err)
{
    airy_text text = {0};
    char key[65];
    airy_text_append(&text, "%s\n%s\n%s\n%d %llu\n%s\n%s", call->name, call->version,
                     call->commit ? call->commit : "", call->seeded, (unsigned long long)call->seed,
                     call->parameters, hashes->text ? hashes->text : "");
    bool whole = !text.failed && !hashes->failed;
    if (whole)
        airy_bytes_sha256(text.text, text.length, key);
    airy_text_release(&text);
    if (whole)
        return airy_pieces_open(call->output, key, err);
    airy_error_set(err, AIRY_EMEMORY, "no memory for a key");
    return NULL;
}
