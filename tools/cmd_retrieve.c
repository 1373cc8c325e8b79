// SPDX-License-Identifier: GPL-3.0-or-later
// airy retrieve: phases of a pattern, from many starts and generations.
#include "airy/io.h"
#include "airy/retrieval.h"
#include "checkpoint.h"
#include "commands.h"
#include "prepare.h"
#include "results.h"
#include "say.h"
#include "trail.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = 48 };

#define RESULT "/entry_1/result_1/"
#define IMAGE "/entry_1/image_1/"
#define DETECTOR "/entry_1/instrument_1/detector_1/"

// Everything of one run.
struct work {
    invocation *call;
    prepare_options prepare;
    airy_retrieve_options options;
    const char *rule, *schedule, *sigma, *sigma_from, *alpha, *shrink_sigma;
    int iterations, shot, rank;
    bool resume;
    const char *wisdom_path;
    char *wisdom;
    prepared input;
    airy_reconstruction result;
};

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

static airy_code read_sigmas(struct work *work, airy_error *err)
{
    airy_retrieve_options *o = &work->options;
    int from = 0;
    airy_code code = airy_text_doubles(work->sigma, o->sigma, AIRY_SIGMAS_MAX, &o->sigmas, err);
    if (code == AIRY_OK)
        code = airy_text_doubles(work->sigma_from, o->sigma_from, AIRY_SIGMAS_MAX, &from, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "--sigma and --sigma-from");
    if (from != o->sigmas)
        code = airy_error_set(err, AIRY_EARGUMENT,
                              "--sigma holds %d values and --sigma-from %d; they belong together",
                              o->sigmas, from);
    return code;
}

static airy_code read_schedule(struct work *work, airy_error *err)
{
    char text[64];
    snprintf(text, sizeof text, "%s:%d", work->rule, work->iterations);
    return airy_schedule_parse(work->schedule ? work->schedule : text, &work->options.schedule,
                               err);
}

// From the texts of the command line to the options of the library.
static airy_code read_options(struct work *work, airy_error *err)
{
    airy_retrieve_options *o = &work->options;
    airy_code code = read_schedule(work, err);
    if (code == AIRY_OK)
        code = read_sigmas(work, err);
    if (code == AIRY_OK)
        code = read_pair("alpha", work->alpha, &o->alpha_first, &o->alpha_last, err);
    if (code == AIRY_OK)
        code = read_pair("shrink-sigma", work->shrink_sigma, &o->shrink_sigma_first,
                         &o->shrink_sigma_last, err);
    o->rank = (airy_rank)work->rank;
    o->seed = work->call->seed;
    o->threads = work->call->threads;
    o->complex_object = work->prepare.complex_object;
    o->shot = (uint32_t)(work->shot >= 0 ? work->shot : work->prepare.frame);
    if (o->rank == AIRY_RANK_FREE && work->prepare.free_share <= 0)
        work->prepare.free_share = 0.05;
    if (code == AIRY_OK && work->prepare.start && o->complex_object)
        code = airy_error_set(err, AIRY_EARGUMENT,
                              "--start gives real densities and does not go with --complex");
    if (code == AIRY_OK)
        code = prepare_check(&work->prepare, err);
    return code == AIRY_OK ? airy_retrieve_options_check(o, err) : code;
}

// The file's plans, if it has some for this size; else they are measured now and, for the next run,
// written there.
static airy_code read_wisdom(struct work *work, airy_error *err)
{
    int sizes[] = {work->input.pattern.photons.nx};
    airy_code code = AIRY_OK;
    if (!work->wisdom_path)
        return AIRY_OK;
    if (airy_file_exists(work->wisdom_path)) {
        code = airy_file_read_text(work->wisdom_path, &work->wisdom, err);
    } else if (airy_farm_ranks() > 1) { // each would measure, and compute, something else
        code = airy_error_set(err, AIRY_EMISSING,
                              "%s is not there; make it before several ranks use it (airy doctor "
                              "--plan, or one start on one rank)",
                              work->wisdom_path);
    } else {
        say_note(work->call, "measuring transforms of %d x %d for %s", sizes[0], sizes[0],
                 work->wisdom_path);
        work->wisdom = airy_fft_wisdom(sizes, 1, err);
        code = work->wisdom ? airy_file_write_text(work->wisdom_path, work->wisdom, false, err)
                            : AIRY_ENUMERIC;
    }
    work->options.wisdom = work->wisdom;
    return code;
}

