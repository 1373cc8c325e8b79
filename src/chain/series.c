// SPDX-License-Identifier: GPL-3.0-or-later
// All shots of a table through the chain: what is done stays done, what fails is written down.
#include "chain.h"

#include "airy/work.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void airy_series_options_defaults(airy_series_options *options)
{
    *options = (airy_series_options){.least_agree = 0.51,
                                     .most_misfit = 1.2,
                                     .most_center_error_px = 0.5,
                                     .most_center_chi2 = 5,
                                     .most_double_hit = 0.2,
                                     .most_body = AIRY_SEARCH_CONVEX,
                                     .most_chi2 = 3,
                                     .most_r = 1,
                                     .most_outside = 0.1,
                                     .most_at_edge = 0.1,
                                     .most_ambiguous = 1,
                                     .most_apart_nm = 10};
    airy_steps_defaults(&options->steps);
    options->steps.bin.options.factor = 3;
    options->steps.size.model = 1;
    options->steps.retrieve.photons.groups = 2; // of one of many: enough to see whether they agree
    options->steps.average.options.best = 5;
    options->steps.difference.model = AIRY_BODY_SPHEROID;
    options->steps.bands.turns = 0; // directions are judged over all particles, not one by one
    options->steps.bands.isotropic = 0;
}

airy_code airy_series_options_check(const airy_series_options *options, airy_error *err)
{
    return airy_options_check(airy_steps_rows, &options->steps, err);
}

// ------------------------------------------------------------------ sources

// What a run carries from shot to shot.
typedef struct series {
    const airy_series_run *run;
    const airy_series_options *options;
    airy_table table; // series.tsv
    airy_shot_row *rows;
    airy_table gates;
    airy_hashes hashes;
    int done, known, total, failed;
    airy_progress one; // of the shot under way
} series;

// The retrieval takes nearly all of a shot's time, so that its share stands for the shot's.
static void on_report(void *context, double done, double total, const char *note)
{
    const series *all = context;
    int before = all->done - all->known, shots = all->total - all->known;
    char facts[96];
    snprintf(facts, sizeof facts, "shot %d of %d: %s", before + 1, shots, note ? note : "");
    airy_progress_report(all->run->progress, before + (total > 0 ? done / total : 0), shots, facts);
}

static bool on_stopped(void *context)
{
    const series *all = context;
    return airy_progress_stopped(all->run->progress);
}

// A cell of the table as a path from here: relative ones begin at the table's folder. NULL: none,
// or *code says that there was no memory.
static char *path_of(const series *all, int row, const char *column, airy_code *code,
                     airy_error *err)
{
    const char *cell = airy_table_get(&all->table, row, column);
    const char *slash = strrchr(all->run->table, '/');
    airy_text path = {0};
    if (!cell || !*cell || strcmp(cell, "nan") == 0 || strcmp(cell, "-") == 0)
        return NULL;
    if (cell[0] != '/' && slash)
        airy_text_append(&path, "%.*s", (int)(slash - all->run->table) + 1, all->run->table);
    airy_text_append(&path, "%s", cell);
    if (*code == AIRY_OK)
        *code = airy_text_whole(&path, err);
    return path.text;
}

static void source_release(airy_shot_source *source)
{
    free(source->file);
    free(source->gain);
    free(source->pedestal);
    free(source->mask);
}

enum { SHOT_MOST = 999999999 };

static airy_code read_source(const series *all, int row, airy_shot_source *source, airy_error *err)
{
    *source = (airy_shot_source){0};
    airy_code code = airy_table_get_int(&all->table, row, "shot", &source->shot, err);
    if (code == AIRY_OK)
        code = airy_table_get_int(&all->table, row, "frame", &source->frame, err);
    if (code == AIRY_OK)
        code = airy_table_get_double(&all->table, row, "delay_ps", &source->delay_ps, err);
    if (code == AIRY_OK && (source->shot < 0 || source->shot > SHOT_MOST || source->frame < 0))
        code = airy_error_set(err, AIRY_EFORMAT,
                              "row %d: shots are numbered 0 to %d and frames from 0, not %d and %d",
                              row + 1, SHOT_MOST, source->shot, source->frame);
    if (code == AIRY_OK && !isfinite(source->delay_ps))
        code = airy_error_set(err, AIRY_EFORMAT, "row %d: the delay is not known", row + 1);
    source->file = path_of(all, row, "file", &code, err);
    source->gain = path_of(all, row, "gain", &code, err);
    source->pedestal = path_of(all, row, "pedestal", &code, err);
    source->mask = path_of(all, row, "mask", &code, err);
    if (code == AIRY_OK && !source->file)
        code = airy_error_set(err, AIRY_EFORMAT, "row %d names no file", row + 1);
    return code == AIRY_OK ? code : airy_error_prefix(err, "%s", all->run->table);
}

