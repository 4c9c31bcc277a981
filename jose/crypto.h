/*
 * The cryptography of one thread: algorithms fetched once from OpenSSL, and
 * contexts kept for the keys that were used, so that a token costs its
 * primitive and no more.
 *
 * Whoever fails answers false and nothing else: what exactly was wrong with a
 * signature or a ciphertext is nobody's business.
 */
#ifndef PST_CRYPTO_H
#define PST_CRYPTO_H

#include "jose/ecdsa_form.h"
#include "jose/header.h"

struct evp_mac_st;
struct evp_mac_ctx_st;
struct evp_md_st;
struct evp_md_ctx_st;
struct evp_cipher_st;
struct evp_cipher_ctx_st;
struct evp_pkey_ctx_st;

enum { PST_SIZE_128, PST_SIZE_192, PST_SIZE_256, PST_SIZES };
enum { PST_SHA256, PST_SHA384, PST_SHA512, PST_HASHES };

enum {
    PST_CRYPTO_SLOTS = 32,
    PST_GCM_IV = 12,
    PST_GCM_TAG = 16,
    PST_CEK_MAX = 32,
    PST_WRAP_EXTRA = 8, /* bytes that a wrapped key is longer */
    PST_DIGEST_MAX = 64,
    PST_SIGNATURE_MAX = PST_RSA_MAX,
    PST_POINT_MAX = 1 + 2 * PST_FIELD_MAX,
    PST_CURVES = PST_P521 + 1
};

/* A context that is ready for one key and algorithm. Keys are told apart by
 * their random id: a slot outlives its key and is never mistaken for another.
 */
struct pst_slot {
    uint64_t key_id;
    postern_jose_alg alg; /* NONE: free */
    bool is_private;      /* signs or decrypts */
    struct evp_mac_ctx_st *mac;
    struct evp_pkey_ctx_st *pkey;
};

struct pst_crypto {
    struct evp_mac_st *hmac;
    struct evp_md_st *hashes[PST_HASHES];
    struct evp_md_ctx_st *digests[PST_HASHES];
    struct evp_cipher_st *gcms[PST_SIZES];
    struct evp_cipher_ctx_st *gcm[PST_SIZES];
    struct evp_cipher_st *wraps[PST_SIZES];
    struct evp_cipher_ctx_st *wrap[PST_SIZES];
    struct evp_pkey_st *curves[PST_CURVES]; /* the curve alone */
    struct pst_slot slots[PST_CRYPTO_SLOTS];
    unsigned next_victim;
    bool lacked_memory; /* a context could not be made; cleared by callers */
};

/* ---- crypto.c: fetching and keeping ------------------------------------- */

/* All that does not depend on a key. False: out of memory, or OpenSSL has no
 * such algorithm; release it all the same. */
bool pst_crypto_init(struct pst_crypto *crypto);
void pst_crypto_release(struct pst_crypto *crypto);

/* Digest of two texts one after the other. */
bool pst_crypto_digest(struct pst_crypto *crypto, unsigned hash,
                       postern_str first, postern_str second,
                       uint8_t digest[PST_DIGEST_MAX]);

/* SHA-256, -384 or -512 of HS, RS and ES algorithms. */
static inline unsigned pst_hash_of(postern_jose_alg alg)
{
    return (unsigned)(alg - POSTERN_ALG_HS256) % PST_HASHES;
}

static inline size_t pst_hash_size(unsigned hash)
{
    return hash == PST_SHA256 ? 32 : hash == PST_SHA384 ? 48 : 64;
}

/* Bytes of an AES key of PST_SIZE_... */
static inline size_t pst_aes_size(unsigned size)
{
    return 16 + 8 * (size_t)size;
}

/* ---- slot.c: contexts of keys -------------------------------------------- */

/* The context for a key whose algorithm needs one, made when it is used for the
 * first time; NULL when that fails. */
struct pst_slot *pst_crypto_slot(struct pst_crypto *crypto,
                                 const struct pst_key *key,
                                 postern_jose_alg alg, bool is_private);

