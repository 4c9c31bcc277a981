/*
 * Which facts could still make a rule true. [ARC-03] [DEC-09]
 *
 * The rules worth a look are those that list the originator under a name that
 * it is known to answer to, found as the decision finds them, and those that
 * list a group or a role, which it may turn out to be in. Of these the terms
 * are judged with three values.
 */
#include "pdp/atom.h"
#include "pdp/rule_terms.h"
#include "pdp/truth.h"

/* Among the facts that a rule wants: that other rules are true as well, which
 * list the attributes of the request that this one does not. Nobody reports
 * it, and whatever else is missing is not enough. */
enum { OTHER_RULES = 1 };

struct inquiry {
    struct pst_facts facts;
    bool (*report)(void *user, const postern_missing *missing);
    void *user;
    size_t count; /* of reports */
    bool enough;  /* the user wants no more */
    uint32_t link;
    const postern_acp_set *set; /* of that link */
    const struct pst_acp_rules *rules;
    struct pst_truth in_force;
};

/* ---- one rule ---------------------------------------------------------- */

static bool lists_some(const struct inquiry *inquiry,
                       const struct pst_condition *condition)
{
    const postern_request *request = inquiry->facts.request;
    size_t first = 0;

    for (; first < request->attribute_count; first += PST_ATTRIBUTES_AT_ONCE) {
        if (pst_attributes_covered(inquiry->set, condition, request, first)) {
            return true;
        }
    }
    return false;
}

static struct pst_truth attributes(const struct inquiry *inquiry,
                                   const struct pst_condition *condition)
{
    struct pst_truth all =
        pst_truth_attrs(inquiry->set, condition, inquiry->facts.request);

    return pst_is_false(all) && lists_some(inquiry, condition)
               ? (struct pst_truth){OTHER_RULES, 0}
               : all;
}

/* All terms of a rule but its originators. [DEC-04] */
static struct pst_truth other_terms(struct inquiry *inquiry,
                                    const struct pst_rule *rule)
{
    const postern_acp_set *set = inquiry->set;
    struct pst_facts *facts = &inquiry->facts;
    struct pst_truth result = inquiry->in_force;
    const struct pst_condition *condition =
        PST_TABLE(set, CONDITIONS, struct pst_condition) + rule->condition;

    if ((rule->flags & PST_RULE_NEVER) ||
        !(rule->operations & facts->operation) ||
        ((rule->flags & PST_RULE_AUTHN) && !facts->request->authenticated)) {
        return PST_FALSE;
    }
    if (rule->flags & PST_RULE_ATTRIBUTES) {
        result = pst_truth_and(result, attributes(inquiry, condition));
    }
    if (rule->flags & PST_RULE_DETAILS) {
        result = pst_truth_and(result, pst_truth_objd(set, condition, facts));
    }
    if (rule->flags & PST_RULE_CONTEXTS) {
        result = pst_truth_and(result, pst_truth_ctxts(set, condition, facts));
    }
    return result;
}

static void tell(struct inquiry *inquiry, const postern_missing *missing)
{
    if (inquiry->enough) {
        return;
    }
    inquiry->count++;
    inquiry->enough =
        inquiry->report && !inquiry->report(inquiry->user, missing);
}

static const struct pst_rule *rule_at(const struct inquiry *inquiry,
                                      uint32_t number)
{
    return PST_TABLE(inquiry->set, RULES, struct pst_rule) + number;
}

/* `terms` is what the rule is without the groups and roles it lists. */
static void tell_facts(struct inquiry *inquiry, uint32_t number,
                       struct pst_truth terms)
{
    postern_missing missing = {.link = inquiry->link,
                               .rule = number - inquiry->rules->rules.first};

    for (int kind = POSTERN_MISSING_TIME; kind <= POSTERN_MISSING_ATTRIBUTES;
         kind++) {
        missing.kind = (postern_missing_kind)kind;
        missing.suffices = terms.alone & pst_fact_bit(missing.kind);
        if (terms.wanted & pst_fact_bit(missing.kind)) {
            tell(inquiry, &missing);
        }
    }
}

/* An entry of a rule that does not list the originator otherwise.
 * [ORI-11] [ORI-12] */
static void tell_membership(struct inquiry *inquiry, uint32_t number,
                            const struct pst_originator_ref *ref,
                            struct pst_truth terms)
{
    const struct pst_atom *atom =
        PST_TABLE(inquiry->set, ATOMS, struct pst_atom) + ref->index;
    postern_missing missing = {.link = inquiry->link,
                               .rule = number - inquiry->rules->rules.first,
                               .suffices =
                                   pst_truth_value(terms) == POSTERN_TRUE};
    postern_id id;

    if (ref->is_pattern ||
        (atom->kind != PST_ATOM_RESOURCE && atom->kind != PST_ATOM_ROLE)) {
        return;
    }
    id = pst_atom_id(inquiry->set, atom);
    missing.id = &id;
    missing.kind = atom->kind == PST_ATOM_ROLE ? POSTERN_MISSING_ROLE
                                               : POSTERN_MISSING_GROUP;
    tell(inquiry, &missing);
}

/* A rule that lists the originator. */
static void visit_listing(struct inquiry *inquiry, uint32_t number)
{
    tell_facts(inquiry, number, other_terms(inquiry, rule_at(inquiry, number)));
}

