#!/usr/bin/env python3
"""check_output.py PROGRAM: a short run of postern-bench, but for its times.

Its lines are JSON and complete, nothing is allocated inside the measured part,
the answers agree with the reference (else the program fails by itself), and
what it cannot do it refuses. How fast it was is not looked at.
"""

import json
import math
import subprocess
import sys

NUMBERS = ("acps", "rules", "originators", "prefixes", "requests", "calls",
           "p50_ns", "p99_ns", "per_second", "hash_ns", "miss_ns",
           "overhead_ns", "reference_ns", "checked_by_reference",
           "checked_otherwise", "permit_share", "compile_rules_per_s",
           "bytes_per_rule", "bytes")
TEXTS = ("bench", "case", "call", "state", "machine")
CASES = 4 * 2 + 2  # hot and cold, with and without reading; explained
COUNTRY_NUMBERS = ("ranges4", "ranges6", "bytes", "file_bytes", "load_s",
                   "addresses", "calls", "p50_ns", "p99_ns", "per_second",
                   "hash_ns", "miss_ns", "overhead_ns", "reference_ns",
                   "checked_by_reference", "known_share")
COUNTRY_TEXTS = ("bench", "case", "state", "reference", "machine")
STORE_NUMBERS = ("resources", "acps", "calls", "p50_ns", "p99_ns",
                 "per_second", "updates_per_s", "bytes_per_resource",
                 "bytes_per_acp", "hash_ns", "miss_ns", "reference_ns")
STORE_TEXTS = ("bench", "case", "machine")
TOKEN_NUMBERS = ("bytes", "tokens", "calls", "p50_ns", "p99_ns", "per_second",
                 "raw_ns", "ratio", "reference_ns", "hash_ns", "miss_ns")
TOKEN_TEXTS = ("bench", "case", "alg", "machine")
ACCESS_LOG_NUMBERS = ("calls", "line_bytes", "p50_ns", "p99_ns", "per_second",
                      "raw_ns", "hash_ns", "miss_ns")
ACCESS_LOG_TEXTS = ("bench", "case", "machine")
GATE_NUMBERS = ("subscribers", "resources", "calls", "p50_ns", "p99_ns",
                "max_ns", "per_second", "baseline_ns", "ratio", "lifetime_s",
                "hash_ns", "miss_ns")
GATE_TEXTS = ("bench", "case", "machine")
GATE_CASES = (["the policy alone"] +
              [f"{what}, {state}" for what in ("permitted", "closed column",
                                               "unknown originator")
               for state in ("hot", "cold")] +
              ["answered as a DAS, hot", "accepted, on disk",
               "a law, for each consent it concerns",
               "withdrawn: until the call returns",
               "withdrawn: until the last permit"])
PPM_NUMBERS = ("users", "columns", "rows", "subscriptions", "seconds",
               "cells", "cells_per_s", "bytes_per_cell",
               "memory_bandwidth_share", "stream_gb_s", "changed",
               "per_second", "bytes_per_user", "reference_ns",
               "checked_by_reference")
PPM_TEXTS = ("bench", "case", "path", "machine")
TOKEN_ALGS = {"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256",
              "ES384", "ES512", "dir", "A128KW", "A192KW", "A256KW",
              "RSA-OAEP-256", "ECDH-ES+A128KW", "ECDH-ES+A192KW",
              "ECDH-ES+A256KW"}


def run(program, *arguments):
    return subprocess.run([program, *arguments], capture_output=True,
                          text=True, check=False)


def refuse(what):
    print(what)
    sys.exit(1)


def check_members(where, row, numbers, texts):
    for name in numbers:
        value = row.get(name)
        if not isinstance(value, (int, float)) or not math.isfinite(value):
            refuse(f"{where}: {name} is {value!r}")
        if value < 0:
            refuse(f"{where}: {name} is negative")
    for name in texts:
        if not row.get(name):
            refuse(f"{where}: {name} is missing")


def check_row(row, counted):
    where = f"{row.get('case')}, {row.get('call')}, {row.get('state')}"
    check_members(where, row, NUMBERS, TEXTS)
    if not isinstance(row.get("string_to_decision"), bool):
        refuse(f"{where}: string_to_decision is missing")
    if row["allocs"] != (0 if counted else None):
        refuse(f"{where}: allocs is {row['allocs']!r}")
    if row["calls"] == 0 or row["checked_by_reference"] == 0:
        refuse(f"{where}: nothing was measured")
    if not 0.2 < row["permit_share"] < 0.6:
        refuse(f"{where}: {row['permit_share']} of the requests are permitted")


