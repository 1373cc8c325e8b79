// SPDX-License-Identifier: GPL-3.0-or-later
// From a difference image to a table of bands: region, skeleton, branches, angles.
#include "airy/density.h"
#include "trace.h"
#include "thin.h"
#include "prune.h"
#include "path.h"
#include "join.h"
#include "channels.h"
#include "angles.h"
#include "density/branches.h"

#include <math.h>
#include <string.h>

const char *const airy_bands_rule_names[] = {"valley", "threshold", NULL};

#define FWHM 2.3548200450309493 // full width at half maximum, standard deviations of a Gaussian

// Width looked for, in mean radii: bands grow with the particle. Four fifths of the width of the
// synthetic series' bands at 6-14 ps, half of it at 20 ps, where wider scales join neighbours.
#define SCALE_SHARE (1.0 / 7)

const airy_option airy_bands_rows[] = {
    AIRY_OPTION(airy_bands_options, polarization_deg, "polarization", .low = -360, .high = 360,
                .unit = "degrees", .help = "direction of angle 0, counter-clockwise from +x"),
    AIRY_OPTION(airy_bands_options, rule, "rule", .choices = "valley|threshold",
                .help = "what makes a pixel part of a region"),
    AIRY_OPTION(airy_bands_options, threshold, "threshold", .low = 0, .high = 100, .unit = "sigma",
                .help = "regions lie below minus so many sigma of the spread"),
    AIRY_OPTION(airy_bands_options, depth, "depth", .low = 0, .high = 1,
                .help = "regions lie at least so deep, share of the central density"),
    AIRY_OPTION(airy_bands_options, scale_nm, "scale", .low = 0, .high = 1e4, .unit = "nm",
                .help = "valley rule: width of a band; 0: 1/7 of the mean radius"),
    AIRY_OPTION(airy_bands_options, contrast, "contrast", .low = 0, .high = 1,
                .help = "valley rule: least depth of a branch against both sides"),
    AIRY_OPTION(airy_bands_options, share, "share", .low = 0, .high = 1,
                .help = "valley rule: a region ends at this share of the usual depth"),
    AIRY_OPTION(airy_bands_options, resolution_nm, "resolution", .low = 0, .high = 1e4,
                .unit = "nm", .help = "resolution element; 0: from the blur of the image"),
    AIRY_OPTION(airy_bands_options, min_length_nm, "min-length", .low = 0, .high = 1e4,
                .unit = "nm", .help = "shortest branch; 0: 1.5 x the width of a band"),
    AIRY_OPTION(
        airy_bands_options, bend_nm, "bend", .low = -1, .high = 1e4, .unit = "nm",
        .help = "a branch this far off its chord is cut there; 0: never; -1: half the width of a "
                "band"),
    AIRY_OPTION(airy_bands_options, edge_nm, "edge", .low = -1, .high = 1e4, .unit = "nm",
                .help = "rim left out; -1: resolution + half the width of a band"),
    AIRY_OPTION(airy_bands_options, high, "dense",
                .help = "dense bands instead of low-density ones", .was = "high"),
    AIRY_OPTION(airy_bands_options, draws, "draws", .low = 0, .high = 1000000,
                .help = "bootstrap draws of the errors"),
    {0},
};

void airy_bands_options_defaults(airy_bands_options *options)
{
    *options = (airy_bands_options){
        .rule = AIRY_BANDS_VALLEY,
        .contrast = 0.08,
        .share = 0.5,
        .bend_nm = -1,
        .edge_nm = -1,
        .draws = 1000,
    };
}

// ------------------------------------------------------------------ region

// One shot's work: what is read, what is used, what is made.
struct search {
    const airy_bands_input *input;
    const airy_bands_options *options;
    airy_bands *bands;
    airy_image low; // D, or -D for dense bands: what is looked for is negative
    airy_valley valley;
    airy_image distance;
};

static airy_code check_input(const airy_bands_input *input, const airy_bands_options *options,
                             airy_error *err)
{
    if (!(input->pixel_nm > 0))
        return airy_error_set(err, AIRY_EVALUE, "bands need the pixel size, which is not known");
    if (options->threshold > 0 && !input->sigma.px)
        return airy_error_set(
            err, AIRY_EVALUE,
            "a threshold of %g sigma needs the image's spread, which is not known",
            options->threshold);
    return AIRY_OK;
}

// The rim left out as a share of the smaller radius.
static double rim_share(const struct search *search)
{
    const airy_body *body = &search->input->body;
    return search->bands->edge_nm / search->input->pixel_nm / fmin(body->r_par, body->r_perp);
}

