// SPDX-License-Identifier: GPL-3.0-or-later
// Which other files an HDF5 file may lead to: by links, as sources of virtual datasets, as storage.
#include "hdf5_handle.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// The one thing that this room remembers: every function that opens a file would have to be told,
// and would have to tell the next one, what the user says once for a whole run.
static atomic_bool anywhere;

void airy_h5_follow_anywhere(bool yes)
{
    anywhere = yes;
}

// Cuts a path behind its last '/'.
static void keep_folder(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash)
        slash[1] = '\0';
}

static bool is_below(const char *real, char *file, bool resolve_file)
{
    char *folder = NULL;
    if (resolve_file) {
        folder = realpath(file, NULL);
        if (folder)
            keep_folder(folder);
    } else {
        keep_folder(file);
        folder = realpath(strchr(file, '/') ? file : ".", NULL);
    }
    size_t length = folder ? strlen(folder) : 0;
    bool slash = length && folder[length - 1] == '/';
    bool below = length && strncmp(real, folder, length) == 0 && (slash || real[length] == '/');
    free(folder);
    return below;
}

// Below the folder that the user named, or, when he named a link, that of the file itself. What is
// not there is told elsewhere. AIRY_EMEMORY, AIRY_EFORMAT: no.
static airy_code look_where(const airy_h5 *h5, const char *path)
{
    if (anywhere)
        return AIRY_OK;
    const char *root = h5->root ? h5->root : h5->path;
    char *named = airy_text_copy(root), *file = airy_text_copy(root);
    errno = 0;
    char *real = realpath(path, NULL);
    bool absent = !real && errno != ENOMEM;
    bool near = absent || (real && named && is_below(real, named, false)) ||
                (real && file && is_below(real, file, true));
    bool lacking = !named || !file || errno == ENOMEM;
    free(real);
    free(named);
    free(file);
    return near ? AIRY_OK : lacking ? AIRY_EMEMORY : AIRY_EFORMAT;
}

bool airy_h5_is_near(const airy_h5 *h5, const char *path)
{
    return look_where(h5, path) == AIRY_OK;
}

airy_code airy_h5_check_near(airy_h5 *h5, const char *path, const char *file, airy_error *err)
{
    airy_code code = look_where(h5, file);
    h5->doubt = h5->doubt || code == AIRY_EMEMORY;
    if (code == AIRY_EMEMORY)
        return airy_error_set(err, code, "no memory to see where %s of %s leads", path, h5->path);
    if (code == AIRY_OK)
        return code;
    return airy_error_set(err, code,
                          "%s: %s leads to %s, outside of the file's folder, which is not read "
                          "unless --follow anywhere says so",
                          h5->path, path, file);
}

airy_code airy_h5_check_file(airy_h5 *h5, const char *path, hid_t object, airy_error *err)
{
    char name[4096] = "";
    if (anywhere || H5Fget_name(object, name, sizeof name) <= 0)
        return AIRY_OK;
    return airy_h5_check_near(h5, path, name, err);
}
