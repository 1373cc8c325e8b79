// SPDX-License-Identifier: GPL-3.0-or-later
// Filters: which there are, and what package has the one that is missing.
#include "hdf5_handle.h"

#include <stdlib.h>
#include <string.h>

typedef struct filter_row {
    H5Z_filter_t id;
    const char *name, *package; // "" built into HDF5, NULL not packaged for Debian 12
} filter_row;

static const filter_row filters[] = {
    {H5Z_FILTER_DEFLATE, "gzip", ""},
    {H5Z_FILTER_SHUFFLE, "shuffle", ""},
    {H5Z_FILTER_FLETCHER32, "fletcher32", ""},
    {H5Z_FILTER_SZIP, "szip", ""},
    {307, "bzip2", "hdf5-filter-plugin"},
    {32000, "LZF", "hdf5-plugin-lzf"},
    {32001, "Blosc", "hdf5-filter-plugin-blosc-serial"},
    {32004, "LZ4", "hdf5-filter-plugin"},
    {32008, "bitshuffle", "bitshuffle"},
    {32013, "ZFP", "hdf5-filter-plugin-zfp-serial"},
    {32015, "zstd", NULL},
    {32026, "Blosc2", NULL},
};
enum { FILTERS = sizeof filters / sizeof filters[0] };

static const char *const no_package =
    "the Python package hdf5plugin (point HDF5_PLUGIN_PATH to its plugins)";

int airy_h5_filters(airy_h5_filter *rows, int room)
{
    airy_h5_quiet();
    for (int i = 0; i < FILTERS && i < room; i++)
        rows[i] = (airy_h5_filter){
            .id = filters[i].id,
            .name = filters[i].name,
            .package = filters[i].package ? filters[i].package : no_package,
            .present = H5Zfilter_avail(filters[i].id) > 0,
        };
    return FILTERS;
}

static airy_code missing(const airy_h5 *h5, const char *path, H5Z_filter_t id, airy_error *err)
{
    for (int i = 0; i < FILTERS; i++)
        if (filters[i].id == id)
            return airy_error_set(err, AIRY_EMISSING,
                                  "%s: %s is compressed with HDF5 filter %d (%s), which is not "
                                  "installed; it comes with %s%s",
                                  h5->path, path, (int)id, filters[i].name,
                                  filters[i].package ? "the package " : "",
                                  filters[i].package ? filters[i].package : no_package);
    return airy_error_set(err, AIRY_EMISSING,
                          "%s: %s needs HDF5 filter %d, which is not installed and not known here",
                          h5->path, path, (int)id);
}

airy_code airy_h5_check_filters(const airy_h5 *h5, const char *path, hid_t dataset, airy_error *err)
{
    airy_code code = AIRY_OK;
    hid_t list = H5Dget_create_plist(dataset);
    int n = list < 0 ? 0 : H5Pget_nfilters(list);
    for (int i = 0; code == AIRY_OK && i < n; i++) {
        size_t values = 0;
        unsigned flags = 0;
        H5Z_filter_t id = H5Pget_filter2(list, (unsigned)i, &flags, &values, NULL, 0, NULL, NULL);
        if (id >= 0 && H5Zfilter_avail(id) <= 0)
            code = missing(h5, path, id, err);
    }
    airy_h5_drop(list);
    return code;
}
