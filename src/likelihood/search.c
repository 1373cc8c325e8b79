// SPDX-License-Identifier: GPL-3.0-or-later
// The whole search: levels, islands, groups, and which of the images they end at are one.
#include "search.h"
#include "airy/work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const airy_prior_names[] = {"both", "power", "variation", "none", NULL};

void airy_search_options_defaults(airy_search_options *options)
{
    *options = (airy_search_options){.groups = 4,
                                     .islands = 4,
                                     .members = 20,
                                     .children = {300, 300, 500},
                                     .steps = 40,
                                     .final_steps = 400,
                                     .rivals = AIRY_DOMAINS,
                                     .resampled = 8,
                                     .margin = 1.05,
                                     .variation = 1,
                                     .same = 0.9};
}

airy_code airy_search_options_check(const airy_search_options *o, airy_error *err)
{
    const struct {
        const char *name;
        double value, low, high;
    } rows[] = {
        {"groups", o->groups, 1, AIRY_GROUPS},
        {"islands", o->islands, 1, 64},
        {"members", o->members, 2, 1000},
        {"steps", o->steps, 1, 1e5},
        {"final steps", o->final_steps, 1, 1e6},
        {"domains for rivals", o->rivals, 0, AIRY_DOMAINS},
        {"resampled images", o->resampled, 0, 1000},
        {"errors for the bound", o->bound, 0, 1000},
        {"the support's margin", o->margin, 1, 4},
        {"the weight of the variation", o->variation, 0, 1000},
        {"the correlation of the same image", o->same, 0, 1},
        {"children of the first level", o->children[0], 0, 1e6},
        {"children of the second level", o->children[1], 0, 1e6},
        {"children of the third level", o->children[2], 0, 1e6},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (!(rows[i].value >= rows[i].low && rows[i].value <= rows[i].high))
            return airy_error_set(err, AIRY_EARGUMENT, "%s: %g must be %g to %g", rows[i].name,
                                  rows[i].value, rows[i].low, rows[i].high);
    if (o->islands > o->members)
        return airy_error_set(err, AIRY_EARGUMENT, "%d islands send no one to a population of %d",
                              o->islands, o->members);
    return AIRY_OK;
}

// ------------------------------------------------------------------ setting up

static airy_code check_counts(const airy_pattern *p, airy_error *err)
{
    int ny = p->photons.ny, nx = p->photons.nx;
    double sum = 0;
    bool inside = p->has_center && p->center_y >= 0 && p->center_x >= 0 && p->center_y < ny &&
                  p->center_x < nx;
    if (!inside)
        return airy_error_set(err, AIRY_EVALUE,
                              "the center of the counts is not known, or off their %d x %d bins",
                              ny, nx);
    for (int i = 0; i < ny * nx; i++) {
        bool none = isnan(p->photons.px[i]) || (p->mask.bits[i] & AIRY_MASK_EXCLUDES);
        sum += none ? 0 : (double)p->photons.px[i];
    }
    if (!(sum >= 1 && isfinite(sum)))
        return airy_error_set(err, AIRY_EVALUE, "the counts hold %g photons", sum);
    return AIRY_OK;
}

static airy_code check_input(const airy_search_input *input, airy_error *err)
{
    const airy_outline *b = &input->outline;
    if (!(b->along > 0 && b->across > 0 && b->along < 1 && b->across < 1))
        return airy_error_set(err, AIRY_EVALUE,
                              "the search needs the size of the particle, %g x %g cycles a pixel "
                              "is none",
                              b->along, b->across);
    if (input->begin && (input->begin->n < 1 || input->begin->n > AIRY_GROUPS ||
                         input->begin->ny != input->side || input->begin->nx != input->side))
        return airy_error_set(err, AIRY_ESHAPE,
                              "%d images of %d x %d to begin at; 1 to %d of %d x %d are wanted",
                              input->begin->n, input->begin->ny, input->begin->nx, AIRY_GROUPS,
                              input->side, input->side);
    if (input->side < 2 || input->side % 2 || !(input->pixel > 0))
        return airy_error_set(err, AIRY_ESHAPE, "images of side %d cannot be made", input->side);
    return check_counts(input->counts, err);
}

static airy_code make_room(airy_search_state *s, airy_error *err)
{
    const airy_search_options *o = s->options;
    size_t groups = (size_t)s->groups, last = (size_t)s->level[AIRY_LEVELS].area;
    s->taken = o->members / o->islands;
    s->settlers = airy_memory_new(groups * (size_t)o->islands * (size_t)s->taken *
                                      (size_t)s->level[AIRY_LEVELS - 2].area,
                                  sizeof *s->settlers);
    s->final = airy_memory_new(2 * groups * last, sizeof *s->final);
    s->resampled = airy_memory_new((size_t)o->resampled * last + 1, sizeof *s->resampled);
    s->deviance = airy_memory_new((size_t)o->resampled + 1, sizeof *s->deviance);
    s->agreement = airy_memory_new((size_t)o->resampled + 1, sizeof *s->agreement);
    s->errors = airy_memory_new(2 * (size_t)o->bound + 1, sizeof *s->errors);
    s->candidate = calloc(2 * groups, sizeof *s->candidate);
    // with images to begin at there are no groups that weigh priors, nor islands
    s->total = s->groups + (s->input->begin ? 0 : s->groups - 1 + s->groups * o->islands) +
               o->resampled + o->bound;
    if (s->settlers && s->final && s->resampled && s->deviance && s->agreement && s->errors &&
        s->candidate)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EMEMORY, "no memory for %d groups", s->groups);
}

