// SPDX-License-Identifier: GPL-3.0-or-later
// Trajectories: frames of any format with their atoms in one order, unwrapped, and checked for
// atoms that got lost.
#include "trajectory.h"
#include "box.h"
#include "formats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAR 1e9 // of coordinates in edges of the box

struct airy_trajectory {
    const airy_trajectory_format *format;
    void *reader;
    char *path;
    airy_trajectory_options options;
    airy_type_names stored_names, names; // as met in the file; as told
    int rank[AIRY_TYPES_MAX];            // of a stored name among the sorted
    int read;                            // frames read from the file
    airy_stored_atoms stored;
    int *order;  // order[i]: where atom i stands in the stored frame
    int *sorted; // room for ordering
    double *s;   // unwrapped coordinates of the last frame, 3 n
    airy_atoms atoms;
};

// ------------------------------------------------------------------ recognising

// Kinds that are no text, and what they are called when we do not read them.
typedef struct binary {
    airy_kind kind;
    const airy_trajectory_format *format;
    const char *name, *cure;
} binary;

static const binary binaries[] = {
    {AIRY_KIND_HDF5, &airy_h5md_format, NULL, NULL},
    {AIRY_KIND_DCD, NULL, "a DCD file", "MDAnalysis or VMD write it as a LAMMPS dump or H5MD"},
    {AIRY_KIND_XTC, NULL, "an XTC file", "gmx or MDAnalysis write it as H5MD or XYZ"},
    {AIRY_KIND_TRR, NULL, "a TRR file", "gmx or MDAnalysis write it as H5MD or XYZ"},
};
enum { BINARIES = sizeof binaries / sizeof *binaries };

static const binary *binary_of(const char *path)
{
    airy_kind kind = airy_kind_of_file(path);
    for (int i = 0; i < BINARIES; i++)
        if (binaries[i].kind == kind)
            return &binaries[i];
    return NULL;
}

// Text by its first line: a heading of LAMMPS, or a number of atoms.
static const airy_trajectory_format *text_format(const char *path, airy_error *err)
{
    const airy_trajectory_format *format = NULL;
    char *line = NULL, *at;
    double n;
    airy_line_file *lines = airy_line_file_open(path, err);
    airy_code code = lines ? airy_line_file_next(lines, &line, err) : AIRY_EIO;
    if (code == AIRY_OK && line) {
        at = line;
        if (strncmp(line, "ITEM:", 5) == 0)
            format = &airy_dump_format;
        else if (airy_number_next(&at, &n) && !airy_word_next(&at))
            format = &airy_xyz_format;
    }
    if (code == AIRY_OK && !format)
        airy_error_set(err, AIRY_EFORMAT,
                       "%s is no trajectory: it is neither a LAMMPS text dump (ITEM: TIMESTEP), "
                       "extended XYZ (a number of atoms) nor H5MD",
                       path);
    airy_line_file_close(lines);
    return format;
}

static const airy_trajectory_format *recognise(const char *path, airy_error *err)
{
    if (airy_file_check(path, err) != AIRY_OK)
        return NULL;
    const binary *row = binary_of(path);
    if (row && !row->format)
        airy_error_set(err, AIRY_EFORMAT, "%s is %s, for which Debian has no library: %s", path,
                       row->name, row->cure);
    return row ? row->format : text_format(path, err);
}

// ------------------------------------------------------------------ opening

static airy_code check(const airy_trajectory_options *o, airy_error *err)
{
    if (o->first < 0 || o->stride < 0 || (o->last > 0 && o->last <= o->first))
        return airy_error_set(err, AIRY_EARGUMENT, "frames %d to %d by %d are none", o->first,
                              o->last - 1, o->stride);
    if (!(o->timestep_ps >= 0) || !isfinite(o->timestep_ps))
        return airy_error_set(err, AIRY_EARGUMENT, "a time step of %g ps cannot be",
                              o->timestep_ps);
    return AIRY_OK;
}

airy_trajectory *airy_trajectory_open(const char *path, const airy_trajectory_options *options,
                                      airy_error *err)
{
    const airy_trajectory_format *format =
        check(options, err) == AIRY_OK ? recognise(path, err) : NULL;
    airy_trajectory *t = format ? calloc(1, sizeof *t) : NULL;
    if (!t) {
        if (format)
            airy_error_set(err, AIRY_EMEMORY, "no memory for %s", path);
        return NULL;
    }
    t->format = format;
    t->options = *options;
    t->path = airy_text_copy(path);
    t->reader = t->path ? format->open(path, err) : NULL;
    if (t->reader)
        return t;
    if (!t->path)
        airy_error_set(err, AIRY_EMEMORY, "no memory for %s", path);
    airy_trajectory_close(t);
    return NULL;
}

void airy_trajectory_close(airy_trajectory *t)
{
    if (!t)
        return;
    if (t->reader)
        t->format->close(t->reader);
    free(t->path);
    free(t->stored.id);
    free(t->stored.type);
    free(t->stored.s);
    airy_memory_free(t->order);
    airy_memory_free(t->sorted);
    airy_memory_free(t->s);
    airy_memory_free(t->atoms.type);
    airy_memory_free(t->atoms.id);
    airy_memory_free(t->atoms.r);
    free(t);
}

