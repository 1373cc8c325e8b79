// SPDX-License-Identifier: GPL-3.0-or-later
// After the shots of a series: each step reads tables of the folder and adds files to it.
#include "airy/report.h"

#include "airy/bandmodel.h"
#include "airy/chain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *within(const airy_outcome *of, const char *name)
{
    airy_text path = {0};
    airy_text_append(&path, "%s/%s", of->call->output, name);
    return path.text;
}

static airy_code write_table(const airy_outcome *of, const char *name, const airy_table *table,
                             airy_error *err)
{
    char *path = within(of, name);
    airy_code code = path ? airy_table_write_under(path, table, of->history, true, err)
                          : airy_error_set(err, AIRY_EMEMORY, "no memory for a path");
    free(path);
    return code;
}

static airy_code read_table(const airy_outcome *of, const char *name, airy_table *table,
                            airy_error *err)
{
    char *path = within(of, name);
    airy_code code = path ? airy_table_read(path, table, err)
                          : airy_error_set(err, AIRY_EMEMORY, "no memory for a path");
    free(path);
    return code;
}

static bool is_there(const airy_outcome *of, const char *name)
{
    char *path = within(of, name);
    bool there = path && airy_file_exists(path);
    free(path);
    return there;
}

static airy_code read_shots(const airy_outcome *of, airy_shot_row **shots, int *n, airy_error *err)
{
    airy_table table = {0};
    airy_code code = read_table(of, "shots.tsv", &table, err);
    if (!code)
        code = airy_shots_from_table(&table, shots, n, err);
    airy_table_release(&table);
    return code;
}

// ------------------------------------------------------------------ drawing

// What is drawn of a file: its view, the picture, and for charts the folder of their parts.
typedef struct drawn {
    const char *file, *what, *picture, *parts;
    double scale; // ends of the colour bar, that shots can be compared; 0: as the file wants
} drawn;

// A picture that cannot be drawn is a warning: the numbers are what counts. A wish to stop is not.
static airy_code draw(const airy_outcome *of, const drawn *one, const char *title, int width,
                      airy_error *err)
{
    airy_view_options view;
    airy_figure figure = {0};
    airy_error why = {0};
    char *from = within(of, one->file), *to = within(of, one->picture),
         *keep = one->parts ? within(of, one->parts) : NULL;
    airy_code code = AIRY_EMEMORY;
    airy_view_options_defaults(&view);
    view.what = one->what;
    view.title = title;
    view.width = width;
    view.low = -one->scale, view.high = one->scale;
    view.polarization_deg = of->polarization_deg;
    if (from && to)
        code = airy_view_figure(from, &view, &figure, &why);
    if (code == AIRY_OK)
        code = airy_figure_write(&figure, to, keep, of->call->progress, &why);
    if (code != AIRY_OK && code != AIRY_ESTOPPED)
        airy_call_warn(of->call, "%s was not drawn: %s", one->picture, why.message);
    airy_figure_release(&figure);
    free(from);
    free(to);
    free(keep);
    return code == AIRY_ESTOPPED ? airy_error_set(err, code, "%s", why.message) : AIRY_OK;
}

// ------------------------------------------------------------------ kinetics

static airy_code write_kinetics(const airy_outcome *of, const airy_kinetics *kinetics,
                                airy_error *err)
{
    static const drawn curves = {"kinetics.tsv", "curves", "kinetics.svg", "kinetics.chart", 0};
    airy_table table = {0};
    char *txt = within(of, "kinetics.txt");
    airy_code code = airy_kinetics_to_table(kinetics, &table, err);
    if (!code)
        code = write_table(of, "kinetics.tsv", &table, err);
    if (!code)
        code = airy_file_write_text(txt, kinetics->sentences.text, true, err);
    if (!code && of->drawn)
        code = draw(of, &curves, NULL, 1000, err);
    free(txt);
    airy_table_release(&table);
    return code;
}

// What an earlier run, with more shots, has left must not be taken for this one's.
static void forget_kinetics(const airy_outcome *of)
{
    static const char *const names[] = {"kinetics.tsv", "kinetics.txt", "kinetics.svg"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = within(of, names[i]);
        if (path)
            unlink(path);
        free(path);
    }
}

