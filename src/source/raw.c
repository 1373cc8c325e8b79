// SPDX-License-Identifier: GPL-3.0-or-later
// Detector frames of any layout in the table: recognising, opening, reading one at a time.
#include "files/hdf5_pack.h"
#include "files/numbers.h"
#include "formats.h"
#include "raw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TILES = 2048 };

const char *const airy_raw_unit_names[] = {"words", "keV", "photons", "adu", NULL};

void airy_raw_close(airy_raw *raw)
{
    if (!raw)
        return;
    airy_h5_close(raw->h5);
    airy_frames_close(raw->own);
    airy_sources_free(raw->sources);
    airy_sls_close(raw->sls);
    airy_memory_free(raw->each);
    airy_memory_free(raw->first);
    airy_memory_free(raw->module_map);
    airy_text_release(&raw->why);
    free(raw);
}

int airy_raw_count(const airy_raw *raw)
{
    return raw->n;
}

void airy_raw_shape(const airy_raw *raw, int *ny, int *nx)
{
    *ny = raw->ny;
    *nx = raw->nx;
}

airy_raw_unit airy_raw_unit_of(const airy_raw *raw)
{
    return raw->unit;
}

const char *airy_raw_layout(const airy_raw *raw)
{
    return raw->layout->row.name;
}

bool airy_raw_placed(const airy_raw *raw)
{
    return raw->layout->own;
}

bool airy_raw_stacked(const airy_raw *raw)
{
    bool modules = raw->nx == AIRY_MODULE_NX && raw->ny % AIRY_MODULE_NY == 0;
    return modules && !raw->layout->own && (raw->layout->stacked || raw->modular);
}

airy_h5 *airy_raw_h5(const airy_raw *raw)
{
    return raw->h5;
}

const char *airy_raw_data(const airy_raw *raw)
{
    return raw->data;
}

const char *airy_raw_why(const airy_raw *raw)
{
    return raw->why.text ? raw->why.text : "";
}

// ------------------------------------------------------------------ opening

const char *airy_raw_place(const airy_raw *raw, int i, int *piece)
{
    int k = raw->layout->one_each ? i : 0;
    *piece = i;
    if (!raw->each || i < 0 || i >= raw->n)
        return raw->data;
    while (i >= raw->first[k + 1])
        k++;
    *piece = i - raw->first[k];
    return raw->each[k].path;
}

// Whether the last two dimensions are those of modules, which a dimension before them counts.
static bool are_modules(const int *dims, int rank)
{
    return rank >= 2 && dims[rank - 1] % AIRY_MODULE_NX == 0 &&
           dims[rank - 2] % AIRY_MODULE_NY == 0;
}

// Size of a frame and number of frames from the shape of an array at `path`.
static airy_code look_at_array(airy_raw *raw, const char *path, airy_error *err)
{
    int dims[4], rank = 0;
    long long n = 1, ny = 1;
    airy_code code = airy_h5_shape(raw->h5, path, dims, &rank, err);
    if (code != AIRY_OK)
        return code;
    if (rank < 2)
        return airy_error_set(err, AIRY_ESHAPE, "%s: %s has %d dimensions, at least 2 were wanted",
                              raw->path, path, rank);
    bool counts = !raw->layout->data[0] && !are_modules(dims, rank); // all but rows and columns
    raw->lead = raw->layout->lead < rank - 2 && !counts ? raw->layout->lead : rank - 2;
    for (int i = 0; i < rank - 1; i++)
        *(i < raw->lead ? &n : &ny) *= dims[i];
    raw->nx = dims[rank - 1];
    raw->modular = raw->lead < rank - 2;
    if (n == 0)
        return airy_error_set(err, AIRY_ESHAPE, "%s: %s holds no frame", raw->path, path);
    if (n < 1 || n > INT32_MAX || ny < 1 || ny > AIRY_SIDE_MAX || raw->nx < 1 ||
        raw->nx > AIRY_SIDE_MAX)
        return airy_error_set(
            err, AIRY_ESHAPE,
            "%s: %s claims %lld frames of %lld x %d, sides of 1 to %d can be read", raw->path, path,
            n, ny, raw->nx, AIRY_SIDE_MAX);
    raw->n = (int)n;
    raw->ny = raw->stored_ny = (int)ny;
    return AIRY_OK;
}

