// SPDX-License-Identifier: GPL-3.0-or-later
// Words and numbers of a line.
#include "box.h"
#include "formats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

char *airy_word_next(char **at)
{
    char *word = *at;
    while (is_blank(*word))
        word++;
    if (!*word)
        return NULL;
    char *end = word + strcspn(word, " \t");
    *at = *end ? end + 1 : end;
    *end = '\0';
    return word;
}

// Digits and at most one point: value digits x 10^-places, exact while digits < 2^53.
typedef struct decimal {
    bool negative;
    long long digits;
    int count, places;
    const char *end;
} decimal;

static decimal read_decimal(const char *text)
{
    decimal of = {.negative = *text == '-'};
    bool point = false;
    text += *text == '-' || *text == '+';
    for (; (*text >= '0' && *text <= '9') || (*text == '.' && !point); text++) {
        if (*text == '.') {
            point = true;
            continue;
        }
        if (of.count < 18)
            of.digits = 10 * of.digits + (*text - '0');
        of.count += of.digits > 0;
        of.places += point;
    }
    of.end = text;
    return of;
}

// A quotient of two numbers that are exact is the nearest double (Clinger, PLDI 1990): the digits
// of a dump need no more. Anything else goes to strtod.
bool airy_number_next(char **at, double *value)
{
    static const double ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    while (is_blank(**at))
        ++*at;
    decimal of = read_decimal(*at);
    bool any = of.end > *at && of.end[-1] >= '0' && of.end[-1] <= '9';
    if (any && (!*of.end || is_blank(*of.end)) && of.count <= 15 && of.places <= 22) {
        *value = (double)of.digits / ten[of.places];
        *value = of.negative ? -*value : *value;
        *at += of.end - *at;
        return true;
    }
    char *end;
    *value = strtod(*at, &end);
    bool good = end > *at && (!*end || is_blank(*end)) && isfinite(*value);
    *at = end;
    return good;
}

long long airy_whole(double value)
{
    return (long long)fmax(-1e15, fmin(1e15, value));
}

int airy_type_number(airy_type_names *names, const char *name)
{
    int i = 0;
    while (i < names->n && strcmp(names->name[i], name) != 0)
        i++;
    if (i < names->n)
        return i;
    if (names->n == AIRY_TYPES_MAX || strlen(name) >= AIRY_TYPE_ROOM)
        return -1;
    strcpy(names->name[names->n], name);
    return names->n++;
}

static airy_code check_number(long long n, airy_error *err)
{
    return n >= 1 && n <= 500000000
               ? AIRY_OK
               : airy_error_set(err, AIRY_ESHAPE, "a frame of %lld atoms cannot be", n);
}

airy_code airy_stored_next(airy_stored_atoms *stored, long long n, airy_error *err)
{
    enum { FIRST = 1 << 16 };
    long long room = stored->room > 0 ? 2LL * stored->room : FIRST;
    airy_code code = check_number(n, err);
    if (code != AIRY_OK || stored->n < stored->room)
        return code;
    return airy_stored_room(stored, room < n ? room : n, err);
}

airy_code airy_stored_room(airy_stored_atoms *stored, long long n, airy_error *err)
{
    airy_code code = check_number(n, err);
    if (code != AIRY_OK)
        return code;
    if (n <= stored->room)
        return AIRY_OK;
    size_t room = (size_t)n;
    long long *id = realloc(stored->id, room * sizeof *id);
    stored->id = id ? id : stored->id;
    int *type = realloc(stored->type, room * sizeof *type);
    stored->type = type ? type : stored->type;
    double *s = realloc(stored->s, 3 * room * sizeof *s);
    stored->s = s ? s : stored->s;
    if (!id || !type || !s)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a frame of %lld atoms", n);
    stored->room = (int)n;
    return AIRY_OK;
}

void airy_stored_inside(airy_stored_atoms *stored)
{
    for (int i = 0; i < stored->n && stored->box.volume > 0; i++)
        airy_atom_box_inside(&stored->box, stored->s + 3 * i, stored->s + 3 * i);
}
