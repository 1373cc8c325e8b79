// SPDX-License-Identifier: GPL-3.0-or-later
// Masks in files: bits of ours or of anybody, or an image that tells which pixels are none.
#include "formats.h"

#include <math.h>
#include <stdlib.h>

// What an image has to be to serve as a mask: two values, 0 and another (1, or 255 of a drawing),
// or a pattern that lacks a value where it is to be masked.
typedef struct mask_image {
    bool two_values;
    float high;  // the value beside 0; 0: there is none
    int missing; // pixels without a value
} mask_image;

static mask_image look_at_mask(const airy_pattern *p)
{
    mask_image found = {.two_values = true};
    for (int i = 0; i < p->photons.ny * p->photons.nx; i++) {
        float value = p->photons.px[i];
        bool none = isnan(value) || p->mask.bits[i] & AIRY_MASK_EXCLUDES;
        found.missing += none;
        if (none || value == 0)
            continue;
        found.two_values = found.two_values && (found.high == 0 || value == found.high);
        found.high = value;
    }
    return found;
}

static airy_code mask_of_image(const char *spec, airy_pattern *p, airy_error *err)
{
    const mask_image found = look_at_mask(p);
    if (!found.two_values && found.missing == 0)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s is no mask: it holds neither two values, 0 and 1 or 255 (not 0 = "
                              "excluded), nor pixels without a value",
                              spec);
    for (int i = 0; found.two_values && i < p->photons.ny * p->photons.nx; i++)
        p->mask.bits[i] |= p->photons.px[i] == found.high && found.high != 0 ? AIRY_MASK_BAD : 0;
    return AIRY_OK;
}

// Where a mask stands in files of ours, before the arrays themselves.
static const char *const mask_places[] = {"/entry_1/instrument_1/detector_1/mask",
                                          "/entry_1/image_1/mask", "/pixel_mask", "/mask", NULL};

// The mask dataset of an HDF5 spec without or with a dataset; false when there is none, or, with
// AIRY_EMEMORY, when that cannot be told.
static bool read_h5_mask(const char *path, const char *dataset, airy_mask *mask, airy_error *err)
{
    airy_h5 *h5 = airy_h5_open(path, err);
    for (int i = 0; h5 && !dataset && mask_places[i]; i++)
        if (airy_h5_has(h5, mask_places[i]))
            dataset = mask_places[i];
    bool found = h5 && dataset && airy_h5_get_mask(h5, dataset, mask, err) == AIRY_OK;
    if (h5 && airy_h5_trust(h5, err) != AIRY_OK) {
        airy_mask_release(mask);
        found = false;
    }
    airy_h5_close(h5);
    return found;
}

airy_code airy_mask_read(const char *spec, airy_mask *mask, airy_error *err)
{
    const char *dataset;
    airy_pattern pattern = {0};
    *mask = (airy_mask){0};
    char *path = airy_spec_path(spec, &dataset);
    if (!path)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a file name");
    airy_error why = {0};
    bool whole = !airy_format_of(path)->read && read_h5_mask(path, dataset, mask, &why);
    free(path);
    if (why.code == AIRY_EMEMORY)
        return airy_error_set(err, why.code, "%s", why.message);
    if (whole) {
        airy_mask_take_file(mask);
        return AIRY_OK;
    }
    airy_code code = airy_pattern_read(spec, 0, &pattern, NULL, err);
    if (code != AIRY_OK)
        return code;
    code = mask_of_image(spec, &pattern, err);
    if (code == AIRY_OK) {
        *mask = pattern.mask;
        pattern.mask = (airy_mask){0};
    }
    airy_pattern_release(&pattern);
    return code;
}
