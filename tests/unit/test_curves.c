// SPDX-License-Identifier: GPL-3.0-or-later
// Curves out of tables: texts of other origin, groups, units of names.
#include "check.h"

#include "airy/curves.h"

#include <stdio.h>

static void write_text(const char *path, const char *text)
{
    assert_ok(airy_file_write_text(path, text, true, &err));
}

static double number(const airy_table *table, int row, const char *column)
{
    double value = NAN;
    assert_ok(airy_table_get_double(table, row, column, &value, &err));
    return value;
}

// One table in the forms that programs and instruments write.
static void other_origin(void **state)
{
    (void)state;
    static const struct {
        const char *text, *x, *y;
    } files[] = {
        {"T_K,Cp\n300,1.5\n301,2.5\n302,3.5\n", "T_K", "Cp"},
        {"#EXPORT\n#DATE:1.1.2026\n\n##Temp./\xb0"
         "C;DSC/(mW/mg)\n300,0;1,5\n301,0;2,5\n302,0;3,5\n",
         "Temp._C", "DSC_mW_per_mg"},
        {"Sample: glass\r\nMass  5.2 mg\r\nTs Value\r\n[\xb0"
         "C] [mW]\r\n300 1.5\r\n301 2.5\r\n"
         "302 3.5\r\nResults\r\nonset 301\r\n",
         "Ts_C", "Value_mW"},
        {"Temperature (K)\tHeat Flow (W/g)\n300\t1.5\n301\t2.5\n302\t3.5\n", "Temperature (K)",
         "Heat Flow (W/g)"},
        {"300 1.5\n301 2.5\n302 3.5\n", "column_1", "column_2"},
    };
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        airy_table table = {0};
        write_text("other.txt", files[f].text);
        assert_ok(airy_curves_table_read("other.txt", &table, &err));
        assert_int_equal(table.rows, 3);
        for (int i = 0; i < 3; i++) {
            assert_near(number(&table, i, files[f].x), 300 + i, 0);
            assert_near(number(&table, i, files[f].y), 1.5 + i, 0);
        }
        airy_table_release(&table);
    }
}

static void broken(void **state)
{
    (void)state;
    airy_table table = {0};
    write_text("broken.csv", "T_K,Cp\n300,1.5\n301,2.5\n302,3.5\n303\n");
    assert_fails(airy_curves_table_read("broken.csv", &table, &err), AIRY_EFORMAT,
                 "row 4 begins with the number 303");
    write_text("words.txt", "nothing, but, words\nand, more, of them\n");
    assert_fails(airy_curves_table_read("words.txt", &table, &err), AIRY_EFORMAT, "tabs");
    assert_fails(airy_curves_table_read("absent.csv", &table, &err), AIRY_EMISSING, "absent.csv");
}

static void groups(void **state)
{
    (void)state;
    airy_table table = {0};
    airy_curves curves;
    write_text("groups.tsv", "sample\tt_s\ty\te\nb\t3\t1\t0.1\na\t1\t2\t0.1\nb\t4\tnan\t0.1\n"
                             "b\t1\t3\t0.2\na\t9\t4\t0.1\n");
    assert_ok(airy_table_read("groups.tsv", &table, &err));
    airy_curves_columns columns = {
        .x = "t_s", .y = "y", .dy = "e", .by = "sample", .low = -INFINITY, .high = 5};
    assert_ok(airy_curves_read(&table, &columns, &curves, &err));
    assert_int_equal(curves.n, 2);
    assert_int_equal(curves.left_out, 1);
    assert_int_equal(curves.one[0].n, 2); // b appears first, in the table's order
    assert_near(curves.one[0].x[0], 3, 0);
    assert_near(curves.one[0].x[1], 1, 0);
    assert_near(curves.one[0].dy[1], 0.2, 0);
    assert_int_equal(curves.one[1].n, 1); // t 9 lies outside
    airy_text whose = {0};
    airy_curves_whose(&curves, &table, 1, &whose);
    assert_string_equal(whose.text, "sample a");
    airy_text_release(&whose);
    airy_curves_release(&curves);
    columns.where = "sample=a";
    columns.by = NULL;
    assert_ok(airy_curves_read(&table, &columns, &curves, &err));
    assert_int_equal(curves.n, 1);
    assert_near(curves.one[0].y[0], 2, 0);
    airy_curves_release(&curves);
    columns.where = "sample";
    assert_fails(airy_curves_read(&table, &columns, &curves, &err), AIRY_EARGUMENT, "COLUMN=TEXT");
    columns.where = "sample=c";
    assert_fails(airy_curves_read(&table, &columns, &curves, &err), AIRY_EVALUE, "none of 0 rows");
    airy_table_release(&table);
}

static void units(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"delay_s", "s"},
        {"q_inv_a", "1/A"},
        {"temperature_K", "K"},
        {"T_C", "C"},
        {"rate_K_per_min", "K/min"},
        {"Cp_J_per_gK", "J/gK"},
        {"volume_A3", "A3"},
        {"heat_flow_mW", "mW"},
        {"g2", "[g2]"},
        {"photons_per_pixel", "[photons_per_pixel]"},
        {"s", "[s]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char unit[32];
        airy_curves_unit(rows[i][0], unit);
        assert_string_equal(unit, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_origin),
        cmocka_unit_test(broken),
        cmocka_unit_test(groups),
        cmocka_unit_test(units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
