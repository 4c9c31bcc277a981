/*
 * Tokens that nobody would seal: any header, any parts, under good keys. What
 * is refused of them is refused for what the header or the parts say.
 */
#ifndef TESTS_SUPPORT_FORGE_H
#define TESTS_SUPPORT_FORGE_H

#include "base/str.h"
#include "jose/base64url.h"
#include "jose/context.h"
#include "support/jose_keys.h"

enum { FORGE_SIZE = 128 * 1024 };

struct forge {
    struct pst_crypto crypto;
    char text[FORGE_SIZE];
    size_t len;
};

static inline void forge_begin(struct forge *it)
{
    if (!pst_crypto_init(&it->crypto)) {
        abort();
    }
    it->len = 0;
}

static inline postern_str forged(const struct forge *it)
{
    return (postern_str){it->text, it->len};
}

static inline void forge_add(struct forge *it, postern_str text)
{
    if (text.len > sizeof it->text - it->len) {
        abort();
    }
    if (text.len) {
        memcpy(it->text + it->len, text.data, text.len);
        it->len += text.len;
    }
}

/* In base64url. */
static inline void forge_part(struct forge *it, postern_str bytes)
{
    size_t length = pst_base64url_length(bytes.len);

    if (length > sizeof it->text - it->len) {
        abort();
    }
    pst_base64url_encode(bytes, it->text + it->len);
    it->len += length;
}

static inline const struct pst_key *forge_key(const postern_keys *keys,
                                              const char *kid)
{
    const struct pst_key *key = pst_keys_find(keys, postern_str_of(kid));

    if (!key) {
        abort();
    }
    return key;
}

/* A JWS with a good signature over whatever the header is. */
static inline postern_str forge_jws(struct forge *it, postern_str header,
                                    postern_str payload,
                                    const struct pst_key *key,
                                    postern_jose_alg alg)
{
    uint8_t signature[PST_SIGNATURE_MAX];

    it->len = 0;
    forge_part(it, header);
    forge_add(it, PST_STR("."));
    forge_part(it, payload);
    if (!pst_sign(&it->crypto, key, alg, forged(it), signature)) {
        abort();
    }
    forge_add(it, PST_STR("."));
    forge_part(it, (postern_str){(const char *)signature,
                                 pst_signature_size(key, alg)});
    return forged(it);
}

/* What a JWE is put together from; change it between the two calls. */
struct forge_jwe {
    struct pst_new_key made;
    struct pst_content content;
    uint8_t text[PST_PLAIN_MAX];
    postern_str header;
};

/* Encrypts with a CEK of `size` bytes: as the header has it, or not. */
static inline void forge_encrypt(struct forge *it, struct forge_jwe *jwe,
                                 const struct pst_key *key,
                                 postern_jose_alg alg, size_t size,
                                 postern_str payload)
{
    static char aad[FORGE_SIZE];

    jwe->made = (struct pst_new_key){.cek = {.size = size}};
    jwe->content = (struct pst_content){.text = jwe->text, .size = payload.len};
    memcpy(jwe->text, payload.data, payload.len);
    pst_base64url_encode(jwe->header, aad);
    jwe->content.aad =
        (postern_str){aad, pst_base64url_length(jwe->header.len)};
    if (!pst_make_cek(&it->crypto, key, alg, &jwe->made) ||
        !pst_encrypt(&it->crypto, &jwe->made.cek, &jwe->content)) {
        abort();
    }
}

static inline postern_str forge_write(struct forge *it,
                                      const struct forge_jwe *jwe)
{
    const postern_str parts[] = {
        {(const char *)jwe->made.encrypted, jwe->made.encrypted_size},
        {(const char *)jwe->content.iv, sizeof jwe->content.iv},
        {(const char *)jwe->text, jwe->content.size},
        {(const char *)jwe->content.tag, sizeof jwe->content.tag}};

    it->len = 0;
    forge_part(it, jwe->header);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        forge_add(it, PST_STR("."));
        forge_part(it, parts[i]);
    }
    return forged(it);
}

/* Replaces part number `part` of the token there is, by text as it is. */
static inline postern_str forge_replace(struct forge *it, size_t part,
                                        postern_str by)
{
    static char copy[FORGE_SIZE];
    postern_str token = {copy, it->len};
    size_t from = 0;
    size_t to;

    memcpy(copy, it->text, it->len);
    while (part-- > 0) {
        from = pst_str_find(token, from, '.') + 1;
    }
    to = pst_str_find(token, from, '.');
    it->len = 0;
    forge_add(it, pst_str_slice(token, 0, from));
    forge_add(it, by);
    forge_add(it, pst_str_slice(token, to, token.len));
    return forged(it);
}

/* A copy of a part's text, in static memory. */
static inline postern_str forge_part_of(const struct forge *it, size_t part)
{
    static char copy[FORGE_SIZE];
    postern_str token = forged(it);
    size_t from = 0;
    postern_str text;

    while (part-- > 0) {
        from = pst_str_find(token, from, '.') + 1;
    }
    text = pst_str_slice(token, from, pst_str_find(token, from, '.'));
    memcpy(copy, text.data, text.len);
    return (postern_str){copy, text.len};
}

#endif
