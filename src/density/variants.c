// SPDX-License-Identifier: GPL-3.0-or-later
// Other images of the same particle, measured as the first was: what noise and rivals do to areas.
#include "airy/density.h"

#include <math.h>

// Center of mass of what is positive.
static void find_middle(const airy_image *image, double *y, double *x)
{
    double mass = 0, sy = 0, sx = 0;
    for (int i = 0; i < image->ny * image->nx; i++) {
        double v = fmax((double)image->px[i], 0);
        mass += v;
        sy += v * (i / image->nx);
        sx += v * (i % image->nx);
    }
    *y = sy / mass;
    *x = sx / mass;
}

static double mass_inside(const airy_image *image, const airy_body *body)
{
    double mass = 0;
    for (int i = 0; i < image->ny * image->nx; i++)
        mass += (double)image->px[i] * airy_body_cover(body, i / image->nx, i % image->nx);
    return mass;
}

// The image's own body is the first one's where its own middle is, with its own mass: what else
// may differ is in the error of the body.
static airy_code measure_one(const airy_image *image, const airy_image *first,
                             const airy_body *body, airy_image *difference, double *fraction,
                             airy_error *err)
{
    airy_body own = *body;
    airy_areas areas;
    double middle[2], at[2];
    find_middle(first, &middle[0], &middle[1]);
    find_middle(image, &at[0], &at[1]);
    own.y += at[0] - middle[0];
    own.x += at[1] - middle[1];
    own.rho0 *= mass_inside(image, &own) / mass_inside(first, body);
    if (!(own.rho0 > 0) || !isfinite(own.y + own.x))
        return airy_error_set(err, AIRY_EVALUE, "another image of the particle is empty");
    airy_code code = airy_difference_make(image, &own, difference, err);
    if (!code)
        code = airy_difference_areas(difference, NULL, &own, 0, 0, &areas, err);
    if (code)
        return code;
    *fraction = areas.fraction;
    return airy_grid_shift(difference, body->y - own.y, body->x - own.x, difference, err);
}

airy_code airy_variants_measure(const airy_stack *images, const airy_image *first,
                                const airy_body *body, airy_variants *variants, airy_error *err)
{
    *variants = (airy_variants){0};
    if (images->n == 0)
        return AIRY_OK;
    airy_code code = airy_stack_init(&variants->difference, images->n, images->ny, images->nx, err);
    variants->fraction = airy_memory_new((size_t)images->n, sizeof *variants->fraction);
    if (!code && !variants->fraction)
        code =
            airy_error_set(err, AIRY_EMEMORY, "not enough memory to measure %d images", images->n);
    for (int i = 0; !code && i < images->n; i++) {
        airy_image image = airy_stack_image(images, i);
        airy_image difference = airy_stack_image(&variants->difference, i);
        code = measure_one(&image, first, body, &difference, &variants->fraction[i], err);
    }
    if (code)
        airy_variants_release(variants);
    return code;
}

void airy_variants_release(airy_variants *variants)
{
    airy_stack_release(&variants->difference);
    airy_memory_free(variants->fraction);
    *variants = (airy_variants){0};
}

void airy_variants_widen(const airy_variants *redrawn, const airy_variants *rivals,
                         airy_areas *areas)
{
    double square = 0, farthest = 0;
    int n = redrawn->difference.n;
    for (int i = 0; i < n; i++)
        square += pow(redrawn->fraction[i] - areas->fraction, 2);
    for (int i = 0; i < rivals->difference.n; i++)
        farthest = fmax(farthest, fabs(rivals->fraction[i] - areas->fraction));
    areas->fraction_redrawn = n > 0 ? sqrt(square / n) : 0;
    areas->fraction_rivals = farthest;
    double more = hypot(areas->fraction_redrawn, areas->fraction_rivals);
    areas->fraction_error = hypot(areas->fraction_error, more);
    areas->low_error = hypot(areas->low_error, more * areas->total);
    areas->high_error = hypot(areas->high_error, more * areas->total);
}
