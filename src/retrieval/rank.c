// SPDX-License-Identifier: GPL-3.0-or-later
// How well an image explains the pattern: R, R free, Poisson deviance; and the order of many.
#include "retrieval/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct airy_scorer {
    const airy_problem *problem;
    airy_fft *fft, *raw_fft; // raw_fft NULL: the deviance is taken on the problem's own pixels
    airy_field image, hat;   // of the problem's size
    airy_field raw_image, raw_hat;
};

airy_scorer *airy_scorer_new(const airy_problem *problem, airy_error *err)
{
    airy_scorer *s = calloc(1, sizeof *s);
    if (!s) {
        airy_error_set(err, AIRY_EMEMORY, "no memory to score images");
        return NULL;
    }
    s->problem = problem;
    const airy_image *b = &problem->amplitude, *raw = &problem->raw.photons;
    bool good = airy_field_init(&s->image, b->ny, b->nx, err) == AIRY_OK &&
                airy_field_init(&s->hat, b->ny, b->nx, err) == AIRY_OK &&
                (s->fft = airy_fft_new(b->ny, b->nx, NULL, err)) != NULL;
    if (good && raw->px)
        good = airy_field_init(&s->raw_image, raw->ny, raw->nx, err) == AIRY_OK &&
               airy_field_init(&s->raw_hat, raw->ny, raw->nx, err) == AIRY_OK &&
               (s->raw_fft = airy_fft_new(raw->ny, raw->nx, NULL, err)) != NULL;
    if (good)
        return s;
    airy_scorer_free(s);
    return NULL;
}

void airy_scorer_free(airy_scorer *s)
{
    if (!s)
        return;
    airy_fft_free(s->fft);
    airy_fft_free(s->raw_fft);
    airy_field_release(&s->image);
    airy_field_release(&s->hat);
    airy_field_release(&s->raw_image);
    airy_field_release(&s->raw_hat);
    free(s);
}

// ------------------------------------------------------------------ amplitudes

// Pixel of an FFT-ordered n-array that stands for the centered pixel c: c - n/2, cyclic.
static int ordered(int c, int n)
{
    return (c + n - n / 2) % n;
}

// The image in FFT order, zero-padded (or cropped) about its middle to the size of `to`.
static void place(const airy_image *image, const airy_image *phase, airy_field *to)
{
    memset(to->px, 0, (size_t)to->ny * (size_t)to->nx * sizeof *to->px);
    for (int y = 0; y < image->ny; y++)
        for (int x = 0; x < image->nx; x++) {
            int ty = y - image->ny / 2 + to->ny / 2, tx = x - image->nx / 2 + to->nx / 2;
            if (ty < 0 || tx < 0 || ty >= to->ny || tx >= to->nx)
                continue;
            int i = y * image->nx + x;
            float v = image->px[i], angle = phase ? phase->px[i] : 0;
            float *pair = (float *)&to->px[ordered(ty, to->ny) * to->nx + ordered(tx, to->nx)];
            pair[0] = phase ? v * cosf(angle) : v;
            pair[1] = phase ? v * sinf(angle) : 0;
        }
}

static double amplitude_at(const airy_field *hat, int y, int x)
{
    float complex z = hat->px[ordered(y, hat->ny) * hat->nx + ordered(x, hat->nx)];
    double re = crealf(z), im = cimagf(z);
    return sqrt(re * re + im * im);
}

// ------------------------------------------------------------------ R

// Sums over one kind of pixel.
struct sums {
    double misfit, amplitude, ratio;
    int positive;
};

static void add_pixel(struct sums *s, double a, double b)
{
    s->misfit += fabs(a - b);
    s->amplitude += b;
    if (b > 0) {
        s->ratio += fabs(a - b) / b;
        s->positive++;
    }
}

static void score_amplitudes(const airy_scorer *s, airy_score *score)
{
    const airy_problem *p = s->problem;
    struct sums used = {0}, held = {0};
    for (int y = 0; y < p->amplitude.ny; y++)
        for (int x = 0; x < p->amplitude.nx; x++) {
            int i = y * p->amplitude.nx + x;
            if (p->measured.bits[i])
                add_pixel(p->measured.bits[i] == AIRY_USED ? &used : &held,
                          amplitude_at(&s->hat, y, x), p->amplitude.px[i]);
        }
    score->r_factor = used.amplitude > 0 ? used.misfit / used.amplitude : NAN;
    score->r_ratio = used.positive > 0 ? used.ratio / used.positive : NAN;
    score->r_free = held.amplitude > 0 ? held.misfit / held.amplitude : NAN;
}

// ------------------------------------------------------------------ deviance

// A pixel as the deviance sees it: counts, expected of the image and from elsewhere, and how many
// measurements the counts are the mean of (2 where both Friedel mates were measured). Zero
// measurements: not measured.
struct count {
    double n, mu, background;
    int measurements;
};

static struct count raw_count(const airy_scorer *s, int y, int x)
{
    const airy_pattern *raw = &s->problem->raw;
    int i = y * raw->photons.nx + x;
    uint32_t bits = raw->mask.bits[i];
    if ((bits & AIRY_MASK_EXCLUDES) || isnan(raw->photons.px[i]))
        return (struct count){0};
    double a = amplitude_at(&s->raw_hat, y, x);
    int measurements = raw->merged && !(bits & AIRY_MASK_FILLED) ? 2 : 1;
    double behind = raw->background.px ? fmax(raw->background.px[i], 0) : 0;
    return (struct count){fmax(raw->photons.px[i] + behind, 0), a * a, behind, measurements};
}

