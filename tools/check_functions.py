#!/usr/bin/env python3
"""No function body is longer than a screen: 60 lines.

clang-format puts the braces of a function, and only these, alone into the first
column; that is what is looked for. The rows of a table that a function begins
with are data and do not count.
"""

import re

from sources import run, sources

LIMIT = 60
NAME = re.compile(r"(\w+)\s*\(")
TABLE_START = re.compile(r"    static const\b[^;]*$")
TABLE_END = "    };"


def length_of(body):
    """Lines of a body without those of its tables."""
    length, table = 0, False
    for line in body:
        table = table or bool(TABLE_START.match(line))
        length += not table
        table = table and line != TABLE_END
    return length


def bodies(lines):
    """(line of the brace, name, lines of the body) of every function."""
    head, start = [], None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            name = NAME.search(" ".join(head))
            yield start, name.group(1) if name else "?", lines[start:number - 1]
            head, start = [], None
        elif not start:
            head = head + [line] if line.strip() else []


def check(root):
    complaints = []
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        lines = path.read_text(encoding="utf-8").splitlines()
        for start, function, body in bodies(lines):
            length = length_of(body)
            if length > LIMIT:
                complaints.append(f"{name}:{start}: {function}() has {length} "
                                  f"lines, the ceiling is {LIMIT}")
    return complaints


if __name__ == "__main__":
    run(check)
