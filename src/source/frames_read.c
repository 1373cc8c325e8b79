// SPDX-License-Identifier: GPL-3.0-or-later
// Many patterns in one file, read one at a time: what airy wrote, and by their layouts the files of
// others, so that every command sees in a file what every other does.
#include "cxi.h"
#include "frames.h"
#include "files/blocks.h"
#include "formats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DETECTOR AIRY_AT_DETECTOR
#define IMAGE AIRY_AT_IMAGE

// ------------------------------------------------------------------ opening

// Where airy puts arrays, and others images of real space, in the order of preference.
static const char *const places[] = {DETECTOR "/data", IMAGE "/data", "/entry_1/data_1/data", NULL};

// The array behind a path that may be a soft link to one.
static void resolve(airy_h5 *h5, const char *path, char dataset[512])
{
    char target[512];
    bool link = airy_h5_link_target(h5, path, target) && airy_h5_has(h5, target);
    snprintf(dataset, 512, "%s", link ? target : path);
}

// The main array of a CXI file: a pattern's detector, or an image that was made from one. False
// when there is none in the usual places.
static bool find_main(airy_h5 *h5, char dataset[512])
{
    char target[512];
    if (airy_h5_link_target(h5, "/entry_1/data_1/data", target) && airy_h5_has(h5, target)) {
        memcpy(dataset, target, sizeof target);
        return true;
    }
    for (int i = 0; places[i]; i++)
        if (airy_h5_has(h5, places[i])) {
            snprintf(dataset, 512, "%s", places[i]);
            return true;
        }
    return false;
}

static bool is_ours(airy_h5 *h5)
{
    char *program = NULL;
    bool ours = airy_h5_has(h5, DETECTOR "/mask_binary") ||
                (airy_h5_has(h5, "/entry_1/program_name") &&
                 airy_h5_get_text(h5, "/entry_1/program_name", &program, NULL) == AIRY_OK &&
                 strcmp(program, "airy") == 0);
    free(program);
    return ours;
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
    frames->group[0] = '\0';
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(frames->dataset, rows[i].dataset) == 0)
            snprintf(frames->group, sizeof frames->group, "%s", rows[i].group);
}

// Images of real space keep other things beside them: no reasons, no center.
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
    airy_setup setup = frames->only.setup;
    airy_raw_facts facts = {0};
    if (frames->real)
        pitch = airy_cxi_pitch(frames->h5);
    else if (frames->raw && airy_raw_frame_facts(frames->raw, 0, &facts, NULL) == AIRY_OK)
        pitch = facts.setup.pitch_m;
    else if (!frames->h5 || airy_setup_read(frames->h5, &setup, NULL) == AIRY_OK)
        pitch = setup.pitch_m;
    if (pitch_m)
        *pitch_m = pitch;
    return frames->real;
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

// Frames that airy wrote, and images of real space.
static airy_code open_own(airy_frames *frames, airy_error *err)
{
    int dims[4], rank = 0;
    const char *path = airy_h5_path(frames->h5);
    airy_code code = airy_h5_shape(frames->h5, frames->dataset, dims, &rank, err);
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
    if (n < 1)
        return airy_error_set(err, AIRY_ESHAPE, "%s: %s holds no frame", path, frames->dataset);
    frames->n = (int)n;
    return AIRY_OK;
}

static airy_code no_photons(const char *path, const airy_raw *raw, airy_error *err)
{
    return airy_error_set(err, AIRY_EFORMAT,
                          "%s: raw words of a detector are no photons; `airy calibrate` makes some "
                          "of them (%s)",
                          path, airy_raw_why(raw));
}

// Stacks of modules go where calibrate puts them: on a regular grid, eight of them two across.
static airy_code find_plane(airy_frames *frames, airy_error *err)
{
    int ny = 0, nx = 0;
    if (!airy_raw_stacked(frames->raw))
        return AIRY_OK;
    airy_raw_shape(frames->raw, &ny, &nx);
    int modules = ny / AIRY_MODULE_NY, across = modules == 8 ? 2 : 1;
    return airy_geometry_grid(&frames->plane, modules / across, across, err);
}

// Frames of others.
static airy_code open_foreign(airy_frames *frames, const char *path, const char *dataset,
                              airy_error *err)
{
    frames->raw = airy_raw_open_at(path, dataset, NULL, err);
    if (!frames->raw)
        return airy_error_code(err, AIRY_EIO);
    airy_code code = airy_raw_h5(frames->raw) ? airy_raw_as_values(frames->raw, err) : AIRY_OK;
    if (code == AIRY_OK && airy_raw_unit_of(frames->raw) == AIRY_UNIT_WORDS)
        code = no_photons(path, frames->raw, err);
    if (code == AIRY_OK)
        code = find_plane(frames, err);
    if (code != AIRY_OK)
        return code;
    frames->n = airy_raw_count(frames->raw);
    resolve(frames->h5, airy_raw_data(frames->raw), frames->dataset);
    find_group(frames);
    return AIRY_OK;
}

