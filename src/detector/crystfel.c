// SPDX-License-Identifier: GPL-3.0-or-later
// CrystFEL .geom text: `key = value`, `panel/key = value`, `bad.../key = value`; ";" begins a
// comment. Keys that say nothing about where pixels lie are passed over; those that might are named
// to the caller when they are not read.
#include "detector/geometry.h"

#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 32 };

typedef struct region {
    char name[NAME], panel[NAME];
    double fs[2], ss[2], xy[4]; // data columns and rows, or x0 x1 y0 y1 of the plane
    bool on_data;
} region;

// nx and ny of panels hold max_fs and max_ss until the end: keys come in any order.
typedef struct parser {
    airy_geometry *geometry;
    airy_panel defaults;
    region *regions;
    int n_regions;
    const char *name;
    int line;
    airy_error *err;
} parser;

static airy_code wrong(const parser *p, const char *key, const char *value, const char *wanted)
{
    return airy_error_set(p->err, AIRY_EFORMAT, "%s, line %d: %s is '%s', %s was expected", p->name,
                          p->line, key, value, wanted);
}

// The leading number of a value; *rest is what follows it. False when there is none.
static bool number(const char *value, double *x, const char **rest)
{
    char *end;
    *x = strtod(value, &end);
    *rest = end + strspn(end, " \t");
    return end != value && isfinite(*x);
}

// A length or energy: "95.3 mm", "0.095", "9 keV". False: a path into data files, or another unit.
static bool quantity(const char *value, const char *const *unit, const double *factor, double *x)
{
    const char *rest;
    double found;
    if (!number(value, &found, &rest))
        return false;
    for (int i = 0; unit[i]; i++)
        if (strcmp(rest, unit[i]) == 0) {
            *x = found * factor[i];
            return true;
        }
    return false;
}

static bool read_length(parser *p, const char *value)
{
    static const char *const unit[] = {"", "m", "mm", "um", NULL};
    static const double factor[] = {1, 1, 1e-3, 1e-6};
    return quantity(value, unit, factor, &p->geometry->distance_m);
}

static bool read_energy(parser *p, const char *value)
{
    static const char *const unit[] = {"", "eV", "keV", "MeV", NULL};
    static const double factor[] = {1, 1, 1e3, 1e6};
    return quantity(value, unit, factor, &p->geometry->energy_ev);
}

static bool read_wavelength(parser *p, const char *value)
{
    static const char *const unit[] = {"", "m", "A", NULL};
    static const double factor[] = {1, 1, 1e-10};
    double lambda = 0;
    bool read = quantity(value, unit, factor, &lambda) && lambda > 0;
    if (read)
        p->geometry->energy_ev = AIRY_WAVELENGTH_M(1.0) / lambda;
    return read;
}

static bool read_edge(parser *p, const char *value)
{
    double x;
    const char *rest;
    bool read = number(value, &x, &rest) && x >= 0 && x < AIRY_SIDE_MAX;
    if (read)
        p->geometry->mask_edge_pixels = (int)x;
    return read;
}

static void read_name(char to[256], const char *value)
{
    snprintf(to, 256, "%s", value);
}

