/*
 * Postern, tokens: oneM2M JWTs (TS-0003 7.3.2.4 to 7.3.2.6). Whom to believe,
 * verifying, remembering what was verified, and issuing.
 *
 *   token text --(postern_token_verify)--> postern_token, or a refusal
 *   postern_claims --(postern_token_issue)--> token text
 *
 * Thread safety: postern_issuers is immutable, share it freely. A
 * postern_token_cache is shared by any number of verifiers. A postern_verifier
 * belongs to one thread at a time.
 */
#ifndef POSTERN_TOKEN_H
#define POSTERN_TOKEN_H

#include <postern/jose.h>
#include <postern/pdp.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------
 * Issuers
 * --------------------------------------------------------------------- */

/** Whose tokens count, by which keys, for what (JWT-10): immutable. */
typedef struct postern_issuers postern_issuers;

typedef struct postern_issuers_options {
    size_t struct_size;
    const postern_allocator *allocator; /**< NULL: malloc and free */
    const postern_cse *cse;             /**< required; copied */
    const char *source;                 /**< for diagnostics; may be NULL */
    /** Keys to decrypt with besides those of the document, such as those of a
     * secure environment; borrowed, and must outlive the issuers. */
    const postern_keys *decryption_keys;
    /** Gives the text of a file that the document names ("key_files"); it is
     * copied. NULL: such names are refused. */
    postern_status (*read_file)(void *user, postern_str name, postern_str *text,
                                postern_diag *diag);
    void *user;
} postern_issuers_options;

POSTERN_API void
postern_issuers_options_init_sized(postern_issuers_options *options,
                                   size_t struct_size);
#define postern_issuers_options_init(options)                                  \
    postern_issuers_options_init_sized((options),                              \
                                       sizeof(postern_issuers_options))

/**
 * Reads issuers from a document, JSON or YAML (postern-issuers(5)):
 *
 *   token_issuers:
 *     //sp.example/das-cse:          # iss of its tokens, compared exactly
 *       algs: [ES256]                # required: those it may use [JWT-10]
 *       classes: [signed, nested]    # default: signed and nested; also
 *                                    # encrypted, by symmetric keys [JWT-20]
 *       encs: [A256GCM]              # default: any
 *       keys: [{kty: EC, ...}]       # JWKs; or a whole JWK set
 *       key_files: [das.pem]         # JWK sets or PEM
 *       require_audience: true       # default: false [IDA-19]
 *       any_audience: true           # lets "*" alone be an audience
 *       leeway: 5                    # seconds, 0 to 60; default 0 [TOK-06]
 *       versions: ["1.0.0"]          # of tkvr; default: 1.0 and 1.0.0 [TOK-16]
 *       may_grant_privileges: true   # default: false [TOK-15]
 *       role_domains: [auth.example] # default: that of the issuer [TOK-15]
 *       resources: [/cse/base/a]     # it may speak for these and what is
 *                                    # below; default: all
 *       token_domains: [das.example] # of jti; default: any
 *       single_audience: true        # aud may be a text; default: false
 *                                    # [JWT-04]
 *       unmapped_claims: true        # accepts tkid for jti ... [JWT-22]
 *   decryption_keys: [{kty: EC, ...}]    # our own
 *   decryption_key_files: [cse.json]
 *   revoked_tokens: [t7@das.example]     # [TOK-17]
 *
 * The same as the member "trust" of a policy document. Members of other uses
 * of trust (role_issuers, credentials) are let by; a member of an issuer that
 * is not known is refused. So is a key that several algorithms fit, and a
 * secret that two owners have.
 *
 * @return POSTERN_OK, POSTERN_ERR_SYNTAX, _POLICY, _LIMIT, _MEMORY, _ARGUMENT,
 *         what read_file() answers, _INTERNAL (no randomness)
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_issuers_load(
    postern_issuers **issuers, postern_str text,
    const postern_issuers_options *options, postern_diag *diag);

/** No verifier may be using it. */
POSTERN_API void postern_issuers_free(postern_issuers *issuers);
POSTERN_API size_t postern_issuers_count(const postern_issuers *issuers);

/* ------------------------------------------------------------------------
 * Claims (TS-0003 table 7.3.2.6.2-1, TS-0004 6.3.5.42)
 * --------------------------------------------------------------------- */

