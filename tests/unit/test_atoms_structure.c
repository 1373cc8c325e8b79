// SPDX-License-Identifier: GPL-3.0-or-later
// Pairs and wave vectors: counts and sums against the plain loop, an ideal gas, the speckle of one
// that moves, and LAMMPS' own g(r).
#include "unit/moving_atoms.h"
#include "simulate/lattice.h"
#include "atoms/box.h"
#include "atoms/pairs.h"
#include "atoms/structure.h"
#include "atoms/tracks.h"
#include "atoms/trajectory.h"
#include "atoms/waves.h"

#include <complex.h>

// n places anywhere in a box, of two types.
static void gas(airy_atoms *atoms, int n, uint64_t seed)
{
    airy_random random;
    airy_atom_box box = atoms->box;
    assert_int_equal(airy_atoms_init(atoms, n, NULL), AIRY_OK);
    atoms->box = box;
    airy_random_init(&random, seed, 0, AIRY_STREAM_START, 0);
    for (int i = 0; i < n; i++) {
        double s[3] = {3 * airy_random_uniform(&random), airy_random_uniform(&random),
                       airy_random_uniform(&random)};
        airy_atom_box_position(&box, s, atoms->r + 3 * i);
        atoms->type[i] = i % 4 == 0;
    }
}

static void oblique(airy_atom_box *box)
{
    *box = (airy_atom_box){.origin = {1, 2, 3},
                           .a = {{9, 0, 0}, {3, 8, 0}, {-2, 4, 7}},
                           .periodic = {true, true, true}};
    assert_int_equal(airy_atom_box_complete(box, NULL), AIRY_OK);
}

static void densities_are_those_of_the_plain_sum(void **state)
{
    (void)state;
    airy_atoms atoms = {0};
    airy_waves waves;
    double b[3][3];
    oblique(&atoms.box);
    gas(&atoms, 333, 7);
    airy_atom_box_reciprocal(&atoms.box, b);
    for (int region = AIRY_REGION_SHELL; region <= AIRY_REGION_SPOT; region++) {
        airy_error err = {0};
        if (airy_waves_init(&waves, &atoms.box, (airy_region)region, 2, 4, &err) != AIRY_OK)
            fail_msg("%s", err.message);
        double complex *rho = calloc((size_t)waves.n, sizeof *rho);
        for (int type = -1; type < 2; type++) {
            assert_int_equal(airy_waves_density(&waves, &atoms, type, 1, rho, &err), AIRY_OK);
            for (int i = 0; i < waves.n; i += 1 + waves.n / 50) {
                double q[3], length = 0;
                double complex sum = 0;
                for (int x = 0; x < 3; x++) {
                    q[x] =
                        waves.h[i][0] * b[0][x] + waves.h[i][1] * b[1][x] + waves.h[i][2] * b[2][x];
                    length += q[x] * q[x];
                }
                for (int j = 0; j < atoms.n; j++) {
                    const double *r = atoms.r + 3 * j;
                    // phases are counted from the corner of the box
                    double phase = q[0] * (r[0] - 1) + q[1] * (r[1] - 2) + q[2] * (r[2] - 3);
                    if (type < 0 || atoms.type[j] == type)
                        sum += cexp(I * phase);
                }
                assert_near("|q|", waves.q[i], sqrt(length), 1e-12);
                assert_near("rho", cabs(sum - rho[i]), 0, 1e-10);
            }
        }
        if (region == AIRY_REGION_SHELL) // one of each pair, in a shell of 4 pi / 3 (64 - 8)
            assert_near("waves", waves.n, 4 * M_PI / 3 * 56 * 504 / pow(2 * M_PI, 3) / 2,
                        0.05 * waves.n);
        free(rho);
        airy_waves_release(&waves);
    }
    airy_atoms_release(&atoms);
}

