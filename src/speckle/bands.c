// SPDX-License-Identifier: GPL-3.0-or-later
// Dense frames: each block of frames meets those up to 15 blocks before it, level by level.
//
// Pixels go in strips that fit the second cache with the blocks that later ones will meet, and
// strips in teams. A team's products of some frames are written down, strip after strip, and then
// added to the planes team after team, so that the sums do not depend on threads.
#include "dots.h"
#include "kernels.h"

#include "base/processor.h"

#include <string.h>

enum { LAGS = AIRY_TILE_LAGS, NEAR = LAGS / 2 };
enum { LEVELS = AIRY_TILE_LEVELS + 3 }; // with those of a map of two cells
// Pixels of a strip; frames of it as words; pixels of which the blocks of a level fit the first
// cache.
enum { STRIP = 512, SOME = 64, PIECE = 256 };
enum { SOON = LAGS / 2 }; // frames that values are asked for ahead
enum {
    TEAM_MOST = 8,
    TEAMS_LEAST = 16
}; // strips of a team; teams of a region, if it has the strips

typedef struct strip {
    int region, group, first, n; // pixels of the region, and of its group where those are kept
    int16_t *tail;               // (LAGS, n) the last frames as words; NULL: they are none
    double *ring;                // of each piece (levels, LAGS, its length): the last blocks
    double *cell;                // (cells, n) of the map
} strip;

typedef struct team {
    int first, n;    // strips of one region, and of one group where those are kept
    double *product; // of the frames under way: (blocks, lags that are looked at) of each level
} team;

struct airy_bands {
    airy_kernel_input in;
    int tiles, levels; // levels that have tiles; and with those that only lead to the map's cells
    int n, teams, frames; // strips; frames that were added
    strip *strips;
    team *team;
    double *rings; // of all strips, since large pages are quicker than many small ones
    // of the frames under way
    airy_values values;
    int count, at[LEVELS + 1];        // frames; places of the levels
    int before[LEVELS], done[LEVELS]; // blocks complete before; after
};

// Pixels `at` to `at` + n - 1 of a strip.
typedef struct piece {
    const airy_bands *bands;
    const strip *of;
    double *product; // of the team
    const int16_t
        *word; // (SOME, pixels of the strip) frames from `from` on, from the piece's first
    int at, n, from, length; // of a row, whole groups of lanes, 0 behind the pixels
    double *ring;            // (levels, LAGS, length) the last blocks
} piece;

// ------------------------------------------------------------------ room

void airy_bands_free(airy_bands *bands)
{
    for (int i = 0; bands && i < bands->n; i++) {
        airy_memory_free(bands->strips[i].tail);
        airy_memory_free(bands->strips[i].cell);
    }
    for (int i = 0; bands && i < bands->teams; i++)
        airy_memory_free(bands->team[i].product);
    if (bands) {
        airy_memory_free(bands->strips);
        airy_memory_free(bands->team);
        airy_memory_free(bands->rings);
    }
    airy_memory_free(bands);
}

// Strips end with a region, and with a group where sums by group are kept;
// strips NULL: they are only counted.
static int cut(const airy_kernel_input *in, strip *strips)
{
    const airy_regions *regions = in->regions;
    int n = 0;
    for (int r = 0; r < regions->n; r++) {
        int size = regions->first[r + 1] - regions->first[r];
        for (int i = 0, end; i < size; i = end) {
            int group = airy_parts_group(i, size);
            for (end = i + 1; end < size && end - i < STRIP; end++)
                if (airy_planes_grouped(&in->planes[r]) && airy_parts_group(end, size) != group)
                    break;
            if (strips)
                strips[n] = (strip){
                    .region = r, .group = group, .n = end - i, .first = regions->first[r] + i};
            n++;
        }
    }
    return n;
}

// Whether products of two strips belong to the same sums.
static bool belong(const airy_bands *bands, const strip *a, const strip *b)
{
    return a->region == b->region &&
           (a->group == b->group || !airy_planes_grouped(&bands->in.planes[a->region]));
}

