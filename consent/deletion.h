/*
 * Requests to delete as they are stored.
 *
 *   deletion    number               what is asked of whom, and how it stands
 *   deletionof  subscriber / number  nothing: those of one person
 *
 * Numbers are written with ten digits, so both are in the order in which they
 * were asked. An id is "d-" and the number.
 */
#ifndef PST_CONSENT_DELETION_H
#define PST_CONSENT_DELETION_H

#include "consent/manager.h"

#define PST_DELETIONS "deletion"
#define PST_DELETIONS_OF "deletionof"

/* Both within a transaction, with texts in the memory of the call. In storage
 * and here `state` is what was noted, never OVERDUE. */
POSTERN_NODISCARD postern_status
pst_deletion_put(postern_ppm_manager *manager, const postern_deletion *deletion,
                 postern_diag *diag);
/* From the JSON that was stored. */
POSTERN_NODISCARD postern_status pst_deletion_read(postern_ppm_manager *manager,
                                                   postern_str text,
                                                   postern_deletion *deletion,
                                                   postern_diag *diag);

/* The number in an id, written in the one way there is; false: it is none. */
bool pst_deletion_number(postern_str id, uint64_t *number);

/* As it is at a time: OVERDUE when it is due and not answered for good. */
postern_deletion pst_deletion_at(const postern_deletion *deletion,
                                 int64_t now_s);

#endif
