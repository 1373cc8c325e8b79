// SPDX-License-Identifier: GPL-3.0-or-later
// A trajectory in, atoms.h5, a table a measure and the frames of speckle out.
#include "airy/atoms.h"
#include "measure.h"
#include "airy/source.h"

#include <string.h>

typedef struct work {
    const airy_call *call;
    airy_measure_options o;
    airy_history history;
    airy_frames *speckle;
    airy_pattern map; // 1 where a pixel is a wave vector
    airy_text speckle_path, map_path;
} work;

// ------------------------------------------------------------------ speckle

// The file of frames, and the map of one region that correlate wants.
static airy_code begin_speckle(work *w, const airy_waves *waves, airy_error *err)
{
    w->speckle = airy_frames_create(w->speckle_path.text, w->call->overwrite, err);
    if (!w->speckle)
        return airy_error_code(err, AIRY_EIO);
    airy_code code = airy_image_init(&w->map.photons, waves->rows, waves->columns, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&w->map.mask, waves->rows, waves->columns, err);
    for (int i = 0; code == AIRY_OK && i < waves->n; i++)
        w->map.photons.px[waves->pixel[i]] = 1;
    return code;
}

// One frame: waves at their pixels, what is no wave left out.
static airy_code put_speckle(void *context, const airy_waves *waves, const airy_atoms *atoms,
                             const double *intensity, airy_error *err)
{
    work *w = context;
    airy_pattern pattern = {0};
    (void)atoms;
    airy_code code = w->speckle ? AIRY_OK : begin_speckle(w, waves, err);
    if (code == AIRY_OK)
        code = airy_pattern_init(&pattern, waves->rows, waves->columns, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < waves->rows * waves->columns; i++)
        pattern.mask.bits[i] = AIRY_MASK_MISSING;
    for (int i = 0; i < waves->n; i++) {
        pattern.photons.px[waves->pixel[i]] = (float)intensity[i];
        pattern.mask.bits[waves->pixel[i]] = 0;
    }
    airy_image_release(&pattern.variance); // exact: no photons were counted
    airy_pattern_apply_mask(&pattern);
    code = airy_frames_append(w->speckle, &pattern, err);
    airy_pattern_release(&pattern);
    return code;
}

// ------------------------------------------------------------------ outputs

static void path_of(const work *w, const char *name, airy_text *path)
{
    airy_text_append(path, "%s", "");
    airy_output_beside(w->call->output, "atoms", name, path);
}

static airy_code check_outputs(work *w, airy_error *err)
{
    const char *name;
    airy_code code = airy_output_check(w->call->output, NULL, w->call->overwrite, err);
    for (int i = 0; code == AIRY_OK && (name = airy_measure_table(&w->o, i)); i++) {
        airy_text path = {0}, file = {0};
        airy_text_append(&file, "%s.tsv", name);
        path_of(w, file.text, &path);
        code = airy_call_outputs(w->call, path.text, w->call->output, err);
        airy_text_release(&path);
        airy_text_release(&file);
    }
    if (code == AIRY_OK && w->o.wanted[AIRY_MEASURE_SPECKLE]) {
        path_of(w, "speckle.h5", &w->speckle_path);
        path_of(w, "roi.h5", &w->map_path);
        code = airy_call_outputs(w->call, w->speckle_path.text, w->map_path.text, err);
    }
    return code;
}

static airy_code write_table(const work *w, const airy_table *table, const char *name,
                             airy_error *err)
{
    airy_text path = {0}, file = {0};
    airy_text_append(&file, "%s.tsv", name);
    path_of(w, file.text, &path);
    airy_code code = airy_table_write_under(path.text, table, &w->history, w->call->overwrite, err);
    airy_text_release(&path);
    airy_text_release(&file);
    return code;
}

static airy_code write_all(work *w, const airy_measured *measured, airy_error *err)
{
    const char *name;
    const airy_table *table;
    airy_h5 *h5 = airy_h5_create(w->call->output, w->call->overwrite, err);
    airy_code code =
        h5 ? airy_cxi_begin(h5, NULL, &w->history, err) : airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK)
        code = airy_measured_put(measured, h5, err);
    for (int i = 0; code == AIRY_OK && (table = airy_measured_table(measured, i, &name)); i++)
        code = write_table(w, table, name, err);
    if (code == AIRY_OK && w->speckle)
        code = airy_pattern_write(w->map_path.text, &w->map, &w->history, w->call->overwrite, err);
    if (code == AIRY_OK && w->speckle)
        code = airy_frames_commit(w->speckle, &w->history, err);
    if (code == AIRY_OK)
        code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}

// Doubts are sentences, a line each.
static void say_doubts(const airy_call *call, const char *doubts)
{
    for (; *doubts; doubts += strcspn(doubts, "\n") + 1)
        airy_call_warn(call, "%.*s", (int)strcspn(doubts, "\n"), doubts);
}

static airy_code run(work *w, airy_measured **measured, airy_error *err)
{
    airy_code code = check_outputs(w, err);
    w->o.speckle = put_speckle;
    w->o.context = w;
    if (code == AIRY_OK) {
        *measured = airy_measure_run(w->call->inputs[0], &w->o, w->call->progress, err);
        code = *measured ? airy_call_record(w->call, NULL, NULL, &w->history, err)
                         : airy_error_code(err, AIRY_EIO);
    }
    if (code == AIRY_OK)
        code = write_all(w, *measured, err);
    if (code == AIRY_OK)
        say_doubts(w->call, airy_measured_doubts(*measured));
    return code;
}

airy_measured *airy_atoms_run(const airy_call *call, const airy_measure_options *options,
                              airy_error *err)
{
    work w = {.call = call, .o = *options};
    airy_measured *measured = NULL;
    w.o.threads = call->threads;
    airy_code code = run(&w, &measured, err);
    airy_frames_close(w.speckle);
    airy_history_release(&w.history);
    airy_pattern_release(&w.map);
    airy_text_release(&w.speckle_path);
    airy_text_release(&w.map_path);
    if (code == AIRY_OK)
        return measured;
    airy_measured_free(measured);
    return NULL;
}
