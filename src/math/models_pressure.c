// SPDX-License-Identifier: GPL-3.0-or-later
// Equations of state: pressure against volume, or against the position of a diffraction peak.
#include "models.h"

#include <math.h>

// Pressure at the compression X = V0 / V = (q / q0)^3 for b0 and bp, and its slopes by X, b0, bp.
typedef double equation(double compression, double b0, double bp, double slope[3]);

static double birch(double X, double b0, double bp, double slope[3])
{
    double c = cbrt(X), c2 = c * c, steep = 7.0 / 3 * X * c - 5.0 / 3 * c2; // d(f)/dX
    double f = X * X * c - X * c2, g = 1 + 0.75 * (bp - 4) * (c2 - 1);
    slope[0] = 1.5 * b0 * (steep * g + f * 0.75 * (bp - 4) * 2.0 / 3 / c);
    slope[1] = 1.5 * f * g;
    slope[2] = 1.5 * b0 * f * 0.75 * (c2 - 1);
    return 1.5 * b0 * f * g;
}

static double murnaghan(double X, double b0, double bp, double slope[3])
{
    double f = pow(X, bp);
    slope[0] = b0 * f / X;
    slope[1] = (f - 1) / bp;
    slope[2] = b0 * (f * log(X) - (f - 1) / bp) / bp;
    return b0 * (f - 1) / bp;
}

// With s = X^(-1/3): 3 b0 (1 - s) / s^2 exp(eta (1 - s)), eta = 3 (bp - 1) / 2.
static double vinet(double X, double b0, double bp, double slope[3])
{
    double s = 1 / cbrt(X), eta = 1.5 * (bp - 1), e = exp(eta * (1 - s)) / (s * s);
    double by_s = -3 * b0 * e * (1 + (1 - s) * (2 / s + eta));
    slope[0] = by_s * -s / (3 * X);
    slope[1] = 3 * (1 - s) * e;
    slope[2] = 1.5 * (1 - s) * 3 * b0 * (1 - s) * e;
    return 3 * b0 * (1 - s) * e;
}

// Parameters v0, b0, bp (second order: the caller's bp) at a volume.
static double at_volume(equation *of, double bp, double v, const double *p, double *slope)
{
    double by[3], y = of(p[0] / v, p[1], bp, by);
    slope[0] = by[0] / v;
    slope[1] = by[1];
    slope[2] = by[2];
    return y;
}

// Parameters q0, b0, bp at a peak position.
static double at_peak(equation *of, double bp, double q, const double *p, double *slope)
{
    double ratio = q / p[0], X = ratio * ratio * ratio, by[3], y = of(X, p[1], bp, by);
    slope[0] = -3 * by[0] * X / p[0];
    slope[1] = by[1];
    slope[2] = by[2];
    return y;
}

// Second order has no bp: its slope would be that of the next row.
static double second_order(double x, const double *p, bool volume, double *slope)
{
    double three[3], y = volume ? at_volume(birch, 4, x, p, three) : at_peak(birch, 4, x, p, three);
    slope[0] = three[0];
    slope[1] = three[1];
    return y;
}

static double bm2(double x, const double *p, double *slope)
{
    return second_order(x, p, true, slope);
}

static double bm2_q(double x, const double *p, double *slope)
{
    return second_order(x, p, false, slope);
}

static double bm3(double x, const double *p, double *slope)
{
    return at_volume(birch, p[2], x, p, slope);
}

static double bm3_q(double x, const double *p, double *slope)
{
    return at_peak(birch, p[2], x, p, slope);
}

static double murnaghan_v(double x, const double *p, double *slope)
{
    return at_volume(murnaghan, p[2], x, p, slope);
}

static double murnaghan_q(double x, const double *p, double *slope)
{
    return at_peak(murnaghan, p[2], x, p, slope);
}

static double vinet_v(double x, const double *p, double *slope)
{
    return at_volume(vinet, p[2], x, p, slope);
}

static double vinet_q(double x, const double *p, double *slope)
{
    return at_peak(vinet, p[2], x, p, slope);
}

// Where the pressure is lowest the volume is nearly v0 (and the peak at q0); bp is near 4 in most
// solids.
static void guess(const airy_fit_data *data, double *p)
{
    int lowest = 0;
    for (int i = 1; i < data->n; i++)
        lowest = data->y[i] < data->y[lowest] ? i : lowest;
    p[0] = data->x[lowest];
    p[2] = 4;
}

