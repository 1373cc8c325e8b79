// SPDX-License-Identifier: GPL-3.0-or-later
// A JUNGFRAU that is not perfect: photons to raw words.
//
// Each photon's charge stays in its pixel (no sharing). Stage G0 is left at 12 800 ADU above a
// pedestal of 3000, which is 25 photons of 12.4 keV at 41.5 ADU/keV, G1 at 12 060 ADU below 15 000,
// which is 700 of them at 1.39 ADU/keV (Redford et al., JINST 13 C01027, 2018).
#include "airy/simulate.h"
#include "camera.h"

#include "detector/jungfrau.h"

#include <math.h>

typedef struct stage {
    double gain, pedestal;  // ADU/keV, ADU; typical values, see formats of LCLS and SLS
    double pedestal_spread; // ADU between pixels
    double swing;           // ADU from the pedestal at which the next stage takes over
} stage;

static const stage stages[AIRY_GAINS] = {
    {41.5, 3000, 100, 12800}, {-1.39, 15000, 150, 12060}, {-0.11, 15000, 150, INFINITY}};

#define SPREAD_MOST 3.0 // sigmas to which spreads are cut
enum { HOT_ADU = 9000 };

void airy_camera_options_defaults(airy_camera_options *options)
{
    *options = (airy_camera_options){.gain_spread = 0.02,
                                     .dead = 1e-4,
                                     .hot = 1e-4,
                                     .stuck = 2e-5,
                                     .noise = 1,
                                     .energy_ev = 9000};
}

static double spread(airy_random *random)
{
    return fmax(-SPREAD_MOST, fmin(SPREAD_MOST, airy_random_normal(random)));
}

static uint32_t defect(const airy_camera_options *o, double lot)
{
    if (lot < o->dead)
        return AIRY_MASK_DEAD;
    if (lot < o->dead + o->hot)
        return AIRY_MASK_HOT;
    return lot < o->dead + o->hot + o->stuck ? AIRY_MASK_GAIN : 0;
}

static void make_pixel(airy_calibration *camera, const airy_camera_options *o, int i,
                       airy_random *random)
{
    int n = camera->gain.ny * camera->gain.nx;
    for (int g = 0; g < AIRY_GAINS; g++) {
        int at = g * n + i;
        camera->gain.px[at] = (float)(stages[g].gain * (1 + o->gain_spread * spread(random)));
        camera->pedestal.px[at] =
            (float)(stages[g].pedestal + stages[g].pedestal_spread * spread(random));
        camera->noise.px[at] = (float)(o->noise * airy_jungfrau_noise(g));
    }
    camera->mask.bits[i] = defect(o, airy_random_uniform(random));
}

airy_code airy_camera_init(airy_calibration *camera, int ny, int nx,
                           const airy_camera_options *options, uint64_t seed, airy_error *err)
{
    *camera = (airy_calibration){0};
    airy_code code = airy_jungfrau_check_shape(ny, nx, err);
    if (code == AIRY_OK)
        code = airy_stack_init(&camera->gain, AIRY_GAINS, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_stack_init(&camera->pedestal, AIRY_GAINS, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_stack_init(&camera->noise, AIRY_GAINS, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&camera->mask, ny, nx, err);
    if (code != AIRY_OK) {
        airy_calibration_release(camera);
        return code;
    }
    airy_random random;
    airy_random_init(&random, seed, 0, AIRY_STREAM_CAMERA, 0);
    for (int i = 0; i < ny * nx; i++)
        make_pixel(camera, options, i, &random);
    return AIRY_OK;
}

// The word of pixel i for an energy, in the stage it switches to.
static uint16_t read_out(const airy_calibration *camera, int i, double kev, airy_random *random)
{
    static const uint16_t bits[AIRY_GAINS] = {0x0000, 0x4000, 0xc000};
    int n = camera->gain.ny * camera->gain.nx, g = 0;
    while (fabs((double)camera->gain.px[g * n + i] * kev) > stages[g].swing)
        g++;
    int at = g * n + i;
    double adu = (double)camera->pedestal.px[at] + (double)camera->gain.px[at] * kev +
                 (double)camera->noise.px[at] * airy_random_normal(random);
    adu = fmax(g == 1, fmin(AIRY_WORD_ADC, nearbyint(adu))); // G1 at ADC 0 would mean stuck
    if (g == 2 && adu >= AIRY_WORD_ADC)
        adu = AIRY_WORD_ADC - 1; // all bits set would mean lost
    // the last stage has no end, NOLINTNEXTLINE(*UndefinedBinaryOperatorResult)
    return (uint16_t)(bits[g] | (uint16_t)adu);
}

void airy_camera_expose(const airy_calibration *camera, const airy_camera_options *options,
                        const airy_image *photons, airy_random *random, uint16_t *words)
{
    for (int i = 0; i < photons->ny * photons->nx; i++) {
        uint32_t bad = camera->mask.bits[i];
        double kev = bad & AIRY_MASK_DEAD ? 0 : (double)photons->px[i] * options->energy_ev * 1e-3;
        uint16_t word = read_out(camera, i, kev, random);
        if (bad & AIRY_MASK_HOT)
            word = HOT_ADU;
        if (bad & AIRY_MASK_GAIN)
            word = (uint16_t)(0x8000 | (word & AIRY_WORD_ADC));
        words[i] = word;
    }
}

// +1 or -1: the side on which pixel i of a module side faces another chip; 0: none.
static int facing(int i, int side)
{
    if (i % AIRY_CHIP == AIRY_CHIP - 1)
        return i == side - 1 ? 0 : 1;
    return i % AIRY_CHIP == 0 && i > 0 ? -1 : 0;
}

// Sum of pixel (y, x) and of those beside it on the sides it faces.
static float collected(const airy_image *light, int y, int x, int dy, int dx)
{
    float sum = 0;
    for (int j = 0; j <= (dy != 0); j++)
        for (int i = 0; i <= (dx != 0); i++)
            sum += light->px[(size_t)(y + j * dy) * (size_t)light->nx + (size_t)(x + i * dx)];
    return sum;
}

void airy_camera_collect(const airy_panel *panel, int row, const airy_image *light,
                         airy_image *data)
{
    for (int s = 0; s < panel->ny; s++)
        for (int f = 0; f < panel->nx; f++) {
            int y = row + s, x = panel->x0 + f;
            data->px[(size_t)y * (size_t)data->nx + (size_t)x] =
                collected(light, s + 1, f + 1, facing(y % AIRY_MODULE_NY, AIRY_MODULE_NY),
                          facing(x, AIRY_MODULE_NX));
        }
}