static airy_code look_at_shape(airy_raw *raw, airy_error *err)
{
    return look_at_array(raw, raw->data, err);
}

static airy_code look_at_type(airy_raw *raw, airy_error *err)
{
    char type[24];
    airy_code code = airy_h5_type_name(raw->h5, raw->data, type, err);
    if (code != AIRY_OK)
        return code;
    raw->unit =
        raw->layout->by_type && strcmp(type, "uint16") == 0 ? AIRY_UNIT_WORDS : raw->layout->unit;
    raw->tiled = raw->unit == AIRY_UNIT_WORDS && raw->ny == TILES && raw->nx == TILES;
    if (raw->tiled) { // no real detector has this shape: its modules have gaps (formats: 0.1)
        raw->ny = raw->stored_ny = 2 * TILES;
        raw->nx = TILES / 2;
        airy_text_append(&raw->why, "; 2048 x 2048 is cut into 8 modules of 512 x 1024");
    }
    return AIRY_OK;
}

// Whether the map says nothing: every module is stored, where it belongs.
static bool all_in_place(const airy_raw *raw)
{
    bool all = raw->ny == raw->stored_ny;
    for (int m = 0; m < raw->modules; m++)
        all = all && raw->module_map[m] == m;
    return all;
}

// Absent modules are left out of the file; the map says which position each stored one belongs to.
static airy_code look_at_modules(airy_raw *raw, airy_error *err)
{
    int dims[4], rank = 0, n = 0, *map = NULL;
    char path[512] = "";
    for (int f = 0; f < AIRY_LAYOUT_FACTS && !path[0]; f++) {
        if (raw->layout->facts[f].fact != AIRY_FACT_MODULES)
            continue;
        airy_layout_path(raw->layout->facts[f].path, raw->data, path);
        if (!airy_h5_has(raw->h5, path))
            path[0] = '\0';
    }
    if (!path[0] || raw->unit != AIRY_UNIT_WORDS)
        return AIRY_OK;
    airy_code code = airy_h5_shape(raw->h5, path, dims, &rank, err);
    if (code == AIRY_OK)
        code = airy_h5_get_ints(raw->h5, path, &map, &n, err);
    if (code != AIRY_OK)
        return code;
    raw->module_map = map;
    raw->modules = rank ? dims[rank - 1] : 1;
    for (int i = 0; i < raw->modules; i++)
        if (map[i] >= raw->stored_ny / AIRY_MODULE_NY)
            return airy_error_set(err, AIRY_EFORMAT,
                                  "%s: %s names module %d, but only %d are stored", raw->path, path,
                                  map[i], raw->stored_ny / AIRY_MODULE_NY);
    if (raw->modules > AIRY_SIDE_MAX / AIRY_MODULE_NY)
        return airy_error_set(err, AIRY_ESHAPE, "%s: %s names %d modules", raw->path, path,
                              raw->modules);
    raw->ny = raw->modules * AIRY_MODULE_NY;
    if (all_in_place(raw)) {
        airy_memory_free(raw->module_map);
        raw->module_map = NULL;
    }
    return AIRY_OK;
}

// A dataset is opened in spite of lost sources and chunks never written; what they should have held
// is LOST.
static airy_code look_at_sources(airy_raw *raw, airy_error *err)
{
    airy_code code = raw->each || raw->layout->own
                         ? AIRY_OK
                         : airy_sources_new(raw->h5, raw->data, true, &raw->sources, err);
    if (code == AIRY_OK && raw->sources)
        airy_text_append(&raw->why, "; %s", airy_sources_text(raw->sources));
    return code;
}

// The ends of a type of whole numbers are no values, those of bytes where they count photons.
static void look_at_sentinels(airy_raw *raw)
{
    char type[24] = "";
    double least, most;
    if (airy_h5_type_name(raw->h5, raw->data, type, NULL) != AIRY_OK)
        return;
    bool ends = airy_type_limits(type, &least, &most);
    if (strcmp(type, "uint8") == 0 && raw->layout->unit == AIRY_UNIT_PHOTONS)
        ends = true, least = 0, most = UINT8_MAX - 1;
    if (ends) {
        raw->least = fmax(raw->least, least);
        raw->most = fmin(raw->most, most);
    }
}

