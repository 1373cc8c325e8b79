// SPDX-License-Identifier: GPL-3.0-or-later
// Which picture a file of ours becomes: a table of kinds, recognised by a dataset that only they
// have.
#include "view.h"
#include "colors.h"
#include "airy/source.h"
#include "pictures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RESULT "/entry_1/result_1/"
#define TWOTIMES "/entry/twotime/two_time_corr_func"
#define IMAGE_SPACE "/entry_1/image_1/data_space"

void airy_view_options_defaults(airy_view_options *options)
{
    *options = (airy_view_options){.width = 1000, .crop = -1, .smooth = 4, .font = "DejaVu Sans"};
}

void airy_view_names(airy_text *views, airy_text *maps)
{
    int kinds, colors;
    const airy_view_kind *kind = airy_view_kinds(&kinds);
    const airy_colormap *map = airy_colormap_table(&colors);
    for (int i = 0; i < kinds; i++)
        airy_text_append(views, "%s%s", i ? ", " : "", kind[i].name);
    for (int i = 0; i < colors; i++)
        airy_text_append(maps, "%s%s", i ? ", " : "", map[i].name);
}

static airy_code check_names(const airy_view_options *options, airy_error *err)
{
    int n;
    const airy_view_kind *kind = airy_view_kinds(&n);
    airy_text views = {0}, maps = {0};
    airy_code code = AIRY_OK;
    bool known = !options->what;
    for (int i = 0; i < n; i++)
        known = known || strcmp(kind[i].name, options->what) == 0;
    airy_view_names(&views, &maps);
    if (!known)
        code = airy_error_set(err, AIRY_EARGUMENT, "there is no view '%s'; views are %s",
                              options->what, views.text ? views.text : "");
    else if (options->colors && !airy_colormap_find(options->colors))
        code = airy_error_set(err, AIRY_EARGUMENT, "there is no colour map '%s'; maps are %s",
                              options->colors, maps.text ? maps.text : "");
    airy_text_release(&views);
    airy_text_release(&maps);
    return code;
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_view_options *options = of;
    airy_code code = check_names(options, err);
    if (code != AIRY_OK)
        return code;
    if (options->width < 200 || options->width > 8000 || options->height < 0 ||
        options->height > 8000)
        return airy_error_set(err, AIRY_EARGUMENT, "a picture is 200 to 8000 pixels wide, not %d",
                              options->width);
    return AIRY_OK;
}

const airy_option airy_view_rows[] = {
    AIRY_OPTION(airy_view_options, frame, "frame", .low = 0, .high = 1e9,
                .help = "of several, from 0"),
    AIRY_OPTION(airy_view_options, smooth, "enlarge", .low = 1, .high = 16,
                .help = "drawn pixels per pixel in real space; 1 shows the pixels",
                .was = "smooth"),
    AIRY_OPTION(airy_view_options, polarization_deg, "polarization", .low = -360, .high = 360,
                .unit = "degrees", .help = "direction of the arrow, counter-clockwise from +x"),
    AIRY_OPTION(airy_view_options, title, "title", .unit = "TEXT", .help = "above the picture"),
    AIRY_OPTION(airy_view_options, font, "font", .unit = "NAME", .help = "of all letters"),
    {.check = check},
};

// ------------------------------------------------------------------ reading

// A number that may be missing.
static double number(airy_h5 *h5, const char *path, double otherwise)
{
    double value = otherwise;
    if (airy_h5_has(h5, path) && airy_h5_get_double(h5, path, &value, NULL) != AIRY_OK)
        value = otherwise;
    return value;
}

// Images, among them number `frame`, and their pixel in nm.
static airy_code read_images(const char *path, airy_h5 *h5, int frame, airy_stack *images,
                             double *pixel_nm, airy_error *err)
{
    double pitch_m = 0;
    airy_code code = airy_cxi_get_images(h5, images, &pitch_m, err);
    *pixel_nm = pitch_m * 1e9;
    if (code == AIRY_OK && frame >= images->n)
        code = airy_error_set(err, AIRY_EARGUMENT, "%s: there is no image %d, the last one is %d",
                              path, frame, images->n - 1);
    return code;
}

