// SPDX-License-Identifier: GPL-3.0-or-later
// Bands like those found, but anywhere and in any direction: what grid, rim and chance make of
// them.
#include "airy/density.h"
#include "base/units.h"
#include "airy/work.h"

#include <math.h>

enum { TRIES = 60 };

// One draw's work, and what comes of all.
struct drawing {
    const airy_bands_input *input;
    const airy_bands *found;
    const airy_bands_options *options;
    uint64_t seed;
    double sigma; // of the noise, 0: none
    airy_angles *angles;
};

// A band to be drawn, pixels.
struct capsule {
    double y, x, uy, ux, half, width, depth;
};

static double distance(const struct capsule *c, double y, double x)
{
    double along = (y - c->y) * c->uy + (x - c->x) * c->ux;
    along = fmin(fmax(along, -c->half), c->half);
    return hypot(y - c->y - along * c->uy, x - c->x - along * c->ux);
}

// Whether a capsule lies inside the part of the body that is searched and clear of those before it.
static bool fits(const struct capsule *all, int k, const airy_body *body, double reach)
{
    const struct capsule *c = &all[k];
    for (int i = -4; i <= 4; i++) {
        double y = c->y + i / 4.0 * c->half * c->uy, x = c->x + i / 4.0 * c->half * c->ux;
        if (airy_body_reach(body, y, x) > reach * reach)
            return false;
        for (int j = 0; j < k; j++)
            if (distance(&all[j], y, x) < c->width + all[j].width)
                return false;
    }
    return true;
}

// Places the branch anywhere in any direction; where it does not fit, what was tried last stays.
static void place(const struct drawing *d, const airy_body *body, airy_random *random,
                  struct capsule *all, int k)
{
    const airy_branch *b = &d->found->branch[k];
    double nm = d->input->pixel_nm;
    double reach = 1 - d->found->edge_nm / nm / fmin(body->r_par, body->r_perp);
    for (int t = 0; t < TRIES; t++) {
        double angle = AIRY_PI * airy_random_uniform(random);
        double r = reach * sqrt(airy_random_uniform(random));
        double at = 2 * AIRY_PI * airy_random_uniform(random);
        all[k] = (struct capsule){body->y + r * body->r_perp * sin(at),
                                  body->x + r * body->r_perp * cos(at),
                                  sin(angle),
                                  cos(angle),
                                  b->length_nm / 2 / nm,
                                  b->width_nm / nm,
                                  b->depth};
        if (fits(all, k, body, reach))
            return;
    }
}

// Noise of the blur's correlation and the bands on it, inside the body.
static airy_code paint(const struct drawing *d, const airy_body *body, airy_random *random,
                       airy_image *out, airy_error *err)
{
    int n = d->found->n;
    struct capsule *all = airy_memory_new((size_t)n + 1, sizeof *all);
    if (!all)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory for %d bands", n);
    for (int i = 0; i < out->ny * out->nx; i++)
        out->px[i] = (float)airy_random_normal(random);
    airy_code code = airy_grid_blur(out, fmax(body->blur, 0.5), out, err);
    double sd = airy_stats_sd(out->px, out->ny * out->nx);
    for (int k = 0; !code && k < n; k++)
        place(d, body, random, all, k);
    for (int i = 0; !code && i < out->ny * out->nx; i++) {
        double y = i / out->nx, x = i % out->nx, value = d->sigma / sd * (double)out->px[i];
        for (int k = 0; k < n; k++) {
            double t = distance(&all[k], y, x) / all[k].width;
            value -= all[k].depth * exp(-4 * log(2) * t * t);
        }
        out->px[i] = airy_body_reach(body, y, x) < 1 ? (float)value : 0;
    }
    airy_memory_free(all);
    return code;
}

static airy_code find_drawn(int i, void *workspace, void *context, airy_error *err)
{
    (void)workspace;
    struct drawing *d = context;
    airy_random random;
    airy_bands bands = {0};
    airy_bands_input input = {.body = d->input->body, .pixel_nm = d->input->pixel_nm};
    int side = 2 * (int)ceil(fmax(input.body.r_par, input.body.r_perp)) + 9;
    // The body keeps its place within the pixel: the grid is the image's.
    input.body.y = side / 2 + input.body.y - floor(input.body.y);
    input.body.x = side / 2 + input.body.x - floor(input.body.x);
    airy_random_init(&random, d->seed, 0, AIRY_STREAM_ISOTROPIC, (uint32_t)i);
    airy_code code = airy_image_init(&input.difference, side, side, err);
    if (!code)
        code = paint(d, &input.body, &random, &input.difference, err);
    if (!code)
        code = airy_bands_find(&input, d->options, &bands, err);
    if (!code)
        d->angles[i] = bands.angles;
    airy_bands_release(&bands);
    airy_image_release(&input.difference);
    return code;
}

