// SPDX-License-Identifier: GPL-3.0-or-later
// Correlation as a step: frames and regions in, corr.h5 and tables beside it out.
#include "airy/pattern.h"
#include "airy/speckle.h"
#include "correlate.h"
#include "files.h"
#include "findings.h"

typedef struct work {
    const airy_call *call;
    airy_call again; // the same, of a run that had begun to write its outputs
    const airy_correlate_step *step;
    airy_correlate_options options;
    airy_findings_options findings;
    const char *more[5]; // further input files
    uint8_t *vetoed;
    airy_speckle_files *files;
    airy_correlation result;
    airy_findings found;
    airy_history history;
    airy_text hashes; // of the inputs
    airy_pieces *store;
    airy_table *rois; // the caller's
} work;

void airy_correlate_step_defaults(airy_correlate_step *step)
{
    *step = (airy_correlate_step){.to = -1, .findings = {.chance = 0.01}};
    airy_correlate_options_defaults(&step->options);
    airy_bins_options_defaults(&step->rings);
    step->rings.sectors = 1;
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_correlate_step *step = of;
    if (!step->roi == !step->ringed)
        return airy_error_set(
            err, AIRY_EARGUMENT,
            "--roi MAP or --rings A:B:N says which pixels belong together; one of "
            "them is wanted");
    int from, to;
    if (!airy_text_span(step->regions, &from, &to))
        return airy_error_set(err, AIRY_EARGUMENT, "--regions %s: A:B with 0 <= A < B is wanted",
                              step->regions);
    return airy_correlate_options_check(&step->options, err);
}

const airy_option airy_correlate_step_rows[] = {
    AIRY_OPTION(airy_correlate_step, roi, "roi", .unit = "MAP",
                .help = "image of whole numbers: pixels of one number above 0 are a region"),
    AIRY_OPTION(airy_correlate_step, mask, "mask", .unit = "FILE",
                .help = "pixels that are left out"),
    AIRY_OPTION(airy_correlate_step, findings.period_s, "period", .low = 0, .high = 1e6,
                .unit = "s", .help = "from frame to frame; 0 = as the file says"),
    AIRY_OPTION(airy_correlate_step, veto, "veto", .unit = "LIST|auto",
                .help = "frames to leave out: a table with a column frame, or those below half the "
                        "median intensity"),
    AIRY_OPTION(airy_correlate_step, options.by_mean, "normalise", .choices = "frame|mean",
                .help = "by each frame's own mean, or by that of all frames"),
    AIRY_OPTION(airy_correlate_step, findings.curve.middle, "age", .choices = "first|middle",
                .help = "of a pair of frames: the earlier time, or the middle"),
    AIRY_OPTION(airy_correlate_step, age_bin_s, "age-bin", .low = 0, .high = 1e9, .unit = "s",
                .help = "curves by age in bins of so long; 0 = all ages alone"),
    AIRY_OPTION(airy_correlate_step, findings.curve.per_decade, "per-decade", .low = 0, .high = 100,
                .help = "delays a decade; 0 = as fine as they are known"),
    AIRY_OPTION(airy_correlate_step, partless, "parts", .choices = "on|off",
                .help = "curves without a 16th of the pixels, which tell the errors of fits"),
    AIRY_OPTION(airy_correlate_step, options.map, "map", .low = 2, .high = 4096,
                .help = "most cells a side of the two-time map"),
    AIRY_OPTION(airy_correlate_step, options.kernel, "kernel", .choices = "auto|dense|events|small",
                .help = "how products are made; all give the same sums"),
    AIRY_OPTION(airy_correlate_step, options.every_lag, "every-lag",
                .help = "keep every delay, however many frames"),
    AIRY_OPTION(airy_correlate_step, options.steps, "steps",
                .help = "look for sudden changes of the dynamics"),
    AIRY_OPTION(airy_correlate_step, findings.chance, "chance", .low = 1e-6, .high = 1,
                .help = "most of a step that is told"),
    AIRY_OPTION(airy_correlate_step, options.memory_mb, "memory", .low = 1, .high = 1e7,
                .unit = "MB", .help = "for what is summed and for photons"),
    {.check = check},
};

