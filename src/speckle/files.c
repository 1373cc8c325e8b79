// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of several files as one source.
#include "airy/speckle.h"
#include "files.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_MOST = 4 }; // of time a frame: where pulses say more, they do not count frames

typedef struct part part;

// One way to read frames.
typedef struct reader {
    airy_code (*open)(part *p, airy_error *err);
    airy_code (*read)(part *p, int i, float *values, bool *good, airy_error *err);
    airy_code (*photons)(part *p, int i, airy_events *photons, bool *good, airy_error *err);
} reader;

struct part {
    const char *spec;
    const reader *how;
    airy_events_file *events;
    airy_array *array;
    airy_frames *frames;
    airy_raw *raw;        // what is known of each frame; NULL: nothing
    int n, ny, nx, first; // frames; and those of the parts before
    double period_s;
    airy_setup beam;
};

struct airy_speckle_files {
    int n;
    part *parts;
    int *slot; // (source.frames) the frame, over all files; -1: a gap
    airy_speckle_source source;
};

// ------------------------------------------------------------------ events

static airy_code open_events(part *p, airy_error *err)
{
    const char *dataset;
    char *path = airy_spec_path(p->spec, &dataset);
    p->events = path ? airy_events_open(path, err) : NULL;
    free(path);
    if (!p->events)
        return airy_error_code(err, AIRY_EIO);
    p->n = airy_events_frames(p->events);
    p->period_s = airy_events_period(p->events);
    p->beam = airy_events_beam(p->events);
    airy_events_shape(p->events, &p->ny, &p->nx);
    return AIRY_OK;
}

static airy_code read_events(part *p, int i, float *values, bool *good, airy_error *err)
{
    const airy_mask *mask = airy_events_mask(p->events);
    airy_events e;
    airy_code code = airy_events_read(p->events, i, &e, good, err);
    for (int k = 0; code == AIRY_OK && k < p->ny * p->nx; k++)
        values[k] = mask->bits[k] & AIRY_MASK_EXCLUDES ? NAN : 0;
    for (int k = 0; code == AIRY_OK && k < e.n; k++)
        values[e.pixel[k]] += e.count[k];
    return code;
}

static airy_code read_photons(part *p, int i, airy_events *photons, bool *good, airy_error *err)
{
    return airy_events_read(p->events, i, photons, good, err);
}

// ------------------------------------------------------------------ .npy

static airy_code open_array(part *p, airy_error *err)
{
    long long dims[AIRY_ARRAY_RANK];
    p->array = airy_array_open(p->spec, NULL, err);
    if (!p->array)
        return airy_error_code(err, AIRY_EIO);
    int rank = airy_array_shape(p->array, dims);
    long long ny = rank == 3 ? dims[1] : 0, nx = rank == 3 ? dims[2] : 0;
    if (rank != 3 || ny > AIRY_SIDE_MAX || nx > AIRY_SIDE_MAX || dims[0] > INT32_MAX)
        return airy_error_set(err, AIRY_ESHAPE,
                              "%s: an array of frames, rows and columns was wanted, and it has %d "
                              "dimensions, or sides beyond %d",
                              p->spec, rank, AIRY_SIDE_MAX);
    p->n = (int)dims[0], p->ny = (int)ny, p->nx = (int)nx;
    return AIRY_OK;
}

static airy_code read_array(part *p, int i, float *values, bool *good, airy_error *err)
{
    long long size = (long long)p->ny * p->nx;
    *good = true;
    return airy_array_read(p->array, i * size, size, values, err);
}

// ------------------------------------------------------------------ frames of any layout

// Numbers of pulses, and which frames are lost, where a file says so.
static airy_code look_at_facts(part *p, airy_error *err)
{
    airy_raw_facts facts = {.pulse_id = -1};
    p->raw = airy_raw_open(p->spec, NULL, err);
    airy_code code = p->raw ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    if (p->raw && airy_raw_count(p->raw) == p->n)
        code = airy_raw_frame_facts(p->raw, 0, &facts, err);
    if (code != AIRY_OK || facts.pulse_id < 0) {
        airy_raw_close(p->raw);
        p->raw = NULL;
    }
    return airy_error_forgive(err, code);
}