// Kinetics need three delays.
static airy_code do_kinetics(const airy_outcome *of, airy_error *err)
{
    airy_kinetics kinetics = {0};
    airy_shot_row *shots = NULL;
    int n = 0;
    airy_code code = read_shots(of, &shots, &n, err);
    airy_error why = {0};
    if (!code && (code = airy_kinetics_fit(shots, n, &of->kinetics, NULL, &kinetics, &why)))
        airy_error_set(err, code, "%s", why.message);
    const bool few = code == AIRY_EVALUE;
    if (!code && of->truth)
        code = airy_kinetics_read_truth(&kinetics, of->truth, err);
    if (!code)
        code = write_kinetics(of, &kinetics, err);
    if (!code)
        of->print(of->context, kinetics.sentences.text);
    if (few && of->all) { // the shots are done all the same
        airy_call_warn(of->call, "no kinetics: %s", why.message);
        forget_kinetics(of);
        code = AIRY_OK;
    }
    airy_kinetics_release(&kinetics);
    airy_memory_free(shots);
    return code;
}

// ------------------------------------------------------------------ the model

// Diameter of the particles at the first delay, or the model's own.
static double first_diameter(const airy_shot_row *shots, int n, double otherwise)
{
    double first = INFINITY, sum = 0, count = 0;
    for (int i = 0; i < n; i++)
        first = shots[i].gate == 1 ? fmin(first, shots[i].delay_ps) : first;
    for (int i = 0; i < n; i++) {
        double diameter = shots[i].r_par_nm + shots[i].r_perp_nm;
        if (shots[i].gate == 1 && shots[i].delay_ps == first && isfinite(diameter))
            sum += diameter, count++;
    }
    return count > 0 ? sum / count : otherwise;
}

static airy_code write_model(const airy_outcome *of, const airy_montecarlo *model, airy_error *err)
{
    airy_formed_options how;
    airy_table table = {0}, angles = {0};
    airy_population *formed = airy_memory_new((size_t)model->snapshots, sizeof *formed);
    char *path = within(of, "mc.h5");
    airy_code code =
        formed && path ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for the model");
    airy_formed_options_defaults(&how);
    how.bands.seed = of->call->seed;
    for (int s = 0; !code && s < model->snapshots; s++)
        code = airy_montecarlo_formed(model, s, &how, &formed[s], err);
    if (!code)
        code = airy_montecarlo_to_table(model, formed, &table, err);
    if (!code)
        code = write_table(of, "mc.tsv", &table, err);
    if (!code)
        code = airy_montecarlo_write(model, &table, path, true, err);
    if (!code)
        code = airy_populations_to_angles(formed + model->snapshots - 1, 1, &angles, err);
    if (!code)
        code = write_table(of, "mc-angles.tsv", &angles, err);
    airy_table_release(&table);
    airy_table_release(&angles);
    airy_memory_free(formed);
    free(path);
    return code;
}

static airy_code do_model(const airy_outcome *of, airy_error *err)
{
    airy_montecarlo_options options;
    airy_montecarlo model = {0};
    airy_shot_row *shots = NULL;
    int n = 0;
    if (of->all && !of->model)
        return AIRY_OK;
    airy_montecarlo_options_defaults(&options);
    options.seed = of->call->seed;
    options.threads = of->call->threads;
    airy_code code = read_shots(of, &shots, &n, err);
    options.diameter_nm = first_diameter(shots, n, options.diameter_nm);
    if (!code)
        code = airy_montecarlo_run(&options, of->call->progress, &model, err);
    if (!code)
        code = write_model(of, &model, err);
    airy_montecarlo_release(&model);
    airy_memory_free(shots);
    return code;
}

// ------------------------------------------------------------------ angles

static airy_code read_kinetics(const airy_outcome *of, airy_kinetics *kinetics, airy_error *err)
{
    airy_table table = {0};
    if (!is_there(of, "kinetics.tsv"))
        return AIRY_OK;
    airy_code code = read_table(of, "kinetics.tsv", &table, err);
    if (!code)
        code = airy_kinetics_from_table(&table, kinetics, err);
    airy_table_release(&table);
    return code;
}

// Adds the angles of the model, where it was run, to those of the data.
static airy_code add_model(const airy_outcome *of, airy_table *angles, airy_error *err)
{
    airy_table model = {0};
    if (!is_there(of, "mc-angles.tsv"))
        return AIRY_OK;
    airy_code code = read_table(of, "mc-angles.tsv", &model, err);
    for (int i = 0; !code && i < model.rows; i++) {
        code = airy_table_add(angles, err);
        for (int c = 0; !code && c < model.columns; c++)
            code = airy_table_put(angles, angles->rows - 1, model.name[c],
                                  c ? airy_table_get(&model, i, model.name[c]) : "model", err);
    }
    airy_table_release(&model);
    return code;
}

