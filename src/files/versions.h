// SPDX-License-Identifier: GPL-3.0-or-later
// Each library's version comes from the one file that may include its header.
#ifndef AIRY_FILES_VERSIONS_H
#define AIRY_FILES_VERSIONS_H

#include "airy/base.h"

void airy_hdf5_version(airy_text *text);
void airy_hash_version(airy_text *text);
void airy_pack_version(airy_text *text);

#endif
