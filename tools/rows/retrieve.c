// SPDX-License-Identifier: GPL-3.0-or-later
// Options of a search for phases.
#include "search.h"

#include <assert.h>
#include <string.h>

// ------------------------------------------------------------------ the table

// Options of the search: what is done, how often, and what is kept.
static int add_search(option *table, airy_retrieve_step *s)
{
    airy_retrieve_options *o = &s->options;
    const option rows[] = {
        {"rule", OPTION_TEXT, &s->rule, .unit = "NAME",
         .help = "er hio raar dm hpr asr oss gps-r gps-f push ml"},
        {"iterations", OPTION_INT, &s->iterations, 0, 1e7,
         .help = "of one start; 0: 2000, or 100 before a search by likelihood"},
        {"schedule", OPTION_TEXT, &s->schedule, .unit = "LIST",
         .help = "rules in turn, \"3*(hio:200,er:20),ml:50\", in place of rule and iterations"},
        {"starts", OPTION_INT, &s->starts, 0, 1e6,
         .help = "independent starts a generation; 0: 200, or 8 before a search by likelihood"},
        {"generations", OPTION_INT, &s->generations, 0, 1000,
         .help = "guided by the last's best; 0: 3, or 1 before a search by likelihood"},
        {"stop-early", OPTION_FLAG, &o->stop_early, .help = "end when a generation does not pay"},
        {"keep", OPTION_INT, &o->keep, 1, 1e6, .help = "images written, best first"},
        {"begin-at", OPTION_TEXT, &s->prepare.start, .unit = "FILE",
         .help = "images at which the first starts begin, in place of random phases",
         .was = "start"},
        {"rank", OPTION_CHOICE, &s->rank, .choices = "r|deviance|free", .help = "what best means"},
        {"shot", OPTION_INT, &s->shot, -1, 2e9,
         .help = "shot number in the random key, -1 = the frame"},
        {"wisdom", OPTION_TEXT, &s->wisdom_path, .unit = "FILE",
         .help = "FFTW plans; measured and written when missing"},
        {"resume", OPTION_FLAG, &s->resume, .help = "go on with the starts of OUTPUT.part"},
    };
    memcpy(table, rows, sizeof rows);
    return sizeof rows / sizeof rows[0];
}

int search_priors(airy_retrieve_step *s, option *table)
{
    airy_search_options *o = &s->photons;
    const option rows[SEARCH_PRIORS] = {
        {"resampled", OPTION_INT, &o->resampled, 0, 1000,
         .help = "images from photons drawn again, for the errors"},
        {"prior", OPTION_CHOICE, &s->prior, .choices = "both|power|variation|none",
         .help = "what is expected of the difference from the smooth body"},
        {"variation", OPTION_DOUBLE, &o->variation, 0, 1000,
         .help = "weight of the total variation over what the data suggest"},
        {"same", OPTION_DOUBLE, &o->same, 0, 1,
         .help = "correlation of odd parts from which two images are one solution"},
    };
    memcpy(table, rows, sizeof rows);
    return SEARCH_PRIORS;
}

// Options of the search by likelihood.
static int add_photons(option *table, airy_retrieve_step *s)
{
    airy_search_options *o = &s->photons;
    const option rows[] = {
        {"outline-axis", OPTION_DOUBLE, &s->prepare.axis_deg, -360, 360, .unit = "DEG",
         .help = "axis of the particle's outline, from +x towards +y, unless rings tell another"},
        {"search", OPTION_CHOICE, &s->method, .choices = "photons|projections",
         .help = "where images come from: likelihood of the photons, or projections alone"},
        {"polish", OPTION_FLAG, &s->polish,
         .help = "as likely as can be by the photons; without it: --search projections"},
        {"quick", OPTION_FLAG, &s->quick, .help = "a look in seconds: few starts, small search"},
        {"groups", OPTION_INT, &o->groups, 1, 64, .help = "independent searches"},
        {"islands", OPTION_INT, &o->islands, 1, 64, .help = "populations that begin a group"},
        {"members", OPTION_INT, &o->members, 2, 1000, .help = "images of a population"},
        {"children", OPTION_TEXT, &s->children, .unit = "A,B,C",
         .help = "of a population at each of three resolutions"},
        {"rivals", OPTION_INT, &o->rivals, 0, AIRY_DOMAINS, .unit = "DOMAINS",
         .help = "of the transform that are turned in each best image, to find one as likely"},
        {"descent-steps", OPTION_INT, &o->steps, 1, 100000, .help = "of the descent of a child",
         .was = "steps"},
    };
    memcpy(table, rows, sizeof rows);
    return sizeof rows / sizeof rows[0];
}

// Options of shrink-wrap.
static int add_shrink(option *table, airy_retrieve_step *s)
{
    airy_retrieve_options *o = &s->options;
    const option rows[] = {
        {"shrink-wrap", OPTION_INT, &o->shrink_every, 0, 1e7, .unit = "ITERATIONS",
         .help = "between updates of the support, 0 = off"},
        {"shrink-threshold", OPTION_DOUBLE, &o->shrink_threshold, 0, 10,
         .help = "of the blurred density"},
        {"shrink-of", OPTION_CHOICE, &s->shrink_of, .choices = "max|mean|rms",
         .help = "what the threshold is a share of; mean and rms over the support"},
        {"shrink-sigma", OPTION_TEXT, &s->shrink_sigma, .unit = "PIXELS",
         .help = "first and last blur"},
        {"shrink-area", OPTION_DOUBLE, &o->shrink_area, 0, 0.99,
         .help = "share of the array in place of the threshold, 0 = off"},
    };
    memcpy(table, rows, sizeof rows);
    return sizeof rows / sizeof rows[0];
}

// Numbers inside the rules.
static int add_numbers(option *table, airy_retrieve_step *s)
{
    airy_retrieve_options *o = &s->options;
    const option rows[] = {
        {"positivity", OPTION_FLAG, &o->positivity, .help = "density >= 0 inside the support"},
        {"beta", OPTION_TEXT, &s->beta, .unit = "A,B",
         .help = "feedback of hio raar dm hpr oss push, first and last of a stage"},
        {"sigma", OPTION_TEXT, &s->sigma, .unit = "LIST",
         .help = "relaxations of GPS, one after the other"},
        {"sigma-from", OPTION_TEXT, &s->sigma_from, .unit = "LIST",
         .help = "fraction of a stage at which each begins"},
        {"alpha", OPTION_TEXT, &s->alpha, .unit = "A,B",
         .help = "first and last smoothing, in half arrays (gps-f: diameters), 0 = the rule's"},
        {"alphas", OPTION_INT, &o->alphas, 1, 1000, .help = "steps of alpha"},
        {"s", OPTION_DOUBLE, &o->s, 1e-6, 10, .help = "dual step of GPS"},
        {"t", OPTION_DOUBLE, &o->t, 1e-6, 10, .help = "primal step of GPS"},
        {"error-interval", OPTION_INT, &o->error_interval, 1, 1e6, .unit = "ITERATIONS",
         .help = "between looks at R"},
    };
    memcpy(table, rows, sizeof rows);
    return sizeof rows / sizeof rows[0];
}

void search_table(airy_retrieve_step *s, option table[SEARCH_ROWS])
{
    int n = add_search(table, s);
    n += add_photons(table + n, s);
    n += search_priors(s, table + n);
    n += prepare_table(&s->prepare, table + n);
    n += add_shrink(table + n, s);
    n += add_numbers(table + n, s);
    assert(n < SEARCH_ROWS);
    table[n] = (option){0};
}
