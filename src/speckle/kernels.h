// SPDX-License-Identifier: GPL-3.0-or-later
// What the kernels share: regions with their weights, and where products go.
//
// A value I counts as I w / f: w the `weight` of its frame, 0 in a gap, and 1 / f the `share` of
// its pixel, f the flat.
#ifndef AIRY_SPECKLE_KERNELS_H
#define AIRY_SPECKLE_KERNELS_H

#include "airy/speckle.h"
#include "planes.h"
#include "regions.h"

typedef struct airy_kernel_input {
    int frames, threads;
    int chunk; // frames that are worked on together: all, or a multiple of 64
    const airy_regions *regions;
    const double *share; // (members)
    double *weight;      // (regions, frames)
    airy_planes *planes;
} airy_kernel_input;

// Whether sums by group of pixels are kept.
bool airy_planes_grouped(const airy_planes *planes);

// Adds the product of a tile (over the pixels of a group) to the planes, but not to their parts;
// only tiles that are there may come: lag 15 of even rows.
void airy_planes_add(airy_planes *planes, airy_pair_tile tile, int group, double product);

// All numbers of planes, in parts; how many parts.
enum { AIRY_PLANE_PARTS = 2 * AIRY_TILE_LEVELS + 4 };
typedef struct airy_plane_part {
    double *at;
    size_t n;
} airy_plane_part;
int airy_planes_list(const airy_planes *planes, airy_plane_part parts[AIRY_PLANE_PARTS]);

// Takes from the diagonal cells of the map, which hold all products of a cell's frames with each
// other, those of frames with themselves, and halves what is left: pairs t1 < t2.
void airy_planes_settle_map(airy_planes *planes);

// ------------------------------------------------------------------ dense (bands.c)

// Some frames (n, members): as floats, or all of them whole counts of at most AIRY_WORD_MOST
// without a flat, as words. One of both is there.
typedef struct airy_values {
    float *real;
    int16_t *word;
} airy_values;

typedef struct airy_bands airy_bands;

// words: values will come as words.
AIRY_MUST_CHECK airy_bands *airy_bands_new(const airy_kernel_input *input, bool words,
                                           airy_error *err);
void airy_bands_free(airy_bands *bands);

// The next n frames, n = the chunk of the input but at the end. Their weights are known.
AIRY_MUST_CHECK airy_code airy_bands_add(airy_bands *bands, const airy_values *values, int n,
                                         airy_error *err);

// After the last one: what has not filled a block, and the map.
AIRY_MUST_CHECK airy_code airy_bands_end(airy_bands *bands, airy_error *err);

// Bytes that bands take beside planes and values.
double airy_bands_bytes(const airy_regions *regions, int frames, int cells);

// ------------------------------------------------------------------ events (events.c)

// Photons by pixel: those of member i are event[first[i]] to event[first[i + 1] - 1], in the order
// of time, each frame << 8 | photons. A frame with more than 255 photons has several.
typedef struct airy_photons {
    int from, to;  // members that are there
    size_t *first; // (to - from + 1)
    uint32_t *event;
} airy_photons;

enum { AIRY_PHOTON_FRAMES = 1 << 24 }; // most frames of such lists

// Adds the products of these members to the planes.
AIRY_MUST_CHECK airy_code airy_events_add(const airy_kernel_input *input,
                                          const airy_photons *photons, airy_error *err);

// ------------------------------------------------------------------ small (gram.c)

// Products of all frames of n pixels of a group of one region, values (frames, n) of them divided
// already.
AIRY_MUST_CHECK airy_code airy_gram_add(const double *values, int n, int group, airy_planes *planes,
                                        airy_error *err);

#endif
