// SPDX-License-Identifier: GPL-3.0-or-later
// Kept images are laid on the best one; mean, median, spread, and who belongs together.
#include "airy/image.h"

#include <assert.h>
#include <math.h>

void airy_average_options_defaults(airy_average_options *options)
{
    *options = (airy_average_options){.best = 5, .cluster = 0.05};
    airy_align_options_defaults(&options->align);
}

airy_code airy_average_options_check(const airy_average_options *options, airy_error *err)
{
    if (options->best < 1)
        return airy_error_set(err, AIRY_EARGUMENT, "an average needs at least 1 image, not %d",
                              options->best);
    if (!(options->cluster > 0 && options->cluster <= 1))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "the distance within a cluster is %g; legal: above 0, up to 1",
                              options->cluster);
    return airy_align_options_check(&options->align, err);
}

void airy_average_mean(const airy_stack *images, int from, int step, int n, airy_image *mean)
{
    assert(from >= 0 && n >= 1 && step >= 1 && from + (n - 1) * step < images->n);
    for (int p = 0; p < images->ny * images->nx; p++) {
        double sum = 0;
        for (int i = 0; i < n; i++)
            sum += (double)airy_stack_image(images, from + i * step).px[p];
        mean->px[p] = (float)(sum / n);
    }
}

// Moves the image's center of mass (of what is positive) to the middle of the array.
static airy_code center(airy_image *image, airy_alignment *found, airy_error *err)
{
    double w = 0, sy = 0, sx = 0;
    for (int y = 0; y < image->ny; y++)
        for (int x = 0; x < image->nx; x++) {
            double v = fmax((double)image->px[y * image->nx + x], 0);
            w += v;
            sy += v * y;
            sx += v * x;
        }
    if (!(w > 0) || !isfinite(w))
        return airy_error_set(err, AIRY_EVALUE, "the best image is %s",
                              w > 0 ? "not finite" : "empty");
    *found = (airy_alignment){.dy = image->ny / 2 - sy / w, .dx = image->nx / 2 - sx / w};
    found->score = found->overlap = 1;
    found->score_other = NAN;
    return airy_grid_shift(image, found->dy, found->dx, image, err);
}

// Aligns images 1 .. n - 1 to image 0.
static airy_code align_all(airy_average *average, const airy_align_options *options,
                           airy_error *err)
{
    airy_image first = airy_stack_image(&average->aligned, 0);
    airy_code code = center(&first, &average->found[0], err);
    if (code)
        return code;
    airy_aligner *aligner = airy_aligner_new(&first, options, err);
    if (!aligner)
        return AIRY_EMEMORY;
    for (int i = 1; !code && i < average->aligned.n; i++) {
        airy_image image = airy_stack_image(&average->aligned, i);
        code = airy_aligner_run(aligner, &image, &image, &average->found[i], err);
        if (code)
            airy_error_prefix(err, "image %d", i);
    }
    airy_aligner_free(aligner);
    return code;
}

// ------------------------------------------------------------------ clusters

// The cluster of i's chain: each entry leads to an earlier image of the same cluster or to itself.
static int root(const int *leads, int i)
{
    while (leads[i] != i)
        i = leads[i];
    return i;
}

// Single linkage: any two images closer than the limit are of one cluster. Numbered in order of
// their best image.
static void find_clusters(airy_average *average, double limit)
{
    int *leads = average->cluster, n = average->aligned.n;
    for (int i = 0; i < n; i++) {
        leads[i] = i;
        for (int j = 0; j < i; j++) {
            airy_image a = airy_stack_image(&average->aligned, i);
            airy_image b = airy_stack_image(&average->aligned, j);
            int u = root(leads, i), v = root(leads, j);
            if (u != v && airy_image_distance(&a, &b) < limit)
                leads[u > v ? u : v] = u > v ? v : u;
        }
    }
    // Every entry leads downwards, so roots are numbered before those that lead to them.
    for (int i = 0; i < n; i++)
        leads[i] = leads[i] == i ? average->clusters++ : leads[leads[i]];
}

// ------------------------------------------------------------------ mean, median, spread

