// SPDX-License-Identifier: GPL-3.0-or-later
// Where the fit of a sphere begins: the period of the fringes, then the rings near it.
//
// A ring fit alone is led astray by structure. Bright inner rings count with millionths of errors
// and are not a sphere's, and a small sphere, whose single slope stands for a whole envelope, then
// fits best. The period does not depend on how bright fringes are: freed of the envelope, the
// profile along any direction is full of frequencies up to the diameter, and opposite edges make
// the strongest line there.
#include "sphere_start.h"

#include "airy/math.h"
#include "base/units.h"
#include "sphere.h"

#include <math.h>

enum { SECTORS = 16, RINGS_A_PIXEL = 2 }; // of half a turn: those of a spheroid differ in radius
#define CYCLES_TOP 0.25                   // radius with two pixels a fringe
#define WINDOW 1.4                        // the envelope of ring k is of k / WINDOW to k * WINDOW
#define LINE 0.08                         // half the width of a line over its place: a spheroid's
#define CLEAR 1.1                         // least power of a line over the mean of all
#define NEAR 0.15                         // rings are fitted so near to the line
#define MISFIT 5                          // chi2 a ring above which they are not a sphere's
#define OFF 0.03                          // how far off the line is: 0.05 at most from 1e5 photons

// ------------------------------------------------------------------ the period of the fringes

// Profiles along sectors. Sums have n + 1 numbers, each over the rings before it.
typedef struct profiles {
    int n; // rings
    double *value, *weight;
    double *above, *below; // sums over sectors
} profiles;

static void profiles_release(profiles *p)
{
    airy_memory_free(p->value);
    airy_memory_free(p->weight);
    airy_memory_free(p->above);
    airy_memory_free(p->below);
}

static airy_code profiles_init(profiles *p, int n, airy_error *err)
{
    *p = (profiles){.n = n};
    p->value = airy_memory_new((size_t)n * SECTORS, sizeof *p->value);
    p->weight = airy_memory_new((size_t)n * SECTORS, sizeof *p->weight);
    p->above = airy_memory_new((size_t)n + 1, sizeof *p->above);
    p->below = airy_memory_new((size_t)n + 1, sizeof *p->below);
    if (p->value && p->weight && p->above && p->below)
        return AIRY_OK;
    profiles_release(p);
    return airy_error_set(err, AIRY_EMEMORY, "no memory for %d rings", n);
}

// The fourth power of a ring's radius in pixels: a sphere's intensity falls with it (Porod).
static double fourth(double k)
{
    return k * k * k * k;
}

static double middle_of(int ring)
{
    return (ring + 0.5) / RINGS_A_PIXEL;
}

// Sums of photons times k^4, and numbers of pixels.
static void add_pixels(const airy_image *photons, double cy, double cx, profiles *p)
{
    for (int i = 0; i < photons->ny * photons->nx; i++) {
        double dy = i / photons->nx - cy, dx = i % photons->nx - cx, k = hypot(dy, dx);
        int ring = (int)(RINGS_A_PIXEL * k);
        if (isnan(photons->px[i]) || ring >= p->n)
            continue;
        int sector = (int)((atan2(dy, dx) / AIRY_PI + 1) * SECTORS) % SECTORS;
        p->value[sector * p->n + ring] += (double)photons->px[i] * fourth(k);
        p->weight[sector * p->n + ring] += 1;
    }
}

// Sums over sectors and rings of weight times value, and of weights.
static void sum_up(profiles *p, bool weighted)
{
    for (int r = 0; r < p->n; r++) {
        p->above[r + 1] = p->above[r];
        p->below[r + 1] = p->below[r];
        for (int k = r; k < SECTORS * p->n; k += p->n) {
            p->above[r + 1] += (weighted ? p->weight[k] : 1) * p->value[k];
            p->below[r + 1] += p->weight[k];
        }
    }
}

// The mean around a ring, 0 where there is nothing.
static double around(const profiles *p, int ring)
{
    int low = (int)(ring / WINDOW), high = (int)fmin(p->n, ring * WINDOW + 1);
    double below = p->below[high] - p->below[low];
    return below > 0 ? (p->above[high] - p->above[low]) / below : 0;
}

