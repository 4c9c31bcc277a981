/*
 * The access decision over the compiled form. TS-0003 7.1.5. [DEC-01]
 *
 *   request --> atoms of who asks --> slot of each ACP --> rules that list one
 *               (principal.c)                              and hold (search.c)
 *
 * Permit as soon as one rule is true, deny otherwise. [ARC-04] [DEC-02]
 * [DEC-03] Rules that are limited to attributes count together: every attribute
 * of the request must be listed by some true rule.
 *
 * No allocation, no lock, no system call, no recursion. tests/house proves it.
 */
#include "pdp/name.h"
#include "pdp/rule_terms.h"
#include "pdp/search.h"

/* What is decided by: ACPs of one set. */
struct selection {
    struct pst_search search;
    const postern_acp_ref *refs; /* NULL: the privileges of every ACP */
    size_t ref_count;
};

static postern_acp_ref ref_at(const struct selection *selection, size_t i)
{
    return selection->refs ? selection->refs[i]
                           : (postern_acp_ref){(uint32_t)i, POSTERN_PRIVILEGES};
}

static bool try_refs(struct selection *selection, const struct pst_atoms *atoms)
{
    struct pst_search *search = &selection->search;

    for (size_t i = 0; i < selection->ref_count; i++) {
        postern_acp_ref ref = ref_at(selection, i);

        if (pst_search_slot(search, pst_search_enter(search, ref), atoms)) {
            search->decision.acp = ref.acp;
            search->decision.which = ref.which;
            return true;
        }
    }
    return false;
}

/* One pass over all that the originator answers to. */
static bool try_asking(struct selection *selection, struct pst_asking *asking)
{
    struct pst_atoms atoms;

    while (pst_asking_next(asking, &atoms)) {
        if (try_refs(selection, &atoms)) {
            return true;
        }
    }
    return false;
}

/* The attributes after those looked at are to be listed too: false when there
 * are none, or when a rule for any attribute permits. */
static bool is_more_to_list(struct pst_search *search)
{
    size_t next = search->first_attribute + PST_ATTRIBUTES_AT_ONCE;

    if (search->unlimited || next >= search->facts.request->attribute_count) {
        return false;
    }
    pst_search_attributes(search, next);
    return true;
}

/* ---- one set ----------------------------------------------------------- */

/* Names of smaller sets are near anyway. */
enum { FETCHED_AHEAD = 4, CACHED_NAMES = 8192 };

/* Slots come from far away while the originator is resolved. */
static void fetch_slots(const struct selection *selection)
{
    for (size_t i = 0; i < selection->ref_count && i < FETCHED_AHEAD; i++) {
        pst_search_fetch(selection->search.set, ref_at(selection, i));
    }
}

static bool try_set(struct selection *selection,
                    const postern_principal *principal)
{
    struct pst_search *search = &selection->search;
    struct pst_asking asking;

    if (principal) {
        pst_asking_begin_as(&asking, search->set, principal);
    } else {
        pst_asking_begin(&asking, search->set, search->facts.request);
    }
    return try_asking(selection, &asking);
}

/* One pass, or one for every 64 attributes: a rule without attributes ends it
 * at once, a rule with them has to be found for each. */
static postern_decision decide_set(struct selection *selection,
                                   const postern_principal *principal)
{
    do {
        if (!try_set(selection, principal)) {
            return pst_denied(POSTERN_REASON_NO_RULE);
        }
    } while (is_more_to_list(&selection->search));
    return selection->search.decision;
}

static postern_decision start(const postern_acp_set *set,
                              const postern_principal *principal,
                              const postern_acp_ref *refs, size_t count,
                              const postern_request *request)
{
    struct selection selection;
    postern_request copy;
    bool known =
        principal ? pst_facts_init_as(&selection.search.facts, request, &copy)
                  : pst_facts_init(&selection.search.facts, request, &copy);

    if (!known) {
        return pst_denied(POSTERN_REASON_BAD_REQUEST);
    }
    pst_search_init(&selection.search, set);
    selection.refs = refs;
    selection.ref_count = count;
    fetch_slots(&selection);
    if (!principal && pst_table_count(set, PST_TABLE_NAMES) > CACHED_NAMES) {
        pst_asking_fetch(set, selection.search.facts.request);
    }
    return decide_set(&selection, principal);
}

