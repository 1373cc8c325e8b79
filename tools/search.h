// SPDX-License-Identifier: GPL-3.0-or-later
// A search for phases as commands offer it: one table of options, and the search itself, which
// leaves its finished starts beside the output so that it can go on after an interruption.
#ifndef AIRY_TOOLS_SEARCH_H
#define AIRY_TOOLS_SEARCH_H

#include "prepare.h"

enum { SEARCH_ROWS = 72 };

typedef struct search {
    invocation *call;
    prepare_options prepare;
    airy_retrieve_options options;
    const char *rule, *schedule, *beta, *sigma, *sigma_from, *alpha, *shrink_sigma;
    int iterations, shot, rank, shrink_of;
    airy_search_options photons; // what is done after the projections, and
    int method, prior;           // whether: 0 not at all
    const char *children;
    bool resume, quick;
    const char *wisdom_path;
    char *wisdom;             // text of the plans, owned
    struct checkpoint *saved; // of the last search_run, until it is forgotten or released
} search;

// All defaults of the library.
void search_begin(search *s, invocation *call);
void search_release(search *s);

// The options as a table that ends with an empty row, for OPTION_ROWS.
void search_table(search *s, option table[SEARCH_ROWS]);

// Those of them that say what likelihood expects and compares, for commands that do not search.
enum { SEARCH_PRIORS = 4 };
int search_priors(search *s, option *table);

// After parsing: from the texts of the command line to the options of the library. AIRY_EARGUMENT
// names what is wrong.
AIRY_MUST_CHECK airy_code search_read(search *s, airy_error *err);

// Plans for transforms of this side: the file's, if it has some; else they are measured now and,
// for the next run, written there.
AIRY_MUST_CHECK airy_code search_plan(search *s, int side, airy_error *err);

// Retrieves. The last step of input->history says what the run depends on. Starts and populations
// are kept in OUTPUT.part, which no other run can have, until search_forget or search_leave.
AIRY_MUST_CHECK airy_code search_run(search *s, const char *output, const prepared *input,
                                     airy_reconstruction *result, airy_error *err);

// --children: "A,B,C", a number for each level of the search, the last for all that follow.
AIRY_MUST_CHECK airy_code search_children(const char *text, airy_search_options *options,
                                          airy_error *err);

// SHA-256 of what unfinished work belongs to: parameters less --resume, and `more`.
AIRY_MUST_CHECK airy_code search_hash(const char *parameters, const char *more, char key[65],
                                      airy_error *err);

// The output is safe: OUTPUT.part is not needed any more.
void search_forget(search *s);

// Gives OUTPUT.part up; the file stays.
void search_leave(search *s);

#endif
