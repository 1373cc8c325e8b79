// SPDX-License-Identifier: GPL-3.0-or-later
// The files that an HDF5 file reaches into, by external links, as sources of virtual datasets and
// as storage: what is read of it changes when they do.
#include "hash.h"
#include "hdf5_handle.h"
#include "input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINKS_DEEP = 4, NUMBERED_MOST = 100000 };

// Whether the lines hold this one.
static bool has_line(const airy_text *lines, const char *line)
{
    size_t length = strlen(line);
    for (const char *at = lines->text; at && *at; at += strcspn(at, "\n"), at += *at == '\n')
        if (strncmp(at, line, length) == 0 && at[length] == '\n')
            return true;
    return false;
}

static void walk(const char *path, int depth, airy_text *files);

// Notes a file that is not there yet, and what it reaches into itself.
static void note(const airy_h5 *h5, const char *name, int depth, airy_text *files)
{
    airy_text where = {0};
    if (strcmp(name, ".") != 0)
        airy_h5_beside(h5, name, &where);
    files->failed = files->failed || where.failed;
    if (where.text && strcmp(where.text, h5->path) != 0 && airy_h5_is_near(h5, where.text) &&
        !has_line(files, where.text)) {
        airy_text_append(files, "%s\n", where.text);
        walk(where.text, depth + 1, files);
    }
    airy_text_release(&where);
}

// A source called part-%b.h5 stands for part-0.h5, part-1.h5, ... as far as there are.
static void note_source(const airy_h5 *h5, const char *name, int depth, airy_text *files)
{
    const char *number = strstr(name, "%b");
    if (!number) {
        note(h5, name, depth, files);
        return;
    }
    for (int i = 0; i < NUMBERED_MOST; i++) {
        char one[1200];
        airy_text where = {0};
        snprintf(one, sizeof one, "%.*s%d%s", (int)(number - name), name, i, number + 2);
        airy_h5_beside(h5, one, &where);
        bool there = where.text && airy_file_check(where.text, NULL) == AIRY_OK;
        files->failed = files->failed || where.failed;
        airy_text_release(&where);
        if (!there)
            return;
        note(h5, one, depth, files);
    }
}

static void note_dataset(const airy_h5 *h5, const char *path, int depth, airy_text *files)
{
    char name[1024];
    size_t n = 0;
    hid_t dataset = H5Dopen2(h5->file, path, H5P_DEFAULT);
    hid_t list = dataset < 0 ? H5I_INVALID_HID : H5Dget_create_plist(dataset);
    if (list >= 0 && H5Pget_layout(list) == H5D_VIRTUAL)
        H5Pget_virtual_count(list, &n);
    for (size_t k = 0; k < n; k++)
        if (H5Pget_virtual_filename(list, k, name, sizeof name) > 0)
            note_source(h5, name, depth, files);
    int stored = list < 0 ? 0 : H5Pget_external_count(list);
    for (int k = 0; k < stored; k++)
        if (H5Pget_external(list, (unsigned)k, sizeof name, name, NULL, NULL) >= 0)
            note(h5, name, depth, files);
    airy_h5_drop(list);
    airy_h5_drop(dataset);
}

static void note_item(const airy_h5 *h5, const airy_h5_item *item, int depth, airy_text *files)
{
    char target[512];
    if (strcmp(item->kind, "group") == 0)
        return;
    if (strcmp(item->kind, "link") != 0) {
        note_dataset(h5, item->path, depth, files);
    } else if (airy_h5_external_target(h5, item->path, target)) {
        target[strcspn(target, ":")] = '\0';
        note(h5, target, depth, files);
    }
}

// files->failed: memory ran out, and some may be missing.
static void walk(const char *path, int depth, airy_text *files)
{
    airy_h5_item *items = NULL;
    int n = 0;
    airy_error why = {0}; // what is no HDF5 file reaches into no other
    airy_h5 *h5 = depth < LINKS_DEEP ? airy_h5_open(path, &why) : NULL;
    if (h5 && airy_h5_list(h5, "/", &items, &n, &why) != AIRY_OK)
        n = 0;
    files->failed = files->failed || why.code == AIRY_EMEMORY;
    for (int i = 0; i < n; i++)
        note_item(h5, &items[i], depth, files);
    airy_memory_free(items);
    airy_h5_close(h5);
}

airy_code airy_input_sha256(const char *path, const airy_progress *progress, airy_text *lines,
                            char hex[65], airy_error *err)
{
    airy_text files = {0}, all = {0};
    airy_code code = airy_file_sha256(path, progress, hex, err);
    if (code == AIRY_OK && lines)
        airy_text_append(lines, "%s  %s\n", hex, path);
    if (code == AIRY_OK)
        walk(path, 0, &files);
    if (code == AIRY_OK && files.failed)
        code =
            airy_error_set(err, AIRY_EMEMORY, "no memory for the files that %s reaches into", path);
    for (char *at = files.text, *end; code == AIRY_OK && at && *at; at = end + 1) {
        char one[65] = "-"; // not there
        end = strchr(at, '\n');
        *end = '\0';
        if (airy_file_check(at, NULL) == AIRY_OK)
            code = airy_file_sha256(at, progress, one, err);
        airy_text_append(&all, "%s%s\n", all.length ? "" : hex, one);
        if (code == AIRY_OK && lines)
            airy_text_append(lines, "%s  %s\n", one, at);
    }
    if (code == AIRY_OK)
        code = airy_text_whole(&all, err);
    if (code == AIRY_OK && all.length)
        airy_bytes_sha256(all.text, all.length, hex);
    airy_text_release(&files);
    airy_text_release(&all);
    return code;
}
