// SPDX-License-Identifier: GPL-3.0-or-later
// Crystallographic binary files as detectors of Dectris write them: text, then the differences of
// neighbours in one byte, or behind a mark in 2, 4 or 8 (x-CBF_BYTE_OFFSET; Hammersley, Bernstein,
// Westbrook, International Tables for Crystallography G, 5.6).
//
// Read here and not by Debian's CBFlib, which prints where it is in doubt and brings its own door
// into HDF5. Values below 0 are the gaps and dead pixels of such detectors.
#include "formats.h"

#include "files/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char section_mark[] = "--CIF-BINARY-FORMAT-SECTION--", start_mark[] = "\f\032\004\325";
enum { BYTES_MOST = 1 << 30 };

// The file, and its one binary section.
typedef struct section {
    char *bytes; // of the whole file, with a 0 behind
    size_t length;
    const unsigned char *at, *end; // packed numbers
    int ny, nx;
    bool is_signed;
} section;

static airy_code read_bytes(const char *path, section *s, airy_error *err)
{
    FILE *file = airy_file_open(path, err);
    if (!file)
        return airy_error_code(err, AIRY_EIO);
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    airy_code code = AIRY_OK;
    rewind(file);
    if (size < 0 || size > BYTES_MOST)
        code = airy_error_set(err, AIRY_EFORMAT, "%s has no size that an image has", path);
    else if (!(s->bytes = airy_memory_new((size_t)size + 1, 1)))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %s", path);
    else
        s->length = fread(s->bytes, 1, (size_t)size, file);
    fclose(file);
    return code;
}

// The bytes `mark` from `from` on, or NULL.
static char *find(const section *s, const char *from, const char *mark)
{
    size_t length = strlen(mark);
    for (const char *at = from; at && at + length <= s->bytes + s->length; at++) {
        at = memchr(at, mark[0], (size_t)(s->bytes + s->length - at));
        if (!at || at + length > s->bytes + s->length)
            return NULL;
        if (memcmp(at, mark, length) == 0)
            return s->bytes + (at - s->bytes);
    }
    return NULL;
}

static long number_of(const char *text, const char *field)
{
    const char *found = strstr(text, field);
    return found ? strtol(found + strlen(field), NULL, 10) : 0;
}

// Text of the section's header ends with a 0 afterwards.
static airy_code understand(const char *path, section *s, airy_error *err)
{
    char *text = find(s, s->bytes, section_mark), *start = text ? find(s, text, start_mark) : NULL;
    if (!start)
        return airy_error_set(err, AIRY_EFORMAT, "%s is no CBF file with an image, or is truncated",
                              path);
    start[0] = '\0';
    s->at = (const unsigned char *)start + sizeof start_mark - 1;
    s->end = (const unsigned char *)s->bytes + s->length;
    long size = number_of(text, "X-Binary-Size:");
    long nx = number_of(text, "X-Binary-Size-Fastest-Dimension:");
    long ny = number_of(text, "X-Binary-Size-Second-Dimension:");
    if (!strstr(text, "x-CBF_BYTE_OFFSET"))
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s is packed in another way than by byte offsets, the one of "
                              "detectors: fabio or cbf2cbf write it so",
                              path);
    if (nx < 1 || ny < 1 || nx > AIRY_SIDE_MAX || ny > AIRY_SIDE_MAX ||
        number_of(text, "X-Binary-Size-Third-Dimension:") > 1)
        return airy_error_set(err, AIRY_ESHAPE, "%s: one image with sides of 1 to %d was wanted",
                              path, AIRY_SIDE_MAX);
    if (size > 0 && size < s->end - s->at)
        s->end = s->at + size;
    s->nx = (int)nx, s->ny = (int)ny;
    s->is_signed = strstr(text, "\"unsigned") == NULL;
    return AIRY_OK;
}

// A signed number of `bytes`, little-endian; moves on.
static int64_t take(const unsigned char **at, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)(*at)[i] << (8 * i);
    *at += bytes;
    int shift = 64 - 8 * bytes;
    return (int64_t)(value << shift) >> shift;
}

// The next difference; false: the section ends. The lowest number of a width says that a wider one
// follows.
static bool next_step(section *s, int64_t *step)
{
    for (int bytes = 1; bytes <= 8; bytes *= 2) {
        if (s->end - s->at < bytes)
            return false;
        *step = take(&s->at, bytes);
        if (bytes == 8 || *step != -((int64_t)1 << (8 * bytes - 1)))
            return true;
    }
    return false;
}

static airy_code unpack(const char *path, section *s, airy_image *image, airy_error *err)
{
    uint64_t value = 0; // differences of damaged files may go round
    airy_code code = airy_image_init(image, s->ny, s->nx, err);
    for (int i = 0; code == AIRY_OK && i < s->ny * s->nx; i++) {
        int64_t step = 0;
        if (!next_step(s, &step))
            code = airy_error_set(err, AIRY_EFORMAT, "%s is truncated: %d x %d numbers wanted",
                                  path, s->ny, s->nx);
        value += (uint64_t)step;
        image->px[i] = (float)(int64_t)value;
    }
    return code;
}

airy_code airy_cbf_read(const char *path, const char *dataset, airy_pattern *pattern,
                        airy_history *history, airy_error *err)
{
    section s = {0};
    airy_image image = {0};
    airy_setup setup = {0};
    int page;
    (void)history; // CBF has none of ours
    airy_code code = read_bytes(path, &s, err);
    if (code == AIRY_OK)
        code = understand(path, &s, err);
    if (code == AIRY_OK)
        code = airy_page_choose(path, dataset, 1, &page, err);
    if (code == AIRY_OK)
        code = unpack(path, &s, &image, err);
    if (code == AIRY_OK) {
        airy_camera_comments(s.bytes, &setup);
        airy_image_without_negative(&image);
        code = airy_pattern_adopt(pattern, &image, err);
    }
    if (code == AIRY_OK)
        pattern->setup = setup;
    airy_memory_free(s.bytes);
    airy_image_release(&image);
    return code;
}
