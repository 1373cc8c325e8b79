// SPDX-License-Identifier: GPL-3.0-or-later
// Motion: walkers come out as they were made, sums agree with the plain loop, strings of a ring,
// the chance level, waits and their tails; trajectories of LAMMPS as LAMMPS and others measured
// them.
#include "unit/moving_atoms.h"
#include "simulate/walk.h"
#include "atoms/lags.h"
#include "atoms/motion.h"
#include "atoms/order.h"
#include "atoms/strings.h"
#include "atoms/tracks.h"
#include "atoms/vanhove.h"
#include "atoms/waits.h"

// ------------------------------------------------------------------ walkers

static void free_walkers_diffuse(void **state)
{
    (void)state;
    airy_walk walk;
    airy_tracks tracks = {.drift = AIRY_DRIFT_KEPT};
    airy_walk_defaults(&walk);
    walk.seed = 3;
    walk_tracks(&walk, &tracks);
    airy_lags lags = lags_of(&tracks, 10);
    airy_motion motion = motion_of(&tracks, &lags, (airy_motion_options){.fast = 2});
    for (int lag = 0; lag < lags.n; lag++) {
        const airy_motion_row *row = &motion.row[2 * lag];
        assert_near("msd", row->msd, airy_walk_msd(&walk, lags.time_ps[lag]), 3.5 * row->error);
        if (lag < lags.n / 2) // Gaussian: 0
            assert_near("alpha2", row->alpha2, 0, 0.03);
    }
    const airy_diffusion *d = &motion.diffusion[0];
    assert_near("D", d->d, walk.diffusion, 3 * d->error);
    assert_true(d->error < 0.1 * d->d && fabs(d->exponent - 1) < 0.1);
    airy_motion_release(&motion);
    airy_lags_release(&lags);
    airy_tracks_release(&tracks);
}

static void ballistic_walkers_do_not(void **state)
{
    (void)state;
    airy_walk walk;
    airy_tracks tracks = {.drift = AIRY_DRIFT_KEPT};
    airy_walk_defaults(&walk);
    walk.kind = AIRY_WALK_BALLISTIC;
    walk_tracks(&walk, &tracks);
    airy_lags lags = lags_of(&tracks, 5);
    airy_motion motion = motion_of(&tracks, &lags, (airy_motion_options){.fast = 2});
    double v2 = motion.row[0].msd / (lags.time_ps[0] * lags.time_ps[0]); // of these atoms
    for (int lag = 0; lag < lags.n; lag++)
        assert_near("msd / t^2", motion.row[2 * lag].msd / pow(lags.time_ps[lag], 2), v2, 1e-9);
    assert_near("v^2", v2, 3 * walk.speed * walk.speed, 3 * motion.row[0].error);
    assert_true(isnan(motion.diffusion[0].d) && fabs(motion.diffusion[0].exponent - 2) < 1e-6);
    airy_motion_release(&motion);
    airy_lags_release(&lags);
    airy_tracks_release(&tracks);
}

// Cage, then hops: from the first frame on, where waits that have no mean began (beta 0.6); of the
// mean over atoms the error is their scatter.
static void caged_walkers_hop(void **state)
{
    (void)state;
    for (int aged = 0; aged < 2; aged++) {
        airy_walk walk;
        airy_tracks tracks = {.drift = AIRY_DRIFT_KEPT};
        airy_walk_defaults(&walk);
        walk.kind = AIRY_WALK_CAGE;
        walk.beta = aged ? 0.6 : 1;
        walk.atoms = 2000;
        walk_tracks(&walk, &tracks);
        for (int frame = 1; frame < walk.frames; frame *= 3) {
            double sum = 0, squares = 0, n = walk.atoms;
            for (int i = 0; i < walk.atoms; i++) {
                double square = 0;
                for (int x = 0; x < 3; x++)
                    square += pow(tracks.r[frame][3 * i + x] - tracks.r[0][3 * i + x], 2);
                sum += square, squares += square * square;
            }
            double error = sqrt((squares / n - pow(sum / n, 2)) / n);
            assert_near("msd", sum / n, airy_walk_msd(&walk, frame * walk.dt_ps), 3.5 * error);
        }
        airy_tracks_release(&tracks);
    }
}

