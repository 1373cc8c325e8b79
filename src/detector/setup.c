// SPDX-License-Identifier: GPL-3.0-or-later
// What energies, distances and pixels can be, and in what unit a number that cannot be likely is.
#include "airy/detector.h"

#include "base/units.h"

#include <math.h>

enum { GUESSES = 4 };

// One fact. Each guess is a unit and what a number in it has to be multiplied by.
typedef struct fact_row {
    const char *name, *unit, *option;
    double least, most[AIRY_SETUP_USES];
    struct {
        const char *question;
        double factor;
    } guess[GUESSES];
} fact_row;

// From the softest lasers (FLASH) to hard ones with room, from a microscope to the longest tube,
// from the smallest pixels to large ones that were binned. Total scattering takes 60 to 100 keV.
static const fact_row rows[] = {
    {"photon energy",
     "eV",
     "--energy",
     20,
     {60e3, 200e3, 2e6},
     {{"is it in keV?", 1e3},
      {"is it in eV and not in J?", AIRY_EV_TO_J(1.0)},
      {"is the wavelength in nm and not in angstrom?", 0.1},
      {"is the wavelength in m and not in angstrom?", 1e-10}}},
    {"distance",
     "m",
     "--distance",
     1e-3,
     {200, 200, 200},
     {{"is it in mm?", 1e-3}, {"is it in um?", 1e-6}, {"is it in km?", 1e3}}},
    {"size of a pixel",
     "m",
     "--pixel",
     1e-7,
     {0.05, 0.05, 0.05},
     {{"is it in um?", 1e-6}, {"is it in mm?", 1e-3}, {"is it in km?", 1e3}}},
};

static bool fits(const fact_row *row, airy_setup_use use, double value)
{
    return value >= row->least && value <= row->most[use];
}

static airy_code check(const fact_row *row, airy_setup_use use, double value, airy_error *err)
{
    const char *question = "";
    if (value == 0 || fits(row, use, value))
        return AIRY_OK;
    for (int i = GUESSES - 1; i >= 0; i--)
        if (row->guess[i].question && fits(row, use, value * row->guess[i].factor))
            question = row->guess[i].question;
    return airy_error_set(err, AIRY_EVALUE,
                          "the %s is %.6g %s, %g to %g are possible%s%s (%s of `airy bin`, "
                          "`calibrate` or `series` gives another)",
                          row->name, value, row->unit, row->least, row->most[use],
                          question[0] ? ": " : "", question, row->option);
}

airy_code airy_setup_check(const airy_setup *setup, airy_setup_use use, airy_error *err)
{
    const double values[] = {setup->energy_ev, setup->distance_m, setup->pitch_m};
    airy_code code = AIRY_OK;
    for (size_t i = 0; code == AIRY_OK && i < sizeof rows / sizeof *rows; i++)
        code = check(&rows[i], use, values[i], err);
    return code;
}

airy_code airy_setup_square(const airy_setup *setup, double pitch_y_m, airy_error *err)
{
    double x = setup->pitch_m;
    if (!(x > 0) || !(pitch_y_m > 0) || fabs(pitch_y_m - x) <= 1e-3 * x)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EVALUE,
                          "its pixels are %.6g m wide and %.6g m tall, and only square ones are "
                          "read: resample the frames, or correct the sizes in the file",
                          x, pitch_y_m);
}

void airy_setup_know(airy_setup *setup, const airy_setup *better)
{
    if (better->energy_ev > 0)
        setup->energy_ev = better->energy_ev;
    if (better->distance_m > 0)
        setup->distance_m = better->distance_m;
    if (better->pitch_m > 0)
        setup->pitch_m = better->pitch_m;
}
