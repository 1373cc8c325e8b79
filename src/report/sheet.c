// SPDX-License-Identifier: GPL-3.0-or-later
// A contact sheet: the images of a stack side by side, in one raster, with their ranks.
#include "figure.h"
#include "pictures.h"

#include <math.h>

// Tiles on a grid of columns x rows, each tile a square of `side` pixels cut around its particle.
typedef struct sheet {
    int columns, rows, side, gap;
} sheet;

static sheet arrange(int n, int side)
{
    sheet grid = {.side = side, .gap = side / 24 + 1};
    grid.columns = (int)ceil(sqrt(1.25 * n));
    grid.rows = (n + grid.columns - 1) / grid.columns;
    return grid;
}

// Copies the square around the particle of one image into its tile, brightest pixel 1.
static void tile(const airy_image *from, const sheet *grid, int i, airy_image *sheet_image)
{
    airy_scene scene;
    airy_picture_locate(from, &scene);
    double high = airy_stats_quantile(from->px, from->ny * from->nx, 0.9995);
    int cell = grid->side + grid->gap;
    int row = grid->rows - 1 - i / grid->columns, column = i % grid->columns;
    int y0 = (int)lround(scene.center_y) - grid->side / 2;
    int x0 = (int)lround(scene.center_x) - grid->side / 2;
    for (int p = 0; p < grid->side * grid->side; p++) {
        int y = p / grid->side, x = p % grid->side, v = y0 + y, u = x0 + x;
        bool inside = v >= 0 && v < from->ny && u >= 0 && u < from->nx;
        float value = from->px[inside ? v * from->nx + u : 0] / (float)high;
        sheet_image->px[(row * cell + y) * sheet_image->nx + column * cell + x] = value;
    }
}

static airy_code caption(airy_chart *chart, const sheet *grid, int i, double r, airy_error *err)
{
    int cell = grid->side + grid->gap;
    double x = (i % grid->columns) * cell + 0.04 * grid->side;
    double y = (grid->rows - 1 - i / grid->columns) * cell + 0.92 * grid->side;
    airy_word *rank = airy_chart_word(chart, x, y, "%d", i + 1);
    if (!rank)
        return airy_picture_no_memory(err);
    rank->color = 0xffffff;
    rank->size = 3.2 / grid->columns < 1 ? fmax(0.6, 3.2 / grid->columns) : 1;
    if (isnan(r))
        return AIRY_OK;
    double size = rank->size;
    airy_word *quality = airy_chart_word(chart, x + 0.92 * grid->side, y, "R %.4f", r);
    if (!quality)
        return airy_picture_no_memory(err);
    quality->color = 0xffffff;
    quality->size = size;
    quality->align = AIRY_WORD_RIGHT;
    return AIRY_OK;
}

// The whole canvas is the sheet; a title takes a strip at the top.
static airy_chart *sheet_chart(airy_figure *figure, const airy_view_options *options,
                               const airy_image *image)
{
    *figure = (airy_figure){.width = options->width, .font = 27, .fontname = options->font, .n = 1};
    airy_chart *chart = &figure->chart[0];
    double strip = options->title ? 0.06 : 0.01, side = 0.98;
    double height = 0.01 + side * image->ny / image->nx + strip;
    figure->height = (int)lround(height * figure->width);
    chart->left = 0.01;
    chart->right = 0.99;
    chart->bottom = 0.01 / height;
    chart->top = 1 - strip / height;
    chart->no_axes = chart->no_color_bar = true;
    chart->missing = 0xffffff;
    chart->image = *image;
    chart->dx = chart->dy = 1;
    chart->x = (airy_axis){.low = -0.5, .high = image->nx - 0.5};
    chart->y = (airy_axis){.low = -0.5, .high = image->ny - 0.5};
    airy_picture_title(chart, options);
    return chart;
}

// Side of the tiles in pixels: the crop asked for, or 1.6 times the first particle.
static int tile_side(const airy_stack *stack, double pixel_nm, const airy_view_options *options)
{
    airy_image first = airy_stack_image(stack, 0);
    airy_scene scene;
    airy_picture_locate(&first, &scene);
    double unit = pixel_nm > 0 ? pixel_nm : 1;
    double side = options->crop > 0 ? options->crop / unit : 2 * 1.3 * scene.reach;
    int most = stack->ny < stack->nx ? stack->ny : stack->nx;
    return options->crop == 0 || side > most ? most : side < 8 ? 8 : (int)side;
}

airy_code airy_picture_sheet(const airy_stack *stack, const double *r, double pixel_nm,
                             const airy_view_options *options, airy_figure *figure, airy_error *err)
{
    sheet grid = arrange(stack->n, tile_side(stack, pixel_nm, options));
    int cell = grid.side + grid.gap;
    airy_image image = {0};
    airy_code code =
        airy_image_init(&image, grid.rows * cell - grid.gap, grid.columns * cell - grid.gap, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < image.ny * image.nx; i++)
        image.px[i] = NAN;
    airy_chart *chart = sheet_chart(figure, options, &image);
    for (int i = 0; code == AIRY_OK && i < stack->n; i++) {
        airy_image one = airy_stack_image(stack, i);
        tile(&one, &grid, i, &chart->image);
        code = caption(chart, &grid, i, r ? r[i] : NAN, err);
    }
    if (code == AIRY_OK)
        code = airy_picture_map(chart, options, "sea", err);
    airy_picture_colors(chart, options, 0, 1);
    return code;
}
