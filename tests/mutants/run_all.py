#!/usr/bin/env python3
"""Every small slip in the matcher, one after another: is each noticed?

Mutants are made from the sources by rule: a comparison turned round or moved
by one, "&&" for "||", a condition negated, a statement left out, a bound one
more or less, the other truth value returned. One library holds them all, and
chooses when it is loaded; what has to notice is run with it: the comparison
with the reference evaluator (the one of postern-bench diff), then the unit
tests of pdp/, the property program, and the comparison with the sanitizers
last. A mutant that compiles to the same code is no mutant.

    run_all.py --source DIR --results FILE [--cc CC] [--jobs N]
               [--only PART-OF-A-FILE-NAME] [--all] [--name PART]...
               [--sample N --seed S] [--report]

Takes hours. Results are appended to FILE, one JSON object per mutant; those
already there, of sources that have not changed since, are not tried again.
--all is about every source of pdp/, not only those that a decision runs
through. --sample N tries N of the mutants only, the first after the seed has
shuffled them. --name PART (as often as wanted) is about those only whose name
as the report prints it, "pdp/truth.c:94:37 false -> true", contains that.
--report tries none: it prints how many of each source were noticed, of the
sample or of all, and which were not. docs/mutants.md says why those that stay
are no faults.

A program has as much processor time as it takes without a mutant, some times
over; one that needs more hangs, which is noticed, and so is a crash.
"""
import argparse
import concurrent.futures
import hashlib
import json
import math
import os
import pathlib
import random
import re
import resource
import shlex
import signal
import subprocess
import sys
import tempfile
import threading

FLAGS = ["-std=c11", "-w", "-fPIC"]
SANITIZED = ["-O1", "-fsanitize=address,undefined",
             "-fno-sanitize-recover=all"]
ROUNDS = ("300", "1", "400")  # seed, milliseconds for each
FEW_ROUNDS = "60"
PAIRS = "4000"
LEAST_SECONDS = 3  # of a processor
PATIENCE = 6  # times the processor time without a mutant
MEMORY = 2 << 30
# What a decision runs through, from the request to the answer.
MATCHER = (
    "acp_set batch callers crowd decide explain explain_words facts hash "
    "hashed id ip_prefix location missing name pattern_index pattern_words principal "
    "rule_terms scan search slot time_window timetable truth until "
    "wildcard").split()
# What of it is written in headers.
HEADERS = (
    "acp_set condition crowd_words facts hash_words hashed name pattern_index "
    "pattern_words principal rule_terms search truth").split()
# The unit tests that are about a source, besides the one of the same name.
TESTS = {
    "acp_set": "builder image",
    "batch": "principal",
    "scan": "principal",
    "condition": "crowd decide explain missing until",
    "crowd": "decide",
    "crowd_words": "cost crowd image",
    "decide": "links principal",
    "explain_words": "explain",
    "facts": "decide explain principal",
    "hash": "id name originator originators",
    "hash_words": "id name originator originators",
    "hashed": "slot decide originators",
    "id": "originator",
    "missing": "explain",
    "name": "id originators principal",
    "pattern_index": "principal",
    "pattern_words": "pattern_index",
    "principal": "originators decide",
    "rule_terms": "condition decide explain missing",
    "search": "decide slot principal links",
    "slot": "decide explain originators",
    "time_window": "timetable until",
    "timetable": "until",
    "truth": "condition explain missing",
    "until": "timetable",
    "wildcard": "pattern_index",
}


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
    for found in re.finditer(FUNCTION, code, re.DOTALL | re.MULTILINE):
        yield found.start(1), found.end(1)


def closing(code, at):
    """Position of the parenthesis that closes the one at `at`."""
    depth = 0
    for i in range(at, len(code)):
        depth += {"(": 1, ")": -1}.get(code[i], 0)
        if depth == 0:
            return i
    return None


