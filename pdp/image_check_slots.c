/* Slots of an image, but for what belongs to hashed rule sets. */
#include "pdp/image_check.h"
#include "pdp/name.h"

enum { USES_ALL = 1, NEAR_WORDS = 2 };

static bool refuse(const struct pst_check *check, uint32_t number,
                   const char *sentence, const uint64_t *numbers)
{
    return pst_check_refuse(check, PST_TABLE_SLOTS, number, sentence, numbers);
}

/* The same as below, of all at once. */
static bool are_sound(const struct pst_check *check, struct pst_lanes lanes,
                      uint32_t rules)
{
    uint32_t least = pst_block_of(check->set)->kinds & USES_ALL
                         ? PST_ATOM_ALL
                         : PST_ATOM_NAMES;
    uint32_t atoms = check->atoms - least;
    uint32_t before = 0;
    uint32_t wrong = 0;

    for (uint32_t i = 0; i < lanes.count; i++) {
        uint32_t lane = lanes.lanes[i];
        uint32_t rule = lane & (PST_SLOT_RULES - 1);

        wrong |= pst_lane_atom(lane) - least >= atoms;
        wrong |= rule < before;
        before = rule;
    }
    return !wrong && (lanes.count == 0 || before < rules);
}

/* Lanes in the order of their rules, each with an atom that there is. */
static bool check_lanes(const struct pst_check *check, uint32_t number,
                        struct pst_lanes lanes, uint32_t rules)
{
    bool may_use_all = pst_block_of(check->set)->kinds & USES_ALL;
    uint32_t before = 0;

    if (are_sound(check, lanes, rules)) {
        return true;
    }
    for (uint32_t i = 0; i < lanes.count; i++) {
        uint32_t atom = pst_lane_atom(lanes.lanes[i]);
        uint32_t rule = lanes.lanes[i] & (PST_SLOT_RULES - 1);

        if (!pst_atom_is_sound(check, atom)) {
            return refuse(check, number, "lane # names atom # of #",
                          (uint64_t[]){i, atom, check->atoms});
        }
        if (rule >= rules || rule < before) {
            return refuse(check, number, "lane # is of rule # of #, behind #",
                          (uint64_t[]){i, rule, rules, before});
        }
        if (atom == PST_ATOM_ALL && !may_use_all) {
            return refuse(check, number,
                          "lane # is for all, the header says that none is",
                          (uint64_t[]){i});
        }
        before = rule;
    }
    return true;
}

/* Bits of rules that there are. */
static bool check_vectors(const struct pst_check *check, uint32_t number,
                          const struct pst_slot *slot)
{
    uint32_t used = (uint32_t)slot->authn | slot->conditional;

    if (slot->rules > PST_SLOT_RULES) {
        return refuse(check, number, "it has # rules, at most # fit",
                      (uint64_t[]){slot->rules, PST_SLOT_RULES});
    }
    for (size_t i = 0; i < PST_OPERATIONS; i++) {
        used |= slot->operations[i];
    }
    return used >> slot->rules == 0 ||
           refuse(check, number, "it has bits of more than its # rules",
                  (uint64_t[]){slot->rules});
}

/* Whether words are all zero. */
static bool are_zero(const uint32_t *words, uint32_t count)
{
    uint32_t any = 0;

    for (uint32_t i = 0; i < count; i++) {
        any |= words[i];
    }
    return any == 0;
}

/* The words from `from` on: zeros, then as many conditions as the vector has
 * bits, which fit. */
static bool check_words(const struct pst_check *check, uint32_t number,
                        const struct pst_slot *slot, uint32_t from)
{
    uint32_t first = PST_SLOT_WORDS - pst_count_bits(slot->conditional);

    if (!are_zero(slot->words + from, first - from)) {
        while (!slot->words[from]) {
            from++;
        }
        return refuse(check, number, "word # is not used and not zero",
                      (uint64_t[]){from});
    }
    for (uint32_t i = first; i < PST_SLOT_WORDS; i++) {
        if (!pst_condition_is_sound(check, slot->words[i])) {
            return refuse(check, number,
                          "word # is a condition at #, where none begins",
                          (uint64_t[]){i, slot->words[i]});
        }
    }
    return true;
}

static bool check_inline(const struct pst_check *check, uint32_t number,
                         const struct pst_slot *slot)
{
    uint32_t conditions;

    if (!check_vectors(check, number, slot)) {
        return false;
    }
    conditions = pst_count_bits(slot->conditional);
    if (slot->lanes + conditions > PST_SLOT_WORDS) {
        return refuse(check, number,
                      "# lanes and # conditions do not fit in # words",
                      (uint64_t[]){slot->lanes, conditions, PST_SLOT_WORDS});
    }
    return check_lanes(check, number,
                       (struct pst_lanes){slot->words, slot->lanes},
                       slot->rules) &&
           check_words(check, number, slot, slot->lanes);
}

/* *next: where its lanes have to begin, then where those of the next one do. */
static bool check_near(const struct pst_check *check, uint32_t number,
                       const struct pst_slot *slot, uint32_t *next)
{
    const postern_acp_set *set = check->set;
    uint32_t first = slot->words[0];
    uint32_t count = slot->words[1];
    uint32_t all = pst_table_count(set, PST_TABLE_LANES);

    if (first != *next || count > PST_NEAR_LANES ||
        !pst_is_within(first, count, all) || slot->lanes) {
        return refuse(check, number, "its # lanes are at # of #, not at #",
                      (uint64_t[]){count, first, all, *next});
    }
    *next += count;
    return check_vectors(check, number, slot) &&
           check_lanes(check, number,
                       (struct pst_lanes){
                           PST_TABLE(set, LANES, uint32_t) + first, count},
                       slot->rules) &&
           check_words(check, number, slot, NEAR_WORDS);
}

/* What a hashed slot has itself; its tables come later. */
static bool check_hashed(const struct pst_check *check, uint32_t number,
                         const struct pst_slot *slot)
{
    uint32_t used =
        (uint32_t)slot->lanes | slot->rules | slot->authn | slot->conditional;

    for (uint32_t i = sizeof(struct pst_hashed) / sizeof slot->words[0];
         i < PST_SLOT_WORDS; i++) {
        used |= slot->words[i];
    }
    return used == 0 ||
           refuse(check, number, "it is hashed and has what others have", NULL);
}

static bool check_slot(const struct pst_check *check, uint32_t number,
                       const struct pst_slot *slot, uint32_t *next)
{
    switch (slot->form) {
    case PST_SLOT_INLINE:
        return check_inline(check, number, slot);
    case PST_SLOT_NEAR:
        return check_near(check, number, slot, next);
    case PST_SLOT_HASHED:
        return check_hashed(check, number, slot);
    default:
        return refuse(check, number, "it is of form #, there is none",
                      (uint64_t[]){slot->form});
    }
}

bool pst_check_slots(const struct pst_check *check)
{
    const postern_acp_set *set = check->set;
    const struct pst_slot *slots = PST_TABLE(set, SLOTS, struct pst_slot);
    uint32_t lanes = pst_table_count(set, PST_TABLE_LANES);
    uint32_t next = 0; /* lanes are used once, so that the time is linear */

    for (uint32_t i = 0; i < pst_table_count(set, PST_TABLE_SLOTS); i++) {
        if (!check_slot(check, i, &slots[i], &next)) {
            return false;
        }
    }
    return next == lanes ||
           pst_check_refuse(check, PST_TABLE_LANES, PST_WHOLE_TABLE,
                            "# are used of #", (uint64_t[]){next, lanes});
}
