// SPDX-License-Identifier: GPL-3.0-or-later
// g2 of all ages and by age, with errors from blocks of ages.
#include "airy/speckle.h"
#include "findings.h"
#include "pairs.h"

#include <math.h>

enum { LAGS = AIRY_TILE_LAGS, NEAR = LAGS / 2, GROUPS = AIRY_SPECKLE_GROUPS };
enum { EVERY_LAG = 1024 };             // up to so many frames each lag has its row where it is kept
enum { BLOCKS = 8, BLOCKS_LEAST = 4 }; // that an error is taken from

// Sums of a delay in a cell of ages.
typedef struct cell {
    double sum, pairs, delay; // the last one times the pairs
} cell;

typedef struct table {
    const airy_correlation *of;
    const airy_curve_options *options;
    const airy_planes *planes;
    airy_frame_pairs pairs;
    airy_ages of_ages;
    int frames, pixels, delays, cells, ages;
    bool every;                      // lag its own row
    cell *cell;                      // (delays, cells)
    cell *lag;                       // (delays) of every lag where that is kept, else NULL
    double *block_sum, *block_pairs; // (cells) room
    // (bins + 1, slots) of tiles: pairs; and by group light at both times; the last bin is of all
    // ages. NULL: no parts are kept.
    double *slot_pairs, *slot_light;
    int bins, slots;
    double light[GROUPS]; // of all frames
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

static void add(cell *to, double sum, double pairs, double delay)
{
    to->sum += sum;
    to->pairs += pairs;
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

// A group's light in some frames, or where one mean of all frames divides in all of them.
static double light_in(const table *t, int group, double from, double frames)
{
    const airy_parts *parts = &t->planes->parts;
    return parts->by_mean ? t->light[group]
                          : airy_parts_light(parts, group, t->pairs.before, from, from + frames);
}

// Light of groups at both times of the pairs of a row of tiles.
static void take_light(table *t, airy_pair_tile tile, int cell_of_age, double pairs)
{
    int grain = t->planes->tiles.grain, level = tile.level > grain ? tile.level : grain;
    double from = (double)((long long)tile.row << tile.level), frames = (double)(1LL << level);
    double delay = (double)((long long)tile.lag << tile.level), light[GROUPS];
    int bin = airy_ages_bin(&t->of_ages, cell_of_age);
    for (int g = 0; g < GROUPS; g++)
        light[g] = pairs * (light_in(t, g, from, frames) + light_in(t, g, from + delay, frames));
    for (int all = 0; all < (t->bins > 0 ? 2 : 1); all++) {
        size_t at = (size_t)(all ? t->bins : bin) * (size_t)t->slots +
                    (size_t)(tile.level * LAGS + tile.lag);
        t->slot_pairs[at] += pairs;
        for (int g = 0; g < GROUPS; g++)
            t->slot_light[at * GROUPS + (size_t)g] += light[g];
    }
}

static void take_row(table *t, int level, int row, int lag)
{
    const airy_tiles *tiles = &t->planes->tiles;
    double pairs = row_pairs(t, level, row, lag), delay = (double)((long long)lag << level);
    int fold = level < tiles->grain ? tiles->grain - level : 0;
    const airy_pair_tile tile = {level, row << fold, lag};
    double age = airy_ages_tile(&t->of_ages, tiles->grain, tile);
    if (pairs <= 0)
        return;
    int at = airy_ages_cell(&t->of_ages, age);
    add(&t->cell[(size_t)delay_of(t, delay) * (size_t)t->cells + (size_t)at],
        tiles->sum[level][(size_t)row * LAGS + (size_t)lag], pairs, delay);
    if (t->slots > 0)
        take_light(t, tile, at, pairs);
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
        add(&t->lag[delay_of(t, lag)], t->planes->full[lag], pairs, lag);
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

// ------------------------------------------------------------------ without a group of pixels

// A group's sum in a bin of ages, -1: in all of them.
static double sum_of_part(const airy_parts *parts, int g, int bin, int slot)
{
    const double *from = parts->sum + (size_t)g * (size_t)parts->bins * (size_t)parts->slots + slot;
    double sum = 0;
    for (int b = bin < 0 ? 0 : bin; b < (bin < 0 ? parts->bins : bin + 1); b++)
        sum += from[(size_t)b * (size_t)parts->slots];
    return sum;
}

static bool is_of_row(const table *t, int slot, const airy_g2 *row)
{
    long long level = slot / LAGS, lag = slot % LAGS;
    return lag >= (level ? NEAR : 1) && delay_of(t, (double)(lag << level)) == row->delay_bin;
}

// The slot of tiles that stands for a row finer than tiles are: its lag lies in it. Else -1.
static int slot_for(const table *t, const airy_g2 *row)
{
    int level = 0, lag = (int)row->delay;
    for (int slot = 0; slot < t->slots; slot++)
        if (is_of_row(t, slot, row))
            return -1;
    while (lag >> (level + 1) >= NEAR)
        level++;
    return level * LAGS + (lag >> level);
}

// C = <I1 I2> / (<I1> <I2>) without a group, exact where its share of the light stays what it is,
// and else to first order in it. `bin` is that of its ages, t->bins all of them.
static void put_less(const table *t, int bin, airy_g2 *row)
{
    const airy_parts *parts = &t->planes->parts;
    double all = 0, pairs = 0, part[GROUPS] = {0}, light[GROUPS] = {0};
    bool whole = bin == t->bins;
    int own = slot_for(t, row);
    for (int slot = 0; slot < t->slots; slot++) {
        size_t at = (size_t)bin * (size_t)t->slots + (size_t)slot;
        if (own < 0 ? !is_of_row(t, slot, row) : slot != own)
            continue;
        pairs += t->slot_pairs[at];
        for (int g = 0; g < GROUPS; g++) {
            part[g] += sum_of_part(parts, g, whole ? -1 : bin, slot);
            light[g] += t->slot_light[at * GROUPS + (size_t)g];
        }
    }
    for (int g = 0; g < GROUPS; g++)
        all += part[g];
    for (int g = 0; g < GROUPS; g++) {
        double members = airy_parts_members(g, t->pixels), left = t->pixels - members;
        double mean = 1 + members / left * (1 - light[g] / (2 * pairs)); // of what is left
        row->less[g] =
            row->g2 - all / (pairs * t->pixels) + (all - part[g]) / (left * pairs * mean * mean);
    }
}

static void put_parts(const table *t, int bin, airy_g2 *row)
{
    bool by_age = t->planes->parts.bins == t->bins;
    for (int g = 0; g < GROUPS; g++)
        row->less[g] = NAN;
    if (t->slots > 0 && (bin == t->bins || by_age))
        put_less(t, bin, row);
}

// ------------------------------------------------------------------ rows

static void put_row(const table *t, const cell *sums, int delay, double error, airy_g2 *row)
{
    *row = (airy_g2){.age = NAN,
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
        sum.delay += row[i].delay;
    }
    return sum;
}

// The cells whose delay bin of the tiles a lag of its own lies in tell its error.
static double error_of_lag(const table *t, int delay)
{
    for (int d = delay; d >= 0; d--) {
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
        put_parts(t, t->bins, &rows[*n]);
        ++*n;
    }
}

// A curve has one age, the middle of its bin, though tiles of long delays reach beyond it.
static void put_age(const table *t, int age, airy_g2 *rows, int *n)
{
    double bin = t->options->age_bin, begin = age * bin;
    double cells_age = bin * t->cells / t->frames;
    int from = (int)ceil(age * cells_age - 1e-9), to = (int)ceil((age + 1) * cells_age - 1e-9);
    to = to < t->cells ? to : t->cells;
    for (int d = 0; d < t->delays; d++) {
        const cell *row = t->cell + (size_t)d * (size_t)t->cells;
        cell sum = sum_cells(row, from, to);
        if (sum.pairs <= 0)
            continue;
        put_row(t, &sum, d, error_over(t, row, from, to), &rows[*n]);
        put_parts(t, age, &rows[*n]);
        rows[*n].age = (begin + fmin(begin + bin, t->frames)) / 2 - 0.5;
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
    airy_memory_free(t->slot_pairs);
    airy_memory_free(t->slot_light);
}

static void count(table *t)
{
    t->of_ages = airy_ages_of(t->frames, t->options);
    t->ages = t->of_ages.bins;
    t->cells = t->of_ages.cells;
    t->bins = t->ages;
    t->slots = t->planes->parts.sum ? t->planes->parts.slots : 0;
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
    size_t slots = ((size_t)t->bins + 1) * (size_t)t->slots;
    t->slot_pairs = airy_memory_new(slots + 1, sizeof *t->slot_pairs);
    t->slot_light = airy_memory_new(slots * GROUPS + 1, sizeof *t->slot_light);
    if (!t->cell || (!t->lag && t->planes->full) || !t->block_sum || !t->block_pairs ||
        !t->slot_pairs || !t->slot_light)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d delays of %d ages", t->delays,
                              t->cells);
    airy_code code = airy_frame_pairs_init(
        &t->pairs, of->frame_mean + (size_t)region * (size_t)t->frames, t->frames, err);
    for (int g = 0; code == AIRY_OK && t->slots > 0 && g < GROUPS; g++)
        t->light[g] = airy_parts_light(&t->planes->parts, g, t->pairs.before, 0, t->frames);
    return code;
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
