// SPDX-License-Identifier: GPL-3.0-or-later
// How radii and density of 110 nm metallic-glass spheres change after the pump pulse, in three
// stages like those published for such particles.
//
//   stage I, 0-6 ps: mean radius (par + perp) / 2 grows by 1.2 nm/ps on average; perp linear, par
//     parabolic with the same first slope, aspect 1.06 at 6 ps; scattered low and dense spots, in
//     pairs along the axis, deepen; low-density share of the area 0.55.
//   stage II, 6-14 ps: size constant; the low density lies in channels at 20-40 degrees to the
//     axis, 15-35 % deep; share 0.45.
//   stage III, 14-20 ps: mean radius grows by 4 nm/ps, both linear, aspect 1.14 at 20 ps; the
//     channels widen sideways; share back to 0.50.
// Lengths scale with the particle. The share is met by how strong the dense spots are.
//
// Layouts say where all this lies. `paper` has spots on a ring and channels in four places, a
// little off for each particle; a particle is then nearly its own twin, and its image is easily
// right where retrieval finds the even part alone. `random` has as many spots and channels, of the
// same sizes, depths and angles, anywhere on the particle.
#include "simulate/particles.h"

#include "base/units.h"
#include "simulate/places.h"

#include <math.h>

#define STAGE_I_PS 6.0 // ends of the stages
#define STAGE_II_PS 14.0
#define STAGE_III_PS 20.0
#define RATE_I 1.2 // growth of the mean radius, nm/ps
#define RATE_III 4.0
#define ASPECT_I 1.06 // at the end of the stage
#define ASPECT_III 1.14
#define REFERENCE_NM 110.0

enum { SPOTS = 7, CHANNELS = 4, DENSE = 6 };
#define SPOT_SIDE 0.15 // of the radius: spots of a pair from their middle

typedef struct radii {
    double par, perp;
} radii;

static radii from_mean(double mean, double aspect)
{
    return (radii){2 * mean * aspect / (1 + aspect), 2 * mean / (1 + aspect)};
}

static void nib110_radii(double delay_ps, double growth, double *par, double *perp)
{
    double r0 = REFERENCE_NM / 2;
    radii one = from_mean(r0 + RATE_I * STAGE_I_PS, ASPECT_I);
    radii three =
        from_mean(r0 + RATE_I * STAGE_I_PS + RATE_III * (STAGE_III_PS - STAGE_II_PS), ASPECT_III);
    double t1 = fmax(0, fmin(delay_ps, STAGE_I_PS)) / STAGE_I_PS;
    double t3 = fmax(0, delay_ps - STAGE_II_PS) / (STAGE_III_PS - STAGE_II_PS);
    *perp = r0 + growth * t1 * (one.perp - r0) + growth * t3 * (three.perp - one.perp);
    *par = r0 + growth * t1 * (one.perp - r0) + growth * t1 * t1 * (one.par - one.perp) +
           growth * t3 * (three.par - one.par);
}

static double between(airy_random *random, double low, double high)
{
    return low + (high - low) * airy_random_uniform(random);
}

// Adds a feature of the unit disc, stretched to the particle; its width is in nm.
static void add(airy_phantom *phantom, airy_feature f)
{
    double a = phantom->radius_par_nm, b = phantom->radius_perp_nm;
    phantom->feature[phantom->n++] =
        (airy_feature){f.x0 * a, f.y0 * b, f.x1 * a, f.y1 * b, f.width_nm, f.depth};
}

// A low and a dense spot side by side along the axis about (x, y) of the unit disc; width and depth
// as those of `like`, more or less.
static void add_pair(airy_phantom *phantom, double x, double y, const airy_feature *like,
                     airy_random *random)
{
    double side = airy_random_below(random, 2) ? SPOT_SIDE : -SPOT_SIDE;
    double d = like->depth * between(random, 0.7, 1.3);
    add(phantom, (airy_feature){x + side, y, x + side, y, like->width_nm, d});
    add(phantom, (airy_feature){x - side, y, x - side, y, like->width_nm, -d});
}

// A channel about the middle of the unit disc at 22 to 38 degrees to one side of the axis. The
// angle is meant on the particle, which may be stretched along its axis.
static airy_feature draw_channel(const airy_phantom *phantom, double side, double widen,
                                 airy_random *random)
{
    double scale = phantom->radius_perp_nm / (REFERENCE_NM / 2);
    double stretch = phantom->radius_par_nm / phantom->radius_perp_nm;
    double angle = AIRY_RADIANS(between(random, 22, 38)) * side;
    double half = between(random, 0.22, 0.29);
    double dx = half * cos(angle), dy = half * sin(angle) * stretch;
    double width = between(random, 8.5, 11) * scale * widen;
    return (airy_feature){-dx, -dy, dx, dy, width, between(random, 0.18, 0.34)};
}

static airy_feature draw_dense(const airy_phantom *phantom)
{
    double scale = phantom->radius_perp_nm / (REFERENCE_NM / 2);
    return (airy_feature){.width_nm = 16 * scale, .depth = -0.2};
}

static airy_feature moved(const airy_feature *f, double x, double y)
{
    return (airy_feature){f->x0 + x, f->y0 + y, f->x1 + x, f->y1 + y, f->width_nm, f->depth};
}

