// SPDX-License-Identifier: GPL-3.0-or-later
// The file of a reconstruction: kept images, what was tried, and the pattern they belong to.

#include "airy/chain.h"
#include "recon.h"

#include <math.h>
#include <stddef.h>

#define RESULT "/entry_1/result_1/"
#define IMAGE "/entry_1/image_1/"
#define DETECTOR "/entry_1/instrument_1/detector_1/"
#define RIVAL 30 // objective, within which another solution is as likely (method/retrieval.md)
#define ODD_KNOWN 0.97 // correlation of redrawn odd parts, below which it is told
#define MISFIT 1.2     // deviance over what noise makes expect, from which on it is told

static void put_generations(airy_h5 *h5, const airy_reconstruction *r, airy_error *err)
{
    const int all[] = {r->generations, r->starts};
    const struct {
        const char *path;
        const double *values;
        int rank;
    } rows[] = {
        {RESULT "r_factor", r->r_factor, 2},   {RESULT "r_free", r->r_free, 2},
        {RESULT "deviance", r->deviance, 2},   {RESULT "diversity", r->diversity, 1},
        {RESULT "ambiguous", r->ambiguous, 1}, {RESULT "deviance_free", r->deviance_free, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        airy_h5_put_doubles(h5, rows[i].path, rows[i].values, rows[i].rank, all, err);
    if (r->samples == 0)
        return;
    airy_image convergence = {.ny = r->samples, .nx = r->starts, .px = r->convergence};
    airy_h5_put_image(h5, RESULT "convergence", &convergence, err);
    airy_h5_put_ints(h5, RESULT "convergence_iteration", r->iterations, 1, &r->samples, err);
    airy_h5_put_ints(h5, RESULT "kept_start", r->kept, 1, &r->images.n, err);
    airy_h5_put_int(h5, RESULT "generation", r->chosen, err);
}

// The pattern as it was used, for whoever scores an image later. airy reads it back as any pattern.
static airy_code put_pattern(airy_h5 *h5, const airy_pattern *p, airy_error *err)
{
    airy_mask stored = {0};
    if (airy_mask_copy(&stored, &p->mask, err) != AIRY_OK)
        return AIRY_EMEMORY;
    airy_mask_file_bits(&p->mask, stored.bits);
    airy_h5_put_image(h5, DETECTOR "data", &p->photons, err);
    airy_h5_put_mask(h5, DETECTOR "mask", &stored, err);
    airy_mask_release(&stored);
    if (p->variance.px)
        airy_h5_put_image(h5, DETECTOR "variance", &p->variance, err);
    airy_h5_put_int(h5, IMAGE "friedel_merged", p->merged, err);
    return airy_h5_put_int(h5, IMAGE "condensed", p->condensed, err);
}

static const airy_number candidate[] = {
    AIRY_NUMBER(airy_candidate, group, "group", "1", "search that ended at it"),
    AIRY_NUMBER(airy_candidate, cluster, "cluster", "1",
                "0: the same as the best one, 1: the same as the best of the rest, ..."),
    AIRY_NUMBER(airy_candidate, objective, "objective", "1",
                "the rank, in units of twice a logarithm of likelihood"),
    AIRY_NUMBER(airy_candidate, deviance, "deviance", "1", "the part of photons"),
    AIRY_NUMBER(airy_candidate, variation, "variation", "1", "the part of total variation"),
    AIRY_NUMBER(airy_candidate, power, "power", "1", "the part of the expected power"),
    AIRY_NUMBER(airy_candidate, odd_share, "odd_share", "1",
                "sum O^2 / sum |F|^2 outside the first fringe"),
    AIRY_NUMBER(airy_candidate, agreement, "agreement", "1",
                "correlation of the odd part with the best one's"),
};
const airy_described airy_candidate_numbers = AIRY_DESCRIBED("recon.h5 search", candidate);

// Images of other solutions that are as likely as the best one within noise: they come next to it.
static int rivals(const airy_search_result *s)
{
    int n = 0;
    while (s->found + n < s->groups &&
           s->candidate[s->found + n].objective - s->candidate[0].objective < RIVAL)
        n++;
    return n;
}

// A search by likelihood as recon.h5 tells it.
typedef struct of_search {
    airy_search_result found;
    int rivals;
    double misfit;
    int body; // airy_search_body
} of_search;

static const airy_number search[] = {
    AIRY_NUMBER(of_search, found.searches, "search_groups", "1", "independent searches"),
    AIRY_NUMBER(of_search, found.found, "search_found", "1", "that ended at the best image"),
    AIRY_NUMBER(of_search, rivals, "search_rivals", "1", "other solutions as likely within noise"),
    AIRY_NUMBER(of_search, found.next, "search_next", "1", "objective of the next other solution"),
    AIRY_NUMBER(of_search, found.bins, "search_bins", "1", "measured bins"),
    AIRY_NUMBER(of_search, misfit, "search_misfit", "1",
                "deviance over that of photons drawn again, about 1 when all is well"),
    AIRY_NUMBER(of_search, found.odd_redrawn, "odd_redrawn", "1",
                "correlation of the odd part with those of photons drawn again"),
    AIRY_NUMBER(of_search, body, "search_body", "1",
                "1: spheroid, 2: the convex body that the image shows, 3: neither, doubtful"),
    AIRY_NUMBER(of_search, found.bound.l2, "bound_l2", "1",
                "least relative error that the photons allow (Cramer and Rao)"),
    AIRY_NUMBER(of_search, found.bound.even, "bound_even", "1", "the same of its even part"),
    AIRY_NUMBER(of_search, found.bound.odd, "bound_odd", "1", "the same of its odd part"),
    AIRY_NUMBER(of_search, found.power_odd, "odd_power", "1",
                "P_odd = exp(odd_power - odd_fall k), k in pixels of the counts"),
    AIRY_NUMBER(of_search, found.power_fall, "odd_fall", "1/pixel", "see odd_power"),
};
static const airy_described search_numbers = AIRY_DESCRIBED("recon.h5", search);

static void put_search(airy_h5 *h5, const airy_search_result *s, airy_error *err)
{
    const airy_rows candidates = {s->candidate, sizeof s->candidate[0], s->groups};
    if (s->groups == 0)
        return;
    airy_described_put(h5, RESULT "search", &airy_candidate_numbers, &candidates, err);
    const of_search told = {*s, rivals(s), s->candidate[0].deviance / s->expected_deviance,
                            (int)s->body};
    airy_described_put_results(h5, &search_numbers, &told, 1, err);
    if (s->resampled.n)
        airy_h5_put_stack(h5, IMAGE "resampled", &s->resampled, err);
}

airy_code airy_recon_write(const airy_call *call, const airy_prepared *in,
                           const airy_support_fit *fit, const airy_reconstruction *r,
                           airy_error *err)
{
    airy_h5 *h5 = airy_h5_create(call->output, call->overwrite, err);
    if (!h5)
        return airy_error_code(err, AIRY_EIO);
    airy_cxi_begin(h5, &in->pattern.setup, &in->history, err);
    airy_cxi_put_images(h5, r->search.groups ? &r->search.images : &r->images, in->pixel_nm * 1e-9,
                        err);
    airy_cxi_title(h5, "projected density (arb. units)", err);
    airy_h5_put_mask(h5, IMAGE "mask", &r->support, err);
    if (r->phases.px)
        airy_h5_put_stack(h5, IMAGE "phase", &r->phases, err);
    if (in->held_out)
        airy_h5_put_mask(h5, IMAGE "measured", &in->problem.measured, err);
    put_generations(h5, r, err);
    put_search(h5, &r->search, err);
    const airy_result_row rows[] = {{"support_edge", fit->edge}, {"support_empty", fit->empty}};
    airy_results_put(h5, rows, 2, err);
    airy_code code = put_pattern(h5, &in->pattern, err);
    if (code == AIRY_OK)
        code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}

// ------------------------------------------------------------------ what is said

void airy_recon_tell_bound(const airy_call *call, const airy_bound *bound)
{
    if (!isnan(bound->l2))
        airy_call_note(
            call,
            "no unbiased image of these photons with these domains can be nearer than %.2g %% "
            "(its even part %.2g %%, its odd part %.2g %%)",
            100 * bound->l2, 100 * bound->even, 100 * bound->odd);
}

void airy_recon_tell_odd(const airy_call *call, double odd_redrawn)
{
    if (odd_redrawn < ODD_KNOWN)
        airy_call_warn(
            call,
            "doubtful: from the same photons drawn again the odd part of the image comes "
            "back with a correlation of %.2f: what differs between opposite sides of "
            "the particle is hardly known",
            odd_redrawn);
}

void airy_recon_tell_body(const airy_call *call, double search_body)
{
    if (search_body > AIRY_SEARCH_SPHEROID)
        airy_call_warn(call,
                       "doubtful: the particle is no spheroid (search_body %g): where it is "
                       "not the body that is taken off, its shape counts as low or high "
                       "density",
                       search_body);
}

void airy_recon_tell(const airy_call *call, const airy_search_result *s)
{
    if (s->groups == 0)
        return;
    double misfit = s->candidate[0].deviance / s->expected_deviance;
    if (isnan(s->next))
        airy_call_note(call, "the best solution was found by %d of %d searches: no other one",
                       s->found, s->groups);
    else
        airy_call_note(
            call,
            "the best solution was found by %d of %d searches; the next differs by %.0f in "
            "objective",
            s->found, s->searches, s->next);
    if (s->next < RIVAL)
        airy_call_warn(
            call,
            "doubtful: another solution (image %d) is as likely within noise: bands that "
            "are not in both are not known",
            s->found + 1);
    if (s->searches > 1 && s->found < 2)
        airy_call_warn(call, "doubtful: no other search ended at the best solution; the odd "
                             "part of the image is not known (more --groups, more --children)");
    airy_recon_tell_odd(call, s->odd_redrawn);
    if (s->body == AIRY_SEARCH_CONVEX)
        airy_call_note(call, "the particle is no spheroid: the body and the support are those that "
                             "its image shows");
    if (s->body == AIRY_SEARCH_NEITHER)
        airy_call_warn(call, "doubtful: neither the spheroid of the rings nor another convex body "
                             "is what the photons show; every prior may be wrong");
    if (misfit > MISFIT)
        airy_call_warn(call,
                       "doubtful: deviance %.2f times what photon noise makes expect: the particle "
                       "is not inside the support, or the mask, center or background is wrong",
                       misfit);
}
