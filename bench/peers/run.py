#!/usr/bin/env python3
"""Postern and other policy engines on the same rules and requests.

One engine after the other decides what workload.py has written, and every answer
is compared with the right one. setup.sh builds the engines. A table for people
goes to standard output, one JSON object per line to a file, and the same as
tables in Markdown to another file.

Exit status: 0 measured, 1 Postern answered wrongly or did not run, 2 usage, or
nothing is built.
"""

import argparse
import collections
import contextlib
import io
import json
import os
import pathlib
import platform
import subprocess
import sys
import time

import table as tables
import workload

HERE = pathlib.Path(__file__).resolve().parent
REQUESTS = 2000
MANY_REQUESTS = 200000  # of large sets: a few would all be in the caches
LARGE = 10000
MEMORY_BYTES = 8 << 30
LEAST_RULES_FOR_BYTES = 1000  # of fewer, what a process holds besides is more
LEAST_RULES_TO_FORESEE = 1000
LOADING = 3  # times the limit may be spent on loading
NAME = 50  # columns of the table
SLICE_OF_ONE = "with one resource the slice is the whole set"


def engines(build):
    """Name for --engines, files it needs, command, shapes that say nothing."""
    made = build / "postern" / "bin"
    xacml = build / "xacml"
    java = ["java", "-Xmx8g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
            "-cp", f"{xacml}/classes:{xacml}/jars/*", "PeerXacml"]
    version = (xacml / "version")
    folder = [str(build / "work"),
              version.read_text().strip() if version.exists() else "?"]
    cedar = str(build / "cedar" / "release" / "peer-cedar")
    return [
        ("postern", made / "peer-postern", [str(made / "peer-postern")], [],
         ""),
        ("acl", made / "peer-acl", [str(made / "peer-acl")], [], ""),
        ("sqlite", made / "peer-sqlite", [str(made / "peer-sqlite")], [], ""),
        ("opa", build / "bin" / "opa", [str(build / "bin" / "opa")], [], ""),
        ("cedar-sliced", cedar, [cedar], ["sliced"], "hot"),
        ("casbin", build / "bin" / "casbin", [str(build / "bin" / "casbin")],
         [], ""),
        ("cedar", cedar, [cedar], ["whole"], ""),
        ("xacml", xacml / "classes", java, folder, ""),
    ]


# ---- what the machine is ----------------------------------------------------

def machine():
    model = "?"
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return (f"{model}, {os.cpu_count()} cores, {platform.system()} "
            f"{platform.release()}, load {load} when this began")


def case_of(shape, rules):
    return f"{shape}, {rules:,} rules"


# ---- one engine on one case -------------------------------------------------

class Engine:
    """An engine, and what of it is known for the size before."""

    def __init__(self, name, needs, command, behind, pointless):
        self.name = name
        self.needs = needs
        self.command = command
        self.behind = behind
        self.pointless = pointless
        self.last = None
        self.stopped = ""

    def reason_not_to(self, shape, rules, options):
        """Why it is not worth trying; "" when it is."""
        if not os.path.exists(self.needs):
            return "not built: " + options.skipped.get(
                self.name.partition("-")[0], "run bench/peers/setup.sh")
        if shape == self.pointless:
            return "not tried: " + SLICE_OF_ONE
        if self.stopped or not self.last:
            return self.stopped
        before = self.last["rules"]
        growth = rules / before
        # A tenth of what is asked is still worth showing.
        decide_s = self.last["p50_ns"] * growth * REQUESTS / 10 / 1e9
        grows = self.last["p50_ns"] > 1e6
        fixed = before < LEAST_RULES_TO_FORESEE  # most of it is starting
        if not fixed and \
                self.last["load_s"] * growth > LOADING * options.limit:
            return (f"not tried: {before:,} rules took "
                    f"{self.last['load_s']:.0f} s to load")
        if grows and decide_s > options.limit:
            return (f"not tried: with {before:,} rules a decision took "
                    f"{self.last['p50_ns'] / 1e6:,.0f} ms")
        if self.last["bytes"] * growth > MEMORY_BYTES:
            return (f"not tried: {before:,} rules took "
                    f"{self.last['bytes'] / 2**20:,.0f} MiB")
        return ""

    def run(self, folder, options):
        """The rows it prints, or why there are none."""
        command = self.command + [
            str(folder / "rules.tsv"), str(folder / "requests.tsv"),
            str(options.limit)] + self.behind
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True,
                                  check=False, timeout=6 * options.limit)
        except subprocess.TimeoutExpired:
            return f"stopped after {6 * options.limit} s"
        rows = [json.loads(line) for line in done.stdout.splitlines()
                if line.startswith("{")]
        if done.returncode or not rows:
            last = (done.stderr.strip().splitlines() or ["no word"])[-1]
            return f"failed ({done.returncode}): {last[:120]}"
        return rows


