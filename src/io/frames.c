// SPDX-License-Identifier: GPL-3.0-or-later
// Many patterns in one file, read and written one at a time.
#include "blocks.h"
#include "formats.h"
#include "hdf5_pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DETECTOR "/entry_1/instrument_1/detector_1"
#define IMAGE "/entry_1/image_1"

struct airy_frames {
    airy_h5 *h5; // NULL for formats of a single frame
    int n;
    // reading
    char dataset[512];
    char group[512]; // of the dataset, where mask and variance stand; "" for foreign arrays
    bool real;
    airy_pattern only; // the frame of a single-frame format
    airy_history history;
    // writing: the first frame waits until a second one, or the end, decides its rank
    airy_pattern first;
    double *centers; // (n, 4) x, y, x error, y error; the last two 0 when unknown
    airy_packed_frame *packed;
};

static airy_frames *frames_new(airy_error *err)
{
    airy_frames *frames = calloc(1, sizeof *frames);
    if (!frames)
        airy_error_set(err, AIRY_EMEMORY, "no memory for a reader of frames");
    return frames;
}

void airy_frames_close(airy_frames *frames)
{
    if (!frames)
        return;
    airy_h5_close(frames->h5);
    airy_pattern_release(&frames->only);
    airy_pattern_release(&frames->first);
    airy_history_release(&frames->history);
    free(frames->centers);
    airy_packed_frame_free(frames->packed);
    free(frames);
}

int airy_frames_count(const airy_frames *frames)
{
    return frames->n;
}

airy_h5 *airy_frames_h5(airy_frames *frames)
{
    return frames->h5;
}

// ------------------------------------------------------------------ reading

// Where an array of frames stands, in the order of preference.
static const char *const places[] = {
    DETECTOR "/data",
    IMAGE "/data",
    "/entry_1/data_1/data",
    "/entry/data/data",
    "/data/data",
    "/data",
    "/pattern",
    "/photons",
    "/intensity",
    NULL,
};

static bool is_array(airy_h5 *h5, const airy_h5_item *item)
{
    int dims[4], rank = 0;
    bool numbers = strncmp(item->kind, "float", 5) == 0 || strncmp(item->kind, "int", 3) == 0 ||
                   strncmp(item->kind, "uint", 4) == 0;
    return numbers && airy_h5_shape(h5, item->path, dims, &rank, NULL) == AIRY_OK && rank >= 2;
}

// The only array of a foreign file; with several, the user has to name one.
static airy_code find_only_array(airy_frames *frames, airy_error *err)
{
    int n = 0, found = 0;
    airy_h5_item *items;
    airy_text names = {0};
    airy_code code = airy_h5_list(frames->h5, "/", &items, &n, err);
    for (int i = 0; code == AIRY_OK && i < n; i++) {
        if (!is_array(frames->h5, &items[i]))
            continue;
        if (found++ == 0)
            snprintf(frames->dataset, sizeof frames->dataset, "%s", items[i].path);
        if (found <= 8)
            airy_text_append(&names, "%s%s", found > 1 ? " " : "", items[i].path);
    }
    airy_memory_free(items);
    const char *path = airy_h5_path(frames->h5);
    if (code == AIRY_OK && found == 0)
        code = airy_error_set(err, AIRY_EMISSING, "%s holds no array of rows and columns", path);
    else if (code == AIRY_OK && found > 1)
        code = airy_error_set(err, AIRY_EMISSING,
                              "%s holds %d arrays, name one of them as %s:/...: %s", path, found,
                              path, names.text ? names.text : "");
    airy_text_release(&names);
    return code;
}

static airy_code find_dataset(airy_frames *frames, const char *dataset, airy_error *err)
{
    char target[512];
    // the main array of a CXI file: a pattern's detector, or an image that was made from one
    if (!dataset && airy_h5_link_target(frames->h5, "/entry_1/data_1/data", target) &&
        airy_h5_has(frames->h5, target))
        dataset = target;
    for (int i = 0; !dataset && places[i]; i++) {
        int dims[4], rank = 0;
        if (airy_h5_has(frames->h5, places[i]) &&
            airy_h5_shape(frames->h5, places[i], dims, &rank, NULL) == AIRY_OK)
            dataset = places[i];
    }
    if (!dataset)
        return find_only_array(frames, err);
    snprintf(frames->dataset, sizeof frames->dataset, "%s", dataset);
    return AIRY_OK;
}

