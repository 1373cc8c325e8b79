// SPDX-License-Identifier: GPL-3.0-or-later
// Gains, pedestals, noise and masks of JUNGFRAU modules in SwissFEL's layout, where the dataset of
// a pedestal file is called /gains too (paulscherrerinstitute/jungfrau_utils, data_handler.py).
#include "files/blocks.h"
#include "gain_binary.h"
#include "formats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ADC_MOST = 0x3fff };

// A dataset of planes: which of them stand for G0, G1 and G2.
typedef struct selection {
    int ny, nx;
    int plane[AIRY_GAINS];
} selection;

static airy_code choose_planes(airy_h5 *h5, const char *path, bool high_gain, selection *p,
                               airy_error *err)
{
    int dims[4] = {0}, rank = 0;
    airy_code code = airy_h5_shape(h5, path, dims, &rank, err);
    if (code != AIRY_OK)
        return code;
    const int *planes = airy_gain_planes(dims[0], high_gain);
    if (rank < 3 || !planes)
        return airy_error_set(err, AIRY_ESHAPE,
                              "%s: %s has %d dimensions and %d planes; 3, 4 or 6 planes of "
                              "modules were wanted",
                              airy_h5_path(h5), path, rank, dims[0]);
    long long ny = rank == 3 ? dims[1] : (long long)dims[1] * dims[2];
    p->nx = dims[rank - 1];
    if (ny < 1 || ny > AIRY_SIDE_MAX || p->nx > AIRY_SIDE_MAX)
        return airy_error_set(err, AIRY_ESHAPE, "%s: %s claims planes of %lld x %d",
                              airy_h5_path(h5), path, ny, p->nx);
    p->ny = (int)ny;
    memcpy(p->plane, planes, sizeof p->plane);
    return AIRY_OK;
}

static airy_code read_planes(airy_h5 *h5, const char *path, bool high_gain, airy_stack *stack,
                             airy_error *err)
{
    selection p = {0};
    airy_blocks blocks = {h5, path, 1, .lossy = false};
    airy_code code = choose_planes(h5, path, high_gain, &p, err);
    if (code == AIRY_OK)
        code = airy_stack_init(stack, AIRY_GAINS, p.ny, p.nx, err);
    for (int g = 0; code == AIRY_OK && g < AIRY_GAINS; g++)
        code = airy_blocks_read(&blocks, p.plane[g], AIRY_CELL_FLOAT, airy_stack_image(stack, g).px,
                                p.ny * p.nx, err);
    return code;
}

// Opens a spec; *dataset becomes the first of `names` that is there unless the spec says.
static airy_h5 *open_spec(const char *spec, const char *const *names, const char **dataset,
                          airy_error *err)
{
    char *path = airy_spec_path(spec, dataset);
    airy_h5 *h5 = path ? airy_h5_open(path, err) : NULL;
    free(path);
    for (; h5 && !*dataset && *names; names++)
        if (airy_h5_has(h5, *names))
            *dataset = *names;
    if (h5 && !*dataset) {
        airy_code code = airy_h5_trust(h5, err);
        if (code == AIRY_OK)
            airy_error_set(err, AIRY_EMISSING, "%s has no /gains; name its dataset as FILE:/path",
                           spec);
        airy_h5_close(h5);
        return NULL;
    }
    return h5;
}

// ------------------------------------------------------------------ gains and their unit

// A gain in the unit x this = ADU/keV. The first row is what nothing else says.
typedef struct unit_row {
    airy_gain_unit unit;
    const char *name; // of the option's value
    double factor;
} unit_row;

static const unit_row units[] = {{AIRY_GAIN_KEV, "keV", 1},
                                 {AIRY_GAIN_EV, "eV", 1e3},
                                 {AIRY_GAIN_12_4_KEV, "12.4keV", 1 / 12.4}};
enum { UNITS = sizeof units / sizeof units[0] };

// ADU/keV of G0, or of HG0: about 41, and some times that.
#define LEAST_GAIN 8.0
#define MOST_GAIN 250.0

// What the attribute `units` says, as "ADU/keV" or "ADU per 12.4 keV photon".
static airy_gain_unit stated_unit(airy_h5 *h5, const char *path)
{
    char *text = NULL;
    if (airy_h5_get_attribute_text(h5, path, "units", &text, NULL) != AIRY_OK)
        return AIRY_GAIN_AUTO;
    const char *volts = strstr(text, "eV");
    airy_gain_unit unit = strstr(text, "12.4")                      ? AIRY_GAIN_12_4_KEV
                          : !volts                                  ? AIRY_GAIN_AUTO
                          : volts > text && strchr("kK", volts[-1]) ? AIRY_GAIN_KEV
                                                                    : AIRY_GAIN_EV;
    free(text);
    return unit;
}

