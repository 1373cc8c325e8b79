// SPDX-License-Identifier: GPL-3.0-or-later
// Of formed.c, for the room and its tests.
#ifndef AIRY_BANDMODEL_FORMED_H
#define AIRY_BANDMODEL_FORMED_H

#include "airy/bandmodel.h"

// The bands of all runs at one snapshot, found with the same code as those of data (density.h);
// every run is a member.
AIRY_MUST_CHECK airy_code airy_montecarlo_members(const airy_montecarlo *model, int snapshot,
                                                  const airy_formed_options *options,
                                                  airy_members *runs, airy_error *err);

#endif
