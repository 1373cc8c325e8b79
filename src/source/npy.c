// SPDX-License-Identifier: GPL-3.0-or-later
// NumPy's .npy: a short text header and the numbers, of plain types, in C or Fortran order. Written
// as version 1.0, little-endian float32 (numpy.org, NEP 1).
#include "formats.h"
#include "npy.h"

#include "files/input.h"
#include "files/numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// How the values are stored.
typedef struct layout {
    char kind; // 'f' 'i' 'u' 'b'
    int bytes;
    bool swapped, fortran;
    long ny, nx;
    long skip; // bytes of the header
} layout;

static double value_at(const layout *form, const unsigned char *cell)
{
    unsigned char b[8];
    for (int i = 0; i < form->bytes; i++)
        b[i] = cell[form->swapped ? form->bytes - 1 - i : i];
    return airy_value_at(b, form->kind, form->bytes);
}

// The text behind 'key': in the header, or NULL.
static const char *behind(const char *header, const char *key)
{
    const char *found = strstr(header, key);
    found = found ? strchr(found, ':') : NULL;
    return found ? found + 1 + strspn(found + 1, " '\"(") : NULL;
}

static bool parse_type(const char *text, layout *form)
{
    if (!text || !strchr("<>|=", text[0]) || !text[0] || !strchr("fiub", text[1]) || !text[1])
        return false;
    form->kind = text[1];
    form->bytes = (int)strtol(text + 2, NULL, 10);
    form->swapped = text[0] == '>';
    if (form->kind == 'f')
        return form->bytes == 4 || form->bytes == 8;
    return form->bytes == 1 || form->bytes == 2 || form->bytes == 4 || form->bytes == 8;
}

// Two sizes, or three of which the first is 1.
static bool parse_shape(const char *text, layout *form)
{
    long sides[4] = {0};
    int rank = 0;
    for (char *end; text && rank < 4; text = end + strspn(end, ", ")) {
        long side = strtol(text, &end, 10);
        if (end == text)
            break;
        sides[rank++] = side;
    }
    if (rank != 2 && !(rank == 3 && sides[0] == 1))
        return false;
    form->ny = sides[rank - 2];
    form->nx = sides[rank - 1];
    return form->ny > 0 && form->nx > 0 && form->ny <= AIRY_SIDE_MAX && form->nx <= AIRY_SIDE_MAX;
}

// The text of the header; how many bytes it and what stands before it take, or 0.
static long read_text(FILE *file, char header[4096])
{
    unsigned char start[12] = {0};
    size_t length = 0;
    bool good = fread(start, 1, 8, file) == 8 && airy_kind_of_bytes(start, 8) == AIRY_KIND_NUMPY;
    size_t wide = start[6] == 1 ? 2 : 4;
    good = good && fread(start + 8, 1, wide, file) == wide;
    for (size_t i = wide; i-- > 0;)
        length = length << 8 | start[8 + i];
    good = good && length > 0 && length < 4096 && fread(header, 1, length, file) == length;
    header[good ? length : 0] = '\0';
    return good ? (long)(8 + wide + length) : 0;
}

static airy_code parse_header(FILE *file, const char *path, layout *form, char header[4096],
                              airy_error *err)
{
    form->skip = read_text(file, header);
    const char *order = behind(header, "fortran_order");
    if (form->skip == 0)
        return airy_error_set(err, AIRY_EFORMAT, "%s is not a NumPy file, or is truncated", path);
    if (!parse_type(behind(header, "descr"), form))
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s holds no real numbers of 8 to 64 bits, floats of 32 or 64 "
                              "(complex, structured and other ones are not read): astype('f4') "
                              "makes such",
                              path);
    form->fortran = order && strncmp(order, "True", 4) == 0;
    return AIRY_OK;
}

static airy_code read_header(FILE *file, const char *path, layout *form, airy_error *err)
{
    char header[4096];
    airy_code code = parse_header(file, path, form, header, err);
    if (code == AIRY_OK && !parse_shape(behind(header, "shape"), form))
        return airy_error_set(err, AIRY_ESHAPE,
                              "%s: one array of rows and columns, sides of 1 to %d, was wanted",
                              path, AIRY_SIDE_MAX);
    return code;
}

