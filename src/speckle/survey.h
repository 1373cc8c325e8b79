// SPDX-License-Identifier: GPL-3.0-or-later
// The first look at all frames: which of them, and which pixels, count.
#ifndef AIRY_SPECKLE_SURVEY_H
#define AIRY_SPECKLE_SURVEY_H

#include "airy/speckle.h"
#include "correlate.h"

// A pixel that any frame that counts lacks is taken out of the regions; a frame that lacks
// several, and more than one in a hundred of those that the first frame measures, does not count.
// The flat is made.
AIRY_MUST_CHECK airy_code airy_survey_make(const airy_speckle_source *source, airy_regions *regions,
                                           const airy_correlate_options *options,
                                           airy_survey *survey, airy_error *err);
void airy_survey_release(airy_survey *survey);

// survey->flat from survey->mean.
AIRY_MUST_CHECK airy_code airy_survey_flat(const airy_regions *regions,
                                           const airy_correlate_options *options,
                                           airy_survey *survey, airy_error *err);

#endif
