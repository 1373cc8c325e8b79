// SPDX-License-Identifier: GPL-3.0-or-later
// Random numbers: the published vectors, independence of order, and the moments of distributions.
#include "check.h"

// Known answers of Random123 (kat_vectors): key 0, counter 0.
static void known_answer(void **state)
{
    (void)state;
    const uint32_t answer[] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    airy_random random;
    airy_random_init(&random, 0, 0, 0, 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(airy_random_bits(&random), answer[i]);
}

// Every part of the name of a stream makes another stream, at once and later on.
static void names(void **state)
{
    (void)state;
    enum { STREAMS = 6, DRAWS = 50 };
    const uint64_t seeds[STREAMS] = {1, 2, 1ull << 32, 1, 1, 1};
    const uint32_t rest[STREAMS][3] = {{0}, {0}, {0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    uint32_t bits[STREAMS][DRAWS];
    for (int s = 0; s < STREAMS; s++) {
        airy_random random;
        airy_random_init(&random, seeds[s], rest[s][0], rest[s][1], rest[s][2]);
        for (int i = 0; i < DRAWS; i++)
            bits[s][i] = airy_random_bits(&random);
    }
    for (int s = 0; s < STREAMS; s++)
        for (int t = 0; t < s; t++)
            for (int i = 0; i < DRAWS; i++)
                for (int j = 0; j < DRAWS; j++) // 2500 x 15 pairs of 2^32: one in 1e5 by chance
                    assert_int_not_equal(bits[s][i], bits[t][j]);
}

static void order(void **state)
{
    (void)state;
    enum { DRAWS = 40 };
    airy_random a, b;
    double alone[DRAWS];
    airy_random_init(&a, 9, 1, 2, 3);
    for (int i = 0; i < DRAWS; i++)
        alone[i] = airy_random_normal(&a);
    airy_random_init(&a, 9, 1, 2, 3);
    airy_random_init(&b, 9, 1, 2, 4);
    for (int i = 0; i < DRAWS; i++) {
        for (int k = 0; k < i % 3; k++)
            airy_random_poisson(&b, 10);
        assert_true(airy_random_normal(&a) == alone[i]);
    }
}

struct moments {
    double mean, variance, zeros;
};

// Moments of n draws of one kind: 'u'niform, 'n'ormal, 'p'oisson(a), 'b'inomial(a, b), be'l'ow(a).
static struct moments draw(char kind, double a, double b, int n)
{
    airy_random random;
    airy_random_init(&random, 77, (uint32_t)kind, (uint32_t)(10 * a), (uint32_t)(1000 * b));
    double sum = 0, squares = 0, zeros = 0;
    double middle = kind == 'p' ? a : kind == 'b' ? a * b : 0; // keeps the digits of the variance
    for (int i = 0; i < n; i++) {
        double x = kind == 'u'   ? airy_random_uniform(&random)
                   : kind == 'n' ? airy_random_normal(&random)
                   : kind == 'p' ? airy_random_poisson(&random, a)
                   : kind == 'b' ? airy_random_binomial(&random, (uint32_t)a, b)
                                 : airy_random_below(&random, (uint32_t)a);
        sum += x - middle;
        squares += (x - middle) * (x - middle);
        zeros += x == 0;
    }
    double mean = sum / n;
    return (struct moments){mean + middle, squares / n - mean * mean, zeros / n};
}

enum { DRAWS = 100000 };

// Mean and variance within five standard errors; kurtosis is the fourth moment over variance^2.
static void assert_moments(struct moments found, double mean, double variance, double kurtosis)
{
    assert_near(found.mean, mean, 5 * sqrt(variance / DRAWS));
    assert_near(found.variance, variance, 5 * variance * sqrt((kurtosis - 1) / DRAWS));
}

static void poisson(void **state)
{
    (void)state;
    const double means[] = {0.1, 1, 5, 30, 100, 5000};
    for (int i = 0; i < 6; i++) {
        double m = means[i], zero = exp(-m);
        struct moments found = draw('p', m, 0, DRAWS);
        assert_moments(found, m, m, 3 + 1 / m);
        // one draw of room where zeros hardly happen
        assert_near(found.zeros, zero, 5 * sqrt(zero * (1 - zero) / DRAWS) + 1.0 / DRAWS);
    }
    airy_random random;
    airy_random_init(&random, 1, 1, 1, 1);
    assert_int_equal(airy_random_poisson(&random, 0), 0);
}

static void binomial(void **state)
{
    (void)state;
    const double cases[][2] = {{1, 0.3}, {10, 0.5}, {1000, 0.02}, {1000, 0.9}, {2000000, 0.25}};
    for (int i = 0; i < 5; i++) {
        double n = cases[i][0], p = cases[i][1], variance = n * p * (1 - p);
        struct moments found = draw('b', n, p, DRAWS);
        assert_moments(found, n * p, variance, 3 + (1 - 6 * p * (1 - p)) / variance);
    }
    airy_random random;
    airy_random_init(&random, 1, 1, 1, 1);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(airy_random_binomial(&random, 17, 1), 17);
        assert_int_equal(airy_random_binomial(&random, 17, 0), 0);
    }
}

static void others(void **state)
{
    (void)state;
    assert_moments(draw('u', 0, 0, DRAWS), 0.5, 1.0 / 12, 1.8);
    assert_moments(draw('n', 0, 0, DRAWS), 0, 1, 3);
    assert_moments(draw('l', 10, 0, DRAWS), 4.5, 99.0 / 12, 1.8);
    airy_random random;
    airy_random_init(&random, 1, 1, 1, 1);
    for (int i = 0; i < 1000; i++) {
        double u = airy_random_uniform(&random);
        assert_true(u >= 0 && u < 1);
        assert_true(airy_random_below(&random, 7) < 7);
        assert_int_equal(airy_random_below(&random, 1), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answer), cmocka_unit_test(names),    cmocka_unit_test(order),
        cmocka_unit_test(poisson),      cmocka_unit_test(binomial), cmocka_unit_test(others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
