// SPDX-License-Identifier: GPL-3.0-or-later
// Growing strings and strict numbers.
#include "airy/base.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A part of a text is never taken for the whole: nothing is kept of it.
static void fail(airy_text *text)
{
    airy_text_release(text);
    text->failed = true;
}

static bool make_room(airy_text *text, size_t more)
{
    if (text->length + more + 1 <= text->room)
        return true;
    size_t room = 2 * (text->length + more + 1);
    char *grown = realloc(text->text, room);
    if (!grown) {
        fail(text);
        return false;
    }
    text->text = grown;
    text->room = room;
    return true;
}

void airy_text_append(airy_text *text, const char *format, ...)
{
    if (text->failed)
        return;
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length < 0)
        fail(text);
    else if (make_room(text, (size_t)length)) {
        vsnprintf(text->text + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
    va_end(args);
}

airy_code airy_text_whole(const airy_text *text, airy_error *err)
{
    return text->failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a text") : AIRY_OK;
}

void airy_text_release(airy_text *text)
{
    free(text->text);
    *text = (airy_text){0};
}

airy_code airy_text_double(const char *text, double *value, airy_error *err)
{
    char *end = NULL;
    errno = 0;
    double parsed = strtod(text, &end);
    if (end == text || *end != '\0' || (errno == ERANGE && (parsed > 1 || parsed < -1)))
        return airy_error_set(err, AIRY_EARGUMENT, "'%s' is not a number", text);
    *value = parsed;
    return AIRY_OK;
}

airy_code airy_text_int(const char *text, int *value, airy_error *err)
{
    char *end = NULL;
    errno = 0;
    long parsed = strtol(text, &end, 10);
    if (end == text || *end != '\0' || errno == ERANGE || parsed > INT_MAX || parsed < INT_MIN)
        return airy_error_set(err, AIRY_EARGUMENT, "'%s' is not a whole number", text);
    *value = (int)parsed;
    return AIRY_OK;
}

const char *airy_text_match(const char *text, const char *pattern, double *numbers)
{
    for (; *pattern; pattern++) {
        if (*pattern != '*' && *pattern != '@') {
            if (*text++ != *pattern)
                return NULL;
            continue;
        }
        char *end;
        double number = strtod(text, &end);
        if (end == text || !isfinite(number) ||
            (*pattern == '@' && (fabs(number) > INT_MAX || number != floor(number))))
            return NULL;
        *numbers++ = number;
        text = end;
    }
    return text;
}

bool airy_text_is(const char *text, const char *pattern, double *numbers)
{
    const char *end = airy_text_match(text, pattern, numbers);
    return end && *end == '\0';
}

airy_code airy_text_doubles(const char *text, double *values, int room, int *n, airy_error *err)
{
    *n = 0;
    for (const char *from = text; *from;) {
        char one[64];
        size_t length = strcspn(from, ",");
        if (*n == room)
            return airy_error_set(err, AIRY_EARGUMENT, "'%s' has more than %d numbers", text, room);
        if (length >= sizeof one)
            return airy_error_set(err, AIRY_EARGUMENT, "'%.*s' is too long for a number",
                                  (int)length, from);
        memcpy(one, from, length);
        one[length] = '\0';
        airy_code code = airy_text_double(one, &values[*n], err);
        if (code != AIRY_OK)
            return code;
        if (!isfinite(values[*n]))
            return airy_error_set(err, AIRY_EARGUMENT, "'%s' is no finite number", one);
        ++*n;
        from += length;
        if (*from == ',' && !*++from)
            return airy_error_set(err, AIRY_EARGUMENT, "'%s' ends with a comma", text);
    }
    return *n ? AIRY_OK : airy_error_set(err, AIRY_EARGUMENT, "a list of numbers is empty");
}

char *airy_text_copy(const char *text)
{
    if (!text)
        return NULL;
    size_t length = strlen(text) + 1;
    char *copy = malloc(length);
    if (copy)
        memcpy(copy, text, length);
    return copy;
}

bool airy_text_ends(const char *text, const char *end)
{
    size_t n = strlen(text), k = strlen(end);
    return n > k && strcmp(text + n - k, end) == 0;
}

bool airy_text_span(const char *text, int *first, int *last)
{
    char *end;
    *first = 0, *last = INT32_MAX;
    if (!text)
        return true;
    const char *colon = strchr(text, ':');
    long from = strtol(text, &end, 10), to = INT32_MAX;
    bool good = (colon ? end == colon : end != text && *end == 0) && from >= 0 && from < INT32_MAX;
    if (!good)
        return false;
    if (colon && colon[1])
        to = strtol(colon + 1, &end, 10);
    else if (!colon)
        to = from + 1;
    if (*end && end != colon)
        return false;
    *first = (int)from, *last = (int)to;
    return to > from && to <= INT32_MAX;
}

bool airy_text_ranges(const char *text, double (*ranges)[2], int room, int *n)
{
    for (*n = 0; text && *text;) {
        double *range = *n < room ? ranges[(*n)++] : NULL;
        text = range ? airy_text_match(text, "*:*", range) : NULL;
        if (!text || !(range[0] < range[1]) || (*text != ',' && *text != '\0'))
            return false;
        text += *text == ',';
    }
    return *n > 0;
}

bool airy_text_limits(const char *text, double *low, double *high)
{
    char first[64];
    const char *colon = strchr(text, ':');
    if (!colon || (size_t)(colon - text) >= sizeof first)
        return false;
    memcpy(first, text, (size_t)(colon - text));
    first[colon - text] = '\0';
    return (!first[0] || airy_text_double(first, low, NULL) == AIRY_OK) &&
           (!colon[1] || airy_text_double(colon + 1, high, NULL) == AIRY_OK);
}

bool airy_text_pair(const char *text, double pair[2])
{
    int n = 0;
    return airy_text_doubles(text, pair, 2, &n, NULL) == AIRY_OK && n == 2;
}
