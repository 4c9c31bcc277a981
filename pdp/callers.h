/* Remembered callers: what their tests look at besides decisions. */
#ifndef PST_CALLERS_H
#define PST_CALLERS_H

#include <postern/pdp.h>

/* Who asks, as the request brings it. */
struct pst_asked {
    postern_str text;
    const postern_id *groups;
    const postern_id *roles;
    size_t group_count;
    size_t role_count;
    uint64_t tag; /* of all the others; leads to an entry; never 0 */
};

/* The text is there. */
struct pst_asked pst_asked_of(postern_str text, const postern_request *request);

/* Who asks, if that was resolved for this set and is remembered; or NULL. */
const postern_principal *pst_callers_recall(const postern_callers *callers,
                                            const postern_acp_set *set,
                                            const struct pst_asked *asked);

#endif
