// SPDX-License-Identifier: GPL-3.0-or-later
// Raw words of a file as a stack of modules, however they are stored.
#include "frame_words.h"

airy_code airy_photons_source_open(const airy_call *call, const char *spec, const char *layout,
                                   airy_photons_source *s, airy_error *err)
{
    *s = (airy_photons_source){.raw = airy_raw_open(spec, layout, err)};
    if (!s->raw)
        return airy_error_code(err, AIRY_EMEMORY);
    airy_raw_shape(s->raw, &s->ny, &s->nx);
    airy_call_detail(call, "%s: %s", spec, airy_raw_why(s->raw));
    s->stack_ny = s->ny * (s->nx > AIRY_MODULE_NX ? s->nx / AIRY_MODULE_NX : 1);
    if (airy_raw_unit_of(s->raw) != AIRY_UNIT_WORDS)
        return AIRY_OK;
    if (s->ny % AIRY_MODULE_NY || s->nx % AIRY_MODULE_NX)
        return airy_error_set(err, AIRY_ESHAPE,
                              "%s: frames of %d x %d are no JUNGFRAU modules of %d x %d", spec,
                              s->ny, s->nx, AIRY_MODULE_NY, AIRY_MODULE_NX);
    if (s->nx == AIRY_MODULE_NX)
        return AIRY_OK;
    s->tiles = airy_memory_new((size_t)s->ny * (size_t)s->nx, sizeof *s->tiles);
    if (!s->tiles)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a frame of %d x %d", s->ny, s->nx);
    return AIRY_OK;
}

void airy_photons_source_close(airy_photons_source *s)
{
    airy_raw_close(s->raw);
    airy_memory_free(s->tiles);
    *s = (airy_photons_source){0};
}

airy_code airy_photons_source_fetch(airy_photons_source *s, int i, airy_packed_words *packed,
                                    uint16_t *words, airy_error *err)
{
    return s->tiles ? airy_photons_source_words(s, i, words, err)
                    : airy_raw_fetch(s->raw, i, packed, words, err);
}

airy_code airy_photons_source_words(airy_photons_source *s, int i, uint16_t *words, airy_error *err)
{
    airy_code code = airy_raw_read(s->raw, i, s->tiles ? s->tiles : words, err);
    if (code == AIRY_OK && s->tiles)
        airy_jungfrau_restack(s->tiles, s->ny, s->nx, words);
    return code;
}
