// SPDX-License-Identifier: GPL-3.0-or-later
// airy scan: patterns over a scan and over time as maps.
#include "airy/scan.h"
#include "airy/pattern.h"
#include "commands.h"
#include "pieces.h"
#include "say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct work {
    invocation *call;
    airy_scan_plan plan;
    const char *shape, *type, *axes, *ring, *ring_v, *region, *fix, *beam, *mask, *variance;
    int drift, halves, pooled;
    int skip;
    airy_mask masked;
    airy_scan_maps maps;
    airy_history history;
    const char *rows;
    int only[2]; // those rows; 0 and -1: all
    bool resume;
    airy_text hashes; // of the inputs
    airy_pieces *store;
} work;

// ------------------------------------------------------------------ options

static bool pair_of(const char *text, double pair[2])
{
    char rest;
    return sscanf(text, "%lf:%lf%c", &pair[0], &pair[1], &rest) == 2 && pair[0] < pair[1];
}

// "Y0:Y1,X0:X1".
static bool parse_region(work *w)
{
    char rest;
    airy_scan_plan *p = &w->plan;
    return !w->region || sscanf(w->region, "%d:%d,%d:%d%c", &p->from_y, &p->to_y, &p->from_x,
                                &p->to_x, &rest) == 4;
}

// "gamma=1" or "none".
static bool parse_fix(work *w)
{
    char rest;
    w->plan.gamma_free = strcmp(w->fix, "none") == 0;
    return w->plan.gamma_free ||
           (sscanf(w->fix, "gamma=%lf%c", &w->plan.gamma, &rest) == 1 && w->plan.gamma > 0);
}

static bool parse_beam(work *w)
{
    double xy[2];
    int n = 0;
    if (!w->beam)
        return true;
    bool good = airy_text_doubles(w->beam, xy, 2, &n, NULL) == AIRY_OK && n == 2;
    w->plan.center_x = xy[0], w->plan.center_y = xy[1];
    return good;
}

static int interpret(work *w)
{
    airy_error err = {0};
    w->plan.drift = w->drift == 1;
    w->plan.pooled = w->pooled == 1;
    w->plan.threads = w->call->threads;
    if (!w->ring || !pair_of(w->ring, w->plan.ring))
        return options_wrong(w->call, "--ring A:B is wanted, A below B: where tau is taken from");
    if (w->ring_v ? !pair_of(w->ring_v, w->plan.ring_v)
                  : !memcpy(w->plan.ring_v, w->plan.ring, sizeof w->plan.ring))
        return options_wrong(w->call, "--ring-v %s: A:B is wanted, A below B", w->ring_v);
    if (!parse_region(w))
        return options_wrong(w->call, "--region %s: Y0:Y1,X0:X1 is wanted", w->region);
    if (!parse_fix(w))
        return options_wrong(w->call, "--fix %s: gamma=VALUE, or none, is wanted", w->fix);
    if (!airy_text_span(w->rows, &w->only[0], &w->only[1]))
        return options_wrong(w->call, "--rows %s: A:B with 0 <= A < B is wanted", w->rows);
    if (!parse_beam(w))
        return options_wrong(w->call, "--beam %s: two numbers X,Y are wanted", w->beam);
    if (airy_scan_plan_axes(&w->plan, w->axes, &err) != AIRY_OK)
        return options_wrong(w->call, "--axes: %s", err.message);
    return 0;
}

// ------------------------------------------------------------------ input

// "106,60,120,66,66" in the order of --axes, for files without a header.
static airy_code parse_shape(const work *w, airy_array_form *form, airy_error *err)
{
    double sizes[AIRY_ARRAY_RANK];
    *form = (airy_array_form){.skip = w->skip};
    airy_code code = airy_text_doubles(w->shape, sizes, AIRY_ARRAY_RANK, &form->rank, err);
    for (int i = 0; code == AIRY_OK && i < form->rank; i++) {
        form->dims[i] = (long long)sizes[i];
        if (sizes[i] < 1 || sizes[i] > 1e9 || sizes[i] != floor(sizes[i]))
            code = airy_error_set(err, AIRY_EARGUMENT, "%g is no number of pixels", sizes[i]);
    }
    if (code == AIRY_OK && form->rank != AIRY_SCAN_AXES)
        code = airy_error_set(err, AIRY_EARGUMENT, "five sizes were wanted, %s, not %d", w->axes,
                              form->rank);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "--shape");
    return airy_array_type(w->type, form, err);
}

