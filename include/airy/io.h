// SPDX-License-Identifier: GPL-3.0-or-later
// Files: the only room that touches them. Arrays in HDF5 (CXI, NeXus), FITS, PNG, MATLAB, NumPy;
// tables in TSV; raw detector frames; and the history that every output carries.
//
// A `spec` is a path, or for HDF5 `path:/dataset`. Outputs appear under their final name only when
// they are complete: they are written beside it, synced and renamed; an existing file is an error
// unless `overwrite`. Sentences name file, dataset, what was found and what was wanted.
#ifndef AIRY_IO_H
#define AIRY_IO_H

#include "airy/base.h"
#include "airy/detector.h"

// ------------------------------------------------------------------ whole files (io/output.c)

// A file on its way: what will be its name, and what it is called until then.
typedef struct airy_output {
    char *path, *temporary;
    bool overwrite;
} airy_output;

// Refuses an existing path unless overwrite (AIRY_EIO), and a folder that cannot be written; picks
// a temporary name in the same folder. The file is created by the caller under out->temporary.
AIRY_MUST_CHECK airy_code airy_output_begin(airy_output *out, const char *path, bool overwrite,
                                            airy_error *err);

// Syncs the temporary file and gives it its name; on failure, and on MPI ranks other than the
// first, it is removed. Releases out.
AIRY_MUST_CHECK airy_code airy_output_commit(airy_output *out, airy_error *err);

// Whether outputs can be written there, asked before long work. NULL: none is wanted. The second
// must not be the first.
AIRY_MUST_CHECK airy_code airy_output_check(const char *path, const char *second, bool overwrite,
                                            airy_error *err);

// Removes the temporary file, if any, and releases out. Harmless after a commit or on a zeroed out.
void airy_output_abandon(airy_output *out);

// Writes a whole file of these bytes as an output.
AIRY_MUST_CHECK airy_code airy_file_write_bytes(const char *path, const void *bytes, size_t length,
                                                bool overwrite, airy_error *err);
// The same of a text.
AIRY_MUST_CHECK airy_code airy_file_write_text(const char *path, const char *text, bool overwrite,
                                               airy_error *err);

// Reads a whole text file; free(*text). At most 1 GiB; text with zero bytes is AIRY_EFORMAT.
AIRY_MUST_CHECK airy_code airy_file_read_text(const char *path, char **text, airy_error *err);

// Whether a file can be read as a whole and again: AIRY_EMISSING, AIRY_EIO for folders, pipes and
// devices, which every reader refuses.
AIRY_MUST_CHECK airy_code airy_file_check(const char *path, airy_error *err);

// A run has a file or a folder for itself until it ends or closes it: AIRY_EIO when another run has
// it, or has removed it since. The file is open, and closing it gives it up; of a folder, *claim is
// to be dropped (-1: nothing to drop). Runs on other machines count where the file system tells.
AIRY_MUST_CHECK airy_code airy_claim_file(int file, const char *path, airy_error *err);
AIRY_MUST_CHECK airy_code airy_claim_folder(const char *path, int *claim, airy_error *err);
void airy_claim_drop(int *claim);

// Removes from a folder what killed runs left on this machine: temporary files, and scratch folders
// of figures, whose process is no more.
void airy_folder_sweep(const char *path);

// What the names of temporaries of `path` in its folder begin with: ".NAME.KIND-HOST-PROCESS-",
// kind "part" for files and "figure" for folders; a number follows. malloc'ed; NULL: no memory.
char *airy_temporary_stem(const char *path, const char *kind);

// True when there is anything of this name.
bool airy_file_exists(const char *path);

// Makes a folder unless it is there.
AIRY_MUST_CHECK airy_code airy_folder_make(const char *path, airy_error *err);

// SHA-256 of a file's bytes as 64 hexadecimal digits and a zero. progress (may be NULL) is asked
// whether to stop.
AIRY_MUST_CHECK airy_code airy_file_sha256(const char *path, const airy_progress *progress,
                                           char hex[65], airy_error *err);

// The same of an input and of the files that it reaches into when it is HDF5 (external links,
// sources of virtual datasets): one hash of all of them, that of the file where there are no
// others. lines (may be NULL): "sha256  path" of each is appended, "-" for one that is not there.
AIRY_MUST_CHECK airy_code airy_input_sha256(const char *path, const airy_progress *progress,
                                            airy_text *lines, char hex[65], airy_error *err);

