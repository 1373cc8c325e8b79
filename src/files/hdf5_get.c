// SPDX-License-Identifier: GPL-3.0-or-later
// Getting values out of an HDF5 file: look at type, shape and size first, then allocate and read.
#include "blocks.h"
#include "hdf5_handle.h"
#include "hdf5_sources.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const hsize_t elements_most = 1ull << 31; // read in one call
static const hsize_t doubt_from = 1ull << 26;    // elements; above this the file has to hold bytes
static const hsize_t squeeze_most = 2000;        // gzip makes at most 1/1032 of zeros
enum { TEXT_MOST = 1 << 26 };                    // bytes of a text

// An open dataset and what is known about it.
typedef struct view {
    airy_h5 *h5;
    const char *path;
    hid_t dataset;
    int rank;
    hsize_t dims[H5S_MAX_RANK];
    hsize_t elements;
    H5T_class_t kind;
    size_t cell_bytes;
    bool is_signed;
} view;

hid_t airy_h5_dataset(airy_h5 *h5, const char *path, airy_error *err)
{
    airy_h5_quiet();
    if (!airy_h5_has(h5, path)) {
        char lost[768];
        airy_h5_lost_link(h5, path, lost);
        if (airy_h5_trust(h5, err) == AIRY_OK)
            airy_error_set(err, AIRY_EMISSING, "%s: there is no %s%s", h5->path, path, lost);
        return H5I_INVALID_HID;
    }
    hid_t dataset = H5Dopen2(h5->file, path, H5P_DEFAULT);
    if (dataset < 0) {
        airy_h5_doubt(h5);
        airy_error_set(err, AIRY_EFORMAT, "%s: %s is no dataset, or a damaged one", h5->path, path);
    } else if (airy_h5_check_filters(h5, path, dataset, err) == AIRY_OK &&
               airy_h5_check_file(h5, path, dataset, err) == AIRY_OK &&
               airy_h5_check_chain(h5, path, dataset, err) == AIRY_OK)
        return dataset;
    airy_h5_drop(dataset);
    return H5I_INVALID_HID;
}

static airy_code no_memory(airy_h5 *h5, const char *path, airy_error *err)
{
    h5->doubt = true;
    return airy_error_set(err, AIRY_EMEMORY, "no memory for %s of %s", path, h5->path);
}

static airy_code wrong(const view *v, airy_code code, const char *wanted, airy_error *err)
{
    char shape[96];
    airy_h5_shape_text(v->dims, v->rank, shape, sizeof shape);
    return airy_error_set(err, code, "%s: %s is %s, %s", v->h5->path, v->path, shape, wanted);
}

static void look_at_type(view *v)
{
    hid_t type = H5Dget_type(v->dataset);
    v->kind = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
    v->cell_bytes = type < 0 ? 0 : H5Tget_size(type);
    v->is_signed = v->kind == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_2;
    if (v->kind == H5T_ENUM) { // h5py's bool
        hid_t base = H5Tget_super(type);
        v->kind = H5Tget_class(base) == H5T_INTEGER ? H5T_ENUM : H5T_NO_CLASS;
        airy_h5_drop(base);
    }
    airy_h5_drop(type);
}

// Sizes, and whether they can be true: a damaged or hostile header may claim anything.
static airy_code look_at_size(view *v, airy_error *err)
{
    hid_t space = H5Dget_space(v->dataset), list = H5Dget_create_plist(v->dataset);
    H5D_layout_t layout = list < 0 ? H5D_LAYOUT_ERROR : H5Pget_layout(list);
    v->rank = space < 0 ? -1 : H5Sget_simple_extent_dims(space, v->dims, NULL);
    bool null = space >= 0 && H5Sget_simple_extent_type(space) == H5S_NULL;
    airy_h5_drop(list);
    airy_h5_drop(space);
    if (v->rank < 0 || null)
        return airy_error_set(err, AIRY_EFORMAT, "%s: %s has no values", v->h5->path, v->path);
    v->elements = 1;
    for (int i = 0; i < v->rank; i++) {
        if (v->dims[i] == 0)
            return wrong(v, AIRY_ESHAPE, "it is empty", err);
        if (v->elements > (1ull << 48) / v->dims[i])
            return wrong(v, AIRY_ESHAPE, "which cannot be", err);
        v->elements *= v->dims[i];
    }
    bool stored = layout == H5D_CHUNKED || layout == H5D_CONTIGUOUS;
    if (stored && v->elements > doubt_from &&
        v->elements / squeeze_most > H5Dget_storage_size(v->dataset))
        return wrong(v, AIRY_ESHAPE, "but the file holds next to nothing of it", err);
    return AIRY_OK;
}

