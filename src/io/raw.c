// SPDX-License-Identifier: GPL-3.0-or-later
// Detector frames of any layout in the table: recognising, opening, reading one at a time.
#include "raw.h"
#include "base/units.h"
#include "blocks.h"

#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOST_WORD = 0xffff, TILES = 2048 };

struct airy_raw {
    airy_h5 *h5;
    const airy_layout *layout;
    char data[512];
    int n, ny, nx; // frames, and one frame as given to the caller
    int lead, stored_ny;
    bool tiled; // 2048 x 2048 without gaps: eight modules of 512 x 1024, two across
    int modules;
    int *module_map; // stored module of each position, negative: absent; NULL: as stored
    airy_unit unit;
    double scale;       // stored value x scale = value in the unit
    double least, most; // valid stored values
    airy_text why;
};

const char *const airy_unit_names[] = {"words", "keV", "photons", "adu", NULL};

void airy_raw_close(airy_raw *raw)
{
    if (!raw)
        return;
    airy_h5_close(raw->h5);
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

airy_unit airy_raw_unit(const airy_raw *raw)
{
    return raw->unit;
}

const char *airy_raw_layout(const airy_raw *raw)
{
    return raw->layout->row.name;
}

const char *airy_raw_why(const airy_raw *raw)
{
    return raw->why.text ? raw->why.text : "";
}

// ------------------------------------------------------------------ recognising

// True when everything that makes a layout is in the file; the frames' path is filled in.
static bool fits(airy_h5 *h5, const airy_layout *layout, char data[512], int *others)
{
    char path[512];
    if (!layout->data[0] || !airy_h5_match(h5, layout->data, data, others))
        return false;
    for (int i = 0; i < AIRY_LAYOUT_MARKS; i++)
        if (layout->marks[i] && !airy_h5_match(h5, layout->marks[i], path, NULL))
            return false;
    return !layout->absent || !airy_h5_match(h5, layout->absent, path, NULL);
}

static airy_code ambiguous(const airy_raw *raw, const char *first, const char *second,
                           airy_error *err)
{
    return airy_error_set(err, AIRY_EFORMAT, "%s could be layout %s or %s; say which with --layout",
                          airy_h5_path(raw->h5), first, second);
}

static airy_code not_recognised(const airy_raw *raw, airy_error *err)
{
    int n;
    airy_text names = {0};
    const airy_layout *table = airy_layout_table(&n);
    for (int i = 0; i < n - 1; i++)
        airy_text_append(&names, " %s", table[i].row.name);
    airy_error_set(err, AIRY_EFORMAT,
                   "%s fits no layout of detector frames (known:%s); name the array as FILE:/path",
                   airy_h5_path(raw->h5), names.text ? names.text : "");
    airy_text_release(&names);
    return AIRY_EFORMAT;
}

// Usual places of bare arrays.
static bool find_bare(airy_h5 *h5, char data[512])
{
    static const char *const places[] = {"/data/data", "/data", "/raw", NULL};
    int dims[4], rank = 0;
    for (int i = 0; places[i]; i++)
        if (airy_h5_has(h5, places[i]) &&
            airy_h5_shape(h5, places[i], dims, &rank, NULL) == AIRY_OK && rank >= 2) {
            snprintf(data, 512, "%s", places[i]);
            return true;
        }
    return false;
}

static airy_code recognise(airy_raw *raw, airy_error *err)
{
    int n;
    const airy_layout *table = airy_layout_table(&n);
    for (int i = 0; i < n; i++) {
        char data[512];
        int others = 0;
        if (!fits(raw->h5, &table[i], data, &others))
            continue;
        if (raw->layout)
            return ambiguous(raw, raw->layout->row.name, table[i].row.name, err);
        if (others && !table[i].groups)
            return airy_error_set(err, AIRY_EFORMAT,
                                  "%s holds the frames of %d detectors (layout %s); name one as "
                                  "FILE:%s",
                                  airy_h5_path(raw->h5), others + 1, table[i].row.name, data);
        raw->layout = &table[i];
        memcpy(raw->data, data, sizeof data);
    }
    if (!raw->layout && find_bare(raw->h5, raw->data))
        raw->layout = &table[n - 1];
    return raw->layout ? AIRY_OK : not_recognised(raw, err);
}

// A dataset named by the user still tells the layout, when its path fits one.
static const airy_layout *layout_of_path(const char *dataset)
{
    int n;
    const airy_layout *table = airy_layout_table(&n);
    for (int i = 0; i < n - 1; i++)
        if (fnmatch(table[i].data, dataset, FNM_PATHNAME) == 0)
            return &table[i];
    return &table[n - 1];
}

static airy_code use_named(airy_raw *raw, const char *name, airy_error *err)
{
    int others = 0;
    raw->layout = airy_layout_find(name);
    if (!raw->layout)
        return airy_error_set(err, AIRY_EARGUMENT, "there is no layout '%s'", name);
    if (raw->data[0])
        return AIRY_OK;
    if (raw->layout->data[0] ? airy_h5_match(raw->h5, raw->layout->data, raw->data, &others)
                             : find_bare(raw->h5, raw->data))
        return AIRY_OK;
    return airy_error_set(
        err, AIRY_EMISSING, "%s: layout %s keeps frames at %s, which is not there",
        airy_h5_path(raw->h5), name, raw->layout->data[0] ? raw->layout->data : "/data");
}

static airy_code choose_layout(airy_raw *raw, const char *dataset, const char *name,
                               airy_error *err)
{
    bool given = name && strcmp(name, "auto") != 0;
    airy_code code = AIRY_OK;
    if (dataset)
        snprintf(raw->data, sizeof raw->data, "%s", dataset);
    if (given)
        code = use_named(raw, name, err);
    else if (dataset)
        raw->layout = layout_of_path(dataset);
    else
        code = recognise(raw, err);
    if (code == AIRY_OK)
        airy_text_append(&raw->why, "layout %s (%s): %s %s", raw->layout->row.name,
                         raw->layout->row.means, raw->data,
                         given || dataset ? "was asked for" : "is there");
    return code;
}

// ------------------------------------------------------------------ facts

// The value of a fact row for frame i; false when the file does not have it.
static bool fact_value(airy_raw *raw, const airy_fact_row *row, int i, double *value)
{
    char path[512];
    int n = 0;
    double *values;
    *value = 1;
    if (!row->path[0])
        return true; // a constant of the layout
    airy_layout_path(row->path, raw->data, path);
    if (!airy_h5_match(raw->h5, path, path, NULL) ||
        airy_h5_get_doubles(raw->h5, path, &values, &n, NULL) != AIRY_OK)
        return false;
    *value = values[n > i && i >= 0 && n > 1 ? i : 0];
    airy_memory_free(values);
    return true;
}

// The first row of a kind that the file has.
static bool find_fact(airy_raw *raw, airy_fact fact, int i, double *value)
{
    for (int f = 0; f < AIRY_LAYOUT_FACTS; f++) {
        const airy_fact_row *row = &raw->layout->facts[f];
        if (row->fact != fact || !fact_value(raw, row, i, value))
            continue;
        *value = fact == AIRY_FACT_BEAM_X || fact == AIRY_FACT_BEAM_Y ? *value + row->scale
                                                                      : *value * row->scale;
        return true;
    }
    return false;
}

static void apply_fact(airy_raw_facts *facts, airy_fact fact, double value)
{
    switch (fact) {
    case AIRY_FACT_ENERGY_EV:
        facts->beam.energy_ev = value;
        break;
    case AIRY_FACT_WAVELENGTH_M:
        facts->beam.energy_ev =
            value > 0 ? AIRY_J_TO_EV(AIRY_PLANCK_J_S * AIRY_LIGHT_M_S / value) : 0;
        break;
    case AIRY_FACT_DISTANCE_M:
        facts->beam.distance_m = value;
        break;
    case AIRY_FACT_PITCH_M: // one writer is 1000 times too small (formats: A.7)
        facts->beam.pitch_m = value > 0 && value < 1e-6 ? value * 1000 : value;
        break;
    case AIRY_FACT_PULSE:
        facts->pulse_id = value > -9e15 && value < 9e15 ? (long long)value : -1;
        break;
    case AIRY_FACT_GOOD:
        facts->good = value != 0;
        break;
    case AIRY_FACT_HIGH_GAIN:
        facts->high_gain = value > 0 && ((long long)value & 1);
        break;
    case AIRY_FACT_BEAM_X:
        facts->beam_x = value;
        break;
    case AIRY_FACT_BEAM_Y:
        facts->beam_y = value;
        facts->has_beam = true;
        break;
    default:
        break;
    }
}

airy_code airy_raw_frame_facts(airy_raw *raw, int i, airy_raw_facts *facts, airy_error *err)
{
    double value;
    *facts = (airy_raw_facts){.pulse_id = -1, .good = true};
    if (i < 0 || i >= raw->n)
        return airy_error_set(err, AIRY_EARGUMENT, "there is no frame %d, the file holds 0 to %d",
                              i, raw->n - 1);
    for (int fact = AIRY_FACT_NONE + 1; fact < AIRY_FACTS; fact++)
        if (find_fact(raw, (airy_fact)fact, i, &value))
            apply_fact(facts, (airy_fact)fact, value);
    return AIRY_OK;
}

// ------------------------------------------------------------------ opening

// Size and number of frames from the shape of the array.
static airy_code look_at_shape(airy_raw *raw, airy_error *err)
{
    int dims[4], rank = 0;
    long long n = 1, ny = 1;
    airy_code code = airy_h5_shape(raw->h5, raw->data, dims, &rank, err);
    if (code != AIRY_OK)
        return code;
    if (rank < 2)
        return airy_error_set(err, AIRY_ESHAPE, "%s: %s has %d dimensions, at least 2 were wanted",
                              airy_h5_path(raw->h5), raw->data, rank);
    raw->lead = raw->layout->lead < rank - 2 ? raw->layout->lead : rank - 2;
    for (int i = 0; i < rank - 1; i++)
        *(i < raw->lead ? &n : &ny) *= dims[i];
    raw->nx = dims[rank - 1];
    if (n < 1 || n > INT32_MAX || ny < 1 || ny > AIRY_SIDE_MAX || raw->nx < 1 ||
        raw->nx > AIRY_SIDE_MAX)
        return airy_error_set(
            err, AIRY_ESHAPE,
            "%s: %s claims %lld frames of %lld x %d, sides of 1 to %d can be read",
            airy_h5_path(raw->h5), raw->data, n, ny, raw->nx, AIRY_SIDE_MAX);
    raw->n = (int)n;
    raw->ny = raw->stored_ny = (int)ny;
    return AIRY_OK;
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
            return airy_error_set(
                err, AIRY_EFORMAT, "%s: %s names module %d, but only %d are stored",
                airy_h5_path(raw->h5), path, map[i], raw->stored_ny / AIRY_MODULE_NY);
    if (raw->modules > AIRY_SIDE_MAX / AIRY_MODULE_NY)
        return airy_error_set(err, AIRY_ESHAPE, "%s: %s names %d modules", airy_h5_path(raw->h5),
                              path, raw->modules);
    raw->ny = raw->modules * AIRY_MODULE_NY;
    return AIRY_OK;
}

static void look_at_units(airy_raw *raw)
{
    double value;
    raw->scale = 1;
    raw->least = raw->layout->below < 0 ? raw->layout->below : (double)-INFINITY;
    raw->most = raw->layout->above > 0 ? raw->layout->above : (double)INFINITY;
    if (find_fact(raw, AIRY_FACT_UNIT_SCALE, 0, &value))
        raw->scale = value;
    if (find_fact(raw, AIRY_FACT_UNIT_DIVISOR, 0, &value) && value > 0)
        raw->scale = 1 / value;
    if (find_fact(raw, AIRY_FACT_SATURATION, 0, &value))
        raw->most = value;
    if (find_fact(raw, AIRY_FACT_UNDERLOAD, 0, &value) && value > raw->least)
        raw->least = value;
}

static airy_code open_file(airy_raw *raw, const char *path, const char *dataset, const char *layout,
                           airy_error *err)
{
    raw->h5 = airy_h5_open(path, err);
    if (!raw->h5)
        return err->code;
    airy_code code = choose_layout(raw, dataset, layout, err);
    if (code == AIRY_OK)
        code = look_at_shape(raw, err);
    if (code == AIRY_OK)
        code = look_at_type(raw, err);
    if (code == AIRY_OK)
        code = look_at_modules(raw, err);
    if (code == AIRY_OK)
        look_at_units(raw);
    return code;
}

airy_raw *airy_raw_open(const char *spec, const char *layout, airy_error *err)
{
    const char *dataset;
    airy_error local = {0};
    airy_raw *raw = calloc(1, sizeof *raw);
    char *path = airy_spec_path(spec, &dataset);
    airy_code code =
        raw && path ? AIRY_OK : airy_error_set(&local, AIRY_EMEMORY, "no memory for %s", spec);
    if (code == AIRY_OK)
        code = open_file(raw, path, dataset, layout, &local);
    free(path);
    if (code == AIRY_OK)
        return raw;
    airy_error_set(err, code, "%s", local.message);
    airy_raw_close(raw);
    return NULL;
}

// ------------------------------------------------------------------ reading words

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
            to[i] = LOST_WORD;
        if (from >= 0)
            memcpy(to, stored + (size_t)from * module, module * sizeof *to);
    }
}

