// SPDX-License-Identifier: GPL-3.0-or-later
// airy doctor: what this airy stands on, what is missing and where to get it; FFTW plans for speed.
#include "airy/source.h"
#include "airy/math.h"
#include "airy/work.h"
#include "airy_build.h"
#include "commands.h"
#include "say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILTERS_MAX = 64, SIZES_MAX = 32 };

// A program that some command starts.
typedef struct helper_row {
    const char *program, *package, *wanted_by;
} helper_row;

static const helper_row helpers[] = {
    {"gnuplot", "gnuplot-nox", "view, report, series"},
};

static bool is_on_path(const char *program)
{
    const char *path = getenv("PATH");
    bool found = false;
    while (path && *path && !found) {
        size_t length = strcspn(path, ":");
        airy_text file = {0};
        airy_text_append(&file, "%.*s/%s", (int)length, path, program);
        found = file.text && access(file.text, X_OK) == 0;
        airy_text_release(&file);
        path += length + (path[length] == ':');
    }
    return found;
}

static airy_code add(airy_table *table, const char *what, const char *found, const char *package,
                     airy_error *err)
{
    airy_code code = airy_table_add(table, err);
    int row = table->rows - 1;
    if (code == AIRY_OK)
        code = airy_table_put(table, row, "what", what, err);
    if (code == AIRY_OK)
        code = airy_table_put(table, row, "found", found, err);
    if (code == AIRY_OK)
        code = airy_table_put(table, row, "missing_package", package, err);
    return code;
}

// "name version" lines become rows.
static airy_code add_libraries(airy_table *table, airy_error *err)
{
    char what[64], version[64];
    int used = 0;
    airy_text text = {0};
    airy_text_append(&text, "%s\ngsl %s\n", airy_fft_library(), airy_linear_library());
    airy_files_versions(&text);
    airy_source_versions(&text);
    airy_code code = airy_text_whole(&text, err);
    for (const char *line = text.text; code == AIRY_OK && line && *line; line += used) {
        used = (int)strcspn(line, "\n");
        int name = (int)strcspn(line, " -\n");
        snprintf(what, sizeof what, "%.*s", name, line);
        snprintf(version, sizeof version, "%.*s", used - name, line + name + (name < used));
        version[strcspn(version, "\n")] = '\0';
        code = add(table, what, version, "", err);
        used += line[used] == '\n';
    }
    airy_text_release(&text);
    return code;
}

static airy_code add_filters(airy_table *table, airy_error *err)
{
    airy_h5_filter rows[FILTERS_MAX];
    int n = airy_h5_filters(rows, FILTERS_MAX);
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < n && i < FILTERS_MAX; i++) {
        char what[64];
        snprintf(what, sizeof what, "hdf5 filter %d %s", rows[i].id, rows[i].name);
        code = add(table, what, rows[i].present ? "yes" : "no",
                   rows[i].present ? "" : rows[i].package, err);
    }
    return code;
}

static airy_code add_helpers(airy_table *table, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (size_t i = 0; code == AIRY_OK && i < sizeof helpers / sizeof helpers[0]; i++) {
        bool there = is_on_path(helpers[i].program);
        code = add(table, helpers[i].program, there ? "yes" : "no", there ? "" : helpers[i].package,
                   err);
    }
    return code;
}

static airy_code examine(airy_error *err)
{
    airy_table table = {0};
    airy_text text = {0};
    char cores[32];
    snprintf(cores, sizeof cores, "%d", airy_farm_cores());
    airy_code code = airy_table_init(&table, "what found missing_package", err);
    if (code == AIRY_OK)
        code = add(&table, "airy", AIRY_VERSION " (" AIRY_COMMIT ")", "", err);
    if (code == AIRY_OK)
        code = add(&table, "threads", cores, "", err);
    if (code == AIRY_OK)
        code = add_libraries(&table, err);
    if (code == AIRY_OK)
        code = add_helpers(&table, err);
    if (code == AIRY_OK)
        code = add_filters(&table, err);
    airy_table_format(&table, false, &text);
    if (code == AIRY_OK)
        code = airy_text_whole(&text, err);
    if (code == AIRY_OK)
        fputs(text.text, stdout);
    airy_text_release(&text);
    airy_table_release(&table);
    return code;
}

// Measures plans for the sizes and writes FFTW's wisdom.
static airy_code plan(const invocation *call, const char *list, airy_error *err)
{
    double values[SIZES_MAX];
    int sizes[SIZES_MAX], n = 0;
    airy_code code = airy_text_doubles(list, values, SIZES_MAX, &n, err);
    for (int i = 0; code == AIRY_OK && i < n; i++) {
        bool possible = values[i] >= 2 && values[i] <= 8192;
        sizes[i] = possible ? (int)values[i] : 0;
        if (values[i] != sizes[i] || !possible)
            code = airy_error_set(err, AIRY_EARGUMENT,
                                  "--plan: %g is no side of an image, 2 to 8192", values[i]);
    }
    if (code != AIRY_OK)
        return code;
    char *wisdom = airy_fft_wisdom(sizes, n, err);
    if (!wisdom)
        return airy_error_code(err, AIRY_EIO);
    code = airy_file_write_text(call->output, wisdom, call->overwrite, err);
    free(wisdom);
    if (code == AIRY_OK)
        printf("%s\n", call->output);
    return code;
}

int cmd_doctor(invocation *call)
{
    const char *sizes = NULL;
    airy_error err = {0};
    const option table[] = {
        {"plan", OPTION_TEXT, &sizes, .unit = "N,N...",
         .help = "measure transforms of these sides and write FFTW's wisdom to -o FILE"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OPTIONAL_OUTPUT, 0, 0))
        return call->status;
    if ((sizes != NULL) != (call->output != NULL))
        return options_wrong(call, "--plan and -o go together: the sizes, and where to write");
    return say_done(call, sizes ? plan(call, sizes, &err) : examine(&err), &err);
}
