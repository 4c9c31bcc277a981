#!/usr/bin/env python3
"""The checker of compiled sets stays small enough to be read.

Counted are statements and declarations, what a semicolon ends, whatever the
line breaks: of the checker, and apart from it of what reads the texts of rules.

    proof_size.py
"""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from sources import code_of  # noqa: E402

MOST = {"checker": 500, "readers": 300}


def statements(path):
    depth = 0
    count = 0
    for character in code_of(path.read_text(encoding="utf-8")):
        depth += (character == "(") - (character == ")")
        count += character == ";" and depth == 0
    return count


def main():
    counts = {"checker": 0, "readers": 0}
    for path in sorted((ROOT / "proof").glob("*.[ch]")):
        part = "readers" if path.name.startswith("read") else "checker"
        counts[part] += statements(path)
    for part, count in counts.items():
        print(f"{part}: {count} statements of at most {MOST[part]}")
    if not counts["checker"] or any(counts[p] > MOST[p] for p in counts):
        sys.exit(1)


if __name__ == "__main__":
    main()
