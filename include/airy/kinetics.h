// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of shots against delay: break points, stages, means and steps with intervals, and in
// plain sentences what the data support.
#ifndef AIRY_KINETICS_H
#define AIRY_KINETICS_H

#include "airy/base.h"
#include "airy/files.h"

// ------------------------------------------------------------------ shots (kinetics/shots.c)

// One row of shots.tsv: what the chain found for one particle. NaN (photons, sizes, ...) and -1
// (n_branches, shown) mean "not known". gate 1: the shot passed every quality gate, 0: it did not.
typedef struct airy_shot_row {
    int shot;
    double delay_ps;
    double photons;
    double r_factor, r_free;
    double r_par_nm, r_par_err_nm, r_perp_nm, r_perp_err_nm; // from the rings of the pattern
    double rim_par_nm, rim_perp_nm;                          // from the edge of the image
    double a_low_nm2, a_total_nm2, low_fraction;
    int n_branches;
    double band_length_nm, fraction_20_40;
    int gate;
    double rim_par_err_nm, rim_perp_err_nm;
    double apart_nm;           // the larger difference between rings and rim
    double aspect, aspect_err; // r_par_nm / r_perp_nm
    int shown;                 // 1: the shot that stands for its delay
    double distance;           // of its image from the mean image of its delay
    double a_low_err_nm2, low_fraction_err, fraction_20_40_err;
    int n_channels;             // connected low-density regions
    double largest_channel_nm2; // area of the largest
} airy_shot_row;

// The columns of shots.tsv, in the order of the file.
extern const airy_described airy_shot_numbers;

// A shot about which nothing is known yet.
void airy_shot_unknown(airy_shot_row *shot);

// Shots of a table; columns that are not there stay unknown, delay_ps must be there. *shots is
// freed with airy_memory_free. And a table of shots (its history stays empty).
AIRY_MUST_CHECK airy_code airy_shots_from_table(const airy_table *table, airy_shot_row **shots,
                                                int *n, airy_error *err);
AIRY_MUST_CHECK airy_code airy_shots_to_table(const airy_shot_row *shots, int n, airy_table *table,
                                              airy_error *err);

// ------------------------------------------------------------------ kinetics (kinetics/kinetics.c)

// Where the spread of particles is taken from. AUTO: unpumped shots tell it, and where pumped ones
// do not scatter significantly more (F test at the level of the intervals) all delays tell it
// better; where they do, each has its own (APART). A choice that no shots serve falls back to ALL.
typedef enum airy_spread {
    AIRY_SPREAD_AUTO,
    AIRY_SPREAD_UNPUMPED,
    AIRY_SPREAD_ALL,
    AIRY_SPREAD_APART, // an outcome of AUTO, not a choice
} airy_spread;

typedef struct airy_kinetics_options {
    int breaks;          // most break points tried, 0..2
    int draws;           // bootstrap draws
    double level;        // of the intervals, 0.95
    double curve_until;  // ps: stage I is looked at up to here; 0: the first break point found
    double spread_delay; // shots at or before this delay (ps) tell the spread of particle sizes
    airy_spread spread;  // where the spread of particles comes from
    double jitter_ps;    // standard deviation of true delays around the stated ones
    double bin_ps;       // width of delay bins, centered on its multiples; 0: every delay apart
    bool all_shots;      // use shots that failed their gates too
    uint64_t seed;
    int threads;
} airy_kinetics_options;

extern const airy_option airy_kinetics_rows[];
void airy_kinetics_options_defaults(airy_kinetics_options *options);

// One number with its interval; low and high are NaN where there is none.
typedef struct airy_kinetics_row {
    char quantity[24];  // r_mean, r_par, r_perp, aspect, a_low, low_fraction, ...
    char model[24];     // delay, segments-0, segments-1, segments-2, line, parabola, spread
    char parameter[24]; // "6 ps" for a mean at a delay, break_1, rate_1, aicc, ...
    double value, low, high;
    char unit[12];
    double truth; // of a simulation; NaN: not known
} airy_kinetics_row;

// The table, and in plain sentences what the data support. Zero-initialise.
typedef struct airy_kinetics {
    int n, room;
    airy_kinetics_row *rows;
    airy_text sentences; // one a line
} airy_kinetics;

// Means by delay, continuous piecewise-linear R(t) with 0 .. breaks break points (AICc, Akaike
// weights), stage I as line or parabola, means by stage and their steps, ratios and band statistics
// against delay. Every shot is another particle, so the variance of a mean is (s^2 + e^2) / n with
// s the spread of particles. Jitter and bins round off the corners of the pieces, and both fits and
// weights know it. Intervals by parametric bootstrap, keyed by (seed, quantity, model, draw).
// AIRY_EVALUE with fewer than 3 delays.
AIRY_MUST_CHECK airy_code airy_kinetics_fit(const airy_shot_row *shots, int n,
                                            const airy_kinetics_options *options,
                                            const airy_progress *progress, airy_kinetics *kinetics,
                                            airy_error *err);
void airy_kinetics_release(airy_kinetics *kinetics);

// Puts what a simulation knows (the table of a file truth-kinetics.tsv) beside the rows of the same
// names, and adds a sentence on how many intervals hold it. Errors: of reading.
AIRY_MUST_CHECK airy_code airy_kinetics_read_truth(airy_kinetics *kinetics, const char *path,
                                                   airy_error *err);

// Kinetics of the table of shots call->inputs[0], on the call's threads and with its seed, as the
// table call->output under the history of both. truth (NULL: none): see above. The caller releases,
// on errors too (kinetics/step.c).
AIRY_MUST_CHECK airy_code airy_kinetics_run(const airy_call *call,
                                            const airy_kinetics_options *options, const char *truth,
                                            airy_kinetics *kinetics, airy_error *err);

// The rows as a table quantity, model, parameter, value, low, high, unit and, where any is known,
// truth (its history stays empty), and back, without sentences.
AIRY_MUST_CHECK airy_code airy_kinetics_to_table(const airy_kinetics *kinetics, airy_table *table,
                                                 airy_error *err);
AIRY_MUST_CHECK airy_code airy_kinetics_from_table(const airy_table *table, airy_kinetics *kinetics,
                                                   airy_error *err);

// The row of these names, or NULL.
const airy_kinetics_row *airy_kinetics_find(const airy_kinetics *kinetics, const char *quantity,
                                            const char *model, const char *parameter);

// Whether two break points were chosen for a quantity, and the rate between them is below both
// others: its interval ends below their values.
bool airy_kinetics_slower(const airy_kinetics *kinetics, const char *quantity);

// Where the stages of the mean radius lie: delays within the interval of a break are in none.
typedef struct airy_stage_limits {
    double end[2], start[2]; // end of I, II and start of II, III, ps
} airy_stage_limits;

// From the rows of the mean radius; false unless two break points were chosen.
bool airy_stage_limits_find(const airy_kinetics *kinetics, airy_stage_limits *limits);

#endif
