/* The primitives as JOSE uses them: key agreement, the forms of an ECDSA
 * signature, contexts that are kept. [ESD-20] [JWT-21] [JWT-23] */
#include "support/forge.h"

#include <criterion/criterion.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

/* RFC 7518 appendix C. */
Test(crypto, derives_the_key_of_the_rfc)
{
    static const uint8_t secret[] = {158, 86,  217, 29,  129, 113, 53,  211,
                                     114, 131, 66,  131, 191, 132, 38,  156,
                                     251, 49,  110, 163, 218, 128, 106, 72,
                                     246, 218, 167, 121, 140, 254, 144, 196};
    static const struct pst_party alice = {"Alice", 5};
    static const struct pst_party bob = {"Bob", 3};
    struct pst_concat concat = {.secret = secret,
                                .secret_size = sizeof secret,
                                .algorithm = "A128GCM",
                                .apu = &alice,
                                .apv = &bob,
                                .size = 16};
    uint8_t expected[16];
    uint8_t key[PST_CEK_MAX];
    struct pst_crypto crypto;

    cr_assert(pst_crypto_init(&crypto));
    cr_assert(
        pst_base64url_decode(PST_STR("VqqN6vgjbSBcIijNcacQGg"), expected));
    cr_expect(pst_concat_kdf(&crypto, &concat, key));
    cr_expect_arr_eq(key, expected, sizeof expected);
    concat.apu = &bob;
    cr_expect(pst_concat_kdf(&crypto, &concat, key));
    cr_expect_arr_neq(key, expected, sizeof expected);
    pst_crypto_release(&crypto);
}

/* Both sides of the agreement in RFC 7518 appendix C. */
Test(crypto, agrees_on_the_secret_of_the_rfc)
{
    static const char *const bob[] = {
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"enc\",\"kid\":\"bob\","
        "\"x\":\"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ\","
        "\"y\":\"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck\","
        "\"d\":\"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw\"}",
        NULL};
    static const char *const alice[] = {
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"enc\",\"kid\":\"alice\","
        "\"x\":\"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0\","
        "\"y\":\"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps\","
        "\"d\":\"0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo\"}",
        NULL};
    postern_keys *ours = jose_keys(bob);
    postern_keys *theirs = jose_keys(alice);
    struct pst_header header = {
        .alg = POSTERN_ALG_ECDH_ES_A128KW,
        .epk = {.curve = PST_P256, .x_size = 32, .y_size = 32},
        .apu = {"Alice", 5},
        .apv = {"Bob", 3}};
    uint8_t here[PST_CEK_MAX];
    uint8_t there[PST_CEK_MAX];
    struct pst_crypto crypto;

    cr_assert(pst_crypto_init(&crypto));
    cr_assert(pst_base64url_decode(
        PST_STR("gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0"), header.epk.x));
    cr_assert(pst_base64url_decode(
        PST_STR("SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"), header.epk.y));
    cr_expect(pst_agree(&crypto, forge_key(ours, "bob"), &header, here));
    cr_assert(pst_base64url_decode(
        PST_STR("weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ"), header.epk.x));
    cr_assert(pst_base64url_decode(
        PST_STR("e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck"), header.epk.y));
    cr_expect(pst_agree(&crypto, forge_key(theirs, "alice"), &header, there));
    cr_expect_arr_eq(here, there, 16);
    header.apu.bytes[0] = 'a'; /* what the two say of themselves counts */
    cr_expect(pst_agree(&crypto, forge_key(theirs, "alice"), &header, there));
    cr_expect_arr_neq(here, there, 16);
    pst_crypto_release(&crypto);
    postern_keys_free(ours);
    postern_keys_free(theirs);
}

/* ---- ECDSA -------------------------------------------------------------- */

static const struct {
    enum pst_curve curve;
    const char *name;
    size_t field;
} curves[] = {
    {PST_P256, "P-256", 32}, {PST_P384, "P-384", 48}, {PST_P521, "P-521", 66}};

