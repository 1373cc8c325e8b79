// SPDX-License-Identifier: GPL-3.0-or-later
// Option tables, on top of popt.
#include "options.h"

#include "airy/files.h"
#include "commands.h"
#include "nearest.h"
#include "option_rows.h"
#include "option_values.h"
#include "pipes.h"
#include "provenance.h"
#include "say.h"
#include "results.h"

#include <assert.h>
#include <errno.h>
#include <popt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAMES_WIDTH = 30, HELP_WIDTH = 100, NEGATED = 1000 };

// Switches that every command has and that no history wants to know.
typedef struct switches {
    bool help, print_params, list_options, json;
    const char *params, *list_values;
    int follow;
} switches;

// ------------------------------------------------------------------ values

static airy_code set(const option *row, const char *text, airy_error *err)
{
    return option_kinds[row->type].set(row, text, err);
}

// The rows of all commands; `inputs`: those of commands that read files, too.
static void collect(option_rows *all, invocation *call, const option *table, int common,
                    bool inputs, switches *extra)
{
    option_rows_add_table(all, table);
    all->now = "of every command";
    if (common & TAKES_SEED)
        option_rows_add(
            all, 's',
            (option){"seed", OPTION_SEED, &call->seed, .help = "seed of all random numbers"});
    all->recorded = all->n;
    for (int i = 0; i < all->recorded; i++) {
        option_kinds[all->row[i].type].show(&all->row[i], &all->unset[i]);
        all->in_roles |= all->role[i] > OPTION_ROWS;
    }
    if (common & (TAKES_OUTPUT | TAKES_OPTIONAL_OUTPUT)) {
        option_rows_add(all, 'o',
                        (option){"output", OPTION_TEXT, &call->output, .unit = "FILE",
                                 .help = "what to write"});
        option_rows_add(all, 'f',
                        (option){"overwrite", OPTION_FLAG, &call->overwrite,
                                 .help = "replace an existing output"});
    }
    if (common & TAKES_THREADS)
        option_rows_add(all, 't',
                        (option){"threads", OPTION_INT, &call->threads, .low = 0, .high = 4096,
                                 .help = "threads, 0 = all cores; never changes a result"});
    if (inputs)
        option_rows_add(
            all, 0,
            (option){"follow", OPTION_CHOICE, &extra->follow, .choices = "below|anywhere",
                     .help = "where files that an HDF5 file leads to may lie: below its folder"});
    option_rows_add(all, 0,
                    (option){"params", OPTION_TEXT, &extra->params, .unit = "FILE",
                             .help = "read 'name = value' lines first; the command line wins"});
    option_rows_add(all, 0,
                    (option){"print-params", OPTION_FLAG, &extra->print_params,
                             .help = "print all values used, and stop"});
    option_rows_add(all, 0,
                    (option){"list-options", OPTION_FLAG, &extra->list_options,
                             .help = "print the option names, and stop"});
    option_rows_add(all, 0,
                    (option){"list-values", OPTION_TEXT, &extra->list_values, .unit = "OPTION",
                             .help = "print the words that an option takes, and stop"});
    option_rows_add(
        all, 0, (option){"json", OPTION_FLAG, &extra->json, .help = "tables on stdout as JSON"});
    option_rows_add(all, 'q', (option){"quiet", OPTION_FLAG, &call->quiet, .help = "no talk"});
    option_rows_add(all, 'v',
                    (option){"verbose", OPTION_FLAG, &call->verbose, .help = "more talk"});
    option_rows_add(all, 'h', (option){"help", OPTION_FLAG, &extra->help, .help = "this text"});
}

// ------------------------------------------------------------------ help

// A phrase, in several lines where it is a long list.
static void show_help_text(const char *text)
{
    while (strlen(text) > HELP_WIDTH) {
        int n = HELP_WIDTH;
        while (n > 1 && text[n] != ' ')
            n--;
        printf(" %.*s\n%*s", n, text, NAMES_WIDTH, "");
        text += n + 1;
    }
    printf(" %s", text);
}

static void show_row(const option_rows *all, int i)
{
    const option *row = &all->row[i];
    airy_text names = {0}, value = {0};
    if (all->letter[i])
        airy_text_append(&names, "  -%c, --%s", all->letter[i], row->name);
    else
        airy_text_append(&names, "      --%s", row->name);
    const char *word = row->unit ? row->unit : option_kinds[row->type].word;
    airy_text_append(&names, " %s", row->choices && !row->unit ? row->choices : word);
    option_kinds[row->type].show(row, &value);
    printf("%-*s", NAMES_WIDTH, names.text ? names.text : row->name);
    if (names.length >= NAMES_WIDTH)
        printf("\n%*s", NAMES_WIDTH, "");
    show_help_text(row->help);
    if (option_has_range(row))
        printf(", %g to %g", row->low, row->high);
    if (value.length && row->type != OPTION_FLAG)
        printf(" [%s]", value.text);
    else if (row->type == OPTION_FLAG && *(bool *)row->at)
        printf(" [on; --no-%s]", row->name);
    printf("\n");
    airy_text_release(&names);
    airy_text_release(&value);
}

