// SPDX-License-Identifier: GPL-3.0-or-later
// CrystFEL .geom text: `key = value`, `panel/key = value`, `bad.../key = value`; ";" begins a
// comment. Keys that say nothing about where pixels lie are passed over.
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

// A length or energy: "95.3 mm", "0.095", "9 keV"; paths into data files say nothing here.
static void quantity(const char *value, const char *const *unit, const double *factor, double *x)
{
    const char *rest;
    double found;
    if (!number(value, &found, &rest))
        return;
    for (int i = 0; unit[i]; i++)
        if (strcmp(rest, unit[i]) == 0)
            *x = found * factor[i];
}

static void read_length(parser *p, const char *value)
{
    static const char *const unit[] = {"", "m", "mm", "um", NULL};
    static const double factor[] = {1, 1, 1e-3, 1e-6};
    quantity(value, unit, factor, &p->geometry->distance_m);
}

static void read_energy(parser *p, const char *value)
{
    static const char *const unit[] = {"", "eV", "keV", "MeV", NULL};
    static const double factor[] = {1, 1, 1e3, 1e6};
    quantity(value, unit, factor, &p->geometry->energy_ev);
}

static void read_wavelength(parser *p, const char *value)
{
    static const char *const unit[] = {"", "m", "A", NULL};
    static const double factor[] = {1, 1, 1e-10};
    double lambda = 0;
    quantity(value, unit, factor, &lambda);
    if (lambda > 0)
        p->geometry->energy_ev = AIRY_WAVELENGTH_M(1.0) / lambda;
}

static void read_edge(parser *p, const char *value)
{
    double x;
    const char *rest;
    if (number(value, &x, &rest) && x >= 0 && x < AIRY_SIDE_MAX)
        p->geometry->mask_edge_pixels = (int)x;
}

static void read_name(char to[256], const char *value)
{
    snprintf(to, 256, "%s", value);
}

static void read_mask_file(parser *p, const char *value)
{
    read_name(p->geometry->mask_file, value);
}

static void read_mask_path(parser *p, const char *value)
{
    read_name(p->geometry->mask_path, value);
}

static void read_mask_good(parser *p, const char *value)
{
    p->geometry->mask_good = (uint32_t)strtoul(value, NULL, 0);
}

static void read_mask_bad(parser *p, const char *value)
{
    p->geometry->mask_bad = (uint32_t)strtoul(value, NULL, 0);
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
    if (strcmp(key, "no_index") == 0)
        panel->bad = strcmp(value, "0") != 0;
    if (strcmp(key, "res") == 0)
        return read_resolution(p, value);
    if (strncmp(key, "dim", 3) == 0 && strspn(value, "0123456789") == strlen(value) && *value)
        return read_int(p, key, value, &panel->plane);
    return AIRY_OK;
}

static airy_code top_key(parser *p, const char *key, const char *value)
{
    static const struct {
        const char *key;
        void (*read)(parser *, const char *);
    } rows[] = {{"clen", read_length},           {"photon_energy", read_energy},
                {"wavelength", read_wavelength}, {"mask_edge_pixels", read_edge},
                {"mask_file", read_mask_file},   {"mask", read_mask_path},
                {"mask_good", read_mask_good},   {"mask_bad", read_mask_bad}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(key, rows[i].key) == 0) {
            rows[i].read(p, value);
            return AIRY_OK;
        }
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
    if (strcmp(key, "panel") == 0)
        snprintf(r->panel, sizeof r->panel, "%s", value);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(key, rows[i].key) == 0) {
            r->on_data |= rows[i].on_data;
            return read_double(p, key, value, rows[i].x);
        }
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
