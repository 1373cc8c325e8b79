// SPDX-License-Identifier: GPL-3.0-or-later
// What can be said of frames while a run is being taken: one frame at a glance, files that grow,
// and what many frames have in common so far.
#ifndef AIRY_LIVE_H
#define AIRY_LIVE_H

#include "airy/base.h"
#include "airy/detector.h"
#include "airy/files.h"
#include "airy/pattern.h"

// ------------------------------------------------------------------ one frame (live/look.c)

typedef struct airy_look_options {
    int factor;      // pixels a cell side; 0 = a side of about 280 cells, finer for fine fringes
    double beamstop; // radius of the beam stop, pixels; 0 = its shadow is looked for
    double axis_deg; // of a spheroid
    bool spheroid;
    airy_hit_options hit;
    bool has_start;          // the center is refined from here instead of searched
    double start_y, start_x; // pixels of the frame
    int start_factor;        // what `factor` 0 came to in frames like this one; 0: not known
} airy_look_options;

extern const airy_option airy_look_rows[];
void airy_look_options_defaults(airy_look_options *options);

// What one frame tells. Centers are in pixels of the frame; NaN: not found, and `why` says it.
typedef struct airy_look {
    airy_hit hit;  // photons, lit pixels, background
    int saturated; // pixels
    double peak;   // photons in the brightest measured pixel
    double center_y, center_x, center_y_error, center_x_error;
    double center_chi2;  // of Friedel mates, about 1
    airy_sphere_fit fit; // of `cells`; radii NaN when there is none
    double second;       // visibility of a second particle's fringes; NaN: not known
    int factor;          // pixels a cell side
    airy_pattern cells;  // what was fitted: binned, masked, with its center
    char why[256];       // what could not be found, or ""
} airy_look;

void airy_look_release(airy_look *look);

// Light, saturation, center and size of a frame, in memory: airy_pattern_hit, _bin, _center, the
// shadow of airy_exposures_mask and _sphere. A frame in which nothing was hit is no error. `look`
// is initialised here. Errors: AIRY_EMEMORY, AIRY_EARGUMENT.
AIRY_MUST_CHECK airy_code airy_look_pattern(const airy_pattern *frame,
                                            const airy_look_options *options, airy_look *look,
                                            airy_error *err);

// The same in parts: the light alone (hit, saturated, peak; the rest is NaN and `cells` empty),
// which initialises `look`; then center and size, or no more than the cells.
AIRY_MUST_CHECK airy_code airy_look_light(const airy_pattern *frame,
                                          const airy_look_options *options, airy_look *look,
                                          airy_error *err);
AIRY_MUST_CHECK airy_code airy_look_particle(const airy_pattern *frame,
                                             const airy_look_options *options, airy_look *look,
                                             airy_error *err);
AIRY_MUST_CHECK airy_code airy_look_cells(const airy_pattern *frame,
                                          const airy_look_options *options, airy_look *look,
                                          airy_error *err);

// The numbers of a look as a row of a table with these columns and perhaps more; an empty one gets
// them.
#define AIRY_LOOK_COLUMNS                                                                          \
    "file frame photons peak lit saturated background center_y center_y_err center_x "             \
    "center_x_err center_chi2 r_par_nm r_par_err_nm r_perp_nm r_perp_err_nm ring_chi2 second cell"
AIRY_MUST_CHECK airy_code airy_look_add_row(const airy_look *look, const char *file, int frame,
                                            airy_table *table, airy_error *err);

// ------------------------------------------------------------------ runs that grow (live/growth.c)

// The frames that appear in a file, or in the files of a folder. Files are looked at again when
// their size or time of writing has changed; one that cannot be read yet is tried again, one that
// has vanished is left, one that begins anew is read from its first frame. No file is held open,
// and there is no clock: the caller tells the time, in seconds from anywhere.
typedef struct airy_growth airy_growth;

// path: a file or a folder; match: shell patterns of the names in a folder, blanks between; except:
// files that are none of the run's, ended by NULL, with NULLs before skipped up to n_except.
AIRY_MUST_CHECK airy_growth *airy_growth_new(const char *path, const char *match,
                                             const char *const *except, int n_except,
                                             airy_error *err);
