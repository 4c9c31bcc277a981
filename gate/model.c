#include "gate/model.h"

#include "base/vec.h"
#include "gate/label.h"
#include "gate/policy.h"

enum { ACP = 1, CONTAINER = 3 };

struct pst_gate_stage {
    struct pst_arena arena;
    struct pst_gate_opening opening;
};

/* One consent, while it is prepared. */
struct preparing {
    struct pst_gate_model *model;
    struct pst_arena *scratch;
    postern_diag *diag;
};

/* ---- what is known ------------------------------------------------------- */

void pst_gate_model_init(struct pst_gate_model *model,
                         const postern_gate_options *options,
                         postern_store *store)
{
    *model = (struct pst_gate_model){
        .allocator = *options->allocator, .options = options, .store = store};
    pst_arena_init(&model->arena, &model->allocator, SIZE_MAX);
    pst_gate_table_init(&model->policies, &model->allocator, options->hash_key);
    pst_gate_table_init(&model->resources, &model->allocator,
                        options->hash_key);
    pst_gate_table_init(&model->subscribers, &model->allocator,
                        options->hash_key);
}

static struct pst_gate_stage *new_stage(const struct pst_gate_model *model)
{
    struct pst_gate_stage *stage =
        pst_alloc(&model->allocator, sizeof(struct pst_gate_stage));

    if (stage) {
        pst_arena_init(&stage->arena, &model->allocator, SIZE_MAX);
    }
    return stage;
}

static void free_stage(const struct pst_gate_model *model,
                       struct pst_gate_stage *stage)
{
    if (stage) {
        pst_arena_release(&stage->arena);
        pst_release(&model->allocator, stage, sizeof *stage);
    }
}

void pst_gate_model_release(struct pst_gate_model *model)
{
    pst_gate_model_abort(model);
    for (struct pst_gate_entry *entry = model->subscribers.first; entry;
         entry = entry->after) {
        struct pst_gate_known_pair *pair =
            ((struct pst_gate_known_subscriber *)entry)->pairs;

        for (; pair; pair = pair->after) {
            free_stage(model, pair->now);
        }
    }
    pst_gate_table_release(&model->policies);
    pst_gate_table_release(&model->resources);
    pst_gate_table_release(&model->subscribers);
    pst_arena_release(&model->arena);
}

/* What begins with an entry, by its name, new if need be; NULL: no memory. */
static void *know(struct pst_gate_model *model, struct pst_gate_table *table,
                  postern_str name, size_t size)
{
    struct pst_gate_entry *entry = pst_gate_table_find(table, name);

    if (entry) {
        return entry;
    }
    entry = pst_arena_alloc(&model->arena, size, 1);
    if (!entry) {
        return NULL;
    }
    entry->name = pst_arena_copy(&model->arena, name);
    return entry->name.data && pst_gate_table_add(table, entry) ? entry : NULL;
}

static struct pst_gate_known_pair *
know_pair(struct pst_gate_model *model,
          struct pst_gate_known_subscriber *subscriber, postern_str provider)
{
    struct pst_gate_known_pair **end = &subscriber->pairs;
    struct pst_gate_known_pair *pair = *end;

    while (pair && !pst_str_equal(pair->provider, provider)) {
        end = &pair->after;
        pair = *end;
    }
    if (pair) {
        return pair;
    }
    pair = pst_arena_alloc(&model->arena, 1, sizeof *pair);
    if (!pair) {
        return NULL;
    }
    pair->provider = pst_arena_copy(&model->arena, provider);
    if (!pair->provider.data) {
        return NULL;
    }
    *end = pair;
    return pair;
}

/* ---- what is touched ----------------------------------------------------- */

static void touch_policy(struct pst_gate_model *model,
                         struct pst_gate_known_policy *policy)
{
    if (!policy->touched) {
        policy->touched = true;
        policy->next_touched = model->touched_policies;
        model->touched_policies = policy;
    }
}

static void touch_resource(struct pst_gate_model *model,
                           struct pst_gate_known_resource *resource)
{
    if (!resource->touched) {
        resource->touched = true;
        resource->next_touched = model->touched_resources;
        model->touched_resources = resource;
    }
}

