// SPDX-License-Identifier: GPL-3.0-or-later
// The step `center`: the center of Friedel symmetry, found or checked, and recorded.
#include "airy/chain.h"

#include <math.h>

#define FAR_PIXELS 0.25 // a given center is questioned from here ...
#define FAR_SIGMAS 5.0  // ... when its distance is that significant

#define SURE_CHI2 2.0   // of mates, above which something is not masked
#define SURE_SIGMAS 3.0 // by which chi2 half a pixel away has to be larger

struct work {
    const airy_call *call;
    airy_center_options options;
    bool given;
    double given_y, given_x;
    airy_table table;
    airy_center_result last;
};

static void question(const struct work *work, int frame, const airy_center_result *found)
{
    double dy = work->given_y - found->y, dx = work->given_x - found->x;
    double sigmas = hypot(dy / found->y_error, dx / found->x_error);
    if (hypot(dy, dx) > FAR_PIXELS && sigmas > FAR_SIGMAS)
        airy_call_warn(work->call,
                       "frame %d: the given center is %.2f, %.2f pixels off the center of symmetry "
                       "(%.3f, %.3f), %.0f standard errors",
                       frame, dy, dx, found->y, found->x, sigmas);
}

// A center that is as good half a pixel away is no center, and neither is one of what is not there
// on the other side.
static void doubt(const struct work *work, int frame, const airy_center_result *found)
{
    if (found->chi2 > SURE_CHI2)
        airy_call_warn(work->call,
                       "frame %d: chi2 of mates is %.3g: is a beam stop or a hot pixel unmasked? "
                       "`airy mask` with --beamstop or --hot leaves them out",
                       frame, found->chi2);
    double scatter = found->pairs > 0 ? sqrt(2.0 / found->pairs) : INFINITY;
    if (!(found->chi2_shifted - found->chi2 > SURE_SIGMAS * scatter))
        airy_call_warn(
            work->call,
            "frame %d: the pattern hardly tells its center: chi2 of %d pairs of mates is "
            "%.3g there and %.3g half a pixel away",
            frame, found->pairs, found->chi2, found->chi2_shifted);
}

static airy_code add_row(struct work *work, int frame, const airy_center_result *found,
                         const airy_pattern *pattern, airy_error *err)
{
    const airy_result_row numbers[] = {
        {"center_y", pattern->center_y},
        {"center_x", pattern->center_x},
        {"center_y_error", pattern->center_y_error},
        {"center_x_error", pattern->center_x_error},
        {"chi2", found->chi2},
        {"chi2_half_pixel_off", found->chi2_shifted},
        {"pairs", found->pairs},
        {"correlation", found->correlation > 0 ? found->correlation : NAN},
    };
    return airy_frames_add_row(&work->table, frame, numbers, sizeof numbers / sizeof numbers[0],
                               err);
}

// A frame that shows no center has none, not an earlier one either, and a row of nan.
static airy_code miss_frame(airy_pattern *pattern, int frame, void *context, airy_error *err)
{
    const double none = (double)NAN;
    const airy_center_result found = {.chi2 = none, .chi2_shifted = none};
    airy_pattern_set_center(pattern, none, none, none, none);
    airy_code code = add_row(context, frame, &found, pattern, err);
    pattern->has_center = false;
    return code;
}

static airy_code keep(struct work *work, int frame, const airy_center_result *found,
                      airy_pattern *pattern, airy_error *err)
{
    if (work->given)
        airy_pattern_set_center(pattern, work->given_y, work->given_x, 0, 0);
    else
        airy_pattern_set_center(pattern, found->y, found->x, found->y_error, found->x_error);
    return add_row(work, frame, found, pattern, err);
}

static airy_code center_frame(airy_pattern *pattern, int frame, void *context, airy_error *err)
{
    struct work *work = context;
    airy_center_options options = work->options;
    airy_center_result found = {0};
    if (work->given &&
        airy_pattern_check_place(pattern, work->given_y, work->given_x, err) != AIRY_OK)
        return AIRY_EARGUMENT;
    if (work->given) {
        options.has_start = true;
        options.start_y = work->given_y;
        options.start_x = work->given_x;
    }
    airy_error why = {0};
    airy_code code = airy_pattern_center(pattern, &options, &found, &why);
    if (work->given && code != AIRY_OK) { // the user's word stands; nothing can be said about it
        airy_call_warn(work->call, "frame %d: the given center cannot be checked: %s", frame,
                       why.message);
        code = AIRY_OK;
        found.chi2 = found.chi2_shifted = NAN;
    } else if (work->given) {
        question(work, frame, &found);
        code = airy_pattern_friedel(pattern, work->given_y, work->given_x, &found.chi2,
                                    &found.pairs, err);
    }
    if (!work->given && code == AIRY_OK)
        doubt(work, frame, &found);
    else if (!work->given)
        airy_error_set(err, code, "%s", why.message);
    work->last = found;
    return code == AIRY_OK ? keep(work, frame, &found, pattern, err) : code;
}

static airy_code read_given(struct work *work, const char *text, airy_error *err)
{
    double values[2];
    int n = 0;
    if (!text)
        return AIRY_OK;
    airy_code code = airy_text_doubles(text, values, 2, &n, err);
    if (code == AIRY_OK && n != 2)
        code = airy_error_set(err, AIRY_EARGUMENT, "'%s' is not y,x", text);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "--center");
    work->given = true;
    work->given_y = values[0];
    work->given_x = values[1];
    return AIRY_OK;
}

void airy_center_step_defaults(airy_center_step *step)
{
    *step = (airy_center_step){0};
    airy_center_options_defaults(&step->options);
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_center_step *step = of;
    struct work work = {0};
    airy_code code = read_given(&work, step->center, err);
    return code == AIRY_OK ? airy_center_options_check(&step->options, err) : code;
}

const airy_option airy_center_step_rows[] = {
    AIRY_OPTION(airy_center_step, center, "center", .unit = "Y,X",
                .help = "record this center, and check it, instead of searching"),
    AIRY_OPTION(airy_center_step, options.radius, "within", .low = 0, .high = 1e5, .unit = "PIXELS",
                .help = "refine with pixels up to here from the center, 0 = all", .was = "radius"),
    AIRY_OPTION(airy_center_step, options.smooth, "smooth", .low = 0, .high = 1000,
                .unit = "PIXELS",
                .help = "smoothing of the symmetric model, 0 = what promises the smallest error"),
    AIRY_OPTION(airy_center_step, options.overlap, "overlap", .low = 0.01, .high = 1,
                .unit = "SHARE", .help = "least share of measured pixels with a measured mate"),
    {.check = check},
};

airy_code airy_center_step_run(const airy_call *call, const airy_center_step *step,
                               airy_center_found *found, airy_error *err)
{
    struct work work = {.call = call, .options = step->options};
    const airy_frames_job job = {.change = center_frame, .miss = miss_frame, .context = &work};
    airy_code code = read_given(&work, step->center, err);
    if (code == AIRY_OK)
        code = airy_frames_run(call, &job, err);
    *found = (airy_center_found){work.table, work.last};
    return code;
}
