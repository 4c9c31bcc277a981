/*
 * Hashed rule sets of an image. Their parts stand in the tables in the order of
 * their slots, each used once, so that the time is linear.
 */
#include "pdp/crowd.h"
#include "pdp/hashed.h"
#include "pdp/image_check.h"

enum { MAX_HEAD_BITS = 26 };

/* One hashed rule set, and where the parts of the next one begin. */
struct hashed {
    const struct pst_check *check;
    const struct pst_slot *slot;
    struct pst_hashed is;
    uint32_t number; /* of the slot */
    uint32_t rule;
    uint32_t head;
    uint32_t entry;
    uint32_t member;
    uint32_t crowd;
    uint32_t originator;
    /* Sums over what the originators and the entries of the set say. */
    uint64_t listed;
    uint64_t found;
};

static bool refuse(const struct hashed *hashed, const char *sentence,
                   const uint64_t *numbers)
{
    return pst_check_refuse(hashed->check, PST_TABLE_SLOTS, hashed->number,
                            sentence, numbers);
}

static uint32_t count_of(const struct hashed *hashed, enum pst_table_id table)
{
    return pst_table_count(hashed->check->set, table);
}

/* The sum of these is the same for the same pairs in any order. */
static uint64_t sum_of(uint32_t atom, uint32_t rule)
{
    uint64_t pair = ((uint64_t)atom << 32 | rule) + 1;

    pair *= 0x9E3779B97F4A7C15U;
    return (pair ^ pair >> 29) * 0xBF58476D1CE4E5B9U;
}

/* ---- rules and originators ---------------------------------------------- */

static bool check_originators(struct hashed *hashed, uint32_t k, uint32_t count)
{
    const uint32_t *lanes =
        PST_TABLE(hashed->check->set, ORIGINATORS, uint32_t) +
        hashed->originator;
    bool may_use_all = pst_block_of(hashed->check->set)->kinds & 1;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t atom = pst_lane_atom(lanes[i]);

        if (!pst_atom_is_sound(hashed->check, atom) ||
            atom << PST_RULE_BITS != lanes[i]) {
            return refuse(hashed, "originator # of rule # names atom # of #",
                          (uint64_t[]){i, k, atom, hashed->check->atoms});
        }
        if (atom == PST_ATOM_ALL && !may_use_all) {
            return refuse(hashed,
                          "originator # of rule # is all, the header says that"
                          " none is",
                          (uint64_t[]){i, k});
        }
        hashed->listed += sum_of(atom, k);
    }
    hashed->originator += count;
    return true;
}

static bool check_rule(struct hashed *hashed, uint32_t k,
                       const struct pst_rule *rule)
{
    if (rule->condition != PST_NO_CONDITION &&
        !pst_condition_is_sound(hashed->check, rule->condition)) {
        return refuse(hashed, "rule # has a condition at #, where none begins",
                      (uint64_t[]){k, rule->condition});
    }
    if (rule->operations & ~POSTERN_ACOP_ALL || rule->authn > 1 ||
        rule->reserved) {
        return refuse(hashed, "rule # has operations # and flag #",
                      (uint64_t[]){k, rule->operations, rule->authn});
    }
    if (rule->first_originator != hashed->originator ||
        !pst_is_within(rule->first_originator, rule->originators,
                       count_of(hashed, PST_TABLE_ORIGINATORS))) {
        return refuse(hashed, "rule # has # originators at #, not at #",
                      (uint64_t[]){k, rule->originators, rule->first_originator,
                                   hashed->originator});
    }
    return check_originators(hashed, k, rule->originators);
}

/* The slot's vectors say which operations any rule has. */
static bool check_operations(const struct hashed *hashed, uint32_t operations)
{
    for (uint32_t i = 0; i < PST_OPERATIONS; i++) {
        if (hashed->slot->operations[i] != (operations >> i & 1)) {
            return refuse(hashed, "vector # is # where its rules say #",
                          (uint64_t[]){i, hashed->slot->operations[i],
                                       operations >> i & 1});
        }
    }
    return true;
}

static bool check_rules(struct hashed *hashed)
{
    const struct pst_rule *rules =
        PST_TABLE(hashed->check->set, RULES, struct pst_rule) +
        hashed->is.first_rule;
    uint32_t operations = 0;

    if (hashed->is.first_rule != hashed->rule ||
        !pst_is_within(hashed->rule, hashed->is.rules,
                       count_of(hashed, PST_TABLE_RULES))) {
        return refuse(hashed, "its # rules are at #, not at #",
                      (uint64_t[]){hashed->is.rules, hashed->is.first_rule,
                                   hashed->rule});
    }
    for (uint32_t k = 0; k < hashed->is.rules; k++) {
        if (!check_rule(hashed, k, &rules[k])) {
            return false;
        }
        operations |= rules[k].operations;
    }
    hashed->rule += hashed->is.rules;
    return check_operations(hashed, operations);
}