def complete(row, shape, rules, kinds, machine_text):
    """A row of an engine with what all rows of the case have."""
    wrong = collections.Counter(kinds[number] for number in row.pop("wrong"))
    return {"bench": "peers", "case": case_of(shape, rules),
            "shape": shape, "rules": rules, "requests": len(kinds), **row,
            "allocs": row.get("allocs"),
            "compile_rules_per_s": round(rules / max(row["load_s"], 1e-6)),
            "bytes_per_rule": round(row["bytes"] / rules, 1)
            if rules >= LEAST_RULES_FOR_BYTES else None,
            "wrong": sum(wrong.values()), "wrong_by_kind": dict(wrong),
            "machine": machine_text}


# ---- the table --------------------------------------------------------------

def print_case(shape, rules, kinds, permits):
    print(f"\n{case_of(shape, rules)}; {len(kinds):,} requests, "
          f"{100 * permits / len(kinds):.0f} % to be permitted")
    print(f"  {'':{NAME}} {'p50':>9} {'p99':>9} {'/Postern':>9} {'load s':>8} "
          f"{'rules/s':>10} {'B/rule':>8} {'checked':>8} wrong")


def print_row(row, postern_ns):
    name = tables.name_of(row)
    ratio = "-"
    if postern_ns:
        ratio = row["p50_ns"] / postern_ns
        ratio = f"{ratio:,.{2 if ratio < 10 else 0}f}"
    size = row["bytes_per_rule"]
    wrong = ", ".join(f"{count} {kind}" for kind, count
                      in row["wrong_by_kind"].items()) or "0"
    print(f"  {name:{NAME}} {tables.time_text(row['p50_ns']):>9} "
          f"{tables.time_text(row['p99_ns']):>9} {ratio:>9} {row['load_s']:>8.3g} "
          f"{row['compile_rules_per_s']:>10,} "
          f"{'-' if size is None else format(size, ',.0f'):>8} "
          f"{row['checked']:>8,} {wrong}", flush=True)


class Table:
    def __init__(self, options, out):
        self.options = options
        self.out = out
        self.rows = []
        self.machine = machine()
        self.right = True

    def line(self, row):
        self.rows.append(row)
        print(json.dumps(row), file=self.out, flush=True)

    def case(self, shape, rules, chosen):
        folder = self.options.build / "work"
        folder.mkdir(parents=True, exist_ok=True)
        count = REQUESTS if rules <= LARGE else MANY_REQUESTS
        drawn, requests = workload.draw(shape, rules, count, self.options.seed)
        workload.write(folder, drawn, requests)
        del drawn
        with open(folder / "requests.tsv", encoding="ascii") as file:
            permits = sum(line.split("\t")[6] == "1" for line in file)
        kinds = [request.kind for request in requests]
        print_case(shape, rules, kinds, permits)
        yardsticks = {"hash_ns": None, "miss_ns": None}
        postern_ns = None
        for engine in chosen:
            rows = engine.reason_not_to(shape, rules, self.options) or \
                engine.run(folder, self.options)
            if isinstance(rows, str):
                self.refused(engine, shape, rules, rows)
                continue
            for row in rows:
                # Those that cannot measure them have those just measured.
                yardsticks.update({key: row[key] for key in yardsticks
                                   if key in row})
                row = complete({**row, **yardsticks}, shape, rules, kinds,
                               self.machine)
                if engine.name == "postern":
                    postern_ns = postern_ns or row["p50_ns"]
                    self.right &= row["wrong"] == 0
                print_row(row, postern_ns)
                self.line(row)
            # Of several ways the quickest says whether to go on.
            engine.last = min(rows, key=lambda row: row["p50_ns"])
            engine.last["rules"] = rules
        print(f"  hash {yardsticks['hash_ns']} ns, miss "
              f"{yardsticks['miss_ns']} ns", flush=True)

    def refused(self, engine, shape, rules, why):
        if not why.startswith("not"):
            engine.stopped = f"not tried: {why}, with fewer rules"
            self.right &= engine.name != "postern"
        print(f"  {engine.name:{NAME}} {why}", flush=True)
        self.line({"bench": "peers", "case": case_of(shape, rules),
                   "shape": shape, "rules": rules, "engine": engine.name,
                   "not_measured": why, "machine": self.machine})


