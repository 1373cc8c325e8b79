// SPDX-License-Identifier: GPL-3.0-or-later
// airy series: the whole chain for every shot of a table, then kinetics, pictures and one page.
#include "airy/work.h"
#include "airy/chain.h"
#include "airy/report.h"
#include "commands.h"
#include "say.h"

#include <stdio.h>
#include <string.h>

typedef struct work {
    invocation *call;
    airy_series_options options;
    airy_outcome after;
    int only; // 0: all; 1: the shots; then the steps of airy_outcome_run
    int done, known, failed;
    bool sphere;
    double polarization_deg;
    int first, last; // rows of the table
    bool merge;
    const char *shots;
    airy_history history, shot_history;
} work;

// ------------------------------------------------------------------ shots

static void shot_done(void *context, const airy_shot_news *news)
{
    work *w = context;
    const airy_shot_row *row = news->row;
    say_progress_end();
    w->done = news->done;
    w->known += news->known;
    w->failed += *news->why != '\0';
    if (*news->why)
        say_warning(w->call, "shot %d: %s", row->shot, news->why);
    else
        say_note(w->call,
                 "%d of %d: shot %d, %g ps: %s, R %.4f, radii %.2f and %.2f nm, %d bands%s%s%s%s",
                 news->done, news->total, row->shot, row->delay_ps,
                 news->known ? "was there" : "done", row->r_factor, row->r_par_nm, row->r_perp_nm,
                 row->n_branches, *news->gate ? "; fails the gate " : "", news->gate,
                 *news->gate ? ", " : "", news->look);
}

static airy_code do_shots(work *w, airy_error *err)
{
    const airy_series_run run = {.call = &w->call->run,
                                 .table = w->call->inputs[0],
                                 .folder = w->call->output,
                                 .shot_history = &w->shot_history,
                                 .history = &w->history,
                                 .first = w->first,
                                 .last = w->last,
                                 .merge = w->merge,
                                 .overwrite = w->call->overwrite,
                                 .progress = say_progress(w->call, "series"),
                                 .done = shot_done,
                                 .context = w};
    airy_code code = airy_series_do(&run, &w->options, err);
    say_progress_end();
    if (w->done)
        say_note(w->call, "%d shot%s, %d of them were there, %d failed", w->done,
                 w->done == 1 ? "" : "s", w->known, w->failed);
    return code;
}

static void print(void *context, const char *text)
{
    (void)context;
    say_progress_end();
    fputs(text, stdout);
}

// ------------------------------------------------------------------ the command

// Shots know what made them; the tables of all know the gates too.
static airy_code begin(work *w, airy_error *err)
{
    airy_call shots = w->call->run;
    airy_text hashes = {0};
    shots.line = w->call->made_by_line.text;
    shots.parameters = w->call->made_by.text;
    airy_code code = airy_call_hash(&shots, NULL, NULL, &hashes, err);
    if (!code)
        code = airy_call_record_hashed(&shots, &hashes, NULL, &w->shot_history, err);
    if (!code)
        code = airy_call_record_hashed(&w->call->run, &hashes, NULL, &w->history, err);
    airy_text_release(&hashes);
    return code;
}

static airy_code run(work *w, airy_error *err)
{
    airy_code code = begin(w, err);
    if (!code && w->only > 1) // gates are judged with the shots: what comes after takes them
        code = airy_gates_same(w->call->output, w->call->parameters.text, err);
    if (!code && w->after.truth && !airy_file_exists(w->after.truth)) // known before the work
        code = airy_error_set(err, AIRY_EIO, "%s cannot be read: no such file", w->after.truth);
    w->after.history = &w->history;
    if (!code && w->only <= 1)
        code = do_shots(w, err);
    for (int i = 0; !code && i < AIRY_OUTCOME_STEPS; i++) // some shots alone make no curves
        if (w->only == i + 2 || (w->only == 0 && !w->shots))
            code = airy_farm_agree(airy_outcome_run(&w->after, i, err), err);
    airy_history_release(&w->history);
    airy_history_release(&w->shot_history);
    return code;
}

enum { TABLE_ROWS = 32 }; // room for a table of this command and its end

