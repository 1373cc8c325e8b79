// SPDX-License-Identifier: GPL-3.0-or-later
// MATLAB files through matio: the variable called `pattern`, or the first one of rows and columns.
// MATLAB stores columns first.
#include "formats.h"
#include "files/input.h"
#include "files/numbers.h"

#include <matio.h>
#include <stdlib.h>
#include <string.h>

static bool is_plane(const matvar_t *info)
{
    bool numbers = info->class_type >= MAT_C_DOUBLE && info->class_type <= MAT_C_UINT64;
    return numbers && !info->isComplex && info->rank == 2 && info->dims[0] > 1 && info->dims[1] > 1;
}

// Name of the variable to be read, malloc'ed; NULL when there is none.
static char *choose(mat_t *file, const char *wanted)
{
    char *chosen = NULL;
    matvar_t *info;
    while ((info = Mat_VarReadNextInfo(file)) != NULL) {
        bool fits = info->name && (wanted ? strcmp(info->name, wanted) == 0 : is_plane(info));
        if (fits && (!chosen || (!wanted && strcmp(info->name, "pattern") == 0))) {
            free(chosen);
            chosen = airy_text_copy(info->name);
        }
        Mat_VarFree(info);
    }
    return chosen;
}

// How matio's types lie in memory.
static const struct {
    enum matio_types type;
    char kind;
    int bytes;
} types[] = {
    {MAT_T_DOUBLE, 'f', 8}, {MAT_T_SINGLE, 'f', 4}, {MAT_T_INT8, 'i', 1},  {MAT_T_UINT8, 'u', 1},
    {MAT_T_INT16, 'i', 2},  {MAT_T_UINT16, 'u', 2}, {MAT_T_INT32, 'i', 4}, {MAT_T_UINT32, 'u', 4},
    {MAT_T_INT64, 'i', 8},  {MAT_T_UINT64, 'u', 8},
};

static airy_code copy_values(const char *path, const matvar_t *var, airy_image *image,
                             airy_error *err)
{
    size_t ny = (size_t)image->ny, nx = (size_t)image->nx;
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
        size_t bytes = (size_t)types[t].bytes;
        if (types[t].type != var->data_type || var->nbytes < ny * nx * bytes)
            continue;
        const char *cells = var->data;
        for (size_t y = 0; y < ny; y++)
            for (size_t x = 0; x < nx; x++)
                image->px[y * nx + x] = (float)airy_value_at(cells + (x * ny + y) * bytes,
                                                             types[t].kind, types[t].bytes);
        return AIRY_OK;
    }
    return airy_error_set(err, AIRY_EFORMAT, "%s: variable %s has no numbers that can be read",
                          path, var->name);
}

// A file of version 5 that claims more numbers than it can hold: what zlib packs at best is 1032
// to 1, and matio makes the memory before it looks.
static bool claims_too_much(const char *path, const matvar_t *var)
{
    double numbers = (double)var->dims[0] * (double)var->dims[1];
    return airy_kind_of_file(path) == AIRY_KIND_MATLAB &&
           numbers > 1032.0 * (double)airy_file_bytes(path);
}

static airy_code read_variable(mat_t *file, const char *path, const char *name, airy_image *image,
                               airy_error *err)
{
    matvar_t *var = Mat_VarReadInfo(file, name);
    airy_code code = AIRY_OK;
    if (!var || !is_plane(var))
        code = airy_error_set(err, AIRY_ESHAPE,
                              "%s: variable %s is no real array of rows and columns", path, name);
    else if (var->dims[0] > AIRY_SIDE_MAX || var->dims[1] > AIRY_SIDE_MAX)
        code = airy_error_set(err, AIRY_ESHAPE,
                              "%s: variable %s claims to be %zu x %zu, sides of at most %d can be "
                              "read",
                              path, name, var->dims[0], var->dims[1], AIRY_SIDE_MAX);
    else if (claims_too_much(path, var))
        code = airy_error_set(err, AIRY_EFORMAT,
                              "%s: variable %s claims to be %zu x %zu, more than a file of %lld "
                              "bytes can hold (damaged?)",
                              path, name, var->dims[0], var->dims[1], airy_file_bytes(path));
    Mat_VarFree(var);
    if (code != AIRY_OK)
        return code;
    var = Mat_VarRead(file, name);
    if (!var || !var->data)
        code = airy_error_set(err, AIRY_EFORMAT, "%s: variable %s cannot be read (truncated?)",
                              path, name);
    if (code == AIRY_OK)
        code = airy_image_init(image, (int)var->dims[0], (int)var->dims[1], err);
    if (code == AIRY_OK)
        code = copy_values(path, var, image, err);
    Mat_VarFree(var);
    return code;
}

// matio takes any file for one of version 4, which has no signature.
static bool begins_well(const char *path)
{
    airy_kind kind = airy_kind_of_file(path);
    return kind == AIRY_KIND_MATLAB || kind == AIRY_KIND_MATLAB_HDF5;
}

airy_code airy_mat_read(const char *path, const char *dataset, airy_pattern *pattern,
                        airy_history *history, airy_error *err)
{
    airy_image image = {0};
    (void)history; // MATLAB files carry none
    airy_code code = airy_file_check(path, err);
    if (code != AIRY_OK)
        return code;
    mat_t *file = begins_well(path) ? Mat_Open(path, MAT_ACC_RDONLY) : NULL;
    if (!file)
        return airy_error_set(err, AIRY_EFORMAT, "%s is not a MATLAB file of version 5 or later",
                              path);
    char *name = choose(file, dataset && dataset[0] == '/' ? dataset + 1 : dataset);
    code = name
               ? read_variable(file, path, name, &image, err)
               : airy_error_set(err, AIRY_EMISSING,
                                "%s holds no %s that MATLAB wrote (an HDF5 file of another program "
                                "is read under a name ending in .h5)",
                                path, dataset ? dataset : "array of rows and columns");
    free(name);
    Mat_Close(file);
    if (code == AIRY_OK)
        return airy_pattern_adopt(pattern, &image, err);
    airy_image_release(&image);
    return code;
}

void airy_mat_version(airy_text *text)
{
    int major = 0, minor = 0, release = 0;
    Mat_GetLibraryVersion(&major, &minor, &release);
    airy_text_append(text, "matio %d.%d.%d\n", major, minor, release);
}
