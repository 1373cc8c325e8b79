// SPDX-License-Identifier: GPL-3.0-or-later
// What histories say of this program: its version and the libraries it is linked with.
#ifndef AIRY_TOOLS_PROVENANCE_H
#define AIRY_TOOLS_PROVENANCE_H

#include "options.h"

// Fills in call->run from what was parsed.
void provenance_fill(invocation *call);

#endif
