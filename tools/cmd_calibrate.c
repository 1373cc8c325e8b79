// SPDX-License-Identifier: GPL-3.0-or-later
// airy calibrate: raw detector frames to photons on one plane, frame by frame.
#include "airy/pattern.h"
#include "commands.h"
#include "say.h"

int cmd_calibrate(invocation *call)
{
    airy_photons_options photons;
    bool pedestal = false;
    double noise_limit = 5;
    airy_photons_defaults(&photons);
    const option table[] = {
        {"calibration", OPTION_ROWS, &photons, .rows = airy_photons_rows},
        {"make-pedestal", OPTION_FLAG, &pedestal,
         .help = "inputs are dark runs in forced G0, G1, G2: write a pedestal file"},
        {"noise-limit", OPTION_DOUBLE, &noise_limit, .low = 0, .high = 1e6,
         .help = "mask dark noise above this times the median; 0 = off"},
        {0},
    };
    airy_error err = {0};
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS, 1, 64))
        return call->status;
    if (pedestal && call->n_inputs > AIRY_GAINS)
        return options_wrong(call, "--make-pedestal takes at most %d dark runs", AIRY_GAINS);
    airy_code code = pedestal ? airy_pedestal_run(&call->run, &photons, noise_limit, &err)
                              : airy_calibrate_run(&call->run, &photons, &err);
    return say_done(call, code, &err);
}