def parsed():
    names = [engine[0] for engine in engines(pathlib.Path("."))]
    parser = argparse.ArgumentParser(
        prog="run.sh", description=__doc__.partition("\n\n")[0])
    parser.add_argument("--sizes",
                        default="10,100,1000,10000,100000,1000000",
                        help="numbers of rules, ascending (%(default)s)")
    parser.add_argument("--most", type=int, default=sys.maxsize,
                        help="leaves out sizes beyond it")
    parser.add_argument("--case", default="",
                        help="only cases with this in their name, such as "
                        "\"hot, 10 rules\"")
    parser.add_argument("--engines", default=",".join(names),
                        help="of %(default)s")
    parser.add_argument("--shapes", default=",".join(workload.SHAPES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=10,
                        help="seconds of one engine's decisions in one case; "
                        "what would take much longer, or three times as long "
                        "to load, is not tried (%(default)s)")
    parser.add_argument("--build", type=pathlib.Path,
                        default=HERE.parent.parent / "build" / "peers",
                        help="where setup.sh has built the engines")
    parser.add_argument("--json", type=pathlib.Path,
                        help="file for the JSON lines (results.jsonl there)")
    parser.add_argument("--markdown", type=pathlib.Path,
                        help="file for the tables in Markdown (results.md "
                        "there)")
    parser.add_argument("--format", choices=("text", "json", "markdown"),
                        default="text", help="of standard output")
    options = parser.parse_args()
    options.sizes = [int(size) for size in options.sizes.split(",")
                     if int(size) <= options.most]
    options.shapes = options.shapes.split(",")
    options.engines = options.engines.split(",")
    unknown = set(options.engines) - set(names)
    unknown |= set(options.shapes) - set(workload.SHAPES)
    if unknown or options.sizes != sorted(options.sizes):
        parser.error(f"what is {', '.join(unknown) or 'the order of sizes'}?")
    return options


def skipped(build):
    """What setup.sh could not build: "engine<tab>why" lines."""
    path = build / "skipped.tsv"
    if not path.exists():
        return {}
    return dict(line.split("\t", 1) for line in path.read_text().splitlines())


def cases(options):
    """Shape by shape, with the engines that it is asked with."""
    for shape in options.shapes:
        chosen = [Engine(*engine) for engine in engines(options.build)
                  if engine[0] in options.engines]
        for rules in options.sizes:
            if options.case in case_of(shape, rules):
                yield shape, rules, chosen


def measure(options):
    """All cases; (rows, whether Postern was right)."""
    start = time.time()
    with open(options.json or options.build / "results.jsonl", "w",
              encoding="utf-8") as out:
        table = Table(options, out)
        print(table.machine)
        print("Each decision is timed by itself, or lots of 8 where a row says "
              "so; one engine\nruns at a time. /Postern: p50 as a multiple of "
              "its first row.")
        for case in cases(options):
            table.case(*case)
    print(f"\n{time.time() - start:.0f} s")
    return table.rows, table.right


def main():
    options = parsed()
    options.build = options.build.resolve()
    if not any(os.path.exists(engine[1]) for engine in engines(options.build)):
        print(f"run.py: nothing is built in {options.build}: "
              "bench/peers/setup.sh [BUILD] builds the engines;\n"
              "docs/benchmarks-peers.md has what was measured before",
              file=sys.stderr)
        sys.exit(2)
    if not any(cases(options)):
        print(f"run.py: no case is named: {options.case}", file=sys.stderr)
        sys.exit(2)
    options.skipped = skipped(options.build)
    talk = sys.stdout if options.format == "text" else io.StringIO()
    with contextlib.redirect_stdout(talk):
        rows, right = measure(options)
    text = tables.markdown(rows)
    (options.markdown or options.build / "results.md").write_text(
        text, encoding="utf-8")
    if options.format == "markdown":
        print(text, end="")
    elif options.format == "json":
        for row in rows:
            print(json.dumps(row))
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
