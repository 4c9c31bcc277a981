#!/usr/bin/env python3
"""The JSON Schemas of docs/schema against documents of the project.

Every policy, request and case that is right is accepted; every broken policy
that a schema can tell is refused; every word that the reader knows is known to
the schema.
"""

import json
import pathlib
import re
import sys

import jsonschema
import yaml

# Broken documents that a schema accepts, and what it cannot say.
BEYOND = {
    "no-cse.json": "another document may name the CSE",
    "no-cse.yaml": "another document may name the CSE",
    "resource-unknown-wrapper.json": "the names of all types of resources",
    "resource-wrong-wrapper.json": "that two members agree",
    "resource-ri-twice.json": "that two members differ",
    "resource-ri-twice-acp.yaml": "that two members differ",
    "resource-et-31-june.yaml": "how long a month is",
    "window-reversed.json": "that one number is not above another",
    "window-reversed-in-list.json": "that one number is not above another",
    "ip-two-gaps.json": "how many groups an address has",
    "ip-seven-groups.json": "how many groups an address has",
    "ip-five-digits.json": "how many digits a group has",
}

# Cases whose policies are malformed on purpose.
MALFORMED_CASES = {
    "orig-domain-wildcard-not-applicable", "group-id-no-wildcard", "op-zero",
    "win-malformed-rule-does-not-poison-others", "role-no-wildcard",
}

# What makes an issuer, and a document of issuers, wrong.
BROKEN_ISSUERS = [
    {"algs": []}, {"algs": ["none"]}, {"algs": ["EdDSA"]}, {"algs": 1},
    {"classes": ["unsecured"]}, {"classes": []}, {"encs": ["A128CBC-HS256"]},
    {"leeway": 61}, {"leeway": -1}, {"leeway": 0.5}, {"leeway": "5"},
    {"require_audience": "yes"}, {"may_grant_privileges": 1},
    {"versions": []}, {"versions": [1.0]}, {"role_domains": ["*.example"]},
    {"role_domains": ["//a.example"]}, {"token_domains": [""]},
    {"resources": ["base/*"]}, {"resources": [""]}, {"audience": True},
    {"keys": "x"}, {"keys": [{"kid": "x"}]}, {"keys": [{"kty": "OKP"}]},
    {"key_files": [{"kid": "x"}]}, {"key_files": [{"file": "x", "use": "sig"}]},
]
BROKEN_TRUST = [
    {"token_issuers": []}, {"token_issuers": {"/das": {}}},
    {"token_issuers": {"//a.example/das": {"algs": ["ES256"]}}},
    {"token_issuers": {"//a.example/*": {"algs": ["ES256"], "keys": []}}},
    {"token_issuer": {}}, {"decrypt_keys": []}, {"revoked_token": []},
    {"revoked_tokens": ["t1"]}, {"revoked_tokens": ["t1@X.example"]},
    {"revoked_tokens": "t1@x.example"},
]

# Errors of frames that a schema cannot tell, by code or by name of the test.
BEYOND_FRAMES = {
    "E_NA_MIXED", "E_TWO_SPELLINGS", "E_CONTRADICTION", "E_COLUMNS",
    "E_YES_AMBIGUOUS", "an unknown country", "no date",
    "a birth date of a law", "ages the wrong way",
}

# Errors of the manager's records that a schema cannot tell.
BEYOND_RECORDS = {
    "E_TWICE", "a country that is none", "a device in no such country",
}

# Tags of the core schema of YAML 1.2, as Postern reads it: "no" is a text.
CORE = (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ("~", "n", "N", "")),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    ("float",
     r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$",
     "-+0123456789."),
)


class CoreLoader(yaml.SafeLoader):
    yaml_implicit_resolvers = {}


for tag, pattern, first in CORE:
    CoreLoader.add_implicit_resolver("tag:yaml.org,2002:" + tag,
                                     re.compile(pattern), list(first))


