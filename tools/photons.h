// SPDX-License-Identifier: GPL-3.0-or-later
// Options of detector frames, for commands that read raw words.
//
//     option rows[PHOTONS_ROWS];
//     airy_photons_options photons;
//     airy_photons_defaults(&photons);
//     photons_rows(&photons, rows);
//     const option table[] = {{"calibration", OPTION_ROWS, .at = rows}, ..., {0}};
//     if (!photons_parse(call, table, TAKES_OUTPUT, &photons))
//         return call->status;
//     code = airy_photons_run(&call->run.run, &photons, use, context, &history, &frames, &err);
#ifndef AIRY_TOOLS_PHOTONS_H
#define AIRY_TOOLS_PHOTONS_H

#include "airy/pattern.h"
#include "options.h"

enum { PHOTONS_ROWS = 21 };

// The options' rows, ended by {0}.
void photons_rows(airy_photons_options *options, option rows[PHOTONS_ROWS]);

// Parses the command line of up to 64 inputs by a table that holds these rows, and reads the texts
// among them; takes: what it has beside threads. False: stop with call->status.
bool photons_parse(invocation *call, const option *table, int takes, airy_photons_options *options);

#endif
