// SPDX-License-Identifier: GPL-3.0-or-later
// The bands that the Monte Carlo model formed, found and measured like those of data.
#include "airy/math.h"
#include "airy/bandmodel.h"
#include "formed.h"

#include <math.h>
#include <stdio.h>

// What one image of the model is as a difference: the section less 1, or the projection less that
// of the uniform ball, over its central value; both blurred like data.
static airy_code as_difference(const airy_montecarlo *model, int slot,
                               const airy_formed_options *options, airy_bands_input *input,
                               airy_error *err)
{
    airy_image image =
        airy_stack_image(options->section ? &model->section : &model->projection, slot);
    double radius = model->diameter_nm / model->pitch_nm / 2;
    double middle = image.ny / 2;
    *input = (airy_bands_input){.pixel_nm = model->pitch_nm};
    input->body = (airy_body){.y = middle,
                              .x = middle,
                              .r_par = radius,
                              .r_perp = radius,
                              .rho0 = 1,
                              .blur = options->blur_nm / model->pitch_nm};
    airy_code code = airy_image_init(&input->difference, image.ny, image.nx, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < image.ny * image.nx; i++) {
        double y = i / image.nx - middle, x = i % image.nx - middle;
        double chord2 = radius * radius - y * y - x * x;
        double value = chord2 <= 0 || isnan(image.px[i]) ? 0
                       : options->section                ? image.px[i] - 1
                                          : (image.px[i] - 2 * sqrt(chord2)) / (2 * radius);
        input->difference.px[i] = (float)value;
    }
    return airy_grid_blur(&input->difference, input->body.blur, &input->difference, err);
}

void airy_formed_options_defaults(airy_formed_options *options)
{
    *options = (airy_formed_options){.section = true, .blur_nm = 3};
    airy_bands_options_defaults(&options->bands);
    options->bands.draws = 0;
    airy_population_options_defaults(&options->population);
}

airy_code airy_montecarlo_members(const airy_montecarlo *model, int snapshot,
                                  const airy_formed_options *options, airy_members *runs,
                                  airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int run = 0; code == AIRY_OK && run < model->runs; run++) {
        airy_bands_input input = {0};
        airy_bands bands = {0};
        code = as_difference(model, run * model->snapshots + snapshot, options, &input, err);
        if (code == AIRY_OK)
            code = airy_bands_find(&input, &options->bands, &bands, err);
        if (code == AIRY_OK)
            code = airy_members_add(runs, bands.branch, bands.n, err);
        airy_bands_release(&bands);
        airy_image_release(&input.difference);
    }
    return code;
}

airy_code airy_montecarlo_formed(const airy_montecarlo *model, int snapshot,
                                 const airy_formed_options *options, airy_population *formed,
                                 airy_error *err)
{
    airy_members runs = {0};
    airy_population_options population = options->population;
    population.seed = options->bands.seed;
    airy_code code = airy_montecarlo_members(model, snapshot, options, &runs, err);
    if (code == AIRY_OK)
        code = airy_population_make(&runs, &population, formed, err);
    snprintf(formed->name, sizeof formed->name, "sweep %.4g", model->sweep[snapshot]);
    airy_members_release(&runs);
    return code;
}
