#include "bench/decide_check.h"

#include <stdio.h>
#include <stdlib.h>

struct question {
    struct bench_stage stage;
    struct bench_twin twin;
    postern_decision decision;
};

struct progress {
    struct bench_samples *samples; /* of the reference */
    struct bench_subject *subject; /* its counts */
};

static bool agrees(const struct question *question, bool permits,
                   const char *judge)
{
    const postern_decision *decision = &question->decision;

    if ((decision->effect == POSTERN_PERMIT) == permits) {
        return true;
    }
    (void)fprintf(
        stderr,
        "postern-bench: WRONG: %s says %s, the decision is %s (ACP %u, "
        "rule %u) for operation %d of %s\n",
        judge, permits ? "permit" : "deny",
        decision->effect == POSTERN_PERMIT ? "permit" : "deny", decision->acp,
        decision->rule, question->twin.request.operation,
        question->stage.from_text);
    return false;
}

static void ask(struct question *question, const struct bench_check *check,
                size_t number)
{
    const struct bench_request *request = &check->requests[number];

    bench_request_stage(&question->stage, check->workload, request);
    bench_request_twin(&question->twin, &question->stage, request);
    question->decision = postern_decide_acps(
        check->workload->set, question->stage.refs, question->stage.ref_count,
        &question->stage.request);
}

static uint32_t refer(void *subject)
{
    const struct question *question = ((void **)subject)[0];
    const struct bench_workload *workload = ((void **)subject)[1];

    return ref_res_acrs(&workload->twin, question->twin.links,
                        question->twin.link_count, &question->twin.request);
}

/* One rule instead of all of them: enough to confirm a permit. */
static bool rule_holds(const struct question *question,
                       const struct bench_workload *workload)
{
    const struct ref_acp *acp = &workload->twin_acps[question->decision.acp];

    return question->decision.rule < acp->privileges.count &&
           ref_res_terms(&workload->twin, acp,
                         &acp->privileges.rules[question->decision.rule],
                         &question->twin.request)
               .res_acr;
}

static bool explained_permit(const struct question *question,
                             const struct bench_workload *workload)
{
    return postern_explain_acps(workload->set, question->stage.refs,
                                question->stage.ref_count,
                                &question->stage.request, NULL, NULL)
               .effect == POSTERN_PERMIT;
}

/* The reference as long as its time lasts, then the next best. */
static bool check_one(const struct bench_check *check,
                      const struct question *question, double passed_s,
                      struct progress *progress)
{
    const struct bench_workload *workload = check->workload;
    void *both[2] = {(void *)(uintptr_t)question, (void *)(uintptr_t)workload};
    struct bench_subject *subject = progress->subject;

    if (subject->checked_by_reference == 0 || passed_s < check->budget_s) {
        subject->checked_by_reference++;
        return agrees(question,
                      bench_time_call(progress->samples, refer, both) != 0,
                      "the reference");
    }
    if (question->decision.effect == POSTERN_PERMIT) {
        subject->checked_otherwise++;
        return agrees(question, rule_holds(question, workload),
                      "the reference on the rule named");
    }
    if (passed_s < 2 * check->budget_s) {
        subject->checked_otherwise++;
        return agrees(question, explained_permit(question, workload),
                      "the explaining path");
    }
    return true;
}

static bool check_all(const struct bench_check *check, size_t wanted,
                      struct progress *progress)
{
    double start_s = bench_cpu_s();

    for (size_t i = 0; i < wanted; i++) {
        struct question question;

        ask(&question, check, i * (check->count / wanted));
        if (!check_one(check, &question, bench_cpu_s() - start_s, progress)) {
            return false;
        }
    }
    return true;
}

bool bench_check_run(const struct bench_check *check, size_t wanted,
                     struct bench_subject *subject)
{
    struct bench_samples samples = {NULL, 0, 0};
    struct progress progress = {&samples, subject};
    bool right;

    wanted = wanted < check->count ? wanted : check->count;
    samples.ticks = malloc(wanted * sizeof *samples.ticks);
    samples.capacity = wanted;
    if (!samples.ticks) {
        (void)fputs("postern-bench: no memory\n", stderr);
        return false;
    }
    right = check_all(check, wanted, &progress);
    subject->reference_ns = bench_times_of(check->clock, &samples).p50_ns;
    free(samples.ticks);
    return right;
}
