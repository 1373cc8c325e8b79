// SPDX-License-Identifier: GPL-3.0-or-later
// Where a pattern looks most like itself rotated by 180 degrees.
#include "airy/math.h"
#include "center.h"
#include "noise.h"
#include "smooth.h"

#include <string.h>

#define SMOOTH 1.0 // pixels: single photons become comparable

// With t the values and m the mask (0, 1), and * a self-convolution, whose index is twice the
// center: N = m * m mates, C = tm * tm, A = tm * m, B = t^2 m * m. Over the symmetric overlap both
// members of a pair have the same mean A / N and variance B / N - (A / N)^2, so the correlation is
// (C - A^2 / N) / (B - A^2 / N) (Padfield, 2012, eq. 9, for a pattern and its own rotation).
enum { T, M, Q, PLANES, C = 0, A, B, N, SUMS };

typedef struct search {
    int ly, lx; // transform, at least twice the pattern
    airy_fft *fft;
    float *plane;
    float complex *half[PLANES], *product;
    float *sum[SUMS];
} search;

static void search_release(search *s)
{
    airy_fft_free(s->fft);
    airy_memory_free(s->plane);
    airy_memory_free(s->product);
    for (int k = 0; k < PLANES; k++)
        airy_memory_free(s->half[k]);
    for (int k = 0; k < SUMS; k++)
        airy_memory_free(s->sum[k]);
}

static airy_code search_init(search *s, int ny, int nx, airy_error *err)
{
    *s = (search){.ly = airy_fft_size_up(2 * ny), .lx = airy_fft_size_up(2 * nx)};
    size_t full = (size_t)s->ly * (size_t)s->lx, half = (size_t)s->ly * (size_t)(s->lx / 2 + 1);
    s->fft = airy_fft_new(s->ly, s->lx, NULL, err);
    if (!s->fft)
        return airy_error_code(err, AIRY_EMEMORY);
    s->plane = airy_memory_new(full, sizeof *s->plane);
    s->product = airy_memory_new(half, sizeof *s->product);
    bool fine = s->plane && s->product;
    for (int k = 0; k < PLANES; k++)
        fine = (s->half[k] = airy_memory_new(half, sizeof *s->product)) && fine;
    for (int k = 0; k < SUMS; k++)
        fine = (s->sum[k] = airy_memory_new(full, sizeof *s->plane)) && fine;
    return fine ? AIRY_OK
                : airy_error_set(err, AIRY_EMEMORY, "no memory for correlations of %d x %d", s->ly,
                                 s->lx);
}

// sqrt of the local mean, less its mean over the pattern, which keeps the sums small.
static airy_code values(const airy_pattern *pattern, airy_image *value, airy_error *err)
{
    airy_image share = {0};
    airy_code code = airy_smooth_pattern(pattern, SMOOTH, value, &share, err);
    if (code != AIRY_OK)
        return code;
    double sum = 0;
    int count = 0;
    for (int i = 0; i < share.ny * share.nx; i++) {
        bool use = measured(pattern, i);
        value->px[i] = use ? sqrtf(fmaxf(value->px[i] / share.px[i], 0)) : NAN;
        sum += use ? (double)value->px[i] : 0;
        count += use;
    }
    for (int i = 0; i < share.ny * share.nx; i++)
        value->px[i] -= (float)(sum / (count ? count : 1));
    airy_image_release(&share);
    return AIRY_OK;
}

// t^power m, zero-padded, transformed.
static void transform(search *s, const airy_image *value, int power, float complex *to)
{
    memset(s->plane, 0, (size_t)s->ly * (size_t)s->lx * sizeof *s->plane);
    for (int y = 0; y < value->ny; y++)
        for (int x = 0; x < value->nx; x++) {
            float t = value->px[y * value->nx + x];
            if (!isnan(t))
                s->plane[y * s->lx + x] = power == 0 ? 1 : power == 1 ? t : t * t;
        }
    airy_fft_forward_real(s->fft, s->plane, to);
}

static void convolve(search *s, const float complex *a, const float complex *b, float *to)
{
    for (int i = 0; i < s->ly * (s->lx / 2 + 1); i++)
        s->product[i] = a[i] * b[i];
    airy_fft_backward_real(s->fft, s->product, to);
}

static double correlation_at(const search *s, int i, double least)
{
    double n = (double)s->sum[N][i], a = (double)s->sum[A][i];
    if (n < least)
        return -1;
    double spread = (double)s->sum[B][i] - a * a / n;
    return spread > 0 ? ((double)s->sum[C][i] - a * a / n) / spread : -1;
}

// Offset of the vertex of the parabola through three points, at most half a step.
static double vertex(double before, double at, double after)
{
    double curve = before - 2 * at + after;
    double off = curve < 0 ? 0.5 * (before - after) / curve : 0;
    return fmin(fmax(off, -0.5), 0.5);
}

// Larger overlaps are believed more: a correlation's own error falls as 1 / sqrt(n).
static airy_code peak(const search *s, double least, airy_center_result *result, airy_error *err)
{
    double best = -INFINITY;
    int at = -1;
    for (int i = 0; i < s->ly * s->lx; i++) {
        double r = correlation_at(s, i, least), n = (double)s->sum[N][i];
        if (r > 0 && r * sqrt(n) > best) {
            best = r * sqrt(n);
            at = i;
        }
    }
    if (at < 0)
        return airy_error_set(err, AIRY_EVALUE,
                              "the pattern shows no center of symmetry with %.0f mates or more",
                              least / 2);
    int y = at / s->lx, x = at % s->lx;
    int up = (y + 1) % s->ly * s->lx + x, down = (y + s->ly - 1) % s->ly * s->lx + x;
    int right = y * s->lx + (x + 1) % s->lx, left = y * s->lx + (x + s->lx - 1) % s->lx;
    double r = correlation_at(s, at, least);
    result->correlation = r;
    result->y = (y + vertex(correlation_at(s, down, least), r, correlation_at(s, up, least))) / 2;
    result->x =
        (x + vertex(correlation_at(s, left, least), r, correlation_at(s, right, least))) / 2;
    return AIRY_OK;
}

airy_code airy_center_search(const airy_pattern *pattern, double overlap,
                             airy_center_result *result, airy_error *err)
{
    search s = {0};
    airy_image value = {0};
    airy_code code = values(pattern, &value, err);
    if (code == AIRY_OK)
        code = search_init(&s, pattern->photons.ny, pattern->photons.nx, err);
    if (code != AIRY_OK)
        goto done;
    if (airy_pattern_photons(pattern) <= 0) {
        code = airy_error_set(err, AIRY_EVALUE, "the pattern holds no photons");
        goto done;
    }
    transform(&s, &value, 1, s.half[T]);
    transform(&s, &value, 0, s.half[M]);
    transform(&s, &value, 2, s.half[Q]);
    convolve(&s, s.half[T], s.half[T], s.sum[C]);
    convolve(&s, s.half[T], s.half[M], s.sum[A]);
    convolve(&s, s.half[Q], s.half[M], s.sum[B]);
    convolve(&s, s.half[M], s.half[M], s.sum[N]);
    code = peak(&s, overlap * airy_pattern_measured(pattern), result, err);
done:
    search_release(&s);
    airy_image_release(&value);
    return code;
}
