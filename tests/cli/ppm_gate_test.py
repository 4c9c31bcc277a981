#!/usr/bin/env python3
"""postern ppm compile, decide and answer from outside. [PPM-03] [PPM-05]
[PPM-06] [PPM-24]

- what compile prints is a policy that postern check and postern decide take
- decide says permit or deny with a word, and the log has it before
- answer grants what a CSE can use, and no more

ppm_gate_test.py PATH-OF-POSTERN [unittest arguments]
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

POSTERN = ""
NOW = "20261122T120000"
CSE = "//sp.example/plant-cse"
ACME = "//acme.example/in-cse/Cmeter"
HEAT = "//heat.example/in-cse/Cwatch"

TERMS = """\
kind: provider
owner: acme
name: Acme Energy
version: 4
rows:
  1.1/app_id: R01.example.acme.meter
  2.0/personal: yes
  3.0/minutes: 15
  4.3/nation: [NL, BE]
  5.0/deliver: yes
  6.0/month: 6
  8.0/email: yes
  10.0/level3: yes
columns:
- application: acme-meter
  device: meter
  data: energy
  rows:
    7.0/affiliate: {scope: [heating], reason: [improve]}
- application: acme-meter
  device: meter
  data: presence
  rows: {7.0/na: yes, 2.0/sensitive: yes}
