// SPDX-License-Identifier: GPL-3.0-or-later
// What no unbiased estimate can be better than: the bound of Cramer and Rao (Rao, Bull. Calcutta
// Math. Soc. 37, 81, 1945; with what is expected beforehand, van Trees, Detection, Estimation and
// Modulation Theory I, 1968, section 2.4.3) of the best image. Errors are drawn with the inverse of
// its information as covariance: (H / 2) x = b, where b is drawn with covariance H / 2.
//
// It is that of one solution, whose domains are right, inside its support, of a known body. The
// variation is not in it: a prior that holds an image where the photons leave it open can take
// errors below the bound, and biases the image for it.
#include "search.h"

#include <math.h>
#include <string.h>

#define TOLERANCE 1e-3 // of the solution: one in a thousand of an error is nothing
enum { MOST = 1000 };  // steps of conjugate gradients

static double square_of(double x)
{
    return x * x;
}

// Powers of the even and odd part of a transform over the bins that are looked at.
static void powers_of(const airy_level *l, const float complex *f, double power[2])
{
    power[0] = power[1] = 0;
    for (int i = 0; i < l->pixels; i++) {
        if (airy_level_radius(l, i) > l->limit)
            continue;
        power[0] += (double)l->pair[i] * square_of((double)crealf(f[i]));
        power[1] += (double)l->pair[i] * square_of((double)cimagf(f[i]));
    }
}

static airy_code draw_error(int i, void *workspace, void *context, airy_error *err)
{
    airy_search_state *s = context;
    const airy_level *l = &s->level[AIRY_LEVELS];
    airy_random random;
    airy_desk desk;
    (void)workspace;
    airy_code code = airy_desk_init(&desk, l, err);
    if (code == AIRY_OK) {
        airy_bench *b = &desk.bench;
        airy_random_init(&random, s->options->seed, s->options->shot, AIRY_STREAM_BOUND,
                         (uint32_t)i);
        memcpy(desk.trial.density, s->best->density, (size_t)l->area * sizeof(float));
        airy_level_judge(l, b, &desk.trial);
        airy_level_curve_draw(l, b, desk.trial.transform, &random, b->gradient);
        airy_level_curve_solve(l, b, desk.trial.transform, b->gradient, b->next, TOLERANCE, MOST);
        airy_level_forward(l, b, b->next, b->step);
        powers_of(l, b->step, s->errors + 2 * (size_t)i);
    }
    airy_desk_release(&desk);
    return code;
}

airy_code airy_search_bound(airy_search_state *s, airy_bound *bound, airy_error *err)
{
    int n = s->options->bound;
    double power[2], even = 0, odd = 0;
    const airy_farm_slots slots = {s->errors, 2 * sizeof *s->errors};
    airy_farm farm = {.job = draw_error, .slots = &slots, .slot_count = 1};
    airy_code code = airy_search_farm(s, &farm, n, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < n; i++) {
        even += s->errors[2 * i] / n;
        odd += s->errors[2 * i + 1] / n;
    }
    powers_of(&s->level[AIRY_LEVELS], s->best->transform, power);
    bound->l2 = sqrt((even + odd) / (power[0] + power[1]));
    bound->even = sqrt(even / power[0]);
    bound->odd = sqrt(odd / power[1]);
    return AIRY_OK;
}
