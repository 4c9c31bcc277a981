/* Making tokens: the payload is copied, then signed or encrypted where it
 * stands, and written as text beside it. */
#include "jose/base64url.h"
#include "jose/context.h"
#include "jose/header_text.h"

#include "base/diag.h"
#include "base/sized.h"
#include "base/str.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

struct sealing {
    postern_jose *jose;
    postern_jose_recipe recipe;
    postern_diag *diag;
    size_t plain;  /* bytes of what is to be protected, in jose->plain */
    size_t length; /* of the token so far, in jose->token */
};

/* A key and what is done with it. */
struct chosen {
    const struct pst_key *key;
    postern_jose_alg alg;
    postern_jose_enc enc;
};

static postern_status refuse(const struct sealing *it, const char *why)
{
    return pst_diag_refuse(it->diag, POSTERN_ERR_POLICY, "", why, NULL);
}

static postern_status too_long(const struct sealing *it)
{
    return pst_diag_refuse(it->diag, POSTERN_ERR_LIMIT, "",
                           "the payload is too long for a token", NULL);
}

/* Nobody outside can make these fail but the memory or the random numbers of
 * OpenSSL, or a key that is held elsewhere. */
static postern_status failed(const struct sealing *it)
{
    return it->jose->crypto.lacked_memory
               ? pst_diag_plain(it->diag, POSTERN_ERR_MEMORY)
               : refuse(it, "the key could not be used");
}

/* ---- text --------------------------------------------------------------- */

static bool add_dot(struct sealing *it)
{
    if (it->length == PST_TOKEN_MAX) {
        return false;
    }
    it->jose->token[it->length++] = '.';
    return true;
}

static bool add_part(struct sealing *it, const void *bytes, size_t size)
{
    size_t length = pst_base64url_length(size);

    if (length > PST_TOKEN_MAX - it->length) {
        return false;
    }
    pst_base64url_encode((postern_str){bytes, size},
                         it->jose->token + it->length);
    it->length += length;
    return true;
}

static bool add_header(struct sealing *it, const struct pst_header_text *header)
{
    char *text = (char *)it->jose->room.text;
    size_t size = pst_header_write(header, text, sizeof it->jose->room.text);

    it->length = 0;
    return size > 0 && add_part(it, text, size);
}

/* ---- choosing ----------------------------------------------------------- */

static bool is_single(uint32_t bits)
{
    return bits != 0 && (bits & (bits - 1)) == 0;
}

static unsigned lowest(uint32_t bits)
{
    unsigned number = 0;

    while (bits && !(bits & UINT32_C(1) << number)) {
        number++;
    }
    return number;
}

static postern_status choose_alg(const struct sealing *it, postern_jose_alg alg,
                                 uint32_t family, struct chosen *chosen)
{
    uint32_t algs = chosen->key->algs & family;

    if (alg != POSTERN_ALG_NONE) {
        algs &= (unsigned)alg < 32 ? UINT32_C(1) << alg : 0;
    }
    if (algs == 0) {
        return refuse(it, "the key is for other algorithms");
    }
    if (!is_single(algs)) {
        return refuse(it, "the key allows several algorithms: one has to be "
                          "named");
    }
    chosen->alg = (postern_jose_alg)lowest(algs);
    return POSTERN_OK;
}

static postern_status choose_key(const struct sealing *it,
                                 const postern_keys *keys, postern_str kid,
                                 enum pst_key_use use, struct chosen *chosen)
{
    chosen->key = keys ? pst_keys_find(keys, kid) : NULL;
    if (!chosen->key) {
        return refuse(it, "there is no such key");
    }
    if (!pst_key_may(chosen->key, use, it->recipe.time_known,
                     it->recipe.time_s)) {
        return refuse(it, "the key may not be used for this, or not now");
    }
    if (it->recipe.onem2m && !chosen->key->kid.len) {
        return refuse(it, "the key has no name to write into the header");
    }
    return POSTERN_OK;
}

/* ---- signing ------------------------------------------------------------ */

enum {
    HS_BITS = 1 << POSTERN_ALG_HS256 | 1 << POSTERN_ALG_HS384 |
              1 << POSTERN_ALG_HS512,
    SIGNATURE_BITS = 1 << POSTERN_ALG_RS256 | 1 << POSTERN_ALG_RS384 |
                     1 << POSTERN_ALG_RS512 | 1 << POSTERN_ALG_ES256 |
                     1 << POSTERN_ALG_ES384 | 1 << POSTERN_ALG_ES512
};

