/* Signed tokens of an attacker: what a header may not say, how base64url may
 * not be written, keys that are not for what a token asks of them, signatures
 * that are none. [JWT-12] [JWT-13] [JWT-15] [JWT-16] [JWT-21] */
#include "support/forge.h"

#include <criterion/criterion.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

static const char claims[] = "{\"iss\":\"//das.example/das\"}";

struct world {
    postern_jose *jose;
    postern_keys *secrets, *privates, *publics;
    struct forge forge;
};

static struct world it; /* of the one test of a process */

static void begin(void)
{
    it.secrets = jose_keys(SECRET_KEYS);
    it.privates = jose_keys(PRIVATE_KEYS);
    it.publics = jose_keys(PUBLIC_KEYS);
    forge_begin(&it.forge);
    cr_assert_eq(postern_jose_new(&it.jose, NULL), POSTERN_OK);
}

static void end(void)
{
    pst_crypto_release(&it.forge.crypto);
    postern_jose_free(it.jose);
    postern_keys_free(it.secrets);
    postern_keys_free(it.privates);
    postern_keys_free(it.publics);
}

/* Under the oneM2M profile, and that nothing was handed out. */
static postern_refusal answer(const postern_keys *keys, postern_str token)
{
    postern_jose_rules rules;
    postern_opened opened;
    postern_refusal refusal;

    postern_jose_rules_init(&rules);
    rules.onem2m = true;
    refusal = postern_jose_open(it.jose, keys, &rules, token, &opened);
    cr_assert(refusal == POSTERN_REFUSAL_NONE ||
              (opened.payload.data == NULL && opened.kind == POSTERN_JOSE_ANY &&
               opened.signature.kid.data == NULL));
    return refusal;
}

/* ---- headers ------------------------------------------------------------ */

/* Every header here goes with a good HMAC of the key hs256. */
struct header_row {
    const char *name;
    const char *header;
    postern_refusal expected;
};

#define OK POSTERN_REFUSAL_NONE
#define BAD_HEADER POSTERN_REFUSAL_BAD_HEADER
#define NOT_ALLOWED POSTERN_REFUSAL_HEADER_NOT_ALLOWED
#define BAD_TYPE POSTERN_REFUSAL_BAD_TYP_CTY
#define NO_KID POSTERN_REFUSAL_UNKNOWN_KID
#define NO_ALG POSTERN_REFUSAL_ALG_NOT_PERMITTED
#define BAD_CRYPTO POSTERN_REFUSAL_BAD_CRYPTO
#define NO_FORM POSTERN_REFUSAL_NOT_DYNAUTHJWT

#define REST ",\"kid\":\"hs256\",\"typ\":\"JWT\"}"
#define HEAD "{\"alg\":\"HS256\",\"kid\":\"hs256\",\"typ\":\"JWT\""
#define KEYED(kid) "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":" kid "}"

