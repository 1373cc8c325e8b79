// SPDX-License-Identifier: GPL-3.0-or-later
// airy relate: whether two maps go together.
#include "airy/scan.h"
#include "commands.h"
#include "results.h"

int cmd_relate(invocation *call)
{
    airy_relate_options options;
    airy_table related = {0};
    airy_error err = {0};
    airy_relate_options_defaults(&options);
    if (!options_parse(call, OPTIONS_OF(airy_relate_rows, &options),
                       TAKES_OPTIONAL_OUTPUT | TAKES_THREADS | TAKES_SEED, 2, 64))
        return call->status;
    if (call->n_inputs % 2)
        return options_wrong(call, "maps come in pairs: A.h5:map B.h5:map");
    airy_code code = airy_relate_run(&call->run, &options, &related, &err);
    return results_done(call, code, &related, &err);
}
