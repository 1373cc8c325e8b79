// SPDX-License-Identifier: GPL-3.0-or-later
// The step `difference`: an image minus the round body in it, and how much of it lies below.
#include "airy/chain.h"
#include "recon.h"

#include <math.h>
#include <stdlib.h>

// Everything of one run.
struct work {
    const airy_call *call;
    const airy_difference_step *step;
    double pixel_nm;
    airy_stack images;
    airy_image spread;            // px NULL: not known
    airy_stack resampled, rivals; // other images of the particle, n 0: none
    double known_rivals;          // their number, NaN: nobody looked for any
    double search_body;           // airy_search_body, NaN: not known
    airy_variants redrawn, other;
    airy_setup setup;
    airy_history history;
    airy_difference_found *found;
};

// What the shots of `airy validate` say of each pixel of D.
static airy_code read_trials(struct work *work, airy_error *err)
{
    static const char *const paths[] = {"/entry_1/image_1/sigma", "/entry_1/image_1/sigma_halves"};
    airy_h5 *h5 = airy_h5_open(work->step->spread_from, err);
    if (!h5)
        return AIRY_EIO;
    airy_code code = airy_h5_get_image(h5, paths[work->step->spread_kind], &work->spread, err);
    airy_h5_close(h5);
    int n = work->spread.ny * work->spread.nx;
    if (!code && !(airy_stats_max(work->spread.px, n) > 0))
        code =
            airy_error_set(err, AIRY_EVALUE, "%s: too few %s for a spread", work->step->spread_from,
                           work->step->spread_kind ? "halves" : "recoveries");
    return code ? airy_error_prefix(err, "--spread-from wants what `airy validate` writes") : code;
}

// The images whose photons were drawn again, and the rivals.
static airy_code read_variants(struct work *work, airy_h5 *h5, airy_error *err)
{
    const struct {
        const char *path;
        airy_stack *stack;
    } all[] = {{"/entry_1/image_1/resampled", &work->resampled},
               {"/entry_1/image_1/rivals", &work->rivals}};
    airy_code code = airy_results_find(h5, "rivals", &work->known_rivals, err);
    if (!code)
        code = airy_results_find(h5, "search_body", &work->search_body, err);
    for (int i = 0; i < 2 && !code; i++) {
        airy_stack *s = all[i].stack;
        if (!airy_h5_has(h5, all[i].path))
            continue;
        code = airy_h5_get_stack(h5, all[i].path, s, err);
        if (!code && (s->ny != work->images.ny || s->nx != work->images.nx))
            code = airy_error_set(err, AIRY_ESHAPE, "%s: %s is %d x %d, the image %d x %d",
                                  work->call->inputs[0], all[i].path, s->ny, s->nx, work->images.ny,
                                  work->images.nx);
    }
    return code;
}

static airy_code read_all(struct work *work, airy_error *err)
{
    double pitch_m = 0;
    airy_h5 *h5 = airy_h5_open(work->call->inputs[0], err);
    if (!h5)
        return AIRY_EIO;
    airy_code code = airy_cxi_get_images(h5, &work->images, &pitch_m, err);
    if (!code)
        code = airy_history_read(h5, &work->history, err);
    if (!code)
        code = airy_setup_read(h5, &work->setup, err);
    if (!code && !work->step->spread_from && airy_h5_has(h5, "/entry_1/image_1/spread"))
        code = airy_h5_get_image(h5, "/entry_1/image_1/spread", &work->spread, err);
    if (!code)
        code = read_variants(work, h5, err);
    if (!code)
        code = airy_h5_trust(h5, err);
    airy_h5_close(h5);
    if (!code && work->step->spread_from)
        code = read_trials(work, err);
    if (!(work->pixel_nm > 0))
        work->pixel_nm = pitch_m * 1e9;
    if (!code && !(work->pixel_nm > 0))
        code = airy_error_set(err, AIRY_EVALUE, "%s does not tell its pixel size; give --pixel NM",
                              work->call->inputs[0]);
    if (!code && work->spread.px &&
        (work->spread.ny != work->images.ny || work->spread.nx != work->images.nx))
        code = airy_error_set(err, AIRY_ESHAPE, "%s: the image is %d x %d, its spread %d x %d",
                              work->call->inputs[0], work->images.ny, work->images.nx,
                              work->spread.ny, work->spread.nx);
    return code;
}

// A spread of nothing but zeros comes from an average of one image: it tells nothing.
static void judge_spread(struct work *work)
{
    const airy_image *s = &work->spread;
    if (s->px && !(airy_stats_max(s->px, s->ny * s->nx) > 0))
        airy_image_release(&work->spread);
    float scale = work->step->spread_from ? 1 : (float)(1 / airy_body_central(&work->found->body));
    for (int i = 0; work->spread.px && i < s->ny * s->nx; i++)
        work->spread.px[i] *= scale;
}

