/*
 * Postern, credentials: the names of oneM2M keys, what each may be used for and
 * for how long, and how keys come from other keys (TS-0003 10.1.2, 10.3 to
 * 10.7, 12.3.2.1). No TLS and no storage: the caller brings what a handshake
 * exported, and keeps what is derived.
 *
 * Everything here is stateless, and lives where the caller puts it. A slice
 * that is given out points into the text that was given in.
 */
#ifndef POSTERN_CREDENTIAL_H
#define POSTERN_CREDENTIAL_H

#include <postern/jose.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------
 * Credential-IDs (TS-0003 10.4)
 * --------------------------------------------------------------------- */

/** Types of Credential-IDs (table 12.3.2.1-1). [CRED-03] */
typedef enum postern_credential_type {
    POSTERN_CREDENTIAL_NONE = 0,
    POSTERN_CREDENTIAL_KPM = 10,
    POSTERN_CREDENTIAL_KM = 11,
    POSTERN_CREDENTIAL_KPSA = 12, /**< also Kc */
    POSTERN_CREDENTIAL_ESPRIM = 13,
    POSTERN_CREDENTIAL_DIRECT = 14,
    POSTERN_CREDENTIAL_KEY_WRAP = 15,
    POSTERN_CREDENTIAL_HMAC = 16,
    POSTERN_CREDENTIAL_TLS_RAW_KEY = 30,
    POSTERN_CREDENTIAL_TLS_DEVICE = 31,
    POSTERN_CREDENTIAL_TLS_CSE = 32,
    POSTERN_CREDENTIAL_TLS_AE = 33,
    POSTERN_CREDENTIAL_ENCRYPT_RAW_KEY = 41,
    POSTERN_CREDENTIAL_ENCRYPT_DEVICE = 42,
    POSTERN_CREDENTIAL_ENCRYPT_CSE = 43,
    POSTERN_CREDENTIAL_ENCRYPT_AE = 44,
    POSTERN_CREDENTIAL_ENCRYPT_NODE = 45, /**< of Release 3 */
    POSTERN_CREDENTIAL_SIGN_RAW_KEY = 51,
    POSTERN_CREDENTIAL_SIGN_DEVICE = 52,
    POSTERN_CREDENTIAL_SIGN_CSE = 53,
    POSTERN_CREDENTIAL_SIGN_AE = 54,
    POSTERN_CREDENTIAL_SIGN_NODE = 55 /**< of Release 3 */
} postern_credential_type;

typedef struct postern_credential_id {
    postern_credential_type type;
    postern_str value;
} postern_credential_id;

/** Cuts a Credential-ID at its first hyphen. The value has the characters of a
 * URI, since public key identifiers and AE-IDs need more than clause 10.4
 * lists. [CRED-01] [CRED-02]
 * @return false, and *id zeroed, for a type that is not one of the above */
POSTERN_API bool postern_credential_id_parse(postern_credential_id *id,
                                             postern_str text);

/** Writes it, NUL-terminated, cut to `size`. [CRED-10]
 * @return the length of the whole; 0 when it is none */
POSTERN_API size_t postern_credential_id_format(const postern_credential_id *id,
                                                char *buffer, size_t size);

/* ------------------------------------------------------------------------
 * Key identifiers (TS-0003 10.3.4, 10.3.5, 10.5, 10.6)
 * --------------------------------------------------------------------- */

typedef enum postern_key_id_kind {
    POSTERN_KEY_ID_KPSA = 1, /**< name@domain of its issuer */
    POSTERN_KEY_ID_KM = 2,   /**< name@domain of the MAF, of any case */
    POSTERN_KEY_ID_KE = 3,   /**< 32 hexadecimal digits@domain of the MEF */
    POSTERN_KEY_ID_KC = 4    /**< such digits, or what the MAF chose, @domain */
} postern_key_id_kind;

