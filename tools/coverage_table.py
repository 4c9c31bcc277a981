#!/usr/bin/env python3
"""The table of tools/coverage.sh: coverage_table.py LCOV

fuzz/parsers.txt lists the files. What counts as a line is what llvm-cov says is
code, without those that hold no letter and no digit (braces). In a second column
the lines are left out that no input can reach: those that name
POSTERN_ERR_MEMORY, POSTERN_ERR_ARGUMENT or POSTERN_ERR_INTERNAL, since they are
passed only without memory, or by a mistake of the caller. The 95 % are asked of
the first column.
"""

import re
import sys

from sources import LIBRARY, PROGRAMS, ROOT, code_of, sources

WANTED = 95.0
LISTED_BELOW = 90.0
NOT_FROM_OUTSIDE = re.compile(r"POSTERN_ERR_(MEMORY|ARGUMENT|INTERNAL)\b")

# What reads bytes or documents does so by one of these.
READS = re.compile(
    r"\b(pst_document_read|pst_json_read|pst_yaml_read|pst_json_parse|"
    r"pst_json_scan_init|pst_node_member|pst_node_is_text|pst_message_open|"
    r"pst_single_reader_read|pst_file_read|pst_lines_next|fread|fopen|pread|"
    r"mmap|sqlite3_column_text)\(")


def read_list():
    """Files that are measured, and those left out with their reasons."""
    parsers, left_out = [], {}
    for line in (ROOT / "fuzz/parsers.txt").read_text().splitlines():
        if line.startswith("-"):
            name, _, reason = line[1:].strip().partition(" ")
            left_out[name] = reason.strip()
        elif line and not line.startswith("#"):
            parsers.append(line.strip())
    return parsers, left_out


def check_list(parsers, left_out):
    """Complaints about the list."""
    found = []
    for name in parsers + list(left_out):
        if not (ROOT / name).is_file():
            found.append(f"{name}: there is no such file")
    for name, reason in left_out.items():
        if not reason:
            found.append(f"{name}: left out without a reason")
    for path in sources(folders=LIBRARY + PROGRAMS, suffixes=(".c",)):
        name = str(path.relative_to(ROOT))
        if (name not in parsers and name not in left_out and
                READS.search(code_of(path.read_text()))):
            found.append(f"{name}: reads from outside, and is not in "
                         "fuzz/parsers.txt")
    return found


def read_lcov(path):
    """Counts by file and line."""
    files, lines = {}, {}
    for row in open(path, encoding="utf-8"):
        if row.startswith("SF:"):
            lines = files.setdefault(row[3:].strip(), {})
        elif row.startswith("DA:"):
            number, count = row[3:].split(",")[:2]
            lines[int(number)] = max(lines.get(int(number), 0), int(count))
    return files


def lines_of(name, counts):
    """(number, text, reached) of each line of code."""
    text = (ROOT / name).read_text()
    code = code_of(text).splitlines()
    # Words of a literal are code as well: they are part of an expression.
    shown = text.splitlines()
    for number, count in sorted(counts.items()):
        is_comment = not code[number - 1].strip()
        if not is_comment and re.search(r"[A-Za-z0-9]", shown[number - 1]):
            yield number, shown[number - 1], count > 0


def share(part, whole):
    return 100.0 * part / whole if whole else 100.0


def table(parsers, files):
    """Prints it; answers the share of all lines."""
    total = [0, 0, 0]
    poor = []
    print(f"{'file':36} {'lines':>6} {'reached':>7} {'%':>6} {'% of outside':>13}")
    for name in parsers:
        rows = list(lines_of(name, files.get(str(ROOT / name), {})))
        missed = [row for row in rows if not row[2]]
        outside = [row for row in missed if not NOT_FROM_OUTSIDE.search(row[1])]
        reached = len(rows) - len(missed)
        within = share(reached, reached + len(outside))
        whole = share(reached, len(rows)) if rows else 0.0
        print(f"{name:36} {len(rows):6} {reached:7} {whole:6.1f} {within:13.1f}")
        total = [total[0] + len(rows), total[1] + reached,
                 total[2] + reached + len(outside)]
        if whole < LISTED_BELOW:
            poor.append((name, missed))
    print(f"{'total':36} {total[0]:6} {total[1]:7} "
          f"{share(total[1], total[0]):6.1f} {share(total[1], total[2]):13.1f}")
    for name, missed in poor:
        print(f"\n{name}, lines that are not reached:")
        for number, text, _ in missed:
            print(f"{number:6} {text}")
    return share(total[1], total[0])


def main():
    parsers, left_out = read_list()
    complaints = check_list(parsers, left_out)
    reached = table(parsers, read_lcov(sys.argv[1]))
    for complaint in complaints:
        print(complaint)
    return 1 if complaints or reached < WANTED else 0


if __name__ == "__main__":
    sys.exit(main())
