// SPDX-License-Identifier: GPL-3.0-or-later
// airy mask: reasons not to use pixels, built, combined and counted.
#include "airy/pattern.h"
#include "commands.h"
#include "photons.h"
#include "results.h"
#include "say.h"
#include "airy/source.h"

#include <math.h>
#include <stdlib.h>

enum { SHAPES_MOST = 3 * OPTION_TEXTS_MAX };

struct work {
    const invocation *call;
    airy_mask_options options;
    option_texts shapes[3]; // in the order of airy_shape_kind
    option_texts files;
    bool show;
    bool run; // one mask of all frames
    airy_photons_options photons;
    airy_exposures_mask_options many;
    airy_shape *shape;
    int n_shapes;
    airy_table counts;
};

static airy_code parse_shapes(struct work *work, airy_error *err)
{
    work->shape = calloc(SHAPES_MOST, sizeof *work->shape);
    if (!work->shape)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for shapes");
    airy_code code = AIRY_OK;
    for (int kind = 0; kind < 3; kind++)
        for (int i = 0; i < work->shapes[kind].n && code == AIRY_OK; i++)
            code = airy_shape_parse((airy_shape_kind)kind, work->shapes[kind].text[i],
                                    &work->shape[work->n_shapes++], err);
    return code;
}

static airy_code count_row(struct work *work, int frame, const airy_mask *mask,
                           const airy_reason_row *row, airy_error *err)
{
    airy_table *to = &work->counts;
    int pixels = airy_mask_count(mask, row->bit), all = mask->ny * mask->nx;
    if (pixels == 0)
        return AIRY_OK;
    airy_code code = airy_table_add(to, err);
    if (code == AIRY_OK)
        code = airy_table_put_double(to, to->rows - 1, "frame", frame, err);
    if (code == AIRY_OK)
        code = airy_table_put(to, to->rows - 1, "reason", row->name, err);
    if (code == AIRY_OK)
        code = airy_table_put_double(to, to->rows - 1, "pixels", pixels, err);
    if (code == AIRY_OK)
        code = airy_table_put_double(to, to->rows - 1, "share", (double)pixels / all, err);
    if (code == AIRY_OK)
        code = airy_table_put(to, to->rows - 1, "means", row->means, err);
    return code;
}

static airy_code count_reasons(struct work *work, int frame, const airy_mask *mask, airy_error *err)
{
    int n;
    const airy_reason_row *rows = airy_mask_reasons(&n);
    const airy_reason_row excluded = {
        .bit = AIRY_MASK_EXCLUDES, .name = "excluded", .means = "excluded for any of the reasons"};
    airy_code code = AIRY_OK;
    if (!work->counts.columns)
        code = airy_table_init(&work->counts, "frame reason pixels share means", err);
    for (int i = 0; i < n && code == AIRY_OK; i++)
        code = count_row(work, frame, mask, &rows[i], err);
    return code == AIRY_OK ? count_row(work, frame, mask, &excluded, err) : code;
}

// The beam stop, hot and dead pixels count from the center. While it is unknown it is found here
// from the unmasked pattern (the stop's shadow is symmetric about it) and recorded; `airy center`
// refines it.
static airy_code need_center(const struct work *work, int frame, airy_pattern *pattern,
                             airy_error *err)
{
    const airy_mask_options *mask = &work->options;
    bool counts = mask->beamstop > 0 || mask->hot > 0 || mask->dead > 0 ||
                  (work->run && work->many.shadow > 0);
    if (pattern->has_center || !counts)
        return AIRY_OK;
    if (airy_pattern_find_center(pattern, err) != AIRY_OK)
        return airy_error_prefix(err, "no center for the beam stop, hot or dead pixels");
    say_note(work->call, "frame %d: center found at row %.2f, column %.2f", frame,
             pattern->center_y, pattern->center_x);
    return AIRY_OK;
}

static airy_code mask_frame(airy_pattern *pattern, int frame, void *context, airy_error *err)
{
    struct work *work = context;
    airy_code code = AIRY_OK;
    for (int i = 0; i < work->files.n && code == AIRY_OK; i++)
        code = airy_frames_use_mask(&work->call->run, work->files.text[i], pattern, err);
    if (code == AIRY_OK)
        code = need_center(work, frame, pattern, err);
    if (code == AIRY_OK)
        code = airy_mask_build(pattern, &work->options, work->shape, work->n_shapes, err);
    if (code != AIRY_OK)
        return code;
    int all = pattern->mask.ny * pattern->mask.nx;
    int excluded = airy_mask_count(&pattern->mask, AIRY_MASK_EXCLUDES);
    say_note(work->call, "frame %d: %d of %d pixels are excluded", frame, excluded, all);
    if (excluded == all)
        say_warning(work->call, "frame %d: not one pixel of it is left", frame);
    return work->show ? count_reasons(work, frame, &pattern->mask, err) : AIRY_OK;
}

// ------------------------------------------------------------------ one mask of a run

static airy_code add_exposure(airy_pattern *pattern, int i, void *context, airy_error *err)
{
    (void)i;
    return airy_exposures_add(context, pattern, err);
}

