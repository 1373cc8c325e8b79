// SPDX-License-Identifier: GPL-3.0-or-later
// The mirror of the whole way, with truth: a particle, its diffraction, photons, and the camera.
#ifndef AIRY_SIMULATE_H
#define AIRY_SIMULATE_H

#include "airy/atoms.h"
#include "airy/base.h"
#include "airy/detector.h"
#include "airy/files.h"

// --------------------------------------------------------------- the series (simulate/particles.c)

// Where low and dense density lies: anywhere, without symmetry and for each particle elsewhere; or
// as in the published images, spots on a ring and channels in four places, each particle nearly its
// own twin (the odd part about its center is a twentieth of the image in L2).
typedef enum airy_band_layout { AIRY_BANDS_RANDOM, AIRY_BANDS_PAPER } airy_band_layout;

// What happens to the particles of a synthetic delay series.
typedef enum airy_particles_kind {
    AIRY_PARTICLES_NIB110, // metallic glass, 110 nm: three stages, spots, then bands (nib110.c)
    AIRY_PARTICLES_AU100,  // gold, 100 nm, the control: size and low area only grow (au100.c)
} airy_particles_kind;

typedef struct airy_particles {
    airy_particles_kind kind;
    double diameter_nm; // mean of the unpumped particles
    double spread;      // relative standard deviation of the size between particles
    double fluence;     // of the pump, mJ/cm2: growth and depths go with it
    double size_effect; // stages last as (diameter / the kind's)^this
    double axis_deg;    // laser polarisation
    bool bands;         // false: plain spheroids, for nulls
    airy_band_layout layout;
    uint64_t seed;
} airy_particles;

// -------------------------------------------------------------- diffraction (simulate/diffract.c)
//
// Far field of a weak phase object on a flat detector: the frequency of a pixel r pixels from the
// beam is r p / (lambda z), in both directions. Taken as exact although |q| = 4 pi sin(theta) /
// lambda is smaller by 3/8 (r p / z)^2 (4e-4 at the edge of the 4M at 2.5 m), without Ewald
// curvature, polarisation (2e-3) and solid angle (3e-3).

// |F|^2 of an image, F in nm^2, at every pixel of `out` (initialised by the caller), the beam at
// (cy, cx). The image is points pixel_nm apart around (ny / 2, nx / 2).
AIRY_MUST_CHECK airy_code airy_diffract_image(const airy_image *object, double pixel_nm,
                                              const airy_setup *setup, double cy, double cx,
                                              airy_image *out, airy_error *err);

// -------------------------------------------------------------- ideal patterns (simulate/ideal.c)

// Replaces expectations (NaN stays) by Poisson counts, drawn in index order.
void airy_simulate_poisson(airy_image *expected, airy_random *random);

// ------------------------------------------------------------------ the camera (simulate/camera.c)

typedef struct airy_camera_options {
    double gain_spread; // relative, between pixels, each stage
    double dead, hot;   // share of pixels
    double stuck;       // share of pixels that give the invalid gain code 2
    double noise;       // factor on the published read noise; 0 = none
    double energy_ev;   // of a photon
} airy_camera_options;

// ------------------------------------------------------------------ shots (simulate/shot.c)

// A series of shots on a JUNGFRAU, of regular modules or with its panels where a geometry has them.
// Shot i has delay i / shots.
typedef struct airy_simulation {
    airy_particles particles;
    const airy_image *object; // every shot is of this image instead of a particle; NULL: particles
    double object_pixel_nm;
    int n_delays, shots; // shots at each delay
    const double *delays_ps;
    int modules_down, modules_across;
    const airy_geometry *geometry; // instead of them; NULL: none
    airy_setup setup;
    // of the beam from where the geometry has it, else from the middle (ny / 2, nx / 2) of the
    // plane, pixels
    double offset_y, offset_x;
    double photons;     // expected a shot on pixels that work, outside the beam stop
    double background;  // expected photons a pixel
    double stop_radius; // beam stop, pixels
    int doubles;        // every so many shots one is a double hit, the last; 0: none
    airy_camera_options camera;
    uint64_t seed;
} airy_simulation;

