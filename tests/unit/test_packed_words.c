// SPDX-License-Identifier: GPL-3.0-or-later
// Words that are left packed by their reader and unpacked elsewhere: the same as HDF5 gives.
#include "check.h"

#include "airy/source.h"

#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

#define FILE_H5 "packed.h5"

enum { NY = AIRY_MODULE_NY, NX = AIRY_MODULE_NX, PIXELS = NY * NX, FRAMES = 3 };
enum { BLOSC = 32001 }; // number of the filter

// How a writer may lay frames out. rows: of a chunk, 0: contiguous.
typedef struct way {
    const char *name;
    hsize_t rows;
    bool shuffle, deflate, big_endian, checked;
    bool packed; // whether words can be left packed
    int plugin;  // number of a filter, and what it is told
    unsigned values[7];
    size_t n;
} way;

static const way ways[] = {
    {.name = "shuffled and deflated", .rows = NY, .shuffle = true, .deflate = true, .packed = true},
    {.name = "deflated", .rows = NY, .deflate = true, .packed = true},
    {.name = "shuffled", .rows = NY, .shuffle = true, .packed = true},
    {.name = "as they are", .rows = NY},
    {.name = "as they are, in bands", .rows = NY / 8},
    {.name = "in bands", .rows = NY / 4, .shuffle = true, .deflate = true, .packed = true},
    {.name = "in bands that do not fit", .rows = 100, .shuffle = true, .deflate = true},
    {.name = "contiguous"},
    {.name = "with a checksum", .rows = NY, .deflate = true, .checked = true},
    {.name = "bitshuffle and LZ4",
     .rows = NY,
     .plugin = 32008,
     .values = {0, 2},
     .n = 2,
     .packed = true},
    {.name = "bitshuffle in bands",
     .rows = NY / 4,
     .plugin = 32008,
     .values = {0, 2},
     .n = 2,
     .packed = true},
    {.name = "LZ4", .rows = NY, .shuffle = true, .plugin = 32004, .packed = true},
    {.name = "Blosc", .rows = NY, .plugin = BLOSC, .packed = true},
    {.name = "LZF", .rows = NY, .plugin = 32000, .packed = true},
    {.name = "Zstd", .rows = NY, .plugin = 32015, .packed = true},
    {.name = "LZ4 with a checksum", .rows = NY, .plugin = 32004, .checked = true},
    {.name = "the other byte first", .rows = NY, .deflate = true, .big_endian = true},
};

static uint16_t words[FRAMES][PIXELS], back[PIXELS];

// Noise about a pedestal, so that low bytes do not compress and high bytes do.
static int make_words(void **state)
{
    airy_random random;
    (void)state;
    airy_random_init(&random, 5, 0, 0, 0);
    for (int f = 0; f < FRAMES; f++)
        for (int i = 0; i < PIXELS; i++)
            words[f][i] = (uint16_t)(3000 + 200 * airy_random_uniform(&random));
    return 0;
}

