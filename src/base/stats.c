// SPDX-License-Identifier: GPL-3.0-or-later
// Statistics that skip NaN; sums in index order, in double.
#include "airy/base.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>

double airy_stats_sum(const float *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        if (!isnan(x[i]))
            sum += x[i];
    return sum;
}

static int count(const float *x, int n)
{
    int valid = 0;
    for (int i = 0; i < n; i++)
        valid += !isnan(x[i]);
    return valid;
}

double airy_stats_mean(const float *x, int n)
{
    int valid = count(x, n);
    return valid ? airy_stats_sum(x, n) / valid : NAN;
}

double airy_stats_sd(const float *x, int n)
{
    int valid = count(x, n);
    double mean = airy_stats_mean(x, n), sum = 0;
    for (int i = 0; i < n; i++)
        if (!isnan(x[i]))
            sum += (x[i] - mean) * (x[i] - mean);
    return valid > 1 ? sqrt(sum / (valid - 1)) : NAN;
}

double airy_stats_min(const float *x, int n)
{
    double least = NAN;
    for (int i = 0; i < n; i++)
        least = fmin(least, x[i]);
    return least;
}

double airy_stats_max(const float *x, int n)
{
    double most = NAN;
    for (int i = 0; i < n; i++)
        most = fmax(most, x[i]);
    return most;
}

// The quantile at rank (n - 1) p, between two neighbours as GSL's sorted one, but by selection: it
// is asked for whole images between iterations, and sorting one takes longer than its transforms.
static double quantile(double *values, int valid, double p)
{
    if (valid == 0)
        return NAN;
    double rank = (valid - 1) * p, share = rank - floor(rank);
    size_t k = (size_t)rank;
    double low = gsl_stats_select(values, 1, (size_t)valid, k); // what is beyond k is not lower
    double high = low;
    for (size_t i = k + 1; i < (size_t)valid; i++)
        high = i == k + 1 ? values[i] : fmin(high, values[i]);
    return (1 - share) * low + share * high;
}

double airy_stats_quantile(const float *x, int n, double p)
{
    double *values = airy_memory_new((size_t)n, sizeof *values);
    int valid = 0;
    for (int i = 0; values && i < n; i++)
        if (!isnan(x[i]))
            values[valid++] = x[i];
    double result = quantile(values, valid, p);
    airy_memory_free(values);
    return result;
}

double airy_stats_quantile_double(const double *x, int n, double p)
{
    double *values = airy_memory_new((size_t)n, sizeof *values);
    int valid = 0;
    for (int i = 0; values && i < n; i++)
        if (!isnan(x[i]))
            values[valid++] = x[i];
    double result = quantile(values, valid, p);
    airy_memory_free(values);
    return result;
}

double airy_stats_median(const float *x, int n)
{
    return airy_stats_quantile(x, n, 0.5);
}

double airy_stats_mad_sd(const float *x, int n)
{
    double median = airy_stats_median(x, n);
    double *away = airy_memory_new((size_t)n, sizeof *away);
    int valid = 0;
    for (int i = 0; away && i < n; i++)
        if (!isnan(x[i]))
            away[valid++] = fabs(x[i] - median);
    double result = 1.4826 * quantile(away, valid, 0.5);
    airy_memory_free(away);
    return result;
}