// ------------------------------------------------------------------ one shot

// The steps and their files. Failures of the shot itself are told in record->why, with AIRY_OK.
static airy_code do_shot(series *all, const airy_shot_source *source, const char *folder,
                         airy_record *record, airy_error *err)
{
    const airy_history *history = all->run->shot_history;
    const airy_step none = {0}, *step = history->n ? &history->steps[history->n - 1] : &none;
    airy_text hashed = {0};
    airy_record_inputs(&all->hashes, source, &hashed);
    airy_call call = *all->run->call;
    call.line = step->command_line;
    call.parameters = step->parameters;
    call.hashed = hashed.text;
    call.once = true;
    const airy_progress stop = {.stopped = on_stopped, .context = all};
    call.progress = &stop;
    if (!call.verbose) { // what is doubtful about a shot, its gates tell
        call.say = NULL;
        call.quiet = true;
    }
    const airy_shot_run run = {.source = source,
                               .folder = folder,
                               .call = &call,
                               .progress = &all->one,
                               .beamstop = all->options->beamstop,
                               .keep = all->options->keep,
                               .record = record};
    airy_code code = airy_text_whole(&hashed, &record->why);
    if (code == AIRY_OK)
        code = airy_shot_do(&run, &all->options->steps, &record->why);
    airy_text_release(&hashed);
    if (code == AIRY_ESTOPPED)
        return airy_error_set(err, code,
                              "stopped; %d of %d shots are done, and the same command goes on",
                              all->done, all->total);
    if (code != AIRY_OK)
        airy_error_prefix(&record->why, "%s, frame %d", source->file, source->frame);
    return AIRY_OK;
}

// Does a shot, unless its files were found unreadable, and writes down what became of it, with its
// folder to itself. Ranks share its starts; the first one writes, and the others go on when it has.
static airy_code make_shot(series *all, const airy_shot_source *source, const char *folder,
                           const char *key, airy_record *record, airy_error *err)
{
    const airy_error unread = record->why;
    airy_record_unknown(source, record);
    record->why = unread;
    int claim = -1;
    airy_code code = airy_folder_make(folder, err);
    if (code == AIRY_OK && airy_farm_rank() == 0)
        code = airy_claim_folder(folder, &claim, err);
    code = airy_farm_agree(code, err);
    if (code == AIRY_OK)
        airy_folder_clear(folder);
    if (code == AIRY_OK && unread.code == AIRY_OK)
        code = do_shot(all, source, folder, record, err);
    if (code == AIRY_OK)
        code = airy_record_write(folder, record, key, all->run->shot_history, err);
    airy_claim_drop(&claim);
    return airy_farm_agree(code, err);
}

// What there is of a shot, after doing it if that is wanted. It is read back from its file even
// when it was just done, so that all numbers are the rounded ones, whoever did the shot.
static airy_code find_shot(series *all, const airy_shot_source *source, const char *folder,
                           airy_record *record, bool *known, airy_error *err)
{
    char key[65] = "-"; // of a shot whose files cannot be read: it fits none
    const bool unread =
        airy_record_key(&all->hashes, source, all->run->shot_history, key, &record->why) != AIRY_OK;
    bool there = !unread && !all->options->again && airy_record_read(folder, key, record) &&
                 (record->why.code != AIRY_OK || airy_shot_there(folder));
    *known = airy_farm_agree(there ? AIRY_OK : AIRY_EMISSING, NULL) == AIRY_OK;
    if (all->run->merge) {
        if (!*known && !unread)
            airy_error_set(&record->why, AIRY_EMISSING,
                           "not done yet with these inputs and parameters");
        return AIRY_OK;
    }
    if (*known && record->why.code == AIRY_OK)
        return AIRY_OK;
    if (!unread)
        record->why = (airy_error){0}; // of the last time
    *known = false;
    airy_code code = make_shot(all, source, folder, key, record, err);
    if (code == AIRY_OK && !airy_record_read(folder, key, record))
        code = airy_error_set(err, AIRY_EIO, "%s/row.tsv cannot be read back", folder);
    return code;
}

// The first gate that the shot judged last failed: its row, or -1.
static int failed_gate(const airy_table *gates, int shot)
{
    int first = -1;
    for (int row = gates->rows - 1, number; row >= 0; row--) {
        double passed = 1;
        if (airy_table_get_int(gates, row, "shot", &number, NULL) != AIRY_OK || number != shot)
            break;
        if (airy_table_get_double(gates, row, "passed", &passed, NULL) == AIRY_OK && passed == 0)
            first = row;
    }
    return first;
}

