// SPDX-License-Identifier: GPL-3.0-or-later
// The processes that a launcher of MPI started side by side: one of one without.
#include "ranks.h"

#ifdef AIRY_WITH_MPI
#include <limits.h>
#include <mpi.h>
#include <omp.h>
#include <time.h>
#endif

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
    airy_error first = {0};
    if (omp_get_level() > 0 || airy_farm_ranks() == 1)
        return code;
    if (code != AIRY_OK && err)
        first = *err;
    first.code = code;
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

void airy_ranks_meet(const airy_farm *farm, int n, airy_outcome *outcome)
{
    int ranks = airy_farm_ranks();
    struct {
        int job, rank;
    } mine = {outcome->failed, airy_farm_rank()}, lowest;
    MPI_Allreduce(&mine, &lowest, 1, MPI_2INT, MPI_MINLOC, MPI_COMM_WORLD);
    MPI_Allreduce(MPI_IN_PLACE, &outcome->stopped, 1, MPI_INT, MPI_LOR, MPI_COMM_WORLD);
    MPI_Allreduce(MPI_IN_PLACE, &outcome->done, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    outcome->failed = lowest.job;
    if (outcome->failed != INT_MAX)
        MPI_Bcast(&outcome->error, (int)sizeof outcome->error, MPI_BYTE, lowest.rank,
                  MPI_COMM_WORLD);
    for (int i = 0; outcome->failed == INT_MAX && i < farm->slot_count; i++)
        exchange(&farm->slots[i], n, ranks);
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

void airy_ranks_meet(const airy_farm *farm, int n, airy_outcome *outcome)
{
    (void)farm;
    (void)n;
    (void)outcome;
}

#endif