// The fitted body of diff.h5 and bands.h5, nm turned into pixels.
static void read_body(airy_h5 *h5, const airy_image *image, double pixel_nm, airy_body *body)
{
    double unit = pixel_nm > 0 ? pixel_nm : 1;
    *body = (airy_body){
        .y = number(h5, RESULT "center_y", image->ny / 2),
        .x = number(h5, RESULT "center_x", image->nx / 2),
        .r_par =
            number(h5, RESULT "body_radius_par_nm", number(h5, RESULT "radius_par_nm", 0)) / unit,
        .r_perp =
            number(h5, RESULT "body_radius_perp_nm", number(h5, RESULT "radius_perp_nm", 0)) / unit,
        .axis_deg = number(h5, RESULT "body_axis_deg", number(h5, RESULT "axis_deg", 0))};
}

// ------------------------------------------------------------------ one function a kind

typedef airy_code make_view(const char *path, airy_h5 *h5, const airy_view_options *options,
                            airy_figure *figure, airy_error *err);

static airy_code make_pattern(const char *path, airy_h5 *h5, const airy_view_options *options,
                              airy_figure *figure, airy_error *err)
{
    (void)h5;
    airy_pattern pattern = {0};
    airy_code code = airy_pattern_read(path, options->frame, &pattern, NULL, err);
    if (code == AIRY_OK)
        code = airy_picture_pattern(&pattern, options, figure, err);
    airy_pattern_release(&pattern);
    return code;
}

static airy_code make_image(const char *path, airy_h5 *h5, const airy_view_options *options,
                            airy_figure *figure, airy_error *err)
{
    airy_stack images = {0};
    double pixel_nm = 0;
    airy_code code = read_images(path, h5, options->frame, &images, &pixel_nm, err);
    if (code == AIRY_OK) {
        airy_image image = airy_stack_image(&images, options->frame);
        airy_scene scene = {.image = &image, .pixel_nm = pixel_nm};
        airy_picture_locate(&image, &scene);
        code = airy_picture_density(&scene, "projected density (arb. units)", options, figure, err);
    }
    airy_stack_release(&images);
    return code;
}

// R of the kept images: r_factor (generations, starts) at the last generation and the kept starts.
// NaN where the file does not say.
static airy_code read_kept_r(airy_h5 *h5, int n, double *kept, airy_error *err)
{
    double *r = NULL;
    int *start = NULL, values = 0, starts = 0, dims[4] = {0}, rank = 0;
    airy_code code = AIRY_OK;
    for (int i = 0; i < n; i++)
        kept[i] = NAN;
    if (!airy_h5_has(h5, RESULT "kept_start") || !airy_h5_has(h5, RESULT "r_factor"))
        return AIRY_OK;
    code = airy_h5_shape(h5, RESULT "r_factor", dims, &rank, err);
    if (code == AIRY_OK)
        code = airy_h5_get_doubles(h5, RESULT "r_factor", &r, &values, err);
    if (code == AIRY_OK)
        code = airy_h5_get_ints(h5, RESULT "kept_start", &start, &starts, err);
    int generation = (int)number(h5, RESULT "generation", dims[0] - 1);
    for (int i = 0; code == AIRY_OK && i < n && i < starts; i++) {
        long long at = (long long)generation * dims[1] + start[i];
        if (rank == 2 && at >= 0 && at < values)
            kept[i] = r[at];
    }
    airy_memory_free(r);
    airy_memory_free(start);
    return code;
}

static airy_code make_sheet(const char *path, airy_h5 *h5, const airy_view_options *options,
                            airy_figure *figure, airy_error *err)
{
    airy_stack images = {0};
    double pixel_nm = 0, *r = NULL;
    airy_code code = read_images(path, h5, 0, &images, &pixel_nm, err);
    if (code == AIRY_OK) {
        r = airy_memory_new((size_t)images.n, sizeof *r);
        code = r ? read_kept_r(h5, images.n, r, err) : airy_picture_no_memory(err);
    }
    if (code == AIRY_OK)
        code = airy_picture_sheet(&images, r, pixel_nm, options, figure, err);
    airy_memory_free(r);
    airy_stack_release(&images);
    return code;
}

