// SPDX-License-Identifier: GPL-3.0-or-later
// The sources of virtual datasets: found, compared with what was promised, and mapped on frames.
#include "hdf5_sources.h"
#include "hdf5_handle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct airy_sources {
    int rank;
    hsize_t dims[H5S_MAX_RANK];
    size_t n, lost, unwritten;
    hid_t *there; // (n) elements of the whole that a source provides; negative: none
    char first[1024];
    airy_text text;
};

void airy_sources_free(airy_sources *s)
{
    for (size_t k = 0; s && s->there && k < s->n; k++)
        airy_h5_drop(s->there[k]);
    if (s) {
        free(s->there);
        airy_text_release(&s->text);
    }
    free(s);
}

const char *airy_sources_text(const airy_sources *s)
{
    return s->text.text ? s->text.text : "";
}

// The name in the folder of a path; whether it is there.
static bool look_in(const char *beside, const char *name, airy_text *path)
{
    const char *slash = strrchr(beside, '/');
    int folder = slash && name[0] != '/' ? (int)(slash - beside) + 1 : 0;
    airy_text_release(path);
    airy_text_append(path, "%.*s%s", folder, beside, strcmp(name, ".") ? name : beside + folder);
    return !path->text || airy_file_exists(path->text);
}

// Sources are looked for beside the master, beside the file that it is a link to, and in the
// working folder; "." is the master itself.
void airy_h5_beside(const airy_h5 *h5, const char *name, airy_text *path)
{
    if (look_in(h5->path, name, path))
        return;
    char *real = realpath(h5->path, NULL);
    bool there = real && look_in(real, name, path);
    free(real);
    if (!there && !look_in("", name, path))
        look_in(h5->path, name, path); // nowhere
}

static hid_t open_source(const airy_h5 *h5, const char *name)
{
    airy_text path = {0};
    airy_h5_beside(h5, name, &path);
    hid_t file = path.text && airy_file_check(path.text, NULL) == AIRY_OK
                     ? H5Fopen(path.text, H5F_ACC_RDONLY, H5P_DEFAULT)
                     : H5I_INVALID_HID;
    airy_text_release(&path);
    return file;
}

// Size of the dataset `path` of a file; rank -1 when it is not there.
static int source_size(hid_t file, const char *path, hsize_t *dims)
{
    hid_t dataset = file < 0 ? H5I_INVALID_HID : H5Dopen2(file, path, H5P_DEFAULT);
    hid_t space = dataset < 0 ? H5I_INVALID_HID : H5Dget_space(dataset);
    int rank = space < 0 ? -1 : H5Sget_simple_extent_dims(space, dims, NULL);
    airy_h5_drop(space);
    airy_h5_drop(dataset);
    return rank;
}

// Whether a source (rank, dims) is as large as a mapping promises. HDF5 does not know the size of
// "all" of a source: it is that of the selection it goes to.
static bool is_large_enough(hid_t space, hid_t from, int rank, const hsize_t *dims)
{
    hsize_t low[H5S_MAX_RANK], high[H5S_MAX_RANK], elements = 1;
    hssize_t wanted = H5Sget_select_npoints(space);
    for (int d = 0; d < rank; d++)
        elements *= dims[d];
    if (H5Sget_select_type(from) == H5S_SEL_ALL)
        return wanted < 0 || elements == (hsize_t)wanted;
    if (H5Sget_simple_extent_ndims(from) != rank || H5Sget_select_bounds(from, low, high) < 0)
        return true; // unlimited: as much as there is
    for (int d = 0; d < rank; d++)
        if (high[d] >= dims[d])
            return false;
    return true;
}

// ------------------------------------------------------------------ sources of sources

enum { CHAIN_MOST = 8, LOOKS_MOST = 20000 };

// A walk through a dataset's sources.
typedef struct chain {
    const char *path; // of the dataset that is asked for
    int looks;        // left
} chain;

static airy_code check_chain(airy_h5 *h5, hid_t dataset, int depth, chain *of, airy_error *err);

// Values that stand outside of HDF5 are read from plain files.
static airy_code check_storage(airy_h5 *h5, hid_t list, const char *path, airy_error *err)
{
    char name[1024];
    airy_code code = AIRY_OK;
    int n = list < 0 ? 0 : H5Pget_external_count(list);
    for (int k = 0; code == AIRY_OK && k < n; k++) {
        off_t offset;
        hsize_t size;
        airy_text where = {0};
        bool named = H5Pget_external(list, (unsigned)k, sizeof name, name, &offset, &size) >= 0;
        name[sizeof name - 1] = '\0';
        airy_h5_beside(h5, named ? name : "", &where);
        code = airy_text_whole(&where, err);
        if (code == AIRY_OK && (code = airy_file_check(where.text, err)) != AIRY_OK)
            airy_error_prefix(err, "%s: the values of %s", h5->path, path);
        if (code == AIRY_OK)
            code = airy_h5_check_near(h5, path, where.text, err);
        airy_text_release(&where);
    }
    return code;
}

