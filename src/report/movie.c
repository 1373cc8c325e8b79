// SPDX-License-Identifier: GPL-3.0-or-later
// The delays of a series one after the other as one animated picture.
#include "airy/kinetics.h"
#include "airy/report.h"
#include "airy/source.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_ROOM = 4096 };
#define SCALE 25.0 // ends of the colour bar, percent
#define FIELD 2.5  // side of the field over the largest radius

// What becomes frames.
typedef struct film {
    const char *folder, *path, *file; // file: of each shot
    airy_view_options view;
    int n;
    const airy_shot_row **shot;
    char **frame; // temporary files
} film;

static int earlier(const void *a, const void *b)
{
    double t = (*(const airy_shot_row *const *)a)->delay_ps;
    double u = (*(const airy_shot_row *const *)b)->delay_ps;
    return t < u ? -1 : t > u;
}

// The shots shown, by delay, and the field that holds the largest.
static airy_code choose(film *of, const airy_shot_row *rows, int n, airy_error *err)
{
    double largest = 0;
    of->shot = airy_memory_new((size_t)n + 1, sizeof *of->shot);
    of->frame = airy_memory_new((size_t)n + 1, sizeof *of->frame);
    if (!of->shot || !of->frame)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames", n);
    for (int i = 0; i < n; i++) {
        if (rows[i].shown != 1)
            continue;
        of->shot[of->n++] = &rows[i];
        largest = fmax(largest, fmax(rows[i].r_par_nm, rows[i].r_perp_nm));
    }
    if (of->n == 0)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s: no shot stands for a delay (column shown of shots.tsv)",
                              of->folder);
    qsort(of->shot, (size_t)of->n, sizeof *of->shot, earlier);
    if (of->view.crop < 0 && largest > 0)
        of->view.crop = FIELD * largest;
    if (of->view.low == of->view.high)
        of->view.low = -SCALE, of->view.high = SCALE;
    return AIRY_OK;
}

static airy_code draw(film *of, int i, const airy_progress *progress, airy_error *err)
{
    char from[PATH_ROOM], to[PATH_ROOM], title[32];
    airy_figure figure = {0};
    snprintf(from, sizeof from, "%s/shot-%04d/%s", of->folder, of->shot[i]->shot, of->file);
    snprintf(to, sizeof to, "%s.%d-%d.png", of->path, (int)getpid(), i);
    snprintf(title, sizeof title, "%g ps", of->shot[i]->delay_ps);
    of->view.title = title;
    airy_code code = airy_view_figure(from, &of->view, &figure, err);
    if (code == AIRY_OK && !(of->frame[i] = airy_text_copy(to)))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a path");
    if (code == AIRY_OK)
        code = airy_figure_write(&figure, to, NULL, progress, err);
    airy_figure_release(&figure);
    of->view.title = NULL;
    return code;
}

static airy_code make(film *of, int frame_ms, bool overwrite, const airy_progress *progress,
                      airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < of->n; i++)
        code = draw(of, i, progress, err);
    if (code == AIRY_OK)
        code = airy_png_movie((const char *const *)of->frame, of->n, frame_ms, of->path, overwrite,
                              err);
    for (int i = 0; i < of->n; i++)
        if (of->frame[i]) {
            unlink(of->frame[i]);
            free(of->frame[i]);
        }
    return code;
}

airy_code airy_view_movie(const char *folder, const airy_view_options *options, int frame_ms,
                          const char *path, bool overwrite, const airy_progress *progress,
                          airy_error *err)
{
    film of = {.folder = folder, .path = path, .file = "diff.h5", .view = *options};
    airy_table table = {0};
    airy_shot_row *rows = NULL;
    char shots[PATH_ROOM];
    int n = 0;
    if (!of.view.what)
        of.view.what = "difference";
    const bool bands = strcmp(of.view.what, "bands") == 0;
    if (!bands && strcmp(of.view.what, "difference") != 0)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "a movie is of the difference or of bands, not of '%s', which has no "
                              "scale that shots share",
                              of.view.what);
    if (bands)
        of.file = "bands.h5";
    snprintf(shots, sizeof shots, "%s/shots.tsv", folder);
    airy_code code = airy_table_read(shots, &table, err);
    if (code == AIRY_OK)
        code = airy_shots_from_table(&table, &rows, &n, err);
    if (code == AIRY_OK)
        code = choose(&of, rows, n, err);
    if (code == AIRY_OK)
        code = make(&of, frame_ms, overwrite, progress, err);
    airy_memory_free(of.shot);
    airy_memory_free(of.frame);
    airy_memory_free(rows);
    airy_table_release(&table);
    return code;
}
