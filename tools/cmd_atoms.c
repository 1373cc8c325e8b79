// SPDX-License-Identifier: GPL-3.0-or-later
// airy atoms: motion, order and speckle of a trajectory.
#include "airy/atoms.h"
#include "airy/source.h"
#include "commands.h"
#include "results.h"
#include "say.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct work {
    const invocation *call;
    airy_measure_options o;
    const char *measures, *frames, *masses, *fit, *l, *q, *self_q;
    int every, drift, weight, region;
    airy_history history;
    airy_frames *speckle;
    airy_pattern map; // 1 where a pixel is a wave vector
    airy_text speckle_path, map_path;
} work;

// ------------------------------------------------------------------ what is asked for

static airy_code read_measures(work *w, airy_error *err)
{
    for (const char *at = w->measures; *at;) {
        size_t length = strcspn(at, ",");
        int i = 0;
        while (airy_measure_names[i] && (strlen(airy_measure_names[i]) != length ||
                                         strncmp(airy_measure_names[i], at, length) != 0))
            i++;
        if (!airy_measure_names[i]) {
            airy_text names = {0};
            for (i = 0; airy_measure_names[i]; i++)
                airy_text_append(&names, "%s%s", i ? ", " : "", airy_measure_names[i]);
            airy_error_set(err, AIRY_EARGUMENT, "there is no measure '%.*s'; there are %s",
                           (int)length, at, names.text ? names.text : "");
            airy_text_release(&names);
            return AIRY_EARGUMENT;
        }
        w->o.wanted[i] = true;
        at += length + (at[length] == ',');
    }
    return AIRY_OK;
}

// "A:B", both at least 0 and B above A.
static airy_code read_range(const char *name, const char *text, double range[2], airy_error *err)
{
    char *end;
    range[0] = strtod(text, &end);
    bool good = end > text && *end == ':';
    const char *second = end + 1;
    if (good) {
        range[1] = strtod(second, &end);
        good = end > second && !*end && range[0] >= 0 && range[1] > range[0] && isfinite(range[1]);
    }
    return good ? AIRY_OK
                : airy_error_set(err, AIRY_EARGUMENT, "--%s %s: a range A:B is wanted", name, text);
}

static airy_code read_l(work *w, airy_error *err)
{
    double l[AIRY_ORDER_ROOM];
    int n = 0;
    airy_code code = airy_text_doubles(w->l, l, AIRY_ORDER_ROOM, &n, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "--l %s", w->l);
    w->o.order.n_l = n;
    for (int k = 0; k < n; k++) {
        w->o.order.l[k] = (int)l[k];
        if (l[k] != floor(l[k]) || l[k] < AIRY_ORDER_LEAST || l[k] > AIRY_ORDER_MOST)
            return airy_error_set(err, AIRY_EARGUMENT, "--l %s: whole numbers of %d to %d", w->l,
                                  AIRY_ORDER_LEAST, AIRY_ORDER_MOST);
        for (int j = 0; j < k; j++)
            if (l[j] == l[k])
                return airy_error_set(err, AIRY_EARGUMENT, "--l %s: %g is there twice", w->l, l[k]);
    }
    return AIRY_OK;
}

static airy_code read_self_q(work *w, airy_error *err)
{
    double *q = w->o.self_q;
    int n = 0;
    airy_code code = airy_text_doubles(w->self_q, q, AIRY_SELF_ROOM, &n, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "--self-q %s", w->self_q);
    for (int k = 0; k < n; k++)
        if (!(q[k] > 0 && q[k] < 1000))
            return airy_error_set(err, AIRY_EARGUMENT, "--self-q %s: all lie between 0 and 1000",
                                  w->self_q);
    return AIRY_OK;
}