int airy_trajectory_types(const airy_trajectory *t)
{
    return t->names.n;
}

const char *airy_trajectory_type(const airy_trajectory *t, int type)
{
    return t->names.name[type];
}

const char *airy_trajectory_format_name(const airy_trajectory *t)
{
    return t->format->name;
}

double airy_trajectory_share(const airy_trajectory *t)
{
    return t->format->share(t->reader);
}

// ------------------------------------------------------------------ the first frame

static int by_name(const char *u, const char *v)
{
    char *end_u, *end_v;
    long a = strtol(u, &end_u, 10), b = strtol(v, &end_v, 10);
    if (!*end_u && !*end_v && a != b)
        return a < b ? -1 : 1;
    return strcmp(u, v);
}

// Names in their order (numbers by value), then the caller's in their place.
static airy_code order_names(airy_trajectory *t, airy_error *err)
{
    const airy_type_names *stored = &t->stored_names;
    t->names.n = stored->n;
    for (int i = 0; i < stored->n; i++) {
        t->rank[i] = 0;
        for (int j = 0; j < stored->n; j++)
            t->rank[i] += by_name(stored->name[j], stored->name[i]) < 0;
        strcpy(t->names.name[t->rank[i]], stored->name[i]);
    }
    int n = 0;
    for (const char *at = t->options.types; at && *at; n++) {
        size_t length = strcspn(at, ",");
        if (n < stored->n && length > 0 && length < AIRY_TYPE_ROOM)
            snprintf(t->names.name[n], AIRY_TYPE_ROOM, "%.*s", (int)length, at);
        at += length + (at[length] == ',');
    }
    if (n > 0 && n != stored->n)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "%s has %d types of atoms, but %d names are "
                              "given: %s",
                              t->path, stored->n, n, t->options.types);
    return AIRY_OK;
}

// Sorts atoms by id (a heap would do; ids of dumps are nearly sorted or random, qsort does both).
typedef struct id_at {
    long long id;
    int at;
} id_at;

static int by_id(const void *u, const void *v)
{
    const id_at *a = u, *b = v;
    return a->id < b->id ? -1 : a->id > b->id;
}

static airy_code sort_ids(airy_trajectory *t, airy_error *err)
{
    const airy_stored_atoms *stored = &t->stored;
    id_at *list = airy_memory_new((size_t)stored->n, sizeof *list);
    if (!list)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d atoms", stored->n);
    for (int i = 0; i < stored->n; i++)
        list[i] = (id_at){stored->id[i], i};
    qsort(list, (size_t)stored->n, sizeof *list, by_id);
    airy_code code = AIRY_OK;
    for (int i = 0; i < stored->n && code == AIRY_OK; i++) {
        t->order[i] = list[i].at;
        t->atoms.id[i] = list[i].id;
        if (i > 0 && list[i].id == list[i - 1].id)
            code = airy_error_set(err, AIRY_EVALUE, "%s: frame %d has atom %lld twice", t->path,
                                  t->read, list[i].id);
    }
    airy_memory_free(list);
    return code;
}

static airy_code begin(airy_trajectory *t, airy_error *err)
{
    size_t n = (size_t)t->stored.n;
    t->atoms.n = t->stored.n;
    t->order = airy_memory_new(n, sizeof *t->order);
    t->sorted = airy_memory_new(n, sizeof *t->sorted);
    t->s = airy_memory_new(3 * n, sizeof *t->s);
    t->atoms.type = airy_memory_new(n, sizeof *t->atoms.type);
    t->atoms.id = airy_memory_new(n, sizeof *t->atoms.id);
    t->atoms.r = airy_memory_new(3 * n, sizeof *t->atoms.r);
    if (!t->order || !t->sorted || !t->s || !t->atoms.type || !t->atoms.id || !t->atoms.r)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d atoms", t->stored.n);
    airy_code code = order_names(t, err);
    if (code == AIRY_OK)
        code = sort_ids(t, err);
    for (int i = 0; code == AIRY_OK && i < t->atoms.n; i++)
        t->atoms.type[i] = t->rank[t->stored.type[t->order[i]]];
    return code;
}

// ------------------------------------------------------------------ later frames