static void look_at_units(airy_raw *raw)
{
    double value;
    raw->scale = 1;
    raw->least = raw->layout->below < 0 ? raw->layout->below : (double)-INFINITY;
    raw->most = raw->layout->above > 0 ? raw->layout->above : (double)INFINITY;
    look_at_sentinels(raw);
    if (airy_raw_find_fact(raw, AIRY_FACT_UNIT_SCALE, 0, &value, NULL))
        raw->scale = value;
    if (airy_raw_find_fact(raw, AIRY_FACT_UNIT_DIVISOR, 0, &value, NULL) && value > 0)
        raw->scale = 1 / value;
    if (airy_raw_find_fact(raw, AIRY_FACT_SATURATION, 0, &value, NULL) && value < raw->most)
        raw->most = value;
    if (airy_raw_find_fact(raw, AIRY_FACT_UNDERLOAD, 0, &value, NULL) && value > raw->least)
        raw->least = value;
}

// Frames of several arrays, one after another; all are of one size.
static airy_code count_each(airy_raw *raw, airy_error *err)
{
    const int ny = raw->ny, nx = raw->nx;
    long long all = 0;
    airy_code code = AIRY_OK;
    for (int k = 0; k < raw->n_each && code == AIRY_OK; k++) {
        raw->first[k] = (int)all;
        code = raw->layout->one_each ? AIRY_OK : look_at_array(raw, raw->each[k].path, err);
        all += raw->layout->one_each ? 1 : raw->n;
        if (code == AIRY_OK && (raw->ny != ny || raw->nx != nx))
            code =
                airy_error_set(err, AIRY_ESHAPE, "%s: %s has frames of %d x %d, %s of %d x %d",
                               raw->path, raw->data, ny, nx, raw->each[k].path, raw->ny, raw->nx);
        if (code == AIRY_OK && all > INT32_MAX)
            code = airy_error_set(err, AIRY_ESHAPE, "%s claims %lld frames", raw->path, all);
    }
    raw->first[raw->n_each] = (int)all;
    raw->n = (int)all;
    return code;
}

// Frames that stand in several arrays: the first one tells the size of all. What the file names
// and is not there would be missing without a word.
static airy_code look_at_each(airy_raw *raw, const char *dataset, airy_error *err)
{
    bool several = strpbrk(raw->pattern, "*?") && (raw->layout->one_each || raw->layout->joined);
    if (!several || dataset)
        return AIRY_OK;
    airy_code code = airy_h5_check_links(raw->h5, raw->pattern, err);
    if (code == AIRY_OK)
        code = airy_h5_find(raw->h5, raw->pattern, &raw->each, &raw->n_each, err);
    if (code != AIRY_OK)
        return code;
    raw->first = airy_memory_new((size_t)raw->n_each + 1, sizeof *raw->first);
    return raw->first ? count_each(raw, err)
                      : airy_error_set(err, AIRY_EMEMORY, "no memory for %d arrays", raw->n_each);
}

static airy_code open_sls(airy_raw *raw, airy_error *err)
{
    raw->layout = airy_layout_find("sls-raw");
    raw->unit = AIRY_UNIT_WORDS;
    raw->sls = airy_sls_open(raw->path, err);
    if (!raw->sls)
        return airy_error_code(err, AIRY_EIO);
    airy_sls_shape(raw->sls, &raw->n, &raw->ny, &raw->nx);
    airy_text_append(&raw->why, "layout %s (%s): by its name and size", raw->layout->row.name,
                     raw->layout->row.means);
    return AIRY_OK;
}

static airy_code open_file(airy_raw *raw, const char *path, const char *dataset, const char *layout,
                           airy_error *err)
{
    snprintf(raw->path, sizeof raw->path, "%s", path);
    bool named = layout && strcmp(layout, "auto") != 0;
    if (named ? strcmp(layout, "sls-raw") == 0 : airy_sls_is(path))
        return open_sls(raw, err);
    const airy_format *format = airy_format_of(path);
    if (format->read && airy_file_check(path, NULL) == AIRY_OK)
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s is a file of the kind %s, and detector frames are HDF5: `airy "
                              "convert %s FILE.h5` makes such a file",
                              path, format->name, path);
    raw->h5 = airy_h5_open(path, err);
    if (!raw->h5)
        return airy_error_code(err, AIRY_EIO);
    airy_code code = airy_raw_choose(raw, dataset, layout, err);
    if (code == AIRY_OK)
        code = look_at_shape(raw, err);
    if (code == AIRY_OK)
        code = look_at_each(raw, dataset, err);
    if (code == AIRY_OK)
        code = look_at_type(raw, err);
    if (code == AIRY_OK)
        code = look_at_modules(raw, err);
    if (code == AIRY_OK)
        code = look_at_sources(raw, err);
    if (code == AIRY_OK)
        look_at_units(raw);
    if (code == AIRY_OK)
        code = airy_h5_trust(raw->h5, err);
    if (code == AIRY_OK && raw->layout->own) {
        raw->own = airy_frames_open(path, err);
        code = raw->own ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    }
    return code;
}

