// SPDX-License-Identifier: GPL-3.0-or-later
// HDF5 files with any kinds of values where events and trajectories (H5MD) are looked for: photons,
// atoms, or a sentence. As in fuzz_hdf5.c, the bytes of HDF5 itself are whole.
#include "airy/atoms.h"
#include "airy/source.h"

#include "bytes_file.h"
#include "atoms/trajectory.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#define ALL "/particles/all/"

static const char *const paths[] = {
    "/entry/events/pixel", "/entry/events/count",
    "/entry/events/first", "/entry/events/good",
    "/entry/events/mask",  "/entry/events/period_s",
    ALL "position/value",  ALL "position/step",
    ALL "position/time",   ALL "box/edges",
    ALL "box/edges/value", ALL "species",
    ALL "species/value",   ALL "id",
    ALL "id/value",        ALL "image/value",
};
enum { PATHS = sizeof paths / sizeof paths[0], VALUES = 4096 };

// One dataset from four bytes: where, which kind, which sizes.
static void put(airy_h5 *h5, const uint8_t *b)
{
    static double numbers[VALUES];
    static int wholes[VALUES];
    const char *path = paths[b[0] % PATHS];
    int rank = 1 + b[1] / 8 % 3, dims[4] = {1 + b[2] % 6, 1 + b[2] / 6 % 6, 3, 1};
    if (b[1] & 4) // as events are stored
        rank = 3, dims[0] = 1, dims[1] = 2, dims[2] = 4 + b[3] % 8;
    for (int i = 0; i < VALUES; i++) {
        numbers[i] = b[3] & 1 ? i * (b[3] / 16) : (i * 37 + b[3]) % 100 * 0.09 + 0.5;
        wholes[i] = i * (b[3] % 5) - (b[3] == 255);
    }
    switch (b[1] % 4) {
    case 0:
        airy_h5_put_doubles(h5, path, numbers, rank, dims, NULL);
        break;
    case 1:
        airy_h5_put_ints(h5, path, wholes, rank, dims, NULL);
        break;
    case 2:
        airy_h5_put_double(h5, path, b[3] == 7 ? (double)NAN : b[3] * 0.1, NULL);
        break;
    default:
        airy_h5_put_text(h5, path, "text", NULL);
    }
    if (b[2] & 1)
        airy_h5_put_attribute_text(h5, path, "unit", b[3] & 2 ? "nm" : "furlong", NULL);
}

static bool make(const char *path, const uint8_t *bytes, size_t n)
{
    airy_h5 *h5 = airy_h5_create(path, true, NULL);
    if (!h5)
        abort();
    for (size_t i = 0; i + 4 <= n && i < 64; i += 4)
        put(h5, bytes + i);
    bool good = airy_h5_commit(h5, NULL) == AIRY_OK; // not when a path was taken already
    airy_h5_close(h5);
    return good;
}

static void read_events(const char *path)
{
    airy_error err = {0};
    airy_events_file *file = airy_events_open(path, &err);
    int ny, nx;
    if (!file && !err.message[0])
        abort();
    for (int i = 0; file && i < airy_events_frames(file) && i < 4; i++) {
        airy_events events;
        bool good;
        if (airy_events_read(file, i, &events, &good, &err) != AIRY_OK)
            continue;
        airy_events_shape(file, &ny, &nx);
        for (int k = 0; k < events.n; k++)
            if (events.pixel[k] >= (uint32_t)(ny * nx))
                abort();
    }
    airy_events_close(file);
}

static void read_atoms(const char *path)
{
    const airy_trajectory_options options = {.timestep_ps = 1};
    const airy_atoms *atoms = NULL;
    airy_trajectory *t = airy_trajectory_open(path, &options, NULL);
    while (t && airy_trajectory_next(t, &atoms, NULL) == AIRY_OK && atoms)
        for (int i = 0; i < 3 * atoms->n; i++)
            if (!isfinite(atoms->r[i]))
                abort();
    airy_trajectory_close(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const char *path = bytes_file(bytes, n, ".h5");
    if (make(path, bytes, n)) {
        read_events(path);
        read_atoms(path);
    }
    unlink(path);
    return 0;
}
