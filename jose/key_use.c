/* What a key may be used for, when: the types of Credential-IDs (TS-0003 table
 * 12.3.2.1-1), SUIDs (TS-0004 6.3.4.2.39) and lifetimes. A key that signs does
 * not encrypt. [ESD-11] */
#include "base/str.h"
#include "jose/key_load.h"

struct purpose {
    uint32_t number;
    uint32_t algs;
};

/* TS-0003 v3.18 adds 45 and 55, the certificate of a Node-ID. The texts of 51,
 * 53 and 54 say key management where the table means signatures. [CRED-03] */
static const struct purpose credential_types[] = {
    {13, PST_ALGS_DIR}, /* pairwiseESPrimKeyID */
    {14, PST_ALGS_DIR},
    {15, PST_ALGS_KW},
    {16, PST_ALGS_HS},
    {41, PST_ALGS_OAEP | PST_ALGS_ECDH},
    {42, PST_ALGS_OAEP | PST_ALGS_ECDH},
    {43, PST_ALGS_OAEP | PST_ALGS_ECDH},
    {44, PST_ALGS_OAEP | PST_ALGS_ECDH},
    {45, PST_ALGS_OAEP | PST_ALGS_ECDH},
    {51, PST_ALGS_RS | PST_ALGS_ES},
    {52, PST_ALGS_RS | PST_ALGS_ES},
    {53, PST_ALGS_RS | PST_ALGS_ES},
    {54, PST_ALGS_RS | PST_ALGS_ES},
    {55, PST_ALGS_RS | PST_ALGS_ES},
};

/* Tens: provisioned before, by remote provisioning, by a MAF, a certificate.
 * Ones: 3 ESPrim, 4 ESData encryption, 5 ESData signature. [KEY-03] */
static const struct purpose suids[] = {
    {13, PST_ALGS_DIR},        {23, PST_ALGS_DIR},
    {33, PST_ALGS_DIR},        {43, PST_ALGS_DIR},
    {14, PST_ALGS_ENCRYPTING}, {24, PST_ALGS_ENCRYPTING},
    {34, PST_ALGS_ENCRYPTING}, {44, PST_ALGS_ENCRYPTING},
    {15, PST_ALGS_SIGNING},    {25, PST_ALGS_SIGNING},
    {35, PST_ALGS_SIGNING},    {45, PST_ALGS_SIGNING},
};

enum { ESPRIM_TYPE = 13, ESPRIM_ONES = 3 };

static uint32_t purpose_of(const struct purpose *table, size_t count,
                           uint32_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].number == number) {
            return table[i].algs;
        }
    }
    return 0;
}

uint32_t pst_credential_algs(uint32_t type)
{
    return purpose_of(credential_types,
                      sizeof credential_types / sizeof *credential_types, type);
}

uint32_t pst_suid_algs(postern_suid suid)
{
    return purpose_of(suids, sizeof suids / sizeof *suids, suid);
}

bool pst_credential_suid(uint32_t type, postern_suid suid)
{
    return (type == ESPRIM_TYPE) == (suid % 10 == ESPRIM_ONES);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool pst_credential_type(postern_str kid, uint32_t *type)
{
    *type = 0;
    if (kid.len < 3 || !is_digit(kid.data[0]) || !is_digit(kid.data[1]) ||
        kid.data[2] != '-') {
        return false;
    }
    *type = (uint32_t)(kid.data[0] - '0') * 10 + (uint32_t)(kid.data[1] - '0');
    return true;
}

/* [KEY-04]: a key with an end is not used when nobody knows what time it is. */
static bool lives(const struct pst_key *key, bool time_known, int64_t time_s)
{
    if (key->not_before_s == INT64_MIN && key->expires_s == INT64_MAX) {
        return true;
    }
    return time_known && time_s >= key->not_before_s && time_s < key->expires_s;
}

/* The loader saw to all of this; what protects data is asked twice. */
static bool is_for(const struct pst_key *key, uint32_t family)
{
    uint32_t algs = key->algs & family;

    if (key->credential_type) {
        algs &= pst_credential_algs(key->credential_type);
    }
    if (key->suid) {
        algs &= pst_suid_algs(key->suid);
    }
    return algs != 0;
}

bool pst_key_may(const struct pst_key *key, enum pst_key_use use,
                 bool time_known, int64_t time_s)
{
    if (!lives(key, time_known, time_s)) {
        return false;
    }
    switch (use) {
    case PST_SIGN:
        return key->may_sign && is_for(key, PST_ALGS_SIGNING);
    case PST_VERIFY:
        return key->may_verify && is_for(key, PST_ALGS_SIGNING);
    case PST_ENCRYPT:
        return key->may_encrypt && is_for(key, PST_ALGS_ENCRYPTING);
    case PST_DECRYPT:
        return key->may_decrypt && is_for(key, PST_ALGS_ENCRYPTING);
    default:
        return false;
    }
}
