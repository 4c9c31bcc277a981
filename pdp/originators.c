/* Whom the rules of an ACP name, for people. */
#include "base/text.h"
#include "pdp/facts.h"
#include "pdp/rule_terms.h"

enum { TEXT_SIZE = 512 };

static const char *kind_of(const struct pst_name *name)
{
    switch ((enum pst_name_kind)name->kind) {
    case PST_NAME_RESOURCE:
        return "group";
    case PST_NAME_ROLE:
        return "role";
    case PST_NAME_DOMAIN:
        return "domain";
    case PST_NAME_ENTITY:
    default:
        return "entity";
    }
}

static void write_name(char text[TEXT_SIZE], const postern_acp_set *set,
                       const struct pst_name *name)
{
    struct pst_text out;
    postern_id id;

    if (name->kind == PST_NAME_DOMAIN) {
        pst_text_init(&out, text, TEXT_SIZE);
        pst_text_add(&out, "//");
        pst_text_add_str(&out, pst_name_texts(set, name).domain);
    } else {
        id = pst_name_id(set, name);
        (void)postern_id_text(&id, text, TEXT_SIZE);
    }
}

/* As an entity is written, "*" and all. */
static void write_pattern(char text[TEXT_SIZE], const postern_acp_set *set,
                          const struct pst_pattern *pattern)
{
    postern_id id = {.kind = POSTERN_ID_ENTITY,
                     .domain = pst_text_at(set, pattern->domain),
                     .first = pst_text_at(set, pattern->first),
                     .second = pst_text_at(set, pattern->second)};

    (void)postern_id_text(&id, text, TEXT_SIZE);
}

/* Fills in kind and text. */
static void describe(postern_originator *out, char text[TEXT_SIZE],
                     const postern_acp_set *set, uint32_t atom)
{
    out->text = text;
    if (atom == PST_ATOM_ALL) {
        out->kind = "all";
        out->text = "all";
    } else if (pst_atom_is_pattern(set, atom)) {
        out->kind = "pattern";
        write_pattern(text, set, pst_pattern_of(set, atom));
    } else {
        out->kind = kind_of(pst_name_of(set, atom));
        write_name(text, set, pst_name_of(set, atom));
    }
}

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
    postern_originator out = {
        .rule = number,
        .needs_authentication = rule->authn,
        .has_contexts = flags & PST_CONDITION_CONTEXTS,
        .has_object_details = flags & PST_CONDITION_DETAILS,
        .has_attributes = flags & PST_CONDITION_ATTRIBUTES,
    };
    char text[TEXT_SIZE];

    for (uint32_t i = 0; i < originators.count; i++) {
        describe(&out, text, listing->set, pst_lane_atom(originators.lanes[i]));
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
