// SPDX-License-Identifier: GPL-3.0-or-later
// Trajectories: every kind of coordinates of a dump says the same, packed or not; atoms that move
// about in the file, pass faces, get lost; boxes of any shape; files that are cut off.
#include "airy/atoms.h"
#include "atoms/trajectory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <lzma.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static void write_file(const char *path, const char *text)
{
    airy_error err = {0};
    if (airy_file_write_text(path, text, true, &err) != AIRY_OK)
        fail_msg("%s", err.message);
}

static airy_trajectory *open_it(const char *path)
{
    const airy_trajectory_options options = {.timestep_ps = 0.5};
    airy_error err = {0};
    airy_trajectory *t = airy_trajectory_open(path, &options, &err);
    if (!t)
        fail_msg("%s", err.message);
    return t;
}

static const airy_atoms *next(airy_trajectory *t)
{
    const airy_atoms *atoms;
    airy_error err = {0};
    if (airy_trajectory_next(t, &atoms, &err) != AIRY_OK)
        fail_msg("%s", err.message);
    return atoms;
}

// Reads to the end and expects a failure whose sentence holds `words`.
static void fails_with(const char *path, airy_code code, const char *words)
{
    const airy_trajectory_options options = {0};
    airy_error err = {0};
    const airy_atoms *atoms = NULL;
    airy_trajectory *t = airy_trajectory_open(path, &options, &err);
    airy_code found = t ? AIRY_OK : err.code;
    do {
        if (t && found == AIRY_OK)
            found = airy_trajectory_next(t, &atoms, &err);
    } while (found == AIRY_OK && atoms);
    airy_trajectory_close(t);
    if (found != code || !strstr(err.message, words))
        fail_msg("wanted code %d and '%s', got %d: %s", code, words, found, err.message);
}

// ------------------------------------------------------------------ kinds of coordinates

// Two atoms in a tilted box a = (4 0 0), b = (1 3 0), c = (-0.5 1 5) from (1 2 3): atom 7 at (0.5
// 0.5 0.5), one box further along a; atom 2 at (0.9 0.1 0.2).
static const char head[] = "ITEM: TIMESTEP\n40\nITEM: NUMBER OF ATOMS\n2\n"
                           "ITEM: BOX BOUNDS xy xz yz pp pp ff\n0.5 6 1\n2 6 -0.5\n3 8 1\n";