/* ---- signature.c: HS, RS, ES -------------------------------------------- */

/* Bytes that every signature by that key and algorithm has; 0 when the two do
 * not belong together. */
size_t pst_signature_size(const struct pst_key *key, postern_jose_alg alg);

/* Whether `signature`, of the right size, is that of `input`. */
bool pst_verify(struct pst_crypto *crypto, const struct pst_key *key,
                postern_jose_alg alg, postern_str input, postern_str signature);

/* Writes a signature of pst_signature_size() bytes. */
bool pst_sign(struct pst_crypto *crypto, const struct pst_key *key,
              postern_jose_alg alg, postern_str input,
              uint8_t out[PST_SIGNATURE_MAX]);

/* ---- key_management.c: dir, AES-KW, RSA-OAEP-256, ECDH-ES+AES-KW --------- */

struct pst_cek {
    uint8_t bytes[PST_CEK_MAX];
    size_t size;
};

/* Bytes that every encrypted key has, for a CEK of that size. SIZE_MAX when key
 * and algorithm do not belong together, or a `dir` key is of another size. */
size_t pst_encrypted_key_size(const struct pst_key *key, postern_jose_alg alg,
                              size_t cek_size);

/*
 * Finds the CEK of cek->size bytes. After a failure of RSA-OAEP-256 it is
 * random and the answer is true: content that does not decrypt looks like
 * every other forgery, and takes as long (RFC 7516 section 11.5).
 */
bool pst_open_cek(struct pst_crypto *crypto, const struct pst_key *key,
                  const struct pst_header *header, postern_str encrypted,
                  struct pst_cek *cek);

/* What goes into a new token besides its content. */
struct pst_new_key {
    struct pst_cek cek; /* its size is given */
    uint8_t encrypted[PST_RSA_MAX];
    size_t encrypted_size;
    struct pst_epk epk; /* with ECDH-ES */
};

bool pst_make_cek(struct pst_crypto *crypto, const struct pst_key *key,
                  postern_jose_alg alg, struct pst_new_key *made);

/* ---- agreement.c: ECDH-ES with the Concat KDF ---------------------------- */

/* What a key is derived from (RFC 7518 section 4.6.2). */
struct pst_concat {
    const uint8_t *secret;
    size_t secret_size;
    const char *algorithm; /* the name it is for */
    const struct pst_party *apu;
    const struct pst_party *apv;
    size_t size; /* bytes, at most PST_CEK_MAX */
};

/* One round of the Concat KDF with SHA-256 (NIST SP 800-56A 5.8.1), which makes
 * 256 bits: the first concat->size bytes are the key. */
bool pst_concat_kdf(struct pst_crypto *crypto, const struct pst_concat *concat,
                    uint8_t key[PST_CEK_MAX]);

/* The key that ECDH-ES+A*KW wraps with, of pst_aes_size(). The point is checked
 * to be of the key's curve and on it. */
bool pst_agree(struct pst_crypto *crypto, const struct pst_key *key,
               const struct pst_header *header, uint8_t kek[PST_CEK_MAX]);

/* As above with a new ephemeral key, which goes into *epk. */
bool pst_agree_anew(struct pst_crypto *crypto, const struct pst_key *key,
                    postern_jose_alg alg, struct pst_epk *epk,
                    uint8_t kek[PST_CEK_MAX]);

/* ---- content.c: AES-GCM -------------------------------------------------- */

/* The parts of encrypted content; `text` is decrypted and encrypted in place.
 */
struct pst_content {
    uint8_t iv[PST_GCM_IV];
    uint8_t tag[PST_GCM_TAG];
    postern_str aad;
    uint8_t *text;
    size_t size;
};

/* False, and the text wiped, when the tag is not that of the rest. */
bool pst_decrypt(struct pst_crypto *crypto, const struct pst_cek *cek,
                 struct pst_content *content);

/* Draws a new IV and writes it and the tag. */
bool pst_encrypt(struct pst_crypto *crypto, const struct pst_cek *cek,
                 struct pst_content *content);

#endif
