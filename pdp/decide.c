/*
 * The access decision. [DEC-01] [DEC-02] [DEC-03] [DEC-04] [DEC-05] [DEC-07]
 * [DEC-13] [ARC-04]
 *
 * The standard asks each rule whether it lists the originator. Here the
 * question is turned round: each name that the originator answers to ("all",
 * itself, its domain, its roles, its groups) finds the rules that list it, and
 * of those the other four terms are evaluated. Originators with a wildcard are
 * compared one by one. The effect is the same because OR commutes; which of
 * several true rules is found first is not specified. Links to several sets are
 * taken set by set: in each an atom has another number.
 *
 * Bounded stack, no allocation, no lock, no clock, no system call.
 */
#include "pdp/atom.h"
#include "pdp/facts.h"
#include "pdp/rule_terms.h"
#include "pdp/wildcard.h"

struct search {
    const postern_acp_link *links; /* NULL: one set */
    size_t set_count;              /* that of the links, or 1 */
    const postern_acp_set *set;    /* the one looked at */
    const postern_acp_ref *refs;   /* NULL: the privileges of every ACP */
    size_t ref_count;
    uint64_t names; /* hash bits of originator, groups and roles, for links */
    bool domain_ready;
    struct pst_atom_key domain; /* of the originator */
    struct pst_facts facts;
    size_t first_attribute; /* of the up to 64 looked at in this pass */
    uint64_t wanted;        /* one bit for each of them */
    uint64_t uncovered;     /* those no true rule has listed yet */
    bool unlimited;         /* the rule that permits is for any attribute */
    postern_decision decision;
};

/* ---- one rule ---------------------------------------------------------- */

/* Table 7.1.5-1. [DEC-06] */
static bool res_authn(const struct pst_rule *rule,
                      const struct pst_facts *facts)
{
    return !(rule->flags & PST_RULE_AUTHN) || facts->request->authenticated;
}

static bool res_ops(const struct pst_rule *rule, const struct pst_facts *facts)
{
    return (rule->operations & facts->operation) != 0;
}

/* The terms of a rule but for its originators, which led here. */
static bool holds(const struct search *search, const struct pst_rule *rule,
                  struct pst_facts *facts)
{
    const struct pst_condition *condition;

    if (!res_ops(rule, facts) || !res_authn(rule, facts)) {
        return false;
    }
    if ((rule->flags & ~PST_RULE_AUTHN) == 0) {
        return true;
    }
    condition = PST_TABLE(search->set, CONDITIONS, struct pst_condition) +
                rule->condition;
    return !(rule->flags & PST_RULE_NEVER) &&
           (!(rule->flags & PST_RULE_DETAILS) ||
            pst_res_objd(search->set, condition, facts)) &&
           (!(rule->flags & PST_RULE_CONTEXTS) ||
            pst_res_ctxts(search->set, condition, facts));
}

/* Marks the attributes that a true rule lists; true when none is left. A
 * request whose attributes are unknown satisfies no such rule. */
static bool covers(struct search *search, const struct pst_rule *rule)
{
    const struct pst_condition *condition =
        PST_TABLE(search->set, CONDITIONS, struct pst_condition) +
        rule->condition;
    const postern_request *request = search->facts.request;
    uint64_t covered;

    if (request->attribute_count == 0) {
        return false;
    }
    covered = pst_attributes_covered(search->set, condition, request,
                                     search->first_attribute);
    search->decision.reason =
        covered == search->wanted && request->attribute_count <= 64
            ? POSTERN_REASON_RULE
            : POSTERN_REASON_RULES;
    search->uncovered &= ~covered;
    return search->uncovered == 0;
}

/* Whether a true rule permits: at once, or, when it is limited to attributes,
 * if with the true rules before it every attribute is listed. */
static bool suffices(struct search *search, const struct pst_rule *rule)
{
    if (rule->flags & PST_RULE_ATTRIBUTES) {
        return covers(search, rule);
    }
    search->decision.reason = POSTERN_REASON_RULE;
    search->unlimited = true;
    return true;
}

static bool try_rule(struct search *search, uint32_t number)
{
    const struct pst_rule *rule =
        PST_TABLE(search->set, RULES, struct pst_rule) + number;

    if (!holds(search, rule, &search->facts) || !suffices(search, rule)) {
        return false;
    }
    search->decision.effect = POSTERN_PERMIT;
    search->decision.rule = number; /* made relative by the caller */
    return true;
}

/* ---- the rules of one ACP ---------------------------------------------- */

/* The rule set that number `number` of the refs stands for; NULL when it
 * contributes no rule: an ACP that does not exist [PRP-07] or has expired
 * [PRP-09], or none of its rules is about this operation. */