static void every_kind_of_coordinates(void **state)
{
    (void)state;
    static const struct {
        const char *columns, *seven, *two;
    } kinds[] = {
        {"id type x y z ix iy iz", "7 2 3.25 4 5.5 1 0 0", "2 1 4.6 2.5 4 0 0 0"},
        {"type id xs ys zs ix iy iz", "2 7 0.5 0.5 0.5 1 0 0", "1 2 0.9 0.1 0.2 0 0 0"},
        {"id vx type xu yu zu", "7 0.1 2 7.25 4 5.5", "2 1e3 1 4.6 2.5 4"},
        {"id type xsu ysu zsu q", "7 2 1.5 0.5 0.5 -1", "2 1 0.9 0.1 0.2 -1"},
        {"id type x y z xsu ysu zsu", "7 2 9 9 9 1.5 0.5 0.5", "2 1 9 9 9 0.9 0.1 0.2"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        airy_text text = {0};
        airy_text_append(&text, "%sITEM: ATOMS %s\n%s\n%s\n", head, kinds[i].columns,
                         kinds[i].seven, kinds[i].two);
        write_file("kinds.lammpstrj", text.text);
        airy_text_release(&text);
        airy_trajectory *t = open_it("kinds.lammpstrj");
        const airy_atoms *atoms = next(t);
        static const double wanted[6] = {4.6, 2.5, 4, 7.25, 4, 5.5};
        assert_int_equal(atoms->n, 2);
        assert_int_equal(atoms->id[0], 2);
        assert_int_equal(atoms->id[1], 7);
        assert_int_equal(atoms->type[1], 1);
        assert_true(atoms->step == 40 && atoms->time_ps == 20);
        for (int k = 0; k < 6; k++)
            assert_true(fabs(atoms->r[k] - wanted[k]) < 1e-12);
        assert_true(fabs(atoms->box.volume - 60) < 1e-12);
        assert_true(atoms->box.periodic[0] && !atoms->box.periodic[2]);
        assert_null(next(t));
        airy_trajectory_close(t);
    }
}

// Numbers are read as strtod reads them, to the last bit.
static void numbers_are_exact(void **state)
{
    (void)state;
    airy_random random;
    airy_text text = {0};
    double value[300];
    airy_random_init(&random, 1, 0, AIRY_STREAM_START, 0);
    airy_text_append(&text,
                     "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n100\n"
                     "ITEM: BOX BOUNDS ff ff ff\n0 1\n0 1\n0 1\nITEM: ATOMS id type x y z\n");
    for (int i = 0; i < 300; i++) {
        char word[40];
        snprintf(word, sizeof word, "%.*g", 3 + i % 15,
                 (airy_random_uniform(&random) - 0.5) * pow(10, i % 9 - 4));
        value[i] = strtod(word, NULL);
        if (i % 3 == 0)
            airy_text_append(&text, "%d 1", i / 3 + 1);
        airy_text_append(&text, " %s%s", word, i % 3 == 2 ? "\n" : "");
    }
    write_file("exact.lammpstrj", text.text);
    airy_text_release(&text);
    airy_trajectory *t = open_it("exact.lammpstrj");
    const airy_atoms *atoms = next(t);
    assert_memory_equal(atoms->r, value, sizeof value);
    airy_trajectory_close(t);
}

// ------------------------------------------------------------------ frames one after another

static void frame_text(airy_text *text, int step, double side, const char *atoms, int n)
{
    airy_text_append(text,
                     "ITEM: TIMESTEP\n%d\nITEM: NUMBER OF ATOMS\n%d\nITEM: BOX BOUNDS pp pp pp\n"
                     "0 %g\n0 %g\n0 %g\nITEM: ATOMS id type x y z\n%s",
                     step, n, side, side, side, atoms);
}

// Atom 1 goes through the face at 10 and on; atoms change their lines; frames are skipped after
// they were followed.
static void wrapped_atoms_are_followed(void **state)
{
    (void)state;
    airy_text text = {0};
    for (int i = 0; i < 12; i++) {
        char atoms[128];
        double x = fmod(8 + 1.5 * i, 10);
        snprintf(atoms, sizeof atoms, i % 2 ? "2 1 5 5 5\n1 1 %g 1 1\n" : "1 1 %g 1 1\n2 1 5 5 5\n",
                 x);
        frame_text(&text, i, 10, atoms, 2);
    }
    write_file("wrapped.lammpstrj", text.text);
    airy_text_release(&text);
    const airy_trajectory_options options = {.first = 1, .last = 11, .stride = 3, .types = "Cu"};
    airy_error err = {0};
    airy_trajectory *t = airy_trajectory_open("wrapped.lammpstrj", &options, &err);
    const airy_atoms *atoms;
    int frames = 0;
    for (; (atoms = next(t)); frames++) {
        assert_int_equal(atoms->frame, 1 + 3 * frames);
        assert_true(fabs(atoms->r[0] - (8 + 1.5 * atoms->frame)) < 1e-12);
        assert_true(atoms->r[3] == 5 && isnan(atoms->time_ps));
    }
    assert_int_equal(frames, 4);
    assert_string_equal(airy_trajectory_type(t, 0), "Cu");
    airy_trajectory_close(t);
}

static void what_goes_wrong_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *second;
        int n;
        airy_code code;
        const char *words;
    } rows[] = {
        {"1 1 1 1 1\n", 1, AIRY_EVALUE, "lacks atom 2"},
        {"1 1 1 1 1\n1 1 5 5 5\n", 2, AIRY_EVALUE, "atom 1 twice"},
        {"1 1 1 1 1\n3 1 5 5 5\n", 2, AIRY_EVALUE, "atom 3 that the first"},
        {"1 1 1 1 1\n2 2 5 5 5\n", 2, AIRY_EVALUE, "not of the type"},
        {"1 1 1 1 1\n2 1 5 5\n", 2, AIRY_EFORMAT, "no atom of the columns"},
        {"1 1 1 1 1\n2 1 5 5 nan\n", 2, AIRY_EFORMAT, "no atom of the columns"},
        {"1 1 1 1 1\n", 2, AIRY_EFORMAT, "is cut off: step 1 has 1 of 2"},
        {"1 1 6 6 6\n2 1 9.5 9.5 9.5\n", 2, AIRY_EVALUE, "cannot be followed"},
        {"", 2000000000, AIRY_ESHAPE, "2000000000 atoms cannot be"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        airy_text text = {0};
        frame_text(&text, 0, 10, "1 1 1 1 1\n2 1 5 5 5\n", 2);
        frame_text(&text, 1, 10, rows[i].second, rows[i].n);
        write_file("wrong.lammpstrj", text.text);
        airy_text_release(&text);
        fails_with("wrong.lammpstrj", rows[i].code, rows[i].words);
    }
    write_file("wrong.lammpstrj", "ITEM: TIMESTEP\n0\nITEM: ATOMS id type x y z\n1 1 0 0 0\n");
    fails_with("wrong.lammpstrj", AIRY_EFORMAT, "before BOX BOUNDS");
    write_file("wrong.lammpstrj", "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n2\n"
                                  "ITEM: BOX BOUNDS pp pp pp\n0 1\n2 2\n0 1\n");
    fails_with("wrong.lammpstrj", AIRY_EVALUE, "no volume");
    write_file("wrong.lammpstrj", "shot\tdelay_ps\n1\t2\n");
    fails_with("wrong.lammpstrj", AIRY_EFORMAT, "is no trajectory");
    write_file("wrong.dcd", "T...CORD....");
    fails_with("wrong.dcd", AIRY_EFORMAT, "a DCD file");
    write_file("wrong.lammpstrj", "");
    fails_with("wrong.lammpstrj", AIRY_EFORMAT, "is no trajectory");
    fails_with("absent.lammpstrj", AIRY_EMISSING, "absent");
}

