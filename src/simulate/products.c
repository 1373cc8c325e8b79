// SPDX-License-Identifier: GPL-3.0-or-later
// The files of a simulation: first whether all of them may be written, then they are.
#include "simulate/products.h"

airy_code airy_products_write(const airy_product *products, size_t n, const void *what,
                              const airy_simulation_output *output, airy_error *err)
{
    airy_code code = airy_folder_make(output->folder, err);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; code == AIRY_OK && i < n; i++) {
            airy_text path = {0};
            airy_text_append(&path, "%s/%s", output->folder, products[i].name);
            code = airy_text_whole(&path, err);
            if (code == AIRY_OK && pass == 0)
                code = airy_output_check(path.text, NULL, output->overwrite, err);
            else if (code == AIRY_OK)
                code = products[i].write(what, output, path.text, err);
            airy_text_release(&path);
        }
    return code;
}

airy_code airy_product_table(const airy_simulation_output *output, const char *path,
                             const airy_table *table, airy_error *err)
{
    return airy_table_write_under(path, table, output->history, output->overwrite, err);
}
