#!/usr/bin/env python3
"""The postern command from outside: exit statuses, both output formats,
standard input, files that are broken. [ARC-05] [DRQ-01] [DRQ-02] [DRQ-03]

cli_test.py PATH-OF-POSTERN [unittest arguments]
"""

import json
import os
import pathlib
import re
import stat
import subprocess
import sys
import tempfile
import unittest

POSTERN = ""

POLICY = {
    "cse": {"spid": "//sp.example", "csi": "/plant-cse",
            "cb_ri": "cb0", "cb_rn": "base"},
    "resources": [
        {"m2m:acp": {
            "ri": "acpA", "rn": "readers", "pi": "cb0", "ty": 1,
            "pv": {"acr": [
                {"acor": ["Cpump7"], "acop": 2},
                {"acor": ["Cwindow"], "acop": 2,
                 "acco": [{"actw": ["* * 8-17 * * 1-5 *"]}]},
                {"acor": ["Cpart"], "acop": 2, "aca": ["lbl"]}]},
            "pvs": {"acr": [{"acor": ["Cadmin"], "acop": 63}]}}},
        {"ri": "cb0", "rn": "base", "ty": 5},
        {"ri": "cnt1", "rn": "data", "ty": 3, "pi": "cb0",
         "acpi": ["acpA", "gone"], "_creator": "Cpump7"},
        {"ri": "cnt2", "rn": "own", "ty": 3, "pi": "cb0",
         "_creator": "Cpump7"}]}

YAML_POLICY = """\
# who may read
cse:
  service provider: //sp.example
  cse id: /plant-cse
policies:
  - id: acpA
    privileges:
      - originators: Cpump7
        operations: [retrieve]
    self privileges:
      - originators: Cadmin
        operations: all
resources:
  - {ri: cnt1, ty: 3, acpi: [acpA]}
"""

PERMITTED = {"fr": "Cpump7", "to": "cnt1", "op": 2}
DENIED = {"fr": "Cother", "to": "cnt1", "op": 2}
VERBS = ["decide", "permitted", "who", "replay", "test", "check", "fmt",
         "convert", "token", "ppm", "help"]

# A plant with a team: Cfitter and Cforeman are members, /gone-cse is not known.
TEAM = {
    "cse": POLICY["cse"],
    "resources": [
        {"m2m:acp": {
            "ri": "acpT", "rn": "team-may", "pi": "cb0",
            "pv": {"acr": [
                {"acor": ["grp1", "Cguest"], "acop": 34},
                {"acor": ["Cboss"], "acop": 63, "acco": [
                    {"actw": ["* * 8-17 * * 1-5 *"]}]},
                {"acor": ["op@a.example"], "acop": 2},
                {"acor": ["//sp.example/plant-cse/C9*"], "acop": 1, "acod": [
                    {"chty": [4]}], "acaf": True}]},
            "pvs": {"acr": [{"acor": ["Cadmin"], "acop": 63}]}}},
        {"ri": "cb0", "rn": "base", "ty": 5},
        {"ri": "Cfitter", "rn": "fitter", "ty": 2, "pi": "cb0",
         "aei": "Cfitter", "_creator": "Cfitter"},
        {"ri": "Cforeman", "rn": "foreman", "ty": 2, "pi": "cb0",
         "aei": "Cforeman", "_creator": "Cforeman", "et": "20260601T000000"},
        {"ri": "grp1", "rn": "team", "ty": 9, "pi": "cb0",
         "mid": ["Cfitter", "base/foreman", "gone"], "_creator": "Cadmin"},
        {"ri": "hall", "rn": "hall", "ty": 3, "pi": "cb0", "acpi": ["acpT"],
         "lbl": ["place"], "_creator": "Cadmin"},
        {"ri": "press", "rn": "press", "ty": 3, "pi": "hall",
         "acpi": ["acpT"], "lbl": ["machine", "loud"], "_creator": "Cadmin"},
        {"ri": "reading", "ty": 4, "pi": "press"},
        {"ri": "lonely", "ty": 3, "_creator": "Cfitter"}]}
TEAM_ROLE = {"ri": "role1", "ty": 31, "rlid": "op@a.example",
             "tkis": "//sp.example/auth-cse", "tkhd": "Cfitter",
             "tknb": "20260101T000000", "tkna": "20261231T235959"}


def broken_policy():
    policy = json.loads(json.dumps(POLICY))
    rules = policy["resources"][0]["m2m:acp"]["pv"]["acr"]
    rules[0]["acop"] = 64
    rules[1]["acco"][0]["actw"] = ["* *"]
    return policy


def mmdb_value(value):
    """A value of the MaxMind DB format: text, map, or a number by its type."""
    if isinstance(value, str):
        return bytes([2 << 5 | len(value)]) + value.encode()
    if isinstance(value, dict):
        return bytes([7 << 5 | len(value)]) + b"".join(
            mmdb_value(name) + mmdb_value(entry)
            for name, entry in value.items())
    if isinstance(value, list):
        return bytes([len(value), 11 - 7]) + b"".join(map(mmdb_value, value))
    number, kind = value
    size = (number.bit_length() + 7) // 8
    head = [kind << 5 | size] if kind < 8 else [size, kind - 7]
    return bytes(head) + number.to_bytes(size, "big")


def country_db(first_byte, country):
    """A database that knows the country of one IPv4 /8."""
    uint16, uint32, uint64, nodes = 5, 6, 9, 8
    tree = b""
    for node in range(nodes):
        bit = first_byte >> (7 - node) & 1
        onward = node + 1 if node + 1 < nodes else nodes + 16
        for side in (0, 1):
            record = onward if side == bit else nodes
            tree += record.to_bytes(3, "big")
    about = {"binary_format_major_version": (2, uint16),
             "binary_format_minor_version": (0, uint16),
             "build_epoch": (1790000000, uint64),
             "database_type": "Test-Country", "description": {"en": "test"},
             "ip_version": (4, uint16), "languages": ["en"],
             "node_count": (nodes, uint32), "record_size": (24, uint16)}
    return (tree + bytes(16) +
            mmdb_value({"country": {"iso_code": country}}) +
            b"\xab\xcd\xefMaxMind.com" + mmdb_value(about))


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.policy = self.write("policy.json", POLICY)

    def write(self, name, content):
        path = self.folder / name
        if not isinstance(content, (str, bytes)):
            content = json.dumps(content)
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content)
        return str(path)

    def run_it(self, *words, stdin=b"", env=None):
        if isinstance(stdin, str):
            stdin = stdin.encode()
        done = subprocess.run([POSTERN, *words], input=stdin, timeout=60,
                              capture_output=True, check=False,
                              env={**os.environ, **(env or {})})
        for marker in (b"Sanitizer", b"runtime error:"):
            self.assertNotIn(marker, done.stderr)
        return done

    def expect(self, status, *words, stdin=b""):
        done = self.run_it(*words, stdin=stdin)
        self.assertEqual(done.returncode, status,
                         (words, done.stdout, done.stderr))
        return done

    def decide(self, status, request, *words):
        """Decides one request from standard input."""
        return self.expect(status, "decide", "-p", self.policy, *words,
                           stdin=json.dumps(request))

    def lines(self, done):
        return [json.loads(line) for line in done.stdout.splitlines()]


