// SPDX-License-Identifier: GPL-3.0-or-later
// How places are forgotten: F_s(q, t) and the overlap against sums as written, walkers, atoms that
// move in groups, and what PyMatterSim found for Kob and Andersen's mixture.
#include "unit/moving_atoms.h"
#include "atoms/isf.h"
#include "atoms/lags.h"
#include "atoms/overlap.h"
#include "atoms/tracks.h"

static airy_self_row *self_of(const airy_tracks *tracks, const airy_lags *lags, const double *q,
                              int n_q)
{
    airy_error err = {0};
    airy_self_row *rows =
        airy_memory_new((size_t)(lags->n * (tracks->types + 1) * n_q), sizeof *rows);
    if (airy_self_find(tracks, lags, q, n_q, 2, rows, &err) != AIRY_OK)
        fail_msg("%s", err.message);
    return rows;
}

static airy_overlap_row *overlap_of(const airy_tracks *tracks, const airy_lags *lags, double radius)
{
    airy_error err = {0};
    airy_overlap_row *rows = airy_memory_new((size_t)(lags->n * (tracks->types + 1)), sizeof *rows);
    if (airy_overlap_find(tracks, lags, radius, 2, rows, &err) != AIRY_OK)
        fail_msg("%s", err.message);
    return rows;
}

// ------------------------------------------------------------------ sums as written

enum { FRAMES = 23, ATOMS = 37, TYPES = 2 };

static const double times[FRAMES] = {0,  1,  2,  4,  5,  7,  8,  9,  16, 17, 18, 20,
                                     21, 32, 33, 34, 36, 40, 64, 65, 66, 80, 128};

static void uneven_tracks(airy_tracks *tracks)
{
    airy_random random;
    airy_atoms atoms;
    assert_int_equal(airy_atoms_init(&atoms, ATOMS, NULL), AIRY_OK);
    airy_random_init(&random, 4, 0, AIRY_STREAM_START, 0);
    cube(&atoms.box, 9);
    for (int frame = 0; frame < FRAMES; frame++) {
        atoms.time_ps = times[frame];
        for (int i = 0; i < 3 * ATOMS; i++)
            atoms.r[i] += 0.3 * airy_random_normal(&random);
        for (int i = 0; i < ATOMS; i++)
            atoms.type[i] = i % 3 == 0;
        assert_int_equal(airy_tracks_add(tracks, &atoms, TYPES, NULL), AIRY_OK);
    }
    airy_atoms_release(&atoms);
}

// Sums of one pair of frames over the atoms of a type (0: all): cos q u, and who is within 1 A.
static void add_pair(const airy_tracks *t, const int pair[2], int type, double q, double sum[3])
{
    for (int i = 0; i < ATOMS; i++) {
        double u2 = 0;
        if (type > 0 && t->type[i] != type - 1)
            continue;
        for (int x = 0; x < 3; x++) {
            double u = t->r[pair[1]][3 * i + x] - t->r[pair[0]][3 * i + x];
            u2 += u * u;
            sum[0] += cos(q * u) / 3;
        }
        sum[1] += u2 < 1;
        sum[2]++;
    }
}

