// SPDX-License-Identifier: GPL-3.0-or-later
// Errors of a fitted sphere: of photons counted, and of what no sphere fits.
#include "sphere_model.h"

#include <math.h>
#include <string.h>

// Cells of one speckle, together with their mates across the center: what no sphere fits, the
// particle's structure, is alike within one and different from one to the next.
typedef struct cells {
    double side; // pixels
    int half;    // cells from the center to the farthest corner
    size_t n;    // half a plane of them
    double (*score)[PARAMETERS];
} cells;

static airy_code cells_init(const airy_sphere_task *s, cells *c, airy_error *err)
{
    const airy_image *photons = &s->pattern->photons;
    double far_y = fmax(s->p[CENTER_Y], photons->ny - s->p[CENTER_Y]);
    double far_x = fmax(s->p[CENTER_X], photons->nx - s->p[CENTER_X]);
    c->side = fmax(2, 1 / (2 * fmax(s->p[PAR], s->p[s->round ? PAR : PERP])));
    c->half = (int)(fmax(far_y, far_x) / c->side) + 1;
    c->n = (size_t)(c->half + 1) * (size_t)(2 * c->half + 1);
    c->score = airy_memory_new(c->n, sizeof *c->score);
    return c->score ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for speckles");
}

static double *score_at(const cells *c, double dy, double dx)
{
    bool mate = dy < 0 || (dy == 0 && dx < 0);
    int row = (int)fabs(dy / c->side), column = (int)floor((mate ? -dx : dx) / c->side) + c->half;
    return c->score[row * (2 * c->half + 1) + column];
}

static void add_scores(const airy_sphere_task *s, cells *c)
{
    int nx = s->pattern->photons.nx;
    for (int i = 0; i < s->pattern->photons.ny * nx; i++) {
        double dy = i / nx - s->p[CENTER_Y], dx = i % nx - s->p[CENTER_X], d[PARAMETERS];
        if (!airy_sphere_used(s, i))
            continue;
        double mu = airy_sphere_model_slopes(s, dy, dx, d), *score = score_at(c, dy, dx);
        double v = (double)s->factor.px[i] * mu + (double)s->extra.px[i];
        for (int j = 0; j < s->n_free && v > 0; j++)
            score[j] += ((double)s->pattern->photons.px[i] - mu) / v * d[s->free[j]];
    }
}

// Changes of what is wanted with a step of the free parameters.
static void follow(const airy_sphere_task *s, const double *step, double *change)
{
    double of[PARAMETERS] = {0};
    for (int j = 0; j < s->n_free; j++)
        change[s->free[j]] = of[s->free[j]] = step[j];
    double ratio = s->p[PAR] / s->p[PERP];
    change[RATIO] = s->round ? 0 : ratio * (of[PAR] / s->p[PAR] - of[PERP] / s->p[PERP]);
}

// Variances by photon counting alone: g^T F^-1 g, g the slopes of what is wanted.
static bool count_variances(const airy_sphere_task *s, airy_sphere_normal *sum, double *variance)
{
    double step[PARAMETERS], change[WANTED] = {0}, by[WANTED][PARAMETERS] = {{0}};
    for (int j = 0; j < s->n_free; j++) {
        memset(step, 0, sizeof step);
        step[j] = 1;
        follow(s, step, change);
        for (int w = 0; w < WANTED; w++)
            by[w][j] = change[w];
    }
    for (int w = 0; w < WANTED; w++) {
        variance[w] = 0;
        memcpy(sum->gradient, by[w], sizeof sum->gradient);
        if (!airy_sphere_solve(sum, s->n_free, 0, step))
            return false;
        for (int j = 0; j < s->n_free; j++)
            variance[w] += by[w][j] * step[j];
    }
    return true;
}

// Variances by photon counting, or where structure is more than that, those of independent cells:
// F^-1 (sum over cells of u u^T) F^-1, u the score of a cell (Liang & Zeger, Biometrika 73, 13,
// 1986).
airy_code airy_sphere_variances(const airy_sphere_task *s, double *variance, airy_error *err)
{
    airy_sphere_normal sum;
    cells c;
    double among[WANTED] = {0}, change[WANTED] = {0}, step[PARAMETERS];
    airy_sphere_accumulate(s, &sum);
    if (!count_variances(s, &sum, variance))
        return airy_error_set(err, AIRY_ENUMERIC, "the sphere fit's information is singular");
    airy_code code = cells_init(s, &c, err);
    if (code != AIRY_OK)
        return code;
    add_scores(s, &c);
    for (size_t k = 0; k < c.n; k++) {
        memcpy(sum.gradient, c.score[k], sizeof sum.gradient);
        airy_sphere_solve(&sum, s->n_free, 0, step);
        follow(s, step, change);
        for (int w = 0; w < WANTED; w++)
            among[w] += change[w] * change[w];
    }
    for (int w = 0; w < WANTED; w++)
        variance[w] = fmax(variance[w], among[w]);
    airy_memory_free(c.score);
    return AIRY_OK;
}
