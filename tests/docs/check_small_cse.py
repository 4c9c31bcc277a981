#!/usr/bin/env python3
"""check_small_cse.py PROGRAM: the CSE that docs/integration.md shows.

- the document shows the program as it is, and it has fewer than 100 lines
- it answers requests.txt with answers.txt, and the lines that the document shows
- a policy that cannot be used ends it, with the place
"""

import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/small-cse"


def run(program, folder, requests):
    return subprocess.run([program], cwd=folder, input=requests, text=True,
                          capture_output=True, timeout=60, check=False)


def complaints(program):
    source = (EXAMPLE / "small_cse.c").read_text("utf-8")
    document = (ROOT / "docs/integration.md").read_text("utf-8")
    if f"```c\n{source}```" not in document:
        yield "docs/integration.md shows another program"
    if len(source.splitlines()) >= 100:
        yield "the program has 100 lines or more"
    done = run(program, EXAMPLE, (EXAMPLE / "requests.txt").read_text("utf-8"))
    if done.returncode != 0 or done.stderr:
        yield f"exit status {done.returncode}: {done.stderr}"
    if done.stdout != (EXAMPLE / "answers.txt").read_text("utf-8"):
        yield f"it answers\n{done.stdout}"
    shown = re.search(r"```console\n\$ printf '(.*?)' \| small-cse\n(.*?)```",
                      document, re.S)
    asked = shown.group(1).replace("\\n", "\n")
    if run(program, EXAMPLE, asked).stdout != shown.group(2):
        yield "docs/integration.md shows other answers"
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "policy.yaml").write_text("cse: 1\n", "utf-8")
        done = run(program, folder, "")
        if done.returncode != 2 or "policy.yaml:1:" not in done.stderr:
            yield f"a broken policy: {done.returncode} {done.stderr}"


def main():
    found = list(complaints(sys.argv[1]))
    for complaint in found:
        print(complaint)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
