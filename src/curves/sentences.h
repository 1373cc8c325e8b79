// SPDX-License-Identifier: GPL-3.0-or-later
// Of sentences.c, for the room and its tests.
#ifndef AIRY_CURVES_SENTENCES_H
#define AIRY_CURVES_SENTENCES_H

#include "airy/curves.h"
#include "fits.h"

// A line a fit in words, of at most `most` curves, and what a reader must know of them.
void airy_curves_sentences(const airy_curves *curves, const airy_table *from,
                           const airy_curves_fits *fits, const airy_curves_options *options,
                           int most, airy_text *text);

#endif
