/* Steps of a path, each from the node that the one before led to. */
#include "policy-lang/rule_path.h"

#include "policy-lang/vocabulary.h"

/* Where the path has come to: a node, and which words its members have. */
struct place {
    const struct pst_node *node;
    enum pst_scope scope;
    enum pst_term term; /* the member that `node` is the value of */
};

static bool is_number(postern_str step)
{
    for (size_t i = 0; i < step.len; i++) {
        if (step.data[i] < '0' || step.data[i] > '9') {
            return false;
        }
    }
    return step.len > 0;
}

static uint32_t number_of(postern_str step)
{
    uint64_t value = 0;

    for (size_t i = 0; i < step.len && value < UINT32_MAX; i++) {
        value = value * 10 + (uint64_t)(step.data[i] - '0');
    }
    return value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

static const struct pst_node *entry_at(const struct pst_node *node,
                                       uint32_t index)
{
    const struct pst_node *entry;

    if (node->type != PST_NODE_LIST) {
        return node; /* one that stands for a list of one */
    }
    entry = node->children;
    while (entry && index > 0) {
        entry = entry->next;
        index--;
    }
    return entry ? entry : node;
}

static const struct pst_node *member_of(const struct pst_node *node,
                                        enum pst_term term)
{
    enum pst_scope scope = pst_word_of(term)->scope;

    if (node->type != PST_NODE_OBJECT) {
        return NULL;
    }
    for (const struct pst_node *member = node->children; member;
         member = member->next) {
        if (pst_term_of(scope, member->name) == term) {
            return member;
        }
    }
    return NULL;
}

static uint32_t entries(const struct pst_node *node)
{
    if (!node) {
        return 0;
    }
    return node->type == PST_NODE_LIST ? node->count : 1;
}

static bool is_ipv6(const struct pst_node *entry)
{
    return pst_str_find(entry->text, 0, ':') < entry->text.len;
}

/* Of a list of both kinds: the IPv4 addresses are counted first. */
static const struct pst_node *address_in_list(const struct pst_node *list,
                                              uint32_t index)
{
    for (int pass = 0; pass < 2; pass++) {
        for (const struct pst_node *entry = list->children; entry;
             entry = entry->next) {
            if (is_ipv6(entry) != (pass == 1)) {
                continue;
            }
            if (index-- == 0) {
                return entry;
            }
        }
    }
    return list;
}

/* Addresses are counted through: those of IPv4, then those of IPv6. */
static const struct pst_node *address_at(const struct pst_node *node,
                                         uint32_t index)
{
    const struct pst_node *ipv4 = member_of(node, PST_TERM_IPV4);
    const struct pst_node *ipv6 = member_of(node, PST_TERM_IPV6);

    if (node->type == PST_NODE_LIST) {
        return address_in_list(node, index);
    }
    if (index < entries(ipv4)) {
        return entry_at(ipv4, index);
    }
    return ipv6 ? entry_at(ipv6, index - entries(ipv4)) : node;
}

/* How many countries, or circles, one region holds. */
static uint32_t regions_in(const struct pst_node *region, enum pst_term kind)
{
    bool is_circle = member_of(region, PST_TERM_ACCR) ||
                     member_of(region, PST_TERM_LATITUDE);

    if (kind == PST_TERM_ACCR) {
        return is_circle ? 1 : 0;
    }
    if (region->type == PST_NODE_STRING ||
        member_of(region, PST_TERM_COUNTRY)) {
        return 1;
    }
    return entries(member_of(region, PST_TERM_ACCC));
}

static const struct pst_node *in_region(const struct pst_node *region,
                                        enum pst_term kind, uint32_t index)
{
    const struct pst_node *member = member_of(region, kind);

    if (kind == PST_TERM_ACCR) {
        return member ? member : region;
    }
    if (!member) {
        member = member_of(region, PST_TERM_COUNTRY);
    }
    return member ? entry_at(member, index) : region;
}

/* Countries, and circles, are counted through all regions of the context. */
static const struct pst_node *region_at(const struct pst_node *node,
                                        enum pst_term kind, uint32_t index)
{
    const struct pst_node *region =
        node->type == PST_NODE_LIST ? node->children : node;

    while (region) {
        uint32_t count = regions_in(region, kind);

        if (index < count) {
            return in_region(region, kind, index);
        }
        index -= count;
        region = node->type == PST_NODE_LIST ? region->next : NULL;
    }
    return node;
}

static const struct pst_node *numbered(const struct place *at, uint32_t index)
{
    if (at->term == PST_TERM_ACIP) {
        return address_at(at->node, index);
    }
    if (at->term == PST_TERM_ACCC || at->term == PST_TERM_ACCR) {
        return region_at(at->node, at->term, index);
    }
    return entry_at(at->node, index);
}

/* Scope of what is in a member. */
static enum pst_scope scope_in(enum pst_term term)
{
    switch (term) {
    case PST_TERM_ACCO:
        return PST_SCOPE_CONTEXT;
    case PST_TERM_ACOD:
        return PST_SCOPE_DETAILS;
    case PST_TERM_ACIP:
        return PST_SCOPE_ADDRESSES;
    case PST_TERM_ACLR:
        return PST_SCOPE_REGION;
    case PST_TERM_SPTY:
        return PST_SCOPE_SPECIALIZATION;
    default:
        return PST_SCOPE_RULE;
    }
}

/* False when the path leads nowhere: then the place so far is the answer. */
static bool go(struct place *at, postern_str step)
{
    enum pst_term term = pst_term_of(at->scope, step);
    const struct pst_node *member;

    if (is_number(step)) {
        at->node = numbered(at, number_of(step));
        return true;
    }
    if (term == PST_TERMS) {
        return false;
    }
    member = member_of(at->node, term);
    at->term = term;
    at->scope = scope_in(term);
    if (term == PST_TERM_ACCC || term == PST_TERM_ACCR) {
        return true; /* found when the number is known */
    }
    if (!member) {
        return false;
    }
    at->node = member;
    return true;
}

const struct pst_node *pst_rule_path_node(const struct pst_node *rule,
                                          const char *path)
{
    postern_str text = postern_str_of(path);
    struct place at = {rule, PST_SCOPE_RULE, PST_TERMS};
    size_t from = 1;
    bool more = text.len > 0;

    while (more && from <= text.len) {
        size_t end = pst_str_find(text, from, '/');

        more = go(&at, pst_str_slice(text, from, end));
        from = end + 1;
    }
    return at.node;
}
