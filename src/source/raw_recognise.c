// SPDX-License-Identifier: GPL-3.0-or-later
// Which layout a file of detector frames has: by what is in it, or as the user says.
#include "raw.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

// The next of the paths of a layout, which stand between blanks; false behind the last.
static bool next_path(const char **paths, char path[512])
{
    *paths += strspn(*paths, " ");
    int length = (int)strcspn(*paths, " ");
    snprintf(path, 512, "%.*s", length, *paths);
    *paths += length;
    return length > 0;
}

// The first path of a layout that the file has, and the pattern that it fits.
static bool find_data(airy_h5 *h5, const airy_layout *layout, char data[512], char pattern[512],
                      int *others)
{
    for (const char *paths = layout->data; next_path(&paths, pattern);)
        if (airy_h5_match(h5, pattern, data, others))
            return true;
    return false;
}

// True when everything that makes a layout is in the file; the frames' path is filled in.
static bool fits(airy_h5 *h5, const airy_layout *layout, char data[512], char pattern[512],
                 int *others)
{
    char path[512];
    if (!find_data(h5, layout, data, pattern, others))
        return false;
    for (int i = 0; i < AIRY_LAYOUT_MARKS; i++)
        if (layout->marks[i] && !airy_h5_match(h5, layout->marks[i], path, NULL))
            return false;
    return !layout->absent || !airy_h5_match(h5, layout->absent, path, NULL);
}

static airy_code ambiguous(const airy_raw *raw, const char *first, const char *second,
                           airy_error *err)
{
    return airy_error_set(err, AIRY_EFORMAT, "%s could be layout %s or %s; say which with --layout",
                          raw->path, first, second);
}

// Usual places of bare arrays.
static bool find_bare(airy_h5 *h5, char data[512])
{
    static const char *const places[] = {"/data/data", "/data",    "/raw",       "/entry/data/data",
                                         "/pattern",   "/photons", "/intensity", NULL};
    int dims[4], rank = 0;
    for (int i = 0; places[i]; i++)
        if (airy_h5_has(h5, places[i]) &&
            airy_h5_shape(h5, places[i], dims, &rank, NULL) == AIRY_OK && rank >= 2) {
            snprintf(data, 512, "%s", places[i]);
            return true;
        }
    return false;
}

// ------------------------------------------------------------------ the only array

// What a walk through a file found: arrays, and the first that should be one and cannot be read.
typedef struct arrays {
    int n;
    char first[512];
    airy_text names;
    airy_error problem;
} arrays;

// Whether a dataset can be an array by its type. Soft links lead to what is found anyway.
static bool may_be_array(airy_h5 *h5, const airy_h5_item *item)
{
    char target[512];
    if (strcmp(item->kind, "link") == 0)
        return !airy_h5_link_target(h5, item->path, target) || !airy_h5_has(h5, item->path);
    return strncmp(item->kind, "float", 5) == 0 || strncmp(item->kind, "int", 3) == 0 ||
           strncmp(item->kind, "uint", 4) == 0;
}

static void look_at_item(airy_h5 *h5, const airy_h5_item *item, arrays *found)
{
    int dims[4], rank = 0;
    airy_error err = {0};
    if (!may_be_array(h5, item))
        return;
    airy_code code = airy_h5_shape(h5, item->path, dims, &rank, &err);
    bool told = code == AIRY_EMISSING || code == AIRY_EFORMAT; // not of a shape that we do not read
    if (told && found->problem.code == AIRY_OK)
        found->problem = err;
    if (code != AIRY_OK || rank < 2)
        return;
    if (found->n++ == 0)
        snprintf(found->first, sizeof found->first, "%s", item->path);
    if (found->n <= 8)
        airy_text_append(&found->names, "%s%s", found->n > 1 ? " " : "", item->path);
}

static airy_code no_array(const char *path, airy_error *err)
{
    int n;
    airy_text names = {0};
    const airy_layout *table = airy_layout_table(&n);
    for (int i = 0; i < n - 1; i++)
        airy_text_append(&names, " %s", table[i].row.name);
    airy_error_set(err, AIRY_EMISSING,
                   "%s holds no array of rows and columns, and no frames of a layout known here:%s",
                   path, names.text ? names.text : "");
    airy_text_release(&names);
    return AIRY_EMISSING;
}

