// SPDX-License-Identifier: GPL-3.0-or-later
// The file of a reconstruction, recon.h5, and what is said of a search by likelihood.
#ifndef AIRY_TOOLS_RECON_H
#define AIRY_TOOLS_RECON_H

#include "airy/image.h"
#include "prepare.h"

// Writes call->output: images of the search where there was one, else those of the best starts.
AIRY_MUST_CHECK airy_code recon_write(const invocation *call, const prepared *in,
                                      const airy_support_fit *fit, const airy_reconstruction *r,
                                      airy_error *err);

// How often the best solution was found, and what makes it doubtful.
void recon_tell(const invocation *call, const airy_search_result *search);

// How near to the truth any image could be, where it was asked for.
void recon_tell_bound(const invocation *call, const airy_bound *bound);

#endif
