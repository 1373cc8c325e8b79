// SPDX-License-Identifier: GPL-3.0-or-later
// Dense frames: each block of frames meets those up to 15 blocks before it, level by level.
//
// Pixels go in strips that fit the cache, each with the blocks that later ones will meet. A strip's
// products of some frames are written down and then added to the planes strip after strip, so that
// the sums do not depend on threads.
#include "dots.h"
#include "kernels.h"

#include "base/processor.h"

#include <string.h>

enum { LAGS = AIRY_TILE_LAGS, NEAR = LAGS / 2 };
// Pixels of a strip; frames of it as words in the second cache; pixels of which the blocks of a
// level fit the first one.
enum { STRIP = AIRY_WORDS_MOST, SOME = 64, PIECE = 128 };

typedef struct strip {
    int region, group, first, n; // pixels of the region, and of its group where steps are kept
    int16_t *tail;               // (LAGS, n) the last frames as words; NULL: they are none
    double *ring;                // of each piece (levels, LAGS, its pixels): the last blocks
    double *cell;                // (cells, n) of the map
    double *product;             // of the frames under way: (blocks of all levels, LAGS)
} strip;

struct airy_bands {
    airy_kernel_input in;
    int levels, n, frames; // strips; frames that were added
    strip *strips;
    // of the frames under way
    const float *values;
    int count, at[AIRY_TILE_LEVELS + 1];                  // frames; places of the levels
    int before[AIRY_TILE_LEVELS], done[AIRY_TILE_LEVELS]; // blocks complete before; after
};

// Pixels `at` to `at` + n - 1 of a strip.
typedef struct piece {
    const airy_bands *bands;
    const strip *of;
    const int16_t
        *word; // of the strip: (LAGS + AIRY_CHUNK, its pixels) the frames before, and these
    int at, n;
    double *ring; // (levels, LAGS, n) the last blocks
} piece;

// ------------------------------------------------------------------ room

void airy_bands_free(airy_bands *bands)
{
    for (int i = 0; bands && i < bands->n; i++) {
        airy_memory_free(bands->strips[i].tail);
        airy_memory_free(bands->strips[i].ring);
        airy_memory_free(bands->strips[i].cell);
        airy_memory_free(bands->strips[i].product);
    }
    if (bands)
        airy_memory_free(bands->strips);
    airy_memory_free(bands);
}

// Strips end with a region, and with a group where steps are kept, which alone look at groups;
// strips NULL: they are only counted.
static int cut(const airy_kernel_input *in, strip *strips)
{
    const airy_regions *regions = in->regions;
    int n = 0;
    for (int r = 0; r < regions->n; r++) {
        int size = regions->first[r + 1] - regions->first[r];
        for (int i = 0, end; i < size; i = end) {
            int group = airy_kernel_group(i, size);
            for (end = i + 1; end < size && end - i < STRIP; end++)
                if (in->planes[r].straddle[0] && airy_kernel_group(end, size) != group)
                    break;
            if (strips)
                strips[n] = (strip){
                    .region = r, .group = group, .n = end - i, .first = regions->first[r] + i};
            n++;
        }
    }
    return n;
}

static bool take_room(const airy_bands *bands, strip *s, bool words)
{
    size_t n = (size_t)s->n, levels = (size_t)bands->levels;
    size_t blocks = (size_t)bands->at[bands->levels];
    s->tail = words ? airy_memory_new(LAGS * n, sizeof *s->tail) : NULL;
    s->ring = airy_memory_new(levels * LAGS * n, sizeof *s->ring);
    s->cell = airy_memory_new((size_t)bands->in.planes[s->region].cells * n, sizeof *s->cell);
    s->product = airy_memory_new(blocks * LAGS, sizeof *s->product);
    return s->ring && s->cell && s->product && (s->tail || !words);
}

double airy_bands_bytes(const airy_regions *regions, int frames, int cells)
{
    size_t chunk = (size_t)(frames < AIRY_CHUNK ? frames : AIRY_CHUNK);
    double a_pixel = (double)airy_tiles_levels(frames) * LAGS * sizeof(double) +
                     cells * (double)sizeof(double) + LAGS * sizeof(int16_t) +
                     (double)(chunk * sizeof(float));
    return a_pixel * regions->first[regions->n];
}

