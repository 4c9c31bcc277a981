/* Ways through the tree of a version, by the links of its slots. */
#ifndef PST_TREE_H
#define PST_TREE_H

#include "prp/version.h"

/* PST_NO_NUMBER for the two places and for a number not in use. */
uint32_t pst_tree_above(const struct pst_version *version, uint32_t number);

/* Where a walk over all that is below `root` is; parents come before their
 * children. */
struct pst_tree_walk {
    uint32_t root;
    uint32_t at;    /* PST_NO_NUMBER: at the end */
    uint32_t depth; /* of `at` below the root */
    struct pst_slots_near near;
};

struct pst_tree_walk pst_tree_walk_from(uint32_t root);
void pst_tree_step(const struct pst_version *version,
                   struct pst_tree_walk *walk);

/* Levels between a resource and the place on top. */
uint32_t pst_tree_depth(const struct pst_version *version, uint32_t number);

/* Whether `number` is `top` or below it. */
bool pst_tree_is_below(const struct pst_version *version, uint32_t number,
                       uint32_t top);

/* Levels below `number`, or `enough` when there are as many. */
uint32_t pst_tree_height(const struct pst_version *version, uint32_t number,
                         uint32_t enough);

#endif