// The same of memory.
void airy_bytes_sha256(const void *bytes, size_t length, char hex[65]);

// The path of a spec, without ":/dataset" (malloc'ed), and the dataset or NULL (inside spec).
char *airy_spec_path(const char *spec, const char **dataset);

// ------------------------------------------------------------------ history (io/history.c)

// One command that was run. Texts may be NULL. Nothing here tells clock, host or user.
typedef struct airy_step {
    const char *command;      // "retrieve"
    const char *version;      // of airy
    const char *commit;       // of airy's source
    const char *command_line; // as one would type it again
    const char *parameters;   // "name = value" lines, defaults too
    const char *inputs;       // "sha256  path" lines
    const char *libraries;    // "name version" lines, and how transforms were planned
    bool seed_used;
    uint64_t seed;
} airy_step;

// Commands in the order in which they were run. Zero-initialise.
typedef struct airy_history {
    int n;
    airy_step *steps;
} airy_history;

// An empty history; a zeroed one is as good.
void airy_history_init(airy_history *history);
void airy_history_release(airy_history *history);

// A deep copy into an empty history.
AIRY_MUST_CHECK airy_code airy_history_copy(airy_history *to, const airy_history *from,
                                            airy_error *err);

// Appends a deep copy of the step.
AIRY_MUST_CHECK airy_code airy_history_append(airy_history *history, const airy_step *step,
                                              airy_error *err);

// Appends the steps of `from` that are not there yet: for commands with several inputs.
AIRY_MUST_CHECK airy_code airy_history_merge(airy_history *history, const airy_history *from,
                                             airy_error *err);

// Appends the line "sha256  path" of an input (a spec's file), and those of the files that it
// reaches into, to the text of a step's inputs; progress as of airy_file_sha256.
AIRY_MUST_CHECK airy_code airy_history_input(airy_text *inputs, const char *spec,
                                             const airy_progress *progress, airy_error *err);

// Appends "name = value, now other" for each of the "name = value" lines of `old` whose name begins
// so and that stands differently in `now`, "; " between; nothing where they agree.
void airy_parameters_compare(const char *old, const char *now, const char *prefix, airy_text *how);

// The history as text, one line a fact, and back. The same text stands in TSV comments, FITS
// HISTORY cards and PNG tEXt. Parsing text without a history gives an empty one.
void airy_history_format(const airy_history *history, airy_text *text);
AIRY_MUST_CHECK airy_code airy_history_parse(const char *text, airy_history *history,
                                             airy_error *err);

// The history of any file of ours (HDF5, TSV, FITS, PNG); empty when there is none.
AIRY_MUST_CHECK airy_code airy_history_read_file(const char *path, airy_history *history,
                                                 airy_error *err);

// "name version" lines of the libraries this room uses.
void airy_io_versions(airy_text *text);

// ------------------------------------------------------------------ HDF5 (io/hdf5*.c)

typedef struct airy_h5 airy_h5;

// Opens for reading. NULL on errors: missing, not HDF5, truncated.
AIRY_MUST_CHECK airy_h5 *airy_h5_open(const char *path, airy_error *err);

// Creates a file under a temporary name. NULL on errors.
AIRY_MUST_CHECK airy_h5 *airy_h5_create(const char *path, bool overwrite, airy_error *err);

// Ends writing: closes, syncs, renames. The handle still has to be closed.
AIRY_MUST_CHECK airy_code airy_h5_commit(airy_h5 *h5, airy_error *err);

// Frees the handle; a created file that was not committed vanishes. NULL is fine.
void airy_h5_close(airy_h5 *h5);

// The file's final path.
const char *airy_h5_path(const airy_h5 *h5);

// Putting. Missing groups are made (with NX_class where the name says it). Frames are float32 (or
// as named), gzip 4 + shuffle, one chunk a frame. The first failure sticks to the handle: later
// puts do nothing and return it, and so does commit; one may put everything and check the commit.
airy_code airy_h5_put_image(airy_h5 *h5, const char *path, const airy_image *image,
                            airy_error *err); // (ny, nx)
airy_code airy_h5_put_stack(airy_h5 *h5, const char *path, const airy_stack *stack,
                            airy_error *err); // (n, ny, nx)
airy_code airy_h5_put_mask(airy_h5 *h5, const char *path, const airy_mask *mask,
                           airy_error *err); // (ny, nx) uint32
