// SPDX-License-Identifier: GPL-3.0-or-later
// A search's images on their way into recon.h5, and what is said of them.
#ifndef AIRY_CHAIN_RECON_H
#define AIRY_CHAIN_RECON_H

#include "airy/chain.h"

// Writes call->output: images of the search where there was one, else those of the best starts.
AIRY_MUST_CHECK airy_code airy_recon_write(const airy_call *call, const airy_prepared *in,
                                           const airy_support_fit *fit,
                                           const airy_reconstruction *r, airy_error *err);

// The numbers of an image that the search by likelihood found, best first.
extern const airy_described airy_candidate_numbers;

// How often the best solution was found, and what makes it doubtful.
void airy_recon_tell(const airy_call *call, const airy_search_result *search);

// Whether photons tell the odd part: `odd_redrawn` of a search, NaN: not known.
void airy_recon_tell_odd(const airy_call *call, double odd_redrawn);

// That a spheroid is taken off what is none: `search_body` of an image's search, NaN: not known.
void airy_recon_tell_body(const airy_call *call, double search_body);

// How near to the truth any image could be, where it was asked for.
void airy_recon_tell_bound(const airy_call *call, const airy_bound *bound);

#endif
