// SPDX-License-Identifier: GPL-3.0-or-later
// Events: photons in pages of pixels and counts, and where in them each frame begins.
#include "airy/source.h"
#include "files/hdf5_pack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS "/entry/events/"

enum { PAGE = 2 * AIRY_SIDE_MAX, COUNT_MOST = 255 }; // a page is an image of two rows

struct airy_events_file {
    airy_h5 *h5;
    int frames, ny, nx;
    double period_s, *first; // (frames + 1) events before each frame
    int *good;               // (frames)
    airy_mask mask;
    airy_setup beam;
    int room;        // of first and good, frames
    uint32_t *pixel; // (page_room) the events under way
    uint8_t *count;
    int held, page_room;
    double pages;         // written, or ...
    int page;             // ... the one that is held: -1 none
    airy_mask on_page[2]; // pixels and counts of it
};

void airy_events_close(airy_events_file *file)
{
    if (!file)
        return;
    airy_h5_close(file->h5);
    airy_mask_release(&file->mask);
    airy_mask_release(&file->on_page[0]);
    airy_mask_release(&file->on_page[1]);
    free(file->first);
    free(file->good);
    free(file->pixel);
    free(file->count);
    free(file);
}

bool airy_events_is(const char *path)
{
    airy_h5 *h5 = airy_h5_open(path, NULL);
    bool is = h5 && airy_h5_has(h5, EVENTS "pixel") && airy_h5_has(h5, EVENTS "first");
    airy_h5_close(h5);
    return is;
}

int airy_events_frames(const airy_events_file *file)
{
    return file->frames;
}

void airy_events_shape(const airy_events_file *file, int *ny, int *nx)
{
    *ny = file->ny;
    *nx = file->nx;
}

double airy_events_period(const airy_events_file *file)
{
    return file->period_s;
}

const airy_mask *airy_events_mask(const airy_events_file *file)
{
    return &file->mask;
}

airy_setup airy_events_beam(const airy_events_file *file)
{
    return file->beam;
}

// ------------------------------------------------------------------ reading

// Room for n events in a row.
static airy_code hold(airy_events_file *file, int n, airy_error *err)
{
    if (n <= file->page_room)
        return AIRY_OK;
    uint32_t *pixel = realloc(file->pixel, (size_t)n * sizeof *pixel);
    file->pixel = pixel ? pixel : file->pixel;
    uint8_t *count = realloc(file->count, (size_t)n);
    file->count = count ? count : file->count;
    if (!pixel || !count)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d events", n);
    file->page_room = n;
    return AIRY_OK;
}

static airy_code check_firsts(const airy_events_file *file, airy_error *err)
{
    int dims[4] = {0}, rank = 0;
    airy_code code = airy_h5_shape(file->h5, EVENTS "pixel", dims, &rank, err);
    if (code != AIRY_OK)
        return code;
    double most = rank == 3 && dims[1] == 2 && dims[2] == PAGE / 2 ? (double)dims[0] * PAGE : -1;
    for (int i = 0; i < file->frames; i++)
        if (!(file->first[i] >= 0 && file->first[i + 1] >= file->first[i] &&
              file->first[i + 1] <= most && file->first[i + 1] - file->first[i] < INT32_MAX))
            return airy_error_set(err, AIRY_EFORMAT,
                                  "%s: frame %d begins at event %.0f and ends at %.0f of %.0f: the "
                                  "file is damaged",
                                  airy_h5_path(file->h5), i, file->first[i], file->first[i + 1],
                                  most);
    return AIRY_OK;
}

static airy_code read_heads(airy_events_file *file, airy_error *err)
{
    double *first = NULL;
    int *good = NULL, n = 0, m = 0;
    airy_code code = airy_h5_get_doubles(file->h5, EVENTS "first", &first, &n, err);
    if (code == AIRY_OK)
        code = airy_h5_get_ints(file->h5, EVENTS "good", &good, &m, err);
    if (code == AIRY_OK && (n < 2 || m != n - 1))
        code = airy_error_set(err, AIRY_ESHAPE, "%s: %d numbers in first and %d in good",
                              airy_h5_path(file->h5), n, m);
    file->first = code == AIRY_OK ? malloc((size_t)n * sizeof *file->first) : NULL;
    file->good = code == AIRY_OK ? malloc((size_t)m * sizeof *file->good) : NULL;
    if (code == AIRY_OK && (!file->first || !file->good))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames", m);
    if (code == AIRY_OK) {
        memcpy(file->first, first, (size_t)n * sizeof *first);
        memcpy(file->good, good, (size_t)m * sizeof *good);
        file->frames = m;
        code = check_firsts(file, err);
    }
    airy_memory_free(first);
    airy_memory_free(good);
    return code;
}

