/* SHA-256 by OpenSSL. */
#include "jose/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

struct pst_digest {
    EVP_MD *algorithm; /* fetched once: looking it up takes longer than it */
    EVP_MD_CTX *room;
};

struct pst_digest *pst_digest_new(void)
{
    struct pst_digest *digest = calloc(1, sizeof *digest);

    if (!digest) {
        return NULL;
    }
    digest->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    digest->room = EVP_MD_CTX_new();
    if (!digest->algorithm || !digest->room ||
        EVP_DigestInit_ex2(digest->room, digest->algorithm, NULL) != 1) {
        pst_digest_free(digest);
        return NULL;
    }
    return digest;
}

void pst_digest_free(struct pst_digest *digest)
{
    if (digest) {
        EVP_MD_CTX_free(digest->room);
        EVP_MD_free(digest->algorithm);
        free(digest);
    }
}

bool pst_digest_of(struct pst_digest *digest, postern_str first,
                   postern_str second, uint8_t out[PST_DIGEST])
{
    if (EVP_DigestInit_ex2(digest->room, NULL, NULL) == 1 &&
        EVP_DigestUpdate(digest->room, first.data, first.len) == 1 &&
        EVP_DigestUpdate(digest->room, second.data, second.len) == 1 &&
        EVP_DigestFinal_ex(digest->room, out, NULL) == 1) {
        return true;
    }
    memset(out, 0, PST_DIGEST);
    return false;
}

void pst_digest_hex(const uint8_t bytes[PST_DIGEST], char out[PST_DIGEST_HEX])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < PST_DIGEST; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[PST_DIGEST_HEX - 1] = 0;
}

bool pst_text_hash(postern_str text, char out[PST_DIGEST_HEX])
{
    struct pst_digest *digest = pst_digest_new();
    uint8_t bytes[PST_DIGEST] = {0};
    bool done =
        digest && pst_digest_of(digest, text, (postern_str){NULL, 0}, bytes);

    pst_digest_free(digest);
    pst_digest_hex(bytes, out);
    return done;
}
