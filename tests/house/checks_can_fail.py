#!/usr/bin/env python3
"""Each check of the sources finds what it is there for, and only that.

A small tree is made for every case: what must be refused, and beside it the
nearest thing that must not be.
"""

import pathlib
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tools"))
sys.path.insert(0, str(HERE))
import check_banned  # noqa: E402
import check_decision_path  # noqa: E402
import check_functions  # noqa: E402
import check_layers  # noqa: E402
import trace  # noqa: E402


class Tree(unittest.TestCase):
    """Runs a check over files given as {path: text}."""

    def complaints(self, check, files):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            return check(root)

    def refuses(self, check, files, where):
        complaints = self.complaints(check, files)
        self.assertEqual([c.split(" ")[0] for c in complaints], [where])

    def accepts(self, check, files):
        self.assertEqual(self.complaints(check, files), [])


class Layers(Tree):
    def one(self, name, line):
        return self.complaints(check_layers.check,
                               {name: f"/* x */\n#include {line}\n"})

    def test_arrows_down_are_allowed(self):
        for name, line in (("pdp/a.c", '"base/str.h"'),
                           ("pdp/a.c", '"pdp/id.h"'),
                           ("pdp/a.c", "<postern/base.h>"),
                           ("policy-lang/a.c", "<postern/pdp.h>"),
                           ("policy-lang/grammar.c", "<pcre2.h>"),
                           ("policy-lang/a.c", "<stdio.h>"),
                           ("cli/a.c", '"engine/engine.h"'),
                           ("tests/unit/a.c", '"support/faulty.h"'),
                           ("tests/unit/a.c", "<criterion/criterion.h>")):
            self.assertEqual(self.one(name, line), [], (name, line))

    def test_arrows_up_and_sideways_are_refused(self):
        for name, line in (("base/a.c", '"pdp/id.h"'),
                           ("base/a.c", "<postern/pdp.h>"),
                           ("pdp/a.c", '"policy-lang/node.h"'),
                           ("pdp/a.c", "<postern/policy.h>"),
                           ("pdp/a.c", '"postern/pdp.h"'),
                           ("pdp/a.c", "<stdio.h>"),
                           ("pdp/a.c", "<time.h>"),
                           ("pdp/a.c", "<jansson.h>"),
                           ("policy-lang/a.c", '"pdp/id.h"'),
                           ("policy-lang/a.c", '"node.h"'),
                           ("policy-lang/a.c", "<pcre2.h>"),
                           ("prp/a.c", '"pip/country.h"'),
                           ("engine/a.c", "<yaml.h>"),
                           ("engine/a.c", "<criterion/criterion.h>"),
                           ("cli/a.c", '"support/faulty.h"'),
                           ("include/postern/base.h", "<postern/pdp.h>"),
                           ("include/postern/pdp.h", '"base/str.h"')):
            self.assertEqual([c.split(" ")[0] for c in self.one(name, line)],
                             [f"{name}:2:"], (name, line))


class Banned(Tree):
    def test_a_call_is_refused_where_it_is_banned(self):
        for name, line in (("cli/a.c", "x = atoi(text);"),
                           ("pdp/a.c", "t = time(NULL);"),
                           ("pdp/a.c", "assert(x);"),
                           ("tests/a.c", "assert(x);"),
                           ("cli/a.c", "/* TODO: later */"),
                           ("cli/a.c", "#if 0")):
            self.refuses(check_banned.check, {name: f"\n{line}\n"},
                         f"{name}:2:")

    def test_what_only_looks_like_it_is_not(self):
        for name, line in (("cli/a.c", "t = time(NULL);"),
                           ("pdp/a.c", "x = window->time(a) + in.time(b);"),
                           ("pdp/a.c", "x = open_time(a);"),
                           ("pdp/a.c", "/* not atoi(x) */"),
                           ("pdp/a.c", 'x = "atoi(x)";'),
                           ("tests/a.c", "cr_assert(x);")):
            self.accepts(check_banned.check, {name: f"{line}\n"})