static void release_state(airy_search_state *s)
{
    airy_search_undress(s);
    airy_memory_free(s->settlers);
    airy_memory_free(s->final);
    airy_memory_free(s->resampled);
    airy_memory_free(s->deviance);
    airy_memory_free(s->agreement);
    airy_memory_free(s->errors);
    free(s->candidate);
}

// ------------------------------------------------------------------ which images are one

static int by_objective(const void *a, const void *b)
{
    double x = ((const airy_candidate *)a)->objective, y = ((const airy_candidate *)b)->objective;
    return (x > y) - (x < y);
}

// D(y, x) -> D(-y, -x): the twin.
static void turn(const airy_level *l, float *density)
{
    int w = l->window;
    for (int y = 1; y < w; y++)
        for (int x = 1; x < w; x++) {
            int i = y * w + x, j = (w - y) * w + w - x;
            if (i < j) {
                float kept = density[i];
                density[i] = density[j];
                density[j] = kept;
            }
        }
}

static double odd_share(const airy_level *l, const airy_trial *trial)
{
    double odd = 0, all = 0;
    for (int i = 0; i < l->pixels; i++) {
        if (airy_level_radius(l, i) < l->fringe)
            continue;
        double re = (double)crealf(trial->transform[i]), im = (double)cimagf(trial->transform[i]);
        odd += (double)l->weight[i] * im * im;
        all += (double)l->weight[i] * (re * re + im * im);
    }
    return all > 0 ? odd / all : 0;
}

// Turns candidate i like the best, and gives it the cluster of the first it agrees with.
static void compare(const airy_search_state *s, airy_trial *trial, int i, int *clusters)
{
    const airy_level *l = &s->level[AIRY_LEVELS];
    airy_candidate *c = s->candidate;
    double agreement = airy_trial_agreement(l, &trial[0], &trial[i]);
    if (agreement < 0) {
        turn(l, trial[i].density);
        for (int k = 0; k < l->pixels; k++)
            trial[i].transform[k] = conjf(trial[i].transform[k]);
    }
    c[i].agreement = fabs(agreement);
    c[i].odd_share = odd_share(l, &trial[i]);
    for (int j = 0; j < i; j++)
        if (fabs(airy_trial_agreement(l, &trial[j], &trial[i])) >= s->options->same) {
            c[i].cluster = c[j].cluster;
            return;
        }
    c[i].cluster = (*clusters)++;
}

