// SPDX-License-Identifier: GPL-3.0-or-later
// Many patterns in one file, written one at a time.
#include "cxi.h"
#include "base/units.h"
#include "frames.h"
#include "formats.h"

#include <stdlib.h>
#include <string.h>

#define DETECTOR AIRY_AT_DETECTOR
#define IMAGE AIRY_AT_IMAGE

airy_frames *airy_frames_new(airy_error *err)
{
    airy_frames *frames = calloc(1, sizeof *frames);
    if (!frames)
        airy_error_set(err, AIRY_EMEMORY, "no memory for a reader of frames");
    return frames;
}

void airy_frames_close(airy_frames *frames)
{
    if (!frames)
        return;
    airy_h5_close(frames->h5);
    airy_raw_close(frames->raw);
    airy_geometry_release(&frames->plane);
    airy_pattern_release(&frames->only);
    airy_pattern_release(&frames->first);
    airy_history_release(&frames->history);
    free(frames->centers);
    airy_packed_frame_free(frames->packed);
    free(frames);
}

int airy_frames_count(const airy_frames *frames)
{
    return frames->n;
}

airy_h5 *airy_frames_h5(airy_frames *frames)
{
    return frames->h5;
}

// ------------------------------------------------------------------ writing

airy_frames *airy_frames_create(const char *path, bool overwrite, airy_error *err)
{
    airy_frames *frames = airy_frames_new(err);
    if (!frames)
        return NULL;
    frames->h5 = airy_h5_create(path, overwrite, err);
    if (frames->h5)
        return frames;
    airy_frames_close(frames);
    return NULL;
}

// 1 where a pixel must not be used: for readers that cut CXI's bits to eight.
static void binary_mask(const airy_mask *mask, uint8_t *bytes)
{
    for (int i = 0; i < mask->ny * mask->nx; i++)
        bytes[i] = (mask->bits[i] & AIRY_MASK_EXCLUDES) != 0;
}

// A pattern alone in its file.
static airy_code put_arrays(airy_h5 *h5, const airy_pattern *p, airy_error *err)
{
    airy_mask stored = {0};
    uint8_t *bytes = airy_memory_new((size_t)p->mask.ny * (size_t)p->mask.nx, 1);
    if (!bytes || airy_mask_init(&stored, p->mask.ny, p->mask.nx, NULL) != AIRY_OK) {
        airy_memory_free(bytes);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a mask");
    }
    binary_mask(&p->mask, bytes);
    airy_mask_file_bits(&p->mask, stored.bits);
    airy_h5_put_image(h5, DETECTOR "/data", &p->photons, err);
    airy_h5_put_mask(h5, DETECTOR "/mask", &stored, err);
    airy_code code =
        airy_h5_put_bytes(h5, DETECTOR "/mask_binary", bytes, p->mask.ny, p->mask.nx, err);
    if (p->variance.px)
        code = airy_h5_put_image(h5, DETECTOR "/variance", &p->variance, err);
    if (p->coverage.px)
        code = airy_h5_put_image(h5, DETECTOR "/coverage", &p->coverage, err);
    if (p->background.px)
        code = airy_h5_put_image(h5, DETECTOR "/background", &p->background, err);
    airy_memory_free(bytes);
    airy_mask_release(&stored);
    return code;
}

enum { PARTS = 6 };
static const char *const part_paths[PARTS] = {DETECTOR "/data",        DETECTOR "/mask",
                                              DETECTOR "/mask_binary", DETECTOR "/variance",
                                              DETECTOR "/coverage",    DETECTOR "/background"};

struct airy_packed_frame {
    const airy_pattern *pattern;
    int ny, nx; // of the room for `binary` and `bits`
    uint8_t *binary;
    uint32_t *bits;
    airy_frame_plane part[PARTS]; // in the order of part_paths; values NULL: not there
    airy_chunk chunk[PARTS];
};

airy_packed_frame *airy_packed_frame_new(airy_error *err)
{
    airy_packed_frame *packed = airy_memory_new(1, sizeof *packed);
    if (!packed)
        airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
    return packed;
}

void airy_packed_frame_free(airy_packed_frame *packed)
{
    for (int i = 0; packed && i < PARTS; i++)
        airy_chunk_release(&packed->chunk[i]);
    if (packed) {
        airy_memory_free(packed->binary);
        airy_memory_free(packed->bits);
    }
    airy_memory_free(packed);
}

