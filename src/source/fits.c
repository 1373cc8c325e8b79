// SPDX-License-Identifier: GPL-3.0-or-later
// FITS through cfitsio: photons as 32-bit floats with NaN, the mask as a byte extension MASK, the
// bits as BITS, the center as CRPIX (which counts from 1) and the history as HISTORY cards. Never
// tile-compressed, because that rounds floats and loses NaN.
#include "formats.h"

#include "files/numbers.h"

#include <ctype.h>
#include <fitsio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static airy_code fail(const char *path, int status, const char *what, airy_error *err)
{
    char text[FLEN_STATUS];
    fits_get_errstatus(status, text);
    fits_clear_errmsg();
    return airy_error_set(err, status == MEMORY_ALLOCATION ? AIRY_EMEMORY : AIRY_EFORMAT,
                          "%s: %s: %s", path, what, text);
}

// ------------------------------------------------------------------ writing

enum { CARD = 70 }; // characters of a HISTORY card after its mark

// Lines longer than a card go on in the next one: '>' begins a line, '+' continues it. Cards lose
// trailing blanks, so none is cut behind one.
static void write_line(fitsfile *file, const char *line, int length, int *status)
{
    char card[CARD + 2];
    char mark = '>';
    do {
        int part = length < CARD ? length : CARD;
        while (part > 1 && part < length && line[part - 1] == ' ')
            part--;
        card[0] = mark;
        for (int i = 0; i < part; i++)
            card[i + 1] = (char)(isprint((unsigned char)line[i]) ? line[i] : '?');
        card[part + 1] = '\0';
        fits_write_history(file, card, status);
        line += part;
        length -= part;
        mark = '+';
    } while (length > 0);
}

static void write_history(fitsfile *file, const airy_history *history, int *status)
{
    airy_text text = {0};
    if (history)
        airy_history_format(history, &text);
    if (text.failed)
        *status = MEMORY_ALLOCATION;
    for (const char *line = text.text; line && *line;) {
        int length = (int)strcspn(line, "\n");
        write_line(file, line, length, status);
        line += length + (line[length] == '\n');
    }
    airy_text_release(&text);
}

static void write_number(fitsfile *file, const char *key, double value, const char *comment,
                         int *status)
{
    if (value != 0 && isfinite(value))
        fits_write_key_dbl(file, key, value, -15, comment, status);
}

static void write_facts(fitsfile *file, const airy_pattern *p, int *status)
{
    if (p->has_center) {
        fits_write_key_dbl(file, "CRPIX1", p->center_x + 1, -15, "center, first pixel is 1",
                           status);
        fits_write_key_dbl(file, "CRPIX2", p->center_y + 1, -15, "center, first pixel is 1",
                           status);
        write_number(file, "CRERR1", p->center_x_error, "pixels", status);
        write_number(file, "CRERR2", p->center_y_error, "pixels", status);
    }
    write_number(file, "CDELT1", p->setup.pitch_m, "m", status);
    write_number(file, "CDELT2", p->setup.pitch_m, "m", status);
    write_number(file, "ENERGY", p->setup.energy_ev, "photon energy, eV", status);
    write_number(file, "DISTANCE", p->setup.distance_m, "sample to detector, m", status);
    fits_write_key_log(file, "MERGED", p->merged, "Friedel mates averaged", status);
    fits_write_key_log(file, "CONDENSE", p->condensed, "band-limited resampling applied", status);
}

static void write_mask(fitsfile *file, const airy_mask *mask, long axes[2], int *status)
{
    LONGLONG n = (LONGLONG)axes[0] * axes[1];
    uint8_t *bytes = airy_memory_new((size_t)n, 1);
    for (LONGLONG i = 0; bytes && i < n; i++)
        bytes[i] = (mask->bits[i] & AIRY_MASK_EXCLUDES) != 0;
    fits_create_img(file, BYTE_IMG, 2, axes, status);
    fits_write_key_str(file, "EXTNAME", "MASK", "1 = not to be used", status);
    if (bytes)
        fits_write_img(file, TBYTE, 1, n, bytes, status);
    else
        *status = MEMORY_ALLOCATION;
    airy_memory_free(bytes);
    fits_create_img(file, ULONG_IMG, 2, axes, status);
    fits_write_key_str(file, "EXTNAME", "BITS", "CXI pixel reasons", status);
    fits_write_img(file, TUINT, 1, n, mask->bits, status);
}

