// SPDX-License-Identifier: GPL-3.0-or-later
// The step `pdf`: structure factor and pair distribution of an intensity, from file to file.
#include "airy/scattering.h"
#include "structure.h"
#include "spectrum.h"
#include "recipe.h"
#include "pdf_files.h"
#include "form_table.h"

#include "airy/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Everything of one run.
typedef struct work {
    const airy_call *call;
    airy_pdf_step *step;
    airy_form_table form_table;
    airy_spectrum intensity, back, other;
} work;

// ------------------------------------------------------------------ reading

// Angles end at 180 degrees, where q is 4 pi / lambda; without a wavelength, at what is likely.
static airy_code check_q(const work *w, airy_error *err)
{
    double last = w->intensity.q[w->intensity.n - 1], energy = w->step->recipe.form.energy_ev;
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

// Full width at half maximum of sin(x) / x: what the end of q makes of a sharp peak, times q.
static const double peak_width = 3.791;

// What hardly can be right, and is no reason to stop.
static void question(const work *w, const airy_pdf_result *result)
{
    double density = w->step->recipe.pdf.density, wanted = w->step->recipe.structure.q_max;
    double last = result->structure.s.q[result->structure.s.n - 1];
    if (wanted > 1.01 * last)
        airy_call_warn(w->call, "there is no intensity beyond q = %.4g, short of --q-max %.4g",
                       last, wanted);
    if (peak_width / last > 0.6) // a fifth of the way to neighbours
        airy_call_warn(w->call,
                       "S(q) ends at q = %.4g: peaks of G(r) are %.2g A wide and more, so that "
                       "shells of neighbours merge",
                       last, peak_width / last);
    if (density > 0 && (density < 0.003 || density > 0.2))
        airy_call_warn(
            w->call,
            "a density of %.3g atoms per A^3 is that of no solid or liquid (0.01 to 0.18): "
            "is it g/cm^3 (--mass-density) or the like?",
            density);
    if (result->low_r > 1)
        airy_call_warn(
            w->call,
            "below %.3g A, where no two atoms are, G(r) is %.3g times as large as it should "
            "be (low_r): corrections, background or normalisation are wrong, and so are S "
            "and G",
            w->step->recipe.pdf.r_cut, result->low_r);
}

static airy_code read_inputs(work *w, airy_error *err)
{
    const char *columns = w->step->recipe.is_structure ? "q_inv_a s" : "q_inv_a intensity";
    airy_radial unit = w->step->unit;
    double energy = w->step->recipe.form.energy_ev;
    airy_code code =
        airy_spectrum_read(w->call->inputs[0], columns, unit, energy, &w->intensity, err);
    if (code == AIRY_OK)
        code = check_q(w, err);
    if (code == AIRY_OK && w->step->background)
        code = airy_spectrum_read(w->step->background, columns, unit, energy, &w->back, err);
    if (code == AIRY_OK && w->step->tables)
        code = airy_form_table_read(w->step->tables, &w->form_table, err);
    if (code == AIRY_OK && w->step->against)
        code =
            airy_spectrum_read(w->step->against, "r_a g", AIRY_RADIAL_Q_INV_A, 0, &w->other, err);
    if (code == AIRY_OK && w->step->full_rings) {
        airy_spectrum_unpolarise(&w->intensity, energy);
        airy_spectrum_unpolarise(&w->back, energy);
    }
    w->step->recipe.intensity = &w->intensity;
    w->step->recipe.background = w->step->background ? &w->back : NULL;
    w->step->recipe.composition = &w->step->atoms;
    w->step->recipe.form.table = w->step->tables ? &w->form_table : NULL;
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

// What S(q) and G(r) are told by.
typedef struct of_spectrum {
    double scale, background_scale, limit, density, q_max, low_r;
} of_spectrum;

static const airy_number of_pdf[AIRY_PDF_NUMBERS] = {
    AIRY_NUMBER(of_spectrum, scale, "scale", "1", "of the intensity, to electron units"),
    AIRY_NUMBER(of_spectrum, background_scale, "background_scale", "1", "of the background"),
    AIRY_NUMBER(of_spectrum, limit, "s_limit", "1", "mean of S in the tail"),
    AIRY_NUMBER(of_spectrum, density, "density_inv_a3", "1/A^3", "atoms"),
    AIRY_NUMBER(of_spectrum, q_max, "q_max_inv_a", "1/A", "end of S"),
    AIRY_NUMBER(of_spectrum, low_r, "low_r", "1",
                "rms of G below --r-cut, over the theory's slope"),
};
const airy_described airy_pdf_numbers = AIRY_DESCRIBED("gr.h5", of_pdf);

static const airy_number of_shell[AIRY_PDF_SHELL_NUMBERS] = {
    AIRY_NUMBER(airy_shell, peak, "peak_a", "A", "of the shell: shell_N_peak_a"),
    AIRY_NUMBER(airy_shell, neighbours, "neighbours", "1", "in the range"),
    AIRY_NUMBER(airy_shell, error, "error", "1", "of them, by counting"),
};
const airy_described airy_shell_numbers = {"gr.h5 shell_N", of_shell, AIRY_PDF_SHELL_NUMBERS - 1};

static void list_numbers(const work *w, const airy_pdf_result *result, airy_pdf_told *told)
{
    const airy_structure *s = &result->structure;
    const of_spectrum all = {s->scale,           s->background_scale,
                             s->limit,           w->step->recipe.pdf.density,
                             s->s.q[s->s.n - 1], result->low_r};
    airy_described_results(&airy_pdf_numbers, &all, 1, &told->numbers);
    for (int k = 0, n = 0; k < w->step->recipe.n_shells; k++)
        for (int i = 0; i < AIRY_PDF_SHELL_NUMBERS; i++, n++) {
            bool last = i == airy_shell_numbers.n;
            snprintf(told->shell[n], AIRY_PDF_NAME, "shell_%d_%s", k + 1,
                     last ? "systematic" : of_shell[i].name);
            const airy_result_row row = {told->shell[n],
                                         last ? result->shell_band[k]
                                              : airy_number_get(&of_shell[i], &result->shell[k])};
            airy_results_add(&told->numbers, &row, 1);
        }
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
    const char *const files[] = {w->step->background, w->step->tables, w->step->against};
    for (int i = 0; i < 3; i++)
        if (files[i])
            more[n++] = files[i];
    airy_code code = airy_pdf_table_s(result, &t->s, err);
    if (code == AIRY_OK)
        code = airy_pdf_table_g(result, w->step->recipe.pdf.density,
                                w->step->against ? &w->other : NULL, &t->g, err);
    if (code == AIRY_OK)
        code = airy_history_read_any(w->call->inputs[0], &t->history, err);
    return code == AIRY_OK ? airy_call_record(w->call, more, NULL, &t->history, err) : code;
}

static airy_code write_h5(const work *w, const tables *t, const airy_results *numbers,
                          airy_error *err)
{
    airy_h5 *h5 = airy_h5_create(w->call->output, w->call->overwrite, err);
    if (!h5)
        return airy_error_code(err, AIRY_EIO);
    airy_cxi_begin(h5, NULL, &t->history, err);
    airy_table_put_h5(&t->s, "/entry/sq", h5, err);
    airy_table_put_h5(&t->g, "/entry/gr", h5, err);
    airy_results_put(h5, numbers->row, numbers->n, err);
    airy_code code = airy_h5_commit(h5, err);
    airy_h5_close(h5);
    return code;
}

static airy_code write_all(const work *w, const airy_pdf_result *result, tables *t,
                           const airy_results *numbers, airy_error *err)
{
    airy_code code = make_tables(w, result, t, err);
    if (code == AIRY_OK && !airy_text_ends(w->call->output, ".tsv"))
        code = write_h5(w, t, numbers, err);
    if (code == AIRY_OK)
        code = airy_table_write_under(t->g_path, &t->g, &t->history, w->call->overwrite, err);
    if (code == AIRY_OK)
        code = airy_table_write_under(t->s_path, &t->s, &t->history, w->call->overwrite, err);
    return code;
}

static airy_code run(work *w, airy_pdf_told *told, airy_error *err)
{
    airy_pdf_result result = {0};
    tables t = {.s_path = table_path(w->call->output, true),
                .g_path = table_path(w->call->output, false)};
    airy_code code = t.s_path && t.g_path
                         ? airy_call_outputs(w->call, t.g_path, t.s_path, err)
                         : airy_error_set(err, AIRY_EMEMORY, "no memory for names");
    if (code == AIRY_OK)
        code = read_inputs(w, err);
    if (code == AIRY_OK)
        code = airy_pdf_make(&result, &w->step->recipe, err);
    if (code == AIRY_OK) {
        question(w, &result);
        list_numbers(w, &result, told);
        code = write_all(w, &result, &t, &told->numbers, err);
    }
    airy_pdf_result_release(&result);
    airy_table_release(&t.s);
    airy_table_release(&t.g);
    airy_history_release(&t.history);
    free(t.s_path);
    free(t.g_path);
    return code;
}

const airy_option airy_pdf_step_rows[] = {
    AIRY_OPTION(airy_pdf_step, recipe.pdf.density, "density", .low = 0, .high = 1, .unit = "1/A^3",
                .help = "atoms; 0 = not known"),
    AIRY_OPTION(airy_pdf_step, recipe.form.energy_ev, "energy", .low = 0, .high = 1e6, .unit = "eV",
                .help = "of the photons, for anomalous terms and recoil; 0 = neither"),
    AIRY_OPTION(airy_pdf_step, recipe.is_structure, "input", .choices = "intensity|sq",
                .help = "what the table holds: an intensity, or S(q) already"),
    AIRY_OPTION(airy_pdf_step, unit, "unit", .choices = "q_inv_a|q_inv_nm|two_theta_deg|s_inv_nm",
                .help = "of the first column of files without a header"),
    AIRY_OPTION(airy_pdf_step, full_rings, "polarisation", .choices = "none|ring",
                .help = "correct for what full rings lose of a beam of any polarisation"),
    AIRY_OPTION(airy_pdf_step, recipe.form.compton, "compton", .choices = "off|on",
                .help = "inelastic scattering is in the intensity"),
    AIRY_OPTION(airy_pdf_step, recipe.form.recoil, "recoil", .low = 0, .high = 5,
                .help = "power of E'/E it is counted with: 2 photons, 3 energy"),
    AIRY_OPTION(airy_pdf_step, tables, "tables", .unit = "FILE",
                .help = "form factors and Compton scattering of elements in place of xraylib's"),
    AIRY_OPTION(airy_pdf_step, recipe.structure.formalism, "formalism",
                .choices = "faber-ziman|ashcroft-langreth|eggert", .help = "what S(q) is"),
    AIRY_OPTION(airy_pdf_step, recipe.structure.normalise, "normalise",
                .choices = "krogh-moe|polynomial|tail",
                .help = "by the density, by the tail less a polynomial, by the tail"),
    AIRY_OPTION(airy_pdf_step, recipe.structure.tail, "tail", .low = 0.01, .high = 1,
                .unit = "SHARE", .help = "the last of the range of q"),
    AIRY_OPTION(airy_pdf_step, recipe.structure.degree, "degree", .low = 0, .high = 20,
                .help = "of the polynomial"),
    AIRY_OPTION(airy_pdf_step, recipe.structure.q_min, "q-min", .low = 0, .high = 1000,
                .unit = "1/A", .help = "0 = all there is"),
    AIRY_OPTION(airy_pdf_step, recipe.structure.q_max, "q-max", .low = 0, .high = 1000,
                .unit = "1/A", .help = "0 = all there is"),
    AIRY_OPTION(airy_pdf_step, recipe.pdf.window, "window", .choices = "none|lorch",
                .help = "that ends q smoothly"),
    AIRY_OPTION(airy_pdf_step, recipe.pdf.r_max, "r-max", .low = 0.1, .high = 1000, .unit = "A",
                .help = "end of G(r)"),
    AIRY_OPTION(airy_pdf_step, recipe.pdf.r_step, "r-step", .low = 1e-4, .high = 1, .unit = "A",
                .help = "its step"),
    AIRY_OPTION(airy_pdf_step, recipe.pdf.r_cut, "r-cut", .low = 0, .high = 100, .unit = "A",
                .help = "no two atoms are nearer: low_r and --iterate look below it"),
    AIRY_OPTION(airy_pdf_step, recipe.pdf.rounds, "rounds", .low = 1, .high = 1000,
                .help = "of that"),
    AIRY_OPTION(airy_pdf_step, against, "against", .unit = "FILE",
                .help = "gr.tsv of another sample, to be taken off"),
    {0},
};

airy_code airy_pdf_step_run(const airy_call *call, airy_pdf_step *step, airy_pdf_told *told,
                            airy_error *err)
{
    work w = {.call = call, .step = step};
    airy_code code = run(&w, told, err);
    airy_spectrum_release(&w.intensity);
    airy_spectrum_release(&w.back);
    airy_spectrum_release(&w.other);
    airy_form_table_release(&w.form_table);
    return code;
}
