// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of airy. To add one: tools/cmd_x.c, a line here, a row in the table of airy.c,
// tests/cli/x*/ and docs/man/airy-x.1.md; tests/house says what was forgotten.
#ifndef AIRY_TOOLS_COMMANDS_H
#define AIRY_TOOLS_COMMANDS_H

#include "options.h"

typedef struct command {
    const char *name;
    const char *group;
    const char *synopsis; // what follows the name on the command line
    const char *summary;  // one phrase
    int (*run)(invocation *call);
} command;

int cmd_atoms(invocation *call);
int cmd_average(invocation *call);
int cmd_bands(invocation *call);
int cmd_bin(invocation *call);
int cmd_calibrate(invocation *call);
int cmd_center(invocation *call);
int cmd_compare(invocation *call);
int cmd_condense(invocation *call);
int cmd_convert(invocation *call);
int cmd_correlate(invocation *call);
int cmd_difference(invocation *call);
int cmd_doctor(invocation *call);
int cmd_fit(invocation *call);
int cmd_hits(invocation *call);
int cmd_info(invocation *call);
int cmd_kinetics(invocation *call);
int cmd_look(invocation *call);
int cmd_mask(invocation *call);
int cmd_montecarlo(invocation *call);
int cmd_relate(invocation *call);
int cmd_report(invocation *call);
int cmd_resolve(invocation *call);
int cmd_rings(invocation *call);
int cmd_retrieve(invocation *call);
int cmd_pdf(invocation *call);
int cmd_polish(invocation *call);
int cmd_scan(invocation *call);
int cmd_score(invocation *call);
int cmd_series(invocation *call);
int cmd_simulate(invocation *call);
int cmd_size(invocation *call);
int cmd_thermal(invocation *call);
int cmd_validate(invocation *call);
int cmd_view(invocation *call);
int cmd_watch(invocation *call);

#endif
