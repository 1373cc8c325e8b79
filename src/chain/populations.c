// SPDX-License-Identifier: GPL-3.0-or-later
// The bands of a series by stage, from the files of its shots.
#include "airy/chain.h"

#include <math.h>
#include <stdio.h>

enum { MOST = 3 };
#define BRANCHES "/entry_1/result_1/branches/"

// Lengths and angles of a shot's branches; the rest of each is not read.
static airy_code read_branches(airy_h5 *h5, airy_branch **branch, int *n, airy_error *err)
{
    static const char *const names[] = {BRANCHES "length_nm", BRANCHES "angle_deg",
                                        BRANCHES "direction_deg"};
    double *values[3] = {NULL};
    int count[3] = {0};
    airy_code code = AIRY_OK;
    *n = 0;
    if (!airy_h5_has(h5, names[0])) // no branches
        return airy_h5_trust(h5, err);
    for (int k = 0; code == AIRY_OK && k < 3; k++) {
        code = airy_h5_get_doubles(h5, names[k], &values[k], &count[k], err);
        if (code == AIRY_OK && count[k] != count[0])
            code = airy_error_set(err, AIRY_ESHAPE, "%s: %d values, not %d", names[k], count[k],
                                  count[0]);
    }
    if (code == AIRY_OK && !(*branch = airy_memory_new((size_t)count[0] + 1, sizeof **branch)))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d branches", count[0]);
    for (int i = 0; code == AIRY_OK && i < count[0]; i++)
        (*branch)[(*n)++] = (airy_branch){
            .length_nm = values[0][i], .angle_deg = values[1][i], .direction_deg = values[2][i]};
    for (int k = 0; k < 3; k++)
        airy_memory_free(values[k]);
    return code;
}

static airy_code add_shot(const char *folder, int shot, airy_members *to, airy_error *err)
{
    airy_text path = {0};
    airy_branch *branch = NULL;
    int n = 0;
    airy_text_append(&path, "%s/shot-%04d/bands.h5", folder, shot);
    airy_code code =
        path.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a path") : AIRY_OK;
    airy_h5 *h5 = path.failed ? NULL : airy_h5_open(path.text, err);
    if (code == AIRY_OK)
        code = h5 ? read_branches(h5, &branch, &n, err) : airy_error_code(err, AIRY_EIO);
    airy_h5_close(h5);
    if (code == AIRY_OK)
        code = airy_members_add(to, branch, n, err);
    airy_memory_free(branch);
    airy_text_release(&path);
    return code;
}

// What a group of shots is called, and the delays it holds.
typedef struct group {
    const char *name;
    double after, before;
} group;

static airy_code collect(const char *folder, const airy_shot_row *rows, int n, const group *of,
                         const airy_population_options *options, airy_population *out,
                         airy_error *err)
{
    airy_members members = {0};
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < n; i++)
        if (rows[i].gate == 1 && rows[i].delay_ps > of->after && rows[i].delay_ps < of->before)
            code = add_shot(folder, rows[i].shot, &members, err);
    if (code == AIRY_OK)
        code = airy_population_make(&members, options, out, err);
    snprintf(out->name, sizeof out->name, "%s", of->name);
    airy_members_release(&members);
    return code;
}

airy_code airy_populations_find(const char *folder, const airy_shot_row *rows, int n,
                                const airy_kinetics *kinetics,
                                const airy_population_options *options, airy_populations *out,
                                airy_error *err)
{
    airy_stage_limits limits;
    bool staged = kinetics && airy_stage_limits_find(kinetics, &limits);
    group groups[MOST] = {{"pumped", 0, INFINITY}};
    if (staged) {
        groups[0] = (group){"stage I", 0, limits.end[0]};
        groups[1] = (group){"stage II", limits.start[0], limits.end[1]};
        groups[2] = (group){"stage III", limits.start[1], INFINITY};
    }
    airy_code code = AIRY_OK;
    out->n = staged ? MOST : 1;
    for (int k = 0; code == AIRY_OK && k < out->n; k++)
        code = collect(folder, rows, n, &groups[k], options, &out->of[k], err);
    return code;
}
