/* Target functions: postern_keys_add_jwks, postern_keys_add_pem,
 * postern_keys_add_ops
 *
 * Eight bytes choose what is known of a key besides its text, which follows:
 * name, algorithm, use, lifetime, and whether its private part is elsewhere. It
 * is refused with a reason, or all of that holds of the key. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "jose/key.h"

#include <string.h>

enum { HEAD = 8, ALGS = 24, ALL_ENCS = 0x0E };

static const postern_suid suids[] = {0,  10, 12, 13, 14, 15,
                                     23, 24, 25, 44, 45, 99};

static const char long_name[600] = "16-";

static const char *const kids[] = {NULL,   "51-a",  "16-m", "15-w",
                                   "14-e", "13-p",  "41-e", "51-",
                                   "10-x", "plain", ""};

static const int64_t times[] = {INT64_MIN, 0, 1764000000, 1900000000,
                                INT64_MAX};

static postern_status never(void *user, postern_jose_alg alg, postern_str input,
                            uint8_t *out, size_t *size)
{
    (void)user;
    (void)alg;
    (void)input;
    (void)out;
    (void)size;
    return POSTERN_ERR_INTERNAL;
}

static postern_status never_derive(void *user, postern_str point, uint8_t *out,
                                   size_t *size)
{
    (void)user;
    (void)point;
    (void)out;
    (void)size;
    return POSTERN_ERR_INTERNAL;
}

static postern_key_facts facts_of(const uint8_t head[HEAD])
{
    postern_key_facts facts;
    size_t kid = head[0] % (sizeof kids / sizeof *kids + 1);

    postern_key_facts_init(&facts);
    facts.kid = kid < sizeof kids / sizeof *kids
                    ? postern_str_of(kids[kid])
                    : (postern_str){long_name, sizeof long_name};
    facts.alg = (postern_jose_alg)(head[1] % ALGS);
    facts.suid = suids[head[2] % (sizeof suids / sizeof *suids)];
    facts.encs = head[3] & ALL_ENCS;
    facts.not_before_s = times[head[4] % 4];
    facts.expires_s = times[4 - head[4] / 4 % 4];
    facts.algs_if_untold = head[5] & 1 ? UINT32_MAX : (uint32_t)head[5] << 5;
    facts.protection = (postern_protection)(head[6] % 4);
    facts.owner = head[6];
    return facts;
}

static postern_key_ops ops_of(uint8_t choice)
{
    return (postern_key_ops){.sign = choice & 2 ? never : NULL,
                             .mac = choice & 4 ? never : NULL,
                             .unwrap = choice & 8 ? never : NULL,
                             .derive = choice & 16 ? never_derive : NULL};
}

static postern_status add(postern_keys *keys, postern_str text, uint8_t choice,
                          const postern_key_facts *facts, postern_diag *diag)
{
    postern_key_ops ops = ops_of(choice);

    if (choice & 1) {
        text.data = text.len ? text.data : NULL;
        return postern_keys_add_ops(keys, text, &ops, facts, diag);
    }
    if (text.len && text.data[0] == '-') {
        return postern_keys_add_pem(keys, text, facts, diag);
    }
    return postern_keys_add_jwks(keys, text, facts, diag);
}

static bool fits_suid(const struct pst_key *key, postern_suid suid)
{
    return suid == 0 || key->suid == suid;
}

/* Whoever may use it may do so within its lifetime alone. */
static void check_uses(const struct pst_key *key)
{
    for (int use = PST_SIGN; use <= PST_DECRYPT; use++) {
        bool may = pst_key_may(key, (enum pst_key_use)use, true, 1800000000);

        FUZZ_CLAIM(!may || (key->not_before_s <= 1800000000 &&
                            1800000000 < key->expires_s));
        FUZZ_CLAIM(!may || key->is_private || use == PST_VERIFY ||
                   use == PST_ENCRYPT);
        FUZZ_CLAIM(!pst_key_may(key, (enum pst_key_use)use, true, INT64_MAX) ||
                   key->expires_s == INT64_MAX);
        FUZZ_CLAIM(
            !pst_key_may(key, (enum pst_key_use)use, false, 0) ||
            (key->not_before_s == INT64_MIN && key->expires_s == INT64_MAX));
    }
}

static void check_key(const struct pst_key *key, const postern_key_facts *facts,
                      bool elsewhere)
{
    FUZZ_CLAIM(key->algs && key->encs);
    FUZZ_CLAIM(facts->alg == POSTERN_ALG_NONE ||
               key->algs == UINT32_C(1) << facts->alg);
    FUZZ_CLAIM(!facts->encs || (key->encs & ~facts->encs) == 0);
    FUZZ_CLAIM(!facts->kid.data || pst_str_equal(key->kid, facts->kid));
    FUZZ_CLAIM(fits_suid(key, facts->suid));
    FUZZ_CLAIM(key->not_before_s >= facts->not_before_s);
    FUZZ_CLAIM(key->expires_s <= facts->expires_s);
    FUZZ_CLAIM(key->not_before_s < key->expires_s ||
               (facts->not_before_s >= facts->expires_s));
    FUZZ_CLAIM(key->owner == facts->owner);
    FUZZ_CLAIM(key->has_ops == elsewhere);
    FUZZ_CLAIM(!elsewhere || !key->secret);
    check_uses(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_str text = {(const char *)data + HEAD, size - HEAD};
    postern_key_facts facts;
    postern_keys *keys;
    postern_diag diag;
    postern_status status;

    if (size < HEAD) {
        return 0;
    }
    facts = facts_of(data);
    FUZZ_CLAIM(postern_keys_new(&keys, NULL) == POSTERN_OK);
    status = add(keys, text, data[7], &facts, &diag);
    FUZZ_CLAIM(diag.status == status);
    FUZZ_CLAIM((status == POSTERN_OK) == (postern_keys_count(keys) > 0));
    FUZZ_CLAIM((status == POSTERN_OK) == (diag.message[0] == '\0'));
    for (size_t i = 0; i < keys->count; i++) {
        check_key(&keys->keys[i], &facts, data[7] & 1);
    }
    postern_keys_free(keys);
    return 0;
}
