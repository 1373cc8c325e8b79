// SPDX-License-Identifier: GPL-3.0-or-later
// Transforms between a strip of rows and the columns of its spectrum.
//
// Rows first: each row, or packed pair of rows, is one contiguous complex transform. Of a pair
// Z = A + i B of real rows, with m = nx - k,
//
//     A(k) = (Z(k) + conj Z(m)) / 2,   B(k) = (Z(k) - conj Z(m)) / 2i;   Z(k) = A(k) + i B(k),
//
// so taking pairs apart is also where rows become columns. Then each column is one contiguous
// transform, in a buffer that stays in the nearest cache. Backward is the same in reverse.
#include "airy/math.h"

#include "base/processor.h"

#include <stdlib.h>
#include <string.h>

// Columns that are turned together: their numbers fill a cache line of a row.
enum { BLOCK = 8 };

struct airy_strip {
    bool real;
    int ny, nx, rows, columns;
    int lines;                 // rows of complex numbers
    int pitch;                 // complex numbers from one of them to the next
    int stride;                // complex numbers from one column of a block to the next
    airy_fft_line *row, *down; // of nx and of ny
    float complex *rowwise;    // (lines, pitch)
    float complex *tall;       // (BLOCK, stride) columns before the transform; zero below the strip
    float complex *block;      // (BLOCK, stride) columns after the backward transform
    float complex *column;     // (ny) what the caller sees
};

airy_strip *airy_strip_new(airy_strip_shape shape, const char *wisdom, airy_error *err)
{
    airy_strip *s = calloc(1, sizeof *s);
    if (!s) {
        airy_error_set(err, AIRY_EMEMORY, "no memory for a transform of %d x %d", shape.ny,
                       shape.nx);
        return NULL;
    }
    s->real = shape.real;
    s->ny = shape.ny;
    s->nx = shape.nx;
    s->row = airy_fft_line_new(s->nx, wisdom, err);
    s->down = s->row ? airy_fft_line_new(s->ny, wisdom, err) : NULL;
    if (!s->down)
        goto failed;
    s->rows = shape.rows < s->ny ? shape.rows : s->ny;
    s->rows += s->real ? s->rows % 2 : 0;
    s->lines = s->real ? s->rows / 2 : s->rows;
    s->pitch = s->nx + s->nx % 2; // keeps rows on 16 bytes
    s->columns = s->real ? s->nx / 2 + 1 : s->nx;
    if (shape.columns > 0 && shape.columns < s->columns)
        s->columns = shape.columns;
    s->stride = (s->ny + BLOCK) / BLOCK * BLOCK; // also holds row ny of an odd image
    s->rowwise = airy_memory_new((size_t)s->lines * (size_t)s->pitch, sizeof *s->rowwise);
    s->tall = airy_memory_new((size_t)BLOCK * (size_t)s->stride, sizeof *s->tall);
    s->block = airy_memory_new((size_t)BLOCK * (size_t)s->stride, sizeof *s->block);
    s->column = airy_memory_new((size_t)s->stride, sizeof *s->column);
    if (s->rowwise && s->tall && s->block && s->column)
        return s;
    airy_error_set(err, AIRY_EMEMORY, "no memory for a transform of %d x %d", s->ny, s->nx);
failed:
    airy_strip_free(s);
    return NULL;
}

void airy_strip_free(airy_strip *s)
{
    if (!s)
        return;
    airy_fft_line_free(s->row);
    airy_fft_line_free(s->down);
    airy_memory_free(s->rowwise);
    airy_memory_free(s->tall);
    airy_memory_free(s->block);
    airy_memory_free(s->column);
    free(s);
}

int airy_strip_rows(const airy_strip *s)
{
    return s->rows;
}

int airy_strip_floats(const airy_strip *s)
{
    return 2 * s->lines * s->pitch;
}

int airy_strip_columns(const airy_strip *s)
{
    return s->columns;
}

int airy_strip_index(const airy_strip *s, int y, int x)
{
    bool second = s->real && y >= s->lines;
    return 2 * ((second ? y - s->lines : y) * s->pitch + x) + second;
}

void airy_strip_pack(const airy_strip *s, const float *image, float *packed)
{
    for (int y = 0; y < s->rows && y < s->ny; y++) {
        float *restrict to = packed + airy_strip_index(s, y, 0);
        const float *restrict from = image + y * s->nx;
        for (int x = 0; x < s->nx; x++)
            to[2 * x] = from[x];
    }
}

void airy_strip_unpack(const airy_strip *s, const float *packed, float *image)
{
    for (int y = 0; y < s->rows && y < s->ny; y++) {
        const float *restrict from = packed + airy_strip_index(s, y, 0);
        float *restrict to = image + y * s->nx;
        for (int x = 0; x < s->nx; x++)
            to[x] = from[2 * x];
    }
}

// ------------------------------------------------------------------ rows to columns and back

// A block of columns in the transformed rows: from column k0, n of them.
struct turn {
    float *rows, *columns; // (lines, pitch) and (n, stride) complex numbers
    int lines, nx, pitch, stride, k0, n;
};

