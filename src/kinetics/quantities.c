// SPDX-License-Identifier: GPL-3.0-or-later
// The quantities that kinetics follow: how each is taken from a shot, with its error.
#include "curve.h"

#include <math.h>

static double r_par(const airy_shot_row *shot)
{
    return shot->r_par_nm;
}

static double r_perp(const airy_shot_row *shot)
{
    return shot->r_perp_nm;
}

static double r_par_error(const airy_shot_row *shot)
{
    return shot->r_par_err_nm;
}

static double r_perp_error(const airy_shot_row *shot)
{
    return shot->r_perp_err_nm;
}

static double r_mean(const airy_shot_row *shot)
{
    return (shot->r_par_nm + shot->r_perp_nm) / 2;
}

static double r_mean_error(const airy_shot_row *shot)
{
    return hypot(shot->r_par_err_nm, shot->r_perp_err_nm) / 2;
}

static double rim_mean(const airy_shot_row *shot)
{
    return (shot->rim_par_nm + shot->rim_perp_nm) / 2;
}

static double rim_mean_error(const airy_shot_row *shot)
{
    return hypot(shot->rim_par_err_nm, shot->rim_perp_err_nm) / 2;
}

static double rings_less_rim(const airy_shot_row *shot)
{
    return r_mean(shot) - rim_mean(shot);
}

static double rings_less_rim_error(const airy_shot_row *shot)
{
    return hypot(r_mean_error(shot), rim_mean_error(shot));
}

static double aspect(const airy_shot_row *shot)
{
    return shot->r_par_nm / shot->r_perp_nm;
}

// Radii are off together, so that their ratio is better known than they are.
static double aspect_error(const airy_shot_row *shot)
{
    if (isfinite(shot->aspect_err))
        return shot->aspect_err;
    return aspect(shot) *
           hypot(shot->r_par_err_nm / shot->r_par_nm, shot->r_perp_err_nm / shot->r_perp_nm);
}

static double rim_aspect(const airy_shot_row *shot)
{
    return shot->rim_par_nm / shot->rim_perp_nm;
}

static double rim_aspect_error(const airy_shot_row *shot)
{
    return rim_aspect(shot) * hypot(shot->rim_par_err_nm / shot->rim_par_nm,
                                    shot->rim_perp_err_nm / shot->rim_perp_nm);
}

static double a_low(const airy_shot_row *shot)
{
    return shot->a_low_nm2;
}

static double a_low_error(const airy_shot_row *shot)
{
    return shot->a_low_err_nm2;
}

static double low_fraction(const airy_shot_row *shot)
{
    return shot->low_fraction;
}

static double low_fraction_error(const airy_shot_row *shot)
{
    return shot->low_fraction_err;
}

static double band_length(const airy_shot_row *shot)
{
    return shot->band_length_nm;
}

static double branches(const airy_shot_row *shot)
{
    return shot->n_branches < 0 ? (double)NAN : (double)shot->n_branches;
}

static double fraction_20_40(const airy_shot_row *shot)
{
    return shot->fraction_20_40;
}

static double largest_channel(const airy_shot_row *shot)
{
    return shot->largest_channel_nm2;
}

static double longer(const airy_shot_row *shot)
{
    return shot->r_par_nm - shot->r_perp_nm;
}

static double longer_error(const airy_shot_row *shot)
{
    return hypot(shot->r_perp_nm * aspect_error(shot), (aspect(shot) - 1) * shot->r_perp_err_nm);
}

enum {
    EXPANDS = AIRY_IS_RELATIVE | AIRY_IS_FITTED, // lengths and areas of the particle
    RADIUS = EXPANDS | AIRY_IS_RADIUS,
};

static const airy_quantity table[] = {
    {"r_mean", "mean radius", "nm", "km/s", r_mean, r_mean_error, EXPANDS, r_mean_error},
    {"r_par", "radius along the polarisation", "nm", "km/s", r_par, r_par_error, RADIUS,
     r_par_error},
    {"r_perp", "radius across the polarisation", "nm", "km/s", r_perp, r_perp_error, RADIUS,
     r_perp_error},
    {"r_par_less_perp", "radius along less across", "nm", "km/s", longer, longer_error,
     AIRY_IS_RADIUS, longer_error},
    {"rim_mean", "mean radius at the rim", "nm", "km/s", rim_mean, NULL, EXPANDS, rim_mean_error},
    {"rings_less_rim", "rings less rim", "nm", "", rings_less_rim, NULL, 0, rings_less_rim_error},
    {"aspect", "aspect ratio", "1", "1/ps", aspect, aspect_error, 0, aspect_error},
    {"rim_aspect", "aspect ratio at the rim", "1", "1/ps", rim_aspect, NULL, 0, rim_aspect_error},
    {"a_low", "low-density area", "nm2", "nm2/ps", a_low, NULL, EXPANDS, a_low_error},
    {"low_fraction", "share of low density", "1", "1/ps", low_fraction, NULL, AIRY_IS_SHARE,
     low_fraction_error},
    {"n_branches", "branches", "1", "1/ps", branches, NULL, 0, NULL},
    {"band_length", "length of bands", "nm", "nm/ps", band_length, NULL, 0, NULL},
    {"fraction_20_40", "share of band length at 20 to 40 degrees", "1", "1/ps", fraction_20_40,
     NULL, AIRY_IS_SHARE, NULL},
    {"largest_channel", "area of the largest low-density channel", "nm2", "nm2/ps", largest_channel,
     NULL, 0, NULL},
};

const airy_quantity *airy_quantities(int *n)
{
    *n = (int)(sizeof table / sizeof *table);
    return table;
}
