/* Target functions: postern_issuers_load, postern_keys_add_jwks,
 * postern_keys_add_pem, pst_is_revoked
 *
 * A text as a document of token issuers: refused with a place and nothing left
 * behind, or what tokens/issuers.h promises holds of each issuer and key. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "support/faulty.h"
#include "support/jose_keys.h"
#include "tokens/issuers.h"

#include <string.h>

/* The P-256 key of support/jose_keys.h. */
static const char pem[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZisiUt+lhtRj7VZkfhO3jpprstux\n"
    "yjvTc+pUiYMdzqnMXGRJ1Nn3kDYlCd16W7+mLpob4OTR/wEEVh4MSBs/sQ==\n"
    "-----END PUBLIC KEY-----\n";

static const struct {
    const char *name;
    const char *text;
} files[] = {
    {"ec.pem", pem},
    {"mac.jwk", OCT_KEY("16-f", "HS256", OCT_32)},
    {"wrap.jwk", OCT_KEY("15-f", "A128KW", OCT_16)},
    {"own.jwk", EC256_PRIVATE("41-f", ENC("ECDH-ES+A128KW"))},
    {"empty", ""},
    {"broken", "{\"keys\":[{\"kty\":\"RSA\"}]}"},
};

static postern_status read_file(void *user, postern_str name, postern_str *text,
                                postern_diag *diag)
{
    (void)user;
    (void)diag;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (pst_str_is(name, files[i].name)) {
            *text = postern_str_of(files[i].text);
            return POSTERN_OK;
        }
    }
    return POSTERN_ERR_IO;
}

static void check_issuer(const postern_cse *cse,
                         const struct pst_issuer *issuer)
{
    postern_id id;

    FUZZ_CLAIM(pst_str_is(pst_str_slice(issuer->id, 0, 2), "//"));
    FUZZ_CLAIM(postern_id_parse_entity(&id, cse, issuer->id) == POSTERN_OK);
    FUZZ_CLAIM(issuer->algs && issuer->encs && issuer->kinds);
    FUZZ_CLAIM(issuer->leeway_s >= 0 && issuer->leeway_s <= 60);
    FUZZ_CLAIM(issuer->versions.count > 0);
}

/* [JWT-14] [JWT-15] */
static void check_key(const postern_issuers *issuers, const struct pst_key *key)
{
    const postern_keys *keys = issuers->keys;

    FUZZ_CLAIM(key->algs && (key->algs & (key->algs - 1)) == 0);
    if (key->owner == PST_NO_ISSUER) {
        FUZZ_CLAIM(!pst_issuer_of(issuers, key));
    } else {
        const struct pst_issuer *issuer = &issuers->issuers[key->owner];

        FUZZ_CLAIM(key->owner < issuers->issuer_count);
        FUZZ_CLAIM(pst_issuer_of(issuers, key) == issuer);
        FUZZ_CLAIM((key->algs & ~issuer->algs) == 0);
    }
    for (const struct pst_key *other = key + 1;
         other < keys->keys + keys->count; other++) {
        FUZZ_CLAIM(!pst_str_equal(key->kid, other->kid));
        FUZZ_CLAIM(!key->secret || !other->secret ||
                   key->owner == other->owner || key->size != other->size ||
                   memcmp(key->secret, other->secret, key->size) != 0);
    }
}

static void check_all(const postern_issuers *issuers)
{
    for (size_t i = 0; i < issuers->issuer_count; i++) {
        check_issuer(&issuers->cse, &issuers->issuers[i]);
    }
    for (size_t i = 0; i < issuers->keys->count; i++) {
        check_key(issuers, &issuers->keys->keys[i]);
    }
    for (size_t i = 0; i < issuers->revoked.count; i++) {
        FUZZ_CLAIM(pst_is_revoked(issuers, issuers->revoked.items[i]));
    }
    FUZZ_CLAIM(!pst_is_revoked(issuers, PST_STR("never@das.example\n")));
    FUZZ_CLAIM(issuers->generation != 0);
}

static postern_status load(postern_issuers **issuers, postern_str text,
                           const postern_allocator *allocator,
                           postern_diag *diag)
{
    postern_issuers_options options;
    postern_cse cse;

    FUZZ_CLAIM(postern_cse_init(&cse, PST_STR("//sp.example"),
                                PST_STR("/plant-cse")) == POSTERN_OK);
    postern_issuers_options_init(&options);
    options.allocator = allocator;
    options.cse = &cse;
    options.source = "input";
    options.read_file = read_file;
    return postern_issuers_load(issuers, text, &options, diag);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_str text = {(const char *)data, size};
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    postern_issuers *issuers;
    postern_issuers *again;
    postern_diag diag;
    postern_status status = load(&issuers, text, &allocator, &diag);

    FUZZ_CLAIM(diag.status == status);
    FUZZ_CLAIM((status == POSTERN_OK) == (issuers != NULL));
    FUZZ_CLAIM((status == POSTERN_OK) == (diag.message[0] == '\0'));
    if (issuers) {
        check_all(issuers);
        FUZZ_CLAIM(load(&again, text, &allocator, NULL) == POSTERN_OK);
        FUZZ_CLAIM(again->issuer_count == issuers->issuer_count);
        FUZZ_CLAIM(again->keys->count == issuers->keys->count);
        FUZZ_CLAIM(again->generation != issuers->generation);
        postern_issuers_free(again);
    }
    postern_issuers_free(issuers);
    FUZZ_CLAIM(heap.live == 0);
    FUZZ_CLAIM(heap.wrong_sizes == 0);
    return 0;
}
