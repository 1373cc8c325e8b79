// SPDX-License-Identifier: GPL-3.0-or-later
// Image minus body, and how much of the particle lies below it.
#include "base/units.h"
#include "density/body.h"
#include "density/drawing.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

// out holds the body.
static void take_from(const airy_image *image, const airy_body *body, airy_image *out)
{
    float scale = (float)(1 / airy_body_central(body));
    for (int i = 0; i < out->ny * out->nx; i++)
        out->px[i] = (image->px[i] - out->px[i]) * scale;
}

airy_code airy_difference_make(const airy_image *image, const airy_body *body, airy_image *out,
                               airy_error *err)
{
    if (image->ny != out->ny || image->nx != out->nx)
        return airy_error_set(err, AIRY_ESHAPE, "the image is %d x %d, its difference %d x %d",
                              image->ny, image->nx, out->ny, out->nx);
    airy_code code = airy_body_draw(body, out, err);
    if (code == AIRY_OK)
        take_from(image, body, out);
    return code;
}

// One side of the threshold while pixels are added up.
struct side {
    double area, depth, doubt,
        noise; // doubt: sum of p (1 - p); noise: sum of variances of low pixels
};

static void add_pixel(struct side *side, double below, double cover, double tau, double sigma)
{
    if (below > tau) {
        side->area += cover;
        side->depth += cover * below;
        side->noise += isfinite(sigma) ? cover * cover * sigma * sigma : 0;
    }
    double p = sigma > 0 ? airy_chance_normal((below - tau) / sigma) : NAN;
    side->doubt += sigma == 0 ? 0 : cover * cover * p * (1 - p);
}

static void finish(const struct side *side, double element, double *error, double *depth,
                   double *depth_error)
{
    *error = sqrt(side->doubt * element);
    *depth = side->area > 0 ? side->depth / side->area : NAN;
    *depth_error = side->area > 0 ? sqrt(side->noise * element) / side->area : NAN;
    if (isnan(side->doubt))
        *depth_error = NAN;
}

// Noise makes half low of what is not decided. Inside, of which the true low share is taken to lie
// within 0.5 +- this: what lies near the body is of either sign. Along the rim, where the body is
// thin, a hundredth of its radius decides the sign all around: the share may be anything from 0 to
// 1, whose standard deviation is this.
#define UNDECIDED_INSIDE 0.1
#define UNDECIDED_RIM 0.289
#define RIM 0.95 // of the radius, from which on the body is thinner than a third of its middle

static bool on_rim(const airy_body *body, double y, double x)
{
    double axis = body->axis_deg * AIRY_PI / 180, c = cos(axis), s = sin(axis);
    double along = c * (x - body->x) + s * (y - body->y);
    double across = c * (y - body->y) - s * (x - body->x);
    return hypot(along / body->r_par, across / body->r_perp) > RIM;
}

// Every pixel that the body covers goes to low and high; sigmas inside are collected for their
// median.
static int add_all(const airy_image *difference, const airy_image *sigma, const airy_body *body,
                   const double *threshold, struct side *sides, airy_areas *areas, float *inside)
{
    int n = 0;
    double undecided[2] = {0}; // inside, on the rim
    for (int y = 0; y < difference->ny; y++)
        for (int x = 0; x < difference->nx; x++) {
            int i = y * difference->nx + x;
            double cover = airy_body_cover(body, y, x), d = (double)difference->px[i];
            if (cover <= 0 || !isfinite(d))
                continue;
            double s = sigma && sigma->px ? (double)sigma->px[i] : NAN;
            double tau = threshold[1] + (threshold[0] > 0 ? threshold[0] * s : 0);
            add_pixel(&sides[0], -d, cover, tau, s);
            add_pixel(&sides[1], d, cover, tau, s);
            areas->total += cover;
            if (!isfinite(s))
                continue;
            inside[n++] = (float)s;
            undecided[on_rim(body, y, x)] += cover * (s > 0 && fabs(d) < s);
        }
    double doubt = hypot(UNDECIDED_INSIDE * undecided[0], UNDECIDED_RIM * undecided[1]);
    areas->fraction_undecided = areas->total > 0 ? doubt / areas->total : 0;
    return n;
}

