// SPDX-License-Identifier: GPL-3.0-or-later
// The axis of an ellipse, from fits that hold theirs.
//
// Its extent in the direction phi is R(phi)^2 = m + d cos 2(phi - axis). A fit that holds another
// axis sees of the second term what is in phase with its own; one turned by 45 degrees sees the
// rest, so that two fits tell the axis.
#include "airy/math.h"
#include "base/units.h"

#include <math.h>

#define OFF_LEAST 0.02   // of the radius: less may be the structure of a particle
#define SIGMAS 4         // less may be chance: 2.6 in 30 shots of particles that lay along
enum { TURNS_MOST = 4 }; // a rim is not quite the extent: each turn leaves less

// The difference of squares along and across, and its standard error.
static double stretch(const airy_semi_axes *semi, double *error)
{
    *error = 2 * hypot(semi->along * semi->along_error, semi->across * semi->across_error);
    return semi->along * semi->along - semi->across * semi->across;
}

airy_code airy_axis_find(airy_axis_fit *fit, void *context, double *axis_deg, airy_error *err)
{
    for (int turn = 0;; turn++) {
        airy_semi_axes held = {0}, diagonal = {0};
        airy_error why = {0};
        double error = 0, unused;
        airy_code code = fit(context, *axis_deg + 45, &diagonal, &why);
        bool told = code == AIRY_OK;
        if (!told && !airy_code_of_data(code))
            return airy_error_set(err, code, "%s", why.message);
        code = fit(context, *axis_deg, &held, err);
        if (code != AIRY_OK)
            return code;
        double squares = held.along * held.along + held.across * held.across;
        double along = stretch(&held, &unused), off = told ? stretch(&diagonal, &error) : 0;
        bool seen = fabs(off) > 2 * OFF_LEAST * squares && fabs(off) > SIGMAS * error;
        if (!seen || turn == TURNS_MOST)
            return AIRY_OK;
        *axis_deg = remainder(*axis_deg + AIRY_DEGREES(atan2(off, along)) / 2, 180);
    }
}
