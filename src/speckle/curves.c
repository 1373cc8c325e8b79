// SPDX-License-Identifier: GPL-3.0-or-later
// g2 of all ages and by age, with errors from blocks of ages.
#include "airy/speckle.h"
#include "findings.h"
#include "pairs.h"

#include <math.h>

enum { LAGS = AIRY_TILE_LAGS, NEAR = LAGS / 2 };
enum { EVERY_LAG = 1024 }; // up to so many frames each lag has its row where it is kept
enum { CELLS = 1024, CELLS_AGE = 16, CELLS_MOST = 16384 }; // of ages, for errors
enum { BLOCKS = 8, BLOCKS_LEAST = 4 };                     // that an error is taken from

// Sums of a delay in a cell of ages.
typedef struct cell {
    double sum, pairs, delay, age; // the last two times the pairs
} cell;

typedef struct table {
    const airy_correlation *of;
    const airy_curve_options *options;
    const airy_planes *planes;
    airy_frame_pairs pairs;
    int frames, pixels, delays, cells, ages;
    bool every;                      // lag its own row
    cell *cell;                      // (delays, cells)
    cell *lag;                       // (delays) of every lag where that is kept, else NULL
    double *block_sum, *block_pairs; // (cells) room
} table;

// ------------------------------------------------------------------ filling

static int delay_of(const table *t, double lag)
{
    if (t->options->per_decade > 0)
        return (int)floor(t->options->per_decade * log10(lag) + 1e-9);
    if (t->every)
        return (int)lag;
    int level = 0, whole = (int)lag;
    while (whole >> (level + 1) >= NEAR)
        level++;
    return level * NEAR + (whole >> level);
}

static void add(cell *to, double sum, double pairs, double age, double delay)
{
    to->sum += sum;
    to->pairs += pairs;
    to->age += pairs * age;
    to->delay += pairs * delay;
}

// Pairs of a tile, or of those that share its row.
static double row_pairs(const table *t, int level, int row, int lag)
{
    int fold = level < t->planes->tiles.grain ? t->planes->tiles.grain - level : 0;
    double n = 0;
    for (int block = row << fold; block < (row + 1) << fold; block++)
        if (lag < LAGS - 1 || block % 2 == 0)
            n += airy_frame_pairs_tile(&t->pairs, (airy_pair_tile){level, block, lag});
    return n;
}

static void take_row(table *t, int level, int row, int lag)
{
    const airy_tiles *tiles = &t->planes->tiles;
    double pairs = row_pairs(t, level, row, lag), delay = (double)((long long)lag << level);
    int frames = 1 << (level > tiles->grain ? level : tiles->grain);
    double age = ((double)row + 0.5) * frames - 0.5 + (t->options->middle ? delay / 2 : 0);
    if (pairs <= 0)
        return;
    int at = (int)(age * t->cells / t->frames);
    at = at < t->cells ? at : t->cells - 1;
    add(&t->cell[(size_t)delay_of(t, delay) * (size_t)t->cells + (size_t)at],
        tiles->sum[level][(size_t)row * LAGS + (size_t)lag], pairs, age, delay);
}

static void take_tiles(table *t)
{
    const airy_tiles *tiles = &t->planes->tiles;
    for (int level = 0; level < tiles->levels; level++)
        for (int row = 0; row < airy_tiles_rows(tiles, level); row++)
            for (int lag = level ? NEAR : 1; lag < LAGS; lag++)
                take_row(t, level, row, lag);
}

static void take_lags(table *t)
{
    for (int lag = 1; t->lag && lag < t->frames; lag++) {
        double pairs = airy_frame_pairs_lag(&t->pairs, lag);
        add(&t->lag[delay_of(t, lag)], t->planes->full[lag], pairs, NAN, lag);
    }
}

// ------------------------------------------------------------------ errors

// Blocks of `size` cells from `from` to `to` of a delay; how many there are.
static int gather(const table *t, const cell *row, const int range[2], int size)
{
    int n = 0;
    for (int i = range[0]; i < range[1]; i += size) {
        double sum = 0, pairs = 0;
        for (int k = i; k < i + size && k < range[1]; k++)
            sum += row[k].sum, pairs += row[k].pairs;
        if (pairs > 0) {
            t->block_sum[n] = sum;
            t->block_pairs[n++] = pairs;
        }
    }
    return n;
}

// Error of the mean of n blocks that are taken for independent.
static double error_of(const table *t, int n)
{
    double sum = 0, pairs = 0, square = 0;
    for (int i = 0; i < n; i++)
        sum += t->block_sum[i], pairs += t->block_pairs[i];
    for (int i = 0; i < n; i++) {
        double off = t->block_sum[i] - t->block_pairs[i] * sum / pairs;
        square += off * off;
    }
    return sqrt(square * n / (n - 1)) / (pairs * t->pixels);
}

// Blocks grow until too few are left: the largest error is that of blocks that know nothing of each
// other, or the best that there is.
static double error_over(const table *t, const cell *row, int from, int to)
{
    double most = NAN;
    for (int least = BLOCKS; least >= BLOCKS_LEAST && isnan(most); least /= 2)
        for (int size = 1; size <= to - from; size *= 2) {
            int n = gather(t, row, (const int[]){from, to}, size);
            if (n >= least)
                most = fmax(most, error_of(t, n)); // fmax passes over NaN
        }
    return most;
}

