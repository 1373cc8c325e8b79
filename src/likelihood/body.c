// SPDX-License-Identifier: GPL-3.0-or-later
// The body and the support of a search: a spheroid where that explains the photons, otherwise what
// images within a wider support show.
#include "base/units.h"
#include "search.h"

#include <math.h>
#include <stdlib.h>

#define FEWEST_FRINGES 3.0
#define EDGE 0.02   // mean density along the support's edge over that inside: spheroids leave 0.009
#define MISFIT 1.25 // deviance over the photons' own from which a wider support is tried
#define UNLIKE 0.85 // pixels of the level it is seen at: outlines of spheroids are within 0.4
#define OUTSIDE 0.02     // of the spheroid outside of a support that is given: it is none, then
#define LEAST_EVEN 1e-30 // power of a ring that was empty
enum { LOOKS = 6 }; // at a body that is no spheroid: each of images with that of the look before

// Fringes on the first levels: the odd part, whose signs are searched for, has most of its power
// within the first, and hardly any beyond the last (docs/method/retrieval.md).
static const double fringes[AIRY_LEVELS] = {8.9, 12.6, 18.4};

static airy_code make_levels(const airy_search_state *s, airy_level *level, int n, airy_error *err)
{
    airy_code code = AIRY_OK;
    double diameter = 2 * fmax(s->input->outline.along, s->input->outline.across);
    if (s->folded.reach * diameter < FEWEST_FRINGES)
        code = airy_error_set(err, AIRY_EVALUE,
                              "the photons reach %.1f fringes of the particle; the search needs "
                              "%.0f",
                              s->folded.reach * diameter, FEWEST_FRINGES);
    for (int i = 0; i < n && code == AIRY_OK; i++)
        code = airy_level_init(&level[i], &s->folded, s->input, s->margin,
                               i < AIRY_LEVELS ? fringes[i] : 0, err);
    return code;
}

static void release_levels(airy_level *level, int n)
{
    for (int i = 0; i < n; i++)
        airy_level_release(&level[i]);
}

// Levels are as large as the outline that the rings gave wants, whatever the photons make of it.
static void take_outline(airy_search_state *s)
{
    s->folded.along = s->input->outline.along;
    s->folded.across = s->input->outline.across;
}

static airy_code weigh_with(airy_search_state *s, double margin, airy_error *err)
{
    release_levels(s->level, AIRY_LEVELS + 1);
    s->margin = margin;
    take_outline(s);
    airy_code code = make_levels(s, s->level, AIRY_LEVELS + 1, err);
    return code == AIRY_OK ? airy_search_weigh(s, 0, err) : code;
}

// A particle that is no spheroid reaches beyond its outline: photons are left over, or density ends
// at the edge of the support, which cuts the corners of one with facets although what is inside
// makes up for nearly all photons.
static bool is_tight(const airy_search_state *s)
{
    return s->misfit >= MISFIT || s->edge >= EDGE;
}

// A support is wide enough when the next wider one does not explain half of what it leaves: what
// remains then is the odd part, whose signs are not known yet.
static airy_code widen(airy_search_state *s, airy_error *err)
{
    static const double wider[] = {1.2, 1.45, 1.75};
    airy_code code = AIRY_OK;
    for (size_t i = 0; i < sizeof wider / sizeof wider[0] && code == AIRY_OK && is_tight(s); i++) {
        const double margin = s->margin, misfit = s->misfit, edge = s->edge;
        code = weigh_with(s, s->options->margin * wider[i], err);
        bool explains = misfit >= MISFIT && s->misfit - 1 <= 0.5 * (misfit - 1);
        bool ends = edge >= EDGE && s->edge <= 0.5 * edge;
        if (!explains && !ends)
            return code == AIRY_OK ? weigh_with(s, margin, err) : code;
    }
    return code;
}

// True where the spheroid lies in the support that was given.
static bool fits_in(const airy_search_state *s)
{
    const airy_level *l = &s->level[AIRY_LEVELS];
    int inside = 0, outside = 0;
    for (int p = 0; p < l->area; p++) {
        double y = (double)(p / l->window - l->window / 2) / l->n;
        double x = (double)(p % l->window - l->window / 2) / l->n;
        bool of_body = airy_folded_holds(&s->folded, 1, y, x);
        inside += of_body && l->support[p] > 0;
        outside += of_body && !(l->support[p] > 0);
    }
    return outside <= OUTSIDE * (inside + outside);
}

// True where the outline that is seen, on level 1, is the spheroid's, and ends in a support that
// fits it.
static bool is_spheroid(const airy_search_state *s)
{
    if (s->margin > s->options->margin)
        return false;
    for (int i = 0; i < AIRY_BEARINGS; i++) {
        double angle = AIRY_PI * i / AIRY_BEARINGS - s->folded.axis;
        double reach = hypot(s->folded.along * cos(angle), s->folded.across * sin(angle));
        if (fabs(s->seen.reach[i] - reach) > UNLIKE / s->level[1].n)
            return false;
    }
    return true;
}