// The source that mapping k names. What is not there, or stands for many, is looked for elsewhere.
static airy_code check_source(airy_h5 *h5, hid_t list, size_t k, int depth, chain *of,
                              airy_error *err)
{
    char name[1024], path[1024];
    if (H5Pget_virtual_filename(list, k, name, sizeof name) <= 0 ||
        H5Pget_virtual_dsetname(list, k, path, sizeof path) <= 0)
        return AIRY_OK;
    airy_text where = {0};
    airy_h5_beside(h5, name, &where);
    airy_code code = airy_text_whole(&where, err);
    if (code == AIRY_OK && strchr(name, '%')) { // part-%b.h5: where its folder is
        char *slash = strrchr(where.text, '/');
        if (slash)
            *slash = '\0';
        code = airy_h5_check_near(h5, of->path, slash ? where.text : ".", err);
    } else if (code == AIRY_OK && (code = airy_h5_check_near(h5, of->path, where.text, err)) == 0) {
        airy_h5 inner = {.file = open_source(h5, name),
                         .path = where.text,
                         .root = h5->root ? h5->root : h5->path};
        hid_t dataset = inner.file < 0 ? H5I_INVALID_HID : H5Dopen2(inner.file, path, H5P_DEFAULT);
        if (dataset >= 0)
            code = airy_h5_check_file(&inner, path, dataset, err);
        if (dataset >= 0 && code == AIRY_OK)
            code = check_chain(&inner, dataset, depth, of, err);
        airy_h5_drop(dataset);
        airy_h5_drop(inner.file);
    }
    airy_text_release(&where);
    return code;
}

static airy_code check_chain(airy_h5 *h5, hid_t dataset, int depth, chain *of, airy_error *err)
{
    size_t n = 0;
    hid_t list = H5Dget_create_plist(dataset);
    airy_code code = check_storage(h5, list, of->path, err);
    bool virtual = code == AIRY_OK && list >= 0 && H5Pget_layout(list) == H5D_VIRTUAL;
    if (virtual && (depth >= CHAIN_MOST || H5Pget_virtual_count(list, &n) < 0))
        code = airy_error_set(err, AIRY_EFORMAT, "%s: %s is put together from itself", h5->path,
                              of->path);
    for (size_t k = 0; code == AIRY_OK && k < n && of->looks > 0; k++, of->looks--)
        code = check_source(h5, list, k, depth + 1, of, err);
    airy_h5_drop(list);
    return code;
}

// HDF5 follows a dataset that is put together from itself until it has no stack left.
airy_code airy_h5_check_chain(airy_h5 *h5, const char *path, hid_t dataset, airy_error *err)
{
    chain of = {path, LOOKS_MOST};
    if (strcmp(h5->ends, path) == 0)
        return AIRY_OK;
    airy_code code = check_chain(h5, dataset, 0, &of, err);
    if (code == AIRY_OK && of.looks < LOOKS_MOST) // it is virtual
        snprintf(h5->ends, sizeof h5->ends, "%s", path);
    return code;
}

// What mapping k provides of the whole; negative when that is nothing.
static hid_t look_for(const airy_h5 *h5, hid_t list, size_t k, char *name, size_t room)
{
    char path[1024];
    hsize_t dims[H5S_MAX_RANK];
    hid_t space = H5Pget_virtual_vspace(list, k), from = H5Pget_virtual_srcspace(list, k);
    bool named = H5Pget_virtual_filename(list, k, name, room) > 0 &&
                 H5Pget_virtual_dsetname(list, k, path, sizeof path) > 0;
    bool there = named;
    if (named && !strchr(name, '%')) { // %b stands for a number: as many files as there are
        hid_t file = open_source(h5, name);
        int rank = source_size(file, path, dims);
        there = rank >= 0 && is_large_enough(space, from, rank, dims);
        airy_h5_drop(file);
    }
    airy_h5_drop(from);
    if (there)
        return space;
    airy_h5_drop(space);
    return H5I_INVALID_HID;
}

static airy_code look_for_all(airy_sources *s, const airy_h5 *h5, hid_t list, airy_error *err)
{
    char name[sizeof s->first];
    s->there = malloc((s->n ? s->n : 1) * sizeof *s->there);
    if (!s->there)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %zu sources", s->n);
    for (size_t k = 0; k < s->n; k++) {
        s->there[k] = look_for(h5, list, k, name, sizeof name);
        if (s->there[k] < 0 && s->lost++ == 0)
            memcpy(s->first, name, sizeof name);
    }
    return AIRY_OK;
}

