// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of any file: the layouts of facilities, raw words and their calibration, and patterns and
// images in HDF5 (CXI, NeXus), FITS, PNG, MATLAB, NumPy and TSV, of our own and of others.
//
// A `spec` is a path, or for HDF5 `path:/dataset`.
#ifndef AIRY_SOURCE_H
#define AIRY_SOURCE_H

#include "airy/base.h"
#include "airy/detector.h"
#include "airy/files.h"

// ------------------------------------------------------------------ CXI (source/cxi.c)

// Writes what every file of ours has: /cxi_version 160, classes and defaults, source energy (J),
// detector distance and pixel sizes (m) when known (setup may be NULL), and the history as
// /entry_1/process_1, process_2, ... (history may be NULL).
airy_code airy_cxi_begin(airy_h5 *h5, const airy_setup *setup, const airy_history *history,
                         airy_error *err);

// What the values of the main array are, with their unit, as plots say it. After airy_cxi_main.
airy_code airy_cxi_title(airy_h5 *h5, const char *title, airy_error *err);

// Real-space images (n, ny, nx) or, n = 1, (ny, nx), as the main array /entry_1/image_1/data with
// pixel side pitch_m (0 = unknown), data_space "real", data_type "electron density".
airy_code airy_cxi_put_images(airy_h5 *h5, const airy_stack *images, double pitch_m,
                              airy_error *err);
// And back. pitch_m may be NULL.
AIRY_MUST_CHECK airy_code airy_cxi_get_images(airy_h5 *h5, airy_stack *images, double *pitch_m,
                                              airy_error *err);

// 0 where the file does not say; units that it states count. AIRY_EVALUE for what cannot be, see
// airy_setup_check.
AIRY_MUST_CHECK airy_code airy_setup_read(airy_h5 *h5, airy_setup *setup, airy_error *err);

// ------------------------------------------------------------- patterns (source/pattern_file.c)

// Writes one pattern; the name decides the format: .h5 .cxi .hdf5 (everything), .fits (photons,
// mask, center, pixel size), .npy and .tsv (photons), .png (photons scaled to 16 bits). history may
// be NULL.
AIRY_MUST_CHECK airy_code airy_pattern_write(const char *path, const airy_pattern *pattern,
                                             const airy_history *history, bool overwrite,
                                             airy_error *err);

// Reads frame `frame` (0 = first) of a spec: our HDF5 and CXI, any HDF5 dataset, .fits, .mat, .npy,
// 16-bit .png. Pixels that are NaN or infinite and have no reason yet become MISSING; excluded
// pixels hold NaN. history may be NULL; it is empty when the file has none.
AIRY_MUST_CHECK airy_code airy_pattern_read(const char *spec, int frame, airy_pattern *pattern,
                                            airy_history *history, airy_error *err);

// Mask of a spec: bits of one of our files, of any HDF5 dataset of whole numbers (0 = good; nonzero
// values that are no bits of ours become BAD), or an image in which NaN and, where it has two
// values, the one that is not 0 is bad. AIRY_EVALUE when an image has neither.
AIRY_MUST_CHECK airy_code airy_mask_read(const char *spec, airy_mask *mask, airy_error *err);

// The bits (ny nx) of a mask as they stand in files, where readers know CXI's own alone: INVALID
// beside a reason of ours, and a mark by which it is taken away when the mask is read.
void airy_mask_file_bits(const airy_mask *mask, uint32_t *bits);

// The history of any file of ours (HDF5, TSV, FITS, PNG); empty when there is none.
AIRY_MUST_CHECK airy_code airy_history_read_file(const char *path, airy_history *history,
                                                 airy_error *err);

// The same of FILE or FILE:DATASET of anybody's, which is none where it cannot be read: only memory
// and a stop fail.
AIRY_MUST_CHECK airy_code airy_history_read_any(const char *spec, airy_history *history,
                                                airy_error *err);

// "name version" lines of the libraries this room uses.
void airy_source_versions(airy_text *text);

// ------------------------------------------------------------------ many frames (source/frames.c)

typedef struct airy_frames airy_frames;

