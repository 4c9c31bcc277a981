/*
 * Which frames make up the stack of a subscriber and a provider: the provider's
 * terms, the preferences of the subscriber, what parents say, and the laws of
 * where the subscriber, or a device, is. [PPM-07] [PPM-08] [PPM-13]
 *
 * A device with a place of its own is under the laws of that place and of no
 * other; everything else is under those of the residence.
 */
#ifndef PST_CONSENT_FRAMES_H
#define PST_CONSENT_FRAMES_H

#include "consent/frame_cache.h"
#include "consent/records.h"
#include "consent/stored.h"

struct pst_frames {
    struct pst_asp asp;
    struct pst_subscriber subscriber;
    const postern_ppm_frame *frames[POSTERN_PPM_MAX_FRAMES];
    struct pst_cached_frame *held[POSTERN_PPM_MAX_FRAMES];
    uint32_t count;
    /* Everything it was put together from, the two records first. */
    struct pst_stored_source sources[POSTERN_PPM_MAX_FRAMES + 2];
    uint32_t source_count;
    postern_str *devices; /* those with a place of their own */
    uint32_t device_count;
};

/*
 * What is registered now for a subscriber and a provider, in that order in
 * `pair`. Within a transaction; records live in the arena. Release it whatever
 * the answer.
 *
 * POSTERN_ERR_POLICY: one of the two, terms or preferences are not registered;
 * _LIMIT: too many frames.
 */
POSTERN_NODISCARD postern_status pst_frames_find(postern_ppm_manager *manager,
                                                 struct pst_arena *arena,
                                                 const postern_str pair[2],
                                                 struct pst_frames *frames,
                                                 postern_diag *diag);

/* The same as it was when a consent was accepted. */
POSTERN_NODISCARD postern_status
pst_frames_accepted(postern_ppm_manager *manager, struct pst_arena *arena,
                    const struct pst_stored_consent *stored,
                    struct pst_frames *frames, postern_diag *diag);

/* The stack lives no longer than the frames, nor they than the arena. */
POSTERN_NODISCARD postern_status pst_frames_stack(postern_ppm_manager *manager,
                                                  struct pst_frames *frames,
                                                  int64_t now_s,
                                                  postern_ppm_stack **stack,
                                                  postern_diag *diag);

void pst_frames_release(struct pst_frames *frames);

/* Reads a registered record by its hash. */
POSTERN_NODISCARD postern_status pst_consent_record_load(
    postern_ppm_manager *manager, struct pst_arena *arena, postern_str hash,
    struct pst_document *document, postern_diag *diag);

/* What table "current" says of a document; hash absent when there is none. */
POSTERN_NODISCARD postern_status
pst_current_get(postern_ppm_manager *manager, struct pst_arena *arena,
                const postern_str parts[3], struct pst_stored_source *source,
                postern_diag *diag);

#endif
