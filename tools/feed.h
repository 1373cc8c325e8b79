// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of any file, for commands that look at many: through the calibration of photons.h where it
// is wanted, else as patterns and arrays that are read as they stand (HDF5, FITS, PNG, NumPy ...).
#ifndef AIRY_TOOLS_FEED_H
#define AIRY_TOOLS_FEED_H

#include "photons.h"

// As airy_photons_pipe, for both kinds. `begin` is told the facts of the first frame; what
// --distance, --pixel, --energy and --beam say takes their place. With --adu-per-photon values are
// divided.
AIRY_MUST_CHECK airy_code feed_run(const invocation *call, const airy_photons_options *options,
                                   const airy_photons_stages *stages, void *context,
                                   airy_history *history, int *frames, airy_error *err);

#endif
