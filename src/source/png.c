// SPDX-License-Identifier: GPL-3.0-or-later
// PNG through libpng: patterns as 16-bit grey on a linear scale that is written beside them (0 =
// not measured), and 8-bit colours for pictures. Everything goes through memory.
#include "formats.h"
#include "files/input.h"

#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_SCALE "airy scale"     // "value of 1, value of 65535"
#define KEY_HISTORY "airy history" // airy_history_format
enum { LEVELS = 65534 };           // grey 1 to 65535

// What the library's callbacks need: where bytes go or come from, and what went wrong.
typedef struct stream {
    unsigned char *bytes;
    size_t length, room, at;
    char problem[128];
} stream;

static void on_error(png_structp png, png_const_charp text)
{
    stream *s = png_get_error_ptr(png);
    snprintf(s->problem, sizeof s->problem, "%s", text);
    longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png; // warnings do not change pixels
    (void)text;
}

static void on_write(png_structp png, png_bytep data, size_t length)
{
    stream *s = png_get_io_ptr(png);
    if (s->length + length > s->room) {
        size_t room = 2 * (s->length + length);
        unsigned char *grown = airy_memory_new(room, 1);
        if (!grown)
            png_error(png, "no memory");
        if (s->length)
            memcpy(grown, s->bytes, s->length);
        airy_memory_free(s->bytes);
        s->bytes = grown;
        s->room = room;
    }
    memcpy(s->bytes + s->length, data, length);
    s->length += length;
}

static void on_flush(png_structp png)
{
    (void)png;
}

static void on_read(png_structp png, png_bytep data, size_t length)
{
    stream *s = png_get_io_ptr(png);
    if (length > s->length - s->at)
        png_error(png, "the file is truncated");
    memcpy(data, s->bytes + s->at, length);
    s->at += length;
}

// ------------------------------------------------------------------ writing

// A picture to be encoded: rows of `stride` bytes, and texts beside it.
typedef struct picture {
    int ny, nx, depth, color;
    size_t stride;
    const unsigned char *rows;
    const png_color *palette; // of 256 colours, or NULL
    png_text texts[2];
    int n_texts;
} picture;

static void add_text(picture *p, const char *key, const char *text)
{
    if (!text || !text[0])
        return;
    p->texts[p->n_texts++] = (png_text){
        .compression = PNG_TEXT_COMPRESSION_NONE,
        .key = (png_charp)(size_t)key,
        .text = (png_charp)(size_t)text,
        .text_length = strlen(text),
    };
}

// Runs the encoder; longjmp lands here. No local changes between setjmp and longjmp.
static bool encode(picture *p, stream *s, png_structp png, png_infop info)
{
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_set_write_fn(png, s, on_write, on_flush);
    png_set_IHDR(png, info, (png_uint_32)p->nx, (png_uint_32)p->ny, p->depth, p->color,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (p->palette)
        png_set_PLTE(png, info, p->palette, 256);
    png_set_text(png, info, p->texts, p->n_texts);
    png_write_info(png, info);
    for (int y = 0; y < p->ny; y++)
        png_write_row(png, p->rows + (size_t)y * p->stride);
    png_write_end(png, NULL);
    return true;
}

static airy_code encode_picture(picture *p, stream *s, airy_error *err)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, s, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    bool good = info && encode(p, s, png, info);
    png_destroy_write_struct(png ? &png : NULL, info ? &info : NULL);
    if (good)
        return AIRY_OK;
    airy_memory_free(s->bytes);
    s->bytes = NULL, s->length = s->room = 0;
    return airy_error_set(err, AIRY_EIO, "a PNG picture cannot be made: %s",
                          s->problem[0] ? s->problem : "no memory");
}

static airy_code write_picture(const char *path, picture *p, const airy_history *history,
                               bool overwrite, airy_error *err)
{
    stream s = {0};
    airy_text text = {0};
    if (history)
        airy_history_format(history, &text);
    add_text(p, KEY_HISTORY, text.text);
    airy_code code = text.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a history")
                                 : encode_picture(p, &s, err);
    if (code == AIRY_OK)
        code = airy_file_write_bytes(path, s.bytes, s.length, overwrite, err);
    airy_memory_free(s.bytes);
    airy_text_release(&text);
    return code;
}

airy_code airy_png_encode(const airy_indexed *of, unsigned char **bytes, size_t *length,
                          airy_error *err)
{
    png_color colors[256];
    stream s = {0};
    for (int i = 0; i < 256; i++)
        colors[i] = (png_color){(png_byte)(of->palette[i] >> 16), (png_byte)(of->palette[i] >> 8),
                                (png_byte)of->palette[i]};
    picture p = {.ny = of->ny,
                 .nx = of->nx,
                 .depth = 8,
                 .color = PNG_COLOR_TYPE_PALETTE,
                 .stride = (size_t)of->nx,
                 .rows = of->index,
                 .palette = colors};
    airy_code code = encode_picture(&p, &s, err);
    *bytes = s.bytes;
    *length = s.length;
    return code;
}