airy_code airy_h5_put_bytes(airy_h5 *h5, const char *path, const uint8_t *bytes, int ny, int nx,
                            airy_error *err); // (ny, nx) uint8
airy_code airy_h5_put_words(airy_h5 *h5, const char *path, const uint16_t *words, int n, int ny,
                            int nx, airy_error *err); // (n, ny, nx) uint16
airy_code airy_h5_put_doubles(airy_h5 *h5, const char *path, const double *values, int rank,
                              const int *dims, airy_error *err); // float64, rank 1 to 4
airy_code airy_h5_put_ints(airy_h5 *h5, const char *path, const int *values, int rank,
                           const int *dims, airy_error *err); // int32
airy_code airy_h5_put_text(airy_h5 *h5, const char *path, const char *text, airy_error *err);
airy_code airy_h5_put_double(airy_h5 *h5, const char *path, double value, airy_error *err);
airy_code airy_h5_put_int(airy_h5 *h5, const char *path, int value, airy_error *err);
// Attributes of a group or dataset that is already there ("/" is the root).
airy_code airy_h5_put_attribute_text(airy_h5 *h5, const char *path, const char *name,
                                     const char *text, airy_error *err);
// A soft link called `path` to `target` (absolute).
airy_code airy_h5_link(airy_h5 *h5, const char *path, const char *target, airy_error *err);

// Appending frames to a dataset that grows: (n, ny, nx), made by the first call.
airy_code airy_h5_append_image(airy_h5 *h5, const char *path, const airy_image *image,
                               airy_error *err);
airy_code airy_h5_append_words(airy_h5 *h5, const char *path, const uint16_t *words, int ny, int nx,
                               airy_error *err);

// Getting. Results are allocated into the caller's empty struct, to be released by him. Any numeric
// type is converted (float16 too). Leading dimensions of 1 may be there or not. Errors:
// AIRY_EMISSING (no such dataset, a filter that is not installed, lost sources of a virtual
// dataset), AIRY_ESHAPE, AIRY_EFORMAT (not numeric, truncated).
AIRY_MUST_CHECK airy_code airy_h5_get_image(airy_h5 *h5, const char *path, airy_image *image,
                                            airy_error *err);
AIRY_MUST_CHECK airy_code airy_h5_get_stack(airy_h5 *h5, const char *path, airy_stack *stack,
                                            airy_error *err);
AIRY_MUST_CHECK airy_code airy_h5_get_mask(airy_h5 *h5, const char *path, airy_mask *mask,
                                           airy_error *err);
// Frame i of (n, ny, nx); for (ny, nx) only i = 0. Everything before the last two dimensions counts
// frames, so that (a, b, ny, nx) has a * b of them.
AIRY_MUST_CHECK airy_code airy_h5_get_frame(airy_h5 *h5, const char *path, int i, airy_image *image,
                                            airy_error *err);
AIRY_MUST_CHECK airy_code airy_h5_get_frame_mask(airy_h5 *h5, const char *path, int i,
                                                 airy_mask *mask, airy_error *err);
// Any shape, flattened; airy_memory_free(*values).
AIRY_MUST_CHECK airy_code airy_h5_get_doubles(airy_h5 *h5, const char *path, double **values,
                                              int *n, airy_error *err);
AIRY_MUST_CHECK airy_code airy_h5_get_ints(airy_h5 *h5, const char *path, int **values, int *n,
                                           airy_error *err);
AIRY_MUST_CHECK airy_code airy_h5_get_text(airy_h5 *h5, const char *path, char **text,
                                           airy_error *err); // free(*text)
AIRY_MUST_CHECK airy_code airy_h5_get_double(airy_h5 *h5, const char *path, double *value,
                                             airy_error *err);
AIRY_MUST_CHECK airy_code airy_h5_get_int(airy_h5 *h5, const char *path, int *value,
                                          airy_error *err);
AIRY_MUST_CHECK airy_code airy_h5_get_attribute_text(airy_h5 *h5, const char *path,
                                                     const char *name, char **text,
                                                     airy_error *err); // free(*text)

// True when path leads to a group or dataset (links are followed).
bool airy_h5_has(airy_h5 *h5, const char *path);

// Sizes of a dataset, rank 0 to 4 (AIRY_ESHAPE for more).
AIRY_MUST_CHECK airy_code airy_h5_shape(airy_h5 *h5, const char *path, int dims[4], int *rank,
                                        airy_error *err);

