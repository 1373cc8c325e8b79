// SPDX-License-Identifier: GPL-3.0-or-later
// Of align.c, for the room and its tests.
#ifndef AIRY_RETRIEVAL_ALIGN_H
#define AIRY_RETRIEVAL_ALIGN_H

#include "airy/retrieval.h"

// Moves another image of that size as `found` says. out may be in.
void airy_aligner_apply(airy_aligner *aligner, const airy_alignment *found, const airy_image *in,
                        airy_image *out);

#endif
