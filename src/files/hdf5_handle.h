// SPDX-License-Identifier: GPL-3.0-or-later
// What the HDF5 files of this room share: the handle, looking at datasets before reading them.
#ifndef AIRY_FILES_HDF5_HANDLE_H
#define AIRY_FILES_HDF5_HANDLE_H

#include "airy/files.h"

#include <hdf5.h>

struct airy_h5 {
    hid_t file;
    char *path;       // final name
    const char *root; // of the file that led to this one; NULL: none did
    airy_error far;   // the first link that was not followed because it leads elsewhere
    bool writing;
    bool doubt; // memory ran out while something was looked for: "absent" may be wrong
    // Virtual datasets that were looked through last, for a frame is read after another: one that
    // ends somewhere, and one all of whose sources are there.
    char ends[512], whole[512];
    airy_output out;  // when writing
    airy_error first; // the failure that sticks
};

// To be called where a call of HDF5 failed and its failure may be taken for an answer: it is one
// unless memory ran out.
void airy_h5_doubt(airy_h5 *h5);

// Opens a file for reading, one that is being written for readers (SWMR) or was until its writer
// was killed, too; less than 0: it cannot be opened.
hid_t airy_h5_open_file(const char *path);

// HDF5 prints its errors unless told otherwise, thread by thread.
void airy_h5_quiet(void);

// Where HDF5 looks for a file that another names: beside it, or as it stands. airy_text_release.
void airy_h5_beside(const airy_h5 *h5, const char *name, airy_text *path);

// Where an external link leads: "FILE:/path"; false when path is none.
bool airy_h5_external_target(const airy_h5 *h5, const char *path, char target[512]);

// False when path is an external link to what is no plain file, or to one elsewhere.
bool airy_h5_may_follow(airy_h5 *h5, const char *path);

// Whether a file lies below the folder of the file that is read, or may lie anywhere; what is not
// there counts as near (hdf5_reach.c). AIRY_EFORMAT, naming --follow, when path leads to one that
// does not; and the same of the file in which an open object is.
bool airy_h5_is_near(const airy_h5 *h5, const char *file);
airy_code airy_h5_check_near(airy_h5 *h5, const char *path, const char *file, airy_error *err);
airy_code airy_h5_check_file(airy_h5 *h5, const char *path, hid_t object, airy_error *err);

// Closes an object unless it is negative; any kind.
void airy_h5_drop(hid_t object);

// Opens a dataset for reading after looking at its filters; negative on errors.
hid_t airy_h5_dataset(airy_h5 *h5, const char *path, airy_error *err);

// AIRY_EFORMAT when a virtual dataset's sources lead back to it.
airy_code airy_h5_check_chain(airy_h5 *h5, const char *path, hid_t dataset, airy_error *err);

// AIRY_EMISSING, naming filter and package, when the dataset's filters are not all installed.
airy_code airy_h5_check_filters(const airy_h5 *h5, const char *path, hid_t dataset,
                                airy_error *err);

// "512 x 1024" or "scalar".
void airy_h5_shape_text(const hsize_t *dims, int rank, char *text, size_t room);

#endif
