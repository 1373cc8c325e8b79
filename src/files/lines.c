// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of a text file that may be packed by gzip or xz: unpacked piece by piece as they are asked
// for, so that a file of any size needs the memory of its longest line.
#include "airy/files.h"
#include "input.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { PIECE = 1 << 16, LINE_MOST = 1 << 24 };
#define BYTE_ORDER_MARK "\xef\xbb\xbf" // before text that Windows wrote

struct packing;

struct airy_line_file {
    FILE *file;
    char *path;
    const struct packing *packing;
    z_stream gzip;
    lzma_stream xz;
    unsigned char in[PIECE];
    size_t in_at, in_end;
    double bytes, taken; // of the file, and read of it so far
    char *text;          // unpacked, text[at .. end - 1] not handed out yet
    size_t at, end, room;
    long long number;
    bool read_all, unpacked_all, inside; // inside: a packed stream has begun and not ended
};

// How a kind of file unpacks: some of in[] into `to`; what came is added to *got.
typedef struct packing {
    const char *name;
    airy_kind kind;
    bool (*begin)(airy_line_file *lines);
    bool (*unpack)(airy_line_file *lines, unsigned char *to, size_t room, size_t *got);
    void (*end)(airy_line_file *lines);
} packing;

static bool plain_unpack(airy_line_file *lines, unsigned char *to, size_t room, size_t *got)
{
    size_t n = lines->in_end - lines->in_at;
    n = n < room ? n : room;
    memcpy(to, lines->in + lines->in_at, n);
    lines->in_at += n;
    *got += n;
    return true;
}

static bool gzip_begin(airy_line_file *lines)
{
    return inflateInit2(&lines->gzip, 15 + 16) == Z_OK; // 16: a gzip header
}

static bool gzip_unpack(airy_line_file *lines, unsigned char *to, size_t room, size_t *got)
{
    z_stream *z = &lines->gzip;
    z->next_in = lines->in + lines->in_at;
    z->avail_in = (uInt)(lines->in_end - lines->in_at);
    z->next_out = to;
    z->avail_out = (uInt)room;
    lines->inside = lines->inside || z->avail_in > 0;
    int status = inflate(z, Z_NO_FLUSH);
    lines->in_at = lines->in_end - z->avail_in;
    *got += room - z->avail_out;
    if (status == Z_STREAM_END) { // another member may follow
        lines->inside = false;
        return inflateReset(z) == Z_OK;
    }
    return status == Z_OK || status == Z_BUF_ERROR;
}

static void gzip_end(airy_line_file *lines)
{
    inflateEnd(&lines->gzip);
}

static bool xz_begin(airy_line_file *lines)
{
    static const lzma_stream none = LZMA_STREAM_INIT;
    lines->xz = none;
    lines->inside = true; // until the decoder says that all streams have ended
    return lzma_stream_decoder(&lines->xz, 1ull << 30, LZMA_CONCATENATED) == LZMA_OK;
}

static bool xz_unpack(airy_line_file *lines, unsigned char *to, size_t room, size_t *got)
{
    lzma_stream *z = &lines->xz;
    z->next_in = lines->in + lines->in_at;
    z->avail_in = lines->in_end - lines->in_at;
    z->next_out = to;
    z->avail_out = room;
    lzma_ret status = lzma_code(z, lines->read_all ? LZMA_FINISH : LZMA_RUN);
    lines->in_at = lines->in_end - z->avail_in;
    *got += room - z->avail_out;
    lines->inside = lines->inside && status != LZMA_STREAM_END;
    return status == LZMA_OK || status == LZMA_STREAM_END ||
           (status == LZMA_BUF_ERROR && !lines->read_all);
}

static void xz_end(airy_line_file *lines)
{
    lzma_end(&lines->xz);
}

static const packing packings[] = {
    {"gzip", AIRY_KIND_GZIP, gzip_begin, gzip_unpack, gzip_end},
    {"xz", AIRY_KIND_XZ, xz_begin, xz_unpack, xz_end},
    {"plain", AIRY_KIND_OTHER, NULL, plain_unpack, NULL}, // and any other kind
};

static void read_piece(airy_line_file *lines)
{
    lines->in_at = 0;
    lines->in_end = fread(lines->in, 1, PIECE, lines->file);
    lines->taken += (double)lines->in_end;
    lines->read_all = lines->in_end == 0;
}

