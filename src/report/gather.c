// SPDX-License-Identifier: GPL-3.0-or-later
// The page of a folder: what lies in it, in the order of the chain, and how it was made.
#include "airy/io.h"
#include "airy/report.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { PATH_ROOM = 4096, DEPTH = 4, ROWS = 60 };

// A section and the words by which a file name belongs to it; the first row that fits wins, files
// that fit none come last. Folders and a number in
// front of the name do not count.
typedef struct section {
    const char *title;
    const char *words; // separated by blanks
} section;

static const section sections[] = {
    {"Delay curves", "kinetics curve rate expansion aspect"},
    {"Shots", "shots gates series row"},
    {"Model of band formation", "mc montecarlo"},
    {"Checks", "validate null recovery compare"},
    {"Bands and angles", "bands branches angles histogram skeleton"},
    {"Density difference", "diff"},
    {"Images", "image average"},
    {"Retrieval", "recon convergence"},
    {"Patterns", "pattern photons condensed merged center binned mask size raw"},
    {"Truth", "truth"},
};
enum { SECTIONS = sizeof sections / sizeof *sections };

// The order in which sections stand on the page: results first, then the way to them.
static const int order[SECTIONS + 1] = {0, 1, 4, 5, 6, 7, 8, 3, 2, 9, SECTIONS};

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

static bool ends(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n > m && strcmp(name + n - m, ending) == 0;
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

// Adds the files of folder/below, folders within it too; hidden ones are left out.
static airy_code walk(const char *folder, const char *below, int depth, listing *files,
                      airy_error *err)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/%s", folder, below);
    DIR *directory = opendir(path);
    if (!directory)
        return airy_error_set(err, errno == ENOENT ? AIRY_EMISSING : AIRY_EIO,
                              "%s: cannot open the folder: %s", path, strerror(errno));
    airy_code code = AIRY_OK;
    for (struct dirent *entry; code == AIRY_OK && (entry = readdir(directory));) {
        char name[PATH_ROOM];
        struct stat status;
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s%s%s", below, *below ? "/" : "", entry->d_name);
        snprintf(path, sizeof path, "%s/%s", folder, name);
        if (stat(path, &status) != 0)
            continue;
        if (!S_ISDIR(status.st_mode))
            code = listing_add(files, name, err);
        else if (depth > 0)
            code = walk(folder, name, depth - 1, files, err);
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

static airy_code put_picture(airy_page *page, const char *path, const char *name, airy_error *err)
{
    return airy_page_picture(page, path, name, err);
}

static airy_code put_table(airy_page *page, const char *path, const char *name, airy_error *err)
{
    bool in_folder = strchr(name, '/') != NULL; // of one shot: folded, for there are many
    return airy_page_table(page, path, name, ROWS, in_folder, err);
}

static airy_code put_text(airy_page *page, const char *path, const char *name, airy_error *err)
{
    char *text = NULL;
    airy_code code = airy_file_read_text(path, &text, err);
    if (code == AIRY_OK) {
        airy_page_paragraph(page, "%s", name);
        airy_page_verbatim(page, text);
    }
    free(text);
    return code;
}

// What is done with a file, by its ending; in a section texts come first, then pictures, then
// tables.
typedef struct kind {
    const char *ending;
    airy_code (*put)(airy_page *page, const char *path, const char *name, airy_error *err);
} kind;

static const kind kinds[] = {
    {".txt", put_text}, {".png", put_picture}, {".svg", put_picture}, {".tsv", put_table}};
enum { KINDS = sizeof kinds / sizeof *kinds };

static bool is_shown(const char *name)
{
    for (int k = 0; k < KINDS; k++)
        if (ends(name, kinds[k].ending))
            return true;
    return false;
}

static airy_code put_section(airy_page *page, const char *folder, const listing *files, int s,
                             airy_error *err)
{
    airy_code code = AIRY_OK;
    bool headed = false;
    for (int k = 0; k < KINDS; k++)
        for (int i = 0; code == AIRY_OK && i < files->n; i++) {
            if (section_of(files->name[i]) != s || !ends(files->name[i], kinds[k].ending))
                continue;
            if (!headed)
                airy_page_section(page, s < SECTIONS ? sections[s].title : "More");
            headed = true;
            char path[PATH_ROOM];
            snprintf(path, sizeof path, "%s/%s", folder, files->name[i]);
            code = kinds[k].put(page, path, files->name[i], err);
        }
    return code;
}

// ------------------------------------------------------------------ how it was made

// The steps in the histories of all files. A file without a history is no error.
static airy_code collect(const char *folder, const listing *files, airy_history *all,
                         airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < files->n; i++) {
        char path[PATH_ROOM];
        airy_history one = {0};
        const char *name = files->name[i];
        if (!ends(name, ".tsv") && !ends(name, ".h5") && !ends(name, ".cxi"))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, name);
        if (airy_history_read_file(path, &one, NULL) == AIRY_OK)
            code = airy_history_merge(all, &one, err);
        airy_history_release(&one);
    }
    return code;
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
        airy_page_section(page, "How it was made");
        airy_page_paragraph(page, "airy %s (%s), %d commands.",
                            all.steps[0].version ? all.steps[0].version : "?",
                            all.steps[0].commit ? all.steps[0].commit : "?", all.n);
        airy_page_verbatim(page, commands.text ? commands.text : "");
        airy_page_folded(page, "Every parameter, input and library version",
                         whole.text ? whole.text : "");
        airy_text_release(&commands);
        airy_text_release(&whole);
    }
    airy_history_release(&all);
    return code;
}

static airy_code put_all(airy_page *page, const char *folder, const listing *files, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int s = 0; code == AIRY_OK && s <= SECTIONS; s++)
        code = put_section(page, folder, files, order[s], err);
    return code == AIRY_OK ? put_history(page, folder, files, err) : code;
}

airy_code airy_report_write(const char *folder, const char *title, const char *path, bool overwrite,
                            airy_error *err)
{
    listing files = {0};
    airy_page page = {0};
    int shown = 0;
    airy_code code = walk(folder, "", DEPTH, &files, err);
    if (code != AIRY_OK)
        goto done;
    if (files.n > 0)
        qsort(files.name, (size_t)files.n, sizeof *files.name, compare);
    for (int i = 0; i < files.n; i++)
        shown += is_shown(files.name[i]);
    if (!shown) {
        code = airy_error_set(err, AIRY_EVALUE,
                              "%s: there are no pictures (png, svg) and no "
                              "tables (tsv) in this folder",
                              folder);
        goto done;
    }
    airy_page_init(&page, title);
    code = put_all(&page, folder, &files, err);
    if (code == AIRY_OK)
        code = airy_page_write(&page, path, overwrite, err);
done:
    airy_page_release(&page);
    listing_release(&files);
    return code;
}
