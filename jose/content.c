/* AES-GCM with IVs of 96 bits and tags of 128, as RFC 7518 section 5.3 has it
 * and no other. [ESD-21] */
#include "jose/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

static EVP_CIPHER_CTX *context_for(struct pst_crypto *crypto,
                                   const struct pst_cek *cek, const uint8_t *iv,
                                   int encrypts)
{
    EVP_CIPHER_CTX *context =
        crypto->gcm[(cek->size - pst_aes_size(PST_SIZE_128)) / 8];

    return EVP_CipherInit_ex2(context, NULL, cek->bytes, iv, encrypts, NULL) ==
                   1
               ? context
               : NULL;
}

/* The additional data, then the text in place. */
static bool run(EVP_CIPHER_CTX *context, struct pst_content *content)
{
    int size = 0;

    return EVP_CipherUpdate(context, NULL, &size,
                            (const unsigned char *)content->aad.data,
                            (int)content->aad.len) == 1 &&
           EVP_CipherUpdate(context, content->text, &size, content->text,
                            (int)content->size) == 1 &&
           (size_t)size == content->size;
}

bool pst_decrypt(struct pst_crypto *crypto, const struct pst_cek *cek,
                 struct pst_content *content)
{
    EVP_CIPHER_CTX *context = context_for(crypto, cek, content->iv, 0);
    int size = 0;
    bool whole =
        context && run(context, content) &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, PST_GCM_TAG,
                            content->tag) == 1 &&
        EVP_CipherFinal_ex(context, content->text + content->size, &size) == 1;

    if (!whole) {
        OPENSSL_cleanse(content->text, content->size);
    }
    return whole;
}

bool pst_encrypt(struct pst_crypto *crypto, const struct pst_cek *cek,
                 struct pst_content *content)
{
    EVP_CIPHER_CTX *context = NULL;
    int size = 0;

    if (RAND_bytes(content->iv, sizeof content->iv) == 1) {
        context = context_for(crypto, cek, content->iv, 1);
    }
    return context && run(context, content) &&
           EVP_CipherFinal_ex(context, content->text + content->size, &size) ==
               1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, PST_GCM_TAG,
                               content->tag) == 1;
}
