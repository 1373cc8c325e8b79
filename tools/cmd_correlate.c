// SPDX-License-Identifier: GPL-3.0-or-later
// airy correlate: how speckle changes with time, in regions of the detector.
#include "airy/speckle.h"
#include "airy/pattern.h"
#include "beside.h"
#include "commands.h"
#include "pieces.h"
#include "pose.h"
#include "results.h"
#include "say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct work {
    invocation *call;
    airy_correlate_options options;
    airy_findings_options findings;
    pose_options pose;
    airy_bins_options rings;
    const char *roi, *ring, *mask, *frames, *veto, *flat;
    const char *more[5]; // further input files
    int kernel, age, normalise;
    double age_bin_s;
    int from, to;
    uint8_t *vetoed;
    airy_speckle_files *files;
    airy_correlation result;
    airy_findings found;
    airy_history history;
    const char *regions; // those alone
    bool resume;
    airy_text hashes; // of the inputs
    airy_pieces *store;
} work;

static void release(work *w)
{
    airy_findings_release(&w->found);
    airy_correlation_release(&w->result);
    airy_speckle_close(w->files);
    airy_history_release(&w->history);
    airy_text_release(&w->hashes);
    airy_memory_free(w->vetoed);
}

// ------------------------------------------------------------------ options

static bool parse_flat(work *w)
{
    char rest;
    airy_correlate_options *o = &w->options;
    if (strcmp(w->flat, "none") == 0 || strcmp(w->flat, "mean") == 0) {
        o->flat = w->flat[0] == 'm' ? AIRY_FLAT_MEAN : AIRY_FLAT_NONE;
        return true;
    }
    o->flat = AIRY_FLAT_POLYNOMIAL;
    return strcmp(w->flat, "polynomial") == 0 ||
           sscanf(w->flat, "polynomial:%d%c", &o->degree, &rest) == 1;
}

// "A:B:N" or "A:B:N,SECTORS", 1/A.
static bool parse_rings(work *w)
{
    char rest;
    airy_bins_options *o = &w->rings;
    airy_bins_options_defaults(o);
    o->sectors = 1;
    int found =
        sscanf(w->ring, "%lf:%lf:%d,%d%c", &o->low, &o->high, &o->rings, &o->sectors, &rest);
    return (found == 3 || found == 4) && o->low < o->high && o->low >= 0 && o->rings > 0 &&
           o->sectors > 0 && !strchr(w->ring, ' ');
}

static int interpret(work *w)
{
    airy_error err = {0};
    w->options.kernel = (airy_kernel)w->kernel;
    w->options.by_mean = w->normalise == 1;
    w->options.drops = w->veto && strcmp(w->veto, "auto") == 0;
    w->options.threads = w->call->threads;
    w->findings.curve.middle = w->age == 1;
    w->findings.steps = w->options.steps;
    w->findings.seed = w->call->seed;
    if (!parse_flat(w))
        return options_wrong(w->call, "--flat is none, mean, polynomial or polynomial:DEGREE");
    if (!airy_text_span(w->frames, &w->from, &w->to))
        return options_wrong(w->call, "--frames %s: A:B with 0 <= A < B is wanted", w->frames);
    if (!airy_text_span(w->regions, &w->options.only[0], &w->options.only[1]))
        return options_wrong(w->call, "--regions %s: A:B with 0 <= A < B is wanted", w->regions);
    if (!w->roi == !w->ring)
        return options_wrong(w->call, "--roi MAP or --rings A:B:N says which pixels belong "
                                      "together; one of them is wanted");
    if (w->ring && !parse_rings(w))
        return options_wrong(w->call,
                             "--rings %s: A:B:N or A:B:N,SECTORS is wanted, A below B in "
                             "1/A",
                             w->ring);
    if (airy_correlate_options_check(&w->options, &err) != AIRY_OK)
        return options_wrong(w->call, "%s", err.message);
    return 0;
}

// ------------------------------------------------------------------ inputs

static airy_code read_map(const work *w, const airy_polar *polar, airy_regions *regions,
                          airy_error *err)
{
    const airy_speckle_source *source = airy_speckle_files_source(w->files);
    airy_frames *map = airy_frames_open_plain(w->roi, err);
    airy_pattern pattern = {0};
    airy_code code = map ? airy_frames_read(map, 0, &pattern, err) : err->code;
    const airy_image *image = &pattern.photons;
    if (code == AIRY_OK && (image->ny != source->ny || image->nx != source->nx))
        code = airy_error_set(err, AIRY_ESHAPE, "the map is %d x %d, the frames are %d x %d",
                              image->ny, image->nx, source->ny, source->nx);
    if (code == AIRY_OK)
        code = airy_regions_from_map(image, polar, regions, err);
    airy_pattern_release(&pattern);
    airy_frames_close(map);
    return code == AIRY_OK ? code : airy_error_prefix(err, "%s", w->roi);
}

