/* Keys that come from elsewhere, and what is known of them. */
#include "base/str.h"

#include <postern/credential.h>

#include <openssl/crypto.h>

enum { SECRET_MIN = 16 };

void postern_derived_key_wipe(postern_derived_key *key)
{
    if (key) {
        OPENSSL_cleanse(key, sizeof *key);
    }
}

/* An enrolment that is known ends with its own key. [KEY-04] */
static void begin(postern_derived_key *key, postern_key_origin origin,
                  postern_suid suid, postern_str secret)
{
    *key = (postern_derived_key){.size = secret.len,
                                 .origin = origin,
                                 .suid = suid,
                                 .expires_s = INT64_MAX,
                                 .enrolment_expires_s = INT64_MAX};
    memcpy(key->bytes, secret.data, secret.len);
}

static bool may_be_given(postern_key_origin origin)
{
    return origin == POSTERN_ORIGIN_GIVEN || origin == POSTERN_ORIGIN_KE ||
           origin == POSTERN_ORIGIN_KM || origin == POSTERN_ORIGIN_KPSA;
}

postern_status postern_derived_key_of(postern_derived_key *key,
                                      postern_key_origin origin,
                                      postern_suid suid, postern_str secret)
{
    *key = (postern_derived_key){.size = 0};
    if (!may_be_given(origin) || secret.len < SECRET_MIN ||
        secret.len > sizeof key->bytes ||
        (suid && !postern_suid_is_known(suid))) {
        return POSTERN_ERR_ARGUMENT;
    }
    begin(key, origin, suid, secret);
    return POSTERN_OK;
}

void postern_derived_key_limit(postern_derived_key *key, int64_t expires_s)
{
    if (expires_s < key->expires_s) {
        key->expires_s = expires_s;
    }
    if (key->origin == POSTERN_ORIGIN_KE) {
        key->enrolment_expires_s = key->expires_s;
    }
}

postern_key_state postern_derived_key_state(const postern_derived_key *key,
                                            bool time_known, int64_t time_s)
{
    if (!time_known && key->expires_s != INT64_MAX) {
        return POSTERN_KEY_UNKNOWN;
    }
    if (key->size == 0) {
        return POSTERN_KEY_UNKNOWN; /* it was wiped */
    }
    if (key->expires_s == INT64_MAX || time_s < key->expires_s) {
        return POSTERN_KEY_VALID;
    }
    return time_s >= key->enrolment_expires_s ? POSTERN_KEY_RE_ENROL
                                              : POSTERN_KEY_EXPIRED;
}

/* What a key of that handshake may be for. Ke has no SUID: it is for deriving
 * others. */
static bool goes_with(postern_key_origin origin, postern_suid suid)
{
    switch (origin) {
    case POSTERN_ORIGIN_KE:
        return suid == 0;
    case POSTERN_ORIGIN_KC:
        return suid >= POSTERN_SUID_MAF_SAEF &&
               suid <= POSTERN_SUID_MAF_SIGNATURE;
    case POSTERN_ORIGIN_PAIRWISE:
        return suid >= POSTERN_SUID_CERTIFICATE_ESPRIM &&
               suid <= POSTERN_SUID_CERTIFICATE_SIGNATURE;
    default:
        return false;
    }
}

/* The most significant bytes come first. [KDF-01] */
postern_status
postern_derived_key_of_exported(postern_derived_key *key,
                                postern_key_origin origin, postern_suid suid,
                                const uint8_t exported[POSTERN_EXPORTED_SIZE],
                                uint8_t relative[POSTERN_RELATIVE_ID_SIZE])
{
    postern_str secret = {(const char *)exported + POSTERN_RELATIVE_ID_SIZE,
                          POSTERN_EXPORTED_SIZE - POSTERN_RELATIVE_ID_SIZE};

    *key = (postern_derived_key){.size = 0};
    memset(relative, 0, POSTERN_RELATIVE_ID_SIZE);
    if (!goes_with(origin, suid)) {
        return POSTERN_ERR_ARGUMENT;
    }
    memcpy(relative, exported, POSTERN_RELATIVE_ID_SIZE);
    begin(key, origin, suid, secret);
    return POSTERN_OK;
}
