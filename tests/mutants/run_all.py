#!/usr/bin/env python3
"""Every small slip in the matcher, one after another: is each noticed?

Mutants are made from the sources by rule: a comparison turned round or moved
by one, "&&" for "||", a condition negated, a statement left out, a bound one
more or less, the other truth value returned. Each is compiled into a library
of its own, and what has to notice is run with it: the comparison with the
reference evaluator (the one of postern-bench diff), then the unit tests of
pdp/, the property program, and the comparison with the sanitizers last. A
mutant that compiles to the same code is no mutant.

    run_all.py --source DIR --results FILE [--cc CC] [--jobs N]
               [--only PART-OF-A-FILE-NAME] [--all]
               [--sample N --seed S] [--report]

Takes hours. Results are appended to FILE, one JSON object per mutant; those
already there, of sources that have not changed since, are not tried again.
--all is about every source of pdp/, not only those that a decision runs
through. --sample N tries N of the mutants only, drawn with the seed. --report
tries none: it prints how many of each source were noticed, of the sample or of
all, and which were not. docs/mutants.md says why those that stay are no faults.

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
ROUNDS = "400"
FEW_ROUNDS = "60"
PAIRS = "4000"
LEAST_SECONDS = 3  # of a processor
PATIENCE = 6  # times the processor time without a mutant
MEMORY = 2 << 30
# What a decision runs through, from the request to the answer.
MATCHER = (
    "acp_set batch crowd decide explain explain_words facts hash hashed id "
    "ip_prefix location missing name pattern_index pattern_words principal "
    "rule_terms search slot time_window timetable truth until "
    "wildcard").split()
# Unit tests that are run for every source, and those for some; besides them
# the one of the same name.
OF_ALL = "builder decide explain links missing originators principal slot".split()
OF_SOME = {
    "acp_set": ["image"],
    "crowd": ["image"],
    "hash": ["id", "originator"],
    "pattern_words": ["pattern_index"],
    "time_window": ["timetable", "until"],
    "timetable": ["until"],
    "truth": ["condition"],
    "rule_terms": ["condition"],
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


def is_relevant(program, file):
    stem = pathlib.Path(file).stem
    found = re.fullmatch("pdp_(.*)_test", program)
    return not found or found.group(1) in [stem, *OF_ALL,
                                           *OF_SOME.get(stem, [])]


class Library:
    """The objects of base/ and pdp/, and libraries in which one is another."""

    def __init__(self, bench, name, flags):
        self.bench = bench
        self.folder = bench.work / name
        self.folder.mkdir()
        self.flags = flags
        self.objects = {}
        self.rests = {}
        self.lock = threading.Lock()

    def make(self, pool):
        root = self.bench.root
        sources = [*sorted(root.glob("base/*.c")), *sorted(root.glob("pdp/*.c"))]
        outputs = self.bench.compile_all(sources, pool, self.folder, self.flags)
        for source, output in zip(sources, outputs):
            self.objects[str(source.relative_to(root))] = output
        some = next(iter(self.objects))
        self.link(self.folder, some, self.objects[some])

    def rest(self, file):
        """All the others in one object."""
        with self.lock:
            if file not in self.rests:
                output = self.folder / (file.replace("/", "_") + ".rest.o")
                others = [str(path) for key, path in self.objects.items()
                          if key != file]
                subprocess.run(["ld", "-r", "-o", str(output), *others],
                               check=True)
                self.rests[file] = output
        return self.rests[file]

    def link(self, folder, file, output, more=()):
        folder.mkdir(exist_ok=True)
        # What the linker redirects must not have been put together before.
        others = [str(path) for key, path in self.objects.items()
                  if key != file] if more else [str(self.rest(file))]
        done = subprocess.run(
            [*self.bench.compiler, *self.flags, "-shared", "-Wl,-Bsymbolic",
             str(output), *others, *more, "-lm", "-o",
             str(folder / "libmatcher.so")], capture_output=True, check=False)
        return done.returncode == 0


class Program:
    def __init__(self, name, command, library, wrapped=None):
        self.name = name
        self.command = command
        self.library = library
        self.wrapped = wrapped  # what of the library the linker redirects
        self.seconds = 0

    def link_flags(self):
        return [f"-Wl,--wrap={self.wrapped}"] if self.wrapped else []


class Bench:
    """The libraries, and the programs that are run with them."""

    def __init__(self, root, compiler, work):
        self.root = root
        self.compiler = shlex.split(compiler)
        self.work = work
        self.plain = Library(self, "plain", ["-O1"])
        self.sanitized = Library(self, "sanitized", SANITIZED)
        self.originals = {}
        self.programs = []

    def compile(self, source, output, flags, first=None):
        folders = (first, self.root, self.root / "include",
                   self.root / "tests")
        return subprocess.run(
            [*self.compiler, *FLAGS, *flags,
             *(f"-I{f}" for f in folders if f), "-c", str(source), "-o",
             str(output)], capture_output=True, check=False).returncode == 0

    def compile_all(self, sources, pool, folder, flags):
        outputs = [folder / (str(s.relative_to(self.root))
                             .replace("/", "_") + ".o") for s in sources]
        done = pool.map(lambda source, output:
                        self.compile(source, output, flags), sources, outputs)
        bad = [str(s) for s, good in zip(sources, done) if not good]
        if bad:
            sys.exit(f"does not compile: {', '.join(bad)}")
        return outputs

    def make(self, pool):
        tests = self.root / "tests"
        twin = [*sources_of(tests / "reference", "reference"),
                *sources_of(tests / "support", "generate")]
        comparison = [*sorted(self.root.glob("bench/diff_*.c")),
                      tests / "mutants/comparison.c"]
        for library in (self.plain, self.sanitized):
            library.make(pool)
        shared = self.compile_all(twin, pool, self.plain.folder, ["-O1"])
        self.add("comparison", self.compile_all(
            comparison, pool, self.plain.folder, ["-O1"]) + shared, [ROUNDS])
        self.add_unit_tests(tests / "unit", shared, pool)
        self.add("property", self.compile_all(
            sources_of(tests / "property", "decision_property"), pool,
            self.plain.folder, ["-O1"]) + shared, ["--pairs", PAIRS])
        self.add("sanitized comparison", self.compile_all(
            [*twin, *comparison], pool, self.sanitized.folder, SANITIZED),
            [FEW_ROUNDS], library=self.sanitized)

    def add_unit_tests(self, folder, shared, pool):
        text = (folder / "CMakeLists.txt").read_text()
        tests = re.findall(
            r"postern_unit_test\((pdp_\w+) PARTS base pdp\b([^)]*)\)", text)
        mains = self.compile_all([folder / f"{name}.c" for name, _ in tests],
                                 pool, self.plain.folder, ["-O0"])
        for (name, more), main in zip(tests, mains):
            others = self.compile_all(
                [self.root / path for path in
                 re.findall(r"\$\{PROJECT_SOURCE_DIR\}/(\S+\.c)", more)], pool,
                self.plain.folder, ["-O1"])
            wrap = re.search(rf"\({name} PRIVATE LINKER:--wrap=(\w+)\)", text)
            self.add(name, [main, *others, *shared],
                     ["--short-filename", "-j1"], ["-lcriterion"],
                     wrapped=wrap.group(1) if wrap else None)

    def add(self, name, objects, arguments, more=(), library=None,
            wrapped=None):
        library = library or self.plain
        output = self.work / name.replace(" ", "_")
        program = Program(name, [str(output), *arguments], library, wrapped)
        done = subprocess.run(
            [*self.compiler, *library.flags, *map(str, objects),
             f"-L{library.folder}", "-lmatcher", *more, "-lm", "-rdynamic",
             *program.link_flags(), "-o", str(output)],
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{name} does not link: {done.stderr}")
        self.programs.append(program)

    @staticmethod
    def limit(program):
        if program.library.flags == SANITIZED:
            limits = {resource.RLIMIT_CPU: program.seconds}
        else:
            limits = {resource.RLIMIT_CPU: program.seconds,
                      resource.RLIMIT_AS: MEMORY}
        for what, most in {**limits, resource.RLIMIT_CORE: 0}.items():
            resource.setrlimit(what, (most, most))

    def run(self, program, folder, command=None):
        """What was noticed, or None."""
        environment = {**os.environ, "LD_LIBRARY_PATH": str(folder)}
        try:
            done = subprocess.run(
                command or program.command, capture_output=True, check=False,
                env=environment, timeout=100 * program.seconds,
                preexec_fn=lambda: self.limit(program))
        except subprocess.TimeoutExpired:
            return "never ended"
        if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            return "never ended"
        if done.returncode < 0:
            return f"signal {-done.returncode}"
        return None if done.returncode == 0 else "differs"

    def time_program(self, program):
        """Without a mutant, all pass; what fails is said."""
        some = next(iter(self.plain.objects))
        folder = self.work / f"{program.command[0]}.unchanged"
        program.seconds = 600
        program.library.link(folder, some, program.library.objects[some],
                             program.link_flags())
        command = ["/usr/bin/time", "-f", "%U %S", "-o", f"{folder}/time",
                   *program.command]
        noticed = self.run(program, folder, command)
        took = sum(map(float, (folder / "time").read_text().split()[-2:]))
        program.seconds = max(LEAST_SECONDS, math.ceil(PATIENCE * took))
        return f"{program.name}: {noticed}" if noticed else None

    def time_programs(self, pool):
        for noticed in pool.map(self.time_program, self.programs):
            if noticed:
                sys.exit(f"without any mutant: {noticed}")

    def original(self, file):
        with self.plain.lock:
            if file not in self.originals:
                output = self.work / (file.replace("/", "_") + ".O2.o")
                self.compile(self.root / file, output, ["-O2"])
                self.originals[file] = output
        return self.originals[file]

    def is_same(self, mutant, source, folder):
        output = folder / "optimized.o"
        original = self.original(mutant.file)
        self.compile(source, output, ["-O2"], folder)
        return self.same_code(output, original, original.read_bytes())

    def notice(self, program, mutant, source, folder):
        """By one of the programs that are not for every mutant."""
        output = folder / "mutant.o"
        if program.library is self.sanitized:
            output = folder / "sanitized.o"
            self.compile(source, output, SANITIZED, folder)
        if program.wrapped or program.library is self.sanitized:
            folder = folder / program.name.replace(" ", "_")
            program.library.link(folder, mutant.file, output,
                                 program.link_flags())
        return self.run(program, folder)

    def try_mutant(self, mutant):
        """(outcome, by what)"""
        with tempfile.TemporaryDirectory(dir=self.work) as place:
            folder = pathlib.Path(place)
            source = folder / mutant.file
            source.parent.mkdir(parents=True)
            source.write_text(mutant.source())
            output = folder / "mutant.o"
            # Beside the original, so that its own headers are found.
            if not self.compile(source, output, ["-O0"], folder) or \
                    not self.plain.link(folder, mutant.file, output):
                return "does not compile", ""
            first, *others = self.programs
            noticed = self.run(first, folder)
            if noticed:
                return "noticed", f"{first.name}: {noticed}"
            if self.is_same(mutant, source, folder):
                return "same code", ""
            own = f"pdp_{pathlib.Path(mutant.file).stem}_test"
            for program in sorted(others, key=lambda one: one.name != own):
                if not is_relevant(program.name, mutant.file):
                    continue
                noticed = self.notice(program, mutant, source, folder)
                if noticed:
                    return "noticed", f"{program.name}: {noticed}"
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
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", action="store_true")
    return parser.parse_args()


def main():
    options = arguments()
    root = options.source.resolve()
    files = [str(path.relative_to(root)) for path in sorted(root.glob("pdp/*.c"))
             if options.only in path.name and
             (options.all or path.stem in MATCHER)]
    mutants = [mutant for file in files for mutant in mutants_of(root, file)]
    if options.sample and options.sample < len(mutants):
        mutants = random.Random(options.seed).sample(mutants, options.sample)
    results = read_results(options.results)
    if options.report:
        report(mutants, results)
        return
    order = [m for m in mutants if m.key not in results]
    lock = threading.Lock()
    with tempfile.TemporaryDirectory() as place, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as pool, \
            options.results.open("a") as file:
        bench = Bench(root, options.cc, pathlib.Path(place))
        bench.make(pool)
        bench.time_programs(pool)
        print(f"{len(order)} of {len(mutants)} mutants to try, by "
              f"{', '.join(program.name for program in bench.programs)}",
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
