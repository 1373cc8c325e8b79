// SPDX-License-Identifier: GPL-3.0-or-later
// Two images against each other by what each of them has beside the body.
#include "airy/density.h"

// Where the body is, and the sums of both over it.
static void sum_inside(const airy_body *body, const airy_image *drawn, const airy_image *image,
                       airy_mask *inside, double sum[2])
{
    sum[0] = sum[1] = 0;
    for (int i = 0; i < image->ny * image->nx; i++) {
        inside->bits[i] = airy_body_reach(body, i / image->nx, i % image->nx) < 1;
        sum[0] += inside->bits[i] ? image->px[i] : 0;
        sum[1] += inside->bits[i] ? drawn->px[i] : 0;
    }
}

static void subtract(const airy_image *drawn, double scale, airy_image *from)
{
    for (int i = 0; i < from->ny * from->nx; i++)
        from->px[i] -= (float)(scale * drawn->px[i]);
}

airy_code airy_pair_departure(const airy_pair *pair, double r_par, double r_perp, double axis_deg,
                              airy_parity *parity, airy_error *err)
{
    int n = pair->a.nx;
    double sum[2];
    airy_image drawn = {0}, a = {0}, b = {0};
    airy_mask inside = {0};
    airy_body body = {.kind = AIRY_BODY_SPHEROID,
                      .axis_deg = axis_deg,
                      .y = n / 2,
                      .x = n / 2,
                      .r_par = r_par / pair->pixel,
                      .r_perp = r_perp / pair->pixel,
                      .rho0 = 1};
    if (!(r_par > 0 && r_perp > 0))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "the body's radii are %g and %g, they must be above 0", r_par,
                              r_perp);
    airy_code code = airy_image_init(&drawn, n, n, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&inside, n, n, err);
    if (code == AIRY_OK)
        code = airy_image_copy(&a, &pair->a, err);
    if (code == AIRY_OK)
        code = airy_image_copy(&b, &pair->b, err);
    if (code == AIRY_OK)
        code = airy_body_draw(&body, &drawn, err);
    if (code == AIRY_OK)
        code = airy_image_band_limit(&drawn, pair->band * pair->pixel, err);
    if (code == AIRY_OK) {
        sum_inside(&body, &drawn, &a, &inside, sum);
        double scale = sum[1] > 0 ? sum[0] / sum[1] : 0;
        subtract(&drawn, scale, &a);
        subtract(&drawn, scale, &b);
        airy_parity_measure(&a, &b, &inside, parity);
    }
    airy_image_release(&drawn);
    airy_image_release(&a);
    airy_image_release(&b);
    airy_mask_release(&inside);
    return code;
}