// ------------------------------------------------------------------ files (simulate/write.c)

// How a simulation is written.
typedef struct airy_simulation_output {
    const char *folder; // made when it is not there
    const airy_history *history;
    bool overwrite;
    int threads; // shots at a time; also bounds the memory, about 100 MB a thread for the 4M
    const airy_progress *progress;
} airy_simulation_output;

// ------------------------------------------------------------------ series (simulate/step.c)

// A series as it is asked for. What is 0 or NULL is the preset's, which knows the two frame sizes.
typedef struct airy_simulate_step {
    airy_simulation simulation; // particles, delays, shots, background, beam, doubles, camera, seed
    bool small;                 // two modules instead of the 4M
    double photons, energy_ev, distance_m, diameter_nm;
    double stop_radius;     // pixels; below 0: the preset's
    bool has_beam;          // simulation.offset_y and _x were said, and hold against a geometry's
    const char *geometry;   // file of where the modules lie, or "grid"; NULL: none
    const char *object;     // file of an image instead of particles; NULL: none
    double object_pixel_nm; // its pixel; 0: as the file says
    bool pattern;           // no detector: ideal patterns, in one file
    int size;               // their side, pixels
    const char *truth;      // file for densities on their object grid; NULL: not wanted
} airy_simulate_step;

// nib110 on the 4M, patterns of 512 pixels; n_delays is 0: the caller's.
extern const airy_option airy_simulate_step_rows[];
void airy_simulate_step_defaults(airy_simulate_step *step);

// Writes the series into the folder call->output (airy_simulation_write), or with `pattern` as the
// file call->output, made on call->threads threads and kept in order.
AIRY_MUST_CHECK airy_code airy_simulate_run(const airy_call *call, const airy_simulate_step *step,
                                            airy_error *err);

// ------------------------------------------------------------------ lattices (simulate/lattice.c)

typedef enum airy_lattice_kind {
    AIRY_LATTICE_FCC,
    AIRY_LATTICE_HCP,
    AIRY_LATTICE_BCC,
    AIRY_LATTICE_SC,
    AIRY_LATTICE_ICOSAHEDRON, // atom 1 with 12 around it, alone in a wide box
} airy_lattice_kind;
#define AIRY_LATTICE_NAMES "fcc|hcp|bcc|sc|icosahedron"

typedef struct airy_lattice {
    airy_lattice_kind kind;
    int cells;        // along each edge
    double distance;  // of nearest neighbours, angstrom
    double noise;     // standard deviation of each coordinate, angstrom
    double vacancies; // share of sites without an atom
    bool rotated;     // in a direction that the seed chooses, the box too
    uint64_t seed;
} airy_lattice;

// fcc, 6 cells, 2.8 A, nothing else.
extern const airy_option airy_lattice_rows[];
void airy_lattice_defaults(airy_lattice *lattice);

// ------------------------------------------------------------------ walks (simulate/walk.c)

typedef enum airy_walk_kind {
    AIRY_WALK_FREE,      // steps of variance 2 D dt an axis
    AIRY_WALK_BALLISTIC, // each atom keeps its velocity, drawn from a Gaussian
    AIRY_WALK_CAGE,      // rattles about a site, which hops after waits of its own
} airy_walk_kind;
#define AIRY_WALK_NAMES "free|ballistic|cage"

// Independent walkers from uniform places of a cubic box. Waits have the survival E_beta(-(t /
// wait)^beta), Mittag-Leffler, exponential for beta 1, beginning at time 0; a hop goes `hop` in a
// random direction.
typedef struct airy_walk {
    airy_walk_kind kind;
    int atoms, frames;
    double box, dt_ps; // angstrom, ps a frame
    double diffusion;  // A^2 / ps, free
    double speed;      // A / ps, standard deviation of a component, ballistic
    double cage, hop, wait_ps, beta;
    uint64_t seed;
} airy_walk;