airy_code airy_fits_write(const char *path, const airy_pattern *pattern,
                          const airy_history *history, bool overwrite, airy_error *err)
{
    airy_output out;
    fitsfile *file = NULL;
    int status = 0, closing = 0;
    LONGLONG end = 0;
    struct stat made;
    long axes[2] = {pattern->photons.nx, pattern->photons.ny};
    airy_code code = airy_output_begin(&out, path, overwrite, err);
    if (code != AIRY_OK)
        return code;
    remove(out.temporary); // cfitsio makes its own, and would read signs in names behind a "!"
    fits_create_diskfile(&file, out.temporary, &status);
    fits_create_img(file, FLOAT_IMG, 2, axes, &status);
    write_facts(file, pattern, &status);
    write_history(file, history, &status);
    fits_write_img(file, TFLOAT, 1, (LONGLONG)axes[0] * axes[1], pattern->photons.px, &status);
    write_mask(file, &pattern->mask, axes, &status);
    fits_get_hduaddrll(file, NULL, NULL, &end, &status);
    if (file)
        fits_close_file(file, &closing);
    status = status ? status : closing;
    if (status == 0 && (stat(out.temporary, &made) != 0 || made.st_size < end))
        status = WRITE_ERROR; // cfitsio does not see that the last blocks found no room
    if (status == 0)
        return airy_output_commit(&out, err);
    airy_output_abandon(&out);
    fail(path, status, "writing failed", err);
    if (err)
        err->code = AIRY_EIO;
    return AIRY_EIO;
}

// ------------------------------------------------------------------ reading

static airy_code open_image(const char *path, fitsfile **file, long axes[2], airy_error *err)
{
    int status = 0, rank = 0, type = 0;
    long found[3] = {1, 1, 1};
    airy_code code = airy_file_check(path, err);
    if (code != AIRY_OK)
        return code;
    if (fits_open_diskfile(file, path, READONLY, &status))
        return fail(path, status, "not a FITS file", err);
    if (fits_get_img_param(*file, 3, &type, &rank, found, &status))
        return fail(path, status, "the first image cannot be read", err);
    if (rank < 2 || rank > 3 || found[2] != 1)
        return airy_error_set(err, AIRY_ESHAPE,
                              "%s: the first image has %d axes, a single image of 2 was wanted",
                              path, rank);
    if (found[0] < 1 || found[1] < 1 || found[0] > AIRY_SIDE_MAX || found[1] > AIRY_SIDE_MAX)
        return airy_error_set(err, AIRY_ESHAPE,
                              "%s: the image is %ld x %ld, sides of 1 to %d can be read", path,
                              found[1], found[0], AIRY_SIDE_MAX);
    axes[0] = found[0];
    axes[1] = found[1];
    return AIRY_OK;
}

// The value of a key, 0 when it is not there.
static double number(fitsfile *file, const char *key, bool *there)
{
    int status = 0;
    double value = 0;
    bool found = fits_read_key(file, TDOUBLE, key, &value, NULL, &status) == 0;
    fits_clear_errmsg();
    if (there)
        *there = found;
    return found ? value : 0;
}

static bool flag(fitsfile *file, const char *key)
{
    int status = 0, value = 0;
    bool found = fits_read_key(file, TLOGICAL, key, &value, NULL, &status) == 0;
    fits_clear_errmsg();
    return found && value;
}

// The extension called name, of the image's size; false when there is none.
static bool move_to(fitsfile *file, char *name, const long axes[2])
{
    int status = 0, rank = 0, type = 0;
    long found[2] = {0};
    fits_movnam_hdu(file, IMAGE_HDU, name, 0, &status);
    fits_get_img_param(file, 2, &type, &rank, found, &status);
    fits_clear_errmsg();
    return status == 0 && rank == 2 && found[0] == axes[0] && found[1] == axes[1];
}

// Whether airy wrote the file: elsewhere CRPIX and CDELT are those of the sky, or 1 by default.
static bool is_ours(fitsfile *file, const long axes[2])
{
    char bits[] = "BITS";
    int status = 0;
    bool ours = move_to(file, bits, axes);
    fits_movabs_hdu(file, 1, NULL, &status);
    fits_clear_errmsg();
    return ours && status == 0;
}

static void read_facts(fitsfile *file, airy_pattern *p)
{
    bool there = false;
    double x = number(file, "CRPIX1", &there), y = number(file, "CRPIX2", &p->has_center);
    p->has_center = p->has_center && there;
    p->center_x = p->has_center ? x - 1 : 0;
    p->center_y = p->has_center ? y - 1 : 0;
    p->center_x_error = number(file, "CRERR1", NULL);
    p->center_y_error = number(file, "CRERR2", NULL);
    p->setup.pitch_m = number(file, "CDELT1", NULL);
    p->setup.energy_ev = number(file, "ENERGY", NULL);
    p->setup.distance_m = number(file, "DISTANCE", NULL);
    p->merged = flag(file, "MERGED");
    p->condensed = flag(file, "CONDENSE");
}

// Joins the cards again.
static void read_history_text(fitsfile *file, airy_text *text)
{
    char card[FLEN_CARD];
    int status = 0, n = 0;
    fits_get_hdrspace(file, &n, NULL, &status);
    for (int i = 1; i <= n && fits_read_record(file, i, card, &status) == 0; i++) {
        if (strncmp(card, "HISTORY ", 8) != 0 || (card[8] != '>' && card[8] != '+'))
            continue;
        airy_text_append(text, "%s%s", card[8] == '>' && text->length ? "\n" : "", card + 9);
    }
    fits_clear_errmsg();
}