static const struct header_row headers[] = {
    {"the good one", HEAD "}", OK},
    {"the good one with blanks",
     " { \"alg\" : \"HS256\"\n,\t\"kid\":"
     "\"hs256\",\"typ\":\"JWT\"}\r\n",
     OK},
    {"the good one, spelled with escapes",
     "{\"\\u0061lg\":\"HS\\u0032\\u00356\",\"kid\":\"hs256\",\"typ\":\"JWT\"}",
     OK},
    {"a member nobody knows", HEAD ",\"x\":{\"y\":[1,2.5e3,null]}}", OK},
    /* alg */
    {"none", "{\"alg\":\"none\"" REST, NO_ALG},
    {"None", "{\"alg\":\"None\"" REST, NO_ALG},
    {"nOnE", "{\"alg\":\"nOnE\"" REST, NO_ALG},
    {"alg missing", "{\"kid\":\"hs256\",\"typ\":\"JWT\"}", BAD_HEADER},
    {"alg null", "{\"alg\":null" REST, BAD_HEADER},
    {"alg a number", "{\"alg\":256" REST, BAD_HEADER},
    {"alg a list", "{\"alg\":[\"HS256\"]" REST, BAD_HEADER},
    {"alg an object", "{\"alg\":{\"HS256\":1}" REST, BAD_HEADER},
    {"alg true", "{\"alg\":true" REST, BAD_HEADER},
    {"alg empty", "{\"alg\":\"\"" REST, NO_ALG},
    {"alg in small letters", "{\"alg\":\"hs256\"" REST, NO_ALG},
    {"alg with a blank", "{\"alg\":\"HS256 \"" REST, NO_ALG},
    {"alg with a NUL", "{\"alg\":\"HS256\\u0000\"" REST, BAD_HEADER},
    {"alg cut short", "{\"alg\":\"HS25\"" REST, NO_ALG},
    {"alg of the family", "{\"alg\":\"HS512\"" REST, NO_ALG},
    {"alg of another family", "{\"alg\":\"RS256\"" REST, NO_ALG},
    {"alg PS256", "{\"alg\":\"PS256\"" REST, NO_ALG},
    {"alg EdDSA", "{\"alg\":\"EdDSA\"" REST, NO_ALG},
    {"alg ES256K", "{\"alg\":\"ES256K\"" REST, NO_ALG},
    {"alg of an encryption", "{\"alg\":\"dir\"" REST, NO_ALG},
    {"alg A128KW", "{\"alg\":\"A128KW\"" REST, NO_ALG},
    {"alg ECDH-ES without epk", "{\"alg\":\"ECDH-ES+A128KW\"" REST, BAD_HEADER},
    {"alg PBES2", "{\"alg\":\"PBES2-HS256+A128KW\"" REST, NO_ALG},
    /* kid */
    {"kid of nobody", KEYED("\"hs257\""), NO_KID},
    {"kid longer", KEYED("\"hs2566\""), NO_KID},
    {"kid shorter", KEYED("\"hs25\""), NO_KID},
    {"kid in capitals", KEYED("\"HS256\""), NO_KID},
    {"kid a path", KEYED("\"../../hs256\""), NO_KID},
    {"kid a query", KEYED("\"hs256' OR '1'='1\""), NO_KID},
    {"kid a number", KEYED("256"), BAD_HEADER},
    {"kid an object", KEYED("{}"), BAD_HEADER},
    {"kid a list", KEYED("[\"hs256\"]"), BAD_HEADER},
    {"kid null", KEYED("null"), BAD_HEADER},
    {"kid empty", KEYED("\"\""), NO_KID},
    {"kid with a NUL", KEYED("\"hs256\\u0000\""), BAD_HEADER},
    {"kid missing", "{\"alg\":\"HS256\",\"typ\":\"JWT\"}", NO_KID},
    {"kid of another secret", KEYED("\"hs384\""), NO_ALG},
    {"kid of a secret for encryption", KEYED("\"dir256\""),
     POSTERN_REFUSAL_KEY_USAGE},
    /* never accepted */
    {"crit of an extension", HEAD ",\"crit\":[\"exp\"],\"exp\":1}",
     NOT_ALLOWED},
    {"crit empty", HEAD ",\"crit\":[]}", NOT_ALLOWED},
    {"crit a string", HEAD ",\"crit\":\"alg\"}", NOT_ALLOWED},
    {"crit with alg", HEAD ",\"crit\":[\"alg\"]}", NOT_ALLOWED},
    {"crit of a member that is not there", HEAD ",\"crit\":[\"gone\"]}",
     NOT_ALLOWED},
    {"crit null", HEAD ",\"crit\":null}", NOT_ALLOWED},
    {"b64", HEAD ",\"b64\":false}", NOT_ALLOWED},
    {"b64 with crit", HEAD ",\"b64\":false,\"crit\":[\"b64\"]}", NOT_ALLOWED},
    {"zip", HEAD ",\"zip\":\"DEF\"}", NOT_ALLOWED},
    {"jku", HEAD ",\"jku\":\"https://attacker.example/jwks\"}", NOT_ALLOWED},
    {"x5u", HEAD ",\"x5u\":\"https://attacker.example/cert\"}", NOT_ALLOWED},
    {"x5c", HEAD ",\"x5c\":[\"MIIB\"]}", NOT_ALLOWED},
    {"jwk", HEAD ",\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}}", NOT_ALLOWED},
    {"jwk empty", HEAD ",\"jwk\":{}}", NOT_ALLOWED},
    {"jwk, spelled with escapes", HEAD ",\"jw\\u006b\":{}}", NOT_ALLOWED},
    {"p2c", HEAD ",\"p2c\":2147483647}", NOT_ALLOWED},
    {"p2s", HEAD ",\"p2s\":\"AAAA\"}", NOT_ALLOWED},
    {"epk",
     HEAD ",\"epk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" P256_X
          "\",\"y\":\"" P256_Y "\"}}",
     NOT_ALLOWED},
    {"apu", HEAD ",\"apu\":\"QQ\"}", NOT_ALLOWED},
    {"apv", HEAD ",\"apv\":\"QQ\"}", NOT_ALLOWED},
    {"enc", HEAD ",\"enc\":\"A128GCM\"}", NOT_ALLOWED},
    /* typ and cty */
    {"typ missing", "{\"alg\":\"HS256\",\"kid\":\"hs256\"}", BAD_TYPE},
    {"typ in small letters",
     "{\"alg\":\"HS256\",\"kid\":\"hs256\",\"typ\":\"jwt\"}", BAD_TYPE},
    {"typ at+jwt", "{\"alg\":\"HS256\",\"kid\":\"hs256\",\"typ\":\"at+jwt\"}",
     BAD_TYPE},
    {"typ application/jwt",
     "{\"alg\":\"HS256\",\"kid\":\"hs256\",\"typ\":\"application/jwt\"}",
     BAD_TYPE},
    {"typ a number", "{\"alg\":\"HS256\",\"kid\":\"hs256\",\"typ\":1}",
     BAD_HEADER},
    {"typ null", "{\"alg\":\"HS256\",\"kid\":\"hs256\",\"typ\":null}",
     BAD_HEADER},
    {"cty JWT", HEAD ",\"cty\":\"JWT\"}", BAD_TYPE},
    {"cty json", HEAD ",\"cty\":\"application/json\"}", BAD_TYPE},
    {"cty empty", HEAD ",\"cty\":\"\"}", BAD_TYPE},
    {"cty a number", HEAD ",\"cty\":1}", BAD_HEADER},
    /* JSON */
    {"empty object", "{}", BAD_HEADER},
    {"a list", "[" HEAD "}]", BAD_HEADER},
    {"a string", "\"HS256\"", BAD_HEADER},
    {"null", "null", BAD_HEADER},
    {"two objects", HEAD "}{}", BAD_HEADER},
    {"bytes behind it", HEAD "}x", BAD_HEADER},
    {"a mark of byte order", "\xEF\xBB\xBF" HEAD "}", BAD_HEADER},
    {"not closed", HEAD, BAD_HEADER},
    {"a comma at the end", HEAD ",}", BAD_HEADER},
    {"a comment", HEAD "/**/}", BAD_HEADER},
    {"single quotes", "{'alg':'HS256'" REST, BAD_HEADER},
    {"alg twice", "{\"alg\":\"HS256\",\"alg\":\"HS256\"" REST, BAD_HEADER},
    {"alg twice, none first", "{\"alg\":\"none\",\"alg\":\"HS256\"" REST,
     BAD_HEADER},
    {"alg twice by escapes", "{\"alg\":\"HS256\",\"\\u0061lg\":\"none\"" REST,
     BAD_HEADER},
    {"kid twice", HEAD ",\"kid\":\"rs256\"}", BAD_HEADER},
    {"twice in an object inside", HEAD ",\"x\":{\"y\":1,\"y\":1}}", BAD_HEADER},
    {"twice in an object in a list", HEAD ",\"x\":[{\"y\":1,\"\\u0079\":1}]}",
     BAD_HEADER},
    {"too deep", HEAD ",\"x\":[[[[1]]]]}", BAD_HEADER},
    {"too many members",
     HEAD ",\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,"
          "\"i\":1,\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"n\":1,\"o\":1,\"p\":1,"
          "\"q\":1,\"r\":1,\"s\":1,\"t\":1,\"u\":1,\"v\":1}",
     BAD_HEADER},
    {"bytes that are not UTF-8", HEAD ",\"x\":\"\xFF\"}", BAD_HEADER},
    {"overlong UTF-8", HEAD ",\"x\":\"\xC0\xAF\"}", BAD_HEADER},
    {"a surrogate in UTF-8", HEAD ",\"x\":\"\xED\xA0\x80\"}", BAD_HEADER},
    {"half a surrogate pair", HEAD ",\"x\":\"\\uD800\"}", BAD_HEADER},
    {"the other half", HEAD ",\"x\":\"\\uDC00\"}", BAD_HEADER},
    {"a line break in a string", HEAD ",\"x\":\"a\nb\"}", BAD_HEADER},
    {"NaN", HEAD ",\"x\":NaN}", BAD_HEADER},
    {"Infinity", HEAD ",\"x\":Infinity}", BAD_HEADER},
    {"a leading zero", HEAD ",\"x\":01}", BAD_HEADER},
    {"hexadecimal", HEAD ",\"x\":0x1}", BAD_HEADER},
    {"a plus", HEAD ",\"x\":+1}", BAD_HEADER},
    {"a dot at the end", HEAD ",\"x\":1.}", BAD_HEADER},
    {"True", HEAD ",\"x\":True}", BAD_HEADER},
};