static airy_code read_modules(airy_raw *raw, int i, uint16_t *words, airy_error *err)
{
    airy_blocks blocks = {raw->h5, raw->data, raw->lead};
    int n = raw->stored_ny * raw->nx;
    uint16_t *stored = airy_memory_new((size_t)n, sizeof *stored);
    airy_code code = stored ? airy_blocks_read(&blocks, i, AIRY_CELL_WORD, stored, n, err)
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
    airy_blocks blocks = {raw->h5, path, raw->lead};
    uint16_t *stages = airy_memory_new((size_t)n, sizeof *stages);
    airy_code code = stages ? airy_blocks_read(&blocks, i, AIRY_CELL_WORD, stages, n, err)
                            : airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
    for (int k = 0; code == AIRY_OK && k < n; k++) {
        int stage = stages[k] == 2 ? 3 : stages[k] & 3;
        words[k] = (uint16_t)((words[k] & 0x3fff) | stage << 14);
    }
    airy_memory_free(stages);
    return code;
}

airy_code airy_raw_read(airy_raw *raw, int i, uint16_t *words, airy_error *err)
{
    airy_blocks blocks = {raw->h5, raw->data, raw->lead};
    if (raw->unit != AIRY_UNIT_WORDS)
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s: %s holds calibrated frames (%s), raw words were wanted",
                              airy_h5_path(raw->h5), raw->data, airy_unit_names[raw->unit]);
    if (raw->module_map)
        return read_modules(raw, i, words, err);
    airy_code code = airy_blocks_read(&blocks, i, AIRY_CELL_WORD, words, raw->ny * raw->nx, err);
    if (code == AIRY_OK && raw->tiled)
        code = untile(words, err);
    if (code == AIRY_OK && raw->layout->gain)
        code = add_gain(raw, i, words, err);
    return code;
}

