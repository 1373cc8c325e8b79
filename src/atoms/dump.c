// SPDX-License-Identifier: GPL-3.0-or-later
// LAMMPS text dumps (docs.lammps.org/dump.html): sections ITEM: TIMESTEP, TIME, UNITS, NUMBER OF
// ATOMS, BOX BOUNDS (orthogonal, restricted triclinic, general `abc origin`), ATOMS.
#include "box.h"
#include "formats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 64 };

// What a column is to us; scaled: in units of the box; wrapped: to be completed by image flags.
typedef enum role { ROLE_NONE, ROLE_ID, ROLE_TYPE, ROLE_ELEMENT, ROLE_PLACE, ROLE_IMAGE } role;
typedef struct column_row {
    const char *name;
    role role;
    int axis;
    bool scaled, unwrapped;
} column_row;

static const column_row columns[] = {
    {"id", ROLE_ID, 0, false, false},           {"type", ROLE_TYPE, 0, false, false},
    {"element", ROLE_ELEMENT, 0, false, false}, {"x", ROLE_PLACE, 0, false, false},
    {"y", ROLE_PLACE, 1, false, false},         {"z", ROLE_PLACE, 2, false, false},
    {"xs", ROLE_PLACE, 0, true, false},         {"ys", ROLE_PLACE, 1, true, false},
    {"zs", ROLE_PLACE, 2, true, false},         {"xu", ROLE_PLACE, 0, false, true},
    {"yu", ROLE_PLACE, 1, false, true},         {"zu", ROLE_PLACE, 2, false, true},
    {"xsu", ROLE_PLACE, 0, true, true},         {"ysu", ROLE_PLACE, 1, true, true},
    {"zsu", ROLE_PLACE, 2, true, true},         {"ix", ROLE_IMAGE, 0, false, false},
    {"iy", ROLE_IMAGE, 1, false, false},        {"iz", ROLE_IMAGE, 2, false, false},
};
enum { KNOWN = sizeof columns / sizeof columns[0] };

// A dump under way. Of several kinds of coordinates the one that knows most is taken.
typedef struct dump {
    airy_line_file *lines;
    char *path;
    double unit_ps, unit_a; // of TIME (NaN: units not stated), and of lengths
    bool reduced;           // units of its own, lj
    int n_columns;
    role role[COLUMNS]; // of the columns of this frame
    int axis[COLUMNS];
    bool scaled, unwrapped, images;
    double n;               // atoms of this frame
    airy_type_names *names; // borrowed
} dump;

static airy_code bad(const dump *d, airy_error *err, const char *what, const char *line)
{
    return airy_error_set(err, AIRY_EFORMAT, "%s, line %lld: %s: '%.60s'", d->path,
                          airy_line_file_number(d->lines), what,
                          line ? line : "the end of the file");
}

static void dump_close(void *reader)
{
    dump *d = reader;
    airy_line_file_close(d->lines);
    free(d->path);
    free(d);
}

static void *dump_open(const char *path, airy_error *err)
{
    dump *d = calloc(1, sizeof *d);
    if (!d || !(d->path = airy_text_copy(path)) || !(d->lines = airy_line_file_open(path, err))) {
        if (!d || !d->path)
            airy_error_set(err, AIRY_EMEMORY, "no memory for %s", path);
        if (d)
            dump_close(d);
        return NULL;
    }
    d->unit_ps = NAN;
    d->unit_a = 1;
    return d;
}

// A line of `n` numbers; `line` is NULL at the end of the file.
static airy_code numbers(const dump *d, double *values, int n, airy_error *err)
{
    char *line, *at;
    airy_code code = airy_line_file_next(d->lines, &line, err);
    if (code != AIRY_OK)
        return code;
    at = line;
    for (int i = 0; i < n; i++)
        if (!line || !airy_number_next(&at, &values[i]))
            return bad(d, err, "numbers are missing", line);
    return AIRY_OK;
}

