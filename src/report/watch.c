// SPDX-License-Identifier: GPL-3.0-or-later
// A run watched while it is taken: a row a frame, a page, the good shots, the mean of the others.
#include "airy/report.h"
#include "live.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SHOWN = 4, ROWS_SHOWN = 20, SIDE = 220, AT_ONCE = 8, TRUSTED_CENTERS = 5 };
#define COLUMNS AIRY_LOOK_COLUMNS " hit pumped pulse threshold"
#define PAUSE_S 0.02 // between looks at the files

typedef struct work {
    const airy_call *call;
    const airy_watch_step *step;
    airy_progress stop; // asked whether to end, and told nothing
    airy_photons_options photons;
    airy_mask reasons;
    airy_growth *growth;
    airy_tally *tally;
    airy_journal *journal;
    airy_exposures *misses; // cells of frames without a hit
    airy_table row, last, good;
    airy_pattern shown[SHOWN]; // cells of the last hits, the newest first
    airy_look_options now;     // with the center and the cells of the last hits to begin at
    int factor;                // of the last hit that was sized
    bool hurry;                // frames are waiting: light alone
    int stored;                // of the frames at hand
    int hurried;
    int pump_unknown; // good hits that are in no list: it was asked, and cannot be told
    double page_due, last_news;
    bool changed; // since the page was written
} work;

const airy_option airy_watch_step_rows[] = {
    AIRY_OPTION(airy_watch_step, match, "match", .unit = "PATTERNS",
                .help = "names of the run's files in a folder"),
    AIRY_OPTION(airy_watch_step, pump_every, "pump-every", .low = 0, .high = 1e6,
                .help = "pulses whose number this divides are without the pump; 0 = not so"),
    AIRY_OPTION(airy_watch_step, pump_data, "pump-data", .unit = "/PATH",
                .help = "dataset with a number a frame, above 0.5 where the pump was on"),
    AIRY_OPTION(airy_watch_step, delay_ps, "delay", .low = -1e9, .high = 1e9, .unit = "ps",
                .help = "of the pumped frames, for good.tsv"),
    AIRY_OPTION(airy_watch_step, idle_s, "idle", .low = 0, .high = 1e6, .unit = "s",
                .help = "end when nothing new came for so long; 0 = at Ctrl-C or SIGTERM"),
    AIRY_OPTION(airy_watch_step, page_s, "page-every", .low = 0.1, .high = 3600, .unit = "s",
                .help = "how often the page is written"),
    AIRY_OPTION(
        airy_watch_step, behind_most, "most-behind", .low = 0, .high = 1e9, .unit = "FRAMES",
        .help = "hits are only counted while more are waiting; 0 = each gets center and size"),
    AIRY_OPTION(airy_watch_step, title, "title", .unit = "TEXT", .help = "heading of the page"),
    AIRY_OPTION(airy_watch_step, mask, "mask", .unit = "FILE",
                .help = "further reasons to exclude pixels"),
    {0},
};

void airy_watch_step_defaults(airy_watch_step *step)
{
    *step = (airy_watch_step){.match = "*.h5 *.hdf5 *.cxi *.nxs", .page_s = 1};
    airy_photons_defaults(&step->photons);
    airy_look_options_defaults(&step->look);
    airy_tally_options_defaults(&step->judged);
}

static airy_code check(const airy_watch_step *step, airy_error *err)
{
    airy_code code = airy_options_check(airy_look_rows, &step->look, err);
    if (code == AIRY_OK)
        code = airy_options_check(airy_tally_rows, &step->judged, err);
    if (code == AIRY_OK && step->photons.frames)
        code = airy_error_set(err, AIRY_EARGUMENT, "every frame of a run is watched");
    if (code == AIRY_OK && !(step->page_s > 0))
        code = airy_error_set(err, AIRY_EARGUMENT, "a page every %g s, more than 0 are wanted",
                              step->page_s);
    return code;
}

static double clock_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// ------------------------------------------------------------------ one frame

typedef struct own {
    airy_look look;
    bool hit;
} own;

static void empty(own *o)
{
    airy_look_release(&o->look);
    *o = (own){0};
}

static void *make_own(void *context)
{
    (void)context;
    return airy_memory_new(1, sizeof(own));
}

