/*
 * A key, and the set of them. The loader (jose/jwk*, jose/pem*, jose/keys) is
 * the only one to make them; opening and sealing only read.
 *
 * Invariants of a key in a set: `algs` is not empty, has only algorithms that
 * type, curve and size allow, and is one family (signing, or encrypting); a
 * secret has the length that its algorithms ask for; a public key was checked.
 */
#ifndef PST_KEY_H
#define PST_KEY_H

#include "base/arena.h"

#include <postern/jose.h>

#include <stdatomic.h>

enum pst_key_type { PST_KEY_OCT, PST_KEY_RSA, PST_KEY_EC };

enum pst_curve { PST_CURVE_NONE, PST_P256, PST_P384, PST_P521 };

enum {
    PST_SECRET_MAX = 512, /* bytes of a secret */
    PST_RSA_MAX = 1024    /* bytes of a modulus */
};

struct pst_key {
    postern_str kid; /* absent: the only key of its set, and without a name */
    uint64_t id;     /* random: tells keys apart also where memory is reused */
    uint32_t algs;   /* bits 1 << postern_jose_alg */
    uint32_t encs;   /* bits 1 << postern_jose_enc, not empty */
    enum pst_key_type type;
    enum pst_curve curve; /* EC */
    size_t size;          /* bytes: of the secret, the modulus or the field */
    bool is_private;      /* it can sign or decrypt */
    /* What the two sides of a signature or encryption may be used for: a JWK
     * with use, key_ops; see pst_key_may(). */
    bool may_sign, may_verify, may_encrypt, may_decrypt;
    uint32_t credential_type; /* of the kid, 14 in "14-...", or 0 [CRED-01] */
    postern_suid suid;
    int64_t not_before_s;
    int64_t expires_s;
    postern_protection protection;
    uint32_t owner;
    const uint8_t *secret;    /* OCT without ops; wiped when the set is freed */
    struct evp_pkey_st *pkey; /* RSA, EC: public, or private without ops */
    bool has_ops;
    postern_key_ops ops;
    _Atomic uint64_t *seals_left; /* by `dir` [ESD-03] */
};

struct postern_keys {
    postern_allocator allocator;
    struct pst_arena arena;
    struct pst_key *keys;
    size_t count;
    size_t capacity;
    /* by kid: jose/keys.c */
    uint32_t *table;
    size_t table_size;
    uint64_t hash_key[2];
};

/* The key of that name, byte by byte; with an absent kid the only key of a set
 * of one. NULL: there is none. Cost: one keyed hash, one comparison. */
const struct pst_key *pst_keys_find(const postern_keys *keys, postern_str kid);

enum pst_key_use { PST_SIGN, PST_VERIFY, PST_ENCRYPT, PST_DECRYPT };

/* Whether a key may be used so at that time: lifetime, use and key_ops, the
 * type of its Credential-ID and its SUID [CRED-03] [KEY-02] [KEY-03]. Which
 * algorithm is pinned to it is not asked here. */
bool pst_key_may(const struct pst_key *key, enum pst_key_use use,
                 bool time_known, int64_t time_s);

#endif
