/* Encrypted and nested tokens of an attacker. [JWT-08] [JWT-16] [ESD-09]
 * [ESD-20] [ESD-21] */
#include "jose/open.h"
#include "support/forge.h"

#include <criterion/criterion.h>

static const char claims[] = "{\"iss\":\"//das.example/das\"}";

struct world {
    postern_jose *jose;
    postern_keys *secrets, *privates, *publics;
    struct forge forge;
    struct forge inner;
    struct forge_jwe jwe;
};

static struct world it; /* of the one test of a process */

static void begin(void)
{
    it.secrets = jose_keys(SECRET_KEYS);
    it.privates = jose_keys(PRIVATE_KEYS);
    it.publics = jose_keys(PUBLIC_KEYS);
    forge_begin(&it.forge);
    forge_begin(&it.inner);
    cr_assert_eq(postern_jose_new(&it.jose, NULL), POSTERN_OK);
}

static void end(void)
{
    pst_crypto_release(&it.forge.crypto);
    pst_crypto_release(&it.inner.crypto);
    postern_jose_free(it.jose);
    postern_keys_free(it.secrets);
    postern_keys_free(it.privates);
    postern_keys_free(it.publics);
}

#define OK POSTERN_REFUSAL_NONE
#define BAD_HEADER POSTERN_REFUSAL_BAD_HEADER
#define NOT_ALLOWED POSTERN_REFUSAL_HEADER_NOT_ALLOWED
#define BAD_TYPE POSTERN_REFUSAL_BAD_TYP_CTY
#define NO_KID POSTERN_REFUSAL_UNKNOWN_KID
#define NO_ALG POSTERN_REFUSAL_ALG_NOT_PERMITTED
#define NO_USE POSTERN_REFUSAL_KEY_USAGE
#define BAD_CRYPTO POSTERN_REFUSAL_BAD_CRYPTO
#define BAD_NESTING POSTERN_REFUSAL_BAD_NESTING
#define NO_FORM POSTERN_REFUSAL_NOT_DYNAUTHJWT

/* The oneM2M profile; verifying by public keys, decrypting by `keys`. */
static postern_refusal answer_as(const postern_keys *keys, uint32_t kinds,
                                 postern_str token)
{
    struct pst_open_from from = {
        .verify = {(const postern_keys *const *)&it.publics, 1},
        .decrypt = {&keys, 1}};
    postern_jose_rules rules;
    postern_opened opened;
    postern_refusal refusal;

    postern_jose_rules_init(&rules);
    rules.onem2m = true;
    rules.kinds = kinds;
    from.rules = &rules;
    refusal = pst_jose_open(it.jose, &from, token, &opened, NULL);
    cr_assert(refusal == OK ||
              (opened.payload.data == NULL && opened.kind == POSTERN_JOSE_ANY &&
               opened.encryption.kid.data == NULL));
    return refusal;
}

static postern_refusal answer(const postern_keys *keys, postern_str token)
{
    return answer_as(keys, 0, token);
}

/* ---- headers ------------------------------------------------------------ */

#define REST ",\"enc\":\"A128GCM\",\"kid\":\"kw128\",\"typ\":\"JWT\"}"
#define HEAD                                                                   \
    "{\"alg\":\"A128KW\",\"enc\":\"A128GCM\",\"kid\":\"kw128\",\"typ\":"       \
    "\"JWT\""
#define WITH_ENC(enc)                                                          \
    "{\"alg\":\"A128KW\",\"kid\":\"kw128\",\"typ\":\"JWT\",\"enc\":" enc "}"
#define WITH_EPK(epk) HEAD ",\"epk\":" epk "}"

