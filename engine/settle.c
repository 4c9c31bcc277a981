/*
 * The decision by rules, in rounds: decide, find out what could still permit,
 * decide again. More links than fit at once are looked at one lot after
 * another, which is exact because OR commutes; only rules that are limited to
 * attributes count together, and for these each attribute is decided by itself.
 * The combining algorithm is permit-overrides, the only one there is. [ARC-02]
 */
#include "engine/consult.h"

#include "engine/lease.h"

static struct pst_link_context context_of(struct pst_run *run)
{
    return (struct pst_link_context){.view = &run->view, .now = run->now};
}

static void remark(void *user, const char *what, postern_str name,
                   const char *why)
{
    pst_note(user, what, name, why);
}

bool pst_settle_links(struct pst_run *run, struct pst_grounds *grounds)
{
    const struct pst_links *links = &run->links;
    postern_decision *decision = &grounds->decision;

    do {
        *decision =
            postern_decide_links(links->links, links->count, &run->request);
        if (decision->effect == POSTERN_PERMIT) {
            pst_lease_permit(run);
            grounds->acp = links->ids[decision->link];
            grounds->origin = pst_rules_origin(run, decision->link);
            return true;
        }
    } while (pst_inquire(run));
    return false;
}

/* Every link, one lot after another. */
static bool settle_all(struct pst_run *run, struct pst_grounds *grounds)
{
    struct pst_link_context context = context_of(run);

    if (pst_is_explained(run) && !run->remarked) {
        context.remark = remark;
        context.user = run;
        run->remarked = true;
    }
    pst_rules_rewind(run);
    run->rounds = 0;
    run->link_count = 0;
    while (pst_rules_next(run, &context)) {
        run->rounds++;
        run->link_count += run->links.count;
        if (pst_settle_links(run, grounds)) {
            return true;
        }
    }
    return false;
}

/* Whether for each attribute some true rule of some lot covers it. */
static bool settle_attributes(struct pst_run *run, struct pst_grounds *grounds)
{
    const postern_str *attributes = run->request.attributes;
    size_t count = run->request.attribute_count;
    bool covered = true;

    for (size_t i = 0; i < count && covered; i++) {
        run->request.attributes = &attributes[i];
        run->request.attribute_count = 1;
        covered = settle_all(run, grounds);
    }
    run->request.attributes = attributes;
    run->request.attribute_count = count;
    grounds->decision.reason = POSTERN_REASON_RULES;
    return covered;
}

bool pst_settle(struct pst_run *run, struct pst_grounds *grounds)
{
    bool permitted = settle_all(run, grounds) ||
                     (run->rounds > 1 && run->request.attribute_count > 1 &&
                      settle_attributes(run, grounds));

    if (!permitted) {
        pst_lease_denial(run);
    }
    return permitted;
}

struct telling {
    const struct pst_run *run;
    const char *operation;
};

/* Rules of tokens are compiled without a name of their own; that of the set
 * tells which link they came by. */
static postern_str name_of(const struct pst_run *run, postern_str acp_id)
{
    const struct pst_links *links = &run->links;

    for (size_t i = run->extra.first; i < links->count; i++) {
        const postern_acp_link *link = &links->links[i];

        if (link->set && postern_acp_set_name(link->set, link->ref.acp).data ==
                             acp_id.data) {
            return links->ids[i];
        }
    }
    return acp_id;
}

static void tell(void *user, const postern_rule_explanation *rule)
{
    const struct telling *self = user;
    const postern_listener *listener = self->run->listener;
    postern_rule_explanation told = *rule;

    told.acp_id = name_of(self->run, rule->acp_id);
    listener->rule(listener->user, self->operation, &told);
}

/* Where lots covered the attributes together there is nothing to compare. */
bool pst_explain(struct pst_run *run, bool permitted)
{
    struct pst_link_context context = context_of(run);
    struct telling telling = {run, pst_verb_of(run->request.operation)};
    size_t rounds = 0;
    bool permits = false;

    pst_rules_rewind(run);
    while (pst_rules_next(run, &context)) {
        pst_inquire_for_links(run);
        permits |= postern_explain_links(run->links.links, run->links.count,
                                         &run->request, tell, &telling)
                       .effect == POSTERN_PERMIT;
        rounds++;
    }
    return permits == permitted || (permitted && rounds > 1);
}