// ------------------------------------------------------------------ chunks never written

static bool is_written(hid_t dataset, const hsize_t *at)
{
    unsigned skipped;
    haddr_t address = HADDR_UNDEF;
    hsize_t size;
    return H5Dget_chunk_info_by_coord(dataset, at, &skipped, &address, &size) >= 0 &&
           address != HADDR_UNDEF;
}

// What stands from `start` on, as far as the dataset goes, is there.
static airy_code add_box(airy_sources *s, const hsize_t *start, const hsize_t *size,
                         airy_error *err)
{
    hsize_t count[H5S_MAX_RANK];
    hid_t *more = realloc(s->there, (s->n + 1) * sizeof *more);
    if (!more)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %zu chunks", s->n);
    s->there = more;
    for (int d = 0; d < s->rank; d++)
        count[d] = size[d] < s->dims[d] - start[d] ? size[d] : s->dims[d] - start[d];
    hid_t space = H5Screate_simple(s->rank, s->dims, NULL);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
    s->there[s->n++] = space;
    return AIRY_OK;
}

// The next chunk of those that share the first dimension; false after the last.
static bool next_chunk(const airy_sources *s, const hsize_t *chunk, hsize_t *at)
{
    for (int d = s->rank - 1; d > 0; at[d--] = 0)
        if ((at[d] += chunk[d]) < s->dims[d])
            return true;
    return false;
}

// Of the chunks that begin at at[0] those that are there, or all by one box that grows.
static airy_code look_at_row(airy_sources *s, hid_t dataset, const hsize_t *chunk, hsize_t *at,
                             hsize_t *run, airy_error *err)
{
    size_t missing = 0;
    airy_code code = AIRY_OK;
    do
        missing += !is_written(dataset, at);
    while (next_chunk(s, chunk, at));
    if (missing == 0) {
        *run += chunk[0];
        return AIRY_OK;
    }
    s->unwritten += missing;
    hsize_t box[H5S_MAX_RANK], from[H5S_MAX_RANK] = {at[0] - *run};
    memcpy(box, s->dims, sizeof box);
    box[0] = *run;
    if (*run > 0)
        code = add_box(s, from, box, err);
    *run = 0;
    do
        if (code == AIRY_OK && is_written(dataset, at))
            code = add_box(s, at, chunk, err);
    while (next_chunk(s, chunk, at));
    return code;
}

// A detector that stopped before its file was full leaves chunks, or all, unwritten: HDF5 reads
// these as fill values, and no frame is made of such.
static airy_code look_at_chunks(airy_sources *s, hid_t dataset, hid_t list, airy_error *err)
{
    hsize_t chunk[H5S_MAX_RANK], at[H5S_MAX_RANK] = {0}, run = 0;
    airy_code code = AIRY_OK;
    H5D_space_status_t status = H5D_SPACE_STATUS_ALLOCATED;
    H5Dget_space_status(dataset, &status);
    if (status == H5D_SPACE_STATUS_ALLOCATED || H5Pget_external_count(list) > 0)
        return AIRY_OK;
    if (H5Pget_layout(list) != H5D_CHUNKED || H5Pget_chunk(list, H5S_MAX_RANK, chunk) != s->rank) {
        s->unwritten = status == H5D_SPACE_STATUS_NOT_ALLOCATED;
        return AIRY_OK;
    }
    for (; code == AIRY_OK && at[0] < s->dims[0]; at[0] += chunk[0])
        code = look_at_row(s, dataset, chunk, at, &run, err);
    hsize_t from[H5S_MAX_RANK] = {at[0] - run}, box[H5S_MAX_RANK];
    memcpy(box, s->dims, sizeof box);
    box[0] = run;
    return code == AIRY_OK && s->unwritten && run > 0 ? add_box(s, from, box, err) : code;
}

// ------------------------------------------------------------------ what of it is there

// Elements that no mapping was ever made for are lost as well.
static bool has_holes(const airy_sources *s)
{
    hssize_t mapped = 0, all = 1;
    for (size_t k = 0; k < s->n; k++) {
        hssize_t points = s->there[k] < 0 ? 0 : H5Sget_select_npoints(s->there[k]);
        if (points < 0)
            return false; // unlimited
        mapped += points;
    }
    for (int d = 0; d < s->rank; d++)
        all *= (hssize_t)s->dims[d];
    return mapped < all;
}

