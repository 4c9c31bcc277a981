/* How versions come to be and go. */
#ifndef PST_VERSION_MEMORY_H
#define PST_VERSION_MEMORY_H

#include "prp/version.h"

/* The first version: the two places, and nothing else. POSTERN_OK,
 * POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_version_make(
    struct pst_version **version, const struct pst_store_settings *settings,
    struct pst_pool *pool);

/* The same again, to be changed. NULL: no memory. */
struct pst_version *pst_version_copy(const struct pst_version *version,
                                     struct pst_pool *pool);

/* Frees a copy with what the change in progress has made, but for records. */
void pst_version_drop(struct pst_version *version, struct pst_pool *pool);

/* Frees a version with all it is made of. */
void pst_version_free(struct pst_version *version, struct pst_pool *pool);

/* Of a record that nobody can see, but for the set of an ACP. */
void pst_record_free(struct pst_record *record, struct pst_pool *pool);

/* A set that the store owns and nobody can see; NULL is allowed. */
void pst_set_free(const postern_acp_set *set, struct pst_pool *pool);

/* The same of what readers may see. */
POSTERN_NODISCARD postern_status
pst_record_retire(const struct pst_record *record, struct pst_pool *pool);
POSTERN_NODISCARD postern_status pst_set_retire(const postern_acp_set *set,
                                                struct pst_pool *pool);

#endif