/* A rule that lists a group or a role. */
static void visit_member_rule(struct inquiry *inquiry, uint32_t number)
{
    const struct pst_rule *rule = rule_at(inquiry, number);
    const struct pst_originator_ref *refs =
        PST_TABLE(inquiry->set, ORIGINATORS, struct pst_originator_ref) +
        rule->originators.first;
    struct pst_truth terms = other_terms(inquiry, rule);

    if (pst_is_false(terms)) {
        return;
    }
    for (uint32_t i = 0; i < rule->originators.count; i++) {
        if (pst_originator_matches(inquiry->set, &refs[i],
                                   inquiry->facts.request)) {
            return; /* its originators are true, and it was visited so */
        }
    }
    for (uint32_t i = 0; i < rule->originators.count; i++) {
        tell_membership(inquiry, number, &refs[i], terms);
    }
    tell_facts(inquiry, number, (struct pst_truth){terms.wanted, 0});
}

/* ---- the rules of one link --------------------------------------------- */

static void visit_atom(struct inquiry *inquiry, uint32_t atom)
{
    const struct pst_span *span = &inquiry->rules->entries;
    const struct pst_entry *entries =
        PST_TABLE(inquiry->set, ENTRIES, struct pst_entry) + span->first;

    if (atom == PST_NO_ATOM) {
        return;
    }
    for (uint32_t i = pst_atom_entry(entries, span->count, atom);
         !inquiry->enough && i < span->count && entries[i].index == atom; i++) {
        visit_listing(inquiry, entries[i].rule);
    }
}

static void visit_ids(struct inquiry *inquiry, const postern_id *ids,
                      size_t count, postern_id_kind kind)
{
    for (size_t i = 0; !inquiry->enough && i < count; i++) {
        struct pst_atom_key key = pst_atom_key_of_id(&ids[i]);

        if (ids[i].kind == kind) {
            visit_atom(inquiry, pst_atom_find(inquiry->set, &key));
        }
    }
}

static void visit_patterns(struct inquiry *inquiry)
{
    const struct pst_span *span = &inquiry->rules->wild;
    const struct pst_entry *wild =
        PST_TABLE(inquiry->set, WILD, struct pst_entry) + span->first;

    for (uint32_t i = 0; !inquiry->enough && i < span->count; i++) {
        struct pst_originator_ref ref = {.is_pattern = 1,
                                         .index = wild[i].index};

        if (pst_originator_matches(inquiry->set, &ref,
                                   inquiry->facts.request)) {
            visit_listing(inquiry, wild[i].rule);
        }
    }
}

static void visit_members(struct inquiry *inquiry)
{
    const struct pst_span *span = &inquiry->rules->members;
    const uint32_t *members =
        PST_TABLE(inquiry->set, MEMBERS, uint32_t) + span->first;

    for (uint32_t i = 0; !inquiry->enough && i < span->count; i++) {
        visit_member_rule(inquiry, members[i]);
    }
}

/* As the decision does, then the rules that could list the originator. */
static void visit_rules(struct inquiry *inquiry)
{
    const postern_request *request = inquiry->facts.request;
    const postern_id *originator = &request->originator;
    struct pst_atom_key domain;

    visit_atom(inquiry, inquiry->set->all_atom);
    if (originator->kind != POSTERN_ID_ENTITY) {
        return; /* is in no group and has no role [REQ-02] */
    }
    domain = pst_atom_key_of_domain(originator->domain);
    visit_ids(inquiry, originator, 1, POSTERN_ID_ENTITY);
    visit_ids(inquiry, request->groups, request->group_count,
              POSTERN_ID_RESOURCE);
    visit_ids(inquiry, request->roles, request->role_count, POSTERN_ID_ROLE);
    visit_atom(inquiry, pst_atom_find(inquiry->set, &domain));
    visit_patterns(inquiry);
    visit_members(inquiry);
}

/* ---- all links --------------------------------------------------------- */

/* False when the link contributes no rule, whatever else is known. */
static bool enter(struct inquiry *inquiry, const postern_acp_link *link)
{
    const struct pst_acp *acp =
        link->set ? pst_acp_at(link->set, link->ref) : NULL;

    if (!acp) {
        return false;
    }
    inquiry->set = link->set;
    inquiry->rules = &acp->sets[link->ref.which];
    inquiry->in_force = pst_truth_in_force(acp, inquiry->facts.request);
    return !pst_is_false(inquiry->in_force) &&
           (inquiry->rules->operations & inquiry->facts.operation);
}

size_t postern_missing_links(const postern_acp_link *links, size_t link_count,
                             const postern_request *request,
                             bool (*report)(void *user,
                                            const postern_missing *missing),
                             void *user)
{
    struct inquiry inquiry;
    postern_request copy;

    if (!links || !pst_facts_init(&inquiry.facts, request, &copy)) {
        return 0;
    }
    inquiry.report = report;
    inquiry.user = user;
    inquiry.count = 0;
    inquiry.enough = false;
    for (size_t i = 0; !inquiry.enough && i < link_count; i++) {
        inquiry.link = (uint32_t)i;
        if (enter(&inquiry, &links[i])) {
            visit_rules(&inquiry);
        }
    }
    return inquiry.count;
}
