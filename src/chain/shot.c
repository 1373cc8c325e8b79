// SPDX-License-Identifier: GPL-3.0-or-later
// The chain for one shot: the steps that the commands are, one after the other, each reading what
// the one before it wrote.
#include "chain.h"

#include "airy/work.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// A shot on its way.
typedef struct shot {
    const airy_shot_run *run;
    airy_steps steps;          // with the files of this shot
    airy_sphere_fit fit;       // of the rings
    airy_pattern centered;     // what they were fitted to
    airy_image mean;           // the image
    double pixel_nm;           // its pixel
    airy_text score, branches; // paths
} shot;

// Radii in nm need all three.
static airy_code need_setup(const airy_setup *setup, airy_error *err)
{
    const struct {
        const char *words, *option;
        double value;
    } rows[] = {{"the photon energy", "--energy", setup->energy_ev},
                {"the distance to the sample", "--distance", setup->distance_m},
                {"the size of its pixels", "--pixel", setup->pitch_m}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!(rows[i].value > 0))
            return airy_error_set(err, AIRY_EVALUE, "the file does not state %s: give it by %s",
                                  rows[i].words, rows[i].option);
    return AIRY_OK;
}

// ------------------------------------------------------------------ the pattern

static airy_code do_bin(shot *s, const airy_call *call, airy_error *err)
{
    airy_bin_found found = {0};
    airy_code code = airy_bin_step_run(call, &s->steps.bin, &found, err);
    s->run->record->checks.saturated = found.saturated;
    return code;
}

static airy_code do_mask(shot *s, const airy_call *call, airy_error *err)
{
    airy_table counts = {0};
    airy_code code = airy_mask_step_run(call, &s->steps.mask, &counts, err);
    airy_table_release(&counts);
    return code;
}

static airy_code do_center(shot *s, const airy_call *call, airy_error *err)
{
    airy_center_found found = {0};
    airy_checks *checks = &s->run->record->checks;
    airy_code code = airy_center_step_run(call, &s->steps.center, &found, err);
    if (code == AIRY_OK)
        code = airy_farm_agree(code, err); // the first rank has written it
    if (code == AIRY_OK)
        code = airy_pattern_read(call->output, 0, &s->centered, NULL, err);
    if (code == AIRY_OK) {
        const airy_pattern *p = &s->centered;
        s->run->record->row.photons = airy_pattern_photons(p);
        checks->center_error_px = fmax(p->center_y_error, p->center_x_error);
        checks->center_chi2 = found.center.chi2;
        code = need_setup(&p->setup, err);
    }
    airy_table_release(&found.table);
    return code;
}

// A second particle's fringes; not known where pixels are too coarse for them.
static airy_code find_second(shot *s, airy_error *err)
{
    airy_fringes fringes;
    airy_error why = {0};
    airy_checks *checks = &s->run->record->checks;
    double diameter = 2 * fmax(s->fit.cycles_par, s->fit.cycles_perp);
    airy_code code = airy_pattern_fringes(&s->centered, diameter, &fringes, &why);
    if (code == AIRY_EVALUE)
        return AIRY_OK;
    if (code != AIRY_OK)
        return airy_error_set(err, code, "double hit: %s", why.message);
    checks->double_hit = fringes.visibility;
    checks->second_nm = fringes.cycles * airy_object_pixel_nm(&s->centered.setup, 1);
    return AIRY_OK;
}

static airy_code do_size(shot *s, const airy_call *call, airy_error *err)
{
    airy_size_found found = {0};
    airy_shot_row *row = &s->run->record->row;
    airy_code code = airy_size_step_run(call, &s->steps.size, &found, err);
    airy_table_release(&found.table);
    if (code != AIRY_OK)
        return code;
    const airy_sphere_fit *fit = &found.fit;
    s->fit = *fit;
    row->r_par_nm = fit->radius_par_nm;
    row->r_par_err_nm = fit->radius_par_error_nm;
    row->r_perp_nm = fit->radius_perp_nm;
    row->r_perp_err_nm = fit->radius_perp_error_nm;
    row->aspect = fit->aspect;
    row->aspect_err = fit->aspect_error;
    s->run->record->checks.ring_chi2 = fit->chi2_bright;
    return find_second(s, err);
}

static airy_code do_condense(shot *s, const airy_call *call, airy_error *err)
{
    airy_condense_result did;
    airy_pattern_release(&s->centered); // a full frame is large, and retrieval takes long
    airy_code code = airy_condense_step_run(call, &s->steps.condense, &did, err);
    if (code == AIRY_OK)
        s->run->record->checks.condense_chi2 = did.chi2_bright;
    return code;
}

