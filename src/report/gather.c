// SPDX-License-Identifier: GPL-3.0-or-later
// The page of a folder: what lies in it, in the order of the chain, and how it was made.
#include "airy/source.h"
#include "airy/report.h"
#include "html.h"
#include "parts.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { PATH_ROOM = 4096, DEPTH = 4, ROWS = 400, FEW = 14 };

// A section of the page, in its order: results first, then the way to them. It holds the files
// whose names begin with one of the words; folders and a number in front of the name do not count,
// the first row that fits wins, files that fit none come last. `part` comes behind them where
// `marker` lies in the folder.
typedef struct section {
    const char *title;
    const char *words; // separated by blanks
    const char *marker;
    airy_part *part;
} section;

static const section sections[] = {
    {"Delay curves", "kinetics curve rate expansion aspect", "kinetics.tsv", airy_part_truth},
    {"Bands and angles", "populations bands branches angles histogram skeleton", NULL, NULL},
    {"Model of band formation", "mc montecarlo", "mc.h5", airy_part_model},
    {"Shots", "shots series row", "shots.tsv", airy_part_shots},
    {"Gates", "gates", "gates.tsv", airy_part_gates},
    {"Correlation of speckle", "corr g2 rois steps", NULL, NULL},
    {"Maps of a scan", "scan relate", NULL, NULL},
    {"Rings and structure", "iq sq gr peaks", NULL, NULL},
    {"Atoms", "atoms msd isf overlap lindemann order strings waits vanhove distinct voronoi", NULL,
     NULL},
    {"Density difference", "diff", NULL, NULL},
    {"Images", "image average", NULL, NULL},
    {"Retrieval", "recon convergence", NULL, NULL},
    {"Patterns", "pattern photons condensed merged center binned mask size raw", NULL, NULL},
    {"Checks", "validate null recovery compare", NULL, NULL},
    {"Truth", "truth", NULL, NULL},
};
enum { SECTIONS = sizeof sections / sizeof *sections };

// Files of the folder, by path from it.
typedef struct listing {
    int n;
    char **name;
} listing;

static void listing_release(listing *files)
{
    for (int i = 0; i < files->n; i++)
        free(files->name[i]);
    free(files->name);
    *files = (listing){0};
}

static airy_code listing_add(listing *files, const char *name, airy_error *err)
{
    char **longer = realloc(files->name, ((size_t)files->n + 1) * sizeof *longer);
    if (longer)
        files->name = longer;
    char *copy = longer ? airy_text_copy(name) : NULL;
    if (!copy)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the list of files");
    files->name[files->n++] = copy;
    return AIRY_OK;
}

// Adds the files of folder/below, folders within it too. Left out: hidden ones, and unless all are
// wanted, what charts are made of, and in the folder of a series, which has a part for them, the
// shots.
static airy_code walk(const char *folder, const char *below, int depth, bool all, listing *files,
                      airy_error *err)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/shots.tsv", folder);
    bool series = airy_file_exists(path);
    snprintf(path, sizeof path, "%s/%s", folder, below);
    DIR *directory = opendir(path);
    if (!directory)
        return airy_error_set(err, errno == ENOENT ? AIRY_EMISSING : AIRY_EIO,
                              "%s: cannot open the folder: %s", path, strerror(errno));
    airy_code code = AIRY_OK;
    for (struct dirent *entry; code == AIRY_OK && (entry = readdir(directory));) {
        char name[PATH_ROOM];
        struct stat status;
        if (entry->d_name[0] == '.' ||
            (!all && (airy_text_ends(entry->d_name, ".chart") ||
                      (series && strncmp(entry->d_name, "shot-", 5) == 0))))
            continue;
        snprintf(name, sizeof name, "%s%s%s", below, *below ? "/" : "", entry->d_name);
        snprintf(path, sizeof path, "%s/%s", folder, name);
        if (stat(path, &status) != 0)
            continue;
        if (!S_ISDIR(status.st_mode))
            code = listing_add(files, name, err);
        else if (depth > 0)
            code = walk(folder, name, depth - 1, all, files, err);
    }
    closedir(directory);
    return code;
}

