// SPDX-License-Identifier: GPL-3.0-or-later
// The whole way from raw frames to bands, shot by shot, and what a series of shots has in common.
#ifndef AIRY_CHAIN_H
#define AIRY_CHAIN_H

#include "airy/base.h"
#include "airy/density.h"
#include "airy/files.h"
#include "airy/image.h"
#include "airy/kinetics.h"
#include "airy/pattern.h"
#include "airy/retrieval.h"
#include "airy/source.h"

// --------------------------------------------------------------- populations (chain/populations.c)

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

// ---------------------------------------------------------------- phase problems (chain/problem.c)

typedef struct airy_prepare_options {
    int amplitude; // 0: sqrt(photons), 1: what it is expected to be
    int frame;
    const char *mask;      // further reasons to exclude pixels, or NULL
    bool merge;            // Friedel-merge what is not merged
    bool condense;         // condense what is not condensed
    int size;              // side after centering, 0 = the largest good one
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
    const struct airy_prepared
        *like; // the same shot, whose grid and support shall be used, or NULL
} airy_prepare_options;

// What the command needs besides the problem.
typedef struct airy_prepared {
    airy_pattern pattern; // as used: (n, n), centered
    airy_problem problem;
    airy_history history; // of the input
    double pixel_nm;      // object pixel, 0 when unknown
    bool held_out;        // some pixels were
    double diameter;      // of the object when it was condensed here, cycles a pixel, else 0
    airy_stack first;     // images to begin at; px NULL for none
    double first_nm;      // their pixel as stored, 0 when unknown
    double first_lost;    // share of their density that the grid has no room for, of the worst
} airy_prepared;

extern const airy_option airy_prepare_rows[];
void airy_prepare_defaults(airy_prepare_options *options);

// AIRY_EARGUMENT, naming the option, when --support is neither a word, a shape nor a file.

// The further files that are read, ended by NULL: mask, score, start, and a support from a file.
enum { AIRY_PREPARE_FILES = 5 };
void airy_prepare_files(const airy_prepare_options *options, const char *files[AIRY_PREPARE_FILES]);

// Reads the first input and makes the problem. The caller releases.
AIRY_MUST_CHECK airy_code airy_prepare_problem(const airy_call *call,
                                               const airy_prepare_options *options,
                                               airy_prepared *out, airy_error *err);
void airy_prepare_release(airy_prepared *p);

// ---------------------------------------------------------------- finished starts (chain/starts.c)

// Starts and populations on disk, so that a killed retrieval goes on where it was.
//
// A file beside the output, OUTPUT.part, that one run has for itself: a key that says which run it
// belongs to, then one record a finished start or population and, when the run was asked to stop,
// one for each start that was at work. Each has the key and its own check sum and is written at
// once; a record cut by a kill is dropped, one of another key is no part of the run.
typedef struct airy_starts airy_starts;

// Frees; the file stays. NULL is fine.
void airy_starts_close(airy_starts *c);

// Removes the file, for the output itself is there, and frees.
void airy_starts_remove(airy_starts *c);

// ------------------------------------------------------------------ retrieval (chain/retrieve.c)

// A search for phases as commands offer it: options and the texts they are read from, and the
// search itself, which leaves its finished starts beside the output so that it can go on.
typedef struct airy_retrieve_step {
    const airy_call *call;
    airy_prepare_options prepare;
    airy_retrieve_options options;
    const char *rule, *schedule, *beta, *sigma, *sigma_from, *alpha, *shrink_sigma;
    int starts, iterations, generations; // 0: as many as the method needs
    int shot, rank, shrink_of;
    airy_search_options photons; // what is done after the projections, and
    int method, prior;           // whether: 0 not at all
    const char *children;
    bool polish; // [true] what is false is method 1, in the contract's word
    bool resume, quick;
    const char *wisdom_path;
    char *wisdom; // text of the plans, owned
    struct airy_starts
        *saved; // of the last airy_retrieve_step_run, until it is forgotten or released
} airy_retrieve_step;

// The options, and those of them that say what likelihood expects and compares, for steps that do
// not search.
extern const airy_option airy_retrieve_step_rows[];
extern const airy_option airy_retrieve_priors_rows[];

// All defaults of the library.
void airy_retrieve_step_begin(airy_retrieve_step *s, const airy_call *call);
void airy_retrieve_step_release(airy_retrieve_step *s);

// After parsing: from the texts of the command line to the options of the library. AIRY_EARGUMENT
// names what is wrong.
AIRY_MUST_CHECK airy_code airy_retrieve_step_read(airy_retrieve_step *s, airy_error *err);

// Plans for transforms of this side: the file's, if it has some; else they are measured now and,
// for the next run, written there.
AIRY_MUST_CHECK airy_code airy_retrieve_step_plan(airy_retrieve_step *s, int side, airy_error *err);

