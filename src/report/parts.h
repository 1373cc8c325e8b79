// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of a page about the folder of a series, beyond its files as they are.
#ifndef AIRY_REPORT_PARTS_H
#define AIRY_REPORT_PARTS_H

#include "airy/report.h"
#include "html.h"

// One part; folder is the series'. Nothing is put when the files tell nothing of it.
typedef airy_code airy_part(airy_page *page, const char *folder, airy_error *err);

// shots.tsv, kinetics.tsv, populations.tsv: the verdict, three numbers, and one difference a delay.
airy_code airy_part_opening(airy_page *page, const char *folder, airy_error *err);
airy_code airy_part_row(airy_page *page, const char *folder, airy_error *err);

// kinetics.tsv: what was found beside what is known.
airy_code airy_part_truth(airy_page *page, const char *folder, airy_error *err);

// shots.tsv: a sheet of all shots, and pictures of those shown.
airy_code airy_part_shots(airy_page *page, const char *folder, airy_error *err);

// gates.tsv: one row a shot.
airy_code airy_part_gates(airy_page *page, const char *folder, airy_error *err);

// mc.h5: sections of one run.
airy_code airy_part_model(airy_page *page, const char *folder, airy_error *err);

// Files that the page draws itself (drawn.c): whether this is one, and its pictures.
bool airy_part_is_drawn(const char *path);
airy_code airy_part_drawn(airy_page *page, const char *path, const char *name, airy_error *err);

#endif
