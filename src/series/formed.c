// SPDX-License-Identifier: GPL-3.0-or-later
// The bands that the Monte Carlo model formed, found and measured like those of data.
#include "airy/math.h"
#include "airy/series.h"

#include <math.h>
#include <stdlib.h>

enum { DRAWS = 200 };

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

// Adds the branches of one image to a growing list.
static airy_code add_branches(const airy_bands_input *input, const airy_bands_options *how,
                              airy_branch **list, int *n, airy_error *err)
{
    airy_bands bands = {0};
    airy_code code = airy_bands_find(input, how, &bands, err);
    if (code == AIRY_OK && bands.n > 0) {
        airy_branch *longer = realloc(*list, (size_t)(*n + bands.n) * sizeof **list);
        if (longer) {
            *list = longer;
            for (int i = 0; i < bands.n; i++)
                longer[(*n)++] = bands.branch[i];
        } else
            code = airy_error_set(err, AIRY_EMEMORY, "no memory for the branches");
    }
    airy_bands_release(&bands);
    return code;
}

void airy_formed_options_defaults(airy_formed_options *options)
{
    *options = (airy_formed_options){.section = true, .blur_nm = 3};
    airy_bands_options_defaults(&options->bands);
    options->bands.draws = 0;
}

airy_code airy_montecarlo_formed(const airy_montecarlo *model, int snapshot,
                                 const airy_formed_options *options, airy_formed *formed,
                                 airy_error *err)
{
    airy_branch *list = NULL;
    airy_code code = AIRY_OK;
    *formed = (airy_formed){0};
    for (int run = 0; code == AIRY_OK && run < model->runs; run++) {
        airy_bands_input input = {0};
        code = as_difference(model, run * model->snapshots + snapshot, options, &input, err);
        if (code == AIRY_OK)
            code = add_branches(&input, &options->bands, &list, &formed->n, err);
        airy_image_release(&input.difference);
    }
    if (code == AIRY_OK)
        code = airy_angles_make(list, formed->n, DRAWS, options->bands.seed, &formed->angles, err);
    free(list);
    return code;
}
