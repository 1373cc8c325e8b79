// SPDX-License-Identifier: GPL-3.0-or-later
// Band formation in an elastoplastic plane (Nicolas et al., Rev. Mod. Phys. 90, 045006, 2018):
// cells under a uniaxial stress slip where shear exceeds cohesion and friction, and what a slip
// leaves in the elastic rest makes others slip. Nothing in it knows an angle but the load's axis.
//
// Plane strain, for the middle stress is nothing to Mohr and Coulomb: in a ball under a load along
// an axis, each slip lies in a plane that holds the axis. Stresses in units of the mean cohesion,
// strains in those of it over E'.
#include "airy/math.h"
#include "bandmodel/elastic.h"
#include "bandmodel/rules.h"

#include <math.h>

#include "base/units.h"

enum {
    SURFACE = 2, // rounds towards a free surface a solution; each slip starts from the last
    ROUNDS = 400 // solutions a step of the load at most; a fifth is hardly ever needed
};

typedef struct slips {
    const airy_montecarlo_options *options;
    int n, step;
    double middle, radius;
    double friction, dilatancy; // sines of the two angles
    double axis[TENSOR];        // a a of the load's axis
    double load;                // uniaxial stress, tension above 0
    double strained;            // strain along the axis so far, signed
    double yield;               // strain at which an even material would slip
    bool *ball, *slipped;       // inside the particle; has slipped
    float *cohesion, *slip;
    elastic plane;
    airy_random random;
    airy_image density;
} slips;

// Cohesion of a cell that has never slipped, or of one that has.
static float new_cohesion(slips *run, bool slipped)
{
    const airy_slip_options *o = &run->options->slips;
    double even = 2 * airy_random_uniform(&run->random) - 1;
    return (float)((slipped ? 1 - o->softening : 1) * (1 + o->disorder * even));
}

static bool may_slip(const slips *run, int i)
{
    return run->ball[i] || !run->options->slips.surface;
}

static double axial(const slips *run, float *const tensor[TENSOR], int i)
{
    return run->axis[XX] * tensor[XX][i] + run->axis[YY] * tensor[YY][i] +
           2 * run->axis[XY] * tensor[XY][i];
}

// The load that holds the strain along the axis; across it, the material is free to move.
static void set_load(slips *run)
{
    double sum = 0, cells = 0;
    for (int i = 0; i < run->n * run->n; i++)
        if (may_slip(run, i))
            sum += axial(run, run->plane.strain, i), cells++;
    run->load = run->strained - sum / cells;
}

// How far beyond Mohr-Coulomb's limit: shear + mean stress x sine of friction - cohesion x cosine,
// the cosine being part of the unit. direction: of the shear, (xx - yy) / 2 and xy, of length 1.
static double beyond(const slips *run, int i, double direction[2])
{
    float *const *stress = run->plane.stress;
    double xx = stress[XX][i] + run->load * run->axis[XX];
    double yy = stress[YY][i] + run->load * run->axis[YY];
    double xy = stress[XY][i] + run->load * run->axis[XY];
    double shear = hypot((xx - yy) / 2, xy);
    direction[0] = shear > 0 ? (xx - yy) / 2 / shear : 1;
    direction[1] = shear > 0 ? xy / shear : 0;
    return shear + (xx + yy) / 2 * run->friction - run->cohesion[i];
}

// Slips one cell by a random amount: shear along its shear stress, and opening by the sine of
// dilatancy.
static void slip(slips *run, int i, const double direction[2])
{
    double amount = -run->options->slips.slip * log(1 - airy_random_uniform(&run->random));
    float **strain = run->plane.strain;
    strain[XX][i] += (float)(amount * (run->dilatancy + direction[0]));
    strain[YY][i] += (float)(amount * (run->dilatancy - direction[0]));
    strain[XY][i] += (float)(amount * direction[1]);
    run->slip[i] += (float)amount;
    run->slipped[i] = true;
    run->cohesion[i] = new_cohesion(run, true);
}

// Half of the cells beyond their limit, taken at random, slip at once: all of them would be a
// pattern of the grid. False: there are none.
static bool slip_some(slips *run)
{
    bool any = false;
    for (int i = 0; i < run->n * run->n; i++) {
        double direction[2];
        if (!may_slip(run, i) || beyond(run, i, direction) < 0)
            continue;
        any = true;
        if (airy_random_uniform(&run->random) < 0.5)
            slip(run, i, direction);
    }
    return any;
}

static void strain_to(slips *run, double strain)
{
    run->strained = strain;
    set_load(run);
    for (int round = 0; round < ROUNDS && slip_some(run); round++) {
        airy_elastic_solve(&run->plane, SURFACE);
        set_load(run);
    }
}

