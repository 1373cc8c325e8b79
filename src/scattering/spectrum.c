// SPDX-License-Identifier: GPL-3.0-or-later
// Curves against q: memory, reading, values between points.
#include "airy/scattering.h"
#include "spectrum.h"
#include "profile.h"
#include "integrator.h"

#include "base/units.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

airy_code airy_spectrum_init(airy_spectrum *curve, int n, airy_error *err)
{
    double *all = n > 0 ? airy_memory_new(3 * (size_t)n, sizeof *all) : NULL;
    *curve = (airy_spectrum){.n = n, .q = all};
    if (!all)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a curve of %d points", n);
    curve->y = all + n;
    curve->sigma = all + 2 * (size_t)n;
    return AIRY_OK;
}

void airy_spectrum_release(airy_spectrum *curve)
{
    airy_memory_free(curve->q);
    *curve = (airy_spectrum){0};
}

airy_code airy_spectrum_of_profile(const airy_profile *profile, const airy_integrator *in,
                                   airy_spectrum *curve, airy_error *err)
{
    const airy_bins *bins = airy_integrator_bins(in);
    const airy_polar *polar = airy_integrator_polar(in);
    if (bins->sectors > 1)
        return airy_error_set(err, AIRY_EVALUE, "peaks want whole rings, not %d sectors",
                              bins->sectors);
    airy_code code = airy_spectrum_init(curve, bins->n, err);
    curve->n = 0;
    for (int b = 0; b < bins->n && code == AIRY_OK; b++) {
        if (isnan(profile->intensity[b]))
            continue;
        curve->q[curve->n] = airy_radial_to_q(polar->kind, bins->bin[b].radial, polar->energy_ev);
        curve->y[curve->n] = profile->intensity[b];
        curve->sigma[curve->n++] = profile->sigma[b] > 0 ? profile->sigma[b] : 0;
    }
    return code;
}

double airy_spectrum_at(const airy_spectrum *c, double q, double *sigma)
{
    int low = 0, high = c->n - 1;
    if (sigma)
        *sigma = NAN;
    if (!(q >= c->q[low] && q <= c->q[high]))
        return NAN;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        *(c->q[middle] <= q ? &low : &high) = middle;
    }
    double share = (q - c->q[low]) / (c->q[high] - c->q[low]);
    if (sigma)
        *sigma = hypot((1 - share) * c->sigma[low], share * c->sigma[high]);
    return (1 - share) * c->y[low] + share * c->y[high];
}

void airy_spectrum_unpolarise(airy_spectrum *c, double energy_ev)
{
    for (int i = 0; i < c->n; i++) {
        double two_theta = airy_radial_from_q(AIRY_RADIAL_TWO_THETA_DEG, c->q[i], energy_ev);
        double part = 0.5 * (1 + pow(cos(AIRY_RADIANS(two_theta)), 2));
        c->y[i] /= part;
        c->sigma[i] /= part;
    }
}

// ------------------------------------------------------------------ reading

static void put(airy_spectrum *c, double q, double y, double sigma)
{
    if (!isfinite(q) || !isfinite(y))
        return;
    c->q[c->n] = q;
    c->y[c->n] = y;
    c->sigma[c->n++] = sigma > 0 && isfinite(sigma) ? sigma : 0;
}

// The name before the blank.
static void first_name(const char *columns, char name[64])
{
    snprintf(name, 64, "%.*s", (int)strcspn(columns, " "), columns);
}

static airy_code from_table(const char *path, const char *columns, airy_spectrum *c,
                            airy_error *err)
{
    airy_table table = {0};
    char x[64];
    const char *y = strchr(columns, ' ') + 1;
    first_name(columns, x);
    airy_code code = airy_table_read(path, &table, err);
    if (code == AIRY_OK)
        code = airy_spectrum_init(c, table.rows > 0 ? table.rows : 1, err);
    c->n = 0;
    for (int row = 0; row < table.rows && code == AIRY_OK; row++) {
        double value[3] = {0};
        code = airy_table_get_double(&table, row, x, &value[0], err);
        if (code == AIRY_OK)
            code = airy_table_get_double(&table, row, y, &value[1], err);
        if (code == AIRY_OK && airy_table_find(&table, "sigma") >= 0)
            code = airy_table_get_double(&table, row, "sigma", &value[2], err);
        if (code == AIRY_OK && value[2] < 0)
            code = airy_error_set(err, AIRY_EVALUE, "row %d: the error %g is below 0", row + 1,
                                  value[2]);
        if (code == AIRY_OK)
            put(c, value[0], value[1], value[2]);
    }
    airy_table_release(&table);
    if (code != AIRY_OK)
        airy_error_prefix(err, "%s", path);
    return code;
}

