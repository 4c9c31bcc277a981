#!/usr/bin/env python3
"""table.py RESULTS.jsonl: what run.sh found, as tables in Markdown."""

import json
import sys


def time_text(ns):
    for limit, divisor, unit in ((1e3, 1, "ns"), (1e6, 1e3, "µs"),
                                 (1e9, 1e6, "ms")):
        if float(f"{ns:.3g}") < limit:
            return f"{ns / divisor:.3g} {unit}"
    return f"{ns / 1e9:.3g} s"


def times(value):
    """A multiple of Postern's first row."""
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}"


def name_of(row):
    return f"{row['engine']} {row['version'].replace('DPDK ', '')}, " \
        f"{row['variant']}"


def line(cells):
    return "| " + " | ".join(cells) + " |"


def head(cells):
    return [line(cells), line(["---"] * len(cells))]


def in_order(values):
    return list(dict.fromkeys(values))


def of_shape(rows, shape):
    """p50 of each way to ask an engine, by the number of rules."""
    measured = [row for row in rows if row["shape"] == shape
                and "not_measured" not in row]
    sizes = in_order(row["rules"] for row in rows if row["shape"] == shape)
    names = in_order(name_of(row) for row in measured)
    found = {(name_of(row), row["rules"]): row["p50_ns"] for row in measured}
    lines = head([shape] + [f"{rules:,} rules" for rules in sizes])
    for name in names:
        cells = []
        for rules in sizes:
            ns, postern = (found.get((which, rules))
                           for which in (name, names[0]))
            if ns is None:
                cells.append("")
            elif name == names[0] or not postern:
                cells.append(time_text(ns))
            else:
                cells.append(f"{time_text(ns)} ({times(ns / postern)})")
        lines.append(line([name] + cells))
    return lines


def loading(rows):
    """Load and memory, at the largest size that an engine was tried with."""
    largest = {}
    for row in rows:
        if "not_measured" not in row:
            best = largest.get(name_of(row))
            if not best or row["rules"] > best["rules"]:
                largest[name_of(row)] = row
    lines = head(["loaded", "rules", "seconds", "rules a second",
                  "bytes a rule"])
    for name, row in largest.items():
        size = row["bytes_per_rule"]
        lines.append(line([name, f"{row['rules']:,}", f"{row['load_s']:.3g}",
                           f"{row['compile_rules_per_s']:,}",
                           "" if size is None else f"{size:,.0f}"]))
    return lines


def left_out(rows):
    cases = {}
    for row in rows:
        if "not_measured" in row:
            why = f"{row['engine']} {row['not_measured']}"
            cases.setdefault(why, []).append(row["case"])
    return [f"* {why} ({'; '.join(found)})" for why, found in cases.items()]


def answers(rows):
    checked = sum(row.get("checked", 0) for row in rows)
    wrong = [f"{name_of(row)}, {row['case']}: {row['wrong']}"
             for row in rows if row.get("wrong")]
    if not wrong:
        return [f"{checked:,} answers were compared with the right one; none "
                "was wrong."]
    return [f"{checked:,} answers were compared with the right one. Wrong:",
            ""] + [f"* {text}" for text in wrong]


def markdown(rows):
    if not rows:
        return "Nothing was measured.\n"
    lines = [rows[0]["machine"], "",
             "p50 of a decision; in brackets as a multiple of the first row.",
             ""]
    for shape in in_order(row["shape"] for row in rows):
        lines += of_shape(rows, shape) + [""]
    lines += loading(rows) + [""] + answers(rows)
    if left_out(rows):
        lines += ["", "Not measured:", ""] + left_out(rows)
    return "\n".join(lines) + "\n"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        print(markdown([json.loads(text) for text in file]), end="")


if __name__ == "__main__":
    main()
