#include "prp/tree.h"

uint32_t pst_tree_above(const struct pst_version *version, uint32_t number)
{
    const struct pst_slot *slot = pst_slots_at(&version->slots, number);

    return slot ? slot->parent : PST_NO_NUMBER;
}

struct pst_tree_walk pst_tree_walk_from(uint32_t root)
{
    return (struct pst_tree_walk){.root = root, .at = root};
}

void pst_tree_step(const struct pst_version *version,
                   struct pst_tree_walk *walk)
{
    const struct pst_slots *slots = &version->slots;
    const struct pst_slot *slot = pst_slots_look(slots, &walk->near, walk->at);

    if (slot && slot->first_child != PST_NO_NUMBER) {
        walk->at = slot->first_child;
        walk->depth++;
        return;
    }
    while (slot && walk->at != walk->root) {
        if (slot->next != PST_NO_NUMBER) {
            walk->at = slot->next;
            return;
        }
        walk->at = slot->parent;
        walk->depth--;
        slot = pst_slots_look(slots, &walk->near, walk->at);
    }
    walk->at = PST_NO_NUMBER;
}

uint32_t pst_tree_depth(const struct pst_version *version, uint32_t number)
{
    uint32_t depth = 0;

    while (number > PST_OUTSIDE && number != PST_NO_NUMBER) {
        number = pst_tree_above(version, number);
        depth++;
    }
    return depth;
}

bool pst_tree_is_below(const struct pst_version *version, uint32_t number,
                       uint32_t top)
{
    while (number != top && number != PST_NO_NUMBER) {
        number = pst_tree_above(version, number);
    }
    return number == top;
}

uint32_t pst_tree_height(const struct pst_version *version, uint32_t number,
                         uint32_t enough)
{
    struct pst_tree_walk walk = pst_tree_walk_from(number);
    uint32_t height = 0;

    while (walk.at != PST_NO_NUMBER && height < enough) {
        height = walk.depth > height ? walk.depth : height;
        pst_tree_step(version, &walk);
    }
    return height;
}
