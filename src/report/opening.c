// SPDX-License-Identifier: GPL-3.0-or-later
// How the page of a series begins: what was found in one sentence, and three numbers.
#include "html.h"
#include "parts.h"

#include "airy/kinetics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CARDS = 3 };

// A table of the folder where it is there; else it stays empty.
static airy_code read_table(const char *folder, const char *name, airy_table *table,
                            airy_error *err)
{
    airy_text path = {0};
    airy_text_append(&path, "%s/%s", folder, name);
    airy_code code = path.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a path")
                     : airy_file_exists(path.text) ? airy_table_read(path.text, table, err)
                                                   : AIRY_OK;
    airy_text_release(&path);
    return code;
}

// ------------------------------------------------------------------ bands

// Row of the population that the sentence is about: stage II where there are stages, else all that
// were pumped. -1: there is none.
static int population_row(const airy_table *of)
{
    int found = -1;
    for (int i = 0; i < of->rows; i++) {
        const char *name = airy_table_get(of, i, "population");
        if (name && (strcmp(name, "stage II") == 0 || strcmp(name, "pumped") == 0))
            found = i;
    }
    return found;
}

static double number(const airy_table *of, int row, const char *column)
{
    double value;
    return row >= 0 && airy_table_get_double(of, row, column, &value, NULL) == AIRY_OK
               ? value
               : (double)NAN;
}

static void say_bands(const airy_table *of, int row, airy_text *sentence, airy_card *card)
{
    double branches = number(of, row, "branches"), share = number(of, row, "fraction_20_40");
    const char *where = row >= 0 ? airy_table_get(of, row, "population") : "";
    const char *in = strcmp(where, "pumped") == 0 ? "pumped shots" : where;
    if (!(branches > 0)) {
        airy_text_append(sentence, " No bands were found%s%s.", *in ? " in " : "", in);
        *card = (airy_card){"no bands", "", ""};
        snprintf(card->label, sizeof card->label, "in %s", *in ? in : "any shot");
        return;
    }
    double p = number(of, row, "p_20_40"), members = number(of, row, "members");
    airy_text_append(sentence,
                     " In %s, %.0f %% of the length of bands lies at 20° to 40° to the "
                     "polarisation; without a preferred direction it would be 22 %%.",
                     in, 100 * share);
    snprintf(card->value, sizeof card->value, "%.0f %%", 100 * share);
    snprintf(card->label, sizeof card->label, "of band length at 20°–40°, %s", in);
    snprintf(card->note, sizeof card->note, "%.0f–%.0f %%; %g band%s in %g shot%s; chance %s%.2g",
             100 * number(of, row, "fraction_low"), 100 * number(of, row, "fraction_high"),
             branches, branches == 1 ? "" : "s", members, members == 1 ? "" : "s",
             p < 0.001 ? "below " : "", p < 0.001 ? 0.001 : p);
}

// ------------------------------------------------------------------ kinetics

// The first and last mean of a quantity over the delays; false: there are not two.
static bool ends_of(const airy_kinetics *kinetics, const char *quantity,
                    const airy_kinetics_row *end[2])
{
    end[0] = end[1] = NULL;
    for (int i = 0; i < kinetics->n; i++) {
        const airy_kinetics_row *row = &kinetics->rows[i];
        if (strcmp(row->quantity, quantity) != 0 || strcmp(row->model, "delay") != 0 ||
            isnan(row->value))
            continue;
        double t = strtod(row->parameter, NULL);
        if (!end[0] || t < strtod(end[0]->parameter, NULL))
            end[0] = row;
        if (!end[1] || t > strtod(end[1]->parameter, NULL))
            end[1] = row;
    }
    return end[0] && end[0] != end[1];
}

static double half_width(const airy_kinetics_row *row)
{
    return (row->high - row->low) / 2;
}