static struct count amplitude_count(const airy_scorer *s, int y, int x, uint32_t kind)
{
    const airy_problem *p = s->problem;
    int i = y * p->amplitude.nx + x;
    if (p->measured.bits[i] != kind)
        return (struct count){0};
    double a = amplitude_at(&s->hat, y, x), b = p->amplitude.px[i];
    return (struct count){b * b, a * a, 0, 1};
}

static struct count used_count(const airy_scorer *s, int y, int x)
{
    return amplitude_count(s, y, x, AIRY_USED);
}

static struct count held_count(const airy_scorer *s, int y, int x)
{
    return amplitude_count(s, y, x, AIRY_HELD);
}

// Mean of 2 (mu - n + n ln(n / mu)) with mu scaled to the same total. A floor under mu, far below
// one photon, keeps one empty model pixel from deciding everything.
static double deviance(const airy_scorer *s, const airy_image *size,
                       struct count (*count)(const airy_scorer *, int, int))
{
    const double floor = 1e-4;
    double photons = 0, expected = 0, sum = 0, measurements = 0;
    for (int y = 0; y < size->ny; y++)
        for (int x = 0; x < size->nx; x++) {
            struct count c = count(s, y, x);
            photons += c.measurements * (c.n - c.background);
            expected += c.measurements * c.mu;
        }
    double scale = expected > 0 ? fmax(photons, 0) / expected : 0;
    for (int y = 0; y < size->ny; y++)
        for (int x = 0; x < size->nx; x++) {
            struct count c = count(s, y, x);
            double mu = fmax(scale * c.mu + c.background, floor);
            double surprise = c.n > 0 ? c.n * log(c.n / mu) : 0;
            sum += c.measurements * 2 * (mu - c.n + surprise);
            measurements += c.measurements;
        }
    return measurements > 0 ? sum / measurements : NAN;
}

void airy_scorer_run(airy_scorer *s, const airy_image *image, const airy_image *phase,
                     airy_score *score)
{
    phase = phase && phase->px ? phase : NULL;
    place(image, phase, &s->image);
    airy_fft_forward(s->fft, s->image.px, s->hat.px);
    score_amplitudes(s, score);
    score->deviance_free = deviance(s, &s->problem->amplitude, held_count);
    if (!s->raw_fft) {
        score->deviance = deviance(s, &s->problem->amplitude, used_count);
        return;
    }
    place(image, phase, &s->raw_image);
    airy_fft_forward(s->raw_fft, s->raw_image.px, s->raw_hat.px);
    score->deviance = deviance(s, &s->problem->raw.photons, raw_count);
}

// A scorer for images of this size.
static airy_scorer *scorer_for(const airy_problem *problem, const airy_image *image,
                               airy_error *err)
{
    if (image->ny == problem->amplitude.ny && image->nx == problem->amplitude.nx)
        return airy_scorer_new(problem, err);
    airy_error_set(err, AIRY_ESHAPE, "the image is %d x %d, but the pattern %d x %d", image->ny,
                   image->nx, problem->amplitude.ny, problem->amplitude.nx);
    return NULL;
}

airy_code airy_problem_score(const airy_problem *problem, const airy_image *image,
                             airy_score *score, airy_error *err)
{
    airy_error own = {0};
    airy_scorer *scorer = scorer_for(problem, image, err ? err : &own);
    if (!scorer)
        return airy_error_code(err, own.code);
    airy_scorer_run(scorer, image, NULL, score);
    airy_scorer_free(scorer);
    return AIRY_OK;
}

airy_code airy_problem_scale(const airy_problem *problem, airy_image *image, airy_error *err)
{
    airy_error own = {0};
    airy_scorer *s = scorer_for(problem, image, err ? err : &own);
    if (!s)
        return airy_error_code(err, own.code);
    double ab = 0, aa = 0;
    place(image, NULL, &s->image);
    airy_fft_forward(s->fft, s->image.px, s->hat.px);
    for (int i = 0; i < image->ny * image->nx; i++)
        if (problem->measured.bits[i] == AIRY_USED) {
            double a = amplitude_at(&s->hat, i / image->nx, i % image->nx);
            ab += a * problem->amplitude.px[i];
            aa += a * a;
        }
    airy_scorer_free(s);
    if (!(ab > 0) || !isfinite(aa))
        return airy_error_set(err, AIRY_EVALUE, "the image has no amplitudes to be compared");
    for (int i = 0; i < image->ny * image->nx; i++)
        image->px[i] *= (float)(ab / aa);
    return AIRY_OK;
}

// ------------------------------------------------------------------ order

double airy_rank_value(const airy_score *score, airy_rank rank)
{
    const double values[] = {score->r_factor, score->deviance, score->r_free};
    return isnan(values[rank]) ? INFINITY : values[rank];
}

void airy_rank_order(const airy_score *scores, int n, airy_rank rank, int *order)
{
    // insertion: n is a few hundred, and equal scores keep their order
    for (int i = 0; i < n; i++) {
        double value = airy_rank_value(&scores[i], rank);
        int j = i;
        for (; j > 0 && airy_rank_value(&scores[order[j - 1]], rank) > value; j--)
            order[j] = order[j - 1];
        order[j] = i;
    }
}
