// SPDX-License-Identifier: GPL-3.0-or-later
// The table of units, and the attribute that names one.
#include "quantity.h"
#include "base/units.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *names; // blanks between
    airy_measure is;
} units[] = {
    {"m meter metre meters metres", {AIRY_LENGTH, 1}},
    {"cm", {AIRY_LENGTH, 1e-2}},
    {"mm millimeter millimetre millimeters millimetres", {AIRY_LENGTH, 1e-3}},
    {"um \xc2\xb5m \xce\xbcm micron microns micrometer micrometre", {AIRY_LENGTH, 1e-6}},
    {"nm nanometer nanometre nanometers nanometres", {AIRY_LENGTH, 1e-9}},
    {"pm picometer picometre", {AIRY_LENGTH, 1e-12}},
    {"angstrom angstroms a \xc3\x85 \xe2\x84\xab ang", {AIRY_LENGTH, 1e-10}},
    {"j joule joules", {AIRY_ENERGY, AIRY_J_TO_EV(1.0)}},
    {"ev", {AIRY_ENERGY, 1}},
    {"kev", {AIRY_ENERGY, 1e3}},
};

static bool is_among(const char *names, const char *text, size_t length)
{
    for (const char *name = names; *name; name += strspn(name, " ")) {
        size_t n = strcspn(name, " ");
        if (n == length && strncasecmp(name, text, n) == 0)
            return true;
        name += n;
    }
    return false;
}

bool airy_measure_find(const char *text, airy_measure *measure)
{
    text += strspn(text, " ([");
    size_t length = strcspn(text, " )]");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (is_among(units[i].names, text, length)) {
            *measure = units[i].is;
            return true;
        }
    return false;
}

airy_code airy_measure_read(airy_h5 *h5, const char *path, airy_measure *measure, airy_error *err)
{
    char *text = NULL;
    *measure = (airy_measure){.factor = 1};
    if (airy_h5_get_attribute_text(h5, path, "units", &text, NULL) != AIRY_OK)
        return AIRY_OK;
    bool empty = !text[strspn(text, " ")] || strcasecmp(text, "none") == 0;
    airy_code code =
        empty || airy_measure_find(text, measure)
            ? AIRY_OK
            : airy_error_set(err, AIRY_EFORMAT,
                             "%s: %s is in '%.40s', which is none of the units known: m cm mm um "
                             "nm pm angstrom, J eV keV",
                             airy_h5_path(h5), path, text);
    free(text);
    return code;
}

double airy_measure_turn(double value)
{
    return value > 0 ? AIRY_J_TO_EV(AIRY_PLANCK_J_S * AIRY_LIGHT_M_S / value) : 0;
}
