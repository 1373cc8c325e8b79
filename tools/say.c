// SPDX-License-Identifier: GPL-3.0-or-later
// Talk on stderr, and the two signals that end long work politely.
#include "say.h"

#include "airy/math.h"
#include "commands.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { BAR_WIDTH = 24 };
#define BAR_SECONDS 0.1   // between redraws on a terminal
#define LINE_SECONDS 15.0 // between lines elsewhere

// Progress of the one long call under way. A signal handler can only reach a global.
static volatile sig_atomic_t stop_asked;
static struct {
    const char *what;
    bool quiet, terminal, drawn;
    double begun, last;
    airy_progress progress;
} talk;

// Of several ranks the first speaks for all; only failures are everybody's own.
static bool is_mute(void)
{
    return airy_farm_rank() > 0;
}

static void vsay(const invocation *call, const char *kind, const char *format, va_list args)
{
    if (is_mute())
        return;
    fprintf(stderr, "airy %s: %s", call->command->name, kind);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

void say_note(const invocation *call, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (!call->quiet)
        vsay(call, "", format, args);
    va_end(args);
}

void say_detail(const invocation *call, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (call->verbose)
        vsay(call, "", format, args);
    va_end(args);
}

void say_warning(const invocation *call, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsay(call, "warning: ", format, args);
    va_end(args);
}

int say_done(const invocation *call, airy_code code, const airy_error *err)
{
    if (code == AIRY_OK)
        return 0;
    say_progress_end();
    fprintf(stderr, "airy %s: %s\n", call->command->name, err->message);
    return 1;
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// "1:02:03", "4:05" or "6 s".
static void time_text(double seconds, char *text, size_t room)
{
    long s = lround(seconds);
    if (s >= 3600)
        snprintf(text, room, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
    else if (s >= 60)
        snprintf(text, room, "%ld:%02ld", s / 60, s % 60);
    else
        snprintf(text, room, "%ld s", s);
}

static void draw_bar(double share, const char *facts)
{
    int full = (int)(share * BAR_WIDTH + 0.5);
    fprintf(stderr, "\r%s [", talk.what);
    for (int i = 0; i < BAR_WIDTH; i++)
        fputc(i < full ? '#' : '.', stderr);
    fprintf(stderr, "] %s\033[K", facts);
    fflush(stderr);
    talk.drawn = true;
}

static void on_report(void *context, double done, double total, const char *note)
{
    (void)context;
    double now = now_s(), used = now - talk.begun;
    if (talk.quiet || now - talk.last < (talk.terminal ? BAR_SECONDS : LINE_SECONDS))
        return;
    talk.last = now;
    double share = total > 0 ? fmin(done / total, 1) : 0;
    char left[32] = "-", facts[256];
    if (share > 0)
        time_text(used * (1 - share) / share, left, sizeof left);
    snprintf(facts, sizeof facts, "%3.0f %%  %.4g/s  %s left  %s", 100 * share,
             used > 0 ? done / used : 0, left, note ? note : "");
    if (talk.terminal)
        draw_bar(share, facts);
    else
        fprintf(stderr, "%s: %s\n", talk.what, facts);
}

static bool on_stopped(void *context)
{
    (void)context;
    return stop_asked != 0;
}

const airy_progress *say_stopping(void)
{
    static const airy_progress quiet = {.stopped = on_stopped};
    return &quiet;
}

static void on_signal(int number)
{
    (void)number;
    stop_asked = 1;
}

const airy_progress *say_progress(const invocation *call, const char *what)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    talk.what = what;
    talk.quiet = call->quiet || is_mute();
    talk.terminal = isatty(STDERR_FILENO);
    talk.drawn = false;
    talk.begun = talk.last = now_s();
    talk.progress = (airy_progress){.report = on_report, .stopped = on_stopped};
    return &talk.progress;
}

void say_progress_end(void)
{
    if (talk.drawn)
        fputs("\r\033[K", stderr);
    talk.drawn = false;
}