class Functions(Tree):
    def body(self, lines):
        return "static int f(int a,\n             int b)\n{\n" + \
            "    a++;\n" * lines + "}\n"

    def test_sixty_lines_are_allowed(self):
        self.accepts(check_functions.check, {"pdp/a.c": self.body(60) * 2})

    def test_rows_of_a_table_do_not_count(self):
        table = "    static const int rows[] = {\n" + "        1,\n" * 70 + \
            "    };\n"
        body = self.body(60).replace("{\n", "{\n" + table, 1)
        self.accepts(check_functions.check, {"pdp/a.c": body})
        body = body.replace("    a++;\n", "    a++;\n    b++;\n", 1)
        self.refuses(check_functions.check, {"pdp/a.c": body}, "pdp/a.c:3:")

    def test_sixty_one_are_not(self):
        self.refuses(check_functions.check,
                     {"pdp/a.c": self.body(60) + self.body(61)},
                     "pdp/a.c:67:")


class Trace(Tree):
    HEAD = "\t".join(trace.COLUMNS) + "\n"
    DONE = "ABC-01\t7.1\ttext\tdone\tpdp/a.c\ttests/a.c\t\n"
    TREE = {"docs/requirements.tsv": HEAD + DONE,
            "pdp/a.c": "/* [ABC-01 exception: [sic]] */\n",
            "tests/a.c": "/* [XYZ-01, ABC-01] */\n"}
    ROW = "docs/requirements.tsv:2:"

    def with_rows(self, rows):
        return {**self.TREE, "docs/requirements.tsv": self.HEAD + rows}

    def test_both_ends_and_no_stray_tag(self):
        self.accepts(trace.check, self.with_rows(
            self.DONE + "XYZ-01\t7.1\ttext\tlater\t\t\t\n"))

    def test_a_tag_without_a_row(self):
        self.refuses(trace.check, self.TREE, "tests/a.c:1:")

    def test_a_row_without_its_tag_in_the_code(self):
        tree = {**self.TREE, "tests/a.c": "/* [ABC-01] */",
                "pdp/a.c": "/* ABC-01 */"}
        self.refuses(trace.check, tree, self.ROW)

    def test_a_row_without_its_tag_in_the_test(self):
        self.refuses(trace.check, {**self.TREE, "tests/a.c": ""}, self.ROW)

    def test_a_row_with_a_file_that_is_not_there(self):
        tree = {**self.TREE}
        del tree["tests/a.c"]
        self.refuses(trace.check, tree, self.ROW)

    def test_a_done_row_without_a_test(self):
        tree = {**self.with_rows(self.DONE.replace("tests/a.c", "-")),
                "tests/a.c": ""}
        self.refuses(trace.check, tree, self.ROW)

    def test_a_status_that_nobody_knows(self):
        tree = self.with_rows(self.DONE.replace("done", "doen"))
        del tree["tests/a.c"], tree["pdp/a.c"]
        self.refuses(trace.check, tree, self.ROW)

    def test_an_id_twice(self):
        tree = {**self.with_rows(self.DONE * 2), "tests/a.c": "/* [ABC-01] */"}
        self.refuses(trace.check, tree, "docs/requirements.tsv:3:")


class DecisionPath(unittest.TestCase):
    INFO = """
node: { title: "postern_decide" label: "x\\na.c:1\\n48 bytes (static)\\n0" }
node: { title: "a.c:match" label: "match\\na.c:2\\n%s\\n0 dynamic objects" }
node: { title: "%s" label: "%s\\n<built-in>" shape : ellipse }
edge: { sourcename: "postern_decide" targetname: "a.c:match" label: "" }
edge: { sourcename: "a.c:match" targetname: "%s" label: "" }
"""

    def walk(self, frame, callee):
        graph = check_decision_path.Graph()
        graph.read("pdp/a.c", self.INFO % (frame, callee, callee, callee))
        complaints = []
        depth = check_decision_path.deepest(graph, "postern_decide", [], {},
                                            complaints)
        return depth, len(complaints)

    def test_stack_adds_up_along_the_chain(self):
        for frame in "16 bytes (static)", "16 bytes (dynamic,bounded)":
            self.assertEqual(self.walk(frame, "memcmp"), (64, 0))

    def test_what_a_decision_may_not_do(self):
        for frame, callee in (("16 bytes (static)", "malloc"),
                              ("16 bytes (static)", "__indirect_call"),
                              ("16 bytes (static)", "postern_decide"),
                              ("16 bytes (dynamic)", "memcmp"),
                              ("2064 bytes (static)", "memcmp")):
            self.assertEqual(self.walk(frame, callee)[1], 1, (frame, callee))


if __name__ == "__main__":
    unittest.main()