airy_raw *airy_raw_open_at(const char *path, const char *dataset, const char *layout,
                           airy_error *err)
{
    airy_error local = {0};
    airy_raw *raw = calloc(1, sizeof *raw);
    airy_code code = raw ? open_file(raw, path, dataset, layout, &local)
                         : airy_error_set(&local, AIRY_EMEMORY, "no memory for %s", path);
    if (code == AIRY_OK)
        return raw;
    if (!raw || !raw->h5 || airy_h5_trust(raw->h5, err) == AIRY_OK) // else what failed is not why
        airy_error_set(err, code, "%s", local.message);
    airy_raw_close(raw);
    return NULL;
}

airy_raw *airy_raw_open(const char *spec, const char *layout, airy_error *err)
{
    const char *dataset;
    char *path = airy_spec_path(spec, &dataset);
    if (!path)
        airy_error_set(err, AIRY_EMEMORY, "no memory for %s", spec);
    airy_raw *raw = path ? airy_raw_open_at(path, dataset, layout, err) : NULL;
    free(path);
    return raw;
}

// ------------------------------------------------------------------ reading words

airy_code airy_raw_read_array(const airy_raw *raw, const char *path, int i, airy_cell cell,
                              void *values, int n, airy_error *err)
{
    bool frames = raw->sources && path == raw->data;
    airy_blocks blocks = {raw->h5, path, raw->lead, .lossy = raw->sources != NULL,
                          .sources = frames ? raw->sources : NULL};
    return airy_blocks_read(&blocks, i, cell, values, n, err);
}

int airy_raw_lost(const airy_raw *raw, int i, uint8_t *lost, int n)
{
    return airy_sources_lost(raw->sources, raw->lead, i, lost, n);
}

// Words of frame i as stored; 0xFFFF where their source is not there.
static airy_code read_words(const airy_raw *raw, int i, uint16_t *words, int n, airy_error *err)
{
    airy_code code = airy_raw_read_array(raw, raw->data, i, AIRY_CELL_WORD, words, n, err);
    if (code != AIRY_OK || !raw->sources)
        return code;
    uint8_t *lost = airy_memory_new((size_t)n, 1);
    if (!lost)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
    airy_raw_lost(raw, i, lost, n);
    for (int k = 0; k < n; k++)
        words[k] = lost[k] ? AIRY_LOST_WORD : words[k];
    airy_memory_free(lost);
    return AIRY_OK;
}

// Tile t of a gap-less square (two across) becomes module t of the stack. Rows of the square hold
// two modules side by side.
static airy_code untile(uint16_t *words, airy_error *err)
{
    size_t n = (size_t)TILES * TILES, half = TILES / 2;
    uint16_t *square = airy_memory_new(n, sizeof *square);
    if (!square)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
    memcpy(square, words, n * sizeof *words);
    for (size_t y = 0; y < TILES; y++)
        for (size_t side = 0; side < 2; side++) {
            size_t module = 2 * (y / AIRY_MODULE_NY) + side;
            size_t row = module * AIRY_MODULE_NY + y % AIRY_MODULE_NY;
            memcpy(words + row * half, square + y * TILES + side * half, half * sizeof *words);
        }
    airy_memory_free(square);
    return AIRY_OK;
}

// Spreads the stored modules over their positions; absent ones hold 0xFFFF.
static void place_modules(const airy_raw *raw, const uint16_t *stored, uint16_t *words)
{
    size_t module = (size_t)AIRY_MODULE_NY * (size_t)raw->nx;
    for (int m = 0; m < raw->modules; m++) {
        uint16_t *to = words + (size_t)m * module;
        int from = raw->module_map[m];
        for (size_t i = 0; from < 0 && i < module; i++)
            to[i] = AIRY_LOST_WORD;
        if (from >= 0)
            memcpy(to, stored + (size_t)from * module, module * sizeof *to);
    }
}

