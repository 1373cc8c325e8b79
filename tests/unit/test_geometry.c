// SPDX-License-Identifier: GPL-3.0-or-later
// Geometry: regular grids, CrystFEL and psana text, and the move onto the plane.
#include "airy/detector.h"
#include "airy/source.h"

#include "check.h"

#include <stdio.h>
#include <stdlib.h>

static void grid_of_eight_is_the_4m(void **state)
{
    (void)state;
    airy_geometry g;
    assert_ok(airy_geometry_grid(&g, 4, 2, &err));
    assert_int_equal(g.n, 64);
    assert_int_equal(g.ny, 2164);
    assert_int_equal(g.nx, 2068);
    assert_near(g.origin_x, 0, 0);
    assert_near(g.origin_y, 0, 0);
    airy_geometry_release(&g);
    assert_fails(airy_geometry_grid(&g, 0, 2, &err), AIRY_EARGUMENT, "grid of 0 x 2");
}

// Data whose pixel i holds i, so that each can be told on the plane.
static void numbered(airy_pattern *data, int ny, int nx)
{
    assert_ok(airy_pattern_init(data, ny, nx, &err));
    for (int i = 0; i < ny * nx; i++) {
        data->photons.px[i] = (float)(i % 65536);
        data->variance.px[i] = 2;
    }
}

static void grid_keeps_every_photon_in_its_place(void **state)
{
    (void)state;
    airy_geometry g;
    airy_pattern data, plane;
    assert_ok(airy_geometry_grid(&g, 1, 2, &err));
    numbered(&data, 1024, 1024);
    data.mask.bits[0] = AIRY_MASK_HOT;
    assert_ok(airy_geometry_plane(&g, &plane, &err));
    assert_ok(airy_geometry_assemble(&g, &data, &plane, &err));
    assert_int_equal(plane.photons.ny, 514);
    assert_int_equal(plane.photons.nx, 2068);
    int measured = 0;
    double sum = 0, wanted = 0;
    for (int i = 0; i < 514 * 2068; i++)
        if (!(plane.mask.bits[i] & AIRY_MASK_EXCLUDES))
            measured++, sum += plane.photons.px[i];
    for (int i = 1; i < 1024 * 1024; i++)
        wanted += data.photons.px[i];
    assert_int_equal(measured, 1024 * 1024 - 1);
    assert_near(sum, wanted, 0);
    assert_int_equal(plane.mask.bits[0], AIRY_MASK_HOT);
    assert_true(isnan(plane.photons.px[0]));
    // chip (1, 2) of module 1: data row 512 + 256, column 512 -> plane row 258, column 1038 + 516
    assert_near(plane.photons.px[258 * 2068 + 1554], (768 * 1024 + 512) % 65536, 0);
    assert_int_equal(plane.mask.bits[256 * 2068 + 10], AIRY_MASK_MISSING);
    assert_int_equal(plane.mask.bits[10 * 2068 + 1033], AIRY_MASK_MISSING);
    airy_pattern_release(&data);
    airy_pattern_release(&plane);
    airy_geometry_release(&g);
}

static const char small[] = "; two panels of 4 x 3, the second turned by 180 degrees\n"
                            "clen = 95.3 mm\nphoton_energy = 9 keV ; a comment\nres = 10000\n"
                            "dim0 = %\ndim1 = ss\ndim2 = fs\nmask_edge_pixels = 0\n"
                            "rigid_group_a = a,b\n"
                            "a/min_fs = 0\na/max_fs = 3\na/min_ss = 0\na/max_ss = 2\n"
                            "a/fs = +1.0x +0.0y\na/ss = x\n"
                            "a/ss = -0.0x +1.0y +0.0z\na/corner_x = -2\na/corner_y = -1.0\n"
                            "b/min_fs = 0\nb/min_ss = 3\nb/max_fs = 3.0\nb/max_ss = 5\n"
                            "b/fs = -x\nb/ss = -y\nb/corner_x = 2\nb/corner_y = 6\n"
                            "bad_one/panel = b\nbad_one/min_fs = 0\nbad_one/max_fs = 0\n"
                            "bad_one/min_ss = 3\nbad_one/max_ss = 3\n"
                            "bad_two/min_x = -2\nbad_two/max_x = -1\nbad_two/min_y = -1\n"
                            "bad_two/max_y = 0\n";