// Total area moves with the radii: d(pi a b) = pi (b da + a db).
static double total_error(const airy_body *body, double total)
{
    double par = body->r_par_error / body->r_par, perp = body->r_perp_error / body->r_perp;
    return total * (body->kind == AIRY_BODY_SPHERE ? par + perp : hypot(par, perp));
}

airy_code airy_difference_areas(const airy_image *difference, const airy_image *sigma,
                                const airy_body *body, double level, double depth,
                                airy_areas *areas, airy_error *err)
{
    if (level > 0 && !(sigma && sigma->px))
        return airy_error_set(
            err, AIRY_EVALUE,
            "a threshold of %g sigma needs the image's spread, which is not known", level);
    float *inside =
        airy_memory_new((size_t)difference->ny * (size_t)difference->nx, sizeof *inside);
    if (!inside)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory to measure areas");
    struct side sides[2] = {0};
    const double threshold[2] = {level, depth};
    *areas = (airy_areas){0};
    int n = add_all(difference, sigma, body, threshold, sides, areas, inside);
    areas->sigma = airy_stats_median(inside, n);
    airy_memory_free(inside);
    areas->tau = depth + (level > 0 ? level * areas->sigma : 0);
    double element = fmax(pow(2.355 * body->blur, 2), 1);
    areas->low = sides[0].area;
    areas->high = sides[1].area;
    finish(&sides[0], element, &areas->low_error, &areas->low_depth, &areas->low_depth_error);
    finish(&sides[1], element, &areas->high_error, &areas->high_depth, &areas->high_depth_error);
    areas->total_error = total_error(body, areas->total);
    areas->fraction = areas->total > 0 ? areas->low / areas->total : NAN;
    areas->fraction_error = areas->total > 0 ? areas->low_error / areas->total : NAN;
    areas->fraction_noise = areas->fraction_error;
    return AIRY_OK;
}

// ------------------------------------------------------------------ errors of the model

enum { N = AIRY_BODY_PARAMETERS };

// Lower triangle l with l l^T = a; what is not positive (a sphere's second radius follows its
// first) gives columns of 0.
static void split_covariance(const double a[N][N], double l[N][N])
{
    memset(l, 0, sizeof(double[N][N]));
    for (int j = 0; j < N; j++) {
        double pivot = a[j][j];
        for (int k = 0; k < j; k++)
            pivot -= l[j][k] * l[j][k];
        if (!(pivot > 1e-9 * a[j][j]))
            continue;
        l[j][j] = sqrt(pivot);
        for (int i = j + 1; i < N; i++) {
            double sum = a[i][j];
            for (int k = 0; k < j; k++)
                sum -= l[i][k] * l[j][k];
            l[i][j] = sum / l[j][j];
        }
    }
}

enum { LOW, HIGH, TOTAL, FRACTION, LOW_DEPTH, HIGH_DEPTH, QUANTITIES };

// What has an error, in airy_areas.
static const struct quantity {
    size_t value, error;
} quantities[QUANTITIES] = {
    [LOW] = {offsetof(airy_areas, low), offsetof(airy_areas, low_error)},
    [HIGH] = {offsetof(airy_areas, high), offsetof(airy_areas, high_error)},
    [TOTAL] = {offsetof(airy_areas, total), offsetof(airy_areas, total_error)},
    [FRACTION] = {offsetof(airy_areas, fraction), offsetof(airy_areas, fraction_error)},
    [LOW_DEPTH] = {offsetof(airy_areas, low_depth), offsetof(airy_areas, low_depth_error)},
    [HIGH_DEPTH] = {offsetof(airy_areas, high_depth), offsetof(airy_areas, high_depth_error)},
};

static double *at(airy_areas *areas, size_t offset)
{
    return (double *)(void *)((char *)areas + offset);
}

// The same measurement with other bodies.
struct measurement {
    const airy_image *image, *sigma;
    double level;
    airy_drawing *drawing;
    airy_image *scratch; // for differences
};

