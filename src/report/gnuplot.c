// SPDX-License-Identifier: GPL-3.0-or-later
// Runs gnuplot on a figure in a scratch folder beside the output, and moves the picture into place.
#include "gnuplot.h"

#include "airy/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATH_ROOM = 4096 };

// ------------------------------------------------------------------ files of a figure

static airy_code cannot(airy_error *err, const char *what, const char *path)
{
    return airy_error_set(err, AIRY_EIO, "%s: cannot %s: %s", path, what, strerror(errno));
}

// Closes and judges a stream that was written.
static airy_code finish(FILE *file, const char *path, airy_error *err)
{
    bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed)
        return cannot(err, "write", path);
    return AIRY_OK;
}

// folder/name into path.
static airy_code join(char path[PATH_ROOM], const char *folder, const char *name, airy_error *err)
{
    if (snprintf(path, PATH_ROOM, "%s/%s", folder, name) >= PATH_ROOM)
        return airy_error_set(err, AIRY_EARGUMENT, "%s: the path is too long", folder);
    return AIRY_OK;
}

static airy_code write_text(const char *folder, const char *name, const char *text, airy_error *err)
{
    char path[PATH_ROOM];
    airy_code code = join(path, folder, name, err);
    if (code != AIRY_OK)
        return code;
    FILE *file = fopen(path, "w");
    if (!file)
        return cannot(err, "create", path);
    fputs(text, file);
    return finish(file, path, err);
}

// Rows of the four columns; where x is not a number an empty line, at which gnuplot lifts the pen.
static airy_code write_mark(const char *folder, const char *name, const airy_mark *mark,
                            airy_error *err)
{
    airy_text rows = {0};
    airy_text_append(&rows, "x\ty\tlow\thigh\n");
    for (int i = 0; i < mark->n; i++)
        airy_text_append(&rows, isnan(mark->x[i]) ? "\n" : "%.9g\t%.9g\t%.9g\t%.9g\n", mark->x[i],
                         mark->y[i], mark->low[i], mark->high[i]);
    airy_code code = rows.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a chart")
                                 : write_text(folder, name, rows.text, err);
    airy_text_release(&rows);
    return code;
}

static airy_code write_image(const char *folder, const char *name, const airy_image *image,
                             airy_error *err)
{
    char path[PATH_ROOM];
    airy_code code = join(path, folder, name, err);
    if (code != AIRY_OK)
        return code;
    FILE *file = fopen(path, "wb");
    if (!file)
        return cannot(err, "create", path);
    fwrite(image->px, sizeof(float), (size_t)image->ny * (size_t)image->nx, file);
    return finish(file, path, err);
}

static airy_code write_data(const airy_figure *figure, const char *folder, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int c = 0; code == AIRY_OK && c < figure->n; c++) {
        const airy_chart *chart = &figure->chart[c];
        char name[32];
        airy_gnuplot_image_name(c, name);
        if (chart->image.px)
            code = write_image(folder, name, &chart->image, err);
        for (int m = 0; code == AIRY_OK && m < chart->n_marks; m++) {
            airy_gnuplot_mark_name(c, m, name);
            code = write_mark(folder, name, &chart->marks[m], err);
        }
    }
    return code;
}

// ------------------------------------------------------------------ the program

// The last line of what gnuplot said, or what its exit status was.
static airy_code failed(const char *folder, int status, airy_error *err)
{
    char path[PATH_ROOM], line[256] = "", last[256] = "";
    airy_code code = join(path, folder, "talk", err);
    FILE *file = code == AIRY_OK ? fopen(path, "r") : NULL;
    while (file && fgets(line, sizeof line, file))
        if (strspn(line, " \t\n^") < strlen(line))
            snprintf(last, sizeof last, "%.*s", (int)strcspn(line, "\n"), line);
    if (file)
        fclose(file);
    return airy_error_set(err, AIRY_ENUMERIC, "gnuplot failed (status %d): %s", status, last);
}