// Opens any spec that airy_pattern_read reads, for all its frames. NULL on errors.
AIRY_MUST_CHECK airy_frames *airy_frames_open(const char *spec, airy_error *err);
// The same, but a dataset that the spec names is read as it stands, whatever layout it belongs to:
// raw words, gains, anything.
AIRY_MUST_CHECK airy_frames *airy_frames_open_plain(const char *spec, airy_error *err);
int airy_frames_count(const airy_frames *frames);
AIRY_MUST_CHECK airy_code airy_frames_read(airy_frames *frames, int i, airy_pattern *pattern,
                                           airy_error *err);
AIRY_MUST_CHECK airy_code airy_frames_history(airy_frames *frames, airy_history *history,
                                              airy_error *err);

// What the caller knows better than the file: positive facts take the place of the file's, which
// may then be anything.
void airy_frames_know(airy_frames *frames, const airy_setup *setup);

// True for real-space images (data_space "real"), which have no mask, no center and no beam of
// their own. pitch_m (may be NULL): side of a stored pixel, of object or detector; 0 = unknown.
bool airy_frames_real(airy_frames *frames, double *pitch_m);

// Creates a CXI file for patterns of one size; the first one decides size, beam and center fields.
// One pattern is stored as (ny, nx), several as (n, ny, nx). Memory: one pattern.
AIRY_MUST_CHECK airy_frames *airy_frames_create(const char *path, bool overwrite, airy_error *err);
AIRY_MUST_CHECK airy_code airy_frames_append(airy_frames *frames, const airy_pattern *pattern,
                                             airy_error *err);

// The slow part of appending, compression, ahead of it and in any thread, in room that is used
// again. The pattern is borrowed until it was appended.
typedef struct airy_packed_frame airy_packed_frame;
AIRY_MUST_CHECK airy_packed_frame *airy_packed_frame_new(airy_error *err);
void airy_packed_frame_free(airy_packed_frame *packed);
AIRY_MUST_CHECK airy_code airy_frames_pack(airy_packed_frame *packed, const airy_pattern *pattern,
                                           airy_error *err);
AIRY_MUST_CHECK airy_code airy_frames_append_packed(airy_frames *frames,
                                                    const airy_packed_frame *packed,
                                                    airy_error *err);
AIRY_MUST_CHECK airy_code airy_frames_commit(airy_frames *frames, const airy_history *history,
                                             airy_error *err);

// The HDF5 handle behind, for datasets of one's own (before the commit), or NULL.
airy_h5 *airy_frames_h5(airy_frames *frames);
void airy_frames_close(airy_frames *frames); // NULL is fine; abandons what was not committed

// ---------------------------------------------------------- arrays of any rank (source/array.c)

// What a file without a header holds: numbers one after another, the last dimension fastest.
typedef struct airy_array_form {
    int rank;
    long long dims[AIRY_ARRAY_RANK];
    char kind;      // 'u' and 'i' whole numbers, 'f' floating
    int bytes;      // of a number, little-endian
    long long skip; // bytes before the first
} airy_array_form;

// "u2", "i4", "f4", ... as kind and bytes. AIRY_EARGUMENT naming the types there are.
AIRY_MUST_CHECK airy_code airy_array_type(const char *text, airy_array_form *form, airy_error *err);

typedef struct airy_array airy_array;

// Opens an HDF5 dataset (path:/dataset), a .npy file in C order, or with a form any file of such
// numbers. NULL on errors: AIRY_ESHAPE when the file is not as long as the form says, with both
// lengths.
AIRY_MUST_CHECK airy_array *airy_array_open(const char *spec, const airy_array_form *form,
                                            airy_error *err);
void airy_array_close(airy_array *array);

// Its rank, and dims[0] to dims[rank - 1].
int airy_array_shape(const airy_array *array, long long dims[AIRY_ARRAY_RANK]);

// The n values from number `first` on, in C order; of HDF5, whole rows of the last dimension.
AIRY_MUST_CHECK airy_code airy_array_read(airy_array *array, long long first, long long n,
                                          float *values, airy_error *err);

// ------------------------------------------------------------------ events (source/events.c)
//
// Frames with few photons as the pixels that saw some: five bytes each, where a dense frame has two
// a pixel. Made by `airy convert FRAMES events.h5 --sparse`; docs/files.md has the datasets.

// Photons of one frame: count[k] (1 to 255) in pixel[k] = y * nx + x, pixels increasing; one with
// more than 255 is there several times.
typedef struct airy_events {
    int n;
    const uint32_t *pixel;
    const uint8_t *count;
} airy_events;

