#!/usr/bin/env python3
"""postern token from outside: verified, inspected and issued; what it prints
for people and for programs; input that cannot be used. [JWT-11] [JWT-12]
[TOK-15]

token_test.py PATH-OF-POSTERN [unittest arguments]
"""

import base64
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

POSTERN = ""
ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "tokens"
CSE = "//sp.example/plant-cse"
NOW = "20260601T000000"


def postern(*words, text="", folder=EXAMPLE):
    return subprocess.run([POSTERN, "token", *words], input=text, cwd=folder,
                          capture_output=True, text=True, timeout=60,
                          check=False)


def claims(**changes):
    return {"tkvr": "1.0.0", "jti": "t1@das.example",
            "iss": "//sp.example/das-cse", "azp": f"{CSE}/Cfitter",
            "nbf": 1767225600, "exp": 1798761600, "aud": [CSE], **changes}


def issue(body, *words):
    done = postern("issue", "--kind", "jws", "--keys", "das-private.json",
                   *words, "-", text=json.dumps(body))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def verify(token, *words, originator="Cfitter", now=NOW, cse=CSE):
    return postern("verify", "--config", "issuers.yaml", "--cse", cse,
                   "--originator", originator, "--now", now, *words, "-",
                   text=token)


def part(token, number):
    text = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


class Verify(unittest.TestCase):
    def expect(self, done, status, output=None):
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        if output is not None:
            self.assertIn(output, done.stdout)

    def test_says_what_counts(self):
        token = issue(claims(tkps={"pm": [
            {"ris": ["/plant-cse/base/hall"], "rids": ["op@sp.example"]},
            {"ris": ["cnt1"], "rids": ["op@sp.example"]}]}))
        done = verify(token)
        self.expect(done, 0, "good: signed\n")
        self.assertIn("roles     op@sp.example\n", done.stdout)
        self.assertIn("not all of it counts: its issuer may not speak for",
                      done.stdout)
        shown = json.loads(verify(token, "--format", "json").stdout)
        self.assertTrue(shown["good"])
        self.assertEqual(shown["claims"]["jti"], "t1@das.example")
        self.assertEqual(shown["claims"]["nbf"], 1767225600)
        self.assertEqual(shown["signature"],
                         {"alg": "ES256", "kid": "51-das-key"})
        self.assertEqual([it["roles"] for it in shown["counts"]],
                         [["op@sp.example"], []])
        self.assertIn("remark", shown["counts"][1])

    def test_says_why_not(self):
        token = issue(claims())
        forged = token[:-8] + ("AAAAAAAA" if token[-8:] != "AAAAAAAA"
                               else "BBBBBBBB")
        cases = [
            (verify(token, originator="Cthief"), "wrong-holder"),
            (verify(token, now="20270101T000005"), "expired"),
            (verify(token, now="20251231T235954"), "not-yet-valid"),
            (verify(token, cse="//sp.example/other"), "wrong-"),
            (verify(token, "--das", "//sp.example/other-das"), "wrong-issuer"),
            (verify(forged), "bad-crypto"),
            (verify("x.y"), "not-dynauthjwt"),
            (verify(""), "not-dynauthjwt"),
            (verify("a" * 40000), "too-large"),
            (verify(issue(claims(jti="t7@das.example"))), "revoked"),
            (verify(issue(claims(jti="t7@x.example"))), "wrong-issuer"),
        ]
        for done, word in cases:
            self.expect(done, 1)
            self.assertRegex(done.stdout, rf"^refused: {word}.*: .+\n$")
        shown = json.loads(verify(forged, "--format", "json").stdout)
        self.assertEqual(shown["good"], False)
        self.assertEqual(shown["refusal"], "bad-crypto")
        self.assertTrue(shown["reason"])

    def test_allows_the_leeway(self):
        token = issue(claims())
        self.expect(verify(token, now="20270101T000004"), 0)
        self.expect(verify(token, now="20251231T235955"), 0)

    def test_takes_a_das_that_was_asked(self):
        self.expect(verify(issue(claims()), "--das", "//sp.example/das-cse"), 0)
        pattern = issue(claims(aud=["//sp.example/*"]))
        self.expect(verify(pattern), 0)
        self.expect(verify(pattern, "--das", "//sp.example/das-cse"), 1,
                    "wrong-audience")

    def test_takes_the_token_as_a_word(self):
        done = postern("verify", "--config", "issuers.yaml", "--cse", CSE,
                       "--originator", "Cfitter", "--now", NOW,
                       issue(claims()))
        self.expect(done, 0, "good")

    def test_takes_the_time_of_the_machine(self):
        words = ["verify", "--config", "issuers.yaml", "--cse", CSE,
                 "--originator", "Cfitter", "-"]
        never = issue(claims(exp=1767225601))
        self.expect(postern(*words, text=never), 1, "expired")
        always = issue(claims(nbf=0, exp=2**53))
        self.expect(postern(*words, text=always), 0)

    def test_refuses_issuers_that_cannot_be_used(self):
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "issuers.yaml"
            for text, line in [("token_issuers:\n  /x: {}\n", 2),
                               ("token_issuers: [\n", 2)]:
                config.write_text(text, "utf-8")
                done = postern("verify", "--config", str(config), "--cse", CSE,
                               "--originator", "Cfitter", "x")
                self.expect(done, 2)
                self.assertIn(f"issuers.yaml:{line}:", done.stderr)
            config.write_text('{"kty": "oct"}', "utf-8")
            done = postern("verify", "--config", str(config), "--cse", CSE,
                           "--originator", "Cfitter", "x")
            self.expect(done, 2)
            self.assertIn("token_issuers", done.stderr)
            config.write_text("token_issuers:\n  //a.example/das:\n"
                              "    algs: [ES256]\n    key_files: [gone.pem]\n",
                              "utf-8")
            done = postern("verify", "--config", str(config), "--cse", CSE,
                           "--originator", "Cfitter", "x")
            self.expect(done, 2)
            self.assertIn("gone.pem", done.stderr)

    def test_finds_key_files_beside_the_issuers(self):
        token = issue(claims())
        done = subprocess.run(
            [POSTERN, "token", "verify", "--config",
             "examples/tokens/issuers.yaml", "--cse", CSE, "--originator",
             "Cfitter", "--now", NOW, "-"], input=token, cwd=ROOT,
            capture_output=True, text=True, timeout=60, check=False)
        self.expect(done, 0)


