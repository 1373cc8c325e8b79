// SPDX-License-Identifier: GPL-3.0-or-later
// Where the detector stands, from options.
#include "pose.h"

#include "airy/source.h"

#include <stdlib.h>
#include <string.h>

void pose_rows(pose_options *o, option rows[POSE_ROWS])
{
    const option table[POSE_ROWS] = {
        {"poni", OPTION_TEXT, &o->poni, .unit = "FILE", .help = "pyFAI's geometry, 1 to 2.1"},
        {"distance", OPTION_DOUBLE, &o->distance_m, .low = 0, .high = 1000, .unit = "m",
         .help = "sample to detector; 0 = as the file says"},
        {"pixel", OPTION_DOUBLE, &o->pitch_m, .low = 0, .high = 0.05, .unit = "m",
         .help = "side of a pixel; 0 = as the file says"},
        {"beam", OPTION_TEXT, &o->beam, .unit = "X,Y", .help = "where the beam hits, pixels"},
        {"energy", OPTION_DOUBLE, &o->energy_ev, .low = 0, .high = 1e6, .unit = "eV",
         .help = "of the photons; 0 = as the file says"},
        {"tilt", OPTION_TEXT, &o->tilt, .unit = "DEGREES,TOWARD",
         .help = "of the detector, and the azimuth of its farthest side"},
        {0},
    };
    memcpy(rows, table, sizeof table);
}

bool pose_is_given(const pose_options *o)
{
    return o->poni || o->beam || o->tilt || o->distance_m > 0 || o->pitch_m > 0 || o->energy_ev > 0;
}

static airy_code read_poni(const pose_options *o, int ny, int nx, airy_pose *pose, airy_error *err)
{
    char *text = NULL;
    airy_code code = airy_file_read_text(o->poni, &text, err);
    if (code == AIRY_OK)
        code = airy_pose_poni(pose, text, o->poni, ny, nx, err);
    free(text);
    return code;
}

static airy_code pair_of(const char *text, const char *name, double pair[2], airy_error *err)
{
    int n = 0;
    airy_code code = airy_text_doubles(text, pair, 2, &n, err);
    if (code == AIRY_OK && n != 2)
        code = airy_error_set(err, AIRY_EARGUMENT, "two numbers were wanted, not '%s'", text);
    return code == AIRY_OK ? code : airy_error_prefix(err, "%s", name);
}

static airy_code from_numbers(const pose_options *o, const airy_setup *known, airy_pose *pose,
                              airy_error *err)
{
    const airy_setup beam = {o->energy_ev > 0 ? o->energy_ev : known->energy_ev,
                             o->distance_m > 0 ? o->distance_m : known->distance_m,
                             o->pitch_m > 0 ? o->pitch_m : known->pitch_m};
    const struct {
        double value;
        const char *option;
    } rows[] = {{o->beam ? 1 : 0, "--beam"},
                {beam.energy_ev, "--energy"},
                {beam.distance_m, "--distance"},
                {beam.pitch_m, "--pixel"}};
    double xy[2];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (!(rows[i].value > 0))
            return airy_error_set(err, AIRY_EARGUMENT,
                                  "where pixels see is not known: %s, or --poni, is missing",
                                  rows[i].option);
    airy_code code = pair_of(o->beam, "--beam", xy, err);
    if (code == AIRY_OK)
        code = airy_setup_check(&beam, AIRY_FOR_RINGS, err);
    if (code == AIRY_OK)
        *pose = airy_pose_square(&beam, xy[1], xy[0]);
    return code;
}

airy_code pose_find(const pose_options *o, const airy_setup *known, int ny, int nx, airy_pose *pose,
                    airy_error *err)
{
    double tilt[2];
    airy_code code = o->poni ? read_poni(o, ny, nx, pose, err) : from_numbers(o, known, pose, err);
    if (code == AIRY_OK && o->energy_ev > 0)
        pose->energy_ev = o->energy_ev;
    if (code == AIRY_OK && o->tilt)
        code = pair_of(o->tilt, "--tilt", tilt, err);
    if (code == AIRY_OK && o->tilt)
        code = airy_pose_tilt(pose, tilt[0], tilt[1], err);
    return code;
}
