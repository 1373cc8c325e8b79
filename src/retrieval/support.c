// SPDX-License-Identifier: GPL-3.0-or-later
// Where the object may be: shapes, the autocorrelation, and shrink-wrap.
#include "retrieval/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// ------------------------------------------------------------------ shapes

enum { NUMBERS_MAX = 128 };

void airy_support_ellipse(double a, double b, airy_mask *mask)
{
    for (int y = 0; y < mask->ny; y++)
        for (int x = 0; x < mask->nx; x++) {
            double ry = (y - mask->ny / 2) / b, rx = (x - mask->nx / 2) / a;
            mask->bits[y * mask->nx + x] = ry * ry + rx * rx <= 1;
        }
}

static void draw_circle(const double *v, int n, airy_mask *mask)
{
    (void)n;
    airy_support_ellipse(v[0], v[0], mask);
}

static void draw_ellipse(const double *v, int n, airy_mask *mask)
{
    (void)n;
    airy_support_ellipse(v[0], v[1], mask);
}

static void draw_rectangle(const double *v, int n, airy_mask *mask)
{
    (void)n;
    for (int y = 0; y < mask->ny; y++)
        for (int x = 0; x < mask->nx; x++)
            mask->bits[y * mask->nx + x] =
                2 * abs(y - mask->ny / 2) <= v[0] && 2 * abs(x - mask->nx / 2) <= v[1];
}

// Even-odd rule: how many edges a ray to the right crosses.
static bool inside_polygon(const double *v, int corners, double y, double x)
{
    bool inside = false;
    for (int i = 0, j = corners - 1; i < corners; j = i++) {
        double xi = v[2 * i], yi = v[2 * i + 1], xj = v[2 * j], yj = v[2 * j + 1];
        if ((yi > y) != (yj > y) && x < xi + (y - yi) / (yj - yi) * (xj - xi))
            inside = !inside;
    }
    return inside;
}

static void draw_polygon(const double *v, int n, airy_mask *mask)
{
    for (int y = 0; y < mask->ny; y++)
        for (int x = 0; x < mask->nx; x++)
            mask->bits[y * mask->nx + x] =
                inside_polygon(v, n / 2, y - mask->ny / 2, x - mask->nx / 2);
}

// One row a shape: how many numbers it takes and how it is drawn.
static const struct shape {
    const char *name, *wants;
    int least, most;
    bool positive;
    void (*draw)(const double *values, int n, airy_mask *mask);
} shapes[] = {
    {"circle", "one radius", 1, 1, true, draw_circle},
    {"ellipse", "two semi-axes", 2, 2, true, draw_ellipse},
    {"rectangle", "height and width", 2, 2, true, draw_rectangle},
    {"polygon", "x,y of three corners or more", 6, NUMBERS_MAX, false, draw_polygon},
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static const struct shape *find_shape(const char *text, const char **numbers)
{
    const char *colon = strchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;
    for (int i = 0; colon && i < SHAPES; i++)
        if (strlen(shapes[i].name) == length && strncmp(text, shapes[i].name, length) == 0) {
            *numbers = colon + 1;
            return &shapes[i];
        }
    return NULL;
}

// Numbers in pixels; "nm" at the end says that they are nm.
static airy_code read_lengths(const char *text, double pixel_nm, double *values, int *n,
                              airy_error *err)
{
    char copy[1024];
    size_t length = strlen(text);
    bool nm = length > 2 && strcmp(text + length - 2, "nm") == 0;
    length -= nm ? 2 : 0;
    if (length >= sizeof copy)
        return airy_error_set(err, AIRY_EARGUMENT, "the list of numbers '%.40s...' is too long",
                              text);
    memcpy(copy, text, length);
    copy[length] = '\0';
    airy_code code = airy_text_doubles(copy, values, NUMBERS_MAX, n, err);
    if (code != AIRY_OK || !nm)
        return code;
    if (!(pixel_nm > 0))
        return airy_error_set(
            err, AIRY_EARGUMENT,
            "'%s' is in nm, but the size of an object pixel is not known (energy, "
            "distance or pixel size is missing): give pixels",
            text);
    for (int i = 0; i < *n; i++)
        values[i] /= pixel_nm;
    return AIRY_OK;
}

static airy_code check_numbers(const struct shape *shape, const char *text, const double *values,
                               int n, airy_error *err)
{
    bool good = n >= shape->least && n <= shape->most && (!shape->positive || n % 2 == 0 || n == 1);
    for (int i = 0; i < n; i++)
        good = good && isfinite(values[i]) && (!shape->positive || values[i] > 0);
    if (!good || (shape->least == 6 && n % 2))
        return airy_error_set(err, AIRY_EARGUMENT, "support '%s': %s takes %s%s", text, shape->name,
                              shape->wants, shape->positive ? ", above 0" : "");
    return AIRY_OK;
}

airy_code airy_support_parse(const char *text, double pixel_nm, airy_mask *mask, airy_error *err)
{
    const char *numbers = NULL;
    const struct shape *shape = find_shape(text, &numbers);
    if (!shape)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "'%s' is no support; legal are circle:R, ellipse:A,B, "
                              "rectangle:H,W and polygon:x,y,x,y,x,y... in pixels, or in nm with "
                              "the ending nm",
                              text);
    double values[NUMBERS_MAX];
    int n = 0;
    airy_code code = read_lengths(numbers, pixel_nm, values, &n, err);
    if (code == AIRY_OK)
        code = check_numbers(shape, text, values, n, err);
    if (code == AIRY_OK)
        shape->draw(values, n, mask);
    return code;
}

