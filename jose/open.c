/*
 * Opening a token: checks in the order in which they may be told apart, from
 * its form to its cryptography, and nothing of it handed out before the last.
 * [ESD-01] [ESD-06] [ESD-07] [ESD-24] [ESD-28]
 */
#include "jose/open.h"

#include "base/sized.h"
#include "base/str.h"
#include "jose/base64url.h"
#include "jose/context.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

enum { JWS_PARTS = 3, JWE_PARTS = 5 };

struct opening {
    postern_jose *jose;
    const struct pst_open_from *from;
    postern_jose_rules rules;
    postern_opened *opened;
    struct pst_open_used used;
};

/* A token cut at its dots. */
struct parts {
    postern_str items[JWE_PARTS];
    size_t count; /* 0: neither a JWS nor a JWE */
};

/* ---- form --------------------------------------------------------------- */

static struct parts cut(postern_str token)
{
    struct parts parts = {.count = 0};
    size_t at = 0;

    while (parts.count < JWE_PARTS && at <= token.len) {
        size_t dot = pst_str_find(token, at, '.');

        parts.items[parts.count++] = pst_str_slice(token, at, dot);
        at = dot + 1;
    }
    if (at <= token.len ||
        (parts.count != JWS_PARTS && parts.count != JWE_PARTS)) {
        parts.count = 0;
    }
    return parts;
}

/* What a part stands for, at `out`. False when it is not strict base64url. */
static bool decode(postern_str part, void *out, postern_str *bytes)
{
    *bytes = (postern_str){out, pst_base64url_bytes(part.len)};
    return pst_base64url_decode(part, out);
}

/* A part of a text of ours, over itself. */
static bool decode_there(char *text, postern_str part, postern_str *bytes)
{
    return decode(part, text + (part.data - text), bytes);
}

/* ---- keys --------------------------------------------------------------- */

/* By exact comparison with those that are configured, and in no other way. */
static const struct pst_key *find(const struct opening *it,
                                  const struct pst_key_sets *sets)
{
    const struct pst_header *header = &it->jose->header;
    const struct pst_key *key = NULL;

    if (!header->has_kid) {
        return it->rules.onem2m || sets->count != 1 || !sets->sets[0]
                   ? NULL
                   : pst_keys_find(sets->sets[0], (postern_str){NULL, 0});
    }
    for (size_t i = 0; i < sets->count && header->kid.len && !key; i++) {
        key = sets->sets[i] ? pst_keys_find(sets->sets[i], header->kid) : NULL;
    }
    return key;
}

/* The key that the header names, if it may do this now. */
static postern_refusal find_key(const struct opening *it,
                                const struct pst_key_sets *sets,
                                enum pst_key_use use,
                                const struct pst_key **key)
{
    *key = find(it, sets);
    if (!*key) {
        return POSTERN_REFUSAL_UNKNOWN_KID;
    }
    if (!pst_key_may(*key, use, it->rules.time_known, it->rules.time_s) ||
        (use == PST_DECRYPT && !(*key)->is_private)) {
        return POSTERN_REFUSAL_KEY_USAGE;
    }
    return POSTERN_REFUSAL_NONE;
}

static bool allows(uint32_t bits, unsigned number)
{
    return number != 0 && (bits & UINT32_C(1) << number) != 0;
}

static bool allows_kind(const postern_jose_rules *rules, postern_jose_kind kind)
{
    return (rules->kind == POSTERN_JOSE_ANY || rules->kind == kind) &&
           (rules->kinds == 0 || allows(rules->kinds, kind));
}

static postern_protected_by describe(const struct pst_key *key,
                                     const struct pst_header *header)
{
    return (postern_protected_by){.alg = header->alg,
                                  .enc = header->enc,
                                  .kid = key->kid,
                                  .owner = key->owner,
                                  .symmetric = key->type == PST_KEY_OCT};
}

