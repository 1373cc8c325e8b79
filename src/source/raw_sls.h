// SPDX-License-Identifier: GPL-3.0-or-later
// Files of the SLS detectors' receiver.
#ifndef AIRY_SOURCE_RAW_SLS_H
#define AIRY_SOURCE_RAW_SLS_H

#include "airy/source.h"

typedef struct airy_sls airy_sls;

// True when a name ends as the receiver's do: .raw, or _master_N.json.
bool airy_sls_is(const char *path);

// Opens one .raw file, or all ports and files of a run by its master. NULL on errors.
airy_sls *airy_sls_open(const char *path, airy_error *err);
void airy_sls_close(airy_sls *sls); // NULL is fine

// Frames, and the size of one with all ports stacked.
void airy_sls_shape(const airy_sls *sls, int *n, int *ny, int *nx);

// Words (ny * nx) of frame i; packets that were lost hold 0xFFFF.
airy_code airy_sls_read(airy_sls *sls, int i, uint16_t *words, airy_error *err);

// Frame number as pulse_id, and whether all packets were caught.
airy_code airy_sls_facts(airy_sls *sls, int i, airy_raw_facts *facts, airy_error *err);

#endif
