// SPDX-License-Identifier: GPL-3.0-or-later
// Of schedule.c, for the room and its tests.
#ifndef AIRY_RETRIEVAL_SCHEDULE_H
#define AIRY_RETRIEVAL_SCHEDULE_H

#include "airy/retrieval.h"

int airy_schedule_iterations(const airy_schedule *schedule);

#endif
