/*
 * Which facts could still make a rule true. [ARC-03] [DEC-09]
 *
 * The rules worth a look are those that list the originator under a name that
 * it is known to answer to, and those that list a group or a role, which it may
 * turn out to be in. Of these the terms are judged with three values. A small
 * rule set is gone through; in a hashed one they are found by their atoms.
 */
#include "pdp/hashed.h"
#include "pdp/principal.h"
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
    const struct pst_slot *slot;
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

/* What the conditions of a rule that can hold say. */
static struct pst_truth conditions(struct inquiry *inquiry,
                                   const struct pst_condition *condition)
{
    const postern_acp_set *set = inquiry->set;
    struct pst_truth result = PST_TRUE;

    if (condition->flags & PST_CONDITION_ATTRIBUTES) {
        result = pst_truth_and(result, attributes(inquiry, condition));
    }
    if (condition->flags & PST_CONDITION_DETAILS) {
        result = pst_truth_and(result,
                               pst_truth_objd(set, condition, &inquiry->facts));
    }
    if (condition->flags & PST_CONDITION_CONTEXTS) {
        result = pst_truth_and(
            result, pst_truth_ctxts(set, condition, &inquiry->facts));
    }
    return result;
}

/* All terms of a rule but its originators. [DEC-04] */
static struct pst_truth other_terms(struct inquiry *inquiry, uint32_t number)
{
    struct pst_rule_view rule =
        pst_slot_rule(inquiry->set, inquiry->slot, number);

    if ((pst_rule_flags(&rule) & PST_CONDITION_NEVER) ||
        !(rule.operations & inquiry->facts.operation) ||
        (rule.authn && !inquiry->facts.request->authenticated)) {
        return PST_FALSE;
    }
    return rule.condition ? pst_truth_and(inquiry->in_force,
                                          conditions(inquiry, rule.condition))
                          : inquiry->in_force;
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

/* `terms` is what the rule is without the groups and roles it lists. */
static void tell_facts(struct inquiry *inquiry, uint32_t number,
                       struct pst_truth terms)
{
    postern_missing missing = {.link = inquiry->link, .rule = number};

