// SPDX-License-Identifier: GPL-3.0-or-later
// How values of options are read from words and written back.
#include "option_values.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool option_has_range(const option *row)
{
    return row->low < row->high || row->low > row->high;
}

// The i-th word of "a|b|c"; false past the end.
bool option_choice(const char *choices, int i, char *word, size_t room)
{
    for (; i > 0 && choices; i--) {
        choices = strchr(choices, '|');
        choices = choices ? choices + 1 : NULL;
    }
    if (!choices)
        return false;
    snprintf(word, room, "%.*s", (int)strcspn(choices, "|"), choices);
    return true;
}

static airy_code set_number(const option *row, const char *text, airy_error *err)
{
    double number = 0;
    airy_code code;
    if (row->type == OPTION_DOUBLE && row->choices && strcmp(text, row->choices) == 0) {
        *(double *)row->at = NAN;
        return AIRY_OK;
    }
    if (row->type == OPTION_INT)
        code = airy_text_int(text, row->at, err), number = code == AIRY_OK ? *(int *)row->at : 0;
    else
        code = airy_text_double(text, row->at, err),
        number = code == AIRY_OK ? *(double *)row->at : 0;
    if (code != AIRY_OK && row->choices)
        return airy_error_set(err, code, "--%s %s: a number or %s is wanted", row->name, text,
                              row->choices);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "--%s", row->name);
    if (!isfinite(number))
        return airy_error_set(err, AIRY_EARGUMENT, "--%s %s is no finite number", row->name, text);
    if (option_has_range(row) && (number < row->low || number > row->high))
        return airy_error_set(err, AIRY_EARGUMENT, "--%s %s%s%s is outside %g to %g", row->name,
                              text, row->unit ? " " : "", row->unit ? row->unit : "", row->low,
                              row->high);
    return AIRY_OK;
}

static airy_code set_choice(const option *row, const char *text, airy_error *err)
{
    char word[64];
    for (int i = 0; option_choice(row->choices, i, word, sizeof word); i++)
        if (strcmp(word, text) == 0) {
            if (row->type == OPTION_EITHER)
                *(bool *)row->at = i == 1;
            else
                *(int *)row->at = i;
            return AIRY_OK;
        }
    return airy_error_set(err, AIRY_EARGUMENT, "--%s '%s' is none of %s", row->name, text,
                          row->choices);
}

static airy_code set_seed(const option *row, const char *text, airy_error *err)
{
    char *end = NULL;
    errno = 0;
    unsigned long long seed = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || errno)
        return airy_error_set(err, AIRY_EARGUMENT, "--%s '%s' is not a whole number >= 0",
                              row->name, text);
    *(uint64_t *)row->at = seed;
    return AIRY_OK;
}

static airy_code set_text(const option *row, const char *text, airy_error *err)
{
    *(const char **)row->at = text;
    airy_code code = row->read ? row->read(row->of, text, err) : AIRY_OK;
    return code == AIRY_OK ? code : airy_error_prefix(err, "--%s %s", row->name, text);
}

static airy_code set_texts(const option *row, const char *text, airy_error *err)
{
    option_texts *texts = row->at;
    if (texts->n == OPTION_TEXTS_MAX)
        return airy_error_set(err, AIRY_EARGUMENT, "--%s was given more than %d times", row->name,
                              OPTION_TEXTS_MAX);
    texts->text[texts->n++] = text;
    return AIRY_OK;
}

static airy_code set_flag(const option *row, const char *text, airy_error *err)
{
    bool on = !text || strcmp(text, "on") == 0;
    if (text && !on && strcmp(text, "off") != 0)
        return airy_error_set(err, AIRY_EARGUMENT, "--%s '%s' is neither on nor off", row->name,
                              text);
    *(bool *)row->at = on;
    return AIRY_OK;
}

static void show_flag(const option *row, airy_text *to)
{
    airy_text_append(to, "%s", *(bool *)row->at ? "on" : "off");
}

static void show_number(const option *row, airy_text *to)
{
    if (row->type == OPTION_INT)
        airy_text_append(to, "%d", *(int *)row->at);
    else if (row->choices && isnan(*(double *)row->at))
        airy_text_append(to, "%s", row->choices);
    else
        airy_text_append(to, "%.10g", *(double *)row->at);
}

static void show_text(const option *row, airy_text *to)
{
    const char *text = *(const char **)row->at;
    airy_text_append(to, "%s", text ? text : "");
}

static void show_choice(const option *row, airy_text *to)
{
    char word[64] = "";
    int i = row->type == OPTION_EITHER ? *(bool *)row->at : *(int *)row->at;
    option_choice(row->choices, i, word, sizeof word);
    airy_text_append(to, "%s", word);
}

static void show_texts(const option *row, airy_text *to)
{
    const option_texts *texts = row->at;
    for (int i = 0; i < texts->n; i++)
        airy_text_append(to, i ? "\n%s = %s" : "%.0s%s", row->name, texts->text[i]);
}

static void show_seed(const option *row, airy_text *to)
{
    airy_text_append(to, "%llu", (unsigned long long)*(uint64_t *)row->at);
}

// How each type is read from a word and written back.
const struct option_kind option_kinds[] = {
    [OPTION_FLAG] = {set_flag, show_flag, ""},
    [OPTION_INT] = {set_number, show_number, "N"},
    [OPTION_DOUBLE] = {set_number, show_number, "X"},
    [OPTION_TEXT] = {set_text, show_text, "TEXT"},
    [OPTION_CHOICE] = {set_choice, show_choice, ""},
    [OPTION_EITHER] = {set_choice, show_choice, ""},
    [OPTION_TEXTS] = {set_texts, show_texts, "TEXT"},
    [OPTION_SEED] = {set_seed, show_seed, "S"},
};
