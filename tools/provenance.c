// SPDX-License-Identifier: GPL-3.0-or-later
// A parsed command line as the library takes it.
#include "provenance.h"

#include "airy/math.h"
#include "airy/source.h"
#include "airy_build.h"
#include "commands.h"
#include "say.h"

void provenance_fill(invocation *call)
{
    airy_files_versions(&call->libraries);
    airy_source_versions(&call->libraries);
    call->run = (airy_call){.name = call->command->name,
                            .n_inputs = call->n_inputs,
                            .inputs = call->inputs,
                            .output = call->output,
                            .overwrite = call->overwrite,
                            .threads = call->threads,
                            .seeded = call->seeded,
                            .seed = call->seed,
                            .version = AIRY_VERSION,
                            .commit = AIRY_COMMIT,
                            .line = call->line.text,
                            .parameters = call->parameters.text ? call->parameters.text : "",
                            .transforms = airy_fft_library(),
                            .libraries = call->libraries.text ? call->libraries.text : "",
                            .progress = say_progress(call, call->command->name),
                            .quiet = call->quiet,
                            .verbose = call->verbose,
                            .say = say_heard,
                            .context = call};
}