enum { HEADERS = sizeof headers / sizeof *headers };

Test(hostile_jws, headers)
{
    begin();
    for (size_t i = 0; i < HEADERS; i++) {
        postern_str token =
            forge_jws(&it.forge, postern_str_of(headers[i].header),
                      postern_str_of(claims), forge_key(it.secrets, "hs256"),
                      POSTERN_ALG_HS256);
        postern_refusal refusal = answer(it.secrets, token);

        cr_expect_eq(refusal, headers[i].expected, "%s: %s", headers[i].name,
                     postern_refusal_word(refusal));
    }
    end();
}

Test(hostile_jws, header_of_utf16_or_with_a_nul)
{
    static const char utf16[] = "{\0\"\0a\0l\0g\0\"\0:\0\"\0H\0\"\0}\0";
    static const char nul[] = HEAD "}\0";

    begin();
    cr_expect_eq(
        answer(it.secrets,
               forge_jws(&it.forge, PST_STR(utf16), PST_STR(claims),
                         forge_key(it.secrets, "hs256"), POSTERN_ALG_HS256)),
        BAD_HEADER);
    cr_expect_eq(
        answer(it.secrets,
               forge_jws(&it.forge, PST_STR(nul), PST_STR(claims),
                         forge_key(it.secrets, "hs256"), POSTERN_ALG_HS256)),
        BAD_HEADER);
    end();
}

