/* Whom the rules of an ACP name, for people. */
#include "base/text.h"
#include "pdp/atom.h"
#include "pdp/facts.h"

enum { TEXT_SIZE = 512 };

static const char *kind_of(const struct pst_atom *atom)
{
    switch ((enum pst_atom_kind)atom->kind) {
    case PST_ATOM_ENTITY:
        return "entity";
    case PST_ATOM_RESOURCE:
        return "group";
    case PST_ATOM_ROLE:
        return "role";
    case PST_ATOM_DOMAIN:
        return "domain";
    case PST_ATOM_ALL:
    default:
        return "all";
    }
}

static void write_atom(char text[TEXT_SIZE], const postern_acp_set *set,
                       const struct pst_atom *atom)
{
    struct pst_text out;
    postern_id id;

    pst_text_init(&out, text, TEXT_SIZE);
    if (atom->kind == PST_ATOM_ALL) {
        pst_text_add(&out, "all");
    } else if (atom->kind == PST_ATOM_DOMAIN) {
        pst_text_add(&out, "//");
        pst_text_add_str(&out, pst_text_at(set, atom->domain));
    } else {
        id = pst_atom_id(set, atom);
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
                     const postern_acp_set *set,
                     const struct pst_originator_ref *ref)
{
    out->text = text;
    if (ref->is_pattern) {
        out->kind = "pattern";
        write_pattern(text, set,
                      PST_TABLE(set, PATTERNS, struct pst_pattern) +
                          ref->index);
    } else {
        const struct pst_atom *atom =
            PST_TABLE(set, ATOMS, struct pst_atom) + ref->index;

        out->kind = kind_of(atom);
        write_atom(text, set, atom);
    }
}

struct listing {
    const postern_acp_set *set;
    bool (*report)(void *user, const postern_originator *originator);
    void *user;
    size_t count;
};

/* False when the user wants no more. */
static bool list_rule(struct listing *listing, const struct pst_rule *rule,
                      uint32_t number)
{
    const struct pst_originator_ref *refs =
        PST_TABLE(listing->set, ORIGINATORS, struct pst_originator_ref) +
        rule->originators.first;
    postern_originator out = {
        .rule = number,
        .needs_authentication = rule->flags & PST_RULE_AUTHN,
        .has_contexts = rule->flags & PST_RULE_CONTEXTS,
        .has_object_details = rule->flags & PST_RULE_DETAILS,
        .has_attributes = rule->flags & PST_RULE_ATTRIBUTES,
    };
    char text[TEXT_SIZE];

    for (uint32_t i = 0; i < rule->originators.count; i++) {
        describe(&out, text, listing->set, &refs[i]);
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
    const struct pst_acp *acp = set ? pst_acp_at(set, ref) : NULL;
    uint32_t bit = pst_operation_bit(operation);
    bool more = acp != NULL;
    const struct pst_rule *rules;

    if (!acp) {
        return 0;
    }
    rules = PST_TABLE(set, RULES, struct pst_rule) +
            acp->sets[ref.which].rules.first;
    for (uint32_t k = 0; more && k < acp->sets[ref.which].rules.count; k++) {
        if (!(rules[k].flags & PST_RULE_NEVER) && (rules[k].operations & bit)) {
            more = list_rule(&listing, &rules[k], k);
        }
    }
    return listing.count;
}