// ------------------------------------------------------------------ the plain loop

// Frames at uneven times, two types, a box that breathes: every row against sums as written.
static void sums_are_those_of_the_plain_loop(void **state)
{
    (void)state;
    enum { FRAMES = 23, ATOMS = 37 };
    static const double time[FRAMES] = {0,  1,  2,  4,  5,  7,  8,  9,  16, 17, 18, 20,
                                        21, 32, 33, 34, 36, 40, 64, 65, 66, 80, 128};
    airy_tracks tracks = {.mass = {2, 3}};
    airy_random random;
    airy_atoms atoms;
    assert_int_equal(airy_atoms_init(&atoms, ATOMS, NULL), AIRY_OK);
    airy_random_init(&random, 4, 0, AIRY_STREAM_START, 0);
    cube(&atoms.box, 9);
    for (int frame = 0; frame < FRAMES; frame++) {
        atoms.time_ps = time[frame];
        for (int i = 0; i < 3 * ATOMS; i++)
            atoms.r[i] += airy_random_normal(&random);
        for (int i = 0; i < ATOMS; i++)
            atoms.type[i] = i % 3 == 0;
        assert_int_equal(airy_tracks_add(&tracks, &atoms, 2, NULL), AIRY_OK);
    }
    for (int frame = 0; frame < FRAMES; frame++) { // without drift of the heavier and lighter ones
        double sum = 0;
        for (int i = 0; i < ATOMS; i++)
            sum += (i % 3 == 0 ? 3 : 2) * (tracks.r[frame][3 * i] - tracks.r[0][3 * i]);
        assert_near("drift", sum, 0, 1e-9);
    }
    airy_lags lags = lags_of(&tracks, 0);
    airy_motion motion = motion_of(&tracks, &lags, (airy_motion_options){.fast = 2});
    int pairs = 0;
    for (int lag = 0; lag < lags.n; lag++) {
        double square[3] = {0}, fourth[3] = {0}, fast[3] = {0}, n[3] = {0};
        for (int a = 0; a < FRAMES; a++)
            for (int b = a + 1; b < FRAMES; b++)
                for (int i = 0; time[b] - time[a] == lags.time_ps[lag] && i < ATOMS; i++) {
                    double u2 = 0;
                    for (int x = 0; x < 3; x++)
                        u2 += pow(tracks.r[b][3 * i + x] - tracks.r[a][3 * i + x], 2);
                    int types[2] = {0, 1 + (i % 3 == 0)};
                    for (int k = 0; k < 2; k++) {
                        square[types[k]] += u2, fourth[types[k]] += u2 * u2;
                        fast[types[k]] += u2 > 4, n[types[k]]++;
                    }
                }
        pairs += airy_lags_pairs(&lags, lag);
        for (int t = 0; t < 3; t++) {
            const airy_motion_row *row = &motion.row[3 * lag + t];
            double msd = square[t] / n[t];
            assert_near("msd", row->msd / msd, 1, 1e-10);
            assert_near("alpha2", row->alpha2, 3 * fourth[t] / n[t] / (5 * msd * msd) - 1, 1e-10);
            assert_near("fast", row->fast, fast[t] / n[t], 1e-12);
            assert_near("samples", row->samples, n[t], 0);
        }
    }
    assert_int_equal(pairs, FRAMES * (FRAMES - 1) / 2);
    airy_motion_release(&motion);
    airy_lags_release(&lags);
    airy_tracks_release(&tracks);
    airy_atoms_release(&atoms);
}

