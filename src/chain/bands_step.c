// SPDX-License-Identifier: GPL-3.0-or-later
// The step `bands`: low-density regions as lines, their lengths, widths, depths and angles.
#include "airy/chain.h"
#include "recon.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

// Other images of the same particle.
struct others {
    bool known;        // somebody looked for them
    airy_stack images; // their D, n 0: none
    airy_bands *bands; // (images.n)
};

// Everything of one run.
struct work {
    const airy_call *call;
    airy_bands_options options;
    int n_turns, n_isotropic;
    airy_bands_input input;
    airy_setup setup;
    airy_history history;
    airy_bands bands;
    struct others rivals;  // the solutions that are as likely
    double search_body;    // airy_search_body, NaN: not known
    struct others redrawn; // the image from photons that were drawn again
    airy_turns turns;
    airy_uniformity uniformity;
};

// ------------------------------------------------------------------ reading

// The body as `difference` wrote it, in pixels.
static airy_code read_body(struct work *work, airy_h5 *h5, airy_error *err)
{
    airy_body *body = &work->input.body;
    static const char needed[] = "body_kind center_y center_x body_rho0 body_radius_par_nm "
                                 "body_radius_perp_nm body_blur_nm body_axis_deg";
    double nm = work->input.pixel_nm;
    airy_code code = airy_described_read(h5, &airy_body_numbers, needed, nm, body, err);
    body->kind = body->kind == AIRY_BODY_SPHERE ? AIRY_BODY_SPHERE : AIRY_BODY_SPHEROID;
    if (!code && !(body->r_par > 0 && body->r_perp > 0))
        code = airy_error_set(err, AIRY_EVALUE, "%s: the body's radii are not positive",
                              work->call->inputs[0]);
    return code;
}

static airy_code read_others(const struct work *work, airy_h5 *h5, const char *path,
                             struct others *others, airy_error *err)
{
    const airy_image *d = &work->input.difference;
    airy_stack *images = &others->images;
    if (!airy_h5_has(h5, path))
        return AIRY_OK;
    others->known = true;
    airy_code code = airy_h5_get_stack(h5, path, images, err);
    if (!code && (images->ny != d->ny || images->nx != d->nx))
        code = airy_error_set(err, AIRY_ESHAPE, "%s: %s is %d x %d, the image %d x %d",
                              work->call->inputs[0], path, images->ny, images->nx, d->ny, d->nx);
    return code;
}

// That there are no rivals may be known, too.
static airy_code read_variants(struct work *work, airy_h5 *h5, airy_error *err)
{
    double known;
    airy_code code = read_others(work, h5, "/entry_1/image_1/rivals", &work->rivals, err);
    if (!code)
        code = read_others(work, h5, "/entry_1/image_1/redrawn", &work->redrawn, err);
    if (!code)
        code = airy_results_find(h5, "rivals", &known, err);
    if (!code)
        work->rivals.known |= known >= 0;
    if (!code)
        code = airy_results_find(h5, "search_body", &work->search_body, err);
    return code;
}

static airy_code read_images(struct work *work, airy_h5 *h5, airy_error *err)
{
    airy_stack images = {0};
    double pitch_m = 0;
    airy_code code = airy_cxi_get_images(h5, &images, &pitch_m, err);
    if (code)
        return code;
    airy_image first = airy_stack_image(&images, 0);
    code = airy_image_copy(&work->input.difference, &first, err);
    airy_stack_release(&images);
    work->input.pixel_nm = pitch_m * 1e9;
    if (!code && !(work->input.pixel_nm > 0))
        code = airy_error_set(
            err, AIRY_EVALUE,
            "%s does not tell its pixel size: `airy difference --pixel NM` states it",
            work->call->inputs[0]);
    if (!code && airy_h5_has(h5, "/entry_1/image_1/spread"))
        code = airy_h5_get_image(h5, "/entry_1/image_1/spread", &work->input.sigma, err);
    if (!code)
        code = read_variants(work, h5, err);
    return code ? code : airy_h5_trust(h5, err);
}

