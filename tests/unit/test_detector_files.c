// SPDX-License-Identifier: GPL-3.0-or-later
// EDF, CBF and TIFF written here byte by byte: values come back, what cannot be read is a sentence.
#include "check.h"

#include "airy/source.h"

#include <stdio.h>
#include <stdlib.h>

enum { NY = 3, NX = 4, ROOM = 8192 };

static const int values[NY * NX] = {0,    1,     -1,     127,   -128, 129,
                                    -300, 32767, -32768, 70000, -2,   2000000000};

typedef struct bytes {
    unsigned char b[ROOM];
    size_t n;
} bytes;

static void put(bytes *to, const void *from, size_t n)
{
    assert_true(to->n + n <= ROOM);
    memcpy(to->b + to->n, from, n);
    to->n += n;
}

// A whole number of `width` bytes.
static void put_number(bytes *to, long long value, int width, bool big)
{
    for (int i = 0; i < width; i++) {
        unsigned char c =
            (unsigned char)((unsigned long long)value >> 8 * (big ? width - 1 - i : i));
        put(to, &c, 1);
    }
}

static void save(const char *path, const bytes *from, size_t n)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(from->b, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

// Frame 0 of a file is the values; those below 0 have none where `gaps`.
static void assert_values(const char *spec, bool gaps)
{
    airy_pattern p = {0};
    assert_ok(airy_pattern_read(spec, 0, &p, NULL, &err));
    assert_int_equal(p.photons.ny, NY);
    assert_int_equal(p.photons.nx, NX);
    for (int i = 0; i < NY * NX; i++)
        if (gaps && values[i] < 0)
            assert_true(isnan(p.photons.px[i]) && p.mask.bits[i] & AIRY_MASK_MISSING);
        else
            assert_true(p.photons.px[i] == (float)values[i]);
    airy_pattern_release(&p);
}

static void assert_refused(const char *spec, airy_code code, const char *words)
{
    airy_pattern p = {0};
    assert_fails(airy_pattern_read(spec, 0, &p, NULL, &err), code, words);
    airy_pattern_release(&p);
}

// Every shorter file is refused with a sentence.
static void assert_cuts_refused(const char *path, const bytes *whole)
{
    for (size_t n = 1; n < whole->n; n += n < 600 ? 7 : 1) {
        airy_pattern p = {0};
        airy_error err = {0};
        save(path, whole, n);
        assert_true(airy_pattern_read(path, 0, &p, NULL, &err) != AIRY_OK && err.message[0]);
        airy_pattern_release(&p);
    }
}

// ------------------------------------------------------------------ EDF

static void put_edf(bytes *to, const char *more, bool big)
{
    char text[513];
    int n = snprintf(text, sizeof text,
                     "{\nHeaderID = EH:000001 ;\nbyteorder = %s ;\nDataType = SignedInteger ;\n"
                     "Dim_1 = %d ;\nDim_2 = %d ;\n%s",
                     big ? "HighByteFirst" : "LowByteFirst", NX, NY, more);
    memset(text + n, ' ', (size_t)(510 - n));
    memcpy(text + 510, "}\n", 2);
    put(to, text, 512);
    for (int i = 0; i < NY * NX; i++)
        put_number(to, values[i], 4, big);
}

static void edf(void **state)
{
    bytes file = {.n = 0};
    (void)state;
    put_edf(&file, "", true);
    save("a.edf", &file, file.n);
    assert_values("a.edf", false);
    assert_cuts_refused("b.edf", &file);
    put_edf(&file, "Title = second ;\n", false);
    save("two.edf", &file, file.n);
    assert_refused("two.edf", AIRY_EVALUE, "two.edf:/1");
    assert_values("two.edf:/1", false);
    assert_refused("two.edf:/2", AIRY_EMISSING, "2 images");
    file.n = 0;
    put_edf(&file, "Compression = GzipCompression ;\n", false);
    save("c.edf", &file, file.n);
    assert_refused("c.edf", AIRY_EFORMAT, "compressed");
    file.n = 0;
    put_edf(&file, "Dim_3 = 2 ;\n", false);
    save("c.edf", &file, file.n);
    assert_refused("c.edf", AIRY_ESHAPE, "Dim_1 x Dim_2");
}

// ------------------------------------------------------------------ CBF

static void put_steps(bytes *to)
{
    for (int i = 0, before = 0; i < NY * NX; before = values[i++]) {
        long long step = (long long)values[i] - before;
        int width = 1;
        for (; width < 8 && llabs(step) >= 1LL << (8 * width - 1); width *= 2)
            put_number(to, -(1LL << (8 * width - 1)), width, false);
        put_number(to, step, width, false);
    }
}

static void put_cbf(bytes *to, const char *packing)
{
    char text[1024];
    int n = snprintf(text, sizeof text,
                     "###CBF: VERSION 1.5\r\ndata_a\r\n_array_data.header_contents\r\n;\r\n"
                     "# Detector: PILATUS 2M\r\n# Pixel_size 172e-6 m x 172e-6 m\r\n"
                     "# Wavelength 1.0332 A\r\n# Detector_distance 0.25 m\r\n;\r\n"
                     "_array_data.data\r\n;\r\n--CIF-BINARY-FORMAT-SECTION--\r\n"
                     "conversions=\"%s\"\r\nX-Binary-Element-Type: \"signed 32-bit integer\"\r\n"
                     "X-Binary-Size-Fastest-Dimension: %d\r\nX-Binary-Size-Second-Dimension: %d\r\n"
                     "\r\n\f\032\004\325",
                     packing, NX, NY);
    put(to, text, (size_t)n);
    put_steps(to);
}

static void cbf(void **state)
{
    bytes file = {.n = 0};
    airy_pattern p = {0};
    (void)state;
    put_cbf(&file, "x-CBF_BYTE_OFFSET");
    save("a.cbf", &file, file.n);
    assert_values("a.cbf", true);
    assert_ok(airy_pattern_read("a.cbf", 0, &p, NULL, &err));
    assert_near(p.setup.energy_ev, 12000, 1);
    assert_near(p.setup.distance_m, 0.25, 1e-12);
    assert_near(p.setup.pitch_m, 172e-6, 1e-12);
    airy_pattern_release(&p);
    assert_cuts_refused("b.cbf", &file);
    file.n = 0;
    put_cbf(&file, "x-CBF_PACKED");
    save("c.cbf", &file, file.n);
    assert_refused("c.cbf", AIRY_EFORMAT, "byte offsets");
}

// ------------------------------------------------------------------ TIFF

static void put_tag(bytes *to, int tag, int type, long long value, bool big)
{
    put_number(to, tag, 2, big);
    put_number(to, type, 2, big); // 3: 16 bits, 4: 32 bits
    put_number(to, 1, 4, big);
    put_number(to, value, type == 3 ? 2 : 4, big);
    put_number(to, 0, type == 3 ? 2 : 0, big);
}

static void put_tiff(bytes *to, int samples, bool big)
{
    put(to, big ? "MM" : "II", 2);
    put_number(to, 42, 2, big);
    put_number(to, 8, 4, big);
    put_number(to, 9, 2, big);
    put_tag(to, 256, 4, NX, big);
    put_tag(to, 257, 4, NY, big);
    put_tag(to, 258, 3, 32, big);
    put_tag(to, 259, 3, 1, big);
    put_tag(to, 273, 4, 8 + 2 + 9 * 12 + 4, big); // where the one strip begins
    put_tag(to, 277, 3, samples, big);
    put_tag(to, 278, 4, NY, big);
    put_tag(to, 279, 4, NY * NX * 4, big);
    put_tag(to, 339, 3, 2, big); // signed
    put_number(to, 0, 4, big);
    for (int i = 0; i < NY * NX; i++)
        put_number(to, values[i], 4, big);
}

static void tiff(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        bytes file = {.n = 0};
        put_tiff(&file, 1, big);
        save("a.tif", &file, file.n);
        assert_values("a.tif", false);
        save("no-ending", &file, file.n);
        assert_values("no-ending", false);
        assert_cuts_refused("b.tif", &file);
    }
    bytes file = {.n = 0};
    put_tiff(&file, 3, false);
    save("c.tif", &file, file.n);
    assert_refused("c.tif", AIRY_EFORMAT, "single grey value");
    assert_refused("a.tif:/1", AIRY_EMISSING, "1 image,");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edf),
        cmocka_unit_test(cbf),
        cmocka_unit_test(tiff),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
