// SPDX-License-Identifier: GPL-3.0-or-later
// Patterns in, patterns out, one at a time.

#include "airy/pattern.h"
#include "counts.h"
#include "mask.h"

#include <math.h>
#include <stdlib.h>

// A run in progress.
typedef struct run {
    const airy_call *call;
    const airy_frames_job *job;
    airy_frames *in, *out;
    int frames, missed;
    bool asked;       // whether values are what they look like
    airy_error first; // why a frame was missed
} run;

// Pixels of -1 and -2 where all are whole numbers and none is less.
static int gaps(const airy_image *image, const airy_mask *mask)
{
    int found = 0;
    for (int i = 0; i < image->ny * image->nx; i++) {
        float value = image->px[i];
        if (mask && mask->bits[i] & AIRY_MASK_EXCLUDES)
            continue;
        if (value < -2 || value > floorf(value)) // false of NaN
            return 0;
        found += value < 0;
    }
    return found;
}

// What pixels hold at an end of their values, and how many hold just that.
typedef struct extreme {
    float value, next;
    int n;
} extreme;

static void meet(extreme *end, float value, float sign)
{
    if (end->n == 0 || sign * (value - end->value) > 0)
        *end = (extreme){value, end->value, 1};
    else if (value == end->value)
        end->n++;
    else if (end->n > 0 && (end->next == end->value || sign * (value - end->next) > 0))
        end->next = value;
}

static void find_extremes(const airy_image *image, const airy_mask *mask, extreme *least,
                          extreme *most)
{
    for (int i = 0; i < image->ny * image->nx; i++) {
        float value = image->px[i];
        if (!isfinite(value) || (mask && mask->bits[i] & AIRY_MASK_EXCLUDES))
            continue;
        meet(least, value, -1);
        meet(most, value, 1);
    }
}

#define PHOTONS_MOST 1e9 // of a pixel

// More photons than any pixel counts, or the very end of a counter of 16 bits, more than once.
static bool is_too_much(const extreme *most)
{
    bool end = most->value == 65535 || most->value == 65534;
    return most->value >= PHOTONS_MOST || (end && most->n > 1);
}

// What background leaves goes down step by step; a number for "none" stands by itself.
static bool is_too_little(const extreme *least)
{
    return least->value < -2 && least->n > 1 && least->next > least->value / 2;
}

void airy_frames_question(const airy_call *call, const char *spec, const airy_image *image,
                          const airy_mask *mask)
{
    extreme least = {0}, most = {0};
    int found = gaps(image, mask);
    if (found)
        airy_call_warn(call,
                       "%s: %d pixel%s hold%s -1 or -2 photons: gaps of a detector? `airy mask "
                       "--below 0` leaves them out",
                       spec, found, found == 1 ? "" : "s", found == 1 ? "s" : "");
    find_extremes(image, mask, &least, &most);
    if (is_too_little(&least))
        airy_call_warn(call,
                       "%s: %d pixels hold %.9g photons: a number for no value? `airy mask --below "
                       "0` leaves them out",
                       spec, least.n, (double)least.value);
    if (is_too_much(&most))
        airy_call_warn(call,
                       "%s: %d pixel%s hold%s %.9g photons: a number for no value? `airy mask "
                       "--saturation %.9g` leaves them out",
                       spec, most.n, most.n == 1 ? "" : "s", most.n == 1 ? "s" : "",
                       (double)most.value, fmin((double)most.value, PHOTONS_MOST));
}

static bool is_missed(const run *r, airy_code code)
{
    return r->job->miss && r->frames > 1 && airy_code_of_data(code);
}

static airy_code miss(run *r, airy_pattern *pattern, int frame, const airy_error *why,
                      airy_error *err)
{
    if (r->missed++ == 0) {
        r->first = *why;
        airy_error_prefix(&r->first, "%s, frame %d", r->call->inputs[0], frame);
    }
    if (!r->job->unsaid)
        airy_call_warn(r->call, "frame %d: %s", frame, why->message);
    return r->job->miss(pattern, frame, r->job->context, err);
}

static airy_code change_frame(run *r, int frame, airy_error *err)
{
    airy_pattern pattern = {0};
    airy_error why = {0};
    airy_code code = airy_frames_read(r->in, frame, &pattern, err);
    if (code != AIRY_OK)
        return code;
    if (!r->asked && !r->job->any_values)
        airy_frames_question(r->call, r->call->inputs[0], &pattern.photons, &pattern.mask);
    r->asked = true;
    code = r->job->change(&pattern, frame, r->job->context, &why);
    if (is_missed(r, code))
        code = miss(r, &pattern, frame, &why, err);
    else if (code != AIRY_OK)
        airy_error_set(err, code, "%s, frame %d: %s", r->call->inputs[0], frame, why.message);
    if (code == AIRY_OK && r->out)
        code = airy_frames_append(r->out, &pattern, err);
    airy_pattern_release(&pattern);
    return code;
}

