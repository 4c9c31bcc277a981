/* Target functions: postern_credential_id_parse, postern_key_id_parse,
 * postern_public_key_id_parse, postern_public_key_id_parse_binary,
 * postern_public_key_id_of_spki, postern_public_key_id_of_pkey, pst_normal_form
 *
 * A text as each of the names that keys have: what is read is written as it
 * was, or in the one way that is read as the same. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "tokens/normal_form.h"

#include <postern/credential.h>

#include <openssl/x509.h>
#include <string.h>

enum { TEXT = 1 << 12 };

static char room[TEXT];

static bool is_written(postern_str text, size_t len)
{
    return len == text.len &&
           (len >= sizeof room || memcmp(room, text.data, len) == 0);
}

static void look_at_credential(postern_str text)
{
    postern_credential_id id;

    if (postern_credential_id_parse(&id, text)) {
        FUZZ_CLAIM(is_written(
            text, postern_credential_id_format(&id, room, sizeof room)));
    } else {
        FUZZ_CLAIM(id.type == POSTERN_CREDENTIAL_NONE && !id.value.data);
        FUZZ_CLAIM(postern_credential_id_format(&id, room, sizeof room) == 0);
    }
}

static void look_at_key(postern_str text)
{
    bool is_name[POSTERN_KEY_ID_KC + 2] = {false};

    for (int kind = 0; kind <= POSTERN_KEY_ID_KC + 1; kind++) {
        postern_key_id id;

        is_name[kind] =
            postern_key_id_parse(&id, (postern_key_id_kind)kind, text);
        FUZZ_CLAIM(is_name[kind] == (id.relative.data != NULL));
        if (is_name[kind]) {
            FUZZ_CLAIM(postern_key_id_equal(&id, &id));
            FUZZ_CLAIM(is_written(
                text, postern_key_id_format(&id, room, sizeof room)));
        } else {
            FUZZ_CLAIM(postern_key_id_format(&id, room, sizeof room) == 0);
        }
    }
    FUZZ_CLAIM(!is_name[0] && !is_name[POSTERN_KEY_ID_KC + 1]);
    FUZZ_CLAIM(is_name[POSTERN_KEY_ID_KC] >= is_name[POSTERN_KEY_ID_KE]);
    FUZZ_CLAIM(is_name[POSTERN_KEY_ID_KC] == is_name[POSTERN_KEY_ID_KM]);
}

/* Sixteen bytes and a domain are an identifier, or it is no domain. */
static void look_at_bytes(postern_str text)
{
    char buffer[POSTERN_KEY_ID_SIZE];
    postern_str domain =
        pst_str_slice(text, POSTERN_RELATIVE_ID_SIZE, text.len);
    postern_key_id id;
    size_t len;

    if (text.len < POSTERN_RELATIVE_ID_SIZE) {
        return;
    }
    len = postern_key_id_of_bytes((const uint8_t *)text.data, domain, buffer);
    FUZZ_CLAIM(len < sizeof buffer);
    FUZZ_CLAIM((len > 0) == postern_key_id_parse(&id, POSTERN_KEY_ID_KE,
                                                 (postern_str){buffer, len}));
    FUZZ_CLAIM(len == 0 || pst_str_equal(id.domain, domain));
}

/* In each of the three forms it is the same again. */
static void claim_forms(const postern_public_key_id *id)
{
    char text[POSTERN_PUBLIC_KEY_ID_TEXT];
    uint8_t binary[POSTERN_PUBLIC_KEY_ID_BINARY];
    postern_public_key_id again;
    size_t len = postern_public_key_id_format(id, text);

    FUZZ_CLAIM(len > 0 && len < sizeof text);
    FUZZ_CLAIM(postern_public_key_id_parse(&again, (postern_str){text, len}));
    FUZZ_CLAIM(postern_public_key_id_equal(&again, id));
    len = postern_public_key_id_format_nih(id, text);
    FUZZ_CLAIM(len > 0 && len < sizeof text);
    FUZZ_CLAIM(postern_public_key_id_parse(&again, (postern_str){text, len}));
    FUZZ_CLAIM(postern_public_key_id_equal(&again, id));
    /* Another check digit is a slip of whoever typed it. */
    text[len - 1] = text[len - 1] == '0' ? '1' : '0';
    FUZZ_CLAIM(!postern_public_key_id_parse(&again, (postern_str){text, len}));
    len = postern_public_key_id_format_binary(id, binary);
    FUZZ_CLAIM(postern_public_key_id_parse_binary(
        &again, (postern_str){(const char *)binary, len}));
    FUZZ_CLAIM(postern_public_key_id_equal(&again, id));
    FUZZ_CLAIM((postern_public_key_id_advice(id) == NULL) ==
               (id->size == POSTERN_DIGEST_SIZE));
}

static void look_at_public_key(postern_str text)
{
    postern_public_key_id id;
    postern_public_key_id none = {.size = 0};

    if (postern_public_key_id_parse(&id, text) ||
        postern_public_key_id_parse_binary(&id, text)) {
        claim_forms(&id);
    } else {
        FUZZ_CLAIM(id.size == 0 && !postern_public_key_id_equal(&id, &id));
    }
    FUZZ_CLAIM(postern_public_key_id_format(&none, room) == 0);
    FUZZ_CLAIM(postern_public_key_id_format_nih(&none, room) == 0);
    FUZZ_CLAIM(postern_public_key_id_format_binary(&none, (uint8_t *)room) ==
               0);
    for (unsigned digest = 0; digest <= POSTERN_DIGEST_SHA256_120 + 1;
         digest++) {
        if (postern_public_key_id_of_spki(&id, (postern_key_digest)digest,
                                          text) == POSTERN_OK) {
            FUZZ_CLAIM(postern_public_key_id_matches(&id, text));
            FUZZ_CLAIM(!postern_public_key_id_matches(
                &id, pst_str_slice(text, 1, text.len)));
            claim_forms(&id);
        }
    }
}

/* A key that OpenSSL reads has the name of what OpenSSL writes of it. */
static void look_at_pkey(postern_str text)
{
    const unsigned char *at = (const unsigned char *)text.data;
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &at, (long)text.len);
    unsigned char *der = NULL;
    postern_public_key_id id;
    int size = pkey ? i2d_PUBKEY(pkey, &der) : 0;
    postern_status status =
        postern_public_key_id_of_pkey(&id, POSTERN_DIGEST_SHA256, pkey);

    FUZZ_CLAIM((status == POSTERN_OK) == (size > 0));
    FUZZ_CLAIM(size <= 0 ||
               postern_public_key_id_matches(
                   &id, (postern_str){(const char *)der, (size_t)size}));
    OPENSSL_free(der);
    EVP_PKEY_free(pkey);
}

static void look_at_normal_form(postern_str text)
{
    struct pst_normal_form first;
    struct pst_normal_form second;
    postern_status status = pst_normal_form(&first, text);

    FUZZ_CLAIM(status == POSTERN_OK || status == POSTERN_ERR_SYNTAX ||
               status == POSTERN_ERR_LIMIT);
    if (status == POSTERN_OK) {
        FUZZ_CLAIM(first.len > 0 && first.len <= sizeof first.data);
        FUZZ_CLAIM(
            pst_normal_form(&second, (postern_str){first.data, first.len}) ==
            POSTERN_OK);
        FUZZ_CLAIM(first.len == second.len &&
                   memcmp(first.data, second.data, first.len) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_str text = {(const char *)data, size};

    look_at_credential(text);
    look_at_key(text);
    look_at_bytes(text);
    look_at_public_key(text);
    look_at_pkey(text);
    look_at_normal_form(text);
    return 0;
}
