// SPDX-License-Identifier: GPL-3.0-or-later
// Constants of nature, exact SI (BIPM, The International System of Units, 9th ed., 2019), and the
// few conversions built on them. Constants stand nowhere else.
#ifndef AIRY_UNITS_H
#define AIRY_UNITS_H

#define AIRY_PLANCK_J_S 6.62607015e-34
#define AIRY_LIGHT_M_S 299792458.0
#define AIRY_ELECTRON_C 1.602176634e-19    // 1 eV in J
#define AIRY_AVOGADRO 6.02214076e23        // 1 / mol
#define AIRY_ELECTRON_REST_EV 510998.95069 // m c^2, CODATA 2022
#define AIRY_BOLTZMANN_J_K 1.380649e-23
#define AIRY_GAS_J_MOL_K (AIRY_BOLTZMANN_J_K * AIRY_AVOGADRO)
#define AIRY_PI 3.14159265358979323846

#define AIRY_EV_TO_J(energy_ev) ((energy_ev)*AIRY_ELECTRON_C)
#define AIRY_J_TO_EV(energy_j) ((energy_j) / AIRY_ELECTRON_C)
#define AIRY_DEGREES(radians) ((radians) * (180.0 / AIRY_PI))
#define AIRY_RADIANS(degrees) ((degrees) * (AIRY_PI / 180.0))

// lambda = h c / E, metres.
#define AIRY_WAVELENGTH_M(energy_ev) (AIRY_PLANCK_J_S * AIRY_LIGHT_M_S / AIRY_EV_TO_J(energy_ev))

#endif
