// SPDX-License-Identifier: GPL-3.0-or-later
// From S(q) to G(r) and what is read off it.
#include "airy/scattering.h"
#include "structure.h"
#include "pdf.h"

#include "base/units.h"
#include "scattering/sums.h"

#include <math.h>
#include <string.h>

const char *const airy_window_names[] = {"none", "lorch", NULL};

enum { POINTS_MOST = 200000 };

void airy_pdf_options_defaults(airy_pdf_options *options)
{
    *options = (airy_pdf_options){.r_max = 20, .r_step = 0.01, .r_cut = 1.2};
}

airy_code airy_pdf_options_check(const airy_pdf_options *o, airy_error *err)
{
    if (!(o->r_step > 0) || !(o->r_max > 3 * o->r_step) || !(o->r_max / o->r_step < POINTS_MOST))
        return airy_error_set(err, AIRY_EARGUMENT, "r up to %g in steps of %g: at most %d steps",
                              o->r_max, o->r_step, POINTS_MOST);
    if (!(o->r_cut >= 0 && o->r_cut < o->r_max) || o->rounds < 0)
        return airy_error_set(err, AIRY_EARGUMENT, "no pairs below %g, in %d rounds", o->r_cut,
                              o->rounds);
    if (o->rounds > 0 && !(o->density > 0 && o->r_cut > 0))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "correcting S by what lies below r_cut wants a density and r_cut");
    return AIRY_OK;
}

// ------------------------------------------------------------------ functionals of S
//
// G(r), and a number of neighbours, are sums k_i (S_i - limit) with k_i = (2 / pi) dq_i q_i W(q_i)
// kernel(q_i); S below the first point, where it stays the same, goes to k_0.

typedef double kernel(double q, const double *r);

static double of_g(double q, const double *r)
{
    return sin(q * *r);
}

// int r sin(q r) dr from r[0] to r[1].
static double of_shell(double q, const double *r)
{
    double high = sin(q * r[1]) / (q * q) - r[1] * cos(q * r[1]) / q;
    double low = sin(q * r[0]) / (q * q) - r[0] * cos(q * r[0]) / q;
    return high - low;
}

// q dq W of every point, and of points below the first.
typedef struct measure {
    int n, below;
    const double *q;
    double *weight;       // (n)
    double *q_below;      // (below)
    double *weight_below; // (below)
} measure;

static double window(airy_window_kind kind, double q, double q_max)
{
    double x = AIRY_PI * q / q_max;
    return kind == AIRY_WINDOW_LORCH && x > 0 ? sin(x) / x : 1;
}

static airy_code measure_init(measure *m, const airy_spectrum *s, airy_window_kind kind,
                              airy_error *err)
{
    double step = s->q[1] - s->q[0], q_max = s->q[s->n - 1];
    int below = (int)ceil(s->q[0] / step);
    if (below > POINTS_MOST)
        return airy_error_set(err, AIRY_EVALUE, "q begins at %g in steps of %g", s->q[0], step);
    double *all = airy_memory_new((size_t)s->n + 2 * (size_t)below + 2, sizeof *all);
    *m = (measure){.n = s->n, .below = below, .q = s->q, .weight = all};
    if (!all)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d points of q", s->n + below);
    m->q_below = all + s->n;
    m->weight_below = m->q_below + below + 1;
    for (int i = 0; i < s->n; i++)
        m->weight[i] =
            2 / AIRY_PI * airy_trapezoid(s->q, s->n, i) * s->q[i] * window(kind, s->q[i], q_max);
    for (int i = 0; i <= below; i++) // the last one is the first point itself
        m->q_below[i] = below ? s->q[0] * i / below : s->q[0];
    for (int i = 0; below && i <= below; i++)
        m->weight_below[i] = 2 / AIRY_PI * airy_trapezoid(m->q_below, below + 1, i) *
                             m->q_below[i] * window(kind, m->q_below[i], q_max);
    return AIRY_OK;
}

static double apply(const measure *m, const airy_structure *s, kernel *k, const double *r,
                    double *sigma)
{
    double sum = 0, variance = 0, first = 0;
    for (int i = 1; i <= m->below; i++)
        first += m->weight_below[i] * k(m->q_below[i], r);
    for (int i = 0; i < m->n; i++) {
        double c = m->weight[i] * k(m->q[i], r) + (i == 0 ? first : 0);
        sum += c * (s->s.y[i] - s->limit);
        variance += c * c * s->s.sigma[i] * s->s.sigma[i];
    }
    *sigma = variance > 0 ? sqrt(variance) : NAN; // 0: errors of S are not known
    return sum;
}

