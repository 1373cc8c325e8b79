// SPDX-License-Identifier: GPL-3.0-or-later
// Flat arrays with their sizes. Everything is zeroed and aligned for the FFT.
#include "airy/base.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ALIGNMENT 64 // one cache line; more than any vector unit wants

// Large arrays are walked through in strides of many pages: large pages, where the system has them
// for whoever asks, save looking up each of the small ones.
#define LARGE_PAGE ((size_t)1 << 21)
#define LARGE (4 * LARGE_PAGE)

void *airy_memory_new(size_t count, size_t size)
{
    if (size && count > (SIZE_MAX - LARGE_PAGE) / size)
        return NULL;
    size_t bytes = count * size, unit = bytes < LARGE ? ALIGNMENT : LARGE_PAGE;
    bytes = bytes ? (bytes + unit - 1) / unit * unit : unit;
    void *memory = aligned_alloc(unit, bytes);
#ifdef MADV_HUGEPAGE
    if (memory && bytes >= LARGE)
        madvise(memory, bytes, MADV_HUGEPAGE); // advice: without it all is as before
#endif
    if (memory)
        memset(memory, 0, bytes);
    return memory;
}

void airy_memory_free(void *memory)
{
    free(memory);
}

static airy_code plane_new(void **plane, int n, int ny, int nx, size_t size, airy_error *err)
{
    *plane = NULL;
    if (n < 1 || ny < 1 || nx < 1 || ny > AIRY_SIDE_MAX || nx > AIRY_SIDE_MAX)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "an array of %d x %d x %d was asked for, sides must be 1 to %d", n,
                              ny, nx, AIRY_SIDE_MAX);
    *plane = airy_memory_new((size_t)n * (size_t)ny * (size_t)nx, size);
    if (!*plane)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for an array of %d x %d x %d", n, ny,
                              nx);
    return AIRY_OK;
}

airy_code airy_image_init(airy_image *image, int ny, int nx, airy_error *err)
{
    *image = (airy_image){.ny = ny, .nx = nx};
    return plane_new((void **)&image->px, 1, ny, nx, sizeof *image->px, err);
}

airy_code airy_field_init(airy_field *field, int ny, int nx, airy_error *err)
{
    *field = (airy_field){.ny = ny, .nx = nx};
    return plane_new((void **)&field->px, 1, ny, nx, sizeof *field->px, err);
}

airy_code airy_mask_init(airy_mask *mask, int ny, int nx, airy_error *err)
{
    *mask = (airy_mask){.ny = ny, .nx = nx};
    return plane_new((void **)&mask->bits, 1, ny, nx, sizeof *mask->bits, err);
}

airy_code airy_stack_init(airy_stack *stack, int n, int ny, int nx, airy_error *err)
{
    *stack = (airy_stack){.n = n, .ny = ny, .nx = nx};
    return plane_new((void **)&stack->px, n, ny, nx, sizeof *stack->px, err);
}

void airy_image_release(airy_image *image)
{
    airy_memory_free(image->px);
    *image = (airy_image){0};
}

void airy_field_release(airy_field *field)
{
    airy_memory_free(field->px);
    *field = (airy_field){0};
}

void airy_mask_release(airy_mask *mask)
{
    airy_memory_free(mask->bits);
    *mask = (airy_mask){0};
}

void airy_stack_release(airy_stack *stack)
{
    airy_memory_free(stack->px);
    *stack = (airy_stack){0};
}

airy_code airy_image_copy(airy_image *to, const airy_image *from, airy_error *err)
{
    airy_code code = airy_image_init(to, from->ny, from->nx, err);
    if (code == AIRY_OK)
        memcpy(to->px, from->px, (size_t)from->ny * (size_t)from->nx * sizeof *to->px);
    return code;
}

airy_code airy_mask_copy(airy_mask *to, const airy_mask *from, airy_error *err)
{
    airy_code code = airy_mask_init(to, from->ny, from->nx, err);
    if (code == AIRY_OK)
        memcpy(to->bits, from->bits, (size_t)from->ny * (size_t)from->nx * sizeof *to->bits);
    return code;
}

airy_code airy_stack_copy(airy_stack *to, const airy_stack *from, airy_error *err)
{
    airy_code code = airy_stack_init(to, from->n, from->ny, from->nx, err);
    if (code == AIRY_OK)
        memcpy(to->px, from->px,
               (size_t)from->n * (size_t)from->ny * (size_t)from->nx * sizeof *to->px);
    return code;
}

airy_image airy_stack_image(const airy_stack *stack, int i)
{
    return (airy_image){.ny = stack->ny,
                        .nx = stack->nx,
                        .px = stack->px + (size_t)i * (size_t)stack->ny * (size_t)stack->nx};
}