class CommandLine(Command):
    def test_every_verb_has_help(self):
        for verb in VERBS:
            by_option = self.expect(0, verb, "--help").stdout
            self.assertIn(b"usage: postern " + verb.encode(), by_option)
            self.assertEqual(self.expect(0, "help", verb).stdout, by_option)

    def test_help_lists_every_verb(self):
        for words in (["help"], ["--help"], ["-h"]):
            text = self.expect(0, *words).stdout.decode()
            for verb in VERBS:
                self.assertRegex(text, rf"(?m)^  {verb} +\w")

    def test_version_is_three_numbers(self):
        for word in ("--version", "-V"):
            self.assertRegex(self.expect(0, word).stdout,
                             rb"^postern \d+\.\d+\.\d+\n$")

    def test_misuse_is_one_line_with_a_hint(self):
        for words in ([], ["nope"], ["--nope"], ["help", "nope"],
                      ["help", "fmt", "convert"], ["decide"],
                      ["decide", "--nope"], ["decide", "-x"],
                      ["decide", "-p"], ["decide", "--format"],
                      ["decide", "-p", self.policy, "--format", "xml"],
                      ["decide", "-p", "-"], ["test"], ["test", "--nope"],
                      ["permitted"], ["permitted", "-p", self.policy],
                      ["permitted", "-p", self.policy, "--originator", "Cx"],
                      ["permitted", "-p", self.policy, "--originator", "Cx",
                       "--operation", "read"],
                      ["permitted", "-p", self.policy, "--originator", "Cx",
                       "--operation", "create"],
                      ["permitted", "-p", self.policy, "--originator", "Cx",
                       "--operation", "delete", "--child-type", "cnt"],
                      ["permitted", "-p", self.policy, "--originator", "C x",
                       "--operation", "delete"],
                      ["permitted", "-p", self.policy, "--originator", "Cx",
                       "--operation", "delete", "--under", "gone"],
                      ["permitted", "--type", "0"],
                      ["permitted", "--type", "kontainer"],
                      ["permitted", "--type", "65536"],
                      ["permitted", "--time", "noon"],
                      ["permitted", "--ip", "10.0.0.0/8"],
                      ["permitted", "--location", "91,0"],
                      ["permitted", "--location", "1,181"],
                      ["permitted", "--location", "1e1,2"],
                      ["permitted", "--location", "1"],
                      ["permitted", "--location", "NLD"],
                      ["who"], ["who", "-p", self.policy],
                      ["who", "-p", self.policy, "--resource", "cnt1"],
                      ["who", "-p", self.policy, "--resource", "gone",
                       "--operation", "delete"],
                      ["replay"], ["replay", "log"],
                      ["replay", "-p", self.policy],
                      ["replay", "-", "-p", "-"],
                      ["check"], ["check", "--now", "today", self.policy],
                      ["fmt", "-w", "-"], ["fmt", "-w", "--check", "x"],
                      ["convert", "--to", "xml"], ["convert", "a", "b"]):
            done = self.expect(2, *words)
            self.assertEqual(done.stdout, b"", words)
            self.assertRegex(done.stderr,
                             rb"^postern[^\n]*: [^\n]+ \(try 'postern[^\n]*"
                             rb"--help'\)\n$", words)

    def test_output_that_cannot_be_written_is_no_answer(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("there is no /dev/full")
        for words in (["help"], ["decide", "-p", self.policy],
                      ["decide", "-p", self.policy, "--format", "json"],
                      ["fmt", self.policy]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run(
                    [POSTERN, *words], stdout=full, stderr=subprocess.PIPE,
                    input=json.dumps(PERMITTED).encode(), timeout=60,
                    check=False)
            self.assertEqual(done.returncode, 2, words)

    def test_colour_only_on_a_terminal(self):
        done = self.run_it("decide", "-p", self.policy,
                           stdin=json.dumps(PERMITTED),
                           env={"TERM": "xterm"})
        self.assertNotIn(b"\033", done.stdout)

    @unittest.skipUnless(os.path.exists("/dev/ptmx") and
                         os.path.isdir("/dev/pts"), "no terminals here")
    def test_colour_on_a_terminal_unless_no_color_is_set(self):
        requests = self.write("r.jsonl", PERMITTED)
        for no_color, expected in (("", True), ("1", False)):
            master, slave = os.openpty()
            subprocess.run([POSTERN, "decide", "-p", self.policy, "-r",
                            requests], stdout=slave, timeout=60, check=True,
                           env={**os.environ, "TERM": "xterm",
                                "NO_COLOR": no_color})
            os.close(slave)
            self.assertEqual(b"\033[32m" in os.read(master, 4096), expected)
            os.close(master)


class Decide(Command):
    def test_exit_status_of_one_request(self):
        self.decide(0, PERMITTED)
        self.decide(1, DENIED)
        self.decide(1, {"fr": "Cpump7", "to": "cnt1", "op": 7})
        self.decide(1, {"fr": "Cpump7", "to": "nothing", "op": 2})

    def test_of_several_requests_the_exit_status_says_they_were_decided(self):
        text = json.dumps(DENIED) + "\n" + json.dumps(PERMITTED) + "\n"
        for stdin in (text, json.dumps(DENIED) + "\n" + json.dumps(DENIED)):
            done = self.expect(0, "decide", "-p", self.policy, stdin=stdin)
            self.assertEqual(len(done.stdout.splitlines()), 2)

    def test_text_is_a_line_for_people(self):
        self.assertEqual(
            self.decide(0, PERMITTED).stdout,
            b"permit 2000  Cpump7 retrieve cnt1  (acpA rule 0)\n")
        self.assertTrue(self.decide(1, DENIED).stdout.startswith(
            b"deny 4103  Cother retrieve cnt1  (no-rule: "))

    def test_json_is_one_object_a_line(self):
        self.assertEqual(
            self.lines(self.decide(0, PERMITTED, "--format", "json")),
            [{"decision": "permit", "rsc": 2000, "acp": "acpA", "rule": 0,
              "reason": "rule"}])
        self.assertEqual(
            self.lines(self.decide(1, DENIED, "--format=json")),
            [{"decision": "deny", "rsc": 4103, "reason": "no-rule"}])

    def test_json_of_a_decision_without_a_rule(self):
        request = {"fr": "Cpump7", "to": "cnt2", "op": 4}
        self.assertEqual(
            self.lines(self.decide(0, request, "--format", "json")),
            [{"decision": "permit", "rsc": 2002, "reason": "creator"}])

    def test_until_is_when_the_decision_changes(self):
        request = {"fr": "Cwindow", "to": "cnt1", "op": 2,
                   "rq_time": "20260317T102030"}
        told = self.decide(0, request, "--until").stdout
        self.assertTrue(told.endswith(b")\n    until 2026-03-17T18:00:00Z\n"))
        for status, time, until in ((0, "20260317T102030",
                                     "2026-03-17T18:00:00Z"),
                                    (1, "20260317T180000",
                                     "2026-03-18T08:00:00Z"),
                                    (1, "20260320T180000",
                                     "2026-03-23T08:00:00Z")):
            answer, = self.lines(self.decide(
                status, {**request, "rq_time": time}, "--until",
                "--format", "json"))
            self.assertEqual(answer["until"], until)
        self.assertNotIn(b"until", self.decide(0, request).stdout)

    def test_until_for_ever_is_null(self):
        answer, = self.lines(self.decide(0, PERMITTED, "--until",
                                         "--format", "json"))
        self.assertIsNone(answer["until"])
        self.assertTrue(self.decide(0, PERMITTED, "--until").stdout.endswith(
            b")\n    for ever\n"))

    def test_until_of_what_is_no_request_is_not_there(self):
        for request in ({"fr": "Cpump7", "op": 2}, {**PERMITTED, "extra": 1}):
            answer, = self.lines(self.decide(1, request, "--until",
                                             "--format", "json"))
            self.assertNotIn("until", answer)

    def test_malformed_requests_are_answers(self):
        text = "\n".join(json.dumps(request) for request in (
            {"fr": "Cpump7", "op": 2}, {"fr": "Cpump7", "to": "cnt1"}, [], 7,
            {**PERMITTED, "rq_ip": "here"}, {**PERMITTED, "extra": 1},
            PERMITTED))
        answers = self.lines(self.expect(
            0, "decide", "-p", self.policy, "--format", "json", stdin=text))
        self.assertEqual([answer["rsc"] for answer in answers],
                         [4000] * 6 + [2000])
        for answer, member in zip(answers, ["to", "op", "", "", "rq_ip",
                                            "extra"]):
            self.assertEqual(answer["decision"], "deny")
            self.assertIn(member, answer["message"])

    def test_explain_adds_every_rule_with_its_terms(self):
        for request, status in ((PERMITTED, 0), (DENIED, 1),
                                ({**PERMITTED, "fr": "Cwindow"}, 1)):
            plain, = self.lines(self.decide(status, request,
                                            "--format", "json"))
            told, = self.lines(self.decide(status, request, "--explain",
                                           "--format", "json"))
            for member in plain:
                self.assertEqual(plain[member], told[member])
            self.assertEqual(len(told["rules"]), 3)
            for number, rule in enumerate(told["rules"]):
                self.assertEqual(rule["acp"], "acpA")
                self.assertEqual(rule["rule"], number)
                self.assertEqual(rule["which"], "privileges")
                self.assertEqual(rule["op"], "retrieve")
                self.assertTrue(rule["why"])
                terms = ["authn", "origs", "ops", "ctxts", "objd"]
                self.assertEqual("attrs" in rule, number == 2)
                if number == 2:
                    terms.append("attrs")
                for term in ["result", *terms]:
                    self.assertIn(rule[term], (True, False, "unknown"))
                self.assertEqual(rule["result"] is True,
                                 all(rule[term] is True for term in terms))
                failed = [term for term in terms if rule[term] is not True]
                self.assertEqual(rule.get("failed"),
                                 failed[0] if failed else None)
            self.assertEqual(
                any(rule["result"] is True for rule in told["rules"]),
                told["decision"] == "permit")
            self.assertIn("gone", " ".join(told["notes"]))

    def test_a_fact_that_is_missing_is_unknown(self):
        request = {"fr": "Cwindow", "to": "cnt1", "op": 2}
        told, = self.lines(self.decide(1, request, "-e", "--format", "json"))
        self.assertEqual(told["rules"][1]["ctxts"], "unknown")
        self.assertEqual(told["rules"][1]["failed"], "ctxts")
        request["rq_time"] = "20260317T102030"
        told, = self.lines(self.decide(0, request, "-e", "--format", "json"))
        self.assertIs(told["rules"][1]["ctxts"], True)

    def test_explain_in_text_is_a_line_for_each_rule(self):
        done = self.decide(0, PERMITTED, "--explain").stdout.decode()
        self.assertRegex(done, r"(?m)^    true    acpA privileges rule 0, "
                               r"retrieve: \w.* \[authn true, origs true, "
                               r"ops true, ctxts true, objd true\]$")
        self.assertRegex(done, r'(?m)^    note: policy link "gone" ')

    def test_self_privileges_are_named(self):
        request = {"fr": "Cadmin", "to": "acpA", "op": 4}
        told, = self.lines(self.decide(0, request, "-e", "--format", "json"))
        self.assertEqual(told["rules"][0]["which"], "selfPrivileges")
        self.assertEqual(told["rsc"], 2002)

    def test_policies_are_files_and_folders_and_count_as_one(self):
        acps = {"cse": POLICY["cse"], "resources": POLICY["resources"][:1]}
        tree = {"resources": POLICY["resources"][1:]}
        folder = self.folder / "both"
        folder.mkdir()
        first = self.write("both/1.json", acps)
        second = self.write("both/2.json", tree)
        request = json.dumps(PERMITTED)
        self.expect(0, "decide", "-p", str(folder), stdin=request)
        self.expect(0, "decide", "-p", first, second, stdin=request)
        self.expect(0, "decide", "-p", first, "-p", second, stdin=request)
        self.expect(1, "decide", "-p", first, stdin=request)
        self.expect(2, "decide", "-p", second, stdin=request)

    def test_policy_or_requests_on_standard_input(self):
        requests = self.write("r.jsonl", PERMITTED)
        self.expect(0, "decide", "-p", "-", "-r", requests,
                    stdin=json.dumps(POLICY))
        self.expect(0, "decide", "-p", "-", "-r", requests, stdin=YAML_POLICY)
        self.expect(0, "decide", "-p", self.policy, "-r", "-",
                    stdin=json.dumps(PERMITTED))
        self.expect(2, "decide", "-p", "-", "-p", self.policy, "-r", requests,
                    stdin=json.dumps(POLICY))

    def test_one_object_may_stand_on_several_lines(self):
        text = json.dumps(PERMITTED, indent=2)
        self.expect(0, "decide", "-p", self.policy, stdin=text)

    def test_blank_lines_and_carriage_returns_do_not_count(self):
        text = "\r\n\n" + json.dumps(DENIED) + "\r\n  \n"
        self.expect(1, "decide", "-p", self.policy, stdin=text)

    def test_requests_that_are_not_json_are_unusable_as_a_whole(self):
        for text, line in (('{"fr":"C\n', 1), ("nonsense", 1),
                           (json.dumps(PERMITTED) + '\n\n{"fr":\n', 3),
                           (json.dumps(PERMITTED) + "\n{}{}\n", 2),
                           (json.dumps(PERMITTED) + "\n\x00\n", 2),
                           ('{"op":2,"op":2,"to":"cnt1"}', 1)):
            path = self.write("r.jsonl", text)
            done = self.expect(2, "decide", "-p", self.policy, "-r", path)
            self.assertEqual(done.stdout, b"", text)
            self.assertRegex(done.stderr.decode(),
                             rf"^{path}:{line}:\d+: error: .+\n$")
        path = self.write("r.jsonl", b'{"fr":"\xff"}')
        self.expect(2, "decide", "-p", self.policy, "-r", path)

    def test_no_request_is_no_permit(self):
        for text in ("", "\n\n"):
            done = self.expect(2, "decide", "-p", self.policy, stdin=text)
            self.assertIn(b"-: error: ", done.stderr)

    def test_files_that_cannot_be_read(self):
        missing = str(self.folder / "missing")
        done = self.expect(2, "decide", "-p", missing)
        self.assertEqual(done.stderr.decode().count("\n"), 1)
        self.assertTrue(done.stderr.decode().startswith(missing + ": error: "))
        self.expect(2, "decide", "-p", self.policy, "-r", missing)
        self.expect(2, "decide", "-p", self.policy, "-r", str(self.folder))

    def test_policies_are_loaded_before_anything_is_decided(self):
        bad = self.write("bad.json", broken_policy())
        done = self.expect(2, "decide", "-p", bad,
                           stdin=json.dumps(PERMITTED))
        self.assertEqual(done.stdout, b"")
        self.assertRegex(done.stderr.decode(), rf"^{bad}:1:\d+: error: .+\n$")

    def test_lenient_makes_defective_rules_false(self):
        bad = self.write("bad.json", broken_policy())
        done = self.expect(1, "decide", "--lenient", "-p", bad,
                           stdin=json.dumps(PERMITTED))
        self.assertIn(b": warning: ", done.stderr)
        request = {"fr": "Cadmin", "to": "acpA", "op": 2}
        self.expect(0, "decide", "--lenient", "-p", bad,
                    stdin=json.dumps(request))

    def test_options_choose_another_reading(self):
        policy = self.write("p.json", {
            "cse": POLICY["cse"],
            "resources": POLICY["resources"][:2] + [
                {"ri": "cnt1", "ty": 3, "pi": "cb0", "acpi": ["acpA"]},
                {"ri": "cnt3", "ty": 3, "pi": "cnt1", "_creator": "Cx"}]})
        request = json.dumps({"fr": "Cpump7", "to": "cnt3", "op": 2})
        self.expect(1, "decide", "-p", policy, stdin=request)
        self.expect(0, "decide", "--inherit-parent", "-p", policy,
                    stdin=request)
        self.expect(1, "decide", "--specialization-of-target", "-p", policy,
                    stdin=request)

    def test_nothing_from_outside_reaches_the_terminal_raw(self):
        request = {"fr": "C\x1b[31m\x07", "to": "cnt1\u202e\u0085\n", "op": 2,
                   "rids": ["\x1b]0;title\x07"]}
        for words in ([], ["-e"]):
            out = self.decide(1, request, *words).stdout.decode()
            self.assertEqual([c for c in out if not c.isprintable()
                              and c != "\n"], [])
            self.assertEqual(out.count("\n"), len(out.splitlines()))
        name = str(self.folder / "\x1b[2J.json")
        done = self.expect(2, "decide", "-p", name)
        self.assertNotIn(b"\x1b", done.stderr)

    def test_json_output_escapes_what_it_quotes(self):
        request = {"fr": "Cother", "to": "cnt1", "op": 2,
                   "rids": ['q"\\\x01\u20ac@x']}
        told, = self.lines(self.decide(1, request, "-e", "--format", "json"))
        self.assertTrue(any("role" in note for note in told["notes"]))


    def test_resources_of_a_file_are_added(self):
        more = self.write("more.jsonl", "\n".join(json.dumps(resource) for
                          resource in (
                              {"m2m:cnt": {"ri": "cnt8", "rn": "eight",
                                           "pi": "cnt1", "acpi": ["acpA"]}},
                              {"ri": "cnt9", "ty": 3, "pi": "cnt8",
                               "_creator": "Cpump7"})))
        for target, status in (("cnt8", 0), ("base/data/eight", 0),
                               ("cnt9", 0), ("cnt7", 1)):
            self.decide(status, {**PERMITTED, "to": target}, "--resources",
                        more)
        self.decide(1, {**PERMITTED, "to": "cnt8"})
        lost = self.write("lost.jsonl", "\n" + json.dumps(
            {"ri": "cnt8", "ty": 3, "pi": "nobody"}))
        done = self.decide(2, PERMITTED, "--resources", lost)
        self.assertEqual(done.stdout, b"")
        self.assertRegex(done.stderr.decode(),
                         rf'^{lost}:2:\d+: error: .*"nobody".*\n$')
        self.decide(2, PERMITTED, "--resources",
                    str(self.folder / "missing"))

    def test_resources_of_a_file_may_be_policies(self):
        acp = json.loads(json.dumps(POLICY["resources"][0]))
        acp["m2m:acp"]["ri"] = "acpZ"
        acp["m2m:acp"]["rn"] = "late"
        more = self.write("more.jsonl", json.dumps(acp) + "\n" + json.dumps(
            {"ri": "cnt8", "ty": 3, "pi": "cb0", "acpi": ["acpZ"]}) + "\n")
        told, = self.lines(self.decide(
            0, {**PERMITTED, "to": "cnt8"}, "--resources", more, "-e",
            "--format", "json"))
        self.assertEqual((told["acp"], told["rule"]), ("acpZ", 0))
        acp["m2m:acp"]["pv"]["acr"][0]["acop"] = 64
        bad = self.write("bad.jsonl", json.dumps(acp))
        done = self.decide(2, PERMITTED, "--resources", bad)
        self.assertRegex(done.stderr.decode(), rf"^{bad}:1:\d+: error: ")
        done = self.decide(0, PERMITTED, "--resources", bad, "--lenient")
        self.assertRegex(done.stderr.decode(), rf"^{bad}:1:\d+: warning: ")

    def test_what_does_not_hang_together_is_refused_with_its_place(self):
        for resource, word in (
                ({"ri": "x", "ty": 3, "pi": "gone"}, "parent"),
                ({"ri": "x", "ty": 3, "pi": "x"}, "circle"),
                ({"ri": "x", "rn": "data", "ty": 3, "pi": "cb0"}, "name"),
                ({"ri": "x", "ty": 5}, "CSEBase")):
            policy = self.write("p.json", {
                "cse": POLICY["cse"],
                "resources": POLICY["resources"] + [resource]})
            done = self.expect(2, "decide", "-p", policy,
                               stdin=json.dumps(PERMITTED))
            self.assertEqual(done.stdout, b"")
            self.assertRegex(done.stderr.decode(),
                             rf"^{policy}:1:\d+: error: .*{word}.*\n$")

    def test_a_policy_need_not_say_what_its_base_is(self):
        cse = {"spid": "//sp.example", "csi": "/plant-cse"}
        acp = {"m2m:acp": {**POLICY["resources"][0]["m2m:acp"]}}
        del acp["m2m:acp"]["pi"]
        policy = {"cse": cse, "resources": [
            acp, {"ri": "cnt1", "ty": 3, "acpi": ["acpA"]}]}
        path = self.write("p.json", policy)
        self.expect(0, "decide", "-p", path, stdin=json.dumps(PERMITTED))
        policy["resources"][1]["pi"] = "cb0"
        path = self.write("p.json", policy)
        done = self.expect(2, "decide", "-p", path,
                           stdin=json.dumps(PERMITTED))
        self.assertIn(b"cb_ri", done.stderr)

    def test_the_country_of_an_address_is_looked_up(self):
        policy = json.loads(json.dumps(POLICY))
        rules = policy["resources"][0]["m2m:acp"]["pv"]["acr"]
        rules[0]["acco"] = [{"aclr": {"accc": ["NL"]}}]
        policy = self.write("p.json", policy)
        db = self.write("c.mmdb", country_db(10, "NL"))
        other = self.write("d.mmdb", country_db(10, "BE"))
        words = ["decide", "-p", policy]
        for address, path, status in (("10.1.2.3", db, 0),
                                      ("11.1.2.3", db, 1),
                                      ("10.1.2.3", other, 1)):
            request = json.dumps({**PERMITTED, "rq_ip": address})
            self.expect(status, *words, "--country-db", path, stdin=request)
            self.expect(1, *words, stdin=request)
        who = ["permitted", "-p", policy, "--originator", "Cpump7",
               "--operation", "retrieve", "--type", "cnt", "--under", "cnt1"]
        self.expect(0, *who, "--ip", "10.1.2.3", "--country-db", db)
        self.expect(1, *who, "--ip", "10.1.2.3", "--country-db", other)
        log = str(self.folder / "log")
        self.expect(0, *words, "--country-db", db, "--log", log,
                    stdin=json.dumps({**PERMITTED, "rq_ip": "10.1.2.3"}))
        self.expect(0, "replay", log, "-p", policy, "--country-db", db)
        self.expect(1, "replay", log, "-p", policy, "--country-db", other)

    def test_a_country_database_that_is_none_knows_no_country(self):
        policy = json.loads(json.dumps(POLICY))
        rules = policy["resources"][0]["m2m:acp"]["pv"]["acr"]
        rules[0]["acco"] = [{"aclr": {"accc": ["NL"]}}]
        policy = self.write("p.json", policy)
        request = json.dumps({**PERMITTED, "rq_ip": "10.1.2.3"})
        for path in (self.write("no.mmdb", "nonsense"),
                     str(self.folder / "missing")):
            done = self.decide(0, PERMITTED, "--country-db", path)
            self.assertRegex(done.stderr.decode(),
                             rf"^{path}: warning: [^\n]* is not known\n$")
            done = self.expect(0, "decide", "-p", policy, "--country-db", path,
                               stdin=f"{request}\n{request}\n")
            self.assertEqual(done.stdout.count(b"deny 4103"), 2)
            self.assertEqual(done.stderr.count(b"warning"), 1)

    def test_new_members_of_requests(self):
        for more in ({"rq_loc": {"cc": "NL", "source": "network",
                                 "observed": "20260317T102030"}},
                     {"sa": {"kind": "none", "trust": "trusted"}},
                     {"sa": {"kind": "ae", "id": "Cpump7",
                             "credential": "12-77", "trust": "session",
                             "expires": "20260317T102030"}},
                     {"min_revision": 1}):
            told, = self.lines(self.run_it(
                "decide", "-p", self.policy, "--format", "json",
                stdin=json.dumps({**PERMITTED, **more})))
            self.assertNotEqual(told["reason"], "malformed", more)
        self.decide(0, {**PERMITTED, "min_revision": 2})
        self.decide(1, {**PERMITTED, "min_revision": 3})


class Log(Command):
    """postern decide --log, postern replay."""

    def setUp(self):
        super().setUp()
        self.log = str(self.folder / "decisions.log")
        self.changed = json.loads(json.dumps(POLICY))
        rules = self.changed["resources"][0]["m2m:acp"]["pv"]["acr"]
        rules[0]["acor"] = ["Cother"]
        self.changed = self.write("changed.json", self.changed)

    def record(self, *requests, status=0, words=()):
        text = "\n".join(json.dumps(request) for request in requests)
        return self.expect(status, "decide", "-p", self.policy, "--log",
                           self.log, *words, stdin=text)

    def logged(self):
        text = pathlib.Path(self.log).read_text("utf-8")
        self.assertTrue(text.endswith("\n"))
        return [json.loads(line) for line in text.splitlines()]

    def test_every_decision_is_a_line(self):
        self.record(PERMITTED, DENIED,
                    {**PERMITTED, "rq_time": "20260317T102030",
                     "rq_ip": "2001:db8::1", "rids": ["a@b.example"],
                     "rq_loc": {"lat": 52.5, "lon": -1, "source": "device"},
                     "sa": {"kind": "ae", "id": "Cpump7"}})
        first, second, third = self.logged()
        self.assertEqual(
            {name: first[name] for name in PERMITTED}, PERMITTED)
        self.assertEqual(
            [first[name] for name in ("decision", "rsc", "reason", "acp",
                                      "rule", "authn", "revision")],
            ["permit", 2000, "rule", "acpA", 0, "none", 2])
        self.assertEqual((second["decision"], second["rsc"]), ("deny", 4103))
        self.assertNotIn("acp", second)
        self.assertEqual(third["rq_loc"],
                         {"lat": 52.5, "lon": -1, "source": "device"})
        self.assertEqual(third["sa"], {"kind": "ae", "id": "Cpump7"})
        self.assertEqual(third["authn"], "session")

    def test_a_log_is_appended_to(self):
        self.record(PERMITTED)
        self.record(DENIED, status=1)
        self.assertEqual([line["decision"] for line in self.logged()],
                         ["permit", "deny"])

    def test_malformed_requests_are_recorded_and_tokens_are_not(self):
        self.record({**PERMITTED, "rq_ip": "here"}, 7,
                    {**PERMITTED, "tkns": ["secret.to.all"]})
        lines = self.logged()
        self.assertEqual([line["reason"] for line in lines],
                         ["malformed", "malformed", "token-not-dynauthjwt"])
        self.assertEqual(lines[2]["tkns"], ["-"])
        self.assertEqual(lines[2]["refusal"], "not-dynauthjwt")
        self.assertEqual(lines[0]["fr"], "Cpump7")
        self.assertNotIn("secret", pathlib.Path(self.log).read_text("utf-8"))

    def test_requests_with_tokens_cannot_be_repeated(self):
        self.record(PERMITTED, {**PERMITTED, "tkns": ["x"]},
                    {**PERMITTED, "ltids": ["t1"]})
        done = self.expect(0, "replay", self.log, "-p", self.policy)
        self.assertEqual(done.stdout, b"1 decisions, 0 change, "
                         b"2 cannot be repeated\n")

    def test_the_answer_is_the_same_with_a_log(self):
        plain = self.expect(0, "decide", "-p", self.policy,
                            stdin=json.dumps(PERMITTED))
        self.assertEqual(self.record(PERMITTED).stdout, plain.stdout)

    def test_what_cannot_be_recorded_is_not_answered(self):
        self.log = str(self.folder / "no" / "folder")
        self.assertEqual(self.record(PERMITTED, status=2).stdout, b"")
        if os.path.exists("/dev/full"):
            self.log = "/dev/full"
            self.assertEqual(self.record(PERMITTED, status=2).stdout, b"")

    def test_the_same_policies_change_nothing(self):
        self.record(PERMITTED, DENIED, {**PERMITTED, "to": "gone"})
        done = self.expect(0, "replay", self.log, "-p", self.policy)
        self.assertEqual(done.stdout, b"3 decisions, 0 change\n")

    def test_what_changes_is_told_with_its_line(self):
        self.record(PERMITTED, {**PERMITTED, "to": "gone"}, DENIED)
        done = self.expect(1, "replay", self.log, "-p", self.changed)
        first, second, last = done.stdout.decode().splitlines()
        self.assertTrue(first.startswith(
            f"{self.log}:1: Cpump7 retrieve cnt1: permit 2000 (acpA rule 0) "
            "-> deny 4103 (no-rule: "), first)
        self.assertEqual(
            second, f"{self.log}:3: Cother retrieve cnt1: deny 4103 (no-rule) "
            "-> permit 2000 (acpA rule 0)")
        self.assertEqual(last, "3 decisions, 2 change")

    def test_changes_as_json(self):
        self.record(DENIED, status=1)
        done = self.expect(1, "replay", self.log, "-p", self.changed,
                           "--format", "json")
        change, last = self.lines(done)
        self.assertEqual(change, {
            "line": 1, "fr": "Cother", "to": "cnt1", "operation": "retrieve",
            "was": {"decision": "deny", "rsc": 4103, "reason": "no-rule"},
            "is": {"decision": "permit", "rsc": 2000, "acp": "acpA",
                   "rule": 0, "reason": "rule"}})
        self.assertEqual(last, {"decisions": 1, "change": 1, "left_out": 0})

    def test_another_code_is_a_change(self):
        self.record({**PERMITTED, "to": "cnt2", "op": 4})
        gone = json.loads(json.dumps(POLICY))
        del gone["resources"][3]
        done = self.expect(1, "replay", self.log, "-p",
                           self.write("gone.json", gone))
        self.assertIn(b"permit 2002 (creator) -> deny 4004 (not-found: ",
                      done.stdout)

    def test_what_is_not_in_the_log_cannot_be_repeated(self):
        content = {"pvs": {"acr": [{"acor": ["Ca"], "acop": 63}]}}
        self.record({**PERMITTED, "rq_ip": "here"},
                    {"fr": "Cpump7", "to": "cnt2", "op": 1, "ty": 1,
                     "content": {"pvs": None}},
                    {"fr": "Cpump7", "to": "cnt2", "op": 1, "ty": 1,
                     "content": content},
                    {**PERMITTED, "min_revision": 99},
                    {**PERMITTED, "min_revision": 2})
        self.assertEqual([line["rsc"] for line in self.logged()],
                         [4000, 4000, 2001, 5000, 2000])
        done = self.expect(0, "replay", self.log, "-p", self.policy)
        self.assertEqual(done.stdout,
                         b"2 decisions, 0 change, 3 cannot be repeated\n")

    def test_a_torn_last_line_is_named_and_left_out(self):
        self.record(PERMITTED, PERMITTED)
        whole = pathlib.Path(self.log).read_bytes()
        for cut in (1, 2, 40):
            torn = self.write("torn.log", whole[:-cut])
            done = self.expect(0, "replay", torn, "-p", self.policy)
            if cut == 1:  # only the end of the line is missing
                self.assertEqual(done.stdout, b"2 decisions, 0 change\n")
                continue
            self.assertEqual(done.stdout, b"1 decisions, 0 change\n")
            self.assertRegex(done.stderr.decode(),
                             rf"^{torn}:2:1: warning: .*torn.*\n$")

    def test_a_log_that_is_none_is_unusable(self):
        self.record(PERMITTED)
        line = pathlib.Path(self.log).read_text("utf-8")
        for text, number in ((line + "{\n" + line, 2), ("nonsense\n", 1),
                             (line + "\n[]\n", 3),
                             (json.dumps(PERMITTED) + "\n", 1),
                             ('{"decision":"maybe","rsc":2000,'
                              '"reason":"rule"}\n', 1)):
            path = self.write("bad.log", text)
            done = self.expect(2, "replay", path, "-p", self.policy)
            self.assertRegex(done.stderr.decode(),
                             rf"^{path}:{number}:\d+: error: .+\n$")
            self.assertNotIn(b"decisions", done.stdout)
        self.expect(2, "replay", str(self.folder / "missing"), "-p",
                    self.policy)
        self.expect(2, "replay", self.log, "-p", "missing")

    def test_an_empty_log_holds_no_decision(self):
        path = self.write("empty.log", "\n\n")
        done = self.expect(0, "replay", path, "-p", self.policy)
        self.assertEqual(done.stdout, b"0 decisions, 0 change\n")

    def test_a_log_from_standard_input_and_several_policies(self):
        self.record(PERMITTED)
        acps = self.write("1.json", {"cse": POLICY["cse"],
                                     "resources": POLICY["resources"][:1]})
        tree = self.write("2.json", {"resources": POLICY["resources"][1:]})
        self.expect(0, "replay", "-", "-p", acps, tree,
                    stdin=pathlib.Path(self.log).read_bytes())
        more = self.write("more.jsonl", "\n".join(
            json.dumps(resource) for resource in POLICY["resources"][2:]))
        base = self.write("3.json", {"cse": POLICY["cse"],
                                     "resources": POLICY["resources"][:2]})
        self.expect(0, "replay", self.log, "-p", base, "--resources", more)
        self.expect(1, "replay", self.log, "-p", base)


class Permitted(Command):
    def setUp(self):
        super().setUp()
        self.team = self.write("team.json", {
            **TEAM, "trust": {"role_issuers": ["//sp.example/auth-cse"]}})

    def ask(self, status, who, operation, *words):
        done = self.expect(status, "permitted", "-p", self.team,
                           "--originator", who, "--operation", operation,
                           "--format", "json", *words)
        return [line["resource"] for line in self.lines(done)]

    def test_lists_what_is_permitted_with_address_and_rule(self):
        done = self.expect(0, "permitted", "-p", self.team, "--originator",
                           "Cguest", "--operation", "retrieve")
        self.assertEqual(done.stdout.decode().splitlines(), [
            "hall  base/hall  (acpT rule 0)",
            "press  base/hall/press  (acpT rule 0)",
            "reading  (acpT rule 0)"])

    def test_as_json(self):
        done = self.expect(0, "permitted", "-p", self.team, "--originator",
                           "Cfitter", "--operation", "delete",
                           "--format", "json")
        self.assertEqual(sorted(self.lines(done),
                                key=lambda line: line["resource"]),
                         [{"resource": "Cfitter", "address": "base/fitter",
                           "type": 2, "reason": "creator"},
                          {"resource": "lonely", "type": 3,
                           "reason": "creator"}])
        done = self.expect(0, "permitted", "-p", self.team, "--originator",
                           "Cadmin", "--operation", "delete", "--type", "acp",
                           "--format", "json")
        self.assertEqual(self.lines(done), [
            {"resource": "acpT", "address": "base/team-may", "type": 1,
             "acp": "acpT", "rule": 0, "which": "selfPrivileges",
             "reason": "rule"}])

    def test_agrees_with_decide(self):
        targets = ["acpT", "cb0", "Cfitter", "Cforeman", "grp1", "hall",
                   "press", "reading", "lonely"]
        for who in ("Cfitter", "Cguest", "Cboss", "Cadmin", "Cnobody"):
            for word, number, usage in (("retrieve", 2, None),
                                        ("update", 3, None),
                                        ("delete", 4, None),
                                        ("discover", 2, 1)):
                requests = [{"fr": who, "to": target, "op": number,
                             "rq_time": "20260317T102030",
                             **({"fc": {"fu": usage}} if usage else {})}
                            for target in targets]
                answers = self.lines(self.expect(
                    0, "decide", "-p", self.team, "--format", "json",
                    stdin="\n".join(map(json.dumps, requests))))
                expected = [target for target, answer in zip(targets, answers)
                            if answer["decision"] == "permit"]
                self.assertEqual(
                    sorted(self.ask(0 if expected else 1, who, word,
                                    "--time", "20260317T102030")),
                    sorted(expected), (who, word))

    def test_conditions_hold_for_what_is_told(self):
        self.assertEqual(self.ask(1, "Cboss", "update"), [])
        self.assertEqual(self.ask(0, "Cboss", "update", "--time",
                                  "20260317T102030"), ["hall", "press",
                                                       "reading"])
        self.assertEqual(self.ask(1, "Cboss", "update", "--time",
                                  "20260317T202030"), [])
        self.assertEqual(self.ask(1, "C98", "create", "--child-type", "4"), [])
        self.assertEqual(
            self.ask(0, "C98", "create", "--child-type", "cin",
                     "--authenticated"), ["hall", "press", "reading"])
        self.assertEqual(self.ask(1, "C98", "create", "--child-type", "cnt",
                                  "--authenticated"), [])

    def test_roles_are_presented(self):
        more = self.write("more.jsonl", json.dumps(TEAM_ROLE))
        policy = json.loads(pathlib.Path(self.team).read_text("utf-8"))
        policy["resources"][4]["mid"] = []  # no team
        self.team = self.write("alone.json", policy)
        words = ["--resources", more, "--time", "20260317T102030",
                 "--under", "hall"]
        self.assertEqual(self.ask(1, "Cfitter", "retrieve", *words), [])
        self.assertEqual(
            self.ask(0, "Cfitter", "retrieve", *words, "--role",
                     "other@a.example", "--role", "op@a.example"),
            ["hall", "press", "reading"])
        self.assertEqual(self.ask(1, "Cguest2", "retrieve", *words, "--role",
                                  "op@a.example"), [])

    def test_lists_are_narrowed(self):
        self.assertEqual(self.ask(0, "Cguest", "retrieve", "--under",
                                  "base/hall/press"), ["press", "reading"])
        self.assertEqual(self.ask(0, "Cguest", "retrieve", "--type", "4"),
                         ["reading"])
        self.assertEqual(self.ask(0, "Cguest", "retrieve", "--type",
                                  "container"), ["hall", "press"])
        self.assertEqual(self.ask(0, "Cguest", "retrieve", "--label", "loud"),
                         ["press"])
        self.assertEqual(self.ask(1, "Cguest", "retrieve", "--label", "l"), [])

    def test_places(self):
        policy = json.loads(pathlib.Path(self.team).read_text("utf-8"))
        rules = policy["resources"][0]["m2m:acp"]["pv"]["acr"]
        rules[:] = [
            {"acor": ["Chere"], "acop": 2, "acco": [
                {"aclr": {"accr": [52.0, 5.0, 1000.0]}}]},
            {"acor": ["Cland"], "acop": 2, "acco": [
                {"aclr": {"accc": ["NL"]}}]},
            {"acor": ["Cnet"], "acop": 2, "acco": [
                {"acip": {"ipv4": ["10.1.0.0/16"]}}]}]
        self.team = self.write("places.json", policy)
        for who, words, status in (
                ("Chere", ["--location", "52.0,5.0"], 0),
                ("Chere", ["--location", "+52.001,5"], 0),
                ("Chere", ["--location", "-52.0,5.0"], 1),
                ("Cland", ["--location", "nl"], 0),
                ("Cland", ["--location", "BE"], 1),
                ("Cnet", ["--ip", "10.1.2.3"], 0),
                ("Cnet", ["--ip", "10.2.2.3"], 1), ("Cnet", [], 1)):
            self.ask(status, who, "retrieve", *words)

    def test_options_choose_another_reading(self):
        policy = json.loads(pathlib.Path(self.team).read_text("utf-8"))
        del policy["resources"][6]["acpi"]
        self.team = self.write("inherit.json", policy)
        self.assertEqual(self.ask(0, "Cguest", "retrieve"), ["hall"])
        self.assertEqual(self.ask(0, "Cguest", "retrieve", "--inherit-parent"),
                         ["hall", "press", "reading"])

    def test_policies_that_cannot_be_used(self):
        bad = self.write("bad.json", broken_policy())
        words = ["permitted", "-p", bad, "--originator", "Cx", "--operation",
                 "retrieve"]
        done = self.expect(2, *words)
        self.assertRegex(done.stderr.decode(), rf"^{bad}:1:\d+: error: ")
        self.expect(1, *words, "--lenient")


class Who(Command):
    def setUp(self):
        super().setUp()
        self.team = self.write("team.json", TEAM)

    def ask(self, status, resource, operation, *words):
        return self.expect(status, "who", "-p", self.team, "--resource",
                           resource, "--operation", operation, *words)

    def test_lists_originators_with_rule_and_conditions(self):
        text = self.ask(0, "press", "retrieve").stdout.decode()
        self.assertEqual(text.splitlines(), [
            "//sp.example/plant-cse/grp1  (acpT rule 0, group)",
            "    //sp.example/plant-cse/Cfitter",
            "    //sp.example/plant-cse/Cforeman",
            "    (1 that is not known here)",
            "//sp.example/plant-cse/Cguest  (acpT rule 0, entity)",
            "//sp.example/plant-cse/Cboss  (acpT rule 1, entity; in some "
            "contexts)",
            "op@a.example  (acpT rule 2, role)"])
        text = self.ask(0, "base/hall", "create").stdout.decode()
        self.assertEqual(text.splitlines(), [
            "//sp.example/plant-cse/Cboss  (acpT rule 1, entity; in some "
            "contexts)",
            "//sp.example/plant-cse/C9*  (acpT rule 3, pattern; when "
            "authenticated, for some types)"])

    def test_as_json(self):
        lines = self.lines(self.ask(0, "press", "discover", "--format",
                                    "json"))
        self.assertEqual(lines[0], {
            "originator": "//sp.example/plant-cse/grp1", "kind": "group",
            "acp": "acpT", "rule": 0, "which": "privileges", "conditions": [],
            "members": ["//sp.example/plant-cse/Cfitter",
                        "//sp.example/plant-cse/Cforeman"]})
        self.assertEqual(lines[-1]["conditions"], ["contexts"])
        self.assertNotIn("members", lines[-1])

    def test_self_privileges_and_the_default_policy(self):
        self.assertEqual(
            self.ask(0, "acpT", "delete").stdout,
            b"//sp.example/plant-cse/Cadmin  (acpT rule 0 of the "
            b"self-privileges, entity)\n")
        self.assertEqual(self.ask(0, "lonely", "delete").stdout,
                         b"//sp.example/plant-cse/Cfitter  (creator)\n")
        line, = self.lines(self.ask(0, "lonely", "delete", "--format",
                                    "json"))
        self.assertEqual(line["kind"], "creator")
        self.assertNotIn("acp", line)

    def test_members_and_policies_that_are_over_are_left_out(self):
        text = self.ask(0, "press", "retrieve", "--time",
                        "20260701T000000").stdout.decode()
        self.assertNotIn("Cforeman", text)
        self.assertIn("(2 that are not known here)", text)
        policy = json.loads(json.dumps(TEAM))
        policy["resources"][0]["m2m:acp"]["et"] = "20260601T000000"
        self.team = self.write("over.json", policy)
        self.ask(0, "press", "retrieve", "--time", "20260501T000000")
        self.ask(1, "press", "retrieve", "--time", "20260601T000000")

    def test_nobody_may(self):
        policy = json.loads(json.dumps(TEAM))
        policy["resources"][0]["m2m:acp"]["pv"]["acr"] = []
        self.team = self.write("none.json", policy)
        self.assertEqual(self.ask(1, "hall", "retrieve").stdout, b"")

    def test_resources_of_a_file_are_seen(self):
        more = self.write("more.jsonl", json.dumps(
            {"ri": "belt", "rn": "belt", "ty": 3, "pi": "hall",
             "_creator": "Cfitter"}))
        self.ask(2, "belt", "delete")
        self.assertIn(b"Cfitter", self.ask(0, "base/hall/belt", "delete",
                                           "--resources", more).stdout)


class Test(Command):
    def case(self, **members):
        return {"name": "one", "cse": POLICY["cse"], "why": "because",
                "policy_resources": POLICY["resources"][:1],
                "resource_tree": POLICY["resources"][1:],
                "request": PERMITTED, "expect": "permit", **members}

    def run_cases(self, status, cases, *words):
        return self.expect(status, "test", *words,
                           self.write("cases.json", cases))

    def test_all_pass(self):
        for cases in ([self.case()], {"cases": [self.case()]},
                      [self.case(rsc=2000)]):
            done = self.run_cases(0, cases)
            self.assertEqual(done.stdout, b"1 passed, 0 failed\n")

    def test_what_differs_is_printed(self):
        done = self.run_cases(1, [self.case(expect="deny", rsc=4103),
                                  self.case(name="two")])
        self.assertRegex(done.stdout.decode(),
                         r"^FAIL one: expected deny 4103, got permit 2000 "
                         r"\(rule: .*\)\n     why: because\n"
                         r"1 passed, 1 failed\n$")

    def test_the_code_counts_where_it_is_told(self):
        self.run_cases(1, [self.case(rsc=2001)])
        self.run_cases(1, [self.case(request=DENIED, expect="deny",
                                     rsc=4000)])
        self.run_cases(0, [self.case(request=DENIED, expect="deny")])

    def test_requests_have_their_own_expectations(self):
        case = self.case(requests=[{**PERMITTED, "expect": "permit"},
                                   {**DENIED, "expect": "deny", "rsc": 4103},
                                   {**PERMITTED},
                                   {"request": DENIED, "expect": "deny"}])
        del case["request"]
        self.assertEqual(self.run_cases(0, [case]).stdout,
                         b"4 passed, 0 failed\n")
        case["requests"][1]["expect"] = "permit"
        self.run_cases(1, [case])

    def test_a_das_answers_what_the_case_says(self):
        dac = {"m2m:dac": {"ri": "dac1", "dae": True, "dap": ["x"]}}
        off = {"m2m:dac": {**dac["m2m:dac"], "dae": False}}
        target = {**POLICY["resources"][2], "daci": ["dac1"]}
        tree = [POLICY["resources"][1], target]
        denied = {**DENIED, "rq_time": "20260317T102030"}
        response = {"sit": 2, "dres": {"dai": {"gp": {"acr": [
            {"acor": ["all"], "acop": 63}]}}}}
        case = self.case(resource_tree=tree + [dac], das_response=response,
                         request=denied)
        done = self.run_cases(0, [
            case,
            {**case, "das_response": None, "expect": "deny", "rsc": 4103},
            {**case, "das_response": {"sit": 2}, "expect": "deny"},
            {**case, "das_response": {**response, "sit": 1},
             "expect": "deny"},
            {**case, "request": DENIED, "expect": "deny"},
            {**case, "resource_tree": tree + [off], "expect": "deny"},
            {**case, "request": {**denied, "tkns": ["x"]},
             "expect": "deny"}])
        self.assertEqual(done.stdout, b"7 passed, 0 failed\n")

    def test_verbose_lists_all(self):
        done = self.run_cases(0, [self.case()], "--verbose")
        self.assertTrue(done.stdout.startswith(b"pass one: "))

    def test_json(self):
        done = self.run_cases(1, [self.case(), self.case(expect="deny")],
                              "--format", "json")
        first, last = self.lines(done)
        self.assertEqual(first["result"], "fail")
        self.assertEqual(first["expected"], {"decision": "deny"})
        self.assertEqual(first["got"], {"decision": "permit", "rsc": 2000})
        self.assertEqual(last, {"passed": 1, "failed": 1})
        done = self.run_cases(0, [self.case()], "--format", "json", "-v")
        self.assertEqual(self.lines(done)[0]["result"], "pass")

    def test_a_policy_that_does_not_load_fails_its_requests(self):
        done = self.run_cases(1, [self.case(cse={"spid": "x"})])
        self.assertIn(b"0 passed, 1 failed\n", done.stdout)

    def test_defective_rules_are_false(self):
        self.run_cases(0, [self.case(
            policy_resources=broken_policy()["resources"][:1],
            expect="deny")])

    def test_files_that_are_no_cases_are_unusable(self):
        for content in ("", "{", "7", {"case": []}, [7],
                        [{"name": "x", "expect": "permit"}],
                        [self.case(expect="maybe")],
                        [self.case(requests=[PERMITTED])],
                        [self.case(resource_tree={})]):
            done = self.run_cases(2, content)
            self.assertEqual(done.stdout, b"")
            self.assertRegex(done.stderr.decode(), r":\d+:\d+: error: .+\n$")
        self.expect(2, "test", str(self.folder / "missing"))

    def test_the_good_files_are_run_nevertheless(self):
        good = self.write("good.json", [self.case()])
        bad = self.write("bad.json", "{")
        done = self.expect(2, "test", bad, good)
        self.assertEqual(done.stdout, b"1 passed, 0 failed\n")

    def test_cases_from_standard_input_and_yaml(self):
        self.expect(0, "test", "-", stdin=json.dumps([self.case()]))
        path = self.write("cases.yaml", json.dumps([self.case()]))
        self.expect(0, "test", path)


CASES = pathlib.Path(__file__).resolve().parents[1] / "data" / \
    "decision-cases.json"


class Tokens(Command):
    """Decision cases with tokens: see tests/data/README.md."""

    def cases(self, *names):
        cases = json.loads(CASES.read_text("utf-8"))
        return [case for case in cases if case["name"] in names]

    def run_cases(self, status, cases):
        path = self.folder / "tokens.json"
        path.write_text(json.dumps(cases), "utf-8")
        return self.expect(status, "test", path, "-v").stdout.decode()

    def test_another_cse_than_that_of_holder_and_audience_denies(self):
        cases = self.cases("token-role", "token-audience-absent",
                           "token-holder-normalised")
        self.assertIn("3 passed, 0 failed", self.run_cases(0, cases))
        for case in cases:
            case["cse"]["csi"] = "/plant-cse"
            case["request"]["fr"] = "Cpump7"
        said = self.run_cases(1, cases)
        self.assertIn("0 passed, 3 failed", said)
        self.assertEqual(said.count("deny 4103 (token-wrong-"), 3)

    def test_a_case_remembers_tokens(self):
        case, = self.cases("token-role")
        request = {**case["request"], "expect": "permit"}
        del request["tkns"]
        named = {**request, "tids": ["tk-5520@das.example"]}
        case["requests"] = [{**named, "expect": "deny", "rsc": 4103},
                            {**case.pop("request"), "expect": "permit"},
                            named,
                            {**request, "expect": "deny"}]
        self.assertIn("4 passed, 0 failed", self.run_cases(0, [case]))

    def test_an_answer_names_tokens_and_never_shows_them(self):
        case, = self.cases("token-role")
        policy = self.folder / "token-policy.json"
        policy.write_text(json.dumps(
            {"cse": case["cse"], "trust": case["trust"],
             "resources": case["policy_resources"] + case["resource_tree"]}),
            "utf-8")
        log = self.folder / "token-log"
        token = case["request"]["tkns"][0]
        requests = [case["request"], {**case["request"], "tkns": token},
                    {**case["request"], "tkns": token[:-2] + "AA"}]
        done = self.expect(
            0, "decide", "-p", policy, "--format", "json", "--log", log,
            stdin="\n".join(json.dumps(each) for each in requests))
        first, second, third = self.lines(done)
        self.assertEqual(first["acp"], "acpA")
        self.assertEqual(first["ati"][0]["tkid"], "tk-5520@das.example")
        self.assertNotIn("ati", second)
        self.assertEqual(third["refusal"], "bad-crypto")
        self.assertEqual(third["reason"], "token-bad-crypto")
        written = log.read_text("utf-8") + done.stdout.decode()
        self.assertNotIn(token.rsplit(".", 1)[0], written)
        self.assertIn('"verified":["tk-5520@das.example"]', written)


class Das(Command):
    """Both ends of dynamic authorization, on examples/das."""
    EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples/das"
    KNOWN = ("--server", "//sp.example/das-cse", "--domain", "das.example",
             "--point", "https://das.example/ask")
    NOW = ("--now", "20260317T102031")

    def file(self, name):
        return str(self.EXAMPLE / name)

    def ask(self, status, request, *words):
        return self.expect(status, "das", "request", "-p",
                           self.file("plant.yaml"), *words, request).stdout

    def answer(self, status, question, *words):
        return self.expect(status, "das", "answer", "--config",
                           self.file("das.yaml"), *self.NOW, *words,
                           stdin=question).stdout

    def decide(self, status, answer, request, *words):
        return self.expect(
            status, "das", "decide", "-p", self.file("plant.yaml"),
            "--answer", self.write("answer.json", answer), *self.NOW, *words,
            request)

    def test_privileges_permit(self):
        inspector = self.file("inspector.json")
        question = self.ask(0, inspector)
        self.assertEqual(json.loads(question)["m2m:seci"]["sit"], 1)
        answer = self.answer(0, question)
        done = self.decide(0, answer, inspector)
        self.assertTrue(done.stdout.startswith(b"permit 2000 "))
        self.decide(1, answer, self.file("anna.json"))
        done = self.decide(0, answer, inspector, "--clamp", "--format", "json")
        self.assertEqual(self.lines(done)[0]["decision"], "permit")

    def test_a_token_counts_from_a_server_that_is_known(self):
        anna = self.file("anna.json")
        question = self.ask(0, anna, *self.KNOWN)
        answer = self.answer(0, question)
        self.decide(0, answer, anna, *self.KNOWN)
        done = self.decide(1, answer, anna)
        self.assertIn(b"identity is not known", done.stderr)
        other = ("--server", "//sp.example/other", *self.KNOWN[2:])
        self.decide(1, answer, anna, *other)

    def test_what_is_not_granted_is_denied(self):
        ben = json.loads((self.EXAMPLE / "inspector.json").read_text())
        path = self.write("other.json", {**ben, "fr": "Cother"})
        answer = self.answer(1, self.ask(0, path))
        self.assertEqual(json.loads(answer),
                         {"m2m:seci": {"sit": 2, "dres": {}}})
        done = self.decide(1, answer, path)
        self.assertIn(b"warning: the DAS grants nothing", done.stderr)
        self.assertEqual(
            self.answer(1, self.ask(0, self.file("inspector.json")), "--from",
                        "/other-cse"), answer)

    def test_nobody_is_asked_about_what_is_permitted(self):
        request = json.loads((self.EXAMPLE / "inspector.json").read_text())
        path = self.write("owner.json", {**request, "fr": "Cowner"})
        self.assertEqual(self.ask(1, path), b"")
        self.decide(0, "{}", path)

    def test_what_cannot_be_used(self):
        plant, das = self.file("plant.yaml"), self.file("das.yaml")
        good = self.file("inspector.json")
        for words in ((), ("what",), ("request",), ("answer",),
                      ("request", "-p", plant, good, good),
                      ("request", "-p", plant, "--server", "x", good),
                      ("request", "-p", "missing", good),
                      ("request", "-p", plant, "missing"),
                      ("request", "-p", plant, self.write("two", "{}\n{}")),
                      ("decide", "-p", plant, good),
                      ("decide", "-p", plant, "--answer", "missing", good),
                      ("decide", "-p", plant, "--answer", "-", "-"),
                      ("answer", "--config", das, good),
                      ("answer", "--config", good, good),
                      ("answer", "--config", "-", "-"),
                      ("answer", "--config", das, "--now", "today", good),
                      ("answer", "--config",
                       self.write("d.yaml", "das: {identity: x}"), good)):
            done = self.expect(2, "das", *words)
            self.assertEqual(done.stdout, b"")
            self.assertNotEqual(done.stderr, b"")


class Check(Command):
    def test_a_policy_may_be_fine(self):
        path = self.write("p.yaml", YAML_POLICY)
        done = self.expect(0, "check", "--strict", path)
        self.assertEqual(done.stdout + done.stderr, b"")

    def test_findings_are_warnings_with_a_name(self):
        done = self.expect(0, "check", self.policy)
        self.assertRegex(done.stdout.decode(),
                         rf"(?m)^{self.policy}:1:\d+: warning: .+ "
                         r"\[dangling-acpi\]$")
        self.expect(1, "check", "--strict", self.policy)

    def test_findings_as_json(self):
        done = self.expect(0, "check", "--format", "json", self.policy)
        names = set()
        for finding in self.lines(done):
            self.assertEqual(finding["severity"], "warning")
            self.assertEqual(finding["file"], self.policy)
            self.assertTrue(finding["message"])
            names.add(finding["lint"])
        self.assertIn("dangling-acpi", names)

    def test_resources_without_a_place_are_found(self):
        for resource, word in (
                ({"ri": "x", "ty": 3, "pi": "nobody"}, "nobody"),
                ({"ri": "x", "ty": 3, "pi": "x"}, "circle"),
                ({"ri": "x", "rn": "data", "ty": 3, "pi": "cb0"}, "data")):
            path = self.write("p.json", {
                "cse": POLICY["cse"],
                "resources": POLICY["resources"] + [resource]})
            done = self.expect(0, "check", path)
            self.assertRegex(
                done.stdout.decode(),
                rf"(?m)^{path}:1:\d+: warning: .*{word}.* \[misplaced\]$")
        self.assertNotIn(b"misplaced", self.expect(0, "check",
                                                   self.policy).stdout)

    def test_the_time_is_an_option(self):
        policy = json.loads(json.dumps(POLICY))
        rule = policy["resources"][0]["m2m:acp"]["pv"]["acr"][1]
        rule["acco"][0]["actw"] = ["* * * * * * 2020-2030"]
        path = self.write("p.json", policy)
        before = self.expect(0, "check", "--now", "20261122T000000", path)
        after = self.expect(0, "check", "--now", "20310101T000000", path)
        self.assertGreater(after.stdout.count(b"\n"),
                           before.stdout.count(b"\n"))

    def test_errors_are_all_reported(self):
        path = self.write("bad.json", broken_policy())
        done = self.expect(2, "check", path)
        self.assertEqual(done.stdout, b"")
        errors = done.stderr.decode().splitlines()
        self.assertEqual(len(errors), 2)
        for error in errors:
            self.assertRegex(error, rf"^{path}:1:\d+: error: ")
        done = self.expect(2, "check", "--format", "json", path)
        self.assertEqual(done.stderr.decode().splitlines(), errors)
        self.assertEqual([finding["severity"] for finding in self.lines(done)],
                         ["error", "error"])

    def test_syntax_errors_have_a_place(self):
        path = self.write("bad.yaml", "cse:\n  - [\n")
        done = self.expect(2, "check", path)
        self.assertRegex(done.stderr.decode(), rf"^{path}:\d+:\d+: error: ")
        self.expect(2, "check", str(self.folder / "missing"))

    def test_policies_are_checked_one_by_one_or_together(self):
        acps = self.write("1.json", {"cse": POLICY["cse"],
                                     "resources": POLICY["resources"][:1]})
        tree = self.write("2.json", {"resources": POLICY["resources"][1:]})
        self.expect(2, "check", acps, tree)
        self.expect(0, "check", "--together", acps, tree)

    def test_standard_input(self):
        self.expect(0, "check", "-", stdin=YAML_POLICY)
        self.expect(2, "check", "-", stdin=json.dumps(broken_policy()))

    def dear_policy(self, count=300):
        """Rule 1 of ACP "dear" has hundreds of windows."""
        windows = [f"{i % 60} {i // 60 % 24} {i // 1440 + 1} * * * *"
                   for i in range(count)]
        rules = [{"acor": ["Ca"], "acop": 2},
                 {"acor": ["Cb"], "acop": 2, "acco": [{"actw": windows}]}]
        own = {"acr": [{"acor": ["Cowner"], "acop": 63}]}
        acps = [{"m2m:acp": {"ri": ri, "rn": ri, "pi": "cb0",
                             "pv": {"acr": rules[:count]}, "pvs": own}}
                for ri, count in (("cheap", 1), ("dear", 2), ("plain", 1))]
        text = json.dumps({"cse": POLICY["cse"], "resources": acps}, indent=0)
        path = self.write("dear.json", text)
        return path, text[:text.index('"Cb"')].count("\n")

    def cost_of(self, *words):
        done = self.expect(0, "check", "--cost", "--format", "json",
                           "--line-ns", "100", "--step-ns", "2", *words)
        return [line for line in self.lines(done) if "cost" in line][0]

    def test_the_worst_case_names_what_is_dear(self):
        path, line = self.dear_policy()
        cost = self.cost_of(path)
        self.assertEqual(cost["cost"], path)
        self.assertEqual(cost["acp"]["ri"], "dear")
        self.assertEqual(cost["acp"]["operation"], "retrieve")
        self.assertEqual(cost["rule"]["number"], 1)
        self.assertEqual(cost["rule"]["file"], path)
        self.assertAlmostEqual(cost["rule"]["line"], line, delta=3)
        self.assertGreater(cost["rule"]["cost"]["lines"], 300 * 32 // 64)
        for part in ("decision", "names", "patterns", "acps"):
            self.assertEqual(cost[part]["ns"], 100 * cost[part]["lines"] +
                             2 * cost[part]["steps"])

    def test_the_worst_case_grows_with_what_is_asked_for(self):
        path, _ = self.dear_policy()
        least = self.cost_of(path)["decision"]["steps"]
        for option in ("--links", "--attributes", "--id-length"):
            self.assertGreater(
                self.cost_of(path, option, "1000")["decision"]["steps"], least)

    def test_the_worst_case_as_text(self):
        path, _ = self.dear_policy()
        done = self.expect(0, "check", "--cost", path)
        text = done.stdout.decode()
        self.assertIn(f"{path}: the worst case of one decision\n", text)
        self.assertRegex(text, rf"(?m)^    {path}:\d+:\d+: dear, privileges, "
                               "retrieve$")
        self.assertRegex(text, rf"(?m)^    {path}:\d+:\d+: rule 1$")
        self.assertIn("measured on this machine now", text)
        self.assertNotIn("measured", self.expect(
            0, "check", "--cost", "--line-ns", "100", "--step-ns", "2",
            path).stdout.decode())

    def test_limits_of_the_worst_case(self):
        path, line = self.dear_policy()
        lines = self.cost_of(path)["decision"]["lines"]
        self.expect(0, "check", "--max-lines", str(lines), path)
        done = self.expect(1, "check", "--max-lines", str(lines - 1), path)
        self.assertRegex(
            done.stdout.decode(),
            rf"(?m)^{path}:\d+:\d+: warning: a decision may take {lines} cache "
            rf"lines, more than {lines - 1}; the dearest ACP is \"dear\", in it "
            r"rule 1 \[cost\]$")
        fixed = ("--line-ns", "100", "--step-ns", "2")
        ns = self.cost_of(path)["decision"]["ns"]
        self.expect(0, "check", "--max-ns", str(ns), *fixed, path)
        done = self.expect(1, "check", "--max-ns", str(ns - 1), *fixed, path)
        self.assertIn(b"[cost]", done.stdout)
        self.expect(2, "check", "--max-ns", "0", path)
        self.expect(2, "check", "--max-lines", "many", path)

    def test_above_the_ceiling_is_warned_of_unasked(self):
        path, _ = self.dear_policy()
        self.assertNotIn(b"[cost]", self.expect(0, "check", path).stdout)
        path, line = self.dear_policy(6000)
        warning = (rf"(?m)^{path}:(\d+):\d+: warning: a decision may take \d+ "
                   r"ns, more than 1000000 \(see postern check --cost\); the "
                   r"dearest ACP is \"dear\", in it rule 1 \[cost\]$")
        for words in ([], ["--cost"], ["--groups", "1"]):
            done = self.expect(0, "check", *words, path)
            found = re.search(warning, done.stdout.decode())
            self.assertAlmostEqual(int(found[1]), line, delta=3)
        self.expect(1, "check", "--strict", path)
        done = self.expect(0, "check", "--max-lines", "100000", path)
        self.assertNotIn(b"[cost]", done.stdout)

    def test_the_worst_case_of_wildcards(self):
        policy = json.loads(json.dumps(POLICY))
        policy["resources"][0]["m2m:acp"]["pv"]["acr"] = [
            {"acor": [f"C*{i:03x}*x*" for i in range(400)], "acop": 2}]
        done = self.expect(1, "check", "--max-lines", "10", "--format", "json",
                           self.write("p.json", policy))
        findings = [line for line in self.lines(done)
                    if line.get("lint") == "cost"]
        self.assertEqual(len(findings), 1)
        self.assertIn("wildcards", findings[0]["message"])
        self.assertNotIn("line", findings[0])


class Format(Command):
    def test_canonical_text_stays_as_it_is(self):
        for path in (self.policy, self.write("p.yaml", YAML_POLICY)):
            once = self.expect(0, "fmt", path).stdout
            again = self.write("again" + pathlib.Path(path).suffix, once)
            self.assertEqual(self.expect(0, "fmt", again).stdout, once)
            self.assertEqual(self.expect(0, "fmt", "-", stdin=once).stdout,
                             once)
            self.assertEqual(self.expect(0, "fmt", stdin=once).stdout, once)
            self.expect(0, "fmt", "--check", again)
            done = self.expect(1, "fmt", "--check", path, again)
            self.assertEqual(done.stdout.decode(), path + "\n")

    def test_write_replaces_the_file_and_keeps_its_permissions(self):
        os.chmod(self.policy, 0o640)
        link = self.folder / "link.json"
        link.symlink_to(self.policy)
        wanted = self.expect(0, "fmt", self.policy).stdout
        done = self.expect(0, "fmt", "-w", str(link))
        self.assertEqual(done.stdout, b"")
        self.assertTrue(link.is_symlink())
        self.assertEqual(pathlib.Path(self.policy).read_bytes(), wanted)
        self.assertEqual(stat.S_IMODE(os.stat(self.policy).st_mode), 0o640)
        self.assertEqual(sorted(os.listdir(self.folder)),
                         ["link.json", "policy.json"])

    def test_write_does_not_lose_comments_unasked(self):
        path = self.write("p.yaml", YAML_POLICY)
        done = self.expect(2, "fmt", "--write", path)
        self.assertIn(b"comments", done.stderr)
        self.assertEqual(pathlib.Path(path).read_text(), YAML_POLICY)
        self.expect(0, "fmt", "--write", "--drop-comments", path)
        self.assertNotIn("#", pathlib.Path(path).read_text())
        self.expect(0, "fmt", "--check", path)

    def test_a_file_that_cannot_be_used_is_left_alone(self):
        path = self.write("bad.json", broken_policy())
        before = pathlib.Path(path).read_bytes()
        done = self.expect(2, "fmt", "-w", path, self.policy)
        self.assertRegex(done.stderr.decode(), rf"^{path}:1:\d+: error: ")
        self.assertEqual(pathlib.Path(path).read_bytes(), before)
        self.expect(0, "fmt", "--check", self.policy)
        self.expect(2, "fmt", str(self.folder / "missing"))
        self.expect(2, "fmt", "-w", str(self.folder / "missing"))

    def test_convert_goes_there_and_back(self):
        canonical = self.expect(0, "fmt", self.policy).stdout
        yaml = self.expect(0, "convert", self.policy).stdout
        self.assertIn(b"originators:", yaml)
        self.assertEqual(
            self.expect(0, "convert", "--to", "json", stdin=yaml).stdout,
            canonical)
        self.assertEqual(
            self.expect(0, "convert", "-", stdin=yaml).stdout, canonical)
        self.assertEqual(
            self.expect(0, "convert", "--to", "yaml", stdin=yaml).stdout,
            yaml)
        json.loads(canonical)

    def test_what_was_converted_decides_the_same(self):
        path = self.write("p.yaml",
                          self.expect(0, "convert", self.policy).stdout)
        for request, status in ((PERMITTED, 0), (DENIED, 1)):
            self.expect(status, "decide", "-p", path,
                        stdin=json.dumps(request))

    def test_convert_refuses_what_it_cannot_read(self):
        self.expect(2, "convert", str(self.folder / "missing"))
        done = self.expect(2, "convert", stdin="cse: [")
        self.assertEqual(done.stdout, b"")
        self.assertRegex(done.stderr.decode(), r"^-:\d+:\d+: error: ")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    POSTERN = sys.argv.pop(1)
    unittest.main()
