// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a support is too tight or too loose for what was found in it.
#include "airy/image.h"

#include <math.h>

// Whether a pixel of the support touches what is outside of it.
static bool is_edge(const airy_mask *support, int y, int x)
{
    const int dy[] = {-1, 1, 0, 0}, dx[] = {0, 0, -1, 1};
    for (int i = 0; i < 4; i++) {
        int ny = y + dy[i], nx = x + dx[i];
        if (ny < 0 || nx < 0 || ny >= support->ny || nx >= support->nx ||
            !support->bits[ny * support->nx + nx])
            return true;
    }
    return false;
}

static void add_up(const airy_image *image, const airy_mask *support, airy_support_fit *fit)
{
    double all = 0, n = 0, edge = 0, edges = 0;
    for (int y = 0; y < image->ny; y++)
        for (int x = 0; x < image->nx; x++) {
            int i = y * image->nx + x;
            if (!support->bits[i])
                continue;
            all += (double)image->px[i];
            n++;
            if (is_edge(support, y, x)) {
                edge += (double)image->px[i];
                edges++;
            }
        }
    fit->edge = all > 0 && edges > 0 ? edge / edges / (all / n) : NAN;
}

airy_code airy_support_judge(const airy_image *image, const airy_mask *support,
                             airy_support_fit *fit, airy_error *err)
{
    const double nearly_nothing = 0.1, dense = 0.9;
    int n = image->ny * image->nx, inside = 0, empty = 0;
    airy_image smooth = {0};
    float *values = airy_memory_new((size_t)n, sizeof *values);
    *fit = (airy_support_fit){NAN, NAN, false, false};
    airy_code code = values ? airy_image_init(&smooth, image->ny, image->nx, err)
                            : airy_error_set(err, AIRY_EMEMORY, "no memory to judge a support");
    if (!code)
        code = airy_grid_blur(image, 1, &smooth, err);
    if (!code) {
        add_up(image, support, fit);
        for (int i = 0; i < n; i++)
            if (support->bits[i])
                values[inside++] = smooth.px[i];
        double level = inside > 0 ? airy_stats_quantile(values, inside, dense) : NAN;
        for (int i = 0; i < inside; i++)
            empty += (double)values[i] < nearly_nothing * level;
        fit->empty = inside > 0 ? (double)empty / inside : NAN;
        fit->tight = fit->edge > 0.3;
        fit->loose = fit->empty > 0.6;
    }
    airy_memory_free(values);
    airy_image_release(&smooth);
    return code;
}
