// SPDX-License-Identifier: GPL-3.0-or-later
// What is remembered of a shot between runs: row.tsv, and the key that says what it belongs to.
#include "chain.h"

#include <stdlib.h>
#include <string.h>

static const airy_number checks[] = {
    AIRY_NUMBER(airy_checks, saturated, "saturated", "pixels", "saturated on the detector"),
    AIRY_NUMBER(airy_checks, center_error_px, "center_error_px", "pixels",
                "the larger standard error of the center, binned"),
    AIRY_NUMBER(airy_checks, center_chi2, "center_chi2", "1", "of a pair of mates about it"),
    AIRY_NUMBER(airy_checks, double_hit, "double_hit", "1",
                "visibility of fringes finer than those of one particle"),
    AIRY_NUMBER(airy_checks, second_nm, "second_nm", "nm", "the separation they would mean"),
    AIRY_NUMBER(airy_checks, ring_chi2, "ring_chi2", "1", "of the spheroid a bright pixel"),
    AIRY_NUMBER(airy_checks, condense_chi2, "condense_chi2", "1",
                "residual of condensing a bright pixel"),
    AIRY_NUMBER(airy_checks, outside, "outside", "1", "share of the power outside the support"),
    AIRY_NUMBER(airy_checks, at_edge, "at_edge", "1",
                "mean density along the support's edge over the largest"),
    AIRY_NUMBER(airy_checks, agree, "agree", "1", "share of searches that ended at one image"),
    AIRY_NUMBER(airy_checks, odd_redrawn, "odd_redrawn", "1",
                "correlation of the odd part with those from photons drawn again"),
    AIRY_NUMBER(airy_checks, body, "search_body", "1",
                "1: spheroid, 2: another convex body, 3: neither, doubtful"),
    AIRY_NUMBER(airy_checks, misfit, "misfit", "1", "deviance over what noise makes expect"),
    AIRY_NUMBER(airy_checks, ambiguous, "ambiguous", "1",
                "share of averaged images that may be the wrong twin"),
};
const airy_described airy_checks_numbers = AIRY_DESCRIBED("row.tsv of a shot", checks);

void airy_record_unknown(const airy_shot_source *source, airy_record *record)
{
    *record = (airy_record){0};
    airy_shot_unknown(&record->row);
    record->row.shot = source->shot;
    record->row.delay_ps = source->delay_ps;
    airy_described_unknown(&airy_checks_numbers, &record->checks);
}

// ------------------------------------------------------------------ keys

void airy_hashes_release(airy_hashes *hashes)
{
    for (int i = 0; i < hashes->n; i++)
        free(hashes->file[i].path);
    free(hashes->file);
    *hashes = (airy_hashes){0};
}

// The hash of a file that is not known yet, as the last one.
static airy_code hash_file(airy_hashes *hashes, const char *path, airy_error *err)
{
    struct airy_hashed *longer =
        realloc(hashes->file, ((size_t)hashes->n + 1) * sizeof *hashes->file);
    if (longer)
        hashes->file = longer;
    char *copy = longer ? airy_text_copy(path) : NULL;
    if (!copy)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a path");
    airy_code code = airy_input_sha256(path, hashes->progress, NULL, longer[hashes->n].hex, err);
    longer[hashes->n].path = copy;
    if (code == AIRY_OK)
        hashes->n++;
    else
        free(copy);
    return code;
}

// Adds the hash of the file of a spec; NULL: none.
static airy_code add_hash(airy_hashes *hashes, const char *spec, airy_text *text, airy_error *err)
{
    if (!spec) {
        airy_text_append(text, "-\n");
        return AIRY_OK;
    }
    int i = 0;
    const char *dataset = NULL;
    char *path = airy_spec_path(spec, &dataset);
    airy_code code = path ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for a path");
    while (path && i < hashes->n && strcmp(hashes->file[i].path, path) != 0)
        i++;
    if (code == AIRY_OK && i == hashes->n)
        code = hash_file(hashes, path, err);
    if (code == AIRY_OK)
        airy_text_append(text, "%s %s\n", hashes->file[i].hex, dataset ? dataset : "");
    free(path);
    return code;
}

airy_code airy_record_key(airy_hashes *hashes, const airy_shot_source *source,
                          const airy_history *history, char key[65], airy_error *err)
{
    airy_text text = {0};
    airy_code code = AIRY_OK;
    const airy_step none = {0};
    const airy_step *step = history && history->n ? &history->steps[history->n - 1] : &none;
    const char *const words[] = {step->version, step->commit, step->parameters};
    const char *const files[] = {source->file, source->gain, source->pedestal, source->mask};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        airy_text_append(&text, "%s\n", words[i] ? words[i] : "");
    airy_text_append(&text, "%llu\n%d %d %.9g\n", (unsigned long long)step->seed, source->shot,
                     source->frame, source->delay_ps);
    for (size_t i = 0; code == AIRY_OK && i < sizeof files / sizeof *files; i++)
        code = add_hash(hashes, files[i], &text, err);
    for (int i = 0; code == AIRY_OK && hashes->more[i]; i++)
        code = add_hash(hashes, hashes->more[i], &text, err);
    if (code == AIRY_OK && text.failed)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a key");
    if (code == AIRY_OK)
        airy_bytes_sha256(text.text, text.length, key);
    airy_text_release(&text);
    return code;
}

