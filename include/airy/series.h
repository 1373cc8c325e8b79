// SPDX-License-Identifier: GPL-3.0-or-later
// From shots to delay curves: sizes at the rim, kinetics with intervals, the band-formation model,
// and the whole chain shot by shot.
#ifndef AIRY_SERIES_H
#define AIRY_SERIES_H

#include "airy/base.h"
#include "airy/density.h"
#include "airy/io.h"
#include "airy/retrieval.h"

// ------------------------------------------------------------------ shots (series/shots.c)

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

// A column of shots.tsv and where it lives in airy_shot_row.
typedef struct airy_shot_column {
    const char *name;
    size_t offset;
    bool whole; // int, else double
} airy_shot_column;

// The columns in the order of the file; *n is their number.
const airy_shot_column *airy_shot_columns(int *n);

// A shot about which nothing is known yet.
void airy_shot_unknown(airy_shot_row *shot);

// The value of one column, NaN when unknown.
double airy_shot_get(const airy_shot_row *shot, const airy_shot_column *column);

// Shots of a table; columns that are not there stay unknown, delay_ps must be there. *shots is
// freed with airy_memory_free. And a table of shots (its history stays empty).
AIRY_MUST_CHECK airy_code airy_shots_from_table(const airy_table *table, airy_shot_row **shots,
                                                int *n, airy_error *err);
AIRY_MUST_CHECK airy_code airy_shots_to_table(const airy_shot_row *shots, int n, airy_table *table,
                                              airy_error *err);

// ------------------------------------------------------------------ branches (series/branches.c)

// Branches as a table of the columns of branches.tsv with this history; `more` are names of further
// columns, NULL for none, which the caller fills.
AIRY_MUST_CHECK airy_code airy_branches_to_table(const airy_bands *bands,
                                                 const airy_history *history, const char *more,
                                                 airy_table *table, airy_error *err);

// The same columns as /entry_1/result_1/branches/NAME, which are not there where there are no
// branches. The handle remembers failures of writing.
AIRY_MUST_CHECK airy_code airy_branches_put(const airy_bands *bands, airy_h5 *h5, airy_error *err);

// ------------------------------------------------------------------ the rim (series/size.c)

typedef struct airy_rim_options {
    double polarization_deg; // axis "par", counter-clockwise from +x
    double sector_deg;       // half opening of the sectors around the axes
    double blur_px;          // standard deviation of the image's blur, pixels; negative: fitted
} airy_rim_options;

void airy_rim_options_defaults(airy_rim_options *options);
AIRY_MUST_CHECK airy_code airy_rim_options_check(const airy_rim_options *options, airy_error *err);

// Half sizes of a particle along and across the polarisation, with standard errors, in pixels:
// those that structure gives, by blocks of angle, and 0.1 pixel for the model.
typedef struct airy_rim {
    double par, par_err, perp, perp_err;
    double center_y, center_x;
    double blur; // pixels, given or fitted
} airy_rim;

// Fits the blurred chord profile of a spheroid, 2 a sqrt(1 - (s / R)^2) convolved with a Gaussian,
// to the image's pixels in the sectors about each axis, from 0.8 R on (both signs; common centre
// from the image's projected density; distances s as on the axis). The image is real, >= 0, one
// particle in it. AIRY_EVALUE for an empty image, AIRY_ENUMERIC when a fit fails.
AIRY_MUST_CHECK airy_code airy_rim_fit(const airy_image *image, const airy_rim_options *options,
                                       airy_rim *rim, airy_error *err);

// ------------------------------------------------------------------ kinetics (series/kinetics.c)

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
    double bin_ps;       // width of delay bins, centred on its multiples; 0: every delay apart
    bool all_shots;      // use shots that failed their gates too
    uint64_t seed;
    int threads;
} airy_kinetics_options;

void airy_kinetics_options_defaults(airy_kinetics_options *options);
AIRY_MUST_CHECK airy_code airy_kinetics_options_check(const airy_kinetics_options *options,
                                                      airy_error *err);

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

// The rows as a table quantity, model, parameter, value, low, high, unit and, where any is known,
// truth (its history stays empty), and back, without sentences.
AIRY_MUST_CHECK airy_code airy_kinetics_to_table(const airy_kinetics *kinetics, airy_table *table,
                                                 airy_error *err);
AIRY_MUST_CHECK airy_code airy_kinetics_from_table(const airy_table *table, airy_kinetics *kinetics,
                                                   airy_error *err);

// The row of these names, or NULL.
const airy_kinetics_row *airy_kinetics_find(const airy_kinetics *kinetics, const char *quantity,
                                            const char *model, const char *parameter);

// ------------------------------------------------------------------ angles (series/population.c)