/** What a token permits (m2m:tokenPermission). [TOK-08] */
typedef struct postern_permission {
    bool has_resource_ids;
    const postern_str *resource_ids; /**< ris: it counts for these alone, not
                                          for what is below them [TOK-14] */
    size_t resource_id_count;
    const postern_str *role_ids; /**< rids */
    size_t role_id_count;
    postern_str privileges; /**< pv as JSON, absent when there is none */
    /* ---- set by verification, not looked at in issuing ------------------ */
    /** The rules of pv, compiled as ACP number 0; NULL when there are none or
     * they do not count. [TOK-10] */
    const postern_acp_set *rules;
    /** The role_ids that count, [TOK-15]; in the order of role_ids, those that
     * do not are POSTERN_ID_UNSET. */
    const postern_id *roles;
    /** Why some of it does not count; static; NULL: all does. [TOK-09] */
    const char *remark;
} postern_permission;

typedef struct postern_claims {
    postern_str version;  /**< tkvr */
    postern_str token_id; /**< jti, name@domain */
    postern_str issuer;   /**< iss, absolute */
    postern_str holder;   /**< azp, absolute */
    int64_t not_before_s; /**< nbf */
    int64_t not_after_s;  /**< exp */
    postern_str name;     /**< tknm, or absent */
    bool has_audience;
    const postern_str *audience; /**< aud, with wildcards perhaps */
    size_t audience_count;
    bool has_permissions;
    const postern_permission *permissions; /**< tkps */
    size_t permission_count;
    postern_str extension; /**< tkex, or absent */
} postern_claims;

typedef struct postern_token {
    postern_claims claims;
    postern_jose_kind kind;
    postern_protected_by signature;
    postern_protected_by encryption;
    bool from_cache;
    /** The ID by which the holder may name the token in later requests; absent
     * when it was not kept. [IDA-14] */
    postern_str local_id;
    bool local_id_is_new; /**< assigned by this call: tell the originator */
} postern_token;

/* ------------------------------------------------------------------------
 * Verifying
 * --------------------------------------------------------------------- */

/** Verified tokens, by their exact bytes. [IDA-14] [IDA-18] */
typedef struct postern_token_cache postern_token_cache;

typedef struct postern_token_cache_options {
    size_t struct_size;
    const postern_allocator *allocator;
    uint32_t max_tokens;     /**< 0: 4,096; ceiling 1 million */
    size_t max_bytes;        /**< 0: 16 MiB */
    uint32_t max_per_holder; /**< 0: 16 */
    uint32_t max_per_issuer; /**< 0: max_tokens */
    uint32_t max_verifiers;  /**< 0: 64; ceiling 4,096 */
} postern_token_cache_options;

POSTERN_API void
postern_token_cache_options_init_sized(postern_token_cache_options *options,
                                       size_t struct_size);
#define postern_token_cache_options_init(options)                              \
    postern_token_cache_options_init_sized(                                    \
        (options), sizeof(postern_token_cache_options))

/** @return POSTERN_OK, POSTERN_ERR_MEMORY, POSTERN_ERR_ARGUMENT, _INTERNAL (no
 *          randomness) */
POSTERN_API POSTERN_NODISCARD postern_status postern_token_cache_new(
    postern_token_cache **cache, const postern_token_cache_options *options);
/** No verifier of it may exist. */
POSTERN_API void postern_token_cache_free(postern_token_cache *cache);

typedef struct postern_verifier postern_verifier;

/**
 * What one thread verifies with.
 *
 * @param cse    copied
 * @param cache  NULL: nothing is remembered
 * @return POSTERN_OK, POSTERN_ERR_MEMORY, POSTERN_ERR_LIMIT (max_verifiers)
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_verifier_new(
    postern_verifier **verifier, const postern_cse *cse,
    postern_token_cache *cache, const postern_allocator *allocator);
POSTERN_API void postern_verifier_free(postern_verifier *verifier);

/** Begins and ends the tokens of one request: what the calls between give stays
 * valid until the end. */
POSTERN_API void postern_verifier_begin(postern_verifier *verifier);
POSTERN_API void postern_verifier_end(postern_verifier *verifier);