// Body and support follow the particle, unless photons are left over then. Looks come to rest but
// for the signs of streaks, which may be lost in the last one: then the best one is taken.
static airy_code follow(airy_search_state *s, airy_error *err)
{
    const double margin = s->margin, most = fmax(MISFIT, s->misfit);
    airy_convex best;
    double least = INFINITY;
    airy_code code = AIRY_OK;
    for (int look = 0; look < LOOKS && code == AIRY_OK; look++) {
        s->convex = s->seen;
        s->folded.convex = &s->convex;
        code = weigh_with(s, s->options->margin, err);
        if (s->misfit < least) {
            least = s->misfit;
            best = s->convex;
        }
    }
    if (code == AIRY_OK && s->misfit >= most && least < most) {
        s->convex = best;
        code = weigh_with(s, s->options->margin, err);
    }
    s->body = AIRY_SEARCH_CONVEX;
    if (code != AIRY_OK || s->misfit < most)
        return code;
    s->body = AIRY_SEARCH_NEITHER;
    s->folded.convex = NULL;
    return weigh_with(s, margin, err);
}

airy_code airy_search_dress(airy_search_state *s, airy_error *err)
{
    airy_code code = airy_folded_init(&s->folded, s->input, err);
    s->body = AIRY_SEARCH_SPHEROID;
    if (code == AIRY_OK)
        code = weigh_with(s, s->options->margin, err);
    if (code == AIRY_OK && !s->input->support)
        code = widen(s, err);
    if (code == AIRY_OK && !(s->input->support ? fits_in(s) : is_spheroid(s)))
        code = follow(s, err);
    return code;
}

// ------------------------------------------------------------------ one for each group

static airy_code weigh_anew(int i, void *workspace, void *context, airy_error *err)
{
    const airy_search_state *s = context;
    airy_search_state mine = {.input = s->input,
                              .options = s->options,
                              .progress = s->progress,
                              .folded = s->folded,
                              .margin = s->margin};
    (void)workspace;
    take_outline(&mine);
    airy_code code = make_levels(&mine, mine.level, AIRY_LEVELS + 1, err);
    if (code == AIRY_OK)
        code = airy_search_weigh(&mine, i + 1, err);
    release_levels(mine.level, AIRY_LEVELS + 1);
    s->dressings[i + 1] = mine.dressing;
    return code;
}

// Powers and variation are scales: the mean of their logarithms, which odd and fall are made of.
static airy_dressing mean_of(const airy_dressing *d, int n)
{
    airy_dressing mean = {.powers.rings = d[0].powers.rings};
    double variation = 0, even[AIRY_RINGS] = {0};
    for (int i = 0; i < n; i++) {
        mean.along += d[i].along / n;
        mean.across += d[i].across / n;
        mean.powers.odd += d[i].powers.odd / n;
        mean.powers.fall += d[i].powers.fall / n;
        variation += log(d[i].variation) / n;
        for (int r = 0; r < mean.powers.rings; r++)
            even[r] += log(fmax((double)d[i].powers.even[r], LEAST_EVEN)) / n;
    }
    mean.variation = exp(variation);
    for (int r = 0; r < mean.powers.rings; r++)
        mean.powers.even[r] = (float)exp(even[r]);
    return mean;
}

// An image sets weights that favour what it shows: the same for all groups they would lead all
// astray alike.
airy_code airy_search_dress_groups(airy_search_state *s, airy_error *err)
{
    const int groups = s->options->groups;
    s->dressings = calloc((size_t)groups, sizeof *s->dressings);
    s->own = calloc((size_t)groups, sizeof *s->own);
    if (!s->dressings || !s->own)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d groups", groups);
    s->dressings[0] = s->dressing;
    const airy_farm_slots slots = {s->dressings + 1, sizeof *s->dressings};
    airy_farm farm = {.job = weigh_anew, .slots = &slots, .slot_count = 1};
    airy_code code = airy_search_farm(s, &farm, groups - 1, err);
    take_outline(s);
    for (int g = 0; g < groups && code == AIRY_OK; g++) {
        code = make_levels(s, s->own[g], AIRY_LEVELS, err);
        if (code == AIRY_OK)
            airy_search_wear(s, &s->dressings[g], s->own[g], AIRY_LEVELS);
    }
    if (code != AIRY_OK)
        return code;
    s->dressing = mean_of(s->dressings, groups);
    s->folded.along = s->dressing.along;
    s->folded.across = s->dressing.across;
    airy_search_wear(s, &s->dressing, s->level, AIRY_LEVELS + 1);
    return AIRY_OK;
}

void airy_search_undress(airy_search_state *s)
{
    for (int g = 0; s->own && g < s->options->groups; g++)
        release_levels(s->own[g], AIRY_LEVELS);
    free(s->own);
    free(s->dressings);
    release_levels(s->level, AIRY_LEVELS + 1);
    airy_folded_release(&s->folded);
}
