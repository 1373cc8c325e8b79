// SPDX-License-Identifier: GPL-3.0-or-later
// The search by likelihood: which body it takes, that it goes on where it was stopped; what cannot
// be searched is one sentence. What it finds: test_search_release.c.
#include "likelihood/search.h"
#include "likelihood_shots.h"

#include <stdlib.h>

static const shot_how bright = {3e6, 40.3, 39.62, true, 0, false};
// Five fringes of it, for what does not depend on the image.
static const shot_how roof = {3e6, 40.3, 39.62, true, 0, true};
static const shot_how inner = {3e6, 40.3, 39.62, true, 43, false};

// Next to nothing, for what does not depend on the image.
static airy_search_options tiny(void)
{
    airy_search_options o;
    airy_search_options_defaults(&o);
    o.groups = o.islands = 2;
    o.members = 4;
    o.children[0] = o.children[1] = o.children[2] = 3;
    o.rivals = 2;
    o.steps = 5;
    o.final_steps = 10;
    o.resampled = 2;
    o.seed = 4;
    o.threads = 2;
    return o;
}

static int mate(const airy_search_input *in, int i)
{
    int n = in->side;
    return (n - i / n) % n * n + (n - i % n) % n;
}

// Both priors and power alone are those of other tests.
static void every_prior_searches(void **state)
{
    (void)state;
    airy_pattern counts = shot_make(&inner);
    airy_search_input in = shot_input(&counts);
    for (int prior = AIRY_PRIOR_VARIATION; prior <= AIRY_PRIOR_NONE; prior++) {
        airy_search_options options = tiny();
        airy_search_result r;
        options.prior = (airy_prior)prior;
        options.resampled = 0;
        assert_non_null(airy_prior_names[prior]);
        assert_ok(airy_search(&in, &options, NULL, &r, &err));
        assert_int_equal(r.candidate[0].variation > 0, prior == AIRY_PRIOR_VARIATION);
        assert_true(isnan(r.expected_deviance));
        assert_int_equal(r.resampled.n, 0);
        airy_search_result_release(&r);
    }
    assert_null(airy_prior_names[AIRY_PRIOR_NONE + 1]);
    airy_pattern_release(&counts);
}

// A spheroid that sticks out of the support is no body of what is in it.
static void a_support_may_cut_the_spheroid(void **state)
{
    (void)state;
    airy_pattern counts = shot_make(&roof);
    airy_search_input in = shot_input(&counts);
    airy_search_options options = tiny();
    airy_search_result r;
    airy_mask support;
    options.final_steps = 50; // of which the body is judged
    options.groups = options.islands = 1;
    options.resampled = 0;
    assert_ok(airy_mask_init(&support, in.side, in.side, &err));
    double c = cos(shot_outline.axis * M_PI / 180), s = sin(shot_outline.axis * M_PI / 180);
    for (int i = 0; i < in.side * in.side; i++) {
        double y = (i / in.side - in.side / 2) * in.pixel;
        double x = (i % in.side - in.side / 2) * in.pixel;
        support.bits[i] =
            fabs(c * x + s * y) < 1.08 * shot_roof[0] && fabs(c * y - s * x) < 1.02 * shot_roof[1];
    }
    in.support = &support;
    assert_ok(airy_search(&in, &options, NULL, &r, &err));
    assert_int_equal(r.body, AIRY_SEARCH_CONVEX);
    airy_mask_release(&support);
    airy_search_result_release(&r);
    airy_pattern_release(&counts);
}

// A support of one's own: what lies outside stays the body.
static void a_given_support_is_kept(void **state)
{
    (void)state;
    airy_pattern counts = shot_make(&bright);
    airy_search_input in = shot_input(&counts);
    airy_search_options options = tiny();
    airy_search_result r;
    airy_mask support;
    assert_ok(airy_mask_init(&support, in.side, in.side, &err));
    for (int i = 0; i < in.side * in.side; i++)
        support.bits[i] = hypot(i / in.side - 48, i % in.side - 48) < 6;
    in.support = &support;
    options.prior = AIRY_PRIOR_POWER;
    assert_ok(airy_search(&in, &options, NULL, &r, &err));
    assert_true(r.candidate[0].variation == 0);
    airy_image best = airy_stack_image(&r.images, 0);
    double inside = 0, outside = 0;
    for (int i = 0; i < in.side * in.side; i++) {
        double odd = fabs((double)best.px[i] - (double)best.px[mate(&in, i)]);
        double radius = hypot(i / in.side - 48, i % in.side - 48);
        inside = fmax(inside, radius < 6 ? odd : 0);
        outside = fmax(outside, radius > 10 ? odd : 0);
    }
    // Sinc tails of a sharp edge.
    assert_true(outside < 0.2 * inside);
    airy_mask_release(&support);
    airy_search_result_release(&r);
    airy_pattern_release(&counts);
}

// ------------------------------------------------------------------ stopping and going on

