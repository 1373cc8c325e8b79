// SPDX-License-Identifier: GPL-3.0-or-later
// A scan as a step: patterns in, maps as scan.h5 and scan.tsv out.
#include "airy/pattern.h"
#include "airy/scan.h"
#include "read.h"
#include "points.h"
#include "plan.h"
#include "pieces.h"
#include "patterns.h"
#include "maps.h"

#include <math.h>
#include <string.h>

typedef struct work {
    const airy_call *call;
    airy_call again; // the same, of a run that had begun to write its outputs
    const airy_scan_step *step;
    airy_scan_plan plan;
    int only[2]; // those rows
    airy_mask masked;
    airy_scan_maps maps;
    airy_history history;
    airy_text hashes; // of the inputs
    airy_pieces *store;
    airy_table *summary;
} work;

void airy_scan_step_defaults(airy_scan_step *step)
{
    *step = (airy_scan_step){.type = "u2", .axes = "t,y,x,ky,kx"};
    airy_scan_plan_defaults(&step->plan);
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_scan_step *step = of;
    airy_scan_plan plan = step->plan;
    int from, to;
    if (!airy_text_span(step->rows, &from, &to))
        return airy_error_set(err, AIRY_EARGUMENT, "--rows %s: A:B with 0 <= A < B is wanted",
                              step->rows);
    return airy_scan_plan_axes(&plan, step->axes, err) == AIRY_OK
               ? AIRY_OK
               : airy_error_prefix(err, "--axes");
}

const airy_option airy_scan_step_rows[] = {
    AIRY_OPTION(airy_scan_step, shape, "shape", .unit = "N,N,N,N,N",
                .help = "sizes in the order of --axes: the file is numbers without a header"),
    AIRY_OPTION(airy_scan_step, type, "type", .unit = "TYPE",
                .help = "of such numbers, little-endian: u1 u2 u4 u8 i1 i2 i4 i8 f4 f8"),
    AIRY_OPTION(airy_scan_step, skip, "skip", .low = 0, .high = 1e9, .unit = "BYTES",
                .help = "before the first of them"),
    AIRY_OPTION(airy_scan_step, axes, "axes", .unit = "NAMES",
                .help = "order of the file's dimensions"),
    AIRY_OPTION(airy_scan_step, plan.period_s, "period", .low = 0, .high = 1e6, .unit = "s",
                .help = "from frame to frame; 0 = times count frames"),
    AIRY_OPTION(airy_scan_step, plan.step_nm, "step", .low = 0, .high = 1e6, .unit = "nm",
                .help = "from place to place, for pictures; 0 = not known"),
    AIRY_OPTION(airy_scan_step, plan.pixel, "pixel", .low = 0, .high = 1e3, .unit = "1/nm",
                .help = "a pixel of the file, s = q / 2 pi; 0 = rings count pixels"),
    AIRY_OPTION(airy_scan_step, plan.bin, "bin", .low = 1, .high = 64, .unit = "PIXELS",
                .help = "detector pixels that are summed, along each side"),
    AIRY_OPTION(airy_scan_step, mask, "mask", .unit = "FILE",
                .help = "detector pixels to leave out"),
    AIRY_OPTION(airy_scan_step, plan.pooled, "variance", .choices = "ring|pooled",
                .help = "V ring by ring, then the mean; or of all pixels at once, halo and all"),
    AIRY_OPTION(airy_scan_step, plan.gain, "quantum", .low = 0, .high = 1e6,
                .help =
                    "values a quantum: shot noise, gain over the mean, is taken off V; 0 = is not",
                .was = "gain"),
    AIRY_OPTION(airy_scan_step, plan.drift, "drift", .choices = "off|on",
                .help = "follow places by the image of the scan"),
    AIRY_OPTION(airy_scan_step, plan.lags, "lags", .low = 0, .high = 1e6,
                .help = "most delays that are fitted, frames; 0 = half of them"),
    AIRY_OPTION(airy_scan_step, plan.vacuum, "vacuum", .low = 0, .high = 1,
                .help = "places below this share of the median intensity are none"),
    {.check = check},
};