static bool is_talk(const char *line)
{
    while (*line == ' ' || *line == '\t')
        line++;
    return *line == '#' || *line == '!' || *line == '\r' || *line == '\n' || *line == '\0' ||
           isalpha((unsigned char)*line);
}

// Two or three numbers of a line.
static bool read_line(const char *line, double value[3])
{
    char *end;
    value[2] = 0;
    for (int i = 0; i < 3; i++) {
        value[i] = strtod(line, &end);
        if (end == line)
            return i == 2;
        line = end + strspn(end, ", \t;");
        if (*line == '\n' || *line == '\r' || *line == '\0')
            return i >= 1;
    }
    return true;
}

static airy_code from_text(const char *path, const char *text, airy_spectrum *c, airy_error *err)
{
    int lines = 1, number = 0;
    for (const char *at = text; *at; at++)
        lines += *at == '\n' || *at == '\r';
    airy_code code = airy_spectrum_init(c, lines, err);
    c->n = 0;
    for (const char *line = text; code == AIRY_OK && *line;) {
        double value[3];
        number++;
        if (!is_talk(line)) {
            if (!read_line(line, value))
                code = airy_error_set(err, AIRY_EFORMAT, "%s, line %d: two numbers are wanted",
                                      path, number);
            else
                put(c, value[0], value[1], value[2]);
        }
        line += strcspn(line, "\r\n");
        line += *line != '\0';
    }
    return code;
}

static airy_code check(const char *path, const airy_spectrum *c, airy_error *err)
{
    if (c->n < 3)
        return airy_error_set(err, AIRY_EVALUE, "%s holds %d points with numbers, 3 are wanted",
                              path, c->n);
    for (int i = 1; i < c->n; i++)
        if (!(c->q[i] > c->q[i - 1]))
            return airy_error_set(err, AIRY_EFORMAT, "%s: q does not rise from %g to %g", path,
                                  c->q[i - 1], c->q[i]);
    if (airy_stats_filler(c->y, c->n) < 0)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s holds %g, which stands for 'not known' in many tables: write nan "
                              "there",
                              path, airy_stats_filler(c->y, c->n));
    return c->q[0] >= 0 ? AIRY_OK
                        : airy_error_set(err, AIRY_EVALUE, "%s begins at q = %g", path, c->q[0]);
}

// Whether it is a table by its name, or because its first line that is no comment names our column.
static bool is_table(const char *path, const char *text, const char *columns)
{
    char x[64];
    first_name(columns, x);
    if (airy_text_ends(path, ".tsv"))
        return true;
    while (*text == '#') {
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    const char *name = strstr(text, x);
    return name && name < text + strcspn(text, "\n");
}

airy_code airy_spectrum_read(const char *path, const char *columns, airy_radial unit,
                             double energy_ev, airy_spectrum *curve, airy_error *err)
{
    char *text = NULL;
    *curve = (airy_spectrum){0};
    airy_code code = airy_file_read_text(path, &text, err);
    if (code != AIRY_OK)
        return code;
    if (is_table(path, text, columns)) {
        code = from_table(path, columns, curve, err);
    } else if (unit == AIRY_RADIAL_TWO_THETA_DEG && !(energy_ev > 0)) {
        code = airy_error_set(err, AIRY_EARGUMENT, "%s: angles want the photon energy", path);
    } else {
        code = from_text(path, text, curve, err);
        for (int i = 0; i < curve->n; i++)
            curve->q[i] = airy_radial_to_q(unit, curve->q[i], energy_ev);
    }
    free(text);
    if (code == AIRY_OK)
        code = check(path, curve, err);
    if (code != AIRY_OK)
        airy_spectrum_release(curve);
    return code;
}
