// SPDX-License-Identifier: GPL-3.0-or-later
// Connected components by flooding from the first pixel of each, with a stack of our own.
#include "airy/math.h"

#include <assert.h>
#include <string.h>

static const int steps[8][2] = {{-1, 0},  {1, 0},  {0, -1}, {0, 1},
                                {-1, -1}, {-1, 1}, {1, -1}, {1, 1}};

struct flood {
    const airy_mask *in;
    airy_mask *labels;
    int *stack; // room for every pixel: each is pushed once
    int connectivity;
};

// Gives the whole component of pixel `first` a label.
static void flood_from(const struct flood *flood, int first, uint32_t label)
{
    int ny = flood->in->ny, nx = flood->in->nx, depth = 0;
    flood->labels->bits[first] = label;
    flood->stack[depth++] = first;
    while (depth > 0) {
        int at = flood->stack[--depth], y = at / nx, x = at % nx;
        for (int i = 0; i < flood->connectivity; i++) {
            int v = y + steps[i][0], u = x + steps[i][1], next = v * nx + u;
            if (v < 0 || v >= ny || u < 0 || u >= nx)
                continue;
            if (flood->in->bits[next] && !flood->labels->bits[next]) {
                flood->labels->bits[next] = label;
                flood->stack[depth++] = next;
            }
        }
    }
}

static airy_code flood_init(struct flood *flood, airy_error *err)
{
    const airy_mask *in = flood->in;
    if (flood->connectivity != 4 && flood->connectivity != 8)
        return airy_error_set(err, AIRY_EARGUMENT, "connectivity is 4 or 8, not %d",
                              flood->connectivity);
    flood->stack = airy_memory_new((size_t)in->ny * (size_t)in->nx, sizeof *flood->stack);
    if (!flood->stack)
        return airy_error_set(err, AIRY_EMEMORY, "no memory to label %d x %d", in->ny, in->nx);
    return AIRY_OK;
}

airy_code airy_label(const airy_mask *in, int connectivity, airy_mask *labels, int *n,
                     airy_error *err)
{
    assert(in->bits != labels->bits);
    struct flood flood = {.in = in, .labels = labels, .connectivity = connectivity};
    airy_code code = flood_init(&flood, err);
    if (code != AIRY_OK)
        return code;
    int count = in->ny * in->nx;
    uint32_t label = 0;
    memset(labels->bits, 0, (size_t)count * sizeof *labels->bits);
    for (int i = 0; i < count; i++)
        if (in->bits[i] && !labels->bits[i])
            flood_from(&flood, i, ++label);
    *n = (int)label;
    airy_memory_free(flood.stack);
    return AIRY_OK;
}

airy_code airy_label_remove_small(airy_mask *mask, int connectivity, int least, airy_error *err)
{
    int n = 0, *size = NULL;
    airy_mask labels;
    airy_code code = airy_mask_init(&labels, mask->ny, mask->nx, err);
    if (code == AIRY_OK)
        code = airy_label(mask, connectivity, &labels, &n, err);
    if (code != AIRY_OK)
        goto done;
    size = airy_memory_new((size_t)n + 1, sizeof *size);
    if (!size) {
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for the sizes of %d components", n);
        goto done;
    }
    int count = mask->ny * mask->nx;
    for (int i = 0; i < count; i++)
        size[labels.bits[i]]++;
    for (int i = 0; i < count; i++)
        if (size[labels.bits[i]] < least)
            mask->bits[i] = 0;
done:
    airy_memory_free(size);
    airy_mask_release(&labels);
    return code;
}
