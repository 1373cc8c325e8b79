// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a trajectory: frames of numbers, or a sentence.
#include "airy/atoms.h"
#include "bytes_file.h"
#include "atoms/trajectory.h"

#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const airy_trajectory_options options = {.timestep_ps = 1};
    const airy_atoms *atoms = NULL;
    const char *path = bytes_file(bytes, n, ".lammpstrj");
    airy_trajectory *t = airy_trajectory_open(path, &options, NULL);
    while (t && airy_trajectory_next(t, &atoms, NULL) == AIRY_OK && atoms)
        for (int i = 0; i < 3 * atoms->n; i++)
            if (!isfinite(atoms->r[i]) || atoms->type[i / 3] >= airy_trajectory_types(t))
                abort();
    airy_trajectory_close(t);
    unlink(path);
    return 0;
}