static airy_code make_rings(const work *w, const airy_polar *polar, airy_regions *regions,
                            airy_error *err)
{
    airy_bins bins = {0};
    airy_code code = airy_bins_rings(&bins, polar, NULL, &w->rings, err);
    if (code == AIRY_OK)
        code = airy_regions_from_bins(&bins, regions, err);
    if (code == AIRY_OK && regions->n < bins.n)
        say_warning(w->call, "%d of %d rings and sectors have no pixel and are left out",
                    bins.n - regions->n, bins.n);
    airy_bins_release(&bins);
    return code;
}

// The geometry is needed for rings; a map's regions have their q when it is given.
static airy_code find_regions(const work *w, airy_regions *regions, airy_error *err)
{
    const airy_speckle_source *source = airy_speckle_files_source(w->files);
    const airy_setup known = airy_speckle_files_beam(w->files);
    bool posed = w->ring || pose_is_given(&w->pose);
    airy_polar polar = {0};
    airy_pose pose;
    airy_code code = AIRY_OK;
    if (posed)
        code = pose_find(&w->pose, &known, source->ny, source->nx, &pose, err);
    if (posed && code == AIRY_OK)
        code =
            airy_polar_init(&polar, &pose, source->ny, source->nx, AIRY_RADIAL_Q_INV_A, false, err);
    if (code == AIRY_OK)
        code = w->ring ? make_rings(w, &polar, regions, err)
                       : read_map(w, posed ? &polar : NULL, regions, err);
    airy_polar_release(&polar);
    return code;
}

static airy_code apply_mask(const work *w, airy_regions *regions, airy_error *err)
{
    airy_mask mask = {0};
    if (!w->mask)
        return AIRY_OK;
    airy_code code = airy_frames_read_mask(&w->call->run, w->mask, &mask, err);
    size_t size = (size_t)regions->ny * (size_t)regions->nx;
    if (code == AIRY_OK && (mask.ny != regions->ny || mask.nx != regions->nx))
        code = airy_error_set(err, AIRY_ESHAPE, "%s is %d x %d, the frames are %d x %d", w->mask,
                              mask.ny, mask.nx, regions->ny, regions->nx);
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
    if (!w->veto || w->options.drops)
        return AIRY_OK;
    airy_code code = airy_table_read(w->veto, &table, err);
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
    return code == AIRY_OK ? code : airy_error_prefix(err, "%s", w->veto);
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
    if (code == AIRY_OK && !w->mask)
        airy_frames_question(&w->call->run, w->call->inputs[0], &first);
    airy_image_release(&first);
    return code;
}

static airy_code open_inputs(work *w, airy_regions *regions, airy_error *err)
{
    w->files =
        airy_speckle_open(w->call->inputs, w->call->n_inputs, w->from, w->frames ? w->to : -1, err);
    airy_code code = w->files ? read_veto(w, err) : err->code;
    if (code == AIRY_OK)
        code = find_regions(w, regions, err);
    if (code == AIRY_OK)
        code = question_values(w, err);
    if (code == AIRY_OK)
        code = apply_mask(w, regions, err);
    if (code == AIRY_OK && w->findings.period_s <= 0)
        w->findings.period_s = airy_speckle_files_period(w->files);
    if (code == AIRY_OK && w->findings.period_s <= 0)
        say_warning(w->call, "the time between frames is not known (--period): times count frames");
    double period = w->findings.period_s > 0 ? w->findings.period_s : 1;
    w->findings.curve.age_bin = w->age_bin_s / period;
    if (code == AIRY_OK && w->age_bin_s > 0 && w->findings.curve.age_bin < 1)
        code = airy_error_set(err, AIRY_EARGUMENT, "--age-bin %g s is shorter than a frame of %g s",
                              w->age_bin_s, period);
    return code;
}

// ------------------------------------------------------------------ outputs

static void say_gaps(const work *w)
{
    const airy_survey *s = &w->result.survey;
    say_note(w->call, "%d of %d frames count, %s kernel, %.4g photons a pixel and frame", s->used,
             s->frames, airy_kernel_names[w->result.kernel], s->occupancy);
    if (s->used < s->frames)
        say_note(w->call,
                 "gaps: %d lost, %d vetoed, %d without beam, %d with too many pixels missing",
                 s->lost, s->vetoed, s->dropped, s->lacking);
    if (s->dark && !w->options.by_mean)
        say_warning(w->call,
                    "%d frame%s no photon in the regions: left out; for so little light "
                    "--normalise mean is better",
                    s->dark, s->dark == 1 ? " has" : "s have");
    if (w->result.planes[0].tiles.grain > 0)
        say_note(w->call, "ages are known to %d frames, for want of --memory",
                 1 << w->result.planes[0].tiles.grain);
}