static airy_code read_gain_h5(const char *spec, bool high_gain, airy_gain_unit *unit,
                              airy_stack *gain, airy_error *err)
{
    static const char *const names[] = {"/gains", "/gain", NULL};
    const char *dataset;
    airy_h5 *h5 = open_spec(spec, names, &dataset, err);
    airy_code code =
        h5 ? read_planes(h5, dataset, high_gain, gain, err) : airy_error_code(err, AIRY_EMEMORY);
    if (code == AIRY_OK && *unit == AIRY_GAIN_AUTO)
        *unit = stated_unit(h5, dataset);
    airy_h5_close(h5);
    return code;
}

static bool can_be(double gain)
{
    return fabs(gain) >= LEAST_GAIN && fabs(gain) <= MOST_GAIN;
}

// The median of a plane, of some thousand pixels spread evenly over a large one: it is to tell one
// unit from another.
static double middle_of(const airy_stack *stack, int plane)
{
    enum { MOST = 4096 };
    float some[MOST];
    const float *px = airy_stack_image(stack, plane).px;
    size_t n = (size_t)stack->ny * (size_t)stack->nx, taken = n < MOST ? n : MOST;
    for (size_t i = 0; i < taken; i++)
        some[i] = px[i * n / taken];
    return airy_stats_median(some, (int)taken);
}

// The unit of the file, or of the user, and whether the gains can be in it.
static airy_code judge_gain(const char *spec, const airy_stack *gain, const unit_row *is,
                            airy_error *err)
{
    // Gains of G1 are about -1.4 ADU/keV; pedestals, in a dataset of the same name, about 15000.
    double median = middle_of(gain, 1);
    if (median > 1000)
        return airy_error_set(err, AIRY_EVALUE,
                              "%s: the median of G1 is %g ADU/keV: these are pedestals, not gains",
                              spec, median);
    median = middle_of(gain, 0);
    if (isnan(median) || can_be(median * is->factor))
        return AIRY_OK;
    const char *likely = "";
    for (int i = 0; i < UNITS; i++)
        if (can_be(median * units[i].factor))
            likely = units[i].name;
    return airy_error_set(
        err, AIRY_EVALUE, "%s: the median of G0 is %.4g ADU/keV, %g to %g are possible%s%s%s", spec,
        median * is->factor, LEAST_GAIN, MOST_GAIN, likely[0] ? ": is it a number of ADU per " : "",
        likely, likely[0] ? "? --gain-unit says so" : "");
}

static airy_code read_gain(const char *spec, bool high_gain, airy_gain_unit unit, airy_stack *gain,
                           airy_error *err)
{
    airy_code code = airy_gain_binary_is(spec) ? airy_gain_binary_read(spec, high_gain, gain, err)
                                               : read_gain_h5(spec, high_gain, &unit, gain, err);
    if (code != AIRY_OK)
        return code;
    const unit_row *is = &units[unit == AIRY_GAIN_AUTO ? 0 : unit - AIRY_GAIN_KEV];
    size_t count = (size_t)gain->n * (size_t)gain->ny * (size_t)gain->nx;
    for (size_t i = 0; i < count; i++)
        if (gain->px[i] == 0 || !isfinite(gain->px[i]))
            gain->px[i] = NAN; // no calibration
    code = judge_gain(spec, gain, is, err);
    for (size_t i = 0; is->factor != 1 && i < count; i++)
        gain->px[i] = (float)((double)gain->px[i] * is->factor);
    return code;
}

// Ours says why in /pixel_mask_reasons; in others' masks anything but 0 is bad.
static airy_code read_mask(airy_h5 *h5, const airy_stack *like, airy_mask *mask, airy_error *err)
{
    bool reasons = airy_h5_has(h5, "/pixel_mask_reasons");
    airy_blocks blocks = {h5, reasons ? "/pixel_mask_reasons" : "/pixel_mask", 0, .lossy = false};
    int n = like->ny * like->nx;
    airy_code code = airy_mask_init(mask, like->ny, like->nx, err);
    if (code != AIRY_OK || !airy_h5_has(h5, blocks.path))
        return code;
    code = airy_blocks_read(&blocks, 0, AIRY_CELL_BITS, mask->bits, n, err);
    for (int i = 0; code == AIRY_OK && !reasons && i < n; i++)
        mask->bits[i] = mask->bits[i] ? AIRY_MASK_BAD : 0;
    return code;
}

// Pedestals are readings of a converter of 14 bits; single pixels beyond are not calibrated.
static airy_code judge_pedestal(const char *spec, const airy_stack *pedestal, airy_error *err)
{
    for (int g = 0; g < AIRY_GAINS; g++) {
        double median = middle_of(pedestal, g);
        if (median < 0 || median > ADC_MOST)
            return airy_error_set(err, AIRY_EVALUE,
                                  "%s: the median pedestal of G%d is %.5g ADU, 0 to %d are "
                                  "possible: are these pedestals, of words without gain bits?",
                                  spec, g, median, ADC_MOST);
    }
    return AIRY_OK;
}

