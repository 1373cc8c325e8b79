// SPDX-License-Identifier: GPL-3.0-or-later
// How far two files' frames are apart: pixel by pixel, or as images up to shift, twin and scale.
#include "airy/chain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BODY = 3 };
#define TWO_PI 6.283185307179586

// Everything of one run.
struct work {
    const airy_call *call;
    airy_compare_options o; // frame and body as they are found
    airy_frames *in[2];
    double sum_a2, sum_d2; // over everything compared
    airy_pair pair;
    airy_comparison *found;
};

// Adds the pixels of two images of one size to the sums.
static void add_differences(struct work *work, const airy_image *a, const airy_image *b)
{
    for (int i = 0; i < a->ny * a->nx; i++) {
        bool in_a = !isnan(a->px[i]), in_b = !isnan(b->px[i]);
        work->found->missing += in_a != in_b;
        if (!in_a || !in_b)
            continue;
        double d = (double)a->px[i] - work->found->scale * b->px[i];
        work->found->pixels++;
        work->found->max_abs = fmax(work->found->max_abs, fabs(d));
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
    char *path = airy_spec_path(work->o.spec[0], &dataset);
    airy_error why = {0}; // files of other kinds know no body
    airy_h5 *h5 = path && !(work->o.body[0] > 0) ? airy_h5_open(path, &why) : NULL;
    airy_code code =
        path && why.code != AIRY_EMEMORY
            ? AIRY_OK
            : airy_error_set(err, AIRY_EMEMORY, "no memory to open %s", work->o.spec[0]);
    for (int i = 0; h5 && i < BODY && code == AIRY_OK && airy_h5_has(h5, paths[i]); i++) {
        double *values = NULL;
        int n = 0;
        code = airy_h5_get_doubles(h5, paths[i], &values, &n, err);
        if (code == AIRY_OK && work->o.frame < n)
            work->o.body[i] = values[work->o.frame];
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
                                    work->o.band / TWO_PI, &work->pair, err);
    if (code == AIRY_OK)
        airy_parity_measure(&work->pair.a, &work->pair.b, NULL, &work->found->parity);
    if (code == AIRY_OK)
        code = find_body(work, err);
    if (code == AIRY_OK && work->o.body[0] > 0)
        code = airy_pair_departure(&work->pair, work->o.body[0], work->o.body[1], work->o.body[2],
                                   &work->found->departure, err);
    return code;
}

// Removes shift, twin and scale. Pixels without value count as empty.
static airy_code align(struct work *work, const airy_image *a, airy_image *b, airy_error *err)
{
    airy_code code = measure_parts(work, a, b, err);
    if (code == AIRY_OK)
        code = same_grid(work, a, b, err);
    if (code == AIRY_OK)
        code = airy_align(a, b, NULL, b, &work->found->how, err);
    work->found->scale = best_scale(a, b);
    return code;
}

static airy_code compare_images(struct work *work, airy_image *a, airy_image *b, airy_error *err)
{
    airy_code code = AIRY_OK;
    if (work->o.align)
        code = align(work, a, b, err);
    else if (a->ny != b->ny || a->nx != b->nx)
        return airy_error_set(err, AIRY_ESHAPE,
                              "%s is %d x %d, %s is %d x %d; --align compares images of different "
                              "size",
                              work->o.spec[0], a->ny, a->nx, work->o.spec[1], b->ny, b->nx);
    if (code != AIRY_OK)
        return code;
    size_t bytes = sizeof *a->px * (size_t)a->ny * (size_t)a->nx;
    work->found->same_bits = work->found->same_bits && memcmp(a->px, b->px, bytes) == 0;
    add_differences(work, a, b);
    return AIRY_OK;
}

static airy_code compare_frame(struct work *work, int i, airy_error *err)
{
    airy_pattern a = {0}, b = {0};
    airy_code code = airy_frames_read(work->in[0], i, &a, err);
    if (code == AIRY_OK)
        code = airy_frames_read(work->in[1], work->o.other < 0 ? i : work->o.other, &b, err);
    if (code == AIRY_OK)
        code = compare_images(work, &a.photons, &b.photons, err);
    airy_pattern_release(&a);
    airy_pattern_release(&b);
    return code;
}

static airy_code compare_frames(struct work *work, airy_error *err)
{
    int n[2] = {airy_frames_count(work->in[0]), airy_frames_count(work->in[1])};
    if ((work->o.align || work->o.other >= 0) && work->o.frame < 0)
        work->o.frame = 0; // the best
    if (work->o.frame >= 0 && work->o.other < 0 && n[1] > 1 && n[0] == 1)
        airy_call_warn(work->call, "%s holds %d frames; the first is taken (--other-frame N)",
                       work->o.spec[1], n[1]);
    if (work->o.frame >= 0)
        return compare_frame(work, work->o.frame, err);
    if (n[0] != n[1])
        return airy_error_set(err, AIRY_ESHAPE,
                              "%s holds %d frames, %s holds %d; choose one with "
                              "--frame",
                              work->o.spec[0], n[0], work->o.spec[1], n[1]);
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
    if (work->o.align && (pitch[0] > 0) != (pitch[1] > 0))
        airy_call_warn(work->call,
                       "%s does not tell the size of its pixels: they are taken for those of %s",
                       work->o.spec[pitch[0] > 0], work->o.spec[!(pitch[0] > 0)]);
    if (!told || work->o.dataset)
        return AIRY_OK;
    if (real[0] != real[1])
        return airy_error_set(err, AIRY_EARGUMENT, "%s is %s and %s is %s: they cannot be compared",
                              work->o.spec[0], names[real[0]], work->o.spec[1], names[real[1]]);
    if (work->o.align && !images)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "--align is for images, and %s and %s are patterns of photons",
                              work->o.spec[0], work->o.spec[1]);
    if (!work->o.align && fabs(pitch[0] - pitch[1]) > 1e-6 * pitch[0])
        return airy_error_set(
            err, AIRY_EVALUE, "%s has pixels of %.6g %s, %s of %.6g%s", work->o.spec[0],
            pitch[0] * (images ? 1e9 : 1e6), images ? "nm" : "um", work->o.spec[1],
            pitch[1] * (images ? 1e9 : 1e6), images ? ": --align brings them to one size" : "");
    return AIRY_OK;
}

