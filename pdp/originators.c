/* Whom the rules of an ACP name, for people. */
#include "pdp/atom_text.h"
#include "pdp/facts.h"
#include "pdp/rule_terms.h"

enum { TEXT_SIZE = 512 };

struct listing {
    const postern_acp_set *set;
    bool (*report)(void *user, const postern_originator *originator);
    void *user;
    size_t count;
};

/* False when the user wants no more. */
static bool list_rule(struct listing *listing, const struct pst_rule_view *rule,
                      struct pst_lanes originators, uint32_t number)
{
    uint32_t flags = pst_rule_flags(rule);
    char text[TEXT_SIZE];
    postern_originator out = {
        .text = text,
        .rule = number,
        .needs_authentication = rule->authn,
        .has_contexts = flags & PST_CONDITION_CONTEXTS,
        .has_object_details = flags & PST_CONDITION_DETAILS,
        .has_attributes = flags & PST_CONDITION_ATTRIBUTES,
    };

    for (uint32_t i = 0; i < originators.count; i++) {
        out.kind =
            pst_atom_text(listing->set, pst_lane_atom(originators.lanes[i]),
                          text, sizeof text);
        listing->count++;
        if (listing->report && !listing->report(listing->user, &out)) {
            return false;
        }
    }
    return true;
}

size_t postern_acp_set_originators(
    const postern_acp_set *set, postern_acp_ref ref,
    postern_operation operation,
    bool (*report)(void *user, const postern_originator *originator),
    void *user)
{
    struct listing listing = {.set = set, .report = report, .user = user};
    const struct pst_slot *slot = set ? pst_slot_at(set, ref) : NULL;
    uint32_t bit = pst_operation_bit(operation);
    uint32_t count = slot ? pst_slot_rule_count(slot) : 0;
    bool more = true;

    for (uint32_t k = 0; more && k < count; k++) {
        struct pst_rule_view rule = pst_slot_rule(set, slot, k);

        if (!(pst_rule_flags(&rule) & PST_CONDITION_NEVER) &&
            (rule.operations & bit)) {
            more = list_rule(&listing, &rule,
                             pst_slot_originators(set, slot, k), k);
        }
    }
    return listing.count;
}
