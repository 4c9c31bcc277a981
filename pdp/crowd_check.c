/* Whether a crowd is what crowd_words.h says. */
#include "pdp/crowd_words.h"

/* ---- soundness ------------------------------------------------------------
 */

/* `size` words from `at` on, in a crowd of `words`. */
static bool fits(uint32_t words, uint32_t at, uint64_t size)
{
    return at <= words && size <= words - at;
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
                (pst_crowd_entries(block->fields) + 3) / 4) &&
           fits(head->words, block->rules_at,
                ((uint64_t)block->clauses + 1) / 2);
}

static bool names_rows(const uint64_t *crowd,
                       const struct pst_crowd_block *block)
{
    const uint16_t *directory = pst_crowd_directory(crowd, block);
    uint32_t entries = pst_crowd_entries(block->fields);

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
