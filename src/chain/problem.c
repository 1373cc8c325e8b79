// SPDX-License-Identifier: GPL-3.0-or-later
// From the pattern of a file to a phase problem.

#include "airy/chain.h"
#include "airy/image.h"
#include "airy/pattern.h"
#include "airy/source.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LOST 1e-3        // share of an image's density, from which on it is told that it is cut off
#define FREE_BORDER 1.15 // side of the arrays of a search by likelihood over what is measured

void airy_prepare_defaults(airy_prepare_options *options)
{
    *options = (airy_prepare_options){
        .merge = true, .support = "fit", .margin = 1.15, .auto_threshold = 0.001};
}

void airy_prepare_release(airy_prepared *p)
{
    airy_pattern_release(&p->pattern);
    airy_problem_release(&p->problem);
    airy_history_release(&p->history);
    airy_stack_release(&p->first);
}

// ------------------------------------------------------------------ the pattern

static airy_code center(const airy_pattern *in, bool merge, int size, airy_pattern *out,
                        airy_error *err)
{
    airy_merge_options options;
    airy_merge_options_defaults(&options);
    options.size = size;
    options.single = !merge;
    return airy_pattern_merge(in, &options, out, err);
}

static airy_code condense(const airy_call *call, const airy_prepare_options *o,
                          const airy_pattern *in, airy_prepared *out, airy_error *err)
{
    airy_condense_options options;
    airy_condense_result did;
    airy_condense_options_defaults(&options);
    options.diameter = o->like ? o->like->diameter : 0;
    airy_code code = airy_pattern_condense(in, &options, &out->pattern, &did, err);
    out->diameter = code == AIRY_OK ? did.diameter : 0;
    if (code == AIRY_OK)
        airy_call_note(call, "condensed %d measured pixels to %d x %d; chi2 %.3f a bright pixel",
                       did.measured_in, did.size, did.size, did.chi2_bright);
    return code;
}

// The pattern as it will be phased. What is merged or condensed already is centered and stays.
static airy_code ready_pattern(const airy_call *call, const airy_prepare_options *o,
                               airy_pattern *raw, airy_prepared *out, airy_error *err)
{
    bool merge = o->merge && !o->complex_object;
    if (raw->merged && o->complex_object)
        return airy_error_set(
            err, AIRY_EVALUE,
            "%s is Friedel-merged, which fits real densities only: give --complex "
            "the pattern before merging",
            call->inputs[0]);
    if (raw->merged && o->size == 0 && !(o->condense && !raw->condensed)) {
        out->pattern = *raw;
        *raw = (airy_pattern){0};
        return AIRY_OK;
    }
    if (o->condense && merge && !raw->condensed)
        return condense(call, o, raw, out, err);
    if (!raw->has_center && !raw->merged)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s: the center of the pattern is not known; run `airy center` first",
                              call->inputs[0]);
    if (raw->merged && !raw->has_center)
        airy_pattern_set_center(raw, raw->photons.ny / 2, raw->photons.nx / 2, 0, 0);
    return center(raw, merge || raw->merged, o->size, &out->pattern, err);
}

static bool counts_can_be_made(const airy_pattern *raw)
{
    return raw->photons.px && raw->has_center && !raw->merged;
}

// The photons that the likelihood will weigh, and the particle's outline. A pattern without them is
// phased by projections alone.
static airy_code take_counts(const airy_call *call, const airy_prepare_options *o,
                             const airy_pattern *raw, airy_prepared *p, airy_error *err)
{
    airy_pattern made = {0};
    airy_error why = {0};
    const airy_pattern *counts = p->pattern.counts ? p->pattern.counts : raw->counts;
    airy_code code = AIRY_OK;
    if (!counts && counts_can_be_made(raw)) {
        double diameter = 0;
        airy_condense_options options;
        airy_condense_options_defaults(&options);
        code = airy_condense_diameter(raw, &options, &diameter, &why);
        if (code == AIRY_OK)
            code = airy_pattern_counts(raw, airy_pattern_counts_factor(diameter), &made, &why);
        counts = &made;
    }
    if (code == AIRY_OK && !counts)
        code = airy_error_set(&why, AIRY_EVALUE, "it holds no counts of photons");
    if (code == AIRY_OK)
        code = airy_problem_take_counts(&p->problem, &p->pattern, counts, o->axis_deg, &why);
    airy_pattern_release(&made);
    const airy_outline *outline = &p->problem.outline;
    if (code == AIRY_OK && outline->axis != o->axis_deg)
        airy_call_note(call, "the particle's outline lies at %.3g degrees, not at %g: aspect %.3f",
                       outline->axis, o->axis_deg, outline->along / outline->across);
    p->problem.support_given = strcmp(o->support, "fit") != 0;
    if (airy_code_of_data(code)) {
        airy_call_note(call, "%s: no search by likelihood: %s", call->inputs[0], why.message);
        return AIRY_OK;
    }
    return code == AIRY_OK ? code : airy_error_set(err, code, "%s", why.message);
}

