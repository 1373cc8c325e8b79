// SPDX-License-Identifier: GPL-3.0-or-later
// What the frames of a run have in common so far, and what should worry those who take them.
#include "airy/live.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    LAST = 50,   // hits that medians are of
    FIRST = 20,  // hits that tell where the beam is meant to be
    RECENT = 10, // hits that tell where it is, and how many of them saturate
    SENTENCE = 160,
};
#define SIGMAS 5.0 // by which a change is no accident

struct airy_tally {
    airy_tally_options options;
    airy_tally_frame *frame;
    double *value; // of each: what decides whether it is a hit
    int n, room;
    int judged; // frames when the threshold was looked for last
    bool parted;
    double threshold;
    double first_y, first_x, first_y_err, first_x_err; // of the beam
    int centers;
    char sentence[AIRY_ALARMS][SENTENCE];
};

const airy_option airy_tally_rows[] = {
    AIRY_OPTION(airy_tally_options, cut, "cut", .unit = "NUMBER|auto", .choices = "auto",
                .help = "a hit has more; auto = the gap between two groups of frames"),
    AIRY_OPTION(airy_tally_options, by_photons, "hits-by", .choices = "lit|photons",
                .help = "what is compared with it", .was = "by"),
    AIRY_OPTION(airy_tally_options, most_saturated, "most-saturated", .low = 0, .high = 1e9,
                .unit = "pixels",
                .help = "of a good hit; an alarm when a third of the last hits has more"),
    AIRY_OPTION(airy_tally_options, most_misfit, "most-ring-chi2", .low = 0, .high = 1e9,
                .help = "of a good hit; 0 = no limit"),
    AIRY_OPTION(airy_tally_options, most_second, "most-double-hit", .low = 0, .high = 10,
                .help = "fringes of a second particle in a good hit; 0 = no limit"),
    AIRY_OPTION(airy_tally_options, moved_px, "moved", .low = 0.1, .high = 1e4, .unit = "pixels",
                .help = "alarm: the beam is so far from where it was at first"),
    AIRY_OPTION(airy_tally_options, fell, "fell", .low = 0.01, .high = 1,
                .help = "alarm: the hit rate is this share of what it was"),
    AIRY_OPTION(airy_tally_options, window, "rate-window", .low = 10, .high = 1e6, .unit = "FRAMES",
                .help = "that the present hit rate is that of", .was = "window"),
    {0},
};

void airy_tally_options_defaults(airy_tally_options *o)
{
    *o = (airy_tally_options){
        .cut = (double)NAN, .most_saturated = 0, .moved_px = 8, .fell = 0.5, .window = 100};
}

airy_tally *airy_tally_new(const airy_tally_options *options, airy_error *err)
{
    airy_tally *t = calloc(1, sizeof *t);
    if (!t) {
        airy_error_set(err, AIRY_EMEMORY, "no memory for a tally");
        return NULL;
    }
    t->options = *options;
    t->parted = !isnan(options->cut);
    t->threshold = options->cut;
    return t;
}

void airy_tally_free(airy_tally *t)
{
    if (!t)
        return;
    free(t->frame);
    free(t->value);
    free(t);
}

static double value_of(const airy_tally *t, const airy_hit *light)
{
    if (light->measured == 0)
        return NAN;
    return t->options.by_photons ? light->photons : light->lit;
}

bool airy_tally_is_hit(const airy_tally *t, const airy_hit *light)
{
    double value = value_of(t, light);
    return !isnan(value) && (!t->parted || value > t->threshold);
}

// ------------------------------------------------------------------ medians of the last hits

typedef double number_of(const airy_tally_frame *f);

static double radius_of(const airy_tally_frame *f)
{
    return f->radius_nm;
}

static double photons_of(const airy_tally_frame *f)
{
    return f->photons;
}

static double y_of(const airy_tally_frame *f)
{
    return f->center_y;
}

