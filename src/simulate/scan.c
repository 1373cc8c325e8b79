// SPDX-License-Identifier: GPL-3.0-or-later
// A scan of patterns with known maps of relaxation time and speckle variance.
#include "airy/simulate.h"
#include "scan.h"

#include "airy/math.h"
#include "airy/work.h"
#include "base/units.h"

#include <math.h>

typedef struct plan {
    const airy_scan_simulation *o;
    const airy_image *tau, *v;
    float *px; // (frames, ny, nx, side, side)
} plan;

void airy_scan_simulation_defaults(airy_scan_simulation *options)
{
    *options = (airy_scan_simulation){.frames = 106,
                                      .ny = 40,
                                      .nx = 40,
                                      .side = 16,
                                      .tau = 100,
                                      .v = 0.5,
                                      .photons = 20,
                                      .poisson = true};
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_scan_simulation *o = of;
    double bytes = 4.0 * o->frames * o->ny * o->nx * o->side * o->side;
    if (bytes > 4e9)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "such a scan takes %.3g GB of memory; 4 are "
                              "the most",
                              1e-9 * bytes);
    return AIRY_OK;
}

const airy_option airy_scan_simulation_rows[] = {
    AIRY_OPTION(airy_scan_simulation, frames, "frames", .low = 4, .high = 1e6,
                .help = "one after another"),
    AIRY_OPTION(airy_scan_simulation, ny, "rows", .low = 1, .high = 4096, .help = "of places"),
    AIRY_OPTION(airy_scan_simulation, nx, "columns", .low = 1, .high = 4096, .help = "of places"),
    AIRY_OPTION(airy_scan_simulation, side, "side", .low = 4, .high = 4096, .unit = "pixels",
                .help = "of a pattern; a pixel and its Friedel mate are a speckle"),
    AIRY_OPTION(airy_scan_simulation, tau, "tau", .low = 1e-3, .high = 1e9, .unit = "FRAMES",
                .help = "relaxation time of the median place"),
    AIRY_OPTION(airy_scan_simulation, tau_spread, "tau-spread", .low = 0, .high = 3,
                .help = "standard deviation of its logarithm over the scan"),
    AIRY_OPTION(airy_scan_simulation, v, "v", .low = 1e-6, .high = 1,
                .help = "speckle variance of the median place, without shot noise"),
    AIRY_OPTION(airy_scan_simulation, v_spread, "v-spread", .low = 0, .high = 3,
                .help = "standard deviation of its logarithm over the scan"),
    AIRY_OPTION(airy_scan_simulation, spearman, "spearman", .low = -0.99, .high = 0.99,
                .help = "rank correlation of both"),
    AIRY_OPTION(airy_scan_simulation, smooth, "smooth", .low = 0, .high = 100, .unit = "steps",
                .help = "standard deviation of a blur of both maps"),
    AIRY_OPTION(airy_scan_simulation, photons, "photons", .low = 1e-6, .high = 60000,
                .help = "mean of a pixel and frame"),
    AIRY_OPTION(airy_scan_simulation, poisson, "poisson", .help = "whole photons"),
    {.check = check},
};

// ------------------------------------------------------------------ truth

// Numbers of variance 1, that neighbours share when they are blurred.
static airy_code draw_map(const airy_scan_simulation *o, uint32_t stream, airy_image *map,
                          airy_error *err)
{
    airy_random random;
    int n = o->ny * o->nx;
    airy_random_init(&random, o->seed, 0, stream, 0);
    airy_code code = airy_image_init(map, o->ny, o->nx, err);
    for (int i = 0; code == AIRY_OK && i < n; i++)
        map->px[i] = (float)airy_random_normal(&random);
    if (code == AIRY_OK && o->smooth > 0)
        code = airy_grid_blur(map, o->smooth, map, err);
    double mean = code == AIRY_OK ? airy_stats_mean(map->px, n) : 0;
    double sd = code == AIRY_OK ? airy_stats_sd(map->px, n) : 1;
    for (int i = 0; code == AIRY_OK && o->smooth > 0 && i < n; i++)
        map->px[i] = (float)((map->px[i] - mean) / sd);
    return code;
}