// Grey 1 .. 65535 between the least and the greatest value, big-endian; 0 = not measured.
static unsigned char *to_grey(const airy_image *image, double low, double high)
{
    size_t n = (size_t)image->ny * (size_t)image->nx;
    unsigned char *grey = airy_memory_new(n, 2);
    double scale = high > low ? LEVELS / (high - low) : 0;
    for (size_t i = 0; grey && i < n; i++) {
        double x = image->px[i];
        unsigned level = isfinite(x) ? 1 + (unsigned)lrint((x - low) * scale) : 0;
        grey[2 * i] = (unsigned char)(level >> 8);
        grey[2 * i + 1] = (unsigned char)(level & 255);
    }
    return grey;
}

airy_code airy_png_write(const char *path, const airy_pattern *pattern, const airy_history *history,
                         bool overwrite, airy_error *err)
{
    char scale[80];
    const airy_image *image = &pattern->photons;
    int n = image->ny * image->nx;
    double low = airy_stats_min(image->px, n), high = airy_stats_max(image->px, n);
    unsigned char *grey = to_grey(image, low, high);
    if (!grey)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a picture");
    picture p = {.ny = image->ny,
                 .nx = image->nx,
                 .depth = 16,
                 .color = PNG_COLOR_TYPE_GRAY,
                 .stride = 2 * (size_t)image->nx,
                 .rows = grey};
    snprintf(scale, sizeof scale, "%.17g %.17g", low, high);
    add_text(&p, KEY_SCALE, scale);
    airy_code code = write_picture(path, &p, history, overwrite, err);
    airy_memory_free(grey);
    return code;
}

// ------------------------------------------------------------------ reading

// What a file gave: grey rows, owned, and the texts, owned.
typedef struct decoded {
    int ny, nx;
    bool wide;           // 16 bits
    unsigned char *rows; // big-endian pairs, or bytes
    char *scale, *history;
} decoded;

static void keep_texts(png_structp png, png_infop info, decoded *d)
{
    png_textp texts = NULL;
    int n = 0;
    png_get_text(png, info, &texts, &n);
    for (int i = 0; i < n; i++) {
        char **kept = strcmp(texts[i].key, KEY_SCALE) == 0     ? &d->scale
                      : strcmp(texts[i].key, KEY_HISTORY) == 0 ? &d->history
                                                               : NULL;
        if (kept && !*kept)
            *kept = airy_text_copy(texts[i].text);
        if (kept && !*kept)
            png_error(png, "no memory");
    }
}

static void decode_rows(png_structp png, png_infop info, decoded *d)
{
    if (png_get_color_type(png, info) != PNG_COLOR_TYPE_GRAY)
        png_error(png, "a grey picture was wanted, this one has colours");
    if (png_get_interlace_type(png, info) != PNG_INTERLACE_NONE)
        png_error(png, "interlaced pictures are not read");
    d->wide = png_get_bit_depth(png, info) == 16;
    if (png_get_bit_depth(png, info) < 8)
        png_set_packing(png); // levels stay what they are
    png_read_update_info(png, info);
    d->ny = (int)png_get_image_height(png, info);
    d->nx = (int)png_get_image_width(png, info);
    size_t bytes = d->wide ? 2 : 1;
    d->rows = airy_memory_new((size_t)d->ny * (size_t)d->nx, bytes);
    if (!d->rows)
        png_error(png, "no memory");
    for (int y = 0; y < d->ny; y++)
        png_read_row(png, d->rows + (size_t)y * bytes * (size_t)d->nx, NULL);
    png_read_end(png, info);
}

// Runs the decoder; longjmp lands here. No local changes between setjmp and longjmp.
static bool decode(stream *s, decoded *d, bool pixels, png_structp png, png_infop info)
{
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_set_user_limits(png, AIRY_SIDE_MAX, AIRY_SIDE_MAX);
    png_set_chunk_malloc_max(png, 1 << 26);
    // without a damaged scale, grey levels would be taken for photons
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_read_fn(png, s, on_read);
    png_read_info(png, info);
    keep_texts(png, info, d);
    if (pixels)
        decode_rows(png, info, d);
    keep_texts(png, info, d);
    return true;
}

