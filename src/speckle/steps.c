// SPDX-License-Identifier: GPL-3.0-or-later
// Sudden changes of what scatters: frames before and after one are less alike than frames as far
// apart on either side of it.
//
// At each level, S(s) sums C over the pairs that straddle the border s in blocks up to 14 apart:
// those of the level's own tiles, and of all tiles of shorter blocks.
// D(s) = (S(s - 15) + S(s + 15)) / 2 - S(s) compares a border with those on both sides that no such
// pair shares: it is 0 on average where the dynamics are steady, or change slowly. It is known for
// each of 16 groups of pixels, which see the same step and have noise of their own. So without a
// step a group's D is as likely below 0 as above, whatever its spread in time: the chance is how
// often the largest D anywhere is reached when the groups' signs are drawn (a permutation test of
// the maximum: Winkler et al., NeuroImage 92 (2014) 381, sign flipping).
#include "airy/speckle.h"
#include "findings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS = AIRY_SPECKLE_GROUPS, LEVELS = AIRY_TILE_LEVELS };
enum { REACH = AIRY_TILE_LAGS - 1, WIDE = 2 * REACH }; // blocks on both sides of a border
enum { DRAWS = 1999, RESAMPLES = 200, STEPS_MOST = 32, BORDERS_LEAST = 32, LOOK = 3 };

typedef struct search {
    int frames, levels, borders[LEVELS];
    double *straddle[LEVELS]; // (GROUPS, borders) S
    double *drop[LEVELS];     // (GROUPS, borders) D
    uint8_t *whole[LEVELS];   // (borders) D is there, and no step was found near
    double spread[LEVELS];    // of D summed over groups; 0: the level is not looked at
    uint64_t seed;
    double observed;
    int *larger; // (DRAWS)
} search;

static void release(search *s)
{
    for (int l = 0; l < LEVELS; l++) {
        airy_memory_free(s->straddle[l]);
        airy_memory_free(s->drop[l]);
        airy_memory_free(s->whole[l]);
    }
    airy_memory_free(s->larger);
}

// ------------------------------------------------------------------ what straddles

// Borders of which all frames that they look at count, in all regions.
static void find_whole(search *s, const int *before, int level)
{
    for (int b = WIDE; b < s->borders[level]; b++) {
        long long from = (long long)(b - WIDE) << level, to = (long long)(b + WIDE) << level;
        if (to <= s->frames && before[to] - before[from] == to - from)
            s->whole[level][b] = 1;
    }
}

static void add_region(search *s, const airy_planes *planes, int level)
{
    size_t borders = (size_t)s->borders[level];
    for (int g = 0; g < GROUPS; g++) {
        const double *change = planes->straddle[level] + (size_t)g * (borders + REACH + 1);
        double *to = s->straddle[level] + (size_t)g * borders, sum = 0;
        for (size_t b = 0; b < borders; b++)
            to[b] += sum += change[b];
    }
}

// Tiles are whole on either side of a border of longer blocks: their sums are those of S at the
// same frame.
static void add_shorter(search *s, int level)
{
    size_t borders = (size_t)s->borders[level], shorter = (size_t)s->borders[level - 1];
    for (int g = 0; g < GROUPS; g++)
        for (size_t b = 0; b < borders && 2 * b < shorter; b++)
            s->straddle[level][(size_t)g * borders + b] +=
                s->straddle[level - 1][(size_t)g * shorter + 2 * b];
}

static void compare_sides(search *s, int level)
{
    size_t borders = (size_t)s->borders[level];
    for (int g = 0; g < GROUPS; g++) {
        const double *of = s->straddle[level] + (size_t)g * borders;
        double *to = s->drop[level] + (size_t)g * borders;
        for (size_t b = REACH; b + REACH < borders; b++)
            to[b] = s->whole[level][b] ? (of[b - REACH] + of[b + REACH]) / 2 - of[b] : 0;
    }
}

static double summed(const search *s, int level, int border)
{
    double sum = 0;
    for (int g = 0; g < GROUPS; g++)
        sum += s->drop[level][(size_t)g * (size_t)s->borders[level] + (size_t)border];
    return sum;
}

// The width of D's core; a step is in its tail.
static airy_code find_spread(search *s, int level, airy_error *err)
{
    int n = 0;
    float *d = airy_memory_new((size_t)s->borders[level], sizeof *d);
    if (!d)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d borders", s->borders[level]);
    for (int b = 0; b < s->borders[level]; b++)
        if (s->whole[level][b])
            d[n++] = (float)summed(s, level, b);
    s->spread[level] = n >= BORDERS_LEAST ? airy_stats_mad_sd(d, n) : 0;
    airy_memory_free(d);
    return AIRY_OK;
}