/* Each is encrypted well, with A128KW and A128GCM by the key kw128. */
static const struct {
    const char *name;
    const char *header;
    postern_refusal expected;
} headers[] = {
    {"the good one", HEAD "}", OK},
    {"with a member nobody knows", HEAD ",\"x\":1}", OK},
    {"alg none", "{\"alg\":\"none\"" REST, NO_ALG},
    {"alg missing", "{\"enc\":\"A128GCM\",\"kid\":\"kw128\",\"typ\":\"JWT\"}",
     BAD_HEADER},
    {"alg dir with a wrapping key", "{\"alg\":\"dir\"" REST, NO_ALG},
    {"alg A256KW", "{\"alg\":\"A256KW\"" REST, NO_ALG},
    {"alg A128GCMKW", "{\"alg\":\"A128GCMKW\"" REST, NO_ALG},
    {"alg RSA1_5", "{\"alg\":\"RSA1_5\"" REST, NO_ALG},
    {"alg RSA-OAEP", "{\"alg\":\"RSA-OAEP\"" REST, NO_ALG},
    {"alg RSA-OAEP-256", "{\"alg\":\"RSA-OAEP-256\"" REST, NO_ALG},
    {"alg ECDH-ES", "{\"alg\":\"ECDH-ES\"" REST, NO_ALG},
    {"alg PBES2", "{\"alg\":\"PBES2-HS256+A128KW\"" REST, NO_ALG},
    {"alg of a signature", "{\"alg\":\"HS256\"" REST, NO_ALG},
    {"alg in small letters", "{\"alg\":\"a128kw\"" REST, NO_ALG},
    {"enc missing", "{\"alg\":\"A128KW\",\"kid\":\"kw128\",\"typ\":\"JWT\"}",
     BAD_HEADER},
    {"enc null", WITH_ENC("null"), BAD_HEADER},
    {"enc a list", WITH_ENC("[\"A128GCM\"]"), BAD_HEADER},
    {"enc empty", WITH_ENC("\"\""), NO_ALG},
    {"enc in small letters", WITH_ENC("\"a128gcm\""), NO_ALG},
    {"enc of CBC", WITH_ENC("\"A128CBC-HS256\""), NO_ALG},
    {"enc of another size", WITH_ENC("\"A256GCM\""), BAD_CRYPTO},
    {"kid missing", "{\"alg\":\"A128KW\",\"enc\":\"A128GCM\",\"typ\":\"JWT\"}",
     NO_KID},
    {"kid of another key",
     "{\"alg\":\"A128KW\",\"enc\":\"A128GCM\",\"typ\":\"JWT\","
     "\"kid\":\"dir128\"}",
     NO_ALG},
    {"kid of a key for signatures",
     "{\"alg\":\"A128KW\",\"enc\":\"A128GCM\",\"typ\":\"JWT\","
     "\"kid\":\"hs256\"}",
     NO_USE},
    {"zip", HEAD ",\"zip\":\"DEF\"}", NOT_ALLOWED},
    {"zip of another name", HEAD ",\"zip\":\"\"}", NOT_ALLOWED},
    {"zip null", HEAD ",\"zip\":null}", NOT_ALLOWED},
    {"crit", HEAD ",\"crit\":[\"zip\"]}", NOT_ALLOWED},
    {"p2c", HEAD ",\"p2c\":10000000,\"p2s\":\"AAAA\"}", NOT_ALLOWED},
    {"jku", HEAD ",\"jku\":\"https://attacker.example\"}", NOT_ALLOWED},
    {"jwk", HEAD ",\"jwk\":{}}", NOT_ALLOWED},
    {"x5c", HEAD ",\"x5c\":[]}", NOT_ALLOWED},
    {"epk",
     WITH_EPK("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" P256_X
              "\",\"y\":\"" P256_Y "\"}"),
     NOT_ALLOWED},
    {"apu", HEAD ",\"apu\":\"QQ\"}", NOT_ALLOWED},
    {"typ missing",
     "{\"alg\":\"A128KW\",\"enc\":\"A128GCM\",\"kid\":\"kw128\"}", BAD_TYPE},
    {"typ in small letters",
     "{\"alg\":\"A128KW\",\"enc\":\"A128GCM\",\"kid\":\"kw128\","
     "\"typ\":\"jwt\"}",
     BAD_TYPE},
    {"cty of claims", HEAD ",\"cty\":\"application/json\"}", BAD_TYPE},
    {"cty in small letters", HEAD ",\"cty\":\"jwt\"}", BAD_TYPE},
    {"cty JWT around claims", HEAD ",\"cty\":\"JWT\"}", BAD_NESTING},
    {"enc twice", HEAD ",\"enc\":\"A128GCM\"}", BAD_HEADER},
};

enum { HEADERS = sizeof headers / sizeof *headers };