/* What failed, or could not be tried. */
static postern_refusal bad_crypto(const struct opening *it)
{
    return it->jose->crypto.lacked_memory ? POSTERN_REFUSAL_MEMORY
                                          : POSTERN_REFUSAL_BAD_CRYPTO;
}

/* ---- JWS ---------------------------------------------------------------- */

/* A JWS, and what is read of it. */
struct signed_text {
    char *text; /* ours; the signature is decoded over itself */
    struct parts parts;
    uint8_t *room; /* for the payload, elsewhere */
    bool is_inner; /* of a nested token */
    postern_str payload;
    postern_str signature;
};

/* Form comes first, of all parts: [JWT-12] step 1. */
static postern_refusal read_jws(const struct opening *it,
                                struct signed_text *jws)
{
    const postern_str *parts = jws->parts.items;

    if (parts[0].len == 0 || parts[2].len == 0 ||
        !decode(parts[1], jws->room, &jws->payload) ||
        !decode_there(jws->text, parts[2], &jws->signature)) {
        return POSTERN_REFUSAL_NOT_DYNAUTHJWT;
    }
    return pst_header_read(&it->jose->header, &it->jose->room, parts[0],
                           PST_HEADER_OF_JWS, it->rules.onem2m);
}

/* [JWT-13] [JWT-15]: inside a nested token a MAC is no signature [ESD-09]. */
static postern_refusal permit_signature(const struct opening *it,
                                        const struct signed_text *jws,
                                        const struct pst_key *key)
{
    postern_jose_alg alg = it->jose->header.alg;

    if (jws->is_inner && (alg < POSTERN_ALG_RS256 || alg > POSTERN_ALG_ES512)) {
        return POSTERN_REFUSAL_BAD_NESTING;
    }
    if (!jws->is_inner && !allows_kind(&it->rules, POSTERN_JOSE_JWS)) {
        return POSTERN_REFUSAL_ALG_NOT_PERMITTED;
    }
    return allows(key->algs, alg) && alg <= POSTERN_ALG_ES512
               ? POSTERN_REFUSAL_NONE
               : POSTERN_REFUSAL_ALG_NOT_PERMITTED;
}

static postern_refusal verify(const struct opening *it,
                              const struct signed_text *jws,
                              const struct pst_key *key)
{
    const postern_str *parts = jws->parts.items;
    postern_str input = {parts[0].data, parts[0].len + 1 + parts[1].len};
    postern_jose_alg alg = it->jose->header.alg;
    const struct pst_early *early = it->from->early;
    postern_refusal refusal = POSTERN_REFUSAL_BAD_CRYPTO;

    if (jws->signature.len != pst_signature_size(key, alg)) {
        return refusal;
    }
    if (early && !early->ask(early->user, key, jws->payload, &refusal)) {
        return refusal == POSTERN_REFUSAL_NONE ? POSTERN_REFUSAL_BAD_CRYPTO
                                               : refusal;
    }
    return pst_verify(&it->jose->crypto, key, alg, input, jws->signature)
               ? POSTERN_REFUSAL_NONE
               : bad_crypto(it);
}

static postern_refusal open_jws(struct opening *it, struct signed_text *jws)
{
    const struct pst_key *key = NULL;
    postern_refusal refusal = read_jws(it, jws);

    if (refusal == POSTERN_REFUSAL_NONE) {
        refusal = find_key(it, &it->from->verify, PST_VERIFY, &key);
    }
    if (refusal == POSTERN_REFUSAL_NONE) {
        refusal = permit_signature(it, jws, key);
    }
    if (refusal == POSTERN_REFUSAL_NONE) {
        refusal = verify(it, jws, key);
    }
    if (refusal == POSTERN_REFUSAL_NONE) {
        it->used.signer = key;
        it->opened->signature = describe(key, &it->jose->header);
        it->opened->payload = jws->payload;
    }
    return refusal;
}

/* ---- JWE ---------------------------------------------------------------- */

struct encrypted_text {
    struct parts parts;
    postern_str key; /* the encrypted one */
    postern_str iv;
    postern_str tag;
    postern_str content;
};

