// SPDX-License-Identifier: GPL-3.0-or-later
// What is asked of a scan.
#include "airy/scan.h"
#include "plan.h"

#include <math.h>
#include <string.h>

static const char *const axis_names[AIRY_SCAN_AXES] = {"t", "y", "x", "ky", "kx"};

void airy_scan_plan_defaults(airy_scan_plan *plan)
{
    *plan = (airy_scan_plan){.order = {0, 1, 2, 3, 4},
                             .bin = 1,
                             .center_y = NAN,
                             .center_x = NAN,
                             .to_y = -1,
                             .to_x = -1,
                             .gamma = 1,
                             .vacuum = 0.2};
}

airy_code airy_scan_plan_axes(airy_scan_plan *plan, const char *axes, airy_error *err)
{
    bool seen[AIRY_SCAN_AXES] = {false};
    const char *at = axes;
    for (int i = 0; i < AIRY_SCAN_AXES; i++) {
        size_t length = strcspn(at, ",");
        int found = -1;
        for (int k = 0; k < AIRY_SCAN_AXES; k++)
            if (strlen(axis_names[k]) == length && strncmp(at, axis_names[k], length) == 0)
                found = k;
        bool last = at[length] == '\0';
        if (found < 0 || seen[found] || last != (i == AIRY_SCAN_AXES - 1))
            return airy_error_set(err, AIRY_EARGUMENT,
                                  "axes are t, y, x, ky and kx, each once, in the file's order: "
                                  "not '%s'",
                                  axes);
        seen[found] = true;
        plan->order[i] = found;
        at += length + !last;
    }
    return AIRY_OK;
}

airy_code airy_scan_plan_shape(airy_scan_plan *plan, const long long *sizes, int n, airy_error *err)
{
    int *of[AIRY_SCAN_AXES] = {&plan->frames, &plan->ny, &plan->nx, &plan->ky, &plan->kx};
    if (n != AIRY_SCAN_AXES)
        return airy_error_set(err, AIRY_ESHAPE, "five sizes were wanted (t, y, x, ky, kx), not %d",
                              n);
    for (int i = 0; i < n; i++) {
        if (sizes[i] < 1 || sizes[i] > AIRY_SIDE_MAX)
            return airy_error_set(err, AIRY_ESHAPE, "%s has %lld, 1 to %d can be",
                                  axis_names[plan->order[i]], sizes[i], AIRY_SIDE_MAX);
        *of[plan->order[i]] = (int)sizes[i];
    }
    return AIRY_OK;
}

static airy_code check_rings(const airy_scan_plan *p, airy_error *err)
{
    const double *const rings[] = {p->ring, p->ring_v};
    for (int i = 0; i < 2; i++)
        if (!(rings[i][0] >= 0 && rings[i][1] > rings[i][0]))
            return airy_error_set(err, AIRY_EARGUMENT,
                                  "%s runs from 0 or more to more than that, not from %g to %g",
                                  i ? "--ring-v" : "--ring", rings[i][0], rings[i][1]);
    return AIRY_OK;
}

airy_code airy_scan_plan_check(const airy_scan_plan *p, airy_error *err)
{
    if (p->frames < 4)
        return airy_error_set(err, AIRY_EVALUE,
                              "%d frames: four are the least that a decay is "
                              "seen in",
                              p->frames);
    if (p->from_y < 0 || p->to_y > p->ny || p->from_y >= p->to_y || p->from_x < 0 ||
        p->to_x > p->nx || p->from_x >= p->to_x)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "places %d to %d and %d to %d are not among %d x %d", p->from_y,
                              p->to_y, p->from_x, p->to_x, p->ny, p->nx);
    if (p->bin < 1 || p->bin > p->ky || p->bin > p->kx)
        return airy_error_set(err, AIRY_EARGUMENT, "%d pixels of %d x %d cannot be summed", p->bin,
                              p->ky, p->kx);
    if (p->mask && (p->mask->ny != p->ky || p->mask->nx != p->kx))
        return airy_error_set(err, AIRY_ESHAPE, "the mask is %d x %d, patterns are %d x %d",
                              p->mask->ny, p->mask->nx, p->ky, p->kx);
    return check_rings(p, err);
}