// ------------------------------------------------------------------ packed files

// Writes `n` bytes of text as gzip or xz and gives how long that came out.
static size_t pack(const char *path, const char *text, size_t n, bool xz)
{
    size_t room = n + 4096, length = 0;
    unsigned char *out = malloc(room);
    assert_non_null(out);
    if (xz) {
        assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL, (const uint8_t *)text,
                                                 n, out, &length, room),
                         LZMA_OK);
    } else {
        z_stream z = {0};
        assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
        z.next_in = (unsigned char *)(uintptr_t)text;
        z.avail_in = (uInt)n;
        z.next_out = out;
        z.avail_out = (uInt)room;
        assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
        length = room - z.avail_out;
        deflateEnd(&z);
    }
    assert_int_equal(airy_file_write_bytes(path, out, length, true, NULL), AIRY_OK);
    free(out);
    return length;
}

static void cut(const char *path, size_t length)
{
    char *bytes = malloc(length);
    FILE *file = fopen(path, "rb");
    assert_true(file && bytes && fread(bytes, 1, length, file) == length);
    fclose(file);
    assert_int_equal(airy_file_write_bytes(path, bytes, length, true, NULL), AIRY_OK);
    free(bytes);
}

static void packed_files_are_read_and_cut_ones_are_not(void **state)
{
    (void)state;
    airy_text text = {0};
    for (int i = 0; i < 4000; i++) {
        char atoms[128];
        snprintf(atoms, sizeof atoms, "1 1 %g 1 1\n2 1 5 %g 5\n", 1 + 0.001 * i, 1 + 0.002 * i);
        frame_text(&text, i, 10, atoms, 2);
    }
    static const char *const names[] = {"packed.gz", "packed.xz"};
    for (int xz = 0; xz < 2; xz++) {
        size_t length = pack(names[xz], text.text, text.length, xz);
        airy_trajectory *t = open_it(names[xz]);
        int frames = 0;
        for (const airy_atoms *atoms; (atoms = next(t)); frames++)
            assert_true(fabs(atoms->r[0] - (1 + 0.001 * frames)) < 1e-6);
        assert_int_equal(frames, 4000);
        assert_true(airy_trajectory_share(t) == 1);
        airy_trajectory_close(t);
        cut(names[xz], length / 2);
        fails_with(names[xz], AIRY_EFORMAT, "cut off or damaged");
        pack(names[xz], text.text, text.length, xz);
        cut(names[xz], length - 3);
        fails_with(names[xz], AIRY_EFORMAT, "cut off or damaged");
    }
    airy_text_release(&text);
}

// ------------------------------------------------------------------ other formats

static void extended_xyz(void **state)
{
    (void)state;
    write_file("two.xyz", "2\nLattice=\"4 0 0 1 3 0 0 0 5\" Properties=species:S:1:pos:R:3:id:I:1 "
                          "pbc=\"T T F\" step=7\nZr 1 2 3 12\nCu 4 4.5 0 3\n"
                          "2\nLattice=\"4 0 0 1 3 0 0 0 5\" "
                          "Properties=species:S:1:pos:R:3:id:I:1 pbc=\"T T F\" step=9\n"
                          "Zr 1 2 3.5 12\nCu 1.2 4.5 0 3\n");
    airy_trajectory *t = open_it("two.xyz");
    const airy_atoms *atoms = next(t);
    assert_string_equal(airy_trajectory_format_name(t), "extended XYZ");
    assert_string_equal(airy_trajectory_type(t, 0), "Cu");
    assert_true(atoms->id[0] == 3 && atoms->type[0] == 0 && atoms->type[1] == 1);
    assert_true(fabs(atoms->box.volume - 60) < 1e-12 && atoms->step == 7 && atoms->time_ps == 3.5);
    assert_true(atoms->box.periodic[1] && !atoms->box.periodic[2]);
    atoms = next(t);
    // 4 to 1.2 is 1.2 across the face
    assert_true(fabs(atoms->r[0] - 5.2) < 1e-12 && fabs(atoms->r[5] - 3.5) < 1e-12);
    assert_null(next(t));
    airy_trajectory_close(t);
    write_file("plain.xyz", "3\nwater\nO 0 0 0\nH 0.9 0 0\nH -0.2 0.9 0\n");
    t = open_it("plain.xyz");
    atoms = next(t);
    assert_true(atoms->n == 3 && atoms->box.volume == 0 && atoms->r[3] == 0.9);
    airy_trajectory_close(t);
    write_file("plain.xyz", "3\nwater\nO 0 0 0\nH 0.9 0 0\n");
    fails_with("plain.xyz", AIRY_EFORMAT, "has 2 of 3");
}