static airy_array *open_data(const work *w, airy_error *err)
{
    airy_array_form form;
    if (!w->shape)
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
    if (w->mask)
        code = airy_frames_read_mask(&w->call->run, w->mask, &w->masked, err);
    p->mask = w->mask ? &w->masked : NULL;
    if (p->period_s <= 0)
        say_warning(w->call, "the time between frames is not known (--period): times count frames");
    if (!(p->pixel > 0))
        say_warning(w->call, "the pixel is not known (--pixel): rings count pixels");
    return code;
}

// ------------------------------------------------------------------ output

// scan.h5 -> scan.tsv beside it.
static void table_path(const work *w, airy_text *path)
{
    const char *output = w->call->output, *slash = strrchr(output, '/'),
               *dot = strrchr(output, '.');
    bool ending = dot && (!slash || dot > slash);
    airy_text_append(path, "%.*s.tsv", ending ? (int)(dot - output) : (int)strlen(output), output);
}

static airy_code check_outputs(const work *w, airy_error *err)
{
    airy_text path = {0};
    table_path(w, &path);
    airy_code code = airy_call_outputs(&w->call->run, w->call->output, path.text, err);
    airy_text_release(&path);
    return code;
}

static airy_code write_table(const work *w, airy_error *err)
{
    airy_table table = {0};
    airy_text path = {0};
    table_path(w, &path);
    airy_code code = airy_scan_table(&w->maps, &table, err);
    if (code == AIRY_OK)
        code = airy_history_copy(&table.history, &w->history, err);
    if (code == AIRY_OK)
        code = airy_table_write(path.text, &table, w->call->overwrite, err);
    airy_text_release(&path);
    airy_table_release(&table);
    return code;
}

// What the maps come to: medians, since a mean of times has no meaning where some are censored.
static airy_code print_summary(const work *w, airy_error *err)
{
    static const char *const names[] = {"tau_s", "tau_err_s", "contrast", "v", "v_err"};
    const airy_scan_maps *m = &w->maps;
    int n = m->ny * m->nx, count[3] = {0};
    for (int i = 0; i < n; i++)
        for (int bit = 0; bit < 3; bit++)
            count[bit] += m->point[i].flag >> bit & 1;
    printf("places\tcensored\tno_fit\tvacuum");
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
        printf("\t%s", names[k]);
    printf("\n%d\t%d\t%d\t%d", n, count[0], count[1], count[2]);
    airy_code code = AIRY_OK;
    for (size_t k = 0; code == AIRY_OK && k < sizeof names / sizeof names[0]; k++) {
        airy_image map = {0};
        code = airy_scan_map(m, names[k], &map, err);
        if (code == AIRY_OK)
            printf("\t%.6g", airy_stats_median(map.px, n));
        airy_image_release(&map);
    }
    printf("\n");
    return code;
}

static airy_code write_outputs(work *w, airy_error *err)
{
    airy_code code = airy_call_record_hashed(&w->call->run, &w->hashes, NULL, &w->history, err);
    if (code == AIRY_OK)
        code = airy_scan_write(w->call->output, &w->maps, &w->history, w->call->overwrite, err);
    if (code == AIRY_OK)
        code = write_table(w, err);
    return code == AIRY_OK ? print_summary(w, err) : code;
}

static airy_code hash_inputs(work *w, airy_error *err)
{
    const char *more[] = {w->mask, NULL};
    return airy_call_hash(&w->call->run, more, w->call->run.progress, &w->hashes, err);
}

// All rows at once.
static airy_code do_whole(work *w, airy_array *array, airy_error *err)
{
    airy_scan *scan = airy_scan_new(&w->plan, err);
    airy_code code = scan ? airy_scan_read(scan, array, err) : err->code;
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
        code = pieces_open(w->call, &w->hashes, &w->store, err);
    if (code == AIRY_OK)
        code = airy_scan_pieces(&w->plan, array, w->only, w->store, &w->maps, err);
    if (code == AIRY_OK && w->rows)
        say_note(w->call, "rows %s are kept in %s.pieces; the whole scan wants --resume", w->rows,
                 w->call->output);
    return code;
}

static airy_code run(work *w, airy_error *err)
{
    airy_code code = check_outputs(w, err);
    airy_array *array = code == AIRY_OK ? open_data(w, err) : NULL;
    bool ranks = airy_farm_ranks() > 1 && !w->plan.drift, pieces = w->rows || w->resume || ranks;
    if (code == AIRY_OK && !array)
        code = err->code;
    if (code == AIRY_OK)
        code = plan_scan(w, array, err);
    w->plan.progress = say_progress(w->call, "scan");
    if (code == AIRY_OK)
        code = pieces ? do_pieces(w, array, err) : do_whole(w, array, err);
    say_progress_end();
    airy_array_close(array);
    bool whole = code == AIRY_OK && !w->rows;
    if (whole)
        code = write_outputs(w, err);
    airy_pieces_close(w->store, whole && code == AIRY_OK && airy_farm_rank() == 0);
    return code;
}

