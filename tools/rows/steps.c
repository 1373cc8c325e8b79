// SPDX-License-Identifier: GPL-3.0-or-later
// Options of the steps of the chain.
#include "steps.h"

#include <assert.h>
#include <string.h>

// Copies a table with its end.
static void copy(const option *table, size_t n, option rows[STEP_ROWS])
{
    assert(n <= STEP_ROWS);
    memcpy(rows, table, n * sizeof *table);
}

option ring_table_row(const char **path)
{
    return (option){"ring-table",
                    OPTION_TEXT,
                    path,
                    .unit = "FILE.tsv",
                    .help = "also write ring correlation, and PRTF if any, as a table",
                    .was = "rings"};
}

void bin_rows(airy_bin_step *step, option rows[STEP_ROWS])
{
    const option table[] = {
        {"factor", OPTION_INT, &step->options.factor, .low = 1, .high = 64, .unit = "PIXELS",
         .help = "side of a cell"},
        {"mask", OPTION_TEXT, &step->mask, .unit = "FILE",
         .help = "further reasons to exclude pixels"},
        {"coverage", OPTION_DOUBLE, &step->options.coverage, .low = 0, .high = 1, .unit = "SHARE",
         .help = "least valid share of a cell"},
        {"align-center", OPTION_FLAG, &step->options.align_center,
         .help = "begin where a known center comes nearest to the middle of a cell"},
        {"origin-y", OPTION_INT, &step->options.origin_y, .low = 0, .high = 63, .unit = "PIXELS",
         .help = "first row, when there is no center to align"},
        {"origin-x", OPTION_INT, &step->options.origin_x, .low = 0, .high = 63, .unit = "PIXELS",
         .help = "first column, likewise"},
        {"frame", OPTION_INT, &step->frame, .low = -1, .high = 1e9,
         .help = "this one of a file of patterns alone; -1 = all"},
        {0},
    };
    copy(table, sizeof table / sizeof *table, rows);
}

void mask_rows(airy_mask_step *step, option rows[STEP_ROWS])
{
    const option table[] = {
        {"show", OPTION_FLAG, &step->show, .help = "print pixels by reason"},
        {"beamstop", OPTION_DOUBLE, &step->options.beamstop, .low = 0, .high = 1e4,
         .unit = "PIXELS", .help = "radius of the beam stop about the center (found when unknown)"},
        {"circle", OPTION_TEXTS, &step->shapes[AIRY_SHAPE_CIRCLE], .unit = "Y,X,R",
         .help = "exclude a circle"},
        {"rectangle", OPTION_TEXTS, &step->shapes[AIRY_SHAPE_RECTANGLE], .unit = "Y0,X0,Y1,X1",
         .help = "exclude a rectangle, corners included"},
        {"polygon", OPTION_TEXTS, &step->shapes[AIRY_SHAPE_POLYGON], .unit = "Y,X,Y,X,...",
         .help = "exclude a polygon"},
        {"hot", OPTION_DOUBLE, &step->options.hot, .low = 0, .high = 1e6, .unit = "SIGMA",
         .help = "exclude pixels so far above ring and neighbours, 0 = off"},
        {"dead", OPTION_DOUBLE, &step->options.dead, .low = 0, .high = 1e6, .unit = "SIGMA",
         .help = "exclude empty pixels where ring and neighbours are so far above 0, 0 = off"},
        {"saturation", OPTION_DOUBLE, &step->options.saturation, .low = 0, .high = 1e12,
         .unit = "PHOTONS", .help = "exclude pixels from this value on, 0 = off"},
        {"below", OPTION_DOUBLE, &step->below, .unit = "PHOTONS", .help = "exclude smaller values"},
        {"above", OPTION_DOUBLE, &step->above, .unit = "PHOTONS", .help = "exclude larger values"},
        {"edges", OPTION_INT, &step->options.edges, .low = 0, .high = 1024, .unit = "PIXELS",
         .help = "exclude pixels along frame and gaps"},
        {"file", OPTION_TEXTS, &step->files, .unit = "FILE",
         .help = "add the reasons of a mask file"},
        {"grow", OPTION_INT, &step->options.grow, .low = 0, .high = 1024, .unit = "PIXELS",
         .help = "let every reason grow at the end"},
        {"run", OPTION_FLAG, &step->run,
         .help = "one mask from the statistics of all frames, raw words or photons"},
        {"run-hot", OPTION_DOUBLE, &step->many.hot, .low = 0, .high = 1e6, .unit = "SIGMA",
         .help = "with --run: a mean so far above the neighbours', 0 = off"},
        {"run-dead", OPTION_DOUBLE, &step->many.dead, .low = 0, .high = 1e6, .unit = "SIGMA",
         .help = "with --run: a mean so far below them and under a tenth, 0 = off"},
        {"noisy", OPTION_DOUBLE, &step->many.noisy, .low = 0, .high = 1e6, .unit = "TIMES",
         .help =
             "with --run: scatter over the frames above so many times the neighbours', 0 = off"},
        {"shadow", OPTION_DOUBLE, &step->many.shadow, .low = 0, .high = 0.99, .unit = "SHARE",
         .help =
             "with --run: the beam stop is darker than this share of the light around, 0 = off"},
        {0},
    };
    copy(table, sizeof table / sizeof *table, rows);
}

