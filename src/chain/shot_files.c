// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept of a shot, in the layout of the commands' own files.
#include "chain.h"

#include <stdio.h>
#include <stdlib.h>

#define RESULT "/entry_1/result_1/"

// A named number of /entry_1/result_1.
typedef struct number {
    const char *name;
    double value;
} number;

static void put_numbers(airy_h5 *h5, const number *numbers, int n, airy_error *err)
{
    for (int i = 0; i < n; i++) {
        char path[96];
        snprintf(path, sizeof path, RESULT "%s", numbers[i].name);
        airy_h5_put_double(h5, path, numbers[i].value, err);
    }
}

// A new file with history and one image as its main array.
static airy_h5 *begin(const char *folder, const char *name, const airy_chain *chain,
                      const airy_image *image, const airy_history *history, airy_error *err)
{
    airy_text path = {0};
    airy_text_append(&path, "%s/%s", folder, name);
    airy_h5 *h5 = path.failed ? NULL : airy_h5_create(path.text, true, err);
    airy_text_release(&path);
    if (!h5)
        return NULL;
    const airy_stack one = {1, image->ny, image->nx, image->px};
    airy_cxi_begin(h5, &chain->pattern.setup, history, err);
    airy_cxi_put_images(h5, &one, chain->pixel_nm * 1e-9, err);
    return h5;
}

static airy_code end(airy_h5 *h5, airy_error *err)
{
    airy_code code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}

// Where the body lies, for files of density differences.
static void put_body(airy_h5 *h5, const airy_chain *chain, airy_error *err)
{
    const airy_body *body = &chain->body;
    double nm = chain->pixel_nm;
    const number numbers[] = {
        {"radius_par_nm", body->r_par * nm},
        {"radius_perp_nm", body->r_perp * nm},
        {"axis_deg", body->axis_deg},
        {"center_y", body->y},
        {"center_x", body->x},
        {"body_kind", body->kind},
        {"body_radius_par_nm", body->r_par * nm},
        {"body_radius_perp_nm", body->r_perp * nm},
        {"body_rho0", body->rho0},
        {"body_blur_nm", body->blur * nm},
    };
    put_numbers(h5, numbers, sizeof numbers / sizeof *numbers, err);
}

static airy_code write_image(const airy_chain *chain, const char *folder,
                             const airy_history *history, airy_error *err)
{
    const number numbers[] = {{"r_factor", chain->row.r_factor}, {"deviance", chain->deviance}};
    airy_h5 *h5 = begin(folder, "image.cxi", chain, &chain->average.mean, history, err);
    if (!h5)
        return err ? err->code : AIRY_EIO;
    airy_h5_put_image(h5, "/entry_1/image_1/spread", &chain->average.spread, err);
    put_numbers(h5, numbers, sizeof numbers / sizeof *numbers, err);
    return end(h5, err);
}

static airy_code write_difference(const airy_chain *chain, const char *folder,
                                  const airy_history *history, airy_error *err)
{
    const number numbers[] = {{"a_low_nm2", chain->row.a_low_nm2},
                              {"a_total_nm2", chain->row.a_total_nm2},
                              {"low_fraction", chain->row.low_fraction}};
    airy_h5 *h5 = begin(folder, "diff.h5", chain, &chain->difference, history, err);
    if (!h5)
        return err ? err->code : AIRY_EIO;
    if (chain->sigma.px)
        airy_h5_put_image(h5, "/entry_1/image_1/spread", &chain->sigma, err);
    put_numbers(h5, numbers, sizeof numbers / sizeof *numbers, err);
    put_body(h5, chain, err);
    return end(h5, err);
}

// ------------------------------------------------------------------ bands

static airy_code write_bands(const airy_chain *chain, const char *folder,
                             const airy_series_options *options, const airy_history *history,
                             airy_error *err)
{
    const airy_mask *labels = &chain->bands.skeleton;
    airy_image image = {0};
    airy_code code = airy_image_init(&image, labels->ny, labels->nx, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < labels->ny * labels->nx; i++)
        image.px[i] = (float)labels->bits[i];
    const number numbers[] = {{"n_branches", chain->row.n_branches},
                              {"band_length_nm", chain->row.band_length_nm},
                              {"fraction_20_40", chain->row.fraction_20_40},
                              {"polarization_deg", options->polarization_deg}};
    airy_h5 *h5 = begin(folder, "bands.h5", chain, &image, history, err);
    if (h5) {
        airy_h5_put_mask(h5, RESULT "region", &chain->bands.region, err);
        airy_h5_put_image(h5, RESULT "difference", &chain->difference, err);
        put_numbers(h5, numbers, sizeof numbers / sizeof *numbers, err);
        put_body(h5, chain, err);
        code = airy_branches_put(&chain->bands, h5, err);
        if (code == AIRY_OK)
            code = end(h5, err);
        else
            airy_h5_close(h5);
    } else {
        code = err ? err->code : AIRY_EIO;
    }
    airy_image_release(&image);
    return code;
}

static airy_code write_branches(const airy_bands *bands, const char *folder,
                                const airy_history *history, airy_error *err)
{
    airy_table table = {0};
    airy_text path = {0};
    airy_text_append(&path, "%s/branches.tsv", folder);
    airy_code code = path.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a path")
                                 : airy_branches_to_table(bands, history, NULL, &table, err);
    if (code == AIRY_OK)
        code = airy_table_write(path.text, &table, true, err);
    airy_text_release(&path);
    airy_table_release(&table);
    return code;
}

airy_code airy_chain_write(const airy_chain *chain, const char *folder,
                           const airy_series_options *options, const airy_history *history,
                           airy_error *err)
{
    airy_text path = {0};
    airy_text_append(&path, "%s/pattern.cxi", folder);
    airy_code code = path.failed
                         ? airy_error_set(err, AIRY_EMEMORY, "no memory for a path")
                         : airy_pattern_write(path.text, &chain->pattern, history, true, err);
    if (code == AIRY_OK)
        code = write_image(chain, folder, history, err);
    if (code == AIRY_OK)
        code = write_difference(chain, folder, history, err);
    if (code == AIRY_OK)
        code = write_bands(chain, folder, options, history, err);
    if (code == AIRY_OK)
        code = write_branches(&chain->bands, folder, history, err);
    airy_text_release(&path);
    return code;
}

bool airy_chain_there(const char *folder)
{
    static const char *const names[] = {"pattern.cxi", "image.cxi", "diff.h5", "bands.h5",
                                        "branches.tsv"};
    bool there = true;
    for (size_t i = 0; there && i < sizeof names / sizeof *names; i++) {
        airy_text path = {0};
        airy_text_append(&path, "%s/%s", folder, names[i]);
        there = !path.failed && airy_file_exists(path.text);
        airy_text_release(&path);
    }
    return there;
}
