// SPDX-License-Identifier: GPL-3.0-or-later
// From a window of D to an image of the particle on the pixels that are wanted.
#include "search.h"

#include <math.h>

// The body's part, band-limited as D is.
static airy_code add_body(const airy_search_state *s, airy_image *out, airy_error *err)
{
    int n = out->nx, columns = n / 2 + 1;
    const airy_level *l = &s->level[AIRY_LEVELS];
    airy_fft *fft = airy_fft_new(n, n, NULL, err);
    float complex *spectrum = airy_memory_new((size_t)n * (size_t)columns, sizeof *spectrum);
    airy_image body = {0};
    airy_code code = fft ? airy_image_init(&body, n, n, err) : airy_error_code(err, AIRY_EMEMORY);
    if (code == AIRY_OK && !spectrum)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for an image of %d x %d", n, n);
    if (code != AIRY_OK)
        goto done;
    double step = 1 / (n * s->input->pixel); // bins
    for (int i = 0; i < n * columns; i++) {
        double ky = airy_fft_frequency(i / columns, n) * step, kx = i % columns * step;
        bool in = fabs(ky) < l->n / 2 && kx < l->n / 2;
        spectrum[i] = in ? l->body[0] * (float)airy_folded_body(&s->folded, ky, kx) : 0;
    }
    float *plane = airy_memory_new((size_t)n * (size_t)n, sizeof *plane);
    if (!plane) {
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for an image of %d x %d", n, n);
        goto done;
    }
    airy_fft_backward_real(fft, spectrum, plane);
    airy_fft_center(plane, &body);
    airy_memory_free(plane);
    for (int i = 0; i < n * n; i++)
        out->px[i] += body.px[i];
done:
    airy_image_release(&body);
    airy_memory_free(spectrum);
    airy_fft_free(fft);
    return code;
}

// A body that is no spheroid is known on the window.
static airy_code add_convex(const airy_level *l, float *density, airy_error *err)
{
    airy_bench bench = {0};
    airy_code code = airy_bench_init(&bench, l, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < l->pixels; i++)
        bench.spectrum[i] = l->body[i];
    airy_level_backward(l, &bench, bench.spectrum, bench.scratch);
    for (int i = 0; i < l->area; i++)
        density[i] += bench.scratch[i] / (float)(l->n * l->n);
    airy_bench_release(&bench);
    return AIRY_OK;
}

airy_code airy_search_render(const airy_search_state *s, float *density, airy_image *out,
                             airy_error *err)
{
    const airy_level *l = &s->level[AIRY_LEVELS];
    const airy_image in = {.ny = l->window, .nx = l->window, .px = density};
    airy_code code = s->folded.convex ? add_convex(l, density, err) : AIRY_OK;
    if (code == AIRY_OK)
        code = airy_grid_resample(&in, 1.0 / l->n, out, s->input->pixel, err);
    // Values become those of larger or smaller pixels.
    float area = (float)(s->input->pixel * s->input->pixel * l->n * l->n);
    for (int i = 0; i < out->ny * out->nx && code == AIRY_OK; i++)
        out->px[i] *= area;
    return code == AIRY_OK && !s->folded.convex ? add_body(s, out, err) : code;
}
