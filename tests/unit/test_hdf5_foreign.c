// SPDX-License-Identifier: GPL-3.0-or-later
// HDF5 as other programs write it: types, links, strings, filters and virtual datasets of theirs.
#include "check.h"

#include "airy/source.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_H5 "foreign.h5"

static hid_t file;

// A dataset, and the groups on the way to it.
static hid_t create(const char *path, hid_t stored, hid_t space, hid_t list)
{
    hid_t groups = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(groups, 1);
    hid_t dataset = H5Dcreate2(file, path, stored, space, groups, list, H5P_DEFAULT);
    assert_true(dataset >= 0);
    H5Pclose(groups);
    return dataset;
}

static void put(const char *path, hid_t stored, hid_t memory, hid_t space, const void *values)
{
    hid_t dataset = create(path, stored, space, H5P_DEFAULT);
    if (values)
        assert_true(H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(dataset);
}

static void put_numbers(void)
{
    const hsize_t dims[2] = {2, 3};
    const float floats[6] = {0, 1, -2.5f, 1024, 0.0009765625f, 6};
    const int wholes[6] = {0, 1, -1, 65536, 5, INT32_MIN};
    const long long longs[6] = {0, 1, 4, 1ll << 20, 2, 8};
    const int8_t truths[6] = {0, 1, 1, 0, 0, 1};
    const int8_t no = 0, yes = 1;
    hid_t space = H5Screate_simple(2, dims, NULL);
    hid_t half = H5Tcopy(H5T_IEEE_F32LE); // IEEE half precision, as numpy's float16
    H5Tset_fields(half, 15, 10, 5, 0, 10);
    H5Tset_size(half, 2);
    H5Tset_ebias(half, 15);
    put("/half", half, H5T_NATIVE_FLOAT, space, floats);
    put("/big_endian", H5T_IEEE_F64BE, H5T_NATIVE_FLOAT, space, floats);
    put("/int32", H5T_STD_I32BE, H5T_NATIVE_INT, space, wholes);
    put("/int64", H5T_STD_I64LE, H5T_NATIVE_LLONG, space, longs);
    hid_t truth = H5Tenum_create(H5T_NATIVE_INT8); // as h5py's bool
    H5Tenum_insert(truth, "FALSE", &no);
    H5Tenum_insert(truth, "TRUE", &yes);
    put("/truth", truth, truth, space, truths);
    H5Tclose(truth);
    H5Tclose(half);
    H5Sclose(space);
}

static void put_shapes(void)
{
    const hsize_t deep[5] = {1, 1, 1, 2, 3}, none[2] = {0, 4}, huge[2] = {1ull << 20, 1ull << 20};
    const hsize_t many[3] = {1 << 20, 1024, 1024}, five[5] = {2, 2, 2, 2, 2};
    const float six[6] = {1, 2, 3, 4, 5, 6}, thirty[32] = {0};
    hid_t space = H5Screate_simple(5, deep, NULL);
    put("/deep", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, space, six);
    H5Sclose(space);
    space = H5Screate_simple(5, five, NULL);
    put("/five", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, space, thirty);
    H5Sclose(space);
    space = H5Screate_simple(2, none, NULL);
    put("/none", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, space, NULL);
    H5Sclose(space);
    space = H5Screate_simple(2, huge, NULL); // never written: the file stays small
    put("/huge", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, space, NULL);
    H5Sclose(space);
    space = H5Screate_simple(3, many, NULL);
    put("/many", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, space, NULL);
    H5Sclose(space);
    space = H5Screate(H5S_NULL);
    put("/null", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, space, NULL);
    H5Sclose(space);
}

static void put_texts(void)
{
    const char *text = "variable length";
    hid_t space = H5Screate(H5S_SCALAR), type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    put("/text", type, type, space, &text);
    H5Tset_cset(type, H5T_CSET_ASCII);
    put("/ascii", type, type, space, &text);
    H5Tclose(type);
    type = H5Tcopy(H5T_C_S1); // no room for a zero at the end
    H5Tset_size(type, 4);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    put("/padded", type, type, space, "full");
    H5Tclose(type);
    H5Sclose(space);
}

// A dataset with a filter nobody has: it may be written without, but is refused when read.
static void put_filtered(void)
{
    const hsize_t dims[2] = {4, 4};
    const float values[16] = {0};
    static const struct {
        const char *path;
        H5Z_filter_t id;
    } rows[] = {{"/unknown", 31999}, {"/zstd", 32015}};
    for (int i = 0; i < 2; i++) {
        hid_t space = H5Screate_simple(2, dims, NULL), list = H5Pcreate(H5P_DATASET_CREATE);
        H5Pset_chunk(list, 2, dims);
        H5Pset_filter(list, rows[i].id, H5Z_FLAG_OPTIONAL, 0, NULL);
        hid_t dataset = create(rows[i].path, H5T_IEEE_F32LE, space, list);
        H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
        H5Dclose(dataset);
        H5Pclose(list);
        H5Sclose(space);
    }
}

static void put_virtual(const char *path, const char *source)
{
    const hsize_t dims[3] = {1, 2, 3};
    hid_t space = H5Screate_simple(3, dims, NULL), list = H5Pcreate(H5P_DATASET_CREATE);
    hid_t from = H5Screate_simple(2, dims + 1, NULL);
    H5Pset_virtual(list, space, source, "/big_endian", from);
    H5Dclose(create(path, H5T_IEEE_F32LE, space, list));
    H5Sclose(from);
    H5Pclose(list);
    H5Sclose(space);
}

static int make_file(void **state)
{
    (void)state;
    file = H5Fcreate(FILE_H5, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    put_numbers();
    put_shapes();
    put_texts();
    put_filtered();
    H5Gclose(H5Gcreate2(file, "/loop", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Lcreate_hard(file, "/", file, "/loop/again", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);

    file = H5Fcreate("master.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    put_virtual("/there", FILE_H5);
    put_virtual("/lost", "gone.h5");
    H5Lcreate_external(FILE_H5, "/big_endian", file, "/outside", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("gone.h5", "/x", file, "/outside_lost", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    return 0;
}

static airy_h5 *opened(const char *path)
{
    airy_error problem = {0};
    airy_h5 *h5 = airy_h5_open(path, &problem);
    if (!h5)
        fail_msg("%s", problem.message);
    return h5;
}

static void test_types(void **state)
{
    (void)state;
    airy_h5 *h5 = opened(FILE_H5);
    static const char *const paths[] = {"/half", "/big_endian"};
    for (int i = 0; i < 2; i++) {
        airy_image image;
        assert_ok(airy_h5_get_image(h5, paths[i], &image, &err));
        assert_true(image.px[1] == 1 && image.px[2] == -2.5f && image.px[3] == 1024 &&
                    image.px[4] == 0.0009765625f);
        airy_image_release(&image);
    }
    airy_mask mask;
    assert_ok(airy_h5_get_mask(h5, "/int32", &mask, &err));
    // bit 31 of a signed number is a reason too
    assert_true(mask.bits[2] == 0xffffffffu && mask.bits[3] == 65536 &&
                mask.bits[5] == 0x80000000u);
    airy_mask_release(&mask);
    assert_ok(airy_h5_get_mask(h5, "/int64", &mask, &err));
    assert_true(mask.bits[3] == 1u << 20 && mask.bits[0] == 0);
    airy_mask_release(&mask);
    assert_ok(airy_h5_get_mask(h5, "/truth", &mask, &err));
    assert_true(mask.bits[0] == 0 && mask.bits[1] == 1 && mask.bits[5] == 1);
    airy_mask_release(&mask);
    airy_h5_close(h5);
}

static void test_shapes(void **state)
{
    (void)state;
    airy_image image;
    airy_stack stack;
    int dims[4], rank;
    airy_h5 *h5 = opened(FILE_H5);
    assert_ok(airy_h5_get_image(h5, "/deep", &image, &err)); // ones in front do not matter
    assert_true(image.ny == 2 && image.nx == 3 && image.px[5] == 6);
    airy_image_release(&image);
    assert_ok(airy_h5_get_frame(h5, "/five", 7, &image, &err)); // 2 x 2 x 2 frames
    airy_image_release(&image);
    assert_fails(airy_h5_get_frame(h5, "/five", 8, &image, &err), AIRY_ESHAPE, "no frame 8");
    assert_fails(airy_h5_shape(h5, "/five", dims, &rank, &err), AIRY_ESHAPE, "at most 4");
    assert_fails(airy_h5_get_image(h5, "/none", &image, &err), AIRY_ESHAPE, "empty");
    assert_fails(airy_h5_get_image(h5, "/null", &image, &err), AIRY_EFORMAT, "no values");
    assert_fails(airy_h5_get_image(h5, "/huge", &image, &err), AIRY_ESHAPE, "next to nothing");
    assert_fails(airy_h5_get_stack(h5, "/many", &stack, &err), AIRY_ESHAPE, "next to nothing");
    airy_h5_close(h5);
}

static void test_texts(void **state)
{
    (void)state;
    char *text;
    airy_h5 *h5 = opened(FILE_H5);
    assert_ok(airy_h5_get_text(h5, "/text", &text, &err));
    assert_string_equal(text, "variable length");
    free(text);
    assert_ok(airy_h5_get_text(h5, "/ascii", &text, &err));
    assert_string_equal(text, "variable length");
    free(text);
    assert_ok(airy_h5_get_text(h5, "/padded", &text, &err));
    assert_string_equal(text, "full");
    free(text);
    airy_h5_close(h5);
}

static void test_filters(void **state)
{
    (void)state;
    airy_image image;
    airy_h5_filter rows[32];
    int n = airy_h5_filters(rows, 32);
    bool zstd = false;
    for (int i = 0; i < n; i++)
        zstd |= rows[i].id == 32015 && rows[i].present;
    airy_h5 *h5 = opened(FILE_H5);
    assert_fails(airy_h5_get_image(h5, "/unknown", &image, &err), AIRY_EMISSING, "filter 31999");
    if (!zstd)
        assert_fails(airy_h5_get_image(h5, "/zstd", &image, &err), AIRY_EMISSING, "32015 (zstd)");
    airy_h5_close(h5);
}

static void test_virtual(void **state)
{
    (void)state;
    airy_image image;
    airy_h5 *h5 = opened("master.h5");
    assert_ok(airy_h5_get_image(h5, "/there", &image, &err));
    assert_true(image.px[2] == -2.5f);
    airy_image_release(&image);
    assert_fails(airy_h5_get_image(h5, "/lost", &image, &err), AIRY_EMISSING, "gone.h5");
    assert_ok(airy_h5_get_image(h5, "/outside", &image, &err));
    airy_image_release(&image);
    assert_fails(airy_h5_get_image(h5, "/outside_lost", &image, &err), AIRY_EMISSING,
                 "/outside_lost");
    airy_h5_close(h5);
}

// ------------------------------------------------------------------ lost frames

enum { PART = 2, SIDE = 3, RUN = 7 };

// Frames `first` to first + n - 1 of a run, int16 photons: frame number, then pixels.
static void put_part(const char *name, int first, int n)
{
    int16_t values[PART * SIDE * SIDE];
    for (int i = 0; i < n * SIDE * SIDE; i++)
        values[i] = (int16_t)(100 * (first + i / (SIDE * SIDE)) + i % (SIDE * SIDE));
    const hsize_t dims[3] = {(hsize_t)n, SIDE, SIDE};
    file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(3, dims, NULL);
    put("/entry/data/data", H5T_STD_I16LE, H5T_NATIVE_INT16, space, values);
    H5Sclose(space);
    H5Fclose(file);
}

// A master over four parts of two frames, the last mapping left out: frame 6 is nobody's. `stored`
// is the type, `at` the place of the frames.
static void put_master(const char *name, const char *at, hid_t stored)
{
    const hsize_t dims[3] = {RUN, SIDE, SIDE}, part[3] = {PART, SIDE, SIDE};
    char source[32];
    file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t list = H5Pcreate(H5P_DATASET_CREATE), from = H5Screate_simple(3, part, NULL);
    hid_t space = H5Screate_simple(3, dims, NULL);
    for (int k = 0; k < 3; k++) {
        const hsize_t start[3] = {(hsize_t)(PART * k), 0, 0};
        snprintf(source, sizeof source, "part_%d.h5", k);
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, part, NULL);
        H5Pset_virtual(list, space, source, "/entry/data/data", from);
    }
    H5Sselect_all(space);
    H5Dclose(create(at, stored, space, list));
    H5Sclose(space);
    H5Sclose(from);
    H5Pclose(list);
    space = H5Screate(H5S_SCALAR);
    const double distance = 0.3;
    put("/entry/instrument/detector/distance", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, space, &distance);
    H5Sclose(space);
    H5Fclose(file);
}

// Part 1 is not there, part 2 is shorter than promised (then HDF5 reads nothing of it), frame 6 is
// in no part: all these are lost, the others are read as ever.
static void test_lost_frames(void **state)
{
    (void)state;
    static const bool lost[RUN] = {false, false, true, true, true, true, true};
    put_part("part_0.h5", 0, 2);
    put_part("part_2.h5", 4, 1);
    put_master("run.h5", "/entry/data/data", H5T_STD_I16LE);
    airy_raw *raw = airy_raw_open("run.h5", NULL, NULL);
    assert_non_null(raw);
    assert_string_equal(airy_raw_layout(raw), "nxmx");
    if (!strstr(airy_raw_why(raw), "2 of 3 pieces are lost, the first of them in part_1.h5"))
        fail_msg("%s", airy_raw_why(raw));
    assert_int_equal(airy_raw_count(raw), RUN);
    for (int i = 0; i < RUN; i++) {
        airy_raw_facts facts;
        airy_pattern p;
        assert_ok(airy_raw_frame_facts(raw, i, &facts, &err));
        assert_int_equal(facts.lost, lost[i] ? SIDE * SIDE : 0);
        assert_true(facts.good == !lost[i]);
        assert_ok(airy_raw_read_values(raw, i, &p, &err));
        for (int k = 0; k < SIDE * SIDE; k++) {
            assert_int_equal(p.mask.bits[k], lost[i] ? AIRY_MASK_LOST : 0);
            assert_true(lost[i] ? p.photons.px[k] != p.photons.px[k]
                                : p.photons.px[k] == (float)(100 * i + k));
        }
        airy_pattern_release(&p);
    }
    airy_raw_close(raw);
}

// Raw words of a lost source are 0xFFFF, not 0, which would be a word.
static void test_lost_words(void **state)
{
    (void)state;
    put_master("words.h5", "/data/JF01T01V01/data", H5T_STD_U16LE);
    airy_raw *raw = airy_raw_open("words.h5", NULL, NULL);
    assert_non_null(raw);
    uint16_t words[SIDE * SIDE];
    assert_ok(airy_raw_read(raw, 1, words, &err));
    assert_int_equal(words[4], 104);
    assert_ok(airy_raw_read(raw, 2, words, &err));
    for (int k = 0; k < SIDE * SIDE; k++)
        assert_int_equal(words[k], 0xffff);
    airy_raw_close(raw);
}

// A group that contains itself is listed a few levels deep and no further.
static void test_loop(void **state)
{
    (void)state;
    airy_h5_item *items;
    int n = 0;
    airy_h5 *h5 = opened(FILE_H5);
    assert_ok(airy_h5_list(h5, "/", &items, &n, &err));
    assert_true(n > 10 && n < 1000);
    airy_memory_free(items);
    airy_h5_close(h5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),      cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_texts),      cmocka_unit_test(test_filters),
        cmocka_unit_test(test_virtual),    cmocka_unit_test(test_lost_frames),
        cmocka_unit_test(test_lost_words), cmocka_unit_test(test_loop),
    };
    return cmocka_run_group_tests(tests, make_file, NULL);
}
