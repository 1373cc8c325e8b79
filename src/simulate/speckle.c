// SPDX-License-Identifier: GPL-3.0-or-later
// Speckle with known dynamics: a complex Gaussian field in every pixel.
#include "airy/simulate.h"
#include "speckle.h"

#include "airy/math.h"
#include "airy/work.h"
#include "waits.h"

#include <math.h>

#define NEGATIVE_MOST 1e-6 // eigenvalues of the embedding below this share of the largest are noise

// What all pixels share.
typedef struct plan {
    const airy_speckle_simulation *o;
    int n;               // of the circle that the frames are embedded in
    airy_fft_line *line; // its transform
    float *amplitude;    // (n) of each frequency
    float *px;           // (frames, ny, nx) the result
} plan;

typedef struct room {
    float complex *frequency, *field, *after; // (n)
    float complex *cell;                      // (cells)
    double *until;                            // (cells) when each is renewed
    double *intensity;                        // (frames)
} room;

void airy_speckle_simulation_defaults(airy_speckle_simulation *options)
{
    *options = (airy_speckle_simulation){.frames = 1000,
                                         .ny = 64,
                                         .nx = 64,
                                         .tau = 100,
                                         .beta = 1,
                                         .modes = 1,
                                         .cells = 64,
                                         .photons = 1,
                                         .poisson = true};
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_speckle_simulation *o = of;
    double bytes = 4.0 * o->frames * o->ny * o->nx;
    if (bytes > 4e9)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "%d frames of %d x %d pixels take %.3g GB of memory; 4 are the most",
                              o->frames, o->ny, o->nx, 1e-9 * bytes);
    if (o->event < 0 || o->event >= o->frames)
        return airy_error_set(err, AIRY_EARGUMENT, "an event at frame %d of %d", o->event,
                              o->frames);
    if (o->dynamics == AIRY_DYNAMICS_AGEING && !(o->beta > 0.05 && o->beta < 1))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "ageing wants an exponent from 0.05 to below 1, not %g", o->beta);
    if (o->dynamics == AIRY_DYNAMICS_KWW && !(o->beta > 0 && o->beta <= 2))
        return airy_error_set(err, AIRY_EARGUMENT, "a stretching exponent is in (0, 2], not %g",
                              o->beta);
    if (o->dynamics == AIRY_DYNAMICS_ML && !(o->beta > 0.05 && o->beta <= 1))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "a Mittag-Leffler decay wants an exponent from 0.05 to 1, not %g",
                              o->beta);
    return AIRY_OK;
}

const airy_option airy_speckle_simulation_rows[] = {
    AIRY_OPTION(airy_speckle_simulation, frames, "frames", .low = 2, .high = 1e7,
                .help = "one after another"),
    AIRY_OPTION(airy_speckle_simulation, ny, "rows", .low = 1, .high = 8192, .help = "of pixels"),
    AIRY_OPTION(airy_speckle_simulation, nx, "columns", .low = 1, .high = 8192,
                .help = "of pixels"),
    AIRY_OPTION(
        airy_speckle_simulation, dynamics, "dynamics", .choices = "kww|ageing|ml",
        .help = "steady, of field correlation exp(-(t/tau)^beta), or ml: E_beta(-(t/tau)^beta); "
                "or cells that are renewed after "
                "Mittag-Leffler waits, ever more slowly"),
    AIRY_OPTION(airy_speckle_simulation, tau, "tau", .low = 1e-3, .high = 1e9, .unit = "FRAMES",
                .help = "correlation time"),
    AIRY_OPTION(airy_speckle_simulation, beta, "beta", .low = 0.01, .high = 2,
                .help = "its exponent"),
    AIRY_OPTION(airy_speckle_simulation, modes, "modes", .low = 1, .high = 1000,
                .help = "speckles a pixel: the contrast is one over it"),
    AIRY_OPTION(airy_speckle_simulation, cells, "cells", .low = 1, .high = 10000,
                .help = "that are renewed in a pixel that ages"),
    AIRY_OPTION(airy_speckle_simulation, photons, "photons", .low = 1e-9, .high = 1e6,
                .help = "mean of a pixel and frame"),
    AIRY_OPTION(airy_speckle_simulation, poisson, "poisson", .help = "whole photons"),
    AIRY_OPTION(airy_speckle_simulation, flat, "flat-spread", .low = 0, .high = 0.3,
                .help = "relative standard deviation of the pixels' gains"),
    AIRY_OPTION(airy_speckle_simulation, event, "event", .low = 0, .high = 1e7, .unit = "FRAME",
                .help = "first frame after a sudden change; 0 = none"),
    AIRY_OPTION(airy_speckle_simulation, fraction, "fraction", .low = 0, .high = 1,
                .help = "of the field that the change replaces"),
    {.check = check},
};

