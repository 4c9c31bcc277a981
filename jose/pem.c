/* Keys in PEM (RFC 7468), and certificates for the keys in them. */
#include "base/str.h"
#include "jose/key_load.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <limits.h>

enum { TEXT_MAX = 1 << 20 };

/* What stands between two lines of dashes. */
struct block {
    char *name;
    char *header;
    unsigned char *data;
    long size;
};

static void free_block(struct block *block)
{
    OPENSSL_free(block->name);
    OPENSSL_free(block->header);
    OPENSSL_clear_free(block->data, (size_t)block->size);
    *block = (struct block){NULL, NULL, NULL, 0};
}

static bool next_block(BIO *in, struct block *block)
{
    *block = (struct block){NULL, NULL, NULL, 0};
    return PEM_read_bio(in, &block->name, &block->header, &block->data,
                        &block->size) == 1;
}

/* ---- the kinds of blocks ----------------------------------------------- */

static EVP_PKEY *decode_public(const unsigned char *data, long size)
{
    return d2i_PUBKEY(NULL, &data, size);
}

static EVP_PKEY *decode_rsa_public(const unsigned char *data, long size)
{
    return d2i_PublicKey(EVP_PKEY_RSA, NULL, &data, size);
}

static EVP_PKEY *decode_private(const unsigned char *data, long size)
{
    return d2i_AutoPrivateKey(NULL, &data, size);
}

static EVP_PKEY *decode_rsa(const unsigned char *data, long size)
{
    return d2i_PrivateKey(EVP_PKEY_RSA, NULL, &data, size);
}

static EVP_PKEY *decode_ec(const unsigned char *data, long size)
{
    return d2i_PrivateKey(EVP_PKEY_EC, NULL, &data, size);
}

static EVP_PKEY *decode_certificate(const unsigned char *data, long size)
{
    X509 *certificate = d2i_X509(NULL, &data, size);
    EVP_PKEY *pkey = certificate ? X509_get_pubkey(certificate) : NULL;

    X509_free(certificate);
    return pkey;
}

struct kind {
    const char *name;
    EVP_PKEY *(*decode)(const unsigned char *data, long size);
    bool is_private;
};

static const struct kind kinds[] = {
    {"PUBLIC KEY", decode_public, false},
    {"RSA PUBLIC KEY", decode_rsa_public, false},
    {"CERTIFICATE", decode_certificate, false},
    {"PRIVATE KEY", decode_private, true},
    {"RSA PRIVATE KEY", decode_rsa, true},
    {"EC PRIVATE KEY", decode_ec, true},
};

static const struct kind *kind_of(const struct block *block)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(block->name, kinds[i].name) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

static bool is_encrypted(const struct block *block)
{
    return strcmp(block->name, "ENCRYPTED PRIVATE KEY") == 0 ||
           strstr(block->header, "ENCRYPTED");
}

/* ---- the text ---------------------------------------------------------- */

static postern_status decode(const struct pst_key_load *load,
                             const struct block *block,
                             struct pst_key_draft *draft)
{
    const struct kind *kind = kind_of(block);

    if (is_encrypted(block)) {
        return pst_key_refuse(load, NULL,
                              "the key is encrypted by a passphrase");
    }
    if (!kind) {
        return pst_key_refuse(load, NULL,
                              "the text is neither an RSA or EC key nor a "
                              "certificate");
    }
    if (kind->is_private && load->ops) {
        return pst_key_refuse(load, NULL,
                              "a key whose private operations are done "
                              "elsewhere is given by its public part alone");
    }
    draft->key.pkey = kind->decode(block->data, block->size);
    if (!draft->key.pkey) {
        return pst_pkey_refuse(load, NULL,
                               "what is inside is not what its first line "
                               "says");
    }
    draft->key.is_private = kind->is_private;
    return POSTERN_OK;
}

/* The one block that counts; before that of an EC key, tools write its
 * parameters once more. */
static postern_status read_block(const struct pst_key_load *load, BIO *in,
                                 struct block *block)
{
    bool found = next_block(in, block);

    if (found && strcmp(block->name, "EC PARAMETERS") == 0) {
        free_block(block);
        found = next_block(in, block);
    }
    return found ? POSTERN_OK
                 : pst_pkey_refuse(load, NULL, "the text holds no key in PEM");
}

static postern_status refuse_more(const struct pst_key_load *load, BIO *in)
{
    struct block block;
    bool found = next_block(in, &block);

    free_block(&block);
    return found ? pst_key_refuse(load, NULL,
                                  "the text holds more than one key or "
                                  "certificate")
                 : POSTERN_OK;
}

static postern_status read(const struct pst_key_load *load, BIO *in,
                           struct pst_key_draft *draft)
{
    struct block block = {NULL, NULL, NULL, 0};
    postern_status status = read_block(load, in, &block);

    if (status == POSTERN_OK) {
        status = decode(load, &block, draft);
    }
    free_block(&block);
    return status == POSTERN_OK ? refuse_more(load, in) : status;
}

postern_status pst_pem_read(struct pst_key_load *load, postern_str text)
{
    postern_status status;
    BIO *in;

    if (!load->facts.kid.data) {
        return pst_key_refuse(load, NULL, "a key in PEM needs a kid");
    }
    PST_TRY(pst_key_load_room(load, 1));
    if (text.len > TEXT_MAX) {
        return pst_diag_plain(load->diag, POSTERN_ERR_LIMIT);
    }
    in = BIO_new_mem_buf(text.len ? text.data : "", (int)text.len);
    if (!in) {
        return pst_key_no_memory(load);
    }
    status = read(load, in, load->drafts);
    BIO_free(in);
    PST_TRY(status);
    PST_TRY(pst_pkey_describe(load, load->drafts));
    PST_TRY(pst_pkey_check(load, load->drafts));
    return pst_key_fit(load, load->drafts);
}

static postern_status add(struct pst_key_load *load, postern_str text)
{
    PST_TRY(pst_pem_read(load, text));
    return pst_key_load_commit(load);
}

postern_status postern_keys_add_pem(postern_keys *keys, postern_str text,
                                    const postern_key_facts *facts,
                                    postern_diag *diag)
{
    struct pst_key_load load;
    postern_status status = pst_key_load_begin(&load, keys, facts, diag);

    if (status == POSTERN_OK) {
        status = add(&load, text);
    }
    pst_key_load_end(&load);
    return status;
}