static airy_code combine(airy_average *average, airy_error *err)
{
    const airy_stack *a = &average->aligned;
    int best = average->best;
    float *values = airy_memory_new((size_t)best, sizeof *values);
    if (!values)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory to average %d images", best);
    airy_average_mean(a, 0, 1, best, &average->mean);
    for (int p = 0; p < a->ny * a->nx; p++) {
        for (int i = 0; i < best; i++)
            values[i] = airy_stack_image(a, i).px[p];
        average->median.px[p] = (float)airy_stats_median(values, best);
        average->spread.px[p] = best > 1 ? (float)airy_stats_sd(values, best) : 0;
    }
    airy_memory_free(values);
    for (int i = 1; i < best; i++)
        average->ambiguous += average->found[i].ambiguous;
    return AIRY_OK;
}

// Adds the scatter of resampled images, moved as the best one was, to the spread.
static airy_code add_noise(airy_average *average, const airy_stack *resampled, airy_error *err)
{
    airy_stack moved = {0};
    int n = resampled->n, pixels = resampled->ny * resampled->nx;
    float *values = airy_memory_new((size_t)n, sizeof *values);
    airy_code code = values ? airy_stack_copy(&moved, resampled, err)
                            : airy_error_set(err, AIRY_EMEMORY, "no memory for %d images", n);
    for (int i = 0; i < n && !code; i++) {
        airy_image image = airy_stack_image(&moved, i);
        code = airy_grid_shift(&image, average->found[0].dy, average->found[0].dx, &image, err);
    }
    for (int p = 0; p < pixels && !code; p++) {
        for (int i = 0; i < n; i++)
            values[i] = airy_stack_image(&moved, i).px[p];
        average->spread.px[p] =
            (float)hypot((double)average->spread.px[p], airy_stats_sd(values, n));
    }
    airy_memory_free(values);
    airy_stack_release(&moved);
    return code;
}

static airy_code check_finite(const airy_stack *images, airy_error *err)
{
    for (int i = 0; i < images->n; i++) {
        airy_image image = airy_stack_image(images, i);
        for (int p = 0; p < image.ny * image.nx; p++)
            if (!isfinite(image.px[p]))
                return airy_error_set(err, AIRY_EVALUE,
                                      "image %d is not finite at row %d, column %d: a pattern, no "
                                      "result of retrieve?",
                                      i, p / image.nx, p % image.nx);
    }
    return AIRY_OK;
}

static airy_code make_room(const airy_stack *images, airy_average *average, airy_error *err)
{
    airy_image *all[] = {&average->mean, &average->median, &average->spread};
    airy_code code = airy_stack_copy(&average->aligned, images, err);
    for (int i = 0; !code && i < 3; i++)
        code = airy_image_init(all[i], images->ny, images->nx, err);
    if (code)
        return code;
    average->found = airy_memory_new((size_t)images->n, sizeof *average->found);
    average->cluster = airy_memory_new((size_t)images->n, sizeof *average->cluster);
    if (!average->found || !average->cluster)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory to align %d images", images->n);
    return AIRY_OK;
}

airy_code airy_average_make(const airy_stack *images, const airy_average_options *options,
                            airy_average *average, airy_error *err)
{
    *average = (airy_average){.best = options->best < images->n ? options->best : images->n};
    airy_code code = check_finite(images, err);
    if (!code)
        code = make_room(images, average, err);
    if (!code)
        code = align_all(average, &options->align, err);
    if (!code)
        code = combine(average, err);
    if (!code && options->resampled && options->resampled->n > 1)
        code = add_noise(average, options->resampled, err);
    if (code) {
        airy_average_release(average);
        return code;
    }
    find_clusters(average, options->cluster);
    return AIRY_OK;
}

airy_code airy_average_found(const airy_reconstruction *found, const airy_average_options *options,
                             airy_average *average, airy_error *err)
{
    const airy_search_result *search = &found->search;
    airy_average_options own = *options;
    airy_stack images = search->groups ? search->images : found->images;
    if (search->groups) {
        images.n = search->found;
        own.resampled = search->resampled.n ? &search->resampled : NULL;
    }
    return airy_average_make(&images, &own, average, err);
}

void airy_average_release(airy_average *average)
{
    airy_stack_release(&average->aligned);
    airy_image_release(&average->mean);
    airy_image_release(&average->median);
    airy_image_release(&average->spread);
    airy_memory_free(average->found);
    airy_memory_free(average->cluster);
    *average = (airy_average){0};
}