// "106,60,120,66,66" in the order of --axes, for files without a header.
static airy_code parse_shape(const work *w, airy_array_form *form, airy_error *err)
{
    double sizes[AIRY_ARRAY_RANK];
    *form = (airy_array_form){.skip = w->step->skip};
    airy_code code = airy_text_doubles(w->step->shape, sizes, AIRY_ARRAY_RANK, &form->rank, err);
    for (int i = 0; code == AIRY_OK && i < form->rank; i++) {
        form->dims[i] = (long long)sizes[i];
        if (sizes[i] < 1 || sizes[i] > 1e9 || sizes[i] != floor(sizes[i]))
            code = airy_error_set(err, AIRY_EARGUMENT, "%g is no number of pixels", sizes[i]);
    }
    if (code == AIRY_OK && form->rank != AIRY_SCAN_AXES)
        code = airy_error_set(err, AIRY_EARGUMENT, "five sizes were wanted, %s, not %d",
                              w->step->axes, form->rank);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "--shape");
    return airy_array_type(w->step->type, form, err);
}

static airy_array *open_data(const work *w, airy_error *err)
{
    airy_array_form form;
    if (!w->step->shape)
        return airy_array_open(w->call->inputs[0], NULL, err);
    return parse_shape(w, &form, err) == AIRY_OK ? airy_array_open(w->call->inputs[0], &form, err)
                                                 : NULL;
}

static airy_code plan_scan(work *w, const airy_array *array, airy_error *err)
{
    long long sizes[AIRY_ARRAY_RANK];
    airy_scan_plan *p = &w->plan;
    int rank = airy_array_shape(array, sizes);
    airy_code code = airy_scan_plan_shape(p, sizes, rank, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "%s", w->call->inputs[0]);
    p->to_y = p->to_y < 0 ? p->ny : p->to_y;
    p->to_x = p->to_x < 0 ? p->nx : p->to_x;
    if (w->step->mask)
        code = airy_frames_read_mask(w->call, w->step->mask, &w->masked, err);
    p->mask = w->step->mask ? &w->masked : NULL;
    if (p->period_s <= 0)
        airy_call_warn(w->call,
                       "the time between frames is not known (--period): times count frames");
    if (!(p->pixel > 0))
        airy_call_warn(w->call, "the pixel is not known (--pixel): rings count pixels");
    return code;
}

// ------------------------------------------------------------------ output

static airy_code check_outputs(const work *w, airy_error *err)
{
    airy_text path = {0};
    airy_output_table(w->call->output, &path);
    airy_code code = airy_call_outputs(w->call, w->call->output, path.text, err);
    airy_text_release(&path);
    return code;
}

// Of a run that goes on: what it had begun to write may be written anew.
static airy_code check_again(work *w, airy_error *err)
{
    w->again = *w->call;
    w->again.overwrite |= airy_pieces_wrote_outputs(w->store);
    w->call = &w->again;
    return check_outputs(w, err);
}

static airy_code write_table(const work *w, airy_error *err)
{
    airy_table table = {0};
    airy_text path = {0};
    airy_output_table(w->call->output, &path);
    airy_code code = airy_scan_table(&w->maps, &table, err);
    if (code == AIRY_OK)
        code = airy_table_write_under(path.text, &table, &w->history, w->call->overwrite, err);
    airy_text_release(&path);
    airy_table_release(&table);
    return code;
}

// What the maps come to: medians, since a mean of times has no meaning where some are censored.
static airy_code summarise(const work *w, airy_table *summary, airy_error *err)
{
    static const char *const medians[] = {"tau_s", "tau_err_s", "contrast", "v", "v_err", NULL};
    const airy_scan_maps *m = &w->maps;
    int n = m->ny * m->nx, censored = 0, no_fit = 0, vacuum = 0;
    for (int i = 0; i < n; i++) {
        censored += m->point[i].flag & 1;
        no_fit += m->point[i].flag >> 1 & 1;
        vacuum += m->point[i].flag >> 2 & 1;
    }
    const airy_result_row counts[] = {
        {"places", n}, {"censored", censored}, {"no_fit", no_fit}, {"vacuum", vacuum}};
    airy_code code = airy_table_init(
        summary, "places censored no_fit vacuum tau_s tau_err_s contrast v v_err", err);
    if (code == AIRY_OK)
        code = airy_table_add_row(summary, counts, sizeof counts / sizeof *counts, err);
    for (int k = 0; code == AIRY_OK && medians[k]; k++) {
        airy_image map = {0};
        code = airy_scan_map(m, medians[k], &map, err);
        if (code == AIRY_OK)
            code = airy_table_put_double(summary, 0, medians[k], airy_stats_median(map.px, n), err);
        airy_image_release(&map);
    }
    return code;
}

