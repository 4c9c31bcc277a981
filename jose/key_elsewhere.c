/* Keys that are not in memory: in an engine or provider of OpenSSL, or behind a
 * table of operations. [SE-03] */
#include "base/str.h"
#include "jose/key_load.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

/* ---- EVP_PKEY ---------------------------------------------------------- */

/* The public part in memory, whatever holds the key. */
static EVP_PKEY *public_copy(EVP_PKEY *pkey)
{
    unsigned char *der = NULL;
    int size = i2d_PUBKEY(pkey, &der);
    const unsigned char *at = der;
    EVP_PKEY *copy = size > 0 ? d2i_PUBKEY(NULL, &at, size) : NULL;

    OPENSSL_free(der);
    return copy;
}

/* What the public part is, checked in memory. */
static postern_status describe(const struct pst_key_load *load,
                               struct pst_key_draft *draft, EVP_PKEY *copy)
{
    struct pst_key_draft twin = {.key.pkey = copy};

    if (!copy) {
        return pst_pkey_refuse(load, NULL, "the key has no public part");
    }
    PST_TRY(pst_pkey_describe(load, &twin));
    PST_TRY(pst_pkey_check(load, &twin));
    draft->key.type = twin.key.type;
    draft->key.curve = twin.key.curve;
    draft->key.size = twin.key.size;
    return POSTERN_OK;
}

/* Which operation has to be tried depends on what the key is for, and what it
 * may be used for on whether that works. */
static postern_status fit(const struct pst_key_load *load,
                          struct pst_key_draft *draft, EVP_PKEY *copy)
{
    PST_TRY(describe(load, draft, copy));
    draft->key.is_private = true;
    PST_TRY(pst_key_fit(load, draft));
    draft->key.is_private = pst_pkey_has_private(&draft->key, copy);
    return pst_key_fit(load, draft);
}

static postern_status add_pkey(struct pst_key_load *load, EVP_PKEY *pkey)
{
    postern_status status;
    EVP_PKEY *copy;

    if (!pkey) {
        return pst_diag_plain(load->diag, POSTERN_ERR_ARGUMENT);
    }
    if (!load->facts.kid.data) {
        return pst_key_refuse(load, NULL, "a key of OpenSSL needs a kid");
    }
    PST_TRY(pst_key_load_room(load, 1));
    if (EVP_PKEY_up_ref(pkey) != 1) {
        return pst_diag_plain(load->diag, POSTERN_ERR_INTERNAL);
    }
    load->drafts->key.pkey = pkey;
    copy = public_copy(pkey);
    status = fit(load, load->drafts, copy);
    EVP_PKEY_free(copy);
    return status == POSTERN_OK ? pst_key_load_commit(load) : status;
}

postern_status postern_keys_add_pkey(postern_keys *keys, EVP_PKEY *pkey,
                                     const postern_key_facts *facts,
                                     postern_diag *diag)
{
    struct pst_key_load load;
    postern_status status = pst_key_load_begin(&load, keys, facts, diag);

    if (status == POSTERN_OK) {
        status = add_pkey(&load, pkey);
    }
    pst_key_load_end(&load);
    return status;
}

/* ---- operations -------------------------------------------------------- */

/* Of a secret that is elsewhere nothing is known but what it is for. */
static size_t secret_size(postern_jose_alg alg)
{
    switch (alg) {
    case POSTERN_ALG_A128KW:
        return 16;
    case POSTERN_ALG_A192KW:
        return 24;
    case POSTERN_ALG_HS384:
        return 48;
    case POSTERN_ALG_HS512:
        return 64;
    case POSTERN_ALG_HS256:
    case POSTERN_ALG_A256KW:
    default:
        return 32;
    }
}

static postern_status read_secret(struct pst_key_load *load)
{
    if (load->facts.alg == POSTERN_ALG_NONE) {
        return pst_key_refuse(load, NULL,
                              "a secret that is elsewhere needs an alg");
    }
    if (!load->facts.kid.data) {
        return pst_key_refuse(load, NULL,
                              "a secret that is elsewhere needs a kid");
    }
    PST_TRY(pst_key_load_room(load, 1));
    load->drafts->key.type = PST_KEY_OCT;
    load->drafts->key.size = secret_size(load->facts.alg);
    return pst_key_fit(load, load->drafts);
}

static bool is_json(postern_str text)
{
    size_t i = 0;

    while (i < text.len && strchr(" \t\r\n", text.data[i])) {
        i++;
    }
    return i < text.len && text.data[i] == '{';
}

static postern_status read_public(struct pst_key_load *load, postern_str text,
                                  struct pst_document *document)
{
    if (!is_json(text)) {
        return pst_pem_read(load, text);
    }
    PST_TRY(pst_jwk_document(load, text, document));
    PST_TRY(pst_jwk_read(load, document->root));
    return load->count == 1
               ? POSTERN_OK
               : pst_key_refuse(load, document->root,
                                "operations belong to one key, not to a set");
}

static postern_status add_ops(struct pst_key_load *load, postern_str text)
{
    struct pst_document document;

    if (!load->ops) {
        return pst_diag_plain(load->diag, POSTERN_ERR_ARGUMENT);
    }
    if (!text.data) {
        PST_TRY(read_secret(load));
    } else {
        PST_TRY(read_public(load, text, &document));
    }
    return pst_key_load_commit(load);
}

postern_status postern_keys_add_ops(postern_keys *keys, postern_str public_part,
                                    const postern_key_ops *ops,
                                    const postern_key_facts *facts,
                                    postern_diag *diag)
{
    struct pst_key_load load;
    postern_status status = pst_key_load_begin(&load, keys, facts, diag);

    load.ops = ops;
    if (status == POSTERN_OK) {
        status = add_ops(&load, public_part);
    }
    pst_key_load_end(&load);
    return status;
}
