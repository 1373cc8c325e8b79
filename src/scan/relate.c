// SPDX-License-Identifier: GPL-3.0-or-later
// Whether two maps go together, when neighbouring places know of each other.
//
// Chance: one map is shifted over the other on a torus, which keeps what each remembers (Upton &
// Fingleton, Spatial Data Analysis by Example, 1985, ch. 3). Limits: blocks of places are drawn
// with replacement (Hall, Stoch. Proc. Appl. 20 (1985) 231). Effective number: Clifford, Richardson
// & Hemon, Biometrics 45 (1989) 123, by the autocorrelation of both maps' ranks.
#include "airy/scan.h"
#include "relate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST = 10, REACH = 32 };

// Two or more maps of one size and the places where all of them have a value.
typedef struct maps {
    int ny, nx, n;
    int *place; // (n)
    const airy_image *a, *b;
    const airy_relate_options *options;
    double *rank_a, *rank_b; // (ny, nx) NaN elsewhere
    double *value;           // (options->shifts or draws)
    int block;
} maps;

const airy_option airy_relate_rows[] = {
    AIRY_OPTION(airy_relate_options, shifts, "shifts", .low = 19, .high = 1e6,
                .help = "of one map over the other, for the chance"),
    AIRY_OPTION(airy_relate_options, draws, "draws", .low = 19, .high = 1e6,
                .help = "of blocks of places, for the limits"),
    AIRY_OPTION(airy_relate_options, block, "block", .low = 0, .high = 1000, .unit = "STEPS",
                .help = "side of a block; 0 = by how far the maps remember"),
    {0},
};

void airy_relate_options_defaults(airy_relate_options *options)
{
    *options = (airy_relate_options){.shifts = 999, .draws = 999};
}

// ------------------------------------------------------------------ ranks

typedef struct item {
    double value;
    int at;
} item;

static int by_value(const void *a, const void *b)
{
    const item *x = a, *y = b;
    return x->value != y->value ? (x->value > y->value) - (x->value < y->value)
                                : (x->at > y->at) - (x->at < y->at);
}

// Ranks 1 to n; equal values have the mean of theirs.
static void rank(item *items, int n, double *ranks)
{
    qsort(items, (size_t)n, sizeof *items, by_value);
    for (int i = 0, j; i < n; i = j) {
        for (j = i + 1; j < n && items[j].value == items[i].value; j++)
            continue;
        for (int k = i; k < j; k++)
            ranks[items[k].at] = (i + 1 + j) / 2.0;
    }
}

typedef struct moments {
    double n, a, b, aa, bb, ab;
} moments;

static void add(moments *m, double a, double b)
{
    m->n++, m->a += a, m->b += b, m->aa += a * a, m->bb += b * b, m->ab += a * b;
}

static double correlation(const moments *m)
{
    double va = m->n * m->aa - m->a * m->a, vb = m->n * m->bb - m->b * m->b;
    return va > 0 && vb > 0 ? (m->n * m->ab - m->a * m->b) / sqrt(va * vb) : NAN;
}

// Ranks of places that are in a list, the same place several times or not: rho of them.
static double spearman_of(const double *a, const double *b, const int *place, int n, item *items,
                          double *ranks)
{
    moments m = {0};
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < n; i++)
            items[i] = (item){(side ? b : a)[place[i]], i};
        rank(items, n, ranks + (size_t)side * (size_t)n);
    }
    for (int i = 0; i < n; i++)
        add(&m, ranks[i], ranks[n + i]);
    return correlation(&m);
}

// ------------------------------------------------------------------ preparing

static void release(maps *m)
{
    airy_memory_free(m->place);
    airy_memory_free(m->rank_a);
    airy_memory_free(m->rank_b);
    airy_memory_free(m->value);
}

static airy_code rank_map(const maps *m, const airy_image *map, double *ranks, airy_error *err)
{
    size_t all = (size_t)m->ny * (size_t)m->nx;
    item *items = airy_memory_new((size_t)m->n, sizeof *items);
    if (!items)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for ranks");
    for (size_t i = 0; i < all; i++)
        ranks[i] = NAN;
    for (int i = 0; i < m->n; i++)
        items[i] = (item){map->px[m->place[i]], m->place[i]};
    rank(items, m->n, ranks);
    airy_memory_free(items);
    return AIRY_OK;
}

static airy_code prepare(maps *m, airy_error *err)
{
    size_t all = (size_t)m->ny * (size_t)m->nx;
    int most = m->options->shifts > m->options->draws ? m->options->shifts : m->options->draws;
    if (m->a->ny != m->b->ny || m->a->nx != m->b->nx)
        return airy_error_set(err, AIRY_ESHAPE, "maps of %d x %d and %d x %d are not of one place",
                              m->a->ny, m->a->nx, m->b->ny, m->b->nx);
    m->place = airy_memory_new(all, sizeof *m->place);
    m->rank_a = airy_memory_new(all, sizeof *m->rank_a);
    m->rank_b = airy_memory_new(all, sizeof *m->rank_b);
    m->value = airy_memory_new((size_t)most + 1, sizeof *m->value);
    if (!m->place || !m->rank_a || !m->rank_b || !m->value)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for maps of %zu places", all);
    for (size_t i = 0; i < all; i++)
        if (isfinite(m->a->px[i]) && isfinite(m->b->px[i]))
            m->place[m->n++] = (int)i;
    if (m->n < LEAST)
        return airy_error_set(err, AIRY_EVALUE,
                              "%d places have a value in both maps; %d are the least", m->n, LEAST);
    airy_code code = rank_map(m, m->a, m->rank_a, err);
    return code == AIRY_OK ? rank_map(m, m->b, m->rank_b, err) : code;
}