// ------------------------------------------------------------------ the image

static airy_code do_retrieve(shot *s, const airy_call *call, airy_error *err)
{
    airy_retrieve_step *step = &s->steps.retrieve;
    airy_retrieve_found found = {0};
    airy_checks *checks = &s->run->record->checks;
    airy_call anew = *call;
    anew.overwrite = true;
    anew.progress = s->run->progress;
    if (!step->prepare.score)
        step->prepare.score = s->score.text;
    step->call = &anew;
    if (step->shot < 0)
        step->shot = s->run->source->shot;
    airy_code code = airy_retrieve_step_read(step, err);
    if (code == AIRY_OK)
        code = airy_retrieve_do(&anew, step, &found, err);
    const airy_search_result *search = &found.result.search;
    if (code == AIRY_OK && search->groups) {
        checks->agree = (double)search->found / search->searches;
        checks->odd_redrawn = search->odd_redrawn;
        checks->body = search->body;
        checks->misfit = search->candidate[0].deviance / search->expected_deviance;
    }
    airy_retrieve_found_release(&found);
    airy_retrieve_step_release(step);
    return code;
}

// Mean density of the support's pixels that have a neighbour outside, over the largest density.
static double density_at_edge(const airy_image *image, const airy_mask *support)
{
    int nx = support->nx, count = 0;
    double sum = 0;
    for (int y = 1; y < support->ny - 1; y++)
        for (int x = 1; x < nx - 1; x++) {
            const uint32_t *at = &support->bits[y * nx + x];
            if (!at[0] || (at[-1] && at[1] && at[-nx] && at[nx]))
                continue;
            sum += image->px[y * nx + x];
            count++;
        }
    double high = airy_stats_quantile(image->px, image->ny * image->nx, 0.999);
    return count && high > 0 ? sum / count / high : NAN;
}

static airy_code do_average(shot *s, const airy_call *call, airy_error *err)
{
    airy_average_result found;
    airy_shot_row *row = &s->run->record->row;
    airy_checks *checks = &s->run->record->checks;
    airy_code code = airy_average_step_run(call, &s->steps.average, &found, err);
    if (code == AIRY_OK) {
        row->r_factor = found.quality.score.r_factor;
        row->r_free = found.quality.score.r_free;
        checks->outside = found.quality.outside;
        checks->at_edge = density_at_edge(&found.mean, &found.support);
        checks->ambiguous = (double)found.ambiguous / found.best;
        s->pixel_nm = found.pitch_m * 1e9;
        s->mean = found.mean;
        found.mean = (airy_image){0};
    }
    airy_average_result_release(&found);
    return code;
}

// ------------------------------------------------------------------ density

static airy_code do_difference(shot *s, const airy_call *call, airy_error *err)
{
    airy_difference_found found;
    airy_shot_row *row = &s->run->record->row;
    airy_code code = airy_difference_step_run(call, &s->steps.difference, &found, err);
    if (code == AIRY_OK) {
        double nm2 = found.pixel_nm * found.pixel_nm;
        row->a_low_nm2 = found.areas.low * nm2;
        row->a_total_nm2 = found.areas.total * nm2;
        row->low_fraction = found.areas.fraction;
        row->a_low_err_nm2 = found.areas.low_error * nm2;
        row->low_fraction_err = found.areas.fraction_error;
    }
    airy_difference_found_release(&found);
    return code;
}

static airy_code do_bands(shot *s, const airy_call *call, airy_error *err)
{
    airy_bands_found found;
    airy_shot_row *row = &s->run->record->row;
    if (!s->steps.bands.tsv)
        s->steps.bands.tsv = s->branches.text;
    airy_code code = airy_bands_step_run(call, &s->steps.bands, &found, err);
    if (code == AIRY_OK) {
        const airy_bands *bands = &found.bands;
        row->n_branches = bands->n;
        row->band_length_nm = bands->n ? bands->angles.length_nm : 0;
        row->fraction_20_40 = bands->angles.fraction_20_40;
        row->fraction_20_40_err = bands->angles.fraction_20_40_error;
        row->n_channels = bands->n_channels;
        row->largest_channel_nm2 = airy_channels_largest(bands);
    }
    airy_bands_found_release(&found);
    return code;
}

