// SPDX-License-Identifier: GPL-3.0-or-later
// airy view: any file of ours as a labelled picture.
#include "airy/files.h"
#include "airy/report.h"
#include "commands.h"
#include "results.h"
#include "say.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// What the command line says in words of its own.
typedef struct words {
    const char *size, *range, *crop;
    const char *keep; // folder of the script, or NULL
    bool log, linear, movie;
    double frame_s;
} words;

// "1000" or "1000x800".
static airy_code parse_size(const char *text, airy_view_options *view, airy_error *err)
{
    double size[2] = {0};
    if (!airy_text_is(text, "@", size) && !airy_text_is(text, "@x@", size))
        return airy_error_set(err, AIRY_EARGUMENT, "--size is WIDTH or WIDTHxHEIGHT, not '%s'",
                              text);
    view->width = (int)size[0], view->height = (int)size[1];
    return AIRY_OK;
}

static airy_code parse_range(const char *text, airy_view_options *view, airy_error *err)
{
    double limits[2];
    int n = 0;
    airy_code code = airy_text_doubles(text, limits, 2, &n, err);
    if (code != AIRY_OK)
        return airy_error_prefix(err, "--range");
    if (n != 2 || !(limits[0] < limits[1]))
        return airy_error_set(err, AIRY_EARGUMENT, "--range is LOW,HIGH with LOW below HIGH");
    view->low = limits[0];
    view->high = limits[1];
    return AIRY_OK;
}

static airy_code parse_crop(const char *text, airy_view_options *view, airy_error *err)
{
    if (strcmp(text, "auto") == 0)
        view->crop = -1;
    else if (strcmp(text, "all") == 0)
        view->crop = 0;
    else if (airy_text_double(text, &view->crop, err) != AIRY_OK ||
             !(view->crop > 0 && isfinite(view->crop)))
        return airy_error_set(err, AIRY_EARGUMENT,
                              "--crop is auto, all or a side in nm (patterns: pixels), not '%s'",
                              text);
    return AIRY_OK;
}

static airy_code interpret(const words *said, airy_view_options *view, airy_error *err)
{
    airy_code code = parse_size(said->size, view, err);
    if (code == AIRY_OK && said->range)
        code = parse_range(said->range, view, err);
    if (code == AIRY_OK)
        code = parse_crop(said->crop, view, err);
    if (code == AIRY_OK && said->log && said->linear)
        code = airy_error_set(err, AIRY_EARGUMENT, "--log and --linear exclude each other");
    view->scale = said->log ? AIRY_SCALE_LOG : said->linear ? AIRY_SCALE_LINEAR : AIRY_SCALE_AUTO;
    return code == AIRY_OK ? airy_options_check(airy_view_rows, view, err) : code;
}

static airy_code draw(const invocation *call, const char *input, const char *output,
                      const airy_view_options *view, const words *said, airy_error *err)
{
    airy_figure figure = {0};
    airy_code code = airy_output_check(output, NULL, call->overwrite, err);
    if (code == AIRY_OK && said->movie)
        code = airy_view_movie(input, view, (int)lround(1000 * said->frame_s), output,
                               call->overwrite, say_stopping(), err);
    if (code == AIRY_OK && !said->movie)
        code = airy_view_figure(input, view, &figure, err);
    if (code == AIRY_OK && !said->movie)
        code = airy_figure_write(&figure, output, said->keep, say_stopping(), err);
    if (code == AIRY_OK)
        printf("%s\n", output);
    airy_figure_release(&figure);
    return code;
}

// One input becomes the picture that -o names; of several each gets its own in that folder, under
// its name.
static airy_code run(const invocation *call, const airy_view_options *view, const words *said,
                     airy_error *err)
{
    if (call->n_inputs == 1)
        return draw(call, call->inputs[0], call->output, view, said, err);
    airy_code code = AIRY_OK;
    for (int i = 0; i < call->n_inputs && code == AIRY_OK; i++)
        code = airy_file_check(call->inputs[i], err); // before there is a folder
    if (code == AIRY_OK)
        code = airy_folder_make(call->output, err);
    for (int i = 0; i < call->n_inputs && code == AIRY_OK; i++) {
        const char *slash = strrchr(call->inputs[i], '/');
        airy_text path = {0};
        airy_text_append(&path, "%s/%s.png", call->output, slash ? slash + 1 : call->inputs[i]);
        code = airy_text_whole(&path, err);
        if (code == AIRY_OK)
            code = draw(call, call->inputs[i], path.text, view, said, err);
        airy_text_release(&path);
    }
    return code;
}

static int view_file(invocation *call, const char *views, const char *maps)
{
    airy_view_options view;
    airy_view_options_defaults(&view);
    words said = {.size = "1000", .crop = "auto", .frame_s = 0.8};
    airy_error err = {0};
    const option table[] = {
        {"what", OPTION_TEXT, &view.what, .unit = "VIEW", .help = views},
        {"options", OPTION_ROWS, &view, .rows = airy_view_rows},
        {"size", OPTION_TEXT, &said.size, .unit = "WxH",
         .help = "pixels; the height may be left out"},
        {"log", OPTION_FLAG, &said.log, .help = "logarithmic colours"},
        {"linear", OPTION_FLAG, &said.linear, .help = "linear colours"},
        {"range", OPTION_TEXT, &said.range, .unit = "LOW,HIGH", .help = "of the colour bar"},
        {"colors", OPTION_TEXT, &view.colors, .unit = "MAP", .help = maps},
        {"crop", OPTION_TEXT, &said.crop, .unit = "SIDE",
         .help = "auto (around the particle), all, or a side in nm, of patterns in pixels"},
        {"movie", OPTION_FLAG, &said.movie,
         .help = "FILE is the folder of a series: its delays as an animated PNG"},
        {"frame-time", OPTION_DOUBLE, &said.frame_s, .low = 0.01, .high = 60, .unit = "s",
         .help = "of a movie: how long each delay is seen"},
        {"keep-script", OPTION_TEXT, &said.keep, .unit = "FOLDER",
         .help = "keep gnuplot's script, its data and an SVG there"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT, 1, RESULTS_INPUTS))
        return call->status;
    if (interpret(&said, &view, &err) != AIRY_OK)
        return options_wrong(call, "%s", err.message);
    if (said.movie && said.keep)
        return options_wrong(call, "--keep-script goes with one picture, not with --movie");
    return say_done(call, run(call, &view, &said, &err), &err);
}

// What can be shown, and in which colours, are tables of the library.
int cmd_view(invocation *call)
{
    airy_text views = {0}, maps = {0};
    airy_view_names(&views, &maps);
    int status = view_file(call, views.text ? views.text : "", maps.text ? maps.text : "");
    airy_text_release(&views);
    airy_text_release(&maps);
    return status;
}
