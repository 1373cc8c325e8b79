// SPDX-License-Identifier: GPL-3.0-or-later
// The step `mask`: reasons not to use pixels, built, combined and counted.
#include "airy/chain.h"

#include <math.h>
#include <stdlib.h>

#define NO_LIMIT 1e30 // photons

enum { SHAPES_MOST = 3 * AIRY_TEXTS_MAX };

struct work {
    const airy_call *call;
    const airy_mask_step *step;
    airy_mask_options options;
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
        for (int i = 0; i < work->step->shapes[kind].n && code == AIRY_OK; i++)
            code = airy_shape_parse((airy_shape_kind)kind, work->step->shapes[kind].text[i],
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
                  (work->step->run && work->step->many.shadow > 0);
    if (pattern->has_center || !counts)
        return AIRY_OK;
    if (airy_pattern_find_center(pattern, err) != AIRY_OK)
        return airy_error_prefix(err, "no center for the beam stop, hot or dead pixels");
    airy_call_note(work->call, "frame %d: center found at row %.2f, column %.2f", frame,
                   pattern->center_y, pattern->center_x);
    return AIRY_OK;
}

static airy_code mask_frame(airy_pattern *pattern, int frame, void *context, airy_error *err)
{
    struct work *work = context;
    airy_code code = AIRY_OK;
    for (int i = 0; i < work->step->files.n && code == AIRY_OK; i++)
        code = airy_frames_use_mask(work->call, work->step->files.text[i], pattern, err);
    if (code == AIRY_OK)
        code = need_center(work, frame, pattern, err);
    if (code == AIRY_OK)
        code = airy_mask_build(pattern, &work->options, work->shape, work->n_shapes, err);
    if (code != AIRY_OK)
        return code;
    int all = pattern->mask.ny * pattern->mask.nx;
    int excluded = airy_mask_count(&pattern->mask, AIRY_MASK_EXCLUDES);
    airy_call_note(work->call, "frame %d: %d of %d pixels are excluded", frame, excluded, all);
    if (excluded == all)
        airy_call_warn(work->call, "frame %d: not one pixel of it is left", frame);
    return work->step->show ? count_reasons(work, frame, &pattern->mask, err) : AIRY_OK;
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
    const airy_call *call = work->call;
    airy_pattern mean = {0};
    airy_history history = {0};
    airy_exposures *run = airy_exposures_new(err);
    airy_code code = run ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    airy_photons_options photons = work->step->photons;
    photons.more = more;
    if (code == AIRY_OK)
        code = airy_photons_run(call, &photons, add_exposure, run, &history, NULL, err);
    if (code == AIRY_OK)
        code = airy_exposures_mean(run, 0.5, &mean, err);
    if (code == AIRY_OK)
        code = need_center(work, 0, &mean, err);
    if (code == AIRY_OK)
        code = airy_exposures_mask(run, &work->step->many, &mean, err);
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
    const char *more[AIRY_TEXTS_MAX + 1] = {0};
    for (int i = 0; i < work->step->files.n; i++)
        more[i] = work->step->files.text[i];
    const airy_frames_job job = {
        .change = mask_frame, .any_values = true, .context = work, .more = more};
    return work->step->run ? mask_run(work, more, err) : airy_frames_run(work->call, &job, err);
}

// What is given as limits that nothing reaches is no limit.
static void set_limits(struct work *work)
{
    work->options = work->step->options;
    work->options.below = work->step->below <= -NO_LIMIT ? -INFINITY : work->step->below;
    work->options.above = work->step->above >= NO_LIMIT ? INFINITY : work->step->above;
}

void airy_mask_step_defaults(airy_mask_step *step)
{
    *step = (airy_mask_step){.below = -NO_LIMIT, .above = NO_LIMIT};
    airy_mask_options_defaults(&step->options);
    airy_exposures_mask_options_defaults(&step->many);
    airy_photons_defaults(&step->photons);
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_mask_step *step = of;
    struct work work = {.step = step};
    set_limits(&work);
    airy_code code = airy_mask_options_check(&work.options, err);
    if (code == AIRY_OK)
        code = parse_shapes(&work, err);
    free(work.shape);
    return code;
}

const airy_option airy_mask_step_rows[] = {
    AIRY_OPTION(airy_mask_step, show, "show", .help = "print pixels by reason"),
    AIRY_OPTION(airy_mask_step, options.beamstop, "beamstop", .low = 0, .high = 1e4,
                .unit = "PIXELS",
                .help = "radius of the beam stop about the center (found when unknown)"),
    AIRY_OPTION(airy_mask_step, shapes[AIRY_SHAPE_CIRCLE], "circle", .unit = "Y,X,R",
                .help = "exclude a circle"),
    AIRY_OPTION(airy_mask_step, shapes[AIRY_SHAPE_RECTANGLE], "rectangle", .unit = "Y0,X0,Y1,X1",
                .help = "exclude a rectangle, corners included"),
    AIRY_OPTION(airy_mask_step, shapes[AIRY_SHAPE_POLYGON], "polygon", .unit = "Y,X,Y,X,...",
                .help = "exclude a polygon"),
    AIRY_OPTION(airy_mask_step, options.hot, "hot", .low = 0, .high = 1e6, .unit = "SIGMA",
                .help = "exclude pixels so far above ring and neighbours, 0 = off"),
    AIRY_OPTION(airy_mask_step, options.dead, "dead", .low = 0, .high = 1e6, .unit = "SIGMA",
                .help =
                    "exclude empty pixels where ring and neighbours are so far above 0, 0 = off"),
    AIRY_OPTION(airy_mask_step, options.saturation, "saturation", .low = 0, .high = 1e12,
                .unit = "PHOTONS", .help = "exclude pixels from this value on, 0 = off"),
    AIRY_OPTION(airy_mask_step, below, "below", .unit = "PHOTONS",
                .help = "exclude smaller values"),
    AIRY_OPTION(airy_mask_step, above, "above", .unit = "PHOTONS", .help = "exclude larger values"),
    AIRY_OPTION(airy_mask_step, options.edges, "edges", .low = 0, .high = 1024, .unit = "PIXELS",
                .help = "exclude pixels along frame and gaps"),
    AIRY_OPTION(airy_mask_step, files, "file", .unit = "FILE",
                .help = "add the reasons of a mask file"),
    AIRY_OPTION(airy_mask_step, options.grow, "grow", .low = 0, .high = 1024, .unit = "PIXELS",
                .help = "let every reason grow at the end"),
    AIRY_OPTION(airy_mask_step, run, "run",
                .help = "one mask from the statistics of all frames, raw words or photons"),
    AIRY_OPTION(airy_mask_step, many.hot, "run-hot", .low = 0, .high = 1e6, .unit = "SIGMA",
                .help = "with --run: a mean so far above the neighbours', 0 = off"),
    AIRY_OPTION(airy_mask_step, many.dead, "run-dead", .low = 0, .high = 1e6, .unit = "SIGMA",
                .help = "with --run: a mean so far below them and under a tenth, 0 = off"),
    AIRY_OPTION(
        airy_mask_step, many.noisy, "noisy", .low = 0, .high = 1e6, .unit = "TIMES",
        .help = "with --run: scatter over the frames above so many times the neighbours', 0 = off"),
    AIRY_OPTION(
        airy_mask_step, many.shadow, "shadow", .low = 0, .high = 0.99, .unit = "SHARE",
        .help = "with --run: the beam stop is darker than this share of the light around, 0 = off"),
    {.check = check},
};

airy_code airy_mask_step_run(const airy_call *call, const airy_mask_step *step, airy_table *counts,
                             airy_error *err)
{
    struct work work = {.call = call, .step = step};
    set_limits(&work);
    airy_code code = parse_shapes(&work, err);
    if (code == AIRY_OK)
        code = run(&work, err);
    free(work.shape);
    *counts = work.counts;
    return code;
}
