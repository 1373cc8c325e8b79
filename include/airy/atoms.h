// SPDX-License-Identifier: GPL-3.0-or-later
// Atoms that move: trajectories of simulations, who is whose neighbour, order around an atom,
// pairs, motion, strings, waiting times, and the speckle that such a sample would show.
//
// Lengths are angstrom and times ps, or whatever the file's own units are where it does not say
// (LAMMPS' reduced units): nothing here knows of either. Arrays of positions are x, y, z of atom 0,
// then of atom 1 ... Sums are double and in a fixed order; work is shared over atoms or wave
// vectors, so that results do not depend on the number of threads.
#ifndef AIRY_ATOMS_H
#define AIRY_ATOMS_H

#include "airy/base.h"
#include "airy/files.h"

// ------------------------------------------------------------------ the box (atoms/box.c)

// A parallelepiped: origin and edges a[k] (vectors). Coordinates s in units of the edges, 0 to 1
// inside: r = origin + s[0] a[0] + s[1] a[1] + s[2] a[2]; inverse[k] . (r - origin) = s[k].
typedef struct airy_atom_box {
    double origin[3], a[3][3], inverse[3][3];
    bool periodic[3];
    double volume;    // 0: there is no box, positions alone
    double height[3]; // distance of opposite faces
} airy_atom_box;

// Completes a box from its origin, edges and periodic. AIRY_EVALUE when it has no volume.
AIRY_MUST_CHECK airy_code airy_atom_box_complete(airy_atom_box *box, airy_error *err);

// ------------------------------------------------------------------ trajectories

enum { AIRY_TYPES_MAX = 32, AIRY_TYPE_ROOM = 16 };

// One frame: atoms in the order of their ids. type counts from 0 in the trajectory's list of names.
// r: as the file has them, and unwrapped, that is without the jumps through periodic faces.
typedef struct airy_atoms {
    int n, frame;
    long long step;
    double time_ps; // NaN: neither the file nor the caller knows
    airy_atom_box box;
    int *type;     // n
    long long *id; // n
    double *r;     // 3 n
} airy_atoms;

// Room for n atoms of type 0 with ids 1 .. n at the origin, no box. The caller releases.
AIRY_MUST_CHECK airy_code airy_atoms_init(airy_atoms *atoms, int n, airy_error *err);
void airy_atoms_release(airy_atoms *atoms);

// What the caller knows of a trajectory. Zeroes: all frames, times as the file has them, names too.
typedef struct airy_trajectory_options {
    int first, last, stride; // frames first, first + stride ... < last; last 0: to the end
    double timestep_ps;      // of a step of the simulation; 0: unknown
    const char *types;       // names for the types in their order, "Cu,Zr"; NULL: the file's
} airy_trajectory_options;

// A text as LAMMPS writes dumps: one frame with unwrapped positions, appended; names (one a type)
// as column `element`, NULL: none. 12 digits.
void airy_atoms_format(const airy_atoms *atoms, const char *const *names, airy_text *text);

// ------------------------------------------------------------------ order (atoms/order.c)

enum { AIRY_ORDER_LEAST = 2, AIRY_ORDER_MOST = 12 };               // l
enum { AIRY_ORDER_ROOM = AIRY_ORDER_MOST - AIRY_ORDER_LEAST + 1 }; // most values of l
enum { AIRY_FACE_EDGES = 10 }; // faces are counted by edges 3 .. 10, more count as 10

// Steinhardt, Nelson, Ronchetti, Phys. Rev. B 28, 784 (1983): q_lm is the mean of Y_lm over the
// directions of the neighbours, q_l = sqrt(4 pi / (2 l + 1) sum_m |q_lm|^2), w_l the sum of 3j
// symbols times q_lm1 q_lm2 q_lm3 over m1 + m2 + m3 = 0, w^_l = w_l / (sum_m |q_lm|^2)^(3/2).
typedef struct airy_order_options {
    int n_l, l[AIRY_ORDER_ROOM];
    double cutoff;    // neighbours are the atoms within; 0: those with a Voronoi face in common
    double min_face;  // faces below this share of their cell's surface are none
    bool weight_area; // directions weigh as their faces (Mickel et al., J. Chem. Phys. 138, 044501,
                      // 2013); false: all the same
    bool averaged; // q_lm averaged over the atom and its neighbours first (Lechner and Dellago, J.
                   // Chem. Phys. 129, 114707, 2008)
    bool cells;    // Voronoi cells are wanted even where neighbours are those within the cutoff
    int threads;
} airy_order_options;

// ------------------------------------------------------------------ wave vectors (atoms/waves.c)