static airy_code measure_with(const struct measurement *m, const airy_body *body, airy_areas *areas,
                              airy_error *err)
{
    airy_drawing_draw(m->drawing, body, m->scratch);
    take_from(m->image, body, m->scratch);
    return airy_difference_areas(m->scratch, m->sigma, body, m->level, 0, areas, err);
}

// Adds half of the way between two measurements in quadrature to the sums of squares.
static void add_squares(airy_areas *up, airy_areas *down, double *square)
{
    for (int q = 0; q < QUANTITIES; q++) {
        double half = (*at(up, quantities[q].value) - *at(down, quantities[q].value)) / 2;
        square[q] += isfinite(half) ? half * half : 0;
    }
}

static airy_code move_body(const struct measurement *m, const airy_body *body, double *square,
                           airy_error *err)
{
    double columns[N][N], step[N];
    airy_code code = AIRY_OK;
    split_covariance(body->covariance, columns);
    for (int k = 0; !code && k < N; k++) {
        airy_areas end[2];
        if (!(columns[k][k] > 0))
            continue;
        for (int side = 0; !code && side < 2; side++) {
            airy_body moved;
            for (int i = 0; i < N; i++)
                step[i] = side ? -columns[i][k] : columns[i][k];
            airy_body_move(body, step, &moved);
            code = measure_with(m, &moved, &end[side], err);
        }
        if (!code)
            add_squares(&end[0], &end[1], square);
    }
    return code;
}

// Adds the whole way from one measurement to another to the sums of squares.
static void add_way(airy_areas *from, airy_areas *to, double *square)
{
    for (int q = 0; q < QUANTITIES; q++) {
        double way = *at(to, quantities[q].value) - *at(from, quantities[q].value);
        square[q] += isfinite(way) ? way * way : 0;
    }
}

// What the image's blur did to the areas is about what the same blur does to them again.
static airy_code blur_again(const struct measurement *m, const airy_body *body, airy_areas *areas,
                            double *square, airy_error *err)
{
    airy_image blurred = {0};
    struct measurement again = *m;
    airy_body wider = *body;
    airy_areas found;
    again.image = &blurred;
    wider.blur *= sqrt(2);
    airy_code code = airy_image_init(&blurred, m->image->ny, m->image->nx, err);
    if (!code)
        code = airy_grid_blur(m->image, body->blur, &blurred, err);
    if (!code)
        code = measure_with(&again, &wider, &found, err);
    if (!code)
        add_way(areas, &found, square);
    airy_image_release(&blurred);
    return code;
}

airy_code airy_difference_measure(const airy_image *image, const airy_image *sigma,
                                  const airy_body *body, const airy_body *other, double level,
                                  airy_areas *areas, airy_error *err)
{
    airy_image scratch = {0};
    airy_drawing drawing = {0};
    const struct measurement m = {image, sigma, level, &drawing, &scratch};
    double square[QUANTITIES] = {0};
    airy_areas instead;
    airy_code code = airy_image_init(&scratch, image->ny, image->nx, err);
    if (!code)
        code = airy_drawing_init(&drawing, image->ny, image->nx, err);
    if (!code)
        code = measure_with(&m, body, areas, err);
    if (!code)
        code = move_body(&m, body, square, err);
    if (!code)
        code = blur_again(&m, body, areas, square, err);
    instead = *areas;
    if (!code && other)
        code = measure_with(&m, other, &instead, err);
    airy_image_release(&scratch);
    airy_drawing_release(&drawing);
    if (code)
        return code;
    areas->total_error = 0; // the moved radii tell it
    for (int q = 0; q < QUANTITIES; q++) {
        double way = *at(&instead, quantities[q].value) - *at(areas, quantities[q].value);
        double *error = at(areas, quantities[q].error);
        *error = hypot(*error, sqrt(square[q])) + (isfinite(way) ? fabs(way) : 0);
    }
    areas->fraction_model = sqrt(square[FRACTION]) + fabs(instead.fraction - areas->fraction);
    areas->fraction_error = hypot(areas->fraction_error, areas->fraction_undecided);
    areas->low_error = hypot(areas->low_error, areas->fraction_undecided * areas->total);
    areas->high_error = hypot(areas->high_error, areas->fraction_undecided * areas->total);
    return AIRY_OK;
}
