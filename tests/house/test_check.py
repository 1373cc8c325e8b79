#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows that check.py accepts a good house and that every rule can fail."""
import os
import sys
import tempfile

import check

SPDX = "// SPDX-License-Identifier: GPL-3.0-or-later\n"
GOOD = {
    "include/airy.h": SPDX + '#include "airy/base.h"\n#include "airy/math.h"\n'
                      '#include "airy/work.h"\n#include "airy/files.h"\n',
    "include/airy/base.h": SPDX + """#ifndef AIRY_B
#define AIRY_B
#if defined(__GNUC__)
#define AIRY_PRINTF(a, b) __attribute__((format(printf, a, b)))
#endif
// A code.
typedef enum airy_code { AIRY_OK = 0, AIRY_EIO } airy_code;
// A pair of numbers.
typedef struct airy_pair {
    int a, b;
} airy_pair;
// Called with i.
typedef int (*airy_job)(int i, void *context);

// The sum of both numbers.
int airy_pair_sum(const airy_pair *pair);
int airy_pair_say(char *to, const char *format, ...) AIRY_PRINTF(2, 3); // printf into `to`
void airy_pair_release(airy_pair *pair);
#endif
""",
    "include/airy/math.h": SPDX + '#include "airy/base.h"\n',
    "include/airy/work.h": SPDX + '#include "airy/base.h"\n',
    "include/airy/files.h": SPDX + '#include "airy/work.h"\n',
    "src/base/pair.c": SPDX + """#include "airy/base.h"
#include "base/units.h"
static const char *const names[] = {"exit(1)", "{"};
static const struct { int n; double (*f)(double); } table[] = {{1, 0}, {2, 0}};
struct private_thing;
static int twice(int i);
/* printf("no") */
int airy_pair_sum(const airy_pair *pair)
{
    static const int zero[2] = {0, 0};
    for (int i = 0; i < 1; i++) {
        const airy_pair p = (airy_pair){1, 2};
        (void)p;
    }
    return pair->a + pair->b + zero[0] + twice(table[0].n) + (names[0][0] == '"');
}
static int twice(int i)
{
    return AIRY_TWO * i;
}
""",
    "src/base/units.h": SPDX + "#define AIRY_TWO 2\n",
    "src/base/secret.h": SPDX + "#define AIRY_THREE 3\n",
    "src/math/fft.c": SPDX + "#include <fftw3.h>\nstatic pthread_mutex_t planner;\n",
    "tools/airy.c": SPDX + """static const struct command commands[] = {
    {"sum", "frames", cmd_sum, "adds"},
};
int main(void)
{
    printf("x");
    exit(0);
}
""",
    "tools/cmd_sum.c": SPDX + '#include "airy.h"\nint cmd_sum(int argc, char **argv)\n{\n    return argc + !argv;\n}\n',
    "tests/cli/sum-two/run.sh": "airy sum 1 2\n",
    "docs/man/airy-sum.1.md": "% AIRY-SUM(1)\n",
}


def body(lines, name="airy_long", parameters="void"):
    return SPDX + f"int {name}({parameters})\n{{\n" + "".join(f"    x += {i};\n" for i in range(lines)) + "}\n"


def small(count):
    return SPDX + "".join(f"int airy_small_{i}(void)\n{{\n    return {i};\n}}\n" for i in range(count))


DEEP = SPDX + "int airy_deep(int a)\n{\n" + "if (a) {\n" * 3 + "while (a) {\n" + "do {\n" + "a = (int){0};\n" \
    + "}\n" + "}\n" * 4 + "return a;\n}\n"
COPY = "".join(f"    y = {i} * y + f(y);\n" for i in range(9))
PLACE = "/".join(["", "work", "main"]) + "\n"
LATER = "// TO" + "DO: more\n"

