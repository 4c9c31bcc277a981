#include "gate/opening.h"

#include "base/civil_time.h"
#include "base/names.h"
#include "base/sort.h"
#include "base/text.h"
#include "gate/enforced.h"
#include "gate/policy.h"

/* One opening while it is made. */
struct work {
    const struct pst_gate_making *making;
    const struct pst_standing *standing;
    const postern_consent *consent;
    struct pst_gate_opening *opening;
    struct pst_gate_link *links;
    const struct pst_gate_policy **policies;
    struct pst_gate_terms *terms; /* of the column looked at */
};

int64_t pst_gate_expiry(int64_t ends_s, int64_t now_s)
{
    enum { HOUR_S = 3600 };
    static const int64_t steps[] = {PST_SECONDS_PER_DAY, HOUR_S};

    if (ends_s == INT64_MAX || ends_s < 0) {
        return ends_s;
    }
    ends_s = ends_s < PST_CIVIL_MAX_S ? ends_s : PST_CIVIL_MAX_S;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        int64_t early = ends_s - ends_s % steps[i];

        if (early > now_s) {
            return early;
        }
    }
    return ends_s;
}

bool pst_gate_is_in_force(const postern_consent *consent)
{
    return consent->state == POSTERN_CONSENT_ACTIVE ||
           consent->state == POSTERN_CONSENT_SUSPENDED;
}

/* ---- copies -------------------------------------------------------------- */

static bool copy(struct pst_arena *arena, postern_str text, postern_str *to)
{
    *to = text.data ? pst_arena_copy(arena, text) : text;
    return !text.data || to->data;
}

static postern_status check_resource(const struct work *work, postern_str id)
{
    const postern_cse *cse = work->making->options->cse;
    postern_id parsed;

    if (pst_is_segment(id) && !pst_str_is(id, "-") &&
        postern_id_parse_resource(&parsed, cse, id) == POSTERN_OK &&
        !pst_gate_is_policy_id(id) &&
        !pst_str_equal(id, pst_gate_base_id(work->making->options))) {
        return POSTERN_OK;
    }
    return pst_diag_refuse(work->making->diag, POSTERN_ERR_POLICY, "/resources",
                           "a resource of a subscriber has an ID that is none, "
                           "or that is the CSEBase's or a policy's",
                           NULL);
}

/* Two of one ID could be of two classes. */
static postern_status check_once(const struct work *work, uint32_t number)
{
    const struct pst_subscriber_resource *resources =
        work->standing->subscriber.resources;

    for (uint32_t i = 0; i < number; i++) {
        if (pst_str_equal(resources[i].id, resources[number].id)) {
            return pst_diag_refuse(work->making->diag, POSTERN_ERR_POLICY,
                                   "/resources",
                                   "a subscriber has a resource twice", NULL);
        }
    }
    return POSTERN_OK;
}

static postern_status check_resources(const struct work *work)
{
    for (uint32_t i = 0; i < work->standing->subscriber.resource_count; i++) {
        PST_TRY(
            check_resource(work, work->standing->subscriber.resources[i].id));
        PST_TRY(check_once(work, i));
    }
    return POSTERN_OK;
}

static postern_status copy_resources(struct pst_arena *arena,
                                     const struct pst_subscriber_resource *from,
                                     uint32_t count,
                                     struct pst_gate_opening *opening)
{
    struct pst_subscriber_resource *resources =
        pst_arena_alloc(arena, (size_t)count + 1, sizeof *resources);

    if (!resources) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        resources[i].data_class = from[i].data_class;
        if (!copy(arena, from[i].id, &resources[i].id) ||
            !copy(arena, from[i].device, &resources[i].device) ||
            !copy(arena, from[i].data, &resources[i].data)) {
            return POSTERN_ERR_MEMORY;
        }
    }
    opening->resources = resources;
    opening->resource_count = count;
    return POSTERN_OK;
}