static void release(work *w)
{
    airy_findings_release(&w->found);
    airy_correlation_release(&w->result);
    airy_speckle_close(w->files);
    airy_history_release(&w->history);
    airy_text_release(&w->hashes);
    airy_memory_free(w->vetoed);
}

// ------------------------------------------------------------------ inputs

static airy_code read_map(const work *w, const airy_polar *polar, airy_regions *regions,
                          airy_error *err)
{
    const airy_speckle_source *source = airy_speckle_files_source(w->files);
    airy_frames *map = airy_frames_open_plain(w->step->roi, err);
    airy_pattern pattern = {0};
    airy_code code = map ? airy_frames_read(map, 0, &pattern, err) : airy_error_code(err, AIRY_EIO);
    const airy_image *image = &pattern.photons;
    if (code == AIRY_OK && (image->ny != source->ny || image->nx != source->nx))
        code = airy_error_set(err, AIRY_ESHAPE, "the map is %d x %d, the frames are %d x %d",
                              image->ny, image->nx, source->ny, source->nx);
    if (code == AIRY_OK)
        code = airy_regions_from_map(image, polar, regions, err);
    airy_pattern_release(&pattern);
    airy_frames_close(map);
    return code == AIRY_OK ? code : airy_error_prefix(err, "%s", w->step->roi);
}

static airy_code make_rings(const work *w, const airy_polar *polar, airy_regions *regions,
                            airy_error *err)
{
    airy_bins bins = {0};
    airy_code code = airy_bins_rings(&bins, polar, NULL, &w->step->rings, err);
    if (code == AIRY_OK)
        code = airy_regions_from_bins(&bins, regions, err);
    if (code == AIRY_OK && regions->n < bins.n)
        airy_call_warn(w->call, "%d of %d rings and sectors have no pixel and are left out",
                       bins.n - regions->n, bins.n);
    airy_bins_release(&bins);
    return code;
}

// The geometry is needed for rings; a map's regions have their q when it is given.
static airy_code find_regions(const work *w, airy_regions *regions, airy_error *err)
{
    const airy_speckle_source *source = airy_speckle_files_source(w->files);
    const airy_setup known = airy_speckle_files_beam(w->files);
    bool posed = w->step->ringed || airy_pose_is_said(&w->step->pose);
    airy_polar polar = {0};
    airy_pose pose;
    airy_code code = AIRY_OK;
    if (posed)
        code = airy_pose_find(&w->step->pose, &known, source->ny, source->nx, &pose, err);
    if (posed && code == AIRY_OK)
        code =
            airy_polar_init(&polar, &pose, source->ny, source->nx, AIRY_RADIAL_Q_INV_A, false, err);
    if (code == AIRY_OK)
        code = w->step->ringed ? make_rings(w, &polar, regions, err)
                               : read_map(w, posed ? &polar : NULL, regions, err);
    airy_polar_release(&polar);
    return code;
}

static airy_code apply_mask(const work *w, airy_regions *regions, airy_error *err)
{
    airy_mask mask = {0};
    if (!w->step->mask)
        return AIRY_OK;
    airy_code code = airy_frames_read_mask(w->call, w->step->mask, &mask, err);
    size_t size = (size_t)regions->ny * (size_t)regions->nx;
    if (code == AIRY_OK && (mask.ny != regions->ny || mask.nx != regions->nx))
        code = airy_error_set(err, AIRY_ESHAPE, "%s is %d x %d, the frames are %d x %d",
                              w->step->mask, mask.ny, mask.nx, regions->ny, regions->nx);
    uint8_t *keep = code == AIRY_OK ? airy_memory_new(size, 1) : NULL;
    if (code == AIRY_OK && !keep)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for a mask");
    for (size_t i = 0; code == AIRY_OK && i < size; i++)
        keep[i] = !(mask.bits[i] & AIRY_MASK_EXCLUDES);
    if (code == AIRY_OK)
        code = airy_regions_keep(regions, keep, err);
    airy_memory_free(keep);
    airy_mask_release(&mask);
    return code;
}