// The units that LAMMPS has (docs.lammps.org/units.html): of TIME in ps, of lengths in A; reduced
// ones (lj) stay what they are.
static const struct unit_row {
    const char *name;
    double ps, a;
} units[] = {{"real", 1e-3, 1},
             {"metal", 1, 1},
             {"si", 1e12, 1e10},
             {"cgs", 1e12, 1e8},
             {"electron", 1e-3, 0.529177210903},
             {"micro", 1e6, 1e4},
             {"nano", 1e3, 10},
             {"lj", 1, 1}};
enum { UNITS = sizeof units / sizeof units[0] };

// ------------------------------------------------------------------ the box

// xlo_bound and so on enclose the tilted box (docs.lammps.org/Howto_triclinic.html).
static void box_tilted(airy_atom_box *box, double low[3], double high[3], const double tilt[3])
{
    double xy = tilt[0], xz = tilt[1], yz = tilt[2];
    low[0] -= fmin(fmin(0, xy), fmin(xz, xy + xz));
    high[0] -= fmax(fmax(0, xy), fmax(xz, xy + xz));
    low[1] -= fmin(0, yz);
    high[1] -= fmax(0, yz);
    for (int k = 0; k < 3; k++) {
        box->origin[k] = low[k];
        box->a[k][k] = high[k] - low[k];
    }
    box->a[1][0] = xy, box->a[2][0] = xz, box->a[2][1] = yz;
}

// Which faces are periodic: pairs of letters, "pp".
static void read_faces(char *rest, airy_atom_box *box)
{
    int k = 0;
    for (char *word; (word = airy_word_next(&rest));)
        if (strlen(word) == 2 && strspn(word, "pfsm") == 2 && k < 3)
            box->periodic[k++] = word[0] == 'p';
}

// `rest` is what follows BOX BOUNDS: [xy xz yz | abc origin] and three pairs of letters.
static airy_code read_box(dump *d, char *rest, airy_stored_atoms *stored, airy_error *err)
{
    airy_atom_box *box = &stored->box;
    bool tilted = strstr(rest, "xy") != NULL, general = strstr(rest, "abc") != NULL;
    double low[3], high[3], tilt[3] = {0};
    *box = (airy_atom_box){.periodic = {true, true, true}};
    read_faces(rest, box); // before the next line, which takes the place of this one
    for (int k = 0; k < 3; k++) {
        double v[4] = {0};
        airy_code code = numbers(d, v, general ? 4 : tilted ? 3 : 2, err);
        if (code != AIRY_OK)
            return code;
        low[k] = v[0], high[k] = v[1];
        if (general)
            memcpy(box->a[k], v, sizeof box->a[k]), box->origin[k] = v[3];
        else if (tilted)
            tilt[k] = v[2];
    }
    for (int k = 0; k < 3 && !general; k++)
        if (!(high[k] > low[k]))
            return airy_error_set(err, AIRY_EVALUE,
                                  "%s, line %lld: the box has no volume: %g to %g", d->path,
                                  airy_line_file_number(d->lines), low[k], high[k]);
    if (!general)
        box_tilted(box, low, high, tilt);
    if (airy_atom_box_complete(box, err) != AIRY_OK)
        return airy_error_prefix(err, "%s, line %lld", d->path, airy_line_file_number(d->lines));
    return AIRY_OK;
}

// ------------------------------------------------------------------ atoms

// How much a kind of coordinates knows: unwrapped before wrapped, scaled before not (no digits lost
// to a box that moves).
static int worth(const column_row *row)
{
    return row->role == ROLE_PLACE ? 1 + 2 * row->unwrapped + row->scaled : 0;
}

static const column_row *known(const char *name)
{
    for (int i = 0; i < KNOWN; i++)
        if (strcmp(name, columns[i].name) == 0)
            return &columns[i];
    return NULL;
}

