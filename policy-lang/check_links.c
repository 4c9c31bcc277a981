#include "policy-lang/check_links.h"

#include "base/sort.h"
#include "base/str.h"
#include "policy-lang/reader.h"
#include "policy-lang/vocabulary.h"

enum { READ_OR_CHANGE = POSTERN_ACOP_RETRIEVE | POSTERN_ACOP_UPDATE };

/* The attribute under its short name or its long one; NULL: absent or null. */
static const struct pst_node *attribute(const struct pst_resource *resource,
                                        const char *name, const char *long_name)
{
    const struct pst_node *node = pst_node_member(resource->node, name);

    node = node ? node : pst_node_member(resource->node, long_name);
    return node && node->type != PST_NODE_NULL ? node : NULL;
}

static const struct pst_node *links_of(const struct pst_resource *resource)
{
    return attribute(resource, "acpi", "accessControlPolicyIDs");
}

/* The originator who made the resource: as the CSE remembers it, or as the
 * resource says. Absent: not known. */
static postern_str creator_of(const struct pst_resource *resource)
{
    const struct pst_node *node = attribute(resource, "_creator", "_creator");

    node = node ? node : attribute(resource, "cr", "creator");
    return node && node->type == PST_NODE_STRING ? node->text
                                                 : (postern_str){NULL, 0};
}

/* ---- links that lead nowhere [PRP-07] ---------------------------------- */

static void say_dangling(struct pst_check *check,
                         const struct pst_resource *resource,
                         const struct pst_node *link, const char *why)
{
    struct pst_place place = {resource->document, link};
    struct pst_words words = {"", link->text, why};

    pst_check_say(check, &place, PST_LINT_DANGLING_ACPI, &words);
}

/* The policy that a link leads to; NULL: none of these documents. */
static const struct pst_resource *follow(struct pst_check *check,
                                         const struct pst_resource *resource,
                                         const struct pst_node *link)
{
    const struct pst_resource *acp = NULL;
    enum pst_address_kind kind = PST_ADDRESS_BROKEN;

    if (link->type == PST_NODE_STRING) {
        kind = pst_address_resolve(&check->addresses, link->text, &acp);
    }
    if (kind == PST_ADDRESS_BROKEN) {
        say_dangling(check, resource, link,
                     "this link is no address of a policy; write the resource "
                     "ID of one");
        return NULL;
    }
    if (kind == PST_ADDRESS_UNKNOWN) {
        say_dangling(check, resource, link,
                     " is no resource of these documents, so the link permits "
                     "nothing; correct it or add the policy");
        return NULL;
    }
    if (acp && acp->ty != PST_TY_ACP) {
        say_dangling(check, resource, link,
                     " is no access control policy, so the link permits "
                     "nothing; link to one");
        return NULL;
    }
    return acp;
}

static uint32_t count_links(const postern_policy *policy)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < policy->resource_count; i++) {
        const struct pst_node *links = links_of(&policy->resources[i]);

        count += links ? pst_entry_count(links) : 0;
    }
    return count;
}

static int order_links(const void *a, const void *b, const void *context)
{
    const struct pst_link *left = a;
    const struct pst_link *right = b;

    (void)context;
    if (left->acp != right->acp) {
        return left->acp < right->acp ? -1 : 1;
    }
    return (left->resource > right->resource) -
           (left->resource < right->resource);
}

static void add_links(struct pst_links *links, struct pst_check *check,
                      uint32_t number)
{
    const postern_policy *policy = check->policy;
    const struct pst_resource *resource = &policy->resources[number];
    const struct pst_node *list = links_of(resource);
    postern_str creator = creator_of(resource);

    links->let_in[number] =
        !list || pst_entry_count(list) == 0 || !creator.len ||
        pst_party_of(check, creator).kind != PST_PARTY_ENTITY;
    for (const struct pst_node *entry = list ? pst_first_entry(list) : NULL;
         entry; entry = pst_next_entry(list, entry)) {
        const struct pst_resource *acp = follow(check, resource, entry);

        if (acp) {
            links->items[links->count++] =
                (struct pst_link){(uint32_t)(acp - policy->resources), number};
        } else {
            links->let_in[number] = true; /* who knows what it would say */
        }
    }
}

