// SPDX-License-Identifier: GPL-3.0-or-later
// Files of simulated rings of a glass: frames, geometry, and the S(q) and G(r) they are made of.
#include "glass_rings.h"
#include "simulate/products.h"

#include "airy/source.h"

enum { TRUTH_POINTS = 2000 };

typedef struct work {
    const airy_glass_rings *o;
    airy_image mean;
} work;

static airy_code write_frames(const void *what, const airy_simulation_output *output,
                              const char *path, airy_error *err)
{
    const work *w = what;
    int n = w->o->frames;
    airy_pattern frame = {0};
    airy_frames *out = airy_frames_create(path, output->overwrite, err);
    airy_code code =
        out ? airy_pattern_init(&frame, w->o->ny, w->o->nx, err) : airy_error_code(err, AIRY_EIO);
    for (int i = 0; i < n && code == AIRY_OK; i++) {
        airy_glass_rings_frame(w->o, &w->mean, i, &frame);
        code = airy_frames_append(out, &frame, err);
        airy_progress_report(output->progress, i + 1, n, "frames");
        if (code == AIRY_OK && airy_progress_stopped(output->progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped after %d of %d frames", i + 1, n);
    }
    if (code == AIRY_OK)
        code = airy_frames_commit(out, output->history, err);
    airy_frames_close(out);
    airy_pattern_release(&frame);
    return code;
}

static airy_code write_poni(const void *what, const airy_simulation_output *output,
                            const char *path, airy_error *err)
{
    airy_pose pose;
    airy_text text = {0};
    airy_code code = airy_glass_rings_pose(((const work *)what)->o, &pose, err);
    if (code == AIRY_OK) {
        airy_pose_poni_text(&pose, &text);
        code = airy_text_whole(&text, err);
    }
    if (code == AIRY_OK)
        code = airy_file_write_text(path, text.text, output->overwrite, err);
    airy_text_release(&text);
    return code;
}

typedef double truth(const airy_glass *glass, double x);

// Points of a curve from one step on.
static airy_code write_curve(const work *w, const airy_simulation_output *output, const char *path,
                             truth *of, double step, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_init(&table, of == airy_glass_s ? "q_inv_a s" : "r_a g", err);
    for (int i = 0; i < TRUTH_POINTS && code == AIRY_OK; i++) {
        double at = (i + 1) * step;
        code = airy_table_add(&table, err);
        if (code == AIRY_OK)
            code = airy_table_put_double(&table, i, table.name[0], at, err);
        if (code == AIRY_OK)
            code = airy_table_put_double(&table, i, table.name[1], of(&w->o->glass, at), err);
    }
    if (code == AIRY_OK)
        code = airy_product_table(output, path, &table, err);
    airy_table_release(&table);
    return code;
}

// What sq.tsv and gr.tsv should be.
static airy_code write_sq(const void *what, const airy_simulation_output *output, const char *path,
                          airy_error *err)
{
    return write_curve(what, output, path, airy_glass_s, 0.02, err);
}

static airy_code write_gr(const void *what, const airy_simulation_output *output, const char *path,
                          airy_error *err)
{
    return write_curve(what, output, path, airy_glass_g, 0.01, err);
}

airy_code airy_glass_rings_write(const airy_glass_rings *rings,
                                 const airy_simulation_output *output, double *scale,
                                 airy_error *err)
{
    static const airy_product files[] = {{"frames.h5", write_frames},
                                         {"geometry.poni", write_poni},
                                         {"truth-sq.tsv", write_sq},
                                         {"truth-gr.tsv", write_gr}};
    work w = {.o = rings};
    airy_code code = airy_glass_rings_mean(rings, &w.mean, scale, err);
    if (code == AIRY_OK)
        code = airy_products_write(files, sizeof files / sizeof files[0], &w, output, err);
    airy_image_release(&w.mean);
    return code;
}
