// SPDX-License-Identifier: GPL-3.0-or-later
// The population of branch directions, weighted by length. Directions have no sense, so means are
// taken of doubled angles (Mardia & Jupp, Directional Statistics, 2000, section 1.1 and 5.3.2).
#include "airy/density.h"
#include "angles.h"
#include "base/units.h"

#include <math.h>

double airy_angles_fold(double degrees)
{
    double a = fmod(fabs(degrees), 180);
    return a > 90 ? 180 - a : a;
}

static bool within_20_40(double degrees)
{
    return degrees >= 20 && degrees <= 40;
}

// Branches without a direction (lone pixels) are left out.
static bool counts(const airy_branch *branch)
{
    return branch->length_nm > 0 && isfinite(branch->direction_deg);
}

struct sums {
    double n, length, squares, cosine, sine, folded, folded2, inside;
};

static struct sums add_up(const airy_branch *branch, int n)
{
    struct sums s = {0};
    for (int i = 0; i < n; i++) {
        const airy_branch *b = &branch[i];
        if (!counts(b))
            continue;
        double l = b->length_nm, a = 2 * AIRY_RADIANS(b->direction_deg);
        s.n += 1;
        s.length += l;
        s.squares += l * l;
        s.cosine += l * cos(a);
        s.sine += l * sin(a);
        s.folded += l * b->angle_deg;
        s.folded2 += l * b->angle_deg * b->angle_deg;
        s.inside += within_20_40(b->angle_deg) ? l : 0;
    }
    return s;
}

static void fill_histogram(const airy_branch *branch, int n, airy_angles *angles)
{
    for (int i = 0; i < n; i++) {
        int bin = counts(&branch[i]) ? (int)(branch[i].angle_deg / 10) : -1;
        bin = bin >= AIRY_ANGLE_BINS ? AIRY_ANGLE_BINS - 1 : bin; // exactly 90
        if (bin >= 0)
            angles->histogram[bin] += branch[i].length_nm / angles->length_nm;
    }
}

// Rayleigh's test with the effective number of equally long branches; p by Zar's approximation
// (Biostatistical Analysis, 1999, eq. 27.4).
static void test_uniform(const struct sums *s, airy_angles *angles)
{
    double n = s->length * s->length / s->squares, r = n * angles->concentration;
    angles->rayleigh_z = r * r / n;
    double p = exp(sqrt(1 + 4 * n + 4 * (n * n - r * r)) - (1 + 2 * n));
    angles->rayleigh_p = fmin(p, 1);
}

// Root mean square way of the fraction from the one found, over samples of branches drawn with
// replacement, each turned by its angle's error: what errors did to the population once, they do
// about again.
static double bootstrap(const airy_branch *branch, int n, double found, int draws, uint64_t seed)
{
    double sum2 = 0, done = 0;
    for (int d = 0; d < draws; d++) {
        airy_random random;
        double length = 0, inside = 0;
        airy_random_init(&random, seed, 0, AIRY_STREAM_ANGLE, (uint32_t)d);
        for (int i = 0; i < n; i++) {
            const airy_branch *b = &branch[airy_random_below(&random, (uint32_t)n)];
            double error = b->angle_err_deg * airy_random_normal(&random);
            double angle = airy_angles_fold(b->direction_deg + (isfinite(error) ? error : 0));
            length += counts(b) ? b->length_nm : 0;
            inside += counts(b) && within_20_40(angle) ? b->length_nm : 0;
        }
        if (length <= 0)
            continue;
        double way = inside / length - found;
        sum2 += way * way;
        done += 1;
    }
    return done > 1 ? sqrt(sum2 / done) : NAN;
}

// Kuiper's V for lengths as weights: the largest lead of the cumulated length over a uniform one
// plus the largest lag (Kuiper, Proc. Kon. Ned. Akad. Wet. A 63, 38, 1960). n is small: for each
// branch, the length up to it is summed anew.
static double kuiper(const airy_branch *branch, int n, double length)
{
    double lead = 0, lag = 0;
    for (int i = 0; i < n; i++) {
        double before = 0, at = 0, uniform = branch[i].direction_deg / 180;
        if (!counts(&branch[i]))
            continue;
        for (int k = 0; k < n; k++) {
            double l = counts(&branch[k]) ? branch[k].length_nm / length : 0;
            before += branch[k].direction_deg < branch[i].direction_deg ? l : 0;
            at += branch[k].direction_deg <= branch[i].direction_deg ? l : 0;
        }
        lead = fmax(lead, at - uniform);
        lag = fmax(lag, uniform - before);
    }
    return lead + lag;
}

// Standard error of a mean weighted by length: what the angles' own errors do, and the spread of as
// many branches as count.
static double mean_error(const airy_branch *branch, int n, const struct sums *s, double spread)
{
    double own = 0, many = s->length * s->length / s->squares;
    for (int i = 0; i < n; i++)
        if (counts(&branch[i]) && isfinite(branch[i].angle_err_deg))
            own += pow(branch[i].length_nm * branch[i].angle_err_deg, 2);
    double differ = many > 1 + 1e-9 ? spread / sqrt(many - 1) : 0; // 1e-9: one branch, rounded
    return fmax(sqrt(own) / s->length, differ);
}

airy_code airy_angles_make(const airy_branch *branch, int n, int draws, uint64_t seed,
                           airy_angles *angles, airy_error *err)
{
    if (n < 0 || draws < 0)
        return airy_error_set(err, AIRY_EARGUMENT, "%d branches, %d draws: neither can be negative",
                              n, draws);
    struct sums s = add_up(branch, n);
    *angles = (airy_angles){.length_nm = s.length};
    if (s.length <= 0) {
        angles->mean_deg = angles->concentration = NAN;
        angles->folded_mean_deg = angles->folded_sd_deg = angles->folded_mean_error_deg = NAN;
        angles->fraction_20_40 = angles->fraction_20_40_error = NAN;
        angles->rayleigh_z = angles->rayleigh_p = angles->kuiper = NAN;
        return AIRY_OK;
    }
    double mean = AIRY_DEGREES(atan2(s.sine, s.cosine)) / 2;
    angles->mean_deg = mean < 0 ? mean + 180 : mean;
    angles->concentration = hypot(s.sine, s.cosine) / s.length;
    angles->folded_mean_deg = s.folded / s.length;
    angles->folded_sd_deg =
        sqrt(fmax(s.folded2 / s.length - angles->folded_mean_deg * angles->folded_mean_deg, 0));
    angles->folded_mean_error_deg = mean_error(branch, n, &s, angles->folded_sd_deg);
    angles->fraction_20_40 = s.inside / s.length;
    angles->fraction_20_40_error = bootstrap(branch, n, angles->fraction_20_40, draws, seed);
    angles->kuiper = kuiper(branch, n, s.length);
    fill_histogram(branch, n, angles);
    test_uniform(&s, angles);
    return AIRY_OK;
}
