// SPDX-License-Identifier: GPL-3.0-or-later
// Writing raw JUNGFRAU words as SwissFEL files do, one frame at a time.
#include "formats.h"
#include "airy/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct airy_raw_writer {
    airy_h5 *h5;
    char group[64]; // "/data/JF01T08V01"
    int ny, nx, n;
    long long *pulses;
};

void airy_raw_writer_close(airy_raw_writer *writer)
{
    if (!writer)
        return;
    airy_h5_close(writer->h5);
    free(writer->pulses);
    free(writer);
}

airy_raw_writer *airy_raw_create(const char *path, int ny, int nx, bool overwrite, airy_error *err)
{
    if (ny < AIRY_MODULE_NY || ny % AIRY_MODULE_NY || nx != AIRY_MODULE_NX || ny > AIRY_SIDE_MAX) {
        airy_error_set(err, AIRY_ESHAPE,
                       "raw frames of %d x %d cannot be written: they are stacks of modules of "
                       "%d x %d",
                       ny, nx, AIRY_MODULE_NY, AIRY_MODULE_NX);
        return NULL;
    }
    airy_raw_writer *writer = calloc(1, sizeof *writer);
    if (!writer) {
        airy_error_set(err, AIRY_EMEMORY, "no memory for a writer of frames");
        return NULL;
    }
    writer->ny = ny;
    writer->nx = nx;
    snprintf(writer->group, sizeof writer->group, "/data/JF01T%02dV01", ny / AIRY_MODULE_NY);
    writer->h5 = airy_h5_create(path, overwrite, err);
    if (writer->h5)
        return writer;
    airy_raw_writer_close(writer);
    return NULL;
}

static const char *in_group(const airy_raw_writer *writer, const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", writer->group, name);
    return path;
}

airy_code airy_raw_append(airy_raw_writer *writer, const uint16_t *words, long long pulse_id,
                          airy_error *err)
{
    char path[128];
    long long *grown = realloc(writer->pulses, ((size_t)writer->n + 1) * sizeof *grown);
    if (!grown)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames", writer->n + 1);
    writer->pulses = grown;
    airy_code code = airy_h5_append_words(writer->h5, in_group(writer, "data", path), words,
                                          writer->ny, writer->nx, err);
    if (code == AIRY_OK)
        grown[writer->n++] = pulse_id;
    return code;
}

// Columns (n, 1) beside the frames: pulse numbers, counters, all good, low gain.
static airy_code put_columns(airy_raw_writer *writer, airy_error *err)
{
    char path[128];
    const int dims[2] = {writer->n, 1};
    size_t n = (size_t)writer->n;
    double *pulses = airy_memory_new(n, sizeof *pulses);
    int *numbers = airy_memory_new(n, sizeof *numbers);
    airy_code code = pulses && numbers
                         ? AIRY_OK
                         : airy_error_set(err, AIRY_EMEMORY, "no memory for %zu frames", n);
    if (code == AIRY_OK) {
        airy_h5 *h5 = writer->h5;
        airy_h5_put_ints(h5, in_group(writer, "daq_rec", path), numbers, 2, dims, err);
        for (int i = 0; i < writer->n; i++) {
            pulses[i] = (double)writer->pulses[i];
            numbers[i] = i;
        }
        airy_h5_put_doubles(h5, in_group(writer, "pulse_id", path), pulses, 2, dims, err);
        airy_h5_put_ints(h5, in_group(writer, "frame_index", path), numbers, 2, dims, err);
        for (int i = 0; i < writer->n; i++)
            numbers[i] = 1;
        code = airy_h5_put_ints(h5, in_group(writer, "is_good_frame", path), numbers, 2, dims, err);
    }
    airy_memory_free(pulses);
    airy_memory_free(numbers);
    return code;
}

static airy_code put_module_map(airy_raw_writer *writer, airy_error *err)
{
    enum { MODULES = AIRY_SIDE_MAX / AIRY_MODULE_NY };
    int map[MODULES], n = writer->ny / AIRY_MODULE_NY;
    char path[128];
    for (int i = 0; i < n; i++)
        map[i] = i;
    return airy_h5_put_ints(writer->h5, in_group(writer, "meta/module_map", path), map, 1, &n, err);
}

airy_code airy_raw_commit(airy_raw_writer *writer, const airy_setup *setup,
                          const airy_history *history, airy_error *err)
{
    if (writer->n == 0)
        return airy_error_set(err, AIRY_EVALUE, "%s: there is no frame to write",
                              airy_h5_path(writer->h5));
    airy_code code = put_columns(writer, err);
    if (code == AIRY_OK)
        code = put_module_map(writer, err);
    if (code == AIRY_OK)
        code = airy_h5_put_facts(writer->h5, setup, history, err);
    if (code == AIRY_OK)
        code = airy_h5_commit(writer->h5, err);
    return code;
}
