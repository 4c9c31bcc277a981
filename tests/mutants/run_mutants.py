#!/usr/bin/env python3
"""Proves that the comparison with the twin can fail.

Each mutant is one edit of one source of the decision that a slip could make.
It is compiled with the property program, which has to notice. A mutant that
nobody notices, or whose text is no longer in the source exactly once, fails
this test. Spaces and line breaks in the text do not matter.

    run_mutants.py --source DIR [--cc CC] [--jobs N] [--only NAME] [--list]
"""
import argparse
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import tempfile
import time

FLAGS = ["-std=c11", "-O1", "-w"]
PAIRS = "20000"
SEED = "20180301"
MORE = []  # of the command line of the property program
PATIENCE = 20  # times the time without a mutant: then it hangs, and is noticed
LEAST_DEADLINE_S = 10

# name, source, what stands there, what a slip would make of it
MUTANTS = [
    # The five terms [DEC-04] and how they are joined.
    ("authentication-flag-ignored", "pdp/decide.c",
     "return !(rule->flags & PST_RULE_AUTHN) || facts->request->authenticated;",
     "(void)rule; (void)facts; return true;"),
    ("authentication-flag-inverted", "pdp/decide.c",
     "return !(rule->flags & PST_RULE_AUTHN) || facts->request->authenticated;",
     "return (rule->flags & PST_RULE_AUTHN) || facts->request->authenticated;"),
    ("operations-ignored", "pdp/decide.c",
     "if (!res_ops(rule, facts) || !res_authn(rule, facts)) {",
     "if (!res_authn(rule, facts)) {"),
    ("never-rules-evaluated", "pdp/acp_builder.c",
     "if (rule->never) { return pst_draft_condition(builder, rule, out, diag); "
     "}", ""),
    ("details-or-contexts", "pdp/decide.c",
     "pst_res_objd(search->set, condition, facts)) &&",
     "pst_res_objd(search->set, condition, facts)) ||"),
    ("contexts-ignored", "pdp/decide.c",
     "(!(rule->flags & PST_RULE_CONTEXTS) ||",
     "(true || !(rule->flags & PST_RULE_CONTEXTS) ||"),
    # Which rules are looked at.
    ("expiry-one-second-late", "pdp/decide.c",
     "search->facts.request->time_s >= acp->expires_s",
     "search->facts.request->time_s > acp->expires_s"),
    ("expiry-without-time", "pdp/decide.c",
     "(!search->facts.request->time_known || search->facts.request->time_s",
     "(search->facts.request->time_known && search->facts.request->time_s"),
    ("first-entry-of-an-atom-only", "pdp/decide.c",
     "for (; i < rules->entries.count && entries[i].index == atom; i++) {",
     "if (i < rules->entries.count && entries[i].index == atom) {"),
    ("lower-bound-off-by-one", "pdp/atom.h",
     "if (entries[low + half].index < atom) {",
     "if (entries[low + half].index <= atom) {"),
    ("self-privileges-for-privileges", "pdp/decide.c",
     "rules = &acp->sets[ref->which];", "rules = &acp->sets[0];"),
    ("operations-of-the-whole-set-required", "pdp/decide.c",
     "return rules->operations & search->facts.operation ? rules : NULL;",
     "return rules->operations == 63 ? rules : NULL;"),
    # Who asks.
    ("absent-originator-has-roles", "pdp/decide.c",
     "return try_name(search, search->set->all_atom); /* [REQ-02] */",
     "return try_name(search, search->set->all_atom) ||"
     " try_ids(search, request->roles, request->role_count,"
     " POSTERN_ID_ROLE);"),
    ("all-forgotten", "pdp/decide.c",
     "try_name(search, search->set->all_atom) || /* [ORI-02] */", ""),
    ("domains-forgotten", "pdp/decide.c",
     "try_domain(search) ||", ""),
    ("segments-not-counted", "pdp/decide.c",
     "id->kind == POSTERN_ID_ENTITY && pattern->segments == segments &&",
     "id->kind == POSTERN_ID_ENTITY &&"),
    ("domain-of-a-pattern-ignored", "pdp/decide.c",
     "&& pst_wildcard_matches_folded(domain, failures, id->domain)", ""),
    ("unset-originator-judged", "pdp/facts.c",
     "return facts->operation != 0 && (", "return facts->operation != 0 || ("),
    ("domains-differ-by-case", "pdp/hash.c",
     "hash = mix(hash ^ fold8(load8(text.data + i)));",
     "hash = mix(hash ^ load8(text.data + i));"),
    ("stem-belongs-to-the-provider", "pdp/id.c",
     "if (stem.data[0] == 'C') {", "if (stem.data[0] == 'c') {"),
    ("identifier-with-three-segments", "pdp/id.c",
     "return pst_is_segment(parts->second) && parts->second.data[0] == 'C';",
     "return parts->second.data[0] == 'C';"),
    ("percent-encoding-taken", "base/names.c",
     "['~'] = OTHER,", "['~'] = OTHER, ['%'] = OTHER,"),
    ("patterns-of-what-is-no-ae", "pdp/originator.c",
     "if (id->second.data && id->second.data[0] != 'C' &&",
     "if (id->second.data && id->second.data[0] == '/' &&"),
    ("anything-is-a-domain", "pdp/originator.c",
     "return pst_is_domain(out->id.domain) ?",
     "return out->id.domain.data ?"),
    ("all-in-any-case", "pdp/originator.c",
     "if (pst_str_is(text, \"all\")) {",
     "if (pst_str_fold_equal(text, PST_STR(\"all\"))) {"),
    ("ends-of-a-pattern-overlap", "pdp/wildcard.c",
     "if (text.len < first + tail || ", "if (text.len < first || "
     "text.len < tail || "),
    ("middle-of-a-pattern-ignored", "pdp/wildcard.c",
     "return last == first ||", "return last >= first ||"),
    ("failure-function-restarts", "pdp/wildcard.c",
     "while (length && piece.data[length] != c) {"
     " length = failures[length - 1]; }",
     "if (length && piece.data[length] != c) { length = 0; }"),
    ("later-facts-ignored", "base/sized.c",
     "if (((const unsigned char *)given)[i]) {", "if (false) {"),
    # Contexts.
    ("unknown-time-is-inside", "pdp/rule_terms.c",
     "if (!time) { return false; }", "if (!time) { return true; }"),
    ("unknown-address-is-inside", "pdp/rule_terms.c",
     "if (!ip) { return false; }", "if (!ip) { return true; }"),
    ("time-or-address", "pdp/rule_terms.c",
     "res_time(set, context, facts)) &&", "res_time(set, context, facts)) ||"),
    ("contexts-anded", "pdp/rule_terms.c",
     "if (res_context(set, &contexts[m], facts)) { return true; }",
     "if (!res_context(set, &contexts[m], facts)) { return false; }"),
    ("mapped-addresses-stay", "pdp/facts.c",
     "facts->ip = pst_ip_unmapped(&facts->request->ip);",
     "facts->ip = facts->request->ip;"),
    ("country-and-circle", "pdp/rule_terms.c",
     "return in_country(set, context, facts) ||",
     "return in_country(set, context, facts) &&"),
    ("day-of-month-or-week", "pdp/time_window.c",
     "return has_bit(window->days, time->day) &&",
     "return has_bit(window->days, time->day) ||"),
    ("years-before-2000", "pdp/time_window.c",
     "if (year < PST_FIRST_YEAR || year > PST_LAST_YEAR) { return false; }"
     " if (window->any_year)",
     "if ((!window->any_year && year < PST_FIRST_YEAR) ||"
     " year > PST_LAST_YEAR) { return false; } if (window->any_year)"),
    ("steps-from-zero", "pdp/time_window_text.c",
     "*element = (struct element){field->kind->first, field->kind->last, 1};",
     "*element = (struct element){field->kind->first + 1,"
     " field->kind->last, 1};"),
    ("reversed-ranges-taken", "pdp/time_window_text.c",
     "if (element->first > element->last) {",
     "if (element->first > element->last + 60) {"),
    ("prefix-one-bit-short", "pdp/ip_prefix.c",
     "return length ? UINT32_MAX << (IP4_BITS - length) : 0;",
     "return length > 1 ? UINT32_MAX << (IP4_BITS - length + 1) : 0;"),
    ("range-search-misses-the-end", "pdp/ip_prefix.c",
     "if (ranges[middle].last < address) {",
     "if (ranges[middle].last <= address) {"),
    ("ranges-joined-too-far", "pdp/ip_prefix.c",
     "return next->first <= range->last ||"
     " next->first - range->last == 1;",
     "return next->first <= range->last ||"
     " next->first - range->last <= 65536;"),
    ("latitude-and-longitude-swapped", "pdp/location.c",
     "latitude = latitude_deg * (PI / HALF_TURN_DEG);",
     "latitude = longitude_deg * (PI / HALF_TURN_DEG);"),
    ("radius-for-diameter", "pdp/location.c",
     "half_chord = sin(angle / 2);", "half_chord = sin(angle);"),
    # Object details and attributes.
    ("details-beyond-create", "pdp/rule_terms.c",
     "if (facts->operation != POSTERN_ACOP_CREATE) { return true; }", ""),
    ("details-of-the-child-for-the-parent", "pdp/rule_terms.c",
     "details->resource_type == request->target_type)",
     "details->resource_type == request->child_type)"),
    ("specialization-ignored", "pdp/rule_terms.c",
     "pst_res_specialization(set, details, request) &&", ""),
    ("unknown-definition-fits", "pdp/rule_terms.c",
     "request->container_definition.len > 0 &&",
     "request->container_definition.len == 0 ||"),
    ("attributes-of-false-rules-count", "pdp/decide.c",
     "if (!holds(search, rule, &search->facts) || !suffices(search, rule)) {",
     "bool enough = suffices(search, rule);"
     " if (!holds(search, rule, &search->facts) || !enough) {"),
    ("unknown-attributes-covered", "pdp/decide.c",
     "if (request->attribute_count == 0) { return false; }",
     "if (request->attribute_count == 0) { return true; }"),
    ("attributes-beyond-64-ignored", "pdp/decide.c",
     "} while (!search->unlimited && first < request->attribute_count);",
     "} while (false);"),
    # Building.
    ("empty-address-list-taken", "pdp/rule_draft.c",
     "if (given->address_count == 0) { /* [CTX-24] */",
     "if (given->address_count == SIZE_MAX) { /* [CTX-24] */"),
    ("specialization-not-required", "pdp/rule_draft.c",
     "(given->resource_type == 13 || given->resource_type == 28) &&",
     "(given->resource_type == 13) &&"),
    # The explanation is compared as well.
    ("explanation-forgets-an-attribute", "pdp/truth.c",
     "return pst_truth_wants(POSTERN_MISSING_ATTRIBUTES);",
     "return PST_TRUE;"),
    ("explanation-takes-expired-rules", "pdp/truth.c",
     "pst_truth_of(request->time_s < acp->expires_s)",
     "pst_truth_of(request->time_s <= acp->expires_s)"),
    ("explanation-names-another-link", "pdp/explain.c",
     "all->links ? (uint32_t)all->link : 0", "0"),
    # ACPs compiled one by one.
    ("links-do-not-cover-together", "pdp/decide.c",
     "if (search->links && !enter(search, &search->links[i])) {",
     "if (search->links) { search->uncovered = search->wanted; }"
     " if (search->links && !enter(search, &search->links[i])) {"),
    ("another-link-named", "pdp/decide.c",
     "search->decision.link = (uint32_t)i;",
     "search->decision.link = (uint32_t)search->set_count - 1;"),
    ("links-to-privileges-only", "pdp/decide.c",
     "search->refs = &link->ref;", "search->refs = NULL;"),
    ("links-after-a-missing-set-forgotten", "pdp/decide.c",
     "if (search->links && !enter(search, &search->links[i])) { continue; }",
     "if (search->links && !enter(search, &search->links[i])) { break; }"),
    ("names-without-roles", "pdp/decide.c",
     "hash_bits(request->roles, request->role_count);", "0;"),
    ("names-without-groups", "pdp/decide.c",
     "hash_bits(request->groups, request->group_count) |", ""),
    ("names-without-domain", "pdp/decide.c",
     "(set->hashes & pst_hash_bit(domain_key(search)->hash))", "false"),
    ("patterns-need-an-atom", "pdp/decide.c",
     "return rules && (rules->wild.count || may_have_atoms(search));",
     "return rules && may_have_atoms(search);"),
    ("hash-bit-of-the-last-atom-only", "pdp/acp_compile.c",
     "set->hashes |= pst_hash_bit(atom[i].hash);",
     "set->hashes = pst_hash_bit(atom[i].hash);"),
    # What is missing. [DEC-09]
    ("missing-roles-forgotten", "pdp/acp_compile.c",
     "return kind == PST_ATOM_RESOURCE || kind == PST_ATOM_ROLE;",
     "return kind == PST_ATOM_RESOURCE;"),
    ("missing-groups-of-a-rule-with-a-role", "pdp/missing.c",
     "(atom->kind != PST_ATOM_RESOURCE && atom->kind != PST_ATOM_ROLE)",
     "atom->kind != PST_ATOM_ROLE"),
    ("missing-of-rules-that-list-the-originator", "pdp/missing.c",
     "return; /* its originators are true, and it was visited so */", ";"),
    ("missing-patterns-forgotten", "pdp/missing.c",
     "visit_patterns(inquiry); visit_members(inquiry);",
     "visit_members(inquiry);"),
    ("missing-domains-forgotten", "pdp/missing.c",
     "visit_atom(inquiry, pst_atom_find(inquiry->set, &domain));", ""),
    ("nobody-is-in-no-group", "pdp/missing.c",
     "if (originator->kind != POSTERN_ID_ENTITY) { return;",
     "if (false) { return;"),
    ("missing-of-expired-rules", "pdp/missing.c",
     "return !pst_is_false(inquiry->in_force) &&",
     "inquiry->in_force = pst_is_false(inquiry->in_force)"
     " ? PST_TRUE : inquiry->in_force; return"),
    ("help-to-cover-forgotten", "pdp/missing.c",
     "? (struct pst_truth){OTHER_RULES, 0}", "? all"),
    ("help-to-cover-suffices", "pdp/missing.c",
     "? (struct pst_truth){OTHER_RULES, 0}", "? PST_TRUE"),
    ("a-fact-suffices-without-its-group", "pdp/missing.c",
     "(struct pst_truth){terms.wanted, 0}", "terms"),
    ("conjunction-suffices-by-halves", "pdp/truth.c",
     "a.alone & b.alone", "a.alone | b.alone"),
    ("either-place-is-needed", "pdp/truth.c",
     "{a.wanted | b.wanted, a.alone | b.alone}",
     "{a.wanted | b.wanted, a.alone & b.alone}"),
    ("first-context-decides-what-is-missing", "pdp/truth.c",
     "{a.wanted | b.wanted, a.alone | b.alone}",
     "{a.wanted ? a.wanted : b.wanted, a.alone | b.alone}"),
    ("known-types-leave-a-specialization-open", "pdp/truth.c",
     "bool known = request->target_type && request->child_type;",
     "bool known = request->target_type && false;"),
    ("known-time-outside-the-calendar-missing", "pdp/truth.c",
     "if (!facts->request->time_known) {", "if (!time) {"),
]


