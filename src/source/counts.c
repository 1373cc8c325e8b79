// SPDX-License-Identifier: GPL-3.0-or-later
// The counts that a condensed pattern was made from: /entry_1/counts_1 beside it, (n, ny, nx).
#include "formats.h"
#include "files/hdf5_pack.h"

#define COUNTS "/entry_1/counts_1"

// What belongs to a bin, and where the center lies: (n, 1, 2), y and x in bins.
enum { PLANES = 4 };
static const char *const paths[PLANES] = {COUNTS "/data", COUNTS "/variance", COUNTS "/coverage",
                                          COUNTS "/background"};

airy_code airy_counts_append(airy_h5 *h5, const airy_pattern *counts, airy_error *err)
{
    int ny = counts->photons.ny, nx = counts->photons.nx;
    const float *const planes[PLANES] = {counts->photons.px, counts->variance.px,
                                         counts->coverage.px, counts->background.px};
    const float center[2] = {(float)counts->center_y, (float)counts->center_x};
    const airy_frame_plane at = {AIRY_STORED_FLOAT32, 1, 2, center};
    airy_code code = AIRY_OK;
    if (!airy_h5_has(h5, COUNTS "/data"))
        airy_h5_put_double(h5, COUNTS "/pixel_size", counts->setup.pitch_m, err);
    for (int i = 0; i < PLANES && code == AIRY_OK; i++) {
        const airy_frame_plane plane = {AIRY_STORED_FLOAT32, ny, nx, planes[i]};
        if (planes[i])
            code = airy_h5_append_plane(h5, paths[i], &plane, NULL, err);
    }
    return code == AIRY_OK ? airy_h5_append_plane(h5, COUNTS "/center", &at, NULL, err) : code;
}

static airy_code read_plane(airy_h5 *h5, const char *path, int frame, airy_image *image,
                            airy_error *err)
{
    return airy_h5_has(h5, path) ? airy_h5_get_frame(h5, path, frame, image, err) : AIRY_OK;
}

static airy_code take_center(const airy_h5 *h5, const airy_image *center, airy_pattern *c,
                             airy_error *err)
{
    if (center->ny * center->nx != 2)
        return airy_error_set(err, AIRY_ESHAPE, "%s: " COUNTS "/center holds %d numbers, not 2",
                              airy_h5_path(h5), center->ny * center->nx);
    airy_pattern_set_center(c, (double)center->px[0], (double)center->px[1], 0, 0);
    return AIRY_OK;
}

static airy_code read_counts(airy_h5 *h5, int frame, airy_pattern *c, airy_error *err)
{
    airy_image *const planes[PLANES] = {&c->photons, &c->variance, &c->coverage, &c->background};
    airy_image center = {0};
    airy_code code = AIRY_OK;
    for (int i = 0; i < PLANES && code == AIRY_OK; i++)
        code = read_plane(h5, paths[i], frame, planes[i], err);
    if (code == AIRY_OK)
        code = airy_mask_init(&c->mask, c->photons.ny, c->photons.nx, err);
    if (code == AIRY_OK)
        code = airy_h5_get_frame(h5, COUNTS "/center", frame, &center, err);
    for (int i = 1; i < PLANES && code == AIRY_OK; i++)
        if (planes[i]->px && (planes[i]->ny != c->photons.ny || planes[i]->nx != c->photons.nx))
            code = airy_error_set(err, AIRY_ESHAPE, "%s: %s is %d x %d, " COUNTS "/data %d x %d",
                                  airy_h5_path(h5), paths[i], planes[i]->ny, planes[i]->nx,
                                  c->photons.ny, c->photons.nx);
    if (code == AIRY_OK)
        code = take_center(h5, &center, c, err);
    if (code == AIRY_OK)
        code = airy_h5_get_double(h5, COUNTS "/pixel_size", &c->setup.pitch_m, err);
    airy_image_release(&center);
    return code;
}

airy_code airy_counts_read(airy_h5 *h5, int frame, airy_pattern *pattern, airy_error *err)
{
    if (!airy_h5_has(h5, COUNTS "/data"))
        return AIRY_OK;
    pattern->counts = airy_memory_new(1, sizeof *pattern->counts);
    if (!pattern->counts)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for counts");
    pattern->counts->setup = pattern->setup;
    airy_code code = read_counts(h5, frame, pattern->counts, err);
    if (code == AIRY_OK)
        airy_pattern_settle(pattern->counts);
    return code;
}
