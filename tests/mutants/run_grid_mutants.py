#!/usr/bin/env python3
"""Proves that the comparison of the grid with single cells can fail: as
run_mutants.py, for the sources in grid/. A rule that fits badly is none of
them: it makes strays, and a pass slow, but no cell wrong.

    run_grid_mutants.py --source DIR [--cc CC] [--jobs N] [--only NAME] [--list]
"""
import sys

import run_mutants
import run_ppm_mutants

# name, source, what stands there, what a slip would make of it
MUTANTS = [
    ("strays-follow-the-rule", "grid/evaluate.c",
     "after = (after & ~strays) | (bits & strays);", ""),
    ("base-forgotten", "grid/plane.h",
     "return (objections & keep) | (~objections & base & live);",
     "return objections & keep;"),
    ("cleared-strays-not-counted", "grid/evaluate.c",
     "row->tally.cleared += population(before & ~after);", ""),
    ("users-of-the-next-word", "grid/evaluate.c",
     "work->pass->users[user / 64] |= UINT64_C(1) << user % 64;",
     "work->pass->users[user / 64] |= UINT64_C(1) << (user + 1) % 64;"),
    ("silent-provider-left-out", "grid/side.c",
     "side->kept |= 1U << (side->count - 1);", ""),
    ("parents-behind-the-user", "grid/side.c",
     "(void)stand(side, user, name);",
     "(void)stand(side, user, name); "
     "if (side->count > 1) { "
     "const struct pst_ppm_statement *swap[POSTERN_PPM_ROWS]; "
     "memcpy(swap, side->rows[0], sizeof swap); "
     "memcpy(side->rows[0], side->rows[side->count - 1], sizeof swap); "
     "memcpy(side->rows[side->count - 1], swap, sizeof swap); }"),
    ("scopes-are-all-one-wish", "grid/wish.c",
     "add_scope(out, value->scope);", ""),
    ("day-forgotten", "grid/table.c",
     "depends_on_day(draft->tag) ? tables->stack.day : 0", "0"),
    ("old-objections-kept", "grid/change.c",
     "object(grid, block, &column->next);", ""),
    ("pending-of-one-word", "grid/change.c",
     "block->pending.words[1] |= rows.words[1];", ""),
    ("order-of-laws-ignored", "grid/side.c",
     "if (laws->list[i]->head.kind == grid->order[k]) {",
     "if (k == 0) {"),
    ("row-63-ends-its-tag", "grid/judgement.c",
     "bits->words[1] |= of >> (64 - row);", ""),
]


class Builder(run_ppm_mutants.Builder):
    """The sources of the grid and of what it stands on."""

    def sources(self):
        for folder in ("base", "pdp", "proof", "policy-lang", "ppm", "grid",
                       "tests/ppm_reference"):
            yield from sorted(self.root.glob(f"{folder}/*.c"))
        for name in ("support/ppm_pairs.c", "support/grid_world.c",
                     "property/grid_property.c",
                     "property/grid_combinations.c"):
            yield self.root / "tests" / name


def main():
    run_mutants.MUTANTS = MUTANTS
    run_mutants.Builder = Builder
    run_mutants.PAIRS = "600"
    run_mutants.main()


if __name__ == "__main__":
    sys.exit(main())