// rho of gases: <I> = N and <I^2> / <I>^2 = 2 - 1 / N, also of five atoms, within 3 sigma.
static void an_ideal_gas_speckles(void **state)
{
    (void)state;
    static const int sizes[] = {5, 300};
    for (int k = 0; k < 2; k++) {
        int n = sizes[k];
        double sum = 0, squares = 0, fourth = 0, m = 0;
        for (int draw = 0; draw < 400; draw++) {
            airy_atoms atoms = {0};
            airy_waves waves;
            oblique(&atoms.box);
            gas(&atoms, n, 1000 + (uint64_t)draw);
            assert_int_equal(airy_waves_init(&waves, &atoms.box, AIRY_REGION_SHELL, 4, 4.5, NULL),
                             AIRY_OK);
            double complex *rho = calloc((size_t)waves.n, sizeof *rho);
            assert_int_equal(airy_waves_density(&waves, &atoms, -1, 1, rho, NULL), AIRY_OK);
            for (int i = 0; i < waves.n; i += 20) { // few of one gas, so that they are independent
                double intensity = pow(cabs(rho[i]), 2);
                sum += intensity, squares += pow(intensity, 2), fourth += pow(intensity, 4);
                m++;
            }
            free(rho);
            airy_waves_release(&waves);
            airy_atoms_release(&atoms);
        }
        double mean = sum / m, ratio = squares / m / (mean * mean);
        double sigma = sqrt((fourth / m - pow(squares / m, 2)) / m) / (mean * mean);
        assert_true(m > 2000);
        assert_near("I / N", mean / n, 1, 4 / sqrt(m));
        assert_near("<I^2> / <I>^2", ratio, 2 - 1.0 / n, 3 * sigma);
    }
}

// What correlate makes of frames: C(t1, t2) = <I1 I2> / (<I1> <I2>), its mean over t1.
static double g2_of(const double *frames, int n, int pixels, int lag)
{
    double sum = 0;
    for (int t = 0; t + lag < n; t++) {
        double one = 0, two = 0, both = 0;
        const double *a = frames + t * pixels, *b = a + lag * pixels;
        for (int i = 0; i < pixels; i++)
            one += a[i], two += b[i], both += a[i] * b[i];
        sum += both * pixels / (one * two);
    }
    return sum / (n - lag);
}

// A gas that diffuses: g2 - 1 = exp(-2 q^2 D t).
static void a_moving_gas_decorrelates(void **state)
{
    (void)state;
    airy_walk walk;
    airy_waves waves;
    airy_atoms atoms;
    airy_walk_defaults(&walk);
    walk.atoms = 300, walk.frames = 150, walk.diffusion = 0.01;
    airy_tracks tracks = {.drift = AIRY_DRIFT_KEPT};
    walk_tracks(&walk, &tracks);
    assert_int_equal(airy_atoms_init(&atoms, walk.atoms, NULL), AIRY_OK);
    cube(&atoms.box, walk.box);
    assert_int_equal(airy_waves_init(&waves, &atoms.box, AIRY_REGION_SHELL, 1.95, 2.05, NULL),
                     AIRY_OK);
    double complex *rho = calloc((size_t)waves.n, sizeof *rho);
    double *frames = calloc((size_t)(walk.frames * waves.n), sizeof *frames);
    for (int t = 0; t < walk.frames; t++) {
        memcpy(atoms.r, tracks.r[t], 3 * (size_t)walk.atoms * sizeof *atoms.r);
        assert_int_equal(airy_waves_density(&waves, &atoms, -1, 1, rho, NULL), AIRY_OK);
        for (int i = 0; i < waves.n; i++)
            frames[t * waves.n + i] = pow(cabs(rho[i]), 2);
    }
    for (int lag = 1; lag < 30; lag *= 2) {
        double wanted = exp(-2 * 4 * walk.diffusion * lag * walk.dt_ps);
        assert_near("g2 - 1", g2_of(frames, walk.frames, waves.n, lag) - 1, wanted, 0.04);
    }
    free(rho);
    free(frames);
    airy_waves_release(&waves);
    airy_atoms_release(&atoms);
    airy_tracks_release(&tracks);
}