// Zero frequency in the corner, as transforms leave it.
static airy_code look_at_order(airy_frames *frames, airy_error *err)
{
    bool image = strcmp(frames->dataset, IMAGE "/data") == 0;
    return image ? read_flag(frames, IMAGE "/is_fft_shifted", &frames->shifted, err) : AIRY_OK;
}

static airy_code open_h5(airy_frames *frames, const char *path, const char *dataset,
                         airy_error *err)
{
    if (airy_sls_is(path))
        return open_foreign(frames, path, dataset, err);
    frames->h5 = airy_h5_open(path, err);
    if (!frames->h5)
        return airy_error_code(err, AIRY_EIO);
    if (dataset)
        snprintf(frames->dataset, sizeof frames->dataset, "%s", dataset);
    bool known = dataset || find_main(frames->h5, frames->dataset);
    if (known) {
        find_group(frames);
        look_at_space(frames);
    }
    bool own = known && (frames->real || is_ours(frames->h5) || (frames->plain && dataset));
    airy_code code = own ? open_own(frames, err) : open_foreign(frames, path, dataset, err);
    if (code == AIRY_OK)
        code = look_at_order(frames, err);
    return code == AIRY_OK ? airy_h5_trust(frames->h5, err) : code;
}

static airy_frames *open_spec(const char *spec, bool plain, airy_error *err)
{
    const char *dataset;
    airy_error local = {0};
    airy_frames *frames = airy_frames_new(&local);
    char *path = airy_spec_path(spec, &dataset);
    airy_code code = frames && path ? AIRY_OK : AIRY_EMEMORY;
    if (code == AIRY_OK) {
        const airy_format *format = airy_format_of(path);
        frames->n = 1;
        frames->plain = plain;
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

airy_frames *airy_frames_open(const char *spec, airy_error *err)
{
    return open_spec(spec, false, err);
}

airy_frames *airy_frames_open_plain(const char *spec, airy_error *err)
{
    return open_spec(spec, true, err);
}

// Path of a companion and its piece for frame i: one for all frames, or one a frame; false when it
// is not there.
static bool find_companion(airy_frames *frames, const char *name, int i, char path[640], int *piece)
{
    int dims[4], rank = 0;
    long long n = 1;
    snprintf(path, 640, "%s/%s", frames->group, name);
    if (!frames->group[0] || !airy_h5_has(frames->h5, path))
        return false;
    bool known = airy_h5_shape(frames->h5, path, dims, &rank, NULL) == AIRY_OK;
    for (int d = 0; known && d < rank - 2; d++)
        n *= dims[d];
    *piece = n == 1 ? 0 : i;
    return true;
}

// An empty image when it is not there.
static airy_code read_companion(airy_frames *frames, const char *name, int i, airy_image *image,
                                airy_error *err)
{
    char path[640];
    int piece = 0;
    return find_companion(frames, name, i, path, &piece)
               ? airy_h5_get_frame(frames->h5, path, piece, image, err)
               : AIRY_OK;
}

static airy_code read_mask(airy_frames *frames, int i, airy_pattern *pattern, airy_error *err)
{
    char path[640];
    int piece = 0;
    airy_mask *mask = &pattern->mask;
    if (!find_companion(frames, "mask", i, path, &piece))
        return airy_mask_init(mask, pattern->photons.ny, pattern->photons.nx, err);
    airy_code code = airy_h5_get_frame_mask(frames->h5, path, piece, mask, err);
    if (code == AIRY_OK)
        airy_mask_take_file(mask);
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

// Variance, coverage and background.
static airy_code read_companions(airy_frames *frames, int i, airy_pattern *p, airy_error *err)
{
    const struct {
        const char *name;
        airy_image *image;
    } rows[] = {
        {"variance", &p->variance}, {"coverage", &p->coverage}, {"background", &p->background}};
    airy_code code = AIRY_OK;
    for (size_t k = 0; code == AIRY_OK && k < sizeof rows / sizeof *rows; k++) {
        airy_image *image = rows[k].image;
        code = read_companion(frames, rows[k].name, i, image, err);
        if (code == AIRY_OK && image->px)
            code = check_size(frames, p, rows[k].name, image->ny, image->nx, err);
    }
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

// Center and what was done to the pattern.
static airy_code read_facts(airy_frames *frames, int i, airy_pattern *pattern, airy_error *err)
{
    airy_code code = read_center(frames, i, pattern, err);
    if (code == AIRY_OK)
        code = read_flag(frames, IMAGE "/friedel_merged", &pattern->merged, err);
    if (code == AIRY_OK)
        code = read_flag(frames, IMAGE "/condensed", &pattern->condensed, err);
    if (code == AIRY_OK && pattern->condensed)
        code = airy_counts_read(frames->h5, i, pattern, err);
    return code;
}

static airy_code read_own(airy_frames *frames, int i, airy_pattern *p, airy_error *err)
{
    airy_code code = airy_h5_get_frame(frames->h5, frames->dataset, i, &p->photons, err);
    if (code == AIRY_OK)
        code = read_mask(frames, i, p, err);
    if (code == AIRY_OK)
        code = check_size(frames, p, "mask", p->mask.ny, p->mask.nx, err);
    if (code == AIRY_OK)
        code = read_companions(frames, i, p, err);
    if (code == AIRY_OK && frames->group[0])
        code = airy_setup_read(frames->h5, &p->setup, err);
    return code == AIRY_OK && frames->group[0] ? read_facts(frames, i, p, err) : code;
}

// ------------------------------------------------------------------ frames of others

// Energies become photons.
static airy_code count_photons(const airy_frames *frames, airy_pattern *p, airy_error *err)
{
    if (airy_raw_unit_of(frames->raw) != AIRY_UNIT_KEV)
        return AIRY_OK;
    if (!(p->setup.energy_ev > 0))
        return airy_error_set(err, AIRY_EVALUE,
                              "%s holds energies in keV and no photon energy: `airy calibrate "
                              "--energy` makes photons of them",
                              airy_h5_path(frames->h5));
    for (int k = 0; k < p->photons.ny * p->photons.nx; k++)
        p->photons.px[k] /= (float)(1e-3 * p->setup.energy_ev);
    return AIRY_OK;
}

static airy_code place(const airy_frames *frames, airy_pattern *p, airy_error *err)
{
    airy_pattern plane = {0};
    if (!frames->plane.n)
        return AIRY_OK;
    const airy_setup setup = p->setup;
    airy_code code = airy_geometry_plane(&frames->plane, &plane, err);
    if (code == AIRY_OK)
        code = airy_geometry_assemble(&frames->plane, p, &plane, err);
    airy_pattern_release(p);
    *p = plane;
    p->setup = setup;
    if (p->setup.pitch_m <= 0)
        p->setup.pitch_m = frames->plane.pitch_m;
    return code;
}

static airy_code read_foreign(airy_frames *frames, int i, airy_pattern *p, airy_error *err)
{
    airy_raw_facts facts;
    airy_code code = airy_raw_read_values(frames->raw, i, p, err);
    if (code == AIRY_OK)
        code = airy_raw_frame_facts(frames->raw, i, &facts, err);
    airy_setup_know(&p->setup, &frames->known);
    if (code == AIRY_OK && (code = airy_setup_check(&p->setup, AIRY_FOR_RINGS, err)) != AIRY_OK)
        return airy_error_prefix(err, "%s", airy_h5_path(frames->h5));
    if (code == AIRY_OK)
        code = count_photons(frames, p, err);
    if (code != AIRY_OK || frames->plane.n)
        return code == AIRY_OK ? place(frames, p, err) : code;
    if (facts.has_beam)
        airy_pattern_set_center(p, facts.beam_y, facts.beam_x, 0, 0);
    if (frames->group[0])
        code = read_companions(frames, i, p, err);
    return code == AIRY_OK && frames->group[0] ? read_facts(frames, i, p, err) : code;
}

airy_code airy_frames_read(airy_frames *frames, int i, airy_pattern *pattern, airy_error *err)
{
    airy_error local = {0};
    *pattern = (airy_pattern){0};
    if (i < 0 || i >= frames->n)
        return airy_error_set(err, AIRY_EARGUMENT, "there is no frame %d, the file holds 0 to %d",
                              i, frames->n - 1);
    if (!frames->h5)
        return airy_pattern_copy(pattern, &frames->only, err);
    airy_code code = (frames->raw ? read_foreign : read_own)(frames, i, pattern, &local);
    if (code == AIRY_OK && frames->shifted)
        code = airy_pattern_unshift(pattern, &local);
    if (code == AIRY_OK)
        code = airy_h5_trust(frames->h5, &local);
    if (code == AIRY_OK) {
        airy_pattern_settle(pattern);
        return AIRY_OK;
    }
    airy_pattern_release(pattern);
    return airy_error_set(err, code, "%s", local.message);
}

void airy_frames_know(airy_frames *frames, const airy_setup *setup)
{
    frames->known = *setup;
}

airy_code airy_frames_history(airy_frames *frames, airy_history *history, airy_error *err)
{
    return frames->h5 ? airy_history_read(frames->h5, history, err)
                      : airy_history_copy(history, &frames->history, err);
}