static airy_code read_texts(work *w, airy_error *err)
{
    airy_measure_options *o = &w->o;
    double range[2];
    int n = 0, last = INT_MAX;
    airy_code code = read_measures(w, err);
    if (code == AIRY_OK && w->frames && !airy_text_span(w->frames, &o->trajectory.first, &last))
        code = airy_error_set(err, AIRY_EARGUMENT, "--frames %s: A:B is wanted", w->frames);
    o->trajectory.last = last == INT_MAX ? 0 : last;
    o->trajectory.stride = w->every;
    if (code == AIRY_OK && w->masses)
        code = airy_text_doubles(w->masses, o->mass, AIRY_TYPES_MAX, &n, err);
    for (int i = 0; code == AIRY_OK && i < n; i++)
        if (!(o->mass[i] > 0))
            code = airy_error_set(err, AIRY_EARGUMENT, "--masses %s: all are above 0", w->masses);
    if (code == AIRY_OK && w->fit && (code = read_range("fit", w->fit, range, err)) == AIRY_OK)
        o->motion.from_ps = range[0], o->motion.to_ps = range[1];
    if (code == AIRY_OK && (code = read_range("q", w->q, range, err)) == AIRY_OK)
        o->q_low = range[0], o->q_high = range[1];
    if (code == AIRY_OK && w->self_q)
        code = read_self_q(w, err);
    return code == AIRY_OK ? read_l(w, err) : code;
}

// ------------------------------------------------------------------ speckle

// The file of frames, and the map of one region that correlate wants.
static airy_code begin_speckle(work *w, const airy_waves *waves, airy_error *err)
{
    w->speckle = airy_frames_create(w->speckle_path.text, w->call->overwrite, err);
    if (!w->speckle)
        return err->code;
    airy_code code = airy_image_init(&w->map.photons, waves->rows, waves->columns, err);
    if (code == AIRY_OK)
        code = airy_mask_init(&w->map.mask, waves->rows, waves->columns, err);
    for (int i = 0; code == AIRY_OK && i < waves->n; i++)
        w->map.photons.px[waves->pixel[i]] = 1;
    return code;
}

// One frame: waves at their pixels, what is no wave left out.
static airy_code put_speckle(void *context, const airy_waves *waves, const airy_atoms *atoms,
                             const double *intensity, airy_error *err)
{
    work *w = context;
    airy_pattern pattern = {0};
    (void)atoms;
    airy_code code = w->speckle ? AIRY_OK : begin_speckle(w, waves, err);
    if (code == AIRY_OK)
        code = airy_pattern_init(&pattern, waves->rows, waves->columns, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; i < waves->rows * waves->columns; i++)
        pattern.mask.bits[i] = AIRY_MASK_MISSING;
    for (int i = 0; i < waves->n; i++) {
        pattern.photons.px[waves->pixel[i]] = (float)intensity[i];
        pattern.mask.bits[waves->pixel[i]] = 0;
    }
    airy_image_release(&pattern.variance); // exact: no photons were counted
    airy_pattern_apply_mask(&pattern);
    code = airy_frames_append(w->speckle, &pattern, err);
    airy_pattern_release(&pattern);
    return code;
}

// ------------------------------------------------------------------ outputs

static void path_of(const work *w, const char *name, airy_text *path)
{
    airy_text_append(path, "%s", "");
    airy_output_beside(w->call->output, "atoms", name, path);
}

static airy_code check_outputs(work *w, airy_error *err)
{
    const char *name;
    airy_code code = airy_output_check(w->call->output, NULL, w->call->overwrite, err);
    for (int i = 0; code == AIRY_OK && (name = airy_measure_table(&w->o, i)); i++) {
        airy_text path = {0}, file = {0};
        airy_text_append(&file, "%s.tsv", name);
        path_of(w, file.text, &path);
        code = airy_call_outputs(&w->call->run, path.text, w->call->output, err);
        airy_text_release(&path);
        airy_text_release(&file);
    }
    if (code == AIRY_OK && w->o.wanted[AIRY_MEASURE_SPECKLE]) {
        path_of(w, "speckle.h5", &w->speckle_path);
        path_of(w, "roi.h5", &w->map_path);
        code = airy_call_outputs(&w->call->run, w->speckle_path.text, w->map_path.text, err);
    }
    return code;
}