/* RFC 7515 leaves to the application what the profile does not. */
Test(hostile_jws, the_rfc_alone_does_not_look_at_typ)
{
    static const struct header_row rows[] = {
        {"no typ", "{\"alg\":\"HS256\",\"kid\":\"hs256\"}", OK},
        {"typ in small letters",
         "{\"alg\":\"HS256\",\"kid\":\"hs256\",\"typ\":\"jwt\"}", OK},
        {"cty", HEAD ",\"cty\":\"text/plain\"}", OK},
        {"typ a number", "{\"alg\":\"HS256\",\"kid\":\"hs256\",\"typ\":1}",
         BAD_HEADER},
        {"crit all the same", HEAD ",\"crit\":[]}", NOT_ALLOWED},
        {"none all the same", "{\"alg\":\"none\"" REST, NO_ALG},
        {"no kid in a set of many", "{\"alg\":\"HS256\"}", NO_KID},
    };

    begin();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_opened opened;

        cr_expect_eq(postern_jose_open(it.jose, it.secrets, NULL,
                                       forge_jws(&it.forge,
                                                 postern_str_of(rows[i].header),
                                                 PST_STR(claims),
                                                 forge_key(it.secrets, "hs256"),
                                                 POSTERN_ALG_HS256),
                                       &opened),
                     rows[i].expected, "%s", rows[i].name);
    }
    end();
}

/* ---- form --------------------------------------------------------------- */

#define GOOD_HEAD "eyJhbGciOiJIUzI1NiIsImtpZCI6ImhzMjU2IiwidHlwIjoiSldUIn0"

/* In each, "@" stands for a good signature. */
static const struct {
    const char *name;
    const char *token;
} forms[] = {
    {"nothing", ""},
    {"a dot", "."},
    {"two dots", ".."},
    {"three dots", "..."},
    {"four dots", "...."},
    {"one part", GOOD_HEAD},
    {"two parts", GOOD_HEAD ".e30"},
    {"four parts", GOOD_HEAD ".e30.@.e30"},
    {"six parts", GOOD_HEAD ".e30.@.e30.e30.e30"},
    {"a hundred dots",
     "...................................................................."
     "................................"},
    {"no header", ".e30.@"},
    {"no signature", GOOD_HEAD ".e30."},
    {"unsecured", "eyJhbGciOiJub25lIn0.e30."},
    {"a dot before", "." GOOD_HEAD ".e30.@"},
    {"a dot behind", GOOD_HEAD ".e30.@."},
    {"a blank before", " " GOOD_HEAD ".e30.@"},
    {"a blank behind", GOOD_HEAD ".e30.@ "},
    {"a line break behind", GOOD_HEAD ".e30.@\n"},
    {"a line break in the payload", GOOD_HEAD ".e3\r\n0.@"},
    {"padding in the payload", GOOD_HEAD ".e30=.@"},
    {"padding in the signature", GOOD_HEAD ".e30.@="},
    {"padding in the header", GOOD_HEAD "==.e30.@"},
    {"a plus", GOOD_HEAD ".e3++.@"},
    {"a slash", GOOD_HEAD ".e3//.@"},
    {"a percent", GOOD_HEAD ".e30%3D.@"},
    {"a comma", GOOD_HEAD ".e30,.@"},
    {"one character", GOOD_HEAD ".e.@"},
    {"five characters", GOOD_HEAD ".e30ee.@"},
    {"trailing bits in the payload", GOOD_HEAD ".e31.@"},
    {"trailing bits in a byte", GOOD_HEAD ".eB.@"},
    {"trailing bits in a byte, high", GOOD_HEAD ".eY.@"},
    {"one character of header", "e.e30.@"},
    {"a letter of UTF-8", GOOD_HEAD ".\xC3\xA9"
                                    "30.@"},
    {"JSON serialization", "{\"payload\":\"e30\",\"protected\":\"" GOOD_HEAD
                           "\",\"signature\":\"@\"}"},
};

enum { FORMS = sizeof forms / sizeof *forms };

static postern_str with_signature(const char *token, postern_str signature)
{
    postern_str text = postern_str_of(token);
    size_t mark = pst_str_find(text, 0, '@');

    it.forge.len = 0;
    forge_add(&it.forge, pst_str_slice(text, 0, mark));
    if (mark < text.len) {
        forge_add(&it.forge, signature);
        forge_add(&it.forge, pst_str_slice(text, mark + 1, text.len));
    }
    return forged(&it.forge);
}

