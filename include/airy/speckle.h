// SPDX-License-Identifier: GPL-3.0-or-later
// Speckle that changes with time: two-time and one-time correlation of any number of frames.
//
// C(t1, t2) = <I(t1) I(t2)> / (<I(t1)> <I(t2)>), means over the pixels of a region (Sutton et al.,
// Opt. Express 11 (2003) 2268; Fluerasu et al., Phys. Rev. E 75 (2007) 030401, Eq. 1);
// g2(k) = mean over t1 of C(t1, t1 + k). Times count frames; a frame that is lost or vetoed leaves
// a gap: its pairs are not there, and the lags of all others stay what they are.
//
// All pairs of frames are sorted into tiles (Brugnara et al., J. Synchrotron Rad. 33 (2026) 698
// give the idea: fine in lag, coarser at long lags, linear in age): at level l blocks of 2^l
// frames meet blocks 8 to 15 behind them, so that a lag is known to an eighth, its age to an
// eighth of the lag, and 120 000 frames need 24 products a frame. A pair belongs to exactly one
// tile, see airy_tile_of; three kernels fill the same tiles, and give the same sums to 1e-12.
#ifndef AIRY_SPECKLE_H
#define AIRY_SPECKLE_H

#include "airy/base.h"
#include "airy/bins.h"
#include "airy/files.h"
#include "airy/math.h"
#include "airy/source.h"
#include "airy/work.h"

// ------------------------------------------------------------------ regions (speckle/regions.c)

// Pixel sets that are correlated one by one: pixels of region r are pixel[first[r]] to
// pixel[first[r + 1] - 1], as y * nx + x, increasing. Zero-initialise.
typedef struct airy_regions {
    int ny, nx, n;
    int *first;      // (n + 1)
    int *pixel;      // (first[n])
    int *label;      // (n) number in the map they came from
    double *q_inv_a; // (n) mean scattering vector, 1/A; NaN: not known
    double *phi_deg; // (n) mean azimuth, degrees; NaN: not known, or all round
} airy_regions;

// The regions that bins are, those without a pixel left out; rings and sectors are numbered from 1
// on. q_inv_a is the bins' middle, whose polar counts in 1/A. AIRY_EVALUE when all are empty.
AIRY_MUST_CHECK airy_code airy_regions_from_bins(const airy_bins *bins, airy_regions *regions,
                                                 airy_error *err);

// The regions of a map of whole numbers (ny * nx): one a number above 0, in the order of numbers;
// 0 and NaN are in none. polar (may be NULL) tells where they lie. Errors: AIRY_EVALUE when there
// are none, or a number is not whole.
AIRY_MUST_CHECK airy_code airy_regions_from_map(const airy_image *map, const airy_polar *polar,
                                                airy_regions *regions, airy_error *err);

// Takes the pixels out for which keep[y * nx + x] is 0. AIRY_EVALUE when a region loses all.
AIRY_MUST_CHECK airy_code airy_regions_keep(airy_regions *regions, const uint8_t *keep,
                                            airy_error *err);
void airy_regions_release(airy_regions *regions);

// ------------------------------------------------------------------ tiles (speckle/tiles.c)

enum { AIRY_TILE_LAGS = 16, AIRY_TILE_LEVELS = 28 };

// Where a pair lies: blocks `row` and `row` + `lag` of 2^level frames.
typedef struct airy_pair_tile {
    int level, row, lag;
} airy_pair_tile;

// The tile of the pair t1 <= t2: the highest level at which their blocks are 8 or more apart, or
// level 0. Its lags are 0 to 15 at level 0 and 8 to 15 above; 15 only for even rows.
airy_pair_tile airy_tile_of(int t1, int t2);

// Sums over the pixels of a region and over the pairs of each tile; row r of level l at
// sum[l][r * AIRY_TILE_LAGS + lag]. To bound the memory, blocks shorter than 2^grain frames share
// the row of the 2^grain frames that they lie in: lags stay as fine as they are, ages do not.
typedef struct airy_tiles {
    int frames, levels, grain;
    double *sum[AIRY_TILE_LEVELS];
} airy_tiles;

// Empty tiles of that many frames. AIRY_EMEMORY.
AIRY_MUST_CHECK airy_code airy_tiles_init(airy_tiles *tiles, int frames, int grain,
                                          airy_error *err);
void airy_tiles_release(airy_tiles *tiles);

