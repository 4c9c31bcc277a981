/*
 * Policies: how many rules each ACP has, the same in both forms, and what the
 * library compiles of them.
 */
#include "bench/workload_rule.h"

#include <stdio.h>

enum { TEXT_SIZE = 16, MOST_RULES = 10 };

/* ---- drawing ----------------------------------------------------------- */

static bool draw_rules(struct bench_workload *workload)
{
    if (workload->mix.only != BENCH_CONDITION_NONE) {
        return bench_rule_make_only(workload);
    }
    for (uint32_t i = 0; i < workload->rule_count; i++) {
        if (!bench_rule_draw(workload, &workload->rules[i],
                             &workload->twin_rules[i])) {
            return false;
        }
    }
    return true;
}

/* ---- ACPs -------------------------------------------------------------- */

/* How many rules each has, before there are any. */
static bool share_out(struct bench_workload *workload)
{
    const struct bench_mix *mix = &workload->mix;
    uint32_t next = 0;

    workload->acp_count = mix->acps;
    workload->first_rule = bench_take(workload, (size_t)mix->acps + 1,
                                      sizeof *workload->first_rule);
    if (!workload->first_rule) {
        return false;
    }
    for (uint32_t i = 0; i < mix->acps; i++) {
        workload->first_rule[i] = next;
        next += mix->rules_of_acp ? mix->rules_of_acp
                                  : 1 + bench_below(workload, MOST_RULES);
    }
    workload->first_rule[mix->acps] = next;
    workload->rule_count = next;
    return true;
}

static const char *name_acp(struct bench_workload *workload, uint32_t acp)
{
    char buffer[TEXT_SIZE];
    struct pst_text text;

    pst_text_init(&text, buffer, sizeof buffer);
    pst_text_add(&text, "acp-");
    pst_text_add_padded(&text, acp, 6);
    return pst_arena_copy(&workload->arena, (postern_str){buffer, text.len})
        .data;
}

static bool make_twin(struct bench_workload *workload)
{
    for (uint32_t i = 0; i < workload->acp_count; i++) {
        uint32_t first = workload->first_rule[i];

        workload->twin_acps[i] = (struct ref_acp){
            .id = name_acp(workload, i),
            .expires_s = REF_NEVER_EXPIRES,
            .privileges = {workload->twin_rules + first,
                           workload->first_rule[i + 1] - first},
        };
        if (!workload->twin_acps[i].id) {
            return false;
        }
    }
    workload->twin = (struct ref_policy){
        .cse = {BENCH_SP_ID, BENCH_CSE_ID},
        .acps = workload->twin_acps,
        .acp_count = workload->acp_count,
    };
    return true;
}

static bool draw(struct bench_workload *workload)
{
    if (!share_out(workload)) {
        return false;
    }
    workload->population = bench_population_for(workload->rule_count);
    workload->rules =
        bench_take(workload, workload->rule_count, sizeof *workload->rules);
    workload->twin_rules = bench_take(workload, workload->rule_count,
                                      sizeof *workload->twin_rules);
    workload->twin_acps =
        bench_take(workload, workload->acp_count, sizeof *workload->twin_acps);
    return workload->rules && workload->twin_rules && workload->twin_acps &&
           draw_rules(workload) && make_twin(workload);
}

bool bench_workload_make(struct bench_workload *workload,
                         const struct bench_mix *mix)
{
    *workload = (struct bench_workload){.mix = *mix, .rng = {mix->seed}};
    pst_arena_init(&workload->arena, NULL, SIZE_MAX);
    if (postern_cse_init(&workload->cse, postern_str_of(BENCH_SP_ID),
                         postern_str_of(BENCH_CSE_ID)) != POSTERN_OK ||
        !draw(workload)) {
        (void)fputs("postern-bench: no memory for the policies\n", stderr);
        return false;
    }
    return true;
}

void bench_workload_free(struct bench_workload *workload)
{
    postern_acp_set_free(workload->set);
    workload->set = NULL;
    pst_arena_release(&workload->arena);
}

/* ---- compiling --------------------------------------------------------- */

static bool add_acp(const struct bench_workload *workload,
                    postern_acp_builder *builder, uint32_t acp,
                    postern_diag *diag)
{
    if (postern_acp_builder_add_acp(builder,
                                    postern_str_of(workload->twin_acps[acp].id),
                                    INT64_MAX) != POSTERN_OK) {
        return false;
    }
    for (uint32_t i = workload->first_rule[acp];
         i < workload->first_rule[acp + 1]; i++) {
        if (postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES,
                                         &workload->rules[i].rule,
                                         diag) != POSTERN_OK) {
            return false;
        }
    }
    return true;
}

static bool compile(struct bench_workload *workload,
                    postern_acp_builder *builder, postern_diag *diag)
{
    for (uint32_t i = 0; i < workload->acp_count; i++) {
        if (!add_acp(workload, builder, i, diag)) {
            return false;
        }
    }
    return postern_acp_builder_finish(builder, &workload->set, diag) ==
           POSTERN_OK;
}

bool bench_workload_compile(struct bench_workload *workload)
{
    postern_acp_builder *builder;
    postern_diag diag = {.status = POSTERN_OK};
    bool done = false;

    postern_acp_set_free(workload->set);
    workload->set = NULL;
    if (postern_acp_builder_new(&builder, &workload->cse, NULL) == POSTERN_OK) {
        done = compile(workload, builder, &diag);
        postern_acp_builder_free(builder);
    }
    if (!done) {
        (void)fprintf(stderr,
                      "postern-bench: the policies do not compile: %s %s\n",
                      diag.path, diag.message);
    }
    return done;
}
