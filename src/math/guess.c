// SPDX-License-Identifier: GPL-3.0-or-later
// Where a fit begins: a coarse search over the parameters in which a model is not linear, the
// others solved for at every node (Golub & Pereyra, SIAM J. Numer. Anal. 10, 413, 1973).
#include "curve.h"

#include <math.h>

enum { TRIES_MAX = 512, POINTS_MAX = 400 };

// A searched parameter and its tries.
typedef struct tries {
    int k, n;
    double at[TRIES_MAX];
} tries;

// The data, thinned to what a coarse search needs, with scratch, and what is searched.
typedef struct thinned {
    tries axis[AIRY_FIT_MAX];
    int axes;
    airy_fit_data data;
    double x[POINTS_MAX], y[POINTS_MAX], weight[POINTS_MAX];
    double f[POINTS_MAX], slope[POINTS_MAX * AIRY_FIT_MAX];
    double low, high, positive; // smallest and largest x, and the smallest above 0
} thinned;

static void thin(const airy_fit_work *work, thinned *to)
{
    const airy_fit_data *data = work->data;
    int step = (data->n + POINTS_MAX - 1) / POINTS_MAX, n = 0;
    to->low = to->positive = INFINITY;
    to->high = -INFINITY;
    for (int i = 0; i < data->n; i += step) {
        double error = data->dy ? data->dy[i] : work->logarithmic ? fabs(data->y[i]) : 1;
        to->x[n] = data->x[i];
        to->y[n] = data->y[i];
        to->weight[n++] = error > 0 ? 1 / (error * error) : 1;
        to->low = fmin(to->low, data->x[i]);
        to->high = fmax(to->high, data->x[i]);
        if (data->x[i] > 0)
            to->positive = fmin(to->positive, data->x[i]);
    }
    to->data = (airy_fit_data){.n = n, .x = to->x, .y = to->y};
}

static double between(double from, double to, int i, int n, bool log_spaced)
{
    double share = n > 1 ? (double)i / (n - 1) : 0.5;
    return log_spaced ? from * pow(to / from, share) : from + (to - from) * share;
}

// The tries of one parameter.
static void lay_out(const thinned *of, const airy_fit_parameter *parameter,
                    const airy_fit_choice *choice, tries *axis)
{
    double from = parameter->from, to = parameter->to, span = of->high - of->low;
    int points = of->data.n, n = parameter->tries;
    bool log_spaced = false;
    if (parameter->search == AIRY_SEARCH_TIMES) {
        from = of->positive < INFINITY ? of->positive : 1;
        to = 10 * fmax(of->high, from);
        log_spaced = true;
    } else if (parameter->search == AIRY_SEARCH_PLACES) {
        from = of->low;
        to = of->high;
    } else if (parameter->search == AIRY_SEARCH_WIDTHS) {
        to = span > 0 ? span : 1;
        from = 2 * to / fmax(points, 4);
        log_spaced = true;
    } else if (parameter->search == AIRY_SEARCH_FREQUENCIES) {
        n = points < TRIES_MAX ? points : TRIES_MAX;
        from = 0.5 / (span > 0 ? span : 1);
        to = n * from;
    }
    axis->n = n;
    for (int i = 0; i < n; i++)
        axis->at[i] = airy_fit_inside(choice, between(from, to, i, n, log_spaced));
}

// Parameters of which the model is a linear function, to be solved for.
static int linear_ones(const airy_fit_work *work, int linear[AIRY_FIT_MAX])
{
    int n = 0;
    for (int k = 0; k < work->model->np; k++)
        if (work->state[k] == AIRY_FIT_FREE && isnan(work->options->choice[k].value) &&
            work->model->parameter[k].search == AIRY_SEARCH_LINEAR)
            linear[n++] = k;
    return n;
}

// Normal equations A c = b of the linear parameters at p, where they are 0; sum of squares of the
// rest without them.
static double normal_equations(const airy_fit_work *work, thinned *of, const int *linear, int m,
                               double *a, double *b)
{
    int n = of->data.n, np = work->model->np;
    double squares = 0;
    for (int r = 0; r < m * m; r++)
        a[r] = 0;
    for (int r = 0; r < m; r++)
        b[r] = 0;
    for (int i = 0; i < n; i++) {
        double left = of->y[i] - of->f[i], *slope = of->slope + (size_t)i * (size_t)np;
        squares += of->weight[i] * left * left;
        for (int r = 0; r < m; r++) {
            double g = slope[linear[r]] * of->weight[i];
            b[r] += g * left;
            for (int c = 0; c <= r; c++)
                a[r * m + c] += g * slope[linear[c]];
        }
    }
    return squares;
}

