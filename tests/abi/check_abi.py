#!/usr/bin/env python3
"""check_abi.py CC: sizes of public structs and values of public enumerators.

Asks the compiler and compares with tests/abi/recorded.txt. A difference breaks
programs that were built before: it belongs into the change log, and a new
record is written with --record. The sizes are those of 64-bit machines.
"""

import difflib
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from sources import code_of  # noqa: E402

STRUCT = re.compile(r"^typedef struct (postern_\w+) \{", re.MULTILINE)
ENUM = re.compile(r"\benum(?: \w+)? \{(.*?)\}", re.DOTALL)
ENUMERATOR = re.compile(r"\b(POSTERN_\w+)\s*=")


def program():
    """A C program that prints one line per fact."""
    facts = []
    for header in sorted((ROOT / "include/postern").glob("*.h")):
        code = code_of(header.read_text(encoding="utf-8"))
        facts += [("size", f"sizeof({name})", name)
                  for name in STRUCT.findall(code)]
        facts += [("value", name, name) for body in ENUM.findall(code)
                  for name in ENUMERATOR.findall(body)]
    lines = [f'    printf("{kind} {name} %ld\\n", (long){expression});'
             for kind, expression, name in facts]
    return ("#include <postern/postern.h>\n#include <stdio.h>\n"
            "int main(void)\n{\n" + "\n".join(lines) + "\n    return 0;\n}\n")


def measured(compiler):
    with tempfile.TemporaryDirectory() as folder:
        source, binary = f"{folder}/abi.c", f"{folder}/abi"
        pathlib.Path(source).write_text(program(), encoding="utf-8")
        subprocess.run([compiler, "-std=c11", "-I", ROOT / "include", source,
                        "-o", binary], check=True)
        return subprocess.run([binary], check=True, text=True,
                              stdout=subprocess.PIPE).stdout


def main():
    record = HERE / "recorded.txt"
    now = measured(sys.argv[1])
    if "--record" in sys.argv:
        record.write_text(now, encoding="utf-8")
        return 0
    before = record.read_text(encoding="utf-8")
    difference = list(difflib.unified_diff(
        before.splitlines(), now.splitlines(), "recorded", "now", lineterm="",
        n=0))
    print("\n".join(difference))
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
