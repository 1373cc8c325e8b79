// SPDX-License-Identifier: GPL-3.0-or-later
// From intensity to S(q): what it tends to, and how it is normalised.
#include "airy/scattering.h"
#include "structure.h"

#include "base/units.h"
#include "scattering/sums.h"

#include <math.h>
#include <string.h>

const char *const airy_formalism_names[] = {"faber-ziman", "ashcroft-langreth", "eggert", NULL};
const char *const airy_normalise_names[] = {"krogh-moe", "polynomial", "tail", NULL};

enum { DEGREE_MOST = 20 };

void airy_structure_options_defaults(airy_structure_options *options)
{
    *options = (airy_structure_options){.tail = 0.25, .degree = 6, .background_scale = 1};
}

airy_code airy_structure_options_check(const airy_structure_options *o, airy_error *err)
{
    if (!(o->density >= 0) || !isfinite(o->density))
        return airy_error_set(err, AIRY_EARGUMENT, "a density of %g atoms / A^3", o->density);
    if (!(o->q_min >= 0) || !(o->q_max >= 0) || (o->q_max > 0 && !(o->q_max > o->q_min)))
        return airy_error_set(err, AIRY_EARGUMENT, "q from %g to %g: it must rise", o->q_min,
                              o->q_max);
    if (!(o->tail > 0 && o->tail <= 1) || o->degree < 0 || o->degree > DEGREE_MOST)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "a tail of %g of the range (0 to 1) or a polynomial of degree %d (0 "
                              "to %d)",
                              o->tail, o->degree, DEGREE_MOST);
    if (o->normalise == AIRY_NORMALISE_KROGH_MOE && !(o->density > 0))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "the normalisation of Krogh-Moe and Norman wants the density; that "
                              "by the tail does not");
    return AIRY_OK;
}

// ------------------------------------------------------------------ the range

static bool is_inside(const airy_structure_options *o, double q)
{
    return q > 0 && q >= o->q_min && (o->q_max <= 0 || q <= o->q_max * (1 + 1e-12));
}

// The part of a curve that is used.
static airy_code cut(airy_structure *s, const airy_spectrum *from, const airy_structure_options *o,
                     airy_error *err)
{
    int n = 0;
    for (int i = 0; i < from->n; i++)
        n += is_inside(o, from->q[i]);
    if (n < 3)
        return airy_error_set(err, AIRY_EVALUE,
                              "%d of %d points lie at q from %g to %g: 3 are wanted", n, from->n,
                              o->q_min, o->q_max > 0 ? o->q_max : from->q[from->n - 1]);
    airy_code code = airy_spectrum_init(&s->s, n, err);
    s->inelastic = code == AIRY_OK ? airy_memory_new((size_t)n, sizeof *s->inelastic) : NULL;
    if (code != AIRY_OK || !s->inelastic)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for S(q) at %d points", n);
    for (int i = 0, k = 0; i < from->n; i++)
        if (is_inside(o, from->q[i])) {
            s->s.q[k] = from->q[i];
            s->s.y[k] = from->y[i];
            s->s.sigma[k++] = from->sigma[i];
        }
    s->limit = 1;
    return AIRY_OK;
}

airy_code airy_structure_take(airy_structure *s, const airy_spectrum *from,
                              const airy_structure_options *o, airy_error *err)
{
    *s = (airy_structure){.scale = 1};
    airy_code code = cut(s, from, o, err);
    if (code != AIRY_OK)
        airy_structure_release(s);
    return code;
}

void airy_structure_release(airy_structure *s)
{
    airy_spectrum_release(&s->s);
    airy_memory_free(s->inelastic);
    *s = (airy_structure){0};
}

// ------------------------------------------------------------------ normalisation

// What S is made of at each point: S = limit + (scale I - target) / unit, all in electron units.
typedef struct terms {
    int n;
    const double *q;
    double *intensity, *background, *target, *unit; // background: 0 when there is none
} terms;

static void terms_release(terms *t)
{
    airy_memory_free(t->intensity);
}

