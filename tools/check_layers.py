#!/usr/bin/env python3
"""Who may include what: ARCHITECTURE.md drawn as a table.

An arrow down may be used, an arrow up or sideways may not. The folders below
engine/ reach pdp/ by its public header alone, since libpostern-pdp exports
nothing else.
"""

import re

from sources import CHECKS, LIBRARY, PROGRAMS, run, sources

# Folder: other folders whose private headers it may include.
PRIVATE = {
    "base": (),
    "pdp": ("base",),
    "policy-lang": ("base",),
    "prp": ("base", "policy-lang"),
    "pip": ("base", "policy-lang"),
    "tokens": ("base", "policy-lang"),
    "ppm": ("base", "policy-lang"),
    "engine": ("base", "policy-lang", "prp", "pip", "tokens", "ppm"),
    "include": (),
    "examples": (),
}
OURS = LIBRARY + PROGRAMS

# Folder: public headers it may include.
PUBLIC = {
    "base": ("base",),
    "pdp": ("base", "pdp"),
    "pip": ("base", "pdp", "pip"),
    "include/postern/base.h": (),
    "include/postern/pdp.h": ("base",),
    "include/postern/policy.h": ("base", "pdp"),
    "include/postern/pip.h": ("base", "pdp"),
}

# Third-party header: the files that know the library behind it.
THIRD_PARTY = {
    "yaml.h": ("policy-lang/yaml_document.c",),
    "pcre2.h": ("policy-lang/grammar.c",),
    "maxminddb.h": ("pip/country_file.c",),
}

# Headers of the C library without I/O, clock, locale or process state.
PURE = {"float.h", "limits.h", "math.h", "stdalign.h", "stdarg.h",
        "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h", "stdlib.h",
        "string.h"}
LIBC = PURE | {
    "assert.h", "ctype.h", "errno.h", "inttypes.h", "signal.h",
    "stdio.h", "threads.h", "time.h",
    # POSIX
    "dirent.h", "fcntl.h", "getopt.h", "pthread.h", "sys/mman.h",
    "sys/resource.h", "sys/stat.h", "sys/types.h", "sys/wait.h", "unistd.h",
}
PURE_FOLDERS = ("base", "pdp", "include")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]',
                     re.MULTILINE)


def refusal(name, folder, mark, header):
    """Why `name` may not include `header`; None when it may."""
    public = re.fullmatch(r"postern/(\w+)\.h", header)
    if public:
        allowed = PUBLIC.get(name, PUBLIC.get(folder))
        if allowed is not None and public.group(1) not in allowed:
            return "is above this folder"
        return None if mark == "<" else "is public: write <postern/...>"
    if folder in CHECKS:
        return None
    if mark == '"':
        return private_refusal(folder, header)
    if header in THIRD_PARTY:
        known = name in THIRD_PARTY[header]
        return None if known else "is known to other files only"
    if header not in (PURE if folder in PURE_FOLDERS else LIBC):
        return "is not on the list of C headers for this folder"
    return None


def private_refusal(folder, header):
    """Why a header of ours may not be used in `folder`."""
    other = header.split("/")[0] if "/" in header else None
    if other is None:
        return "lacks its folder"
    if folder in PROGRAMS:
        return None if other in OURS else "is in no folder of ours"
    if other != folder and other not in PRIVATE[folder]:
        return "is above or beside this folder, or private to it"
    return None


def check(root):
    complaints = []
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            why = refusal(name, name.split("/")[0], *match.groups())
            if why:
                line = text.count("\n", 0, match.start(1)) + 1
                complaints.append(f"{name}:{line}: {match.group(2)} {why}")
    return complaints


if __name__ == "__main__":
    run(check)
