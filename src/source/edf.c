// SPDX-License-Identifier: GPL-3.0-or-later
// The data format of the ESRF: { key = value ; ... } as text up to a multiple of 512 bytes, then
// the numbers; several such blocks may follow each other. Written by its beamlines, and by fabio.
#include "formats.h"

#include "files/input.h"
#include "files/numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BLOCK = 512, HEADER_MOST = 128 * BLOCK };

// The header of an image, and where its numbers begin.
typedef struct header {
    char text[HEADER_MOST + 1];
    long begin;
    int nx, ny, bytes;
    char kind; // 'f' 'i' 'u'
    bool swapped;
} header;

// "Short" and "Long" are those of 32-bit machines.
static const struct {
    const char *name;
    char kind;
    int bytes;
} types[] = {
    {"UnsignedByte", 'u', 1},    {"SignedByte", 'i', 1},
    {"UnsignedShort", 'u', 2},   {"SignedShort", 'i', 2},
    {"UnsignedInteger", 'u', 4}, {"SignedInteger", 'i', 4},
    {"UnsignedLong", 'u', 4},    {"SignedLong", 'i', 4},
    {"Unsigned64", 'u', 8},      {"Signed64", 'i', 8},
    {"FloatValue", 'f', 4},      {"Float", 'f', 4},
    {"FloatIEEE32", 'f', 4},     {"Real", 'f', 4},
    {"DoubleValue", 'f', 8},     {"Double", 'f', 8},
    {"DoubleIEEE64", 'f', 8},
};

// Reads text in blocks until one ends with "}\n"; false: it does not begin with '{', or never ends.
static bool read_text(FILE *file, header *h)
{
    size_t n = 0;
    while (n + BLOCK <= HEADER_MOST && fread(h->text + n, 1, BLOCK, file) == BLOCK) {
        n += BLOCK;
        h->text[n] = '\0';
        if (n == BLOCK && h->text[strspn(h->text, " \r\n")] != '{')
            return false;
        if (h->text[n - 1] == '\n' && h->text[n - 2 - (h->text[n - 2] == '\r')] == '}')
            return true;
    }
    return false;
}

// The value of a key, without blanks around it, into 32 characters; "" where there is none.
static void find_value(const char *text, const char *key, char value[32])
{
    size_t length = strlen(key);
    value[0] = '\0';
    for (const char *at = text; *at; at += strcspn(at, ";"), at += *at == ';') {
        at += strspn(at, " \t\r\n{");
        if (strncasecmp(at, key, length) != 0)
            continue;
        const char *equals = at + length + strspn(at + length, " \t");
        if (*equals != '=')
            continue;
        equals += 1 + strspn(equals + 1, " \t");
        size_t n = strcspn(equals, " \t\r\n;");
        n = n < 31 ? n : 31;
        memcpy(value, equals, n);
        value[n] = '\0';
        return;
    }
}

static int find_side(const header *h, const char *key, int otherwise)
{
    char value[32];
    find_value(h->text, key, value);
    long side = value[0] ? strtol(value, NULL, 10) : otherwise;
    return side > 0 && side <= AIRY_SIDE_MAX ? (int)side : 0;
}

static airy_code understand(header *h, const char *path, airy_error *err)
{
    char value[32];
    find_value(h->text, "DataType", value);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcasecmp(value, types[i].name) == 0)
            h->kind = types[i].kind, h->bytes = types[i].bytes;
    if (h->bytes == 0)
        return airy_error_set(err, AIRY_EFORMAT, "%s: DataType '%s' is none that is read", path,
                              value);
    find_value(h->text, "Compression", value);
    if (value[0] && strncasecmp(value, "no", 2) != 0)
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s is compressed (%s), which is not read: save it plain", path,
                              value);
    find_value(h->text, "ByteOrder", value);
    h->swapped = strcasecmp(value, "HighByteFirst") == 0;
    h->nx = find_side(h, "Dim_1", 0), h->ny = find_side(h, "Dim_2", 0);
    if (h->nx == 0 || h->ny == 0 || find_side(h, "Dim_3", 1) != 1)
        return airy_error_set(err, AIRY_ESHAPE,
                              "%s: an image of Dim_1 x Dim_2 pixels, 1 to %d each, was wanted",
                              path, AIRY_SIDE_MAX);
    return AIRY_OK;
}

static airy_code read_header(FILE *file, const char *path, header *h, airy_error *err)
{
    *h = (header){.nx = 0};
    if (!read_text(file, h))
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s is no EDF file, or is truncated: a header { ... } was wanted",
                              path);
    h->begin = ftell(file);
    return understand(h, path, err);
}

// Images of the file; the one that is asked for is left in h.
static airy_code find_image(FILE *file, const char *path, const char *dataset, header *h,
                            airy_error *err)
{
    int pages = 0, page = 0;
    airy_code code = AIRY_OK;
    for (int c; code == AIRY_OK && (pages == 0 || (c = fgetc(file)) != EOF); pages++) {
        if (pages > 0)
            ungetc(c, file);
        code = read_header(file, path, h, err);
        if (code == AIRY_OK)
            fseek(file, (long)h->nx * h->ny * h->bytes, SEEK_CUR);
    }
    if (code == AIRY_OK)
        code = airy_page_choose(path, dataset, pages, &page, err);
    rewind(file);
    for (int i = 0; code == AIRY_OK && i <= page; i++) {
        if (i > 0)
            fseek(file, (long)h->nx * h->ny * h->bytes, SEEK_CUR);
        code = read_header(file, path, h, err);
    }
    return code;
}

static double value_at(const header *h, const unsigned char *cell)
{
    unsigned char b[8];
    for (int i = 0; i < h->bytes; i++)
        b[i] = cell[h->swapped ? h->bytes - 1 - i : i];
    return airy_number_at(b, h->kind, h->bytes);
}

static airy_code read_values(FILE *file, const char *path, const header *h, airy_image *image,
                             airy_error *err)
{
    size_t nx = (size_t)h->nx, bytes = (size_t)h->bytes;
    unsigned char *row = airy_memory_new(nx, bytes);
    airy_code code = row ? airy_image_init(image, h->ny, h->nx, err)
                         : airy_error_set(err, AIRY_EMEMORY, "no memory for %s", path);
    for (int y = 0; code == AIRY_OK && y < h->ny; y++) {
        if (fread(row, bytes, nx, file) != nx)
            code = airy_error_set(err, AIRY_EFORMAT, "%s is truncated: %d x %d numbers wanted",
                                  path, h->ny, h->nx);
        for (size_t x = 0; code == AIRY_OK && x < nx; x++)
            image->px[(size_t)y * nx + x] = (float)value_at(h, row + x * bytes);
    }
    airy_memory_free(row);
    return code;
}

airy_code airy_edf_read(const char *path, const char *dataset, airy_pattern *pattern,
                        airy_history *history, airy_error *err)
{
    airy_image image = {0};
    (void)history; // EDF has none of ours
    header *h = airy_memory_new(1, sizeof *h);
    if (!h)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %s", path);
    FILE *file = airy_file_open(path, err);
    airy_code code =
        file ? find_image(file, path, dataset, h, err) : airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK)
        code = read_values(file, path, h, &image, err);
    if (file)
        fclose(file);
    airy_memory_free(h);
    if (code == AIRY_OK)
        return airy_pattern_adopt(pattern, &image, err);
    airy_image_release(&image);
    return code;
}
