#!/usr/bin/env python3
"""Proves that the comparison of the privacy policy manager with its twin can
fail: as run_mutants.py, for the sources in ppm/.

    run_ppm_mutants.py --source DIR [--cc CC] [--jobs N] [--only NAME] [--list]
"""
import subprocess
import sys

import run_mutants

# name, source, what stands there, what a slip would make of it
MUTANTS = [
    ("front-wins-alone", "ppm/sound_scale.c",
     "left = pst_ppm_bounds_common(&self->room, &wish);",
     "left = self->applied ? self->room : wish;"),
    ("overruled-limits-fall-whole", "ppm/sound_scale.c",
     "left = pst_ppm_bounds_nearest(&self->room, &wish, self->tag);",
     "left = self->room;"),
    ("looser-law-replaces-the-user", "ppm/bounds.c",
     ".high = lower(a->high, b->high),", ".high = higher(a->high, b->high),"),
    ("refusal-of-a-row-forgotten", "ppm/bounds.c",
     "return !(bounds->refused >> (row - tag->first_row) & 1) &&",
     "return"),
    ("refusal-does-not-close", "ppm/bounds.c",
     "all->refused = lower(all->refused, pst_ppm_least_rank(row));", ""),
    ("one-step-too-far", "ppm/bounds.c",
     "out.high = higher(all.refused - 1,", "out.high = higher(all.refused,"),
    ("floors-ignored", "ppm/bounds.c",
     "if (statement->has_floor) {", "if (false) {"),
    ("nothing-kept-fulfils-a-floor", "ppm/bounds.c",
     "out->absent = false;", ""),
    ("months-of-28-days", "ppm/scale.c", "MONTH = 31 * DAY,",
     "MONTH = 28 * DAY,"),
    ("years-of-365-days", "ppm/scale.c", "YEAR = 12 * MONTH",
     "YEAR = 365 * DAY"),
    ("intervals-the-wrong-way", "ppm/scale.c",
     "return NO_INTERVAL - (row->bounded ?",
     "return (row->bounded ?"),
    ("triggered-is-continuous", "ppm/scale.c", "TRIGGERED_MS = 500",
     "TRIGGERED_MS = 0"),
    ("undeclared-is-no", "ppm/sound_row.c",
     "if (!self->declared) {", "if (false) {"),
    ("undeclared-scale-is-no", "ppm/sound_scale.c",
     "declared ? asks_here(self, place) : restricts_here(self, place)",
     "asks_here(self, place)"),
    ("first-objection-forgotten", "ppm/sound_row.c",
     "if (!self->found.red) { self->found.red = true;",
     "{ self->found.red = true;"),
    ("overruled-still-counts", "ppm/sound_row.c",
     "} else if (holds) { answer =", "} else { answer ="),
    ("overruled-in-silence", "ppm/sound_row.c",
     "found->code = POSTERN_PPM_OVERRULES_PREFERENCE;", ""),
    ("duty-is-a-permission", "ppm/demand.c",
     "case PST_PPM_REQUIRES: case PST_PPM_REQUIRE_WITHIN:",
     "case PST_PPM_REQUIRE_WITHIN:"),
    ("local-does-not-close", "ppm/demand.c",
     "} else if (row > 0 && allows_local(view, place, row)) {",
     "} else if (false) {"),
    ("claim-wanted-of-nobody", "ppm/demand.c",
     "} else if (wants_claim(view, place, pst_ppm_rows[row].tag)) {",
     "} else if (false) {"),
    ("some-nations-suffice", "ppm/nations.c",
     "return outside == 0;", "return outside != UINT64_MAX;"),
    ("free-text-is-within", "ppm/demand.c",
     "return PST_PPM_UNKNOWN;", "return PST_PPM_IN;"),
    ("one-part-of-the-scope-is-enough", "ppm/demand.c",
     "if (answer == PST_PPM_OUT) { return PST_PPM_OUT; }", ""),
    ("scopes-are-never-empty", "ppm/demand.c",
     "left.present = left.present && leave_words("
     "view, left.applied, place, row);", ""),
    ("refused-channel-serves", "ppm/sound_channel.c",
     "if (likes(view, user, other) && is_possible(view, user, other)) {",
     "if (likes(view, user, other)) {"),
    ("all-liked-channels-wanted", "ppm/sound_channel.c",
     "if (served) {", "if (false) {"),
    ("levels-do-not-hold-lower-ones", "ppm/sound.c",
     "view->provider, tag) >= row;", "view->provider, tag) == row;"),
    ("any-level-is-enough", "ppm/sound.c",
     "if (needed >= row && !claimed) {", "if (needed > row && !claimed) {"),
    ("unknown-age-is-old-enough", "ppm/sound.c",
     "return by_provider(view, found, POSTERN_PPM_AGE_UNKNOWN);",
     "return found;"),
    ("a-day-too-young", "ppm/sound.c", "now.day < born.day",
     "now.day <= born.day"),
    ("claims-are-believed-of-others", "ppm/sound.c",
     "(!declared || is_belied(view, place, tag))", "!declared"),
    ("user-locks", "ppm/cell.c",
     "found->place == (int32_t)stack->preferences - 1 ? POSTERN_PPM_RED",
     "found->place == (int32_t)stack->preferences ? POSTERN_PPM_RED"),
    ("order-of-frames-reversed", "ppm/stack.c",
     "place_kind(stack, given, order[i]);",
     "place_kind(stack, given, i + 1 < PREFERRING ? "
     "order[PREFERRING - 2 - i] : order[i]);"),
    ("last-frame-of-a-kind-only", "ppm/by_text.c",
     "return found; /* the first that says anything */", ""),
    ("annex-k-forgets-the-summary", "ppm/by_text.c",
     "summary = value; found.red = true;", "found.red = true;"),
    ("annex-k-minds-a-yes", "ppm/by_text.c",
     "if (value->form == PST_PPM_YES) {", "if (false) {"),
    ("na-beside-a-practice", "ppm/check_frame.c",
     "PST_TRY(check_claim(self));", ""),
    ("two-spellings-taken", "ppm/check_frame.c",
     "PST_TRY(check_spellings(self));", ""),
    ("zero-and-more-taken", "ppm/check_frame.c",
     "PST_TRY(check_exclusions(self));", ""),
    ("levels-with-holes-taken", "ppm/check_frame.c",
     "PST_TRY(check_levels(self));", ""),
    ("refusals-below-permissions-taken", "ppm/check_frame.c",
     "PST_TRY(check_refusals(self));", ""),
    ("floors-above-caps-taken", "ppm/check_frame.c",
     "return check_bounds(self);", "return POSTERN_OK;"),
]

LIBRARIES = ["yaml-0.1", "libpcre2-8"]


class Builder(run_mutants.Builder):
    """The sources of the privacy policy manager and of what it stands on."""

    def sources(self):
        for folder in ("base", "pdp", "proof", "policy-lang", "ppm",
                       "tests/ppm_reference"):
            yield from sorted(self.root.glob(f"{folder}/*.c"))
        yield self.root / "tests/support/ppm_pairs.c"
        yield self.root / "tests/property/ppm_property.c"

    def link(self, output, replaced=None):
        objects = [str((replaced or {}).get(key, path))
                   for key, path in self.objects.items()]
        libraries = subprocess.run(["pkg-config", "--libs", *LIBRARIES],
                                   capture_output=True, text=True, check=True)
        done = subprocess.run(
            [self.compiler, *objects, *libraries.stdout.split(), "-lm", "-o",
             str(output)], capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stderr)
        return done.returncode == 0


def main():
    run_mutants.MUTANTS = MUTANTS
    run_mutants.Builder = Builder
    run_mutants.PAIRS = "2500"
    run_mutants.MORE = ["--combinations", "3000"]
    run_mutants.main()


if __name__ == "__main__":
    sys.exit(main())
