#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows the recipes of CONTRIBUTING.md in a copy of the tree, as they are written: every file that
a recipe names is added or changed, no other is, and the copy still passes the checker and compiles.

recipes.py [--compiler CC] FOLDER: one sentence a failure; exit 1 if there are any.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

import check

SPDX = "// SPDX-License-Identifier: GPL-3.0-or-later\n"

COMMAND = SPDX + """// airy recipe: does nothing, as a recipe says.
#include "commands.h"
#include "say.h"

int cmd_recipe(invocation *call)
{
    airy_error err = {0};
    const option table[] = {{0}};
    if (!options_parse(call, table, 0, 0, 0))
        return call->status;
    return say_done(call, AIRY_OK, &err);
}
"""
MODEL = """static double cubic_recipe(double x, const double *p, double *slope)
{
    slope[0] = x * x * x;
    return p[0] * x * x * x;
}

"""
MODEL_ROW = """    {.name = "cubic",
     .formula = "a x^3",
     .source = "a recipe",
     .np = 1,
     .parameter = {{.name = "a", .unit = "y/x^3", .means = "factor", FREE}},
     .value = cubic_recipe},
"""
RULE = """// x' = P_S P_M x, as er: a rule that a recipe adds.
static void step_recipe(airy_engine *e, const airy_pace *pace)
{
    step_er(e, pace);
}

"""
LAYOUT = """    {
        .row = {"recipe", "a detector that a recipe adds"},
        .data = "/recipe/frames",
        .lead = 1,
        .unit = AIRY_UNIT_KEV,
    },
"""
ROOM = SPDX + """// A room that a recipe adds.
#ifndef AIRY_ATTIC_H
#define AIRY_ATTIC_H

#include "airy/base.h"

// What is kept there: the number itself.
double airy_attic_keep(double number);

#endif
"""
ROOM_CODE = SPDX + """// The attic keeps numbers.
#include "airy/attic.h"

double airy_attic_keep(double number)
{
    return number;
}
"""

# A recipe: {what its text calls a file: (path in the copy, where, text)}. Where: None adds a file;
# "<X" puts the text before the first X, ">X" behind it.
RECIPES = {
    "A subcommand": {
        "tools/cmd_x.c": ("tools/cmd_recipe.c", None, COMMAND),
        "tools/airy.c": ("tools/airy.c", "<    {\"retrieve\"", '    {"recipe", "any", "", "does nothing", cmd_recipe},\n'),
        "tools/commands.h": ("tools/commands.h", ">int cmd_relate(invocation *call);\n",
                             "int cmd_recipe(invocation *call);\n"),
        "tests/cli/x/": ("tests/cli/recipe/run.sh", None, "airy recipe\n"),
        "docs/man/airy-x.1.md": ("docs/man/airy-recipe.1.md", None, "# AIRY-RECIPE(1)\n"),
        "docs/files.md": ("docs/files.md", ">## Tables\n", "\nA recipe writes nothing.\n"),
        "docs/words.md": ("docs/words.md", ">\n\n", "A recipe is followed.\n\n"),
    },
    "An option": {
        "src/chain/bin_step.c": ("src/chain/bin_step.c", ">const airy_option airy_bin_step_rows[] = {\n",
                                 '    AIRY_OPTION(airy_bin_step, frame, "recipe", .low = 0, .high = 9, '
                                 '.help = "of a recipe"),\n'),
        "manual page": ("docs/man/airy-bin.1.md", ">## DESCRIPTION\n", "\n**--recipe** *N*\n: of a recipe.\n"),
    },
    "An update rule": {
        "src/retrieval/rules.c": ("src/retrieval/rules.c", "<static const airy_rule rules[] = {\n", RULE),
        "one row": ("src/retrieval/rules.c", ">static const airy_rule rules[] = {\n",
                    '    {{"recipe", "a rule of a recipe", "nobody"}, .step = step_recipe},\n'),
        "docs/method/retrieval.md": ("docs/method/retrieval.md", ">\n\n", "A recipe adds a rule.\n\n"),
    },
    "A detector layout": {
        "src/source/raw_layouts.c": ("src/source/raw_layouts.c", ">static const airy_layout layouts[] = {\n", LAYOUT),
    },
    "A curve model": {
        "one function": ("src/math/models_plain.c", "<#define FREE", MODEL),
        "src/math/models_*.c": ("src/math/models_plain.c", ">const airy_fit_model airy_models_plain[] = {\n", MODEL_ROW),
    },
    "A room": {
        "src/": ("src/attic/attic.c", None, ROOM_CODE),
        "include/airy/": ("include/airy/attic.h", None, ROOM),
        "include/airy.h": ("include/airy.h", '>#include "airy/report.h"\n', '#include "airy/attic.h"\n'),
        "tests/house/check.py": ("tests/house/check.py", ">SEES = {\n", '    "attic": "base",\n'),
    },
}