static airy_code change_all(run *r, airy_error *err)
{
    const airy_progress *progress = r->call->progress;
    int n = airy_frames_count(r->in), first = r->job->single ? r->job->frame : 0;
    airy_code code = AIRY_OK;
    if (first >= n)
        return airy_error_set(err, AIRY_EVALUE, "%s holds frames 0 to %d, not %d",
                              r->call->inputs[0], n - 1, first);
    n = r->frames = r->job->single ? 1 : n;
    for (int i = 0; i < n && code == AIRY_OK; i++) {
        code = change_frame(r, first + i, err);
        airy_progress_report(progress, i + 1, n, "frames");
        if (code == AIRY_OK && airy_progress_stopped(progress))
            code = airy_error_set(err, AIRY_ESTOPPED, "stopped after %d of %d frames", i + 1, n);
    }
    if (code == AIRY_OK && n > 0 && r->missed == n)
        return airy_error_set(err, r->first.code, "%s", r->first.message);
    return code;
}

static airy_code commit(const run *r, airy_error *err)
{
    airy_history history = {0};
    airy_code code = airy_frames_history(r->in, &history, err);
    if (code == AIRY_OK)
        code = airy_histories_merge(r->job->more, &history, err);
    if (code == AIRY_OK)
        code = airy_call_record(r->call, r->job->more, NULL, &history, err);
    if (code == AIRY_OK)
        code = airy_frames_commit(r->out, &history, err);
    airy_history_release(&history);
    return code;
}

airy_code airy_frames_run(const airy_call *call, const airy_frames_job *job, airy_error *err)
{
    run r = {.call = call, .job = job, .in = airy_frames_open(call->inputs[0], err)};
    airy_code code = r.in ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK && call->output) {
        r.out = airy_frames_create(call->output, call->overwrite, err);
        code = r.out ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    }
    if (code == AIRY_OK)
        code = change_all(&r, err);
    if (code == AIRY_OK && r.out)
        code = commit(&r, err);
    airy_frames_close(r.in);
    airy_frames_close(r.out);
    return code;
}

airy_code airy_frames_combine_mask(const char *spec, const airy_mask *mask, airy_pattern *pattern,
                                   airy_error *err)
{
    if (!mask->bits)
        return AIRY_OK;
    if (airy_mask_combine(&pattern->mask, mask, err) != AIRY_OK)
        return airy_error_prefix(err, "%s", spec);
    airy_pattern_apply_mask(pattern);
    if (pattern->counts && pattern->condensed)
        airy_counts_exclude(pattern->counts, pattern, mask);
    return AIRY_OK;
}

#define LEAVES_LITTLE 0.1 // of the pixels

airy_code airy_frames_read_mask(const airy_call *call, const char *spec, airy_mask *mask,
                                airy_error *err)
{
    airy_code code = airy_mask_read(spec, mask, err);
    if (code != AIRY_OK)
        return code;
    int all = mask->ny * mask->nx, left = all - airy_mask_count(mask, AIRY_MASK_EXCLUDES);
    if (left < LEAVES_LITTLE * all)
        airy_call_warn(call, "%s leaves %.3g %% of the pixels: is 1 good in it? Here 0 is", spec,
                       100.0 * left / all);
    return AIRY_OK;
}

airy_code airy_frames_use_mask(const airy_call *call, const char *spec, airy_pattern *pattern,
                               airy_error *err)
{
    airy_mask mask = {0};
    airy_code code = spec ? airy_frames_read_mask(call, spec, &mask, err) : AIRY_OK;
    if (code == AIRY_OK)
        code = airy_frames_combine_mask(spec, &mask, pattern, err);
    airy_mask_release(&mask);
    return code;
}

static airy_code make_table(airy_table *table, const airy_result_row *numbers, int n,
                            airy_error *err)
{
    airy_text names = {0};
    airy_text_append(&names, "frame");
    for (int i = 0; i < n; i++)
        airy_text_append(&names, " %s", numbers[i].name);
    airy_code code = names.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a table")
                                  : airy_table_init(table, names.text, err);
    airy_text_release(&names);
    return code;
}

airy_code airy_frames_add_row(airy_table *table, int frame, const airy_result_row *numbers, int n,
                              airy_error *err)
{
    airy_code code = table->columns ? AIRY_OK : make_table(table, numbers, n, err);
    if (code == AIRY_OK)
        code = airy_table_add_row(table, numbers, (size_t)n, err);
    return code ? code : airy_table_put_double(table, table->rows - 1, "frame", frame, err);
}