// The lowest of the rivals that is none of the groups' images joins them: what groups agree on may
// have one that is as likely.
static airy_code add_rival(airy_search_state *s, airy_bench *bench, airy_error *err)
{
    const airy_level *l = &s->level[AIRY_LEVELS];
    int groups = s->groups, lowest = -1;
    size_t area = (size_t)l->area;
    airy_trial one = {0}, other = {0};
    airy_code code = airy_trial_init(&one, l, err);
    if (code == AIRY_OK)
        code = airy_trial_init(&other, l, err);
    for (int i = groups; i < 2 * groups && code == AIRY_OK; i++) {
        bool known = !isfinite(s->candidate[i].objective) ||
                     (lowest >= 0 && s->candidate[i].objective >= s->candidate[lowest].objective);
        memcpy(one.density, s->final + (size_t)i * area, area * sizeof *one.density);
        airy_level_judge(l, bench, &one);
        for (int g = 0; g < groups && !known; g++) {
            memcpy(other.density, s->final + (size_t)g * area, area * sizeof *one.density);
            airy_level_judge(l, bench, &other);
            known = fabs(airy_trial_agreement(l, &one, &other)) >= s->options->same;
        }
        lowest = known ? lowest : i;
    }
    if (lowest >= 0) {
        memmove(s->final + (size_t)groups * area, s->final + (size_t)lowest * area,
                area * sizeof *s->final);
        s->candidate[groups] = s->candidate[lowest];
        s->candidate[groups].group = groups;
        s->groups++;
    }
    airy_trial_release(&one);
    airy_trial_release(&other);
    return code;
}

static int by_solution(const void *a, const void *b)
{
    int x = ((const airy_candidate *)a)->cluster, y = ((const airy_candidate *)b)->cluster;
    return x != y ? (x > y) - (x < y) : by_objective(a, b);
}

static airy_code sort_groups(airy_search_state *s, airy_trial *trial, airy_bench *bench,
                             airy_error *err)
{
    const airy_level *l = &s->level[AIRY_LEVELS];
    int clusters = 0;
    qsort(s->candidate, (size_t)s->groups, sizeof *s->candidate, by_objective);
    for (int i = 0; i < s->groups; i++) {
        airy_code code = airy_trial_init(&trial[i], l, err);
        if (code != AIRY_OK)
            return code;
        memcpy(trial[i].density, s->final + (size_t)s->candidate[i].group * (size_t)l->area,
               (size_t)l->area * sizeof *trial[i].density);
        airy_level_judge(l, bench, &trial[i]);
        compare(s, trial, i, &clusters);
    }
    return AIRY_OK;
}

// ------------------------------------------------------------------ the result

// The solution that the best one belongs to comes first, then the others.
static airy_code put_images(airy_search_state *s, airy_trial *trial, airy_search_result *r,
                            airy_error *err)
{
    int place[AIRY_GROUPS + 1]; // where candidate i of the order by objective goes
    airy_candidate *c = s->candidate;
    for (int i = 0; i < s->groups; i++)
        place[c[i].group] = i;
    qsort(c, (size_t)s->groups, sizeof *c, by_solution);
    const airy_search_options *o = s->options;
    int side = s->input->side;
    size_t area = (size_t)s->level[AIRY_LEVELS].area;
    airy_code code = airy_stack_init(&r->images, s->groups, side, side, err);
    if (code == AIRY_OK && o->resampled > 0)
        code = airy_stack_init(&r->resampled, o->resampled, side, side, err);
    for (int i = 0; i < s->groups && code == AIRY_OK; i++) {
        airy_image out = airy_stack_image(&r->images, i);
        code = airy_search_render(s, trial[place[c[i].group]].density, &out, err);
    }
    for (int i = 0; i < o->resampled && code == AIRY_OK; i++) {
        airy_image out = airy_stack_image(&r->resampled, i);
        code = airy_search_render(s, s->resampled + (size_t)i * area, &out, err);
    }
    return code;
}

static double mean(const double *values, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += values[i];
    return sum / n;
}

