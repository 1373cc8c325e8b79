// SPDX-License-Identifier: GPL-3.0-or-later
// Work in pieces: what others have not made yet is made here, by ranks in equal shares.
#include "airy/work.h"
#include "pieces.h"

typedef struct run {
    const airy_pieces_work *of;
    unsigned char *bytes; // a piece as it is kept
} run;

static bool is_there(const run *r, int piece)
{
    return airy_pieces_take(r->of->store, piece, r->bytes, r->of->size);
}

// Neighbours that are missing, by one call: together they may cost little more than one of them.
static airy_code make(const run *r, int from, int to, airy_error *err)
{
    const airy_pieces_work *of = r->of;
    airy_code code = of->make(from, to, of->context, err);
    for (int piece = from; code == AIRY_OK && piece < to; piece++) {
        of->pack(piece, r->bytes, of->context);
        code = airy_pieces_put(of->store, piece, r->bytes, of->size, err);
    }
    return code;
}

static airy_code make_missing(const run *r, int from, int to, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int next = from, end; code == AIRY_OK && next < to; next = end) {
        for (end = next; end < to && end - next < r->of->at_once && !is_there(r, end); end++) {
        }
        if (end > next)
            code = make(r, next, end, err);
        else
            end++;
    }
    return code;
}

// The share of one rank; a rank waits for the others at the end of the farm.
static airy_code do_share(int i, void *workspace, void *context, airy_error *err)
{
    const run *r = context;
    int from = r->of->from;
    long long n = r->of->to - from, ranks = airy_farm_ranks();
    (void)workspace;
    return make_missing(r, from + (int)(n * i / ranks), from + (int)(n * (i + 1) / ranks), err);
}

static airy_code do_shares(run *r, airy_error *err)
{
    int ranks = airy_farm_ranks();
    char *ended = airy_memory_new((size_t)ranks, 1);
    const airy_farm_slots slots = {ended, 1};
    const airy_farm farm = {
        .threads = 1, .job = do_share, .context = r, .slots = &slots, .slot_count = 1};
    airy_code code = ended ? airy_farm_run(&farm, ranks, err)
                           : airy_error_set(err, AIRY_EMEMORY, "no memory for %d ranks", ranks);
    airy_memory_free(ended);
    return code;
}

airy_code airy_pieces_run(const airy_pieces_work *work, bool *whole, airy_error *err)
{
    run r = {.of = work, .bytes = airy_memory_new(work->size, 1)};
    int there = 0;
    airy_code code =
        r.bytes ? do_shares(&r, err) : airy_error_set(err, AIRY_EMEMORY, "no memory for a piece");
    for (; code == AIRY_OK && there < work->n && is_there(&r, there); there++)
        work->unpack(there, r.bytes, work->context);
    *whole = code == AIRY_OK && there == work->n;
    airy_memory_free(r.bytes);
    return code;
}