// Opens a numeric dataset, whose sources may be lost. The caller closes with
// airy_h5_drop(v->dataset) in any case.
static airy_code view_look(view *v, airy_h5 *h5, const char *path, airy_error *err)
{
    airy_error local = {0};
    *v = (view){.h5 = h5, .path = path, .dataset = airy_h5_dataset(h5, path, &local)};
    if (v->dataset < 0)
        return airy_error_set(err, local.code, "%s", local.message);
    look_at_type(v);
    if (v->kind != H5T_INTEGER && v->kind != H5T_FLOAT && v->kind != H5T_ENUM)
        return airy_error_set(err, AIRY_EFORMAT, "%s: %s does not hold numbers", h5->path, path);
    return look_at_size(v, err);
}

static airy_code view_open(view *v, airy_h5 *h5, const char *path, airy_error *err)
{
    airy_code code = view_look(v, h5, path, err);
    return code == AIRY_OK ? airy_h5_check_sources(h5, path, err) : code;
}

static hid_t memory_type(const view *v, airy_cell cell)
{
    switch (cell) {
    case AIRY_CELL_WORD: // signed storage keeps its bits
        return v->is_signed && v->cell_bytes == 2 ? H5T_NATIVE_INT16 : H5T_NATIVE_UINT16;
    case AIRY_CELL_BITS:
        return v->is_signed && v->cell_bytes <= 4 ? H5T_NATIVE_INT32 : H5T_NATIVE_UINT32;
    case AIRY_CELL_DOUBLE:
        return H5T_NATIVE_DOUBLE;
    default:
        return H5T_NATIVE_FLOAT;
    }
}

static airy_code check_cell(const view *v, airy_cell cell, airy_error *err)
{
    bool whole = v->kind != H5T_FLOAT;
    if (cell == AIRY_CELL_WORD && (!whole || v->cell_bytes > 2))
        return wrong(v, AIRY_EFORMAT, "not of 16-bit words, which were wanted", err);
    if (cell == AIRY_CELL_BITS && !whole)
        return wrong(v, AIRY_EFORMAT, "not of whole numbers, which a mask needs", err);
    return AIRY_OK;
}

// Reads a selection (all of it for H5S_ALL) into values.
static airy_code read_into(const view *v, hid_t memory, hid_t selection, airy_cell cell,
                           void *values, airy_error *err)
{
    airy_code code = check_cell(v, cell, err);
    if (code != AIRY_OK)
        return code;
    if (H5Dread(v->dataset, memory_type(v, cell), memory, selection, H5P_DEFAULT, values) < 0)
        return wrong(v, AIRY_EFORMAT, "and cannot be read: truncated or damaged data", err);
    return AIRY_OK;
}

static airy_code read_all(const view *v, airy_cell cell, void *values, airy_error *err)
{
    return read_into(v, H5S_ALL, H5S_ALL, cell, values, err);
}

// Piece i of a view whose first `lead` dimensions count pieces.
static airy_box box_of_piece(const view *v, int lead, hsize_t i)
{
    airy_box box = {0};
    for (int d = v->rank - 1; d >= 0; d--) {
        box.count[d] = d < lead ? 1 : v->dims[d];
        if (d < lead) {
            box.start[d] = i % v->dims[d];
            i /= v->dims[d];
        }
    }
    return box;
}

// Reads a box that is a part of a piece to its place in the piece's values.
static airy_code read_box(const view *v, const airy_box *piece, const airy_box *box, airy_cell cell,
                          void *values, airy_error *err)
{
    hsize_t at[H5S_MAX_RANK];
    for (int d = 0; d < v->rank; d++)
        at[d] = box->start[d] - piece->start[d];
    // of the selection's own shape: HDF5 goes through others element by element
    hid_t space = H5Dget_space(v->dataset);
    hid_t memory = v->rank ? H5Screate_simple(v->rank, piece->count, NULL) : H5Screate(H5S_SCALAR);
    airy_code code = AIRY_OK;
    if (v->rank > 0 &&
        (H5Sselect_hyperslab(space, H5S_SELECT_SET, box->start, NULL, box->count, NULL) < 0 ||
         H5Sselect_hyperslab(memory, H5S_SELECT_SET, at, NULL, box->count, NULL) < 0))
        code = wrong(v, AIRY_EFORMAT, "and the piece asked for cannot be selected", err);
    if (code == AIRY_OK)
        code = read_into(v, memory, space, cell, values, err);
    airy_h5_drop(memory);
    airy_h5_drop(space);
    return code;
}