Test(hostile_jws, forms)
{
    postern_str signature;
    char kept[128];

    begin();
    (void)forge_jws(&it.forge, PST_STR(HEAD "}"), PST_STR("{}"),
                    forge_key(it.secrets, "hs256"), POSTERN_ALG_HS256);
    signature = forge_part_of(&it.forge, 2);
    memcpy(kept, signature.data, signature.len);
    signature.data = kept;
    cr_assert_eq(
        answer(it.secrets, with_signature(GOOD_HEAD ".e30.@", signature)), OK);
    for (size_t i = 0; i < FORMS; i++) {
        cr_expect_eq(
            answer(it.secrets, with_signature(forms[i].token, signature)),
            NO_FORM, "%s", forms[i].name);
    }
    end();
}

/* The 256 values a byte can have, put into each part: 65 are characters of
 * base64url or a dot. */
Test(hostile_jws, every_other_byte_in_every_part)
{
    static char broken[FORGE_SIZE];
    postern_str good;

    begin();
    good = forge_jws(&it.forge, PST_STR(HEAD "}"), PST_STR(claims),
                     forge_key(it.secrets, "hs256"), POSTERN_ALG_HS256);
    for (unsigned byte = 0; byte < 256; byte++) {
        bool fine = (byte >= 'a' && byte <= 'z') ||
                    (byte >= 'A' && byte <= 'Z') ||
                    (byte >= '0' && byte <= '9') || byte == '-' || byte == '_';

        for (size_t at = 1; at < good.len && !fine; at += 37) {
            memcpy(broken, good.data, good.len);
            broken[at] = (char)byte;
            cr_expect_eq(answer(it.secrets, (postern_str){broken, good.len}),
                         NO_FORM, "byte %u at %zu", byte, at);
        }
    }
    end();
}

Test(hostile_jws, a_change_of_any_bit_is_noticed)
{
    static char changed[FORGE_SIZE];
    postern_str good;

    begin();
    good = forge_jws(&it.forge, PST_STR(HEAD "}"), PST_STR(claims),
                     forge_key(it.secrets, "hs256"), POSTERN_ALG_HS256);
    for (size_t bit = 0; bit < 8 * good.len; bit++) {
        memcpy(changed, good.data, good.len);
        changed[bit / 8] = (char)(changed[bit / 8] ^ 1 << bit % 8);
        cr_assert_neq(answer(it.secrets, (postern_str){changed, good.len}), OK,
                      "bit %zu", bit);
    }
    end();
}

Test(hostile_jws, too_much)
{
    static char text[FORGE_SIZE];
    static char nested[16 * 1024];
    postern_jose_rules rules;
    postern_opened opened;
    postern_str token;

    begin();
    memset(text, 'A', sizeof text);
    cr_expect_eq(answer(it.secrets, (postern_str){text, sizeof text}),
                 POSTERN_REFUSAL_TOO_LARGE);
    text[4000] = text[8000] = '.';
    cr_expect_eq(answer(it.secrets, (postern_str){text, 16 * 1024 + 1}),
                 POSTERN_REFUSAL_TOO_LARGE, "a JWS over 16 KiB");
    cr_expect_eq(answer(it.secrets, (postern_str){text, 16 * 1024}),
                 BAD_HEADER);
    text[4000] = 'A';
    text[5000] = '.';
    cr_expect_eq(answer(it.secrets, (postern_str){text, 16 * 1024}),
                 POSTERN_REFUSAL_TOO_LARGE, "a header of 3,750 bytes");
    memset(nested, '[', sizeof nested);
    token = forge_jws(&it.forge, (postern_str){nested, 2048}, PST_STR("{}"),
                      forge_key(it.secrets, "hs256"), POSTERN_ALG_HS256);
    cr_expect_eq(answer(it.secrets, token), BAD_HEADER, "2,048 brackets");
    token = forge_jws(&it.forge, PST_STR(HEAD "}"), PST_STR(claims),
                      forge_key(it.secrets, "hs256"), POSTERN_ALG_HS256);
    postern_jose_rules_init(&rules);
    rules.max_bytes = token.len - 1;
    cr_expect_eq(postern_jose_open(it.jose, it.secrets, &rules, token, &opened),
                 POSTERN_REFUSAL_TOO_LARGE);
    rules.max_bytes = token.len;
    cr_expect_eq(postern_jose_open(it.jose, it.secrets, &rules, token, &opened),
                 OK);
    end();
}

/* ---- keys of another sort ----------------------------------------------- */

/* HMACs by what everybody knows of a key pair; kid and alg are the attacker's
 * to say. CVE-2015-9235, CVE-2026-44699 and their kin. */
