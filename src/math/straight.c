// SPDX-License-Identifier: GPL-3.0-or-later
// Lines through points in other variables, for laws that are straight there.
#include "models.h"

#include <math.h>

double airy_fit_plain_x(double x, double y, double c)
{
    (void)y;
    (void)c;
    return x;
}

double airy_fit_log_x(double x, double y, double c)
{
    (void)y;
    (void)c;
    return log(x);
}

double airy_fit_log_y(double x, double y, double c)
{
    (void)x;
    (void)c;
    return log(y);
}

double airy_fit_inverse_x(double x, double y, double c)
{
    (void)y;
    return 1 / (x - c);
}

double airy_fit_straighten(const airy_fit_data *data, airy_fit_coordinate *u,
                           airy_fit_coordinate *v, double c, double line[2])
{
    double n = 0, su = 0, sv = 0, suu = 0, suv = 0, svv = 0;
    for (int i = 0; i < data->n; i++) {
        double a = u(data->x[i], data->y[i], c), b = v(data->x[i], data->y[i], c);
        if (!isfinite(a) || !isfinite(b))
            continue;
        double da = a - su / fmax(n, 1), db = b - sv / fmax(n, 1), share = n / (n + 1);
        suu += da * da * share; // about the mean so far: no small differences of large sums
        suv += da * db * share;
        svv += db * db * share;
        n++;
        su += a;
        sv += b;
    }
    line[1] = suu > 0 ? suv / suu : NAN;
    line[0] = (sv - line[1] * su) / n;
    return suu > 0 ? svv - line[1] * suv : (double)INFINITY;
}