static airy_code make_difference(const char *path, airy_h5 *h5, const airy_view_options *options,
                                 airy_figure *figure, airy_error *err)
{
    airy_stack images = {0};
    double pixel_nm = 0;
    airy_code code = read_images(path, h5, options->frame, &images, &pixel_nm, err);
    if (code == AIRY_OK) {
        airy_image image = airy_stack_image(&images, options->frame);
        airy_body body;
        read_body(h5, &image, pixel_nm, &body);
        code = airy_picture_difference(&image, &body, pixel_nm, options, figure, err);
    }
    airy_stack_release(&images);
    return code;
}

// The skeleton over the difference that it was found in.
// The branches that not every rival has, or too few images with photons drawn again.
static airy_code read_open(airy_h5 *h5, bool **open, int *n, airy_error *err)
{
    static const struct {
        const char *path;
        double least;
    } shares[] = {{RESULT "branches/held", 1}, {RESULT "branches/redrawn", AIRY_REDRAWN_LEAST}};
    airy_code code = AIRY_OK;
    for (size_t k = 0; k < sizeof shares / sizeof *shares && code == AIRY_OK; k++) {
        double *share = NULL;
        int rows = 0;
        if (!airy_h5_has(h5, shares[k].path))
            continue;
        code = airy_h5_get_doubles(h5, shares[k].path, &share, &rows, err);
        if (code == AIRY_OK && !*open) {
            *open = airy_memory_new((size_t)rows + 1, sizeof **open);
            *n = rows;
            code = *open ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for branches");
        }
        for (int i = 0; i < rows && i < *n && code == AIRY_OK; i++)
            (*open)[i] |= share[i] < shares[k].least;
        airy_memory_free(share);
    }
    return code;
}

static airy_code make_bands(const char *path, airy_h5 *h5, const airy_view_options *options,
                            airy_figure *figure, airy_error *err)
{
    airy_stack labels = {0};
    airy_image difference = {0};
    double pixel_nm = 0;
    bool *open = NULL;
    int n = 0;
    airy_code code = read_images(path, h5, 0, &labels, &pixel_nm, err);
    if (code == AIRY_OK)
        code = airy_h5_get_image(h5, RESULT "difference", &difference, err);
    if (code == AIRY_OK)
        code = read_open(h5, &open, &n, err);
    if (code == AIRY_OK) {
        airy_image skeleton = airy_stack_image(&labels, 0);
        airy_body body;
        read_body(h5, &difference, pixel_nm, &body);
        airy_view_options turned = *options;
        turned.polarization_deg = number(h5, RESULT "polarization_deg", options->polarization_deg);
        code = airy_picture_difference(&difference, &body, pixel_nm, &turned, figure, err);
        if (code == AIRY_OK)
            code = airy_picture_skeleton(
                &(airy_drawn_skeleton){&skeleton, pixel_nm, body.y, body.x, open, n}, figure, err);
    }
    airy_memory_free(open);
    airy_image_release(&difference);
    airy_stack_release(&labels);
    return code;
}

static airy_code make_histogram(const char *path, airy_h5 *h5, const airy_view_options *options,
                                airy_figure *figure, airy_error *err)
{
    double *length = NULL, *direction = NULL;
    int branches = 0, n = 0, m = 0;
    airy_code code = airy_h5_get_int(h5, RESULT "n_branches", &branches, err);
    if (code == AIRY_OK && branches < 1)
        code = airy_error_set(err, AIRY_EVALUE, "%s holds no band, so there are no angles to draw",
                              path);
    if (code == AIRY_OK && branches > 0)
        code = airy_h5_get_doubles(h5, RESULT "branches/length_nm", &length, &n, err);
    if (code == AIRY_OK && branches > 0)
        code = airy_h5_get_doubles(h5, RESULT "branches/direction_deg", &direction, &m, err);
    if (code == AIRY_OK && n != m)
        code = airy_error_set(err, AIRY_ESHAPE, "%s: %d lengths but %d directions of branches",
                              path, n, m);
    if (code == AIRY_OK)
        code = airy_picture_angles(length, direction, n, options, figure, err);
    airy_memory_free(length);
    airy_memory_free(direction);
    return code;
}

