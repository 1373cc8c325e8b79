// SPDX-License-Identifier: GPL-3.0-or-later
// Files of a simulated scan: the patterns as plain numbers, and the maps that they follow.
#include "scan.h"
#include "simulate/products.h"

#include "airy/source.h"

typedef struct work {
    const airy_scan_simulation *o;
    double period_s;
    float *patterns;
    airy_image tau, v;
} work;

// The numbers as they are: u2 of photons, f4 of intensities.
static airy_code write_patterns(const void *what, const airy_simulation_output *output,
                                const char *path, airy_error *err)
{
    const work *w = what;
    const airy_scan_simulation *o = w->o;
    size_t n =
        (size_t)o->frames * (size_t)o->ny * (size_t)o->nx * (size_t)o->side * (size_t)o->side;
    if (!o->poisson)
        return airy_file_write_bytes(path, w->patterns, n * sizeof *w->patterns, output->overwrite,
                                     err);
    uint16_t *words = airy_memory_new(n, sizeof *words);
    if (!words)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %zu values", n);
    for (size_t i = 0; i < n; i++)
        words[i] = w->patterns[i] < UINT16_MAX ? (uint16_t)w->patterns[i] : UINT16_MAX;
    airy_code code = airy_file_write_bytes(path, words, n * sizeof *words, output->overwrite, err);
    airy_memory_free(words);
    return code;
}

static airy_code write_truth(const void *what, const airy_simulation_output *output,
                             const char *path, airy_error *err)
{
    const work *w = what;
    airy_image tau_s = {0};
    airy_h5 *h5 = airy_h5_create(path, output->overwrite, err);
    airy_code code = h5 ? airy_image_copy(&tau_s, &w->tau, err) : airy_error_code(err, AIRY_EIO);
    for (int i = 0; code == AIRY_OK && i < tau_s.ny * tau_s.nx; i++)
        tau_s.px[i] *= (float)w->period_s;
    if (code == AIRY_OK) {
        airy_h5_put_image(h5, "/entry/maps/tau_s", &tau_s, err);
        airy_h5_put_attribute_text(h5, "/entry/maps/tau_s", "units", "s", err);
        airy_h5_put_image(h5, "/entry/maps/v", &w->v, err);
        airy_h5_put_double(h5, "/entry/truth/spearman", w->o->spearman, err);
        code = airy_cxi_begin(h5, NULL, output->history, err);
    }
    if (code == AIRY_OK)
        code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    airy_image_release(&tau_s);
    return code;
}

airy_code airy_scan_simulation_write(const airy_scan_simulation *options, double period_s,
                                     const airy_simulation_output *output, airy_error *err)
{
    const airy_product files[] = {{options->poisson ? "scan.u2" : "scan.f4", write_patterns},
                                  {"truth.h5", write_truth}};
    work w = {.o = options, .period_s = period_s};
    airy_code code = airy_simulate_scan(options, &w.patterns, &w.tau, &w.v, err);
    if (code == AIRY_OK)
        code = airy_products_write(files, sizeof files / sizeof files[0], &w, output, err);
    airy_memory_free(w.patterns);
    airy_image_release(&w.tau);
    airy_image_release(&w.v);
    return code;
}
