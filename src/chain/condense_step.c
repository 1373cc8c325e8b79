// SPDX-License-Identifier: GPL-3.0-or-later
// The step `condense`: the same pattern on as few pixels as the object's size allows.
#include "airy/chain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define WORTH_A_WARNING 1.1 // residual chi2 above what is expected

struct work {
    const airy_call *call;
    airy_condense_options options;
    const char *mask;
    int common;               // size of the output
    double *diameter;         // of every frame, from the first pass
    double largest;           // of them
    airy_condense_result did; // to the last frame
};

static void tell(const struct work *work, int frame, const airy_setup *setup,
                 const airy_condense_result *did)
{
    double nm = did->diameter * airy_object_pixel_nm(setup, 1);
    char wide[32] = "it seems";
    if (nm > 0)
        snprintf(wide, sizeof wide, "%.4g nm", nm);
    airy_call_note(
        work->call,
        "frame %d: %d measured pixels to %d x %d, object %.1f pixels, oversampling %.2f; "
        "%d pixels filled, %d masked; %.6g photons counted, %.6g in the solution; chi2 %.3f a "
        "pixel, %.3f a bright one (%.3f expected)",
        frame, did->measured_in, did->size, did->size, did->diameter * did->transform,
        did->oversampling, did->filled, did->masked, did->photons_in, did->photons_out, did->chi2,
        did->chi2_bright, did->chi2_expected);
    if (did->chi2_bright > WORTH_A_WARNING * did->chi2_expected)
        airy_call_warn(work->call,
                       "frame %d: residuals are larger than photon noise: the object may be larger "
                       "than %s (--diameter), the center wrong (`airy center`), or the mask "
                       "incomplete (`airy mask --beamstop --hot`)",
                       frame, wide);
}

static airy_code make_room(struct work *work, int frame, airy_error *err)
{
    double *more = realloc(work->diameter, (size_t)(frame + 1) * sizeof *more);
    if (!more)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the diameters of %d frames",
                              frame + 1);
    work->diameter = more;
    return AIRY_OK;
}

// First pass: diameters, and the size that holds the largest, since a stack has one size.
static airy_code measure_frame(airy_pattern *pattern, int frame, void *context, airy_error *err)
{
    struct work *work = context;
    if (airy_setup_check(&pattern->setup, AIRY_FOR_IMAGES, err) != AIRY_OK)
        return AIRY_EFORMAT; // it is not this frame's fault
    airy_code code = make_room(work, frame, err);
    if (code == AIRY_OK)
        code = airy_frames_use_mask(work->call, work->mask, pattern, err);
    if (code == AIRY_OK)
        code = airy_condense_diameter(pattern, &work->options, &work->diameter[frame], err);
    if (code != AIRY_OK)
        return code;
    int size = airy_condense_size(pattern, &work->options, work->diameter[frame]);
    work->common = size > work->common ? size : work->common;
    work->largest = fmax(work->largest, work->diameter[frame]);
    return AIRY_OK;
}

// The second pass will fail where the first did, and say why.
static airy_code miss_size(airy_pattern *pattern, int frame, void *context, airy_error *err)
{
    struct work *work = context;
    (void)pattern, (void)err;
    work->diameter[frame] = 0;
    return AIRY_OK;
}

static airy_code condense_frame(airy_pattern *pattern, int frame, void *context, airy_error *err)
{
    struct work *work = context;
    airy_condense_result did;
    airy_pattern condensed = {0};
    airy_condense_options options = work->options;
    options.diameter = work->diameter[frame];
    options.diameter_nm = 0;
    options.size = work->common;
    options.counts = airy_pattern_counts_factor(work->largest);
    airy_code code = airy_frames_use_mask(work->call, work->mask, pattern, err);
    if (code == AIRY_OK)
        code = airy_pattern_condense(pattern, &options, &condensed, &did, err);
    if (code != AIRY_OK)
        return code;
    work->did = did;
    tell(work, frame, &pattern->setup, &did);
    airy_pattern_release(pattern);
    *pattern = condensed;
    return AIRY_OK;
}