// Retrieves. The last step of input->history says what the run depends on. Starts and populations
// are kept in OUTPUT.part, which no other run can have, until they are forgotten or left.
AIRY_MUST_CHECK airy_code airy_retrieve_step_run(airy_retrieve_step *s, const char *output,
                                                 const airy_prepared *input,
                                                 airy_reconstruction *result, airy_error *err);

// The output is safe: OUTPUT.part is not needed any more.
void airy_retrieve_step_forget(airy_retrieve_step *s);

typedef struct airy_retrieve_found {
    airy_prepared input;
    airy_reconstruction result;
    airy_support_fit fit; // of the best image
} airy_retrieve_found;

void airy_retrieve_found_release(airy_retrieve_found *found);

// Whether call->output is what this run with --resume would make: its last step has these
// parameters, this seed and inputs of these hashes. Jobs that are submitted again then have nothing
// to do, which a note says, and are no failure.
AIRY_MUST_CHECK airy_code airy_retrieve_is_done(const airy_call *call,
                                                const airy_retrieve_step *step, bool *done,
                                                airy_error *err);

// A row a generation: lowest and median of its starts' numbers.
AIRY_MUST_CHECK airy_code airy_retrieve_generations(const airy_reconstruction *r, airy_table *table,
                                                    airy_error *err);

// From the pattern of call->inputs[0] to the images of call->output, with resume. The step was read
// (airy_retrieve_step_read). The caller releases, on errors too.
AIRY_MUST_CHECK airy_code airy_retrieve_do(const airy_call *call, airy_retrieve_step *step,
                                           airy_retrieve_found *found, airy_error *err);

// ------------------------------------------------------------------ compare (chain/compare.c)

typedef struct airy_compare_options {
    const char *spec[2];
    const char *dataset; // of both files, instead of the main array; or NULL
    bool align;          // as images: a shift, the twin and a scale are removed first
    double band;         // with align, 1/nm (1/pixel where they are not known); 0: what both hold
    double body[3]; // with align: semi-axes in nm (pixels), direction of the first; 0: not known
    int frame;      // -1: all
    int other;      // frame of the second file, -1: the same
} airy_compare_options;

typedef struct airy_comparison {
    bool same_bits;
    double max_abs, relative_l2;
    double pixels, missing; // compared; measured in one file only
    int parts;              // what is known of images: 0 nothing, 1 below, 2 `departure` too
    airy_alignment how;
    double scale, band;
    airy_parity parity, departure; // of both, and of what there is beside the body
} airy_comparison;

// Errors: of reading; AIRY_ESHAPE and AIRY_EARGUMENT for files that cannot be compared.
AIRY_MUST_CHECK airy_code airy_compare(const airy_call *call, const airy_compare_options *options,
                                       airy_comparison *found, airy_error *err);

// What is known, as named numbers; the tables by `parts`.
extern const airy_described airy_comparison_numbers[3];
void airy_comparison_results(const airy_comparison *found, airy_results *results);

// ------------------------------------------------------------------ score (chain/score_step.c)

// How well the images prepare->start explain the pattern of call->inputs[0]: a row an image. Images
// of other pixels are brought to the pattern's, with a warning where they hold less than it.
AIRY_MUST_CHECK airy_code airy_score_step_run(const airy_call *call,
                                              const airy_prepare_options *prepare,
                                              airy_table *found, airy_error *err);

// ------------------------------------------------------------------ polish (chain/polish_step.c)

typedef struct airy_polish_step {
    airy_retrieve_step search; // of which the likelihood's options alone are used
    const char *raw;           // the photons: a pattern before condensing, or a condensed one
} airy_polish_step;

// Images of call->inputs[0] as step->raw makes them most likely nearby, into call->output; found: a
// row an image. Errors: of reading and writing; AIRY_EVALUE for a pattern without counts.
AIRY_MUST_CHECK airy_code airy_polish_step_run(const airy_call *call, airy_polish_step *step,
                                               airy_table *found, airy_error *err);

// ------------------------------------------------------------------ steps (chain/*_step.c)

// Options of a step and of what it calls; texts are borrowed. `_check` names a wrong option
// (AIRY_EARGUMENT). A step reads call->inputs[0] and writes call->output (NULL: nothing), with this
// run in its history; what it found comes back beside, the caller's to release.

typedef struct airy_bin_step {
    airy_bin_options options;
    airy_photons_options photons; // how detector frames are read
    const char *mask;             // further reasons to exclude pixels, or NULL
    int frame;                    // of a file of patterns; -1: all
} airy_bin_step;

typedef struct airy_bin_found {
    int saturated; // pixels of the last frame, before binning
} airy_bin_found;