static airy_code shot(series *all, int i, airy_error *err)
{
    airy_shot_source source;
    airy_record record;
    char folder[4096];
    bool known = false;
    airy_code code = read_source(all, i, &source, err);
    airy_record_unknown(&source, &record);
    snprintf(folder, sizeof folder, "%s/shot-%04d", all->run->folder, source.shot);
    if (code == AIRY_OK)
        code = find_shot(all, &source, folder, &record, &known, err);
    if (code == AIRY_OK)
        code = airy_gates_judge(&record, all->options, &all->gates, err);
    all->rows[i] = record.row;
    all->done++;
    all->known += known;
    all->failed += record.why.code != AIRY_OK;
    int failed = code == AIRY_OK ? failed_gate(&all->gates, source.shot) : -1;
    const airy_shot_news news = {
        .row = &record.row,
        .gate = failed < 0 ? "" : airy_table_get(&all->gates, failed, "gate"),
        .look = failed < 0 ? "" : airy_table_get(&all->gates, failed, "why"),
        .folder = folder,
        .why = record.why.message,
        .known = known,
        .done = all->done,
        .total = all->total};
    if (code == AIRY_OK && all->run->done)
        all->run->done(all->run->context, &news);
    source_release(&source);
    return code;
}

// ------------------------------------------------------------------ all of them

static airy_code write_table(const series *all, const airy_table *table, const char *name,
                             airy_error *err)
{
    airy_text path = {0};
    airy_text_append(&path, "%s/%s", all->run->folder, name);
    airy_code code =
        path.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a path") : AIRY_OK;
    if (code == AIRY_OK)
        code = airy_table_write_under(path.text, table, all->run->history, true, err);
    airy_text_release(&path);
    return code;
}

static airy_code write_tables(series *all, airy_error *err)
{
    airy_table shots = {0};
    airy_folder_sweep(all->run->folder);
    airy_code code = airy_shown_choose(all->run->folder, all->rows, all->table.rows, err);
    if (code == AIRY_OK)
        code = airy_shots_to_table(all->rows, all->table.rows, &shots, err);
    if (code == AIRY_OK)
        code = write_table(all, &shots, "shots.tsv", err);
    if (code == AIRY_OK)
        code = write_table(all, &all->gates, "gates.tsv", err);
    airy_table_release(&shots);
    if (code == AIRY_OK && all->failed == all->table.rows)
        code = airy_error_set(err, AIRY_EVALUE, "%s: every shot failed; %s/gates.tsv tells why",
                              all->run->table, all->run->folder);
    return code;
}

// A row of series.tsv, as rows are compared.
typedef struct listed {
    const char *file, *frame; // "": none
    int row, shot;            // shot: -1 where it is no number
} listed;

static int by_shot(const void *a, const void *b)
{
    const listed *x = a, *y = b;
    return x->shot != y->shot ? (x->shot > y->shot) - (x->shot < y->shot) : x->row - y->row;
}

static int by_frame(const void *a, const void *b)
{
    const listed *x = a, *y = b;
    int file = strcmp(x->file, y->file), frame = strcmp(x->frame, y->frame);
    return file ? file : frame ? frame : x->row - y->row;
}

// Shots are named by their numbers, so each number stands once.
static airy_code check_numbers(const series *all, listed *rows, airy_error *err)
{
    const int n = all->table.rows;
    qsort(rows, (size_t)n, sizeof *rows, by_shot);
    for (int i = 1; i < n; i++)
        if (rows[i].shot >= 0 && rows[i].shot == rows[i - 1].shot)
            return airy_error_set(err, AIRY_EFORMAT, "%s: shot %d stands in rows %d and %d",
                                  all->run->table, rows[i].shot, rows[i - 1].row, rows[i].row);
    return AIRY_OK;
}

// One frame as several shots counts as several particles.
static void question_frames(const series *all, listed *rows)
{
    const int n = all->table.rows;
    qsort(rows, (size_t)n, sizeof *rows, by_frame);
    for (int first = 0, i = 1; i < n; i++) {
        bool same = rows[i].file[0] && strcmp(rows[i].file, rows[first].file) == 0 &&
                    strcmp(rows[i].frame, rows[first].frame) == 0;
        if (same)
            airy_call_warn(all->run->call, "%s: rows %d and %d are one frame, %s of %s",
                           all->run->table, rows[first].row, rows[i].row,
                           rows[i].frame[0] ? rows[i].frame : "the first", rows[i].file);
        else
            first = i;
    }
}