// Short names of what steps say.
static void short_rows(work *w, option rows[TABLE_ROWS])
{
    airy_steps *s = &w->options.steps;
    airy_photons_options *p = &s->bin.photons;
    airy_retrieve_step *r = &s->retrieve;
    const option table[] = {
        {"energy", OPTION_DOUBLE, &p->calibrate.energy_ev, .low = 0, .high = 1e6, .unit = "eV",
         .help = "photon energy; 0 = as the files say", .alias = true},
        {"distance", OPTION_DOUBLE, &p->distance_m, .low = 0, .high = 1000, .unit = "m",
         .help = "sample to detector; 0 = as the files say", .alias = true},
        {"pixel", OPTION_DOUBLE, &p->pitch_m, .low = 0, .high = 0.05, .unit = "m",
         .help = "side of a pixel; 0 = as the files say", .alias = true},
        {"gain-unit", OPTION_CHOICE, &p->gain_unit, .choices = "auto|keV|eV|12.4keV",
         .help = "gains are ADU per so much; auto = as the file says, or keV", .alias = true},
        {"bin", OPTION_INT, &s->bin.options.factor, .low = 1, .high = 64, .help = "side of a cell",
         .alias = true},
        {"polarization", OPTION_DOUBLE, &w->polarization_deg, .low = -360, .high = 360,
         .unit = "degrees", .help = "of the pump laser, counter-clockwise from +x", .alias = true,
         .sets = "size.polarization retrieve.outline-axis difference.polarization "
                 "bands.polarization"},
        {"margin", OPTION_DOUBLE, &r->prepare.margin, .low = 1, .high = 4,
         .help = "support / fitted radius", .alias = true},
        {"starts", OPTION_INT, &r->starts, .low = 0, .high = 1e6, .help = "starts a generation",
         .alias = true},
        {"iterations", OPTION_INT, &r->iterations, .low = 0, .high = 1e6, .help = "of a start",
         .alias = true},
        {"generations", OPTION_INT, &r->generations, .low = 0, .high = 100, .help = "of starts",
         .alias = true},
        {"search", OPTION_CHOICE, &r->method, .choices = "photons|projections",
         .help = "where images come from: likelihood of the photons, or projections alone",
         .alias = true},
        {"groups", OPTION_INT, &r->photons.groups, .low = 1, .high = 64,
         .help = "independent searches", .alias = true},
        {"children", OPTION_TEXT, &r->children, .unit = "A,B,C",
         .help = "of a population at each of three resolutions", .alias = true},
        {"best", OPTION_INT, &s->average.options.best, .low = 1, .high = 10,
         .help = "images averaged", .alias = true},
        {"sphere", OPTION_FLAG, &w->sphere, .help = "subtract a sphere, not a spheroid",
         .alias = true, .sets = "difference.model=sphere"},
        {0},
    };
    _Static_assert(sizeof table / sizeof *table <= TABLE_ROWS, "more rows than room");
    memcpy(rows, table, sizeof table);
}

static bool parse(invocation *call, work *w)
{
    airy_series_options *o = &w->options;
    airy_steps *s = &o->steps;
    option shorts[TABLE_ROWS];
    option truth[] = {
        {"truth", OPTION_TEXT, &w->after.truth, .unit = "FILE", .help = "what a simulation knows"},
        {0},
    };
    option runs[] = {
        {"only", OPTION_CHOICE, &w->only,
         .choices = "all|shots|kinetics|montecarlo|angles|pictures|report", .help = "a step"},
        {"part", OPTION_TEXT, &w->shots, .unit = "A:B",
         .help = "rows A to B - 1 of the table alone, from 0; no curves, no page", .was = "shots"},
        {"collect", OPTION_FLAG, &w->merge, .help = "do no shot, take those that are there",
         .was = "merge"},
        {"again", OPTION_FLAG, &o->again, .help = "do shots again that are there"},
        {"keep-files", OPTION_FLAG, &o->keep,
         .help = "keep what steps hand on: binned.cxi masked.cxi centered.cxi recon.h5",
         .was = "keep"},
        {"pictures", OPTION_FLAG, &w->after.drawn, .help = "draw curves and the shots shown"},
        {"model", OPTION_FLAG, &w->after.model, .help = "run the model of band formation"},
        {"title", OPTION_TEXT, &w->after.title, .unit = "TEXT", .help = "heading of the page"},
        {0},
    };
    short_rows(w, shorts);
    const option table[] = {
        {"short", OPTION_ROWS, .at = shorts},
        {"beamstop", OPTION_DOUBLE, &o->beamstop, .low = 0, .high = 1e4, .unit = "pixels",
         .help = "radius of the beam stop on the detector"},
        {"bin", OPTION_STEP, &s->bin, .rows = airy_bin_step_rows},
        {"bin", OPTION_STEP, &s->bin.photons, .rows = airy_photons_rows},
        {"mask", OPTION_STEP, &s->mask, .rows = airy_mask_step_rows},
        {"center", OPTION_STEP, &s->center, .rows = airy_center_step_rows},
        {"size", OPTION_STEP, &s->size, .rows = airy_size_step_rows},
        {"condense", OPTION_STEP, &s->condense, .rows = airy_condense_step_rows},
        {"retrieve", OPTION_STEP, &s->retrieve, .rows = airy_retrieve_step_rows},
        {"average", OPTION_STEP, &s->average, .rows = airy_average_step_rows},
        {"difference", OPTION_STEP, &s->difference, .rows = airy_difference_step_rows},
        {"bands", OPTION_STEP, &s->bands, .rows = airy_bands_step_rows},
        {"judged", OPTION_AFTERWARDS, o, .rows = airy_series_gates_rows},
        {"kinetics", OPTION_AFTERWARDS, &w->after.kinetics, .rows = airy_kinetics_rows,
         .but = "breaks level stage-one unpumped all-shots"},
        {"kinetics", OPTION_AFTERWARDS, .at = truth},
        {"run", OPTION_HOW, .at = runs},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 1))
        return false;
    call->status = 0;
    if (!airy_text_span(w->shots, &w->first, &w->last))
        call->status = options_wrong(call, "--part %s: A:B with 0 <= A < B is wanted", w->shots);
    else if (w->merge && (w->shots || o->again))
        call->status = options_wrong(call, "--collect does no shots: leave out --part and --again");
    return call->status == 0;
}

int cmd_series(invocation *call)
{
    work w = {.call = call,
              .after = {.call = &call->run,
                        .print = print,
                        .drawn = true,
                        .model = true,
                        .title = "Delay series"}};
    airy_error err = {0};
    airy_series_options_defaults(&w.options);
    airy_kinetics_options_defaults(&w.after.kinetics);
    if (!parse(call, &w))
        return call->status;
    if (airy_series_options_check(&w.options, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    w.after.kinetics.threads = call->threads;
    w.after.kinetics.seed = call->seed;
    w.after.polarization_deg = w.options.steps.bands.options.polarization_deg;
    w.after.all = w.only == 0;
    return say_done(call, run(&w, &err), &err);
}
