// SPDX-License-Identifier: GPL-3.0-or-later
// One frame of raw words to photons, in data order.
#include "calibrate.h"
#include "detector/calibrator.h"

airy_code airy_jungfrau_calibrate(const uint16_t *raw, int ny, int nx,
                                  const airy_calibration *calibration,
                                  const airy_calibrate_options *options, airy_pattern *out,
                                  airy_error *err)
{
    airy_calibrator *calibrator = airy_calibrator_new(calibration, options, NULL, ny, nx, err);
    if (!calibrator)
        return airy_error_code(err, AIRY_EARGUMENT);
    airy_code code = AIRY_OK;
    if (out->photons.ny != ny || out->photons.nx != nx)
        code = airy_error_set(err, AIRY_ESHAPE, "the result is %d x %d, the frames are %d x %d",
                              out->photons.ny, out->photons.nx, ny, nx);
    if (code == AIRY_OK)
        code = airy_calibrator_frame(calibrator, raw, false, out, err);
    airy_calibrator_free(calibrator);
    return code;
}
