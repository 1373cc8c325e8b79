// SPDX-License-Identifier: GPL-3.0-or-later
// What the rows say, in plain sentences: what the data support, and what they do not.
#include "kinetics.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const models[] = {"segments-0", "segments-1", "segments-2"};

static int best_breaks(const airy_kinetics *kinetics, const char *quantity)
{
    const airy_kinetics_row *row = airy_kinetics_find(kinetics, quantity, "best", "breaks");
    return row ? (int)row->value : -1;
}

// "1.23 [1.15, 1.31]": as many decimals as the interval is worth.
static void interval(airy_text *out, const airy_kinetics_row *row)
{
    double half = (row->high - row->low) / 2;
    int decimals = half > 0 ? (int)fmin(9, fmax(0, ceil(0.6 - log10(half)))) : 3;
    airy_text_append(out, "%.*f [%.*f, %.*f]", decimals, row->value, decimals, row->low, decimals,
                     row->high);
}

// A probability: what is smaller than draws can tell is not written out.
static void chance(airy_text *out, double p)
{
    airy_text_append(out, p < 0.001 ? "below 0.001" : "%.2g", p);
}

// Words with a capital letter, at the beginning of a sentence.
static void begin(airy_text *out, const char *words)
{
    airy_text_append(out, "%c%s: ", toupper((unsigned char)words[0]), words + 1);
}

// "6.1 [5.2, 7.0] and 13.8 [12.9, 14.6] ps": rows word_1 .. word_n of a model.
static void list(airy_kinetics *kinetics, const char *quantity, const char *word, int breaks, int n)
{
    airy_text *out = &kinetics->sentences;
    const char *unit = "";
    for (int k = 1; k <= n; k++) {
        char name[24];
        snprintf(name, sizeof name, "%s_%d", word, k);
        // breaks is of the model that was chosen, NOLINTNEXTLINE(*.CallAndMessage)
        const airy_kinetics_row *row = airy_kinetics_find(kinetics, quantity, models[breaks], name);
        if (!row)
            continue;
        airy_text_append(out, "%s", k == 1 ? "" : k < n ? ", " : " and ");
        interval(out, row);
        unit = row->unit;
    }
    airy_text_append(out, " %s", unit);
}

// What the best model says: break points, which are the onsets of the next stage, and rates.
static void pieces(airy_kinetics *kinetics, const char *quantity, const char *words, int breaks)
{
    static const char *const counts[] = {"no break point", "one break point, at ",
                                         "two break points, at "};
    airy_text *out = &kinetics->sentences;
    begin(out, words);
    airy_text_append(out, "%s", counts[breaks]);
    if (breaks > 0)
        list(kinetics, quantity, "break", breaks, breaks);
    airy_text_append(out, "; %s ", breaks ? "rates" : "rate");
    list(kinetics, quantity, "rate", breaks, breaks + 1);
    airy_text_append(out, ".\n");
}

// How the number of pieces was chosen: each model's probability, and the chance of its last break.
static void choice(airy_kinetics *kinetics, const char *quantity, int breaks)
{
    airy_text *out = &kinetics->sentences;
    for (int k = 0; k < 3; k++) {
        const airy_kinetics_row *share =
            airy_kinetics_find(kinetics, quantity, models[k], "probability");
        const airy_kinetics_row *p =
            airy_kinetics_find(kinetics, quantity, models[k], "p_accident");
        if (!share || isnan(share->value))
            continue;
        airy_text_append(out, "  %d break point%s: probability ", k, k == 1 ? "" : "s");
        chance(out, share->value);
        if (p) {
            airy_text_append(out, ", chance that the last of them is an accident ");
            chance(out, p->value);
        }
        airy_text_append(out, "%s.\n", k == breaks ? " (chosen)" : "");
    }
}

bool airy_kinetics_slower(const airy_kinetics *kinetics, const char *quantity)
{
    const airy_kinetics_row *rate[3] = {NULL};
    for (int k = 0; k < 3 && best_breaks(kinetics, quantity) == 2; k++) {
        char name[24];
        snprintf(name, sizeof name, "rate_%d", k + 1);
        rate[k] = airy_kinetics_find(kinetics, quantity, models[2], name);
    }
    return rate[0] && rate[1] && rate[2] && rate[1]->high < rate[0]->value &&
           rate[1]->high < rate[2]->value;
}

// A dormant stage: a slower one; whether its rate is zero is said apart.
static void dormant(airy_kinetics *kinetics, const char *quantity)
{
    airy_text *out = &kinetics->sentences;
    if (!airy_kinetics_slower(kinetics, quantity)) {
        airy_text_append(out,
                         "The data do not show a stage without expansion between two others.\n");
        return;
    }
    const airy_kinetics_row *rate = airy_kinetics_find(kinetics, quantity, models[2], "rate_2");
    airy_text_append(out, "The data show a slower stage between two faster ones; ");
    if (rate->low <= 0 && rate->high >= 0)
        airy_text_append(out,
                         "no expansion is seen in it, and one faster than %.2g %s is excluded.\n",
                         rate->high, rate->unit);
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
    airy_text_append(out, " %s, AICc %+.1f.\n", bend->unit, more->value - less->value);
}

