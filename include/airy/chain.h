// SPDX-License-Identifier: GPL-3.0-or-later
// The whole way from raw frames to bands, shot by shot, and what a series of shots has in common.
#ifndef AIRY_CHAIN_H
#define AIRY_CHAIN_H

#include "airy/base.h"
#include "airy/density.h"
#include "airy/kinetics.h"
#include "airy/retrieval.h"
#include "airy/source.h"

// ------------------------------------------------------------------ series (chain/series.c)

// How every shot is treated, and what it must pass. Options of rooms that are not here keep their
// defaults.
typedef struct airy_series_options {
    airy_setup setup; // 0: as the files say
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
    double most_center_error_px; // a larger standard error of the center, binned pixels;
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

#endif