typedef struct watch {
    double done, total;
    int reports;
} watch;

static void note(void *context, double done, double total, const char *text)
{
    watch *w = context;
    (void)text;
    assert_true(done >= w->done && done <= total);
    w->done = done;
    w->total = total;
    w->reports++;
}

static bool after_two(void *context)
{
    const watch *w = context;
    return w->reports >= 2;
}

static bool at_once(void *context)
{
    (void)context;
    return true;
}

// What a keeper holds in memory: the pieces of each place, one after the other.
typedef struct shelf {
    unsigned char *bytes[AIRY_SEARCH_STAGES][16];
    int saved, recalled;
} shelf;

static airy_code shelf_save(void *context, int stage, int number, const airy_search_piece *pieces,
                            int n, airy_error *error)
{
    shelf *on = context;
    size_t size = 0;
    (void)error;
    for (int i = 0; i < n; i++)
        size += pieces[i].size;
    unsigned char *to = malloc(size);
    on->bytes[stage][number] = to;
    for (int i = 0; i < n; to += pieces[i++].size)
        memcpy(to, pieces[i].at, pieces[i].size);
    on->saved++;
    return AIRY_OK;
}

static bool shelf_recall(void *context, int stage, int number, const airy_search_piece *pieces,
                         int n)
{
    shelf *on = context;
    const unsigned char *from = on->bytes[stage][number];
    for (int i = 0; from && i < n; from += pieces[i++].size)
        memcpy(pieces[i].at, from, pieces[i].size);
    on->recalled += from != NULL;
    return from != NULL;
}

static void shelf_release(shelf *on)
{
    for (int i = 0; i < AIRY_SEARCH_STAGES * 16; i++)
        free(on->bytes[i / 16][i % 16]);
}

// An image favours what it shows when it sets weights: one image for all groups would let them
// agree on what is wrong (1e6 photons: 4 of 4, J 104 below the next one, odd parts 0.66).
static void groups_weigh_by_images_of_their_own(void **state)
{
    (void)state;
    airy_pattern counts = shot_make(&inner);
    airy_search_input in = shot_input(&counts);
    airy_search_options options = tiny();
    airy_search_result alone, r;
    shelf on = {0};
    const airy_search_keeper keeper = {shelf_save, shelf_recall, &on};
    options.groups = options.islands = 1;
    options.resampled = 0;
    assert_ok(airy_search(&in, &options, NULL, &alone, &err));
    in.keeper = &keeper;
    options.groups = 3;
    assert_ok(airy_search(&in, &options, NULL, &r, &err));
    const airy_dressing *one = (airy_dressing *)on.bytes[0][0];
    const airy_dressing *other = (airy_dressing *)on.bytes[0][1];
    assert_null(on.bytes[0][2]); // the first group has what the body was judged by
    assert_true(fabs(one->powers.odd - other->powers.odd) > 1e-6);
    assert_true(fabs(log(one->variation / other->variation)) > 1e-6);
    assert_true(one->powers.rings > 4 && one->powers.even[4] != other->powers.even[4]);
    // All are compared under the mean.
    assert_near(r.power_odd, (alone.power_odd + one->powers.odd + other->powers.odd) / 3, 1e-9);
    assert_near(r.outline.along, (alone.outline.along + one->along + other->along) / 3, 1e-12);
    shelf_release(&on);
    airy_search_result_release(&alone);
    airy_search_result_release(&r);
    airy_pattern_release(&counts);
}

// A stop is heard, and populations of a search that was stopped are taken over: the result is that
// of one without a stop, and none is done twice.
static void a_stopped_search_goes_on(void **state)
{
    (void)state;
    airy_pattern counts = shot_make(&inner);
    airy_search_input in = shot_input(&counts);
    airy_search_options options = tiny();
    airy_search_result whole, parts;
    shelf on = {0};
    const airy_search_keeper keeper = {shelf_save, shelf_recall, &on};
    watch w = {0};
    airy_progress progress = {.report = note, .context = &w};
    assert_ok(airy_search(&in, &options, &progress, &whole, &err));
    assert_near(w.done, w.total, 0);
    // Priors of the second group, groups of two islands, and what is drawn again.
    assert_near(w.total, 1 + 2 * 3 + 2, 0);
    in.keeper = &keeper;
    progress.stopped = at_once; // long before there is a population
    assert_fails(airy_search(&in, &options, &progress, &parts, &err), AIRY_ESTOPPED, "weighed");
    w = (watch){0};
    progress.stopped = after_two;
    assert_fails(airy_search(&in, &options, &progress, &parts, &err), AIRY_ESTOPPED, "stopped");
    assert_null(parts.images.px);
    assert_null(parts.candidate);
    assert_in_range(on.saved, 2, 7);
    assert_ok(airy_search(&in, &options, NULL, &parts, &err));
    assert_int_equal(on.saved, 1 + 2 * 3 + 2);
    assert_true(on.recalled >= 2);
    assert_int_equal(parts.groups, whole.groups);
    int n = whole.groups * in.side * in.side;
    assert_memory_equal(parts.images.px, whole.images.px, (size_t)n * sizeof(float));
    assert_memory_equal(parts.resampled.px, whole.resampled.px,
                        (size_t)(options.resampled * in.side * in.side) * sizeof(float));
    airy_search_result_release(&whole);
    airy_search_result_release(&parts);
    shelf_release(&on);
    airy_pattern_release(&counts);
}