int airy_support_count(const airy_mask *mask)
{
    int count = 0;
    for (int i = 0; i < mask->ny * mask->nx; i++)
        count += mask->bits[i] != 0;
    return count;
}

// ------------------------------------------------------------------ the autocorrelation

// |F^-1 I| of the measured pixels, centred.
// that a flat background does not count.
static airy_code autocorrelation(const airy_pattern *pattern, airy_image *out, airy_error *err)
{
    int ny = out->ny, nx = out->nx;
    airy_field in = {0}, hat = {0};
    airy_fft *fft = NULL;
    airy_code code = airy_field_init(&in, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_field_init(&hat, ny, nx, err);
    if (code == AIRY_OK && !(fft = airy_fft_new(ny, nx, NULL, err)))
        code = AIRY_EMEMORY;
    if (code != AIRY_OK)
        goto done;
    for (int i = 0; i < ny * nx; i++) {
        bool good = !(pattern->mask.bits[i] & AIRY_MASK_EXCLUDES) && !isnan(pattern->photons.px[i]);
        in.px[i] = good ? pattern->photons.px[i] : 0.0f;
    }
    airy_fft_backward(fft, in.px, hat.px);
    for (int i = 0; i < ny * nx; i++) { // order: a centred input only turns phases
        float re = crealf(hat.px[i]), im = cimagf(hat.px[i]);
        in.px[i] = sqrtf(re * re + im * im);
    }
    for (int y = 0; y < ny; y++)
        for (int x = 0; x < nx; x++)
            out->px[y * nx + x] = crealf(in.px[(y + ny / 2) % ny * nx + (x + nx / 2) % nx]);
done:
    airy_fft_free(fft);
    airy_field_release(&in);
    airy_field_release(&hat);
    return code;
}

// Sets what the set pixels enclose: clear components that do not reach the frame.
static airy_code fill_holes(airy_mask *mask, airy_error *err)
{
    airy_mask outside = {0}, labels = {0};
    int ny = mask->ny, nx = mask->nx, n = 0;
    bool *open = NULL;
    airy_code code = airy_mask_init(&outside, ny, nx, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&labels, ny, nx, err);
    for (int i = 0; code == AIRY_OK && i < ny * nx; i++)
        outside.bits[i] = !mask->bits[i];
    if (code == AIRY_OK)
        code = airy_label(&outside, 4, &labels, &n, err);
    if (code == AIRY_OK && !(open = airy_memory_new((size_t)n + 1, sizeof *open)))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory to fill a support");
    if (code != AIRY_OK)
        goto done;
    for (int i = 0; i < ny * nx; i++)
        if (i < nx || i >= (ny - 1) * nx || i % nx == 0 || i % nx == nx - 1)
            open[labels.bits[i]] = true;
    for (int i = 0; i < ny * nx; i++)
        mask->bits[i] = mask->bits[i] || !open[labels.bits[i]];
done:
    airy_memory_free(open);
    airy_mask_release(&outside);
    airy_mask_release(&labels);
    return code;
}

airy_code airy_support_auto(const airy_pattern *pattern, double threshold, airy_mask *mask,
                            airy_error *err)
{
    airy_image correlation = {0};
    int ny = mask->ny, nx = mask->nx;
    if (pattern->photons.ny != ny || pattern->photons.nx != nx)
        return airy_error_set(err, AIRY_ESHAPE, "the pattern is %d x %d and the support %d x %d",
                              pattern->photons.ny, pattern->photons.nx, ny, nx);
    airy_code code = airy_image_init(&correlation, ny, nx, err);
    if (code == AIRY_OK)
        code = autocorrelation(pattern, &correlation, err);
    if (code == AIRY_OK)
        code = airy_grid_blur(&correlation, 1.0, &correlation, err);
    if (code == AIRY_OK) {
        double limit = threshold * airy_stats_max(correlation.px, ny * nx);
        for (int y = 0; y < ny; y++)
            for (int x = 0; x < nx; x++) { // twice as far from the middle, if it is in the array
                int ty = 2 * y - ny / 2, tx = 2 * x - nx / 2;
                bool in = ty >= 0 && ty < ny && tx >= 0 && tx < nx;
                mask->bits[y * nx + x] = in && correlation.px[ty * nx + tx] >= limit;
            }
        code = fill_holes(mask, err);
    }
    airy_image_release(&correlation);
    return code;
}

// ------------------------------------------------------------------ shrink-wrap

airy_code airy_support_shrink(const airy_image *image, const airy_shrink *shrink, airy_mask *mask,
                              airy_error *err)
{
    airy_image blurred = {0};
    int n = image->ny * image->nx;
    airy_code code = airy_image_init(&blurred, image->ny, image->nx, err);
    if (code == AIRY_OK)
        code = airy_grid_blur(image, shrink->sigma, &blurred, err);
    if (code == AIRY_OK) {
        double limit = shrink->area > 0 ? airy_stats_quantile(blurred.px, n, 1 - shrink->area)
                                        : shrink->threshold * airy_stats_max(blurred.px, n);
        for (int i = 0; i < n; i++)
            mask->bits[i] = blurred.px[i] > limit;
    }
    airy_image_release(&blurred);
    return code;
}