static airy_code slurp(const char *path, stream *s, airy_error *err)
{
    airy_error local = {0};
    FILE *file = airy_file_open(path, &local);
    if (!file)
        return airy_error_set(err, local.code, "%s", local.message);
    long length = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    bool good = length >= 0 && length < 1L << 31 && fseek(file, 0, SEEK_SET) == 0;
    s->bytes = good ? airy_memory_new((size_t)length, 1) : NULL;
    s->length = s->bytes ? fread(s->bytes, 1, (size_t)length, file) : 0;
    good = s->bytes && s->length == (size_t)length;
    fclose(file);
    return good ? AIRY_OK : airy_error_set(err, AIRY_EIO, "%s cannot be read", path);
}

static void release(decoded *d)
{
    airy_memory_free(d->rows);
    free(d->scale);
    free(d->history);
}

static airy_code decode_file(const char *path, bool pixels, decoded *d, airy_error *err)
{
    stream s = {0};
    airy_code code = slurp(path, &s, err);
    if (code == AIRY_OK && (s.length < 8 || png_sig_cmp(s.bytes, 0, 8) != 0))
        code = airy_error_set(err, AIRY_EFORMAT, "%s is not a PNG picture", path);
    if (code == AIRY_OK) {
        png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &s, on_error, on_warning);
        png_infop info = png ? png_create_info_struct(png) : NULL;
        if (!info || !decode(&s, d, pixels, png, info)) {
            bool memory = !s.problem[0] || strstr(s.problem, "memory");
            code =
                airy_error_set(err, memory ? AIRY_EMEMORY : AIRY_EFORMAT, "%s cannot be read: %s",
                               path, s.problem[0] ? s.problem : "no memory");
        }
        png_destroy_read_struct(png ? &png : NULL, info ? &info : NULL, NULL);
    }
    airy_memory_free(s.bytes);
    return code;
}

// Pictures of others have no scale: their grey levels are the values.
static void from_grey(const decoded *d, airy_image *image)
{
    double ends[2];
    bool ours = d->wide && d->scale;
    if (ours && !airy_text_is(d->scale, "* *", ends))
        ends[0] = ends[1] = NAN; // of a picture of nothing, or damaged: no value is known
    for (size_t i = 0; i < (size_t)d->ny * (size_t)d->nx; i++) {
        unsigned level = d->wide ? (unsigned)d->rows[2 * i] << 8 | d->rows[2 * i + 1] : d->rows[i];
        double value = ours ? ends[0] + (level - 1.0) * (ends[1] - ends[0]) / LEVELS : level;
        image->px[i] = (float)(ours && level == 0 ? (double)NAN : value);
    }
}

airy_code airy_png_read(const char *path, const char *dataset, airy_pattern *pattern,
                        airy_history *history, airy_error *err)
{
    decoded d = {0};
    airy_image image = {0};
    (void)dataset;
    airy_code code = decode_file(path, true, &d, err);
    if (code == AIRY_OK && history)
        code = airy_history_parse(d.history ? d.history : "", history, err);
    if (code == AIRY_OK)
        code = airy_image_init(&image, d.ny, d.nx, err);
    if (code == AIRY_OK) {
        from_grey(&d, &image);
        code = airy_pattern_adopt(pattern, &image, err);
    }
    release(&d);
    return code;
}

airy_code airy_png_history(const char *path, airy_history *history, airy_error *err)
{
    decoded d = {0};
    airy_history_init(history);
    airy_code code = decode_file(path, false, &d, err);
    if (code == AIRY_OK)
        code = airy_history_parse(d.history ? d.history : "", history, err);
    release(&d);
    return code;
}

// ------------------------------------------------------------------ movies

enum { HEADER = 13, SIGNATURE = 8 };

// A part of a PNG file: its name (four letters) and what it holds.
typedef struct part {
    char name[5];
    const unsigned char *bytes;
    size_t length;
} part;

// The part that begins at *at, which moves behind it; false: the file ends here or is damaged.
static bool next_part(const stream *s, size_t *at, part *out)
{
    if (s->length - *at < 12)
        return false;
    out->length = png_get_uint_32(s->bytes + *at);
    if (out->length > s->length - *at - 12)
        return false;
    memcpy(out->name, s->bytes + *at + 4, 4);
    out->name[4] = '\0';
    out->bytes = s->bytes + *at + 8;
    *at += 12 + out->length;
    return true;
}

static void put(png_structp png, const char *name, const unsigned char *bytes, size_t length)
{
    png_write_chunk(png, (png_const_bytep)name, bytes, length);
}