// ------------------------------------------------------------------ absurd inputs

static void refused(airy_pattern *counts, airy_search_input in, airy_code code, const char *words)
{
    airy_search_options options = tiny();
    airy_search_result r;
    in.counts = counts;
    assert_fails(airy_search(&in, &options, NULL, &r, &err), code, words);
    assert_null(r.images.px);
}

static void absurd_inputs_are_one_sentence(void **state)
{
    (void)state;
    airy_pattern counts = shot_make(&inner);
    airy_search_input good = shot_input(&counts), in = good;
    in.outline.along = 0;
    refused(&counts, in, AIRY_EVALUE, "size of the particle");
    in.outline.along = NAN;
    refused(&counts, in, AIRY_EVALUE, "size of the particle");
    in.outline = (airy_outline){.along = 0.01, .across = 0.01};
    refused(&counts, in, AIRY_EVALUE, "fringes");
    in = good;
    in.side = 95;
    refused(&counts, in, AIRY_ESHAPE, "side 95");
    in.side = 96;
    in.pixel = NAN;
    refused(&counts, in, AIRY_ESHAPE, "side 96");
    counts.center_y = 1e30;
    refused(&counts, good, AIRY_EVALUE, "center");
    counts.center_y = NAN;
    refused(&counts, good, AIRY_EVALUE, "center");
    counts.center_y = 20;
    counts.has_center = false;
    refused(&counts, good, AIRY_EVALUE, "center");
    counts.has_center = true;
    for (int i = 0; i < inner.bins * inner.bins; i++)
        counts.photons.px[i] = isnan(counts.photons.px[i]) ? NAN : 0;
    refused(&counts, good, AIRY_EVALUE, "0 photons");
    counts.photons.px[0] = INFINITY;
    refused(&counts, good, AIRY_EVALUE, "inf photons");
    airy_pattern_release(&counts);
}

// Supports of no pixel and of all, particles of two bins and of half a pattern's fringe a bin.
static void odd_inputs_do_not_break(void **state)
{
    (void)state;
    airy_pattern counts = shot_make(&inner);
    airy_search_input in = shot_input(&counts);
    airy_search_options options = tiny();
    airy_search_result r;
    airy_mask support;
    assert_ok(airy_mask_init(&support, in.side, in.side, &err));
    const airy_outline outlines[] = {shot_outline, shot_outline, {0.9, 0.9, 0}, {0.2, 0.01, 70}};
    for (int i = 0; i < 4; i++) {
        airy_error err = {0}; // "the support of the search holds no pixel"
        for (int p = 0; p < in.side * in.side; p++)
            support.bits[p] = i == 1;
        in.support = i < 2 ? &support : NULL;
        in.outline = outlines[i];
        airy_code code = airy_search(&in, &options, NULL, &r, &err);
        assert_int_equal(code, i == 0 ? AIRY_EVALUE : AIRY_OK);
        for (int p = 0; code == AIRY_OK && p < in.side * in.side; p++)
            assert_true(isfinite(r.images.px[p]));
        airy_search_result_release(&r);
    }
    airy_mask_release(&support);
    airy_pattern_release(&counts);
}

static void options_are_checked(void **state)
{
    (void)state;
    const airy_search_options good = tiny();
    airy_search_options o;
    assert_ok(airy_search_options_check(&good, &err));
    o = good, o.groups = 0;
    assert_fails(airy_search_options_check(&o, &err), AIRY_EARGUMENT, "groups: 0 must be 1 to 64");
    o = good, o.members = 1;
    assert_fails(airy_search_options_check(&o, &err), AIRY_EARGUMENT, "members");
    o = good, o.same = NAN;
    assert_fails(airy_search_options_check(&o, &err), AIRY_EARGUMENT, "same image");
    o = good, o.children[2] = -1;
    assert_fails(airy_search_options_check(&o, &err), AIRY_EARGUMENT, "third level");
    o = good, o.islands = o.members + 1;
    assert_fails(airy_search_options_check(&o, &err), AIRY_EARGUMENT, "send no one");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_support_may_cut_the_spheroid),
        cmocka_unit_test(every_prior_searches),
        cmocka_unit_test(a_given_support_is_kept),
        cmocka_unit_test(groups_weigh_by_images_of_their_own),
        cmocka_unit_test(a_stopped_search_goes_on),
        cmocka_unit_test(absurd_inputs_are_one_sentence),
        cmocka_unit_test(odd_inputs_do_not_break),
        cmocka_unit_test(options_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