// Lengths that depend on the image where the options leave them open.
static void settle_lengths(struct search *search)
{
    const airy_bands_options *o = search->options;
    double nm = search->input->pixel_nm;
    airy_bands *bands = search->bands;
    const airy_body *body = &search->input->body;
    double blur_nm = FWHM * body->blur * nm, radius_nm = sqrt(body->r_par * body->r_perp) * nm;
    bands->scale_nm = o->scale_nm > 0 ? o->scale_nm : SCALE_SHARE * radius_nm;
    bands->resolution_nm = o->resolution_nm > 0 ? o->resolution_nm : fmax(blur_nm, 2 * nm);
    bands->min_length_nm =
        o->min_length_nm > 0 ? o->min_length_nm : fmax(bands->resolution_nm, 1.5 * bands->scale_nm);
    bands->bend_nm = o->bend_nm >= 0 ? o->bend_nm : fmax(bands->resolution_nm, bands->scale_nm / 2);
    bands->edge_nm = o->edge_nm >= 0 ? o->edge_nm : bands->resolution_nm + bands->scale_nm / 2;
    double left = fmax(1 - rim_share(search), 0);
    bands->searched_nm2 = acos(-1) * body->r_par * body->r_perp * left * left * nm * nm;
}

// Inside the edge, less the rim.
static bool inside(const struct search *search, int y, int x)
{
    double margin = rim_share(search);
    return margin < 1 && airy_body_reach(&search->input->body, y, x) < (1 - margin) * (1 - margin);
}

// Below the threshold, inside.
static bool is_low(const struct search *search, int y, int x)
{
    int i = y * search->low.nx + x;
    const airy_image *sigma = &search->input->sigma;
    double tau = search->options->depth;
    if (search->options->threshold > 0)
        tau += search->options->threshold * (double)sigma->px[i];
    return (double)search->low.px[i] < -tau && inside(search, y, x);
}

// What the valley rule asks of a pixel: depth against both sides, and smoothed depth below the
// body.
struct level {
    double valley, low;
};

// Below the threshold and, for the valley rule, beyond the levels.
static void mark_region(const struct search *search, const struct level *level)
{
    airy_mask *region = &search->bands->region;
    for (int y = 0; y < region->ny; y++)
        for (int x = 0; x < region->nx; x++) {
            int i = y * region->nx + x;
            bool in = is_low(search, y, x);
            if (level)
                in = in && (double)search->valley.depth.px[i] > level->valley &&
                     -(double)search->valley.smooth.px[i] > level->low;
            region->bits[i] = in;
        }
}

// Median over the pixels of the region; 0 when it is empty.
static double median_inside(const airy_mask *region, const airy_image *image, float *scratch)
{
    int n = 0;
    for (int i = 0; i < region->ny * region->nx; i++)
        if (region->bits[i])
            scratch[n++] = image->px[i];
    return n ? airy_stats_median(scratch, n) : 0;
}

// Valleys that reach the least contrast say how deep valleys usually are; what is as deep as a
// share of that, in both senses, makes the region.
static airy_code mark_valleys(struct search *search, airy_error *err)
{
    airy_mask *region = &search->bands->region;
    struct level level = {search->options->contrast, 0};
    float *scratch = airy_memory_new((size_t)region->ny * (size_t)region->nx, sizeof *scratch);
    if (!scratch)
        return airy_error_set(err, AIRY_EMEMORY, "not enough memory for the depth of valleys");
    mark_region(search, &level);
    double share = search->options->share;
    level.valley = share * median_inside(region, &search->valley.depth, scratch);
    level.low = -share * median_inside(region, &search->valley.smooth, scratch);
    search->bands->level = level.valley;
    mark_region(search, &level);
    airy_memory_free(scratch);
    return AIRY_OK;
}

static airy_code find_region(struct search *search, airy_error *err)
{
    airy_bands *bands = search->bands;
    double nm = search->input->pixel_nm;
    airy_code code = AIRY_OK;
    if (search->options->rule == AIRY_BANDS_VALLEY)
        code = mark_valleys(search, err);
    else
        mark_region(search, NULL);
    double element = bands->resolution_nm / nm; // pixels across a resolution element
    if (!code)
        code = airy_label_remove_small(&bands->region, 8, (int)ceil(element * element), err);
    for (int i = 0; !code && i < bands->region.ny * bands->region.nx; i++)
        bands->region_nm2 += bands->region.bits[i] ? nm * nm : 0;
    return code;
}