// Of the strips of its region alone, so that the order of sums knows nothing of regions that are
// under way beside it.
static int most_of_team(const airy_bands *bands, const strip *of)
{
    int strips = 0;
    for (int i = 0; i < bands->n; i++)
        strips += bands->strips[i].region == of->region;
    int most = strips / TEAMS_LEAST;
    return most < 1 ? 1 : most > TEAM_MOST ? TEAM_MOST : most;
}

static void make_teams(airy_bands *bands)
{
    for (int i = 0, most = 0; i < bands->n; i++) {
        team *last = bands->team + bands->teams - 1;
        if (i == 0 || bands->strips[i].region != bands->strips[i - 1].region)
            most = most_of_team(bands, &bands->strips[i]);
        if (bands->teams > 0 && last->n < most &&
            belong(bands, &bands->strips[last->first], &bands->strips[i]))
            last->n++;
        else
            bands->team[bands->teams++] = (team){.first = i, .n = 1};
    }
}

static int length_of(int n)
{
    return (n + AIRY_DOTS_LANES - 1) / AIRY_DOTS_LANES * AIRY_DOTS_LANES;
}

// From row to row: one group of lanes more than the values, so that rows of a power of two do not
// all fall on the same lines of the first cache.
static size_t stride_of(int length)
{
    return (size_t)length + AIRY_DOTS_LANES;
}

// Values that the last blocks of n pixels take, all pieces of them.
static size_t ring_size(const airy_bands *bands, int n)
{
    int pieces = (n + PIECE - 1) / PIECE;
    size_t rows = (size_t)bands->levels * LAGS;
    return ((size_t)length_of(n) + (size_t)pieces * AIRY_DOTS_LANES) * rows;
}

// The first of values that begins a line of the cache, which a group of lanes fills.
static double *on_a_line(double *values)
{
    const size_t line = AIRY_DOTS_LANES * sizeof *values;
    size_t off = (uintptr_t)values % line;
    return off ? values + (line - off) / sizeof *values : values;
}

static bool take_room(const airy_bands *bands, strip *s, bool words)
{
    size_t n = (size_t)s->n;
    s->tail = words ? airy_memory_new(LAGS * n, sizeof *s->tail) : NULL;
    s->cell = airy_memory_new((size_t)bands->in.planes[s->region].cells * n, sizeof *s->cell);
    return s->cell && (s->tail || !words);
}

double airy_bands_bytes(const airy_regions *regions, int frames, int cells)
{
    return (double)regions->first[regions->n] *
           ((1 + (double)AIRY_DOTS_LANES / PIECE) * airy_tiles_levels(frames) * LAGS *
                sizeof(double) +
            cells * (double)sizeof(double) + LAGS * sizeof(int16_t));
}

// Lags that blocks of a level look back by.
static int width_of(int level)
{
    return level ? LAGS - NEAR : LAGS;
}

static bool take_rooms(airy_bands *bands, bool words)
{
    int n = cut(&bands->in, NULL);
    bands->strips = airy_memory_new((size_t)n, sizeof *bands->strips);
    bands->team = airy_memory_new((size_t)n, sizeof *bands->team);
    if (!bands->strips || !bands->team || cut(&bands->in, bands->strips) != n)
        return false;
    bands->n = n;
    make_teams(bands);
    size_t all = 0;
    for (int i = 0; i < n; i++)
        all += ring_size(bands, bands->strips[i].n);
    bands->rings = airy_memory_new(all + AIRY_DOTS_LANES, sizeof *bands->rings);
    bool good = bands->rings != NULL;
    double *ring = good ? on_a_line(bands->rings) : NULL;
    for (int i = 0; good && i < n; i++) {
        good = take_room(bands, &bands->strips[i], words);
        bands->strips[i].ring = ring;
        ring += ring_size(bands, bands->strips[i].n);
    }
    for (int i = 0; good && i < bands->teams; i++) {
        bands->team[i].product = airy_memory_new((size_t)bands->at[bands->levels], sizeof(double));
        good = bands->team[i].product != NULL;
    }
    return good;
}