// Levels that frames need, rows of a level, bytes of all sums, and the row that block `block` of a
// level is in.
int airy_tiles_levels(int frames);
int airy_tiles_rows(const airy_tiles *tiles, int level);
double airy_tiles_bytes(int frames, int grain);
int airy_tiles_row(const airy_tiles *tiles, int level, int block);

// ------------------------------------------------------------------ planes (speckle/planes.c)

enum { AIRY_SPECKLE_GROUPS = 16 }; // of pixels, that tell by chance from not (steps.c)

// What is summed of one region: of products of values that were divided by their frame's mean.
typedef struct airy_planes {
    airy_tiles tiles;
    int cell_level, cells; // the two-time map has cells of 2^cell_level frames, `cells` a side
    double *map;           // (cells, cells), i <= j: pairs t1 < t2 with t1 in cell i, t2 in j
    double *full;          // (frames) by lag, 0 too; NULL: not kept
    // By group of pixels and level: differences of what straddles block s, see steps.c; NULL: not
    // kept.
    double *straddle[AIRY_TILE_LEVELS];
} airy_planes;

// What is to be kept.
typedef struct airy_planes_plan {
    int frames, grain;
    int map;    // most cells a side of the two-time map
    bool full;  // every lag
    bool steps; // what straddles
} airy_planes_plan;

// Empty planes of a plan. AIRY_EMEMORY.
AIRY_MUST_CHECK airy_code airy_planes_init(airy_planes *planes, const airy_planes_plan *plan,
                                           airy_error *err);
void airy_planes_release(airy_planes *planes);

// Bytes that planes of a plan take.
double airy_planes_bytes(const airy_planes_plan *plan);

// ------------------------------------------------------------------ frames

// Where frames come from, one after the other and again from the start.
typedef struct airy_speckle_source {
    int frames, ny, nx;
    // Values (ny * nx) of frame i, NaN where not measured; *good false when the frame is lost.
    airy_code (*read)(void *context, int i, float *values, bool *good, airy_error *err);
    void *context;
} airy_speckle_source;

// ------------------------------------------------------------------ correlation

typedef enum airy_kernel {
    AIRY_KERNEL_AUTO,   // by occupancy and number of frames
    AIRY_KERNEL_DENSE,  // products of blocks of frames
    AIRY_KERNEL_EVENTS, // products of photons
    AIRY_KERNEL_SMALL,  // every pair of frames: few frames, every lag is kept
} airy_kernel;
extern const char *const airy_kernel_names[]; // in that order, NULL at the end

typedef enum airy_flat { AIRY_FLAT_NONE, AIRY_FLAT_MEAN, AIRY_FLAT_POLYNOMIAL } airy_flat;

typedef struct airy_correlate_options {
    airy_kernel kernel;
    airy_flat flat; // pixels are divided by their mean, or by a polynomial through it
    int degree;     // of the polynomial, 1 to 3
    bool by_mean;   // one mean of all frames divides, instead of each frame's own
    bool drops;     // frames below half the median intensity are vetoed
    int map;        // most cells a side of the two-time map
    bool steps;     // look for sudden changes
    bool every_lag; // keep every lag, whatever it costs; few frames and small events always do
    double memory_mb;
    int threads;
    uint64_t seed;
    const uint8_t *veto;      // (frames) 1: not used; NULL: none
    const airy_pieces *store; // where regions are kept, and taken from; NULL: nowhere
    int only[2];              // with a store: regions only[0] to only[1] - 1 alone; 0: to the last
    const airy_progress *progress;
} airy_correlate_options;

void airy_correlate_options_defaults(airy_correlate_options *options);
AIRY_MUST_CHECK airy_code airy_correlate_options_check(const airy_correlate_options *options,
                                                       airy_error *err);

// What frames are like, and which of them and of their pixels count (speckle/survey.c).
typedef struct airy_survey {
    int frames, used;                         // those that count
    int lost, vetoed, dropped, lacking, dark; // why others do not
    uint8_t *good;                            // (frames)
    double *mean;                             // (members) over those that count
    double *early, *late; // (members) means of the first and the last tenth of the frames
    double *flat;         // (members) what divides, mean 1 in each region
    double most;          // largest value
    bool whole;           // all values are whole numbers, none below 0
    double occupancy;     // mean value of a pixel and frame
} airy_survey;

// Correlation of all regions. Zero-initialise.
typedef struct airy_correlation {
    airy_regions regions; // pixels that were never measured, or are dark under a flat, are out
    airy_survey survey;
    airy_kernel kernel;  // that was used
    airy_planes *planes; // (regions.n)
    double *frame_mean;  // (regions.n, frames), after the flat; NaN: a gap
    bool whole;          // no region is missing; false can be with a store alone
} airy_correlation;

