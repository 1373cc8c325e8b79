// SPDX-License-Identifier: GPL-3.0-or-later
// What is in a file, how it was recognised, and the commands it came from, in words.
#include "airy/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void airy_info_step_defaults(airy_info_step *step)
{
    *step = (airy_info_step){.datasets = true};
}

static void fact(airy_text *out, const char *name, const char *format, ...) AIRY_PRINTF(3, 4);

static void fact(airy_text *out, const char *name, const char *format, ...)
{
    va_list args;
    char text[4096];
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    airy_text_append(out, "%-12s %s\n", name, text);
}

static void tell_beam(airy_text *out, const airy_setup *setup)
{
    if (setup->energy_ev > 0)
        fact(out, "energy", "%.10g eV", setup->energy_ev);
    if (setup->distance_m > 0)
        fact(out, "distance", "%.10g m", setup->distance_m);
    if (setup->pitch_m > 0)
        fact(out, "pixel", "%.10g m", setup->pitch_m);
    airy_error doubt = {0};
    if (airy_setup_check(setup, AIRY_FOR_IMAGES, &doubt) != AIRY_OK)
        fact(out, "doubtful", "%s", doubt.message);
}

// Pixels by reason; a pixel with several reasons counts for each.
static void tell_mask(airy_text *out, const airy_mask *mask)
{
    int rows, total = mask->ny * mask->nx, excluded = 0;
    const airy_reason_row *row = airy_mask_reasons(&rows);
    for (int i = 0; i < total; i++)
        excluded += (mask->bits[i] & AIRY_MASK_EXCLUDES) != 0;
    fact(out, "not used", "%d of %d pixels (%.3g %%)", excluded, total, 100.0 * excluded / total);
    for (int r = 0; r < rows; r++) {
        int n = 0;
        for (int i = 0; i < total; i++)
            n += (mask->bits[i] & row[r].bit) != 0;
        if (n)
            airy_text_append(out, "  %-10s %d%s\n", row[r].name, n,
                             row[r].excludes ? "" : " (informs only)");
    }
}

static void tell_pattern(airy_text *out, const airy_pattern *p, bool real)
{
    const airy_image *image = &p->photons;
    int n = image->ny * image->nx;
    fact(out, real ? "values" : "photons", "%.7g in all, %.6g to %.6g",
         airy_stats_sum(image->px, n), airy_stats_min(image->px, n), airy_stats_max(image->px, n));
    if (!real)
        tell_mask(out, &p->mask);
    if (p->has_center)
        fact(out, "center", "row %.6g +- %.2g, column %.6g +- %.2g", p->center_y, p->center_y_error,
             p->center_x, p->center_x_error);
    if (p->merged)
        fact(out, "merged", "Friedel mates are averaged");
    if (p->condensed)
        fact(out, "condensed", "band-limited resampling was applied");
}

static airy_code tell_frames(airy_text *out, const airy_info_step *step, airy_error *err)
{
    double pitch = 0;
    airy_pattern pattern = {0};
    airy_frames *frames = airy_frames_open(step->spec, err);
    if (!frames)
        return airy_error_code(err, AIRY_EIO);
    bool real = airy_frames_real(frames, &pitch);
    airy_code code = airy_frames_read(frames, step->frame, &pattern, err);
    if (code == AIRY_OK) {
        fact(out, "holds", "%d %s of %d x %d", airy_frames_count(frames),
             real ? "image(s)" : "pattern(s)", pattern.photons.ny, pattern.photons.nx);
        if (airy_frames_count(frames) > 1)
            fact(out, "shown", "frame %d", step->frame);
        if (real && pitch > 0)
            fact(out, "pixel", "%.6g nm", pitch * 1e9);
        tell_beam(out, &pattern.setup);
        tell_pattern(out, &pattern, real);
    }
    airy_pattern_release(&pattern);
    airy_frames_close(frames);
    return code;
}