airy_bands *airy_bands_new(const airy_kernel_input *input, bool words, airy_error *err)
{
    airy_bands *bands = airy_memory_new(1, sizeof *bands);
    if (bands) {
        int tiles = airy_tiles_levels(input->frames), cells = input->planes[0].cell_level + 1;
        *bands =
            (airy_bands){.in = *input, .tiles = tiles, .levels = tiles > cells ? tiles : cells};
        for (int l = 0; l < bands->levels; l++) // one more than fit, for the end
            bands->at[l + 1] = bands->at[l] + ((input->chunk >> l) + 1) * width_of(l);
        if (take_rooms(bands, words))
            return bands;
    }
    airy_bands_free(bands);
    airy_error_set(err, AIRY_EMEMORY, "no memory for the frames that later ones meet");
    return NULL;
}

// ------------------------------------------------------------------ products

// Before the first block rows are 0.
static double *row_of(const piece *p, int level, int block)
{
    return p->ring + ((size_t)level * LAGS + ((size_t)block & (LAGS - 1))) * stride_of(p->length);
}

// Whether blocks `block` and `block` - k make a tile of their own: lag 15 is there for even rows.
static bool is_wanted(int block, int k)
{
    return k <= block && (k < LAGS - 1 || (block - k) % 2 == 0);
}

static size_t place_of(const airy_bands *bands, int level, int block)
{
    return (size_t)bands->at[level] +
           (size_t)(block - bands->before[level]) * (size_t)width_of(level);
}

// Adds the products of a block, and with `both` of the one behind it, with those that are as far
// before them as the level's tiles are: eight rows, which both need but for one each. That one is
// lag 15 of the first, whose row is that of the second by now, and no tile of an even block.
static void meet(const piece *p, int level, int block, bool both)
{
    double *product = p->product + place_of(p->bands, level, block);
    int width = width_of(level);
    const double *const of[2] = {row_of(p, level, block), row_of(p, level, block + both)};
    for (int first = 0; first < width; first += AIRY_DOTS) {
        int lag = LAGS - width + first; // of the last of both
        const double *back[AIRY_DOTS];
        airy_dots_sums sum;
        for (int k = 0; k < AIRY_DOTS; k++)
            back[k] = row_of(p, level, block + both - lag - k);
        airy_dots(of, back, p->length, sum);
        for (int k = first < both; k < AIRY_DOTS; k++)
            product[first + k - both] += sum[0][k];
        for (int k = 0; both && k < AIRY_DOTS; k++)
            product[width + first + k] += sum[1][k];
    }
}

// A block waits for its mate, unless that comes with later frames.
static void meet_mate(const piece *p, int level, int block)
{
    bool odd = block % 2, mate = odd && block > p->bands->before[level];
    if (odd || block + 1 == p->bands->done[level])
        meet(p, level, block - mate, mate);
}

// Those of frame j and eight before it, from `lag` on; row is j's.
static void meet_words(const airy_bands *bands, const strip *s, const int16_t *row, int lag, int j,
                       double *product)
{
    int t = bands->frames + j;
    const double *weight = bands->in.weight + (size_t)s->region * (size_t)bands->in.frames + t;
    const int16_t *back[AIRY_DOTS];
    int32_t sum[AIRY_DOTS];
    for (int k = 0; k < AIRY_DOTS; k++)
        back[k] = row - (size_t)(lag + k) * (size_t)s->n;
    airy_words_dots(row, back, s->n, sum);
    product += j * LAGS + lag;
    for (int k = 0; k < AIRY_DOTS && lag + k <= t; k++)
        product[k] += sum[k] * (weight[0] * weight[-lag - k]);
}

// ------------------------------------------------------------------ rows of values