static airy_code write_table(const work *w, const airy_table *table, const char *name,
                             airy_error *err)
{
    airy_text path = {0}, file = {0};
    airy_table named = *table; // the history is this run's
    named.history = w->history;
    airy_text_append(&file, "%s.tsv", name);
    path_of(w, file.text, &path);
    airy_code code = airy_table_write(path.text, &named, w->call->overwrite, err);
    airy_text_release(&path);
    airy_text_release(&file);
    return code;
}

static airy_code write_all(work *w, const airy_measured *measured, airy_error *err)
{
    const char *name;
    const airy_table *table;
    airy_h5 *h5 = airy_h5_create(w->call->output, w->call->overwrite, err);
    airy_code code = h5 ? airy_cxi_begin(h5, NULL, &w->history, err) : err->code;
    if (code == AIRY_OK)
        code = airy_measured_put(measured, h5, err);
    for (int i = 0; code == AIRY_OK && (table = airy_measured_table(measured, i, &name)); i++)
        code = write_table(w, table, name, err);
    if (code == AIRY_OK && w->speckle)
        code = airy_pattern_write(w->map_path.text, &w->map, &w->history, w->call->overwrite, err);
    if (code == AIRY_OK && w->speckle)
        code = airy_frames_commit(w->speckle, &w->history, err);
    if (code == AIRY_OK)
        code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}

// Doubts are sentences, a line each.
static void say_doubts(const invocation *call, const char *doubts)
{
    for (; *doubts; doubts += strcspn(doubts, "\n") + 1)
        say_warning(call, "%.*s", (int)strcspn(doubts, "\n"), doubts);
}

static airy_code run(work *w, airy_error *err)
{
    airy_measured *measured = NULL;
    airy_code code = check_outputs(w, err);
    w->o.speckle = put_speckle;
    w->o.context = w;
    if (code == AIRY_OK) {
        measured = airy_measure_run(w->call->inputs[0], &w->o, say_progress(w->call, "atoms"), err);
        say_progress_end();
        code = measured ? airy_call_record(&w->call->run, NULL, NULL, &w->history, err) : err->code;
    }
    if (code == AIRY_OK)
        code = write_all(w, measured, err);
    if (code == AIRY_OK) {
        say_doubts(w->call, airy_measured_doubts(measured));
        code = results_print_table(airy_measured_summary(measured), err);
    }
    airy_frames_close(w->speckle);
    airy_measured_free(measured);
    airy_history_release(&w->history);
    airy_pattern_release(&w->map);
    airy_text_release(&w->speckle_path);
    airy_text_release(&w->map_path);
    return code;
}

