// SPDX-License-Identifier: GPL-3.0-or-later
// What the rows say, in plain sentences: what the data support, and what they do not.
#include "kinetics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const models[] = {"segments-0", "segments-1", "segments-2"};

static int best_breaks(const airy_kinetics *kinetics, const char *quantity)
{
    const airy_kinetics_row *row = airy_kinetics_find(kinetics, quantity, "best", "breaks");
    return row ? (int)row->value : -1;
}

static void interval(airy_text *out, const airy_kinetics_row *row)
{
    airy_text_append(out, "%.3g (%.3g to %.3g) %s", row->value, row->low, row->high, row->unit);
}

// The pieces of the best model, one after the other.
static void pieces(airy_kinetics *kinetics, const char *quantity, const char *words, int breaks)
{
    airy_text *out = &kinetics->sentences;
    airy_text_append(out, "%s: ", words);
    for (int k = 0; k <= breaks; k++) {
        char name[24];
        snprintf(name, sizeof name, "rate_%d", k + 1);
        const airy_kinetics_row *rate =
            airy_kinetics_find(kinetics, quantity, models[breaks], name);
        snprintf(name, sizeof name, "break_%d", k + 1);
        const airy_kinetics_row *end = airy_kinetics_find(kinetics, quantity, models[breaks], name);
        if (rate)
            interval(out, rate);
        if (end) {
            airy_text_append(out, " until ");
            interval(out, end);
            airy_text_append(out, ", then ");
        }
    }
    airy_text_append(out, ".\n");
}

// How the number of pieces was chosen.
static void choice(airy_kinetics *kinetics, const char *quantity, int breaks)
{
    airy_text *out = &kinetics->sentences;
    for (int k = 1; k < 3; k++) {
        const airy_kinetics_row *more = airy_kinetics_find(kinetics, quantity, models[k], "aicc");
        const airy_kinetics_row *less =
            airy_kinetics_find(kinetics, quantity, models[k - 1], "aicc");
        const airy_kinetics_row *p =
            airy_kinetics_find(kinetics, quantity, models[k], "p_accident");
        if (!more || !less || !p)
            continue;
        airy_text_append(
            out, "  %d break point%s against %d: AICc %+.1f, chance of an accident %.2g%s.\n", k,
            k > 1 ? "s" : "", k - 1, more->value - less->value, p->value,
            k == breaks ? " (chosen)" : "");
    }
}

// A dormant stage: two break points, and between them a rate that is below both others, whose
// interval lies below theirs in value. Whether it is zero is said apart.
static void dormant(airy_kinetics *kinetics, const char *quantity, int breaks)
{
    airy_text *out = &kinetics->sentences;
    const airy_kinetics_row *rate[3] = {NULL};
    for (int k = 0; k < 3 && breaks == 2; k++) {
        char name[24];
        snprintf(name, sizeof name, "rate_%d", k + 1);
        rate[k] = airy_kinetics_find(kinetics, quantity, models[2], name);
    }
    bool slower = rate[0] && rate[1] && rate[2] && rate[1]->high < rate[0]->value &&
                  rate[1]->high < rate[2]->value;
    if (!slower) {
        airy_text_append(out,
                         "The data do not show a stage without expansion between two others.\n");
        return;
    }
    airy_text_append(out, "The data show a slower stage between two faster ones; ");
    if (rate[1]->low <= 0 && rate[1]->high >= 0)
        airy_text_append(out,
                         "no expansion is seen in it, and one faster than %.2g %s is excluded.\n",
                         rate[1]->high, rate[1]->unit);
    else
        airy_text_append(out, "its rate is not zero.\n");
}

static void curvature(airy_kinetics *kinetics, const char *quantity, const char *words)
{
    const airy_kinetics_row *bend = airy_kinetics_find(kinetics, quantity, "parabola", "quadratic");
    const airy_kinetics_row *more = airy_kinetics_find(kinetics, quantity, "parabola", "aicc");
    const airy_kinetics_row *less = airy_kinetics_find(kinetics, quantity, "line", "aicc");
    if (!bend || !more || !less)
        return;
    airy_text *out = &kinetics->sentences;
    bool pays = more->value < less->value && bend->low * bend->high > 0;
    airy_text_append(out, "Stage I, %s: a quadratic term %s: ", words,
                     pays ? "pays" : "does not pay");
    interval(out, bend);
    airy_text_append(out, ", AICc %+.1f.\n", more->value - less->value);
}

// Largest value of a quantity's means and its interval.
static void largest(airy_kinetics *kinetics, const char *quantity, const char *words)
{
    const airy_kinetics_row *most = NULL;
    for (int i = 0; i < kinetics->n; i++) {
        const airy_kinetics_row *row = &kinetics->rows[i];
        if (strcmp(row->quantity, quantity) == 0 && strcmp(row->model, "delay") == 0 &&
            (!most || row->value > most->value))
            most = row;
    }
    if (most)
        airy_text_append(&kinetics->sentences, "%s: largest at %s, %.3f (%.3f to %.3f).\n", words,
                         most->parameter, most->value, most->low, most->high);
}

void airy_verdict_write(airy_kinetics *kinetics, const airy_kinetics_options *options)
{
    int n;
    const airy_quantity *quantity = airy_quantities(&n);
    airy_text_append(&kinetics->sentences,
                     "Intervals hold %g %%; every shot is another particle.\n",
                     100 * options->level);
    const airy_kinetics_row *spread =
        airy_kinetics_find(kinetics, "r_mean", "spread", "all delays");
    if (spread && isnan(spread->value))
        airy_text_append(&kinetics->sentences,
                         "No delay has two shots: how much particles differ is not known, and all "
                         "intervals are too small.\n");
    for (int i = 0; i < n; i++) {
        int breaks = best_breaks(kinetics, quantity[i].name);
        if (breaks < 0)
            continue;
        pieces(kinetics, quantity[i].name, quantity[i].words, breaks);
        choice(kinetics, quantity[i].name, breaks);
        if (strcmp(quantity[i].name, "r_mean") == 0)
            dormant(kinetics, quantity[i].name, breaks);
    }
    for (int i = 0; i < n; i++)
        if (quantity[i].size)
            curvature(kinetics, quantity[i].name, quantity[i].words);
    largest(kinetics, "aspect", "Aspect ratio");
    largest(kinetics, "fraction_20_40", "Share of band length at 20 to 40 degrees");
}
