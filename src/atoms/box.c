// SPDX-License-Identifier: GPL-3.0-or-later
// The box: a parallelepiped, periodic or not, and what its edges make of positions.
#include "airy/atoms.h"
#include "box.h"

#include <math.h>

static void cross(const double u[3], const double v[3], double w[3])
{
    w[0] = u[1] * v[2] - u[2] * v[1];
    w[1] = u[2] * v[0] - u[0] * v[2];
    w[2] = u[0] * v[1] - u[1] * v[0];
}

static double dot(const double u[3], const double v[3])
{
    return u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
}

airy_code airy_atom_box_complete(airy_atom_box *box, airy_error *err)
{
    double across[3][3]; // a[1] x a[2] and so on: rows of the inverse times the volume
    for (int k = 0; k < 3; k++)
        cross(box->a[(k + 1) % 3], box->a[(k + 2) % 3], across[k]);
    double volume = dot(box->a[0], across[0]);
    double size =
        sqrt(dot(box->a[0], box->a[0]) * dot(box->a[1], box->a[1]) * dot(box->a[2], box->a[2]));
    if (!(fabs(volume) > 1e-9 * size) || !isfinite(volume))
        return airy_error_set(err, AIRY_EVALUE,
                              "the box has no volume: its edges are (%g %g %g), (%g %g %g), "
                              "(%g %g %g)",
                              box->a[0][0], box->a[0][1], box->a[0][2], box->a[1][0], box->a[1][1],
                              box->a[1][2], box->a[2][0], box->a[2][1], box->a[2][2]);
    for (int k = 0; k < 3; k++) {
        box->height[k] = fabs(volume) / sqrt(dot(across[k], across[k]));
        for (int x = 0; x < 3; x++)
            box->inverse[k][x] = across[k][x] / volume;
    }
    box->volume = fabs(volume);
    return AIRY_OK;
}

void airy_atom_box_position(const airy_atom_box *box, const double s[3], double r[3])
{
    const double c[3] = {s[0], s[1], s[2]};
    for (int x = 0; x < 3; x++)
        r[x] = box->origin[x] + c[0] * box->a[0][x] + c[1] * box->a[1][x] + c[2] * box->a[2][x];
}

void airy_atom_box_inside(const airy_atom_box *box, const double r[3], double s[3])
{
    const double d[3] = {r[0] - box->origin[0], r[1] - box->origin[1], r[2] - box->origin[2]};
    for (int k = 0; k < 3; k++)
        s[k] = dot(box->inverse[k], d);
}

void airy_atom_box_nearest(const airy_atom_box *box, double d[3])
{
    double whole[3];
    for (int k = 0; k < 3; k++)
        whole[k] = box->volume > 0 && box->periodic[k] ? rint(dot(box->inverse[k], d)) : 0;
    for (int x = 0; x < 3; x++)
        d[x] -= whole[0] * box->a[0][x] + whole[1] * box->a[1][x] + whole[2] * box->a[2][x];
}

void airy_atom_box_reciprocal(const airy_atom_box *box, double b[3][3])
{
    for (int k = 0; k < 3; k++)
        for (int x = 0; x < 3; x++)
            b[k][x] = 2 * M_PI * box->inverse[k][x];
}

airy_code airy_atom_box_scale(airy_atom_box *box, double factor, airy_error *err)
{
    for (int k = 0; k < 3; k++) {
        box->origin[k] *= factor;
        for (int i = 0; i < 3; i++)
            box->a[k][i] *= factor;
    }
    return airy_atom_box_complete(box, err);
}