typedef struct airy_events_file airy_events_file;

// Whether a file holds events.
bool airy_events_is(const char *path);

// Opens for reading. NULL on errors.
AIRY_MUST_CHECK airy_events_file *airy_events_open(const char *path, airy_error *err);
int airy_events_frames(const airy_events_file *file);
void airy_events_shape(const airy_events_file *file, int *ny, int *nx);
double airy_events_period(const airy_events_file *file);         // s; 0: not stated
const airy_mask *airy_events_mask(const airy_events_file *file); // of pixels that are not measured
airy_setup airy_events_beam(const airy_events_file *file);       // 0 = not stated

// Events of frame i, borrowed until the next call; good (may be NULL) is false for a lost frame.
AIRY_MUST_CHECK airy_code airy_events_read(airy_events_file *file, int i, airy_events *events,
                                           bool *good, airy_error *err);

// Creates a file for frames of this size; mask (may be NULL) says what is not measured.
AIRY_MUST_CHECK airy_events_file *airy_events_create(const char *path, const airy_mask *mask,
                                                     bool overwrite, airy_error *err);

// Appends a frame of whole photons, none below 0, of the size of the mask; excluded pixels are
// passed over. AIRY_EVALUE for other values.
AIRY_MUST_CHECK airy_code airy_events_append(airy_events_file *file, const airy_pattern *frame,
                                             bool good, airy_error *err);

// Ends writing. beam and history may be NULL; period_s 0: not known.
AIRY_MUST_CHECK airy_code airy_events_commit(airy_events_file *file, const airy_setup *beam,
                                             double period_s, const airy_history *history,
                                             airy_error *err);
void airy_events_close(airy_events_file *file); // NULL is fine; abandons what was not committed

// ----------------------------------------------------------------- detector frames (source/raw*.c)

// What the numbers of a frame are.
typedef enum airy_raw_unit {
    AIRY_UNIT_WORDS,   // JUNGFRAU words with gain bits: airy_jungfrau_calibrate
    AIRY_UNIT_KEV,     // calibrated energy
    AIRY_UNIT_PHOTONS, // calibrated photons
    AIRY_UNIT_ADU,     // calibrated, unit not stated by the layout
} airy_raw_unit;
extern const char *const airy_raw_unit_names[]; // in the order of airy_raw_unit, NULL at the end

// One row a layout: how a facility stores frames.
typedef struct airy_layout_row {
    const char *name;  // "swissfel", "nxmx", ...
    const char *means; // one phrase
} airy_layout_row;

typedef struct airy_raw airy_raw;

// Opens detector frames. layout: a name of the table, or "auto" or NULL: recognised from what is in
// the file (a file that fits two layouts is refused with both names). The spec may name the
// dataset.
AIRY_MUST_CHECK airy_raw *airy_raw_open(const char *spec, const char *layout, airy_error *err);
void airy_raw_close(airy_raw *raw);
int airy_raw_count(const airy_raw *raw);

// Size of one frame, modules stacked: (modules * 512, 1024), or as stored for assembled frames.
void airy_raw_shape(const airy_raw *raw, int *ny, int *nx);
airy_raw_unit airy_raw_unit_of(const airy_raw *raw);
const char *airy_raw_layout(const airy_raw *raw); // its name
bool airy_raw_placed(const airy_raw *raw);        // frames lie on their plane: written by airy
const char *airy_raw_why(const airy_raw *raw);    // one sentence: what was recognised, and by what

// What the file says beside the pixels. -1 and 0 mean unknown.
typedef struct airy_raw_facts {
    airy_setup setup;      // 0 = not stated
    long long pulse_id;    // of this frame
    bool good;             // false: the file marks the frame as lost or partial
    int lost;              // pixels in files that a virtual dataset names and that are not there
    bool high_gain;        // HG0 mode
    bool has_beam;         // beam position known:
    double beam_y, beam_x; // pixels of the stored array, pixel-center convention
} airy_raw_facts;
AIRY_MUST_CHECK airy_code airy_raw_frame_facts(airy_raw *raw, int i, airy_raw_facts *facts,
                                               airy_error *err);

