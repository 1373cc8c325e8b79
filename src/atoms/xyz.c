// SPDX-License-Identifier: GPL-3.0-or-later
// Extended XYZ (github.com/libAtoms/extxyz): a number of atoms, a line of key=value with Lattice
// and Properties, one line an atom. Plain XYZ, without either, has no box.
#include "formats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct xyz {
    airy_line_file *lines;
    char *path;
    long long frame;
    int species, place, id, skip; // columns of the frame; -1: not there; skip: all columns
} xyz;

static airy_code bad(const xyz *x, airy_error *err, const char *what, const char *line)
{
    return airy_error_set(err, AIRY_EFORMAT, "%s, line %lld: %s: '%.60s'", x->path,
                          airy_line_file_number(x->lines), what,
                          line ? line : "the end of the file");
}

static void xyz_close(void *reader)
{
    xyz *x = reader;
    airy_line_file_close(x->lines);
    free(x->path);
    free(x);
}

static void *xyz_open(const char *path, airy_error *err)
{
    xyz *x = calloc(1, sizeof *x);
    if (x && (x->path = airy_text_copy(path)) && (x->lines = airy_line_file_open(path, err)))
        return x;
    if (!x || !x->path)
        airy_error_set(err, AIRY_EMEMORY, "no memory for %s", path);
    if (x)
        xyz_close(x);
    return NULL;
}

// ------------------------------------------------------------------ the line of key=value

// Copies the value of a key into `value`, without its quotes; false when it is not there.
static bool value_of(const char *line, const char *key, char *value, size_t room)
{
    size_t length = strlen(key);
    bool quoted = false;
    for (const char *at = line; *at; at++) {
        quoted ^= *at == '"';
        bool starts = !quoted && (at == line || strchr(" \t", at[-1]));
        if (!starts || strncasecmp(at, key, length) != 0 || at[length] != '=')
            continue;
        at += length + 1;
        const char *stops = *at == '"' ? "\"" : *at == '{' ? "}" : *at == '[' ? "]" : " \t";
        at += stops[0] != ' ';
        size_t n = strcspn(at, stops);
        n = n < room - 1 ? n : room - 1;
        memcpy(value, at, n);
        value[n] = '\0';
        return true;
    }
    return false;
}

static airy_code read_lattice(const xyz *x, const char *line, airy_atom_box *box, airy_error *err)
{
    char text[512], *at = text, pbc[64] = "T T T";
    *box = (airy_atom_box){0};
    if (!value_of(line, "Lattice", text, sizeof text))
        return AIRY_OK;
    for (int i = 0; i < 9; i++)
        if (!airy_number_next(&at, &box->a[i / 3][i % 3]))
            return bad(x, err, "Lattice wants nine numbers", text);
    at = text;
    if (value_of(line, "Origin", text, sizeof text))
        for (int k = 0; k < 3; k++)
            if (!airy_number_next(&at, &box->origin[k]))
                return bad(x, err, "Origin wants three numbers", text);
    value_of(line, "pbc", pbc, sizeof pbc);
    at = pbc;
    for (int k = 0; k < 3; k++) {
        const char *word = airy_word_next(&at);
        box->periodic[k] = word && strchr("Tt1", *word);
    }
    if (airy_atom_box_complete(box, err) != AIRY_OK)
        return airy_error_prefix(err, "%s, line %lld", x->path, airy_line_file_number(x->lines));
    return AIRY_OK;
}

// A step is whole, as 2000000 and 2e6 are.
static airy_code read_step(const xyz *x, const char *text, long long *step, airy_error *err)
{
    double value;
    if (airy_text_double(text, &value, NULL) != AIRY_OK || value != floor(value))
        return bad(x, err, "step is no whole number", text);
    *step = airy_whole(value);
    return AIRY_OK;
}