// ------------------------------------------------------------------ branches

// What a pixel of the skeleton is until its branch is known.
#define ON_PATH (UINT32_MAX - 1)
#define BESIDE UINT32_MAX // on no path: part of a junction

// The smallest number of a branch beside a pixel, BESIDE for none.
static uint32_t branch_beside(const airy_mask *skeleton, int y, int x)
{
    uint32_t least = BESIDE;
    for (int k = 0; k < 9; k++) {
        int v = y + k / 3 - 1, u = x + k % 3 - 1;
        bool there = v >= 0 && u >= 0 && v < skeleton->ny && u < skeleton->nx;
        uint32_t label = there ? skeleton->bits[v * skeleton->nx + u] : 0;
        least = label && label < least ? label : least;
    }
    return least;
}

// Gives the pixels of junctions the number of a neighbour, so that the drawn skeleton has no gaps;
// what belongs to no branch is cleared.
static void label_junctions(airy_mask *skeleton)
{
    int n = skeleton->ny * skeleton->nx;
    for (int i = 0; i < n; i++)
        skeleton->bits[i] = skeleton->bits[i] == ON_PATH ? 0 : skeleton->bits[i];
    for (bool again = true; again;) {
        again = false;
        for (int i = 0; i < n; i++) {
            if (skeleton->bits[i] != BESIDE)
                continue;
            skeleton->bits[i] = branch_beside(skeleton, i / skeleton->nx, i % skeleton->nx);
            again |= skeleton->bits[i] != BESIDE;
        }
    }
    for (int i = 0; i < n; i++)
        skeleton->bits[i] = skeleton->bits[i] == BESIDE ? 0 : skeleton->bits[i];
}

static void draw(const airy_path *path, airy_mask *mask, uint32_t value)
{
    for (int k = 0; k < path->n; k++)
        mask->bits[path->y[k] * mask->nx + path->x[k]] = value;
}

// The same where the skeleton is: a joined path runs beside it in junctions.
static void draw_on_skeleton(const airy_path *path, airy_mask *skeleton, uint32_t value)
{
    for (int k = 0; k < path->n; k++) {
        uint32_t *at = &skeleton->bits[path->y[k] * skeleton->nx + path->x[k]];
        *at = *at ? value : 0;
    }
}

static void mark_junctions(airy_mask *skeleton, const airy_paths *paths)
{
    for (int i = 0; i < skeleton->ny * skeleton->nx; i++)
        skeleton->bits[i] = skeleton->bits[i] ? BESIDE : 0;
    for (int i = 0; i < paths->n; i++)
        draw_on_skeleton(&paths->path[i], skeleton, ON_PATH);
}

// Short pieces that touch hide a line when they are so many least lengths in all.
#define HIDDEN 1.5

// What of the paths that are too short hangs together and would be long enough. short_nm: their
// lengths, 0 for others.
static airy_code count_hidden(struct search *search, const airy_paths *paths,
                              const double *short_nm, airy_error *err)
{
    airy_bands *bands = search->bands;
    airy_mask pieces = {0}, labels = {0};
    int n = 0;
    airy_code code = airy_mask_init(&pieces, bands->region.ny, bands->region.nx, err);
    if (!code)
        code = airy_mask_init(&labels, bands->region.ny, bands->region.nx, err);
    for (int i = 0; !code && i < paths->n; i++)
        if (short_nm[i] > 0)
            draw(&paths->path[i], &pieces, 1);
    if (!code)
        code = airy_label(&pieces, 8, &labels, &n, err);
    double *length = code ? NULL : airy_memory_new((size_t)n + 1, sizeof *length);
    if (!code && !length)
        code = airy_error_set(err, AIRY_EMEMORY, "not enough memory for %d pieces", n);
    for (int i = 0; !code && i < paths->n; i++) {
        const airy_path *path = &paths->path[i];
        length[labels.bits[path->y[0] * labels.nx + path->x[0]]] += short_nm[i];
    }
    for (int k = 1; !code && k <= n; k++) {
        bool hidden = length[k] >= HIDDEN * bands->min_length_nm;
        bands->n_hidden += hidden;
        bands->hidden_nm += hidden ? length[k] : 0;
    }
    airy_memory_free(length);
    airy_mask_release(&pieces);
    airy_mask_release(&labels);
    return code;
}

