// SPDX-License-Identifier: GPL-3.0-or-later
// The libraries behind this room, by name and version.
#include "versions.h"
#include "airy/files.h"

void airy_files_versions(airy_text *text)
{
    airy_hdf5_version(text);
    airy_hash_version(text);
    airy_pack_version(text);
}