extern const airy_option airy_bin_step_rows[];
void airy_bin_step_defaults(airy_bin_step *step);

// Frames of any layout as cells. found (NULL: not wanted) costs a look at every pixel.
AIRY_MUST_CHECK airy_code airy_bin_step_run(const airy_call *call, const airy_bin_step *step,
                                            airy_bin_found *found, airy_error *err);

typedef struct airy_mask_step {
    airy_mask_options options; // below and above stand apart
    double below, above;       // values beyond are excluded; -1e30 and 1e30: none is
    airy_texts shapes[3];      // in the order of airy_shape_kind
    airy_texts files;          // masks whose reasons are added
    bool show;                 // count pixels by reason
    bool run;                  // one mask of all frames, with `many` and as `photons` say
    airy_exposures_mask_options many;
    airy_photons_options photons;
} airy_mask_step;

extern const airy_option airy_mask_step_rows[];
void airy_mask_step_defaults(airy_mask_step *step);

// Frames with their reasons, or the mean of all with those of the run; counts: pixels by reason,
// where they are wanted.
AIRY_MUST_CHECK airy_code airy_mask_step_run(const airy_call *call, const airy_mask_step *step,
                                             airy_table *counts, airy_error *err);

typedef struct airy_center_step {
    airy_center_options options;
    const char *center; // "Y,X": recorded and checked instead of searched; NULL: searched
} airy_center_step;

extern const airy_option airy_center_step_rows[];
void airy_center_step_defaults(airy_center_step *step);

// What a step found: its table, one row a frame, and the center of the last frame.
typedef struct airy_center_found {
    airy_table table;
    airy_center_result center;
} airy_center_found;

// The center of every frame, recorded.
AIRY_MUST_CHECK airy_code airy_center_step_run(const airy_call *call, const airy_center_step *step,
                                               airy_center_found *found, airy_error *err);

typedef struct airy_size_step {
    airy_sphere_options options;
    int model;        // 0: sphere, 1: spheroid
    const char *mask; // further reasons to exclude pixels, or NULL
} airy_size_step;

// What a step found: its table, one row a frame, and the fit of the last frame.
typedef struct airy_size_found {
    airy_table table;
    airy_sphere_fit fit;
} airy_size_found;

extern const airy_option airy_size_step_rows[];
void airy_size_step_defaults(airy_size_step *step);

// Radii of every frame.
AIRY_MUST_CHECK airy_code airy_size_step_run(const airy_call *call, const airy_size_step *step,
                                             airy_size_found *found, airy_error *err);

typedef struct airy_condense_step {
    airy_condense_options options;
    const char *mask; // further reasons to exclude pixels, or NULL
} airy_condense_step;

extern const airy_option airy_condense_step_rows[];
void airy_condense_step_defaults(airy_condense_step *step);

// Every frame on the pixels that the largest object needs; did: to the last frame.
AIRY_MUST_CHECK airy_code airy_condense_step_run(const airy_call *call,
                                                 const airy_condense_step *step,
                                                 airy_condense_result *did, airy_error *err);

typedef struct airy_average_step {
    airy_average_options options;
    const char *rings; // PRTF and ring correlation go there as a table, too; NULL: nowhere
} airy_average_step;

typedef struct airy_average_result {
    airy_image mean;
    airy_mask support;
    double pitch_m;       // side of a pixel, 0 = not known
    airy_quality quality; // of the mean; NaN without a measured pattern
    int best, ambiguous;  // images averaged, and those that may be the wrong twin
    airy_table table;     // quality by number of images
} airy_average_result;

extern const airy_option airy_average_step_rows[];
void airy_average_step_defaults(airy_average_step *step);
void airy_average_result_release(airy_average_result *found);

// The mean of the best images of what `retrieve` wrote. Errors: of reading and writing;
// AIRY_EARGUMENT; AIRY_EVALUE for rings without a measured pattern.
AIRY_MUST_CHECK airy_code airy_average_step_run(const airy_call *call,
                                                const airy_average_step *step,
                                                airy_average_result *found, airy_error *err);

typedef struct airy_difference_step {
    int model;               // airy_body_kind: what is subtracted
    int spread_kind;         // trials of spread_from that tell it: 0 recoveries, 1 halves
    const char *spread_from; // file of `airy validate`, or NULL: the image's own spread
    double polarization_deg, blur, threshold, sigma;
    double pixel_nm; // 0: as the file says
} airy_difference_step;

typedef struct airy_difference_found {
    airy_body body;     // what was subtracted
    airy_body spheroid; // what tells the radii
    airy_image difference;
    airy_areas areas;       // at `threshold`
    airy_areas areas_sigma; // at `sigma`; NaN when the spread is not known
    double pixel_nm;
    airy_results numbers; // as written
} airy_difference_found;