static const struct pst_acp_rules *rules_of(const struct search *search,
                                            size_t number, postern_acp_ref *ref)
{
    const struct pst_acp *acp;
    const struct pst_acp_rules *rules;

    *ref = search->refs
               ? search->refs[number]
               : (postern_acp_ref){(uint32_t)number, POSTERN_PRIVILEGES};
    acp = pst_acp_at(search->set, *ref);
    if (!acp || (acp->expires_s != INT64_MAX &&
                 (!search->facts.request->time_known ||
                  search->facts.request->time_s >= acp->expires_s))) {
        return NULL;
    }
    rules = &acp->sets[ref->which];
    return rules->operations & search->facts.operation ? rules : NULL;
}

static bool found(struct search *search, postern_acp_ref ref,
                  const struct pst_acp_rules *rules)
{
    search->decision.acp = ref.acp;
    search->decision.which = ref.which;
    search->decision.rule -= rules->rules.first;
    return true;
}

static bool try_atom(struct search *search, const struct pst_acp_rules *rules,
                     uint32_t atom)
{
    const struct pst_entry *entries =
        PST_TABLE(search->set, ENTRIES, struct pst_entry) +
        rules->entries.first;
    uint32_t i = pst_atom_entry(entries, rules->entries.count, atom);

    for (; i < rules->entries.count && entries[i].index == atom; i++) {
        if (try_rule(search, entries[i].rule)) {
            return true;
        }
    }
    return false;
}

/* Segment by segment, and as many of them. [ORI-04] [ORI-06] [ORI-09] */
static bool pattern_matches(const postern_acp_set *set,
                            const struct pst_pattern *pattern,
                            const postern_id *id)
{
    const uint16_t *failures =
        PST_TABLE(set, FAILURES, uint16_t) + pattern->failures;
    uint32_t segments = id->second.data ? 2 : 1;
    postern_str domain = pst_text_at(set, pattern->domain);
    postern_str first = pst_text_at(set, pattern->first);
    postern_str second = pst_text_at(set, pattern->second);

    return id->kind == POSTERN_ID_ENTITY && pattern->segments == segments &&
           pst_wildcard_matches(first, failures + domain.len, id->first) &&
           (segments == 1 ||
            pst_wildcard_matches(second, failures + domain.len + first.len,
                                 id->second)) &&
           pst_wildcard_matches_folded(domain, failures, id->domain);
}

static bool try_wild(struct search *search, const struct pst_acp_rules *rules)
{
    const struct pst_entry *wild =
        PST_TABLE(search->set, WILD, struct pst_entry) + rules->wild.first;
    const struct pst_pattern *patterns =
        PST_TABLE(search->set, PATTERNS, struct pst_pattern);

    for (uint32_t i = 0; i < rules->wild.count; i++) {
        if (pattern_matches(search->set, &patterns[wild[i].index],
                            &search->facts.request->originator) &&
            try_rule(search, wild[i].rule)) {
            return true;
        }
    }
    return false;
}

/* ---- all that the originator answers to -------------------------------- */

/* The rules of every ACP that list the atom. */
static bool try_name(struct search *search, uint32_t atom)
{
    for (size_t i = 0; atom != PST_NO_ATOM && i < search->ref_count; i++) {
        postern_acp_ref ref;
        const struct pst_acp_rules *rules = rules_of(search, i, &ref);

        if (rules && try_atom(search, rules, atom)) {
            return found(search, ref, rules);
        }
    }
    return false;
}

static bool try_patterns(struct search *search)
{
    for (size_t i = 0; i < search->ref_count; i++) {
        postern_acp_ref ref;
        const struct pst_acp_rules *rules = rules_of(search, i, &ref);

        if (rules && rules->wild.count && try_wild(search, rules)) {
            return found(search, ref, rules);
        }
    }
    return false;
}

/* Roles only match Role-IDs, groups only groups. [ORI-11] [ORI-12] */
static bool try_ids(struct search *search, const postern_id *ids, size_t count,
                    postern_id_kind kind)
{
    bool any = search->set->atom_kinds & (uint32_t)1 << kind;

    for (size_t i = 0; any && i < count; i++) {
        struct pst_atom_key key = pst_atom_key_of_id(&ids[i]);

        if (ids[i].kind == kind &&
            try_name(search, pst_atom_find(search->set, &key))) {
            return true;
        }
    }
    return false;
}

/* Hashed when the first set that lists domains asks for it. */
static const struct pst_atom_key *domain_key(struct search *search)
{
    if (!search->domain_ready) {
        search->domain =
            pst_atom_key_of_domain(search->facts.request->originator.domain);
        search->domain_ready = true;
    }
    return &search->domain;
}

/* [ORI-03] */
static bool try_domain(struct search *search)
{
    return (search->set->atom_kinds & (uint32_t)1 << PST_ATOM_DOMAIN) &&
           try_name(search, pst_atom_find(search->set, domain_key(search)));
}

/* res_origs of every rule of the set at once. From is compared whether or not
 * it is authenticated: the flag is a term of its own. [ORI-13] */
