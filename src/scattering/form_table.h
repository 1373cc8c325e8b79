// SPDX-License-Identifier: GPL-3.0-or-later
// Of form_table.c, for the room and its tests.
#ifndef AIRY_SCATTERING_FORM_TABLE_H
#define AIRY_SCATTERING_FORM_TABLE_H

#include "airy/scattering.h"

// A table `element q_inv_a f compton`: electrons, and electron units per atom.
AIRY_MUST_CHECK airy_code airy_form_table_read(const char *path, airy_form_table *table,
                                               airy_error *err);
void airy_form_table_release(airy_form_table *table);

#endif
