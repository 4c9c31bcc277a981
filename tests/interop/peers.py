"""Other implementations of JOSE, all asked in the same way: sign, verify,
encrypt, decrypt, with keys as JWKs and headers as they are to be."""

import json
import shutil
import subprocess

from jwcrypto import jwe, jwk as jwks, jws

import by_hand

SIGNING = tuple(f"{family}{size}" for family in ("HS", "RS", "ES")
                for size in (256, 384, 512))
ENCRYPTING = ("dir", "A128KW", "A192KW", "A256KW", "RSA-OAEP-256",
              "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW")


class ByHand:
    name = "python-cryptography, by hand"
    algs = set(SIGNING + ENCRYPTING)

    sign = staticmethod(by_hand.sign)
    verify = staticmethod(by_hand.verify)
    encrypt = staticmethod(by_hand.encrypt)
    decrypt = staticmethod(by_hand.decrypt)


class Jwcrypto:
    name = "jwcrypto"

    def __init__(self):
        offered = set(jws.default_allowed_algs) | set(jwe.default_allowed_algs)
        self.algs = {alg for alg in SIGNING + ENCRYPTING if alg in offered}

    @staticmethod
    def sign(header, key, payload):
        made = jws.JWS(payload)
        made.add_signature(jwks.JWK(**key), None, json.dumps(header), None)
        return made.serialize(compact=True)

    @staticmethod
    def verify(token, key):
        read = jws.JWS()
        read.deserialize(token, jwks.JWK(**key))
        return read.payload

    @staticmethod
    def encrypt(header, key, plain):
        made = jwe.JWE(plain, json.dumps(header))
        made.add_recipient(jwks.JWK(**key))
        return made.serialize(compact=True)

    @staticmethod
    def decrypt(token, key):
        read = jwe.JWE()
        read.deserialize(token, jwks.JWK(**key))
        return read.payload


class Latchset:
    """The jose command; its input goes through files of `folder`."""

    name = "latchset jose"

    def __init__(self, folder):
        self.folder = folder
        self.algs = set()
        if shutil.which("jose"):
            done = subprocess.run(["jose", "alg"], capture_output=True,
                                  text=True, check=True)
            self.algs = set(done.stdout.split()) & set(SIGNING + ENCRYPTING)

    @staticmethod
    def text_of(key):
        """Of a key for `dir` it takes alg for that of the content."""
        return json.dumps({name: value for name, value in key.items()
                           if (name, value) != ("alg", "dir")}).encode()

    def run(self, words, **files):
        for name, content in files.items():
            with open(self.folder / name, "wb") as file:
                file.write(content)
        done = subprocess.run(["jose", *words], cwd=self.folder,
                              capture_output=True, check=False, timeout=60)
        if done.returncode != 0:
            raise ValueError(done.stderr.decode())
        return done.stdout

    def sign(self, header, key, payload):
        return self.run(
            ("jws", "sig", "-I", "text", "-k", "key", "-c", "-s",
             json.dumps({"protected": header})),
            text=payload, key=self.text_of(key)).decode().strip()

    def verify(self, token, key):
        return self.run(("jws", "ver", "-i", "text", "-k", "key", "-O", "-"),
                        text=token.encode(), key=self.text_of(key))

    def encrypt(self, header, key, plain):
        return self.run(
            ("jwe", "enc", "-I", "text", "-k", "key", "-c", "-i",
             json.dumps({"protected": header})),
            text=plain, key=self.text_of(key)).decode().strip()

    def decrypt(self, token, key):
        return self.run(("jwe", "dec", "-i", "text", "-k", "key", "-O", "-"),
                        text=token.encode(), key=self.text_of(key))
