// SPDX-License-Identifier: GPL-3.0-or-later
// model TABLE X Y: fits a curve model of one's own, of two exponentials with one amplitude.
#include <airy.h>

#include <math.h>
#include <stdio.h>

// a (exp(-x / fast) + exp(-x / slow)) / 2 and its slopes by a, fast and slow.
static double pair(double x, const double *p, double *slope)
{
    const double fast = exp(-x / p[1]) / 2, slow = exp(-x / p[2]) / 2;
    slope[0] = fast + slow;
    slope[1] = p[0] * fast * x / (p[1] * p[1]);
    slope[2] = p[0] * slow * x / (p[2] * p[2]);
    return p[0] * (fast + slow);
}

static const airy_fit_model own = {
    .name = "pair",
    .formula = "a (exp(-x / fast) + exp(-x / slow)) / 2",
    .source = "ours",
    .np = 3,
    .parameter = {{"a", "y", "value at 0", -INFINITY, INFINITY},
                  {"fast", "x", "one time", 0, INFINITY, .search = AIRY_SEARCH_TIMES, .tries = 8},
                  {"slow", "x", "the other", 0, INFINITY, .search = AIRY_SEARCH_TIMES, .tries = 8}},
    .domain = AIRY_DOMAIN_NONNEGATIVE,
    .value = pair};

int main(int argc, char **argv)
{
    enum { MOST = 1000 };
    double x[MOST], y[MOST];
    airy_error err = {0};
    airy_table table = {0};
    airy_fit_options options;
    airy_fit_curve fit;
    airy_code code = argc == 4 ? airy_table_read(argv[1], &table, &err) : AIRY_EARGUMENT;
    const int n = table.rows < MOST ? table.rows : MOST;
    for (int i = 0; i < n && code == AIRY_OK; i++) {
        code = airy_table_get_double(&table, i, argv[2], &x[i], &err);
        if (code == AIRY_OK)
            code = airy_table_get_double(&table, i, argv[3], &y[i], &err);
    }
    const airy_fit_data data = {.n = n, .x = x, .y = y};
    airy_fit_options_defaults(&own, &options);
    if (code == AIRY_OK)
        code = airy_fit_curve_fit(&own, &data, &options, &fit, &err);
    for (int k = 0; k < own.np && code == AIRY_OK; k++)
        printf("%s %.4g +- %.2g\n", own.parameter[k].name, fit.p[k], fit.error[k]);
    if (code != AIRY_OK)
        fprintf(stderr, "model TABLE X Y: %s\n", err.message);
    airy_table_release(&table);
    return code != AIRY_OK;
}