// The command's own options, those it shares with others, those that every command has.
static void show_help(const invocation *call, const option_rows *all)
{
    printf("airy %s: %s\n\nusage: airy %s %s\n", call->command->name, call->command->summary,
           call->command->name, call->command->synopsis);
    const char *group = NULL;
    for (int i = 0; i < all->n; i++) {
        if (i == 0 || strcmp(all->group[i], group) != 0)
            printf("\n%s\n", all->group[i]);
        group = all->group[i];
        show_row(all, i);
    }
}

static void list_names(const option_rows *all)
{
    for (int i = 0; i < all->n; i++)
        printf("--%s\n", all->row[i].name);
}

// "FILE" for names of files, which shells complete themselves.
static void list_values(const option_rows *all, const char *name)
{
    char word[64];
    for (int i = 0; i < all->n; i++) {
        const option *row = &all->row[i];
        if (strcmp(row->name, name + strspn(name, "-")) != 0)
            continue;
        for (int k = 0; row->choices && option_choice(row->choices, k, word, sizeof word); k++)
            printf("%s\n", word);
        if (row->unit && (strstr(row->unit, "FILE") || strcmp(row->unit, "FOLDER") == 0))
            printf("FILE\n");
    }
}

// ------------------------------------------------------------------ parsing

int options_wrong(const invocation *call, const char *format, ...)
{
    char sentence[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    say_plain(sentence);
    fprintf(stderr, "airy %s: %s (`airy %s --help` explains)\n", call->command->name, sentence,
            call->command->name);
    return 2;
}

static int find(const option_rows *all, const char *name, size_t length)
{
    for (int i = 0; i < all->n; i++)
        if (strlen(all->row[i].name) == length && strncmp(all->row[i].name, name, length) == 0)
            return i;
    return -1;
}

// Gives a row its value, and the rows that it stands for.
static airy_code set_row(option_rows *all, int i, const char *text, airy_error *err)
{
    const option *row = &all->row[i];
    airy_code code = set(row, text, err);
    for (const char *name = row->sets; code == AIRY_OK && name && *name;) {
        char value[64];
        size_t word = strcspn(name, " "), length = strcspn(name, " =");
        int other = find(all, name, length);
        assert(other >= 0);
        snprintf(value, sizeof value, "%.*s", (int)(word - length), name + length);
        if (word == length || !text || strcmp(text, "off") != 0)
            code = set(&all->row[other], word > length ? value + 1 : text, err);
        name += word + (name[word] == ' ');
    }
    return code;
}

// The row that was called by this name, without dashes, before.
static const option *once_called(const option_rows *all, const char *name)
{
    size_t length = strcspn(name, "= \t");
    for (int i = 0; i < all->n; i++) {
        const char *dot = strrchr(all->row[i].name, '.'), *was = all->row[i].was;
        size_t step = dot ? (size_t)(dot - all->row[i].name) + 1 : 0;
        if (was && length == step + strlen(was) && strncmp(name, all->row[i].name, step) == 0 &&
            strncmp(name + step, was, length - step) == 0)
            return &all->row[i];
    }
    return NULL;
}

static airy_code params_line(option_rows *all, char *line, const char *path, airy_error *err)
{
    line[strcspn(line, "#")] = '\0';
    char *name = line + strspn(line, " \t\r");
    if (!*name)
        return AIRY_OK;
    char *equals = strchr(name, '=');
    size_t length = strcspn(name, " \t=");
    int i = find(all, name, length);
    if (!equals)
        return airy_error_set(err, AIRY_EARGUMENT, "%s: '%s' is not 'option = value'", path, name);
    const option *now = i < 0 ? once_called(all, name) : NULL;
    if (now)
        return airy_error_set(err, AIRY_EARGUMENT, "%s: '%.*s' is called '%s' here", path,
                              (int)length, name, now->name);
    if (i < 0)
        return airy_error_set(err, AIRY_EARGUMENT, "%s: there is no option '%.*s'", path,
                              (int)length, name);
    char *value = equals + 1 + strspn(equals + 1, " \t");
    for (size_t end = strlen(value); end && strchr(" \t\r", value[end - 1]); end--)
        value[end - 1] = '\0';
    bool text = all->row[i].type == OPTION_TEXT || all->row[i].type == OPTION_TEXTS;
    return *value || !text ? set_row(all, i, value, err) : AIRY_OK; // a text that was not given
}

// Values point into the file's text, which the invocation therefore owns.
static airy_code read_params(invocation *call, option_rows *all, const char *path, airy_error *err)
{
    char *text = NULL, *rest = NULL;
    airy_code code = airy_file_read_text(path, &text, err);
    if (code != AIRY_OK)
        return code;
    call->owned[call->n_owned++] = text;
    const char *mark = "\xef\xbb\xbf"; // of byte order, before text that Windows wrote
    char *begin = strncmp(text, mark, strlen(mark)) == 0 ? text + strlen(mark) : text;
    for (char *line = strtok_r(begin, "\r\n", &rest); line && code == AIRY_OK;
         line = strtok_r(NULL, "\r\n", &rest))
        code = params_line(all, line, path, err);
    return code;
}

// popt's table: value i + 1 is row i; flags also have --no-name, value i + NEGATED.
static void popt_rows(const option_rows *all, struct poptOption *to, char (*negated)[64])
{
    int n = 0;
    for (int i = 0; i < all->n; i++) {
        bool flag = all->row[i].type == OPTION_FLAG;
        to[n++] = (struct poptOption){.longName = all->row[i].name,
                                      .shortName = all->letter[i],
                                      .argInfo = flag ? POPT_ARG_NONE : POPT_ARG_STRING,
                                      .val = i + 1};
        if (!flag)
            continue;
        snprintf(negated[i], sizeof negated[i], "no-%s", all->row[i].name);
        to[n++] = (struct poptOption){.longName = negated[i], .val = i + NEGATED};
    }
    to[n] = (struct poptOption){0};
}

static bool set_from_popt(invocation *call, option_rows *all, poptContext context, int value)
{
    airy_error err = {0};
    char *text = poptGetOptArg(context);
    if (text)
        call->owned[call->n_owned++] = text;
    bool negated = value >= NEGATED;
    if (set_row(all, negated ? value - NEGATED : value - 1, negated ? "off" : text, &err) ==
        AIRY_OK)
        return true;
    options_wrong(call, "%s", err.message);
    return false;
}

static bool take_inputs(invocation *call, poptContext context)
{
    const char *input;
    bool whole = true;
    while ((input = poptGetArg(context))) {
        char *copy = airy_text_copy(input);
        whole = whole && copy;
        call->inputs[call->n_inputs++] = call->owned[call->n_owned++] = copy;
    }
    return whole;
}

static void wrong_option(const invocation *call, const option_rows *all, const char *word,
                         int value)
{
    const char *best = NULL;
    const char *name = word + strspn(word, "-");
    bool off = strncmp(name, "no-", 3) == 0;
    const option *now = once_called(all, off ? name + 3 : name);
    if (now) {
        options_wrong(call, "%s is called --%s%s here", word, off ? "no-" : "", now->name);
        return;
    }
    for (int i = 0; i < all->n && value == POPT_ERROR_BADOPT; i++)
        nearest_try(word + strspn(word, "-"), all->row[i].name, &best);
    if (best)
        options_wrong(call, "%s: %s; did you mean --%s?", word, poptStrerror(value), best);
    else
        options_wrong(call, "%s: %s", word, poptStrerror(value));
}

static bool read_line(invocation *call, option_rows *all)
{
    struct poptOption table[2 * ROWS_MAX + 1];
    char negated[ROWS_MAX][64];
    popt_rows(all, table, negated);
    poptContext context = poptGetContext("airy", call->argc, (const char **)call->argv, table, 0);
    int value;
    bool fine = true;
    errno = 0; // popt does not tell of an allocation that failed
    while (fine && (value = poptGetNextOpt(context)) > 0)
        fine = set_from_popt(call, all, context, value);
    if (fine && value < -1) {
        wrong_option(call, all, poptBadOption(context, 0), value);
        fine = false;
    }
    if (fine && (!take_inputs(call, context) || errno == ENOMEM)) {
        options_wrong(call, "no memory for the command line");
        fine = false;
    }
    poptFreeContext(context);
    return fine;
}

// --params comes first in effect, wherever it stands: look for it before parsing.
static bool read_params_first(invocation *call, option_rows *all)
{
    const char *path = NULL, *before = NULL;
    for (int i = 1; i < call->argc; i++) {
        // there are argc words, NOLINTNEXTLINE(*NonNullParamChecker)
        const char *named = strncmp(call->argv[i], "--params=", 9) == 0 ? call->argv[i] + 9
                            : strcmp(call->argv[i], "--params") == 0 && i + 1 < call->argc
                                ? call->argv[i + 1]
                                : NULL;
        before = named ? path : before;
        path = named ? named : path;
    }
    airy_error err = {0};
    if (before) {
        options_wrong(call, "--params is there twice: %s and %s; put both into one file", before,
                      path);
        return false;
    }
    if (!path || read_params(call, all, path, &err) == AIRY_OK)
        return true;
    options_wrong(call, "%s", err.message);
    return false;
}

// The word as a shell reads it back: a single quote ends the quotation, stands escaped, reopens it.
static void record_word(airy_text *line, const char *word)
{
    bool plain = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789_-+=.,:/@%") == strlen(word);
    if (plain && word[0]) {
        airy_text_append(line, " %s", word);
        return;
    }
    airy_text_append(line, " '");
    for (size_t n = strcspn(word, "'"); word[n]; word += n + 1, n = strcspn(word, "'"))
        airy_text_append(line, "%.*s'\\''", (int)n, word);
    airy_text_append(line, "%s'", word);
}

static void record_line(invocation *call)
{
    airy_text_append(&call->line, "airy");
    for (int i = 0; i < call->argc; i++)
        record_word(&call->line, call->argv[i]);
}

static void record_parameters(const option_rows *all, option_type most, airy_text *parameters)
{
    for (int i = 0; i < all->recorded; i++) {
        if (all->role[i] > most || all->row[i].alias)
            continue;
        airy_text_append(parameters, "%s = ", all->row[i].name);
        option_kinds[all->row[i].type].show(&all->row[i], parameters);
        airy_text_append(parameters, "\n");
    }
}

// One option as one would give it, unless it has its default.
static void record_changed(const option *row, const airy_text *unset, airy_text *line)
{
    airy_text value = {0};
    option_kinds[row->type].show(row, &value);
    if (strcmp(value.text ? value.text : "", unset->text ? unset->text : "") != 0) {
        bool off = row->type == OPTION_FLAG && !*(bool *)row->at;
        airy_text_append(line, " --%s%s", off ? "no-" : "", row->name);
        if (row->type != OPTION_FLAG)
            record_word(line, value.text ? value.text : "");
    }
    if (value.failed)
        line->failed = true;
    airy_text_release(&value);
}

// The command line in normal form: inputs, output, then what differs from the defaults.
static void record_normal_line(const invocation *call, const option_rows *all, option_type most,
                               airy_text *line)
{
    airy_text_append(line, "airy %s", call->command->name);
    for (int i = 0; i < call->n_inputs; i++)
        record_word(line, call->inputs[i]);
    if (call->output) {
        airy_text_append(line, " -o");
        record_word(line, call->output);
    }
    for (int i = 0; i < all->recorded; i++)
        if (all->role[i] <= most && !all->row[i].alias)
            record_changed(&all->row[i], &all->unset[i], line);
}

// Whether there was memory for what histories say of this run; else a sentence.
static bool is_whole(const invocation *call, const option_rows *all)
{
    const airy_text *const texts[] = {&call->parameters, &call->line, &call->made_by,
                                      &call->made_by_line, &call->libraries};
    bool whole = true;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        whole = whole && !texts[i]->failed;
    for (int i = 0; i < all->recorded; i++)
        whole = whole && !all->unset[i].failed;
    if (!whole)
        options_wrong(call, "no memory for the history of this run");
    return whole;
}

static bool record(invocation *call, const option_rows *all)
{
    record_parameters(all, OPTION_AFTERWARDS, &call->parameters);
    if (!all->in_roles) {
        record_line(call);
    } else {
        record_normal_line(call, all, OPTION_AFTERWARDS, &call->line);
        record_normal_line(call, all, OPTION_ROWS, &call->made_by_line);
        record_parameters(all, OPTION_ROWS, &call->made_by);
    }
    return is_whole(call, all);
}

// What the output would replace is still needed: -f is no reason to lose an input.
static int check_output(const invocation *call)
{
    struct stat output, input;
    if (stat(call->output, &output) != 0)
        return 0;
    for (int i = 0; i < call->n_inputs; i++)
        if (stat(call->inputs[i], &input) == 0 && input.st_dev == output.st_dev &&
            input.st_ino == output.st_ino)
            return options_wrong(call, "-o '%s' is the input itself; choose another name",
                                 call->output);
    return 0;
}

// Nor the file of an option, which is an input or a further output.
static int check_option_files(const invocation *call, const option_rows *all)
{
    struct stat output, other;
    if (stat(call->output, &output) != 0)
        return 0;
    for (int i = 0; i < all->n; i++) {
        const option *row = &all->row[i];
        const char *dataset, *text = row->type == OPTION_TEXT ? *(const char **)row->at : NULL;
        char *file = text && text != call->output ? airy_spec_path(text, &dataset) : NULL;
        bool same = file && stat(file, &other) == 0 && other.st_dev == output.st_dev &&
                    other.st_ino == output.st_ino;
        free(file);
        if (same)
            return options_wrong(call, "-o '%s' is also --%s; choose another name", call->output,
                                 row->name);
    }
    return 0;
}

// One file, and one dataset of it, by whatever names.
static bool are_twins(const char *a, const char *b)
{
    struct stat in_a, in_b;
    const char *part_a, *part_b;
    char *file_a = airy_spec_path(a, &part_a), *file_b = airy_spec_path(b, &part_b);
    bool same = file_a && file_b && stat(file_a, &in_a) == 0 && stat(file_b, &in_b) == 0 &&
                in_a.st_dev == in_b.st_dev && in_a.st_ino == in_b.st_ino &&
                strcmp(part_a ? part_a : "", part_b ? part_b : "") == 0;
    free(file_a);
    free(file_b);
    return same || strcmp(a, b) == 0;
}

int options_no_twins(const invocation *call)
{
    for (int i = 0; i < call->n_inputs; i++)
        for (int k = 0; k < i; k++)
            if (are_twins(call->inputs[i], call->inputs[k]))
                return options_wrong(call, "'%s' is named twice: what it holds would count twice",
                                     call->inputs[i]);
    return 0;
}

static int check_counts(const invocation *call, int common, int least, int most)
{
    if (call->n_inputs < least)
        return options_wrong(call, "an input is missing; usage: airy %s %s", call->command->name,
                             call->command->synopsis);
    if (call->n_inputs > most)
        return options_wrong(call, "'%s' is one input too many", call->inputs[most]);
    if ((common & TAKES_OUTPUT) && !call->output)
        return options_wrong(call, "-o FILE is missing");
    return call->output ? check_output(call) : 0;
}

// After --help and the like there is nothing more to do.
static bool answer(const invocation *call, option_rows *all, switches *extra)
{
    if (extra->help) {
        extra->help = false; // not to be shown as a default
        show_help(call, all);
    } else if (extra->list_options)
        list_names(all);
    else if (extra->list_values)
        list_values(all, extra->list_values);
    else if (extra->print_params)
        fputs(call->parameters.text ? call->parameters.text : "", stdout);
    else
        return false;
    return true;
}

bool options_parse(invocation *call, const option *table, int common, int inputs_least,
                   int inputs_most)
{
    option_rows all = {0};
    switches extra = {0};
    call->seeded = (common & TAKES_SEED) != 0;
    collect(&all, call, table, common, inputs_most > 0, &extra);
    call->status = 2;
    // One string a word at most, the text of --params, and names in the place of "-".
    call->inputs = calloc((size_t)call->argc + 1, sizeof *call->inputs);
    call->owned = calloc((size_t)call->argc + 4, sizeof *call->owned);
    if (!call->inputs || !call->owned) {
        options_wrong(call, "no memory for the command line");
        return false;
    }
    bool good = read_params_first(call, &all) && read_line(call, &all) && record(call, &all);
    if (good) {
        airy_h5_follow_anywhere(extra.follow == 1);
        results_as_json(extra.json);
        call->status = 0;
        good = !answer(call, &all, &extra);
    }
    if (good)
        call->status = check_counts(call, common, inputs_least, inputs_most);
    if (good && call->status == 0 && call->output)
        call->status = check_option_files(call, &all);
    if (good && call->status == 0 && !pipes_begin(call))
        call->status = 1;
    if (good && call->status == 0) {
        provenance_fill(call);
        call->status = is_whole(call, &all) ? 0 : 2;
    }
    for (int i = 0; i < all.recorded; i++)
        airy_text_release(&all.unset[i]);
    return good && call->status == 0;
}

void options_release(invocation *call)
{
    for (int i = 0; i < call->n_owned; i++)
        free(call->owned[i]);
    free(call->owned);
    free(call->inputs);
    airy_text_release(&call->parameters);
    airy_text_release(&call->libraries);
    airy_text_release(&call->line);
    airy_text_release(&call->made_by);
    airy_text_release(&call->made_by_line);
}