// The rim is a second opinion: a shot without one keeps its other numbers.
static airy_code measure_rim(shot *s, airy_error *err)
{
    airy_rim_options rim;
    airy_rim found;
    airy_shot_row *row = &s->run->record->row;
    airy_rim_options_defaults(&rim);
    rim.polarization_deg = s->steps.size.options.axis;
    airy_code code = airy_rim_fit(&s->mean, &rim, &found, err);
    if (code != AIRY_OK)
        return airy_error_forgive(err, code);
    row->rim_par_nm = found.par * s->pixel_nm;
    row->rim_perp_nm = found.perp * s->pixel_nm;
    row->rim_par_err_nm = found.par_err * s->pixel_nm;
    row->rim_perp_err_nm = found.perp_err * s->pixel_nm;
    row->apart_nm =
        fmax(fabs(row->r_par_nm - row->rim_par_nm), fabs(row->r_perp_nm - row->rim_perp_nm));
    return AIRY_OK;
}

// ------------------------------------------------------------------ the list

// A step: what it reads and writes (NULL: nothing) in the folder of the shot.
static const struct step {
    const char *name, *input, *output;
    airy_code (*run)(shot *s, const airy_call *call, airy_error *err);
    bool kept; // else what it writes is only handed on
} steps[] = {
    {"bin", NULL, "binned.cxi", do_bin, false}, // reads the shot's own file
    {"mask", "binned.cxi", "masked.cxi", do_mask, false},
    {"center", "masked.cxi", "centered.cxi", do_center, false},
    {"size", "centered.cxi", NULL, do_size, false},
    {"condense", "centered.cxi", "pattern.cxi", do_condense, true},
    {"retrieve", "pattern.cxi", "recon.h5", do_retrieve, false},
    {"average", "recon.h5", "image.cxi", do_average, true},
    {"difference", "image.cxi", "diff.h5", do_difference, true},
    {"bands", "diff.h5", "bands.h5", do_bands, true},
};
enum { STEPS = sizeof steps / sizeof *steps };

static airy_code path_in(const airy_shot_run *run, const char *name, airy_text *path,
                         airy_error *err)
{
    path->length = 0;
    airy_text_append(path, "%s/%s", run->folder, name);
    return path->failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a path") : AIRY_OK;
}

static airy_code do_step(shot *s, const struct step *step, airy_error *err)
{
    const airy_shot_run *run = s->run;
    airy_text input = {0}, output = {0};
    airy_code code = path_in(run, step->input ? step->input : "", &input, err);
    if (code == AIRY_OK)
        code = path_in(run, step->output ? step->output : "", &output, err);
    if (code == AIRY_OK) {
        airy_call call = *run->call;
        const char *inputs[] = {step->input ? input.text : run->source->file};
        call.n_inputs = 1;
        call.inputs = inputs;
        call.output = step->output ? output.text : NULL;
        call.overwrite = true;
        code = step->run(s, &call, err);
    }
    if (code != AIRY_OK && code != AIRY_ESTOPPED)
        airy_error_prefix(err, "%s", step->name);
    airy_text_release(&input);
    airy_text_release(&output);
    return airy_farm_agree(code, err);
}

// Removes what steps only handed on.
static void tidy(const airy_shot_run *run)
{
    airy_text path = {0};
    for (int i = 0; i < STEPS; i++)
        if (steps[i].output && !steps[i].kept && airy_farm_rank() == 0 &&
            path_in(run, steps[i].output, &path, NULL) == AIRY_OK)
            unlink(path.text);
    airy_text_release(&path);
}

// One frame of the shot's file, and its own calibration and mask.
static airy_code take_source(shot *s, char frames[32], airy_error *err)
{
    const airy_shot_source *source = s->run->source;
    airy_bin_step *bin = &s->steps.bin;
    airy_mask_options *mask = &s->steps.mask.options;
    if (source->gain && source->pedestal) {
        bin->photons.gain = source->gain;
        bin->photons.pedestal = source->pedestal;
    }
    if (source->mask)
        bin->mask = source->mask;
    if (!(mask->beamstop > 0) && s->run->beamstop > 0) // a cell wider than on the detector
        mask->beamstop = s->run->beamstop / bin->options.factor + 1;
    const airy_call look = {.n_inputs = 1, .inputs = (const char *[]){source->file}};
    snprintf(frames, 32, "%d:%d", source->frame, source->frame + 1);
    bool are_frames = false;
    // What is only said of the experiment does not make a pattern detector frames.
    airy_photons_options asked = bin->photons;
    asked.distance_m = asked.pitch_m = asked.calibrate.energy_ev = 0;
    asked.has_beam = false;
    airy_code code = airy_photons_are_frames(&look, &asked, &are_frames, err);
    if (are_frames)
        bin->photons.frames = frames;
    else
        bin->frame = source->frame;
    if (code == AIRY_OK)
        code = path_in(s->run, "centered.cxi", &s->score, err);
    return code == AIRY_OK ? path_in(s->run, "branches.tsv", &s->branches, err) : code;
}