// What stands in the file, in the order of names.
typedef struct airy_h5_item {
    char path[512];
    char kind[24];  // "group", "float32", "uint16", "text", "link", ...
    char shape[64]; // "978 x 975", "scalar", or where a link leads
} airy_h5_item;

// All items below `group`; airy_memory_free(*items).
AIRY_MUST_CHECK airy_code airy_h5_list(airy_h5 *h5, const char *group, airy_h5_item **items, int *n,
                                       airy_error *err);

// The first dataset or group whose path fits a pattern with * inside names, as in
// "/data/JF*T*V*/data"; false when none does. *others is the number of further ones.
bool airy_h5_match(airy_h5 *h5, const char *pattern, char path[512], int *others);

// A row a filter this room knows of: its number, name and Debian package ("" built in).
typedef struct airy_h5_filter {
    int id;
    const char *name, *package;
    bool present;
} airy_h5_filter;

// Fills at most `room` rows; the number of rows there are.
int airy_h5_filters(airy_h5_filter *rows, int room);

// ------------------------------------------------------------------ CXI (io/cxi.c)

// Writes what every file of ours has: /cxi_version 160, classes and defaults, source energy (J),
// detector distance and pixel sizes (m) when known (beam may be NULL), and the history as
// /entry_1/process_1, process_2, ... (history may be NULL).
airy_code airy_cxi_begin(airy_h5 *h5, const airy_beam *beam, const airy_history *history,
                         airy_error *err);

// Makes `target` the main array: /entry_1/data_1/data leads to it, viewers open there.
airy_code airy_cxi_main(airy_h5 *h5, const char *target, airy_error *err);

// Real-space images (n, ny, nx) or, n = 1, (ny, nx), as the main array /entry_1/image_1/data with
// pixel side pitch_m (0 = unknown), data_space "real", data_type "electron density".
airy_code airy_cxi_put_images(airy_h5 *h5, const airy_stack *images, double pitch_m,
                              airy_error *err);
// And back. pitch_m may be NULL.
AIRY_MUST_CHECK airy_code airy_cxi_get_images(airy_h5 *h5, airy_stack *images, double *pitch_m,
                                              airy_error *err);

// Side of a pixel of /entry_1/image_1/data in m: stated, or the image's size by its pixels; 0 when
// neither is there.
double airy_cxi_pitch(airy_h5 *h5);

// 0 where the file does not say; units that it states count. AIRY_EVALUE for what cannot be, see
// airy_beam_check.
AIRY_MUST_CHECK airy_code airy_beam_read(airy_h5 *h5, airy_beam *beam, airy_error *err);

// Steps of process_1, process_2, ...; empty when there are none.
AIRY_MUST_CHECK airy_code airy_history_read(airy_h5 *h5, airy_history *history, airy_error *err);

// ------------------------------------------------------------------ patterns (io/pattern.c)

// Writes one pattern; the name decides the format: .h5 .cxi .hdf5 (everything), .fits (photons,
// mask, centre, pixel size), .npy and .tsv (photons), .png (photons scaled to 16 bits). history may
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

// ------------------------------------------------------------------ many frames (io/frames.c)

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
void airy_frames_know(airy_frames *frames, const airy_beam *beam);

// True for real-space images (data_space "real"), which have no mask, no centre and no beam of
// their own. pitch_m (may be NULL): side of a stored pixel, of object or detector; 0 = unknown.
bool airy_frames_real(airy_frames *frames, double *pitch_m);

// Creates a CXI file for patterns of one size; the first one decides size, beam and centre fields.
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

// ------------------------------------------------------------------ detector frames (io/raw*.c)

// What the numbers of a frame are.
typedef enum airy_unit {
    AIRY_UNIT_WORDS,   // JUNGFRAU words with gain bits: airy_jungfrau_calibrate
    AIRY_UNIT_KEV,     // calibrated energy
    AIRY_UNIT_PHOTONS, // calibrated photons
    AIRY_UNIT_ADU,     // calibrated, unit not stated by the layout
} airy_unit;
extern const char *const airy_unit_names[]; // in the order of airy_unit, NULL at the end

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
airy_unit airy_raw_unit(const airy_raw *raw);
const char *airy_raw_layout(const airy_raw *raw); // its name
bool airy_raw_placed(const airy_raw *raw);        // frames lie on their plane: written by airy
const char *airy_raw_why(const airy_raw *raw);    // one sentence: what was recognised, and by what

