/*
 * What a store keeps of a resource: one block, never written once it is made,
 * and small, since there may be millions. Attributes that a resource does not
 * have take no room.
 */
#ifndef PST_RECORD_H
#define PST_RECORD_H

#include "prp/pool.h"

#include <postern/prp.h>

struct pst_record;
struct pst_store_settings;

enum { PST_TEXT_MAX = UINT16_MAX }; /* bytes of one text */

/*
 * A copy of a resource that has been checked, but for its parent, which is a
 * link of its slot. The set of an ACP is not copied: record and store agree on
 * who frees it.
 *
 * POSTERN_OK, POSTERN_ERR_MEMORY, POSTERN_ERR_LIMIT (4 GiB).
 */
POSTERN_NODISCARD postern_status pst_record_make(
    struct pst_record **record, const struct pst_store_settings *settings,
    const postern_resource *resource, struct pst_pool *pool);

/* Of the block, without the set. Cost: linear in the list entries. */
size_t pst_record_size(const struct pst_record *record);

uint32_t pst_record_type(const struct pst_record *record);
postern_str pst_record_id(const struct pst_record *record);
postern_str pst_record_name(const struct pst_record *record); /* or absent */

/* Of an ACP, else NULL. */
const postern_acp_set *pst_record_set(const struct pst_record *record);

/* The resource again, without its parent. Texts and lists are those of the
 * record. */
void pst_record_read(const struct pst_record *record,
                     postern_resource *resource);

/* Whom a list of members may name: pst_member_word() of each, in ascending
 * order; as many as there are members. NULL: there is no such list. */
const uint64_t *pst_record_member_words(const struct pst_record *record,
                                        postern_texts *members);

#endif
