/*
 * The steps of a change, once it is clear that it may be made. Each answers
 * POSTERN_OK or, but for the limit named, POSTERN_ERR_MEMORY: then the change
 * can only be aborted.
 *
 * A record or set that the change has made, nobody else has seen: what replaces
 * it frees it at once. What readers may see is retired.
 */
#ifndef PST_EDIT_H
#define PST_EDIT_H

#include "prp/put_check.h"
#include "prp/store.h"

/* Takes the record over, whatever the answer; its set only with POSTERN_OK.
 * POSTERN_ERR_LIMIT: every number is in use, nothing has changed. */
POSTERN_NODISCARD postern_status pst_edit_put(postern_change *change,
                                              struct pst_record *record,
                                              struct pst_place place);

/* With all that is below. */
POSTERN_NODISCARD postern_status pst_edit_delete(postern_change *change,
                                                 uint32_t number);

/* Frees the records and sets that the change has made. */
void pst_edit_undo(postern_change *change);

#endif
