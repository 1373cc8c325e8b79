// SPDX-License-Identifier: GPL-3.0-or-later
// The shots of a series by delay: a sheet of small pictures of all, large ones of those shown.
#include "html.h"
#include "colors.h"
#include "parts.h"
#include "thumbnail.h"

#include "airy/kinetics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define RESULT "/entry_1/result_1/"

enum { SIDE = 160, TILES = 4 };

// Limits that all shots share, so that they can be compared at a glance.
#define FIELD 2.5       // side of real-space tiles over the largest radius
#define DIFFERENCE 0.25 // ends of the colours, fraction of the central density

// One shot on its way to the page. Files that cannot be read leave empty tiles, but not for want of
// memory.
typedef struct sheet {
    const char *folder;
    double field_nm;
    airy_tile tile[TILES];
    bool no_memory;
} sheet;

// Whether it was read.
static bool is_read(sheet *of, airy_code code)
{
    of->no_memory = of->no_memory || code == AIRY_EMEMORY;
    return code == AIRY_OK;
}

static airy_h5 *open_file(sheet *of, int shot, const char *name)
{
    airy_text path = {0};
    airy_error why = {0};
    airy_text_append(&path, "%s/shot-%04d/%s", of->folder, shot, name);
    airy_h5 *h5 = path.failed ? NULL : airy_h5_open(path.text, &why);
    is_read(of, path.failed ? AIRY_EMEMORY : why.code);
    airy_text_release(&path);
    return h5;
}

static double number(airy_h5 *h5, const char *path, double otherwise)
{
    double value;
    return airy_h5_get_double(h5, path, &value, NULL) == AIRY_OK ? value : otherwise;
}

// The first image of a file and the window that all shots share, in its pixels.
static airy_code read_real(sheet *of, airy_h5 *h5, airy_stack *images, airy_window *window)
{
    double pitch_m = 0;
    airy_code code = airy_cxi_get_images(h5, images, &pitch_m, NULL);
    if (!is_read(of, code))
        return code;
    int side = images->ny < images->nx ? images->ny : images->nx;
    double field = pitch_m > 0 && of->field_nm > 0 ? of->field_nm / (pitch_m * 1e9) : side;
    *window = (airy_window){.center_y = number(h5, RESULT "center_y", images->ny / 2),
                            .center_x = number(h5, RESULT "center_x", images->nx / 2),
                            .field = field};
    return AIRY_OK;
}

static airy_code draw(const airy_image *image, const airy_window *window, const char *map,
                      airy_indexed *out, airy_error *err)
{
    return airy_thumbnail_draw(image, window, airy_colormap_find(map), SIDE, out, err);
}

static airy_code pattern_tile(sheet *of, int shot, airy_error *err)
{
    airy_text path = {0};
    airy_pattern pattern = {0};
    airy_code code = AIRY_OK;
    airy_text_append(&path, "%s/shot-%04d/pattern.cxi", of->folder, shot);
    if (is_read(of, path.failed ? AIRY_EMEMORY
                                : airy_pattern_read(path.text, 0, &pattern, NULL, NULL))) {
        const airy_image *photons = &pattern.photons;
        int n = photons->ny * photons->nx;
        double high = airy_stats_quantile(photons->px, n, 0.999);
        const airy_window window = {.center_y = photons->ny / 2,
                                    .center_x = photons->nx / 2,
                                    .field = 0.7 * photons->nx,
                                    .low = fmax(high * 1e-4, 1e-3),
                                    .high = fmax(high, 1e-2),
                                    .log = true};
        code = draw(photons, &window, "ember", &of->tile[0].picture, err);
    }
    airy_pattern_release(&pattern);
    airy_text_release(&path);
    return code;
}

static airy_code image_tile(sheet *of, int shot, airy_error *err)
{
    airy_h5 *h5 = open_file(of, shot, "image.cxi"), *body = open_file(of, shot, "diff.h5");
    airy_stack images = {0};
    airy_window window;
    airy_code code = AIRY_OK;
    if (h5 && body && read_real(of, h5, &images, &window) == AIRY_OK) {
        const airy_image image = airy_stack_image(&images, 0);
        window.center_y = number(body, RESULT "center_y", window.center_y);
        window.center_x = number(body, RESULT "center_x", window.center_x);
        window.high = airy_stats_quantile(image.px, image.ny * image.nx, 0.9995);
        code = draw(&image, &window, "sea", &of->tile[1].picture, err);
    }
    airy_stack_release(&images);
    airy_h5_close(h5);
    airy_h5_close(body);
    return code;
}

