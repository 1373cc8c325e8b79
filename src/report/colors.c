// SPDX-License-Identifier: GPL-3.0-or-later
// Colour maps: evenly spaced colours made in the Oklab space (B. Ottosson, A perceptual color space
// for image processing, 2020), lightness rising steadily or falling from the middle to both sides,
// so that order survives in grey print and for readers who do not tell red from green.
#include "airy/report.h"
#include "colors.h"

#include <string.h>

enum { NODES = 17 };

static const uint32_t sea[NODES] = {0x2c0748, 0x32165a, 0x35256d, 0x373480, 0x354392, 0x20589c,
                                    0x016c9e, 0x027e9c, 0x03909b, 0x00a19c, 0x02b299, 0x05c58c,
                                    0x54d278, 0x85dd69, 0xb0e758, 0xdaee45, 0xfff465};
static const uint32_t ember[NODES] = {0x000000, 0x010004, 0x0b011b, 0x1b0235, 0x350248, 0x550051,
                                      0x76014f, 0x97014b, 0xb70b44, 0xd32735, 0xe8481c, 0xf36d02,
                                      0xfb8f11, 0xfdb03f, 0xf9cf7d, 0xfaeab5, 0xffffff};
static const uint32_t gray[2] = {0x000000, 0xffffff};
static const uint32_t blue_red[NODES] = {0x0036a0, 0x1750c1, 0x3b6dd0, 0x5b89de, 0x7ca3e9, 0x9cbbf3,
                                         0xbdd3fb, 0xdce9fe, 0xffffff, 0xfde0dc, 0xf7c4bd, 0xeea69d,
                                         0xe1867c, 0xd1665c, 0xbf423b, 0xab0c14, 0x83020b};
static const uint32_t blue_orange[NODES] = {
    0x02478e, 0x025eb7, 0x2c77cf, 0x5490dc, 0x77a9e8, 0x99c0f2, 0xbbd6f9, 0xdbeafd, 0xffffff,
    0xfee8d9, 0xfbd3b8, 0xf5bd97, 0xeda574, 0xe48e4f, 0xd9741c, 0xc06304, 0xa55401};

static const airy_colormap table[] = {
    {"sea", "violet over teal to yellow, safe for the colour-blind", false, NODES, sea},
    {"ember", "black over red to white", false, NODES, ember},
    {"gray", "black to white", false, 2, gray},
    {"blue-red", "blue low, white zero, red high", true, NODES, blue_red},
    {"blue-orange", "blue low, white zero, orange high", true, NODES, blue_orange},
};

const airy_colormap *airy_colormap_table(int *n)
{
    *n = (int)(sizeof table / sizeof *table);
    return table;
}

const airy_colormap *airy_colormap_find(const char *name)
{
    int n;
    const airy_colormap *map = airy_colormap_table(&n);
    for (int i = 0; i < n; i++)
        if (strcmp(map[i].name, name) == 0)
            return &map[i];
    return NULL;
}
