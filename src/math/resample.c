// SPDX-License-Identifier: GPL-3.0-or-later
// From one pixel size to another by the Fourier sum: no interpolation, no commensurate sizes.
#include "airy/math.h"

#include <math.h>

#define TWO_PI 6.283185307179586

// One axis: n samples `pitch` apart in, frequencies of m samples `pitch_out` apart out.
typedef struct axis {
    int n, m;
    double pitch, pitch_out;
} axis;

// Frequency k (FFT order) of the output; false where either grid cannot hold it.
static bool frequency(const axis *a, int k, double *f)
{
    int signed_k = 2 * k < a->m ? k : k - a->m;
    *f = signed_k / (a->m * a->pitch_out);
    return 2 * k != a->m && fabs(*f) < 0.5 / a->pitch;
}

// phase[k * n + x] = exp(-2 pi i f_k (x - n / 2) pitch), 0 for frequencies out of band.
static void fill_phases(const axis *a, int frequencies, double complex *phase)
{
    for (int k = 0; k < frequencies; k++) {
        double f;
        bool inside = frequency(a, k, &f);
        for (int x = 0; x < a->n; x++) {
            double angle = -TWO_PI * f * (x - a->n / 2) * a->pitch;
            phase[k * a->n + x] = inside ? cos(angle) + I * sin(angle) : 0;
        }
    }
}

// rows[y * half + k] = sum_x in(y, x) phase_x(k).
static void along_x(const airy_image *in, const double complex *phase, int half,
                    double complex *rows)
{
    for (int y = 0; y < in->ny; y++)
        for (int k = 0; k < half; k++) {
            double re = 0, im = 0;
            for (int x = 0; x < in->nx; x++) {
                double value = in->px[y * in->nx + x];
                re += value * creal(phase[k * in->nx + x]);
                im += value * cimag(phase[k * in->nx + x]);
            }
            rows[y * half + k] = re + I * im;
        }
}

// plane[j * half + k] = scale sum_y rows(y, k) phase_y(j).
static void along_y(const double complex *rows, const double complex *phase, const axis *a,
                    int half, double scale, float complex *plane)
{
    for (int j = 0; j < a->m; j++)
        for (int k = 0; k < half; k++) {
            double re = 0, im = 0;
            for (int y = 0; y < a->n; y++) {
                double complex row = rows[y * half + k], turn = phase[j * a->n + y];
                re += creal(row) * creal(turn) - cimag(row) * cimag(turn);
                im += creal(row) * cimag(turn) + cimag(row) * creal(turn);
            }
            plane[j * half + k] = (float)(scale * re) + I * (float)(scale * im);
        }
}

airy_code airy_grid_resample(const airy_image *in, double in_pixel, airy_image *out,
                             double out_pixel, airy_error *err)
{
    if (!(in_pixel > 0 && out_pixel > 0))
        return airy_error_set(err, AIRY_EARGUMENT, "pixel sizes %g and %g must be above 0",
                              in_pixel, out_pixel);
    axis ax = {in->nx, out->nx, in_pixel, out_pixel}, ay = {in->ny, out->ny, in_pixel, out_pixel};
    int half = out->nx / 2 + 1;
    double complex *phase_x = airy_memory_new((size_t)half * (size_t)in->nx, sizeof *phase_x);
    double complex *phase_y = airy_memory_new((size_t)ay.m * (size_t)ay.n, sizeof *phase_y);
    double complex *rows = airy_memory_new((size_t)in->ny * (size_t)half, sizeof *rows);
    float complex *plane = airy_memory_new((size_t)out->ny * (size_t)half, sizeof *plane);
    float *ordered = airy_memory_new((size_t)out->ny * (size_t)out->nx, sizeof *ordered);
    airy_fft *fft = airy_fft_new(out->ny, out->nx, NULL, err);
    airy_code code = fft ? AIRY_OK : AIRY_EMEMORY;
    if (fft && !(phase_x && phase_y && rows && plane && ordered))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory to resample an image");
    if (code == AIRY_OK) {
        fill_phases(&ax, half, phase_x);
        fill_phases(&ay, ay.m, phase_y);
        along_x(in, phase_x, half, rows);
        double ratio = in_pixel / out_pixel;
        along_y(rows, phase_y, &ay, half, ratio * ratio, plane);
        airy_fft_backward_real(fft, plane, ordered);
        airy_fft_center(ordered, out);
    }
    airy_fft_free(fft);
    airy_memory_free(ordered);
    airy_memory_free(plane);
    airy_memory_free(rows);
    airy_memory_free(phase_y);
    airy_memory_free(phase_x);
    return code;
}