// Asks for bytes that are wanted soon, since reading takes as long as products. Inline, or GCC
// finds that a function which only asks does nothing.
static inline __attribute__((always_inline)) void ask_for(const void *from, size_t bytes)
{
    enum { LINE = 64 };
    for (size_t i = 0; i < bytes; i += LINE)
        __builtin_prefetch((const char *)from + i);
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
    if (level < p->bands->tiles && (level > 0 || !s->tail))
        meet_mate(p, level, block);
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

static const double *weight_of(const piece *p, int j)
{
    const airy_kernel_input *in = &p->bands->in;
    return in->weight + (size_t)p->of->region * (size_t)in->frames + p->bands->frames + j;
}

static const int16_t *word_of(const piece *p, int j)
{
    return p->word + (size_t)(j - p->from) * (size_t)p->of->n;
}

// Frame j of values that are no words; meanwhile a later one comes.
static void take_real(const piece *p, int j, double *row)
{
    const airy_kernel_input *in = &p->bands->in;
    size_t first = (size_t)p->of->first + (size_t)p->at,
           members = (size_t)in->regions->first[in->regions->n];
    const float *from = p->bands->values.real + (size_t)j * members + first;
    if (j + SOON < p->bands->count)
        ask_for(from + SOON * members, (size_t)p->n * sizeof *from);
    weigh(from, in->share + first, *weight_of(p, j), p->n, row);
}

// Frames `from` to `to` - 1 of those under way, one by one. Words have no flat.
static void take_single(const piece *p, int from, int to)
{
    for (int j = from, t = p->bands->frames + from; j < to; j++, t++) {
        const double weight[2] = {*weight_of(p, j), 0};
        if (p->of->tail)
            weigh_words(word_of(p, j), word_of(p, j), weight, p->n, row_of(p, 0, t));
        else
            take_real(p, j, row_of(p, 0, t));
        complete(p, 0, t);
    }
}

// The same of whole counts, two by two: chunks are even. A last frame without a mate waits for the
// end.
static void take_pairs(const piece *p, int from, int to)
{
    int j = from;
    for (; j + 1 < to; j += 2) {
        int block = (p->bands->frames + j) / 2;
        weigh_words(word_of(p, j), word_of(p, j + 1), weight_of(p, j), p->n, row_of(p, 1, block));
        complete(p, 1, block);
    }
    take_single(p, j, to);
}

// Single frames are wanted as rows of their own where they are no words, and where the map has
// cells of one.
static bool is_single(const airy_bands *bands, const strip *s)
{
    return !s->tail || bands->in.planes[s->region].cell_level == 0 || bands->levels == 1;
}

// Some frames climb the levels together, so that a level's rows stay near: as many as the lowest
// level keeps.
static void take_frames(const piece *p, int from, int to)
{
    int frames = p->bands->frames;
    bool single = is_single(p->bands, p->of);
    if (single)
        take_single(p, from, to);
    else
        take_pairs(p, from, to);
    for (int l = single ? 1 : 2; l < p->bands->levels; l++)
        for (int block = (frames + from) >> l; block < (frames + to) >> l; block++)
            raise(p, l, block, true);
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

// Piece by piece what follows from some frames; from what is left at the end where there are none.
static void take_pieces(const airy_bands *bands, const team *of, const strip *s,
                        const int16_t *word, const int span[2])
{
    int climb = is_single(bands, s) ? LAGS : 2 * LAGS;
    for (int at = 0; at < s->n; at += PIECE) {
        const piece p = {.bands = bands,
                         .of = s,
                         .product = of->product,
                         .word = word + (size_t)LAGS * (size_t)s->n + at,
                         .at = at,
                         .n = s->n - at < PIECE ? s->n - at : PIECE,
                         .from = span[0],
                         .length = length_of(s->n - at < PIECE ? s->n - at : PIECE),
                         .ring = s->ring + ring_size(bands, at)};
        for (int j = span[0]; j < span[1]; j += climb)
            take_frames(&p, j, j + climb < span[1] ? j + climb : span[1]);
        if (bands->count == 0)
            take_end(&p);
    }
}

// Single frames as words, and the products of all their lags; meanwhile the next frames come.
static void take_words(const airy_bands *bands, const team *of, const strip *s, int16_t *word,
                       const int span[2])
{
    size_t members = (size_t)bands->in.regions->first[bands->in.regions->n], n = (size_t)s->n;
    const int16_t *from = bands->values.word + s->first;
    for (int j = span[0]; j < span[1]; j++) // a frame that does not count has weight 0
        memcpy(word + (size_t)(LAGS + j - span[0]) * n, from + (size_t)j * members,
               n * sizeof *word);
    for (int lag = 0, part = 0; lag < LAGS; lag += AIRY_DOTS, part++)
        for (int j = span[0]; j < span[1]; j++) {
            enum { PARTS = LAGS / AIRY_DOTS };
            int first = s->n * part / PARTS, next = j + SOME;
            if (next < bands->count)
                ask_for(from + (size_t)next * members + first, n / PARTS * sizeof *from);
            meet_words(bands, s, word + (size_t)(LAGS + j - span[0]) * n, lag, j, of->product);
        }
}

static void take_strip(const airy_bands *bands, const team *of, const strip *s, int16_t *word)
{
    size_t tail = LAGS * (size_t)s->n * sizeof *word;
    if (s->tail)
        memcpy(word, s->tail, tail);
    for (int from = 0; from < bands->count; from += SOME) {
        const int span[2] = {from, from + SOME < bands->count ? from + SOME : bands->count};
        if (s->tail)
            take_words(bands, of, s, word, span);
        take_pieces(bands, of, s, word, span);
        if (s->tail)
            memmove(word, word + (size_t)(span[1] - from) * (size_t)s->n, tail);
    }
    if (s->tail)
        memcpy(s->tail, word, tail);
    if (bands->count == 0)
        take_pieces(bands, of, s, word, (const int[2]){0, 0});
}

static void *make_words(void *context)
{
    (void)context;
    return airy_memory_new((size_t)(LAGS + SOME) * STRIP, sizeof(int16_t));
}

static airy_code take_team(int i, void *workspace, void *context, airy_error *err)
{
    const airy_bands *bands = context;
    const team *of = &bands->team[i];
    (void)err;
    memset(of->product, 0, (size_t)bands->at[bands->levels] * sizeof *of->product);
    for (int k = of->first; k < of->first + of->n; k++)
        take_strip(bands, of, &bands->strips[k], workspace);
    return AIRY_OK;
}

// ------------------------------------------------------------------ all strips

static void add_products(const airy_bands *bands, const team *of)
{
    const strip *s = &bands->strips[of->first];
    airy_planes *planes = &bands->in.planes[s->region];
    for (int l = 0; l < bands->tiles; l++)
        for (int block = bands->before[l]; block < bands->done[l]; block++) {
            const double *product = of->product + place_of(bands, l, block);
            for (int k = LAGS - width_of(l); k < LAGS; k++, product++)
                if (is_wanted(block, k))
                    airy_planes_add(planes, (airy_pair_tile){l, block - k, k}, s->group, *product);
        }
}

// A level's products of a team to the parts of its region: all blocks together where ages are.
// Before the first block products are 0, and lag 15 is no tile of an even one.
static void add_level_parts(const airy_bands *bands, const team *of, int l)
{
    const strip *s = &bands->strips[of->first];
    airy_planes *planes = &bands->in.planes[s->region];
    int width = width_of(l), grain = planes->tiles.grain;
    double sum[LAGS] = {0};
    for (int block = bands->before[l]; block < bands->done[l]; block++) {
        const double *product = of->product + place_of(bands, l, block);
        for (int k = 0; k < width - 1 + block % 2; k++)
            sum[k] += product[k];
        if (planes->parts.bins == 1 && block + 1 < bands->done[l])
            continue;
        for (int k = 0; k < width; k++) {
            int lag = LAGS - width + k, row = block > lag ? block - lag : 0;
            airy_parts_add(&planes->parts, grain, (airy_pair_tile){l, row, lag}, s->group, sum[k]);
            sum[k] = 0;
        }
    }
}

static void add_parts(const airy_bands *bands, const team *of)
{
    for (int l = 0; l < bands->tiles; l++)
        if (bands->in.planes[bands->strips[of->first].region].parts.sum)
            add_level_parts(bands, of, l);
}

// Whether what two teams made goes to the planes together: all of a region, but of one group where
// the planes look at groups.
static bool go_together(const airy_bands *bands, const strip *a, const strip *b)
{
    return a->region == b->region &&
           (a->group == b->group || !bands->in.planes[a->region].straddle[0]);
}

// Teams go to the planes in their order.
static void collect(const airy_bands *bands, int i)
{
    const team *of = &bands->team[i], *next = of + 1;
    if (i + 1 < bands->teams &&
        go_together(bands, &bands->strips[of->first], &bands->strips[next->first]))
        add_to(of->product, bands->at[bands->levels], next->product);
    else
        add_products(bands, of);
}

// The next n frames; 0: what is left at the end.
static airy_code run(airy_bands *bands, int n, airy_error *err)
{
    const airy_farm farm = {.threads = bands->in.threads,
                            .make = make_words,
                            .drop = airy_memory_free,
                            .job = take_team,
                            .context = bands};
    bands->count = n;
    for (int l = 0; l < bands->levels; l++) {
        int rest = n ? 0 : (1 << l) - 1;
        bands->before[l] = bands->frames >> l;
        bands->done[l] = (bands->frames + n + rest) >> l;
    }
    airy_code code = airy_farm_run(&farm, bands->teams, err);
    for (int i = 0; code == AIRY_OK && i < bands->teams; i++)
        add_parts(bands, &bands->team[i]);
    for (int i = 0; code == AIRY_OK && i < bands->teams; i++)
        collect(bands, i);
    bands->frames += n;
    return code;
}

airy_code airy_bands_add(airy_bands *bands, const airy_values *values, int n, airy_error *err)
{
    bands->values = *values;
    return run(bands, n, err);
}

// Two rows of the map of all regions.
static airy_code map_rows(int job, void *workspace, void *context, airy_error *err)
{
    const airy_bands *bands = context;
    int cells = bands->in.planes[0].cells, jobs = (cells + 1) / 2, r = job / jobs;
    int i = job % jobs * 2, many = i + 1 < cells ? 2 : 1;
    double *row = bands->in.planes[r].map + (size_t)i * (size_t)cells;
    double *found = airy_memory_new(2 * (size_t)cells, sizeof *found);
    (void)workspace;
    if (!found)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for two rows of %d cells", cells);
    for (int k = 0; k < bands->n; k++) {
        const strip *s = &bands->strips[k];
        const double *cell = s->cell + (size_t)i * (size_t)s->n;
        if (s->region != r)
            continue;
        airy_dots_rows((const double *[]){cell, cell + (many - 1) * s->n}, cell, cells - i, s->n,
                       (double *[]){found, found + cells});
        for (int of = 0; of < many; of++)
            add_to(found + of * (cells + 1), cells - i - of, row + of * (cells + 1) + i);
    }
    airy_memory_free(found);
    return AIRY_OK;
}

airy_code airy_bands_end(airy_bands *bands, airy_error *err)
{
    const airy_farm farm = {.threads = bands->in.threads, .job = map_rows, .context = bands};
    int regions = bands->in.regions->n;
    airy_code code = run(bands, 0, err);
    if (code == AIRY_OK)
        code = airy_farm_run(&farm, regions * ((bands->in.planes[0].cells + 1) / 2), err);
    for (int r = 0; code == AIRY_OK && r < regions; r++)
        airy_planes_settle_map(&bands->in.planes[r]);
    return code;
}
