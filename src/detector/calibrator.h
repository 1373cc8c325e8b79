// SPDX-License-Identifier: GPL-3.0-or-later
// One row of the plane at a time: what whole frames and fused binning are made of.
#ifndef AIRY_DETECTOR_CALIBRATOR_H
#define AIRY_DETECTOR_CALIBRATOR_H

#include "airy/detector.h"

// Photons and variance of one word, and why it cannot be used (then the numbers are 0).
typedef struct airy_word_value {
    float photons, variance;
    uint32_t reasons;
} airy_word_value;

// The numbers of stage g at data pixel i: photons = (adc - pedestal) x per_adu, variance = photons
// + read. False: this stage is not calibrated there, and all are 0.
typedef struct airy_word_scale {
    float pedestal, per_adu, read;
} airy_word_scale;
bool airy_calibration_scale(const airy_calibration *calibration, double energy_ev, int g, int i,
                            airy_word_scale *scale);

// The value of a word read at data pixel i; offset_adu is taken off in stage G0.
airy_word_value airy_calibration_value(const airy_calibration *calibration,
                                       const airy_calibrate_options *options, uint16_t word, int i,
                                       double offset_adu);

// Median of unlit G0 pixels over pedestal in every bank of 256 x 64, ADU, 0 where too few are
// unlit. scratch holds a bank; banks are counted as in airy_calibration_bank.
enum { AIRY_BANK = 64 };
void airy_calibration_offsets(const airy_calibration *calibration,
                              const airy_calibrate_options *options, const uint16_t *words,
                              float *scratch, float *offset);

// The bank of data pixel i in rows of nx pixels.
int airy_calibration_bank(int i, int nx);

// In place of a data pixel: none, or several that meet.
enum { AIRY_NOWHERE = -1, AIRY_MEETING = -2 };

// Plane pixels x .. x + n - 1 of a row hold the words from, from + step, ...
typedef struct airy_piece {
    int x, n, from, step;
} airy_piece;

// A wide pixel's share.
typedef struct airy_share {
    int to;
    float photons, variance;
} airy_share;

// One of several data pixels that fall on the plane pixel `to`.
typedef struct airy_meeting {
    int to, from, order;
    uint32_t reasons; // of the geometry and the options
} airy_meeting;

// A growing list, sorted by plane pixel once it is complete; first[y] is where row y begins.
typedef struct airy_row_list {
    int n;
    void *at;
    int *first; // (ny + 1)
} airy_row_list;

struct airy_calibrator {
    const airy_calibration *calibration;
    airy_calibrate_options options;
    int data_ny, data_nx, ny, nx;
    airy_pattern facts; // setup and center, no pixels
    int32_t *from;      // (ny, nx) data pixel, AIRY_NOWHERE or AIRY_MEETING
    float *pedestal, *per_adu, *read;
    airy_mask reasons;
    uint8_t *only_g0; // 1: GAIN holds in stage G0 alone
    airy_row_list pieces, shares, meetings;
    bool full; // no memory for a list
};

// Area of data pixel `from` in pixels.
int airy_calibrator_area(const airy_calibrator *calibrator, int from);

// The value of a plane pixel on which n data pixels fall: the mean of the measured ones. Reasons
// are those of the measured ones if there are any, else all. words NULL: usual ones; offset NULL:
// no common mode.
airy_word_value airy_calibrator_meet(const airy_calibrator *calibrator, const uint16_t *words,
                                     const float *offset, const airy_meeting *m, int n);

// Columns of a row whose reasons are not the calibrator's own.
typedef struct airy_row_events {
    int n, *column;
    uint32_t *change; // (nx) reasons = the calibrator's ^ change; 0 elsewhere
} airy_row_events;

AIRY_MUST_CHECK airy_code airy_row_events_init(airy_row_events *events, int nx, airy_error *err);
void airy_row_events_clear(airy_row_events *events);
void airy_row_events_release(airy_row_events *events);

// A row and what it is made in, one a thread.
typedef struct airy_calibrated_row {
    float *photons, *variance; // (nx), 0 where excluded
    uint16_t *words;           // (nx)
    float *pedestal;           // (nx), shifted by the common mode
    float *offset, *scratch;   // of all banks, of one bank
    bool lost;                 // the whole frame is
} airy_calibrated_row;

AIRY_MUST_CHECK airy_code airy_calibrated_row_init(const airy_calibrator *calibrator,
                                                   airy_calibrated_row *row, airy_error *err);
void airy_calibrated_row_release(airy_calibrated_row *row);

// Begins a frame: what has to be known of all its words before the first row.
void airy_calibrated_row_begin(const airy_calibrator *calibrator, const uint16_t *words, bool lost,
                               airy_calibrated_row *row);

// Row y of the frame; events were clear.
void airy_calibrated_row_make(const airy_calibrator *calibrator, const uint16_t *words, int y,
                              airy_calibrated_row *row, airy_row_events *events);

// Reasons of every plane pixel when it was read in G0 as usual.
const airy_mask *airy_calibrator_reasons(const airy_calibrator *calibrator);

#endif
