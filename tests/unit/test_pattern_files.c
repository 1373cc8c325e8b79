// SPDX-License-Identifier: GPL-3.0-or-later
// Patterns in every format: what a format can hold comes back; what it cannot read is one sentence.
#include "check.h"

#include "airy/source.h"
#include "files/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NY = 60, NX = 90 };

// A pattern with everything in it; `frame` makes frames differ.
static airy_pattern make_pattern(int frame)
{
    airy_pattern p;
    assert_ok(airy_pattern_init(&p, NY, NX, &err));
    assert_ok(airy_image_init(&p.coverage, NY, NX, &err));
    for (int i = 0; i < NY * NX; i++) {
        p.photons.px[i] = (float)(frame + i) / 8;
        p.variance.px[i] = (float)i + 1;
        p.coverage.px[i] = 0.5f;
    }
    p.mask.bits[5] = AIRY_MASK_SHADOWED;
    p.mask.bits[6] = AIRY_MASK_MISSING | AIRY_MASK_EDGE;
    p.mask.bits[7] = AIRY_MASK_SIGNAL; // informs only
    airy_pattern_apply_mask(&p);
    p.setup = (airy_setup){.energy_ev = 9000, .distance_m = 1.5, .pitch_m = 75e-6};
    p.has_center = true;
    p.center_y = 29.25 + frame, p.center_x = 44.5;
    p.center_y_error = 0.125, p.center_x_error = 0.25;
    p.condensed = true;
    return p;
}

static airy_history one_step(void)
{
    const airy_step step = {.command = "bin",
                            .version = "0.1.0",
                            .command_line = "airy bin a.h5 --factor 3 -o 'a very long name that "
                                            "needs more than one card of a FITS file.h5'",
                            .parameters = "factor = 3\n",
                            .seed_used = true,
                            .seed = 42};
    airy_history history = {0};
    assert_ok(airy_history_append(&history, &step, &err));
    return history;
}

static void assert_same_image(const airy_image *a, const airy_image *b)
{
    assert_int_equal(a->ny, b->ny);
    assert_int_equal(a->nx, b->nx);
    for (int i = 0; i < a->ny * a->nx; i++)
        if (a->px[i] != b->px[i] && !(isnan(a->px[i]) && isnan(b->px[i])))
            fail_msg("pixel %d: %g is not %g", i, (double)a->px[i], (double)b->px[i]);
}

static void assert_same_beam(const airy_pattern *a, const airy_pattern *b)
{
    // energies go through joules and back; lengths are stored as they are
    assert_near(a->setup.energy_ev, b->setup.energy_ev, 1e-5);
    assert_true(a->setup.distance_m == b->setup.distance_m && a->setup.pitch_m == b->setup.pitch_m);
    assert_true(a->has_center == b->has_center && a->merged == b->merged &&
                a->condensed == b->condensed);
    assert_true(a->center_y == b->center_y && a->center_x == b->center_x);
    assert_true(a->center_y_error == b->center_y_error && a->center_x_error == b->center_x_error);
}

static void write_and_read(const char *path, const airy_pattern *pattern, airy_pattern *back)
{
    airy_history history = one_step(), read;
    assert_ok(airy_pattern_write(path, pattern, &history, true, &err));
    assert_ok(airy_pattern_read(path, 0, back, &read, &err));
    if (read.n) { // .npy has no place for it
        assert_int_equal(read.n, 1);
        assert_string_equal(read.steps[0].command_line, history.steps[0].command_line);
        assert_string_equal(read.steps[0].parameters, history.steps[0].parameters);
        assert_true(read.steps[0].seed == 42);
    } else {
        assert_non_null(strstr(path, ".npy"));
    }
    airy_history_release(&read);
    assert_ok(airy_history_read_file(path, &read, &err));
    assert_int_equal(read.n, strstr(path, ".npy") ? 0 : 1);
    airy_history_release(&read);
    airy_history_release(&history);
}

static void test_cxi(void **state)
{
    (void)state;
    airy_pattern p = make_pattern(0), back;
    write_and_read("p.cxi", &p, &back);
    assert_same_image(&back.photons, &p.photons);
    assert_same_image(&back.variance, &p.variance);
    assert_same_image(&back.coverage, &p.coverage);
    assert_memory_equal(back.mask.bits, p.mask.bits, NY * NX * sizeof(uint32_t));
    assert_same_beam(&back, &p);
    airy_pattern_release(&p);
    airy_pattern_release(&back);
}

