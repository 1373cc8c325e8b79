// SPDX-License-Identifier: GPL-3.0-or-later
// New frames of a run that is being written. Polling, since news of changes do not cross the file
// systems that detectors write to.
#include "airy/live.h"

#include "airy/source.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TOLD_AFTER_S 10.0 // that a file cannot be read
#define GIVEN_UP_S 3.0    // after which a frame is
#define PAUSE_S 0.1       // between tries

// A file of the run.
typedef struct entry {
    char *path;
    int taken, there;                          // frames
    struct stat seen;                          // when it was counted last
    double failing_since, stuck_since, next_s; // as a file, at a frame (0: not), and when to try
    bool counted, gone, told;
} entry;

struct airy_growth {
    char *path, *match;
    char **except;
    int n_except;
    bool folder, looked;
    entry *file;
    int n, room;
    int current; // whose news were told
    int unreadable;
};

void airy_growth_free(airy_growth *g)
{
    if (!g)
        return;
    for (int i = 0; i < g->n; i++)
        free(g->file[i].path);
    for (int i = 0; i < g->n_except; i++)
        free(g->except[i]);
    free(g->file);
    free(g->except);
    free(g->path);
    free(g->match);
    free(g);
}

airy_growth *airy_growth_new(const char *path, const char *match, const char *const *except,
                             int n_except, airy_error *err)
{
    airy_growth *g = calloc(1, sizeof *g);
    bool good = g != NULL;
    if (good) {
        g->path = airy_text_copy(path);
        g->match = airy_text_copy(match);
        g->except = calloc((size_t)n_except + 1, sizeof *g->except);
        g->current = -1;
        good = g->path && g->match && g->except;
    }
    for (int i = 0; good && i < n_except; i++) {
        char *real = except[i] ? realpath(except[i], NULL) : NULL;
        if (real)
            g->except[g->n_except++] = real;
    }
    if (good)
        return g;
    airy_error_set(err, AIRY_EMEMORY, "no memory to follow %s", path);
    airy_growth_free(g);
    return NULL;
}

// ------------------------------------------------------------------ files

static airy_code add_file(airy_growth *g, const char *path, airy_error *err)
{
    if (g->n == g->room) {
        int room = 2 * g->room + 16;
        entry *grown = realloc(g->file, (size_t)room * sizeof *grown);
        if (!grown)
            return airy_error_set(err, AIRY_EMEMORY, "no memory for %d files", room);
        g->file = grown;
        g->room = room;
    }
    g->file[g->n] = (entry){.path = airy_text_copy(path)};
    if (!g->file[g->n].path)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for a name");
    g->n++;
    return AIRY_OK;
}

static bool is_known(const airy_growth *g, const char *path)
{
    for (int i = 0; i < g->n; i++)
        if (strcmp(g->file[i].path, path) == 0)
            return true;
    return false;
}

static bool is_excepted(const airy_growth *g, const char *path)
{
    bool found = false;
    char *real = realpath(path, NULL);
    for (int i = 0; real && i < g->n_except; i++)
        found = found || strcmp(real, g->except[i]) == 0;
    free(real);
    return found;
}

// Names that begin with a dot are files on their way to another name.
static bool fits(const airy_growth *g, const char *name)
{
    char pattern[64];
    for (const char *p = g->match; name[0] != '.' && *p; p += strspn(p, " ")) {
        int length = (int)strcspn(p, " ");
        snprintf(pattern, sizeof pattern, "%.*s", length, p);
        p += length;
        if (fnmatch(pattern, name, 0) == 0)
            return true;
    }
    return false;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const entry *)a)->path, ((const entry *)b)->path);
}

// New names of a folder, those of one look in the order of names.
static airy_code look_at_folder(airy_growth *g, airy_error *err)
{
    DIR *folder = opendir(g->path);
    airy_code code = AIRY_OK;
    int before = g->n;
    if (!folder) // it may come back
        return g->looked ? AIRY_OK
                         : airy_error_set(err, AIRY_EMISSING, "%s: %s", g->path, strerror(errno));
    for (struct dirent *item; code == AIRY_OK && (item = readdir(folder));) {
        airy_text path = {0};
        airy_text_append(&path, "%s/%s", g->path, item->d_name);
        code = airy_text_whole(&path, err);
        if (code == AIRY_OK && fits(g, item->d_name) && !is_known(g, path.text) &&
            !is_excepted(g, path.text))
            code = add_file(g, path.text, err);
        airy_text_release(&path);
    }
    closedir(folder);
    if (g->n > before) // there may be no files at all
        qsort(g->file + before, (size_t)(g->n - before), sizeof *g->file, by_path);
    return code;
}

static airy_code look_for_files(airy_growth *g, airy_error *err)
{
    struct stat info;
    airy_code code = AIRY_OK;
    if (!g->looked) {
        if (stat(g->path, &info) != 0)
            return airy_error_set(err, AIRY_EMISSING, "%s: %s", g->path, strerror(errno));
        g->folder = S_ISDIR(info.st_mode);
        code = g->folder ? AIRY_OK : add_file(g, g->path, err);
    }
    if (code == AIRY_OK && g->folder)
        code = look_at_folder(g, err);
    g->looked = true;
    return code;
}

