// SPDX-License-Identifier: GPL-3.0-or-later
// Lengths, widths, depths and angles of one branch.
#include "ends.h"
#include "density/branches.h"
#include "base/units.h"
#include "density/path.h"
#include "density/straight.h"

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

// Slope of a line through floor points that stray by `across` around it and lie along it with
// variance `along`: sqrt(across / along / n), n independent points, at least one. One every two
// scales, because images err in modes longer than bands: with one a scale the errors of 80 bands of
// simulated shots were 1.5 times as large. The floor strays by a third of a pixel at least.
static double axis_error(const airy_ruler *ruler, const airy_moments *moments)
{
    double along, across;
    airy_moments_spread(moments, &along, &across);
    double n = fmax(sqrt(12 * along) / (2 * ruler->scale), 1);
    across = fmax(across, 1.0 / 9);
    return AIRY_DEGREES(atan(sqrt(across / (along * n))));
}

// Principal axis of the valley's floor along the path, each piece weighted by its depth: ends and
// corners, where the skeleton turns to the region's corners, are shallow and say little.
static double floor_direction(const airy_ruler *ruler, const airy_path *path, double *error)
{
    airy_moments moments = {0};
    *error = NAN;
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
    double axis = airy_moments_axis(&moments);
    if (isfinite(axis))
        *error = axis_error(ruler, &moments);
    return axis;
}

// Mean over the pixels of a path.
static double mean_along(const airy_image *image, const airy_path *path)
{
    double sum = 0;
    for (int k = 0; k < path->n; k++)
        sum += (double)image->px[path->y[k] * image->nx + path->x[k]];
    return sum / path->n;
}

// Largest value at a pixel and its neighbours: a skeleton may run a pixel beside the middle.
static float largest_near(const airy_image *image, int y, int x)
{
    float largest = image->px[y * image->nx + x];
    for (int v = y - 1; v <= y + 1; v++)
        for (int u = x - 1; u <= x + 1; u++)
            if (v >= 0 && u >= 0 && v < image->ny && u < image->nx)
                largest = fmaxf(largest, image->px[v * image->nx + u]);
    return largest;
}

// Median over the path, because ends lie near the border. The distance counts from pixel center to
// pixel center: a line n pixels wide has (n + 1) / 2.
static airy_code width_from(const airy_image *distance, const airy_path *path, double *width,
                            airy_error *err)
{
    float *values = airy_memory_new((size_t)path->n, sizeof *values);
    if (!values)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory for %d widths", path->n);
    for (int k = 0; k < path->n; k++) {
        float d = largest_near(distance, path->y[k], path->x[k]);
        values[k] = d > 0 ? 2 * d - 1 : 0;
    }
    *width = airy_stats_median(values, path->n);
    airy_memory_free(values);
    return AIRY_OK;
}

// Full width at half of the depth that the image has along the path, by the distance transform of
// all pixels that are deeper.
static airy_code half_depth_width(const airy_ruler *ruler, const airy_path *path, double *width,
                                  airy_error *err)
{
    const airy_image *low = ruler->low;
    double half = mean_along(low, path) / 2;
    airy_mask deeper = {0};
    airy_image distance = {0};
    airy_code code = airy_mask_init(&deeper, low->ny, low->nx, err);
    if (!code)
        code = airy_image_init(&distance, low->ny, low->nx, err);
    for (int i = 0; !code && i < low->ny * low->nx; i++)
        deeper.bits[i] = (double)low->px[i] < half;
    if (!code)
        code = airy_morph_distance(&deeper, &distance, err);
    if (!code)
        code = width_from(&distance, path, width, err);
    airy_mask_release(&deeper);
    airy_image_release(&distance);
    return code;
}

// Ends and what the image holds along the path, without width and length.
static airy_branch measure_line(const airy_ruler *ruler, const airy_path *path)
{
    const airy_bands_input *input = ruler->input;
    double nm = input->pixel_nm, from_x = ruler->polarization_deg;
    int last = path->n - 1;
    airy_branch b = {0};
    b.x0_nm = (path->x[0] - input->body.x) * nm;
    b.y0_nm = (path->y[0] - input->body.y) * nm;
    b.x1_nm = (path->x[last] - input->body.x) * nm;
    b.y1_nm = (path->y[last] - input->body.y) * nm;
    b.chord_nm = hypot(b.x1_nm - b.x0_nm, b.y1_nm - b.y0_nm);
    b.depth = fabs(mean_along(&input->difference, path));
    b.contrast = mean_along(&ruler->valley->depth, path);
    double chord = AIRY_DEGREES(atan2(b.y1_nm - b.y0_nm, b.x1_nm - b.x0_nm));
    b.chord_angle_deg = b.chord_nm > 0 ? airy_angles_fold(unfolded(chord, from_x)) : NAN;
    b.held = b.redrawn = NAN;
    b.tensor_deg = airy_angles_fold(unfolded(tensor_direction(ruler->valley, path), from_x));
    return b;
}

// The floor's axis, or, looked for as a valley, that of the band which fits best there.
static airy_code measure_direction(const airy_ruler *ruler, const airy_path *path, airy_branch *b,
                                   airy_error *err)
{
    int last = path->n - 1;
    double axis = floor_direction(ruler, path, &b->angle_err_deg);
    airy_straight band = {
        .middle = {(path->y[0] + path->y[last]) / 2.0, (path->x[0] + path->x[last]) / 2.0},
        .direction_deg = isfinite(axis) ? axis : airy_path_angle(path),
        .length = b->chord_nm / ruler->input->pixel_nm,
        .width = ruler->scale};
    airy_code code = AIRY_OK;
    if (ruler->half_depth && band.length > 0)
        code = airy_straight_fit(ruler->low, &ruler->input->body, &band, err);
    b->direction_deg = unfolded(band.direction_deg, ruler->polarization_deg);
    b->angle_deg = airy_angles_fold(b->direction_deg);
    return code;
}

airy_code airy_branch_measure(const airy_ruler *ruler, const airy_path *path, airy_branch *branch,
                              airy_error *err)
{
    double region = NAN, half_depth = NAN, nm = ruler->input->pixel_nm;
    airy_code code = width_from(ruler->distance, path, &region, err);
    if (!code && ruler->half_depth)
        code = half_depth_width(ruler, path, &half_depth, err);
    *branch = measure_line(ruler, path);
    if (!code)
        code = measure_direction(ruler, path, branch, err);
    branch->width_nm = (ruler->half_depth ? half_depth : region) * nm;
    branch->length_nm = code ? NAN : airy_path_length_in(path, ruler->region, region) * nm;
    return code;
}
