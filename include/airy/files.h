// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes on disk, without physics: outputs, hashes, HDF5, tables in TSV, and the history that every
// output carries.
//
// Outputs appear under their final name only when they are complete: they are written beside it,
// synced and renamed; an existing file is an error unless `overwrite`. Sentences name file,
// dataset, what was found and what was wanted.
#ifndef AIRY_FILES_H
#define AIRY_FILES_H

#include "airy/base.h"

// ------------------------------------------------------------------ whole files (files/output.c)

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

// Kinds of files that others define (files/kind.c).
typedef enum airy_kind {
    AIRY_KIND_OTHER,
    AIRY_KIND_HDF5,
    AIRY_KIND_FITS,
    AIRY_KIND_PNG,
    AIRY_KIND_MATLAB,
    AIRY_KIND_MATLAB_HDF5, // of version 7.3: HDF5 behind a heading
    AIRY_KIND_NUMPY,
    AIRY_KIND_NUMPY_ARCHIVE,
    AIRY_KIND_TIFF,
    AIRY_KIND_CBF,
    AIRY_KIND_EDF,
    AIRY_KIND_PIXELS, // airy's own table of pixels
    AIRY_KIND_GZIP,
    AIRY_KIND_XZ,
    AIRY_KIND_DCD,
    AIRY_KIND_XTC,
    AIRY_KIND_TRR,
} airy_kind;

// By the first n bytes of what is read; of a plain file, AIRY_KIND_OTHER where it cannot be read
// (which needs no memory, so that want of it is not taken for another kind); by the ending of a
// name, which may be that of a file to come.
airy_kind airy_kind_of_bytes(const void *bytes, size_t n);
airy_kind airy_kind_of_file(const char *path);
airy_kind airy_kind_of_name(const char *path);

// Lines of a text file, plain or packed by gzip or xz, one after the other (files/lines.c). Memory:
// the longest line.
typedef struct airy_line_file airy_line_file;

// NULL on errors, which are those of airy_file_check and AIRY_EMEMORY.
AIRY_MUST_CHECK airy_line_file *airy_line_file_open(const char *path, airy_error *err);

// The next line without its end, to be changed as one likes until the next call; NULL when there is
// none. AIRY_EFORMAT for packed files that are cut off and for zero bytes.
AIRY_MUST_CHECK airy_code airy_line_file_next(airy_line_file *lines, char **line, airy_error *err);

// The number of the line last given, from 1; and the share of the file that has been read.
long long airy_line_file_number(const airy_line_file *lines);
double airy_line_file_share(const airy_line_file *lines);
void airy_line_file_close(airy_line_file *lines);

// A run has a folder for itself until it ends or drops *claim (-1: nothing to drop): AIRY_EIO when
// another run has it, or has removed it since. Runs on other machines count where the file system
// tells.
AIRY_MUST_CHECK airy_code airy_claim_folder(const char *path, int *claim, airy_error *err);
void airy_claim_drop(int *claim);

// Removes from a folder what killed runs left on this machine: temporary files, and scratch folders
// of figures, whose process is no more.
void airy_folder_sweep(const char *path);

// What the names of temporaries of `path` in its folder begin with: ".NAME.KIND-HOST-PROCESS-",
// kind "part" for files and "figure" for folders; a number follows, and an ending where a reader
// wants one. malloc'ed; NULL: no memory.
char *airy_temporary_stem(const char *path, const char *kind);

// True when there is anything of this name.
bool airy_file_exists(const char *path);

// Appends the path of what is called `name` beside an output whose usual name without its ending is
// `usual`: DIR/msd.tsv of DIR/atoms.h5, DIR/NAME-msd.tsv of DIR/NAME.h5.
void airy_output_beside(const char *output, const char *usual, const char *name, airy_text *path);

// Appends the path of the table beside an output: DIR/NAME.tsv of DIR/NAME.h5.
void airy_output_table(const char *output, airy_text *path);

// Makes a folder unless it is there.
AIRY_MUST_CHECK airy_code airy_folder_make(const char *path, airy_error *err);