static airy_code damaged(const airy_line_file *lines, airy_error *err)
{
    if (ferror(lines->file))
        return airy_error_set(err, AIRY_EIO, "%s: reading failed", lines->path);
    return airy_error_set(err, AIRY_EFORMAT,
                          "%s is cut off or damaged: what %s packed does not end as it should; "
                          "copy it again, or unpack what is left of it",
                          lines->path, lines->packing->name);
}

static bool make_room(airy_line_file *lines)
{
    memmove(lines->text, lines->text + lines->at, lines->end - lines->at);
    lines->end -= lines->at;
    lines->at = 0;
    if (lines->room - lines->end > PIECE)
        return true;
    char *more = realloc(lines->text, 2 * lines->room);
    if (!more)
        return false;
    lines->text = more;
    lines->room *= 2;
    return true;
}

// More text behind what there is; unpacked_all when nothing comes any more.
static airy_code refill(airy_line_file *lines, airy_error *err)
{
    size_t got = 0;
    if (lines->end - lines->at > LINE_MOST)
        return airy_error_set(err, AIRY_EFORMAT, "%s is no text: a line has more than %d bytes",
                              lines->path, LINE_MOST);
    if (!make_room(lines))
        return airy_error_set(err, AIRY_EMEMORY, "%s: no memory for a line", lines->path);
    while (got == 0 && !lines->unpacked_all) {
        if (lines->in_at == lines->in_end && !lines->read_all)
            read_piece(lines);
        bool good = lines->packing->unpack(lines, (unsigned char *)lines->text + lines->end,
                                           lines->room - lines->end - 1, &got);
        lines->unpacked_all = lines->read_all && got == 0;
        if (!good || ferror(lines->file) || (lines->unpacked_all && lines->inside))
            return damaged(lines, err);
    }
    lines->end += got;
    return AIRY_OK;
}

airy_code airy_line_file_next(airy_line_file *lines, char **line, airy_error *err)
{
    size_t looked = 0;
    char *end = NULL;
    *line = NULL;
    for (;;) {
        end = memchr(lines->text + lines->at + looked, '\n', lines->end - lines->at - looked);
        if (end || lines->unpacked_all)
            break;
        looked = lines->end - lines->at;
        airy_code code = refill(lines, err);
        if (code != AIRY_OK)
            return code;
    }
    if (!end && lines->at == lines->end)
        return AIRY_OK;
    if (!end)
        end = lines->text + lines->end;
    *line = lines->text + lines->at;
    lines->at = (size_t)(end - lines->text) + (end < lines->text + lines->end);
    if (end > *line && end[-1] == '\r')
        end--;
    *end = '\0';
    if (lines->number++ == 0 && strncmp(*line, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0)
        *line += strlen(BYTE_ORDER_MARK);
    if (memchr(*line, '\0', (size_t)(end - *line)))
        return airy_error_set(err, AIRY_EFORMAT, "%s is no text: it has zero bytes", lines->path);
    return AIRY_OK;
}

long long airy_line_file_number(const airy_line_file *lines)
{
    return lines->number;
}

double airy_line_file_share(const airy_line_file *lines)
{
    return lines->bytes > 0 ? lines->taken / lines->bytes : 1;
}

static bool begin(airy_line_file *lines)
{
    fseek(lines->file, 0, SEEK_END);
    lines->bytes = (double)ftell(lines->file);
    rewind(lines->file);
    read_piece(lines);
    airy_kind kind = airy_kind_of_bytes(lines->in, lines->in_end);
    const packing *row = packings;
    while (row->kind != kind && row->begin)
        row++;
    if (row->begin && !row->begin(lines))
        return false;
    lines->packing = row;
    lines->room = 4 * PIECE;
    lines->text = malloc(lines->room);
    return lines->text && lines->path;
}

airy_line_file *airy_line_file_open(const char *path, airy_error *err)
{
    airy_line_file *lines = calloc(1, sizeof *lines);
    if (!lines) {
        airy_error_set(err, AIRY_EMEMORY, "no memory for %s", path);
        return NULL;
    }
    lines->path = airy_text_copy(path);
    lines->file = airy_file_open(path, err);
    if (lines->file && begin(lines))
        return lines;
    if (lines->file)
        airy_error_set(err, AIRY_EMEMORY, "no memory to read %s", path);
    airy_line_file_close(lines);
    return NULL;
}

void airy_line_file_close(airy_line_file *lines)
{
    if (!lines)
        return;
    if (lines->packing && lines->packing->end)
        lines->packing->end(lines);
    if (lines->file)
        fclose(lines->file);
    free(lines->text);
    free(lines->path);
    free(lines);
}
