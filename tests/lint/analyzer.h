// SPDX-License-Identifier: GPL-3.0-or-later
// What clang's analyzer, which reads one file at a time, cannot know: these return the code that
// they are given, so that a sentence always comes with a failure.
#include "airy/base.h"

#define airy_error_code(err, otherwise) ((void)airy_error_code(err, otherwise), (otherwise))
#define airy_error_set(err, code, ...) ((void)airy_error_set(err, code, __VA_ARGS__), (code))
