// SPDX-License-Identifier: GPL-3.0-or-later
// H5MD (de Buyl, Colberg, Hofling, Comput. Phys. Commun. 185, 1546, 2014): the first group of
// /particles, its position, box, image, species and id. An element is a dataset that holds for all
// frames, or a group with `value`, `step` and `time`.
#include "formats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH = 640 };

typedef struct h5md {
    airy_h5 *h5;
    char group[512];
    int frames, atoms, at;
    double length, time;                  // units, angstrom and ps
    double *id, *species, *steps, *times; // NULL: not there, or one row a frame
    int n_steps, n_times;
    double *row;
} h5md;

static void h5md_close(void *reader)
{
    h5md *h = reader;
    airy_h5_close(h->h5);
    airy_memory_free(h->id);
    airy_memory_free(h->species);
    airy_memory_free(h->steps);
    airy_memory_free(h->times);
    free(h->row);
    free(h);
}

static bool path_of(const h5md *h, const char *element, char path[PATH])
{
    snprintf(path, PATH, "%s/%s", h->group, element);
    return airy_h5_has(h->h5, path);
}

// What a unit is in ours; where none is stated, *value stays.
static airy_code unit_of(airy_h5 *h5, const char *path, double *value, airy_error *err)
{
    static const struct {
        const char *name;
        double value;
    } units[] = {{"nm", 10},    {"Angstrom", 1}, {"angstrom", 1}, {"A", 1},    {"pm", 0.01},
                 {"\u00c5", 1}, {"um", 1e4},     {"m", 1e10},     {"ps", 1},   {"fs", 1e-3},
                 {"ns", 1e3},   {"us", 1e6},     {"ms", 1e9},     {"s", 1e12}, {"", 1}};
    char *text = NULL;
    if (airy_h5_get_attribute_text(h5, path, "unit", &text, NULL) != AIRY_OK)
        return AIRY_OK;
    *value = 0;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(text, units[i].name) == 0)
            *value = units[i].value;
    airy_code code =
        *value > 0 ? AIRY_OK
                   : airy_error_set(err, AIRY_EVALUE,
                                    "%s: %s is in '%s', which is none of the units known: nm, "
                                    "Angstrom, pm, um, m; fs, ps, ns, us, ms, s",
                                    airy_h5_path(h5), path, text);
    free(text);
    return code;
}

// All of a dataset when it is there and holds for all frames, or is as long as there are frames.
static airy_code whole(h5md *h, const char *element, double **values, int *n, airy_error *err)
{
    char path[PATH];
    *values = NULL;
    *n = 0;
    return path_of(h, element, path) ? airy_h5_get_doubles(h->h5, path, values, n, err) : AIRY_OK;
}

