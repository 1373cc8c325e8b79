// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 of files and memory, from nettle.
#include "airy/files.h"
#include "hash.h"
#include "input.h"
#include "versions.h"

#include <nettle/sha2.h>
#include <nettle/version.h>
#include <stdio.h>
#include <string.h>

static void to_hex(struct sha256_ctx *context, char hex[65])
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

void airy_bytes_sha256(const void *bytes, size_t length, char hex[65])
{
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, length, bytes);
    to_hex(&context, hex);
}

airy_code airy_file_sha256(const char *path, const airy_progress *progress, char hex[65],
                           airy_error *err)
{
    struct sha256_ctx context;
    uint8_t block[1 << 16];
    airy_error local = {0};
    FILE *file = airy_file_open(path, &local);
    if (!file)
        return airy_error_set(err, local.code, "%s", local.message);
    sha256_init(&context);
    bool stopped = false;
    for (size_t n; !stopped && (n = fread(block, 1, sizeof block, file)) > 0;) {
        sha256_update(&context, n, block);
        stopped = airy_progress_stopped(progress);
    }
    bool failed = ferror(file);
    fclose(file);
    if (failed)
        return airy_error_set(err, AIRY_EIO, "reading %s failed", path);
    if (stopped)
        return airy_error_set(err, AIRY_ESTOPPED, "stopped while %s was read", path);
    to_hex(&context, hex);
    return AIRY_OK;
}

void airy_hash_version(airy_text *text)
{
    airy_text_append(text, "nettle %d.%d\n", nettle_version_major(), nettle_version_minor());
}