// ------------------------------------------------------------------ the layout of the paper

// Pairs of spots: one in the middle, others around it.
static void spots_of_paper(airy_phantom *phantom, const airy_feature *like, airy_random *random)
{
    for (int i = 0; i < SPOTS; i++) {
        double ring = i ? 0.56 : 0;
        double angle = 2 * AIRY_PI * (i + between(random, -0.12, 0.12)) / (SPOTS - 1);
        add_pair(phantom, ring * cos(angle), ring * sin(angle), like, random);
    }
}

// Channels in four places that keep them apart, and dense spots between them; half of the particles
// show them mirrored left to right, half upside down.
static void channels_of_paper(airy_phantom *phantom, double widen, airy_random *random)
{
    static const double channel[CHANNELS][3] = {// x, y, sign of the angle
                                                {-0.39, 0.10, 1},
                                                {0.33, 0.49, -1},
                                                {0.36, -0.12, 1},
                                                {-0.34, -0.47, -1}};
    static const double dense[DENSE][2] = {{-0.30, 0.60},  {0.08, 0.18}, {0.26, -0.64},
                                           {-0.78, -0.12}, {0.78, 0.20}, {0, -0.36}};
    double flip_x = airy_random_below(random, 2) ? 1 : -1;
    double flip_y = airy_random_below(random, 2) ? 1 : -1;
    for (int i = 0; i < CHANNELS; i++) {
        double x = flip_x * (channel[i][0] + between(random, -0.03, 0.03));
        double y = flip_y * (channel[i][1] + between(random, -0.03, 0.03));
        airy_feature f = draw_channel(phantom, channel[i][2] * flip_x * flip_y, widen, random);
        add(phantom, moved(&f, x, y));
    }
    for (int i = 0; i < DENSE; i++) {
        airy_feature f = draw_dense(phantom);
        add(phantom, moved(&f, flip_x * dense[i][0], flip_y * dense[i][1]));
    }
}

// ------------------------------------------------------------------ the random layout

// Distances of lines, in radii, at which two channels (0.16 to 0.2 wide at 10 ps) are two, and a
// dense spot leaves a channel its shape.
#define CHANNELS_APART 0.4
#define DENSE_APART 0.25
#define PAIRS_APART 0.25

static void spots_at_random(airy_phantom *phantom, const airy_feature *like, airy_random *random)
{
    airy_feature pair[SPOTS];
    double apart[SPOTS];
    for (int i = 0; i < SPOTS; i++) {
        pair[i] = (airy_feature){.x0 = -SPOT_SIDE, .x1 = SPOT_SIDE};
        apart[i] = PAIRS_APART;
    }
    airy_features_place(pair, apart, SPOTS, random);
    for (int i = 0; i < SPOTS; i++)
        add_pair(phantom, (pair[i].x0 + pair[i].x1) / 2, pair[i].y0, like, random);
}

static void channels_at_random(airy_phantom *phantom, double widen, airy_random *random)
{
    airy_feature f[CHANNELS + DENSE];
    double apart[CHANNELS + DENSE];
    for (int i = 0; i < CHANNELS + DENSE; i++) {
        bool channel = i < CHANNELS;
        double side = channel && airy_random_below(random, 2) ? 1 : -1;
        f[i] = channel ? draw_channel(phantom, side, widen, random) : draw_dense(phantom);
        apart[i] = channel ? CHANNELS_APART : DENSE_APART;
    }
    airy_features_place(f, apart, CHANNELS + DENSE, random);
    for (int i = 0; i < CHANNELS + DENSE; i++)
        add(phantom, f[i]);
}

// One row a layout.
static const struct {
    void (*spots)(airy_phantom *phantom, const airy_feature *like, airy_random *random);
    void (*channels)(airy_phantom *phantom, double widen, airy_random *random);
} layouts[] = {[AIRY_BANDS_RANDOM] = {spots_at_random, channels_at_random},
               [AIRY_BANDS_PAPER] = {spots_of_paper, channels_of_paper}};

// ------------------------------------------------------------------ the particle

static void nib110_structure(const airy_particles *series, double delay_ps, double growth,
                             airy_phantom *phantom, airy_random *random)
{
    double t1 = fmax(0, fmin(delay_ps, STAGE_I_PS)) / STAGE_I_PS;
    double t3 = fmax(0, fmin(1, (delay_ps - STAGE_II_PS) / (STAGE_III_PS - STAGE_II_PS)));
    if (delay_ps < STAGE_I_PS) {
        airy_feature like = {.width_nm = 16 * series->diameter_nm / REFERENCE_NM,
                             .depth = 0.05 + 0.2 * t1};
        layouts[series->layout].spots(phantom, &like, random);
    } else {
        layouts[series->layout].channels(phantom, 1 + 0.6 * t3, random);
    }
    airy_phantom_fade(phantom, growth);
    airy_phantom_meet_share(phantom, delay_ps < STAGE_I_PS ? 0.55 : 0.45 + 0.05 * t3);
}

const particles_kind airy_nib110_kind = {
    REFERENCE_NM, {STAGE_I_PS, STAGE_II_PS, STAGE_III_PS}, 3, nib110_radii, nib110_structure};