// g(r) of a gas is 1; counts are those of the plain loop, in a box shorter than twice the range.
static void pairs_of_a_gas(void **state)
{
    (void)state;
    airy_atoms atoms = {0};
    airy_pairs pairs = {0};
    airy_error err = {0};
    oblique(&atoms.box);
    gas(&atoms, 200, 3);
    assert_int_equal(airy_pairs_begin(&pairs, 2, 12, 6, &err), AIRY_OK);
    assert_int_equal(airy_pairs_add(&pairs, &atoms, &err), AIRY_OK);
    int64_t wanted[4][12] = {{0}};
    for (int i = 0; i < atoms.n; i++)
        for (int j = 0; j < atoms.n; j++)
            for (int c = 0; c < 625; c++) {
                double square = 0;
                int u = c % 25 - 12, v = c / 25 % 5 - 2, w = c / 125 - 2;
                for (int x = 0; x < 3; x++) {
                    const double(*a)[3] = atoms.box.a;
                    double d = atoms.r[3 * j + x] - atoms.r[3 * i + x];
                    d += u * a[0][x] + v * a[1][x] + w * a[2][x];
                    square += d * d;
                }
                if (square > 0 && square < 36)
                    wanted[2 * atoms.type[i] + atoms.type[j]][(int)(sqrt(square) * 2)]++;
            }
    for (int pair = 0; pair < 4; pair++)
        for (int bin = 0; bin < 12; bin++)
            assert_int_equal(pairs.count[pair * 12 + bin], wanted[pair][bin]);
    double n = 150, m = 50, shell = 4 * M_PI / 3 * (216 - pow(5.5, 3));
    assert_near("g", airy_pairs_g(&pairs, 2, 11),
                (double)wanted[1][11] * atoms.box.volume / (n * m * shell), 1e-12);
    assert_near("g of a gas", airy_pairs_g(&pairs, 0, 11), 1, 0.04);
    assert_near("neighbours", airy_pairs_neighbours(&pairs, 0, 11),
                199 * 4 * M_PI / 3 * 216 / atoms.box.volume, 6);
    airy_pairs_release(&pairs);
    airy_atoms_release(&atoms);
}

// Where atoms are from where others were: counts of the plain loop, in a box shorter than the range
// and of atoms that crossed it more than once; of a gas g is 1, and no atom counts itself.
static void later_pairs_of_a_gas(void **state)
{
    (void)state;
    enum { ATOMS = 60, BINS = 8 };
    airy_atoms atoms = {0}, also = {0};
    airy_pairs pairs = {0};
    oblique(&atoms.box);
    also.box = atoms.box;
    gas(&atoms, ATOMS, 5);
    gas(&also, ATOMS, 6);
    int64_t wanted[4][BINS] = {{0}};
    for (int i = 0; i < 3 * ATOMS; i++)
        also.r[i] = i < 9 ? atoms.r[i] : also.r[i] + 9 * (i % 4); // three did not move
    for (int i = 0; i < ATOMS; i++)
        for (int j = 0; j < ATOMS; j++)
            for (int c = 0; c < 9261; c++) {
                const double(*a)[3] = atoms.box.a;
                double square = 0;
                int u = c % 21 - 10, v = c / 21 % 21 - 10, w = c / 441 - 10;
                for (int x = 0; x < 3; x++)
                    square += pow(also.r[3 * i + x] - atoms.r[3 * j + x] + u * a[0][x] +
                                      v * a[1][x] + w * a[2][x],
                                  2);
                if (square < 64 && !(i == j && c == 10 * 463))
                    wanted[2 * atoms.type[i] + atoms.type[j]][(int)sqrt(square)]++;
            }
    assert_int_equal(airy_pairs_begin(&pairs, 2, BINS, BINS, NULL), AIRY_OK);
    assert_int_equal(airy_pairs_add_later(&pairs, &atoms, also.r, NULL), AIRY_OK);
    for (int pair = 0; pair < 4; pair++)
        for (int bin = 0; bin < BINS; bin++)
            assert_int_equal(pairs.count[pair * BINS + bin], wanted[pair][bin]);
    assert_near("g of a gas", airy_pairs_g(&pairs, 0, BINS - 1), 1, 0.06);
    airy_pairs_release(&pairs);
    airy_atoms_release(&atoms);
    airy_atoms_release(&also);
}

