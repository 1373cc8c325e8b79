// SPDX-License-Identifier: GPL-3.0-or-later
// airy series: the whole chain for every shot of a table, then kinetics, pictures and one page.
#include "airy/math.h"
#include "airy/report.h"
#include "airy/series.h"
#include "commands.h"
#include "say.h"
#include "trail.h"

#include <stdio.h>
#include <stdlib.h>

// Steps of --only, in the order of its choices.
enum { ONLY_ALL, ONLY_SHOTS, ONLY_KINETICS, ONLY_REPORT };

typedef struct work {
    invocation *call;
    airy_series_options options;
    airy_kinetics_options kinetics;
    int only, iterations, known, failed;
    int first, last; // rows of the table
    bool pictures, merge;
    const char *title, *shots, *truth;
    airy_history history, shot_history;
    int done;
} work;

static char *within(const char *folder, const char *name)
{
    airy_text path = {0};
    airy_text_append(&path, "%s/%s", folder, name);
    return path.text;
}

// ------------------------------------------------------------------ pictures

// What is drawn of a shot: file, view, picture.
static const struct drawn {
    const char *file, *what, *picture;
} shot_pictures[] = {
    {"pattern.cxi", "pattern", "1-pattern.png"},
    {"image.cxi", "image", "2-image.png"},
    {"diff.h5", "difference", "3-difference.png"},
    {"bands.h5", "bands", "4-bands.png"},
};

// Shots found done may have been killed before their pictures; theirs are there or missing.
static bool is_drawn(const char *folder, const struct drawn *of)
{
    char *path = within(folder, of->picture);
    bool there = path && airy_file_exists(path);
    free(path);
    return there;
}

// A picture that cannot be drawn is a warning: the numbers are what counts.
static void draw(const work *w, const char *folder, const struct drawn *of, const char *title)
{
    airy_view_options view;
    airy_figure figure = {0};
    airy_error err = {0};
    char *from = within(folder, of->file), *to = within(folder, of->picture);
    airy_view_options_defaults(&view);
    view.what = of->what;
    view.title = title;
    view.width = of->what[0] == 'c' ? 1000 : 700; // curves have six panels
    view.polarization_deg = w->options.polarization_deg;
    if (!from || !to || airy_view_figure(from, &view, &figure, &err) != AIRY_OK ||
        airy_figure_write(&figure, to, NULL, &err) != AIRY_OK)
        say_warning(w->call, "%s was not drawn: %s", of->picture, err.message);
    airy_figure_release(&figure);
    free(from);
    free(to);
}

// ------------------------------------------------------------------ shots

static void shot_done(void *context, const airy_shot_news *news)
{
    work *w = context;
    const airy_shot_row *row = news->row;
    char title[64];
    say_progress_end();
    w->done = news->done;
    w->known += news->known;
    w->failed += *news->why != '\0';
    if (*news->why) {
        say_warning(w->call, "shot %d: %s", row->shot, news->why);
        return;
    }
    say_note(w->call, "%d of %d: shot %d, %g ps: %s, R %.4f, radii %.2f and %.2f nm, %d bands%s",
             news->done, news->total, row->shot, row->delay_ps, news->known ? "was there" : "done",
             row->r_factor, row->r_par_nm, row->r_perp_nm, row->n_branches,
             row->gate ? "" : ", fails a gate");
    snprintf(title, sizeof title, "shot %d, %g ps", row->shot, row->delay_ps);
    for (size_t i = 0; w->pictures && i < sizeof shot_pictures / sizeof shot_pictures[0]; i++)
        if (!news->known || !is_drawn(news->folder, &shot_pictures[i]))
            draw(w, news->folder, &shot_pictures[i], title);
}

static airy_code do_shots(work *w, airy_error *err)
{
    const airy_series_run run = {.table = w->call->inputs[0],
                                 .folder = w->call->output,
                                 .shot_history = &w->shot_history,
                                 .history = &w->history,
                                 .first = w->first,
                                 .last = w->last,
                                 .merge = w->merge,
                                 .progress = say_progress(w->call, "series"),
                                 .done = shot_done,
                                 .context = w};
    airy_code code = airy_series_do(&run, &w->options, err);
    say_progress_end();
    say_note(w->call, "%d shots, %d of them were there, %d failed", w->done, w->known, w->failed);
    return code;
}

// ------------------------------------------------------------------ kinetics

