// SPDX-License-Identifier: GPL-3.0-or-later
// Shuffle and deflate, as HDF5's filters of those names would be undone.
//
// After shuffling, byte k of all values lies together. The low bytes of noisy numbers are noise
// themselves: searching them for repetitions takes nearly all the time and saves nothing, so they
// are stored. The others are run lengths and Huffman codes, which is what repeats in masks,
// exponents and whole numbers. Any inflater reads the result.
#include "hdf5_pack.h"
#include "base/processor.h"
#include "versions.h"

#include <math.h>
#include <string.h>
#include <zlib.h>

enum { LEVEL = 4, SAMPLE = 13 };     // every so many-th byte is looked at
#define NOISE 7.5                    // bits a byte from which on bytes are stored
static const size_t most = 1u << 28; // elements of a chunk

void airy_chunk_release(airy_chunk *chunk)
{
    airy_memory_free(chunk->bytes);
    airy_memory_free(chunk->planes);
    airy_memory_free(chunk->last);
    *chunk = (airy_chunk){0};
}

AIRY_EVERY_PROCESSOR
static void shuffle_four(const uint32_t *restrict values, size_t n, uint8_t *restrict planes)
{
    uint8_t *restrict second = planes + n, *restrict third = planes + 2 * n;
    uint8_t *restrict fourth = planes + 3 * n;
    for (size_t i = 0; i < n; i++) {
        uint32_t value = values[i];
        planes[i] = (uint8_t)value;
        second[i] = (uint8_t)(value >> 8);
        third[i] = (uint8_t)(value >> 16);
        fourth[i] = (uint8_t)(value >> 24);
    }
}

static void shuffle_two(const uint16_t *restrict values, size_t n, uint8_t *restrict planes)
{
    for (size_t i = 0; i < n; i++) {
        planes[i] = (uint8_t)values[i];
        planes[n + i] = (uint8_t)(values[i] >> 8);
    }
}

// Byte k of all values together, lowest first: of numbers in this machine's order.
static void shuffle(const void *values, size_t n, size_t size, uint8_t *planes)
{
    if (size == 4)
        shuffle_four(values, n, planes);
    else if (size == 2)
        shuffle_two(values, n, planes);
    else
        memcpy(planes, values, n);
}

// Shannon's entropy of the bytes, bits a byte.
static double entropy(const uint8_t *bytes, size_t n)
{
    int count[256] = {0}, all = 0;
    double bits = 0;
    for (size_t i = 0; i < n; i += SAMPLE) {
        count[bytes[i]]++;
        all++;
    }
    for (int v = 0; v < 256; v++)
        if (count[v])
            bits -= count[v] * log2((double)count[v] / all);
    return bits / all;
}

static bool deflate_plane(z_stream *stream, const uint8_t *plane, size_t n, bool last)
{
    bool noise = entropy(plane, n) > NOISE;
    // everything given so far is put out before the parameters change
    if (deflateParams(stream, noise ? 0 : LEVEL, noise ? Z_DEFAULT_STRATEGY : Z_RLE) != Z_OK)
        return false;
    stream->next_in = (Bytef *)(uintptr_t)plane; // zlib reads it only
    stream->avail_in = (uInt)n;
    int done = deflate(stream, last ? Z_FINISH : Z_NO_FLUSH);
    return last ? done == Z_STREAM_END : done == Z_OK && stream->avail_in == 0;
}

static bool deflate_planes(size_t n, size_t size, airy_chunk *chunk)
{
    z_stream stream = {.next_out = chunk->bytes, .avail_out = (uInt)chunk->room};
    if (deflateInit(&stream, LEVEL) != Z_OK)
        return false;
    bool good = true;
    for (size_t k = 0; good && k < size; k++)
        good = deflate_plane(&stream, chunk->planes + k * n, n, k == size - 1);
    chunk->length = stream.total_out;
    deflateEnd(&stream);
    return good;
}

static bool make_room(size_t n, size_t size, bool repeats, airy_chunk *chunk)
{
    size_t room = compressBound((uLong)(n * size)) + 64 * size; // parameters change `size` times
    if (chunk->room != room) {
        airy_chunk_release(chunk);
        chunk->room = room;
        chunk->bytes = airy_memory_new(room, 1);
        chunk->planes = airy_memory_new(n, size);
        chunk->last = repeats ? airy_memory_new(n, size) : NULL;
    }
    return chunk->bytes && chunk->planes && (chunk->last || !repeats);
}

airy_code airy_chunk_pack(const airy_frame_plane *plane, bool repeats, airy_chunk *chunk,
                          airy_error *err)
{
    static const size_t sizes[] = {4, 4, 2, 1}; // in the order of airy_stored
    const uint16_t probe = 1;
    size_t n = (size_t)plane->ny * (size_t)plane->nx, size = sizes[plane->type];
    if (n > most || *(const uint8_t *)&probe != 1) {
        chunk->length = 0;
        return AIRY_OK;
    }
    bool good = make_room(n, size, repeats, chunk);
    if (good && repeats && chunk->length && memcmp(chunk->last, plane->values, n * size) == 0)
        return AIRY_OK;
    if (good) {
        shuffle(plane->values, n, size, chunk->planes);
        good = deflate_planes(n, size, chunk);
    }
    if (good && repeats)
        memcpy(chunk->last, plane->values, n * size);
    if (good)
        return AIRY_OK;
    airy_chunk_release(chunk);
    return airy_error_set(err, AIRY_EMEMORY, "no memory to compress %zu bytes", n * size);
}

void airy_pack_version(airy_text *text)
{
    airy_text_append(text, "zlib %s\n", zlibVersion());
}
