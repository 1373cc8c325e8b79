// SPDX-License-Identifier: GPL-3.0-or-later
// Files of simulated atoms: a trajectory and what is known of it.
#include "airy/simulate.h"
#include "products.h"
#include "walk.h"
#include "lattice.h"
#include "airy/work.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void path_in(const airy_simulation_output *output, const char *name, airy_text *path)
{
    airy_text_append(path, "%s/%s", output->folder, name);
}

static airy_code check(const airy_simulation_output *output, airy_error *err)
{
    static const char *const names[] = {"trajectory.lammpstrj", "truth.tsv"};
    airy_code code = airy_folder_make(output->folder, err);
    for (int i = 0; i < 2 && code == AIRY_OK; i++) {
        airy_text path = {0};
        path_in(output, names[i], &path);
        code = airy_output_check(path.text, NULL, output->overwrite, err);
        airy_text_release(&path);
    }
    return code;
}

static airy_code write_truth(const airy_table *table, const airy_simulation_output *output,
                             airy_error *err)
{
    airy_text path = {0};
    path_in(output, "truth.tsv", &path);
    airy_code code = airy_product_table(output, path.text, table, err);
    airy_text_release(&path);
    return code;
}

// ------------------------------------------------------------------ a lattice

static airy_code lattice_truth(const airy_lattice *lattice, airy_table *table, airy_error *err)
{
    const airy_lattice_truth *known = airy_lattice_known(lattice->kind);
    double d = lattice->distance;
    const struct {
        const char *quantity;
        double value;
    } rows[] = {{"neighbours", known->neighbours}, {"q4", known->q4},
                {"w4_hat", known->w4_hat},         {"q6", known->q6},
                {"w6_hat", known->w6_hat},         {"volume_a3", known->volume * d * d * d}};
    airy_code code = airy_table_init(table, "quantity value", err);
    for (int i = 0; i < 6 && code == AIRY_OK; i++) {
        code = airy_table_add(table, err);
        if (code == AIRY_OK)
            code = airy_table_put(table, i, "quantity", rows[i].quantity, err);
        if (code == AIRY_OK)
            code = airy_table_put_double(table, i, "value", rows[i].value, err);
    }
    return code;
}

airy_code airy_lattice_write(const airy_lattice *lattice, const airy_simulation_output *output,
                             airy_error *err)
{
    airy_atoms atoms = {0};
    airy_text text = {0}, path = {0};
    airy_table table = {0};
    airy_code code = airy_options_check(airy_lattice_rows, lattice, err);
    if (code == AIRY_OK)
        code = check(output, err);
    if (code == AIRY_OK)
        code = airy_lattice_make(lattice, &atoms, err);
    if (code == AIRY_OK) {
        airy_atoms_format(&atoms, NULL, &text);
        path_in(output, "trajectory.lammpstrj", &path);
        code = text.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for %d atoms", atoms.n)
                           : airy_file_write_text(path.text, text.text, output->overwrite, err);
    }
    if (code == AIRY_OK)
        code = lattice_truth(lattice, &table, err);
    if (code == AIRY_OK)
        code = write_truth(&table, output, err);
    airy_table_release(&table);
    airy_text_release(&text);
    airy_text_release(&path);
    airy_atoms_release(&atoms);
    return code;
}

// ------------------------------------------------------------------ a walk

typedef struct ways {
    const airy_walk *walk;
    double *r; // [(atom * frames + frame) * 3 + x]
} ways;

static airy_code walk_one(int i, void *workspace, void *context, airy_error *err)
{
    const ways *w = context;
    (void)workspace, (void)err;
    airy_walk_atom(w->walk, i, w->r + (size_t)i * 3 * (size_t)w->walk->frames);
    return AIRY_OK;
}

