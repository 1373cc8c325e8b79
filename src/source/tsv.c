// SPDX-License-Identifier: GPL-3.0-or-later
// Patterns as a list of pixels: row, column, photons, mask bits. For spreadsheets and gnuplot, not
// for speed.
#include "formats.h"
#include "files/history.h"
#include "files/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MARK "# airy pixels"
#define HEADER "row\tcolumn\tphotons\tmask"

airy_code airy_tsv_write(const char *path, const airy_pattern *pattern, const airy_history *history,
                         bool overwrite, airy_error *err)
{
    airy_text text = {0};
    const airy_image *image = &pattern->photons;
    airy_text_append(&text, "%s %d %d\n", MARK, image->ny, image->nx);
    if (history)
        airy_history_format_lines(history, "# ", &text);
    airy_text_append(&text, HEADER "\n");
    for (int i = 0; i < image->ny * image->nx; i++)
        airy_text_append(&text, "%d\t%d\t%.9g\t%u\n", i / image->nx, i % image->nx,
                         isnan(image->px[i]) ? (double)NAN : image->px[i], pattern->mask.bits[i]);
    airy_code code = text.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for %s", path)
                                 : airy_file_write_text(path, text.text, overwrite, err);
    airy_text_release(&text);
    return code;
}

// One line of four numbers into the pattern.
static bool read_pixel(const char *line, airy_pattern *pattern)
{
    char *end;
    const airy_image *image = &pattern->photons;
    long y = strtol(line, &end, 10), x = strtol(end, &end, 10);
    if (y < 0 || x < 0 || y >= image->ny || x >= image->nx || *end != '\t')
        return false;
    long at = y * image->nx + x;
    image->px[at] = strtof(end, &end);
    if (*end != '\t')
        return false;
    pattern->mask.bits[at] = (uint32_t)strtoul(end, &end, 10);
    return *end == '\n' || *end == '\r' || *end == '\0';
}

static airy_code read_pixels(const char *path, const char *text, airy_pattern *pattern,
                             airy_error *err)
{
    double sides[2];
    const char *line = airy_comments_skip(text);
    if (!airy_text_match(text, MARK " @ @", sides) || strncmp(line, HEADER, sizeof HEADER - 1) != 0)
        return airy_error_set(
            err, AIRY_EFORMAT,
            "%s is no list of pixels: it does not begin with '%s' and their sides", path, MARK);
    int ny = (int)sides[0], nx = (int)sides[1];
    airy_code code = airy_pattern_init(pattern, ny, nx, err);
    for (int i = 0; code == AIRY_OK && i < ny * nx; i++)
        pattern->photons.px[i] = NAN; // what is not in the list was not measured
    line = airy_comments_skip(line + sizeof HEADER - 1);
    for (; code == AIRY_OK && *line; line = airy_comments_skip(line + strcspn(line, "\r\n")))
        if (!read_pixel(line, pattern))
            code = airy_error_set(err, AIRY_EFORMAT, "%s: '%.*s' is no pixel of %d x %d", path,
                                  (int)strcspn(line, "\r\n"), line, ny, nx);
    return code;
}

airy_code airy_tsv_read(const char *path, const char *dataset, airy_pattern *pattern,
                        airy_history *history, airy_error *err)
{
    char *text;
    (void)dataset;
    airy_code code = airy_file_read_text(path, &text, err);
    if (code == AIRY_OK)
        code = read_pixels(path, text, pattern, err);
    if (code == AIRY_OK && history)
        code = airy_comments_history(text, history, err);
    free(text);
    airy_image_release(&pattern->variance);
    if (code == AIRY_OK)
        airy_pattern_settle(pattern);
    else
        airy_pattern_release(pattern);
    return code;
}
