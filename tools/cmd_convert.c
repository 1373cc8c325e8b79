// SPDX-License-Identifier: GPL-3.0-or-later
// airy convert: a pattern or image from one file format to another; the names tell the formats.
#include "airy/pattern.h"
#include "commands.h"
#include "say.h"

#include <stdio.h>

int cmd_convert(invocation *call)
{
    airy_convert_step step;
    airy_error err = {0};
    const char *frame = NULL;
    airy_convert_step_defaults(&step);
    const option table[] = {
        {"frame", OPTION_TEXT, &frame, .unit = "N|A:B",
         .help = "frame to convert, or those from A to B - 1; all"},
        {"sparse", OPTION_FLAG, &step.sparse,
         .help = "write the pixels that saw photons, as `airy correlate` reads them"},
        {"period", OPTION_DOUBLE, &step.period_s, .low = 0, .high = 1e6, .unit = "s",
         .help = "with --sparse: from frame to frame; 0 = not known"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OPTIONAL_OUTPUT, 1, 2))
        return call->status;
    if ((call->n_inputs == 2) == (call->output != NULL))
        return options_wrong(call, "convert takes two files: airy convert FROM TO");
    if (!airy_text_span(frame, &step.from, &step.to))
        return options_wrong(call, "--frame %s: N or A:B with 0 <= A < B is wanted", frame);
    if (!step.sparse && step.period_s > 0)
        return options_wrong(call, "--period goes with --sparse");
    call->run.output = call->output ? call->output : call->inputs[1];
    call->n_inputs = call->run.n_inputs = 1; // the second is the output
    airy_code code = airy_convert_run(&call->run, &step, &err);
    if (code == AIRY_OK)
        printf("%s\n", call->run.output);
    return say_done(call, code, &err);
}
