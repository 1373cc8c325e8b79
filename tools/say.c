// SPDX-License-Identifier: GPL-3.0-or-later
// Talk on stderr, and the two signals that end long work politely.
#include "say.h"

#include "airy/work.h"
#include "commands.h"

#include <ctype.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
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

void say_plain(char *text)
{
    for (char *c = text; *c; c++)
        if (iscntrl((unsigned char)*c) && *c != '\t' && *c != '\n')
            *c = '?';
}

void say_heard(void *context, airy_tone tone, const char *sentence)
{
    const invocation *call = context;
    if (tone == AIRY_TONE_WARNING)
        say_warning(call, "%s", sentence);
    else if (tone == AIRY_TONE_NOTE)
        say_note(call, "%s", sentence);
    else
        say_detail(call, "%s", sentence);
}

static void vsay(const invocation *call, const char *kind, const char *format, va_list args)
{
    char text[2048];
    if (is_mute())
        return;
    say_progress_end();
    vsnprintf(text, sizeof text, format, args);
    say_plain(text);
    fprintf(stderr, "airy %s: %s%s\n", call->command->name, kind, text);
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
    say_progress_end();
    if (code == AIRY_OK)
        return 0;
    char text[sizeof err->message];
    memcpy(text, err->message, sizeof text);
    say_plain(text);
    fprintf(stderr, "airy %s: %s\n", call->command->name, text);
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

// Columns of the terminal as it is now; 0: not known.
static int terminal_width(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

// One line, never as wide as the terminal, which would begin another one: the bar gives way first,
// then the end of the facts.
static void draw_bar(double share, const char *facts)
{
    char bar[BAR_WIDTH + 1];
    int full = (int)(share * BAR_WIDTH + 0.5), width = terminal_width();
    int room = (width > 0 ? width : 80) - 1 - (int)strlen(talk.what) - 1;
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < full ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r%.*s ", width > 1 ? width - 1 : 80, talk.what);
    if (room >= BAR_WIDTH + 3 + (int)strlen(facts)) {
        fprintf(stderr, "[%s] ", bar);
        room -= BAR_WIDTH + 3;
    }
    fprintf(stderr, "%.*s\033[K", room > 0 ? room : 0, facts);
    fflush(stderr);
    talk.drawn = true;
}

// Whether a note names what is counted, in the plural, and no more.
static bool is_unit(const char *note)
{
    size_t length = strlen(note);
    return length > 1 && note[length - 1] == 's' && !strpbrk(note, " ,:");
}

// "12.3 frames/s", and below one a second "27 s a frame", which is how people count then.
static void pace_text(double done, double used, const char *unit, char *text, size_t room)
{
    int singular = (int)strlen(unit) - 1;
    if (!(done > 0 && used > 0))
        snprintf(text, room, "-");
    else if (done >= used)
        snprintf(text, room, "%.3g %s/s", done / used, unit);
    else if (used / done < 100)
        snprintf(text, room, "%.2g s a %.*s", used / done, singular, unit);
    else
        snprintf(text, room, "%.3g min a %.*s", used / done / 60, singular, unit);
}

static void on_report(void *context, double done, double total, const char *note)
{
    (void)context;
    double now = now_s(), used = now - talk.begun;
    if (talk.quiet || now - talk.last < (talk.terminal ? BAR_SECONDS : LINE_SECONDS))
        return;
    talk.last = now;
    double share = total > 0 ? fmin(done / total, 1) : 0;
    char left[32] = "-", pace[96], facts[256];
    if (share > 0)
        time_text(used * (1 - share) / share, left, sizeof left);
    const bool unit = note && is_unit(note);
    pace_text(done, used, unit ? note : "pieces", pace, sizeof pace);
    snprintf(facts, sizeof facts, "%3.0f %%  %s left  %s%s%s", 100 * share, left, pace,
             unit || !note ? "" : "  ", unit || !note ? "" : note);
    if (talk.terminal)
        draw_bar(share, facts);
    else
        fprintf(stderr, "%s: %s\n", talk.what, facts);
}

// Who asks ends the work by himself: the clock is stopped. Work that asks seldom is given more
// time, for it may have something to save.
static _Atomic int asked_at, longest_gap; // s

static bool on_stopped(void *context)
{
    (void)context;
    int now = (int)now_s(), before = asked_at;
    if (before && now - before > longest_gap)
        longest_gap = now - before;
    asked_at = now;
    if (stop_asked)
        alarm(0);
    return stop_asked != 0;
}

const airy_progress *say_stopping(void)
{
    static const airy_progress quiet = {.stopped = on_stopped};
    return &quiet;
}

enum { PATIENCE_S = 1, PATIENCE_MOST_S = 5 };

static void end_now(int number)
{
    static const char text[] = "airy: stopped\n";
    (void)number;
    (void)!write(STDERR_FILENO, text, sizeof text - 1);
    _exit(1);
}

static void on_signal(int number)
{
    if (stop_asked)
        end_now(number);
    stop_asked = 1;
    int patience = PATIENCE_S + 2 * longest_gap;
    alarm((unsigned)(patience < PATIENCE_MOST_S ? patience : PATIENCE_MOST_S));
}

void say_catch_signals(void)
{
    struct sigaction asked = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct sigaction late = {.sa_handler = end_now};
    sigaction(SIGINT, &asked, NULL);
    sigaction(SIGTERM, &asked, NULL);
    sigaction(SIGALRM, &late, NULL);
}

const airy_progress *say_progress(const invocation *call, const char *what)
{
    talk.what = what;
    talk.quiet = call->quiet || is_mute();
    talk.terminal = isatty(STDERR_FILENO);
    talk.drawn = false;
    talk.begun = talk.last = now_s();
    asked_at = longest_gap = 0;
    talk.progress = (airy_progress){.report = on_report, .stopped = on_stopped};
    return &talk.progress;
}

void say_progress_end(void)
{
    if (talk.drawn)
        fputs("\r\033[K", stderr);
    talk.drawn = false;
}