// Companions stand beside detector and image arrays; data_1 is a link to one of those.
static void find_group(airy_frames *frames)
{
    static const struct {
        const char *dataset, *group;
    } rows[] = {
        {DETECTOR "/data", DETECTOR},
        {IMAGE "/data", IMAGE},
        {"/entry_1/data_1/data", DETECTOR},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(frames->dataset, rows[i].dataset) == 0)
            snprintf(frames->group, sizeof frames->group, "%s", rows[i].group);
}

// Images of real space keep other things beside them: no reasons, no centre.
static void look_at_space(airy_frames *frames)
{
    char *space = NULL;
    bool image = strcmp(frames->dataset, IMAGE "/data") == 0 ||
                 (strcmp(frames->dataset, "/entry_1/data_1/data") == 0 &&
                  !airy_h5_has(frames->h5, DETECTOR "/data"));
    if (!image || !airy_h5_has(frames->h5, IMAGE "/data_space") ||
        airy_h5_get_text(frames->h5, IMAGE "/data_space", &space, NULL) != AIRY_OK)
        return;
    frames->real = strcmp(space, "real") == 0;
    if (frames->real)
        frames->group[0] = '\0';
    free(space);
}

bool airy_frames_real(airy_frames *frames, double *pitch_m)
{
    double pitch = 0;
    airy_beam beam = frames->only.beam;
    if (frames->real && airy_h5_has(frames->h5, IMAGE "/x_pixel_size"))
        (void)!airy_h5_get_double(frames->h5, IMAGE "/x_pixel_size", &pitch, NULL);
    else if (!frames->real && (!frames->h5 || airy_beam_read(frames->h5, &beam, NULL) == AIRY_OK))
        pitch = beam.pitch_m;
    if (pitch_m)
        *pitch_m = pitch;
    return frames->real;
}

static airy_code open_h5(airy_frames *frames, const char *path, const char *dataset,
                         airy_error *err)
{
    int dims[4], rank = 0;
    frames->h5 = airy_h5_open(path, err);
    if (!frames->h5)
        return err ? err->code : AIRY_EIO;
    airy_code code = find_dataset(frames, dataset, err);
    if (code == AIRY_OK)
        code = airy_h5_shape(frames->h5, frames->dataset, dims, &rank, err);
    if (code != AIRY_OK)
        return code;
    if (rank < 2)
        return airy_error_set(err, AIRY_ESHAPE, "%s: %s has %d dimensions, at least 2 were wanted",
                              path, frames->dataset, rank);
    long long n = 1;
    for (int i = 0; i < rank - 2; i++)
        n *= dims[i];
    if (n > INT32_MAX)
        return airy_error_set(err, AIRY_ESHAPE, "%s: %s claims to hold %lld frames", path,
                              frames->dataset, n);
    frames->n = (int)n;
    find_group(frames);
    look_at_space(frames);
    return AIRY_OK;
}

airy_frames *airy_frames_open(const char *spec, airy_error *err)
{
    const char *dataset;
    airy_error local = {0};
    airy_frames *frames = frames_new(&local);
    char *path = airy_spec_path(spec, &dataset);
    airy_code code = frames && path ? AIRY_OK : AIRY_EMEMORY;
    if (code == AIRY_OK) {
        const airy_format *format = airy_format_of(path);
        frames->n = 1;
        code = format->read ? format->read(path, dataset, &frames->only, &frames->history, &local)
                            : open_h5(frames, path, dataset, &local);
    }
    free(path);
    if (code == AIRY_OK)
        return frames;
    airy_error_set(err, code, "%s", local.message);
    airy_frames_close(frames);
    return NULL;
}

// Frame i of a companion, which may be shared by all frames; an empty image when it is not there.
static airy_code read_companion(airy_frames *frames, const char *name, int i, airy_image *image,
                                airy_error *err)
{
    char path[640];
    int dims[4], rank = 0;
    snprintf(path, sizeof path, "%s/%s", frames->group, name);
    if (!frames->group[0] || !airy_h5_has(frames->h5, path))
        return AIRY_OK;
    airy_code code = airy_h5_shape(frames->h5, path, dims, &rank, err);
    return code == AIRY_OK ? airy_h5_get_frame(frames->h5, path, rank == 2 ? 0 : i, image, err)
                           : code;
}

