// SPDX-License-Identifier: GPL-3.0-or-later
// Pieces of datasets of any rank.
#include "hdf5_handle.h"

airy_code airy_h5_dims(airy_h5 *h5, const char *path, long long dims[AIRY_ARRAY_RANK], int *rank,
                       airy_error *err)
{
    hsize_t sides[AIRY_ARRAY_RANK] = {0};
    airy_h5_quiet();
    hid_t dataset = airy_h5_dataset(h5, path, err);
    if (dataset < 0)
        return airy_error_code(err, AIRY_EMISSING);
    hid_t space = H5Dget_space(dataset);
    *rank = H5Sget_simple_extent_ndims(space);
    bool good = *rank >= 1 && *rank <= AIRY_ARRAY_RANK &&
                H5Sget_simple_extent_dims(space, sides, NULL) == *rank;
    for (int i = 0; good && i < *rank; i++)
        dims[i] = (long long)sides[i];
    airy_h5_drop(space);
    airy_h5_drop(dataset);
    if (good)
        return AIRY_OK;
    return airy_error_set(err, AIRY_ESHAPE, "%s: %s has %d dimensions, 1 to %d were wanted",
                          airy_h5_path(h5), path, *rank, AIRY_ARRAY_RANK);
}

// The block's corner and sides: trailing dimensions whole, one of each other.
static bool place_block(const long long *dims, int rank, long long at, long long size,
                        hsize_t *start, hsize_t *count)
{
    long long inner = 1;
    int whole = rank;
    while (whole > 0 && inner < size)
        inner *= dims[--whole];
    for (int i = rank - 1; i >= 0; i--) {
        count[i] = i >= whole ? (hsize_t)dims[i] : 1;
        start[i] = i >= whole ? 0 : (hsize_t)(at % dims[i]);
        at = i >= whole ? at : at / dims[i];
    }
    return inner == size && at == 0;
}

airy_code airy_h5_get_block(airy_h5 *h5, const char *path, long long at, long long size,
                            float *values, airy_error *err)
{
    long long dims[AIRY_ARRAY_RANK];
    hsize_t start[AIRY_ARRAY_RANK], count[AIRY_ARRAY_RANK], all = (hsize_t)size;
    int rank = 0;
    airy_error local = {0};
    airy_code code = airy_h5_dims(h5, path, dims, &rank, &local);
    if (code == AIRY_OK && !place_block(dims, rank, at, size, start, count))
        code = airy_error_set(&local, AIRY_ESHAPE, "%s: %s has no block %lld of %lld values",
                              airy_h5_path(h5), path, at, size);
    hid_t dataset = code == AIRY_OK ? airy_h5_dataset(h5, path, &local) : -1;
    if (dataset >= 0) {
        hid_t space = H5Dget_space(dataset), memory = H5Screate_simple(1, &all, NULL);
        bool good = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
                    H5Dread(dataset, H5T_NATIVE_FLOAT, memory, space, H5P_DEFAULT, values) >= 0;
        airy_h5_drop(memory);
        airy_h5_drop(space);
        if (!good)
            airy_error_set(&local, AIRY_EFORMAT,
                           "%s: %s cannot be read: no numbers, or the file is damaged",
                           airy_h5_path(h5), path);
    }
    airy_h5_drop(dataset);
    return local.code == AIRY_OK ? AIRY_OK : airy_error_set(err, local.code, "%s", local.message);
}