static double faintest(const profiles *p)
{
    double least = INFINITY;
    for (int r = p->n / 4; r < p->n; r++)
        if (p->below[r + 1] > p->below[r])
            least = fmin(least, around(p, r) / fourth(middle_of(r)));
    return fmax(least, 0);
}

// Values over the envelope, with Wiener's weights: what is above the background against what
// photons scatter.
static void divide_by_envelope(profiles *p)
{
    double background = faintest(p);
    for (int r = 0; r < p->n; r++) {
        double mean = around(p, r), k4 = fourth(middle_of(r));
        double lit = mean > 0 ? fmax(1 - background * k4 / mean, 0) : 0;
        for (int k = r; k < SECTORS * p->n; k += p->n) {
            double pixels = p->weight[k];
            bool some = pixels > 0 && lit > 0;
            p->value[k] = some ? p->value[k] / (pixels * mean) : 0;
            p->weight[k] = some ? lit / (lit * lit + k4 / (pixels * mean)) : 0;
        }
    }
}

static void subtract_mean(profiles *p)
{
    for (int r = 0; r < p->n; r++) {
        double mean = around(p, r);
        for (int k = r; k < SECTORS * p->n; k += p->n)
            p->value[k] = p->weight[k] * (p->value[k] - mean);
    }
}

// Power of the profiles at the period of a radius, summed over sectors.
static double power_at(const profiles *p, double cycles)
{
    double turn = 4 * AIRY_PI * cycles / RINGS_A_PIXEL, c = cos(turn), s = sin(turn), sum = 0;
    for (int sector = 0; sector < SECTORS; sector++) {
        const double *value = p->value + sector * p->n;
        double re = 1, im = 0, sum_re = 0, sum_im = 0;
        for (int r = 0; r < p->n; r++) {
            sum_re += value[r] * re;
            sum_im += value[r] * im;
            double turned = re * c - im * s;
            im = re * s + im * c;
            re = turned;
        }
        sum += sum_re * sum_re + sum_im * sum_im;
    }
    return sum;
}

// The strongest line of a spectrum of n radii, or 0 where none is clear.
static int strongest(const double *power, int n)
{
    const int first = 5; // below, less than two fringes
    double best = 0, all = 0;
    int at = 0, width = 1;
    for (int j = first; j < n; j++)
        all += power[j] / (n - first);
    for (int j = first; j < n; j++) {
        int half = (int)(j * LINE) + 2;
        double sum = 0;
        for (int k = j - half < 0 ? 0 : j - half; k <= j + half && k < n; k++)
            sum += power[k];
        if (sum > best) {
            best = sum;
            at = j;
            width = 2 * half + 1;
        }
    }
    return best > CLEAR * all * width ? at : 0;
}

static airy_code find_period(const airy_image *photons, double cy, double cx, double *cycles,
                             airy_error *err)
{
    profiles p = {0};
    int n = RINGS_A_PIXEL * (airy_grid_ring_count(photons->ny, photons->nx, cy, cx) + 1);
    double step = 0.1 * RINGS_A_PIXEL / n;
    int radii = (int)(CYCLES_TOP / step) + 1;
    double *power = airy_memory_new((size_t)radii, sizeof *power);
    airy_code code = power ? profiles_init(&p, n, err)
                           : airy_error_set(err, AIRY_EMEMORY, "no memory for %d radii", radii);
    if (code == AIRY_OK) {
        add_pixels(photons, cy, cx, &p);
        sum_up(&p, false);
        divide_by_envelope(&p);
        sum_up(&p, true);
        subtract_mean(&p);
        for (int j = 0; j < radii; j++)
            power[j] = power_at(&p, j * step);
        *cycles = step * strongest(power, radii);
        profiles_release(&p);
    }
    airy_memory_free(power);
    return code;
}

// ------------------------------------------------------------------ the rings

