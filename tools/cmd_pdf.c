// SPDX-License-Identifier: GPL-3.0-or-later
// airy pdf: structure factor and pair distribution of an intensity.
#include "airy/scattering.h"
#include "commands.h"
#include "results.h"
#include "say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = 6, SHELL_NUMBERS = 4, NAME = 32 };

// What the command line says, and what was read.
typedef struct work {
    const invocation *call;
    airy_pdf_recipe recipe;
    int formalism, normalise, window, compton, unit, input, iterate, polarisation; // choices
    const char *composition, *background, *tables, *against, *shells;
    char *background_file;
    double mass_density;
    airy_composition atoms;
    airy_form_table form_table;
    airy_spectrum intensity, back, other;
} work;

// ------------------------------------------------------------------ reading

// Angles end at 180 degrees, where q is 4 pi / lambda; without a wavelength, at what is likely.
static airy_code check_q(const work *w, airy_error *err)
{
    double last = w->intensity.q[w->intensity.n - 1], energy = w->recipe.form.energy_ev;
    double most = energy > 0 ? airy_radial_to_q(AIRY_RADIAL_TWO_THETA_DEG, 180, energy) : 100;
    if (last <= most)
        return AIRY_OK;
    return airy_error_set(err, AIRY_EVALUE,
                          "%s: q goes to %.4g 1/A, and %.4g is the most %s: is it in 1/nm, or an "
                          "angle (--unit)%s?",
                          w->call->inputs[0], last, most,
                          energy > 0 ? "that this energy can show" : "that is likely",
                          energy > 0 ? ", or --energy in keV" : "");
}

// What hardly can be right, and is no reason to stop.
static void question(const work *w, const airy_pdf_result *result)
{
    double density = w->recipe.pdf.density;
    if (density > 0 && (density < 0.003 || density > 0.2))
        say_warning(w->call,
                    "a density of %.3g atoms per A^3 is that of no solid or liquid (0.01 to 0.18): "
                    "is it g/cm^3 (--mass-density) or the like?",
                    density);
    if (result->low_r > 1)
        say_warning(
            w->call,
            "below %.3g A, where no two atoms are, G(r) is %.3g times as large as it should "
            "be (low_r): corrections, background or normalisation are wrong, and so are S "
            "and G",
            w->recipe.pdf.r_cut, result->low_r);
}

static airy_code read_inputs(work *w, airy_error *err)
{
    const char *columns = w->input == 1 ? "q_inv_a s" : "q_inv_a intensity";
    airy_radial unit = (airy_radial)w->unit;
    double energy = w->recipe.form.energy_ev;
    airy_code code =
        airy_spectrum_read(w->call->inputs[0], columns, unit, energy, &w->intensity, err);
    if (code == AIRY_OK)
        code = check_q(w, err);
    if (code == AIRY_OK && w->background_file)
        code = airy_spectrum_read(w->background_file, columns, unit, energy, &w->back, err);
    if (code == AIRY_OK && w->tables)
        code = airy_form_table_read(w->tables, &w->form_table, err);
    if (code == AIRY_OK && w->against)
        code = airy_spectrum_read(w->against, "r_a g", AIRY_RADIAL_Q_INV_A, 0, &w->other, err);
    if (code == AIRY_OK && w->polarisation == 1) {
        airy_spectrum_unpolarise(&w->intensity, energy);
        airy_spectrum_unpolarise(&w->back, energy);
    }
    w->recipe.intensity = &w->intensity;
    w->recipe.background = w->background_file ? &w->back : NULL;
    w->recipe.composition = &w->atoms;
    w->recipe.form.table = w->tables ? &w->form_table : NULL;
    return code;
}

// ------------------------------------------------------------------ writing

// gr.h5 -> gr.tsv; with sq: sq.tsv, or NAME-sq.tsv where the name does not begin with gr.
static char *table_path(const char *output, bool sq)
{
    const char *slash = strrchr(output, '/'), *name = slash ? slash + 1 : output;
    const char *dot = strrchr(name, '.');
    int folder = (int)(name - output), n = dot ? (int)(dot - name) : (int)strlen(name);
    bool named = strncmp(name, "gr", 2) == 0;
    airy_text path = {0};
    airy_text_append(&path, "%.*s", folder, output);
    if (sq && named)
        airy_text_append(&path, "sq%.*s.tsv", n - 2, name + 2);
    else
        airy_text_append(&path, "%.*s%s.tsv", n, name, sq ? "-sq" : "");
    return path.text;
}

