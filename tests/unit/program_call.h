// SPDX-License-Identifier: GPL-3.0-or-later
// A run of a step as a program that links libairy calls it: no command line, nobody listens unless
// the test does.
#ifndef AIRY_TESTS_PROGRAM_CALL_H
#define AIRY_TESTS_PROGRAM_CALL_H

#include "airy/files.h"

static inline airy_call program_call(const char *name, const char *const *inputs, int n_inputs,
                                     const char *output)
{
    return (airy_call){.name = name,
                       .n_inputs = n_inputs,
                       .inputs = inputs,
                       .output = output,
                       .overwrite = true,
                       .threads = 2,
                       .seeded = true,
                       .seed = 7,
                       .version = "1",
                       .commit = "-",
                       .line = name,
                       .parameters = "",
                       .transforms = "none",
                       .libraries = ""};
}

#endif
