/*
 * What was accepted with one version of a consent: the frames as they were
 * then, side by side again, and which of their columns it was about.
 */
#ifndef PST_CONSENT_ACCEPTED_H
#define PST_CONSENT_ACCEPTED_H

#include "consent/frame_cache.h"
#include "consent/stored.h"

struct pst_accepted {
    struct pst_stored_consent *stored;
    struct pst_cached_frame *held[POSTERN_PPM_MAX_FRAMES];
    uint32_t held_count;
    postern_ppm_stack *stack;
    const bool *columns; /* by column of the stack: whether it was opened */
};

/*
 * Within a transaction; release it whatever the answer. POSTERN_OK;
 * POSTERN_ERR_POLICY (E_NO_CONSENT); _IO (what is stored is damaged), _MEMORY;
 * as the storage.
 */
POSTERN_NODISCARD postern_status pst_accepted_load(
    postern_ppm_manager *manager, const postern_str pair[2], uint32_t version,
    struct pst_accepted *accepted, postern_diag *diag);
void pst_accepted_release(struct pst_accepted *accepted);

#endif