// Frames of a table with a column `frame` (counted from the first frame used), and where there is
// one `hit`: 0 is no reason for a veto.
static airy_code read_veto(work *w, airy_error *err)
{
    airy_table table = {0};
    int frames = airy_speckle_files_source(w->files)->frames;
    if (!w->step->veto || w->options.drops)
        return AIRY_OK;
    airy_code code = airy_table_read(w->step->veto, &table, err);
    w->vetoed = airy_memory_new((size_t)frames, 1);
    if (code == AIRY_OK && !w->vetoed)
        code = airy_error_set(err, AIRY_EMEMORY, "no memory for %d frames", frames);
    for (int i = 0; code == AIRY_OK && i < table.rows; i++) {
        int frame = 0;
        code = airy_table_get_int(&table, i, "frame", &frame, err);
        if (code == AIRY_OK && (frame < 0 || frame >= frames))
            code = airy_error_set(err, AIRY_EVALUE, "frame %d is none of %d", frame, frames);
        else if (code == AIRY_OK)
            w->vetoed[frame] = 1;
    }
    w->options.veto = w->vetoed;
    airy_table_release(&table);
    return code == AIRY_OK ? code : airy_error_prefix(err, "%s", w->step->veto);
}

// Whether the first frame has values in gaps.
static airy_code question_values(const work *w, airy_error *err)
{
    const airy_speckle_source *source = airy_speckle_files_source(w->files);
    airy_image first = {0};
    bool good;
    airy_code code = airy_image_init(&first, source->ny, source->nx, err);
    if (code == AIRY_OK)
        code = source->read(source->context, 0, first.px, &good, err);
    if (code == AIRY_OK && !w->step->mask)
        airy_frames_question(w->call, w->call->inputs[0], &first, NULL);
    airy_image_release(&first);
    return code;
}

static airy_code open_inputs(work *w, airy_regions *regions, airy_error *err)
{
    w->files =
        airy_speckle_open(w->call->inputs, w->call->n_inputs, w->step->from, w->step->to, err);
    airy_code code = w->files ? read_veto(w, err) : airy_error_code(err, AIRY_EIO);
    if (code == AIRY_OK)
        code = find_regions(w, regions, err);
    if (code == AIRY_OK)
        code = question_values(w, err);
    if (code == AIRY_OK)
        code = apply_mask(w, regions, err);
    if (code == AIRY_OK && w->findings.period_s <= 0)
        w->findings.period_s = airy_speckle_files_period(w->files);
    if (code == AIRY_OK && w->findings.period_s <= 0)
        airy_call_warn(w->call,
                       "the time between frames is not known (--period): times count frames");
    double period = w->findings.period_s > 0 ? w->findings.period_s : 1;
    w->findings.curve.age_bin = w->step->age_bin_s / period;
    if (code == AIRY_OK && w->step->age_bin_s > 0 && w->findings.curve.age_bin < 1)
        code = airy_error_set(err, AIRY_EARGUMENT, "--age-bin %g s is shorter than a frame of %g s",
                              w->step->age_bin_s, period);
    return code;
}

// ------------------------------------------------------------------ outputs

