// SPDX-License-Identifier: GPL-3.0-or-later
// The plugin of a filter: found where HDF5 would find it, loaded once more, and called.
#include "hdf5_plugin.h"

#include <dirent.h>
#include <dlfcn.h>
#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

struct airy_plugin {
    void *library;
    const H5Z_class2_t *class;
};

// The class that a library holds if it is a plugin of this filter. POSIX gives functions as
// pointers to objects, hence the casts of addresses.
static const H5Z_class2_t *class_in(void *library, int id)
{
    H5PL_type_t (*type)(void) = NULL;
    const void *(*info)(void) = NULL;
    *(void **)&type = dlsym(library, "H5PLget_plugin_type");
    *(void **)&info = dlsym(library, "H5PLget_plugin_info");
    if (!type || !info || type() != H5PL_TYPE_FILTER)
        return NULL;
    const H5Z_class2_t *class = info();
    bool fits = class && class->version == H5Z_CLASS_T_VERS && class->id == id && class->filter;
    return fits ? class : NULL;
}

// False where the file is no such plugin.
static bool load(airy_plugin *plugin, const char *file, int id)
{
    plugin->library = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
    plugin->class = plugin->library ? class_in(plugin->library, id) : NULL;
    if (!plugin->class && plugin->library)
        dlclose(plugin->library);
    return plugin->class != NULL;
}

static bool search_folder(airy_plugin *plugin, const char *folder, int id)
{
    DIR *files = opendir(folder);
    bool found = false;
    if (!files)
        return false;
    for (struct dirent *file; !found && (file = readdir(files));) {
        airy_text path = {0};
        if (!strstr(file->d_name, ".so"))
            continue;
        airy_text_append(&path, "%s/%s", folder, file->d_name);
        found = path.text && load(plugin, path.text, id);
        airy_text_release(&path);
    }
    closedir(files);
    return found;
}

airy_plugin *airy_plugin_open(int id)
{
    airy_plugin *plugin = airy_memory_new(1, sizeof *plugin);
    hbool_t safe = false;
    unsigned folders = 0;
    bool found = false;
    if (plugin && H5is_library_threadsafe(&safe) >= 0 && safe && H5Zfilter_avail(id) > 0)
        (void)H5PLsize(&folders);
    for (unsigned i = 0; i < folders && !found; i++) {
        char folder[4096];
        ssize_t length = H5PLget(i, folder, sizeof folder);
        found = length > 0 && (size_t)length < sizeof folder && search_folder(plugin, folder, id);
    }
    if (found)
        return plugin;
    airy_memory_free(plugin);
    return NULL;
}

void airy_plugin_close(airy_plugin *plugin)
{
    if (plugin)
        dlclose(plugin->library);
    airy_memory_free(plugin);
}

int airy_plugin_id(const airy_plugin *plugin)
{
    return plugin->class->id;
}

bool airy_plugin_undo(const airy_plugin *plugin, const airy_filter *filter, const uint8_t *bytes,
                      size_t length, void *to, size_t size)
{
    // A filter frees the buffer that it is given and leaves another in its place. HDF5's are
    // malloc's; to ask HDF5 for one would wait for whoever reads.
    void *buffer = malloc(length);
    size_t room = length, got = 0;
    if (!buffer)
        return false;
    memcpy(buffer, bytes, length);
    got =
        plugin->class->filter(H5Z_FLAG_REVERSE, filter->n, filter->values, length, &room, &buffer);
    if (got == size)
        memcpy(to, buffer, size);
    free(buffer);
    return got == size;
}