static airy_code write_kinetics(const work *w, const airy_kinetics *kinetics, airy_error *err)
{
    airy_table table = {0};
    char *tsv = within(w->call->output, "kinetics.tsv"),
         *txt = within(w->call->output, "kinetics.txt");
    airy_code code = airy_kinetics_to_table(kinetics, &table, err);
    if (!code)
        code = airy_history_copy(&table.history, &w->history, err);
    if (!code)
        code = airy_table_write(tsv, &table, true, err);
    if (!code)
        code = airy_file_write_text(txt, kinetics->sentences.text, true, err);
    if (!code && w->pictures)
        draw(w, w->call->output, &(struct drawn){"kinetics.tsv", "curves", "kinetics.png"}, NULL);
    free(tsv);
    free(txt);
    airy_table_release(&table);
    return code;
}

// Delays of the table; kinetics need three.
static airy_code do_kinetics(work *w, airy_error *err)
{
    airy_table table = {0};
    airy_kinetics kinetics = {0};
    airy_shot_row *shots = NULL;
    int n = 0;
    char *path = within(w->call->output, "shots.tsv");
    airy_code code = airy_table_read(path, &table, err);
    if (!code)
        code = airy_shots_from_table(&table, &shots, &n, err);
    if (!code)
        code = airy_kinetics_fit(shots, n, &w->kinetics, NULL, &kinetics, err);
    if (!code && w->truth)
        code = airy_kinetics_read_truth(&kinetics, w->truth, err);
    if (!code)
        code = write_kinetics(w, &kinetics, err);
    if (!code)
        fputs(kinetics.sentences.text, stdout);
    if (code == AIRY_EVALUE &&
        w->only == ONLY_ALL) { // too few delays: the shots are done all the same
        say_warning(w->call, "no kinetics: %s", err->message);
        code = AIRY_OK;
    }
    airy_kinetics_release(&kinetics);
    airy_memory_free(shots);
    airy_table_release(&table);
    free(path);
    return code;
}

static airy_code do_report(const work *w, airy_error *err)
{
    char *path = within(w->call->output, "report.html");
    airy_code code = airy_report_write(w->call->output, w->title, path, true, err);
    if (!code)
        printf("%s\n", path);
    free(path);
    return code;
}

// ------------------------------------------------------------------ the command

// Shots know what made them; the tables of all know the gates too.
static airy_code begin(work *w, airy_error *err)
{
    invocation shots = *w->call;
    shots.line = w->call->made_by_line;
    shots.parameters = w->call->made_by;
    airy_code code = trail_append(&shots, NULL, NULL, &w->shot_history, err);
    return code ? code : trail_append(w->call, NULL, NULL, &w->history, err);
}

static airy_code run(work *w, airy_error *err)
{
    bool all = w->only == ONLY_ALL && !w->shots; // some shots alone make no curves
    airy_code code = begin(w, err);
    if (!code && (w->only == ONLY_ALL || w->only == ONLY_SHOTS))
        code = do_shots(w, err);
    if (!code && (all || w->only == ONLY_KINETICS))
        code = airy_farm_agree(do_kinetics(w, err), err);
    if (!code && (all || w->only == ONLY_REPORT))
        code = do_report(w, err);
    airy_history_release(&w->history);
    airy_history_release(&w->shot_history);
    return code;
}