void center_rows(airy_center_step *step, option rows[STEP_ROWS])
{
    const option table[] = {
        {"center", OPTION_TEXT, &step->center, .unit = "Y,X",
         .help = "record this center, and check it, instead of searching"},
        {"within", OPTION_DOUBLE, &step->options.radius, .low = 0, .high = 1e5, .unit = "PIXELS",
         .help = "refine with pixels up to here from the center, 0 = all", .was = "radius"},
        {"smooth", OPTION_DOUBLE, &step->options.smooth, .low = 0, .high = 1000, .unit = "PIXELS",
         .help = "smoothing of the symmetric model, 0 = what promises the smallest error"},
        {"overlap", OPTION_DOUBLE, &step->options.overlap, .low = 0.01, .high = 1, .unit = "SHARE",
         .help = "least share of measured pixels with a measured mate"},
        {0},
    };
    copy(table, sizeof table / sizeof *table, rows);
}

void size_rows(airy_size_step *step, option rows[STEP_ROWS])
{
    const option table[] = {
        {"model", OPTION_CHOICE, &step->model, .choices = "sphere|spheroid",
         .help = "what is fitted"},
        {"polarization", OPTION_DOUBLE, &step->options.axis, .low = -360, .high = 360,
         .unit = "DEG", .help = "direction of the spheroid's axis, from +x towards +y"},
        {"edge", OPTION_DOUBLE, &step->options.edge_nm, .low = 0, .high = 1000, .unit = "NM",
         .help = "Gaussian width of a graded edge"},
        {"fit-edge", OPTION_FLAG, &step->options.fit_edge, .help = "fit the edge's width too"},
        {"fix-center", OPTION_FLAG, &step->options.fix_center, .help = "keep the recorded center"},
        {"radius", OPTION_DOUBLE, &step->options.radius_nm, .low = 0, .high = 1e6, .unit = "NM",
         .help = "first guess, 0 = from the ring spacing"},
        {"least-q", OPTION_DOUBLE, &step->options.least_q, .low = 0, .high = 1e5, .unit = "PIXELS",
         .help = "leave out pixels nearer to the center"},
        {"most-q", OPTION_DOUBLE, &step->options.most_q, .low = 0, .high = 1e5, .unit = "PIXELS",
         .help = "leave out pixels farther out, 0 = none"},
        {"pixel-area", OPTION_FLAG, &step->options.pixel_area,
         .help = "pixels integrate over their area"},
        {"mask", OPTION_TEXT, &step->mask, .unit = "FILE",
         .help = "further reasons to exclude pixels"},
        {0},
    };
    copy(table, sizeof table / sizeof *table, rows);
}

void condense_rows(airy_condense_step *step, option rows[STEP_ROWS])
{
    const option table[] = {
        {"diameter", OPTION_DOUBLE, &step->options.diameter_nm, .low = 0, .high = 1e7, .unit = "NM",
         .help = "largest diameter of the object, 0 = from the pattern"},
        {"margin", OPTION_DOUBLE, &step->options.margin, .low = 1, .high = 4,
         .help = "autocorrelation radius in diameters"},
        {"oversampling", OPTION_DOUBLE, &step->options.oversampling, .low = 2, .high = 100,
         .help = "least linear oversampling of diameter x margin"},
        {"size", OPTION_INT, &step->options.size, .low = 0, .high = AIRY_SIDE_MAX, .unit = "PIXELS",
         .help = "side of the result, even, 0 = from the oversampling"},
        {"iterations", OPTION_INT, &step->options.iterations, .low = 1, .high = 10000,
         .help = "conjugate-gradient steps of the last round"},
        {"fill", OPTION_DOUBLE, &step->options.fill, .low = 0, .high = 10, .unit = "FRINGES",
         .help = "widest gap that is filled"},
        {"fill-center", OPTION_FLAG, &step->options.fill_center,
         .help = "fill the hole about the center as well"},
        {"pixel-area", OPTION_FLAG, &step->options.pixel_area,
         .help = "undo the integration over a pixel's area"},
        {"mask", OPTION_TEXT, &step->mask, .unit = "FILE",
         .help = "further reasons to exclude pixels"},
        {0},
    };
    copy(table, sizeof table / sizeof *table, rows);
}

