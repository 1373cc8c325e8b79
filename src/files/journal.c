// SPDX-License-Identifier: GPL-3.0-or-later
// Tables that grow on disk: what was written is there, whatever happens next.
#include "airy/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct airy_journal {
    FILE *file;
    char *path;
};

void airy_journal_end(airy_journal *j)
{
    if (!j)
        return;
    if (j->file)
        fclose(j->file);
    free(j->path);
    free(j);
}

// Whole lines at a time, so that who reads along never sees half a row of a small table.
static airy_code put(airy_journal *j, const char *text, airy_error *err)
{
    errno = 0;
    if (fputs(text, j->file) >= 0 && fflush(j->file) == 0)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EIO, "%s cannot be written: %s", j->path, strerror(errno));
}

airy_journal *airy_journal_begin(const char *path, const airy_table *form, bool overwrite,
                                 airy_error *err)
{
    airy_text text = {0};
    airy_table head = *form;
    airy_journal *j = NULL;
    head.rows = 0;
    airy_code code = airy_output_check(path, NULL, overwrite, err);
    if (code == AIRY_OK) {
        airy_table_format(&head, true, &text);
        code = airy_text_whole(&text, err);
    }
    if (code == AIRY_OK && (!(j = calloc(1, sizeof *j)) || !(j->path = airy_text_copy(path))))
        code = airy_error_set(err, AIRY_EMEMORY, "no memory to write %s", path);
    if (code == AIRY_OK && !(j->file = fopen(path, overwrite ? "w" : "wx")))
        code = airy_error_set(err, AIRY_EIO, "%s cannot be written: %s", path, strerror(errno));
    if (code == AIRY_OK)
        code = put(j, text.text, err);
    airy_text_release(&text);
    if (code == AIRY_OK)
        return j;
    airy_journal_end(j);
    return NULL;
}

airy_code airy_journal_add(airy_journal *j, const airy_table *table, int row, airy_error *err)
{
    airy_text text = {0};
    for (int i = 0; i < table->columns; i++)
        airy_text_append(&text, "%s%s", table->cell[row * table->columns + i],
                         i + 1 < table->columns ? "\t" : "\n");
    airy_code code = airy_text_whole(&text, err);
    if (code == AIRY_OK)
        code = put(j, text.text, err);
    airy_text_release(&text);
    return code;
}
