// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of any file at a glance: a row each, and a picture of the one with the most photons.
#include "airy/report.h"
#include "look.h"

#include <stdio.h>
#include <string.h>

typedef struct work {
    const airy_call *call;
    const airy_look_step *step;
    airy_progress stop; // of drawing, which is told no progress
    airy_mask reasons;  // of the mask file
    airy_table *table;  // the caller's
    airy_pattern best;  // the frame with the most photons, to be drawn
    airy_look best_look;
    char best_name[AIRY_LABEL_ROOM];
} work;

// ------------------------------------------------------------------ one frame

static void *make_look(void *context)
{
    (void)context;
    return airy_memory_new(1, sizeof(airy_look));
}

static void drop_look(void *own)
{
    airy_look_release(own);
    airy_memory_free(own);
}

static airy_code look(const airy_photons_frame *frame, void *own, void *context, airy_error *err)
{
    const work *w = context;
    airy_look_release(own);
    airy_code code = airy_frames_combine_mask(w->step->mask, &w->reasons, frame->pattern, err);
    return code == AIRY_OK ? airy_look_pattern(frame->pattern, &w->step->look, own, err) : code;
}

static airy_code keep_best(work *w, const airy_photons_frame *frame, airy_look *found,
                           airy_error *err)
{
    bool better = !w->best.photons.px || found->hit.photons > w->best_look.hit.photons;
    if (!w->call->output || !better)
        return AIRY_OK;
    const char *slash = strrchr(frame->spec, '/');
    airy_pattern_release(&w->best);
    airy_look_release(&w->best_look);
    snprintf(w->best_name, sizeof w->best_name, "%.80s, frame %d", slash ? slash + 1 : frame->spec,
             frame->index);
    w->best_look = *found;
    *found = (airy_look){0};
    return airy_pattern_copy(&w->best, frame->pattern, err);
}

static airy_code note(const airy_photons_frame *frame, void *own, void *context, airy_error *err)
{
    work *w = context;
    airy_look *found = own;
    if (found->why[0])
        airy_call_warn(w->call, "%s, frame %d: %s", frame->spec, frame->index, found->why);
    else if (found->fit.chi2_bright > 10)
        airy_call_warn(
            w->call,
            "%s, frame %d: the rings are not those of a %s (misfit %.3g): size and error "
            "are a guess",
            frame->spec, frame->index, found->fit.spheroid ? "spheroid" : "sphere",
            found->fit.chi2_bright);
    airy_code code = airy_look_add_row(found, frame->spec, frame->index, w->table, err);
    return code == AIRY_OK ? keep_best(w, frame, found, err) : code;
}

// ------------------------------------------------------------------ all frames

static airy_code draw(work *w, airy_error *err)
{
    airy_view_options view;
    airy_figure figure = {0};
    airy_view_options_defaults(&view);
    view.title = w->best_name;
    airy_code code = airy_look_figure(&w->best, &w->best_look, &view, &figure, err);
    if (code == AIRY_OK)
        code = airy_figure_write(&figure, w->call->output, NULL, &w->stop, err);
    if (code == AIRY_OK)
        airy_call_note(w->call, "drawn: %s", w->call->output);
    airy_figure_release(&figure);
    return code;
}

static airy_code run(work *w, airy_error *err)
{
    static const airy_photons_stages stages = {
        .make = make_look, .drop = drop_look, .work = look, .store = note};
    const airy_call *call = w->call;
    const char *mask = w->step->mask;
    airy_code code = airy_output_check(call->output, NULL, call->overwrite, err);
    if (code == AIRY_OK && mask)
        code = airy_frames_read_mask(call, mask, &w->reasons, err);
    if (code == AIRY_OK)
        code = airy_photons_feed(call, &w->step->photons, &stages, w, NULL, NULL, err);
    if (code == AIRY_OK && call->output)
        code = draw(w, err);
    return code;
}

airy_code airy_look_run(const airy_call *call, const airy_look_step *step, airy_table *table,
                        airy_error *err)
{
    work w = {.call = call, .step = step, .table = table};
    *table = (airy_table){0};
    if (call->progress)
        w.stop = *call->progress;
    w.stop.report = NULL;
    airy_code code = run(&w, err);
    airy_mask_release(&w.reasons);
    airy_pattern_release(&w.best);
    airy_look_release(&w.best_look);
    return code;
}
