// SPDX-License-Identifier: GPL-3.0-or-later
// Two series beside each other on one page, as a glass beside a metal.
#include "html.h"
#include "parts.h"
#include "pictures.h"

#include "airy/kinetics.h"

#include <stdlib.h>
#include <string.h>

static airy_code read_kinetics(const char *folder, airy_kinetics *kinetics, airy_error *err)
{
    airy_text path = {0};
    airy_table table = {0};
    airy_text_append(&path, "%s/kinetics.tsv", folder);
    airy_code code = path.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a path")
                                 : airy_table_read(path.text, &table, err);
    if (code == AIRY_OK)
        code = airy_kinetics_from_table(&table, kinetics, err);
    airy_table_release(&table);
    airy_text_release(&path);
    return code;
}

// page.html: page-curves.svg, which stays beside it.
static airy_code draw_curves(const char *const folders[2], const char *const names[2],
                             const char *path, const airy_progress *progress, airy_error *err)
{
    airy_kinetics of[2] = {{0}};
    airy_view_options view;
    airy_figure figure = {0};
    airy_view_options_defaults(&view);
    airy_code code = read_kinetics(folders[0], &of[0], err);
    if (code == AIRY_OK)
        code = read_kinetics(folders[1], &of[1], err);
    if (code == AIRY_OK)
        code = airy_picture_two_series((const airy_kinetics *const[]){&of[0], &of[1]}, names, &view,
                                       &figure, err);
    if (code == AIRY_OK)
        code = airy_figure_write(&figure, path, NULL, progress, err);
    airy_figure_release(&figure);
    airy_kinetics_release(&of[0]);
    airy_kinetics_release(&of[1]);
    return code;
}

static airy_code put_curves(airy_page *page, const char *path, airy_error *err)
{
    const char *slash = strrchr(path, '/');
    return airy_page_picture(page, path, slash ? slash + 1 : path,
                             "Means by delay with intervals; lines: the best model of each. Radius "
                             "and low area are over the first mean of their series.",
                             err);
}

airy_code airy_report_two(const char *const folders[2], const char *const names[2],
                          const char *title, const char *path, bool overwrite,
                          const airy_progress *progress, airy_error *err)
{
    airy_page page = {0};
    airy_text chart = {0};
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
    int stem = (int)(dot && (!slash || dot > slash) ? (size_t)(dot - path) : strlen(path));
    airy_text_append(&chart, "%.*s-curves.svg", stem, path);
    airy_code code = chart.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a path")
                                  : airy_output_check(path, chart.text, overwrite, err);
    if (code == AIRY_OK)
        code = draw_curves(folders, names, chart.text, progress, err);
    airy_page_init(&page, title);
    for (int k = 0; code == AIRY_OK && k < 2; k++) {
        airy_page_section(&page, names[k]);
        code = airy_part_opening(&page, folders[k], err);
        if (code == AIRY_OK)
            code = airy_part_row(&page, folders[k], err);
    }
    if (code == AIRY_OK) {
        airy_page_section(&page, "Both against delay");
        code = put_curves(&page, chart.text, err);
    }
    if (code == AIRY_OK)
        code = airy_page_write(&page, path, overwrite, err);
    airy_page_release(&page);
    airy_text_release(&chart);
    return code;
}
