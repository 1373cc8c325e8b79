// SPDX-License-Identifier: GPL-3.0-or-later
// Band formation on a lattice: low-density cells push their neighbours' mass away, preferably
// along the polarisation, and dense cells resist. Our model in the spirit of the experiment's; its
// rules are ours.
#include "bandmodel/rules.h"

#include <math.h>

enum { WAYS = 8 };

// Steps to the eight neighbours, row and column; the polarisation is along the columns (x).
static const int step_y[WAYS] = {0, 0, 1, 1, 1, -1, -1, -1};
static const int step_x[WAYS] = {1, -1, 0, 1, -1, 0, 1, -1};

// The lattice of one run; cells outside the ball hold NaN.
typedef struct lattice {
    const airy_montecarlo_options *options;
    airy_image density;
    double radius, middle; // cells
    double cumulative[WAYS];
    airy_random random;
    long long done, tried, accepted;
} lattice;

// Odds of the eight ways: axis_bias along the axis, 1 across it, in between by the square of the
// cosine; a diagonal neighbour is further away and gets half.
static void set_odds(lattice *cells)
{
    double sum = 0;
    for (int k = 0; k < WAYS; k++) {
        double length2 = step_y[k] * step_y[k] + step_x[k] * step_x[k];
        double along = step_x[k] * step_x[k] / length2;
        sum += (1 + (cells->options->axis_bias - 1) * along) / length2;
        cells->cumulative[k] = sum;
    }
    for (int k = 0; k < WAYS; k++)
        cells->cumulative[k] /= sum;
}

static int choose_way(lattice *cells)
{
    double u = airy_random_uniform(&cells->random);
    int k = 0;
    while (k < WAYS - 1 && u >= cells->cumulative[k])
        k++;
    return k;
}

static bool inside(const lattice *cells, int y, int x)
{
    return hypot(y - cells->middle, x - cells->middle) < cells->radius;
}

// Moves `depth` of every cell of a disc to the cell one spot's diameter along the axis: a dipole.
static void place_dipole(lattice *cells)
{
    const airy_montecarlo_options *options = cells->options;
    double spot = options->spot_size * cells->radius;
    double reach = cells->radius - spot, y0, x0;
    do { // uniform in a disc
        y0 = reach * (2 * airy_random_uniform(&cells->random) - 1);
        x0 = reach * (2 * airy_random_uniform(&cells->random) - 1);
    } while (hypot(y0, x0) > reach);
    int away = (int)lround(2 * spot) * (airy_random_uniform(&cells->random) < 0.5 ? -1 : 1);
    int n = cells->density.nx;
    for (int i = 0; i < n * n; i++) {
        int y = i / n, x = i % n;
        if (hypot(y - cells->middle - y0, x - cells->middle - x0) > spot || !inside(cells, y, x) ||
            !inside(cells, y, x + away))
            continue;
        double mass = options->depth * fmin(1, cells->density.px[i]);
        cells->density.px[i] -= (float)mass;
        cells->density.px[i + away] += (float)mass;
    }
}

// Low cells are at least half as thin as the spots at the start.
static bool is_low(const lattice *cells, int y, int x)
{
    return inside(cells, y, x) &&
           cells->density.px[y * cells->density.nx + x] <= 1 - cells->options->depth / 2;
}

// Mean density of the 3 x 3 cells around a place, and how many of its 8 neighbours are low.
static double around(const lattice *cells, int y, int x, int *low)
{
    double sum = 0;
    int n = 0;
    *low = 0;
    for (int k = 0; k < 9; k++) {
        int v = y + k / 3 - 1, u = x + k % 3 - 1;
        if (!inside(cells, v, u))
            continue;
        sum += cells->density.px[v * cells->density.nx + u];
        n++;
        *low += k != 4 && is_low(cells, v, u);
    }
    return n ? sum / n : 0;
}

// The neighbour ahead that is densest of the three in the direction of the push, or -1 at the rim.
static int densest_ahead(const lattice *cells, int i, int way)
{
    static const int left[WAYS] = {3, 4, 3, 0, 2, 6, 0, 5}, right[WAYS] = {6, 7, 4, 2, 1, 7, 5, 1};
    const int ahead[3] = {way, left[way], right[way]};
    int n = cells->density.nx, best = -1;
    for (int k = 0; k < 3; k++) {
        int v = i / n + step_y[ahead[k]], u = i % n + step_x[ahead[k]];
        if (inside(cells, v, u) &&
            (best < 0 || cells->density.px[v * n + u] > cells->density.px[best]))
            best = v * n + u;
    }
    return best;
}