static airy_code read_mask(airy_frames *frames, int i, airy_pattern *pattern, airy_error *err)
{
    char path[640];
    int dims[4], rank = 0;
    snprintf(path, sizeof path, "%s/mask", frames->group);
    if (!frames->group[0] || !airy_h5_has(frames->h5, path))
        return airy_mask_init(&pattern->mask, pattern->photons.ny, pattern->photons.nx, err);
    airy_code code = airy_h5_shape(frames->h5, path, dims, &rank, err);
    if (code == AIRY_OK)
        code = airy_h5_get_frame_mask(frames->h5, path, rank == 2 ? 0 : i, &pattern->mask, err);
    return code;
}

// A companion has to be as large as the frame.
static airy_code check_size(const airy_frames *frames, const airy_pattern *pattern,
                            const char *what, int ny, int nx, airy_error *err)
{
    if (ny == pattern->photons.ny && nx == pattern->photons.nx)
        return AIRY_OK;
    return airy_error_set(err, AIRY_ESHAPE,
                          "%s: the %s of %s is %d x %d, the frame itself is %d x %d",
                          airy_h5_path(frames->h5), what, frames->dataset, ny, nx,
                          pattern->photons.ny, pattern->photons.nx);
}

static airy_code read_companions(airy_frames *frames, int i, airy_pattern *p, airy_error *err)
{
    airy_code code = read_mask(frames, i, p, err);
    if (code == AIRY_OK)
        code = check_size(frames, p, "mask", p->mask.ny, p->mask.nx, err);
    if (code == AIRY_OK)
        code = read_companion(frames, "variance", i, &p->variance, err);
    if (code == AIRY_OK && p->variance.px)
        code = check_size(frames, p, "variance", p->variance.ny, p->variance.nx, err);
    if (code == AIRY_OK)
        code = read_companion(frames, "coverage", i, &p->coverage, err);
    if (code == AIRY_OK && p->coverage.px)
        code = check_size(frames, p, "coverage", p->coverage.ny, p->coverage.nx, err);
    if (code == AIRY_OK)
        code = read_companion(frames, "background", i, &p->background, err);
    if (code == AIRY_OK && p->background.px)
        code = check_size(frames, p, "background", p->background.ny, p->background.nx, err);
    return code;
}

// Three numbers a frame, or three for all: CXI counts from the corner of the first pixel.
static airy_code read_triple(airy_frames *frames, const char *path, int i, double *xy,
                             airy_error *err)
{
    int n = 0;
    double *values;
    airy_code code = airy_h5_get_doubles(frames->h5, path, &values, &n, err);
    if (code != AIRY_OK)
        return code;
    int at = n >= 3 * (i + 1) ? 3 * i : 0;
    if (n < 2)
        code = airy_error_set(err, AIRY_ESHAPE, "%s: %s has %d numbers, 3 were wanted",
                              airy_h5_path(frames->h5), path, n);
    else
        memcpy(xy, values + at, 2 * sizeof *xy);
    airy_memory_free(values);
    return code;
}

static airy_code read_center(airy_frames *frames, int i, airy_pattern *pattern, airy_error *err)
{
    double xy[2] = {0}, error[2] = {0};
    if (!airy_h5_has(frames->h5, IMAGE "/image_center"))
        return AIRY_OK;
    airy_code code = read_triple(frames, IMAGE "/image_center", i, xy, err);
    if (code == AIRY_OK && airy_h5_has(frames->h5, IMAGE "/image_center_error"))
        code = read_triple(frames, IMAGE "/image_center_error", i, error, err);
    pattern->has_center = code == AIRY_OK && xy[0] == xy[0] && xy[1] == xy[1];
    pattern->center_x = xy[0] - 0.5;
    pattern->center_y = xy[1] - 0.5;
    pattern->center_x_error = error[0];
    pattern->center_y_error = error[1];
    return code;
}

static airy_code read_flag(airy_frames *frames, const char *path, bool *flag, airy_error *err)
{
    int value = 0;
    airy_code code = AIRY_OK;
    if (airy_h5_has(frames->h5, path))
        code = airy_h5_get_int(frames->h5, path, &value, err);
    *flag = value != 0;
    return code;
}

static airy_code read_facts(airy_frames *frames, int i, airy_pattern *pattern, airy_error *err)
{
    airy_code code = airy_beam_read(frames->h5, &pattern->beam, err);
    if (code == AIRY_OK)
        code = read_center(frames, i, pattern, err);
    if (code == AIRY_OK)
        code = read_flag(frames, IMAGE "/friedel_merged", &pattern->merged, err);
    if (code == AIRY_OK)
        code = read_flag(frames, IMAGE "/condensed", &pattern->condensed, err);
    if (code == AIRY_OK && pattern->condensed)
        code = airy_counts_read(frames->h5, i, pattern, err);
    return code;
}