void average_rows(airy_average_step *step, option rows[STEP_ROWS])
{
    const option table[] = {
        {"best", OPTION_INT, &step->options.best, 1, 100000, "images",
         .help = "images averaged, from the best on"},
        {"cluster", OPTION_DOUBLE, &step->options.cluster, 1e-6, 1, NULL,
         .help = "distance sum|a-b| / sum|a+b| below which two images are one solution"},
        {"twin", OPTION_FLAG, &step->options.align.twin, 0, 0, NULL,
         .help = "try images turned by 180 degrees too"},
        {"precision", OPTION_DOUBLE, &step->options.align.step, 1e-4, 1, "pixels",
         .help = "precision of shifts", .was = "step"},
        {"ambiguous", OPTION_DOUBLE, &step->options.align.ambiguous, 0, 1, NULL,
         .help = "difference of scores below which twins are flagged"},
        ring_table_row(&step->rings),
        {0},
    };
    copy(table, sizeof table / sizeof *table, rows);
}

void difference_rows(airy_difference_step *step, option rows[STEP_ROWS])
{
    const option table[] = {
        {"model", OPTION_CHOICE, &step->model, .help = "body that is subtracted",
         .choices = "sphere|spheroid"},
        {"polarization", OPTION_DOUBLE, &step->polarization_deg, -360, 360, "degrees",
         .help = "axis of the spheroid, counter-clockwise from +x"},
        {"threshold", OPTION_DOUBLE, &step->threshold, 0, 100, "sigma",
         .help = "low density is below minus so many sigma; 0: below the body"},
        {"sigma", OPTION_DOUBLE, &step->sigma, 0, 100, "sigma",
         .help = "threshold of the *_sigma numbers"},
        {"spread-from", OPTION_TEXT, &step->spread_from, 0, 0, "FILE",
         .help = "validate.h5 whose trials tell the spread, instead of the starts"},
        {"spread-of", OPTION_CHOICE, &step->spread_kind, .help = "trials that tell it",
         .choices = "recoveries|halves"},
        {"blur", OPTION_DOUBLE, &step->blur, -1, 100, "pixels",
         .help = "standard deviation of the image's blur; -1: fitted"},
        {"pixel", OPTION_DOUBLE, &step->pixel_nm, 0, 1e6, "nm",
         .help = "side of a pixel; 0: from the file"},
        {0},
    };
    copy(table, sizeof table / sizeof *table, rows);
}

void bands_rows(airy_bands_step *step, option rows[STEP_ROWS])
{
    const option table[] = {
        {"polarization", OPTION_DOUBLE, &step->options.polarization_deg, -360, 360, "degrees",
         .help = "direction of angle 0, counter-clockwise from +x"},
        {"rule", OPTION_CHOICE, &step->rule, .help = "what makes a pixel part of a region",
         .choices = "valley|threshold"},
        {"threshold", OPTION_DOUBLE, &step->options.threshold, 0, 100, "sigma",
         .help = "regions lie below minus so many sigma of the spread"},
        {"depth", OPTION_DOUBLE, &step->options.depth, 0, 1, NULL,
         .help = "regions lie at least so deep, share of the central density"},
        {"scale", OPTION_DOUBLE, &step->options.scale_nm, 0, 1e4, "nm",
         .help = "valley rule: width of a band; 0: 1/7 of the mean radius"},
        {"contrast", OPTION_DOUBLE, &step->options.contrast, 0, 1, NULL,
         .help = "valley rule: least depth of a branch against both sides"},
        {"share", OPTION_DOUBLE, &step->options.share, 0, 1, NULL,
         .help = "valley rule: a region ends at this share of the usual depth"},
        {"resolution", OPTION_DOUBLE, &step->options.resolution_nm, 0, 1e4, "nm",
         .help = "resolution element; 0: from the blur of the image"},
        {"min-length", OPTION_DOUBLE, &step->options.min_length_nm, 0, 1e4, "nm",
         .help = "shortest branch; 0: 1.5 x the width of a band"},
        {"bend", OPTION_DOUBLE, &step->options.bend_nm, -1, 1e4, "nm",
         .help = "a branch this far off its chord is cut there; 0: never; -1: half the width of a "
                 "band"},
        {"edge", OPTION_DOUBLE, &step->options.edge_nm, -1, 1e4, "nm",
         .help = "rim left out; -1: resolution + half the width of a band"},
        {"dense", OPTION_FLAG, &step->options.high, 0, 0, NULL,
         .help = "dense bands instead of low-density ones", .was = "high"},
        {"draws", OPTION_INT, &step->options.draws, 0, 1000000, NULL,
         .help = "bootstrap draws of the errors"},
        {"turns", OPTION_INT, &step->turns, 0, 100000, NULL,
         .help = "copies turned against the polarisation, for comparison"},
        {"isotropic", OPTION_INT, &step->isotropic, 0, 100000, NULL,
         .help = "images of such bands in any direction, for comparison"},
        {"tsv", OPTION_TEXT, &step->tsv, 0, 0, "FILE.tsv",
         .help = "also write the branch table there"},
        {0},
    };
    copy(table, sizeof table / sizeof *table, rows);
}
