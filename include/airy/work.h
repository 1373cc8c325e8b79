// SPDX-License-Identifier: GPL-3.0-or-later
// Run n jobs: on threads, on ranks, or as pieces of a file through three stages. The outcome is the
// same for any number of either.
#ifndef AIRY_WORK_H
#define AIRY_WORK_H

#include "airy/base.h"

// ------------------------------------------------------------------ the farm (work/farm.c)

// Where job i leaves its result: size bytes at first + i * size, plain data without pointers.
typedef struct airy_farm_slots {
    void *first;
    size_t size; // at most INT_MAX
} airy_farm_slots;

// Runs job(i, workspace, context) for i = 0 .. n - 1 on `threads` threads (0 = all cores), each
// with a workspace of its own from make(context), one thread at a time, and drop(workspace) (both
// may be NULL). Jobs must not depend on one another; results go to slots of their own, so the
// outcome is the same for any number of threads. The first failing job (lowest i) gives code and
// sentence. progress->report gets jobs done of n; progress->stopped ends with AIRY_ESTOPPED after
// the jobs under way.
//
// Under MPI (built with AIRY_MPI, between airy_farm_begin and airy_farm_end) the ranks share the
// jobs of a farm that names its slots, and every rank ends with all of them and the same code and
// sentence; progress is that of the rank's own share. Every rank must run the same farm, outside
// other farms. A farm without slots, or inside a job, does all its jobs on every rank that runs it.
typedef struct airy_farm {
    int threads;
    void *(*make)(void *context);
    void (*drop)(void *workspace);
    airy_code (*job)(int i, void *workspace, void *context, airy_error *err);
    void *context;
    const airy_progress *progress;
    const airy_farm_slots *slots; // slot_count arrays of n results each
    int slot_count;
} airy_farm;

// Runs the farm; see airy_farm above.
AIRY_MUST_CHECK airy_code airy_farm_run(const airy_farm *farm, int n, airy_error *err);

// Pieces of a file through three stages: `fetch` and `store` are called for i = 0 .. n - 1 in that
// order, one call of either at a time, for files want that; `work` in between on `threads` threads
// (0 = all cores). Each piece travels in a slot from make(context); there are threads + 1 of them,
// which bounds the memory. So the outcome is the same for any number of threads. The first failing
// piece (lowest i) gives code and sentence, and those before it are stored. progress is that of
// stored pieces; progress->stopped ends with AIRY_ESTOPPED after the pieces under way.
// `beside` (may be NULL) is done once, by one of the threads before it turns to the pieces, or
// after them when there is one thread; `stop` asks it to end when pieces have failed or are
// stopped. Its failure counts when all pieces are stored.
typedef struct airy_pipe {
    int threads;
    void *(*make)(void *context);
    void (*drop)(void *slot);
    airy_code (*fetch)(int i, void *slot, void *context, airy_error *err);
    airy_code (*work)(int i, void *slot, void *context, airy_error *err);
    airy_code (*store)(int i, void *slot, void *context, airy_error *err);
    airy_code (*beside)(const airy_progress *stop, void *context, airy_error *err);
    void *context;
    const airy_progress *progress;
    const char *unit; // of progress: "frames"
} airy_pipe;

// Runs the pipe; see airy_pipe above.
AIRY_MUST_CHECK airy_code airy_pipe_run(const airy_pipe *pipe, int n, airy_error *err);

// Threads that `threads` = 0 stands for.
int airy_farm_cores(void);

// Joins the other ranks, from the main thread before anything else, and leaves them again at the
// end. argc and argv are main's; status is the exit status to come: if it is not 0 and the others
// have not failed as well within 5 s, they are ended too. Without MPI they do nothing; a process
// that no launcher started need not begin.
void airy_farm_begin(int *argc, char ***argv);
void airy_farm_end(int status);

// Makes the first rank's code and sentence those of all, for what only one of them can find out.
// Every rank calls it; inside a job, and without MPI, code comes back as it is.
airy_code airy_farm_agree(airy_code code, airy_error *err);

// This process among `airy_farm_ranks`, 0 for the one that writes; 0 of 1 without MPI.
int airy_farm_rank(void);
int airy_farm_ranks(void);

#endif