airy_code airy_frames_read(airy_frames *frames, int i, airy_pattern *pattern, airy_error *err)
{
    *pattern = (airy_pattern){0};
    if (i < 0 || i >= frames->n)
        return airy_error_set(err, AIRY_EARGUMENT, "there is no frame %d, the file holds 0 to %d",
                              i, frames->n - 1);
    if (!frames->h5)
        return airy_pattern_copy(pattern, &frames->only, err);
    airy_code code = airy_h5_get_frame(frames->h5, frames->dataset, i, &pattern->photons, err);
    if (code == AIRY_OK)
        code = read_companions(frames, i, pattern, err);
    if (code == AIRY_OK && frames->group[0])
        code = read_facts(frames, i, pattern, err);
    if (code == AIRY_OK)
        airy_pattern_settle(pattern);
    else
        airy_pattern_release(pattern);
    return code;
}

airy_code airy_frames_history(airy_frames *frames, airy_history *history, airy_error *err)
{
    return frames->h5 ? airy_history_read(frames->h5, history, err)
                      : airy_history_copy(history, &frames->history, err);
}

// ------------------------------------------------------------------ writing

airy_frames *airy_frames_create(const char *path, bool overwrite, airy_error *err)
{
    airy_frames *frames = frames_new(err);
    if (!frames)
        return NULL;
    frames->h5 = airy_h5_create(path, overwrite, err);
    if (frames->h5)
        return frames;
    airy_frames_close(frames);
    return NULL;
}

// 1 where a pixel must not be used: for readers that cut CXI's bits to eight.
static void binary_mask(const airy_mask *mask, uint8_t *bytes)
{
    for (int i = 0; i < mask->ny * mask->nx; i++)
        bytes[i] = (mask->bits[i] & AIRY_MASK_EXCLUDES) != 0;
}

// A pattern alone in its file.
static airy_code put_arrays(airy_h5 *h5, const airy_pattern *p, airy_error *err)
{
    uint8_t *bytes = airy_memory_new((size_t)p->mask.ny * (size_t)p->mask.nx, 1);
    if (!bytes)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a mask");
    binary_mask(&p->mask, bytes);
    airy_h5_put_image(h5, DETECTOR "/data", &p->photons, err);
    airy_h5_put_mask(h5, DETECTOR "/mask", &p->mask, err);
    airy_code code =
        airy_h5_put_bytes(h5, DETECTOR "/mask_binary", bytes, p->mask.ny, p->mask.nx, err);
    if (p->variance.px)
        code = airy_h5_put_image(h5, DETECTOR "/variance", &p->variance, err);
    if (p->coverage.px)
        code = airy_h5_put_image(h5, DETECTOR "/coverage", &p->coverage, err);
    if (p->background.px)
        code = airy_h5_put_image(h5, DETECTOR "/background", &p->background, err);
    airy_memory_free(bytes);
    return code;
}

enum { PARTS = 6 };
static const char *const part_paths[PARTS] = {DETECTOR "/data",        DETECTOR "/mask",
                                              DETECTOR "/mask_binary", DETECTOR "/variance",
                                              DETECTOR "/coverage",    DETECTOR "/background"};

struct airy_packed_frame {
    const airy_pattern *pattern;
    int ny, nx; // of the room for `binary`
    uint8_t *binary;
    airy_frame_plane part[PARTS]; // in the order of part_paths; values NULL: not there
    airy_chunk chunk[PARTS];
};

airy_packed_frame *airy_packed_frame_new(airy_error *err)
{
    airy_packed_frame *packed = airy_memory_new(1, sizeof *packed);
    if (!packed)
        airy_error_set(err, AIRY_EMEMORY, "no memory for a frame");
    return packed;
}

void airy_packed_frame_free(airy_packed_frame *packed)
{
    for (int i = 0; packed && i < PARTS; i++)
        airy_chunk_release(&packed->chunk[i]);
    if (packed)
        airy_memory_free(packed->binary);
    airy_memory_free(packed);
}

