// SPDX-License-Identifier: GPL-3.0-or-later
// airy size: radius of a sphere or spheroid from the rings of its pattern.
#include "airy/pattern.h"
#include "commands.h"
#include "results.h"
#include "say.h"

#include <math.h>

struct work {
    const invocation *call;
    airy_sphere_options options;
    const char *mask;
    airy_table table;
};

static airy_code add_row(struct work *work, int frame, const airy_sphere_fit *fit, airy_error *err)
{
    const airy_frames_number numbers[] = {
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

static airy_code size_frame(airy_pattern *pattern, int frame, void *context, airy_error *err)
{
    struct work *work = context;
    airy_sphere_fit fit;
    airy_code code = airy_frames_use_mask(&work->call->run, work->mask, pattern, err);
    if (code == AIRY_OK)
        code = airy_pattern_sphere(pattern, &work->options, &fit, err);
    if (code != AIRY_OK)
        return code;
    if (fit.chi2_bright > 2)
        say_warning(work->call,
                    "frame %d: the rings are not those of a %s (chi2 %.3g a bright pixel); the "
                    "errors are those of its structure%s",
                    frame, fit.spheroid ? "spheroid" : "sphere", fit.chi2_bright,
                    fit.spheroid ? "" : "; --model spheroid fits one that is longer than wide");
    return add_row(work, frame, &fit, err);
}

int cmd_size(invocation *call)
{
    struct work work = {.call = call};
    airy_sphere_options *sphere = &work.options;
    airy_sphere_options_defaults(sphere);
    int model = 0;
    const option table[] = {
        {"model", OPTION_CHOICE, &model, .choices = "sphere|spheroid", .help = "what is fitted"},
        {"polarization", OPTION_DOUBLE, &sphere->axis, .low = -360, .high = 360, .unit = "DEG",
         .help = "direction of the spheroid's axis, from +x towards +y"},
        {"edge", OPTION_DOUBLE, &sphere->edge_nm, .low = 0, .high = 1000, .unit = "NM",
         .help = "Gaussian width of a graded edge"},
        {"fit-edge", OPTION_FLAG, &sphere->fit_edge, .help = "fit the edge's width too"},
        {"fix-center", OPTION_FLAG, &sphere->fix_center, .help = "keep the recorded center"},
        {"radius", OPTION_DOUBLE, &sphere->radius_nm, .low = 0, .high = 1e6, .unit = "NM",
         .help = "first guess, 0 = from the ring spacing"},
        {"least-q", OPTION_DOUBLE, &sphere->least_q, .low = 0, .high = 1e5, .unit = "PIXELS",
         .help = "leave out pixels nearer to the center"},
        {"most-q", OPTION_DOUBLE, &sphere->most_q, .low = 0, .high = 1e5, .unit = "PIXELS",
         .help = "leave out pixels farther out, 0 = none"},
        {"pixel-area", OPTION_FLAG, &sphere->pixel_area,
         .help = "pixels integrate over their area"},
        {"mask", OPTION_TEXT, &work.mask, .unit = "FILE",
         .help = "further reasons to exclude pixels"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OPTIONAL_OUTPUT, 1, 1))
        return call->status;
    sphere->spheroid = model == 1;
    airy_error err = {0};
    if (airy_sphere_options_check(sphere, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    const char *more[] = {work.mask, NULL};
    const airy_frames_job job = {
        .change = size_frame, .miss = miss_frame, .context = &work, .more = more};
    airy_code code = airy_frames_run(&call->run, &job, &err);
    if (code == AIRY_OK)
        code = results_print_table(&work.table, &err);
    airy_table_release(&work.table);
    return say_done(call, code, &err);
}
