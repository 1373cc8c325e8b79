// SPDX-License-Identifier: GPL-3.0-or-later
// airy difference: an image minus the round body in it, and how much of the particle lies below.
#include "airy/density.h"
#include "airy/detector.h"
#include "airy/source.h"
#include "commands.h"
#include "results.h"
#include "say.h"

#include <math.h>
#include <stdlib.h>

// Everything of one run.
struct work {
    invocation *call;
    int model, spread_kind;
    const char *spread_from;
    double polarization_deg, blur, threshold, sigma, pixel_nm;
    airy_stack images;
    airy_image spread; // px NULL: not known
    airy_setup setup;
    airy_history history;
    airy_body body;     // what is subtracted
    airy_body spheroid; // what tells the radii
    airy_image difference;
    airy_areas areas;       // at --threshold
    airy_areas areas_sigma; // at --sigma; NaN when the spread is not known
};

// What the shots of `airy validate` say of each pixel of D.
static airy_code read_trials(struct work *work, airy_error *err)
{
    static const char *const paths[] = {"/entry_1/image_1/sigma", "/entry_1/image_1/sigma_halves"};
    airy_h5 *h5 = airy_h5_open(work->spread_from, err);
    if (!h5)
        return AIRY_EIO;
    airy_code code = airy_h5_get_image(h5, paths[work->spread_kind], &work->spread, err);
    airy_h5_close(h5);
    int n = work->spread.ny * work->spread.nx;
    if (!code && !(airy_stats_max(work->spread.px, n) > 0))
        code = airy_error_set(err, AIRY_EVALUE, "%s: too few %s for a spread", work->spread_from,
                              work->spread_kind ? "halves" : "recoveries");
    return code ? airy_error_prefix(err, "--spread-from wants what `airy validate` writes") : code;
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
    if (!code && !work->spread_from && airy_h5_has(h5, "/entry_1/image_1/spread"))
        code = airy_h5_get_image(h5, "/entry_1/image_1/spread", &work->spread, err);
    if (!code)
        code = airy_h5_trust(h5, err);
    airy_h5_close(h5);
    if (!code && work->spread_from)
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
    float scale = work->spread_from ? 1 : (float)(1 / airy_body_central(&work->body));
    for (int i = 0; work->spread.px && i < s->ny * s->nx; i++)
        work->spread.px[i] *= scale;
}

static airy_code fit_bodies(struct work *work, const airy_image *image, airy_error *err)
{
    airy_body_options options = {
        .kind = AIRY_BODY_SPHEROID, .axis_deg = work->polarization_deg, .blur = work->blur};
    airy_code code = airy_body_options_check(&options, err);
    if (!code)
        code = airy_body_fit(image, &options, &work->spheroid, err);
    if (code || work->model == AIRY_BODY_SPHEROID) {
        work->body = work->spheroid;
        return code;
    }
    options.kind = AIRY_BODY_SPHERE;
    return airy_body_fit(image, &options, &work->body, err);
}

static airy_code measure(struct work *work, airy_error *err)
{
    airy_image image = airy_stack_image(&work->images, 0);
    airy_code code = fit_bodies(work, &image, err);
    if (!code)
        code = airy_image_init(&work->difference, image.ny, image.nx, err);
    if (!code)
        code = airy_difference_make(&image, &work->body, &work->difference, err);
    if (code)
        return code;
    judge_spread(work);
    const airy_body *other = work->model == AIRY_BODY_SPHERE ? &work->spheroid : NULL;
    code = airy_difference_measure(&image, &work->spread, &work->body, other, work->threshold,
                                   &work->areas, err);
    work->areas_sigma = (airy_areas){.low = NAN, .high = NAN, .fraction = NAN, .low_depth = NAN};
    if (!code && work->spread.px)
        code = airy_difference_areas(&work->difference, &work->spread, &work->body, work->sigma, 0,
                                     &work->areas_sigma, err);
    return code;
}

// ------------------------------------------------------------------ the numbers

enum { NUMBERS = 41 };

static int list_areas(const struct work *work, airy_result_row *rows)
{
    const airy_areas *a = &work->areas, *s = &work->areas_sigma;
    double nm2 = work->pixel_nm * work->pixel_nm;
    const airy_result_row all[] = {
        {"a_low_nm2", a->low * nm2},
        {"a_low_error_nm2", a->low_error * nm2},
        {"a_high_nm2", a->high * nm2},
        {"a_high_error_nm2", a->high_error * nm2},
        {"a_total_nm2", a->total * nm2},
        {"a_total_error_nm2", a->total_error * nm2},
        {"low_fraction", a->fraction},
        {"low_fraction_error", a->fraction_error},
        {"low_fraction_noise", a->fraction_noise},
        {"low_fraction_model", a->fraction_model},
        {"low_fraction_undecided", a->fraction_undecided},
        {"low_depth", a->low_depth},
        {"low_depth_error", a->low_depth_error},
        {"high_depth", a->high_depth},
        {"high_depth_error", a->high_depth_error},
        {"tau", a->tau},
        {"sigma", a->sigma},
        {"a_low_sigma_nm2", s->low * nm2},
        {"a_high_sigma_nm2", s->high * nm2},
        {"low_fraction_sigma", s->fraction},
        {"low_depth_sigma", s->low_depth},
    };
    int n = sizeof all / sizeof all[0];
    for (int i = 0; i < n; i++)
        rows[i] = all[i];
    return n;
}

