// SPDX-License-Identifier: GPL-3.0-or-later
// Values everybody uses, and no physics: errors, arrays, random numbers, statistics, text.
//
// Lifetime verbs mean one thing each, here and in every room: _new/_free own an opaque handle,
// _init/_release fill and empty a struct of the caller, _copy is deep. A released or zeroed struct
// may be released again. Sizes are int, at most AIRY_SIDE_MAX, so that ny * nx fits an int.
#ifndef AIRY_BASE_H
#define AIRY_BASE_H

#include <complex.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define AIRY_MUST_CHECK __attribute__((warn_unused_result))
#define AIRY_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define AIRY_MUST_CHECK
#define AIRY_PRINTF(text, first)
#endif

#define AIRY_SIDE_MAX 32768 // longest side of an image, pixels

// ------------------------------------------------------------------ errors (base/error.c)

// What went wrong, as a class; the sentence is in airy_error.
typedef enum airy_code {
    AIRY_OK = 0,
    AIRY_EARGUMENT, // an option or argument outside its range
    AIRY_EMEMORY,   // not enough memory
    AIRY_EIO,       // the system refused to read or write
    AIRY_EMISSING,  // a file, dataset, filter or program is not there
    AIRY_EFORMAT,   // a file that is not what it should be
    AIRY_ESHAPE,    // an array of the wrong rank or size
    AIRY_EVALUE,    // numbers that cannot be used (NaN everywhere, no photons, ...)
    AIRY_ENUMERIC,  // a fit or iteration that failed
    AIRY_ESTOPPED,  // stopped on request; what was finished is saved
} airy_code;

// A code and a sentence, owned by the caller. Zero-initialise; NULL means "not interested".
typedef struct airy_error {
    airy_code code;
    char message[768];
} airy_error;

// Sets code and sentence (printf format) and returns code, so that `return airy_error_set(...)`.
airy_code airy_error_set(airy_error *err, airy_code code, const char *format, ...)
    AIRY_PRINTF(3, 4);

// Puts "context: " in front of the sentence already there and returns its code; AIRY_EVALUE for
// NULL.
airy_code airy_error_prefix(airy_error *err, const char *format, ...) AIRY_PRINTF(2, 3);

// The code of what has failed, where only err has it, as after a handle that is NULL; `otherwise`
// for err NULL. Never AIRY_OK.
airy_code airy_error_code(const airy_error *err, airy_code otherwise);

// For what one can do without: AIRY_OK, with err emptied, where `code` says that it is not there or
// cannot be read. No memory and a stop stay, since they do not say so.
airy_code airy_error_forgive(airy_error *err, airy_code code);

// True where the data do not let it be done, as where a fit does not end: others may, and what goes
// on without it tells why. Files, memory and arguments are none of that.
bool airy_code_of_data(airy_code code);

// ------------------------------------------------------------------ arrays (base/array.c)

// Row-major float image: px[y * nx + x], x fast. NaN means "not measured" where a room says so.
typedef struct airy_image {
    int ny, nx;
    float *px;
} airy_image;

// Row-major complex image.
typedef struct airy_field {
    int ny, nx;
    float complex *px;
} airy_field;

// Row-major bit reasons; the bits are named in detector.h. 0 is an ideal pixel.
typedef struct airy_mask {
    int ny, nx;
    uint32_t *bits;
} airy_mask;

// Images of one size, one after the other: px[(i * ny + y) * nx + x].
typedef struct airy_stack {
    int n, ny, nx;
    float *px;
} airy_stack;

// Memory for count elements of size bytes, zeroed and 64-byte aligned (all FFT buffers must share
// one alignment). Freed with airy_memory_free. NULL when there is none. count >= 0.
void *airy_memory_new(size_t count, size_t size);
void airy_memory_free(void *memory);

// Zeroed arrays of the given size. Errors: AIRY_EARGUMENT for sides outside 1..AIRY_SIDE_MAX,
// AIRY_EMEMORY. The caller releases.
AIRY_MUST_CHECK airy_code airy_image_init(airy_image *image, int ny, int nx, airy_error *err);
AIRY_MUST_CHECK airy_code airy_field_init(airy_field *field, int ny, int nx, airy_error *err);
AIRY_MUST_CHECK airy_code airy_mask_init(airy_mask *mask, int ny, int nx, airy_error *err);
AIRY_MUST_CHECK airy_code airy_stack_init(airy_stack *stack, int n, int ny, int nx,
                                          airy_error *err);
