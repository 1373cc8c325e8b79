// SPDX-License-Identifier: GPL-3.0-or-later
// Diffraction rings of a glass with known S(q) and G(r), on a detector that leans.
#include "airy/simulate.h"
#include "glass_rings.h"

#include "airy/scattering.h"
#include "base/units.h"

#include <math.h>

enum { TABLE = 4000 }; // points of q that the intensity is computed at

// ------------------------------------------------------------------ the glass

// Of the ball that holds the atom and its shells.
static double ball_radius(const airy_glass *g)
{
    double atoms = 1;
    for (int k = 0; k < g->n_shells; k++)
        atoms += g->neighbours[k];
    return cbrt(3 * atoms / (4 * AIRY_PI * g->density));
}

double airy_glass_s(const airy_glass *g, double q)
{
    double sum = 0, x = q * ball_radius(g);
    for (int k = 0; k < g->n_shells; k++)
        sum += g->neighbours[k] * sin(q * g->r[k]) / (q * g->r[k]) *
               exp(-0.5 * pow(q * g->width[k], 2));
    return 1 + sum -
           4 * AIRY_PI * g->density * (sin(x) - x * cos(x)) / (q * q * q) *
               exp(-0.5 * pow(q * g->edge, 2));
}

// Density at r of a ball of radius a and density 1 smeared by a Gaussian of rms w.
static double smeared_ball(double a, double w, double r)
{
    double below = (a - r) / (sqrt(2) * w), above = (a + r) / (sqrt(2) * w);
    return 0.5 * (erf(below) + erf(above)) -
           w / (sqrt(2 * AIRY_PI) * r) * (exp(-below * below) - exp(-above * above));
}

double airy_glass_g(const airy_glass *g, double r)
{
    double sum = -4 * AIRY_PI * g->density * r * smeared_ball(ball_radius(g), g->edge, r);
    for (int k = 0; k < g->n_shells; k++) {
        double w = g->width[k], near = (r - g->r[k]) / w, far = (r + g->r[k]) / w;
        sum += g->neighbours[k] / (g->r[k] * sqrt(2 * AIRY_PI) * w) *
               (exp(-0.5 * near * near) - exp(-0.5 * far * far));
    }
    return sum;
}

// ------------------------------------------------------------------ the frames

void airy_glass_rings_defaults(airy_glass_rings *o)
{
    *o = (airy_glass_rings){
        .glass = {.density = 0.055,
                  .n_shells = 2,
                  .neighbours = {2.5, 9},
                  .r = {2.7, 3.1},
                  .width = {0.1, 0.12},
                  .edge = 0.15},
        .composition = "Zr50Cu50",
        .ny = 400,
        .nx = 400,
        .frames = 1,
        .setup = {.energy_ev = 68500, .distance_m = 0.1, .pitch_m = 6e-4},
        .center_y = 190.3,
        .center_x = 204.8,
        .tilt_deg = 10,
        .toward_deg = 30,
        .polarisation = 0.95,
        .photons = 2000,
    };
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_glass_rings *o = of;
    const airy_glass *g = &o->glass;
    bool good =
        g->density > 0 && g->edge > 0 && g->n_shells >= 0 && g->n_shells <= AIRY_GLASS_SHELLS;
    for (int k = 0; good && k < g->n_shells; k++)
        good = g->r[k] > 0 && g->width[k] > 0 && g->neighbours[k] >= 0;
    if (!good)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "a glass wants a density, an edge, and shells of positive radius and "
                              "width");
    if (!(fabs(o->tilt_deg) < 90))
        return airy_error_set(err, AIRY_EARGUMENT, "a tilt of %g degrees", o->tilt_deg);
    if (!(o->setup.energy_ev > 0) || !(o->setup.distance_m > 0) || !(o->setup.pitch_m > 0))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "an energy of %g eV, a distance of %g m or pixels of %g m cannot be",
                              o->setup.energy_ev, o->setup.distance_m, o->setup.pitch_m);
    return AIRY_OK;
}

const airy_option airy_glass_rings_rows[] = {
    AIRY_OPTION(airy_glass_rings, frames, "frames", .low = 1, .high = 1e6, .help = "of it"),
    AIRY_OPTION(airy_glass_rings, composition, "composition", .unit = "FORMULA",
                .help = "of the glass"),
    AIRY_OPTION(airy_glass_rings, glass.density, "density", .low = 1e-4, .high = 1, .unit = "1/A^3",
                .help = "atoms"),
    AIRY_OPTION(airy_glass_rings, setup.energy_ev, "energy", .low = 0, .high = 1e6, .unit = "eV",
                .help = "of the photons"),
    AIRY_OPTION(airy_glass_rings, setup.distance_m, "distance", .low = 0, .high = 1000, .unit = "m",
                .help = "sample to where the beam hits the detector"),
    AIRY_OPTION(airy_glass_rings, setup.pitch_m, "pixel", .low = 0, .high = 0.05, .unit = "m",
                .help =
                    "side of a pixel of 400 on a side; others fill the same area without --beam"),
    AIRY_OPTION(airy_glass_rings, polarisation, "polarisation", .low = -1, .high = 1,
                .help = "(Ix - Iy) / (Ix + Iy) of the beam"),
    AIRY_OPTION(airy_glass_rings, photons, "photons", .low = 1e-6, .high = 1e9,
                .help = "expected in the brightest pixel"),
    AIRY_OPTION(airy_glass_rings, background, "background", .low = 0, .high = 1e6,
                .unit = "PHOTONS", .help = "flat, a pixel"),
    {.check = check},
};