// How a quantity came to a stage. A step that shots agree on may still be an error of all of them.
static const char *step_words(const airy_kinetics_row *step, const airy_kinetics_row *scatter)
{
    if (step->low > 0)
        return "rises to";
    if (step->high < 0)
        return "falls to";
    if (scatter && scatter->low > 0)
        return "rises, by less than the error all shots share, to";
    if (scatter && scatter->high < 0)
        return "falls, by less than the error all shots share, to";
    return "unchanged within errors,";
}

// A quantity in each stage, and whether it changes from one to the next.
static void by_stage(airy_kinetics *kinetics, const char *quantity, const char *words)
{
    static const char *const stages[] = {"I", "II", "III"}, *const steps[] = {"", "II - I",
                                                                              "III - II"};
    airy_text *out = &kinetics->sentences;
    bool any = false;
    for (int k = 0; k < 3; k++) {
        const airy_kinetics_row *mean = airy_kinetics_find(kinetics, quantity, "stage", stages[k]);
        const airy_kinetics_row *step = airy_kinetics_find(kinetics, quantity, "stage", steps[k]);
        const airy_kinetics_row *scatter =
            airy_kinetics_find(kinetics, quantity, "scatter", steps[k]);
        if (!mean)
            continue;
        if (any)
            airy_text_append(out, ", ");
        else
            begin(out, words);
        if (step)
            airy_text_append(out, "%s ", step_words(step, scatter));
        interval(out, mean);
        airy_text_append(out, " in stage %s", stages[k]);
        any = true;
    }
    if (any)
        airy_text_append(out, ".\n");
}

// How particles differ, and where that was taken from.
static void spread(airy_kinetics *kinetics, double level)
{
    const airy_kinetics_row *row[4];
    static const char *const names[] = {"all delays", "unpumped", "pumped", "p_alike"};
    airy_text *out = &kinetics->sentences;
    for (int k = 0; k < 4; k++)
        row[k] = airy_kinetics_find(kinetics, "r_mean", "spread", names[k]);
    if (!row[0])
        return;
    if (isnan(row[0]->value)) {
        airy_text_append(out, "No delay has two shots: how much particles differ is not known, and "
                              "all intervals are too small.\n");
        return;
    }
    if (!(row[0]->value > 0)) {
        airy_text_append(out, "Particles differ by no more than the errors of their sizes.\n");
        return;
    }
    airy_text_append(out, "Particles differ in size by %.2g %%", 100 * row[0]->value);
    if (!isnan(row[1]->value) && !isnan(row[2]->value))
        airy_text_append(out, " (unpumped ones by %.2g %%, pumped ones by %.2g %%)",
                         100 * row[1]->value, 100 * row[2]->value);
    airy_text_append(out, ".\n");
    if (row[3]->value < 1 - level)
        airy_text_append(out,
                         "Pumped particles differ more than unpumped ones (chance of an "
                         "accident %.2g): the pump did not act on all of them alike.\n",
                         row[3]->value);
}

void airy_verdict_write(airy_kinetics *kinetics, const airy_kinetics_options *options)
{
    int n;
    const airy_quantity *quantity = airy_quantities(&n);
    airy_text_append(&kinetics->sentences,
                     "Intervals hold %g %%; every shot is another particle.\n",
                     100 * options->level);
    spread(kinetics, options->level);
    for (int i = 0; i < n; i++) {
        int breaks = best_breaks(kinetics, quantity[i].name);
        if (breaks < 0)
            continue;
        pieces(kinetics, quantity[i].name, quantity[i].words, breaks);
        choice(kinetics, quantity[i].name, breaks);
        if (strcmp(quantity[i].name, "r_mean") == 0)
            dormant(kinetics, quantity[i].name);
    }
    for (int i = 0; i < n; i++)
        if (quantity[i].is & AIRY_IS_RADIUS)
            curvature(kinetics, quantity[i].name, quantity[i].words);
    for (int i = 0; i < n; i++)
        if (!(quantity[i].is & (AIRY_IS_FITTED | AIRY_IS_RADIUS)))
            by_stage(kinetics, quantity[i].name, quantity[i].words);
}

void airy_verdict_truth(airy_kinetics *kinetics)
{
    int known = 0, held = 0;
    for (int i = 0; i < kinetics->n; i++) {
        const airy_kinetics_row *row = &kinetics->rows[i];
        bool has = isfinite(row->truth) && isfinite(row->low) && isfinite(row->high);
        known += has;
        held += has && row->low <= row->truth && row->truth <= row->high;
    }
    airy_text_append(&kinetics->sentences,
                     "Truth: %d of %d intervals with a known truth hold it.\n", held, known);
}
