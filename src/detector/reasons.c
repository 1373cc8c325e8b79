// SPDX-License-Identifier: GPL-3.0-or-later
// The table of mask reasons: one row a bit.
#include "airy/detector.h"

const airy_reason_row *airy_mask_reasons(int *n)
{
    static const airy_reason_row rows[] = {
        {AIRY_MASK_INVALID, "invalid", "invalid value", true},
        {AIRY_MASK_SATURATED, "saturated", "saturated", true},
        {AIRY_MASK_HOT, "hot", "hot pixel", true},
        {AIRY_MASK_DEAD, "dead", "dead pixel", true},
        {AIRY_MASK_SHADOWED, "shadowed", "behind the beam stop", true},
        {AIRY_MASK_BAD, "bad", "marked by the user", true},
        {AIRY_MASK_MISSING, "missing", "gap, no real pixel", true},
        {AIRY_MASK_NOISY, "noisy", "noise above its limit", true},
        {AIRY_MASK_WIDE, "wide", "pixel of another size at a chip border", true},
        {AIRY_MASK_EDGE, "edge", "outermost pixel of a module", true},
        {AIRY_MASK_GAIN, "gain", "invalid gain bits or uncalibrated gain stage", true},
        {AIRY_MASK_RANGE, "range", "outside the limits given", true},
        {AIRY_MASK_COVERAGE, "coverage", "binned cell with too few valid pixels", true},
        {AIRY_MASK_LOST, "lost", "lost packet or frame", true},
        {AIRY_MASK_FILLED, "filled", "not measured, filled in", false},
        {AIRY_MASK_SIGNAL, "signal", "signal above background", false},
        {AIRY_MASK_SUPPORT, "support", "inside the support", false},
    };
    *n = (int)(sizeof rows / sizeof *rows);
    return rows;
}

uint32_t airy_mask_take(uint32_t bits)
{
    int n;
    uint32_t known = 0;
    const airy_reason_row *rows = airy_mask_reasons(&n);
    for (int i = 0; i < n; i++)
        known |= rows[i].bit;
    return bits & ~known ? (bits & known) | AIRY_MASK_BAD : bits;
}
