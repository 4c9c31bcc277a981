/*
 * Whom the CSE trusts: the authorities whose roles count, and which identities
 * the credentials of security associations stand for. Immutable once made.
 */
#ifndef PST_TRUST_H
#define PST_TRUST_H

#include "base/arena.h"

#include <postern/engine.h>

/* A row of the association table. [SAEF-12] */
struct pst_trusted_credential {
    postern_str id;
    postern_association_kind kind;
    postern_texts identities;
    bool expires;
    int64_t expires_s;
    size_t number; /* where it was given, from 0 */
};

struct pst_trust {
    struct pst_arena arena; /* owns everything below */
    postern_id *issuers;
    size_t issuer_count;
    struct pst_trusted_credential *credentials; /* by ID */
    size_t credential_count;
};

/* What a refusal is about: the n-th issuer or credential, and of that the
 * member, perhaps an entry of its list. */
enum pst_trust_part {
    PST_TRUST_ISSUER,
    PST_TRUST_CREDENTIAL,
    PST_TRUST_ID,
    PST_TRUST_KIND,
    PST_TRUST_IDENTITIES,
    PST_TRUST_IDENTITY
};

struct pst_trust_fault {
    enum pst_trust_part part;
    size_t number;
    size_t identity;
    const char *message; /* NULL: there is no fault */
    const char *clause;
};

/* A copy of the given, checked. POSTERN_OK; POSTERN_ERR_POLICY and *fault;
 * POSTERN_ERR_MEMORY. `cse` outlives it. */
POSTERN_NODISCARD postern_status
pst_trust_make(struct pst_trust **trust, const postern_trust *given,
               const postern_cse *cse, const postern_allocator *allocator,
               struct pst_trust_fault *fault);
void pst_trust_free(struct pst_trust *trust);

/* Both take NULL for "nobody". Cost: linear in the issuers; logarithmic in the
 * credentials. */
bool pst_trusts_issuer(const struct pst_trust *trust, const postern_id *issuer);
const struct pst_trusted_credential *
pst_trust_find(const struct pst_trust *trust, postern_str credential);

#endif
