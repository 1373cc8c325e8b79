// SPDX-License-Identifier: GPL-3.0-or-later
// HDF5 files as handles: opening, creating, committing, asking what is there.
#include "blocks.h"
#include "hdf5_handle.h"
#include "versions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// Sentences are ours, and so is closing: a file that could not be closed (full disk) stays open,
// and HDF5's own clean-up at exit would fall over it. The call counts only before HDF5's first use.
void airy_h5_quiet(void)
{
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

void airy_h5_drop(hid_t object)
{
    if (object >= 0)
        H5Idec_ref(object);
}

static airy_h5 *handle_new(const char *path, airy_error *err)
{
    airy_h5_quiet();
    airy_h5 *h5 = calloc(1, sizeof *h5);
    char *copy = airy_text_copy(path);
    if (!h5 || !copy) {
        free(h5);
        free(copy);
        airy_error_set(err, AIRY_EMEMORY, "no memory to open %s", path);
        return NULL;
    }
    h5->file = H5I_INVALID_HID;
    h5->path = copy;
    return h5;
}

static herr_t is_memory(unsigned n, const H5E_error2_t *error, void *found)
{
    (void)n;
    *(bool *)found = *(bool *)found || error->maj_num == H5E_RESOURCE ||
                     error->min_num == H5E_NOSPACE || error->min_num == H5E_CANTALLOC;
    return 0;
}

// Whether the call of HDF5 that failed last did so for want of memory.
static bool lacked_memory(void)
{
    bool memory = errno == ENOMEM;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, is_memory, &memory);
    return memory;
}

static void open_hdf5(airy_h5 *h5, airy_error *err)
{
    htri_t known = H5Fis_hdf5(h5->path);
    h5->file = known > 0 ? airy_h5_open_file(h5->path) : H5I_INVALID_HID;
    if (h5->file >= 0)
        return;
    if (known != 0 && lacked_memory())
        airy_error_set(err, AIRY_EMEMORY, "no memory to open %s", h5->path);
    else if (known <= 0)
        airy_error_set(err, AIRY_EFORMAT, "%s is not an HDF5 file, or its beginning is damaged",
                       h5->path);
    else
        airy_error_set(err, AIRY_EFORMAT,
                       "%s cannot be opened: the file is truncated, damaged or still being written",
                       h5->path);
}

airy_h5 *airy_h5_open(const char *path, airy_error *err)
{
    struct stat info;
    airy_h5 *h5 = handle_new(path, err);
    if (!h5)
        return NULL;
    if (stat(path, &info) != 0)
        airy_error_set(err, AIRY_EMISSING, "%s: there is no such file", path);
    else if (S_ISDIR(info.st_mode))
        airy_error_set(err, AIRY_EFORMAT, "%s is a folder, an HDF5 file was wanted", path);
    else if (airy_file_check(path, err) != AIRY_OK)
        ; // said
    else if (info.st_size == 0)
        airy_error_set(err, AIRY_EFORMAT, "%s is empty, an HDF5 file was wanted", path);
    else
        open_hdf5(h5, err);
    if (h5->file >= 0)
        return h5;
    airy_h5_close(h5);
    return NULL;
}