// ------------------------------------------------------------------ running

// What a checkpoint belongs to: input, options, seed and version, but not --resume itself.
static airy_code make_key(const struct work *work, const airy_history *history, char key[65],
                          airy_error *err)
{
    const airy_step *step = &history->steps[history->n - 1];
    airy_text text = {0};
    airy_text_append(&text, "%s\n%s\n%s\n%llu\n", step->version, step->inputs, step->libraries,
                     (unsigned long long)work->call->seed);
    for (const char *line = step->parameters; line && *line;) {
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

static airy_code retrieve(struct work *work, airy_error *err)
{
    invocation *call = work->call;
    char key[65];
    checkpoint_found found;
    checkpoint_mode mode = work->resume      ? CHECKPOINT_RESUME
                           : call->overwrite ? CHECKPOINT_ANEW
                                             : CHECKPOINT_REFUSE;
    airy_code code = make_key(work, &work->input.history, key, err);
    if (code != AIRY_OK)
        return code;
    // Ctrl-C is heard from before the checkpoint is there.
    const airy_progress *progress = say_progress(call, "retrieve");
    checkpoint *saved =
        checkpoint_open(call->output, key, mode, &work->input.problem, &work->options, &found, err);
    if (!saved)
        return err->code;
    if (work->resume)
        say_note(call, "%d finished and %d unfinished starts taken over from %s.part",
                 found.finished, found.parked, call->output);
    airy_checkpoint callbacks = checkpoint_callbacks(saved);
    code = airy_retrieve(&work->input.problem, &work->options, &callbacks, progress, &work->result,
                         err);
    say_progress_end();
    checkpoint_close(saved, code == AIRY_OK);
    if (code == AIRY_ESTOPPED)
        airy_error_prefix(err, "what was done is in %s.part, go on with --resume", call->output);
    return code;
}

// ------------------------------------------------------------------ writing

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
        {RESULT "ambiguous", r->ambiguous, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        airy_h5_put_doubles(h5, rows[i].path, rows[i].values, rows[i].rank, all, err);
    airy_image convergence = {.ny = r->samples, .nx = r->starts, .px = r->convergence};
    airy_h5_put_image(h5, RESULT "convergence", &convergence, err);
    airy_h5_put_ints(h5, RESULT "convergence_iteration", r->iterations, 1, &r->samples, err);
    airy_h5_put_ints(h5, RESULT "kept_start", r->kept, 1, &r->images.n, err);
    airy_h5_put_int(h5, RESULT "generation", r->chosen, err);
}

// The pattern as it was used, for whoever scores an image later. airy reads it back as any pattern.
static void put_pattern(airy_h5 *h5, const airy_pattern *p, airy_error *err)
{
    airy_h5_put_image(h5, DETECTOR "data", &p->photons, err);
    airy_h5_put_mask(h5, DETECTOR "mask", &p->mask, err);
    if (p->variance.px)
        airy_h5_put_image(h5, DETECTOR "variance", &p->variance, err);
    airy_h5_put_int(h5, IMAGE "friedel_merged", p->merged, err);
    airy_h5_put_int(h5, IMAGE "condensed", p->condensed, err);
}

static airy_code write_result(struct work *work, airy_error *err)
{
    const prepared *in = &work->input;
    const airy_reconstruction *r = &work->result;
    airy_h5 *h5 = airy_h5_create(work->call->output, work->call->overwrite, err);
    if (!h5)
        return err->code;
    airy_cxi_begin(h5, &in->pattern.beam, &in->history, err);
    airy_cxi_put_images(h5, &r->images, in->pixel_nm * 1e-9, err);
    airy_h5_put_mask(h5, IMAGE "mask", &r->support, err);
    if (r->phases.px)
        airy_h5_put_stack(h5, IMAGE "phase", &r->phases, err);
    if (work->prepare.free_share > 0)
        airy_h5_put_mask(h5, IMAGE "measured", &in->problem.measured, err);
    put_generations(h5, r, err);
    put_pattern(h5, &in->pattern, err);
    airy_code code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}

// ------------------------------------------------------------------ the table on stdout

// Lowest and median of a generation's numbers.
static double low(const double *values, int n)
{
    return airy_stats_quantile_double(values, n, 0);
}

static airy_code add_generation(airy_table *table, const airy_reconstruction *r, int g,
                                airy_error *err)
{
    size_t at = (size_t)g * (size_t)r->starts;
    const struct {
        const char *name;
        double value;
    } cells[] = {
        {"generation", g},
        {"starts", r->starts},
        {"r_factor", low(r->r_factor + at, r->starts)},
        {"r_factor_median", airy_stats_quantile_double(r->r_factor + at, r->starts, 0.5)},
        {"r_free", low(r->r_free + at, r->starts)},
        {"deviance", low(r->deviance + at, r->starts)},
        {"diversity", r->diversity[g]},
        {"ambiguous", r->ambiguous[g]},
    };
    airy_code code = airy_table_add(table, err);
    for (size_t i = 0; code == AIRY_OK && i < sizeof cells / sizeof cells[0]; i++)
        code = airy_table_put_double(table, g, cells[i].name, cells[i].value, err);
    return code;
}

static airy_code print_generations(const airy_reconstruction *r, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_init(&table,
                                     "generation starts r_factor r_factor_median r_free deviance "
                                     "diversity ambiguous",
                                     err);
    for (int g = 0; code == AIRY_OK && g < r->generations; g++)
        code = add_generation(&table, r, g, err);
    if (code == AIRY_OK)
        results_print_table(&table);
    airy_table_release(&table);
    return code;
}

// ------------------------------------------------------------------ the command

static airy_code run(struct work *work, airy_error *err)
{
    const char *more[4] = {0}, **last = more;
    const char *named[] = {work->prepare.mask, work->prepare.score, work->prepare.start};
    for (int i = 0; i < 3; i++)
        if (named[i])
            *last++ = named[i];
    airy_output probe = {0}; // an output that cannot be written is known before the work
    airy_code code = airy_output_begin(&probe, work->call->output, work->call->overwrite, err);
    airy_output_abandon(&probe);
    if (code == AIRY_OK)
        code = prepare_problem(work->call, &work->prepare, &work->input, err);
    if (code == AIRY_OK && work->input.first.px)
        work->options.first = &work->input.first;
    if (code == AIRY_OK)
        code = read_wisdom(work, err);
    if (code == AIRY_OK)
        code = trail_append(work->call, more, work->wisdom, &work->input.history, err);
    if (code == AIRY_OK)
        code = retrieve(work, err);
    if (code == AIRY_OK)
        code = write_result(work, err);
    if (code != AIRY_OK)
        return code;
    const airy_reconstruction *r = &work->result;
    say_note(work->call, "%d best images of generation %d (R %.4f) in %s", r->images.n, r->chosen,
             r->r_factor[(size_t)r->chosen * (size_t)r->starts + (size_t)r->kept[0]],
             work->call->output);
    return print_generations(r, err);
}

static void set_defaults(struct work *work)
{
    airy_retrieve_options_defaults(&work->options);
    prepare_defaults(&work->prepare);
    work->rule = "gps-r";
    work->iterations = 2000;
    work->sigma = "0.01,0.1,1";
    work->sigma_from = "0,0.4,0.7";
    work->alpha = "0";
    work->shrink_sigma = "3,1.5";
    work->shot = -1;
}

// Options of the search: what is done, how often, and what is kept.
static int add_search(option *table, struct work *work)
{
    airy_retrieve_options *o = &work->options;
    const option rows[] = {
        {"rule", OPTION_TEXT, &work->rule, .unit = "NAME",
         .help = "er hio raar dm hpr asr oss gps-r gps-f ml"},
        {"iterations", OPTION_INT, &work->iterations, 1, 1e7, .help = "of one start"},
        {"schedule", OPTION_TEXT, &work->schedule, .unit = "LIST",
         .help = "rules in turn, \"3*(hio:200,er:20),ml:50\", in place of rule and iterations"},
        {"starts", OPTION_INT, &o->starts, 1, 1e6, .help = "independent starts a generation"},
        {"generations", OPTION_INT, &o->generations, 1, 1000, .help = "guided by the last's best"},
        {"stop-early", OPTION_FLAG, &o->stop_early, .help = "end when a generation does not pay"},
        {"keep", OPTION_INT, &o->keep, 1, 1e6, .help = "images written, best first"},
        {"start", OPTION_TEXT, &work->prepare.start, .unit = "FILE",
         .help = "images at which the first starts begin, in place of random phases"},
        {"rank", OPTION_CHOICE, &work->rank, .choices = "r|deviance|free",
         .help = "what best means"},
        {"shot", OPTION_INT, &work->shot, -1, 2e9,
         .help = "shot number in the random key, -1 = the frame"},
        {"wisdom", OPTION_TEXT, &work->wisdom_path, .unit = "FILE",
         .help = "FFTW plans; measured and written when missing"},
        {"resume", OPTION_FLAG, &work->resume, .help = "go on with the starts of OUTPUT.part"},
    };
    memcpy(table, rows, sizeof rows);
    return sizeof rows / sizeof rows[0];
}

// Options of the pattern and of the support.
static int add_problem(option *table, struct work *work)
{
    prepare_options *p = &work->prepare;
    airy_retrieve_options *o = &work->options;
    const option rows[] = {
        {"frame", OPTION_INT, &p->frame, 0, 1e9, .help = "of the input"},
        {"mask", OPTION_TEXT, &p->mask, .unit = "FILE", .help = "further pixels to exclude"},
        {"merge", OPTION_FLAG, &p->merge, .help = "average Friedel mates (real densities)"},
        {"condense", OPTION_FLAG, &p->condense, .help = "condense what is not condensed"},
        {"size", OPTION_INT, &p->size, 0, AIRY_SIDE_MAX, .unit = "PIXELS",
         .help = "side after centring, even, 0 = largest good one"},
        {"score", OPTION_TEXT, &p->score, .unit = "FILE",
         .help = "uncondensed pattern on which the deviance is taken"},
        {"amplitude", OPTION_CHOICE, &p->amplitude, .choices = "sqrt|expected",
         .help = "square root of the photons, or what it is expected to be given their noise"},
        {"free", OPTION_DOUBLE, &p->free_share, 0, 0.5,
         .help = "share of pixels held out; 0.05 for --rank free"},
        {"support", OPTION_TEXT, &p->support, .unit = "S",
         .help = "fit, auto, circle:R, ellipse:A,B, rectangle:H,W, polygon:x,y,..., FILE"},
        {"margin", OPTION_DOUBLE, &p->margin, 0.5, 10, .help = "of fit over the fitted radius"},
        {"auto-threshold", OPTION_DOUBLE, &p->auto_threshold, 0.0001, 0.9,
         .help = "of the autocorrelation's maximum"},
        {"shrink-wrap", OPTION_INT, &o->shrink_every, 0, 1e7, .unit = "ITERATIONS",
         .help = "between updates of the support, 0 = off"},
        {"shrink-threshold", OPTION_DOUBLE, &o->shrink_threshold, 0, 0.99,
         .help = "of the blurred maximum"},
        {"shrink-sigma", OPTION_TEXT, &work->shrink_sigma, .unit = "PIXELS",
         .help = "first and last blur"},
        {"shrink-area", OPTION_DOUBLE, &o->shrink_area, 0, 0.99,
         .help = "share of the array in place of the threshold, 0 = off"},
    };
    memcpy(table, rows, sizeof rows);
    return sizeof rows / sizeof rows[0];
}

// Numbers inside the rules.
static int add_numbers(option *table, struct work *work)
{
    airy_retrieve_options *o = &work->options;
    const option rows[] = {
        {"complex", OPTION_FLAG, &work->prepare.complex_object,
         .help = "complex object: no merging, no positivity"},
        {"positivity", OPTION_FLAG, &o->positivity, .help = "density >= 0 inside the support"},
        {"beta", OPTION_DOUBLE, &o->beta, 0.01, 2, .help = "feedback of hio raar dm hpr oss"},
        {"sigma", OPTION_TEXT, &work->sigma, .unit = "LIST",
         .help = "relaxations of GPS, one after the other"},
        {"sigma-from", OPTION_TEXT, &work->sigma_from, .unit = "LIST",
         .help = "fraction of a stage at which each begins"},
        {"alpha", OPTION_TEXT, &work->alpha, .unit = "A,B",
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

int cmd_retrieve(invocation *call)
{
    struct work work = {.call = call};
    option table[OPTIONS_MAX] = {{0}};
    set_defaults(&work);
    int n = add_search(table, &work);
    n += add_problem(table + n, &work);
    n += add_numbers(table + n, &work);
    assert(n < OPTIONS_MAX); // an empty row ends the table
    (void)n;
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 1))
        return call->status;
    airy_error err = {0};
    if (read_options(&work, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    int status = say_done(call, run(&work, &err), &err);
    airy_reconstruction_release(&work.result);
    prepare_release(&work.input);
    free(work.wisdom);
    return status;
}
