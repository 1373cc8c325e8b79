// SPDX-License-Identifier: GPL-3.0-or-later
// The files of a simulation in its folder.
#ifndef AIRY_SIMULATE_PRODUCTS_H
#define AIRY_SIMULATE_PRODUCTS_H

#include "airy/simulate.h"

// One of them; `what` is the simulation.
typedef struct airy_product {
    const char *name;
    airy_code (*write)(const void *what, const airy_simulation_output *output, const char *path,
                       airy_error *err);
} airy_product;

// Makes the folder and writes them, once it is known that all of them may be written.
AIRY_MUST_CHECK airy_code airy_products_write(const airy_product *products, size_t n,
                                              const void *what,
                                              const airy_simulation_output *output,
                                              airy_error *err);

// A table with the simulation's history.
AIRY_MUST_CHECK airy_code airy_product_table(const airy_simulation_output *output, const char *path,
                                             const airy_table *table, airy_error *err);

#endif