// What is to be stored of a pattern.
static airy_code look_at(airy_packed_frame *packed, const airy_pattern *p, airy_error *err)
{
    int ny = p->photons.ny, nx = p->photons.nx;
    packed->pattern = p;
    if (packed->ny != ny || packed->nx != nx) {
        airy_memory_free(packed->binary);
        airy_memory_free(packed->bits);
        packed->binary = airy_memory_new((size_t)ny * (size_t)nx, 1);
        packed->bits = airy_memory_new((size_t)ny * (size_t)nx, sizeof *packed->bits);
        packed->ny = packed->binary && packed->bits ? ny : 0, packed->nx = nx;
    }
    if (packed->ny != ny)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a mask of %d x %d", ny, nx);
    binary_mask(&p->mask, packed->binary);
    airy_mask_file_bits(&p->mask, packed->bits);
    const airy_frame_plane parts[PARTS] = {{AIRY_STORED_FLOAT32, ny, nx, p->photons.px},
                                           {AIRY_STORED_UINT32, ny, nx, packed->bits},
                                           {AIRY_STORED_UINT8, ny, nx, packed->binary},
                                           {AIRY_STORED_FLOAT32, ny, nx, p->variance.px},
                                           {AIRY_STORED_FLOAT32, ny, nx, p->coverage.px},
                                           {AIRY_STORED_FLOAT32, ny, nx, p->background.px}};
    memcpy(packed->part, parts, sizeof parts);
    return AIRY_OK;
}

airy_code airy_frames_pack(airy_packed_frame *packed, const airy_pattern *pattern, airy_error *err)
{
    // masks and coverage are often those of the frame before
    static const bool repeats[PARTS] = {false, true, true, false, true, false};
    airy_code code = look_at(packed, pattern, err);
    for (int i = 0; i < PARTS && code == AIRY_OK; i++)
        if (packed->part[i].values)
            code = airy_chunk_pack(&packed->part[i], repeats[i], &packed->chunk[i], err);
    return code;
}

static airy_code append_parts(airy_h5 *h5, const airy_packed_frame *packed, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; i < PARTS && code == AIRY_OK; i++)
        if (packed->part[i].values)
            code =
                airy_h5_append_plane(h5, part_paths[i], &packed->part[i], &packed->chunk[i], err);
    return code;
}

// The first frame of several, which was kept until now.
static airy_code append_first(airy_frames *frames, airy_error *err)
{
    airy_packed_frame *packed = airy_packed_frame_new(err);
    airy_code code = packed ? airy_frames_pack(packed, &frames->first, err) : AIRY_EMEMORY;
    if (code == AIRY_OK)
        code = append_parts(frames->h5, packed, err);
    airy_packed_frame_free(packed);
    return code;
}

static bool alike(const airy_pattern *a, const airy_pattern *b)
{
    return a->photons.ny == b->photons.ny && a->photons.nx == b->photons.nx &&
           !a->variance.px == !b->variance.px && !a->coverage.px == !b->coverage.px &&
           !a->background.px == !b->background.px;
}

static airy_code check_alike(const airy_frames *frames, const airy_pattern *p, airy_error *err)
{
    const airy_pattern *first = &frames->first;
    bool counts = !p->counts == !first->counts && (!p->counts || alike(p->counts, first->counts));
    if (alike(p, first) && !counts)
        return airy_error_set(
            err, AIRY_ESHAPE,
            "%s: frame %d has other counts than the frames before (their bins, or "
            "what belongs to them)",
            airy_h5_path(frames->h5), frames->n);
    if (alike(p, first))
        return AIRY_OK;
    return airy_error_set(err, AIRY_ESHAPE,
                          "%s: frame %d is %d x %d, the frames before are %d x %d (or one of them "
                          "lacks variance, coverage or background)",
                          airy_h5_path(frames->h5), frames->n, p->photons.ny, p->photons.nx,
                          first->photons.ny, first->photons.nx);
}

static airy_code note_center(airy_frames *frames, const airy_pattern *p, airy_error *err)
{
    size_t n = (size_t)frames->n + 1;
    double *grown = realloc(frames->centers, n * 4 * sizeof *grown);
    if (!grown)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %zu centers", n);
    double nan = strtod("nan", NULL);
    frames->centers = grown;
    grown += 4 * (n - 1);
    grown[0] = p->has_center ? p->center_x : nan;
    grown[1] = p->has_center ? p->center_y : nan;
    grown[2] = p->center_x_error;
    grown[3] = p->center_y_error;
    return AIRY_OK;
}

airy_code airy_frames_append_packed(airy_frames *frames, const airy_packed_frame *packed,
                                    airy_error *err)
{
    airy_code code = AIRY_OK;
    if (frames->n == 0)
        code = airy_pattern_copy(&frames->first, packed->pattern, err);
    else
        code = check_alike(frames, packed->pattern, err);
    if (code == AIRY_OK &&
        frames->first.setup.pitch_m <= 0) // the first that knows it speaks for all
        frames->first.setup = packed->pattern->setup;
    if (code == AIRY_OK && frames->n == 1)
        code = append_first(frames, err);
    if (code == AIRY_OK && frames->n >= 1)
        code = append_parts(frames->h5, packed, err);
    if (code == AIRY_OK && packed->pattern->counts)
        code = airy_counts_append(frames->h5, packed->pattern->counts, err);
    if (code == AIRY_OK)
        code = note_center(frames, packed->pattern, err);
    if (code == AIRY_OK)
        frames->n++;
    return code;
}

