/* What can be asked of a compiled set without deciding. */
#include "pdp/acp_set.h"

#include "base/memory.h"
#include "base/str.h"

void postern_acp_set_free(postern_acp_set *set)
{
    if (set) {
        postern_allocator allocator = set->allocator;

        pst_release(&allocator, set->memory, set->memory_size);
    }
}

uint32_t postern_acp_set_count(const postern_acp_set *set)
{
    return pst_table_count(set, PST_TABLE_ACPS);
}

size_t postern_acp_set_size(const postern_acp_set *set)
{
    return set->size;
}

postern_str postern_acp_set_name(const postern_acp_set *set, uint32_t acp)
{
    if (acp >= postern_acp_set_count(set)) {
        return (postern_str){NULL, 0};
    }
    return pst_text_at(set, PST_TABLE(set, ACPS, struct pst_acp)[acp].id);
}

uint32_t postern_acp_set_rule_count(const postern_acp_set *set, uint32_t acp,
                                    postern_privileges which)
{
    const struct pst_slot *slot =
        pst_slot_at(set, (postern_acp_ref){acp, which});

    return slot ? pst_slot_rule_count(slot) : 0;
}

uint32_t postern_acp_set_find(const postern_acp_set *set, postern_str acp_id)
{
    const uint32_t *order = PST_TABLE(set, ACP_ORDER, uint32_t);
    uint32_t low = 0;
    uint32_t high = postern_acp_set_count(set);

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int compared =
            pst_str_order(postern_acp_set_name(set, order[middle]), acp_id);

        if (compared == 0) {
            return order[middle];
        }
        if (compared < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return POSTERN_NO_ACP;
}
