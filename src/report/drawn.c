// SPDX-License-Identifier: GPL-3.0-or-later
// Results that a page draws itself, as `airy view` would: correlations, maps, profiles, motion.
#include "html.h"
#include "parts.h"

#include "airy/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WIDTH = 1100, ROOM = 4096 };

// A file is drawn as `what` when its name ends so, and when it holds the dataset (NULL: any).
typedef struct drawing {
    const char *ending, *dataset, *what, *caption;
} drawing;

static const drawing drawings[] = {
    {".h5", "/entry/twotime/two_time_corr_func", "twotime",
     "correlation of two times, of the first region; airy view --what twotime --frame 1 draws the "
     "second"},
    {"g2.tsv", NULL, "g2", "g2 against delay, by region and age"},
    {".h5", "/entry/maps/tau_s", "scan",
     "relaxation time and speckle variance, with the errors of both"},
    {".h5", "/entry/maps/v", "joint", "how many places have which relaxation time and variance"},
    {"iq.tsv", NULL, "profile", "intensity by ring"},
    {"sq.tsv", NULL, "profile", "structure factor with its errors and band"},
    {"gr.tsv", NULL, "profile", "pair distribution with its errors and band"},
    {".h5", "/entry/msd/msd_a2", "msd", "mean squared displacement and the lines through it"},
    {".h5", "/entry/isf/f", "isf", "self part of the intermediate scattering function"},
    {".h5", "/entry/overlap/chi4", "overlap", "overlap with where atoms were, and chi4"},
    {".h5", "/entry/vanhove/p_inv_a", "vanhove", "how far atoms have gone after some times"},
    {".h5", "/entry/distinct/g", "distinct", "how far atoms are from where others were"},
    {".h5", "/entry/order/density", "order", "atoms by q4 and w6"},
    {".h5", "/entry/strings/from", "strings", "fast atoms and whose places they took"},
};
enum { DRAWINGS = sizeof drawings / sizeof *drawings };

static bool fits(const drawing *d, const char *path)
{
    size_t n = strlen(path), m = strlen(d->ending);
    if (n < m || strcmp(path + n - m, d->ending) != 0)
        return false;
    if (!d->dataset)
        return true;
    airy_h5 *h5 = airy_h5_open(path, NULL);
    bool has = h5 && airy_h5_has(h5, d->dataset);
    airy_h5_close(h5);
    return has;
}

bool airy_part_is_drawn(const char *path)
{
    for (int i = 0; i < DRAWINGS; i++)
        if (fits(&drawings[i], path))
            return true;
    return false;
}

// Beside the page, for as long as it takes to put it in.
static airy_code draw(airy_page *page, const char *path, const char *name, const drawing *d,
                      airy_error *err)
{
    char caption[2 * ROOM];
    airy_view_options view;
    airy_figure figure = {0};
    char picture[ROOM];
    snprintf(caption, sizeof caption, "%s: %s.", name, d->caption);
    airy_view_options_defaults(&view);
    view.what = d->what, view.width = WIDTH;
    snprintf(picture, sizeof picture, "%s.%s.png", page->path, d->what);
    airy_code code = airy_view_figure(path, &view, &figure, err);
    if (code == AIRY_OK)
        code = airy_figure_write(&figure, picture, NULL, NULL, err);
    if (code == AIRY_OK)
        code = airy_page_picture(page, picture, name, caption, err);
    unlink(picture);
    airy_figure_release(&figure);
    return code;
}

// What cannot be drawn (no gnuplot, nothing measured) is said in its place.
airy_code airy_part_drawn(airy_page *page, const char *path, const char *name, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; i < DRAWINGS && code != AIRY_EMEMORY; i++) {
        airy_error why = {0};
        if (!fits(&drawings[i], path))
            continue;
        code = draw(page, path, name, &drawings[i], &why);
        if (code == AIRY_EMEMORY)
            airy_error_set(err, code, "%s", why.message);
        else if (code != AIRY_OK)
            airy_page_paragraph(page, "%s is not drawn: %s.", name, why.message);
    }
    return code == AIRY_EMEMORY ? code : AIRY_OK;
}
