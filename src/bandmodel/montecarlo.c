// SPDX-License-Identifier: GPL-3.0-or-later
// Band formation on a lattice: low-density cells push their neighbours' mass away, preferably
// along the polarisation, and dense cells resist. Our model in the spirit of the experiment's; its
// rules are ours.
#include "airy/math.h"
#include "airy/work.h"
#include "airy/bandmodel.h"

#include <math.h>

enum { MARGIN = 8, WAYS = 8 };

// Steps to the eight neighbours, row and column; the polarisation is along the columns (x).
static const int step_y[WAYS] = {0, 0, 1, 1, 1, -1, -1, -1};
static const int step_x[WAYS] = {1, -1, 0, 1, -1, 0, 1, -1};

void airy_montecarlo_options_defaults(airy_montecarlo_options *options)
{
    *options = (airy_montecarlo_options){.cells = 64,
                                         .spots = 8,
                                         .spot_size = 0.1,
                                         .depth = 0.4,
                                         .axis_bias = 20,
                                         .hardness = 3,
                                         .reach = 6,
                                         .sweeps = 60,
                                         .snapshots = 5,
                                         .runs = 20,
                                         .diameter_nm = 110};
}

airy_code airy_montecarlo_options_check(const airy_montecarlo_options *options, airy_error *err)
{
    const struct {
        const char *name;
        double value, low, high;
    } limits[] = {{"cells", options->cells, 16, 512},
                  {"spots", options->spots, 0, 1000},
                  {"spot size", options->spot_size, 0.01, 0.5},
                  {"depth", options->depth, 0, 1},
                  {"axis bias", options->axis_bias, 0.01, 1000},
                  {"hardness", options->hardness, 0, 100},
                  {"reach", options->reach, 0, 1000},
                  {"sweeps", options->sweeps, 1, 1e6},
                  {"snapshots", options->snapshots, 2, 100},
                  {"runs", options->runs, 1, 10000},
                  {"diameter", options->diameter_nm, 1, 1e5}};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (!(limits[i].value >= limits[i].low && limits[i].value <= limits[i].high))
            return airy_error_set(err, AIRY_EARGUMENT, "%s is %g to %g, not %g", limits[i].name,
                                  limits[i].low, limits[i].high, limits[i].value);
    return AIRY_OK;
}

void airy_montecarlo_release(airy_montecarlo *model)
{
    airy_stack_release(&model->section);
    airy_stack_release(&model->projection);
    airy_memory_free(model->sweep);
    airy_memory_free(model->accepted);
    *model = (airy_montecarlo){0};
}

// ------------------------------------------------------------------ one run

