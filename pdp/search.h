/*
 * The search for a true rule: what a decision knows on its way from rule set to
 * rule set. Lives on the stack of the decision.
 */
#ifndef PST_SEARCH_H
#define PST_SEARCH_H

#include "base/fetch.h"
#include "pdp/facts.h"
#include "pdp/principal.h"
#include "pdp/rule_terms.h"

struct pst_search {
    const postern_acp_set *set; /* of the rule set looked at */
    struct pst_facts facts;
    uint32_t operation;     /* number of the bit in acop */
    bool unlimited;         /* the rule that permits is for any attribute */
    size_t first_attribute; /* of the up to 64 looked at in this pass */
    uint64_t wanted;        /* one bit for each of them */
    uint64_t uncovered;     /* those no true rule has listed yet */
    postern_decision decision;
};

static inline postern_decision pst_denied(postern_reason reason)
{
    return (postern_decision){.effect = POSTERN_DENY,
                              .reason = reason,
                              .acp = POSTERN_NO_ACP,
                              .rule = POSTERN_NO_RULE};
}

/* The attributes from `first` on are looked for from now on. */
static inline void pst_search_attributes(struct pst_search *search,
                                         size_t first)
{
    search->first_attribute = first;
    search->wanted = pst_attributes_asked(search->facts.request, first);
    search->uncovered = search->wanted;
}

/* Begins with facts that were taken from a request. Member by member: clearing
 * the whole would cost as much as a small decision. */
static inline void pst_search_init(struct pst_search *search,
                                   const postern_acp_set *set)
{
    search->set = set;
    search->unlimited = false;
    search->decision = pst_denied(POSTERN_REASON_NO_RULE);
    search->operation = (uint32_t)__builtin_ctz(search->facts.operation);
    pst_search_attributes(search, 0);
}

/* Looks for a true rule among those of the slot that list one of the atoms.
 * True: with it the request is permitted, and search->decision says so, but for
 * the number of the ACP. False for a slot of NULL. */
bool pst_search_slot(struct pst_search *search, const struct pst_slot *slot,
                     const struct pst_atoms *atoms);

/* The same in two steps, for whoever has other things to do in between: the
 * rules of the slot, which is not hashed, that list one of the atoms, a bit
 * each; what judging them takes is on its way. */
uint32_t pst_search_rules(const struct pst_search *search,
                          const struct pst_slot *slot,
                          const struct pst_atoms *atoms);

/* Looks for a true rule among these. */
bool pst_search_among(struct pst_search *search, const struct pst_slot *slot,
                      uint32_t rules);

/* Begins to fetch the slot. Which one is that of self-privileges would have to
 * be read. */
static inline void pst_search_fetch(const postern_acp_set *set,
                                    postern_acp_ref ref)
{
    if (ref.which == POSTERN_PRIVILEGES) {
        pst_fetch_two(pst_slot_at(set, ref));
    }
}

/* The slot that contributes rules: NULL for what is not there [PRP-07], has
 * expired [PRP-09], or is about other operations. */
static inline const struct pst_slot *
pst_search_enter(const struct pst_search *search, postern_acp_ref ref)
{
    const struct pst_slot *slot = pst_slot_at(search->set, ref);
    const postern_request *request = search->facts.request;

    if (!slot || !slot->operations[search->operation] ||
        (slot->expires &&
         (!request->time_known ||
          request->time_s >= pst_expires_s(search->set, ref.acp)))) {
        return NULL;
    }
    return slot;
}

#endif