static double field_correlation(const airy_speckle_simulation *o, double delay)
{
    double x = pow(delay / o->tau, o->beta);
    return o->dynamics == AIRY_DYNAMICS_ML ? airy_mittag_leffler(o->beta, x, NULL) : exp(-x);
}

double airy_speckle_true_g2(const airy_speckle_simulation *o, double delay)
{
    double phi = field_correlation(o, delay);
    return (1 + o->flat * o->flat) * (1 + phi * phi / o->modes);
}

// ------------------------------------------------------------------ steady fields

// The correlation on a circle of twice the frames or more has the spectrum amplitude^2.
static airy_code embed(plan *p, airy_error *err)
{
    int n = p->n;
    float complex *circle = airy_memory_new((size_t)n, sizeof *circle);
    float complex *spectrum = airy_memory_new((size_t)n, sizeof *spectrum);
    p->amplitude = airy_memory_new((size_t)n, sizeof *p->amplitude);
    airy_code code = circle && spectrum && p->amplitude
                         ? AIRY_OK
                         : airy_error_set(err, AIRY_EMEMORY, "no memory for %d frequencies", n);
    for (int k = 0; code == AIRY_OK && k < n; k++)
        circle[k] = (float)field_correlation(p->o, k <= n / 2 ? k : n - k);
    if (code == AIRY_OK)
        airy_fft_line_forward(p->line, circle, spectrum);
    for (int k = 0; code == AIRY_OK && k < n; k++) {
        double power = crealf(spectrum[k]);
        if (power < -NEGATIVE_MOST * crealf(spectrum[0]))
            code = airy_error_set(err, AIRY_ENUMERIC,
                                  "%d frames are too few for a correlation time of %g: the field "
                                  "cannot be drawn",
                                  p->o->frames, p->o->tau);
        p->amplitude[k] = (float)sqrt(fmax(power, 0) / n);
    }
    airy_memory_free(circle);
    airy_memory_free(spectrum);
    return code;
}

// Field of variance 1: real and imaginary parts have a half each.
static void draw_steady(const plan *p, room *r, airy_random *random, float complex *field)
{
    for (int k = 0; k < p->n; k++) {
        double re = airy_random_normal(random), im = airy_random_normal(random);
        r->frequency[k] = p->amplitude[k] * (float)sqrt(0.5) * ((float)re + I * (float)im);
    }
    airy_fft_line_forward(p->line, r->frequency, field);
}

// ------------------------------------------------------------------ ageing

static float complex draw_cell(airy_random *random)
{
    double re = airy_random_normal(random), im = airy_random_normal(random);
    return (float)re + I * (float)im;
}

static void draw_ageing(const plan *p, room *r, airy_random *random, float complex *field)
{
    const airy_speckle_simulation *o = p->o;
    double scale = sqrt(0.5 / o->cells);
    for (int c = 0; c < o->cells; c++) {
        r->cell[c] = draw_cell(random);
        r->until[c] = airy_wait_draw(o->tau, o->beta, random);
    }
    for (int t = 0; t < o->frames; t++) {
        float complex sum = 0;
        for (int c = 0; c < o->cells; c++) {
            while (r->until[c] <= t) { // several renewals between frames are as one
                r->cell[c] = draw_cell(random);
                r->until[c] += airy_wait_draw(o->tau, o->beta, random);
            }
            sum += r->cell[c];
        }
        field[t] = (float)scale * sum;
    }
}

// ------------------------------------------------------------------ a pixel

static void draw_field(const plan *p, room *r, airy_random *random, float complex *field)
{
    (p->o->dynamics == AIRY_DYNAMICS_AGEING ? draw_ageing : draw_steady)(p, r, random, field);
}

