// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are read: looked at before they are opened.
#include "input.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

airy_code airy_file_check(const char *path, airy_error *err)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return airy_error_set(err, errno == ENOENT ? AIRY_EMISSING : AIRY_EIO,
                              "%s cannot be read: %s", path, strerror(errno));
    if (S_ISDIR(info.st_mode))
        return airy_error_set(err, AIRY_EIO, "%s cannot be read: it is a folder", path);
    if (!S_ISREG(info.st_mode))
        return airy_error_set(
            err, AIRY_EIO, "%s cannot be read: it is no plain file but a pipe or a device", path);
    return AIRY_OK;
}

FILE *airy_file_open(const char *path, airy_error *err)
{
    if (airy_file_check(path, err) != AIRY_OK)
        return NULL;
    FILE *file = fopen(path, "rb");
    if (!file)
        airy_error_set(err, errno == ENOMEM ? AIRY_EMEMORY : AIRY_EIO, "%s cannot be read: %s",
                       path, strerror(errno));
    return file;
}

long long airy_file_bytes(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (long long)info.st_size : -1;
}