airy_code airy_frames_append(airy_frames *frames, const airy_pattern *pattern, airy_error *err)
{
    const airy_packed_frame alone = {.pattern = pattern}; // the first one may stay so: not packed
    if (frames->n == 0)
        return airy_frames_append_packed(frames, &alone, err);
    if (!frames->packed)
        frames->packed = airy_packed_frame_new(err);
    airy_code code = frames->packed ? airy_frames_pack(frames->packed, pattern, err) : AIRY_EMEMORY;
    return code == AIRY_OK ? airy_frames_append_packed(frames, frames->packed, err) : code;
}

// (3) for one frame, (n, 3) for several; x and y from columns `at` and at + 1, z = 0.
static airy_code put_triples(airy_frames *frames, const char *path, int at, double add,
                             airy_error *err)
{
    const int dims[2] = {frames->n, 3};
    double *xyz = airy_memory_new((size_t)frames->n * 3, sizeof *xyz);
    if (!xyz)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d centers", frames->n);
    for (int i = 0; i < frames->n; i++) {
        xyz[3 * i] = frames->centers[4 * i + at] + add;
        xyz[3 * i + 1] = frames->centers[4 * i + at + 1] + add;
    }
    airy_code code = frames->n == 1 ? airy_h5_put_doubles(frames->h5, path, xyz, 1, dims + 1, err)
                                    : airy_h5_put_doubles(frames->h5, path, xyz, 2, dims, err);
    airy_memory_free(xyz);
    return code;
}

static airy_code put_centers(airy_frames *frames, airy_error *err)
{
    bool any = false, errors = false;
    for (int i = 0; i < frames->n; i++) {
        const double *row = frames->centers + 4 * i;
        any |= row[0] == row[0];
        errors |= row[2] > 0 || row[3] > 0;
    }
    airy_code code = any ? put_triples(frames, IMAGE "/image_center", 0, 0.5, err) : AIRY_OK;
    if (code == AIRY_OK && errors)
        code = put_triples(frames, IMAGE "/image_center_error", 2, 0, err);
    return code;
}

// q of a single pattern, even at small angles, from its center; else pixels tell their own place.
static void put_axes(airy_frames *frames, airy_error *err)
{
    const airy_pattern *p = &frames->first;
    double object_nm = airy_object_pixel_nm(&p->setup, 1); // lambda z / pitch: 2 pi over it a pixel
    double step = object_nm > 0 ? 2 * AIRY_PI / object_nm : 0;
    if (frames->n > 1 || !p->has_center || !(step > 0))
        return;
    const airy_cxi_axis axes[2] = {{"qy", "1/nm", "q_y (1/nm)", p->photons.ny, p->center_y, step},
                                   {"qx", "1/nm", "q_x (1/nm)", p->photons.nx, p->center_x, step}};
    airy_cxi_axes(frames->h5, axes, false, err);
}

airy_code airy_frames_commit(airy_frames *frames, const airy_history *history, airy_error *err)
{
    airy_h5 *h5 = frames->h5;
    airy_code code = AIRY_OK;
    if (frames->n == 0)
        return airy_error_set(err, AIRY_EVALUE, "%s: there is no frame to write", airy_h5_path(h5));
    if (frames->n == 1)
        code = put_arrays(h5, &frames->first, err);
    if (code == AIRY_OK)
        code = airy_cxi_begin(h5, &frames->first.setup, history, err);
    if (code == AIRY_OK)
        code = put_centers(frames, err);
    if (code != AIRY_OK)
        return code;
    airy_h5_link(h5, IMAGE "/data", DETECTOR "/data", err);
    airy_h5_link(h5, IMAGE "/mask", DETECTOR "/mask", err);
    airy_h5_put_text(h5, IMAGE "/data_space", "diffraction", err);
    airy_h5_put_text(h5, IMAGE "/data_type", "intensity", err);
    airy_h5_put_int(h5, IMAGE "/is_fft_shifted", 0, err);
    airy_h5_put_int(h5, IMAGE "/friedel_merged", frames->first.merged, err);
    airy_h5_put_int(h5, IMAGE "/condensed", frames->first.condensed, err);
    airy_cxi_main(h5, DETECTOR "/data", err);
    airy_cxi_title(h5, "photons per pixel", err);
    put_axes(frames, err);
    return airy_h5_commit(h5, err);
}

airy_code airy_cxi_write(const char *path, const airy_pattern *pattern, const airy_history *history,
                         bool overwrite, airy_error *err)
{
    airy_frames *frames = airy_frames_create(path, overwrite, err);
    if (!frames)
        return airy_error_code(err, AIRY_EIO);
    airy_code code = airy_frames_append(frames, pattern, err);
    if (code == AIRY_OK)
        code = airy_frames_commit(frames, history, err);
    airy_frames_close(frames);
    return code;
}
