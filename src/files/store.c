// SPDX-License-Identifier: GPL-3.0-or-later
// Finished pieces on disk: append, and read back what is whole.
#include "claim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY = 64, HEADING = 128, PIECES = 24 };
static const char title[] = "airy store 1 ";

// What stands before the parts of a record.
struct head {
    int32_t kind, row, column;
    uint32_t run;  // of the run's key
    uint64_t size; // of the whole record
};

struct airy_store {
    char *path;
    FILE *file;
    int kinds;
    airy_store_shelf *shelf;
    long **offset;         // of the last record of each place, 0 = none
    unsigned char *record; // scratch
    size_t room;           // of it
    uint32_t run;          // in every record
};

// ------------------------------------------------------------------ records

// FNV-1a (Fowler, Noll and Vo): tells a whole record from a torn one.
static uint64_t checksum(const unsigned char *bytes, size_t n)
{
    uint64_t sum = 14695981039346656037u;
    for (size_t i = 0; i < n; i++)
        sum = (sum ^ bytes[i]) * 1099511628211u;
    return sum;
}

static size_t size_of(const airy_store_part *parts, int n)
{
    size_t size = sizeof(struct head) + sizeof(uint64_t);
    for (int i = 0; i < n; i++)
        size += parts[i].size;
    return size;
}

// Room for a record of `size` bytes.
static bool make_room(airy_store *store, size_t size)
{
    if (size <= store->room)
        return true;
    unsigned char *more = realloc(store->record, size);
    if (!more)
        return false;
    store->record = more;
    store->room = size;
    return true;
}

// The slot of a place, or NULL when it is out of range.
static long *slot_of(const airy_store *store, airy_store_place place)
{
    if (place.kind < 0 || place.kind >= store->kinds)
        return NULL;
    const airy_store_shelf *shelf = &store->shelf[place.kind];
    bool in = place.row >= 0 && place.row < shelf->rows && place.column >= 0 &&
              place.column < shelf->columns;
    return in ? &store->offset[place.kind][(long)place.row * shelf->columns + place.column] : NULL;
}

// Reads the record at the place of the file, which ends at `end`; false when it is torn.
static bool read_record(airy_store *store, long end, struct head *head)
{
    long left = end - ftell(store->file);
    uint64_t sum;
    if (left < (long)sizeof *head || fread(head, sizeof *head, 1, store->file) != 1 ||
        head->size < sizeof *head + sizeof sum || head->size > (uint64_t)left ||
        !make_room(store, head->size))
        return false;
    size_t body = head->size - sizeof sum;
    memcpy(store->record, head, sizeof *head);
    if (fread(store->record + sizeof *head, head->size - sizeof *head, 1, store->file) != 1)
        return false;
    memcpy(&sum, store->record + body, sizeof sum);
    return sum == checksum(store->record, body);
}

bool airy_store_has(const airy_store *store, airy_store_place place)
{
    const long *slot = slot_of(store, place);
    return slot && *slot != 0;
}

bool airy_store_take(airy_store *store, airy_store_place place, const airy_store_part *parts, int n)
{
    struct head head;
    const long *slot = slot_of(store, place);
    if (!slot || *slot == 0 || fseek(store->file, 0, SEEK_END) != 0)
        return false;
    long end = ftell(store->file);
    if (fseek(store->file, *slot, SEEK_SET) != 0 || !read_record(store, end, &head) ||
        head.size != size_of(parts, n))
        return false;
    const unsigned char *from = store->record + sizeof head;
    for (int i = 0; i < n; i++)
        if (parts[i].size > 0) {
            memcpy(parts[i].at, from, parts[i].size);
            from += parts[i].size;
        }
    return true;
}

airy_code airy_store_put(airy_store *store, airy_store_place place, const airy_store_part *parts,
                         int n, airy_error *err)
{
    const struct head head = {place.kind, place.row, place.column, store->run, size_of(parts, n)};
    if (!make_room(store, head.size))
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a piece of %s", store->path);
    unsigned char *to = store->record;
    memcpy(to, &head, sizeof head);
    to += sizeof head;
    for (int i = 0; i < n; i++)
        if (parts[i].size > 0) {
            memcpy(to, parts[i].at, parts[i].size);
            to += parts[i].size;
        }
    uint64_t sum = checksum(store->record, (size_t)(to - store->record));
    memcpy(to, &sum, sizeof sum);
    long at = fseek(store->file, 0, SEEK_END) == 0 ? ftell(store->file) : -1;
    if (at < 0 || fwrite(store->record, head.size, 1, store->file) != 1 || fflush(store->file) != 0)
        return airy_error_set(err, AIRY_EIO, "%s: cannot write: %s", store->path, strerror(errno));
    long *slot = slot_of(store, place);
    if (slot)
        *slot = at;
    return AIRY_OK;
}

// ------------------------------------------------------------------ opening

airy_store_mode airy_store_mode_of(bool resume, bool overwrite)
{
    if (resume)
        return AIRY_STORE_RESUME;
    return overwrite ? AIRY_STORE_ANEW : AIRY_STORE_REFUSE;
}

static void make_heading(const airy_store_run *run, char heading[HEADING])
{
    memset(heading, 0, HEADING);
    snprintf(heading, HEADING, "%s%.*s %.*s", title, PIECES, run->pieces, KEY, run->key);
}

// Writes the heading of an empty file.
static airy_code begin(airy_store *store, const airy_store_run *run, airy_error *err)
{
    char heading[HEADING];
    make_heading(run, heading);
    bool good = ftruncate(fileno(store->file), 0) == 0 && fseek(store->file, 0, SEEK_SET) == 0 &&
                fwrite(heading, HEADING, 1, store->file) == 1 && fflush(store->file) == 0;
    return good ? AIRY_OK
                : airy_error_set(err, AIRY_EIO, "%s: cannot write: %s", store->path,
                                 strerror(errno));
}