postern_decision postern_decide(const postern_acp_set *set,
                                const postern_request *request)
{
    if (!set) {
        return pst_denied(POSTERN_REASON_NO_RULE);
    }
    return start(set, NULL, NULL, postern_acp_set_count(set), request);
}

postern_decision postern_decide_acps(const postern_acp_set *set,
                                     const postern_acp_ref *refs,
                                     size_t ref_count,
                                     const postern_request *request)
{
    return postern_decide_as(set, NULL, refs, ref_count, request);
}

postern_decision postern_decide_as(const postern_acp_set *set,
                                   const postern_principal *principal,
                                   const postern_acp_ref *refs,
                                   size_t ref_count,
                                   const postern_request *request)
{
    if (!set || !refs) {
        return pst_denied(POSTERN_REASON_NO_RULE);
    }
    return start(set, principal, refs, ref_count, request);
}

/* ---- links: ACPs of several sets ----------------------------------------- */

struct linked {
    struct selection selection; /* of the link looked at */
    const postern_acp_link *links;
    size_t link_count;
    uint64_t names; /* hash bits of originator, groups and roles */
    bool domain_ready;
    uint64_t domain; /* hash bit of the originator's domain */
};

/* Hashed when the first set that lists domains asks for it. */
static uint64_t domain_bit(struct linked *linked)
{
    if (!linked->domain_ready) {
        postern_str domain =
            linked->selection.search.facts.request->originator.domain;

        linked->domain = pst_hash_bit(pst_name_key_of_domain(domain).hash);
        linked->domain_ready = true;
    }
    return linked->domain;
}

/* False when the set has surely no atom for any name of the originator. */
static bool may_list(struct linked *linked, const postern_acp_set *set)
{
    const struct pst_block *block = pst_block_of(set);

    return (block->hashes & linked->names) || (block->kinds & 1) ||
           block->tables[PST_TABLE_PATTERNS].count ||
           ((block->kinds & (uint32_t)1 << PST_NAME_DOMAIN) &&
            (block->hashes & domain_bit(linked)));
}

static bool try_link(struct linked *linked, const postern_acp_link *link)
{
    struct selection *selection = &linked->selection;

    selection->search.set = link->set;
    selection->refs = &link->ref;
    selection->ref_count = 1;
    return link->set && pst_search_enter(&selection->search, link->ref) &&
           may_list(linked, link->set) && try_set(selection, NULL);
}

/* Set by set. What true rules cover counts together. */
static bool try_links(struct linked *linked)
{
    for (size_t i = 0; i < linked->link_count; i++) {
        if (try_link(linked, &linked->links[i])) {
            linked->selection.search.decision.link = (uint32_t)i;
            return true;
        }
    }
    return false;
}

static postern_decision decide_links(struct linked *linked)
{
    do {
        if (!try_links(linked)) {
            return pst_denied(POSTERN_REASON_NO_RULE);
        }
    } while (is_more_to_list(&linked->selection.search));
    return linked->selection.search.decision;
}

static uint64_t hash_bits(const postern_id *ids, size_t count)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < count; i++) {
        bits |= pst_hash_bit(ids[i].hash);
    }
    return bits;
}

postern_decision postern_decide_links(const postern_acp_link *links,
                                      size_t link_count,
                                      const postern_request *request)
{
    struct linked linked;
    postern_request copy;

    if (!links) {
        return pst_denied(POSTERN_REASON_NO_RULE);
    }
    if (!pst_facts_init(&linked.selection.search.facts, request, &copy)) {
        return pst_denied(POSTERN_REASON_BAD_REQUEST);
    }
    pst_search_init(&linked.selection.search, NULL);
    request = linked.selection.search.facts.request;
    linked.links = links;
    linked.link_count = link_count;
    linked.domain_ready = false;
    linked.names = hash_bits(&request->originator, 1) |
                   hash_bits(request->groups, request->group_count) |
                   hash_bits(request->roles, request->role_count);
    return decide_links(&linked);
}