Test(hostile_jwe, headers)
{
    begin();
    for (size_t i = 0; i < HEADERS; i++) {
        it.jwe.header = postern_str_of(headers[i].header);
        forge_encrypt(&it.forge, &it.jwe, forge_key(it.secrets, "kw128"),
                      POSTERN_ALG_A128KW, 16, PST_STR(claims));
        cr_expect_eq(answer(it.secrets, forge_write(&it.forge, &it.jwe)),
                     headers[i].expected, "%s", headers[i].name);
    }
    end();
}

/* ---- sizes -------------------------------------------------------------- */

/* Makes the token of one algorithm with a CEK of some size, be it right. */
static void make(const char *header, const char *kid, postern_jose_alg alg,
                 size_t cek)
{
    const postern_keys *keys =
        alg <= POSTERN_ALG_A256KW ? it.secrets : it.publics;

    it.jwe.header = postern_str_of(header);
    forge_encrypt(&it.forge, &it.jwe, forge_key(keys, kid), alg, cek,
                  PST_STR(claims));
    (void)forge_write(&it.forge, &it.jwe);
}

static postern_refusal answer_with(const postern_keys *keys, size_t part,
                                   const void *bytes, size_t size)
{
    static char text[FORGE_SIZE];
    static char saved[FORGE_SIZE];
    size_t len = it.forge.len;
    postern_refusal refusal;

    memcpy(saved, it.forge.text, len);
    pst_base64url_encode((postern_str){bytes, size}, text);
    refusal = answer(
        keys, forge_replace(&it.forge, part,
                            (postern_str){text, pst_base64url_length(size)}));
    memcpy(it.forge.text, saved, len);
    it.forge.len = len;
    return refusal;
}

#define DIR_HEAD                                                               \
    "{\"alg\":\"dir\",\"enc\":\"A128GCM\",\"kid\":\"dir128\",\"typ\":\"JWT\"}"
#define OAEP_HEAD                                                              \
    "{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A128GCM\",\"kid\":\"oaep\","          \
    "\"typ\":\"JWT\"}"

Test(hostile_jwe, tags_of_other_sizes)
{
    static const size_t sizes[] = {0, 1, 4, 8, 12, 13, 14, 15, 17, 32, 4096};
    static uint8_t bytes[4096];

    begin();
    make(DIR_HEAD, "dir128", POSTERN_ALG_DIR, 16);
    cr_assert_eq(answer(it.secrets, forged(&it.forge)), OK);
    memcpy(bytes, it.jwe.content.tag, PST_GCM_TAG);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        cr_expect_eq(answer_with(it.secrets, 4, bytes, sizes[i]), BAD_CRYPTO,
                     "a tag of %zu", sizes[i]);
    }
    bytes[0] ^= 1;
    cr_expect_eq(answer_with(it.secrets, 4, bytes, PST_GCM_TAG), BAD_CRYPTO);
    end();
}

Test(hostile_jwe, ivs_of_other_sizes)
{
    static const size_t sizes[] = {0, 1, 8, 11, 13, 16, 64};
    uint8_t bytes[64] = {0};

    begin();
    make(DIR_HEAD, "dir128", POSTERN_ALG_DIR, 16);
    memcpy(bytes, it.jwe.content.iv, PST_GCM_IV);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        cr_expect_eq(answer_with(it.secrets, 2, bytes, sizes[i]), BAD_CRYPTO,
                     "an IV of %zu", sizes[i]);
    }
    cr_expect_eq(answer_with(it.secrets, 2, bytes, PST_GCM_IV), OK);
    end();
}

Test(hostile_jwe, encrypted_keys_of_other_sizes)
{
    static const size_t sizes[] = {0, 8, 16, 23, 25, 32, 40, 264, 4096};
    static uint8_t bytes[4096];

    begin();
    make(HEAD "}", "kw128", POSTERN_ALG_A128KW, 16);
    memcpy(bytes, it.jwe.made.encrypted, 24);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        cr_expect_eq(answer_with(it.secrets, 1, bytes, sizes[i]), BAD_CRYPTO,
                     "an encrypted key of %zu", sizes[i]);
    }
    cr_expect_eq(answer_with(it.secrets, 1, bytes, 24), OK);
    bytes[7] ^= 1;
    cr_expect_eq(answer_with(it.secrets, 1, bytes, 24), BAD_CRYPTO);
    make(DIR_HEAD, "dir128", POSTERN_ALG_DIR, 16);
    cr_expect_eq(answer_with(it.secrets, 1, bytes, 24), BAD_CRYPTO,
                 "dir with an encrypted key");
    cr_expect_eq(answer_with(it.secrets, 1, bytes, 1), BAD_CRYPTO);
    end();
}