static airy_code read_history(fitsfile *file, airy_history *history, airy_error *err)
{
    airy_text text = {0};
    read_history_text(file, &text);
    airy_code code = text.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a history")
                                 : airy_history_parse(text.text ? text.text : "", history, err);
    airy_text_release(&text);
    return code;
}

// The bits if there are any, else the 0/1 mask.
static airy_code read_mask(fitsfile *file, const char *path, const long axes[2], airy_mask *mask,
                           airy_error *err)
{
    char bits[] = "BITS", binary[] = "MASK";
    int status = 0, none = 0;
    LONGLONG n = (LONGLONG)axes[0] * axes[1];
    if (move_to(file, bits, axes)) {
        fits_read_img(file, TUINT, 1, n, NULL, mask->bits, &none, &status);
    } else if (move_to(file, binary, axes)) {
        fits_read_img(file, TUINT, 1, n, NULL, mask->bits, &none, &status);
        for (LONGLONG i = 0; i < n; i++)
            mask->bits[i] = mask->bits[i] ? AIRY_MASK_BAD : 0;
    }
    if (status)
        return fail(path, status, "its mask cannot be read (truncated?)", err);
    fits_clear_errmsg();
    return AIRY_OK;
}

// The ends of whole numbers are no values; unsigned ones are stored as signed ones and an offset.
static void drop_ends(fitsfile *file, airy_image *image)
{
    static const struct {
        int type;
        char kind;
        int bytes;
    } rows[] = {{SHORT_IMG, 'i', 2},
                {USHORT_IMG, 'u', 2},
                {LONG_IMG, 'i', 4},
                {ULONG_IMG, 'u', 4},
                {LONGLONG_IMG, 'i', 8}};
    int type = 0, status = 0;
    double least, most;
    fits_get_img_equivtype(file, &type, &status);
    for (size_t r = 0; status == 0 && r < sizeof rows / sizeof *rows; r++)
        if (type == rows[r].type && airy_number_limits(rows[r].kind, rows[r].bytes, &least, &most))
            for (int i = 0; i < image->ny * image->nx; i++)
                if (image->px[i] < least || image->px[i] > most)
                    image->px[i] = NAN;
    fits_clear_errmsg();
}

static airy_code read_pattern(fitsfile *file, const char *path, const long axes[2],
                              airy_pattern *pattern, airy_error *err)
{
    int status = 0, none = 0;
    LONGLONG n = (LONGLONG)axes[0] * axes[1], start = 0, end = 0;
    airy_image pixels = {0};
    // a header may claim more than the file holds
    fits_get_hduaddrll(file, NULL, &start, &end, &status);
    if (status == 0 && file->Fptr->filesize + 2880 < end) // one block of slack
        status = END_OF_FILE;
    airy_code code = status ? fail(path, status, "the image is cut short", err)
                            : airy_image_init(&pixels, (int)axes[1], (int)axes[0], err);
    if (code != AIRY_OK)
        return code;
    float blank = NAN; // what BLANK stands for in whole numbers
    if (fits_read_img(file, TFLOAT, 1, n, &blank, pixels.px, &none, &status)) {
        airy_image_release(&pixels);
        return fail(path, status, "the pixels cannot be read (truncated?)", err);
    }
    drop_ends(file, &pixels);
    *pattern = (airy_pattern){.photons = pixels};
    code = airy_mask_init(&pattern->mask, pixels.ny, pixels.nx, err);
    if (code == AIRY_OK) {
        if (is_ours(file, axes))
            read_facts(file, pattern);
        code = read_mask(file, path, axes, &pattern->mask, err);
    }
    if (code == AIRY_OK)
        airy_pattern_settle(pattern);
    return code;
}

airy_code airy_fits_read(const char *path, const char *dataset, airy_pattern *pattern,
                         airy_history *history, airy_error *err)
{
    fitsfile *file = NULL;
    int status = 0;
    long axes[2] = {0};
    (void)dataset;
    airy_code code = open_image(path, &file, axes, err);
    if (code == AIRY_OK && history)
        code = read_history(file, history, err);
    if (code == AIRY_OK)
        code = read_pattern(file, path, axes, pattern, err);
    if (file)
        fits_close_file(file, &status);
    if (code != AIRY_OK)
        airy_pattern_release(pattern);
    return code;
}

airy_code airy_fits_history(const char *path, airy_history *history, airy_error *err)
{
    fitsfile *file = NULL;
    int status = 0;
    long axes[2] = {0};
    airy_history_init(history);
    airy_code code = open_image(path, &file, axes, err);
    if (code == AIRY_OK)
        code = read_history(file, history, err);
    if (file)
        fits_close_file(file, &status);
    return code;
}

void airy_fits_version(airy_text *text)
{
    airy_text_append(text, "cfitsio %d.%d.%d\n", CFITSIO_MAJOR, CFITSIO_MINOR, CFITSIO_MICRO);
}
