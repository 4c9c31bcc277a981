#!/usr/bin/env python3
"""postern ppm log from outside: adding, verifying, finding. [PPM-02]

- the log is as postern-access-log(5) says, hashed with another SHA-256
- what a log says is found, and nothing else is
- a log that was changed is refused, with the line; one that was cut is when its
  head was kept
- accesses that cannot be used are refused with line and column, and none of
  them is added
- text from outside cannot steer a terminal

ppm_log_test.py PATH-OF-POSTERN [unittest arguments]
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

POSTERN = ""
METER = "//acme.example/in-cse/Cmeter"
WATCH = "//heat.example/in-cse/Cwatch"


def access(**members):
    known = {"time": "20261122T100000", "originator": METER,
             "provider": "acme", "subscriber": "p-77f1", "data": "energy",
             "operation": "retrieve", "consent": "c-1", "consent_version": 3}
    known.update(members)
    return {name: value for name, value in known.items() if value is not None}


def chained(bodies):
    """A log of these bodies, as the manual page describes it."""
    last, lines = "0" * 64, []
    for body in bodies:
        last = hashlib.sha256((last + body).encode()).hexdigest()
        lines.append(f'{body},"hash":"{last}"}}\n')
    return "".join(lines)


class Log(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = pathlib.Path(folder.name) / "access.log"

    def run_log(self, *words, status=0, stdin=""):
        done = subprocess.run([POSTERN, "ppm", "log", *map(str, words)],
                              input=stdin, capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn("Sanitizer", done.stderr)
        return done

    def add(self, *accesses, status=0):
        text = "".join(json.dumps(one) + "\n" for one in accesses)
        return self.run_log("add", self.log, stdin=text, status=status)

    def query(self, *words):
        out = self.run_log("query", "--format", "json", *words,
                           self.log).stdout
        return [json.loads(line) for line in out.splitlines()]

    def bodies(self):
        lines = self.log.read_text("utf-8").splitlines()
        return [line[:line.index(',"hash":"')] for line in lines]

    def test_lines_are_hashed_as_the_manual_says(self):
        self.add(access(), access(data="é \" \\ \n"))
        self.assertEqual(self.log.read_text("utf-8"), chained(self.bodies()))
        first = json.loads(self.log.read_text("utf-8").splitlines()[0])
        self.assertEqual(list(first), ["format", "version", "log", "hash"])
        self.assertEqual((first["format"], first["version"]),
                         ("postern-access-log", 1))

    def test_the_head_is_that_of_the_last_line(self):
        self.add(access())
        self.add(access(time="20261122T110000"))
        lines = self.log.read_text("utf-8").splitlines()
        last = json.loads(lines[-1])["hash"]
        self.assertEqual(self.run_log("head", self.log).stdout, f"3 {last}\n")
        head = json.loads(self.run_log("head", "--format", "json",
                                       self.log).stdout)
        self.assertEqual(head, {"log": json.loads(lines[0])["log"],
                                "lines": 3, "hash": last})
        self.assertIn("good, 3 lines", self.run_log("verify", self.log).stdout)

    def test_what_was_changed_is_refused_with_its_line(self):
        self.add(*(access(consent_version=n) for n in range(1, 6)))
        text = self.log.read_text("utf-8")
        self.log.write_text(text.replace('version":3', 'version":7'), "utf-8")
        for verb in ("verify", "head", "query"):
            done = self.run_log(verb, self.log, status=1)
            self.assertIn(f"{self.log}:4:1: error:", done.stderr)
        done = self.add(access(), status=2)
        self.assertIn(f"{self.log}:4:1: error:", done.stderr)

    def test_what_was_cut_is_missed_by_who_kept_the_head(self):
        self.add(access(), access(), access())
        whole = self.log.read_text("utf-8")
        early, late = (json.loads(whole.splitlines()[n])["hash"]
                       for n in (1, 3))
        self.log.write_text("".join(whole.splitlines(True)[:3]), "utf-8")
        self.run_log("verify", self.log)
        self.run_log("verify", "--head", early, self.log)
        done = self.run_log("verify", "--head", late, self.log, status=1)
        self.assertIn("lines are missing", done.stderr)
        self.run_log("verify", "--head", "short", self.log, status=2)

    def test_what_was_torn_is_cut_off_by_the_next_who_adds(self):
        self.add(access(), access())
        whole = self.log.read_text("utf-8")
        self.log.write_text(whole[:-20], "utf-8")
        self.assertIn("torn", self.run_log("verify", self.log,
                                           status=1).stderr)
        self.assertIn("cut off", self.add(access()).stderr)
        self.assertEqual(self.log.read_text("utf-8"), whole)

    def test_questions(self):
        self.add(access(), access(time="20261122T110000", subscriber="p-1"),
                 access(time="20261122T120000", originator=WATCH,
                        provider="heat", data="heat", consent="c-2"))
        for words, lines in (
                ((), [2, 3, 4]), (("--subscriber", "p-77f1"), [2, 4]),
                (("--subscriber", "p-77f"), []), (("--provider", "heat"), [4]),
                (("--originator", METER), [2, 3]), (("--data", "heat"), [4]),
                (("--consent", "c-1"), [2, 3]),
                (("--from", "20261122T110000"), [3, 4]),
                (("--until", "20261122T110000"), [2]),
                (("--provider", "acme", "--subscriber", "p-1"), [3])):
            got = [line["line"] for line in self.query(*words)]
            self.assertEqual(got, lines, words)
        line = self.query("--subscriber", "p-1")[0]
        self.assertEqual(line, dict(access(subscriber="p-1",
                                           time="20261122T110000"),
                                    line=3, mode="reported", permitted=True))

    def test_the_summary_says_who_how_often_and_under_which_consent(self):
        self.add(*(access(time=f"202611{day:02}T100000")
                   for day in range(1, 31)),
                 access(consent_version=4),
                 access(permitted=False, reason="withdrawn", consent=None,
                        consent_version=None, originator=WATCH))
        out = self.run_log("query", "--summary", self.log).stdout
        self.assertEqual(out, f"""
{METER}
  read energy of p-77f1 30 times, as a CSE reports, consent c-1 v3; \