static int list_bodies(const struct work *work, airy_result_row *rows)
{
    const airy_body *s = &work->spheroid, *b = &work->body;
    double nm = work->pixel_nm;
    const airy_result_row all[] = {
        {"radius_par_nm", s->r_par * nm},
        {"radius_par_error_nm", s->r_par_error * nm},
        {"radius_perp_nm", s->r_perp * nm},
        {"radius_perp_error_nm", s->r_perp_error * nm},
        {"axis_deg", s->axis_deg},
        {"center_y", b->y},
        {"center_y_error", b->y_error},
        {"center_x", b->x},
        {"center_x_error", b->x_error},
        {"body_kind", b->kind},
        {"body_radius_par_nm", b->r_par * nm},
        {"body_radius_par_error_nm", b->r_par_error * nm},
        {"body_radius_perp_nm", b->r_perp * nm},
        {"body_radius_perp_error_nm", b->r_perp_error * nm},
        {"body_rho0", b->rho0},
        {"body_rho0_error", b->rho0_error},
        {"body_blur_nm", b->blur * nm},
        {"body_blur_error_nm", b->blur_error * nm},
        {"body_by_rim", b->by_rim},
        {"residual", b->residual},
    };
    int n = sizeof all / sizeof all[0];
    for (int i = 0; i < n; i++)
        rows[i] = all[i];
    return n;
}

// ------------------------------------------------------------------ diff.h5

// SUPPORT where the body covers at least half of the pixel.
static airy_code make_mask(const struct work *work, airy_mask *mask, airy_error *err)
{
    airy_code code = airy_mask_init(mask, work->difference.ny, work->difference.nx, err);
    for (int i = 0; !code && i < mask->ny * mask->nx; i++)
        if (airy_body_cover(&work->body, i / mask->nx, i % mask->nx) >= 0.5)
            mask->bits[i] = AIRY_MASK_SUPPORT;
    return code;
}

static airy_code write_difference(struct work *work, const airy_result_row *rows, int n,
                                  airy_error *err)
{
    invocation *call = work->call;
    const airy_image *d = &work->difference;
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
    if (work->spread.px)
        airy_h5_put_image(h5, "/entry_1/image_1/spread", &work->spread, err);
    airy_h5_put_mask(h5, "/entry_1/image_1/mask", &mask, err);
    airy_results_put(h5, rows, n, err);
    code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    airy_mask_release(&mask);
    return code;
}

// ------------------------------------------------------------------ the command

static airy_code run(struct work *work, airy_error *err)
{
    airy_result_row rows[NUMBERS];
    airy_code code = read_all(work, err);
    if (!code)
        code = measure(work, err);
    if (!code)
        code = airy_call_record(&work->call->run, (const char *const[]){work->spread_from, NULL},
                                NULL, &work->history, err);
    if (code)
        return code;
    int n = list_areas(work, rows);
    n += list_bodies(work, rows + n);
    code = write_difference(work, rows, n, err);
    if (code)
        return code;
    if (work->images.n > 1)
        say_note(work->call, "%s holds %d images; the first is used", work->call->inputs[0],
                 work->images.n);
    if (!work->body.by_rim)
        say_warning(work->call, "the rim of %s fits no %s: the body is that of a plain fit",
                    work->call->inputs[0], airy_body_names[work->model]);
    if (!work->spread.px)
        say_note(work->call, "the spread over starts is not known: areas have no errors");
    return results_print(rows, n, err);
}

int cmd_difference(invocation *call)
{
    struct work work = {.call = call, .blur = -1, .sigma = 2};
    airy_error err = {0};
    const option table[] = {
        {"model", OPTION_CHOICE, &work.model, 0, 0, NULL, "body that is subtracted",
         "sphere|spheroid"},
        {"polarization", OPTION_DOUBLE, &work.polarization_deg, -360, 360, "degrees",
         "axis of the spheroid, counter-clockwise from +x", NULL},
        {"threshold", OPTION_DOUBLE, &work.threshold, 0, 100, "sigma",
         "low density is below minus so many sigma; 0: below the body", NULL},
        {"sigma", OPTION_DOUBLE, &work.sigma, 0, 100, "sigma", "threshold of the *_sigma numbers",
         NULL},
        {"spread-from", OPTION_TEXT, &work.spread_from, 0, 0, "FILE",
         "validate.h5 whose trials tell the spread, instead of the starts", NULL},
        {"spread-of", OPTION_CHOICE, &work.spread_kind, 0, 0, NULL, "trials that tell it",
         "recoveries|halves"},
        {"blur", OPTION_DOUBLE, &work.blur, -1, 100, "pixels",
         "standard deviation of the image's blur; -1: fitted", NULL},
        {"pixel", OPTION_DOUBLE, &work.pixel_nm, 0, 1e6, "nm", "side of a pixel; 0: from the file",
         NULL},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT, 1, 1))
        return call->status;
    airy_code code = run(&work, &err);
    airy_stack_release(&work.images);
    airy_image_release(&work.spread);
    airy_image_release(&work.difference);
    airy_history_release(&work.history);
    return say_done(call, code, &err);
}
