#include "prp/edit.h"

#include "base/diag.h"
#include "prp/attribute.h"
#include "prp/tree.h"
#include "prp/version_memory.h"

static struct pst_pool *pool_of(postern_change *change)
{
    return &change->store->pool;
}

static struct pst_slot *edit_slot(postern_change *change, uint32_t number)
{
    return pst_slots_edit(&change->next->slots, pool_of(change), number);
}

/* ---- links ------------------------------------------------------------- */

static postern_status link_below(postern_change *change, uint32_t number,
                                 uint32_t parent)
{
    struct pst_slot *above = edit_slot(change, parent);
    struct pst_slot *slot = edit_slot(change, number);
    struct pst_slot *next = NULL;

    if (!above || !slot) {
        return POSTERN_ERR_MEMORY;
    }
    if (above->first_child != PST_NO_NUMBER) {
        next = edit_slot(change, above->first_child);
        if (!next) {
            return POSTERN_ERR_MEMORY;
        }
        next->previous = number;
    }
    slot->parent = parent;
    slot->previous = PST_NO_NUMBER;
    slot->next = above->first_child;
    above->first_child = number;
    return POSTERN_OK;
}

/* From its parent; what is below it stays below it. */
static postern_status unlink_slot(postern_change *change, uint32_t number)
{
    struct pst_slot *slot = edit_slot(change, number);
    struct pst_slot *before = NULL;
    struct pst_slot *next = NULL;
    bool is_first;

    if (!slot) {
        return POSTERN_ERR_MEMORY;
    }
    is_first = slot->previous == PST_NO_NUMBER;
    before = edit_slot(change, is_first ? slot->parent : slot->previous);
    if (slot->next != PST_NO_NUMBER) {
        next = edit_slot(change, slot->next);
        if (!next) {
            return POSTERN_ERR_MEMORY;
        }
        next->previous = slot->previous;
    }
    if (!before) {
        return POSTERN_ERR_MEMORY;
    }
    if (is_first) {
        before->first_child = slot->next;
    } else {
        before->next = slot->next;
    }
    return POSTERN_OK;
}

/* ---- the index --------------------------------------------------------- */

static postern_status remove_key(postern_change *change, enum pst_index i,
                                 const struct pst_keys *keys, uint32_t number)
{
    return keys->present[i]
               ? pst_trie_remove(&change->next->by[i], pool_of(change),
                                 keys->hash[i], number)
               : POSTERN_OK;
}

static postern_status add_key(postern_change *change, enum pst_index i,
                              const struct pst_keys *keys, uint32_t number)
{
    return keys->present[i]
               ? pst_trie_add(&change->next->by[i], pool_of(change),
                              keys->hash[i], number)
               : POSTERN_OK;
}

static bool is_same_key(const struct pst_keys *a, const struct pst_keys *b,
                        enum pst_index i)
{
    return a->present[i] && b->present[i] && a->hash[i] == b->hash[i];
}

static postern_status replace_keys(postern_change *change, uint32_t number,
                                   const struct pst_keys *before,
                                   const struct pst_keys *after)
{
    for (int i = 0; i < PST_INDEX_COUNT; i++) {
        if (!is_same_key(before, after, (enum pst_index)i)) {
            PST_TRY(remove_key(change, (enum pst_index)i, before, number));
            PST_TRY(add_key(change, (enum pst_index)i, after, number));
        }
    }
    return POSTERN_OK;
}

/* Those of a resource as it is now; none when there is none yet. The ID of the
 * CSEBase always leads to its place. */
static struct pst_keys keys_at(const postern_change *change, uint32_t number)
{
    const struct pst_slot *slot = pst_slots_at(&change->next->slots, number);

    if (!slot || !slot->record) {
        return (struct pst_keys){{0}, {false}};
    }
    return pst_keys_of(change->next->settings, slot->record, slot->parent);
}

/* ---- records ----------------------------------------------------------- */

static const struct pst_record *record_before(const postern_change *change,
                                              uint32_t number)
{
    return pst_version_record(change->base, number);
}

static const postern_acp_set *set_of(const struct pst_record *record)
{
    return record ? pst_record_set(record) : NULL;
}

/* The set goes as well, unless the record that comes next brings it again. */
static postern_status dismiss(postern_change *change, uint32_t number,
                              struct pst_record *record,
                              const postern_acp_set *kept)
{
    const struct pst_record *before = record_before(change, number);
    struct pst_pool *pool = pool_of(change);
    const postern_acp_set *set = set_of(record);

    if (set != kept) {
        if (set == set_of(before)) {
            PST_TRY(pst_set_retire(set, pool));
        } else {
            pst_set_free(set, pool);
        }
    }
    if (record == before) {
        return pst_record_retire(record, pool);
    }
    pst_record_free(record, pool);
    return POSTERN_OK;
}