// S(q) = 1 for a gas, partial 1 and 0; a crystal's Bragg peak holds N in its bin.
static void structure_factors(void **state)
{
    (void)state;
    airy_atoms_structure s = {0};
    airy_atoms atoms = {0};
    airy_error err = {0};
    double sum[4] = {0};
    oblique(&atoms.box);
    for (int frame = 0; frame < 40; frame++) {
        gas(&atoms, 400, 50 + (uint64_t)frame);
        if (frame == 0)
            assert_int_equal(airy_atoms_structure_begin(&s, &atoms.box, 2, 8, 6, 60, &err),
                             AIRY_OK);
        assert_int_equal(airy_atoms_structure_add(&s, &atoms, &err), AIRY_OK);
        airy_atom_box box = atoms.box;
        airy_atoms_release(&atoms);
        atoms.box = box;
    }
    for (int bin = 0; bin < 8; bin++)
        assert_true(s.vectors[bin] <= 60);
    for (int pair = 0; pair < 4; pair++)
        for (int bin = 4; bin < 8; bin++)
            sum[pair] += airy_atoms_structure_s(&s, pair, bin) / 4;
    static const double wanted[4] = {1, 1, 0, 1}; // all, 00, 01, 11
    for (int pair = 0; pair < 4; pair++)
        assert_near("S", sum[pair], wanted[pair], 0.05);
    assert_near("error", airy_atoms_structure_error(&s, 0, 7), sqrt(1.0 / 60 / 40), 0.01);
    airy_atoms_structure_release(&s);
    airy_lattice lattice;
    airy_lattice_defaults(&lattice);
    lattice.kind = AIRY_LATTICE_SC;
    assert_int_equal(airy_lattice_make(&lattice, &atoms, &err), AIRY_OK);
    s = (airy_atoms_structure){0};
    assert_int_equal(airy_atoms_structure_begin(&s, &atoms.box, 1, 30, 3, 1000, &err), AIRY_OK);
    assert_int_equal(airy_atoms_structure_add(&s, &atoms, &err), AIRY_OK);
    int peak = (int)(2 * M_PI / 2.8 * 10);
    for (int bin = 0; bin < 30; bin++)
        if (s.vectors[bin] > 0 && bin < peak)
            assert_near("between peaks", airy_atoms_structure_s(&s, 0, bin), 0, 1e-12);
    double there = airy_atoms_structure_s(&s, 0, peak) * s.vectors[peak];
    assert_near("three of (1 0 0)", there, 3 * atoms.n, 1e-6);
    airy_atoms_structure_release(&s);
    airy_atoms_release(&atoms);
}

// ------------------------------------------------------------------ what others measured