// free, 500 atoms, 200 frames of 1 ps in a box of 30 A, D 0.05; cage 0.15, hop 2.8, wait 20, beta
// 1.
extern const airy_option airy_walk_rows[];
void airy_walk_defaults(airy_walk *walk);

// ------------------------------------------------------------------ glass (simulate/glass_heat.c)

// Heat capacity of a glass on heating after cooling, by the model of Tool, Narayanaswamy and
// Moynihan (DeBolt et al., J. Am. Ceram. Soc. 59, 16, 1976): relaxation time
// tau = exp(ln_a + x h / T + (1 - x) h / Tf) s, response exp(-(t / tau)^beta).
typedef struct airy_glass_heat {
    double ln_a, nonlinearity, beta, activation_k; // ln A (s), x, beta, h = dH / R
    double cool_k_min, heat_k_min;                 // rates, K/min
    double high_k, low_k, step_k;                  // from equilibrium at high_k to low_k and back
    double cp_glass, cp_slope;                     // C_g = cp_glass + cp_slope (T - 300 K), J/(g K)
    double cp_step;                                // C_l - C_g
    double noise;                                  // standard deviation of a point, J/(g K)
    uint64_t seed;
} airy_glass_heat;

extern const airy_option airy_glass_heat_rows[];
void airy_glass_heat_defaults(airy_glass_heat *glass);

// ------------------------------------------------ rings of a glass (simulate/glass_rings.c)

enum { AIRY_GLASS_SHELLS = 8 };

// Shells of neighbours in a glass: n atoms at r with rms width w. Beyond them the density is even,
// from where a ball that holds as many atoms ends, smeared by `edge`.
typedef struct airy_glass {
    double density; // atoms / A^3
    int n_shells;
    double neighbours[AIRY_GLASS_SHELLS], r[AIRY_GLASS_SHELLS], width[AIRY_GLASS_SHELLS]; // A
    double edge;                                                                          // A
} airy_glass;

typedef struct airy_glass_rings {
    airy_glass glass;
    const char *composition;
    int ny, nx, frames;
    airy_setup setup;
    double center_y, center_x;
    double tilt_deg, toward_deg; // see airy_pose_tilt
    double polarisation;         // of the beam, along x
    double photons;              // expected in the brightest pixel
    double background;           // expected everywhere, photons
    uint64_t seed;
} airy_glass_rings;

// Zr50Cu50 at 68.5 keV on 400 x 400 pixels of 0.6 mm at 100 mm, leaning by 10 degrees: shells of
// 2.5 atoms at 2.7 A and 9 at 3.1 A.
extern const airy_option airy_glass_rings_rows[];
void airy_glass_rings_defaults(airy_glass_rings *rings);

// ------------------------------------------------------------------ speckle (simulate/speckle.c)

typedef enum airy_dynamics {
    AIRY_DYNAMICS_KWW,    // steady: field correlation exp(-(t / tau)^beta), beta up to 2
    AIRY_DYNAMICS_AGEING, // cells renewed after Mittag-Leffler waits of tail t^-beta, beta below 1
    AIRY_DYNAMICS_ML      // steady: field correlation E_beta(-(t / tau)^beta), beta up to 1
} airy_dynamics;

// Speckle in pixels that know nothing of each other, with known dynamics. Times count frames.
typedef struct airy_speckle_simulation {
    int frames, ny, nx;
    airy_dynamics dynamics;
    double tau, beta;
    int modes;       // independent speckles a pixel: the contrast is 1 / modes
    int cells;       // of a pixel that are renewed, when it ages
    double photons;  // mean, a pixel and frame
    bool poisson;    // whole photons; else intensities
    double flat;     // relative standard deviation of the pixels' gains
    int event;       // first frame after a sudden change; 0: none
    double fraction; // of the field that it replaces
    uint64_t seed;
    int threads;
} airy_speckle_simulation;