// By name, numbers in names by value, so that shot 2 comes before shot 10.
static int compare(const void *a, const void *b)
{
    const char *x = *(char *const *)a, *y = *(char *const *)b;
    while (*x && *y) {
        size_t n = strspn(x, "0123456789"), m = strspn(y, "0123456789");
        if (n && m) {
            long u = strtol(x, NULL, 10), v = strtol(y, NULL, 10);
            if (u != v)
                return u < v ? -1 : 1;
            x += n;
            y += m;
        } else if (*x != *y)
            break;
        else
            x++, y++;
    }
    return *x == *y ? strcmp(*(char *const *)a, *(char *const *)b) : *x < *y ? -1 : 1;
}

// Which section a file belongs to; SECTIONS: none of them.
static int section_of(const char *name)
{
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
    base += strspn(base, "0123456789-_");
    for (int i = 0; i < SECTIONS; i++)
        for (const char *word = sections[i].words; *word;) {
            char one[32];
            int length = (int)strcspn(word, " ");
            snprintf(one, sizeof one, "%.*s", length, word);
            if (strncasecmp(base, one, (size_t)length) == 0)
                return i;
            word += length + (word[length] == ' ');
        }
    return SECTIONS;
}

// ------------------------------------------------------------------ putting files on the page

// What a series' charts show, to be said below them.
static const struct {
    const char *name, *caption;
} captions[] = {
    {"kinetics.svg",
     "Means by delay with intervals, lines: the best model, grey: where its break "
     "points lie; dashed: the truth, where a simulation told it. Script and data are "
     "in kinetics.chart."},
    {"angles.svg", "Angles of the bands of all shots of a stage, and of the model, weighted by "
                   "length, intervals over particles; dashed: no preferred direction; pale: 20° to "
                   "40°. Script and data are in angles.chart."},
};

static airy_code put_picture(airy_page *page, const char *path, const char *name, airy_error *err)
{
    const char *caption = "";
    for (size_t i = 0; i < sizeof captions / sizeof *captions; i++)
        if (strcmp(name, captions[i].name) == 0)
            caption = captions[i].caption;
    return airy_page_picture(page, path, name, caption, err);
}

// Every table and chart of the folder, those of shots too, by its name there.
static airy_code put_links(airy_page *page, const char *folder, const listing *files,
                           airy_error *err)
{
    listing shots = {0};
    airy_code code = AIRY_OK;
    airy_page_section(page, "Files");
    for (int i = 0; i < files->n; i++)
        if (airy_text_ends(files->name[i], ".tsv") || airy_text_ends(files->name[i], ".svg"))
            airy_page_link(page, files->name[i]);
    code = walk(folder, "", DEPTH, true, &shots, err);
    if (code == AIRY_OK && shots.n > files->n) {
        qsort(shots.name, (size_t)shots.n, sizeof *shots.name, compare);
        airy_page_fold_begin(page,
                             "Tables and charts of single shots, and what charts are made of");
        for (int i = 0; i < shots.n; i++)
            if ((airy_text_ends(shots.name[i], ".tsv") || airy_text_ends(shots.name[i], ".svg")) &&
                strchr(shots.name[i], '/'))
                airy_page_link(page, shots.name[i]);
        airy_page_fold_end(page);
    }
    listing_release(&shots);
    return code;
}

// Long and wide tables, and those of folders, of which there are many, are folded.
static airy_code put_table(airy_page *page, const char *path, const char *name, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_read(path, &table, err);
    bool folded = strchr(name, '/') != NULL || table.rows > FEW || table.columns > FEW;
    if (code == AIRY_OK)
        airy_page_cells(page, &table, name, folded ? -ROWS : ROWS, NULL);
    airy_table_release(&table);
    return code;
}

static airy_code put_text(airy_page *page, const char *path, const char *name, airy_error *err)
{
    char *text = NULL;
    airy_code code = airy_file_read_text(path, &text, err);
    if (code == AIRY_OK)
        airy_page_folded(page, name, text);
    free(text);
    return code;
}