static airy_code read_all(struct work *work, airy_error *err)
{
    airy_h5 *h5 = airy_h5_open(work->call->inputs[0], err);
    if (!h5)
        return AIRY_EIO;
    airy_code code = read_images(work, h5, err);
    if (!code)
        code = read_body(work, h5, err);
    if (code)
        airy_error_prefix(err, "bands wants what `airy difference` writes");
    if (!code)
        code = airy_history_read(h5, &work->history, err);
    if (!code)
        code = airy_setup_read(h5, &work->setup, err);
    airy_h5_close(h5);
    return code;
}

// ------------------------------------------------------------------ bands.h5

// What bands.h5 says beside the bands: how they were looked for, and in which body.
typedef struct of_file {
    double largest_nm2, polarization_deg;
} of_file;

static const airy_number of_search[] = {
    AIRY_NUMBER(of_file, largest_nm2, "largest_channel_nm2", "nm^2", "area of the largest region"),
    AIRY_NUMBER(of_file, polarization_deg, "polarization_deg", "degrees",
                "of the laser, counter-clockwise from +x"),
};
static const airy_described search_numbers = AIRY_DESCRIBED("bands.h5", of_search);

static const airy_number of_body[] = {
    AIRY_NUMBER(airy_body, y, "center_y", "pixels", "of the body"),
    AIRY_NUMBER(airy_body, x, "center_x", "pixels", "of the body"),
    AIRY_NUMBER_NM(airy_body, r_par, 1, "radius_par_nm", "of the body"),
    AIRY_NUMBER_NM(airy_body, r_perp, 1, "radius_perp_nm", "of the body"),
    AIRY_NUMBER(airy_body, axis_deg, "axis_deg", "degrees", "direction of par"),
};
static const airy_described body_numbers = AIRY_DESCRIBED("bands.h5", of_body);

static void put_shares(airy_h5 *h5, const char *name, const double *shares, airy_error *err)
{
    airy_results_put_column(h5, "angles", name, shares, AIRY_ANGLE_BINS, err);
}

static void put_numbers(const struct work *work, airy_h5 *h5, airy_error *err)
{
    const airy_bands *b = &work->bands;
    const of_file n = {airy_channels_largest(b), work->options.polarization_deg};
    airy_described_put_results(h5, &airy_bands_numbers, b, 1, err);
    airy_described_put_results(h5, &airy_angles_numbers, &b->angles, 1, err);
    airy_described_put_results(h5, &search_numbers, &n, 1, err);
    airy_described_put_results(h5, &body_numbers, &work->input.body, work->input.pixel_nm, err);
    put_shares(h5, "length_share", b->angles.histogram, err);
}

static void put_uniformity(const airy_uniformity *u, airy_h5 *h5, airy_error *err)
{
    airy_described_put_results(h5, &airy_uniformity_numbers, u, 1, err);
    put_shares(h5, "isotropic_length_share", u->histogram, err);
    put_shares(h5, "corrected_length_share", u->corrected, err);
}

static void put_turns(const airy_turns *t, airy_h5 *h5, airy_error *err)
{
    airy_described_put_results(h5, &airy_turns_numbers, t, 1, err);
    put_shares(h5, "turned_length_share", t->histogram, err);
}

static airy_code write_bands(struct work *work, airy_error *err)
{
    const airy_call *call = work->call;
    const airy_mask *labels = &work->bands.skeleton;
    airy_stack data = {0};
    airy_code code = airy_stack_init(&data, 1, labels->ny, labels->nx, err);
    airy_h5 *h5 = code ? NULL : airy_h5_create(call->output, call->overwrite, err);
    if (!h5) {
        airy_stack_release(&data);
        return code ? code : AIRY_EIO;
    }
    for (int i = 0; i < labels->ny * labels->nx; i++)
        data.px[i] = (float)labels->bits[i];
    airy_cxi_begin(h5, &work->setup, &work->history, err);
    airy_cxi_put_images(h5, &data, work->input.pixel_nm * 1e-9, err);
    airy_cxi_title(h5, "number of the branch", err);
    airy_h5_put_mask(h5, "/entry_1/result_1/region", &work->bands.region, err);
    airy_h5_put_image(h5, "/entry_1/result_1/difference", &work->input.difference, err);
    put_numbers(work, h5, err);
    const airy_rows channels = {work->bands.channel, sizeof *work->bands.channel,
                                work->bands.n_channels};
    code = airy_branches_put(&work->bands, 1, "branches", h5, err);
    if (!code)
        code =
            airy_branches_put(work->rivals.bands, work->rivals.images.n, "rival_branches", h5, err);
    airy_described_put(h5, "/entry_1/result_1/channels", &airy_channel_numbers, &channels, err);
    if (work->turns.n > 0)
        put_turns(&work->turns, h5, err);
    if (work->n_isotropic > 0)
        put_uniformity(&work->uniformity, h5, err);
    if (!code)
        code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    airy_stack_release(&data);
    return code;
}

