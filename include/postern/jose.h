/*
 * Postern, JOSE: the part of RFC 7515 to 7519 that oneM2M uses (TS-0003 8.5.3),
 * and nothing else of it.
 *
 *   JWS   HS256 HS384 HS512  RS256 RS384 RS512  ES256 ES384 ES512   [ESD-22]
 *   JWE   dir  A128KW A192KW A256KW  RSA-OAEP-256
 *         ECDH-ES+A128KW ECDH-ES+A192KW ECDH-ES+A256KW              [ESD-20]
 *         with A128GCM A192GCM A256GCM                              [ESD-21]
 *   nested: an RS or ES signature inside any of these encryptions
 *
 * Compact serialization only [JWT-01]. "none", compression, keys or addresses
 * of keys in headers and critical extensions do not exist here. [JWT-16]
 *
 * Thread safety: postern_keys is built by one thread, then only read: share it
 * freely. A postern_jose belongs to one thread at a time.
 */
#ifndef POSTERN_JOSE_H
#define POSTERN_JOSE_H

#include <postern/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* OpenSSL's EVP_PKEY, so that this header needs none of its own. */
struct evp_pkey_st;

typedef enum postern_jose_alg {
    POSTERN_ALG_NONE = 0, /**< no algorithm; never "none" of RFC 7518 */
    POSTERN_ALG_HS256 = 1,
    POSTERN_ALG_HS384 = 2,
    POSTERN_ALG_HS512 = 3,
    POSTERN_ALG_RS256 = 4,
    POSTERN_ALG_RS384 = 5,
    POSTERN_ALG_RS512 = 6,
    POSTERN_ALG_ES256 = 7,
    POSTERN_ALG_ES384 = 8,
    POSTERN_ALG_ES512 = 9,
    POSTERN_ALG_DIR = 10,
    POSTERN_ALG_A128KW = 11,
    POSTERN_ALG_A192KW = 12,
    POSTERN_ALG_A256KW = 13,
    POSTERN_ALG_RSA_OAEP_256 = 14,
    POSTERN_ALG_ECDH_ES_A128KW = 15,
    POSTERN_ALG_ECDH_ES_A192KW = 16,
    POSTERN_ALG_ECDH_ES_A256KW = 17
} postern_jose_alg;

typedef enum postern_jose_enc {
    POSTERN_ENC_NONE = 0,
    POSTERN_ENC_A128GCM = 1,
    POSTERN_ENC_A192GCM = 2,
    POSTERN_ENC_A256GCM = 3
} postern_jose_enc;

/** "ES256"; "" for a number that is none. Static. */
POSTERN_API const char *postern_jose_alg_name(postern_jose_alg alg);
POSTERN_API const char *postern_jose_enc_name(postern_jose_enc enc);
/** By its exact name, case and all; NONE for any other text. */
POSTERN_API postern_jose_alg postern_jose_alg_of(postern_str name);
POSTERN_API postern_jose_enc postern_jose_enc_of(postern_str name);

/** What protects a text. */
typedef enum postern_jose_kind {
    POSTERN_JOSE_ANY = 0,
    POSTERN_JOSE_JWS = 1,   /**< signature-only */
    POSTERN_JOSE_JWE = 2,   /**< encryption-only */
    POSTERN_JOSE_NESTED = 3 /**< a JWS inside a JWE, cty "JWT" */
} postern_jose_kind;

/**
 * Why a token is refused. To the peer all but the first three (and those of
 * them only by the status 4000) look alike; the exact one is for logs.
 * Values are never reused.
 */
