// SPDX-License-Identifier: GPL-3.0-or-later
// Averages of form factors over a composition.
#include "airy/scattering.h"

#include "base/units.h"
#include "scattering/elements.h"

#include <math.h>

enum { ARRAYS = 3 };

void airy_form_release(airy_form *form)
{
    airy_memory_free(form->mean2);
    *form = (airy_form){0};
}

// f and Compton intensity of an element by the table; false when it is not in it.
static bool by_table(const airy_form_table *t, int z, double q, double *f, double *compton)
{
    for (int i = 0; t && i + 1 < t->n; i++) {
        if (t->z[i] != z || t->z[i + 1] != z || q < t->q[i] || q > t->q[i + 1])
            continue;
        double share = (q - t->q[i]) / (t->q[i + 1] - t->q[i]);
        *f = t->f[i] + share * (t->f[i + 1] - t->f[i]);
        *compton = t->compton[i] + share * (t->compton[i + 1] - t->compton[i]);
        return true;
    }
    return false;
}

static airy_code element_form(const airy_form_options *o, int z, double q, double *f,
                              double *compton, airy_error *err)
{
    return by_table(o->table, z, q, f, compton) ? AIRY_OK
                                                : airy_element_form(z, q, f, compton, err);
}

// (E' / E)^power: a photon that gave energy to an electron (Compton, Phys. Rev. 21, 483, 1923).
static double recoil(const airy_form_options *o, double q)
{
    if (!(o->energy_ev > 0))
        return 1;
    double sine = q * 1e10 * AIRY_WAVELENGTH_M(o->energy_ev) / (4 * AIRY_PI); // of theta
    double kept = 1 / (1 + o->energy_ev / AIRY_ELECTRON_REST_EV * 2 * sine * sine);
    return pow(kept, o->recoil);
}

// Sums over elements at one q, and the mean of K_i = f_i / f_e over q on its way.
static airy_code at_q(const airy_composition *c, const airy_form_options *o, double q, int i,
                      airy_form *form, double k_sum[AIRY_ELEMENTS_MAX], airy_error *err)
{
    double real = 0, imaginary = 0, electrons = 0, f[AIRY_ELEMENTS_MAX], compton, f1, f2;
    form->square[i] = form->compton[i] = 0;
    for (int e = 0; e < c->n; e++) {
        double share = c->count[e] / c->atoms;
        f1 = f2 = 0;
        airy_code code = element_form(o, c->z[e], q, &f[e], &compton, err);
        if (code == AIRY_OK && o->energy_ev > 0)
            code = airy_element_anomalous(c->z[e], o->energy_ev, &f1, &f2, err);
        if (code != AIRY_OK)
            return code;
        f[e] += f1;
        real += share * f[e];
        imaginary += share * f2;
        form->square[i] += share * (f[e] * f[e] + f2 * f2);
        form->compton[i] += o->compton ? share * compton * recoil(o, q) : 0;
        electrons += share * c->z[e];
    }
    form->mean2[i] = real * real + imaginary * imaginary;
    for (int e = 0; e < c->n; e++)
        k_sum[e] += f[e] * electrons / real;
    return AIRY_OK;
}

airy_code airy_form_init(airy_form *form, const airy_composition *c, const airy_form_options *o,
                         const double *q, int n, airy_error *err)
{
    double k_sum[AIRY_ELEMENTS_MAX] = {0}, electrons = 0;
    double *all = airy_memory_new((size_t)n * ARRAYS, sizeof *all);
    *form = (airy_form){.n = n};
    if (!all)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for form factors at %d points", n);
    *form = (airy_form){.n = n, .mean2 = all, .square = all + n, .compton = all + 2 * (size_t)n};
    airy_code code = AIRY_OK;
    for (int i = 0; i < n && code == AIRY_OK; i++)
        code = at_q(c, o, q[i], i, form, k_sum, err);
    for (int e = 0; e < c->n; e++) {
        double k = k_sum[e] / n;
        form->limit += c->count[e] * k * k;
        electrons += c->count[e] * c->z[e];
    }
    form->limit /= electrons * electrons;
    if (code != AIRY_OK)
        airy_form_release(form);
    return code;
}