/* The CEK is wrapped well, and the content encrypted with it; only it is not
 * of the size that the header says. */
Test(hostile_jwe, a_cek_of_another_size)
{
    static const size_t sizes[] = {24, 32};

    begin();
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        make(HEAD "}", "kw128", POSTERN_ALG_A128KW, sizes[i]);
        cr_expect_eq(answer(it.secrets, forged(&it.forge)), BAD_CRYPTO);
        make(OAEP_HEAD, "oaep", POSTERN_ALG_RSA_OAEP_256, sizes[i]);
        cr_expect_eq(answer(it.privates, forged(&it.forge)), BAD_CRYPTO);
    }
    make(OAEP_HEAD, "oaep", POSTERN_ALG_RSA_OAEP_256, 16);
    cr_expect_eq(answer(it.privates, forged(&it.forge)), OK);
    end();
}

Test(hostile_jwe, rsa_ciphertexts)
{
    uint8_t bytes[257];
    uint8_t modulus[256];

    begin();
    make(OAEP_HEAD, "oaep", POSTERN_ALG_RSA_OAEP_256, 16);
    memcpy(bytes, it.jwe.made.encrypted, 256);
    bytes[256] = 0;
    cr_expect_eq(answer_with(it.privates, 1, bytes, 256), OK);
    cr_expect_eq(answer_with(it.privates, 1, bytes, 255), BAD_CRYPTO);
    cr_expect_eq(answer_with(it.privates, 1, bytes, 257), BAD_CRYPTO);
    cr_expect_eq(answer_with(it.privates, 1, bytes, 0), BAD_CRYPTO);
    bytes[100] ^= 1;
    cr_expect_eq(answer_with(it.privates, 1, bytes, 256), BAD_CRYPTO,
                 "padding that is wrong");
    cr_assert(pst_base64url_decode(PST_STR(RSA_N), modulus));
    cr_expect_eq(answer_with(it.privates, 1, modulus, 256), BAD_CRYPTO, "n");
    memset(bytes, 0xFF, sizeof bytes);
    cr_expect_eq(answer_with(it.privates, 1, bytes, 256), BAD_CRYPTO, "over n");
    memset(bytes, 0, sizeof bytes);
    cr_expect_eq(answer_with(it.privates, 1, bytes, 256), BAD_CRYPTO, "0");
    bytes[255] = 1;
    cr_expect_eq(answer_with(it.privates, 1, bytes, 256), BAD_CRYPTO, "1");
    end();
}

/* What is known of a wrong key is that the content does not decrypt: the CEK is
 * there as if nothing were wrong (RFC 7516 section 11.5). */
Test(hostile_jwe, a_bad_rsa_ciphertext_gives_a_random_cek)
{
    const struct pst_key *key;
    struct pst_header header = {.alg = POSTERN_ALG_RSA_OAEP_256};
    struct pst_cek first = {.size = 16};
    struct pst_cek second = {.size = 16};
    postern_str wrapped;

    begin();
    make(OAEP_HEAD, "oaep", POSTERN_ALG_RSA_OAEP_256, 16);
    key = forge_key(it.privates, "oaep");
    wrapped = (postern_str){(const char *)it.jwe.made.encrypted, 256};
    cr_expect(pst_open_cek(&it.forge.crypto, key, &header, wrapped, &first));
    cr_expect_arr_eq(first.bytes, it.jwe.made.cek.bytes, 16);
    it.jwe.made.encrypted[0] ^= 1;
    cr_expect(pst_open_cek(&it.forge.crypto, key, &header, wrapped, &first));
    cr_expect(pst_open_cek(&it.forge.crypto, key, &header, wrapped, &second));
    cr_expect_arr_neq(first.bytes, second.bytes, 16);
    end();
}

/* ---- form --------------------------------------------------------------- */

