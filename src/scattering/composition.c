// SPDX-License-Identifier: GPL-3.0-or-later
// Formulas of samples.
#include "airy/scattering.h"

#include "base/units.h"
#include "scattering/elements.h"

#include <ctype.h>
#include <stdlib.h>

// Beyond these a number of atoms is a slip of the hand, and sums of products would not be finite.
#define ATOMS_LEAST 1e-9
#define ATOMS_MOST 1e9

// A symbol and its number from *text on, which moves past them.
static airy_code read_element(const char **text, int *z, double *count, airy_error *err)
{
    const char *from = *text;
    char symbol[3] = {0};
    if (!isupper((unsigned char)*from))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "'%s': an element's symbol is wanted, as in Zr50Cu40Al10", from);
    symbol[0] = *from++;
    if (islower((unsigned char)*from))
        symbol[1] = *from++;
    *z = airy_element_number(symbol);
    if (*z == 0)
        return airy_error_set(err, AIRY_EARGUMENT, "'%s' is no element", symbol);
    char *end;
    *count = 1;
    if (isdigit((unsigned char)*from) || *from == '.') {
        *count = strtod(from, &end);
        from = end;
    }
    *text = from;
    return *count >= ATOMS_LEAST && *count <= ATOMS_MOST
               ? AIRY_OK
               : airy_error_set(err, AIRY_EARGUMENT, "%g atoms of %s, 1e-9 to 1e9 were wanted",
                                *count, symbol);
}

airy_code airy_composition_parse(const char *text, airy_composition *c, airy_error *err)
{
    *c = (airy_composition){0};
    const char *at = text;
    while (*at) {
        int z = 0, i = 0;
        double count = 0;
        airy_code code = read_element(&at, &z, &count, err);
        if (code != AIRY_OK) {
            airy_error_prefix(err, "composition %s", text);
            return code;
        }
        while (i < c->n && c->z[i] != z)
            i++;
        if (i == AIRY_ELEMENTS_MAX)
            return airy_error_set(err, AIRY_EARGUMENT, "composition %s: more than %d elements",
                                  text, AIRY_ELEMENTS_MAX);
        c->n += i == c->n;
        c->z[i] = z;
        c->count[i] += count;
        c->atoms += count;
    }
    return c->n ? AIRY_OK : airy_error_set(err, AIRY_EARGUMENT, "an empty composition");
}

double airy_composition_density(const airy_composition *c, double g_cm3)
{
    double weight = 0; // g / mol of a formula unit
    for (int i = 0; i < c->n; i++)
        weight += c->count[i] * airy_element_weight(c->z[i]);
    return g_cm3 * AIRY_AVOGADRO * c->atoms / weight * 1e-24;
}
