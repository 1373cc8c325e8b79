// SPDX-License-Identifier: GPL-3.0-or-later
// Images that were made elsewhere, polished on the last level, so that they can be compared.
#include "search.h"

#include "base/units.h"
#include "airy/work.h"

#include <math.h>
#include <string.h>

// sum over measured bins of Re(F B exp(2 pi i k d / n)), largest where F is shifted onto the body
// B, whose center is that of inversion; first and second derivatives by d.
static double overlap(const airy_level *l, const float complex *f, const double d[2],
                      double slope[2], double bend[3])
{
    double sum = 0, turn = 2 * AIRY_PI / l->n;
    memset(slope, 0, 2 * sizeof *slope);
    memset(bend, 0, 3 * sizeof *bend);
    for (int i = 0; i < l->pixels; i++) {
        if (l->weight[i] == 0)
            continue;
        double ky = turn * airy_level_ky(l, i), kx = turn * airy_level_kx(l, i);
        double complex z = (double)(l->weight[i] * l->body[i]) * (double complex)f[i] *
                           cexp(I * (ky * d[0] + kx * d[1]));
        sum += creal(z);
        slope[0] -= ky * cimag(z);
        slope[1] -= kx * cimag(z);
        bend[0] -= ky * ky * creal(z);
        bend[1] -= ky * kx * creal(z);
        bend[2] -= kx * kx * creal(z);
    }
    return sum;
}

// Whole pixels first, then Newton's steps.
static void find_shift(const airy_level *l, const float complex *f, double d[2])
{
    enum { FAR = 4, STEPS = 4 };
    double best = -INFINITY, slope[2], bend[3];
    for (int y = -FAR; y <= FAR; y++)
        for (int x = -FAR; x <= FAR; x++) {
            const double at[2] = {y, x};
            double here = overlap(l, f, at, slope, bend);
            if (here > best) {
                best = here;
                d[0] = y, d[1] = x;
            }
        }
    for (int i = 0; i < STEPS; i++) {
        overlap(l, f, d, slope, bend);
        double det = bend[0] * bend[2] - bend[1] * bend[1];
        if (!(det > 0))
            return;
        double dy = -(bend[2] * slope[0] - bend[1] * slope[1]) / det;
        double dx = -(bend[0] * slope[1] - bend[1] * slope[0]) / det;
        d[0] += fmax(fmin(dy, 0.5), -0.5);
        d[1] += fmax(fmin(dx, 0.5), -0.5);
    }
}

// F of the image on the body, in the scale of the photons, less the body.
static void dress(const airy_level *l, float complex *f)
{
    double d[2], counted = 0, expected = 0, turn = 2 * AIRY_PI / l->n;
    find_shift(l, f, d);
    for (int i = 0; i < l->pixels; i++) {
        double re = (double)crealf(f[i]), im = (double)cimagf(f[i]);
        counted += (double)(l->weight[i] * (l->photons[i] - l->offset[i]));
        expected += (double)(l->weight[i] * l->exposure[i]) * (re * re + im * im);
    }
    double scale = sqrt(fmax(counted, 0) / fmax(expected, 1e-30));
    for (int i = 0; i < l->pixels; i++) {
        double phase = turn * (airy_level_ky(l, i) * d[0] + airy_level_kx(l, i) * d[1]);
        f[i] = (float complex)(scale * (double complex)f[i] * cexp(I * phase)) - l->body[i];
    }
}

static airy_code begin_at(int i, void *workspace, void *context, airy_error *err)
{
    airy_search_state *s = context;
    const airy_level *l = &s->level[AIRY_LEVELS];
    airy_image image = airy_stack_image(s->input->begin, i), window = {0};
    airy_desk desk;
    airy_bench *bench = &desk.bench;
    airy_trial *trial = &desk.trial;
    (void)workspace;
    airy_code code = airy_desk_init(&desk, l, err);
    if (code == AIRY_OK)
        code = airy_image_init(&window, l->window, l->window, err);
    if (code == AIRY_OK)
        code = airy_grid_resample(&image, s->input->pixel, &window, 1.0 / l->n, err);
    if (code == AIRY_OK) {
        airy_level_forward(l, bench, window.px, bench->spectrum);
        dress(l, bench->spectrum);
        airy_level_backward(l, bench, bench->spectrum, trial->density);
        for (int k = 0; k < l->area; k++)
            trial->density[k] /= (float)(l->n * l->n);
        airy_polish(l, bench, trial, s->options->final_steps);
        s->candidate[i] = airy_level_judge(l, bench, trial);
        s->candidate[i].group = i;
        memcpy(s->final + (size_t)i * (size_t)l->area, trial->density,
               (size_t)l->area * sizeof *trial->density);
    }
    airy_image_release(&window);
    airy_desk_release(&desk);
    return code;
}

airy_code airy_search_begin(airy_search_state *s, airy_error *err)
{
    size_t area = (size_t)s->level[AIRY_LEVELS].area;
    const airy_farm_slots slots[] = {{s->final, area * sizeof *s->final},
                                     {s->candidate, sizeof *s->candidate}};
    airy_farm farm = {.job = begin_at, .slots = slots, .slot_count = 2};
    return airy_search_farm(s, &farm, s->groups, err);
}
