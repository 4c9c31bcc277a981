#!/usr/bin/env python3
"""postern ppm sign, receipt, delete, deletions and delete-note from outside.
[PPM-18] [PPM-19] [PPM-25]

- what sign prints is verified by check, and registered
- receipts keep to docs/schema/ppm-receipt.schema.json, and a broken one does
  not; the table of postern-receipt(5) is the one in the program
- requests to delete are asked, answered, listed and overdue

ppm_terms_test.py PATH-OF-POSTERN [unittest arguments]
"""

import base64
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import jsonschema

POSTERN = ""
ROOT = pathlib.Path(__file__).resolve().parents[2]

TERMS = """\
kind: provider
owner: acme
id: terms
name: Acme Energy
version: 4
link: https://acme.example/terms/4
rows:
  1.0/company: Acme Energy B.V.
  1.0/country: NL
  1.0/company_number: "12345678"
  1.1/app_id: R01.example.acme.meter
  2.0/personal: yes
  3.0/minutes: 15
  3.1/sample: yes
  3.2/seconds: 10
  4.0/nation: [NL, DE]
  4.1/device: yes
  4.2/local: yes
  4.3/nation: [EU]
  5.0/deliver: yes
  5.0/legal: yes
  6.0/month: 6
  6.1/year: 5
  6.2/forever: yes
columns:
- application: acme-meter
  device: meter
  data: energy
  rows:
    7.0/infrastructure: yes
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
- {app_id: R01.example.acme.meter, application: acme-meter}
keys: %s
"""
SUBSCRIBER = """\
kind: subscriber
owner: p-1
residence: {legal_country: NL}
devices: [{device: meter}]
resources:
- {id: cnt-1, device: meter, data: energy, class: personal}
"""
USER = "kind: user\nowner: p-1\nid: wishes\nrows: {2.0/personal: yes}\n"


