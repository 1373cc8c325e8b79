// SPDX-License-Identifier: GPL-3.0-or-later
// All shots of a table through the chain: what is done stays done, what fails is written down.
#include "chain.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void airy_series_options_defaults(airy_series_options *options)
{
    *options = (airy_series_options){.bin = 3,
                                     .margin = 1.15,
                                     .best = 5,
                                     .most_r = 1,
                                     .most_chi2 = 3,
                                     .most_disagreement_nm = 10};
    airy_retrieve_options_defaults(&options->retrieve);
    airy_bands_options_defaults(&options->bands);
}

airy_code airy_series_options_check(const airy_series_options *options, airy_error *err)
{
    if (options->bin < 1 || options->bin > 64)
        return airy_error_set(err, AIRY_EARGUMENT, "binning is 1 to 64, not %d", options->bin);
    if (!(options->margin >= 1 && options->margin <= 4))
        return airy_error_set(err, AIRY_EARGUMENT, "the support's margin is 1 to 4, not %g",
                              options->margin);
    airy_code code = airy_retrieve_options_check(&options->retrieve, err);
    return code == AIRY_OK ? airy_bands_options_check(&options->bands, err) : code;
}

// ------------------------------------------------------------------ sources

// What a run carries from shot to shot.
typedef struct series {
    const airy_series_run *run;
    const airy_series_options *options;
    airy_table table; // series.tsv
    airy_shot_row *rows;
    airy_table gates;
    airy_loader loader;
    char *hashed; // path whose hash is known, and the hash
    char hash[65];
    int failed;
} series;

// A cell of the table as a path from here: relative ones begin at the table's folder. NULL: none.
static char *path_of(const series *all, int row, const char *column)
{
    const char *cell = airy_table_get(&all->table, row, column);
    const char *slash = strrchr(all->run->table, '/');
    airy_text path = {0};
    if (!cell || !*cell || strcmp(cell, "nan") == 0 || strcmp(cell, "-") == 0)
        return NULL;
    if (cell[0] != '/' && slash)
        airy_text_append(&path, "%.*s", (int)(slash - all->run->table) + 1, all->run->table);
    airy_text_append(&path, "%s", cell);
    return path.text;
}

static void source_release(airy_shot_source *source)
{
    free(source->file);
    free(source->gain);
    free(source->pedestal);
    free(source->mask);
}

static airy_code read_source(const series *all, int row, airy_shot_source *source, airy_error *err)
{
    *source = (airy_shot_source){0};
    airy_code code = airy_table_get_int(&all->table, row, "shot", &source->shot, err);
    if (code == AIRY_OK)
        code = airy_table_get_int(&all->table, row, "frame", &source->frame, err);
    if (code == AIRY_OK)
        code = airy_table_get_double(&all->table, row, "delay_ps", &source->delay_ps, err);
    source->file = path_of(all, row, "file");
    source->gain = path_of(all, row, "gain");
    source->pedestal = path_of(all, row, "pedestal");
    source->mask = path_of(all, row, "mask");
    if (code == AIRY_OK && !source->file)
        code = airy_error_set(err, AIRY_EFORMAT, "row %d names no file", row + 1);
    return code == AIRY_OK ? code : airy_error_prefix(err, "%s", all->run->table);
}

// ------------------------------------------------------------------ what is done already

// Adds the hash of a file; that of the last one is remembered, for a series has many frames in one.
static airy_code add_hash(series *all, const char *spec, airy_text *text, airy_error *err)
{
    if (!spec)
        return AIRY_OK;
    if (!all->hashed || strcmp(all->hashed, spec) != 0) {
        char *path = airy_spec_path(spec, &(const char *){NULL});
        airy_code code = path ? airy_file_sha256(path, all->hash, err)
                              : airy_error_set(err, AIRY_EMEMORY, "no memory for a path");
        free(path);
        if (code != AIRY_OK)
            return code;
        free(all->hashed);
        all->hashed = airy_text_copy(spec);
    }
    airy_text_append(text, "%s\n", all->hash);
    return AIRY_OK;
}

// The options that decide a shot's files; gates are judged anew each time.
static void describe(const airy_series_options *options, airy_text *text)
{
    const airy_retrieve_options *retrieve = &options->retrieve;
    airy_text_append(text, "%.9g %.9g %.9g %d %.9g %.9g %d %d\n", options->energy_ev,
                     options->distance_m, options->beamstop, options->bin,
                     options->polarization_deg, options->margin, options->best, options->sphere);
    airy_text_append(text, "%d %d %d %llu\n", retrieve->starts, retrieve->generations,
                     airy_schedule_iterations(&retrieve->schedule),
                     (unsigned long long)retrieve->seed);
}