// Labels the pixels of paths that are long enough and fills their rows.
static airy_code fill_table(struct search *search, const airy_paths *paths, airy_error *err)
{
    airy_bands *bands = search->bands;
    bool valley = search->options->rule == AIRY_BANDS_VALLEY;
    double least = search->options->contrast;
    const airy_ruler ruler = {search->input,
                              &search->low,
                              &bands->region,
                              &search->distance,
                              &search->valley,
                              bands->scale_nm / search->input->pixel_nm,
                              search->options->polarization_deg,
                              valley};
    mark_junctions(&bands->skeleton, paths);
    bands->branch = airy_memory_new((size_t)paths->n + 1, sizeof *bands->branch);
    double *short_nm = airy_memory_new((size_t)paths->n + 1, sizeof *short_nm);
    airy_code code = AIRY_OK;
    if (!bands->branch || !short_nm)
        code = airy_error_set(err, AIRY_EMEMORY, "not enough memory for %d branches", paths->n);
    for (int i = 0; !code && i < paths->n; i++) {
        const airy_path *path = &paths->path[i];
        airy_branch branch;
        code = airy_branch_measure(&ruler, path, &branch, err);
        if (code || (valley && branch.contrast < least))
            continue;
        if (branch.length_nm < bands->min_length_nm) {
            short_nm[i] = branch.length_nm;
            continue;
        }
        branch.branch = bands->n + 1;
        bands->branch[bands->n++] = branch;
        draw_on_skeleton(path, &bands->skeleton, (uint32_t)branch.branch);
    }
    if (!code)
        code = count_hidden(search, paths, short_nm, err);
    airy_memory_free(short_nm);
    label_junctions(&bands->skeleton);
    return code;
}

static airy_code find_branches(struct search *search, airy_error *err)
{
    airy_bands *bands = search->bands;
    airy_paths paths = {0};
    double least = bands->resolution_nm / search->input->pixel_nm;
    double scale = bands->scale_nm / search->input->pixel_nm;
    airy_code code = airy_morph_distance(&bands->region, &search->distance, err);
    if (!code)
        code = airy_skeleton_thin(&bands->region, &bands->skeleton, err);
    if (!code)
        code = airy_skeleton_prune(&bands->skeleton, &search->distance, least, scale, err);
    if (!code)
        code = airy_skeleton_trace(&bands->skeleton, &paths, err);
    if (!code)
        code = airy_paths_join(&paths, &search->distance, scale, err);
    if (!code && bands->bend_nm > 0)
        code = airy_paths_split(&paths, bands->bend_nm / search->input->pixel_nm, err);
    if (!code)
        code = fill_table(search, &paths, err);
    airy_paths_release(&paths);
    return code;
}

// ------------------------------------------------------------------ all of it

static airy_code make_room(struct search *search, airy_error *err)
{
    const airy_image *d = &search->input->difference;
    airy_bands *bands = search->bands;
    airy_code code = airy_image_copy(&search->low, d, err);
    if (!code)
        code = airy_image_init(&search->distance, d->ny, d->nx, err);
    if (!code)
        code = airy_mask_init(&bands->region, d->ny, d->nx, err);
    if (!code)
        code = airy_mask_init(&bands->skeleton, d->ny, d->nx, err);
    for (int i = 0; !code && search->options->high && i < d->ny * d->nx; i++)
        search->low.px[i] = -search->low.px[i];
    return code;
}

airy_code airy_bands_find(const airy_bands_input *input, const airy_bands_options *options,
                          airy_bands *bands, airy_error *err)
{
    struct search search = {.input = input, .options = options, .bands = bands};
    *bands = (airy_bands){0};
    airy_code code = check_input(input, options, err);
    if (!code)
        code = make_room(&search, err);
    if (code)
        goto done;
    settle_lengths(&search);
    code = airy_valley_make(&search.low, bands->scale_nm / FWHM / input->pixel_nm, &search.valley,
                            err);
    if (!code)
        code = find_region(&search, err);
    if (!code)
        code = airy_channels_find(&bands->region, &input->body, input->pixel_nm, &bands->channel,
                                  &bands->n_channels, err);
    if (!code)
        code = find_branches(&search, err);
    if (!code)
        code = airy_angles_make(bands->branch, bands->n, options->draws, options->seed,
                                &bands->angles, err);
done:
    airy_image_release(&search.low);
    airy_image_release(&search.distance);
    airy_valley_release(&search.valley);
    if (code)
        airy_bands_release(bands);
    return code;
}

void airy_bands_release(airy_bands *bands)
{
    airy_mask_release(&bands->region);
    airy_mask_release(&bands->skeleton);
    airy_memory_free(bands->branch);
    airy_memory_free(bands->channel);
    *bands = (airy_bands){0};
}
