// SPDX-License-Identifier: GPL-3.0-or-later
// The only file that knows xraylib.
#include "scattering/elements.h"

#include "base/units.h"

#include <math.h>
#include <xraylib.h>

#define LEAST_X 0.0015 // 1 / A

int airy_element_number(const char *symbol)
{
    return SymbolToAtomicNumber(symbol, NULL);
}

double airy_element_weight(int z)
{
    return AtomicWeight(z, NULL);
}

// xraylib gives 0 and a sentence of its own for what it does not have.
static airy_code fail(int z, const char *what, double at, xrl_error **why, airy_error *err)
{
    airy_error_set(err, AIRY_EVALUE, "%s of element %d at %g: %s", what, z, at, (*why)->message);
    xrl_clear_error(why);
    return AIRY_EVALUE;
}

airy_code airy_element_form(int z, double q, double *f0, double *compton, airy_error *err)
{
    xrl_error *why = NULL;
    double x = q / (4 * AIRY_PI); // sin(theta) / lambda
    *f0 = FF_Rayl(z, x, &why);
    if (why)
        return fail(z, "the form factor", q, &why, err);
    // The table begins at 0.001; up to there the intensity goes as x^2.
    *compton = SF_Compt(z, x > LEAST_X ? x : LEAST_X, &why);
    *compton *= x < LEAST_X ? x * x / (LEAST_X * LEAST_X) : 1;
    return why ? fail(z, "the Compton intensity", q, &why, err) : AIRY_OK;
}

airy_code airy_element_anomalous(int z, double energy_ev, double *f1, double *f2, airy_error *err)
{
    xrl_error *why = NULL;
    *f1 = Fi(z, 1e-3 * energy_ev, &why);
    if (why)
        return fail(z, "the anomalous term f'", energy_ev, &why, err);
    *f2 = fabs(Fii(z, 1e-3 * energy_ev, &why));
    return why ? fail(z, "the anomalous term f''", energy_ev, &why, err) : AIRY_OK;
}
