// SPDX-License-Identifier: GPL-3.0-or-later
// A described struct is the same numbers in a table, in HDF5, among named numbers and back.
#include "check.h"

#include "airy/files.h"
#include "files/results.h"

#include <stdio.h>

typedef struct thing {
    double length;
    int count;
    bool good;
    double late;
} thing;

static const airy_number table_of_things[] = {
    AIRY_NUMBER_NM(thing, length, 1, "length_nm", "how long"),
    AIRY_NUMBER(thing, count, "n", "1", "how many"),
    AIRY_NUMBER(thing, good, "good", "1", "whether"),
    AIRY_NUMBER(thing, late, "late_s", "s", "when"),
};
static const airy_described things = AIRY_DESCRIBED("things.tsv", table_of_things);

static const thing some[] = {{1.5, 3, true, -2}, {NAN, -1, false, 0.125}};
static const airy_rows rows = {some, sizeof some[0], 2};

static void same(const thing *a, const thing *b)
{
    for (int i = 0; i < things.n; i++) {
        double va = airy_number_get(&things.number[i], a),
               vb = airy_number_get(&things.number[i], b);
        assert_true(va == vb || (isnan(va) && isnan(vb)));
    }
}

static void test_table(void **state)
{
    (void)state;
    airy_table table = {0};
    assert_int_equal(things.n, 4);
    assert_ok(airy_described_table(&things, &rows, &table, &err));
    assert_string_equal(airy_table_get(&table, 0, "length_nm"), "1.5");
    assert_string_equal(airy_table_get(&table, 1, "n"), "nan"); // below 0: not known
    for (int i = 0; i < 2; i++) {
        thing back = {0};
        assert_ok(airy_described_get_row(&table, i, &things, &back, &err));
        same(&back, &some[i]);
        assert_int_equal(back.count, some[i].count);
    }
    airy_table_release(&table);
}

static void test_column_missing(void **state)
{
    (void)state;
    airy_table table = {0};
    thing back = {.late = 7};
    assert_ok(airy_table_init(&table, "length_nm n good", &err));
    assert_ok(airy_table_add(&table, &err));
    assert_fails(airy_described_get_row(&table, 0, &things, &back, &err), AIRY_EMISSING, "late_s");
    airy_table_release(&table);
}

static void test_hdf5(void **state)
{
    (void)state;
    double *values = NULL;
    int n = 0;
    airy_h5 *h5 = airy_h5_create("things.h5", true, NULL);
    assert_non_null(h5);
    airy_error err = {0};
    airy_described_put(h5, "/entry_1/result_1/things", &things, &rows, &err);
    assert_int_equal(airy_h5_commit(h5, &err), AIRY_OK);
    airy_h5_close(h5);
    h5 = airy_h5_open("things.h5", &err);
    for (int k = 0; k < things.n; k++) {
        char path[128];
        snprintf(path, sizeof path, "/entry_1/result_1/things/%s", things.number[k].name);
        assert_int_equal(airy_h5_get_doubles(h5, path, &values, &n, &err), AIRY_OK);
        assert_int_equal(n, 2);
        for (int i = 0; i < n; i++) {
            double wanted = airy_number_get(&things.number[k], &some[i]);
            assert_true(values[i] == wanted || (isnan(values[i]) && isnan(wanted)));
        }
        airy_memory_free(values);
    }
    airy_h5_close(h5);
}

static void test_named(void **state)
{
    (void)state;
    airy_results results = {0};
    airy_text names = {0};
    airy_described_results(&things, &some[0], 2, &results);
    assert_int_equal(results.n, 4);
    assert_string_equal(results.row[3].name, "late_s");
    assert_true(results.row[0].value == 3); // of pixels of 2 nm
    assert_true(results.row[2].value == 1);
    airy_described_names(&things, &names);
    assert_string_equal(names.text, "length_nm n good late_s");
    airy_text_release(&names);
}

// What is put among a file's named numbers is read back from there; what is unknown is NaN.
static void test_results(void **state)
{
    (void)state;
    thing back = {0};
    double n = 0;
    airy_error err = {0};
    airy_h5 *h5 = airy_h5_create("results.h5", true, NULL);
    assert_non_null(h5);
    airy_described_put_results(h5, &things, &some[1], 2, &err);
    assert_int_equal(airy_h5_commit(h5, &err), AIRY_OK);
    airy_h5_close(h5);
    h5 = airy_h5_open("results.h5", &err);
    assert_int_equal(airy_results_get(h5, "n", &n, &err), AIRY_OK);
    assert_true(isnan(n)); // a count below 0
    assert_int_equal(airy_described_read(h5, &things, "good late_s", 2, &back, &err), AIRY_OK);
    airy_h5_close(h5);
    assert_true(!back.good && back.late == 0.125);
}

static void test_unknown(void **state)
{
    (void)state;
    thing t = some[0];
    airy_described_unknown(&things, &t);
    assert_true(isnan(t.length) && isnan(t.late) && t.count == -1 && !t.good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),   cmocka_unit_test(test_column_missing),
        cmocka_unit_test(test_hdf5),    cmocka_unit_test(test_named),
        cmocka_unit_test(test_unknown), cmocka_unit_test(test_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
