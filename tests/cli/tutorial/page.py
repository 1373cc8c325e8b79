"""Runs the commands of a page as they stand there and compares what they print with what it shows.

page.py PAGE [all]: commands are the lines of indented blocks that begin with `airy`. A line
    #  reason shadowed: pixels 895, share 0.0008
behind one shows numbers of the table that it prints, of the row whose `reason` is `shadowed` or,
without one, of the last; within 2 % or two of the last digit shown. `# exit 3` behind a command is
its status, `# longer` says that it is run with `all` only; else only its options are looked at.
"""
import re
import shlex
import subprocess
import sys


def commands(page):
    """(command, what is said behind it, lines of numbers) of each."""
    found, block = [], re.findall(r"^    (.*)$", page.replace("\\\n", " "), re.M)
    for line in block:
        if line.startswith("airy "):
            command, _, remark = line.partition(" # ")
            found.append((command.strip(), remark.strip(), []))
        elif line.startswith("#") and found:
            found[-1][2].append(line.lstrip("# "))
    return found


def row_of(text, where):
    """Numbers by name of a row of a table; a table of quantities is one row."""
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    head, rows = (lines[0], lines[1:]) if lines else ([], [])
    if head == ["quantity", "value"]:
        return {name: value for name, value in rows}
    rows = [dict(zip(head, row)) for row in rows]
    if where:
        rows = [row for row in rows if row.get(where[0]) == where[1]]
    return rows[-1] if rows else {}


def last_digit(shown):
    mantissa, _, power = shown.lower().partition("e")
    return 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))


def compare(command, text, shown):
    wrong = []
    where, _, numbers = shown.rpartition(": ")
    row = row_of(text, where.split() if where else None)
    for name, value in (pair.split() for pair in numbers.split(", ")):
        got = row.get(name)
        allowed = max(2.001 * last_digit(value), 0.02 * abs(float(value)))
        if got is None or not abs(float(got) - float(value)) <= allowed:
            wrong.append("%s: %s is %s, the page says %s" % (command, name, got, value))
    return wrong


def run(command, remark, shown, everything):
    status = re.search(r"exit (\d)", remark)
    wanted = int(status.group(1)) if status else 0
    if remark.startswith("longer") and not everything:
        done = subprocess.run(shlex.split(command) + ["--print-params"], capture_output=True, text=True)
        return ["%s: %s" % (command, done.stderr)] if done.returncode else []
    done = subprocess.run(shlex.split(command), capture_output=True, text=True)
    if done.returncode != wanted:
        return ["%s: exit %d: %s" % (command, done.returncode, done.stderr[-300:])]
    return [words for line in shown for words in compare(command, done.stdout, line)]


def main():
    with open(sys.argv[1]) as file:
        found = commands(file.read())
    wrong = [words for each in found for words in run(*each, sys.argv[2:] == ["all"])]
    print("\n".join(wrong) if wrong else "as the page says")
    return bool(wrong)


sys.exit(main())
