/*
 * The rules of a policy as the proof wants them: those that were read from the
 * document, not what the builder made of them.
 */
#include "policy-lang/group_index.h"

#include "base/diag.h"

#include <postern/proof.h>

struct source {
    const postern_policy *policy;
    struct pst_group_index groups;
    uint32_t next; /* resource from which on the next ACP is looked for */
};

/* ACPs have their numbers in the order of the document. */
static void give_acp(void *user, uint32_t acp, postern_source_acp *out)
{
    struct source *source = user;
    const postern_policy *policy = source->policy;
    uint32_t i = acp == 0 ? 0 : source->next;

    while (i < policy->resource_count && policy->resources[i].acp != acp) {
        i++;
    }
    source->next = i;
    if (i < policy->resource_count) {
        const struct pst_resource *resource = &policy->resources[i];

        *out = (postern_source_acp){
            .id = resource->ri,
            .expires_s = resource->expires_s,
            .rules = resource->privileges.rules,
            .rule_count = resource->privileges.count,
            .self_rules = resource->self_privileges.rules,
            .self_rule_count = resource->self_privileges.count};
    }
}

static bool resolve_group(void *user, postern_str entry, postern_id *group)
{
    struct source *source = user;

    return pst_group_index_resolve(&source->groups, entry, group);
}

static uint32_t count_acps(const postern_policy *policy)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < policy->resource_count; i++) {
        count += policy->resources[i].acp != POSTERN_NO_ACP;
    }
    return count;
}

static postern_status verify(postern_policy *policy, const postern_acp_set *set,
                             postern_diag *diag)
{
    struct source source = {.policy = policy};
    postern_acp_source given = {.struct_size = sizeof given,
                                .cse = &policy->host.cse,
                                .acp_count = count_acps(policy),
                                .acp = give_acp,
                                .resolve_group = resolve_group,
                                .user = &source};

    PST_TRY(pst_group_index_make(&source.groups, policy));
    return postern_acp_set_verify(set, &given, &policy->allocator, diag);
}

postern_status postern_policy_verify(const postern_policy *policy,
                                     const postern_acp_set *set,
                                     postern_diag *diag)
{
    postern_policy copy = *policy; /* with an arena for the groups */
    postern_status status;

    pst_diag_clear(diag);
    pst_arena_init(&copy.arena, &copy.allocator, SIZE_MAX);
    status = verify(&copy, set ? set : policy->acps, diag);
    pst_arena_release(&copy.arena);
    return status == POSTERN_OK ? status : pst_diag_plain(diag, status);
}
