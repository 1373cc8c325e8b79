// SPDX-License-Identifier: GPL-3.0-or-later
// Outputs appear whole or not at all; histories and tables come back as they went.
#include "check.h"

#include "airy/files.h"
#include "files/hash.h"
#include "files/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int files_here(void)
{
    FILE *list = popen("ls -A | wc -l", "r");
    int n = -1;
    assert_int_equal(fscanf(list, "%d", &n), 1);
    pclose(list);
    return n;
}

static void test_output_whole(void **state)
{
    (void)state;
    char *text;
    remove("a.txt");
    int before = files_here();
    assert_ok(airy_file_write_text("a.txt", "one\n", false, &err));
    assert_int_equal(files_here(), before + 1); // no temporary is left
    assert_ok(airy_file_read_text("a.txt", &text, &err));
    assert_string_equal(text, "one\n");
    free(text);
    assert_ok(airy_file_write_text("./a.txt", "two\n", true, &err));
    assert_ok(airy_file_read_text("a.txt", &text, &err));
    assert_string_equal(text, "two\n");
    free(text);
}

static void test_output_kept(void **state)
{
    (void)state;
    char *text;
    assert_ok(airy_file_write_text("kept.txt", "mine", true, &err));
    assert_fails(airy_file_write_text("kept.txt", "yours", false, &err), AIRY_EIO, "kept.txt");
    assert_ok(airy_file_read_text("kept.txt", &text, &err));
    assert_string_equal(text, "mine");
    free(text);
}

static void test_output_abandoned(void **state)
{
    (void)state;
    airy_output out;
    int before = files_here();
    assert_ok(airy_output_begin(&out, "never.txt", false, &err));
    assert_int_equal(files_here(), before + 1);
    airy_output_abandon(&out);
    airy_output_abandon(&out); // twice is fine
    assert_int_equal(files_here(), before);
}

static void test_output_refused(void **state)
{
    (void)state;
    airy_output out;
    assert_fails(airy_output_begin(&out, "", false, &err), AIRY_EARGUMENT, "no name");
    assert_fails(airy_output_begin(&out, "folder/", false, &err), AIRY_EARGUMENT, "folder/");
    assert_fails(airy_output_begin(&out, "no/such/folder/x", false, &err), AIRY_EIO, "no/such");
    assert_fails(airy_output_begin(&out, "/dev/null", true, &err), AIRY_EIO, "not a plain file");
    mkdir("shut", 0555);
    if (access("shut", W_OK) != 0) // root may write everywhere
        assert_fails(airy_output_begin(&out, "shut/x", false, &err), AIRY_EIO, "shut/x");
    rmdir("shut");
}

static void test_read_text(void **state)
{
    (void)state;
    char *text;
    assert_fails(airy_file_read_text("absent.txt", &text, &err), AIRY_EMISSING, "absent.txt");
    assert_fails(airy_file_read_text(".", &text, &err), AIRY_EIO, ".");
    assert_ok(airy_file_write_bytes("zero.txt", "a\0b", 3, true, &err));
    assert_fails(airy_file_read_text("zero.txt", &text, &err), AIRY_EFORMAT, "zero bytes");
    assert_ok(airy_file_write_text("empty.txt", "", true, &err));
    assert_ok(airy_file_read_text("empty.txt", &text, &err));
    assert_string_equal(text, "");
    free(text);
}

static bool at_once(void *context)
{
    (void)context;
    return true;
}

// FIPS 180-2's example.
static void test_sha256(void **state)
{
    (void)state;
    static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    char hex[65];
    airy_bytes_sha256("abc", 3, hex);
    assert_string_equal(hex, abc);
    assert_ok(airy_file_write_text("abc.txt", "abc", true, &err));
    assert_ok(airy_file_sha256("abc.txt", NULL, hex, &err));
    assert_string_equal(hex, abc);
    assert_fails(airy_file_sha256("absent", NULL, hex, &err), AIRY_EMISSING, "absent");
    const airy_progress progress = {.stopped = at_once};
    assert_fails(airy_file_sha256("abc.txt", &progress, hex, &err), AIRY_ESTOPPED, "abc.txt");
}

static void test_spec(void **state)
{
    (void)state;
    const char *dataset;
    char *path = airy_spec_path("dir/a.h5:/x/y", &dataset);
    assert_string_equal(path, "dir/a.h5");
    assert_string_equal(dataset, "/x/y");
    free(path);
    path = airy_spec_path("a:b.h5", &dataset);
    assert_string_equal(path, "a:b.h5");
    assert_null(dataset);
    free(path);
}

// ------------------------------------------------------------------ histories

static const airy_step steps[] = {
    {.command = "bin",
     .version = "0.1.0",
     .commit = "abc",
     .command_line = "airy bin 'a b.h5' -o c.h5",
     .parameters = "factor = 3\nmask = \n",
     .inputs = "00ff  a b.h5\n"},
    {.command = "retrieve",
     .parameters = "starts = 200\n",
     .libraries = "fftw 3.3.10\n",
     .seed_used = true,
     .seed = 18446744073709551615ull},
};

