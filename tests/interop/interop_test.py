#!/usr/bin/env python3
"""Tokens that other implementations of JOSE make and read, and ours: each
reads what the other one made, for every algorithm that both have. And tokens
that only somebody hostile makes, which ours refuses. [ESD-20] [ESD-21]
[ESD-22] [JWT-16] [JWT-23]

interop_test.py PATH-OF-POSTERN [unittest arguments]
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

import by_hand  # noqa: E402
import peers  # noqa: E402
from by_hand import b64, part, unb64  # noqa: E402

POSTERN = ""
PAYLOAD = b'{"iss":"//sp.example/das-cse","n":[1,2.5,"\xc3\xa9"]}'
KEYS = {}  # alg: private JWK without alg and kid
CURVE_OF = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
SECRET_OF = {"HS256": 32, "HS384": 48, "HS512": 64, "A128KW": 16,
             "A192KW": 24, "A256KW": 32}
# Of an ECDH key every curve is fine; each is used once.
AGREEING = {"ECDH-ES+A128KW": "P-256", "ECDH-ES+A192KW": "P-384",
            "ECDH-ES+A256KW": "P-521"}


def make_keys():
    rsa = by_hand.make_rsa()
    for alg in peers.SIGNING + peers.ENCRYPTING:
        if alg in CURVE_OF:
            KEYS[alg] = by_hand.make_ec(CURVE_OF[alg])
        elif alg in AGREEING:
            KEYS[alg] = by_hand.make_ec(AGREEING[alg])
        elif alg in SECRET_OF:
            KEYS[alg] = by_hand.make_oct(SECRET_OF[alg])
        elif alg != "dir":
            KEYS[alg] = rsa


def key_for(alg, enc=None, **more):
    """The private key, as a JWK that says what it is for."""
    key = (by_hand.make_oct(by_hand.ENCS[enc]) if alg == "dir"
           else KEYS[alg])
    return {**key, "alg": alg, "kid": "key", **more}


def combinations():
    return [(alg, enc) for alg in peers.ENCRYPTING for enc in by_hand.ENCS]


class Case(unittest.TestCase):
    skipped = set()

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.place = pathlib.Path(self.folder.name)
        self.peers = (peers.ByHand(), peers.Jwcrypto(),
                      peers.Latchset(self.place))

    def those_with(self, *algs):
        for peer in self.peers:
            missing = [alg for alg in algs if alg not in peer.algs]
            if missing:
                self.skipped.update((peer.name, alg) for alg in missing)
            else:
                yield peer

    def postern(self, *words, text=b"", **files):
        for name, content in files.items():
            (self.place / name).write_text(json.dumps(content),
                                           encoding="utf-8")
        return subprocess.run([POSTERN, *words], input=text, cwd=self.place,
                              capture_output=True, check=False, timeout=60)

    def seal(self, kind, keys, *words, payload=PAYLOAD):
        done = self.postern("jose", "seal", "--kind", kind, "--keys", "ours",
                            *words, "-", text=payload, ours=keys)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.decode().strip()

    def open(self, kind, token, keys):
        return self.postern("jose", "open", "--kind", kind, "--keys", "ours",
                            "-", text=token.encode(), ours=keys)

    def expect_opened(self, kind, token, keys):
        done = self.open(kind, token, keys)
        self.assertEqual((done.returncode, done.stdout), (0, PAYLOAD),
                         done.stderr)


class Signatures(Case):
    def test_ours_are_read(self):
        for alg in peers.SIGNING:
            key = key_for(alg)
            token = self.seal("jws", key)
            self.assertEqual(by_hand.header_of(token)["alg"], alg)
            for peer in self.those_with(alg):
                with self.subTest(alg=alg, peer=peer.name):
                    self.assertEqual(peer.verify(token, by_hand.public(key)),
                                     PAYLOAD)

    def test_theirs_are_read(self):
        for alg in peers.SIGNING:
            key = key_for(alg)
            for peer in self.those_with(alg):
                with self.subTest(alg=alg, peer=peer.name):
                    token = peer.sign({"alg": alg, "kid": "key"}, key, PAYLOAD)
                    self.expect_opened("jws", token, by_hand.public(key))


class Encryptions(Case):
    def test_ours_are_read(self):
        for alg, enc in combinations():
            key = key_for(alg, enc)
            token = self.seal("jwe", by_hand.public(key), "--enc", enc)
            self.assertEqual(by_hand.header_of(token)["enc"], enc)
            for peer in self.those_with(alg):
                with self.subTest(alg=alg, enc=enc, peer=peer.name):
                    self.assertEqual(peer.decrypt(token, key), PAYLOAD)

    def test_theirs_are_read(self):
        for alg, enc in combinations():
            key = key_for(alg, enc)
            for peer in self.those_with(alg):
                with self.subTest(alg=alg, enc=enc, peer=peer.name):
                    token = peer.encrypt({"alg": alg, "enc": enc, "kid": "key"},
                                         by_hand.public(key), PAYLOAD)
                    self.expect_opened("jwe", token, key)

    def test_parties_go_into_the_derivation(self):
        """Their names are in the header: apu and apv."""
        for alg in AGREEING:
            key = key_for(alg)
            header = {"alg": alg, "enc": "A128GCM", "kid": "key",
                      "apu": b64(b"Alice"), "apv": b64(b"Bob")}
            token = by_hand.encrypt(header, key, PAYLOAD)
            self.expect_opened("jwe", token, key)
            other = by_hand.encrypt({**header, "apu": b64(b"Alicf")}, key,
                                    PAYLOAD)
            self.assertEqual(
                self.open("jwe", ".".join((token.split(".")[0],
                                           *other.split(".")[1:])),
                          key).returncode, 1)


class Nested(Case):
    PAIRS = (("ES256", "ECDH-ES+A128KW", "A128GCM"),
             ("RS256", "RSA-OAEP-256", "A256GCM"),
             ("ES512", "A256KW", "A256GCM"), ("RS384", "dir", "A192GCM"))

    def keys(self, signs, encrypts, enc):
        return (key_for(signs, kid="signer", use="sig"),
                key_for(encrypts, enc, kid="reader", use="enc"))

    def test_ours_are_read(self):
        for signs, encrypts, enc in self.PAIRS:
            signer, reader = self.keys(signs, encrypts, enc)
            done = self.postern(
                "jose", "seal", "--kind", "nested", "--sign-keys", "signer",
                "--encrypt-keys", "reader", "--enc", enc, "-", text=PAYLOAD,
                signer=signer, reader=by_hand.public(reader))
            self.assertEqual(done.returncode, 0, done.stderr)
            token = done.stdout.decode().strip()
            self.assertEqual(by_hand.header_of(token)["cty"], "JWT")
            for peer in self.those_with(signs, encrypts):
                with self.subTest(signs=signs, peer=peer.name):
                    inner = peer.decrypt(token, reader).decode()
                    self.assertEqual(peer.verify(inner,
                                                 by_hand.public(signer)),
                                     PAYLOAD)

    def test_theirs_are_read(self):
        for signs, encrypts, enc in self.PAIRS:
            signer, reader = self.keys(signs, encrypts, enc)
            keys = {"keys": [by_hand.public(signer), reader]}
            if encrypts in ("A256KW", "dir"):
                continue  # one set has no secrets beside public keys
            for peer in self.those_with(signs, encrypts):
                with self.subTest(signs=signs, peer=peer.name):
                    inner = peer.sign({"alg": signs, "kid": "signer"}, signer,
                                      PAYLOAD)
                    token = peer.encrypt(
                        {"alg": encrypts, "enc": enc, "kid": "reader",
                         "cty": "JWT"}, by_hand.public(reader),
                        inner.encode())
                    self.expect_opened("nested", token, keys)


# ---- tokens of oneM2M -----------------------------------------------------

CSE = "//sp.example/plant-cse"
DAS = "//sp.example/das-cse"
NOW = "20300101T000000"


def claims():
    return {"tkvr": "1.0.0", "jti": "t1@das.example", "iss": DAS,
            "azp": f"{CSE}/Cpump7", "nbf": 1893000000, "exp": 1900000000,
            "aud": [CSE], "tknm": "n\u00e9", "tkps": {"pm": [
                {"ris": ["cnt1"], "rids": ["op@sp.example"]}]}}


def typed(alg, **more):
    return {"typ": "JWT", "alg": alg, "kid": "key", **more}


class Tokens(Case):
    def verify(self, token, key, alg):
        """As a CSE that trusts the DAS with this key alone."""
        signs = alg in peers.SIGNING
        issuer = {"algs": [alg],
                  "classes": ["signed" if signs else "encrypted"],
                  "keys": [by_hand.public(key)]}
        return self.postern(
            "token", "verify", "--config", "issuers", "--cse", CSE,
            "--originator", "Cpump7", "--now", NOW, "--format", "json", "-",
            text=token.encode(), issuers={"token_issuers": {DAS: issuer}})

    def expect_good(self, token, key, alg):
        done = self.verify(token, key, alg)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        read = json.loads(done.stdout)["claims"]
        for name in ("jti", "iss", "azp", "nbf", "exp", "aud", "tknm"):
            self.assertEqual(read[name], claims()[name])

    def test_that_others_issue_count(self):
        for alg in peers.SIGNING:
            for peer in self.those_with(alg):
                with self.subTest(alg=alg, peer=peer.name):
                    key = key_for(alg)
                    token = peer.sign(typed(alg), key,
                                      json.dumps(claims()).encode())
                    self.expect_good(token, key, alg)
        for alg in ("dir", "A128KW", "A192KW", "A256KW"):
            for peer in self.those_with(alg):
                with self.subTest(alg=alg, peer=peer.name):
                    key = key_for(alg, "A256GCM")
                    token = peer.encrypt(typed(alg, enc="A256GCM"), key,
                                         json.dumps(claims()).encode())
                    self.expect_good(token, key, alg)

    def test_of_another_key_do_not_count(self):
        for alg in ("HS256", "ES256", "ES384"):
            other = (by_hand.make_oct(32) if alg == "HS256"
                     else by_hand.make_ec(CURVE_OF[alg]))
            for peer in self.those_with(alg):
                token = peer.sign(typed(alg), {**other, "alg": alg},
                                  json.dumps(claims()).encode())
                done = self.verify(token, key_for(alg), alg)
                self.assertEqual(done.returncode, 1)
                self.assertNotIn(b"t1@das.example", done.stdout)

    def test_of_ours_are_read_by_others(self):
        for alg in peers.SIGNING:
            key = key_for(alg)
            done = self.postern("token", "issue", "--kind", "jws", "--keys",
                                "ours", "-", ours=key,
                                text=json.dumps(claims()).encode())
            self.assertEqual(done.returncode, 0, done.stderr)
            token = done.stdout.decode().strip()
            self.assertEqual(by_hand.header_of(token), typed(alg))
            for peer in self.those_with(alg):
                with self.subTest(alg=alg, peer=peer.name):
                    read = json.loads(peer.verify(token, by_hand.public(key)))
                    self.assertEqual(read, claims())


# ---- hostile tokens -------------------------------------------------------


def pem_of(jwk):
    from cryptography.hazmat.primitives import serialization
    key = (by_hand.rsa_public_numbers(jwk).public_key() if jwk["kty"] == "RSA"
           else by_hand.ec_public(jwk))
    return key.public_bytes(serialization.Encoding.PEM,
                            serialization.PublicFormat.SubjectPublicKeyInfo)


def unsigned(alg):
    return f"{part({'alg': alg, 'kid': 'key'})}.{b64(PAYLOAD)}."


def as_secret(data):
    return {"kty": "oct", "k": b64(data)}


def off_curve(jwk):
    y = bytearray(unb64(jwk["y"]))
    y[-1] ^= 1
    return {**by_hand.public(jwk), "y": b64(bytes(y))}


class Hostile(Case):
    def expect_refused(self, name, kind, token, key):
        with self.subTest(name):
            done = self.open(kind, token, key)
            self.assertEqual(done.returncode, 1, name)
            self.assertEqual(done.stdout, b"", name)
            self.assertIn(b"refused: ", done.stderr)

    def test_without_a_signature(self):
        for alg in ("HS256", "RS256", "ES256"):
            key = by_hand.public(key_for(alg))
            good = by_hand.sign({"alg": alg, "kid": "key"}, key_for(alg),
                                PAYLOAD)
            for none in ("none", "None", "NONE", "nOnE", ""):
                token = unsigned(none)
                self.expect_refused(none, "jws", token, key)
                self.expect_refused(none, "jws",
                                    token + good.split(".")[2], key)
            self.expect_refused("empty", "jws", good.rpartition(".")[0] + ".",
                                key)

    def test_by_a_public_key_as_secret(self):
        """What a verifier would compute a MAC with if it believed the
        header."""
        for alg in ("RS256", "ES256"):
            key = by_hand.public(key_for(alg))
            pem = pem_of(key)
            secrets = (pem, pem.strip(), json.dumps(key).encode(),
                       unb64(key.get("n", key.get("x"))), b"", bytes(32))
            for secret in secrets:
                for mac in ("HS256", "HS512"):
                    token = by_hand.sign({"alg": mac, "kid": "key"},
                                         as_secret(secret), PAYLOAD)
                    self.expect_refused(f"{mac} by {secret[:20]}", "jws",
                                        token, key)
                    lying = by_hand.sign({"alg": alg, "kid": "key"},
                                         as_secret(secret), PAYLOAD, alg=mac)
                    self.expect_refused(f"{alg} that is {mac}", "jws", lying,
                                        key)

    def test_by_another_algorithm_of_the_family(self):
        for alg, other in (("RS256", "RS512"), ("HS256", "HS512"),
                           ("RS512", "RS256")):
            token = by_hand.sign({"alg": other, "kid": "key"}, KEYS[alg],
                                 PAYLOAD)
            self.expect_refused(f"{other} on {alg}", "jws", token,
                                by_hand.public(key_for(alg)))

    def test_by_another_curve(self):
        token = by_hand.sign({"alg": "ES256", "kid": "key"}, KEYS["ES384"],
                             PAYLOAD)
        self.expect_refused("P-384 for ES256", "jws", token,
                            by_hand.public(key_for("ES256")))
        token = by_hand.sign({"alg": "ES384", "kid": "key"}, KEYS["ES256"],
                             PAYLOAD, alg="ES384")
        self.expect_refused("P-256 for ES384", "jws", token,
                            by_hand.public(key_for("ES256")))

    def test_with_a_key_of_its_own(self):
        evil = by_hand.make_ec("P-256")
        key = by_hand.public(key_for("ES256"))
        for member, value in (("jwk", by_hand.public(evil)),
                              ("jku", "https://evil.example/keys"),
                              ("x5u", "https://evil.example/cert"),
                              ("x5c", [b64(b"certificate")])):
            header = {"alg": "ES256", "kid": "key", member: value}
            for signer in (evil, KEYS["ES256"]):
                self.expect_refused(member, "jws",
                                    by_hand.sign(header, signer, PAYLOAD), key)
        self.expect_refused("by jwcrypto", "jws", peers.Jwcrypto.sign(
            {"alg": "ES256", "kid": "key", "jwk": by_hand.public(evil)},
            evil, PAYLOAD), key)

    def test_with_extensions(self):
        key = key_for("HS256")
        for more in ({"crit": ["exp"], "exp": 1}, {"crit": []},
                     {"crit": ["b64"], "b64": False}, {"b64": False},
                     {"b64": True}, {"crit": "alg"}):
            header = {"alg": "HS256", "kid": "key", **more}
            self.expect_refused(str(more), "jws",
                                by_hand.sign(header, key, PAYLOAD), key)
        # Its payload stands there as it is (RFC 7797).
        header = {"alg": "HS256", "kid": "key", "b64": False, "crit": ["b64"]}
        data = part(header) + ".payload"
        made = by_hand.signature("HS256", key, data.encode())
        self.expect_refused("b64", "jws", f"{data}.{b64(made)}", key)

    def test_with_points_that_are_none(self):
        reader = key_for("ECDH-ES+A128KW")
        header = {"alg": "ECDH-ES+A128KW", "enc": "A128GCM", "kid": "key"}
        good = by_hand.encrypt(header, reader, PAYLOAD)
        point = by_hand.header_of(good)["epk"]
        zero = b64(bytes(32))
        for name, epk in (
                ("off the curve", off_curve(point)),
                ("zero", {**point, "x": zero, "y": zero}),
                ("of P-384", by_hand.public(by_hand.make_ec("P-384"))),
                ("of P-384, it says", {**point, "crv": "P-384"}),
                ("half", {name: point[name] for name in ("kty", "crv", "x")}),
                ("private", by_hand.make_ec("P-256")),
                ("no point", {"kty": "oct", "k": zero}),
                ("short", {**point, "x": b64(unb64(point["x"])[1:])})):
            token = ".".join((part({**header, "epk": epk}),
                              *good.split(".")[1:]))
            self.expect_refused(name, "jwe", token, reader)

    def test_with_keys_of_other_sizes(self):
        for alg, size in (("A128KW", 32), ("A256KW", 16), ("dir", 16)):
            key = key_for(alg, "A256GCM")
            header = {"alg": alg, "enc": "A256GCM", "kid": "key"}
            if size == by_hand.ENCS["A256GCM"]:
                header["enc"] = "A128GCM"
            token = by_hand.encrypt(header, key, PAYLOAD, cek=bytes(size))
            self.expect_refused(f"{alg} of {size}", "jwe", token, key)
        key = key_for("RSA-OAEP-256")
        token = by_hand.encrypt({"alg": "RSA-OAEP-256", "enc": "A256GCM",
                                 "kid": "key"}, key, PAYLOAD, cek=bytes(16))
        self.expect_refused("OAEP of 16", "jwe", token, key)

    def test_with_parts_cut(self):
        key = key_for("A128KW")
        token = by_hand.encrypt({"alg": "A128KW", "enc": "A128GCM",
                                 "kid": "key"}, key, PAYLOAD)
        parts = token.split(".")
        for place in (1, 2, 4):
            whole = unb64(parts[place])
            for size in (0, 1, 4, 8, 11, len(whole) - 1):
                cut = [*parts]
                cut[place] = b64(whole[:size])
                self.expect_refused(f"part {place} of {size}", "jwe",
                                    ".".join(cut), key)

    def test_of_algorithms_that_oneM2M_has_not(self):
        """Good tokens, made by jwcrypto with the right key."""
        rsa = by_hand.public(KEYS["RS256"])
        agrees = by_hand.public(KEYS["ECDH-ES+A128KW"])
        wraps = KEYS["A128KW"]
        rows = (("RSA-OAEP", "A256GCM", rsa, key_for("RSA-OAEP-256")),
                ("RSA1_5", "A256GCM", rsa, key_for("RSA-OAEP-256")),
                ("ECDH-ES", "A128GCM", agrees, key_for("ECDH-ES+A128KW")),
                ("A128GCMKW", "A128GCM", wraps, key_for("A128KW")),
                ("A128KW", "A128CBC-HS256", wraps, key_for("A128KW")),
                ("PBES2-HS256+A128KW", "A128GCM", wraps, key_for("A128KW")))
        from jwcrypto import jwe, jwk
        for alg, enc, theirs, ours in rows:
            made = jwe.JWE(PAYLOAD, json.dumps({"alg": alg, "enc": enc,
                                                "kid": "key"}),
                           algs=[alg, enc])
            made.add_recipient(jwk.JWK(**theirs))
            self.expect_refused(f"{alg}, {enc}", "jwe",
                                made.serialize(compact=True), ours)
        for alg in ("PS256", "ES256K"):
            self.expect_refused(alg, "jws", by_hand.sign(
                {"alg": alg, "kid": "key"}, KEYS["RS256"], PAYLOAD,
                alg="RS256"), by_hand.public(key_for("RS256")))

    def test_that_are_compressed_or_no_compact_texts(self):
        from jwcrypto import jwe, jwk, jws
        key = key_for("A128KW")
        made = jwe.JWE(PAYLOAD, json.dumps({"alg": "A128KW", "enc": "A128GCM",
                                            "kid": "key", "zip": "DEF"}))
        made.add_recipient(jwk.JWK(**key))
        self.expect_refused("zip", "jwe", made.serialize(compact=True), key)
        self.expect_refused("JSON", "jwe", made.serialize(), key)
        signed = jws.JWS(PAYLOAD)
        signed.add_signature(jwk.JWK(**key_for("HS256")), None,
                             json.dumps({"alg": "HS256", "kid": "key"}), None)
        self.expect_refused("JSON", "jws", signed.serialize(),
                            key_for("HS256"))

    def test_nested_by_a_secret_or_too_deeply(self):
        signer = key_for("ES256", kid="signer", use="sig")
        reader = key_for("ECDH-ES+A128KW", kid="reader", use="enc")
        keys = {"keys": [by_hand.public(signer), reader]}
        outer = {"alg": "ECDH-ES+A128KW", "enc": "A128GCM", "kid": "reader",
                 "cty": "JWT"}
        good = by_hand.sign({"alg": "ES256", "kid": "signer"}, signer, PAYLOAD)
        self.expect_opened("nested", by_hand.encrypt(outer, reader,
                                                     good.encode()), keys)
        rows = {"none": unsigned("none"),
                "claims": PAYLOAD.decode(),
                "by a MAC": by_hand.sign({"alg": "HS256", "kid": "signer"},
                                         as_secret(pem_of(signer)), PAYLOAD),
                "three levels": by_hand.encrypt(outer, reader, good.encode())}
        for name, inner in rows.items():
            self.expect_refused(name, "nested",
                                by_hand.encrypt(outer, reader,
                                                inner.encode()), keys)


def main():
    global POSTERN
    POSTERN = sys.argv.pop(1)
    make_keys()
    program = unittest.main(exit=False)
    for name, alg in sorted(Case.skipped):
        print(f"not compared: {name} has no {alg}")
    sys.exit(not program.result.wasSuccessful())


main()