// Pearson's correlation of a Gaussian copula is 2 sin(pi rho / 6) for Spearman's rho (Kruskal, J.
// Am. Stat. Assoc. 53 (1958) 814).
static void relate(const airy_scan_simulation *o, airy_image *tau, airy_image *v)
{
    double r = 2 * sin(AIRY_PI * o->spearman / 6);
    for (int i = 0; i < o->ny * o->nx; i++) {
        double own = r * tau->px[i] + sqrt(1 - r * r) * v->px[i];
        tau->px[i] = (float)(o->tau * exp(o->tau_spread * tau->px[i]));
        v->px[i] = (float)fmin(1, o->v * exp(o->v_spread * own));
    }
}

// ------------------------------------------------------------------ patterns

// I = 1 - c + c |z|^2 has the variance c^2 for a complex Gaussian z of variance 1.
typedef struct pixel {
    double re, im, keep, fresh, share;
} pixel;

static double step(pixel *z, airy_random *random)
{
    z->re = z->keep * z->re + z->fresh * airy_random_normal(random);
    z->im = z->keep * z->im + z->fresh * airy_random_normal(random);
    return 1 - z->share + z->share * (z->re * z->re + z->im * z->im);
}

static void put(const plan *p, size_t at, double intensity, airy_random *random)
{
    double mean = p->o->photons * intensity;
    p->px[at] = p->o->poisson ? (float)airy_random_poisson(random, mean) : (float)mean;
}

static airy_code do_place(int i, void *workspace, void *context, airy_error *err)
{
    const plan *p = context;
    const airy_scan_simulation *o = p->o;
    int side = o->side, all = side * side;
    double keep = exp(-1 / p->tau->px[i]);
    airy_random random;
    (void)workspace, (void)err;
    for (int k = 0; k < all; k++) {
        int y = side / 2 * 2 - k / side, x = side / 2 * 2 - k % side, mate = y * side + x;
        bool paired = y >= 0 && y < side && x >= 0 && x < side;
        if (paired && mate < k)
            continue;
        pixel z = {.keep = 0, .fresh = sqrt(0.5), .share = sqrt(p->v->px[i])};
        airy_random_init(&random, o->seed, (uint32_t)i, AIRY_STREAM_SCAN, (uint32_t)k);
        for (int t = 0; t < o->frames; t++) {
            size_t at = ((size_t)t * (size_t)o->ny * (size_t)o->nx + (size_t)i) * (size_t)all;
            double intensity = step(&z, &random);
            put(p, at + (size_t)k, intensity, &random);
            if (paired && mate != k)
                put(p, at + (size_t)mate, intensity, &random);
            z.keep = keep, z.fresh = sqrt((1 - keep * keep) / 2);
        }
    }
    return AIRY_OK;
}

airy_code airy_simulate_scan(const airy_scan_simulation *o, float **patterns, airy_image *tau,
                             airy_image *v, airy_error *err)
{
    plan p = {.o = o, .tau = tau, .v = v};
    const airy_farm farm = {.threads = o->threads, .job = do_place, .context = &p};
    size_t n =
        (size_t)o->frames * (size_t)o->ny * (size_t)o->nx * (size_t)o->side * (size_t)o->side;
    *patterns = NULL;
    *tau = *v = (airy_image){0};
    airy_code code = airy_options_check(airy_scan_simulation_rows, o, err);
    if (code == AIRY_OK && !(p.px = airy_memory_new(n, sizeof *p.px)))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a scan");
    if (code == AIRY_OK)
        code = draw_map(o, AIRY_STREAM_SCAN_MAP, tau, err);
    if (code == AIRY_OK)
        code = draw_map(o, AIRY_STREAM_SCAN_OTHER, v, err);
    if (code == AIRY_OK) {
        relate(o, tau, v);
        code = airy_farm_run(&farm, o->ny * o->nx, err);
    }
    if (code == AIRY_OK) {
        *patterns = p.px;
        return AIRY_OK;
    }
    airy_memory_free(p.px);
    airy_image_release(tau);
    airy_image_release(v);
    return code;
}