airy_code airy_glass_rings_pose(const airy_glass_rings *o, airy_pose *pose, airy_error *err)
{
    *pose = airy_pose_square(&o->setup, o->center_y, o->center_x);
    return airy_pose_tilt(pose, o->tilt_deg, o->toward_deg, err);
}

// Electron units per atom on an even grid of q.
static airy_code tabulate(const airy_glass_rings *o, double q_max, airy_spectrum *table,
                          airy_error *err)
{
    airy_composition composition;
    airy_form form = {0};
    const airy_form_options options = {
        .energy_ev = o->setup.energy_ev, .compton = true, .recoil = 2};
    airy_code code = airy_composition_parse(o->composition, &composition, err);
    if (code == AIRY_OK)
        code = airy_spectrum_init(table, TABLE, err);
    for (int i = 0; code == AIRY_OK && i < TABLE; i++)
        table->q[i] = q_max * (i + 0.5) / TABLE;
    if (code == AIRY_OK)
        code = airy_form_init(&form, &composition, &options, table->q, TABLE, err);
    for (int i = 0; code == AIRY_OK && i < TABLE; i++)
        table->y[i] = airy_glass_s(&o->glass, table->q[i]) * form.mean2[i] + form.square[i] -
                      form.mean2[i] + form.compton[i];
    airy_form_release(&form);
    return code;
}

// Relative to a pixel on the axis square to the beam.
static double seen(const airy_glass_rings *o, const airy_pose *pose, double distance, int y, int x)
{
    double at[3];
    airy_pose_at(pose, y, x, at);
    double path2 = at[0] * at[0] + at[1] * at[1] + at[2] * at[2];
    double across_x = 1 - at[0] * at[0] / path2, across_y = 1 - at[1] * at[1] / path2;
    double polarised = 0.5 * ((1 + o->polarisation) * across_x + (1 - o->polarisation) * across_y);
    return polarised * pow(distance * distance / path2, 1.5);
}

airy_code airy_glass_rings_mean(const airy_glass_rings *o, airy_image *mean, double *scale,
                                airy_error *err)
{
    airy_pose pose;
    airy_polar polar = {0};
    airy_spectrum table = {0};
    double most = 0, brightest = 0;
    airy_code code = airy_options_check(airy_glass_rings_rows, o, err);
    if (code == AIRY_OK)
        code = airy_glass_rings_pose(o, &pose, err);
    if (code == AIRY_OK)
        code = airy_polar_init(&polar, &pose, o->ny, o->nx, AIRY_RADIAL_Q_INV_A, false, err);
    for (int i = 0; code == AIRY_OK && i < o->ny * o->nx; i++)
        most = fmax(most, polar.radial[i]);
    if (code == AIRY_OK)
        code = tabulate(o, most * 1.01, &table, err);
    if (code == AIRY_OK)
        code = airy_image_init(mean, o->ny, o->nx, err);
    double distance = airy_pose_distance(&pose);
    for (int i = 0; code == AIRY_OK && i < o->ny * o->nx; i++) {
        double q = fmax(polar.radial[i], table.q[0]);
        mean->px[i] = (float)(airy_spectrum_at(&table, q, NULL) *
                              seen(o, &pose, distance, i / o->nx, i % o->nx));
        brightest = fmax(brightest, (double)mean->px[i]);
    }
    *scale = o->photons / brightest;
    for (int i = 0; code == AIRY_OK && i < o->ny * o->nx; i++)
        mean->px[i] = (float)(*scale * (double)mean->px[i] + o->background);
    airy_polar_release(&polar);
    airy_spectrum_release(&table);
    return code;
}

void airy_glass_rings_frame(const airy_glass_rings *o, const airy_image *mean, int i,
                            airy_pattern *frame)
{
    airy_random random;
    airy_random_init(&random, o->seed, (uint32_t)i, AIRY_STREAM_GLASS_RINGS, 0);
    for (int k = 0; k < o->ny * o->nx; k++) {
        frame->photons.px[k] = (float)airy_random_poisson(&random, (double)mean->px[k]);
        frame->variance.px[k] = frame->photons.px[k];
    }
    frame->setup.pitch_m = o->setup.pitch_m; // the rest is for a geometry file to tell
}
