// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting times of heavy tails.
#ifndef AIRY_SIMULATE_WAITS_H
#define AIRY_SIMULATE_WAITS_H

#include "airy/base.h"

// A wait of survival E_beta(-(t / tau)^beta), Mittag-Leffler, 0 < beta <= 1; exponential for 1
// (Fulger, Scalas & Germano, Phys. Rev. E 77, 021122, 2008, Eq. 20).
double airy_wait_draw(double tau, double beta, airy_random *random);

#endif
