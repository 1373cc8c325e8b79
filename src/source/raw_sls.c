// SPDX-License-Identifier: GPL-3.0-or-later
// Files of the SLS detectors' receiver (slsdetectorgroup/slsDetectorPackage, fileformat.rst):
// frames of a 112-byte header and the words of one port, NAME_dPORT_fFILE_RUN.raw, described by
// NAME_master_RUN.json. A port is a module of 512 x 1024, or half of one with two interfaces.
#include "raw_sls.h"
#include "files/input.h"
#include "files/numbers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADER = 112,
    PACKETS_CAUGHT = 12, // offsets in the header
    PACKET_MASK = 48,
    NX = AIRY_MODULE_NX,
    PACKET_WORDS = 4096, // 8192 bytes, four rows
    PORTS_MAX = 64,
};

struct airy_sls {
    char *prefix, *run; // of a run's files; NULL for a single file
    char *path;         // of that, or of the master
    int ports, frames, frames_per_file;
    int rows; // of one port's image
};

void airy_sls_close(airy_sls *sls)
{
    if (!sls)
        return;
    free(sls->prefix);
    free(sls->run);
    free(sls->path);
    free(sls);
}

bool airy_sls_is(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    return airy_text_ends(path, ".raw") ||
           (airy_text_ends(path, ".json") && strstr(name, "_master_"));
}

void airy_sls_shape(const airy_sls *sls, int *n, int *ny, int *nx)
{
    *n = sls->frames;
    *ny = sls->ports * sls->rows;
    *nx = NX;
}

// ------------------------------------------------------------------ opening

// A single file: whole modules if its size allows it, else halves.
static airy_code open_single(airy_sls *sls, airy_error *err)
{
    airy_code code = airy_file_check(sls->path, err);
    if (code != AIRY_OK)
        return code;
    long long size = airy_file_bytes(sls->path);
    sls->ports = 1;
    for (int rows = AIRY_MODULE_NY; rows >= AIRY_MODULE_NY / 2; rows /= 2) {
        long long frame = HEADER + 2LL * NX * rows;
        if (size > 0 && size % frame == 0 && size / frame < INT32_MAX) {
            sls->rows = rows;
            sls->frames = sls->frames_per_file = (int)(size / frame);
            return AIRY_OK;
        }
    }
    return airy_error_set(err, AIRY_EFORMAT,
                          "%s has %lld bytes, which is no whole number of frames of 512 x 1024 or "
                          "256 x 1024 words (truncated?)",
                          sls->path, size);
}

// The whole number behind a key of the master file; 0 when it is not there or makes no sense.
static long key_value(const char *text, const char *key)
{
    const char *found = strstr(text, key);
    found = found ? strchr(found, ':') : NULL;
    long value = found ? strtol(found + 1, NULL, 10) : 0;
    return value > 0 && value < INT32_MAX ? value : 0;
}

// "dir/NAME_master_RUN.json" -> prefix "dir/NAME", run "RUN".
static bool split_name(airy_sls *sls)
{
    const char *mark = strstr(sls->path, "_master_");
    sls->prefix = airy_text_copy(sls->path);
    sls->run = mark ? airy_text_copy(mark + strlen("_master_")) : NULL;
    if (!sls->prefix || !sls->run)
        return false;
    sls->prefix[mark - sls->path] = '\0';
    sls->run[strcspn(sls->run, ".")] = '\0';
    return true;
}

static airy_code read_master(airy_sls *sls, const char *text, airy_error *err)
{
    long bytes = key_value(text, "\"Image Size in bytes\""), frames;
    const char *geometry = strstr(text, "\"Geometry\"");
    long ports = geometry ? key_value(geometry, "\"x\"") * key_value(geometry, "\"y\"") : 0;
    long most = key_value(text, "\"Max Frames Per File\"");
    frames = key_value(text, "\"Frames in File\"");
    if (!strstr(text, "Jungfrau"))
        return airy_error_set(err, AIRY_EFORMAT, "%s is no master file of a JUNGFRAU", sls->path);
    bool whole = bytes == 2L * NX * AIRY_MODULE_NY || bytes == NX * AIRY_MODULE_NY;
    if (!whole || ports < 1 || ports > PORTS_MAX || frames < 1 || frames > INT32_MAX || most < 0)
        return airy_error_set(err, AIRY_EFORMAT,
                              "%s tells of %ld ports, %ld bytes a frame and %ld frames, which "
                              "cannot be read",
                              sls->path, ports, bytes, frames);
    sls->ports = (int)ports;
    sls->frames = (int)frames;
    sls->frames_per_file = most > 0 && most < frames ? (int)most : sls->frames;
    sls->rows = (int)(bytes / (2L * NX));
    return split_name(sls) ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for a name");
}