// Correlates all frames of a source in the regions, which are taken over (and released with the
// result). Reads the source twice, or more often where events do not fit the memory. The same bytes
// for any number of threads. Errors: AIRY_EVALUE (one frame, no photons, all masked, nothing but
// gaps), AIRY_EMEMORY with what would fit, those of the source.
AIRY_MUST_CHECK airy_code airy_correlate(const airy_speckle_source *source, airy_regions *regions,
                                         const airy_correlate_options *options,
                                         airy_correlation *result, airy_error *err);
void airy_correlation_release(airy_correlation *result);

// Pairs of frames, neither of them in a gap of the region, in a tile; in a cell of the two-time
// map; and of a lag.
typedef struct airy_frame_pairs {
    int frames;
    int *before;    // (frames + 1) frames that count before t
    int gaps, *gap; // frames that do not
} airy_frame_pairs;
AIRY_MUST_CHECK airy_code airy_frame_pairs_init(airy_frame_pairs *pairs, const double *frame_mean,
                                                int frames, airy_error *err);
void airy_frame_pairs_release(airy_frame_pairs *pairs);
double airy_frame_pairs_tile(const airy_frame_pairs *pairs, airy_pair_tile tile);
double airy_frame_pairs_cell(const airy_frame_pairs *pairs, int level, int i, int j);
double airy_frame_pairs_lag(const airy_frame_pairs *pairs, int lag);

// ------------------------------------------------------------------ curves (speckle/curves.c)

// One g2: mean C of the pairs near an age and a delay, in frames.
typedef struct airy_g2 {
    double age;   // mean over the pairs; NaN: all ages
    double delay; // mean over the pairs
    double g2, error;
    double pairs;
    int age_bin, delay_bin; // -1: all ages
} airy_g2;

typedef struct airy_curve_options {
    double age_bin; // frames of an age; 0: all ages alone
    bool middle;    // the age of a pair is (t1 + t2) / 2, else t1
    int per_decade; // delays; 0: as fine as they are
} airy_curve_options;

// A region's g2: first of all ages, then by age; delay 0, which holds shot noise, is left out. The
// error is that of the mean of blocks of ages, of the length at which it is largest (Flyvbjerg &
// Petersen, J. Chem. Phys. 91 (1989) 461); NaN where there are fewer than four blocks.
// airy_memory_free(*rows).
AIRY_MUST_CHECK airy_code airy_g2_curves(const airy_correlation *of, int region,
                                         const airy_curve_options *options, airy_g2 **rows, int *n,
                                         airy_error *err);

// What a region comes to (speckle/baseline.c).
typedef struct airy_region_result {
    int pixels;
    double photons;                  // a pixel and frame
    double baseline, baseline_error; // <M1 M2> / (<M1> <M2>) of mean images far apart in time
    double plateau, plateau_error;   // g2 at the first delay
    double contrast, contrast_error; // plateau - baseline
    double tau; // delay, frames, at which (g2 - baseline) / contrast falls below exp(-2)
} airy_region_result;
extern const airy_described airy_region_numbers; // those of corr.h5

// From the region's survey and its g2 of all ages.
AIRY_MUST_CHECK airy_code airy_region_results(const airy_correlation *of, int region,
                                              const airy_g2 *rows, int n,
                                              airy_region_result *result, airy_error *err);

// ------------------------------------------------------------------ steps (speckle/steps.c)

// A sudden change between frames: what straddles it is less correlated.
typedef struct airy_speckle_step {
    int frame;     // the first one after it
    int low, high; // where it lies in 95 of 100 draws of pixels
    double depth;  // share of the correlation that is lost
    double chance; // of so large a change anywhere without a step
} airy_speckle_step;

// Looks for steps of a chance below `most`, the surest first. AIRY_EVALUE when the correlation was
// made without steps, or has too few frames without a gap. airy_memory_free(*steps).
AIRY_MUST_CHECK airy_code airy_speckle_steps(const airy_correlation *of, double most, uint64_t seed,
                                             airy_speckle_step **steps, int *n, airy_error *err);

// ------------------------------------------------------------------ files (speckle/files.c)

// Frames of several files as one source, in their order: events, .npy stacks, and any frames that
// airy_frames_open takes (a dataset that is named is read as it stands where no layout fits).
typedef struct airy_speckle_files airy_speckle_files;

