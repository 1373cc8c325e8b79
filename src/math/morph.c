// SPDX-License-Identifier: GPL-3.0-or-later
// Binary images: exact distances by envelopes of parabolas, discs by runs of rows.
#include "airy/math.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#define FAR DBL_MAX // the squared distance where there is no target

// Squared distances along one line: d[q] = min over p of (q - p)^2 + f[p], by the lower envelope of
// parabolas (Felzenszwalb & Huttenlocher, Theory of Computing 8, 415, 2012, algorithm 1). Only
// lines with a finite f take part.
struct line {
    int n;
    double *f, *d;
    int *at;        // columns of the parabolas in the envelope
    double *border; // where each begins to be the lowest
};

static airy_code line_init(struct line *line, int n, airy_error *err)
{
    *line = (struct line){.n = n};
    line->f = airy_memory_new((size_t)n, sizeof *line->f);
    line->d = airy_memory_new((size_t)n, sizeof *line->d);
    line->at = airy_memory_new((size_t)n, sizeof *line->at);
    line->border = airy_memory_new((size_t)n, sizeof *line->border);
    if (line->f && line->d && line->at && line->border)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EMEMORY, "no memory for distances along %d pixels", n);
}

static void line_release(struct line *line)
{
    airy_memory_free(line->f);
    airy_memory_free(line->d);
    airy_memory_free(line->at);
    airy_memory_free(line->border);
}

// Where the parabola of q falls below that of p < q.
static double crossing(const double *f, int p, int q)
{
    double dp = p, dq = q;
    return (f[q] + dq * dq - f[p] - dp * dp) / (2 * (dq - dp));
}

// Fills at and border; gives the number of parabolas in the envelope.
static int envelope(struct line *line)
{
    int k = 0;
    for (int q = 0; q < line->n; q++) {
        if (line->f[q] >= FAR)
            continue;
        double border = -FAR;
        while (k > 0) {
            border = crossing(line->f, line->at[k - 1], q);
            if (border > line->border[k - 1])
                break;
            k--;
            border = -FAR;
        }
        line->at[k] = q;
        line->border[k++] = border;
    }
    return k;
}

static void transform(struct line *line)
{
    int n = envelope(line);
    for (int q = 0, k = 0; q < line->n; q++) {
        while (k + 1 < n && line->border[k + 1] < q)
            k++;
        double away = n ? q - line->at[k] : 0;
        line->d[q] = n ? away * away + line->f[line->at[k]] : FAR;
    }
}

// Squared distance of every pixel to the nearest clear one, FAR if there is none. squared: ny x nx.
static airy_code squared_distance(const airy_mask *in, double *squared, airy_error *err)
{
    int ny = in->ny, nx = in->nx;
    struct line line;
    airy_code code = line_init(&line, ny > nx ? ny : nx, err);
    if (code != AIRY_OK)
        goto done;
    line.n = ny;
    for (int x = 0; x < nx; x++) {
        for (int y = 0; y < ny; y++)
            line.f[y] = in->bits[y * nx + x] ? FAR : 0;
        transform(&line);
        for (int y = 0; y < ny; y++)
            squared[y * nx + x] = line.d[y];
    }
    line.n = nx;
    for (int y = 0; y < ny; y++) {
        for (int x = 0; x < nx; x++)
            line.f[x] = squared[y * nx + x];
        transform(&line);
        for (int x = 0; x < nx; x++)
            squared[y * nx + x] = line.d[x];
    }
done:
    line_release(&line);
    return code;
}

airy_code airy_morph_distance(const airy_mask *in, airy_image *out, airy_error *err)
{
    int ny = in->ny, nx = in->nx;
    double *squared = airy_memory_new((size_t)ny * (size_t)nx, sizeof *squared);
    if (!squared)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for distances of %d x %d", ny, nx);
    airy_code code = squared_distance(in, squared, err);
    for (int y = 0; code == AIRY_OK && y < ny; y++)
        for (int x = 0; x < nx; x++) {
            int rows = y < ny - 1 - y ? y + 1 : ny - y; // steps to the first row, column outside
            int columns = x < nx - 1 - x ? x + 1 : nx - x;
            double frame = rows < columns ? rows : columns;
            out->px[y * nx + x] = (float)fmin(sqrt(squared[y * nx + x]), frame);
        }
    airy_memory_free(squared);
    return code;
}

// ------------------------------------------------------------------ discs

// Marks in `to` the pixels with a set pixel of `from` at most `reach` columns away.
static void smear(const uint32_t *from, bool state, int reach, uint32_t *to, int n)
{
    for (int x = 0, last = -1; x < n; x++) {
        if ((from[x] != 0) == state)
            last = x;
        to[x] |= last >= 0 && x - last <= reach;
    }
    for (int x = n - 1, last = n; x >= 0; x--) {
        if ((from[x] != 0) == state)
            last = x;
        to[x] |= last < n && last - x <= reach;
    }
}

// out = 1 where a pixel of the given state lies within the radius. A disc is a pile of rows, and a
// row costs the same however wide it is; no memory is needed.
static void near(const airy_mask *in, bool state, double radius, airy_mask *out)
{
    int ny = in->ny, nx = in->nx, reach = (int)radius;
    memset(out->bits, 0, (size_t)ny * (size_t)nx * sizeof *out->bits);
    for (int dy = -reach; dy <= reach; dy++) {
        int half = (int)sqrt(radius * radius - dy * dy);
        for (int y = dy > 0 ? dy : 0; y < ny && y - dy < ny; y++)
            smear(in->bits + (y - dy) * nx, state, half, out->bits + y * nx, nx);
    }
}

void airy_morph_dilate(const airy_mask *in, double radius, airy_mask *out)
{
    assert(in->bits != out->bits && radius >= 0 && radius <= AIRY_SIDE_MAX);
    near(in, true, radius, out);
}
