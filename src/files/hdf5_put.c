// SPDX-License-Identifier: GPL-3.0-or-later
// Putting values into an HDF5 file: float32, gzip 4 + shuffle, one chunk a frame, no time stamps.
#include "hdf5_handle.h"
#include "hdf5_pack.h"

#include <stdio.h>
#include <string.h>

enum { COMPRESS_FROM = 4096 };              // elements; smaller arrays are stored as they are
static const hsize_t chunk_most = 1u << 28; // elements; a chunk must stay below 4 GiB

// An array on its way into a file. `grows`: the first dimension can be extended later.
typedef struct array {
    hid_t stored, memory; // types
    int rank;
    hsize_t dims[4];
    const void *values;
    bool grows;
    const airy_chunk *chunk; // the values as a chunk, or NULL
} array;

// NeXus classes by the beginning of a group's name.
typedef struct class_row {
    const char *begins, *nx_class;
} class_row;

static const class_row classes[] = {
    {"entry", "NXentry"},
    {"data_", "NXdata"},
    {"image_", "NXdata"},
    {"detector", "NXdetector"},
    {"instrument", "NXinstrument"},
    {"source_", "NXsource"},
    {"process_", "NXprocess"},
    {"sample_", "NXsample"},
    {"beam_", "NXbeam"},
    {"result_", "NXcollection"},
    {"note_", "NXnote"},
};

static airy_code fail(airy_h5 *h5, airy_error *err, const char *path, const char *what)
{
    if (h5->first.code == AIRY_OK)
        airy_error_set(&h5->first, AIRY_EIO, "%s: %s cannot be written: %s", h5->path, path, what);
    return airy_error_set(err, h5->first.code, "%s", h5->first.message);
}

airy_code airy_h5_no_memory(airy_h5 *h5, const char *path, airy_error *err)
{
    if (h5->first.code == AIRY_OK)
        airy_error_set(&h5->first, AIRY_EMEMORY, "%s: no memory to write %s", h5->path, path);
    return airy_error_set(err, h5->first.code, "%s", h5->first.message);
}

// False, with err filled in, when an earlier put failed.
static bool ready(airy_h5 *h5, const char *path, airy_error *err)
{
    airy_h5_quiet();
    if (h5->first.code == AIRY_OK && !h5->writing)
        fail(h5, err, path, "the file is open for reading");
    else if (h5->first.code == AIRY_OK && path[0] != '/')
        fail(h5, err, path, "the path does not begin with /");
    if (h5->first.code != AIRY_OK)
        airy_error_set(err, h5->first.code, "%s", h5->first.message);
    return h5->first.code == AIRY_OK;
}

static bool put_text_attribute(hid_t object, const char *name, const char *text)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, strlen(text) + 1);
    H5Tset_cset(type, H5T_CSET_UTF8);
    if (H5Aexists(object, name) > 0)
        H5Adelete(object, name);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool good = attribute >= 0 && H5Awrite(attribute, type, text) >= 0;
    airy_h5_drop(attribute);
    airy_h5_drop(space);
    airy_h5_drop(type);
    return good;
}

static bool create_group(hid_t file, const char *path)
{
    hid_t group = H5Gcreate2(file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const char *leaf = strrchr(path, '/') + 1;
    bool good = group >= 0;
    for (size_t i = 0; good && i < sizeof classes / sizeof classes[0]; i++)
        if (strncmp(leaf, classes[i].begins, strlen(classes[i].begins)) == 0)
            good = put_text_attribute(group, "NX_class", classes[i].nx_class);
    if (good && strncmp(leaf, "image_", 6) == 0) // its array is always called data
        good = put_text_attribute(group, "signal", "data");
    airy_h5_drop(group);
    return good;
}

// Makes the groups on the way to path.
static bool create_groups(hid_t file, const char *path)
{
    char part[1024];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        if (slash - path >= (long)sizeof part)
            return false;
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        if (H5Lexists(file, part, H5P_DEFAULT) <= 0 && !create_group(file, part))
            return false;
    }
    return true;
}