static void test_cxi_without_extras(void **state)
{
    (void)state;
    airy_pattern p = make_pattern(0), back;
    airy_image_release(&p.variance);
    airy_image_release(&p.coverage);
    p.has_center = false;
    p.setup = (airy_setup){0};
    assert_ok(airy_pattern_write("q.h5", &p, NULL, true, &err));
    assert_ok(airy_pattern_read("q.h5", 0, &back, NULL, &err));
    assert_null(back.variance.px);
    assert_null(back.coverage.px);
    assert_false(back.has_center);
    assert_true(back.setup.energy_ev == 0);
    airy_pattern_release(&p);
    airy_pattern_release(&back);
}

// What other programs look for in a CXI file.
static void test_cxi_places(void **state)
{
    (void)state;
    airy_pattern p = make_pattern(0);
    airy_history history = one_step();
    assert_ok(airy_pattern_write("r.cxi", &p, &history, true, &err));
    airy_h5 *h5 = airy_h5_open("r.cxi", NULL);
    double energy = 0, *center;
    int version = 0, n = 0;
    char *text;
    airy_mask binary;
    assert_ok(airy_h5_get_int(h5, "/cxi_version", &version, &err));
    assert_int_equal(version, 160);
    assert_ok(airy_h5_get_double(h5, "/entry_1/instrument_1/source_1/energy", &energy, &err));
    assert_near(energy, 1.44195896e-15, 1e-22); // 9 keV in J
    assert_ok(airy_h5_get_doubles(h5, "/entry_1/image_1/image_center", &center, &n, &err));
    assert_true(n == 3 && center[0] == p.center_x + 0.5 && center[1] == p.center_y + 0.5);
    airy_memory_free(center);
    assert_ok(airy_h5_get_text(h5, "/entry_1/process_1/command", &text, &err));
    assert_string_equal(text, history.steps[0].command_line);
    free(text);
    assert_ok(airy_h5_get_mask(h5, "/entry_1/instrument_1/detector_1/mask_binary", &binary, &err));
    assert_true(binary.bits[5] == 1 && binary.bits[6] == 1 && binary.bits[7] == 0);
    airy_mask_release(&binary);
    assert_true(airy_h5_has(h5, "/entry_1/data_1/data"));
    airy_h5_close(h5);
    airy_history_release(&history);
    airy_pattern_release(&p);
}

static void test_fits(void **state)
{
    (void)state;
    airy_pattern p = make_pattern(0), back;
    write_and_read("p.fits", &p, &back);
    assert_same_image(&back.photons, &p.photons);
    assert_memory_equal(back.mask.bits, p.mask.bits, NY * NX * sizeof(uint32_t));
    assert_same_beam(&back, &p);
    airy_pattern_release(&p);
    airy_pattern_release(&back);
}

static void test_npy_and_tsv(void **state)
{
    (void)state;
    airy_pattern p = make_pattern(0), back;
    write_and_read("p.npy", &p, &back);
    assert_same_image(&back.photons, &p.photons);
    assert_true(back.mask.bits[5] == AIRY_MASK_MISSING && back.mask.bits[8] == 0);
    airy_pattern_release(&back);
    write_and_read("p.tsv", &p, &back);
    assert_same_image(&back.photons, &p.photons);
    assert_memory_equal(back.mask.bits, p.mask.bits, NY * NX * sizeof(uint32_t));
    airy_pattern_release(&back);
    airy_pattern_release(&p);
}

static void test_png(void **state)
{
    (void)state;
    airy_pattern p = make_pattern(0), back;
    write_and_read("p.png", &p, &back);
    // half of one of 65534 grey levels, and the float's own rounding
    double step =
        (airy_stats_max(p.photons.px, NY * NX) - airy_stats_min(p.photons.px, NY * NX)) / 65534;
    for (int i = 0; i < NY * NX; i++) {
        assert_int_equal(isnan(p.photons.px[i]), isnan(back.photons.px[i]));
        if (!isnan(p.photons.px[i]))
            assert_near(p.photons.px[i], back.photons.px[i], 0.51 * step);
    }
    airy_pattern_release(&p);
    airy_pattern_release(&back);
}