// More origins of a lag than are summed at once, of frames spaced evenly: lags short and long
// against sums as written; and MSDs of all lags, added up, against sums without lags: sum_lag n_lag
// msd_lag = frames sum_t r^2 - (sum_t r)^2 of every coordinate.
static void many_origins(void **state)
{
    (void)state;
    enum { FRAMES = 1300 };
    static const int picked[] = {1, 5, 275, 276, 277, 788, 1292, 1299};
    airy_walk walk;
    airy_tracks tracks = {.drift = AIRY_DRIFT_KEPT};
    airy_walk_defaults(&walk);
    walk.atoms = 11, walk.frames = FRAMES;
    walk_tracks(&walk, &tracks);
    airy_lags lags = lags_of(&tracks, 0);
    airy_motion motion = motion_of(&tracks, &lags, (airy_motion_options){.fast = 2});
    assert_int_equal(lags.n, FRAMES - 1);
    for (size_t k = 0; k < sizeof picked / sizeof picked[0]; k++) {
        int ahead = picked[k];
        double square = 0, fourth = 0, fast = 0, n = 0;
        for (int t = 0; t + ahead < FRAMES; t++)
            for (int i = 0; i < walk.atoms; i++) {
                double u2 = 0;
                for (int x = 3 * i; x < 3 * i + 3; x++)
                    u2 += pow(tracks.r[t + ahead][x] - tracks.r[t][x], 2);
                square += u2, fourth += u2 * u2, fast += u2 > 4, n++;
            }
        const airy_motion_row *row = &motion.row[2 * (ahead - 1)];
        assert_near("msd", row->msd * n / square, 1, 1e-12);
        assert_near("alpha2", row->alpha2, 3 * fourth * n / (5 * square * square) - 1, 1e-11);
        assert_near("fast", row->fast, fast / n, 1e-13);
    }
    double by_lags = 0, without = 0;
    for (int lag = 0; lag < lags.n; lag++)
        by_lags += motion.row[2 * lag].msd * motion.row[2 * lag].samples;
    for (int x = 0; x < 3 * walk.atoms; x++) {
        double sum = 0, squares = 0;
        for (int t = 0; t < FRAMES; t++)
            sum += tracks.r[t][x], squares += tracks.r[t][x] * tracks.r[t][x];
        without += FRAMES * squares - sum * sum;
    }
    assert_near("all lags", by_lags / without, 1, 1e-10);
    airy_motion_release(&motion);
    airy_lags_release(&lags);
    airy_tracks_release(&tracks);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    airy_walk walk;
    airy_tracks tracks = {0};
    airy_walk_defaults(&walk);
    walk.kind = AIRY_WALK_CAGE;
    walk.frames = 60;
    walk_tracks(&walk, &tracks);
    airy_lags lags = lags_of(&tracks, 4);
    airy_motion motion[2];
    airy_strings_row rows[2][16];
    airy_strings_options options;
    airy_strings_options_defaults(&options);
    for (int k = 0; k < 2; k++) {
        options.threads = 1 + 2 * k;
        motion[k] =
            motion_of(&tracks, &lags, (airy_motion_options){.fast = 2, .threads = 1 + 2 * k});
        memset(rows[k], 0, sizeof rows[k]);
        assert_int_equal(airy_strings_find(&tracks, &lags, &options, rows[k], NULL), AIRY_OK);
    }
    assert_memory_equal(motion[0].row, motion[1].row, (size_t)lags.n * 2 * sizeof *motion[0].row);
    assert_memory_equal(motion[0].diffusion, motion[1].diffusion, sizeof *motion[0].diffusion);
    for (int i = 0; i < lags.n; i++)
        assert_true(rows[0][i].fast == rows[1][i].fast && rows[0][i].strings == rows[1][i].strings);
    airy_motion_release(&motion[0]);
    airy_motion_release(&motion[1]);
    airy_lags_release(&lags);
    airy_tracks_release(&tracks);
}