// A frame's head: its number, size, place, how long it is shown (milliseconds) and that it replaces
// what was there.
static void put_frame_head(png_structp png, const unsigned char *header, unsigned number, int ms)
{
    unsigned char head[26] = {0};
    png_save_uint_32(head, number);
    memcpy(head + 4, header, 8); // width and height
    png_save_uint_16(head + 20, (unsigned)ms);
    png_save_uint_16(head + 22, 1000);
    put(png, "fcTL", head, sizeof head);
}

// Frames to be joined, read into memory.
typedef struct reel {
    int n, ms;
    stream *frame;
    unsigned char *packed; // a part with its number before it
    size_t room;
} reel;

static void put_pixels(png_structp png, reel *of, const part *p, unsigned number)
{
    if (of->room < p->length + 4) {
        airy_memory_free(of->packed);
        of->packed = airy_memory_new(p->length + 4, 1);
        of->room = of->packed ? p->length + 4 : 0;
    }
    if (!of->packed)
        png_error(png, "no memory");
    png_save_uint_32(of->packed, number);
    memcpy(of->packed + 4, p->bytes, p->length);
    put(png, "fdAT", of->packed, p->length + 4);
}

// The first frame with all its parts, of the others the pixels alone.
static unsigned put_frame(png_structp png, reel *of, int f, unsigned number)
{
    const unsigned char *header = of->frame[0].bytes + SIGNATURE + 8;
    size_t at = SIGNATURE;
    bool headed = false;
    for (part p; next_part(&of->frame[f], &at, &p);) {
        bool pixels = strcmp(p.name, "IDAT") == 0;
        if (pixels && !headed)
            put_frame_head(png, header, number++, of->ms);
        headed = headed || pixels;
        if (pixels && f > 0)
            put_pixels(png, of, &p, number++);
        else if (pixels || (f == 0 && strcmp(p.name, "IEND") != 0))
            put(png, p.name, p.bytes, p.length);
        if (f == 0 && strcmp(p.name, "IHDR") == 0) {
            unsigned char control[8] = {0};
            png_save_uint_32(control, (unsigned)of->n);
            put(png, "acTL", control, sizeof control);
        }
    }
    return number;
}

// Runs the encoder; longjmp lands here. No local changes between setjmp and longjmp.
static bool join(reel *of, stream *s, png_structp png)
{
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_set_write_fn(png, s, on_write, on_flush);
    png_write_sig(png);
    for (unsigned f = 0, number = 0; f < (unsigned)of->n; f++)
        number = put_frame(png, of, (int)f, number);
    put(png, "IEND", NULL, 0);
    return true;
}

static airy_code read_frames(const char *const *paths, reel *of, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int f = 0; code == AIRY_OK && f < of->n; f++) {
        stream *s = &of->frame[f];
        code = slurp(paths[f], s, err);
        if (code != AIRY_OK)
            break;
        if (s->length < SIGNATURE + 12 + HEADER || png_sig_cmp(s->bytes, 0, SIGNATURE) != 0)
            code = airy_error_set(err, AIRY_EFORMAT, "%s is not a PNG picture", paths[f]);
        else if (memcmp(s->bytes + SIGNATURE, of->frame[0].bytes + SIGNATURE, 8 + HEADER) != 0)
            code = airy_error_set(err, AIRY_ESHAPE, "%s is not of the size and kind of %s",
                                  paths[f], paths[0]);
    }
    return code;
}

airy_code airy_png_movie(const char *const *paths, int n, int frame_ms, const char *path,
                         bool overwrite, airy_error *err)
{
    reel of = {.n = n, .ms = frame_ms};
    stream s = {0};
    if (n < 1 || frame_ms < 1 || frame_ms > 65535)
        return airy_error_set(err, AIRY_EARGUMENT, "%d frames of %d ms: 1 or more of 1 to 65535", n,
                              frame_ms);
    of.frame = airy_memory_new((size_t)n, sizeof *of.frame);
    airy_code code = of.frame ? read_frames(paths, &of, err)
                              : airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames", n);
    if (code == AIRY_OK) {
        png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &s, on_error, on_warning);
        if (!png || !join(&of, &s, png))
            code = airy_error_set(err, AIRY_EIO, "a movie cannot be made: %s",
                                  s.problem[0] ? s.problem : "no memory");
        png_destroy_write_struct(png ? &png : NULL, NULL);
    }
    if (code == AIRY_OK)
        code = airy_file_write_bytes(path, s.bytes, s.length, overwrite, err);
    for (int f = 0; of.frame && f < n; f++)
        airy_memory_free(of.frame[f].bytes);
    airy_memory_free(of.frame);
    airy_memory_free(of.packed);
    airy_memory_free(s.bytes);
    return code;
}

void airy_png_version(airy_text *text)
{
    airy_text_append(text, "libpng %s\n", png_get_libpng_ver(NULL));
}
