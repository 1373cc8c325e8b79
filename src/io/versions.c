// SPDX-License-Identifier: GPL-3.0-or-later
// The libraries behind this room, by name and version.
#include "versions.h"
#include "airy/io.h"

void airy_io_versions(airy_text *text)
{
    airy_hdf5_version(text);
    airy_fits_version(text);
    airy_png_version(text);
    airy_mat_version(text);
    airy_hash_version(text);
    airy_pack_version(text);
}