static int list_numbers(const work *w, const airy_pdf_result *result, airy_result_row *rows,
                        char (*names)[NAME])
{
    const airy_structure *s = &result->structure;
    const airy_result_row all[NUMBERS] = {{"scale", s->scale},
                                          {"background_scale", s->background_scale},
                                          {"s_limit", s->limit},
                                          {"density_inv_a3", w->recipe.pdf.density},
                                          {"q_max_inv_a", s->s.q[s->s.n - 1]},
                                          {"low_r", result->low_r}};
    static const char *const of_shell[SHELL_NUMBERS] = {"peak_a", "neighbours", "error",
                                                        "systematic"};
    memcpy(rows, all, sizeof all);
    int n = NUMBERS;
    for (int k = 0; k < w->recipe.n_shells; k++) {
        const airy_shell *shell = &result->shell[k];
        const double values[SHELL_NUMBERS] = {shell->peak, shell->neighbours, shell->error,
                                              result->shell_band[k]};
        for (int i = 0; i < SHELL_NUMBERS; i++, n++) {
            snprintf(names[n], NAME, "shell_%d_%s", k + 1, of_shell[i]);
            rows[n] = (airy_result_row){names[n], values[i]};
        }
    }
    return n;
}

// The tables, S(q) and G(r).
typedef struct tables {
    airy_table s, g;
    airy_history history;
    char *s_path, *g_path;
} tables;

static airy_code make_tables(const work *w, const airy_pdf_result *result, tables *t,
                             airy_error *err)
{
    const char *more[] = {NULL, NULL, NULL, NULL};
    int n = 0;
    const char *const files[] = {w->background_file, w->tables, w->against};
    for (int i = 0; i < 3; i++)
        if (files[i])
            more[n++] = files[i];
    airy_code code = airy_pdf_table_s(result, &t->s, err);
    if (code == AIRY_OK)
        code = airy_pdf_table_g(result, w->recipe.pdf.density, w->against ? &w->other : NULL, &t->g,
                                err);
    if (code == AIRY_OK && airy_history_read_file(w->call->inputs[0], &t->history, NULL) != AIRY_OK)
        airy_history_release(&t->history); // files of others have none
    if (code == AIRY_OK)
        code = airy_call_record(&w->call->run, more, NULL, &t->history, err);
    if (code == AIRY_OK)
        code = airy_history_copy(&t->s.history, &t->history, err);
    return code == AIRY_OK ? airy_history_copy(&t->g.history, &t->history, err) : code;
}

static airy_code write_h5(const work *w, const tables *t, const airy_result_row *rows, int n,
                          airy_error *err)
{
    airy_h5 *h5 = airy_h5_create(w->call->output, w->call->overwrite, err);
    if (!h5)
        return err->code;
    airy_cxi_begin(h5, NULL, &t->history, err);
    airy_table_put_h5(&t->s, "/entry/sq", h5, err);
    airy_table_put_h5(&t->g, "/entry/gr", h5, err);
    airy_results_put(h5, rows, n, err);
    airy_code code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}

static bool is_table(const char *path)
{
    size_t n = strlen(path);
    return n > 4 && strcmp(path + n - 4, ".tsv") == 0;
}

static airy_code write_all(const work *w, const airy_pdf_result *result, tables *t, airy_error *err)
{
    airy_result_row rows[NUMBERS + SHELL_NUMBERS * AIRY_SHELLS_MAX];
    char names[NUMBERS + SHELL_NUMBERS * AIRY_SHELLS_MAX][NAME];
    int n = list_numbers(w, result, rows, names);
    airy_code code = make_tables(w, result, t, err);
    if (code == AIRY_OK && !is_table(w->call->output))
        code = write_h5(w, t, rows, n, err);
    if (code == AIRY_OK)
        code = airy_table_write(t->g_path, &t->g, w->call->overwrite, err);
    if (code == AIRY_OK)
        code = airy_table_write(t->s_path, &t->s, w->call->overwrite, err);
    return code == AIRY_OK ? results_print(rows, n, err) : code;
}