static void crystfel_text_is_read(void **state)
{
    (void)state;
    airy_geometry g;
    airy_pattern data, plane;
    assert_ok(airy_geometry_crystfel(&g, small, "small.geom", &err));
    assert_int_equal(g.n, 2);
    assert_int_equal(g.nx, 4);
    assert_int_equal(g.ny, 7); // rows -1 .. 5
    assert_near(g.distance_m, 0.0953, 1e-12);
    assert_near(g.energy_ev, 9000, 1e-9);
    assert_near(g.pitch_m, 1e-4, 1e-15);
    assert_true(g.has_beam);
    assert_near(g.beam_x, 1.5, 0); // the corner between columns 1 and 2
    assert_near(g.beam_y, 0.5, 0);
    numbered(&data, 6, 4);
    assert_ok(airy_geometry_plane(&g, &plane, &err));
    assert_near(plane.center_y, 0.5, 0);
    assert_ok(airy_geometry_assemble(&g, &data, &plane, &err));
    assert_int_equal(plane.mask.bits[0], AIRY_MASK_BAD); // bad_two
    assert_near(plane.photons.px[1], 1, 0);
    assert_int_equal(plane.mask.bits[3 * 4], AIRY_MASK_MISSING); // between the panels
    assert_int_equal(plane.mask.bits[6 * 4 + 3], AIRY_MASK_BAD); // bad_one: data (3, 0)
    assert_near(plane.photons.px[6 * 4], 15, 0);                 // data (3, 3)
    assert_near(plane.photons.px[4 * 4], 23, 0);                 // data (5, 3)
    airy_pattern_release(&data);
    airy_pattern_release(&plane);
    airy_geometry_release(&g);
}

static const char masks[] =
    "mask0_data = /a\nmask0_file = a.h5\nmask0_badbits = 0xff\n"
    "mask7_data = /b\nmask7_goodbits = 4\nmask8_data = /c\nclen = /LCLS/z m\n"
    "flag_lessthan = -5\nmax_adu = 10000\ncoffset = 0.01\n"
    "a/min_fs = 0\na/max_fs = 3\na/min_ss = 0\na/max_ss = 1\n"
    "a/flag_morethan = 6\na/coffset = -0.02\n"
    "b/min_fs = 0\nb/max_fs = 3\nb/min_ss = 2\nb/max_ss = 3\n"
    "b/corner_y = 2\nb/flag_equal = 12\nb/saturation_map = /map\n"
    "b/no_index = false\nbad_one/min_x = 9\nbad_one/max_adu = 1\n"
    "===\n= 3\na/ = 3\n";

// Pixel i holds i but for four; panel a has the first eight.
static void masks_and_flags_are_read(void **state)
{
    (void)state;
    airy_geometry g;
    airy_pattern data;
    assert_ok(airy_geometry_crystfel(&g, masks, "masks.geom", &err));
    assert_string_equal(g.masks[0].path, "/a");
    assert_string_equal(g.masks[0].file, "a.h5");
    assert_true(g.masks[0].bad == 0xff && g.masks[0].good == 0);
    assert_string_equal(g.masks[7].path, "/b");
    assert_true(g.masks[7].good == 4 && !g.masks[7].file[0] && !g.masks[1].path[0]);
    assert_string_equal(g.unread, "mask8_data clen max_adu saturation_map");
    assert_near(g.off_plane_m, 0.02, 0);
    assert_false(g.panels[1].bad);
    assert_true(airy_geometry_flags(&g));
    numbered(&data, 4, 4);
    data.photons.px[1] = -5; // not less
    data.photons.px[2] = -5.5f;
    data.photons.px[9] = -6;
    data.photons.px[10] = NAN;
    assert_ok(airy_geometry_flag(&g, &data, &err));
    for (int i = 0; i < 16; i++) {
        bool bad = i == 2 || i == 7 || i == 9 || i == 12;
        if (data.mask.bits[i] != (bad ? AIRY_MASK_BAD : 0))
            fail_msg("pixel %d of value %g has %x", i, (double)data.photons.px[i],
                     data.mask.bits[i]);
    }
    airy_pattern_release(&data);
    airy_geometry_release(&g);
}