// The difference, and the skeleton over it, in paler colours.
static airy_code difference_tiles(sheet *of, int shot, airy_error *err)
{
    airy_h5 *h5 = open_file(of, shot, "bands.h5");
    airy_stack labels = {0};
    airy_image difference = {0};
    airy_window window;
    airy_code code = AIRY_OK;
    if (h5 && read_real(of, h5, &labels, &window) == AIRY_OK &&
        is_read(of, airy_h5_get_image(h5, RESULT "difference", &difference, NULL))) {
        const airy_image skeleton = airy_stack_image(&labels, 0);
        window.low = -DIFFERENCE, window.high = DIFFERENCE;
        code = draw(&difference, &window, "blue-red", &of->tile[2].picture, err);
        window.low *= 2, window.high *= 2;
        if (code == AIRY_OK)
            code = draw(&difference, &window, "blue-red", &of->tile[3].picture, err);
        if (code == AIRY_OK)
            airy_thumbnail_strokes(&skeleton, &window, &of->tile[3].picture);
    }
    airy_image_release(&difference);
    airy_stack_release(&labels);
    airy_h5_close(h5);
    return code;
}

static airy_code put_shot(airy_page *page, sheet *of, const airy_shot_row *row, airy_error *err)
{
    static const char *const names[TILES] = {"pattern", "image", "difference", "skeleton"};
    char caption[160];
    for (int i = 0; i < TILES; i++)
        of->tile[i] = (airy_tile){.name = names[i]};
    airy_code code = pattern_tile(of, row->shot, err);
    if (code == AIRY_OK)
        code = image_tile(of, row->shot, err);
    if (code == AIRY_OK)
        code = difference_tiles(of, row->shot, err);
    if (code == AIRY_OK && of->no_memory)
        code =
            airy_error_set(err, AIRY_EMEMORY, "no memory for the pictures of shot %d", row->shot);
    char bands[24] = "no bands";
    if (row->n_branches > 0)
        snprintf(bands, sizeof bands, "%d band%s", row->n_branches, row->n_branches > 1 ? "s" : "");
    int length = snprintf(caption, sizeof caption, "shot %d", row->shot);
    if (isfinite(row->r_factor))
        snprintf(caption + length, sizeof caption - (size_t)length,
                 "%s: R %.3f, %.1f × %.1f nm, %s", row->shown == 1 ? " (above)" : "", row->r_factor,
                 row->r_par_nm, row->r_perp_nm, bands);
    if (code == AIRY_OK)
        code = airy_page_tiles(page, of->tile, TILES, caption,
                               row->gate ? "" : "left out, see gates", err);
    for (int i = 0; i < TILES; i++)
        airy_memory_free(of->tile[i].picture.index);
    return code;
}

// Delays in the order of time, each once.
static int delays_of(const airy_shot_row *rows, int n, double *delay)
{
    int count = 0;
    for (int i = 0; i < n; i++) {
        int k = count;
        while (k > 0 && delay[k - 1] > rows[i].delay_ps)
            k--;
        if (k > 0 && delay[k - 1] == rows[i].delay_ps)
            continue;
        for (int m = count++; m > k; m--)
            delay[m] = delay[m - 1];
        delay[k] = rows[i].delay_ps;
    }
    return count;
}

// ------------------------------------------------------------------ shots that stand for a delay

// The rows of shots.tsv, and those shown, in the order of their delays.
typedef struct series {
    int n, shown;
    airy_shot_row *rows;
    const airy_shot_row **show;
} series;

static void series_release(series *of)
{
    airy_memory_free(of->rows);
    airy_memory_free(of->show);
    *of = (series){0};
}

static int earlier(const void *a, const void *b)
{
    double t = (*(const airy_shot_row *const *)a)->delay_ps;
    double u = (*(const airy_shot_row *const *)b)->delay_ps;
    return t < u ? -1 : t > u;
}