int cmd_atoms(invocation *call)
{
    work w = {.call = call, .measures = "msd,gr", .l = "4,6", .q = "2.6:2.8", .every = 1};
    airy_measure_options *o = &w.o;
    airy_error err = {0};
    airy_measure_options_defaults(o);
    const option table[] = {
        {"measure", OPTION_TEXT, &w.measures, .unit = "LIST",
         .help = "of msd, isf, overlap, lindemann, gr, sq, vanhove, voronoi, order, strings, "
                 "waits, speckle"},
        {"types", OPTION_TEXT, &o->trajectory.types, .unit = "NAME,...",
         .help = "names of the types of atoms, in their order"},
        {"frames", OPTION_TEXT, &w.frames, .unit = "A:B", .help = "frames A to B - 1; all"},
        {"every", OPTION_INT, &w.every, .low = 1, .high = 1e6,
         .help = "so many frames, one is looked at"},
        {"timestep", OPTION_DOUBLE, &o->trajectory.timestep_ps, .low = 0, .high = 1e6, .unit = "ps",
         .help = "of a step, where the file states no times; 0: not known"},
        {"drift", OPTION_CHOICE, &w.drift, .choices = AIRY_DRIFT_NAMES,
         .help = "the motion that all atoms share"},
        {"masses", OPTION_TEXT, &w.masses, .unit = "M,...",
         .help = "of the types, to weigh their drift by; all the same"},
        {"per-decade", OPTION_INT, &o->per_decade, .low = 0, .high = 1000,
         .help = "lags a decade; 0: all there are"},
        {"fit", OPTION_TEXT, &w.fit, .unit = "A:B",
         .help = "lags in ps of the line whose slope is 6 D; 0.1 to 0.5 of the longest"},
        {"fast", OPTION_DOUBLE, &o->motion.fast, .low = 0, .high = 1000, .unit = "A",
         .help = "displacement above which an atom is fast"},
        {"string", OPTION_DOUBLE, &o->strings.near, .low = 0, .high = 1000, .unit = "A",
         .help = "distance within which an atom takes another's place"},
        {"donati", OPTION_FLAG, &o->strings.donati,
         .help = "strings both ways and of fast atoms alone"},
        {"origins", OPTION_INT, &o->strings.origins, .low = 1, .high = 1e6,
         .help = "most times a lag of strings is looked at"},
        {"self-q", OPTION_TEXT, &w.self_q, .unit = "Q,...",
         .help = "of isf, 1/A; the middle of --q"},
        {"overlap", OPTION_DOUBLE, &o->overlap, .low = 1e-6, .high = 1000, .unit = "A",
         .help = "distance within which an atom is still where it was"},
        {"hop", OPTION_DOUBLE, &o->hop, .low = 0, .high = 1000, .unit = "A",
         .help = "displacement that ends a wait; 0: as --fast"},
        {"tail", OPTION_DOUBLE, &o->tail_ps, .low = 0, .high = 1e12, .unit = "ps",
         .help = "where the tail of waits begins; 0: ten frames"},
        {"cutoff", OPTION_DOUBLE, &o->order.cutoff, .low = 0, .high = 1000, .unit = "A",
         .help = "neighbours are the atoms within; 0: those with a Voronoi face in common"},
        {"min-face", OPTION_DOUBLE, &o->order.min_face, .low = 0, .high = 0.5,
         .help = "share of a cell's surface below which a face is none"},
        {"weight", OPTION_CHOICE, &w.weight, .choices = "none|area",
         .help = "neighbours count alike, or as their faces"},
        {"average", OPTION_FLAG, &o->order.averaged,
         .help = "q_lm averaged over an atom and its neighbours"},
        {"l", OPTION_TEXT, &w.l, .unit = "L,...", .help = "of q_l and w_l, 2 to 12"},
        {"r-max", OPTION_DOUBLE, &o->r_max, .low = 0, .high = 1e4, .unit = "A",
         .help = "of g(r) and the van Hove function; 0: half of the box, and 10"},
        {"r-bin", OPTION_DOUBLE, &o->r_bin, .low = 1e-5, .high = 100, .unit = "A",
         .help = "width of their bins"},
        {"q-max", OPTION_DOUBLE, &o->q_max, .low = 0.01, .high = 1000, .unit = "1/A",
         .help = "of S(q)"},
        {"q-bin", OPTION_DOUBLE, &o->q_bin, .low = 1e-4, .high = 100, .unit = "1/A",
         .help = "width of its bins"},
        {"vectors", OPTION_INT, &o->vectors, .low = 1, .high = 1e6,
         .help = "most wave vectors a bin of it"},
        {"q", OPTION_TEXT, &w.q, .unit = "A:B", .help = "range of speckle, 1/A"},
        {"region", OPTION_CHOICE, &w.region, .choices = AIRY_REGION_NAMES,
         .help = "of speckle: all directions, a plane, a spot of it"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS, 1, 1))
        return call->status;
    o->drift = (airy_drift)w.drift;
    o->region = (airy_region)w.region;
    o->order.weight_area = w.weight == 1;
    o->strings.fast = o->motion.fast;
    o->threads = call->threads;
    if (read_texts(&w, &err) != AIRY_OK || airy_measure_options_check(o, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    return say_done(call, run(&w, &err), &err);
}
