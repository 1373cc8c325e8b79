// SPDX-License-Identifier: GPL-3.0-or-later
// One option table a command. Parsing, ranges, --help with defaults and units, --params,
// --print-params, the record in the history and shell completion all come from it.
//
//     int cmd_bin(invocation *call)
//     {
//         airy_bin_options bin;
//         airy_bin_options_defaults(&bin);
//         const option table[] = {
//             {"factor", OPTION_INT, &bin.factor, .low = 1, .high = 64, .unit = "pixels",
//              .help = "side of a cell"},
//             {0},
//         };
//         if (!options_parse(call, table, TAKES_OUTPUT, 1, 1))
//             return call->status;
//         ...
//         return say_done(call, run(call, &bin, &err), &err);
//     }
#ifndef AIRY_TOOLS_OPTIONS_H
#define AIRY_TOOLS_OPTIONS_H

#include "airy/files.h"

typedef enum option_type {
    OPTION_FLAG,   // bool *at: set by --name, cleared by --no-name
    OPTION_INT,    // int *at
    OPTION_DOUBLE, // double *at; the word in `choices`, if there is one, stands for NaN
    OPTION_TEXT,   // const char **at
    OPTION_CHOICE, // int *at: position in `choices`, "hio|raar|er" (enums start at 0)
    OPTION_TEXTS,  // option_texts *at: may be given several times
    OPTION_EITHER, // bool *at: whether it is the second of two words in `choices`
    OPTION_SEED,   // uint64_t *at
    // Not one option but a table, put in this row's place: option *at; or with `rows` a struct *at
    // whose options the library describes.
    OPTION_ROWS,
    OPTION_STEP, // the same, of a step: its names follow this row's name and a dot
    // The same, of values that do not decide what is computed. In the history such a command has a
    // line in normal form, so that the parts of a split run write what an unsplit run writes.
    OPTION_AFTERWARDS, // ... but what is made of it afterwards
    OPTION_HOW,        // ... but how the work is done, never what comes out; not in the history
} option_type;

// Every value given to a repeatable option, in order.
enum { OPTION_TEXTS_MAX = AIRY_TEXTS_MAX };
typedef airy_texts option_texts;

// One row. What *at holds before parsing is the default. A table ends with {0}.
typedef struct option {
    const char *name; // long name without dashes
    option_type type;
    void *at;
    double low, high;    // inclusive range of numbers; low == high == 0: any finite number
    const char *unit;    // "nm", "pixels", "FILE", "y,x,r"; NULL: none
    const char *help;    // one phrase
    const char *choices; // for OPTION_CHOICE
    // A short name of what other rows say, which are recorded instead. They are at the same place,
    // or named here: "size.axis bands.axis" get the value, "difference.model=sphere" that one.
    bool alias;
    const char *sets;
    const char *was; // an older name, which had another meaning elsewhere: its error tells this one
    const airy_option *rows; // see OPTION_ROWS
    // Of these the ones that this command has not, and at last one that it calls otherwise:
    // "background unit=values".
    const char *but;
    // A described text that is read into numbers of the struct `of`, see airy_option.
    airy_code (*read)(void *of, const char *text, airy_error *err);
    void *of;
} option;

// A table of nothing but the described options of a struct.
#define OPTIONS_OF(described, struct_at)                                                           \
    (const option[])                                                                               \
    {                                                                                              \
        {"options", OPTION_ROWS, struct_at, .rows = described},                                    \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

// Which of the common options a command has. Help, quiet, verbose and params are always there.
enum {
    TAKES_OUTPUT = 1,          // -o FILE, required; -f to overwrite
    TAKES_OPTIONAL_OUTPUT = 2, // the same, not required
    TAKES_THREADS = 4,         // -t N, 0 = all cores
    TAKES_SEED = 8,            // -s S
};

struct command;

// One run of one command: what it was called with, and what the common options say.
typedef struct invocation {
    const struct command *command;
    int argc;
    char **argv;         // argv[0] is the command's name
    int status;          // exit status when options_parse returns false
    int n_inputs;        // positional arguments
    const char **inputs; // ... in order
    const char *output;  // NULL when not given
    bool overwrite, quiet, verbose;
    int threads;
    bool seeded; // the command takes a seed
    uint64_t seed;
    airy_text parameters; // "name = value" lines, defaults included: the history's record
    airy_text line;       // the command line, quoted for a shell
    airy_text made_by, made_by_line; // the same without OPTION_AFTERWARDS, where there are such
    char *piped; // a folder for the output that goes to standard output; NULL: it does not
    int saved_stdout;
    int n_owned;
    char **owned; // what option values point into
    airy_text libraries;
    airy_call run; // the same, as the library takes it: from options_parse on
} invocation;

// Reads the command line into the table's addresses and the invocation. False: stop with
// call->status (0 after --help and the like, 2 after wrong usage, which was explained).
bool options_parse(invocation *call, const option *table, int common, int inputs_least,
                   int inputs_most);

// For values that only the command can judge: explains and gives 2.
int options_wrong(const invocation *call, const char *format, ...) AIRY_PRINTF(2, 3);

// For commands that add inputs up: 2 with a sentence when one is named twice, whose frames would
// count twice; else 0.
int options_no_twins(const invocation *call);

void options_release(invocation *call);

#endif
