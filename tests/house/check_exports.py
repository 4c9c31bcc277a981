#!/usr/bin/env python3
"""check_exports.py LIBDIR: what leaves the libraries is what the headers say.

- A shared library exports the functions its headers declare POSTERN_API, each
  under the version POSTERN_0.1, and nothing else.
- No symbol is defined in two static archives, and each starts with postern_ or
  pst_, so that nothing of ours can meet a name of the program around it.
- libpostern-pdp needs the C library and the mathematics library alone.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from sources import code_of, report  # noqa: E402

HEADERS = {"pdp": ("base", "pdp", "proof"), "policy": ("policy",),
           "tokens": ("jose", "token", "credential"),
           "ppm": ("ppm", "grid", "customised", "consent", "access_log",
                   "gate"),
           "engine": ("prp", "pip", "engine", "dynauth")}
VERSION = "POSTERN_0.1"
DECLARED = re.compile(r"^POSTERN_API\b[^;{]*?\b(postern_\w+)\s*\(",
                      re.MULTILINE)
PLAIN_NEEDS = re.compile(r"libc\.|libm\.|ld-linux|ld-musl|libc$")


def output(*command):
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def declared(library):
    names = set()
    for header in HEADERS[library]:
        path = ROOT / "include/postern" / f"{header}.h"
        names.update(DECLARED.findall(code_of(path.read_text("utf-8"))))
    return {f"{name}@@{VERSION}" for name in names}


def exported(path):
    lines = output("nm", "-D", "--defined-only", "--with-symbol-versions",
                   path).splitlines()
    return {line.split()[-1] for line in lines if line.split()[1] != "A"}


def shared_complaints(libdir):
    for library in HEADERS:
        path = str(libdir / f"libpostern-{library}.so")
        there, promised = exported(path), declared(library)
        for name in sorted(there - promised):
            yield f"{path}: exports {name}, which no header declares"
        for name in sorted(promised - there):
            yield f"{path}: lacks {name}, which a header declares"


def archive_complaints(libdir):
    owner = {}
    for library in HEADERS:
        path = str(libdir / f"libpostern-{library}.a")
        for line in output("nm", "-g", "--defined-only", path).splitlines():
            words = line.split()
            if len(words) != 3:
                continue
            name = words[2]
            if name in owner:
                yield f"{path}: {name} is also in {owner[name]}"
            elif not name.startswith(("postern_", "pst_")):
                yield f"{path}: {name} has no prefix of ours"
            owner[name] = path


def need_complaints(libdir):
    path = str(libdir / "libpostern-pdp.so")
    for line in output("readelf", "-dW", path).splitlines():
        match = re.search(r"\(NEEDED\).*\[(.+)\]", line)
        if match and not PLAIN_NEEDS.match(match.group(1)):
            yield f"{path}: needs {match.group(1)}"


def main():
    libdir = pathlib.Path(sys.argv[1])
    return report([*shared_complaints(libdir), *archive_complaints(libdir),
                   *need_complaints(libdir)])


if __name__ == "__main__":
    sys.exit(main())