Test(hostile_jws, a_public_key_is_no_secret)
{
    static const char *const kids[] = {"rs256", "es256", "es512", "oaep"};
    static const char *const algs[] = {"HS256", "HS384", "HS512"};
    static uint8_t zeros[64];
    uint8_t der[4096];
    char pem[4096];

    begin();
    for (size_t i = 0; i < sizeof kids / sizeof *kids; i++) {
        const struct pst_key *key = forge_key(it.publics, kids[i]);
        unsigned char *end_of_der = der;
        int der_size = i2d_PUBKEY(key->pkey, &end_of_der);
        BIO *bio = BIO_new(BIO_s_mem());
        int pem_size;
        postern_str secrets[6];

        cr_assert(PEM_write_bio_PUBKEY(bio, key->pkey));
        pem_size = BIO_read(bio, pem, sizeof pem);
        BIO_free(bio);
        secrets[0] = (postern_str){pem, (size_t)pem_size};
        secrets[1] = (postern_str){pem, (size_t)pem_size - 1};
        secrets[2] = (postern_str){(char *)der, (size_t)der_size};
        secrets[3] = PST_STR(RSA_N);
        secrets[4] = (postern_str){(char *)zeros, sizeof zeros};
        secrets[5] = (postern_str){(char *)zeros, 0};
        for (size_t j = 0; j < 6 * 3; j++) {
            char header[128];
            struct pst_key forged_key = {
                .id = 1000 + 100 * i + j,
                .type = PST_KEY_OCT,
                .size = secrets[j / 3].len,
                .secret = (const uint8_t *)secrets[j / 3].data};
            postern_jose_alg alg = (postern_jose_alg)(1 + j % 3);

            snprintf(header, sizeof header,
                     "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"JWT\"}",
                     algs[j % 3], kids[i]);
            cr_expect_eq(answer(it.publics,
                                forge_jws(&it.forge, postern_str_of(header),
                                          PST_STR(claims), &forged_key, alg)),
                         i == 3 ? POSTERN_REFUSAL_KEY_USAGE : NO_ALG, "%s %zu",
                         kids[i], j);
        }
    }
    end();
}

static const struct {
    const char *name;
    const char *alg; /* of the header */
    const char *kid;
    const char *by; /* the key that signed */
    postern_jose_alg by_alg;
    postern_refusal expected;
} pinned[] = {
    {"as it should be", "RS256", "rs256", "rs256", POSTERN_ALG_RS256, OK},
    {"a stronger hash", "RS512", "rs256", "rs256", POSTERN_ALG_RS512, NO_ALG},
    {"a weaker hash", "RS256", "rs512", "rs512", POSTERN_ALG_RS256, NO_ALG},
    {"the name of one, made by the other", "RS256", "rs256", "rs256",
     POSTERN_ALG_RS384, BAD_CRYPTO},
    {"PSS of the same key", "PS256", "rs256", "rs256", POSTERN_ALG_RS256,
     NO_ALG},
    {"ES256 by a P-384 key", "ES256", "es384", "es256", POSTERN_ALG_ES256,
     NO_ALG},
    {"ES384 by name, made with P-256", "ES384", "es384", "es256",
     POSTERN_ALG_ES256, BAD_CRYPTO},
    {"another key's signature", "ES256", "es256", "es384", POSTERN_ALG_ES384,
     BAD_CRYPTO},
    {"an encryption key", "RS256", "oaep", "rs256", POSTERN_ALG_RS256,
     POSTERN_REFUSAL_KEY_USAGE},
    {"an encryption key of EC", "ES256", "ecdh256", "es256", POSTERN_ALG_ES256,
     POSTERN_REFUSAL_KEY_USAGE},
};

Test(hostile_jws, an_algorithm_is_pinned_to_its_key)
{
    begin();
    for (size_t i = 0; i < sizeof pinned / sizeof *pinned; i++) {
        char header[128];

        snprintf(header, sizeof header,
                 "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"JWT\"}",
                 pinned[i].alg, pinned[i].kid);
        cr_expect_eq(
            answer(it.publics,
                   forge_jws(&it.forge, postern_str_of(header), PST_STR(claims),
                             forge_key(it.privates, pinned[i].by),
                             pinned[i].by_alg)),
            pinned[i].expected, "%s", pinned[i].name);
    }
    end();
}

/* ---- signatures --------------------------------------------------------- */

/* A good token whose signature is replaced. */
static postern_refusal answer_with(const char *header, const char *by,
                                   postern_jose_alg alg,
                                   const postern_keys *keys, postern_str bytes)
{
    static char text[FORGE_SIZE];
    const postern_keys *signers = keys == it.secrets ? it.secrets : it.privates;

    (void)forge_jws(&it.forge, postern_str_of(header), PST_STR(claims),
                    forge_key(signers, by), alg);
    pst_base64url_encode(bytes, text);
    return answer(
        keys,
        forge_replace(&it.forge, 2,
                      (postern_str){text, pst_base64url_length(bytes.len)}));
}

