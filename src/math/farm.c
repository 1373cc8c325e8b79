// SPDX-License-Identifier: GPL-3.0-or-later
// Independent jobs on threads and ranks, so that the outcome does not depend on how many there are.
#include "airy/math.h"

#include <limits.h>
#include <omp.h>
#include <stdlib.h>
#include <time.h>
#ifdef AIRY_WITH_MPI
#include <mpi.h>
#endif

// What the threads share. Only touched inside the critical section `airy_farm`.
struct run {
    const airy_farm *farm;
    int begin, end; // the share of this rank
    int next, done;
    int failed; // lowest failing job so far, -1 for a missing workspace, INT_MAX for none
    int stopped;
    airy_error error;
};

// ------------------------------------------------------------------ threads

// Hands out jobs in order, and none beyond the first known failure: whatever comes before a failing
// job was handed out before it, so the lowest failing job is always found.
static int take_job(struct run *run)
{
    int i = -1;
#pragma omp critical(airy_farm)
    {
        run->stopped = run->stopped || airy_progress_stopped(run->farm->progress);
        if (!run->stopped && run->next < run->end && run->next < run->failed)
            i = run->next++;
    }
    return i;
}

static void note_failure(struct run *run, int i, const airy_error *error)
{
#pragma omp critical(airy_farm)
    if (i < run->failed) {
        run->failed = i;
        run->error = *error;
    }
}

static void note_success(struct run *run)
{
#pragma omp critical(airy_farm)
    {
        run->done++;
        airy_progress_report(run->farm->progress, run->done, run->end - run->begin, "");
    }
}

static void work(struct run *run, void *workspace)
{
    const airy_farm *farm = run->farm;
    for (int i = take_job(run); i >= 0; i = take_job(run)) {
        airy_error error = {0};
        airy_code code = farm->job(i, workspace, farm->context, &error);
        if (code == AIRY_OK) {
            note_success(run);
            continue;
        }
        if (error.code != code) // a job that returned a code and said nothing
            airy_error_set(&error, code, "job %d failed", i);
        note_failure(run, i, &error);
    }
}

static void run_thread(struct run *run)
{
    const airy_farm *farm = run->farm;
    void *workspace = NULL;
    if (farm->make) {
#pragma omp critical(airy_farm_make)
        workspace = farm->make(farm->context);
        if (!workspace) {
            airy_error error;
            airy_error_set(&error, AIRY_EMEMORY, "no memory for the workspace of a thread");
            note_failure(run, -1, &error);
            return;
        }
    }
    work(run, workspace);
    if (farm->drop)
        farm->drop(workspace);
}

// ------------------------------------------------------------------ ranks

#ifdef AIRY_WITH_MPI

// MPI calls come from the main thread, outside the threads of a farm.
void airy_farm_begin(int *argc, char ***argv)
{
    int given = 0;
    MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &given);
}

static bool is_joined(void)
{
    int joined = 0, left = 0;
    MPI_Initialized(&joined);
    MPI_Finalized(&left);
    return joined && !left;
}

// A rank that failed alone leaves the others waiting in their next exchange: after some seconds in
// which not all came here, they are ended.
void airy_farm_end(int status)
{
    MPI_Request request;
    int all = 0;
    if (!is_joined())
        return;
    MPI_Ibarrier(MPI_COMM_WORLD, &request);
    for (int i = 0; status && !all && i < 50; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
        MPI_Test(&request, &all, MPI_STATUS_IGNORE);
    }
    if (status && !all)
        MPI_Abort(MPI_COMM_WORLD, status);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    MPI_Finalize();
}

int airy_farm_rank(void)
{
    int rank = 0;
    if (is_joined())
        MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

int airy_farm_ranks(void)
{
    int ranks = 1;
    if (is_joined())
        MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    return ranks;
}

airy_code airy_farm_agree(airy_code code, airy_error *err)
{
    airy_error first = {.code = code};
    if (omp_get_level() > 0 || airy_farm_ranks() == 1)
        return code;
    if (code != AIRY_OK && err)
        first = *err;
    MPI_Bcast(&first, (int)sizeof first, MPI_BYTE, 0, MPI_COMM_WORLD);
    return first.code == AIRY_OK ? AIRY_OK : airy_error_set(err, first.code, "%s", first.message);
}

// Every rank tells the others its results; those of a share lie side by side.
static void exchange(const airy_farm_slots *slots, int n, int ranks)
{
    MPI_Datatype slot;
    MPI_Type_contiguous((int)slots->size, MPI_BYTE, &slot);
    MPI_Type_commit(&slot);
    for (int r = 0; r < ranks; r++) {
        int begin = (int)((int64_t)n * r / ranks), end = (int)((int64_t)n * (r + 1) / ranks);
        char *first = (char *)slots->first + (size_t)begin * slots->size;
        if (end > begin)
            MPI_Bcast(first, end - begin, slot, r, MPI_COMM_WORLD);
    }
    MPI_Type_free(&slot);
}

// Makes the outcome of one rank the outcome of all: the lowest failure, any stop, all results.
static void meet(struct run *run, int n, int ranks)
{
    struct {
        int job, rank;
    } mine = {run->failed, airy_farm_rank()}, lowest;
    MPI_Allreduce(&mine, &lowest, 1, MPI_2INT, MPI_MINLOC, MPI_COMM_WORLD);
    MPI_Allreduce(MPI_IN_PLACE, &run->stopped, 1, MPI_INT, MPI_LOR, MPI_COMM_WORLD);
    MPI_Allreduce(MPI_IN_PLACE, &run->done, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    run->failed = lowest.job;
    if (run->failed != INT_MAX)
        MPI_Bcast(&run->error, (int)sizeof run->error, MPI_BYTE, lowest.rank, MPI_COMM_WORLD);
    for (int i = 0; run->failed == INT_MAX && i < run->farm->slot_count; i++)
        exchange(&run->farm->slots[i], n, ranks);
}

#else

void airy_farm_begin(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
}

void airy_farm_end(int status)
{
    (void)status;
}

airy_code airy_farm_agree(airy_code code, airy_error *err)
{
    (void)err;
    return code;
}

int airy_farm_rank(void)
{
    return 0;
}

int airy_farm_ranks(void)
{
    return 1;
}

static void meet(struct run *run, int n, int ranks)
{
    (void)run;
    (void)n;
    (void)ranks;
}

#endif

// ------------------------------------------------------------------ the farm

airy_code airy_farm_run(const airy_farm *farm, int n, airy_error *err)
{
    bool shared = farm->slot_count > 0 && omp_get_level() == 0;
    int ranks = shared ? airy_farm_ranks() : 1, rank = shared ? airy_farm_rank() : 0;
    struct run run = {.farm = farm, .failed = INT_MAX};
    run.begin = run.next = (int)((int64_t)n * rank / ranks);
    run.end = (int)((int64_t)n * (rank + 1) / ranks);
    int threads = farm->threads > 0 ? farm->threads : airy_farm_cores();
    if (threads > run.end - run.begin)
        threads = run.end > run.begin ? run.end - run.begin : 1;
#pragma omp parallel num_threads(threads)
    run_thread(&run);
    if (ranks > 1)
        meet(&run, n, ranks);
    if (run.failed != INT_MAX)
        return airy_error_set(err, run.error.code, "%s", run.error.message);
    if (run.stopped && run.done < n)
        return airy_error_set(err, AIRY_ESTOPPED, "stopped after %d of %d", run.done, n);
    return AIRY_OK;
}

// ------------------------------------------------------------------ the pipe

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

int airy_farm_cores(void)
{
    return omp_get_num_procs();
}
