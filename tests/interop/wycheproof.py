#!/usr/bin/env python3
"""wycheproof.py POSTERN VECTORS: `postern jose open` on Wycheproof's tokens.

A vector labelled valid has to open to its payload, any other has to be refused
(exit 1, or 2 when it is the key that is refused). Where we differ from a label
deviations.json says why; a deviation that is none any more is a failure too.
"""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile

FILES = ("json_web_signature", "json_web_encryption", "json_web_key",
         "json_web_crypto")


def payload_of(test):
    if "pt" in test:
        return bytes.fromhex(test["pt"])
    part = token_of(test).split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def token_of(test):
    """The token as text; some vectors are in JSON serialization."""
    token = test["jws"] if "jws" in test else test["jwe"]
    return token if isinstance(token, str) else json.dumps(token)


def keys_of(group):
    """The key sets to try: what verifies or decrypts may be private."""
    return [group[name] for name in ("private", "public") if name in group]


class Runner:
    def __init__(self, postern, folder):
        self.postern = postern
        self.folder = pathlib.Path(folder)

    def open(self, keys, token):
        """(exit status, payload)"""
        path = self.folder / "keys.json"
        path.write_text(json.dumps(keys), encoding="utf-8")
        done = subprocess.run(
            [self.postern, "jose", "open", "--keys", str(path), "-"],
            input=token.encode(), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, check=False)
        if done.returncode not in (0, 1, 2):
            sys.exit(f"exit status {done.returncode}: "
                     + done.stderr.decode(errors="replace"))
        return done.returncode, done.stdout

    def accepts(self, group, test):
        """Whether every token opens to what it should with a key set."""
        for keys in keys_of(group):
            status, payload = self.open(keys, token_of(test))
            if status == 0:
                return test["result"] != "valid" or payload == payload_of(test)
        return False


def run(runner, vectors):
    deviations = json.loads((vectors / "deviations.json").read_text("utf-8"))
    passed, failed, listed = 0, 0, 0
    for name in FILES:
        expected = dict(deviations.get(name, {}))
        document = json.loads((vectors / f"{name}.json").read_text("utf-8"))
        for group in document["testGroups"]:
            for test in group["tests"]:
                wanted = test["result"] == "valid"
                agrees = runner.accepts(group, test) == wanted
                reason = expected.pop(str(test["tcId"]), None)
                if agrees == (reason is None):
                    passed += 1
                    listed += reason is not None
                    continue
                failed += 1
                print(f"{name} {test['tcId']} ({test['comment']}, "
                      f"{test['result']}, {group['comment']}): "
                      + ("no deviation any more" if agrees else "differs"))
        for number in expected:
            failed += 1
            print(f"{name} {number}: there is no such vector")
    print(f"{listed} of them as listed in deviations.json")
    print(f"{passed} passed, {failed} failed")
    return failed


def main():
    postern, vectors = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(1 if run(Runner(postern, folder), vectors) else 0)


if __name__ == "__main__":
    main()