// Damaged where the scale stands: grey levels would be taken for photons.
static void test_png_scale_damaged(void **state)
{
    (void)state;
    airy_pattern p = make_pattern(0), back;
    assert_ok(airy_pattern_write("d.png", &p, NULL, true, &err));
    airy_pattern_release(&p);
    FILE *file = fopen("d.png", "r+b");
    char bytes[512];
    size_t n = fread(bytes, 1, sizeof bytes, file), at = 0;
    while (at + 10 < n && memcmp(bytes + at, "airy scale", 10) != 0)
        at++;
    fseek(file, (long)at + 5, SEEK_SET);
    fputc('x', file);
    fclose(file);
    assert_fails(airy_pattern_read("d.png", 0, &back, NULL, &err), AIRY_EFORMAT, "CRC");
}

// An array in the other order of bytes, as a stack of any rank.
static void test_array_turned(void **state)
{
    (void)state;
    char bytes[128 + 12];
    float values[3];
    memset(bytes, ' ', sizeof bytes);
    static const char head[] = "\223NUMPY\1\0\166\0{'descr': '>f4', 'fortran_order': False, "
                               "'shape': (1, 1, 3)}";
    memcpy(bytes, head, sizeof head - 1);
    bytes[127] = '\n';
    memcpy(bytes + 128, "\77\200\0\0\300\40\0\0\0\0\0\0", 12);
    assert_ok(airy_file_write_bytes("turned.npy", bytes, sizeof bytes, true, &err));
    airy_array *array = airy_array_open("turned.npy", NULL, NULL);
    assert_non_null(array);
    assert_ok(airy_array_read(array, 0, 3, values, &err));
    assert_true(values[0] == 1 && values[1] == -2.5f && values[2] == 0);
    airy_array_close(array);
}

static void test_png_of_nothing(void **state)
{
    (void)state;
    airy_pattern p, back;
    assert_ok(airy_pattern_init(&p, 3, 4, &err));
    for (int i = 0; i < 12; i++)
        p.photons.px[i] = NAN;
    assert_ok(airy_pattern_write("n.png", &p, NULL, true, &err));
    assert_ok(airy_pattern_read("n.png", 0, &back, NULL, &err));
    for (int i = 0; i < 12; i++)
        assert_true(isnan(back.photons.px[i]));
    airy_pattern_release(&p);
    airy_pattern_release(&back);
}

static void test_frames(void **state)
{
    (void)state;
    airy_history history = one_step(), read;
    airy_frames *out = airy_frames_create("f.cxi", true, NULL);
    for (int i = 0; i < 3; i++) {
        airy_pattern p = make_pattern(i);
        assert_ok(airy_frames_append(out, &p, &err));
        airy_pattern_release(&p);
    }
    airy_pattern small;
    assert_ok(airy_pattern_init(&small, NY, NX - 1, &err));
    assert_fails(airy_frames_append(out, &small, &err), AIRY_ESHAPE, "60 x 89");
    airy_pattern_release(&small);
    assert_ok(airy_frames_commit(out, &history, &err));
    airy_frames_close(out);

    airy_frames *in = airy_frames_open("f.cxi", NULL);
    assert_int_equal(airy_frames_count(in), 3);
    for (int i = 2; i >= 0; i--) {
        airy_pattern p = make_pattern(i), back;
        assert_ok(airy_frames_read(in, i, &back, &err));
        assert_same_image(&back.photons, &p.photons);
        assert_same_image(&back.variance, &p.variance);
        assert_memory_equal(back.mask.bits, p.mask.bits, NY * NX * sizeof(uint32_t));
        assert_same_beam(&back, &p);
        airy_pattern_release(&p);
        airy_pattern_release(&back);
    }
    airy_pattern none;
    assert_fails(airy_frames_read(in, 3, &none, &err), AIRY_EARGUMENT, "0 to 2");
    assert_ok(airy_frames_history(in, &read, &err));
    assert_int_equal(read.n, 1);
    airy_history_release(&read);
    airy_history_release(&history);
    airy_frames_close(in);
}

static void test_frames_abandoned(void **state)
{
    (void)state;
    remove("g.cxi");
    airy_frames *out = airy_frames_create("g.cxi", false, NULL);
    airy_pattern p = make_pattern(0);
    assert_ok(airy_frames_append(out, &p, &err));
    airy_pattern_release(&p);
    airy_frames_close(out);
    assert_false(airy_file_exists("g.cxi"));
    out = airy_frames_create("g.cxi", false, NULL);
    assert_fails(airy_frames_commit(out, NULL, &err), AIRY_EVALUE, "no frame");
    airy_frames_close(out);
}

