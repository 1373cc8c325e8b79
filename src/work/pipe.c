// SPDX-License-Identifier: GPL-3.0-or-later
// Pieces of a file through three stages, the outer two of which keep to the order of the file.
#include "airy/work.h"

#include <limits.h>
#include <omp.h>
#include <stdlib.h>
#include <time.h>

// Where a piece is: slot i % slots holds piece i from its fetching to its storing.
typedef enum pipe_state { SLOT_FREE, SLOT_FETCHED, SLOT_WORKED } pipe_state;
typedef enum pipe_turn { TURN_STORE, TURN_FETCH, TURN_WORK, TURN_WAIT, TURN_END } pipe_turn;

// What the threads share. Only touched inside the critical section `airy_pipe`, but for the slots,
// each of which belongs to the one thread that works on it.
struct line {
    const airy_pipe *pipe;
    int n, slots;
    void **slot;
    pipe_state *state;
    int fetched, working, stored; // the first pieces not yet fetched, taken to work on, stored
    int busy;                     // threads at work
    bool filing;                  // a thread fetches or stores
    bool stopped;
    int failed; // lowest failing piece so far, INT_MAX for none
    airy_error error;
    airy_code beside; // how the work beside the pieces ended
    airy_error beside_error;
};

static pipe_turn choose(struct line *line, int *i)
{
    int end = line->n < line->failed ? line->n : line->failed;
    line->stopped = line->stopped || airy_progress_stopped(line->pipe->progress);
    *i = line->stored;
    if (!line->filing && line->stored < end && line->stored < line->working &&
        line->state[line->stored % line->slots] == SLOT_WORKED)
        return TURN_STORE;
    *i = line->fetched; // one piece waits, so that nobody else has to
    if (!line->filing && !line->stopped && line->fetched < end && line->fetched == line->working &&
        line->fetched - line->stored < line->slots)
        return TURN_FETCH;
    *i = line->working;
    if (line->working < end && line->working < line->fetched &&
        line->state[line->working % line->slots] == SLOT_FETCHED)
        return TURN_WORK;
    return line->filing || line->busy ? TURN_WAIT : TURN_END;
}

static pipe_turn take_turn(struct line *line, int *i)
{
    pipe_turn turn;
#pragma omp critical(airy_pipe)
    {
        turn = choose(line, i);
        line->filing = line->filing || turn == TURN_STORE || turn == TURN_FETCH;
        line->busy += turn == TURN_WORK;
        line->working += turn == TURN_WORK;
        line->fetched += turn == TURN_FETCH;
    }
    return turn;
}

static void end_turn(struct line *line, pipe_turn turn, int i, const airy_error *error)
{
    static const pipe_state after[] = {SLOT_FREE, SLOT_FETCHED, SLOT_WORKED};
#pragma omp critical(airy_pipe)
    {
        line->filing = line->filing && turn == TURN_WORK;
        line->busy -= turn == TURN_WORK;
        line->state[i % line->slots] = after[turn];
        line->stored += turn == TURN_STORE;
        if (turn == TURN_STORE)
            airy_progress_report(line->pipe->progress, line->stored, line->n, line->pipe->unit);
        if (error->code != AIRY_OK && i < line->failed) {
            line->failed = i;
            line->error = *error;
        }
    }
}

static void run_turns(struct line *line)
{
    const airy_pipe *pipe = line->pipe;
    airy_code (*const stage[])(int, void *, void *, airy_error *) = {pipe->store, pipe->fetch,
                                                                     pipe->work};
    int i;
    for (pipe_turn turn; (turn = take_turn(line, &i)) != TURN_END;) {
        airy_error error = {0};
        if (turn == TURN_WAIT) {
            nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
            continue;
        }
        airy_code code = stage[turn](i, line->slot[i % line->slots], pipe->context, &error);
        if (code != AIRY_OK && error.code != code) // a stage that returned a code and said nothing
            airy_error_set(&error, code, "piece %d failed", i);
        end_turn(line, turn, i, &error);
    }
}

static bool has_ended(void *context)
{
    struct line *line = context;
    bool failed;
#pragma omp critical(airy_pipe)
    failed = line->failed != INT_MAX;
    return failed || airy_progress_stopped(line->pipe->progress);
}

static void run_beside(struct line *line)
{
    const airy_pipe *pipe = line->pipe;
    const airy_progress stop = {.stopped = has_ended, .context = line};
    if (pipe->beside) // even when all has ended: it has to say that it is not complete
        line->beside = pipe->beside(&stop, pipe->context, &line->beside_error);
}

static void run_thread_of_pipe(struct line *line)
{
    bool alone = omp_get_num_threads() == 1;
    if (!alone) {
#pragma omp single nowait
        run_beside(line);
    }
    run_turns(line);
    if (alone)
        run_beside(line);
}

airy_code airy_pipe_run(const airy_pipe *pipe, int n, airy_error *err)
{
    int threads = pipe->threads > 0 ? pipe->threads : airy_farm_cores();
    struct line line = {.pipe = pipe, .n = n, .failed = INT_MAX};
    line.slots = threads < n ? threads + 1 : n > 0 ? n : 1;
    line.slot = calloc((size_t)line.slots, sizeof *line.slot);
    line.state = calloc((size_t)line.slots, sizeof *line.state);
    airy_code code = line.slot && line.state ? AIRY_OK : AIRY_EMEMORY;
    for (int i = 0; code == AIRY_OK && i < line.slots; i++)
        if (!(line.slot[i] = pipe->make(pipe->context)))
            code = AIRY_EMEMORY;
    if (code != AIRY_OK)
        airy_error_set(err, code, "no memory for the workspaces of %d threads", threads);
    else {
#pragma omp parallel num_threads(threads)
        run_thread_of_pipe(&line);
    }
    for (int i = 0; line.slot && i < line.slots; i++)
        if (line.slot[i])
            pipe->drop(line.slot[i]);
    free(line.slot);
    free(line.state);
    if (code != AIRY_OK)
        return code;
    if (line.failed != INT_MAX)
        return airy_error_set(err, line.error.code, "%s", line.error.message);
    if (line.stored < n)
        return airy_error_set(err, AIRY_ESTOPPED, "stopped after %d of %d", line.stored, n);
    if (line.beside != AIRY_OK)
        return airy_error_set(err, line.beside, "%s", line.beside_error.message);
    return AIRY_OK;
}