extern const airy_option airy_difference_step_rows[];
void airy_difference_step_defaults(airy_difference_step *step);
void airy_difference_found_release(airy_difference_found *found);

// The first image of the file minus its body. Errors: of reading and writing; AIRY_EVALUE without a
// pixel size; AIRY_EARGUMENT for options that cannot be.
AIRY_MUST_CHECK airy_code airy_difference_step_run(const airy_call *call,
                                                   const airy_difference_step *step,
                                                   airy_difference_found *found, airy_error *err);

typedef struct airy_bands_step {
    airy_bands_options options; // their seed is the call's
    int turns, isotropic;       // copies turned, and images of such bands, for comparison; 0: none
    const char *tsv;            // the branch table goes there, too; NULL: nowhere
} airy_bands_step;

typedef struct airy_bands_found {
    airy_bands bands;
    airy_table table; // of the branches, with the history
} airy_bands_found;

extern const airy_option airy_bands_step_rows[];
void airy_bands_step_defaults(airy_bands_step *step);
void airy_bands_found_release(airy_bands_found *found);

// Bands of what `difference` wrote. Errors: of reading and writing; AIRY_EARGUMENT.
AIRY_MUST_CHECK airy_code airy_bands_step_run(const airy_call *call, const airy_bands_step *step,
                                              airy_bands_found *found, airy_error *err);

// ------------------------------------------------------------------ series (chain/series.c)

// Options of every step, in the order in which they are done; see airy_shot_do.
typedef struct airy_steps {
    airy_bin_step bin;
    airy_mask_step mask;
    airy_center_step center;
    airy_size_step size;
    airy_condense_step condense;
    airy_retrieve_step retrieve;
    airy_average_step average;
    airy_difference_step difference;
    airy_bands_step bands;
} airy_steps;

// How every shot is treated, and what it must pass.
typedef struct airy_series_options {
    airy_steps steps;
    double beamstop;       // radius in pixels of the detector; 0: as the options of the mask say
    bool keep;             // keep what steps hand on, too: binned, masked, centered, recon
    double least_photons;  // gates, 0: no limit. Fewer photons;
    double most_saturated; // more saturated pixels on the detector;
    double most_center_error_px; // a larger standard error of the center, binned pixels;
    double most_center_chi2;     // mates about it less alike than this;
    double most_double_hit;      // fringes of a second particle more visible than this, 0 to 1;
    double most_ring_chi2;       // rings less like a spheroid's (bands raise it, too);
    double most_chi2;            // a larger residual of condensing;
    double most_r;               // a larger R;
    double most_outside;         // more of the image's power outside the support;
    double most_at_edge;         // density at the support's edge over the largest;
    double least_agree;          // a smaller share of searches that ended at the same image;
    double least_odd;            // odd parts from redrawn photons correlate less than this;
    double most_body;            // an airy_search_body above this;
    double most_misfit;          // deviance larger than this many times what noise makes expect;
    double most_ambiguous;       // a larger share of averaged images that may be the wrong twin;
    double most_apart_nm;        // or sizes by rings and rim farther apart than this fails
    bool again;                  // do shots again whose results are there
} airy_series_options;

extern const airy_option airy_series_gates_rows[];
void airy_series_options_defaults(airy_series_options *options);
AIRY_MUST_CHECK airy_code airy_series_options_check(const airy_series_options *options,
                                                    airy_error *err);

// What became of one shot, told when it is done.
typedef struct airy_shot_news {
    const airy_shot_row *row;
    const char *folder, *why; // why: the sentence of its failure, or ""
    const char *gate, *look;  // the first gate that it failed, and why; or ""
    bool known;               // it was there already
    int done, total;          // shots done so far, and in all
} airy_shot_news;

// What a series is run with besides its options.
typedef struct airy_series_run {
    const airy_call *call; // threads, seed, who listens
    const char *table;     // series.tsv; its paths are relative to its folder
    const char *folder;    // made when it is not there
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

// Fails with AIRY_EARGUMENT where folder/shots.tsv was judged by other gates than stand in these
// parameters ("most-..." and "least-..."); without such a table there is nothing to compare.
AIRY_MUST_CHECK airy_code airy_gates_same(const char *folder, const char *parameters,
                                          airy_error *err);

// Runs the chain for each shot in the table (shot file frame delay_ps and, if there, gain pedestal
// mask) and writes folder/shot-NNNN/{pattern.cxi, image.cxi, diff.h5, bands.h5, branches.tsv,
// row.tsv} by the steps that the commands are; then, unless only some rows are done,
// folder/shots.tsv and folder/gates.tsv. A shot
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
