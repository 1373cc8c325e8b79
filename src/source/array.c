// SPDX-License-Identifier: GPL-3.0-or-later
// Arrays of any rank, read piece by piece: HDF5 datasets, .npy, numbers without a header.
#include "files/blocks.h"
#include "files/input.h"
#include "files/numbers.h"
#include "npy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct airy_array {
    char *path;
    const char *dataset; // inside spec
    char *spec;
    airy_h5 *h5; // or ...
    FILE *file;
    bool swapped;
    airy_array_form form; // of HDF5: kind 0 where every value is one
    double least, most;   // else what values can be
    unsigned char *bytes; // room for values as they are stored
    long long room;       // of it, values
};

airy_code airy_array_type(const char *text, airy_array_form *form, airy_error *err)
{
    static const char *const types[] = {"u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp(text, types[i]) == 0) {
            form->kind = text[0];
            form->bytes = text[1] - '0';
            return AIRY_OK;
        }
    return airy_error_set(err, AIRY_EARGUMENT,
                          "'%s' is no type: u1 u2 u4 u8, i1 i2 i4 i8, f4 f8 are", text);
}

void airy_array_close(airy_array *array)
{
    if (!array)
        return;
    airy_h5_close(array->h5);
    if (array->file)
        fclose(array->file);
    free(array->path);
    free(array->spec);
    airy_memory_free(array->bytes);
    free(array);
}

int airy_array_shape(const airy_array *array, long long dims[AIRY_ARRAY_RANK])
{
    memcpy(dims, array->form.dims, sizeof array->form.dims);
    return array->form.rank;
}

// ------------------------------------------------------------------ opening

// Values in all; 0 when a side is none, or they are more than can be counted.
static long long count(const airy_array_form *form)
{
    long long n = 1;
    for (int i = 0; i < form->rank; i++) {
        if (form->dims[i] < 1 || n > (1LL << 56) / form->dims[i])
            return 0;
        n *= form->dims[i];
    }
    return form->rank > 0 ? n : 0;
}

static airy_code check_length(const airy_array *array, airy_error *err)
{
    const airy_array_form *form = &array->form;
    long long n = count(form), wanted = form->skip + n * form->bytes;
    if (n == 0)
        return airy_error_set(err, AIRY_ESHAPE, "%s: a side of the array is 0, or too many are",
                              array->path);
    if (fseeko(array->file, 0, SEEK_END) != 0)
        return airy_error_set(err, AIRY_EIO, "%s cannot be read", array->path);
    long long bytes = (long long)ftello(array->file);
    if (bytes != wanted)
        return airy_error_set(err, AIRY_ESHAPE,
                              "%s has %lld bytes; %lld values of %d bytes behind a header of %lld "
                              "are %lld: is the shape right?",
                              array->path, bytes, n, form->bytes, form->skip, wanted);
    return AIRY_OK;
}

static airy_code open_file(airy_array *array, const airy_array_form *form, airy_error *err)
{
    airy_code code = AIRY_OK;
    array->file = airy_file_open(array->path, err);
    if (!array->file)
        return airy_error_code(err, AIRY_EIO);
    if (form)
        array->form = *form;
    else
        code = airy_npy_header(array->file, array->path, &array->form, &array->swapped, err);
    return code == AIRY_OK ? check_length(array, err) : code;
}

static airy_code open_h5(airy_array *array, airy_error *err)
{
    if (!array->dataset)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "%s: name the array, as in %s:/path; `airy info` lists them",
                              array->path, array->path);
    array->h5 = airy_h5_open(array->path, err);
    if (!array->h5)
        return airy_error_code(err, AIRY_EIO);
    airy_code code =
        airy_h5_dims(array->h5, array->dataset, array->form.dims, &array->form.rank, err);
    if (code == AIRY_OK && count(&array->form) == 0)
        code = airy_error_set(err, AIRY_ESHAPE, "%s: %s is empty", array->path, array->dataset);
    char type[24] = "";
    if (code == AIRY_OK)
        code = airy_h5_type_name(array->h5, array->dataset, type, err);
    if (code == AIRY_OK && airy_type_limits(type, &array->least, &array->most))
        array->form.kind = type[0];
    return code;
}

