// SPDX-License-Identifier: GPL-3.0-or-later
// Which layout a file of detector frames has: by what is in it, or as the user says.
#include "raw.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

// True when everything that makes a layout is in the file; the frames' path is filled in.
static bool fits(airy_h5 *h5, const airy_layout *layout, char data[512], int *others)
{
    char path[512];
    if (!layout->data[0] || !airy_h5_match(h5, layout->data, data, others))
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

static airy_code not_recognised(const airy_raw *raw, airy_error *err)
{
    int n;
    airy_text names = {0};
    const airy_layout *table = airy_layout_table(&n);
    for (int i = 0; i < n - 1; i++)
        airy_text_append(&names, " %s", table[i].row.name);
    airy_error_set(err, AIRY_EFORMAT,
                   "%s fits no layout of detector frames (known:%s); name the array as FILE:/path",
                   raw->path, names.text ? names.text : "");
    airy_text_release(&names);
    return AIRY_EFORMAT;
}

// Usual places of bare arrays.
static bool find_bare(airy_h5 *h5, char data[512])
{
    static const char *const places[] = {"/data/data", "/data", "/raw", NULL};
    int dims[4], rank = 0;
    for (int i = 0; places[i]; i++)
        if (airy_h5_has(h5, places[i]) &&
            airy_h5_shape(h5, places[i], dims, &rank, NULL) == AIRY_OK && rank >= 2) {
            snprintf(data, 512, "%s", places[i]);
            return true;
        }
    return false;
}

static airy_code recognise(airy_raw *raw, airy_error *err)
{
    int n;
    const airy_layout *table = airy_layout_table(&n);
    for (int i = 0; i < n; i++) {
        char data[512];
        int others = 0;
        if (!fits(raw->h5, &table[i], data, &others))
            continue;
        if (raw->layout)
            return ambiguous(raw, raw->layout->row.name, table[i].row.name, err);
        if (others && !table[i].one_each)
            return airy_error_set(err, AIRY_EFORMAT,
                                  "%s holds the frames of %d detectors (layout %s); name one as "
                                  "FILE:%s",
                                  raw->path, others + 1, table[i].row.name, data);
        raw->layout = &table[i];
        memcpy(raw->data, data, sizeof data);
    }
    if (!raw->layout && find_bare(raw->h5, raw->data))
        raw->layout = &table[n - 1];
    return raw->layout ? AIRY_OK : not_recognised(raw, err);
}

// A dataset named by the user still tells the layout, when its path fits one.
static const airy_layout *layout_of_path(const char *dataset)
{
    int n;
    const airy_layout *table = airy_layout_table(&n);
    for (int i = 0; i < n - 1; i++)
        if (fnmatch(table[i].data, dataset, FNM_PATHNAME) == 0)
            return &table[i];
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
    if (raw->layout->data[0] ? airy_h5_match(raw->h5, raw->layout->data, raw->data, &others)
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