/* ---- entries in their buckets ------------------------------------------- */

static bool check_heads(const struct hashed *hashed, const uint32_t *heads,
                        uint32_t buckets)
{
    for (uint32_t b = 0; b <= buckets; b++) {
        uint32_t least = b ? heads[b - 1] : 0;

        if (heads[b] < least || heads[b] > hashed->is.entries ||
            (b == 0 && heads[b] != 0) ||
            (b == buckets && heads[b] != hashed->is.entries)) {
            return refuse(
                hashed, "head # is #, between # and # of #",
                (uint64_t[]){b, heads[b], least, hashed->is.entries, buckets});
        }
    }
    return true;
}

static bool is_before(struct pst_entry a, struct pst_entry b)
{
    return a.atom != b.atom ? a.atom < b.atom : a.rule <= b.rule;
}

static bool check_entry(const struct hashed *hashed,
                        const struct pst_entry *entries, uint32_t i,
                        uint32_t bucket, bool is_first)
{
    struct pst_entry entry = entries[i];

    if (!pst_atom_is_sound(hashed->check, entry.atom) ||
        entry.rule >= hashed->is.rules) {
        return refuse(hashed, "entry # is of atom # of # and rule # of #",
                      (uint64_t[]){i, entry.atom, hashed->check->atoms,
                                   entry.rule, hashed->is.rules});
    }
    if (pst_head_of(entry.atom, hashed->is.head_bits) != bucket ||
        (!is_first && !is_before(entries[i - 1], entry))) {
        return refuse(hashed, "entry # does not belong there in bucket #",
                      (uint64_t[]){i, bucket});
    }
    return true;
}

static bool check_buckets(struct hashed *hashed, const uint32_t *heads,
                          uint32_t buckets)
{
    const struct pst_entry *entries =
        PST_TABLE(hashed->check->set, ENTRIES, struct pst_entry) +
        hashed->is.first_entry;

    for (uint32_t b = 0; b < buckets; b++) {
        for (uint32_t i = heads[b]; i < heads[b + 1]; i++) {
            if (!check_entry(hashed, entries, i, b, i == heads[b])) {
                return false;
            }
            hashed->found += sum_of(entries[i].atom, entries[i].rule);
        }
    }
    return hashed->listed == hashed->found ||
           refuse(hashed, "its entries are not its originators", NULL);
}

static bool check_entries(struct hashed *hashed)
{
    const struct pst_hashed *is = &hashed->is;
    const uint32_t *heads =
        PST_TABLE(hashed->check->set, HEADS, uint32_t) + is->first_head;
    uint32_t buckets;

    if (is->head_bits > MAX_HEAD_BITS) {
        return refuse(hashed, "its heads have # bits, not 0 to #",
                      (uint64_t[]){is->head_bits, MAX_HEAD_BITS});
    }
    buckets = (uint32_t)1 << is->head_bits;
    if (is->first_head != hashed->head || is->first_entry != hashed->entry ||
        !pst_is_within(hashed->head, buckets + 1,
                       count_of(hashed, PST_TABLE_HEADS)) ||
        !pst_is_within(hashed->entry, is->entries,
                       count_of(hashed, PST_TABLE_ENTRIES))) {
        return refuse(hashed,
                      "its heads and # entries are at # and #, not at # and #",
                      (uint64_t[]){is->entries, is->first_head, is->first_entry,
                                   hashed->head, hashed->entry});
    }
    hashed->head += buckets + 1;
    hashed->entry += is->entries;
    return check_heads(hashed, heads, buckets) &&
           check_buckets(hashed, heads, buckets);
}

/* ---- members and crowds ------------------------------------------------- */

static bool check_members(struct hashed *hashed)
{
    const uint32_t *members = PST_TABLE(hashed->check->set, MEMBERS, uint32_t) +
                              hashed->is.first_member;

    if (hashed->is.first_member != hashed->member ||
        !pst_is_within(hashed->member, hashed->is.members,
                       count_of(hashed, PST_TABLE_MEMBERS))) {
        return refuse(hashed, "its # members are at #, not at #",
                      (uint64_t[]){hashed->is.members, hashed->is.first_member,
                                   hashed->member});
    }
    for (uint32_t i = 0; i < hashed->is.members; i++) {
        if (members[i] >= hashed->is.rules ||
            (i && members[i] <= members[i - 1])) {
            return refuse(hashed, "member # is rule # of #",
                          (uint64_t[]){i, members[i], hashed->is.rules});
        }
    }
    hashed->member += hashed->is.members;
    return true;
}

