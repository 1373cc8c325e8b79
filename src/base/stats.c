// SPDX-License-Identifier: GPL-3.0-or-later
// Statistics that skip NaN; sums in index order, in double.
#include "airy/base.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

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

// Numbers of one of the two kinds, as they are or as distances from one.
typedef struct sample {
    const float *x;
    const double *d; // where x is NULL
    int n;
    bool away;
    double from;
} sample;

static double value_of(const sample *s, int i)
{
    double value = s->x ? (double)s->x[i] : s->d[i];
    return s->away ? fabs(value - s->from) : value;
}

// Doubles in the order of their value, and back: the bits of those below zero are turned about.
static uint64_t key_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static double value_at(uint64_t key)
{
    uint64_t bits = key >> 63 ? key & ~((uint64_t)1 << 63) : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// The value of rank k without any memory: the lowest key that k + 1 values do not exceed.
static double select_slowly(const sample *s, int k)
{
    uint64_t low = 0, high = UINT64_MAX;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        int below = 0;
        for (int i = 0; i < s->n; i++)
            below += !isnan(value_of(s, i)) && key_of(value_of(s, i)) <= middle;
        if (below > k)
            high = middle;
        else
            low = middle + 1;
    }
    return value_at(low);
}

// The quantile at rank (n - 1) p, between two neighbours as GSL's sorted one, but by selection: it
// is asked for whole images between iterations, and sorting one takes longer than its transforms.
static double quantile(const sample *s, double p)
{
    int valid = 0, all = 0;
    for (int i = 0; i < s->n; i++)
        all += !isnan(value_of(s, i));
    if (all == 0)
        return NAN;
    double rank = (all - 1) * p, share = rank - floor(rank);
    int k = (int)rank, next = k + 1 < all ? k + 1 : k;
    double *values = airy_memory_new((size_t)all, sizeof *values);
    if (!values)
        return (1 - share) * select_slowly(s, k) + share * select_slowly(s, next);
    for (int i = 0; i < s->n; i++)
        if (!isnan(value_of(s, i)))
            values[valid++] = value_of(s, i);
    // what is beyond k is not lower
    double low = gsl_stats_select(values, 1, (size_t)all, (size_t)k), high = values[next];
    for (int i = next; i < all; i++)
        high = fmin(high, values[i]);
    airy_memory_free(values);
    return (1 - share) * low + share * high;
}

double airy_stats_quantile(const float *x, int n, double p)
{
    return quantile(&(sample){.x = x, .n = n}, p);
}

double airy_stats_quantile_double(const double *x, int n, double p)
{
    return quantile(&(sample){.d = x, .n = n}, p);
}

double airy_stats_median(const float *x, int n)
{
    return airy_stats_quantile(x, n, 0.5);
}

double airy_stats_mad_sd(const float *x, int n)
{
    double median = airy_stats_median(x, n);
    return 1.4826 * quantile(&(sample){.x = x, .n = n, .away = true, .from = median}, 0.5);
}

double airy_stats_filler(const double *x, int n)
{
    static const double fillers[] = {-999, -9999, -99999};
    for (size_t f = 0; f < sizeof fillers / sizeof *fillers; f++) {
        double least = INFINITY;
        int found = 0;
        for (int i = 0; i < n; i++) {
            found += x[i] == fillers[f];
            least = x[i] == fillers[f] || isnan(x[i]) ? least : fmin(least, x[i]);
        }
        if (found && least > fillers[f] / 2)
            return fillers[f];
    }
    return 0;
}
