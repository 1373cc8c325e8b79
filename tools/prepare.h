// SPDX-License-Identifier: GPL-3.0-or-later
// From the pattern of a file to a phase problem: centred, merged or condensed, with a support.
#ifndef AIRY_TOOLS_PREPARE_H
#define AIRY_TOOLS_PREPARE_H

#include "airy/io.h"
#include "airy/retrieval.h"
#include "options.h"

typedef struct prepare_options {
    int amplitude; // 0: sqrt(photons), 1: what it is expected to be
    int frame;
    const char *mask;      // further reasons to exclude pixels, or NULL
    bool merge;            // Friedel-merge what is not merged
    bool condense;         // condense what is not condensed
    int size;              // side after centring, 0 = the largest good one
    const char *support;   // fit, auto, tri, a shape, or a file
    double margin;         // of the fitted radius
    double auto_threshold; // of the autocorrelation
    const char *score;     // uncondensed pattern for the deviance, or NULL
    bool complex_object;   // no merging
    double free_share;     // of held-out pixels, 0 = none
    const char *start;     // images to begin at, or NULL
    bool photons;          // keep the counts of photons for the likelihood
    double border;         // side of a condensed pattern after the free border over that before
    double axis_deg;       // of the particle's outline
    int half;              // 1 or 2: one of two halves of the photons (airy_pattern_split), 0: all
    const struct prepared *like; // the same shot, whose grid and support shall be used, or NULL
} prepare_options;

// What the command needs besides the problem.
typedef struct prepared {
    airy_pattern pattern; // as used: (n, n), centred
    airy_problem problem;
    airy_history history; // of the input
    double pixel_nm;      // object pixel, 0 when unknown
    bool held_out;        // some pixels were
    double diameter;      // of the object when it was condensed here, cycles a pixel, else 0
    airy_stack first;     // images to begin at; px NULL for none
    double first_nm;      // their pixel as stored, 0 when unknown
    double first_lost;    // share of their density that the grid has no room for, of the worst
} prepared;

void prepare_defaults(prepare_options *options);

// Writes the options of a pattern and its support into a table; how many they are.
enum { PREPARE_ROWS = 13 };
int prepare_table(prepare_options *options, option *table);

// AIRY_EARGUMENT, naming the option, when --support is neither a word, a shape nor a file.
AIRY_MUST_CHECK airy_code prepare_check(const prepare_options *options, airy_error *err);

// The further files that are read, ended by NULL: mask, score, start, and a support from a file.
enum { PREPARE_FILES = 5 };
void prepare_files(const prepare_options *options, const char *files[PREPARE_FILES]);

// Reads the first input and makes the problem. The caller releases.
AIRY_MUST_CHECK airy_code prepare_problem(const invocation *call, const prepare_options *options,
                                          prepared *out, airy_error *err);
void prepare_release(prepared *p);

#endif