static const struct {
    const char *name;
    size_t part;
    const char *by;
    postern_refusal expected;
} parts[] = {
    {"no header", 0, "", NO_FORM},
    {"no content", 3, "", NO_FORM},
    {"no IV", 2, "", BAD_CRYPTO},
    {"no tag", 4, "", BAD_CRYPTO},
    {"no encrypted key", 1, "", BAD_CRYPTO},
    {"padding in the encrypted key", 1, "AA==", NO_FORM},
    {"padding in the IV", 2, "AAAAAAAAAAAAAAAA=", NO_FORM},
    {"padding in the content", 3, "AAA=", NO_FORM},
    {"padding in the tag", 4, "AAAAAAAAAAAAAAAAAAAAAA==", NO_FORM},
    {"trailing bits in the encrypted key", 1, "AB", NO_FORM},
    {"trailing bits in the IV", 2, "AAB", NO_FORM},
    {"trailing bits in the content", 3, "AAB", NO_FORM},
    {"trailing bits in the tag", 4, "AAAAAAAAAAAAAAAAAAAAAB", NO_FORM},
    {"a blank in the encrypted key", 1, "AA AA", NO_FORM},
    {"a plus in the IV", 2, "AAAAAAAAAAAAAAA+", NO_FORM},
    {"a slash in the tag", 4, "AAAAAAAAAAAAAAAAAAAA/A", NO_FORM},
    {"a line break in the content", 3, "AA\nAA", NO_FORM},
    {"one character of tag", 4, "A", NO_FORM},
    {"one character of content", 3, "AAAAA", NO_FORM},
    {"one more part", 4, "AAAAAAAAAAAAAAAAAAAAAA.AA", NO_FORM},
};

Test(hostile_jwe, parts)
{
    begin();
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        make(HEAD "}", "kw128", POSTERN_ALG_A128KW, 16);
        cr_expect_eq(
            answer(it.secrets, forge_replace(&it.forge, parts[i].part,
                                             postern_str_of(parts[i].by))),
            parts[i].expected, "%s", parts[i].name);
    }
    end();
}

Test(hostile_jwe, a_change_of_any_bit_is_noticed)
{
    static char good[4096];
    size_t len;

    begin();
    make(HEAD "}", "kw128", POSTERN_ALG_A128KW, 16);
    len = it.forge.len;
    memcpy(good, it.forge.text, len);
    for (size_t bit = 0; bit < 8 * len; bit++) {
        good[bit / 8] = (char)(good[bit / 8] ^ 1 << bit % 8);
        cr_assert_neq(answer(it.secrets, (postern_str){good, len}), OK,
                      "bit %zu", bit);
        good[bit / 8] = (char)(good[bit / 8] ^ 1 << bit % 8);
    }
    cr_expect_eq(answer(it.secrets, (postern_str){good, len}), OK);
    end();
}

Test(hostile_jwe, too_much)
{
    static char text[FORGE_SIZE];

    begin();
    memset(text, 'A', sizeof text);
    text[100] = text[200] = text[300] = text[400] = '.';
    cr_expect_eq(answer(it.secrets, (postern_str){text, 32 * 1024 + 1}),
                 POSTERN_REFUSAL_TOO_LARGE);
    cr_expect_eq(answer(it.secrets, (postern_str){text, 32 * 1024}),
                 BAD_HEADER);
    end();
}

/* ---- curves ------------------------------------------------------------- */

#define EPK(crv, x, y)                                                         \
    "{\"kty\":\"EC\",\"crv\":\"" crv "\",\"x\":\"" x "\",\"y\":\"" y "\"}"
#define Z32 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define F32 "__________________________________________8"
/* p of P-256 */
#define P_256 "_____wAAAAEAAAAAAAAAAAAAAAD_______________8"

