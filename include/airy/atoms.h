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

// Coordinates to positions and back; s may be r.
void airy_atom_box_position(const airy_atom_box *box, const double s[3], double r[3]);
void airy_atom_box_inside(const airy_atom_box *box, const double r[3], double s[3]);

// The shortest of the periodic images of a difference of positions, in place: exact where it is
// shorter than half of the smallest height.
void airy_atom_box_nearest(const airy_atom_box *box, double d[3]);

// Reciprocal edges b[k], 2 pi included: exp(i b[k] . a[l]) = 1.
void airy_atom_box_reciprocal(const airy_atom_box *box, double b[3][3]);

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

typedef struct airy_trajectory airy_trajectory;

// Opens a LAMMPS text dump (x, xs, xu or xsu; image flags; gzip or xz), extended XYZ (also packed)
// or H5MD. NULL on errors; AIRY_EFORMAT names what the file looks like, DCD, XTC and TRR too.
AIRY_MUST_CHECK airy_trajectory *
airy_trajectory_open(const char *path, const airy_trajectory_options *options, airy_error *err);

// The next frame, borrowed until the next call; NULL when there is none. Errors: AIRY_EFORMAT for
// what is no frame, naming the line; AIRY_EVALUE when atoms got lost, doubled or changed their
// type, and when they move too far between frames for wrapped coordinates to be unwrapped.
AIRY_MUST_CHECK airy_code airy_trajectory_next(airy_trajectory *trajectory,
                                               const airy_atoms **atoms, airy_error *err);
void airy_trajectory_close(airy_trajectory *trajectory);

// What the first frame has told: number of types, their names; the name of the format.
int airy_trajectory_types(const airy_trajectory *trajectory);
const char *airy_trajectory_type(const airy_trajectory *trajectory, int type);
const char *airy_trajectory_format_name(const airy_trajectory *trajectory);

// Whether its lengths and times are in units of the simulation's own (LAMMPS' lj).
bool airy_trajectory_reduced(const airy_trajectory *trajectory);

// The share of the file that has been read, 0 to 1.
double airy_trajectory_share(const airy_trajectory *trajectory);

// A text as LAMMPS writes dumps: one frame with unwrapped positions, appended; names (one a type)
// as column `element`, NULL: none. 12 digits.
void airy_atoms_format(const airy_atoms *atoms, const char *const *names, airy_text *text);

// ------------------------------------------------------------------ neighbours (atoms/near.c)

// An atom near a place: d from the place to that image of the atom, r2 = |d|^2.
typedef struct airy_near {
    int atom;
    double d[3], r2;
} airy_near;

// Cells of atoms, to find those around a place in any box, however small or oblique.
typedef struct airy_near_list airy_near_list;

// Sorts n positions into cells for searches of about this reach. NULL on errors (AIRY_EVALUE for
// positions that are no numbers). Searches may go on in several threads.
AIRY_MUST_CHECK airy_near_list *airy_near_list_new(const airy_atom_box *box, const double *r, int n,
                                                   double reach, airy_error *err);
void airy_near_list_free(airy_near_list *list);

// Room that a search fills and that is used again. Zero-initialise.
typedef struct airy_near_found {
    int n, room;
    airy_near *near;
} airy_near_found;
void airy_near_found_release(airy_near_found *found);

// All images of atoms at a distance of at most `reach` from a place, in an order of their own, the
// atom at that very place too.
AIRY_MUST_CHECK airy_code airy_near_find(const airy_near_list *list, const double place[3],
                                         double reach, airy_near_found *found, airy_error *err);

// Sorts them, nearest first; equal distances by atom and direction.
void airy_near_sort(airy_near_found *found);

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

// l 4 and 6, Voronoi neighbours unweighted, min_face 1e-9: faces that are rounding.
void airy_order_options_defaults(airy_order_options *options);
AIRY_MUST_CHECK airy_code airy_order_options_check(const airy_order_options *options,
                                                   airy_error *err);

// Of every atom; arrays of n, or n x n_l. NaN: no neighbours, or w^ where sum_m |q_lm|^2 is below
// 1e-12 of the largest possible (it is 0/0 for w^4 of an icosahedron).
typedef struct airy_order {
    int n, n_l;
    double *q, *w_hat; // [atom * n_l + k]
    int *neighbours;
    double *volume;                    // of Voronoi cells; NaN without
    int (*faces)[AIRY_FACE_EDGES - 2]; // faces with 3, 4, ... edges
} airy_order;