static void sums_are_those_of_the_plain_loop(void **state)
{
    (void)state;
    static const double q[2] = {0.9, 2.7};
    airy_tracks tracks = {.drift = AIRY_DRIFT_KEPT};
    uneven_tracks(&tracks);
    airy_lags lags = lags_of(&tracks, 0);
    airy_self_row *self = self_of(&tracks, &lags, q, 2);
    airy_overlap_row *overlap = overlap_of(&tracks, &lags, 1);
    int alone = 0, known = 0;
    for (int lag = 0; lag < lags.n; lag++)
        for (int type = 0; type <= TYPES; type++) {
            double f[2] = {0}, share = 0, square = 0, pairs = 0, atoms = 0;
            for (int a = 0; a < FRAMES; a++)
                for (int b = a + 1; b < FRAMES; b++) {
                    if (times[b] - times[a] != lags.time_ps[lag])
                        continue;
                    const int pair[2] = {a, b};
                    double sum[2][3] = {{0}};
                    for (int k = 0; k < 2; k++) {
                        add_pair(&tracks, pair, type, q[k], sum[k]);
                        f[k] += sum[k][0] / sum[k][2];
                    }
                    atoms = sum[0][2];
                    share += sum[0][1] / atoms;
                    square += pow(sum[0][1] / atoms, 2);
                    pairs++;
                }
            const airy_overlap_row *row = &overlap[lag * (TYPES + 1) + type];
            for (int k = 0; k < 2; k++)
                assert_near("F_s", self[(lag * (TYPES + 1) + type) * 2 + k].f, f[k] / pairs, 1e-12);
            assert_near("Q", row->q, share / pairs, 1e-12);
            assert_int_equal(row->origins, (int)pairs);
            if (pairs > 1)
                assert_near("chi4", row->chi4, atoms * (square / pairs - pow(share / pairs, 2)),
                            1e-10);
            else // of one origin nothing is known of how origins differ
                assert_true(isnan(row->chi4));
            alone += pairs == 1;
            assert_true(pairs >= AIRY_OVERLAP_LEAST || isnan(row->chi4_error));
            known += !isnan(row->chi4_error);
        }
    assert_true(alone > 0 && alone < 3 * lags.n && known > 6);
    airy_memory_free(self);
    airy_memory_free(overlap);
    airy_lags_release(&lags);
    airy_tracks_release(&tracks);
}

// ------------------------------------------------------------------ known answers

// exp(-q^2 D t), and errors that are those of the scatter.
static void free_walkers_forget(void **state)
{
    (void)state;
    static const double q[2] = {1, 2.7};
    airy_walk walk;
    airy_tracks tracks = {.drift = AIRY_DRIFT_KEPT};
    airy_walk_defaults(&walk);
    walk.seed = 5;
    walk_tracks(&walk, &tracks);
    airy_lags lags = lags_of(&tracks, 10);
    airy_self_row *rows = self_of(&tracks, &lags, q, 2);
    double pull = 0;
    for (int i = 0; i < 2 * lags.n; i++) {
        const airy_self_row *row = &rows[i / 2 * 4 + i % 2]; // of all
        double truth = exp(-q[i % 2] * q[i % 2] * walk.diffusion * lags.time_ps[i / 2]);
        assert_near("F_s", row->f, truth, 3.5 * row->error);
        pull += pow((row->f - truth) / row->error, 2) / (2 * lags.n);
    }
    assert_true(pull > 0.1 && pull < 4); // neighbouring lags hang together
    airy_memory_free(rows);
    airy_lags_release(&lags);
    airy_tracks_release(&tracks);
}

// The time to 1/e of free walkers is 1 / (q^2 D), and its error that of the draws: neighbouring
// lags share what an atom did between them. Without that the pull was 1.33 wide.
static void time_of_walkers(void **state)
{
    (void)state;
    enum { DRAWS = 60 };
    static const double q = 1.3;
    double square = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
        airy_walk walk;
        airy_tracks tracks = {.drift = AIRY_DRIFT_KEPT};
        airy_walk_defaults(&walk);
        walk.seed = (uint64_t)(100 + draw);
        walk_tracks(&walk, &tracks);
        airy_lags lags = lags_of(&tracks, 10);
        airy_self_row *rows = self_of(&tracks, &lags, &q, 1);
        double tau[2], truth = 1 / (q * q * walk.diffusion);
        airy_self_fall(rows, tracks.types + 1, &lags, tau);
        square += pow((tau[0] - truth) / tau[1], 2) / DRAWS;
        airy_memory_free(rows);
        airy_lags_release(&lags);
        airy_tracks_release(&tracks);
    }
    print_message("pull of the time to 1/e %.3f wide\n", sqrt(square));
    assert_near("pull", sqrt(square), 1, 0.2); // 60 draws tell it to 0.09
}

enum { GROUPED = 1200, RECORD = 300 };