static const struct {
    const char *name;
    const char *epk; /* NULL: none */
    postern_refusal expected;
} points[] = {
    {"of somebody else", EPK("P-256", P256_X, P256_Y), BAD_CRYPTO},
    {"off the curve", EPK("P-256", P256_X, P256_X), BAD_CRYPTO},
    {"0, 0", EPK("P-256", Z32, Z32), BAD_CRYPTO},
    {"x of p", EPK("P-256", P_256, P256_Y), BAD_CRYPTO},
    {"over p", EPK("P-256", F32, F32), BAD_CRYPTO},
    {"another curve", EPK("P-384", P384_X, P384_Y), BAD_CRYPTO},
    {"another curve's name", EPK("P-384", P256_X, P256_Y), BAD_CRYPTO},
    {"another curve's point", EPK("P-256", P384_X, P384_Y), BAD_CRYPTO},
    {"an unknown curve", EPK("secp256k1", P256_X, P256_Y), BAD_CRYPTO},
    {"a curve in small letters", EPK("p-256", P256_X, P256_Y), BAD_CRYPTO},
    {"short x", EPK("P-256", "AAAA", P256_Y), BAD_CRYPTO},
    {"long x", EPK("P-256", P256_X "AAAA", P256_Y), BAD_CRYPTO},
    {"x of 9,000 characters", NULL, POSTERN_REFUSAL_TOO_LARGE},
    {"x with padding", EPK("P-256", P256_X "=", P256_Y), BAD_HEADER},
    {"x empty", EPK("P-256", "", P256_Y), BAD_CRYPTO},
    {"x missing", "{\"kty\":\"EC\",\"crv\":\"P-256\",\"y\":\"" P256_Y "\"}",
     BAD_HEADER},
    {"y missing", "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" P256_X "\"}",
     BAD_HEADER},
    {"x a number",
     "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":1,\"y\":\"" P256_Y "\"}",
     BAD_HEADER},
    {"kty missing", "{\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
     BAD_HEADER},
    {"crv missing", "{\"kty\":\"EC\",\"x\":\"AA\",\"y\":\"AA\"}", BAD_HEADER},
    {"OKP", "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" P256_X "\"}",
     BAD_HEADER},
    {"OKP with a y",
     "{\"kty\":\"OKP\",\"crv\":\"P-256\",\"x\":\"" P256_X "\",\"y\":\"" P256_Y
     "\"}",
     BAD_CRYPTO},
    {"oct", "{\"kty\":\"oct\",\"k\":\"AAAA\"}", BAD_HEADER},
    {"a string", "\"" P256_X "\"", BAD_HEADER},
    {"a list", "[]", BAD_HEADER},
    {"null", "null", BAD_HEADER},
    {"with a private part",
     "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" P256_X "\",\"y\":\"" P256_Y
     "\",\"d\":\"" P256_D "\"}",
     NOT_ALLOWED},
    {"x twice",
     "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" P256_X "\",\"x\":\"" P256_X
     "\",\"y\":\"" P256_Y "\"}",
     BAD_HEADER},
};

enum { POINTS = sizeof points / sizeof *points };

#define ECDH_HEAD(epk)                                                         \
    "{\"alg\":\"ECDH-ES+A128KW\",\"enc\":\"A128GCM\",\"kid\":\"ecdh256\","     \
    "\"typ\":\"JWT\",\"epk\":" epk "}"

static postern_refusal answer_epk(const char *epk)
{
    static char header[16 * 1024];
    static char text[32 * 1024];
    int size = snprintf(header, sizeof header, ECDH_HEAD("%s"), epk);

    make(ECDH_HEAD("0"), "ecdh256", POSTERN_ALG_ECDH_ES_A128KW, 16);
    pst_base64url_encode((postern_str){header, (size_t)size}, text);
    return answer(
        it.privates,
        forge_replace(&it.forge, 0,
                      (postern_str){text, pst_base64url_length((size_t)size)}));
}

Test(hostile_jwe, ephemeral_keys)
{
    static char big[10 * 1024];

    begin();
    snprintf(big, sizeof big, EPK("P-256", "%09000d", "AA"), 0);
    for (size_t i = 0; i < POINTS; i++) {
        cr_expect_eq(answer_epk(points[i].epk ? points[i].epk : big),
                     points[i].expected, "%s", points[i].name);
    }
    end();
}