// ------------------------------------------------------------------ what the maps remember

// Correlation of a map with itself, a step (dy, dx) off.
static double remembered(const maps *m, const double *map, int dy, int dx)
{
    moments sum = {0};
    for (int i = 0; i < m->n; i++) {
        int y = m->place[i] / m->nx + dy, x = m->place[i] % m->nx + dx;
        if (y < 0 || y >= m->ny || x < 0 || x >= m->nx || isnan(map[y * m->nx + x]))
            continue;
        add(&sum, map[m->place[i]], map[y * m->nx + x]);
    }
    double c = sum.n >= LEAST ? correlation(&sum) : NAN;
    return isnan(c) ? 0 : c;
}

// Steps after which a map is forgotten along an axis: the first at which nothing is left that
// stands out of chance.
static int memory_along(const maps *m, const double *map, int dy, int dx)
{
    double noise = 2 / sqrt(m->n);
    int reach = 1;
    while (reach < REACH && remembered(m, map, dy * reach, dx * reach) > noise)
        reach++;
    return reach;
}

static int memory(const maps *m, const double *map)
{
    int along_y = memory_along(m, map, 1, 0), along_x = memory_along(m, map, 0, 1);
    return along_y > along_x ? along_y : along_x;
}

// 1 + n^2 / sum over pairs of the product of both autocorrelations; as many as there are at most.
static double effective(const maps *m, int reach)
{
    double sum = 0;
    for (int dy = -reach; dy <= reach; dy++)
        for (int dx = -reach; dx <= reach; dx++) {
            double both = remembered(m, m->rank_a, dy, dx) * remembered(m, m->rank_b, dy, dx);
            double pairs = (double)(m->ny - abs(dy)) * (m->nx - abs(dx)) / (m->ny * m->nx);
            sum += pairs > 0 ? both * pairs * m->n : 0;
        }
    double n = sum > 0 ? 1 + (double)m->n * m->n / sum : m->n;
    return n < m->n ? n : m->n;
}

// ------------------------------------------------------------------ chance and limits

// rho with b shifted on the torus. Ranks stay those of the maps where few places are NaN.
static airy_code shift_once(int i, void *workspace, void *context, airy_error *err)
{
    const maps *m = context;
    moments sum = {0};
    airy_random random;
    (void)workspace, (void)err;
    airy_random_init(&random, m->options->seed, (uint32_t)i, AIRY_STREAM_SHIFTS, 0);
    int by = 1 + (int)airy_random_below(&random, (uint32_t)(m->ny * m->nx - 1));
    int dy = by / m->nx, dx = by % m->nx;
    for (int k = 0; k < m->n; k++) {
        int y = (m->place[k] / m->nx + dy) % m->ny, x = (m->place[k] % m->nx + dx) % m->nx;
        double b = m->rank_b[y * m->nx + x];
        if (!isnan(b))
            add(&sum, m->rank_a[m->place[k]], b);
    }
    m->value[i] = correlation(&sum);
    return AIRY_OK;
}

static airy_code find_chance(maps *m, airy_relation *relation, airy_error *err)
{
    const airy_farm farm = {.threads = m->options->threads, .job = shift_once, .context = m};
    int larger = 0, n = m->options->shifts;
    airy_code code = airy_farm_run(&farm, n, err);
    for (int i = 0; i < n; i++)
        larger += fabs(m->value[i]) >= fabs(relation->spearman);
    relation->chance = (1.0 + larger) / (1.0 + n);
    return code;
}

// Blocks of b x b places, anywhere, until there are as many places as before; b may wrap around.
static int draw_blocks(const maps *m, airy_random *random, int *place)
{
    int n = 0, b = m->block;
    while (n < m->n) {
        int y0 = (int)airy_random_below(random, (uint32_t)m->ny);
        int x0 = (int)airy_random_below(random, (uint32_t)m->nx);
        for (int k = 0; k < b * b && n < m->n; k++) {
            int at = (y0 + k / b) % m->ny * m->nx + (x0 + k % b) % m->nx;
            if (!isnan(m->rank_a[at]))
                place[n++] = at;
        }
    }
    return n;
}

// Room of a draw; places, items and ranks.
typedef struct draw_room {
    int *place;
    item *items;
    double *ranks;
} draw_room;

static void drop_room(void *workspace)
{
    draw_room *r = workspace;
    if (r) {
        airy_memory_free(r->place);
        airy_memory_free(r->items);
        airy_memory_free(r->ranks);
    }
    airy_memory_free(r);
}