class Checker:
    def __init__(self, root):
        self.root = root
        self.complaints = []
        self.policy = self.validator("policy")
        self.request = self.validator("request")
        self.cases = self.validator("cases")
        self.log = self.validator("log")
        self.frame = self.validator("ppm-frame")
        self.issuers = self.validator("issuers")
        self.records = {kind: self.validator(f"ppm-{kind}")
                        for kind in ("asp", "subscriber")}

    def validator(self, name):
        path = self.root / "docs" / "schema" / f"{name}.schema.json"
        schema = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        return jsonschema.Draft7Validator(schema)

    def complain(self, what):
        self.complaints.append(what)

    def expect_valid(self, name, validator, document):
        error = jsonschema.exceptions.best_match(
            validator.iter_errors(document))
        if error:
            where = "/".join(str(step) for step in error.absolute_path)
            self.complain(f"{name}: /{where}: {error.message[:200]}")

    def check_good_policies(self):
        paths = sorted(self.root.glob("examples/*/policy*.*"))
        paths += sorted(self.root.glob("tests/data/*-policy.*"))
        for path in paths:
            self.expect_valid(path.name, self.policy, read(path))
        return len(paths)

    def check_requests(self):
        count = 0
        for path in sorted(self.root.glob("examples/*/*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                self.expect_valid(path.name, self.request, json.loads(line))
                count += 1
        return count

    def check_logs(self):
        """Lines of the examples, and what is none in every member left out."""
        count = 0
        for path in sorted(self.root.glob("examples/*/*.log")):
            for line in path.read_text(encoding="utf-8").splitlines():
                decision = json.loads(line)
                self.expect_valid(path.name, self.log, decision)
                for name in self.log.schema["required"]:
                    less = {**decision}
                    del less[name]
                    if self.log.is_valid(less):
                        self.complain(f"{path.name}: valid without {name}")
                count += 1
        return count

    def check_cases(self):
        count = 0
        for path in sorted((self.root / "tests").rglob("*-cases.json")):
            if path.name == "ppm-cases.json":
                continue  # another kind of case
            cases = read(path)
            self.expect_valid(path.name, self.cases, cases)
            self.expect_valid(path.name, self.cases, {"cases": cases})
            for case in cases:
                self.check_case(case)
                count += 1
        return count

    def check_case(self, case):
        verdict = ("name", "expect", "rsc", "why")
        for request in case.get("requests", [case.get("request")]):
            plain = {name: value for name, value in request.items()
                     if name not in verdict}
            if request.get("rsc", case.get("rsc")) != 4000:
                self.expect_valid(case["name"], self.request, plain)
        document = {"cse": case["cse"],
                    "resources": case.get("policy_resources", [])
                    + case.get("resource_tree", [])}
        if "trust" in case:
            document["trust"] = case["trust"]
        valid = self.policy.is_valid(document)
        if valid == (case["name"] in MALFORMED_CASES):
            self.complain(f"{case['name']}: the policy is "
                          f"{'accepted' if valid else 'refused'}")

    def check_broken_policies(self):
        folder = self.root / "tests" / "data" / "broken"
        table = (folder / "expected.tsv").read_text(encoding="utf-8")
        count = 0
        for line in table.splitlines():
            name, status = (line.split("\t") + [""])[:2]
            if status != "POSTERN_ERR_POLICY" or (folder / name).is_dir():
                continue  # not a document that a schema would get to see
            valid = self.policy.is_valid(read(folder / name))
            if valid != (name in BEYOND):
                self.complain(f"{name}: the schema "
                              f"{'accepts' if valid else 'refuses'} it")
            count += 1
        return count

    def check_issuers(self):
        """Examples, what is wrong in one, and the members that are read."""
        paths = sorted(self.root.glob("examples/*/issuers.*"))
        for path in paths:
            good = read(path)
            self.expect_valid(path.name, self.issuers, good)
            for change in BROKEN_ISSUERS:
                name, issuer = next(iter(good["token_issuers"].items()))
                bad = {**good, "token_issuers": {name: {**issuer, **change}}}
                if self.issuers.is_valid(bad):
                    self.complain(f"{path.name}: valid with {change}")
            for change in BROKEN_TRUST:
                if self.issuers.is_valid({**good, **change}):
                    self.complain(f"{path.name}: valid with {change}")
        path = self.root / "tokens" / "issuer_reader.c"
        text = path.read_text(encoding="utf-8")
        table = text[text.index("} members[]"):]
        names = set(re.findall(r'\{"(\w+)", ', table[:table.index("};")]))
        issuer = self.issuers.schema["definitions"]["issuer"]
        if names != set(issuer["properties"]):
            self.complain(f"{path.name}: the schema has other members: "
                          f"{names ^ set(issuer['properties'])}")
        return len(paths) + len(names)

    def check_frames(self):
        """Frames of the examples and of the cases, and what the reader refuses
        of those in its own test and a schema can tell."""
        paths = sorted(self.root.glob("examples/privacy/*.yaml"))
        for path in paths:
            document = read(path)
            schema = self.records.get(document["kind"], self.frame)
            self.expect_valid(path.name, schema, document)
        cases = read(self.root / "tests/data/ppm-cases.json")["cases"]
        count = len(paths)
        for case in cases:
            wrong = any("expect_error" in name for name in case)
            for frame in case["frames"]:
                count += 1
                if self.frame.is_valid(frame) == wrong:
                    self.complain(f"{case['id']}: the schema "
                                  f"{'accepts' if wrong else 'refuses'} it")
        return count

    def check_pairs_of_frames(self):
        path = self.root / "tests/unit/ppm_frame_test.c"
        text = path.read_text(encoding="utf-8")
        table = text[text.index("} pairs[] = {"):]
        table = table[:table.index("\n};")]
        texts = re.compile(
            r'\{"([^"]+)",(?: /\*.*?\*/)?\s*((?:\w+\()?(?:"(?:\\.|[^"])*"\s*)+\)?),'
            r'\s*"(E_\w+)",\s*((?:\w+\()?(?:"(?:\\.|[^"])*"\s*)+\)?)\}',
            re.S)
        count = 0
        for name, refused, code, taken in texts.findall(table):
            count += 1
            if not self.frame.is_valid(frame_of(taken)):
                self.complain(f"{path.name}: {name}: the schema refuses it")
            beyond = code in BEYOND_FRAMES or name in BEYOND_FRAMES
            if self.frame.is_valid(frame_of(refused)) != beyond:
                self.complain(f"{path.name}: {name}: the schema "
                              f"{'refuses' if beyond else 'accepts'} it")
        return count

    def check_pairs_of_records(self):
        path = self.root / "tests/unit/consent_records_test.c"
        text = path.read_text(encoding="utf-8")
        table = text[text.index("} pairs[] = {"):]
        table = table[:table.index("\n};")]
        some = r'((?:\w+\()?(?:"(?:\\.|[^"])*"\s*|APPS\s*)+\)?)'
        texts = re.compile(r'\{"([^"]+)",\s*' + some + r',\s*"(E_\w+)",\s*'
                           + some + r"\}", re.S)
        count = 0
        for name, refused, code, taken in texts.findall(table):
            count += 1
            taken, refused = record_of(taken), record_of(refused)
            schema = self.records[taken["kind"]]
            if not schema.is_valid(taken):
                self.complain(f"{path.name}: {name}: the schema refuses it")
            beyond = code in BEYOND_RECORDS or name in BEYOND_RECORDS
            if schema.is_valid(refused) != beyond:
                self.complain(f"{path.name}: {name}: the schema "
                              f"{'refuses' if beyond else 'accepts'} it")
        return count

    def check_words(self):
        """Every name of a member in the reader's vocabulary."""
        path = self.root / "policy-lang" / "vocabulary.c"
        text = path.read_text(encoding="utf-8")
        table = text[text.index("words[PST_TERMS]"):text.index("};")]
        names = set(re.findall(r'"([^"]+)"', table))
        known = set(properties(self.policy.schema))
        for name in sorted(names - known):
            self.complain(f"{path.name}: \"{name}\" is not in the schema")
        return len(names)


def frame_of(text):
    """A frame from the C of the test: MACRO("...") or "..."."""
    kinds = {"TERMS": "provider", "USER": "user", "LAW": "legal_country"}
    macro = re.match(r"(\w+)\(", text)
    body = "".join(re.findall(r'"((?:\\.|[^"])*)"', text))
    body = body.replace("\\n", "\n")
    if macro:
        body = f"kind: {kinds[macro.group(1)]}\nrows: {{{body}}}\n"
    return yaml.load(body, CoreLoader)


def record_of(text):
    """A record from the C of the test: strings, APPS, and a macro around."""
    heads = {"ASP": "kind: asp\nowner: acme\n",
             "SUBSCRIBER": "kind: subscriber\nowner: p-1\n"
                           "residence: {legal_country: NL}\n"}
    macro = re.match(r"(\w+)\(", text)
    text = text.replace("APPS", '"applications: [{app_id: a}]\\n"')
    body = "".join(re.findall(r'"((?:\\.|[^"])*)"', text))
    head = heads[macro.group(1)] if macro else ""
    return yaml.load(head + body.replace("\\n", "\n"), CoreLoader)


def properties(schema):
    """Names of members anywhere in a schema."""
    stack = [schema]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            members = node.get("properties", {})
            if isinstance(members, dict):
                yield from members
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def read(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return json.loads(text)
    # Safe: the loader is a SafeLoader with fewer tags.
    return yaml.load(text, CoreLoader)


def main():
    checker = Checker(pathlib.Path(sys.argv[1]).resolve())
    counts = {
        "policies": (checker.check_good_policies(), 2),
        "requests": (checker.check_requests(), 1),
        "decisions": (checker.check_logs(), 1),
        "cases": (checker.check_cases(), 1),
        "broken policies": (checker.check_broken_policies(), 110),
        "issuers": (checker.check_issuers(), 15),
        "words": (checker.check_words(), 60),
        "frames": (checker.check_frames(), 90),
        "pairs of frames": (checker.check_pairs_of_frames(), 45),
        "pairs of records": (checker.check_pairs_of_records(), 35),
    }
    for what, (count, least) in counts.items():
        print(f"{count} {what}")
        if count < least:
            checker.complain(f"too few {what}")
    for complaint in checker.complaints:
        print(complaint)
    return 1 if checker.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