static postern_status copy_head(struct pst_arena *arena,
                                const postern_consent *consent,
                                struct pst_gate_opening *opening)
{
    *opening =
        (struct pst_gate_opening){.version = consent->version,
                                  .in_force = pst_gate_is_in_force(consent),
                                  .from_s = consent->from_s};
    return copy(arena, consent->subscriber, &opening->subscriber) &&
                   copy(arena, consent->provider, &opening->provider) &&
                   copy(arena, consent->id, &opening->consent)
               ? POSTERN_OK
               : POSTERN_ERR_MEMORY;
}

/* ---- links --------------------------------------------------------------- */

static bool holds(const struct work *work)
{
    return pst_gate_is_in_force(work->consent) &&
           work->consent->until_s > work->making->now_s;
}

/* Hashes of those that a denial is put down to. */
static postern_status name_askers(const struct work *work,
                                  const struct pst_gate_parties *parties,
                                  struct pst_gate_link *link)
{
    uint64_t *askers = pst_arena_alloc(work->making->arena, parties->count + 1,
                                       sizeof(uint64_t));

    if (!askers) {
        return POSTERN_ERR_MEMORY;
    }
    for (size_t i = 0; i < parties->count; i++) {
        askers[i] = parties->hashes[i];
    }
    link->askers = askers;
    link->asker_count = parties->count;
    return POSTERN_OK;
}

/* The policy of a link, which may be there already. */
static postern_status find_policy(struct work *work,
                                  const struct pst_asp_application *application,
                                  const struct pst_gate_parties *parties,
                                  struct pst_gate_link *link)
{
    const struct pst_gate_making *making = work->making;
    struct pst_gate_wanted wanted = {
        .provider = work->opening->provider,
        .application = application->name,
        .parties = parties,
        .terms = work->terms,
        .expires_s = making->ends == PST_GATE_ENDS_EARLY
                         ? pst_gate_expiry(link->ends_s, making->now_s)
                         : INT64_MAX};
    struct pst_gate_policy *policy;

    PST_TRY(pst_gate_policy_make(making->arena, &wanted, &policy));
    for (size_t i = 0; i < work->opening->policy_count; i++) {
        if (pst_str_equal(work->policies[i]->key, policy->key)) {
            link->policy = work->policies[i];
            return POSTERN_OK;
        }
    }
    work->policies[work->opening->policy_count++] = policy;
    link->policy = policy;
    return POSTERN_OK;
}

static bool is_opened(const struct work *work,
                      const struct pst_asp_application *application,
                      const struct pst_subscriber_resource *resource)
{
    uint32_t column;

    if (!holds(work) ||
        !pst_gate_column_of(work->standing->stack, application->name, resource,
                            &column) ||
        !work->standing->open[column]) {
        return false;
    }
    pst_gate_terms_of(work->standing->stack, column, work->terms);
    return !work->terms->nothing && work->terms->classes[resource->data_class];
}

static void report(const struct work *work,
                   const struct pst_asp_application *application)
{
    const struct pst_gate_making *making = work->making;

    for (uint32_t row = 0; making->practised && row < POSTERN_PPM_ROWS; row++) {
        if (work->terms->practised[row]) {
            making->practised(making->user, work->opening->provider,
                              application->name, row);
        }
    }
}

static postern_status open_link(struct work *work,
                                const struct pst_asp_application *application,
                                const struct pst_subscriber_resource *resource,
                                struct pst_gate_link *link)
{
    const struct pst_gate_terms *terms = work->terms;
    struct pst_gate_parties parties;

    PST_TRY(pst_gate_parties_of(work->making, application, terms,
                                resource->data_class, &parties));
    link->interval = terms->interval;
    link->kept = resource->data_class == PST_CLASS_ANONYMISED
                     ? terms->kept_anonymised
                     : terms->kept;
    link->ends_s = work->consent->until_s < terms->ends_s
                       ? work->consent->until_s
                       : terms->ends_s;
    PST_TRY(name_askers(work, &parties, link));
    if (parties.count == 0 || link->ends_s <= work->making->now_s) {
        return POSTERN_OK;
    }
    link->stand = PST_GATE_OPEN;
    report(work, application);
    return find_policy(work, application, &parties, link);
}