// Branches of many particles (or runs of the model): those of member m are first[m] to
// first[m + 1] - 1. Zero-initialise; members without a branch count too.
typedef struct airy_members {
    int members;
    int *first;
    airy_branch *branch;
} airy_members;

// Adds a member with n branches, which are copied.
AIRY_MUST_CHECK airy_code airy_members_add(airy_members *to, const airy_branch *branch, int n,
                                           airy_error *err);
void airy_members_release(airy_members *members);

typedef struct airy_population_options {
    int draws;    // of members for intervals, and of turns for chances
    double level; // of the intervals
    uint64_t seed;
} airy_population_options;

void airy_population_options_defaults(airy_population_options *options);

// Angles of a population. Branches of one particle belong together, so intervals come from drawing
// whole particles again, and chances from turning each particle as a whole by a random angle, which
// is what no preferred direction means. NaN where there are no branches.
typedef struct airy_population {
    char name[24];
    int members, branches;
    airy_angles angles;
    double low[AIRY_ANGLE_BINS], high[AIRY_ANGLE_BINS]; // of angles.histogram
    double fraction_low, fraction_high;                 // of angles.fraction_20_40
    double p_uniform; // chance that turned particles have a histogram as uneven
    double p_20_40;   // chance that they have as much between 20 and 40 degrees
} airy_population;

// Angles, intervals and chances of these members; its name stays empty.
AIRY_MUST_CHECK airy_code airy_population_make(const airy_members *of,
                                               const airy_population_options *options,
                                               airy_population *out, airy_error *err);

// Tables (their history stays empty): one row a population, and one row a population and bin of
// 10 degrees, beside the share that even directions would have.
AIRY_MUST_CHECK airy_code airy_populations_to_table(const airy_population *of, int n,
                                                    airy_table *table, airy_error *err);
AIRY_MUST_CHECK airy_code airy_populations_to_angles(const airy_population *of, int n,
                                                     airy_table *table, airy_error *err);

// The populations of a series.
typedef struct airy_populations {
    int n;
    airy_population of[3];
} airy_populations;

// From folder/shot-NNNN/bands.h5 of shots that passed their gates: the three stages when kinetics
// (NULL: none) have found two break points, else all shots pumped.
AIRY_MUST_CHECK airy_code airy_populations_find(const char *folder, const airy_shot_row *rows,
                                                int n, const airy_kinetics *kinetics,
                                                const airy_population_options *options,
                                                airy_populations *out, airy_error *err);

// ------------------------------------------------------------------ model (series/montecarlo.c)

typedef struct airy_montecarlo_options {
    int cells;          // across the diameter
    int spots;          // dipoles of a low- and a high-density spot
    double spot_size;   // radius, share of the particle's
    double depth;       // density taken from a low spot at the start, 0..1
    double axis_bias;   // odds of a push along the axis against one across it
    double hardness;    // acceptance falls as exp(-hardness (density - 1))
    int reach;          // cells that pushed mass travels before it settles
    int sweeps;         // attempts per cell
    int snapshots;      // images kept, evenly spaced, the first before any move
    int runs;           // independent runs
    double diameter_nm; // of the particle, for the images' scale
    uint64_t seed;
    int threads;
} airy_montecarlo_options;

void airy_montecarlo_options_defaults(airy_montecarlo_options *options);
AIRY_MUST_CHECK airy_code airy_montecarlo_options_check(const airy_montecarlo_options *options,
                                                        airy_error *err);

// Cross-sections and their projections, run by run: image run * snapshots + snapshot.
typedef struct airy_montecarlo {
    int runs, snapshots;
    double pitch_nm, diameter_nm;
    airy_stack section;    // density of the meridional section, 1 = unchanged, NaN outside
    airy_stack projection; // column density seen from the side, after rotation about the axis
    double *sweep;         // (snapshots) sweeps done
    double *accepted;      // (runs x snapshots) share of accepted moves so far
} airy_montecarlo;

// Our model in the spirit of the paper's, whose rules are not public (science: method.md). Mass is
// conserved to rounding. A run is a pure function of options and seed.
AIRY_MUST_CHECK airy_code airy_montecarlo_run(const airy_montecarlo_options *options,
                                              const airy_progress *progress, airy_montecarlo *model,
                                              airy_error *err);
void airy_montecarlo_release(airy_montecarlo *model);

typedef struct airy_formed_options {
    bool section;             // look at the section, not at the projection
    double blur_nm;           // images are blurred with this standard deviation, like data
    airy_bands_options bands; // its seed is also that of the population's draws
    airy_population_options population;
} airy_formed_options;

void airy_formed_options_defaults(airy_formed_options *options);

