// SPDX-License-Identifier: GPL-3.0-or-later
// What the table of measures calls; see airy_thermal_measure.
#ifndef AIRY_THERMAL_FIND_H
#define AIRY_THERMAL_FIND_H

#include "airy/thermal.h"

int airy_thermal_onset(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                       const airy_thermal_options *options, airy_thermal_value *values,
                       airy_error *err);
int airy_thermal_fictive(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                         const airy_thermal_options *options, airy_thermal_value *values,
                         airy_error *err);
int airy_thermal_peak(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                      const airy_thermal_options *options, airy_thermal_value *values,
                      airy_error *err);
int airy_thermal_enthalpy(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                          const airy_thermal_options *options, airy_thermal_value *values,
                          airy_error *err);
int airy_thermal_mass(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                      const airy_thermal_options *options, airy_thermal_value *values,
                      airy_error *err);
int airy_thermal_modulus(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                         const airy_thermal_options *options, airy_thermal_value *values,
                         airy_error *err);
int airy_thermal_conversion(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                            const airy_thermal_options *options, airy_thermal_value *values,
                            airy_error *err);
int airy_thermal_area_conversion(const airy_thermal_curve *curve,
                                 const airy_thermal_baselines *lines,
                                 const airy_thermal_options *options, airy_thermal_value *values,
                                 airy_error *err);

// The tangent of a step and where it touches; false and err where there is no step.
bool airy_thermal_step(const airy_thermal_curve *curve, const airy_thermal_baselines *lines,
                       const airy_thermal_options *options, airy_thermal_line *tangent, double *x,
                       airy_error *err);

// Adds a value without error and limits.
void airy_thermal_put(airy_thermal_value *values, int *n, const char *name, const char *unit,
                      double value);

#endif