static airy_code read_pedestal(const char *spec, bool high_gain, airy_calibration *c,
                               airy_error *err)
{
    static const char *const names[] = {"/gains", "/pedestal", "/pedestals", NULL};
    const char *dataset;
    airy_h5 *h5 = open_spec(spec, names, &dataset, err);
    if (!h5)
        return airy_error_code(err, AIRY_EMEMORY);
    airy_code code = read_planes(h5, dataset, high_gain, &c->pedestal, err);
    if (code == AIRY_OK && airy_h5_has(h5, "/gainsRMS"))
        code = read_planes(h5, "/gainsRMS", high_gain, &c->noise, err);
    if (code == AIRY_OK)
        code = read_mask(h5, &c->pedestal, &c->mask, err);
    if (code == AIRY_OK)
        code = judge_pedestal(spec, &c->pedestal, err);
    if (code == AIRY_OK)
        code = airy_h5_trust(h5, err);
    airy_h5_close(h5);
    return code;
}

static airy_code check_alike(const airy_stack *a, const airy_stack *b, const char *a_path,
                             const char *b_path, airy_error *err)
{
    if (!a->px || !b->px || (a->ny == b->ny && a->nx == b->nx))
        return AIRY_OK;
    return airy_error_set(err, AIRY_ESHAPE,
                          "the gains of %s are for %d x %d pixels, the pedestals of %s for %d x %d",
                          a_path, a->ny, a->nx, b_path, b->ny, b->nx);
}

airy_code airy_calibration_read(const char *gain_path, const char *pedestal_path, bool high_gain,
                                airy_gain_unit unit, airy_calibration *calibration, airy_error *err)
{
    airy_error local = {0};
    airy_calibration *c = calibration;
    airy_code code = AIRY_OK;
    *c = (airy_calibration){0};
    if (gain_path)
        code = read_gain(gain_path, high_gain, unit, &c->gain, &local);
    if (code == AIRY_OK && pedestal_path)
        code = read_pedestal(pedestal_path, high_gain, c, &local);
    if (code == AIRY_OK)
        code = check_alike(&c->gain, &c->pedestal, gain_path, pedestal_path, &local);
    if (code == AIRY_OK)
        code = check_alike(&c->noise, &c->pedestal, "the noise", pedestal_path, &local);
    if (code == AIRY_OK)
        return AIRY_OK;
    airy_calibration_release(c);
    return airy_error_set(err, code, "%s", local.message);
}

// ------------------------------------------------------------------ writing

static airy_code put_mask(airy_h5 *h5, const airy_mask *mask, airy_error *err)
{
    airy_mask binary;
    airy_code code = airy_mask_copy(&binary, mask, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < mask->ny * mask->nx; i++)
        binary.bits[i] = (mask->bits[i] & AIRY_MASK_EXCLUDES) != 0;
    airy_h5_put_mask(h5, "/pixel_mask", &binary, err);
    code = airy_h5_put_mask(h5, "/pixel_mask_reasons", mask, err);
    airy_mask_release(&binary);
    return code;
}

// SwissFEL's programs want a fourth plane, HG0; what is not known is NaN.
static airy_code put_planes(airy_h5 *h5, const char *path, const airy_stack *three, airy_error *err)
{
    airy_stack four;
    size_t plane = (size_t)three->ny * (size_t)three->nx;
    airy_code code = airy_stack_init(&four, AIRY_GAINS + 1, three->ny, three->nx, err);
    if (code != AIRY_OK)
        return code;
    memcpy(four.px, three->px, AIRY_GAINS * plane * sizeof *four.px);
    for (size_t i = AIRY_GAINS * plane; i < (AIRY_GAINS + 1) * plane; i++)
        four.px[i] = NAN;
    code = airy_h5_put_stack(h5, path, &four, err);
    airy_stack_release(&four);
    return code;
}

static airy_code write_file(const char *path, const airy_stack *planes,
                            const airy_calibration *more, const airy_history *history,
                            bool overwrite, airy_error *err)
{
    airy_h5 *h5 = airy_h5_create(path, overwrite, err);
    if (!h5)
        return airy_error_code(err, AIRY_EIO);
    airy_code code = put_planes(h5, "/gains", planes, err);
    if (code == AIRY_OK && more && more->noise.px)
        code = put_planes(h5, "/gainsRMS", &more->noise, err);
    if (code == AIRY_OK && more && more->mask.bits)
        code = put_mask(h5, &more->mask, err);
    if (code == AIRY_OK)
        code = airy_h5_put_facts(h5, NULL, history, err);
    if (code == AIRY_OK)
        code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}

airy_code airy_calibration_write(const char *gain_path, const char *pedestal_path,
                                 const airy_calibration *calibration, const airy_history *history,
                                 bool overwrite, airy_error *err)
{
    airy_code code = AIRY_OK;
    if (gain_path)
        code = write_file(gain_path, &calibration->gain, NULL, history, overwrite, err);
    if (code == AIRY_OK && pedestal_path)
        code =
            write_file(pedestal_path, &calibration->pedestal, calibration, history, overwrite, err);
    return code;
}