// Notes where every whole record of this run lies and cuts off what comes after the last of them.
static airy_code take_over(airy_store *store, const airy_store_run *run, airy_error *err)
{
    char heading[HEADING], wanted[HEADING];
    make_heading(run, wanted);
    if (fread(heading, HEADING, 1, store->file) != 1 || memcmp(heading, wanted, HEADING) != 0)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s belongs to a run with another input, seed or options (or another "
                              "version); -f begins anew",
                              store->path);
    struct head head;
    long last = HEADING, end = fseek(store->file, 0, SEEK_END) == 0 ? ftell(store->file) : HEADING;
    bool good = fseek(store->file, last, SEEK_SET) == 0;
    while (good && read_record(store, end, &head)) {
        const airy_store_place place = {head.kind, head.row, head.column};
        long *slot = head.run == store->run ? slot_of(store, place) : NULL;
        if (slot)
            *slot = last;
        last += (long)head.size;
    }
    if (fflush(store->file) != 0 || ftruncate(fileno(store->file), last) != 0)
        return airy_error_set(err, AIRY_EIO, "%s: cannot write: %s", store->path, strerror(errno));
    return AIRY_OK;
}

// Whether the open file is empty, or begins like one of ours, whole or cut.
static bool is_ours(airy_store *store)
{
    char begin_of[sizeof title - 1];
    rewind(store->file);
    size_t n = fread(begin_of, 1, sizeof begin_of, store->file);
    rewind(store->file);
    return memcmp(begin_of, title, n) == 0;
}

// Opens the file, made when it is not there, for this run alone. Links are not followed.
static airy_code open_alone(airy_store *store, airy_error *err)
{
    struct stat info;
    int file = open(store->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    bool plain = file >= 0 && fstat(file, &info) == 0 && S_ISREG(info.st_mode);
    store->file = plain ? fdopen(file, "r+b") : NULL;
    if (!store->file) {
        airy_error_set(err, AIRY_EIO, "%s: cannot write: %s", store->path,
                       file >= 0 && !plain ? "it is no plain file" : strerror(errno));
        if (file >= 0)
            close(file);
        return AIRY_EIO;
    }
    airy_code code = airy_claim_file(file, store->path, err);
    if (code == AIRY_OK && !is_ours(store))
        code = airy_error_set(err, AIRY_EIO,
                              "%s is not airy's and is left alone: move it away, or choose another "
                              "output",
                              store->path);
    return code;
}

// Opens the file as the mode says.
static airy_code open_file(airy_store *store, const airy_store_run *run, airy_error *err)
{
    airy_code code = open_alone(store, err);
    if (code != AIRY_OK)
        return code;
    bool there = fseek(store->file, 0, SEEK_END) == 0 && ftell(store->file) > HEADING;
    if (there && run->mode == AIRY_STORE_REFUSE)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s holds %s of a run that was not finished; --resume goes on "
                              "with them, -f begins anew",
                              store->path, run->pieces);
    rewind(store->file);
    return there && run->mode == AIRY_STORE_RESUME ? take_over(store, run, err)
                                                   : begin(store, run, err);
}

static bool allocate(airy_store *store, const airy_store_run *run)
{
    const size_t kinds = (size_t)run->kinds;
    store->path = airy_text_copy(run->path);
    store->shelf = calloc(kinds + 1, sizeof *store->shelf);
    store->offset = calloc(kinds + 1, sizeof *store->offset);
    if (!store->path || !store->shelf || !store->offset)
        return false;
    store->kinds = run->kinds;
    store->run = (uint32_t)checksum((const unsigned char *)run->key, strlen(run->key));
    bool good = true;
    for (int kind = 0; kind < run->kinds; kind++) {
        const airy_store_shelf shelf = run->shelf[kind];
        store->shelf[kind] = shelf;
        store->offset[kind] =
            calloc((size_t)shelf.rows * (size_t)shelf.columns + 1, sizeof **store->offset);
        good = good && store->offset[kind];
    }
    return good;
}

airy_store *airy_store_open(const airy_store_run *run, airy_error *err)
{
    airy_store *store = calloc(1, sizeof *store);
    airy_code code = store && allocate(store, run)
                         ? AIRY_OK
                         : airy_error_set(err, AIRY_EMEMORY, "no memory for finished work");
    if (code == AIRY_OK)
        code = open_file(store, run, err);
    if (code == AIRY_OK)
        return store;
    airy_store_close(store);
    return NULL;
}

void airy_store_remove(airy_store *store)
{
    if (store)
        remove(store->path); // still this run's alone
    airy_store_close(store);
}

void airy_store_close(airy_store *store)
{
    if (!store)
        return;
    if (store->file)
        fclose(store->file);
    for (int kind = 0; store->offset && kind < store->kinds; kind++)
        free(store->offset[kind]);
    free(store->offset);
    free(store->shelf);
    free(store->record);
    free(store->path);
    free(store);
}

// ------------------------------------------------------------------ keys

airy_code airy_store_key(const char *parameters, const char *more, char key[65], airy_error *err)
{
    airy_text text = {0};
    airy_text_append(&text, "%s\n", more);
    for (const char *line = parameters; line && *line;) {
        const char *end = strchr(line, '\n');
        int length = end ? (int)(end - line) : (int)strlen(line);
        if (strncmp(line, "resume ", 7) != 0)
            airy_text_append(&text, "%.*s\n", length, line);
        line = end ? end + 1 : NULL;
    }
    airy_code code =
        text.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a key") : AIRY_OK;
    if (code == AIRY_OK)
        airy_bytes_sha256(text.text, text.length, key);
    airy_text_release(&text);
    return code;
}
