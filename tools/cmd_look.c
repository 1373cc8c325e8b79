// SPDX-License-Identifier: GPL-3.0-or-later
// airy look: frames of any file at a glance: picture, photons, center, size.
#include "airy/live.h"
#include "airy/report.h"
#include "commands.h"
#include "photons.h"
#include "results.h"
#include "say.h"

#include <stdio.h>
#include <string.h>

typedef struct work {
    const invocation *call;
    airy_photons_options photons;
    airy_look_options options;
    const char *mask;
    airy_mask reasons; // of the mask file
    airy_table table;
    bool draw;
    airy_pattern best; // the frame with the most photons, to be drawn
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
    airy_code code = airy_frames_combine_mask(w->mask, &w->reasons, frame->pattern, err);
    return code == AIRY_OK ? airy_look_pattern(frame->pattern, &w->options, own, err) : code;
}

static airy_code keep_best(work *w, const airy_photons_frame *frame, airy_look *found,
                           airy_error *err)
{
    bool better = !w->best.photons.px || found->hit.photons > w->best_look.hit.photons;
    if (!w->draw || !better)
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
        say_warning(w->call, "%s, frame %d: %s", frame->spec, frame->index, found->why);
    else if (found->fit.chi2_bright > 10)
        say_warning(w->call,
                    "%s, frame %d: the rings are not those of a %s (misfit %.3g): size and error "
                    "are a guess",
                    frame->spec, frame->index, found->fit.spheroid ? "spheroid" : "sphere",
                    found->fit.chi2_bright);
    airy_code code = airy_look_add_row(found, frame->spec, frame->index, &w->table, err);
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
        code = airy_figure_write(&figure, w->call->output, NULL, say_stopping(), err);
    if (code == AIRY_OK)
        say_note(w->call, "drawn: %s", w->call->output);
    airy_figure_release(&figure);
    return code;
}

static airy_code run(work *w, airy_error *err)
{
    static const airy_photons_stages stages = {
        .make = make_look, .drop = drop_look, .work = look, .store = note};
    const invocation *call = w->call;
    w->draw = call->output != NULL;
    airy_code code = airy_output_check(call->output, NULL, call->overwrite, err);
    if (code == AIRY_OK && w->mask)
        code = airy_frames_read_mask(&call->run, w->mask, &w->reasons, err);
    if (code == AIRY_OK)
        code = airy_photons_feed(&call->run, &w->photons, &stages, w, NULL, NULL, err);
    if (code == AIRY_OK)
        code = results_print_table(&w->table, err);
    if (code == AIRY_OK && w->draw)
        code = draw(w, err);
    return code;
}

int cmd_look(invocation *call)
{
    work w = {.call = call};
    option rows[PHOTONS_ROWS];
    airy_look_options *o = &w.options;
    int model = 0;
    airy_photons_defaults(&w.photons);
    w.photons.frames = "0:1";
    photons_rows(&w.photons, rows);
    airy_look_options_defaults(o);
    const option table[] = {
        {"factor", OPTION_INT, &o->factor, .low = 0, .high = 64, .unit = "pixels",
         .help = "side of the cells that center and size are found on; 0 = as the rings need"},
        {"beamstop", OPTION_DOUBLE, &o->beamstop, .low = 0, .high = 1e4, .unit = "pixels",
         .help = "radius of the beam stop; 0 = its shadow is looked for"},
        {"model", OPTION_CHOICE, &model, .choices = "sphere|spheroid", .help = "what is fitted"},
        {"axis", OPTION_DOUBLE, &o->axis_deg, .low = -360, .high = 360, .unit = "degrees",
         .help = "of a spheroid, counter-clockwise from +x"},
        {"mask", OPTION_TEXT, &w.mask, .unit = "FILE", .help = "further reasons to exclude pixels"},
        {"calibration", OPTION_ROWS, .at = rows},
        {0},
    };
    if (!photons_parse(call, table, TAKES_OPTIONAL_OUTPUT, &w.photons))
        return call->status;
    o->spheroid = model == 1;
    airy_error err = {0};
    airy_code code = run(&w, &err);
    airy_mask_release(&w.reasons);
    airy_table_release(&w.table);
    airy_pattern_release(&w.best);
    airy_look_release(&w.best_look);
    return say_done(call, code, &err);
}