airy_h5 *airy_h5_create(const char *path, bool overwrite, airy_error *err)
{
    airy_h5 *h5 = handle_new(path, err);
    if (!h5)
        return NULL;
    h5->writing = true;
    if (airy_output_begin(&h5->out, path, overwrite, err) != AIRY_OK) {
        airy_h5_close(h5);
        return NULL;
    }
    h5->file = H5Fcreate(h5->out.temporary, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (h5->file >= 0)
        return h5;
    airy_error_set(err, AIRY_EIO, "%s cannot be created", path);
    airy_h5_close(h5);
    return NULL;
}

airy_code airy_h5_commit(airy_h5 *h5, airy_error *err)
{
    airy_h5_quiet();
    if (h5->first.code != AIRY_OK)
        return airy_error_set(err, h5->first.code, "%s", h5->first.message);
    bool closed = H5Fflush(h5->file, H5F_SCOPE_GLOBAL) >= 0;
    closed = H5Fclose(h5->file) >= 0 && closed;
    h5->file = H5I_INVALID_HID;
    if (closed)
        return airy_output_commit(&h5->out, err);
    return airy_error_set(err, AIRY_EIO, "writing %s failed (is the disk full?)", h5->path);
}

void airy_h5_close(airy_h5 *h5)
{
    if (!h5)
        return;
    airy_h5_quiet();
    if (h5->file >= 0)
        H5Fclose(h5->file);
    airy_output_abandon(&h5->out);
    free(h5->path);
    free(h5);
}

const char *airy_h5_path(const airy_h5 *h5)
{
    return h5->path;
}

void airy_h5_doubt(airy_h5 *h5)
{
    h5->doubt = h5->doubt || lacked_memory();
}

// What HDF5 answers to a question: 1 yes, 0 no, less: it could not tell, which may be for want of
// memory.
static bool is_yes(airy_h5 *h5, htri_t answer)
{
    if (answer < 0)
        airy_h5_doubt(h5);
    return answer > 0;
}

airy_code airy_h5_trust(const airy_h5 *h5, airy_error *err)
{
    if (h5->doubt)
        return airy_error_set(err, AIRY_EMEMORY, "no memory while %s was read", h5->path);
    return h5->far.code ? airy_error_set(err, h5->far.code, "%s", h5->far.message) : AIRY_OK;
}

// Every link on the way has to be there before HDF5 may be asked about the last one.
static bool links_exist(airy_h5 *h5, const char *path)
{
    char part[1024];
    size_t length = strlen(path);
    if (length >= sizeof part || path[0] != '/')
        return false;
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        snprintf(part, sizeof part, "%.*s", (int)i, path);
        if (i > 1 && !is_yes(h5, H5Lexists(h5->file, part, H5P_DEFAULT)))
            return false;
        if (i > 1 && !airy_h5_may_follow(h5, part))
            return false;
    }
    return true;
}

bool airy_h5_has(airy_h5 *h5, const char *path)
{
    airy_h5_quiet();
    if (strcmp(path, "/") == 0)
        return true;
    int before = errno;
    errno = 0;
    bool there =
        links_exist(h5, path) && is_yes(h5, H5Oexists_by_name(h5->file, path, H5P_DEFAULT));
    h5->doubt = h5->doubt || errno == ENOMEM; // HDF5 does not tell of every allocation that failed
    errno = before;
    return there;
}

void airy_h5_shape_text(const hsize_t *dims, int rank, char *text, size_t room)
{
    size_t used = (size_t)snprintf(text, room, "%s", rank ? "" : "scalar");
    for (int i = 0; i < rank && used < room; i++)
        used += (size_t)snprintf(text + used, room - used, "%s%llu", i ? " x " : "",
                                 (unsigned long long)dims[i]);
}

airy_code airy_h5_shape(airy_h5 *h5, const char *path, int dims[4], int *rank, airy_error *err)
{
    hsize_t sizes[H5S_MAX_RANK];
    char shape[64];
    hid_t dataset = airy_h5_dataset(h5, path, err);
    if (dataset < 0)
        return airy_error_code(err, AIRY_EMISSING);
    hid_t space = H5Dget_space(dataset);
    *rank = H5Sget_simple_extent_dims(space, sizes, NULL);
    airy_h5_drop(space);
    airy_h5_drop(dataset);
    airy_h5_shape_text(sizes, *rank, shape, sizeof shape);
    if (*rank < 0 || *rank > 4)
        return airy_error_set(err, AIRY_ESHAPE, "%s: %s is %s, at most 4 dimensions can be read",
                              h5->path, path, shape);
    for (int i = 0; i < *rank; i++) {
        if (sizes[i] > INT32_MAX)
            return airy_error_set(err, AIRY_ESHAPE, "%s: %s claims to be %s, which cannot be",
                                  h5->path, path, shape);
        dims[i] = (int)sizes[i];
    }
    return AIRY_OK;
}

void airy_hdf5_version(airy_text *text)
{
    unsigned major = H5_VERS_MAJOR, minor = H5_VERS_MINOR, release = H5_VERS_RELEASE;
    airy_h5_quiet(); // this may be the first use
    H5get_libversion(&major, &minor, &release);
    airy_text_append(text, "hdf5 %u.%u.%u\n", major, minor, release);
}