static void count_in(struct pst_version *version,
                     const struct pst_record *record)
{
    version->resources++;
    version->acps += pst_record_type(record) == PST_TYPE_ACP;
}

static void count_out(struct pst_version *version,
                      const struct pst_record *record)
{
    version->resources--;
    version->acps -= pst_record_type(record) == PST_TYPE_ACP;
}

/* Puts a record, or none, in the place of another. Only then does the change,
 * and its abort, know of the record and its set. */
static postern_status exchange(postern_change *change, uint32_t number,
                               struct pst_record *record)
{
    struct pst_slot *slot = edit_slot(change, number);
    const postern_acp_set *set = set_of(record);
    const postern_acp_set *old_set;

    if (!slot) {
        return POSTERN_ERR_MEMORY;
    }
    if (record &&
        (!slot->record || slot->record == record_before(change, number))) {
        PST_TRY(pst_vec_push(&change->made, &pool_of(change)->allocator,
                             &number, 1));
    }
    old_set = set_of(slot->record);
    if (slot->record) {
        count_out(change->next, slot->record);
        PST_TRY(dismiss(change, number, slot->record, set));
    }
    if (set && set != old_set) {
        pst_pool_count(pool_of(change), postern_acp_set_size(set));
    }
    if (record) {
        count_in(change->next, record);
    }
    slot->record = record;
    return POSTERN_OK;
}

/* ---- put ---------------------------------------------------------------- */

static postern_status move_below(postern_change *change, uint32_t number,
                                 uint32_t parent)
{
    uint32_t now = pst_tree_above(change->next, number);

    if (now == parent) {
        return POSTERN_OK;
    }
    if (now != PST_NO_NUMBER) {
        PST_TRY(unlink_slot(change, number));
    }
    return link_below(change, number, parent);
}

static postern_status put(postern_change *change, struct pst_record *record,
                          struct pst_place place)
{
    struct pst_keys before;
    struct pst_keys after;

    if (place.number == PST_BASE) {
        return exchange(change, PST_BASE, record);
    }
    if (place.number == PST_NO_NUMBER) {
        PST_TRY(pst_slots_take(&change->next->slots, pool_of(change),
                               &place.number));
    }
    before = keys_at(change, place.number);
    after = pst_keys_of(change->next->settings, record, place.parent);
    PST_TRY(move_below(change, place.number, place.parent));
    PST_TRY(replace_keys(change, place.number, &before, &after));
    return exchange(change, place.number, record);
}

postern_status pst_edit_put(postern_change *change, struct pst_record *record,
                            struct pst_place place)
{
    postern_status status = put(change, record, place);

    if (status != POSTERN_OK) {
        pst_record_free(record, pool_of(change));
    }
    return status;
}

/* ---- delete ------------------------------------------------------------- */

static postern_status delete_leaf(postern_change *change, uint32_t number)
{
    struct pst_keys before = keys_at(change, number);
    struct pst_keys after = {{0}, {false}};

    if (number == PST_BASE) {
        return exchange(change, PST_BASE, NULL);
    }
    PST_TRY(replace_keys(change, number, &before, &after));
    PST_TRY(unlink_slot(change, number));
    PST_TRY(exchange(change, number, NULL));
    return pst_slots_give(&change->next->slots, pool_of(change), number);
}

static uint32_t leaf_below(const struct pst_version *version, uint32_t number)
{
    const struct pst_slot *slot = pst_slots_at(&version->slots, number);

    while (slot->first_child != PST_NO_NUMBER) {
        number = slot->first_child;
        slot = pst_slots_at(&version->slots, number);
    }
    return number;
}

postern_status pst_edit_delete(postern_change *change, uint32_t number)
{
    uint32_t leaf = leaf_below(change->next, number);

    while (leaf != number) {
        uint32_t above = pst_tree_above(change->next, leaf);

        PST_TRY(delete_leaf(change, leaf));
        leaf = leaf_below(change->next, above);
    }
    return delete_leaf(change, number);
}

/* ---- abort -------------------------------------------------------------- */

void pst_edit_undo(postern_change *change)
{
    const uint32_t *numbers = change->made.data;

    for (uint32_t i = 0; i < change->made.count; i++) {
        struct pst_slot *slot = edit_slot(change, numbers[i]);
        const struct pst_record *before = record_before(change, numbers[i]);
        struct pst_record *record = slot ? slot->record : NULL;

        if (record && record != before) {
            if (set_of(record) != set_of(before)) {
                pst_set_free(set_of(record), pool_of(change));
            }
            pst_record_free(record, pool_of(change));
            slot->record = NULL; /* the number may come again */
        }
    }
}