static postern_status choose_signature(const struct sealing *it,
                                       struct chosen *chosen)
{
    const postern_jose_recipe *recipe = &it->recipe;
    bool is_inner = recipe->kind == POSTERN_JOSE_NESTED; /* [ESD-09] */

    PST_TRY(
        choose_key(it, recipe->sign_keys, recipe->sign_kid, PST_SIGN, chosen));
    if (!chosen->key->is_private) {
        return refuse(it, "the key has no private part");
    }
    return choose_alg(it, recipe->sign_alg,
                      is_inner ? SIGNATURE_BITS : HS_BITS | SIGNATURE_BITS,
                      chosen);
}

/* What others open unless they say that it may be longer. */
static size_t jws_limit(const struct sealing *it)
{
    return it->recipe.max_bytes ? it->recipe.max_bytes : PST_JWS_MAX;
}

static postern_status sign(struct sealing *it, const struct chosen *chosen)
{
    uint8_t signature[PST_SIGNATURE_MAX];
    postern_jose *jose = it->jose;
    struct pst_header_text header = {
        .alg = chosen->alg, .kid = chosen->key->kid, .typ = it->recipe.onem2m};

    if (!add_header(it, &header) || !add_dot(it) ||
        !add_part(it, jose->plain, it->plain)) {
        return too_long(it);
    }
    if (!pst_sign(&jose->crypto, chosen->key, chosen->alg,
                  (postern_str){jose->token, it->length}, signature)) {
        return failed(it);
    }
    if (!add_dot(it) ||
        !add_part(it, signature,
                  pst_signature_size(chosen->key, chosen->alg)) ||
        it->length > jws_limit(it)) {
        return too_long(it);
    }
    return POSTERN_OK;
}

/* ---- encrypting --------------------------------------------------------- */

static const struct {
    postern_jose_enc enc;
    size_t size;
} encs[] = {
    {POSTERN_ENC_A256GCM, 32},
    {POSTERN_ENC_A192GCM, 24},
    {POSTERN_ENC_A128GCM, 16},
};

enum { ENC_COUNT = sizeof encs / sizeof *encs };

static bool fits(const struct chosen *chosen, size_t i, postern_jose_enc wanted)
{
    return (wanted == POSTERN_ENC_NONE || wanted == encs[i].enc) &&
           (chosen->key->encs & UINT32_C(1) << encs[i].enc) &&
           pst_encrypted_key_size(chosen->key, chosen->alg, encs[i].size) !=
               SIZE_MAX;
}

static size_t cek_size(postern_jose_enc enc)
{
    return pst_aes_size((unsigned)(enc - POSTERN_ENC_A128GCM));
}

static postern_status choose_encryption(const struct sealing *it,
                                        struct chosen *chosen)
{
    const postern_jose_recipe *recipe = &it->recipe;
    const uint32_t family = ~(uint32_t)(HS_BITS | SIGNATURE_BITS);

    PST_TRY(choose_key(it, recipe->encrypt_keys, recipe->encrypt_kid,
                       PST_ENCRYPT, chosen));
    PST_TRY(choose_alg(it, recipe->encrypt_alg, family, chosen));
    for (size_t i = 0; i < ENC_COUNT; i++) {
        if (fits(chosen, i, recipe->enc)) {
            chosen->enc = encs[i].enc;
            return POSTERN_OK;
        }
    }
    return refuse(it, "the key does not allow that encryption of content");
}

/* One use of a key that is itself the content's: GCM bears a limited number of
 * random IVs. Another thread may be counting, too. [ESD-03] */
static bool count_use(const struct chosen *chosen)
{
    _Atomic uint64_t *left = chosen->key->seals_left;
    uint64_t count;

    if (chosen->alg != POSTERN_ALG_DIR) {
        return true;
    }
    count = left ? atomic_load(left) : 0;
    while (count > 0) {
        if (atomic_compare_exchange_weak(left, &count, count - 1)) {
            return true;
        }
    }
    return false;
}

static bool is_ecdh(postern_jose_alg alg)
{
    return alg >= POSTERN_ALG_ECDH_ES_A128KW &&
           alg <= POSTERN_ALG_ECDH_ES_A256KW;
}

