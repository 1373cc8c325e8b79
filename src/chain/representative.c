// SPDX-License-Identifier: GPL-3.0-or-later
// The shot that stands for a delay: the one closest to the mean image of all of them.
#include "chain.h"

#include <string.h>

// Images of one delay on one grid, and which rows they belong to.
typedef struct group {
    int n, side;
    int *row;
    airy_image *image;
    airy_image mean;
} group;

static void group_release(group *g)
{
    for (int i = 0; g->image && i < g->n; i++)
        airy_image_release(&g->image[i]);
    airy_memory_free(g->image);
    airy_memory_free(g->row);
    airy_image_release(&g->mean);
}

static airy_code read_image(const char *folder, int shot, airy_image *image, airy_error *err)
{
    airy_text path = {0};
    airy_stack images = {0};
    airy_text_append(&path, "%s/shot-%04d/image.cxi", folder, shot);
    airy_code code =
        path.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a path") : AIRY_OK;
    airy_h5 *h5 = path.failed ? NULL : airy_h5_open(path.text, err);
    if (code == AIRY_OK)
        code = h5 ? airy_cxi_get_images(h5, &images, NULL, err) : airy_error_code(err, AIRY_EIO);
    airy_h5_close(h5);
    if (code == AIRY_OK) {
        airy_image first = airy_stack_image(&images, 0);
        code = airy_image_copy(image, &first, err);
    }
    airy_stack_release(&images);
    airy_text_release(&path);
    return code;
}

// Puts the middle of the image into the middle of a larger empty one, with a sum of 1. All shots
// have the same object pixel, but sides that go with their sizes.
static airy_code fit_side(airy_image *image, int side, airy_error *err)
{
    airy_image larger = {0};
    double sum = 0;
    airy_code code = airy_image_init(&larger, side, side, err);
    if (code != AIRY_OK)
        return code;
    int dy = side / 2 - image->ny / 2, dx = side / 2 - image->nx / 2;
    for (int i = 0; i < image->ny * image->nx; i++)
        sum += image->px[i];
    for (int i = 0; i < image->ny * image->nx; i++)
        larger.px[(i / image->nx + dy) * side + i % image->nx + dx] =
            (float)(sum > 0 ? image->px[i] / sum : 0);
    airy_image_release(image);
    *image = larger;
    return AIRY_OK;
}

// The images of the rows that passed their gates at this delay; passed rows are marked.
static airy_code collect(const char *folder, const airy_shot_row *rows, int n, double delay_ps,
                         group *g, airy_error *err)
{
    airy_code code = AIRY_OK;
    g->row = airy_memory_new((size_t)n, sizeof *g->row);
    g->image = airy_memory_new((size_t)n, sizeof *g->image);
    if (!g->row || !g->image)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d images", n);
    for (int i = 0; code == AIRY_OK && i < n; i++) {
        if (rows[i].gate != 1 || rows[i].delay_ps != delay_ps)
            continue;
        airy_image *image = &g->image[g->n];
        code = read_image(folder, rows[i].shot, image, err);
        g->side = image->ny > g->side ? image->ny : g->side;
        g->row[g->n++] = i;
    }
    for (int i = 0; code == AIRY_OK && i < g->n; i++)
        code = fit_side(&g->image[i], g->side, err);
    return code == AIRY_OK && g->n ? airy_image_init(&g->mean, g->side, g->side, err) : code;
}

static void take_mean(group *g)
{
    for (int p = 0; p < g->side * g->side; p++) {
        double sum = 0;
        for (int i = 0; i < g->n; i++)
            sum += g->image[i].px[p];
        g->mean.px[p] = (float)(sum / g->n);
    }
}

// Lays all images on the first one, then on their mean, which does not prefer any.
static airy_code align(group *g, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int pass = 0; code == AIRY_OK && pass < 2; pass++) {
        airy_aligner *aligner = airy_aligner_new(pass ? &g->mean : &g->image[0], NULL, err);
        code = aligner ? AIRY_OK : airy_error_code(err, AIRY_EIO);
        for (int i = 0; code == AIRY_OK && i < g->n; i++) {
            airy_alignment found;
            code = airy_aligner_run(aligner, &g->image[i], &g->image[i], &found, err);
        }
        airy_aligner_free(aligner);
        take_mean(g);
    }
    return code;
}

static airy_code choose(const char *folder, airy_shot_row *rows, int n, double delay_ps,
                        airy_error *err)
{
    group g = {0};
    int best = -1;
    airy_code code = collect(folder, rows, n, delay_ps, &g, err);
    if (code == AIRY_OK && g.n)
        code = align(&g, err);
    for (int i = 0; code == AIRY_OK && i < g.n; i++) {
        airy_shot_row *row = &rows[g.row[i]];
        row->distance = airy_image_distance(&g.image[i], &g.mean);
        row->shown = 0;
        if (best < 0 || row->distance < rows[best].distance)
            best = g.row[i];
    }
    if (best >= 0)
        rows[best].shown = 1;
    group_release(&g);
    return code;
}

airy_code airy_shown_choose(const char *folder, airy_shot_row *rows, int n, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < n; i++) {
        bool seen = false;
        for (int k = 0; k < i; k++)
            seen = seen || rows[k].delay_ps == rows[i].delay_ps;
        if (!seen)
            code = choose(folder, rows, n, rows[i].delay_ps, err);
    }
    return code;
}
