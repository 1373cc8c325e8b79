// SPDX-License-Identifier: GPL-3.0-or-later
// Profiles: their sums, and what follows from them.
#include "airy/scattering.h"
#include "profile.h"

#include "base/units.h"

#include <math.h>

enum { ARRAYS = 6 };

airy_code airy_profile_init(airy_profile *profile, int n, airy_error *err)
{
    double *all = airy_memory_new((size_t)n * ARRAYS, sizeof *all);
    *profile = (airy_profile){.n = n, .counts = all};
    if (!all)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a profile of %d bins", n);
    double **rest[] = {&profile->norm, &profile->variance, &profile->pixels, &profile->intensity,
                       &profile->sigma};
    for (int i = 0; i < ARRAYS - 1; i++)
        *rest[i] = all + (size_t)(i + 1) * (size_t)n;
    return AIRY_OK;
}

void airy_profile_release(airy_profile *profile)
{
    airy_memory_free(profile->counts);
    *profile = (airy_profile){0};
}

void airy_profile_add(airy_profile *profile, const airy_profile *more)
{
    profile->frames += more->frames;
    for (int b = 0; b < profile->n; b++) {
        profile->counts[b] += more->counts[b];
        profile->norm[b] += more->norm[b];
        profile->variance[b] += more->variance[b];
        profile->pixels[b] += more->pixels[b];
    }
}

void airy_profile_finish(airy_profile *profile)
{
    for (int b = 0; b < profile->n; b++) {
        bool measured = profile->norm[b] > 0;
        profile->intensity[b] = measured ? profile->counts[b] / profile->norm[b] : NAN;
        profile->sigma[b] = measured ? sqrt(profile->variance[b]) / profile->norm[b] : NAN;
    }
}

double airy_thickness_dq(double q_inv_a, double energy_ev, double distance_m, double thickness_m)
{
    double k = 2 * AIRY_PI / (1e10 * AIRY_WAVELENGTH_M(energy_ev));
    double theta = asin(q_inv_a / (2 * k));
    return k * cos(theta) * sin(2 * theta) * cos(2 * theta) * thickness_m / distance_m;
}