// What the box does to all is no motion of atoms.
static void a_box_that_breathes_moves_nobody(void **state)
{
    (void)state;
    airy_tracks tracks = {0};
    airy_atoms atoms;
    assert_int_equal(airy_atoms_init(&atoms, 50, NULL), AIRY_OK);
    for (int frame = 0; frame < 3; frame++) {
        double side = 10 + 0.3 * frame;
        cube(&atoms.box, side);
        atoms.time_ps = frame;
        for (int i = 0; i < 150; i++)
            atoms.r[i] = side * (0.013 * i);
        assert_int_equal(airy_tracks_add(&tracks, &atoms, 1, NULL), AIRY_OK);
    }
    for (int i = 0; i < 150; i++)
        assert_near("place", tracks.r[2][i], tracks.r[0][i], 1e-12);
    assert_near("stretch", tracks.stretch, pow(1.06, 3) - 1, 1e-12);
    airy_tracks_release(&tracks);
    airy_atoms_release(&atoms);
}

// ------------------------------------------------------------------ strings

// A ring of n atoms 2.8 A apart, each moved to the next one's place, among others that rest.
static void a_ring_is_a_string_of_its_length(void **state)
{
    (void)state;
    enum { RING = 7, ATOMS = 40 };
    for (int donati = 0; donati < 2; donati++) {
        airy_tracks tracks = {.drift = AIRY_DRIFT_KEPT};
        airy_atoms atoms;
        airy_strings_options options;
        int taken[ATOMS], string[ATOMS];
        double radius = 1.4 / sin(M_PI / RING);
        assert_int_equal(airy_atoms_init(&atoms, ATOMS, NULL), AIRY_OK);
        cube(&atoms.box, 20);
        for (int frame = 0; frame < 2; frame++) {
            atoms.time_ps = frame;
            for (int i = 0; i < ATOMS; i++) {
                double angle = 2 * M_PI * (i + frame) / RING; // across the face of the box, too
                double *r = atoms.r + 3 * i;
                r[0] = i < RING ? radius * cos(angle) : i % 6 * 3;
                r[1] = i < RING ? radius * sin(angle) : 4.5 + i / 6 % 4 * 3;
                r[2] = i < RING ? 1 : 9 + i / 24 * 4 + 0.1 * frame;
            }
            assert_int_equal(airy_tracks_add(&tracks, &atoms, 1, NULL), AIRY_OK);
        }
        airy_strings_options_defaults(&options);
        options.donati = donati;
        assert_int_equal(airy_strings_between(&tracks, 0, 1, &options, taken, string, NULL),
                         AIRY_OK);
        for (int i = 0; i < ATOMS; i++) {
            assert_int_equal(string[i], i < RING ? RING : 0);
            assert_int_equal(taken[i], i < RING ? (i + 1) % RING : -1);
        }
        airy_lags lags = lags_of(&tracks, 0);
        airy_strings_row row;
        assert_int_equal(airy_strings_find(&tracks, &lags, &options, &row, NULL), AIRY_OK);
        assert_true(row.fast == RING && row.strings == RING && row.ratio == 1);
        assert_true(row.longest == RING && row.mean_length == RING && row.origins == 1);
        airy_lags_release(&lags);
        airy_tracks_release(&tracks);
        airy_atoms_release(&atoms);
    }
}

// Atoms that land anywhere: 4/3 pi 0.3^3 x 0.058 = 0.66 % of them near a place, within 3 sigma.
static void landing_by_accident(void **state)
{
    (void)state;
    airy_walk walk;
    airy_tracks tracks = {.drift = AIRY_DRIFT_KEPT};
    airy_strings_options options;
    airy_strings_row row;
    airy_walk_defaults(&walk);
    walk.atoms = 40000;
    walk.box = cbrt(walk.atoms / 0.058);
    walk.frames = 2;
    walk.diffusion = 50;
    walk_tracks(&walk, &tracks);
    airy_lags lags = lags_of(&tracks, 0);
    airy_strings_options_defaults(&options);
    assert_int_equal(airy_strings_find(&tracks, &lags, &options, &row, NULL), AIRY_OK);
    assert_near("chance", row.chance, 0.00656, 1e-5);
    assert_true(row.fast > 39000);
    double sigma = sqrt(row.chance / (double)row.fast);
    assert_near("ratio", row.ratio, row.chance, 3 * sigma);
    airy_lags_release(&lags);
    airy_tracks_release(&tracks);
}