FUNCTION = r"^[\w][^;{}=]*\)\n\{\n(.*?)^\}\n"
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

    @property
    def is_in_header(self):
        return self.file.endswith(".h")


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


# ---- all mutants in one library --------------------------------------------

class Function:
    """One that has mutants: a copy for each, and one that chooses."""

    def __init__(self, text, start, body, end):
        self.start, self.body, self.end = start, body, end
        self.header = text[start:text.rindex("\n{", start, body)]
        kind, self.name, parameters = re.match(
            r"(.*?)(\w+)\((.*)\)\s*$", self.header, re.DOTALL).groups()
        self.kind = re.sub(r"\b(?:static|inline|POSTERN_API)\b", "", kind).strip()
        self.parameters = parameters

    def arguments(self):
        without = re.sub(r"\(\*(\w+)\)\s*\([^()]*\)", r" \1", self.parameters)
        if without.strip() == "void":
            return ""
        return ", ".join(re.findall(r"\w+", re.sub(r"\[[^\]]*\]", "", one))[-1]
                         for one in without.split(","))

    def copy(self, name, origin, body):
        return (f"static {self.kind} {name}({self.parameters})\n"
                f'#line 1 "{origin}"\n{{\n{body}}}\n')

    def choice(self, numbers):
        calls = {number: f"{self.name}_mutant{number}({self.arguments()});"
                 for number in numbers}
        back = "" if self.kind == "void" else "return "
        leave = " return;" if self.kind == "void" else ""
        cases = "".join(f"    case {number}: {back}{call}{leave}\n"
                        for number, call in calls.items())
        return (f"{self.header}\n{{\n    switch (pst_mutant) {{\n{cases}    }}\n"
                f"    {back}{self.name}_original({self.arguments()});\n}}\n")


def functions_of(text):
    for found in re.finditer(FUNCTION, masked(text), re.DOTALL | re.MULTILINE):
        yield Function(text, found.start(), found.start(1), found.end())


def with_mutants(text, file, mutants):
    """The source with the mutants (by number) beside what they are made from;
    which of them is run, pst_mutant says."""
    out = ["extern int pst_mutant;\n"]
    at = 0
    for function in functions_of(text):
        own = {number: mutant for number, mutant in mutants.items()
               if function.body <= mutant.start < function.end}
        if not own:
            continue
        end = text.rindex("}", function.body, function.end)
        out += [text[at:function.start],
                function.copy(f"{function.name}_original", file,
                              text[function.body:end])]
        for number, mutant in own.items():
            body = (text[function.body:mutant.start] + mutant.other +
                    text[mutant.end:end])
            out.append(function.copy(f"{function.name}_mutant{number}",
                                     f"mutant {number}", body))
        out.append(function.choice(own))
        at = function.end
    return "".join([*out, text[at:]])


CHOICE = """
#include <stdlib.h>
int pst_mutant;
__attribute__((constructor)) static void choose(void)
{
    const char *number = getenv("POSTERN_MUTANT");

    pst_mutant = number ? atoi(number) : 0;
}
"""


class Compiler:
    def __init__(self, root, command, pool):
        self.root = root
        self.command = shlex.split(command)
        self.pool = pool

    def run(self, source, output, flags, first=None):
        folders = (first, self.root, self.root / "include",
                   self.root / "tests")
        return subprocess.run(
            [*self.command, *FLAGS, *flags,
             *(f"-I{f}" for f in folders if f), "-c", str(source), "-o",
             str(output)], capture_output=True, text=True, check=False)

    def run_all(self, sources, folder, flags, first=None):
        outputs = [folder / (str(s.relative_to(self.root))
                             .replace("/", "_") + ".o") for s in sources]
        done = self.pool.map(lambda source, output: self.run(
            source, output, flags, first), sources, outputs)
        for source, one in zip(sources, done):
            if one.returncode != 0:
                sys.exit(f"{source} does not compile: {one.stderr}")
        return outputs