static airy_code read_piece(const view *v, int lead, hsize_t i, airy_cell cell, void *values,
                            airy_error *err)
{
    airy_box piece = box_of_piece(v, lead, i);
    return read_box(v, &piece, &piece, cell, values, err);
}

// What is there of a piece, source by source.
static airy_code read_sources(const view *v, const airy_blocks *blocks, int i, airy_cell cell,
                              void *values, airy_error *err)
{
    airy_box piece = box_of_piece(v, blocks->lead, (hsize_t)i), box;
    airy_code code = AIRY_OK;
    for (size_t k = 0; k < airy_sources_count(blocks->sources) && code == AIRY_OK; k++)
        if (airy_sources_box(blocks->sources, k, &piece, &box))
            code = read_box(v, &piece, &box, cell, values, err);
    return code;
}

// Pieces there are, and elements of one.
static hsize_t pieces(const view *v, int lead, hsize_t *elements)
{
    hsize_t n = 1;
    for (int d = 0; d < lead && d < v->rank; d++)
        n *= v->dims[d];
    *elements = v->elements / n;
    return n;
}

airy_code airy_blocks_read(const airy_blocks *blocks, int i, airy_cell cell, void *values, int n,
                           airy_error *err)
{
    view v;
    hsize_t elements = 0;
    bool lossy = blocks->lossy || blocks->sources;
    airy_code code = (lossy ? view_look : view_open)(&v, blocks->h5, blocks->path, err);
    if (code == AIRY_OK) {
        hsize_t there = pieces(&v, blocks->lead, &elements);
        if (i < 0 || (hsize_t)i >= there || elements != (hsize_t)n)
            code = wrong(&v, AIRY_ESHAPE, "the piece asked for is not in it", err);
        else if (blocks->sources)
            code = read_sources(&v, blocks, i, cell, values, err);
        else
            code = read_piece(&v, blocks->lead, (hsize_t)i, cell, values, err);
    }
    airy_h5_drop(v.dataset);
    return code;
}

// ------------------------------------------------------------------ images

// Checks that a view is made of images and gives their size and number.
static airy_code as_images(const view *v, int *n, int *ny, int *nx, airy_error *err)
{
    hsize_t elements, side = AIRY_SIDE_MAX;
    if (v->rank < 2)
        return wrong(v, AIRY_ESHAPE, "an array of rows and columns was wanted", err);
    hsize_t images = pieces(v, v->rank - 2, &elements);
    if (v->dims[v->rank - 1] > side || v->dims[v->rank - 2] > side || images > INT_MAX)
        return wrong(v, AIRY_ESHAPE, "sides of at most 32768 can be read", err);
    *n = (int)images;
    *ny = (int)v->dims[v->rank - 2];
    *nx = (int)v->dims[v->rank - 1];
    return AIRY_OK;
}

// Opens frame i of images; i < 0: the one and only.
static airy_code open_image(view *v, airy_h5 *h5, const char *path, int i, int *ny, int *nx,
                            airy_error *err)
{
    int n = 0;
    airy_code code = view_open(v, h5, path, err);
    if (code == AIRY_OK)
        code = as_images(v, &n, ny, nx, err);
    if (code != AIRY_OK)
        return code;
    if (i < 0 && n != 1)
        return wrong(v, AIRY_ESHAPE, "one image of rows and columns was wanted", err);
    if (i >= n) {
        char wanted[80];
        snprintf(wanted, sizeof wanted, "there is no frame %d (the first is 0)", i);
        return wrong(v, AIRY_ESHAPE, wanted, err);
    }
    return AIRY_OK;
}

static airy_code get_image(airy_h5 *h5, const char *path, int i, airy_image *image, airy_error *err)
{
    view v;
    int ny = 0, nx = 0;
    *image = (airy_image){0};
    airy_code code = open_image(&v, h5, path, i, &ny, &nx, err);
    if (code == AIRY_OK)
        code = airy_image_init(image, ny, nx, err);
    if (code == AIRY_OK)
        code = read_piece(&v, v.rank - 2, i < 0 ? 0 : (hsize_t)i, AIRY_CELL_FLOAT, image->px, err);
    airy_h5_drop(v.dataset);
    if (code != AIRY_OK)
        airy_image_release(image);
    return code;
}

