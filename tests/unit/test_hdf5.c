// SPDX-License-Identifier: GPL-3.0-or-later
// HDF5: every kind of value comes back, and every kind of damage is one sentence.
#include "check.h"

#include "airy/files.h"
#include "files/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_H5 "t.h5"

// A file with one of everything.
static void make_file(void)
{
    const double numbers[6] = {1, 2.5, -3, 4, 5, 6};
    const int wholes[3] = {-1, 0, 2147483647};
    airy_stack stack;
    airy_mask mask;
    assert_ok(airy_stack_init(&stack, 3, 80, 70, &err));
    for (int i = 0; i < 3 * 80 * 70; i++)
        stack.px[i] = (float)i;
    stack.px[1] = NAN;
    airy_image first = airy_stack_image(&stack, 0);
    assert_ok(airy_mask_init(&mask, 2, 3, &err));
    mask.bits[1] = 0x80000001u;

    airy_h5 *h5 = airy_h5_create(FILE_H5, true, NULL);
    assert_non_null(h5);
    airy_h5_put_stack(h5, "/entry_1/data_1/stack", &stack, NULL);
    airy_h5_put_image(h5, "/entry_1/image_1/data", &first, NULL);
    airy_h5_put_mask(h5, "/mask", &mask, NULL);
    airy_h5_put_doubles(h5, "/numbers", numbers, 2, (const int[]){2, 3}, NULL);
    airy_h5_put_ints(h5, "/wholes", wholes, 1, (const int[]){3}, NULL);
    airy_h5_put_text(h5, "/text", "µm and more", NULL);
    airy_h5_put_double(h5, "/double", 0.1, NULL);
    airy_h5_put_int(h5, "/int", 160, NULL);
    airy_h5_put_attribute_text(h5, "/", "default", "entry_1", NULL);
    airy_h5_link(h5, "/there", "/numbers", NULL);
    airy_h5_link(h5, "/nowhere", "/absent", NULL);
    for (int i = 0; i < 3; i++) {
        airy_image frame = airy_stack_image(&stack, i);
        airy_h5_append_image(h5, "/grown", &frame, NULL);
    }
    assert_ok(airy_h5_commit(h5, &err));
    airy_h5_close(h5);
    airy_stack_release(&stack);
    airy_mask_release(&mask);
}

static airy_h5 *open_file(void)
{
    airy_error err = {0};
    airy_h5 *h5 = airy_h5_open(FILE_H5, &err);
    if (!h5)
        fail_msg("%s", err.message);
    return h5;
}

static void test_arrays(void **state)
{
    (void)state;
    airy_stack stack, grown;
    airy_image image;
    airy_mask mask;
    airy_h5 *h5 = open_file();
    assert_ok(airy_h5_get_stack(h5, "/entry_1/data_1/stack", &stack, &err));
    assert_int_equal(stack.n, 3);
    assert_true(isnan(stack.px[1]) && stack.px[3 * 80 * 70 - 1] == 3 * 80 * 70 - 1);
    assert_ok(airy_h5_get_stack(h5, "/grown", &grown, &err));
    assert_memory_equal(grown.px, stack.px, sizeof(float) * 3 * 80 * 70);
    assert_ok(airy_h5_get_frame(h5, "/grown", 2, &image, &err));
    assert_memory_equal(image.px, stack.px + 2 * 80 * 70, sizeof(float) * 80 * 70);
    airy_image_release(&image);
    assert_ok(airy_h5_get_image(h5, "/entry_1/image_1/data", &image, &err));
    assert_int_equal(image.ny, 80);
    assert_int_equal(image.nx, 70);
    assert_ok(airy_h5_get_mask(h5, "/mask", &mask, &err));
    assert_true(mask.bits[1] == 0x80000001u && mask.bits[0] == 0);
    airy_stack_release(&stack);
    airy_stack_release(&grown);
    airy_image_release(&image);
    airy_mask_release(&mask);
    airy_h5_close(h5);
}

