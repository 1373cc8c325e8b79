// SPDX-License-Identifier: GPL-3.0-or-later
// The synthetic delay series: kinds of particles, and what they have in common.
#include "simulate/particles.h"

#include <math.h>

#define FLUENCE 400.0 // mJ/cm2, at which a kind grows as its file says

static const particles_kind *const kinds[] = {
    [AIRY_PARTICLES_NIB110] = &airy_nib110_kind, [AIRY_PARTICLES_AU100] = &airy_au100_kind};

double airy_particles_reference_nm(airy_particles_kind kind)
{
    return kinds[kind]->diameter_nm;
}

void airy_particles_defaults(airy_particles *series)
{
    *series = (airy_particles){.kind = AIRY_PARTICLES_NIB110,
                               .diameter_nm = airy_nib110_kind.diameter_nm,
                               .spread = 0.015,
                               .fluence = FLUENCE,
                               .bands = true,
                               .layout = AIRY_BANDS_RANDOM};
}

// How long stages last, the kind's being 1.
static double lasting(const airy_particles *series)
{
    return pow(series->diameter_nm / kinds[series->kind]->diameter_nm, series->size_effect);
}

void airy_particles_radii(const airy_particles *series, double delay_ps, double *par, double *perp)
{
    const particles_kind *kind = kinds[series->kind];
    double scale = series->diameter_nm / kind->diameter_nm;
    kind->radii(delay_ps / lasting(series), series->fluence / FLUENCE, par, perp);
    *par *= scale;
    *perp *= scale;
}

int airy_particles_stages(const airy_particles *series, double end_ps[AIRY_STAGES_MOST])
{
    const particles_kind *kind = kinds[series->kind];
    for (int i = 0; i < kind->stages; i++)
        end_ps[i] = kind->end_ps[i] * lasting(series);
    return kind->stages;
}

void airy_particles_phantom(const airy_particles *series, double delay_ps, int shot,
                            airy_phantom *phantom)
{
    const particles_kind *kind = kinds[series->kind];
    airy_random random;
    airy_random_init(&random, series->seed, (uint32_t)shot, AIRY_STREAM_PHANTOM, 0);
    double par, perp, size = 1 + series->spread * airy_random_normal(&random);
    airy_particles_radii(series, delay_ps, &par, &perp);
    airy_phantom_plain(phantom, par * size, perp * size);
    phantom->axis_deg = series->axis_deg;
    if (series->bands)
        kind->structure(series, delay_ps / lasting(series), series->fluence / FLUENCE, phantom,
                        &random);
}