static void drop_own(void *given)
{
    empty(given);
    airy_memory_free(given);
}

static airy_code look(const airy_photons_frame *frame, void *given, void *context, airy_error *err)
{
    const work *w = context;
    own *o = given;
    empty(o);
    airy_code code = airy_frames_combine_mask(w->step->mask, &w->reasons, frame->pattern, err);
    if (code == AIRY_OK)
        code = airy_look_light(frame->pattern, &w->now, &o->look, err);
    if (code != AIRY_OK)
        return code;
    o->hit = airy_tally_is_hit(w->tally, &o->look.hit);
    if (w->hurry)
        return AIRY_OK;
    return (o->hit ? airy_look_particle : airy_look_cells)(frame->pattern, &w->now, &o->look, err);
}

// 1: with the pump, 0: without, -1: not known.
static airy_code pumped(const work *w, const airy_photons_frame *frame, int *pump, airy_error *err)
{
    double value = NAN;
    if (w->step->pump_every > 0 && frame->pulse_id >= 0)
        value = frame->pulse_id % w->step->pump_every != 0;
    else if (w->step->pump_data) {
        airy_h5 *h5 = airy_h5_open(frame->spec, err);
        airy_code code = h5 ? airy_h5_get_row(h5, w->step->pump_data, frame->index, &value, 1, err)
                            : airy_error_code(err, AIRY_EIO);
        airy_h5_close(h5);
        *pump = -1;
        if (code != AIRY_OK)
            return airy_error_forgive(err, code);
    }
    *pump = isnan(value) ? -1 : value > 0.5;
    return AIRY_OK;
}

static airy_code put_number(airy_table *table, int row, const char *name, double value,
                            airy_error *err)
{
    return airy_table_put_double(table, row, name, value, err);
}

// A line for `airy series`, which looks for files where the list is, and takes negative delays for
// those without the pump.
static airy_code add_good(work *w, const airy_photons_frame *frame, int pump, airy_error *err)
{
    if (pump < 0 && (w->step->pump_every > 0 || w->step->pump_data)) {
        w->pump_unknown++;
        return AIRY_OK;
    }
    char *real = realpath(frame->spec, NULL);
    char *gain = w->photons.gain ? realpath(w->photons.gain, NULL) : NULL;
    char *pedestal = w->photons.pedestal ? realpath(w->photons.pedestal, NULL) : NULL;
    airy_code code = airy_table_add(&w->good, err);
    int row = w->good.rows - 1;
    if (code == AIRY_OK)
        code = airy_table_put(&w->good, row, "file", real ? real : frame->spec, err);
    if (code == AIRY_OK)
        code = put_number(&w->good, row, "shot", row, err);
    if (code == AIRY_OK)
        code = put_number(&w->good, row, "frame", frame->index, err);
    if (code == AIRY_OK)
        code = put_number(&w->good, row, "delay_ps", pump == 0 ? -1 : w->step->delay_ps, err);
    if (code == AIRY_OK)
        code = put_number(&w->good, row, "pumped", pump < 0 ? 1 : pump, err);
    if (code == AIRY_OK && gain)
        code = airy_table_put(&w->good, row, "gain", gain, err);
    if (code == AIRY_OK && pedestal)
        code = airy_table_put(&w->good, row, "pedestal", pedestal, err);
    free(real);
    free(gain);
    free(pedestal);
    return code;
}

// Pictures are drawn when a page shows them: most hits are gone by then.
static void keep_cells(work *w, own *o)
{
    if (!o->hit || !o->look.cells.photons.px)
        return;
    airy_pattern_release(&w->shown[SHOWN - 1]);
    memmove(w->shown + 1, w->shown, (SHOWN - 1) * sizeof *w->shown);
    w->shown[0] = o->look.cells;
    o->look.cells = (airy_pattern){0};
}

// The row of this frame, alone in its table.
static airy_code make_row(work *w, const airy_photons_frame *frame, const own *o, int pump,
                          airy_error *err)
{
    double cut = airy_tally_tell(w->tally).threshold;
    airy_table_release(&w->row);
    airy_code code = airy_table_init(&w->row, COLUMNS, err);
    if (code == AIRY_OK)
        code = airy_look_add_row(&o->look, frame->spec, frame->index, &w->row, err);
    if (code == AIRY_OK)
        code = put_number(&w->row, 0, "hit", o->hit, err);
    if (code == AIRY_OK)
        code = put_number(&w->row, 0, "pumped", pump < 0 ? (double)NAN : pump, err);
    if (code == AIRY_OK)
        code = put_number(&w->row, 0, "pulse",
                          frame->pulse_id < 0 ? (double)NAN : (double)frame->pulse_id, err);
    return code == AIRY_OK ? put_number(&w->row, 0, "threshold", cut, err) : code;
}

