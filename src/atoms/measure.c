// SPDX-License-Identifier: GPL-3.0-or-later
// One pass over a trajectory for a list of measures.
#include "trajectory.h"
#include "tracks.h"
#include "strings.h"
#include "order.h"
#include "lags.h"
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const airy_measure_names[] = {"msd",   "isf",     "overlap", "lindemann", "gr",
                                          "sq",    "vanhove", "voronoi", "order",     "strings",
                                          "waits", "speckle", NULL};

static const airy_measure_row *const rows[AIRY_MEASURES] = {
    [AIRY_MEASURE_MSD] = &airy_measure_msd,
    [AIRY_MEASURE_ISF] = &airy_measure_isf,
    [AIRY_MEASURE_OVERLAP] = &airy_measure_overlap,
    [AIRY_MEASURE_LINDEMANN] = &airy_measure_lindemann,
    [AIRY_MEASURE_GR] = &airy_measure_gr,
    [AIRY_MEASURE_SQ] = &airy_measure_sq,
    [AIRY_MEASURE_VANHOVE] = &airy_measure_vanhove,
    [AIRY_MEASURE_VORONOI] = &airy_measure_voronoi,
    [AIRY_MEASURE_ORDER] = &airy_measure_order,
    [AIRY_MEASURE_STRINGS] = &airy_measure_strings,
    [AIRY_MEASURE_WAITS] = &airy_measure_waits,
    [AIRY_MEASURE_SPECKLE] = &airy_measure_speckle,
};

void airy_measure_options_defaults(airy_measure_options *o)
{
    *o = (airy_measure_options){.trajectory = {.stride = 1},
                                .per_decade = 10,
                                .motion = {.fast = 2.0},
                                .r_bin = 0.05,
                                .q_bin = 0.05,
                                .q_max = 8,
                                .vectors = 100,
                                .q_low = 2.6,
                                .q_high = 2.8,
                                .overlap = 0.8};
    airy_strings_options_defaults(&o->strings);
    airy_order_options_defaults(&o->order);
}

// Lengths of q: with more than this a period is shorter than the digits of most dumps, 0.01 A.
#define Q_MOST 1000.0

static airy_code check_waves(const airy_measure_options *o, airy_error *err)
{
    if (!(o->q_low >= 0 && o->q_high > o->q_low && o->q_high <= Q_MOST && o->q_max <= Q_MOST))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "q from %g to %g, and up to %g, 1/A: rising numbers from 0 to %g are "
                              "wanted",
                              o->q_low, o->q_high, o->q_max, Q_MOST);
    for (int k = 0; k < AIRY_SELF_ROOM && o->self_q[k] != 0; k++)
        if (!(o->self_q[k] > 0 && o->self_q[k] <= Q_MOST))
            return airy_error_set(err, AIRY_EARGUMENT,
                                  "F_s at q = %g / A: more than 0 and at most %g are wanted",
                                  o->self_q[k], Q_MOST);
    return AIRY_OK;
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_measure_options *o = of;
    bool any = false;
    for (int i = 0; i < AIRY_MEASURES; i++)
        any = any || o->wanted[i];
    if (!any)
        return airy_error_set(err, AIRY_EARGUMENT, "nothing is to be measured");
    if (!(o->q_max > o->q_bin))
        return airy_error_set(err, AIRY_EARGUMENT, "q to %g in bins of %g", o->q_max, o->q_bin);
    if (o->motion.to_ps > 0 && !(o->motion.to_ps > o->motion.from_ps))
        return airy_error_set(err, AIRY_EARGUMENT, "lags from %g to %g ps are none",
                              o->motion.from_ps, o->motion.to_ps);
    airy_code code = check_waves(o, err);
    return code == AIRY_OK ? airy_order_options_check(&o->order, err) : code;
}