static airy_code miss_counts(const struct work *work, const airy_pattern *pattern,
                             airy_pattern *empty, airy_error *err)
{
    int factor = airy_pattern_counts_factor(work->largest);
    airy_pattern *counts = empty->counts = airy_memory_new(1, sizeof *counts);
    airy_code code = counts ? airy_pattern_init(counts, pattern->photons.ny / factor,
                                                pattern->photons.nx / factor, err)
                            : airy_error_set(err, AIRY_EMEMORY, "no memory for counts");
    if (code == AIRY_OK)
        code = airy_image_init(&counts->coverage, counts->photons.ny, counts->photons.nx, err);
    if (code == AIRY_OK && pattern->background.px)
        code = airy_image_init(&counts->background, counts->photons.ny, counts->photons.nx, err);
    if (code == AIRY_OK) {
        counts->setup = pattern->setup;
        counts->setup.pitch_m *= factor;
    }
    for (int i = 0; code == AIRY_OK && i < counts->mask.ny * counts->mask.nx; i++)
        counts->mask.bits[i] = AIRY_MASK_MISSING;
    if (code == AIRY_OK)
        airy_pattern_apply_mask(counts);
    return code;
}

// A frame that cannot be condensed keeps its place among the others, without a measured pixel.
static airy_code miss_frame(airy_pattern *pattern, int frame, void *context, airy_error *err)
{
    const struct work *work = context;
    airy_pattern empty;
    airy_code code = airy_pattern_init(&empty, work->common, work->common, err);
    (void)frame;
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < work->common * work->common; i++)
        empty.mask.bits[i] = AIRY_MASK_MISSING;
    airy_pattern_apply_mask(&empty);
    if (!pattern->merged)
        code = miss_counts(work, pattern, &empty, err);
    empty.merged = empty.condensed = true; // what a pixel is, the others say
    airy_pattern_release(pattern);
    *pattern = empty;
    return code;
}

static airy_code run(struct work *work, airy_error *err)
{
    const char *more[] = {work->mask, NULL};
    const airy_frames_job first = {
        .change = measure_frame, .miss = miss_size, .unsaid = true, .context = work};
    const airy_frames_job second = {
        .change = condense_frame, .miss = miss_frame, .context = work, .more = more};
    airy_call look = *work->call;
    look.output = NULL;
    airy_code code = airy_frames_run(&look, &first, err);
    if (code == AIRY_OK)
        code = airy_frames_run(work->call, &second, err);
    free(work->diameter);
    return code;
}

void airy_condense_step_defaults(airy_condense_step *step)
{
    *step = (airy_condense_step){0};
    airy_condense_options_defaults(&step->options);
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_condense_step *step = of;
    return airy_condense_options_check(&step->options, err);
}

const airy_option airy_condense_step_rows[] = {
    AIRY_OPTION(airy_condense_step, options.diameter_nm, "diameter", .low = 0, .high = 1e7,
                .unit = "NM", .help = "largest diameter of the object, 0 = from the pattern"),
    AIRY_OPTION(airy_condense_step, options.margin, "margin", .low = 1, .high = 4,
                .help = "autocorrelation radius in diameters"),
    AIRY_OPTION(airy_condense_step, options.oversampling, "oversampling", .low = 2, .high = 100,
                .help = "least linear oversampling of diameter x margin"),
    AIRY_OPTION(airy_condense_step, options.size, "size", .low = 0, .high = AIRY_SIDE_MAX,
                .unit = "PIXELS", .help = "side of the result, even, 0 = from the oversampling"),
    AIRY_OPTION(airy_condense_step, options.iterations, "iterations", .low = 1, .high = 10000,
                .help = "conjugate-gradient steps of the last round"),
    AIRY_OPTION(airy_condense_step, options.fill, "fill", .low = 0, .high = 10, .unit = "FRINGES",
                .help = "widest gap that is filled"),
    AIRY_OPTION(airy_condense_step, options.fill_center, "fill-center",
                .help = "fill the hole about the center as well"),
    AIRY_OPTION(airy_condense_step, options.pixel_area, "pixel-area",
                .help = "undo the integration over a pixel's area"),
    AIRY_OPTION(airy_condense_step, mask, "mask", .unit = "FILE",
                .help = "further reasons to exclude pixels"),
    {.check = check},
};

airy_code airy_condense_step_run(const airy_call *call, const airy_condense_step *step,
                                 airy_condense_result *did, airy_error *err)
{
    struct work work = {.call = call, .options = step->options, .mask = step->mask};
    airy_code code = run(&work, err);
    *did = work.did;
    return code;
}
