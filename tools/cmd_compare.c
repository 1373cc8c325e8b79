// SPDX-License-Identifier: GPL-3.0-or-later
// airy compare: how far two files' numbers are apart; exit 3 when farther than the tolerance.
#include "airy/density.h"
#include "airy/image.h"
#include "airy/source.h"
#include "airy/math.h"
#include "airy/retrieval.h"
#include "commands.h"
#include "results.h"
#include "say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIFFERENT = 3, ROWS_MAX = 24, BODY = 3 };
#define TWO_PI 6.283185307179586

// Everything of one run.
struct work {
    const invocation *call;
    const char *spec[2];
    const char *dataset;
    bool align;
    double band;       // 1/nm (1/pixel where pixels are not known); 0: what both hold
    double body[BODY]; // semi-axes in nm (pixels), direction of the first; 0: not known
    int frame;         // -1: all
    int other;         // frame of the second file, -1: the same
    double tolerance;
    airy_frames *in[2];
    // sums over everything compared
    double max_abs, sum_a2, sum_d2;
    long long pixels, missing; // compared; measured in one file only
    bool same_bits;
    airy_alignment found;
    double scale;
    airy_pair pair;
    airy_parity parity, departure;
};

// Adds the pixels of two images of one size to the sums.
static void add_differences(struct work *work, const airy_image *a, const airy_image *b)
{
    for (int i = 0; i < a->ny * a->nx; i++) {
        bool in_a = !isnan(a->px[i]), in_b = !isnan(b->px[i]);
        work->missing += in_a != in_b;
        if (!in_a || !in_b)
            continue;
        double d = (double)a->px[i] - work->scale * b->px[i];
        work->pixels++;
        work->max_abs = fmax(work->max_abs, fabs(d));
        work->sum_a2 += (double)a->px[i] * a->px[i];
        work->sum_d2 += d * d;
    }
}

// The scale of b that brings it closest to a.
static double best_scale(const airy_image *a, const airy_image *b)
{
    double ab = 0, bb = 0;
    for (int i = 0; i < a->ny * a->nx; i++)
        if (!isnan(a->px[i]) && !isnan(b->px[i])) {
            ab += (double)a->px[i] * b->px[i];
            bb += (double)b->px[i] * b->px[i];
        }
    return bb > 0 ? ab / bb : 1;
}

// Brings b to the size and, where both are known, the pixels of a, middle on middle; what is
// outside is empty space.
static airy_code same_grid(const struct work *work, const airy_image *a, airy_image *b,
                           airy_error *err)
{
    double pitch[2];
    airy_frames_real(work->in[0], &pitch[0]);
    airy_frames_real(work->in[1], &pitch[1]);
    bool rescale = pitch[0] > 0 && pitch[1] > 0 && fabs(pitch[0] - pitch[1]) > 1e-6 * pitch[0];
    if (!rescale && a->ny == b->ny && a->nx == b->nx)
        return AIRY_OK;
    airy_image sized;
    airy_code code = airy_image_init(&sized, a->ny, a->nx, err);
    if (code == AIRY_OK && rescale)
        code = airy_grid_resample(b, pitch[1], &sized, pitch[0], err);
    else if (code == AIRY_OK)
        airy_grid_recenter(b, &sized, 0);
    airy_image_release(b);
    *b = sized;
    return code;
}

// Fills the body that the truth file of a simulated series knows, unless it was given.
static airy_code find_body(struct work *work, airy_error *err)
{
    static const char *const paths[BODY] = {"/entry_1/truth_1/radius_par_nm",
                                            "/entry_1/truth_1/radius_perp_nm",
                                            "/entry_1/truth_1/axis_deg"};
    const char *dataset;
    char *path = airy_spec_path(work->spec[0], &dataset);
    airy_error why = {0}; // files of other kinds know no body
    airy_h5 *h5 = path && !(work->body[0] > 0) ? airy_h5_open(path, &why) : NULL;
    airy_code code = path && why.code != AIRY_EMEMORY
                         ? AIRY_OK
                         : airy_error_set(err, AIRY_EMEMORY, "no memory to open %s", work->spec[0]);
    for (int i = 0; h5 && i < BODY && code == AIRY_OK && airy_h5_has(h5, paths[i]); i++) {
        double *values = NULL;
        int n = 0;
        code = airy_h5_get_doubles(h5, paths[i], &values, &n, err);
        if (code == AIRY_OK && work->frame < n)
            work->body[i] = values[work->frame];
        airy_memory_free(values);
    }
    if (h5 && code == AIRY_OK)
        code = airy_h5_trust(h5, err);
    airy_h5_close(h5);
    free(path);
    return code;
}