class Library:
    """base/ and pdp/ with all mutants given."""

    def __init__(self, compiler, folder, flags, mutants):
        self.compiler = compiler
        self.folder = folder
        self.flags = flags
        self.bad = set()  # numbers of those that do not compile
        self.headers = folder / "headers"  # with mutants
        folder.mkdir()
        (folder / "choice.c").write_text(CHOICE)
        compiler.run(folder / "choice.c", folder / "choice.o", flags)
        root = compiler.root
        changed = sorted({mutant.file for mutant in mutants.values()
                          if not mutant.is_in_header})
        for file in sorted({mutant.file for mutant in mutants.values()
                            if mutant.is_in_header}):
            self.compile(file, mutants, self.headers / file, ["-x", "c"])
        plain = [path for path in (*sorted(root.glob("base/*.c")),
                                   *sorted(root.glob("pdp/*.c")))
                 if str(path.relative_to(root)) not in changed]
        self.objects = [folder / "choice.o",
                        *compiler.run_all(plain, folder, flags, self.headers),
                        *compiler.pool.map(
                            lambda file: self.compile(
                                file, mutants,
                                folder / file.replace("/", "_")), changed)]
        self.link(folder)

    def compile(self, file, mutants, source, more=()):
        text = (self.compiler.root / file).read_text()
        own = {n: m for n, m in mutants.items() if m.file == file}
        output = self.folder / (file.replace("/", "_") + ".o")
        source.parent.mkdir(parents=True, exist_ok=True)
        while True:
            source.write_text(with_mutants(text, file, own))
            done = self.compiler.run(
                source, output, [*self.flags, *more, "-fmax-errors=0"],
                self.headers)
            if done.returncode == 0:
                return output
            bad = {int(number) for number in
                   re.findall(r"^mutant (\d+):\d+:\d+: error", done.stderr,
                              re.MULTILINE)}
            if not bad:
                sys.exit(f"{file} does not compile: {done.stderr}")
            self.bad |= bad
            own = {n: m for n, m in own.items() if n not in bad}

    def link(self, folder, more=()):
        folder.mkdir(exist_ok=True)
        subprocess.run(
            [*self.compiler.command, *self.flags, "-shared",
             "-Wl,-Bsymbolic", *map(str, self.objects), *more, "-lm", "-o",
             str(folder / "libmatcher.so")], check=True)
        return folder


