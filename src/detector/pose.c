// SPDX-License-Identifier: GPL-3.0-or-later
// Where a flat detector stands: square to the beam, leaning, mirrored.
#include "airy/detector.h"

#include "base/units.h"

#include <math.h>

airy_pose airy_pose_square(const airy_setup *beam, double center_y, double center_x)
{
    double p = beam->pitch_m;
    return (airy_pose){.corner = {-(center_x + 0.5) * p, -(center_y + 0.5) * p, beam->distance_m},
                       .row = {0, p, 0},
                       .col = {p, 0, 0},
                       .energy_ev = beam->energy_ev};
}

// So far away that q is a length on it: q = 2 pi / lambda x pitch / distance.
airy_pose airy_pose_plane(double q_inv_a, double center_y, double center_x)
{
    const double pitch_m = 1e-9, distance_m = 1;
    airy_setup beam = {.distance_m = distance_m, .pitch_m = pitch_m};
    beam.energy_ev = airy_energy_of_wavelength(2 * AIRY_PI / q_inv_a * pitch_m / distance_m);
    return airy_pose_square(&beam, center_y, center_x);
}

double airy_energy_of_wavelength(double wavelength_a)
{
    return 1e10 * AIRY_WAVELENGTH_M(1) / wavelength_a;
}

void airy_pose_at(const airy_pose *pose, double y, double x, double place[3])
{
    for (int i = 0; i < 3; i++)
        place[i] = pose->corner[i] + (y + 0.5) * pose->row[i] + (x + 0.5) * pose->col[i];
}

static void cross(const double a[3], const double b[3], double c[3])
{
    for (int i = 0; i < 3; i++) {
        int j = (i + 1) % 3, k = (i + 2) % 3;
        c[i] = a[j] * b[k] - a[k] * b[j];
    }
}

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

double airy_pose_distance(const airy_pose *pose)
{
    double normal[3];
    cross(pose->col, pose->row, normal);
    return fabs(dot(pose->corner, normal)) / sqrt(dot(normal, normal));
}

// Turns v so that the unit vector d of the plane z = 0 goes to cos d + sin z: Rodrigues' formula
// about the axis d x z, written out in the two directions that change.
static void lean(double v[3], const double d[2], double c, double s)
{
    double along = v[0] * d[0] + v[1] * d[1], z = v[2];
    double turned = c * along - s * z;
    v[0] += (turned - along) * d[0];
    v[1] += (turned - along) * d[1];
    v[2] = s * along + c * z;
}

airy_code airy_pose_tilt(airy_pose *pose, double tilt_deg, double toward_deg, airy_error *err)
{
    double normal[3], c = cos(AIRY_RADIANS(tilt_deg)), s = sin(AIRY_RADIANS(tilt_deg));
    const double d[2] = {cos(AIRY_RADIANS(toward_deg)), sin(AIRY_RADIANS(toward_deg))};
    cross(pose->col, pose->row, normal);
    if (!(fabs(normal[2]) > 1e-3 * sqrt(dot(normal, normal))))
        return airy_error_set(err, AIRY_EVALUE, "the beam does not hit the detector's plane");
    double z = dot(pose->corner, normal) / normal[2]; // where it does
    pose->corner[2] -= z;
    lean(pose->corner, d, c, s);
    pose->corner[2] += z;
    lean(pose->row, d, c, s);
    lean(pose->col, d, c, s);
    return AIRY_OK;
}

static void flip(double corner[3], double step[3], int n)
{
    for (int i = 0; i < 3; i++) {
        corner[i] += n * step[i];
        step[i] = -step[i];
    }
}

void airy_pose_flip(airy_pose *pose, int ny, int nx, bool rows, bool columns)
{
    if (rows)
        flip(pose->corner, pose->row, ny);
    if (columns)
        flip(pose->corner, pose->col, nx);
}
