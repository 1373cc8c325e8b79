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
    bool nm = airy_text_ends(text, "nm");
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

static bool is_measured(const airy_pattern *pattern, int i)
{
    return !(pattern->mask.bits[i] & AIRY_MASK_EXCLUDES) && !isnan(pattern->photons.px[i]);
}

// Ring means of the measured pixels, 0 where a ring is not measured whole.
static void whole_rings(const airy_pattern *pattern, double *mean, int n)
{
    int ny = pattern->photons.ny, nx = pattern->photons.nx;
    for (int r = 0; r < n; r++) {
        double sum = 0, count = 0;
        bool whole = true;
        for (int y = ny / 2 - r - 1; y <= ny / 2 + r + 1; y++)
            for (int x = nx / 2 - r - 1; x <= nx / 2 + r + 1; x++) {
                bool in = y >= 0 && x >= 0 && y < ny && x < nx;
                if (!in || (int)(hypot(y - ny / 2, x - nx / 2) + 0.5) != r)
                    continue;
                whole = whole && is_measured(pattern, y * nx + x);
                sum += whole ? (double)pattern->photons.px[y * nx + x] : 0;
                count++;
            }
        mean[r] = whole && count > 0 ? sum / count : 0;
    }
}

// The missing center after Guinier, I0 exp(-c k^2) through the first whole ring about it and the
// next but one: a hole left empty would make the autocorrelation ring. The radius is 0 where no
// ring is whole.
struct guinier {
    int radius;
    double log_i0, c;
};

static struct guinier fit_center(const airy_pattern *pattern)
{
    enum { RINGS = 64 };
    double mean[RINGS];
    whole_rings(pattern, mean, RINGS);
    for (int r = 0; r + 2 < RINGS; r++) {
        double here = mean[r], far = mean[r + 2];
        if (!(here > 0) || !(far > 0))
            continue;
        double c = log(here / far) / (4 * r + 4); // (r + 2)^2 - r^2
        c = c > 0 ? c : 0;
        return (struct guinier){r, log(here) + c * r * r, c};
    }
    return (struct guinier){0};
}