enum {
    POSTERN_RELATIVE_ID_SIZE = 16, /**< bytes of RelativeKeID and KcID */
    POSTERN_KEY_ID_SIZE = 288      /**< holds 32 digits, "@", any domain, NUL */
};

/** Whom to ask for the key is found by its domain, by comparison with those
 * that are configured: the forms look alike. [CRED-08] */
typedef struct postern_key_id {
    postern_key_id_kind kind;
    postern_str relative;
    postern_str domain;
} postern_key_id;

/** @return false, and *id zeroed, when the text has not the form of that kind:
 *          [CRED-04] to [CRED-07] [CRED-09] */
POSTERN_API bool postern_key_id_parse(postern_key_id *id,
                                      postern_key_id_kind kind,
                                      postern_str text);

/** Equal as their kind has it: domains and hexadecimal digits, and all of a
 * KmID, in any case. */
POSTERN_API bool postern_key_id_equal(const postern_key_id *a,
                                      const postern_key_id *b);

/** Writes it, NUL-terminated, cut to `size`. [CRED-10]
 * @return the length of the whole; 0 when it has not the form of its kind */
POSTERN_API size_t postern_key_id_format(const postern_key_id *id, char *buffer,
                                         size_t size);

/** The KeID or Key Identifier of exported bytes, digits in upper case,
 * NUL-terminated. [CRED-06] [CRED-07]
 * @return the length, or 0 when `domain` is none */
POSTERN_API size_t
postern_key_id_of_bytes(const uint8_t relative[POSTERN_RELATIVE_ID_SIZE],
                        postern_str domain, char buffer[POSTERN_KEY_ID_SIZE]);

/* ------------------------------------------------------------------------
 * Security usage identifiers (TS-0004 6.3.4.2.39)
 * --------------------------------------------------------------------- */

/** [KEY-03] */
enum {
    POSTERN_SUID_PSK_MEF = 10,
    POSTERN_SUID_PSK_MAF = 11,
    POSTERN_SUID_PSK_SAEF = 12,
    POSTERN_SUID_PSK_ESPRIM = 13,
    POSTERN_SUID_PSK_ENCRYPTION = 14,
    POSTERN_SUID_PSK_SIGNATURE = 15,
    POSTERN_SUID_RSPF_MAF = 21,
    POSTERN_SUID_RSPF_SAEF = 22,
    POSTERN_SUID_RSPF_ESPRIM = 23,
    POSTERN_SUID_RSPF_ENCRYPTION = 24,
    POSTERN_SUID_RSPF_SIGNATURE = 25,
    POSTERN_SUID_MAF_SAEF = 32,
    POSTERN_SUID_MAF_ESPRIM = 33,
    POSTERN_SUID_MAF_ENCRYPTION = 34,
    POSTERN_SUID_MAF_SIGNATURE = 35,
    POSTERN_SUID_CERTIFICATE_MEF = 40,
    POSTERN_SUID_CERTIFICATE_MAF = 41,
    POSTERN_SUID_CERTIFICATE_SAEF = 42,
    POSTERN_SUID_CERTIFICATE_ESPRIM = 43,
    POSTERN_SUID_CERTIFICATE_ENCRYPTION = 44,
    POSTERN_SUID_CERTIFICATE_SIGNATURE = 45
};

/** What a key is about to be used for. */
typedef enum postern_suid_use {
    POSTERN_USE_MEF = 0,
    POSTERN_USE_MAF = 1,
    POSTERN_USE_SAEF = 2,
    POSTERN_USE_ESPRIM = 3,
    POSTERN_USE_ENCRYPTION = 4, /**< of ESData */
    POSTERN_USE_SIGNATURE = 5   /**< of ESData */
} postern_suid_use;

/** Whether there is such a SUID. */
POSTERN_API bool postern_suid_is_known(postern_suid suid);

/** Whether a key with that SUID may be used so; false for a SUID that is none.
 * Keys for tokens are checked by postern_jose_open() and _seal(). [KEY-02] */
POSTERN_API bool postern_suid_permits(postern_suid suid, postern_suid_use use);