static void test_images(void **state)
{
    (void)state;
    airy_stack stack, back;
    double pitch = 0;
    airy_setup setup = {9000, 1, 75e-6};
    for (int n = 1; n <= 2; n++) {
        assert_ok(airy_stack_init(&stack, n, 20, 30, &err));
        stack.px[7] = 3;
        airy_h5 *h5 = airy_h5_create("i.h5", true, NULL);
        airy_cxi_begin(h5, &setup, NULL, NULL);
        airy_cxi_put_images(h5, &stack, 2.5e-9, NULL);
        assert_ok(airy_h5_commit(h5, &err));
        airy_h5_close(h5);
        h5 = airy_h5_open("i.h5", NULL);
        assert_ok(airy_cxi_get_images(h5, &back, &pitch, &err));
        assert_true(back.n == n && back.ny == 20 && back.nx == 30 && back.px[7] == 3);
        assert_true(pitch == 2.5e-9);
        airy_h5_close(h5);
        airy_stack_release(&stack);
        airy_stack_release(&back);
    }
}

// An image beside the pattern it was made from: the link of data_1 tells which is the main array.
static void test_main_array(void **state)
{
    (void)state;
    airy_stack stack;
    airy_image pattern;
    double pitch = 0;
    assert_ok(airy_stack_init(&stack, 2, 20, 30, &err));
    assert_ok(airy_image_init(&pattern, 8, 9, &err));
    airy_h5 *h5 = airy_h5_create("both.h5", true, NULL);
    airy_cxi_begin(h5, NULL, NULL, NULL);
    airy_h5_put_image(h5, "/entry_1/instrument_1/detector_1/data", &pattern, NULL);
    airy_cxi_put_images(h5, &stack, 1e-9, NULL);
    assert_ok(airy_h5_commit(h5, &err));
    airy_h5_close(h5);
    airy_frames *frames = airy_frames_open("both.h5", NULL);
    assert_true(airy_frames_count(frames) == 2 && airy_frames_real(frames, &pitch));
    assert_true(pitch == 1e-9);
    airy_frames_close(frames);
    frames = airy_frames_open("both.h5:/entry_1/instrument_1/detector_1/data", NULL);
    assert_true(airy_frames_count(frames) == 1 && !airy_frames_real(frames, NULL));
    airy_frames_close(frames);
    airy_stack_release(&stack);
    airy_image_release(&pattern);
}

static void test_foreign_hdf5(void **state)
{
    (void)state;
    airy_image image;
    airy_pattern back;
    assert_ok(airy_image_init(&image, 4, 5, &err));
    image.px[3] = INFINITY;
    airy_h5 *h5 = airy_h5_create("x.h5", true, NULL);
    airy_h5_put_image(h5, "/some/where", &image, NULL);
    assert_ok(airy_h5_commit(h5, &err));
    airy_h5_close(h5);
    assert_ok(airy_pattern_read("x.h5", 0, &back, NULL, &err)); // the only array
    assert_true(back.mask.bits[3] == AIRY_MASK_MISSING && isnan(back.photons.px[3]));
    airy_pattern_release(&back);

    h5 = airy_h5_create("x.h5", true, NULL);
    airy_h5_put_image(h5, "/some/where", &image, NULL);
    airy_h5_put_image(h5, "/else/where", &image, NULL);
    assert_ok(airy_h5_commit(h5, &err));
    airy_h5_close(h5);
    assert_fails(airy_pattern_read("x.h5", 0, &back, NULL, &err), AIRY_EMISSING, "/some/where");
    assert_ok(airy_pattern_read("x.h5:/some/where", 0, &back, NULL, &err));
    airy_pattern_release(&back);
    assert_fails(airy_pattern_read("x.h5:/no", 0, &back, NULL, &err), AIRY_EMISSING, "/no");
    assert_fails(airy_pattern_read("x.h5:/some/where", 1, &back, NULL, &err), AIRY_EARGUMENT,
                 "frame 1");
    airy_image_release(&image);
}

