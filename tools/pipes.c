// SPDX-License-Identifier: GPL-3.0-or-later
// Standard input kept in a nameless file, standard output written from a file that was complete.
#include "pipes.h"

#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool copy(FILE *from, FILE *to)
{
    char block[1 << 16];
    for (size_t n; (n = fread(block, 1, sizeof block, from)) > 0;)
        if (fwrite(block, 1, n, to) != n)
            return false;
    return !ferror(from) && fflush(to) == 0;
}

// The file stays open, and has no other name, until the program ends.
static bool keep_input(invocation *call, int i)
{
    char name[64];
    FILE *kept = tmpfile();
    if (!kept || !copy(stdin, kept)) {
        options_wrong(call, "standard input cannot be kept: %s", strerror(errno));
        return false;
    }
    snprintf(name, sizeof name, "/proc/self/fd/%d", fileno(kept));
    char *owned = airy_text_copy(name);
    if (owned)
        call->inputs[i] = call->owned[call->n_owned++] = owned;
    return owned != NULL;
}

static bool find_output(invocation *call)
{
    const char *folder = getenv("TMPDIR");
    char name[4096];
    snprintf(name, sizeof name, "%s/airy-stdout-XXXXXX", folder ? folder : "/tmp");
    call->piped = mkdtemp(name) ? airy_text_copy(name) : NULL;
    strncat(name, "/out.tsv", sizeof name - strlen(name) - 1);
    char *owned = call->piped ? airy_text_copy(name) : NULL;
    if (!owned) {
        options_wrong(call, "no room for the output in %s: %s", folder ? folder : "/tmp",
                      strerror(errno));
        return false;
    }
    call->output = call->owned[call->n_owned++] = owned;
    fflush(stdout);
    call->saved_stdout = dup(STDOUT_FILENO); // what commands say there besides goes to the talk
    return call->saved_stdout >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0;
}

// Whether -o names a table, as its usage says; other files cannot be written to a pipe, which their
// writers say.
static bool writes_table(const invocation *call)
{
    const char *output = strstr(call->command->synopsis, "-o ");
    size_t length = output ? strcspn(output + 3, " ") : 0;
    return length > 4 && strncmp(output + 3 + length - 4, ".tsv", 4) == 0;
}

bool pipes_begin(invocation *call)
{
    int found = 0;
    for (int i = 0; i < call->n_inputs; i++) {
        if (strcmp(call->inputs[i], "-") != 0)
            continue;
        if (found++) {
            options_wrong(call, "standard input can be read once, '-' is there twice");
            return false;
        }
        if (!keep_input(call, i))
            return false;
    }
    bool piped = call->output && strcmp(call->output, "-") == 0 && writes_table(call);
    return !piped || find_output(call);
}

int pipes_end(invocation *call, int status)
{
    if (!call->piped)
        return status;
    fflush(stdout);
    dup2(call->saved_stdout, STDOUT_FILENO);
    close(call->saved_stdout);
    FILE *file = status == 0 ? fopen(call->output, "rb") : NULL;
    if (status == 0 && (!file || !copy(file, stdout))) {
        fprintf(stderr, "airy %s: standard output: %s\n", call->argv[0], strerror(errno));
        status = 1;
    }
    if (file)
        fclose(file);
    unlink(call->output);
    rmdir(call->piped);
    free(call->piped);
    call->piped = NULL;
    return status;
}
