// SPDX-License-Identifier: GPL-3.0-or-later
// Of write.c, for the room and its tests.
#ifndef AIRY_SIMULATE_WRITE_H
#define AIRY_SIMULATE_WRITE_H

#include "airy/simulate.h"

// Writes folder/raw.h5, gain.h5, pedestal.h5, truth.h5, truth.tsv (what shots.tsv should be),
// truth-kinetics.tsv (what kinetics.tsv should be), bands.tsv and series.tsv.
// truth.h5: /entry_1/image_1/data projected densities (shots, n, n), 1 nm a pixel, in units of the
// plain body's largest; /entry_1/truth_1/: photons (shots, 512 modules, 1024) before the camera,
// delay_ps, radius_par_nm, radius_perp_nm, axis_deg, a_total_nm2, a_low_nm2 (shots), bands (rows,
// 12: shot and the columns of branches.tsv).
AIRY_MUST_CHECK airy_code airy_simulation_write(const airy_simulation *simulation,
                                                const airy_simulation_output *output,
                                                airy_error *err);

#endif