airy_code airy_pdf_init(airy_pdf *pair, const airy_structure *s, const airy_pdf_options *o,
                        airy_error *err)
{
    measure m = {0};
    int n = (int)floor(o->r_max / o->r_step + 1e-9);
    *pair = (airy_pdf){.n = n};
    airy_code code = airy_pdf_options_check(o, err);
    if (code == AIRY_OK)
        code = measure_init(&m, &s->s, o->window, err);
    double *all = code == AIRY_OK ? airy_memory_new(3 * (size_t)n, sizeof *all) : NULL;
    if (code == AIRY_OK && !all)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for G(r) at %d points", n);
    if (code == AIRY_OK) {
        pair->r = all;
        pair->g = all + n;
        pair->sigma = all + 2 * (size_t)n;
        for (int i = 0; i < n; i++) {
            pair->r[i] = (i + 1) * o->r_step;
            pair->g[i] = apply(&m, s, of_g, &pair->r[i], &pair->sigma[i]);
        }
    }
    airy_memory_free(m.weight);
    return code;
}

void airy_pdf_release(airy_pdf *pair)
{
    airy_memory_free(pair->r);
    *pair = (airy_pdf){0};
}

// ------------------------------------------------------------------ low r

double airy_pdf_low_r(const airy_pdf *pair, const airy_pdf_options *o)
{
    double off = 0, line = 0;
    for (int i = 0; i < pair->n && pair->r[i] <= o->r_cut; i++) {
        double wanted = -4 * AIRY_PI * o->density * pair->r[i];
        off += pow(pair->g[i] - wanted, 2);
        line += wanted * wanted;
    }
    return line > 0 ? sqrt(off / line) : NAN;
}

// int (G + 4 pi rho r) sin(q r) dr up to r_cut, over q: what S has too much.
static double excess(const airy_pdf *low, double density, double q)
{
    double sum = 0, step = low->r[0];
    for (int i = 0; i < low->n; i++) {
        double w = i == low->n - 1 ? 0.5 * step : step; // at r = 0 there is nothing
        sum += w * (low->g[i] + 4 * AIRY_PI * density * low->r[i]) * sin(q * low->r[i]);
    }
    return sum / q;
}

airy_code airy_structure_refine(airy_structure *s, const airy_pdf_options *options, airy_error *err)
{
    airy_pdf_options o = *options;
    o.r_max = options->r_cut;
    o.r_cut = 0;
    airy_code code = airy_pdf_options_check(options, err);
    for (int round = 0; round < options->rounds && code == AIRY_OK; round++) {
        airy_pdf low = {0};
        o.rounds = 0;
        code = airy_pdf_init(&low, s, &o, err);
        for (int i = 0; i < s->s.n && code == AIRY_OK; i++) {
            double part = excess(&low, options->density, s->s.q[i]);
            if (options->multiplicative)
                part *= (s->s.y[i] + s->inelastic[i]) / (s->limit + s->inelastic[i]);
            s->s.y[i] -= part;
        }
        airy_pdf_release(&low);
    }
    return code;
}

// ------------------------------------------------------------------ shells

static double find_peak(const airy_pdf *pair, double low, double high)
{
    int best = -1;
    for (int i = 1; i < pair->n - 1; i++)
        if (pair->r[i] >= low && pair->r[i] <= high && (best < 0 || pair->g[i] > pair->g[best]))
            best = i;
    if (best < 0)
        return NAN;
    double left = pair->g[best - 1], top = pair->g[best], right = pair->g[best + 1];
    double bend = left - 2 * top + right;
    double shift = bend < 0 ? 0.5 * (left - right) / bend : 0;
    return pair->r[best] + fmax(-1, fmin(1, shift)) * pair->r[0];
}

airy_code airy_shell_measure(airy_shell *shell, const airy_structure *s, const airy_pdf *pair,
                             const airy_pdf_options *o, airy_error *err)
{
    if (!(shell->low >= 0 && shell->low < shell->high) || shell->high > o->r_max)
        return airy_error_set(err, AIRY_EVALUE, "a shell from %g to %g, r goes to %g", shell->low,
                              shell->high, o->r_max);
    measure m = {0};
    const double r[2] = {shell->low, shell->high};
    airy_code code = measure_init(&m, &s->s, o->window, err);
    if (code != AIRY_OK)
        return code;
    double line = 4 * AIRY_PI / 3 * o->density * (pow(r[1], 3) - pow(r[0], 3));
    shell->neighbours = line + apply(&m, s, of_shell, r, &shell->error);
    shell->peak = find_peak(pair, r[0], r[1]);
    if (!(o->density > 0))
        shell->neighbours = shell->error = NAN;
    airy_memory_free(m.weight);
    return AIRY_OK;
}