def test_key():
    """The P-256 key of the tests in C."""
    text = (ROOT / "tests/support/jose_keys.h").read_text("utf-8")
    parts = {name.lower(): value for name, value in re.findall(
        r'#define P256_([XYD]) \\\n +"([\w-]+)"', text)}
    return {"kty": "EC", "crv": "P-256", "kid": "k1", "alg": "ES256",
            "use": "sig", **parts}


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        key = test_key()
        self.private = self.write("private.jwk", json.dumps(key))
        del key["d"]
        self.public = self.write("public.jwk", json.dumps(key))
        self.terms = self.write("terms.yaml", TERMS)
        self.asp = self.write("asp.yaml",
                              ASP % json.dumps({"keys": [key]}))

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run_ppm(self, *words, status=0):
        done = subprocess.run([POSTERN, "ppm", *map(str, words)],
                              capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn("Sanitizer", done.stderr)
        return done

    def signed(self):
        return self.run_ppm("sign", "--keys", self.private, self.terms).stdout


class Signing(Case):
    def test_signed_terms_are_one_line(self):
        token = self.signed()
        self.assertRegex(token, r"\A[\w-]+\.[\w-]+\.[\w-]+\n\Z")
        header, payload, _ = token.split(".")
        self.assertEqual(json.loads(base64.urlsafe_b64decode(header + "===")),
                         {"alg": "ES256", "kid": "k1"})
        self.assertEqual(base64.urlsafe_b64decode(payload + "==="),
                         TERMS.encode())

    def test_check_verifies_and_then_reads(self):
        token = self.write("terms.jws", self.signed())
        self.run_ppm("check", "--keys", self.public, token)
        found = self.run_ppm("check", "--keys", self.public, "--strict", token,
                             status=1).stdout
        self.assertIn(f"{token}:", found)
        self.assertIn("[undeclared-tag]", found)

    def test_check_refuses_what_is_not_signed_by_the_key(self):
        token = self.signed()
        other = {**json.loads(pathlib.Path(self.public).read_text("utf-8")),
                 "kid": "k2"}
        header, payload, signature = token.strip().split(".")
        changed = base64.urlsafe_b64encode(
            TERMS.replace("month: 6", "month: 9").encode()).decode().strip("=")
        rows = ((self.write("other.jwk", json.dumps(other)), token,
                 "E_SIGNATURE"),
                (self.public, f"{header}.{changed}.{signature}",
                 "E_SIGNATURE"),
                (self.public, f"{header}.{payload}.", "E_SIGNATURE"),
                (self.public, TERMS, "E_UNSIGNED"))
        for keys, text, code in rows:
            done = self.run_ppm("check", "--keys", keys,
                                self.write("x.jws", text), status=2)
            self.assertIn("x.jws: error: ", done.stderr)
            self.assertIn(f"[{code}]", done.stderr)
            self.assertEqual(done.stdout, "")
        self.run_ppm("check", self.write("x.jws", token), status=2)

    def test_only_terms_are_signed_and_only_with_a_private_key(self):
        rows = ((self.private, USER, "E_KIND"),
                (self.private, TERMS.replace("owner: acme\n", ""),
                 "E_OWNER_MISSING"),
                (self.private, TERMS.replace("1.1/app_id", "1.1/model"),
                 "E_APP_ID"),
                (self.private, TERMS.replace("month: 6", "month: 60"),
                 "E_RANGE"),
                (self.public, TERMS, "may not be used"),
                (self.write("oct.jwk", json.dumps(
                    {"kty": "oct", "alg": "HS256", "kid": "k",
                     "k": "A" * 43})), TERMS, "E_SIGNATURE"),
                (str(self.folder / "none.jwk"), TERMS, "none.jwk"))
        for keys, text, why in rows:
            done = self.run_ppm("sign", "--keys", keys,
                                self.write("x.yaml", text), status=2)
            self.assertIn(why, done.stderr)
            self.assertEqual(done.stdout, "")
            self.assertNotIn(test_key()["d"], done.stderr)

    def test_kid_chooses_among_keys(self):
        second = {**test_key(), "kid": "k2"}
        keys = self.write("set.jwk",
                          json.dumps({"keys": [test_key(), second]}))
        self.run_ppm("sign", "--keys", keys, self.terms, status=2)
        token = self.run_ppm("sign", "--keys", keys, "--kid", "k2",
                             self.terms).stdout
        header = base64.urlsafe_b64decode(token.split(".")[0] + "===")
        self.assertEqual(json.loads(header)["kid"], "k2")

    def test_words_of_the_command_line(self):
        for words in (["sign"], ["sign", "--keys", self.private],
                      ["sign", self.terms],
                      ["sign", "--keys", self.private, self.terms,
                       self.terms]):
            done = self.run_ppm(*words, status=2)
            self.assertIn("try 'postern ppm --help'", done.stderr)


class After(Case):
    """What comes after a consent."""

    def setUp(self):
        super().setUp()
        self.pair = ["--db", str(self.folder / "ppm.db"), "--subscriber",
                     "p-1", "--provider", "acme"]
        self.run_ppm("register", "--now", "20261122T100000", *self.pair[:2],
                     self.asp, self.write("subscriber.yaml", SUBSCRIBER),
                     self.write("user.yaml", USER),
                     self.write("terms.jws", self.signed()))
        self.accept()

    def accept(self, *words, conflicts=0):
        now = ["--now", "20261122T100000"]
        shown = self.run_ppm("policy", *now, *self.pair, "--hash",
                             status=conflicts).stdout
        self.run_ppm("accept", *now, *self.pair, "--hash", shown.strip(),
                     *words)

    def receipt(self, *words):
        out = self.run_ppm("receipt", "--now", "20261122T120000", *self.pair,
                           *words).stdout
        self.assertEqual(out.count("\n"), 1)
        return out

    def lines(self, *words, status=0):
        out = self.run_ppm(*words, "--format", "json", status=status).stdout
        return [json.loads(line) for line in out.splitlines()]


class Receipts(After):
    def validator(self):
        path = ROOT / "docs/schema/ppm-receipt.schema.json"
        schema = json.loads(path.read_text("utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        return jsonschema.Draft7Validator(schema)

    def test_receipt_keeps_to_the_schema(self):
        validator = self.validator()
        for words in ([], ["--until", "20261201T100000"]):
            self.accept(*words)
            receipt = json.loads(self.receipt())
            validator.validate(receipt)
            self.assertEqual(
                "validity_duration" in receipt["events"][0], bool(words))
        self.run_ppm("withdraw", "--now", "20261122T110000", *self.pair)
        receipt = json.loads(self.receipt())
        validator.validate(receipt)
        self.assertEqual(receipt["events"][1]["event_state"], "withdrawn")
        self.assertEqual(receipt["events"][1]["event_time"],
                         "2026-11-22T11:00:00Z")
        first = json.loads(self.receipt("--version", "1"))
        validator.validate(first)
        self.assertEqual(first["events"][1]["event_state"], "superseded")

    def test_schema_refuses_what_is_no_receipt(self):
        validator = self.validator()
        good = json.loads(self.receipt())
        for name in good:
            self.assertFalse(validator.is_valid(
                {key: good[key] for key in good if key != name}), name)
        changes = (("purposes", 0, "retention_period", {"full": "6 months"}),
                   ("purposes", 0, "storage_locations", ["Holland"]),
                   ("purposes", 0, "purpose_type", "delivery"),
                   ("purposes", 0, "birth_date", "1980-05-17"),
                   ("purposes", 0, "recipient_third_parties", [{}]),
                   ("parties", 0, "party_address", "Holland"),
                   ("events", 0, "event_time", "yesterday"),
                   ("events", 0, "event_state", "refused"))
        for member, number, name, value in changes:
            bad = copy.deepcopy(good)
            bad[member][number][name] = value
            self.assertFalse(validator.is_valid(bad), name)

    def test_receipt_says_what_was_accepted(self):
        receipt = json.loads(self.receipt())
        by_data = {}
        for entry in receipt["purposes"]:
            for kind in entry["pii_information"]:
                by_data.setdefault(kind["pii_type"], []).append(entry)
        self.assertEqual(set(by_data), {"energy", "presence"})
        for entries in by_data.values():
            self.assertEqual([entry["lawful_basis"] for entry in entries],
                             ["dpv:Consent", "dpv:LegalObligation"])
        energy = by_data["energy"][0]
        self.assertEqual(energy["retention_period"],
                         {"full": "P6M", "anonymized": "P5Y",
                          "summary": "indefinite"})
        self.assertEqual(energy["storage_locations"], ["NL", "DE"])
        self.assertEqual(energy["processing_locations"], ["local"])
        self.assertEqual([each["recipient"] for each in
                          energy["recipient_third_parties"]],
                         ["infrastructure", "affiliate"])
        presence = by_data["presence"][0]
        self.assertEqual(presence["recipient_third_parties"], [])
        self.assertEqual(receipt["parties"], [
            {"party_id": "acme", "party_role": "PII controller",
             "party_name": "Acme Energy B.V.", "party_address": "NL",
             "party_number": "12345678"}])

    def test_column_that_is_closed_is_not_in_it(self):
        """The person refuses sensitive data, and does not except it."""
        self.run_ppm("register", "--now", "20261122T100000", *self.pair[:2],
                     self.write("user.yaml", USER.replace(
                         "}", ", 2.0/sensitive: no}")))
        self.accept(conflicts=1)
        text = self.receipt()
        self.assertIn('"pii_type":"energy"', text)
        self.assertNotIn("presence", text)

    def test_signed_receipt_is_that_receipt(self):
        token = self.receipt("--signed", "--keys", self.private)
        opened = subprocess.run(
            [POSTERN, "jose", "open", "--keys", self.public, "-"],
            input=token, capture_output=True, text=True, timeout=60,
            check=False)
        self.assertEqual(opened.returncode, 0, opened.stderr)
        self.assertIn(self.receipt().strip(), opened.stdout)
        done = self.run_ppm("receipt", *self.pair, "--signed", status=1)
        self.assertIn("[E_UNSIGNED]", done.stderr)

    def test_receipt_of_nothing(self):
        done = self.run_ppm("receipt", *self.pair, "--version", "7", status=1)
        self.assertIn("[E_NO_CONSENT]", done.stderr)
        done = self.run_ppm("receipt", *self.pair[:2], "--subscriber", "p-2",
                            "--provider", "acme", status=1)
        self.assertIn("[E_NO_CONSENT]", done.stderr)
        for words in (["--version", "0"], ["--version", "x"], ["more"]):
            self.run_ppm("receipt", *self.pair, *words, status=2)
        self.run_ppm("receipt", *self.pair[:4], status=2)
        self.run_ppm("receipt", *self.pair[2:], status=2)

    def test_the_page_has_the_table_of_the_program(self):
        table = (ROOT / "consent/receipt_map.c").read_text("utf-8")
        page = (ROOT / "docs/man/postern-receipt.5").read_text("utf-8")
        rows = re.findall(r'\{"(\S+)", PST_RECEIPT_(\w+), "(.*?)", "(.*?)"\}',
                          table)
        self.assertEqual(len(rows), 110)
        told = set()
        for key, word, dpv in self.page_rows(page):
            told.add(key)
            match = [row for row in rows if re.fullmatch(key, row[0])]
            self.assertTrue(match, key)
            for _, _, own, term in match:
                self.assertTrue(word in ("", own, term), key)
                self.assertTrue(dpv in ("", term), key)
        for key, field, _, _ in rows:
            self.assertEqual(field != "LEFT_OUT",
                             any(re.fullmatch(one, key) for one in told), key)

    @staticmethod
    def page_rows(page):
        """Pattern of the key, what is written, and the term of DPV."""
        free = ("the text", "the texts", "the code", "an empty list")
        for keys, words in re.findall(r"^\.It (\d.+?) Ta \S+ Ta (.+)$", page,
                                      re.M):
            word, _, dpv = words.partition(", ")
            first, *others = keys.split(" , ")
            tag = first.partition("/")[0]
            for key in [first, *(f"{tag}/{other}" for other in others)]:
                if word in free or "; " in word:
                    word = ""
                yield key.replace(".x", r"\.[012]"), word, dpv


class Deletions(After):
    def ask(self, *words):
        return self.lines("delete", "--now", "20261122T120000", *self.pair,
                          *words)

    def test_request_reaches_those_it_is_shared_with(self):
        asked = self.ask()
        self.assertEqual([(one["id"], one["provider"], one.get("parent"))
                          for one in asked],
                         [("d-1", "acme", None),
                          ("d-2", "7.0/infrastructure", "d-1"),
                          ("d-3", "7.0/affiliate", "d-1")])
        for one in asked:
            self.assertEqual(one["state"], "sent")
            self.assertEqual(one["due"], "2026-12-22T12:00:00Z")
            self.assertEqual(one["version"], 1)
        self.assertEqual(self.lines("deletions", "--now", "20261122T120000",
                                    *self.pair[:2]), asked)
        self.assertEqual(len(self.ask("--column", "*/*/presence")), 1)

    def test_text_shows_requests_under_the_one_they_follow_from(self):
        out = self.run_ppm("delete", "--now", "20261122T120000", *self.pair,
                           "--column", "acme-meter/*/energy").stdout
        self.assertEqual(
            out.splitlines()[:2],
            ["d-1  sent  p-1 to acme: acme-meter/*/energy, asked "
             "2026-11-22T12:00:00Z, due 2026-12-22T12:00:00Z",
             "  d-2  sent  p-1 to 7.0/infrastructure: acme-meter/*/energy, "
             "asked 2026-11-22T12:00:00Z, due 2026-12-22T12:00:00Z"])

    def test_overdue_is_an_exit_status(self):
        self.ask("--days", "2")
        early = ["deletions", "--overdue", "--now", "20261124T115959",
                 *self.pair[:4]]
        late = ["deletions", "--overdue", "--now", "20261124T120000",
                *self.pair[:4]]
        self.assertEqual(self.lines(*early), [])
        self.assertEqual(len(self.lines(*late, status=1)), 3)
        for each in ("d-1", "d-2", "d-3"):
            self.run_ppm("delete-note", *self.pair[:2], each, "done")
        self.assertEqual(self.lines(*late), [])
        self.assertEqual(len(self.lines("deletions", *self.pair[:2])), 3)

    def test_answers(self):
        self.ask()
        note = ["delete-note", *self.pair[:2]]
        done = self.run_ppm(*note, "d-1", "refused", status=1)
        self.assertIn("[E_REASON_MISSING]", done.stderr)
        self.run_ppm(*note, "d-1", "acknowledged")
        done = self.run_ppm(*note, "d-1", "acknowledged", status=1)
        self.assertIn("[E_STATE]", done.stderr)
        out = self.lines(*note, "d-1", "refused", "--reason",
                         "the tax office\x1b[31m")
        self.assertEqual(out[0]["reason"], "the tax office\x1b[31m")
        text = self.run_ppm("deletions", *self.pair[:2]).stdout
        self.assertIn("(the tax office?[31m)", text)
        done = self.run_ppm(*note, "d-1", "done", status=1)
        self.assertIn("[E_STATE]", done.stderr)
        done = self.run_ppm(*note, "d-9", "done", status=1)
        self.assertIn("[E_NO_DELETION]", done.stderr)

    def test_request_does_not_withdraw_unless_it_is_told_to(self):
        self.ask()
        state = ["status", "--now", "20261122T130000", *self.pair]
        self.assertIn("active", self.run_ppm(*state).stdout)
        self.assertEqual(len(self.ask("--withdraw")), 3)
        self.assertIn("withdrawn", self.run_ppm(*state).stdout)
        done = self.run_ppm("delete", *self.pair, "--withdraw", status=1)
        self.assertIn("[E_NO_CONSENT]", done.stderr)
        self.assertEqual(len(self.lines("deletions", *self.pair[:2])), 6)

    def test_words_of_the_command_line(self):
        for words in (["delete", *self.pair, "--column", "a/b"],
                      ["delete", *self.pair, "--column", "a//b"],
                      ["delete", *self.pair, "--days", "0"],
                      ["delete", *self.pair, "--days", "-1"],
                      ["delete", *self.pair, "--days", "1e3"],
                      ["delete", *self.pair, "--days", "36501"],
                      ["delete", *self.pair, "more"],
                      ["delete", *self.pair[:4]],
                      ["delete", *self.pair[2:]],
                      ["deletions"], ["deletions", *self.pair[:2], "more"],
                      ["delete-note", *self.pair[:2], "d-1"],
                      ["delete-note", *self.pair[:2], "d-1", "sent"],
                      ["delete-note", *self.pair[:2], "d-1", "overdue"],
                      ["delete-note", "d-1", "done"]):
            done = self.run_ppm(*words, status=2)
            self.assertIn("try 'postern ppm --help'", done.stderr)
        self.assertEqual(self.lines("deletions", *self.pair[:2]), [])
        done = self.run_ppm("delete", *self.pair[:2], "--subscriber", "p-9",
                            "--provider", "acme", status=1)
        self.assertIn("[E_NO_CONSENT]", done.stderr)


if __name__ == "__main__":
    POSTERN = sys.argv.pop(1)
    unittest.main()
