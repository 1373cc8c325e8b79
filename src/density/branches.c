// SPDX-License-Identifier: GPL-3.0-or-later
// Lengths, widths, depths and angles of one branch.
#include "density/branches.h"
#include "base/units.h"
#include "density/path.h"

#include <math.h>

// Angle to the polarisation, 0 <= angle < 180.
static double unfolded(double degrees, double polarization_deg)
{
    double a = fmod(degrees - polarization_deg, 180);
    return a < 0 ? a + 180 : a;
}

// Direction of least change, from the structure tensor summed over the path: across it the gradient
// is largest (Bigun & Granlund, ICCV 1987).
static double tensor_direction(const airy_valley *valley, const airy_path *path)
{
    double yy = 0, yx = 0, xx = 0;
    for (int k = 0; k < path->n; k++) {
        int i = path->y[k] * valley->jyy.nx + path->x[k];
        yy += (double)valley->jyy.px[i];
        yx += (double)valley->jyx.px[i];
        xx += (double)valley->jxx.px[i];
    }
    return AIRY_DEGREES(0.5 * atan2(2 * yx, xx - yy)) + 90;
}

// Where the smoothed image has its valley's floor near a pixel: one Newton step across the line,
// along the eigenvector of the larger curvature (Steger, IEEE PAMI 20, 113, 1998), at most one
// pixel far.
static airy_point floor_near(const airy_image *smooth, int y, int x)
{
    airy_point here = {y, x};
    if (y < 1 || x < 1 || y >= smooth->ny - 1 || x >= smooth->nx - 1)
        return here;
    const float *at = smooth->px + y * smooth->nx + x;
    int s = smooth->nx;
    double gy = ((double)at[s] - (double)at[-s]) / 2, gx = ((double)at[1] - (double)at[-1]) / 2;
    double yy = (double)at[s] + (double)at[-s] - 2 * (double)at[0];
    double xx = (double)at[1] + (double)at[-1] - 2 * (double)at[0];
    double yx =
        ((double)at[s + 1] + (double)at[-s - 1] - (double)at[s - 1] - (double)at[1 - s]) / 4;
    double curvature = (yy + xx) / 2 + hypot((yy - xx) / 2, yx);
    double across = 0.5 * atan2(2 * yx, xx - yy); // direction of the larger curvature
    double ny = sin(across), nx = cos(across);
    double step = -(gy * ny + gx * nx) / curvature;
    if (!(curvature > 0 && fabs(step) <= 1))
        return here;
    return (airy_point){y + step * ny, x + step * nx};
}

// Principal axis of the valley's floor along the path, each piece weighted by its depth: ends and
// corners, where the skeleton turns to the region's corners, are shallow and say little.
static double floor_direction(const airy_ruler *ruler, const airy_path *path)
{
    airy_moments moments = {0};
    airy_point last = {0, 0};
    double depth = 0;
    for (int k = 0; k < path->n; k++) {
        airy_point next = floor_near(&ruler->valley->smooth, path->y[k], path->x[k]);
        next.y -= path->y[0];
        next.x -= path->x[0];
        int i = path->y[k] * ruler->distance->nx + path->x[k];
        double here = fmax((double)ruler->valley->depth.px[i], 0);
        if (k > 0)
            airy_moments_add(&moments, last, next, (depth + here) / 2);
        last = next;
        depth = here;
    }
    return airy_moments_axis(&moments);
}

// Mean over the pixels of a path.
static double mean_along(const airy_image *image, const airy_path *path)
{
    double sum = 0;
    for (int k = 0; k < path->n; k++)
        sum += (double)image->px[path->y[k] * image->nx + path->x[k]];
    return sum / path->n;
}

airy_branch airy_branch_measure(const airy_ruler *ruler, const airy_path *path)
{
    const airy_bands_input *input = ruler->input;
    double nm = input->pixel_nm, from_x = ruler->polarization_deg;
    int last = path->n - 1;
    airy_branch b = {0};
    b.x0_nm = (path->x[0] - input->body.x) * nm;
    b.y0_nm = (path->y[0] - input->body.y) * nm;
    b.x1_nm = (path->x[last] - input->body.x) * nm;
    b.y1_nm = (path->y[last] - input->body.y) * nm;
    b.length_nm = airy_path_length(path) * nm;
    b.chord_nm = hypot(b.x1_nm - b.x0_nm, b.y1_nm - b.y0_nm);
    // The distance counts from pixel centre to pixel centre: a line n pixels wide has (n + 1) / 2.
    b.width_nm = (2 * mean_along(ruler->distance, path) - 1) * nm;
    b.depth = fabs(mean_along(&input->difference, path));
    b.contrast = mean_along(&ruler->valley->depth, path);
    double axis = floor_direction(ruler, path);
    b.direction_deg = unfolded(isfinite(axis) ? axis : airy_path_angle(path), from_x);
    b.angle_deg = airy_angles_fold(b.direction_deg);
    double chord = AIRY_DEGREES(atan2(b.y1_nm - b.y0_nm, b.x1_nm - b.x0_nm));
    b.chord_angle_deg = b.chord_nm > 0 ? airy_angles_fold(unfolded(chord, from_x)) : NAN;
    b.tensor_deg = airy_angles_fold(unfolded(tensor_direction(ruler->valley, path), from_x));
    return b;
}