int cmd_scan(invocation *call)
{
    work w = {.call = call, .type = "u2", .axes = "t,y,x,ky,kx", .fix = "gamma=1"};
    airy_scan_plan *p = &w.plan;
    airy_scan_plan_defaults(p);
    airy_error err = {0};
    option how[] = {
        {"rows", OPTION_TEXT, &w.rows, .unit = "A:B",
         .help = "rows A to B - 1 of the places alone, kept beside the output for --resume"},
        {"resume", OPTION_FLAG, &w.resume,
         .help = "take rows that are kept, and keep those that are done"},
        {0},
    };
    const option table[] = {
        {"run", OPTION_HOW, .at = how},
        {"shape", OPTION_TEXT, &w.shape, .unit = "N,N,N,N,N",
         .help = "sizes in the order of --axes: the file is numbers without a header"},
        {"type", OPTION_TEXT, &w.type, .unit = "TYPE",
         .help = "of such numbers, little-endian: u1 u2 u4 u8 i1 i2 i4 i8 f4 f8"},
        {"skip", OPTION_INT, &w.skip, .low = 0, .high = 1e9, .unit = "BYTES",
         .help = "before the first of them"},
        {"axes", OPTION_TEXT, &w.axes, .unit = "NAMES", .help = "order of the file's dimensions"},
        {"period", OPTION_DOUBLE, &p->period_s, .low = 0, .high = 1e6, .unit = "s",
         .help = "from frame to frame; 0 = times count frames"},
        {"step", OPTION_DOUBLE, &p->step_nm, .low = 0, .high = 1e6, .unit = "nm",
         .help = "from place to place, for pictures; 0 = not known"},
        {"pixel", OPTION_DOUBLE, &p->pixel, .low = 0, .high = 1e3, .unit = "1/nm",
         .help = "a pixel of the file, s = q / 2 pi; 0 = rings count pixels"},
        {"beam", OPTION_TEXT, &w.beam, .unit = "X,Y",
         .help = "where the beam hits, pixels of the file; else the middle"},
        {"bin", OPTION_INT, &p->bin, .low = 1, .high = 64, .unit = "PIXELS",
         .help = "detector pixels that are summed, along each side"},
        {"mask", OPTION_TEXT, &w.mask, .unit = "FILE", .help = "detector pixels to leave out"},
        {"ring", OPTION_TEXT, &w.ring, .unit = "A:B", .help = "for tau, 1/nm"},
        {"ring-v", OPTION_TEXT, &w.ring_v, .unit = "A:B", .help = "for V; else that for tau"},
        {"variance", OPTION_CHOICE, &w.pooled, .choices = "ring|pooled",
         .help = "V ring by ring, then the mean; or of all pixels at once, halo and all"},
        {"gain", OPTION_DOUBLE, &p->gain, .low = 0, .high = 1e6,
         .help = "values a quantum: shot noise, gain over the mean, is taken off V; 0 = is not"},
        {"region", OPTION_TEXT, &w.region, .unit = "Y0:Y1,X0:X1", .help = "places Y0 to Y1 - 1"},
        {"drift", OPTION_CHOICE, &w.drift, .choices = "off|on",
         .help = "follow places by the image of the scan"},
        {"halves", OPTION_CHOICE, &w.halves, .choices = "azimuth",
         .help = "how pixels are split into two halves without shared noise"},
        {"lags", OPTION_INT, &p->lags, .low = 0, .high = 1e6,
         .help = "most delays that are fitted, frames; 0 = half of them"},
        {"fix", OPTION_TEXT, &w.fix, .unit = "gamma=VALUE|none", .help = "exponent of the decay"},
        {"vacuum", OPTION_DOUBLE, &p->vacuum, .low = 0, .high = 1,
         .help = "places below this share of the median intensity are none"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS, 1, 1))
        return call->status;
    int wrong = interpret(&w);
    if (wrong)
        return wrong;
    airy_code code = run(&w, &err);
    airy_scan_maps_release(&w.maps);
    airy_mask_release(&w.masked);
    airy_history_release(&w.history);
    airy_text_release(&w.hashes);
    return say_done(call, code, &err);
}
