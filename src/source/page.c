// SPDX-License-Identifier: GPL-3.0-or-later
// Files that may hold several images: which one a name asks for. And what cameras of Dectris write
// as comments into CBF and TIFF.
#include "formats.h"

#include "base/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

airy_code airy_page_choose(const char *path, const char *dataset, int pages, int *page,
                           airy_error *err)
{
    double found = 0;
    bool read = dataset && airy_text_is(dataset, "/@", &found);
    if (pages > 1 && !dataset)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s holds %d images: name one of them as %s:/0 to %s:/%d", path,
                              pages, path, path, pages - 1);
    if (dataset && (!read || found < 0 || found >= pages))
        return airy_error_set(err, AIRY_EMISSING,
                              "%s holds %d image%s, counted from 0; there is none of name %s", path,
                              pages, pages > 1 ? "s" : "", dataset);
    *page = (int)found;
    return AIRY_OK;
}

// The number behind a word of a comment line; 0: there is none.
static double number_behind(const char *text, const char *word)
{
    const char *found = strstr(text, word);
    double value = found ? strtod(found + strlen(word), NULL) : 0;
    return isfinite(value) && value > 0 ? value : 0;
}

bool airy_camera_comments(const char *text, airy_setup *setup)
{
    double angstrom = number_behind(text, "Wavelength ");
    airy_setup found = {.distance_m = number_behind(text, "Detector_distance "),
                        .pitch_m = number_behind(text, "Pixel_size ")};
    if (angstrom > 0)
        found.energy_ev = AIRY_WAVELENGTH_M(1) / (1e-10 * angstrom);
    if (airy_setup_check(&found, AIRY_FOR_RINGS, NULL) == AIRY_OK)
        *setup = found;
    return found.pitch_m > 0;
}

void airy_image_without_negative(airy_image *image)
{
    for (int i = 0; i < image->ny * image->nx; i++)
        if (image->px[i] < 0)
            image->px[i] = NAN;
}
