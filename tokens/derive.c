/*
 * Keys from keys (TS-0003 10.3). Every derivation is an HMAC; nothing stands
 * between a label and what follows it, no length, no zero. [KDF-07]
 */
#include "base/diag.h"
#include "base/str.h"
#include "tokens/hmac.h"
#include "tokens/normal_form.h"

#include <openssl/crypto.h>

enum { ESPRIM_VALUE_SIZE = 16, ESPRIM_PIECES = 3 };

static postern_str secret_of(const postern_derived_key *key)
{
    return (postern_str){(const char *)key->bytes, key->size};
}

static bool is_one_of(const postern_derived_key *key, uint32_t origins)
{
    return key->size && (unsigned)key->origin < 32 &&
           (1u << key->origin & origins);
}

/* A key that lives as long as the one it comes from, its value yet to come.
 * [KEY-04] [KDF-16] */
static postern_derived_key child_of(const postern_derived_key *parent,
                                    postern_key_origin origin,
                                    postern_suid suid)
{
    return (postern_derived_key){.origin = origin,
                                 .suid = suid,
                                 .expires_s = parent->expires_s,
                                 .enrolment_expires_s =
                                     parent->enrolment_expires_s};
}

static postern_status fill(postern_derived_key *key, postern_hash hash,
                           postern_str secret, const postern_str *pieces,
                           size_t count)
{
    postern_status status = pst_hmac(hash, secret, pieces, count, key->bytes);

    if (status != POSTERN_OK) {
        postern_derived_key_wipe(key);
        return status;
    }
    key->size = pst_hmac_size(hash);
    return POSTERN_OK;
}

/* ---- from Ke ----------------------------------------------------------- */

/* label || identifier, or label || usage || identifier */
static postern_status from_ke(postern_derived_key *key,
                              const postern_derived_key *ke, postern_str label,
                              postern_str usage, postern_str id)
{
    struct pst_normal_form normal;
    postern_status status = pst_normal_form(&normal, id);
    postern_str pieces[] = {label, usage, {normal.data, normal.len}};

    if (status != POSTERN_OK) {
        return status;
    }
    return fill(key, POSTERN_SHA256, secret_of(ke), pieces,
                sizeof pieces / sizeof *pieces);
}

static bool is_ke(const postern_derived_key *key)
{
    return is_one_of(key, 1u << POSTERN_ORIGIN_KE);
}

/* What `key` was is forgotten, unless it is `ke` itself. */
static postern_status finish(postern_derived_key *key,
                             postern_derived_key *draft, postern_status status)
{
    postern_derived_key_wipe(key);
    if (status == POSTERN_OK) {
        *key = *draft;
    }
    postern_derived_key_wipe(draft);
    return status;
}

/* [KDF-04] */
postern_status postern_derive_km(postern_derived_key *km,
                                 const postern_derived_key *ke,
                                 postern_str maf_id)
{
    static const char label[] =
        "oneM2M Enrolment Key to Master Credential derivation";
    postern_derived_key draft =
        child_of(ke, POSTERN_ORIGIN_KM, POSTERN_SUID_RSPF_MAF);
    postern_status status = POSTERN_ERR_ARGUMENT;

    if (is_ke(ke)) {
        status =
            from_ke(&draft, ke, PST_STR(label), (postern_str){NULL, 0}, maf_id);
    }
    return finish(km, &draft, status);
}

/* Absolute identifiers begin with two slashes. [KDF-08] */
static bool is_absolute(postern_str id)
{
    return id.len > 2 && id.data[0] == '/' && id.data[1] == '/';
}

/* [KDF-05] */
postern_status postern_derive_kpsa(postern_derived_key *kpsa,
                                   const postern_derived_key *ke,
                                   postern_str enrolee_id)
{
    static const char label[] = "oneM2M Enrolment Key to Provisioned Secure "
                                "Connection Key derivation";
    postern_derived_key draft =
        child_of(ke, POSTERN_ORIGIN_KPSA, POSTERN_SUID_RSPF_SAEF);
    postern_status status = POSTERN_ERR_ARGUMENT;

    if (is_ke(ke)) {
        status = is_absolute(enrolee_id) ? POSTERN_OK : POSTERN_ERR_SYNTAX;
    }
    if (status == POSTERN_OK) {
        status = from_ke(&draft, ke, PST_STR(label), (postern_str){NULL, 0},
                         enrolee_id);
    }
    return finish(kpsa, &draft, status);
}

/* SUIDs of remote provisioning have two digits. */
static postern_str write_suid(char octets[2], postern_suid suid,
                              postern_suid_octets how)
{
    if (how == POSTERN_SUID_BYTE) {
        octets[0] = (char)suid;
        return (postern_str){octets, 1};
    }
    octets[0] = (char)('0' + suid / 10);
    octets[1] = (char)('0' + suid % 10);
    return (postern_str){octets, 2};
}

/* [KDF-06] An identifier where a domain name is wanted would be accepted by one
 * side and not by the other. */
postern_status postern_derive_usage_constrained(postern_derived_key *key,
                                                const postern_derived_key *ke,
                                                postern_suid suid,
                                                postern_suid_octets octets,
                                                postern_str target)
{
    static const char label[] = "oneM2M Enrolment Key to Usage-Constrained "
                                "Symmetric Key derivation";
    postern_derived_key draft =
        child_of(ke, POSTERN_ORIGIN_USAGE_CONSTRAINED, suid);
    postern_status status = POSTERN_ERR_ARGUMENT;
    char written[2];

    if (is_ke(ke) && suid >= POSTERN_SUID_RSPF_MAF &&
        suid <= POSTERN_SUID_RSPF_SIGNATURE &&
        (unsigned)octets <= POSTERN_SUID_BYTE) {
        status = pst_str_find(target, 0, '/') < target.len ? POSTERN_ERR_SYNTAX
                                                           : POSTERN_OK;
    }
    if (status == POSTERN_OK) {
        status = from_ke(&draft, ke, PST_STR(label),
                         write_suid(written, suid, octets), target);
    }
    return finish(key, &draft, status);
}