const airy_option airy_measure_rows[] = {
    AIRY_OPTION(airy_measure_options, trajectory.types, "types", .unit = "NAME,...",
                .help = "names of the types of atoms, in their order"),
    AIRY_OPTION(airy_measure_options, trajectory.stride, "every", .low = 1, .high = 1e6,
                .help = "so many frames, one is looked at"),
    AIRY_OPTION(airy_measure_options, trajectory.timestep_ps, "timestep", .low = 0, .high = 1e6,
                .unit = "ps", .help = "of a step, where the file states no times; 0: not known"),
    AIRY_OPTION(airy_measure_options, drift, "drift", .choices = AIRY_DRIFT_NAMES,
                .help = "the motion that all atoms share"),
    AIRY_OPTION(airy_measure_options, per_decade, "per-decade", .low = 0, .high = 1000,
                .help = "lags a decade; 0: all there are"),
    AIRY_OPTION(airy_measure_options, motion.fast, "fast", .low = 0, .high = 1000, .unit = "A",
                .help = "displacement above which an atom is fast"),
    AIRY_OPTION(airy_measure_options, strings.near, "string", .low = 0, .high = 1000, .unit = "A",
                .help = "distance within which an atom takes another's place"),
    AIRY_OPTION(airy_measure_options, strings.donati, "donati",
                .help = "strings both ways and of fast atoms alone"),
    AIRY_OPTION(airy_measure_options, strings.origins, "origins", .low = 1, .high = 1e6,
                .help = "most times a lag of strings is looked at"),
    AIRY_OPTION(airy_measure_options, overlap, "overlap", .low = 1e-6, .high = 1000, .unit = "A",
                .help = "distance within which an atom is still where it was"),
    AIRY_OPTION(airy_measure_options, hop, "hop", .low = 0, .high = 1000, .unit = "A",
                .help = "displacement that ends a wait; 0: as --fast"),
    AIRY_OPTION(airy_measure_options, tail_ps, "tail", .low = 0, .high = 1e12, .unit = "ps",
                .help = "where the tail of waits begins; 0: ten frames"),
    AIRY_OPTION(airy_measure_options, order.cutoff, "cutoff", .low = 0, .high = 1000, .unit = "A",
                .help = "neighbours are the atoms within; 0: those with a Voronoi face in common"),
    AIRY_OPTION(airy_measure_options, order.min_face, "min-face", .low = 0, .high = 0.5,
                .help = "share of a cell's surface below which a face is none"),
    AIRY_OPTION(airy_measure_options, order.weight_area, "weight", .choices = "none|area",
                .help = "neighbours count alike, or as their faces"),
    AIRY_OPTION(airy_measure_options, order.averaged, "average",
                .help = "q_lm averaged over an atom and its neighbours"),
    AIRY_OPTION(airy_measure_options, r_max, "r-max", .low = 0, .high = 1e4, .unit = "A",
                .help = "of g(r) and the van Hove function; 0: half of the box, and 10"),
    AIRY_OPTION(airy_measure_options, r_bin, "r-bin", .low = 1e-5, .high = 100, .unit = "A",
                .help = "width of their bins"),
    AIRY_OPTION(airy_measure_options, q_max, "q-max", .low = 0.01, .high = 1000, .unit = "1/A",
                .help = "of S(q)"),
    AIRY_OPTION(airy_measure_options, q_bin, "q-bin", .low = 1e-4, .high = 100, .unit = "1/A",
                .help = "width of its bins"),
    AIRY_OPTION(airy_measure_options, vectors, "vectors", .low = 1, .high = 1e6,
                .help = "most wave vectors a bin of it"),
    AIRY_OPTION(airy_measure_options, region, "region", .choices = AIRY_REGION_NAMES,
                .help = "of speckle: all directions, a plane, a spot of it"),
    {.check = check},
};

// ------------------------------------------------------------------ tables

const char *airy_measure_table(const airy_measure_options *o, int i)
{
    for (int k = 0; k < 2 * AIRY_MEASURES; k++) {
        const char *name = o->wanted[k / 2] ? rows[k / 2]->tables[k % 2] : NULL;
        if (name && i-- == 0)
            return name;
    }
    return NULL;
}

// ------------------------------------------------------------------ the pass

// Masses stand for all types or for none: those without one would weigh as if they had 1.
static airy_code check_masses(const airy_measured *m, airy_error *err)
{
    int given = 0;
    while (given < AIRY_TYPES_MAX && m->o->mass[given] > 0)
        given++;
    if (given == 0 || given == m->types)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EVALUE,
                          "there are %d types of atoms, but %d masses are given: one for each, in "
                          "their order",
                          m->types, given);
}