// Columns of the ring table and the resolutions in a file; NULL where one is not there.
static const char *const ring_names[] = {
    "rings/period_nm",
    "rings/period_pixels",
    "rings/frc",
    "rings/half_bit",
    "rings/prtf",
    "rings/prtf_phasor",
    "rings/r_factor",
    "rings/r_free",
    "rings/outside",
    "rings/deviance",
    "rings/deviance_mean",
    "resolution_half_bit_nm",
    "resolution_seventh_nm",
    "resolution_prtf_nm",
    "resolution_r_nm",
    "resolution_outside_nm",
    "resolution_deviance_nm",
    "resolution_half_bit_pixels",
    "resolution_seventh_pixels",
    "resolution_prtf_pixels",
    "resolution_r_pixels",
    "resolution_outside_pixels",
    "resolution_deviance_pixels",
};
enum { RING_NAMES = sizeof ring_names / sizeof ring_names[0] };

static airy_code make_rings(const char *path, airy_h5 *h5, const airy_view_options *options,
                            airy_figure *figure, airy_error *err)
{
    double *values[RING_NAMES] = {NULL};
    const char *names_only[RING_NAMES];
    int n = 0;
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < RING_NAMES; i++) {
        airy_text name = {0};
        int found = 0;
        const char *slash = strchr(ring_names[i], '/');
        names_only[i] = slash ? slash + 1 : ring_names[i];
        airy_text_append(&name, RESULT "%s", ring_names[i]);
        code = airy_text_whole(&name, err);
        if (code == AIRY_OK && airy_h5_has(h5, name.text))
            code = airy_h5_get_doubles(h5, name.text, &values[i], &found, err);
        airy_text_release(&name);
        n = values[i] && n == 0 ? found : n;
        if (code == AIRY_OK && values[i] && slash && found != n)
            code = airy_error_set(err, AIRY_ESHAPE, "%s: %s has %d rings, not %d", path,
                                  ring_names[i], found, n);
    }
    airy_ring_columns rings = {n, RING_NAMES, names_only, values};
    if (code == AIRY_OK && airy_picture_rings(&rings, options, figure, err) != AIRY_OK)
        code = airy_error_prefix(err, "%s", path);
    for (int i = 0; i < RING_NAMES; i++)
        airy_memory_free(values[i]);
    return code;
}

static airy_code make_curves(const char *path, airy_h5 *h5, const airy_view_options *options,
                             airy_figure *figure, airy_error *err)
{
    (void)h5;
    airy_table table = {0};
    airy_kinetics kinetics = {0};
    airy_code code = airy_table_read(path, &table, err);
    if (code == AIRY_OK && airy_kinetics_from_table(&table, &kinetics, err) != AIRY_OK)
        code = airy_error_prefix(err, "%s", path);
    if (code == AIRY_OK)
        code = airy_picture_curves(&kinetics, options, figure, err);
    airy_kinetics_release(&kinetics);
    airy_table_release(&table);
    return code;
}

// Pictures of a whole table.
typedef airy_code picture_of(const airy_table *table, const airy_view_options *options,
                             airy_figure *figure, airy_error *err);

static airy_code make_table(const char *path, picture_of *picture, const airy_view_options *options,
                            airy_figure *figure, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_read(path, &table, err);
    if (code == AIRY_OK && picture(&table, options, figure, err) != AIRY_OK)
        code = airy_error_prefix(err, "%s", path);
    airy_table_release(&table);
    return code;
}

static airy_code make_populations(const char *path, airy_h5 *h5, const airy_view_options *options,
                                  airy_figure *figure, airy_error *err)
{
    (void)h5;
    return make_table(path, airy_picture_populations, options, figure, err);
}

static airy_code make_fitted(const char *path, airy_h5 *h5, const airy_view_options *options,
                             airy_figure *figure, airy_error *err)
{
    (void)h5;
    return make_table(path, airy_picture_fitted, options, figure, err);
}

static airy_code make_heated(const char *path, airy_h5 *h5, const airy_view_options *options,
                             airy_figure *figure, airy_error *err)
{
    (void)h5;
    return make_table(path, airy_picture_heated, options, figure, err);
}

static airy_code make_profile(const char *path, airy_h5 *h5, const airy_view_options *options,
                              airy_figure *figure, airy_error *err)
{
    (void)h5;
    return make_table(path, airy_picture_profile, options, figure, err);
}

static airy_code make_g2(const char *path, airy_h5 *h5, const airy_view_options *options,
                         airy_figure *figure, airy_error *err)
{
    (void)h5;
    return make_table(path, airy_picture_g2, options, figure, err);
}