// Free volume: where patches slipped, the material is thinner, and elsewhere denser. How much is
// not known; where most was slipped, `depth` is lacking, which is the scale of the picture alone.
static airy_code draw(slips *run, airy_error *err)
{
    const airy_image slip = {run->n, run->n, run->slip};
    double sum = 0, cells = 0, most = 0;
    airy_code code = airy_grid_blur(&slip, ELASTIC_PATCH, &run->density, err);
    const float *slipped = run->density.px;
    for (int i = 0; i < run->n * run->n; i++)
        if (run->ball[i]) {
            sum += slipped[i], cells++;
            most = fmax(most, slipped[i]);
        }
    double mean = sum / cells, scale = most > mean ? run->options->depth / (most - mean) : 0;
    for (int i = 0; i < run->n * run->n; i++)
        run->density.px[i] = run->ball[i] ? (float)(1 - scale * (slipped[i] - mean)) : NAN;
    return code;
}

static airy_code advance(void *state, int snapshot, airy_error *err)
{
    slips *run = state;
    const airy_montecarlo_options *o = run->options;
    double end = (o->slips.tension ? 1 : -1) * run->yield * o->slips.strain;
    for (; run->step < o->sweeps * snapshot / (o->snapshots - 1); run->step++)
        strain_to(run, end * (run->step + 1) / o->sweeps);
    return draw(run, err);
}

// ------------------------------------------------------------------ a run's state

static void end(void *state)
{
    slips *run = state;
    if (!run)
        return;
    airy_elastic_release(&run->plane);
    airy_memory_free(run->ball);
    airy_memory_free(run->slipped);
    airy_memory_free(run->cohesion);
    airy_memory_free(run->slip);
    airy_image_release(&run->density);
    airy_memory_free(run);
}

static airy_code make_cells(slips *run, airy_error *err)
{
    size_t cells = (size_t)run->n * (size_t)run->n;
    run->ball = airy_memory_new(cells, sizeof *run->ball);
    run->slipped = airy_memory_new(cells, sizeof *run->slipped);
    run->cohesion = airy_memory_new(cells, sizeof *run->cohesion);
    run->slip = airy_memory_new(cells, sizeof *run->slip);
    if (!run->ball || !run->slipped || !run->cohesion || !run->slip)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d x %d cells", run->n, run->n);
    for (int i = 0; i < run->n * run->n; i++) {
        run->ball[i] = hypot(i / run->n - run->middle, i % run->n - run->middle) < run->radius;
        run->cohesion[i] = new_cohesion(run, false);
    }
    airy_code code = airy_image_init(&run->density, run->n, run->n, err);
    const bool *material = run->options->slips.surface ? run->ball : NULL;
    return code ? code : airy_elastic_init(&run->plane, run->n, material, err);
}

static void *start(const airy_montecarlo_options *options, int number, airy_error *err)
{
    const airy_slip_options *o = &options->slips;
    slips *run = airy_memory_new(1, sizeof *run);
    if (!run) {
        (void)airy_error_set(err, AIRY_EMEMORY, "no memory for a run");
        return NULL;
    }
    double axis = AIRY_RADIANS(o->axis_deg);
    run->options = options;
    run->n = options->cells + 2 * BAND_MARGIN;
    run->middle = run->n / 2;
    run->radius = options->cells / 2.0;
    run->friction = sin(AIRY_RADIANS(o->friction_deg));
    run->dilatancy = sin(AIRY_RADIANS(o->dilatancy_deg < 0 ? o->friction_deg : o->dilatancy_deg));
    run->axis[XX] = cos(axis) * cos(axis);
    run->axis[YY] = sin(axis) * sin(axis);
    run->axis[XY] = cos(axis) * sin(axis);
    run->yield = 2 / (o->tension ? 1 + run->friction : 1 - run->friction);
    airy_random_init(&run->random, options->seed, (uint32_t)number, AIRY_STREAM_BANDMODEL, 1);
    if (make_cells(run, err) != AIRY_OK) {
        end(run);
        return NULL;
    }
    return run;
}

static const airy_image *density(const void *state)
{
    return &((const slips *)state)->density;
}

static run_findings findings(const void *state)
{
    const slips *run = state;
    double slipped = 0, cells = 0;
    for (int i = 0; i < run->n * run->n; i++)
        if (run->ball[i])
            slipped += run->slipped[i], cells++;
    return (run_findings){slipped / cells, fabs(run->strained) / run->yield,
                          fabs(run->load) / run->yield};
}

const band_rules airy_slip_rules = {start, advance, density, findings, end};
