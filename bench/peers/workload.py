#!/usr/bin/env python3
"""workload.py SHAPE RULES REQUESTS FOLDER [SEED]

Writes rules.tsv and requests.tsv: rules of access control, and questions to them
with the answers that are right, in a form that belongs to no engine. The same
arguments give the same files.

    rules     target, originator ("*" stands for anything but "/"), operations
              (bits), first minute of the day, minute after the last, IPv4
              prefix, the same window as crontab (several: between "|")
    requests  target, originator, operation (one bit), seconds since 1970, minute
              of the day, IPv4 address, 1 permit or 0 deny, what it was built as

SHAPE is "spread" (a resource for each rule) or "hot" (all rules are about one
resource).
"""

import pathlib
import random
import re
import sys
from typing import NamedTuple

OPERATIONS = 6
DAY_MINUTES = 24 * 60
YEAR_START_S = 1767225600  # 2026-01-01T00:00:00Z
YEAR_DAYS = 365
SHAPES = ("spread", "hot")
PERMITTED, UNKNOWN, FOREIGN, OUTSIDE = (
    "permitted", "unknown originator", "foreign address", "outside the window")
KINDS = (PERMITTED,) * 7 + (UNKNOWN, FOREIGN, OUTSIDE)


class Rule(NamedTuple):
    target: str
    originator: str
    operations: int
    first: int
    end: int
    address: int
    bits: int


class Request(NamedTuple):
    target: str
    originator: str
    operation: int
    time_s: int
    address: int
    kind: str

    @property
    def minute(self):
        return self.time_s % 86400 // 60


# ---- rules ------------------------------------------------------------------

def stem(number):
    """What an originator's name begins with: an AE of some CSE, or a CSE."""
    if number % 4 == 3:
        return f"/gateway-{number:06d}-"
    return f"/plant-{number:06d}/Cpump-"


def mask(bits):
    return 0xffffffff << (32 - bits) & 0xffffffff


def draw_window(rng):
    """Three in four open and close on the hour."""
    first, length = 60 * rng.randrange(16), 60 * rng.randrange(2, 9)
    if rng.randrange(4) == 0:
        first += rng.randrange(60)
        length -= rng.randrange(60)
    return first, first + length


def draw_rule(rng, number, shape):
    """Two rules share a stem: one device of it, and all of them."""
    target = number if shape == "spread" else 0
    begin = stem(number // 2)
    last = "*" if number % 2 else f"{rng.randrange(1000000):06d}"
    first, end = draw_window(rng)
    bits = rng.choice((16, 20, 24))
    address = rng.randrange(1 << 24, 224 << 24) & mask(bits)
    return Rule(f"/cse-in/ae{target}/cnt", begin + last,
                rng.randrange(1, 1 << OPERATIONS), first, end, address, bits)


def draw_rules(rng, count, shape):
    return [draw_rule(rng, number, shape) for number in range(count)]


def crontab(first, end):
    """The window as crontab: an hour that begins late, whole hours, an hour that
    ends early."""
    windows = []
    if first % 60:
        last = min(59, end - 1 - first // 60 * 60)
        windows.append(f"* {first % 60}-{last} {first // 60} * * * *")
        first = (first // 60 + 1) * 60
    if end // 60 > first // 60:
        windows.append(f"* * {first // 60}-{end // 60 - 1} * * * *")
        first = end // 60 * 60
    if end > first:
        windows.append(f"* 0-{end % 60 - 1} {end // 60} * * * *")
    return windows


# ---- requests ---------------------------------------------------------------

def stranger(rng, rule, count):
    """A name that the rule does not mean: of nobody, or one segment more."""
    if rng.randrange(2):
        return rule.originator.replace("*", "000001") + "/Cpump-000001"
    return stem(count + rng.randrange(1000)) + "000001"


def draw_minute(rng, rule, inside):
    if inside:
        return rng.randrange(rule.first, rule.end)
    return (rule.end + rng.randrange(DAY_MINUTES - rule.end + rule.first)) \
        % DAY_MINUTES


def draw_request(rng, rules):
    rule = rng.choice(rules)
    kind = rng.choice(KINDS)
    originator = rule.originator.replace("*", f"{rng.randrange(1000000):06d}")
    if kind == UNKNOWN:
        originator = stranger(rng, rule, len(rules))
    minute = draw_minute(rng, rule, kind != OUTSIDE)
    address = rule.address | rng.getrandbits(32 - rule.bits)
    if kind == FOREIGN:
        address ^= 1 << (32 - rng.randrange(1, rule.bits + 1))
    operation = rng.choice([1 << bit for bit in range(OPERATIONS)
                            if rule.operations >> bit & 1])
    second = rng.randrange(YEAR_DAYS) * 86400 + minute * 60 + rng.randrange(60)
    return Request(rule.target, originator, operation, YEAR_START_S + second,
                   address, kind)


def draw(shape, rule_count, request_count, seed=1):
    rng = random.Random(f"{seed} {shape} {rule_count}")
    rules = draw_rules(rng, rule_count, shape)
    return rules, [draw_request(rng, rules) for _ in range(request_count)]


# ---- the right answers ------------------------------------------------------

def names(entry, originator):
    pattern = re.escape(entry).replace(r"\*", "[^/]*")
    return re.fullmatch(pattern, originator) is not None


def holds(rule, request):
    return (rule.target == request.target and
            names(rule.originator, request.originator) and
            bool(rule.operations & request.operation) and
            rule.first <= request.minute < rule.end and
            request.address & mask(rule.bits) == rule.address)


def permitted(rules, request):
    return any(holds(rule, request) for rule in rules)


class Candidates:
    """The rules that could hold, so that a million of them can be asked about:
    those of the target whose originator begins as the request's does."""

    def __init__(self, rules):
        self.rules = {}
        for rule in rules:
            self.rules.setdefault(self.key(rule), []).append(rule)

    @staticmethod
    def key(either):
        return either.target, either.originator.rpartition("-")[0]

    def permitted(self, request):
        return permitted(self.rules.get(self.key(request), ()), request)


# ---- files ------------------------------------------------------------------

def dotted(address):
    return ".".join(str(byte) for byte in address.to_bytes(4, "big"))


def write(folder, rules, requests):
    candidates = Candidates(rules)
    with open(folder / "rules.tsv", "w", encoding="ascii") as file:
        for rule in rules:
            print(rule.target, rule.originator, rule.operations, rule.first,
                  rule.end, f"{dotted(rule.address)}/{rule.bits}",
                  "|".join(crontab(rule.first, rule.end)), sep="\t", file=file)
    with open(folder / "requests.tsv", "w", encoding="ascii") as file:
        for request in requests:
            print(request.target, request.originator, request.operation,
                  request.time_s, request.minute, dotted(request.address),
                  int(candidates.permitted(request)), request.kind, sep="\t",
                  file=file)


def main():
    if len(sys.argv) not in (5, 6) or sys.argv[1] not in SHAPES:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[4])
    folder.mkdir(parents=True, exist_ok=True)
    write(folder, *draw(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]),
                        *map(int, sys.argv[5:])))


if __name__ == "__main__":
    main()