/* As above, without the cryptography behind it that would refuse anyway. */
Test(hostile_jwe, agreement_refuses_points_off_the_curve)
{
    const struct pst_key *key;
    struct pst_header header = {.alg = POSTERN_ALG_ECDH_ES_A128KW};
    struct pst_epk good;
    uint8_t kek[PST_CEK_MAX];

    begin();
    key = forge_key(it.privates, "ecdh256");
    cr_assert(pst_agree_anew(&it.forge.crypto, key, header.alg, &good, kek));
    header.epk = good;
    cr_expect(pst_agree(&it.forge.crypto, key, &header, kek));
    header.epk.y[31] ^= 1;
    cr_expect_not(pst_agree(&it.forge.crypto, key, &header, kek));
    header.epk = good;
    header.epk.x_size = 31;
    cr_expect_not(pst_agree(&it.forge.crypto, key, &header, kek));
    header.epk = good;
    header.epk.curve = PST_P384;
    cr_expect_not(pst_agree(&it.forge.crypto, key, &header, kek));
    memset(&header.epk.x, 0, sizeof header.epk.x);
    memset(&header.epk.y, 0, sizeof header.epk.y);
    header.epk.curve = PST_P256;
    cr_expect_not(pst_agree(&it.forge.crypto, key, &header, kek));
    header.epk = good;
    cr_expect(pst_agree(&it.forge.crypto, key, &header, kek));
    cr_expect_not(pst_agree(&it.forge.crypto, forge_key(it.privates, "rs256"),
                            &header, kek));
    end();
}

/* ---- nesting ------------------------------------------------------------ */

#define OUTER                                                                  \
    "{\"alg\":\"A128KW\",\"enc\":\"A128GCM\",\"kid\":\"kw128\","               \
    "\"typ\":\"JWT\",\"cty\":\"JWT\"}"
#define INNER "{\"alg\":\"ES256\",\"kid\":\"es256\",\"typ\":\"JWT\"}"

/* `header` signs by es256, and the outer one goes around it. */
static const struct {
    const char *name;
    const char *inner;
    postern_refusal expected;
} inner[] = {
    {"the good one", INNER, OK},
    {"none", "{\"alg\":\"none\",\"kid\":\"es256\",\"typ\":\"JWT\"}",
     BAD_NESTING},
    {"HS256", "{\"alg\":\"HS256\",\"kid\":\"es256\",\"typ\":\"JWT\"}",
     BAD_NESTING},
    {"dir", "{\"alg\":\"dir\",\"kid\":\"es256\",\"typ\":\"JWT\"}", BAD_NESTING},
    {"RS256", "{\"alg\":\"RS256\",\"kid\":\"es256\",\"typ\":\"JWT\"}", NO_ALG},
    {"ES384", "{\"alg\":\"ES384\",\"kid\":\"es256\",\"typ\":\"JWT\"}", NO_ALG},
    {"no kid", "{\"alg\":\"ES256\",\"typ\":\"JWT\"}", NO_KID},
    {"kid of nobody", "{\"alg\":\"ES256\",\"kid\":\"x\",\"typ\":\"JWT\"}",
     NO_KID},
    {"kid of the outer key",
     "{\"alg\":\"ES256\",\"kid\":\"kw128\",\"typ\":\"JWT\"}", NO_KID},
    {"kid of a key for encryption",
     "{\"alg\":\"ES256\",\"kid\":\"ecdh256\",\"typ\":\"JWT\"}", NO_USE},
    {"kid of another key",
     "{\"alg\":\"ES384\",\"kid\":\"es384\",\"typ\":\"JWT\"}", BAD_CRYPTO},
    {"no typ", "{\"alg\":\"ES256\",\"kid\":\"es256\"}", BAD_TYPE},
    {"cty",
     "{\"alg\":\"ES256\",\"kid\":\"es256\",\"typ\":\"JWT\","
     "\"cty\":\"JWT\"}",
     BAD_TYPE},
    {"crit",
     "{\"alg\":\"ES256\",\"kid\":\"es256\",\"typ\":\"JWT\","
     "\"crit\":[]}",
     NOT_ALLOWED},
    {"no JSON", "{", BAD_NESTING},
    {"alg missing", "{\"kid\":\"es256\",\"typ\":\"JWT\"}", BAD_NESTING},
};

static postern_str around(postern_str signed_text, const char *header)
{
    it.jwe.header = postern_str_of(header);
    forge_encrypt(&it.forge, &it.jwe, forge_key(it.secrets, "kw128"),
                  POSTERN_ALG_A128KW, 16, signed_text);
    return forge_write(&it.forge, &it.jwe);
}

static postern_str signed_with(const char *header)
{
    return forge_jws(&it.inner, postern_str_of(header), PST_STR(claims),
                     forge_key(it.privates, "es256"), POSTERN_ALG_ES256);
}

