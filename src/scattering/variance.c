// SPDX-License-Identifier: GPL-3.0-or-later
// The variances of fluctuation microscopy, in one pass over frames and bounded memory.
#include "airy/scattering.h"
#include "variance.h"

#include <math.h>

const char *const airy_variance_names[] = {"pooled", "ring", "omega", "re", "image", NULL};

// Sums over frames of a frame's first and second moment in a bin, and of their products: enough for
// ratios of their means and the error of those.
typedef struct moments {
    double n, a, b, aa, ab, bb; // b: <I>, a: what is compared with its square
} moments;

// Of one bin over frames.
typedef struct bin_sums {
    moments ring;  // a = <I^2>_b / <I>_b^2, b = 1
    moments omega; // a = <I>_b^2
    moments re;    // a = <I^2>_b
    double noise;  // sum of 1 / <I>_b, what Poisson noise adds to a ring's variance
    double pixels; // sum over frames
} bin_sums;

struct airy_variance {
    const airy_bins *bins;
    double noise_factor;
    bin_sums *bin;  // (n), and one for all of them together
    double *first;  // (entries) sums of I over frames, in the order of the bins' entries
    double *second; // (entries) sums of I^2
    int *frames;    // (entries)
};

airy_variance *airy_variance_new(const airy_bins *bins, double noise_factor, airy_error *err)
{
    if (bins->weight || !(noise_factor >= 0)) {
        airy_error_set(
            err, AIRY_EARGUMENT,
            "variances want whole pixels (--split none) and a noise factor of 0 or more");
        return NULL;
    }
    airy_variance *v = airy_memory_new(1, sizeof *v);
    size_t entries = (size_t)bins->first[bins->n] + 1;
    if (v) {
        v->bins = bins;
        v->noise_factor = noise_factor;
        v->bin = airy_memory_new((size_t)bins->n + 1, sizeof *v->bin);
        v->first = airy_memory_new(entries, sizeof *v->first);
        v->second = airy_memory_new(entries, sizeof *v->second);
        v->frames = airy_memory_new(entries, sizeof *v->frames);
    }
    if (v && v->bin && v->first && v->second && v->frames)
        return v;
    airy_variance_free(v);
    airy_error_set(err, AIRY_EMEMORY, "no memory for variances of %zu pixels", entries);
    return NULL;
}

void airy_variance_free(airy_variance *v)
{
    if (!v)
        return;
    airy_memory_free(v->bin);
    airy_memory_free(v->first);
    airy_memory_free(v->second);
    airy_memory_free(v->frames);
    airy_memory_free(v);
}

static void add_moments(moments *m, double a, double b)
{
    m->n++;
    m->a += a;
    m->b += b;
    m->aa += a * a;
    m->ab += a * b;
    m->bb += b * b;
}

// One frame's n pixels of a bin with these sums.
static void add_bin(bin_sums *bin, double n, double sum, double square)
{
    if (n == 0)
        return;
    double mean = sum / n, second = square / n;
    if (mean != 0)
        add_moments(&bin->ring, second / (mean * mean), 1);
    add_moments(&bin->omega, mean * mean, mean);
    add_moments(&bin->re, second, mean);
    bin->noise += mean != 0 ? 1 / mean : 0;
    bin->pixels += n;
}

void airy_variance_add(airy_variance *v, const float *px)
{
    double all = 0, all_sum = 0, all_square = 0;
    for (int b = 0; b < v->bins->n; b++) {
        double n = 0, sum = 0, square = 0;
        for (int k = v->bins->first[b]; k < v->bins->first[b + 1]; k++) {
            double value = (double)px[v->bins->pixel[k]];
            if (isnan(value))
                continue;
            n++;
            sum += value;
            square += value * value;
            v->first[k] += value;
            v->second[k] += value * value;
            v->frames[k]++;
        }
        add_bin(&v->bin[b], n, sum, square);
        all += n;
        all_sum += sum;
        all_square += square;
    }
    add_bin(&v->bin[v->bins->n], all, all_sum, all_square);
}

// <a> / <b>^2 - 1 and its standard error to first order, from the scatter of (a, b) over frames.
static airy_variance_row ratio(const moments *m)
{
    airy_variance_row row = {NAN, NAN, NAN};
    double a = m->a / m->n, b = m->b / m->n;
    if (m->n == 0 || b == 0)
        return row;
    double to_a = 1 / (b * b), to_b = -2 * a / (b * b * b);
    double var_a = m->aa / m->n - a * a, var_b = m->bb / m->n - b * b, cov = m->ab / m->n - a * b;
    double variance = to_a * to_a * var_a + 2 * to_a * to_b * cov + to_b * to_b * var_b;
    row.v = a / (b * b) - 1;
    row.error = m->n > 1 ? sqrt(fmax(variance, 0) / (m->n - 1)) : NAN;
    return row;
}

// What noise of variance f I adds: to <I^2> f <I>, to <I>_b^2 f <I> / pixels.
static airy_variance_row ring_row(const airy_variance *v, const bin_sums *bin)
{
    airy_variance_row row = ratio(&bin->ring);
    row.corrected = row.v - v->noise_factor * bin->noise / bin->ring.n;
    return row;
}

static airy_variance_row omega_row(const airy_variance *v, const bin_sums *bin)
{
    airy_variance_row row = ratio(&bin->omega);
    double mean = bin->omega.b / bin->omega.n;
    row.corrected = row.v - v->noise_factor / mean * (bin->omega.n / bin->pixels);
    return row;
}

static airy_variance_row re_row(const airy_variance *v, const bin_sums *bin)
{
    airy_variance_row row = ratio(&bin->re);
    row.corrected = row.v - v->noise_factor * bin->re.n / bin->re.b;
    return row;
}

// Pixels that are always dark have no relative variance.
static airy_variance_row image_row(const airy_variance *v, int b)
{
    double n = 0, sum = 0, noise = 0;
    for (int k = v->bins->first[b]; k < v->bins->first[b + 1]; k++) {
        if (v->frames[k] == 0 || v->first[k] == 0)
            continue;
        double frames = v->frames[k], mean = v->first[k] / frames;
        n++;
        sum += v->second[k] / frames / (mean * mean) - 1;
        noise += v->noise_factor / mean;
    }
    return n > 0 ? (airy_variance_row){sum / n, NAN, (sum - noise) / n}
                 : (airy_variance_row){NAN, NAN, NAN};
}

airy_code airy_variance_rows(const airy_variance *v, airy_variance_kind kind,
                             airy_variance_row *rows, airy_error *err)
{
    bool any = false;
    for (int b = 0; b < v->bins->n; b++) {
        switch (kind) {
        case AIRY_VARIANCE_POOLED:
            rows[b] = ring_row(v, &v->bin[v->bins->n]);
            break;
        case AIRY_VARIANCE_RING:
            rows[b] = ring_row(v, &v->bin[b]);
            break;
        case AIRY_VARIANCE_OMEGA:
            rows[b] = omega_row(v, &v->bin[b]);
            break;
        case AIRY_VARIANCE_RE:
            rows[b] = re_row(v, &v->bin[b]);
            break;
        case AIRY_VARIANCE_IMAGE:
            rows[b] = image_row(v, b);
            break;
        }
        any = any || !isnan(rows[b].v);
    }
    return any ? AIRY_OK
               : airy_error_set(err, AIRY_EVALUE, "no ring holds light: no variance can be given");
}
