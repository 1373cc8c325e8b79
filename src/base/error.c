// SPDX-License-Identifier: GPL-3.0-or-later
// A code and a sentence, owned by the caller.
#include "airy/base.h"

#include <stdio.h>
#include <string.h>

airy_code airy_error_set(airy_error *err, airy_code code, const char *format, ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        err->code = code;
        vsnprintf(err->message, sizeof err->message, format, args);
        va_end(args);
    }
    return code;
}

airy_code airy_error_prefix(airy_error *err, const char *format, ...)
{
    if (!err) // nobody asks for what failed, but that it did
        return AIRY_EVALUE;
    char sentence[sizeof err->message];
    memcpy(sentence, err->message, sizeof sentence);
    va_list args;
    va_start(args, format);
    int used = vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    bool whole = used > 0 && (size_t)used < sizeof sentence;
    if (whole && strncmp(sentence, err->message, (size_t)used) == 0 && // said already
        strchr(":, ", sentence[used])) {
        memcpy(err->message, sentence, sizeof sentence);
        return err->code;
    }
    if (used >= 0 && (size_t)used < sizeof err->message)
        snprintf(err->message + used, sizeof err->message - (size_t)used, ": %s", sentence);
    return err->code;
}

airy_code airy_error_code(const airy_error *err, airy_code otherwise)
{
    return err && err->code != AIRY_OK ? err->code : otherwise;
}

airy_code airy_error_forgive(airy_error *err, airy_code code)
{
    if (code == AIRY_EMEMORY || code == AIRY_ESTOPPED)
        return code;
    if (err)
        *err = (airy_error){0};
    return AIRY_OK;
}

bool airy_code_of_data(airy_code code)
{
    return code == AIRY_EVALUE || code == AIRY_ENUMERIC;
}

void airy_progress_report(const airy_progress *progress, double done, double total,
                          const char *note)
{
    if (progress && progress->report)
        progress->report(progress->context, done, total, note);
}

bool airy_progress_stopped(const airy_progress *progress)
{
    return progress && progress->stopped && progress->stopped(progress->context);
}