static airy_code get_mask(airy_h5 *h5, const char *path, int i, airy_mask *mask, airy_error *err)
{
    view v;
    int ny = 0, nx = 0;
    *mask = (airy_mask){0};
    airy_code code = open_image(&v, h5, path, i, &ny, &nx, err);
    if (code == AIRY_OK)
        code = check_cell(&v, AIRY_CELL_BITS, err);
    if (code == AIRY_OK)
        code = airy_mask_init(mask, ny, nx, err);
    if (code == AIRY_OK)
        code = read_piece(&v, v.rank - 2, i < 0 ? 0 : (hsize_t)i, AIRY_CELL_BITS, mask->bits, err);
    airy_h5_drop(v.dataset);
    if (code != AIRY_OK)
        airy_mask_release(mask);
    return code;
}

airy_code airy_h5_get_image(airy_h5 *h5, const char *path, airy_image *image, airy_error *err)
{
    return get_image(h5, path, -1, image, err);
}

airy_code airy_h5_get_mask(airy_h5 *h5, const char *path, airy_mask *mask, airy_error *err)
{
    return get_mask(h5, path, -1, mask, err);
}

static airy_code check_frame(const airy_h5 *h5, const char *path, int i, airy_error *err)
{
    if (i >= 0)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EARGUMENT, "%s: %s has no frame %d", h5->path, path, i);
}

airy_code airy_h5_get_frame(airy_h5 *h5, const char *path, int i, airy_image *image,
                            airy_error *err)
{
    airy_code code = check_frame(h5, path, i, err);
    return code == AIRY_OK ? get_image(h5, path, i, image, err) : code;
}

airy_code airy_h5_get_frame_mask(airy_h5 *h5, const char *path, int i, airy_mask *mask,
                                 airy_error *err)
{
    airy_code code = check_frame(h5, path, i, err);
    return code == AIRY_OK ? get_mask(h5, path, i, mask, err) : code;
}

airy_code airy_h5_get_stack(airy_h5 *h5, const char *path, airy_stack *stack, airy_error *err)
{
    view v;
    int n = 0, ny = 0, nx = 0;
    *stack = (airy_stack){0};
    airy_code code = view_open(&v, h5, path, err);
    if (code == AIRY_OK)
        code = as_images(&v, &n, &ny, &nx, err);
    if (code == AIRY_OK && v.elements > elements_most)
        code = wrong(&v, AIRY_ESHAPE, "too much to be read at once", err);
    if (code == AIRY_OK)
        code = airy_stack_init(stack, n, ny, nx, err);
    if (code == AIRY_OK)
        code = read_all(&v, AIRY_CELL_FLOAT, stack->px, err);
    airy_h5_drop(v.dataset);
    if (code != AIRY_OK)
        airy_stack_release(stack);
    return code;
}

// ------------------------------------------------------------------ lists and numbers

static airy_code get_list(airy_h5 *h5, const char *path, airy_cell cell, double **values, int *n,
                          airy_error *err)
{
    view v;
    *values = NULL;
    *n = 0;
    airy_code code = view_open(&v, h5, path, err);
    if (code == AIRY_OK && v.elements > elements_most / 8)
        code = wrong(&v, AIRY_ESHAPE, "too much to be read at once", err);
    if (code == AIRY_OK && !(*values = airy_memory_new((size_t)v.elements, sizeof **values)))
        code = no_memory(h5, path, err);
    if (code == AIRY_OK)
        code = read_all(&v, cell, *values, err);
    airy_h5_drop(v.dataset);
    if (code == AIRY_OK) {
        *n = (int)v.elements;
    } else {
        airy_memory_free(*values);
        *values = NULL;
    }
    return code;
}

airy_code airy_h5_get_doubles(airy_h5 *h5, const char *path, double **values, int *n,
                              airy_error *err)
{
    return get_list(h5, path, AIRY_CELL_DOUBLE, values, n, err);
}

airy_code airy_h5_get_row(airy_h5 *h5, const char *path, int i, double *values, int n,
                          airy_error *err)
{
    const airy_blocks rows = {.h5 = h5, .path = path, .lead = 1};
    return airy_blocks_read(&rows, i, AIRY_CELL_DOUBLE, values, n, err);
}

// A double holds every whole number that fits an int.
static bool to_int(double value, int *whole)
{
    if (!(value >= INT_MIN && value <= INT_MAX) || value != (int)value)
        return false;
    *whole = (int)value;
    return true;
}