airy_code airy_shot_do(const airy_shot_run *run, const airy_steps *options, airy_error *err)
{
    shot s = {.run = run, .steps = *options};
    char frames[32];
    airy_code code = take_source(&s, frames, err);
    for (int i = 0; code == AIRY_OK && i < STEPS; i++)
        code = do_step(&s, &steps[i], err);
    if (code == AIRY_OK)
        code = measure_rim(&s, err);
    if (!run->keep)
        tidy(run);
    airy_pattern_release(&s.centered);
    airy_image_release(&s.mean);
    airy_text_release(&s.score);
    airy_text_release(&s.branches);
    return code;
}

bool airy_shot_there(const char *folder)
{
    const airy_shot_run run = {.folder = folder};
    airy_text path = {0};
    bool there =
        path_in(&run, "branches.tsv", &path, NULL) == AIRY_OK && airy_file_exists(path.text);
    for (int i = 0; there && i < STEPS; i++)
        if (steps[i].kept)
            there = path_in(&run, steps[i].output, &path, NULL) == AIRY_OK &&
                    airy_file_exists(path.text);
    airy_text_release(&path);
    return there;
}

// ------------------------------------------------------------------ options

void airy_steps_defaults(airy_steps *s)
{
    airy_bin_step_defaults(&s->bin);
    airy_mask_step_defaults(&s->mask);
    airy_center_step_defaults(&s->center);
    airy_size_step_defaults(&s->size);
    airy_condense_step_defaults(&s->condense);
    airy_retrieve_step_begin(&s->retrieve, NULL);
    airy_average_step_defaults(&s->average);
    airy_difference_step_defaults(&s->difference);
    airy_bands_step_defaults(&s->bands);
}

// The texts of a search are read in a copy: they may not yet be what they are in the run.
static airy_code check(const void *of, airy_error *err)
{
    const airy_steps *s = of;
    const airy_call nobody = {.name = "retrieve"};
    airy_retrieve_step retrieve = s->retrieve;
    retrieve.call = &nobody;
    airy_code code = airy_retrieve_step_read(&retrieve, err);
    return code == AIRY_OK ? airy_average_options_check(&s->average.options, err) : code;
}

const airy_option airy_steps_rows[] = {
    AIRY_OPTIONS_WITHIN(airy_steps, bin, airy_bin_step_rows),
    AIRY_OPTIONS_WITHIN(airy_steps, mask, airy_mask_step_rows),
    AIRY_OPTIONS_WITHIN(airy_steps, center, airy_center_step_rows),
    AIRY_OPTIONS_WITHIN(airy_steps, size, airy_size_step_rows),
    AIRY_OPTIONS_WITHIN(airy_steps, condense, airy_condense_step_rows),
    AIRY_OPTIONS_WITHIN(airy_steps, retrieve, airy_retrieve_step_rows),
    AIRY_OPTIONS_WITHIN(airy_steps, average, airy_average_step_rows),
    AIRY_OPTIONS_WITHIN(airy_steps, difference, airy_difference_step_rows),
    AIRY_OPTIONS_WITHIN(airy_steps, bands, airy_bands_step_rows),
    {.check = check},
};

void airy_steps_files(const airy_steps *s, const char *files[AIRY_STEPS_FILES + 1])
{
    const airy_photons_options *p = &s->bin.photons;
    bool placed = strcmp(p->geometry, "grid") != 0 && strcmp(p->geometry, "none") != 0;
    // Gains of single modules are several names in one text, which stands in the parameters.
    const char *gain = p->gain && !strchr(p->gain, ',') ? p->gain : NULL;
    const char *const named[] = {
        gain,         p->pedestal,      placed ? p->geometry : NULL, p->background, s->bin.mask,
        s->size.mask, s->condense.mask, s->difference.spread_from};
    const char *retrieve[AIRY_PREPARE_FILES];
    int n = 0;
    airy_prepare_files(&s->retrieve.prepare, retrieve);
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (named[i])
            files[n++] = named[i];
    for (int i = 0; retrieve[i]; i++)
        files[n++] = retrieve[i];
    for (int i = 0; i < s->mask.files.n; i++)
        files[n++] = s->mask.files.text[i];
    files[n] = NULL;
}