static void pairs_as_lammps(const char *trajectory, const char *table, int first, double within)
{
    char path[1024], line[256];
    airy_pairs pairs = {0};
    airy_error err = {0};
    sample_path(table, path);
    airy_trajectory *t = open_sample(trajectory, 0);
    for (const airy_atoms *atoms; (atoms = next_frame(t));) {
        if (!pairs.count)
            assert_int_equal(airy_pairs_begin(&pairs, 2, 280, 7, &err), AIRY_OK);
        if (atoms->frame >= first)
            assert_int_equal(airy_pairs_add(&pairs, atoms, &err), AIRY_OK);
    }
    airy_trajectory_close(t);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    int rows = 0;
    while (fgets(line, sizeof line, file)) {
        double bin, r, g[3], n[3];
        if (sscanf(line, "%lf %lf %lf %lf %lf %lf %lf %lf", &bin, &r, &g[0], &n[0], &g[1], &n[1],
                   &g[2], &n[2]) != 8)
            continue;
        static const int which[3] = {1, 2, 4};
        for (int k = 0; k < 3; k++) {
            assert_near("g", airy_pairs_g(&pairs, which[k], rows), g[k], within);
            assert_near("n", airy_pairs_neighbours(&pairs, which[k], rows), n[k], within);
        }
        rows++;
    }
    fclose(file);
    assert_int_equal(rows, 280);
    airy_pairs_release(&pairs);
}

static void pairs_as_lammps_counted(void **state)
{
    (void)state;
    // coordinates of six digits move a pair across the end of a bin now and then
    pairs_as_lammps("md-cuzr-b2-950K.lammpstrj.xz", "md-cuzr-b2-950K_lammps-rdf.txt", 1, 4e-3);
    pairs_as_lammps("md-cuzr-liquid-1100K.lammpstrj.xz", "md-cuzr-liquid-1100K_lammps-rdf.txt", 1,
                    5e-3);
}

// Another program's speckle of the liquid: 441 wave vectors, contrast and g2 to 1e-5.
static void speckle_of_a_liquid(void **state)
{
    (void)state;
    static const int lags[6] = {1, 2, 4, 10, 20, 40};
    static const double g2[6] = {1.37523, 1.23450, 1.10414, 1.00572, 1.01322, 1.00742};
    airy_waves waves = {0};
    double complex *rho = NULL;
    double *frames = NULL, sum = 0, contrast = 0;
    int n = 0;
    airy_trajectory *t = open_sample("md-cuzr-liquid-1100K.lammpstrj.xz", 0);
    for (const airy_atoms *atoms; (atoms = next_frame(t)); n++) {
        if (n == 0) {
            assert_int_equal(
                airy_waves_init(&waves, &atoms->box, AIRY_REGION_SHELL, 2.6, 2.8, NULL), AIRY_OK);
            rho = calloc((size_t)waves.n, sizeof *rho);
            frames = calloc(100 * (size_t)waves.n, sizeof *frames);
        }
        assert_int_equal(airy_waves_density(&waves, atoms, -1, 1, rho, NULL), AIRY_OK);
        double one = 0, two = 0;
        for (int i = 0; i < waves.n; i++) {
            double intensity = pow(cabs(rho[i]), 2);
            frames[n * waves.n + i] = intensity;
            one += intensity, two += intensity * intensity;
        }
        sum += one;
        contrast += two * waves.n / (one * one);
    }
    airy_trajectory_close(t);
    double m = (double)n * waves.n;
    assert_int_equal(waves.n, 441);
    assert_near("<I> / N", sum / m / 686, 2.4081, 5.1e-5);
    assert_near("<I^2> / <I>^2", contrast / n, 1.9971, 5.1e-5);
    for (int k = 0; k < 6; k++)
        assert_near("g2", g2_of(frames, n, waves.n, lags[k]), g2[k], 1e-5);
    free(rho);
    free(frames);
    airy_waves_release(&waves);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(densities_are_those_of_the_plain_sum),
        cmocka_unit_test(an_ideal_gas_speckles),
        cmocka_unit_test(a_moving_gas_decorrelates),
        cmocka_unit_test(pairs_of_a_gas),
        cmocka_unit_test(later_pairs_of_a_gas),
        cmocka_unit_test(structure_factors),
        cmocka_unit_test(pairs_as_lammps_counted),
        cmocka_unit_test(speckle_of_a_liquid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