// Inputs, options, version: what decides a shot's result.
static airy_code make_key(series *all, const airy_shot_source *source, char key[65],
                          airy_error *err)
{
    airy_text text = {0};
    const airy_history *history = all->run->history;
    const airy_step *step = history && history->n ? &history->steps[history->n - 1] : NULL;
    describe(all->options, &text);
    airy_text_append(&text, "%s %s\n%d %d %.9g\n", step && step->version ? step->version : "",
                     step && step->commit ? step->commit : "", source->shot, source->frame,
                     source->delay_ps);
    airy_code code = add_hash(all, source->gain, &text, err);
    if (code == AIRY_OK)
        code = add_hash(all, source->pedestal, &text, err);
    if (code == AIRY_OK)
        code = add_hash(all, source->mask, &text, err);
    if (code == AIRY_OK)
        code = add_hash(all, source->file, &text, err);
    if (code == AIRY_OK && text.failed)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a key");
    if (code == AIRY_OK)
        airy_bytes_sha256(text.text, text.length, key);
    airy_text_release(&text);
    return code;
}

// row.tsv of a shot: columns of shots.tsv, its residual of condensing, and the key.
static airy_code write_row(const char *folder, const airy_chain *chain, const char *key,
                           const airy_history *history, airy_error *err)
{
    airy_table table = {0};
    airy_text path = {0}, names = {0};
    int n;
    const airy_shot_column *columns = airy_shot_columns(&n);
    for (int i = 0; i < n; i++)
        airy_text_append(&names, "%s ", columns[i].name);
    airy_text_append(&names, "chi2_bright key");
    airy_text_append(&path, "%s/row.tsv", folder);
    airy_code code = names.failed || path.failed
                         ? airy_error_set(err, AIRY_EMEMORY, "no memory for a row")
                         : airy_table_init(&table, names.text, err);
    if (code == AIRY_OK)
        code = airy_table_add(&table, err);
    for (int i = 0; code == AIRY_OK && i < n; i++)
        code = airy_table_put_double(&table, 0, columns[i].name,
                                     airy_shot_get(&chain->row, &columns[i]), err);
    if (code == AIRY_OK)
        code = airy_table_put_double(&table, 0, "chi2_bright", chain->chi2_bright, err);
    if (code == AIRY_OK)
        code = airy_table_put(&table, 0, "key", key, err);
    if (code == AIRY_OK && history)
        code = airy_history_copy(&table.history, history, err);
    if (code == AIRY_OK)
        code = airy_table_write(path.text, &table, true, err);
    airy_text_release(&path);
    airy_text_release(&names);
    airy_table_release(&table);
    return code;
}

// True when the folder holds the shot's row with this key; it is read.
static bool recall(const char *folder, const char *key, airy_chain *chain)
{
    airy_table table = {0};
    airy_text path = {0};
    airy_shot_row *row = NULL;
    int n = 0;
    airy_text_append(&path, "%s/row.tsv", folder);
    bool known =
        !path.failed && airy_table_read(path.text, &table, NULL) == AIRY_OK && table.rows == 1 &&
        airy_table_get(&table, 0, "key") && strcmp(airy_table_get(&table, 0, "key"), key) == 0 &&
        airy_shots_from_table(&table, &row, &n, NULL) == AIRY_OK &&
        airy_table_get_double(&table, 0, "chi2_bright", &chain->chi2_bright, NULL) == AIRY_OK;
    if (known)
        chain->row = row[0];
    airy_memory_free(row);
    airy_table_release(&table);
    airy_text_release(&path);
    return known;
}

// ------------------------------------------------------------------ gates

// A number that a shot must not have below or above its limits.
typedef struct gate {
    const char *name;
    double value, low, high;
} gate;

static airy_code add_gate(airy_table *gates, int shot, const gate *of, bool passed, const char *why,
                          airy_error *err)
{
    airy_code code = airy_table_add(gates, err);
    int row = gates->rows - 1;
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"shot", shot},
                   {"value", of->value},
                   {"low", of->low},
                   {"high", of->high},
                   {"passed", passed}};
    for (size_t i = 0; code == AIRY_OK && i < sizeof numbers / sizeof *numbers; i++)
        code = airy_table_put_double(gates, row, numbers[i].name, numbers[i].value, err);
    if (code == AIRY_OK)
        code = airy_table_put(gates, row, "gate", of->name, err);
    return code == AIRY_OK ? airy_table_put(gates, row, "why", why, err) : code;
}

// Judges a shot that went through the chain: every gate gets its row.
static airy_code judge(const airy_chain *chain, const airy_series_options *options,
                       airy_table *gates, airy_shot_row *row, airy_error *err)
{
    double apart =
        fmax(fabs(row->r_par_nm - row->rim_par_nm), fabs(row->r_perp_nm - row->rim_perp_nm));
    const gate all[] = {
        {"photons", row->photons, options->least_photons, INFINITY},
        {"r_factor", row->r_factor, 0, options->most_r},
        {"condense_chi2", chain->chi2_bright, 0, options->most_chi2},
        {"rings_and_rim_nm", apart, 0, options->most_disagreement_nm},
    };
    airy_code code = AIRY_OK;
    row->gate = 1;
    for (size_t i = 0; code == AIRY_OK && i < sizeof all / sizeof *all; i++) {
        bool passed = all[i].value >= all[i].low && all[i].value <= all[i].high;
        row->gate = row->gate && passed;
        code =
            add_gate(gates, row->shot, &all[i], passed, passed ? "-" : "outside its limits", err);
    }
    return code;
}

