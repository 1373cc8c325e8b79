// SPDX-License-Identifier: GPL-3.0-or-later
// airy relate: whether two maps go together.
#include "airy/scan.h"
#include "commands.h"
#include "results.h"

int cmd_relate(invocation *call)
{
    airy_relate_options options, *o = &options;
    airy_table related = {0};
    airy_error err = {0};
    airy_relate_options_defaults(o);
    const option table[] = {
        {"shifts", OPTION_INT, &o->shifts, .low = 19, .high = 1e6,
         .help = "of one map over the other, for the chance"},
        {"draws", OPTION_INT, &o->draws, .low = 19, .high = 1e6,
         .help = "of blocks of places, for the limits"},
        {"block", OPTION_INT, &o->block, .low = 0, .high = 1000, .unit = "STEPS",
         .help = "side of a block; 0 = by how far the maps remember"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OPTIONAL_OUTPUT | TAKES_THREADS | TAKES_SEED, 2, 64))
        return call->status;
    if (call->n_inputs % 2)
        return options_wrong(call, "maps come in pairs: A.h5:map B.h5:map");
    airy_code code = airy_relate_run(&call->run, o, &related, &err);
    return results_done(call, code, &related, &err);
}