// The lattice of one run; cells outside the ball hold NaN.
typedef struct lattice {
    const airy_montecarlo_options *options;
    airy_image density;
    double radius, middle; // cells
    double cumulative[WAYS];
    airy_random random;
    long long tried, accepted;
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

static airy_code start(lattice *cells, const airy_montecarlo_options *options, int run,
                       airy_error *err)
{
    int n = options->cells + 2 * MARGIN;
    *cells = (lattice){.options = options, .radius = options->cells / 2.0, .middle = n / 2};
    airy_code code = airy_image_init(&cells->density, n, n, err);
    if (code != AIRY_OK)
        return code;
    airy_random_init(&cells->random, options->seed, (uint32_t)run, AIRY_STREAM_BANDMODEL, 0);
    set_odds(cells);
    for (int i = 0; i < n * n; i++)
        cells->density.px[i] = inside(cells, i / n, i % n) ? 1 : NAN;
    for (int k = 0; k < options->spots; k++)
        place_dipole(cells);
    return AIRY_OK;
}

// ------------------------------------------------------------------ what is seen from the side

// Density at distance r from the axis, the upper half of the section where cosine is 1, the lower
// where it is -1, in between a mixture: the section is turned about the axis by 180 degrees.
static double turned(const airy_image *section, double middle, int x, double r, double cosine)
{
    double up = airy_grid_bilinear(section, middle + r, x);
    double down = airy_grid_bilinear(section, middle - r, x);
    up = isnan(up) ? 0 : up;
    down = isnan(down) ? 0 : down;
    return (1 + cosine) / 2 * up + (1 - cosine) / 2 * down;
}

// Column sums along the beam (z), in cells.
static void project(const lattice *cells, airy_image *out)
{
    int n = out->nx, depth = (int)ceil(cells->radius);
    for (int i = 0; i < n * n; i++) {
        double y = i / n - cells->middle, sum = 0;
        for (int z = -depth; z <= depth; z++) {
            double r = hypot(y, z);
            if (r < cells->radius)
                sum += turned(&cells->density, cells->middle, i % n, r, r > 0 ? y / r : 0);
        }
        out->px[i] = (float)sum;
    }
}

// ------------------------------------------------------------------ all runs

typedef struct job_context {
    const airy_montecarlo_options *options;
    airy_montecarlo *model;
} job_context;

static void keep(const lattice *cells, airy_montecarlo *model, int slot)
{
    airy_image section = airy_stack_image(&model->section, slot);
    airy_image projection = airy_stack_image(&model->projection, slot);
    for (int i = 0; i < section.ny * section.nx; i++)
        section.px[i] = cells->density.px[i];
    project(cells, &projection);
    model->accepted[slot] =
        cells->tried ? (double)cells->accepted / (double)cells->tried : (double)NAN;
}

static airy_code one_run(int run, void *workspace, void *context, airy_error *err)
{
    (void)workspace;
    const job_context *all = context;
    const airy_montecarlo_options *options = all->options;
    lattice cells;
    airy_code code = start(&cells, options, run, err);
    if (code != AIRY_OK)
        return code;
    long long attempts = (long long)options->sweeps * cells.density.nx * cells.density.nx, done = 0;
    for (int s = 0; s < options->snapshots; s++) {
        for (long long wanted = attempts * s / (options->snapshots - 1); done < wanted; done++)
            attempt(&cells);
        keep(&cells, all->model, run * options->snapshots + s);
    }
    airy_image_release(&cells.density);
    return AIRY_OK;
}

static airy_code make_room(const airy_montecarlo_options *options, airy_montecarlo *model,
                           airy_error *err)
{
    int n = options->cells + 2 * MARGIN, images = options->runs * options->snapshots;
    *model = (airy_montecarlo){.runs = options->runs,
                               .snapshots = options->snapshots,
                               .pitch_nm = options->diameter_nm / options->cells,
                               .diameter_nm = options->diameter_nm};
    airy_code code = airy_stack_init(&model->section, images, n, n, err);
    if (code == AIRY_OK)
        code = airy_stack_init(&model->projection, images, n, n, err);
    if (code != AIRY_OK)
        return code;
    model->sweep = airy_memory_new((size_t)options->snapshots, sizeof(double));
    model->accepted = airy_memory_new((size_t)images, sizeof(double));
    if (!model->sweep || !model->accepted)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d images", images);
    for (int s = 0; s < options->snapshots; s++)
        model->sweep[s] = (double)options->sweeps * s / (options->snapshots - 1);
    return AIRY_OK;
}

airy_code airy_montecarlo_run(const airy_montecarlo_options *options, const airy_progress *progress,
                              airy_montecarlo *model, airy_error *err)
{
    *model = (airy_montecarlo){0};
    airy_code code = airy_montecarlo_options_check(options, err);
    if (code == AIRY_OK)
        code = make_room(options, model, err);
    if (code == AIRY_OK) {
        job_context context = {options, model};
        size_t snapshots = (size_t)options->snapshots;
        size_t images = snapshots * (size_t)model->section.ny * (size_t)model->section.nx;
        const airy_farm_slots slots[] = {{model->section.px, images * sizeof(float)},
                                         {model->projection.px, images * sizeof(float)},
                                         {model->accepted, snapshots * sizeof(double)}};
        const airy_farm farm = {.threads = options->threads,
                                .job = one_run,
                                .context = &context,
                                .progress = progress,
                                .slots = slots,
                                .slot_count = 3};
        code = airy_farm_run(&farm, options->runs, err);
    }
    if (code != AIRY_OK)
        airy_montecarlo_release(model);
    return code;
}