static postern_status make_link(struct work *work,
                                const struct pst_asp_application *application,
                                uint32_t number)
{
    const struct pst_subscriber_resource *resource =
        &work->opening->resources[number];
    struct pst_gate_link *link = &work->links[work->opening->link_count++];
    struct pst_gate_parties parties;

    *link = (struct pst_gate_link){.resource = number,
                                   .stand = holds(work) ? PST_GATE_CLOSED
                                                        : PST_GATE_NONE,
                                   .ends_s = INT64_MAX};
    if (!copy(work->making->arena, application->name, &link->application)) {
        return POSTERN_ERR_MEMORY;
    }
    if (is_opened(work, application, resource)) {
        return open_link(work, application, resource, link);
    }
    PST_TRY(pst_gate_parties_of(work->making, application, NULL,
                                resource->data_class, &parties));
    return name_askers(work, &parties, link);
}

static postern_status make_links(struct work *work)
{
    const struct pst_asp *asp = &work->standing->asp;

    for (uint32_t i = 0; i < work->opening->resource_count; i++) {
        for (uint32_t k = 0; k < asp->application_count; k++) {
            PST_TRY(make_link(work, &asp->applications[k], i));
        }
    }
    return POSTERN_OK;
}

static postern_status make_room(struct work *work)
{
    struct pst_arena *arena = work->making->arena;
    size_t links = (size_t)work->opening->resource_count *
                   work->standing->asp.application_count;

    work->terms = pst_arena_alloc(arena, 1, sizeof *work->terms);
    work->links = pst_arena_alloc(arena, links + 1, sizeof *work->links);
    work->policies =
        pst_arena_alloc(arena, links + 1, sizeof(struct pst_gate_policy *));
    return work->terms && work->links && work->policies ? POSTERN_OK
                                                        : POSTERN_ERR_MEMORY;
}

postern_status pst_gate_opening_make(const struct pst_gate_making *making,
                                     const struct pst_standing *standing,
                                     const postern_consent *consent,
                                     struct pst_gate_opening *opening)
{
    struct work work = {.making = making,
                        .standing = standing,
                        .consent = consent,
                        .opening = opening};

    PST_TRY(copy_head(making->arena, consent, opening));
    PST_TRY(check_resources(&work));
    PST_TRY(copy_resources(making->arena, standing->subscriber.resources,
                           standing->subscriber.resource_count, opening));
    PST_TRY(make_room(&work));
    PST_TRY(make_links(&work));
    opening->links = work.links;
    opening->policies = work.policies;
    return POSTERN_OK;
}

/* ---- what is closed ------------------------------------------------------ */

static postern_status close_link(struct pst_arena *arena,
                                 const struct pst_gate_link *before,
                                 struct pst_gate_link *link,
                                 enum pst_gate_stand stand)
{
    uint64_t *askers =
        pst_arena_alloc(arena, before->asker_count + 1, sizeof *askers);

    if (!askers) {
        return POSTERN_ERR_MEMORY;
    }
    for (size_t i = 0; i < before->asker_count; i++) {
        askers[i] = before->askers[i];
    }
    *link = (struct pst_gate_link){.resource = before->resource,
                                   .stand = stand,
                                   .askers = askers,
                                   .asker_count = before->asker_count,
                                   .ends_s = INT64_MAX};
    return copy(arena, before->application, &link->application)
               ? POSTERN_OK
               : POSTERN_ERR_MEMORY;
}

postern_status pst_gate_opening_close(struct pst_arena *arena,
                                      const postern_consent *consent,
                                      const struct pst_gate_opening *before,
                                      struct pst_gate_opening *opening)
{
    struct pst_gate_link *links =
        pst_arena_alloc(arena, before->link_count + 1, sizeof *links);

    if (!links) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(copy_head(arena, consent, opening));
    PST_TRY(copy_resources(arena, before->resources, before->resource_count,
                           opening));
    for (size_t i = 0; i < before->link_count; i++) {
        PST_TRY(
            close_link(arena, &before->links[i], &links[i],
                       opening->in_force ? PST_GATE_CLOSED : PST_GATE_NONE));
    }
    opening->links = links;
    opening->link_count = before->link_count;
    return POSTERN_OK;
}