// Starts a program with its talk going to a file and nothing to read. Neither the user's start-up
// files (-d) nor their language change a picture, so the environment is a fixed one.
static int start(char *const arguments[], const char *talk, pid_t *child)
{
    char language[] = "LC_ALL=C", path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
    char *environment[] = {language, path, NULL};
    posix_spawn_file_actions_t actions;
    int trouble = posix_spawn_file_actions_init(&actions);
    if (trouble)
        return trouble;
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, talk, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    trouble = posix_spawnp(child, arguments[0], &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    return trouble;
}

// Waits for the program's end, or ends it when that is wanted.
static airy_code await(pid_t child, const airy_progress *progress, int *status, airy_error *err)
{
    const struct timespec pause = {.tv_nsec = 20000000};
    bool stopped = false;
    for (pid_t ended = 0; ended == 0;) {
        ended = waitpid(child, status, WNOHANG);
        if (ended < 0 && errno != EINTR)
            return airy_error_set(err, AIRY_EIO, "lost gnuplot: %s", strerror(errno));
        ended = ended < 0 ? 0 : ended;
        if (!stopped && !ended && airy_progress_stopped(progress)) {
            stopped = true;
            kill(child, SIGKILL);
        }
        if (!ended)
            nanosleep(&pause, NULL);
    }
    return stopped ? airy_error_set(err, AIRY_ESTOPPED, "stopped while gnuplot drew") : AIRY_OK;
}

// Runs gnuplot on figure.gp in the folder, without a shell.
static airy_code run(const char *folder, const airy_progress *progress, airy_error *err)
{
    char talk[PATH_ROOM], program[] = "gnuplot", no_startup[] = "-d", before[] = "-e";
    char script[] = "figure.gp";
    airy_text enter = {0};
    airy_code code = join(talk, folder, "talk", err);
    if (code != AIRY_OK)
        return code;
    airy_text_append(&enter, "cd ");
    airy_gnuplot_quote(&enter, folder);
    if (enter.failed)
        return airy_error_set(err, AIRY_EMEMORY, "no memory to start gnuplot");
    char *arguments[] = {program, no_startup, before, enter.text, script, NULL};
    pid_t child;
    int trouble = start(arguments, talk, &child);
    airy_text_release(&enter);
    if (trouble == ENOENT)
        return airy_error_set(err, AIRY_EMISSING,
                              "pictures are drawn by gnuplot, which is not installed (Debian "
                              "package gnuplot-nox)");
    if (trouble)
        return airy_error_set(err, AIRY_EIO, "cannot start gnuplot: %s", strerror(trouble));
    int status = 0;
    code = await(child, progress, &status, err);
    if (code != AIRY_OK)
        return code;
    return status == 0 ? AIRY_OK
                       : failed(folder, WIFEXITED(status) ? WEXITSTATUS(status) : -1, err);
}

// Writes the script for this terminal and runs it; the picture is folder/figure.ENDING.
static airy_code draw(const airy_figure *figure, const airy_terminal *terminal, const char *folder,
                      const airy_progress *progress, airy_error *err)
{
    char picture[16];
    snprintf(picture, sizeof picture, "figure.%s", terminal->ending);
    airy_text script = {0};
    airy_gnuplot_script(figure, terminal, picture, &script);
    airy_code code = script.failed ? airy_error_set(err, AIRY_EMEMORY, "no memory for a script")
                                   : write_text(folder, "figure.gp", script.text, err);
    airy_text_release(&script);
    return code == AIRY_OK ? run(folder, progress, err) : code;
}

// ------------------------------------------------------------------ folders

// Calls visit for every plain file of a folder.
static airy_code each_file(const char *folder, const char *other,
                           airy_code (*visit)(const char *folder, const char *name,
                                              const char *other, airy_error *err),
                           airy_error *err)
{
    DIR *directory = opendir(folder);
    if (!directory)
        return cannot(err, "open", folder);
    airy_code code = AIRY_OK;
    for (struct dirent *entry; code == AIRY_OK && (entry = readdir(directory));)
        if (entry->d_name[0] != '.')
            code = visit(folder, entry->d_name, other, err);
    closedir(directory);
    return code;
}

static airy_code remove_file(const char *folder, const char *name, const char *other,
                             airy_error *err)
{
    char path[PATH_ROOM];
    (void)other;
    airy_code code = join(path, folder, name, err);
    if (code == AIRY_OK && unlink(path) != 0)
        code = cannot(err, "remove", path);
    return code;
}

static airy_code copy_file(const char *folder, const char *name, const char *other, airy_error *err)
{
    char from[PATH_ROOM], to[PATH_ROOM], block[16384];
    if (strcmp(name, "talk") == 0)
        return AIRY_OK;
    airy_code code = join(from, folder, name, err);
    if (code == AIRY_OK)
        code = join(to, other, name, err);
    if (code != AIRY_OK)
        return code;
    FILE *in = fopen(from, "rb"), *out = in ? fopen(to, "wb") : NULL;
    for (size_t n; out && (n = fread(block, 1, sizeof block, in)) > 0;)
        fwrite(block, 1, n, out);
    code = out ? finish(out, to, err) : cannot(err, "copy", in ? to : from);
    if (in)
        fclose(in);
    return code;
}

// Puts script, data and an SVG into the folder, which is made when it is not there.
static airy_code keep_all(const airy_figure *figure, const char *scratch, const char *keep,
                          const airy_progress *progress, airy_error *err)
{
    if (mkdir(keep, 0777) != 0 && errno != EEXIST)
        return cannot(err, "make the folder", keep);
    airy_code code = draw(figure, airy_terminal_find("figure.svg"), scratch, progress, err);
    return code == AIRY_OK ? each_file(scratch, keep, copy_file, err) : code;
}

// A new empty folder beside path, whose name tells whose it is: what a killed run left is swept by
// the next one.
static airy_code scratch_beside(const char *path, char scratch[PATH_ROOM], airy_error *err)
{
    char *stem = airy_temporary_stem(path, "figure");
    int made = -1;
    bool fits = stem && strlen(stem) + 8 < PATH_ROOM;
    for (int attempt = 0; fits && made != 0 && attempt < 1000; attempt++) {
        snprintf(scratch, PATH_ROOM, "%s%d", stem, attempt);
        made = mkdir(scratch, 0700);
        if (made != 0 && errno != EEXIST)
            break;
    }
    free(stem);
    if (!fits)
        return airy_error_set(err, AIRY_EARGUMENT, "%s: the path is too long", path);
    if (made != 0)
        return airy_error_set(err, AIRY_EIO, "%s: cannot make a folder beside it: %s", path,
                              strerror(errno));
    return AIRY_OK;
}

// Moves the picture to its name.
static airy_code publish(const char *picture, const char *path, airy_error *err)
{
    airy_output out;
    airy_code code = airy_output_begin(&out, path, true, err);
    if (code != AIRY_OK)
        return code;
    if (rename(picture, out.temporary) == 0)
        return airy_output_commit(&out, err);
    code = cannot(err, "write", path);
    airy_output_abandon(&out);
    return code;
}

airy_code airy_figure_write(const airy_figure *figure, const char *path, const char *keep,
                            const airy_progress *progress, airy_error *err)
{
    const airy_terminal *terminal = airy_terminal_find(path);
    if (!terminal)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "%s: a picture's name ends in .png, .svg or .pdf", path);
    char scratch[PATH_ROOM], name[16], picture[PATH_ROOM];
    snprintf(name, sizeof name, "figure.%s", terminal->ending);
    airy_code code = scratch_beside(path, scratch, err);
    if (code != AIRY_OK)
        return code;
    code = join(picture, scratch, name, err);
    if (code == AIRY_OK)
        code = write_data(figure, scratch, err);
    if (code == AIRY_OK)
        code = draw(figure, terminal, scratch, progress, err);
    if (code == AIRY_OK && keep)
        code = keep_all(figure, scratch, keep, progress, err);
    if (code == AIRY_OK)
        code = publish(picture, path, err);
    if (each_file(scratch, NULL, remove_file, NULL) == AIRY_OK)
        rmdir(scratch);
    return code;
}