static airy_code make_level(search *s, const airy_correlation *of, const int *before, int level,
                            airy_error *err)
{
    size_t borders = (((size_t)s->frames - 1) >> level) + 1;
    s->borders[level] = (int)borders;
    s->straddle[level] = airy_memory_new(borders * GROUPS, sizeof(double));
    s->drop[level] = airy_memory_new(borders * GROUPS, sizeof(double));
    s->whole[level] = airy_memory_new(borders, 1);
    if (!s->straddle[level] || !s->drop[level] || !s->whole[level])
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %zu borders", borders);
    for (int r = 0; r < of->regions.n; r++)
        add_region(s, &of->planes[r], level);
    if (level > 0)
        add_shorter(s, level);
    find_whole(s, before, level);
    compare_sides(s, level);
    return find_spread(s, level, err);
}

// Frames before t that count in all regions.
static int *count_frames(const airy_correlation *of)
{
    int frames = of->survey.frames;
    int *before = airy_memory_new((size_t)frames + 1, sizeof *before);
    for (int t = 0; before && t < frames; t++) {
        bool counts = true;
        for (int r = 0; r < of->regions.n; r++)
            counts = counts && !isnan(of->frame_mean[(size_t)r * (size_t)frames + (size_t)t]);
        before[t + 1] = before[t] + counts;
    }
    return before;
}

static airy_code make(search *s, const airy_correlation *of, airy_error *err)
{
    int *before = count_frames(of);
    bool any = false;
    s->larger = airy_memory_new(DRAWS, sizeof *s->larger);
    airy_code code =
        before && s->larger ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for steps");
    for (int l = 0; code == AIRY_OK && l < s->levels; l++) {
        code = make_level(s, of, before, l, err);
        any = any || s->spread[l] > 0;
    }
    airy_memory_free(before);
    if (code == AIRY_OK && !any)
        return airy_error_set(err, AIRY_EVALUE,
                              "steps want %d frames in a row without a gap: %d frames, %d of them "
                              "in gaps",
                              2 * WIDE + BORDERS_LEAST, s->frames, s->frames - of->survey.used);
    return code;
}

// ------------------------------------------------------------------ chance

typedef struct place {
    int level, border;
    double value;
} place;

static place largest(const search *s)
{
    place most = {.level = -1, .value = -INFINITY};
    for (int l = 0; l < s->levels; l++)
        for (int b = 0; s->spread[l] > 0 && b < s->borders[l]; b++) {
            double value = s->whole[l][b] ? summed(s, l, b) / s->spread[l] : -INFINITY;
            if (value > most.value)
                most = (place){l, b, value};
        }
    return most;
}

static bool reaches(const search *s, const double *sign, int level, double *row)
{
    size_t borders = (size_t)s->borders[level];
    double limit = s->observed * s->spread[level];
    memset(row, 0, borders * sizeof *row);
    for (int g = 0; g < GROUPS; g++)
        for (size_t b = 0; b < borders; b++)
            row[b] += sign[g] * s->drop[level][(size_t)g * borders + b];
    for (size_t b = 0; b < borders; b++)
        if (s->whole[level][b] && row[b] >= limit)
            return true;
    return false;
}

static void *make_row(void *context)
{
    const search *s = context;
    return airy_memory_new((size_t)s->borders[0], sizeof(double));
}

static airy_code draw_signs(int draw, void *workspace, void *context, airy_error *err)
{
    search *s = context;
    double sign[GROUPS];
    airy_random random;
    (void)err;
    airy_random_init(&random, s->seed, (uint32_t)draw, AIRY_STREAM_SIGNS, 0);
    uint32_t bits = airy_random_bits(&random);
    for (int g = 0; g < GROUPS; g++)
        sign[g] = bits >> g & 1 ? 1 : -1;
    s->larger[draw] = 0;
    for (int l = 0; l < s->levels && !s->larger[draw]; l++)
        s->larger[draw] = s->spread[l] > 0 && reaches(s, sign, l, workspace);
    return AIRY_OK;
}

static airy_code find_chance(search *s, double observed, double *chance, airy_error *err)
{
    const airy_farm farm = {
        .make = make_row, .drop = airy_memory_free, .job = draw_signs, .context = s};
    int larger = 0;
    s->observed = observed;
    airy_code code = airy_farm_run(&farm, DRAWS, err);
    for (int i = 0; i < DRAWS; i++)
        larger += s->larger[i];
    *chance = (1.0 + larger) / (1.0 + DRAWS);
    return code;
}

// ------------------------------------------------------------------ where, and how deep

