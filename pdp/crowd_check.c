/* Whether a crowd is what crowd_words.h says, and the most it can cost. */
#include "pdp/crowd_words.h"

/* ---- soundness ------------------------------------------------------------
 */

/* `size` words from `at` on, in a crowd of `words`. */
static bool fits(uint32_t words, uint32_t at, uint64_t size)
{
    return at <= words && size <= words - at;
}

/* Entries of the directory of a block. */
static uint32_t entries_of(uint64_t fields)
{
    uint32_t entries = 0;

    for (; fields; fields &= fields - 1) {
        entries += pst_crowd_values[pst_first_bit(fields)];
    }
    return entries;
}

static bool is_placed(const struct pst_crowd_head *head,
                      const struct pst_crowd_block *block)
{
    return block->clauses > 0 && block->clauses <= PST_BLOCK_CLAUSES &&
           (block->fields & ~PST_ALL_FIELDS) == 0 &&
           (block->fields & ~head->fields) == 0 &&
           fits(head->words, block->rows_at,
                (uint64_t)block->rows * pst_block_words(block)) &&
           fits(head->words, block->directory_at,
                (entries_of(block->fields) + 3) / 4) &&
           fits(head->words, block->rules_at,
                ((uint64_t)block->clauses + 1) / 2);
}

static bool names_rows(const uint64_t *crowd,
                       const struct pst_crowd_block *block)
{
    const uint16_t *directory = pst_crowd_directory(crowd, block);
    uint32_t entries = entries_of(block->fields);

    for (uint32_t i = 0; i < entries; i++) {
        if (directory[i] >= block->rows && directory[i] != PST_ROW_NONE &&
            directory[i] != PST_ROW_ALL) {
            return false;
        }
    }
    return block->rows < PST_ROW_NONE;
}

/* Ascending from `low` on. */
static bool names_rules(const uint64_t *crowd,
                        const struct pst_crowd_block *block, uint32_t low)
{
    const uint32_t *rules = pst_crowd_rules(crowd, block);

    for (uint32_t i = 0; i < block->clauses; i++) {
        if (rules[i] < low) {
            return false;
        }
        low = rules[i];
    }
    return block->first_rule == rules[0] && block->last_rule == low;
}

/* Rules ascend from block to block. */
static bool is_lane(const uint64_t *crowd, uint32_t number, uint32_t rules)
{
    const struct pst_crowd_head *head = pst_crowd_head(crowd);
    uint32_t low = 0;

    for (uint32_t i = head->lanes[number]; i < head->lanes[number + 1]; i++) {
        const struct pst_crowd_block *block = &pst_crowd_blocks(crowd)[i];

        if (!is_placed(head, block) || !names_rows(crowd, block) ||
            !names_rules(crowd, block, low) || block->last_rule >= rules) {
            return false;
        }
        low = block->last_rule;
    }
    return true;
}

bool pst_crowd_is_sound(const postern_acp_set *set, const uint64_t *crowd,
                        size_t count, const struct pst_slot *slot)
{
    const struct pst_crowd_head *head = pst_crowd_head(crowd);

    (void)set;
    if (count < PST_CROWD_HEAD_WORDS || head->words > count ||
        head->countries > PST_CROWD_COUNTRIES || head->lanes[0] != 0 ||
        !fits(head->words, head->blocks_at,
              (uint64_t)pst_crowd_block_count(crowd) * PST_CROWD_BLOCK_WORDS)) {
        return false;
    }
    for (uint32_t i = 0; i < PST_CROWD_LANES; i++) {
        if (head->lanes[i] > head->lanes[i + 1]) {
            return false;
        }
    }
    for (uint32_t i = 0; i < PST_CROWD_LANES; i++) {
        if (!is_lane(crowd, i, pst_slot_rule_count(slot))) {
            return false;
        }
    }
    return true;
}

static bool is_among(uint32_t rule, const struct pst_entry *entries,
                     uint32_t count)
{
    uint32_t low = 0;
    uint32_t high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (entries[middle].rule < rule) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && entries[low].rule == rule;
}