// Keeps the name of what is not read, for a warning.
static void note_unread(parser *p, const char *key)
{
    char *unread = p->geometry->unread;
    size_t room = sizeof p->geometry->unread, used = strlen(unread), n = strlen(key);
    if (n == 0)
        return; // a line of "=====" has no name
    for (const char *at = unread; (at = strstr(at, key)); at += n)
        if ((at == unread || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
            return;
    if (used + n + 2 < room)
        snprintf(unread + used, room - used, "%s%s", used ? " " : "", key);
}

static airy_code read_bits(const parser *p, const char *key, const char *value, uint32_t *bits)
{
    char *end;
    unsigned long long found = strtoull(value, &end, 0);
    if (end == value || *end || found > UINT32_MAX)
        return wrong(p, key, value, "bits like 0xff");
    *bits = (uint32_t)found;
    return AIRY_OK;
}

// maskN_data, maskN_file, maskN_goodbits, maskN_badbits, and the older names of mask 0. Returns
// false when the key is none of them.
static bool mask_key(parser *p, const char *key, const char *value, airy_code *code)
{
    static const char *const older[] = {"mask", "mask_file", "mask_good", "mask_bad"};
    static const char *const newer[] = {"_data", "_file", "_goodbits", "_badbits"};
    bool numbered =
        strncmp(key, "mask", 4) == 0 && key[4] >= '0' && key[4] < '0' + AIRY_GEOMETRY_MASKS;
    airy_mask_source *mask = &p->geometry->masks[numbered ? key[4] - '0' : 0];
    int what = 0;
    while (what < 4 && strcmp(numbered ? key + 5 : key, (numbered ? newer : older)[what]) != 0)
        what++;
    *code = AIRY_OK;
    if (what < 2)
        read_name(what == 0 ? mask->path : mask->file, value);
    else if (what < 4)
        *code = read_bits(p, key, value, what == 2 ? &mask->good : &mask->bad);
    return what < 4;
}

// "+0.99x -0.002y", "x", "-y": components of a direction; z is left out.
static airy_code read_vector(const parser *p, const char *key, const char *value, double *x,
                             double *y)
{
    const char *at = value;
    double sum[3] = {0};
    while (*(at += strspn(at, " \t"))) {
        double sign = *at == '-' ? -1 : 1, size = 1;
        at += *at == '-' || *at == '+';
        at += strspn(at, " \t");
        const char *rest;
        if (*at != 'x' && *at != 'y' && *at != 'z') {
            if (!number(at, &size, &rest))
                return wrong(p, key, value, "a direction like +0.99x -0.01y");
            at = rest;
        }
        if (*at != 'x' && *at != 'y' && *at != 'z')
            return wrong(p, key, value, "a direction like +0.99x -0.01y");
        sum[*at++ - 'x'] += sign * size;
    }
    *x = sum[0], *y = sum[1];
    return AIRY_OK;
}

static airy_code read_int(const parser *p, const char *key, const char *value, int *x)
{
    double found;
    const char *rest;
    if (!number(value, &found, &rest) || *rest || fabs(found) > AIRY_SIDE_MAX)
        return wrong(p, key, value, "a whole number of pixels");
    *x = (int)found;
    return AIRY_OK;
}

static airy_code read_double(const parser *p, const char *key, const char *value, double *x)
{
    const char *rest;
    if (!number(value, x, &rest) || *rest)
        return wrong(p, key, value, "a number");
    return AIRY_OK;
}

// "res" is pixels per metre.
static airy_code read_resolution(parser *p, const char *value)
{
    double res = 0;
    airy_code code = read_double(p, "res", value, &res);
    if (code == AIRY_OK && !(res >= 1e3 && res <= 1e6)) // pixels of 1 mm to 1 um
        code = wrong(p, "res", value, "pixels per metre, 1000 to 1000000");
    if (code == AIRY_OK)
        p->geometry->pitch_m = 1 / res;
    return code;
}

static airy_code read_flag(const parser *p, const char *key, const char *value, double *limit,
                           bool *stated)
{
    *stated = true;
    return read_double(p, key, value, limit);
}

// Off the plane by so much; the panels of a detector that is flat but for its making.
static airy_code read_offset(parser *p, const char *value)
{
    double metres = 0;
    airy_code code = read_double(p, "coffset", value, &metres);
    p->geometry->off_plane_m = fmax(p->geometry->off_plane_m, fabs(metres));
    return code;
}

// What says nothing about where pixels lie or which are good.
static bool is_beside(const char *key)
{
    static const char *const keys[] = {"data",
                                       "peak_list",
                                       "peak_list_type",
                                       "peak_info_location",
                                       "adu_per_eV",
                                       "adu_per_photon",
                                       "bandwidth",
                                       "photon_energy_bandwidth",
                                       "badrow_direction",
                                       NULL};
    for (int i = 0; keys[i]; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return strncmp(key, "dim", 3) == 0;
}

static airy_code panel_key(parser *p, airy_panel *panel, const char *key, const char *value)
{
    const struct {
        const char *key;
        int *whole;
        double *real;
    } rows[] = {
        {"min_fs", &panel->x0, NULL},         {"min_ss", &panel->y0, NULL},
        {"max_fs", &panel->nx, NULL},         {"max_ss", &panel->ny, NULL},
        {"corner_x", NULL, &panel->corner_x}, {"corner_y", NULL, &panel->corner_y},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(key, rows[i].key) == 0)
            return rows[i].whole ? read_int(p, key, value, rows[i].whole)
                                 : read_double(p, key, value, rows[i].real);
    if (strcmp(key, "fs") == 0)
        return read_vector(p, key, value, &panel->fast_x, &panel->fast_y);
    if (strcmp(key, "ss") == 0)
        return read_vector(p, key, value, &panel->slow_x, &panel->slow_y);
    if (strncmp(key, "dim", 3) == 0 && strspn(value, "0123456789") == strlen(value) && *value)
        return read_int(p, key, value, &panel->plane);
    if (strcmp(key, "flag_lessthan") == 0)
        return read_flag(p, key, value, &panel->below, &panel->has_below);
    if (strcmp(key, "flag_morethan") == 0)
        return read_flag(p, key, value, &panel->above, &panel->has_above);
    if (strcmp(key, "flag_equal") == 0)
        return read_flag(p, key, value, &panel->equal, &panel->has_equal);
    if (strcmp(key, "res") == 0)
        return read_resolution(p, value);
    if (strcmp(key, "coffset") == 0)
        return read_offset(p, value);
    if (strcmp(key, "no_index") == 0)
        panel->bad = strcmp(value, "0") != 0 && strcmp(value, "false") != 0;
    else if (!is_beside(key))
        note_unread(p, key);
    return AIRY_OK;
}

static airy_code top_key(parser *p, const char *key, const char *value)
{
    static const struct {
        const char *key;
        bool (*read)(parser *, const char *);
    } rows[] = {{"clen", read_length},
                {"photon_energy", read_energy},
                {"wavelength", read_wavelength},
                {"mask_edge_pixels", read_edge}};
    airy_code code;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(key, rows[i].key) == 0) {
            if (!rows[i].read(p, value))
                note_unread(p, key);
            return AIRY_OK;
        }
    if (mask_key(p, key, value, &code))
        return code;
    return panel_key(p, &p->defaults, key, value); // holds for the panels that follow
}

static region *find_region(parser *p, const char *name)
{
    for (int i = 0; i < p->n_regions; i++)
        if (strcmp(p->regions[i].name, name) == 0)
            return &p->regions[i];
    region *more = realloc(p->regions, (size_t)(p->n_regions + 1) * sizeof *more);
    if (!more)
        return NULL;
    p->regions = more;
    more += p->n_regions++;
    *more = (region){.fs = {-INFINITY, INFINITY},
                     .ss = {-INFINITY, INFINITY},
                     .xy = {-INFINITY, INFINITY, -INFINITY, INFINITY}};
    snprintf(more->name, sizeof more->name, "%s", name);
    return more;
}

static airy_code region_key(parser *p, const char *name, const char *key, const char *value)
{
    region *r = find_region(p, name);
    if (!r)
        return airy_error_set(p->err, AIRY_EMEMORY, "no memory for bad regions");
    const struct {
        const char *key;
        double *x;
        bool on_data;
    } rows[] = {{"min_fs", &r->fs[0], true}, {"max_fs", &r->fs[1], true},
                {"min_ss", &r->ss[0], true}, {"max_ss", &r->ss[1], true},
                {"min_x", &r->xy[0], false}, {"max_x", &r->xy[1], false},
                {"min_y", &r->xy[2], false}, {"max_y", &r->xy[3], false}};
    if (strcmp(key, "panel") == 0) {
        snprintf(r->panel, sizeof r->panel, "%s", value);
        return AIRY_OK;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(key, rows[i].key) == 0) {
            r->on_data |= rows[i].on_data;
            return read_double(p, key, value, rows[i].x);
        }
    note_unread(p, key);
    return AIRY_OK;
}

static airy_panel *find_panel(parser *p, const char *name)
{
    for (int i = p->geometry->n - 1; i >= 0; i--)
        if (strcmp(p->geometry->panels[i].name, name) == 0)
            return &p->geometry->panels[i];
    airy_panel *panel = airy_geometry_add_panel(p->geometry);
    if (panel) {
        *panel = p->defaults;
        snprintf(panel->name, sizeof panel->name, "%s", name);
    }
    return panel;
}

static airy_code one_line(parser *p, char *key, char *value)
{
    char *slash = strrchr(key, '/');
    if (strncmp(key, "rigid_group", 11) == 0 || strncmp(key, "group_", 6) == 0)
        return AIRY_OK;
    if (!slash)
        return top_key(p, key, value);
    *slash = 0;
    if (slash - key >= NAME)
        return wrong(p, "a panel's name", key, "a shorter one");
    if (strncmp(key, "bad", 3) == 0)
        return region_key(p, key, slash + 1, value);
    airy_panel *panel = find_panel(p, key);
    if (!panel)
        return airy_error_set(p->err, AIRY_EMEMORY, "no memory for panel %s", key);
    return panel_key(p, panel, slash + 1, value);
}

// Cuts blanks off both ends.
static char *trimmed(char *text)
{
    text += strspn(text, " \t\r");
    size_t n = strlen(text);
    while (n && strchr(" \t\r", text[n - 1]))
        text[--n] = 0;
    return text;
}

static airy_code all_lines(parser *p, char *text)
{
    airy_code code = AIRY_OK;
    for (char *line = text, *next; line && code == AIRY_OK; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = 0;
        p->line++;
        line[strcspn(line, ";#")] = 0;
        char *equals = strchr(line, '=');
        if (!equals)
            continue; // blank, or nothing that we know how to read
        *equals = 0;
        code = one_line(p, trimmed(line), trimmed(equals + 1));
    }
    return code;
}

// One bad region of the geometry for each panel it may lie on: a region in data coordinates without
// a panel's name holds for all.
static airy_code close_region(parser *p, const region *r)
{
    bool found = false;
    for (int k = -1; k < p->geometry->n; k++) {
        bool wanted = k < 0 ? !r->on_data
                            : r->on_data && (!r->panel[0] ||
                                             strcmp(r->panel, p->geometry->panels[k].name) == 0);
        if (!wanted)
            continue;
        airy_bad_region *bad = airy_geometry_add_bad(p->geometry);
        if (!bad)
            return airy_error_set(p->err, AIRY_EMEMORY, "no memory for bad regions");
        *bad = k < 0 ? (airy_bad_region){k, r->xy[0], r->xy[1], r->xy[2], r->xy[3]}
                     : (airy_bad_region){k, r->fs[0], r->fs[1], r->ss[0], r->ss[1]};
        found = true;
    }
    if (!found)
        return airy_error_set(p->err, AIRY_EFORMAT, "%s: %s lies on panel '%s', which is not there",
                              p->name, r->name, r->panel);
    return AIRY_OK;
}

static airy_code finish(parser *p)
{
    airy_geometry *g = p->geometry;
    for (int i = 0; i < g->n; i++) { // from inclusive ends to sizes
        g->panels[i].nx += 1 - g->panels[i].x0;
        g->panels[i].ny += 1 - g->panels[i].y0;
    }
    airy_code code = AIRY_OK;
    for (int i = 0; i < p->n_regions && code == AIRY_OK; i++)
        code = close_region(p, &p->regions[i]);
    if (code == AIRY_OK)
        code = airy_geometry_close(g, p->name, p->err);
    if (code == AIRY_OK) { // positions count from where the beam hits
        g->has_beam = true;
        g->beam_x = -g->origin_x - 0.5;
        g->beam_y = -g->origin_y - 0.5;
    }
    return code;
}

airy_code airy_geometry_crystfel(airy_geometry *geometry, const char *text, const char *name,
                                 airy_error *err)
{
    *geometry = (airy_geometry){0};
    parser p = {.geometry = geometry,
                .name = name,
                .err = err,
                .defaults = {.fast_x = 1, .slow_y = 1, .nx = -1, .ny = -1}};
    char *copy = airy_text_copy(text);
    airy_code code =
        copy ? all_lines(&p, copy) : airy_error_set(err, AIRY_EMEMORY, "no memory for %s", name);
    if (code == AIRY_OK)
        code = finish(&p);
    if (code != AIRY_OK)
        airy_geometry_release(geometry);
    free(copy);
    free(p.regions);
    return code;
}
