// SPDX-License-Identifier: GPL-3.0-or-later
// Of calibrate.c, for the room and its tests.
#ifndef AIRY_DETECTOR_CALIBRATE_H
#define AIRY_DETECTOR_CALIBRATE_H

#include "airy/detector.h"

// Raw words (ny, nx: modules stacked) to photons, variance and reasons in data order, one frame;
// for many, airy_calibrator is quicker. E = (adc - pedestal[g]) / gain[g] (Redford et al., JINST 13
// C01027, 2018); variance = photon noise + pedestal noise of that stage + quantisation. Reasons:
// SATURATED for 0xC000 (0x3FFF in HG0), LOST for 0xFFFF, INVALID for 0x4000, GAIN for gain code 2
// and for stages whose gain or pedestal is NaN, WIDE and EDGE as the options say. `out` is
// initialised by the caller, same shape.
AIRY_MUST_CHECK airy_code airy_jungfrau_calibrate(const uint16_t *raw, int ny, int nx,
                                                  const airy_calibration *calibration,
                                                  const airy_calibrate_options *options,
                                                  airy_pattern *out, airy_error *err);

#endif