// ------------------------------------------------------------------ the command

// Those of the bands that too few other images have.
static void talk_of_open(const struct work *work, size_t share, double least, const char *why)
{
    airy_text names = {0};
    int open = 0;
    for (int i = 0; i < work->bands.n; i++) {
        const airy_branch *branch = &work->bands.branch[i];
        if (*(const double *)((const char *)branch + share) < least)
            airy_text_append(&names, "%s%d", open++ ? ", " : "", branch->branch);
    }
    if (open > 0 && !names.failed)
        airy_call_warn(work->call, "doubtful: band%s %s: %s", open == 1 ? "" : "s", names.text,
                       why);
    airy_text_release(&names);
}

// Lines that are in the image and not in the table.
static void talk_of_hidden(const struct work *work)
{
    const airy_bands *bands = &work->bands;
    if (bands->n_hidden > 0)
        airy_call_note(work->call,
                       "left out: %.4g nm of line%s in pieces that are each shorter than %.3g nm "
                       "(--min-length)",
                       bands->hidden_nm, bands->n_hidden == 1 ? "" : "s", bands->min_length_nm);
}

static void talk(const struct work *work)
{
    const airy_angles *a = &work->bands.angles;
    double axis = work->input.body.axis_deg;
    if (axis != work->options.polarization_deg && work->input.body.kind == AIRY_BODY_SPHEROID)
        airy_call_warn(work->call, "angles count from %g degrees, the fitted spheroid lies at %g",
                       work->options.polarization_deg, axis);
    airy_recon_tell_body(work->call, work->search_body);
    talk_of_open(work, offsetof(airy_branch, held), 1,
                 "not in all of the solutions that are as likely within noise (column held)");
    talk_of_open(work, offsetof(airy_branch, redrawn), AIRY_REDRAWN_LEAST,
                 "not in most images of the same photons drawn again (column redrawn)");
    talk_of_hidden(work);
    if (work->bands.n == 0) {
        airy_call_note(work->call, "no bands found");
        return;
    }
    airy_call_note(
        work->call,
        "%d branch%s, %.4g nm: folded angle %.3g +- %.3g degrees, %.0f %% (+- %.0f) of the "
        "length within 20-40, Rayleigh p %.2g",
        work->bands.n, work->bands.n == 1 ? "" : "es", a->length_nm, a->folded_mean_deg,
        a->folded_mean_error_deg, 100 * a->fraction_20_40, 100 * a->fraction_20_40_error,
        a->rayleigh_p);
    if (work->turns.n > 0)
        airy_call_note(work->call, "turned at random it would have %.0f %% +- %.0f there, p %.2g",
                       100 * work->turns.fraction_20_40, 100 * work->turns.fraction_20_40_sd,
                       work->turns.p);
    if (work->n_isotropic > 0)
        airy_call_note(
            work->call,
            "bands like these in any direction: as uneven (Kuiper) with p %.2g, as much within "
            "20-40 with p %.2g; corrected for grid and rim %.0f %% lie there",
            work->uniformity.p_kuiper, work->uniformity.p_fraction,
            100 * work->uniformity.fraction_20_40);
}

static airy_code compare_isotropic(struct work *work, airy_error *err)
{
    airy_isotropic isotropic = {0};
    airy_code code = airy_isotropic_draw(&work->input, &work->bands, &work->options,
                                         work->call->threads, work->n_isotropic, &isotropic, err);
    if (!code)
        airy_isotropic_judge(&isotropic, &work->bands.angles, &work->uniformity);
    airy_isotropic_release(&isotropic);
    return code;
}