// Of one frame. The caller releases. Errors: AIRY_EVALUE for positions that coincide and for cells
// without end (no box).
AIRY_MUST_CHECK airy_code airy_order_find(const airy_atoms *atoms,
                                          const airy_order_options *options, airy_order *order,
                                          airy_error *err);
void airy_order_release(airy_order *order);

// The same of one set of n neighbours: directions d (3 n, any length) and weights (NULL: all the
// same), one l. q, w and w_hat as above, w not normalised.
typedef struct airy_order_value {
    double q, w, w_hat;
} airy_order_value;
AIRY_MUST_CHECK airy_code airy_order_of(const double *d, const double *weight, int n, int l,
                                        airy_order_value *value, airy_error *err);

// "<0,0,12,0>": faces with 3, 4, 5, 6 edges.
void airy_order_index(const int faces[AIRY_FACE_EDGES - 2], char text[48]);

// ------------------------------------------------------------------ Voronoi cells
// (atoms/voronoi.c)

// One face: the atom behind it, the direction to it, area and edges.
typedef struct airy_face {
    int atom, edges; // atom -1: a wall of a box that is not periodic
    double d[3], area;
} airy_face;

// A cell: its faces, borrowed until the next one.
typedef struct airy_voronoi_cell {
    int n;
    const airy_face *face;
    double volume, surface;
    int vertices, edges; // vertices - edges + n = 2 (Euler), before faces were left out
} airy_voronoi_cell;

// A worker that builds cells: one thread at a time.
typedef struct airy_voronoi airy_voronoi;
AIRY_MUST_CHECK airy_voronoi *airy_voronoi_new(const airy_atom_box *box, const airy_near_list *list,
                                               double min_face, airy_error *err);
void airy_voronoi_free(airy_voronoi *voronoi);

// The cell around a place of the list, by voro++ (Rycroft, Chaos 19, 041111, 2009).
AIRY_MUST_CHECK airy_code airy_voronoi_find(airy_voronoi *voronoi, const double place[3],
                                            airy_voronoi_cell *cell, airy_error *err);

// The reach of searches that suits cells: about 30 atoms of this number in this box.
double airy_voronoi_reach(const airy_atom_box *box, int n);

// ------------------------------------------------------------------ pairs (atoms/pairs.c)

// g(r) of frames one after the other: ordered pairs of types t and u at t * types + u, t's atoms
// seen from u's the same as u's from t's. Zero-initialise, then begin.
typedef struct airy_pairs {
    int types, bins, frames, threads;
    double r_max;
    int64_t *count; // (types * types, bins) of the last frame
    double *sum,
        *squares;         // (1 + types * types, bins): g summed over frames; the first of all atoms
    double *coordination; // the same: neighbours up to the end of a bin
} airy_pairs;

// r_max 0: half of the smallest height of the first box.
AIRY_MUST_CHECK airy_code airy_pairs_begin(airy_pairs *pairs, int types, int bins, double r_max,
                                           airy_error *err);
void airy_pairs_release(airy_pairs *pairs);
AIRY_MUST_CHECK airy_code airy_pairs_add(airy_pairs *pairs, const airy_atoms *atoms,
                                         airy_error *err);

// The distinct part of the van Hove function in place of g(r): how far the atoms, at `later` (3 n)
// by now, are from where others were; t's now, u's then. It begins as g(r), and is 1 when all is
// forgotten (van Hove, Phys. Rev. 95, 249, 1954: rho g of r and t).
AIRY_MUST_CHECK airy_code airy_pairs_add_later(airy_pairs *pairs, const airy_atoms *atoms,
                                               const double *later, airy_error *err);

// g in a bin (mean over frames), its standard error from their scatter (NaN for one frame), and
// coordination. pair: 0 all atoms, 1 + t * types + u partial.
double airy_pairs_g(const airy_pairs *pairs, int pair, int bin);
double airy_pairs_error(const airy_pairs *pairs, int pair, int bin);
double airy_pairs_neighbours(const airy_pairs *pairs, int pair, int bin);

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

// All with low <= |q| < high of a region; spot: those no more than (high - low) / 2 from the vector
// of length (low + high) / 2. AIRY_EVALUE when there is none, when there are more than 20 million,
// and where the box is not periodic.
AIRY_MUST_CHECK airy_code airy_waves_init(airy_waves *waves, const airy_atom_box *box,
                                          airy_region region, double low, double high,
                                          airy_error *err);
void airy_waves_release(airy_waves *waves);

// Leaves at most `most` in each of `bins` equal ranges of |q| from 0 to high, evenly chosen.
void airy_waves_thin(airy_waves *waves, int bins, double high, int most);

