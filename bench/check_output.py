#!/usr/bin/env python3
"""check_output.py PROGRAM counted|uncounted [diff|peers]

A short run of postern-bench, but for its times; or of postern-bench diff, or of
postern-bench peers with the engines that every build has.

Its lines are JSON and complete, nothing is allocated inside the measured part,
the answers agree with the reference (else the program fails by itself), and
what it cannot do it refuses. How fast it was is not looked at.
"""

import json
import math
import pathlib
import subprocess
import sys
import tempfile

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
CROWDS_NUMBERS = ("rules", "clauses", "bytes_per_clause",
                  "build_ns_per_clause", "calls", "p50_ns", "p99_ns",
                  "per_second", "reference_ns", "checked_by_reference",
                  "worst_lines", "worst_tests", "hash_ns", "miss_ns")
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
PATTERNS_NUMBERS = ("patterns", "calls", "p50_ns", "p99_ns", "per_second",
                    "glob_ns", "ratio", "trying_ns", "matches", "build_ns",
                    "bytes_per_pattern", "worst_lookups", "worst_trials",
                    "checked", "hash_ns", "miss_ns")
PATTERNS_TEXTS = ("bench", "case", "machine")
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
DIFF_NUMBERS = ("seed", "workers", "seconds", "processor_s", "cases",
                "cases_per_s", "policies", "policies_per_s", "permit_share",
                "acps", "rules", "originators", "contexts", "counted")
DIFF_TEXTS = ("bench", "case", "machine")
IMAGE_NUMBERS = ("acps", "rules", "originators", "bytes", "compile_ms",
                 "write_ms", "check_ms", "load_ms", "map_ms", "cold_ms",
                 "read_ms", "mb_per_s", "first_ns")
IMAGE_TEXTS = ("bench", "case", "machine")
PROOF_NUMBERS = ("rules", "compile_ms", "prove_ms")
LOAD_NUMBERS = ("acps", "rules", "text_bytes", "peak_bytes", "set_bytes",
                "seconds", "rules_per_s", "mb_per_s", "jansson_mb_per_s")
LOAD_TEXTS = ("bench", "case", "form", "machine")
LOAD_FORMS = ["from rules", "from JSON", "from YAML", "from rules",
              "from JSON", "rules into a store", "JSON into a store"]
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