// Finds and measures the bands of all runs at one snapshot with the same code as for data
// (density.h); every run is a member of the population.
AIRY_MUST_CHECK airy_code airy_montecarlo_formed(const airy_montecarlo *model, int snapshot,
                                                 const airy_formed_options *options,
                                                 airy_population *formed, airy_error *err);

// One row a snapshot from the populations of all of them: sweeps, share of accepted moves, bands
// (its history stays empty). And the images with the table's columns and history as a file.
AIRY_MUST_CHECK airy_code airy_montecarlo_to_table(const airy_montecarlo *model,
                                                   const airy_population *formed, airy_table *table,
                                                   airy_error *err);
AIRY_MUST_CHECK airy_code airy_montecarlo_write(const airy_montecarlo *model,
                                                const airy_table *table, const char *path,
                                                bool overwrite, airy_error *err);

// ------------------------------------------------------------------ series (series/series.c)

// How every shot is treated, and what it must pass. Options of rooms that are not here keep their
// defaults.
typedef struct airy_series_options {
    airy_beam beam; // 0: as the files say
    airy_gain_unit gain_unit;
    double beamstop;         // radius in pixels of the input; 0: none
    int bin;                 // side of a cell
    double polarization_deg; // direction of the laser field
    double margin;           // radius of the support / fitted radius
    airy_retrieve_options retrieve;
    bool by_photons; // images by likelihood of the photons, not by projections alone
    airy_search_options search;
    double border; // side of the arrays over what is measured
    int best;      // images averaged
    bool sphere;   // subtract a sphere, not a spheroid
    airy_bands_options bands;
    double least_photons;        // gates, 0: no limit. Fewer photons;
    double most_saturated;       // more saturated pixels on the detector;
    double most_center_error_px; // a larger standard error of the centre, binned pixels;
    double most_center_chi2;     // mates about it less alike than this;
    double most_double_hit;      // fringes of a second particle more visible than this, 0 to 1;
    double most_ring_chi2;       // rings less like a spheroid's (bands raise it, too);
    double most_chi2;            // a larger residual of condensing;
    double most_r;               // a larger R;
    double most_outside;         // more of the image's power outside the support;
    double most_at_edge;         // density at the support's edge over the largest;
    double least_agree;          // a smaller share of searches that ended at the same image;
    double most_misfit;          // deviance larger than this many times what noise makes expect;
    double most_ambiguous;       // a larger share of averaged images that may be the wrong twin;
    double most_apart_nm;        // or sizes by rings and rim farther apart than this fails
    bool again;                  // do shots again whose results are there
} airy_series_options;

void airy_series_options_defaults(airy_series_options *options);
AIRY_MUST_CHECK airy_code airy_series_options_check(const airy_series_options *options,
                                                    airy_error *err);

// What became of one shot, told when it is done.
typedef struct airy_shot_news {
    const airy_shot_row *row;
    const char *folder, *why; // why: the sentence of its failure, or ""
    const char *gate;         // the first that it failed, or ""
    bool known;               // it was there already
    int done, total;          // shots done so far, and in all
} airy_shot_news;

// What a series is run with besides its options.
typedef struct airy_series_run {
    const char *table;  // series.tsv; its paths are relative to its folder
    const char *folder; // made when it is not there
    // Of the shots' files: its last step (parameters, seed, version, commit) is part of their keys;
    // and of the tables of all shots, which know the gates too.
    const airy_history *shot_history, *history;
    int first, last;               // rows of the table done, from 0, the last not included
    bool merge;                    // do none: take what lies in the folder
    bool overwrite;                // shots that were done with other parameters are done anew
    const airy_progress *progress; // over shots, or NULL
    void (*done)(void *context, const airy_shot_news *news); // or NULL
    void *context;
} airy_series_run;

// Runs the chain for each shot in the table (shot file frame delay_ps and, if there, gain pedestal
// mask) and writes folder/shot-NNNN/{pattern.cxi, image.cxi, diff.h5, bands.h5, branches.tsv,
// row.tsv}; then, unless only some rows are done, folder/shots.tsv and folder/gates.tsv. A shot
// whose row.tsv has the key (SHA-256 of inputs and of the history's last step) of this run is
// taken as it is, so that a killed run goes on and parts of a series can be done apart and merged,
// to the same bytes. A shot that fails, its files unreadable even, leaves its sentence in its
// row.tsv, gets a row with gate 0 and stands in gates.tsv, and the run goes on; so does one that a
// merge does not find. Ranks share the starts of each shot, and the first of them writes.
// Errors: of the table and of writing; AIRY_ESTOPPED; AIRY_EVALUE when every shot of the table
// failed, or first is behind its end.
AIRY_MUST_CHECK airy_code airy_series_do(const airy_series_run *run,
                                         const airy_series_options *options, airy_error *err);

#endif
