// SPDX-License-Identifier: GPL-3.0-or-later
// Units from names of columns, and those of parameters in them.
#include "units.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

// How names end, and what that means; longer endings first.
static const struct ending {
    const char *ending, *unit;
} endings[] = {
    {"_inv_nm", "1/nm"},
    {"_inv_a", "1/A"},
    {"_GPa", "GPa"},
    {"_gpa", "GPa"},
    {"_MPa", "MPa"},
    {"_mpa", "MPa"},
    {"_min", "min"},
    {"_deg", "deg"},
    {"_kHz", "kHz"},
    {"_Hz", "Hz"},
    {"_hz", "Hz"},
    {"_ms", "ms"},
    {"_us", "us"},
    {"_ns", "ns"},
    {"_ps", "ps"},
    {"_fs", "fs"},
    {"_nm2", "nm2"},
    {"_nm", "nm"},
    {"_um", "um"},
    {"_mm", "mm"},
    {"_mg", "mg"},
    {"_mW", "mW"},
    {"_eV", "eV"},
    {"_ev", "eV"},
    {"_a3", "A3"},
    {"_A3", "A3"},
    {"_a2", "A2"},
    {"_A2", "A2"},
    {"_s", "s"},
    {"_K", "K"},
    {"_k", "K"},
    {"_C", "C"},
    {"_a", "A"},
    {"_A", "A"},
    // as instruments and people write them
    {"_degC", "C"},
    {"_celsius", "C"},
    {"_Celsius", "C"},
    {"\u00b0C", "C"},
    {"\u00b0C)", "C"},
    {"\u00b0C]", "C"},
    {"(C)", "C"},
    {"[C]", "C"},
    {"/C", "C"},
    {"(K)", "K"},
    {"[K]", "K"},
    {"/K", "K"},
    {"_kelvin", "K"},
    {"_percent", "%"},
    {"_pct", "%"},
    {"(%)", "%"},
    {"_%", "%"},
    {"/%", "%"},
    {"(s)", "s"},
    {"(ms)", "ms"},
};

// "rate_K_per_min": K/min.
static bool is_ratio(const char *column, char unit[32])
{
    const char *per = strstr(column, "_per_"), *from = per;
    while (from && from > column && from[-1] != '_')
        from--;
    if (!per || from == column || from == per)
        return false;
    snprintf(unit, 32, "%.*s/%.12s", (int)(per - from), from, per + strlen("_per_"));
    return true;
}

void airy_curves_unit(const char *column, char unit[32])
{
    if (is_ratio(column, unit))
        return;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (airy_text_ends(column, endings[i].ending)) {
            snprintf(unit, 32, "%s", endings[i].unit);
            return;
        }
    snprintf(unit, 32, "[%.28s]", column);
}

// x or y by itself, no letter of a word.
static bool stands_alone(const char *of, size_t i)
{
    bool before = i > 0 && isalpha((unsigned char)of[i - 1]);
    return !before && !isalpha((unsigned char)of[i + 1]);
}

void airy_unit_in(const char *of, const char *x, const char *y, char unit[64])
{
    size_t at = 0, room = 64;
    unit[0] = '\0';
    for (size_t i = 0; of[i] && at + 1 < room; i++) {
        bool column = (of[i] == 'x' || of[i] == 'y') && stands_alone(of, i);
        const char *word = of[i] == 'x' ? x : y;
        bool compound = column && (i > 0 || of[1]) && strpbrk(word, "/ ") && word[0] != '[';
        if (column)
            at += (size_t)snprintf(unit + at, room - at, compound ? "(%s)" : "%s", word);
        else
            at += (size_t)snprintf(unit + at, room - at, "%c", of[i]);
    }
}
