# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads C just well enough for check.py: comments, includes, declarations, functions, nesting."""
import bisect
import re

TOKENS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
BRACKETS = re.compile(r"__attribute__\s*\(\(.*?\)\)|AIRY_PRINTF\s*\([^()]*\)|AIRY_MUST_CHECK")
CONTROL = {"if", "for", "while", "switch", "else", "do"}


def blank(text):
    """Spaces of the same size, so that offsets and line numbers stay."""
    return re.sub(r"[^\n]", " ", text)


def strip(text, strings):
    """Text without comments and, if `strings`, without what is inside string literals."""
    def replace(match):
        token = match.group()
        if token[0] == "/":
            return blank(token)
        return token[0] + blank(token[1:-1]) + token[0] if strings else token
    return TOKENS.sub(replace, text)


class Function:
    def __init__(self, name, line, end, parameters, nesting, head, body):
        self.name, self.line, self.end, self.parameters = name, line, end, parameters
        self.nesting, self.head, self.body = nesting, head, body
        self.length = end - line + 1


class Source:
    """One C file: path (relative, with /), text as written, and what was found in it."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.plain = strip(text, strings=False)
        self.code = strip(text, strings=True)
        self.logic = DIRECTIVE.sub(lambda m: blank(m.group()), self.code)
        self.includes = [(self.line(m.start(2)), m.group(2), m.group(1) == "<") for m in
                         re.finditer(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', self.plain, re.M)]
        self.macros = [(self.line(m.start(1)), m.group(1)) for m in
                       re.finditer(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", self.code, re.M)]
        self.functions, self.declarations = [], []
        self._scan()

    def line(self, offset):
        return bisect.bisect_right(self.starts, offset)

    def _scan(self):
        """Splits the top level into function definitions and declarations (text, line)."""
        text, start, depth, at = self.logic, 0, 0, 0
        while at < len(text):
            char = text[at]
            if char == "{":
                close = matching(text, at)
                head = text[start:at]
                if BRACKETS.sub("", head).rstrip().endswith(")") and "=" not in head:
                    self._function(start, at, close)
                    start = close + 1
                at = close
            elif char == ";":
                self._declaration(start, at)
                start = at + 1
            at += 1

    def _function(self, start, open_, close):
        head = self.logic[start:open_]
        lead = start + len(head) - len(head.lstrip())
        name, arguments = signature(BRACKETS.sub("", head))
        body = self.logic[open_:close + 1]
        self.functions.append(Function(name, self.line(lead), self.line(close), len(arguments),
                                       nesting(body), head, body))

    def _declaration(self, start, end):
        text = self.logic[start:end]
        lead = start + len(text) - len(text.lstrip())
        if text.strip():
            self.declarations.append((text.strip(), self.line(lead), self.line(end)))


def matching(text, at):
    """Offset of the bracket that closes the one at `at` (the end of the text if none does)."""
    open_, close = text[at], {"{": "}", "(": ")"}[text[at]]
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] == open_) - (text[i] == close)
        if depth == 0:
            return i
    return len(text) - 1


def signature(head):
    """Name and list of parameters of a function's head or prototype ('' when it is neither)."""
    match = re.search(r"(\w+)\s*\(", head)
    if not match:
        return "", []
    inside = head[match.end():matching(head, match.end() - 1)]
    parts, depth, last = [], 0, 0
    for i, char in enumerate(inside + ","):
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            parts.append(inside[last:i].strip())
            last = i + 1
    return match.group(1), [p for p in parts if p and p != "void"]


def nesting(body):
    """Deepest pile of braces of if, for, while, switch, do and bare blocks inside a function."""
    kinds, depth, deepest, before = [], 0, 0, ""
    for match in re.finditer(r"\w+|[^\s\w]", body[1:]):
        token, at = match.group(), match.start() + 1
        if token == "{":
            counts = before in ";{}:" or before in CONTROL or before == ")" and controls(body, at)
            kinds.append(counts)
            depth += counts
            deepest = max(deepest, depth)
        elif token == "}" and kinds:
            depth -= kinds.pop()
        before = token
    return deepest


def controls(body, at):
    """Does the `) {` at `at` belong to if, for, while or switch (and not to a compound literal)?"""
    close, depth = body.rindex(")", 0, at), 0
    for i in range(close, -1, -1):
        depth += (body[i] == ")") - (body[i] == "(")
        if depth == 0:
            word = re.search(r"(\w+)\s*$", body[:i])
            return bool(word) and word.group(1) in CONTROL
    return False


def collapse(declaration):
    """A declaration with what is in braces left out, without attributes."""
    text, out, at = BRACKETS.sub("", declaration), "", 0
    while at < len(text):
        if text[at] == "{":
            at = matching(text, at)
            out += "{}"
        else:
            out += text[at]
        at += 1
    return " ".join(out.split())


def is_prototype(declaration):
    text = collapse(declaration)
    return (not text.startswith("typedef") and "=" not in text
            and re.search(r"\w\s*\((?!\s*\*)", text) is not None
            and not re.match(r"(_Static_assert|static_assert)\b", text))


def variable(declaration):
    """(name, constant?) of a variable's declaration, None for anything else."""
    text = collapse(declaration)
    if re.match(r"(typedef|extern|_Static_assert|static_assert)\b", text) or is_prototype(text):
        return None
    left = text.split("=")[0].split(",")[0].strip() if "=" in text else text.split(",")[0].strip()
    if re.fullmatch(r"(struct|union|enum)(\s+\w+)?(\s*\{\})?", left):
        return None
    left = re.sub(r"\[[^\]]*\]", "", left)
    pointer = re.search(r"\(\s*\*\s*(const\s+)?(\w+)", left)
    if pointer:
        return pointer.group(2), pointer.group(1) is not None
    name = re.search(r"(\w+)\s*$", left)
    if not name:
        return None
    last = left.rsplit("*", 1)[-1] if "*" in left else left
    return name.group(1), re.search(r"\bconst\b", last) is not None
