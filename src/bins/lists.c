// SPDX-License-Identifier: GPL-3.0-or-later
// Lists of pixels by bin, and what can be asked of them.
#include "bins/lists.h"

#include <limits.h>

void airy_lists_put(lists *to, int bin, int pixel, float share)
{
    to->entries++;
    to->bins->bin[bin].pixels++;
    if (!to->next)
        return;
    int k = to->next[bin]++;
    to->bins->pixel[k] = pixel;
    to->bins->bin[bin].weight += (double)share;
    if (to->bins->weight)
        to->bins->weight[k] = share;
}

// Room for the entries that were counted; counting begins anew.
static bool make_room(lists *to, bool shares)
{
    airy_bins *bins = to->bins;
    bins->pixel = airy_memory_new(to->entries + 1, sizeof *bins->pixel);
    bins->weight = shares ? airy_memory_new(to->entries + 1, sizeof *bins->weight) : NULL;
    to->next = airy_memory_new((size_t)bins->n, sizeof *to->next);
    if (!bins->pixel || (shares && !bins->weight) || !to->next)
        return false;
    for (int b = 0; b < bins->n; b++) {
        bins->first[b + 1] = bins->first[b] + bins->bin[b].pixels;
        to->next[b] = bins->first[b];
        bins->bin[b].pixels = 0;
    }
    return true;
}

airy_code airy_lists_fill(airy_bins *bins, void (*put)(const void *context, lists *to),
                          const void *context, bool shares, airy_error *err)
{
    lists to = {.bins = bins};
    bins->bin = airy_memory_new((size_t)bins->n, sizeof *bins->bin);
    bins->first = airy_memory_new((size_t)bins->n + 1, sizeof *bins->first);
    bool good = bins->bin && bins->first;
    if (good) {
        put(context, &to);
        good = to.entries < INT_MAX && make_room(&to, shares);
    }
    if (good)
        put(context, &to);
    airy_memory_free(to.next);
    if (good)
        return AIRY_OK;
    int n = bins->n;
    airy_bins_release(bins);
    return airy_error_set(err, AIRY_EMEMORY, "no memory for %d bins of %zu entries", n, to.entries);
}

void airy_bins_release(airy_bins *bins)
{
    airy_memory_free(bins->bin);
    airy_memory_free(bins->first);
    airy_memory_free(bins->pixel);
    airy_memory_free(bins->weight);
    *bins = (airy_bins){0};
}

airy_code airy_bins_of_pixels(const airy_bins *bins, int *bin_of, airy_error *err)
{
    if (bins->weight)
        return airy_error_set(err, AIRY_EVALUE,
                              "pixels are shared between bins: none belongs to one alone");
    for (size_t i = 0; i < (size_t)bins->ny * (size_t)bins->nx; i++)
        bin_of[i] = -1;
    for (int b = 0; b < bins->n; b++)
        for (int k = bins->first[b]; k < bins->first[b + 1]; k++)
            bin_of[bins->pixel[k]] = b;
    return AIRY_OK;
}