static void *make_room(void *context)
{
    const maps *m = context;
    draw_room *r = airy_memory_new(1, sizeof *r);
    if (!r)
        return NULL;
    r->place = airy_memory_new((size_t)m->n, sizeof *r->place);
    r->items = airy_memory_new((size_t)m->n, sizeof *r->items);
    r->ranks = airy_memory_new(2 * (size_t)m->n, sizeof *r->ranks);
    if (r->place && r->items && r->ranks)
        return r;
    drop_room(r);
    return NULL;
}

static airy_code draw_once(int i, void *workspace, void *context, airy_error *err)
{
    const maps *m = context;
    draw_room *r = workspace;
    airy_random random;
    (void)err;
    airy_random_init(&random, m->options->seed, (uint32_t)i, AIRY_STREAM_BLOCKS, 0);
    int n = draw_blocks(m, &random, r->place);
    m->value[i] = spearman_of(m->rank_a, m->rank_b, r->place, n, r->items, r->ranks);
    return AIRY_OK;
}

static airy_code find_limits(maps *m, airy_relation *relation, airy_error *err)
{
    const airy_farm farm = {.threads = m->options->threads,
                            .make = make_room,
                            .drop = drop_room,
                            .job = draw_once,
                            .context = m};
    int n = m->options->draws;
    airy_code code = airy_farm_run(&farm, n, err);
    relation->low = airy_stats_quantile_double(m->value, n, 0.025);
    relation->high = airy_stats_quantile_double(m->value, n, 0.975);
    return code;
}

static airy_code relate(maps *m, airy_relation *relation, airy_error *err)
{
    moments values = {0}, ranks = {0};
    *relation = (airy_relation){.n = m->n};
    for (int i = 0; i < m->n; i++) {
        add(&values, m->a->px[m->place[i]], m->b->px[m->place[i]]);
        add(&ranks, m->rank_a[m->place[i]], m->rank_b[m->place[i]]);
    }
    relation->spearman = correlation(&ranks);
    relation->pearson = correlation(&values);
    if (isnan(relation->spearman))
        return airy_error_set(err, AIRY_EVALUE, "a map is the same everywhere: it has no order");
    int a = memory(m, m->rank_a), b = memory(m, m->rank_b);
    relation->effective = effective(m, a > b ? a : b);
    m->block = m->options->block > 0 ? m->options->block : a > b ? a : b;
    airy_code code = find_chance(m, relation, err);
    return code == AIRY_OK ? find_limits(m, relation, err) : code;
}

airy_code airy_relate(const airy_image *a, const airy_image *b, const airy_relate_options *options,
                      airy_relation *relation, airy_error *err)
{
    maps m = {.ny = a->ny, .nx = a->nx, .a = a, .b = b, .options = options};
    airy_code code = prepare(&m, err);
    if (code == AIRY_OK)
        code = relate(&m, relation, err);
    release(&m);
    return code;
}

// ------------------------------------------------------------------ halves

// Fisher's mean of two correlations, and of their limits.
static double middle(double a, double b)
{
    return tanh((atanh(a) + atanh(b)) / 2);
}

static void join(const airy_relation two[2], airy_relation *of)
{
    *of = (airy_relation){.n = two[0].n < two[1].n ? two[0].n : two[1].n,
                          .spearman = middle(two[0].spearman, two[1].spearman),
                          .pearson = middle(two[0].pearson, two[1].pearson),
                          .effective = fmin(two[0].effective, two[1].effective),
                          .low = middle(two[0].low, two[1].low),
                          .high = middle(two[0].high, two[1].high)};
    // the mean of two values is no surer than the better of them, whose chance is doubled
    of->chance = fmin(1, 2 * fmin(two[0].chance, two[1].chance));
}

airy_code airy_relate_halves(const airy_image a[2], const airy_image b[2],
                             const airy_relate_options *options, airy_split_relation *relation,
                             airy_error *err)
{
    airy_relation two[2], own = {0};
    *relation = (airy_split_relation){.reliable = {NAN, NAN}};
    airy_code code = airy_relate(&a[0], &b[1], options, &two[0], err);
    if (code == AIRY_OK)
        code = airy_relate(&a[1], &b[0], options, &two[1], err);
    if (code == AIRY_OK)
        join(two, &relation->of);
    if (code == AIRY_OK)
        code = airy_relate(&a[0], &a[1], options, &own, err);
    relation->reliable[0] = own.spearman;
    if (code == AIRY_OK)
        code = airy_relate(&b[0], &b[1], options, &own, err);
    relation->reliable[1] = own.spearman;
    double product = relation->reliable[0] * relation->reliable[1];
    bool known = relation->reliable[0] > 0 && relation->reliable[1] > 0;
    relation->corrected = known ? relation->of.spearman / sqrt(product) : NAN;
    relation->corrected_low = known ? relation->of.low / sqrt(product) : NAN;
    relation->corrected_high = known ? relation->of.high / sqrt(product) : NAN;
    return code;
}