class Program:
    """One that has to notice."""

    def __init__(self, name, library, arguments, wrapped=None):
        self.name = name
        self.library = library
        self.path = library.folder / name.replace(" ", "_")
        self.command = [str(self.path), *arguments]
        self.folder = library.folder  # of the library to run it with
        self.wrap = [f"-Wl,--wrap={wrapped}"] if wrapped else []
        self.seconds = 600
        if wrapped:  # the linker redirects something in the library
            self.folder = library.link(library.folder / "wrapped", self.wrap)

    def make(self, objects, more=()):
        done = subprocess.run(
            [*self.library.compiler.command, *self.library.flags,
             *map(str, objects), f"-L{self.library.folder}", "-lmatcher",
             *more, "-lm", "-rdynamic", *self.wrap, "-o", str(self.path)],
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{self.name} does not link: {done.stderr}")
        return self

    def limit(self):
        limits = {resource.RLIMIT_CPU: self.seconds, resource.RLIMIT_CORE: 0}
        if self.library.flags != SANITIZED:
            limits[resource.RLIMIT_AS] = MEMORY
        for what, most in limits.items():
            resource.setrlimit(what, (most, most))

    def run(self, number):
        """What was noticed, or None; and the processor time it took."""
        environment = {**os.environ, "LD_LIBRARY_PATH": str(self.folder),
                       "POSTERN_MUTANT": str(number)}
        process = subprocess.Popen(
            self.command, env=environment, preexec_fn=self.limit,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        killer = threading.Timer(100 * self.seconds, process.kill)
        killer.start()
        _, status, usage = os.wait4(process.pid, 0)
        killer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        took = usage.ru_utime + usage.ru_stime
        if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            return "never ended", took
        if process.returncode < 0:
            return f"signal {-process.returncode}", took
        return "differs" if process.returncode else None, took

    def time(self):
        """Passes without a mutant, and has so much time with one."""
        noticed, took = self.run(0)
        if noticed:
            sys.exit(f"without any mutant: {self.name}: {noticed}")
        self.seconds = max(LEAST_SECONDS, math.ceil(PATIENCE * took))
        print(f"{self.name}: {took:.2f} s", flush=True)


def is_relevant(program, file):
    stem = pathlib.Path(file).stem
    found = re.fullmatch("pdp_(.*)_test", program)
    return not found or found.group(1) in [stem,
                                           *TESTS.get(stem, "").split()]


def sources_of(folder, target):
    text = (folder / "CMakeLists.txt").read_text()
    found = re.search(rf"add_\w+\({target}\b([^)]*)\)", text)
    return [folder / name for name in re.findall(r"\S+\.c\b", found.group(1))]


class Bench:
    """Numbered mutants, and the programs that they are tried with: the
    comparison first, then what is slower, the sanitizers last."""

    def __init__(self, compiler, work, mutants):
        self.compiler = compiler
        self.work = work
        self.mutants = mutants
        self.tests = compiler.root / "tests"
        self.twin = [*sources_of(self.tests / "reference", "reference"),
                     *sources_of(self.tests / "support", "generate")]
        self.comparison = [*sorted(compiler.root.glob("bench/diff_*.c")),
                           self.tests / "mutants/comparison.c"]
        self.library = Library(compiler, work / "plain", ["-O1"], mutants)
        self.shared = self.objects(self.twin)

    def objects(self, sources, flags=("-O1",)):
        return self.compiler.run_all(sources, self.library.folder, flags,
                                     self.library.headers)

    def make_comparison(self):
        return Program("comparison", self.library, ROUNDS).make(
            self.objects(self.comparison) + self.shared)

    def make_others(self):
        prop = self.objects(sources_of(self.tests / "property",
                                       "decision_property"))
        return [*self.make_unit_tests(self.tests / "unit"),
                Program("property", self.library, ["--pairs", PAIRS]).make(
                    prop + self.shared)]

    def make_unit_tests(self, folder):
        text = (folder / "CMakeLists.txt").read_text()
        tests = re.findall(
            r"postern_unit_test\((pdp_\w+) PARTS base pdp\b([^)]*)\)", text)
        mains = self.objects([folder / f"{name}.c" for name, _ in tests],
                             ["-O0"])
        for (name, more), main in zip(tests, mains):
            others = self.objects(
                [self.compiler.root / path for path in
                 re.findall(r"\$\{PROJECT_SOURCE_DIR\}/(\S+\.c)", more)])
            wrap = re.search(rf"\({name} PRIVATE LINKER:--wrap=(\w+)\)", text)
            yield Program(name, self.library, ["--fail-fast", "-j1"],
                          wrap.group(1) if wrap else None).make(
                [main, *others, *self.shared], ["-lcriterion"])

    def make_sanitized(self, numbers):
        library = Library(self.compiler, self.work / "sanitized", SANITIZED,
                          {n: self.mutants[n] for n in numbers})
        objects = self.compiler.run_all([*self.twin, *self.comparison],
                                        library.folder, SANITIZED)
        return Program("sanitized comparison", library, [FEW_ROUNDS]).make(
            objects)

    def is_same(self, number):
        """The same code, optimized, as without it."""
        mutant = self.mutants[number]
        with tempfile.TemporaryDirectory(dir=self.work) as place:
            folder = pathlib.Path(place)
            for name, text in (("mutant", mutant.source()),
                               ("original", mutant.text)):
                source = folder / name / mutant.file
                source.parent.mkdir(parents=True)
                source.write_text(text)
            if not mutant.is_in_header:
                return self.compiles_to_same(folder, mutant.file)
            return all(self.compiles_to_same(folder, path)
                       for path in self.including(mutant.file))

    def including(self, header):
        """The sources of pdp/; first those that say that they include it."""
        paths = sorted(self.compiler.root.glob("pdp/*.c"))
        return sorted(paths, key=lambda p: f'"{header}"' not in p.read_text())

    def compiles_to_same(self, folder, source):
        """With what is in the folders `mutant` and `original`: a source, or a
        header of one that is elsewhere."""
        outputs = []
        for name in ("mutant", "original"):
            outputs.append(folder / f"{name}.o")
            self.compiler.run(folder / name / source, outputs[-1], ["-O2"],
                              folder / name)
        return same_code(*outputs)


def same_code(one, other):
    """The name of the file is in both; it is all that may differ."""
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


class Run:
    """Tries mutants, step by step; what each came to is written down."""

    def __init__(self, compiler, work, mutants, file):
        self.mutants = dict(enumerate(mutants, 1))
        self.left = set(self.mutants)
        self.file = file
        self.lock = threading.Lock()
        self.bench = Bench(compiler, work, self.mutants)

    def settle(self, number, outcome, by=""):
        mutant = self.mutants[number]
        with self.lock:
            self.left.discard(number)
            self.file.write(json.dumps(
                {"key": mutant.key, "mutant": mutant.name,
                 "outcome": outcome, "by": by}) + "\n")
            self.file.flush()

    def try_with(self, program, number):
        """Whether it is noticed now, or was before."""
        if number not in self.left:
            return
        if not is_relevant(program.name, self.mutants[number].file):
            return
        noticed, _ = program.run(number)
        if noticed:
            self.settle(number, "noticed", f"{program.name}: {noticed}")

    def look_at_code(self, number):
        if self.bench.is_same(number):
            self.settle(number, "same code")

    def step(self, pool, program):
        if not any(is_relevant(program.name, self.mutants[number].file)
                   for number in self.left):
            return
        program.time()
        list(pool.map(lambda number: self.try_with(program, number),
                      sorted(self.left)))
        print(f"{len(self.left)} left after {program.name}", flush=True)

    def try_all(self, pool):
        for number in self.bench.library.bad:
            self.settle(number, "does not compile")
        self.step(pool, self.bench.make_comparison())
        for program in self.bench.make_others():
            self.step(pool, program)
        list(pool.map(self.look_at_code, sorted(self.left)))
        print(f"{len(self.left)} left that are other code", flush=True)
        if self.left:
            self.step(pool, self.bench.make_sanitized(self.left))
        for number in sorted(self.left):
            self.settle(number, "survives")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--results", type=pathlib.Path, required=True)
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="part of a file name")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--name", action="append", default=[],
                        help="part of the name of a mutant")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", action="store_true")
    return parser.parse_args()


def main():
    options = arguments()
    root = options.source.resolve()
    files = [str(path.relative_to(root))
             for pattern, wanted in (("*.c", MATCHER), ("*.h", HEADERS))
             for path in sorted(root.glob(f"pdp/{pattern}"))
             if options.only in path.name and
             (options.all or path.stem in wanted)]
    mutants = [mutant for file in files for mutant in mutants_of(root, file)
               if not options.name or
               any(part in mutant.name for part in options.name)]
    if options.sample:
        random.Random(options.seed).shuffle(mutants)
        del mutants[options.sample:]
    results = read_results(options.results)
    if options.report:
        report(mutants, results)
        return
    wanted = [m for m in mutants if m.key not in results]
    with tempfile.TemporaryDirectory() as place, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as pool, \
            options.results.open("a") as file:
        print(f"{len(wanted)} of {len(mutants)} mutants to try", flush=True)
        run = Run(Compiler(root, options.cc, pool), pathlib.Path(place),
                  wanted, file)
        run.try_all(pool)
    report(mutants, read_results(options.results))


if __name__ == "__main__":
    main()
