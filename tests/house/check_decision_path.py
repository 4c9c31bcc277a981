#!/usr/bin/env python3
"""check_decision_path.py BUILD: what postern_decide() can reach. [ARC-01]

The compiler writes down beside each object who calls whom and how much stack a
function takes (-fcallgraph-info=su,da). From postern_decide()
and its kin, with links, a principal, remembered callers, in a batch, as a
scan, on:

- no call leaves base/ and pdp/ but to the few library functions listed below:
  no allocation, lock, system call, clock or I/O;
- no call goes through a pointer and none comes back (recursion);
- no frame has a size that depends on data or exceeds 2 KiB, and the deepest
  chain of frames stays below the 4 KiB that pdp.h promises (16 KiB for a batch,
  which keeps what it knows of sixteen questions in one frame). What the library
  functions take themselves is not counted.

The same holds from postern_missing_links() and postern_acp_set_originators() on,
but that these call their caller's function through a pointer.

A call that only the code generator made is not in those notes; so `nm` must show
nothing in the objects concerned that the notes do not mention.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from sources import report  # noqa: E402

FOLDERS = ("base", "pdp")
ALLOWED = {"memcmp", "memcpy", "memset", "memchr", "strlen", "sin", "cos",
           "sincos", "__stack_chk_fail", "_GLOBAL_OFFSET_TABLE_"}
# Where it begins, and what besides may be called from there.
ENTRIES = {"postern_decide": set(), "postern_decide_acps": set(),
           "postern_decide_links": set(), "postern_decide_as": set(),
           "postern_decide_batch": set(), "postern_decide_from": set(),
           "postern_scan": set(),
           "postern_missing_links": {"__indirect_call"},
           "postern_acp_set_originators": {"__indirect_call"}}
FRAME_MAX = 2048
CHAIN_MAX = 4096
BATCH, BATCH_MAX = "postern_decide_batch", 16384

NODE = re.compile(r'node: \{ title: "([^"]*)" label: "([^"]*)"')
EDGE = re.compile(r'edge: \{ sourcename: "([^"]*)" targetname: "([^"]*)"')
FRAME = re.compile(r"\\n(\d+) bytes \(([a-z,]+)\)")
# The second is a frame with arguments pushed for a call; both sizes are final.
FIXED = ("static", "dynamic,bounded")


class Graph:
    """Functions by title: callees, frame, and the object they are in."""

    def __init__(self):
        self.calls, self.frame, self.kind, self.home = {}, {}, {}, {}
        self.frame_max = FRAME_MAX

    def read(self, home, text):
        for title, label in NODE.findall(text):
            frame = FRAME.search(label)
            if frame:
                self.frame[title] = int(frame.group(1))
                self.kind[title] = frame.group(2)
                self.home[title] = home
        for caller, callee in EDGE.findall(text):
            self.calls.setdefault(caller, set()).add(callee)


def name_of(title):
    return title.split(":")[-1]


def deepest(graph, title, trail, known, complaints, allowed=frozenset(ALLOWED)):
    """Bytes of stack from `title` down; notes what may not be reached."""
    name = name_of(title)
    if title in known:
        return known[title]
    if title in trail:
        complaints.append(f"{name}() calls itself, perhaps through others")
        return 0
    if title not in graph.frame:
        if name not in allowed:
            caller = name_of(trail[-1]) if trail else "nobody"
            complaints.append(f"{caller}() calls {name}")
        return 0
    if graph.kind[title] not in FIXED:
        complaints.append(f"{name}() has a frame of {graph.kind[title]} size")
    if graph.frame[title] > graph.frame_max:
        complaints.append(f"{name}() takes {graph.frame[title]} bytes of stack")
    below = [deepest(graph, callee, trail + [title], known, complaints, allowed)
             for callee in sorted(graph.calls.get(title, ()))]
    known[title] = graph.frame[title] + max(below, default=0)
    return known[title]


def symbols(path):
    """(defined, undefined) global names of an object."""
    lines = subprocess.run(["nm", "-g", path], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    words = [line.split() for line in lines]
    return ({w[-1] for w in words if w[-2] != "U"},
            {w[-1] for w in words if w[-2] == "U"})


def unmentioned(graph, objects, homes):
    """What the objects want and the notes do not know of."""
    ours = set().union(*(symbols(path)[0] for path in objects))
    noted = {}
    for caller, callees in graph.calls.items():
        noted.setdefault(graph.home.get(caller), set()).update(callees)
    for home in sorted(homes):
        wanted = symbols(home)[1] - ours - ALLOWED - noted.get(home, set())
        for name in sorted(wanted):
            yield f"{home.name} wants {name}, and no call is noted"


def main():
    build = pathlib.Path(sys.argv[1])
    objects = [path for folder in FOLDERS
               for path in sorted((build / folder).rglob("*.c.o"))]
    graph, reached, complaints = Graph(), {}, []
    for path in objects:
        graph.read(path, path.with_suffix(".ci").read_text(encoding="utf-8"))
    for entry, besides in ENTRIES.items():
        known = {}
        graph.frame_max = BATCH_MAX if entry == BATCH else FRAME_MAX
        depth = deepest(graph, entry, [], known, complaints, ALLOWED | besides)
        reached.update(known)
        print(f"{entry}(): at most {depth} bytes of stack")
        if not 0 < depth <= (BATCH_MAX if entry == BATCH else CHAIN_MAX):
            complaints.append(f"{entry}() takes {depth} bytes of stack")
    homes = {graph.home[title] for title in reached}
    names = sorted(home.name.replace(".c.o", "") for home in homes)
    print(f"{len(reached)} functions in {' '.join(names)}")
    complaints += unmentioned(graph, objects, homes)
    return report(complaints)


if __name__ == "__main__":
    sys.exit(main())
