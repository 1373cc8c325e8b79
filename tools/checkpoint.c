// SPDX-License-Identifier: GPL-3.0-or-later
// Finished starts on disk: append, and read back what is whole.
#include "checkpoint.h"

#include "airy/math.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY = 64, HEADING = 96 };

// What stands before the arrays of a record.
struct head {
    int32_t generation, start;
    double r_factor, r_ratio, r_free, deviance;
};

struct checkpoint {
    char *path;
    FILE *file;
    int samples, pixels;
    bool phases, supports; // which arrays a record has
    size_t size;           // of a record
    unsigned char *record; // scratch
    int starts;
    long *offset; // (generations x starts) of its record, 0 = not there
    int generations;
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

// The arrays of a finished start in the order of a record; those that are not there have no bytes.
struct part {
    void *at;
    size_t size;
};

enum { PARTS = 4 };

static void list_parts(const checkpoint *c, const airy_finished *f, struct part *parts)
{
    size_t plane = (size_t)c->pixels * sizeof(float);
    parts[0] = (struct part){f->convergence, (size_t)c->samples * sizeof(float)};
    parts[1] = (struct part){f->image.px, plane};
    parts[2] = (struct part){f->phase.px, c->phases ? plane : 0};
    parts[3] = (struct part){f->support.bits, c->supports ? plane : 0};
}

static void pack(checkpoint *c, const airy_finished *f)
{
    const airy_score *s = &f->score;
    struct head head = {f->generation, f->start, s->r_factor, s->r_ratio, s->r_free, s->deviance};
    struct part parts[PARTS];
    unsigned char *to = c->record;
    memcpy(to, &head, sizeof head);
    to += sizeof head;
    list_parts(c, f, parts);
    for (int i = 0; i < PARTS; i++)
        if (parts[i].size > 0) {
            memcpy(to, parts[i].at, parts[i].size);
            to += parts[i].size;
        }
    uint64_t sum = checksum(c->record, (size_t)(to - c->record));
    memcpy(to, &sum, sizeof sum);
}

static void unpack(const checkpoint *c, airy_finished *f)
{
    struct head head;
    struct part parts[PARTS];
    const unsigned char *from = c->record + sizeof head;
    memcpy(&head, c->record, sizeof head);
    f->score = (airy_score){head.r_factor, head.r_ratio, head.r_free, head.deviance};
    list_parts(c, f, parts);
    for (int i = 0; i < PARTS; i++)
        if (parts[i].size > 0) {
            memcpy(parts[i].at, from, parts[i].size);
            from += parts[i].size;
        }
}

// The slot of a record's start, or NULL when it is torn or out of range.
static long *slot_of(checkpoint *c, const struct head *head)
{
    bool in = head->generation >= 0 && head->generation < c->generations && head->start >= 0 &&
              head->start < c->starts;
    return in ? &c->offset[(long)head->generation * c->starts + head->start] : NULL;
}

static bool is_whole(const checkpoint *c)
{
    uint64_t sum;
    size_t body = c->size - sizeof sum;
    memcpy(&sum, c->record + body, sizeof sum);
    return sum == checksum(c->record, body);
}

// ------------------------------------------------------------------ callbacks

static airy_code save(void *context, const airy_finished *finished, airy_error *err)
{
    checkpoint *c = context;
    pack(c, finished);
    bool good = fseek(c->file, 0, SEEK_END) == 0 && fwrite(c->record, c->size, 1, c->file) == 1 &&
                fflush(c->file) == 0;
    return good ? AIRY_OK
                : airy_error_set(err, AIRY_EIO, "%s: cannot write: %s", c->path, strerror(errno));
}

static bool recall(void *context, airy_finished *finished)
{
    checkpoint *c = context;
    const struct head wanted = {.generation = finished->generation, .start = finished->start};
    const long *offset = slot_of(c, &wanted);
    if (!offset || *offset == 0)
        return false;
    if (fseek(c->file, *offset, SEEK_SET) != 0 || fread(c->record, c->size, 1, c->file) != 1 ||
        !is_whole(c))
        return false;
    unpack(c, finished);
    return true;
}

airy_checkpoint checkpoint_callbacks(checkpoint *c)
{
    return (airy_checkpoint){save, recall, c};
}

// ------------------------------------------------------------------ opening

static void make_heading(const char *key, char heading[HEADING])
{
    memset(heading, 0, HEADING);
    snprintf(heading, HEADING, "airy retrieve checkpoint 1 %.*s", KEY, key);
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
static airy_code take_over(checkpoint *c, const char *key, int *found, airy_error *err)
{
    char heading[HEADING], wanted[HEADING];
    make_heading(key, wanted);
    if (fread(heading, HEADING, 1, c->file) != 1 || memcmp(heading, wanted, HEADING) != 0)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s belongs to a run with another input, seed or options (or another "
                              "version); remove it, or run without --resume",
                              c->path);
    long end = HEADING;
    while (fread(c->record, c->size, 1, c->file) == 1 && is_whole(c)) {
        struct head head;
        memcpy(&head, c->record, sizeof head);
        long *slot = slot_of(c, &head);
        if (slot) {
            *found += *slot == 0;
            *slot = end;
        }
        end += (long)c->size;
    }
    if (fflush(c->file) != 0 || ftruncate(fileno(c->file), end) != 0)
        return airy_error_set(err, AIRY_EIO, "%s: cannot write: %s", c->path, strerror(errno));
    return AIRY_OK;
}

static bool allocate(checkpoint *c, const char *output)
{
    airy_text path = {0};
    airy_text_append(&path, "%s.part", output);
    if (airy_farm_rank() > 0) // every rank keeps the starts that it did itself
        airy_text_append(&path, ".%d", airy_farm_rank());
    c->path = airy_text_copy(path.text);
    airy_text_release(&path);
    size_t plane = (size_t)c->pixels * sizeof(float);
    c->size = sizeof(struct head) + (size_t)c->samples * sizeof(float) + plane +
              (c->phases ? plane : 0) + (c->supports ? plane : 0) + sizeof(uint64_t);
    c->record = malloc(c->size);
    c->offset = calloc((size_t)c->generations * (size_t)c->starts, sizeof *c->offset);
    return c->path && c->record && c->offset;
}

checkpoint *checkpoint_open(const char *output, const char *key, bool resume,
                            const airy_problem *problem, const airy_retrieve_options *options,
                            int *found, airy_error *err)
{
    checkpoint *c = calloc(1, sizeof *c);
    *found = 0;
    if (c) {
        c->samples = airy_retrieve_samples(options, NULL);
        c->pixels = problem->amplitude.ny * problem->amplitude.nx;
        c->phases = options->complex_object;
        c->supports = options->shrink_every > 0;
        c->starts = options->starts;
        c->generations = options->generations;
    }
    if (!c || !allocate(c, output)) {
        airy_error_set(err, AIRY_EMEMORY, "no memory for a checkpoint");
        checkpoint_close(c, false);
        return NULL;
    }
    c->file = resume ? fopen(c->path, "r+b") : NULL;
    airy_code code = c->file ? take_over(c, key, found, err) : begin(c, key, err);
    if (code == AIRY_OK)
        return c;
    checkpoint_close(c, false);
    return NULL;
}

void checkpoint_close(checkpoint *c, bool done)
{
    if (!c)
        return;
    if (c->file)
        fclose(c->file);
    if (done)
        remove(c->path);
    free(c->path);
    free(c->record);
    free(c->offset);
    free(c);
}