// Fully developed speckle that stands still has a baseline of 2, and no light has more.
static void question_baselines(const work *w)
{
    for (int r = 0; r < w->found.regions; r++)
        if (w->found.result[r].baseline > 2.2)
            say_warning(w->call,
                        "region %d: the baseline is %.3g: pixels differ by more than speckle does "
                        "(hot ones? --mask leaves them out, --flat takes out what is smooth)",
                        (int)w->result.regions.label[r], w->found.result[r].baseline);
}

static airy_code write_table(const work *w, airy_table *table, const char *name, airy_error *err)
{
    airy_text path = {0};
    beside_path(w->call->output, "corr", name, &path);
    airy_code code = airy_history_copy(&table->history, &w->history, err);
    if (code == AIRY_OK)
        code = airy_table_write(path.text, table, w->call->overwrite, err);
    airy_text_release(&path);
    airy_table_release(table);
    return code;
}

static airy_code write_tables(const work *w, airy_error *err)
{
    airy_table g2 = {0}, rois = {0}, steps = {0};
    airy_code code = airy_findings_g2(&w->result, &w->found, &g2, err);
    if (code == AIRY_OK)
        code = write_table(w, &g2, "g2.tsv", err);
    if (code == AIRY_OK)
        code = airy_findings_rois(&w->result, &w->found, &rois, err);
    if (code == AIRY_OK)
        code = results_print_table(&rois, err);
    if (code == AIRY_OK)
        code = write_table(w, &rois, "rois.tsv", err);
    if (code == AIRY_OK && w->options.steps)
        code = airy_findings_steps(&w->found, &steps, err);
    if (code == AIRY_OK && w->options.steps)
        code = write_table(w, &steps, "steps.tsv", err);
    return code;
}

// Nothing that is there is lost after the work: tables stand beside the output.
static airy_code check_tables(const work *w, airy_error *err)
{
    static const char *const names[] = {"g2.tsv", "rois.tsv", "steps.tsv"};
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < 2 + w->options.steps; i++) {
        airy_text path = {0};
        beside_path(w->call->output, "corr", names[i], &path);
        code = airy_call_outputs(&w->call->run, w->call->output, path.text, err);
        airy_text_release(&path);
    }
    return code;
}

static airy_code write_outputs(work *w, airy_error *err)
{
    const airy_setup beam = airy_speckle_files_beam(w->files);
    airy_code code = airy_call_record_hashed(&w->call->run, &w->hashes, NULL, &w->history, err);
    if (code == AIRY_OK)
        code = airy_correlation_write(w->call->output, &w->result, &w->found, &beam, &w->history,
                                      w->call->overwrite, err);
    return code == AIRY_OK ? write_tables(w, err) : code;
}

static void say_steps(const work *w)
{
    if (w->options.steps && w->found.n_steps == 0)
        say_note(w->call, "no step of a chance below %g", w->findings.chance);
    for (int i = 0; i < w->found.n_steps; i++)
        say_note(w->call, "step before frame %d (%d to %d), depth %.3g, chance %.2g",
                 w->found.steps[i].frame, w->found.steps[i].low, w->found.steps[i].high,
                 w->found.steps[i].depth, w->found.steps[i].chance);
}

static airy_code correlate(work *w, airy_regions *regions, airy_error *err)
{
    bool pieces = w->regions || w->resume || airy_farm_ranks() > 1;
    airy_code code = airy_call_hash(&w->call->run, w->more, w->call->run.progress, &w->hashes, err);
    if (code == AIRY_OK && pieces)
        code = pieces_open(w->call, &w->hashes, &w->store, err);
    w->options.store = w->store;
    w->options.progress = say_progress(w->call, "correlate");
    if (code == AIRY_OK)
        code = airy_correlate(airy_speckle_files_source(w->files), regions, &w->options, &w->result,
                              err);
    say_progress_end();
    return code;
}

static airy_code finish(work *w, airy_error *err)
{
    say_gaps(w);
    if (w->regions) {
        say_note(w->call, "regions %s are kept in %s.pieces; all of them want --resume", w->regions,
                 w->call->output);
        return AIRY_OK;
    }
    airy_code code = airy_findings_make(&w->result, &w->findings, &w->found, err);
    if (code == AIRY_OK)
        say_steps(w), question_baselines(w);
    return code == AIRY_OK ? write_outputs(w, err) : code;
}

