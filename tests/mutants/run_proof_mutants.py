#!/usr/bin/env python3
"""Proves that the proof can fail.

Each mutant is one slip in what compiles policies. It is linked with the proof
and a policy that uses everything, which must not be proved any more. A mutant
that is proved, or whose text is no longer in the source exactly once, fails
this test.

    run_proof_mutants.py --source DIR [--cc CC] [--jobs N] [--only NAME]
"""
import subprocess

import run_mutants

# name, source, what stands there, what a slip would make of it
MUTANTS = [
    ("operations-of-the-next-rule", "pdp/slot_compile.c",
     "uint16_t bit = (uint16_t)(1u << k);",
     "uint16_t bit = (uint16_t)(2u << k);"),
    ("authentication-forgotten", "pdp/slot_compile.c",
     "if (rule->authn) {", "if (false) {"),
    ("conditions-in-the-wrong-order", "pdp/slot_compile.c",
     "slot->words[--condition] = rule->condition;",
     "slot->words[PST_SLOT_WORDS - 1 - slot->rules] = rule->condition;"),
    ("lane-of-the-first-rule", "pdp/slot_compile.c",
     "<< PST_RULE_BITS | k;", "<< PST_RULE_BITS;"),
    ("expiry-forgotten-in-the-slot", "pdp/slot_compile.c",
     ".expires = acps[acp].expires_s != INT64_MAX", ".expires = 0"),
    ("self-privileges-are-the-privileges", "pdp/slot_compile.c",
     "fill_slot(compile, self, acp, &run, POSTERN_SELF_PRIVILEGES)",
     "fill_slot(compile, self, acp, &run, POSTERN_PRIVILEGES)"),
    ("entry-of-the-next-rule", "pdp/hashed_compile.c",
     "pst_compile_atom(compile, &originators[i]), number};",
     "pst_compile_atom(compile, &originators[i]), number ? number - 1 : 0};"),
    ("last-originator-of-a-big-set-forgotten", "pdp/hashed_compile.c",
     "for (uint32_t i = 0; i < rule->originators; i++) {",
     "for (uint32_t i = 0; i + 1 < rule->originators; i++) {"),
    ("condition-of-a-big-set-forgotten", "pdp/hashed_compile.c",
     ".condition = draft->condition,", ".condition = PST_NO_CONDITION,"),
    ("operations-of-a-big-set-too-many", "pdp/hashed_compile.c",
     ".operations = draft->operations,",
     ".operations = draft->operations | 2,"),
    ("membership-forgotten", "pdp/hashed_compile.c",
     "kind == PST_NAME_RESOURCE || kind == PST_NAME_ROLE",
     "kind == PST_NAME_RESOURCE"),
    ("crowd-lacks-a-rule", "pdp/hashed_compile.c",
     "PST_TRY(pst_vec_push(&compile->crowd, &compile->builder->allocator, "
     "&rule, 1));",
     "if (i != 77) { PST_TRY(pst_vec_push(&compile->crowd, "
     "&compile->builder->allocator, &rule, 1)); }"),
    ("names-unsorted", "pdp/name_compile.c",
     "if (ends[h] - first > 1) {", "if (ends[h] - first > 99) {"),
    ("place-of-a-name-wrong", "pdp/name_compile.c",
     "places[drafts[i]] = i;", "places[drafts[i]] = i ^ (i == 9);"),
    ("domain-forgotten", "pdp/name_compile.c",
     "name->domain = domain_of(compile, key.domain);", ";"),
    ("patterns-forgotten", "pdp/name_compile.c",
     "return patterns->count ?", "return patterns->count > 99 ?"),
    ("patterns-but-the-last", "pdp/name_compile.c",
     "matches->words[0] = matches->count;",
     "matches->words[0] = --matches->count;"),
    ("texts-are-the-first", "pdp/condition_draft.c",
     "*ref = ((const struct pst_text_ref *)draft->texts.data)[number];",
     "*ref = ((const struct pst_text_ref *)draft->texts.data)[0];"),
    ("context-of-the-first", "pdp/condition_draft.c",
     "contexts[number] = *context;", "contexts[0] = *context;"),
    ("definitions-in-octal", "pdp/rule_draft.c",
     "value = value * 10 +", "value = value * 8 +"),
    ("list-begun-too-late", "pdp/condition_draft.c",
     "if (list->count == 0) {", "if (list->count <= 1) {"),
    ("years-forgotten", "pdp/rule_draft.c",
     "PST_TRY(pst_condition_years(builder, &years, &window.years));", ";"),
    ("addresses-not-joined", "pdp/rule_draft.c",
     "ranges4->count = pst_ip4_ranges_join(ranges4->data, ranges4->count);",
     ";"),
    ("addresses-of-version-6-forgotten", "pdp/rule_draft.c",
     "return pst_condition_append(builder, &out->ranges6, ranges6->data, "
     "ranges6->count, sizeof(struct pst_ip6_range));",
     "return POSTERN_OK;"),
    ("countries-forgotten", "pdp/rule_draft.c",
     "return draft_countries(builder, given, place, out, diag);",
     "return POSTERN_OK;"),
    ("specialization-forgotten", "pdp/rule_draft.c",
     ".specialization_kind = (uint32_t)given->specialization_kind,",
     ""),
    ("attributes-not-flagged", "pdp/rule_draft.c",
     "(rule->attribute_count ? PST_CONDITION_ATTRIBUTES : 0)", "0"),
    ("crowd-of-seconds", "pdp/crowd_build.c",
     "window->seconds & from_to(0, 59)", "window->seconds & from_to(0, 9)"),
    ("circle-reaches-less", "pdp/crowd_build.c",
     "reach = sqrt(circle->chord_squared) + MARGIN;",
     "reach = sqrt(circle->chord_squared) / 2;"),
    ("upper-half-of-a-range-forgotten", "pdp/crowd_build.c",
     "if (is_prefix) { return half == 0; }", "if (half) { return false; }"),
    ("crowd-without-authentication", "pdp/crowd_build.c",
     "clause->allowed[PST_FIELD_AUTHN] = 2; /* authenticated */",
     "clause->allowed[PST_FIELD_AUTHN] = 1;"),
    ("domain-not-folded", "pdp/originator_draft.c",
     "*out++ = pst_fold(key->domain.data[i]);",
     "*out++ = key->domain.data[i];"),
]


class ProofBuilder(run_mutants.Builder):
    def sources(self):
        for folder in ("base", "pdp", "proof", "policy-lang"):
            yield from sorted(self.root.glob(f"{folder}/*.c"))
        yield self.root / "tests/support/proof_document.c"
        yield self.root / "tests/mutants/proof_standard.c"

    def link(self, output, replaced=None):
        objects = [str((replaced or {}).get(key, path))
                   for key, path in self.objects.items()]
        done = subprocess.run(
            [self.compiler, *objects, "-lyaml", "-lpcre2-8", "-lm", "-o",
             str(output)], capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stderr)
        return done.returncode == 0

    def notice(self, name, replaced, deadline_s):
        program = self.work / f"{name}.run"
        if not self.link(program, replaced):
            return False, None
        noticed = run_mutants.run_command([program], deadline_s)
        return True, noticed.splitlines()[-1] if noticed else None


if __name__ == "__main__":
    run_mutants.MUTANTS = MUTANTS
    run_mutants.main(ProofBuilder)
