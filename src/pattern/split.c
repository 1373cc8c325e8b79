// SPDX-License-Identifier: GPL-3.0-or-later
// The photons of one shot dealt out to two patterns of half the dose.
#include "noise.h"

// One photon is worth `unit` of the pattern's numbers: 1 / coverage, half where two mates were
// averaged.
static void split_pixel(const airy_pattern *in, int i, double unit, double extra,
                        airy_pattern halves[2], airy_random *random)
{
    double behind = (double)background_at(in, i);
    double count = floor(fmax((double)in->photons.px[i] + behind, 0) / unit + 0.5);
    uint32_t n = count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
    uint32_t first = airy_random_binomial(random, n, 0.5);
    for (int h = 0; h < 2; h++) {
        double photons = unit * (h == 0 ? first : n - first);
        halves[h].photons.px[i] = (float)(photons - behind / 2);
        if (in->background.px)
            halves[h].background.px[i] = (float)(behind / 2);
        if (in->variance.px)
            halves[h].variance.px[i] = (float)(unit * photons + (extra - unit * behind) / 4);
    }
}

airy_code airy_pattern_split(const airy_pattern *in, airy_random *random, airy_pattern halves[2],
                             airy_error *err)
{
    airy_image factor = {0}, extra = {0};
    halves[0] = halves[1] = (airy_pattern){0};
    if (in->condensed)
        return airy_error_set(err, AIRY_EVALUE,
                              "a condensed pattern holds no counted photons that could be dealt "
                              "out; split the pattern that was condensed");
    airy_code code = airy_pattern_noise(in, &factor, &extra, err);
    for (int h = 0; code == AIRY_OK && h < 2; h++)
        code = airy_pattern_copy(&halves[h], in, err);
    for (int i = 0; code == AIRY_OK && i < in->photons.ny * in->photons.nx; i++)
        if (measured(in, i))
            split_pixel(in, i, (double)factor.px[i], (double)extra.px[i], halves, random);
    if (code != AIRY_OK)
        airy_pattern_release(&halves[0]);
    airy_image_release(&factor);
    airy_image_release(&extra);
    return code;
}