/* The stage takes the place of the one prepared before, if there is one. */
static void touch_pair(struct pst_gate_model *model,
                       struct pst_gate_known_pair *pair,
                       struct pst_gate_stage *stage)
{
    if (pair->touched) {
        free_stage(model, pair->next);
    } else {
        pair->touched = true;
        pair->next_touched = model->touched_pairs;
        model->touched_pairs = pair;
    }
    pair->next = stage;
}

static void settle_policies(struct pst_gate_model *model, bool committed)
{
    struct pst_gate_known_policy *policy = model->touched_policies;

    for (; policy; policy = policy->next_touched) {
        policy->touched = false;
        if (committed) {
            policy->links.now = policy->links.next;
            policy->now_mark = policy->next_mark;
        } else {
            policy->links.next = policy->links.now;
            policy->next_mark = policy->now_mark;
        }
    }
    model->touched_policies = NULL;
}

static void settle_resources(struct pst_gate_model *model, bool committed)
{
    struct pst_gate_known_resource *resource = model->touched_resources;

    for (; resource; resource = resource->next_touched) {
        resource->touched = false;
        if (committed) {
            resource->links.now = resource->links.next;
            resource->now_owner = resource->next_owner;
        } else {
            resource->links.next = resource->links.now;
            resource->next_owner = resource->now_owner;
        }
    }
    model->touched_resources = NULL;
}

static void settle_pairs(struct pst_gate_model *model, bool committed)
{
    struct pst_gate_known_pair *pair = model->touched_pairs;

    for (; pair; pair = pair->next_touched) {
        pair->touched = false;
        free_stage(model, committed ? pair->now : pair->next);
        pair->now = committed ? pair->next : pair->now;
        pair->next = NULL;
    }
    model->touched_pairs = NULL;
}

static void settle(struct pst_gate_model *model, bool committed)
{
    settle_policies(model, committed);
    settle_resources(model, committed);
    settle_pairs(model, committed);
}

bool pst_gate_model_commit(struct pst_gate_model *model)
{
    postern_change *change = model->change;
    bool committed;

    if (!change) {
        return true;
    }
    model->change = NULL;
    committed = postern_change_commit(change, NULL) == POSTERN_OK;
    settle(model, committed);
    return committed;
}

void pst_gate_model_abort(struct pst_gate_model *model)
{
    postern_change_abort(model->change);
    model->change = NULL;
    settle(model, false);
}

/* ---- policies ------------------------------------------------------------ */

static postern_status put_policy(const struct preparing *self,
                                 const struct pst_gate_policy *policy)
{
    postern_resource resource;
    postern_acp_set *set;
    postern_str nations;
    postern_status status;

    PST_TRY(pst_gate_nations_write(self->scratch, policy, &nations));
    PST_TRY(pst_gate_policy_compile(policy, self->model->options, &set,
                                    self->diag));
    postern_resource_init(&resource);
    resource.id = policy->id;
    resource.type = ACP;
    resource.labels = (postern_texts){&nations, 1};
    resource.acp_set = set;
    status = postern_change_put(self->model->change, &resource, self->diag);
    if (status != POSTERN_OK) {
        postern_acp_set_free(set);
    }
    return status;
}

static postern_status link_policy(const struct preparing *self,
                                  const struct pst_gate_policy *policy)
{
    struct pst_gate_model *model = self->model;
    uint64_t mark = pst_gate_policy_mark(policy);
    struct pst_gate_known_policy *known =
        know(model, &model->policies, policy->id, sizeof *known);

    if (!known) {
        return POSTERN_ERR_MEMORY;
    }
    if (!known->key.data) {
        known->key = pst_arena_copy(&model->arena, policy->key);
        if (!known->key.data) {
            return POSTERN_ERR_MEMORY;
        }
    }
    if (!pst_str_equal(known->key, policy->key)) {
        return pst_diag_refuse(self->diag, POSTERN_ERR_POLICY, "",
                               "two policies come to one name", NULL);
    }
    touch_policy(model, known);
    if (known->links.next++ > 0 && known->next_mark == mark) {
        return POSTERN_OK;
    }
    known->next_mark = mark;
    return put_policy(self, policy);
}

