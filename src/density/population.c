// SPDX-License-Identifier: GPL-3.0-or-later
// Angles of the bands of many particles: errors by drawing particles again, chance by turning them.
#include "airy/density.h"
#include "angles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = AIRY_ANGLE_BINS };

void airy_population_options_defaults(airy_population_options *options)
{
    *options = (airy_population_options){.draws = 1000, .level = 0.95};
}

static int count_branches(const airy_members *members)
{
    return members->members ? members->first[members->members] : 0;
}

// Share of the length by angle, 10 degrees each, and from 20 to 40 degrees.
typedef struct shares {
    double bin[BINS], inside, length;
} shares;

static void add(shares *sum, double length_nm, double direction_deg)
{
    double folded = airy_angles_fold(direction_deg);
    int bin = (int)(folded / 10);
    sum->bin[bin < BINS ? bin : BINS - 1] += length_nm;
    sum->inside += folded >= 20 && folded <= 40 ? length_nm : 0;
    sum->length += length_nm;
}

static void normalise(shares *sum)
{
    for (int b = 0; b < BINS; b++)
        sum->bin[b] /= sum->length;
    sum->inside /= sum->length;
}

// How uneven: sum of squared deviations from the same share everywhere.
static double unevenness(const shares *of)
{
    double sum = 0;
    for (int b = 0; b < BINS; b++)
        sum += (of->bin[b] - 1.0 / BINS) * (of->bin[b] - 1.0 / BINS);
    return sum;
}

// One sample: every particle replaced by any of them, or turned by an angle of its own.
static shares sample(const airy_members *of, airy_random *random, bool turned)
{
    shares sum = {0};
    for (int m = 0; m < of->members; m++) {
        int taken = turned ? m : (int)airy_random_below(random, (uint32_t)of->members);
        double angle = turned ? 180 * airy_random_uniform(random) : 0;
        for (int i = of->first[taken]; i < of->first[taken + 1]; i++)
            if (of->branch[i].length_nm > 0 && isfinite(of->branch[i].direction_deg))
                add(&sum, of->branch[i].length_nm, of->branch[i].direction_deg + angle);
    }
    normalise(&sum);
    return sum;
}

// Interval of one column of the draws, NaN (samples without a branch) left out.
static void interval(const double *draws, int n, int column, double level, double *values,
                     double out[2])
{
    int valid = 0;
    for (int d = 0; d < n; d++) {
        double value = draws[(size_t)d * (BINS + 1) + (size_t)column];
        if (!isnan(value))
            values[valid++] = value;
    }
    out[0] = valid ? airy_stats_quantile_double(values, valid, (1 - level) / 2) : (double)NAN;
    out[1] = valid ? airy_stats_quantile_double(values, valid, (1 + level) / 2) : (double)NAN;
}

static airy_code draw_intervals(const airy_members *of, const airy_population_options *options,
                                airy_population *out, airy_error *err)
{
    int n = options->draws;
    double *draws = airy_memory_new((size_t)n * (BINS + 2), sizeof *draws), ends[2];
    if (!draws)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d draws", n);
    for (int d = 0; d < n; d++) {
        airy_random random;
        airy_random_init(&random, options->seed, 0, AIRY_STREAM_MEMBER, (uint32_t)d);
        const shares one = sample(of, &random, false);
        memcpy(draws + (size_t)d * (BINS + 1), one.bin, sizeof one.bin);
        draws[(size_t)d * (BINS + 1) + BINS] = one.inside;
    }
    double *values = draws + (size_t)n * (BINS + 1);
    for (int c = 0; c <= BINS; c++) {
        interval(draws, n, c, options->level, values, ends);
        *(c < BINS ? &out->low[c] : &out->fraction_low) = ends[0];
        *(c < BINS ? &out->high[c] : &out->fraction_high) = ends[1];
    }
    airy_memory_free(draws);
    return AIRY_OK;
}