static void say_growth(const airy_kinetics *kinetics, airy_text *sentence, airy_card *card)
{
    const airy_kinetics_row *end[2], *from, *to;
    const bool slower = airy_kinetics_slower(kinetics, "r_mean");
    from = airy_kinetics_find(kinetics, "r_mean", "segments-2", "break_1");
    to = airy_kinetics_find(kinetics, "r_mean", "segments-2", "break_2");
    const airy_kinetics_row *rate = airy_kinetics_find(kinetics, "r_mean", "segments-2", "rate_2");
    if (slower && from && to && rate)
        airy_text_append(sentence,
                         "From %.1f to %.1f ps the particles %s, between two stages in "
                         "which they grow.",
                         from->value, to->value,
                         rate->low <= 0 && rate->high >= 0 ? "do not grow" : "grow more slowly");
    else
        airy_text_append(sentence, "No stage without growth between two others is seen.");
    if (!ends_of(kinetics, "r_mean", end))
        return;
    double way = end[1]->value - end[0]->value;
    snprintf(card->value, sizeof card->value, "%+.1f nm", way);
    snprintf(card->label, sizeof card->label, "mean radius, %s to %s", end[0]->parameter,
             end[1]->parameter);
    snprintf(card->note, sizeof card->note, "± %.1f nm; from %.1f nm",
             hypot(half_width(end[0]), half_width(end[1])), end[0]->value);
}

// To the digits that are printed: no -0.00.
static double rounded(double value)
{
    return round(100 * value) / 100 + 0.0;
}

static void say_share(const airy_kinetics *kinetics, airy_card *card)
{
    const airy_kinetics_row *end[2];
    const airy_kinetics_row *two = airy_kinetics_find(kinetics, "low_fraction", "stage", "II");
    const airy_kinetics_row *step = airy_kinetics_find(kinetics, "low_fraction", "stage", "II - I");
    if (!two && ends_of(kinetics, "low_fraction", end))
        two = end[1];
    if (!two)
        return;
    snprintf(card->value, sizeof card->value, "%.2f", two->value);
    snprintf(card->label, sizeof card->label, "of the area is of low density, %s%s",
             strcmp(two->model, "stage") == 0 ? "stage " : "at ", two->parameter);
    int length = snprintf(card->note, sizeof card->note, "%.2f–%.2f", two->low, two->high);
    if (step && strcmp(two->model, "stage") == 0)
        snprintf(card->note + length, sizeof card->note - (size_t)length,
                 "; %+.2f from stage I (%+.2f to %+.2f)", rounded(step->value), rounded(step->low),
                 rounded(step->high));
}

airy_code airy_part_opening(airy_page *page, const char *folder, airy_error *err)
{
    airy_table curves = {0}, populations = {0};
    airy_kinetics kinetics = {0};
    airy_text sentence = {0};
    airy_card cards[CARDS] = {{"–", "mean radius: there are no kinetics", ""},
                              {"–", "of the area is of low density: not known", ""},
                              {"–", "angles of bands: not known", ""}};
    airy_code code = read_table(folder, "kinetics.tsv", &curves, err);
    if (code == AIRY_OK)
        code = read_table(folder, "populations.tsv", &populations, err);
    if (code == AIRY_OK && curves.rows > 0)
        code = airy_kinetics_from_table(&curves, &kinetics, err);
    if (code == AIRY_OK) {
        if (kinetics.n > 0) {
            say_growth(&kinetics, &sentence, &cards[0]);
            say_share(&kinetics, &cards[1]);
        } else {
            airy_text_append(&sentence, "There are no kinetics: these want shots at three delays.");
        }
        if (populations.rows > 0)
            say_bands(&populations, population_row(&populations), &sentence, &cards[2]);
        code = sentence.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a sentence")
                               : AIRY_OK;
    }
    if (code == AIRY_OK)
        airy_page_verdict(page, sentence.text, cards, CARDS);
    airy_text_release(&sentence);
    airy_kinetics_release(&kinetics);
    airy_table_release(&populations);
    airy_table_release(&curves);
    return code;
}
