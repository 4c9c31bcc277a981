/*
 * Ranges while they are collected, in ascending order; neighbours of one
 * country become one.
 */
#ifndef PST_COUNTRY_DRAFT_H
#define PST_COUNTRY_DRAFT_H

#include "base/vec.h"
#include "pip/country_db.h"

struct pst_country_draft {
    postern_allocator allocator;
    struct pst_vec starts4;
    struct pst_vec starts6;
    bool has_country; /* of any range */
};

void pst_country_draft_init(struct pst_country_draft *draft,
                            const postern_allocator *allocator);
void pst_country_draft_release(struct pst_country_draft *draft);

/* From `first` on, up to the next: the country. The first range of a family
 * begins at 0. POSTERN_ERR_MEMORY, POSTERN_ERR_LIMIT. */
POSTERN_NODISCARD postern_status pst_country_draft_add4(
    struct pst_country_draft *draft, uint32_t first, uint16_t country);
POSTERN_NODISCARD postern_status
pst_country_draft_add6(struct pst_country_draft *draft,
                       struct pst_address6 first, uint16_t country);

/* The database of the ranges; NULL when there is no memory. */
postern_country_db *
pst_country_draft_finish(const struct pst_country_draft *draft,
                         uint64_t built_s);

#endif
