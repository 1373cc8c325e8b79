// SPDX-License-Identifier: GPL-3.0-or-later
// What is expected of D before a photon is counted: power that falls with q, and few edges.
//
// Both come from the data: the power from an image that was fitted with a wide one, by rings, and
// the weight of the variation from the variation that such an image has.
#include "lanes.h"
#include "level.h"

#include "base/processor.h"

#include <math.h>
#include <string.h>

#define LEAST_POWER 1e-3 // photons a bin: nothing is known of what is weaker
#define WIDE_EVEN 0.0025 // of the body's power, while no image is known
#define GUESSED 0.03     // of a ring's photons belong to the odd part, while no image is known
#define CAUTION 2.0      // an image that was fitted with a prior has less power than the truth
#define NEAREST 4.0      // fringes: where the odd part's power begins to fall, and
#define FARTHEST 11.0    // how far it is looked at
enum { SMOOTH = 4 };     // rings to either side that are averaged
enum { FEWEST_RINGS = 8 };

// ------------------------------------------------------------------ total variation

enum { EDGES = 64 }; // that are looked at together

struct edges {
    float gx[EDGES], gy[EDGES], length[EDGES], tilt[EDGES]; // tilt: d length / dt
};

AIRY_EVERY_PROCESSOR
static void find_edges(const float *restrict v, const float *restrict d, int w,
                       const float along[2], struct edges *restrict e, int n)
{
    float factor = along[0], round = along[1];
    for (int i = 0; i < n; i++) {
        float hx = d[i + 1] - d[i], hy = d[i + w] - d[i];
        float gx = v[i + 1] - v[i] + factor * hx, gy = v[i + w] - v[i] + factor * hy;
        float length = sqrtf(gx * gx + gy * gy + round);
        e->gx[i] = gx;
        e->gy[i] = gy;
        e->length[i] = length;
        e->tilt[i] = (gx * hx + gy * hy) / length;
    }
}

static void push_edges(const struct edges *e, float variation, int w, float *gradient, int n)
{
    for (int i = 0; i < n; i++) {
        float q = variation / e->length[i];
        gradient[i] -= q * (e->gx[i] + e->gy[i]);
        gradient[i + 1] += q * e->gx[i];
        gradient[i + w] += q * e->gy[i];
    }
}

// Isotropic, forward differences, rounded: sum of sqrt(|grad|^2 + r^2) - r.
double airy_variation(const airy_level *l, const float *v, const float *d, double t, double *slope,
                      float *gradient)
{
    int w = l->window;
    const float along[] = {d ? (float)t : 0, l->rounding * l->rounding};
    double sum = 0, change = 0;
    struct edges e;
    *slope = 0;
    if (l->variation == 0)
        return 0;
    for (int y = 0; y < w - 1; y++) {
        double row = 0, tilt = 0;
        for (int x = 0, n; x < w - 1; x += n) {
            int at = y * w + x;
            n = w - 1 - x < EDGES ? w - 1 - x : EDGES;
            find_edges(v + at, (d ? d : v) + at, w, along, &e, n);
            for (int i = 0; i < n; i++) {
                row += (double)(e.length[i] - l->rounding);
                tilt += (double)e.tilt[i];
            }
            if (gradient)
                push_edges(&e, l->variation, w, gradient + at, n);
        }
        sum += row;
        change += tilt;
    }
    if (d)
        *slope = (double)l->variation * change;
    return (double)l->variation * sum;
}

// ------------------------------------------------------------------ power by rings

// Mean of the even part's power in the ring of radius k; beyond the known rings it falls as that of
// a body with a sharp edge in two dimensions of projection, as k^-4.
static double even_power(const airy_powers *p, double k)
{
    int r = (int)lround(k), last = p->rings - 1;
    return r <= last ? (double)p->even[r] : (double)p->even[last] * pow(last / k, 4);
}