/* What nothing leads to goes. */
static postern_status unlink_policy(const struct preparing *self,
                                    const struct pst_gate_policy *policy)
{
    struct pst_gate_model *model = self->model;
    struct pst_gate_known_policy *known =
        pst_gate_table_find(&model->policies, policy->id);

    if (!known) {
        return POSTERN_ERR_INTERNAL;
    }
    touch_policy(model, known);
    return --known->links.next
               ? POSTERN_OK
               : postern_change_delete(model->change, policy->id, self->diag);
}

static postern_status change_policies(const struct preparing *self,
                                      const struct pst_gate_stage *old,
                                      const struct pst_gate_stage *stage)
{
    for (size_t i = 0; i < stage->opening.policy_count; i++) {
        PST_TRY(link_policy(self, stage->opening.policies[i]));
    }
    for (size_t i = 0; old && i < old->opening.policy_count; i++) {
        PST_TRY(unlink_policy(self, old->opening.policies[i]));
    }
    return POSTERN_OK;
}

/* ---- resources ----------------------------------------------------------- */

/* The labels and links of one resource. */
struct linking {
    const struct preparing *preparing;
    postern_str id;
    struct pst_vec labels;
    struct pst_vec policies;
};

static bool lists(const struct pst_gate_opening *opening, postern_str id)
{
    for (uint32_t i = 0; i < opening->resource_count; i++) {
        if (pst_str_equal(opening->resources[i].id, id)) {
            return true;
        }
    }
    return false;
}

static const struct pst_gate_opening *
opening_of(const struct pst_gate_known_pair *pair)
{
    const struct pst_gate_stage *stage = pair->touched ? pair->next : pair->now;

    return stage ? &stage->opening : NULL;
}

static postern_status add_card(struct linking *self,
                               const struct pst_gate_opening *opening,
                               const struct pst_gate_link *link)
{
    const postern_allocator *allocator = &self->preparing->model->allocator;
    postern_str label;

    PST_TRY(
        pst_gate_card_write(self->preparing->scratch, opening, link, &label));
    PST_TRY(pst_vec_push(&self->labels, allocator, &label, 1));
    return link->policy
               ? pst_vec_push(&self->policies, allocator, &link->policy->id, 1)
               : POSTERN_OK;
}

static postern_status add_cards(struct linking *self,
                                const struct pst_gate_opening *opening,
                                bool open)
{
    for (size_t i = 0; i < opening->link_count; i++) {
        const struct pst_gate_link *link = &opening->links[i];

        if ((link->policy != NULL) == open &&
            pst_str_equal(opening->resources[link->resource].id, self->id)) {
            PST_TRY(add_card(self, opening, link));
        }
    }
    return POSTERN_OK;
}

static postern_status add_head(struct linking *self,
                               const struct pst_gate_opening *opening)
{
    const postern_allocator *allocator = &self->preparing->model->allocator;
    postern_str label;

    for (uint32_t i = 0; i < opening->resource_count; i++) {
        if (pst_str_equal(opening->resources[i].id, self->id)) {
            PST_TRY(pst_gate_head_write(self->preparing->scratch, opening, i,
                                        &label));
            return pst_vec_push(&self->labels, allocator, &label, 1);
        }
    }
    return POSTERN_ERR_INTERNAL;
}

/* The opening that speaks of a resource; NULL: there is none. All that are in
 * force say the same once a change is complete; until then the newest does, and
 * what is over may be out of date. */
static const struct pst_gate_opening *
speaker_of(const struct pst_gate_known_subscriber *owner, postern_str id)
{
    const struct pst_gate_opening *found = NULL;
    int best = 0;

    for (const struct pst_gate_known_pair *pair = owner->pairs; pair;
         pair = pair->after) {
        const struct pst_gate_opening *opening = opening_of(pair);
        int rank;

        if (!opening || !lists(opening, id)) {
            continue;
        }
        rank = 1 + opening->in_force + (opening->in_force && pair->touched);
        if (rank > best) {
            best = rank;
            found = opening;
        }
    }
    return found;
}

static postern_status
add_all_cards(struct linking *self,
              const struct pst_gate_known_subscriber *owner, bool open)
{
    for (const struct pst_gate_known_pair *pair = owner->pairs; pair;
         pair = pair->after) {
        const struct pst_gate_opening *opening = opening_of(pair);

        if (opening) {
            PST_TRY(add_cards(self, opening, open));
        }
    }
    return POSTERN_OK;
}