static void put_numbers(airy_h5 *h5, const char *path, const double *values, int rank,
                        const int *dims)
{
    assert_int_equal(airy_h5_put_doubles(h5, path, values, rank, dims, NULL), AIRY_OK);
}

static void h5md_in_nanometres(void **state)
{
    (void)state;
    airy_error err = {0};
    const double r[12] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.15, 0.2, 0.3, 0.4, 0.5, 0.95};
    const double image[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1};
    const double edges[3] = {1, 1, 1}, species[2] = {4, 2}, time[2] = {10, 12};
    airy_h5 *h5 = airy_h5_create("two.h5", true, &err);
    put_numbers(h5, "/particles/all/position/value", r, 3, (const int[]){2, 2, 3});
    put_numbers(h5, "/particles/all/image/value", image, 3, (const int[]){2, 2, 3});
    put_numbers(h5, "/particles/all/position/time", time, 1, (const int[]){2});
    put_numbers(h5, "/particles/all/box/edges", edges, 1, (const int[]){3});
    put_numbers(h5, "/particles/all/species", species, 1, (const int[]){2});
    airy_h5_put_attribute_text(h5, "/particles/all/position/value", "unit", "nm", &err);
    airy_h5_put_attribute_text(h5, "/particles/all/position/time", "unit", "fs", &err);
    assert_int_equal(airy_h5_commit(h5, &err), AIRY_OK);
    airy_h5_close(h5);
    airy_trajectory *t = open_it("two.h5");
    const airy_atoms *atoms = next(t);
    assert_true(atoms->n == 2 && fabs(atoms->box.volume - 1000) < 1e-9);
    assert_true(fabs(atoms->r[0] - 1) < 1e-12 && fabs(atoms->time_ps - 0.01) < 1e-15);
    assert_true(atoms->type[0] == 1 && atoms->type[1] == 0);
    atoms = next(t);
    assert_true(fabs(atoms->r[5] + 0.5) < 1e-12 && fabs(atoms->r[0] - 1.5) < 1e-12);
    assert_null(next(t));
    airy_trajectory_close(t);
}

// What is written is read as it was, in a box of any direction.
static void frames_that_are_written_are_read(void **state)
{
    (void)state;
    static const double boxes[3][3][3] = {{{4, 0, 0}, {0, 5, 0}, {0, 0, 6}},
                                          {{4, 0, 0}, {1, 5, 0}, {-2, 1, 6}},
                                          {{3, 1, 0.5}, {1, 5, 1}, {-2, 1, 6}}};
    for (int b = 0; b < 3; b++) {
        airy_atoms atoms;
        airy_text text = {0};
        static const char *const names[] = {"Al"};
        assert_int_equal(airy_atoms_init(&atoms, 2, NULL), AIRY_OK);
        memcpy(atoms.box.a, boxes[b], sizeof atoms.box.a);
        for (int k = 0; k < 3; k++)
            atoms.box.origin[k] = 0.5 - k, atoms.box.periodic[k] = true;
        for (int i = 0; i < 6; i++)
            atoms.r[i] = 1.25 * i - 3;
        airy_atoms_format(&atoms, names, &text);
        write_file("written.lammpstrj", text.text);
        airy_trajectory *t = open_it("written.lammpstrj");
        const airy_atoms *read = next(t);
        assert_string_equal(airy_trajectory_type(t, 0), "Al");
        for (int i = 0; i < 6; i++)
            assert_true(fabs(read->r[i] - atoms.r[i]) < 1e-11);
        for (int i = 0; i < 9; i++)
            assert_true(fabs(read->box.a[i / 3][i % 3] - boxes[b][i / 3][i % 3]) < 1e-11);
        airy_trajectory_close(t);
        airy_text_release(&text);
        airy_atoms_release(&atoms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_coordinates),
        cmocka_unit_test(numbers_are_exact),
        cmocka_unit_test(wrapped_atoms_are_followed),
        cmocka_unit_test(what_goes_wrong_is_told),
        cmocka_unit_test(packed_files_are_read_and_cut_ones_are_not),
        cmocka_unit_test(extended_xyz),
        cmocka_unit_test(h5md_in_nanometres),
        cmocka_unit_test(frames_that_are_written_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