void airy_powers_set(const airy_powers *p, airy_level *l)
{
    double density = (double)l->n * l->n / l->inside; // coefficients an unknown
    for (int i = 0; i < l->pixels; i++) {
        double k = airy_level_radius(l, i);
        double odd = exp(p->odd - p->fall * fmax(k, 4 * l->fringe));
        odd = fmax(odd, LEAST_POWER);
        double body = (double)l->body[i] * (double)l->body[i];
        double even = odd + (p->rings ? even_power(p, k) : WIDE_EVEN * body + odd);
        l->even[i] = (float)(1 / (density * even));
        l->odd[i] = (float)(1 / (density * odd));
    }
}

// Sums over rings r = 0 .. AIRY_RINGS - 1.
typedef struct airy_ring_sums {
    double odd[AIRY_RINGS], even[AIRY_RINGS], photons[AIRY_RINGS], exposure[AIRY_RINGS];
    double count[AIRY_RINGS];
} airy_ring_sums;

static void sum_rings(const airy_level *l, const airy_trial *trial, airy_ring_sums *sums)
{
    memset(sums, 0, sizeof *sums);
    for (int i = 0; i < l->pixels; i++) {
        int r = (int)lround(airy_level_radius(l, i));
        if (r >= AIRY_RINGS)
            continue;
        double re = trial ? (double)(crealf(trial->transform[i]) - l->body[i]) : 0;
        double im = trial ? (double)cimagf(trial->transform[i]) : 0;
        sums->even[r] += re * re;
        sums->odd[r] += im * im;
        sums->count[r] += 1;
        sums->photons[r] += (double)(l->weight[i] * (l->photons[i] - l->offset[i]));
        sums->exposure[r] += (double)(l->weight[i] * l->exposure[i]);
    }
}

// Straight line through the logarithms of a ring's power from ring `first` to `last`.
static void fit_fall(const double *power, const double *count, int first, int last,
                     airy_powers *powers)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (int r = first; r <= last && r < AIRY_RINGS; r++) {
        if (!(count[r] > 0 && power[r] > 0))
            continue;
        double value = log(power[r] / count[r]);
        n += 1;
        x += r;
        y += value;
        xx += (double)r * r;
        xy += r * value;
    }
    double spread = n * xx - x * x;
    powers->fall = spread > 0 ? fmax(-(n * xy - x * y) / spread, 0) : 0;
    powers->odd = n > 0 ? (y + powers->fall * x) / n : log(LEAST_POWER);
}

void airy_powers_guess(airy_powers *powers, const airy_level *l)
{
    airy_ring_sums sums;
    sum_rings(l, NULL, &sums);
    memset(powers, 0, sizeof *powers);
    fit_fall(sums.photons, sums.exposure, (int)(2.4 * l->fringe), (int)(8.4 * l->fringe), powers);
    powers->odd += log(GUESSED);
}

// Beyond the rings that hold a photon a bin an image has the power that the prior left it, and a
// fall that is fitted to that makes the next one fall faster.
static int last_ring(const airy_level *l, const airy_ring_sums *sums, int first)
{
    int last = (int)fmin(FARTHEST * l->fringe, l->limit - 2), r = first + FEWEST_RINGS;
    while (r < last && sums->photons[r + 1] >= sums->exposure[r + 1])
        r++;
    return r;
}

void airy_powers_fit(airy_powers *powers, const airy_level *l, const airy_trial *trial)
{
    airy_ring_sums sums;
    sum_rings(l, trial, &sums);
    int first = (int)(NEAREST * l->fringe);
    fit_fall(sums.odd, sums.count, first, last_ring(l, &sums, first), powers);
    powers->odd += log(CAUTION);
    powers->rings = (int)l->limit < AIRY_RINGS ? (int)l->limit : AIRY_RINGS;
    for (int r = 0; r < powers->rings; r++) {
        double power = 0, count = 0;
        for (int s = r - SMOOTH; s <= r + SMOOTH; s++)
            if (s >= 0 && s < powers->rings) {
                power += sums.even[s];
                count += sums.count[s];
            }
        powers->even[r] = (float)(CAUTION * power / count);
    }
}