void airy_image_release(airy_image *image);
void airy_field_release(airy_field *field);
void airy_mask_release(airy_mask *mask);
void airy_stack_release(airy_stack *stack);

// Deep copies into an empty struct.
AIRY_MUST_CHECK airy_code airy_image_copy(airy_image *to, const airy_image *from, airy_error *err);
AIRY_MUST_CHECK airy_code airy_mask_copy(airy_mask *to, const airy_mask *from, airy_error *err);
AIRY_MUST_CHECK airy_code airy_stack_copy(airy_stack *to, const airy_stack *from, airy_error *err);

// Image i of a stack, borrowed: do not release it. 0 <= i < n.
airy_image airy_stack_image(const airy_stack *stack, int i);

// ------------------------------------------------------------------ random numbers (base/random.c)

// A counter-based stream (Philox 4x32-10; Salmon et al., SC11, doi:10.1145/2063384.2063405): its
// numbers depend on the key below and on how many were drawn, never on threads or on other streams.
typedef struct airy_random {
    uint32_t key[2];     // the seed
    uint32_t counter[4]; // draw block, start, stream, shot
    uint32_t block[4];
    int used;
} airy_random;

// Whose numbers a stream holds: no two uses share a name, so that none ever draws the numbers of
// another. All names stand here; a new one goes behind the last of its kind, and values stay, for
// another value is other numbers.
typedef enum airy_stream {
    AIRY_STREAM_FREE = -1, // which pixels are held out of a retrieval
    AIRY_STREAM_START = 0, // + generation, below 0x1000: how starts of a retrieval begin

    AIRY_STREAM_PHANTOM = 0x5000, // size and features of a simulated shot's particle
    AIRY_STREAM_POISSON,          // its photons
    AIRY_STREAM_READOUT,          // its read noise
    AIRY_STREAM_CAMERA,           // gains, pedestals and bad pixels: shot 0 alone
    AIRY_STREAM_SECOND,           // place of a second particle

    AIRY_STREAM_SPECKLE = 0x5100, // the field of a pixel of simulated speckle, before and ...
    AIRY_STREAM_SPECKLE_AFTER,    // ... after an event
    AIRY_STREAM_SPECKLE_FLAT,     // its gain
    AIRY_STREAM_SPECKLE_PHOTONS,  // its photons
    AIRY_STREAM_SCAN = 0x5200,    // fields and photons of a place of a simulated scan
    AIRY_STREAM_SCAN_MAP,         // truth of the places, of tau and ...
    AIRY_STREAM_SCAN_OTHER,       // ... of what v has of its own

    AIRY_STREAM_WEIGH = 0x5345, // probes of the search by likelihood
    AIRY_STREAM_ISLAND,         // its starts
    AIRY_STREAM_GROUP,          // its children
    AIRY_STREAM_RESAMPLE,       // photons drawn again
    AIRY_STREAM_BOUND,          // directions that the bound on an image is taken along

    AIRY_STREAM_ANGLE = 0x6000, // branches drawn again, for the error of a share of angles
    AIRY_STREAM_MEMBER,         // particles drawn again, for intervals of a population
    AIRY_STREAM_TURN,           // particles turned, for its chances
    AIRY_STREAM_ISOTROPIC,      // bands without a preferred direction

    AIRY_STREAM_SEGMENT = 0x7000, // delay curves drawn again, for intervals
    AIRY_STREAM_BREAK,            // and for the test of one more break point

    AIRY_STREAM_BANDMODEL = 0x8000, // moves of a run of the model

    AIRY_STREAM_GLASS_RINGS = 0xb000, // photons of a simulated frame of rings

    AIRY_STREAM_SPLIT = 0x9000, // which half a photon belongs to
    AIRY_STREAM_TRIAL,          // photons of a trial of validate

    AIRY_STREAM_RESIDUAL = 0xc000, // residuals of a fitted curve drawn again
    AIRY_STREAM_WINDOW,            // baselines, noise and tops of a thermal curve
    AIRY_STREAM_HEAT,              // noise of a simulated heating curve

    AIRY_STREAM_LATTICE = 0xa000, // direction, vacancies and noise of a simulated lattice
    AIRY_STREAM_WALK,             // the way of simulated atom `start`

    AIRY_STREAM_SIGNS = 0xd000, // of groups of pixels, for the chance of a step
    AIRY_STREAM_GROUPS,         // groups of pixels drawn again, for its place
    AIRY_STREAM_SHIFTS,         // of one map over another, for the chance of a relation
    AIRY_STREAM_BLOCKS,         // places drawn again, for its limits
} airy_stream;