typedef enum airy_region {
    AIRY_REGION_SHELL, // all directions
    AIRY_REGION_PLANE, // across the third edge of the box: a detector in a beam along it
    AIRY_REGION_SPOT,  // of the plane, about the vector along the first edge
} airy_region;
#define AIRY_REGION_NAMES "shell|plane|spot"

// Wave vectors of a periodic box, h[k] whole: q = h[0] b[0] + h[1] b[1] + h[2] b[2], one of q and
// -q. They are the pixels of a picture of rows x columns: a plane or spot as it lies, a shell
// folded into a square.
typedef struct airy_waves {
    int n, rows, columns;
    int (*h)[3];
    double *q;  // |q|
    int *pixel; // row * columns + column
} airy_waves;

// ------------------------------------------------------------------ tracks (atoms/tracks.c)

typedef enum airy_drift {
    AIRY_DRIFT_REMOVED, // the mean displacement of all atoms, weighted by their masses
    AIRY_DRIFT_KEPT,
} airy_drift;
#define AIRY_DRIFT_NAMES "removed|kept"

// ------------------------------------------------------------------ motion (atoms/motion.c)

typedef struct airy_motion_options {
    double fast;           // limit of |u|, A
    double from_ps, to_ps; // lags of the line; to 0: 0.1 to 0.5 of the longest
    int threads;
} airy_motion_options;

// ------------------------------------------------------------------ strings (atoms/strings.c)

typedef struct airy_strings_options {
    double fast; // an atom is fast that is further than this from where it was, A
    double near; // a place is taken over by who is nearer than this, A
    bool donati; // both ways, and both fast (Donati et al., Phys. Rev. Lett. 80, 2338, 1998);
                 // else: fast atom j is now near to where any other atom k was
    int origins; // at most, evenly spaced
    int threads;
} airy_strings_options;

// ------------------------------------------------------------------ measures (atoms/measure*.c)
//
// One pass over a trajectory for a list of measures, and tables of what came out. Measures of
// order, pairs and waves look at a frame and let it go; those of motion keep all frames.

typedef enum airy_measure {
    AIRY_MEASURE_MSD,
    AIRY_MEASURE_ISF,
    AIRY_MEASURE_OVERLAP,
    AIRY_MEASURE_LINDEMANN,
    AIRY_MEASURE_GR,
    AIRY_MEASURE_SQ,
    AIRY_MEASURE_VANHOVE,
    AIRY_MEASURE_VORONOI,
    AIRY_MEASURE_ORDER,
    AIRY_MEASURE_STRINGS,
    AIRY_MEASURE_WAITS,
    AIRY_MEASURE_SPECKLE,
    AIRY_MEASURES,
} airy_measure;
extern const char *const airy_measure_names[]; // in that order, NULL at the end

enum { AIRY_SELF_ROOM = 8 };

typedef struct airy_measure_options {
    bool wanted[AIRY_MEASURES];
    airy_trajectory_options trajectory;
    airy_drift drift;
    double mass[AIRY_TYPES_MAX]; // of types; zeroes: all the same
    int per_decade;              // lags a decade, 0: all
    airy_motion_options motion;
    airy_strings_options strings;
    airy_order_options order;
    double
        self_q[AIRY_SELF_ROOM]; // of isf, 1/A, up to the first 0; none: the middle of q_low, q_high
    double overlap;             // its radius, A
    double hop, tail_ps;        // of waits; 0: motion.fast, and ten frames
    double r_max;               // of g(r) and the van Hove function; 0: half of the box, and 10
    double r_bin, q_bin;        // widths of bins
    double q_max;               // of S(q)
    int vectors;                // most wave vectors a bin of S(q)
    airy_region region;         // of speckle, q from low to high
    double q_low, q_high;
    int threads;
    // Gets |rho|^2 of every wave of every frame; NULL: nobody wants speckle.
    airy_code (*speckle)(void *context, const airy_waves *waves, const airy_atoms *atoms,
                         const double *intensity, airy_error *err);
    void *context;
} airy_measure_options;

extern const airy_option airy_measure_rows[];
void airy_measure_options_defaults(airy_measure_options *options);

typedef struct airy_measured airy_measured;

// NULL on errors: those of the trajectory and of the measures; AIRY_ESTOPPED.
void airy_measured_free(airy_measured *measured);

// What to tell: measure quantity type value error unit. Borrowed.
const airy_table *airy_measured_summary(const airy_measured *measured);

// ------------------------------------------------------------------ files (atoms/run.c)

// Measures the trajectory call->inputs[0] and writes atoms.h5 as call->output, a table a measure
// and the frames of speckle with their map beside it (airy_output_beside). What is doubtful becomes
// warnings. What was measured is the caller's to free; NULL on errors.
AIRY_MUST_CHECK airy_measured *airy_atoms_run(const airy_call *call,
                                              const airy_measure_options *options, airy_error *err);

#endif