def fail(message):
    print(message)
    sys.exit(1)


def pattern_of(text):
    """The text as a pattern to which spaces and line breaks are all one."""
    tokens = re.findall(r"\w+|[^\w\s]", text)
    return re.compile(r"\s*".join(re.escape(token) for token in tokens))


def mutate(source, name, text, replacement):
    """The source with the one edit; None when the text does not fit."""
    hits = list(pattern_of(text).finditer(source))
    if len(hits) != 1:
        print(f"{name}: its text is {len(hits)} times in the source, not once")
        return None
    return (source[:hits[0].start()] + replacement + source[hits[0].end():])


def sources_of(folder, target):
    """What CMakeLists.txt lists as the sources of a target."""
    text = (folder / "CMakeLists.txt").read_text()
    found = re.search(rf"add_\w+\({target}\b([^)]*)\)", text)
    return re.findall(r"\S+\.c\b", found.group(1))


class Builder:
    def __init__(self, root, compiler, work):
        self.root = root
        self.compiler = compiler
        self.work = work
        self.objects = {}

    def sources(self):
        yield from sorted(self.root.glob("base/*.c"))
        yield from sorted(self.root.glob("pdp/*.c"))
        for target, folder in (("reference", "reference"),
                               ("generate", "support"),
                               ("decision_property", "property")):
            for name in sources_of(self.root / "tests" / folder, target):
                yield self.root / "tests" / folder / name

    def compile(self, path, output, first=None):
        includes = [f"-I{folder}" for folder in
                    (first, self.root, self.root / "include",
                     self.root / "tests") if folder]
        done = subprocess.run(
            [self.compiler, *FLAGS, *includes, "-c", str(path), "-o",
             str(output)], capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stderr)
        return done.returncode == 0

    def compile_all(self, pool):
        jobs = {}
        for path in self.sources():
            key = str(path.relative_to(self.root))
            output = self.work / (key.replace("/", "_") + ".o")
            self.objects[key] = output
            jobs[key] = pool.submit(self.compile, path, output)
        for key, job in jobs.items():
            if not job.result():
                fail(f"{key} does not compile")

    def link(self, output, replaced=None):
        objects = [str((replaced or {}).get(key, path))
                   for key, path in self.objects.items()]
        done = subprocess.run(
            [self.compiler, *objects, "-lm", "-o", str(output)],
            capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stderr)
        return done.returncode == 0


    def replace(self, name, file, mutated):
        """The objects made anew, by source; None when one does not compile.

        Of a header that is every source that names it."""
        overlay = self.work / name
        path = overlay / file
        path.parent.mkdir(parents=True)
        path.write_text(mutated)
        keys = [file] if file.endswith(".c") else [
            key for key in self.objects
            if f'"{file}"' in (self.root / key).read_text()]
        replaced = {key: overlay / (key.replace("/", "_") + ".o")
                    for key in keys}
        done = all(self.compile(path if key == file else self.root / key,
                                output, overlay)
                   for key, output in replaced.items())
        return replaced if done and replaced else None