#define ES256_HEAD "{\"alg\":\"ES256\",\"kid\":\"es256\",\"typ\":\"JWT\"}"
#define RS256_HEAD "{\"alg\":\"RS256\",\"kid\":\"rs256\",\"typ\":\"JWT\"}"
#define ES512_HEAD "{\"alg\":\"ES512\",\"kid\":\"es512\",\"typ\":\"JWT\"}"

/* n of P-256, and n - 1. */
#define N256                                                                   \
    "\xFF\xFF\xFF\xFF\x00\x00\x00\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"         \
    "\xBC\xE6\xFA\xAD\xA7\x17\x9E\x84\xF3\xB9\xCA\xC2\xFC\x63\x25\x51"
#define N256_LESS_1                                                            \
    "\xFF\xFF\xFF\xFF\x00\x00\x00\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"         \
    "\xBC\xE6\xFA\xAD\xA7\x17\x9E\x84\xF3\xB9\xCA\xC2\xFC\x63\x25\x50"
#define ZERO16 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define ZERO32 ZERO16 ZERO16
#define ONE32 ZERO16 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
#define FF16 "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
#define FF32 FF16 FF16

/* CVE-2022-21449 and what is near it. */
static const struct {
    const char *name;
    postern_str signature;
} psychic[] = {
    {"0, 0", {ZERO32 ZERO32, 64}},
    {"0, 1", {ZERO32 ONE32, 64}},
    {"1, 0", {ONE32 ZERO32, 64}},
    {"1, 1", {ONE32 ONE32, 64}},
    {"n, 1", {N256 ONE32, 64}},
    {"1, n", {ONE32 N256, 64}},
    {"n, n", {N256 N256, 64}},
    {"n, 0", {N256 ZERO32, 64}},
    {"n - 1, n - 1", {N256_LESS_1 N256_LESS_1, 64}},
    {"all ones", {FF32 FF32, 64}},
    {"63 bytes", {ZERO32 ZERO32, 63}},
    {"65 bytes", {ZERO32 ZERO32 "\1", 65}},
    {"66 bytes", {ZERO32 ZERO32 "\1\1", 66}},
    {"32 bytes", {ONE32, 32}},
    {"one byte", {"\1", 1}},
    {"DER of 1, 1", {"\x30\x06\x02\x01\x01\x02\x01\x01", 8}},
    {"DER of 0, 0", {"\x30\x06\x02\x01\x00\x02\x01\x00", 8}},
};

Test(hostile_jws, psychic_signatures)
{
    begin();
    for (size_t i = 0; i < sizeof psychic / sizeof *psychic; i++) {
        cr_expect_eq(answer_with(ES256_HEAD, "es256", POSTERN_ALG_ES256,
                                 it.publics, psychic[i].signature),
                     BAD_CRYPTO, "%s", psychic[i].name);
    }
    end();
}

Test(hostile_jws, ecdsa_of_other_sizes)
{
    static uint8_t bytes[12 * 1024];
    static const size_t sizes[] = {1, 64, 96, 131, 133, 139, 2048, 8192};

    begin();
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        memset(bytes, (int)i, sizeof bytes);
        cr_expect_eq(answer_with(ES512_HEAD, "es512", POSTERN_ALG_ES512,
                                 it.publics,
                                 (postern_str){(char *)bytes, sizes[i]}),
                     BAD_CRYPTO, "%zu", sizes[i]);
    }
    end();
}

/* The good signature, in DER as other formats have it. */
Test(hostile_jws, ecdsa_in_der)
{
    uint8_t raw[PST_SIGNATURE_MAX];
    uint8_t der[PST_DER_MAX];
    size_t size = 0;
    postern_str signature;

    begin();
    (void)forge_jws(&it.forge, PST_STR(ES256_HEAD), PST_STR(claims),
                    forge_key(it.privates, "es256"), POSTERN_ALG_ES256);
    cr_assert_eq(answer(it.publics, forged(&it.forge)), OK);
    signature = forge_part_of(&it.forge, 2);
    cr_assert(pst_base64url_decode(signature, raw));
    cr_assert(pst_ecdsa_to_der(PST_P256, raw, der, &size));
    {
        char text[2 * PST_DER_MAX];

        pst_base64url_encode((postern_str){(char *)der, size}, text);
        cr_expect_eq(
            answer(
                it.publics,
                forge_replace(&it.forge, 2,
                              (postern_str){text, pst_base64url_length(size)})),
            BAD_CRYPTO);
    }
    end();
}

/* RFC 7515 does not forbid it: who remembers tokens must not do so by their
 * signature. */