// What is done with a file, by its ending; in a section texts come first, then pictures, then
// tables.
typedef struct kind {
    const char *ending; // "": whatever the page draws itself
    airy_code (*put)(airy_page *page, const char *path, const char *name, airy_error *err);
} kind;

static const kind kinds[] = {{".txt", put_text},
                             {"", airy_part_drawn},
                             {".png", put_picture},
                             {".svg", put_picture},
                             {".tsv", put_table}};
enum { KINDS = sizeof kinds / sizeof *kinds };

static bool is_of_kind(const char *folder, const char *name, const kind *k)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return *k->ending ? airy_text_ends(name, k->ending) : airy_part_is_drawn(path);
}

static bool is_shown(const char *folder, const char *name)
{
    for (int k = 0; k < KINDS; k++)
        if (is_of_kind(folder, name, &kinds[k]))
            return true;
    return false;
}

// Whether the section has a part to put.
static bool has_part(const char *folder, const section *of)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/%s", folder, of->marker ? of->marker : "");
    return of->part && airy_file_exists(path);
}

static airy_code put_section(airy_page *page, const char *folder, const listing *files, int s,
                             airy_error *err)
{
    const section *of = s < SECTIONS ? &sections[s] : &(section){.title = "More"};
    airy_code code = AIRY_OK;
    bool headed = false;
    for (int k = 0; k < KINDS; k++)
        for (int i = 0; code == AIRY_OK && i < files->n; i++) {
            if (section_of(files->name[i]) != s || !is_of_kind(folder, files->name[i], &kinds[k]))
                continue;
            if (!headed)
                airy_page_section(page, of->title);
            headed = true;
            char path[PATH_ROOM];
            snprintf(path, sizeof path, "%s/%s", folder, files->name[i]);
            code = kinds[k].put(page, path, files->name[i], err);
        }
    if (code != AIRY_OK || !has_part(folder, of))
        return code;
    if (!headed)
        airy_page_section(page, of->title);
    return of->part(page, folder, err);
}

// ------------------------------------------------------------------ how it was made

// The steps in the histories of all files, first of those that began with nothing, as simulations
// do. A file without a history is no error.
static airy_code collect(const char *folder, const listing *files, airy_history *all,
                         airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < 2 * files->n; i++) {
        char path[PATH_ROOM];
        airy_history one = {0};
        const char *name = files->name[i % files->n];
        if (!airy_text_ends(name, ".tsv") && !airy_text_ends(name, ".h5") &&
            !airy_text_ends(name, ".cxi"))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, name);
        code = airy_history_read_any(path, &one, err);
        if (code == AIRY_OK && one.n > 0 &&
            (i >= files->n || !one.steps[0].inputs || !*one.steps[0].inputs))
            code = airy_history_merge(all, &one, err);
        airy_history_release(&one);
    }
    return code;
}

// The step whose parameters matter most: that of the series, or the last one.
static const airy_step *main_step(const airy_history *all)
{
    for (int i = 0; i < all->n; i++)
        if (all->steps[i].command && strcmp(all->steps[i].command, "series") == 0)
            return &all->steps[i];
    return &all->steps[all->n - 1];
}

static airy_code put_history(airy_page *page, const char *folder, const listing *files,
                             airy_error *err)
{
    airy_history all = {0};
    airy_code code = collect(folder, files, &all, err);
    if (code == AIRY_OK && all.n > 0) {
        airy_text commands = {0}, whole = {0};
        for (int i = 0; i < all.n; i++)
            if (all.steps[i].command_line)
                airy_text_append(&commands, "%s\n", all.steps[i].command_line);
        airy_history_format(&all, &whole);
        const airy_step *last = main_step(&all);
        char summary[96];
        airy_page_section(page, "How it was made");
        airy_page_paragraph(page, "airy %s (%s), %d commands.",
                            all.steps[0].version ? all.steps[0].version : "?",
                            all.steps[0].commit ? all.steps[0].commit : "?", all.n);
        airy_page_folded(page, "Commands", commands.text ? commands.text : "");
        snprintf(summary, sizeof summary, "Parameters of airy %s",
                 last->command ? last->command : "?");
        airy_page_fold_begin(page, summary);
        airy_page_values(page, last->parameters ? last->parameters : "");
        airy_page_fold_end(page);
        airy_page_folded(page, "Every parameter, input and library version",
                         whole.text ? whole.text : "");
        code = commands.failed ? airy_text_whole(&commands, err) : airy_text_whole(&whole, err);
        airy_text_release(&commands);
        airy_text_release(&whole);
    }
    airy_history_release(&all);
    return code;
}

