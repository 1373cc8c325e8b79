// SPDX-License-Identifier: GPL-3.0-or-later
// Starts on disk: append, and read back what is whole.
#include "checkpoint.h"

#include "airy/work.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY = 64, HEADING = 96 };

// What a record is.
enum { FINISHED, PARKED, KINDS };

// What stands before the arrays of a record.
struct head {
    int32_t kind, generation, start, unused;
    uint64_t size; // of the whole record
    airy_score score;
};

struct checkpoint {
    char *path;
    FILE *file;
    int samples, pixels, window; // of a record of R, of the array, of an image
    bool phases, supports;       // which arrays a record has
    unsigned char *record;       // scratch
    size_t room;                 // of it
    int starts, generations;
    long *offset[KINDS]; // (generations x starts) of the last such record of a start, 0 = none
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

// The arrays of a record in their order; those that are not there have no bytes.
struct part {
    void *at;
    size_t size;
};

enum { PARTS = 4 };

static void list_finished(const checkpoint *c, const airy_finished *f, struct part *parts)
{
    size_t window = (size_t)c->window * sizeof(float), whole = (size_t)c->pixels * sizeof(float);
    parts[0] = (struct part){f->convergence, (size_t)c->samples * sizeof(float)};
    parts[1] = (struct part){f->image.px, window};
    parts[2] = (struct part){f->phase.px, c->phases ? window : 0};
    parts[3] = (struct part){f->support.bits, c->supports ? whole : 0};
}

// Room for a record of `size` bytes.
static bool make_room(checkpoint *c, size_t size)
{
    if (size <= c->room)
        return true;
    unsigned char *more = realloc(c->record, size);
    if (!more)
        return false;
    c->record = more;
    c->room = size;
    return true;
}

static airy_code append(checkpoint *c, struct head head, const struct part *parts, int n,
                        airy_error *err)
{
    head.size = sizeof head + sizeof(uint64_t);
    for (int i = 0; i < n; i++)
        head.size += parts[i].size;
    if (!make_room(c, head.size))
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a checkpoint");
    unsigned char *to = c->record;
    memcpy(to, &head, sizeof head);
    to += sizeof head;
    for (int i = 0; i < n; i++)
        if (parts[i].size > 0) {
            memcpy(to, parts[i].at, parts[i].size);
            to += parts[i].size;
        }
    uint64_t sum = checksum(c->record, (size_t)(to - c->record));
    memcpy(to, &sum, sizeof sum);
    bool good = fseek(c->file, 0, SEEK_END) == 0 && fwrite(c->record, head.size, 1, c->file) == 1 &&
                fflush(c->file) == 0;
    return good ? AIRY_OK
                : airy_error_set(err, AIRY_EIO, "%s: cannot write: %s", c->path, strerror(errno));
}

// Reads the record at the place of the file, which ends at `end`; false when it is torn.
static bool read_record(checkpoint *c, long end, struct head *head)
{
    long left = end - ftell(c->file);
    uint64_t sum;
    if (left < (long)sizeof *head || fread(head, sizeof *head, 1, c->file) != 1 ||
        head->size < sizeof *head + sizeof sum || head->size > (uint64_t)left ||
        !make_room(c, head->size))
        return false;
    size_t body = head->size - sizeof sum;
    memcpy(c->record, head, sizeof *head);
    if (fread(c->record + sizeof *head, head->size - sizeof *head, 1, c->file) != 1)
        return false;
    memcpy(&sum, c->record + body, sizeof sum);
    return sum == checksum(c->record, body);
}

// Copies the arrays of the record into the parts; false when they are of another size.
static bool unpack(const checkpoint *c, const struct head *head, const struct part *parts, int n)
{
    size_t size = sizeof *head + sizeof(uint64_t);
    for (int i = 0; i < n; i++)
        size += parts[i].size;
    if (size != head->size)
        return false;
    const unsigned char *from = c->record + sizeof *head;
    for (int i = 0; i < n; i++)
        if (parts[i].size > 0) {
            memcpy(parts[i].at, from, parts[i].size);
            from += parts[i].size;
        }
    return true;
}

// The slot of a record, or NULL when it is out of range.
static long *slot_of(checkpoint *c, int kind, int generation, int start)
{
    bool in = kind >= 0 && kind < KINDS && generation >= 0 && generation < c->generations &&
              start >= 0 && start < c->starts;
    return in ? &c->offset[kind][(long)generation * c->starts + start] : NULL;
}

// Reads the record of a slot.
static bool find(checkpoint *c, const long *slot, struct head *head)
{
    if (!slot || *slot == 0 || fseek(c->file, 0, SEEK_END) != 0)
        return false;
    long end = ftell(c->file);
    return fseek(c->file, *slot, SEEK_SET) == 0 && read_record(c, end, head);
}

// ------------------------------------------------------------------ callbacks

static airy_code save(void *context, const airy_finished *finished, airy_error *err)
{
    checkpoint *c = context;
    struct head head = {.kind = FINISHED,
                        .generation = finished->generation,
                        .start = finished->start,
                        .score = finished->score};
    struct part parts[PARTS];
    list_finished(c, finished, parts);
    return append(c, head, parts, PARTS, err);
}

static bool recall(void *context, airy_finished *finished)
{
    checkpoint *c = context;
    struct head head;
    struct part parts[PARTS];
    list_finished(c, finished, parts);
    if (!find(c, slot_of(c, FINISHED, finished->generation, finished->start), &head) ||
        !unpack(c, &head, parts, PARTS))
        return false;
    finished->score = head.score;
    return true;
}

static airy_code park(void *context, const airy_parked *parked, airy_error *err)
{
    struct head head = {.kind = PARKED, .generation = parked->generation, .start = parked->start};
    struct part state = {parked->state, parked->size};
    return append(context, head, &state, 1, err);
}

static bool unpark(void *context, airy_parked *parked)
{
    checkpoint *c = context;
    struct head head;
    struct part state = {parked->state, parked->size};
    return find(c, slot_of(c, PARKED, parked->generation, parked->start), &head) &&
           unpack(c, &head, &state, 1);
}

airy_checkpoint checkpoint_callbacks(checkpoint *c)
{
    return (airy_checkpoint){save, recall, park, unpark, c};
}

// ------------------------------------------------------------------ opening

static void make_heading(const char *key, char heading[HEADING])
{
    memset(heading, 0, HEADING);
    snprintf(heading, HEADING, "airy retrieve checkpoint 3 %.*s", KEY, key);
}

static airy_code begin(checkpoint *c, const char *key, airy_error *err)
{
    char heading[HEADING];
    make_heading(key, heading);
    c->file = fopen(c->path, "w+b");
    if (c->file && fwrite(heading, HEADING, 1, c->file) == 1 && fflush(c->file) == 0)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EIO, "%s: cannot write: %s", c->path, strerror(errno));
}

