// SPDX-License-Identifier: GPL-3.0-or-later
// What binning patterns and binning raw words share.
#ifndef AIRY_PATTERN_BIN_H
#define AIRY_PATTERN_BIN_H

#include "airy/pattern.h"

// Where cells begin and what they leave out, for a plane of ny x nx whose center is that of
// `facts`.
AIRY_MUST_CHECK airy_code airy_bin_place(const airy_pattern *facts, int ny, int nx,
                                         const airy_bin_options *options, airy_bin_result *did,
                                         airy_error *err);

// An empty binned pattern with coverage, its beam and center from `facts`, for a plane of ny x nx.
AIRY_MUST_CHECK airy_code airy_bin_init(const airy_pattern *facts, int ny, int nx, int factor,
                                        const airy_bin_result *did, airy_pattern *out,
                                        airy_error *err);

#endif
