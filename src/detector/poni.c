// SPDX-License-Identifier: GPL-3.0-or-later
// pyFAI's .poni files: "Name: value" lines, later ones win; a detector's pixels as lines (version
// 1) or as JSON in Detector_config (version 2 and 2.1).
#include "airy/detector.h"

#include "base/units.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINE = 512 };

// What the text says; NaN: nothing.
typedef struct poni {
    double distance, poni1, poni2, rot1, rot2, rot3, wavelength, pixel1, pixel2, orientation;
    char detector[LINE], spline[LINE];
} poni;

// Pixels of detectors that go by a name, m; a name begins so, without blanks and in small letters.
static const struct {
    const char *begins;
    double pixel_m;
} detectors[] = {
    {"pilatus", 172e-6},   {"eiger", 75e-6},      {"jungfrau", 75e-6}, {"mythen", 50e-6},
    {"lambda", 55e-6},     {"maxipix", 55e-6},    {"timepix", 55e-6},  {"medipix", 55e-6},
    {"agipd", 200e-6},     {"perkin", 200e-6},    {"cspad", 110e-6},   {"epix10k", 100e-6},
    {"xpad_flat", 130e-6}, {"dexela2923", 75e-6},
};

typedef struct field {
    const char *name;
    size_t offset;
} field;

static const field numbers[] = {
    {"distance", offsetof(poni, distance)},
    {"poni1", offsetof(poni, poni1)},
    {"poni2", offsetof(poni, poni2)},
    {"rot1", offsetof(poni, rot1)},
    {"rot2", offsetof(poni, rot2)},
    {"rot3", offsetof(poni, rot3)},
    {"wavelength", offsetof(poni, wavelength)},
    {"pixelsize1", offsetof(poni, pixel1)},
    {"pixelsize2", offsetof(poni, pixel2)},
};
// Of the JSON text.
static const field config[] = {
    {"\"pixel1\"", offsetof(poni, pixel1)},
    {"\"pixel2\"", offsetof(poni, pixel2)},
    {"\"orientation\"", offsetof(poni, orientation)},
};

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

static double *at(poni *p, size_t offset)
{
    return (double *)(void *)((char *)p + offset);
}

static airy_code take_number(poni *p, const char *key, const char *value, airy_error *err)
{
    for (int i = 0; i < COUNT(numbers); i++)
        if (strcasecmp(key, numbers[i].name) == 0 && strcasecmp(value, "none") != 0)
            return airy_text_double(value, at(p, numbers[i].offset), err);
    return AIRY_OK;
}

// Numbers of `"name": value` in JSON without a parser: the text is flat.
static void take_config(poni *p, const char *json)
{
    for (int i = 0; i < COUNT(config); i++) {
        const char *found = strstr(json, config[i].name);
        found = found ? strchr(found + strlen(config[i].name), ':') : NULL;
        char *end = NULL;
        double value = found ? strtod(found + 1, &end) : NAN;
        if (found && end != found + 1)
            *at(p, config[i].offset) = value;
    }
    const char *spline = strstr(json, "\"splineFile\"");
    spline = spline ? strchr(spline + 12, ':') : NULL;
    if (spline && strcspn(spline, "\"") < strcspn(spline, ",}"))
        strcpy(p->spline, "named in Detector_config");
}

static void copy(char to[LINE], const char *from)
{
    size_t n = strlen(from);
    n = n < LINE ? n : LINE - 1;
    memcpy(to, from, n);
    to[n] = '\0';
}

static airy_code take(poni *p, const char *key, const char *value, airy_error *err)
{
    if (strcasecmp(key, "detector") == 0)
        copy(p->detector, value);
    else if (strcasecmp(key, "splinefile") == 0 && strcasecmp(value, "none") != 0)
        copy(p->spline, value);
    else if (strcasecmp(key, "detector_config") == 0)
        take_config(p, value);
    else
        return take_number(p, key, value, err);
    return AIRY_OK;
}

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    for (char *end = text + strlen(text); end > text && isspace((unsigned char)end[-1]);)
        *--end = '\0';
    return text;
}

static airy_code parse(poni *p, const char *text, airy_error *err)
{
    *p = (poni){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, "", ""};
    airy_code code = AIRY_OK;
    for (const char *from = text; *from && code == AIRY_OK;) {
        char line[LINE];
        size_t n = strcspn(from, "\n"), kept = n < LINE ? n : LINE - 1;
        memcpy(line, from, kept);
        line[kept] = '\0';
        char *colon = *line == '#' ? NULL : strchr(line, ':');
        if (colon) {
            *colon = '\0';
            code = take(p, trim(line), trim(colon + 1), err);
            if (code != AIRY_OK)
                airy_error_prefix(err, "'%s'", trim(line));
        }
        from += n + (from[n] == '\n');
    }
    return code;
}

static bool named(const char *detector, const char *begins)
{
    for (; *begins; detector++)
        if (*detector != ' ' && tolower((unsigned char)*detector) != *begins++)
            return false;
    return true;
}

static void need_pixels(poni *p)
{
    for (int i = 0; i < COUNT(detectors); i++)
        if (isnan(p->pixel1) && named(p->detector, detectors[i].begins))
            p->pixel1 = p->pixel2 = detectors[i].pixel_m;
}

