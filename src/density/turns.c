// SPDX-License-Identifier: GPL-3.0-or-later
// The same particle turned against the polarisation and the grid: how special is the way it lies?
#include "airy/density.h"
#include "airy/work.h"

#include <math.h>

// One turned copy's work, and what comes of all.
struct turning {
    const airy_bands_input *input;
    const airy_bands_options *options;
    int n;
    airy_angles *angles; // (n)
    double *count;       // (n) branches
};

// Copies the window around the body, turned about its center; it begins at row and column `from`.
static airy_code turn_image(const airy_image *in, double degrees, const airy_body *body,
                            const int *from, airy_image *out, airy_error *err)
{
    int side = 2 * (int)ceil(fmax(body->r_par, body->r_perp)) + 9;
    airy_image window = {0};
    airy_code code = airy_image_init(&window, side, side, err);
    if (!code)
        code = airy_image_init(out, side, side, err);
    for (int i = 0; !code && i < side * side; i++) {
        int y = i / side + from[0], x = i % side + from[1];
        bool there = y >= 0 && x >= 0 && y < in->ny && x < in->nx;
        window.px[i] = there ? in->px[y * in->nx + x] : 0;
    }
    if (!code)
        airy_grid_rotate(&window, degrees, body->y - from[0], body->x - from[1], out);
    airy_image_release(&window);
    return code;
}

// Turns by (i + 1) 180 / (n + 1) degrees: neither 0 nor 180, which is the same as 0 for lines.
static airy_code find_turned(int i, void *workspace, void *context, airy_error *err)
{
    (void)workspace;
    struct turning *turning = context;
    const airy_bands_input *from = turning->input;
    double degrees = 180.0 * (i + 1) / (turning->n + 1);
    airy_bands_input input = {.body = from->body, .pixel_nm = from->pixel_nm};
    airy_bands bands = {0};
    int reach = (int)ceil(fmax(input.body.r_par, input.body.r_perp)) + 4;
    const int at[2] = {(int)floor(input.body.y) - reach, (int)floor(input.body.x) - reach};
    airy_code code =
        turn_image(&from->difference, degrees, &from->body, at, &input.difference, err);
    if (!code && from->sigma.px)
        code = turn_image(&from->sigma, degrees, &from->body, at, &input.sigma, err);
    input.body.axis_deg += degrees;
    input.body.y -= at[0];
    input.body.x -= at[1];
    if (!code)
        code = airy_bands_find(&input, turning->options, &bands, err);
    if (!code) {
        turning->angles[i] = bands.angles;
        turning->count[i] = bands.n;
    }
    airy_bands_release(&bands);
    airy_image_release(&input.difference);
    airy_image_release(&input.sigma);
    return code;
}

// Means over the turns, and how many have at least the share of length within 20-40 degrees.
static void gather(const struct turning *turning, double observed, airy_turns *turns)
{
    double n = 0, sum = 0, sum2 = 0, as_much = 0;
    for (int i = 0; i < turning->n; i++) {
        const airy_angles *a = &turning->angles[i];
        turns->branches += turning->count[i] / turning->n;
        turns->length_nm += a->length_nm / turning->n;
        if (!isfinite(a->fraction_20_40))
            continue;
        n += 1;
        sum += a->fraction_20_40;
        sum2 += a->fraction_20_40 * a->fraction_20_40;
        as_much += a->fraction_20_40 >= observed;
        for (int b = 0; b < AIRY_ANGLE_BINS; b++)
            turns->histogram[b] += a->histogram[b];
    }
    for (int b = 0; b < AIRY_ANGLE_BINS; b++)
        turns->histogram[b] = n > 0 ? turns->histogram[b] / n : NAN;
    turns->fraction_20_40 = n > 0 ? sum / n : NAN;
    turns->fraction_20_40_sd = n > 1 ? sqrt(fmax(sum2 - sum * sum / n, 0) / (n - 1)) : NAN;
    turns->p = isfinite(observed) && n > 0 ? (1 + as_much) / (1 + n) : NAN;
}

airy_code airy_bands_turn(const airy_bands_input *input, const airy_bands_options *options,
                          double observed, int threads, int n, airy_turns *turns, airy_error *err)
{
    airy_bands_options quick = *options;
    quick.draws = 0;
    struct turning turning = {.input = input, .options = &quick, .n = n};
    *turns = (airy_turns){.n = n};
    turning.angles = airy_memory_new((size_t)n + 1, sizeof *turning.angles);
    turning.count = airy_memory_new((size_t)n + 1, sizeof *turning.count);
    airy_code code = AIRY_OK;
    if (!turning.angles || !turning.count)
        code = airy_error_set(err, AIRY_EMEMORY, "not enough memory for %d turns", n);
    airy_farm turner = {.threads = threads};
    turner.job = find_turned;
    turner.context = &turning;
    if (!code)
        code = airy_farm_run(&turner, n, err);
    if (!code)
        gather(&turning, observed, turns);
    airy_memory_free(turning.angles);
    airy_memory_free(turning.count);
    return code;
}