static airy_code read_columns(dump *d, char *rest, airy_error *err)
{
    const column_row *of[COLUMNS];
    int best = 0, found[6][3] = {{0}};
    d->n_columns = 0;
    for (char *word; (word = airy_word_next(&rest)) && d->n_columns < COLUMNS; d->n_columns++) {
        of[d->n_columns] = known(word);
        int value = of[d->n_columns] ? worth(of[d->n_columns]) : 0;
        best = value > best ? value : best;
    }
    for (int i = 0; i < d->n_columns; i++) {
        bool used = of[i] && (of[i]->role != ROLE_PLACE || worth(of[i]) == best);
        d->role[i] = used ? of[i]->role : ROLE_NONE;
        d->axis[i] = used ? of[i]->axis : 0;
        if (used) {
            found[of[i]->role][of[i]->axis]++;
            if (of[i]->role == ROLE_PLACE)
                d->scaled = of[i]->scaled, d->unwrapped = of[i]->unwrapped;
        }
    }
    for (int k = 0; k < 3; k++)
        if (found[ROLE_PLACE][k] != 1)
            return bad(d, err,
                       "ITEM: ATOMS has no columns x y z, xs ys zs, xu yu zu or xsu ysu zsu",
                       "ITEM: ATOMS");
    if (!found[ROLE_ID][0])
        return bad(d, err, "ITEM: ATOMS has no column id: atoms could not be told apart",
                   "ITEM: ATOMS");
    d->images = found[ROLE_IMAGE][0] && found[ROLE_IMAGE][1] && found[ROLE_IMAGE][2];
    return AIRY_OK;
}

// Takes one atom; what is wrong with its line, NULL: nothing. An element is a better name than a
// type. Scaled coordinates that are wrapped leave the box by no
// more than atoms move before they are wrapped again.
static const char *read_atom(const dump *d, char *at, airy_stored_atoms *stored,
                             airy_type_names *names)
{
    static const char no_atom[] = "this is no atom of the columns above it";
    double place[3] = {0}, image[3] = {0}, id = 0;
    const char *type = "1", *element = NULL;
    for (int c = 0; c < d->n_columns; c++) {
        double *to = d->role[c] == ROLE_PLACE   ? &place[d->axis[c]]
                     : d->role[c] == ROLE_IMAGE ? &image[d->axis[c]]
                     : d->role[c] == ROLE_ID    ? &id
                                                : NULL;
        char *word = to ? NULL : airy_word_next(&at);
        if (to ? !airy_number_next(&at, to) : !word)
            return no_atom;
        type = d->role[c] == ROLE_TYPE ? word : type;
        element = d->role[c] == ROLE_ELEMENT ? word : element;
    }
    for (int k = 0; k < 3; k++)
        if (d->scaled && !d->unwrapped && !(place[k] >= -1 && place[k] <= 2))
            return "xs ys zs count edges of the box, 0 to 1 (are these x y z, or xsu ysu zsu?)";
    int i = stored->n++;
    stored->id[i] = airy_whole(id);
    stored->type[i] = airy_type_number(names, element ? element : type);
    if (!d->scaled)
        airy_atom_box_inside(&stored->box, place, place);
    for (int k = 0; k < 3; k++)
        stored->s[3 * i + k] = place[k] + (d->unwrapped ? 0 : image[k]);
    return stored->type[i] >= 0 ? NULL : no_atom;
}

static airy_code read_atoms(dump *d, char *rest, airy_stored_atoms *stored, airy_error *err)
{
    long long n = airy_whole(d->n);
    airy_code code = read_columns(d, rest, err);
    if (code == AIRY_OK && stored->box.volume <= 0)
        code = bad(d, err, "ITEM: ATOMS comes before BOX BOUNDS", "ITEM: ATOMS");
    stored->n = 0;
    if (code == AIRY_OK && airy_stored_next(stored, n, err) != AIRY_OK)
        code = airy_error_prefix(err, "%s, line %lld", d->path, airy_line_file_number(d->lines));
    while (code == AIRY_OK && stored->n < n) {
        const char *wrong;
        char *line = NULL;
        code = airy_stored_next(stored, n, err);
        if (code == AIRY_OK)
            code = airy_line_file_next(d->lines, &line, err);
        if (code == AIRY_OK && !line)
            code =
                airy_error_set(err, AIRY_EFORMAT, "%s is cut off: step %lld has %d of %lld atoms",
                               d->path, stored->step, stored->n, n);
        else if (code == AIRY_OK && (wrong = read_atom(d, line, stored, d->names)))
            code = bad(d, err, wrong, line);
    }
    stored->unwrapped = d->unwrapped || d->images;
    stored->reduced = d->reduced;
    if (code == AIRY_OK && d->unit_a != 1)
        code = airy_atom_box_scale(&stored->box, d->unit_a, err);
    return code;
}

