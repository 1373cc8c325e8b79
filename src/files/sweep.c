// SPDX-License-Identifier: GPL-3.0-or-later
// Names of temporary files and folders, and how those of killed runs are found again.
#include "airy/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST_ROOM = 65 };

static const char *const kinds[] = {"part", "figure"};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void name_host(char host[HOST_ROOM])
{
    memset(host, 0, HOST_ROOM);
    gethostname(host, HOST_ROOM - 1);
}

char *airy_temporary_stem(const char *path, const char *kind)
{
    char host[HOST_ROOM];
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path) + 1 : 0;
    airy_text stem = {0};
    name_host(host);
    airy_text_append(&stem, "%.*s.%s.%s-%s-%ld-", folder, path, path + folder, kind, host,
                     (long)getpid());
    return stem.text;
}

// Whether a name is that of a temporary of this machine whose process is no more.
static bool is_orphan(const char *name, const char *host)
{
    if (name[0] != '.')
        return false;
    for (int k = 0; k < KINDS; k++) {
        airy_text mark = {0};
        airy_text_append(&mark, ".%s-%s-", kinds[k], host);
        const char *at = mark.text ? strstr(name, mark.text) : NULL;
        char *end = NULL;
        long process = at ? strtol(at + mark.length, &end, 10) : 0;
        airy_text_release(&mark);
        size_t digits = process > 0 && *end == '-' ? strspn(end + 1, "0123456789") : 0;
        if (digits > 0 && (end[1 + digits] == '\0' || end[1 + digits] == '.'))
            return kill((pid_t)process, 0) != 0 && errno == ESRCH;
    }
    return false;
}

// A scratch folder holds files alone.
static void remove_folder(int parent, const char *name)
{
    int file = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *directory = file >= 0 ? fdopendir(file) : NULL;
    for (struct dirent *entry; directory && (entry = readdir(directory));)
        unlinkat(file, entry->d_name, 0);
    if (directory)
        closedir(directory);
    unlinkat(parent, name, AT_REMOVEDIR);
}

void airy_folder_sweep(const char *path)
{
    char host[HOST_ROOM];
    DIR *directory = opendir(path);
    name_host(host);
    for (struct dirent *entry; directory && (entry = readdir(directory));)
        if (is_orphan(entry->d_name, host) && unlinkat(dirfd(directory), entry->d_name, 0) != 0)
            remove_folder(dirfd(directory), entry->d_name);
    if (directory)
        closedir(directory);
}
