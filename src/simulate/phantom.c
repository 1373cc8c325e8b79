// SPDX-License-Identifier: GPL-3.0-or-later
// The particle: a spheroid with low-density bands and dense spots, and its projected density.
#include "simulate/phantom.h"
#include "airy/math.h"

#include "base/units.h"

#include <math.h>
#include <string.h>

#define POINTS 4         // render: points across a pixel
#define INTEGRAL_NM 0.5  // step of the public integrals
#define STEPS_MOST 500   // of integrals across a radius: those of large particles take longer steps
#define GAUSS 2.77258872 // 4 ln 2

void airy_phantom_plain(airy_phantom *phantom, double radius_par_nm, double radius_perp_nm)
{
    *phantom = (airy_phantom){.radius_par_nm = radius_par_nm, .radius_perp_nm = radius_perp_nm};
}

void airy_phantom_example(airy_phantom *phantom, double radius_nm)
{
    // in units of the radius; bands at 31, -27, 30 and -37 degrees, then the spots
    static const airy_feature unit[] = {
        {-0.62, -0.04, -0.16, 0.24, 0.18, 0.32}, {0.08, 0.62, 0.58, 0.36, 0.17, 0.24},
        {0.12, -0.26, 0.60, 0.02, 0.19, 0.28},   {-0.54, -0.32, -0.14, -0.62, 0.18, 0.18},
        {-0.30, 0.58, -0.30, 0.58, 0.28, -0.18}, {0.14, 0.18, 0.14, 0.18, 0.28, -0.2},
        {0.26, -0.64, 0.26, -0.64, 0.26, -0.15},
    };
    airy_phantom_plain(phantom, radius_nm, radius_nm);
    phantom->n = (int)(sizeof unit / sizeof *unit);
    for (int i = 0; i < phantom->n; i++)
        phantom->feature[i] = (airy_feature){unit[i].x0 * radius_nm,       unit[i].y0 * radius_nm,
                                             unit[i].x1 * radius_nm,       unit[i].y1 * radius_nm,
                                             unit[i].width_nm * radius_nm, unit[i].depth};
    airy_phantom_conserve(phantom);
}

airy_code airy_phantom_add(airy_phantom *phantom, const airy_feature *feature, airy_error *err)
{
    if (phantom->n >= AIRY_FEATURES_MAX)
        return airy_error_set(err, AIRY_EARGUMENT, "a phantom holds at most %d features",
                              AIRY_FEATURES_MAX);
    if (!(feature->width_nm > 0))
        return airy_error_set(err, AIRY_EARGUMENT, "a feature is %g nm wide, it must be above 0",
                              feature->width_nm);
    phantom->feature[phantom->n++] = *feature;
    return AIRY_OK;
}

double airy_feature_distance_squared(const airy_feature *f, double x, double y)
{
    double dx = f->x1 - f->x0, dy = f->y1 - f->y0;
    double length2 = dx * dx + dy * dy;
    double along = length2 > 0 ? ((x - f->x0) * dx + (y - f->y0) * dy) / length2 : 0;
    along = fmin(1, fmax(0, along));
    double ex = x - f->x0 - along * dx, ey = y - f->y0 - along * dy;
    return ex * ex + ey * ey;
}

// Sum of depth times profile at a point of the particle's frame.
static double missing(const airy_phantom *phantom, double x, double y)
{
    double sum = 0;
    for (int i = 0; i < phantom->n; i++) {
        const airy_feature *f = &phantom->feature[i];
        sum += f->depth *
               exp(-GAUSS * airy_feature_distance_squared(f, x, y) / (f->width_nm * f->width_nm));
    }
    return sum;
}

// T at a point of the particle's frame.
static double thickness(const airy_phantom *phantom, double x, double y)
{
    double u = x / phantom->radius_par_nm, v = y / phantom->radius_perp_nm;
    double rest = 1 - u * u - v * v;
    return rest > 0 ? sqrt(rest) : 0;
}

double airy_phantom_at(const airy_phantom *phantom, airy_phantom_part part, double x, double y)
{
    double c = cos(AIRY_RADIANS(phantom->axis_deg)), s = sin(AIRY_RADIANS(phantom->axis_deg));
    double along = c * x + s * y, across = c * y - s * x;
    double body = thickness(phantom, along, across);
    if (part == AIRY_PHANTOM_BODY || body <= 0)
        return body;
    double difference = phantom->fill - missing(phantom, along, across);
    return body * (part == AIRY_PHANTOM_DIFFERENCE ? difference : 1 + difference);
}

