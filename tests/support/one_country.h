/* A country database in which every IPv4 address is in one country, or, for "",
 * in none. */
#ifndef TESTS_SUPPORT_ONE_COUNTRY_H
#define TESTS_SUPPORT_ONE_COUNTRY_H

#include "pip/country_draft.h"

#include <string.h>

/* NULL: no memory. */
static inline postern_country_db *
one_country(const char *country, const postern_allocator *allocator)
{
    postern_allocator heap = pst_allocator_of(allocator);
    struct pst_country_draft draft;
    postern_country_db *db = NULL;

    pst_country_draft_init(&draft, &heap);
    if (pst_country_draft_add4(&draft, 0,
                               pst_country_of_text(country, strlen(country))) ==
        POSTERN_OK) {
        db = pst_country_draft_finish(&draft, 1);
    }
    pst_country_draft_release(&draft);
    return db;
}

#endif
