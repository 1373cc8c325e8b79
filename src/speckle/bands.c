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

enum { LAGS = AIRY_TILE_LAGS, NEAR = LAGS / 2, STRIP = AIRY_WORDS_MOST };

typedef struct strip {
    int region, group, first, n; // pixels of the region's group
    int16_t *word;               // (LAGS + AIRY_CHUNK, n) the frames before, and these; or NULL
    double *ring;                // (levels, LAGS, n) the last blocks of each level
    double *cell;                // (cells, n) of the map
    double *product;             // of the frames under way: (blocks of all levels, LAGS)
    int done[AIRY_TILE_LEVELS];  // blocks that are complete
} strip;

struct airy_bands {
    airy_kernel_input in;
    int levels, n, frames; // strips; frames that were added
    strip *strips;
    // of the frames under way
    const float *values;
    int count, before[AIRY_TILE_LEVELS], at[AIRY_TILE_LEVELS + 1]; // blocks done before; places
};

// ------------------------------------------------------------------ room

void airy_bands_free(airy_bands *bands)
{
    for (int i = 0; bands && i < bands->n; i++) {
        airy_memory_free(bands->strips[i].word);
        airy_memory_free(bands->strips[i].ring);
        airy_memory_free(bands->strips[i].cell);
        airy_memory_free(bands->strips[i].product);
    }
    if (bands)
        airy_memory_free(bands->strips);
    airy_memory_free(bands);
}

