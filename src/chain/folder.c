// SPDX-License-Identifier: GPL-3.0-or-later
// Folders of shots: made when they are not there, and freed of what a killed run left behind.
#include "chain.h"

#include "airy/work.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// Files on their way to their names, and scratch folders of figures (files/sweep.c), of any
// machine: who has the folder to himself made none of them.
static bool is_leftover(const char *name)
{
    return name[0] == '.' && (strstr(name, ".part-") || strstr(name, ".figure-"));
}

// Results of a shot that is done anew, which must not outlive what they were made of.
static bool is_result(const char *name)
{
    return strcmp(name, "row.tsv") == 0 || airy_text_ends(name, ".png");
}

static bool is_any(const char *name)
{
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

// Removes the files that are meant; what cannot be removed will be in the way of its writer, which
// says so.
static void clear(const char *path, bool (*is_meant)(const char *name))
{
    char inner[4096];
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        int length = snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (!is_meant(entry->d_name) || length >= (int)sizeof inner || unlink(inner) == 0)
            continue;
        if (is_leftover(entry->d_name)) { // a folder of files
            clear(inner, is_any);
            rmdir(inner);
        }
    }
    if (directory)
        closedir(directory);
}

void airy_folder_clear(const char *path)
{
    if (airy_farm_rank() > 0)
        return;
    clear(path, is_leftover);
    clear(path, is_result);
}