// What the file says beside the pixels. -1 and 0 mean unknown.
typedef struct airy_raw_facts {
    airy_beam beam;        // 0 = not stated
    long long pulse_id;    // of this frame
    bool good;             // false: the file marks the frame as lost or partial
    int lost;              // pixels in files that a virtual dataset names and that are not there
    bool high_gain;        // HG0 mode
    bool has_beam;         // beam position known:
    double beam_y, beam_x; // pixels of the stored array, pixel-centre convention
} airy_raw_facts;
AIRY_MUST_CHECK airy_code airy_raw_frame_facts(airy_raw *raw, int i, airy_raw_facts *facts,
                                               airy_error *err);

// Words (ny * nx) of frame i; AIRY_EFORMAT when the unit is not AIRY_UNIT_WORDS. Absent modules and
// lost packets hold 0xFFFF.
AIRY_MUST_CHECK airy_code airy_raw_read(airy_raw *raw, int i, uint16_t *words, airy_error *err);

// The same in two steps, so that several threads can decompress: fetching reads the file and leaves
// the words packed where it can, or else puts them into `words`; unpacking needs no file.
typedef struct airy_packed_words airy_packed_words;
AIRY_MUST_CHECK airy_packed_words *airy_packed_words_new(airy_error *err);
void airy_packed_words_free(airy_packed_words *packed);
AIRY_MUST_CHECK airy_code airy_raw_fetch(airy_raw *raw, int i, airy_packed_words *packed,
                                         uint16_t *words, airy_error *err);

// Does nothing when the words were not left packed. Any thread.
AIRY_MUST_CHECK airy_code airy_words_unpack(airy_packed_words *packed, uint16_t *words,
                                            airy_error *err);

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
AIRY_MUST_CHECK airy_code airy_raw_commit(airy_raw_writer *writer, const airy_beam *beam,
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

// ------------------------------------------------------------------ pictures (io/png.c)

// A picture of at most 256 colours 0xRRGGBB, top row first; index has ny * nx values.
typedef struct airy_indexed {
    int ny, nx;
    unsigned char *index;
    uint32_t palette[256];
} airy_indexed;

// The bytes of it as a PNG file, freed with airy_memory_free.
AIRY_MUST_CHECK airy_code airy_png_encode(const airy_indexed *of, unsigned char **bytes,
                                          size_t *length, airy_error *err);

// ------------------------------------------------------------------ tables (io/table.c)

// A table of text cells: cell[row * columns + column]. Zero-initialise.
typedef struct airy_table {
    int columns, rows, room;
    char **name;
    char **cell;
    airy_history history; // from and for the '#' comments
} airy_table;

// An empty table; names is "shot file frame delay_ps", separated by blanks or tabs.
AIRY_MUST_CHECK airy_code airy_table_init(airy_table *table, const char *names, airy_error *err);
void airy_table_release(airy_table *table);

// Adds a row of "nan" cells; the row's number is table->rows - 1.
AIRY_MUST_CHECK airy_code airy_table_add(airy_table *table, airy_error *err);

// Sets a cell by column name; tabs and line ends become blanks. NaN is written "nan". Numbers in
// the shortest form that reads back the same to 9 digits.
AIRY_MUST_CHECK airy_code airy_table_put(airy_table *table, int row, const char *column,
                                         const char *text, airy_error *err);
AIRY_MUST_CHECK airy_code airy_table_put_double(airy_table *table, int row, const char *column,
                                                double value, airy_error *err);

// Column number or -1.
int airy_table_find(const airy_table *table, const char *column);

// The cell, borrowed; NULL when there is no such column.
const char *airy_table_get(const airy_table *table, int row, const char *column);

// Numbers; errors name column and row, and the columns there are. "" and "nan" read as NaN.
AIRY_MUST_CHECK airy_code airy_table_get_double(const airy_table *table, int row,
                                                const char *column, double *value, airy_error *err);
AIRY_MUST_CHECK airy_code airy_table_get_int(const airy_table *table, int row, const char *column,
                                             int *value, airy_error *err);

// TSV: '#' comments with the history, one header line, tab-separated cells.
AIRY_MUST_CHECK airy_code airy_table_read(const char *path, airy_table *table, airy_error *err);
AIRY_MUST_CHECK airy_code airy_table_write(const char *path, const airy_table *table,
                                           bool overwrite, airy_error *err);

// The file's text, for standard output; with_history false leaves the comments out.
void airy_table_format(const airy_table *table, bool with_history, airy_text *text);

#endif
