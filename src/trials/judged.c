// SPDX-License-Identifier: GPL-3.0-or-later
// One image as the density rooms see it, and how images of trials scatter, pixel by pixel.
#include "trials.h"

#include <math.h>

airy_code airy_judged_image(const validation *v, const airy_image *image, judged *found,
                            airy_bands *bands, airy_error *err)
{
    *found = (judged){.r_factor = found->r_factor, .kind = found->kind};
    *bands = (airy_bands){0};
    airy_code code = airy_body_fit(image, &v->step->body, &found->body, err);
    if (!code)
        code = airy_image_init(&found->difference, image->ny, image->nx, err);
    if (!code)
        code = airy_difference_make(image, &found->body, &found->difference, err);
    if (!code)
        code =
            airy_difference_areas(&found->difference, NULL, &found->body, 0, 0, &found->areas, err);
    airy_bands_input input = {.difference = found->difference, .body = found->body};
    input.pixel_nm = v->run.pixel_nm;
    if (!code)
        code = airy_bands_find(&input, &v->step->bands, bands, err);
    found->n_branches = bands->n;
    if (code)
        airy_image_release(&found->difference);
    return code;
}

void airy_judged_recoveries(const validation *v, airy_image *sigma, airy_image *bias)
{
    const trial_set *s = &v->set[TRIAL_RECOVERY];
    for (int p = 0; p < sigma->ny * sigma->nx; p++) {
        double sum = 0, square = 0;
        for (int i = 0; i < s->n; i++) {
            double d = (double)s->found[i].difference.px[p];
            sum += d;
            square += d * d;
        }
        double mean = sum / s->n, rest = square - sum * mean;
        sigma->px[p] = s->n > 1 ? (float)sqrt(fmax(rest, 0) / (s->n - 1)) : NAN;
        bias->px[p] = s->n > 0 ? (float)(mean - (double)v->reference.difference.px[p]) : NAN;
    }
}

// Two halves differ by twice the variance of one, and one has twice that of the whole.
void airy_judged_halves(const validation *v, airy_image *sigma)
{
    const trial_set *s = &v->set[TRIAL_HALF];
    for (int p = 0; p < sigma->ny * sigma->nx; p++) {
        double square = 0;
        for (int i = 0; i + 1 < s->n; i += 2) {
            double d = (double)s->found[i].difference.px[p];
            d -= (double)s->found[i + 1].difference.px[p];
            square += d * d;
        }
        sigma->px[p] = s->n > 1 ? (float)(sqrt(square / (s->n / 2)) / 2) : NAN;
    }
}

airy_code airy_judged_median(const validation *v, const airy_image *image, double *median,
                             airy_error *err)
{
    int n = 0;
    float *values = airy_memory_new((size_t)image->ny * (size_t)image->nx, sizeof *values);
    if (!values)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a median");
    for (int i = 0; i < image->ny * image->nx; i++)
        if (airy_body_reach(&v->reference.body, i / image->nx, i % image->nx) < 1 &&
            isfinite(image->px[i]))
            values[n++] = image->px[i];
    *median = n ? airy_stats_median(values, n) : NAN;
    airy_memory_free(values);
    return AIRY_OK;
}
