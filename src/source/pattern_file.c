// SPDX-License-Identifier: GPL-3.0-or-later
// One pattern from a file of any format, with its history.
#include "files/table.h"
#include "formats.h"
#include "raw_sls.h"

#include <stdlib.h>

airy_code airy_pattern_read(const char *spec, int frame, airy_pattern *pattern,
                            airy_history *history, airy_error *err)
{
    *pattern = (airy_pattern){0};
    if (history)
        airy_history_init(history);
    airy_frames *frames = airy_frames_open(spec, err);
    airy_code code = frames ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK)
        code = airy_frames_read(frames, frame, pattern, err);
    if (code == AIRY_OK && history)
        code = airy_frames_history(frames, history, err);
    airy_frames_close(frames);
    if (code != AIRY_OK)
        airy_pattern_release(pattern);
    return code;
}

airy_code airy_history_read_file(const char *path, airy_history *history, airy_error *err)
{
    const airy_format *format = airy_format_of(path);
    airy_history_init(history);
    if (airy_sls_is(path))
        return AIRY_OK; // no place for it
    if (!format->read) {
        airy_h5 *h5 = airy_h5_open(path, err);
        airy_code code = h5 ? airy_history_read(h5, history, err) : airy_error_code(err, AIRY_EIO);
        airy_h5_close(h5);
        return code;
    }
    if (format->read == airy_fits_read)
        return airy_fits_history(path, history, err);
    if (format->read == airy_png_read)
        return airy_png_history(path, history, err);
    if (format->read != airy_tsv_read)
        return AIRY_OK; // a format without a place for it
    char *text;
    airy_code code = airy_file_read_text(path, &text, err);
    if (code == AIRY_OK)
        code = airy_comments_history(text, history, err);
    free(text);
    return code;
}

airy_code airy_history_read_any(const char *spec, airy_history *history, airy_error *err)
{
    char *path = airy_spec_path(spec, NULL);
    airy_history_init(history);
    airy_code code = path ? airy_history_read_file(path, history, err)
                          : airy_error_set(err, AIRY_EMEMORY, "no memory for a file name");
    if (code != AIRY_OK)
        airy_history_release(history);
    free(path);
    return airy_error_forgive(err, code);
}

airy_code airy_histories_merge(const char *const *more, airy_history *history, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (; more && *more && code == AIRY_OK; more++) {
        airy_history other = {0};
        code = airy_history_read_any(*more, &other, err);
        if (code == AIRY_OK)
            code = airy_history_merge(history, &other, err);
        airy_history_release(&other);
    }
    return code;
}