static airy_code make_two_times(const char *path, airy_h5 *h5, const airy_view_options *options,
                                airy_figure *figure, airy_error *err)
{
    (void)path;
    return airy_picture_two_times(h5, options, figure, err);
}

static airy_code make_ages(const char *path, airy_h5 *h5, const airy_view_options *options,
                           airy_figure *figure, airy_error *err)
{
    (void)path;
    return airy_picture_ages(h5, options, figure, err);
}

static airy_code make_scan(const char *path, airy_h5 *h5, const airy_view_options *options,
                           airy_figure *figure, airy_error *err)
{
    (void)path;
    return airy_picture_scan(h5, options, figure, err);
}

static airy_code make_joint(const char *path, airy_h5 *h5, const airy_view_options *options,
                            airy_figure *figure, airy_error *err)
{
    (void)path;
    return airy_picture_joint(h5, options, figure, err);
}

// ------------------------------------------------------------------ the table

// A row without marker is taken for files in which no other marker is found (pattern), or only
// when asked for. The first marker found wins: a dataset of an HDF5 file, or a column of a table,
// of which | parts names that stand for one another, and + those that are all wanted.
typedef struct view_row {
    const char *marker, *column;
    make_view *make;
} view_row;

static const airy_view_kind names[] = {
    {"bands", "skeleton and branch numbers over the density difference (bands.h5)"},
    {"difference", "density difference in per cent (diff.h5)"},
    {"sheet", "kept images side by side (recon.h5)"},
    {"pattern", "photons on logarithmic colours (any pattern)"},
    {"image", "projected density (image.cxi, or one image of recon.h5)"},
    {"histogram", "angles of the bands, bars and half rose (bands.h5)"},
    {"rings", "correlation, transfer, misfit and deviance by ring (image.cxi, resolve.h5)"},
    {"angles", "angles of the bands of many particles, by stage (angles.tsv)"},
    {"curves", "sizes, areas and bands against delay (kinetics.tsv)"},
    {"fit", "points with fitted curves and residuals (--points of airy fit)"},
    {"thermal", "curves with baselines and tangents (--drawing of airy thermal)"},
    {"msd", "mean squared displacement and its lines (atoms.h5, msd.tsv)"},
    {"order", "atoms by q4 and w6 (atoms.h5)"},
    {"strings", "fast atoms and whose places they took, in projection (atoms.h5)"},
    {"isf", "self part of the intermediate scattering function (atoms.h5, isf.tsv)"},
    {"overlap", "overlap and chi4 against time (atoms.h5, overlap.tsv)"},
    {"vanhove", "how far atoms have gone, a curve a time (atoms.h5, vanhove.tsv)"},
    {"distinct", "how far they are from where others were (atoms.h5, distinct.tsv)"},
    {"profile", "I(q), S(q), g(r) or G(r) with errors and bands (iq.tsv, sq.tsv, gr.tsv)"},
    {"twotime", "correlation of two times, of region --frame (corr.h5)"},
    {"ages", "the same by age and lag (corr.h5)"},
    {"g2", "g2 against delay, by region and age (g2.tsv)"},
    {"scan", "relaxation time and speckle variance with errors (scan.h5)"},
    {"joint", "how many places have which tau and V (scan.h5)"},
};
enum { KINDS = sizeof names / sizeof names[0] };

static const view_row rows[] = {
    {RESULT "n_branches", NULL, make_bands},
    {RESULT "a_low_nm2", NULL, make_difference},
    {RESULT "convergence", NULL, make_sheet},
    {"/entry_1/image_1/friedel_merged", NULL, make_pattern},
    {IMAGE_SPACE, NULL, make_image},
    {NULL, NULL, make_histogram},
    {NULL, NULL, make_rings},
    {NULL, "population", make_populations},
    {NULL, "quantity", make_curves},
    {NULL, "residual", make_fitted},
    {NULL, "part", make_heated},
    {"/entry/msd/msd_a2", "msd_a2", airy_view_msd},
    {"/entry/order/density", NULL, airy_view_order},
    {"/entry/strings/from", NULL, airy_view_strings},
    {"/entry/isf/f", "q_inv_a+f", airy_view_isf},
    {"/entry/overlap/chi4", "chi4", airy_view_overlap},
    {"/entry/vanhove/p_inv_a", "p_inv_a", airy_view_vanhove},
    {"/entry/distinct/g", "time_ps+g", airy_view_distinct},
    {NULL, "intensity|s|g", make_profile},
    {TWOTIMES, NULL, make_two_times},
    {TWOTIMES, NULL, make_ages},
    {NULL, "g2_err", make_g2},
    {"/entry/maps/tau_s", NULL, make_scan},
    {"/entry/maps/v", NULL, make_joint},
};
_Static_assert(sizeof rows / sizeof rows[0] == KINDS, "a name has no row, or a row no name");
static const int curves_row = 8, pattern_row = 3; // tables and files that nothing marks

