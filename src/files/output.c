// SPDX-License-Identifier: GPL-3.0-or-later
// Outputs that appear under their final name only when they are complete.
#include "airy/files.h"
#include "airy/work.h"
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_MAX (1LL << 30) // bytes of a text file that are read at most

bool airy_file_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

airy_code airy_folder_make(const char *path, airy_error *err)
{
    struct stat found;
    if (mkdir(path, 0777) == 0)
        return AIRY_OK;
    int why = errno;
    if (why == EEXIST && stat(path, &found) == 0 && S_ISDIR(found.st_mode))
        return AIRY_OK;
    return airy_error_set(err, AIRY_EIO, "%s: cannot make the folder: %s", path, strerror(why));
}

// Splits a path behind its last '/': the folder's length, 0 when there is none.
static int folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (int)(slash - path) + 1 : 0;
}

// A path's folder, malloc'ed: "./" where the path names none; NULL: no memory.
static char *folder_of(const char *path)
{
    char *folder = folder_length(path) ? airy_text_copy(path) : airy_text_copy("./");
    if (folder)
        folder[folder_length(folder)] = '\0';
    return folder;
}

// A path that may become an output: not there, or a plain file that may be replaced.
static airy_code check_target(const char *path, bool overwrite, airy_error *err)
{
    struct stat info;
    if (!path) // a text that found none
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the name of an output file");
    if (strcmp(path, "-") == 0)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "'-' is no name for an output file: files cannot be written to a "
                              "pipe, and tables are printed without -o");
    if (!path[0] || path[folder_length(path)] == '\0')
        return airy_error_set(err, AIRY_EARGUMENT, "'%s' is no name for an output file", path);
    bool there = stat(path, &info) == 0;
    if (!there && lstat(path, &info) == 0)
        return airy_error_set(err, AIRY_EIO, "%s is a link to what is not there and is left alone",
                              path);
    if (!there || airy_farm_rank() > 0) // the first rank writes, or has written it
        return AIRY_OK;
    if (!S_ISREG(info.st_mode))
        return airy_error_set(err, AIRY_EIO, "%s is not a plain file and is left alone", path);
    if (!overwrite)
        return airy_error_set(err, AIRY_EIO, "%s exists and is kept; -f overwrites it", path);
    return AIRY_OK;
}