static postern_refusal read_jwe(const struct opening *it,
                                struct encrypted_text *jwe)
{
    const postern_str *parts = jwe->parts.items;
    char *text = it->jose->token;

    if (parts[0].len == 0 || parts[3].len == 0 ||
        !decode_there(text, parts[1], &jwe->key) ||
        !decode_there(text, parts[2], &jwe->iv) ||
        !decode(parts[3], it->jose->plain, &jwe->content) ||
        !decode_there(text, parts[4], &jwe->tag)) {
        return POSTERN_REFUSAL_NOT_DYNAUTHJWT;
    }
    return pst_header_read(&it->jose->header, &it->jose->room, parts[0],
                           PST_HEADER_OF_JWE, it->rules.onem2m);
}

static postern_refusal permit_encryption(const struct opening *it,
                                         const struct pst_key *key)
{
    const struct pst_header *header = &it->jose->header;
    postern_jose_kind kind =
        header->is_nested ? POSTERN_JOSE_NESTED : POSTERN_JOSE_JWE;

    return allows(key->algs, header->alg) && header->alg >= POSTERN_ALG_DIR &&
                   allows(key->encs, header->enc) &&
                   allows_kind(&it->rules, kind)
               ? POSTERN_REFUSAL_NONE
               : POSTERN_REFUSAL_ALG_NOT_PERMITTED;
}

/* The plaintext takes the place of the ciphertext. */
static bool decrypt(const struct opening *it, const struct encrypted_text *jwe,
                    const struct pst_key *key)
{
    struct pst_crypto *crypto = &it->jose->crypto;
    const struct pst_header *header = &it->jose->header;
    struct pst_cek cek = {
        .size = pst_aes_size((unsigned)(header->enc - POSTERN_ENC_A128GCM))};
    struct pst_content content = {.aad = jwe->parts.items[0],
                                  .text = it->jose->plain,
                                  .size = jwe->content.len};
    bool opened;

    /* Sizes are fixed: whatever else is sent is not looked at. */
    if (jwe->iv.len != sizeof content.iv ||
        jwe->tag.len != sizeof content.tag ||
        jwe->key.len != pst_encrypted_key_size(key, header->alg, cek.size)) {
        return false;
    }
    memcpy(content.iv, jwe->iv.data, sizeof content.iv);
    memcpy(content.tag, jwe->tag.data, sizeof content.tag);
    opened = pst_open_cek(crypto, key, header, jwe->key, &cek) &&
             pst_decrypt(crypto, &cek, &content);
    OPENSSL_cleanse(&cek, sizeof cek);
    return opened;
}

/* What is wrong with the form of an inner token is known to its sender only:
 * the one answer for it is that the nesting is bad. */
static postern_refusal nested_refusal(postern_refusal inner)
{
    return inner == POSTERN_REFUSAL_TOO_LARGE ||
                   inner == POSTERN_REFUSAL_NOT_DYNAUTHJWT ||
                   inner == POSTERN_REFUSAL_BAD_HEADER
               ? POSTERN_REFUSAL_BAD_NESTING
               : inner;
}

/* The plaintext is a JWS and nothing else, so the depth is two. Its payload
 * goes where the outer token was, which is not needed any more. [JWT-08] */
static postern_refusal open_inner(struct opening *it, size_t size)
{
    char *text = (char *)it->jose->plain;
    struct signed_text jws = {.text = text,
                              .parts = cut((postern_str){text, size}),
                              .room = (uint8_t *)it->jose->token,
                              .is_inner = true};

    if (jws.parts.count != JWS_PARTS) {
        return POSTERN_REFUSAL_BAD_NESTING;
    }
    return nested_refusal(open_jws(it, &jws));
}