static airy_code series_read(const char *folder, series *of, airy_error *err)
{
    airy_table table = {0};
    airy_text path = {0};
    airy_text_append(&path, "%s/shots.tsv", folder);
    *of = (series){0};
    airy_code code = path.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a path")
                                 : airy_table_read(path.text, &table, err);
    if (code == AIRY_OK)
        code = airy_shots_from_table(&table, &of->rows, &of->n, err);
    of->show = airy_memory_new((size_t)of->n + 1, sizeof *of->show);
    if (code == AIRY_OK && !of->show)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d shots", of->n);
    for (int i = 0; code == AIRY_OK && i < of->n; i++)
        if (of->rows[i].shown == 1)
            of->show[of->shown++] = &of->rows[i];
    if (code == AIRY_OK && of->shown)
        qsort(of->show, (size_t)of->shown, sizeof *of->show, earlier);
    airy_table_release(&table);
    airy_text_release(&path);
    return code;
}

static double largest_field(const series *of)
{
    double field = 0;
    for (int i = 0; i < of->n; i++)
        field = fmax(field, FIELD * fmax(of->rows[i].r_par_nm, of->rows[i].r_perp_nm));
    return field;
}

// One row of differences, a delay each.
static airy_code put_strip(airy_page *page, const char *folder, const series *of, airy_error *err)
{
    char(*name)[24] = airy_memory_new((size_t)of->shown + 1, sizeof *name), ends[2][24];
    airy_tile *strip = airy_memory_new((size_t)of->shown + 1, sizeof *strip);
    airy_code code =
        name && strip ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for a row");
    for (int i = 0; code == AIRY_OK && i < of->shown; i++) {
        sheet one = {.folder = folder, .field_nm = largest_field(of)};
        snprintf(name[i], sizeof name[i], "%g ps", of->show[i]->delay_ps);
        code = difference_tiles(&one, of->show[i]->shot, err);
        strip[i] = (airy_tile){name[i], one.tile[2].picture};
        airy_memory_free(one.tile[3].picture.index);
        if (code == AIRY_OK && one.no_memory)
            code = airy_error_set(err, AIRY_EMEMORY, "no memory for a row of pictures");
    }
    snprintf(ends[0], sizeof ends[0], "−%g %% (low)", 100 * DIFFERENCE);
    snprintf(ends[1], sizeof ends[1], "+%g %% (high)", 100 * DIFFERENCE);
    if (code == AIRY_OK)
        code = airy_page_row(page, strip, of->shown, airy_colormap_find("blue-red"),
                             (const char *const[]){ends[0], ends[1]},
                             "Density of the shot that stands for each delay, less that of a "
                             "plain body, over its central value; all in one field and on one "
                             "colour scale.",
                             err);
    for (int i = 0; strip && i < of->shown; i++)
        airy_memory_free(strip[i].picture.index);
    airy_memory_free(strip);
    airy_memory_free(name);
    return code;
}

airy_code airy_part_row(airy_page *page, const char *folder, airy_error *err)
{
    series of;
    airy_code code = series_read(folder, &of, err);
    if (code == AIRY_OK && of.shown)
        code = put_strip(page, folder, &of, err);
    series_release(&of);
    return code;
}

// Large pictures of the shot that stands for a delay, those that were drawn.
static airy_code put_shown(airy_page *page, const char *folder, const airy_shot_row *row,
                           airy_error *err)
{
    static const char *const names[TILES] = {"1-pattern.png", "2-image.png", "3-difference.png",
                                             "4-bands.png"};
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < TILES; i++) {
        airy_text path = {0}, name = {0};
        airy_text_append(&name, "shot-%04d/%s", row->shot, names[i]);
        airy_text_append(&path, "%s/%s", folder, name.text ? name.text : "");
        if (!path.failed && !name.failed && airy_file_exists(path.text))
            code = airy_page_picture(page, path.text, name.text, "", err);
        airy_text_release(&path);
        airy_text_release(&name);
    }
    return code;
}