// Detector frames, when the file is recognised as such.
static bool tell_raw(airy_text *out, const airy_info_step *step, airy_error *problem)
{
    int ny = 0, nx = 0;
    airy_raw_facts facts = {0};
    airy_raw *raw = airy_raw_open(step->spec, NULL, problem);
    if (!raw) {
        if (strstr(problem->message, "could be"))
            fact(out, "layout", "%s", problem->message);
        return false;
    }
    airy_raw_shape(raw, &ny, &nx);
    fact(out, "recognised", "%s", airy_raw_why(raw));
    fact(out, "holds", "%d frame(s) of %d x %d, %s", airy_raw_count(raw), ny, nx,
         airy_raw_unit_names[airy_raw_unit_of(raw)]);
    if (airy_raw_frame_facts(raw, step->frame, &facts, problem) == AIRY_OK) {
        tell_beam(out, &facts.setup);
        if (facts.pulse_id >= 0)
            fact(out, "pulse", "%lld%s%s", facts.pulse_id, facts.good ? "" : ", marked as lost",
                 facts.high_gain ? ", high gain" : "");
    }
    airy_raw_close(raw);
    return true;
}

// A single number or the first words of a text, behind the type.
static void tell_value(airy_text *out, airy_h5 *h5, const airy_h5_item *item)
{
    double number;
    char *text = NULL;
    if (strcmp(item->kind, "text") == 0 && airy_h5_get_text(h5, item->path, &text, NULL) == AIRY_OK)
        airy_text_append(out, "  %.*s", (int)strcspn(text, "\n"), text);
    else if (airy_h5_get_double(h5, item->path, &number, NULL) == AIRY_OK)
        airy_text_append(out, "  %.10g", number);
    free(text);
}

static void tell_item(airy_text *out, airy_h5 *h5, const airy_h5_item *item)
{
    bool scalar = strcmp(item->shape, "scalar") == 0;
    airy_text_append(out, "  %-52s %-8s", item->path, item->kind);
    if (scalar)
        tell_value(out, h5, item);
    else
        airy_text_append(out, "  %s", item->shape);
    airy_text_append(out, "\n");
}

// All of them but the history, which follows in full.
static airy_code tell_datasets(airy_text *out, const char *path, airy_error *err)
{
    airy_h5_item *items;
    int n = 0;
    airy_h5 *h5 = airy_h5_open(path, err);
    if (!h5)
        return airy_error_code(err, AIRY_EIO);
    airy_code code = airy_h5_list(h5, "/", &items, &n, err);
    airy_text_append(out, "\ndatasets\n");
    for (int i = 0; code == AIRY_OK && i < n; i++)
        if (strcmp(items[i].kind, "group") != 0 &&
            strncmp(items[i].path, "/entry_1/process_", 17) != 0)
            tell_item(out, h5, &items[i]);
    airy_error why = {0}; // a value that memory ran out for has been left out
    if (code == AIRY_OK && airy_h5_trust(h5, &why) == AIRY_EMEMORY)
        code = airy_error_set(err, why.code, "%s", why.message);
    airy_memory_free(items);
    airy_h5_close(h5);
    return code;
}

// Gains and pedestals: means of the planes tell which.
static bool tell_calibration(airy_text *out, const char *path, airy_error *problem)
{
    airy_calibration c;
    bool found = airy_calibration_read(NULL, path, false, AIRY_GAIN_AUTO, &c, problem) == AIRY_OK;
    if (found) {
        int n = c.pedestal.ny * c.pedestal.nx;
        double mean[AIRY_GAINS];
        for (int g = 0; g < AIRY_GAINS; g++)
            mean[g] = airy_stats_mean(airy_stack_image(&c.pedestal, g).px, n);
        bool gain = mean[1] < 0; // G1 and G2 fall with the signal; pedestals are ADC values
        fact(out, "holds", "%s of a JUNGFRAU, %d x %d, means %.5g %.5g %.5g %s",
             gain ? "gains" : "pedestals", c.pedestal.ny, c.pedestal.nx, mean[0], mean[1], mean[2],
             gain ? "ADU/keV" : "ADU");
        if (!gain)
            tell_mask(out, &c.mask);
    }
    airy_calibration_release(&c);
    return found;
}

static bool is_written_by_us(airy_h5 *h5)
{
    return airy_h5_has(h5, "/entry_1/program_name");
}

// Images of real space are no frames of a detector, whoever wrote them.
static bool is_real(const char *spec, airy_error *problem)
{
    airy_frames *frames = airy_frames_open(spec, problem);
    bool real = frames && airy_frames_real(frames, NULL);
    airy_frames_close(frames);
    return real;
}