// The same of an input and of the files that it reaches into when it is HDF5 (external links,
// sources of virtual datasets): one hash of all of them, that of the file where there are no
// others. lines (may be NULL): "sha256  path" of each is appended, "-" for one that is not there.
AIRY_MUST_CHECK airy_code airy_input_sha256(const char *path, const airy_progress *progress,
                                            airy_text *lines, char hex[65], airy_error *err);

// The same of memory.
void airy_bytes_sha256(const void *bytes, size_t length, char hex[65]);

// The path of a spec, without ":/dataset" (malloc'ed), and the dataset or NULL (inside spec).
char *airy_spec_path(const char *spec, const char **dataset);

// ------------------------------------------------------------------ pieces (files/pieces.c)

// Pieces of a run that are finished, numbered, in the folder OUTPUT.pieces: for a run in parts by
// several processes on any machines that see the folder, and for one that was killed. A piece is
// there whole or not at all; those of another key (64 hexadecimal digits: of all that decides what
// comes out) or of another size are none. (A store, below, is for one run alone.)
typedef struct airy_pieces airy_pieces;

// Work in n pieces of `size` bytes, of which those from `from` to `to` - 1 may be made here. `make`
// is asked for at most `at_once` neighbours, each of which `pack` then turns into bytes; `unpack`
// puts the bytes of a piece, made here or elsewhere, where they belong.
typedef struct airy_pieces_work {
    const airy_pieces *store;
    size_t size;
    int n, from, to, at_once;
    airy_code (*make)(int from, int to, void *context, airy_error *err);
    void (*pack)(int piece, void *bytes, void *context);
    void (*unpack)(int piece, const void *bytes, void *context);
    void *context;
} airy_pieces_work;

// Makes the pieces that the store lacks, each kept as soon as it is there, and unpacks all: *whole
// unless some are still missing. Ranks share what is to be made (see airy_farm). Errors: of make,
// AIRY_EIO when a piece cannot be written, AIRY_EMEMORY (files/pieces_work.c).
AIRY_MUST_CHECK airy_code airy_pieces_run(const airy_pieces_work *work, bool *whole,
                                          airy_error *err);

// Notes that outputs of this key are about to be written: who goes on after a kill may write them
// anew. NULL is fine.
AIRY_MUST_CHECK airy_code airy_pieces_write_outputs(const airy_pieces *pieces, airy_error *err);
bool airy_pieces_wrote_outputs(const airy_pieces *pieces);

// done: all pieces and the folder are removed.
void airy_pieces_close(airy_pieces *pieces, bool done);

// ------------------------------------------------------------------ history (files/history.c)

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

// Appends the steps of `from` that are not there yet: for commands with several inputs.
AIRY_MUST_CHECK airy_code airy_history_merge(airy_history *history, const airy_history *from,
                                             airy_error *err);

// Appends "name = value, now other" for each of the "name = value" lines of `old` whose name begins
// so and that stands differently in `now`, "; " between; nothing where they agree.
void airy_parameters_compare(const char *old, const char *now, const char *prefix, airy_text *how);

// The history as text, one line a fact, and back. The same text stands in TSV comments, FITS
// HISTORY cards and PNG tEXt. Parsing text without a history gives an empty one.
void airy_history_format(const airy_history *history, airy_text *text);
AIRY_MUST_CHECK airy_code airy_history_parse(const char *text, airy_history *history,
                                             airy_error *err);

// "name version" lines of the libraries this room uses.
void airy_files_versions(airy_text *text);

// ------------------------------------------------------------------ HDF5 (files/hdf5*.c)

typedef struct airy_h5 airy_h5;

// Whether links, virtual datasets and external storage of HDF5 files may lead to files anywhere,
// from now on, or only below the folder of the file that is opened, as is usual: what somebody
// sends could name any file that the user may read. For the whole process; before any thread opens
// a file.
void airy_h5_follow_anywhere(bool yes);

