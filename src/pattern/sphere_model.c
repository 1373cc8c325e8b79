// SPDX-License-Identifier: GPL-3.0-or-later
// What a sphere or spheroid shows on a pixel, and how likely the photons are by it.
#include "sphere_model.h"

#include "base/units.h"
#include "airy/math.h"
#include "noise.h"
#include "sphere.h"

#define BRIGHT 5.0     // expected photons of a pixel in chi2_bright
#define MU_LEAST 1e-12 // photons; keeps logarithms finite

// |q| pitch-wise over k: with t = tan(2 theta) = k slope, 2 sin(theta) / t =
// 2 / sqrt(2 (1 + t^2 + sqrt(1 + t^2))). 1 for small angles.
static double bent(const airy_sphere_task *s, double k)
{
    double t = k * s->slope, t2 = 1 + t * t;
    return s->slope > 0 ? 2 / sqrt(2 * (t2 + sqrt(t2))) : 1;
}

// Where a pixel lies: components along and across the axis, x = q R, and its distance.
typedef struct place {
    double a, b, k, x;
} place;

static place place_of(const airy_sphere_task *s, double dy, double dx)
{
    double k = sqrt(dy * dy + dx * dx), bend = bent(s, k);
    double par = s->p[PAR], perp = s->p[s->round ? PAR : PERP];
    place at = {.k = k * bend};
    at.a = bend * (dx * s->cos_a + dy * s->sin_a);
    at.b = bend * (dy * s->cos_a - dx * s->sin_a);
    at.x = 2 * AIRY_PI * sqrt(par * par * at.a * at.a + perp * perp * at.b * at.b);
    return at;
}

// (dx/dk)^2 / 24: the mean over a square pixel of a smooth function is f + Laplacian / 24.
static double area_of(const airy_sphere_task *s, const place *at)
{
    double rate = at->k > 0 ? at->x / at->k : 2 * AIRY_PI * s->p[PAR];
    return s->area ? rate * rate / 24 : 0;
}

static double damping(const airy_sphere_task *s, const place *at)
{
    double t = 2 * AIRY_PI * at->k * s->p[EDGE];
    return s->p[EDGE] > 0 ? exp(-t * t) : 1;
}

double airy_sphere_model_at(const airy_sphere_task *s, double dy, double dx)
{
    place at = place_of(s, dy, dx);
    double shape = airy_sphere_factor(at.x, area_of(s, &at)) * damping(s, &at);
    return fmax(s->p[INTENSITY] * shape + s->p[BACKGROUND], MU_LEAST);
}

// mu and its derivatives by all parameters. The pixel's area is (x / k)^2 / 24 and so changes, too:
// d area = 2 area (dx / x - dk / k).
double airy_sphere_model_slopes(const airy_sphere_task *s, double dy, double dx, double *d)
{
    const double turn = 4 * AIRY_PI * AIRY_PI;
    place at = place_of(s, dy, dx);
    double damp = damping(s, &at), i0 = s->p[INTENSITY], slope, by_area, area = area_of(s, &at);
    double shape = airy_sphere_slope(at.x, area, &slope, &by_area) * damp;
    double par = s->p[PAR], perp = s->p[s->round ? PAR : PERP];
    double x = fmax(at.x, 1e-6), k2 = fmax(at.k * at.k, 1e-12);
    double along = 2 * i0 * damp * by_area * area, by_x = i0 * damp * slope + along / x;
    double by_a = (by_x * turn * par * par / x - along / k2) * at.a;
    double by_b = (by_x * turn * perp * perp / x - along / k2) * at.b;
    d[PAR] = by_x * turn * par * at.a * at.a / x;
    d[PERP] = by_x * turn * perp * at.b * at.b / x;
    d[PAR] += s->round ? d[PERP] : 0;
    d[INTENSITY] = shape;
    d[BACKGROUND] = 1;
    d[CENTER_Y] = -by_a * s->sin_a - by_b * s->cos_a;
    d[CENTER_X] = -by_a * s->cos_a + by_b * s->sin_a;
    d[EDGE] = -2 * turn * at.k * at.k * s->p[EDGE] * i0 * shape;
    return fmax(i0 * shape + s->p[BACKGROUND], MU_LEAST);
}

// ------------------------------------------------------------------ likelihood