# (file, its text or what is added to the good one, words the finding must hold)
BAD = (
    ("src/attic/x.c", SPDX, "'attic' is no room"),
    ("include/airy/attic.h", SPDX, "'attic' is no room"),
    ("src/math/x.c", SPDX + '#include "airy/files.h"\n', "math looks at room files"),
    ("src/base/x.c", SPDX + '#include "airy/math.h"\n', "base looks at room math"),
    ("include/airy/base.h", '+#include "airy/math.h"\n', "base looks at room math"),
    ("src/base/x.c", SPDX + '#include "airy.h"\n', "is not for rooms"),
    ("include/airy.h", SPDX + '#include "airy/base.h"\n#include "airy/math.h"\n', "does not include include/airy/files.h"),
    ("include/airy.h", "+int airy_x;\n", "holds more than includes"),
    ("src/base/units.h", '+#include "units.h"\n', "include loop"),
    ("src/math/grid.c", SPDX + "#include <fftw3.h>\n", "<fftw3.h> belongs to src/math/fft.c"),
    ("src/source/cxi.c", SPDX + "#include <hdf5.h>\n", "<hdf5.h> belongs"),
    ("src/files/hdf5_chunk.c", SPDX + "#include <hdf5.h>\n", ""),
    ("src/files/table.c", SPDX + "#include <png.h>\n", "<png.h> belongs"),
    ("src/math/grid.c", SPDX + "#include <omp.h>\n", "<omp.h> belongs"),
    ("src/math/grid.c", SPDX + "#pragma omp parallel for\n", "OpenMP belongs"),
    (check.SOURCES + "work/farm.c", SPDX + "#pragma omp parallel for\n", ""),
    ("src/math/x.c", SPDX + '#include "base/units.h"\n', ""),
    ("src/math/x.c", SPDX + "int airy_f(void)\n{\n    airy_random_init(r, 1, (a)(2, 3), 0x53U, 3);\n}\n",
     "random numbers of '0x53U'"),
    ("src/math/x.c", SPDX + "int airy_f(void)\n{\n    airy_random_init(r, 1, 2, AIRY_STREAM_X, 3);\n}\n", ""),
    ("src/math/x.c", SPDX + "enum { AIRY_STREAM_X = 3 };\n", "AIRY_STREAM_X is not in the list"),
    ("include/airy/base.h", "+// Uses.\ntypedef enum airy_stream { AIRY_STREAM_X = 0x3, AIRY_STREAM_Y, AIRY_STREAM_Z = 4 } airy_stream;\n",
     "AIRY_STREAM_Z and AIRY_STREAM_Y are one stream"),
    ("src/base/x.c", SPDX + "#include <gsl/gsl_eigen.h>\n", "<gsl/gsl_eigen.h> belongs to"),
    ("src/math/x.c", SPDX + "#include <gsl/gsl_eigen.h>\n", ""),
    ("src/math/x.c", SPDX + '#include "base/secret.h"\n', "src/base/secret.h is private to room base"),
    ("src/base/x.c", SPDX + "#include <popt.h>\n", "<popt.h> belongs to tools"),
    ("src/base/x.h", SPDX + "airy_pair airy_f(void);\n", "does not compile alone"),
    ("src/base/x.c", SPDX + "void airy_f(void)\n{\n    exit(1);\n}\n", "exit ends the program"),
    ("src/base/x.c", SPDX + "void airy_f(void)\n{\n    abort();\n}\n", "abort ends the program"),
    ("src/base/x.c", SPDX + 'void airy_f(void)\n{\n    printf("a");\n}\n', "printf prints"),
    ("src/base/x.c", SPDX + 'void airy_f(void)\n{\n    fprintf(stderr, "a");\n}\n', "stderr prints"),
    ("src/base/x.c", SPDX + 'void airy_f(void)\n{\n    getenv("A");\n}\n', "getenv is a hidden input"),
    ("src/base/x.c", SPDX + "int airy_f(airy_error *err)\n{\n    return err->code;\n}\n", "err may be NULL"),
    ("src/base/x.c", SPDX + "void airy_f(void)\n{\n    rand();\n}\n", "rand is a hidden state"),
    ("src/base/x.c", SPDX + 'void airy_f(void)\n{\n    snprintf(a, 3, "printf(");\n    self->exit(3);\n}\n', ""),
    ("src/base/x.c", SPDX + "static int count = 0;\n", "variable count at file scope"),
    ("src/base/x.c", SPDX + "static const char *name;\n", "variable name at file scope"),
    ("src/base/x.c", SPDX + 'static const char *names[] = {"a"};\n', "variable names at file scope"),
    ("src/base/x.c", SPDX + "static struct thing { int a; } one = {1};\n", "variable one at file scope"),
    ("src/base/x.c", SPDX + "static int (*hook)(int);\n", "variable hook at file scope"),
    ("src/base/x.c", SPDX + "static pthread_mutex_t lock;\n", "variable lock at file scope"),
    ("src/base/x.c", SPDX + "int airy_f(void)\n{\n    static int n;\n    return n++;\n}\n", "static variable n"),
    ("src/base/x.c", body(78), "has 81 lines, at most 80"),
    ("src/base/x.c", body(77) + small(9)[len(SPDX):], ""),
    ("src/base/x.c", small(3) + "".join(body(40, f"airy_l{i}")[len(SPDX):] for i in range(3)), "a tenth of all functions"),
    ("src/base/x.c", small(3) + "".join(body(20, f"airy_l{i}")[len(SPDX):] for i in range(9)), "half of all functions"),
    ("src/base/x.c", SPDX + "\n" * 700, "the file has 701 lines"),
    ("src/base/x.c", body(3, parameters=", ".join(f"int a{i}" for i in range(8))), "has 8 parameters"),
    ("src/base/x.c", body(3, parameters=", ".join(f"int a{i}" for i in range(6))), "a tenth of all functions have 6 par"),
    ("src/base/x.c", DEEP, "nested 5 deep"),
    ("src/base/x.c", DEEP.replace("do {\n", "").replace("0};\n}\n", "0};\n"), ""),
    ("src/base/x.c", SPDX + "// " + "x" * 98 + "\n", "101 columns"),
    ("src/base/x.c", f"{SPDX}int airy_f(void)\n{{\n{COPY}}}\nint airy_g(void)\n{{\n{COPY}}}\n", "stands again at"),
    ("include/airy/files.h", "+#define SIZE 3\n", "public macro SIZE"),
    ("include/airy/files.h", "+// Reads.\nint read_it(void);\n", "public name read_it"),
    ("include/airy/files.h", "+// Kinds.\nenum airy_kind { AIRY_A, KIND_B = 2 };\n", "public name KIND_B"),
    ("include/airy/files.h", "+// A size.\ntypedef struct size { int n; } airy_size;\n", "public name size"),
    ("include/airy/files.h", "+// A job.\ntypedef void (*job)(int);\n", "public name job"),
    ("src/base/x.c", SPDX + "int help(void)\n{\n    return 0;\n}\n", "help is seen by the linker"),
    ("include/airy/files.h", "+\nint airy_read(void);\n", "airy_read has no comment"),
    ("include/airy/files.h", "+// ------- reading\n\nint airy_read(int a,\n    int b);\n", "airy_read has no comment"),
    ("src/base/x.c", "// A file.\n", "SPDX"),
    ("tools/airy.c", GOOD["tools/airy.c"].replace('{"sum"', '{"add"'), "command add has no test"),
    ("tools/airy.c", GOOD["tools/airy.c"].replace('{"sum"', '{"add"'), "command add has no page"),
    ("tools/airy.c", SPDX, "no table of commands"),
    ("tools/cmd_more.c", SPDX, "cmd_more has no row"),
    ("docs/tutorial.md", "see " + PLACE, "names a place"),
    ("scripts/x", LATER, "puts something off"),
    ("docs/tutorial.md", "some words " * 10, "has 110 columns"),
    ("docs/tutorial.md", "| " + "some words " * 10 + "|\n", ""),
    ("docs/tutorial.md", "```\n" + "some words " * 10 + "\n```\n", ""),
    ("docs/tutorial.md", "see docs/nowhere.md\n", "names docs/nowhere.md"),
    ("src/base/x.c", SPDX + "// see nowhere.md\n", "names nowhere.md"),
    ("src/base/x.c", SPDX + "// see docs/man/airy-sum.1.md\n", ""),
)


