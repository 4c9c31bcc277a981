#!/usr/bin/env python3
"""Proves that a bound made too small is noticed: as run_mutants.py, for the
worst case of a set, by the test that counts what decisions do.

    run_cost_mutants.py --source DIR [--cc CC] [--jobs N] [--only NAME] [--list]
"""
import subprocess
import sys

import run_mutants

# name, source, what stands there, what a slip would make of it
MUTANTS = [
    ("names-by-halves", "pdp/cost_names.c",
     "uint64_t probes = pst_halves(count) + 1;", "uint64_t probes = 0;"),
    ("texts-of-names-elsewhere", "pdp/cost_names.c",
     "if (name->lens[0] == PST_NAME_LONG) {", "if (false) {"),
    ("names-that-collide", "pdp/cost_names.c",
     "names.collide ? probes + 2 : 2", "0"),
    ("groups-are-looked-up", "pdp/cost_names.c",
     "2 + costing->groups + costing->roles", "2"),
    ("patterns-are-tried", "pdp/pattern_cost.c",
     "pst_work_add(&cost.work, own);", ""),
    ("texts-are-searched", "pdp/pattern_cost.c",
     "work.steps += 2 * length;", ""),
    ("inner-groups-of-every-place", "pdp/pattern_cost.c",
     "times(of->one, places)", "of->one"),
    ("long-texts-go-through-all-groups", "pdp/pattern_cost.c",
     "? most_of(sum, cost_of_all(costs, of)) : sum", "? sum : sum"),
    ("anchors-that-collide", "pdp/pattern_cost.c",
     "costs->collide ? probes : probes > 0", "0"),
    ("patterns-of-a-group", "pdp/pattern_cost.c",
     "i < group->edge_count; i++", "i < group->edge_count && i < 1; i++"),
    ("patterns-that-match-in-batches", "pdp/cost.c",
     "(costing->atoms - 1) / PST_ATOMS_AT_ONCE + 1", "1"),
    ("links-that-repeat", "pdp/cost.c",
     "pst_bound_times(acps->steps[op], costing->links)", "acps->steps[op]"),
    ("groups-that-repeat", "pdp/cost_hashed.c",
     "pst_bound_times(tally->one.steps, count)",
     "pst_bound_least(tally->all.steps / 8, "
     "pst_bound_times(tally->one.steps, count))"),
    ("rules-of-a-crowd-are-judged", "pdp/cost_hashed.c",
     "pst_work_add(&work, some_of(judged, crowd->tests));", ""),
    ("clauses-left-of-a-class", "pdp/crowd_cost.c",
     "left += left_in_class(&view, class);",
     "left = pst_bound_most(left, left_in_class(&view, class)) / 4;"),
    ("windows-one-by-one", "pdp/cost_condition.c",
     "of_list(list, sizeof *windows, 8)", "of_list(list, 0, 1)"),
    ("years-elsewhere", "pdp/cost_condition.c",
     "work.lines += !windows[i].any_year;", ""),
    ("circles-one-by-one", "pdp/cost_condition.c",
     "of_list(context->circles, sizeof(struct pst_circle), 3)",
     "(postern_work){0, 0}"),
    ("conditions-of-slots", "pdp/cost_slot.c",
     "pst_work_add(&out->of[op], work);", ""),
]

PROBED = ["-O1", "-fsanitize=thread", "-fsanitize-coverage=trace-pc",
          "-Dmemcmp=probe_memcmp", "-Dmemchr=probe_memchr",
          "-Dmemcpy=probe_memcpy"]


class Builder(run_mutants.Builder):
    """The probed copy of the library, and the test."""

    def sources(self):
        for folder in ("base", "pdp"):
            for path in sorted(self.root.glob(f"{folder}/*.c")):
                if path.name != "epoch.c":
                    yield path
        for target, folder in (("reference", "reference"),
                               ("generate", "support")):
            for name in run_mutants.sources_of(
                    self.root / "tests" / folder, target):
                yield self.root / "tests" / folder / name
        for name in ("support/crowd_world.c", "support/probe.c",
                     "support/probed.c",                     "unit/pdp_cost_test.c"):
            yield self.root / "tests" / name

    def compile(self, path, output, first=None):
        includes = [f"-I{folder}" for folder in
                    (first, self.root, self.root / "include",
                     self.root / "tests") if folder]
        plain = "tests" in path.parts[-3:] and path.name != "probed.c"
        probed = [] if plain else PROBED
        done = subprocess.run(
            [self.compiler, *run_mutants.FLAGS, *probed, *includes, "-c",
             str(path), "-o", str(output)],
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stderr)
        return done.returncode == 0

    def link(self, output, replaced=None):
        self.objects["-lcriterion"] = "-lcriterion"
        return super().link(output, replaced)

    def notice(self, name, replaced, deadline_s):
        program = self.work / f"{name}.run"
        if not self.link(program, replaced):
            return False, None
        noticed = run_mutants.run_command([program], deadline_s)
        return True, noticed and noticed.splitlines()[-1]


def main():
    run_mutants.MUTANTS = MUTANTS
    run_mutants.main(Builder)


if __name__ == "__main__":
    sys.exit(main())
