// SPDX-License-Identifier: GPL-3.0-or-later
// Tracks for tests: of walkers, and of sample files where there are such.
#ifndef AIRY_TESTS_MOVING_ATOMS_H
#define AIRY_TESTS_MOVING_ATOMS_H

#include "airy/atoms.h"
#include "airy/simulate.h"
#include "simulate/walk.h"
#include "atoms/lags.h"
#include "atoms/motion.h"
#include "atoms/tracks.h"
#include "atoms/trajectory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void cube(airy_atom_box *box, double side)
{
    *box = (airy_atom_box){.a = {{side, 0, 0}, {0, side, 0}, {0, 0, side}},
                           .periodic = {true, true, true}};
    assert_int_equal(airy_atom_box_complete(box, NULL), AIRY_OK);
}

// Frames of walkers as a trajectory gives them; time[frame] NULL: those of the walk.
static inline void walk_tracks(const airy_walk *walk, airy_tracks *tracks)
{
    airy_atoms atoms;
    airy_error err = {0};
    size_t row = 3 * (size_t)walk->frames;
    double *way = airy_memory_new(row * (size_t)walk->atoms, sizeof *way);
    assert_non_null(way);
    assert_int_equal(airy_atoms_init(&atoms, walk->atoms, &err), AIRY_OK);
    cube(&atoms.box, walk->box);
    for (int i = 0; i < walk->atoms; i++)
        airy_walk_atom(walk, i, way + (size_t)i * row);
    for (int frame = 0; frame < walk->frames; frame++) {
        atoms.frame = frame;
        atoms.time_ps = frame * walk->dt_ps;
        for (int i = 0; i < 3 * walk->atoms; i++)
            atoms.r[i] = way[(size_t)(i / 3) * row + (size_t)(3 * frame + i % 3)];
        if (airy_tracks_add(tracks, &atoms, 1, &err) != AIRY_OK)
            fail_msg("%s", err.message);
    }
    airy_memory_free(way);
    airy_atoms_release(&atoms);
}

static inline void sample_path(const char *name, char path[1024])
{
    const char *folder = getenv("SHARED_DATA");
    snprintf(path, 1024, "%s/glass/%s", folder ? folder : "", name);
    if (!folder || !airy_file_exists(path)) {
        print_message("no sample file glass/%s\n", name);
        skip();
    }
}

static inline airy_trajectory *open_sample(const char *name, double timestep_ps)
{
    char path[1024];
    airy_error err = {0};
    const airy_trajectory_options options = {.timestep_ps = timestep_ps};
    sample_path(name, path);
    airy_trajectory *t = airy_trajectory_open(path, &options, &err);
    if (!t)
        fail_msg("%s", err.message);
    return t;
}

static inline const airy_atoms *next_frame(airy_trajectory *t)
{
    const airy_atoms *atoms;
    airy_error err = {0};
    if (airy_trajectory_next(t, &atoms, &err) != AIRY_OK)
        fail_msg("%s", err.message);
    return atoms;
}

// All frames of a sample; the tracks' drift and masses are set before.
static inline void sample_tracks(const char *name, double timestep_ps, airy_tracks *tracks)
{
    airy_trajectory *t = open_sample(name, timestep_ps);
    airy_error err = {0};
    for (const airy_atoms *atoms; (atoms = next_frame(t));)
        if (airy_tracks_add(tracks, atoms, airy_trajectory_types(t), &err) != AIRY_OK)
            fail_msg("%s", err.message);
    airy_trajectory_close(t);
}

static inline airy_motion motion_of(const airy_tracks *tracks, const airy_lags *lags,
                                    airy_motion_options options)
{
    airy_motion motion;
    airy_error err = {0};
    if (airy_motion_find(tracks, lags, &options, NULL, &motion, &err) != AIRY_OK)
        fail_msg("%s", err.message);
    return motion;
}

static inline airy_lags lags_of(const airy_tracks *tracks, int per_decade)
{
    airy_lags lags;
    airy_error err = {0};
    if (airy_lags_init(&lags, tracks, per_decade, &err) != AIRY_OK)
        fail_msg("%s", err.message);
    return lags;
}

static inline void assert_near(const char *what, double found, double wanted, double within)
{
    if (!(fabs(found - wanted) <= within))
        fail_msg("%s is %.10g, wanted %.10g within %g", what, found, wanted, within);
}

#endif
