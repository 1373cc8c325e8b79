// SPDX-License-Identifier: GPL-3.0-or-later
// The table of commands, help, and dispatch.
#include "airy/work.h"
#include "airy_build.h"
#include "commands.h"
#include "completion.h"
#include "nearest.h"
#include "pipes.h"
#include "say.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// Name, group, what follows on the command line, what it does; in the order of `airy help`.
static const command commands[] = {
    {"simulate", "frames", "-o DIR [options]",
     "a synthetic pump-probe series with known truth, as raw frames or patterns", cmd_simulate},
    {"calibrate", "frames", "RAW... -o photons.h5 --gain G --pedestal P --energy EV [options]",
     "raw detector words to photons on one plane, with variance and reasons", cmd_calibrate},
    {"hits", "frames", "RAW... -o hits.tsv [options]",
     "which frames saw a particle, and the mean of those that did not", cmd_hits},
    {"mask", "pattern", "FILE -o mask.h5 [options]", "build, combine and count masks", cmd_mask},
    {"bin", "pattern", "FILE -o binned.cxi [options]", "mask-aware sums of n x n pixels", cmd_bin},
    {"center", "pattern", "FILE... -o OUT [options]",
     "center of Friedel symmetry with its error, recorded in the file", cmd_center},
    {"size", "pattern", "FILE... [options]", "sphere or spheroid fit of the rings, as a table",
     cmd_size},
    {"condense", "pattern", "FILE -o OUT.cxi [options]",
     "band-limited resampling onto as few pixels as hold the object", cmd_condense},
    {"retrieve", "retrieval", "FILE -o recon.h5 [options]",
     "phases from many starts and generations", cmd_retrieve},
    {"polish", "retrieval", "recon.h5 --raw FILE -o recon2.h5 [options]",
     "images as the photons make them most likely nearby", cmd_polish},
    {"average", "retrieval", "recon.h5 -o image.cxi [options]",
     "align and average the best, with their spread and quality", cmd_average},
    {"score", "retrieval", "FILE IMAGE [options]",
     "R, deviance and more of any images against a pattern", cmd_score},
    {"resolve", "retrieval", "FILE -o resolve.h5 [options]",
     "resolution of one shot, from two halves of its photons", cmd_resolve},
    {"difference", "density", "image.cxi -o diff.h5 [options]",
     "subtract the projected sphere; low and high density areas", cmd_difference},
    {"bands", "density", "diff.h5 -o bands.h5 [options]",
     "low-density bands: skeleton, branches, angles", cmd_bands},
    {"validate", "density", "FILE image.cxi -o validate.h5 [options]",
     "plain bodies and recoveries through the same chain: what to believe", cmd_validate},
    {"series", "series", "series.tsv -o FOLDER [options]",
     "the whole chain for every shot, then kinetics and report", cmd_series},
    {"kinetics", "series", "shots.tsv -o kinetics.tsv [options]",
     "stages, rates, onsets, with intervals", cmd_kinetics},
    {"montecarlo", "series", "-o mc.h5 [options]", "a model of how bands form", cmd_montecarlo},
    {"rings", "scattering", "FRAMES... -o iq.h5 [options]",
     "azimuthal integration of frames, and the variances of fluctuation microscopy", cmd_rings},
    {"pdf", "scattering", "iq.tsv --composition FORMULA -o gr.h5 [options]",
     "structure factor and pair distribution, with errors and a systematic band", cmd_pdf},
    {"thermal", "scattering", "CURVE... --what onset -o t.tsv [options]",
     "glass transitions, fictive temperatures, peaks, areas and moduli of curves", cmd_thermal},
    {"correlate", "speckle", "FRAMES... -o corr.h5 --rings A:B:N [options]",
     "two-time and one-time correlation of speckle, its steps, baseline and contrast",
     cmd_correlate},
    {"scan", "speckle", "DATA -o scan.h5 --ring A:B [options]",
     "maps of relaxation time and speckle variance over a scan, with errors", cmd_scan},
    {"relate", "speckle", "A.h5:map B.h5:map... [options]",
     "rank correlation of maps: halves, chance and limits", cmd_relate},
    {"atoms", "atoms", "TRAJECTORY -o atoms.h5 [options]",
     "motion, order, strings and speckle of simulated atoms", cmd_atoms},
    {"fit", "any", "TABLE --model NAME -o fit.tsv [options]",
     "weighted fits of a table of models to curves, with limits and rivals", cmd_fit},
    {"look", "live", "FILE... [-o look.png] [options]",
     "frames at a glance: picture, photons, center, size", cmd_look},
    {"watch", "live", "FOLDER|FILE -o FOLDER [options]",
     "a growing run: hits, sizes, pictures, alarms, a page that refreshes itself", cmd_watch},
    {"view", "looking", "FILE... -o out.png [options]", "any file of ours as a labelled picture",
     cmd_view},
    {"report", "looking", "FOLDER -o report.html [options]", "one self-contained page", cmd_report},
    {"info", "looking", "FILE... [options]", "contents of a file and the commands it came from",
     cmd_info},
    {"compare", "looking", "A B [options]", "how far two files' numbers are apart (exit 3: differ)",
     cmd_compare},
    {"convert", "looking", "FROM TO [options]", "CXI and HDF5, FITS, PNG, TSV, NumPy; reads MATLAB",
     cmd_convert},
    {"doctor", "looking", "[options]", "libraries, filters, threads, what is missing", cmd_doctor},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void list_commands(FILE *to)
{
    fprintf(
        to,
        "airy %s: X-ray laser diffraction imaging, and the speckle, rings and atoms of glasses\n\n"
        "usage: airy COMMAND INPUT... -o OUTPUT [options]\n",
        AIRY_VERSION);
    for (int i = 0; i < COMMANDS; i++) {
        if (i == 0 || strcmp(commands[i].group, commands[i - 1].group) != 0)
            fprintf(to, "\n%s\n", commands[i].group);
        fprintf(to, "  %-11s %s\n", commands[i].name, commands[i].summary);
    }
    fprintf(to,
            "\n`airy COMMAND --help` lists a command's options with their defaults and units.\n");
}

static const command *find(const char *name)
{
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

static bool is_file(const char *name)
{
    struct stat info;
    return stat(name, &info) == 0 && S_ISREG(info.st_mode);
}

static int complete(const char *shell)
{
    airy_text names = {0};
    for (int i = 0; i < COMMANDS; i++)
        airy_text_append(&names, "%s%s", i ? " " : "", commands[i].name);
    bool known = completion_print(shell, names.text ? names.text : "");
    airy_text_release(&names);
    return known ? 0 : 2;
}

// Commands that are not worth a file: help, version, completion. Less than 0 when name is none of
// them, else the exit status.
static int answer(int argc, char **argv)
{
    static const struct {
        const char *name;
        enum { HELP, VERSION, COMPLETION } what;
    } words[] = {
        {"help", HELP},         {"-h", HELP},    {"--help", HELP},          {"version", VERSION},
        {"--version", VERSION}, {"-V", VERSION}, {"completion", COMPLETION}};
    const char *name = argc > 1 ? argv[1] : "help";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(name, words[i].name) != 0)
            continue;
        if (words[i].what == COMPLETION)
            return complete(argc > 2 ? argv[2] : "bash");
        if (words[i].what == VERSION)
            printf("airy %s (%s)\n", AIRY_VERSION, AIRY_COMMIT);
        else if (i > 0 || argc < 3)
            list_commands(stdout);
        else
            return -1; // help COMMAND
        return 0;
    }
    return -1;
}