typedef enum postern_refusal {
    POSTERN_REFUSAL_NONE = 0,
    POSTERN_REFUSAL_TOO_LARGE = 1,
    POSTERN_REFUSAL_NOT_DYNAUTHJWT = 2, /**< not 3 or 5 parts of strict
                                             base64url, or a part is empty that
                                             may not be */
    POSTERN_REFUSAL_BAD_HEADER = 3,     /**< no strict JSON object, or a member
                                             of the wrong type */
    POSTERN_REFUSAL_HEADER_NOT_ALLOWED = 4, /**< crit zip jwk jku x5u x5c ... */
    POSTERN_REFUSAL_BAD_TYP_CTY = 5,
    POSTERN_REFUSAL_UNKNOWN_KID = 6,
    POSTERN_REFUSAL_KEY_USAGE = 7, /**< lifetime, type of Credential-ID, SUID,
                                        use, or no private part */
    POSTERN_REFUSAL_ALG_NOT_PERMITTED = 8, /**< alg, enc or kind */
    POSTERN_REFUSAL_BAD_CRYPTO = 9, /**< signature, MAC, tag, sizes, point: one
                                         answer for all */
    POSTERN_REFUSAL_BAD_NESTING = 10,
    POSTERN_REFUSAL_BAD_CLAIMS = 11,
    POSTERN_REFUSAL_WRONG_ISSUER = 12,
    POSTERN_REFUSAL_WRONG_AUDIENCE = 13,
    POSTERN_REFUSAL_WRONG_HOLDER = 14,
    POSTERN_REFUSAL_NOT_YET_VALID = 15,
    POSTERN_REFUSAL_EXPIRED = 16,
    POSTERN_REFUSAL_TOKEN_NOT_FOUND = 17,
    POSTERN_REFUSAL_REVOKED = 18,
    POSTERN_REFUSAL_TOO_MANY = 19, /**< tokens in one request */
    POSTERN_REFUSAL_MEMORY = 20    /**< it could not be looked at */
} postern_refusal;

/** The word of a refusal: "bad-crypto". Static, never NULL. */
POSTERN_API const char *postern_refusal_word(postern_refusal refusal);
/** A sentence for people. Static, never NULL. */
POSTERN_API const char *postern_refusal_text(postern_refusal refusal);

/* ------------------------------------------------------------------------
 * Keys
 * --------------------------------------------------------------------- */

/** How well a private or secret key is kept (TS-0003 6.3.1). [SE-01] [SE-02] */
typedef enum postern_protection {
    POSTERN_PROTECTION_NONE = 0,
    POSTERN_PROTECTION_LOW = 1, /**< in this process's memory */
    POSTERN_PROTECTION_MEDIUM = 2,
    POSTERN_PROTECTION_HIGH = 3
} postern_protection;

/**
 * Private-key operations done elsewhere: a UICC, a TEE, an HSM. An operation
 * that is NULL is not offered. There is none that gives the key away. [SE-03]
 *
 * Each writes at most *size bytes to `out` and sets *size. Any status but
 * POSTERN_OK refuses the token. They may be called by several threads at once,
 * and may block: what waits is that request.
 */
typedef struct postern_key_ops {
    void *user;
    /** JWS signature in JOSE form (ES: R and S, n bytes each), of `input`
     * itself, not of a digest of it. */
    postern_status (*sign)(void *user, postern_jose_alg alg, postern_str input,
                           uint8_t *out, size_t *size);
    /** HMAC of `input`. */
    postern_status (*mac)(void *user, postern_jose_alg alg, postern_str input,
                          uint8_t *out, size_t *size);
    /** The CEK in an encrypted key: AES key unwrap or RSA-OAEP-256. */
    postern_status (*unwrap)(void *user, postern_jose_alg alg,
                             postern_str wrapped, uint8_t *out, size_t *size);
    /** ECDH with an uncompressed point (04 x y) that was checked to be on the
     * key's curve: the x coordinate, of the field's length. */
    postern_status (*derive)(void *user, postern_str point, uint8_t *out,
                             size_t *size);
    void (*destroy)(void *user); /**< when the keys are freed; may be NULL */
} postern_key_ops;

/** SUID: what a provisioned key may be used for (TS-0004 6.3.4.2.39). [KEY-03]
 * 0: it has none. */
typedef uint32_t postern_suid;

/** What is to be known of a key besides its value; start with
 * postern_key_facts_init(). Where the JWK says the same they must agree. */