// What the linear parameters leave: summed point by point, since columns that are nearly alike give
// numbers that only look well.
static double squares_left(const airy_fit_work *work, const thinned *of, const int *linear, int m,
                           const double *p)
{
    double squares = 0;
    for (int i = 0; i < of->data.n; i++) {
        double left = of->y[i] - of->f[i];
        const double *slope = of->slope + (size_t)i * (size_t)work->model->np;
        for (int r = 0; r < m; r++)
            left -= p[linear[r]] * slope[linear[r]];
        squares += of->weight[i] * left * left;
    }
    return squares;
}

// Solves for the linear parameters at p and puts them there; the sum of squares, NaN when it cannot
// be done.
static double solve_linear(const airy_fit_work *work, thinned *of, const int *linear, int m,
                           double *p)
{
    double a[AIRY_FIT_MAX * AIRY_FIT_MAX], b[AIRY_FIT_MAX];
    for (int r = 0; r < m; r++)
        p[linear[r]] = 0;
    airy_fit_model_values(work->model, p, of->x, of->data.n, of->f, of->slope);
    double squares = normal_equations(work, of, linear, m, a, b);
    if (m == 0 || !isfinite(squares))
        return squares;
    for (int r = 0; r < m; r++)
        for (int c = r + 1; c < m; c++)
            a[r * m + c] = a[c * m + r];
    if (!airy_linear_invert(a, m))
        return NAN;
    for (int r = 0; r < m; r++)
        for (int c = 0; c < m; c++)
            p[linear[r]] += a[r * m + c] * b[c];
    return squares_left(work, of, linear, m, p);
}

// All nodes of the axes' product, the last axis fastest; the best stays in work->p.
static void search(airy_fit_work *work, thinned *of)
{
    int linear[AIRY_FIT_MAX], at[AIRY_FIT_MAX] = {0}, m = linear_ones(work, linear), turned;
    double best = INFINITY, p[AIRY_FIT_MAX];
    do {
        for (int k = 0; k < work->model->np; k++)
            p[k] = work->p[k];
        for (int i = 0; i < of->axes; i++)
            p[of->axis[i].k] = of->axis[i].at[at[i]];
        double squares = solve_linear(work, of, linear, m, p);
        if (squares < best * (1 - 1e-9)) { // of twins, the first
            best = squares;
            for (int k = 0; k < work->model->np; k++)
                work->p[k] = p[k];
        }
        for (turned = of->axes - 1; turned >= 0 && ++at[turned] == of->axis[turned].n; turned--)
            at[turned] = 0;
    } while (turned >= 0);
}

static bool is_searched(const airy_fit_work *work, int k)
{
    airy_fit_search search = work->model->parameter[k].search;
    return work->state[k] == AIRY_FIT_FREE && isnan(work->options->choice[k].value) &&
           search != AIRY_SEARCH_LINEAR && search != AIRY_SEARCH_MODEL;
}

// What is given, and what the model knows by itself.
static void put_known(airy_fit_work *work)
{
    double guess[AIRY_FIT_MAX] = {0};
    if (work->model->guess)
        work->model->guess(work->data, guess);
    for (int k = 0; k < work->model->np; k++) {
        const airy_fit_choice *choice = &work->options->choice[k];
        work->p[k] = isnan(choice->value) ? guess[k] : choice->value;
    }
}

airy_code airy_fit_guess(airy_fit_work *work, airy_error *err)
{
    int linear[AIRY_FIT_MAX];
    thinned *of = airy_memory_new(1, sizeof *of);
    if (!of)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a first guess");
    put_known(work);
    thin(work, of);
    for (int k = 0; k < work->model->np; k++)
        if (is_searched(work, k)) {
            tries *next = &of->axis[of->axes++];
            next->k = k;
            lay_out(of, &work->model->parameter[k], &work->options->choice[k], next);
        }
    if (of->axes > 0 || linear_ones(work, linear) > 0)
        search(work, of);
    for (int k = 0; k < work->model->np; k++)
        if (work->state[k] == AIRY_FIT_FREE)
            work->p[k] = airy_fit_inside(&work->options->choice[k], work->p[k]);
    airy_memory_free(of);
    return AIRY_OK;
}