/* ------------------------------------------------------------------------
 * Public key identifiers (TS-0003 10.1.2, RFC 6920)
 * --------------------------------------------------------------------- */

/** By their number in the RFC's registry. [PKID-01] */
typedef enum postern_key_digest {
    POSTERN_DIGEST_SHA256 = 1, /**< the one to take where there is room */
    POSTERN_DIGEST_SHA256_128 = 2,
    POSTERN_DIGEST_SHA256_120 = 3
} postern_key_digest;

enum {
    POSTERN_DIGEST_SIZE = 32,
    POSTERN_PUBLIC_KEY_ID_TEXT =
        128, /**< holds any of them as text, with NUL */
    POSTERN_PUBLIC_KEY_ID_BINARY = 33
};

typedef struct postern_public_key_id {
    postern_key_digest digest;
    uint8_t bytes[POSTERN_DIGEST_SIZE]; /**< the first `size` count */
    size_t size;
} postern_public_key_id;

/** Of a SubjectPublicKeyInfo in DER, which is not looked into.
 * @return POSTERN_OK, POSTERN_ERR_ARGUMENT, POSTERN_ERR_MEMORY */
POSTERN_API POSTERN_NODISCARD postern_status postern_public_key_id_of_spki(
    postern_public_key_id *id, postern_key_digest digest, postern_str spki);
POSTERN_API POSTERN_NODISCARD postern_status postern_public_key_id_of_pkey(
    postern_public_key_id *id, postern_key_digest digest,
    const struct evp_pkey_st *pkey);

/** Reads the ni: or nih: form; an authority and a query are let by. [PKID-04]
 * @return false, and *id zeroed, for anything else */
POSTERN_API bool postern_public_key_id_parse(postern_public_key_id *id,
                                             postern_str text);
/** The same for the binary form, RFC 6920 section 6. */
POSTERN_API bool postern_public_key_id_parse_binary(postern_public_key_id *id,
                                                    postern_str bytes);

/** Writes "ni:///sha-256;...", NUL-terminated. @return the length */
POSTERN_API size_t postern_public_key_id_format(
    const postern_public_key_id *id, char buffer[POSTERN_PUBLIC_KEY_ID_TEXT]);
/** Writes "nih:sha-256;...;c", to be read aloud, with its check digit. */
POSTERN_API size_t postern_public_key_id_format_nih(
    const postern_public_key_id *id, char buffer[POSTERN_PUBLIC_KEY_ID_TEXT]);
/** Writes the binary form. @return its size */
POSTERN_API size_t postern_public_key_id_format_binary(
    const postern_public_key_id *id,
    uint8_t buffer[POSTERN_PUBLIC_KEY_ID_BINARY]);

/** The same digest of the same bytes; a shorter one is another ID. [PKID-04] */
POSTERN_API bool postern_public_key_id_equal(const postern_public_key_id *a,
                                             const postern_public_key_id *b);

/** Whether a key is the one that a trusted ID names: its digest is computed
 * again, by the algorithm of that ID. [PKID-03] False also without memory. */
POSTERN_API bool
postern_public_key_id_matches(const postern_public_key_id *trusted,
                              postern_str spki);

/** A sentence of advice about an ID, or NULL: the shorter ones are for where
 * there is no room. Static. [PKID-02] */
POSTERN_API const char *
postern_public_key_id_advice(const postern_public_key_id *id);

/* ------------------------------------------------------------------------
 * Derived keys (TS-0003 10.3)
 * --------------------------------------------------------------------- */

enum {
    POSTERN_EXPORTED_SIZE = 48, /**< what TLS exports, without a context value
                                     [KDF-01] [KDF-02] */
    POSTERN_DERIVED_SIZE = 64
};

/* Labels of RFC 5705. */
#define POSTERN_LABEL_KE "EXPORTER-oneM2M-Bootstrap"
#define POSTERN_LABEL_KC "EXPORTER-oneM2M-Connection"
#define POSTERN_LABEL_PAIRWISE "EXPORTER-oneM2M-ESCertKE"