static airy_code look(h5md *h, const char *path, airy_error *err)
{
    char value[PATH];
    int dims[4], rank, n;
    int others;
    if (!airy_h5_match(h->h5, "/particles/*/position/value", value, &others))
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s is HDF5 but no H5MD: there is no /particles/*/position/value",
                              path);
    snprintf(h->group, sizeof h->group, "%.*s", (int)(strstr(value, "/position/value") - value),
             value);
    airy_code code = airy_h5_shape(h->h5, value, dims, &rank, err);
    if (code == AIRY_OK && (rank != 3 || dims[2] != 3))
        code = airy_error_set(err, AIRY_ESHAPE, "%s: %s is not (frames, atoms, 3)", path, value);
    if (code != AIRY_OK)
        return code;
    h->frames = dims[0], h->atoms = dims[1];
    h->time = h->length = 1;
    code = unit_of(h->h5, value, &h->length, err);
    if (code == AIRY_OK && path_of(h, "position/time", value))
        code = unit_of(h->h5, value, &h->time, err);
    if (code == AIRY_OK)
        code = whole(h, "position/step", &h->steps, &h->n_steps, err);
    if (code == AIRY_OK)
        code = whole(h, "position/time", &h->times, &h->n_times, err);
    if (code == AIRY_OK && !path_of(h, "species/value", value))
        code = whole(h, "species", &h->species, &n, err);
    if (code == AIRY_OK && h->species && n != h->atoms)
        code = airy_error_set(err, AIRY_ESHAPE, "%s: species has %d values for %d atoms", path, n,
                              h->atoms);
    if (code == AIRY_OK && !path_of(h, "id/value", value))
        code = whole(h, "id", &h->id, &n, err);
    if (code == AIRY_OK && h->id && n != h->atoms)
        code = airy_error_set(err, AIRY_ESHAPE, "%s: id has %d values for %d atoms", path, n,
                              h->atoms);
    return code;
}

static void *h5md_open(const char *path, airy_error *err)
{
    h5md *h = calloc(1, sizeof *h);
    if (!h) {
        airy_error_set(err, AIRY_EMEMORY, "no memory for %s", path);
        return NULL;
    }
    h->h5 = airy_h5_open(path, err);
    if (h->h5 && look(h, path, err) == AIRY_OK && airy_h5_trust(h->h5, err) == AIRY_OK) {
        h->row = malloc(3 * (size_t)h->atoms * sizeof *h->row);
        if (h->row)
            return h;
        airy_error_set(err, AIRY_EMEMORY, "no memory for %d atoms", h->atoms);
    }
    h5md_close(h);
    return NULL;
}

// Row `at` of element/value into row[0..n-1]; *there false when there is no such element.
static airy_code row_of(h5md *h, const char *element, int n, bool *there, airy_error *err)
{
    char path[PATH];
    *there = path_of(h, element, path);
    return *there ? airy_h5_get_row(h->h5, path, h->at, h->row, n, err) : AIRY_OK;
}

// edges: 3 numbers or 3 x 3, fixed or one a frame.
static airy_code read_box(h5md *h, airy_atom_box *box, airy_error *err)
{
    char path[PATH];
    int dims[4], rank, n = 0;
    double *edges = NULL, row[9], length = h->length; // of edges that state no unit
    airy_code code = AIRY_OK;
    *box = (airy_atom_box){.periodic = {true, true, true}};
    if (path_of(h, "box/edges/value", path)) {
        code = airy_h5_shape(h->h5, path, dims, &rank, err);
        n = code == AIRY_OK && rank == 3 ? 9 : 3;
        if (code == AIRY_OK)
            code = airy_h5_get_row(h->h5, path, h->at, row, n, err);
    } else if (path_of(h, "box/edges", path)) {
        code = airy_h5_get_doubles(h->h5, path, &edges, &n, err);
        if (code == AIRY_OK && (n == 3 || n == 9))
            memcpy(row, edges, (size_t)n * sizeof *row);
        airy_memory_free(edges);
    }
    if (code == AIRY_OK && n > 0)
        code = unit_of(h->h5, path, &length, err);
    if (code != AIRY_OK || n == 0)
        return code;
    if (n != 3 && n != 9)
        return airy_error_set(err, AIRY_ESHAPE, "%s of %s has %d numbers, not 3 or 9", path,
                              airy_h5_path(h->h5), n);
    for (int i = 0; i < n; i++)
        box->a[n == 9 ? i / 3 : i][n == 9 ? i % 3 : i] = row[i] * length;
    return airy_atom_box_complete(box, err);
}

static airy_code read_species(h5md *h, airy_stored_atoms *stored, airy_type_names *names,
                              airy_error *err)
{
    char name[AIRY_TYPE_ROOM];
    bool there = false;
    airy_code code = h->species ? AIRY_OK : row_of(h, "species/value", h->atoms, &there, err);
    const double *species = h->species ? h->species : there ? h->row : NULL;
    for (int i = 0; code == AIRY_OK && i < h->atoms; i++) {
        snprintf(name, sizeof name, "%.0f", species ? species[i] : 1);
        stored->type[i] = airy_type_number(names, name);
        if (stored->type[i] < 0)
            code = airy_error_set(err, AIRY_EFORMAT, "%s has more than %d species",
                                  airy_h5_path(h->h5), AIRY_TYPES_MAX);
    }
    return code;
}

static airy_code read_ids(h5md *h, airy_stored_atoms *stored, airy_error *err)
{
    bool there = false;
    airy_code code = h->id ? AIRY_OK : row_of(h, "id/value", h->atoms, &there, err);
    const double *id = h->id ? h->id : there ? h->row : NULL;
    for (int i = 0; i < h->atoms; i++)
        stored->id[i] = id ? airy_whole(id[i]) : i + 1;
    return code;
}

static airy_code read_places(h5md *h, airy_stored_atoms *stored, airy_error *err)
{
    bool there = false;
    int n = 3 * h->atoms;
    airy_code code = row_of(h, "position/value", n, &there, err);
    for (int i = 0; code == AIRY_OK && i < n; i++)
        stored->s[i] = h->row[i] * h->length;
    airy_stored_inside(stored);
    if (code == AIRY_OK)
        code = row_of(h, "image/value", n, &there, err);
    for (int i = 0; code == AIRY_OK && there && i < n; i++)
        stored->s[i] += h->row[i];
    stored->unwrapped = there || stored->box.volume <= 0;
    return code;
}

static airy_code h5md_read(void *reader, airy_stored_atoms *stored, airy_type_names *names,
                           bool *end, airy_error *err)
{
    h5md *h = reader;
    *end = h->at >= h->frames;
    if (*end)
        return AIRY_OK;
    airy_code code = airy_stored_room(stored, h->atoms, err);
    stored->n = h->atoms;
    stored->step = h->n_steps > h->at ? airy_whole(h->steps[h->at])
                   : h->n_steps == 1  ? airy_whole(h->steps[0] * h->at)
                                      : h->at;
    stored->time_ps = h->n_times > 1 && h->n_times > h->at ? h->times[h->at] * h->time
                      : h->n_times == 1                    ? h->times[0] * h->time * h->at
                                                           : (double)NAN;
    if (code == AIRY_OK)
        code = read_box(h, &stored->box, err);
    if (code == AIRY_OK)
        code = read_species(h, stored, names, err);
    if (code == AIRY_OK)
        code = read_ids(h, stored, err);
    if (code == AIRY_OK)
        code = read_places(h, stored, err);
    h->at++;
    return code;
}

static double h5md_share(const void *reader)
{
    const h5md *h = reader;
    return h->frames > 0 ? (double)h->at / h->frames : 1;
}

const airy_trajectory_format airy_h5md_format = {"H5MD", h5md_open, h5md_read, h5md_share,
                                                 h5md_close};