enum { CURVES = sizeof curves / sizeof *curves };

/* The order as OpenSSL has it, plus a small number. */
static void order_of(const char *name, int plus, uint8_t *out, size_t size)
{
    EVP_PKEY *key = EVP_EC_gen(name);
    BIGNUM *order = NULL;

    cr_assert(key);
    cr_assert(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_ORDER, &order) ==
              1);
    cr_assert(plus < 0 ? BN_sub_word(order, (unsigned)-plus)
                       : BN_add_word(order, (unsigned)plus));
    cr_assert_eq(BN_bn2binpad(order, out, (int)size), (int)size);
    BN_free(order);
    EVP_PKEY_free(key);
}

Test(ecdsa_form, has_the_orders_of_the_groups)
{
    for (size_t i = 0; i < CURVES; i++) {
        size_t field = curves[i].field;
        uint8_t raw[2 * PST_FIELD_MAX];
        uint8_t back[2 * PST_FIELD_MAX];
        uint8_t der[PST_DER_MAX];
        size_t size = 0;

        order_of(curves[i].name, -1, raw, field);
        memcpy(raw + field, raw, field);
        cr_expect(pst_ecdsa_to_der(curves[i].curve, raw, der, &size));
        cr_expect_leq(size, sizeof der);
        cr_expect(pst_ecdsa_from_der(curves[i].curve, der, size, back));
        cr_expect_arr_eq(back, raw, 2 * field);
        for (int plus = 0; plus < 2; plus++) {
            order_of(curves[i].name, plus, raw + field * (unsigned)plus, field);
            cr_expect_not(pst_ecdsa_to_der(curves[i].curve, raw, der, &size));
            order_of(curves[i].name, -1, raw + field * (unsigned)plus, field);
        }
    }
}

Test(ecdsa_form, writes_what_openssl_reads)
{
    for (size_t i = 0; i < CURVES; i++) {
        for (unsigned first = 0; first < 256; first += 5) {
            size_t field = curves[i].field;
            uint8_t raw[2 * PST_FIELD_MAX] = {0};
            uint8_t back[2 * PST_FIELD_MAX];
            uint8_t der[PST_DER_MAX];
            const unsigned char *at = der;
            ECDSA_SIG *parsed;
            size_t size = 0;

            raw[first % (field - 1) + 1] = (uint8_t)(first | 1);
            raw[2 * field - 1] = (uint8_t)(first | 1);
            cr_assert(pst_ecdsa_to_der(curves[i].curve, raw, der, &size));
            parsed = d2i_ECDSA_SIG(NULL, &at, (long)size);
            cr_assert(parsed && at == der + size);
            cr_expect_eq(
                BN_bn2binpad(ECDSA_SIG_get0_r(parsed), back, (int)field),
                (int)field);
            cr_expect_arr_eq(back, raw, field);
            ECDSA_SIG_free(parsed);
        }
    }
}

Test(ecdsa_form, refuses_what_is_no_der_of_two_numbers)
{
    static const struct {
        const char *name;
        postern_str der;
    } rows[] = {
        {"nothing", {"", 0}},
        {"no length", {"\x30", 1}},
        {"an empty sequence", {"\x30\x00", 2}},
        {"one number", {"\x30\x03\x02\x01\x01", 5}},
        {"a set", {"\x31\x06\x02\x01\x01\x02\x01\x01", 8}},
        {"a string", {"\x30\x06\x04\x01\x01\x02\x01\x01", 8}},
        {"length too long", {"\x30\x07\x02\x01\x01\x02\x01\x01", 8}},
        {"length too short", {"\x30\x05\x02\x01\x01\x02\x01\x01", 8}},
        {"a number of no bytes", {"\x30\x05\x02\x00\x02\x01\x01", 7}},
        {"a number over the end", {"\x30\x06\x02\x01\x01\x02\x09\x01", 8}},
        {"three numbers", {"\x30\x09\x02\x01\x01\x02\x01\x01\x02\x01\x01", 11}},
    };
    uint8_t raw[2 * PST_FIELD_MAX];

    cr_expect(pst_ecdsa_from_der(
        PST_P256, (const uint8_t *)"\x30\x06\x02\x01\x01\x02\x01\x01", 8, raw));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_not(pst_ecdsa_from_der(PST_P256,
                                         (const uint8_t *)rows[i].der.data,
                                         rows[i].der.len, raw),
                      "%s", rows[i].name);
    }
}