// Strips end with a group and with a region; strips NULL: they are only counted.
static int cut(const airy_regions *regions, strip *strips)
{
    int n = 0;
    for (int r = 0; r < regions->n; r++) {
        int size = regions->first[r + 1] - regions->first[r];
        for (int i = 0, end; i < size; i = end) {
            int group = airy_kernel_group(i, size);
            for (end = i + 1; end < size && end - i < STRIP; end++)
                if (airy_kernel_group(end, size) != group)
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
    s->word = words ? airy_memory_new((LAGS + AIRY_CHUNK) * n, sizeof *s->word) : NULL;
    s->ring = airy_memory_new(levels * LAGS * n, sizeof *s->ring);
    s->cell = airy_memory_new((size_t)bands->in.planes[s->region].cells * n, sizeof *s->cell);
    s->product = airy_memory_new(blocks * LAGS, sizeof *s->product);
    return s->ring && s->cell && s->product && (s->word || !words);
}

double airy_bands_bytes(const airy_regions *regions, int frames, int cells)
{
    double a_pixel = (double)airy_tiles_levels(frames) * LAGS * sizeof(double) +
                     cells * (double)sizeof(double) + (LAGS + AIRY_CHUNK) * sizeof(int16_t) +
                     AIRY_CHUNK * sizeof(float);
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
        int n = cut(input->regions, NULL);
        bands->strips = airy_memory_new((size_t)n, sizeof *bands->strips);
        good = bands->strips && cut(input->regions, bands->strips) == n;
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

// ------------------------------------------------------------------ a strip

static double *ring_row(const strip *s, int level, int block)
{
    return s->ring + ((size_t)level * LAGS + (size_t)(block % LAGS)) * (size_t)s->n;
}

// The products of a block with those before it that its tiles want; row 15 behind if it is even.
static void meet(const airy_bands *bands, strip *s, int level, int block)
{
    double *product = s->product + (size_t)(bands->at[level] + block - bands->before[level]) * LAGS;
    const double *row = ring_row(s, level, block);
    for (int k = level ? NEAR : 0; k < LAGS && k <= block; k++)
        if (k < LAGS - 1 || (block - k) % 2 == 0)
            product[k] = airy_dot(row, ring_row(s, level, block - k), s->n);
}

// Block `block` of a level is in its row: what follows from it.
static void complete(const airy_bands *bands, strip *s, int level, int block)
{
    const airy_planes *planes = &bands->in.planes[s->region];
    size_t n = (size_t)s->n;
    if (level > 0 || !s->word)
        meet(bands, s, level, block);
    if (level == planes->cell_level)
        memcpy(s->cell + (size_t)block * n, ring_row(s, level, block), n * sizeof *s->cell);
    s->done[level] = block + 1;
}

static void meet_words(const airy_bands *bands, strip *s, int t, const int16_t *row)
{
    const double *weight = bands->in.weight + (size_t)s->region * (size_t)bands->in.frames;
    double *product = s->product + (size_t)(bands->at[0] + t - bands->before[0]) * LAGS;
    for (int k = 0; k < LAGS; k += 4) {
        const int16_t *back[4];
        int32_t sum[4];
        for (int j = 0; j < 4; j++)
            back[j] = row - (size_t)(k + j) * (size_t)s->n;
        airy_words_dot_4(row, back, s->n, sum);
        for (int j = 0; j < 4 && k + j <= t; j++)
            if (k + j < LAGS - 1 || (t - k - j) % 2 == 0)
                product[k + j] = sum[j] * (weight[t] * weight[t - k - j]);
    }
}

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

AIRY_EVERY_PROCESSOR static void add_rows(const double *restrict a, const double *restrict b, int n,
                                          double *restrict sum)
{
    for (int i = 0; i < n; i++)
        sum[i] = a[i] + b[i];
}

// A block of the level above from its two halves, or the first of them alone.
static void raise(const airy_bands *bands, strip *s, int level, int block, bool both)
{
    double *to = ring_row(s, level, block);
    const double *first = ring_row(s, level - 1, 2 * block);
    if (both)
        add_rows(first, ring_row(s, level - 1, 2 * block + 1), s->n, to);
    else
        memcpy(to, first, (size_t)s->n * sizeof *to);
    complete(bands, s, level, block);
}

// Both halves of a block of two frames at once.
AIRY_EVERY_PROCESSOR static void weigh_two(const float *restrict a, const float *restrict b,
                                           const double *restrict share, const double weight[2],
                                           int n, double *restrict row)
{
    double first = weight[0], second = weight[1];
    for (int i = 0; i < n; i++)
        row[i] = a[i] * first * share[i] + b[i] * second * share[i];
}

// Frame j of those under way, t of all. Of whole counts single frames are wanted as such only where
// the map has cells of one, and at the end, where the last may have no mate.
static void take_frame(const airy_bands *bands, strip *s, int j, int t)
{
    const airy_kernel_input *in = &bands->in;
    int members = in->regions->first[in->regions->n];
    const float *from = bands->values + (size_t)j * (size_t)members + s->first;
    const double *weight = in->weight + (size_t)s->region * (size_t)in->frames + t;
    bool single = !s->word || in->planes[s->region].cell_level == 0 || t >= in->frames - 2;
    if (single)
        weigh(from, in->share + s->first, *weight, s->n, ring_row(s, 0, t));
    if (s->word) { // a frame that does not count has weight 0
        int16_t *word = s->word + (size_t)(LAGS + j) * (size_t)s->n;
        to_words(from, s->n, word);
        meet_words(bands, s, t, word);
    }
    complete(bands, s, 0, t);
    if (t % 2 && !single && bands->levels > 1) { // chunks are even: the frame before is there
        weigh_two(from - members, from, in->share + s->first, weight - 1, s->n,
                  ring_row(s, 1, t / 2));
        complete(bands, s, 1, t / 2);
    } else if (t % 2 && bands->levels > 1) {
        raise(bands, s, 1, t / 2, true);
    }
    for (int l = 2; l < bands->levels && (t + 1) % (1 << l) == 0; l++)
        raise(bands, s, l, t >> l, true);
}

static airy_code take_frames(int i, void *workspace, void *context, airy_error *err)
{
    const airy_bands *bands = context;
    strip *s = &bands->strips[i];
    (void)workspace;
    (void)err;
    for (int j = 0; j < bands->count; j++)
        take_frame(bands, s, j, bands->frames + j);
    if (s->word) // the last ones are those before the next
        memmove(s->word, s->word + (size_t)bands->count * (size_t)s->n,
                LAGS * (size_t)s->n * sizeof *s->word);
    return AIRY_OK;
}

static airy_code take_rest(int i, void *workspace, void *context, airy_error *err)
{
    const airy_bands *bands = context;
    strip *s = &bands->strips[i];
    (void)workspace;
    (void)err;
    for (int l = 1; l < bands->levels; l++)
        if (s->done[l - 1] > 2 * s->done[l])
            raise(bands, s, l, s->done[l], s->done[l - 1] == 2 * s->done[l] + 2);
    return AIRY_OK;
}

// ------------------------------------------------------------------ all strips

static void add_products(const airy_bands *bands, const strip *s)
{
    for (int l = 0; l < bands->levels; l++)
        for (int block = bands->before[l]; block < s->done[l]; block++) {
            const double *product =
                s->product + (size_t)(bands->at[l] + block - bands->before[l]) * LAGS;
            for (int k = l ? NEAR : 0; k < LAGS && k <= block; k++)
                if (k < LAGS - 1 || (block - k) % 2 == 0)
                    airy_planes_add(&bands->in.planes[s->region], (airy_pair_tile){l, block - k, k},
                                    s->group, product[k]);
        }
}

static airy_code run(airy_bands *bands, airy_code (*job)(int, void *, void *, airy_error *),
                     airy_error *err)
{
    const airy_farm farm = {.threads = bands->in.threads, .job = job, .context = bands};
    memcpy(bands->before, bands->strips[0].done, sizeof bands->before);
    airy_code code = airy_farm_run(&farm, bands->n, err);
    for (int i = 0; code == AIRY_OK && i < bands->n; i++)
        add_products(bands, &bands->strips[i]);
    return code;
}

airy_code airy_bands_add(airy_bands *bands, const float *values, int n, airy_error *err)
{
    bands->values = values;
    bands->count = n;
    airy_code code = run(bands, take_frames, err);
    bands->frames += n;
    return code;
}

// Row i of the map of all regions.
static airy_code map_row(int job, void *workspace, void *context, airy_error *err)
{
    const airy_bands *bands = context;
    int cells = bands->in.planes[0].cells, r = job / cells, i = job % cells;
    double *row = bands->in.planes[r].map + (size_t)i * (size_t)cells;
    (void)workspace;
    (void)err;
    for (int k = 0; k < bands->n; k++) {
        const strip *s = &bands->strips[k];
        size_t n = (size_t)s->n;
        for (int j = i; s->region == r && j < cells; j++)
            row[j] += airy_dot(s->cell + (size_t)i * n, s->cell + (size_t)j * n, s->n);
    }
    return AIRY_OK;
}

airy_code airy_bands_end(airy_bands *bands, airy_error *err)
{
    const airy_farm farm = {.threads = bands->in.threads, .job = map_row, .context = bands};
    int regions = bands->in.regions->n;
    airy_code code = run(bands, take_rest, err);
    if (code == AIRY_OK)
        code = airy_farm_run(&farm, regions * bands->in.planes[0].cells, err);
    for (int r = 0; code == AIRY_OK && r < regions; r++)
        airy_planes_settle_map(&bands->in.planes[r]);
    return code;
}
