// SPDX-License-Identifier: GPL-3.0-or-later
// The options of a search for phases, and the search with what it leaves on disk.
#include "search.h"

#include "airy/io.h"
#include "airy/math.h"
#include "checkpoint.h"
#include "commands.h"
#include "say.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHILDREN_MOST 1e6

// ------------------------------------------------------------------ options

static airy_code read_pair(const char *name, const char *text, double *first, double *last,
                           airy_error *err)
{
    double values[2];
    int n = 0;
    airy_code code = airy_text_doubles(text, values, 2, &n, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "--%s", name);
    *first = values[0];
    *last = values[n - 1];
    return AIRY_OK;
}

static airy_code read_sigmas(search *s, airy_error *err)
{
    airy_retrieve_options *o = &s->options;
    int from = 0;
    airy_code code = airy_text_doubles(s->sigma, o->sigma, AIRY_SIGMAS_MAX, &o->sigmas, err);
    if (code == AIRY_OK)
        code = airy_text_doubles(s->sigma_from, o->sigma_from, AIRY_SIGMAS_MAX, &from, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "--sigma and --sigma-from");
    if (from != o->sigmas)
        code = airy_error_set(err, AIRY_EARGUMENT,
                              "--sigma holds %d values and --sigma-from %d; they belong together",
                              o->sigmas, from);
    return code;
}

static airy_code read_schedule(search *s, airy_error *err)
{
    char text[64];
    snprintf(text, sizeof text, "%s:%d", s->rule, s->iterations);
    return airy_schedule_parse(s->schedule ? s->schedule : text, &s->options.schedule, err);
}