// rho(q) = sum_j exp(i q . r_j) over the atoms of `type` (-1: all), one for each wave.
AIRY_MUST_CHECK airy_code airy_waves_density(const airy_waves *waves, const airy_atoms *atoms,
                                             int type, int threads, double complex *rho,
                                             airy_error *err);

// ------------------------------------------------------------------ structure (atoms/structure.c)

// S(q) = <|rho(q)|^2> / N in shells of q, from the wave vectors of the first box, unit scattering.
// Zero-initialise, then begin.
typedef struct airy_atoms_structure {
    int types, bins, frames, threads;
    double q_max;
    airy_waves waves;
    double complex *rho;   // (types, waves)
    double *sum, *squares; // (1 + types (types + 1) / 2, bins) over frames
    int *vectors;          // of a bin
} airy_atoms_structure;

// At most `most` vectors a bin.
AIRY_MUST_CHECK airy_code airy_atoms_structure_begin(airy_atoms_structure *structure,
                                                     const airy_atom_box *box, int types, int bins,
                                                     double q_max, int most, airy_error *err);
void airy_atoms_structure_release(airy_atoms_structure *structure);
AIRY_MUST_CHECK airy_code airy_atoms_structure_add(airy_atoms_structure *structure,
                                                   const airy_atoms *atoms, airy_error *err);

// S in a bin and its standard error over frames; pair 0: all; then t <= u in the order 00 01 .. 11
// ..: Ashcroft-Langreth, Re <rho_t* rho_u> / sqrt(N_t N_u). NaN where no wave vector lies.
double airy_atoms_structure_s(const airy_atoms_structure *structure, int pair, int bin);
double airy_atoms_structure_error(const airy_atoms_structure *structure, int pair, int bin);

// ------------------------------------------------------------------ tracks (atoms/tracks.c)

typedef enum airy_drift {
    AIRY_DRIFT_REMOVED, // the mean displacement of all atoms, weighted by their masses
    AIRY_DRIFT_KEPT,
} airy_drift;
#define AIRY_DRIFT_NAMES "removed|kept"

// Where atoms were in all frames: what measures of motion need. Zero-initialise; set drift and mass
// (of types; zeroes: all the same), then add. Memory: 24 bytes an atom and frame.
typedef struct airy_tracks {
    airy_drift drift;
    double mass[AIRY_TYPES_MAX];
    int frames, room, atoms, types;
    double *time_ps;
    double **r; // r[frame][3 atom + x], unwrapped
    int *type;
    airy_atom_box box; // of the first frame
    double stretch;    // largest relative change of the volume since
} airy_tracks;

// A frame more. In a periodic box that changes, positions are those of the first box: what the box
// does to all is no motion of atoms. Errors: AIRY_EVALUE for frames without a time or not later
// than the one before.
AIRY_MUST_CHECK airy_code airy_tracks_add(airy_tracks *tracks, const airy_atoms *atoms, int types,
                                          airy_error *err);
void airy_tracks_release(airy_tracks *tracks);

// ------------------------------------------------------------------ lags (atoms/lags.c)

// Frames first .. first + count - 1, each paired with the one `ahead` of it.
typedef struct airy_lag_run {
    int first, ahead, count;
} airy_lag_run;

// Times between frames, with all pairs of frames that are as far apart.
typedef struct airy_lags {
    int n;
    double *time_ps;
    int *start; // runs start[i] .. start[i + 1] - 1 are those of lag i
    airy_lag_run *run;
} airy_lags;

// About per_decade lags a decade, 0: all there are. Frames may be spaced evenly or in any way
// (times that agree to 1e-6 of the least are the same), in which case they are at most 3000.
// AIRY_EVALUE for fewer than two frames.
AIRY_MUST_CHECK airy_code airy_lags_init(airy_lags *lags, const airy_tracks *tracks, int per_decade,
                                         airy_error *err);
void airy_lags_release(airy_lags *lags);
int airy_lags_pairs(const airy_lags *lags, int lag); // pairs of frames

// Origin number k of at most `most`, evenly spaced over the pairs of a lag; false: there are fewer.
bool airy_lags_origin(const airy_lags *lags, int lag, int k, int most, int *from, int *to);

// ------------------------------------------------------------------ motion (atoms/motion.c)

// Of one lag and one type: means over atoms and all origins.
typedef struct airy_motion_row {
    double msd,
        error;      // A^2; standard error from the scatter of atoms, each an average over origins
    double alpha2;  // 3 <u^4> / 5 <u^2>^2 - 1 (Rahman, Phys. Rev. 136, A405, 1964)
    double fast;    // share with |u| above the limit
    double samples; // atoms x origins
} airy_motion_row;

