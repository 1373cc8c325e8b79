// SPDX-License-Identifier: GPL-3.0-or-later
// Starts and populations on disk: append, and read back what is whole.
#include "airy/chain.h"

#include "airy/files.h"
#include "airy/work.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY = 64, HEADING = 96 };
static const char title[] = "airy retrieve checkpoint ";

// What a record is.
enum { FINISHED, PARKED, POPULATION, KINDS };

// What stands before the arrays of a record. A population's place is its stage and number.
struct head {
    int32_t kind, generation, start;
    uint32_t run;  // of the run's key
    uint64_t size; // of the whole record
    airy_score score;
};

// Records of a kind: (generations, starts) or (stages, numbers) of them.
struct shelf {
    int rows, columns;
    long *offset; // of the last record of each, 0 = none
};

struct airy_starts {
    char *path;
    FILE *file;
    int samples, pixels, window; // of a record of R, of the array, of an image
    bool phases, supports;       // which arrays a record has
    unsigned char *record;       // scratch
    size_t room;                 // of it
    uint32_t run;                // in every record
    struct shelf shelf[KINDS];
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

static void list_finished(const airy_starts *c, const airy_finished *f, struct part *parts)
{
    size_t window = (size_t)c->window * sizeof(float), whole = (size_t)c->pixels * sizeof(float);
    parts[0] = (struct part){f->convergence, (size_t)c->samples * sizeof(float)};
    parts[1] = (struct part){f->image.px, window};
    parts[2] = (struct part){f->phase.px, c->phases ? window : 0};
    parts[3] = (struct part){f->support.bits, c->supports ? whole : 0};
}

// Room for a record of `size` bytes.
static bool make_room(airy_starts *c, size_t size)
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

static airy_code append(airy_starts *c, struct head head, const struct part *parts, int n,
                        airy_error *err)
{
    head.run = c->run;
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
static bool read_record(airy_starts *c, long end, struct head *head)
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
static bool unpack(const airy_starts *c, const struct head *head, const struct part *parts, int n)
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
static long *slot_of(airy_starts *c, int kind, int generation, int start)
{
    const struct shelf *s = kind >= 0 && kind < KINDS ? &c->shelf[kind] : NULL;
    bool in = s && generation >= 0 && generation < s->rows && start >= 0 && start < s->columns;
    return in ? &s->offset[(long)generation * s->columns + start] : NULL;
}

// Reads the record of a slot.
static bool find(airy_starts *c, const long *slot, struct head *head)
{
    if (!slot || *slot == 0 || fseek(c->file, 0, SEEK_END) != 0)
        return false;
    long end = ftell(c->file);
    return fseek(c->file, *slot, SEEK_SET) == 0 && read_record(c, end, head);
}

// ------------------------------------------------------------------ callbacks

static airy_code save(void *context, const airy_finished *finished, airy_error *err)
{
    airy_starts *c = context;
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
    airy_starts *c = context;
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
    airy_starts *c = context;
    struct head head;
    struct part state = {parked->state, parked->size};
    return find(c, slot_of(c, PARKED, parked->generation, parked->start), &head) &&
           unpack(c, &head, &state, 1);
}

airy_checkpoint airy_starts_callbacks(airy_starts *c)
{
    return (airy_checkpoint){save, recall, park, unpark, c};
}

static void list_pieces(const airy_search_piece *pieces, int n, struct part *parts)
{
    for (int i = 0; i < n; i++)
        parts[i] = (struct part){pieces[i].at, pieces[i].size};
}

static airy_code keep_population(void *context, int stage, int number,
                                 const airy_search_piece *pieces, int n, airy_error *err)
{
    struct head head = {.kind = POPULATION, .generation = stage, .start = number};
    struct part parts[AIRY_SEARCH_PIECES];
    list_pieces(pieces, n, parts);
    return append(context, head, parts, n, err);
}

static bool recall_population(void *context, int stage, int number, const airy_search_piece *pieces,
                              int n)
{
    airy_starts *c = context;
    struct head head;
    struct part parts[AIRY_SEARCH_PIECES];
    list_pieces(pieces, n, parts);
    return find(c, slot_of(c, POPULATION, stage, number), &head) && unpack(c, &head, parts, n);
}

airy_search_keeper airy_starts_keeper(airy_starts *c)
{
    return (airy_search_keeper){keep_population, recall_population, c};
}

// ------------------------------------------------------------------ opening

static void make_heading(const char *key, char heading[HEADING])
{
    memset(heading, 0, HEADING);
    snprintf(heading, HEADING, "%s4 %.*s", title, KEY, key);
}

// Writes the heading of an empty file.
static airy_code begin(airy_starts *c, const char *key, airy_error *err)
{
    char heading[HEADING];
    make_heading(key, heading);
    bool good = ftruncate(fileno(c->file), 0) == 0 && fseek(c->file, 0, SEEK_SET) == 0 &&
                fwrite(heading, HEADING, 1, c->file) == 1 && fflush(c->file) == 0;
    return good ? AIRY_OK
                : airy_error_set(err, AIRY_EIO, "%s: cannot write: %s", c->path, strerror(errno));
}

static void count(const airy_starts *c, airy_starts_found *found)
{
    const struct shelf *starts = &c->shelf[FINISHED], *parked = &c->shelf[PARKED];
    const struct shelf *populations = &c->shelf[POPULATION];
    for (int i = 0; i < starts->rows * starts->columns; i++) {
        found->finished += starts->offset[i] != 0;
        found->parked += parked->offset[i] != 0 && starts->offset[i] == 0;
    }
    for (int i = 0; i < populations->rows * populations->columns; i++)
        found->populations += populations->offset[i] != 0;
}

// Notes where every whole record of this run lies and cuts off what comes after the last of them.
static airy_code take_over(airy_starts *c, const char *key, airy_starts_found *found,
                           airy_error *err)
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
        long *slot = head.run == c->run ? slot_of(c, head.kind, head.generation, head.start) : NULL;
        if (slot)
            *slot = last;
        last += (long)head.size;
    }
    count(c, found);
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

static bool allocate(airy_starts *c, const char *output)
{
    c->path = path_of(output);
    bool good = c->path != NULL;
    for (int kind = 0; kind < KINDS; kind++) {
        struct shelf *s = &c->shelf[kind];
        s->offset = calloc((size_t)s->rows * (size_t)s->columns + 1, sizeof *s->offset);
        good = good && s->offset;
    }
    return good;
}

// Whether the open file is empty, or begins like one of ours, whole or cut.
static bool is_ours(airy_starts *c)
{
    char begin[sizeof title - 1];
    rewind(c->file);
    size_t n = fread(begin, 1, sizeof begin, c->file);
    rewind(c->file);
    return memcmp(begin, title, n) == 0;
}

// Opens the file, made when it is not there, for this run alone. Links are not followed.
static airy_code open_alone(airy_starts *c, airy_error *err)
{
    struct stat info;
    int file = open(c->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    bool plain = file >= 0 && fstat(file, &info) == 0 && S_ISREG(info.st_mode);
    c->file = plain ? fdopen(file, "r+b") : NULL;
    if (!c->file) {
        airy_error_set(err, AIRY_EIO, "%s: cannot write: %s", c->path,
                       file >= 0 && !plain ? "it is no plain file" : strerror(errno));
        if (file >= 0)
            close(file);
        return AIRY_EIO;
    }
    airy_code code = airy_claim_file(file, c->path, err);
    if (code == AIRY_OK && !is_ours(c))
        code = airy_error_set(err, AIRY_EIO,
                              "%s is not airy's and is left alone: move it away, or choose another "
                              "output",
                              c->path);
    return code;
}

// Opens the file as the mode says.
static airy_code open_file(airy_starts *c, const airy_starts_run *run, airy_starts_found *found,
                           airy_error *err)
{
    airy_code code = open_alone(c, err);
    if (code != AIRY_OK)
        return code;
    bool there = fseek(c->file, 0, SEEK_END) == 0 && ftell(c->file) > HEADING;
    if (there && run->mode == AIRY_STARTS_REFUSE)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s holds starts of a run that was not finished; --resume goes on "
                              "with them, -f begins anew",
                              c->path);
    rewind(c->file);
    return there && run->mode == AIRY_STARTS_RESUME ? take_over(c, run->key, found, err)
                                                    : begin(c, run->key, err);
}

static void set_sizes(airy_starts *c, const airy_starts_run *run)
{
    const airy_retrieve_options *o = run->options;
    int wy, wx;
    airy_retrieve_window(run->problem, o, &wy, &wx);
    c->samples = airy_retrieve_samples(o, NULL);
    c->pixels = run->problem->amplitude.ny * run->problem->amplitude.nx;
    c->window = wy * wx;
    c->phases = o->complex_object;
    c->supports = o->shrink_every > 0;
    c->run = (uint32_t)checksum((const unsigned char *)run->key, strlen(run->key));
    c->shelf[FINISHED] = c->shelf[PARKED] = (struct shelf){o->generations, o->starts, NULL};
    c->shelf[POPULATION] = (struct shelf){AIRY_SEARCH_STAGES, airy_search_most(run->photons), NULL};
}

airy_starts *airy_starts_open(const char *output, const airy_starts_run *run,
                              airy_starts_found *found, airy_error *err)
{
    airy_starts *c = calloc(1, sizeof *c);
    *found = (airy_starts_found){0};
    if (c)
        set_sizes(c, run);
    airy_code code = c && allocate(c, output)
                         ? AIRY_OK
                         : airy_error_set(err, AIRY_EMEMORY, "no memory for a checkpoint");
    if (code == AIRY_OK)
        code = open_file(c, run, found, err);
    if (code == AIRY_OK)
        return c;
    airy_starts_close(c);
    return NULL;
}

void airy_starts_remove(airy_starts *c)
{
    if (c)
        remove(c->path); // still this run's alone
    airy_starts_close(c);
}

void airy_starts_close(airy_starts *c)
{
    if (!c)
        return;
    if (c->file)
        fclose(c->file);
    free(c->path);
    free(c->record);
    for (int kind = 0; kind < KINDS; kind++)
        free(c->shelf[kind].offset);
    free(c);
}