// ------------------------------------------------------------------ reading values

static uint32_t reason_of(airy_polarity polarity, uint32_t value)
{
    switch (polarity) {
    case AIRY_MASK_BAD_NONZERO:
        return value ? AIRY_MASK_BAD : 0;
    case AIRY_MASK_GOOD_NONZERO:
        return value ? 0 : AIRY_MASK_BAD;
    case AIRY_MASK_BITS:
        return value;
    case AIRY_MASK_NEXUS: // bit 0 gap, 1 dead, 4 noisy, 8 user; only the low 16 exclude
        return (value & 1 ? AIRY_MASK_MISSING : 0) | (value & 2 ? AIRY_MASK_DEAD : 0) |
               (value & 16 ? AIRY_MASK_NOISY : 0) | (value & 0xffec ? AIRY_MASK_BAD : 0);
    case AIRY_MASK_EUXFEL: // 16 interpolated and 22 wide pixel inform only
        return value & ~(1u << 16 | 1u << 22) ? AIRY_MASK_BAD : 0;
    default:
        return 0;
    }
}

// The file's own mask, one for all frames or one a frame.
static airy_code read_mask(airy_raw *raw, int i, airy_mask *mask, airy_error *err)
{
    char path[512];
    int dims[4], rank = 0, n = mask->ny * mask->nx;
    if (!raw->layout->mask)
        return AIRY_OK;
    airy_layout_path(raw->layout->mask, raw->data, path);
    if (!airy_h5_has(raw->h5, path))
        return AIRY_OK;
    airy_code code = airy_h5_shape(raw->h5, path, dims, &rank, err);
    if (code != AIRY_OK)
        return code;
    long long elements = 1;
    for (int d = 0; d < rank; d++)
        elements *= dims[d];
    bool shared = elements == n;
    airy_blocks blocks = {raw->h5, path, shared ? 0 : raw->lead};
    code = airy_blocks_read(&blocks, shared ? 0 : i, AIRY_CELL_BITS, mask->bits, n, err);
    for (int k = 0; code == AIRY_OK && k < n; k++)
        mask->bits[k] = reason_of(raw->layout->polarity, mask->bits[k]);
    return code;
}

