// SPDX-License-Identifier: GPL-3.0-or-later
// Files and folders that one run has for itself.
#include "claim.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// Whether the open file is the one of that name: it may have been removed while it was waited for.
static bool is_named(int file, const char *path)
{
    struct stat open, named;
    return fstat(file, &open) == 0 && lstat(path, &named) == 0 && open.st_dev == named.st_dev &&
           open.st_ino == named.st_ino;
}

// Not every file system can lock, folders less than files: without locks all is as it was before
// there were any.
airy_code airy_claim_file(int file, const char *path, airy_error *err)
{
    bool taken = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (!taken && is_named(file, path))
        return AIRY_OK;
    return airy_error_set(err, AIRY_EIO,
                          "%s is in use by another run: wait for its end, or write to another name",
                          path);
}

airy_code airy_claim_folder(const char *path, int *claim, airy_error *err)
{
    *claim = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*claim < 0)
        return airy_error_set(err, AIRY_EIO, "%s cannot be read: %s", path, strerror(errno));
    airy_code code = airy_claim_file(*claim, path, err);
    if (code != AIRY_OK)
        airy_claim_drop(claim);
    return code;
}

void airy_claim_drop(int *claim)
{
    if (*claim >= 0)
        close(*claim);
    *claim = -1;
}