// What the intensity tends to and what S is in units of, by the formalism.
static void fill_terms(const airy_form *form, const airy_composition *c, airy_formalism formalism,
                       terms *t, airy_structure *s)
{
    s->limit = formalism == AIRY_EGGERT ? form->limit : 1;
    for (int i = 0; i < t->n; i++) {
        double coherent = form->square[i];
        t->unit[i] = formalism == AIRY_ASHCROFT_LANGRETH ? form->square[i] : form->mean2[i];
        if (formalism == AIRY_EGGERT) { // per formula unit
            t->unit[i] *= c->atoms;
            coherent = form->limit * t->unit[i];
        }
        t->target[i] = coherent + form->compton[i];
        s->inelastic[i] = form->compton[i] / t->unit[i];
        t->intensity[i] = s->s.y[i];
    }
}

// scale of int (S - limit) q^2 dq = -2 pi^2 rho; below the first point S is what it is there.
static double krogh_moe(const terms *t, double density)
{
    double q3 = pow(t->q[0], 3) / 3;
    double wanted = t->target[0] / t->unit[0] * q3 - 2 * AIRY_PI * AIRY_PI * density;
    double found = t->intensity[0] / t->unit[0] * q3;
    for (int i = 0; i < t->n; i++) {
        double w = airy_trapezoid(t->q, t->n, i) * t->q[i] * t->q[i] / t->unit[i];
        wanted += w * t->target[i];
        found += w * t->intensity[i];
    }
    return wanted / found;
}

// Least squares of scale I - part B against what it tends to, over the tail, of q (S - limit); part
// stays 0 unless the background is to be fitted.
static airy_code by_tail(const terms *t, double tail, bool fit_background, double *scale,
                         double *part, airy_error *err)
{
    double ii = 0, ib = 0, bb = 0, it = 0, bt = 0;
    double from = t->q[t->n - 1] - tail * (t->q[t->n - 1] - t->q[0]);
    for (int i = 0; i < t->n; i++) {
        if (t->q[i] < from)
            continue;
        double w = airy_trapezoid(t->q, t->n, i) * pow(t->q[i] / t->unit[i], 2);
        double intensity = t->intensity[i], background = -t->background[i];
        ii += w * intensity * intensity;
        ib += w * intensity * background;
        bb += w * background * background;
        it += w * intensity * t->target[i];
        bt += w * background * t->target[i];
    }
    *part = 0;
    *scale = it / ii;
    if (fit_background) {
        double determinant = ii * bb - ib * ib;
        if (!(determinant > 1e-10 * ii * bb))
            return airy_error_set(err, AIRY_ENUMERIC,
                                  "the background has the shape of the intensity over the tail: "
                                  "its scale cannot be fitted");
        *scale = (it * bb - bt * ib) / determinant;
        *part = (bt * ii - it * ib) / determinant;
    }
    return *scale > 0 && isfinite(*scale)
               ? AIRY_OK
               : airy_error_set(err, AIRY_ENUMERIC, "the tail gives a scale of %g", *scale);
}

// The background comes off with the scale that is given or fits the tail.
static airy_code take_background(const terms *t, const airy_structure_options *o, airy_structure *s,
                                 airy_error *err)
{
    double scale, part;
    s->background_scale = o->background_scale;
    if (o->fit_background) {
        airy_code code = by_tail(t, o->tail, true, &scale, &part, err);
        if (code != AIRY_OK)
            return code;
        s->background_scale = part / scale;
    }
    for (int i = 0; i < t->n; i++)
        t->intensity[i] -= s->background_scale * t->background[i];
    return AIRY_OK;
}