/* Those that are open first: their policies go with them, one by one. */
static postern_status
gather_links(struct linking *self,
             const struct pst_gate_known_subscriber *owner)
{
    PST_TRY(add_head(self, speaker_of(owner, self->id)));
    PST_TRY(add_all_cards(self, owner, true));
    return add_all_cards(self, owner, false);
}

static postern_status put_linked(struct linking *self,
                                 const struct pst_gate_known_subscriber *owner)
{
    const struct preparing *preparing = self->preparing;
    postern_resource resource;

    PST_TRY(gather_links(self, owner));
    postern_resource_init(&resource);
    resource.id = self->id;
    resource.type = CONTAINER;
    resource.labels = (postern_texts){self->labels.data, self->labels.count};
    resource.policy_ids =
        (postern_texts){self->policies.data, self->policies.count};
    return postern_change_put(preparing->model->change, &resource,
                              preparing->diag);
}

static postern_status put_resource(const struct preparing *self,
                                   struct pst_gate_known_resource *resource)
{
    struct linking linking = {.preparing = self, .id = resource->entry.name};
    postern_status status;

    pst_vec_init(&linking.labels, sizeof(postern_str));
    pst_vec_init(&linking.policies, sizeof(postern_str));
    status = put_linked(&linking, resource->next_owner);
    pst_vec_release(&linking.labels, &self->model->allocator);
    pst_vec_release(&linking.policies, &self->model->allocator);
    return status;
}

/* Nobody can hold a resource by a consent that is over. */
static postern_status own_resource(const struct preparing *self,
                                   struct pst_gate_known_subscriber *owner,
                                   postern_str id, bool in_force)
{
    struct pst_gate_model *model = self->model;
    struct pst_gate_known_resource *resource =
        know(model, &model->resources, id, sizeof *resource);
    bool is_taken;

    if (!resource) {
        return POSTERN_ERR_MEMORY;
    }
    is_taken = resource->next_owner && resource->next_owner != owner;
    if (is_taken && in_force && resource->links.next) {
        return pst_diag_refuse(self->diag, POSTERN_ERR_POLICY, "/resources",
                               "a resource is of two subscribers", NULL);
    }
    touch_resource(model, resource);
    if (in_force) {
        resource->links.next++;
        resource->next_owner = owner;
    } else if (!is_taken) {
        resource->next_owner = owner;
    }
    return POSTERN_OK;
}

static postern_status disown_resource(const struct preparing *self,
                                      postern_str id)
{
    struct pst_gate_known_resource *resource =
        pst_gate_table_find(&self->model->resources, id);

    if (!resource || !resource->links.next) {
        return POSTERN_ERR_INTERNAL;
    }
    touch_resource(self->model, resource);
    resource->links.next--;
    return POSTERN_OK;
}

/* Puts what is still this owner's, and deletes what is not any more. */
static postern_status renew(const struct preparing *self,
                            const struct pst_gate_known_subscriber *owner,
                            postern_str id)
{
    struct pst_gate_known_resource *resource =
        pst_gate_table_find(&self->model->resources, id);

    if (!resource || resource->next_owner != owner) {
        return POSTERN_OK; /* somebody else has it */
    }
    if (speaker_of(owner, id)) {
        return put_resource(self, resource);
    }
    touch_resource(self->model, resource);
    resource->next_owner = NULL;
    return postern_change_delete(self->model->change, id, self->diag);
}

static postern_status change_resources(const struct preparing *self,
                                       struct pst_gate_known_subscriber *owner,
                                       const struct pst_gate_opening *old,
                                       const struct pst_gate_opening *opening)
{
    for (uint32_t i = 0; i < opening->resource_count; i++) {
        PST_TRY(own_resource(self, owner, opening->resources[i].id,
                             opening->in_force));
    }
    for (uint32_t i = 0; old && i < old->resource_count; i++) {
        if (old->in_force) {
            PST_TRY(disown_resource(self, old->resources[i].id));
        }
    }
    for (uint32_t i = 0; old && i < old->resource_count; i++) {
        if (!lists(opening, old->resources[i].id)) {
            PST_TRY(renew(self, owner, old->resources[i].id));
        }
    }
    for (uint32_t i = 0; i < opening->resource_count; i++) {
        PST_TRY(renew(self, owner, opening->resources[i].id));
    }
    return POSTERN_OK;
}

/* ---- a consent ----------------------------------------------------------- */

