#include "engine/engine.h"

static postern_status fill(struct pst_engine *engine)
{
    PST_TRY(
        pst_resource_tree_init(&engine->tree, engine->policy, &engine->arena));
    PST_TRY(
        pst_registry_init(&engine->registry, &engine->tree, &engine->arena));
    PST_TRY(
        pst_group_index_init(&engine->groups, &engine->tree, &engine->arena));
    return pst_role_index_init(&engine->roles, &engine->tree, &engine->arena);
}

postern_status pst_engine_init(struct pst_engine *engine,
                               const postern_policy *policy)
{
    postern_status status;

    *engine = (struct pst_engine){.policy = policy};
    pst_arena_init(&engine->arena, &policy->allocator, SIZE_MAX);
    status = fill(engine);
    if (status != POSTERN_OK) {
        pst_engine_release(engine);
    }
    return status;
}

void pst_engine_release(struct pst_engine *engine)
{
    pst_arena_release(&engine->arena);
}