// A look in seconds; what was given stays.
static void hurry(search *s)
{
    search usual;
    search_begin(&usual, s->call);
    const struct {
        int *value, usual, quick;
    } rows[] = {
        {&s->options.starts, usual.options.starts, 8},
        {&s->options.generations, usual.options.generations, 1},
        {&s->iterations, usual.iterations, 100},
        {&s->photons.groups, usual.photons.groups, 2},
        {&s->photons.islands, usual.photons.islands, 2},
        {&s->photons.resampled, usual.photons.resampled, 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (*rows[i].value == rows[i].usual)
            *rows[i].value = rows[i].quick;
    if (strcmp(s->children, usual.children) == 0)
        s->children = "60,60,40";
}

airy_code search_children(const char *text, airy_search_options *options, airy_error *err)
{
    double values[AIRY_LEVELS];
    int n = 0;
    airy_code code = airy_text_doubles(text, values, AIRY_LEVELS, &n, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "--children");
    for (int i = 0; i < AIRY_LEVELS; i++) {
        double value = values[i < n ? i : n - 1];
        if (!(value >= 0 && value <= CHILDREN_MOST))
            return airy_error_set(err, AIRY_EARGUMENT, "--children: %g must be 0 to %g", value,
                                  CHILDREN_MOST);
        options->children[i] = (int)value;
    }
    return AIRY_OK;
}

static airy_code read_photons(search *s, airy_error *err)
{
    s->photons.prior = (airy_prior)s->prior;
    s->photons.seed = s->options.seed;
    s->photons.shot = s->options.shot;
    s->photons.threads = s->options.threads;
    airy_code code = search_children(s->children, &s->photons, err);
    return code == AIRY_OK ? airy_search_options_check(&s->photons, err) : code;
}

airy_code search_read(search *s, airy_error *err)
{
    airy_retrieve_options *o = &s->options;
    if (s->quick)
        hurry(s);
    airy_code code = read_schedule(s, err);
    if (code == AIRY_OK)
        code = read_sigmas(s, err);
    if (code == AIRY_OK)
        code = read_pair("beta", s->beta, &o->beta, &o->beta_last, err);
    if (code == AIRY_OK)
        code = read_pair("alpha", s->alpha, &o->alpha_first, &o->alpha_last, err);
    if (code == AIRY_OK)
        code = read_pair("shrink-sigma", s->shrink_sigma, &o->shrink_sigma_first,
                         &o->shrink_sigma_last, err);
    o->rank = (airy_rank)s->rank;
    o->shrink_of = (airy_shrink_of)s->shrink_of;
    o->seed = s->call->seed;
    o->threads = s->call->threads;
    o->complex_object = s->prepare.complex_object;
    o->shot = (uint32_t)(s->shot >= 0 ? s->shot : s->prepare.frame);
    if (o->rank == AIRY_RANK_FREE && s->prepare.free_share <= 0)
        s->prepare.free_share = 0.05;
    if (code == AIRY_OK && s->prepare.start && o->complex_object)
        code = airy_error_set(err, AIRY_EARGUMENT,
                              "--start gives real densities and does not go with --complex");
    s->prepare.photons = s->method == 0 && !o->complex_object;
    if (code == AIRY_OK)
        code = prepare_check(&s->prepare, err);
    if (code == AIRY_OK)
        code = read_photons(s, err);
    return code == AIRY_OK ? airy_retrieve_options_check(o, err) : code;
}

// Whether the text is wisdom of this library for this size: before any thread plans with it.
static airy_code check_wisdom(const search *s, int side, airy_error *err)
{
    airy_line *line = airy_line_new(side, s->wisdom, err);
    if (!line)
        return airy_error_prefix(err, "%s", s->wisdom_path);
    airy_line_free(line);
    return AIRY_OK;
}

airy_code search_plan(search *s, int side, airy_error *err)
{
    int sizes[] = {side};
    airy_code code = AIRY_OK;
    if (!s->wisdom_path)
        return AIRY_OK;
    if (airy_file_exists(s->wisdom_path)) {
        code = airy_file_read_text(s->wisdom_path, &s->wisdom, err);
        if (code == AIRY_OK)
            code = check_wisdom(s, side, err);
    } else if (airy_farm_ranks() > 1) { // each would measure, and compute, something else
        code = airy_error_set(err, AIRY_EMISSING,
                              "%s is not there; make it before several ranks use it (airy doctor "
                              "--plan, or one start on one rank)",
                              s->wisdom_path);
    } else {
        say_note(s->call, "measuring transforms of %d x %d for %s", sizes[0], sizes[0],
                 s->wisdom_path);
        s->wisdom = airy_fft_wisdom(sizes, 1, err);
        code =
            s->wisdom ? airy_file_write_text(s->wisdom_path, s->wisdom, false, err) : AIRY_ENUMERIC;
    }
    s->options.wisdom = s->wisdom;
    return code;
}

// ------------------------------------------------------------------ running

airy_code search_hash(const char *parameters, const char *more, char key[65], airy_error *err)
{
    airy_text text = {0};
    airy_text_append(&text, "%s\n", more);
    for (const char *line = parameters; line && *line;) {
        const char *end = strchr(line, '\n');
        int length = end ? (int)(end - line) : (int)strlen(line);
        if (strncmp(line, "resume ", 7) != 0)
            airy_text_append(&text, "%.*s\n", length, line);
        line = end ? end + 1 : NULL;
    }
    airy_code code =
        text.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a key") : AIRY_OK;
    if (code == AIRY_OK)
        airy_bytes_sha256(text.text, text.length, key);
    airy_text_release(&text);
    return code;
}

// What a checkpoint belongs to: input, options, seed and version.
static airy_code make_key(const search *s, const airy_history *history, char key[65],
                          airy_error *err)
{
    const airy_step *step = &history->steps[history->n - 1];
    airy_text more = {0};
    airy_text_append(&more, "%s\n%s\n%s\n%llu", step->version, step->inputs, step->libraries,
                     (unsigned long long)s->call->seed);
    airy_code code = more.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a key")
                                 : search_hash(step->parameters, more.text, key, err);
    airy_text_release(&more);
    return code;
}

// Opens OUTPUT.part and says what was in it.
static airy_code open_saved(search *s, const char *output, const prepared *input, airy_error *err)
{
    char key[65];
    checkpoint_found found;
    const checkpoint_run run = {.key = key,
                                .mode = s->resume            ? CHECKPOINT_RESUME
                                        : s->call->overwrite ? CHECKPOINT_ANEW
                                                             : CHECKPOINT_REFUSE,
                                .problem = &input->problem,
                                .options = &s->options,
                                .photons = &s->photons};
    airy_code code = make_key(s, &input->history, key, err);
    if (code != AIRY_OK)
        return code;
    search_leave(s);
    s->saved = checkpoint_open(output, &run, &found, err);
    if (s->saved && s->resume)
        say_note(s->call, "%d finished and %d unfinished starts taken over from %s.part",
                 found.finished, found.parked, output);
    if (s->saved && found.populations)
        say_note(s->call, "%d finished populations taken over", found.populations);
    return s->saved ? AIRY_OK : AIRY_EIO;
}

airy_code search_run(search *s, const char *output, const prepared *input,
                     airy_reconstruction *result, airy_error *err)
{
    s->options.first = input->first.px ? &input->first : NULL;
    // Ctrl-C is heard from before the checkpoint is there.
    const airy_progress *progress = say_progress(s->call, s->call->command->name);
    airy_code code = open_saved(s, output, input, err);
    if (code != AIRY_OK)
        return code;
    const airy_checkpoint callbacks = checkpoint_callbacks(s->saved);
    const airy_search_keeper keeper = checkpoint_keeper(s->saved);
    code = airy_retrieve(&input->problem, &s->options, &callbacks, progress, result, err);
    if (code == AIRY_OK && input->problem.counts.photons.px)
        code = airy_retrieve_photons(&input->problem, &s->photons, NULL, &keeper, progress, result,
                                     err);
    say_progress_end();
    if (code == AIRY_ESTOPPED)
        airy_error_prefix(err, "what was done is in %s.part, go on with --resume", output);
    return code;
}

void search_forget(search *s)
{
    checkpoint_remove(s->saved);
    s->saved = NULL;
}

void search_leave(search *s)
{
    checkpoint_close(s->saved);
    s->saved = NULL;
}

// ------------------------------------------------------------------ the table

void search_begin(search *s, invocation *call)
{
    *s = (search){.call = call};
    airy_retrieve_options_defaults(&s->options);
    prepare_defaults(&s->prepare);
    s->rule = "gps-r";
    s->iterations = 2000;
    s->sigma = "0.01,0.1,1";
    s->sigma_from = "0,0.4,0.7";
    s->beta = "0.9";
    s->alpha = "0";
    s->shrink_sigma = "3,1.5";
    s->shot = -1;
    airy_search_options_defaults(&s->photons);
    s->children = "300,300,500";
}

// Options of the search: what is done, how often, and what is kept.
static int add_search(option *table, search *s)
{
    airy_retrieve_options *o = &s->options;
    const option rows[] = {
        {"rule", OPTION_TEXT, &s->rule, .unit = "NAME",
         .help = "er hio raar dm hpr asr oss gps-r gps-f push ml"},
        {"iterations", OPTION_INT, &s->iterations, 1, 1e7, .help = "of one start"},
        {"schedule", OPTION_TEXT, &s->schedule, .unit = "LIST",
         .help = "rules in turn, \"3*(hio:200,er:20),ml:50\", in place of rule and iterations"},
        {"starts", OPTION_INT, &o->starts, 1, 1e6, .help = "independent starts a generation"},
        {"generations", OPTION_INT, &o->generations, 1, 1000, .help = "guided by the last's best"},
        {"stop-early", OPTION_FLAG, &o->stop_early, .help = "end when a generation does not pay"},
        {"keep", OPTION_INT, &o->keep, 1, 1e6, .help = "images written, best first"},
        {"start", OPTION_TEXT, &s->prepare.start, .unit = "FILE",
         .help = "images at which the first starts begin, in place of random phases"},
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

int search_priors(search *s, option *table)
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
static int add_photons(option *table, search *s)
{
    airy_search_options *o = &s->photons;
    const option rows[] = {
        {"search", OPTION_CHOICE, &s->method, .choices = "photons|projections",
         .help = "where images come from: likelihood of the photons, or projections alone"},
        {"quick", OPTION_FLAG, &s->quick, .help = "a look in seconds: few starts, small search"},
        {"groups", OPTION_INT, &o->groups, 1, 64, .help = "independent searches"},
        {"islands", OPTION_INT, &o->islands, 1, 64, .help = "populations that begin a group"},
        {"members", OPTION_INT, &o->members, 2, 1000, .help = "images of a population"},
        {"children", OPTION_TEXT, &s->children, .unit = "A,B,C",
         .help = "of a population at each of three resolutions"},
        {"polish", OPTION_INT, &o->steps, 1, 100000, .unit = "STEPS",
         .help = "of the descent of a child"},
    };
    memcpy(table, rows, sizeof rows);
    return sizeof rows / sizeof rows[0];
}

// Options of shrink-wrap.
static int add_shrink(option *table, search *s)
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
static int add_numbers(option *table, search *s)
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

void search_table(search *s, option table[SEARCH_ROWS])
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

void search_release(search *s)
{
    search_leave(s);
    free(s->wisdom);
    s->wisdom = NULL;
}
