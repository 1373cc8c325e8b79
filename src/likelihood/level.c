// SPDX-License-Identifier: GPL-3.0-or-later
// The photons, the body and the support on an array of one size, and transforms between them.
#include "level.h"

#include "base/processor.h"
#include "base/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BORDER (AIRY_TAPS + 1) // bins beside the highest frequency that the response needs

static int whole_lanes(int n)
{
    return (n + AIRY_LANES - 1) / AIRY_LANES * AIRY_LANES;
}

static airy_code make_arrays(airy_level *l, airy_error *err)
{
    float **all[] = {&l->extra,    &l->photons, &l->offset, &l->exposure, &l->weight, &l->share[0],
                     &l->share[1], &l->body,    &l->even,   &l->odd,      &l->pair};
    l->support = airy_memory_new((size_t)l->broad, sizeof *l->support);
    l->turn = airy_memory_new((size_t)l->n, sizeof *l->turn);
    bool good = l->support && l->turn;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        *all[i] = airy_memory_new((size_t)l->wide, sizeof **all[i]);
        good = good && *all[i];
    }
    if (good)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EMEMORY, "no memory for an array of %d x %d", l->n, l->n);
}

void airy_level_release(airy_level *l)
{
    airy_memory_free(l->turn);
    airy_memory_free(l->photons);
    airy_memory_free(l->offset);
    airy_memory_free(l->extra);
    airy_memory_free(l->exposure);
    airy_memory_free(l->weight);
    airy_memory_free(l->share[0]);
    airy_memory_free(l->share[1]);
    airy_memory_free(l->body);
    airy_memory_free(l->even);
    airy_memory_free(l->odd);
    airy_memory_free(l->pair);
    airy_memory_free(l->support);
    memset(l, 0, sizeof *l);
}

// Distance from the middle in units of an ellipse of these semi-axes.
static double elliptic(const airy_folded *f, double y, double x, double along, double across)
{
    double c = cos(f->axis), s = sin(f->axis);
    return hypot((c * x + s * y) * along, (c * y - s * x) * across);
}

bool airy_folded_holds(const airy_folded *f, double margin, double y, double x)
{
    return elliptic(f, y, x, 1 / (margin * f->along), 1 / (margin * f->across)) <= 1;
}

double airy_folded_body(const airy_folded *f, double ky, double kx)
{
    return airy_ball_transform(2 * AIRY_PI * elliptic(f, ky, kx, f->along, f->across));
}

// ------------------------------------------------------------------ photons

static void put_bin(airy_level *l, const airy_folded *f, int ky, int kx, int i)
{
    int at = (ky + f->half) * (2 * f->half + 1) + kx + f->half;
    float exposure = f->plus[at] + f->minus[at];
    if (!(exposure > 0))
        return;
    l->exposure[i] = exposure;
    l->share[0][i] = f->plus[at] / exposure;
    l->share[1][i] = f->minus[at] / exposure;
    l->extra[i] = f->extra[at];
    l->offset[i] = f->extra[at] + f->background[at];
    l->photons[i] = fmaxf(f->photons[at] + f->extra[at], 0);
    l->weight[i] = kx == 0 ? 0.5f : 1.0f;
}

static void put_photons(airy_level *l, const airy_folded *f)
{
    int most = l->n / 2 - BORDER < f->half ? l->n / 2 - BORDER : f->half;
    for (int i = 0; i < l->wide; i++)
        l->offset[i] = 1; // the model's logarithm is finite where nothing was measured, too
    for (int i = 0; i < l->pixels; i++) {
        int ky = airy_level_ky(l, i), kx = airy_level_kx(l, i);
        l->pair[i] = kx == 0 ? 0.5f : 1.0f;
        if (abs(ky) <= most && kx <= most && hypot(ky, kx) <= l->limit)
            put_bin(l, f, ky, kx, i);
    }
}

// A body that is no spheroid is there already.
void airy_level_dress(airy_level *l, const airy_folded *f)
{
    double counted = 0, expected = 0;
    for (int i = 0; i < l->pixels; i++) {
        double amplitude = f->convex
                               ? (double)l->body[i]
                               : airy_folded_body(f, airy_level_ky(l, i), airy_level_kx(l, i));
        l->body[i] = (float)amplitude;
        counted += (double)(l->weight[i] * (l->photons[i] - l->offset[i]));
        expected += (double)(l->weight[i] * l->exposure[i]) * amplitude * amplitude;
    }
    float scale = (float)sqrt(fmax(counted, 0) / expected);
    for (int i = 0; i < l->pixels; i++)
        l->body[i] *= scale;
}

static airy_code put_body(airy_level *l, const airy_folded *f, airy_error *err)
{
    airy_code code = f->convex ? airy_convex_cast(f->convex, l, err) : AIRY_OK;
    if (code == AIRY_OK)
        airy_level_dress(l, f);
    return code;
}

// ------------------------------------------------------------------ support