// How much wider than what is measured the array is. Only a search by likelihood knows what to do
// with coefficients that nobody measured: projections leave noise there.
static double border_of(const airy_prepare_options *o, const airy_pattern *raw,
                        const airy_pattern *pattern)
{
    bool searched =
        o->photons && pattern->setup.pitch_m > 0 && (pattern->counts || counts_can_be_made(raw));
    return o->border > 0 ? o->border : searched ? FREE_BORDER : 1;
}

// Replaces the pattern by one of its halves; which photon goes where depends on seed and frame.
static airy_code take_half(const airy_prepare_options *o, uint64_t seed, airy_pattern *raw,
                           airy_error *err)
{
    airy_pattern halves[2];
    airy_random random;
    airy_random_init(&random, seed, (uint32_t)o->frame, AIRY_STREAM_SPLIT, 0);
    airy_code code = airy_pattern_split(raw, &random, halves, err);
    if (code != AIRY_OK)
        return code;
    airy_pattern_release(raw);
    airy_pattern_release(&halves[2 - o->half]);
    *raw = halves[o->half - 1];
    return AIRY_OK;
}

// The uncondensed pattern for the deviance: the one named, or what was just condensed.
static airy_code take_raw(const airy_call *call, const airy_prepare_options *o,
                          const airy_pattern *before, airy_problem *problem, airy_error *err)
{
    airy_pattern named = {0};
    const airy_pattern *raw = before->photons.px ? before : NULL;
    airy_code code = AIRY_OK;
    if (o->score) {
        code = airy_pattern_read(o->score, o->frame, &named, NULL, err);
        raw = &named;
    }
    if (code == AIRY_OK && raw && !raw->condensed && problem->merged)
        code = raw->merged ? airy_pattern_copy(&problem->raw, raw, err)
                           : center(raw, true, 0, &problem->raw, err);
    if (code == AIRY_OK && o->score && raw->condensed)
        airy_call_warn(call, "%s is condensed itself: it is not used for the deviance", o->score);
    airy_pattern_release(&named);
    return code;
}

// ------------------------------------------------------------------ the support

static airy_code fit_support(const airy_call *call, const airy_prepare_options *o,
                             const airy_pattern *pattern, airy_mask *mask, airy_error *err)
{
    airy_sphere_options options;
    airy_sphere_fit fit;
    double par, perp;
    airy_sphere_options_defaults(&options);
    airy_error why = {0};
    airy_code code = airy_pattern_sphere(pattern, &options, &fit, &why);
    if (airy_code_of_data(code)) {
        airy_call_warn(call,
                       "--support fit: %s; the support comes from the autocorrelation instead",
                       why.message);
        return airy_support_auto(pattern, o->auto_threshold, mask, err);
    }
    if (code != AIRY_OK)
        return airy_error_set(err, code, "--support fit (try auto or circle:R): %s", why.message);
    airy_sphere_pixels(&fit, pattern->photons.nx, &par, &perp);
    bool lengths = isfinite(fit.radius_par_nm);
    airy_call_note(call, "support: circle of %.1f pixels, %.2f x the fitted radius of %.2f %s",
                   o->margin * par, o->margin, lengths ? fit.radius_par_nm : par,
                   lengths ? "nm" : "pixels");
    airy_support_ellipse(o->margin * par, o->margin * par, mask);
    return AIRY_OK;
}