// The numbers of a use for (seed, shot, start), where shot and start are any two counters of it.
void airy_random_init(airy_random *random, uint64_t seed, uint32_t shot, airy_stream stream,
                      uint32_t start);
uint32_t airy_random_bits(airy_random *random);
double airy_random_uniform(airy_random *random);                // in [0, 1), 32 bits
double airy_random_normal(airy_random *random);                 // mean 0, variance 1
uint32_t airy_random_poisson(airy_random *random, double mean); // 0 <= mean <= 4e9, exact sampler
uint32_t airy_random_binomial(airy_random *random, uint32_t n, double p);
uint32_t airy_random_below(airy_random *random, uint32_t n); // 0 .. n-1, n > 0

// ------------------------------------------------------------------ statistics (base/stats.c)

// All skip NaN and give NaN for no values. Sums run in index order, in double.
double airy_stats_mean(const float *x, int n);
double airy_stats_sd(const float *x, int n); // sample standard deviation (n - 1)
double airy_stats_sum(const float *x, int n);
double airy_stats_min(const float *x, int n);
double airy_stats_max(const float *x, int n);

// Quantile 0 <= p <= 1 by linear interpolation of the sorted values (GSL's definition). Scratch is
// taken inside; NaN when there are no values or no memory.
double airy_stats_quantile(const float *x, int n, double p);
double airy_stats_quantile_double(const double *x, int n, double p);
double airy_stats_median(const float *x, int n);

// The number among x (NaN apart) that stands for "not known" in many tables: -999, -9999 or -99999
// where all others lie far above it; 0 when none does.
double airy_stats_filler(const double *x, int n);

// 1.4826 x the median of |x - median|: the width of a Gaussian core in spite of outliers.
double airy_stats_mad_sd(const float *x, int n);

// ------------------------------------------------------------------ text (base/text.c)

// Texts given for one option, in order; borrowed.
enum { AIRY_TEXTS_MAX = 64 };
typedef struct airy_texts {
    int n;
    const char *text[AIRY_TEXTS_MAX];
} airy_texts;

// Reads "X,Y"; two numbers and no more.
bool airy_text_pair(const char *text, double pair[2]);

// Reads "A:B,A:B" of rising numbers A < B into ranges[0 .. *n - 1], at most `room` of them.
bool airy_text_ranges(const char *text, double (*ranges)[2], int room, int *n);

// Reads "A:B", of which "A:" and ":B" leave the other end as it is.
bool airy_text_limits(const char *text, double *low, double *high);

// Reads "A:B" (A to B - 1), ":B", "A:", "A" or, with NULL, all: numbers from first to last - 1.
bool airy_text_span(const char *text, int *first, int *last);

// A growing string; text is a valid C string after the first append, and NULL for good once memory
// ran out (failed). Zero-initialise.
typedef struct airy_text {
    char *text;
    size_t length, room;
    bool failed; // memory ran out; later appends do nothing
} airy_text;

// Appends printf-style.
void airy_text_append(airy_text *text, const char *format, ...) AIRY_PRINTF(2, 3);
void airy_text_release(airy_text *text);

// AIRY_EMEMORY when memory ran out for it.
AIRY_MUST_CHECK airy_code airy_text_whole(const airy_text *text, airy_error *err);

// Strict numbers: the whole string or an error naming it (AIRY_EARGUMENT). A double may be NaN or
// infinite, for tables; options ask for more.
AIRY_MUST_CHECK airy_code airy_text_double(const char *text, double *value, airy_error *err);
AIRY_MUST_CHECK airy_code airy_text_int(const char *text, int *value, airy_error *err);

