// SPDX-License-Identifier: GPL-3.0-or-later
// A Monte Carlo model of how bands form, whose images are measured by the code that measures data.
#ifndef AIRY_BANDMODEL_H
#define AIRY_BANDMODEL_H

#include "airy/base.h"
#include "airy/density.h"
#include "airy/files.h"

// ------------------------------------------------------------------ model (bandmodel/montecarlo.c)

typedef struct airy_montecarlo_options {
    int cells;          // across the diameter
    int spots;          // dipoles of a low- and a high-density spot
    double spot_size;   // radius, share of the particle's
    double depth;       // density taken from a low spot at the start, 0..1
    double axis_bias;   // odds of a push along the axis against one across it
    double hardness;    // acceptance falls as exp(-hardness (density - 1))
    int reach;          // cells that pushed mass travels before it settles
    int sweeps;         // attempts per cell
    int snapshots;      // images kept, evenly spaced, the first before any move
    int runs;           // independent runs
    double diameter_nm; // of the particle, for the images' scale
    uint64_t seed;
    int threads;
} airy_montecarlo_options;

void airy_montecarlo_options_defaults(airy_montecarlo_options *options);
AIRY_MUST_CHECK airy_code airy_montecarlo_options_check(const airy_montecarlo_options *options,
                                                        airy_error *err);

// Cross-sections and their projections, run by run: image run * snapshots + snapshot.
typedef struct airy_montecarlo {
    int runs, snapshots;
    double pitch_nm, diameter_nm;
    airy_stack section;    // density of the meridional section, 1 = unchanged, NaN outside
    airy_stack projection; // column density seen from the side, after rotation about the axis
    double *sweep;         // (snapshots) sweeps done
    double *accepted;      // (runs x snapshots) share of accepted moves so far
} airy_montecarlo;

// Our model in the spirit of the paper's, whose rules are not public (science: method.md). Mass is
// conserved to rounding. A run is a pure function of options and seed.
AIRY_MUST_CHECK airy_code airy_montecarlo_run(const airy_montecarlo_options *options,
                                              const airy_progress *progress, airy_montecarlo *model,
                                              airy_error *err);
void airy_montecarlo_release(airy_montecarlo *model);

typedef struct airy_formed_options {
    bool section;             // look at the section, not at the projection
    double blur_nm;           // images are blurred with this standard deviation, like data
    airy_bands_options bands; // its seed is also that of the population's draws
    airy_population_options population;
} airy_formed_options;

void airy_formed_options_defaults(airy_formed_options *options);

// Finds and measures the bands of all runs at one snapshot with the same code as for data
// (density.h); every run is a member of the population.
AIRY_MUST_CHECK airy_code airy_montecarlo_formed(const airy_montecarlo *model, int snapshot,
                                                 const airy_formed_options *options,
                                                 airy_population *formed, airy_error *err);

// One row a snapshot from the populations of all of them: sweeps, share of accepted moves, bands
// (its history stays empty). And the images with the table's columns and history as a file.
AIRY_MUST_CHECK airy_code airy_montecarlo_to_table(const airy_montecarlo *model,
                                                   const airy_population *formed, airy_table *table,
                                                   airy_error *err);
AIRY_MUST_CHECK airy_code airy_montecarlo_write(const airy_montecarlo *model,
                                                const airy_table *table, const char *path,
                                                bool overwrite, airy_error *err);

#endif