// ------------------------------------------------------------------ waits

// Pareto waits of exponent 1.45, some cut short at a known time: the tail within 3 sigma.
static void tails_are_found(void **state)
{
    (void)state;
    enum { N = 100000 };
    for (int cut = 0; cut < 2; cut++) {
        airy_waits waits = {.time_ps = malloc(N * sizeof(double))};
        airy_random random;
        double limit = cut ? 50 : INFINITY, longer = 0;
        airy_random_init(&random, 11, 0, AIRY_STREAM_START, 0);
        for (int i = 0; i < N; i++) {
            double t = pow(1 - airy_random_uniform(&random), -1 / 0.45);
            if (t < limit)
                waits.time_ps[waits.n++] = t;
            longer += t >= limit;
        }
        waits.censored = N - waits.n;
        for (int i = waits.n; i < N; i++)
            waits.time_ps[i] = limit;
        airy_wait_tail tail = airy_waits_tail(&waits, 1);
        assert_int_equal(tail.n, waits.n);
        assert_near("exponent", tail.exponent, 1.45, 3 * tail.exponent_err);
        assert_near("its error", tail.exponent_err, 0.45 / sqrt(waits.n), 1e-4);
        assert_true(tail.weight > 0.999);
        double share, error;
        airy_error err = {0};
        assert_int_equal(airy_waits_survival(&waits, 10, &share, &error, &err), AIRY_OK);
        assert_near("survival", share, pow(10, -0.45), 3 * error);
        free(waits.time_ps);
    }
}

// Walkers that hop after exponential waits: their mean comes back though the record is short, and
// the exponential is preferred.
static void waits_of_walkers(void **state)
{
    (void)state;
    airy_walk walk;
    airy_tracks tracks = {.drift = AIRY_DRIFT_KEPT};
    airy_waits waits;
    airy_walk_defaults(&walk);
    walk.kind = AIRY_WALK_CAGE;
    walk.cage = 0.05, walk.hop = 5;
    walk.atoms = 800, walk.frames = 400, walk.dt_ps = 0.5;
    walk_tracks(&walk, &tracks);
    assert_int_equal(airy_waits_find(&tracks, 2, &waits, NULL), AIRY_OK);
    airy_wait_tail tail = airy_waits_tail(&waits, 2);
    assert_true(waits.n > 5000 && waits.censored > 700);
    // two hops in one frame, and a hop back, are not seen: 2 % of the waits
    assert_near("mean", tail.mean_ps, walk.wait_ps, 3 * tail.mean_err + 0.5);
    assert_true(tail.weight < 1e-3);
    airy_waits_release(&waits);
    airy_tracks_release(&tracks);
}

// ------------------------------------------------------------------ what others measured

// Kob and Andersen's mixture: msd and alpha2 over all origins as published with PyMatterSim, from
// unwrapped and from wrapped coordinates (five digits of a box).
static void kob_and_andersen(void **state)
{
    (void)state;
    static const char *const names[] = {"md-kalj-unwrapped.lammpstrj.xz",
                                        "md-kalj-wrapped.lammpstrj.xz"};
    char path[1024];
    airy_table expected = {0};
    sample_path("md-kalj-expected.tsv", path);
    assert_int_equal(airy_table_read(path, &expected, NULL), AIRY_OK);
    for (int wrapped = 0; wrapped < 2; wrapped++) {
        airy_tracks tracks = {.drift = AIRY_DRIFT_KEPT};
        sample_tracks(names[wrapped], 0.002, &tracks);
        airy_lags lags = lags_of(&tracks, 0);
        airy_motion motion = motion_of(&tracks, &lags, (airy_motion_options){.fast = 0.3});
        assert_int_equal(lags.n, 9);
        for (int lag = 0; lag < lags.n; lag++) {
            double t, msd, alpha2, within;
            assert_int_equal(airy_table_get_double(&expected, lag, "t", &t, NULL), AIRY_OK);
            assert_int_equal(airy_table_get_double(&expected, lag, "msd", &msd, NULL), AIRY_OK);
            assert_int_equal(airy_table_get_double(&expected, lag, "alpha2", &alpha2, NULL), 0);
            assert_int_equal(airy_table_get_double(&expected, lag, "Qt_a0.3", &within, NULL), 0);
            const airy_motion_row *row = &motion.row[lag * (motion.types + 1)];
            assert_near("time", lags.time_ps[lag], t, 1e-9);
            assert_near("msd", row->msd, msd, wrapped ? 2e-5 : 6e-10);
            assert_near("alpha2", row->alpha2, alpha2, wrapped ? 1e-4 : 6e-10);
            if (!wrapped)
                assert_near("Q", 1 - row->fast, within, 1e-9);
        }
        airy_motion_release(&motion);
        airy_lags_release(&lags);
        airy_tracks_release(&tracks);
    }
    airy_table_release(&expected);
}

