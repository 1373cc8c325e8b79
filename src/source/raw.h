// SPDX-License-Identifier: GPL-3.0-or-later
// How layouts of detector frames are described: one row each, of dataset paths and units.
//
// Paths may hold * inside names; "@" stands for the group of the frames, "@@" for the group around
// it.
#ifndef AIRY_SOURCE_RAW_H
#define AIRY_SOURCE_RAW_H

#include "airy/source.h"
#include "files/hdf5_sources.h"
#include "raw_sls.h"

// What a dataset beside the frames means. Values for all frames, or one a frame.
typedef enum airy_fact {
    AIRY_FACT_NONE,
    AIRY_FACT_ENERGY_EV,    // value x scale = eV
    AIRY_FACT_WAVELENGTH_M, // value x scale = m
    AIRY_FACT_DISTANCE_M,
    AIRY_FACT_PITCH_M,   // along x
    AIRY_FACT_PITCH_Y_M, // only to be compared
    AIRY_FACT_BEAM_X,    // value + scale = pixel-center convention
    AIRY_FACT_BEAM_Y,
    AIRY_FACT_PULSE,
    AIRY_FACT_GOOD,       // nonzero = good
    AIRY_FACT_HIGH_GAIN,  // bit 0
    AIRY_FACT_SATURATION, // greatest valid value
    AIRY_FACT_UNDERLOAD,  // least valid value
    AIRY_FACT_UNIT_SCALE, // value x this x scale = the layout's unit
    AIRY_FACT_UNIT_DIVISOR,
    AIRY_FACT_MODULES, // one value a module, negative: absent
    AIRY_FACTS,
} airy_fact;

typedef struct airy_fact_row {
    airy_fact fact;
    const char *path;
    double scale;
} airy_fact_row;

// What a mask dataset's values mean.
typedef enum airy_polarity {
    AIRY_MASK_ABSENT,
    AIRY_MASK_BAD_NONZERO, // 0 = good
    AIRY_MASK_GOOD_NONZERO,
    AIRY_MASK_BITS,  // CXI's and ours
    AIRY_MASK_NEXUS, // bits of NXdetector: only the low 16 exclude
    AIRY_MASK_EUXFEL // bits of the European XFEL: 16 and 22 inform only
} airy_polarity;

enum {
    AIRY_LAYOUT_FACTS = 18,
    AIRY_LAYOUT_MARKS = 2,
    AIRY_LAYOUT_MASKS = 4,
    AIRY_LOST_WORD = 0xffff
};

typedef struct airy_layout {
    airy_layout_row row;
    const char *data; // the frames; several paths between blanks: the first that is there
    const char *marks[AIRY_LAYOUT_MARKS]; // what else has to be there
    const char *absent;                   // what must not
    int lead; // dimensions that count frames; further ones but the last count rows
    airy_raw_unit unit;
    bool by_type;                        // 16-bit unsigned frames are words, whatever `unit` says
    const char *mask[AIRY_LAYOUT_MASKS]; // the first that is there
    bool mask_may_be_other;              // where they lie, by name alone: not of another size
    airy_polarity polarity;
    double below, above; // calibrated values beyond are no measurement; 0 0 = no limits
    const char *gain;    // a separate array of gain stages, to be put into bits 15:14
    bool one_each;       // every path that fits `data` is one frame
    bool joined;         // every path that fits holds frames, one after another
    bool stacked;        // modules lie one below the other, whatever the shape
    bool gaps;           // NaN is a gap rather than a lost value
    bool own;            // written by airy: read with all that stands beside the photons
    airy_fact_row facts[AIRY_LAYOUT_FACTS];
} airy_layout;

// The table; *n is its length. Its last row takes any array.
const airy_layout *airy_layout_table(int *n);

// The row called name, or NULL.
const airy_layout *airy_layout_find(const char *name);

// Puts the group of `data` in place of "@" in a path.
void airy_layout_path(const char *pattern, const char *data, char path[512]);

struct airy_raw {
    airy_h5 *h5; // NULL for SLS receiver files
    airy_sls *sls;
    airy_frames *own; // of a layout that is our own
    char path[512];
    const airy_layout *layout;
    char data[512];     // path of the frames, the first one's where each has its own
    char pattern[512];  // of the layout's paths that `data` fits
    airy_h5_item *each; // (n_each) paths of frames that do not stand in one array, or NULL
    int n_each, *first; // ... and the first frame in each, counted over all (n_each + 1)
    int n, ny, nx;      // frames, and one frame as given to the caller
    int lead, stored_ny;
    bool modular; // a dimension between those of frames and of rows counts modules
    bool tiled;   // 2048 x 2048 without gaps: eight modules of 512 x 1024, two across
    int modules;
    int *module_map; // stored module of each position, negative: absent; NULL: as stored
    airy_raw_unit unit;
    double scale;          // stored value x scale = value in the unit
    double least, most;    // valid stored values
    airy_sources *sources; // of virtual frames some of which are lost, else NULL
    airy_text why;
};

// Fills in layout and data; see airy_raw_open. dataset: named by the user, or NULL.
airy_code airy_raw_choose(airy_raw *raw, const char *dataset, const char *name, airy_error *err);

// The first fact of a kind that the file has, for frame i, in our units; those that it states count
// before the layout's. False also, with a sentence in err, when it states one that is not known.
bool airy_raw_find_fact(airy_raw *raw, airy_fact fact, int i, double *value, airy_error *err);

// Reads an array of frame i that stands at `path`: data, gain stages, mask. What its sources do not
// provide holds the file's fill value.
AIRY_MUST_CHECK airy_code airy_raw_read_array(const airy_raw *raw, const char *path, int i,
                                              airy_cell cell, void *values, int n, airy_error *err);

// Marks (1, the others 0) the n stored pixels of frame i whose sources are not there; their number.
// Only for raw->sources.
int airy_raw_lost(const airy_raw *raw, int i, uint8_t *lost, int n);

// airy_raw_open of a dataset that is known apart from the path.
AIRY_MUST_CHECK airy_raw *airy_raw_open_at(const char *path, const char *dataset,
                                           const char *layout, airy_error *err);

// Whether frames are stacks of modules that belong side by side on a plane.
bool airy_raw_stacked(const airy_raw *raw);

// 16-bit numbers that no layout calls words are taken for values unless they look like words.
AIRY_MUST_CHECK airy_code airy_raw_as_values(airy_raw *raw, airy_error *err);

// The file's handle, NULL for SLS receiver files; the path of the frames.
airy_h5 *airy_raw_h5(const airy_raw *raw);
const char *airy_raw_data(const airy_raw *raw);

// Path of frame i's array, and which piece of it the frame is.
const char *airy_raw_place(const airy_raw *raw, int i, int *piece);

#endif
