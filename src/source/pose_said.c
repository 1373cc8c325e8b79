// SPDX-License-Identifier: GPL-3.0-or-later
// Where the detector stands, as it is said: a .poni file, or numbers for one square to the beam.
#include "airy/source.h"

#include <stdlib.h>

static airy_code read_pair(const char *text, double *x, double *y, bool *said, airy_error *err)
{
    double pair[2];
    if (!airy_text_pair(text, pair))
        return airy_error_set(err, AIRY_EARGUMENT, "two numbers are wanted");
    *x = pair[0], *y = pair[1];
    *said = true;
    return AIRY_OK;
}

static airy_code read_beam(void *of, const char *text, airy_error *err)
{
    airy_pose_options *o = of;
    return read_pair(text, &o->beam_x, &o->beam_y, &o->has_beam, err);
}

static airy_code read_tilt(void *of, const char *text, airy_error *err)
{
    airy_pose_options *o = of;
    return read_pair(text, &o->tilt_deg, &o->toward_deg, &o->has_tilt, err);
}

const airy_option airy_pose_rows[] = {
    AIRY_OPTION(airy_pose_options, poni, "poni", .unit = "FILE",
                .help = "pyFAI's geometry, 1 to 2.1"),
    AIRY_OPTION(airy_pose_options, distance_m, "distance", .low = 0, .high = 1000, .unit = "m",
                .help = "sample to detector; 0 = as the file says"),
    AIRY_OPTION(airy_pose_options, pitch_m, "pixel", .low = 0, .high = 0.05, .unit = "m",
                .help = "side of a pixel; 0 = as the file says"),
    AIRY_OPTION(airy_pose_options, beam, "beam", .read = read_beam, .unit = "X,Y",
                .help = "where the beam hits, pixels"),
    AIRY_OPTION(airy_pose_options, energy_ev, "energy", .low = 0, .high = 1e6, .unit = "eV",
                .help = "of the photons; 0 = as the file says"),
    AIRY_OPTION(airy_pose_options, tilt, "tilt", .read = read_tilt, .unit = "DEGREES,TOWARD",
                .help = "of the detector, and the azimuth of its farthest side"),
    {0},
};

bool airy_pose_is_said(const airy_pose_options *o)
{
    return o->poni || o->has_beam || o->has_tilt || o->distance_m > 0 || o->pitch_m > 0 ||
           o->energy_ev > 0;
}

static airy_code read_poni(const airy_pose_options *o, int ny, int nx, airy_pose *pose,
                           airy_error *err)
{
    char *text = NULL;
    airy_code code = airy_file_read_text(o->poni, &text, err);
    if (code == AIRY_OK)
        code = airy_pose_poni(pose, text, o->poni, ny, nx, err);
    free(text);
    return code;
}

static airy_code from_numbers(const airy_pose_options *o, const airy_setup *known, airy_pose *pose,
                              airy_error *err)
{
    const airy_setup beam = {o->energy_ev > 0 ? o->energy_ev : known->energy_ev,
                             o->distance_m > 0 ? o->distance_m : known->distance_m,
                             o->pitch_m > 0 ? o->pitch_m : known->pitch_m};
    const struct {
        double value;
        const char *option;
    } rows[] = {{o->has_beam, "--beam"},
                {beam.energy_ev, "--energy"},
                {beam.distance_m, "--distance"},
                {beam.pitch_m, "--pixel"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (!(rows[i].value > 0))
            return airy_error_set(err, AIRY_EARGUMENT,
                                  "where pixels see is not known: %s, or --poni, is missing",
                                  rows[i].option);
    airy_code code = airy_setup_check(&beam, AIRY_FOR_RINGS, err);
    if (code == AIRY_OK)
        *pose = airy_pose_square(&beam, o->beam_y, o->beam_x);
    return code;
}

airy_code airy_pose_find(const airy_pose_options *o, const airy_setup *known, int ny, int nx,
                         airy_pose *pose, airy_error *err)
{
    airy_code code = o->poni ? read_poni(o, ny, nx, pose, err) : from_numbers(o, known, pose, err);
    if (code == AIRY_OK && o->energy_ev > 0)
        pose->energy_ev = o->energy_ev;
    if (code == AIRY_OK && o->has_tilt)
        code = airy_pose_tilt(pose, o->tilt_deg, o->toward_deg, err);
    return code;
}