void airy_phantom_render(const airy_phantom *phantom, airy_phantom_part part, double pixel_nm,
                         airy_image *image)
{
    double reach = fmax(phantom->radius_par_nm, phantom->radius_perp_nm) + pixel_nm;
    for (int y = 0; y < image->ny; y++)
        for (int x = 0; x < image->nx; x++) {
            double cx = (x - image->nx / 2) * pixel_nm, cy = (y - image->ny / 2) * pixel_nm;
            double sum = 0;
            for (int i = 0; i < POINTS * POINTS && hypot(cx, cy) < reach; i++) {
                double dx = ((i % POINTS + 0.5) / POINTS - 0.5) * pixel_nm;
                double dy = ((i / POINTS + 0.5) / POINTS - 0.5) * pixel_nm;
                sum += airy_phantom_at(phantom, part, cx + dx, cy + dy);
            }
            image->px[(size_t)y * (size_t)image->nx + (size_t)x] = (float)(sum / (POINTS * POINTS));
        }
}

// The particle's box in steps of an integral.
typedef struct steps {
    double pitch_nm;
    int nx, ny; // to either side of the middle
} steps;

static steps steps_of(const airy_phantom *phantom, double pitch_nm)
{
    double a = phantom->radius_par_nm, b = phantom->radius_perp_nm;
    double pitch = fmax(pitch_nm, fmax(a, b) / STEPS_MOST);
    return (steps){pitch, (int)(a / pitch) + 1, (int)(b / pitch) + 1};
}

void airy_phantom_areas_on(const airy_phantom *phantom, double pitch_nm, double *total_nm2,
                           double *low_nm2)
{
    const steps s = steps_of(phantom, pitch_nm);
    double total = 0, low = 0;
    for (int j = -s.ny; j <= s.ny; j++)
        for (int i = -s.nx; i <= s.nx; i++) {
            double x = i * s.pitch_nm, y = j * s.pitch_nm;
            if (thickness(phantom, x, y) <= 0)
                continue;
            total += 1;
            low += phantom->fill < missing(phantom, x, y);
        }
    *total_nm2 = total * s.pitch_nm * s.pitch_nm;
    *low_nm2 = low * s.pitch_nm * s.pitch_nm;
}

void airy_phantom_areas(const airy_phantom *phantom, double *total_nm2, double *low_nm2)
{
    airy_phantom_areas_on(phantom, INTEGRAL_NM, total_nm2, low_nm2);
}

void airy_phantom_conserve_on(airy_phantom *phantom, double pitch_nm)
{
    const steps s = steps_of(phantom, pitch_nm);
    double mass = 0, gone = 0;
    for (int j = -s.ny; j <= s.ny; j++)
        for (int i = -s.nx; i <= s.nx; i++) {
            double x = i * s.pitch_nm, y = j * s.pitch_nm, body = thickness(phantom, x, y);
            mass += body;
            if (body > 0)
                gone += body * missing(phantom, x, y);
        }
    phantom->fill = mass > 0 ? gone / mass : 0;
}

void airy_phantom_conserve(airy_phantom *phantom)
{
    airy_phantom_conserve_on(phantom, INTEGRAL_NM);
}

double airy_phantom_body_transform(const airy_phantom *phantom, double fx, double fy)
{
    double c = cos(AIRY_RADIANS(phantom->axis_deg)), s = sin(AIRY_RADIANS(phantom->axis_deg));
    double a = phantom->radius_par_nm, b = phantom->radius_perp_nm;
    double u = 2 * AIRY_PI * hypot((c * fx + s * fy) * a, (c * fy - s * fx) * b);
    return 2.0 / 3 * AIRY_PI * a * b * airy_ball_transform(u);
}

static void scale_dense(airy_phantom *to, const airy_phantom *from, double factor)
{
    *to = *from;
    for (int i = 0; i < to->n; i++)
        if (to->feature[i].depth < 0)
            to->feature[i].depth *= factor;
    airy_phantom_conserve_on(to, 1.0);
}

void airy_phantom_fade(airy_phantom *phantom, double factor)
{
    for (int i = 0; i < phantom->n; i++)
        phantom->feature[i].depth *= factor;
}

// By bisection.
void airy_phantom_meet_share(airy_phantom *phantom, double share)
{
    airy_phantom before = *phantom;
    double low = 0, high = 4;
    for (int step = 0; step < 14; step++) {
        double middle = (low + high) / 2, total, area;
        scale_dense(phantom, &before, middle);
        airy_phantom_areas_on(phantom, 1.0, &total, &area);
        *(area < share * total ? &low : &high) = middle;
    }
    airy_phantom_conserve(phantom);
}