// Values outside the valid range are sentinels.
static void convert(const airy_raw *raw, airy_pattern *pattern)
{
    int n = raw->ny * raw->nx;
    for (int k = 0; k < n; k++) {
        float value = pattern->photons.px[k];
        if (!isfinite(value) || value < raw->least)
            pattern->mask.bits[k] |= AIRY_MASK_LOST;
        else if (value > raw->most)
            pattern->mask.bits[k] |= AIRY_MASK_SATURATED;
        pattern->photons.px[k] = (float)(value * raw->scale);
    }
    airy_pattern_apply_mask(pattern);
}

airy_code airy_raw_read_values(airy_raw *raw, int i, airy_pattern *pattern, airy_error *err)
{
    airy_blocks blocks = {raw->h5, raw->data, raw->lead};
    airy_raw_facts facts;
    *pattern = (airy_pattern){0};
    if (raw->unit == AIRY_UNIT_WORDS)
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s: %s holds raw words, which need gain and pedestal files",
                              airy_h5_path(raw->h5), raw->data);
    airy_code code = airy_raw_frame_facts(raw, i, &facts, err);
    if (code == AIRY_OK)
        code = airy_image_init(&pattern->photons, raw->ny, raw->nx, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&pattern->mask, raw->ny, raw->nx, err);
    if (code == AIRY_OK)
        code = airy_blocks_read(&blocks, i, AIRY_CELL_FLOAT, pattern->photons.px, raw->ny * raw->nx,
                                err);
    if (code == AIRY_OK)
        code = read_mask(raw, i, &pattern->mask, err);
    if (code == AIRY_OK) {
        pattern->beam = facts.beam;
        convert(raw, pattern);
    } else {
        airy_pattern_release(pattern);
    }
    return code;
}