static double x_of(const airy_tally_frame *f)
{
    return f->center_x;
}

static int rising(const void *a, const void *b)
{
    double u = *(const double *)a, v = *(const double *)b;
    return (u > v) - (u < v);
}

static double middle(double *values, int n)
{
    if (n == 0)
        return NAN;
    qsort(values, (size_t)n, sizeof *values, rising);
    return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

// Median over the last `most` hits that have the number; pumped -1: of all. spread (may be NULL):
// the robust scatter about it.
static double median(const airy_tally *t, number_of *number, int most, int pumped, double *spread)
{
    double values[LAST];
    int n = 0;
    for (int i = t->n - 1; i >= 0 && n < most; i--) {
        const airy_tally_frame *f = &t->frame[i];
        if (f->hit && !isnan(number(f)) && (pumped < 0 || f->pumped == pumped))
            values[n++] = number(f);
    }
    double m = middle(values, n);
    for (int i = 0; i < n; i++)
        values[i] = fabs(values[i] - m);
    if (spread)
        *spread = n > 2 ? 1.4826 * middle(values, n) : (double)NAN;
    return m;
}

// ------------------------------------------------------------------ alarms

static void judge_saturation(airy_tally *t)
{
    int hits = 0, saturated = 0;
    char *say = t->sentence[AIRY_ALARM_SATURATED];
    for (int i = t->n - 1; i >= 0 && hits < RECENT; i--)
        if (t->frame[i].hit) {
            hits++;
            saturated += t->frame[i].saturated > t->options.most_saturated;
        }
    say[0] = '\0';
    if (saturated > hits / 3 && hits >= 3)
        snprintf(say, SENTENCE, "saturated: %d of the last %d hits have more than %g such pixels",
                 saturated, hits, t->options.most_saturated);
}

// Where the beam was meant to be, from the first hits; then the last ones are held against it.
static void judge_beam(airy_tally *t)
{
    char *say = t->sentence[AIRY_ALARM_MOVED];
    double sy, sx;
    if (t->centers < FIRST) {
        t->first_y = median(t, y_of, FIRST, -1, &t->first_y_err);
        t->first_x = median(t, x_of, FIRST, -1, &t->first_x_err);
    }
    double y = median(t, y_of, RECENT, -1, &sy), x = median(t, x_of, RECENT, -1, &sx);
    double dy = y - t->first_y, dx = x - t->first_x;
    double scatter = SIGMAS * hypot(t->first_y_err, t->first_x_err) / sqrt(RECENT);
    say[0] = '\0';
    if (t->centers >= FIRST && hypot(dy, dx) > fmax(t->options.moved_px, scatter))
        snprintf(say, SENTENCE, "the beam has moved by x %+.1f, y %+.1f pixels, to %.1f, %.1f", dx,
                 dy, x, y);
}

static int hits_among(const airy_tally *t, int from, int to)
{
    int hits = 0;
    for (int i = from; i < to; i++)
        hits += t->frame[i].hit;
    return hits;
}

static void judge_rate(airy_tally *t)
{
    int window = t->options.window, from = t->n - window;
    char *say = t->sentence[AIRY_ALARM_RATE];
    say[0] = '\0';
    if (from < window || !t->parted)
        return;
    double before = (double)hits_among(t, 0, from) / from;
    int now = hits_among(t, from, t->n);
    double expected = before * window;
    if (now < t->options.fell * expected && expected - now > 3 * sqrt(expected))
        snprintf(say, SENTENCE, "the hit rate fell to %.3g %%, from %.3g %% before",
                 100.0 * now / window, 100 * before);
}

// ------------------------------------------------------------------ adding

static airy_code grow(airy_tally *t, airy_error *err)
{
    if (t->n < t->room)
        return AIRY_OK;
    int room = 2 * t->room + 256;
    airy_tally_frame *frame = realloc(t->frame, (size_t)room * sizeof *frame);
    t->frame = frame ? frame : t->frame;
    double *value = realloc(t->value, (size_t)room * sizeof *value);
    t->value = value ? value : t->value;
    if (!frame || !value)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames", room);
    t->room = room;
    return AIRY_OK;
}

static bool is_good(const airy_tally *t, const airy_look *look)
{
    const airy_tally_options *o = &t->options;
    return !look->why[0] && !isnan(look->center_y) && look->saturated <= o->most_saturated &&
           !(o->most_misfit > 0 && look->fit.chi2_bright > o->most_misfit) &&
           !(o->most_second > 0 && look->second > o->most_second);
}

// Frames that were taken for hits while nobody knew better are judged again.
static airy_code part(airy_tally *t, airy_error *err)
{
    bool parted = false;
    if (!isnan(t->options.cut) || t->n < 10 || t->n < t->judged + (t->judged + 9) / 10)
        return AIRY_OK;
    t->judged = t->n;
    airy_code code = airy_hit_threshold(t->value, t->n, &parted, &t->threshold, err);
    for (int i = 0; i < t->n && parted && !t->parted; i++) {
        t->frame[i].hit = t->frame[i].hit && t->value[i] > t->threshold;
        t->frame[i].good = t->frame[i].good && t->frame[i].hit;
    }
    t->parted = t->parted || parted;
    return code;
}

airy_code airy_tally_add(airy_tally *t, const airy_look *look, bool hit, int pumped,
                         airy_error *err)
{
    airy_code code = grow(t, err);
    if (code != AIRY_OK)
        return code;
    t->value[t->n] = value_of(t, &look->hit);
    t->frame[t->n++] = (airy_tally_frame){
        .hit = hit,
        .good = hit && is_good(t, look),
        .pumped = pumped,
        .photons = look->hit.photons,
        .saturated = look->saturated,
        .radius_nm = (look->fit.radius_par_nm + look->fit.radius_perp_nm) / 2,
        .center_y = look->center_y,
        .center_x = look->center_x,
    };
    t->centers += hit && !isnan(look->center_y);
    code = part(t, err);
    judge_saturation(t);
    judge_beam(t);
    judge_rate(t);
    return code;
}

// ------------------------------------------------------------------ telling

airy_tally_now airy_tally_tell(const airy_tally *t)
{
    airy_tally_now now = {.frames = t->n, .threshold = t->parted ? t->threshold : (double)NAN};
    for (int i = 0; i < t->n; i++) {
        const airy_tally_frame *f = &t->frame[i];
        now.hits += f->hit;
        now.good += f->good;
        now.saturated += f->hit && f->saturated > 0;
        now.on += f->pumped == 1;
        now.off += f->pumped == 0;
        now.on_hits += f->pumped == 1 && f->hit;
        now.off_hits += f->pumped == 0 && f->hit;
    }
    int window = t->n < t->options.window ? t->n : t->options.window;
    now.rate = t->n ? (double)now.hits / t->n : (double)NAN;
    now.present_rate = window ? (double)hits_among(t, t->n - window, t->n) / window : (double)NAN;
    now.photons = median(t, photons_of, LAST, -1, NULL);
    now.radius_nm = median(t, radius_of, LAST, -1, &now.radius_spread_nm);
    now.radius_on_nm = median(t, radius_of, LAST, 1, NULL);
    now.radius_off_nm = median(t, radius_of, LAST, 0, NULL);
    now.center_y = median(t, y_of, LAST, -1, NULL);
    now.center_x = median(t, x_of, LAST, -1, NULL);
    for (int i = 0; i < AIRY_ALARMS; i++)
        now.alarm[i] = t->sentence[i][0] ? t->sentence[i] : NULL;
    return now;
}

const airy_tally_frame *airy_tally_frames(const airy_tally *t, int *n)
{
    *n = t->n;
    return t->frame;
}
