// SPDX-License-Identifier: GPL-3.0-or-later
// Opening HDF5 files that somebody may be writing.
#include "hdf5_handle.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <unistd.h>

// Remembered for the same reason as what may be followed (hdf5_reach.c).
static atomic_bool watching;

void airy_h5_watch(bool yes)
{
    watching = yes;
}

// Whether another process has locked the file for writing. The lock that asks is gone after some
// microseconds, where one of HDF5 would stay as long as the file is read.
static bool is_locked(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool locked = file >= 0 && flock(file, LOCK_SH | LOCK_NB) != 0;
    if (file >= 0)
        close(file);
    return locked;
}

hid_t airy_h5_open_file(const char *path)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), file = H5I_INVALID_HID;
    if (watching)
        H5Pset_file_locking(access, false, true);
    if (!watching || !is_locked(path))
        file = H5Fopen(path, H5F_ACC_RDONLY, access);
    if (file < 0)
        file = H5Fopen(path, H5F_ACC_RDONLY | H5F_ACC_SWMR_READ, access);
    H5Pclose(access);
    return file;
}
