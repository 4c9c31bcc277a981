/*
 * Contexts that are kept per key and algorithm. Setting one up costs more than
 * many a primitive: an HMAC key takes two blocks of the hash, an EVP_PKEY_CTX
 * several fetches.
 */
#include "jose/crypto.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <string.h>

static bool set_up_mac(struct pst_crypto *crypto, const struct pst_key *key,
                       struct pst_slot *slot)
{
    char name[] = "SHA256";
    OSSL_PARAM parameters[2];
    static const char *const digits[PST_HASHES] = {"256", "384", "512"};

    memcpy(name + 3, digits[pst_hash_of(slot->alg)], 3);
    parameters[0] =
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0);
    parameters[1] = OSSL_PARAM_construct_end();
    slot->mac = EVP_MAC_CTX_new(crypto->hmac);
    return slot->mac &&
           EVP_MAC_init(slot->mac, key->secret, key->size, parameters) == 1;
}

static bool set_up_signature(struct pst_crypto *crypto, struct pst_slot *slot)
{
    const EVP_MD *hash = crypto->hashes[pst_hash_of(slot->alg)];
    bool is_rsa = slot->alg <= POSTERN_ALG_RS512;

    return (slot->is_private ? EVP_PKEY_sign_init(slot->pkey)
                             : EVP_PKEY_verify_init(slot->pkey)) == 1 &&
           (!is_rsa ||
            EVP_PKEY_CTX_set_rsa_padding(slot->pkey, RSA_PKCS1_PADDING) == 1) &&
           EVP_PKEY_CTX_set_signature_md(slot->pkey, hash) == 1;
}

static bool set_up_oaep(struct pst_crypto *crypto, struct pst_slot *slot)
{
    const EVP_MD *hash = crypto->hashes[PST_SHA256];

    return (slot->is_private ? EVP_PKEY_decrypt_init(slot->pkey)
                             : EVP_PKEY_encrypt_init(slot->pkey)) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(slot->pkey, RSA_PKCS1_OAEP_PADDING) ==
               1 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(slot->pkey, hash) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(slot->pkey, hash) == 1;
}

static bool set_up(struct pst_crypto *crypto, const struct pst_key *key,
                   struct pst_slot *slot)
{
    if (slot->alg <= POSTERN_ALG_HS512) {
        return set_up_mac(crypto, key, slot);
    }
    slot->pkey = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
    if (!slot->pkey) {
        return false;
    }
    if (slot->alg <= POSTERN_ALG_ES512) {
        return set_up_signature(crypto, slot);
    }
    return slot->alg == POSTERN_ALG_RSA_OAEP_256
               ? set_up_oaep(crypto, slot)
               : EVP_PKEY_derive_init(slot->pkey) == 1;
}

static void clear(struct pst_slot *slot)
{
    EVP_MAC_CTX_free(slot->mac);
    EVP_PKEY_CTX_free(slot->pkey);
    *slot = (struct pst_slot){.alg = POSTERN_ALG_NONE};
}

/* A free slot, or the one whose turn it is. */
static struct pst_slot *room_for_one(struct pst_crypto *crypto, unsigned from)
{
    for (unsigned i = 0; i < PST_CRYPTO_SLOTS; i++) {
        struct pst_slot *slot = &crypto->slots[(from + i) % PST_CRYPTO_SLOTS];

        if (slot->alg == POSTERN_ALG_NONE) {
            return slot;
        }
    }
    crypto->next_victim = (crypto->next_victim + 1) % PST_CRYPTO_SLOTS;
    clear(&crypto->slots[crypto->next_victim]);
    return &crypto->slots[crypto->next_victim];
}

struct pst_slot *pst_crypto_slot(struct pst_crypto *crypto,
                                 const struct pst_key *key,
                                 postern_jose_alg alg, bool is_private)
{
    unsigned from = (unsigned)(key->id % PST_CRYPTO_SLOTS);
    struct pst_slot *slot;

    for (unsigned i = 0; i < PST_CRYPTO_SLOTS; i++) {
        slot = &crypto->slots[(from + i) % PST_CRYPTO_SLOTS];
        if (slot->key_id == key->id && slot->alg == alg &&
            slot->is_private == is_private) {
            return slot;
        }
    }
    slot = room_for_one(crypto, from);
    *slot = (struct pst_slot){
        .key_id = key->id, .alg = alg, .is_private = is_private};
    if (!set_up(crypto, key, slot)) {
        clear(slot);
        crypto->lacked_memory = true;
        return NULL;
    }
    return slot;
}