// Even and odd parts inside the band, and those of what there is beside the body.
static airy_code measure_parts(struct work *work, const airy_image *a, const airy_image *b,
                               airy_error *err)
{
    double pitch[2];
    for (int i = 0; i < 2; i++)
        airy_frames_real(work->in[i], &pitch[i]);
    bool known = pitch[0] > 0 && pitch[1] > 0;
    airy_code code = airy_pair_make(a, known ? pitch[0] * 1e9 : 1, b, known ? pitch[1] * 1e9 : 1,
                                    work->band / TWO_PI, &work->pair, err);
    if (code == AIRY_OK)
        airy_parity_measure(&work->pair.a, &work->pair.b, NULL, &work->parity);
    if (code == AIRY_OK)
        code = find_body(work, err);
    if (code == AIRY_OK && work->body[0] > 0)
        code = airy_pair_departure(&work->pair, work->body[0], work->body[1], work->body[2],
                                   &work->departure, err);
    return code;
}

// Removes shift, twin and scale. Pixels without value count as empty.
static airy_code align(struct work *work, const airy_image *a, airy_image *b, airy_error *err)
{
    airy_code code = measure_parts(work, a, b, err);
    if (code == AIRY_OK)
        code = same_grid(work, a, b, err);
    if (code == AIRY_OK)
        code = airy_align(a, b, NULL, b, &work->found, err);
    work->scale = best_scale(a, b);
    return code;
}

static airy_code compare_images(struct work *work, airy_image *a, airy_image *b, airy_error *err)
{
    airy_code code = AIRY_OK;
    if (work->align)
        code = align(work, a, b, err);
    else if (a->ny != b->ny || a->nx != b->nx)
        return airy_error_set(err, AIRY_ESHAPE,
                              "%s is %d x %d, %s is %d x %d; --align compares images of different "
                              "size",
                              work->spec[0], a->ny, a->nx, work->spec[1], b->ny, b->nx);
    if (code != AIRY_OK)
        return code;
    size_t bytes = sizeof *a->px * (size_t)a->ny * (size_t)a->nx;
    work->same_bits = work->same_bits && memcmp(a->px, b->px, bytes) == 0;
    add_differences(work, a, b);
    return AIRY_OK;
}

static airy_code compare_frame(struct work *work, int i, airy_error *err)
{
    airy_pattern a = {0}, b = {0};
    airy_code code = airy_frames_read(work->in[0], i, &a, err);
    if (code == AIRY_OK)
        code = airy_frames_read(work->in[1], work->other < 0 ? i : work->other, &b, err);
    if (code == AIRY_OK)
        code = compare_images(work, &a.photons, &b.photons, err);
    airy_pattern_release(&a);
    airy_pattern_release(&b);
    return code;
}

static airy_code compare_frames(struct work *work, airy_error *err)
{
    int n[2] = {airy_frames_count(work->in[0]), airy_frames_count(work->in[1])};
    if ((work->align || work->other >= 0) && work->frame < 0)
        work->frame = 0; // the best
    if (work->frame >= 0 && work->other < 0 && n[1] > 1 && n[0] == 1)
        say_warning(work->call, "%s holds %d frames; the first is taken (--other-frame N)",
                    work->spec[1], n[1]);
    if (work->frame >= 0)
        return compare_frame(work, work->frame, err);
    if (n[0] != n[1])
        return airy_error_set(err, AIRY_ESHAPE,
                              "%s holds %d frames, %s holds %d; choose one with "
                              "--frame",
                              work->spec[0], n[0], work->spec[1], n[1]);
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < n[0]; i++)
        code = compare_frame(work, i, err);
    return code;
}

// Densities on a grid and photons on a detector are nothing to compare, and neither are pixels of
// two sizes one by one. Files that do not tell (NumPy, PNG) are taken as they are.
static airy_code check_kinds(const struct work *work, airy_error *err)
{
    static const char *const names[] = {"a pattern of photons", "an image"};
    double pitch[2];
    bool real[2];
    for (int i = 0; i < 2; i++)
        real[i] = airy_frames_real(work->in[i], &pitch[i]);
    bool told = pitch[0] > 0 && pitch[1] > 0, images = real[0] && real[1];
    if (work->align && (pitch[0] > 0) != (pitch[1] > 0))
        say_warning(work->call,
                    "%s does not tell the size of its pixels: they are taken for those of %s",
                    work->spec[pitch[0] > 0], work->spec[!(pitch[0] > 0)]);
    if (!told || work->dataset)
        return AIRY_OK;
    if (real[0] != real[1])
        return airy_error_set(err, AIRY_EARGUMENT, "%s is %s and %s is %s: they cannot be compared",
                              work->spec[0], names[real[0]], work->spec[1], names[real[1]]);
    if (work->align && !images)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "--align is for images, and %s and %s are patterns of photons",
                              work->spec[0], work->spec[1]);
    if (!work->align && fabs(pitch[0] - pitch[1]) > 1e-6 * pitch[0])
        return airy_error_set(err, AIRY_EVALUE, "%s has pixels of %.6g %s, %s of %.6g%s",
                              work->spec[0], pitch[0] * (images ? 1e9 : 1e6), images ? "nm" : "um",
                              work->spec[1], pitch[1] * (images ? 1e9 : 1e6),
                              images ? ": --align brings them to one size" : "");
    return AIRY_OK;
}

