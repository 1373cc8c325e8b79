// SPDX-License-Identifier: GPL-3.0-or-later
// Where the detector stands, from options.
#include "pose.h"

#include <string.h>

void pose_rows(airy_pose_options *o, pose_words *said, option rows[POSE_ROWS])
{
    const option table[POSE_ROWS] = {
        {"poni", OPTION_TEXT, &o->poni, .unit = "FILE", .help = "pyFAI's geometry, 1 to 2.1"},
        {"distance", OPTION_DOUBLE, &o->distance_m, .low = 0, .high = 1000, .unit = "m",
         .help = "sample to detector; 0 = as the file says"},
        {"pixel", OPTION_DOUBLE, &o->pitch_m, .low = 0, .high = 0.05, .unit = "m",
         .help = "side of a pixel; 0 = as the file says"},
        {"beam", OPTION_TEXT, &said->beam, .unit = "X,Y", .help = "where the beam hits, pixels"},
        {"energy", OPTION_DOUBLE, &o->energy_ev, .low = 0, .high = 1e6, .unit = "eV",
         .help = "of the photons; 0 = as the file says"},
        {"tilt", OPTION_TEXT, &said->tilt, .unit = "DEGREES,TOWARD",
         .help = "of the detector, and the azimuth of its farthest side"},
        {0},
    };
    memcpy(rows, table, sizeof table);
}

static int read_pair(const invocation *call, const char *text, const char *name, double pair[2])
{
    airy_error err = {0};
    int n = 0;
    if (text && airy_text_doubles(text, pair, 2, &n, &err) != AIRY_OK)
        return options_wrong(call, "%s: %s", name, err.message);
    return text && n != 2 ? options_wrong(call, "%s: two numbers were wanted, not '%s'", name, text)
                          : 0;
}

int pose_read(const invocation *call, const pose_words *said, airy_pose_options *o)
{
    double beam[2] = {0}, tilt[2] = {0};
    int wrong = read_pair(call, said->beam, "--beam", beam);
    if (!wrong)
        wrong = read_pair(call, said->tilt, "--tilt", tilt);
    o->has_beam = said->beam != NULL;
    o->beam_x = beam[0], o->beam_y = beam[1];
    o->has_tilt = said->tilt != NULL;
    o->tilt_deg = tilt[0], o->toward_deg = tilt[1];
    return wrong;
}