/* `stage` belongs to the pair when this has answered POSTERN_OK. */
static postern_status stage_pair(const struct preparing *self,
                                 struct pst_gate_known_subscriber *owner,
                                 struct pst_gate_known_pair *pair,
                                 struct pst_gate_stage **stage)
{
    struct pst_gate_stage *made = *stage;
    struct pst_gate_stage *old = pair->touched ? pair->next : pair->now;
    bool was_touched = pair->touched;
    postern_status status = change_policies(self, old, made);

    if (status != POSTERN_OK) {
        return status;
    }
    /* The old one is looked at until the new one is in its place. */
    if (was_touched) {
        pair->next = NULL;
    }
    touch_pair(self->model, pair, made);
    *stage = NULL;
    status = change_resources(self, owner, old ? &old->opening : NULL,
                              &made->opening);
    if (was_touched) {
        free_stage(self->model, old);
    }
    return status;
}

static postern_status prepare(const struct preparing *self,
                              const struct pst_gate_opening *opening,
                              struct pst_gate_stage **stage)
{
    struct pst_gate_model *model = self->model;
    struct pst_gate_known_subscriber *owner =
        know(model, &model->subscribers, opening->subscriber, sizeof *owner);
    struct pst_gate_known_pair *pair =
        owner ? know_pair(model, owner, opening->provider) : NULL;

    if (!pair) {
        return POSTERN_ERR_MEMORY;
    }
    if (!model->change) {
        PST_TRY(postern_change_begin(model->store, &model->change));
    }
    return stage_pair(self, owner, pair, stage);
}

/* Takes the stage whatever the answer; after a refusal nothing is prepared. */
static postern_status finish(struct pst_gate_model *model,
                             struct pst_gate_stage *stage, postern_diag *diag)
{
    struct pst_arena scratch;
    struct preparing self = {model, &scratch, diag};
    postern_status status;

    pst_arena_init(&scratch, &model->allocator, SIZE_MAX);
    status = prepare(&self, &stage->opening, &stage);
    if (status != POSTERN_OK) {
        pst_gate_model_abort(model);
    }
    free_stage(model, stage);
    pst_arena_release(&scratch);
    return status;
}

postern_status pst_gate_model_prepare(struct pst_gate_model *model,
                                      const struct pst_standing *standing,
                                      const postern_consent *consent,
                                      int64_t now_s, postern_diag *diag)
{
    struct pst_gate_stage *stage = new_stage(model);
    struct pst_gate_making making = {.options = model->options,
                                     .now_s = now_s,
                                     .ends = PST_GATE_ENDS_EXACT,
                                     .diag = diag};
    postern_status status;

    if (!stage) {
        pst_gate_model_abort(model);
        return POSTERN_ERR_MEMORY;
    }
    making.arena = &stage->arena;
    status = pst_gate_opening_make(&making, standing, consent, &stage->opening);
    if (status != POSTERN_OK) {
        pst_gate_model_abort(model);
        free_stage(model, stage);
        return status;
    }
    return finish(model, stage, diag);
}

/* What is known of a pair; NULL: nothing. */
static const struct pst_gate_opening *
known_opening(const struct pst_gate_model *model, postern_str subscriber,
              postern_str provider)
{
    const struct pst_gate_known_subscriber *owner =
        pst_gate_table_find(&model->subscribers, subscriber);
    const struct pst_gate_known_pair *pair = owner ? owner->pairs : NULL;

    while (pair && !pst_str_equal(pair->provider, provider)) {
        pair = pair->after;
    }
    return pair ? opening_of(pair) : NULL;
}

postern_status pst_gate_model_close(struct pst_gate_model *model,
                                    const postern_consent *consent,
                                    postern_diag *diag)
{
    const struct pst_gate_opening *before =
        known_opening(model, consent->subscriber, consent->provider);
    struct pst_gate_stage *stage;
    postern_status status;

    if (!before) {
        return POSTERN_OK;
    }
    stage = new_stage(model);
    status = stage ? pst_gate_opening_close(&stage->arena, consent, before,
                                            &stage->opening)
                   : POSTERN_ERR_MEMORY;
    if (status != POSTERN_OK) {
        pst_gate_model_abort(model);
        free_stage(model, stage);
        return status;
    }
    return finish(model, stage, diag);
}