// Diffusion of a type: slope / 6 of a line through the MSD, equal weights, in a range of lags. The
// error is that of the atoms' own slopes. exponent: slope of ln MSD against ln t there; where it is
// not 0.8 to 1.2 there is no diffusion to speak of and d is NaN.
typedef struct airy_diffusion {
    double d, error, exponent, from_ps, to_ps;
    int lags;
} airy_diffusion;

typedef struct airy_motion_options {
    double fast;           // limit of |u|, A
    double from_ps, to_ps; // lags of the line; to 0: 0.1 to 0.5 of the longest
    int threads;
} airy_motion_options;

// Type 0: all atoms; 1 + t: those of type t.
typedef struct airy_motion {
    int lags, types;
    airy_motion_row *row;      // [lag * (types + 1) + type]
    airy_diffusion *diffusion; // types + 1
} airy_motion;

// The motion of all lags. The caller releases. Errors: AIRY_EMEMORY, AIRY_ESTOPPED.
AIRY_MUST_CHECK airy_code airy_motion_find(const airy_tracks *tracks, const airy_lags *lags,
                                           const airy_motion_options *options,
                                           const airy_progress *progress, airy_motion *motion,
                                           airy_error *err);
void airy_motion_release(airy_motion *motion);

// Counts of |u| in bins of equal width from 0 on, by lag and type (as above); beyond the last bin
// they are in none. (lags, types + 1, bins). p(u, t) = 4 pi u^2 G_s = counts / (samples x width).
AIRY_MUST_CHECK airy_code airy_van_hove_find(const airy_tracks *tracks, const airy_lags *lags,
                                             int bins, double width, int threads, int64_t *count,
                                             airy_error *err);

// Of a type (as above): root mean square distance from the mean place, mean distance of the first
// neighbours of mean places (those at most a tenth further than the nearest are on average), and
// the ratio of both. NaN where there is no atom.
typedef struct airy_lindemann {
    double rms, nearest, ratio;
} airy_lindemann;
AIRY_MUST_CHECK airy_code airy_lindemann_find(const airy_tracks *tracks, int type,
                                              airy_lindemann *lindemann, airy_error *err);

// ------------------------------------------------------------------ relaxation (atoms/isf.c,
// atoms/overlap.c)

// The self part of the intermediate scattering function at one q, of one lag and type: the mean of
// cos(q u) over atoms, all origins, and q along x, y and z. Its error is the scatter of atoms, each
// averaged over origins.
typedef struct airy_self_row {
    double f, error;
} airy_self_row;

// Of n_q lengths q in 1/A: rows[(lag * (types + 1) + type) * n_q + k], type 0 all atoms, 1 + t
// those of type t; NaN where there are none. Memory: 8 bytes an atom, lag and q.
AIRY_MUST_CHECK airy_code airy_self_find(const airy_tracks *tracks, const airy_lags *lags,
                                         const double *q, int n_q, int threads, airy_self_row *rows,
                                         airy_error *err);

// Overlap of two frames: the share of atoms that are nearer than a radius to where they were. Q:
// its mean over origins; chi4 = N (<Q^2> - <Q>^2), how many atoms forget together (Lacevic et al.,
// J. Chem. Phys. 119, 7372, 2003, of its self part); NaN of one origin. Q's error is the scatter of
// atoms, each averaged over origins, times the root of chi4 / (Q (1 - Q)) where they move together;
// that of chi4 a jackknife over up to ten stretches of origins, none shorter than the lag: NaN
// where there are fewer than AIRY_OVERLAP_LEAST, that is at lags above a fifth of the record.
typedef struct airy_overlap_row {
    double q, error, chi4, chi4_error;
    int origins;
} airy_overlap_row;
enum { AIRY_OVERLAP_LEAST = 4 };

// rows[lag * (types + 1) + type], as above.
AIRY_MUST_CHECK airy_code airy_overlap_find(const airy_tracks *tracks, const airy_lags *lags,
                                            double radius, int threads, airy_overlap_row *rows,
                                            airy_error *err);

// ------------------------------------------------------------------ strings (atoms/strings.c)

typedef struct airy_strings_options {
    double fast; // an atom is fast that is further than this from where it was, A
    double near; // a place is taken over by who is nearer than this, A
    bool donati; // both ways, and both fast (Donati et al., Phys. Rev. Lett. 80, 2338, 1998);
                 // else: fast atom j is now near to where any other atom k was
    int origins; // at most, evenly spaced
    int threads;
} airy_strings_options;

