// SPDX-License-Identifier: GPL-3.0-or-later
// airy rings: azimuthal integration of frames, and the variances of fluctuation microscopy.
#include "airy/scattering.h"
#include "commands.h"
#include "say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What the command line says, in its own words.
typedef struct wishes {
    airy_rings_step step;
    int flip; // of its choices
    const char *tilt, *range, *polarisation, *background, *variance, *windows;
    double below, above;
    char *owned; // background without its scale
} wishes;

enum { FLIP_ROWS = 1, FLIP_COLUMNS = 2 }; // "none|rows|columns|both" as bits

// "FILE:scale" apart; a number after the last colon is a scale.
static bool split_scale(wishes *w)
{
    airy_integrate_options *o = &w->step.integrate;
    const char *colon = w->background ? strrchr(w->background, ':') : NULL;
    w->step.background = w->background;
    if (!colon || airy_text_double(colon + 1, &o->background_scale, NULL) != AIRY_OK)
        return true;
    w->owned = airy_text_copy(w->background);
    if (w->owned)
        w->owned[colon - w->background] = '\0';
    w->step.background = w->owned;
    return w->owned && o->background_scale >= 0;
}

static int find_name(const char *const *names, const char *name)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

// Rings from where to where, in their unit.
static bool read_range(const char *text, airy_bins_options *bins)
{
    double range[1][2];
    int n;
    if (!text)
        return true;
    if (!airy_text_ranges(text, range, 1, &n))
        return false;
    bins->low = range[0][0];
    bins->high = range[0][1];
    return true;
}

static bool read_tilt(const char *text, airy_rings_step *step)
{
    double tilt[2];
    if (!text)
        return true;
    if (!airy_text_pair(text, tilt) || !(fabs(tilt[0]) < 90))
        return false;
    step->tilt_deg = tilt[0];
    step->toward_deg = tilt[1];
    return true;
}

// Texts into numbers; the sentence of what is wrong, or NULL.
static const char *read_texts(wishes *w)
{
    airy_rings_step *step = &w->step;
    airy_integrate_options *o = &step->integrate;
    if (!read_range(w->range, &o->bins))
        return "--range: two rising numbers A:B are wanted";
    if (strcmp(w->polarisation, "none") != 0 &&
        airy_text_double(w->polarisation, &o->polarisation, NULL) != AIRY_OK)
        return "--polarisation: a number from -1 to 1, or none, is wanted";
    if (!read_tilt(w->tilt, step))
        return "--tilt: two numbers DEG,TOWARD are wanted, the first between -90 and 90";
    if (w->variance && (step->variance = find_name(airy_variance_names, w->variance)) < 0)
        return "--variance: pooled, ring, omega, re or image is wanted";
    if (step->wavelength_a > 0 && step->photons.calibrate.energy_ev > 0)
        return "--energy and --wavelength say the same: give one of them";
    if (step->per_pixel > 0 && (step->poni || o->unit == AIRY_RADIAL_TWO_THETA_DEG))
        return "--per-pixel goes with units of q or s and without --poni";
    if ((step->peaks != NULL) != (w->windows != NULL) || (step->peaks && o->bins.sectors > 1))
        return "--peaks FILE and --windows A:B,... go together, and with whole rings";
    if (w->windows &&
        !airy_text_ranges(w->windows, step->window, AIRY_WINDOWS_MAX, &step->n_windows))
        return "--windows: at most 64 rising A:B,A:B are wanted";
    if (!split_scale(w))
        return "--background: FILE or FILE:SCALE with a scale of 0 or more is wanted";
    return NULL;
}

// What was said in words of the options into those of the step.
static void take_choices(wishes *w)
{
    airy_integrate_options *o = &w->step.integrate;
    o->below = w->below <= -1e30 ? -INFINITY : w->below;
    o->above = w->above >= 1e30 ? INFINITY : w->above;
    w->step.flip_rows = w->flip & FLIP_ROWS;
    w->step.flip_columns = w->flip & FLIP_COLUMNS;
}

static bool parse(invocation *call, wishes *w)
{
    airy_rings_step *step = &w->step;
    airy_integrate_options *o = &step->integrate;
    const option table[] = {
        {"options", OPTION_ROWS, step, .rows = airy_rings_step_rows},
        {"tilt", OPTION_TEXT, &w->tilt, .unit = "DEG,TOWARD",
         .help = "the detector leans about the beam, its side at azimuth TOWARD the farthest"},
        {"flip", OPTION_CHOICE, &w->flip, .choices = "none|rows|columns|both",
         .help = "frames are stored mirrored against the geometry: their rows from last to first"},
        {"range", OPTION_TEXT, &w->range, .unit = "A:B", .help = "of the rings, in --unit"},
        {"polarisation", OPTION_TEXT, &w->polarisation, .unit = "F",
         .help = "(Ix - Iy) / (Ix + Iy) of the beam, -1 to 1, to be corrected for; or none"},
        {"background", OPTION_TEXT, &w->background, .unit = "FILE[:SCALE]",
         .help = "image to be taken off, scaled"},
        {"below", OPTION_DOUBLE, &w->below, .unit = "VALUE", .help = "exclude smaller values"},
        {"above", OPTION_DOUBLE, &w->above, .unit = "VALUE", .help = "exclude larger values"},
        {"windows", OPTION_TEXT, &w->windows, .unit = "A:B,...", .help = "of q, 1/A"},
        {"variance", OPTION_TEXT, &w->variance, .unit = "NAME",
         .help = "fluctuation microscopy: pooled, ring, omega, re or image"},
        {"calibration", OPTION_ROWS, &step->photons, .rows = airy_photons_rows,
         .but = "background unit=values"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS, 1, 64))
        return false;
    call->status = options_no_twins(call);
    if (call->status)
        return false;
    const char *wrong = read_texts(w), *dot = strrchr(call->output, '.');
    airy_error err = {0};
    take_choices(w);
    call->status = 0;
    if (wrong)
        call->status = options_wrong(call, "%s", wrong);
    else if (airy_integrate_options_check(o, &err) != AIRY_OK)
        call->status = options_wrong(call, "%s", err.message);
    else if (step->each && dot && strcmp(dot, ".tsv") == 0)
        call->status = options_wrong(call, "--each wants an output .h5: a table holds one profile");
    return call->status == 0;
}

int cmd_rings(invocation *call)
{
    wishes w = {.polarisation = "none", .below = -1e30, .above = 1e30};
    airy_error err = {0};
    airy_text written = {0};
    airy_rings_step_defaults(&w.step);
    if (parse(call, &w)) {
        airy_code code = airy_rings_run(&call->run, &w.step, &written, &err);
        say_progress_end();
        if (code == AIRY_OK)
            code = airy_text_whole(&written, &err);
        if (code == AIRY_OK && written.text)
            fputs(written.text, stdout);
        call->status = say_done(call, code, &err);
    }
    airy_text_release(&written);
    free(w.owned);
    return call->status;
}