/** Where a key comes from. [KDF-16] */
typedef enum postern_key_origin {
    POSTERN_ORIGIN_NONE = 0,
    POSTERN_ORIGIN_GIVEN = 1,    /**< provisioned, or random of its source */
    POSTERN_ORIGIN_KE = 2,       /**< enrolment key, of a handshake */
    POSTERN_ORIGIN_KC = 3,       /**< connection key, of a handshake */
    POSTERN_ORIGIN_PAIRWISE = 4, /**< of an ESCertKE handshake */
    POSTERN_ORIGIN_KM = 5,
    POSTERN_ORIGIN_KPSA = 6,
    POSTERN_ORIGIN_USAGE_CONSTRAINED = 7,
    POSTERN_ORIGIN_E2E_MASTER = 8,
    POSTERN_ORIGIN_E2E_MSG_AUTH = 9,
    POSTERN_ORIGIN_E2E_MSG_CONF = 10,
    POSTERN_ORIGIN_E2E_ATT_AUTH = 11,
    POSTERN_ORIGIN_E2E_ATT_CONF = 12,
    POSTERN_ORIGIN_ESPRIM_SESSION = 13
} postern_key_origin;

/** A secret, and what is known of it. Wipe it after use. */
typedef struct postern_derived_key {
    uint8_t bytes[POSTERN_DERIVED_SIZE];
    size_t size;
    postern_key_origin origin;
    postern_suid suid; /**< 0: it has none, as Ke and the end-to-end master */
    int64_t expires_s; /**< INT64_MAX: never */
    /** Of the enrolment key that it comes from; INT64_MAX: of none. */
    int64_t enrolment_expires_s;
} postern_derived_key;

/** Overwrites the secret and all else. NULL does nothing. [KDF-16] */
POSTERN_API void postern_derived_key_wipe(postern_derived_key *key);

/** A key that was provisioned, or made by a random generator.
 * @param origin  GIVEN; KE, KM or KPSA for one of these
 * @param suid    0, or what it may be used for
 * @return POSTERN_OK; POSTERN_ERR_ARGUMENT: not 16 to 64 bytes, no such SUID */
POSTERN_API POSTERN_NODISCARD postern_status
postern_derived_key_of(postern_derived_key *key, postern_key_origin origin,
                       postern_suid suid, postern_str secret);

/** Lowers the lifetime of a key; one that ends sooner is left so: a key never
 * outlives what it was derived from. [KEY-04] */
POSTERN_API void postern_derived_key_limit(postern_derived_key *key,
                                           int64_t expires_s);

typedef enum postern_key_state {
    POSTERN_KEY_UNKNOWN = 0, /**< the time is not known: do not use it */
    POSTERN_KEY_VALID = 1,
    POSTERN_KEY_EXPIRED = 2,
    POSTERN_KEY_RE_ENROL =
        3 /**< so is the enrolment: provision anew [KEY-05] */
} postern_key_state;

POSTERN_API postern_key_state postern_derived_key_state(
    const postern_derived_key *key, bool time_known, int64_t time_s);

/**
 * Cuts what a handshake exported: an identifier of 16 bytes, then a key of 32.
 * [KDF-01] [KDF-03]
 *
 * @param origin    KE, KC or PAIRWISE: whose label was exported
 * @param suid      KE: 0; KC: 32 to 35; PAIRWISE: 43 to 45
 * @param relative  out: RelativeKeID, KcID or pairwiseE2EKeyID
 * @return POSTERN_OK, POSTERN_ERR_ARGUMENT
 */
POSTERN_API POSTERN_NODISCARD postern_status postern_derived_key_of_exported(
    postern_derived_key *key, postern_key_origin origin, postern_suid suid,
    const uint8_t exported[POSTERN_EXPORTED_SIZE],
    uint8_t relative[POSTERN_RELATIVE_ID_SIZE]);

