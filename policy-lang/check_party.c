#include "policy-lang/check_party.h"

#include "base/str.h"
#include "policy-lang/vocabulary.h"

static bool has(postern_str text, char c)
{
    return pst_str_find(text, 0, c) < text.len;
}

/* FNV-1a: it spreads; whoever finds something by it compares the texts. */
static uint64_t add_byte(uint64_t hash, char c)
{
    return (hash ^ (unsigned char)c) * 0x100000001B3u;
}

static uint64_t add_text(uint64_t hash, postern_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        hash = add_byte(hash, text.data[i]);
    }
    return add_byte(hash, '/');
}

static struct pst_party hashed(struct pst_party party)
{
    uint64_t hash = 0xCBF29CE484222325u;

    for (size_t i = 0; i < party.domain.len; i++) {
        hash = add_byte(hash, pst_fold(party.domain.data[i]));
    }
    hash = add_text(add_byte(hash, '/'), party.first);
    party.hash = add_text(hash, party.second);
    return party;
}

static postern_str trim_dot(postern_str domain)
{
    bool dot = domain.len > 0 && domain.data[domain.len - 1] == '.';

    return pst_str_slice(domain, 0, domain.len - dot);
}

static struct pst_party of_id(enum pst_party_kind kind, const postern_id *id)
{
    return hashed((struct pst_party){.kind = kind,
                                     .domain = id->domain,
                                     .first = id->first,
                                     .second = id->second});
}

/* Equal only to the same text. */
static struct pst_party broken(postern_str entry)
{
    return hashed((struct pst_party){.kind = PST_PARTY_BROKEN, .first = entry});
}

struct pst_party pst_party_of_domain(postern_str domain)
{
    return hashed(
        (struct pst_party){.kind = PST_PARTY_DOMAIN, .domain = domain});
}

/* "/first" or "/first/second" behind the domain. */
static bool read_segments(struct pst_party *party, postern_str text)
{
    size_t slash = pst_str_find(text, 1, '/');

    party->first = pst_str_slice(text, 1, slash);
    party->second = pst_str_slice(text, slash + 1, text.len);
    return party->first.len > 0 && !has(party->second, '/') &&
           (slash == text.len || party->second.len > 0);
}

/* [ORI-04] [ORI-06] [ORI-07]: relative to the CSE that hosts the rule. */
static struct pst_party of_pattern(const postern_cse *cse, postern_str text)
{
    struct pst_party party = {.kind = PST_PARTY_PATTERN, .domain = cse->domain};
    size_t slash = pst_str_find(text, 2, '/');
    bool good = true;

    if (text.data[0] != '/') {
        bool of_cse = text.data[0] == 'C';

        good = (of_cse || text.data[0] == 'S') && !has(text, '/');
        party.first = of_cse ? cse->name : text;
        party.second = of_cse ? text : (postern_str){NULL, 0};
    } else if (text.len > 1 && text.data[1] == '/') {
        party.domain = trim_dot(pst_str_slice(text, 2, slash));
        good = slash < text.len &&
               read_segments(&party, pst_str_slice(text, slash, text.len));
    } else {
        good = read_segments(&party, text);
    }
    return good ? hashed(party) : broken(text);
}

/* What is no pattern: an AE-ID, a CSE-ID or a group. [ORI-14] */
static struct pst_party of_literal(const struct pst_check *check,
                                   postern_str text)
{
    const postern_cse *cse = &check->policy->host.cse;
    const struct pst_resource *resource;
    postern_id id;

    (void)pst_address_resolve(&check->addresses, text, &resource);
    if (resource && resource->ty == PST_TY_GROUP) {
        return hashed((struct pst_party){.kind = PST_PARTY_GROUP,
                                         .domain = cse->domain,
                                         .first = cse->name,
                                         .second = resource->ri});
    }
    if (postern_id_parse_entity(&id, cse, text) == POSTERN_OK) {
        return of_id(PST_PARTY_ENTITY, &id);
    }
    if (postern_id_parse_resource(&id, cse, text) == POSTERN_OK) {
        return of_id(PST_PARTY_GROUP, &id);
    }
    return broken(text);
}

struct pst_party pst_party_of(const struct pst_check *check, postern_str entry)
{
    postern_id id;