static airy_code write_outputs(work *w, airy_error *err)
{
    airy_code code = airy_call_record_hashed(w->call, &w->hashes, NULL, &w->history, err);
    if (code == AIRY_OK)
        code = airy_scan_write(w->call->output, &w->maps, &w->history, w->call->overwrite, err);
    if (code == AIRY_OK)
        code = write_table(w, err);
    return code == AIRY_OK ? summarise(w, w->summary, err) : code;
}

static airy_code hash_inputs(work *w, airy_error *err)
{
    const char *more[] = {w->step->mask, NULL};
    return airy_call_hash(w->call, more, w->call->progress, &w->hashes, err);
}

// All rows at once.
static airy_code do_whole(work *w, airy_array *array, airy_error *err)
{
    airy_scan *scan = airy_scan_new(&w->plan, err);
    airy_code code = scan ? airy_scan_read(scan, array, err) : airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK)
        code = airy_scan_fit(scan, &w->maps, err);
    airy_scan_free(scan);
    return code == AIRY_OK ? hash_inputs(w, err) : code;
}

// Rows that are kept beside the output, by this run and by others of the same key.
static airy_code do_pieces(work *w, airy_array *array, airy_error *err)
{
    airy_code code = hash_inputs(w, err);
    if (code == AIRY_OK)
        code = (w->store = airy_pieces_of_call(w->call, &w->hashes, err))
                   ? AIRY_OK
                   : airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK && w->step->resume)
        code = check_again(w, err);
    if (code == AIRY_OK)
        code = airy_scan_pieces(&w->plan, array, w->only, w->store, &w->maps, err);
    if (code == AIRY_OK && w->step->rows)
        airy_call_note(w->call, "rows %s are kept in %s.pieces; the whole scan wants --resume",
                       w->step->rows, w->call->output);
    return code;
}

static airy_code run(work *w, airy_error *err)
{
    airy_code code = w->step->resume ? AIRY_OK : check_outputs(w, err);
    airy_array *array = code == AIRY_OK ? open_data(w, err) : NULL;
    bool ranks = airy_farm_ranks() > 1 && !w->plan.drift,
         pieces = w->step->rows || w->step->resume || ranks;
    if (code == AIRY_OK && !array)
        code = airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK)
        code = plan_scan(w, array, err);
    w->plan.progress = w->call->progress;
    if (code == AIRY_OK)
        code = pieces ? do_pieces(w, array, err) : do_whole(w, array, err);
    airy_array_close(array);
    bool whole = code == AIRY_OK && !w->step->rows;
    if (whole)
        code = airy_pieces_write_outputs(w->store, err);
    if (whole && code == AIRY_OK)
        code = write_outputs(w, err);
    airy_pieces_close(w->store, whole && code == AIRY_OK && airy_farm_rank() == 0);
    return code;
}

airy_code airy_scan_step_run(const airy_call *call, const airy_scan_step *step, airy_table *summary,
                             airy_error *err)
{
    work w = {.call = call, .step = step, .plan = step->plan, .summary = summary};
    *summary = (airy_table){0};
    w.plan.threads = call->threads;
    airy_code code = airy_options_check(airy_scan_step_rows, step, err);
    if (code == AIRY_OK && airy_text_span(step->rows, &w.only[0], &w.only[1]))
        code = airy_scan_plan_axes(&w.plan, step->axes, err);
    if (code == AIRY_OK)
        code = run(&w, err);
    airy_scan_maps_release(&w.maps);
    airy_mask_release(&w.masked);
    airy_history_release(&w.history);
    airy_text_release(&w.hashes);
    return code;
}