// What is to be stored of a pattern.
static airy_code look_at(airy_packed_frame *packed, const airy_pattern *p, airy_error *err)
{
    int ny = p->photons.ny, nx = p->photons.nx;
    packed->pattern = p;
    if (packed->ny != ny || packed->nx != nx) {
        airy_memory_free(packed->binary);
        packed->binary = airy_memory_new((size_t)ny * (size_t)nx, 1);
        packed->ny = packed->binary ? ny : 0, packed->nx = nx;
    }
    if (!packed->binary)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a mask of %d x %d", ny, nx);
    binary_mask(&p->mask, packed->binary);
    const airy_frame_plane parts[PARTS] = {{AIRY_STORED_FLOAT32, ny, nx, p->photons.px},
                                           {AIRY_STORED_UINT32, ny, nx, p->mask.bits},
                                           {AIRY_STORED_UINT8, ny, nx, packed->binary},
                                           {AIRY_STORED_FLOAT32, ny, nx, p->variance.px},
                                           {AIRY_STORED_FLOAT32, ny, nx, p->coverage.px},
                                           {AIRY_STORED_FLOAT32, ny, nx, p->background.px}};
    memcpy(packed->part, parts, sizeof parts);
    return AIRY_OK;
}

airy_code airy_frames_pack(airy_packed_frame *packed, const airy_pattern *pattern, airy_error *err)
{
    // masks and coverage are often those of the frame before
    static const bool repeats[PARTS] = {false, true, true, false, true, false};
    airy_code code = look_at(packed, pattern, err);
    for (int i = 0; i < PARTS && code == AIRY_OK; i++)
        if (packed->part[i].values)
            code = airy_chunk_pack(&packed->part[i], repeats[i], &packed->chunk[i], err);
    return code;
}

static airy_code append_parts(airy_h5 *h5, const airy_packed_frame *packed, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; i < PARTS && code == AIRY_OK; i++)
        if (packed->part[i].values)
            code =
                airy_h5_append_plane(h5, part_paths[i], &packed->part[i], &packed->chunk[i], err);
    return code;
}

// The first frame of several, which was kept until now.
static airy_code append_first(airy_frames *frames, airy_error *err)
{
    airy_packed_frame *packed = airy_packed_frame_new(err);
    airy_code code = packed ? airy_frames_pack(packed, &frames->first, err) : AIRY_EMEMORY;
    if (code == AIRY_OK)
        code = append_parts(frames->h5, packed, err);
    airy_packed_frame_free(packed);
    return code;
}

static bool alike(const airy_pattern *a, const airy_pattern *b)
{
    return a->photons.ny == b->photons.ny && a->photons.nx == b->photons.nx &&
           !a->variance.px == !b->variance.px && !a->coverage.px == !b->coverage.px &&
           !a->background.px == !b->background.px;
}

static airy_code check_alike(const airy_frames *frames, const airy_pattern *p, airy_error *err)
{
    const airy_pattern *first = &frames->first;
    bool counts = !p->counts == !first->counts && (!p->counts || alike(p->counts, first->counts));
    if (alike(p, first) && !counts)
        return airy_error_set(
            err, AIRY_ESHAPE,
            "%s: frame %d has other counts than the frames before (their bins, or "
            "what belongs to them)",
            airy_h5_path(frames->h5), frames->n);
    if (alike(p, first))
        return AIRY_OK;
    return airy_error_set(err, AIRY_ESHAPE,
                          "%s: frame %d is %d x %d, the frames before are %d x %d (or one of them "
                          "lacks variance, coverage or background)",
                          airy_h5_path(frames->h5), frames->n, p->photons.ny, p->photons.nx,
                          first->photons.ny, first->photons.nx);
}

static airy_code note_center(airy_frames *frames, const airy_pattern *p, airy_error *err)
{
    size_t n = (size_t)frames->n + 1;
    double *grown = realloc(frames->centers, n * 4 * sizeof *grown);
    if (!grown)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %zu centres", n);
    double nan = strtod("nan", NULL);
    frames->centers = grown;
    grown += 4 * (n - 1);
    grown[0] = p->has_center ? p->center_x : nan;
    grown[1] = p->has_center ? p->center_y : nan;
    grown[2] = p->center_x_error;
    grown[3] = p->center_y_error;
    return AIRY_OK;
}