// Notes where every whole record lies and cuts off what comes after the last of them.
static airy_code take_over(checkpoint *c, const char *key, checkpoint_found *found, airy_error *err)
{
    char heading[HEADING], wanted[HEADING];
    make_heading(key, wanted);
    if (fread(heading, HEADING, 1, c->file) != 1 || memcmp(heading, wanted, HEADING) != 0)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s belongs to a run with another input, seed or options (or another "
                              "version); -f begins anew",
                              c->path);
    struct head head;
    long last = HEADING, end = fseek(c->file, 0, SEEK_END) == 0 ? ftell(c->file) : HEADING;
    bool good = fseek(c->file, last, SEEK_SET) == 0;
    while (good && read_record(c, end, &head)) {
        long *slot = slot_of(c, head.kind, head.generation, head.start);
        if (slot)
            *slot = last;
        last += (long)head.size;
    }
    for (int i = 0; i < c->generations * c->starts; i++) {
        found->finished += c->offset[FINISHED][i] != 0;
        found->parked += c->offset[PARKED][i] != 0 && c->offset[FINISHED][i] == 0;
    }
    if (fflush(c->file) != 0 || ftruncate(fileno(c->file), last) != 0)
        return airy_error_set(err, AIRY_EIO, "%s: cannot write: %s", c->path, strerror(errno));
    return AIRY_OK;
}

// The file of an output, malloc'ed; NULL without memory.
static char *path_of(const char *output)
{
    airy_text text = {0};
    airy_text_append(&text, "%s.part", output);
    if (airy_farm_rank() > 0) // every rank keeps the starts that it did itself
        airy_text_append(&text, ".%d", airy_farm_rank());
    char *path = airy_text_copy(text.text);
    airy_text_release(&text);
    return path;
}

static bool allocate(checkpoint *c, const char *output)
{
    c->path = path_of(output);
    bool good = c->path != NULL;
    for (int kind = 0; kind < KINDS; kind++) {
        size_t n = (size_t)c->generations * (size_t)c->starts;
        c->offset[kind] = calloc(n, sizeof *c->offset[kind]);
        good = good && c->offset[kind];
    }
    return good;
}

// Opens the file as the mode says.
static airy_code open_file(checkpoint *c, const char *key, checkpoint_mode mode,
                           checkpoint_found *found, airy_error *err)
{
    c->file = fopen(c->path, "r+b");
    bool there = c->file && fseek(c->file, 0, SEEK_END) == 0 && ftell(c->file) > HEADING;
    if (there && mode == CHECKPOINT_REFUSE)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s holds starts of a run that was not finished; --resume goes on "
                              "with them, -f begins anew",
                              c->path);
    if (there && mode == CHECKPOINT_RESUME) {
        rewind(c->file);
        return take_over(c, key, found, err);
    }
    if (c->file)
        fclose(c->file);
    return begin(c, key, err);
}

checkpoint *checkpoint_open(const char *output, const char *key, checkpoint_mode mode,
                            const airy_problem *problem, const airy_retrieve_options *options,
                            checkpoint_found *found, airy_error *err)
{
    checkpoint *c = calloc(1, sizeof *c);
    int wy, wx;
    airy_retrieve_window(problem, options, &wy, &wx);
    *found = (checkpoint_found){0};
    if (c) {
        c->samples = airy_retrieve_samples(options, NULL);
        c->pixels = problem->amplitude.ny * problem->amplitude.nx;
        c->window = wy * wx;
        c->phases = options->complex_object;
        c->supports = options->shrink_every > 0;
        c->starts = options->starts;
        c->generations = options->generations;
    }
    if (!c || !allocate(c, output)) {
        airy_error_set(err, AIRY_EMEMORY, "no memory for a checkpoint");
        checkpoint_close(c);
        return NULL;
    }
    if (open_file(c, key, mode, found, err) == AIRY_OK)
        return c;
    checkpoint_close(c);
    return NULL;
}

void checkpoint_remove(const char *output)
{
    char *path = path_of(output);
    if (path)
        remove(path);
    free(path);
}

void checkpoint_close(checkpoint *c)
{
    if (!c)
        return;
    if (c->file)
        fclose(c->file);
    free(c->path);
    free(c->record);
    for (int kind = 0; kind < KINDS; kind++)
        free(c->offset[kind]);
    free(c);
}
