// SPDX-License-Identifier: GPL-3.0-or-later
// Chunks read as they are stored, past HDF5's filters.
#include "hdf5_handle.h"
#include "hdf5_pack.h"

#include <string.h>

// How the words of a dataset are laid out and filtered.
typedef struct bands {
    hid_t dataset;
    int rank, lead;
    hsize_t dims[H5S_MAX_RANK], chunk[H5S_MAX_RANK];
    int shuffle, code;  // place of the filter, -1: none
    airy_filter filter; // the second
} bands;

static bool look_at_type(const bands *b)
{
    hid_t type = H5Dget_type(b->dataset);
    bool words = H5Tequal(type, H5T_STD_U16LE) > 0 || H5Tequal(type, H5T_STD_I16LE) > 0;
    airy_h5_drop(type);
    return words;
}

// Shuffling, then one that compresses, either or none; nothing else.
static bool look_at_filters(bands *b, hid_t list)
{
    int n = H5Pget_nfilters(list);
    b->shuffle = b->code = -1;
    for (int k = 0; k < n; k++) {
        airy_filter *f = &b->filter;
        unsigned flags;
        f->n = AIRY_FILTER_VALUES_MOST;
        f->id = H5Pget_filter2(list, (unsigned)k, &flags, &f->n, f->values, 0, NULL, NULL);
        if (f->id == H5Z_FILTER_SHUFFLE && k == 0)
            b->shuffle = k;
        else if (k == n - 1 && f->n <= AIRY_FILTER_VALUES_MOST)
            b->code = k;
        else
            return false;
    }
    return n >= 0;
}

// Who undoes what the bands are coded by: libdeflate, or a plugin, which is kept. False: nobody.
static bool find_decoder(const bands *b, airy_packed_words *packed)
{
    packed->code = b->filter;
    if (packed->plugin && (b->code < 0 || airy_plugin_id(packed->plugin) != b->filter.id)) {
        airy_plugin_close(packed->plugin);
        packed->plugin = NULL;
    }
    if (b->code < 0 || b->filter.id == H5Z_FILTER_DEFLATE || packed->plugin)
        return true;
    packed->plugin = airy_plugin_open(b->filter.id);
    return packed->plugin != NULL;
}

// A chunk has whole rows of one piece, and a piece has whole chunks.
static bool look_at_chunks(bands *b, hid_t list)
{
    hid_t space = H5Dget_space(b->dataset);
    b->rank = H5Sget_simple_extent_dims(space, b->dims, NULL);
    airy_h5_drop(space);
    if (b->rank <= b->lead || H5Pget_layout(list) != H5D_CHUNKED ||
        H5Pget_chunk(list, H5S_MAX_RANK, b->chunk) != b->rank)
        return false;
    for (int d = 0; d < b->rank; d++)
        if (d < b->lead    ? b->chunk[d] != 1
            : d == b->lead ? b->dims[d] % b->chunk[d] != 0
                           : b->chunk[d] != b->dims[d])
            return false;
    return true;
}

static bool look(bands *b)
{
    hid_t list = H5Dget_create_plist(b->dataset);
    bool fit = list >= 0 && look_at_type(b) && look_at_filters(b, list) && look_at_chunks(b, list);
    airy_h5_drop(list);
    return fit;
}

// Room for a chunk: that of its words when it holds nothing else.
static void *room_for(const bands *b, airy_packed_words *packed, size_t length, uint16_t *words)
{
    bool plain = b->shuffle < 0 && b->code < 0;
    if (plain)
        return length == packed->words * sizeof *words ? words : NULL;
    return airy_packed_words_grow(packed, length);
}

// A chunk in its place; false: it is not there, of an unlikely size, or cannot be read.
static bool fetch_band(const bands *b, const hsize_t *start, airy_packed_words *packed,
                       uint16_t *words)
{
    airy_band_chunk *band = &packed->band[packed->n++];
    hsize_t length = 0, size = packed->words * sizeof *words;
    uint32_t skipped = 0;
    if (H5Dget_chunk_storage_size(b->dataset, start, &length) < 0 || length == 0 ||
        length > 2 * size + 1024) // no filter makes that of noise
        return false;
    void *bytes = room_for(b, packed, length, words);
    if (!bytes || H5Dread_chunk(b->dataset, H5P_DEFAULT, start, &skipped, bytes) < 0)
        return false;
    *band = (airy_band_chunk){length, b->shuffle >= 0 && !(skipped >> b->shuffle & 1),
                              b->code >= 0 && !(skipped >> b->code & 1)};
    return true;
}

// All chunks of the piece that begins at `start`, n words.
static bool fetch_bands(const bands *b, hsize_t *start, airy_packed_words *packed, uint16_t *words,
                        hsize_t n)
{
    hsize_t band = 1, rows = b->chunk[b->lead], all = b->dims[b->lead];
    for (int d = b->lead; d < b->rank; d++)
        band *= b->chunk[d];
    packed->words = band;
    bool good = all / rows * band == n && all / rows <= AIRY_BANDS_MOST;
    for (; good && start[b->lead] < all; start[b->lead] += rows, words += band)
        good = fetch_band(b, start, packed, words);
    return good;
}

airy_code airy_words_fetch(const airy_blocks *blocks, int i, airy_packed_words *packed,
                           uint16_t *words, int n, bool *done, airy_error *err)
{
    bands b = {.dataset = airy_h5_dataset(blocks->h5, blocks->path, err), .lead = blocks->lead};
    hsize_t start[H5S_MAX_RANK] = {0}, piece = (hsize_t)i;
    *done = false;
    packed->n = 0;
    packed->length = 0;
    if (b.dataset < 0)
        return airy_error_code(err, AIRY_EIO);
    bool good = i >= 0 && look(&b) && find_decoder(&b, packed);
    for (int d = b.lead - 1; d >= 0 && good; piece /= b.dims[d--])
        start[d] = piece % b.dims[d];
    *done = good && piece == 0 && fetch_bands(&b, start, packed, words, (hsize_t)n);
    if (!*done || (b.shuffle < 0 && b.code < 0))
        packed->n = 0; // nothing is left to be unpacked
    airy_h5_drop(b.dataset);
    return AIRY_OK;
}
