/*
 * From resources to the policies they link to: links that lead nowhere, and
 * policies that leave the creator of a resource without access.
 */
#ifndef PST_CHECK_LINKS_H
#define PST_CHECK_LINKS_H

#include "policy-lang/check_table.h"

struct pst_link {
    uint32_t acp;      /* number of a resource of the policy */
    uint32_t resource; /* the one that links to it */
};

struct pst_links {
    struct pst_link *items; /* ordered */
    uint32_t count;
    /* Of each resource: whether there is nothing to say about its creator,
     * because some policy may let it in or too little is known. */
    bool *let_in;
};

/* Reports links that lead nowhere. Lives as long as the arena. POSTERN_OK,
 * POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_links_make(struct pst_links *links,
                                                struct pst_check *check,
                                                struct pst_arena *arena);

/* Looks who is let in by the privileges of an <accessControlPolicy>, which is
 * that number among the resources. */
void pst_links_follow(struct pst_links *links, struct pst_check *check,
                      uint32_t acp, const struct pst_named_table *table);

/* Reports whom no policy lets in, after all of them were followed. */
void pst_links_report(const struct pst_links *links, struct pst_check *check);

#endif
