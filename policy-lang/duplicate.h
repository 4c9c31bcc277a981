/* Members of one object with one name: which of two counts would be a matter
 * of luck, so there may be none. */
#ifndef PST_DUPLICATE_H
#define PST_DUPLICATE_H

#include "policy-lang/node.h"

/*
 * *duplicate is the first member, in the order of the text, whose name an
 * earlier one has; NULL when there is none.
 *
 * POSTERN_OK, POSTERN_ERR_MEMORY. Cost: n log n comparisons, whoever chose the
 * names; memory for a large object, given back before return.
 */
POSTERN_NODISCARD postern_status pst_duplicate_find(
    const struct pst_node *object, const postern_allocator *allocator,
    const struct pst_node **duplicate);

#endif
