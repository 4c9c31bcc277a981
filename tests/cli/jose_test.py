#!/usr/bin/env python3
"""postern jose from outside: the examples of the RFCs, tokens made and opened
again, refusals, unusable keys. [JWT-23] [ESD-20] [ESD-21] [ESD-22]

jose_test.py PATH-OF-POSTERN VECTORS [unittest arguments]
"""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

POSTERN = ""
VECTORS = []


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def secret(kid, alg, size):
    return {"kty": "oct", "kid": kid, "alg": alg,
            "k": encoded(bytes(range(size)))}


# RFC 7515 A.3: it signs; RFC 7517 A.2: it is encrypted to.
SIGNER = {"kty": "EC", "crv": "P-256", "kid": "signer", "use": "sig",
          "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
          "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
          "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}
READER = {"kty": "EC", "crv": "P-256", "kid": "reader", "use": "enc",
          "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
          "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
          "d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}
PEM = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7
6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END PUBLIC KEY-----
"""
PAYLOAD = b'{"iss":"//das.example/das"}\x00\xff\n'


def public(key):
    return {name: value for name, value in key.items() if name != "d"}


class Jose(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.payload = self.write("payload", PAYLOAD)

    def write(self, name, content):
        path = pathlib.Path(self.folder.name, name)
        if isinstance(content, dict):
            content = json.dumps(content)
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content)
        return str(path)

    def expect(self, status, *words, stdin=b""):
        done = subprocess.run([POSTERN, "jose", *words], input=stdin,
                              timeout=60, capture_output=True, check=False)
        for marker in (b"Sanitizer", b"runtime error:"):
            self.assertNotIn(marker, done.stderr)
        self.assertEqual(done.returncode, status, (words, done))
        return done

    def seal(self, key, kind, *words):
        done = self.expect(0, "seal", "--keys", self.write("seal", key),
                           "--kind", kind, *words, self.payload)
        self.assertRegex(done.stdout, rb"^[\w.-]+\n$")
        return done.stdout.decode().strip()

    def open(self, key, token, *words):
        return self.expect(0, "open", "--keys", self.write("open", key), *words,
                           token).stdout

    def refused(self, word, key, token, *words):
        done = self.expect(1, "open", "--keys", self.write("open", key), *words,
                           token)
        self.assertEqual(done.stdout, b"")
        self.assertRegex(done.stderr.decode(), rf"^refused: {word}: [^\n]+\n$")


class Examples(Jose):
    def test_rfc(self):
        for vector in VECTORS:
            with self.subTest(vector["name"]):
                if vector["expected"] == "none":
                    self.assertEqual(
                        self.open(vector["key"], vector["token"]),
                        decoded(vector["payload"]))
                else:
                    self.refused(vector["expected"], vector["key"],
                                 vector["token"])


class RoundTrip(Jose):
    def test_jws(self):
        for alg, size in (("HS256", 32), ("HS384", 48), ("HS512", 64)):
            key = secret("k", alg, size)
            self.assertEqual(self.open(key, self.seal(key, "jws")), PAYLOAD)
        token = self.seal(SIGNER, "jws")
        self.assertEqual(self.open(public(SIGNER), token), PAYLOAD)
        self.assertEqual(self.open(PEM, token, "--kid", "signer"), PAYLOAD)

    def test_jwe(self):
        for alg, size in (("A128KW", 16), ("A192KW", 24), ("A256KW", 32),
                          ("dir", 32)):
            key = secret("k", alg, size)
            for enc in ("A128GCM", "A192GCM", "A256GCM")[alg == "dir" and 2:]:
                token = self.seal(key, "jwe", "--enc", enc)
                self.assertEqual(json.loads(decoded(token.split(".")[0])),
                                 {"alg": alg, "enc": enc, "kid": "k"})
                self.assertEqual(self.open(key, token), PAYLOAD)

    def test_a_key_that_does_not_say_its_algorithm_needs_alg_to_seal(self):
        key = public(READER)
        done = self.expect(2, "seal", "--keys", self.write("seal", key),
                           "--kind", "jwe", self.payload)
        self.assertIn(b"several algorithms", done.stderr)
        token = self.seal(key, "jwe", "--alg", "ECDH-ES+A192KW")
        self.assertEqual(self.open(READER, token), PAYLOAD)
        self.assertEqual(
            self.open(READER, token, "--alg", "ECDH-ES+A192KW"), PAYLOAD)
        self.refused("alg-not-permitted", READER, token, "--alg",
                     "ECDH-ES+A256KW")

    def test_nested(self):
        done = self.expect(
            0, "seal", "--kind", "nested", "--onem2m",
            "--sign-keys", self.write("s", SIGNER),
            "--encrypt-keys", self.write("e", public(READER)),
            "--encrypt-alg", "ECDH-ES+A128KW", self.payload)
        token = done.stdout.decode().strip()
        both = {"keys": [public(SIGNER), READER]}
        header = json.loads(decoded(token.split(".")[0]))
        self.assertEqual((header["typ"], header["cty"]), ("JWT", "JWT"))
        for words in ([], ["--onem2m"]):
            self.assertEqual(
                self.open(both, token, "--kind", "nested", *words), PAYLOAD)
        self.refused("alg-not-permitted", READER, token, "--kind", "jwe")

    def test_the_profile(self):
        key = secret("k", "HS256", 32)
        plain, onem2m = self.seal(key, "jws"), self.seal(key, "jws", "--onem2m")
        self.assertEqual(self.open(key, onem2m, "--onem2m"), PAYLOAD)
        self.assertEqual(self.open(key, onem2m), PAYLOAD)
        self.refused("bad-typ-cty", key, plain, "--onem2m")

    def test_standard_input(self):
        key = self.write("key", secret("k", "HS256", 32))
        token = self.expect(0, "seal", "--keys", key, "--kind", "jws", "-",
                            stdin=PAYLOAD).stdout
        for stdin in (token, token.strip(), token.strip() + b"\r\n"):
            self.assertEqual(
                self.expect(0, "open", "--keys", key, "-", stdin=stdin).stdout,
                PAYLOAD)
        for stdin in (b" " + token, token + b"\n", b""):
            self.expect(1, "open", "--keys", key, "-", stdin=stdin)


class Refusals(Jose):
    def test_a_changed_token(self):
        key = secret("k", "HS256", 32)
        token = self.seal(key, "jws")
        self.refused("bad-crypto", secret("k", "HS256", 33), token)
        self.refused("bad-crypto", key, token[:-6] + "AAAAAA"[:5] + "E")
        self.refused("unknown-kid", secret("other", "HS256", 32), token)
        self.refused("alg-not-permitted", secret("k", "HS384", 48), token)
        self.refused("alg-not-permitted", key, token, "--kind", "jwe")
        self.refused("not-dynauthjwt", key, token + "=")
        self.refused("not-dynauthjwt", key, "")

    def test_as_json(self):
        key = self.write("key", secret("k", "HS256", 32))
        done = self.expect(1, "open", "--keys", key, "--format", "json", "a.b")
        self.assertEqual(json.loads(done.stderr)["refused"], "not-dynauthjwt")
        self.assertEqual(done.stdout, b"")

    def test_public_keys_do_not_sign(self):
        done = self.expect(
            2, "seal", "--keys", self.write("key", public(SIGNER)), "--kind",
            "jws", self.payload)
        self.assertIn(b"error:", done.stderr)


class Unusable(Jose):
    def test_keys(self):
        for name, content in (
                ("no JSON", "{"), ("no key", {"keys": [1]}),
                ("a short secret", secret("k", "HS256", 31)),
                ("off the curve", {**SIGNER, "y": SIGNER["x"]}),
                ("PEM of nothing", "-----BEGIN PUBLIC KEY-----\n"),
                ("PEM without a name", PEM)):
            with self.subTest(name):
                path = self.write("key", content)
                done = self.expect(2, "open", "--keys", path, "a.b.c")
                self.assertRegex(done.stderr.decode(),
                                 r"^[^\n]*key(:\d+:\d+)?: error: [^\n]+\n$")

    def test_a_place_in_the_file(self):
        path = self.write("key", '{"kty": "oct",\n "k": "AA",\n "kid": 1}')
        self.assertRegex(
            self.expect(2, "open", "--keys", path, "a.b.c").stderr.decode(),
            r"key:3:\d+: error: ")

    def test_command_line(self):
        key = self.write("key", secret("k", "HS256", 32))
        for words in ([], ["seal"], ["open"], ["shut"], ["open", "a.b.c"],
                      ["open", "--keys", key], ["open", "--keys", "gone", "a"],
                      ["open", "--keys", key, "a", "b"],
                      ["open", "--keys", key, "--alg", "none", "a"],
                      ["open", "--keys", key, "--alg", "hs256", "a"],
                      ["open", "--keys", key, "--kind", "any", "a"],
                      ["open", "--keys", key, "--enc", "A128GCM", "a"],
                      ["open", "--keys", "-", "-"],
                      ["open", "--keys", key, "--now", "today", "a"],
                      ["seal", "--keys", key, self.payload],
                      ["seal", "--keys", key, "--kind", "nested",
                       self.payload],
                      ["seal", "--keys", key, "--kind", "jwe", self.payload],
                      ["seal", "--keys", key, "--kind", "jws", "gone"]):
            with self.subTest(words):
                self.assertEqual(self.expect(2, *words).stdout, b"")

    def test_help(self):
        for words in (["--help"], ["-h"], ["open", "--help"],
                      ["seal", "-h"]):
            self.assertIn(b"usage: postern jose open",
                          self.expect(0, *words).stdout)


if __name__ == "__main__":
    POSTERN = sys.argv[1]
    VECTORS = json.loads(pathlib.Path(sys.argv[2]).read_text("utf-8"))[
        "vectors"]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
