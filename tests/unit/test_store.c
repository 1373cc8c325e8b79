// SPDX-License-Identifier: GPL-3.0-or-later
// Finished pieces: what is put is taken, across runs of one key, never across keys, and what a kill
// cut off is not there.
#include "check.h"

#include "airy/files.h"
#include "files/pieces.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define KEY_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const airy_store_shelf shelves[] = {{2, 3}, {1, 4}};

static airy_store *open_store(const char *key, airy_store_mode mode, airy_error *err)
{
    const airy_store_run run = {"work.part", "pieces", key, mode, shelves, 2};
    return airy_store_open(&run, err);
}

static bool take(airy_store *store, airy_store_place place, double *number, char *letter)
{
    const airy_store_part parts[] = {{number, sizeof *number}, {NULL, 0}, {letter, 1}};
    return airy_store_take(store, place, parts, 3);
}

static void put(airy_store *store, airy_store_place place, double number, char letter)
{
    const airy_store_part parts[] = {{&number, sizeof number}, {NULL, 0}, {&letter, 1}};
    assert_ok(airy_store_put(store, place, parts, 3, &err));
}

static long size_of_file(void)
{
    struct stat info;
    return stat("work.part", &info) == 0 ? (long)info.st_size : -1;
}

static void test_put_and_take(void **state)
{
    (void)state;
    double number = 0;
    char letter = 0;
    remove("work.part");
    airy_store *store = open_store(KEY_A, AIRY_STORE_REFUSE, NULL);
    assert_non_null(store);
    const airy_store_place at = {0, 1, 2}, other = {1, 0, 3}, outside = {0, 2, 0};
    assert_false(airy_store_has(store, at));
    put(store, at, 1.25, 'a');
    put(store, other, 2.5, 'b');
    put(store, at, 3.75, 'c'); // in place of the first
    assert_true(airy_store_has(store, at) && !airy_store_has(store, outside));
    assert_true(take(store, at, &number, &letter) && number == 3.75 && letter == 'c');
    assert_false(airy_store_take(store, at, &(airy_store_part){&number, 4}, 1)); // another size
    airy_store_close(store);

    store = open_store(KEY_A, AIRY_STORE_RESUME, NULL);
    assert_non_null(store);
    assert_true(take(store, at, &number, &letter) && number == 3.75 && letter == 'c');
    assert_true(take(store, other, &number, &letter) && number == 2.5 && letter == 'b');
    airy_store_remove(store);
    assert_int_equal(size_of_file(), -1);
}

static void test_modes(void **state)
{
    (void)state;
    airy_error err = {0};
    remove("work.part");
    airy_store *store = open_store(KEY_A, AIRY_STORE_REFUSE, NULL);
    put(store, (airy_store_place){0, 0, 0}, 1, 'a');
    assert_null(open_store(KEY_A, AIRY_STORE_RESUME, &err)); // another run has it
    assert_non_null(strstr(err.message, "in use by another run"));
    airy_store_close(store);
    assert_null(open_store(KEY_A, AIRY_STORE_REFUSE, &err));
    assert_non_null(strstr(err.message, "holds pieces of a run that was not finished"));
    assert_null(open_store(KEY_B, AIRY_STORE_RESUME, &err));
    assert_non_null(strstr(err.message, "belongs to a run with another input"));
    store = open_store(KEY_B, AIRY_STORE_ANEW, NULL);
    assert_false(airy_store_has(store, (airy_store_place){0, 0, 0}));
    airy_store_remove(store);
    assert_int_equal(airy_store_mode_of(true, true), AIRY_STORE_RESUME);
    assert_int_equal(airy_store_mode_of(false, true), AIRY_STORE_ANEW);
    assert_int_equal(airy_store_mode_of(false, false), AIRY_STORE_REFUSE);
}

// The file cut at every byte: the pieces before the cut are there, no other is, and one can go on.
static void test_cut(void **state)
{
    (void)state;
    const airy_store_place first = {0, 0, 0}, second = {0, 0, 1};
    double number;
    char letter;
    remove("work.part");
    airy_store *store = open_store(KEY_A, AIRY_STORE_REFUSE, NULL);
    put(store, first, 1, 'a');
    long whole = size_of_file();
    put(store, second, 2, 'b');
    long end = size_of_file();
    airy_store_close(store);
    for (long cut = end - 1; cut >= whole; cut -= 7) {
        assert_int_equal(truncate("work.part", cut), 0);
        store = open_store(KEY_A, AIRY_STORE_RESUME, NULL);
        assert_non_null(store);
        assert_true(take(store, first, &number, &letter) && number == 1);
        assert_false(airy_store_has(store, second));
        put(store, second, 2, 'b');
        assert_true(take(store, second, &number, &letter) && letter == 'b');
        airy_store_close(store);
    }
}

static void test_foreign(void **state)
{
    (void)state;
    assert_ok(
        airy_file_write_text("work.part", "somebody's notes, longer than the title\n", true, &err));
    airy_error err = {0};
    assert_null(open_store(KEY_A, AIRY_STORE_ANEW, &err));
    assert_non_null(strstr(err.message, "is not airy's"));
    remove("work.part");
    assert_int_equal(symlink("elsewhere", "work.part"), 0);
    assert_null(open_store(KEY_A, AIRY_STORE_ANEW, &err));
    remove("work.part");
}

static void test_key(void **state)
{
    (void)state;
    char a[65], b[65], c[65];
    assert_ok(airy_store_key("x = 1\nresume = no\ny = 2\n", "seed 1", a, &err));
    assert_ok(airy_store_key("x = 1\nresume = yes\ny = 2\n", "seed 1", b, &err));
    assert_ok(airy_store_key("x = 1\ny = 3\n", "seed 1", c, &err));
    assert_string_equal(a, b);
    assert_string_not_equal(a, c);
}

// Of a run that was killed between its outputs: it may write them anew, another may not.
static void test_outputs_begun(void **state)
{
    (void)state;
    char bytes[4];
    airy_error err = {0};
    airy_pieces *mine = airy_pieces_open("out.h5", KEY_A, &err);
    assert_int_equal(airy_pieces_put(mine, 0, "abcd", 4, &err), AIRY_OK);
    assert_false(airy_pieces_wrote_outputs(mine));
    assert_int_equal(airy_pieces_write_outputs(mine, &err), AIRY_OK);
    airy_pieces_close(mine, false);
    airy_pieces *other = airy_pieces_open("out.h5", KEY_B, &err);
    assert_false(airy_pieces_wrote_outputs(other));
    airy_pieces_close(other, false);
    mine = airy_pieces_open("out.h5", KEY_A, &err);
    assert_true(airy_pieces_wrote_outputs(mine) && airy_pieces_take(mine, 0, bytes, 4));
    airy_pieces_close(mine, true);
    assert_false(airy_file_exists("out.h5.pieces"));
    assert_true(!airy_pieces_wrote_outputs(NULL) &&
                airy_pieces_write_outputs(NULL, &err) == AIRY_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_put_and_take), cmocka_unit_test(test_modes),
        cmocka_unit_test(test_cut),          cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_key),          cmocka_unit_test(test_outputs_begun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