/* The header is what the content is bound to: it is written first. */
static postern_status write_jwe(struct sealing *it, const struct chosen *chosen,
                                const struct pst_new_key *made)
{
    postern_jose *jose = it->jose;
    struct pst_header_text header = {
        .alg = chosen->alg,
        .enc = chosen->enc,
        .kid = chosen->key->kid,
        .typ = it->recipe.onem2m,
        .cty = it->recipe.kind == POSTERN_JOSE_NESTED,
        .epk = is_ecdh(chosen->alg) ? &made->epk : NULL};
    struct pst_content content = {.text = jose->plain, .size = it->plain};

    if (!add_header(it, &header)) {
        return too_long(it);
    }
    content.aad = (postern_str){jose->token, it->length};
    if (!pst_encrypt(&jose->crypto, &made->cek, &content)) {
        return failed(it);
    }
    return add_dot(it) && add_part(it, made->encrypted, made->encrypted_size) &&
                   add_dot(it) && add_part(it, content.iv, sizeof content.iv) &&
                   add_dot(it) && add_part(it, jose->plain, it->plain) &&
                   add_dot(it) && add_part(it, content.tag, sizeof content.tag)
               ? POSTERN_OK
               : too_long(it);
}

static postern_status encrypt(struct sealing *it, const struct chosen *chosen)
{
    struct pst_new_key made = {.cek = {.size = cek_size(chosen->enc)}};
    postern_status status;

    if (it->plain == 0) {
        return pst_diag_refuse(it->diag, POSTERN_ERR_ARGUMENT, "",
                               "there is nothing to encrypt", NULL);
    }
    if (!count_use(chosen)) {
        return refuse(it, "the key was used as often as it may be");
    }
    if (!pst_make_cek(&it->jose->crypto, chosen->key, chosen->alg, &made)) {
        return failed(it);
    }
    status = write_jwe(it, chosen, &made);
    OPENSSL_cleanse(&made.cek, sizeof made.cek);
    return status;
}

/* ---- all of it ---------------------------------------------------------- */

/* The signed text becomes what is encrypted. */
static postern_status seal_nested(struct sealing *it,
                                  const struct chosen *signature,
                                  const struct chosen *encryption)
{
    PST_TRY(sign(it, signature));
    memcpy(it->jose->plain, it->jose->token, it->length);
    it->plain = it->length;
    return encrypt(it, encryption);
}

static postern_status seal(struct sealing *it)
{
    struct chosen signature = {.key = NULL};
    struct chosen encryption = {.key = NULL};

    switch (it->recipe.kind) {
    case POSTERN_JOSE_JWS:
        PST_TRY(choose_signature(it, &signature));
        return sign(it, &signature);
    case POSTERN_JOSE_JWE:
        PST_TRY(choose_encryption(it, &encryption));
        return encrypt(it, &encryption);
    case POSTERN_JOSE_NESTED:
        PST_TRY(choose_signature(it, &signature));
        PST_TRY(choose_encryption(it, &encryption));
        return seal_nested(it, &signature, &encryption);
    case POSTERN_JOSE_ANY:
    default:
        return pst_diag_refuse(it->diag, POSTERN_ERR_ARGUMENT, "",
                               "the kind of protection is missing", NULL);
    }
}

/* Takes the payload, which may be what this jose gave out last. */
static postern_status take(struct sealing *it, postern_str payload)
{
    if (payload.len > PST_PLAIN_MAX) {
        return too_long(it);
    }
    if (payload.len) {
        memmove(it->jose->plain, payload.data, payload.len);
    }
    it->plain = payload.len;
    return POSTERN_OK;
}

postern_status postern_jose_seal(postern_jose *jose,
                                 const postern_jose_recipe *recipe,
                                 postern_str payload, postern_str *token,
                                 postern_diag *diag)
{
    struct sealing it = {.jose = jose, .diag = diag};
    postern_status status;

    *token = (postern_str){NULL, 0};
    pst_diag_clear(diag);
    if (!recipe || !pst_sized_copy(&it.recipe, sizeof it.recipe, recipe)) {
        return pst_diag_refuse(diag, POSTERN_ERR_ARGUMENT, "",
                               "the recipe is not one of this release", NULL);
    }
    jose->crypto.lacked_memory = false;
    (void)ERR_set_mark();
    status = take(&it, payload);
    if (status == POSTERN_OK) {
        status = seal(&it);
    }
    (void)ERR_pop_to_mark();
    if (status == POSTERN_OK) {
        *token = (postern_str){jose->token, it.length};
    }
    return status;
}