airy_events_file *airy_events_open(const char *path, airy_error *err)
{
    airy_events_file *file = calloc(1, sizeof *file);
    airy_error local = {0};
    airy_code code = file ? AIRY_OK : airy_error_set(&local, AIRY_EMEMORY, "no memory");
    if (code == AIRY_OK) {
        file->page = -1;
        file->h5 = airy_h5_open(path, &local);
        code = file->h5 ? read_heads(file, &local) : local.code;
    }
    if (code == AIRY_OK)
        code = airy_h5_get_mask(file->h5, EVENTS "mask", &file->mask, &local);
    if (code == AIRY_OK && airy_h5_has(file->h5, EVENTS "period_s"))
        code = airy_h5_get_double(file->h5, EVENTS "period_s", &file->period_s, &local);
    if (code == AIRY_OK)
        code = airy_setup_read(file->h5, &file->beam, &local);
    if (code == AIRY_OK) {
        file->ny = file->mask.ny, file->nx = file->mask.nx;
        return file;
    }
    airy_events_close(file);
    airy_error_set(err, code, "%s", local.message);
    return NULL;
}

static airy_code turn_to(airy_events_file *file, int page, airy_error *err)
{
    static const char *const paths[2] = {EVENTS "pixel", EVENTS "count"};
    airy_code code = AIRY_OK;
    if (page == file->page)
        return AIRY_OK;
    file->page = -1;
    for (int i = 0; i < 2 && code == AIRY_OK; i++) {
        airy_mask_release(&file->on_page[i]);
        code = airy_h5_get_frame_mask(file->h5, paths[i], page, &file->on_page[i], err);
    }
    if (code == AIRY_OK)
        file->page = page;
    return code;
}

airy_code airy_events_read(airy_events_file *file, int i, airy_events *events, bool *good,
                           airy_error *err)
{
    double begin = file->first[i], end = file->first[i + 1];
    int n = (int)(end - begin), pixels = file->ny * file->nx, got = 0;
    airy_code code = hold(file, n > 0 ? n : 1, err);
    while (code == AIRY_OK && got < n) {
        double at = begin + got;
        int page = (int)(at / PAGE), from = (int)(at - (double)page * PAGE);
        int take = PAGE - from < n - got ? PAGE - from : n - got;
        code = turn_to(file, page, err);
        for (int k = 0; code == AIRY_OK && k < take; k++, got++) {
            file->pixel[got] = file->on_page[0].bits[from + k];
            file->count[got] = (uint8_t)file->on_page[1].bits[from + k];
            if (file->pixel[got] >= (uint32_t)pixels)
                code = airy_error_set(err, AIRY_EFORMAT, "%s: frame %d has pixel %u of %d",
                                      airy_h5_path(file->h5), i, file->pixel[got], pixels);
        }
    }
    *events = (airy_events){n, file->pixel, file->count};
    if (good)
        *good = file->good[i] != 0;
    return code;
}

// ------------------------------------------------------------------ writing

airy_events_file *airy_events_create(const char *path, const airy_mask *mask, bool overwrite,
                                     airy_error *err)
{
    airy_events_file *file = calloc(1, sizeof *file);
    airy_error local = {0};
    airy_code code = file ? hold(file, PAGE, &local) : AIRY_EMEMORY;
    if (code == AIRY_OK)
        code = airy_mask_copy(&file->mask, mask, &local);
    if (code == AIRY_OK) {
        file->ny = mask->ny, file->nx = mask->nx;
        file->h5 = airy_h5_create(path, overwrite, &local);
        code = file->h5 ? AIRY_OK : local.code;
    }
    if (code == AIRY_OK)
        return file;
    airy_events_close(file);
    airy_error_set(err, code, "%s", local.message[0] ? local.message : "no memory for events");
    return NULL;
}