/* ---- end to end -------------------------------------------------------- */

struct end_to_end {
    const char *label;
    postern_key_origin origin;
    uint32_t use; /* ones of its SUID */
};

static const struct end_to_end end_to_end[] = {
    {"E2E Message Authentication Key", POSTERN_ORIGIN_E2E_MSG_AUTH,
     POSTERN_USE_ESPRIM},
    {"E2E Message Confidentiality Key", POSTERN_ORIGIN_E2E_MSG_CONF,
     POSTERN_USE_ESPRIM},
    {"E2E Attribute Authenticity Key", POSTERN_ORIGIN_E2E_ATT_AUTH,
     POSTERN_USE_SIGNATURE},
    {"E2E Attribute Confidentiality Key", POSTERN_ORIGIN_E2E_ATT_CONF,
     POSTERN_USE_ENCRYPTION},
};

enum { END_TO_END_COUNT = sizeof end_to_end / sizeof *end_to_end };

void postern_end_to_end_keys_wipe(postern_end_to_end_keys *keys)
{
    if (keys) {
        OPENSSL_cleanse(keys, sizeof *keys);
    }
}

/* Extraction as RFC 5869 has it. [KDF-09] */
static postern_status extract(postern_derived_key *master,
                              const postern_derived_key *kpsa,
                              postern_hash hash, postern_str salt)
{
    static const char zeros[POSTERN_DERIVED_SIZE];
    postern_str secret = secret_of(kpsa);

    *master = child_of(kpsa, POSTERN_ORIGIN_E2E_MASTER, 0);
    if (salt.len == 0) {
        salt = (postern_str){zeros, pst_hmac_size(hash)};
    }
    return fill(master, hash, salt, &secret, 1);
}

/* T(n) = HMAC(master, T(n-1) | label | n). Not the expansion of RFC 5869: there
 * the label is the same in every round. Each key needs the one before it.
 * [KDF-10] [KDF-11] */
static postern_status expand(postern_derived_key *keys[END_TO_END_COUNT],
                             const postern_derived_key *kpsa,
                             const postern_derived_key *master,
                             postern_hash hash)
{
    postern_str before = {NULL, 0};

    for (size_t i = 0; i < END_TO_END_COUNT; i++) {
        char number = (char)(i + 1);
        postern_str pieces[] = {
            before, postern_str_of(end_to_end[i].label), {&number, 1}};

        *keys[i] = child_of(kpsa, end_to_end[i].origin,
                            kpsa->suid / 10 * 10 + end_to_end[i].use);
        PST_TRY(fill(keys[i], hash, secret_of(master), pieces,
                     sizeof pieces / sizeof *pieces));
        before = secret_of(keys[i]);
    }
    return POSTERN_OK;
}

/* [KDF-12] The identifier that the text lists among the inputs is in none of
 * its formulas. */
postern_status postern_derive_end_to_end(postern_end_to_end_keys *keys,
                                         const postern_derived_key *kpsa,
                                         postern_hash hash, postern_str salt)
{
    postern_derived_key *four[] = {&keys->msg_auth, &keys->msg_conf,
                                   &keys->att_auth, &keys->att_conf};
    uint32_t origins = 1u << POSTERN_ORIGIN_KPSA | 1u << POSTERN_ORIGIN_KM |
                       1u << POSTERN_ORIGIN_GIVEN;
    postern_status status = POSTERN_ERR_ARGUMENT;

    memset(keys, 0, sizeof *keys);
    if (is_one_of(kpsa, origins) && postern_suid_is_known(kpsa->suid) &&
        (unsigned)hash <= POSTERN_SHA512) {
        status = extract(&keys->master, kpsa, hash, salt);
    }
    if (status == POSTERN_OK) {
        status = expand(four, kpsa, &keys->master, hash);
    }
    if (status != POSTERN_OK) {
        postern_end_to_end_keys_wipe(keys);
    }
    return status;
}

/* ---- ESPrim ------------------------------------------------------------ */

static bool is_esprim(postern_esprim_octets octets, postern_str text)
{
    return octets == POSTERN_ESPRIM_OBJECTS ? text.len > 0
                                            : octets == POSTERN_ESPRIM_VALUES &&
                                                  text.len == ESPRIM_VALUE_SIZE;
}

/* [KDF-15] */
postern_status postern_derive_esprim_session(
    postern_derived_key *session, const postern_derived_key *pairwise,
    postern_esprim_octets octets, postern_str receiver, postern_str originator)
{
    postern_str pieces[ESPRIM_PIECES] = {
        receiver, originator,
        PST_STR("oneM2M HMAC-SHA256 sessionESPrimKey derivation algorithm")};
    postern_derived_key draft =
        child_of(pairwise, POSTERN_ORIGIN_ESPRIM_SESSION, pairwise->suid);
    postern_status status = POSTERN_ERR_ARGUMENT;

    if (pairwise->size &&
        (!pairwise->suid ||
         postern_suid_permits(pairwise->suid, POSTERN_USE_ESPRIM))) {
        status = is_esprim(octets, receiver) && is_esprim(octets, originator)
                     ? POSTERN_OK
                     : POSTERN_ERR_SYNTAX;
    }
    if (status == POSTERN_OK) {
        status = fill(&draft, POSTERN_SHA256, secret_of(pairwise), pieces,
                      ESPRIM_PIECES);
    }
    return finish(session, &draft, status);
}