// Patterns and images of ours first, then frames of detectors, then any array.
static airy_code tell_hdf5(airy_text *out, const airy_info_step *step, const char *path, bool named,
                           airy_error *err)
{
    airy_error problem = {0};
    airy_h5 *h5 = airy_h5_open(path, err);
    if (!h5)
        return airy_error_code(err, AIRY_EIO);
    bool ours = is_written_by_us(h5);
    airy_h5_close(h5);
    fact(out, "format", "HDF5%s", ours ? ", CXI, written by airy" : "");
    bool known = !ours && !named && !is_real(step->spec, &problem) &&
                 (tell_raw(out, step, &problem) || tell_calibration(out, path, &problem));
    if (problem.code == AIRY_EMEMORY)
        return airy_error_set(err, problem.code, "%s", problem.message);
    airy_code code = known ? AIRY_OK : tell_frames(out, step, &problem);
    if (code != AIRY_OK && (named || code == AIRY_EARGUMENT || code == AIRY_EMEMORY))
        return airy_error_set(err, code, "%s", problem.message);
    if (code != AIRY_OK)
        fact(out, "array", "%s", problem.message);
    return step->datasets ? tell_datasets(out, path, err) : AIRY_OK;
}

static airy_code tell_table(airy_text *out, const char *path, airy_error *err)
{
    airy_table table;
    airy_code code = airy_table_read(path, &table, err);
    if (code != AIRY_OK)
        return code;
    fact(out, "format", "TSV");
    fact(out, "holds", "%d rows of %d columns", table.rows, table.columns);
    for (int i = 0; i < table.columns; i++)
        airy_text_append(out, "  %s\n", table.name[i]);
    airy_table_release(&table);
    return AIRY_OK;
}

static airy_code tell_contents(airy_text *out, const airy_info_step *step, const char *path,
                               bool named, airy_error *err)
{
    fact(out, "file", "%s", step->spec);
    if (airy_text_ends(path, ".raw") || airy_text_ends(path, ".json"))
        return tell_raw(out, step, err) ? AIRY_OK : tell_frames(out, step, err);
    if (airy_kind_of_file(path) == AIRY_KIND_HDF5 && !airy_text_ends(path, ".mat"))
        return tell_hdf5(out, step, path, named, err);
    airy_pattern pixels = {0};
    airy_error why = {0};
    if (airy_text_ends(path, ".tsv") && airy_pattern_read(path, 0, &pixels, NULL, &why) != AIRY_OK)
        return why.code == AIRY_EMEMORY ? airy_error_set(err, why.code, "%s", why.message)
                                        : tell_table(out, path, err);
    airy_pattern_release(&pixels);
    return tell_frames(out, step, err);
}

static airy_code tell_history(airy_text *out, const char *path, bool replay, airy_error *err)
{
    airy_history history;
    airy_text text = {0};
    airy_code code = airy_history_read_file(path, &history, err);
    if (code != AIRY_OK)
        return code;
    for (int i = 0; replay && i < history.n; i++)
        airy_text_append(&text, "%s\n",
                         history.steps[i].command_line ? history.steps[i].command_line : "");
    if (replay && history.n == 0)
        code = airy_error_set(err, AIRY_EMISSING, "%s carries no history", path);
    if (!replay && history.n)
        airy_history_format(&history, &text);
    if (code == AIRY_OK)
        code = airy_text_whole(&text, err);
    if (code == AIRY_OK && text.text)
        airy_text_append(out, "%s%s", replay ? "" : "\n", text.text);
    airy_text_release(&text);
    airy_history_release(&history);
    return code;
}

airy_code airy_info_run(const airy_info_step *step, airy_text *out, airy_error *err)
{
    const char *dataset;
    char *path = airy_spec_path(step->spec, &dataset);
    if (!path)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a file name");
    airy_code code = AIRY_OK;
    if (!airy_file_exists(path))
        code = airy_error_set(err, AIRY_EMISSING, "%s: there is no such file", path);
    if (code == AIRY_OK)
        code = airy_file_check(path, err);
    if (code == AIRY_OK && !step->replay && !step->history_only)
        code = tell_contents(out, step, path, dataset != NULL, err);
    if (code == AIRY_OK)
        code = tell_history(out, path, step->replay, err);
    if (code == AIRY_OK)
        code = airy_text_whole(out, err);
    free(path);
    return code;
}