class Inspect(unittest.TestCase):
    def test_shows_and_warns(self):
        token = issue(claims())
        done = postern("inspect", "-", text=f"  {token}\n\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.startswith("NOT VERIFIED"))
        self.assertIn("alg  ES256", done.stdout)
        self.assertIn("nbf  1767225600  (2026-01-01 00:00:00 UTC)",
                      done.stdout)
        shown = json.loads(postern("inspect", "--format", "json",
                                   token).stdout)
        self.assertIs(shown["verified"], False)
        self.assertEqual(shown["header"], part(token, 0))
        self.assertEqual(shown["claims"], part(token, 1))

    def test_shows_the_header_of_what_is_encrypted(self):
        done = postern("issue", "--kind", "nested", "--keys",
                       "das-private.json", "--encrypt-keys", "cse-public.json",
                       "claims.json")
        token = done.stdout.strip()
        done = postern("inspect", token)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("cty  JWT", done.stdout)
        self.assertIn("are encrypted", done.stdout)
        shown = json.loads(postern("inspect", "--format", "json",
                                   token).stdout)
        self.assertNotIn("claims", shown)

    def test_prints_nothing_that_a_terminal_obeys(self):
        header = base64.urlsafe_b64encode(
            '{"alg":"none\x1b[2J","\u202ex":"\\u001b[31m"}'.encode()).decode()
        done = postern("inspect", header.rstrip("=") + ".e30.")
        self.assertNotIn("\x1b", done.stdout)
        self.assertNotIn("\u202e", done.stdout)

    def test_refuses_what_is_no_token(self):
        for text in ["", "a", "a.b", "a.b.c.d", "a.b.c.d.e.f", "!.e30.x",
                     "e30.W10.x", "e30.!.x"]:
            done = postern("inspect", "-", text=text)
            self.assertEqual(done.returncode, 2, text)
            self.assertTrue(done.stderr or "is not" in done.stdout, text)


class Issue(unittest.TestCase):
    def test_issues_what_verify_accepts(self):
        for words in [["--kind", "jws"],
                      ["--kind", "nested", "--encrypt-keys",
                       "cse-public.json"],
                      ["--kind", "nested", "--encrypt-keys", "cse-public.json",
                       "--enc", "A128GCM"]]:
            done = postern("issue", "--keys", "das-private.json", *words,
                           "claims.json")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(verify(done.stdout).returncode, 0)
        header = part(done.stdout, 0)
        self.assertEqual((header["enc"], header["typ"]), ("A128GCM", "JWT"))

    def test_reads_the_names_and_times_of_ts_0004(self):
        body = {"vr": "1.0.0", "tkid": "t1@das.example",
                "tkis": "//sp.example/das-cse", "tkhd": f"{CSE}/Cfitter",
                "tknb": "20260101T000000", "tkna": "20270101T000000",
                "tkau": [CSE]}
        self.assertEqual(part(issue(body), 1), claims())

    def test_refuses_what_verify_would_refuse(self):
        cases = [({"jti": "t1"}, "tokenID"), ({"azp": "Cfitter"}, "absolute"),
                 ({"exp": 1}, "before it begins"), ({"aud": CSE}, "list"),
                 ({"aud": []}, "audience"), ({"audience": [CSE]}, "not known"),
                 ({"tkps": [{"pv": {}}]}, "for which resources"),
                 ({"tkps": [{}]}, "neither"),
                 ({"tkps": [{"rids": ["x"]}]}, "Role-ID")]
        for change, message in cases:
            done = postern("issue", "--kind", "jws", "--keys",
                           "das-private.json", "-",
                           text=json.dumps(claims(**change)))
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(message, done.stderr)
        done = postern("issue", "--kind", "jws", "--keys", "das-private.json",
                       "-", text='{\n"tkvr": 1,\n"tkvr": 1}')
        self.assertIn("-:3:", done.stderr)

    def test_refuses_keys_that_do_not_fit(self):
        cases = [["--kind", "jws", "--keys", "das-public.json"],
                 ["--kind", "jws", "--keys", "das-private.json", "--alg",
                  "ES384"],
                 ["--kind", "jws", "--keys", "das-private.json", "--kid", "x"],
                 ["--kind", "jws", "--keys", "claims.json"],
                 ["--kind", "jws", "--keys", "gone.json"],
                 ["--kind", "jwe", "--encrypt-keys", "cse-public.json"]]
        for words in cases:
            done = postern("issue", *words, "claims.json")
            self.assertEqual((done.returncode, done.stdout), (2, ""), words)
            self.assertIn("error: ", done.stderr)

    def test_issues_by_a_pem(self):
        with tempfile.TemporaryDirectory() as folder:
            pem = str(pathlib.Path(folder) / "key.pem")
            subprocess.run(["openssl", "genpkey", "-algorithm", "EC",
                            "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                            pem], check=True, capture_output=True)
            done = postern("issue", "--kind", "jws", "--keys", pem, "--kid",
                           "51-pem", "claims.json")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(part(done.stdout, 0),
                             {"alg": "ES256", "kid": "51-pem", "typ": "JWT"})
            done = postern("issue", "--kind", "jws", "--keys", pem,
                           "claims.json")
            self.assertEqual(done.returncode, 2)


class CommandLine(unittest.TestCase):
    def test_refuses_misuse(self):
        cases = [
            [], ["sign"], ["verify"], ["verify", "x"],
            ["verify", "--config", "issuers.yaml", "x"],
            ["verify", "--config", "issuers.yaml", "--cse", CSE, "x"],
            ["verify", "--config", "issuers.yaml", "--cse", "/plant-cse",
             "--originator", "C", "x"],
            ["verify", "--config", "issuers.yaml", "--cse", CSE,
             "--originator", "a b", "x"],
            ["verify", "--config", "issuers.yaml", "--cse", CSE,
             "--originator", "C"],
            ["verify", "--config", "-", "--cse", CSE, "--originator", "C",
             "-"],
            ["verify", "--now", "today"], ["verify", "--format", "xml"],
            ["verify", "--kind", "jws"],
            ["inspect"], ["inspect", "a", "b"], ["inspect", "--now", "x"],
            ["issue"], ["issue", "claims.json"],
            ["issue", "--kind", "jws", "claims.json"],
            ["issue", "--kind", "none", "claims.json"],
            ["issue", "--kind", "jws", "--keys", "das-private.json"],
            ["issue", "--kind", "jwe", "--keys", "das-private.json",
             "claims.json"],
            ["issue", "--kind", "nested", "--keys", "das-private.json",
             "claims.json"],
            ["issue", "--kind", "jws", "--keys", "das-private.json",
             "--encrypt-keys", "cse-public.json", "claims.json"],
            ["issue", "--alg", "none"], ["issue", "--enc", "none"],
        ]
        for words in cases:
            done = postern(*words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn("postern token: ", done.stderr, words)
            self.assertEqual(done.stdout, "", words)

    def test_helps(self):
        for words in [["--help"], ["verify", "--help"], ["issue", "-h"],
                      ["inspect", "--help"]]:
            done = postern(*words)
            self.assertEqual(done.returncode, 0)
            self.assertTrue(done.stdout.startswith("usage: postern token"))


class Documents(unittest.TestCase):
    """What examples/tokens and docs/tokens.md show is what runs."""

    def test_the_example_prints_what_it_says(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder)
            for path in EXAMPLE.iterdir():
                (copy / path.name).write_bytes(path.read_bytes())
            text = (EXAMPLE / "README.md").read_text("utf-8")
            commands = re.findall(r"(?:^    .*\n)+", text, re.M)
            self.assertEqual(len(commands), 4)
            shown = [self.run_block(block, copy) for block in commands]
        self.assertEqual(shown[0], "")
        self.assertEqual(shown[1],
                         (EXAMPLE / "verified.txt").read_text("utf-8"))
        self.assertEqual(shown[2],
                         (EXAMPLE / "refused.txt").read_text("utf-8"))
        self.assertIn("are encrypted", shown[3])

    def test_the_walk_through_prints_what_it_says(self):
        text = (ROOT / "docs" / "tokens.md").read_text("utf-8")
        blocks = re.findall(r"```console\n(.*?)```", text, re.S)
        self.assertGreater(len(blocks), 2)
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder)
            for path in EXAMPLE.iterdir():
                (copy / path.name).write_bytes(path.read_bytes())
            for block in blocks:
                lines = block.splitlines(keepends=True)
                end = next(i for i, line in enumerate(lines)
                           if not line.endswith("\\\n")) + 1
                command = "".join(lines[:end])
                self.assertTrue(command.startswith("$ "), command)
                self.assertEqual(self.run_block(command[2:], copy),
                                 "".join(lines[end:]), command)

    def run_block(self, command, folder):
        path = f"{pathlib.Path(POSTERN).resolve().parent}:/usr/bin:/bin"
        return subprocess.run(["sh", "-c", command], cwd=folder, text=True,
                              env={"PATH": path}, capture_output=True,
                              timeout=60, check=False).stdout


if __name__ == "__main__":
    POSTERN = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=0)
