#!/usr/bin/env python3
"""image_seeds.py POSTERN: writes the seeds of fuzz/corpus/image anew.

An image is good for one compiled form. When that changes, the seeds are refused
at their first byte and reach nothing: POSTERN compiles them again from the
policies below, one for each thing that a set can hold. What a fuzzer found, or
somebody made, of the form before is of no use, and is deleted.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

SEEDS = pathlib.Path(__file__).resolve().parent.parent / "fuzz/corpus/image"
DAY = "* * * * * * *"


def rule(originators, operations=2, **more):
    return {"acor": originators, "acop": operations, **more}


def addressed(number):
    """Contexts of which no two are alike."""
    return {"acco": [{"actw": [f"0 {number % 60} {number % 24} * * * *"],
                      "acip": {"ipv4": [f"10.{number // 256}.{number % 256}"
                                        ".0/24"]}}]}


CONDITIONS = [
    rule(["Ca"], acco=[{"actw": ["0-30 * 8-17 * * 1-5 2026-2030"]}]),
    rule(["Cb"], acco=[{"actw": [DAY], "acip": {
        "ipv4": ["10.0.0.0/8", "192.168.1.7"],
        "ipv6": ["2001:db8::/32", "::1"]}}]),
    rule(["Cc"], acco=[{"aclr": {"accc": ["DE", "NL"]}}]),
    rule(["Cd"], acco=[{"aclr": {"accr": [52.1, 4.3, 100.0]}}]),
    rule(["Ce"], operations=1, acod=[{"ty": 3, "chty": [4, 23]}]),
    rule(["Cf"], acaf=True),
    rule(["all"], acco=[{"actw": ["0 0 */2 1,15 * * *", "5 * * * 2 * *"]}]),
]

# Words, and the rules of each ACP.
POLICIES = {
    "one-rule": [[rule(["Ca"], 63)]],
    "kinds": [[rule(["Ca", "/other-cse", "//sp.example", "//sp.example/c/Cx",
                     "group-1", "12-operator@auth.example", "all"])]],
    "conditions": [CONDITIONS],
    "patterns": [[rule([text]) for text in
                  ("Ca*", "C*b", "C*c*d", "S*", "/plant-*", "/plant-1/C*",
                   "/*/Cpump-*", "//*.example/c/Cx", "//a*.example/c*/C*z",
                   "Cpump-*-1", "Cpump-*-2", "Cpump-*-31", "Caa*", "Cab*")]],
    "near": [[rule(["Ca", "Cb"]), rule(["Cb", "C*"], 3)],
             [rule(["Cc"], 63), rule(["Ca"], 1)]],
    "hashed": [[rule([f"Ca{number}", f"Cb{number % 7}"], 1 + number % 63)
                for number in range(40)]],
    "crowd": [[rule(["Ca"], 2, **addressed(number)) for number in range(200)]],
}


def document(acps):
    resources = [{"ri": "cb0", "rn": "base", "ty": 5}]
    for number, rules in enumerate(acps):
        resources.append({"m2m:acp": {
            "ri": f"acp-{number}", "rn": f"acp-{number}", "pi": "cb0", "ty": 1,
            "pv": {"acr": rules},
            "pvs": {"acr": [rule(["Cadmin"], 63)]}}})
    return {"cse": {"spid": "//sp.example", "csi": "/plant-cse",
                    "cb_ri": "cb0", "cb_rn": "base"}, "resources": resources}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for path in SEEDS.iterdir():
        path.unlink()
    with tempfile.TemporaryDirectory() as folder:
        policy = pathlib.Path(folder, "policy.json")
        for words, acps in {"empty": [], **POLICIES}.items():
            policy.write_text(json.dumps(document(acps)), encoding="utf-8")
            subprocess.run([sys.argv[1], "compile", "-p", str(policy), "-o",
                            str(SEEDS / words)], check=True)


if __name__ == "__main__":
    main()
