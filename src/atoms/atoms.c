// SPDX-License-Identifier: GPL-3.0-or-later
// A frame of atoms: its room, and its text as LAMMPS writes dumps.
#include "airy/atoms.h"

#include <math.h>

airy_code airy_atoms_init(airy_atoms *atoms, int n, airy_error *err)
{
    *atoms = (airy_atoms){.n = n, .time_ps = NAN};
    size_t room = n > 0 ? (size_t)n : 0;
    atoms->type = airy_memory_new(room, sizeof *atoms->type);
    atoms->id = airy_memory_new(room, sizeof *atoms->id);
    atoms->r = airy_memory_new(3 * room, sizeof *atoms->r);
    if (n < 1 || !atoms->type || !atoms->id || !atoms->r) {
        airy_atoms_release(atoms);
        return airy_error_set(err, n < 1 ? AIRY_EARGUMENT : AIRY_EMEMORY,
                              "no room for a frame of %d atoms", n);
    }
    for (int i = 0; i < n; i++)
        atoms->id[i] = i + 1;
    return AIRY_OK;
}

void airy_atoms_release(airy_atoms *atoms)
{
    airy_memory_free(atoms->type);
    airy_memory_free(atoms->id);
    airy_memory_free(atoms->r);
    *atoms = (airy_atoms){0};
}

// LAMMPS' own boxes have a along x and b in the xy plane; any other needs the general form.
static void format_box(const airy_atom_box *box, airy_text *text)
{
    const double(*a)[3] = box->a, *o = box->origin;
    double xy = a[1][0], xz = a[2][0], yz = a[2][1];
    bool lower = a[0][1] == 0 && a[0][2] == 0 && a[1][2] == 0;
    bool tilted = xy != 0 || xz != 0 || yz != 0;
    airy_text_append(text, "ITEM: BOX BOUNDS%s",
                     !lower   ? " abc origin"
                     : tilted ? " xy xz yz"
                              : "");
    for (int k = 0; k < 3; k++)
        airy_text_append(text, box->periodic[k] ? " pp" : " ff");
    airy_text_append(text, "\n");
    const double low[3] = {fmin(fmin(0, xy), fmin(xz, xy + xz)), fmin(0, yz), 0};
    const double high[3] = {fmax(fmax(0, xy), fmax(xz, xy + xz)), fmax(0, yz), 0};
    const double tilt[3] = {xy, xz, yz};
    for (int k = 0; k < 3; k++)
        if (!lower)
            airy_text_append(text, "%.12g %.12g %.12g %.12g\n", a[k][0], a[k][1], a[k][2], o[k]);
        else if (tilted)
            airy_text_append(text, "%.12g %.12g %.12g\n", o[k] + low[k], o[k] + a[k][k] + high[k],
                             tilt[k]);
        else
            airy_text_append(text, "%.12g %.12g\n", o[k], o[k] + a[k][k]);
}

void airy_atoms_format(const airy_atoms *atoms, const char *const *names, airy_text *text)
{
    airy_text_append(text, "ITEM: TIMESTEP\n%lld\nITEM: NUMBER OF ATOMS\n%d\n", atoms->step,
                     atoms->n);
    format_box(&atoms->box, text);
    airy_text_append(text, "ITEM: ATOMS id type%s xu yu zu\n", names ? " element" : "");
    for (int i = 0; i < atoms->n; i++) {
        const double *r = atoms->r + 3 * i;
        airy_text_append(text, "%lld %d %s%s%.12g %.12g %.12g\n", atoms->id[i], atoms->type[i] + 1,
                         names ? names[atoms->type[i]] : "", names ? " " : "", r[0], r[1], r[2]);
    }
}
