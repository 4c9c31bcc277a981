#!/usr/bin/env python3
"""Proves that the comparison with the twin can fail.

Each mutant is one edit of one source of the decision that a slip could make.
It is compiled with the comparison of postern-bench diff, and if that does not
notice with the property program, which then has to. A mutant that nobody
notices, or whose text is no longer in the source exactly once, fails this test.
Spaces and line breaks in the text do not matter. run_all.py tries every slip
that can be made by rule.

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
ROUNDS = "400"  # of the comparison
SEED = "20180301"
MORE = []  # of the command line of the property program
PATIENCE = 20  # times the time without a mutant: then it hangs, and is noticed
LEAST_DEADLINE_S = 10

# name, source, what stands there, what a slip would make of it
MUTANTS = [
    ("authentication-flag-ignored", "pdp/search.c",
     "return search->facts.request->authenticated ? rules : rules & "
     "~(uint32_t)slot->authn;",
     "return rules;"),
    ("authentication-flag-inverted", "pdp/search.c",
     "return search->facts.request->authenticated ? rules : rules & "
     "~(uint32_t)slot->authn;",
     "return search->facts.request->authenticated ? rules : rules & "
     "(uint32_t)slot->authn;"),
    ("authentication-of-many-rules-ignored", "pdp/search.c",
     "(rule->authn && !search->facts.request->authenticated)",
     "false"),
    ("operations-ignored", "pdp/search.c",
     "uint32_t rules = slot->operations[search->operation];",
     "uint32_t rules = UINT32_C(0xFFFF); (void)slot;"),
    ("operations-of-many-rules-ignored", "pdp/search.c",
     "if (!(rule->operations & search->facts.operation) ||",
     "if ("),
    ("details-or-contexts", "pdp/search.c",
     "pst_res_objd(search->set, condition, &search->facts)) &&",
     "pst_res_objd(search->set, condition, &search->facts)) ||"),
    ("contexts-ignored", "pdp/search.c",
     "(!(condition->flags & PST_CONDITION_CONTEXTS) ||",
     "(true ||"),
    ("conditions-ignored", "pdp/search.c",
     "free = rules & ~(uint32_t)slot->conditional;",
     "free = rules;"),
    ("condition-of-another-rule", "pdp/search.c",
     "place--; if (!(rules & 1u << rule)) { continue; }",
     "if (!(rules & 1u << rule)) { continue; } place--;"),
    ("expiry-one-second-late", "pdp/search.h",
     "request->time_s >= pst_expires_s(search->set, ref.acp)",
     "request->time_s > pst_expires_s(search->set, ref.acp)"),
    ("expiry-without-time", "pdp/search.h",
     "(!request->time_known || request->time_s",
     "(request->time_known && request->time_s"),
    ("last-lane-of-a-slot-forgotten", "pdp/search.c",
     "((1u << slot->lanes) - 1);",
     "((1u << slot->lanes) - 1) >> 1;"),
    ("lanes-beyond-eight-forgotten", "pdp/search.c",
     "uint32_t hits = slot->lanes <= SOME_GROUPS * LANES_AT_ONCE",
     "uint32_t hits = slot->lanes <= 28"),
    ("nearby-lanes-half", "pdp/search.c",
     "for (uint32_t i = 0; i < count; i++) { for (uint32_t a = 0; a < "
     "atoms->count; a++) {",
     "for (uint32_t i = 0; i < count / 2; i++) { for (uint32_t a = 0; a "
     "< atoms->count; a++) {"),
    ("first-entry-of-an-atom-only", "pdp/search.c",
     "for (uint32_t i = 0; i < found.count; i++) { if (try_rule(",
     "for (uint32_t i = 0; i < found.count && i < 1; i++) { if "
     "(try_rule("),
    ("lower-bound-off-by-one", "pdp/hashed.c",
     "if (entries[middle].atom < atom) {",
     "if (entries[middle].atom <= atom) {"),
    ("addresses-of-a-crowd-by-one-digit", "pdp/crowd.c",
     "ask(question, field + i + 1, ip->bytes[i / 2] & 15);",
     "ask(question, field + i + 1, ip->bytes[i / 2] >> 4);"),
    ("self-privileges-for-privileges", "pdp/decide.c",
     "postern_acp_ref ref = ref_at(selection, i); if (pst_search_slot(",
     "postern_acp_ref ref = {ref_at(selection, i).acp, "
     "POSTERN_PRIVILEGES}; if (pst_search_slot("),
    ("absent-originator-has-roles", "pdp/principal.c",
     "asking->stage = PST_ASK_NOTHING; /* [REQ-02] */",
     "asking->stage = PST_ASK_GROUPS; asking->next = 0;"),
    ("all-forgotten", "pdp/principal.c",
     "add(asking, PST_ATOM_ALL); /* [ORI-02] */",
     ""),
    ("domains-forgotten", "pdp/principal.c",
     "if (lists_kind(asking->set, PST_NAME_DOMAIN)) {",
     "if (false) {"),
    ("domains-of-those-named-forgotten", "pdp/principal.c",
     "add(asking, name->domain);",
     ""),
    ("patterns-of-those-named-forgotten", "pdp/name_compile.c",
     "*place = 0; if (matches.count > LIST_MAX) {",
     "*place = 0; matches.count = 0; if (matches.count > LIST_MAX) {"),
    ("patterns-of-strangers-forgotten", "pdp/principal.c",
     "if (pst_table_count(asking->set, PST_TABLE_PATTERNS)) { "
     "ask_patterns(asking); }",
     ""),
    ("roles-taken-for-groups", "pdp/principal.c",
     "if (id->kind == kind) {",
     "{"),
    ("segments-not-counted", "pdp/pattern_index.c",
     "return patterns->patterns[pattern].segments == segments &&",
     "return"),
    ("domain-of-a-pattern-ignored", "pdp/pattern_index.c",
     "pst_pattern_part_matches(patterns, pattern, 2, id->second)) && "
     "pst_pattern_part_matches(patterns, pattern, 0, id->domain);",
     "pst_pattern_part_matches(patterns, pattern, 2, id->second));"),
    ("letters-of-a-pattern-of-the-domain", "pdp/pattern_index.c",
     "if (!pst_letters_hold(letters, edge->letters)) {",
     "if (pst_letters_hold(letters, edge->letters)) {"),
    ("only-the-first-group-of-patterns", "pdp/pattern_index.c",
     "cursor->shape++; return look_up(search, cursor, shape);",
     "cursor->shape = cursor->shape_end; return look_up(search, cursor, "
     "shape);"),
    ("unset-originator-judged", "pdp/facts.h",
     "return pst_facts_init_as(facts, request, copy) && (",
     "return pst_facts_init_as(facts, request, copy) || ("),
    ("domains-differ-by-case", "pdp/hash.c",
     "hash = pst_hash_mix(hash ^ fold8(pst_load8(text.data + i)));",
     "hash = pst_hash_mix(hash ^ pst_load8(text.data + i));"),
    ("stem-belongs-to-the-provider", "pdp/id.c",
     "if (stem.data[0] == 'C') {",
     "if (stem.data[0] == 'c') {"),
    ("identifier-with-three-segments", "pdp/id.c",
     "pst_is_segment(id->second) && id->second.data[0] == 'C';",
     "id->second.data[0] == 'C';"),
    ("percent-encoding-taken", "base/names.c",
     "['~'] = OTHER,",
     "['~'] = OTHER, ['%'] = OTHER,"),
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
     "if (text.len < first + tail || ",
     "if (text.len < first || text.len < tail || "),
    ("middle-of-a-pattern-ignored", "pdp/wildcard.c",
     "return last == first ||",
     "return last >= first ||"),
    ("failure-function-restarts", "pdp/wildcard.c",
     "while (length && piece.data[length] != c) { length = "
     "failures[length - 1]; }",
     "if (length && piece.data[length] != c) { length = 0; }"),
    ("later-facts-ignored", "base/sized.c",
     "if (((const unsigned char *)given)[i]) {",
     "if (false) {"),
    ("unknown-time-is-inside", "pdp/rule_terms.c",
     "if (!time) { return false; }",
     "if (!time) { return true; }"),
    ("unknown-address-is-inside", "pdp/rule_terms.c",
     "if (!ip) { return false; }",
     "if (!ip) { return true; }"),
    ("time-or-address", "pdp/rule_terms.c",
     "res_time(set, condition, context, facts)) &&",
     "res_time(set, condition, context, facts)) ||"),
    ("contexts-anded", "pdp/rule_terms.c",
     "if (res_context(set, condition, &contexts[m], facts)) { return "
     "true; }",
     "if (!res_context(set, condition, &contexts[m], facts)) { return "
     "false; }"),
    ("mapped-addresses-stay", "pdp/facts.c",
     "facts->ip = pst_ip_unmapped(&facts->request->ip);",
     "facts->ip = facts->request->ip;"),
    ("country-and-circle", "pdp/rule_terms.c",
     "return in_country(condition, context, facts) ||",
     "return in_country(condition, context, facts) &&"),
    ("day-of-month-or-week", "pdp/time_window.c",
     "return has_bit(window->days, time->day) &&",
     "return has_bit(window->days, time->day) ||"),
    ("years-before-2000", "pdp/time_window.c",
     "if (year < PST_FIRST_YEAR || year > PST_LAST_YEAR) { return "
     "false; } if (window->any_year)",
     "if ((!window->any_year && year < PST_FIRST_YEAR) || year > "
     "PST_LAST_YEAR) { return false; } if (window->any_year)"),
    ("steps-from-zero", "pdp/time_window_text.c",
     "*element = (struct element){field->kind->first, "
     "field->kind->last, 1};",
     "*element = (struct element){field->kind->first + 1, "
     "field->kind->last, 1};"),
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
     "return next->first <= range->last || next->first - range->last == "
     "1;",
     "return next->first <= range->last || next->first - range->last <= "
     "65536;"),
    ("latitude-and-longitude-swapped", "pdp/location.c",
     "latitude = latitude_deg * (PI / HALF_TURN_DEG);",
     "latitude = longitude_deg * (PI / HALF_TURN_DEG);"),
    ("radius-for-diameter", "pdp/location.c",
     "half_chord = sin(angle / 2);",
     "half_chord = sin(angle);"),
    ("details-beyond-create", "pdp/rule_terms.c",
     "if (facts->operation != POSTERN_ACOP_CREATE) { return true; }",
     ""),
    ("details-of-the-child-for-the-parent", "pdp/rule_terms.c",
     "details->resource_type == request->target_type)",
     "details->resource_type == request->child_type)"),
    ("specialization-ignored", "pdp/rule_terms.c",
     "pst_res_specialization(set, details, request) &&",
     ""),
    ("unknown-definition-fits", "pdp/rule_terms.c",
     "request->container_definition.len > 0 &&",
     "request->container_definition.len == 0 ||"),
    ("attributes-of-false-rules-count", "pdp/search.c",
     "if (holds(search, condition) && suffices(search, rule, "
     "condition)) {",
     "bool enough = suffices(search, rule, condition); if "
     "(holds(search, condition) && enough) {"),
    ("unknown-attributes-covered", "pdp/search.c",
     "if (request->attribute_count == 0) { return false; }",
     "if (request->attribute_count == 0) { return true; }"),
    ("attributes-beyond-64-ignored", "pdp/decide.c",
     "while (is_more_to_list(&selection->search));",
     "while (false);"),
    ("empty-address-list-taken", "pdp/rule_draft.c",
     "if (given->address_count == 0) { /* [CTX-24] */",
     "if (given->address_count == SIZE_MAX) { /* [CTX-24] */"),
    ("specialization-not-required", "pdp/rule_draft.c",
     "(given->resource_type == 13 || given->resource_type == 28) &&",
     "(given->resource_type == 13) &&"),
    ("explanation-forgets-an-attribute", "pdp/truth.c",
     "return pst_truth_wants(POSTERN_MISSING_ATTRIBUTES);",
     "return PST_TRUE;"),
    ("explanation-takes-expired-rules", "pdp/truth.c",
     "pst_truth_of(request->time_s < expires_s)",
     "pst_truth_of(request->time_s <= expires_s)"),
    ("explanation-names-another-link", "pdp/explain.c",
     "all->links ? (uint32_t)all->link : 0",
     "0"),
    ("links-do-not-cover-together", "pdp/decide.c",
     "selection->search.set = link->set; selection->refs",
     "selection->search.set = link->set; selection->search.uncovered = "
     "selection->search.wanted; selection->refs"),
    ("another-link-named", "pdp/decide.c",
     "linked->selection.search.decision.link = (uint32_t)i;",
     "linked->selection.search.decision.link = "
     "(uint32_t)linked->link_count - 1;"),
    ("links-to-privileges-only", "pdp/decide.c",
     "selection->refs = &link->ref;",
     "selection->refs = NULL;"),
    ("links-after-the-first-forgotten", "pdp/decide.c",
     "for (size_t i = 0; i < linked->link_count; i++) {",
     "for (size_t i = 0; i < linked->link_count && i < 1; i++) {"),
    ("names-without-roles", "pdp/decide.c",
     "hash_bits(request->roles, request->role_count);",
     "0;"),
    ("names-without-groups", "pdp/decide.c",
     "hash_bits(request->groups, request->group_count) |",
     ""),
    ("names-without-domain", "pdp/decide.c",
     "(block->hashes & domain_bit(linked)));",
     "false);"),
    ("patterns-need-an-atom", "pdp/decide.c",
     "block->tables[PST_TABLE_PATTERNS].count ||",
     ""),
    ("a-principal-of-another-set", "pdp/principal.h",
     "return principal->set == set && principal->stamp == "
     "pst_stamp_of(set);",
     "(void)set; return principal != NULL;"),
    ("callers-without-lengths", "pdp/callers.c",
     "((size_t)shape->lens[1] ^ id->first.len) | "
     "((size_t)shape->lens[2] ^ id->second.len) |",
     ""),
    ("callers-without-their-roles", "pdp/callers.c",
     "&& are_ids(&shapes, &texts, asked->roles, asked->role_count);",
     ";"),
    ("callers-by-their-tag", "pdp/callers.c",
     "|| !is_asked(entry, asked)) {",
     ") {"),
    ("callers-of-another-set", "pdp/callers.c",
     "way == WAYS || !pst_principal_is_for(&entry->principal, set) ||",
     "way == WAYS ||"),
    ("scan-without-the-last", "pdp/scan.c",
     "for (uint32_t acp = 0; acp < scan->acps; acp++) {",
     "for (uint32_t acp = 0; acp + 1 < scan->acps; acp++) {"),
    ("batch-without-principals", "pdp/batch.c",
     "pst_asking_begin_as(&turn->asking, set, question->principal);",
     "pst_asking_begin(&turn->asking, set, turn->search.facts.request);"),
    ("batch-of-the-first-attributes-only", "pdp/batch.c",
     "attribute_count <= PST_ATTRIBUTES_AT_ONCE",
     "attribute_count <= 2 * PST_ATTRIBUTES_AT_ONCE"),
    ("batch-of-the-rules-of-the-first-slot", "pdp/batch.c",
     "pst_search_among(&turn->search, slot, turn->rules[i]);",
     "pst_search_among(&turn->search, slot, turn->rules[0]);"),
    ("hash-bit-of-the-last-name-only", "pdp/acp_compile.c",
     "hashes |= pst_hash_bit(name[i].hash);",
     "hashes = pst_hash_bit(name[i].hash);"),
    ("missing-roles-forgotten", "pdp/missing.c",
     "return kind == PST_NAME_RESOURCE || kind == PST_NAME_ROLE;",
     "return kind == PST_NAME_RESOURCE;"),
    ("missing-groups-of-many-rules-forgotten", "pdp/hashed_compile.c",
     "return kind == PST_NAME_RESOURCE || kind == PST_NAME_ROLE;",
     "return kind == PST_NAME_ROLE;"),
    ("missing-of-rules-that-list-the-originator", "pdp/missing.c",
     "if (lists_originator(inquiry, k)) { visit_listing(inquiry, k); } "
     "else { visit_other(inquiry, k); }",
     "visit_other(inquiry, k);"),
    ("nobody-is-in-no-group", "pdp/missing.c",
     "if (pst_is_false(terms) || "
     "inquiry->facts.request->originator.kind != POSTERN_ID_ENTITY) {",
     "if (pst_is_false(terms)) {"),
    ("missing-of-expired-rules", "pdp/missing.c",
     "return !pst_is_false(inquiry->in_force);",
     "if (pst_is_false(inquiry->in_force)) { inquiry->in_force = "
     "PST_TRUE; } return true;"),
    ("help-to-cover-forgotten", "pdp/missing.c",
     "? (struct pst_truth){OTHER_RULES, 0}",
     "? all"),
    ("help-to-cover-suffices", "pdp/missing.c",
     "? (struct pst_truth){OTHER_RULES, 0}",
     "? PST_TRUE"),
    ("a-fact-suffices-without-its-group", "pdp/missing.c",
     "(struct pst_truth){terms.wanted, 0}",
     "terms"),
    ("conjunction-suffices-by-halves", "pdp/truth.c",
     "a.alone & b.alone",
     "a.alone | b.alone"),
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
     "if (!facts->request->time_known) {",
     "if (!time) {"),
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

    def notice(self, name, replaced, deadline_s):
        """Whether it links, and what noticed the mutant."""
        program = self.work / f"{name}.run"
        if not self.link(program, replaced):
            return False, None
        return True, run(program, deadline_s)

    def replace(self, name, file, mutated):
        """The objects made anew, by source; None when one does not compile.

        Of a header that is every source that names it, or a header that
        does."""
        overlay = self.work / name
        path = overlay / file
        path.parent.mkdir(parents=True)
        path.write_text(mutated)
        named = [file, *(str(header.relative_to(self.root))
                         for header in self.root.glob("pdp/*.h")
                         if f'"{file}"' in header.read_text())]
        keys = [file] if file.endswith(".c") else [
            key for key in self.objects
            if any(f'"{name}"' in (self.root / key).read_text()
                   for name in named)]
        replaced = {key: overlay / (key.replace("/", "_") + ".o")
                    for key in keys}
        done = all(self.compile(path if key == file else self.root / key,
                                output, overlay)
                   for key, output in replaced.items())
        return replaced if done and replaced else None


class DecisionBuilder(Builder):
    """With the comparison at volume, which is asked first."""

    FAST = ("bench/diff_*.c", "tests/mutants/comparison.c")
    SLOW = "tests/property/"

    def fast_sources(self):
        for pattern in self.FAST:
            yield from sorted(self.root.glob(pattern))

    def sources(self):
        yield from super().sources()
        yield from self.fast_sources()

    def link_fast(self, output, replaced=None):
        return super().link(output, {
            **self.left_out(lambda key: key.startswith(self.SLOW)),
            **(replaced or {})})

    def link(self, output, replaced=None):
        fast = {str(path.relative_to(self.root))
                for path in self.fast_sources()}
        return super().link(output, {**self.left_out(fast.__contains__),
                                     **(replaced or {})})

    def left_out(self, is_out):
        """An object of nothing for each that is not linked."""
        empty = self.work / "empty.o"
        if not empty.exists():
            source = self.work / "empty.c"
            source.write_text("enum { NOTHING };\n")
            self.compile(source, empty)
        return {key: empty for key in self.objects if is_out(key)}

    def notice(self, name, replaced, deadline_s):
        program = self.work / f"{name}.fast"
        if not self.link_fast(program, replaced):
            return False, None
        noticed = run_command([program, ROUNDS], deadline_s)
        if noticed:
            return True, noticed.splitlines()[0]
        return super().notice(name, replaced, deadline_s)


def run_command(command, deadline_s=None):
    """What noticed: what was printed, or None when nothing did."""
    try:
        done = subprocess.run(
            [str(word) for word in command],
            capture_output=True, text=True, errors="replace",
            timeout=deadline_s)
    except subprocess.TimeoutExpired:
        return "it never ended"
    if done.returncode == 0:
        return None
    if done.returncode < 0:
        return f"it died of signal {-done.returncode}"
    return done.stdout.strip() or done.stderr.strip() or "it failed"


def run(program, deadline_s=None):
    """What noticed: the last line printed, or None when nothing did."""
    noticed = run_command([program, "--pairs", PAIRS, "--seed", SEED, *MORE],
                          deadline_s)
    return noticed.splitlines()[-1] if noticed else None


def try_mutant(builder, mutant, deadline_s):
    """True when the property program notices."""
    name, file, text, replacement = mutant
    source = (builder.root / file).read_text()
    mutated = mutate(source, name, text, replacement)
    if mutated is None:
        return False
    replaced = builder.replace(name, file, mutated)
    linked, noticed = (builder.notice(name, replaced, deadline_s) if replaced
                       else (False, None))
    if not linked:
        print(f"{name}: does not compile any more")
        return False
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


def main(builder_class=None):
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
        builder = (builder_class or Builder)(
            options.source.resolve(), options.cc, pathlib.Path(folder))
        builder.compile_all(pool)
        started = time.monotonic()
        linked, noticed = builder.notice("unchanged", None, None)
        if not linked:
            fail("the program does not link")
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
    main(DecisionBuilder)