/* A crowd goes on up to where another begins. */
static size_t crowd_words(const struct pst_check *check, uint32_t at)
{
    uint32_t end = at + 1;

    while (end < check->crowds.count && !pst_places_has(check->crowds, end)) {
        end++;
    }
    return end - at;
}

static bool check_crowd(const struct hashed *hashed, uint32_t i,
                        const struct pst_crowd_ref *ref)
{
    const postern_acp_set *set = hashed->check->set;
    const uint64_t *crowd = PST_TABLE(set, CROWD_WORDS, uint64_t) + ref->at;
    struct pst_entries entries;

    if (!pst_atom_is_sound(hashed->check, ref->atom) ||
        (i && ref[-1].atom >= ref->atom)) {
        return refuse(hashed, "crowd # is of atom # of #",
                      (uint64_t[]){i, ref->atom, hashed->check->atoms});
    }
    if (!pst_crowd_is_sound(set, crowd, crowd_words(hashed->check, ref->at),
                            hashed->slot)) {
        return refuse(hashed, "crowd # is none", (uint64_t[]){i});
    }
    entries = pst_hashed_find(set, &hashed->is, ref->atom);
    return pst_crowd_is_of(crowd, entries.entries, entries.count) ||
           refuse(hashed, "crowd # names rules that atom # has not",
                  (uint64_t[]){i, ref->atom});
}

static bool check_crowds(struct hashed *hashed)
{
    const struct pst_crowd_ref *crowds =
        PST_TABLE(hashed->check->set, CROWDS, struct pst_crowd_ref) +
        hashed->is.first_crowd;

    if (hashed->is.first_crowd != hashed->crowd ||
        !pst_is_within(hashed->crowd, hashed->is.crowds,
                       count_of(hashed, PST_TABLE_CROWDS))) {
        return refuse(hashed, "its # crowds are at #, not at #",
                      (uint64_t[]){hashed->is.crowds, hashed->is.first_crowd,
                                   hashed->crowd});
    }
    for (uint32_t i = 0; i < hashed->is.crowds; i++) {
        if (!check_crowd(hashed, i, &crowds[i])) {
            return false;
        }
    }
    hashed->crowd += hashed->is.crowds;
    return true;
}

/* Where crowds begin: each at a place of its own. */
static bool note_crowds(const struct pst_check *check)
{
    const struct pst_crowd_ref *crowds =
        PST_TABLE(check->set, CROWDS, struct pst_crowd_ref);

    for (uint32_t i = 0; i < pst_table_count(check->set, PST_TABLE_CROWDS);
         i++) {
        uint32_t at = crowds[i].at;

        if (at >= check->crowds.count || pst_places_has(check->crowds, at)) {
            return pst_check_refuse(check, PST_TABLE_CROWDS, i,
                                    "it is at # of #, or another one is",
                                    (uint64_t[]){at, check->crowds.count});
        }
        pst_places_add(check->crowds, at);
    }
    return true;
}

/* ---- all of them ------------------------------------------------------- */

static bool check_set(struct hashed *hashed)
{
    hashed->is = *pst_hashed_of(hashed->slot);
    hashed->listed = 0;
    hashed->found = 0;
    return check_rules(hashed) && check_entries(hashed) &&
           check_members(hashed) && check_crowds(hashed);
}

/* Nothing may be left over. */
static bool check_ends(const struct hashed *hashed)
{
    const struct {
        enum pst_table_id table;
        uint32_t used;
    } ends[] = {{PST_TABLE_RULES, hashed->rule},
                {PST_TABLE_ORIGINATORS, hashed->originator},
                {PST_TABLE_HEADS, hashed->head},
                {PST_TABLE_ENTRIES, hashed->entry},
                {PST_TABLE_MEMBERS, hashed->member},
                {PST_TABLE_CROWDS, hashed->crowd}};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        uint32_t count = count_of(hashed, ends[i].table);

        if (ends[i].used != count) {
            return pst_check_refuse(hashed->check, ends[i].table,
                                    PST_WHOLE_TABLE, "# are used of #",
                                    (uint64_t[]){ends[i].used, count});
        }
    }
    return true;
}

bool pst_check_hashed(const struct pst_check *check)
{
    const struct pst_slot *slots =
        PST_TABLE(check->set, SLOTS, struct pst_slot);
    uint32_t count = pst_table_count(check->set, PST_TABLE_SLOTS);
    struct hashed hashed = {.check = check};

    if (!note_crowds(check)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (slots[i].form != PST_SLOT_HASHED) {
            continue;
        }
        hashed.slot = &slots[i];
        hashed.number = i;
        if (!check_set(&hashed)) {
            return false;
        }
    }
    return check_ends(&hashed);
}
