// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a table: rows and columns, or a sentence; what was read is written and read again.
#include "airy/files.h"

#include "bytes_file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const char *path = bytes_file(bytes, n, ".txt");
    airy_table table = {0}, again = {0};
    airy_error err = {0};
    if (airy_table_read(path, &table, &err) == AIRY_OK) {
        if (airy_table_write(path, &table, true, &err) != AIRY_OK)
            abort();
        // a first cell that begins with # would be a comment; everything else has to come back
        bool comment = table.columns > 0 && table.name[0][0] == '#';
        for (int i = 0; i < table.rows; i++)
            comment |= table.cell[i * table.columns][0] == '#';
        bool blank = table.columns == 1; // an empty cell alone is an empty line
        if (!comment && !blank &&
            (airy_table_read(path, &again, &err) != AIRY_OK || again.rows != table.rows))
            abort();
    }
    airy_table_release(&table);
    airy_table_release(&again);
    unlink(path);
    return 0;
}