bool pst_crowd_is_of(const uint64_t *crowd, const struct pst_entry *entries,
                     uint32_t count)
{
    for (uint32_t b = 0; b < pst_crowd_block_count(crowd); b++) {
        const struct pst_crowd_block *block = &pst_crowd_blocks(crowd)[b];
        const uint32_t *rules = pst_crowd_rules(crowd, block);

        for (uint32_t i = 0; i < block->clauses; i++) {
            if (!is_among(rules[i], entries, count)) {
                return false;
            }
        }
    }
    return true;
}

uint32_t pst_crowd_words(const uint64_t *crowd)
{
    return pst_crowd_head(crowd)->words;
}

/* ---- the most it can cost -------------------------------------------------
 */

enum {
    LINE_WORDS = 8,
    HEAD_LINES =
        60, /* the head, searches in the blocks and rules of each lane */
    CLASS_TIME = 1,    /* clauses of a class are limited in time, ... */
    CLASS_ADDRESS = 2, /* in address, */
    CLASS_PLACE = 4,   /* in place, or not */
    CLASSES = 8
};

/* A block with the clauses of one class. Clauses that are not limited in time
 * are in every row of the time: what the rows of the time are worth is seen on
 * the others alone. */
struct view {
    const uint64_t *crowd;
    const struct pst_crowd_block *block;
    uint64_t members[PST_BLOCK_WORDS];
};

static const uint16_t *entry_of(const struct view *view, uint32_t field)
{
    uint64_t before = view->block->fields & (PST_FIELD_BIT(field) - 1);

    return pst_crowd_directory(view->crowd, view->block) + entries_of(before);
}

/* Word `word` of the row of a value. */
static uint64_t row_word(const struct view *view, uint32_t field,
                         uint32_t value, uint32_t word)
{
    uint32_t row = PST_ROW_ALL;

    if (view->block->fields & PST_FIELD_BIT(field)) {
        row = entry_of(view, field)[value];
    }
    if (row == PST_ROW_ALL || row == PST_ROW_NONE) {
        return row == PST_ROW_ALL ? ~(uint64_t)0 : 0;
    }
    return view->crowd[view->block->rows_at +
                       row * pst_block_words(view->block) + word];
}

static uint64_t valid_word(const struct pst_crowd_block *block, uint32_t word)
{
    return word == block->clauses / 64
               ? ((uint64_t)1 << block->clauses % 64) - 1
               : ~(uint64_t)0;
}

/* Keeps the clauses of the class: what an unknown fact leaves out is limited in
 * that fact. */
static void select_class(struct view *view, uint32_t class)
{
    for (uint32_t i = 0; i < pst_block_words(view->block); i++) {
        uint64_t time =
            ~row_word(view, PST_FIELD_SECOND, PST_SECOND_UNKNOWN, i);
        uint64_t address =
            ~row_word(view, PST_FIELD_FAMILY, PST_FAMILY_UNKNOWN, i);
        uint64_t place =
            ~row_word(view, PST_FIELD_COUNTRY, PST_COUNTRY_UNKNOWN, i) |
            ~row_word(view, PST_FIELD_SLAB, PST_SLAB_UNKNOWN, i);

        view->members[i] = valid_word(view->block, i) &
                           (class & CLASS_TIME ? time : ~time) &
                           (class & CLASS_ADDRESS ? address : ~address) &
                           (class & CLASS_PLACE ? place : ~place);
    }
}

static uint64_t count_members(const struct view *view, uint32_t field,
                              uint32_t value)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < pst_block_words(view->block); i++) {
        count += (uint64_t)__builtin_popcountll(
            view->members[i] & row_word(view, field, value, i));
    }
    return count;
}

/* The most members that a row of the field has. */
static uint64_t fullest(const struct view *view, uint32_t field)
{
    uint64_t most = 0;

    for (uint32_t value = 0; value < pst_crowd_values[field]; value++) {
        uint64_t count = count_members(view, field, value);

        most = count > most ? count : most;
    }
    return most;
}

/* The least of that among fields of which each has a value in the request. */
static uint64_t least(const struct view *view, uint64_t fields, uint64_t count)
{
    for (fields &= view->block->fields; fields; fields &= fields - 1) {
        uint64_t most = fullest(view, pst_first_bit(fields));

        count = most < count ? most : count;
    }
    return count;
}