airy_code airy_npy_header(FILE *file, const char *path, airy_array_form *form, bool *swapped,
                          airy_error *err)
{
    layout read = {0};
    char header[4096];
    airy_code code = parse_header(file, path, &read, header, err);
    if (code == AIRY_OK && read.fortran)
        code = airy_error_set(err, AIRY_EFORMAT,
                              "%s is in Fortran order: save numpy.ascontiguousarray of it", path);
    if (code != AIRY_OK)
        return code;
    *form = (airy_array_form){
        .kind = read.kind == 'b' ? 'u' : read.kind, .bytes = read.bytes, .skip = read.skip};
    const char *text = behind(header, "shape");
    for (char *end; text && form->rank < AIRY_ARRAY_RANK; text = end + strspn(end, ", ")) {
        long long side = strtoll(text, &end, 10);
        if (end == text)
            break;
        form->dims[form->rank++] = side;
    }
    *swapped = read.swapped;
    return AIRY_OK;
}

static airy_code read_values(FILE *file, const char *path, const layout *form, airy_image *image,
                             airy_error *err)
{
    size_t line = (size_t)(form->fortran ? form->ny : form->nx);
    size_t lines = (size_t)(form->fortran ? form->nx : form->ny), bytes = (size_t)form->bytes;
    unsigned char *cells = airy_memory_new(line, bytes);
    airy_code code = cells ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for %s", path);
    for (size_t i = 0; code == AIRY_OK && i < lines; i++) {
        if (fread(cells, bytes, line, file) != line)
            code = airy_error_set(err, AIRY_EFORMAT, "%s is truncated: %ld x %ld numbers wanted",
                                  path, form->ny, form->nx);
        for (size_t k = 0; code == AIRY_OK && k < line; k++) {
            size_t at = form->fortran ? k * lines + i : i * line + k;
            image->px[at] = (float)value_at(form, cells + k * bytes);
        }
    }
    airy_memory_free(cells);
    return code;
}

airy_code airy_npy_read(const char *path, const char *dataset, airy_pattern *pattern,
                        airy_history *history, airy_error *err)
{
    layout form = {0};
    airy_image image = {0};
    (void)dataset;
    (void)history; // .npy has no place for one
    airy_error local = {0};
    FILE *file = airy_file_open(path, &local);
    if (!file)
        return airy_error_set(err, local.code, "%s", local.message);
    airy_code code = read_header(file, path, &form, err);
    if (code == AIRY_OK)
        code = airy_image_init(&image, (int)form.ny, (int)form.nx, err);
    if (code == AIRY_OK)
        code = read_values(file, path, &form, &image, err);
    fclose(file);
    if (code == AIRY_OK)
        return airy_pattern_adopt(pattern, &image, err);
    airy_image_release(&image);
    return code;
}

// The header is padded with blanks to 128 bytes, so that the numbers are aligned.
airy_code airy_npy_write(const char *path, const airy_pattern *pattern, const airy_history *history,
                         bool overwrite, airy_error *err)
{
    enum { HEADER = 128, BEGIN = 10 }; // BEGIN: magic, version, and the length of what follows
    const airy_image *image = &pattern->photons;
    size_t n = (size_t)image->ny * (size_t)image->nx, length = HEADER + n * sizeof *image->px;
    (void)history;
    char *bytes = airy_memory_new(length, 1);
    if (!bytes)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %s", path);
    memcpy(bytes, "\223NUMPY\1\0\166\0", BEGIN); // 118 bytes follow
    int used = snprintf(bytes + BEGIN, HEADER - BEGIN + 1,
                        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", image->ny,
                        image->nx);
    memset(bytes + BEGIN + used, ' ', (size_t)(HEADER - BEGIN - used));
    bytes[HEADER - 1] = '\n';
    memcpy(bytes + HEADER, image->px, n * sizeof *image->px);
    airy_code code = airy_file_write_bytes(path, bytes, length, overwrite, err);
    airy_memory_free(bytes);
    return code;
}