static postern_refusal open_content(struct opening *it,
                                    const struct encrypted_text *jwe,
                                    const struct pst_key *key)
{
    bool is_nested = it->jose->header.is_nested;

    if (!decrypt(it, jwe, key)) {
        return bad_crypto(it);
    }
    it->used.decrypter = key;
    it->opened->encryption = describe(key, &it->jose->header);
    it->opened->kind = is_nested ? POSTERN_JOSE_NESTED : POSTERN_JOSE_JWE;
    if (is_nested) {
        return open_inner(it, jwe->content.len);
    }
    it->opened->payload = jwe->content;
    return POSTERN_REFUSAL_NONE;
}

static postern_refusal open_jwe(struct opening *it, const struct parts *parts)
{
    struct encrypted_text jwe = {.parts = *parts};
    const struct pst_key *key = NULL;
    postern_refusal refusal = read_jwe(it, &jwe);

    if (refusal == POSTERN_REFUSAL_NONE) {
        refusal = find_key(it, &it->from->decrypt, PST_DECRYPT, &key);
    }
    if (refusal == POSTERN_REFUSAL_NONE) {
        refusal = permit_encryption(it, key);
    }
    return refusal == POSTERN_REFUSAL_NONE ? open_content(it, &jwe, key)
                                           : refusal;
}

/* ---- both --------------------------------------------------------------- */

static size_t limit_of(const postern_jose_rules *rules, size_t otherwise)
{
    return rules->max_bytes && rules->max_bytes < PST_TOKEN_MAX
               ? rules->max_bytes
           : rules->max_bytes ? PST_TOKEN_MAX
                              : otherwise;
}

/* Copies the token first: what is checked is what is used, whoever writes to
 * the caller's buffer in the meantime. */
static postern_refusal open_token(struct opening *it, postern_str token)
{
    postern_jose *jose = it->jose;
    struct signed_text jws = {.text = jose->token, .room = jose->plain};

    if (token.len > limit_of(&it->rules, PST_TOKEN_MAX)) {
        return POSTERN_REFUSAL_TOO_LARGE;
    }
    if (token.len) {
        memmove(jose->token, token.data, token.len); /* it may be our own */
    }
    jws.parts = cut((postern_str){jose->token, token.len});
    if (jws.parts.count == JWE_PARTS) {
        return open_jwe(it, &jws.parts);
    }
    if (jws.parts.count != JWS_PARTS) {
        return POSTERN_REFUSAL_NOT_DYNAUTHJWT;
    }
    if (token.len > limit_of(&it->rules, PST_JWS_MAX)) {
        return POSTERN_REFUSAL_TOO_LARGE;
    }
    it->opened->kind = POSTERN_JOSE_JWS;
    return open_jws(it, &jws);
}

postern_refusal pst_jose_open(postern_jose *jose,
                              const struct pst_open_from *from,
                              postern_str token, postern_opened *opened,
                              struct pst_open_used *used)
{
    struct opening it = {.jose = jose, .from = from, .opened = opened};
    postern_refusal refusal = POSTERN_REFUSAL_MEMORY;

    *opened = (postern_opened){.kind = POSTERN_JOSE_ANY};
    jose->crypto.lacked_memory = false;
    (void)ERR_set_mark(); /* the caller's errors stay, ours go */
    if (pst_sized_copy(&it.rules, sizeof it.rules, from->rules)) {
        refusal = open_token(&it, token);
    }
    (void)ERR_pop_to_mark();
    if (refusal != POSTERN_REFUSAL_NONE) {
        *opened = (postern_opened){.kind = POSTERN_JOSE_ANY};
        it.used = (struct pst_open_used){.signer = NULL};
    }
    if (used) {
        *used = it.used;
    }
    return refusal;
}

postern_refusal postern_jose_open(postern_jose *jose, const postern_keys *keys,
                                  const postern_jose_rules *rules,
                                  postern_str token, postern_opened *opened)
{
    struct pst_key_sets sets = {&keys, 1};
    struct pst_open_from from = {
        .verify = sets, .decrypt = sets, .rules = rules};

    return pst_jose_open(jose, &from, token, opened, NULL);
}