typedef struct postern_key_facts {
    size_t struct_size;
    postern_str kid;      /**< a Credential-ID, or a bare name */
    postern_jose_alg alg; /**< the one algorithm; NONE: what the JWK says */
    /** Bits 1 << alg: of a key whose alg nobody tells, those that its type, use
     * and length allow are permitted as far as they are in here. 0: a key that
     * does not say its algorithm, and allows more than one, is refused. */
    uint32_t algs_if_untold;
    uint32_t encs; /**< bits 1 << enc for content; 0: any */
    postern_suid suid;
    int64_t not_before_s;          /**< INT64_MIN: no limit */
    int64_t expires_s;             /**< INT64_MAX: never [KEY-04] */
    postern_protection protection; /**< 0: LOW */
    uint32_t owner; /**< the caller's number for whom it belongs to; the token
                         layer's is that of the issuer */
    /** Seals by `dir` that the key may still be used for; 0: 2^32. [ESD-03] */
    uint64_t max_seals;
} postern_key_facts;

POSTERN_API void postern_key_facts_init_sized(postern_key_facts *facts,
                                              size_t struct_size);
#define postern_key_facts_init(facts)                                          \
    postern_key_facts_init_sized((facts), sizeof(postern_key_facts))

typedef struct postern_keys postern_keys;

/** An empty set.
 * @return POSTERN_OK, POSTERN_ERR_MEMORY, POSTERN_ERR_INTERNAL (no randomness)
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_keys_new(postern_keys **keys, const postern_allocator *allocator);
/** Wipes and frees; nobody may be using it. */
POSTERN_API void postern_keys_free(postern_keys *keys);
POSTERN_API size_t postern_keys_count(const postern_keys *keys);

/**
 * Adds the keys of a JWK set, or one JWK (RFC 7517): all or none.
 *
 * Refused are: members twice; kty other than oct, RSA, EC P-256/P-384/P-521;
 * RSA under 2048 bits or over 8192, an even or small e, a modulus of the ROCA
 * kind; points off the curve, coordinates that are not of the field's length;
 * secrets shorter than their algorithm asks for or of the wrong length; use,
 * key_ops, alg, kid and facts that contradict each other; a kid twice; a kid
 * that is a Credential-ID of another use [CRED-03]; a set with several keys one
 * of which has no kid; symmetric and asymmetric keys mixed in one set.
 *
 * Besides the members of RFC 7517 a JWK may say "nbf" and "exp", seconds since
 * 1970, between which it may be used, and "suid". [KEY-02] [KEY-04]
 *
 * @param facts  for all keys of the text; NULL: nothing besides. Of two
 *               lifetimes the narrower counts
 * @return POSTERN_OK, POSTERN_ERR_SYNTAX, POSTERN_ERR_POLICY (diag->path says
 *         where), POSTERN_ERR_LIMIT, POSTERN_ERR_MEMORY
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_keys_add_jwks(postern_keys *keys, postern_str text,
                      const postern_key_facts *facts, postern_diag *diag);

/** Adds one public or private RSA or EC key in PEM; no passphrases. A
 * certificate gives its public key and is not verified. Facts need a kid. */
POSTERN_API POSTERN_NODISCARD postern_status
postern_keys_add_pem(postern_keys *keys, postern_str text,
                     const postern_key_facts *facts, postern_diag *diag);

/** Adds a key that OpenSSL holds, also one of an engine or provider: it is used
 * through EVP only. Takes a reference of its own. */
POSTERN_API POSTERN_NODISCARD postern_status
postern_keys_add_pkey(postern_keys *keys, struct evp_pkey_st *pkey,
                      const postern_key_facts *facts, postern_diag *diag);

/**
 * Adds a key whose private operations are done by `ops`. The public part, of an
 * asymmetric key, is given as JWK or PEM; a symmetric one has none ({NULL,0})
 * and needs facts->alg. After a refusal ops->destroy is not called. [SE-03]
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_keys_add_ops(
    postern_keys *keys, postern_str public_part, const postern_key_ops *ops,
    const postern_key_facts *facts, postern_diag *diag);

/* ------------------------------------------------------------------------
 * Opening and sealing
 * --------------------------------------------------------------------- */

/** Memory and cipher contexts of one thread, of fixed size. */
typedef struct postern_jose postern_jose;