void airy_growth_free(airy_growth *growth); // NULL is fine

// Frames from .. to - 1 of a file that have not been taken, the earliest first; from == to: there
// are none now. waiting: of all files.
typedef struct airy_growth_news {
    const char *file; // borrowed until the next call
    int from, to;
    int waiting;
} airy_growth_news;

// Looks for frames, at most `most` at a time. Warnings go to call->say. Errors: AIRY_EMEMORY,
// AIRY_EMISSING when the path itself is not there at the first look.
AIRY_MUST_CHECK airy_code airy_growth_poll(airy_growth *growth, const airy_call *call, double now_s,
                                           int most, airy_growth_news *news, airy_error *err);

// The first n frames of the news have been used, or passed over.
void airy_growth_taken(airy_growth *growth, int n);

// The frame after them could not be read, for this reason. It is tried again for 3 s, for it may
// still be on its way to the disk; then it is passed over with a warning and counted.
void airy_growth_failed(airy_growth *growth, const airy_call *call, double now_s, const char *why);

int airy_growth_files(const airy_growth *growth);      // in which frames were found
int airy_growth_unreadable(const airy_growth *growth); // frames passed over

// --------------------------------------------------- what they have in common (live/tally.c)

typedef struct airy_tally_options {
    bool by_photons;       // hits are told by photons, not by lit pixels
    double cut;            // a hit has more; NaN: the gap between two groups of frames
    double most_saturated; // pixels of a good hit
    double most_misfit;    // ring_chi2 of a good hit; 0 = no limit
    double most_second;    // visibility of a second particle in a good hit; 0 = no limit
    double moved_px;       // alarm: so far from where the beam was at first
    double fell;           // alarm: the hit rate is this share of what it was
    int window;            // frames that the present hit rate is that of
} airy_tally_options;

extern const airy_option airy_tally_rows[];
void airy_tally_options_defaults(airy_tally_options *options);

typedef enum airy_alarm {
    AIRY_ALARM_SATURATED,
    AIRY_ALARM_MOVED,
    AIRY_ALARM_RATE,
    AIRY_ALARMS
} airy_alarm;

// Numbers so far. NaN: not known.
typedef struct airy_tally_now {
    int frames, hits, good, saturated;  // saturated: hits with a saturated pixel
    int on, on_hits, off, off_hits;     // frames with the pump and without, and their hits
    double threshold;                   // of a hit
    double rate, present_rate;          // hits a frame: of all, of the last `window` frames
    double photons;                     // median of the last hits, and so on
    double radius_nm, radius_spread_nm; // median and robust scatter of the last 50
    double radius_on_nm, radius_off_nm; // medians of the last 50 hits each
    double center_y, center_x;
    const char *alarm[AIRY_ALARMS]; // a sentence, or NULL
} airy_tally_now;

// One frame, in the order in which they came.
typedef struct airy_tally_frame {
    bool hit, good;
    int pumped; // 1, 0, or -1: not known
    double photons, saturated, radius_nm, center_y, center_x;
} airy_tally_frame;

typedef struct airy_tally airy_tally;

// Numbers of frames; NULL on errors.
AIRY_MUST_CHECK airy_tally *airy_tally_new(const airy_tally_options *options, airy_error *err);
void airy_tally_free(airy_tally *tally); // NULL is fine

// Whether a frame of this light is a hit, as far as is known: all are while there are no two
// groups. One without measured pixels never is. Different threads may ask at the same time.
bool airy_tally_is_hit(const airy_tally *tally, const airy_hit *light);

// Adds a frame, and looks for the gap between hits and others again when there are a tenth more.
AIRY_MUST_CHECK airy_code airy_tally_add(airy_tally *tally, const airy_look *look, bool hit,
                                         int pumped, airy_error *err);
airy_tally_now airy_tally_tell(const airy_tally *tally);

// All frames so far, borrowed until the next airy_tally_add.
const airy_tally_frame *airy_tally_frames(const airy_tally *tally, int *n);

#endif
