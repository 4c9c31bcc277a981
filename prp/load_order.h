/*
 * In which order the resources of a policy go into a store: parents before
 * their children, groups before the ACPs that may name them, whatever the order
 * of the documents.
 */
#ifndef PST_LOAD_ORDER_H
#define PST_LOAD_ORDER_H

#include "policy-lang/policy.h"

struct pst_load_order {
    const uint32_t *numbers; /* of resources; as many as the policy has */
    /* A group has an ACP above it, so it comes after: the ACPs have to be
     * compiled again at the end. */
    bool acps_again;
};

/*
 * POSTERN_OK; POSTERN_ERR_POLICY when parents go round in a circle, with the
 * place of one of them [PRP-10]; POSTERN_ERR_MEMORY.
 *
 * Cost: that of looking every parent up.
 */
POSTERN_NODISCARD postern_status
pst_load_order_make(struct pst_load_order *order, const postern_policy *policy,
                    struct pst_arena *arena, postern_diag *diag);

#endif