// Frames from `from` to `to` - 1, counted over all files, to < 0: to the last. Pulses that a file
// numbers and does not hold are gaps. NULL on errors: of reading, files of several sizes.
AIRY_MUST_CHECK airy_speckle_files *airy_speckle_open(const char *const *specs, int n, int from,
                                                      int to, airy_error *err);
void airy_speckle_close(airy_speckle_files *files);

// The source, with its frames and gaps: as long as the files are open.
const airy_speckle_source *airy_speckle_files_source(const airy_speckle_files *files);

// Period of frames in s that a file states, 0 = none does; energy, distance, pixel of the first.
double airy_speckle_files_period(const airy_speckle_files *files);
airy_setup airy_speckle_files_beam(const airy_speckle_files *files);

// ------------------------------------------------------------------ findings (speckle/findings.c)

// What is made of a correlation: curves and results of all regions, steps. Zero-initialise.
typedef struct airy_findings {
    double period_s;
    bool timed; // the period is known, else times count frames
    int regions;
    airy_g2 **g2; // (regions)
    int *n;       // rows of each
    airy_region_result *result;
    airy_speckle_step *steps; // NULL: not looked for
    int n_steps;
} airy_findings;

typedef struct airy_findings_options {
    airy_curve_options curve;
    double period_s; // 0: times count frames
    bool steps;
    double chance; // most, of a step
    uint64_t seed;
} airy_findings_options;

// Curves, results and steps of all regions. The caller releases.
AIRY_MUST_CHECK airy_code airy_findings_make(const airy_correlation *of,
                                             const airy_findings_options *options,
                                             airy_findings *findings, airy_error *err);
void airy_findings_release(airy_findings *findings);

// Tables g2, rois and steps into empty ones; docs/files.md has the columns.
AIRY_MUST_CHECK airy_code airy_findings_g2(const airy_correlation *of,
                                           const airy_findings *findings, airy_table *table,
                                           airy_error *err);
AIRY_MUST_CHECK airy_code airy_findings_rois(const airy_correlation *of,
                                             const airy_findings *findings, airy_table *table,
                                             airy_error *err);
AIRY_MUST_CHECK airy_code airy_findings_steps(const airy_findings *findings, airy_table *table,
                                              airy_error *err);

// corr.h5 by the names of NXxpcs (NIAC, contributed definition, 2024), units beside each
// (speckle/write.c). The history may be NULL.
AIRY_MUST_CHECK airy_code airy_correlation_write(const char *path, const airy_correlation *of,
                                                 const airy_findings *findings,
                                                 const airy_setup *beam,
                                                 const airy_history *history, bool overwrite,
                                                 airy_error *err);

// ------------------------------------------------------------------ the step (speckle/step.c)

typedef struct airy_correlate_step {
    airy_correlate_options options; // threads, store and progress are the call's
    airy_findings_options findings; // steps are the options', the seed is the call's
    const char *roi;                // image of whole numbers: its regions; or else
    bool ringed;                    // ... rings and sectors are the regions:
    airy_bins_options rings;
    airy_pose_options pose;
    const char *mask; // pixels to leave out; NULL: none
    const char *veto; // table with a column `frame`, or where options.drops: not read; NULL: none
    int from, to;     // frames; to < 0: to the last
    double age_bin_s; // curves by age in bins of so long; 0: all ages alone
    // Regions "A:B", from A to B - 1, alone, which are kept beside the output; NULL: all of them.
    const char *regions;
    bool resume; // take regions that are kept beside the output, and keep those that are done
} airy_correlate_step;

void airy_correlate_step_defaults(airy_correlate_step *step);
AIRY_MUST_CHECK airy_code airy_correlate_step_check(const airy_correlate_step *step,
                                                    airy_error *err);

// Correlates the frames of call->inputs and writes corr.h5 as call->output, with g2.tsv, rois.tsv
// and (options.steps) steps.tsv beside it (airy_output_beside). *rois is the second of them, which
// the caller releases, also on errors. With `regions` those are kept beside the output,
// and nothing else is written. Warnings: of what lies in gaps, of frames without light, of unknown
// times, of baselines that no speckle has.
AIRY_MUST_CHECK airy_code airy_correlate_step_run(const airy_call *call,
                                                  const airy_correlate_step *step, airy_table *rois,
                                                  airy_error *err);

// ------------------------------------------------------------------ all pairs (speckle/gram.c)

// Products of all frames: c[t1 * frames + t2] = sum over n values of frame t1 times frame t2, for
// t1 <= t2 alone. values is (frames, n). Works in the calling thread.
void airy_gram(const double *values, int frames, int n, double *c);

#endif