// ------------------------------------------------------------------ frames of a file

static int count_frames(const char *path, airy_error *err)
{
    airy_error why = {0};
    airy_raw *raw = airy_raw_open(path, NULL, &why);
    int n = raw ? airy_raw_count(raw) : -1;
    airy_raw_close(raw);
    if (!raw)
        airy_error_set(err, why.code, "%s", why.message);
    if (raw || why.code == AIRY_EMEMORY)
        return n;
    airy_frames *frames = airy_frames_open(path, NULL);
    n = frames ? airy_frames_count(frames) : -1;
    airy_frames_close(frames);
    return n;
}

static void anew(entry *f, const airy_call *call, const char *how)
{
    if (f->taken)
        airy_call_warn(call, "%s %s: it is read from its first frame on", f->path, how);
    f->taken = f->there = 0;
    f->failing_since = f->stuck_since = f->next_s = 0;
    f->counted = f->told = false;
}

// Whether there is something new to be read of a file.
static bool has_changed(entry *f, const airy_call *call, struct stat *now)
{
    if (stat(f->path, now) != 0) {
        if (!f->gone)
            airy_call_warn(call, "%s has vanished; what was seen of it stays counted", f->path);
        f->gone = true;
        f->there = f->taken;
        return false;
    }
    if (f->counted && now->st_ino != f->seen.st_ino)
        anew(f, call, "is another file now");
    else if (f->counted && now->st_size < f->seen.st_size)
        anew(f, call, "has become shorter");
    f->gone = false;
    return !f->counted || now->st_size != f->seen.st_size ||
           now->st_mtim.tv_sec != f->seen.st_mtim.tv_sec ||
           now->st_mtim.tv_nsec != f->seen.st_mtim.tv_nsec;
}

static airy_code look_at_file(entry *f, const airy_call *call, double now_s, airy_error *err)
{
    struct stat now;
    airy_error why = {0};
    if (!has_changed(f, call, &now) || now_s < f->next_s)
        return AIRY_OK;
    int n = count_frames(f->path, &why);
    if (why.code == AIRY_EMEMORY)
        return airy_error_set(err, why.code, "%s", why.message);
    if (n < 0) {
        f->failing_since = f->failing_since > 0 ? f->failing_since : now_s;
        f->next_s = now_s + PAUSE_S;
        if (!f->told && now_s - f->failing_since > TOLD_AFTER_S)
            airy_call_warn(call, "%s cannot be read so far: %s", f->path, why.message);
        f->told = f->told || now_s - f->failing_since > TOLD_AFTER_S;
        return AIRY_OK;
    }
    if (n < f->taken)
        anew(f, call, "holds fewer frames");
    f->seen = now;
    f->counted = true;
    f->there = n;
    f->failing_since = 0;
    return AIRY_OK;
}

// ------------------------------------------------------------------ news

airy_code airy_growth_poll(airy_growth *g, const airy_call *call, double now_s, int most,
                           airy_growth_news *news, airy_error *err)
{
    *news = (airy_growth_news){0};
    g->current = -1;
    airy_code code = look_for_files(g, err);
    for (int i = 0; i < g->n && code == AIRY_OK; i++) {
        entry *f = &g->file[i];
        code = look_at_file(f, call, now_s, err);
        int waiting = f->there - f->taken;
        news->waiting += waiting;
        if (waiting > 0 && g->current < 0 && now_s >= f->next_s) {
            g->current = i;
            news->file = f->path;
            news->from = f->taken;
            news->to = f->taken + (waiting < most ? waiting : most);
        }
    }
    return code;
}

void airy_growth_taken(airy_growth *g, int n)
{
    entry *f = g->current >= 0 ? &g->file[g->current] : NULL;
    if (!f || n <= 0)
        return;
    f->taken += n;
    f->stuck_since = f->next_s = 0;
}

void airy_growth_failed(airy_growth *g, const airy_call *call, double now_s, const char *why)
{
    entry *f = g->current >= 0 ? &g->file[g->current] : NULL;
    if (!f)
        return;
    f->counted = false; // the file is looked at again
    f->stuck_since = f->stuck_since > 0 ? f->stuck_since : now_s;
    f->next_s = now_s + PAUSE_S;
    if (now_s - f->stuck_since < GIVEN_UP_S)
        return;
    airy_call_warn(call, "%s, frame %d is passed over: %s", f->path, f->taken, why);
    f->taken++;
    f->stuck_since = f->next_s = 0;
    g->unreadable++;
}

int airy_growth_files(const airy_growth *g)
{
    int n = 0;
    for (int i = 0; i < g->n; i++)
        n += g->file[i].there > 0;
    return n;
}

int airy_growth_unreadable(const airy_growth *g)
{
    return g->unreadable;
}
