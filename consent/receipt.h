/*
 * The receipt of one version of one consent: JSON in one line, with the fields
 * of ISO/IEC TS 27560, made of the terms as they were accepted and of nothing
 * else. What they do not say is left out. [PPM-25]
 */
#ifndef PST_CONSENT_RECEIPT_H
#define PST_CONSENT_RECEIPT_H

#include "base/arena.h"

#include <postern/consent.h>

struct pst_receipt_of {
    const postern_consent *consent;
    const postern_ppm_stack *stack; /* of the frames that were accepted */
    const bool *accepted;           /* by column of the stack */
};

/* The text is in the arena. POSTERN_OK, _MEMORY. */
POSTERN_NODISCARD postern_status
pst_receipt_write(const struct pst_receipt_of *of, struct pst_arena *arena,
                  postern_str *text);

#endif