"""
ASP = """\
kind: asp
owner: acme
name: Acme Energy
applications:
- app_id: R01.example.acme.meter
  application: acme-meter
  originators: [//acme.example/in-cse/Cmeter]
  recipients: {7.0/affiliate: [//heat.example/in-cse/Cwatch]}
"""
USER = """\
kind: user
owner: p-anna
name: Anna
rows: {2.0/sensitive: no, 2.0/personal: yes}
"""
SUBSCRIBER = """\
kind: subscriber
owner: p-anna
residence: {legal_region: EU, legal_country: NL}
devices:
- device: meter
resources:
- {id: cnt-energy, device: meter, data: energy, class: personal}
- {id: cnt-presence, device: meter, data: presence, class: sensitive}
"""
FOREIGN = {
    "cse": {"spid": "//sp.example", "csi": "/plant-cse", "cb_ri": "cb0"},
    "policies": [{
        "ri": "acp-all",
        "pv": {"acr": [{"acor": ["//acme.example/in-cse/C*"], "acop": 2,
                        "acco": [{"actw": ["* * 3 * * * *"]}]}]},
        "pvs": {"acr": [{"acor": ["Cadmin"], "acop": 63}]},
    }, {
        "ri": "acp-other",
        "pv": {"acr": [{"acor": ["Cpump"], "acop": 63}]},
        "pvs": {"acr": [{"acor": ["Cadmin"], "acop": 63}]},
    }],
    "resources": [
        {"ri": "cb0", "ty": 5},
        {"ri": "cnt-energy", "ty": 3, "pi": "cb0", "acpi": ["acp-other"]},
    ],
}


class Gate(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)
        self.run_ppm("register", "--unsigned-terms", self.write("asp", ASP),
                     self.write("terms", TERMS),
                     self.write("subscriber", SUBSCRIBER),
                     self.write("user", USER))

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = self.path / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def call(self, *words, code=0, text=None):
        done = subprocess.run([POSTERN, *words], input=text, timeout=60,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def run_ppm(self, verb, *words, code=0, text=None, now=NOW):
        return self.call("ppm", verb, "--db", str(self.path / "db"), "--now",
                         now, *words, code=code, text=text)

    def accept(self, *words):
        pair = ("--subscriber", "p-anna", "--provider", "acme")
        shown = self.run_ppm("policy", *pair, "--hash", code=1).stdout.split()
        return self.run_ppm("accept", *pair, "--hash", shown[0], *words)

    def withdraw(self):
        self.run_ppm("withdraw", "--subscriber", "p-anna", "--provider",
                     "acme")

    def compile(self, *words, code=0):
        done = self.run_ppm("compile", "--cse", CSE, *words, code=code)
        return json.loads(done.stdout), done

    def decide(self, *questions, words=(), code=0):
        text = "\n".join(json.dumps(question) for question in questions)
        done = self.run_ppm("decide", "--cse", CSE, "--format", "json", *words,
                            text=text, code=code)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def question(self, **members):
        return {"originator": ACME, "target": "cnt-energy",
                "operation": "retrieve", "country": "NL", **members}

    # ---- compile ---------------------------------------------------------

    def test_nothing_is_opened_before_it_is_accepted(self):
        document, _ = self.compile()
        self.assertEqual(document["policies"], [])
        self.assertEqual(document["resources"], [])

    def test_a_consent_is_a_link(self):
        self.accept("--until", "20270305T134501")
        document, done = self.compile()
        [policy] = document["policies"]
        self.assertRegex(policy["ri"], "^ppm-acme-[0-9a-f]{16}$")
        self.assertEqual(policy["et"], "20270305T000000")
        self.assertEqual(policy["pv"], {"acr": [{
            "acor": [ACME, HEAT], "acop": 34,
            "acco": [{"aclr": {"accc": ["BE", "NL"]}}], "acaf": True}]})
        self.assertEqual(policy["pvs"], {"acr": [{"acor": ["/plant-cse"],
                                                  "acop": 63}]})
        self.assertEqual(document["resources"], [
            {"ri": "cnt-energy", "ty": 3, "acpi": [policy["ri"]]},
            {"ri": "cnt-presence", "ty": 3}])
        for row in ("3.0/minutes", "5.0/deliver", "6.0/month",
                    "7.0/affiliate", "8.0/email", "10.0/level3"):
            self.assertEqual(
                done.stderr.count(f"acme / acme-meter: {row}: "), 1, row)
        for row in ("1.1/app_id", "2.0/personal", "4.3/nation"):
            self.assertNotIn(row, done.stderr)

    def test_remarks_are_also_for_programs(self):
        self.accept()
        _, done = self.compile("--format", "json")
        rows = [json.loads(line) for line in done.stderr.splitlines()]
        self.assertIn("6.0/month", [row["row"] for row in rows])
        self.assertEqual({row["provider"] for row in rows}, {"acme"})

    def test_postern_itself_takes_the_document(self):
        self.accept()
        path = self.write("compiled", self.compile()[1].stdout)
        self.call("check", path)
        for originator, country, code in ((ACME, "NL", 0), (ACME, "US", 1),
                                          (HEAT, "BE", 0), ("Cx", "NL", 1)):
            request = json.dumps({
                "fr": originator, "to": "cnt-energy", "op": 2,
                "rq_time": NOW, "rq_authn": True,
                "rq_loc": {"cc": country}})
            self.call("decide", "-p", path, text=request, code=code)

    def test_withdrawal_unlinks(self):
        self.accept()
        self.withdraw()
        document, _ = self.compile()
        self.assertEqual(document["policies"], [])
        self.assertNotIn("acpi", document["resources"][0])

    def test_broader_rules_beside_ours_are_found(self):
        self.accept()
        path = self.path / "foreign.json"
        path.write_text(json.dumps(FOREIGN))
        _, done = self.compile("--with", str(path), "--strict")
        self.assertNotIn("E_BROADER_ACP", done.stderr)
        FOREIGN["resources"][1]["acpi"].append("acp-all")
        path.write_text(json.dumps(FOREIGN))
        FOREIGN["resources"][1]["acpi"].pop()
        _, done = self.compile("--with", str(path), "--strict", code=1)
        self.assertEqual(done.stderr.count("E_BROADER_ACP"), 1)
        self.assertIn(f"acp-all lets {ACME} read cnt-energy", done.stderr)

    # ---- decide ----------------------------------------------------------

    def test_answers_say_why(self):
        self.accept()
        asked = (
            (self.question(), "consent"),
            (self.question(originator=HEAT), "consent"),
            (self.question(country="US"), "context"),
            (self.question(operation="update"), "operation"),
            (self.question(target="cnt-presence"), "closed"),
            (self.question(target="cnt-nobody"), "no-target"),
            (self.question(originator="Cx"), "no-provider"),
        )
        answers = self.decide(*(question for question, _ in asked))
        self.assertEqual([answer["reason"] for answer in answers],
                         [reason for _, reason in asked])
        for answer in answers:
            permitted = answer["reason"] == "consent"
            self.assertEqual(answer["decision"],
                             "permit" if permitted else "deny")
        self.assertEqual(answers[0]["delete_by"], "2027-05-22T12:00:00Z")
        self.assertEqual(answers[0]["consent"], "c-1")

    def test_one_question_is_the_exit_status(self):
        self.accept()
        self.decide(self.question())
        self.decide(self.question(country="US"), code=1)
        self.withdraw()
        [answer] = self.decide(self.question(), code=1)
        self.assertEqual(answer["reason"], "no-consent")

    def test_a_rate_holds_across_spellings_and_runs(self):
        self.accept()
        log = ("--access-log", str(self.path / "log"))
        times = ("20261122T120000", "20261122T121459", "20261122T121500")
        answers = self.decide(
            *(self.question(time=time) for time in times), words=log)
        self.assertEqual([answer["reason"] for answer in answers],
                         ["consent", "too-often", "consent"])
        [answer] = self.decide(
            self.question(time="20261122T122959",
                          originator="//ACME.example/in-cse/Cmeter",
                          target="/plant-cse/cnt-energy"),
            words=log, code=1)
        self.assertEqual(answer["reason"], "too-often")
        _, *lines = (self.path / "log").read_text().splitlines()
        self.assertEqual(len(lines), 4)
        self.call("ppm", "log", "verify", str(self.path / "log"))

    def test_what_cannot_be_logged_is_not_answered(self):
        self.accept()
        answers = self.decide(self.question(), code=2,
                              words=("--access-log", str(self.path)))
        self.assertEqual(answers, [])

    def test_what_was_asked_in_vain_is_logged_whatever_it_was(self):
        self.accept()
        long = ACME + 4096 * "x"
        asked = (
            self.question(originator=ACME + "\x01"),
            self.question(originator=ACME + 2000 * "\n"),
            self.question(originator=long),
            self.question(originator=512 * '"', target=512 * "\\"),
            self.question(originator=513 * '"', target=513 * "\\"),
            self.question(target="cnt-energy\x7f\x1f"),
            self.question(target=long),
            self.question(originator=long, target=long),
            self.question(),
        )
        answers = self.decide(*asked, words=("--access-log",
                                             str(self.path / "log")))
        self.assertEqual([answer["decision"] for answer in answers],
                         8 * ["deny"] + ["permit"])
        _, *lines = map(json.loads,
                        (self.path / "log").read_text().splitlines())
        self.assertEqual([line["originator"] for line in lines], [
            "(no text)", "(no text)", "(too long)", 512 * '"', "(too long)",
            ACME, ACME, "(too long)", ACME])
        self.assertEqual([line["target"] for line in lines], [
            "cnt-energy", "cnt-energy", "cnt-energy", 512 * "\\",
            "(too long)", "(no text)", "(too long)", "(too long)",
            "cnt-energy"])
        self.call("ppm", "log", "verify", str(self.path / "log"))

    def test_deciding_nothing_is_no_permit(self):
        self.accept()
        for text in ("", "\n\n"):
            done = self.run_ppm("decide", "--cse", CSE, text=text, code=2)
            self.assertIn("there is no request in it", done.stderr)
            done = self.call("decide", "-p", self.write(
                "compiled", self.compile()[1].stdout), text=text, code=2)
            self.assertIn("there is no request in it", done.stderr)

    def test_questions_are_read_strictly(self):
        for question in ({"originator": ACME}, self.question(operation="read"),
                         self.question(time="now"), self.question(country="N"),
                         self.question(ip="x"), self.question(more=1), []):
            self.assertEqual(self.decide(question, code=2), [], question)

    # ---- answer ----------------------------------------------------------

    def ask_das(self, code=0, asker="/plant-cse", now=NOW, words=(),
                **members):
        request = {"m2m:seci": {"sit": 1, "dreq": {
            "or": ACME, "op": 2, "trid": "cnt-energy",
            "olo": {"accc": ["NL"]}, **members}}}
        done = self.run_ppm("answer", "--cse", CSE, "--asker", asker, *words,
                            text=json.dumps(request), code=code, now=now)
        return json.loads(done.stdout)["m2m:seci"]["dres"]

    def test_grants_what_was_asked_for(self):
        self.accept()
        self.assertEqual(self.ask_das(), {"dai": {
            "gp": {"acr": [{"acor": [ACME], "acop": 2, "acco": [
                {"aclr": {"accc": ["BE", "NL"]}}], "acaf": True}]},
            "pl": "20261122T120100"}})
        self.assertEqual(
            self.ask_das(ppl="20261122T120030")["dai"]["pl"],
            "20261122T120030")
        self.assertEqual(self.ask_das(code=1, op=3), {})
        self.assertEqual(self.ask_das(code=1, asker="/other-cse"), {})
        self.assertEqual(self.ask_das(code=1, trid="cnt-presence"), {})
        self.assertEqual(self.ask_das(code=1, olo={"accc": ["US"]}), {})
        self.assertEqual(self.ask_das(code=1, ppl=NOW), {})
        self.withdraw()
        self.assertEqual(self.ask_das(code=1), {})

    def test_grants_are_logged_as_such(self):
        self.accept()
        log = self.path / "log"
        self.ask_das(words=("--access-log", str(log)))
        self.ask_das(code=1, op=1, words=("--access-log", str(log)))
        _, first, second = map(json.loads, log.read_text().splitlines())
        self.assertEqual((first["mode"], first["permitted"]),
                         ("granted", True))
        self.assertEqual(first["granted_until"], "20261122T120100")
        self.assertEqual((second["mode"], second["permitted"]),
                         ("decided", False))
        self.assertEqual(second["reason"], "operation")
        self.assertNotIn("granted_until", second)

    def test_what_is_no_request_is_refused(self):
        for text in ("", "{}", '{"m2m:seci":{"sit":2,"dres":{}}}'):
            self.run_ppm("answer", "--cse", CSE, "--asker", "/plant-cse",
                         text=text, code=2)

    def test_options(self):
        for verb in ("compile", "decide", "answer"):
            self.run_ppm(verb, code=2, text="")
            self.run_ppm(verb, "--cse", "plant", code=2, text="")


if __name__ == "__main__":
    POSTERN = sys.argv[1]
    unittest.main(argv=sys.argv[1:])
