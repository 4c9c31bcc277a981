/*
 * Whose tokens count, by which keys and for what: compiled from a document.
 * Immutable once made. [JWT-10]
 *
 * Invariants: a key belongs to one issuer (its `owner` is that issuer's number)
 * or is one of our own to decrypt with (PST_NO_ISSUER). Each has one algorithm,
 * and that is one of its issuer's. No two have one name, and no secret is known
 * to two owners. [JWT-14] [JWT-15] [JWT-20]
 */
#ifndef PST_ISSUERS_H
#define PST_ISSUERS_H

#include "base/arena.h"
#include "jose/key.h"
#include "policy-lang/node.h"

#include <postern/token.h>

#define PST_NO_ISSUER UINT32_MAX /* owner of our own keys */

struct pst_texts {
    const postern_str *items;
    size_t count;
};

struct pst_issuer {
    postern_str id; /* absolute; iss is compared with it byte by byte */
    uint32_t algs;  /* bits 1 << postern_jose_alg */
    uint32_t encs;  /* bits 1 << postern_jose_enc, not empty */
    uint32_t kinds; /* bits 1 << postern_jose_kind, not empty */
    bool require_audience;
    bool any_audience;
    bool single_audience; /* aud may be a text instead of a list [JWT-04] */
    bool may_grant_privileges;
    bool unmapped_claims;
    int64_t leeway_s;              /* 0..60 */
    struct pst_texts versions;     /* at least one */
    struct pst_texts role_domains; /* at least one, unless none may be named */
    bool any_resource;             /* `resources` is not looked at */
    const postern_id *resources;
    size_t resource_count;
    bool any_token_domain; /* `token_domains` is not looked at */
    struct pst_texts token_domains;
};

struct postern_issuers {
    struct pst_arena arena; /* owns everything below but the keys */
    postern_cse cse;
    postern_keys *keys; /* of all issuers, and ours of the document */
    /* Ours from elsewhere: what is decrypted by one of these proves nobody,
     * whatever owner it is said to have. NULL: none. */
    const postern_keys *decryption_keys;
    struct pst_issuer *issuers; /* in the order of the document */
    size_t issuer_count;
    struct pst_texts revoked; /* in the order of pst_str_order() */
    /* Random, never 0: what was verified under other issuers has another, also
     * where memory is used again. */
    uint64_t generation;
};

/*
 * Issuers as the "trust" of a document that is read already.
 *
 * @param trust  an object with token_issuers, decryption_keys, revoked_tokens;
 *               NULL: nobody is trusted. Not needed afterwards
 * @return as postern_issuers_load(); refusals point into the document
 */
POSTERN_NODISCARD postern_status pst_issuers_of_trust(
    postern_issuers **issuers, const struct pst_document *document,
    const struct pst_node *trust, const postern_issuers_options *options,
    postern_diag *diag);

/* The issuer that a key belongs to; NULL: it is our own. [TOK-05] */
const struct pst_issuer *pst_issuer_of(const postern_issuers *issuers,
                                       const struct pst_key *key);

/* [TOK-17] Cost: logarithmic. */
bool pst_is_revoked(const postern_issuers *issuers, postern_str token_id);

#endif