const airy_view_kind *airy_view_kinds(int *n)
{
    *n = KINDS;
    return names;
}

// Whether the marker is there; patterns have an image, too, but not one in real space.
static bool fits(airy_h5 *h5, const char *marker)
{
    char *space = NULL;
    if (!marker || !airy_h5_has(h5, marker))
        return false;
    if (strcmp(marker, IMAGE_SPACE) != 0)
        return true;
    bool real = airy_h5_get_text(h5, marker, &space, NULL) == AIRY_OK && strcmp(space, "real") == 0;
    free(space);
    return real;
}

// Whether a table has one of the columns (of "a|b") or all of them (of "a+b").
static bool has_columns(const airy_table *table, const char *columns)
{
    bool all = strchr(columns, '+') != NULL, has = all;
    for (const char *name = columns; *name; name += strcspn(name, "|+"), name += *name != '\0') {
        bool found = false;
        for (int i = 0; i < table->columns && !found; i++)
            found = strlen(table->name[i]) == strcspn(name, "|+") &&
                    strncmp(table->name[i], name, strlen(table->name[i])) == 0;
        has = all ? has && found : has || found;
    }
    return has;
}

// The row whose column a table has.
static int choose_table(const char *path)
{
    airy_table table = {0};
    int row = curves_row;
    airy_code code = airy_table_read(path, &table, NULL);
    for (int i = KINDS - 1; code == AIRY_OK && i >= 0; i--)
        if (rows[i].column && has_columns(&table, rows[i].column))
            row = i;
    airy_table_release(&table);
    return row;
}

// The row asked for, or the one whose marker is in the file.
static int choose(const char *path, airy_h5 *h5, const char *what)
{
    if (!what && airy_text_ends(path, ".tsv"))
        return choose_table(path);
    for (int i = 0; i < KINDS; i++)
        if (what ? strcmp(what, names[i].name) == 0 : h5 && fits(h5, rows[i].marker))
            return i;
    return pattern_row;
}

// Whether the file holds what is asked for: else numbers would stand under another's label.
static bool holds(airy_h5 *h5, int row)
{
    bool real = fits(h5, IMAGE_SPACE);
    bool made = fits(h5, RESULT "a_low_nm2") || fits(h5, RESULT "n_branches");
    if (rows[row].make == make_histogram)
        return fits(h5, RESULT "n_branches");
    if (rows[row].make == make_image)
        return real && !made;
    if (rows[row].make == make_pattern)
        return !real;
    if (rows[row].make == make_sheet)
        return real;
    return !rows[row].marker || fits(h5, rows[row].marker);
}

airy_code airy_view_figure(const char *path, const airy_view_options *options, airy_figure *figure,
                           airy_error *err)
{
    airy_error why = {0};
    *figure = (airy_figure){0};
    airy_code code = airy_options_check(airy_view_rows, options, err);
    if (code != AIRY_OK)
        return code;
    airy_h5 *h5 = airy_h5_open(path, &why); // other formats hold patterns
    int row = choose(path, h5, options->what);
    if (why.code == AIRY_EMEMORY || (!h5 && row != pattern_row && !rows[row].column))
        code = airy_error_set(err, why.code, "%s", why.message);
    else if (h5 && options->what && !holds(h5, row))
        code = airy_error_set(err, AIRY_EVALUE, "%s does not hold what --what %s draws: %s", path,
                              options->what, names[row].means);
    else
        code = rows[row].make(path, h5, options, figure, err);
    if (code == AIRY_OK && h5)
        code = airy_h5_trust(h5, err);
    if (code != AIRY_OK)
        airy_figure_release(figure);
    airy_h5_close(h5);
    return code;
}
