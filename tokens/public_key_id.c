/* Public key identifiers: what they are of, and comparing them (TS-0003 10.1.2,
 * RFC 6920). [PKID-05] Their texts are in tokens/public_key_id_text.c. */
#include "tokens/public_key_id.h"

#include "base/str.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

/* The leftmost bits of SHA-256. [PKID-01] */
static const struct pst_key_digest digests[] = {
    {"sha-256", POSTERN_DIGEST_SHA256, 32},
    {"sha-256-128", POSTERN_DIGEST_SHA256_128, 16},
    {"sha-256-120", POSTERN_DIGEST_SHA256_120, 15},
};

enum { DIGEST_COUNT = sizeof digests / sizeof *digests };

const struct pst_key_digest *pst_key_digest_of(unsigned number)
{
    for (size_t i = 0; i < DIGEST_COUNT; i++) {
        if ((unsigned)digests[i].digest == number) {
            return &digests[i];
        }
    }
    return NULL;
}

const struct pst_key_digest *pst_key_digest_named(postern_str name)
{
    for (size_t i = 0; i < DIGEST_COUNT; i++) {
        if (pst_str_is(name, digests[i].name)) {
            return &digests[i];
        }
    }
    return NULL;
}

bool pst_public_key_id_set(postern_public_key_id *id,
                           const struct pst_key_digest *digest,
                           postern_str bytes)
{
    *id = (postern_public_key_id){.size = 0};
    if (!digest || bytes.len != digest->size) {
        return false;
    }
    id->digest = digest->digest;
    id->size = digest->size;
    memcpy(id->bytes, bytes.data, bytes.len);
    return true;
}

bool pst_public_key_id_is_whole(const postern_public_key_id *id)
{
    const struct pst_key_digest *digest =
        pst_key_digest_of((unsigned)id->digest);

    return digest && id->size == digest->size;
}

postern_status postern_public_key_id_of_spki(postern_public_key_id *id,
                                             postern_key_digest digest,
                                             postern_str spki)
{
    const struct pst_key_digest *kind = pst_key_digest_of((unsigned)digest);
    unsigned char bytes[EVP_MAX_MD_SIZE];

    *id = (postern_public_key_id){.size = 0};
    if (!kind || spki.len == 0) {
        return POSTERN_ERR_ARGUMENT;
    }
    if (EVP_Digest(spki.data, spki.len, bytes, NULL, EVP_sha256(), NULL) != 1) {
        return POSTERN_ERR_MEMORY;
    }
    (void)pst_public_key_id_set(id, kind,
                                (postern_str){(const char *)bytes, kind->size});
    return POSTERN_OK;
}

postern_status postern_public_key_id_of_pkey(postern_public_key_id *id,
                                             postern_key_digest digest,
                                             const EVP_PKEY *pkey)
{
    unsigned char *der = NULL;
    int size = pkey ? i2d_PUBKEY(pkey, &der) : 0;
    postern_status status = POSTERN_ERR_ARGUMENT;

    *id = (postern_public_key_id){.size = 0};
    if (size > 0) {
        status = postern_public_key_id_of_spki(
            id, digest, (postern_str){(const char *)der, (size_t)size});
    }
    OPENSSL_free(der);
    return status;
}

bool postern_public_key_id_equal(const postern_public_key_id *a,
                                 const postern_public_key_id *b)
{
    return pst_public_key_id_is_whole(a) && a->digest == b->digest &&
           a->size == b->size &&
           CRYPTO_memcmp(a->bytes, b->bytes, a->size) == 0;
}

bool postern_public_key_id_matches(const postern_public_key_id *trusted,
                                   postern_str spki)
{
    postern_public_key_id id;

    return postern_public_key_id_of_spki(&id, trusted->digest, spki) ==
               POSTERN_OK &&
           postern_public_key_id_equal(trusted, &id);
}

const char *postern_public_key_id_advice(const postern_public_key_id *id)
{
    if (id->digest == POSTERN_DIGEST_SHA256) {
        return NULL;
    }
    return "a shortened digest is for where there is no room: take sha-256";
}