static void say_gaps(const work *w)
{
    const airy_survey *s = &w->result.survey;
    airy_call_note(w->call, "%d of %d frames count, %s kernel, %.4g photons a pixel and frame",
                   s->used, s->frames, airy_kernel_names[w->result.kernel], s->occupancy);
    if (s->used < s->frames)
        airy_call_note(w->call,
                       "gaps: %d lost, %d vetoed, %d without beam, %d with too many pixels missing",
                       s->lost, s->vetoed, s->dropped, s->lacking);
    if (s->dark && !w->options.by_mean)
        airy_call_warn(w->call,
                       "%d frame%s no photon in the regions: left out; for so little light "
                       "--normalise mean is better",
                       s->dark, s->dark == 1 ? " has" : "s have");
    if (w->result.planes[0].tiles.grain > 0)
        airy_call_note(w->call, "ages are known to %d frames, for want of --memory",
                       1 << w->result.planes[0].tiles.grain);
    const airy_parts *parts = &w->result.planes[0].parts;
    bool by_age = w->findings.curve.age_bin > 0 && parts->ages.bins == 0;
    if (w->options.curve && (!parts->sum || by_age))
        airy_call_note(w->call, "curves without a part of the pixels are %s, for want of --memory",
                       parts->sum ? "of all ages alone" : "not kept");
}

// Fully developed speckle that stands still has a baseline of 2, and no light has more.
static void question_baselines(const work *w)
{
    for (int r = 0; r < w->found.regions; r++)
        if (w->found.result[r].baseline > 2.2)
            airy_call_warn(
                w->call,
                "region %d: the baseline is %.3g: pixels differ by more than speckle does "
                "(hot ones? --mask leaves them out, --flat takes out what is smooth)",
                (int)w->result.regions.label[r], w->found.result[r].baseline);
}

static airy_code write_table(const work *w, const airy_table *table, const char *name,
                             airy_error *err)
{
    airy_text path = {0};
    airy_output_beside(w->call->output, "corr", name, &path);
    airy_code code = airy_table_write_under(path.text, table, &w->history, w->call->overwrite, err);
    airy_text_release(&path);
    return code;
}

static airy_code write_tables(const work *w, airy_error *err)
{
    airy_table g2 = {0}, steps = {0};
    airy_code code = airy_findings_g2(&w->result, &w->found, &g2, err);
    if (code == AIRY_OK)
        code = write_table(w, &g2, "g2.tsv", err);
    if (code == AIRY_OK)
        code = airy_findings_rois(&w->result, &w->found, w->rois, err);
    if (code == AIRY_OK)
        code = write_table(w, w->rois, "rois.tsv", err);
    if (code == AIRY_OK && w->options.steps)
        code = airy_findings_steps(&w->found, &steps, err);
    if (code == AIRY_OK && w->options.steps)
        code = write_table(w, &steps, "steps.tsv", err);
    airy_table_release(&g2);
    airy_table_release(&steps);
    return code;
}

// Nothing that is there is lost after the work: tables stand beside the output.
static airy_code check_tables(const work *w, airy_error *err)
{
    static const char *const names[] = {"g2.tsv", "rois.tsv", "steps.tsv"};
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < 2 + w->options.steps; i++) {
        airy_text path = {0};
        airy_output_beside(w->call->output, "corr", names[i], &path);
        code = airy_call_outputs(w->call, w->call->output, path.text, err);
        airy_text_release(&path);
    }
    return code;
}

static airy_code write_outputs(work *w, airy_error *err)
{
    const airy_setup beam = airy_speckle_files_beam(w->files);
    airy_code code = airy_call_record_hashed(w->call, &w->hashes, NULL, &w->history, err);
    if (code == AIRY_OK)
        code = airy_correlation_write(w->call->output, &w->result, &w->found, &beam, &w->history,
                                      w->call->overwrite, err);
    return code == AIRY_OK ? write_tables(w, err) : code;
}

static void say_steps(const work *w)
{
    if (w->options.steps && w->found.n_steps == 0)
        airy_call_note(w->call, "no step of a chance below %g", w->findings.chance);
    for (int i = 0; i < w->found.n_steps; i++)
        airy_call_note(w->call, "step before frame %d (%d to %d), depth %.3g, chance %.2g",
                       w->found.steps[i].frame, w->found.steps[i].low, w->found.steps[i].high,
                       w->found.steps[i].depth, w->found.steps[i].chance);
}