// Shots are quiet; what options say against the file of the first one is told all the same.
static void question_setup(series *all)
{
    const airy_photons_options *options = &all->options->steps.bin.photons;
    airy_call call = *all->run->call;
    airy_error no = {0}; // what is wrong with a file its shot tells
    airy_shot_source source = {0};
    airy_raw_facts facts;
    if (call.verbose || all->run->merge || airy_farm_rank() != 0)
        return;
    bool read = read_source(all, all->run->first, &source, &no) == AIRY_OK;
    airy_raw *raw = read ? airy_raw_open(source.file, options->layout, &no) : NULL;
    if (raw && airy_raw_frame_facts(raw, 0, &facts, &no) == AIRY_OK) {
        const char *const inputs[] = {source.file};
        call.inputs = inputs;
        airy_photons_question(&call, options, &facts.setup);
    }
    airy_raw_close(raw);
    source_release(&source);
}

static airy_code check_rows(const series *all, airy_error *err)
{
    const airy_table *table = &all->table;
    listed *rows = airy_memory_new((size_t)table->rows, sizeof *rows);
    if (!rows)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d rows", table->rows);
    for (int i = 0; i < table->rows; i++) {
        const char *file = airy_table_get(table, i, "file");
        const char *frame = airy_table_get(table, i, "frame");
        rows[i] = (listed){file ? file : "", frame ? frame : "", i + 1, -1};
        if (airy_table_get_int(table, i, "shot", &rows[i].shot, NULL) != AIRY_OK)
            rows[i].shot = -1;
    }
    airy_code code = check_numbers(all, rows, err);
    if (code == AIRY_OK)
        question_frames(all, rows);
    airy_memory_free(rows);
    return code;
}

// Work that was finished with other parameters is not replaced unasked.
static airy_code check_finished(const series *all, airy_error *err)
{
    const airy_series_run *run = all->run;
    airy_code code = AIRY_OK;
    if (all->options->again || run->overwrite || run->merge)
        return AIRY_OK;
    for (int i = run->first; code == AIRY_OK && i < all->table.rows && i < run->last; i++) {
        char folder[4096];
        int number = 0;
        airy_text how = {0};
        bool named = airy_table_get_int(&all->table, i, "shot", &number, NULL) == AIRY_OK;
        snprintf(folder, sizeof folder, "%s/shot-%04d", run->folder, number);
        if (named)
            code = airy_record_differs(folder, run->shot_history, &how, err);
        if (code == AIRY_OK && how.length)
            code = airy_error_set(err, AIRY_EIO,
                                  "%s is done, with other options (%s): another folder keeps it, "
                                  "-f or --again does it anew",
                                  folder, how.text ? how.text : "");
        airy_text_release(&how);
    }
    return code;
}

// The table, the folder, and room for what will be found.
static airy_code begin(series *all, airy_error *err)
{
    const airy_series_run *run = all->run;
    airy_code code = airy_series_options_check(all->options, err);
    if (code == AIRY_OK)
        code = airy_table_read(run->table, &all->table, err);
    if (code == AIRY_OK && all->table.rows == 0)
        code = airy_error_set(err, AIRY_EVALUE, "%s: the table has no shots", run->table);
    if (code == AIRY_OK && run->first >= all->table.rows)
        code = airy_error_set(err, AIRY_EVALUE, "%s: there is no row %d, the table has %d shots",
                              run->table, run->first, all->table.rows);
    if (code == AIRY_OK)
        code = check_rows(all, err);
    if (code == AIRY_OK)
        code = airy_folder_make(run->folder, err);
    if (code == AIRY_OK)
        code = airy_farm_agree(check_finished(all, err), err);
    if (code == AIRY_OK)
        code = airy_gates_init(&all->gates, err);
    if (code != AIRY_OK)
        return code;
    all->rows = airy_memory_new((size_t)all->table.rows, sizeof *all->rows);
    if (!all->rows)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d shots", all->table.rows);
    return AIRY_OK;
}

airy_code airy_series_do(const airy_series_run *run, const airy_series_options *options,
                         airy_error *err)
{
    series all = {.run = run, .options = options};
    all.one = (airy_progress){on_report, on_stopped, &all};
    all.hashes.progress = &(const airy_progress){.stopped = on_stopped, .context = &all};
    airy_steps_files(&options->steps, all.hashes.more);
    airy_code code = begin(&all, err);
    int last = run->last < all.table.rows ? run->last : all.table.rows;
    all.total = last - run->first;
    if (code == AIRY_OK)
        question_setup(&all);
    for (int i = run->first; code == AIRY_OK && i < last; i++)
        code = shot(&all, i, err);
    if (code == AIRY_OK && all.total == all.table.rows)
        code = airy_farm_agree(write_tables(&all, err), err);
    airy_memory_free(all.rows);
    airy_table_release(&all.gates);
    airy_table_release(&all.table);
    airy_hashes_release(&all.hashes);
    return code;
}