static airy_code open_frames(part *p, airy_error *err)
{
    airy_pattern first = {0};
    airy_error why = {0};
    p->frames = airy_frames_open(p->spec, &why);
    if (!p->frames && why.code == AIRY_EFORMAT && strchr(p->spec, ':'))
        p->frames = airy_frames_open_plain(p->spec, &why);
    if (!p->frames)
        return airy_error_set(err, why.code, "%s", why.message);
    p->n = airy_frames_count(p->frames);
    airy_code code = airy_frames_read(p->frames, 0, &first, err);
    if (code == AIRY_OK) {
        p->ny = first.photons.ny, p->nx = first.photons.nx;
        p->beam = first.setup;
        code = look_at_facts(p, err);
    }
    airy_pattern_release(&first);
    return code;
}

static airy_code read_frames(part *p, int i, float *values, bool *good, airy_error *err)
{
    airy_pattern frame = {0};
    airy_raw_facts facts = {.good = true};
    airy_code code = airy_frames_read(p->frames, i, &frame, err);
    if (code == AIRY_OK && p->raw)
        code = airy_raw_frame_facts(p->raw, i, &facts, err);
    if (code == AIRY_OK && (frame.photons.ny != p->ny || frame.photons.nx != p->nx))
        code = airy_error_set(err, AIRY_ESHAPE, "frame %d is %d x %d, those before %d x %d", i,
                              frame.photons.ny, frame.photons.nx, p->ny, p->nx);
    if (code == AIRY_OK)
        memcpy(values, frame.photons.px, (size_t)p->ny * (size_t)p->nx * sizeof *values);
    *good = facts.good;
    airy_pattern_release(&frame);
    return code;
}

// ------------------------------------------------------------------ all files

static const reader events = {open_events, read_events, read_photons},
                    arrays = {open_array, read_array, NULL},
                    patterns = {open_frames, read_frames, NULL};

static const reader *reader_of(const char *spec)
{
    const char *dataset;
    char *path = airy_spec_path(spec, &dataset);
    bool is_events = path && !dataset && airy_events_is(path);
    free(path);
    return is_events ? &events : airy_text_ends(spec, ".npy") ? &arrays : &patterns;
}

void airy_speckle_close(airy_speckle_files *files)
{
    for (int i = 0; files && files->parts && i < files->n; i++) {
        airy_events_close(files->parts[i].events);
        airy_array_close(files->parts[i].array);
        airy_frames_close(files->parts[i].frames);
        airy_raw_close(files->parts[i].raw);
    }
    if (files) {
        free(files->parts);
        airy_memory_free(files->slot);
    }
    free(files);
}

// The part that has the frame of a slot, and its number there; NULL: it is lost.
static part *part_of(airy_speckle_files *files, int slot, int *own)
{
    int frame = files->slot[slot], k = files->n - 1;
    if (frame < 0)
        return NULL;
    while (files->parts[k].first > frame)
        k--;
    *own = frame - files->parts[k].first;
    return &files->parts[k];
}

static airy_code named(const part *p, int own, airy_code code, airy_error *err)
{
    return code == AIRY_OK ? code : airy_error_prefix(err, "%s, frame %d", p->spec, own);
}

static airy_code read_slot(void *context, int i, float *values, bool *good, airy_error *err)
{
    int own;
    part *p = part_of(context, i, &own);
    *good = p != NULL;
    return p ? named(p, own, p->how->read(p, own, values, good, err), err) : AIRY_OK;
}

static airy_code read_photons_of(void *context, int i, airy_events *photons, bool *good,
                                 airy_error *err)
{
    int own;
    part *p = part_of(context, i, &own);
    *good = p != NULL;
    *photons = (airy_events){0};
    return p ? named(p, own, p->how->photons(p, own, photons, good, err), err) : AIRY_OK;
}

// Whether all files hold photons, of the same pixels.
static bool are_photons(const airy_speckle_files *files)
{
    for (int k = 0; k < files->n; k++) {
        const part *p = &files->parts[k], *first = &files->parts[0];
        size_t pixels = (size_t)p->ny * (size_t)p->nx;
        if (!p->how->photons)
            return false;
        if (memcmp(airy_events_mask(p->events)->bits, airy_events_mask(first->events)->bits,
                   pixels * sizeof(uint32_t)) != 0)
            return false;
    }
    return true;
}