Test(ecdsa_form, refuses_a_number_over_the_field)
{
    uint8_t der[2 + 35 + 3] = {0x30, 38, 0x02, 33, 1};
    uint8_t raw[2 * PST_FIELD_MAX];

    memcpy(der + 37, "\x02\x01\x01", 3);
    cr_expect_not(pst_ecdsa_from_der(PST_P256, der, sizeof der, raw));
    der[4] = 0;
    cr_expect(pst_ecdsa_from_der(PST_P256, der, sizeof der, raw));
}

/* ---- contexts ----------------------------------------------------------- */

/* More keys than there is room for: each is used again after it made way. */
Test(slots, make_way_and_come_back)
{
    enum { KEYS = 2 * PST_CRYPTO_SLOTS + 3, ROUNDS = 3 };
    static uint8_t secrets[KEYS][32];
    static struct pst_key keys[KEYS];
    static uint8_t first[KEYS][PST_DIGEST_MAX];
    uint8_t again[PST_SIGNATURE_MAX];
    struct pst_crypto crypto;

    cr_assert(pst_crypto_init(&crypto));
    for (size_t i = 0; i < ROUNDS * KEYS; i++) {
        size_t k = i % KEYS;

        secrets[k][0] = (uint8_t)k;
        keys[k] = (struct pst_key){.id = k * 7919,
                                   .type = PST_KEY_OCT,
                                   .size = 32,
                                   .secret = secrets[k]};
        cr_assert(pst_sign(&crypto, &keys[k], POSTERN_ALG_HS256,
                           PST_STR("text"), again));
        if (i < KEYS) {
            memcpy(first[k], again, 32);
        }
        cr_expect_arr_eq(first[k], again, 32);
        cr_expect(k == 0 || memcmp(first[k], first[k - 1], 32) != 0);
    }
    pst_crypto_release(&crypto);
}

/* Same id, other algorithm: another context. */
Test(slots, are_of_one_algorithm)
{
    static const uint8_t secret[64] = {1};
    struct pst_key key = {
        .id = 1, .type = PST_KEY_OCT, .size = 64, .secret = secret};
    uint8_t out[PST_SIGNATURE_MAX];
    uint8_t mac[64];
    struct pst_crypto crypto;

    cr_assert(pst_crypto_init(&crypto));
    cr_assert(pst_sign(&crypto, &key, POSTERN_ALG_HS256, PST_STR("a"), out));
    memcpy(mac, out, 32);
    cr_assert(pst_sign(&crypto, &key, POSTERN_ALG_HS512, PST_STR("a"), out));
    cr_expect_arr_neq(mac, out, 32);
    cr_assert(pst_verify(&crypto, &key, POSTERN_ALG_HS256, PST_STR("a"),
                         (postern_str){(char *)mac, 32}));
    cr_expect_not(pst_verify(&crypto, &key, POSTERN_ALG_HS256, PST_STR("b"),
                             (postern_str){(char *)mac, 32}));
    cr_expect_not(pst_verify(&crypto, &key, POSTERN_ALG_HS384, PST_STR("a"),
                             (postern_str){(char *)mac, 32}));
    cr_expect_not(pst_verify(&crypto, &key, POSTERN_ALG_RS256, PST_STR("a"),
                             (postern_str){(char *)mac, 32}));
    pst_crypto_release(&crypto);
}
