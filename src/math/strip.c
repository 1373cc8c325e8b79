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
#include "fft.h"

#include <stdlib.h>
#include <string.h>

// Columns that are turned together: their numbers fill a cache line of a row.
enum { BLOCK = 8 };

struct airy_strip {
    bool real;
    bool leftward; // the next round begins where the last one ended: that is still near
    int ny, nx, rows, columns;
    int lines;  // rows of complex numbers
    int pitch;  // complex numbers from one of them to the next
    int wide;   // the same of transformed rows: one number more, for the mate of k = 0
    int stride; // complex numbers from one column of a block to the next
    airy_fft_line *row, *down; // of nx and of ny
    float complex *rowwise;    // BLOCK spare numbers, then (lines, wide)
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
    s->wide = s->nx + 2 * BLOCK - s->nx % BLOCK;
    s->columns = s->real ? s->nx / 2 + 1 : s->nx;
    if (shape.columns > 0 && shape.columns < s->columns)
        s->columns = shape.columns;
    s->stride = (s->ny + BLOCK) / BLOCK * BLOCK; // also holds row ny of an odd image
    s->rowwise = airy_memory_new((size_t)s->lines * (size_t)s->wide + BLOCK, sizeof *s->rowwise);
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

// Transformed row r. Whole blocks of mates may begin before it.
static float complex *row_at(const airy_strip *s, int r)
{
    return s->rowwise + BLOCK + r * s->wide;
}

// A block of columns in the transformed rows: from column k0, n of them.
struct turn {
    float complex *rows, *columns; // (lines, wide) and (n, stride)
    int lines, nx, wide, stride, k0, n;
};

// Two complex numbers, as four floats, and as two things to be moved.
typedef float duo __attribute__((vector_size(16)));
typedef double moved __attribute__((vector_size(16)));

static const duo conjugate = {1, -1, 1, -1}; // conjugate * z

static inline duo duo_at(const float complex *at)
{
    duo z;
    memcpy(&z, at, sizeof z);
    return z;
}

static inline duo duo_of(const float complex *first, const float complex *second)
{
    double a, b;
    memcpy(&a, first, sizeof a);
    memcpy(&b, second, sizeof b);
    return (duo)(moved){a, b};
}

static inline void duo_put(duo z, float complex *first, float complex *second)
{
    double a = ((moved)z)[0], b = ((moved)z)[1];
    memcpy(first, &a, sizeof a);
    memcpy(second, &b, sizeof b);
}

// The second, then the first.
static inline duo duo_reversed(duo z)
{
    return (duo){z[2], z[3], z[0], z[1]};
}

// Imaginary parts as real ones, and real ones as imaginary.
static inline duo duo_swapped(duo z)
{
    return (duo){z[1], z[0], z[3], z[2]};
}

// Columns of A above columns of B; what is beyond the last column nobody reads.
static void take_pairs_apart(struct turn t)
{
    for (int r = 0; r < t.lines; r++) {
        const float complex *row = t.rows + r * t.wide;
        float complex *a = t.columns + r, *b = a + t.lines;
        for (int k = t.k0; k < t.k0 + t.n; k += 2, a += 2 * t.stride, b += 2 * t.stride) {
            duo z = duo_at(row + k), mate = duo_reversed(duo_at(row + t.nx - k - 1));
            duo_put(0.5f * (z + conjugate * mate), a, a + t.stride);
            duo_put(duo_swapped(0.5f * (mate - conjugate * z)), b, b + t.stride);
        }
    }
}

// Z(k) = A + i B, Z(m) = conj A + i conj B, of column j and the one `stride` after it.
static inline duo put_pair_together(struct turn t, int r, int j, int stride, duo *mate)
{
    const float complex *from = t.columns + j * t.stride + r;
    duo a = duo_of(from, from + stride);
    duo b = duo_swapped(duo_of(from + t.lines, from + t.lines + stride));
    *mate = duo_reversed(b + conjugate * a);
    return a - conjugate * b;
}

static void put_pairs_together(struct turn t)
{
    for (int r = 0; r < t.lines; r++) {
        float complex *row = t.rows + r * t.wide + t.k0, *mates = row + t.nx - 2 * t.k0;
        duo z, mate;
        int j = 0;
        for (; j + 1 < t.n; j += 2) {
            z = put_pair_together(t, r, j, t.stride, &mate);
            memcpy(row + j, &z, sizeof z);
            memcpy(mates - j - 1, &mate, sizeof mate);
        }
        if (j < t.n) { // a last column that is alone
            z = put_pair_together(t, r, j, 0, &mate);
            memcpy(row + j, &z, sizeof *row);
            memcpy(mates - j, &mate, sizeof *row);
        }
    }
}

// Column k is its own mate: real A and B.
static void put_own_mates(struct turn t, int k)
{
    if (k < t.k0 || k >= t.k0 + t.n || (k && 2 * k != t.nx))
        return;
    for (int r = 0; r < t.lines; r++) {
        const float complex *a = t.columns + (k - t.k0) * t.stride + r;
        t.rows[(size_t)r * (size_t)t.wide + (size_t)k] =
            crealf(a[0]) + (float complex)I * crealf(a[t.lines]);
    }
}

static void rows_to_columns(struct turn t)
{
    for (int r = 0; r < t.lines; r++)
        for (int j = 0; j < t.n; j++)
            t.columns[j * t.stride + r] = t.rows[(size_t)r * (size_t)t.wide + (size_t)(t.k0 + j)];
}

static void columns_to_rows(struct turn t)
{
    for (int r = 0; r < t.lines; r++)
        for (int j = 0; j < t.n; j++)
            t.rows[(size_t)r * (size_t)t.wide + (size_t)(t.k0 + j)] = t.columns[j * t.stride + r];
}

static struct turn turn_at(airy_strip *s, float complex *columns, int k0)
{
    int left = s->columns - k0;
    return (struct turn){row_at(s, 0), columns,   s->lines, s->nx,
                         s->wide,      s->stride, k0,       left < BLOCK ? left : BLOCK};
}

// ------------------------------------------------------------------ the transforms

static void transform_rows(airy_strip *s, const float *in)
{
    const float complex *packed = (const float complex *)in;
    for (int r = 0; r < s->lines; r++) {
        float complex *row = row_at(s, r);
        airy_fft_line_forward(s->row, packed + r * s->pitch, row);
        row[s->nx] = row[0]; // the mate of the first
    }
}

static void transform_rows_back(airy_strip *s, float *out)
{
    float complex *packed = (float complex *)out;
    for (int r = 0; r < s->lines; r++)
        airy_fft_line_backward_raw(s->row, row_at(s, r), packed + r * s->pitch);
}

static void take_block(const airy_strip *s, struct turn t)
{
    if (s->real)
        take_pairs_apart(t);
    else
        rows_to_columns(t);
}

static void put_block(const airy_strip *s, struct turn t)
{
    if (!s->real) {
        columns_to_rows(t);
        return;
    }
    put_pairs_together(t);
    put_own_mates(t, 0);
    put_own_mates(t, s->nx / 2);
}

// Columns that are not wanted are nothing.
static void clear_others(airy_strip *s)
{
    int last = s->real ? s->nx - s->columns : s->nx - 1;
    for (int r = 0; r < s->lines; r++)
        for (int k = s->columns; k <= last; k++)
            row_at(s, r)[k] = 0;
}

void airy_strip_forward(airy_strip *s, const float *in, airy_strip_column *take, void *context)
{
    transform_rows(s, in);
    for (int k0 = 0; k0 < s->columns; k0 += BLOCK) {
        struct turn t = turn_at(s, s->tall, k0);
        take_block(s, t);
        for (int j = 0; j < t.n; j++) {
            airy_fft_line_forward(s->down, s->tall + j * s->stride, s->column);
            take(context, k0 + j, s->column);
        }
    }
}

void airy_strip_backward_raw(airy_strip *s, airy_strip_column *give, void *context, float *out)
{
    clear_others(s);
    for (int k0 = 0; k0 < s->columns; k0 += BLOCK) {
        struct turn t = turn_at(s, s->block, k0);
        for (int j = 0; j < t.n; j++) {
            give(context, k0 + j, s->column);
            airy_fft_line_backward_raw(s->down, s->column, s->block + j * s->stride);
        }
        put_block(s, t);
    }
    transform_rows_back(s, out);
}

void airy_strip_round(airy_strip *s, const float *in, airy_strip_column *change, void *context,
                      float *out)
{
    transform_rows(s, in);
    clear_others(s);
    int last = (s->columns - 1) / BLOCK * BLOCK;
    for (int i = 0; i <= last; i += BLOCK) {
        int k0 = s->leftward ? last - i : i;
        struct turn t = turn_at(s, s->tall, k0), back = turn_at(s, s->block, k0);
        take_block(s, t);
        for (int j = 0; j < t.n; j++) {
            airy_fft_line_forward(s->down, s->tall + j * s->stride, s->column);
            change(context, k0 + j, s->column);
            airy_fft_line_backward_raw(s->down, s->column, s->block + j * s->stride);
        }
        put_block(s, back);
    }
    s->leftward = !s->leftward;
    transform_rows_back(s, out);
}
