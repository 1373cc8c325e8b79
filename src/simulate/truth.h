// SPDX-License-Identifier: GPL-3.0-or-later
// What is true of a simulated series, in the words of the tables that the chain makes of it.
#ifndef AIRY_SIMULATE_TRUTH_H
#define AIRY_SIMULATE_TRUTH_H

#include "airy/kinetics.h"
#include "airy/simulate.h"
#include "shot.h"

// A shot as a row of shots.tsv: sizes, areas, bands and photons; gate 0 for a double hit.
void airy_truth_shot(const airy_simulation *simulation, const airy_shot *shot, int number,
                     airy_shot_row *row);

// What kinetics would find with particles and shots without end, as its table (history stays
// empty): means by delay, stages, rates and onsets, the curve of stage I. Radii are those of the
// particle of mean size, everything else is the mean over the n shots of the series.
AIRY_MUST_CHECK airy_code airy_truth_kinetics(const airy_simulation *simulation,
                                              const airy_shot_row *rows, int n, airy_table *table,
                                              airy_error *err);

#endif
