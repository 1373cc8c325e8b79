// SPDX-License-Identifier: GPL-3.0-or-later
// Philox 4x32-10 from Random123, and GSL's distributions on top of it through a gsl_rng type.
#include "airy/base.h"

#include <Random123/philox.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

void airy_random_init(airy_random *random, uint64_t seed, uint32_t shot, airy_stream stream,
                      uint32_t start)
{
    *random = (airy_random){
        .key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
        .counter = {0, start, (uint32_t)stream, shot},
        .used = 4,
    };
}

static void refill(airy_random *random)
{
    philox4x32_ctr_t counter = {
        {random->counter[0], random->counter[1], random->counter[2], random->counter[3]}};
    philox4x32_key_t key = {{random->key[0], random->key[1]}};
    philox4x32_ctr_t out = philox4x32(counter, key);
    for (int i = 0; i < 4; i++)
        random->block[i] = out.v[i];
    random->counter[0]++;
    random->used = 0;
}

uint32_t airy_random_bits(airy_random *random)
{
    if (random->used == 4)
        refill(random);
    return random->block[random->used++];
}

double airy_random_uniform(airy_random *random)
{
    return airy_random_bits(random) / 4294967296.0;
}

static unsigned long gsl_get(void *state)
{
    return airy_random_bits(state);
}

static double gsl_get_double(void *state)
{
    return airy_random_uniform(state);
}

static void gsl_set(void *state, unsigned long seed)
{
    airy_random_init(state, seed, 0, AIRY_STREAM_START, 0);
}

static const gsl_rng_type philox_type = {
    .name = "philox4x32-10",
    .max = 0xffffffffUL,
    .min = 0,
    .size = sizeof(airy_random),
    .set = gsl_set,
    .get = gsl_get,
    .get_double = gsl_get_double,
};

double airy_random_normal(airy_random *random)
{
    gsl_rng rng = {.type = &philox_type, .state = random};
    return gsl_ran_gaussian_ziggurat(&rng, 1.0);
}

uint32_t airy_random_poisson(airy_random *random, double mean)
{
    gsl_rng rng = {.type = &philox_type, .state = random};
    return mean > 0 ? gsl_ran_poisson(&rng, mean) : 0;
}

uint32_t airy_random_binomial(airy_random *random, uint32_t n, double p)
{
    gsl_rng rng = {.type = &philox_type, .state = random};
    return gsl_ran_binomial(&rng, p, n);
}

uint32_t airy_random_below(airy_random *random, uint32_t n)
{
    uint32_t limit = 0xffffffffu - 0xffffffffu % n; // the largest multiple of n: no modulo bias
    uint32_t bits;
    do
        bits = airy_random_bits(random);
    while (bits >= limit);
    return bits % n;
}