/* An address is of one family. */
static uint64_t left_by_address(const struct view *view, uint64_t count)
{
    uint64_t four =
        least(view, PST_IP4_FIELDS,
              count_members(view, PST_FIELD_FAMILY, PST_FAMILY_IP4));
    uint64_t six = least(view, PST_IP6_FIELDS,
                         count_members(view, PST_FIELD_FAMILY, PST_FAMILY_IP6));
    uint64_t most = four > six ? four : six;

    return most < count ? most : count;
}

static uint64_t left_in_class(struct view *view, uint32_t class)
{
    uint64_t fields =
        PST_FIELD_BIT(PST_FIELD_OPERATION) | PST_FIELD_BIT(PST_FIELD_AUTHN);
    uint64_t count;

    select_class(view, class);
    count = count_members(view, PST_FIELD_AUTHN, 1); /* all can hold then */
    if (count == 0) {
        return 0;
    }
    if (class & CLASS_TIME) {
        fields |= PST_TIME_FIELDS;
    }
    if (class & CLASS_PLACE) {
        fields |= PST_POINT_FIELDS | PST_FIELD_BIT(PST_FIELD_COUNTRY);
    }
    count = least(view, fields, count);
    return class & CLASS_ADDRESS ? left_by_address(view, count) : count;
}

static uint64_t count_rules(const uint64_t *crowd,
                            const struct pst_crowd_block *block)
{
    const uint32_t *rules = pst_crowd_rules(crowd, block);
    uint64_t count = 1;

    for (uint32_t i = 1; i < block->clauses; i++) {
        count += rules[i] != rules[i - 1];
    }
    return count;
}

/* Rules of the block that may have to be judged. */
static uint64_t tests_of(const uint64_t *crowd,
                         const struct pst_crowd_block *block)
{
    struct view view = {.crowd = crowd, .block = block};
    uint64_t rules = count_rules(crowd, block);
    uint64_t tests = 0;

    for (uint32_t class = 0; class < CLASSES; class ++) {
        tests += left_in_class(&view, class);
    }
    return tests < rules ? tests : rules;
}

/* Lines that `count` words may lie in, wherever they begin. */
static uint64_t lines_of(uint64_t words)
{
    return words / LINE_WORDS + 2;
}

static uint64_t asked_of(const struct pst_crowd_block *block)
{
    uint64_t fours = block->fields & ~PST_IP6_FIELDS;
    uint64_t sixes = block->fields & ~PST_IP4_FIELDS;
    uint64_t four = (uint64_t)__builtin_popcountll(fours);
    uint64_t six = (uint64_t)__builtin_popcountll(sixes);

    return four > six ? four : six;
}

static void add_block(struct pst_crowd_cost *cost, const uint64_t *crowd,
                      const struct pst_crowd_block *block)
{
    uint64_t fields = asked_of(block);
    uint64_t tests = tests_of(crowd, block);
    uint64_t rules = lines_of(block->clauses / 2);
    uint64_t lines = block->clauses / 512 + 1; /* of which the rule is read */

    cost->tests += tests;
    cost->lines += 2 + fields + fields * lines_of(pst_block_words(block)) +
                   (tests + lines < rules ? tests + lines : rules);
}

/* Of a lane that is taken up again: an entry and a part of a row for each
 * field, of the worst of its blocks. */
static uint64_t lines_again(const uint64_t *crowd, uint32_t lane)
{
    const struct pst_crowd_head *head = pst_crowd_head(crowd);
    uint64_t most = 0;

    for (uint32_t i = head->lanes[lane]; i < head->lanes[lane + 1]; i++) {
        uint64_t lines = 3 * asked_of(&pst_crowd_blocks(crowd)[i]) + 2;

        most = lines > most ? lines : most;
    }
    return most;
}

struct pst_crowd_cost pst_crowd_worst(const uint64_t *crowd)
{
    struct pst_crowd_cost cost = {HEAD_LINES, 0, HEAD_LINES};

    for (uint32_t i = 0; i < pst_crowd_block_count(crowd); i++) {
        add_block(&cost, crowd, &pst_crowd_blocks(crowd)[i]);
    }
    for (uint32_t i = 0; i < PST_CROWD_LANES; i++) {
        cost.lines_again += lines_again(crowd, i);
    }
    return cost;
}
