// SPDX-License-Identifier: GPL-3.0-or-later
// Kinds of files, told by their first bytes or by the endings of their names.
#include "airy/files.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

typedef struct row {
    airy_kind kind;
    const char *endings; // ".fits .fit"
    int at;              // where the bytes stand
    const char *bytes;
    int length;
} row;

static const row rows[] = {
    {AIRY_KIND_HDF5, ".h5 .cxi .hdf5 .hdf .nxs", 0, "\211HDF", 4},
    {AIRY_KIND_FITS, ".fits .fit", 0, "SIMPLE  =", 9},
    {AIRY_KIND_PNG, ".png", 0, "\211PNG\r\n\032\n", 8},
    {AIRY_KIND_MATLAB, ".mat", 0, "MATLAB 5.0", 10},
    {AIRY_KIND_MATLAB_HDF5, "", 0, "MATLAB 7.3", 10},
    {AIRY_KIND_NUMPY, ".npy", 0, "\223NUMPY", 6},
    {AIRY_KIND_NUMPY_ARCHIVE, ".npz", 0, "PK\3\4", 4},
    {AIRY_KIND_TIFF, ".tif .tiff", 0, "II*", 4},
    {AIRY_KIND_TIFF, "", 0, "MM\0*", 4},
    {AIRY_KIND_TIFF, "", 0, "II+", 4},
    {AIRY_KIND_CBF, ".cbf", 0, "###CBF:", 7},
    {AIRY_KIND_EDF, ".edf", 0, "{\nEDF_", 6},
    {AIRY_KIND_EDF, "", 0, "{\r\nEDF_", 7},
    {AIRY_KIND_PIXELS, ".tsv", 0, "# airy pixels", 13},
    {AIRY_KIND_GZIP, ".gz", 0, "\037\213", 2},
    {AIRY_KIND_XZ, ".xz", 0, "\3757zXZ", 6},
    {AIRY_KIND_DCD, ".dcd", 4, "CORD", 4},
    {AIRY_KIND_XTC, ".xtc", 0, "\0\0\7\313", 4},
    {AIRY_KIND_TRR, ".trr", 0, "\0\0\7\311", 4},
};
enum { ROWS = sizeof rows / sizeof *rows };

airy_kind airy_kind_of_bytes(const void *bytes, size_t n)
{
    for (const row *r = rows; r < rows + ROWS; r++)
        if (n >= (size_t)r->at + (size_t)r->length &&
            memcmp((const char *)bytes + r->at, r->bytes, (size_t)r->length) == 0)
            return r->kind;
    return AIRY_KIND_OTHER;
}

airy_kind airy_kind_of_file(const char *path)
{
    char start[16];
    if (airy_file_check(path, NULL) != AIRY_OK)
        return AIRY_KIND_OTHER;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = file < 0 ? 0 : read(file, start, sizeof start);
    if (file >= 0)
        close(file);
    return airy_kind_of_bytes(start, n > 0 ? (size_t)n : 0);
}

// ".fit" is one of ".fits .fit", though it begins another.
static bool is_among(const char *endings, const char *dot)
{
    size_t length = strlen(dot);
    for (const char *at = endings; (at = strstr(at, dot)); at += length)
        if (at[length] == ' ' || at[length] == '\0')
            return true;
    return false;
}

airy_kind airy_kind_of_name(const char *path)
{
    const char *dot = strrchr(path, '.');
    for (const row *r = rows; dot && dot[1] && r < rows + ROWS; r++)
        if (is_among(r->endings, dot))
            return r->kind;
    return AIRY_KIND_OTHER;
}