// The page under way; what is behind the last event is nothing.
static airy_code write_page(airy_events_file *file, airy_error *err)
{
    const airy_frame_plane planes[2] = {{AIRY_STORED_UINT32, 2, PAGE / 2, file->pixel},
                                        {AIRY_STORED_UINT8, 2, PAGE / 2, file->count}};
    memset(file->pixel + file->held, 0, (size_t)(PAGE - file->held) * sizeof *file->pixel);
    memset(file->count + file->held, 0, (size_t)(PAGE - file->held));
    airy_h5_append_plane(file->h5, EVENTS "pixel", &planes[0], NULL, err);
    airy_code code = airy_h5_append_plane(file->h5, EVENTS "count", &planes[1], NULL, err);
    file->held = 0;
    file->pages++;
    return code;
}

static airy_code put_event(airy_events_file *file, uint32_t pixel, int photons, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (; code == AIRY_OK && photons > 0; photons -= COUNT_MOST) {
        file->pixel[file->held] = pixel;
        file->count[file->held++] = (uint8_t)(photons < COUNT_MOST ? photons : COUNT_MOST);
        if (file->held == PAGE)
            code = write_page(file, err);
    }
    return code;
}

static airy_code grow(airy_events_file *file, airy_error *err)
{
    if (file->frames + 2 <= file->room)
        return AIRY_OK;
    int room = 2 * file->room + 64;
    double *first = realloc(file->first, (size_t)room * sizeof *first);
    file->first = first ? first : file->first;
    int *good = realloc(file->good, (size_t)room * sizeof *good);
    file->good = good ? good : file->good;
    if (!first || !good)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames", room);
    file->room = room;
    return AIRY_OK;
}

airy_code airy_events_append(airy_events_file *file, const airy_pattern *frame, bool good,
                             airy_error *err)
{
    airy_code code = grow(file, err);
    const airy_image *image = &frame->photons;
    if (code == AIRY_OK && (image->ny != file->ny || image->nx != file->nx))
        code = airy_error_set(err, AIRY_ESHAPE, "frame %d is %d x %d, the frames before %d x %d",
                              file->frames, image->ny, image->nx, file->ny, file->nx);
    for (int i = 0; code == AIRY_OK && good && i < image->ny * image->nx; i++) {
        float v = image->px[i];
        if (file->mask.bits[i] & AIRY_MASK_EXCLUDES)
            continue;
        if (!(v >= 0 && v < 1e6f && v == floorf(v)))
            code = airy_error_set(err, AIRY_EVALUE,
                                  "frame %d has %g at row %d, column %d: events are whole photons "
                                  "in every pixel that the first frame measures; round "
                                  "(`airy calibrate --round`) or mask",
                                  file->frames, v, i / image->nx, i % image->nx);
        else if (v > 0)
            code = put_event(file, (uint32_t)i, (int)v, err);
    }
    if (code != AIRY_OK)
        return code;
    file->good[file->frames++] = good;
    file->first[file->frames] = file->pages * PAGE + file->held;
    return AIRY_OK;
}

airy_code airy_events_commit(airy_events_file *file, const airy_setup *beam, double period_s,
                             const airy_history *history, airy_error *err)
{
    airy_h5 *h5 = file->h5;
    if (file->frames == 0)
        return airy_error_set(err, AIRY_EVALUE, "%s: there is no frame to write", airy_h5_path(h5));
    file->first[0] = 0;
    airy_code code = file->held || file->pages == 0 ? write_page(file, err) : AIRY_OK;
    if (code != AIRY_OK)
        return code;
    airy_h5_put_doubles(h5, EVENTS "first", file->first, 1, (int[]){file->frames + 1}, err);
    airy_h5_put_ints(h5, EVENTS "good", file->good, 1, &file->frames, err);
    airy_h5_put_mask(h5, EVENTS "mask", &file->mask, err);
    if (period_s > 0)
        airy_h5_put_double(h5, EVENTS "period_s", period_s, err);
    airy_cxi_begin(h5, beam, history, err);
    return airy_h5_commit(h5, err);
}