postern_status pst_links_make(struct pst_links *links, struct pst_check *check,
                              struct pst_arena *arena)
{
    const postern_policy *policy = check->policy;
    size_t count = count_links(policy);
    size_t resources = policy->resource_count;

    *links = (struct pst_links){.count = 0};
    links->items = pst_arena_alloc(arena, count + 1, sizeof *links->items);
    links->let_in =
        pst_arena_alloc(arena, resources + 1, sizeof *links->let_in);
    if (!links->items || !links->let_in) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < policy->resource_count; i++) {
        add_links(links, check, i);
    }
    pst_sort(links->items, links->count, sizeof *links->items, order_links,
             NULL);
    return POSTERN_OK;
}

/* ---- creators ---------------------------------------------------------- */

/* One <accessControlPolicy> and somebody who wants in. */
struct door {
    struct pst_check *check;
    const struct pst_named_table *table;
    struct pst_party creator;
};

/* Whether some rule that names the atom may let somebody read or change. What
 * is not found out in time counts as yes. */
static bool atom_opens(const struct door *door, uint32_t atom)
{
    const struct pst_named_table *table = door->table;

    for (uint32_t i = table->atoms[atom]; i < table->atoms[atom + 1]; i++) {
        uint32_t rule = table->entries[i].rule;

        if (!pst_check_spend(door->check, 1)) {
            return true;
        }
        if ((table->set->rules[rule].operations & READ_OR_CHANGE) &&
            table->can_hold[rule]) {
            return true;
        }
    }
    return false;
}

static bool party_opens(const struct door *door, const struct pst_party *party)
{
    int64_t atom = pst_named_find(door->table, party);

    return atom != PST_NO_ATOM && atom_opens(door, (uint32_t)atom);
}

/* Whether the creator has a role or is in a group is not known here. */
static bool pattern_or_guess_opens(const struct door *door)
{
    const struct pst_named_table *table = door->table;

    for (uint32_t i = table->atom_count; i > 0; i--) {
        const struct pst_party *party = pst_atom_party(table, i - 1);

        if (party->kind < PST_PARTY_ROLE) {
            return false; /* atoms are ordered by kind */
        }
        if (!pst_check_spend(door->check, 1)) {
            return true;
        }
        if ((party->kind != PST_PARTY_PATTERN ||
             pst_pattern_covers(door->check, party, &door->creator)) &&
            atom_opens(door, i - 1)) {
            return true;
        }
    }
    return false;
}

static bool opens(const struct door *door)
{
    struct pst_party all = {.kind = PST_PARTY_ALL};
    struct pst_party domain = pst_party_of_domain(door->creator.domain);

    return party_opens(door, &all) || party_opens(door, &door->creator) ||
           party_opens(door, &domain) || pattern_or_guess_opens(door);
}

/* The first link to that policy. */
static uint32_t first_link(const struct pst_links *links, uint32_t acp)
{
    uint32_t low = 0;
    uint32_t high = links->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (links->items[middle].acp < acp) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void pst_links_follow(struct pst_links *links, struct pst_check *check,
                      uint32_t acp, const struct pst_named_table *table)
{
    struct door door = {.check = check, .table = table};

    for (uint32_t i = first_link(links, acp);
         i < links->count && links->items[i].acp == acp; i++) {
        uint32_t number = links->items[i].resource;
        const struct pst_resource *resource = &check->policy->resources[number];

        if (!links->let_in[number]) {
            door.creator = pst_party_of(check, creator_of(resource));
            links->let_in[number] = opens(&door);
        }
    }
}

void pst_links_report(const struct pst_links *links, struct pst_check *check)
{
    for (uint32_t i = 0; i < check->policy->resource_count; i++) {
        const struct pst_resource *resource = &check->policy->resources[i];
        struct pst_place place = {resource->document, links_of(resource)};
        struct pst_words words = {
            "no policy linked here lets the creator of the resource, ",
            creator_of(resource),
            ", read or change it; name the creator in one of them"};

        if (!links->let_in[i]) {
            pst_check_say(check, &place, PST_LINT_LOCK_OUT, &words);
        }
    }
}
