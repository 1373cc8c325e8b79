// SPDX-License-Identifier: GPL-3.0-or-later
// New images: drawn from what is expected, moved between arrays, and children of two.
#include "level.h"

#include "base/units.h"

#include <math.h>
#include <string.h>

#define WIDEST 6.0    // fringes: the domains of a mask, from one on
#define SHARPNESS 6.0 // of their edges
#define BALANCE 0.3   // how unequal the parents' shares are

static void scale_window(const airy_level *l, float *density, double factor)
{
    for (int i = 0; i < l->area; i++)
        density[i] *= (float)factor;
}

// A window holds `inside` of n^2 pixels of what is drawn, and so the power times their ratio is
// drawn; of the even part, which any descent finds, half the amplitude.
void airy_trial_draw(const airy_level *l, airy_bench *b, airy_random *random, airy_trial *trial)
{
    for (int i = 0; i < l->pixels; i++) {
        float re = 0.5f * sqrtf(1 / l->even[i]) * (float)airy_random_normal(random);
        float im = sqrtf(1 / l->odd[i]) * (float)airy_random_normal(random);
        b->spectrum[i] = re + im * (float complex)I;
    }
    airy_level_backward(l, b, b->spectrum, trial->density);
    scale_window(l, trial->density, 1 / ((double)l->n * l->n));
}

// Smooth noise in the transform: white noise under a narrow Gaussian in space; the real part of the
// transform of a real image is even. Its domains are a fringe wide or more, so that three sigma of
// the Gaussian lie within the particle.
static void draw_mask(const airy_level *l, airy_bench *b, airy_random *random)
{
    double fringes = pow(WIDEST, airy_random_uniform(random));
    double sigma = l->n / (2 * AIRY_PI * fringes * l->fringe);
    int middle = l->window / 2;
    for (int i = 0; i < l->area; i++) {
        double y = i / l->window - middle, x = i % l->window - middle;
        double r2 = (y * y + x * x) / (sigma * sigma);
        bool near = r2 <= 9;
        b->scratch[i] = near ? (float)(airy_random_normal(random) * exp(-r2 / 2)) : 0;
    }
    airy_level_forward(l, b, b->scratch, b->step);
}

// Mixes the transforms by m = 1 / (1 + exp(-(sharp r / rms + shift))), r the noise. The father
// comes as he is or as his twin, whose transform is the complex conjugate.
void airy_trial_mate(const airy_level *l, airy_bench *b, airy_random *random,
                     const airy_trial *mother, const airy_trial *father, airy_trial *child)
{
    draw_mask(l, b, random);
    double power = 0;
    for (int i = 0; i < l->pixels; i++)
        power += (double)crealf(b->step[i]) * (double)crealf(b->step[i]);
    float sharp = (float)(SHARPNESS / sqrt(power / l->pixels));
    float shift = (float)(SHARPNESS * BALANCE * airy_random_normal(random));
    bool twin = airy_random_uniform(random) < 0.5;
    for (int i = 0; i < l->pixels; i++) {
        float m = 1 / (1 + expf(-(sharp * crealf(b->step[i]) + shift)));
        float complex f = twin ? conjf(father->transform[i]) : father->transform[i];
        b->spectrum[i] = m * mother->transform[i] + (1 - m) * f - l->body[i];
    }
    airy_level_backward(l, b, b->spectrum, child->density);
    scale_window(l, child->density, 1 / ((double)l->n * l->n));
}

// 1 inside of the domain, 0 outside; its edges are soft over some degrees and tenths of a fringe.
static double inside(const airy_level *l, const airy_domain *domain, int i)
{
    const double soft = 4, soft_fringe = 0.1;
    double angle = atan2(airy_level_ky(l, i), airy_level_kx(l, i)) * 180 / AIRY_PI;
    double off = fabs(remainder(angle - domain->from - domain->width / 2, 180));
    double beyond = airy_level_radius(l, i) / l->fringe - domain->radius;
    return 1 / (1 + exp((off - domain->width / 2) / soft)) / (1 + exp(beyond / soft_fringe));
}

void airy_trial_turn(const airy_level *l, airy_bench *b, const airy_trial *trial,
                     const airy_domain *domain, airy_trial *turned)
{
    for (int i = 0; i < l->pixels; i++) {
        float m = (float)inside(l, domain, i);
        float complex f = trial->transform[i];
        b->spectrum[i] = crealf(f) + (1 - 2 * m) * cimagf(f) * (float complex)I - l->body[i];
    }
    airy_level_backward(l, b, b->spectrum, turned->density);
    scale_window(l, turned->density, 1 / ((double)l->n * l->n));
}

void airy_trial_move(const airy_level *from, const airy_trial *trial, const airy_level *to,
                     airy_bench *b, airy_trial *moved)
{
    int half = (from->n < to->n ? from->n : to->n) / 2 - 1;
    memset(b->spectrum, 0, (size_t)to->pixels * sizeof *b->spectrum);
    for (int ky = -half; ky <= half; ky++)
        for (int kx = 0; kx <= half; kx++) {
            int source = kx * from->n + (ky + from->n) % from->n;
            int target = kx * to->n + (ky + to->n) % to->n;
            b->spectrum[target] = trial->transform[source] - from->body[source];
        }
    airy_level_backward(to, b, b->spectrum, moved->density);
    scale_window(to, moved->density, 1 / ((double)to->n * to->n));
}

double airy_trial_agreement(const airy_level *l, const airy_trial *a, const airy_trial *b)
{
    double ab = 0, aa = 0, bb = 0;
    for (int i = 0; i < l->pixels; i++) {
        if (airy_level_radius(l, i) > l->limit)
            continue;
        double x = (double)cimagf(a->transform[i]), y = (double)cimagf(b->transform[i]);
        ab += (double)l->pair[i] * x * y;
        aa += (double)l->pair[i] * x * x;
        bb += (double)l->pair[i] * y * y;
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
}