airy_code airy_h5_get_ints(airy_h5 *h5, const char *path, int **values, int *n, airy_error *err)
{
    double *numbers = NULL;
    *values = NULL;
    airy_code code = airy_h5_get_doubles(h5, path, &numbers, n, err);
    if (code == AIRY_OK && !(*values = airy_memory_new((size_t)*n, sizeof **values)))
        code = no_memory(h5, path, err);
    for (int i = 0; code == AIRY_OK && i < *n; i++)
        if (!to_int(numbers[i], &(*values)[i]))
            code = airy_error_set(err, AIRY_EFORMAT, "%s: %s holds %g, a whole number was wanted",
                                  h5->path, path, numbers[i]);
    airy_memory_free(numbers);
    if (code != AIRY_OK) {
        airy_memory_free(*values);
        *values = NULL;
    }
    return code;
}

airy_code airy_h5_get_double(airy_h5 *h5, const char *path, double *value, airy_error *err)
{
    view v;
    airy_code code = view_open(&v, h5, path, err);
    if (code == AIRY_OK && v.elements != 1)
        code = wrong(&v, AIRY_ESHAPE, "a single number was wanted", err);
    if (code == AIRY_OK)
        code = read_all(&v, AIRY_CELL_DOUBLE, value, err);
    airy_h5_drop(v.dataset);
    return code;
}

airy_code airy_h5_get_int(airy_h5 *h5, const char *path, int *value, airy_error *err)
{
    double number = 0;
    airy_code code = airy_h5_get_double(h5, path, &number, err);
    if (code == AIRY_OK && !to_int(number, value))
        code = airy_error_set(err, AIRY_EFORMAT, "%s: %s is %g, a whole number was wanted",
                              h5->path, path, number);
    return code;
}

// ------------------------------------------------------------------ texts and attributes

typedef herr_t (*reader)(hid_t object, hid_t type, void *to);

static herr_t read_dataset(hid_t object, hid_t type, void *to)
{
    return H5Dread(object, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, to);
}

static herr_t read_attribute(hid_t object, hid_t type, void *to)
{
    return H5Aread(object, type, to);
}

// Copies one text, of fixed or variable length; NULL when it is something else.
static char *copy_text(airy_h5 *h5, hid_t object, hid_t type, hid_t space, reader read)
{
    char *text = NULL;
    if (type < 0 || space < 0 || H5Tget_class(type) != H5T_STRING ||
        H5Sget_simple_extent_npoints(space) != 1)
        return NULL;
    if (H5Tis_variable_str(type) > 0) {
        char *owned = NULL;
        if (read(object, type, &owned) < 0) {
            airy_h5_doubt(h5);
        } else if (owned) {
            text = airy_text_copy(owned);
            h5->doubt = h5->doubt || !text;
            H5Dvlen_reclaim(type, space, H5P_DEFAULT, &owned);
        }
        return text;
    }
    size_t length = H5Tget_size(type);
    text = length < TEXT_MOST ? calloc(length + 1, 1) : NULL;
    h5->doubt = h5->doubt || (!text && length < TEXT_MOST);
    if (text && read(object, type, text) < 0) {
        airy_h5_doubt(h5);
        free(text);
        text = NULL;
    }
    return text;
}

airy_code airy_h5_get_text(airy_h5 *h5, const char *path, char **text, airy_error *err)
{
    airy_error local = {0};
    *text = NULL;
    hid_t dataset = airy_h5_dataset(h5, path, &local);
    if (dataset < 0)
        return airy_error_set(err, local.code, "%s", local.message);
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    *text = copy_text(h5, dataset, type, space, read_dataset);
    airy_h5_drop(space);
    airy_h5_drop(type);
    airy_h5_drop(dataset);
    if (*text)
        return AIRY_OK;
    airy_code code = airy_h5_trust(h5, err);
    return code ? code : airy_error_set(err, AIRY_EFORMAT, "%s: %s is not a text", h5->path, path);
}

airy_code airy_h5_get_attribute_text(airy_h5 *h5, const char *path, const char *name, char **text,
                                     airy_error *err)
{
    airy_h5_quiet();
    *text = NULL;
    hid_t attribute = H5I_INVALID_HID;
    htri_t there = airy_h5_has(h5, path) ? H5Aexists_by_name(h5->file, path, name, H5P_DEFAULT) : 0;
    if (there > 0)
        attribute = H5Aopen_by_name(h5->file, path, name, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0 && there != 0)
        airy_h5_doubt(h5);
    if (attribute < 0)
        return airy_error_set(err, AIRY_EMISSING, "%s: %s has no attribute %s", h5->path, path,
                              name);
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    *text = copy_text(h5, attribute, type, space, read_attribute);
    airy_h5_drop(space);
    airy_h5_drop(type);
    airy_h5_drop(attribute);
    if (*text)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EFORMAT, "%s: attribute %s of %s is not a text", h5->path, name,
                          path);
}