/** @return POSTERN_OK, POSTERN_ERR_MEMORY */
POSTERN_API POSTERN_NODISCARD postern_status
postern_jose_new(postern_jose **jose, const postern_allocator *allocator);
POSTERN_API void postern_jose_free(postern_jose *jose);

/** What is asked of a token; start with postern_jose_rules_init(). */
typedef struct postern_jose_rules {
    size_t struct_size;
    postern_jose_kind kind; /**< ANY: any */
    uint32_t kinds;         /**< bits 1 << kind; 0: all three */
    /** The oneM2M JWT profile: typ "JWT", cty only where nested, kid in every
     * header [JWT-06] [JWT-07] [JWT-08]. False: RFC 7515 and 7516, where typ is
     * not looked at and a set of one key needs no kid. */
    bool onem2m;
    bool time_known; /**< else keys with a lifetime are not usable */
    int64_t time_s;
    size_t max_bytes; /**< 0: 16 KiB for a JWS, 32 KiB for a JWE */
} postern_jose_rules;

POSTERN_API void postern_jose_rules_init_sized(postern_jose_rules *rules,
                                               size_t struct_size);
#define postern_jose_rules_init(rules)                                         \
    postern_jose_rules_init_sized((rules), sizeof(postern_jose_rules))

/** What protected a text that was opened. [ESD-08] */
typedef struct postern_protected_by {
    postern_jose_alg alg;
    postern_jose_enc enc; /**< NONE for a JWS */
    postern_str kid;      /**< of the key, as configured */
    uint32_t owner;       /**< of the key */
    bool symmetric;
} postern_protected_by;

typedef struct postern_opened {
    postern_jose_kind kind;
    postern_str payload;             /**< valid until the jose's next call */
    postern_protected_by signature;  /**< of a JWS or nested token */
    postern_protected_by encryption; /**< of a JWE or nested token */
} postern_opened;

/**
 * Opens a token: every check on form, headers, key and cryptography. Nothing is
 * handed out before all of it is verified.
 *
 * @param rules  NULL: defaults
 * @return POSTERN_REFUSAL_NONE, or why not (*opened is then zeroed)
 *
 * Cost: one copy of the token, then the primitive. No allocation of our own,
 * but for the first use of a key by this jose.
 */
POSTERN_API POSTERN_NODISCARD postern_refusal postern_jose_open(
    postern_jose *jose, const postern_keys *keys,
    const postern_jose_rules *rules, postern_str token, postern_opened *opened);

/** How to protect a payload; start with postern_jose_recipe_init(). */
typedef struct postern_jose_recipe {
    size_t struct_size;
    postern_jose_kind kind; /**< not ANY */
    const postern_keys *sign_keys;
    postern_str sign_kid;      /**< absent: the only key there is */
    postern_jose_alg sign_alg; /**< NONE: that of the key */
    const postern_keys *encrypt_keys;
    postern_str encrypt_kid;
    postern_jose_alg encrypt_alg;
    postern_jose_enc enc; /**< NONE: A256GCM where the key allows it */
    bool onem2m;          /**< write typ "JWT" */
    bool time_known;      /**< as in postern_jose_rules */
    int64_t time_s;
    size_t max_bytes; /**< of a JWS; 0: 16 KiB. No token is over 32 KiB */
} postern_jose_recipe;

POSTERN_API void postern_jose_recipe_init_sized(postern_jose_recipe *recipe,
                                                size_t struct_size);
#define postern_jose_recipe_init(recipe)                                       \
    postern_jose_recipe_init_sized((recipe), sizeof(postern_jose_recipe))

/**
 * Protects a payload.
 *
 * @param token  valid until the jose's next call
 * @return POSTERN_OK; POSTERN_ERR_POLICY: key and recipe do not fit, the key
 *         has no private part, is over, or was used to seal as often as it may
 *         be [ESD-03]; POSTERN_ERR_LIMIT: the payload is too long;
 *         POSTERN_ERR_MEMORY; POSTERN_ERR_ARGUMENT
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_jose_seal(postern_jose *jose, const postern_jose_recipe *recipe,
                  postern_str payload, postern_str *token, postern_diag *diag);

#ifdef __cplusplus
}
#endif

#endif