// Why there is not one array, or that there is.
static airy_code judge_arrays(const char *path, const arrays *found, airy_error *err)
{
    if (found->problem.code != AIRY_OK)
        return airy_error_set(err, found->problem.code, "%s", found->problem.message);
    if (found->n == 0)
        return no_array(path, err);
    if (found->n > 1)
        return airy_error_set(err, AIRY_EMISSING,
                              "%s holds %d arrays, name one of them as %s:/...: %s", path, found->n,
                              path, found->names.text ? found->names.text : "");
    if (strcmp(found->first, "/gains") == 0)
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s holds gains or pedestals of a detector, not frames", path);
    return AIRY_OK;
}

// The only array of a file; with several, the user has to name one.
static airy_code find_only_array(airy_raw *raw, airy_error *err)
{
    int n = 0;
    airy_h5_item *items = NULL;
    arrays found = {0};
    airy_code code = airy_h5_list(raw->h5, "/", &items, &n, err);
    for (int i = 0; code == AIRY_OK && i < n; i++)
        look_at_item(raw->h5, &items[i], &found);
    if (code == AIRY_OK)
        code = judge_arrays(raw->path, &found, err);
    if (code == AIRY_OK)
        memcpy(raw->data, found.first, sizeof found.first);
    airy_text_release(&found.names);
    airy_memory_free(items);
    return code;
}

// ------------------------------------------------------------------ the layout

static airy_code recognise(airy_raw *raw, airy_error *err)
{
    int n;
    const airy_layout *table = airy_layout_table(&n);
    for (int i = 0; i < n; i++) {
        char data[512], pattern[512];
        int others = 0;
        if (!fits(raw->h5, &table[i], data, pattern, &others))
            continue;
        if (raw->layout)
            return ambiguous(raw, raw->layout->row.name, table[i].row.name, err);
        if (others && !table[i].one_each && !table[i].joined)
            return airy_error_set(err, AIRY_EFORMAT,
                                  "%s holds the frames of %d detectors (layout %s); name one as "
                                  "FILE:%s",
                                  raw->path, others + 1, table[i].row.name, data);
        raw->layout = &table[i];
        memcpy(raw->data, data, sizeof data);
        memcpy(raw->pattern, pattern, sizeof pattern);
    }
    if (raw->layout)
        return AIRY_OK;
    raw->layout = &table[n - 1];
    return find_bare(raw->h5, raw->data) ? AIRY_OK : find_only_array(raw, err);
}

// A dataset named by the user still tells the layout, when its path fits one.
static const airy_layout *layout_of_path(const char *dataset)
{
    int n;
    const airy_layout *table = airy_layout_table(&n);
    for (int i = 0; i < n - 1; i++) {
        char pattern[512];
        for (const char *paths = table[i].data; next_path(&paths, pattern);)
            if (fnmatch(pattern, dataset, FNM_PATHNAME) == 0)
                return &table[i];
    }
    return &table[n - 1];
}

static airy_code use_named(airy_raw *raw, const char *name, airy_error *err)
{
    int others = 0;
    raw->layout = airy_layout_find(name);
    if (!raw->layout)
        return airy_error_set(err, AIRY_EARGUMENT, "there is no layout '%s'", name);
    if (raw->data[0])
        return AIRY_OK;
    if (raw->layout->data[0] ? find_data(raw->h5, raw->layout, raw->data, raw->pattern, &others)
                             : find_bare(raw->h5, raw->data))
        return AIRY_OK;
    return airy_error_set(err, AIRY_EMISSING,
                          "%s: layout %s keeps frames at %s, which is not there", raw->path, name,
                          raw->layout->data[0] ? raw->layout->data : "/data");
}

airy_code airy_raw_choose(airy_raw *raw, const char *dataset, const char *name, airy_error *err)
{
    bool given = name && strcmp(name, "auto") != 0;
    airy_code code = AIRY_OK;
    if (dataset)
        snprintf(raw->data, sizeof raw->data, "%s", dataset);
    if (given)
        code = use_named(raw, name, err);
    else if (dataset)
        raw->layout = layout_of_path(dataset);
    else
        code = recognise(raw, err);
    if (code == AIRY_OK)
        airy_text_append(&raw->why, "layout %s (%s): %s %s", raw->layout->row.name,
                         raw->layout->row.means, raw->data,
                         given || dataset ? "was asked for" : "is there");
    return code;
}