// Words (ny * nx) of frame i; AIRY_EFORMAT when the unit is not AIRY_UNIT_WORDS. Absent modules and
// lost packets hold 0xFFFF.
AIRY_MUST_CHECK airy_code airy_raw_read(airy_raw *raw, int i, uint16_t *words, airy_error *err);

// The same in two steps, so that several threads can decompress: fetching reads the file and leaves
// the words packed where it can, or else puts them into `words`; airy_words_unpack does the rest.
AIRY_MUST_CHECK airy_code airy_raw_fetch(airy_raw *raw, int i, airy_packed_words *packed,
                                         uint16_t *words, airy_error *err);

// Values of frame i in the layout's unit as pattern->photons (variance unknown, except in files of
// airy's own), with reasons from the file's own mask and from its sentinels. For units other than
// AIRY_UNIT_WORDS.
AIRY_MUST_CHECK airy_code airy_raw_read_values(airy_raw *raw, int i, airy_pattern *pattern,
                                               airy_error *err);

// Writing raw words as SwissFEL files do: /data/JF01TnnV01/data (N, H, W) uint16, chunk (1, H, W),
// with pulse_id, frame_index, is_good_frame, daq_rec, meta/module_map. ny = 512 * modules, nx =
// 1024.
typedef struct airy_raw_writer airy_raw_writer;
AIRY_MUST_CHECK airy_raw_writer *airy_raw_create(const char *path, int ny, int nx, bool overwrite,
                                                 airy_error *err);
AIRY_MUST_CHECK airy_code airy_raw_append(airy_raw_writer *writer, const uint16_t *words,
                                          long long pulse_id, airy_error *err);
AIRY_MUST_CHECK airy_code airy_raw_commit(airy_raw_writer *writer, const airy_setup *setup,
                                          const airy_history *history, airy_error *err);
// NULL is fine; abandons what was not committed.
void airy_raw_writer_close(airy_raw_writer *writer);

// Gain file (/gains, 3, 4 or 6 planes; ADU/keV) and pedestal file (/gains too, SwissFEL's name for
// pedestals; /gainsRMS; /pixel_mask, 0 = good), or specs naming the dataset. gain_path NULL: gain
// stays empty (for pedestals alone). Gains may also be PSI's binaries of single modules, from top
// to bottom: "M0.bin,M1.bin". high_gain takes the HG planes where there are some. AIRY_EVALUE for
// medians that no JUNGFRAU has, with the unit they are likely in.
AIRY_MUST_CHECK airy_code airy_calibration_read(const char *gain_path, const char *pedestal_path,
                                                bool high_gain, airy_gain_unit unit,
                                                airy_calibration *calibration, airy_error *err);

// Writes gains (one path) and pedestals, noise and mask (the other) in that layout. A NULL path is
// skipped. history may be NULL.
AIRY_MUST_CHECK airy_code airy_calibration_write(const char *gain_path, const char *pedestal_path,
                                                 const airy_calibration *calibration,
                                                 const airy_history *history, bool overwrite,
                                                 airy_error *err);

// -------------------------------------------------------- the detector (source/pose_said.c)

// What is said of a pose; 0, NULL and false: as the frames say, or none.
typedef struct airy_pose_options {
    const char *poni; // a .poni file; without one the detector stands square to the beam
    double distance_m, pitch_m, energy_ev;
    const char *beam, *tilt; // "X,Y", "DEGREES,TOWARD", which are read into these:
    bool has_beam;
    double beam_y, beam_x; // where the beam hits, pixels
    bool has_tilt;
    double tilt_deg, toward_deg; // see airy_pose_tilt
} airy_pose_options;
extern const airy_option airy_pose_rows[];

// Whether any of it is said.
bool airy_pose_is_said(const airy_pose_options *options);

// The pose of frames of ny x nx pixels; known: what their file says. Errors: AIRY_EARGUMENT naming
// the option that would tell what is missing, those of airy_pose_poni and airy_setup_check.
AIRY_MUST_CHECK airy_code airy_pose_find(const airy_pose_options *options, const airy_setup *known,
                                         int ny, int nx, airy_pose *pose, airy_error *err);

// ------------------------------------------------------------- what a file is (source/info.c)

typedef struct airy_info_step {
    const char *spec;
    bool replay;       // the commands that made the file, alone
    bool history_only; // the history alone
    bool datasets;     // list those of HDF5 files
    int frame;         // whose pixels are counted
} airy_info_step;

