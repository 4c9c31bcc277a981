/*
 * Frames that many subscribers share, terms and laws, kept parsed by the hash
 * of their text. A text never changes under its hash, so nothing here gets old.
 *
 * Invariant: a frame is freed when nobody holds it and it is not in the cache.
 */
#ifndef PST_CONSENT_FRAME_CACHE_H
#define PST_CONSENT_FRAME_CACHE_H

#include "consent/manager.h"

struct pst_cached_frame {
    postern_allocator allocator;
    char hash[65];
    uint32_t holders; /* the cache among them */
    postern_ppm_frame *frame;
};

/* The frame with that hash, within a transaction; give it back. POSTERN_ERR_IO:
 * it is not stored, or damaged. `shared`: keep it for others. */
POSTERN_NODISCARD postern_status pst_frame_take(postern_ppm_manager *manager,
                                                postern_str hash, bool shared,
                                                struct pst_cached_frame **held,
                                                postern_diag *diag);
void pst_frame_give(struct pst_cached_frame *held);

void pst_frame_cache_empty(postern_ppm_manager *manager);

/*
 * What a registered text says: of a compact JWS the payload, not verified here,
 * since that was done before it was stored. It may be the text itself, or lives
 * in the arena. Absent: no memory, or no base64url.
 */
postern_str pst_payload_of(struct pst_arena *arena, postern_str registered);

/* That of the text with a hash, and what it is written in. POSTERN_ERR_IO: it
 * is not stored. */
POSTERN_NODISCARD postern_status pst_registered_text(
    postern_ppm_manager *manager, struct pst_arena *arena, postern_str hash,
    struct pst_document *document, postern_diag *diag);
POSTERN_NODISCARD postern_status pst_registered_put(
    postern_ppm_manager *manager, postern_str hash, postern_str text,
    enum pst_format format, postern_diag *diag);

/* Whether a text is three parts of base64url. */
bool pst_is_compact_jws(postern_str text);

#endif