// A file with a support of any size: nonzero is inside, the middle stays in the middle.
static airy_code read_support(const char *spec, airy_mask *mask, airy_error *err)
{
    airy_pattern file = {0};
    airy_image placed = {.ny = mask->ny, .nx = mask->nx};
    airy_code code = airy_pattern_read(spec, 0, &file, NULL, err);
    if (code == AIRY_OK)
        code = airy_image_init(&placed, mask->ny, mask->nx, err);
    if (code == AIRY_OK) {
        airy_grid_recenter(&file.photons, &placed, 0);
        for (int i = 0; i < mask->ny * mask->nx; i++)
            mask->bits[i] = placed.px[i] > 0;
    }
    airy_image_release(&placed);
    airy_pattern_release(&file);
    return code;
}

static bool is_file(const char *spec)
{
    char *path = airy_spec_path(spec, NULL);
    bool file = path && airy_file_exists(path);
    free(path);
    return file;
}

static airy_code make_support(const airy_call *call, const airy_prepare_options *o,
                              const airy_prepared *p, airy_mask *mask, airy_error *err)
{
    if (strcmp(o->support, "fit") == 0)
        return fit_support(call, o, &p->pattern, mask, err);
    if (strcmp(o->support, "auto") == 0)
        return airy_support_auto(&p->pattern, o->auto_threshold, mask, err);
    if (strcmp(o->support, "tri") == 0)
        return airy_support_tri(&p->pattern, o->auto_threshold, mask, err);
    if (is_file(o->support))
        return read_support(o->support, mask, err);
    airy_code code = airy_support_parse(o->support, p->pixel_nm, mask, err);
    return code == AIRY_OK ? code : airy_error_prefix(err, "--support");
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_prepare_options *o = of;
    airy_mask any = {0};
    if (o->border > 0 && o->border < 1)
        return airy_error_set(err, AIRY_EARGUMENT, "--border %g must be 0, or 1 to 4", o->border);
    const char *words[] = {"fit", "auto", "tri"};
    for (int i = 0; i < 3; i++)
        if (strcmp(o->support, words[i]) == 0)
            return AIRY_OK;
    if (is_file(o->support))
        return AIRY_OK;
    if (!strchr(o->support, ':'))
        return airy_error_set(
            err, AIRY_EARGUMENT,
            "--support %s: no such file, and no support: fit, auto, tri, circle:R, "
            "ellipse:A,B, rectangle:H,W, polygon:x,y,...",
            o->support);
    airy_code code = airy_mask_init(&any, 2, 2, err);
    if (code == AIRY_OK && airy_support_parse(o->support, 1, &any, err) != AIRY_OK)
        code = airy_error_prefix(err, "--support");
    airy_mask_release(&any);
    return code;
}

const airy_option airy_prepare_rows[] = {
    AIRY_OPTION(airy_prepare_options, frame, "frame", .low = 0, .high = 1e9,
                .help = "of the input"),
    AIRY_OPTION(airy_prepare_options, mask, "mask", .unit = "FILE",
                .help = "further pixels to exclude"),
    AIRY_OPTION(airy_prepare_options, merge, "merge",
                .help = "average Friedel mates (real densities)"),
    AIRY_OPTION(airy_prepare_options, condense, "condense",
                .help = "condense what is not condensed"),
    AIRY_OPTION(airy_prepare_options, size, "size", .low = 0, .high = AIRY_SIDE_MAX,
                .unit = "PIXELS", .help = "side after centering, even, 0 = largest good one"),
    AIRY_OPTION(airy_prepare_options, score, "score", .unit = "FILE",
                .help = "uncondensed pattern on which the deviance is taken"),
    AIRY_OPTION(airy_prepare_options, amplitude, "amplitude", .choices = "sqrt|expected",
                .help =
                    "square root of the photons, or what it is expected to be given their noise"),
    AIRY_OPTION(airy_prepare_options, free_share, "hold-out", .low = 0, .high = 0.5,
                .help = "share of pixels held out; 0.05 for --rank free", .was = "free"),
    AIRY_OPTION(airy_prepare_options, support, "support", .unit = "S",
                .help =
                    "fit, auto, tri, circle:R, ellipse:A,B, rectangle:H,W, polygon:x,y,..., FILE"),
    AIRY_OPTION(airy_prepare_options, margin, "margin", .low = 0.5, .high = 10,
                .help = "of fit over the fitted radius"),
    AIRY_OPTION(airy_prepare_options, auto_threshold, "auto-threshold", .low = 0.0001, .high = 0.9,
                .help = "of the autocorrelation's maximum"),
    AIRY_OPTION(airy_prepare_options, border, "border", .low = 0, .high = 4,
                .help =
                    "side with the free border over that without, 0: 1.15 for --search photons"),
    AIRY_OPTION(airy_prepare_options, complex_object, "complex",
                .help = "complex object: no merging, no positivity"),
    {.check = check},
};