airy_bands *airy_bands_new(const airy_kernel_input *input, bool words, airy_error *err)
{
    airy_bands *bands = airy_memory_new(1, sizeof *bands);
    bool good = bands != NULL;
    if (good) {
        *bands = (airy_bands){.in = *input, .levels = airy_tiles_levels(input->frames)};
        for (int l = 0; l < bands->levels; l++) // one more than fit, for the end
            bands->at[l + 1] = bands->at[l] + (AIRY_CHUNK >> l) + 1;
        int n = cut(input, NULL);
        bands->strips = airy_memory_new((size_t)n, sizeof *bands->strips);
        good = bands->strips && cut(input, bands->strips) == n;
        bands->n = good ? n : 0;
    }
    for (int i = 0; good && i < bands->n; i++)
        good = take_room(bands, &bands->strips[i], words);
    if (good)
        return bands;
    airy_bands_free(bands);
    airy_error_set(err, AIRY_EMEMORY, "no memory for the frames that later ones meet");
    return NULL;
}

// ------------------------------------------------------------------ products

static double *row_of(const piece *p, int level, int block)
{
    return p->ring + ((size_t)level * LAGS + (size_t)(block % LAGS)) * (size_t)p->n;
}

// Whether blocks `block` and `block` - k make a tile of their own: lag 15 is there for even rows.
static bool is_wanted(int block, int k)
{
    return k <= block && (k < LAGS - 1 || (block - k) % 2 == 0);
}

static double *products_of(const airy_bands *bands, const strip *s, int level, int block)
{
    return s->product + (size_t)(bands->at[level] + block - bands->before[level]) * LAGS;
}

// Adds the products of a block with those before it that its tiles want.
static void meet(const piece *p, int level, int block)
{
    double *product = products_of(p->bands, p->of, level, block);
    const double *row = row_of(p, level, block);
    for (int from = level ? NEAR : 0; from < LAGS && from <= block; from += AIRY_DOTS) {
        const double *back[AIRY_DOTS];
        double sum[AIRY_DOTS];
        for (int k = 0; k < AIRY_DOTS; k++)
            back[k] = from + k <= block ? row_of(p, level, block - from - k) : row;
        airy_dots(row, back, p->n, sum);
        for (int k = 0; k < AIRY_DOTS; k++)
            if (is_wanted(block, from + k))
                product[from + k] += sum[k];
    }
}

static void meet_words(const airy_bands *bands, const strip *s, const int16_t *word, int from,
                       int j)
{
    int t = bands->frames + j;
    const double *weight = bands->in.weight + (size_t)s->region * (size_t)bands->in.frames;
    const int16_t *row = word + (size_t)(LAGS + j) * (size_t)s->n, *back[AIRY_DOTS];
    double *product = products_of(bands, s, 0, t);
    int32_t sum[AIRY_DOTS];
    for (int k = 0; k < AIRY_DOTS; k++)
        back[k] = row - (size_t)(from + k) * (size_t)s->n;
    airy_words_dots(row, back, s->n, sum);
    for (int k = 0; k < AIRY_DOTS; k++)
        if (is_wanted(t, from + k))
            product[from + k] = sum[k] * (weight[t] * weight[t - from - k]);
}

// ------------------------------------------------------------------ rows of values

// Values as whole numbers; all 0 in a gap.
AIRY_EVERY_PROCESSOR static void to_words(const float *restrict from, int n, int16_t *restrict word)
{
    for (int i = 0; i < n; i++)
        word[i] = (int16_t)(int32_t)from[i];
}

AIRY_EVERY_PROCESSOR static void weigh(const float *restrict from, const double *restrict share,
                                       double weight, int n, double *restrict row)
{
    for (int i = 0; i < n; i++)
        row[i] = from[i] * weight * share[i];
}

// Both halves of a block of two frames at once; words have no flat.
AIRY_EVERY_PROCESSOR static void weigh_words(const int16_t *restrict a, const int16_t *restrict b,
                                             const double weight[2], int n, double *restrict row)
{
    double first = weight[0], second = weight[1];
    for (int i = 0; i < n; i++)
        row[i] = a[i] * first + b[i] * second;
}