// From now on files are opened without HDF5's locks, so that nobody who writes them is ever held
// up: for looking at runs that are still being taken. What another process has locked for writing
// is refused all the same, unless it is written for readers (SWMR). For the whole process, as
// above.
void airy_h5_watch(bool yes);

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
airy_code airy_h5_no_memory(airy_h5 *h5, const char *path, airy_error *err); // nothing to put
// Attributes of a group or dataset that is already there ("/" is the root).
airy_code airy_h5_put_attribute_text(airy_h5 *h5, const char *path, const char *name,
                                     const char *text, airy_error *err);
airy_code airy_h5_put_attribute_texts(airy_h5 *h5, const char *path, const char *name,
                                      const char *const *texts, int n, airy_error *err); // axes
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
// Row i along the first dimension, n numbers, into values.
AIRY_MUST_CHECK airy_code airy_h5_get_row(airy_h5 *h5, const char *path, int i, double *values,
                                          int n, airy_error *err);
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

// AIRY_EMEMORY when something may have been taken for absent because memory ran out, AIRY_EFORMAT
// when because it lies in a file that is not read (airy_h5_follow_anywhere): to be asked once all
// is read.
AIRY_MUST_CHECK airy_code airy_h5_trust(const airy_h5 *h5, airy_error *err);

// Sizes of a dataset, rank 0 to 4 (AIRY_ESHAPE for more).
AIRY_MUST_CHECK airy_code airy_h5_shape(airy_h5 *h5, const char *path, int dims[4], int *rank,
                                        airy_error *err);

// Words of a frame as they lie packed in a file, so that several threads can decompress.
typedef struct airy_packed_words airy_packed_words;
AIRY_MUST_CHECK airy_packed_words *airy_packed_words_new(airy_error *err);
void airy_packed_words_free(airy_packed_words *packed);