// A series begins with what was found.
static airy_code put_opening(airy_page *page, const char *folder, airy_error *err)
{
    bool shots = false;
    for (int s = 0; s < SECTIONS; s++)
        shots |= sections[s].part == airy_part_shots && has_part(folder, &sections[s]);
    if (!shots)
        return AIRY_OK;
    airy_code code = airy_part_opening(page, folder, err);
    return code == AIRY_OK ? airy_part_row(page, folder, err) : code;
}

static airy_code put_all(airy_page *page, const char *folder, const listing *files, airy_error *err)
{
    airy_code code = put_opening(page, folder, err);
    for (int s = 0; code == AIRY_OK && s <= SECTIONS; s++)
        code = put_section(page, folder, files, s, err);
    if (code == AIRY_OK)
        code = put_history(page, folder, files, err);
    return code == AIRY_OK ? put_links(page, folder, files, err) : code;
}

// The way from the folder of a page to a folder: "" or ending in /. Where one of them has no path
// of its own any more, the folder as it was given.
static void way_to(const char *folder, const char *page, airy_text *way)
{
    char *copy = airy_text_copy(page), *slash = copy ? strrchr(copy, '/') : NULL;
    if (slash)
        slash[slash == copy] = '\0';
    char *to = realpath(folder, NULL), *from = realpath(slash ? copy : ".", NULL);
    way->failed = !copy;
    if (to && from) {
        size_t same = 0;
        for (size_t i = 0; to[i] == from[i] || !to[i] || !from[i]; i++) {
            if ((to[i] == '/' || !to[i]) && (from[i] == '/' || !from[i]))
                same = i;
            if (!to[i] || !from[i])
                break;
        }
        for (const char *c = from + same; *c; c++)
            if (*c == '/' && c[1])
                airy_text_append(way, "../");
        if (to[same])
            airy_text_append(way, "%s/", to + same + 1);
    } else {
        airy_text_append(way, "%s/", folder);
    }
    free(copy);
    free(to);
    free(from);
}

// The first section that has anything speaks for a folder that is no series.
static const char *title_of(const char *folder, const listing *files)
{
    char path[PATH_ROOM];
    int first = SECTIONS;
    snprintf(path, sizeof path, "%s/shots.tsv", folder);
    for (int i = 0; i < files->n; i++) {
        int s = is_shown(folder, files->name[i]) ? section_of(files->name[i]) : SECTIONS;
        first = s < first ? s : first;
    }
    return airy_file_exists(path) || first == 0 ? "Delay series"
           : first < SECTIONS                   ? sections[first].title
                                                : "Results";
}

airy_code airy_report_write(const char *folder, const char *title, const char *path, bool overwrite,
                            airy_error *err)
{
    listing files = {0};
    airy_page page = {0};
    int shown = 0;
    airy_code code = walk(folder, "", DEPTH, false, &files, err);
    if (code != AIRY_OK)
        goto done;
    if (files.n > 0)
        qsort(files.name, (size_t)files.n, sizeof *files.name, compare);
    for (int i = 0; i < files.n; i++)
        shown += is_shown(folder, files.name[i]);
    if (!shown) {
        code = airy_error_set(err, AIRY_EVALUE,
                              "%s: there are no pictures (png, svg) and no "
                              "tables (tsv) in this folder",
                              folder);
        goto done;
    }
    airy_page_init(&page, title ? title : title_of(folder, &files));
    page.path = path;
    way_to(folder, path, &page.beside);
    code = airy_text_whole(&page.beside, err);
    if (code == AIRY_OK)
        code = put_all(&page, folder, &files, err);
    if (code == AIRY_OK)
        code = airy_page_write(&page, path, overwrite, err);
done:
    airy_page_release(&page);
    listing_release(&files);
    return code;
}
