// SPDX-License-Identifier: GPL-3.0-or-later
// Populations at work: which are known already, what is kept of the others, and progress.
#include "search.h"

#include <assert.h>

int airy_search_most(const airy_search_options *options)
{
    int islands = options->groups * options->islands;
    return islands > options->resampled ? islands : options->resampled;
}

static void report(void *context, double done, double total, const char *note)
{
    const airy_search_state *s = context;
    (void)total;
    airy_progress_report(s->progress, s->before + done, s->total, note);
}

static bool stopped(void *context)
{
    const airy_search_state *s = context;
    return airy_progress_stopped(s->progress);
}

// What job i leaves, as the slots of its farm say.
static int list_pieces(const airy_farm *farm, int i, airy_search_piece *pieces)
{
    assert(farm->slot_count <= AIRY_SEARCH_PIECES);
    for (int k = 0; k < farm->slot_count; k++) {
        const airy_farm_slots *slots = &farm->slots[k];
        char *first = slots->first;
        pieces[k] = (airy_search_piece){first + (size_t)i * slots->size, slots->size};
    }
    return farm->slot_count;
}

static airy_code do_or_recall(int i, void *workspace, void *context, airy_error *err)
{
    airy_search_state *s = context;
    const airy_search_keeper *keeper = s->input->keeper;
    airy_search_piece pieces[AIRY_SEARCH_PIECES];
    int n = list_pieces(s->farm, i, pieces);
    pthread_mutex_lock(&s->lock);
    bool known = keeper->recall(keeper->context, s->stage, i, pieces, n);
    pthread_mutex_unlock(&s->lock);
    if (known)
        return AIRY_OK;
    airy_code code = s->job(i, workspace, context, err);
    if (code != AIRY_OK)
        return code;
    pthread_mutex_lock(&s->lock);
    code = keeper->save(keeper->context, s->stage, i, pieces, n, err);
    pthread_mutex_unlock(&s->lock);
    return code;
}

airy_code airy_search_farm(airy_search_state *s, airy_farm *farm, int n, airy_error *err)
{
    const airy_progress progress = {.report = report, .stopped = stopped, .context = s};
    farm->threads = s->options->threads;
    farm->context = s;
    farm->progress = &progress;
    s->farm = farm;
    s->job = farm->job;
    if (s->input->keeper)
        farm->job = do_or_recall;
    airy_code code = airy_farm_run(farm, n, err);
    s->farm = NULL, farm->progress = NULL;
    s->before += n;
    s->stage++;
    return code;
}
