// SPDX-License-Identifier: GPL-3.0-or-later
// Values of options as words: one kind a type of option.
#ifndef AIRY_TOOLS_OPTION_VALUES_H
#define AIRY_TOOLS_OPTION_VALUES_H

#include "options.h"

struct option_kind {
    airy_code (*set)(const option *row, const char *text, airy_error *err);
    void (*show)(const option *row, airy_text *to);
    const char *word; // what --help puts after the name when there is no unit
};

// By option_type, up to OPTION_SEED.
extern const struct option_kind option_kinds[];

// Whether numbers are limited.
bool option_has_range(const option *row);

// The i-th word of "a|b|c"; false past the end.
bool option_choice(const char *choices, int i, char *word, size_t room);

#endif