void airy_prepare_files(const airy_prepare_options *o, const char *files[AIRY_PREPARE_FILES])
{
    const char *named[] = {o->mask, o->score, o->start, is_file(o->support) ? o->support : NULL};
    int n = 0;
    for (int i = 0; i < AIRY_PREPARE_FILES - 1; i++)
        if (named[i])
            files[n++] = named[i];
    files[n] = NULL;
}

// The share of an image's density outside of the grid that it is laid on, middle on middle.
static double lost_share(const airy_image *from, double pitch_m, const airy_image *to,
                         double pixel_m)
{
    double ratio = pitch_m > 0 && pixel_m > 0 ? pitch_m / pixel_m : 1, all = 0, inside = 0;
    for (int i = 0; i < from->ny * from->nx; i++) {
        double y = ratio * (i / from->nx - from->ny / 2), x = ratio * (i % from->nx - from->nx / 2);
        double density = fabs((double)from->px[i]);
        all += density;
        inside += fabs(y) <= to->ny / 2.0 && fabs(x) <= to->nx / 2.0 ? density : 0;
    }
    return all > 0 ? 1 - inside / all : 0;
}

// ------------------------------------------------------------------ where to begin

// An image on the grid of the problem: resampled where both pixels are known, its middle in the
// middle, in units of the pattern.
static airy_code place_image(airy_prepared *p, airy_image *from, double pitch_m, airy_image *to,
                             airy_error *err)
{
    double pixel_m = p->pixel_nm * 1e-9;
    airy_code code = AIRY_OK;
    for (int i = 0; i < from->ny * from->nx; i++)
        from->px[i] = isfinite(from->px[i]) ? from->px[i] : 0;
    if (pitch_m > 0 && pixel_m > 0 && fabs(pitch_m - pixel_m) > 1e-6 * pixel_m)
        code = airy_grid_resample(from, pitch_m, to, pixel_m, err);
    else
        airy_grid_recenter(from, to, 0);
    p->first_nm = pitch_m * 1e9;
    p->first_lost = fmax(p->first_lost, lost_share(from, pitch_m, to, pixel_m));
    return code == AIRY_OK ? airy_problem_scale(&p->problem, to, err) : code;
}

static airy_code read_first(const airy_prepare_options *o, airy_prepared *p, airy_error *err)
{
    double pitch_m = 0;
    airy_frames *frames = airy_frames_open(o->start, err);
    if (!frames)
        return airy_error_code(err, AIRY_EIO);
    int n = airy_frames_count(frames);
    (void)airy_frames_real(frames, &pitch_m);
    airy_code code =
        airy_stack_init(&p->first, n, p->problem.amplitude.ny, p->problem.amplitude.nx, err);
    for (int i = 0; code == AIRY_OK && i < n; i++) {
        airy_pattern frame = {0};
        airy_image to = airy_stack_image(&p->first, i);
        code = airy_frames_read(frames, i, &frame, err);
        if (code == AIRY_OK)
            code = place_image(p, &frame.photons, pitch_m, &to, err);
        airy_pattern_release(&frame);
    }
    airy_frames_close(frames);
    return code == AIRY_OK ? code : airy_error_prefix(err, "%s", o->start);
}

// ------------------------------------------------------------------ the problem

