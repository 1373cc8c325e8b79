// SPDX-License-Identifier: GPL-3.0-or-later
// One shot through the whole apparatus: particle, far field, photons, camera.
#include "shot.h"
#include "camera.h"
#include "simulate/panels.h"
#include "particles.h"

#include <math.h>

#define OBJECT_PIXEL_NM 1.0
#define DELAY_MOST_PS 1000.0 // particles grow on after the last stage: to 8 um by then

void airy_simulation_defaults(airy_simulation *simulation, bool small)
{
    *simulation = (airy_simulation){
        .shots = 1,
        .object_pixel_nm = OBJECT_PIXEL_NM,
        .modules_down = small ? 2 : 4,
        .modules_across = small ? 1 : 2,
        .setup = {.energy_ev = 9000, .distance_m = small ? 1.25 : 2.5, .pitch_m = 75e-6},
        .offset_y = 60,
        .offset_x = 30,
        .photons = small ? 2.5e6 : 1e7, // as many a pixel
        .stop_radius = small ? 10 : 15,
    };
    airy_particles_defaults(&simulation->particles);
    airy_camera_options_defaults(&simulation->camera);
}

airy_code airy_simulation_check(const airy_simulation *s, airy_error *err)
{
    if (s->n_delays < 1 || s->shots < 1 || s->n_delays > 100000 / s->shots)
        return airy_error_set(
            err, AIRY_EARGUMENT,
            "%d delays of %d shots were asked for, 1 to 100000 shots are possible", s->n_delays,
            s->shots);
    for (int i = 0; i < s->n_delays; i++)
        if (!(s->delays_ps[i] <= DELAY_MOST_PS))
            return airy_error_set(err, AIRY_EARGUMENT,
                                  "a delay of %g ps was asked for, up to %g ps are possible",
                                  s->delays_ps[i], DELAY_MOST_PS);
    if (!(s->photons > 0 && s->photons <= 1e12))
        return airy_error_set(
            err, AIRY_EARGUMENT,
            "%g photons a shot were asked for, above 0 and up to 1e12 are possible", s->photons);
    if (!(s->background >= 0 && s->background <= 1e6 && s->stop_radius >= 0))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "background (%g) and stop radius (%g) must not be negative",
                              s->background, s->stop_radius);
    if (!isfinite(s->offset_y) || !isfinite(s->offset_x))
        return airy_error_set(err, AIRY_EARGUMENT, "the beam's offset is not a number");
    if (!(s->particles.diameter_nm > 0 && s->particles.diameter_nm <= 1e5 &&
          s->particles.spread >= 0 && s->particles.spread < 0.3))
        return airy_error_set(
            err, AIRY_EARGUMENT,
            "diameter %g nm and spread %g: above 0 to 1e5, and 0 to 0.3, are possible",
            s->particles.diameter_nm, s->particles.spread);
    if (!(s->particles.fluence > 0 && s->particles.fluence <= 600 &&
          fabs(s->particles.size_effect) <= 2))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "fluence %g mJ/cm2 and size effect %g: above 0 to 600, and -2 to 2, "
                              "are possible",
                              s->particles.fluence, s->particles.size_effect);
    return AIRY_OK;
}

void airy_shot_release(airy_shot *shot)
{
    airy_image_release(&shot->photons);
    airy_memory_free(shot->words);
    *shot = (airy_shot){0};
}

// Expectation of every data pixel; what the light was is used up.
static airy_code expect(const airy_simulation *s, airy_light *light, const airy_calibration *camera,
                        airy_image *data, airy_error *err)
{
    double sum = 0;
    airy_light_shape(light, s->stop_radius, 1, 0);
    airy_light_collect(light, data);
    for (int i = 0; i < data->ny * data->nx; i++)
        sum += camera->mask.bits[i] ? 0 : data->px[i];
    if (!(sum > 0))
        return airy_error_set(err, AIRY_EVALUE, "no photon reaches the detector");
    airy_light_shape(light, s->stop_radius, s->photons / sum, s->background);
    airy_light_collect(light, data);
    return AIRY_OK;
}

airy_second airy_simulation_second(const airy_simulation *simulation, int shot)
{
    bool two = simulation->doubles > 0 && (shot + 1) % simulation->doubles == 0;
    return two ? airy_second_draw(simulation->particles.diameter_nm, simulation->seed, shot)
               : (airy_second){0};
}

static airy_code far_field(const airy_simulation *s, const airy_shot *shot, int number,
                           airy_light *light, airy_error *err)
{
    airy_second second = airy_simulation_second(s, number);
    airy_scatterer scatterer = {.phantom = s->object ? NULL : &shot->phantom,
                                .image = s->object,
                                .pixel_nm = s->object_pixel_nm};
    return airy_light_make(light, &scatterer, &second, &s->setup, err);
}

airy_code airy_simulate_shot(const airy_simulation *simulation, const airy_geometry *geometry,
                             const airy_calibration *camera, int number, airy_shot *shot,
                             airy_error *err)
{
    int ny = camera->gain.ny, nx = camera->gain.nx;
    airy_light light = {0};
    airy_random photons, readout;
    *shot = (airy_shot){.delay_ps = simulation->delays_ps[number / simulation->shots]};
    if (!simulation->object)
        airy_particles_phantom(&simulation->particles, shot->delay_ps, number, &shot->phantom);
    airy_code code =
        airy_light_init(&light, geometry, simulation->offset_y, simulation->offset_x, err);
    if (code == AIRY_OK)
        code = airy_image_init(&shot->photons, ny, nx, err);
    shot->words = airy_memory_new((size_t)ny * (size_t)nx, sizeof *shot->words);
    if (code == AIRY_OK && !shot->words)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a frame of %d x %d", ny, nx);
    if (code == AIRY_OK)
        code = far_field(simulation, shot, number, &light, err);
    if (code == AIRY_OK)
        code = expect(simulation, &light, camera, &shot->photons, err);
    airy_light_release(&light);
    if (code != AIRY_OK) {
        airy_shot_release(shot);
        return code;
    }
    airy_random_init(&photons, simulation->seed, (uint32_t)number, AIRY_STREAM_POISSON, 0);
    airy_random_init(&readout, simulation->seed, (uint32_t)number, AIRY_STREAM_READOUT, 0);
    airy_simulate_poisson(&shot->photons, &photons);
    airy_camera_options optics = simulation->camera;
    optics.energy_ev = simulation->setup.energy_ev;
    airy_camera_expose(camera, &optics, &shot->photons, &readout, shot->words);
    return AIRY_OK;
}
