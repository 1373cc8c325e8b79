// SPDX-License-Identifier: GPL-3.0-or-later
// Lists of pixels by bin, made in two rounds of the same calls: counted, then written.
#ifndef AIRY_BINS_LISTS_H
#define AIRY_BINS_LISTS_H

#include "airy/bins.h"

typedef struct lists {
    airy_bins *bins;
    int *next; // where the next entry of each bin goes; NULL in the first round
    size_t entries;
} lists;

// One pixel's share in a bin.
void airy_lists_put(lists *to, int bin, int pixel, float share);

// Makes bins->bin, first, pixel and weight (with `shares`) of what `put` puts, twice the same;
// bins->n is set. Fills pixels and weight of every bin. On failure the bins are released.
AIRY_MUST_CHECK airy_code airy_lists_fill(airy_bins *bins,
                                          void (*put)(const void *context, lists *to),
                                          const void *context, bool shares, airy_error *err);

// The bin of every pixel into bin_of[ny * nx], -1 for none. AIRY_EVALUE when pixels are shared.
AIRY_MUST_CHECK airy_code airy_bins_of_pixels(const airy_bins *bins, int *bin_of, airy_error *err);

#endif
