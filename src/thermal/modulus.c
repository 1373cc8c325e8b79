// SPDX-License-Identifier: GPL-3.0-or-later
// The complex modulus: stress and strain as sines of one frequency.
#include "find.h"

#include <math.h>

enum { AMPLITUDE, FREQUENCY, PHASE };

// A sine through y at x; frequency <= 0: to be found.
static airy_code fit_sine(const airy_thermal_curve *curve, const double *y, double frequency,
                          airy_fit_curve *fit, airy_error *err)
{
    const airy_fit_model *sine = airy_fit_model_find("sine");
    const airy_fit_data data = {.n = curve->n, .x = curve->x, .y = y};
    airy_fit_options options;
    airy_fit_options_defaults(sine, &options);
    if (frequency > 0)
        options.choice[FREQUENCY] = (airy_fit_choice){true, frequency, 0, INFINITY};
    return airy_fit_curve_fit(sine, &data, &options, fit, err);
}

// Whether a sine is more than rounding.
static bool oscillates(const double *y, int n, double amplitude)
{
    double most = 0;
    for (int i = 0; i < n; i++)
        most = fmax(most, fabs(y[i]));
    return fabs(amplitude) > 1e-9 * most;
}

// Stress s sin(wt + a) over strain e sin(wt + b): the modulus is (s / e) exp(i (a - b)), storage
// its real and loss its imaginary part (Ferry, Viscoelastic Properties of Polymers, 1980, ch. 1). A
// negative amplitude is half a turn of the phase.
int airy_thermal_modulus(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                         const airy_thermal_options *options, airy_thermal_value *values,
                         airy_error *err)
{
    airy_fit_curve stress, strain;
    int n = 0;
    (void)lines;
    if (fit_sine(curve, curve->also, options->frequency_hz, &strain, err) != AIRY_OK) {
        airy_error_prefix(err, "strain");
        return 0;
    }
    if (!oscillates(curve->also, curve->n, strain.p[AMPLITUDE])) {
        airy_error_set(err, AIRY_EVALUE, "the strain does not oscillate");
        return 0;
    }
    if (fit_sine(curve, curve->y, strain.p[FREQUENCY], &stress, err) != AIRY_OK) {
        airy_error_prefix(err, "stress");
        return 0;
    }
    double ratio = stress.p[AMPLITUDE] / strain.p[AMPLITUDE];
    double delta = stress.p[PHASE] - strain.p[PHASE];
    double share = hypot(stress.error[AMPLITUDE] / stress.p[AMPLITUDE],
                         strain.error[AMPLITUDE] / strain.p[AMPLITUDE]);
    double turn = hypot(stress.error[PHASE], strain.error[PHASE]);
    double along = fabs(ratio) * share, across = fabs(ratio) * turn; // errors of the complex number
    double storage = ratio * cos(delta), loss = ratio * sin(delta);
    airy_thermal_put(values, &n, "storage", "y", storage);
    values[n - 1].error = hypot(along * cos(delta), across * sin(delta));
    airy_thermal_put(values, &n, "loss", "y", loss);
    values[n - 1].error = hypot(along * sin(delta), across * cos(delta));
    airy_thermal_put(values, &n, "tan_delta", "1", loss / storage);
    values[n - 1].error = turn * (1 + loss / storage * (loss / storage));
    airy_thermal_put(values, &n, "frequency", "1/x", strain.p[FREQUENCY]);
    values[n - 1].error = strain.error[FREQUENCY];
    return n;
}
