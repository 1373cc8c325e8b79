// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of any file as they stand, or as photons where they are words.
#include "stream.h"

#include <string.h>

// Whether calibration, units or a recognised layout ask for airy_photons_pipe; what is only said of
// the experiment does not.
static airy_code is_raw(const airy_call *call, const airy_photons_options *options, bool *raw,
                        airy_error *err)
{
    airy_photons_options asked = *options;
    asked.distance_m = asked.pitch_m = asked.calibrate.energy_ev = asked.adu_per_photon = 0;
    asked.has_beam = false;
    asked.frames = NULL;
    *raw = strcmp(asked.geometry, "grid") != 0;
    return *raw ? AIRY_OK : airy_photons_are_frames(call, &asked, raw, err);
}

static airy_setup told(const airy_photons_options *o)
{
    return (airy_setup){o->calibrate.energy_ev, o->distance_m, o->pitch_m};
}

void airy_photons_know(const airy_photons_options *o, airy_pattern *pattern)
{
    airy_setup setup = told(o);
    airy_setup_know(&pattern->setup, &setup);
    if (o->has_beam)
        airy_pattern_set_center(pattern, o->beam_y, o->beam_x, 0, 0);
}

// ------------------------------------------------------------------ as they stand

typedef struct slot {
    airy_photons_slot all;
    airy_pattern pattern;
} slot;

typedef struct plain {
    airy_photons_stream all;
    airy_frames *in; // that is open
} plain;

static airy_code open_input(airy_photons_stream *s, int input, airy_error *err)
{
    plain *p = (plain *)s;
    airy_setup setup = told(s->options);
    p->in = airy_frames_open(s->call->inputs[input], err);
    if (!p->in)
        return airy_error_code(err, AIRY_EIO);
    airy_frames_know(p->in, &setup);
    return AIRY_OK;
}

static void close_input(airy_photons_stream *s)
{
    plain *p = (plain *)s;
    airy_frames_close(p->in);
    p->in = NULL;
}

static int count(const airy_photons_stream *s)
{
    const plain *p = (const plain *)s;
    return airy_frames_count(p->in);
}

static airy_code begin(airy_photons_stream *s, airy_error *err)
{
    const plain *p = (const plain *)s;
    airy_pattern facts = {0};
    if (!s->stages->begin)
        return AIRY_OK;
    airy_code code = airy_frames_read(p->in, s->choice.n ? s->choice.frame[0] : 0, &facts, err);
    airy_photons_question(s->call, s->options, &facts.setup);
    airy_photons_know(s->options, &facts);
    if (code == AIRY_OK)
        code = s->stages->begin(NULL, &facts, s->context, err);
    airy_pattern_release(&facts);
    return code;
}

static void drop(void *given)
{
    slot *at = given;
    airy_photons_slot_release(&at->all);
    airy_pattern_release(&at->pattern);
    airy_memory_free(at);
}

static void *make(airy_photons_stream *s)
{
    slot *at = airy_memory_new(1, sizeof *at);
    if (!at || airy_photons_slot_init(s, &at->all))
        return at;
    drop(at);
    return NULL;
}

static airy_code fetch(airy_photons_stream *s, void *given, airy_error *err)
{
    const plain *p = (const plain *)s;
    slot *at = given;
    airy_pattern_release(&at->pattern);
    at->all.frame.pattern = &at->pattern;
    return airy_frames_read(p->in, at->all.frame.index, &at->pattern, err);
}

static void divide(airy_image *image, double divisor)
{
    for (int i = 0; image->px && i < image->ny * image->nx; i++)
        image->px[i] = (float)((double)image->px[i] / divisor);
}

static airy_code work(const airy_photons_stream *s, void *given, airy_error *err)
{
    slot *at = given;
    double divisor = s->options->adu_per_photon;
    (void)err;
    airy_photons_know(s->options, &at->pattern);
    if (divisor > 0) {
        divide(&at->pattern.photons, divisor);
        divide(&at->pattern.variance, divisor * divisor);
    }
    return AIRY_OK;
}

airy_code airy_photons_feed(const airy_call *call, const airy_photons_options *options,
                            const airy_photons_stages *stages, void *context, airy_history *history,
                            int *frames, airy_error *err)
{
    static const airy_photons_reader reader = {.open = open_input,
                                               .close = close_input,
                                               .count = count,
                                               .begin = begin,
                                               .make = make,
                                               .drop = drop,
                                               .fetch = fetch,
                                               .work = work};
    bool raw = false;
    airy_code code = is_raw(call, options, &raw, err);
    if (code != AIRY_OK)
        return code;
    if (raw)
        return airy_photons_pipe(call, options, stages, context, history, frames, err);
    plain p = {.all = {.reader = &reader,
                       .call = call,
                       .options = options,
                       .stages = stages,
                       .context = context}};
    return airy_photons_stream_run(&p.all, history, frames, err);
}