// A fit of a spheroid to an image, that of one axis being known.
typedef struct rim {
    const airy_image *image;
    const airy_body *known;
    airy_body_options options;
    airy_body body;
} rim;

static airy_code fit_rim(void *context, double axis_deg, airy_semi_axes *semi, airy_error *err)
{
    rim *r = context;
    airy_code code = AIRY_OK;
    r->options.axis_deg = axis_deg;
    if (axis_deg == r->known->axis_deg)
        r->body = *r->known;
    else
        code = airy_body_fit(r->image, &r->options, &r->body, err);
    *semi = (airy_semi_axes){.along = r->body.r_par, .across = r->body.r_perp};
    return code;
}

// The spheroid that is measured has the polarisation as its axis; the body that is taken off lies
// as the particle does.
static airy_code turn_body(struct work *work, const airy_image *image,
                           const airy_body_options *options, airy_error *err)
{
    rim r = {.image = image, .known = &work->found->spheroid, .options = *options};
    double axis_deg = options->axis_deg;
    airy_code code = airy_axis_find(fit_rim, &r, &axis_deg, err);
    work->found->body = r.body;
    return code;
}

static airy_code fit_bodies(struct work *work, const airy_image *image, airy_error *err)
{
    airy_body_options options = {.kind = AIRY_BODY_SPHEROID,
                                 .axis_deg = work->step->polarization_deg,
                                 .blur = work->step->blur};
    airy_code code = airy_body_options_check(&options, err);
    if (!code)
        code = airy_body_fit(image, &options, &work->found->spheroid, err);
    if (!code && work->step->model == AIRY_BODY_SPHEROID)
        return turn_body(work, image, &options, err);
    if (code)
        return code;
    options.kind = AIRY_BODY_SPHERE;
    return airy_body_fit(image, &options, &work->found->body, err);
}

static airy_code measure(struct work *work, airy_error *err)
{
    airy_image image = airy_stack_image(&work->images, 0);
    airy_code code = fit_bodies(work, &image, err);
    if (!code)
        code = airy_image_init(&work->found->difference, image.ny, image.nx, err);
    if (!code)
        code = airy_difference_make(&image, &work->found->body, &work->found->difference, err);
    if (code)
        return code;
    judge_spread(work);
    const airy_body *other = work->step->model == AIRY_BODY_SPHERE ? &work->found->spheroid : NULL;
    code = airy_difference_measure(&image, &work->spread, &work->found->body, other,
                                   work->step->threshold, &work->found->areas, err);
    if (!code)
        code = airy_variants_measure(&work->resampled, &image, &work->found->body, &work->redrawn,
                                     err);
    if (!code)
        code = airy_variants_measure(&work->rivals, &image, &work->found->body, &work->other, err);
    if (!code)
        airy_variants_widen(&work->redrawn, &work->other, &work->found->areas);
    work->found->areas_sigma =
        (airy_areas){.low = NAN, .high = NAN, .fraction = NAN, .low_depth = NAN};
    if (!code && work->spread.px)
        code = airy_difference_areas(&work->found->difference, &work->spread, &work->found->body,
                                     work->step->sigma, 0, &work->found->areas_sigma, err);
    return code;
}

// ------------------------------------------------------------------ the numbers

static void list_numbers(const struct work *work, airy_results *rows)
{
    const airy_difference_found *found = work->found;
    double nm = work->pixel_nm;
    const airy_result_row of_image[] = {{"rivals", work->known_rivals},
                                        {"search_body", work->search_body}};
    airy_described_results(&airy_areas_numbers, &found->areas, nm, rows);
    airy_results_add(rows, of_image, 2);
    airy_described_results(&airy_depths_numbers, &found->areas, nm, rows);
    airy_described_results(&airy_areas_sigma_numbers, &found->areas_sigma, nm, rows);
    airy_described_results(&airy_spheroid_numbers, &found->spheroid, nm, rows);
    airy_described_results(&airy_body_numbers, &found->body, nm, rows);
}

// ------------------------------------------------------------------ diff.h5

// SUPPORT where the body covers at least half of the pixel.
static airy_code make_mask(const struct work *work, airy_mask *mask, airy_error *err)
{
    airy_code code =
        airy_mask_init(mask, work->found->difference.ny, work->found->difference.nx, err);
    for (int i = 0; !code && i < mask->ny * mask->nx; i++)
        if (airy_body_cover(&work->found->body, i / mask->nx, i % mask->nx) >= 0.5)
            mask->bits[i] = AIRY_MASK_SUPPORT;
    return code;
}

