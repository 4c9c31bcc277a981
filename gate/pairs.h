/* Every subscriber with every provider there ever was a consent for. */
#ifndef PST_GATE_PAIRS_H
#define PST_GATE_PAIRS_H

#include "consent/standing.h"

#include <postern/gate.h>

/* A copy, if it is one that can be used. */
bool pst_gate_options_take(postern_gate_options *own,
                           const postern_gate_options *given);

/* Whether a standing could not be loaded because its frames cannot be put
 * together: then it opens nothing, and is no trouble of others. */
bool pst_gate_is_unusable(postern_status status);

/* Hands over how things stand between each, until `take` refuses; what
 * cannot be put together is left out. As pst_standing_load(), and as `take`. */
POSTERN_NODISCARD postern_status pst_gate_each_pair(
    postern_ppm_manager *manager, int64_t now_s,
    const postern_allocator *allocator,
    postern_status (*take)(void *user, const struct pst_standing *standing),
    void *user, postern_diag *diag);

#endif