// Properties=species:S:1:pos:R:3:id:I:1 ... as columns; species and pos without it.
static airy_code read_properties(xyz *x, const char *line, airy_error *err)
{
    char text[1024] = "species:S:1:pos:R:3";
    value_of(line, "Properties", text, sizeof text);
    x->species = x->place = x->id = -1;
    x->skip = 0;
    for (char *at = text, *name; (name = strtok_r(at, ":", &at));) {
        const char *kind = strtok_r(at, ":", &at), *count = kind ? strtok_r(at, ":", &at) : NULL;
        int n = 0;
        if (!count || airy_text_int(count, &n, NULL) != AIRY_OK || n < 1 || n > 100)
            return bad(x, err, "Properties cannot be read", line);
        if (strcmp(name, "species") == 0)
            x->species = x->skip;
        else if (strcmp(name, "pos") == 0 && n == 3)
            x->place = x->skip;
        else if (strcmp(name, "id") == 0)
            x->id = x->skip;
        x->skip += n;
    }
    return x->place >= 0 ? AIRY_OK : bad(x, err, "Properties has no pos:R:3", line);
}

// ------------------------------------------------------------------ atoms

static bool read_atom(const xyz *x, char *at, airy_stored_atoms *stored, airy_type_names *names)
{
    int i = stored->n++;
    const char *species = "X";
    stored->id[i] = i + 1;
    for (int c = 0; c < x->skip; c++) {
        double number = 0;
        bool place = c >= x->place && c < x->place + 3;
        if (place || c == x->id) {
            if (!airy_number_next(&at, &number))
                return false;
            if (place)
                stored->s[3 * i + c - x->place] = number;
            else
                stored->id[i] = airy_whole(number);
            continue;
        }
        const char *word = airy_word_next(&at);
        if (!word)
            return false;
        species = c == x->species ? word : species;
    }
    stored->type[i] = airy_type_number(names, species);
    return stored->type[i] >= 0;
}

static airy_code read_atoms(xyz *x, double n, airy_stored_atoms *stored, airy_type_names *names,
                            airy_error *err)
{
    char *line;
    airy_code code = AIRY_OK;
    for (stored->n = 0; code == AIRY_OK && stored->n < airy_whole(n);) {
        code = airy_stored_next(stored, airy_whole(n), err);
        if (code == AIRY_OK)
            code = airy_line_file_next(x->lines, &line, err);
        if (code == AIRY_OK && !line)
            code = airy_error_set(err, AIRY_EFORMAT, "%s is cut off: frame %lld has %d of %g atoms",
                                  x->path, x->frame, stored->n, n);
        else if (code == AIRY_OK && !read_atom(x, line, stored, names))
            code = bad(x, err, "this is no atom of its Properties", line);
    }
    stored->unwrapped = stored->box.volume <= 0;
    airy_stored_inside(stored);
    return code;
}

static bool is_empty(const char *line)
{
    return line[strspn(line, " \t")] == '\0';
}

static airy_code xyz_read(void *reader, airy_stored_atoms *stored, airy_type_names *names,
                          bool *end, airy_error *err)
{
    xyz *x = reader;
    char *line, *at, text[64];
    double n = 0;
    airy_code code = airy_line_file_next(x->lines, &line, err);
    while (code == AIRY_OK && line && is_empty(line))
        code = airy_line_file_next(x->lines, &line, err);
    *end = code == AIRY_OK && !line;
    at = line;
    if (code == AIRY_OK && line && !airy_number_next(&at, &n))
        code = bad(x, err, "a number of atoms is wanted", line);
    if (code != AIRY_OK || *end)
        return code;
    stored->n = 0;
    if (airy_stored_next(stored, airy_whole(n), err) != AIRY_OK)
        return airy_error_prefix(err, "%s, line %lld", x->path, airy_line_file_number(x->lines));
    code = airy_line_file_next(x->lines, &line, err);
    if (code == AIRY_OK && !line)
        return bad(x, err, "the last frame is cut off", line);
    if (code == AIRY_OK)
        code = read_lattice(x, line, &stored->box, err);
    if (code == AIRY_OK)
        code = read_properties(x, line, err);
    stored->step = x->frame;
    if (code == AIRY_OK && value_of(line, "step", text, sizeof text))
        code = read_step(x, text, &stored->step, err);
    stored->time_ps = NAN; // of Time there is no agreed unit
    if (code == AIRY_OK)
        code = read_atoms(x, n, stored, names, err);
    x->frame++;
    return code;
}

static double xyz_share(const void *reader)
{
    return airy_line_file_share(((const xyz *)reader)->lines);
}

const airy_trajectory_format airy_xyz_format = {"extended XYZ", xyz_open, xyz_read, xyz_share,
                                                xyz_close};
