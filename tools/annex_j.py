#!/usr/bin/env python3
"""The table of annex J as C: ppm/annex_j.c from ppm/annex-j.json.

annex_j.py          writes ppm/annex_j.c
annex_j.py --check  complains when it is not what would be written

The positions of rows are frozen: the JSON only ever grows at its end.
"""

import hashlib
import json
import subprocess
import sys

from sources import ROOT

SOURCE = ROOT / "ppm/annex-j.json"
TARGET = ROOT / "ppm/annex_j.c"
TAGS, ROWS = 21, 110

HEAD = """\
/*
 * The table of annex J, made by tools/annex_j.py from annex-j.json: change
 * that, and run it. [ANJ-01] [ANJ-02]
 */
#include "ppm/annex_j.h"

"""


def text(words):
    return json.dumps(words)


def row_line(number, position, row):
    """One row; the C names of types and so on are the words of the JSON."""
    bounds = row["bounds"] or {}
    low, high = bounds.get("min"), bounds.get("max")
    bounded = low is not None
    most = "INT64_MAX" if bounded and high is None else high or 0
    if number != row["ord"]:
        sys.exit(f"{row['key']}: {row['ord']} is not its position {number}")
    return (f"{{{text(row['key'])}, {text(row['label'])}, "
            f"{text(row['description'])}, {position}, "
            f"POSTERN_PPM_TYPE_{row['type'].upper()}, "
            f"POSTERN_PPM_POLARITY_{row['polarity'].upper()}, "
            f"POSTERN_PPM_COMPARE_{row['compare'].upper()}, "
            f"{'true' if bounded else 'false'}, {low or 0}, {most}, "
            f"{text(bounds.get('unit', ''))}}},")


def tag_line(tag):
    major, minor = tag["order"]
    return (f"{{{text(tag['id'])}, {major}, {minor}, {text(tag['name'])}, "
            f"{text(tag['description'])}, "
            f"POSTERN_PPM_GROUP_{tag['group'].upper()}, "
            f"{tag['rows'][0]['ord']}, {len(tag['rows'])}}},")


def generate():
    source = SOURCE.read_bytes()
    tags = json.loads(source)
    rows = [(position, row) for position, tag in enumerate(tags)
            for row in tag["rows"]]
    orders = [tag["order"] for tag in tags]
    if len(tags) != TAGS or len(rows) != ROWS or orders != sorted(orders):
        sys.exit("not the table of annex J in numeric order")
    lines = ["const char pst_ppm_hash[] = "
             f"\"{hashlib.sha256(source).hexdigest()}\";", "",
             "const postern_ppm_tag pst_ppm_tags[POSTERN_PPM_TAGS] = {",
             *map(tag_line, tags), "};", "",
             "const postern_ppm_row pst_ppm_rows[POSTERN_PPM_ROWS] = {"]
    lines += [row_line(number, *row) for number, row in enumerate(rows)]
    lines += ["};", ""]
    return subprocess.run(["clang-format-14", "--assume-filename", TARGET],
                          input=HEAD + "\n".join(lines), text=True, check=True,
                          capture_output=True, cwd=ROOT).stdout


def main():
    made = generate()
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(made, encoding="utf-8")
    elif made != TARGET.read_text(encoding="utf-8"):
        print(f"{TARGET.name} is not what {SOURCE.name} says: "
              "run tools/annex_j.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