static void test_values(void **state)
{
    (void)state;
    double *numbers, number = 0;
    int *wholes, n = 0, whole = 0, dims[4], rank = 0;
    char *text;
    airy_h5 *h5 = open_file();
    assert_ok(airy_h5_get_doubles(h5, "/there", &numbers, &n, &err)); // through the link
    assert_int_equal(n, 6);
    assert_true(numbers[1] == 2.5 && numbers[5] == 6);
    assert_ok(airy_h5_get_ints(h5, "/wholes", &wholes, &n, &err));
    assert_true(n == 3 && wholes[0] == -1 && wholes[2] == 2147483647);
    assert_ok(airy_h5_get_text(h5, "/text", &text, &err));
    assert_string_equal(text, "µm and more");
    free(text);
    assert_ok(airy_h5_get_double(h5, "/double", &number, &err));
    assert_true(number == 0.1);
    assert_ok(airy_h5_get_int(h5, "/int", &whole, &err));
    assert_int_equal(whole, 160);
    assert_ok(airy_h5_get_attribute_text(h5, "/", "default", &text, &err));
    assert_string_equal(text, "entry_1");
    free(text);
    assert_ok(airy_h5_get_attribute_text(h5, "/entry_1", "NX_class", &text, &err));
    assert_string_equal(text, "NXentry");
    free(text);
    assert_ok(airy_h5_shape(h5, "/grown", dims, &rank, &err));
    assert_true(rank == 3 && dims[0] == 3 && dims[1] == 80 && dims[2] == 70);
    airy_memory_free(numbers);
    airy_memory_free(wholes);
    airy_h5_close(h5);
}

static void test_sentences(void **state)
{
    (void)state;
    airy_image image;
    airy_mask mask;
    double number;
    double *numbers;
    int n, whole;
    char *text;
    airy_h5 *h5 = open_file();
    assert_false(airy_h5_has(h5, "/nowhere"));
    assert_true(airy_h5_has(h5, "/there") && airy_h5_has(h5, "/entry_1"));
    assert_fails(airy_h5_get_image(h5, "/absent", &image, &err), AIRY_EMISSING,
                 "t.h5: there is no");
    assert_fails(airy_h5_get_image(h5, "/nowhere", &image, &err), AIRY_EMISSING, "/nowhere");
    assert_fails(airy_h5_get_image(h5, "/entry_1", &image, &err), AIRY_EFORMAT, "no dataset");
    assert_fails(airy_h5_get_image(h5, "/text", &image, &err), AIRY_EFORMAT, "numbers");
    assert_fails(airy_h5_get_image(h5, "/wholes", &image, &err), AIRY_ESHAPE, "/wholes is 3,");
    assert_fails(airy_h5_get_image(h5, "/grown", &image, &err), AIRY_ESHAPE, "3 x 80 x 70");
    assert_fails(airy_h5_get_frame(h5, "/grown", 3, &image, &err), AIRY_ESHAPE, "no frame 3");
    assert_fails(airy_h5_get_frame(h5, "/grown", -1, &image, &err), AIRY_EARGUMENT, "-1");
    assert_fails(airy_h5_get_mask(h5, "/entry_1/image_1/data", &mask, &err), AIRY_EFORMAT, "whole");
    assert_fails(airy_h5_get_double(h5, "/numbers", &number, &err), AIRY_ESHAPE, "single number");
    assert_fails(airy_h5_get_int(h5, "/double", &whole, &err), AIRY_EFORMAT, "whole number");
    assert_fails(airy_h5_get_doubles(h5, "/text", &numbers, &n, &err), AIRY_EFORMAT, "numbers");
    assert_fails(airy_h5_get_text(h5, "/int", &text, &err), AIRY_EFORMAT, "not a text");
    assert_fails(airy_h5_get_attribute_text(h5, "/", "absent", &text, &err), AIRY_EMISSING,
                 "absent");
    airy_h5_close(h5);
}

// The first failure sticks: nothing half-written can be committed.
static void test_sticky_failure(void **state)
{
    (void)state;
    remove("half.h5");
    airy_h5 *h5 = airy_h5_create("half.h5", false, NULL);
    assert_ok(airy_h5_put_double(h5, "/a", 1, &err));
    assert_fails(airy_h5_put_double(h5, "/a", 2, &err), AIRY_EIO, "/a cannot be written");
    assert_fails(airy_h5_put_double(h5, "/b", 3, &err), AIRY_EIO, "/a cannot be written");
    assert_fails(airy_h5_commit(h5, &err), AIRY_EIO, "/a cannot be written");
    airy_h5_close(h5);
    assert_false(airy_file_exists("half.h5"));
}

static void test_existing_kept(void **state)
{
    (void)state;
    char before[65], after[65];
    airy_error problem = {0};
    assert_ok(airy_file_sha256(FILE_H5, NULL, before, &err));
    assert_null(airy_h5_create(FILE_H5, false, &problem));
    assert_non_null(strstr(problem.message, FILE_H5));
    airy_h5 *h5 = airy_h5_create(FILE_H5, true, NULL); // begun and given up
    assert_non_null(h5);
    airy_h5_put_int(h5, "/x", 1, NULL);
    airy_h5_close(h5);
    assert_ok(airy_file_sha256(FILE_H5, NULL, after, &err));
    assert_string_equal(before, after);
}

