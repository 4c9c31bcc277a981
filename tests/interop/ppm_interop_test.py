#!/usr/bin/env python3
"""Signed terms and receipts, ours and those of another implementation of JOSE:
what we sign others verify, and what they sign we take, if it is what we say it
has to be. [PPM-18] [PPM-25] [JWT-16]

ppm_interop_test.py PATH-OF-POSTERN [unittest arguments]
"""

import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

# Where another Python comes first, that of the system has the packages.
if not importlib.util.find_spec("jwcrypto"):
    if sys.executable != "/usr/bin/python3":
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    sys.exit("python3-jwcrypto is missing: tools/setup.sh --test installs it")

from jwcrypto import jwk, jws  # noqa: E402

POSTERN = ""
TERMS = """\
kind: provider
owner: acme
id: terms
rows: {1.1/app_id: R01.example.acme, 5.0/deliver: yes, 6.0/month: 6}
"""
SUBSCRIBER = "kind: subscriber\nowner: p-1\nresidence: {legal_country: NL}\n"
USER = "kind: user\nowner: p-1\nrows: {2.0/personal: yes}\n"
ASP = """\
kind: asp
owner: acme
applications: [{app_id: R01.example.acme}]
keys: %s
"""
CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
ALGS = (*CURVES, "RS256", "RS384", "RS512")
KEYS = {}


def make_keys():
    rsa = jwk.JWK.generate(kty="RSA", size=2048).export_private(as_dict=True)
    for alg in ALGS:
        key = (jwk.JWK.generate(kty="EC", crv=CURVES[alg])
               .export_private(as_dict=True) if alg in CURVES else dict(rsa))
        key.update(alg=alg, use="sig", kid="key-" + alg)
        KEYS[alg] = jwk.JWK(**key)


def sign(key, payload, **header):
    made = jws.JWS(payload)
    made.add_signature(key, None, json.dumps(header), None)
    return made.serialize(compact=True)


def verified(token, key):
    read = jws.JWS()
    read.deserialize(token.strip(), key)
    return read.payload


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.terms = self.write("terms.yaml", TERMS)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def private(self, alg):
        return self.write("private.jwk", KEYS[alg].export_private())

    def public(self, alg):
        return self.write("public.jwk", KEYS[alg].export_public())

    def run_ppm(self, *words, status=0):
        done = subprocess.run([POSTERN, "ppm", *words], capture_output=True,
                              text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn("Sanitizer", done.stderr)
        return done

    def check(self, alg, token, status=0):
        return self.run_ppm("check", "--keys", self.public(alg),
                            self.write("terms.jws", token), status=status)


class Terms(Case):
    def test_ours_are_verified_by_others(self):
        for alg in ALGS:
            token = self.run_ppm("sign", "--keys", self.private(alg),
                                 self.terms).stdout
            self.assertEqual(verified(token, KEYS[alg]), TERMS.encode())
            with self.assertRaises(jws.InvalidJWSSignature):
                verified(token, jwk.JWK.generate(kty="EC", crv="P-256"))

    def test_those_of_others_are_taken(self):
        for alg in ALGS:
            key = KEYS[alg]
            for header in ({"alg": alg, "kid": key["kid"]}, {"alg": alg},
                           {"alg": alg, "typ": "terms"}):
                self.check(alg, sign(key, TERMS, **header))

    def test_what_a_header_brings_along_is_refused(self):
        key = KEYS["ES256"]
        other = jwk.JWK.generate(kty="EC", crv="P-256")
        for more in ({"jwk": other.export_public(as_dict=True)},
                     {"jku": "https://a.example/"}, {"x5c": ["AA=="]},
                     {"x5u": "https://a.example/"}):
            for signer in (key, other):
                token = sign(signer, TERMS, alg="ES256", **more)
                done = self.check("ES256", token, status=2)
                self.assertIn("[E_SIGNATURE]", done.stderr)
        self.check("ES256", sign(key, TERMS, alg="ES256"))
        # The thumbprint of a certificate is not looked at.
        self.check("ES256", sign(other, TERMS, alg="ES256", x5t="AAAA"),
                   status=2)
        self.check("ES256", sign(key, TERMS, alg="ES256", x5t="AAAA"))

    def test_another_signer_and_another_algorithm_are_refused(self):
        other = jwk.JWK.generate(kty="EC", crv="P-256")
        self.check("ES256", sign(other, TERMS, alg="ES256"), status=2)
        rsa = KEYS["RS256"].export_private(as_dict=True)
        rsa.pop("alg")
        self.check("RS256", sign(jwk.JWK(**rsa), TERMS, alg="RS512"), status=2)
        self.check("RS256", sign(jwk.JWK(**rsa), TERMS, alg="PS256"), status=2)
        self.check("RS256", sign(jwk.JWK(**rsa), TERMS, alg="RS256"))

    def test_a_public_key_is_no_secret_to_sign_with(self):
        for secret in (KEYS["RS256"].export_to_pem(),
                       KEYS["RS256"].export_public().encode()):
            mac = jwk.JWK.from_password(secret.decode())
            token = sign(mac, TERMS, alg="HS256", kid="key-RS256")
            done = self.check("RS256", token, status=2)
            self.assertIn("[E_SIGNATURE]", done.stderr)

    def test_json_serialization_is_refused(self):
        made = jws.JWS(TERMS)
        made.add_signature(KEYS["ES256"], None, json.dumps({"alg": "ES256"}),
                           None)
        done = self.check("ES256", made.serialize(), status=2)
        self.assertIn("[E_UNSIGNED]", done.stderr)
        self.check("ES256", made.serialize(compact=True))


class Receipts(Case):
    def test_signed_receipt_is_verified_by_others(self):
        provider = KEYS["ES256"]
        keys = json.dumps({"keys": [provider.export_public(as_dict=True)]})
        pair = ["--db", str(self.folder / "db"), "--subscriber", "p-1",
                "--provider", "acme"]
        self.run_ppm("register", *pair[:2], self.write("asp.yaml", ASP % keys),
                     self.write("subscriber.yaml", SUBSCRIBER),
                     self.write("user.yaml", USER),
                     self.write("terms.jws",
                                sign(provider, TERMS, alg="ES256",
                                     kid="key-ES256")))
        shown = self.run_ppm("policy", *pair, "--hash").stdout.strip()
        self.run_ppm("accept", *pair, "--hash", shown)
        plain = self.run_ppm("receipt", *pair).stdout.strip()
        for alg in ALGS:
            token = self.run_ppm("receipt", *pair, "--signed", "--keys",
                                 self.private(alg)).stdout
            self.assertEqual(verified(token, KEYS[alg]).decode(), plain)
        self.assertEqual(json.loads(plain)["privacy_notice"]["hash"], shown)


if __name__ == "__main__":
    POSTERN = sys.argv.pop(1)
    make_keys()
    unittest.main()