// Of a run that goes on: what it had begun to write may be written anew.
static airy_code check_again(work *w, airy_error *err)
{
    w->again = *w->call;
    w->again.overwrite |= airy_pieces_wrote_outputs(w->store);
    w->call = &w->again;
    return check_tables(w, err);
}

static airy_code correlate(work *w, airy_regions *regions, airy_error *err)
{
    airy_code code = airy_call_hash(w->call, w->more, w->call->progress, &w->hashes, err);
    if (code == AIRY_OK && (w->step->regions || w->step->resume || airy_farm_ranks() > 1)) {
        w->store = airy_pieces_of_call(w->call, &w->hashes, err);
        code = w->store ? AIRY_OK : airy_error_code(err, AIRY_EIO);
    }
    if (code == AIRY_OK && w->step->resume)
        code = check_again(w, err);
    w->options.store = w->store;
    w->options.progress = w->call->progress;
    w->options.curve = w->step->partless ? NULL : &w->findings.curve;
    if (code == AIRY_OK)
        code = airy_correlate(airy_speckle_files_source(w->files), regions, &w->options, &w->result,
                              err);
    return code;
}

static airy_code finish(work *w, airy_error *err)
{
    say_gaps(w);
    if (w->step->regions) {
        airy_call_note(w->call, "regions %s are kept in %s.pieces; all of them want --resume",
                       w->step->regions, w->call->output);
        return AIRY_OK;
    }
    airy_code code = airy_findings_make(&w->result, &w->findings, &w->found, err);
    if (code == AIRY_OK)
        say_steps(w), question_baselines(w);
    if (code == AIRY_OK)
        code = airy_pieces_write_outputs(w->store, err);
    return code == AIRY_OK ? write_outputs(w, err) : code;
}

// The histories of the inputs as one.
static airy_code merge_histories(work *w, airy_error *err)
{
    size_t n = (size_t)w->call->n_inputs;
    const char **specs = airy_memory_new(n + 1, sizeof *specs); // ended by NULL
    if (!specs)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %zu names", n);
    for (size_t i = 0; i < n; i++)
        specs[i] = w->call->inputs[i];
    airy_code code = airy_histories_merge(specs, &w->history, err);
    airy_memory_free(specs);
    return code;
}

static airy_code run(work *w, airy_error *err)
{
    airy_regions regions = {0};
    airy_code code = w->step->resume ? AIRY_OK : check_tables(w, err);
    if (code == AIRY_OK)
        code = open_inputs(w, &regions, err);
    if (code == AIRY_OK)
        code = merge_histories(w, err);
    if (code == AIRY_OK)
        code = correlate(w, &regions, err);
    airy_regions_release(&regions);
    if (code == AIRY_OK)
        code = finish(w, err);
    airy_pieces_close(w->store, code == AIRY_OK && !w->step->regions && airy_farm_rank() == 0);
    return code;
}

// Further input files, for the history.
static void list_files(work *w)
{
    const airy_correlate_step *s = w->step;
    const char *const files[] = {s->roi, s->pose.poni, s->mask, w->options.drops ? NULL : s->veto};
    int n = 0;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (files[i])
            w->more[n++] = files[i];
}

airy_code airy_correlate_step_run(const airy_call *call, const airy_correlate_step *step,
                                  airy_table *rois, airy_error *err)
{
    work w = {.call = call,
              .step = step,
              .options = step->options,
              .findings = step->findings,
              .rois = rois};
    *rois = (airy_table){0};
    w.options.threads = call->threads;
    w.findings.seed = call->seed;
    w.findings.steps = step->options.steps;
    airy_code code = airy_options_check(airy_correlate_step_rows, step, err);
    list_files(&w);
    if (step->regions && !airy_text_span(step->regions, &w.options.only[0], &w.options.only[1]))
        w.options.only[0] = w.options.only[1] = 0; // which the check has found
    if (code == AIRY_OK)
        code = run(&w, err);
    release(&w);
    return code;
}
