// SPDX-License-Identifier: GPL-3.0-or-later
// Models of peaks on a straight background, which is `floor` under the centre.
#include "models.h"

#include "base/units.h"

#include <math.h>

// With v = (x - center) / fwhm, 4 ln 2 v^2 = ln 2 and 4 v^2 = 1 at half height.
static const double four_log_2 = 2.7725887222397811;

// A shape of height 1 and its slopes by v and by eta, the Lorentzian share.
typedef struct shape {
    double value, by_v, by_eta;
} shape;

static shape mixed(double v, double eta)
{
    double gauss = exp(-four_log_2 * v * v), lorentz = 1 / (1 + 4 * v * v);
    return (shape){.value = eta * lorentz + (1 - eta) * gauss,
                   .by_v =
                       -8 * v * eta * lorentz * lorentz - 2 * four_log_2 * v * (1 - eta) * gauss,
                   .by_eta = lorentz - gauss};
}

// Parameters height, center, fwhm, (eta,) floor, slope; `last` is the number of the floor.
static double peak(double x, const double *p, double eta, int last, double *slope)
{
    double apart = x - p[1], v = apart / p[2];
    shape s = mixed(v, eta);
    slope[0] = s.value;
    slope[1] = -p[0] * s.by_v / p[2] - p[last + 1];
    slope[2] = -p[0] * s.by_v * v / p[2];
    if (last == 4)
        slope[3] = p[0] * s.by_eta;
    slope[last] = 1;
    slope[last + 1] = apart;
    return p[0] * s.value + p[last] + p[last + 1] * apart;
}

static double gauss(double x, const double *p, double *slope)
{
    return peak(x, p, 0, 3, slope);
}

static double lorentz(double x, const double *p, double *slope)
{
    return peak(x, p, 1, 3, slope);
}

static double pvoigt(double x, const double *p, double *slope)
{
    return peak(x, p, p[3], 4, slope);
}

// height, center, fwhm_left, fwhm_right, eta, floor, slope: two halves of their own width, each
// half of which adds to the width of the whole.
static double split_pvoigt(double x, const double *p, double *slope)
{
    double one[6];
    bool right = x >= p[1];
    const double side[] = {p[0], p[1], right ? p[3] : p[2], p[4], p[5], p[6]};
    double y = peak(x, side, p[4], 4, one);
    slope[0] = one[0];
    slope[1] = one[1];
    slope[2] = right ? 0 : one[2];
    slope[3] = right ? one[2] : 0;
    slope[4] = one[3];
    slope[5] = one[4];
    slope[6] = one[5];
    return y;
}

// Area of a half or whole peak of height 1 and this width, with its slope by eta.
static double area_of(double width, double eta, double *by_eta)
{
    double of_gauss = sqrt(AIRY_PI / four_log_2) * width, of_lorentz = AIRY_PI / 2 * width;
    *by_eta = of_lorentz - of_gauss;
    return eta * of_lorentz + (1 - eta) * of_gauss;
}

// height x area; eta_at < 0: eta is `eta` and no parameter.
static int derive_area(const double *p, double eta, int eta_at, airy_fit_derived *d)
{
    double by_eta, area = area_of(p[2], eta, &by_eta);
    d[0] = airy_fit_derived_of("area", "y x", p[0] * area);
    d[0].slope[0] = area;
    d[0].slope[2] = p[0] * area / p[2];
    if (eta_at >= 0)
        d[0].slope[eta_at] = p[0] * by_eta;
    return 1;
}

static int derive_gauss(const double *p, airy_fit_derived *d)
{
    return derive_area(p, 0, -1, d);
}

static int derive_lorentz(const double *p, airy_fit_derived *d)
{
    return derive_area(p, 1, -1, d);
}

static int derive_pvoigt(const double *p, airy_fit_derived *d)
{
    return derive_area(p, p[3], 3, d);
}

static int derive_split(const double *p, airy_fit_derived *d)
{
    double width = (p[2] + p[3]) / 2, by_eta, area = area_of(width, p[4], &by_eta);
    d[0] = airy_fit_derived_of("area", "y x", p[0] * area);
    d[0].slope[0] = area;
    d[0].slope[2] = d[0].slope[3] = p[0] * area / width / 2;
    d[0].slope[4] = p[0] * by_eta;
    d[1] = airy_fit_derived_of("fwhm", "x", width);
    d[1].slope[2] = d[1].slope[3] = 0.5;
    return 2;
}

#define FREE .low = -INFINITY, .high = INFINITY
#define HEIGHT                                                                                     \
    {                                                                                              \
        .name = "height", .unit = "y", .means = "above the background", FREE                       \
    }
#define CENTER                                                                                     \
    {                                                                                              \
        .name = "center", .unit = "x", .means = "position", FREE, .search = AIRY_SEARCH_PLACES,    \
        .tries = 24                                                                                \
    }
#define WIDTH(row, count)                                                                          \
    {                                                                                              \
        .name = row, .unit = "x", .means = "full width at half height", .low = 0,                  \
        .high = INFINITY, .search = AIRY_SEARCH_WIDTHS, .tries = count                             \
    }
#define ETA                                                                                        \
    {                                                                                              \
        .name = "eta", .unit = "1", .means = "Lorentzian share", .low = 0, .high = 1,              \
        .search = AIRY_SEARCH_RANGE, .tries = 2, .from = 0.2, .to = 0.8                            \
    }
#define FLOOR                                                                                      \
    {                                                                                              \
        .name = "floor", .unit = "y", .means = "background under the centre", FREE                 \
    }
#define SLOPE                                                                                      \
    {                                                                                              \
        .name = "slope", .unit = "y/x", .means = "of the background", FREE, .held = true           \
    }

const airy_fit_model airy_models_peaks[] = {
    {.name = "gauss",
     .formula = "height exp(-4 ln2 ((x - center)/fwhm)^2) + floor + slope (x - center)",
     .source = "normal distribution",
     .np = 5,
     .parameter = {HEIGHT, CENTER, WIDTH("fwhm", 8), FLOOR, SLOPE},
     .value = gauss,
     .derive = derive_gauss},
    {.name = "lorentz",
     .formula = "height/(1 + 4 ((x - center)/fwhm)^2) + floor + slope (x - center)",
     .source = "Cauchy distribution",
     .np = 5,
     .parameter = {HEIGHT, CENTER, WIDTH("fwhm", 8), FLOOR, SLOPE},
     .value = lorentz,
     .derive = derive_lorentz},
    {.name = "pvoigt",
     .formula = "height (eta L + (1 - eta) G) + floor + slope (x - center), L lorentz, G gauss",
     .source = "Wertheim et al., Rev. Sci. Instrum. 45, 1369 (1974)",
     .np = 6,
     .parameter = {HEIGHT, CENTER, WIDTH("fwhm", 8), ETA, FLOOR, SLOPE},
     .value = pvoigt,
     .derive = derive_pvoigt},
    {.name = "split-pvoigt",
     .formula = "pvoigt with fwhm_left below the centre and fwhm_right above it",
     .source = "Toraya, J. Appl. Cryst. 23, 485 (1990), with one eta",
     .np = 7,
     .parameter = {HEIGHT, CENTER, WIDTH("fwhm_left", 5), WIDTH("fwhm_right", 5), ETA, FLOOR,
                   SLOPE},
     .value = split_pvoigt,
     .derive = derive_split},
    {0},
};
