// SPDX-License-Identifier: GPL-3.0-or-later
// Of live.c, for the room and its tests.
#ifndef AIRY_REPORT_LIVE_H
#define AIRY_REPORT_LIVE_H

#include "airy/report.h"

// What a page of a run shows beside its tally.
typedef struct airy_live_page {
    const char *title;
    const char *state; // one sentence: how far, how late
    int refresh_s;     // 0: the run has ended
    const airy_tally *tally;
    const airy_table *rows;   // of the last hits, the newest first
    const airy_indexed *hits; // their pictures, the newest first; index NULL: none
    int n_hits;
    const airy_indexed *misses; // mean of frames without a hit; NULL or without index: none
    const char *const *links;   // names of files beside the page, ended by NULL
} airy_live_page;

// A small picture of cells on logarithmic colours, `side` pixels; index freed by airy_memory_free.
AIRY_MUST_CHECK airy_code airy_live_picture(const airy_pattern *cells, int side, airy_indexed *out,
                                            airy_error *err);

// Writes the page: verdict and alarms, numbers, pictures, strips, a table.
AIRY_MUST_CHECK airy_code airy_live_write(const airy_live_page *page, const char *path,
                                          airy_error *err);

#endif