static airy_history two_steps(void)
{
    airy_history history = {0};
    for (int i = 0; i < 2; i++)
        assert_ok(airy_history_append(&history, &steps[i], &err));
    return history;
}

static void assert_text_equal(const char *a, const char *b)
{
    assert_string_equal(a ? a : "", b ? b : "");
}

static void assert_two_steps(const airy_history *history)
{
    assert_int_equal(history->n, 2);
    for (int i = 0; i < 2; i++) {
        assert_text_equal(history->steps[i].command, steps[i].command);
        assert_text_equal(history->steps[i].version, steps[i].version);
        assert_text_equal(history->steps[i].commit, steps[i].commit);
        assert_text_equal(history->steps[i].command_line, steps[i].command_line);
        assert_text_equal(history->steps[i].parameters, steps[i].parameters);
        assert_text_equal(history->steps[i].inputs, steps[i].inputs);
        assert_text_equal(history->steps[i].libraries, steps[i].libraries);
        assert_int_equal(history->steps[i].seed_used, steps[i].seed_used);
        assert_true(history->steps[i].seed == steps[i].seed);
    }
}

static void test_history_text(void **state)
{
    (void)state;
    airy_text text = {0};
    airy_history history = two_steps(), back;
    airy_history_format(&history, &text);
    assert_ok(airy_history_parse(text.text, &back, &err));
    assert_two_steps(&back);
    airy_history_release(&back);
    assert_ok(airy_history_parse("nothing of ours\nstep 1\n", &back, &err));
    assert_int_equal(back.n, 0);
    airy_history_release(&history);
    airy_text_release(&text);
}

static void test_history_merge(void **state)
{
    (void)state;
    airy_history a = two_steps(), b;
    assert_ok(airy_history_copy(&b, &a, &err));
    assert_ok(airy_history_merge(&a, &b, &err)); // nothing new
    assert_two_steps(&a);
    const airy_step other = {.command = "mask"};
    assert_ok(airy_history_append(&b, &other, &err));
    assert_ok(airy_history_merge(&a, &b, &err));
    assert_int_equal(a.n, 3);
    assert_string_equal(a.steps[2].command, "mask");
    airy_history_release(&a);
    airy_history_release(&b);
}