static airy_code check_lines(const poni *p, airy_error *err)
{
    const struct {
        const char *name;
        double value;
    } need[] = {{"Distance", p->distance}, {"Poni1", p->poni1}, {"Poni2", p->poni2},
                {"Rot1", p->rot1},         {"Rot2", p->rot2},   {"Rot3", p->rot3}};
    for (int i = 0; i < COUNT(need); i++)
        if (isnan(need[i].value))
            return airy_error_set(err, AIRY_EFORMAT, "there is no line '%s: ...' of a .poni file",
                                  need[i].name);
    if (*p->spline)
        return airy_error_set(
            err, AIRY_EMISSING,
            "it names a distortion (spline) file, which is not read here: correct "
            "the frames first");
    if (isnan(p->pixel1) || isnan(p->pixel2))
        return airy_error_set(err, AIRY_EMISSING,
                              "it states no pixel sizes and detector '%s' is not known here: add "
                              "lines PixelSize1 and PixelSize2 in m",
                              p->detector);
    double o = isnan(p->orientation) ? 3 : p->orientation;
    if (o != 0 && o != 1 && o != 2 && o != 3 && o != 4)
        return airy_error_set(err, AIRY_EVALUE, "orientation %g, 1 to 4 is wanted", o);
    return AIRY_OK;
}

// Lengths are in m and angles in radians, which hand-made files forget.
static airy_code check_numbers(const poni *p, double energy_ev, airy_error *err)
{
    const double angles[] = {p->rot1, p->rot2, p->rot3}, pixels[] = {p->pixel1, p->pixel2};
    for (int i = 0; i < COUNT(angles); i++)
        if (!(fabs(angles[i]) <= 2 * AIRY_PI))
            return airy_error_set(err, AIRY_EVALUE, "Rot%d is %g rad: is it in degrees?", i + 1,
                                  angles[i]);
    if (!(p->distance > 0) || !(p->pixel1 > 0) || !(p->pixel2 > 0))
        return airy_error_set(err, AIRY_EVALUE,
                              "distance %g m, pixels of %g m x %g m: all must be above 0",
                              p->distance, p->pixel1, p->pixel2);
    airy_code code = AIRY_OK;
    for (int i = 0; i < COUNT(pixels) && code == AIRY_OK; i++) {
        const airy_setup setup = {energy_ev, p->distance, pixels[i]};
        code = airy_setup_check(&setup, AIRY_FOR_ANY_WAVES, err);
    }
    return code;
}

// A vector of pyFAI's axes (1: rows, 2: columns, 3: beam) turned by rot1 and rot2 (left-handed
// about axes 1 and 2) and then rot3 (right-handed about axis 3), as (x, y, z).
static void turn(const poni *p, double v1, double v2, double v3, double out[3])
{
    double c = cos(p->rot1), s = sin(p->rot1);
    double b2 = c * v2 + s * v3, b3 = c * v3 - s * v2;
    c = cos(p->rot2), s = sin(p->rot2);
    double d1 = c * v1 - s * b3, d3 = s * v1 + c * b3;
    c = cos(p->rot3), s = sin(p->rot3);
    out[1] = c * d1 - s * b2;
    out[0] = s * d1 + c * b2;
    out[2] = d3;
}

airy_code airy_pose_poni(airy_pose *pose, const char *text, const char *name, int ny, int nx,
                         airy_error *err)
{
    poni p;
    airy_code code = parse(&p, text, err);
    double energy_ev = p.wavelength > 0 ? AIRY_WAVELENGTH_M(1) / p.wavelength : 0;
    if (code == AIRY_OK) {
        need_pixels(&p);
        code = check_lines(&p, err);
    }
    if (code == AIRY_OK)
        code = check_numbers(&p, energy_ev, err);
    if (code != AIRY_OK) {
        airy_error_prefix(err, "%s", name);
        return code;
    }
    *pose = (airy_pose){0};
    turn(&p, -p.poni1, -p.poni2, p.distance, pose->corner);
    turn(&p, p.pixel1, 0, 0, pose->row);
    turn(&p, 0, p.pixel2, 0, pose->col);
    pose->energy_ev = energy_ev;
    // EXIF's numbers as pyFAI takes them: 3 is as stored, 1 is turned by 180 degrees.
    bool rows = p.orientation == 1 || p.orientation == 2;
    bool columns = p.orientation == 1 || p.orientation == 4;
    airy_pose_flip(pose, ny, nx, rows, columns);
    return AIRY_OK;
}

static double length(const double v[3])
{
    return sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

// `turn` read backwards: the row's direction has z = sin(rot2), y = cos(rot2) cos(rot3) and x =
// cos(rot2) sin(rot3), the column's z = -cos(rot2) sin(rot1), the normal's z = cos(rot2) cos(rot1).
void airy_pose_poni_text(const airy_pose *pose, airy_text *text)
{
    double pixel1 = length(pose->row), pixel2 = length(pose->col), row[3], col[3], normal[3];
    for (int i = 0; i < 3; i++) {
        row[i] = pose->row[i] / pixel1;
        col[i] = pose->col[i] / pixel2;
    }
    for (int i = 0; i < 3; i++) {
        int j = (i + 1) % 3, k = (i + 2) % 3;
        normal[i] = col[j] * row[k] - col[k] * row[j];
    }
    airy_text_append(text,
                     "PixelSize1: %.17g\nPixelSize2: %.17g\nDistance: %.17g\nPoni1: %.17g\n"
                     "Poni2: %.17g\nRot1: %.17g\nRot2: %.17g\nRot3: %.17g\nSplineFile: None\n",
                     pixel1, pixel2, dot(pose->corner, normal), -dot(pose->corner, row),
                     -dot(pose->corner, col), atan2(-col[2], normal[2]), asin(row[2]),
                     atan2(row[0], row[1]));
    if (pose->energy_ev > 0)
        airy_text_append(text, "Wavelength: %.17g\n", AIRY_WAVELENGTH_M(pose->energy_ev));
}