static int run(const command *chosen, int argc, char **argv)
{
    invocation call = {.command = chosen, .argc = argc, .argv = argv};
    int status = pipes_end(&call, chosen->run(&call));
    options_release(&call);
    return status;
}

static int dispatch(int argc, char **argv)
{
    int answered = answer(argc, argv);
    if (answered >= 0)
        return answered;
    bool helped = strcmp(argv[1], "help") == 0;
    char *name = argv[helped ? 2 : 1], help[] = "--help", *of_help[] = {name, help, NULL};
    const command *chosen = find(name);
    if (chosen)
        return helped ? run(chosen, 2, of_help) : run(chosen, argc - 1, argv + 1);
    if (!helped && is_file(name)) { // `airy FILE`
        char info[] = "info";
        argv[0] = info;
        return run(find(info), argc, argv);
    }
    const char *best = NULL;
    say_plain(name);
    for (int i = 0; i < COMMANDS; i++)
        nearest_try(name, commands[i].name, &best);
    if (best)
        fprintf(stderr, "airy: there is no command '%s'; did you mean '%s'?\n", name, best);
    else
        fprintf(stderr, "airy: there is no command '%s'; `airy help` lists them\n", name);
    return 2;
}

// Whether an MPI launcher started this process. Joining ranks without one costs half a second.
static bool is_launched(void)
{
    static const char *const signs[] = {"PMIX_RANK", "PMI_RANK", "OMPI_COMM_WORLD_RANK"};
    bool launched = false;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        launched = launched || getenv(signs[i]);
    return launched;
}

int main(int argc, char **argv)
{
    say_catch_signals();
    signal(SIGPIPE, SIG_IGN); // a closed pipe is a writing error like any other
    if (is_launched())
        airy_farm_begin(&argc, &argv);
    if (airy_farm_rank() > 0 &&
        !freopen("/dev/null", "w", stdout)) // the first rank's is the product
        fclose(stdout);
    int status = dispatch(argc, argv);
    bool flushed = fflush(stdout) == 0;
    if ((!flushed || ferror(stdout)) && status == 0) { // of earlier writes the reason is gone
        fprintf(stderr, "airy: writing to standard output failed: %s\n",
                flushed ? "its reader has gone, or the disk is full" : strerror(errno));
        status = 1;
    }
    airy_farm_end(status);
    return status;
}
