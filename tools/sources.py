"""The C sources of the project, and their text without comments and strings.

The checks in this folder share it. Only the folders named here are looked at,
so that a build folder inside the tree is none of their business.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What goes into the libraries, what is built from them, and what checks them.
LIBRARY = ("base", "pdp", "proof", "policy-lang", "jose", "tokens", "ppm",
           "prp", "pip", "engine", "dynauth", "grid", "customised", "consent",
           "access-log", "gate")
PROGRAMS = ("cli", "server", "bindings")
CHECKS = ("bench", "fuzz", "tests")
PUBLIC = ("include",)
EXAMPLES = ("examples",)
ALL = LIBRARY + PROGRAMS + CHECKS + PUBLIC + EXAMPLES

TOKEN = re.compile(
    r"""/\*.*?\*/ | //[^\n]* | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'""",
    re.DOTALL | re.VERBOSE)


def sources(root=ROOT, folders=ALL, suffixes=(".c", ".h")):
    """Paths below `root`, sorted."""
    found = []
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file():
                found.append(path)
    return found


def code_of(text):
    """`text` with comments and literals blanked; lines keep their numbers."""
    def blank(match):
        token = match.group(0)
        if token[0] == "/":
            return re.sub(r"[^\n]", " ", token)
        return token[0] + token[-1]

    return TOKEN.sub(blank, text)


def report(complaints):
    """Prints "FILE:LINE: sentence" lines; the exit status of a check."""
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


def run(check):
    """main() of a check: a function from a root folder to complaints."""
    root = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    sys.exit(report(check(root)))
