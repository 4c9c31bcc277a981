#!/usr/bin/env python3
"""check_docs.py POSTERN CC: what the documents show is what runs.

- examples/*/explained.txt is what the example prints; its policy has no lint
- examples/*/*.log is what `postern decide --log` writes there
- a console block of README.md or docs/*.md under <!-- example: FOLDER --> is what
  its command prints in that folder
- in a document with <!-- walk: FOLDER --> every console block, one after another,
  is what its command prints in a copy of that folder, complaints among it
- the C of README.md and postern(3) compiles
- every man page is free of errors, and every one that is referred to exists
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
WARNINGS = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False,
                          timeout=60, **options)


def check_examples(postern):
    for requests in sorted((ROOT / "examples").glob("*/requests.jsonl")):
        folder = requests.parent
        policy = next(folder.glob("policy.*"))
        shown = run([postern, "decide", "--explain", "-p", policy, "-r",
                     requests])
        if shown.stdout != (folder / "explained.txt").read_text("utf-8"):
            yield f"{folder.name}/explained.txt is not what postern prints"
        lint = run([postern, "check", "--strict", policy])
        if lint.returncode != 0:
            yield f"{folder.name}: {lint.stdout}{lint.stderr}"


def check_logs(postern):
    logs = sorted(ROOT.glob("examples/*/*.log"))
    if not logs:
        yield "there is no example of a log"
    for log in logs:
        policy = next(log.parent.glob("policy.*"))
        with tempfile.TemporaryDirectory() as folder:
            written = pathlib.Path(folder) / "decisions.log"
            run([postern, "decide", "-p", policy, "-r",
                 log.parent / "requests.jsonl", "--log", written])
            if not written.exists() or \
                    written.read_text("utf-8") != log.read_text("utf-8"):
                yield f"{log.relative_to(ROOT)} is not what postern writes"


def console_blocks(document):
    """(folder, command, what it is said to print)"""
    return re.findall(
        r"<!-- example: (\S+) -->\n```console\n\$ (.*?)\n(.*?)```",
        document.read_text("utf-8"), re.S)


def check_console(postern):
    readme = ROOT / "README.md"
    if not console_blocks(readme):
        yield "README.md shows no example"
    path = f"{pathlib.Path(postern).resolve().parent}:/usr/bin:/bin"
    for document in [readme, *sorted(ROOT.glob("docs/*.md"))]:
        for folder, command, expected in console_blocks(document):
            shown = run(["sh", "-c", command], cwd=ROOT / folder,
                        env={"PATH": path})
            if shown.stdout != expected:
                yield f"{document.name}: `{command}` prints\n{shown.stdout}"


def walk(document, folder, path):
    """Runs the blocks of a document in order; says where it is another."""
    text = document.read_text("utf-8")
    with tempfile.TemporaryDirectory() as place:
        copy = pathlib.Path(place) / "copy"
        shutil.copytree(ROOT / folder, copy)
        for block in re.findall(r"```console\n\$ (.*?)```", text, re.S):
            yield from step(document, block, copy, path)


def step(document, block, folder, path):
    """Its command is one line, or begins with a here-document."""
    lines = block.splitlines(keepends=True)
    count = 1
    if "<<'END'" in lines[0]:
        count = lines.index("END\n") + 2
    command, expected = "".join(lines[:count]), "".join(lines[count:])
    done = subprocess.run(["sh", "-c", command], cwd=folder,
                          env={"PATH": path}, text=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    shown = done.stdout
    shown += "\n" if shown and not shown.endswith("\n") else ""
    if shown != expected:
        yield f"{document.name}: `{command.strip()}` prints\n{shown}"


def check_walks(postern):
    path = f"{pathlib.Path(postern).resolve().parent}:/usr/bin:/bin"
    found = 0
    for document in sorted(ROOT.glob("docs/*.md")):
        folder = re.search(r"^<!-- walk: (\S+) -->$",
                           document.read_text("utf-8"), re.M)
        if folder:
            found += 1
            yield from walk(document, folder.group(1), path)
    if not found:
        yield "there is no walk-through"


def c_blocks():
    readme = (ROOT / "README.md").read_text("utf-8")
    for block in re.findall(r"```c\n(.*?)```", readme, re.S):
        yield "README.md", block
    manual = (ROOT / "docs/man/postern.3").read_text("utf-8")
    for block in re.findall(r"\.Bd -literal\n(.*?)\.Ed", manual, re.S):
        yield "postern.3", block.replace("\\e", "\\")


def check_c(compiler):
    found = 0
    for name, block in c_blocks():
        found += 1
        lines = block.splitlines()
        heads = [line for line in lines if line.startswith("#include")]
        body = [line for line in lines if not line.startswith("#include")]
        source = "\n".join(
            ["#include <stdio.h>", *heads, "int example(int64_t received_s);",
             "int example(int64_t received_s) {", *body,
             "(void)received_s; return d.effect; }", ""])
        with tempfile.NamedTemporaryFile("w", suffix=".c") as file:
            file.write(source)
            file.flush()
            done = run([compiler, *WARNINGS, f"-I{ROOT}/include", file.name])
        if done.returncode != 0:
            yield f"{name}: {done.stderr}"
    if found < 2:
        yield "the C examples were not found"


def check_manuals():
    pages = {path.name for path in (ROOT / "docs/man").iterdir()}
    for path in sorted((ROOT / "docs/man").iterdir()):
        lint = run(["mandoc", "-Tlint", "-Wwarning", path]).stdout
        if lint:
            yield lint
        for name, section in re.findall(r"^\.Xr (\S+) (\d)",
                                        path.read_text("utf-8"), re.M):
            if name.startswith("postern") and f"{name}.{section}" not in pages:
                yield f"{path.name}: there is no {name}({section})"


def main(postern, compiler):
    complaints = [*check_examples(postern), *check_logs(postern),
                  *check_console(postern), *check_walks(postern),
                  *check_c(compiler), *check_manuals()]
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
