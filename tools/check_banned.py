#!/usr/bin/env python3
"""Functions and marks that have no place here, and what to use instead."""

import re

from sources import ALL, CHECKS, LIBRARY, code_of, run, sources

# Name: why, or what to use instead.
BANNED = {
    "strcpy": "copies without a bound", "strcat": "copies without a bound",
    "strncpy": "may leave no NUL", "strncat": "counts what is left over",
    "stpcpy": "copies without a bound", "sprintf": "use base/text.h",
    "vsprintf": "use base/text.h", "gets": "reads without a bound",
    "scanf": "cannot refuse overflow", "sscanf": "cannot refuse overflow",
    "fscanf": "cannot refuse overflow", "strtok": "keeps hidden state",
    "strtok_r": "writes to its input", "atoi": "cannot refuse",
    "atol": "cannot refuse", "atoll": "cannot refuse",
    "atof": "cannot refuse", "strtol": "accepts blanks and signs",
    "strtoul": "accepts blanks and signs", "strtoll": "accepts blanks, signs",
    "strtoull": "accepts blanks and signs", "gmtime": "use base/civil_time.h",
    "localtime": "depends on the host", "localtime_r": "depends on the host",
    "mktime": "depends on the host", "ctime": "depends on the host",
    "asctime": "depends on the host",
    "alloca": "unbounded stack", "setjmp": "hidden control flow",
    "longjmp": "hidden control flow", "setlocale": "belongs to the host",
    "rand": "not repeatable", "srand": "not repeatable",
    "tmpnam": "a race", "mktemp": "a race", "system": "runs a shell",
    "popen": "runs a shell",
}

# In a library besides: what it may neither ask nor do to its host.
BANNED_IN_LIBRARY = {
    "abort": "a library never ends its host",
    "exit": "a library never ends its host",
    "_Exit": "a library never ends its host",
    "assert": "a library never ends its host",
    "time": "time is a parameter", "clock": "time is a parameter",
    "clock_gettime": "time is a parameter",
    "gettimeofday": "time is a parameter", "gmtime_r": "use base/civil_time.h",
    "getenv": "options are parameters", "printf": "use a diagnostic",
    "fprintf": "use a diagnostic", "puts": "use a diagnostic",
    "perror": "use a diagnostic", "strerror": "is not thread safe",
    "signal": "belongs to the host",
    "__builtin_prefetch": "gcc drops calls of what does nothing else: use"
                          " pst_fetch() of base/fetch.h",
}
ALLOWED = {("base/fetch.h", "__builtin_prefetch")}

# Release builds define NDEBUG: such a test would claim nothing.
BANNED_IN_CHECKS = {"assert": "does nothing in a release build"}

CALL = re.compile(r"(?<![\w.>])([A-Za-z_]\w*)\s*\(")
MARK = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|^[ \t]*#[ \t]*if[ \t]+0\b",
                  re.MULTILINE)


def banned_in(folder):
    names = dict(BANNED)
    if folder in LIBRARY:
        names.update(BANNED_IN_LIBRARY)
    if folder in CHECKS:
        names.update(BANNED_IN_CHECKS)
    return names


def check(root):
    complaints = []
    for path in sources(root, ALL):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        banned = banned_in(name.split("/")[0])
        found = [(m.start(), f"{m.group(1)}(): {banned[m.group(1)]}")
                 for m in CALL.finditer(code_of(text))
                 if m.group(1) in banned and
                 (name, m.group(1)) not in ALLOWED]
        found += [(m.start(), f"{m.group(0).strip()}: finish or leave out")
                  for m in MARK.finditer(text)]
        for start, what in sorted(found):
            line = text.count("\n", 0, start) + 1
            complaints.append(f"{name}:{line}: {what}")
    return complaints


if __name__ == "__main__":
    run(check)