static airy_code run(work *w, airy_error *err)
{
    airy_pdf_result result = {0};
    tables t = {.s_path = table_path(w->call->output, true),
                .g_path = table_path(w->call->output, false)};
    airy_code code = t.s_path && t.g_path
                         ? airy_call_outputs(&w->call->run, t.g_path, t.s_path, err)
                         : airy_error_set(err, AIRY_EMEMORY, "no memory for names");
    if (code == AIRY_OK)
        code = read_inputs(w, err);
    if (code == AIRY_OK)
        code = airy_pdf_make(&result, &w->recipe, err);
    if (code == AIRY_OK)
        question(w, &result);
    if (code == AIRY_OK)
        code = write_all(w, &result, &t, err);
    airy_pdf_result_release(&result);
    airy_table_release(&t.s);
    airy_table_release(&t.g);
    airy_history_release(&t.history);
    free(t.s_path);
    free(t.g_path);
    return code;
}

// ------------------------------------------------------------------ options

static bool read_shells(const char *text, airy_pdf_recipe *recipe)
{
    double ranges[AIRY_SHELLS_MAX][2];
    if (text && !options_ranges(text, ranges, AIRY_SHELLS_MAX, &recipe->n_shells))
        return false;
    for (int i = 0; i < recipe->n_shells; i++)
        recipe->shell[i] = (airy_shell){.low = ranges[i][0], .high = ranges[i][1]};
    return true;
}

// "FILE:0.93" and "FILE:fit".
static bool read_background(work *w)
{
    airy_structure_options *o = &w->recipe.structure;
    w->background_file = w->background ? airy_text_copy(w->background) : NULL;
    char *colon = w->background_file ? strrchr(w->background_file, ':') : NULL;
    if (!colon)
        return !w->background || w->background_file;
    o->fit_background = strcmp(colon + 1, "fit") == 0;
    if (o->fit_background || airy_text_double(colon + 1, &o->background_scale, NULL) == AIRY_OK)
        *colon = '\0';
    return isfinite(o->background_scale);
}

static airy_code check(work *w, airy_error *err)
{
    airy_pdf_recipe *r = &w->recipe;
    airy_code code = AIRY_OK;
    r->is_structure = w->input == 1;
    r->structure.formalism = (airy_formalism)w->formalism;
    r->structure.normalise = (airy_normalise)w->normalise;
    r->pdf.window = (airy_window_kind)w->window;
    r->form.compton = w->compton == 0;
    r->pdf.multiplicative = w->iterate == 2;
    if (w->iterate == 0)
        r->pdf.rounds = 0;
    if (!read_shells(w->shells, r))
        return airy_error_set(err, AIRY_EARGUMENT, "--shells: at most %d ranges A:B,A:B are wanted",
                              AIRY_SHELLS_MAX);
    if (!read_background(w))
        return airy_error_set(err, AIRY_EARGUMENT, "--background: FILE, FILE:SCALE or FILE:fit");
    if (w->polarisation == 1 && !(r->form.energy_ev > 0))
        return airy_error_set(err, AIRY_EARGUMENT, "--polarisation ring wants --energy");
    const airy_setup setup = {.energy_ev = r->form.energy_ev};
    if (airy_setup_check(&setup, AIRY_FOR_RINGS, err) != AIRY_OK)
        return AIRY_EVALUE;
    if (!r->is_structure && !w->composition)
        return airy_error_set(err, AIRY_EARGUMENT, "--composition is needed, as in Zr50Cu40Al10");
    if (w->composition)
        code = airy_composition_parse(w->composition, &w->atoms, err);
    if (code == AIRY_OK && w->mass_density > 0 && (!w->composition || r->pdf.density > 0))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "--mass-density wants --composition, and no --density beside it");
    if (code == AIRY_OK && w->mass_density > 0)
        r->pdf.density = airy_composition_density(&w->atoms, w->mass_density);
    r->structure.density = r->pdf.density;
    if (code == AIRY_OK && !r->is_structure)
        code = airy_structure_options_check(&r->structure, err);
    return code == AIRY_OK ? airy_pdf_options_check(&r->pdf, err) : code;
}