// Which atom has this id: -1 for none.
static int find_id(const airy_atoms *atoms, long long id)
{
    int low = 0, high = atoms->n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (atoms->id[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < atoms->n && atoms->id[low] == id ? low : -1;
}

static airy_code lost(const airy_trajectory *t, airy_error *err)
{
    for (int i = 0; i < t->atoms.n; i++)
        if (t->sorted[i] < 0)
            return airy_error_set(err, AIRY_EVALUE,
                                  "%s: frame %d (step %lld) lacks atom %lld: it has %d atoms, the "
                                  "first frame has %d; --frames takes those before",
                                  t->path, t->read, t->stored.step, t->atoms.id[i], t->stored.n,
                                  t->atoms.n);
    return AIRY_OK;
}

// Where each atom stands in this frame. Most dumps keep an order for long.
static airy_code follow(airy_trajectory *t, airy_error *err)
{
    const airy_stored_atoms *stored = &t->stored;
    bool same = stored->n == t->atoms.n;
    for (int i = 0; same && i < t->atoms.n; i++)
        same = stored->id[t->order[i]] == t->atoms.id[i];
    for (int i = 0; !same && i < t->atoms.n; i++)
        t->sorted[i] = -1;
    for (int at = 0; !same && at < stored->n; at++) {
        int i = find_id(&t->atoms, stored->id[at]);
        if (i < 0 || t->sorted[i] >= 0)
            return airy_error_set(err, AIRY_EVALUE, "%s: frame %d (step %lld) has atom %lld %s",
                                  t->path, t->read, stored->step, stored->id[at],
                                  i < 0 ? "that the first frame has not" : "twice");
        t->sorted[i] = at;
    }
    airy_code code = same ? AIRY_OK : lost(t, err);
    if (!same && code == AIRY_OK)
        memcpy(t->order, t->sorted, (size_t)t->atoms.n * sizeof *t->order);
    for (int i = 0; code == AIRY_OK && i < t->atoms.n; i++)
        if (t->rank[stored->type[t->order[i]]] != t->atoms.type[i] ||
            stored->type[t->order[i]] >= t->names.n)
            code = airy_error_set(err, AIRY_EVALUE,
                                  "%s: frame %d: atom %lld is not of the type that it was before",
                                  t->path, t->read, t->atoms.id[i]);
    return code;
}

// Wrapped coordinates follow those of the frame before by the shortest way.
static airy_code unwrap(airy_trajectory *t, bool first, airy_error *err)
{
    const airy_stored_atoms *stored = &t->stored;
    double square = 0;
    for (int i = 0; i < t->atoms.n; i++)
        for (int k = 0; k < 3; k++) {
            double now = stored->s[3 * t->order[i] + k], *last = &t->s[3 * i + k];
            double step = first ? 0 : now - *last;
            if (!first && !stored->unwrapped && stored->box.periodic[k])
                step -= rint(step);
            square += step * step;
            *last = first || stored->unwrapped ? now : *last + step;
        }
    // uniform steps, of which nothing can be known any more, have 1 / 12 an axis
    if (!stored->unwrapped && square > 3 * t->atoms.n * 0.04)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s: from frame %d to %d atoms move %.2g of the box: what passes a "
                              "face cannot be followed; write xu yu zu or image flags, or more "
                              "frames",
                              t->path, t->read - 1, t->read, sqrt(square / (3 * t->atoms.n)));
    return AIRY_OK;
}

static airy_code read_frame(airy_trajectory *t, bool *end, airy_error *err)
{
    bool first = t->read == 0;
    airy_code code = t->format->read(t->reader, &t->stored, &t->stored_names, end, err);
    if (code != AIRY_OK || *end)
        return code;
    code = first ? begin(t, err) : follow(t, err);
    for (int i = 0; code == AIRY_OK && i < 3 * t->stored.n; i++)
        if (!(fabs(t->stored.s[i]) < FAR))
            code = airy_error_set(err, AIRY_EVALUE,
                                  "%s: frame %d: a coordinate is not a number, or one that cannot "
                                  "be: %g edges of the box",
                                  t->path, t->read, t->stored.s[i]);
    if (code == AIRY_OK)
        code = unwrap(t, first, err);
    t->read++;
    return code;
}

static void present(airy_trajectory *t)
{
    airy_atoms *atoms = &t->atoms;
    const airy_stored_atoms *stored = &t->stored;
    atoms->frame = t->read - 1;
    atoms->step = stored->step;
    atoms->time_ps = stored->time_ps;
    if (isnan(stored->time_ps) && t->options.timestep_ps > 0)
        atoms->time_ps = (double)stored->step * t->options.timestep_ps;
    atoms->box = stored->box;
    for (int i = 0; i < atoms->n; i++) {
        double *r = atoms->r + 3 * i;
        if (stored->box.volume > 0)
            airy_atom_box_position(&stored->box, t->s + 3 * i, r);
        else
            memcpy(r, t->s + 3 * i, 3 * sizeof *r);
    }
}

airy_code airy_trajectory_next(airy_trajectory *t, const airy_atoms **atoms, airy_error *err)
{
    const airy_trajectory_options *o = &t->options;
    int stride = o->stride > 0 ? o->stride : 1;
    bool end = false, wanted = false;
    airy_code code = AIRY_OK;
    *atoms = NULL;
    while (code == AIRY_OK && !wanted && !(o->last > 0 && t->read >= o->last)) {
        code = read_frame(t, &end, err);
        if (end)
            break;
        int at = t->read - 1 - o->first;
        wanted = at >= 0 && at % stride == 0;
    }
    if (code != AIRY_OK || !wanted)
        return code;
    present(t);
    *atoms = &t->atoms;
    return AIRY_OK;
}

bool airy_trajectory_reduced(const airy_trajectory *t)
{
    return t->stored.reduced;
}
