// SPDX-License-Identifier: GPL-3.0-or-later
// Pixel sets of a map.
#include "airy/speckle.h"
#include "regions.h"

#include <math.h>
#include <string.h>

#define NUMBER_MOST 1e6f // of a region

void airy_regions_release(airy_regions *regions)
{
    airy_memory_free(regions->first);
    airy_memory_free(regions->pixel);
    airy_memory_free(regions->label);
    airy_memory_free(regions->q_inv_a);
    airy_memory_free(regions->phi_deg);
    *regions = (airy_regions){0};
}

static airy_code room(airy_regions *regions, int n, int pixels, airy_error *err)
{
    regions->first = airy_memory_new((size_t)n + 1, sizeof *regions->first);
    regions->pixel = airy_memory_new((size_t)pixels + 1, sizeof *regions->pixel);
    regions->label = airy_memory_new((size_t)n, sizeof *regions->label);
    regions->q_inv_a = airy_memory_new((size_t)n, sizeof *regions->q_inv_a);
    regions->phi_deg = airy_memory_new((size_t)n, sizeof *regions->phi_deg);
    if (regions->first && regions->pixel && regions->label && regions->q_inv_a && regions->phi_deg)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EMEMORY, "no memory for %d regions", n);
}

// Rings and sectors are numbered from 0, which in a map of regions means none.
airy_code airy_regions_from_bins(const airy_bins *bins, airy_regions *regions, airy_error *err)
{
    int above = bins->bin[0].label == 0, n = 0;
    *regions = (airy_regions){.ny = bins->ny, .nx = bins->nx};
    airy_code code = room(regions, bins->n, bins->first[bins->n], err);
    for (int b = 0; code == AIRY_OK && b < bins->n; b++) {
        int r = regions->n, pixels = bins->first[b + 1] - bins->first[b];
        if (pixels == 0)
            continue;
        memcpy(regions->pixel + n, bins->pixel + bins->first[b],
               (size_t)pixels * sizeof *regions->pixel);
        regions->label[r] = bins->bin[b].label + above;
        regions->q_inv_a[r] = bins->bin[b].radial;
        regions->phi_deg[r] = bins->bin[b].phi_deg;
        n += pixels;
        regions->first[++regions->n] = n;
    }
    if (code == AIRY_OK && regions->n == 0)
        code = airy_error_set(err, AIRY_EVALUE, "no region has a pixel that is measured");
    if (code != AIRY_OK)
        airy_regions_release(regions);
    return code;
}

// The numbers of a map as such.
static airy_code read_numbers(const airy_image *map, int *number, airy_error *err)
{
    for (int i = 0; i < map->ny * map->nx; i++) {
        float v = map->px[i];
        if (!isnan(v) && (v < 0 || v > NUMBER_MOST || v != floorf(v)))
            return airy_error_set(err, AIRY_EVALUE,
                                  "the map of regions has %g at row %d, column %d: whole numbers "
                                  "up to 1e6 were wanted, 0 for pixels of no region",
                                  v, i / map->nx, i % map->nx);
        number[i] = isnan(v) ? 0 : (int)v;
    }
    return AIRY_OK;
}

airy_code airy_regions_from_map(const airy_image *map, const airy_polar *polar,
                                airy_regions *regions, airy_error *err)
{
    airy_bins bins = {0};
    *regions = (airy_regions){0};
    int *number = airy_memory_new((size_t)map->ny * (size_t)map->nx, sizeof *number);
    if (!number)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a map of regions");
    airy_code code = read_numbers(map, number, err);
    if (code == AIRY_OK)
        code = airy_bins_map(&bins, number, map->ny, map->nx, polar, NULL, err);
    if (code == AIRY_OK)
        code = airy_regions_from_bins(&bins, regions, err);
    airy_bins_release(&bins);
    airy_memory_free(number);
    return code;
}

airy_code airy_regions_keep(airy_regions *regions, const uint8_t *keep, airy_error *err)
{
    int n = 0, begin = 0;
    for (int r = 0; r < regions->n; r++) {
        int end = regions->first[r + 1];
        regions->first[r] = n;
        for (int i = begin; i < end; i++)
            if (keep[regions->pixel[i]])
                regions->pixel[n++] = regions->pixel[i];
        begin = end;
        if (n == regions->first[r])
            return airy_error_set(err, AIRY_EVALUE,
                                  "region %d has no pixel left: all of them are masked, or dark",
                                  regions->label[r]);
    }
    regions->first[regions->n] = n;
    return AIRY_OK;
}

airy_code airy_regions_members(const airy_regions *regions, int **member, airy_error *err)
{
    size_t pixels = (size_t)regions->ny * (size_t)regions->nx;
    int *of = *member = airy_memory_new(pixels, sizeof *of);
    if (!of)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a map of members");
    for (size_t i = 0; i < pixels; i++)
        of[i] = -1;
    for (int i = 0; i < regions->first[regions->n]; i++) {
        if (of[regions->pixel[i]] >= 0) {
            airy_memory_free(of);
            *member = NULL;
            return AIRY_OK;
        }
        of[regions->pixel[i]] = i;
    }
    return AIRY_OK;
}
