// SPDX-License-Identifier: GPL-3.0-or-later
// Runs of a model of band formation, and what is seen of them from the side.
#include "airy/math.h"
#include "airy/work.h"
#include "bandmodel/rules.h"

#include <math.h>

const char *const airy_montecarlo_models[] = {"pushes", "elastoplastic", NULL};
static const band_rules *const rules[] = {&airy_push_rules, &airy_slip_rules};

const airy_option airy_montecarlo_rows[] = {
    AIRY_OPTION(airy_montecarlo_options, model, "model", .choices = "pushes|elastoplastic",
                .help = "low cells push mass away, or cells slip under stress"),
    AIRY_OPTION(airy_montecarlo_options, runs, "runs", .low = 1, .high = 10000,
                .help = "independent runs"),
    AIRY_OPTION(airy_montecarlo_options, sweeps, "sweeps", .low = 1, .high = 1e6,
                .help = "attempts per cell"),
    AIRY_OPTION(airy_montecarlo_options, snapshots, "snapshots", .low = 2, .high = 100,
                .help = "images kept of a run, the first before any move"),
    AIRY_OPTION(airy_montecarlo_options, cells, "cells", .low = 16, .high = 512,
                .help = "across the particle"),
    AIRY_OPTION(airy_montecarlo_options, diameter_nm, "diameter", .low = 1, .high = 1e5,
                .unit = "nm", .help = "of the particle"),
    AIRY_OPTION(airy_montecarlo_options, spots, "spots", .low = 0, .high = 1000,
                .help = "dipoles of a low- and a high-density spot along the axis"),
    AIRY_OPTION(airy_montecarlo_options, spot_size, "spot-size", .low = 0.01, .high = 0.5,
                .help = "radius of a spot, share of the particle's"),
    AIRY_OPTION(airy_montecarlo_options, depth, "depth", .low = 0, .high = 1,
                .help = "share of the density that a low spot lacks"),
    AIRY_OPTION(airy_montecarlo_options, axis_bias, "axis-bias", .low = 0.01, .high = 1000,
                .help = "odds of a push along the axis against one across"),
    AIRY_OPTION(airy_montecarlo_options, hardness, "hardness", .low = 0, .high = 100,
                .help = "how strongly density ahead resists"),
    AIRY_OPTION(airy_montecarlo_options, reach, "reach", .low = 0, .high = 1000, .unit = "cells",
                .help = "that pushed mass travels before it settles"),
    AIRY_OPTION(airy_montecarlo_options, slips.friction_deg, "friction", .low = 0, .high = 60,
                .unit = "deg", .help = "elastoplastic: angle of internal friction"),
    AIRY_OPTION(airy_montecarlo_options, slips.dilatancy_deg, "dilatancy", .low = -1, .high = 60,
                .unit = "deg",
                .help = "elastoplastic: slips open by its sine; -1 = the friction's"),
    AIRY_OPTION(airy_montecarlo_options, slips.tension, "tension",
                .help = "elastoplastic: pulled along the axis, not compressed"),
    AIRY_OPTION(airy_montecarlo_options, slips.surface, "surface",
                .help =
                    "elastoplastic: the particle ends at its rim; --no-surface: cut from a plane"),
    AIRY_OPTION(airy_montecarlo_options, slips.axis_deg, "axis", .low = -180, .high = 180,
                .unit = "deg", .help = "elastoplastic: direction of the load in the section"),
    AIRY_OPTION(airy_montecarlo_options, slips.strain, "end-strain", .low = 0.01, .high = 100,
                .help =
                    "elastoplastic: at the end, in strains at which an even material would slip",
                .was = "strain"),
    AIRY_OPTION(airy_montecarlo_options, slips.slip, "slip", .low = 1e-3, .high = 10,
                .help = "elastoplastic: mean strain of one, in cohesions over E'"),
    AIRY_OPTION(airy_montecarlo_options, slips.disorder, "disorder", .low = 0, .high = 1,
                .help = "elastoplastic: cohesion is even within 1 -+ this"),
    AIRY_OPTION(airy_montecarlo_options, slips.softening, "softening", .low = 0, .high = 1,
                .help = "elastoplastic: share of cohesion lost where a cell has slipped"),
    {0},
};

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
    airy_code code = airy_options_check(airy_montecarlo_rows, options, err);
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