static void wrong_text_is_refused(void **state)
{
    (void)state;
    airy_geometry g;
    const struct {
        const char *text, *words;
    } rows[] = {
        {"", "no panels"},
        {"a/min_fs = x\n", "line 1: min_fs is 'x'"},
        {"a/min_fs = 0\na/max_fs = 3\n", "panel a has data columns 0 to 3"},
        {"a/min_fs = 0\na/max_fs = 3\na/min_ss = 0\na/max_ss = 3\na/fs = 2x\n", "area 2, about 1"},
        {"a/min_fs = 0\na/max_fs = 3\na/min_ss = 0\na/max_ss = 3\na/fs = 2q\n", "direction"},
        {"a/min_fs = 0\na/max_fs = 3\na/min_ss = 0\na/max_ss = 3\nbad/panel = z\nbad/min_fs = 1\n",
         "panel 'z'"},
        {"res = 0\n", "pixels per metre"},
        {"mask_bad = ff\n", "bits like 0xff"},
        {"mask1_goodbits = 0x1ffffffff\n", "bits like 0xff"},
        {"flag_equal = none\n", "flag_equal is 'none', a number"},
        {"a/min_fs=0\na/max_fs=3\na/min_ss=0\na/max_ss=3\n"
         "b/min_fs=0\nb/max_fs=3\nb/min_ss=0\nb/max_ss=3\nb/corner_x=1e5\n",
         "span"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_fails(airy_geometry_crystfel(&g, rows[i].text, "w.geom", &err), AIRY_EFORMAT,
                     rows[i].words);
    assert_fails(airy_geometry_psana(&g, "# nothing\n", "w.data", &err), AIRY_EFORMAT, "no panels");
}

// A panel turned by a milliradian: neighbours may meet or miss, but flat light stays flat.
static void turned_panels_keep_flat_light_flat(void **state)
{
    (void)state;
    const char *text = "a/min_fs = 0\na/max_fs = 299\na/min_ss = 0\na/max_ss = 199\n"
                       "a/fs = 0.9999995x +0.001y\na/ss = -0.001x +0.9999995y\n"
                       "a/corner_x = 0.3\na/corner_y = 0.4\n";
    airy_geometry g;
    airy_pattern data, plane;
    assert_ok(airy_geometry_crystfel(&g, text, "turned.geom", &err));
    assert_ok(airy_pattern_init(&data, 200, 300, &err));
    for (int i = 0; i < 200 * 300; i++)
        data.photons.px[i] = 7, data.variance.px[i] = 7;
    assert_ok(airy_geometry_plane(&g, &plane, &err));
    assert_ok(airy_geometry_assemble(&g, &data, &plane, &err));
    int measured = 0;
    for (int i = 0; i < g.ny * g.nx; i++)
        if (!isnan(plane.photons.px[i])) {
            measured++;
            assert_near(plane.photons.px[i], 7, 0);
        }
    // a turn by 1e-3 makes about 300 * 200 * 1e-3 pixels share a place
    assert_in_range(measured, 200 * 300 - 200, 200 * 300);
    airy_pattern_release(&data);
    airy_pattern_release(&plane);
    airy_geometry_release(&g);
}

static void shapes_are_checked(void **state)
{
    (void)state;
    airy_geometry g;
    airy_pattern data, plane;
    assert_ok(airy_geometry_grid(&g, 2, 1, &err));
    assert_ok(airy_geometry_plane(&g, &plane, &err));
    numbered(&data, 512, 1024);
    assert_fails(airy_geometry_assemble(&g, &data, &plane, &err), AIRY_ESHAPE, "512 x 1024");
    airy_pattern_release(&data);
    numbered(&data, 1024, 1024);
    airy_pattern_release(&plane);
    assert_ok(airy_pattern_init(&plane, 10, 10, &err));
    assert_fails(airy_geometry_assemble(&g, &data, &plane, &err), AIRY_ESHAPE, "plane is 10 x 10");
    airy_pattern_release(&data);
    airy_pattern_release(&plane);
    airy_geometry_release(&g);
}

static char *sample(const char *name)
{
    const char *folder = getenv("SHARED_DATA");
    char path[1024];
    snprintf(path, sizeof path, "%s/geom/%s", folder ? folder : "", name);
    FILE *file = folder ? fopen(path, "r") : NULL;
    if (!file)
        skip();
    char *text = calloc(1, 1 << 16);
    size_t n = fread(text, 1, (1 << 16) - 1, file);
    assert_true(n > 0);
    fclose(file);
    return text;
}

static void real_geometries_are_read(void **state)
{
    (void)state;
    // the 16M and the 4M are turned a little, so their planes are not those of whole pixels
    static const struct {
        const char *name;
        int panels, ny, nx, slack;
        double energy, distance;
    } rows[] = {
        {"crystfel_jf-swissfel-16M.geom", 32, 4218, 4982, 1, 4570, 0.0953},
        {"extra_geom_jungfrau.geom", 64, 2164, 2071, 8, 4972, 0.101},
        {"jungfraujoch_jf4m.geom", 1, 2165, 2069, 2, 12400, 0.075},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = sample(rows[i].name);
        airy_geometry g;
        assert_ok(airy_geometry_crystfel(&g, text, rows[i].name, &err));
        assert_int_equal(g.n, rows[i].panels);
        print_message("%s: %d x %d, beam %.1f %.1f\n", rows[i].name, g.ny, g.nx, g.beam_y,
                      g.beam_x);
        assert_in_range(g.ny, rows[i].ny - rows[i].slack, rows[i].ny + rows[i].slack);
        assert_in_range(g.nx, rows[i].nx - rows[i].slack, rows[i].nx + rows[i].slack);
        assert_near(g.energy_ev, rows[i].energy, 1e-6);
        assert_near(g.distance_m, rows[i].distance, 1e-12);
        assert_near(g.pitch_m, 75e-6, 1e-9);
        airy_geometry_release(&g);
        free(text);
    }
}

static void psana_geometries_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int modules;
    } rows[] = {{"psana_geometry-def-jungfrau05M.data", 1},
                {"psana_geometry-def-jungfrau1M.data", 2},
                {"psana_geometry-def-jungfrau4M.data", 8}};
    for (size_t i = 0; i < 3; i++) {
        char *text = sample(rows[i].name);
        airy_geometry g;
        airy_pattern data, plane;
        assert_ok(airy_geometry_psana(&g, text, rows[i].name, &err));
        assert_int_equal(g.n, 8 * rows[i].modules);
        print_message("%s: %d x %d, beam %.1f %.1f\n", rows[i].name, g.ny, g.nx, g.beam_y,
                      g.beam_x);
        numbered(&data, 512 * rows[i].modules, 1024);
        assert_ok(airy_geometry_plane(&g, &plane, &err));
        assert_ok(airy_geometry_assemble(&g, &data, &plane, &err));
        int measured = 0;
        for (int k = 0; k < g.ny * g.nx; k++)
            measured += !isnan(plane.photons.px[k]);
        assert_int_equal(measured, rows[i].modules * 512 * 1024); // nothing overlaps
        airy_pattern_release(&data);
        airy_pattern_release(&plane);
        airy_geometry_release(&g);
        free(text);
    }
}

