// SPDX-License-Identifier: GPL-3.0-or-later
// Curves out of tables of any origin, group by group, and models fitted to them: what there is to
// `airy fit`. No method's physics: that is in the table of models (math.h).
#ifndef AIRY_CURVES_H
#define AIRY_CURVES_H

#include "airy/files.h"
#include "airy/math.h"

// ------------------------------------------------------------------ tables (curves/text.c)

// Reads a table as airy writes them, or else a text of another origin that holds three lines of as
// many numbers in a row: cells separated by tabs, semicolons (then with decimal commas, too),
// commas or blanks, remarks around them, names and units in the lines above. "Temp./°C" becomes
// Temp._C, "Heat Flow (mW/mg)" Heat_Flow_mW_per_mg; columns without a name are column_1 and so on.
// Errors: of airy_table_read; AIRY_EFORMAT for a row that is cut off.
AIRY_MUST_CHECK airy_code airy_curves_table_read(const char *path, airy_table *table,
                                                 airy_error *err);

// ------------------------------------------------------------------ curves (curves/points.c)

// Which columns make curves. NULL: x is the first column, y the second; dy NULL: there is none.
typedef struct airy_curves_columns {
    const char *x, *y, *dy, *dx, *also; // also: a second y; NULL: none
    const char *by;    // "roi,age_s": rows of the same cells there make one curve; NULL: all rows
    const char *where; // "what=peak,model=ml": rows of these cells alone; NULL: all
    double low, high;  // of x, both ends included
    bool partless;     // columns Y_less_1, Y_less_2 and so on beside y are not looked at
} airy_curves_columns;

// One curve: its points in the table's order, and a row of the table that says whose it is.
typedef struct airy_curves_one {
    int n, row;
    double *x, *y, *dy, *dx, *also; // NULL: there is none
    double *less; // (parts, n) y without a part of what was measured; NULL: not known
} airy_curves_one;

// Curves in the order in which they appear. Zero-initialise.
typedef struct airy_curves {
    int n, left_out; // curves; rows without a number in x, y or dy
    airy_curves_one *one;
    int by[8], n_by;        // numbers of the columns that tell curves apart
    int x, y, dy, dx, also; // numbers of the others; -1: none
    int less[64], parts;    // of the columns Y_less_1 and so on
    double *memory;
} airy_curves;

// Reads the curves of a table. Errors name column and row; AIRY_EVALUE when there is no point, or
// an error dy is not above 0.
AIRY_MUST_CHECK airy_code airy_curves_read(const airy_table *table,
                                           const airy_curves_columns *columns, airy_curves *curves,
                                           airy_error *err);
void airy_curves_release(airy_curves *curves);

// "roi 3, age_s 1000" of a curve, or nothing where all rows make one.
void airy_curves_whose(const airy_curves *curves, const airy_table *table, int i, airy_text *text);

// The unit that a column's name ends in ("s" of delay_s, "1/A" of q_inv_a, "K" of temperature_K),
// or the name itself in brackets when it tells none.
void airy_curves_unit(const char *column, char unit[32]);

// ------------------------------------------------------------------ fits (curves/fits.c)

// Texts of the caller's.
typedef struct airy_curves_words {
    int n;
    const char *const *text;
} airy_curves_words;

typedef struct airy_curves_options {
    airy_curves_columns columns;
    const char *model;                   // a name in the table of models
    const char *against;                 // rivals, "ml,exp", or NULL
    airy_curves_words fix, start, bound; // "tau=3", "tau=1:100" ("tau=1:" and "tau=:100" too)
    airy_curves_words free;              // names of parameters that the model holds by itself
    airy_fit_scale scale;
    airy_fit_limits limits;
    double level;
    bool rescale;
    int draws, block;
    bool correlations;           // rows of them
    const char *x_unit, *y_unit; // NULL: by the columns' names
    uint64_t seed;
    int threads;
} airy_curves_options;

extern const airy_option airy_curves_rows[];
void airy_curves_options_defaults(airy_curves_options *options);

// ------------------------------------------------------------------ what comes out (curves/rows.c)

// The table of models as a table "model parameter unit low high held means formula source".
AIRY_MUST_CHECK airy_code airy_curves_models(airy_table *table, airy_error *err);

// ------------------------------------------------------------------ the step (curves/step.c)

typedef struct airy_curves_step {
    airy_curves_options options; // threads and seed are the call's
    const char *points;          // file for points and fitted curves; NULL: not wanted
} airy_curves_step;

typedef struct airy_curves_found {
    airy_table table;     // of airy_curves_to_table, with history
    airy_text sentences;  // of airy_curves_sentences
    int failed, left_out; // fits, and rows without numbers
} airy_curves_found;

// Fits the curves of the table call->inputs[0] and writes the parameters as call->output when there
// is one. A warning tells of fits that miss their points. The caller releases what was found, also
// on errors.
AIRY_MUST_CHECK airy_code airy_curves_step_run(const airy_call *call, const airy_curves_step *step,
                                               airy_curves_found *found, airy_error *err);
void airy_curves_found_release(airy_curves_found *found);

#endif