// 1000 frames of 64 x 64 pixels, KWW with tau 100 and beta 1, one mode, a photon a pixel.
extern const airy_option airy_speckle_simulation_rows[];
void airy_speckle_simulation_defaults(airy_speckle_simulation *options);

// ------------------------------------------------------------------ scans (simulate/scan.c)

// Patterns over a scan and time: every pixel and its Friedel mate a speckle of its own, whose
// relaxation time and variance are those of the place.
typedef struct airy_scan_simulation {
    int frames, ny, nx, side; // side of the (side, side) patterns, beam at (side / 2, side / 2)
    double tau, tau_spread;   // frames; standard deviation of ln tau over the scan
    double v, v_spread;       // speckle variance without shot noise, at most 1; of ln v
    double spearman;          // rank correlation of both, by a Gaussian copula
    double smooth;            // standard deviation of a blur of both maps, steps
    double photons;           // mean of a pixel and frame
    bool poisson;
    uint64_t seed;
    int threads;
} airy_scan_simulation;

// 106 frames, 40 x 40 places, 16 x 16 pixels, tau 100, v 0.5, both the same everywhere.
extern const airy_option airy_scan_simulation_rows[];
void airy_scan_simulation_defaults(airy_scan_simulation *options);

// ----------------------------------------------- their files (simulate/atoms.c and *_files.c)
//
// Each makes output->folder, asks first whether every file may be written, and gives all of them
// output->history (NULL: none).

// Writes folder/trajectory.lammpstrj (LAMMPS text dump, unwrapped, one frame) and folder/truth.tsv,
// `quantity value`: neighbours, q4, w4_hat, q6, w6_hat, volume_a3 of the lattice without noise.
AIRY_MUST_CHECK airy_code airy_lattice_write(const airy_lattice *lattice,
                                             const airy_simulation_output *output, airy_error *err);

// Writes folder/trajectory.lammpstrj with times (ITEM: TIME, units metal) and folder/truth.tsv,
// `time_ps msd_a2`: the mean squared displacement from the first frame on. Memory: all of it.
AIRY_MUST_CHECK airy_code airy_walk_write(const airy_walk *walk,
                                          const airy_simulation_output *output, airy_error *err);

// Writes folder/curves.tsv and folder/truth.tsv, the heating curves and fictive temperatures of a
// glass after n rates of cooling.
AIRY_MUST_CHECK airy_code airy_glass_heat_write(const airy_glass_heat *glass,
                                                const double *cool_k_min, int n,
                                                const airy_simulation_output *output,
                                                airy_error *err);

// Writes folder/frames.h5, geometry.poni, truth-sq.tsv and truth-gr.tsv; *scale as of
// airy_glass_rings_mean: what iq.tsv should be times.
AIRY_MUST_CHECK airy_code airy_glass_rings_write(const airy_glass_rings *rings,
                                                 const airy_simulation_output *output,
                                                 double *scale, airy_error *err);

// Writes folder/frames.h5 (sparse: events.h5, of whole photons alone), roi.h5, in which all pixels
// are one region, and truth.tsv, `name value unit`. period_s: from frame to frame. Memory: all
// frames.
AIRY_MUST_CHECK airy_code airy_speckle_simulation_write(const airy_speckle_simulation *options,
                                                        double period_s, bool sparse,
                                                        const airy_simulation_output *output,
                                                        airy_error *err);

// Writes folder/scan.u2 (not poisson: scan.f4), numbers without a header in the order of
// airy_simulate_scan, and truth.h5 with the maps. Memory: all patterns.
AIRY_MUST_CHECK airy_code airy_scan_simulation_write(const airy_scan_simulation *options,
                                                     double period_s,
                                                     const airy_simulation_output *output,
                                                     airy_error *err);

#endif
