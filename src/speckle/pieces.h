// SPDX-License-Identifier: GPL-3.0-or-later
// A correlation in pieces: regions, each kept in a store, by this process or others.
#ifndef AIRY_SPECKLE_PIECES_H
#define AIRY_SPECKLE_PIECES_H

#include "airy/speckle.h"
#include "correlate.h"

// Calls `make` for stretches of regions that options->store lacks, of those in options->only, and
// keeps what it leaves in of->planes and of->frame_mean; ranks share them. Then takes all regions
// that are there; of->whole when none is missing. Errors: of make, of the store, AIRY_EARGUMENT
// when options->only is none of the regions.
AIRY_MUST_CHECK airy_code airy_speckle_pieces(airy_correlation *of,
                                              const airy_correlate_options *options,
                                              airy_code (*make)(int from, int to, void *context,
                                                                airy_error *err),
                                              void *context, airy_error *err);

#endif