def small_rows(program, name):
    """What a benchmark of small size says, and nothing besides."""
    done = run(program, name, "--size=small", "--format=json")
    if done.returncode != 0 or done.stderr:
        refuse(f"exit status {done.returncode}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


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
    checked = row["checked_by_reference"] + row["checked_otherwise"]
    if row["calls"] == 0 or checked == 0:
        refuse(f"{where}: nothing was measured")
    if not 0.1 < row["permit_share"] < 0.6:
        refuse(f"{where}: {row['permit_share']} of the requests are permitted")


def check_json(program, counted):
    done = run(program, "decide", "--format=json",
               "--size=small" if counted else "--size=1000")
    if done.returncode != 0 or done.stderr:
        refuse(f"exit status {done.returncode}: {done.stderr}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    for row in rows:
        check_row(row, counted)
    if len(rows) < CASES:
        refuse(f"only {len(rows)} lines")
    if {row["state"] for row in rows} != {"hot", "cold"}:
        refuse("hot and cold are expected")
    calls = {row["call"] for row in rows}
    if calls != {"decide", "explain", "principal", "principal, rule read",
                 "remembered", "batch of 16, each", "one thread, back to back",
                 "each of two threads", "scan, each ACP"}:
        refuse(f"other calls are expected than {calls}")


def check_country(program, counted):
    rows = small_rows(program, "country")
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


def check_crowds(program, counted):
    rows = small_rows(program, "crowds")
    for row in rows:
        where = f"{row.get('case')}, {row.get('rules')}"
        check_members(where, row, CROWDS_NUMBERS, ("bench", "case", "machine"))
        if row["allocs"] != (0 if counted else None):
            refuse(f"{where}: allocs is {row['allocs']!r}")
        if row["calls"] == 0 or row["checked_by_reference"] == 0:
            refuse(f"{where}: nothing was measured")
    if len(rows) != 5 * 2 * 2 or {row["rules"] for row in rows} != {100, 1000}:
        refuse("100 and 1,000 rules of five kinds are expected")


def check_store(program):
    done = run(program, "store", "--size=1000", "--format=json")
    if done.returncode != 0 or done.stderr:
        refuse(f"exit status {done.returncode}: {done.stderr}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    for row in rows:
        where = f"{row.get('case')}"
        check_members(where, row, STORE_NUMBERS, STORE_TEXTS)
        if "change of it" not in where and row["allocs"] != 0:
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


def check_diff(program, counted):
    done = run(program, "diff", "--format=json",
               "--seconds=6" if counted else "--size=60000")
    if done.returncode != 0 or done.stderr:
        refuse(f"exit status {done.returncode}: {done.stderr}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    if [row["case"] for row in rows] != ["small policies", "big policies",
                                         "many ACPs", "all"]:
        refuse(f"other cases are expected: {done.stdout}")
    for row in rows:
        check_members(row["case"], row, DIFF_NUMBERS, DIFF_TEXTS)
        if row["cases"] < 100:
            refuse(f"{row['case']}: nothing was compared")
    whole = rows[-1]
    if whole["cases"] != sum(row["cases"] for row in rows[:-1]):
        refuse("the cases of all kinds are not those of each")
    if not 0.15 < whole["permit_share"] < 0.6:
        refuse(f"{whole['permit_share']} are permitted")
    for name, cases in whole["ways"].items():
        if cases == 0:
            refuse(f"no case was compared with: {name}")
    for name in ("postern_decide_acps", "postern_decide_acps of the image"):
        if whole["ways"][name] != whole["cases"]:
            refuse(f"not every case was compared with: {name}")
    for name, (permits, denials) in whole["decided_by"].items():
        if counted and permits + denials == 0:
            refuse(f"no case was decided by: {name}")
    again = run(program, "diff", "--replay=7:1")
    if again.returncode != 0 or "nothing differs" not in again.stdout:
        refuse(f"--replay: {again.stdout}{again.stderr}")


def check_peers(program):
    with tempfile.TemporaryDirectory() as build:
        done = run(program, "peers", f"--build={build}")
        if done.returncode != 2 or "bench/peers/setup.sh" not in done.stderr:
            refuse(f"nothing is built there: {done.stdout}{done.stderr}")
        folder = pathlib.Path(build, "postern")
        folder.mkdir()
        (folder / "bin").symlink_to(pathlib.Path(program).resolve().parent)
        asked = ("peers", f"--build={build}", "--size=small", "--seed=3")
        if run(program, *asked, "--case=no such case").returncode != 2:
            refuse("a case that there is not is run")
        done = run(program, *asked, "--case=t, 10 rules", "--format=json")
        markdown = pathlib.Path(build, "results.md").read_text("utf-8")
    if done.returncode != 0 or done.stderr:
        refuse(f"exit status {done.returncode}: {done.stdout}{done.stderr}")
    check_peer_rows([json.loads(line) for line in done.stdout.splitlines()])
    for words in ("| hot | 10 rules |", "none was wrong", "| SQLite 3",
                  "* casbin not built"):
        if words not in markdown:
            refuse(f"{words} is missing: {markdown}")


def check_peer_rows(rows):
    if {row["case"] for row in rows} != {"hot, 10 rules"}:
        refuse("--case is ignored")
    measured = {row["engine"] for row in rows if "not_measured" not in row}
    left_out = {row["engine"] for row in rows if "not_measured" in row}
    if not {"Postern", "SQLite"} <= measured or not {
            "opa", "cedar", "casbin", "xacml"} <= left_out:
        refuse(f"{measured} were measured, {left_out} were not")
    for row in rows:
        if "not_measured" not in row and (row["wrong"] != 0 or
                                          row["checked"] != row["requests"]):
            refuse(f"{row['engine']}, {row['variant']}: {row['wrong']} wrong, "
                   f"{row['checked']} checked")


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


def check_patterns(program, counted):
    done = run(program, "patterns", "--size=1000", "--format=json")
    if done.returncode != 0 or done.stderr:
        refuse(f"exit status {done.returncode}: {done.stderr}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    for row in rows:
        where = row.get("case")
        check_members(where, row, PATTERNS_NUMBERS, PATTERNS_TEXTS)
        if row["allocs"] != (0 if counted else None):
            refuse(f"{where}: allocs is {row['allocs']!r}")
        if row["calls"] != 50 or row["checked"] != 50:
            refuse(f"{where}: --size is ignored")
        if not row["matches"] > 0 or row["bytes_per_pattern"] > 130:
            refuse(f"{where}: {row['matches']} matches, "
                   f"{row['bytes_per_pattern']} bytes")
        if "hostile" not in where and row["worst_trials"] > 100:
            refuse(f"{where}: {row['worst_trials']} patterns may be tried")
    if len(rows) != 8 or max(row["patterns"] for row in rows) != 20000:
        refuse(f"eight cases are expected: {done.stdout}")
    table = run(program, "patterns", "--size=1000", "--case=1,000").stdout
    if "1,000 patterns" not in table or "hostile" in table:
        refuse(f"the table is not that of 1,000 patterns: {table}")


def check_image(program):
    rows = small_rows(program, "image")
    for row in rows:
        check_members(row.get("case"), row, IMAGE_NUMBERS, IMAGE_TEXTS)
    if [row["acps"] > 1 for row in rows] != [True, False]:
        refuse(f"two cases are expected: {rows}")
    table = run(program, "image", "--size=small", "--case=in one ACP").stdout
    if "1,000 rules in one ACP" not in table or "an ACP" in table:
        refuse(f"the table is not that of one ACP: {table}")


def check_proof(program):
    rows = small_rows(program, "proof")
    for row in rows:
        check_members(row.get("case"), row, PROOF_NUMBERS, IMAGE_TEXTS)
    if len(rows) != 2:
        refuse(f"two cases are expected: {rows}")


def check_load(program, counted):
    rows = small_rows(program, "load")
    if [row["form"] for row in rows] != LOAD_FORMS:
        refuse(f"other forms are expected: {rows}")
    for row in rows:
        where = f"{row['case']}, {row['form']}"
        check_members(where, row, LOAD_NUMBERS, LOAD_TEXTS)
        if (row["allocs"] is None) == counted:
            refuse(f"{where}: allocs is {row['allocs']!r}")
        if row["rules"] < 900 or not row["rules_per_s"] > 0:
            refuse(f"{where}: nothing was measured")
        if ("rules" in row["form"]) != (row["text_bytes"] == 0):
            refuse(f"{where}: a text of {row['text_bytes']} bytes")
        if counted and "one ACP" in where and row["allocs"] > 40 * row["acps"]:
            refuse(f"{where}: {row['allocs']} allocations")
    table = run(program, "load", "--size=small", "--case=one ACP").stdout
    if "one ACP of 5 rules" not in table or "1,000" in table:
        refuse(f"the table is not that of one ACP: {table}")


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
                      ("decide", "--build=/nowhere"),
                      ("peers", "--build=/nowhere"),
                      ("decide", "--seconds=5"), ("decide", "--replay=1:2"),
                      ("diff", "--seconds=0"), ("diff", "--replay=1"),
                      ("diff", "--replay=1:x"), ("diff", "--case=none"),
                      ("access-log", "--case=no such case"),
                      ("country", "--case=no such case"),
                      ("crowds", "--case=no such case"),
                      ("gate", "--case=no such case"),
                      ("image", "--case=no such case"),
                      ("load", "--case=no such case"),
                      ("patterns", "--case=no such case"),
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
    if sys.argv[3:] == ["diff"]:
        check_diff(program, counted)
        return
    if sys.argv[3:] == ["peers"]:
        check_peers(program)
        return
    check_usage(program)
    check_text(program)
    check_json(program, counted)
    check_country(program, counted)
    check_crowds(program, counted)
    check_token(program, counted)
    check_patterns(program, counted)
    check_image(program)
    check_load(program, counted)
    check_proof(program)
    check_constant_time(program)
    if counted:  # else, under a sanitizer, these take most of a minute
        check_access_log(program)
        check_gate(program)
        check_ppm(program)
        check_store(program)


main()