AIRY_EVERY_PROCESSOR static void add_rows(const double *restrict a, const double *restrict b, int n,
                                          double *restrict sum)
{
    for (int i = 0; i < n; i++)
        sum[i] = a[i] + b[i];
}

AIRY_EVERY_PROCESSOR static void add_to(const double *restrict from, int n, double *restrict to)
{
    for (int i = 0; i < n; i++)
        to[i] += from[i];
}

// ------------------------------------------------------------------ a piece

// Block `block` of a level is in its row: what follows from it.
static void complete(const piece *p, int level, int block)
{
    const strip *s = p->of;
    if (level > 0 || !s->tail)
        meet(p, level, block);
    if (level == p->bands->in.planes[s->region].cell_level)
        memcpy(s->cell + (size_t)block * (size_t)s->n + p->at, row_of(p, level, block),
               (size_t)p->n * sizeof *s->cell);
}

// A block of the level above from its two halves, or the first of them alone.
static void raise(const piece *p, int level, int block, bool both)
{
    double *to = row_of(p, level, block);
    const double *first = row_of(p, level - 1, 2 * block);
    if (both)
        add_rows(first, row_of(p, level - 1, 2 * block + 1), p->n, to);
    else
        memcpy(to, first, (size_t)p->n * sizeof *to);
    complete(p, level, block);
}

// Frame j of those under way, t of all. Of whole counts single frames are wanted as such only where
// the map has cells of one, and at the end, where the last may have no mate.
static void take_frame(const piece *p, int j, int t)
{
    const airy_kernel_input *in = &p->bands->in;
    const strip *s = p->of;
    int first = s->first + p->at, members = in->regions->first[in->regions->n];
    const double *weight = in->weight + (size_t)s->region * (size_t)in->frames + t;
    bool single = !s->tail || in->planes[s->region].cell_level == 0 || t >= in->frames - 2;
    if (single) {
        weigh(p->bands->values + (size_t)j * (size_t)members + first, in->share + first, *weight,
              p->n, row_of(p, 0, t));
        complete(p, 0, t);
    }
    if (t % 2 && !single && p->bands->levels > 1) { // chunks are even: the frame before is there
        const int16_t *word = p->word + (size_t)(LAGS + j) * (size_t)s->n + p->at;
        weigh_words(word - s->n, word, weight - 1, p->n, row_of(p, 1, t / 2));
        complete(p, 1, t / 2);
    } else if (t % 2 && p->bands->levels > 1) {
        raise(p, 1, t / 2, true);
    }
    for (int l = 2; l < p->bands->levels && (t + 1) % (1 << l) == 0; l++)
        raise(p, l, t >> l, true);
}

// Blocks that want frames behind the last one.
static void take_end(const piece *p)
{
    const airy_bands *bands = p->bands;
    for (int l = 1; l < bands->levels; l++)
        if (bands->done[l] > bands->before[l])
            raise(p, l, bands->before[l], bands->done[l - 1] == 2 * bands->done[l]);
}

// ------------------------------------------------------------------ a strip

// Some frames after the other, which stay in the second cache, and of them eight lags.
static void take_words(const airy_bands *bands, const strip *s, int16_t *word)
{
    int members = bands->in.regions->first[bands->in.regions->n];
    memcpy(word, s->tail, LAGS * (size_t)s->n * sizeof *word);
    for (int from = 0; from < bands->count; from += SOME) {
        int to = from + SOME < bands->count ? from + SOME : bands->count;
        for (int j = from; j < to; j++) // a frame that does not count has weight 0
            to_words(bands->values + (size_t)j * (size_t)members + s->first, s->n,
                     word + (size_t)(LAGS + j) * (size_t)s->n);
        for (int lag = 0; lag < LAGS; lag += AIRY_DOTS)
            for (int j = from; j < to; j++)
                meet_words(bands, s, word, lag, j);
    }
    memcpy(s->tail, word + (size_t)bands->count * (size_t)s->n, LAGS * (size_t)s->n * sizeof *word);
}

static void *make_words(void *context)
{
    (void)context;
    return airy_memory_new((size_t)(LAGS + AIRY_CHUNK) * STRIP, sizeof(int16_t));
}