// Twice the negative log-likelihood against the perfect model. With V = f mu + e the
// quasi-likelihood is that of a Poisson number n + e / f (McCullagh & Nelder, Generalized Linear
// Models, 1989, ch. 9). Where noise makes that negative, its slope is still 2 (mu - n) / V, so that
// dark pixels do not count as brighter than they are; |k| is the constant of the integral.
static double deviance_of(double n, double mu, double factor, double extra)
{
    if (factor <= 0)
        return extra > 0 ? (n - mu) * (n - mu) / extra : 0;
    double shift = extra / factor, m = mu + shift, k = n + shift;
    return 2 / factor * (k != 0 ? m - k + k * log(fabs(k) / m) : m);
}

static bool in_range(const airy_sphere_task *s, double dy, double dx)
{
    double k2 = dy * dy + dx * dx;
    return k2 >= s->least * s->least && (s->most <= 0 || k2 <= s->most * s->most);
}

bool airy_sphere_used(const airy_sphere_task *s, int i)
{
    int nx = s->pattern->photons.nx;
    return measured(s->pattern, i) &&
           in_range(s, i / nx - s->pattern->center_y, i % nx - s->pattern->center_x);
}

static void add_pixel(const airy_sphere_task *s, const double *d, double off, double v,
                      airy_sphere_normal *sum)
{
    for (int j = 0; j < s->n_free; j++) {
        double dj = d[s->free[j]] / v;
        sum->gradient[j] += off * dj;
        for (int k = 0; k <= j; k++)
            sum->fisher[j][k] += dj * d[s->free[k]];
    }
}

double airy_sphere_accumulate(const airy_sphere_task *s, airy_sphere_normal *sum)
{
    int nx = s->pattern->photons.nx;
    double deviance = 0;
    *sum = (airy_sphere_normal){0};
    for (int i = 0; i < s->pattern->photons.ny * nx; i++) {
        if (!airy_sphere_used(s, i))
            continue;
        double d[PARAMETERS], n = (double)s->pattern->photons.px[i];
        double mu =
            airy_sphere_model_slopes(s, i / nx - s->p[CENTER_Y], i % nx - s->p[CENTER_X], d);
        double factor = (double)s->factor.px[i], extra = (double)s->extra.px[i];
        double v = factor * mu + extra;
        deviance += deviance_of(n, mu, factor, extra);
        if (v > 0)
            add_pixel(s, d, n - mu, v, sum);
    }
    return deviance;
}

// (fisher + damp diag) step = gradient. With rows scaled to a diagonal of 1 that of the inverse is
// one over the part of a row that no others make up.
bool airy_sphere_solve(const airy_sphere_normal *sum, int n, double damp, double *step)
{
    double a[PARAMETERS * PARAMETERS], scale[PARAMETERS];
    for (int j = 0; j < n; j++)
        if (!((scale[j] = sqrt(sum->fisher[j][j])) > 0))
            return false;
    for (int j = 0; j < n; j++)
        for (int k = 0; k <= j; k++)
            a[j * n + k] = sum->fisher[j][k] / (scale[j] * scale[k]) + (j == k ? damp : 0);
    if (!airy_linear_invert(a, n))
        return false;
    for (int j = 0; j < n; j++) {
        step[j] = 0;
        for (int k = 0; k < n; k++)
            step[j] += a[j * n + k] * sum->gradient[k] / (scale[j] * scale[k]);
        if (!(a[j * n + j] < 1e14))
            return false;
    }
    return true;
}

void airy_sphere_judge(const airy_sphere_task *s, double value, airy_sphere_fit *fit)
{
    int nx = s->pattern->photons.nx, bright = 0, n = 0;
    double all = 0, lit = 0;
    for (int i = 0; i < s->pattern->photons.ny * nx; i++) {
        if (!airy_sphere_used(s, i))
            continue;
        double mu = airy_sphere_model_at(s, i / nx - s->p[CENTER_Y], i % nx - s->p[CENTER_X]);
        double v = (double)s->factor.px[i] * mu + (double)s->extra.px[i];
        double off = (double)s->pattern->photons.px[i] - mu, term = v > 0 ? off * off / v : 0;
        all += term;
        lit += mu >= BRIGHT ? term : 0;
        bright += mu >= BRIGHT;
        n++;
    }
    fit->pixels = n;
    fit->deviance = n ? value / n : NAN;
    fit->chi2 = n ? all / n : NAN;
    fit->chi2_bright = bright ? lit / bright : NAN;
}