// One slide a delay.
static airy_code put_slider(airy_page *page, const char *folder, const series *of, airy_error *err)
{
    char(*text)[24] = airy_memory_new((size_t)of->shown + 1, sizeof *text);
    const char **name = airy_memory_new((size_t)of->shown + 1, sizeof *name);
    airy_code code =
        text && name ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for the slides");
    for (int i = 0; code == AIRY_OK && i < of->shown; i++) {
        snprintf(text[i], sizeof text[i], "%g ps", of->show[i]->delay_ps);
        name[i] = text[i];
    }
    if (code == AIRY_OK) {
        airy_page_heading(page, "%s", "The shot closest to the mean image of its delay");
        airy_page_paragraph(page, "%s", "Choose a delay, or go through them with the arrow keys.");
        airy_page_slider_begin(page, name, of->shown);
    }
    for (int i = 0; code == AIRY_OK && i < of->shown; i++) {
        airy_page_slide_begin(page);
        code = put_shown(page, folder, of->show[i], err);
        airy_page_slide_end(page);
    }
    if (code == AIRY_OK)
        airy_page_slider_end(page);
    airy_memory_free(text);
    airy_memory_free(name);
    return code;
}

// ------------------------------------------------------------------ all shots

static airy_code put_all(airy_page *page, sheet *of, const airy_shot_row *rows, int n,
                         airy_error *err)
{
    double *delay = airy_memory_new((size_t)n + 1, sizeof *delay);
    if (!delay)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d delays", n);
    int delays = delays_of(rows, n, delay);
    airy_code code = AIRY_OK;
    airy_page_heading(page, "%s", "Every shot");
    airy_page_paragraph(page,
                        "Pattern, image, density difference (blue low, red high, ends at %g %%) "
                        "and skeleton of every shot, all on the same scale.",
                        100 * DIFFERENCE);
    for (int d = 0; d < delays; d++) {
        airy_page_heading(page, "%g ps", delay[d]);
        for (int i = 0; code == AIRY_OK && i < n; i++)
            if (rows[i].delay_ps == delay[d])
                code = put_shot(page, of, &rows[i], err);
    }
    airy_memory_free(delay);
    return code;
}

airy_code airy_part_shots(airy_page *page, const char *folder, airy_error *err)
{
    series of;
    airy_code code = series_read(folder, &of, err);
    sheet all = {.folder = folder, .field_nm = largest_field(&of)};
    if (code == AIRY_OK && of.shown)
        code = put_slider(page, folder, &of, err);
    if (code == AIRY_OK)
        code = put_all(page, &all, of.rows, of.n, err);
    series_release(&of);
    return code;
}

// ------------------------------------------------------------------ the model

airy_code airy_part_model(airy_page *page, const char *folder, airy_error *err)
{
    airy_text path = {0};
    airy_stack sections = {0};
    double *sweep = NULL;
    int n = 0;
    airy_tile tiles[TILES] = {{0}};
    airy_text_append(&path, "%s/mc.h5", folder);
    airy_h5 *h5 = path.failed ? NULL : airy_h5_open(path.text, err);
    airy_code code =
        path.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a path") : AIRY_OK;
    if (code == AIRY_OK && !h5)
        code = airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK)
        code = airy_h5_get_stack(h5, RESULT "section", &sections, err);
    if (code == AIRY_OK)
        code = airy_h5_get_doubles(h5, RESULT "snapshots/sweep", &sweep, &n, err);
    if (code == AIRY_OK && (n < 1 || n > sections.n))
        code = airy_error_set(err, AIRY_ESHAPE, "%s: %d snapshots of %d sections", path.text, n,
                              sections.n);
    for (int i = 0; code == AIRY_OK && i < TILES; i++) {
        const airy_image image = airy_stack_image(&sections, i * (n - 1) / (TILES - 1));
        const airy_window window = {image.ny / 2, image.nx / 2, image.nx, 0.5, 1.5, false};
        tiles[i].name = "section of the model";
        code = draw(&image, &window, "blue-red", &tiles[i].picture, err);
    }
    if (code == AIRY_OK) {
        char caption[160];
        snprintf(caption, sizeof caption,
                 "Meridional section of one run after %g, %g, %g and %g sweeps, density 0.5 to 1.5",
                 sweep[0], sweep[(n - 1) / 3], sweep[2 * (n - 1) / 3], sweep[n - 1]);
        code = airy_page_tiles(page, tiles, TILES, caption, "", err);
    }
    for (int i = 0; i < TILES; i++)
        airy_memory_free(tiles[i].picture.index);
    airy_memory_free(sweep);
    airy_stack_release(&sections);
    airy_h5_close(h5);
    airy_text_release(&path);
    return code;
}