// The mean of all frames with the reasons that their statistics tell, and then those of one frame.
static airy_code mask_run(struct work *work, const char *const *more, airy_error *err)
{
    const invocation *call = work->call;
    airy_pattern mean = {0};
    airy_history history = {0};
    airy_exposures *run = airy_exposures_new(err);
    airy_code code = run ? AIRY_OK : err->code;
    work->photons.more = more;
    if (code == AIRY_OK)
        code = airy_photons_run(&call->run, &work->photons, add_exposure, run, &history, NULL, err);
    if (code == AIRY_OK)
        code = airy_exposures_mean(run, 0.5, &mean, err);
    if (code == AIRY_OK)
        code = need_center(work, 0, &mean, err);
    if (code == AIRY_OK)
        code = airy_exposures_mask(run, &work->many, &mean, err);
    if (code == AIRY_OK)
        code = mask_frame(&mean, 0, work, err);
    if (code == AIRY_OK && call->output)
        code = airy_pattern_write(call->output, &mean, &history, call->overwrite, err);
    airy_history_release(&history);
    airy_pattern_release(&mean);
    airy_exposures_free(run);
    return code;
}

static airy_code run(struct work *work, airy_error *err)
{
    const char *more[OPTION_TEXTS_MAX + 1] = {0};
    for (int i = 0; i < work->files.n; i++)
        more[i] = work->files.text[i];
    const airy_frames_job job = {.change = mask_frame, .context = work, .more = more};
    airy_code code =
        work->run ? mask_run(work, more, err) : airy_frames_run(&work->call->run, &job, err);
    if (code == AIRY_OK && work->show)
        code = results_print_table(&work->counts, err);
    return code;
}

int cmd_mask(invocation *call)
{
    struct work work = {.call = call};
    airy_mask_options *mask = &work.options;
    airy_mask_options_defaults(mask);
    double below = -1e30, above = 1e30;
    airy_exposures_mask_options *many = &work.many;
    option rows[PHOTONS_ROWS];
    airy_exposures_mask_options_defaults(many);
    airy_photons_defaults(&work.photons);
    photons_rows(&work.photons, rows);
    const option table[] = {
        {"show", OPTION_FLAG, &work.show, .help = "print pixels by reason"},
        {"beamstop", OPTION_DOUBLE, &mask->beamstop, .low = 0, .high = 1e4, .unit = "PIXELS",
         .help = "radius of the beam stop about the center (found when unknown)"},
        {"circle", OPTION_TEXTS, &work.shapes[AIRY_SHAPE_CIRCLE], .unit = "Y,X,R",
         .help = "exclude a circle"},
        {"rectangle", OPTION_TEXTS, &work.shapes[AIRY_SHAPE_RECTANGLE], .unit = "Y0,X0,Y1,X1",
         .help = "exclude a rectangle, corners included"},
        {"polygon", OPTION_TEXTS, &work.shapes[AIRY_SHAPE_POLYGON], .unit = "Y,X,Y,X,...",
         .help = "exclude a polygon"},
        {"hot", OPTION_DOUBLE, &mask->hot, .low = 0, .high = 1e6, .unit = "SIGMA",
         .help = "exclude pixels so far above ring and neighbours, 0 = off"},
        {"dead", OPTION_DOUBLE, &mask->dead, .low = 0, .high = 1e6, .unit = "SIGMA",
         .help = "exclude empty pixels where ring and neighbours are so far above 0, 0 = off"},
        {"saturation", OPTION_DOUBLE, &mask->saturation, .low = 0, .high = 1e12, .unit = "PHOTONS",
         .help = "exclude pixels from this value on, 0 = off"},
        {"below", OPTION_DOUBLE, &below, .unit = "PHOTONS", .help = "exclude smaller values"},
        {"above", OPTION_DOUBLE, &above, .unit = "PHOTONS", .help = "exclude larger values"},
        {"edges", OPTION_INT, &mask->edges, .low = 0, .high = 1024, .unit = "PIXELS",
         .help = "exclude pixels along frame and gaps"},
        {"file", OPTION_TEXTS, &work.files, .unit = "FILE",
         .help = "add the reasons of a mask file"},
        {"grow", OPTION_INT, &mask->grow, .low = 0, .high = 1024, .unit = "PIXELS",
         .help = "let every reason grow at the end"},
        {"run", OPTION_FLAG, &work.run,
         .help = "one mask from the statistics of all frames, raw words or photons"},
        {"run-hot", OPTION_DOUBLE, &many->hot, .low = 0, .high = 1e6, .unit = "SIGMA",
         .help = "with --run: a mean so far above the neighbours', 0 = off"},
        {"run-dead", OPTION_DOUBLE, &many->dead, .low = 0, .high = 1e6, .unit = "SIGMA",
         .help = "with --run: a mean so far below them and under a tenth, 0 = off"},
        {"noisy", OPTION_DOUBLE, &many->noisy, .low = 0, .high = 1e6, .unit = "TIMES",
         .help =
             "with --run: scatter over the frames above so many times the neighbours', 0 = off"},
        {"shadow", OPTION_DOUBLE, &many->shadow, .low = 0, .high = 0.99, .unit = "SHARE",
         .help =
             "with --run: the beam stop is darker than this share of the light around, 0 = off"},
        {"calibration", OPTION_ROWS, .at = rows},
        {0},
    };
    if (!photons_parse(call, table, TAKES_OPTIONAL_OUTPUT, &work.photons))
        return call->status;
    if (!work.run && call->n_inputs > 1)
        return options_wrong(call, "'%s' is one input too many without --run", call->inputs[1]);
    mask->below = below <= -1e30 ? -INFINITY : below;
    mask->above = above >= 1e30 ? INFINITY : above;
    airy_error err = {0};
    int status = 2;
    if (!call->output && !work.show)
        options_wrong(call, "give -o FILE, --show or both");
    else if (airy_mask_options_check(mask, &err) != AIRY_OK || parse_shapes(&work, &err) != AIRY_OK)
        options_wrong(call, "%s", err.message);
    else
        status = say_done(call, run(&work, &err), &err);
    airy_table_release(&work.counts);
    free(work.shape);
    return status;
}