static double weighed(const search *s, int level, int border, const int *weight)
{
    double sum = 0;
    for (int g = 0; g < GROUPS; g++)
        sum += weight[g] * s->drop[level][(size_t)g * (size_t)s->borders[level] + (size_t)border];
    return sum;
}

// Down from a border to levels of shorter blocks, to the frame.
static int refine(const search *s, place from, const int *weight)
{
    int border = from.border;
    for (int l = from.level; l >= 0; l--) {
        int about = l == from.level ? border : 2 * border, best = about;
        double most = -INFINITY;
        for (int b = about - LOOK; b <= about + LOOK; b++)
            if (b >= REACH && b + REACH < s->borders[l] && weighed(s, l, b, weight) > most)
                most = weighed(s, l, b, weight), best = b;
        border = best;
    }
    return border;
}

static int ascending(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static void locate(const search *s, place from, airy_speckle_step *step)
{
    int weight[GROUPS], found[RESAMPLES];
    airy_random random;
    for (int g = 0; g < GROUPS; g++)
        weight[g] = 1;
    step->frame = refine(s, from, weight);
    airy_random_init(&random, s->seed, (uint32_t)step->frame, AIRY_STREAM_GROUPS, 0);
    for (int i = 0; i < RESAMPLES; i++) {
        memset(weight, 0, sizeof weight);
        for (int g = 0; g < GROUPS; g++)
            weight[airy_random_below(&random, GROUPS)]++;
        found[i] = refine(s, from, weight);
    }
    qsort(found, RESAMPLES, sizeof *found, ascending);
    step->low = found[RESAMPLES / 40];
    step->high = found[RESAMPLES - 1 - RESAMPLES / 40];
}

// Mean baseline of all pixels: two mean images far apart.
static double mean_baseline(const airy_correlation *of)
{
    double sum = 0;
    for (int r = 0; r < of->regions.n; r++) {
        airy_region_result result;
        const airy_g2 none = {.age = NAN};
        if (airy_region_results(of, r, &none, 1, &result, NULL) == AIRY_OK)
            sum += result.baseline * result.pixels;
    }
    return isnan(sum) ? of->regions.first[of->regions.n] : sum;
}

// 1 - (C across - baseline) / (C beside - baseline) of the pairs at most 14 frames apart.
static double depth_of(const search *s, const airy_correlation *of, int frame)
{
    double across = 0, beside = 0, pairs = REACH * (REACH - 1) / 2.0;
    size_t borders = (size_t)s->borders[0];
    if (frame < REACH || frame + REACH >= s->borders[0])
        return NAN;
    for (int g = 0; g < GROUPS; g++) {
        const double *row = s->straddle[0] + (size_t)g * borders;
        across += row[frame];
        beside += (row[frame - REACH] + row[frame + REACH]) / 2;
    }
    double rest = pairs * mean_baseline(of);
    return 1 - (across - rest) / (beside - rest);
}

// What looks at a step that was found does not look for another.
static void cover(search *s, int frame)
{
    for (int l = 0; l < s->levels; l++)
        for (int b = 0; b < s->borders[l]; b++) {
            long long off = llabs(((long long)b << l) - frame);
            if (off <= (long long)(WIDE + 1) << l)
                s->whole[l][b] = 0;
        }
}

static airy_code find_steps(search *s, const airy_correlation *of, double most,
                            airy_speckle_step *steps, int *n, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (*n = 0; code == AIRY_OK && *n < STEPS_MOST; (*n)++) {
        airy_speckle_step *step = &steps[*n];
        place at = largest(s);
        if (at.level < 0 || !(at.value > 0))
            break;
        code = find_chance(s, at.value, &step->chance, err);
        if (code != AIRY_OK || step->chance >= most)
            break;
        locate(s, at, step);
        step->depth = depth_of(s, of, step->frame);
        cover(s, step->frame);
    }
    return code;
}

airy_code airy_speckle_steps(const airy_correlation *of, double most, uint64_t seed,
                             airy_speckle_step **steps, int *n, airy_error *err)
{
    search s = {.frames = of->survey.frames, .levels = of->planes[0].tiles.levels, .seed = seed};
    *n = 0;
    *steps = NULL;
    if (!of->planes[0].straddle[0])
        return airy_error_set(err, AIRY_EVALUE, "the correlation was made without steps");
    airy_code code = make(&s, of, err);
    if (code == AIRY_OK) {
        *steps = airy_memory_new(STEPS_MOST, sizeof **steps);
        code = *steps ? find_steps(&s, of, most, *steps, n, err)
                      : airy_error_set(err, AIRY_EMEMORY, "no memory for steps");
    }
    release(&s);
    if (code != AIRY_OK) {
        airy_memory_free(*steps);
        *steps = NULL;
        *n = 0;
    }
    return code;
}