static airy_code open_master(airy_sls *sls, airy_error *err)
{
    char *text;
    airy_code code = airy_file_read_text(sls->path, &text, err);
    if (code == AIRY_OK)
        code = read_master(sls, text, err);
    free(text);
    return code;
}

airy_sls *airy_sls_open(const char *path, airy_error *err)
{
    airy_sls *sls = calloc(1, sizeof *sls);
    if (sls)
        sls->path = airy_text_copy(path);
    if (!sls || !sls->path) {
        airy_error_set(err, AIRY_EMEMORY, "no memory to open %s", path);
        airy_sls_close(sls);
        return NULL;
    }
    if ((airy_text_ends(path, ".json") ? open_master : open_single)(sls, err) == AIRY_OK)
        return sls;
    airy_sls_close(sls);
    return NULL;
}

// ------------------------------------------------------------------ reading

// Opens the file of a port at the header of frame i.
static airy_code seek_frame(const airy_sls *sls, int port, int i, FILE **file, airy_error *err)
{
    airy_text path = {0};
    long long frame = HEADER + 2LL * NX * sls->rows;
    if (sls->prefix)
        airy_text_append(&path, "%s_d%d_f%d_%s.raw", sls->prefix, port, i / sls->frames_per_file,
                         sls->run);
    else
        airy_text_append(&path, "%s", sls->path);
    airy_error local = {0};
    airy_code code = AIRY_OK;
    *file = path.text ? airy_file_open(path.text, &local) : NULL;
    if (!*file)
        code = airy_error_set(err, local.code ? local.code : AIRY_EMEMORY, "%s",
                              local.code ? local.message : "no memory for a file name");
    else if (fseek(*file, (long)(frame * (i % sls->frames_per_file)), SEEK_SET) != 0)
        code = airy_error_set(err, AIRY_EIO, "%s cannot be read: %s", path.text, strerror(errno));
    airy_text_release(&path);
    return code;
}

static airy_code truncated(const airy_sls *sls, int port, int i, airy_error *err)
{
    return airy_error_set(err, AIRY_EFORMAT, "%s: frame %d of port %d is cut short", sls->path, i,
                          port);
}

static int caught(const unsigned char *header)
{
    return (int)airy_number_at(header + PACKETS_CAUGHT, 'u', 4);
}

static int packets(const airy_sls *sls)
{
    return sls->rows * NX / PACKET_WORDS;
}

// Words of packets that never came.
static void mark_lost(const airy_sls *sls, const unsigned char *header, uint16_t *words)
{
    if (caught(header) >= packets(sls))
        return;
    for (int p = 0; p < packets(sls); p++) {
        bool there = header[PACKET_MASK + p / 8] >> p % 8 & 1;
        for (int i = 0; !there && i < PACKET_WORDS; i++)
            words[p * PACKET_WORDS + i] = 0xffff;
    }
}

static airy_code read_port(const airy_sls *sls, int port, int i, uint16_t *words, airy_error *err)
{
    unsigned char header[HEADER];
    size_t n = (size_t)sls->rows * NX;
    FILE *file = NULL;
    airy_code code = seek_frame(sls, port, i, &file, err);
    if (code == AIRY_OK && (fread(header, 1, sizeof header, file) != sizeof header ||
                            fread(words, sizeof *words, n, file) != n))
        code = truncated(sls, port, i, err);
    if (file)
        fclose(file);
    if (code == AIRY_OK)
        mark_lost(sls, header, words);
    return code;
}

static airy_code check_frame(const airy_sls *sls, int i, airy_error *err)
{
    if (i >= 0 && i < sls->frames)
        return AIRY_OK;
    return airy_error_set(err, AIRY_ESHAPE, "%s has no frame %d, it holds 0 to %d", sls->path, i,
                          sls->frames - 1);
}

airy_code airy_sls_read(airy_sls *sls, int i, uint16_t *words, airy_error *err)
{
    airy_code code = check_frame(sls, i, err);
    for (int port = 0; code == AIRY_OK && port < sls->ports; port++)
        code = read_port(sls, port, i, words + (size_t)port * (size_t)sls->rows * NX, err);
    return code;
}

airy_code airy_sls_facts(airy_sls *sls, int i, airy_raw_facts *facts, airy_error *err)
{
    airy_code code = check_frame(sls, i, err);
    for (int port = 0; code == AIRY_OK && port < sls->ports; port++) {
        unsigned char header[HEADER];
        FILE *file = NULL;
        code = seek_frame(sls, port, i, &file, err);
        if (code == AIRY_OK && fread(header, 1, sizeof header, file) != sizeof header)
            code = truncated(sls, port, i, err);
        if (file)
            fclose(file);
        if (code == AIRY_OK) {
            facts->pulse_id = (long long)airy_number_at(header, 'u', 8);
            facts->good = facts->good && caught(header) >= packets(sls);
        }
    }
    return code;
}