airy_code airy_sources_new(airy_h5 *h5, const char *path, bool chunks, airy_sources **sources,
                           airy_error *err)
{
    hid_t dataset = airy_h5_dataset(h5, path, err);
    *sources = NULL;
    if (dataset < 0)
        return airy_error_code(err, AIRY_EMISSING);
    airy_code code = AIRY_OK;
    hid_t list = H5Dget_create_plist(dataset), space = H5Dget_space(dataset);
    airy_sources *s = NULL;
    const bool virtual = list >= 0 && H5Pget_layout(list) == H5D_VIRTUAL;
    if (list >= 0 && space >= 0 && (virtual || chunks)) {
        s = calloc(1, sizeof *s);
        code = s ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for sources");
    }
    if (s) {
        s->rank = H5Sget_simple_extent_dims(space, s->dims, NULL);
        if (virtual)
            H5Pget_virtual_count(list, &s->n);
        code = virtual ? look_for_all(s, h5, list, err) : look_at_chunks(s, dataset, list, err);
    }
    bool holes = s && code == AIRY_OK && (virtual || s->unwritten) && has_holes(s);
    if (holes && s->unwritten)
        airy_text_append(&s->text, "%zu of its chunks %s never written", s->unwritten,
                         s->unwritten == 1 ? "was" : "were");
    else if (holes && s->lost)
        airy_text_append(&s->text, "%zu of %zu pieces are lost, the first of them in %s", s->lost,
                         s->n, s->first);
    else if (holes)
        airy_text_append(&s->text, "its %zu pieces leave holes", s->n);
    airy_h5_drop(space);
    airy_h5_drop(list);
    airy_h5_drop(dataset);
    if (code == AIRY_OK && holes)
        *sources = s;
    else
        airy_sources_free(s);
    return code;
}

size_t airy_sources_count(const airy_sources *s)
{
    return s->n;
}

// The piece itself as a box.
static void piece_box(const airy_sources *s, int lead, int i, hsize_t *start, hsize_t *count)
{
    hsize_t at = (hsize_t)i;
    for (int d = s->rank - 1; d >= 0; d--) {
        start[d] = d < lead ? at % s->dims[d] : 0;
        count[d] = d < lead ? 1 : s->dims[d];
        at /= d < lead ? s->dims[d] : 1;
    }
}

bool airy_sources_box(const airy_sources *s, size_t k, const airy_box *piece, airy_box *box)
{
    hsize_t high[H5S_MAX_RANK];
    if (s->there[k] < 0)
        return false;
    hid_t part = H5Scopy(s->there[k]);
    bool some =
        H5Sselect_hyperslab(part, H5S_SELECT_AND, piece->start, NULL, piece->count, NULL) >= 0 &&
        H5Sget_select_npoints(part) > 0 && H5Sget_select_bounds(part, box->start, high) >= 0;
    airy_h5_drop(part);
    for (int d = 0; some && d < s->rank; d++)
        box->count[d] = high[d] - box->start[d] + 1;
    return some;
}

// Clears the marks of a box of the piece.
static void clear(const airy_box *piece, const airy_box *box, int rank, uint8_t *lost)
{
    hsize_t elements = 1;
    for (int d = 0; d < rank; d++)
        elements *= box->count[d];
    for (hsize_t e = 0; e < elements; e++) {
        hsize_t rest = e, at = 0, step = 1;
        for (int d = rank - 1; d >= 0; d--) {
            at += (box->start[d] - piece->start[d] + rest % box->count[d]) * step;
            rest /= box->count[d];
            step *= piece->count[d];
        }
        lost[at] = 0;
    }
}

int airy_sources_lost(const airy_sources *s, int lead, int i, uint8_t *lost, int n)
{
    airy_box piece, box;
    int left = 0;
    memset(lost, 1, (size_t)n);
    piece_box(s, lead, i, piece.start, piece.count);
    for (size_t k = 0; k < s->n; k++)
        if (airy_sources_box(s, k, &piece, &box))
            clear(&piece, &box, s->rank, lost);
    for (int e = 0; e < n; e++)
        left += lost[e];
    return left;
}

airy_code airy_h5_check_sources(airy_h5 *h5, const char *path, airy_error *err)
{
    airy_sources *s;
    if (strcmp(h5->whole, path) == 0)
        return AIRY_OK;
    airy_code code = airy_sources_new(h5, path, false, &s, err);
    if (code == AIRY_OK && !s)
        snprintf(h5->whole, sizeof h5->whole, "%s", path);
    if (code == AIRY_OK && s && s->lost)
        code = airy_error_set(err, AIRY_EMISSING, "%s: %s is put together from pieces, and %s",
                              h5->path, path, airy_sources_text(s));
    airy_sources_free(s);
    return code;
}