// Atoms in groups that are elsewhere in each frame.
static void grouped_tracks(int group, int draw, airy_tracks *tracks)
{
    airy_random random;
    airy_atoms atoms;
    assert_int_equal(airy_atoms_init(&atoms, GROUPED, NULL), AIRY_OK);
    airy_random_init(&random, 10, (uint32_t)draw, AIRY_STREAM_START, (uint32_t)group);
    cube(&atoms.box, 30);
    for (int frame = 0; frame < RECORD; frame++) {
        atoms.time_ps = frame;
        for (int i = 0; i < GROUPED; i += group)
            for (int x = 0; x < 3; x++) {
                double at = 0.5 * airy_random_normal(&random);
                for (int k = 0; k < group; k++)
                    atoms.r[3 * (i + k) + x] = at;
            }
        assert_int_equal(airy_tracks_add(tracks, &atoms, 1, NULL), AIRY_OK);
    }
    airy_atoms_release(&atoms);
}

// Sums over draws and lags, of Q and of chi4: pulls, and their squares.
typedef struct pulls {
    double n, sum, square;
} pulls;

static void add_pull(pulls *p, double found, double wanted, double error)
{
    double pull = (found - wanted) / error;
    p->n++, p->sum += pull, p->square += pull * pull;
}

// A group stays or goes as a whole, so chi4 is its size times Q (1 - Q). The scatter of single
// atoms knows nothing of groups: Q's error would be too small by the root of their size. Of lags
// above a fifth of the record chi4 has no error.
static void groups_forget_together(void **state)
{
    (void)state;
    enum { DRAWS = 24 };
    // |u|^2 is 0.5 times a chi squared of three degrees, so that P(u < 1) is
    // erf(1) - 2 exp(-1) / sqrt pi
    const double q = erf(1) - 2 * exp(-1) / sqrt(M_PI);
    for (int group = 1; group <= 12; group += 11) {
        pulls overlap = {0}, chi4 = {0};
        double mean = 0, n = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            airy_tracks tracks = {.drift = AIRY_DRIFT_KEPT};
            grouped_tracks(group, draw, &tracks);
            airy_lags lags = lags_of(&tracks, 2);
            airy_overlap_row *rows = overlap_of(&tracks, &lags, 1);
            for (int lag = 0; lag < lags.n; lag++) {
                const airy_overlap_row *row = &rows[2 * lag];
                add_pull(&overlap, row->q, q, row->error);
                assert_true(isnan(row->chi4_error) == (lags.time_ps[lag] > RECORD / 5));
                if (lags.time_ps[lag] > RECORD / 5)
                    continue;
                add_pull(&chi4, row->chi4, group * q * (1 - q), row->chi4_error);
                mean += row->chi4, n++;
            }
            airy_memory_free(rows);
            airy_lags_release(&lags);
            airy_tracks_release(&tracks);
        }
        print_message("groups of %d: pulls of Q %.2f, of chi4 %.2f wide, chi4 %.4f of its truth\n",
                      group, sqrt(overlap.square / overlap.n), sqrt(chi4.square / chi4.n),
                      mean / n / (group * q * (1 - q)));
        assert_near("pull of Q", sqrt(overlap.square / overlap.n), 1, 0.25);
        // an error from four to ten stretches is itself known to a quarter, which widens pulls
        assert_near("pull of chi4", sqrt(chi4.square / chi4.n), 1.15, 0.3);
        assert_near("chi4", mean / n, group * q * (1 - q), 0.03 * group * q * (1 - q));
    }
}

