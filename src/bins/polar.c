// SPDX-License-Identifier: GPL-3.0-or-later
// Radial coordinate and azimuth of every pixel, as seen from the sample.
#include "airy/bins.h"

#include "base/units.h"

#include <math.h>

const char *const airy_radial_names[] = {"q_inv_a", "q_inv_nm", "two_theta_deg", "s_inv_nm", NULL};

// q in 1/A by which a unit of the linear kinds is one; 0: the angle.
static const double q_of_unit[] = {1, 0.1, 0, 0.2 * AIRY_PI};

static double wavelength_a(double energy_ev)
{
    return 1e10 * AIRY_WAVELENGTH_M(energy_ev);
}

double airy_radial_to_q(airy_radial kind, double value, double energy_ev)
{
    if (kind != AIRY_RADIAL_TWO_THETA_DEG)
        return value * q_of_unit[kind];
    return 4 * AIRY_PI / wavelength_a(energy_ev) * sin(0.5 * AIRY_RADIANS(value));
}

double airy_radial_from_q(airy_radial kind, double q_inv_a, double energy_ev)
{
    if (kind != AIRY_RADIAL_TWO_THETA_DEG)
        return q_inv_a / q_of_unit[kind];
    return 2 * AIRY_DEGREES(asin(q_inv_a * wavelength_a(energy_ev) / (4 * AIRY_PI)));
}

// 2 theta, in the unit of `kind`.
static double radial_at(const airy_pose *pose, double scale, double y, double x)
{
    double at[3];
    airy_pose_at(pose, y, x, at);
    double two_theta = atan2(sqrt(at[0] * at[0] + at[1] * at[1]), at[2]);
    return scale > 0 ? scale * sin(0.5 * two_theta) : AIRY_DEGREES(two_theta);
}

static float phi_at(const airy_pose *pose, double y, double x)
{
    double at[3];
    airy_pose_at(pose, y, x, at);
    float phi = (float)AIRY_DEGREES(atan2(at[1], at[0]));
    phi = phi < 0 ? phi + 360 : phi;
    return phi < 360 ? phi : 0; // a small negative one rounds to 360
}

// The farthest corner; corners of two neighbouring rows are kept, each shared by four pixels.
static airy_code find_reach(airy_polar *polar, const airy_pose *pose, double scale, airy_error *err)
{
    int nx = polar->nx;
    double *corner = airy_memory_new(2 * ((size_t)nx + 1), sizeof *corner);
    if (!corner)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a row of corners");
    for (int y = -1; y < polar->ny; y++) {
        double *above = corner + ((y + 1) % 2) * (nx + 1),
               *here = corner + ((y + 2) % 2) * (nx + 1);
        for (int x = 0; x <= nx; x++)
            here[x] = radial_at(pose, scale, y + 0.5, x - 0.5);
        for (int x = 0; x < nx && y >= 0; x++) {
            double r = polar->radial[(size_t)y * (size_t)nx + (size_t)x];
            double left = fmax(fabs(above[x] - r), fabs(here[x] - r));
            double right = fmax(fabs(above[x + 1] - r), fabs(here[x + 1] - r));
            polar->reach[(size_t)y * (size_t)nx + (size_t)x] = fmax(left, right);
        }
    }
    airy_memory_free(corner);
    return AIRY_OK;
}

static bool is_length(const double v[3])
{
    double length = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    return length > 0 && isfinite(length);
}

static airy_code check_pose(const airy_pose *pose, airy_error *err)
{
    if (!is_length(pose->row) || !is_length(pose->col))
        return airy_error_set(err, AIRY_EVALUE, "the size of a pixel is not known");
    if (!(airy_pose_distance(pose) > 0))
        return airy_error_set(err, AIRY_EVALUE, "the distance of the detector is not known");
    if (!(pose->energy_ev > 0))
        return airy_error_set(err, AIRY_EVALUE, "the photon energy is not known");
    return AIRY_OK;
}

airy_code airy_polar_init(airy_polar *polar, const airy_pose *pose, int ny, int nx,
                          airy_radial kind, bool reach, airy_error *err)
{
    *polar = (airy_polar){.ny = ny, .nx = nx, .kind = kind, .energy_ev = pose->energy_ev};
    airy_code code = check_pose(pose, err);
    if (code != AIRY_OK)
        return code;
    size_t n = (size_t)ny * (size_t)nx;
    polar->radial = airy_memory_new(n, sizeof *polar->radial);
    polar->phi = airy_memory_new(n, sizeof *polar->phi);
    polar->reach = reach ? airy_memory_new(n, sizeof *polar->reach) : NULL;
    if (!polar->radial || !polar->phi || (reach && !polar->reach)) {
        airy_polar_release(polar);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for places of %d x %d pixels", ny, nx);
    }
    double q = 4 * AIRY_PI / wavelength_a(pose->energy_ev);
    double scale = q_of_unit[kind] > 0 ? q / q_of_unit[kind] : 0;
    for (int y = 0; y < ny; y++)
        for (int x = 0; x < nx; x++) {
            polar->radial[(size_t)y * (size_t)nx + (size_t)x] = radial_at(pose, scale, y, x);
            polar->phi[(size_t)y * (size_t)nx + (size_t)x] = phi_at(pose, y, x);
        }
    code = reach ? find_reach(polar, pose, scale, err) : AIRY_OK;
    if (code != AIRY_OK)
        airy_polar_release(polar);
    return code;
}

void airy_polar_release(airy_polar *polar)
{
    airy_memory_free(polar->radial);
    airy_memory_free(polar->reach);
    airy_memory_free(polar->phi);
    *polar = (airy_polar){0};
}