// Weighted linear fit of intensity and background to the ring means for one radius; gives chi2.
static double ring_fit(const double *mean, const int *count, int n, double cycles, double *line)
{
    double sff = 0, sf = 0, s1 = 0, sfn = 0, sn = 0, snn = 0;
    for (int r = 0; r < n; r++) {
        if (count[r] == 0)
            continue;
        double f = airy_sphere_factor(2 * AIRY_PI * cycles * r, 0), m = mean[r];
        double w = count[r] / (fmax(m, 0) + 1.0 / count[r]);
        sff += w * f * f;
        sf += w * f;
        s1 += w;
        sfn += w * f * m;
        sn += w * m;
        snn += w * m * m;
    }
    double det = sff * s1 - sf * sf;
    line[0] = det > 0 ? (sfn * s1 - sn * sf) / det : 0;
    line[1] = det > 0 ? (sff * sn - sf * sfn) / det : 0;
    if (!(line[0] > 0))
        return INFINITY;
    if (line[1] < 0) { // background cannot be negative: intensity alone
        line[0] = sfn / sff;
        line[1] = 0;
    }
    return snn - line[0] * sfn - line[1] * sn;
}

// The radii tried, and what else tells which is right.
typedef struct trial {
    double least, most;
    double period; // above 0: rings are not those of a sphere, and the line counts as well
} trial;

// Of equal misfits the one nearest to the line. Misfits count by their ratios, since what structure
// does is a share of what there is.
static double score_of(const trial *t, double chi2, double cycles)
{
    double off = t->period > 0 ? (cycles / t->period - 1) / OFF : 0;
    return t->period > 0 ? log(chi2) + off * off : chi2;
}

static double fit_rings(const double *mean, const int *count, int n, const trial *t,
                        airy_sphere_start *start)
{
    double best = INFINITY, line[2];
    double least = fmax(t->least, fmin(0.5 / n, t->most)); // one fringe over the whole array
    for (double cycles = least; cycles <= t->most; cycles += 0.1 / n) {
        double score = score_of(t, ring_fit(mean, count, n, cycles, line), cycles);
        if (score < best) {
            best = score;
            start->cycles = cycles;
            start->intensity = line[0];
            start->background = fmax(line[1], 1e-6 * line[0] / n);
        }
    }
    return best;
}

static airy_code start_near(const airy_image *photons, double cy, double cx, trial *t,
                            airy_sphere_start *start, airy_error *err)
{
    int n = airy_grid_ring_count(photons->ny, photons->nx, cy, cx);
    double *mean = airy_memory_new((size_t)n, sizeof *mean), period = t->period, best;
    int *count = airy_memory_new((size_t)n, sizeof *count);
    airy_code code = AIRY_OK;
    if (!mean || !count) {
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d rings", n);
        goto done;
    }
    airy_grid_ring_mean(photons, cy, cx, mean, count, n);
    t->period = 0;
    best = fit_rings(mean, count, n, t, start);
    t->period = period;
    if (period > 0 && isfinite(best) && best > MISFIT * n)
        best = fit_rings(mean, count, n, t, start);
    if (!isfinite(best))
        code = airy_error_set(
            err, AIRY_ENUMERIC,
            "the rings fit no sphere of any size: is the object elongated (--model spheroid), or "
            "a beam stop unmasked (`airy mask --beamstop`)?");
done:
    airy_memory_free(mean);
    airy_memory_free(count);
    return code;
}

airy_code airy_sphere_start_find(const airy_image *photons, double cy, double cx,
                                 airy_sphere_start *start, airy_error *err)
{
    trial t = {.least = start->cycles, .most = start->cycles};
    airy_code code = AIRY_OK;
    if (!(start->cycles > 0)) {
        code = find_period(photons, cy, cx, &t.period, err);
        start->fringes = t.period;
        t.period = start->anywhere ? 0 : t.period;
        t.least = t.period * (1 - NEAR);
        t.most = t.period > 0 ? fmin(t.period * (1 + NEAR), CYCLES_TOP) : CYCLES_TOP;
    }
    return code == AIRY_OK ? start_near(photons, cy, cx, &t, start, err) : code;
}