def run(program, deadline_s=None):
    """What noticed: the last line printed, or None when nothing did."""
    try:
        done = subprocess.run(
            [str(program), "--pairs", PAIRS, "--seed", SEED, *MORE],
            capture_output=True, text=True, errors="replace",
            timeout=deadline_s)
    except subprocess.TimeoutExpired:
        return "it never ended"
    if done.returncode == 0:
        return None
    if done.returncode < 0:
        return f"it died of signal {-done.returncode}"
    return done.stdout.strip().splitlines()[-1]


def try_mutant(builder, mutant, deadline_s):
    """True when the property program notices."""
    name, file, text, replacement = mutant
    source = (builder.root / file).read_text()
    mutated = mutate(source, name, text, replacement)
    if mutated is None:
        return False
    replaced = builder.replace(name, file, mutated)
    if not (replaced and builder.link(builder.work / f"{name}.run", replaced)):
        print(f"{name}: does not compile any more")
        return False
    noticed = run(builder.work / f"{name}.run", deadline_s)
    print(f"{name}: {noticed or 'NOBODY NOTICED'}", flush=True)
    return noticed is not None


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", help="a name, or a part of names")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def main():
    options = arguments()
    mutants = [mutant for mutant in MUTANTS
               if not options.only or options.only in mutant[0]]
    if options.list:
        print("\n".join(f"{name} ({file})" for name, file, _, _ in mutants))
        return
    names = [mutant[0] for mutant in MUTANTS]
    if len(names) != len(set(names)) or not mutants:
        fail("names of mutants are not unique, or none is meant")
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        builder = Builder(options.source.resolve(), options.cc,
                          pathlib.Path(folder))
        builder.compile_all(pool)
        if not builder.link(builder.work / "unchanged"):
            fail("the program does not link")
        started = time.monotonic()
        noticed = run(builder.work / "unchanged")
        if noticed:
            fail(f"without any mutant: {noticed}")
        deadline_s = max(LEAST_DEADLINE_S,
                         PATIENCE * (time.monotonic() - started))
        results = list(pool.map(
            lambda mutant: try_mutant(builder, mutant, deadline_s), mutants))
    print(f"{sum(results)} of {len(results)} mutants noticed")
    if not all(results):
        sys.exit(1)


if __name__ == "__main__":
    main()