static airy_code run(struct work *work, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < 2; i++) {
        airy_text spec = {0};
        airy_text_append(&spec, work->dataset ? "%s:%s" : "%s", work->spec[i], work->dataset);
        code = airy_text_whole(&spec, err);
        work->in[i] = code ? NULL : airy_frames_open_plain(spec.text, err);
        code = work->in[i] ? AIRY_OK : err->code;
        airy_text_release(&spec);
    }
    if (code == AIRY_OK)
        code = check_kinds(work, err);
    if (code == AIRY_OK)
        code = compare_frames(work, err);
    airy_frames_close(work->in[0]);
    airy_frames_close(work->in[1]);
    return code;
}

static double relative(const struct work *work)
{
    return work->sum_a2 > 0 ? sqrt(work->sum_d2 / work->sum_a2) : sqrt(work->sum_d2);
}

// Rows of one set of parts, under four names; their number.
static int add_parts(const airy_parity *p, const char *const name[], airy_result_row *rows)
{
    const double value[] = {p->l2, p->even, p->odd, p->correlation, p->share};
    int n = 0;
    for (; name[n]; n++)
        rows[n] = (airy_result_row){name[n], value[n]};
    return n;
}

static int add_all_parts(const struct work *work, airy_result_row *rows)
{
    static const char *const whole[] = {"band_l2",         "even_error", "odd_error",
                                        "odd_correlation", "odd_share",  NULL};
    static const char *const beside[] = {
        "d_l2", "d_even_error", "d_odd_error", "d_odd_correlation", "d_odd_share", NULL};
    rows[0] = (airy_result_row){"band", work->pair.band * TWO_PI};
    int n = 1 + add_parts(&work->parity, whole, rows + 1);
    return n + (work->body[0] > 0 ? add_parts(&work->departure, beside, rows + n) : 0);
}

static airy_code print(const struct work *work, airy_error *err)
{
    airy_result_row rows[ROWS_MAX] = {{"same_values", work->same_bits},
                                      {"max_abs", work->max_abs},
                                      {"relative_l2", relative(work)},
                                      {"pixels", (double)work->pixels},
                                      {"in_one_only", (double)work->missing}};
    const airy_result_row aligned[] = {{"shift_y", work->found.dy},
                                       {"shift_x", work->found.dx},
                                       {"twin", work->found.twin},
                                       {"scale", work->scale},
                                       {"overlap", work->found.overlap}};
    int n = 5;
    for (int i = 0; work->align && i < 5; i++)
        rows[n++] = aligned[i];
    n += work->align ? add_all_parts(work, rows + n) : 0;
    return results_print(rows, n, err);
}

// "PAR,PERP" or "PAR,PERP,DEGREES".
static bool read_body(struct work *work, const char *text)
{
    int n = 0;
    return airy_text_doubles(text, work->body, BODY, &n, NULL) == AIRY_OK && n >= 2 &&
           work->body[0] > 0 && work->body[1] > 0;
}

int cmd_compare(invocation *call)
{
    const char *body = NULL;
    struct work work = {.call = call, .frame = -1, .other = -1, .same_bits = true, .scale = 1};
    airy_error err = {0};
    const option table[] = {
        {"align", OPTION_FLAG, &work.align,
         .help =
             "remove a shift, the 180-degree twin and a scale first; sizes and pixels may differ"},
        {"band", OPTION_DOUBLE, &work.band, .low = 0, .high = 1e6, .unit = "1/nm",
         .help = "with --align: highest q = 2 pi / period at which even and odd parts are "
                 "compared; 0 = what both files hold"},
        {"body", OPTION_TEXT, &body, .unit = "PAR,PERP,DEG",
         .help = "with --align: semi-axes (nm) and direction of the body that is taken off both, "
                 "where A does not know them"},
        {"tolerance", OPTION_DOUBLE, &work.tolerance, .low = 0, .high = 1e9,
         .help = "relative L2 distance up to which files count as equal"},
        {"dataset", OPTION_TEXT, &work.dataset, .unit = "PATH",
         .help = "dataset of both files, instead of the main array"},
        {"frame", OPTION_INT, &work.frame, .low = -1, .high = 1e9,
         .help = "frame to compare, -1 = all of them (with --align: the first)"},
        {"other-frame", OPTION_INT, &work.other, .low = -1, .high = 1e9,
         .help = "frame of the second file, -1 = the same"},
        {0},
    };
    if (!options_parse(call, table, 0, 2, 2))
        return call->status;
    if ((body || work.band > 0) && !work.align)
        return options_wrong(call, "--band and --body go with --align");
    if (body && !read_body(&work, body))
        return options_wrong(call, "--body %s: PAR,PERP or PAR,PERP,DEG is wanted", body);
    work.spec[0] = call->inputs[0];
    work.spec[1] = call->inputs[1];
    airy_code code = run(&work, &err);
    if (code == AIRY_OK)
        code = print(&work, &err);
    airy_pair_release(&work.pair);
    int status = say_done(call, code, &err);
    bool equal = work.missing == 0 && work.pixels > 0 && relative(&work) <= work.tolerance;
    return status == 0 && !equal && !(work.pixels == 0 && work.same_bits) ? DIFFERENT : status;
}