static airy_code run(struct work *work, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < 2; i++) {
        airy_text spec = {0};
        airy_text_append(&spec, work->o.dataset ? "%s:%s" : "%s", work->o.spec[i], work->o.dataset);
        code = airy_text_whole(&spec, err);
        work->in[i] = code ? NULL : airy_frames_open_plain(spec.text, err);
        code = work->in[i] ? AIRY_OK : airy_error_code(err, AIRY_EIO);
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

// ------------------------------------------------------------------ the numbers

static const airy_number pixels[] = {
    AIRY_NUMBER(airy_comparison, same_bits, "same_values", "1", "1: all bytes are the same"),
    AIRY_NUMBER(airy_comparison, max_abs, "max_abs", "1", "largest difference"),
    AIRY_NUMBER(airy_comparison, relative_l2, "relative_l2", "1",
                "sqrt(sum d^2 / sum a^2), or sqrt(sum d^2) where a is 0"),
    AIRY_NUMBER(airy_comparison, pixels, "pixels", "1", "measured in both"),
    AIRY_NUMBER(airy_comparison, missing, "in_one_only", "1", "measured in one"),
};
static const airy_number aligned[] = {
    AIRY_NUMBER(airy_comparison, how.dy, "shift_y", "pixels", "of the second image"),
    AIRY_NUMBER(airy_comparison, how.dx, "shift_x", "pixels", "of the second image"),
    AIRY_NUMBER(airy_comparison, how.twin, "twin", "1", "1: turned by 180 degrees"),
    AIRY_NUMBER(airy_comparison, scale, "scale", "1", "of the second image"),
    AIRY_NUMBER(airy_comparison, how.overlap, "overlap", "1", "normalised, 0 to 1"),
    AIRY_NUMBER(airy_comparison, band, "band", "1/nm", "highest q compared below"),
    AIRY_NUMBER(airy_comparison, parity.l2, "band_l2", "1", "relative L2 distance in the band"),
    AIRY_NUMBER(airy_comparison, parity.even, "even_error", "1", "of the even parts"),
    AIRY_NUMBER(airy_comparison, parity.odd, "odd_error", "1", "of the odd parts"),
    AIRY_NUMBER(airy_comparison, parity.correlation, "odd_correlation", "1", "of the odd parts"),
    AIRY_NUMBER(airy_comparison, parity.share, "odd_share", "1", "of the first image's power"),
};
static const airy_number beside[] = {
    AIRY_NUMBER(airy_comparison, departure.l2, "d_l2", "1", "the same without the body"),
    AIRY_NUMBER(airy_comparison, departure.even, "d_even_error", "1", "of the even parts"),
    AIRY_NUMBER(airy_comparison, departure.odd, "d_odd_error", "1", "of the odd parts"),
    AIRY_NUMBER(airy_comparison, departure.correlation, "d_odd_correlation", "1",
                "of the odd parts"),
    AIRY_NUMBER(airy_comparison, departure.share, "d_odd_share", "1", "of the power"),
};
const airy_described airy_comparison_numbers[] = {
    AIRY_DESCRIBED("compare", pixels),
    AIRY_DESCRIBED("compare --align", aligned),
    AIRY_DESCRIBED("compare --align with a body", beside),
};

void airy_comparison_results(const airy_comparison *found, airy_results *results)
{
    for (int i = 0; i <= found->parts; i++)
        airy_described_results(&airy_comparison_numbers[i], found, 1, results);
}

airy_code airy_compare(const airy_call *call, const airy_compare_options *options,
                       airy_comparison *found, airy_error *err)
{
    struct work work = {.call = call, .o = *options, .found = found};
    *found = (airy_comparison){.same_bits = true, .scale = 1};
    airy_code code = run(&work, err);
    found->relative_l2 = relative(&work);
    found->band = work.pair.band * TWO_PI;
    found->parts = options->align ? 1 + (work.o.body[0] > 0) : 0;
    airy_pair_release(&work.pair);
    return code;
}