// Creates an empty file nobody else uses, so that an unwritable folder is noticed before the work.
static airy_code create_temporary(airy_output *out, airy_error *err)
{
    int file = -1;
    char *stem = airy_temporary_stem(out->path, "part");
    size_t room = stem ? strlen(stem) + 32 : 0;
    out->temporary = stem ? malloc(room) : NULL;
    if (!out->temporary) {
        free(stem);
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a file name");
    }
    char *folder = airy_farm_rank() == 0 ? folder_of(out->path) : NULL;
    if (folder)
        airy_folder_sweep(folder);
    free(folder);
    for (int attempt = 0; file < 0 && attempt < 1000; attempt++) {
        snprintf(out->temporary, room, "%s%d", stem, attempt);
        file = open(out->temporary, O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (file < 0 && errno != EEXIST)
            break;
    }
    free(stem);
    if (file >= 0) {
        close(file);
        return AIRY_OK;
    }
    free(out->temporary);
    out->temporary = NULL;
    return airy_error_set(err, AIRY_EIO, "%s cannot be written: %s", out->path, strerror(errno));
}

airy_code airy_output_begin(airy_output *out, const char *path, bool overwrite, airy_error *err)
{
    *out = (airy_output){.overwrite = overwrite};
    airy_code code = airy_farm_agree(check_target(path, overwrite, err), err);
    if (code != AIRY_OK)
        return code;
    out->path = airy_text_copy(path);
    code = out->path ? create_temporary(out, err)
                     : airy_error_set(err, AIRY_EMEMORY, "no memory for a file name");
    if (code != AIRY_OK)
        airy_output_abandon(out);
    return code;
}

// Whether two names, "x" and "./x", are those of one file, which need not be there.
static bool is_same(const char *a, const char *b)
{
    struct stat in_a, in_b;
    char *folder_a = folder_of(a), *folder_b = folder_of(b);
    bool same = strcmp(a + folder_length(a), b + folder_length(b)) == 0 && folder_a && folder_b &&
                stat(folder_a, &in_a) == 0 && stat(folder_b, &in_b) == 0 &&
                in_a.st_dev == in_b.st_dev && in_a.st_ino == in_b.st_ino;
    free(folder_a);
    free(folder_b);
    return same;
}

airy_code airy_output_check(const char *path, const char *second, bool overwrite, airy_error *err)
{
    const char *const paths[] = {path, second};
    airy_code code = AIRY_OK;
    if (path && second && is_same(path, second))
        return airy_error_set(err, AIRY_EARGUMENT, "%s cannot be two outputs at once", path);
    for (int i = 0; i < 2 && code == AIRY_OK; i++) {
        airy_output probe = {0};
        code = paths[i] ? airy_output_begin(&probe, paths[i], overwrite, err) : AIRY_OK;
        airy_output_abandon(&probe);
    }
    return code;
}

static int sync_path(const char *path, int flags)
{
    int file = open(path, flags);
    if (file < 0)
        return -1;
    int failed = fsync(file), why = errno;
    close(file);
    errno = why;
    return failed;
}

// A file that is replaced keeps who may read it.
static void keep_mode(const char *path, const char *temporary)
{
    struct stat info;
    if (stat(path, &info) == 0 && S_ISREG(info.st_mode))
        (void)!chmod(temporary, info.st_mode & 0777);
}

// Without overwriting, what has appeared under the name since stays. Where there are no hard links,
// it does not.
static int give_name(const airy_output *out)
{
    if (!out->overwrite && link(out->temporary, out->path) == 0)
        return unlink(out->temporary);
    if (!out->overwrite && errno == EEXIST)
        return -1;
    return rename(out->temporary, out->path);
}

airy_code airy_output_commit(airy_output *out, airy_error *err)
{
    airy_code code = AIRY_OK;
    if (airy_farm_rank() > 0) {
        airy_output_abandon(out);
        return AIRY_OK;
    }
    keep_mode(out->path, out->temporary);
    if (sync_path(out->temporary, O_RDONLY) != 0 || give_name(out) != 0) {
        code = airy_error_set(err, AIRY_EIO, "writing %s failed: %s", out->path, strerror(errno));
    } else {
        free(out->temporary); // nothing is left to remove
        out->temporary = NULL;
        char *folder = folder_of(out->path);
        if (folder)
            sync_path(folder, O_RDONLY | O_DIRECTORY); // not all systems can
        free(folder);
    }
    airy_output_abandon(out);
    return code;
}

void airy_output_abandon(airy_output *out)
{
    if (out->temporary)
        unlink(out->temporary);
    free(out->temporary);
    free(out->path);
    *out = (airy_output){0};
}

airy_code airy_file_write_bytes(const char *path, const void *bytes, size_t length, bool overwrite,
                                airy_error *err)
{
    airy_output out;
    airy_code code = airy_output_begin(&out, path, overwrite, err);
    if (code != AIRY_OK)
        return code;
    FILE *file = fopen(out.temporary, "wb");
    bool good = file && fwrite(bytes, 1, length, file) == length;
    if (file && fclose(file) != 0)
        good = false;
    if (good)
        return airy_output_commit(&out, err);
    code = airy_error_set(err, AIRY_EIO, "writing %s failed: %s", path, strerror(errno));
    airy_output_abandon(&out);
    return code;
}

airy_code airy_file_write_text(const char *path, const char *text, bool overwrite, airy_error *err)
{
    if (!text) // one that found no memory
        return airy_error_set(err, AIRY_EMEMORY, "no memory for what %s is to hold",
                              path ? path : "a file");
    return airy_file_write_bytes(path, text, strlen(text), overwrite, err);
}

// Reads a whole open file into *text.
static airy_code slurp(FILE *file, const char *path, char **text, airy_error *err)
{
    struct stat info;
    if (fstat(fileno(file), &info) != 0 || S_ISDIR(info.st_mode))
        return airy_error_set(err, AIRY_EIO, "%s is not a file that can be read", path);
    if (info.st_size > TEXT_MAX)
        return airy_error_set(err, AIRY_EFORMAT, "%s has %lld bytes, too many for a text", path,
                              (long long)info.st_size);
    size_t room = (size_t)info.st_size;
    *text = malloc(room + 1);
    if (!*text)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the %zu bytes of %s", room, path);
    size_t length = fread(*text, 1, room, file);
    (*text)[length] = '\0';
    if (ferror(file))
        return airy_error_set(err, AIRY_EIO, "reading %s failed: %s", path, strerror(errno));
    if (strlen(*text) != length)
        return airy_error_set(err, AIRY_EFORMAT, "%s is not text: it has zero bytes", path);
    return AIRY_OK;
}

airy_code airy_file_read_text(const char *path, char **text, airy_error *err)
{
    *text = NULL;
    airy_error local = {0};
    FILE *file = airy_file_open(path, &local);
    if (!file)
        return airy_error_set(err, local.code, "%s", local.message);
    airy_code code = slurp(file, path, text, err);
    fclose(file);
    if (code != AIRY_OK) {
        free(*text);
        *text = NULL;
    }
    return code;
}

// ":/" is where a dataset begins, unless a file of the whole name exists.
char *airy_spec_path(const char *spec, const char **dataset)
{
    char *path = airy_text_copy(spec);
    char *colon = path ? strstr(path, ":/") : NULL;
    if (dataset)
        *dataset = NULL;
    if (!colon || airy_file_exists(path))
        return path;
    *colon = '\0';
    if (dataset)
        *dataset = spec + (colon - path) + 1;
    return path;
}

// Length of a path without the ending of its name.
static size_t stem_length(const char *path)
{
    const char *dot = strrchr(path + folder_length(path), '.');
    return dot ? (size_t)(dot - path) : strlen(path);
}

void airy_output_table(const char *output, airy_text *path)
{
    airy_text_append(path, "%.*s.tsv", (int)stem_length(output), output);
}

void airy_output_beside(const char *output, const char *usual, const char *name, airy_text *path)
{
    size_t folder = (size_t)folder_length(output), length = stem_length(output) - folder;
    const char *leaf = output + folder;
    airy_text_append(path, "%.*s", (int)folder, output);
    if (length != strlen(usual) || strncmp(leaf, usual, length) != 0)
        airy_text_append(path, "%.*s-", (int)length, leaf);
    airy_text_append(path, "%s", name);
}
