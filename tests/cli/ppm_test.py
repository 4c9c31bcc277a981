#!/usr/bin/env python3
"""postern ppm from outside: the table, frames, stacks, cases. [PPM-21]

- the table that the command prints is annex-j.json, row for row [ANJ-01]
- tools/annex_j.py has nothing to write
- frames are refused with file, line, column and code; nothing is printed
- docs/privacy.md shows commands, and what it shows is what they print

ppm_test.py PATH-OF-POSTERN [unittest arguments]
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

POSTERN = ""
ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples/privacy"
TERMS = "kind: provider\nname: Acme\nrows: {6.0/month: 6}\n"
USER = "kind: user\nrows: {6.0/month: 3}\n"
LAW = "kind: legal_country\nname: the act\nrows: {6.0/month: {floor: 6}}\n"


class Ppm(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run_ppm(self, *words, status=0, stdin=""):
        done = subprocess.run([POSTERN, "ppm", *map(str, words)], input=stdin,
                              capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn("Sanitizer", done.stderr)
        return done

    def lines(self, *words, status=0):
        out = self.run_ppm(*words, "--format", "json", status=status).stdout
        return [json.loads(line) for line in out.splitlines()]

    def test_the_table_is_the_json(self):
        tags = json.loads((ROOT / "ppm/annex-j.json").read_text("utf-8"))
        printed = self.lines("tags")
        rows = {line["key"]: line for line in printed if "key" in line}
        self.assertEqual(len(rows), 110)
        self.assertEqual([line["id"] for line in printed if "id" in line],
                         [tag["id"] for tag in tags])
        for tag in tags:
            for row in tag["rows"]:
                got = rows[row["key"]]
                bounds = row["bounds"] or {}
                for name in ("ord", "label", "description", "type", "polarity",
                             "compare"):
                    self.assertEqual(got[name], row[name], row["key"])
                self.assertEqual(got["group"], tag["group"])
                self.assertEqual(got.get("min"), bounds.get("min"))
                self.assertEqual(got.get("max"), bounds.get("max"))

    def test_the_table_in_c_is_made_from_the_json(self):
        subprocess.run([sys.executable, ROOT / "tools/annex_j.py", "--check"],
                       check=True)

    def test_labels_in_another_language(self):
        words = EXAMPLES / "words-nl.yaml"
        out = self.run_ppm("tags", "--words", words).stdout
        self.assertIn("6.0  Bewaartermijn", out)
        self.assertIn("Maand (int_range 1..12 month)", out)
        self.assertIn("Week (int_range 1..4 week)", out)
        bad = self.write("bad.yaml", "kind: descriptor\nlanguage: nl\n"
                                     "tags: {'6.3': {name: x}}\n")
        done = self.run_ppm("tags", "--words", bad, status=2)
        self.assertRegex(done.stderr, r"bad\.yaml:3:\d+: error: ")
        self.assertEqual(done.stdout, "")

    def test_conflicts_make_the_status(self):
        terms, user = self.write("t.yaml", TERMS), self.write("u.yaml", USER)
        law = self.write("l.yaml", LAW)
        red = self.lines("evaluate", "--conflicts", terms, user, status=1)
        self.assertEqual([(c["row"], c["state"], c["code"], c["decided_by"],
                           c["user_can_accept"]) for c in red[:-1]],
                         [("6.0/month", "red", "OVER_LIMIT", "user", True)])
        self.assertEqual(red[-1]["red"], 1)
        over = self.lines("evaluate", "--conflicts", terms, user, law)
        self.assertEqual([(c["state"], c["decided_by"], c["name"],
                           c["overruled"]) for c in over[:-1]],
                         [("overruled", "legal_country", "the act", ["user"])])

    def test_all_cells(self):
        terms, user = self.write("t.yaml", TERMS), self.write("u.yaml", USER)
        cells = self.lines("evaluate", "--all", terms, user, status=1)
        self.assertEqual([c["ord"] for c in cells[:-1]], list(range(110)))
        self.assertTrue(all(c["sentence"] for c in cells[:-1]))

    def test_profiles_and_order(self):
        terms = self.write("t.yaml", TERMS.replace("6.0/month: 6",
                                                   "6.0/month: 1"))
        user = self.write("u.yaml", USER)
        self.run_ppm("evaluate", terms, user)
        self.run_ppm("evaluate", "--profile", "literal", terms, user, status=1)
        self.run_ppm("evaluate", "--profile", "annexk", terms, user, status=1)
        out = self.run_ppm("evaluate", terms, user).stdout
        self.assertIn("red under literal, red under annexk", out)
        self.run_ppm("evaluate", "--profile", "best", terms, user, status=2)
        order = "legal_region,legal_country,legal_state,legal_city,parental"
        self.run_ppm("evaluate", "--order", order + ",user", terms, user)
        for bad in (order, "user," + order, order + ",user,user", "",
                    order + ",parental"):
            self.run_ppm("evaluate", "--order", bad, terms, user, status=2)

    def test_frames_that_are_missing(self):
        terms, user = self.write("t.yaml", TERMS), self.write("u.yaml", USER)
        for frames in ([], [terms], [user], [terms, user, user]):
            done = self.run_ppm("evaluate", *frames, status=2)
            self.assertEqual(done.stdout, "")
            self.assertTrue(done.stderr)

    def test_a_frame_on_standard_input(self):
        user = self.write("u.yaml", USER)
        self.run_ppm("evaluate", "-", user, stdin=TERMS, status=1)

    def test_today(self):
        terms = self.write("t.yaml", "kind: provider\n"
                                     "rows: {11.0/min_age: 16}\n")
        user = self.write("u.yaml", "kind: user\n"
                                    "rows: {11.0/dob: 2002-03-06}\n")
        self.run_ppm("evaluate", "--today", "2018-03-06", terms, user)
        cells = self.lines("evaluate", "--today", "2018-03-05", "--conflicts",
                           terms, user, status=1)
        self.assertEqual(cells[0]["code"], "AGE_UNDER")
        self.assertNotIn("2002", json.dumps(cells))
        self.run_ppm("evaluate", "--today", "soon", terms, user, status=2)

    def test_errors_have_a_place_and_a_code(self):
        bad = self.write("bad.yaml", "kind: provider\nrows:\n"
                                     "  6.0/month: 13\n")
        done = self.run_ppm("check", bad, status=2)
        self.assertRegex(done.stderr, r"bad\.yaml:3:14: error: 6\.0/month: "
                                      r".*not 13 \[E_RANGE\]")
        good = self.write("t.yaml", TERMS)
        out = self.run_ppm("check", good).stdout
        self.assertIn("[undeclared-tag]", out)
        self.run_ppm("check", "--strict", good, status=1)
        self.assertEqual(self.lines("check", good)[0]["lint"],
                         "undeclared-tag")
        self.run_ppm("check", self.folder / "none.yaml", status=2)

    def test_cases(self):
        cases = ROOT / "tests/data/ppm-cases.json"
        out = self.run_ppm("test", cases).stdout
        self.assertRegex(out, r"\A\d+ passed, 0 failed\n\Z")
        document = json.loads(cases.read_text("utf-8"))
        document["cases"][0]["expect"]["5.0/deliver"]["colour"] = "red"
        document["cases"][-1]["expect_error"] = "E_TYPE 6.0/month"
        broken = self.write("broken.json", json.dumps(document))
        out = self.run_ppm("test", broken, status=1).stdout
        self.assertIn("FAIL C01 5.0/deliver sound: the colour is green", out)
        self.assertIn("FAIL C91", out)
        self.assertIn(", 2 failed\n", out)
        self.run_ppm("test", self.write("no.json", "[]"), status=2)

    def test_words_of_the_command_line(self):
        self.assertIn("annex J", self.run_ppm("--help").stdout)
        for words in ([], ["tag"], ["tags", "more"], ["tags", "--nonsense"],
                      ["evaluate", "--profile"], ["check"], ["test"]):
            done = self.run_ppm(*words, status=2)
            self.assertIn("try 'postern ppm --help'", done.stderr)

    def test_examples_are_as_they_should_be(self):
        for path in EXAMPLES.glob("*.yaml"):
            kind = re.search(r"^kind: (\w+)$", path.read_text("utf-8"), re.M)
            if kind.group(1) not in ("descriptor", "asp", "subscriber"):
                self.run_ppm("check", path)
        self.run_ppm("check", "--strict", EXAMPLES / "meter-terms.yaml")

    def test_the_walk_through_is_what_runs(self):
        text = (ROOT / "docs/privacy.md").read_text("utf-8")
        blocks = re.findall(r"```console\n\$ (.*?)\n(.*?)```", text, re.S)
        self.assertGreaterEqual(len(blocks), 6)
        path = f"{pathlib.Path(POSTERN).resolve().parent}:/usr/bin:/bin"
        for command, expected in blocks:
            done = subprocess.run(["sh", "-c", command], cwd=EXAMPLES,
                                  env={"PATH": path}, capture_output=True,
                                  text=True, timeout=60, check=False)
            self.assertEqual(done.stdout + done.stderr, expected, command)


if __name__ == "__main__":
    POSTERN = sys.argv.pop(1)
    unittest.main()
