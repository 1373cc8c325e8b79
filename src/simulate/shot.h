// SPDX-License-Identifier: GPL-3.0-or-later
// Of shot.c, for the room and its tests.
#ifndef AIRY_SIMULATE_SHOT_H
#define AIRY_SIMULATE_SHOT_H

#include "airy/simulate.h"
#include "diffract.h"

// The second particle of a shot of the series, share 0 in single hits.
airy_second airy_simulation_second(const airy_simulation *simulation, int shot);

// The preset nib110 on the 4M (small: on two modules, one below the other, at half the distance, so
// that the object pixel stays, with a quarter of the photons, so that none saturates): 9 keV, 2.5
// m, 75 um, 1e7 photons, the beam 60 pixels up and 30 right of the middle. n_delays is 0: the
// caller's.
void airy_simulation_defaults(airy_simulation *simulation, bool small);
AIRY_MUST_CHECK airy_code airy_simulation_check(const airy_simulation *simulation, airy_error *err);

// One shot: the particle, its photons in every data pixel, and the raw words.
typedef struct airy_shot {
    double delay_ps;
    airy_phantom phantom; // plain zeroes for an object
    airy_image photons;   // (512 modules, 1024)
    uint16_t *words;      // the same shape
} airy_shot;

// A function of simulation and shot number alone. geometry and camera belong to the simulation
// (its own or airy_geometry_grid; airy_camera_init with its seed).
AIRY_MUST_CHECK airy_code airy_simulate_shot(const airy_simulation *simulation,
                                             const airy_geometry *geometry,
                                             const airy_calibration *camera, int number,
                                             airy_shot *shot, airy_error *err);
void airy_shot_release(airy_shot *shot);

#endif