static void add_line(const airy_hashes *hashes, const char *spec, airy_text *lines)
{
    char *path = spec ? airy_spec_path(spec, &(const char *){NULL}) : NULL;
    for (int i = 0; path && i < hashes->n; i++)
        if (strcmp(hashes->file[i].path, path) == 0)
            airy_text_append(lines, "%s  %s\n", hashes->file[i].hex, spec);
    free(path);
}

void airy_record_inputs(const airy_hashes *hashes, const airy_shot_source *source, airy_text *lines)
{
    const char *const files[] = {source->file, source->gain, source->pedestal, source->mask};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        add_line(hashes, files[i], lines);
    for (int i = 0; hashes->more[i]; i++)
        add_line(hashes, hashes->more[i], lines);
}

// ------------------------------------------------------------------ row.tsv

// Columns of row.tsv: those of shots.tsv, the checks, the failure, the key.
static airy_code make_table(airy_table *table, airy_error *err)
{
    airy_text names = {0};
    airy_described_names(&airy_shot_numbers, &names);
    airy_described_names(&airy_checks_numbers, &names);
    airy_text_append(&names, " why key");
    airy_code code = names.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a row")
                                  : airy_table_init(table, names.text, err);
    airy_text_release(&names);
    return code == AIRY_OK ? airy_table_add(table, err) : code;
}

static airy_code fill_table(airy_table *table, const airy_record *record, const char *key,
                            airy_error *err)
{
    airy_code code = airy_described_put_row(table, 0, &airy_shot_numbers, &record->row, err);
    if (code == AIRY_OK)
        code = airy_described_put_row(table, 0, &airy_checks_numbers, &record->checks, err);
    if (code == AIRY_OK)
        code = airy_table_put(table, 0, "why", record->why.code ? record->why.message : "-", err);
    return code == AIRY_OK ? airy_table_put(table, 0, "key", key, err) : code;
}

airy_code airy_record_write(const char *folder, const airy_record *record, const char *key,
                            const airy_history *history, airy_error *err)
{
    airy_table table = {0};
    airy_text path = {0};
    airy_text_append(&path, "%s/row.tsv", folder);
    airy_code code = path.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a path")
                                 : make_table(&table, err);
    if (code == AIRY_OK)
        code = fill_table(&table, record, key, err);
    if (code == AIRY_OK)
        code = airy_table_write_under(path.text, &table, history, true, err);
    airy_text_release(&path);
    airy_table_release(&table);
    return code;
}

static bool read_table(const airy_table *table, airy_record *record)
{
    airy_shot_row *row = NULL;
    int n = 0;
    bool good = airy_shots_from_table(table, &row, &n, NULL) == AIRY_OK && n == 1;
    if (good)
        record->row = row[0];
    airy_memory_free(row);
    good = good &&
           airy_described_get_row(table, 0, &airy_checks_numbers, &record->checks, NULL) == AIRY_OK;
    const char *why = airy_table_get(table, 0, "why");
    record->why = (airy_error){0};
    if (good && why && strcmp(why, "-") != 0)
        airy_error_set(&record->why, AIRY_EVALUE, "%s", why);
    return good && why;
}

bool airy_record_read(const char *folder, const char *key, airy_record *record)
{
    airy_table table = {0};
    airy_text path = {0};
    airy_text_append(&path, "%s/row.tsv", folder);
    bool known = !path.failed && airy_table_read(path.text, &table, NULL) == AIRY_OK &&
                 table.rows == 1 && airy_table_get(&table, 0, "key") &&
                 strcmp(airy_table_get(&table, 0, "key"), key) == 0 && read_table(&table, record);
    airy_table_release(&table);
    airy_text_release(&path);
    return known;
}

// ------------------------------------------------------------------ finished work of another kind

airy_code airy_record_differs(const char *folder, const airy_history *history, airy_text *how,
                              airy_error *err)
{
    airy_table table = {0};
    airy_text path = {0};
    const airy_step none = {0};
    airy_text_append(&path, "%s/row.tsv", folder);
    airy_code code = airy_text_whole(&path, err);
    if (code == AIRY_OK && airy_file_exists(path.text))
        code = airy_error_forgive(err, airy_table_read(path.text, &table, err));
    bool there = table.history.n > 0;
    const char *why = there ? airy_table_get(&table, 0, "why") : NULL;
    const airy_step *old = there ? &table.history.steps[table.history.n - 1] : &none;
    const airy_step *now = history && history->n ? &history->steps[history->n - 1] : &none;
    if (why && strcmp(why, "-") == 0)
        airy_parameters_compare(old->parameters, now->parameters, "", how);
    airy_table_release(&table);
    airy_text_release(&path);
    return code == AIRY_OK ? airy_text_whole(how, err) : code;
}
