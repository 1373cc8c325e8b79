// SPDX-License-Identifier: GPL-3.0-or-later
// Relaxation laws: the Mittag-Leffler function, and moments of stretched exponentials.
#include "mittag.h"
#include "gsl.h"
#include "special.h"

#include "base/units.h"

#include <gsl/gsl_sf_gamma.h>
#include <math.h>

// E_b(-x) is the inverse Laplace transform of s^(b-1) / (s^b + x) at t = 1. For 0 < b < 1, x >= 0
// that has no pole on the main sheet, only the branch point 0, so one parabola
// s(u) = mu (1 + i u)^2 around the negative axis serves all of them, and the trapezoidal rule on it
// converges geometrically. Its optimal numbers for an error of 1e-15 are those of Garrappa (SIAM J.
// Numer. Anal. 53, 1350, 2015, sec. 3). The nodes come in conjugate pairs: half are summed.
static const double mu = 1.5048769942064695, pitch = 0.18125923248023865;

void airy_mittag_init(airy_mittag *mittag, double b)
{
    mittag->b = b;
    for (int k = 0; k < AIRY_MITTAG_NODES; k++) {
        double u = k * pitch;
        double complex log_s = log(mu) + log1p(u * u) + I * (2 * atan(u));
        // (h / 2 pi) exp(s) ds/du s^(b-1), and ds/du / s = 2 i / (1 + i u) = 2 mu (i - u) / s
        double complex weight = (k ? 2 : 1) * pitch / (2 * AIRY_PI) * exp(mu * (1 - u * u)) *
                                (cos(2 * mu * u) + I * sin(2 * mu * u)) * 2 * (u + I) / (1 + u * u);
        double complex pole =
            exp(b * creal(log_s)) * (cos(b * cimag(log_s)) + I * sin(b * cimag(log_s)));
        weight *= pole;
        mittag->log[0][k] = creal(log_s);
        mittag->log[1][k] = cimag(log_s);
        mittag->pole[0][k] = creal(pole);
        mittag->pole[1][k] = cimag(pole);
        mittag->weight[0][k] = creal(weight);
        mittag->weight[1][k] = cimag(weight);
    }
}

double airy_mittag_value(const airy_mittag *mittag, double x, double slope[2])
{
    double value = 0, by_x = 0, by_b = 0;
    for (int k = 0; k < AIRY_MITTAG_NODES; k++) {
        double re = mittag->pole[0][k] + x, im = mittag->pole[1][k], size = re * re + im * im;
        double inverse_re = re / size, inverse_im = -im / size; // 1 / (s^b + x)
        double first_re = mittag->weight[0][k] * inverse_re - mittag->weight[1][k] * inverse_im;
        double first_im = mittag->weight[0][k] * inverse_im + mittag->weight[1][k] * inverse_re;
        double second_re = first_re * inverse_re - first_im * inverse_im;
        double second_im = first_re * inverse_im + first_im * inverse_re;
        value += first_im;
        by_x -= second_im;
        by_b += mittag->log[0][k] * second_im + mittag->log[1][k] * second_re;
    }
    slope[0] = by_x;
    slope[1] = by_b * x;
    return value;
}

double airy_mittag_leffler(double b, double x, double slope[2])
{
    double unused[2];
    if (!(b > 0 && b <= 1 && x >= 0))
        return NAN;
    airy_mittag mittag;
    airy_mittag_init(&mittag, b);
    double value = airy_mittag_value(&mittag, x, slope ? slope : unused);
    return b < 1 ? value : exp(-x);
}

// The area under E_b^2. With t = e^s it is int e^s E^2 ds, which the trapezoidal rule on the whole
// line does to rounding; from z = e^(bs) = 1e9 on E is 1 / (z Gamma(1 - b)) to 1e-9, and the rest
// of the sum is a geometric series.
static double squared_area(double b)
{
    const double step = 1.0 / 32;
    airy_gsl_quiet();
    airy_mittag mittag;
    double slope[2], sum = 0;
    int from = (int)(-40 / step), to = (int)(log(1e9) / b / step);
    airy_mittag_init(&mittag, b);
    for (int i = from; i <= to; i++) {
        double s = i * step, e = airy_mittag_value(&mittag, exp(b * s), slope);
        sum += exp(s) * e * e;
    }
    double gamma = gsl_sf_gammainv(1 - b), fall = (1 - 2 * b) * step;
    return step * (sum + gamma * gamma * exp(fall * (to + 1)) / -expm1(fall));
}

double airy_mittag_mean_time(double tau, double b, int power)
{
    if (b >= 1)
        return tau / power;
    return power == 2 && b > 0.5 ? tau * squared_area(b) : INFINITY;
}

static double plain_time(double tau, double beta, double m)
{
    return tau * pow(m, -1 / beta); // tau_e, of exp(-(t / tau_e)^beta)
}

double airy_kww_mean_time(double tau, double beta, double m)
{
    return plain_time(tau, beta, m) * tgamma(1 + 1 / beta);
}

double airy_kww_centroid(double tau, double beta, double m)
{
    return plain_time(tau, beta, m) * exp(lgamma(2 / beta) - lgamma(1 / beta));
}

double airy_kww_moment(double tau, double beta, double m, double k)
{
    return pow(plain_time(tau, beta, m), k) * exp(lgamma(k / beta) - lgamma(k)) / beta;
}