// Median sigma inside the body, 0 when it is not known.
static airy_code find_sigma(const airy_bands_input *input, double *sigma, airy_error *err)
{
    int n = 0, pixels = input->sigma.ny * input->sigma.nx;
    *sigma = 0;
    if (!input->sigma.px)
        return AIRY_OK;
    float *inside = airy_memory_new((size_t)pixels, sizeof *inside);
    if (!inside)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory for a median");
    for (int i = 0; i < pixels; i++)
        if (isfinite(input->sigma.px[i]) &&
            airy_body_reach(&input->body, i / input->sigma.nx, i % input->sigma.nx) < 1)
            inside[n++] = input->sigma.px[i];
    *sigma = n ? airy_stats_median(inside, n) : 0;
    airy_memory_free(inside);
    return AIRY_OK;
}

airy_code airy_isotropic_draw(const airy_bands_input *input, const airy_bands *found,
                              const airy_bands_options *options, int threads, int n,
                              airy_isotropic *isotropic, airy_error *err)
{
    airy_bands_options quick = *options;
    struct drawing d = {input, found, &quick, options->seed, 0, NULL};
    // As in the image, whatever depends on it; thresholds in sigma stay with the image.
    quick.draws = 0;
    quick.threshold = 0;
    quick.high = false;
    quick.scale_nm = found->scale_nm;
    *isotropic = (airy_isotropic){.n = n};
    isotropic->draw = airy_memory_new((size_t)n + 1, sizeof *isotropic->draw);
    d.angles = isotropic->draw;
    airy_code code = isotropic->draw
                         ? find_sigma(input, &d.sigma, err)
                         : airy_error_set(err, AIRY_EMEMORY, "not enough memory for %d draws", n);
    airy_farm farm = {.threads = threads, .job = find_drawn, .context = &d};
    if (!code)
        code = airy_farm_run(&farm, n, err);
    if (code)
        airy_isotropic_release(isotropic);
    return code;
}

void airy_isotropic_release(airy_isotropic *isotropic)
{
    airy_memory_free(isotropic->draw);
    *isotropic = (airy_isotropic){0};
}

// Share of draws, the observation counted in, with at least this value.
static double tail(const airy_isotropic *isotropic, size_t offset, const airy_angles *observed)
{
    double own = *(const double *)(const void *)((const char *)observed + offset);
    double n = 0, as_much = 0;
    for (int i = 0; i < isotropic->n; i++) {
        double v = *(const double *)(const void *)((const char *)&isotropic->draw[i] + offset);
        n += isfinite(v);
        as_much += v >= own;
    }
    return isfinite(own) && n > 0 ? (1 + as_much) / (1 + n) : NAN;
}

void airy_isotropic_judge(const airy_isotropic *isotropic, const airy_angles *observed,
                          airy_uniformity *u)
{
    double n = 0, sum = 0;
    *u = (airy_uniformity){.draws = isotropic->n};
    for (int i = 0; i < isotropic->n; i++) {
        const airy_angles *a = &isotropic->draw[i];
        if (!(a->length_nm > 0))
            continue;
        n += 1;
        for (int b = 0; b < AIRY_ANGLE_BINS; b++)
            u->histogram[b] += a->histogram[b];
    }
    // What isotropic bands would give in a bin is 1 / bins; a bin that draws hardly reach is left.
    for (int b = 0; b < AIRY_ANGLE_BINS; b++) {
        u->histogram[b] = n > 0 ? u->histogram[b] / n : NAN;
        double response = fmax(u->histogram[b] * AIRY_ANGLE_BINS, 0.25);
        u->corrected[b] = observed->length_nm > 0 ? observed->histogram[b] / response : NAN;
        sum += u->corrected[b];
    }
    for (int b = 0; b < AIRY_ANGLE_BINS; b++)
        u->corrected[b] /= sum;
    u->fraction_20_40 = u->corrected[2] + u->corrected[3];
    u->p_concentration = tail(isotropic, offsetof(airy_angles, concentration), observed);
    u->p_kuiper = tail(isotropic, offsetof(airy_angles, kuiper), observed);
    u->p_fraction = tail(isotropic, offsetof(airy_angles, fraction_20_40), observed);
}