Test(hostile_jws, the_other_s_of_ecdsa_is_the_same_signature)
{
    uint8_t raw[64];
    char text[88];
    unsigned borrow = 0;
    static const uint8_t n[32] = N256;

    begin();
    (void)forge_jws(&it.forge, PST_STR(ES256_HEAD), PST_STR(claims),
                    forge_key(it.privates, "es256"), POSTERN_ALG_ES256);
    cr_assert(pst_base64url_decode(forge_part_of(&it.forge, 2), raw));
    for (size_t i = 32; i-- > 0;) {
        unsigned digit = 256U + n[i] - raw[32 + i] - borrow;

        borrow = digit < 256;
        raw[32 + i] = (uint8_t)digit;
    }
    pst_base64url_encode((postern_str){(char *)raw, 64}, text);
    cr_expect_eq(answer(it.publics,
                        forge_replace(&it.forge, 2, (postern_str){text, 86})),
                 OK);
    end();
}

static const struct {
    const char *name;
    size_t cut;   /* bytes away from the end */
    size_t zeros; /* before it */
    bool is_one;  /* 00...01 */
    bool is_zero;
} rsa[] = {
    {"cut by one", 1, 0, false, false},
    {"cut by half", 128, 0, false, false},
    {"all but one cut", 255, 0, false, false},
    {"a zero before it", 0, 1, false, false},
    {"a zero before it and one cut", 1, 1, false, false},
    {"zeros", 0, 0, false, true},
    {"one", 0, 0, true, false},
};

Test(hostile_jws, rsa_signatures)
{
    uint8_t good[256];
    uint8_t bytes[300];

    begin();
    (void)forge_jws(&it.forge, PST_STR(RS256_HEAD), PST_STR(claims),
                    forge_key(it.privates, "rs256"), POSTERN_ALG_RS256);
    cr_assert_eq(answer(it.publics, forged(&it.forge)), OK);
    cr_assert(pst_base64url_decode(forge_part_of(&it.forge, 2), good));
    for (size_t i = 0; i < sizeof rsa / sizeof *rsa; i++) {
        size_t size = rsa[i].zeros + sizeof good - rsa[i].cut;

        memset(bytes, 0, sizeof bytes);
        memcpy(bytes + rsa[i].zeros, good, sizeof good);
        if (rsa[i].is_one || rsa[i].is_zero) {
            memset(bytes, 0, sizeof bytes);
            bytes[255] = rsa[i].is_one;
        }
        cr_expect_eq(answer_with(RS256_HEAD, "rs256", POSTERN_ALG_RS256,
                                 it.publics,
                                 (postern_str){(char *)bytes, size}),
                     BAD_CRYPTO, "%s", rsa[i].name);
    }
    end();
}

/* s + n is the same number to who computes modulo n. */
Test(hostile_jws, an_rsa_signature_above_the_modulus)
{
    uint8_t sum[257] = {0};
    uint8_t n[256];
    unsigned carry = 0;

    begin();
    (void)forge_jws(&it.forge, PST_STR(RS256_HEAD), PST_STR(claims),
                    forge_key(it.privates, "rs256"), POSTERN_ALG_RS256);
    cr_assert(pst_base64url_decode(forge_part_of(&it.forge, 2), sum + 1));
    cr_assert(pst_base64url_decode(PST_STR(RSA_N), n));
    for (size_t i = 256; i-- > 0;) {
        carry += (unsigned)sum[i + 1] + n[i];
        sum[i + 1] = (uint8_t)carry;
        carry >>= 8;
    }
    sum[0] = (uint8_t)carry;
    cr_expect_eq(answer_with(RS256_HEAD, "rs256", POSTERN_ALG_RS256, it.publics,
                             (postern_str){(char *)sum, 257}),
                 BAD_CRYPTO);
    cr_expect_eq(answer_with(RS256_HEAD, "rs256", POSTERN_ALG_RS256, it.publics,
                             (postern_str){(char *)sum + 1, 256}),
                 BAD_CRYPTO);
    end();
}

Test(hostile_jws, macs_of_other_sizes)
{
    static const size_t sizes[] = {1, 2, 16, 31, 33, 48, 64, 4096};
    static uint8_t bytes[4096];
    uint8_t good[PST_DIGEST_MAX];

    begin();
    (void)forge_jws(&it.forge, PST_STR(HEAD "}"), PST_STR(claims),
                    forge_key(it.secrets, "hs256"), POSTERN_ALG_HS256);
    cr_assert(pst_base64url_decode(forge_part_of(&it.forge, 2), good));
    memcpy(bytes, good, 32);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        cr_expect_eq(answer_with(HEAD "}", "hs256", POSTERN_ALG_HS256,
                                 it.secrets,
                                 (postern_str){(char *)bytes, sizes[i]}),
                     BAD_CRYPTO, "%zu", sizes[i]);
    }
    cr_expect_eq(answer_with(HEAD "}", "hs256", POSTERN_ALG_HS256, it.secrets,
                             (postern_str){(char *)bytes, 32}),
                 OK);
    end();
}