// datasets, frame 0.
void airy_info_step_defaults(airy_info_step *step);

// Appends in words what is in a file, how it was recognised, and its history. Names and texts stand
// as they are in the file. On errors `out` holds what was known before. AIRY_EMISSING: no such
// file, or for `replay` no history.
AIRY_MUST_CHECK airy_code airy_info_run(const airy_info_step *step, airy_text *out,
                                        airy_error *err);

// ------------------------------------------------------------------ pictures (source/png.c)

// A picture of at most 256 colours 0xRRGGBB, top row first; index has ny * nx values.
typedef struct airy_indexed {
    int ny, nx;
    unsigned char *index;
    uint32_t palette[256];
} airy_indexed;

// The bytes of it as a PNG file, freed with airy_memory_free.
AIRY_MUST_CHECK airy_code airy_png_encode(const airy_indexed *of, unsigned char **bytes,
                                          size_t *length, airy_error *err);

// n PNG files of one size and kind, as gnuplot draws them, one after the other as one animated PNG
// (APNG, W3C PNG 3rd edition) that repeats for ever; a reader without animation shows the first.
// libpng packs the parts, of which it knows nothing. AIRY_EFORMAT for a file that is no PNG,
// AIRY_ESHAPE where sizes or kinds differ.
AIRY_MUST_CHECK airy_code airy_png_movie(const char *const *paths, int n, int frame_ms,
                                         const char *path, bool overwrite, airy_error *err);

// -------------------------------------------------------------- frame lists (source/frame_list.c)

// Which frames of several files are meant: "A:B" of each, or a list such as `airy hits` writes.
// Zero-initialise.
typedef struct airy_frame_list {
    const char *text; // as the user gave it; NULL: all
    int from, to;     // of "A:B": A to B - 1
    bool is_list;
    airy_table list; // columns file, frame, and where there is one, hit
    int n;           // frames chosen so far, over all files
    int *frame;      // (n) their numbers in their files
} airy_frame_list;

// Whether a text is a list's name: there is a '.' or a '/' in it.
bool airy_frame_list_is_list(const char *text);

// Takes the text, or reads the list of that name.
AIRY_MUST_CHECK airy_code airy_frame_list_read(airy_frame_list *choice, const char *text,
                                               airy_error *err);

// Adds the chosen ones of the n frames of a file, in the order of the list. In a list the file goes
// by its spec as it was typed, or by its last name where no row has the spec; rows with hit = 0 are
// left out. AIRY_EARGUMENT when a frame is beyond the file.
AIRY_MUST_CHECK airy_code airy_frame_list_add(airy_frame_list *choice, const char *spec, int n,
                                              airy_error *err);

void airy_frame_list_release(airy_frame_list *choice);

// ------------------------------------------------------- geometry files (source/geometry_file.c)

// "grid" (2 modules across for a 4M, else one below the other), "none" (no panels), a CrystFEL
// .geom file, a psana .data file, or a .tsv table with columns x and y: where the first pixel of
// each module lies.
AIRY_MUST_CHECK airy_code airy_placing_read(const char *name, int modules, airy_geometry *geometry,
                                            airy_error *err);

// The masks that a geometry names, as reasons of data pixels (ny, nx); left empty when there are
// none. Files are looked for as they are named and beside the geometry, masks without a file in the
// first input; a warning tells what is not there.
AIRY_MUST_CHECK airy_code airy_placing_masks(const airy_call *call, const char *name,
                                             const airy_geometry *geometry, int ny, int nx,
                                             airy_mask *mask, airy_error *err);

// Warns of what a geometry says and is not done. words: frames are not calibrated.
void airy_placing_question(const airy_call *call, const char *name, const airy_geometry *geometry,
                           bool words);

// A warning when panels lie on top of each other, for data of ny x nx.
AIRY_MUST_CHECK airy_code airy_placing_overlap(const airy_call *call, const char *name,
                                               const airy_geometry *geometry, int ny, int nx,
                                               airy_error *err);

// Merges what made further inputs, such as a mask, into the history: the specs in `more` (ended by
// NULL; NULL for none). Files of others have no history.
AIRY_MUST_CHECK airy_code airy_histories_merge(const char *const *more, airy_history *history,
                                               airy_error *err);

#endif