def bullet(text, name):
    """The recipe of that name, up to the next one."""
    found = re.search(rf"^- \*\*{name}\*\*(.*?)(?=^- \*\*|^## )", text, re.S | re.M)
    return " ".join(found.group(1).split()) if found else ""


def apply(root, path, where, text):
    """A sentence when the place is not found."""
    path = os.path.join(root, path)
    if where is None:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return None
    with open(path, encoding="utf-8") as file:
        old = file.read()
    at = old.find(where[1:])
    if at < 0:
        return f"{path} has no '{where[1:].strip()}'"
    at += len(where) - 1 if where[0] == ">" else 0
    with open(path, "w", encoding="utf-8") as file:
        file.write(old[:at] + text + old[at:])
    return None


def follow(root):
    with open(os.path.join(root, "CONTRIBUTING.md"), encoding="utf-8") as file:
        text = file.read()
    for name, steps in RECIPES.items():
        recipe = bullet(text, name)
        if not recipe:
            yield f"CONTRIBUTING.md has no recipe '{name}'"
        for called, (path, where, what) in steps.items():
            if called not in recipe:
                yield f"the recipe '{name}' does not say '{called}'"
            problem = apply(root, path, where, what)
            if problem:
                yield problem
        for called in re.findall(r"`([\w/.*-]+)`", recipe):
            if "/" in called and called not in steps:
                yield f"the recipe '{name}' names {called}, which was not followed"


def changed():
    return sorted({path for steps in RECIPES.values() for path, _, _ in steps.values() if path.endswith(".c")})


def compiled(root, compiler):
    flags = subprocess.run(["pkg-config", "--cflags", "hdf5-serial"], capture_output=True, text=True,
                           check=False).stdout.split()
    apply(root, "build/airy_build.h", None, '#define AIRY_VERSION "0"\n#define AIRY_COMMIT "-"\n')
    for path in changed():
        done = subprocess.run([compiler, "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-D_DEFAULT_SOURCE", "-Wall",
                               "-Wextra", "-Werror", "-fsyntax-only", "-Iinclude", "-Isrc", "-Itools", "-Ibuild", *flags, path],
                              cwd=root, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
        if done.returncode:
            yield f"{path} does not compile: {(re.findall('error: (.*)', done.stderr) or ['?'])[0]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--compiler", default="cc")
    parser.add_argument("folder", nargs="?", default=".")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        for path in check.list_files(options.folder):
            target = os.path.join(root, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(os.path.join(options.folder, path), target)
        problems = list(follow(root)) + list(compiled(root, options.compiler))
        done = subprocess.run([sys.executable, "-B", "tests/house/check.py", "--compiler", options.compiler, "."],
                              cwd=root, capture_output=True, text=True, check=False)
        problems += done.stdout.split("\n")[:-1] + done.stderr.split("\n")[-2:-1]
    print("\n".join(problems) or f"{len(RECIPES)} recipes followed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