def write(root, files):
    for path, text in files.items():
        path = os.path.join(root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def found(files):
    with tempfile.TemporaryDirectory() as root:
        write(root, files)
        return [f"{path}:{line}: {sentence}" for path, line, sentence in check.findings(root)]


def of_circles():
    """Two files that call one another, by a function and by a table; one that calls itself."""
    one = SPDX + "int airy_one(void)\n{\n    return airy_two[0] + airy_one();\n}\n"
    two = SPDX + "extern const int airy_two[];\nconst int airy_two[] = {1};\n"
    back = two + "int airy_back(void)\n{\n    return airy_one();\n}\n"
    words = "one two of room base call one another in a circle"
    failures = []
    for text, wanted in ((two, False), (back, True)):
        lines = found({**GOOD, "src/base/one.c": one, "src/base/two.c": text})
        if any(words in line for line in lines) != wanted or (lines and not wanted):
            failures.append(f"circle of files: {wanted} wanted, {lines}")
    check.CIRCLES["base"] = ["one two"]
    if found({**GOOD, "src/base/one.c": one, "src/base/two.c": back}):
        failures.append("a circle that is known is found")
    if not any("one two are not one" in line for line in
               found({**GOOD, "src/base/one.c": one, "src/base/two.c": two})):
        failures.append("a circle that is gone is not found")
    del check.CIRCLES["base"]
    return failures


def main():
    failures = [f"the good house: {line}" for line in found(GOOD)]
    for path, text, words in BAD:
        text = GOOD[path] + text[1:] if text.startswith("+") else text
        lines = found({**GOOD, path: text})
        if words == "" and lines:
            failures.append(f"should pass: {path}: {lines}")
        elif words and not any(words in line for line in lines):
            failures.append(f"not found: '{words}' in {lines}")
    failures += of_circles()
    check.SEES["base"] = "math"
    if not any("rooms base and math see one another" in line for line in found(GOOD)):
        failures.append("a circle of rooms is not found")
    print("\n".join(failures) or f"{len(BAD)} cases as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
