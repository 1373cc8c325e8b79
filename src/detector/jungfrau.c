// SPDX-License-Identifier: GPL-3.0-or-later
// The JUNGFRAU word and module: gain bits, special words, pixels larger than others.
//
// Chips lie two pixels apart, and the pixels facing another chip cover one more each, so that they
// collect twice (four times in the corners) what a plain pixel does.
#include "detector/jungfrau.h"

#include <string.h>

int airy_jungfrau_stage(uint16_t word)
{
    static const int stage[] = {0, 1, -1, 2}; // bits 15:14
    return stage[word >> 14];
}

static int facing(int i, int side)
{
    return (i % AIRY_CHIP == AIRY_CHIP - 1 && i != side - 1) || (i % AIRY_CHIP == 0 && i != 0);
}

int airy_jungfrau_area(int y, int x)
{
    return (1 + facing(y, AIRY_MODULE_NY)) * (1 + facing(x, AIRY_MODULE_NX));
}

double airy_jungfrau_noise(int g)
{
    // G0: 83 electrons of 3.6 eV at 41.5 ADU/keV (Mozzanica et al., JINST 11 C02047, 2016); G1 and
    // G2 are dominated by the converter, about 2 ADU
    static const double adu[AIRY_GAINS] = {12.4, 2.5, 2.0};
    return adu[g];
}

airy_code airy_jungfrau_check_shape(int ny, int nx, airy_error *err)
{
    if (ny > 0 && nx > 0 && ny % AIRY_MODULE_NY == 0 && nx % AIRY_MODULE_NX == 0)
        return AIRY_OK;
    return airy_error_set(err, AIRY_ESHAPE,
                          "a frame is %d x %d, JUNGFRAU modules of %d x %d were expected", ny, nx,
                          AIRY_MODULE_NY, AIRY_MODULE_NX);
}

void airy_jungfrau_restack(const uint16_t *tiles, int ny, int nx, uint16_t *stack)
{
    int across = nx / AIRY_MODULE_NX;
    for (int y = 0; y < ny; y++)
        for (int m = 0; m < across; m++) {
            size_t row = (size_t)(y / AIRY_MODULE_NY * across + m) * AIRY_MODULE_NY +
                         (size_t)(y % AIRY_MODULE_NY);
            memcpy(stack + row * AIRY_MODULE_NX,
                   tiles + (size_t)y * (size_t)nx + (size_t)m * AIRY_MODULE_NX,
                   AIRY_MODULE_NX * sizeof *stack);
        }
}
