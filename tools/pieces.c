// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces of a run that are kept beside its output.
#include "pieces.h"

airy_code pieces_open(const invocation *call, const airy_text *hashes, airy_pieces **store,
                      airy_error *err)
{
    airy_text text = {0};
    char key[65];
    airy_text_append(&text, "%s\n%s\n%s\n%d %llu\n%s\n%s", call->run.name, call->run.version,
                     call->run.commit ? call->run.commit : "", call->seeded,
                     (unsigned long long)call->seed, call->parameters.text,
                     hashes->text ? hashes->text : "");
    airy_code code = AIRY_OK;
    if (text.failed || hashes->failed)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a key");
    else
        airy_bytes_sha256(text.text, text.length, key);
    airy_text_release(&text);
    *store = code == AIRY_OK ? airy_pieces_open(call->output, key, err) : NULL;
    return code == AIRY_OK && !*store ? err->code : code;
}