static airy_code take_strip(int i, void *workspace, void *context, airy_error *err)
{
    const airy_bands *bands = context;
    const strip *s = &bands->strips[i];
    (void)err;
    memset(s->product, 0, (size_t)bands->at[bands->levels] * LAGS * sizeof *s->product);
    if (s->tail && bands->count > 0)
        take_words(bands, s, workspace);
    for (int at = 0; at < s->n; at += PIECE) {
        const piece p = {bands,
                         s,
                         workspace,
                         at,
                         s->n - at < PIECE ? s->n - at : PIECE,
                         s->ring + (size_t)bands->levels * LAGS * (size_t)at};
        for (int j = 0; j < bands->count; j++)
            take_frame(&p, j, bands->frames + j);
        if (bands->count == 0)
            take_end(&p);
    }
    return AIRY_OK;
}

// ------------------------------------------------------------------ all strips

static void add_products(const airy_bands *bands, const strip *s)
{
    for (int l = 0; l < bands->levels; l++)
        for (int block = bands->before[l]; block < bands->done[l]; block++) {
            const double *product = products_of(bands, s, l, block);
            for (int k = l ? NEAR : 0; k < LAGS; k++)
                if (is_wanted(block, k))
                    airy_planes_add(&bands->in.planes[s->region], (airy_pair_tile){l, block - k, k},
                                    s->group, product[k]);
        }
}

// Strips of one region and group go to the planes together, in their order.
static void collect(const airy_bands *bands, int i)
{
    strip *s = &bands->strips[i], *next = s + 1;
    bool more = i + 1 < bands->n && next->region == s->region &&
                (next->group == s->group || !bands->in.planes[s->region].straddle[0]);
    if (more)
        add_to(s->product, bands->at[bands->levels] * LAGS, next->product);
    else
        add_products(bands, s);
}

// The next n frames; 0: what is left at the end.
static airy_code run(airy_bands *bands, int n, airy_error *err)
{
    const airy_farm farm = {.threads = bands->in.threads,
                            .make = make_words,
                            .drop = airy_memory_free,
                            .job = take_strip,
                            .context = bands};
    bands->count = n;
    for (int l = 0; l < bands->levels; l++) {
        int rest = n ? 0 : (1 << l) - 1;
        bands->before[l] = bands->frames >> l;
        bands->done[l] = (bands->frames + n + rest) >> l;
    }
    airy_code code = airy_farm_run(&farm, bands->n, err);
    for (int i = 0; code == AIRY_OK && i < bands->n; i++)
        collect(bands, i);
    bands->frames += n;
    return code;
}

airy_code airy_bands_add(airy_bands *bands, const float *values, int n, airy_error *err)
{
    bands->values = values;
    return run(bands, n, err);
}

// Row i of the map of all regions.
static airy_code map_row(int job, void *workspace, void *context, airy_error *err)
{
    const airy_bands *bands = context;
    int cells = bands->in.planes[0].cells, r = job / cells, i = job % cells;
    double *row = bands->in.planes[r].map + (size_t)i * (size_t)cells;
    double *found = airy_memory_new((size_t)cells, sizeof *found);
    (void)workspace;
    if (!found)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a row of %d cells", cells);
    for (int k = 0; k < bands->n; k++) {
        const strip *s = &bands->strips[k];
        size_t n = (size_t)s->n;
        const double *cell = s->cell + (size_t)i * n;
        if (s->region != r)
            continue;
        airy_dots_rows(cell, cell, cells - i, s->n, found);
        add_to(found, cells - i, row + i);
    }
    airy_memory_free(found);
    return AIRY_OK;
}

airy_code airy_bands_end(airy_bands *bands, airy_error *err)
{
    const airy_farm farm = {.threads = bands->in.threads, .job = map_row, .context = bands};
    int regions = bands->in.regions->n;
    airy_code code = run(bands, 0, err);
    if (code == AIRY_OK)
        code = airy_farm_run(&farm, regions * bands->in.planes[0].cells, err);
    for (int r = 0; code == AIRY_OK && r < regions; r++)
        airy_planes_settle_map(&bands->in.planes[r]);
    return code;
}
