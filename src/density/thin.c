// SPDX-License-Identifier: GPL-3.0-or-later
// Thinning: regions become lines one pixel wide with the same components and the same holes.
#include "airy/density.h"
#include "thin.h"

#include <assert.h>
#include <string.h>

// A working copy with a clear frame one pixel wide, so that every pixel has eight neighbours.
struct sheet {
    int ny, nx, stride;
    uint8_t *px; // (ny + 2, nx + 2)
};

static airy_code sheet_init(struct sheet *sheet, const airy_mask *in, airy_error *err)
{
    sheet->ny = in->ny;
    sheet->nx = in->nx;
    sheet->stride = in->nx + 2;
    sheet->px = airy_memory_new((size_t)sheet->stride * (size_t)(in->ny + 2), 1);
    if (!sheet->px)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory to thin %d x %d pixels", in->ny,
                              in->nx);
    for (int y = 0; y < in->ny; y++)
        for (int x = 0; x < in->nx; x++)
            sheet->px[(y + 1) * sheet->stride + x + 1] = in->bits[y * in->nx + x] != 0;
    return AIRY_OK;
}

// Neighbours of the pixel at p, clockwise in array order from the row above: b[0] above, b[1] above
// right, ... b[7] above left.
static void neighbours(const struct sheet *sheet, int p, int *b)
{
    int s = sheet->stride;
    const int step[8] = {-s, 1 - s, 1, 1 + s, s, s - 1, -1, -1 - s};
    for (int k = 0; k < 8; k++)
        b[k] = sheet->px[p + step[k]];
}

// Guo & Hall 1989, algorithm A1, conditions (a) C = 1, (b) 2 <= min(N1, N2) <= 3 and (c) of the
// subiteration. Their p2 .. p9 are b[0] .. b[7].
static bool deletable(const int *b, int pass)
{
    int c = (!b[0] && (b[1] || b[2])) + (!b[2] && (b[3] || b[4])) + (!b[4] && (b[5] || b[6])) +
            (!b[6] && (b[7] || b[0]));
    int n1 = (b[7] || b[0]) + (b[1] || b[2]) + (b[3] || b[4]) + (b[5] || b[6]);
    int n2 = (b[0] || b[1]) + (b[2] || b[3]) + (b[4] || b[5]) + (b[6] || b[7]);
    int n = n1 < n2 ? n1 : n2;
    bool side = pass == 0 ? (b[4] || b[5] || !b[7]) && b[6] : (b[0] || b[1] || !b[3]) && b[2];
    return c == 1 && n >= 2 && n <= 3 && !side;
}

// One parallel subiteration; the number of pixels deleted.
static int subiterate(struct sheet *sheet, int pass, int *list)
{
    int n = 0, b[8];
    for (int y = 1; y <= sheet->ny; y++)
        for (int x = 1; x <= sheet->nx; x++) {
            int p = y * sheet->stride + x;
            if (!sheet->px[p])
                continue;
            neighbours(sheet, p, b);
            if (deletable(b, pass))
                list[n++] = p;
        }
    for (int i = 0; i < n; i++)
        sheet->px[list[i]] = 0;
    return n;
}

// 8-connected components that the set neighbours form around the pixel (Yokoi, Toriwaki & Fukumura,
// Comput. Graph. Image Process. 4, 63, 1975): 1 means that deleting it changes no topology.
static int crossing_number(const int *b)
{
    int c = 0;
    for (int k = 0; k < 8; k += 2)
        c += !b[k] && (b[k + 1] || b[(k + 2) % 8]);
    return c;
}

// A staircase's corner: two perpendicular neighbours that touch diagonally without it, and nothing
// on the two opposite sides.
static bool is_corner(const int *b)
{
    for (int k = 0; k < 8; k += 2) {
        int next = (k + 2) % 8, behind = (k + 4) % 8, opposite = (k + 6) % 8;
        if (b[k] && b[next] && !b[behind] && !b[opposite])
            return crossing_number(b) == 1;
    }
    return false;
}

// A pixel of a full square of four that nothing needs: where lines meet, Guo & Hall leave some.
static bool is_filling(const int *b)
{
    for (int k = 0; k < 8; k += 2)
        if (b[k] && b[k + 1] && b[(k + 2) % 8])
            return crossing_number(b) == 1;
    return false;
}

// Removes the pixels that `superfluous` finds, one after the other in raster order; their number.
static int remove_some(struct sheet *sheet, bool (*superfluous)(const int *b))
{
    int b[8], n = 0;
    for (int y = 1; y <= sheet->ny; y++)
        for (int x = 1; x <= sheet->nx; x++) {
            int p = y * sheet->stride + x;
            if (!sheet->px[p])
                continue;
            neighbours(sheet, p, b);
            if (superfluous(b)) {
                sheet->px[p] = 0;
                n++;
            }
        }
    return n;
}

airy_code airy_skeleton_thin(const airy_mask *in, airy_mask *out, airy_error *err)
{
    assert(in->ny == out->ny && in->nx == out->nx);
    struct sheet sheet = {0};
    int *list = airy_memory_new((size_t)in->ny * (size_t)in->nx, sizeof *list);
    airy_code code = sheet_init(&sheet, in, err);
    if (code)
        goto done;
    if (!list) {
        code = airy_error_set(err, AIRY_EMEMORY, "not enough memory to thin an image");
        goto done;
    }
    int deleted = 0;
    do {
        deleted = subiterate(&sheet, 0, list);
        deleted += subiterate(&sheet, 1, list);
        if (!deleted)
            deleted = remove_some(&sheet, is_filling) + remove_some(&sheet, is_corner);
    } while (deleted);
    for (int y = 0; y < out->ny; y++)
        for (int x = 0; x < out->nx; x++)
            out->bits[y * out->nx + x] = sheet.px[(y + 1) * sheet.stride + x + 1];
done:
    airy_memory_free(sheet.px);
    airy_memory_free(list);
    return code;
}