// q (S - limit) less the q times polynomial that fits it best: orthogonal polynomials on the points
// by their recurrence (Forsythe, J. SIAM 5, 74, 1957), one after another.
static airy_code take_polynomial(airy_structure *s, int degree, airy_error *err)
{
    int n = s->s.n;
    double *now = airy_memory_new(2 * (size_t)n, sizeof *now), *before = now ? now + n : NULL;
    double norm_before = 1;
    if (!now)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a polynomial at %d points", n);
    for (int i = 0; i < n; i++)
        now[i] = 1;
    for (int k = 0; k <= degree; k++) {
        double norm = 0, mean = 0, part = 0;
        for (int i = 0; i < n; i++) {
            double q = s->s.q[i], w = airy_trapezoid(s->s.q, n, i) * q * q;
            norm += w * now[i] * now[i];
            mean += w * now[i] * now[i] * q;
            part += w * now[i] * (s->s.y[i] - s->limit);
        }
        for (int i = 0; i < n; i++) {
            s->s.y[i] -= part / norm * now[i];
            double next =
                (s->s.q[i] - mean / norm) * now[i] - (k > 0 ? norm / norm_before * before[i] : 0);
            before[i] = now[i];
            now[i] = next;
        }
        norm_before = norm;
    }
    airy_memory_free(now);
    return AIRY_OK;
}

static airy_code normalise(const terms *t, const airy_structure_options *o, airy_structure *s,
                           airy_error *err)
{
    double part;
    airy_code code = AIRY_OK;
    if (o->normalise == AIRY_NORMALISE_KROGH_MOE)
        s->scale = krogh_moe(t, o->density);
    else
        code = by_tail(t, o->tail, false, &s->scale, &part, err);
    if (code == AIRY_OK && !(s->scale > 0 && isfinite(s->scale)))
        code = airy_error_set(err, AIRY_ENUMERIC,
                              "the intensity would have to be multiplied by %g: is its range of q "
                              "long enough, the background right?",
                              s->scale);
    for (int i = 0; i < t->n && code == AIRY_OK; i++) {
        s->s.y[i] = s->limit + (s->scale * t->intensity[i] - t->target[i]) / t->unit[i];
        s->s.sigma[i] *= s->scale / t->unit[i];
    }
    if (code == AIRY_OK && o->normalise == AIRY_NORMALISE_POLYNOMIAL)
        code = take_polynomial(s, o->degree, err);
    return code;
}

static airy_code terms_init(terms *t, const airy_structure *s, const airy_spectrum *background,
                            airy_error *err)
{
    size_t n = (size_t)s->s.n;
    double *all = airy_memory_new(4 * n, sizeof *all);
    *t = (terms){.n = s->s.n, .q = s->s.q, .intensity = all};
    if (!all)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for S(q) at %zu points", n);
    t->background = all + n;
    t->target = all + 2 * n;
    t->unit = all + 3 * n;
    for (size_t i = 0; background && i < n; i++) {
        t->background[i] = airy_spectrum_at(background, t->q[i], NULL);
        if (isnan(t->background[i]))
            return airy_error_set(err, AIRY_EVALUE, "the background ends before q = %g", t->q[i]);
    }
    return AIRY_OK;
}

// Errors of the background add to those of the intensity.
static void add_errors(airy_structure *s, const airy_spectrum *background)
{
    for (int i = 0; background && i < s->s.n; i++) {
        double sigma;
        airy_spectrum_at(background, s->s.q[i], &sigma);
        s->s.sigma[i] = hypot(s->s.sigma[i], s->background_scale * sigma);
    }
}

airy_code airy_structure_init(airy_structure *s, const airy_spectrum *intensity,
                              const airy_spectrum *background, const airy_composition *composition,
                              const airy_form_options *form_options,
                              const airy_structure_options *o, airy_error *err)
{
    airy_form form = {0};
    terms t = {0};
    *s = (airy_structure){0};
    airy_code code = airy_structure_options_check(o, err);
    if (code == AIRY_OK)
        code = cut(s, intensity, o, err);
    if (code == AIRY_OK)
        code = airy_form_init(&form, composition, form_options, s->s.q, s->s.n, err);
    if (code == AIRY_OK)
        code = terms_init(&t, s, background, err);
    if (code == AIRY_OK) {
        fill_terms(&form, composition, o->formalism, &t, s);
        code = take_background(&t, o, s, err);
    }
    if (code == AIRY_OK) {
        add_errors(s, background);
        code = normalise(&t, o, s, err);
    }
    terms_release(&t);
    airy_form_release(&form);
    if (code != AIRY_OK)
        airy_structure_release(s);
    return code;
}