// What the first frame says of all.
static airy_code meet(airy_measured *m, const airy_trajectory *t, const airy_atoms *atoms,
                      airy_error *err)
{
    m->types = airy_trajectory_types(t);
    m->atoms = atoms->n;
    m->first_ps = atoms->time_ps;
    m->tracks.drift = m->o->drift;
    memcpy(m->tracks.mass, m->o->mass, sizeof m->tracks.mass);
    for (int i = 0; i < m->types; i++)
        snprintf(m->name[i], AIRY_TYPE_ROOM, "%s", airy_trajectory_type(t, i));
    airy_code code = check_masses(m, err);
    return code != AIRY_OK
               ? code
               : airy_table_init(&m->summary, "measure quantity type value error unit", err);
}

static airy_code take(airy_measured *m, const airy_atoms *atoms, airy_error *err)
{
    bool moves = false;
    airy_code code = AIRY_OK;
    for (int i = 0; i < AIRY_MEASURES && code == AIRY_OK; i++) {
        if (!m->o->wanted[i])
            continue;
        moves = moves || rows[i]->moves;
        if (rows[i]->frame)
            code = rows[i]->frame(m, atoms, err);
    }
    if (code == AIRY_OK && moves)
        code = airy_tracks_add(&m->tracks, atoms, m->types, err);
    m->frames++;
    m->last_ps = atoms->time_ps;
    return code;
}

static airy_code pass(airy_measured *m, airy_trajectory *t, const airy_progress *progress,
                      airy_error *err)
{
    const airy_atoms *atoms;
    airy_code code = airy_trajectory_next(t, &atoms, err);
    if (code == AIRY_OK && !atoms)
        return airy_error_set(err, AIRY_EVALUE, "there is no frame of those asked for");
    if (code == AIRY_OK)
        code = meet(m, t, atoms, err);
    while (code == AIRY_OK && atoms) {
        code = take(m, atoms, err);
        airy_progress_report(progress, airy_trajectory_share(t), 1, "of the trajectory");
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped after %d frames", m->frames);
        if (code == AIRY_OK)
            code = airy_trajectory_next(t, &atoms, err);
    }
    return code;
}

static airy_code finish(airy_measured *m, const airy_progress *progress, airy_error *err)
{
    airy_code code = AIRY_OK;
    if (m->tracks.frames > 0)
        code = airy_lags_init(&m->lags, &m->tracks, m->o->per_decade, err);
    for (int i = 0; i < AIRY_MEASURES && code == AIRY_OK; i++) {
        if (m->o->wanted[i] && rows[i]->finish)
            code = rows[i]->finish(m, err);
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped before all was measured");
    }
    if (m->tracks.stretch > 0)
        airy_text_append(&m->doubts,
                         "the box changes its volume by up to %.2g %%: motion is measured in the "
                         "first box\n",
                         100 * m->tracks.stretch);
    return code;
}

airy_measured *airy_measure_run(const char *path, const airy_measure_options *options,
                                const airy_progress *progress, airy_error *err)
{
    airy_error why = {0};
    airy_measured *m = calloc(1, sizeof *m);
    airy_trajectory *t = NULL;
    airy_code code = m ? airy_options_check(airy_measure_rows, options, &why)
                       : airy_error_set(&why, AIRY_EMEMORY, "no memory");
    if (code == AIRY_OK) {
        m->own = *options;
        m->o = &m->own;
        t = airy_trajectory_open(path, &options->trajectory, &why);
        code = t ? pass(m, t, progress, &why) : why.code;
        if (t && airy_trajectory_reduced(t))
            airy_text_append(&m->doubts, "the file has reduced units (lj): what is called A and ps "
                                         "are units of its own\n");
    }
    if (code == AIRY_OK)
        code = finish(m, progress, &why);
    airy_trajectory_close(t);
    if (code == AIRY_OK)
        return m;
    if (!strstr(why.message, path))
        airy_error_prefix(&why, "%s", path);
    airy_error_set(err, why.code, "%s", why.message);
    airy_measured_free(m);
    return NULL;
}