static airy_code run(work *w, airy_error *err)
{
    airy_regions regions = {0};
    airy_code code = check_tables(w, err);
    if (code == AIRY_OK)
        code = open_inputs(w, &regions, err);
    if (code == AIRY_OK)
        code = airy_histories_merge(w->call->inputs, &w->history, err);
    if (code == AIRY_OK)
        code = correlate(w, &regions, err);
    airy_regions_release(&regions);
    if (code == AIRY_OK)
        code = finish(w, err);
    airy_pieces_close(w->store, code == AIRY_OK && !w->regions && airy_farm_rank() == 0);
    return code;
}

// Further input files, for the history.
static void list_files(work *w)
{
    const char *const files[] = {w->roi, w->pose.poni, w->mask, w->options.drops ? NULL : w->veto};
    int n = 0;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (files[i])
            w->more[n++] = files[i];
}

int cmd_correlate(invocation *call)
{
    work w = {.call = call, .flat = "none", .findings = {.chance = 0.01}};
    airy_correlate_options_defaults(&w.options);
    airy_error err = {0};
    option rows[POSE_ROWS];
    pose_rows(&w.pose, rows);
    option how[] = {
        {"regions", OPTION_TEXT, &w.regions, .unit = "A:B",
         .help = "regions A to B - 1, counted from 0, alone, kept beside the output for --resume"},
        {"resume", OPTION_FLAG, &w.resume,
         .help = "take regions that are kept, and keep those that are done"},
        {0},
    };
    const option table[] = {
        {"run", OPTION_HOW, .at = how},
        {"roi", OPTION_TEXT, &w.roi, .unit = "MAP",
         .help = "image of whole numbers: pixels of one number above 0 are a region"},
        {"rings", OPTION_TEXT, &w.ring, .unit = "A:B:N[,SECTORS]",
         .help = "N rings from A to B, 1/A, each cut into sectors"},
        {"pose", OPTION_ROWS, .at = rows},
        {"mask", OPTION_TEXT, &w.mask, .unit = "FILE", .help = "pixels that are left out"},
        {"frames", OPTION_TEXT, &w.frames, .unit = "A:B", .help = "frames A to B - 1 alone"},
        {"period", OPTION_DOUBLE, &w.findings.period_s, .low = 0, .high = 1e6, .unit = "s",
         .help = "from frame to frame; 0 = as the file says"},
        {"veto", OPTION_TEXT, &w.veto, .unit = "LIST|auto",
         .help = "frames to leave out: a table with a column frame, or those below half the "
                 "median intensity"},
        {"flat", OPTION_TEXT, &w.flat, .unit = "none|mean|polynomial:D",
         .help = "divide pixels by their mean, or by a polynomial of degree D through it"},
        {"normalise", OPTION_CHOICE, &w.normalise, .choices = "frame|mean",
         .help = "by each frame's own mean, or by that of all frames"},
        {"age", OPTION_CHOICE, &w.age, .choices = "first|middle",
         .help = "of a pair of frames: the earlier time, or the middle"},
        {"age-bin", OPTION_DOUBLE, &w.age_bin_s, .low = 0, .high = 1e9, .unit = "s",
         .help = "curves by age in bins of so long; 0 = all ages alone"},
        {"per-decade", OPTION_INT, &w.findings.curve.per_decade, .low = 0, .high = 100,
         .help = "delays a decade; 0 = as fine as they are known"},
        {"map", OPTION_INT, &w.options.map, .low = 2, .high = 4096,
         .help = "most cells a side of the two-time map"},
        {"kernel", OPTION_CHOICE, &w.kernel, .choices = "auto|dense|events|small",
         .help = "how products are made; all give the same sums"},
        {"every-lag", OPTION_FLAG, &w.options.every_lag,
         .help = "keep every delay, however many frames"},
        {"steps", OPTION_FLAG, &w.options.steps, .help = "look for sudden changes of the dynamics"},
        {"chance", OPTION_DOUBLE, &w.findings.chance, .low = 1e-6, .high = 1,
         .help = "most of a step that is told"},
        {"memory", OPTION_DOUBLE, &w.options.memory_mb, .low = 1, .high = 1e7, .unit = "MB",
         .help = "for what is summed and for photons"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT | TAKES_THREADS | TAKES_SEED, 1, 64))
        return call->status;
    int wrong = options_no_twins(call);
    if (!wrong)
        wrong = interpret(&w);
    if (wrong)
        return wrong;
    list_files(&w);
    airy_code code = run(&w, &err);
    release(&w);
    return say_done(call, code, &err);
}
