// SPDX-License-Identifier: GPL-3.0-or-later
// Spherical harmonics by the recursion of normalised Legendre functions, which is stable (Holmes
// and Featherstone, J. Geodesy 76, 279, 2002, eq. 11), without angles: (x + i y)^m is sin^m exp(i m
// phi) already.
#include "harmonics.h"

#include "airy/math.h"

#include <math.h>

static void make_recursion(airy_harmonics *h)
{
    h->first[0] = sqrt(1 / (4 * M_PI));
    for (int m = 1; m <= h->l_max; m++)
        h->first[m] = -h->first[m - 1] * sqrt((2.0 * m + 1) / (2.0 * m));
    for (int m = 0; m <= h->l_max; m++)
        for (int l = m + 1; l <= h->l_max; l++) {
            double l2 = (double)l * l, m2 = (double)m * m, k2 = (l - 1.0) * (l - 1.0);
            h->rise[l][m] = sqrt((4 * l2 - 1) / (l2 - m2));
            h->fall[l][m] = sqrt((k2 - m2) / (4 * k2 - 1));
        }
}

static airy_code make_terms(airy_harmonics *h, int k, airy_error *err)
{
    int l = h->l[k], side = 2 * l + 1;
    h->term[k] = airy_memory_new((size_t)side * (size_t)side, sizeof *h->term[k]);
    if (!h->term[k])
        return airy_error_set(err, AIRY_EMEMORY, "no memory for 3j symbols");
    for (int m1 = -l; m1 <= l; m1++)
        for (int m2 = -l; m2 <= l; m2++) {
            int m3 = -m1 - m2;
            const int all[3] = {l, l, l}, m[3] = {m1, m2, m3};
            double value = m3 < -l || m3 > l ? 0 : airy_three_j(all, m);
            if (value != 0)
                h->term[k][h->terms[k]++] = (airy_product_term){m1, m2, value};
        }
    return AIRY_OK;
}

airy_code airy_harmonics_init(airy_harmonics *h, const int *l, int n_l, airy_error *err)
{
    *h = (airy_harmonics){.n_l = n_l};
    airy_code code = AIRY_OK;
    for (int k = 0; k < n_l; k++) {
        h->l[k] = l[k];
        h->offset[k] = h->all;
        h->all += l[k] + 1;
        h->l_max = l[k] > h->l_max ? l[k] : h->l_max;
    }
    make_recursion(h);
    for (int k = 0; k < n_l && code == AIRY_OK; k++)
        code = make_terms(h, k, err);
    if (code != AIRY_OK)
        airy_harmonics_release(h);
    return code;
}

void airy_harmonics_release(airy_harmonics *h)
{
    for (int k = 0; k < h->n_l; k++)
        airy_memory_free(h->term[k]);
    *h = (airy_harmonics){0};
}

void airy_harmonics_add(const airy_harmonics *h, const double d[3], double weight,
                        double complex *q)
{
    double length = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    double x = d[0] / length, y = d[1] / length, z = d[2] / length;
    double legendre[AIRY_ORDER_MOST + 1], re = weight, im = 0; // weight (x + i y)^m
    for (int m = 0; m <= h->l_max; m++) {
        legendre[m] = h->first[m];
        for (int l = m + 1; l <= h->l_max; l++) {
            double below = l > m + 1 ? legendre[l - 2] : 0;
            legendre[l] = h->rise[l][m] * (z * legendre[l - 1] - h->fall[l][m] * below);
        }
        for (int k = 0; k < h->n_l; k++)
            if (m <= h->l[k]) {
                double *to = (double *)&q[h->offset[k] + m];
                to[0] += legendre[h->l[k]] * re;
                to[1] += legendre[h->l[k]] * im;
            }
        double next = re * x - im * y;
        im = re * y + im * x;
        re = next;
    }
}

// All m from those of m >= 0: q_l,-m = (-1)^m conj(q_lm).
static void unfold(const double complex *q, int l, double complex *all)
{
    for (int m = 0; m <= l; m++) {
        all[l + m] = q[m];
        all[l - m] = m % 2 ? -conj(q[m]) : conj(q[m]);
    }
}

airy_order_value airy_harmonics_value(const airy_harmonics *h, int k, const double complex *q)
{
    int l = h->l[k];
    double complex all[2 * AIRY_ORDER_MOST + 1];
    double norm = 0, w = 0;
    unfold(q + h->offset[k], l, all);
    for (int m = 0; m <= 2 * l; m++)
        norm += creal(all[m]) * creal(all[m]) + cimag(all[m]) * cimag(all[m]);
    for (int i = 0; i < h->terms[k]; i++) {
        const airy_product_term *term = &h->term[k][i];
        const double *a = (const double *)&all[l + term->m1];
        const double *b = (const double *)&all[l + term->m2];
        const double *c = (const double *)&all[l - term->m1 - term->m2];
        double re = a[0] * b[0] - a[1] * b[1], im = a[0] * b[1] + a[1] * b[0];
        w += term->value * (re * c[0] - im * c[1]); // the imaginary parts cancel
    }
    double q_l = sqrt(4 * M_PI * norm / (2 * l + 1));
    return (airy_order_value){q_l, w, q_l < 1e-6 ? (double)NAN : w / (norm * sqrt(norm))};
}