static airy_code find_in(const struct work *work, struct others *others, airy_error *err)
{
    int n = others->images.n;
    airy_code code = AIRY_OK;
    others->bands = airy_memory_new((size_t)n + 1, sizeof *others->bands);
    if (!others->bands)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the bands of %d images", n);
    for (int i = 0; i < n && !code; i++) {
        airy_bands_input input = work->input;
        input.difference = airy_stack_image(&others->images, i);
        code = airy_bands_find(&input, &work->options, &others->bands[i], err);
    }
    return code;
}

// Which of the image's bands others have, too.
static airy_code compare_others(struct work *work, airy_error *err)
{
    double reach = fmax(0.75 * work->bands.scale_nm, 2 * work->input.pixel_nm);
    airy_code code = find_in(work, &work->rivals, err);
    if (!code)
        code = find_in(work, &work->redrawn, err);
    for (int i = 0; i < work->bands.n && !code; i++) {
        airy_branch *branch = &work->bands.branch[i];
        if (work->rivals.known)
            branch->held =
                airy_branch_share(branch, work->rivals.bands, work->rivals.images.n, reach);
        if (work->redrawn.known)
            branch->redrawn =
                airy_branch_share(branch, work->redrawn.bands, work->redrawn.images.n, reach);
    }
    return code;
}

static airy_code find(struct work *work, airy_error *err)
{
    airy_code code = airy_options_check(airy_bands_rows, &work->options, err);
    if (!code)
        code = read_all(work, err);
    if (!code)
        code = airy_bands_find(&work->input, &work->options, &work->bands, err);
    if (!code)
        code = compare_others(work, err);
    if (!code && work->n_turns > 0)
        code = airy_bands_turn(&work->input, &work->options, work->bands.angles.fraction_20_40,
                               work->call->threads, work->n_turns, &work->turns, err);
    if (!code && work->n_isotropic > 0)
        code = compare_isotropic(work, err);
    return code;
}

static void release_others(struct others *others)
{
    for (int i = 0; others->bands && i < others->images.n; i++)
        airy_bands_release(&others->bands[i]);
    airy_memory_free(others->bands);
    airy_stack_release(&others->images);
}

const airy_option airy_bands_step_rows[] = {
    AIRY_OPTIONS_WITHIN(airy_bands_step, options, airy_bands_rows),
    AIRY_OPTION(airy_bands_step, turns, "turns", .low = 0, .high = 100000,
                .help = "copies turned against the polarisation, for comparison"),
    AIRY_OPTION(airy_bands_step, isotropic, "isotropic", .low = 0, .high = 100000,
                .help = "images of such bands in any direction, for comparison"),
    AIRY_OPTION(airy_bands_step, tsv, "tsv", .unit = "FILE.tsv",
                .help = "also write the branch table there"),
    {0},
};

void airy_bands_step_defaults(airy_bands_step *step)
{
    *step = (airy_bands_step){.turns = 35, .isotropic = 99};
    airy_bands_options_defaults(&step->options);
}

void airy_bands_found_release(airy_bands_found *found)
{
    airy_bands_release(&found->bands);
    airy_table_release(&found->table);
    *found = (airy_bands_found){0};
}

airy_code airy_bands_step_run(const airy_call *call, const airy_bands_step *step,
                              airy_bands_found *found, airy_error *err)
{
    struct work work = {.call = call,
                        .options = step->options,
                        .n_turns = step->turns,
                        .n_isotropic = step->isotropic};
    *found = (airy_bands_found){0};
    work.options.seed = call->seed;
    airy_code code = airy_call_outputs(call, call->output, step->tsv, err);
    if (!code)
        code = find(&work, err);
    if (!code)
        code = airy_call_record(call, NULL, NULL, &work.history, err);
    if (!code)
        code = airy_branches_to_table(&work.bands, &work.history, NULL, &found->table, err);
    if (!code)
        code = write_bands(&work, err);
    if (!code && step->tsv)
        code = airy_table_write(step->tsv, &found->table, call->overwrite, err);
    if (!code)
        talk(&work);
    found->bands = work.bands;
    airy_image_release(&work.input.difference);
    airy_image_release(&work.input.sigma);
    release_others(&work.rivals);
    release_others(&work.redrawn);
    airy_history_release(&work.history);
    return code;
}