static void test_history_input(void **state)
{
    (void)state;
    airy_text inputs = {0};
    assert_ok(airy_file_write_text("abc.txt", "abc", true, &err));
    assert_ok(airy_history_input(&inputs, "abc.txt:/x", NULL, &err));
    assert_string_equal(
        inputs.text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  abc.txt\n");
    assert_fails(airy_history_input(&inputs, "absent", NULL, &err), AIRY_EMISSING, "absent");
    airy_text_release(&inputs);
}

// ------------------------------------------------------------------ tables

static void test_table_round_trip(void **state)
{
    (void)state;
    airy_table table, back;
    double value = 0;
    int whole = 0;
    char *text = NULL;
    assert_ok(airy_table_init(&table, "shot file\tdelay_ps", &err));
    table.history = two_steps();
    assert_ok(airy_table_add(&table, &err));
    assert_ok(airy_table_put(&table, 0, "shot", "7", &err));
    assert_ok(airy_table_put(&table, 0, "file", "a\tb\nc", &err));
    assert_ok(airy_table_put_double(&table, 0, "delay_ps", 0.1, &err));
    assert_ok(airy_table_add(&table, &err));
    assert_ok(airy_table_write("t.tsv", &table, true, &err));
    assert_ok(airy_file_read_text("t.tsv", &text, &err));
    assert_ptr_equal(strstr(text, "shot\tfile\tdelay_ps\n7\ta b c\t"), text); // rows first
    free(text);
    assert_ok(airy_table_read("t.tsv", &back, &err));
    assert_int_equal(back.rows, 2);
    assert_int_equal(back.columns, 3);
    assert_string_equal(airy_table_get(&back, 0, "file"), "a b c");
    assert_ok(airy_table_get_int(&back, 0, "shot", &whole, &err));
    assert_int_equal(whole, 7);
    assert_ok(airy_table_get_double(&back, 0, "delay_ps", &value, &err));
    assert_true(value == 0.1);
    assert_ok(airy_table_get_double(&back, 1, "delay_ps", &value, &err));
    assert_true(isnan(value));
    assert_two_steps(&back.history);
    airy_table_release(&table);
    airy_table_release(&back);
}

static void test_table_sentences(void **state)
{
    (void)state;
    airy_table table;
    double value;
    int whole;
    assert_ok(airy_table_init(&table, "a b", &err));
    assert_ok(airy_table_add(&table, &err));
    assert_ok(airy_table_put(&table, 0, "a", "fish", &err));
    assert_fails(airy_table_get_double(&table, 0, "a", &value, &err), AIRY_EFORMAT, "fish");
    assert_fails(airy_table_get_int(&table, 0, "b", &whole, &err), AIRY_EFORMAT, "nan");
    assert_fails(airy_table_get_int(&table, 0, "c", &whole, &err), AIRY_EMISSING, "a b");
    assert_fails(airy_table_get_int(&table, 1, "a", &whole, &err), AIRY_EARGUMENT, "row 1");
    assert_null(airy_table_get(&table, 0, "c"));
    airy_table_release(&table);
}

// What users and their editors write: no last line end, carriage returns, comments between.
static void test_table_foreign(void **state)
{
    (void)state;
    airy_table table;
    assert_ok(airy_file_write_text("f.tsv", "# mine\r\na\tb c\r\n1\t2\r\n# x\n\n3\t4", true, &err));
    assert_ok(airy_table_read("f.tsv", &table, &err));
    assert_int_equal(table.rows, 2);
    assert_string_equal(airy_table_get(&table, 1, "b c"), "4");
    airy_table_release(&table);
    assert_ok(airy_file_write_text("f.tsv", "a\tb\n1\n", true, &err));
    assert_fails(airy_table_read("f.tsv", &table, &err), AIRY_EFORMAT, "row 1 has 1 cells");
    assert_ok(airy_file_write_text("f.tsv", "# only comments\n", true, &err));
    assert_fails(airy_table_read("f.tsv", &table, &err), AIRY_EFORMAT, "empty");
    assert_fails(airy_table_read("absent.tsv", &table, &err), AIRY_EMISSING, "absent.tsv");
}

// For programs and for people, and tables of several files as one.
static void test_table_shown(void **state)
{
    (void)state;
    airy_table one = {0}, all = {0};
    airy_text json = {0}, columns = {0};
    assert_ok(airy_table_init(&one, "name x", &err));
    assert_ok(airy_table_add(&one, &err));
    assert_ok(airy_table_put(&one, 0, "name", "a \"b\" \xff 007", &err));
    assert_ok(airy_table_put_double(&one, 0, "x", 1.2345678, &err));
    assert_ok(airy_table_join(&all, "file", "first", &one, &err));
    assert_ok(airy_table_put(&one, 0, "name", "007", &err));
    assert_ok(airy_table_put_double(&one, 0, "x", NAN, &err));
    assert_ok(airy_table_join(&all, "file", "second", &one, &err));
    assert_int_equal(all.rows, 2);
    airy_table_format_json(&all, &json);
    assert_string_equal(json.text,
                        "[\n  {\"file\": \"first\", \"name\": \"a \\\"b\\\" \\ufffd 007\", "
                        "\"x\": 1.2345678},\n"
                        "  {\"file\": \"second\", \"name\": \"007\", \"x\": null}\n]\n");
    airy_table_format_columns(&one, &columns);
    assert_string_equal(columns.text, "name  x\n 007  -\n");
    airy_text_release(&json);
    airy_text_release(&columns);
    airy_table_release(&one);
    airy_table_release(&all);
}

// First bytes, short ones, endings, and what no file says.
static void test_kinds(void **state)
{
    (void)state;
    static const char hdf5[] = "\211HDF\r\n\032\n", dcd[] = "\124\0\0\0CORD", tiff[] = "MM\0*";
    assert_int_equal(airy_kind_of_bytes(hdf5, 8), AIRY_KIND_HDF5);
    assert_int_equal(airy_kind_of_bytes(hdf5, 3), AIRY_KIND_OTHER);
    assert_int_equal(airy_kind_of_bytes(dcd, 8), AIRY_KIND_DCD);
    assert_int_equal(airy_kind_of_bytes(dcd, 7), AIRY_KIND_OTHER);
    assert_int_equal(airy_kind_of_bytes(tiff, 4), AIRY_KIND_TIFF);
    assert_int_equal(airy_kind_of_bytes("MATLAB 7.3 MAT-file", 16), AIRY_KIND_MATLAB_HDF5);
    assert_int_equal(airy_kind_of_name("a.h5/b.FITS"), AIRY_KIND_OTHER);
    assert_int_equal(airy_kind_of_name("a.h5.fit"), AIRY_KIND_FITS);
    assert_int_equal(airy_kind_of_name("a.hdf"), AIRY_KIND_HDF5);
    assert_int_equal(airy_kind_of_name("a.fi"), AIRY_KIND_OTHER);
    assert_int_equal(airy_kind_of_name("a."), AIRY_KIND_OTHER);
    assert_ok(airy_file_write_text("kind", "SIMPLE  =                    T", true, &err));
    assert_int_equal(airy_kind_of_file("kind"), AIRY_KIND_FITS);
    assert_int_equal(airy_kind_of_file("."), AIRY_KIND_OTHER);
    assert_int_equal(airy_kind_of_file("not there"), AIRY_KIND_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_output_whole),
        cmocka_unit_test(test_output_kept),
        cmocka_unit_test(test_output_abandoned),
        cmocka_unit_test(test_output_refused),
        cmocka_unit_test(test_read_text),
        cmocka_unit_test(test_sha256),
        cmocka_unit_test(test_spec),
        cmocka_unit_test(test_history_text),
        cmocka_unit_test(test_history_merge),
        cmocka_unit_test(test_history_input),
        cmocka_unit_test(test_table_round_trip),
        cmocka_unit_test(test_table_sentences),
        cmocka_unit_test(test_table_foreign),
        cmocka_unit_test(test_table_shown),
        cmocka_unit_test(test_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
