// SPDX-License-Identifier: GPL-3.0-or-later
// One shot on its way through the chain: what it is read from, what each room made of it.
#ifndef AIRY_CHAIN_CHAIN_H
#define AIRY_CHAIN_CHAIN_H

#include "airy/image.h"
#include "airy/pattern.h"
#include "airy/chain.h"

void airy_steps_defaults(airy_steps *steps);

// The files that options name, at most so many, ended by NULL; borrowed.
enum { AIRY_STEPS_FILES = 96 };
void airy_steps_files(const airy_steps *steps, const char *files[AIRY_STEPS_FILES + 1]);

extern const airy_option airy_steps_rows[];

// Where a shot comes from: one row of series.tsv, paths as they are to be opened.
typedef struct airy_shot_source {
    int shot, frame;
    double delay_ps;
    char *file, *gain, *pedestal, *mask; // NULL: not given
} airy_shot_source;

// Numbers by which a shot is judged, besides those of its row; NaN: not known.
typedef struct airy_checks {
    double saturated;       // pixels of the detector
    double center_error_px; // the larger standard error, binned pixels
    double center_chi2;     // of a pair of mates about the center
    double double_hit;      // visibility of fringes finer than those of one particle
    double second_nm;       // the separation that they would mean
    double ring_chi2;       // of the spheroid fit per bright pixel
    double condense_chi2;   // residual of condensing per bright pixel
    double outside;         // share of the power outside the support
    double at_edge;         // mean density along the support's edge / largest density
    double agree;           // share of searches by likelihood that ended at the same image
    double odd_redrawn;     // correlation of the odd part with those from photons drawn again
    double body;            // airy_search_body
    double misfit;          // deviance over what noise makes expect
    double ambiguous;       // share of the averaged images that may be the wrong twin
} airy_checks;
extern const airy_described airy_checks_numbers;

// What is known of a shot: its row, its checks, and the sentence of its failure or "".
typedef struct airy_record {
    airy_shot_row row;
    airy_checks checks;
    airy_error why;
} airy_record;

// ------------------------------------------------------------------ shot.c

// A shot and where it is done. call: whom the steps tell, threads, seed and history; progress: that
// of the shot. record: nothing but the shot is known at first, after an error as much as was found.
typedef struct airy_shot_run {
    const airy_shot_source *source;
    const char *folder;
    const airy_call *call;
    const airy_progress *progress;
    double beamstop; // radius in pixels of the detector; 0: as the options of the mask say
    bool keep;       // keep what steps hand on, too
    airy_record *record;
} airy_shot_run;

// Does the steps bin, mask, center, size, condense, retrieve, average, difference, bands in this
// order, by the functions that the commands are; they leave pattern.cxi, image.cxi, diff.h5,
// bands.h5 and branches.tsv in the folder.
AIRY_MUST_CHECK airy_code airy_shot_do(const airy_shot_run *run, const airy_steps *options,
                                       airy_error *err);

// Whether all files of a finished shot are there.
bool airy_shot_there(const char *folder);

// ------------------------------------------------------------------ record.c

// SHA-256 of files, remembered by path: a series has many frames in few files. Zero-initialise.
typedef struct airy_hashes {
    int n;
    struct airy_hashed {
        char *path;
        char hex[65];
    } * file;
    const airy_progress *progress;          // may be NULL
    const char *more[AIRY_STEPS_FILES + 1]; // read for every shot, ended by NULL
} airy_hashes;

void airy_hashes_release(airy_hashes *hashes);

// The key of a shot: inputs, the last step of the history, its row of the table.
AIRY_MUST_CHECK airy_code airy_record_key(airy_hashes *hashes, const airy_shot_source *source,
                                          const airy_history *history, char key[65],
                                          airy_error *err);

// "sha256  path" lines of the files of a shot whose key was made.
void airy_record_inputs(const airy_hashes *hashes, const airy_shot_source *source,
                        airy_text *lines);

void airy_record_unknown(const airy_shot_source *source, airy_record *record);

// folder/row.tsv with this key; and back: false when there is none with it.
AIRY_MUST_CHECK airy_code airy_record_write(const char *folder, const airy_record *record,
                                            const char *key, const airy_history *history,
                                            airy_error *err);
bool airy_record_read(const char *folder, const char *key, airy_record *record);

// Of a folder that holds a shot that was finished, but with other parameters, seed or version than
// the history's last step, how they differ is appended: "starts = 200, now 2; ...".
AIRY_MUST_CHECK airy_code airy_record_differs(const char *folder, const airy_history *history,
                                              airy_text *how, airy_error *err);

// ------------------------------------------------------------------ folder.c

// Removes unfinished files of killed runs, and the row and pictures of a shot that is done anew.
void airy_folder_clear(const char *path);

// ------------------------------------------------------------------ representative.c

// Chooses for every delay the shot whose image is closest to the mean of the images of that delay
// (folder/shot-NNNN/image.cxi of shots that passed their gates, aligned, each with the same sum):
// fills shown and distance. Errors of reading; AIRY_EMEMORY.
AIRY_MUST_CHECK airy_code airy_shown_choose(const char *folder, airy_shot_row *rows, int n,
                                            airy_error *err);

// ------------------------------------------------------------------ gates.c

// An empty table of gates: shot gate value low high passed why.
AIRY_MUST_CHECK airy_code airy_gates_init(airy_table *gates, airy_error *err);

// Judges a shot: a row for every gate, or one for the failure; row.gate says whether all passed.
AIRY_MUST_CHECK airy_code airy_gates_judge(airy_record *record, const airy_series_options *options,
                                           airy_table *gates, airy_error *err);

#endif
