// SPDX-License-Identifier: GPL-3.0-or-later
// Of friction.c, for the room and its tests.
#ifndef AIRY_BANDMODEL_FRICTION_H
#define AIRY_BANDMODEL_FRICTION_H

#include "airy/bandmodel.h"

// Adds the particles of a table with the columns length_nm, angle_deg and direction_deg of
// branches.tsv: one, or where there is a column `shot`, one for each run of equal shots. A table
// without rows is a particle without a branch.
AIRY_MUST_CHECK airy_code airy_members_add_table(airy_members *to, const airy_table *table,
                                                 airy_error *err);

typedef struct airy_agreement {
    double distance_deg, p;
} airy_agreement;

// How far the angles of particles are from those of a model's runs: the squared difference of the
// two distributions, weighted by length, of the angle folded to 0-90 degrees, summed over degrees
// (as of Cramer and von Mises), and the chance that as many bands drawn from the runs, those of a
// particle from one run with replacement (which errs on the side of not rejecting), are as far from
// as many runs drawn from the runs (so that few runs reject less). NaN where either has no band.
AIRY_MUST_CHECK airy_code airy_agreement_make(const airy_members *data, const airy_members *runs,
                                              const airy_population_options *options,
                                              airy_agreement *out, airy_error *err);

// The angle of friction that data imply: the least distance of those tried, in ascending order, and
// from low to high the nearest tried that the test rejects at 1 - level on both sides of all that
// it does not: the limits lie inside, where nothing was tried. NaN: all are rejected.
airy_friction airy_friction_find(const double *friction_deg, const airy_agreement *of, int n,
                                 double level);

// A model at one friction: the bands of its runs at the end, and how they agree with data.
typedef struct airy_judged {
    double friction_deg; // NaN: the model knows none
    airy_population formed;
    airy_agreement agreement; // NaN without data
} airy_judged;

typedef struct airy_judge {
    airy_montecarlo_options model;
    airy_formed_options how;
    const airy_members *data; // NULL: none
    const double *friction_deg;
    int n;
} airy_judge;

// Runs the model at each of n frictions (which pushes do not know: n = 1), out[0 .. n - 1]; *model
// gets the runs of the one that is nearest to the data, without data of the last. The caller
// releases.
AIRY_MUST_CHECK airy_code airy_judge_run(const airy_judge *judge, const airy_progress *progress,
                                         airy_judged *out, airy_montecarlo *model, airy_error *err);

#endif
