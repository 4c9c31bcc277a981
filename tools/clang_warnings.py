#!/usr/bin/env python3
"""clang_warnings.py BUILD FOLDER...: what clang warns of in sources that gcc
compiled. BUILD is a configured build folder; nothing is written."""

import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

CLANG = "clang-14"
GCC_ALONE = ("-fcallgraph-info=su,da",)


def commands(build, folders):
    """One compilation of each source below the folders."""
    root = pathlib.Path(__file__).resolve().parent.parent
    wanted = tuple(f"{root / folder}/" for folder in folders)
    entries = json.loads((build / "compile_commands.json").read_text("utf-8"))
    return {entry["file"]: entry for entry in entries
            if entry["file"].startswith(wanted)}


def look(entry):
    words = [word for word in shlex.split(entry["command"])[1:]
             if word not in GCC_ALONE]
    output = words.index("-o")
    del words[output:output + 2]
    return subprocess.run(
        [CLANG, *words, "-fsyntax-only", "-Wno-unknown-warning-option"],
        cwd=entry["directory"], capture_output=True, text=True, check=False)


def main(build, *folders):
    entries = commands(pathlib.Path(build), folders)
    if not entries:
        sys.exit(f"{build}: nothing is compiled of {' '.join(folders)}")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(look, entries.values()))
    for result in done:
        sys.stdout.write(result.stderr)
    sys.exit(1 if any(result.returncode for result in done) else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