/** What a token has to fit; start with postern_token_check_init(). */
typedef struct postern_token_check {
    size_t struct_size;
    postern_id holder; /**< the originator, verified; unset: nobody */
    bool time_known;   /**< else every token is refused */
    int64_t time_s;
    /** Of direct dynamic authorization: the identity of the DAS that was asked.
     * Then issuer and DAS are equal, the audience is this CSE alone, and the
     * token proves its issuer. [DDA-10] [DDA-11] [DDA-13] [DDA-14] */
    postern_str das;
    /** The tokenID that was asked for; absent: any. [IDA-11] */
    postern_str token_id;
    size_t max_bytes; /**< 0: 16 KiB for a JWS, 32 KiB for a JWE */
} postern_token_check;

POSTERN_API void postern_token_check_init_sized(postern_token_check *check,
                                                size_t struct_size);
#define postern_token_check_init(check)                                        \
    postern_token_check_init_sized((check), sizeof(postern_token_check))

/**
 * Verifies a token: form, protection, claims, issuer, audience, holder, time,
 * in this order. [JWT-12] [TOK-03]
 *
 * @param token  out: its slices are valid until postern_verifier_end(); zeroed
 *               after a refusal
 * @return POSTERN_REFUSAL_NONE or why not
 *
 * Cost: a token in the cache, one hash and one comparison of its bytes, no
 * lock; another, that of postern_jose_open() and one scan of the claims.
 * Remembering it, and compiling the rules it grants, allocates; it never waits.
 */
POSTERN_API POSTERN_NODISCARD postern_refusal postern_token_verify(
    postern_verifier *verifier, const postern_issuers *issuers,
    const postern_token_check *check, postern_str text, postern_token *token);

/** The same for a token that this holder has shown before, by its tokenID or
 * the Local-Token-ID it was told. [IDA-10] [IDA-15]
 * @return besides: POSTERN_REFUSAL_TOKEN_NOT_FOUND */
POSTERN_API POSTERN_NODISCARD postern_refusal
postern_token_recall(postern_verifier *verifier, const postern_issuers *issuers,
                     const postern_token_check *check, postern_str token_id,
                     postern_token *token);
POSTERN_API POSTERN_NODISCARD postern_refusal postern_token_recall_local(
    postern_verifier *verifier, const postern_issuers *issuers,
    const postern_token_check *check, postern_str local_id,
    postern_token *token);

/**
 * The tokens that a DAS gave to this CSE itself, by direct dynamic
 * authorization, and whose holder check->holder is: they belong to each of its
 * requests, shown or not (TS-0003 7.1.2). Those that do not fit any more are
 * left out. [DDA-17]
 *
 * @param tokens  out: as many as there are, at most `room`; valid until
 *                postern_verifier_end(); not counted among the 8 of a request
 * @return their number
 */
POSTERN_API size_t postern_token_recall_direct(postern_verifier *verifier,
                                               const postern_issuers *issuers,
                                               const postern_token_check *check,
                                               postern_token *tokens,
                                               size_t room);

/** Whether the cache ever held such a token: one load. */
POSTERN_API bool
postern_token_cache_has_direct(const postern_token_cache *cache);

/* ------------------------------------------------------------------------
 * Issuing
 * --------------------------------------------------------------------- */

/**
 * Checks claims, writes them as a JWT claim set and protects it with typ "JWT".
 * [JWT-11]
 *
 * @param recipe  its onem2m is taken as true; a nested token is signed by RS or
 *                ES
 * @param token   valid until the verifier's next call
 * @return as postern_jose_seal(); POSTERN_ERR_POLICY also for claims that this
 *         verifier would refuse: diag->path is that of the claim ("/jti")
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_token_issue(
    postern_verifier *verifier, const postern_jose_recipe *recipe,
    const postern_claims *claims, postern_str *token, postern_diag *diag);

/**
 * Reads a claim set as JSON, mapped (jti) or as TS-0004 names its members
 * (tkid), so that a file can be issued: times also as YYYYMMDDThhmmss. [JWT-02]
 * [JWT-03] [JWT-18]
 *
 * @param claims  valid until postern_verifier_end()
 */
POSTERN_API POSTERN_NODISCARD postern_status
postern_claims_read(postern_verifier *verifier, postern_str json,
                    postern_claims *claims, postern_diag *diag);

/** Writes claims as the JSON that is in a token, NUL-terminated, cut to `size`.
 * @return the length of the whole, as snprintf() does */
POSTERN_API size_t postern_claims_write(const postern_claims *claims,
                                        char *buffer, size_t size);

#ifdef __cplusplus
}
#endif

#endif