// One chunk a frame; frames too big for one chunk are cut into bands of rows.
static void set_chunks(hid_t list, const array *a)
{
    hsize_t chunk[4], elements = 1, inner = 1;
    for (int i = 0; i < a->rank; i++) {
        chunk[i] = i < a->rank - 2 ? 1 : a->dims[i];
        elements *= a->dims[i];
        inner *= chunk[i];
    }
    if (!a->grows && elements < COMPRESS_FROM)
        return;
    if (inner > chunk_most && a->rank > 1)
        chunk[a->rank - 2] = chunk_most / chunk[a->rank - 1];
    H5Pset_chunk(list, a->rank, chunk);
    H5Pset_shuffle(list);
    H5Pset_deflate(list, 4);
}

static hid_t create_dataset(hid_t file, const char *path, const array *a)
{
    hsize_t most[4] = {a->grows ? H5S_UNLIMITED : a->dims[0], a->dims[1], a->dims[2], a->dims[3]};
    hid_t space = a->rank ? H5Screate_simple(a->rank, a->dims, most) : H5Screate(H5S_SCALAR);
    hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(list, 0); // the same values have to give the same bytes
    if (a->rank)
        set_chunks(list, a);
    hid_t dataset = H5Dcreate2(file, path, a->stored, space, H5P_DEFAULT, list, H5P_DEFAULT);
    airy_h5_drop(list);
    airy_h5_drop(space);
    if (dataset >= 0 && a->rank >= 2 && strcmp(strrchr(path, '/'), "/data") == 0)
        put_text_attribute(dataset, "interpretation", "image");
    return dataset;
}

static bool has_chunk(const array *a)
{
    return a->chunk && a->chunk->length > 0;
}

// Puts the chunk of frame i in its place.
static bool write_chunk(hid_t dataset, const array *a, hsize_t i)
{
    const hsize_t start[3] = {i, 0, 0};
    return H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, start, a->chunk->length, a->chunk->bytes) >= 0;
}

static airy_code put_array(airy_h5 *h5, const char *path, const array *a, airy_error *err)
{
    if (!ready(h5, path, err))
        return h5->first.code;
    if (!create_groups(h5->file, path))
        return fail(h5, err, path, "its groups cannot be made");
    if (H5Lexists(h5->file, path, H5P_DEFAULT) > 0)
        return fail(h5, err, path, "it is there already");
    hid_t dataset = create_dataset(h5->file, path, a);
    if (dataset < 0)
        return fail(h5, err, path, "the dataset cannot be made");
    bool good = has_chunk(a)
                    ? write_chunk(dataset, a, 0)
                    : H5Dwrite(dataset, a->memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, a->values) >= 0;
    good = H5Dclose(dataset) >= 0 && good;
    return good ? AIRY_OK : fail(h5, err, path, "HDF5 refused (is the disk full?)");
}

// ------------------------------------------------------------------ arrays

airy_code airy_h5_put_image(airy_h5 *h5, const char *path, const airy_image *image, airy_error *err)
{
    array a = {H5T_IEEE_F32LE,
               H5T_NATIVE_FLOAT,
               2,
               {(hsize_t)image->ny, (hsize_t)image->nx},
               image->px,
               false,
               NULL};
    return put_array(h5, path, &a, err);
}

airy_code airy_h5_put_stack(airy_h5 *h5, const char *path, const airy_stack *stack, airy_error *err)
{
    array a = {H5T_IEEE_F32LE,
               H5T_NATIVE_FLOAT,
               3,
               {(hsize_t)stack->n, (hsize_t)stack->ny, (hsize_t)stack->nx},
               stack->px,
               false,
               NULL};
    return put_array(h5, path, &a, err);
}

airy_code airy_h5_put_mask(airy_h5 *h5, const char *path, const airy_mask *mask, airy_error *err)
{
    array a = {H5T_STD_U32LE,
               H5T_NATIVE_UINT32,
               2,
               {(hsize_t)mask->ny, (hsize_t)mask->nx},
               mask->bits,
               false,
               NULL};
    return put_array(h5, path, &a, err);
}

airy_code airy_h5_put_bytes(airy_h5 *h5, const char *path, const uint8_t *bytes, int ny, int nx,
                            airy_error *err)
{
    array a = {H5T_STD_U8LE, H5T_NATIVE_UINT8, 2, {(hsize_t)ny, (hsize_t)nx}, bytes, false, NULL};
    return put_array(h5, path, &a, err);
}

