// SPDX-License-Identifier: GPL-3.0-or-later
// Presets of `airy simulate` with options of their own: one row in cmd_simulate.c and a name here.
#ifndef AIRY_TOOLS_SIMULATIONS_H
#define AIRY_TOOLS_SIMULATIONS_H

#include "airy/simulate.h"
#include "options.h"

#define SIMULATE_PRESETS "nib110|au100|glass-heat|glass-rings|speckle|scan|lattice|walk"

// Writes the files of a simulation into -o, with this run in their history.
typedef airy_code simulate_writer(void *what, const airy_simulation_output *output,
                                  airy_error *err);
AIRY_MUST_CHECK airy_code simulate_files(const invocation *call, simulate_writer *write, void *what,
                                         airy_error *err);

int simulate_glass_heat(invocation *call);
int simulate_glass_rings(invocation *call);
int simulate_speckle(invocation *call);
int simulate_scan(invocation *call);
int simulate_lattice(invocation *call);
int simulate_walk(invocation *call);

#endif