// LAMMPS' own msd from the first frame, of all (center of mass taken away by mass), Cu and Zr.
static void as_lammps_measured(const char *trajectory, const char *table_name, double timestep,
                               double within)
{
    char path[1024], line[256];
    airy_tracks all = {.mass = {63.546, 91.224}}, kept = {.drift = AIRY_DRIFT_KEPT};
    sample_path(table_name, path);
    sample_tracks(trajectory, timestep, &all);
    sample_tracks(trajectory, timestep, &kept);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    int rows = 0;
    for (; fgets(line, sizeof line, file) && rows < all.frames; rows++) {
        double step, wanted[3], found[3] = {0}, n[3] = {0};
        assert_int_equal(sscanf(line, "%lf %lf %lf %lf", &step, &wanted[0], &wanted[1], &wanted[2]),
                         4);
        assert_near("time", all.time_ps[rows], step * timestep, 1e-9);
        for (int i = 0; i < 3 * all.atoms; i++) {
            int type = 1 + all.type[i / 3];
            found[0] += pow(all.r[rows][i] - all.r[0][i], 2);
            found[type] += pow(kept.r[rows][i] - kept.r[0][i], 2);
            n[0] += i % 3 == 0;
            n[type] += i % 3 == 0;
        }
        for (int k = 0; k < 3; k++)
            assert_near("msd", found[k] / n[k], wanted[k], within);
    }
    fclose(file);
    assert_true(rows > 70);
    airy_tracks_release(&all);
    airy_tracks_release(&kept);
}

static void a_liquid_as_lammps_measured(void **state)
{
    (void)state;
    as_lammps_measured("md-cuzr-liquid-1100K.lammpstrj.xz", "md-cuzr-liquid-1100K_lammps-msd.txt",
                       0.002, 6e-5);
}

static void a_crystal_as_lammps_measured(void **state)
{
    (void)state;
    as_lammps_measured("md-cuzr-b2-950K.lammpstrj.xz", "md-cuzr-b2-950K_lammps-msd.txt", 0.002,
                       2e-6);
}

