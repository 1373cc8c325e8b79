// SPDX-License-Identifier: GPL-3.0-or-later
// Starts and populations of a search, kept beside its output: what a piece of them consists of.
#include "airy/chain.h"

#include "airy/files.h"
#include "airy/work.h"
#include "starts.h"

#include <stdlib.h>

#define PIECES "starts"

// What a piece is. A population's place is its stage and number.
enum { FINISHED, PARKED, POPULATION, KINDS };

struct airy_starts {
    airy_store *store;
    airy_store_shelf shelf[KINDS];
    int samples, pixels, window; // of a record of R, of the array, of an image
    bool phases, supports;       // which arrays a piece has
};

enum { PARTS = 5 };

// The parts of a finished start in their order; those that are not there have no bytes.
static void list_finished(const airy_starts *c, const airy_finished *f, airy_score *score,
                          airy_store_part *parts)
{
    size_t window = (size_t)c->window * sizeof(float), whole = (size_t)c->pixels * sizeof(float);
    parts[0] = (airy_store_part){score, sizeof *score};
    parts[1] = (airy_store_part){f->convergence, (size_t)c->samples * sizeof(float)};
    parts[2] = (airy_store_part){f->image.px, window};
    parts[3] = (airy_store_part){f->phase.px, c->phases ? window : 0};
    parts[4] = (airy_store_part){f->support.bits, c->supports ? whole : 0};
}

// ------------------------------------------------------------------ callbacks

static airy_code save(void *context, const airy_finished *finished, airy_error *err)
{
    airy_starts *c = context;
    airy_score score = finished->score;
    airy_store_part parts[PARTS];
    const airy_store_place place = {FINISHED, finished->generation, finished->start};
    list_finished(c, finished, &score, parts);
    return airy_store_put(c->store, place, parts, PARTS, err);
}

static bool recall(void *context, airy_finished *finished)
{
    airy_starts *c = context;
    airy_store_part parts[PARTS];
    const airy_store_place place = {FINISHED, finished->generation, finished->start};
    list_finished(c, finished, &finished->score, parts);
    return airy_store_take(c->store, place, parts, PARTS);
}

static airy_code park(void *context, const airy_parked *parked, airy_error *err)
{
    airy_starts *c = context;
    const airy_store_place place = {PARKED, parked->generation, parked->start};
    const airy_store_part state = {parked->state, parked->size};
    return airy_store_put(c->store, place, &state, 1, err);
}

static bool unpark(void *context, airy_parked *parked)
{
    airy_starts *c = context;
    const airy_store_place place = {PARKED, parked->generation, parked->start};
    const airy_store_part state = {parked->state, parked->size};
    return airy_store_take(c->store, place, &state, 1);
}

airy_checkpoint airy_starts_callbacks(airy_starts *c)
{
    return (airy_checkpoint){save, recall, park, unpark, c};
}

static void list_pieces(const airy_search_piece *pieces, int n, airy_store_part *parts)
{
    for (int i = 0; i < n; i++)
        parts[i] = (airy_store_part){pieces[i].at, pieces[i].size};
}

static airy_code keep_population(void *context, int stage, int number,
                                 const airy_search_piece *pieces, int n, airy_error *err)
{
    airy_starts *c = context;
    airy_store_part parts[AIRY_SEARCH_PIECES];
    list_pieces(pieces, n, parts);
    return airy_store_put(c->store, (airy_store_place){POPULATION, stage, number}, parts, n, err);
}

static bool recall_population(void *context, int stage, int number, const airy_search_piece *pieces,
                              int n)
{
    airy_starts *c = context;
    airy_store_part parts[AIRY_SEARCH_PIECES];
    list_pieces(pieces, n, parts);
    return airy_store_take(c->store, (airy_store_place){POPULATION, stage, number}, parts, n);
}

airy_search_keeper airy_starts_keeper(airy_starts *c)
{
    return (airy_search_keeper){keep_population, recall_population, c};
}

// ------------------------------------------------------------------ opening

static void count(const airy_starts *c, airy_starts_found *found)
{
    const airy_store_shelf starts = c->shelf[FINISHED], populations = c->shelf[POPULATION];
    for (int row = 0; row < starts.rows; row++)
        for (int i = 0; i < starts.columns; i++) {
            bool done = airy_store_has(c->store, (airy_store_place){FINISHED, row, i});
            found->finished += done;
            found->parked += !done && airy_store_has(c->store, (airy_store_place){PARKED, row, i});
        }
    for (int row = 0; row < populations.rows; row++)
        for (int i = 0; i < populations.columns; i++)
            found->populations += airy_store_has(c->store, (airy_store_place){POPULATION, row, i});
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
    c->shelf[FINISHED] = c->shelf[PARKED] = (airy_store_shelf){o->generations, o->starts};
    c->shelf[POPULATION] = (airy_store_shelf){AIRY_SEARCH_STAGES, airy_search_most(run->photons)};
}

airy_code airy_starts_key(const airy_history *history, uint64_t seed, char key[65], airy_error *err)
{
    const airy_step *step = &history->steps[history->n - 1];
    airy_text more = {0};
    airy_text_append(&more, "%s\n%s\n%s\n%llu", step->version, step->inputs, step->libraries,
                     (unsigned long long)seed);
    airy_code code = more.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a key")
                                 : airy_store_key(step->parameters, more.text, key, err);
    airy_text_release(&more);
    return code;
}

void airy_starts_drop(const char *output, const char *key)
{
    airy_text path = {0};
    airy_text_append(&path, "%s.part", output);
    const airy_store_run run = {path.text, PIECES, key, AIRY_STORE_RESUME, NULL, 0};
    airy_error others = {0}; // which are left alone
    if (!path.failed && airy_file_exists(path.text))
        airy_store_remove(airy_store_open(&run, &others));
    airy_text_release(&path);
}

airy_starts *airy_starts_open(const char *output, const airy_starts_run *run,
                              airy_starts_found *found, airy_error *err)
{
    airy_starts *c = calloc(1, sizeof *c);
    airy_text path = {0};
    airy_text_append(&path, "%s.part", output);
    if (airy_farm_rank() > 0) // every rank keeps the starts that it did itself
        airy_text_append(&path, ".%d", airy_farm_rank());
    *found = (airy_starts_found){0};
    if (c && !path.failed) {
        set_sizes(c, run);
        const airy_store_run store = {path.text, PIECES, run->key, run->mode, c->shelf, KINDS};
        c->store = airy_store_open(&store, err);
    } else {
        airy_error_set(err, AIRY_EMEMORY, "no memory for a checkpoint");
    }
    airy_text_release(&path);
    if (c && c->store) {
        count(c, found);
        return c;
    }
    free(c);
    return NULL;
}

void airy_starts_remove(airy_starts *c)
{
    if (c)
        airy_store_remove(c->store);
    free(c);
}

void airy_starts_close(airy_starts *c)
{
    if (c)
        airy_store_close(c->store);
    free(c);
}