static airy_code write_angles(const airy_outcome *of, const airy_populations *found,
                              airy_error *err)
{
    static const drawn bars = {"angles.tsv", "angles", "angles.svg", "angles.chart", 0};
    airy_table table = {0}, angles = {0};
    airy_code code = airy_populations_to_table(found->of, found->n, &table, err);
    if (!code)
        code = write_table(of, "populations.tsv", &table, err);
    if (!code)
        code = airy_populations_to_angles(found->of, found->n, &angles, err);
    if (!code)
        code = add_model(of, &angles, err);
    if (!code)
        code = write_table(of, "angles.tsv", &angles, err);
    if (!code && of->drawn)
        code = draw(of, &bars, NULL, 1000, err);
    airy_table_release(&table);
    airy_table_release(&angles);
    return code;
}

static airy_code do_angles(const airy_outcome *of, airy_error *err)
{
    airy_population_options options;
    airy_populations found;
    airy_kinetics kinetics = {0};
    airy_shot_row *shots = NULL;
    int n = 0;
    airy_population_options_defaults(&options);
    options.seed = of->call->seed;
    airy_code code = read_shots(of, &shots, &n, err);
    if (!code)
        code = read_kinetics(of, &kinetics, err);
    if (!code)
        code = airy_populations_find(of->call->output, shots, n, &kinetics, &options, &found, err);
    if (!code)
        code = write_angles(of, &found, err);
    airy_kinetics_release(&kinetics);
    airy_memory_free(shots);
    return code;
}

// ------------------------------------------------------------------ pictures and page

static const drawn shot_pictures[] = {
    {"pattern.cxi", "pattern", "1-pattern.png", NULL, 0},
    {"image.cxi", "image", "2-image.png", NULL, 0},
    {"diff.h5", "difference", "3-difference.png", NULL, 25},
    {"bands.h5", "bands", "4-bands.png", NULL, 25},
};

// The pictures of one shot; those of a shot that no longer stands for its delay are removed.
static airy_code draw_shot(const airy_outcome *of, const airy_shot_row *row, airy_error *err)
{
    char title[64];
    airy_code code = AIRY_OK;
    snprintf(title, sizeof title, "shot %d, %g ps", row->shot, row->delay_ps);
    for (size_t i = 0; !code && i < sizeof shot_pictures / sizeof *shot_pictures; i++) {
        char file[64], picture[64];
        const drawn one = {file, shot_pictures[i].what, picture, NULL, shot_pictures[i].scale};
        snprintf(file, sizeof file, "shot-%04d/%s", row->shot, shot_pictures[i].file);
        snprintf(picture, sizeof picture, "shot-%04d/%s", row->shot, shot_pictures[i].picture);
        bool there = is_there(of, picture);
        char *path = row->shown != 1 && there ? within(of, picture) : NULL;
        if (path)
            unlink(path);
        free(path);
        if (row->shown == 1 && !there)
            code = draw(of, &one, title, 700, err);
    }
    return code;
}

static airy_code do_pictures(const airy_outcome *of, airy_error *err)
{
    airy_shot_row *shots = NULL;
    int n = 0;
    if (!of->drawn)
        return AIRY_OK;
    airy_code code = read_shots(of, &shots, &n, err);
    for (int i = 0; !code && i < n; i++)
        code = draw_shot(of, &shots[i], err);
    airy_memory_free(shots);
    return code;
}

static airy_code do_report(const airy_outcome *of, airy_error *err)
{
    char *path = within(of, "report.html");
    airy_code code = airy_report_write(of->call->output, of->title, path, true, err);
    if (!code)
        of->print(of->context, path), of->print(of->context, "\n");
    free(path);
    return code;
}

typedef airy_code outcome_step(const airy_outcome *of, airy_error *err);
static outcome_step *const steps[] = {do_kinetics, do_model, do_angles, do_pictures, do_report};
const char *const airy_outcome_names[AIRY_OUTCOME_STEPS + 1] = {"kinetics", "montecarlo", "angles",
                                                                "pictures", "report",     NULL};

airy_code airy_outcome_run(const airy_outcome *of, int step, airy_error *err)
{
    return steps[step](of, err);
}