// ------------------------------------------------------------------ sections

static airy_code read_units(dump *d, char *rest, airy_stored_atoms *stored, airy_error *err)
{
    char *line, *word;
    (void)rest, (void)stored;
    airy_code code = airy_line_file_next(d->lines, &line, err);
    if (code != AIRY_OK)
        return code;
    if (!line)
        return bad(d, err, "the last frame is cut off", line);
    word = airy_word_next(&line);
    for (int i = 0; word && i < UNITS; i++)
        if (strcmp(word, units[i].name) == 0) {
            d->unit_ps = units[i].ps, d->unit_a = units[i].a;
            d->reduced = strcmp(word, "lj") == 0;
            return AIRY_OK;
        }
    return bad(d, err, "units of LAMMPS were wanted (metal, real, si, cgs, nano, lj ...)", word);
}

static airy_code read_step(dump *d, char *rest, airy_stored_atoms *stored, airy_error *err)
{
    double step = 0;
    (void)rest;
    airy_code code = numbers(d, &step, 1, err);
    stored->step = airy_whole(step);
    return code;
}

static airy_code read_time(dump *d, char *rest, airy_stored_atoms *stored, airy_error *err)
{
    double time = NAN;
    (void)rest;
    airy_code code = numbers(d, &time, 1, err);
    stored->time_ps = time * d->unit_ps;
    return code;
}

static airy_code read_number(dump *d, char *rest, airy_stored_atoms *stored, airy_error *err)
{
    (void)rest, (void)stored;
    return numbers(d, &d->n, 1, err);
}

// A frame is a row of sections, the last of them its atoms.
typedef struct section {
    const char *heading;
    airy_code (*read)(dump *d, char *rest, airy_stored_atoms *stored, airy_error *err);
} section;

static const section sections[] = {
    {"ITEM: ATOMS", read_atoms}, {"ITEM: BOX BOUNDS", read_box},
    {"ITEM: UNITS", read_units}, {"ITEM: TIMESTEP", read_step},
    {"ITEM: TIME", read_time},   {"ITEM: NUMBER OF ATOMS", read_number},
};
enum { SECTIONS = sizeof sections / sizeof sections[0] };

static const section *section_of(const char *line)
{
    for (int i = 0; i < SECTIONS; i++)
        if (strncmp(line, sections[i].heading, strlen(sections[i].heading)) == 0)
            return &sections[i];
    return NULL;
}

static airy_code dump_read(void *reader, airy_stored_atoms *stored, airy_type_names *names,
                           bool *end, airy_error *err)
{
    dump *d = reader;
    d->names = names;
    d->n = 0;
    stored->box.volume = 0;
    stored->time_ps = NAN;
    airy_code code = AIRY_OK;
    for (const section *at = NULL; code == AIRY_OK && (!at || at->read != read_atoms);) {
        char *line;
        code = airy_line_file_next(d->lines, &line, err);
        *end = code == AIRY_OK && !line && !at;
        if (*end || code != AIRY_OK)
            return code;
        at = line ? section_of(line) : NULL;
        code = !line ? bad(d, err, "the last frame is cut off", line)
               : !at ? bad(d, err, "a heading such as ITEM: TIMESTEP is wanted", line)
                     : at->read(d, line + strlen(at->heading), stored, err);
    }
    return code;
}

static double dump_share(const void *reader)
{
    return airy_line_file_share(((const dump *)reader)->lines);
}

const airy_trajectory_format airy_dump_format = {"LAMMPS dump", dump_open, dump_read, dump_share,
                                                 dump_close};