airy_code airy_frames_append_packed(airy_frames *frames, const airy_packed_frame *packed,
                                    airy_error *err)
{
    airy_code code = AIRY_OK;
    if (frames->n == 0)
        code = airy_pattern_copy(&frames->first, packed->pattern, err);
    else
        code = check_alike(frames, packed->pattern, err);
    if (code == AIRY_OK &&
        frames->first.beam.pitch_m <= 0) // the first that knows it speaks for all
        frames->first.beam = packed->pattern->beam;
    if (code == AIRY_OK && frames->n == 1)
        code = append_first(frames, err);
    if (code == AIRY_OK && frames->n >= 1)
        code = append_parts(frames->h5, packed, err);
    if (code == AIRY_OK && packed->pattern->counts)
        code = airy_counts_append(frames->h5, packed->pattern->counts, err);
    if (code == AIRY_OK)
        code = note_center(frames, packed->pattern, err);
    if (code == AIRY_OK)
        frames->n++;
    return code;
}

airy_code airy_frames_append(airy_frames *frames, const airy_pattern *pattern, airy_error *err)
{
    const airy_packed_frame alone = {.pattern = pattern}; // the first one may stay so: not packed
    if (frames->n == 0)
        return airy_frames_append_packed(frames, &alone, err);
    if (!frames->packed)
        frames->packed = airy_packed_frame_new(err);
    airy_code code = frames->packed ? airy_frames_pack(frames->packed, pattern, err) : AIRY_EMEMORY;
    return code == AIRY_OK ? airy_frames_append_packed(frames, frames->packed, err) : code;
}

// (3) for one frame, (n, 3) for several; x and y from columns `at` and at + 1, z = 0.
static airy_code put_triples(airy_frames *frames, const char *path, int at, double add,
                             airy_error *err)
{
    const int dims[2] = {frames->n, 3};
    double *xyz = airy_memory_new((size_t)frames->n * 3, sizeof *xyz);
    if (!xyz)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d centres", frames->n);
    for (int i = 0; i < frames->n; i++) {
        xyz[3 * i] = frames->centers[4 * i + at] + add;
        xyz[3 * i + 1] = frames->centers[4 * i + at + 1] + add;
    }
    airy_code code = frames->n == 1 ? airy_h5_put_doubles(frames->h5, path, xyz, 1, dims + 1, err)
                                    : airy_h5_put_doubles(frames->h5, path, xyz, 2, dims, err);
    airy_memory_free(xyz);
    return code;
}

static airy_code put_centers(airy_frames *frames, airy_error *err)
{
    bool any = false, errors = false;
    for (int i = 0; i < frames->n; i++) {
        const double *row = frames->centers + 4 * i;
        any |= row[0] == row[0];
        errors |= row[2] > 0 || row[3] > 0;
    }
    airy_code code = any ? put_triples(frames, IMAGE "/image_center", 0, 0.5, err) : AIRY_OK;
    if (code == AIRY_OK && errors)
        code = put_triples(frames, IMAGE "/image_center_error", 2, 0, err);
    return code;
}

airy_code airy_frames_commit(airy_frames *frames, const airy_history *history, airy_error *err)
{
    airy_h5 *h5 = frames->h5;
    airy_code code = AIRY_OK;
    if (frames->n == 0)
        return airy_error_set(err, AIRY_EVALUE, "%s: there is no frame to write", airy_h5_path(h5));
    if (frames->n == 1)
        code = put_arrays(h5, &frames->first, err);
    if (code == AIRY_OK)
        code = airy_cxi_begin(h5, &frames->first.beam, history, err);
    if (code == AIRY_OK)
        code = put_centers(frames, err);
    if (code != AIRY_OK)
        return code;
    airy_h5_link(h5, IMAGE "/data", DETECTOR "/data", err);
    airy_h5_link(h5, IMAGE "/mask", DETECTOR "/mask", err);
    airy_h5_put_text(h5, IMAGE "/data_space", "diffraction", err);
    airy_h5_put_text(h5, IMAGE "/data_type", "intensity", err);
    airy_h5_put_int(h5, IMAGE "/is_fft_shifted", 0, err);
    airy_h5_put_int(h5, IMAGE "/friedel_merged", frames->first.merged, err);
    airy_h5_put_int(h5, IMAGE "/condensed", frames->first.condensed, err);
    airy_cxi_main(h5, DETECTOR "/data", err);
    return airy_h5_commit(h5, err);
}

airy_code airy_cxi_write(const char *path, const airy_pattern *pattern, const airy_history *history,
                         bool overwrite, airy_error *err)
{
    airy_frames *frames = airy_frames_create(path, overwrite, err);
    if (!frames)
        return err ? err->code : AIRY_EIO;
    airy_code code = airy_frames_append(frames, pattern, err);
    if (code == AIRY_OK)
        code = airy_frames_commit(frames, history, err);
    airy_frames_close(frames);
    return code;
}