// Columns of A above columns of B.
AIRY_EVERY_PROCESSOR static void take_pairs_apart(struct turn t)
{
    for (int r = 0; r < t.lines; r++) {
        const float *restrict z = t.rows + 2 * (size_t)r * (size_t)t.pitch;
        for (int j = 0; j < t.n; j++) {
            int k = t.k0 + j, m = k ? t.nx - k : 0;
            float *restrict a = t.columns + 2 * (j * t.stride + r), *restrict b = a + 2 * t.lines;
            a[0] = 0.5f * (z[2 * k] + z[2 * m]);
            a[1] = 0.5f * (z[2 * k + 1] - z[2 * m + 1]);
            b[0] = 0.5f * (z[2 * k + 1] + z[2 * m + 1]);
            b[1] = 0.5f * (z[2 * m] - z[2 * k]);
        }
    }
}

// Z(k) = A + i B, Z(m) = conj A + i conj B.
AIRY_EVERY_PROCESSOR static void put_pairs_together(struct turn t)
{
    for (int r = 0; r < t.lines; r++) {
        float *restrict z = t.rows + 2 * (size_t)r * (size_t)t.pitch;
        for (int j = 0; j < t.n; j++) {
            int k = t.k0 + j, m = k ? t.nx - k : 0;
            const float *a = t.columns + 2 * (j * t.stride + r), *b = a + 2 * t.lines;
            z[2 * m] = a[0] + b[1];
            z[2 * m + 1] = b[0] - a[1];
            z[2 * k] = a[0] - b[1];
            z[2 * k + 1] = b[0] + a[1];
        }
    }
}

// Column k is its own mate: real A and B.
static void put_own_mates(struct turn t, int k)
{
    if (k < t.k0 || k >= t.k0 + t.n || (k && 2 * k != t.nx))
        return;
    for (int r = 0; r < t.lines; r++) {
        float *z = t.rows + 2 * ((size_t)r * (size_t)t.pitch + (size_t)k);
        const float *a = t.columns + 2 * ((k - t.k0) * t.stride + r);
        z[0] = a[0];
        z[1] = a[2 * t.lines];
    }
}

static void rows_to_columns(struct turn t)
{
    for (int r = 0; r < t.lines; r++)
        for (int j = 0; j < t.n; j++)
            memcpy(t.columns + 2 * (j * t.stride + r),
                   t.rows + 2 * ((size_t)r * (size_t)t.pitch + (size_t)(t.k0 + j)),
                   2 * sizeof(float));
}

static void columns_to_rows(struct turn t)
{
    for (int r = 0; r < t.lines; r++)
        for (int j = 0; j < t.n; j++)
            memcpy(t.rows + 2 * ((size_t)r * (size_t)t.pitch + (size_t)(t.k0 + j)),
                   t.columns + 2 * (j * t.stride + r), 2 * sizeof(float));
}

static struct turn turn_at(airy_strip *s, float complex *columns, int k0)
{
    int left = s->columns - k0;
    return (struct turn){
        (float *)s->rowwise,        (float *)columns, s->lines, s->nx, s->pitch, s->stride, k0,
        left < BLOCK ? left : BLOCK};
}

// ------------------------------------------------------------------ the transforms

void airy_strip_forward(airy_strip *s, const float *in, airy_strip_column *take, void *context)
{
    const float complex *packed = (const float complex *)in;
    for (int r = 0; r < s->lines; r++)
        airy_fft_line_forward(s->row, packed + r * s->pitch, s->rowwise + r * s->pitch);
    for (int k0 = 0; k0 < s->columns; k0 += BLOCK) {
        struct turn t = turn_at(s, s->tall, k0);
        if (s->real)
            take_pairs_apart(t);
        else
            rows_to_columns(t);
        for (int j = 0; j < t.n; j++) {
            airy_fft_line_forward(s->down, s->tall + j * s->stride, s->column);
            take(context, k0 + j, s->column);
        }
    }
}

void airy_strip_backward_raw(airy_strip *s, airy_strip_column *give, void *context, float *out)
{
    float complex *packed = (float complex *)out;
    bool all = s->columns == (s->real ? s->nx / 2 + 1 : s->nx);
    if (!all)
        memset(s->rowwise, 0, (size_t)s->lines * (size_t)s->pitch * sizeof *s->rowwise);
    for (int k0 = 0; k0 < s->columns; k0 += BLOCK) {
        struct turn t = turn_at(s, s->block, k0);
        for (int j = 0; j < t.n; j++) {
            give(context, k0 + j, s->column);
            airy_fft_line_backward_raw(s->down, s->column, s->block + j * s->stride);
        }
        if (s->real) {
            put_pairs_together(t);
            put_own_mates(t, 0);
            put_own_mates(t, s->nx / 2);
        } else {
            columns_to_rows(t);
        }
    }
    for (int r = 0; r < s->lines; r++)
        airy_fft_line_backward_raw(s->row, s->rowwise + r * s->pitch, packed + r * s->pitch);
}
