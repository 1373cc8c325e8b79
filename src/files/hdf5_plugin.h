// SPDX-License-Identifier: GPL-3.0-or-later
// HDF5's filter plugins run outside of HDF5, which runs one at a time.
//
// A plugin hands out a class with its filter function (H5PLget_plugin_info); HDF5 calls it under
// its global lock, we in our threads. The function itself may call HDF5 (for memory, or to say what
// is wrong), so this wants an HDF5 that is built thread-safe, as Debian's is.
#ifndef AIRY_FILES_HDF5_PLUGIN_H
#define AIRY_FILES_HDF5_PLUGIN_H

#include "airy/base.h"

typedef struct airy_plugin airy_plugin;

// A dataset's filter: its number, and what the writer told it.
enum { AIRY_FILTER_VALUES_MOST = 32 };
typedef struct airy_filter {
    int id;
    size_t n;
    unsigned values[AIRY_FILTER_VALUES_MOST];
} airy_filter;

// The plugin of filter `id` on HDF5's path of plugins; NULL: none there can be run so.
airy_plugin *airy_plugin_open(int id);
void airy_plugin_close(airy_plugin *plugin);
int airy_plugin_id(const airy_plugin *plugin);

// Undoes the filter: `size` bytes out of `length` others. False: that is not what they hold, or
// there is no memory. Any thread.
bool airy_plugin_undo(const airy_plugin *plugin, const airy_filter *filter, const uint8_t *bytes,
                      size_t length, void *to, size_t size);

#endif
