// SPDX-License-Identifier: GPL-3.0-or-later
// Shuffle and deflate, as HDF5's filters of those names do and undo them; other filters are undone
// by their plugins.
//
// After shuffling, byte k of all values lies together. The low bytes of noisy numbers are noise
// themselves: searching them for repetitions takes nearly all the time and saves nothing, so they
// are stored. The others, the sign and exponent and whatever is the same in many pixels, are
// compressed. Any inflater reads the result.
#include "hdf5_pack.h"
#include "base/processor.h"
#include "versions.h"

#include <libdeflate.h>
#include <math.h>
#include <string.h>

enum { LEVEL = 1, SAMPLE = 13 }; // every so many-th byte is looked at
enum { STORED_MOST = 65535, CHECK = 4 };
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

// Puts bytes as they are, in blocks of the longest kind; returns where they end. RFC 1951, 3.2.4.
static uint8_t *put_stored(const uint8_t *bytes, size_t n, uint8_t *to)
{
    for (size_t done = 0; done < n;) {
        size_t block = n - done < STORED_MOST ? n - done : STORED_MOST;
        const uint8_t header[] = {0, (uint8_t)block, (uint8_t)(block >> 8), (uint8_t)~block,
                                  (uint8_t)(~block >> 8)};
        memcpy(to, header, sizeof header);
        memcpy(to + sizeof header, bytes + done, block);
        to += sizeof header + block;
        done += block;
    }
    return to;
}

// RFC 1950: two bytes before, and four after which check the whole.
static bool deflate_planes(size_t n, size_t size, airy_chunk *chunk)
{
    static const uint8_t header[] = {0x78, 0x5e};
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(LEVEL);
    size_t noisy = 0, all = n * size;
    if (!compressor)
        return false;
    while (noisy < size && entropy(chunk->planes + noisy * n, n) > NOISE)
        noisy++;
    memcpy(chunk->bytes, header, sizeof header);
    uint8_t *to = put_stored(chunk->planes, noisy * n, chunk->bytes + sizeof header);
    size_t left = chunk->room - (size_t)(to - chunk->bytes) - CHECK;
    size_t length = libdeflate_deflate_compress(compressor, chunk->planes + noisy * n,
                                                all - noisy * n, to, left);
    libdeflate_free_compressor(compressor);
    uint32_t check = libdeflate_adler32(1, chunk->planes, all);
    for (int k = 0; k < CHECK; k++)
        to[length + (size_t)k] = (uint8_t)(check >> (24 - 8 * k));
    chunk->length = (size_t)(to - chunk->bytes) + length + CHECK;
    return length > 0;
}

static bool make_room(size_t n, size_t size, bool repeats, airy_chunk *chunk)
{
    size_t room = libdeflate_zlib_compress_bound(NULL, n * size) + 64; // stored blocks need less
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

// ------------------------------------------------------------------ the way back

airy_packed_words *airy_packed_words_new(airy_error *err)
{
    airy_packed_words *packed = airy_memory_new(1, sizeof *packed);
    if (!packed)
        airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
    return packed;
}

void airy_packed_words_free(airy_packed_words *packed)
{
    if (!packed)
        return;
    airy_memory_free(packed->bytes);
    airy_memory_free(packed->planes);
    airy_plugin_close(packed->plugin);
    airy_memory_free(packed);
}

uint8_t *airy_packed_words_grow(airy_packed_words *packed, size_t more)
{
    size_t needed = packed->length + more;
    if (needed > packed->room) {
        size_t room = needed + needed / 4; // compressed frames are all a little different
        uint8_t *bytes = airy_memory_new(room, 1);
        if (!bytes)
            return NULL;
        if (packed->length)
            memcpy(bytes, packed->bytes, packed->length);
        airy_memory_free(packed->bytes);
        packed->bytes = bytes;
        packed->room = room;
    }
    packed->length = needed;
    return packed->bytes + needed - more;
}

AIRY_EVERY_PROCESSOR
static void unshuffle_two(const uint8_t *restrict planes, size_t n, uint16_t *restrict words)
{
    const uint8_t *restrict second = planes + n;
    for (size_t i = 0; i < n; i++)
        words[i] = (uint16_t)(planes[i] | second[i] << 8);
}

// What gzip or another filter made of `size` bytes.
static bool decode(const airy_packed_words *packed, struct libdeflate_decompressor *inflater,
                   const uint8_t *bytes, size_t length, void *to, size_t size)
{
    if (packed->plugin)
        return airy_plugin_undo(packed->plugin, &packed->code, bytes, length, to, size);
    return libdeflate_zlib_decompress(inflater, bytes, length, to, size, NULL) ==
           LIBDEFLATE_SUCCESS;
}

// One band; its planes are needed only when it was coded as well as shuffled.
static bool unpack_band(airy_packed_words *packed, struct libdeflate_decompressor *inflater,
                        const airy_band_chunk *band, const uint8_t *bytes, uint16_t *words)
{
    size_t size = packed->words * sizeof *words;
    void *plain = band->shuffled ? (void *)packed->planes : (void *)words;
    if (!band->coded && band->length != size)
        return false;
    if (band->coded && !decode(packed, inflater, bytes, band->length, plain, size))
        return false;
    if (!band->coded && !band->shuffled) // the filters were left out
        memcpy(words, bytes, size);
    if (band->shuffled)
        unshuffle_two(band->coded ? packed->planes : bytes, packed->words, words);
    return true;
}

airy_code airy_words_unpack(airy_packed_words *packed, uint16_t *words, airy_error *err)
{
    size_t size = packed->words * sizeof *words, at = 0;
    if (packed->n == 0)
        return AIRY_OK;
    if (packed->planes_room < size) {
        airy_memory_free(packed->planes);
        packed->planes = airy_memory_new(size, 1);
        packed->planes_room = packed->planes ? size : 0;
    }
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
    if (!packed->planes || !inflater) {
        libdeflate_free_decompressor(inflater);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
    }
    bool good = true;
    for (int k = 0; k < packed->n && good; k++) {
        good = unpack_band(packed, inflater, &packed->band[k], packed->bytes + at,
                           words + (size_t)k * packed->words);
        at += packed->band[k].length;
    }
    libdeflate_free_decompressor(inflater);
    return good ? AIRY_OK
                : airy_error_set(err, AIRY_EFORMAT,
                                 "its words cannot be read: truncated or damaged data");
}

void airy_pack_version(airy_text *text)
{
    airy_text_append(text, "libdeflate %s\n", LIBDEFLATE_VERSION_STRING);
}