// Frames of tiles side by side are read as a stack of modules: so must be the mask beside them.
static void a_mask_of_tiles_is_cut_as_the_frames_are(void **state)
{
    (void)state;
    enum { SIDE = 2048, ROW = 700, COLUMN = 1500 };
    const int dims[2] = {SIDE, SIDE};
    const char *const inputs[] = {"tiles.h5"};
    const airy_call call = {.n_inputs = 1, .inputs = inputs};
    airy_geometry g = {.masks = {{.path = "/mask", .bad = 1}}};
    airy_mask mask = {0};
    int *values = calloc((size_t)SIDE * SIDE, sizeof *values);
    assert_non_null(values);
    values[ROW * SIDE + COLUMN] = 1;
    airy_h5 *h5 = airy_h5_create("tiles.h5", true, NULL);
    assert_non_null(h5);
    assert_ok(airy_h5_put_ints(h5, "/mask", values, 2, dims, &err));
    assert_ok(airy_h5_commit(h5, &err));
    airy_h5_close(h5);
    assert_ok(airy_placing_masks(&call, "x.geom", &g, 4096, 1024, &mask, &err));
    // module 3 is the right one of the second row of two
    int row = 3 * 512 + ROW - 512, column = COLUMN - 1024;
    for (int i = 0; i < mask.ny * mask.nx; i++)
        if ((mask.bits[i] != 0) != (i == row * mask.nx + column))
            fail_msg("row %d, column %d of the stack", i / mask.nx, i % mask.nx);
    airy_mask_release(&mask);
    free(values);
    remove("tiles.h5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grid_of_eight_is_the_4m),
        cmocka_unit_test(grid_keeps_every_photon_in_its_place),
        cmocka_unit_test(crystfel_text_is_read),
        cmocka_unit_test(masks_and_flags_are_read),
        cmocka_unit_test(a_mask_of_tiles_is_cut_as_the_frames_are),
        cmocka_unit_test(wrong_text_is_refused),
        cmocka_unit_test(turned_panels_keep_flat_light_flat),
        cmocka_unit_test(shapes_are_checked),
        cmocka_unit_test(real_geometries_are_read),
        cmocka_unit_test(psana_geometries_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