// fast 2.0, near 0.3, 20 origins.
void airy_strings_options_defaults(airy_strings_options *options);

// Of one lag, summed over origins. chance: the share of fast atoms expected to land near a place by
// accident: 4/3 pi near^3 times the density (of Donati's rule twice that, and the share of fast).
typedef struct airy_strings_row {
    double time_ps;
    int origins;
    long long fast, strings; // atoms; strings: fast ones that took a place
    double ratio, chance;
    int longest;        // atoms joined by places taken over
    double mean_length; // of those of two or more; NaN: there are none
} airy_strings_row;

// rows: one a lag.
AIRY_MUST_CHECK airy_code airy_strings_find(const airy_tracks *tracks, const airy_lags *lags,
                                            const airy_strings_options *options,
                                            airy_strings_row *rows, airy_error *err);

// Of two frames alone: who took whose place, taken[j] = k or -1 (atoms); the sizes of what is
// joined, string[j] (0: none). Both of tracks->atoms; NULL: not wanted.
AIRY_MUST_CHECK airy_code airy_strings_between(const airy_tracks *tracks, int from, int to,
                                               const airy_strings_options *options, int *taken,
                                               int *string, airy_error *err);

// ------------------------------------------------------------------ waits (atoms/waits.c)

// Times between hops: an atom has hopped when it is further than `hop` from where it was at its
// last hop. The time to the first hop is no wait between two; the time after the last is a wait
// that is only known to be longer.
typedef struct airy_waits {
    int n, censored;
    double *time_ps; // n known waits, then `censored` that are longer
} airy_waits;
AIRY_MUST_CHECK airy_code airy_waits_find(const airy_tracks *tracks, double hop, airy_waits *waits,
                                          airy_error *err);
void airy_waits_release(airy_waits *waits);

// The tail from `from` on, by maximum likelihood with longer ones counted as such: a power law p(t)
// ~ t^-exponent (Hill, Ann. Stat. 3, 1163, 1975: 1 + n / sum ln(t / from)), and an exponential.
// weight: Akaike's of the power law of the two. NaN for fewer than 10 waits.
typedef struct airy_wait_tail {
    double from_ps;
    int n;
    double exponent, exponent_err, mean_ps, mean_err, weight;
} airy_wait_tail;
airy_wait_tail airy_waits_tail(const airy_waits *waits, double from_ps);

// The share of waits longer than t (Kaplan and Meier, J. Am. Stat. Assoc. 53, 457, 1958) and its
// standard error (Greenwood). The waits need not be sorted.
void airy_waits_survival(const airy_waits *waits, double t_ps, double *share, double *error);

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

void airy_measure_options_defaults(airy_measure_options *options);
AIRY_MUST_CHECK airy_code airy_measure_options_check(const airy_measure_options *options,
                                                     airy_error *err);

// Name of table i of those that the measures wanted will make; NULL behind the last.
const char *airy_measure_table(const airy_measure_options *options, int i);

typedef struct airy_measured airy_measured;

// NULL on errors: those of the trajectory and of the measures; AIRY_ESTOPPED.
AIRY_MUST_CHECK airy_measured *airy_measure_run(const char *path,
                                                const airy_measure_options *options,
                                                const airy_progress *progress, airy_error *err);
void airy_measured_free(airy_measured *measured);

// Table number i of those there are, named "msd", "diffusion", "gr" ...; NULL behind the last.
// Borrowed.
const airy_table *airy_measured_table(const airy_measured *measured, int i, const char **name);

// What to tell: measure quantity type value error unit. Borrowed.
const airy_table *airy_measured_summary(const airy_measured *measured);

// Puts every table as /entry/NAME/COLUMN, numbers as float64 and words as one text with a line a
// row; of order also /entry/order/density, atoms by q4 (columns) and w^6 (rows), with the limits
// of both; of strings /entry/strings/{from,to}, places of the fast at the lag of the largest
// excess over chance, and /entry/strings/{taken,box}.
airy_code airy_measured_put(const airy_measured *measured, airy_h5 *h5, airy_error *err);

// Sentences on what should be doubted, a line each; "" for none.
const char *airy_measured_doubts(const airy_measured *measured);

// ------------------------------------------------------------------ files (atoms/run.c)

// Measures the trajectory call->inputs[0] and writes atoms.h5 as call->output, a table a measure
// and the frames of speckle with their map beside it (airy_output_beside). What is doubtful becomes
// warnings. What was measured is the caller's to free; NULL on errors.
AIRY_MUST_CHECK airy_measured *airy_atoms_run(const airy_call *call,
                                              const airy_measure_options *options, airy_error *err);

#endif