static void test_masks(void **state)
{
    (void)state;
    airy_mask mask, read;
    airy_pattern p = make_pattern(0);
    assert_ok(airy_mask_init(&mask, 2, 2, &err));
    mask.bits[0] = AIRY_MASK_HOT;
    mask.bits[1] = 0x40000000; // nobody's bit
    airy_h5 *h5 = airy_h5_create("m.h5", true, NULL);
    airy_h5_put_mask(h5, "/mine", &mask, NULL);
    assert_ok(airy_h5_commit(h5, &err));
    airy_h5_close(h5);
    assert_ok(airy_mask_read("m.h5:/mine", &read, &err));
    assert_true(read.bits[0] == AIRY_MASK_HOT && read.bits[1] == AIRY_MASK_BAD && !read.bits[2]);
    airy_mask_release(&read);
    assert_ok(airy_pattern_write("m.cxi", &p, NULL, true, &err));
    assert_ok(airy_mask_read("m.cxi", &read, &err));
    assert_memory_equal(read.bits, p.mask.bits, NY * NX * sizeof(uint32_t));
    airy_mask_release(&read);
    for (int i = 0; i < NY * NX; i++)
        p.photons.px[i] = i % 7 == 0; // a 0/1 image
    assert_ok(airy_pattern_write("m.npy", &p, NULL, true, &err));
    assert_ok(airy_mask_read("m.npy", &read, &err));
    assert_true(read.bits[0] == AIRY_MASK_BAD && read.bits[1] == 0 && read.bits[7] != 0);
    airy_mask_release(&read);
    airy_mask_release(&mask);
    airy_pattern_release(&p);
}

static long size_of(const char *path)
{
    FILE *file = fopen(path, "rb");
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    fclose(file);
    return size;
}

// Every reader: missing, a folder, empty, text, cut at many places; never more than a sentence.
static void test_damaged(void **state)
{
    (void)state;
    static const char *const endings[] = {"cxi", "fits", "npy", "png", "tsv", "mat"};
    char path[32], command[80];
    airy_pattern p = make_pattern(0), back;
    for (size_t e = 0; e < sizeof endings / sizeof endings[0]; e++) {
        snprintf(path, sizeof path, "absent.%s", endings[e]);
        assert_fails(airy_pattern_read(path, 0, &back, NULL, &err), AIRY_EMISSING, path);
        snprintf(path, sizeof path, "d.%s", endings[e]);
        assert_ok(airy_file_write_text(path, "", true, &err));
        assert_fails(airy_pattern_read(path, 0, &back, NULL, &err), AIRY_EFORMAT, path);
        assert_ok(airy_file_write_text(path, "this is a text of more than one line\nof words\n",
                                       true, &err));
        assert_fails(airy_pattern_read(path, 0, &back, NULL, &err), AIRY_EFORMAT, path);
        if (strcmp(endings[e], "mat") == 0)
            continue; // cannot be written
        assert_ok(airy_pattern_write(path, &p, NULL, true, &err));
        long size = size_of(path);
        for (long cut = size - size / 4; cut > 0; cut -= size / 5) {
            snprintf(command, sizeof command, "cp %s cut.%s", path, endings[e]);
            assert_int_equal(system(command), 0);
            snprintf(command, sizeof command, "cut.%s", endings[e]);
            assert_int_equal(truncate(command, cut), 0);
            airy_error err = {0};
            airy_code code = airy_pattern_read(command, 0, &back, NULL, &err);
            if (code == AIRY_OK && strcmp(endings[e], "tsv") == 0)
                airy_pattern_release(&back); // a shorter list of pixels is a list of pixels
            else if (code == AIRY_OK && strcmp(endings[e], "fits") == 0 && cut > size / 3)
                airy_pattern_release(&back); // the image may be whole, only the mask cut
            else if (code == AIRY_OK || !strstr(err.message, "cut."))
                fail_msg("%s cut at %ld of %ld: code %d, '%s'", command, cut, size, code,
                         err.message);
        }
    }
    airy_pattern_release(&p);
}

// 192 bytes that claim 30000 x 30000 numbers, which would be 10 GB of memory.
static void write_huge_mat(const char *path)
{
    const uint32_t words[16] = {14, 56, 6, 8, 6, 0, 5, 8, 30000, 30000, 0x10001, 'a', 9, 8};
    char bytes[128 + sizeof words] = "MATLAB 5.0 MAT-file";
    memcpy(bytes + 124, "\0\1IM", 4);
    memcpy(bytes + 128, words, sizeof words);
    assert_ok(airy_file_write_bytes(path, bytes, sizeof bytes, true, &err));
}