/*
 * The derivations below: the new key has the lifetime of the old one. After any
 * status but POSTERN_OK it is wiped.
 *
 * Identifiers are text in UTF-8 of 1 to 1,024 bytes; they are brought into
 * normalization form KC, so that both sides derive the same key however a name
 * was typed. [KDF-07] Both have to use the same form and case; the absolute
 * form is the one to use. [KDF-08]
 *
 * They return POSTERN_OK; POSTERN_ERR_ARGUMENT: the old key is not one to
 * derive this from; POSTERN_ERR_SYNTAX: the identifier is not UTF-8 or not of
 * its form; POSTERN_ERR_LIMIT: it is too long; POSTERN_ERR_MEMORY.
 */

/** Km for a MAF, from Ke. SUID 21. [KDF-04] */
POSTERN_API POSTERN_NODISCARD postern_status postern_derive_km(
    postern_derived_key *km, const postern_derived_key *ke, postern_str maf_id);

/** Kpsa for an Enrolee B, from Ke. SUID 22. [KDF-05]
 * @param enrolee_id  its absolute CSE-ID or AE-ID: "//sp.example/cse" */
POSTERN_API POSTERN_NODISCARD postern_status
postern_derive_kpsa(postern_derived_key *kpsa, const postern_derived_key *ke,
                    postern_str enrolee_id);

/** How a SUID becomes octets, which the standard leaves open. */
typedef enum postern_suid_octets {
    POSTERN_SUID_DECIMAL = 0, /**< "21" */
    POSTERN_SUID_BYTE = 1     /**< 0x15 */
} postern_suid_octets;

/** A key for one use with one target, from Ke. [KDF-06]
 * @param suid    21 to 25
 * @param target  an FQDN; for a CSE or AE the one both sides agreed on, since
 *                the standard does not say how to make it of an identifier */
POSTERN_API POSTERN_NODISCARD postern_status postern_derive_usage_constrained(
    postern_derived_key *key, const postern_derived_key *ke, postern_suid suid,
    postern_suid_octets octets, postern_str target);

typedef enum postern_hash {
    POSTERN_SHA256 = 0,
    POSTERN_SHA512 = 1
} postern_hash;

/** Their SUIDs are of the framework of the key they come from: ESPrim for the
 * first two, ESData signature and encryption for the others. */
typedef struct postern_end_to_end_keys {
    postern_derived_key master; /**< no SUID: for derivation alone */
    postern_derived_key msg_auth;
    postern_derived_key msg_conf; /**< with AEAD the one for both [KDF-14] */
    postern_derived_key att_auth;
    postern_derived_key att_conf;
} postern_end_to_end_keys;

POSTERN_API void postern_end_to_end_keys_wipe(postern_end_to_end_keys *keys);

/** End-to-end keys, each of the hash's length. [KDF-09] to [KDF-13]
 * @param kpsa  Kpsa, Km, or GIVEN with a SUID for source-generated keys
 * @param salt  absent: as many zeros as the hash is long */
POSTERN_API POSTERN_NODISCARD postern_status postern_derive_end_to_end(
    postern_end_to_end_keys *keys, const postern_derived_key *kpsa,
    postern_hash hash, postern_str salt);

/** Which octets of the random objects are taken, which the standard leaves
 * open. */
typedef enum postern_esprim_octets {
    POSTERN_ESPRIM_OBJECTS = 0, /**< the objects, as they were carried */
    POSTERN_ESPRIM_VALUES = 1   /**< their random values: 16 bytes each */
} postern_esprim_octets;

/** The session key of ESPrim. [KDF-15]
 * @param pairwise  its SUID is 13, 23, 33 or 43, or 0 */
POSTERN_API POSTERN_NODISCARD postern_status postern_derive_esprim_session(
    postern_derived_key *session, const postern_derived_key *pairwise,
    postern_esprim_octets octets, postern_str receiver, postern_str originator);

#ifdef __cplusplus
}
#endif

#endif
