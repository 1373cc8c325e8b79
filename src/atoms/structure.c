// SPDX-License-Identifier: GPL-3.0-or-later
// The structure factor, from the densities at wave vectors of the box.
#include "airy/atoms.h"
#include "waves.h"
#include "structure.h"

#include <math.h>

static int pairs_of(int types)
{
    return 1 + types * (types + 1) / 2;
}

airy_code airy_atoms_structure_begin(airy_atoms_structure *s, const airy_atom_box *box, int types,
                                     int bins, double q_max, int most, airy_error *err)
{
    if (types < 1 || bins < 1 || bins > 100000 || most < 1)
        return airy_error_set(err, AIRY_EARGUMENT, "%d bins of %d wave vectors are none", bins,
                              most);
    *s = (airy_atoms_structure){.types = types, .bins = bins, .q_max = q_max};
    airy_code code = airy_waves_init(&s->waves, box, AIRY_REGION_SHELL, 1e-9, q_max, err);
    if (code == AIRY_OK)
        code = airy_waves_thin(&s->waves, bins, q_max, most, err);
    if (code != AIRY_OK) {
        airy_atoms_structure_release(s);
        return code;
    }
    size_t rows = (size_t)pairs_of(types) * (size_t)bins;
    s->rho = airy_memory_new((size_t)types * (size_t)s->waves.n, sizeof *s->rho);
    s->sum = airy_memory_new(rows, sizeof *s->sum);
    s->squares = airy_memory_new(rows, sizeof *s->squares);
    s->vectors = airy_memory_new((size_t)bins, sizeof *s->vectors);
    if (!s->rho || !s->sum || !s->squares || !s->vectors) {
        airy_atoms_structure_release(s);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for S(q)");
    }
    for (int i = 0; i < s->waves.n; i++)
        s->vectors[(int)(s->waves.q[i] / q_max * bins)]++;
    return AIRY_OK;
}

void airy_atoms_structure_release(airy_atoms_structure *s)
{
    airy_waves_release(&s->waves);
    airy_memory_free(s->rho);
    airy_memory_free(s->sum);
    airy_memory_free(s->squares);
    airy_memory_free(s->vectors);
    *s = (airy_atoms_structure){0};
}

// The mean of Re(a* b) / norm in every bin, entered for one pair. a and b: sums of densities of
// types t0 .. t1 - 1.
static airy_code enter(airy_atoms_structure *s, int pair, const int type[2], double norm,
                       airy_error *err)
{
    size_t n = (size_t)s->waves.n;
    double *mean = airy_memory_new((size_t)s->bins, sizeof *mean);
    if (!mean)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for S(q)");
    for (size_t i = 0; i < n; i++) {
        double complex a = 0, b = 0;
        for (int t = 0; t < s->types; t++) {
            a += type[0] < 0 || t == type[0] ? s->rho[(size_t)t * n + i] : 0;
            b += type[1] < 0 || t == type[1] ? s->rho[(size_t)t * n + i] : 0;
        }
        int bin = (int)(s->waves.q[i] / s->q_max * s->bins);
        mean[bin] += (creal(a) * creal(b) + cimag(a) * cimag(b)) / norm;
    }
    for (int bin = 0; bin < s->bins; bin++) {
        double value = mean[bin] / s->vectors[bin]; // NaN where there is none
        s->sum[pair * s->bins + bin] += value;
        s->squares[pair * s->bins + bin] += value * value;
    }
    airy_memory_free(mean);
    return AIRY_OK;
}

airy_code airy_atoms_structure_add(airy_atoms_structure *s, const airy_atoms *atoms,
                                   airy_error *err)
{
    double n[AIRY_TYPES_MAX] = {0};
    airy_code code = AIRY_OK;
    for (int i = 0; i < atoms->n; i++)
        n[atoms->type[i]]++;
    for (int t = 0; t < s->types && code == AIRY_OK; t++)
        code = airy_waves_density(&s->waves, atoms, t, s->threads,
                                  s->rho + (size_t)t * (size_t)s->waves.n, err);
    if (code == AIRY_OK)
        code = enter(s, 0, (const int[2]){-1, -1}, atoms->n, err);
    int pair = 1;
    for (int t = 0; t < s->types; t++)
        for (int u = t; u < s->types && code == AIRY_OK; u++)
            code = enter(s, pair++, (const int[2]){t, u}, sqrt(n[t] * n[u]), err);
    s->frames++;
    return code;
}

double airy_atoms_structure_s(const airy_atoms_structure *s, int pair, int bin)
{
    return s->sum[pair * s->bins + bin] / s->frames;
}

double airy_atoms_structure_error(const airy_atoms_structure *s, int pair, int bin)
{
    double n = s->frames, mean = airy_atoms_structure_s(s, pair, bin);
    double variance = s->squares[pair * s->bins + bin] / n - mean * mean;
    return n > 1 ? sqrt(fmax(0, variance) / (n - 1)) : (double)NAN;
}
