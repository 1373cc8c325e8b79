// SPDX-License-Identifier: GPL-3.0-or-later
// The table of layouts: how facilities store detector frames. Adding one is one row.
#include "base/units.h"
#include "raw.h"

#include <stdio.h>
#include <string.h>

#define ANGSTROM 1e-10
#define J_IN_EV AIRY_J_TO_EV(1.0)
#define DET "/entry/instrument/detector"
#define OWN "/entry_1/instrument_1/detector_1"
#define IMAGE "/entry_1/image_1"

static const airy_layout layouts[] = {
    {
        // paulscherrerinstitute/jungfrau_utils: raw words, modules stacked
        .row = {"swissfel", "SwissFEL JUNGFRAU, raw words or keV"},
        .data = "/data/JF*T*V*/data",
        .stacked = true,
        .lead = 1,
        .unit = AIRY_UNIT_KEV,
        .by_type = true,
        .mask = {"@/meta/pixel_mask"},
        .polarity = AIRY_MASK_GOOD_NONZERO,
        .facts = {{AIRY_FACT_PULSE, "@/pulse_id", 1},
                  {AIRY_FACT_GOOD, "@/is_good_frame", 1},
                  {AIRY_FACT_HIGH_GAIN, "@/daq_rec", 1},
                  {AIRY_FACT_MODULES, "@/module_map", 1},
                  {AIRY_FACT_MODULES, "@/meta/module_map", 1},
                  {AIRY_FACT_UNIT_SCALE, "@/meta/conversion_factor", 1},
                  {AIRY_FACT_ENERGY_EV, "/entry_1/instrument_1/source_1/energy", J_IN_EV},
                  {AIRY_FACT_DISTANCE_M, "/entry_1/instrument_1/detector_1/distance", 1},
                  {AIRY_FACT_PITCH_M, "/entry_1/instrument_1/detector_1/x_pixel_size", 1},
                  {AIRY_FACT_PITCH_Y_M, "/entry_1/instrument_1/detector_1/y_pixel_size", 1}},
    },
    {
        // Jungfraujoch and other writers of NeXus NXmx: whole photons, sentinels at the limits of
        // the type, the wavelength in angstrom
        .row = {"nxmx", "NeXus NXmx (SLS Jungfraujoch and others), photons"},
        .data = "/entry/data/data /entry/data/data_* " DET "/data /entry/*/data",
        .joined = true,
        .marks = {DET},
        .lead = 1,
        .unit = AIRY_UNIT_PHOTONS,
        .mask = {DET "/pixel_mask", DET "/detectorSpecific/pixel_mask"},
        .polarity = AIRY_MASK_NEXUS,
        .below = -32767, // the least of 16 and 32 bits, in floating point too
        .above = 2147483646,
        .facts = {{AIRY_FACT_ENERGY_EV, "/entry/instrument/beam/incident_energy", 1},
                  {AIRY_FACT_ENERGY_EV, DET "/detectorSpecific/photon_energy", 1},
                  {AIRY_FACT_WAVELENGTH_M, "/entry/instrument/beam/incident_wavelength", ANGSTROM},
                  {AIRY_FACT_WAVELENGTH_M, "/entry/sample/beam/incident_wavelength", ANGSTROM},
                  {AIRY_FACT_WAVELENGTH_M, "/entry/instrument/monochromator/wavelength", ANGSTROM},
                  {AIRY_FACT_DISTANCE_M, DET "/distance", 1},
                  {AIRY_FACT_DISTANCE_M, DET "/detector_distance", 1},
                  {AIRY_FACT_PITCH_M, DET "/x_pixel_size", 1},
                  {AIRY_FACT_PITCH_Y_M, DET "/y_pixel_size", 1},
                  {AIRY_FACT_BEAM_X, DET "/beam_center_x", 0},
                  {AIRY_FACT_BEAM_Y, DET "/beam_center_y", 0},
                  {AIRY_FACT_SATURATION, DET "/saturation_value", 1},
                  {AIRY_FACT_UNDERLOAD, DET "/underload_value", 1}},
    },
    {
        // cctbx xfel/pal/jf4m_geom2nexus.py: corrected and padded frames, one root group a run
        .row = {"pal-jf4m", "PAL-XFEL JUNGFRAU 4M, NCI, corrected frames"},
        .data = "/R*/scan_dat/*_data",
        .marks = {"/R*/header"},
        .lead = 1,
        .unit = AIRY_UNIT_ADU,
        .below = -1e4,
        .facts = {{AIRY_FACT_WAVELENGTH_M, "@/photon_wavelength", ANGSTROM},
                  {AIRY_FACT_DISTANCE_M, "@@/header/detector_0_distance", 1e-3}},
    },
    {
        // pandas point files of hutch EH1: keV, masked pixels near -2e5
        .row = {"pal-point", "PAL-XFEL JUNGFRAU 0.5M, XSS, pandas point file, keV"},
        .data = "/detector/*/*/image/block0_values",
        .lead = 1,
        .unit = AIRY_UNIT_KEV,
        .below = -1e4,
        .facts = {{AIRY_FACT_PULSE, "@/block0_items", 1}},
    },
    {
        // European-XFEL/EXtra-data: raw ADC and gain stages in separate arrays
        .row = {"euxfel-raw", "European XFEL JUNGFRAU, raw ADC with separate gain"},
        .data = "/INSTRUMENT/*/DET/*:daqOutput/data/adc",
        .stacked = true,
        .marks = {"/INSTRUMENT/*/DET/*:daqOutput/data/gain"},
        .absent = "/INSTRUMENT/*/DET/*:daqOutput/data/mask",
        .lead = 2,
        .unit = AIRY_UNIT_WORDS,
        .gain = "@/gain",
        .facts = {{AIRY_FACT_PULSE, "@/trainId", 1}},
    },
    {
        .row = {"euxfel", "European XFEL JUNGFRAU, corrected, keV"},
        .data = "/INSTRUMENT/*/DET/*:daqOutput/data/adc",
        .stacked = true,
        .marks = {"/INSTRUMENT/*/DET/*:daqOutput/data/mask"},
        .lead = 2,
        .unit = AIRY_UNIT_KEV,
        .mask = {"@/mask"},
        .polarity = AIRY_MASK_EUXFEL,
        .facts = {{AIRY_FACT_PULSE, "@/trainId", 1}},
    },
    {
        // dxtbx FormatHDF5ESRFJungfrau4M: float16 or int32 in ADU of a stated number a photon
        .row = {"esrf-jf4m", "ESRF JUNGFRAU 4M"},
        .data = "/*/instrument/jungfrau4m_*/data",
        .marks = {"/*/instrument/jungfrau4m_*/detector_information"},
        .lead = 1,
        .unit = AIRY_UNIT_PHOTONS,
        .mask = {"@/detector_information/pixel_mask"},
        .polarity = AIRY_MASK_BAD_NONZERO,
        .facts = {{AIRY_FACT_WAVELENGTH_M, "@/beam/incident_wavelength", ANGSTROM},
                  {AIRY_FACT_UNIT_DIVISOR, "@/detector_information/adus_per_photon", 1},
                  {AIRY_FACT_SATURATION, "@/detector_information/saturation_value", 1},
                  {AIRY_FACT_UNDERLOAD, "@/detector_information/underload_value", 1},
                  {AIRY_FACT_DISTANCE_M, "@/detector_information/detector_distance", 1},
                  {AIRY_FACT_PITCH_M, "@/detector_information/x_pixel_size", 1},
                  {AIRY_FACT_PITCH_Y_M, "@/detector_information/y_pixel_size", 1},
                  {AIRY_FACT_BEAM_X, "@/detector_information/beam_center_x", 0},
                  {AIRY_FACT_BEAM_Y, "@/detector_information/beam_center_y", 0}},
    },
    {
        .row = {"airy", "photons as airy writes them"},
        .data = OWN "/data",
        .marks = {OWN "/mask_binary"},
        .lead = 1,
        .unit = AIRY_UNIT_PHOTONS,
        .own = true,
        .facts = {{AIRY_FACT_ENERGY_EV, "/entry_1/instrument_1/source_1/energy", J_IN_EV},
                  {AIRY_FACT_DISTANCE_M, OWN "/distance", 1},
                  {AIRY_FACT_PITCH_M, OWN "/x_pixel_size", 1},
                  {AIRY_FACT_PITCH_Y_M, OWN "/y_pixel_size", 1}},
    },
    {
        // OM and Cheetah at LCLS, Hawk, and CXI files of anybody: SI units
        .row = {"cxi", "CXI (LCLS with OM or Cheetah, and others)"},
        .data = "/entry_1/data_1/data " OWN "/data " IMAGE "/data",
        .absent = OWN "/mask_binary",
        .lead = 1,
        .unit = AIRY_UNIT_ADU,
        .by_type = true,
        .gaps = true,
        .mask = {OWN "/mask", IMAGE "/mask", OWN "/pixel_mask", "/entry_1/data_1/mask"},
        .polarity = AIRY_MASK_BITS,
        .facts = {{AIRY_FACT_ENERGY_EV, IMAGE "/source_1/energy", J_IN_EV},
                  {AIRY_FACT_ENERGY_EV, "/entry_1/instrument_1/beam_1/incident_energy", J_IN_EV},
                  {AIRY_FACT_ENERGY_EV, "/entry_1/instrument_1/source_1/energy", J_IN_EV},
                  {AIRY_FACT_DISTANCE_M, OWN "/distance", 1},
                  {AIRY_FACT_DISTANCE_M, IMAGE "/detector_1/distance", 1},
                  {AIRY_FACT_PITCH_M, OWN "/x_pixel_size", 1},
                  {AIRY_FACT_PITCH_Y_M, OWN "/y_pixel_size", 1},
                  {AIRY_FACT_PITCH_M, IMAGE "/detector_1/x_pixel_size", 1},
                  {AIRY_FACT_PITCH_Y_M, IMAGE "/detector_1/y_pixel_size", 1}},
    },
    {
        // Cheetah at SACLA: one group a shot, tenths of a photon
        .row = {"sacla", "SACLA MPCCD via Cheetah, tenths of a photon"},
        .data = "/tag-*/data",
        .one_each = true,
        .unit = AIRY_UNIT_PHOTONS,
        .facts = {{AIRY_FACT_ENERGY_EV, "@/photon_energy_ev", 1},
                  {AIRY_FACT_DISTANCE_M, "/metadata/distance_in_mm", 1e-3},
                  {AIRY_FACT_PITCH_M, "/metadata/pixelsizex_in_um", 1e-6},
                  {AIRY_FACT_PITCH_Y_M, "/metadata/pixelsizey_in_um", 1e-6},
                  {AIRY_FACT_UNIT_SCALE, "", 0.1}},
        .mask = {"/metadata/pixelmask"},
        .polarity = AIRY_MASK_BAD_NONZERO,
    },
    {
        // slsdetectorgroup/slsDetectorPackage, docs/src/fileformat.rst: no HDF5, see raw_sls.c
        .row = {"sls-raw", "SLS receiver .raw file, or its master .json, raw words"},
        .data = "",
        .unit = AIRY_UNIT_WORDS,
    },
    {
        .row = {"bare", "any array of frames: 16-bit unsigned ones are raw words"},
        .data = "",
        .lead = 1,
        .gaps = true,
        .unit = AIRY_UNIT_ADU,
        .by_type = true,
        .mask = {"@/pixel_mask", "@/mask"},
        .mask_may_be_other = true,
        .polarity = AIRY_MASK_BITS,
    },
};
enum { LAYOUTS = sizeof layouts / sizeof layouts[0] };

const airy_layout *airy_layout_table(int *n)
{
    *n = LAYOUTS;
    return layouts;
}

const airy_layout *airy_layout_find(const char *name)
{
    for (int i = 0; i < LAYOUTS; i++)
        if (strcmp(layouts[i].row.name, name) == 0)
            return &layouts[i];
    return NULL;
}

void airy_layout_path(const char *pattern, const char *data, char path[512])
{
    size_t ups = strspn(pattern, "@");
    size_t length = strlen(data);
    for (size_t up = 0; up < ups; up++)
        while (length > 0 && data[--length] != '/')
            continue;
    snprintf(path, 512, "%.*s%s", ups ? (int)length : 0, data, pattern + ups);
}