// ------------------------------------------------------------------ one shot

static airy_code make_folder(const char *path, airy_error *err)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EIO, "%s: cannot make the folder: %s", path, strerror(errno));
}

// The chain and its files. Failures of the shot itself are told in *why, with AIRY_OK.
static airy_code do_shot(series *all, const airy_shot_source *source, const char *folder,
                         const char *key, airy_chain *chain, airy_error *why, airy_error *err)
{
    airy_pattern photons = {0};
    airy_code code = airy_loader_read(&all->loader, source, all->options, &photons, why);
    if (code == AIRY_OK)
        code = airy_chain_run(&photons, source, all->options, all->run->retrieve, chain, why);
    airy_pattern_release(&photons);
    if (code == AIRY_ESTOPPED)
        return airy_error_set(err, code, "%s", why->message);
    if (code != AIRY_OK)
        return AIRY_OK;
    code = airy_chain_write(chain, folder, all->options, all->run->history, err);
    return code == AIRY_OK ? write_row(folder, chain, key, all->run->history, err) : code;
}

static airy_code shot(series *all, int i, airy_error *err)
{
    airy_shot_source source;
    airy_chain chain = {0};
    airy_error why = {0};
    char folder[4096], key[65] = "";
    airy_code code = read_source(all, i, &source, err);
    airy_shot_unknown(&chain.row);
    chain.row.shot = source.shot;
    chain.row.delay_ps = source.delay_ps;
    snprintf(folder, sizeof folder, "%s/shot-%04d", all->run->folder, source.shot);
    if (code == AIRY_OK)
        code = make_folder(folder, err);
    bool known = false;
    if (code == AIRY_OK && make_key(all, &source, key, &why) == AIRY_OK) {
        known = !all->options->again && recall(folder, key, &chain);
        if (!known)
            code = do_shot(all, &source, folder, key, &chain, &why, err);
    }
    if (code == AIRY_OK && why.code == AIRY_OK)
        code = judge(&chain, all->options, &all->gates, &chain.row, err);
    else if (code == AIRY_OK) {
        all->failed++;
        chain.row.gate = 0;
        code = add_gate(&all->gates, source.shot, &(gate){"chain", NAN, NAN, NAN}, false,
                        why.message, err);
    }
    all->rows[i] = chain.row;
    if (code == AIRY_OK && all->run->done)
        all->run->done(all->run->context, &chain.row, folder, known, why.message);
    airy_chain_release(&chain);
    source_release(&source);
    return code;
}

// ------------------------------------------------------------------ all of them

static airy_code write_table(const series *all, airy_table *table, const char *name,
                             airy_error *err)
{
    airy_text path = {0};
    airy_text_append(&path, "%s/%s", all->run->folder, name);
    airy_code code = AIRY_OK;
    if (all->run->history)
        code = airy_history_copy(&table->history, all->run->history, err);
    if (code == AIRY_OK)
        code = airy_table_write(path.text, table, true, err);
    airy_text_release(&path);
    return code;
}

static airy_code write_tables(series *all, airy_error *err)
{
    airy_table shots = {0};
    airy_code code = airy_shots_to_table(all->rows, all->table.rows, &shots, err);
    if (code == AIRY_OK)
        code = write_table(all, &shots, "shots.tsv", err);
    if (code == AIRY_OK)
        code = write_table(all, &all->gates, "gates.tsv", err);
    airy_table_release(&shots);
    return code;
}

airy_code airy_series_do(const airy_series_run *run, const airy_series_options *options,
                         airy_error *err)
{
    series all = {.run = run, .options = options};
    airy_code code = airy_series_options_check(options, err);
    if (code == AIRY_OK)
        code = airy_table_read(run->table, &all.table, err);
    if (code == AIRY_OK && all.table.rows == 0)
        code = airy_error_set(err, AIRY_EVALUE, "%s: the table has no shots", run->table);
    if (code == AIRY_OK)
        code = make_folder(run->folder, err);
    if (code == AIRY_OK)
        code = airy_table_init(&all.gates, "shot gate value low high passed why", err);
    if (code == AIRY_OK) {
        all.rows = airy_memory_new((size_t)all.table.rows, sizeof *all.rows);
        if (!all.rows)
            code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d shots", all.table.rows);
    }
    for (int i = 0; code == AIRY_OK && i < all.table.rows; i++)
        code = shot(&all, i, err);
    if (code == AIRY_OK)
        code = write_tables(&all, err);
    if (code == AIRY_OK && all.failed == all.table.rows)
        code = airy_error_set(err, AIRY_EVALUE, "%s: every shot failed; %s/gates.tsv tells why",
                              run->table, run->folder);
    airy_memory_free(all.rows);
    airy_table_release(&all.gates);
    airy_table_release(&all.table);
    airy_loader_release(&all.loader);
    free(all.hashed);
    return code;
}
