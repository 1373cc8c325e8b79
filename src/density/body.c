// SPDX-License-Identifier: GPL-3.0-or-later
// The round body: what lies in it, and where it goes when its parameters move.
#include "density/body.h"
#include "base/units.h"

#include <math.h>

double airy_body_reach(const airy_body *body, double y, double x)
{
    double c = cos(AIRY_RADIANS(body->axis_deg)), s = sin(AIRY_RADIANS(body->axis_deg));
    double dy = y - body->y, dx = x - body->x;
    double a = (dx * c + dy * s) / body->r_par, b = (dy * c - dx * s) / body->r_perp;
    return a * a + b * b;
}

double airy_body_cover(const airy_body *body, int y, int x)
{
    enum { FINE = 8 };
    double r = sqrt(airy_body_reach(body, y, x));
    double margin =
        1 / fmin(body->r_par, body->r_perp); // a pixel is under one pixel from its center
    if (r < 1 - margin)
        return 1;
    if (r > 1 + margin)
        return 0;
    int inside = 0;
    for (int i = 0; i < FINE * FINE; i++) {
        double v = y + (i / FINE + 0.5) / FINE - 0.5, u = x + (i % FINE + 0.5) / FINE - 0.5;
        inside += airy_body_reach(body, v, u) < 1;
    }
    return (double)inside / (FINE * FINE);
}

double airy_body_central(const airy_body *body)
{
    return 2 * body->rho0 * body->r_perp;
}

double airy_body_volume(const airy_body *body)
{
    return 4.0 / 3.0 * AIRY_PI * body->r_par * body->r_perp * body->r_perp;
}

void airy_body_move(const airy_body *body, const double *step, airy_body *out)
{
    enum { Y, X, PAR, PERP, BLUR2 };
    double mass = body->rho0 * airy_body_volume(body);
    *out = *body;
    out->y += step[Y];
    out->x += step[X];
    out->r_par = fabs(out->r_par + step[PAR]);
    out->r_perp = fabs(out->r_perp + step[PERP]);
    out->blur = sqrt(fmax(body->blur * body->blur + step[BLUR2], 0));
    out->rho0 = mass / airy_body_volume(out);
}
