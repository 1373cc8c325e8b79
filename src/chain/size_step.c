// SPDX-License-Identifier: GPL-3.0-or-later
// The step `size`: radius of a sphere or spheroid from the rings of its pattern.
#include "airy/chain.h"

#include <math.h>

#define CENTER_OFF 0.25 // fringes between a recorded center and that of the rings, to be told of

struct work {
    const airy_call *call;
    airy_sphere_options options;
    const char *mask;
    airy_table table;
    airy_sphere_fit fit; // of the last frame
};

static airy_code add_row(struct work *work, int frame, const airy_sphere_fit *fit, airy_error *err)
{
    const airy_result_row numbers[] = {
        {"r_par_nm", fit->radius_par_nm},
        {"r_par_err_nm", fit->radius_par_error_nm},
        {"r_perp_nm", fit->radius_perp_nm},
        {"r_perp_err_nm", fit->radius_perp_error_nm},
        {"edge_nm", fit->edge_nm},
        {"edge_err_nm", fit->edge_error_nm},
        {"r_par_cycles", fit->cycles_par},
        {"r_perp_cycles", fit->cycles_perp},
        {"intensity", fit->intensity},
        {"intensity_err", fit->intensity_error},
        {"background", fit->background},
        {"background_err", fit->background_error},
        {"center_y", fit->center_y},
        {"center_y_err", fit->center_y_error},
        {"center_x", fit->center_x},
        {"center_x_err", fit->center_x_error},
        {"chi2", fit->chi2},
        {"chi2_bright", fit->chi2_bright},
        {"deviance", fit->deviance},
        {"pixels", fit->pixels},
        {"aspect", fit->aspect},
        {"aspect_err", fit->aspect_error},
    };
    return airy_frames_add_row(&work->table, frame, numbers, sizeof numbers / sizeof numbers[0],
                               err);
}

// One frame among others that cannot be fitted has a row of nan.
static airy_code miss_frame(airy_pattern *pattern, int frame, void *context, airy_error *err)
{
    const double none = (double)NAN;
    (void)pattern;
    const airy_sphere_fit fit = {.radius_par_nm = none,
                                 .radius_perp_nm = none,
                                 .radius_par_error_nm = none,
                                 .radius_perp_error_nm = none,
                                 .edge_nm = none,
                                 .edge_error_nm = none,
                                 .cycles_par = none,
                                 .cycles_perp = none,
                                 .intensity = none,
                                 .intensity_error = none,
                                 .background = none,
                                 .background_error = none,
                                 .center_y = none,
                                 .center_x = none,
                                 .center_y_error = none,
                                 .center_x_error = none,
                                 .deviance = none,
                                 .chi2 = none,
                                 .chi2_bright = none,
                                 .aspect = none,
                                 .aspect_error = none};
    return add_row(context, frame, &fit, err);
}

// Rings of a sphere look much the same about the next fringe, where what is near the center is
// masked.
static void question_center(const struct work *work, int frame, const airy_pattern *pattern,
                            const airy_sphere_fit *fit)
{
    double fringe = 1 / (fit->cycles_par + fit->cycles_perp); // pixels
    double off =
        hypot(fit->center_y - pattern->center_y, fit->center_x - pattern->center_x) / fringe;
    if (off > CENTER_OFF)
        airy_call_warn(work->call,
                       "frame %d: the rings were fitted about row %.2f, column %.2f, %.2g fringes "
                       "from the recorded center: is too much masked, or the center wrong? "
                       "--fix-center keeps it, `airy center` finds one",
                       frame, fit->center_y, fit->center_x, off);
}

static airy_code size_frame(airy_pattern *pattern, int frame, void *context, airy_error *err)
{
    struct work *work = context;
    airy_sphere_fit fit;
    if (airy_setup_check(&pattern->setup, AIRY_FOR_IMAGES, err) != AIRY_OK)
        return AIRY_EFORMAT; // it is not this frame's fault
    airy_code code = airy_frames_use_mask(work->call, work->mask, pattern, err);
    if (code == AIRY_OK)
        code = airy_pattern_sphere(pattern, &work->options, &fit, err);
    if (code != AIRY_OK)
        return code;
    work->fit = fit;
    if (fit.chi2_bright > 2)
        airy_call_warn(work->call,
                       "frame %d: the rings are not those of a %s (chi2 %.3g a bright pixel); the "
                       "errors are those of its structure%s",
                       frame, fit.spheroid ? "spheroid" : "sphere", fit.chi2_bright,
                       fit.spheroid ? "" : "; --model spheroid fits one that is longer than wide");
    question_center(work, frame, pattern, &fit);
    return add_row(work, frame, &fit, err);
}

void airy_size_step_defaults(airy_size_step *step)
{
    *step = (airy_size_step){0};
    airy_sphere_options_defaults(&step->options);
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_size_step *step = of;
    return airy_sphere_options_check(&step->options, err);
}

const airy_option airy_size_step_rows[] = {
    AIRY_OPTION(airy_size_step, model, "model", .choices = "sphere|spheroid",
                .help = "what is fitted"),
    AIRY_OPTION(airy_size_step, options.axis, "polarization", .low = -360, .high = 360,
                .unit = "DEG", .help = "direction of the spheroid's axis, from +x towards +y"),
    AIRY_OPTION(airy_size_step, options.edge_nm, "edge", .low = 0, .high = 1000, .unit = "NM",
                .help = "Gaussian width of a graded edge"),
    AIRY_OPTION(airy_size_step, options.fit_edge, "fit-edge", .help = "fit the edge's width too"),
    AIRY_OPTION(airy_size_step, options.fix_center, "fix-center",
                .help = "keep the recorded center"),
    AIRY_OPTION(airy_size_step, options.radius_nm, "radius", .low = 0, .high = 1e6, .unit = "NM",
                .help = "first guess, 0 = from the ring spacing"),
    AIRY_OPTION(airy_size_step, options.least_q, "least-q", .low = 0, .high = 1e5, .unit = "PIXELS",
                .help = "leave out pixels nearer to the center"),
    AIRY_OPTION(airy_size_step, options.most_q, "most-q", .low = 0, .high = 1e5, .unit = "PIXELS",
                .help = "leave out pixels farther out, 0 = none"),
    AIRY_OPTION(airy_size_step, options.pixel_area, "pixel-area",
                .help = "pixels integrate over their area"),
    AIRY_OPTION(airy_size_step, mask, "mask", .unit = "FILE",
                .help = "further reasons to exclude pixels"),
    {.check = check},
};

airy_code airy_size_step_run(const airy_call *call, const airy_size_step *step,
                             airy_size_found *found, airy_error *err)
{
    struct work work = {.call = call, .options = step->options, .mask = step->mask};
    const char *more[] = {step->mask, NULL};
    const airy_frames_job job = {
        .change = size_frame, .miss = miss_frame, .context = &work, .more = more};
    work.options.spheroid = step->model == 1;
    airy_code code = airy_frames_run(call, &job, err);
    *found = (airy_size_found){work.table, work.fit};
    return code;
}
