// SPDX-License-Identifier: GPL-3.0-or-later
// Branches as rows of branches.tsv and as datasets.
#include "airy/density.h"

#include <stdio.h>

static const airy_number branches[] = {
    AIRY_NUMBER(airy_branch, branch, "branch", "1", "from 1, also its label in the skeleton"),
    AIRY_NUMBER(airy_branch, x0_nm, "x0_nm", "nm", "one end, from the center of the particle"),
    AIRY_NUMBER(airy_branch, y0_nm, "y0_nm", "nm", "y up"),
    AIRY_NUMBER(airy_branch, x1_nm, "x1_nm", "nm", "the other end"),
    AIRY_NUMBER(airy_branch, y1_nm, "y1_nm", "nm", "y up"),
    AIRY_NUMBER(airy_branch, length_nm, "length_nm", "nm", "along the path"),
    AIRY_NUMBER(airy_branch, chord_nm, "chord_nm", "nm", "straight between its ends"),
    AIRY_NUMBER(airy_branch, width_nm, "width_nm", "nm", "median of twice the way to the border"),
    AIRY_NUMBER(airy_branch, depth, "depth", "1", "mean of |D| along the path"),
    AIRY_NUMBER(airy_branch, angle_deg, "angle_deg", "degrees",
                "to the polarisation, folded to 0 to 90, of the band that fits best"),
    AIRY_NUMBER(airy_branch, chord_angle_deg, "chord_angle_deg", "degrees",
                "of the line between the ends"),
    AIRY_NUMBER(airy_branch, angle_err_deg, "angle_err_deg", "degrees",
                "standard error of angle_deg"),
    AIRY_NUMBER(airy_branch, contrast, "contrast", "1", "mean depth against both sides"),
    AIRY_NUMBER(airy_branch, direction_deg, "direction_deg", "degrees",
                "angle_deg unfolded, 0 to 180"),
    AIRY_NUMBER(airy_branch, tensor_deg, "tensor_deg", "degrees",
                "direction of D itself along the path (structure tensor), folded"),
    AIRY_NUMBER(airy_branch, held, "held", "1",
                "share of the rivals that have it, too; 1: none is there"),
    AIRY_NUMBER(airy_branch, redrawn, "redrawn", "1",
                "share of the images with photons drawn again that have it, too"),
};
const airy_described airy_branch_numbers =
    AIRY_DESCRIBED("branches.tsv; bands.h5 branches", branches);

airy_code airy_branches_to_table(const airy_bands *bands, const airy_history *history,
                                 const char *more, airy_table *table, airy_error *err)
{
    airy_text names = {0};
    airy_described_names(&airy_branch_numbers, &names);
    airy_text_append(&names, "%s%s", more ? " " : "", more ? more : "");
    airy_code code = airy_text_whole(&names, err);
    if (!code)
        code = airy_table_init(table, names.text, err);
    airy_text_release(&names);
    if (!code)
        code = airy_history_copy(&table->history, history, err);
    for (int i = 0; !code && i < bands->n; i++) {
        code = airy_table_add(table, err);
        if (!code)
            code = airy_described_put_row(table, i, &airy_branch_numbers, &bands->branch[i], err);
    }
    return code;
}

// A branch, and which of some images it is of; the branch's numbers stand for it, too.
struct placed {
    airy_branch branch;
    int image;
};

static const airy_number places[] = {
    AIRY_NUMBER(struct placed, image, "image", "1", "which of the images, from 0"),
};
static const airy_described place = AIRY_DESCRIBED("bands.h5 branches", places);

airy_code airy_branches_put(const airy_bands *bands, int sets, const char *group, airy_h5 *h5,
                            airy_error *err)
{
    char path[96];
    int n = 0;
    for (int s = 0; s < sets; s++)
        n += bands[s].n;
    if (n == 0)
        return AIRY_OK;
    struct placed *all = airy_memory_new((size_t)n, sizeof *all);
    if (!all)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the branches");
    struct placed *to = all;
    for (int s = 0; s < sets; s++)
        for (int i = 0; i < bands[s].n; i++)
            *to++ = (struct placed){bands[s].branch[i], s};
    const airy_rows rows = {all, sizeof *all, n};
    snprintf(path, sizeof path, "/entry_1/result_1/%s", group);
    airy_described_put(h5, path, &airy_branch_numbers, &rows, err);
    airy_code code = airy_described_put(h5, path, &place, &rows, err);
    airy_memory_free(all);
    return code;
}