// All origins: another program's numbers, without the drift of the center of mass.
static void a_liquid_over_all_origins(void **state)
{
    (void)state;
    static const double wanted[5][4] = {{0.5, 0.62090, 0.18784, 0.00299},
                                        {2, 1.41817, 0.28341, 0.05999},
                                        {4, 2.46839, 0.24078, 0.18255},
                                        {10, 5.59855, 0.14840, 0.50275},
                                        {20, 10.73145, 0.09050, 0.74771}};
    static const double d[3] = {0.08317, 0.09368, 0.07265};
    airy_tracks tracks = {.mass = {63.546, 91.224}};
    sample_tracks("md-cuzr-liquid-1100K.lammpstrj.xz", 0.002, &tracks);
    airy_lags lags = lags_of(&tracks, 0);
    airy_motion motion =
        motion_of(&tracks, &lags, (airy_motion_options){.fast = 2, .from_ps = 10, .to_ps = 30});
    for (int k = 0; k < 5; k++) {
        const airy_motion_row *row = &motion.row[3 * ((int)rint(wanted[k][0] / 0.5) - 1)];
        assert_near("msd", row->msd, wanted[k][1], 1e-5);
        assert_near("alpha2", row->alpha2, wanted[k][2], 1e-5);
        assert_near("fast", row->fast, wanted[k][3], 1e-5);
    }
    for (int t = 0; t < 3; t++)
        assert_near("D", motion.diffusion[t].d, d[t], 1e-5);
    airy_strings_options options;
    airy_strings_options_defaults(&options);
    options.origins = 9;
    airy_strings_row *rows = calloc((size_t)lags.n, sizeof *rows);
    assert_int_equal(airy_strings_find(&tracks, &lags, &options, rows, NULL), AIRY_OK);
    assert_near("chance", rows[19].chance, 0.00622, 1e-5);
    double expected = (double)rows[19].fast * rows[19].chance;
    assert_near("strings", (double)rows[19].strings, expected, 3 * sqrt(expected));
    free(rows);
    airy_motion_release(&motion);
    airy_lags_release(&lags);
    airy_tracks_release(&tracks);
}

static void a_crystal_rattles(void **state)
{
    (void)state;
    static const double rms[3] = {0.28178, 0.30705, 0.25400};
    airy_tracks tracks = {0};
    sample_tracks("md-cuzr-b2-950K.lammpstrj.xz", 0.002, &tracks);
    for (int t = 0; t < 3; t++) {
        airy_lindemann l;
        assert_int_equal(airy_lindemann_find(&tracks, t, &l, NULL), AIRY_OK);
        assert_near("rms", l.rms, rms[t], 1e-4);
        assert_near("nearest", l.nearest, 2.8297, 0.003);
        if (t == 0)
            assert_near("Lindemann", l.ratio, 0.09958, 1e-4);
    }
    airy_atoms mean;
    airy_order order;
    airy_order_options o;
    static const int bcc[8] = {0, 6, 0, 8};
    airy_order_options_defaults(&o);
    o.min_face = 1e-6; // corners where more than four cells meet
    assert_int_equal(airy_atoms_init(&mean, tracks.atoms, NULL), AIRY_OK);
    mean.box = tracks.box;
    for (int i = 0; i < 3 * tracks.atoms; i++)
        for (int frame = 0; frame < tracks.frames; frame++)
            mean.r[i] += tracks.r[frame][i] / tracks.frames;
    assert_int_equal(airy_order_find(&mean, &o, &order, NULL), AIRY_OK);
    for (int i = 0; i < tracks.atoms; i++)
        assert_memory_equal(order.faces[i], bcc, sizeof bcc);
    airy_order_release(&order);
    airy_atoms_release(&mean);
    airy_lags lags = lags_of(&tracks, 10);
    airy_motion motion = motion_of(&tracks, &lags, (airy_motion_options){.fast = 2});
    assert_true(isnan(motion.diffusion[0].d)); // a crystal does not diffuse
    airy_motion_release(&motion);
    airy_lags_release(&lags);
    airy_tracks_release(&tracks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(free_walkers_diffuse),
        cmocka_unit_test(ballistic_walkers_do_not),
        cmocka_unit_test(caged_walkers_hop),
        cmocka_unit_test(sums_are_those_of_the_plain_loop),
        cmocka_unit_test(many_origins),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(a_box_that_breathes_moves_nobody),
        cmocka_unit_test(a_ring_is_a_string_of_its_length),
        cmocka_unit_test(landing_by_accident),
        cmocka_unit_test(tails_are_found),
        cmocka_unit_test(waits_of_walkers),
        cmocka_unit_test(kob_and_andersen),
        cmocka_unit_test(a_liquid_as_lammps_measured),
        cmocka_unit_test(a_crystal_as_lammps_measured),
        cmocka_unit_test(a_liquid_over_all_origins),
        cmocka_unit_test(a_crystal_rattles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
