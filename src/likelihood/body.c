// SPDX-License-Identifier: GPL-3.0-or-later
// The body and the support of a search: a spheroid where that explains the photons, otherwise what
// images within a wider support show.
#include "base/units.h"
#include "search.h"

#include <math.h>

#define FEWEST_FRINGES 3.0
#define EDGE 0.02   // mean density along the support's edge over that inside: spheroids leave 0.009
#define MISFIT 1.25 // deviance over the photons' own from which a wider support is tried
#define UNLIKE 0.85 // pixels of the level it is seen at: outlines of spheroids are within 0.4
#define OUTSIDE 0.02 // of the spheroid outside of a support that is given: it is none, then
enum { LOOKS = 6 };  // at a body that is no spheroid: each of images with that of the look before

// Fringes on the first levels: the odd part, whose signs are searched for, has most of its power
// within the first, and hardly any beyond the last (docs/method/retrieval.md).
static const double fringes[AIRY_LEVELS] = {8.9, 12.6, 18.4};

static airy_code make_levels(airy_search_state *s, airy_error *err)
{
    airy_code code = AIRY_OK;
    double diameter = 2 * fmax(s->input->outline.along, s->input->outline.across);
    if (s->folded.reach * diameter < FEWEST_FRINGES)
        code = airy_error_set(err, AIRY_EVALUE,
                              "the photons reach %.1f fringes of the particle; the search needs "
                              "%.0f",
                              s->folded.reach * diameter, FEWEST_FRINGES);
    for (int i = 0; i <= AIRY_LEVELS && code == AIRY_OK; i++)
        code = airy_level_init(&s->level[i], &s->folded, s->input, s->margin,
                               i < AIRY_LEVELS ? fringes[i] : 0, err);
    return code;
}

static void release_levels(airy_search_state *s)
{
    for (int i = 0; i <= AIRY_LEVELS; i++)
        airy_level_release(&s->level[i]);
}

static airy_code weigh_with(airy_search_state *s, double margin, airy_error *err)
{
    release_levels(s);
    s->margin = margin;
    s->folded.along = s->input->outline.along;
    s->folded.across = s->input->outline.across;
    airy_code code = make_levels(s, err);
    return code == AIRY_OK ? airy_search_weigh(s, err) : code;
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

void airy_search_undress(airy_search_state *s)
{
    release_levels(s);
    airy_folded_release(&s->folded);
}