// Chances that particles turned at random are as uneven, and have as much between 20 and 40
// degrees.
static void turn(const airy_members *of, const airy_population_options *options,
                 airy_population *out)
{
    shares found = {0};
    for (int i = 0; i < count_branches(of); i++)
        if (of->branch[i].length_nm > 0 && isfinite(of->branch[i].direction_deg))
            add(&found, of->branch[i].length_nm, of->branch[i].direction_deg);
    normalise(&found);
    int uneven = 0, inside = 0;
    for (int d = 0; d < options->draws; d++) {
        airy_random random;
        airy_random_init(&random, options->seed, 0, AIRY_STREAM_TURN, (uint32_t)d);
        const shares one = sample(of, &random, true);
        uneven += unevenness(&one) >= unevenness(&found);
        inside += one.inside >= found.inside;
    }
    out->p_uniform = (1.0 + uneven) / (1.0 + options->draws);
    out->p_20_40 = (1.0 + inside) / (1.0 + options->draws);
}

airy_code airy_population_make(const airy_members *of, const airy_population_options *options,
                               airy_population *out, airy_error *err)
{
    *out = (airy_population){.members = of->members, .branches = count_branches(of)};
    out->fraction_low = out->fraction_high = out->p_uniform = out->p_20_40 = NAN;
    for (int b = 0; b < BINS; b++)
        out->low[b] = out->high[b] = NAN;
    airy_code code = airy_angles_make(of->branch, out->branches, options->draws, options->seed,
                                      &out->angles, err);
    if (code != AIRY_OK || !(out->angles.length_nm > 0))
        return code;
    turn(of, options, out);
    return draw_intervals(of, options, out, err);
}

// ------------------------------------------------------------------ growing lists of branches

airy_code airy_members_add(airy_members *to, const airy_branch *branch, int n, airy_error *err)
{
    int before = count_branches(to);
    airy_branch *branches = realloc(to->branch, (size_t)(before + n + 1) * sizeof *branches);
    if (branches)
        to->branch = branches;
    int *first = realloc(to->first, ((size_t)to->members + 2) * sizeof *first);
    if (first)
        to->first = first;
    if (!branches || !first)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for the branches");
    for (int i = 0; i < n; i++)
        to->branch[before + i] = branch[i];
    to->first[to->members] = before;
    to->first[++to->members] = before + n;
    return AIRY_OK;
}

void airy_members_release(airy_members *members)
{
    free(members->branch);
    free(members->first);
    *members = (airy_members){0};
}

// ------------------------------------------------------------------ tables

static airy_code put_row(airy_table *table, const airy_population *of, int bin, airy_error *err)
{
    const airy_result_row cells[] = {
        {"members", of->members},
        {"branches", of->branches},
        {"low_deg", 10.0 * bin},
        {"high_deg", 10.0 * (bin + 1)},
        {"share", of->branches ? of->angles.histogram[bin] : (double)NAN},
        {"share_low", of->low[bin]},
        {"share_high", of->high[bin]},
        {"uniform", 1.0 / BINS},
    };
    airy_code code = airy_table_add_row(table, cells, sizeof cells / sizeof *cells, err);
    return code ? code : airy_table_put(table, table->rows - 1, "population", of->name, err);
}

airy_code airy_populations_to_angles(const airy_population *of, int n, airy_table *table,
                                     airy_error *err)
{
    airy_code code = airy_table_init(
        table, "population members branches low_deg high_deg share share_low share_high uniform",
        err);
    for (int i = 0; code == AIRY_OK && i < n * BINS; i++)
        code = put_row(table, &of[i / BINS], i % BINS, err);
    return code;
}

airy_code airy_populations_to_table(const airy_population *of, int n, airy_table *table,
                                    airy_error *err)
{
    airy_code code =
        airy_table_init(table,
                        "population members branches length_nm folded_mean_deg fraction_20_40 "
                        "fraction_low fraction_high p_20_40 p_uniform",
                        err);
    for (int i = 0; code == AIRY_OK && i < n; i++) {
        const airy_result_row cells[] = {
            {"members", of[i].members},
            {"branches", of[i].branches},
            {"length_nm", of[i].angles.length_nm},
            {"folded_mean_deg", of[i].angles.folded_mean_deg},
            {"fraction_20_40", of[i].angles.fraction_20_40},
            {"fraction_low", of[i].fraction_low},
            {"fraction_high", of[i].fraction_high},
            {"p_20_40", of[i].p_20_40},
            {"p_uniform", of[i].p_uniform},
        };
        code = airy_table_add_row(table, cells, sizeof cells / sizeof *cells, err);
        if (code == AIRY_OK)
            code = airy_table_put(table, i, "population", of[i].name, err);
    }
    return code;
}