static airy_code write_frame(const ways *w, int frame, airy_atoms *atoms, FILE *file,
                             airy_error *err)
{
    airy_text text = {0};
    airy_code code = AIRY_OK;
    for (int i = 0; i < atoms->n; i++)
        memcpy(atoms->r + 3 * i, w->r + 3 * ((size_t)i * (size_t)w->walk->frames + (size_t)frame),
               3 * sizeof *atoms->r);
    atoms->step = frame;
    airy_text_append(&text, "ITEM: UNITS\nmetal\nITEM: TIME\n%.12g\n", frame * w->walk->dt_ps);
    airy_atoms_format(atoms, NULL, &text);
    if (text.failed)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d atoms", atoms->n);
    else if (fwrite(text.text, 1, text.length, file) != text.length)
        code = airy_error_set(err, AIRY_EIO, "writing failed: %s", strerror(errno));
    airy_text_release(&text);
    return code;
}

static airy_code write_frames(const ways *w, const airy_simulation_output *output, airy_error *err)
{
    airy_output out = {0};
    airy_text path = {0};
    airy_atoms atoms = {0};
    path_in(output, "trajectory.lammpstrj", &path);
    airy_code code = airy_output_begin(&out, path.text, output->overwrite, err);
    FILE *file = code == AIRY_OK ? fopen(out.temporary, "wb") : NULL;
    if (code == AIRY_OK && !file)
        code =
            airy_error_set(err, AIRY_EIO, "%s cannot be written: %s", path.text, strerror(errno));
    if (code == AIRY_OK)
        code = airy_atoms_init(&atoms, w->walk->atoms, err);
    for (int k = 0; code == AIRY_OK && k < 3; k++)
        atoms.box.a[k][k] = w->walk->box, atoms.box.periodic[k] = true;
    for (int frame = 0; code == AIRY_OK && frame < w->walk->frames; frame++) {
        code = write_frame(w, frame, &atoms, file, err);
        airy_progress_report(output->progress, frame + 1, w->walk->frames, "frames");
        if (code == AIRY_OK && airy_progress_stopped(output->progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped after %d frames", frame + 1);
    }
    if (file && fclose(file) != 0 && code == AIRY_OK)
        code = airy_error_set(err, AIRY_EIO, "%s: writing failed: %s", path.text, strerror(errno));
    if (code == AIRY_OK)
        code = airy_output_commit(&out, err);
    airy_output_abandon(&out);
    airy_atoms_release(&atoms);
    airy_text_release(&path);
    return code;
}

static airy_code walk_truth(const airy_walk *walk, airy_table *table, airy_error *err)
{
    airy_code code = airy_table_init(table, "time_ps msd_a2", err);
    for (int frame = 0; frame < walk->frames && code == AIRY_OK; frame++) {
        double t = frame * walk->dt_ps;
        code = airy_table_add(table, err);
        if (code == AIRY_OK)
            code = airy_table_put_double(table, frame, "time_ps", t, err);
        if (code == AIRY_OK)
            code = airy_table_put_double(table, frame, "msd_a2", airy_walk_msd(walk, t), err);
    }
    return code;
}

airy_code airy_walk_write(const airy_walk *walk, const airy_simulation_output *output,
                          airy_error *err)
{
    ways w = {.walk = walk};
    airy_table table = {0};
    airy_code code = airy_options_check(airy_walk_rows, walk, err);
    if (code == AIRY_OK)
        code = check(output, err);
    if (code != AIRY_OK)
        return code;
    w.r = airy_memory_new((size_t)walk->atoms * (size_t)walk->frames, 3 * sizeof *w.r);
    if (!w.r)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d walkers in %d frames",
                              walk->atoms, walk->frames);
    const airy_farm farm = {.threads = output->threads, .job = walk_one, .context = &w};
    code = airy_farm_run(&farm, walk->atoms, err);
    if (code == AIRY_OK)
        code = write_frames(&w, output, err);
    if (code == AIRY_OK)
        code = walk_truth(walk, &table, err);
    if (code == AIRY_OK)
        code = write_truth(&table, output, err);
    airy_table_release(&table);
    airy_memory_free(w.r);
    return code;
}