// The same values give the same bytes: no time stamps.
static void test_same_bytes(void **state)
{
    (void)state;
    char before[65], after[65];
    assert_ok(airy_file_sha256(FILE_H5, NULL, before, &err));
    sleep(1);
    make_file();
    assert_ok(airy_file_sha256(FILE_H5, NULL, after, &err));
    assert_string_equal(before, after);
}

static void test_list_and_match(void **state)
{
    (void)state;
    airy_h5_item *items;
    int n = 0, others = 0, found = 0;
    char path[512];
    airy_h5 *h5 = open_file();
    assert_ok(airy_h5_list(h5, "/", &items, &n, &err));
    for (int i = 0; i < n; i++) {
        if (strcmp(items[i].path, "/grown") == 0) {
            assert_string_equal(items[i].kind, "float32");
            assert_string_equal(items[i].shape, "3 x 80 x 70");
            found++;
        } else if (strcmp(items[i].path, "/there") == 0) {
            assert_string_equal(items[i].kind, "link");
            assert_string_equal(items[i].shape, "/numbers");
            found++;
        }
    }
    assert_int_equal(found, 2);
    airy_memory_free(items);
    assert_true(airy_h5_match(h5, "/entry_*/image_?/data", path, &others));
    assert_string_equal(path, "/entry_1/image_1/data");
    assert_int_equal(others, 0);
    assert_true(airy_h5_match(h5, "/*s", path, &others));
    assert_string_equal(path, "/numbers");
    assert_int_equal(others, 1); // and /wholes
    assert_false(airy_h5_match(h5, "/entry_1/nothing/*", path, NULL));
    airy_h5_close(h5);
}

// ------------------------------------------------------------------ damage

static void assert_not_opened(const char *path, airy_code code, const char *words)
{
    airy_error err = {0};
    assert_null(airy_h5_open(path, &err));
    assert_int_equal(err.code, code);
    if (!strstr(err.message, words))
        fail_msg("'%s' does not hold '%s'", err.message, words);
}

static long size_of(const char *path)
{
    FILE *file = fopen(path, "rb");
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    fclose(file);
    return size;
}

static void test_damaged_files(void **state)
{
    (void)state;
    assert_not_opened("absent.h5", AIRY_EMISSING, "no such file");
    assert_not_opened(".", AIRY_EFORMAT, "folder");
    assert_ok(airy_file_write_text("text.h5", "not HDF5 at all\n", true, &err));
    assert_not_opened("text.h5", AIRY_EFORMAT, "not an HDF5 file");
    assert_ok(airy_file_write_text("empty.h5", "", true, &err));
    assert_not_opened("empty.h5", AIRY_EFORMAT, "empty");
    assert_int_equal(system("cp " FILE_H5 " cut.h5"), 0);
    assert_int_equal(truncate("cut.h5", size_of("cut.h5") / 2), 0);
    assert_not_opened("cut.h5", AIRY_EFORMAT, "truncated");
}

// Bytes of the data changed: gzip notices, and reading says so.
static void test_damaged_data(void **state)
{
    (void)state;
    airy_error err = {0};
    airy_stack stack;
    long size = size_of(FILE_H5);
    assert_int_equal(system("cp " FILE_H5 " hurt.h5"), 0);
    FILE *file = fopen("hurt.h5", "r+b");
    for (long at = 4096; at < size; at += 64) {
        fseek(file, at, SEEK_SET);
        fputc(0xA5, file);
    }
    fclose(file);
    airy_h5 *h5 = airy_h5_open("hurt.h5", &err);
    if (h5) // the superblock survived
        assert_int_not_equal(airy_h5_get_stack(h5, "/grown", &stack, &err), AIRY_OK);
    assert_true(err.message[0] != '\0');
    airy_h5_close(h5);
}

static int group_setup(void **state)
{
    (void)state;
    make_file();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arrays),         cmocka_unit_test(test_values),
        cmocka_unit_test(test_sentences),      cmocka_unit_test(test_sticky_failure),
        cmocka_unit_test(test_existing_kept),  cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_list_and_match), cmocka_unit_test(test_damaged_files),
        cmocka_unit_test(test_damaged_data),
    };
    return cmocka_run_group_tests(tests, group_setup, NULL);
}