static bool in_support(const airy_folded *f, const airy_search_input *input, double margin,
                       double y, double x)
{
    const airy_mask *given = input->support;
    if (!given && f->convex)
        return airy_convex_holds(f->convex, margin, y, x);
    if (!given)
        return airy_folded_holds(f, margin, y, x);
    int py = (int)lround(y / input->pixel) + given->ny / 2;
    int px = (int)lround(x / input->pixel) + given->nx / 2;
    return py >= 0 && px >= 0 && py < given->ny && px < given->nx &&
           given->bits[py * given->nx + px];
}

// Half the side of the window: object pixels to the farthest one inside, and one of air.
static int reach_of_support(const airy_level *l, const airy_folded *f,
                            const airy_search_input *input, double margin)
{
    int far = 0;
    for (int y = -l->n / 2 + 1; y < l->n / 2; y++)
        for (int x = -l->n / 2 + 1; x < l->n / 2; x++)
            if (in_support(f, input, margin, (double)y / l->n, (double)x / l->n)) {
                int m = abs(y) > abs(x) ? abs(y) : abs(x);
                far = m > far ? m : far;
            }
    return far + 2 < l->n / 2 ? far + 2 : l->n / 2;
}

static void put_support(airy_level *l, const airy_folded *f, const airy_search_input *input,
                        double margin)
{
    for (int i = 0; i < l->area; i++) {
        double y = i / l->window - l->window / 2, x = i % l->window - l->window / 2;
        l->support[i] = in_support(f, input, margin, y / l->n, x / l->n);
        l->inside += l->support[i] > 0;
    }
}

airy_code airy_level_init(airy_level *l, const airy_folded *f, const airy_search_input *input,
                          double margin, double fringes, airy_error *err)
{
    double diameter = 2 * fmax(f->along, f->across);
    double wanted = fringes > 0 ? fmin(fringes / diameter, f->reach) : AIRY_FREE_BORDER * f->reach;
    *l = (airy_level){.n = airy_fft_size_up((int)ceil(2 * (wanted + BORDER)))};
    l->columns = l->n / 2;
    l->pixels = l->n * l->columns;
    l->limit = l->n / 2 - BORDER;
    l->fringe = 1 / diameter;
    l->noise = f->noise;
    l->window = 2 * reach_of_support(l, f, input, margin);
    l->area = l->window * l->window;
    l->wide = whole_lanes(l->pixels);
    l->broad = whole_lanes(l->area);
    airy_code code = make_arrays(l, err);
    if (code != AIRY_OK) {
        airy_level_release(l);
        return code;
    }
    for (int ky = 0; ky < l->n; ky++) {
        double phase = 2 * AIRY_PI * ky * (l->window / 2) / l->n;
        l->turn[ky] = (float)cos(phase) + (float)sin(phase) * (float complex)I;
    }
    put_photons(l, f);
    put_support(l, f, input, margin);
    code = l->inside > 0
               ? put_body(l, f, err)
               : airy_error_set(err, AIRY_EVALUE, "the support of the search holds no pixel");
    if (code != AIRY_OK)
        airy_level_release(l);
    else
        airy_response_make(&l->response, f->dy, f->dx,
                           f->convex || input->support ? (double)l->window / l->n
                                                       : margin * diameter);
    return code;
}

// ------------------------------------------------------------------ transforms

double airy_level_radius(const airy_level *l, int i)
{
    return hypot(airy_level_ky(l, i), airy_level_kx(l, i));
}

// The strip begins with the window's first row; columns are turned about to its middle. Along rows
// the middle of the window is pixel 0.
struct sweep {
    const airy_level *level;
    float complex *out;
    const float complex *in;
};

AIRY_EVERY_PROCESSOR
static void turn_column(const float complex *a, const float complex *turn, float sign,
                        float complex *out, int n)
{
    const float *restrict x = (const float *)a, *restrict t = (const float *)turn;
    float *restrict y = (float *)out;
    for (int i = 0; i < n; i++) {
        y[2 * i] = x[2 * i] * t[2 * i] - sign * x[2 * i + 1] * t[2 * i + 1];
        y[2 * i + 1] = x[2 * i + 1] * t[2 * i] + sign * x[2 * i] * t[2 * i + 1];
    }
}

static void take_column(void *context, int kx, float complex *column)
{
    const struct sweep *s = context;
    turn_column(column, s->level->turn, 1, s->out + kx * s->level->n, s->level->n);
}

static void give_column(void *context, int kx, float complex *column)
{
    const struct sweep *s = context;
    turn_column(s->in + kx * s->level->n, s->level->turn, -1, column, s->level->n);
}

void airy_level_forward(const airy_level *l, airy_bench *b, const float *density,
                        float complex *spectrum)
{
    struct sweep sweep = {.level = l, .out = spectrum};
    int half = l->window / 2;
    for (int y = 0; y < l->window; y++) {
        float *left = b->packed + airy_strip_index(b->strip, y, l->n - half);
        float *right = b->packed + airy_strip_index(b->strip, y, 0);
        const float *row = density + y * l->window;
        for (int x = 0; x < half; x++) {
            left[2 * x] = row[x];
            right[2 * x] = row[x + half];
        }
    }
    airy_strip_forward(b->strip, b->packed, take_column, &sweep);
}

