#!/usr/bin/env python3
"""ppm_consent_test.py POSTERN: registration, consents, what becomes of them."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

POSTERN = sys.argv.pop()
ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples/privacy"
NOW = "20261122T100000"
PAIR = ("--subscriber", "p-anna", "--provider", "acme")


class Consent(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.now = NOW

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run_ppm(self, verb, *words, status=0, stdin=""):
        done = subprocess.run([POSTERN, "ppm", verb, *map(str, words)],
                              input=stdin, capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertNotIn("Sanitizer", done.stderr)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def manage(self, verb, *words, status=0, stdin=""):
        return self.run_ppm(verb, "--db", self.folder / "db", "--now",
                            self.now, *words, status=status, stdin=stdin)

    def lines(self, verb, *words, status=0):
        out = self.manage(verb, *words, "--format", "json", status=status)
        return [json.loads(line) for line in out.stdout.splitlines()]

    def sign(self, name):
        terms = EXAMPLES / f"{name[1]}-terms.yaml"
        done = self.run_ppm("sign", "--keys", EXAMPLES / f"{name[0]}-key.json",
                            terms)
        return self.write(f"{name[1]}.jws", done.stdout)

    def fill(self):
        self.manage("register", *(EXAMPLES / f"{name}.yaml" for name in (
            "acme", "pulse", "anna-subscriber", "anna")),
            self.sign(("acme", "meter")), self.sign(("pulse", "health")))

    def hash(self, *pair):
        """Of what is shown, whether there is a conflict in it or not."""
        words = [POSTERN, "ppm", "policy", "--db", self.folder / "db", "--now",
                 self.now, *(pair or PAIR), "--hash"]
        done = subprocess.run(words, capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done.stdout.strip()

    def accept(self, *words, pair=PAIR, status=0):
        return self.manage("accept", *pair, "--hash", self.hash(*pair), *words,
                           status=status)

    def test_documents_are_registered_and_counted(self):
        acme = EXAMPLES / "acme.yaml"
        self.assertEqual(self.manage("register", acme).stdout,
                         "asp acme: version 1\n")
        self.assertEqual(self.manage("register", acme).stdout,
                         "asp acme: version 1, as it was\n")
        text = acme.read_text("utf-8") + "# and more\n"
        out = self.manage("register", "-", stdin=text)
        self.assertEqual(out.stdout, "asp acme: version 2\n")
        line, = self.lines("register", EXAMPLES / "network-law.yaml")
        self.assertEqual(line["kind"], "legal_country")
        self.assertEqual(line["owner"], "NL")
        self.assertEqual(line["version"], 1)
        self.assertTrue(line["changed"])
        self.assertEqual(len(line["hash"]), 64)

    def test_what_is_wrong_is_refused_where_it_is_written(self):
        path = self.write("x.yaml", "kind: asp\nowner: a\napplications:\n"
                          "- {app_id: b, originators: ['*']}\n")
        out = self.manage("register", path, status=2)
        self.assertEqual(out.stdout, "")
        self.assertIn(f"{path}:4:29: error: ", out.stderr)
        self.assertIn("[E_ID]", out.stderr)
        out = self.manage("register", EXAMPLES / "anna.yaml", status=2)
        self.assertIn("[E_UNKNOWN_OWNER]", out.stderr)
        self.assertIn("anna.yaml:3:8: ", out.stderr)
        self.manage("register", "/there/is/no/such/file", status=2)

    def test_one_that_is_refused_is_not_in_the_way_of_the_next(self):
        out = self.manage("register", EXAMPLES / "anna.yaml",
                          EXAMPLES / "acme.yaml", status=2)
        self.assertEqual(out.stdout, "asp acme: version 1\n")

    def test_terms_are_signed(self):
        self.manage("register", EXAMPLES / "acme.yaml", EXAMPLES / "pulse.yaml")
        out = self.manage("register", EXAMPLES / "meter-terms.yaml", status=2)
        self.assertIn("[E_UNSIGNED]", out.stderr)
        self.manage("register", "--unsigned-terms",
                    EXAMPLES / "meter-terms.yaml")
        wrong = self.sign(("pulse", "meter"))
        out = self.manage("register", wrong, status=2)
        self.assertIn("[E_SIGNATURE]", out.stderr)
        self.manage("register", self.sign(("acme", "meter")))

    def test_a_person_accepts_and_withdraws(self):
        self.fill()
        self.assertEqual(self.manage("status").stdout, "")
        out = self.accept().stdout
        self.assertEqual(out, "c-1 version 1: p-anna acme active, 0 of 2 "
                         "columns open, 0 exceptions, from "
                         "2026-11-22T10:00:00Z\n")
        rows = ("3.0/minutes", "4.3/nation", "6.0/month", "7.0/affiliate")
        excepted = [word for row in rows for word in ("--except", row)]
        out = self.accept(*excepted).stdout
        self.assertIn("version 2: p-anna acme active, 1 of 2 columns open, 7 ",
                      out)
        out = self.manage("status").stdout
        self.assertIn("  open       acme-meter/meter/energy\n"
                      "  closed     acme-meter/meter/presence\n"
                      "  except     acme-meter/meter/energy:3.0/minutes "
                      "(every 15 minutes)\n", out)
        self.assertNotIn("version 1", out)
        self.now = "20261122T110000"
        out = self.manage("withdraw", *PAIR).stdout
        self.assertIn("version 2: p-anna acme withdrawn, 0 of 2 columns open",
                      out)
        self.assertIn("ended 2026-11-22T11:00:00Z", out)
        out = self.manage("withdraw", *PAIR, status=1)
        self.assertIn("[E_NO_CONSENT]", out.stderr)
        states = [line["state"] for line in self.lines("status", "--history")]
        self.assertEqual(states, ["superseded", "withdrawn"])

    def test_an_exception_names_its_column(self):
        self.fill()
        for row in ("3.0/minutes", "4.3/nation", "6.0/month"):
            self.accept("--except", f"acme-meter/meter/presence:{row}")
        every = ["--except", "acme-meter/meter/presence:2.0/sensitive"]
        for row in ("3.0/minutes", "4.3/nation", "6.0/month"):
            every += ["--except", f"acme-meter/meter/presence:{row}"]
        self.accept(*every)
        line, = self.lines("status", *PAIR)
        self.assertEqual([column["access"] for column in line["by_column"]],
                         ["closed", "open"])
        self.assertEqual(len(line["accepted"]), 4)
        self.assertEqual(line["accepted"][0], {
            "application": "acme-meter", "device": "meter", "data": "presence",
            "row": "2.0/sensitive", "statement": "yes"})

    def test_exceptions_that_are_none_are_refused(self):
        self.fill()
        for words, code in (("6.0/months", "E_ROW"), ("6.0/year", "E_NOT_RED"),
                            ("*/*/*:6.0/month", "E_COLUMN"),
                            ("acme-meter/meter/energy:6.0/mon", "E_ROW"),
                            ("acme-meter/meter/energy:6.0/year", "E_NOT_RED")):
            with self.subTest(words):
                out = self.accept("--except", words, status=1)
                self.assertIn(f"[{code}]", out.stderr)
        self.manage("register", EXAMPLES / "network-law.yaml")
        out = self.accept("--except",
                          "acme-meter/meter/energy:7.0/affiliate", status=1)
        self.assertIn("[E_LOCKED]", out.stderr)

    def test_what_is_stale_is_refused(self):
        self.fill()
        seen = self.hash()
        self.manage("register", EXAMPLES / "network-law.yaml")
        out = self.manage("accept", *PAIR, "--hash", seen, status=1)
        self.assertIn("[E_STALE]", out.stderr)
        self.accept()

    def test_a_law_suspends_and_the_person_accepts_anew(self):
        self.fill()
        pair = ("--subscriber", "p-anna", "--provider", "pulse")
        self.accept("--except", "2.0/medical", pair=pair)
        line, = self.lines("status", *pair)
        self.assertEqual([column["access"] for column in line["by_column"]],
                         ["open", "open"])
        law = self.write("law.yaml", "kind: legal_region\nowner: EU\nid: e\n"
                         "name: the Act\ncolumns:\n- data: pulse\n"
                         "  rows: {6.0/month: {cap: 1}}\n")
        out = self.manage("register", law).stdout
        self.assertEqual(out, "legal_region EU e: version 1; of 1 consent "
                         "1 suspended\n")
        line, = self.lines("status", *pair)
        self.assertEqual(line["state"], "suspended")
        self.assertEqual([column["access"] for column in line["by_column"]],
                         ["open", "suspended"])
        self.accept(pair=pair)
        line, = self.lines("status", *pair)
        self.assertEqual(line["state"], "active")
        self.assertEqual([column["access"] for column in line["by_column"]],
                         ["open", "closed"])

    def test_what_is_over_is_written_down(self):
        self.fill()
        self.accept("--until", "20261122T120000")
        self.now = "20261122T120000"
        line, = self.lines("status")
        self.assertEqual(line["state"], "expired")
        self.assertEqual(self.manage("look-again").stdout,
                         "1 consent changed\n")
        self.assertEqual(self.lines("look-again"), [{"changed": 0}])
        out = self.accept("--until", "20261122T120000", status=1)
        self.assertIn("[E_UNTIL]", out.stderr)

    def test_consents_are_signed_with_the_managers_key(self):
        self.fill()
        self.accept("--keys", EXAMPLES / "manager-key.json")
        line, = self.lines("status")
        opened = subprocess.run(
            [POSTERN, "jose", "open", "--keys", EXAMPLES / "manager-key.json",
             "-"],
            input=line["signature"], capture_output=True, text=True,
            check=False)
        self.assertEqual(opened.returncode, 0, opened.stderr)
        said = json.loads(opened.stdout)
        self.assertEqual(said["id"], "c-1")
        self.assertEqual(said["hash"], line["hash"])
        self.assertEqual(said["exceptions"], [])

    def test_what_is_misused_is_said(self):
        for words, problem in (
                (["register"], "--db FILE is missing"),
                (["accept", "--db", "x"], "--hash HASH is missing"),
                (["accept", "--db", "x", "--hash", "y"],
                 "--subscriber ID is missing"),
                (["withdraw", "--db", "x", "--subscriber", "y"],
                 "--provider ID is missing"),
                (["withdraw", "--db", "x", "y"], "there are options only"),
                (["status", "--db", "x", "--now", "noon"], "--now is a time"),
                (["status", "--format", "html"], "--format is text or json"),
                (["status", "--bogus"], "unknown option")):
            with self.subTest(words):
                done = subprocess.run([POSTERN, "ppm", *words, *(
                    ["z"] if words == ["register"] else [])],
                    capture_output=True, text=True, check=False,
                    cwd=self.folder)
                self.assertEqual(done.returncode, 2)
                self.assertIn(problem, done.stderr)


if __name__ == "__main__":
    unittest.main()