    if (entry.len == 0) {
        return broken(entry);
    }
    if (pst_str_is(entry, "all")) {
        return (struct pst_party){.kind = PST_PARTY_ALL};
    }
    if (has(entry, '@')) {
        return postern_id_parse_role(&id, entry) == POSTERN_OK
                   ? of_id(PST_PARTY_ROLE, &id)
                   : broken(entry);
    }
    if (has(entry, '*')) {
        return of_pattern(&check->policy->host.cse, entry);
    }
    if (entry.len > 2 && entry.data[0] == '/' && entry.data[1] == '/' &&
        pst_str_find(entry, 2, '/') == entry.len) { /* [ORI-03] */
        return pst_party_of_domain(
            trim_dot(pst_str_slice(entry, 2, entry.len)));
    }
    return of_literal(check, entry);
}

static int order_folded(postern_str a, postern_str b)
{
    size_t len = a.len < b.len ? a.len : b.len;

    for (size_t i = 0; i < len; i++) {
        int order = pst_fold(a.data[i]) - pst_fold(b.data[i]);

        if (order) {
            return order;
        }
    }
    return (a.len > b.len) - (a.len < b.len);
}

int pst_party_order(const struct pst_party *a, const struct pst_party *b)
{
    int order;

    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    if (a->hash != b->hash) {
        return a->hash < b->hash ? -1 : 1;
    }
    order = order_folded(a->domain, b->domain);
    order = order ? order : pst_str_order(a->first, b->first);
    return order ? order : pst_str_order(a->second, b->second);
}

struct glob {
    postern_str pattern;
    postern_str text;
    bool fold;
};

static bool same(const struct glob *glob, size_t i, size_t k)
{
    char a = glob->pattern.data[i];
    char b = glob->text.data[k];

    return glob->fold ? pst_fold(a) == pst_fold(b) : a == b;
}

/*
 * Whether the pattern matches whatever the text, a pattern itself perhaps,
 * matches: a "*" of the text is a character that only a "*" of the pattern
 * takes, and that takes what the "*" stands for as well.
 */
static bool fits(struct pst_check *check, const struct glob *glob)
{
    size_t i = 0;          /* in the pattern */
    size_t k = 0;          /* in the text */
    size_t after_star = 0; /* where to go on: behind the last "*", 0: */
    size_t taken = 0;      /* none; up to there it takes the text */
    postern_str pattern = glob->pattern;

    while (k < glob->text.len) {
        if (!pst_check_spend(check, 1)) {
            return false;
        }
        if (i < pattern.len && pattern.data[i] == '*') {
            after_star = ++i;
            taken = k;
        } else if (i < pattern.len && same(glob, i, k)) {
            i++;
            k++;
        } else if (after_star) {
            i = after_star;
            k = ++taken;
        } else {
            return false;
        }
    }
    while (i < pattern.len && pattern.data[i] == '*') {
        i++;
    }
    return i == pattern.len;
}

bool pst_pattern_covers(struct pst_check *check,
                        const struct pst_party *pattern,
                        const struct pst_party *other)
{
    struct glob domain = {pattern->domain, other->domain, true};
    struct glob first = {pattern->first, other->first, false};
    struct glob second = {pattern->second, other->second, false};

    if ((other->kind != PST_PARTY_ENTITY && other->kind != PST_PARTY_PATTERN) ||
        !pattern->second.len != !other->second.len) { /* [ORI-09] */
        return false;
    }
    return fits(check, &first) && fits(check, &second) && fits(check, &domain);
}

/* memberIDs of a group */
static bool has_members(const struct pst_resource *group)
{
    const struct pst_node *members = pst_node_member(group->node, "mid");

    members = members ? members : pst_node_member(group->node, "memberIDs");
    return members && (members->type != PST_NODE_LIST || members->count > 0) &&
           members->type != PST_NODE_NULL;
}

enum pst_unmatchable pst_entry_unmatchable(const struct pst_check *check,
                                           postern_str entry)
{
    struct pst_party party = pst_party_of(check, entry);
    const struct pst_resource *resource;

    if (party.kind != PST_PARTY_GROUP) {
        return PST_MATCHABLE;
    }
    (void)pst_address_resolve(&check->addresses, entry, &resource);
    if (!resource) {
        return PST_MATCHABLE; /* whoever knows the group may know members */
    }
    if (resource->ty != PST_TY_GROUP) {
        return PST_NOT_A_GROUP;
    }
    return has_members(resource) ? PST_MATCHABLE : PST_EMPTY_GROUP;
}
