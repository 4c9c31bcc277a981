#!/usr/bin/env python3
"""The rules, requests and right answers that bench/peers measures engines with:
the plain evaluator there and `postern decide` say the same.

peers_test.py PATH-OF-POSTERN [unittest arguments]
"""

import datetime
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]
                       / "bench" / "peers"))
import workload  # noqa: E402, from the folder just named

POSTERN = ""
RULES = 60
REQUESTS = 400
PRIMITIVES = {  # by the bit of accessControlOperations
    1: {"op": 1, "ty": 4}, 2: {"op": 2}, 4: {"op": 3}, 8: {"op": 4},
    16: {"op": 5}, 32: {"op": 2, "fc": {"fu": 1}}}


def name_of(target):
    """A resource of the hosting CSE."""
    return target.strip("/").replace("/", "-")


def written(rule):
    return {"acor": [rule.originator], "acop": rule.operations, "acco": [{
        "actw": workload.crontab(rule.first, rule.end),
        "acip": {"ipv4": [f"{workload.dotted(rule.address)}/{rule.bits}"]}}]}


def policy_of(rules):
    """An ACP for each target, which links to it."""
    resources = [{"ri": "cb0", "rn": "base", "ty": 5}]
    for target in dict.fromkeys(rule.target for rule in rules):
        name = name_of(target)
        acr = [written(rule) for rule in rules if rule.target == target]
        resources.append({"m2m:acp": {
            "ri": f"acp-{name}", "rn": f"acp-{name}", "pi": "cb0", "ty": 1,
            "pv": {"acr": acr}, "pvs": {"acr": [
                {"acor": ["Cadmin"], "acop": 63}]}}})
        resources.append({"ri": name, "rn": name, "ty": 3, "pi": "cb0",
                          "acpi": [f"acp-{name}"]})
    return {"cse": {"spid": "//sp.example", "csi": "/plant-cse",
                    "cb_ri": "cb0", "cb_rn": "base"}, "resources": resources}


def asked(request):
    moment = datetime.datetime.fromtimestamp(request.time_s,
                                             datetime.timezone.utc)
    return {"fr": request.originator, "to": name_of(request.target),
            "rq_time": f"{moment:%Y%m%dT%H%M%S}",
            "rq_ip": workload.dotted(request.address),
            **PRIMITIVES[request.operation]}


def decisions(rules, requests):
    """Whether postern permits each request."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "policy.json").write_text(json.dumps(policy_of(rules)))
        (folder / "requests.jsonl").write_text("".join(
            json.dumps(asked(request)) + "\n" for request in requests))
        done = subprocess.run(
            [POSTERN, "decide", "--format", "json", "-p",
             folder / "policy.json", "-r", folder / "requests.jsonl"],
            capture_output=True, text=True, check=False)
    answers = [json.loads(line)["decision"] == "permit"
               for line in done.stdout.splitlines()]
    if len(answers) != len(requests):
        raise AssertionError(done.stderr)
    return answers


def open_minutes(windows):
    """The minutes of the day of crontab windows as workload.crontab() writes
    them: seconds, days and years are "*"."""
    minutes = set()
    for window in windows:
        _, minute, hour, *days = window.split()
        assert days == ["*"] * 4

        def those(field, most):
            low, _, high = field.partition("-")
            return range(most) if field == "*" else \
                range(int(low), int(high or low) + 1)

        minutes |= {60 * h + m for h in those(hour, 24)
                    for m in those(minute, 60)}
    return minutes


class Workload(unittest.TestCase):
    def test_postern_decides_as_the_plain_evaluator(self):
        for shape in workload.SHAPES:
            rules, requests = workload.draw(shape, RULES, REQUESTS)
            expected = [workload.permitted(rules, request)
                        for request in requests]
            self.assertIn(True, expected)
            self.assertIn(False, expected)
            wrong = [request for request, permit, right in
                     zip(requests, decisions(rules, requests), expected)
                     if permit != right]
            self.assertEqual(wrong, [], shape)

    def test_the_candidates_are_all_that_could_hold(self):
        for shape in workload.SHAPES:
            rules, requests = workload.draw(shape, RULES, REQUESTS, seed=2)
            candidates = workload.Candidates(rules)
            for request in requests:
                self.assertEqual(candidates.permitted(request),
                                 workload.permitted(rules, request), request)

    def test_with_one_rule_each_the_answer_is_the_one_built(self):
        rules, requests = workload.draw("spread", RULES, REQUESTS)
        for request in requests:
            self.assertEqual(workload.permitted(rules, request),
                             request.kind == workload.PERMITTED, request)
        self.assertEqual({request.kind for request in requests},
                         set(workload.KINDS))

    def test_a_star_stops_at_a_slash(self):
        for entry, name, means in (
                ("/gateway-1-*", "/gateway-1-2", True),
                ("/gateway-1-*", "/gateway-1-2/Cpump-1", False),
                ("/gateway-1-*", "/gateway-1-", True),
                ("/gateway-1-*", "/gateway-11-2", False),
                ("/gateway-1-2", "/gateway-1-2", True),
                ("/gateway-1-2", "/gateway-1-23", False)):
            self.assertIs(workload.names(entry, name), means, (entry, name))

    def test_a_window_is_open_in_the_same_minutes_as_its_crontab(self):
        rng = random.Random(1)
        windows = [workload.draw_window(rng) for _ in range(300)]
        windows += [(0, 1), (59, 60), (59, 61), (0, 1440), (61, 119)]
        for first, end in windows:
            crontab = workload.crontab(first, end)
            self.assertEqual(open_minutes(crontab), set(range(first, end)),
                             crontab)

    def test_the_same_seed_gives_the_same(self):
        self.assertEqual(workload.draw("hot", RULES, REQUESTS, 3),
                         workload.draw("hot", RULES, REQUESTS, 3))
        self.assertNotEqual(workload.draw("hot", RULES, REQUESTS, 3),
                            workload.draw("hot", RULES, REQUESTS, 4))


if __name__ == "__main__":
    POSTERN = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=0)