static void tell_counts(const airy_call *call, const airy_prepare_options *o,
                        const airy_prepared *p)
{
    airy_problem_counts c = airy_problem_count(&p->problem, o->complex_object);
    airy_call_note(
        call,
        "%d x %d pattern: %d pixels measured, %d held out, %d free (%d of them in the central "
        "hole) for %d unknowns: %.1f independent measurements an unknown, linear oversampling "
        "%.1f",
        p->pattern.photons.ny, p->pattern.photons.nx, c.measured, c.held, c.free, c.central,
        c.unknowns, c.constraints, c.oversampling);
    airy_modes modes;
    airy_error none = {0};
    if (airy_modes_find(&p->problem, &modes, &none) == AIRY_OK && modes.hole > 0)
        airy_call_note(
            call,
            "the central hole hides %d modes of the support by 99 %% of their power or more, "
            "%d by half",
            modes.open, modes.weak);
    if (c.constraints < 1)
        airy_call_warn(call, "there are more unknowns than measurements: the result is not unique");
}

// Islands of a speckle (the reach of the support's transform) outside the first two speckles.
static void hold_out(const airy_prepare_options *o, uint64_t seed, airy_prepared *p)
{
    airy_problem_counts c = airy_problem_count(&p->problem, o->complex_object);
    double speckle = c.oversampling / 2 > 1 ? c.oversampling / 2 : 1;
    p->held_out = o->free_share > 0;
    if (p->held_out)
        airy_problem_hold_out(&p->problem, o->free_share, speckle, 4 * speckle, seed);
}

airy_code airy_prepare_problem(const airy_call *call, const airy_prepare_options *o,
                               airy_prepared *p, airy_error *err)
{
    airy_pattern raw = {0};
    airy_mask support = {0};
    *p = (airy_prepared){0};
    airy_code code = airy_pattern_read(call->inputs[0], o->frame, &raw, &p->history, err);
    if (code == AIRY_OK) {
        airy_frames_question(call, call->inputs[0], &raw.photons, &raw.mask);
        code = airy_setup_check(&raw.setup, AIRY_FOR_IMAGES, err);
    }
    if (code == AIRY_OK)
        code = airy_frames_use_mask(call, o->mask, &raw, err);
    if (code == AIRY_OK && o->half)
        code = take_half(o, call->seed, &raw, err);
    if (code == AIRY_OK)
        code = ready_pattern(call, o, &raw, p, err);
    if (code != AIRY_OK)
        goto done;
    if (p->pattern.condensed && !o->size)
        code = airy_pattern_border(&p->pattern, border_of(o, &raw, &p->pattern), err);
    if (code != AIRY_OK)
        goto done;
    p->pixel_nm = airy_object_pixel_nm(&p->pattern.setup, p->pattern.photons.nx);
    code = o->like ? airy_mask_copy(&support, &o->like->problem.support, err)
                   : airy_mask_init(&support, p->pattern.photons.ny, p->pattern.photons.nx, err);
    if (code == AIRY_OK && !o->like)
        code = make_support(call, o, p, &support, err);
    if (code == AIRY_OK)
        code = airy_problem_init(&p->problem, &p->pattern, &support, err);
    if (code == AIRY_OK && o->amplitude == 1)
        code = airy_problem_expect_amplitudes(&p->problem, &p->pattern, err);
    if (code == AIRY_OK && p->pattern.condensed)
        code = take_raw(call, o, &raw, &p->problem, err);
    if (code == AIRY_OK && o->photons)
        code = take_counts(call, o, &raw, p, err);
    if (code != AIRY_OK)
        goto done;
    hold_out(o, call->seed, p);
    if (o->start)
        code = read_first(o, p, err);
    if (p->first_lost > LOST)
        airy_call_warn(call,
                       "%s: %.2g %% of the density lies outside of the %d x %d pixels that %s has "
                       "room for, and is cut off",
                       o->start, 100 * p->first_lost, p->first.ny, p->first.nx, call->inputs[0]);
    tell_counts(call, o, p);
done:
    airy_pattern_release(&raw);
    airy_mask_release(&support);
    return code;
}