// Comma-separated finite numbers "1,2.5,3" into values[0..*n-1]; at most `room` of them.
AIRY_MUST_CHECK airy_code airy_text_doubles(const char *text, double *values, int room, int *n,
                                            airy_error *err);

// Numbers that stand in a text as in `pattern`, where * is a finite one and @ a whole one that an
// int holds: "@:@,@:@". Where the text goes on behind them; NULL: it begins otherwise.
const char *airy_text_match(const char *text, const char *pattern, double *numbers);

// The same, and nothing stands behind them.
bool airy_text_is(const char *text, const char *pattern, double *numbers);

// A malloc'ed copy, or NULL for NULL or no memory.
char *airy_text_copy(const char *text);

// Whether a text, of which that is not all, ends so: "frames.npy" with ".npy".
bool airy_text_ends(const char *text, const char *end);

// ------------------------------------------------------------------ described options

// What is said of a member of a struct of options: its name on the command line and in parameter
// files, its range, its help. Beside each such struct stands one table of them, from which a
// program reads and lists options; it ends with a row without a name.
typedef enum airy_option_type {
    AIRY_OPTION_FLAG,   // a bool; with choices: the second of two words
    AIRY_OPTION_INT,    // an int or an enum; with choices: which word, from 0
    AIRY_OPTION_DOUBLE, // finite; with choices: a word that stands for NaN
    AIRY_OPTION_TEXT,   // const char *, borrowed; NULL: not said
    AIRY_OPTION_TEXTS,  // airy_texts: may be said several times
    AIRY_OPTION_WITHIN, // a struct with a table of its own, whose rows stand here
} airy_option_type;

typedef struct airy_option {
    const char *name;      // long name without dashes
    airy_option_type type; // what the member is: a member of another type does not compile
    size_t offset;
    double low, high;    // inclusive range of numbers; both 0: any finite number
    const char *unit;    // "nm", "pixels", "FILE", "Y,X,R"; NULL: none
    const char *help;    // one phrase
    const char *choices; // "hio|raar|er"
    const char *was;     // an older name, which had another meaning elsewhere
    // A text that is told in numbers, too: reads it into the struct. NULL: it stays a text.
    airy_code (*read)(void *of, const char *text, airy_error *err);
    const struct airy_option *within;
    // Of the end of a table: judges what no range of one member says; may be NULL.
    airy_code (*check)(const void *of, airy_error *err);
} airy_option;

// A row: the member, its name, then .low, .high, .unit, .help, ... as they are needed.
#define AIRY_OPTION(of, member, name, ...)                                                         \
    {                                                                                              \
        name, AIRY_OPTION_TYPE(&((of *)0)->member), offsetof(of, member), __VA_ARGS__              \
    }
#define AIRY_OPTIONS_WITHIN(of, member, table)                                                     \
    {                                                                                              \
        "", AIRY_OPTION_WITHIN, offsetof(of, member), .within = table                              \
    }
// Whether all numbers of a struct lie in the ranges of its table, and what its checks say:
// AIRY_EARGUMENT names what is wrong (base/options.c).
AIRY_MUST_CHECK airy_code airy_options_check(const airy_option *rows, const void *of,
                                             airy_error *err);
// clang-format off
#define AIRY_OPTION_TYPE(at)                                                                       \
    _Generic((at), bool *: AIRY_OPTION_FLAG, int *: AIRY_OPTION_INT,                               \
             unsigned *: AIRY_OPTION_INT /* an enum */, double *: AIRY_OPTION_DOUBLE,              \
             const char **: AIRY_OPTION_TEXT, airy_texts *: AIRY_OPTION_TEXTS)
// clang-format on

// ------------------------------------------------------------------ progress and stopping

// How long work tells its caller where it is. The library never prints; NULL members are skipped.
typedef struct airy_progress {
    // Called now and then, from one thread at a time: done of total units, and a short note.
    void (*report)(void *context, double done, double total, const char *note);
    // Asked now and then: true ends the work with AIRY_ESTOPPED at the next safe point.
    bool (*stopped)(void *context);
    void *context;
} airy_progress;

// Call these with a NULL progress freely.
void airy_progress_report(const airy_progress *progress, double done, double total,
                          const char *note);
bool airy_progress_stopped(const airy_progress *progress);

#endif