static void test_refused(void **state)
{
    (void)state;
    airy_pattern p = make_pattern(0), back;
    assert_fails(airy_pattern_write("p.mat", &p, NULL, true, &err), AIRY_EARGUMENT, ".fits");
    assert_fails(airy_pattern_write("p", &p, NULL, true, &err), AIRY_EARGUMENT, "ending");
    assert_ok(airy_file_write_text("keep.fits", "mine", true, &err));
    assert_fails(airy_pattern_write("keep.fits", &p, NULL, false, &err), AIRY_EIO, "keep.fits");
    assert_int_equal(size_of("keep.fits"), 4);
    // a header that claims more than can be
    static const char huge[] = "\223NUMPY\1\0\106\0{'descr': '<f4', 'fortran_order': False, "
                               "'shape': (4000000000, 4000000000)}\n";
    assert_ok(airy_file_write_bytes("huge.npy", huge, sizeof huge - 1, true, &err));
    assert_fails(airy_pattern_read("huge.npy", 0, &back, NULL, &err), AIRY_ESHAPE, "huge.npy");
    write_huge_mat("huge.mat");
    assert_fails(airy_pattern_read("huge.mat", 0, &back, NULL, &err), AIRY_EFORMAT, "192 bytes");
    airy_pattern_release(&p);
}

// ------------------------------------------------------------------ files of others

static char sample_path[600];

static const char *sample(const char *name)
{
    const char *folder = getenv("SHARED_DATA");
    snprintf(sample_path, sizeof sample_path, "%s/%s", folder ? folder : ".", name);
    return folder && airy_file_exists(sample_path) ? sample_path : NULL;
}

// The group's own MATLAB file, and the same values in HDF5.
static void test_nanorod(void **state)
{
    (void)state;
    airy_pattern mat, h5;
    if (!sample("au-nanorod.mat"))
        skip();
    assert_ok(airy_pattern_read(sample("au-nanorod.mat"), 0, &mat, NULL, &err));
    assert_ok(airy_pattern_read(sample("au-nanorod.h5"), 0, &h5, NULL, &err));
    assert_int_equal(mat.photons.ny, 978);
    assert_same_image(&mat.photons, &h5.photons);
    int masked = 0;
    for (int i = 0; i < 978 * 975; i++)
        masked += mat.mask.bits[i] == AIRY_MASK_MISSING;
    assert_int_equal(masked, 11496);
    airy_pattern_release(&mat);
    airy_pattern_release(&h5);
}

static void test_bitshuffle(void **state)
{
    (void)state;
    airy_h5_filter rows[32];
    bool present = false;
    int n = airy_h5_filters(rows, 32);
    for (int i = 0; i < n && i < 32; i++)
        present |= rows[i].id == 32008 && rows[i].present;
    if (!sample("bitshuffle-lz4.h5"))
        skip();
    airy_frames *frames = airy_frames_open(sample("bitshuffle-lz4.h5"), NULL);
    if (present) {
        airy_pattern p;
        assert_int_equal(airy_frames_count(frames), 16);
        assert_ok(airy_frames_read(frames, 15, &p, &err));
        assert_int_equal(p.photons.nx, 192);
        airy_pattern_release(&p);
        airy_frames_close(frames);
    } else {
        airy_error problem = {0};
        assert_null(airy_frames_open(sample("bitshuffle-lz4.h5"), &problem));
        assert_non_null(strstr(problem.message, "32008 (bitshuffle)"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cxi),
        cmocka_unit_test(test_cxi_without_extras),
        cmocka_unit_test(test_cxi_places),
        cmocka_unit_test(test_fits),
        cmocka_unit_test(test_npy_and_tsv),
        cmocka_unit_test(test_png),
        cmocka_unit_test(test_png_of_nothing),
        cmocka_unit_test(test_array_turned),
        cmocka_unit_test(test_png_scale_damaged),
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_frames_abandoned),
        cmocka_unit_test(test_images),
        cmocka_unit_test(test_main_array),
        cmocka_unit_test(test_foreign_hdf5),
        cmocka_unit_test(test_masks),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_nanorod),
        cmocka_unit_test(test_bitshuffle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