// Needs no file, and does nothing when the words were not left packed. Any thread.
AIRY_MUST_CHECK airy_code airy_words_unpack(airy_packed_words *packed, uint16_t *words,
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

// Sizes of a dataset of any rank up to AIRY_ARRAY_RANK, and block `at` of those that its last
// dimensions make: `size` values (files/hdf5_slab.c).
enum { AIRY_ARRAY_RANK = 6 };
AIRY_MUST_CHECK airy_code airy_h5_dims(airy_h5 *h5, const char *path,
                                       long long dims[AIRY_ARRAY_RANK], int *rank, airy_error *err);
AIRY_MUST_CHECK airy_code airy_h5_get_block(airy_h5 *h5, const char *path, long long at,
                                            long long size, float *values, airy_error *err);

// ---------------------------------------------------------- history in HDF5 (files/history_hdf5.c)

// Writes the steps as /entry_1/process_1, process_2, ...; history may be NULL. The handle remembers
// failures.
airy_code airy_history_put(airy_h5 *h5, const airy_history *history, airy_error *err);

// Steps of process_1, process_2, ...; empty when there are none.
AIRY_MUST_CHECK airy_code airy_history_read(airy_h5 *h5, airy_history *history, airy_error *err);

// ------------------------------------------------------------------ tables (files/table.c)

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

// TSV: one header line, tab-separated cells, '#' comments with the history: anywhere when read,
// behind the rows when written.
AIRY_MUST_CHECK airy_code airy_table_read(const char *path, airy_table *table, airy_error *err);
AIRY_MUST_CHECK airy_code airy_table_write(const char *path, const airy_table *table,
                                           bool overwrite, airy_error *err);

// The same under the history of a run that wrote several, in place of the table's own.
AIRY_MUST_CHECK airy_code airy_table_write_under(const char *path, const airy_table *table,
                                                 const airy_history *history, bool overwrite,
                                                 airy_error *err);

// The file's text, for standard output; with_history false leaves the comments out.
void airy_table_format(const airy_table *table, bool with_history, airy_text *text);

// Without the history: an array of one JSON object a row, with null for NaN and what is empty; and
// for people, in columns with five digits (files/table_show.c).
void airy_table_format_json(const airy_table *table, airy_text *text);
void airy_table_format_columns(const airy_table *table, airy_text *text);

// Adds the rows of a table to those of others with the same columns, behind a first column that
// says `text` for them all; the first makes an empty table `all` what they need.
AIRY_MUST_CHECK airy_code airy_table_join(airy_table *all, const char *column, const char *text,
                                          const airy_table *table, airy_error *err);

// ------------------------------------------------------------ growing tables (files/journal.c)

// A table written row by row, for work that has no end of its own: each row is on disk when the
// call returns, and a table cut by a kill misses none but the last. NULL on errors.
typedef struct airy_journal airy_journal;
AIRY_MUST_CHECK airy_journal *airy_journal_begin(const char *path, const airy_table *form,
                                                 bool overwrite, airy_error *err);
AIRY_MUST_CHECK airy_code airy_journal_add(airy_journal *journal, const airy_table *table, int row,
                                           airy_error *err);
void airy_journal_end(airy_journal *journal); // NULL is fine

// ------------------------------------------------------------------ numbers (files/results.c)

// A number and the name that says what it is and in which unit.
typedef struct airy_result_row {
    const char *name;
    double value;
} airy_result_row;

// Numbers in the order in which they are told; zero-initialise.
enum { AIRY_RESULTS_MAX = 96 };
typedef struct airy_results {
    int n;
    airy_result_row row[AIRY_RESULTS_MAX];
} airy_results;

// Adds n rows; those beyond AIRY_RESULTS_MAX are a mistake of the program.
void airy_results_add(airy_results *results, const airy_result_row *rows, size_t n);

// Puts n rows as /entry_1/result_1/NAME; NaN too. The handle remembers failures.
void airy_results_put(airy_h5 *h5, const airy_result_row *rows, int n, airy_error *err);

// Adds a row to a table, whose cells of these names are set.
AIRY_MUST_CHECK airy_code airy_table_add_row(airy_table *table, const airy_result_row *cells,
                                             size_t n, airy_error *err);

// A row's number in /entry_1/result_1; NaN when it is not there.
AIRY_MUST_CHECK airy_code airy_results_find(airy_h5 *h5, const char *name, double *value,
                                            airy_error *err);

// A column of numbers as /entry_1/result_1/GROUP/NAME.
void airy_results_put_column(airy_h5 *h5, const char *group, const char *name, const double *values,
                             int n, airy_error *err);

// ------------------------------------------------------- described structs (files/described.c)

// One number of a struct of results: from here it gets into files, tables and onto the terminal,
// under the same name.
typedef enum airy_number_type {
    AIRY_NUMBER_DOUBLE,
    AIRY_NUMBER_COUNT, // an int; below 0 it is not known, and NaN elsewhere
    AIRY_NUMBER_BOOL,
} airy_number_type;

typedef struct airy_number {
    const char *name, *unit; // unit "1": a plain number
    airy_number_type type;   // what the member is: a member of another type does not compile
    size_t offset;
    const char *meaning; // one phrase; with the paper where the number has one
    int power;           // of the pixel's size in nm that makes the member the number
} airy_number;

#define AIRY_NUMBER(of, member, name, unit, meaning)                                               \
    {                                                                                              \
        name, unit, AIRY_NUMBER_TYPE(&((of *)0)->member), offsetof(of, member), meaning, 0         \
    }
// The same of a member in pixels (power 1) or square pixels (power 2), in nm where it is told.
#define AIRY_NUMBER_NM(of, member, power, name, meaning)                                           \
    {                                                                                              \
        name, (power) == 2 ? "nm^2" : "nm", AIRY_NUMBER_TYPE(&((of *)0)->member),                  \
            offsetof(of, member), meaning, power                                                   \
    }
// clang-format off
#define AIRY_NUMBER_TYPE(at)                                                                       \
    _Generic((at), double *: AIRY_NUMBER_DOUBLE, bool *: AIRY_NUMBER_BOOL, \
             int *: AIRY_NUMBER_COUNT, unsigned *: AIRY_NUMBER_COUNT /* an enum */)
// clang-format on

// The fields of a struct, and where they are found.
typedef struct airy_described {
    const char *product; // "bands.h5 branches, branches.tsv"
    const airy_number *number;
    int n;
} airy_described;

#define AIRY_DESCRIBED(product, table)                                                             \
    {                                                                                              \
        product, table, (int)(sizeof(table) / sizeof(table)[0])                                    \
    }

// n structs of `size` bytes each, one after the other.
typedef struct airy_rows {
    const void *at;
    size_t size;
    int n;
} airy_rows;

// The member's value as it is; as a number it is multiplied by `power` pixels.
double airy_number_get(const airy_number *number, const void *of);
void airy_number_set(const airy_number *number, void *of, double value);

// Sets every field to what stands for "not known"; the other members stay.
void airy_described_unknown(const airy_described *described, void *of);

// Appends the fields of a struct as named numbers, its pixels being of this size.
void airy_described_results(const airy_described *described, const void *of, double pixel_nm,
                            airy_results *results);

// Puts them as /entry_1/result_1/NAME.
void airy_described_put_results(airy_h5 *h5, const airy_described *described, const void *of,
                                double pixel_nm, airy_error *err);

// Reads them back from a file's named numbers: those named in a list with blanks, or all (NULL).
// AIRY_EMISSING when one is not there.
AIRY_MUST_CHECK airy_code airy_described_read(airy_h5 *h5, const airy_described *described,
                                              const char *names, double pixel_nm, void *of,
                                              airy_error *err);

// Appends their names to a list with blanks.
void airy_described_names(const airy_described *described, airy_text *names);

// Puts each field as GROUP/NAME, one number a row. The handle remembers failures.
airy_code airy_described_put(airy_h5 *h5, const char *group, const airy_described *described,
                             const airy_rows *rows, airy_error *err);

// Sets the cells of a row of a table, or reads them, all of which must be there.
AIRY_MUST_CHECK airy_code airy_described_put_row(airy_table *table, int row,
                                                 const airy_described *described, const void *of,
                                                 airy_error *err);
AIRY_MUST_CHECK airy_code airy_described_get_row(const airy_table *table, int row,
                                                 const airy_described *described, void *of,
                                                 airy_error *err);

// A new table of these rows, without history.
AIRY_MUST_CHECK airy_code airy_described_table(const airy_described *described,
                                               const airy_rows *rows, airy_table *table,
                                               airy_error *err);

// ------------------------------------------------------- finished pieces (files/store.c)

// Pieces of a run that is not finished, in one file that no other run can have: a heading with the
// key of the run, then one record a piece, with the key and its own check sum, written at once.
// A record cut by a kill is dropped, one of another key is no part of the run.
typedef struct airy_store airy_store;

// What to do with pieces that are there.
typedef enum airy_store_mode {
    AIRY_STORE_REFUSE, // fail (AIRY_EVALUE): they are somebody's work
    AIRY_STORE_RESUME, // take them over; AIRY_EVALUE when they belong to another run
    AIRY_STORE_ANEW,   // drop them
} airy_store_mode;

// The mode that a call with and without --resume and -f wants.
airy_store_mode airy_store_mode_of(bool resume, bool overwrite);

// Pieces of a kind stand in rows and columns.
typedef struct airy_store_shelf {
    int rows, columns;
} airy_store_shelf;

typedef struct airy_store_run {
    const char *path;
    const char *pieces; // what they are called in sentences: "starts"; also in the heading
    const char *key;    // 64 hexadecimal digits: all that a piece depends on
    airy_store_mode mode;
    const airy_store_shelf *shelf; // [kinds]
    int kinds;
} airy_store_run;

typedef struct airy_store_place {
    int kind, row, column;
} airy_store_place;

// A piece is what lies in some parts of memory, one after the other.
typedef struct airy_store_part {
    void *at;
    size_t size;
} airy_store_part;

// NULL on failure: AIRY_EIO when another run has it, or when it is a link or no file of ours.
AIRY_MUST_CHECK airy_store *airy_store_open(const airy_store_run *run, airy_error *err);

// Whether there is such a piece.
bool airy_store_has(const airy_store *store, airy_store_place place);

// Fills the parts; false when there is no such piece, or none of these sizes.
bool airy_store_take(airy_store *store, airy_store_place place, const airy_store_part *parts,
                     int n);

// Keeps a piece, in place of one that is there. One thread at a time.
AIRY_MUST_CHECK airy_code airy_store_put(airy_store *store, airy_store_place place,
                                         const airy_store_part *parts, int n, airy_error *err);

// Frees; the file stays, or is removed, for what it was kept for is there. NULL is fine.
void airy_store_close(airy_store *store);
void airy_store_remove(airy_store *store);

// The key of a run: SHA-256 of its "name = value" lines but those named `resume`, and of `more`.
AIRY_MUST_CHECK airy_code airy_store_key(const char *parameters, const char *more, char key[65],
                                         airy_error *err);

// ------------------------------------------------------------------ calls (files/call.c)

// How much a sentence matters to who reads it.
typedef enum airy_tone { AIRY_TONE_DETAIL, AIRY_TONE_NOTE, AIRY_TONE_WARNING } airy_tone;

// One run of a step: what it reads and writes, whom it tells, and what its history says. Everything
// is borrowed.
typedef struct airy_call {
    const char *name; // of the step: "average"
    int n_inputs;
    const char *const *inputs;
    const char *output; // NULL: none
    bool overwrite;
    int threads;
    bool seeded; // the step takes a seed
    uint64_t seed;
    const char *version, *commit, *line, *parameters; // see airy_step
    const char *transforms, *libraries; // the library of transforms; lines of all others
    const char *hashed; // "sha256  path" lines of what is read, where known; NULL: they are taken
    bool once;          // this run is one line in a history, whatever it consists of
    const airy_progress *progress; // NULL: none
    bool quiet;                    // notes are not wanted, nor what costs time to say
    bool verbose;                  // details are
    void (*say)(void *context, airy_tone tone, const char *sentence); // NULL: nobody listens
    void *context;
} airy_call;

// Whether a run can write these two (NULL: none is wanted), asked before long work: see
// airy_output_check; and neither is one of its inputs, which overwriting must not lose.
AIRY_MUST_CHECK airy_code airy_call_outputs(const airy_call *call, const char *path,
                                            const char *second, airy_error *err);

// Sentences for whoever listens, without a line end: how it is done, what was done, what is
// doubtful.
void airy_call_detail(const airy_call *call, const char *format, ...) AIRY_PRINTF(2, 3);
void airy_call_note(const airy_call *call, const char *format, ...) AIRY_PRINTF(2, 3);
void airy_call_warn(const airy_call *call, const char *format, ...) AIRY_PRINTF(2, 3);

// Appends this run to the history: command line, parameters, seed, SHA-256 of the inputs and of the
// specs in `more` (ended by NULL; NULL for none), libraries, and how transforms were planned
// (wisdom: the text in use, NULL for FFTW's estimates).
AIRY_MUST_CHECK airy_code airy_call_record(const airy_call *call, const char *const *more,
                                           const char *wisdom, airy_history *history,
                                           airy_error *err);

// The same in two steps: the hashes, which may be taken in any thread beside other work and end
// early when `stop` says so, and what is made of them.
AIRY_MUST_CHECK airy_code airy_call_hash(const airy_call *call, const char *const *more,
                                         const airy_progress *stop, airy_text *inputs,
                                         airy_error *err);
AIRY_MUST_CHECK airy_code airy_call_record_hashed(const airy_call *call, const airy_text *inputs,
                                                  const char *wisdom, airy_history *history,
                                                  airy_error *err);

// Pieces beside call->output (airy_pieces_open) under a key of all that decides a run: its name,
// version, seed and parameters, and the lines of airy_call_hash. NULL on errors.
AIRY_MUST_CHECK airy_pieces *airy_pieces_of_call(const airy_call *call, const airy_text *hashes,
                                                 airy_error *err);

#endif