// Where as many atoms stay at every origin of every lag, nothing is known of how origins differ:
// a table of zeros would be read as a finding.
static void chi4_that_is_nowhere(void **state)
{
    (void)state;
    airy_walk walk;
    airy_tracks tracks = {.drift = AIRY_DRIFT_KEPT};
    airy_walk_defaults(&walk);
    walk.atoms = 40, walk.frames = 60;
    walk_tracks(&walk, &tracks);
    airy_lags lags = lags_of(&tracks, 4);
    for (int all = 0; all < 2; all++) {
        airy_overlap_row *rows = overlap_of(&tracks, &lags, all ? 1e3 : 1e-6);
        for (int i = 0; i < lags.n * (tracks.types + 1); i++) {
            assert_near("Q", rows[i].q, all, 0);
            assert_true(isnan(rows[i].chi4) && isnan(rows[i].chi4_error));
        }
        airy_memory_free(rows);
    }
    airy_lags_release(&lags);
    airy_tracks_release(&tracks);
}

// Lengths that are none are refused before a trajectory is read.
static void lengths_that_are_none(void **state)
{
    (void)state;
    static const double wrong[] = {-1, NAN, INFINITY, 1e5};
    for (size_t i = 0; i < 2 * sizeof wrong / sizeof wrong[0]; i++) {
        airy_measure_options o;
        airy_error err = {0};
        airy_measure_options_defaults(&o);
        o.wanted[AIRY_MEASURE_ISF] = true;
        assert_int_equal(airy_options_check(airy_measure_rows, &o, &err), AIRY_OK);
        o.self_q[0] = 2.7;
        *(i % 2 ? &o.self_q[1] : &o.q_high) = wrong[i / 2];
        assert_int_equal(airy_options_check(airy_measure_rows, &o, &err), AIRY_EARGUMENT);
        assert_non_null(strstr(err.message, "wanted"));
    }
}

// ------------------------------------------------------------------ what others measured

// As published with PyMatterSim: F_s at 2 pi, Q within 0.3, chi4, over all origins, from unwrapped
// and from wrapped coordinates (five digits of a box: an atom may change sides of the radius).
static void kob_and_andersen(void **state)
{
    (void)state;
    static const char *const names[] = {"md-kalj-unwrapped.lammpstrj.xz",
                                        "md-kalj-wrapped.lammpstrj.xz"};
    static const char *const columns[] = {"t", "isf_q2pi", "Qt_a0.3", "X4"};
    const double q = 2 * M_PI;
    char path[1024];
    airy_table expected = {0};
    sample_path("md-kalj-expected.tsv", path);
    assert_int_equal(airy_table_read(path, &expected, NULL), AIRY_OK);
    for (int wrapped = 0; wrapped < 2; wrapped++) {
        airy_tracks tracks = {.drift = AIRY_DRIFT_KEPT};
        sample_tracks(names[wrapped], 0.002, &tracks);
        airy_lags lags = lags_of(&tracks, 0);
        airy_self_row *self = self_of(&tracks, &lags, &q, 1);
        airy_overlap_row *overlap = overlap_of(&tracks, &lags, 0.3);
        assert_int_equal(lags.n, 9);
        for (int lag = 0; lag < lags.n; lag++) {
            const airy_overlap_row *row = &overlap[lag * (tracks.types + 1)];
            double value[4];
            for (int k = 0; k < 4; k++)
                assert_int_equal(airy_table_get_double(&expected, lag, columns[k], &value[k], NULL),
                                 AIRY_OK);
            assert_near("time", lags.time_ps[lag], value[0], 1e-9);
            assert_near("F_s", self[lag * (tracks.types + 1)].f, value[1], wrapped ? 1e-5 : 6e-10);
            assert_near("Q", row->q, value[2], wrapped ? 1e-3 : 6e-10);
            if (row->origins > 1) // theirs is 0 of one origin, ours not known
                assert_near("chi4", row->chi4, value[3], wrapped ? 0.1 : 1e-8);
        }
        airy_memory_free(self);
        airy_memory_free(overlap);
        airy_lags_release(&lags);
        airy_tracks_release(&tracks);
    }
    airy_table_release(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_the_plain_loop),
        cmocka_unit_test(free_walkers_forget),
        cmocka_unit_test(time_of_walkers),
        cmocka_unit_test(groups_forget_together),
        cmocka_unit_test(chi4_that_is_nowhere),
        cmocka_unit_test(lengths_that_are_none),
        cmocka_unit_test(kob_and_andersen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