// The newest row first, before those that were shown.
static airy_code show_row(work *w, airy_error *err)
{
    airy_table rows = {0};
    int columns = w->row.columns, kept = w->last.rows < ROWS_SHOWN ? w->last.rows : ROWS_SHOWN - 1;
    airy_code code = airy_table_init(&rows, COLUMNS, err);
    for (int i = 0; i <= kept && code == AIRY_OK; i++) {
        const airy_table *from = i ? &w->last : &w->row;
        code = airy_table_add(&rows, err);
        for (int k = 0; k < columns && code == AIRY_OK; k++)
            code = airy_table_put(&rows, i, rows.name[k],
                                  airy_table_get(from, i ? i - 1 : 0, rows.name[k]), err);
    }
    airy_table_release(&w->last);
    w->last = rows;
    return code;
}

static airy_code note(const airy_photons_frame *frame, void *given, void *context, airy_error *err)
{
    work *w = context;
    own *o = given;
    int pump = -1, n;
    airy_code code = pumped(w, frame, &pump, err);
    if (code == AIRY_OK)
        code = airy_tally_add(w->tally, &o->look, o->hit, pump, err);
    if (code == AIRY_OK)
        code = make_row(w, frame, o, pump, err);
    if (code == AIRY_OK)
        code = airy_journal_add(w->journal, &w->row, 0, err);
    if (code == AIRY_OK && o->hit)
        code = show_row(w, err);
    if (code == AIRY_OK && airy_tally_frames(w->tally, &n)[n - 1].good)
        code = add_good(w, frame, pump, err);
    if (code == AIRY_OK && !o->hit && o->look.cells.photons.px)
        code = airy_exposures_add(w->misses, &o->look.cells, err);
    if (o->hit && o->look.fit.radius_par_nm > 0)
        w->factor = o->look.factor;
    keep_cells(w, o);
    w->stored++;
    w->hurried += w->hurry && o->hit;
    w->changed = true;
    return code;
}

// ------------------------------------------------------------------ the page

// A file in the folder of the run's page.
static airy_code path_in(const work *w, const char *name, airy_text *path, airy_error *err)
{
    airy_text_append(path, "%s/%s", w->call->output, name);
    return airy_text_whole(path, err);
}

static airy_code write_good(const work *w, airy_error *err)
{
    airy_text path = {0};
    airy_code code = path_in(w, "good.tsv", &path, err);
    if (code == AIRY_OK)
        code = airy_table_write(path.text, &w->good, true, err);
    airy_text_release(&path);
    return code;
}

static airy_code write_misses(const work *w, airy_indexed *picture, airy_error *err)
{
    airy_pattern mean = {0};
    airy_text path = {0};
    if (airy_exposures_frames(w->misses) == 0)
        return AIRY_OK;
    airy_code code = path_in(w, "misses.cxi", &path, err);
    if (code == AIRY_OK)
        code = airy_exposures_mean(w->misses, 0.5, &mean, err);
    if (code == AIRY_OK)
        code = airy_pattern_write(path.text, &mean, &w->good.history, true, err);
    if (code == AIRY_OK)
        code = airy_live_picture(&mean, SIDE, picture, err);
    airy_pattern_release(&mean);
    airy_text_release(&path);
    return code;
}

static void tell_state(const work *w, int waiting, bool ended, airy_text *state)
{
    char clock[64] = "";
    time_t now = time(NULL);
    struct tm local;
    if (localtime_r(&now, &local))
        strftime(clock, sizeof clock, "%Y-%m-%d %H:%M:%S", &local);
    int files = airy_growth_files(w->growth);
    airy_text_append(state, "%s %s. %d file%s", ended ? "Ended" : "As of", clock, files,
                     files == 1 ? "" : "s");
    if (waiting)
        airy_text_append(state, ", %d frames are waiting", waiting);
    if (w->hurried)
        airy_text_append(state, ", %d hits were only counted", w->hurried);
    airy_text_append(state, ", %d frames could not be read", airy_growth_unreadable(w->growth));
    if (w->pump_unknown)
        airy_text_append(state,
                         ", %d good hits are not in good.tsv, for whether the pump was on could "
                         "not be read",
                         w->pump_unknown);
    airy_text_append(state, ".");
}