static airy_code read_modules(airy_raw *raw, int i, uint16_t *words, airy_error *err)
{
    int n = raw->stored_ny * raw->nx;
    uint16_t *stored = airy_memory_new((size_t)n, sizeof *stored);
    airy_code code = stored ? read_words(raw, i, stored, n, err)
                            : airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
    if (code == AIRY_OK)
        place_modules(raw, stored, words);
    airy_memory_free(stored);
    return code;
}

// Gain stages of a separate array go where JUNGFRAU words have them; 2 and 3 both mean G2.
static airy_code add_gain(airy_raw *raw, int i, uint16_t *words, airy_error *err)
{
    char path[512];
    int n = raw->ny * raw->nx;
    airy_layout_path(raw->layout->gain, raw->data, path);
    uint16_t *stages = airy_memory_new((size_t)n, sizeof *stages);
    airy_code code = stages ? airy_raw_read_array(raw, path, i, AIRY_CELL_WORD, stages, n, err)
                            : airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
    for (int k = 0; code == AIRY_OK && k < n; k++) {
        int stage = stages[k] == 2 ? 3 : stages[k] & 3;
        if (words[k] != AIRY_LOST_WORD)
            words[k] = (uint16_t)((words[k] & 0x3fff) | stage << 14);
    }
    airy_memory_free(stages);
    return code;
}

enum { PEDESTAL_LEAST = 1000 }; // ADU; few pictures have as many photons in most pixels

airy_code airy_raw_as_values(airy_raw *raw, airy_error *err)
{
    if (raw->unit != AIRY_UNIT_WORDS || !raw->layout->by_type || raw->layout->stacked)
        return AIRY_OK;
    int n = raw->stored_ny * raw->nx, high = 0;
    uint16_t *words = airy_memory_new((size_t)n, sizeof *words);
    airy_code code = words ? read_words(raw, 0, words, n, err)
                           : airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
    for (int k = 0; code == AIRY_OK && k < n; k++)
        high += words[k] >= PEDESTAL_LEAST;
    airy_memory_free(words);
    bool modules = raw->ny % AIRY_MODULE_NY == 0 && raw->nx % AIRY_MODULE_NX == 0;
    if (code != AIRY_OK || (modules && high > n / 2))
        return code;
    raw->unit = raw->layout->unit;
    if (raw->tiled)
        raw->ny = raw->nx = TILES;
    raw->stored_ny = raw->ny;
    raw->tiled = false;
    return AIRY_OK;
}

airy_code airy_raw_read(airy_raw *raw, int i, uint16_t *words, airy_error *err)
{
    if (raw->sls)
        return airy_sls_read(raw->sls, i, words, err);
    if (raw->unit != AIRY_UNIT_WORDS)
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s: %s holds calibrated frames (%s), raw words were wanted",
                              raw->path, raw->data, airy_raw_unit_names[raw->unit]);
    if (raw->module_map)
        return read_modules(raw, i, words, err);
    airy_code code = read_words(raw, i, words, raw->ny * raw->nx, err);
    if (code == AIRY_OK && raw->tiled)
        code = untile(words, err);
    if (code == AIRY_OK && raw->layout->gain)
        code = add_gain(raw, i, words, err);
    return code;
}

// What is no more than a dataset of words, one after another.
static bool is_plain(const airy_raw *raw)
{
    return raw->h5 && raw->unit == AIRY_UNIT_WORDS && !raw->sources && !raw->module_map &&
           !raw->tiled && !raw->layout->gain && !raw->each;
}

airy_code airy_raw_fetch(airy_raw *raw, int i, airy_packed_words *packed, uint16_t *words,
                         airy_error *err)
{
    const airy_blocks blocks = {raw->h5, raw->data, raw->lead, .lossy = false, .sources = NULL};
    airy_code code = AIRY_OK;
    bool done = false;
    packed->n = 0;
    if (is_plain(raw))
        code = airy_words_fetch(&blocks, i, packed, words, raw->ny * raw->nx, &done, err);
    return code != AIRY_OK || done ? code : airy_raw_read(raw, i, words, err);
}