void airy_level_backward(const airy_level *l, airy_bench *b, const float complex *spectrum,
                         float *density)
{
    struct sweep sweep = {.level = l, .in = spectrum};
    int half = l->window / 2;
    airy_strip_backward_raw(b->strip, give_column, &sweep, b->unpacked);
    for (int y = 0; y < l->window; y++) {
        const float *left = b->unpacked + airy_strip_index(b->strip, y, l->n - half);
        const float *right = b->unpacked + airy_strip_index(b->strip, y, 0);
        float *row = density + y * l->window;
        const float *in = l->support + y * l->window;
        for (int x = 0; x < half; x++) {
            row[x] = left[2 * x] * in[x];
            row[x + half] = right[2 * x] * in[x + half];
        }
    }
}

// ------------------------------------------------------------------ trials and workspace

airy_code airy_trial_init(airy_trial *trial, const airy_level *l, airy_error *err)
{
    trial->density = airy_memory_new((size_t)l->broad, sizeof *trial->density);
    trial->transform = airy_memory_new((size_t)l->wide, sizeof *trial->transform);
    trial->cost = INFINITY;
    if (trial->density && trial->transform)
        return AIRY_OK;
    airy_trial_release(trial);
    return airy_error_set(err, AIRY_EMEMORY, "no memory for an image of %d x %d", l->n, l->n);
}

void airy_trial_release(airy_trial *trial)
{
    airy_memory_free(trial->density);
    airy_memory_free(trial->transform);
    *trial = (airy_trial){0};
}

void airy_trial_copy(airy_trial *to, const airy_trial *from, const airy_level *l)
{
    memcpy(to->density, from->density, (size_t)l->area * sizeof *to->density);
    memcpy(to->transform, from->transform, (size_t)l->pixels * sizeof *to->transform);
    to->cost = from->cost;
}

// The workspace is one block; parts begin on multiples of 64 bytes.
static float *take(float **free, int floats)
{
    float *taken = *free;
    *free += whole_lanes(floats);
    return taken;
}

airy_code airy_bench_init(airy_bench *b, const airy_level *l, airy_error *err)
{
    int smooth = (l->columns + 2 * AIRY_TAPS) * l->n;
    *b = (airy_bench){0};
    b->strip =
        airy_strip_new((airy_strip_shape){l->n, l->n, l->window, l->columns, true}, NULL, err);
    if (!b->strip)
        return airy_error_code(err, AIRY_EMEMORY);
    int packed = airy_strip_floats(b->strip);
    size_t floats = 2 * (size_t)whole_lanes(packed) + 10 * (size_t)l->wide +
                    2 * (size_t)whole_lanes(smooth) + (size_t)whole_lanes(l->n + 2 * AIRY_TAPS) +
                    (4 + 2 * AIRY_MEMORY) * (size_t)l->broad;
    b->block = airy_memory_new(floats, sizeof *b->block);
    if (!b->block) {
        airy_bench_release(b);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for an array of %d x %d", l->n, l->n);
    }
    float *free = b->block;
    b->packed = take(&free, packed);
    b->unpacked = take(&free, packed);
    b->spectrum = (float complex *)take(&free, 2 * l->wide);
    b->step = (float complex *)take(&free, 2 * l->wide);
    float **half[] = {&b->model, &b->linear, &b->square, &b->plane[0], &b->plane[1], &b->plane[2]};
    for (size_t i = 0; i < sizeof half / sizeof half[0]; i++)
        *half[i] = take(&free, l->wide);
    b->padded = take(&free, l->n + 2 * AIRY_TAPS);
    b->smooth[0] = take(&free, smooth);
    b->smooth[1] = take(&free, smooth);
    float **window[] = {&b->gradient, &b->next, &b->direction, &b->scratch};
    for (size_t i = 0; i < sizeof window / sizeof window[0]; i++)
        *window[i] = take(&free, l->area);
    b->moves = take(&free, AIRY_MEMORY * l->broad);
    b->turns = take(&free, AIRY_MEMORY * l->broad);
    return AIRY_OK;
}

void airy_bench_release(airy_bench *b)
{
    airy_strip_free(b->strip);
    airy_memory_free(b->block);
    *b = (airy_bench){0};
}

airy_code airy_desk_init(airy_desk *desk, const airy_level *l, airy_error *err)
{
    *desk = (airy_desk){0};
    airy_code code = airy_trial_init(&desk->trial, l, err);
    return code == AIRY_OK ? airy_bench_init(&desk->bench, l, err) : code;
}

void airy_desk_release(airy_desk *desk)
{
    airy_trial_release(&desk->trial);
    airy_bench_release(&desk->bench);
}