static airy_code write_page(work *w, int waiting, bool ended, airy_error *err)
{
    const char *missed = airy_exposures_frames(w->misses) ? "misses.cxi" : NULL;
    const char *const links[] = {"watch.tsv", "good.tsv", missed, NULL};
    airy_text state = {0}, path = {0};
    airy_indexed misses = {0}, hits[SHOWN] = {{0}};
    tell_state(w, waiting, ended, &state);
    airy_code code = airy_text_whole(&state, err);
    if (code == AIRY_OK)
        code = path_in(w, "index.html", &path, err);
    if (code == AIRY_OK)
        code = write_good(w, err);
    if (code == AIRY_OK)
        code = write_misses(w, &misses, err);
    for (int i = 0; i < SHOWN && code == AIRY_OK; i++)
        if (w->shown[i].photons.px)
            code = airy_live_picture(&w->shown[i], SIDE, &hits[i], err);
    const airy_live_page page = {.title = w->step->title ? w->step->title : w->call->inputs[0],
                                 .state = state.text,
                                 .refresh_s = ended ? 0 : 2,
                                 .tally = w->tally,
                                 .rows = &w->last,
                                 .hits = hits,
                                 .n_hits = SHOWN,
                                 .misses = &misses,
                                 .links = links};
    if (code == AIRY_OK)
        code = airy_live_write(&page, path.text, err);
    airy_memory_free(misses.index);
    for (int i = 0; i < SHOWN; i++)
        airy_memory_free(hits[i].index);
    airy_text_release(&state);
    airy_text_release(&path);
    w->changed = false;
    w->page_due = clock_s() + w->step->page_s;
    return code;
}

// ------------------------------------------------------------------ the run

// Refining from where the beam was is ten times faster than searching.
static void take_center(work *w)
{
    airy_tally_now so_far = airy_tally_tell(w->tally);
    w->now = w->step->look;
    w->now.has_start = so_far.hits >= TRUSTED_CENTERS && !isnan(so_far.center_y);
    w->now.start_y = so_far.center_y;
    w->now.start_x = so_far.center_x;
    w->now.start_factor = w->now.has_start ? w->factor : 0;
}

// New frames of a file. What fails here may still be on its way to the disk.
static airy_code take(work *w, const airy_growth_news *news, airy_error *err)
{
    static const airy_photons_stages stages = {
        .make = make_own, .drop = drop_own, .work = look, .store = note};
    char frames[32];
    airy_error why = {0};
    airy_call one = *w->call;
    one.n_inputs = 1;
    one.inputs = &news->file;
    one.progress = &w->stop;
    snprintf(frames, sizeof frames, "%d:%d", news->from, news->to);
    w->photons.frames = frames;
    w->stored = 0;
    take_center(w);
    airy_code code = airy_photons_feed(&one, &w->photons, &stages, w, NULL, NULL, &why);
    airy_growth_taken(w->growth, w->stored);
    if (code == AIRY_OK || code == AIRY_ESTOPPED)
        return AIRY_OK;
    // What is wrong with the command or the machine does not get better.
    if (code == AIRY_EMEMORY || code == AIRY_EARGUMENT || code == AIRY_EIO)
        return airy_error_set(err, code, "%s", why.message);
    airy_growth_failed(w->growth, w->call, clock_s(), why.message);
    return AIRY_OK;
}