// Where pushed mass comes to rest: from cell i on in the push's direction, through what is full
// (1 + depth), to the first cell with room that touches a dense one, or has come `reach` steps. -1:
// there is no room up to the rim.
static int collect(const lattice *cells, int i, int way, float mass)
{
    float full = (float)(1 + cells->options->depth) + 1e-4F;
    for (int steps = 0; i >= 0; steps++) {
        int next = densest_ahead(cells, i, way);
        bool room = cells->density.px[i] + mass <= full;
        bool touches = next >= 0 && cells->density.px[next] > (1 + full) / 2;
        if (room && (touches || steps >= cells->options->reach || next < 0))
            return i;
        i = next;
    }
    return -1;
}

// One attempt: a low cell makes the neighbour that it looks at low, too, and what was in it is
// pushed on. The denser what lies ahead, and the fewer low cells beside it, the less likely.
static void attempt(lattice *cells)
{
    const airy_montecarlo_options *options = cells->options;
    int n = cells->density.nx, low;
    int i = (int)airy_random_below(&cells->random, (uint32_t)(n * n));
    int y = i / n, x = i % n;
    if (!is_low(cells, y, x))
        return;
    int way = choose_way(cells), dy = step_y[way], dx = step_x[way];
    int v = y + dy, u = x + dx;
    if (!inside(cells, v, u) || is_low(cells, v, u) || !inside(cells, v + dy, u + dx))
        return;
    cells->tried++;
    around(cells, v, u, &low);
    double cohesion = fmin(1, low / 3.0), dense = around(cells, v + dy, u + dx, &low);
    if (airy_random_uniform(&cells->random) >= cohesion * exp(-options->hardness * (dense - 1)))
        return;
    float *pushed = &cells->density.px[v * n + u];
    float mass = *pushed - (float)(1 - options->depth);
    int to = collect(cells, (v + dy) * n + u + dx, way, mass);
    if (to < 0)
        return;
    *pushed -= mass;
    cells->density.px[to] += mass;
    cells->accepted++;
}

// ------------------------------------------------------------------ a run's state

static void *start(const airy_montecarlo_options *options, int run, airy_error *err)
{
    int n = options->cells + 2 * BAND_MARGIN;
    lattice *cells = airy_memory_new(1, sizeof *cells);
    if (!cells || airy_image_init(&cells->density, n, n, err) != AIRY_OK) {
        (void)airy_error_set(err, AIRY_EMEMORY, "no memory for %d x %d cells", n, n);
        airy_memory_free(cells);
        return NULL;
    }
    cells->options = options;
    cells->radius = options->cells / 2.0;
    cells->middle = n / 2;
    airy_random_init(&cells->random, options->seed, (uint32_t)run, AIRY_STREAM_BANDMODEL, 0);
    set_odds(cells);
    for (int i = 0; i < n * n; i++)
        cells->density.px[i] = inside(cells, i / n, i % n) ? 1 : NAN;
    for (int k = 0; k < options->spots; k++)
        place_dipole(cells);
    return cells;
}

static airy_code advance(void *state, int snapshot, airy_error *err)
{
    (void)err;
    lattice *cells = state;
    const airy_montecarlo_options *options = cells->options;
    long long attempts = (long long)options->sweeps * cells->density.nx * cells->density.nx;
    for (long long wanted = attempts * snapshot / (options->snapshots - 1); cells->done < wanted;
         cells->done++)
        attempt(cells);
    return AIRY_OK;
}

static const airy_image *density(const void *state)
{
    return &((const lattice *)state)->density;
}

static run_findings findings(const void *state)
{
    const lattice *cells = state;
    double accepted = cells->tried ? (double)cells->accepted / (double)cells->tried : (double)NAN;
    return (run_findings){accepted, NAN, NAN};
}

static void end(void *state)
{
    lattice *cells = state;
    airy_image_release(&cells->density);
    airy_memory_free(cells);
}

const band_rules airy_push_rules = {start, advance, density, findings, end};