static bool parse(invocation *call, work *w)
{
    airy_structure_options *s = &w->recipe.structure;
    airy_pdf_options *p = &w->recipe.pdf;
    airy_form_options *f = &w->recipe.form;
    const option table[] = {
        {"composition", OPTION_TEXT, &w->composition, .unit = "FORMULA",
         .help = "of the sample, as Zr46.8Ti8.2Cu7.5Ni10Be27.5"},
        {"density", OPTION_DOUBLE, &p->density, .low = 0, .high = 1, .unit = "1/A^3",
         .help = "atoms; 0 = not known"},
        {"mass-density", OPTION_DOUBLE, &w->mass_density, .low = 0, .high = 100, .unit = "g/cm^3",
         .help = "instead of it"},
        {"energy", OPTION_DOUBLE, &f->energy_ev, .low = 0, .high = 1e6, .unit = "eV",
         .help = "of the photons, for anomalous terms and recoil; 0 = neither"},
        {"input", OPTION_CHOICE, &w->input, .choices = "intensity|sq",
         .help = "what the table holds: an intensity, or S(q) already"},
        {"unit", OPTION_CHOICE, &w->unit, .choices = "q_inv_a|q_inv_nm|two_theta_deg|s_inv_nm",
         .help = "of the first column of files without a header"},
        {"background", OPTION_TEXT, &w->background, .unit = "FILE[:SCALE|:fit]",
         .help = "taken off, scaled, or as fits the tail"},
        {"polarisation", OPTION_CHOICE, &w->polarisation, .choices = "none|ring",
         .help = "correct for what full rings lose of a beam of any polarisation"},
        {"compton", OPTION_CHOICE, &w->compton, .choices = "on|off",
         .help = "inelastic scattering is in the intensity"},
        {"recoil", OPTION_DOUBLE, &f->recoil, .low = 0, .high = 5,
         .help = "power of E'/E it is counted with: 2 photons, 3 energy"},
        {"tables", OPTION_TEXT, &w->tables, .unit = "FILE",
         .help = "form factors and Compton scattering of elements in place of xraylib's"},
        {"formalism", OPTION_CHOICE, &w->formalism,
         .choices = "faber-ziman|ashcroft-langreth|eggert", .help = "what S(q) is"},
        {"normalise", OPTION_CHOICE, &w->normalise, .choices = "krogh-moe|polynomial|tail",
         .help = "by the density, by the tail less a polynomial, by the tail"},
        {"tail", OPTION_DOUBLE, &s->tail, .low = 0.01, .high = 1, .unit = "SHARE",
         .help = "the last of the range of q"},
        {"degree", OPTION_INT, &s->degree, .low = 0, .high = 20, .help = "of the polynomial"},
        {"q-min", OPTION_DOUBLE, &s->q_min, .low = 0, .high = 1000, .unit = "1/A",
         .help = "0 = all there is"},
        {"q-max", OPTION_DOUBLE, &s->q_max, .low = 0, .high = 1000, .unit = "1/A",
         .help = "0 = all there is"},
        {"window", OPTION_CHOICE, &w->window, .choices = "none|lorch",
         .help = "that ends q smoothly"},
        {"r-max", OPTION_DOUBLE, &p->r_max, .low = 0.1, .high = 1000, .unit = "A",
         .help = "end of G(r)"},
        {"r-step", OPTION_DOUBLE, &p->r_step, .low = 1e-4, .high = 1, .unit = "A",
         .help = "its step"},
        {"r-cut", OPTION_DOUBLE, &p->r_cut, .low = 0, .high = 100, .unit = "A",
         .help = "no two atoms are nearer: low_r and --iterate look below it"},
        {"iterate", OPTION_CHOICE, &w->iterate, .choices = "none|kaplow|eggert",
         .help = "correct S by what G is below --r-cut, as an error of offset or of scale"},
        {"rounds", OPTION_INT, &p->rounds, .low = 1, .high = 1000, .help = "of that"},
        {"shells", OPTION_TEXT, &w->shells, .unit = "A:B,...",
         .help = "ranges of r whose neighbours are counted"},
        {"against", OPTION_TEXT, &w->against, .unit = "FILE",
         .help = "gr.tsv of another sample, to be taken off"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT, 1, 1))
        return false;
    airy_error err = {0};
    call->status = 0;
    if (check(w, &err) != AIRY_OK)
        call->status = options_wrong(call, "%s", err.message);
    return call->status == 0;
}

int cmd_pdf(invocation *call)
{
    work w = {.call = call, .recipe.form.recoil = 2};
    airy_error err = {0};
    airy_structure_options_defaults(&w.recipe.structure);
    airy_pdf_options_defaults(&w.recipe.pdf);
    w.recipe.pdf.rounds = 5;
    if (parse(call, &w))
        call->status = say_done(call, run(&w, &err), &err);
    airy_spectrum_release(&w.intensity);
    airy_spectrum_release(&w.back);
    airy_spectrum_release(&w.other);
    airy_form_table_release(&w.form_table);
    free(w.background_file);
    return call->status;
}
