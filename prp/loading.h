/* Resources of documents on their way into a store: what putting one, and
 * putting many, have in common. */
#ifndef PST_LOADING_H
#define PST_LOADING_H

#include "policy-lang/address_index.h"
#include "policy-lang/reader.h"

#include <postern/prp.h>

struct pst_loading {
    postern_change *change;
    postern_diag *diag;
    const postern_cse *cse;            /* that the store is for */
    postern_allocator allocator;       /* of the store */
    postern_builder_options compiling; /* of its ACPs */
    bool base_unknown; /* the document does not say what its CSEBase is */
    bool lookup_failed;
};

/* The loading stays where it is while it is used: its options point to it. */
void pst_loading_init(struct pst_loading *self, postern_change *change,
                      postern_diag *diag);

/*
 * Puts a resource. An ACP is compiled by itself, with the groups that the
 * change has by now. [PRP-11] [ORI-14]
 *
 * @param in  what has read it just now; NULL for one of a policy
 * @return as postern_change_put(); refusals point into the document
 */
POSTERN_NODISCARD postern_status
pst_loading_put(struct pst_loading *self, const struct pst_resource *resource,
                struct pst_reader *in);

/* The CSEBase of a policy; where that does not say, an ID that is no resource's
 * stands for it. */
struct pst_base pst_base_for(const postern_policy *policy);

/* An empty store for the resources of a policy. As postern_store_new(). */
POSTERN_NODISCARD postern_status pst_store_for(postern_store **store,
                                               const postern_policy *policy,
                                               postern_diag *diag);

#endif
