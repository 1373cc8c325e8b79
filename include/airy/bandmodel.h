// SPDX-License-Identifier: GPL-3.0-or-later
// A Monte Carlo model of how bands form, whose images are measured by the code that measures data.
#ifndef AIRY_BANDMODEL_H
#define AIRY_BANDMODEL_H

#include "airy/base.h"
#include "airy/density.h"
#include "airy/files.h"

// ------------------------------------------------------------------ model (bandmodel/montecarlo.c)

typedef enum airy_montecarlo_model {
    AIRY_MODEL_PUSHES, // low cells push their neighbours' mass away (bandmodel/pushes.c)
    AIRY_MODEL_SLIPS,  // elastoplastic: cells slip under stress (bandmodel/slips.c)
} airy_montecarlo_model;

// Names of airy_montecarlo_model, in its order, NULL at the end.
extern const char *const airy_montecarlo_models[];

// The elastoplastic model. Strains are in units of that at which an even material would slip.
typedef struct airy_slip_options {
    double friction_deg;  // angle of internal friction: shear > cohesion + pressure x tangent
    double dilatancy_deg; // slips open by its sine; -1: the friction's (normality)
    bool tension;         // along the axis; else compression
    bool surface;         // the particle ends at its rim; else it is cut out of an endless plane
    double axis_deg;      // of the load, in the section
    double strain;        // along the axis at the end
    double slip;          // mean strain of one slip, in cohesions over E'
    double disorder;      // cohesion is even within 1 -+ disorder
    double softening;     // and this share lower where a cell has slipped
} airy_slip_options;

typedef struct airy_montecarlo_options {
    airy_montecarlo_model model;
    airy_slip_options slips; // of AIRY_MODEL_SLIPS; those from spots to reach are of pushes
    int cells;               // across the diameter
    int spots;               // dipoles of a low- and a high-density spot
    double spot_size;        // radius, share of the particle's
    double depth;            // density taken from a low spot at the start, 0..1
    double axis_bias;        // odds of a push along the axis against one across it
    double hardness;         // acceptance falls as exp(-hardness (density - 1))
    int reach;               // cells that pushed mass travels before it settles
    int sweeps;              // attempts per cell, or steps of the strain
    int snapshots;           // images kept, evenly spaced, the first before any move
    int runs;                // independent runs
    double diameter_nm;      // of the particle, for the images' scale
    uint64_t seed;
    int threads;
} airy_montecarlo_options;

extern const airy_option airy_montecarlo_rows[];
void airy_montecarlo_options_defaults(airy_montecarlo_options *options);

// Cross-sections and their projections, run by run: image run * snapshots + snapshot.
typedef struct airy_montecarlo {
    int runs, snapshots;
    double pitch_nm, diameter_nm;
    airy_stack section;      // density of the meridional section, 1 = unchanged, NaN outside
    airy_stack projection;   // column density seen from the side, after rotation about the axis
    double *sweep;           // (snapshots) sweeps done
    double *accepted;        // (runs x snapshots) share of accepted moves, or of cells that slipped
    double *strain, *stress; // the same, along the axis, of slips: units of the strain and stress
                             // at which an even material would slip; NaN of pushes
} airy_montecarlo;

// Our models in the spirit of the paper's, whose rules are not public (docs/method/kinetics.md).
// Mass is conserved to rounding. A run is a pure function of options and seed.
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

// ------------------------------------------------------------------ data (bandmodel/friction.c)

typedef struct airy_friction {
    double best_deg, low_deg, high_deg;
    bool open_low, open_high; // nothing beyond was tried, or none had bands
} airy_friction;

// ------------------------------------------------------------------ the step (bandmodel/step.c)

enum { AIRY_FRICTIONS_MAX = 64 };

typedef struct airy_montecarlo_step {
    airy_montecarlo_options model; // threads and seed are the call's
    airy_formed_options how;
    const char *angles;                      // file for the bands' angles; NULL: not wanted
    double friction_deg[AIRY_FRICTIONS_MAX]; // 0 to 60, ascending, are tried
    int frictions;                           // 0: the model is run once and looked at
} airy_montecarlo_step;

typedef struct airy_montecarlo_found {
    airy_table table;       // with history; the caller releases, also on errors
    bool judged;            // frictions were held against data:
    airy_friction friction; // what they imply
} airy_montecarlo_found;

extern const airy_option airy_montecarlo_step_rows[];
void airy_montecarlo_step_defaults(airy_montecarlo_step *step);

// Runs the model, at each friction if there are any, against the tables call->inputs (columns as of
// airy_members_add_table), and writes the runs and the table as call->output. Errors: AIRY_EVALUE
// when the tables hold no branch.
AIRY_MUST_CHECK airy_code airy_montecarlo_step_run(const airy_call *call,
                                                   const airy_montecarlo_step *step,
                                                   airy_montecarlo_found *found, airy_error *err);

#endif