// |F^-1 I| of the measured pixels, centered.
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
    struct guinier center = fit_center(pattern);
    for (int i = 0; i < ny * nx; i++) {
        double k = hypot(i / nx - ny / 2, i % nx - nx / 2);
        float filled = k < center.radius ? (float)exp(center.log_i0 - center.c * k * k) : 0;
        in.px[i] = is_measured(pattern, i) ? pattern->photons.px[i] : filled;
    }
    airy_fft_backward(fft, in.px, hat.px);
    for (int i = 0; i < ny * nx; i++) { // order: a centered input only turns phases
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

// Keeps the component that holds the middle of the array.
static airy_code keep_middle(airy_mask *mask, airy_error *err)
{
    airy_mask labels = {0};
    int n = 0, pixels = mask->ny * mask->nx;
    airy_code code = airy_mask_init(&labels, mask->ny, mask->nx, err);
    if (code == AIRY_OK)
        code = airy_label(mask, 4, &labels, &n, err);
    uint32_t middle = code == AIRY_OK ? labels.bits[mask->ny / 2 * mask->nx + mask->nx / 2] : 0;
    for (int i = 0; code == AIRY_OK && i < pixels; i++)
        mask->bits[i] = middle > 0 && labels.bits[i] == middle;
    airy_mask_release(&labels);
    return code;
}

// First and last set pixel of a row; false where there is none.
static bool row_ends(const airy_mask *mask, int y, int *first, int *last)
{
    *first = mask->nx;
    *last = -1;
    for (int x = 0; x < mask->nx; x++)
        if (mask->bits[y * mask->nx + x]) {
            *first = x < *first ? x : *first;
            *last = x;
        }
    return *last >= 0;
}

// Widens row y to what straight lines between any two rows above and below it enclose.
static void widen_row(const int *first, const int *last, int rows, int y, double *from, double *to)
{
    for (int a = 0; a <= y; a++)
        for (int b = y; b < rows && last[a] >= 0; b++) {
            if (last[b] < 0)
                continue;
            double t = b > a ? (double)(y - a) / (b - a) : 0;
            *from = fmin(*from, first[a] + t * (first[b] - first[a]));
            *to = fmax(*to, last[a] + t * (last[b] - last[a]));
        }
}

// The convex hull of the set pixels.
static airy_code fill_hull(airy_mask *mask, airy_error *err)
{
    int ny = mask->ny, nx = mask->nx;
    int *ends = airy_memory_new(2 * (size_t)ny, sizeof *ends);
    if (!ends)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a convex hull");
    for (int y = 0; y < ny; y++)
        row_ends(mask, y, &ends[y], &ends[ny + y]);
    for (int y = 0; y < ny; y++) {
        double from = nx, to = -1;
        widen_row(ends, ends + ny, ny, y, &from, &to);
        for (int x = 0; x < nx; x++)
            mask->bits[y * nx + x] = x >= from - 1e-9 && x <= to + 1e-9;
    }
    airy_memory_free(ends);
    return AIRY_OK;
}

// Photon noise of an autocorrelation as a share of its maximum is 1 / sqrt(photons), a third of
// that after a blur of one pixel; three times that is hardly ever reached.
static double noise_floor(const airy_pattern *pattern)
{
    double photons = 0;
    for (int i = 0; i < pattern->photons.ny * pattern->photons.nx; i++)
        photons += is_measured(pattern, i) ? fmax((double)pattern->photons.px[i], 0) : 0;
    return photons > 0 ? 1 / sqrt(photons) : 1;
}

// The convex hull of where the blurred autocorrelation, about its middle, reaches the threshold;
// mask is initialised.
static airy_code correlated(const airy_pattern *pattern, double threshold, airy_mask *mask,
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
    double most = code == AIRY_OK ? airy_stats_max(correlation.px, ny * nx) : 0;
    double limit = most * fmax(threshold, noise_floor(pattern));
    for (int i = 0; code == AIRY_OK && i < ny * nx; i++)
        mask->bits[i] = correlation.px[i] >= limit;
    airy_image_release(&correlation);
    if (code == AIRY_OK)
        code = keep_middle(mask, err);
    return code == AIRY_OK ? fill_hull(mask, err) : code;
}

// Whether the mask is set at (y, x), which may lie outside.
static bool is_set(const airy_mask *mask, int y, int x)
{
    bool in = y >= 0 && x >= 0 && y < mask->ny && x < mask->nx;
    return in && mask->bits[y * mask->nx + x];
}

airy_code airy_support_auto(const airy_pattern *pattern, double threshold, airy_mask *mask,
                            airy_error *err)
{
    airy_mask wide = {0};
    int ny = mask->ny, nx = mask->nx;
    airy_code code = airy_mask_init(&wide, ny, nx, err);
    if (code == AIRY_OK)
        code = correlated(pattern, threshold, &wide, err);
    for (int y = 0; code == AIRY_OK && y < ny; y++) // twice as far from the middle
        for (int x = 0; x < nx; x++)
            mask->bits[y * nx + x] = is_set(&wide, 2 * y - ny / 2, 2 * x - nx / 2);
    airy_mask_release(&wide);
    return code;
}

// ------------------------------------------------------------------ the tri-intersection

struct point {
    int y, x; // from the middle
};

static bool holds(const airy_mask *a, int y, int x)
{
    return is_set(a, y + a->ny / 2, x + a->nx / 2);
}

// Whether (y, x) is in A, A + w and A + v.
static bool in_all(const airy_mask *a, struct point w, struct point v, int y, int x)
{
    return holds(a, y, x) && holds(a, y - w.y, x - w.x) && holds(a, y - v.y, x - v.x);
}

// Pixels of the intersection, no more than `most` of them.
static int tri_area(const airy_mask *a, struct point w, struct point v, int most)
{
    int area = 0;
    for (int y = -a->ny / 2; y < a->ny / 2 && area <= most; y++)
        for (int x = -a->nx / 2; x < a->nx / 2; x++)
            area += in_all(a, w, v, y, x);
    return area;
}

static struct point farthest(const airy_mask *a)
{
    struct point best = {0, 0};
    for (int y = -a->ny / 2; y < a->ny / 2; y++)
        for (int x = -a->nx / 2; x < a->nx / 2; x++)
            if (holds(a, y, x) && y * y + x * x > best.y * best.y + best.x * best.x)
                best = (struct point){y, x};
    return best;
}

static bool on_edge(const airy_mask *a, int y, int x)
{
    return holds(a, y, x) &&
           !(holds(a, y - 1, x) && holds(a, y + 1, x) && holds(a, y, x - 1) && holds(a, y, x + 1));
}

// The partner of w that leaves the smallest set not below the floor; w itself where there is none.
static struct point partner(const airy_mask *a, struct point w, int floor)
{
    struct point best = w;
    int least = tri_area(a, w, w, a->ny * a->nx);
    for (int y = -a->ny / 2; y < a->ny / 2; y++)
        for (int x = -a->nx / 2; x < a->nx / 2; x++) {
            struct point v = {y, x};
            if (!on_edge(a, y, x) || !holds(a, y - w.y, x - w.x))
                continue;
            int area = tri_area(a, w, v, least);
            if (area >= floor && area < least) {
                least = area;
                best = v;
            }
        }
    return best;
}

airy_code airy_support_tri(const airy_pattern *pattern, double threshold, airy_mask *mask,
                           airy_error *err)
{
    airy_mask a = {0};
    int ny = mask->ny, nx = mask->nx;
    double n = 0, sum_y = 0, sum_x = 0;
    airy_code code = airy_mask_init(&a, ny, nx, err);
    if (code == AIRY_OK)
        code = correlated(pattern, threshold, &a, err);
    if (code != AIRY_OK) {
        airy_mask_release(&a);
        return code;
    }
    const double room = 1.3 / 4; // of |A|; see the header
    struct point w = farthest(&a), v = partner(&a, w, (int)(room * airy_support_count(&a)));
    for (int y = -ny / 2; y < ny / 2; y++)
        for (int x = -nx / 2; x < nx / 2; x++)
            if (in_all(&a, w, v, y, x)) {
                n++;
                sum_y += y;
                sum_x += x;
            }
    int cy = n > 0 ? (int)lround(sum_y / n) : 0, cx = n > 0 ? (int)lround(sum_x / n) : 0;
    for (int y = 0; y < ny; y++)
        for (int x = 0; x < nx; x++)
            mask->bits[y * nx + x] = in_all(&a, w, v, y - ny / 2 + cy, x - nx / 2 + cx);
    airy_mask_release(&a);
    return AIRY_OK;
}

// ------------------------------------------------------------------ shrink-wrap

// Maximum of all, mean or root mean square over the support.
static double level(const airy_image *image, const airy_mask *support, airy_shrink_of of)
{
    int n = image->ny * image->nx;
    double sum = 0, squares = 0, count = 0;
    if (of == AIRY_SHRINK_MAX)
        return airy_stats_max(image->px, n);
    for (int i = 0; i < n; i++)
        if (support->bits[i]) {
            double v = (double)image->px[i];
            sum += v;
            squares += v * v;
            count++;
        }
    if (count == 0)
        return 0;
    return of == AIRY_SHRINK_MEAN ? sum / count : sqrt(squares / count);
}

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
                                        : shrink->threshold * level(&blurred, mask, shrink->of);
        for (int i = 0; i < n; i++)
            mask->bits[i] = blurred.px[i] > limit;
    }
    airy_image_release(&blurred);
    return code;
}