    for (int kind = POSTERN_MISSING_TIME; kind <= POSTERN_MISSING_ATTRIBUTES;
         kind++) {
        missing.kind = (postern_missing_kind)kind;
        missing.suffices = terms.alone & pst_fact_bit(missing.kind);
        if (terms.wanted & pst_fact_bit(missing.kind)) {
            tell(inquiry, &missing);
        }
    }
}

static bool is_membership(const postern_acp_set *set, uint32_t atom)
{
    uint8_t kind;

    if (atom == PST_ATOM_ALL || pst_atom_is_pattern(set, atom)) {
        return false;
    }
    kind = pst_name_of(set, atom)->kind;
    return kind == PST_NAME_RESOURCE || kind == PST_NAME_ROLE;
}

/* The group or role of a rule that does not list the originator otherwise.
 * [ORI-11] [ORI-12] */
static void tell_membership(struct inquiry *inquiry, uint32_t number,
                            uint32_t atom, struct pst_truth terms)
{
    postern_id id = pst_name_id(inquiry->set, pst_name_of(inquiry->set, atom));
    postern_missing missing = {
        .kind = id.kind == POSTERN_ID_ROLE ? POSTERN_MISSING_ROLE
                                           : POSTERN_MISSING_GROUP,
        .id = &id,
        .link = inquiry->link,
        .rule = number,
        .suffices = pst_truth_value(terms) == POSTERN_TRUE};

    tell(inquiry, &missing);
}

static struct pst_lanes originators_of(const struct inquiry *inquiry,
                                       uint32_t number)
{
    return pst_slot_originators(inquiry->set, inquiry->slot, number);
}

static bool lists_originator(const struct inquiry *inquiry, uint32_t number)
{
    struct pst_lanes lanes = originators_of(inquiry, number);

    for (uint32_t i = 0; i < lanes.count; i++) {
        if (pst_originator_matches(inquiry->set, pst_lane_atom(lanes.lanes[i]),
                                   inquiry->facts.request)) {
            return true;
        }
    }
    return false;
}

/* A rule that lists the originator. */
static void visit_listing(struct inquiry *inquiry, uint32_t number)
{
    tell_facts(inquiry, number, other_terms(inquiry, number));
}

/* A rule that does not: it may list a group or a role. An originator that is
 * no entity is in none and has none. [REQ-02] */
static void visit_other(struct inquiry *inquiry, uint32_t number)
{
    struct pst_lanes lanes = originators_of(inquiry, number);
    struct pst_truth terms = other_terms(inquiry, number);
    bool member = false;

    if (pst_is_false(terms) ||
        inquiry->facts.request->originator.kind != POSTERN_ID_ENTITY) {
        return;
    }
    for (uint32_t i = 0; i < lanes.count; i++) {
        uint32_t atom = pst_lane_atom(lanes.lanes[i]);

        if (is_membership(inquiry->set, atom)) {
            tell_membership(inquiry, number, atom, terms);
            member = true;
        }
    }
    if (member) {
        tell_facts(inquiry, number, (struct pst_truth){terms.wanted, 0});
    }
}

/* ---- the rules of one link --------------------------------------------- */

/* At most PST_SLOT_RULES, with few originators. */
static void visit_slot(struct inquiry *inquiry)
{
    uint32_t count = pst_slot_rule_count(inquiry->slot);

    for (uint32_t k = 0; !inquiry->enough && k < count; k++) {
        if (lists_originator(inquiry, k)) {
            visit_listing(inquiry, k);
        } else {
            visit_other(inquiry, k);
        }
    }
}

static void visit_atom(struct inquiry *inquiry, uint32_t atom)
{
    struct pst_entries found =
        pst_hashed_find(inquiry->set, pst_hashed_of(inquiry->slot), atom);

    for (uint32_t i = 0; !inquiry->enough && i < found.count; i++) {
        visit_listing(inquiry, found.entries[i].rule);
    }
}

static void visit_atoms(struct inquiry *inquiry)
{
    struct pst_asking asking;
    struct pst_atoms atoms;

    pst_asking_begin(&asking, inquiry->set, inquiry->facts.request);
    while (!inquiry->enough && pst_asking_next(&asking, &atoms)) {
        for (uint32_t i = 0; !inquiry->enough && i < atoms.count; i++) {
            visit_atom(inquiry, atoms.atoms[i]);
        }
    }
}

/* Rules that list a group or a role and do not list the originator, which were
 * visited. Terms first: they are fewer than originators. */
static void visit_members(struct inquiry *inquiry)
{
    const struct pst_hashed *hashed = pst_hashed_of(inquiry->slot);
    const uint32_t *members =
        PST_TABLE(inquiry->set, MEMBERS, uint32_t) + hashed->first_member;

    for (uint32_t i = 0; !inquiry->enough && i < hashed->members; i++) {
        if (!pst_is_false(other_terms(inquiry, members[i])) &&
            !lists_originator(inquiry, members[i])) {
            visit_other(inquiry, members[i]);
        }
    }
}

/* As the decision does, then the rules that could list the originator. */
static void visit_hashed(struct inquiry *inquiry)
{
    visit_atoms(inquiry);
    visit_members(inquiry);
}

/* ---- all links --------------------------------------------------------- */

static bool has_operation(const struct pst_slot *slot, uint32_t operation)
{
    for (uint32_t i = 0; i < PST_OPERATIONS; i++) {
        if ((operation >> i & 1) && slot->operations[i]) {
            return true;
        }
    }
    return false;
}

/* False when the link contributes no rule, whatever else is known. */
static bool enter(struct inquiry *inquiry, const postern_acp_link *link)
{
    inquiry->set = link->set;
    inquiry->slot = link->set ? pst_slot_at(link->set, link->ref) : NULL;
    if (!inquiry->slot ||
        !has_operation(inquiry->slot, inquiry->facts.operation)) {
        return false;
    }
    inquiry->in_force = pst_truth_in_force(
        pst_expires_s(link->set, link->ref.acp), inquiry->facts.request);
    return !pst_is_false(inquiry->in_force);
}

static void visit_rules(struct inquiry *inquiry)
{
    if (inquiry->slot->form == PST_SLOT_HASHED) {
        visit_hashed(inquiry);
    } else {
        visit_slot(inquiry);
    }
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
