// SPDX-License-Identifier: GPL-3.0-or-later
// Few frames: every frame meets every other, and every pair is sorted into its tile.
#include "dots.h"
#include "kernels.h"

void airy_gram(const double *values, int frames, int n, double *c)
{
    for (int i = 0; i < frames; i += 2) {
        const double *row = values + (size_t)i * (size_t)n;
        double *to = c + (size_t)i * ((size_t)frames + 1);
        bool both = i + 1 < frames;
        airy_dots_rows((const double *[]){row, both ? row + n : row}, row, frames - i, n,
                       (double *[]){to, both ? to + frames : NULL});
    }
}

airy_code airy_gram_add(const double *values, int n, int group, airy_planes *planes,
                        airy_error *err)
{
    int frames = planes->tiles.frames, cells = planes->cells, level = planes->cell_level;
    double *c = airy_memory_new((size_t)frames * (size_t)frames, sizeof *c);
    if (!c)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d x %d products", frames, frames);
    airy_gram(values, frames, n, c);
    for (int i = 0; i < frames; i++)
        for (int j = i; j < frames; j++) {
            double product = c[(size_t)i * (size_t)frames + (size_t)j];
            airy_pair_tile tile = airy_tile_of(i, j);
            airy_planes_add(planes, tile, group, product);
            if (planes->parts.sum)
                airy_parts_add(&planes->parts, planes->tiles.grain, tile, group, product);
            if (planes->full)
                planes->full[j - i] += product;
            if (j > i)
                planes->map[(size_t)(i >> level) * (size_t)cells + (size_t)(j >> level)] += product;
        }
    airy_memory_free(c);
    return AIRY_OK;
}
