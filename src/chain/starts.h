// SPDX-License-Identifier: GPL-3.0-or-later
// Finished starts beside the output, as a search writes them.
#ifndef AIRY_CHAIN_STARTS_H
#define AIRY_CHAIN_STARTS_H

#include "airy/chain.h"

// How many starts and populations were taken over.
typedef struct airy_starts_found {
    int finished, parked, populations;
} airy_starts_found;

// Whose records: a run is described by `key` (64 hexadecimal digits); the rest gives the sizes.
typedef struct airy_starts_run {
    const char *key;
    airy_store_mode mode;
    const airy_problem *problem;
    const airy_retrieve_options *options;
    const airy_search_options *photons;
} airy_starts_run;

// What starts belong to: input, options, seed and version, as a history's last step has them.
AIRY_MUST_CHECK airy_code airy_starts_key(const airy_history *history, uint64_t seed, char key[65],
                                          airy_error *err);

// Removes OUTPUT.part where it is of this key: a run that was killed behind its output has left it.
void airy_starts_drop(const char *output, const char *key);

// Opens OUTPUT.part. NULL on failure: AIRY_EIO when another run has it, or when it is a link or no
// file of ours.
AIRY_MUST_CHECK airy_starts *airy_starts_open(const char *output, const airy_starts_run *run,
                                              airy_starts_found *found, airy_error *err);

// The callbacks for airy_retrieve, and those for airy_retrieve_photons.
airy_checkpoint airy_starts_callbacks(airy_starts *c);
airy_search_keeper airy_starts_keeper(airy_starts *c);

#endif