static airy_code open_part(airy_speckle_files *files, int k, airy_error *err)
{
    part *p = &files->parts[k];
    const part *first = &files->parts[0];
    p->how = reader_of(p->spec);
    airy_code code = p->how->open(p, err);
    if (code == AIRY_OK && (p->ny != first->ny || p->nx != first->nx))
        code = airy_error_set(err, AIRY_ESHAPE, "%s has frames of %d x %d, %s of %d x %d", p->spec,
                              p->ny, p->nx, first->spec, first->ny, first->nx);
    p->first = k ? files->parts[k - 1].first + files->parts[k - 1].n : 0;
    if (code == AIRY_OK && p->n > INT32_MAX / 2 - p->first)
        code = airy_error_set(err, AIRY_ESHAPE, "%s: too many frames", p->spec);
    return code;
}

// Number of each frame's pulse from the first on, in steps of the least difference; false when
// pulses are not numbered, do not rise, or count something else.
static bool number_pulses(const part *p, int *number)
{
    long long first = 0, before = 0, step = 0;
    airy_raw_facts facts;
    if (!p->raw)
        return false;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < p->n; i++) {
            if (airy_raw_frame_facts(p->raw, i, &facts, NULL) != AIRY_OK || facts.pulse_id < 0)
                return false;
            long long since = facts.pulse_id - before;
            if (i == 0)
                first = facts.pulse_id;
            else if (since <= 0)
                return false;
            else if (pass == 0 && (step == 0 || since < step))
                step = since;
            before = facts.pulse_id;
            if (pass == 0)
                continue;
            long long at = (facts.pulse_id - first) / (step ? step : 1);
            if ((facts.pulse_id - first) % (step ? step : 1) || at >= SLOTS_MOST * (long long)p->n)
                return false;
            number[i] = (int)at;
        }
    return true;
}

// Slots of time of all frames; pulses that were not written leave theirs empty.
static airy_code lay_out(airy_speckle_files *files, airy_error *err)
{
    const part *last = &files->parts[files->n - 1];
    int frames = last->first + last->n, used = 0;
    int *number = airy_memory_new((size_t)frames, sizeof *number);
    files->slot = airy_memory_new((size_t)frames * SLOTS_MOST, sizeof *files->slot);
    for (int k = 0; number && files->slot && k < files->n; k++) {
        const part *p = &files->parts[k];
        bool numbered = number_pulses(p, number);
        int slots = numbered ? number[p->n - 1] + 1 : p->n;
        for (int i = 0; i < slots; i++)
            files->slot[used + i] = -1;
        for (int i = 0; i < p->n; i++)
            files->slot[used + (numbered ? number[i] : i)] = p->first + i;
        used += slots;
    }
    files->source = (airy_speckle_source){.frames = used,
                                          .ny = files->parts[0].ny,
                                          .nx = files->parts[0].nx,
                                          .read = read_slot,
                                          .context = files,
                                          .photons = are_photons(files) ? read_photons_of : NULL};
    airy_memory_free(number);
    return files->slot ? AIRY_OK
                       : airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames", frames);
}

static airy_code choose(airy_speckle_files *files, int from, int to, airy_error *err)
{
    int n = files->source.frames;
    to = to < 0 || to > n ? n : to;
    if (from >= to)
        return airy_error_set(err, AIRY_EARGUMENT, "there is no frame from %d to %d: %d are there",
                              from, to - 1, n);
    memmove(files->slot, files->slot + from, (size_t)(to - from) * sizeof *files->slot);
    files->source.frames = to - from;
    return AIRY_OK;
}

airy_speckle_files *airy_speckle_open(const char *const *specs, int n, int from, int to,
                                      airy_error *err)
{
    airy_error local = {0};
    airy_speckle_files *files = calloc(1, sizeof *files);
    airy_code code = AIRY_EMEMORY;
    if (files && (files->parts = calloc((size_t)n, sizeof *files->parts)) != NULL) {
        code = AIRY_OK;
        files->n = n;
    }
    for (int k = 0; code == AIRY_OK && k < n; k++) {
        files->parts[k].spec = specs[k];
        code = open_part(files, k, &local);
    }
    if (code == AIRY_OK)
        code = lay_out(files, &local);
    if (code == AIRY_OK)
        code = choose(files, from, to, &local);
    if (code == AIRY_OK)
        return files;
    airy_speckle_close(files);
    airy_error_set(err, code, "%s", local.message[0] ? local.message : "no memory for files");
    return NULL;
}

const airy_speckle_source *airy_speckle_files_source(const airy_speckle_files *files)
{
    return &files->source;
}

double airy_speckle_files_period(const airy_speckle_files *files)
{
    return files->parts[0].period_s;
}

airy_setup airy_speckle_files_beam(const airy_speckle_files *files)
{
    return files->parts[0].beam;
}