def check_json(program, counted):
    done = run(program, "decide", "--size=small", "--format=json")
    if done.returncode != 0 or done.stderr:
        refuse(f"exit status {done.returncode}: {done.stderr}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    for row in rows:
        check_row(row, counted)
    if len(rows) < CASES:
        refuse(f"only {len(rows)} lines")
    if {row["state"] for row in rows} != {"hot", "cold"}:
        refuse("hot and cold are expected")
    if {row["call"] for row in rows} != {"decide", "explain"}:
        refuse("decide and explain are expected")


def check_country(program, counted):
    done = run(program, "country", "--size=small", "--format=json")
    if done.returncode != 0 or done.stderr:
        refuse(f"exit status {done.returncode}: {done.stderr}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    for row in rows:
        where = f"{row.get('case')}"
        check_members(where, row, COUNTRY_NUMBERS, COUNTRY_TEXTS)
        if row["allocs"] != (0 if counted else None):
            refuse(f"{where}: allocs is {row['allocs']!r}")
        if row["calls"] == 0 or row["checked_by_reference"] != 4000:
            refuse(f"{where}: nothing was measured")
        if not 0.5 < row["known_share"] < 1:
            refuse(f"{where}: {row['known_share']} of the addresses are known")
    if {(row["case"][:4], row["state"]) for row in rows} != {
            ("IPv4", "hot"), ("IPv4", "cold"), ("IPv6", "hot"),
            ("IPv6", "cold")}:
        refuse("both families, hot and cold, are expected")
    table = run(program, "country", "--size=1000", "--case=IPv6").stdout
    if "IPv6, 256" not in table or "IPv4, 256" in table:
        refuse(f"the table is not that of IPv6: {table}")


def check_store(program, counted):
    done = run(program, "store", "--size=1000", "--format=json")
    if done.returncode != 0 or done.stderr:
        refuse(f"exit status {done.returncode}: {done.stderr}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    for row in rows:
        where = f"{row.get('case')}"
        check_members(where, row, STORE_NUMBERS, STORE_TEXTS)
        if "change of it" not in where and row["allocs"] != (
                0 if counted else None):
            refuse(f"{where}: allocs is {row['allocs']!r}")
        if row["calls"] == 0 or row["resources"] < 25000:
            refuse(f"{where}: nothing was measured")
    beside = [row for row in rows if "two threads" in row["case"]]
    if len(rows) != 15 or {row["updates_per_s"] > 0 for row in beside} != {
            True, False}:
        refuse("rows with and without changes are expected")


def check_token(program, counted):
    done = run(program, "token", "--size=1000", "--format=json")
    if done.returncode != 0 or done.stderr:
        refuse(f"exit status {done.returncode}: {done.stderr}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    for row in rows:
        where = row.get("case")
        check_members(where, row, TOKEN_NUMBERS, TOKEN_TEXTS)
        if row["allocs"] != (0 if counted else None):
            refuse(f"{where}: allocs is {row['allocs']!r}")
        if row["calls"] == 0 or row["tokens"] != 64:
            refuse(f"{where}: nothing was measured")
        if "opened" in where and not row["raw_ns"] > 0:
            refuse(f"{where}: there is nothing to compare with")
        if "with its claims" in where and not (row["reference_ns"] >
                                               row["raw_ns"]):
            refuse(f"{where}: the claims were not read")
    if {row["alg"] for row in rows} != TOKEN_ALGS:
        refuse("not every algorithm is there")
    for words, count in (("opened", 19), ("with its claims", 15),
                         ("refused", 10), ("two threads", 3),
                         ("a request", 2), ("Local-Token-ID", 1)):
        found = sum(words in row["case"] for row in rows)
        if found != count:
            refuse(f"{found} rows of {words}, {count} are expected")
    table = run(program, "token", "--size=1000", "--case=HS512, op").stdout
    if "HS512, opened" not in table or "HS384" in table:
        refuse(f"the table is not that of HS512: {table}")


def check_access_log(program):
    done = run(program, "access-log", "--size=4000", "--format=json")
    if done.returncode != 0 or done.stderr:
        refuse(f"exit status {done.returncode}: {done.stderr}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    for row in rows:
        check_members(row["case"], row, ACCESS_LOG_NUMBERS, ACCESS_LOG_TEXTS)
        if row["allocs"] != 0:
            refuse(f"{row['case']}: allocs is {row['allocs']!r}")
    if [row["calls"] for row in rows] != [4000, 200, 4201, 4201]:
        refuse(f"four cases are expected: {done.stdout}")


def check_gate(program):
    done = run(program, "gate", "--size=3200", "--format=json")
    if done.returncode != 0 or done.stderr:
        refuse(f"exit status {done.returncode}: {done.stderr}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    if [row["case"] for row in rows] != GATE_CASES:
        refuse(f"other cases are expected: {done.stdout}")
    for number, row in enumerate(rows):
        where = row["case"]
        check_members(where, row, GATE_NUMBERS, GATE_TEXTS)
        if row["subscribers"] != 40 or row["resources"] != 80:
            refuse(f"{where}: --size is ignored")
        if number < 7 and row["allocs"] != 0:
            refuse(f"{where}: allocs is {row['allocs']!r}")
        if row["calls"] == 0 or (0 < number < 7) != (row["ratio"] > 0):
            refuse(f"{where}: nothing was measured")
        if (row["lifetime_s"] == 60) != ("DAS" in where):
            refuse(f"{where}: granted for {row['lifetime_s']} s")
    if [row["calls"] for row in rows[-2:]] != [40, 40]:
        refuse("not every withdrawal is there")


def check_ppm(program):
    done = run(program, "ppm", "--size=1000", "--format=json")
    if done.returncode != 0 or done.stderr:
        refuse(f"exit status {done.returncode}: {done.stderr}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    for row in rows:
        where = row.get("case")
        check_members(where, row, PPM_NUMBERS, PPM_TEXTS)
        if row["allocs"] != 0:
            refuse(f"{where}: allocs is {row['allocs']!r}")
        if row["checked_by_reference"] < 20000 * 110:
            refuse(f"{where}: nothing was compared")
    passes = [row for row in rows if row["cells"]]
    if len(rows) < 10 or {row["path"] for row in passes} < {"portable",
                                                           "best"}:
        refuse(f"only {len(rows)} lines")
    for row in passes:
        if row["case"].startswith("laws") != (row["changed"] > 0):
            refuse(f"{row['case']}: {row['changed']} changed")


def check_constant_time(program):
    done = run(program, "constant-time", "--size=4000", "--format=json",
               "--case=byte")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    for row in rows:
        check_members(row["case"], row, ("samples", "first_ns", "second_ns",
                                         "percentile", "threshold"),
                      ("bench", "case", "machine"))
    if [row["case"].split(":")[0] for row in rows] != ["control", "HS256",
                                                       "GCM tag"]:
        refuse(f"three cases are expected: {done.stdout}{done.stderr}")
    if not rows[0]["told_apart"] or abs(rows[0]["t"]) < rows[0]["threshold"]:
        refuse("what is there to be found is not found")
    if rows[0]["samples"] != 4000:
        refuse("--size is ignored")


def check_text(program):
    done = run(program, "decide", "--size=1000", "--case=10 rules", "--seed=7")
    if done.returncode != 0 or "one ACP of 10 rules" not in done.stdout:
        refuse(f"the table is missing: {done.stdout}{done.stderr}")
    if "1,000 ACPs" in done.stdout:
        refuse("--case is ignored")


def check_usage(program):
    if "decide" not in run(program, "--list").stdout:
        refuse("--list does not name decide")
    if run(program, "--help").returncode != 0:
        refuse("--help fails")
    for arguments in ((), ("nothing",), ("decide", "more"),
                      ("decide", "--size=999"), ("decide", "--size=1e6"),
                      ("decide", "--size=99999999999999999999"),
                      ("decide", "--seed=-1"), ("decide", "--format=xml"),
                      ("decide", "--no-such-option"),
                      ("decide", "--db=/dev/null"),
                      ("country", "--db=/nowhere"),
                      ("access-log", "--case=no such case"),
                      ("country", "--case=no such case"),
                      ("gate", "--case=no such case"),
                      ("ppm", "--case=no such case"),
                      ("store", "--case=no such case"),
                      ("token", "--case=no such case"),
                      ("constant-time", "--case=no such case"),
                      ("decide", "--case=no such case")):
        done = run(program, *arguments)
        if done.returncode != 2 or done.stdout or not done.stderr:
            refuse(f"{arguments}: exit status {done.returncode}")


def main():
    program, counted = sys.argv[1], sys.argv[2] == "counted"
    check_usage(program)
    check_text(program)
    check_json(program, counted)
    check_country(program, counted)
    check_store(program, counted)
    check_token(program, counted)
    check_constant_time(program)
    if counted:  # else, under a sanitizer, these take most of a minute
        check_access_log(program)
        check_gate(program)
        check_ppm(program)


main()
