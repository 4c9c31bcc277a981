#!/usr/bin/env python3
"""postern compile, and postern decide --image, from outside: the image decides
as the policy does, is the same bytes each time, is replaced as a whole, and is
refused when it is damaged, unsigned or signed by somebody else.

compile_test.py PATH-OF-POSTERN [unittest arguments]
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

POSTERN = ""
CSE = "//sp.example/plant-cse"
POLICY = {
    "cse": {"spid": "//sp.example", "csi": "/plant-cse", "cb_ri": "cb0"},
    "resources": [
        {"ri": "cb0", "rn": "base", "ty": 5},
        {"ri": "acpA", "ty": 1, "pi": "cb0",
         "pv": {"acr": [{"acor": ["Cpump1", "Cv*"], "acop": 2},
                        {"acor": ["Cpump2"], "acop": 63, "acco": [
                            {"acip": {"ipv4": ["10.0.0.0/8"]}}]}]},
         "pvs": {"acr": [{"acor": ["Cadmin"], "acop": 63}]}},
        {"ri": "acpB", "ty": 1, "pi": "cb0",
         "pv": {"acr": [{"acor": ["Cpump3"], "acop": 2}]},
         "pvs": {"acr": [{"acor": ["Cadmin"], "acop": 63}]}},
        {"ri": "cnt1", "ty": 3, "pi": "cb0", "acpi": ["acpA"]},
    ]}
SIGNER = {"kty": "EC", "crv": "P-256", "kid": "signer", "use": "sig",
          "alg": "ES256",
          "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
          "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
          "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}
OTHER = {"kty": "EC", "crv": "P-256", "kid": "signer", "use": "sig",
         "alg": "ES256",
         "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
         "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
         "d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}
REQUESTS = [
    {"fr": who, "to": to, "op": op, "rq_authn": True, "rq_ip": ip}
    for who in ("Cpump1", "Cvalve", "Cpump2", "Cpump3", "Cadmin")
    for to in ("cnt1", "acpA") for op in (2, 3) for ip in ("10.1.2.3",
                                                          "192.0.2.1")]


def public(key):
    return {name: value for name, value in key.items() if name != "d"}


class Compile(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.policy = self.write("policy.json", POLICY)
        self.image = self.path("policy.image")

    def path(self, name):
        return str(pathlib.Path(self.folder.name, name))

    def write(self, name, content):
        if isinstance(content, dict):
            content = json.dumps(content)
        pathlib.Path(self.path(name)).write_text(content, "utf-8")
        return self.path(name)

    def bytes(self, name="policy.image"):
        return pathlib.Path(self.path(name)).read_bytes()

    def expect(self, status, *words, stdin=""):
        done = subprocess.run([POSTERN, *words], input=stdin, timeout=60,
                              capture_output=True, text=True, check=False)
        for marker in ("Sanitizer", "runtime error:"):
            self.assertNotIn(marker, done.stderr)
        self.assertEqual(done.returncode, status, (words, done))
        return done

    def compile(self, *words):
        return self.expect(0, "compile", "-p", self.policy, "-o", self.image,
                           *words).stdout

    def decide(self, status, *words, request=None):
        return self.expect(
            status, "decide", "--image", self.image, "--acp", "acpA", "--cse",
            CSE, *words, stdin=json.dumps(request or REQUESTS[0]))

    def refused(self, sentence, *words):
        done = self.decide(2, *words)
        self.assertEqual(done.stdout, "")
        self.assertIn(sentence, done.stderr)

    # ---- the image ------------------------------------------------------

    def test_says_what_it_has_written(self):
        self.assertRegex(self.compile(),
                         re.escape(self.image) + r": 2 ACPs, 5 rules, \d+ "
                         r"bytes, sha256 [0-9a-f]{64}\n$")
        self.assertEqual(self.bytes()[:8], b"postern\0")

    def test_writes_the_same_bytes_each_time(self):
        self.compile()
        first = self.bytes()
        self.compile()
        self.assertEqual(self.bytes(), first)

    # ---- the worst case -------------------------------------------------

    def many_wildcards(self):
        policy = json.loads(json.dumps(POLICY))
        policy["resources"][1]["pv"]["acr"] = [
            {"acor": [f"C*{i % 10}*{i // 10 % 10}*{i // 100 % 10}*{i // 1000}*"],
             "acop": 2} for i in range(2000)]
        return self.write("many.json", policy)

    def test_warns_of_what_may_take_long(self):
        done = self.expect(0, "compile", "-p", self.many_wildcards(), "-o",
                           self.image)
        self.assertRegex(
            done.stderr, r"warning: a decision may take \d+ ns, more than "
            r"1000000 \(see postern check --cost\); most of it is finding "
            r"which wildcards an originator matches, of which 2000 may be "
            r"tried; the dearest ACP is \"acpA\", in it originator \"[^\"]+\", "
            r"in it rule \d+ \[cost\]\n$")
        self.assertEqual(self.bytes()[:8], b"postern\0")
        done = self.expect(0, "compile", "-p", self.policy, "-o", self.image)
        self.assertEqual(done.stderr, "")

    def test_does_not_write_what_is_dearer_than_asked_for(self):
        words = ("compile", "-p", self.many_wildcards(), "-o", self.image)
        done = self.expect(2, *words, "--max-ns", "2000000")
        self.assertRegex(done.stderr, r"error: a decision may take \d+ ns, more "
                         r"than 2000000 ")
        self.assertFalse(os.path.exists(self.image))
        done = self.expect(0, *words, "--max-ns", "4000000000")
        self.assertEqual(done.stderr, "")
        self.expect(2, *words, "--max-ns", "0")

    # ---- the proof ------------------------------------------------------

    def test_writes_what_is_proved(self):
        self.assertIn(", proved\n", self.compile("--verify"))
        self.decide(0, "--verify", "-p", self.policy)

    def test_refuses_an_image_of_another_policy(self):
        other = json.loads(json.dumps(POLICY))
        other["resources"][1]["pv"]["acr"][1]["acop"] = 62
        self.compile()
        self.refused("acpA privileges rule 1: its operations are 63 in the "
                     "compiled set and 62 in the policy", "--verify", "-p",
                     self.write("other.json", other))
        self.refused("--verify needs -p", "--verify")
        self.refused("goes without -p", "-p", self.policy)

    def test_decides_as_the_policy(self):
        self.compile()
        effects = set()
        for request in REQUESTS:
            text = json.dumps(request)
            whole = subprocess.run(
                [POSTERN, "decide", "--format=json", "-p", self.policy],
                input=text, capture_output=True, text=True, check=False,
                timeout=60)
            done = subprocess.run(
                [POSTERN, "decide", "--format=json", "--image", self.image,
                 "--acp", "acpA", "--cse", CSE, "--type", "3"],
                input=text, capture_output=True, text=True, check=False,
                timeout=60)
            self.assertEqual(done.returncode, whole.returncode, text)
            self.assertEqual(json.loads(done.stdout).get("acp"),
                             json.loads(whole.stdout).get("acp"), text)
            effects.add((done.returncode, request["to"]))
        self.assertEqual(len(effects), 4, "permits and denials, of both")

    def test_decides_by_the_acps_named_alone(self):
        self.compile()
        request = {"fr": "Cpump3", "to": "x", "op": 2, "rq_authn": True}
        self.decide(1, request=request)
        self.decide(0, "--acp", "acpB", request=request)
        self.decide(0, "--acp", "acpA,acpB", request=request)
        for names in ("acpC", "acpA,", "", "acpA,acpC"):
            done = self.decide(2, "--acp", names)
            self.assertIn("no ACP named", done.stderr)

    def test_explains(self):
        self.compile()
        shown = self.decide(0, "--explain").stdout
        self.assertIn("acpA privileges rule 0", shown)
        self.assertIn("origs true", shown)

    # ---- the file -------------------------------------------------------

    def test_replaces_a_file_as_a_whole(self):
        self.write("policy.image", "old")
        os.chmod(self.image, 0o640)
        self.compile()
        self.assertEqual(os.stat(self.image).st_mode & 0o777, 0o640)
        self.assertEqual(sorted(os.listdir(self.folder.name)),
                         ["policy.image", "policy.json"])

    def test_leaves_nothing_where_it_cannot_write(self):
        self.expect(2, "compile", "-p", self.policy, "-o",
                    self.path("none/policy.image"))
        self.write("bad.json", "{")
        self.expect(2, "compile", "-p", self.path("bad.json"), "-o", self.image)
        self.assertEqual(sorted(os.listdir(self.folder.name)),
                         ["bad.json", "policy.json"])

    def test_refuses_what_is_no_image(self):
        self.write("policy.image", "")
        self.refused("no image")
        self.write("policy.image", "{}")
        self.refused("no image")
        os.unlink(self.image)
        self.refused("no such file")
        os.mkdir(self.image)
        self.refused("file of its own")
        os.rmdir(self.image)
        os.mkfifo(self.image)
        self.refused("file of its own")

    def test_refuses_a_damaged_or_cut_image(self):
        self.compile()
        whole = self.bytes()
        for size in (1, 100, len(whole) // 2, len(whole) - 8, len(whole) - 1):
            pathlib.Path(self.image).write_bytes(whole[:size])
            self.refused("image")
        pathlib.Path(self.image).write_bytes(whole + b"\0" * 8)
        self.refused("bytes, there are")
        for at in range(32, len(whole), 97):
            damaged = bytearray(whole)
            damaged[at] ^= 4
            pathlib.Path(self.image).write_bytes(damaged)
            self.refused("damaged")

    # ---- signatures -----------------------------------------------------

    def signed(self):
        keys = self.write("signer.json", SIGNER)
        self.assertTrue(self.compile("--keys", keys).endswith("signed\n"))
        return self.write("public.json", public(SIGNER))

    def test_opens_what_is_signed(self):
        keys = self.signed()
        self.decide(0, "--image-keys", keys)
        self.decide(0)
        self.assertRegex(self.bytes("policy.image.sig").decode(), r"^[\w.-]+$")

    def test_refuses_what_is_not_signed(self):
        keys = self.signed()
        os.unlink(self.path("policy.image.sig"))
        self.refused("no such file", "--image-keys", keys)
        self.write("policy.image.sig", "")
        self.refused("the signature is refused", "--image-keys", keys)

    def test_refuses_the_signature_of_somebody_else(self):
        self.signed()
        self.refused("the signature is refused", "--image-keys",
                     self.write("other.json", public(OTHER)))

    def test_refuses_an_image_that_is_not_the_one_signed(self):
        keys = self.signed()
        changed = json.loads(json.dumps(POLICY))
        changed["resources"][1]["pv"]["acr"][0]["acor"] = ["all"]
        self.policy = self.write("changed.json", changed)
        self.compile()
        self.refused("the signature is that of something else",
                     "--image-keys", keys)

    def test_refuses_the_signature_of_another_text(self):
        keys = self.signed()
        for text in ('{"postern":"image"}', "{}", ""):
            payload = self.write("payload", text)
            token = self.expect(0, "jose", "seal", "--kind", "jws", "--keys",
                                self.path("signer.json"), payload).stdout
            self.write("policy.image.sig", token)
            self.refused("the signature is that of something else",
                         "--image-keys", keys)

    def test_takes_no_private_key_to_verify_and_no_public_one_to_sign(self):
        self.signed()
        done = self.expect(2, "compile", "-p", self.policy, "-o", self.image,
                           "--keys", self.path("public.json"))
        self.assertNotEqual(done.stderr, "")

    # ---- misuse ---------------------------------------------------------

    def test_says_what_is_missing(self):
        self.compile()
        cases = [
            (("compile", "-o", self.image), "-p POLICY is missing"),
            (("compile", "-p", self.policy), "-o FILE is missing"),
            (("compile", "-p", self.policy, "-o", self.image, "--kid", "x"),
             "--kid goes with --keys"),
            (("decide", "--image", self.image, "--cse", CSE),
             "--image needs --acp"),
            (("decide", "--image", self.image, "--acp", "acpA"),
             "--image needs --cse"),
            (("decide", "--image", self.image, "--acp", "acpA", "--cse", CSE,
              "-p", self.policy), "goes without -p"),
            (("decide", "-p", self.policy, "--acp", "acpA"),
             "go with --image"),
            (("decide", "--image", self.image, "--acp", "acpA", "--cse", "x"),
             "is an absolute CSE-ID"),
        ]
        for words, sentence in cases:
            self.assertIn(sentence, self.expect(2, *words).stderr)


if __name__ == "__main__":
    POSTERN = sys.argv[1]
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