static bool res_acrs(struct search *search)
{
    const postern_request *request = search->facts.request;

    if (request->originator.kind != POSTERN_ID_ENTITY) {
        return try_name(search, search->set->all_atom); /* [REQ-02] */
    }
    return try_ids(search, &request->originator, 1, POSTERN_ID_ENTITY) ||
           try_name(search, search->set->all_atom) || /* [ORI-02] */
           try_ids(search, request->groups, request->group_count,
                   POSTERN_ID_RESOURCE) ||
           try_ids(search, request->roles, request->role_count,
                   POSTERN_ID_ROLE) ||
           try_domain(search) || try_patterns(search);
}

/* ---- the decision ------------------------------------------------------ */

static postern_decision denied(postern_reason reason)
{
    return (postern_decision){.effect = POSTERN_DENY,
                              .reason = reason,
                              .acp = POSTERN_NO_ACP,
                              .rule = POSTERN_NO_RULE};
}

/* False when the set has surely no atom for any name of the originator. */
static bool may_have_atoms(struct search *search)
{
    const postern_acp_set *set = search->set;

    return (set->hashes & search->names) || set->all_atom != PST_NO_ATOM ||
           ((set->atom_kinds & (uint32_t)1 << PST_ATOM_DOMAIN) &&
            (set->hashes & pst_hash_bit(domain_key(search)->hash)));
}

/* Goes on to the next link: a set with one ref. False when none of its rules
 * can list the originator. */
static bool enter(struct search *search, const postern_acp_link *link)
{
    const struct pst_acp_rules *rules;
    postern_acp_ref ref;

    search->set = link->set;
    search->refs = &link->ref;
    rules = link->set ? rules_of(search, 0, &ref) : NULL;
    return rules && (rules->wild.count || may_have_atoms(search));
}

/* Set by set. What true rules cover counts together. */
static bool try_sets(struct search *search)
{
    for (size_t i = 0; i < search->set_count; i++) {
        if (search->links && !enter(search, &search->links[i])) {
            continue;
        }
        if (res_acrs(search)) {
            search->decision.link = (uint32_t)i;
            return true;
        }
    }
    return false;
}

/* One pass, or one for every 64 attributes: a rule without attributes ends it
 * at once, a rule with them has to be found for each. */
static postern_decision decide(struct search *search)
{
    const postern_request *request = search->facts.request;
    size_t first = 0;

    do {
        search->first_attribute = first;
        search->wanted = pst_attributes_asked(request, first);
        search->uncovered = search->wanted;
        if (!try_sets(search)) {
            return denied(POSTERN_REASON_NO_RULE);
        }
        first += PST_ATTRIBUTES_AT_ONCE;
    } while (!search->unlimited && first < request->attribute_count);
    return search->decision;
}

static uint64_t hash_bits(const postern_id *ids, size_t count)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < count; i++) {
        bits |= pst_hash_bit(ids[i].hash);
    }
    return bits;
}

/* Member by member: clearing the whole would cost as much as a small decision.
 * The facts have an init of their own. */
static void init(struct search *search, const postern_acp_set *set,
                 const postern_acp_ref *refs, size_t ref_count)
{
    search->links = NULL;
    search->set_count = 1;
    search->names = 0;
    search->set = set;
    search->refs = refs;
    search->ref_count = ref_count;
    search->domain_ready = false;
    search->first_attribute = 0;
    search->wanted = 0;
    search->uncovered = 0;
    search->unlimited = false;
    search->decision = denied(POSTERN_REASON_NO_RULE);
}

static void init_links(struct search *search, const postern_acp_link *links,
                       size_t link_count)
{
    const postern_request *request = search->facts.request;

    search->links = links;
    search->set_count = link_count;
    search->ref_count = 1;
    search->names = hash_bits(&request->originator, 1) |
                    hash_bits(request->groups, request->group_count) |
                    hash_bits(request->roles, request->role_count);
}

/* By the `count` links, or, when `links` is NULL, by as many ACPs of a set. */
static postern_decision start(const postern_acp_link *links,
                              const postern_acp_set *set,
                              const postern_acp_ref *refs, size_t count,
                              const postern_request *request)
{
    struct search search;
    postern_request copy;

    init(&search, set, refs, count);
    if (!pst_facts_init(&search.facts, request, &copy)) {
        return denied(POSTERN_REASON_BAD_REQUEST);
    }
    if (links) {
        init_links(&search, links, count);
    }
    return decide(&search);
}

postern_decision postern_decide(const postern_acp_set *set,
                                const postern_request *request)
{
    if (!set) {
        return denied(POSTERN_REASON_NO_RULE);
    }
    return start(NULL, set, NULL, set->tables[PST_TABLE_ACPS].count, request);
}

postern_decision postern_decide_acps(const postern_acp_set *set,
                                     const postern_acp_ref *refs,
                                     size_t ref_count,
                                     const postern_request *request)
{
    if (!set || !refs) {
        return denied(POSTERN_REASON_NO_RULE);
    }
    return start(NULL, set, refs, ref_count, request);
}

postern_decision postern_decide_links(const postern_acp_link *links,
                                      size_t link_count,
                                      const postern_request *request)
{
    if (!links) {
        return denied(POSTERN_REASON_NO_RULE);
    }
    return start(links, NULL, NULL, link_count, request);
}