// ------------------------------------------------------------------ rows

static void put_row(const table *t, const cell *sums, int delay, double error, airy_g2 *row)
{
    *row = (airy_g2){.age = sums->age / sums->pairs,
                     .delay = sums->delay / sums->pairs,
                     .g2 = sums->sum / (sums->pairs * t->pixels),
                     .error = error,
                     .pairs = sums->pairs,
                     .age_bin = -1,
                     .delay_bin = delay};
}

static cell sum_cells(const cell *row, int from, int to)
{
    cell sum = {0};
    for (int i = from; i < to; i++) {
        sum.sum += row[i].sum, sum.pairs += row[i].pairs;
        sum.age += row[i].age, sum.delay += row[i].delay;
    }
    return sum;
}

// The cells whose delay bin of the tiles a lag of its own lies in tell its error.
static double error_of_lag(const table *t, int delay)
{
    for (int d = delay; d > 0; d--) {
        double error = error_over(t, t->cell + (size_t)d * (size_t)t->cells, 0, t->cells);
        if (!isnan(error))
            return error;
    }
    return NAN;
}

static void put_all_ages(const table *t, airy_g2 *rows, int *n)
{
    for (int d = 0; d < t->delays; d++) {
        const cell *row = t->cell + (size_t)d * (size_t)t->cells;
        cell sum = t->lag ? t->lag[d] : sum_cells(row, 0, t->cells);
        if (sum.pairs <= 0)
            continue;
        put_row(t, &sum, d, t->lag ? error_of_lag(t, d) : error_over(t, row, 0, t->cells),
                &rows[*n]);
        rows[(*n)++].age = NAN;
    }
}

static void put_age(const table *t, int age, airy_g2 *rows, int *n)
{
    double cells_age = t->options->age_bin * t->cells / t->frames;
    int from = (int)ceil(age * cells_age - 1e-9), to = (int)ceil((age + 1) * cells_age - 1e-9);
    to = to < t->cells ? to : t->cells;
    for (int d = 0; d < t->delays; d++) {
        const cell *row = t->cell + (size_t)d * (size_t)t->cells;
        cell sum = sum_cells(row, from, to);
        if (sum.pairs <= 0)
            continue;
        put_row(t, &sum, d, error_over(t, row, from, to), &rows[*n]);
        rows[(*n)++].age_bin = age;
    }
}

static void release(table *t)
{
    airy_frame_pairs_release(&t->pairs);
    airy_memory_free(t->cell);
    airy_memory_free(t->lag);
    airy_memory_free(t->block_sum);
    airy_memory_free(t->block_pairs);
}

// Cells that ages fall into: bins of ages begin where cells do, within a cell.
static void count(table *t)
{
    double bin = t->options->age_bin;
    t->ages = bin > 0 ? (int)ceil(t->frames / bin - 1e-9) : 0;
    double cells = t->ages > 0 ? CELLS_AGE * (t->frames / bin) : CELLS;
    cells = cells < CELLS ? CELLS : cells > CELLS_MOST ? CELLS_MOST : cells;
    t->cells = t->frames < cells ? t->frames : (int)cells;
    t->every = t->planes->full && t->frames <= EVERY_LAG && t->options->per_decade == 0;
    t->delays = delay_of(t, 2.0 * t->frames) + 1; // the middle of a tile may lie behind the end
}

static airy_code init(table *t, int region, airy_error *err)
{
    const airy_correlation *of = t->of;
    t->planes = &of->planes[region];
    t->frames = of->survey.frames;
    t->pixels = of->regions.first[region + 1] - of->regions.first[region];
    count(t);
    size_t delays = (size_t)t->delays, cells = (size_t)t->cells;
    t->cell = airy_memory_new(delays * cells, sizeof *t->cell);
    t->lag = t->planes->full ? airy_memory_new(delays, sizeof *t->lag) : NULL;
    t->block_sum = airy_memory_new(cells, sizeof *t->block_sum);
    t->block_pairs = airy_memory_new(cells, sizeof *t->block_pairs);
    if (!t->cell || (!t->lag && t->planes->full) || !t->block_sum || !t->block_pairs)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d delays of %d ages", t->delays,
                              t->cells);
    return airy_frame_pairs_init(&t->pairs, of->frame_mean + (size_t)region * (size_t)t->frames,
                                 t->frames, err);
}

airy_code airy_g2_curves(const airy_correlation *of, int region, const airy_curve_options *options,
                         airy_g2 **rows, int *n, airy_error *err)
{
    table t = {.of = of, .options = options};
    *rows = NULL;
    *n = 0;
    airy_code code = init(&t, region, err);
    if (code == AIRY_OK) {
        *rows = airy_memory_new((size_t)t.delays * ((size_t)t.ages + 1), sizeof **rows);
        code = *rows ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for curves");
    }
    if (code == AIRY_OK) {
        take_tiles(&t);
        take_lags(&t);
        put_all_ages(&t, *rows, n);
        for (int age = 0; age < t.ages; age++)
            put_age(&t, age, *rows, n);
    }
    release(&t);
    return code;
}