2026-11-01T10:00:00Z to 2026-11-30T10:00:00Z
  read energy of p-77f1 once, as a CSE reports, consent c-1 v4; \
2026-11-22T10:00:00Z

{WATCH}
  was refused to read energy of p-77f1 (withdrawn) once, as a CSE reports; \
2026-11-22T10:00:00Z
""")
        groups = self.query("--summary")
        self.assertEqual([group["times"] for group in groups], [30, 1, 1])
        self.assertEqual((groups[0]["first"], groups[0]["last"]),
                         ("20261101T100000", "20261130T100000"))

    def test_observed_granted_and_reported_are_told_apart(self):
        start = ('{"time":"20261122T1%d0000","mode":"%s","permitted":%s,'
                 f'"originator":"{METER}","subscriber":"p-77f1",'
                 '"data":"energy","operation":"retrieve"')
        self.log.write_text(chained([
            '{"format":"postern-access-log","version":1,"log":"x"',
            start % (0, "decided", "true"),
            start % (1, "granted", "true")
            + ',"granted_until":"20261122T113000"',
            start % (2, "granted", "false"),
            start % (3, "reported", "true"),
            '{"time":"20261122T140000","mode":"consent","permitted":false,'
            '"provider":"acme","subscriber":"p-77f1","reason":"withdrawn"',
        ]), "utf-8")
        out = self.run_log("query", self.log).stdout
        for words in (
                f"  observed  {METER} read energy of p-77f1\n",
                f"  granted   {METER} was granted to read energy of p-77f1, "
                "until 2026-11-22T11:30:00Z\n",
                f"  granted   {METER} was refused a grant to read energy",
                f"  reported  {METER} read energy of p-77f1\n",
                "  consent   consent of p-77f1 and acme: withdrawn\n",
                "\n  read energy of p-77f1 once; ",
                "what it did meanwhile was not seen",
                "\n  read energy of p-77f1 once, as a CSE reports; "):
            self.assertIn(words, out)

    def test_accesses_that_cannot_be_used_add_nothing(self):
        good = json.dumps(access())
        for line, place, words in (
                ("{", "3:2", ""),
                ("[]", "3:1", "an object"),
                ('{"time":"now"}', "3:9", "a time such as"),
                ('{"originator":"C1"}', "3:1", "has a time"),
                ('{"time":"20261122T100000","mode":"decided"}', "3:34",
                 "only reported"),
                ('{"time":"20261122T100000","extra":1}', "3:35",
                 "no such member"),
                ('{"time":"20261122T100000","hash":"0"}', "3:34", "no hash"),
                ('{"time":"20261122T100000","data":1}', "3:34",
                 "a text is expected"),
                ('{"time":"20261122T100000","permitted":1}', "3:39",
                 "true or false"),
                ('{"time":"20261122T100000","consent_version":0}', "3:45",
                 "a number from 1"),
                ('{"time":"20261122T100000","target":"%s"}' % ("x" * 4000),
                 "3:1", "too long")):
            text = f"{good}\n\n{line}\n{good}\n"
            done = self.run_log("add", self.log, stdin=text, status=2)
            self.assertIn(f"-:{place}: error:", done.stderr, line)
            self.assertIn(words, done.stderr)
            self.assertFalse(self.log.exists(), line)

    def test_a_file_of_something_else_is_left_alone(self):
        self.log.write_text("kind: asp\n", "utf-8")
        for words, status in ((("verify",), 1), (("query",), 1), (("add",), 2)):
            done = self.run_log(*words, self.log, status=status)
            self.assertIn("no access log", done.stderr)
        self.assertEqual(self.log.read_text("utf-8"), "kind: asp\n")
        self.run_log("verify", self.log.parent, status=2)
        self.run_log("verify", self.log.parent / "none", status=2)

    def test_texts_cannot_steer_a_terminal(self):
        self.add(access(originator="\x1b[31m", data="\u202eygrene",
                        reason="\r", permitted=False))
        out = self.run_log("query", self.log).stdout
        self.assertNotIn("\x1b", out)
        self.assertNotIn("\u202e", out)
        self.assertNotIn("\r", out)
        self.assertEqual(self.query()[0]["originator"], "\x1b[31m")

    def test_what_is_misused_is_told(self):
        for words in ((), ("nothing",), ("verify",), ("verify", "a", "b"),
                      ("head",), ("query",), ("query", "a", "b"), ("add",),
                      ("add", "a", "b", "c"), ("query", "--from", "now", "a"),
                      ("query", "--format", "csv", "a"),
                      ("verify", "--subscriber", "x", "a")):
            done = self.run_log(*words, status=2)
            self.assertTrue(done.stderr and not done.stdout, words)
        self.assertIn("log query", self.run_log("--help").stdout)


if __name__ == "__main__":
    POSTERN = sys.argv.pop(1)
    unittest.main()
