#!/usr/bin/env python3
"""Requirement, code, test: docs/requirements.tsv against the tags.

A tag is an id in brackets, [ABC-12] or [ABC-12 exception: why]. Complains of

- a row that is done (implemented, tested) while one of its files lacks the tag
  or does not exist; "later" and "see" (another row) ask for nothing,
- a tag without a row,
- a table that is malformed or has an id twice.

trace.py         complains; exit 1 when there is something
trace.py --list  prints the matrix
"""

import re
import sys

from sources import ALL, ROOT, report, sources

TABLE = "docs/requirements.tsv"
COLUMNS = ["id", "clause", "paraphrase", "status", "code", "test", "note"]
STATUSES = ("done", "later", "see")
ID = r"[A-Z][A-Z0-9]*-\d+"
BRACKET = re.compile(rf"\[\s*\*?\s*({ID}\b[^\]]*)\]")
EXCEPTION = re.compile(r"\bexception\b|:")


def tags_in(text):
    """(id, line) of every tag; one bracket may hold several ids."""
    for match in BRACKET.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        for tag in re.findall(ID, EXCEPTION.split(match.group(1))[0]):
            yield tag, line


def files_of(cell):
    return [name for name in re.split(r"[,;\s]+", cell) if name.strip("-")]


def rows_of(path):
    """(rows by id with their line, complaints)."""
    rows, complaints = {}, []
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split("\t") != COLUMNS:
        return rows, [f"{TABLE}:1: the columns are {' '.join(COLUMNS)}"]
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS) or not re.fullmatch(ID, cells[0]):
            complaints.append(f"{TABLE}:{number}: not {len(COLUMNS)} columns "
                              "that start with an id")
        elif cells[COLUMNS.index("status")] not in STATUSES:
            complaints.append(f"{TABLE}:{number}: {cells[0]} is neither "
                              f"{', '.join(STATUSES)}")
        elif cells[0] in rows:
            complaints.append(f"{TABLE}:{number}: {cells[0]} has a row already")
        else:
            rows[cells[0]] = dict(zip(COLUMNS, cells), line=number)
    return rows, complaints


def row_complaints(root, row, cache):
    where = f"{TABLE}:{row['line']}: {row['id']}"
    for column in ("code", "test"):
        names = files_of(row[column])
        if not names:
            yield f"{where} is done and names no {column}"
        for name in names:
            if name not in cache:
                path = root / name
                cache[name] = None if not path.is_file() else {
                    tag for tag, _ in tags_in(path.read_text("utf-8"))}
            if cache[name] is None:
                yield f"{where}: there is no {name}"
            elif row["id"] not in cache[name]:
                yield f"{where}: no [{row['id']}] in {name}"


def check(root):
    rows, complaints = rows_of(root / TABLE)
    cache = {}
    for row in rows.values():
        if row["status"] == "done":
            complaints += row_complaints(root, row, cache)
    for path in sources(root, ALL):
        name = path.relative_to(root).as_posix()
        for tag, line in tags_in(path.read_text(encoding="utf-8")):
            if tag not in rows:
                complaints.append(f"{name}:{line}: [{tag}] has no row in "
                                  f"{TABLE}")
    return complaints


def main():
    if "--list" in sys.argv[1:]:
        for row in rows_of(ROOT / TABLE)[0].values():
            print("\t".join(row[c] for c in ("id", "status", "code", "test")))
        return 0
    return report(check(ROOT))


if __name__ == "__main__":
    sys.exit(main())
