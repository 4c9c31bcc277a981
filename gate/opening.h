/*
 * What a consent opens: for each resource of the subscriber and each
 * application of the provider a link, and the policies that open links lead to.
 * Everything lives in one arena. [PPM-03] [PPM-24]
 */
#ifndef PST_GATE_OPENING_H
#define PST_GATE_OPENING_H

#include "consent/standing.h"
#include "gate/terms.h"

#include <postern/gate.h>

/* A policy: who may read, from where, until when. It names no subscriber, and
 * is shared by all that accepted the same. */
struct pst_gate_policy {
    postern_str id;  /* ppm-PROVIDER-HASH of the key */
    postern_str key; /* whose, of which application, for which context and end,
                        for which rows of sharing */
    const postern_str *originators; /* canonical, in order, each once */
    size_t originator_count;
    bool anywhere;
    struct pst_ppm_nations nations;
    int64_t expires_s;
};

enum pst_gate_stand {
    PST_GATE_NONE,   /* no consent holds */
    PST_GATE_CLOSED, /* one does, and not for this */
    PST_GATE_OPEN
};

struct pst_gate_link {
    uint32_t resource; /* among those of the opening */
    enum pst_gate_stand stand;
    postern_str application;
    const struct pst_gate_policy *policy; /* of an open one, else NULL */
    const uint64_t *askers; /* hashes of those that belong to it */
    size_t asker_count;
    int64_t ends_s; /* first second in which it does not hold */
    struct pst_gate_span interval;
    struct pst_gate_span kept;
};

struct pst_gate_opening {
    postern_str subscriber;
    postern_str provider;
    postern_str consent;
    uint32_t version;
    bool in_force;
    int64_t from_s;
    const struct pst_subscriber_resource *resources;
    uint32_t resource_count;
    const struct pst_gate_link *links; /* by resource, then application */
    size_t link_count;
    const struct pst_gate_policy *const *policies; /* each once */
    size_t policy_count;
};

enum pst_gate_ends {
    PST_GATE_ENDS_EXACT, /* policies never expire: their links end */
    PST_GATE_ENDS_EARLY  /* policies expire, by the day, hour or second */
};

/* A row that is practised in an open column. */
typedef void pst_gate_practised_fn(void *user, postern_str provider,
                                   postern_str application, uint32_t row);

struct pst_gate_making {
    struct pst_arena *arena;
    const postern_gate_options *options;
    int64_t now_s;
    enum pst_gate_ends ends;
    pst_gate_practised_fn *practised; /* NULL: nobody listens */
    void *user;
    postern_diag *diag;
};

/*
 * `consent` is that of the standing, or what is about to become of it. Nothing
 * of the standing is kept.
 *
 * POSTERN_OK, _MEMORY, _POLICY (an originator or a resource ID that is none).
 */
POSTERN_NODISCARD postern_status pst_gate_opening_make(
    const struct pst_gate_making *making, const struct pst_standing *standing,
    const postern_consent *consent, struct pst_gate_opening *opening);

/* What an earlier opening is once its consent opens nothing any more. Nothing
 * of the earlier one is kept. POSTERN_OK, _MEMORY. */
POSTERN_NODISCARD postern_status pst_gate_opening_close(
    struct pst_arena *arena, const postern_consent *consent,
    const struct pst_gate_opening *before, struct pst_gate_opening *opening);

/* Whether a consent is one under which something may be open. */
bool pst_gate_is_in_force(const postern_consent *consent);

/* When a policy expires for a link that ends: never later, and not too early.
 * [PPM-24] */
int64_t pst_gate_expiry(int64_t ends_s, int64_t now_s);

#endif
