/*
 * A manager of few lines for tests of the gate: pairs that a test fills in, and
 * a listener that the test has called. A column is open when every point is
 * green.
 *
 *   struct postern_ppm_manager manager = {.pairs = pairs, .count = 2};
 *   postern_gate_open(&gate, &manager, ...);
 *   pairs[0].consent.state = POSTERN_CONSENT_WITHDRAWN;
 *   fake_announce(&manager, 0, now_s);
 */
#ifndef TESTS_SUPPORT_FAKE_MANAGER_H
#define TESTS_SUPPORT_FAKE_MANAGER_H

#include "consent/standing.h"

enum { FAKE_TERMS = 3 };

struct fake_pair {
    struct pst_asp asp;
    struct pst_subscriber subscriber;
    const char *terms[FAKE_TERMS]; /* one frame, or several; ends with NULL */
    const char *wishes;
    postern_consent consent;
    bool shut;      /* no column is open, whatever is green */
    bool is_broken; /* its frames cannot be put together */
};

struct postern_ppm_manager {
    struct fake_pair *pairs;
    size_t count;
    const postern_allocator *allocator; /* of standings; NULL: malloc */
    bool listens;
    postern_ppm_listener listener;
    postern_diag diag; /* of the last announcement */
};

/* As a call of the manager does that changes these pairs: prepares each, then
 * commits or, when one is refused, aborts. */
postern_status fake_announce(postern_ppm_manager *manager, const size_t *pairs,
                             size_t count, int64_t now_s);

/* Whether a frame can be loaded. */
bool fake_frame_loads(const char *text);

#endif