static airy_code write_difference(struct work *work, airy_error *err)
{
    const airy_call *call = work->call;
    const airy_image *d = &work->found->difference;
    airy_stack data = {.n = 1, .ny = d->ny, .nx = d->nx, .px = d->px};
    airy_mask mask = {0};
    airy_code code = make_mask(work, &mask, err);
    airy_h5 *h5 = code ? NULL : airy_h5_create(call->output, call->overwrite, err);
    if (!h5) {
        airy_mask_release(&mask);
        return code ? code : AIRY_EIO;
    }
    airy_cxi_begin(h5, &work->setup, &work->history, err);
    airy_cxi_put_images(h5, &data, work->pixel_nm * 1e-9, err);
    airy_cxi_title(h5, "density difference (fraction of the body)", err);
    if (work->spread.px)
        airy_h5_put_image(h5, "/entry_1/image_1/spread", &work->spread, err);
    if (work->other.difference.n)
        airy_h5_put_stack(h5, "/entry_1/image_1/rivals", &work->other.difference, err);
    if (work->redrawn.difference.n)
        airy_h5_put_stack(h5, "/entry_1/image_1/redrawn", &work->redrawn.difference, err);
    airy_h5_put_mask(h5, "/entry_1/image_1/mask", &mask, err);
    airy_results_put(h5, work->found->numbers.row, work->found->numbers.n, err);
    code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    airy_mask_release(&mask);
    return code;
}

// ------------------------------------------------------------------ the command

static void talk(const struct work *work)
{
    if (work->images.n > 1)
        airy_call_note(work->call, "%s holds %d images; the first is used", work->call->inputs[0],
                       work->images.n);
    const airy_body *body = &work->found->body;
    if (body->kind == AIRY_BODY_SPHEROID && body->axis_deg != work->found->spheroid.axis_deg)
        airy_call_note(work->call,
                       "the particle lies at %.3g degrees, not at %g: the body is turned, "
                       "radius_par and radius_perp are its extents along and across %g",
                       body->axis_deg, work->found->spheroid.axis_deg,
                       work->found->spheroid.axis_deg);
    if (!body->by_rim)
        airy_call_warn(work->call, "the rim of %s fits no %s: the body is that of a plain fit",
                       work->call->inputs[0], airy_body_names[work->step->model]);
    airy_recon_tell_body(work->call, work->search_body);
    if (!work->spread.px)
        airy_call_note(work->call, "the spread over starts is not known: areas have no errors");
}

const airy_option airy_difference_step_rows[] = {
    AIRY_OPTION(airy_difference_step, model, "model", .choices = "sphere|spheroid",
                .help = "body that is subtracted"),
    AIRY_OPTION(airy_difference_step, polarization_deg, "polarization", .low = -360, .high = 360,
                .unit = "degrees", .help = "axis of the spheroid, counter-clockwise from +x"),
    AIRY_OPTION(airy_difference_step, threshold, "threshold", .low = 0, .high = 100,
                .unit = "sigma",
                .help = "low density is below minus so many sigma; 0: below the body"),
    AIRY_OPTION(airy_difference_step, sigma, "sigma", .low = 0, .high = 100, .unit = "sigma",
                .help = "threshold of the *_sigma numbers"),
    AIRY_OPTION(airy_difference_step, spread_from, "spread-from", .unit = "FILE",
                .help = "validate.h5 whose trials tell the spread, instead of the starts"),
    AIRY_OPTION(airy_difference_step, spread_kind, "spread-of", .choices = "recoveries|halves",
                .help = "trials that tell it"),
    AIRY_OPTION(airy_difference_step, blur, "blur", .low = -1, .high = 100, .unit = "pixels",
                .help = "standard deviation of the image's blur; -1: fitted"),
    AIRY_OPTION(airy_difference_step, pixel_nm, "pixel", .low = 0, .high = 1e6, .unit = "nm",
                .help = "side of a pixel; 0: from the file"),
    {0},
};

void airy_difference_step_defaults(airy_difference_step *step)
{
    *step = (airy_difference_step){.blur = -1, .sigma = 2};
}

void airy_difference_found_release(airy_difference_found *found)
{
    airy_image_release(&found->difference);
    *found = (airy_difference_found){0};
}

airy_code airy_difference_step_run(const airy_call *call, const airy_difference_step *step,
                                   airy_difference_found *found, airy_error *err)
{
    struct work work = {.call = call, .step = step, .pixel_nm = step->pixel_nm, .found = found};
    *found = (airy_difference_found){0};
    airy_code code = read_all(&work, err);
    if (!code)
        code = measure(&work, err);
    found->pixel_nm = work.pixel_nm;
    if (!code)
        code = airy_call_record(call, (const char *const[]){step->spread_from, NULL}, NULL,
                                &work.history, err);
    if (!code) {
        list_numbers(&work, &found->numbers);
        code = write_difference(&work, err);
    }
    if (!code)
        talk(&work);
    airy_stack_release(&work.images);
    airy_image_release(&work.spread);
    airy_stack_release(&work.resampled);
    airy_stack_release(&work.rivals);
    airy_variants_release(&work.redrawn);
    airy_variants_release(&work.other);
    airy_history_release(&work.history);
    return code;
}
