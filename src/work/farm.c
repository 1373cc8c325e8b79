// SPDX-License-Identifier: GPL-3.0-or-later
// Independent jobs on threads and ranks, so that the outcome does not depend on how many there are.
#include "ranks.h"

#include <limits.h>
#include <omp.h>
#include <stdlib.h>

// What the threads share. Only touched inside the critical section `airy_farm`.
struct run {
    const airy_farm *farm;
    int begin, end; // the share of this rank
    int next;
    airy_outcome outcome;
};

// ------------------------------------------------------------------ threads

// Hands out jobs in order, and none beyond the first known failure: whatever comes before a failing
// job was handed out before it, so the lowest failing job is always found.
static int take_job(struct run *run)
{
    int i = -1;
#pragma omp critical(airy_farm)
    {
        run->outcome.stopped = run->outcome.stopped || airy_progress_stopped(run->farm->progress);
        if (!run->outcome.stopped && run->next < run->end && run->next < run->outcome.failed)
            i = run->next++;
    }
    return i;
}

static void note_failure(struct run *run, int i, const airy_error *error)
{
#pragma omp critical(airy_farm)
    if (i < run->outcome.failed) {
        run->outcome.failed = i;
        run->outcome.error = *error;
    }
}

static void note_success(struct run *run)
{
#pragma omp critical(airy_farm)
    {
        run->outcome.done++;
        airy_progress_report(run->farm->progress, run->outcome.done, run->end - run->begin, "");
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

// ------------------------------------------------------------------ the farm

airy_code airy_farm_run(const airy_farm *farm, int n, airy_error *err)
{
    bool shared = farm->slot_count > 0 && omp_get_level() == 0;
    int ranks = shared ? airy_farm_ranks() : 1, rank = shared ? airy_farm_rank() : 0;
    struct run run = {.farm = farm, .outcome.failed = INT_MAX};
    run.begin = run.next = (int)((int64_t)n * rank / ranks);
    run.end = (int)((int64_t)n * (rank + 1) / ranks);
    int threads = farm->threads > 0 ? farm->threads : airy_farm_cores();
    if (threads > run.end - run.begin)
        // read by the pragma, which the analyzer does not see, NOLINTNEXTLINE(*DeadStores)
        threads = run.end > run.begin ? run.end - run.begin : 1;
#pragma omp parallel num_threads(threads)
    run_thread(&run);
    if (ranks > 1)
        airy_ranks_meet(farm, n, &run.outcome);
    if (run.outcome.failed != INT_MAX)
        return airy_error_set(err, run.outcome.error.code, "%s", run.outcome.error.message);
    if (run.outcome.stopped && run.outcome.done < n)
        return airy_error_set(err, AIRY_ESTOPPED, "stopped after %d of %d", run.outcome.done, n);
    return AIRY_OK;
}

int airy_farm_cores(void)
{
    return omp_get_num_procs();
}
