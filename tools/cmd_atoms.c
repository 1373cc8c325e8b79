// SPDX-License-Identifier: GPL-3.0-or-later
// airy atoms: motion, order and speckle of a trajectory.
#include "airy/atoms.h"
#include "commands.h"
#include "results.h"
#include "say.h"

#include <limits.h>
#include <math.h>
#include <string.h>

typedef struct work {
    airy_measure_options o;
    const char *measures, *frames, *masses, *fit, *l, *q, *self_q;
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
static airy_code read_range(const char *name, const char *text, double range[1][2], airy_error *err)
{
    int n;
    bool good = airy_text_ranges(text, range, 1, &n) && range[0][0] >= 0;
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
    double range[1][2];
    int n = 0, last = INT_MAX;
    airy_code code = read_measures(w, err);
    if (code == AIRY_OK && w->frames && !airy_text_span(w->frames, &o->trajectory.first, &last))
        code = airy_error_set(err, AIRY_EARGUMENT, "--frames %s: A:B is wanted", w->frames);
    o->trajectory.last = last == INT_MAX ? 0 : last;
    if (code == AIRY_OK && w->masses)
        code = airy_text_doubles(w->masses, o->mass, AIRY_TYPES_MAX, &n, err);
    for (int i = 0; code == AIRY_OK && i < n; i++)
        if (!(o->mass[i] > 0))
            code = airy_error_set(err, AIRY_EARGUMENT, "--masses %s: all are above 0", w->masses);
    if (code == AIRY_OK && w->fit && (code = read_range("fit", w->fit, range, err)) == AIRY_OK)
        o->motion.from_ps = range[0][0], o->motion.to_ps = range[0][1];
    if (code == AIRY_OK && (code = read_range("q", w->q, range, err)) == AIRY_OK)
        o->q_low = range[0][0], o->q_high = range[0][1];
    if (code == AIRY_OK && w->self_q)
        code = read_self_q(w, err);
    return code == AIRY_OK ? read_l(w, err) : code;
}

int cmd_atoms(invocation *call)
{
    work w = {.measures = "msd,gr", .l = "4,6", .q = "2.6:2.8"};
    airy_measure_options *o = &w.o;
    airy_error err = {0};
    airy_measure_options_defaults(o);
    const option table[] = {
        {"measure", OPTION_TEXT, &w.measures, .unit = "LIST",
         .help = "of msd, isf, overlap, lindemann, gr, sq, vanhove, voronoi, order, strings, "
                 "waits, speckle"},
        {"options", OPTION_ROWS, o, .rows = airy_measure_rows},
        {"frames", OPTION_TEXT, &w.frames, .unit = "A:B", .help = "frames A to B - 1; all"},
        {"masses", OPTION_TEXT, &w.masses, .unit = "M,...",
         .help = "of the types, to weigh their drift by; all the same"},
        {"fit", OPTION_TEXT, &w.fit, .unit = "A:B",
         .help = "lags in ps of the line whose slope is 6 D; 0.1 to 0.5 of the longest"},
        {"self-q", OPTION_TEXT, &w.self_q, .unit = "Q,...",
         .help = "of isf, 1/A; the middle of --q"},
        {"l", OPTION_TEXT, &w.l, .unit = "L,...", .help = "of q_l and w_l, 2 to 12"},
        {"q", OPTION_TEXT, &w.q, .unit = "A:B", .help = "range of speckle, 1/A"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS, 1, 1))
        return call->status;
    o->strings.fast = o->motion.fast;
    if (read_texts(&w, &err) != AIRY_OK ||
        airy_options_check(airy_measure_rows, o, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    airy_measured *measured = airy_atoms_run(&call->run, o, &err);
    airy_code code = measured ? AIRY_OK : err.code;
    if (code == AIRY_OK)
        code = results_print_table(airy_measured_summary(measured), &err);
    airy_measured_free(measured);
    return say_done(call, code, &err);
}
