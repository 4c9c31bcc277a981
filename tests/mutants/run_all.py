#!/usr/bin/env python3
"""Every small slip in the matcher, one after another: is each noticed?

Mutants are made from the sources by rule: a comparison turned round or moved
by one, "&&" for "||", a condition negated, a statement left out, a bound one
more or less, the other truth value returned. Each is compiled into a library
of its own, and what has to notice is run with it: the comparison with the
reference evaluator (the one of postern-bench diff), then the unit tests of
pdp/, the property program last. A mutant that compiles to the same code is no
mutant.

    run_all.py --source DIR --results FILE [--cc CC] [--jobs N]
               [--only PART-OF-A-FILE-NAME] [--every N] [--report]

Takes hours. Results are appended to FILE, one JSON object per mutant; those
already there, of sources that have not changed since, are not tried again.
--every N tries each Nth mutant only. --report tries none: it prints how many of
each source were noticed, and which were not. docs/mutants.md says why those
that stay are no faults.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

FLAGS = ["-std=c11", "-O1", "-w", "-fPIC"]
ROUNDS = "150"
PAIRS = "6000"
LEAST_DEADLINE_S = 15
PATIENCE = 12  # times the time without a mutant
FOLDERS = ("pdp",)


# ---- mutants from a source ------------------------------------------------

def masked(text):
    """The source with comments, texts and directives blanked out."""
    def blank(found):
        return re.sub(r"[^\n]", " ", found.group(0))

    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\''
                  r"|^[ \t]*#(?:\\\n|[^\n])*", blank, text,
                  flags=re.DOTALL | re.MULTILINE)


def bodies(code):
    """Where function bodies are: (start, end) of what the braces hold."""
    for found in re.finditer(r"^[\w][^;{}=]*\)\n\{\n(.*?)^\}\n", code,
                             re.DOTALL | re.MULTILINE):
        yield found.start(1), found.end(1)


def closing(code, at):
    """Position of the parenthesis that closes the one at `at`."""
    depth = 0
    for i in range(at, len(code)):
        depth += {"(": 1, ")": -1}.get(code[i], 0)
        if depth == 0:
            return i
    return None


TOKENS = [
    (r"(?<= )==(?= )", ("!=",)), (r"(?<= )!=(?= )", ("==",)),
    (r"(?<= )<(?= )", ("<=", ">=")), (r"(?<= )<=(?= )", ("<", ">")),
    (r"(?<= )>(?= )", (">=", "<=")), (r"(?<= )>=(?= )", (">", "<")),
    (r"&&", ("||",)), (r"\|\|", ("&&",)),
    (r"(?<= )\+(?= )", ("-",)), (r"(?<= )-(?= )", ("+",)),
    (r"(?<= )&(?= )", ("|",)), (r"(?<= )\|(?= )", ("&",)),
    (r"\|=", ("=", "&=")), (r"&=", ("|=",)), (r"\+=", ("-=",)),
    (r"<<(?= )", (">>",)), (r">>(?= )", ("<<",)),
    (r"\btrue\b", ("false",)), (r"\bfalse\b", ("true",)),
    (r"\+\+", ("--",)), (r"(?<!-)--(?!-)", ("++",)),
    (r"\bcontinue;", (";", "break;")), (r"\bbreak;", (";",)),
    (r"\bNULL(?=;)", ("(void *)1",)),
]
NUMBER = r"(?<![\w.])(\d+)(?![\w.])"
STATEMENT = r"(?<=[;{}\n])[ ]+((?:\(void\))?[\w>.*\[\]\-]+(?:\([^;{}]*\)| " \
            r"?(?:[|&+\-*/^]|<<|>>)?= [^;{}]*|\+\+|--));"


def edits(code, start, end):
    """(position, end of what goes, what comes) of every mutant in a body."""
    for pattern, others in TOKENS:
        for found in re.finditer(pattern, code[start:end]):
            for other in others:
                yield start + found.start(), start + found.end(), other
    for found in re.finditer(NUMBER, code[start:end]):
        value = int(found.group(1))
        for other in {value + 1, value - 1 if value else 1}:
            yield start + found.start(), start + found.end(), str(other)
    for found in re.finditer(r"\b(?:if|while) \(", code[start:end]):
        opened = start + found.end() - 1
        closed = closing(code, opened)
        if closed:
            inner = code[opened + 1:closed]
            yield opened + 1, closed, f"!({inner})"
    for found in re.finditer(r"\breturn ([^;]+);", code[start:end]):
        inner = found.group(1)
        if re.search(r"[=<>&|!]|\bis_|\bhas_", inner) and "{" not in inner:
            yield (start + found.start(1), start + found.end(1),
                   f"!({inner})")
    for found in re.finditer(STATEMENT, code[start:end]):
        if not re.match(r"(?:return|goto|else)\b", found.group(1)):
            yield start + found.start(1), start + found.end(1), ""


class Mutant:
    def __init__(self, file, text, edit):
        self.file = file
        self.text = text
        self.start, self.end, self.other = edit
        self.line = text.count("\n", 0, self.start) + 1
        column = self.start - text.rfind("\n", 0, self.start)
        was = " ".join(text[self.start:self.end].split())
        self.what = f"{was[:60]} -> {' '.join(self.other.split())[:60]}"
        self.name = f"{file}:{self.line}:{column} {self.what}"
        self.key = hashlib.sha256(
            (file + text + f"{edit}").encode()).hexdigest()[:16]

    def source(self):
        return self.text[:self.start] + self.other + self.text[self.end:]


def mutants_of(root, file):
    text = (root / file).read_text()
    code = masked(text)
    found = []
    for start, end in bodies(code):
        for edit in sorted(set(edits(code, start, end))):
            # What is negated is taken from the source, not from the mask.
            position, stop, other = edit
            if other.startswith("!("):
                other = f"!({text[position:stop]})"
            found.append(Mutant(file, text, (position, stop, other)))
    return found


# ---- what has to notice ---------------------------------------------------

def sources_of(folder, target):
    text = (folder / "CMakeLists.txt").read_text()
    found = re.search(rf"add_\w+\({target}\b([^)]*)\)", text)
    return [folder / name for name in re.findall(r"\S+\.c\b", found.group(1))]


class Bench:
    """The library, and the programs that are run with it."""

    def __init__(self, root, compiler, work):
        self.root = root
        self.compiler = compiler
        self.work = work
        self.objects = {}
        self.programs = []  # (name, command, deadline)

    def command(self, source, output, first=None):
        folders = (first, self.root, self.root / "include",
                   self.root / "tests")
        return [self.compiler, *FLAGS, *(f"-I{f}" for f in folders if f),
                "-c", str(source), "-o", str(output)]

    def compile(self, source, output, first=None):
        return subprocess.run(self.command(source, output, first),
                              capture_output=True, check=False).returncode == 0

    def compile_all(self, sources, pool):
        outputs = [self.work / (str(s.relative_to(self.root))
                                .replace("/", "_") + ".o") for s in sources]
        done = pool.map(self.compile, sources, outputs)
        bad = [str(s) for s, good in zip(sources, done) if not good]
        if bad:
            sys.exit(f"does not compile: {', '.join(bad)}")
        return outputs

    def make_library(self, pool):
        sources = [*sorted(self.root.glob("base/*.c")),
                   *sorted(self.root.glob("pdp/*.c"))]
        for source, output in zip(sources, self.compile_all(sources, pool)):
            self.objects[str(source.relative_to(self.root))] = output
        self.link_library(self.work / "whole")

    def link_library(self, folder, replaced=None):
        folder.mkdir(exist_ok=True)
        objects = [str((replaced or {}).get(key, path))
                   for key, path in self.objects.items()]
        done = subprocess.run(
            [self.compiler, "-shared", "-Wl,-Bsymbolic", *objects, "-lm", "-o",
             str(folder / "libmatcher.so")], capture_output=True, check=False)
        return done.returncode == 0

    def make_program(self, name, objects, more=()):
        """None when it needs more than the library, such as calls
        that the linker redirects."""
        output = self.work / name
        done = subprocess.run(
            [self.compiler, *map(str, objects), f"-L{self.work / 'whole'}",
             "-lmatcher", *more, "-lm", "-o", str(output)],
            capture_output=True, text=True, check=False)
        return output if done.returncode == 0 else None

    def make_programs(self, pool):
        tests = self.root / "tests"
        shared = self.compile_all(
            [*sources_of(tests / "reference", "reference"),
             *sources_of(tests / "support", "generate")], pool)
        comparison = self.compile_all(
            [*sorted(self.root.glob("bench/diff_*.c")),
             tests / "mutants/comparison.c"], pool)
        prop = self.compile_all(
            sources_of(tests / "property", "decision_property"), pool)
        self.add("comparison", self.make_program(
            "comparison", comparison + shared), [ROUNDS])
        self.make_unit_tests(tests / "unit", shared, pool)
        self.add("property", self.make_program("property", prop + shared),
                 ["--pairs", PAIRS])

    def make_unit_tests(self, folder, shared, pool):
        text = (folder / "CMakeLists.txt").read_text()
        tests = re.findall(
            r"postern_unit_test\((pdp_\w+) PARTS base pdp\b([^)]*)\)", text)
        mains = self.compile_all([folder / f"{name}.c" for name, _ in tests],
                                 pool)
        for (name, more), main in zip(tests, mains):
            others = self.compile_all(
                [self.root / path for path in
                 re.findall(r"\$\{PROJECT_SOURCE_DIR\}/(\S+\.c)", more)], pool)
            program = self.make_program(name, [main, *others, *shared],
                                        ["-lcriterion"])
            self.add(name, program, ["--short-filename", "-j1"])

    def add(self, name, program, arguments):
        if not program:
            print(f"left out, it does not link: {name}")
            return
        self.programs.append([name, [str(program), *arguments], None])

    def run(self, command, library, deadline_s):
        environment = {**os.environ, "LD_LIBRARY_PATH": str(library)}
        try:
            done = subprocess.run(command, capture_output=True, check=False,
                                  env=environment, timeout=deadline_s)
        except subprocess.TimeoutExpired:
            return "never ended"
        if done.returncode < 0:
            return f"signal {-done.returncode}"
        return None if done.returncode == 0 else "differs"

    def time_programs(self):
        good = []
        for program in self.programs:
            started = time.monotonic()
            noticed = self.run(program[1], self.work / "whole", 600)
            if noticed:
                print(f"left out, it fails without any mutant: {program[0]}")
                continue
            program[2] = max(LEAST_DEADLINE_S,
                             PATIENCE * (time.monotonic() - started))
            good.append(program)
        self.programs = good
        if not good or good[0][0] != "comparison":
            sys.exit("without the comparison there is nothing to try")

    def try_mutant(self, mutant):
        """(outcome, by what)"""
        with tempfile.TemporaryDirectory(dir=self.work) as place:
            folder = pathlib.Path(place)
            source = folder / mutant.file
            source.parent.mkdir(parents=True)
            source.write_text(mutant.source())
            output = folder / "mutant.o"
            # Beside the original, so that its own headers are found.
            if not self.compile(source, output, folder):
                return "does not compile", ""
            whole = self.objects[mutant.file].read_bytes()
            if self.same_code(output, self.objects[mutant.file], whole):
                return "same code", ""
            if not self.link_library(folder, {mutant.file: output}):
                return "does not compile", ""
            for name, command, deadline_s in self.programs:
                noticed = self.run(command, folder, deadline_s)
                if noticed:
                    return "noticed", f"{name}: {noticed}"
        return "survives", ""

    @staticmethod
    def same_code(one, other, other_bytes):
        """The name of the file is in both; it is all that may differ."""
        if one.read_bytes() == other_bytes:
            return True
        texts = [subprocess.run(
            ["objcopy", "-O", "binary", "--strip-all", "-R", ".symtab",
             "-j", ".text*", "-j", ".rodata*", "-j", ".data*", str(path),
             "/dev/stdout"], capture_output=True, check=False).stdout
            for path in (one, other)]
        relocations = [subprocess.run(
            ["objdump", "-dr", "-j", ".text", str(path)], capture_output=True,
            text=True, check=False).stdout.split("\n", 3)[-1]
            for path in (one, other)]
        return texts[0] == texts[1] and relocations[0] == relocations[1]


# ---- results --------------------------------------------------------------

def read_results(path):
    results = {}
    if path.exists():
        for line in path.read_text().splitlines():
            row = json.loads(line)
            results[row["key"]] = row
    return results


def report(mutants, results):
    survivors = []
    table = {}
    for mutant in mutants:
        row = results.get(mutant.key)
        if not row or row["outcome"] in ("does not compile", "same code"):
            continue
        counts = table.setdefault(mutant.file, [0, 0])
        counts[0] += row["outcome"] == "noticed"
        counts[1] += 1
        if row["outcome"] == "survives":
            survivors.append(mutant)
    for file, (noticed, tried) in sorted(table.items()):
        print(f"{file:32} {noticed:5} of {tried:5}  {noticed / tried:6.1%}")
    noticed = sum(counts[0] for counts in table.values())
    tried = sum(counts[1] for counts in table.values())
    if tried:
        print(f"{'all':32} {noticed:5} of {tried:5}  {noticed / tried:6.1%}")
    for mutant in survivors:
        print(f"survives: {mutant.name}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--results", type=pathlib.Path, required=True)
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="part of a file name")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--report", action="store_true")
    return parser.parse_args()


def main():
    options = arguments()
    root = options.source.resolve()
    files = [str(path.relative_to(root)) for folder in FOLDERS
             for path in sorted(root.glob(f"{folder}/*.c"))
             if options.only in path.name]
    mutants = [mutant for file in files for mutant in mutants_of(root, file)]
    results = read_results(options.results)
    if options.report:
        report(mutants, results)
        return
    # Spread over the sources, and over each of them.
    order = [m for i in range(options.every) for m in mutants[i::options.every]
             if i == 0 and m.key not in results]
    lock = threading.Lock()
    with tempfile.TemporaryDirectory() as place, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as pool, \
            options.results.open("a") as file:
        bench = Bench(root, options.cc, pathlib.Path(place))
        bench.make_library(pool)
        bench.make_programs(pool)
        bench.time_programs()
        print(f"{len(order)} of {len(mutants)} mutants to try, by "
              f"{', '.join(program[0] for program in bench.programs)}",
              flush=True)

        def one(mutant):
            outcome, by = bench.try_mutant(mutant)
            with lock:
                file.write(json.dumps(
                    {"key": mutant.key, "mutant": mutant.name,
                     "outcome": outcome, "by": by}) + "\n")
                file.flush()

        list(pool.map(one, order))
    report(mutants, read_results(options.results))


if __name__ == "__main__":
    main()