// Ruby: lambda0, a, b of (a/b) ((x / lambda0)^b - 1).
static double ruby(double x, const double *p, double *slope)
{
    double ratio = x / p[0], f = pow(ratio, p[2]);
    slope[0] = -p[1] * f / p[0];
    slope[1] = (f - 1) / p[2];
    slope[2] = p[1] / p[2] * (f * log(ratio) - (f - 1) / p[2]);
    return p[1] / p[2] * (f - 1);
}

static void guess_ruby(const airy_fit_data *data, double *p)
{
    (void)data;
    p[0] = 694.24;
}

#define ABOVE_0 .low = 0, .high = INFINITY
#define GUESSED .search = AIRY_SEARCH_MODEL
#define VOLUME                                                                                     \
    {                                                                                              \
        .name = "v0", .unit = "x", .means = "volume without pressure", ABOVE_0, GUESSED            \
    }
#define PEAK                                                                                       \
    {                                                                                              \
        .name = "q0", .unit = "x", .means = "peak position without pressure", ABOVE_0, GUESSED     \
    }
#define MODULUS                                                                                    \
    {                                                                                              \
        .name = "b0", .unit = "y", .means = "bulk modulus", ABOVE_0, .search = AIRY_SEARCH_LINEAR  \
    }
#define STIFFENING                                                                                 \
    {                                                                                              \
        .name = "bp", .unit = "1", .means = "pressure derivative of b0", .low = -INFINITY,         \
        .high = INFINITY, GUESSED                                                                  \
    }
#define BIRCH "Birch, Phys. Rev. 71, 809 (1947)"
#define MURNAGHAN "Murnaghan, Proc. Natl. Acad. Sci. 30, 244 (1944)"
#define VINET "Vinet et al., J. Geophys. Res. 92, 9319 (1987)"
#define BY_VOLUME(first) first ", X = v0/x"
#define BY_PEAK(first) first ", X = (x/q0)^3"
#define BM2 "1.5 b0 (X^(7/3) - X^(5/3))"
#define BM3 BM2 " (1 + 0.75 (bp - 4) (X^(2/3) - 1))"
#define MURN "b0/bp (X^bp - 1)"
#define VIN "3 b0 (1 - s)/s^2 exp(1.5 (bp - 1) (1 - s)), s = X^(-1/3)"
#define ROW(row, law, of, n, first, f)                                                             \
    {                                                                                              \
        .name = row, .formula = law, .source = of, .np = n,                                        \
        .parameter = {first, MODULUS, STIFFENING}, .domain = AIRY_DOMAIN_POSITIVE, .value = f,     \
        .guess = guess                                                                             \
    }

const airy_fit_model airy_models_pressure[] = {
    ROW("bm2", BY_VOLUME(BM2), BIRCH, 2, VOLUME, bm2),
    ROW("bm3", BY_VOLUME(BM3), BIRCH, 3, VOLUME, bm3),
    ROW("murnaghan", BY_VOLUME(MURN), MURNAGHAN, 3, VOLUME, murnaghan_v),
    ROW("vinet", BY_VOLUME(VIN), VINET, 3, VOLUME, vinet_v),
    ROW("bm2-q", BY_PEAK(BM2), BIRCH, 2, PEAK, bm2_q),
    ROW("bm3-q", BY_PEAK(BM3), BIRCH, 3, PEAK, bm3_q),
    ROW("murnaghan-q", BY_PEAK(MURN), MURNAGHAN, 3, PEAK, murnaghan_q),
    ROW("vinet-q", BY_PEAK(VIN), VINET, 3, PEAK, vinet_q),
    {.name = "ruby",
     .formula = "(a/b) ((x/lambda0)^b - 1)",
     .source = "Mao, Xu & Bell, J. Geophys. Res. 91, 4673 (1986): GPa, line R1 in nm",
     .np = 3,
     .parameter =
         {{.name = "lambda0", .unit = "x", .means = "line without pressure", ABOVE_0, GUESSED},
          {.name = "a", .unit = "y", .means = "1904 GPa", ABOVE_0, .held = true, .value = 1904},
          {.name = "b",
           .unit = "1",
           .means = "7.665, quasi-hydrostatic (5: not hydrostatic)",
           ABOVE_0,
           .held = true,
           .value = 7.665}},
     .domain = AIRY_DOMAIN_POSITIVE,
     .value = ruby,
     .guess = guess_ruby},
    {0},
};