airy_code airy_h5_put_words(airy_h5 *h5, const char *path, const uint16_t *words, int n, int ny,
                            int nx, airy_error *err)
{
    array a = {
        H5T_STD_U16LE, H5T_NATIVE_UINT16, 3, {(hsize_t)n, (hsize_t)ny, (hsize_t)nx}, words, false,
        NULL};
    return put_array(h5, path, &a, err);
}

static airy_code put_dims(airy_h5 *h5, const char *path, array *a, const int *dims, airy_error *err)
{
    if (a->rank < 1 || a->rank > 4)
        return fail(h5, err, path, "arrays have 1 to 4 dimensions");
    for (int i = 0; i < a->rank; i++)
        a->dims[i] = (hsize_t)dims[i];
    return put_array(h5, path, a, err);
}

airy_code airy_h5_put_doubles(airy_h5 *h5, const char *path, const double *values, int rank,
                              const int *dims, airy_error *err)
{
    array a = {H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, rank, {0}, values, false, NULL};
    return put_dims(h5, path, &a, dims, err);
}

airy_code airy_h5_put_ints(airy_h5 *h5, const char *path, const int *values, int rank,
                           const int *dims, airy_error *err)
{
    array a = {H5T_STD_I32LE, H5T_NATIVE_INT, rank, {0}, values, false, NULL};
    return put_dims(h5, path, &a, dims, err);
}

airy_code airy_h5_put_double(airy_h5 *h5, const char *path, double value, airy_error *err)
{
    array a = {H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 0, {0}, &value, false, NULL};
    return put_array(h5, path, &a, err);
}

airy_code airy_h5_put_int(airy_h5 *h5, const char *path, int value, airy_error *err)
{
    array a = {H5T_STD_I32LE, H5T_NATIVE_INT, 0, {0}, &value, false, NULL};
    return put_array(h5, path, &a, err);
}

airy_code airy_h5_put_text(airy_h5 *h5, const char *path, const char *text, airy_error *err)
{
    if (!text) // one that found no memory
        return airy_h5_no_memory(h5, path, err);
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, strlen(text) + 1);
    H5Tset_cset(type, H5T_CSET_UTF8);
    array a = {type, type, 0, {0}, text, false, NULL};
    airy_code code = put_array(h5, path, &a, err);
    airy_h5_drop(type);
    return code;
}

// ------------------------------------------------------------------ attributes and links

airy_code airy_h5_put_attribute_text(airy_h5 *h5, const char *path, const char *name,
                                     const char *text, airy_error *err)
{
    if (!ready(h5, path, err))
        return h5->first.code;
    hid_t object = H5Oopen(h5->file, path, H5P_DEFAULT);
    bool good = object >= 0 && put_text_attribute(object, name, text);
    airy_h5_drop(object);
    return good ? AIRY_OK : fail(h5, err, path, "its attribute cannot be set");
}

// One text after another in room of the longest.
static bool put_texts(hid_t object, const char *name, const char *const *texts, int n)
{
    size_t width = 1;
    for (int i = 0; i < n; i++)
        width = strlen(texts[i]) + 1 > width ? strlen(texts[i]) + 1 : width;
    char *cells = airy_memory_new((size_t)n * width, 1);
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate_simple(1, &(hsize_t){(hsize_t)n}, NULL);
    H5Tset_size(type, width);
    H5Tset_cset(type, H5T_CSET_UTF8);
    for (int i = 0; cells && i < n; i++)
        memcpy(cells + (size_t)i * width, texts[i], strlen(texts[i]));
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool good = cells && attribute >= 0 && H5Awrite(attribute, type, cells) >= 0;
    airy_h5_drop(attribute);
    airy_h5_drop(space);
    airy_h5_drop(type);
    airy_memory_free(cells);
    return good;
}

airy_code airy_h5_put_attribute_texts(airy_h5 *h5, const char *path, const char *name,
                                      const char *const *texts, int n, airy_error *err)
{
    if (!ready(h5, path, err))
        return h5->first.code;
    hid_t object = H5Oopen(h5->file, path, H5P_DEFAULT);
    bool good = object >= 0 && put_texts(object, name, texts, n);
    airy_h5_drop(object);
    return good ? AIRY_OK : fail(h5, err, path, "its attribute cannot be set");
}