Test(hostile_jwe, nested_signatures)
{
    begin();
    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++) {
        cr_expect_eq(
            answer(it.secrets, around(signed_with(inner[i].inner), OUTER)),
            inner[i].expected, "%s", inner[i].name);
    }
    end();
}

static const struct {
    const char *name;
    const char *text;
} plaintexts[] = {
    {"claims", "{\"iss\":\"//das.example/das\"}"},
    {"one byte", "."},
    {"two dots", ".."},
    {"four dots", "...."},
    {"an unsecured token", "eyJhbGciOiJub25lIn0.e30."},
    {"a good header alone", "eyJhbGciOiJFUzI1NiJ9"},
    {"padding", "eyJhbGciOiJFUzI1NiJ9.e30=.AAAA"},
};

Test(hostile_jwe, what_is_inside_is_a_jws)
{
    static char deeper[FORGE_SIZE];
    postern_str token;

    begin();
    for (size_t i = 0; i < sizeof plaintexts / sizeof *plaintexts; i++) {
        cr_expect_eq(answer(it.secrets,
                            around(postern_str_of(plaintexts[i].text), OUTER)),
                     BAD_NESTING, "%s", plaintexts[i].name);
    }
    token = around(signed_with(INNER), OUTER);
    memcpy(deeper, token.data, token.len);
    cr_expect_eq(
        answer(it.secrets, around((postern_str){deeper, token.len}, OUTER)),
        BAD_NESTING, "three levels");
    end();
}

/* A JWS around a JWE is a JWS whose payload is no claims: what it is, is for
 * the reader of claims to refuse. */
Test(hostile_jwe, a_signature_around_it_is_no_nesting)
{
    static char encrypted[FORGE_SIZE];
    postern_str token;

    begin();
    token = around(PST_STR(claims), HEAD "}");
    memcpy(encrypted, token.data, token.len);
    token = forge_jws(&it.inner,
                      PST_STR("{\"alg\":\"ES256\",\"kid\":\"es256\","
                              "\"typ\":\"JWT\",\"cty\":\"JWT\"}"),
                      (postern_str){encrypted, token.len},
                      forge_key(it.privates, "es256"), POSTERN_ALG_ES256);
    cr_expect_eq(answer(it.secrets, token), BAD_TYPE);
    end();
}

Test(hostile_jwe, kinds)
{
    static const uint32_t jws = 1 << POSTERN_JOSE_JWS;
    static const uint32_t jwe = 1 << POSTERN_JOSE_JWE;
    static const uint32_t nested = 1 << POSTERN_JOSE_NESTED;
    postern_str token;

    begin();
    token = around(PST_STR(claims), HEAD "}");
    cr_expect_eq(answer_as(it.secrets, jwe, token), OK);
    cr_expect_eq(answer_as(it.secrets, jws | nested, token), NO_ALG,
                 "claims where a nested token is asked for");
    token = around(signed_with(INNER), OUTER);
    cr_expect_eq(answer_as(it.secrets, nested, token), OK);
    cr_expect_eq(answer_as(it.secrets, jws | jwe, token), NO_ALG);
    token = around(signed_with(INNER), HEAD "}");
    cr_expect_eq(answer_as(it.secrets, nested, token), NO_ALG,
                 "nested without cty");
    token = signed_with(INNER);
    cr_expect_eq(answer_as(it.secrets, jws, token), OK);
    cr_expect_eq(answer_as(it.secrets, jwe | nested, token), NO_ALG);
    end();
}

static_assert(HEADERS + POINTS + sizeof parts / sizeof *parts +
                      sizeof inner / sizeof *inner +
                      sizeof plaintexts / sizeof *plaintexts >=
                  100,
              "hostile tokens by table");

/* ---- public keys decrypt nothing ---------------------------------------- */

Test(hostile_jwe, a_public_key_decrypts_nothing)
{
    begin();
    make(OAEP_HEAD, "oaep", POSTERN_ALG_RSA_OAEP_256, 16);
    cr_expect_eq(answer(it.publics, forged(&it.forge)), NO_USE);
    cr_expect_eq(answer(it.privates, forged(&it.forge)), OK);
    end();
}