static void add_mode(const plan *p, room *r, int pixel, int mode)
{
    const airy_speckle_simulation *o = p->o;
    double keep = 1 - o->fraction, fresh = sqrt(1 - keep * keep);
    airy_random random;
    airy_random_init(&random, o->seed, (uint32_t)pixel, AIRY_STREAM_SPECKLE, (uint32_t)mode);
    draw_field(p, r, &random, r->field);
    if (o->event > 0) {
        airy_random_init(&random, o->seed, (uint32_t)pixel, AIRY_STREAM_SPECKLE_AFTER,
                         (uint32_t)mode);
        draw_field(p, r, &random, r->after);
    }
    for (int t = 0; t < o->frames; t++) {
        float complex f = r->field[t];
        if (o->event > 0 && t >= o->event)
            f = (float)keep * f + (float)fresh * r->after[t];
        r->intensity[t] += (double)(crealf(f) * crealf(f) + cimagf(f) * cimagf(f)) / o->modes;
    }
}

static airy_code do_pixel(int pixel, void *workspace, void *context, airy_error *err)
{
    const plan *p = context;
    const airy_speckle_simulation *o = p->o;
    room *r = workspace;
    size_t size = (size_t)o->ny * (size_t)o->nx;
    airy_random random;
    (void)err;
    for (int t = 0; t < o->frames; t++)
        r->intensity[t] = 0;
    for (int mode = 0; mode < o->modes; mode++)
        add_mode(p, r, pixel, mode);
    airy_random_init(&random, o->seed, (uint32_t)pixel, AIRY_STREAM_SPECKLE_FLAT, 0);
    double gain = o->photons * fmax(0, 1 + o->flat * airy_random_normal(&random));
    airy_random_init(&random, o->seed, (uint32_t)pixel, AIRY_STREAM_SPECKLE_PHOTONS, 0);
    for (int t = 0; t < o->frames; t++) {
        double mean = gain * r->intensity[t];
        p->px[(size_t)t * size + (size_t)pixel] =
            o->poisson ? (float)airy_random_poisson(&random, mean) : (float)mean;
    }
    return AIRY_OK;
}

// ------------------------------------------------------------------ all pixels

static void drop_room(void *workspace)
{
    room *r = workspace;
    if (r) {
        airy_memory_free(r->frequency);
        airy_memory_free(r->field);
        airy_memory_free(r->after);
        airy_memory_free(r->cell);
        airy_memory_free(r->until);
        airy_memory_free(r->intensity);
    }
    airy_memory_free(r);
}

static void *make_room(void *context)
{
    const plan *p = context;
    size_t n = (size_t)p->n, cells = (size_t)p->o->cells;
    room *r = airy_memory_new(1, sizeof *r);
    if (!r)
        return NULL;
    *r = (room){airy_memory_new(n, sizeof(float complex)),
                airy_memory_new(n, sizeof(float complex)),
                airy_memory_new(n, sizeof(float complex)),
                airy_memory_new(cells, sizeof(float complex)),
                airy_memory_new(cells, sizeof(double)),
                airy_memory_new((size_t)p->o->frames, sizeof(double))};
    if (r->frequency && r->field && r->after && r->cell && r->until && r->intensity)
        return r;
    drop_room(r);
    return NULL;
}

airy_code airy_simulate_speckle(const airy_speckle_simulation *options, float **frames,
                                airy_error *err)
{
    plan p = {.o = options, .n = 2 * options->frames};
    size_t size = (size_t)options->ny * (size_t)options->nx;
    const airy_farm farm = {.threads = options->threads,
                            .make = make_room,
                            .drop = drop_room,
                            .job = do_pixel,
                            .context = &p};
    airy_code code = airy_options_check(airy_speckle_simulation_rows, options, err);
    *frames = NULL;
    if (code != AIRY_OK)
        return code;
    while (!airy_fft_size_smooth(p.n)) // what is drawn depends on it
        p.n++;
    p.px = airy_memory_new(size * (size_t)options->frames, sizeof *p.px);
    p.line = p.px ? airy_fft_line_new(p.n, NULL, err) : NULL;
    if (!p.px)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames", options->frames);
    else if (!p.line)
        code = airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK && options->dynamics != AIRY_DYNAMICS_AGEING)
        code = embed(&p, err);
    if (code == AIRY_OK)
        code = airy_farm_run(&farm, (int)size, err);
    airy_fft_line_free(p.line);
    airy_memory_free(p.amplitude);
    if (code != AIRY_OK)
        airy_memory_free(p.px);
    else
        *frames = p.px;
    return code;
}