airy_code airy_h5_link(airy_h5 *h5, const char *path, const char *target, airy_error *err)
{
    if (!ready(h5, path, err))
        return h5->first.code;
    if (!create_groups(h5->file, path) ||
        H5Lcreate_soft(target, h5->file, path, H5P_DEFAULT, H5P_DEFAULT) < 0)
        return fail(h5, err, path, "the link cannot be made");
    return AIRY_OK;
}

// ------------------------------------------------------------------ growing datasets

// Writes one more frame behind the others of an open dataset.
static bool extend(hid_t dataset, const array *frame)
{
    hsize_t dims[3], start[3] = {0}, count[3] = {1, frame->dims[1], frame->dims[2]};
    hid_t space = H5Dget_space(dataset);
    bool good = H5Sget_simple_extent_ndims(space) == 3 &&
                H5Sget_simple_extent_dims(space, dims, NULL) == 3 && dims[1] == count[1] &&
                dims[2] == count[2];
    airy_h5_drop(space);
    if (!good)
        return false;
    start[0] = dims[0]++;
    good = H5Dset_extent(dataset, dims) >= 0;
    if (has_chunk(frame))
        return good && write_chunk(dataset, frame, start[0]);
    space = H5Dget_space(dataset);
    hid_t memory = H5Screate_simple(3, count, NULL);
    good = good && H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
           H5Dwrite(dataset, frame->memory, memory, space, H5P_DEFAULT, frame->values) >= 0;
    airy_h5_drop(memory);
    airy_h5_drop(space);
    return good;
}

static airy_code append(airy_h5 *h5, const char *path, const array *frame, airy_error *err)
{
    if (!ready(h5, path, err))
        return h5->first.code;
    if (!airy_h5_has(h5, path))
        return put_array(h5, path, frame, err);
    hid_t dataset = H5Dopen2(h5->file, path, H5P_DEFAULT);
    bool good = dataset >= 0 && extend(dataset, frame);
    airy_h5_drop(dataset);
    return good ? AIRY_OK : fail(h5, err, path, "a frame of another size, or a full disk");
}

airy_code airy_h5_append_plane(airy_h5 *h5, const char *path, const airy_frame_plane *plane,
                               const airy_chunk *chunk, airy_error *err)
{
    const hid_t types[][2] = {{H5T_IEEE_F32LE, H5T_NATIVE_FLOAT},
                              {H5T_STD_U32LE, H5T_NATIVE_UINT32},
                              {H5T_STD_U16LE, H5T_NATIVE_UINT16},
                              {H5T_STD_U8LE, H5T_NATIVE_UINT8}};
    array a = {types[plane->type][0],
               types[plane->type][1],
               3,
               {1, (hsize_t)plane->ny, (hsize_t)plane->nx},
               plane->values,
               true,
               chunk};
    return append(h5, path, &a, err);
}

static airy_code pack_and_append(airy_h5 *h5, const char *path, const airy_frame_plane *plane,
                                 airy_error *err)
{
    airy_chunk chunk = {0};
    if (!ready(h5, path, err))
        return h5->first.code;
    airy_code code = airy_chunk_pack(plane, false, &chunk, err);
    if (code == AIRY_OK)
        code = airy_h5_append_plane(h5, path, plane, &chunk, err);
    else
        code = fail(h5, err, path, "there is no memory to compress it");
    airy_chunk_release(&chunk);
    return code;
}

airy_code airy_h5_append_image(airy_h5 *h5, const char *path, const airy_image *image,
                               airy_error *err)
{
    airy_frame_plane plane = {AIRY_STORED_FLOAT32, image->ny, image->nx, image->px};
    return pack_and_append(h5, path, &plane, err);
}

airy_code airy_h5_append_words(airy_h5 *h5, const char *path, const uint16_t *words, int ny, int nx,
                               airy_error *err)
{
    airy_frame_plane plane = {AIRY_STORED_UINT16, ny, nx, words};
    return pack_and_append(h5, path, &plane, err);
}