static void write_file(const way *w)
{
    const hsize_t dims[3] = {FRAMES, NY, NX}, chunk[3] = {1, w->rows, NX};
    hid_t file = H5Fcreate(FILE_H5, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(3, dims, NULL), list = H5Pcreate(H5P_DATASET_CREATE);
    if (w->rows)
        H5Pset_chunk(list, 3, chunk);
    if (w->shuffle)
        H5Pset_shuffle(list);
    if (w->deflate)
        H5Pset_deflate(list, 1);
    if (w->plugin)
        assert_true(H5Pset_filter(list, w->plugin, H5Z_FLAG_MANDATORY, w->n, w->values) >= 0);
    if (w->checked)
        H5Pset_fletcher32(list);
    hid_t dataset = H5Dcreate2(file, "/data", w->big_endian ? H5T_STD_U16BE : H5T_STD_U16LE, space,
                               H5P_DEFAULT, list, H5P_DEFAULT);
    assert_true(H5Dwrite(dataset, H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, words) >= 0);
    H5Dclose(dataset);
    H5Pclose(list);
    H5Sclose(space);
    H5Fclose(file);
}

// Puts these bytes in place of frame 1. skipped: bits of the filters that were not applied.
static void replace_frame(const void *bytes, size_t length, uint32_t skipped)
{
    const hsize_t start[3] = {1, 0, 0};
    hid_t file = H5Fopen(FILE_H5, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, "/data", H5P_DEFAULT);
    assert_true(H5Dwrite_chunk(dataset, H5P_DEFAULT, skipped, start, length, bytes) >= 0);
    H5Dclose(dataset);
    H5Fclose(file);
}

static airy_code fetch_and_unpack(airy_raw *raw, int i, airy_packed_words *packed, bool *left,
                                  airy_error *error)
{
    memset(back, 0, sizeof back);
    airy_code code = airy_raw_fetch(raw, i, packed, back, error);
    *left = code == AIRY_OK && back[0] == 0; // nothing was put there yet
    return code == AIRY_OK ? airy_words_unpack(packed, back, error) : code;
}

// Blosc keeps what it has to the end of the program, where a sanitizer finds it lost.
static bool is_there(const way *w)
{
#if defined(__SANITIZE_ADDRESS__)
    if (w->plugin == BLOSC)
        return false;
#endif
    return !w->plugin || H5Zfilter_avail(w->plugin) > 0;
}

static void test_ways(void **state)
{
    airy_packed_words *packed = airy_packed_words_new(NULL); // used again and again
    (void)state;
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        if (!is_there(&ways[k])) {
            print_message("no plugin for words %s here\n", ways[k].name);
            continue;
        }
        write_file(&ways[k]);
        airy_raw *raw = airy_raw_open(FILE_H5, NULL, NULL);
        assert_non_null(raw);
        for (int f = FRAMES - 1; f >= 0; f--) {
            bool left;
            assert_ok(fetch_and_unpack(raw, f, packed, &left, &err));
            if (left != ways[k].packed || memcmp(back, words[f], sizeof back) != 0)
                fail_msg("words %s, frame %d: packed %d", ways[k].name, f, left);
        }
        airy_raw_close(raw);
    }
    airy_packed_words_free(packed);
}

// A writer may leave filters out of single chunks.
static void test_skipped_filters(void **state)
{
    bool left;
    airy_packed_words *packed = airy_packed_words_new(NULL);
    (void)state;
    write_file(&ways[0]);
    replace_frame(words[2], sizeof words[2], 3);
    airy_raw *raw = airy_raw_open(FILE_H5, NULL, NULL);
    assert_ok(fetch_and_unpack(raw, 1, packed, &left, &err));
    assert_true(left && memcmp(back, words[2], sizeof back) == 0);
    airy_raw_close(raw);
    airy_packed_words_free(packed);
}

static void test_damage(void **state)
{
    bool left;
    airy_packed_words *packed = airy_packed_words_new(NULL);
    (void)state;
    write_file(&ways[0]);
    replace_frame(words[0], 1000, 0); // no stream of zlib's
    airy_raw *raw = airy_raw_open(FILE_H5, NULL, NULL);
    assert_fails(fetch_and_unpack(raw, 1, packed, &left, &err), AIRY_EFORMAT, "damaged");
    assert_fails(airy_raw_fetch(raw, FRAMES, packed, back, &err), AIRY_ESHAPE, "not in it");
    assert_ok(fetch_and_unpack(raw, 2, packed, &left, &err));
    assert_memory_equal(back, words[2], sizeof back);
    airy_raw_close(raw);
    // too few words, which are said not to be filtered
    write_file(&ways[0]);
    replace_frame(words[0], 1000, 3);
    raw = airy_raw_open(FILE_H5, NULL, NULL);
    assert_fails(fetch_and_unpack(raw, 1, packed, &left, &err), AIRY_EFORMAT, "damaged");
    airy_raw_close(raw);
    airy_packed_words_free(packed);
}

// No streams of other filters: the plugins themselves leak then and ask for sizes that no memory
// has, which a sanitizer does not pass over.
static void test_damage_for_plugins(void **state)
{
#if defined(__SANITIZE_ADDRESS__)
    (void)state;
    skip();
#else
    bool left;
    airy_packed_words *packed = airy_packed_words_new(NULL);
    (void)state;
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        if (!ways[k].plugin || !ways[k].packed || H5Zfilter_avail(ways[k].plugin) <= 0)
            continue;
        write_file(&ways[k]);
        replace_frame(words[0], 1000, 0);
        airy_raw *raw = airy_raw_open(FILE_H5, NULL, NULL);
        assert_int_equal(fetch_and_unpack(raw, 1, packed, &left, NULL), AIRY_EFORMAT);
        airy_raw_close(raw);
    }
    airy_packed_words_free(packed);
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ways),
        cmocka_unit_test(test_skipped_filters),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_damage_for_plugins),
    };
    return cmocka_run_group_tests(tests, make_words, NULL);
}
