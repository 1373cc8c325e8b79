// SPDX-License-Identifier: GPL-3.0-or-later
// Finished pieces of a run beside its output: each is whole under its number, or not there.
#include "airy/files.h"
#include "pieces.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY = 64 };
static const char title[] = "airy piece 1\n";

struct airy_pieces {
    char *folder;
    char key[KEY + 1];
};

// What stands before the bytes of a piece.
typedef struct head {
    char title[sizeof title], key[KEY];
    uint64_t piece, size, sum;
} head;

// FNV-1a (Fowler, Noll and Vo), of eight bytes at a time.
static uint64_t checksum(const unsigned char *bytes, size_t n)
{
    uint64_t sum = 14695981039346656037u, word;
    for (; n >= sizeof word; n -= sizeof word, bytes += sizeof word) {
        memcpy(&word, bytes, sizeof word);
        sum = (sum ^ word) * 1099511628211u;
    }
    for (size_t i = 0; i < n; i++)
        sum = (sum ^ bytes[i]) * 1099511628211u;
    return sum;
}

static head head_of(const airy_pieces *kept, int piece, const void *bytes, size_t n)
{
    head h = {.piece = (uint64_t)piece, .size = n, .sum = checksum(bytes, n)};
    memcpy(h.title, title, sizeof title);
    memcpy(h.key, kept->key, KEY);
    return h;
}

static char *joined(const char *a, const char *b)
{
    size_t room = strlen(a) + strlen(b) + 1;
    char *path = malloc(room);
    if (path)
        snprintf(path, room, "%s%s", a, b);
    return path;
}

// The file of a piece, or with `more` one beside it; malloc'ed.
static char *path_of(const airy_pieces *kept, int piece, const char *more)
{
    char name[64];
    snprintf(name, sizeof name, "/%d%s", piece, more);
    return joined(kept->folder, name);
}

airy_pieces *airy_pieces_open(const char *output, const char *key, airy_error *err)
{
    airy_pieces *kept = calloc(1, sizeof *kept);
    if (kept) {
        snprintf(kept->key, sizeof kept->key, "%s", key);
        kept->folder = joined(output, ".pieces");
    }
    airy_code code = kept && kept->folder
                         ? airy_folder_make(kept->folder, err)
                         : airy_error_set(err, AIRY_EMEMORY, "no memory for %s", output);
    if (code == AIRY_OK)
        return kept;
    airy_pieces_close(kept, false);
    return NULL;
}

bool airy_pieces_take(const airy_pieces *kept, int piece, void *bytes, size_t n)
{
    char *path = path_of(kept, piece, "");
    FILE *file = path ? fopen(path, "rb") : NULL;
    head h;
    bool good = file && fread(&h, sizeof h, 1, file) == 1 && fread(bytes, 1, n, file) == n &&
                fgetc(file) == EOF;
    if (good) {
        const head wanted = head_of(kept, piece, bytes, n);
        good = memcmp(h.title, wanted.title, sizeof title) == 0 &&
               memcmp(h.key, wanted.key, KEY) == 0 && h.piece == wanted.piece && h.size == n &&
               h.sum == wanted.sum;
    }
    if (file)
        fclose(file);
    free(path);
    return good;
}

// Under another name first, of this process: the same piece may be made by several.
static bool write_piece(const head *h, const char *temporary, const void *bytes)
{
    FILE *file = fopen(temporary, "wb");
    if (!file)
        return false;
    bool good = fwrite(h, sizeof *h, 1, file) == 1 && fwrite(bytes, 1, h->size, file) == h->size &&
                fflush(file) == 0 && fsync(fileno(file)) == 0;
    return fclose(file) == 0 && good;
}

airy_code airy_pieces_put(const airy_pieces *kept, int piece, const void *bytes, size_t n,
                          airy_error *err)
{
    char more[48];
    snprintf(more, sizeof more, ".%ld.part", (long)getpid());
    char *path = path_of(kept, piece, ""), *temporary = path_of(kept, piece, more);
    const head h = head_of(kept, piece, bytes, n);
    airy_code code = AIRY_OK;
    if (!path || !temporary) {
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a piece");
    } else if (!write_piece(&h, temporary, bytes) || rename(temporary, path) != 0) {
        code = airy_error_set(err, AIRY_EIO, "%s cannot be written: %s", path, strerror(errno));
        unlink(temporary);
    }
    free(path);
    free(temporary);
    return code;
}

// Kept as a piece that no run has.
static const int outputs = INT_MAX;

airy_code airy_pieces_write_outputs(const airy_pieces *kept, airy_error *err)
{
    return kept ? airy_pieces_put(kept, outputs, "", 0, err) : AIRY_OK;
}

bool airy_pieces_wrote_outputs(const airy_pieces *kept)
{
    char nothing;
    return kept && airy_pieces_take(kept, outputs, &nothing, 0);
}

static void remove_pieces(const char *folder)
{
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory && (entry = readdir(directory));)
        if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
            unlinkat(dirfd(directory), entry->d_name, 0);
    if (directory)
        closedir(directory);
}

void airy_pieces_close(airy_pieces *kept, bool done)
{
    if (kept && kept->folder) {
        if (done)
            remove_pieces(kept->folder);
        rmdir(kept->folder); // which succeeds when it is empty
        free(kept->folder);
    }
    free(kept);
}