static void put_numbers(airy_search_state *s, airy_search_result *r)
{
    const airy_level *l = &s->level[AIRY_LEVELS];
    r->groups = s->groups;
    r->searches = s->input->begin ? s->groups : s->options->groups;
    r->candidate = s->candidate;
    s->candidate = NULL;
    r->next = NAN;
    int redrawn = s->options->resampled;
    r->expected_deviance = redrawn ? mean(s->deviance, redrawn) : (double)NAN;
    r->odd_redrawn = redrawn ? mean(s->agreement, redrawn) : (double)NAN;
    for (int i = r->groups - 1; i >= 0; i--) {
        r->found += r->candidate[i].cluster == 0;
        r->next = r->candidate[i].cluster ? r->candidate[i].objective - r->candidate[0].objective
                                          : r->next;
    }
    for (int i = 0; i < l->pixels; i++)
        r->bins += l->weight[i] > 0;
    r->reach = s->folded.reach;
    r->margin = s->margin;
    r->body = s->body;
    r->outline = (airy_outline){s->dressing.along, s->dressing.across, s->input->outline.axis};
    r->power_odd = s->dressing.powers.odd;
    r->power_fall = s->dressing.powers.fall;
    r->oversampling = l->fringe / 2;
}

// The photons a bin that the best image makes expect, offset included.
static airy_code expect(airy_search_state *s, airy_bench *bench, airy_trial *best, airy_error *err)
{
    const airy_level *l = &s->level[AIRY_LEVELS];
    float *expected = airy_memory_new((size_t)l->wide, sizeof *expected);
    if (!expected)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the counts of a model");
    airy_level_judge(l, bench, best);
    for (int i = 0; i < l->pixels; i++)
        expected[i] = l->exposure[i] * fmaxf(bench->model[i], 0) + l->offset[i];
    s->expected = expected;
    airy_code code = airy_search_resample(s, err);
    airy_memory_free(expected);
    return code;
}

static airy_code finish(airy_search_state *s, airy_search_result *r, airy_error *err)
{
    airy_bench bench = {0};
    airy_trial *trial = calloc((size_t)s->groups + 1, sizeof *trial);
    airy_code code = trial ? airy_bench_init(&bench, &s->level[AIRY_LEVELS], err)
                           : airy_error_set(err, AIRY_EMEMORY, "no memory for the images");
    if (code == AIRY_OK && !s->input->begin)
        code = add_rival(s, &bench, err);
    if (code == AIRY_OK)
        code = sort_groups(s, trial, &bench, err);
    s->best = trial;
    if (code == AIRY_OK && s->options->resampled > 0)
        code = expect(s, &bench, &trial[0], err);
    if (code == AIRY_OK && s->options->bound > 0)
        code = airy_search_bound(s, &r->bound, err);
    if (code == AIRY_OK)
        code = put_images(s, trial, r, err);
    if (code == AIRY_OK)
        put_numbers(s, r);
    for (int i = 0; trial && i < s->groups; i++)
        airy_trial_release(&trial[i]);
    free(trial);
    airy_bench_release(&bench);
    return code;
}

airy_code airy_search(const airy_search_input *input, const airy_search_options *options,
                      const airy_progress *progress, airy_search_result *result, airy_error *err)
{
    airy_search_state s = {.input = input, .options = options, .progress = progress};
    pthread_mutex_init(&s.lock, NULL);
    s.groups = input->begin ? input->begin->n : options->groups;
    *result = (airy_search_result){.bound = {NAN, NAN, NAN}};
    airy_code code = airy_search_options_check(options, err);
    if (code == AIRY_OK)
        code = check_input(input, err);
    if (code == AIRY_OK)
        code = airy_search_dress(&s, err);
    if (code == AIRY_OK)
        code = make_room(&s, err);
    if (code == AIRY_OK && input->begin)
        code = airy_search_begin(&s, err);
    if (code == AIRY_OK && !input->begin)
        code = airy_search_dress_groups(&s, err);
    if (code == AIRY_OK && !input->begin)
        code = airy_search_islands(&s, err);
    if (code == AIRY_OK && !input->begin)
        code = airy_search_groups(&s, err);
    if (code == AIRY_OK)
        code = finish(&s, result, err);
    if (code != AIRY_OK)
        airy_search_result_release(result);
    release_state(&s);
    pthread_mutex_destroy(&s.lock);
    return code;
}

void airy_search_result_release(airy_search_result *r)
{
    airy_stack_release(&r->images);
    airy_stack_release(&r->resampled);
    free(r->candidate);
    *r = (airy_search_result){0};
}
