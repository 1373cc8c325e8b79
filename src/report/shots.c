// SPDX-License-Identifier: GPL-3.0-or-later
// The shots of a series by delay: a sheet of small pictures of all, large ones of those shown.
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
    int length = snprintf(caption, sizeof caption, "shot %d", row->shot);
    if (isfinite(row->r_factor))
        snprintf(caption + length, sizeof caption - (size_t)length,
                 "%s: R %.3f, %.1f × %.1f nm, %d band%s", row->shown == 1 ? " (below)" : "",
                 row->r_factor, row->r_par_nm, row->r_perp_nm, row->n_branches,
                 row->n_branches == 1 ? "" : "s");
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

// Large pictures of the shot that stands for a delay, those that were drawn.
static airy_code put_shown(airy_page *page, const char *folder, const airy_shot_row *row,
                           airy_error *err)
{
    static const char *const names[TILES] = {"1-pattern.png", "2-image.png", "3-difference.png",
                                             "4-bands.png"};
    airy_code code = AIRY_OK;
    airy_page_row(page);
    for (int i = 0; code == AIRY_OK && i < TILES; i++) {
        airy_text path = {0}, caption = {0};
        airy_text_append(&path, "%s/shot-%04d/%s", folder, row->shot, names[i]);
        airy_text_append(&caption, "%g ps, shot-%04d/%s", row->delay_ps, row->shot, names[i]);
        if (!path.failed && !caption.failed && airy_file_exists(path.text))
            code = airy_page_picture(page, path.text, caption.text, err);
        airy_text_release(&path);
        airy_text_release(&caption);
    }
    return code;
}

static airy_code put_all(airy_page *page, sheet *of, const airy_shot_row *rows, int n,
                         airy_error *err)
{
    double *delay = airy_memory_new((size_t)n + 1, sizeof *delay);
    if (!delay)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d delays", n);
    int delays = delays_of(rows, n, delay);
    airy_code code = AIRY_OK;
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
    airy_page_heading(page, "%s", "The shot closest to the mean image of its delay");
    for (int d = 0; d < delays; d++)
        for (int i = 0; code == AIRY_OK && i < n; i++)
            if (rows[i].delay_ps == delay[d] && rows[i].shown == 1)
                code = put_shown(page, of->folder, &rows[i], err);
    airy_memory_free(delay);
    return code;
}

airy_code airy_part_shots(airy_page *page, const char *folder, airy_error *err)
{
    airy_table table = {0};
    airy_text path = {0};
    airy_shot_row *rows = NULL;
    sheet all = {.folder = folder};
    int n = 0;
    airy_text_append(&path, "%s/shots.tsv", folder);
    airy_code code = path.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a path")
                                 : airy_table_read(path.text, &table, err);
    if (code == AIRY_OK)
        code = airy_shots_from_table(&table, &rows, &n, err);
    for (int i = 0; code == AIRY_OK && i < n; i++)
        all.field_nm = fmax(all.field_nm, FIELD * fmax(rows[i].r_par_nm, rows[i].r_perp_nm));
    if (code == AIRY_OK)
        code = put_all(page, &all, rows, n, err);
    airy_memory_free(rows);
    airy_table_release(&table);
    airy_text_release(&path);
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
        code = err ? err->code : AIRY_EIO;
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