airy_array *airy_array_open(const char *spec, const airy_array_form *form, airy_error *err)
{
    airy_error local = {0};
    airy_array *array = calloc(1, sizeof *array);
    airy_code code = AIRY_EMEMORY;
    if (array) {
        array->spec = airy_text_copy(spec);
        array->path = array->spec ? airy_spec_path(array->spec, &array->dataset) : NULL;
    }
    if (array && array->path) {
        bool file = form || airy_text_ends(array->path, ".npy");
        code = file ? open_file(array, form, &local) : open_h5(array, &local);
    }
    if (code == AIRY_OK)
        return array;
    airy_array_close(array);
    airy_error_set(err, code, "%s", local.message[0] ? local.message : "no memory for an array");
    return NULL;
}

// ------------------------------------------------------------------ reading

// The largest piece of trailing dimensions that both the place and the length are whole numbers of.
static airy_code read_h5(const airy_array *array, long long first, long long n, float *values,
                         airy_error *err)
{
    long long block = 1;
    for (int i = array->form.rank - 1; i >= 0; i--) {
        long long larger = block * array->form.dims[i];
        if (first % larger || n % larger)
            break;
        block = larger;
    }
    airy_code code = AIRY_OK;
    for (long long k = 0; code == AIRY_OK && k < n; k += block)
        code = airy_h5_get_block(array->h5, array->dataset, (first + k) / block, block, values + k,
                                 err);
    for (long long k = 0; code == AIRY_OK && array->form.kind && k < n; k++)
        if (values[k] < array->least || values[k] > array->most)
            values[k] = NAN;
    return code;
}

static void reverse(unsigned char *cell, int bytes)
{
    for (int i = 0; i < bytes / 2; i++) {
        unsigned char keep = cell[i];
        cell[i] = cell[bytes - 1 - i];
        cell[bytes - 1 - i] = keep;
    }
}

// The common types in loops of their own; numbers of this machine, which is little-endian.
static void convert(const airy_array *array, long long n, float *values)
{
    const airy_array_form *form = &array->form;
    unsigned char *cell = array->bytes;
    for (long long i = 0; array->swapped && i < n; i++)
        reverse(cell + i * form->bytes, form->bytes);
    if (form->kind == 'f' && form->bytes == 4) {
        memcpy(values, cell, (size_t)n * sizeof *values);
    } else if (form->kind == 'u' && form->bytes == 2) {
        const uint16_t *words = (const uint16_t *)(const void *)cell;
        for (long long i = 0; i < n; i++)
            values[i] = words[i] == UINT16_MAX ? NAN : words[i];
    } else {
        for (long long i = 0; i < n; i++)
            values[i] = (float)airy_value_at(cell + i * form->bytes, form->kind, form->bytes);
    }
}

// Floats that are none: read as those of another type they are as good as 0, or beyond all bounds.
static airy_code check_floats(const airy_array *array, long long n, const float *values,
                              airy_error *err)
{
    long long some = 0, odd = 0;
    for (long long i = 0; i < n; i++) {
        float size = fabsf(values[i]);
        some += size > 0; // not NaN
        odd += size > 0 && (size < 1e-30F || size > 1e30F);
    }
    if (odd * 4 <= some)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EFORMAT,
                          "%s: %lld of %lld values are below 1e-30 or above 1e30 as floats of %d "
                          "bytes: are they of another type?",
                          array->path, odd, some, array->form.bytes);
}

static airy_code read_file(airy_array *array, long long first, long long n, float *values,
                           airy_error *err)
{
    size_t bytes = (size_t)array->form.bytes;
    if (array->room < n) {
        airy_memory_free(array->bytes);
        array->bytes = airy_memory_new((size_t)n, bytes);
        array->room = array->bytes ? n : 0;
    }
    if (!array->bytes)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %lld values", n);
    if (fseeko(array->file, (off_t)(array->form.skip + first * array->form.bytes), SEEK_SET) != 0 ||
        fread(array->bytes, bytes, (size_t)n, array->file) != (size_t)n)
        return airy_error_set(err, AIRY_EIO, "%s cannot be read from value %lld on", array->path,
                              first);
    convert(array, n, values);
    return array->form.kind == 'f' ? check_floats(array, n, values, err) : AIRY_OK;
}

airy_code airy_array_read(airy_array *array, long long first, long long n, float *values,
                          airy_error *err)
{
    if (first < 0 || n < 1 || first + n > count(&array->form))
        return airy_error_set(err, AIRY_EARGUMENT, "%s has no values %lld to %lld", array->path,
                              first, first + n - 1);
    return array->h5 ? read_h5(array, first, n, values, err)
                     : read_file(array, first, n, values, err);
}
