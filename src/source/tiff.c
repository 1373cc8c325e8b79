// SPDX-License-Identifier: GPL-3.0-or-later
// TIFF through libtiff: one grey value a pixel, whole or float, packed in whatever way it knows.
#include "formats.h"

#include "files/numbers.h"

#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

// How values stand in the file.
typedef struct plan {
    uint32_t ny, nx;
    int bytes;
    char kind; // 'f' 'i' 'u'
} plan;

static airy_code understand(TIFF *tiff, const char *path, plan *p, airy_error *err)
{
    static const char kinds[] = {'u', 'u', 'i', 'f'}; // by SAMPLEFORMAT; none is whole numbers
    uint16_t bits = 0, samples = 1, format = SAMPLEFORMAT_UINT;
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &p->nx);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &p->ny);
    TIFFGetField(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
    if (p->ny < 1 || p->nx < 1 || p->ny > AIRY_SIDE_MAX || p->nx > AIRY_SIDE_MAX)
        return airy_error_set(err, AIRY_ESHAPE, "%s: an image with sides of 1 to %d was wanted",
                              path, AIRY_SIDE_MAX);
    p->kind = format < sizeof kinds ? kinds[format] : '?';
    p->bytes = bits / 8;
    bool width = bits == 32 || bits == 64 || (p->kind != 'f' && (bits == 8 || bits == 16));
    if (samples != 1 || p->kind == '?' || !width)
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s holds no single grey value a pixel of 8 to 64 bits, floats of 32 "
                              "or 64 (colours and bits are not read)",
                              path);
    return AIRY_OK;
}

static void copy(const plan *p, const char *cells, int n, float *to)
{
    for (int i = 0; i < n; i++)
        to[i] = (float)airy_number_at(cells + (size_t)i * (size_t)p->bytes, p->kind, p->bytes);
}

static bool read_lines(TIFF *tiff, const plan *p, char *room, airy_image *image)
{
    for (uint32_t y = 0; y < p->ny; y++) {
        if (TIFFReadScanline(tiff, room, y, 0) < 0)
            return false;
        copy(p, room, image->nx, image->px + (size_t)y * p->nx);
    }
    return true;
}

static bool read_tiles(TIFF *tiff, const plan *p, char *room, airy_image *image)
{
    uint32_t high = 0, wide = 0;
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &high);
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &wide);
    for (uint32_t y = 0; high > 0 && y < p->ny; y += high)
        for (uint32_t x = 0; wide > 0 && x < p->nx; x += wide) {
            uint32_t n = p->nx - x < wide ? p->nx - x : wide;
            if (TIFFReadTile(tiff, room, x, y, 0, 0) < 0)
                return false;
            for (uint32_t i = 0; i < high && y + i < p->ny; i++)
                copy(p, room + (size_t)i * wide * (size_t)p->bytes, (int)n,
                     image->px + (size_t)(y + i) * p->nx + x);
        }
    return high > 0 && wide > 0;
}

static airy_code read_values(TIFF *tiff, const char *path, const plan *p, airy_image *image,
                             airy_error *err)
{
    bool tiled = TIFFIsTiled(tiff);
    tmsize_t size = tiled ? TIFFTileSize(tiff) : TIFFScanlineSize(tiff);
    bool fits = size > 0 && size <= (tmsize_t)AIRY_SIDE_MAX * AIRY_SIDE_MAX * 8 &&
                (tiled || size >= (tmsize_t)p->nx * p->bytes);
    char *room = fits ? airy_memory_new((size_t)size, 1) : NULL;
    airy_code code = room ? airy_image_init(image, (int)p->ny, (int)p->nx, err)
                          : airy_error_set(err, AIRY_EMEMORY, "no memory for %s", path);
    if (code == AIRY_OK && !(tiled ? read_tiles : read_lines)(tiff, p, room, image))
        code =
            airy_error_set(err, AIRY_EFORMAT, "%s is truncated, or packed in an unknown way", path);
    airy_memory_free(room);
    return code;
}

static airy_code read_page(TIFF *tiff, const char *path, const char *dataset, airy_image *image,
                           airy_setup *setup, airy_error *err)
{
    plan p = {0};
    int page = 0;
    char *text = NULL;
    airy_code code =
        airy_page_choose(path, dataset, (int)TIFFNumberOfDirectories(tiff), &page, err);
    if (code == AIRY_OK && !TIFFSetDirectory(tiff, (tdir_t)page))
        code = airy_error_set(err, AIRY_EFORMAT, "%s: image %d cannot be found", path, page);
    if (code == AIRY_OK)
        code = understand(tiff, path, &p, err);
    if (code == AIRY_OK)
        code = read_values(tiff, path, &p, image, err);
    if (code == AIRY_OK && TIFFGetField(tiff, TIFFTAG_IMAGEDESCRIPTION, &text) &&
        airy_camera_comments(text, setup))
        airy_image_without_negative(image);
    return code;
}

airy_code airy_tiff_read(const char *path, const char *dataset, airy_pattern *pattern,
                         airy_history *history, airy_error *err)
{
    airy_image image = {0};
    airy_setup setup = {0};
    (void)history; // TIFF has none of ours
    airy_code code = airy_file_check(path, err);
    if (code != AIRY_OK)
        return code;
    TIFFSetErrorHandler(NULL); // it prints
    TIFFSetWarningHandler(NULL);
    TIFF *tiff = TIFFOpen(path, "r");
    code = tiff ? read_page(tiff, path, dataset, &image, &setup, err)
                : airy_error_set(err, AIRY_EFORMAT, "%s is no TIFF file, or is damaged", path);
    if (tiff)
        TIFFClose(tiff);
    if (code == AIRY_OK)
        code = airy_pattern_adopt(pattern, &image, err);
    if (code == AIRY_OK)
        pattern->setup = setup;
    airy_image_release(&image);
    return code;
}

void airy_tiff_version(airy_text *text)
{
    const char *version = TIFFGetVersion(); // "LIBTIFF, Version 4.5.0\n..."
    const char *number = strstr(version, "Version ");
    number = number ? number + strlen("Version ") : version;
    airy_text_append(text, "libtiff %.*s\n", (int)strcspn(number, "\n"), number);
}
