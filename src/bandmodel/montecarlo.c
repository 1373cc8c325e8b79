// SPDX-License-Identifier: GPL-3.0-or-later
// Runs of a model of band formation, and what is seen of them from the side.
#include "airy/math.h"
#include "airy/work.h"
#include "bandmodel/rules.h"

#include <math.h>

const char *const airy_montecarlo_models[] = {"pushes", "elastoplastic", NULL};
static const band_rules *const rules[] = {&airy_push_rules, &airy_slip_rules};

void airy_montecarlo_options_defaults(airy_montecarlo_options *options)
{
    *options = (airy_montecarlo_options){.slips = {.friction_deg = 10,
                                                   .dilatancy_deg = -1,
                                                   .surface = true,
                                                   .strain = 3,
                                                   .slip = 0.3,
                                                   .disorder = 0.5,
                                                   .softening = 0.5},
                                         .cells = 64,
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

static airy_code check(const airy_montecarlo_options *options, airy_error *err)
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
                  {"diameter", options->diameter_nm, 1, 1e5},
                  {"friction", options->slips.friction_deg, 0, 60},
                  {"dilatancy", options->slips.dilatancy_deg, -1, 60},
                  {"axis", options->slips.axis_deg, -180, 180},
                  {"strain", options->slips.strain, 0.01, 100},
                  {"slip", options->slips.slip, 1e-3, 10},
                  {"disorder", options->slips.disorder, 0, 1},
                  {"softening", options->slips.softening, 0, 1}};
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
    airy_memory_free(model->strain);
    airy_memory_free(model->stress);
    *model = (airy_montecarlo){0};
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
static void project(const airy_image *section, double radius, airy_image *out)
{
    int n = out->nx, depth = (int)ceil(radius);
    const double middle = n / 2;
    for (int i = 0; i < n * n; i++) {
        double y = i / n - middle, sum = 0;
        for (int z = -depth; z <= depth; z++) {
            double r = hypot(y, z);
            if (r < radius)
                sum += turned(section, middle, i % n, r, r > 0 ? y / r : 0);
        }
        out->px[i] = (float)sum;
    }
}

// ------------------------------------------------------------------ all runs

typedef struct job_context {
    const airy_montecarlo_options *options;
    airy_montecarlo *model;
} job_context;

static void keep(const airy_image *density, const run_findings *found, airy_montecarlo *model,
                 int slot)
{
    airy_image section = airy_stack_image(&model->section, slot);
    airy_image projection = airy_stack_image(&model->projection, slot);
    for (int i = 0; i < section.ny * section.nx; i++)
        section.px[i] = density->px[i];
    project(density, model->diameter_nm / model->pitch_nm / 2, &projection);
    model->accepted[slot] = found->accepted;
    model->strain[slot] = found->strain;
    model->stress[slot] = found->stress;
}

static airy_code one_run(int run, void *workspace, void *context, airy_error *err)
{
    (void)workspace;
    const job_context *all = context;
    const airy_montecarlo_options *options = all->options;
    const band_rules *model = rules[options->model];
    void *state = model->start(options, run, err);
    if (!state)
        return airy_error_code(err, AIRY_EMEMORY);
    airy_code code = AIRY_OK;
    for (int s = 0; code == AIRY_OK && s < options->snapshots; s++) {
        code = model->advance(state, s, err);
        const run_findings found = model->findings(state);
        keep(model->density(state), &found, all->model, run * options->snapshots + s);
    }
    model->end(state);
    return code;
}

static airy_code make_room(const airy_montecarlo_options *options, airy_montecarlo *model,
                           airy_error *err)
{
    int n = options->cells + 2 * BAND_MARGIN, images = options->runs * options->snapshots;
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
    model->strain = airy_memory_new((size_t)images, sizeof(double));
    model->stress = airy_memory_new((size_t)images, sizeof(double));
    if (!model->sweep || !model->accepted || !model->strain || !model->stress)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d images", images);
    for (int s = 0; s < options->snapshots; s++)
        model->sweep[s] = (double)options->sweeps * s / (options->snapshots - 1);
    return AIRY_OK;
}

airy_code airy_montecarlo_run(const airy_montecarlo_options *options, const airy_progress *progress,
                              airy_montecarlo *model, airy_error *err)
{
    *model = (airy_montecarlo){0};
    airy_code code = check(options, err);
    if (code == AIRY_OK)
        code = make_room(options, model, err);
    if (code == AIRY_OK) {
        job_context context = {options, model};
        size_t snapshots = (size_t)options->snapshots;
        size_t images = snapshots * (size_t)model->section.ny * (size_t)model->section.nx;
        const airy_farm_slots slots[] = {{model->section.px, images * sizeof(float)},
                                         {model->projection.px, images * sizeof(float)},
                                         {model->accepted, snapshots * sizeof(double)},
                                         {model->strain, snapshots * sizeof(double)},
                                         {model->stress, snapshots * sizeof(double)}};
        const airy_farm farm = {.threads = options->threads,
                                .job = one_run,
                                .context = &context,
                                .progress = progress,
                                .slots = slots,
                                .slot_count = sizeof slots / sizeof *slots};
        code = airy_farm_run(&farm, options->runs, err);
    }
    if (code != AIRY_OK)
        airy_montecarlo_release(model);
    return code;
}