static bool parse(invocation *call, work *w)
{
    airy_series_options *o = &w->options;
    airy_retrieve_options *r = &o->retrieve;
    option runs[] = {
        {"only", OPTION_CHOICE, &w->only, .choices = "all|shots|kinetics|report",
         .help = "one step alone"},
        {"shots", OPTION_TEXT, &w->shots, .unit = "A:B",
         .help = "rows A to B - 1 of the table alone, from 0; no curves, no page"},
        {"merge", OPTION_FLAG, &w->merge, .help = "do no shot, take those that are there"},
        {"again", OPTION_FLAG, &o->again, .help = "do shots again that are there"},
        {"pictures", OPTION_FLAG, &w->pictures, .help = "draw each shot; --no-pictures: none"},
        {"title", OPTION_TEXT, &w->title, .unit = "TEXT", .help = "heading of the page"},
        {0},
    };
    option judges[] = {
        {"least-photons", OPTION_DOUBLE, &o->least_photons, .low = 0, .high = 1e15,
         .help = "gate: photons of a shot"},
        {"most-saturated", OPTION_DOUBLE, &o->most_saturated, .low = 0, .high = 1e9,
         .unit = "pixels", .help = "gate: saturated pixels of the detector; 0 = no limit"},
        {"most-center-error", OPTION_DOUBLE, &o->most_center_error_px, .low = 0, .high = 1e4,
         .unit = "pixels", .help = "gate: standard error of the centre; 0 = no limit"},
        {"most-double-hit", OPTION_DOUBLE, &o->most_double_hit, .low = 0, .high = 10,
         .help = "gate: visibility of a second particle's fringes; 0 = no limit"},
        {"most-ring-chi2", OPTION_DOUBLE, &o->most_ring_chi2, .low = 0, .high = 1e9,
         .help = "gate: rings against those of a spheroid; 0 = no limit"},
        {"most-chi2", OPTION_DOUBLE, &o->most_chi2, .low = 0, .high = 1e9,
         .help = "gate: residual of condensing; 0 = no limit"},
        {"most-r", OPTION_DOUBLE, &o->most_r, .low = 0, .high = 100,
         .help = "gate: R of the image; 0 = no limit"},
        {"most-outside", OPTION_DOUBLE, &o->most_outside, .low = 0, .high = 1,
         .help = "gate: share of the power outside the support; 0 = no limit"},
        {"most-at-edge", OPTION_DOUBLE, &o->most_at_edge, .low = 0, .high = 10,
         .help = "gate: density at the support's edge / largest; 0 = no limit"},
        {"most-ambiguous", OPTION_DOUBLE, &o->most_ambiguous, .low = 0, .high = 1,
         .help = "gate: share of averaged images with an ambiguous twin; 0 = no limit"},
        {"most-apart", OPTION_DOUBLE, &o->most_apart_nm, .low = 0, .high = 1e6, .unit = "nm",
         .help = "gate: sizes by rings and by the rim; 0 = no limit"},
        {"draws", OPTION_INT, &w->kinetics.draws, .low = 20, .high = 1e6,
         .help = "bootstrap draws of kinetics"},
        {"spread", OPTION_CHOICE, &w->kinetics.spread, .choices = "auto|unpumped|all",
         .help = "kinetics: shots that tell how particles differ"},
        {"jitter", OPTION_DOUBLE, &w->kinetics.jitter_ps, .low = 0, .high = 1e6, .unit = "ps",
         .help = "kinetics: standard deviation of true delays around the stated ones"},
        {"delay-bin", OPTION_DOUBLE, &w->kinetics.bin_ps, .low = 0, .high = 1e6, .unit = "ps",
         .help = "kinetics: width of delay bins; 0: every delay apart"},
        {"truth", OPTION_TEXT, &w->truth, .unit = "FILE", .help = "what a simulation knows"},
        {0},
    };
    const option table[] = {
        {"energy", OPTION_DOUBLE, &o->energy_ev, .low = 0, .high = 1e6, .unit = "eV",
         .help = "photon energy; 0 = as the files say"},
        {"distance", OPTION_DOUBLE, &o->distance_m, .low = 0, .high = 1000, .unit = "m",
         .help = "sample to detector; 0 = as the files say"},
        {"beamstop", OPTION_DOUBLE, &o->beamstop, .low = 0, .high = 1e4, .unit = "pixels",
         .help = "radius of the beam stop on the detector"},
        {"bin", OPTION_INT, &o->bin, .low = 1, .high = 64, .help = "side of a cell"},
        {"polarization", OPTION_DOUBLE, &o->polarization_deg, .low = -360, .high = 360,
         .unit = "degrees", .help = "of the pump laser, counter-clockwise from +x"},
        {"margin", OPTION_DOUBLE, &o->margin, .low = 1, .high = 4,
         .help = "radius of the support / fitted radius"},
        {"starts", OPTION_INT, &r->starts, .low = 1, .high = 1e6, .help = "starts a generation"},
        {"iterations", OPTION_INT, &w->iterations, .low = 1, .high = 1e6, .help = "of a start"},
        {"generations", OPTION_INT, &r->generations, .low = 1, .high = 100,
         .help = "generations of starts"},
        {"best", OPTION_INT, &o->best, .low = 1, .high = 10, .help = "images averaged"},
        {"sphere", OPTION_FLAG, &o->sphere, .help = "subtract a sphere, not a spheroid"},
        {"judged", OPTION_JUDGES, .at = judges},
        {"run", OPTION_RUNS, .at = runs},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 1))
        return false;
    call->status = 0;
    if (!options_span(w->shots, &w->first, &w->last))
        call->status = options_wrong(call, "--shots %s: A:B with 0 <= A < B is wanted", w->shots);
    else if (w->merge && (w->shots || o->again))
        call->status = options_wrong(call, "--merge does no shots: leave out --shots and --again");
    return call->status == 0;
}

int cmd_series(invocation *call)
{
    work w = {.call = call, .iterations = 2000, .pictures = true, .title = "Delay series"};
    airy_error err = {0};
    airy_series_options_defaults(&w.options);
    airy_kinetics_options_defaults(&w.kinetics);
    if (!parse(call, &w))
        return call->status;
    w.options.retrieve.schedule.stage[0].iterations = w.iterations;
    w.options.retrieve.threads = w.kinetics.threads = call->threads;
    w.options.retrieve.seed = w.kinetics.seed = w.options.bands.seed = call->seed;
    w.options.bands.polarization_deg = w.options.polarization_deg;
    return say_done(call, run(&w, &err), &err);
}