static airy_code watch(work *w, airy_error *err)
{
    airy_code code = AIRY_OK;
    airy_growth_news news = {0};
    w->last_news = clock_s();
    while (code == AIRY_OK && !airy_progress_stopped(&w->stop)) {
        code = airy_growth_poll(w->growth, w->call, clock_s(), AT_ONCE, &news, err);
        w->hurry = w->step->behind_most > 0 && news.waiting > w->step->behind_most;
        if (code == AIRY_OK && news.to > news.from)
            code = take(w, &news, err);
        if (news.waiting)
            w->last_news = clock_s();
        double now = clock_s();
        if (code == AIRY_OK && now >= w->page_due && w->changed)
            code = write_page(w, news.waiting - w->stored, false, err);
        if (w->step->idle_s > 0 && now - w->last_news > w->step->idle_s)
            break;
        const struct timespec pause = {.tv_nsec = (long)(1e9 * PAUSE_S)};
        if (!news.waiting)
            nanosleep(&pause, NULL);
    }
    w->stored = 0;
    return code == AIRY_OK ? write_page(w, 0, true, err) : code;
}

// What the outputs are made of is still growing, so that it has no hash.
static airy_code begin(work *w, airy_error *err)
{
    const airy_photons_options *p = &w->photons;
    const char *except[] = {p->gain,       p->pedestal, w->step->mask,
                            p->background, p->geometry, w->call->output};
    airy_text path = {0}, inputs = {0};
    airy_table form = {0};
    airy_text_append(&inputs, "%s", "");
    airy_code code = AIRY_OK;
    if (!airy_file_exists(w->call->inputs[0]))
        code = airy_error_set(err, AIRY_EMISSING, "%s: there is no such file or folder",
                              w->call->inputs[0]);
    if (code == AIRY_OK)
        code = airy_folder_make(w->call->output, err);
    if (code == AIRY_OK)
        code = path_in(w, "watch.tsv", &path, err);
    if (code == AIRY_OK)
        code = airy_table_init(&w->good, "shot file frame delay_ps pumped gain pedestal", err);
    if (code == AIRY_OK)
        code = airy_call_record_hashed(w->call, &inputs, NULL, &w->good.history, err);
    if (code == AIRY_OK)
        code = airy_table_init(&form, COLUMNS, err);
    if (code == AIRY_OK)
        code = airy_history_copy(&form.history, &w->good.history, err);
    if (code == AIRY_OK && w->step->mask)
        code = airy_frames_read_mask(w->call, w->step->mask, &w->reasons, err);
    if (code == AIRY_OK && !(w->growth = airy_growth_new(w->call->inputs[0], w->step->match, except,
                                                         sizeof except / sizeof *except, err)))
        code = airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK && !(w->tally = airy_tally_new(&w->step->judged, err)))
        code = airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK && !(w->misses = airy_exposures_new(err)))
        code = airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK && !(w->photons.kept = airy_photons_kept_new(err)))
        code = airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK &&
        !(w->journal = airy_journal_begin(path.text, &form, w->call->overwrite, err)))
        code = airy_error_code(err, AIRY_EIO);
    airy_table_release(&form);
    airy_text_release(&path);
    airy_text_release(&inputs);
    return code;
}

static void release(work *w)
{
    airy_journal_end(w->journal);
    airy_growth_free(w->growth);
    airy_tally_free(w->tally);
    airy_exposures_free(w->misses);
    airy_photons_kept_free(w->photons.kept);
    airy_mask_release(&w->reasons);
    airy_table_release(&w->row);
    airy_table_release(&w->last);
    airy_table_release(&w->good);
    for (int i = 0; i < SHOWN; i++)
        airy_pattern_release(&w->shown[i]);
}

static airy_code run(work *w, airy_error *err)
{
    airy_code code = begin(w, err);
    if (code == AIRY_OK)
        airy_call_note(w->call, "watching %s; %s/index.html shows it, Ctrl-C ends it",
                       w->call->inputs[0], w->call->output);
    if (code == AIRY_OK)
        code = watch(w, err);
    if (code == AIRY_OK) {
        airy_tally_now now = airy_tally_tell(w->tally);
        airy_call_note(w->call, "%d frames, %d hits, %d of them good: %s/good.tsv", now.frames,
                       now.hits, now.good, w->call->output);
    }
    return code;
}

airy_code airy_watch_run(const airy_call *call, const airy_watch_step *step, airy_error *err)
{
    work w = {.call = call, .step = step, .photons = step->photons};
    airy_code code = check(step, err);
    if (call->progress)
        w.stop = *call->progress;
    w.stop.report = NULL;
    if (code != AIRY_OK)
        return code;
    airy_h5_watch(true);
    code = run(&w, err);
    release(&w);
    airy_h5_watch(false);
    return code;
}
