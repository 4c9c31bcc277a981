/* Which keys get into a set, and which do not, and why. [JWT-16] [CRED-03] */
#include "support/broken_keys.h"
#include "support/jose_keys.h"

#include "base/str.h"
#include "jose/key.h"

#include <criterion/criterion.h>

#define KEY(members) "{" members "}"
#define OCT(rest) "{\"kty\":\"oct\"," rest "}"
#define OCT32(rest) OCT("\"k\":\"" OCT_32 "\"," rest)
#define RSA(n, e, rest)                                                        \
    "{\"kty\":\"RSA\",\"n\":\"" n "\",\"e\":\"" e "\"" rest "}"
#define EC(crv, x, y, rest)                                                    \
    "{\"kty\":\"EC\",\"crv\":\"" crv "\",\"x\":\"" x "\",\"y\":\"" y "\"" rest \
    "}"
#define EC256(rest) EC("P-256", P256_X, P256_Y, rest)
#define RSA_WITH(d, p, q, dp)                                                  \
    RSA(RSA_N, RSA_E,                                                          \
        ",\"alg\":\"RS256\",\"d\":\"" d "\",\"p\":\"" p "\",\"q\":\"" q        \
        "\",\"dp\":\"" dp "\",\"dq\":\"" RSA_DQ "\",\"qi\":\"" RSA_QI "\"")
#define SET(keys) "{\"keys\":[" keys "]}"

struct broken {
    const char *text;
    const char *path;
    const char *message; /* a part of it */
};

static postern_keys *new_keys(void)
{
    postern_keys *keys;

    cr_assert_eq(postern_keys_new(&keys, NULL), POSTERN_OK);
    return keys;
}

static void refuse_each(const struct broken *rows, size_t count,
                        const postern_key_facts *facts)
{
    for (size_t i = 0; i < count; i++) {
        postern_keys *keys = new_keys();
        postern_diag diag;
        postern_status status = postern_keys_add_jwks(
            keys, postern_str_of(rows[i].text), facts, &diag);

        cr_expect(status == POSTERN_ERR_POLICY || status == POSTERN_ERR_SYNTAX,
                  "%zu is taken: %s", i, rows[i].text);
        cr_expect_str_eq(diag.path, rows[i].path, "%zu: %s: %s", i, diag.path,
                         diag.message);
        cr_expect(strstr(diag.message, rows[i].message), "%zu: %s", i,
                  diag.message);
        cr_expect_eq(postern_keys_count(keys), 0);
        postern_keys_free(keys);
    }
}

#define REFUSE_EACH(rows, facts)                                               \
    refuse_each((rows), sizeof(rows) / sizeof *(rows), (facts))

/* The key that a text gives; the test fails when it is refused. */
static const struct pst_key *add(postern_keys *keys, const char *text,
                                 const postern_key_facts *facts)
{
    size_t before = postern_keys_count(keys);
    postern_diag diag;
    postern_status status =
        postern_keys_add_jwks(keys, postern_str_of(text), facts, &diag);

    cr_assert_eq(status, POSTERN_OK, "%s: %s: %s", text, diag.path,
                 diag.message);
    return &keys->keys[before];
}

/* ---- refused ----------------------------------------------------------- */

Test(jose_keys, refuses_what_is_no_jwk)
{
    static const struct broken rows[] = {
        {"", "", "empty"},
        {"[]", "", "a JWK is an object"},
        {"7", "", "a JWK is an object"},
        {"{}", "", "\"kty\" is missing"},
        {"{\"kty\":\"oct\"", "", "the text ends"},
        {OCT32("\"alg\":\"HS256\"") "x", "", "nothing after"},
        {"{\"keys\":7}", "/keys", "\"keys\" is not a list"},
        {SET(""), "/keys", "no keys"},
        {SET("7"), "/keys/0", "a JWK is an object"},
        {"{\"kty\":7}", "/kty", "none of oct"},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}", "/kty",
         "none of oct"},
        {"{\"kty\":\"ec\"}", "/kty", "none of oct"},
        {"{\"kty\":\"oct\",\"kty\":\"oct\"}", "/kty", "twice"},
        {"{\"kty\":\"oct\",\"k\":\"" OCT_32 "\",\"\\u006b\":\"" OCT_16 "\"}",
         "/k", "twice"},
        {"\xEF\xBB\xBF{}", "", "byte order mark"},
    };

    REFUSE_EACH(rows, NULL);
}

Test(jose_keys, refuses_secrets_that_are_too_short_or_of_the_wrong_length)
{
    static const struct broken rows[] = {
        {OCT("\"alg\":\"HS256\""), "", "\"k\" is missing"},
        {OCT("\"k\":7"), "/k", "is not a string"},
        {OCT("\"k\":\"\""), "/k", "is empty"},
        {OCT("\"k\":\"" OCT_32 "=\""), "/k", "not base64url"},
        {OCT("\"k\":\"+/+/\""), "/k", "not base64url"},
        {OCT("\"k\":\"AAAAA\""), "/k", "not base64url"},
        {OCT("\"k\":\"AB\""), "/k", "not base64url"}, /* bits at the end */
        {OCT("\"alg\":\"HS256\",\"k\":\"" OCT_31 "\""), "", "this length"},
        {OCT("\"alg\":\"HS384\",\"k\":\"" OCT_32 "\""), "", "this length"},
        {OCT("\"alg\":\"HS512\",\"k\":\"" OCT_48 "\""), "", "this length"},
        {OCT("\"alg\":\"A128KW\",\"k\":\"" OCT_15 "\""), "", "this length"},
        {OCT("\"alg\":\"A128KW\",\"k\":\"" OCT_24 "\""), "", "this length"},
        {OCT("\"alg\":\"A192KW\",\"k\":\"" OCT_32 "\""), "", "this length"},
        {OCT("\"alg\":\"A256KW\",\"k\":\"" OCT_33 "\""), "", "this length"},
        {OCT("\"alg\":\"dir\",\"k\":\"" OCT_33 "\""), "", "this length"},
        {OCT("\"alg\":\"A256GCM\",\"k\":\"" OCT_16 "\""), "/alg", "length"},
        {OCT("\"k\":\"" OCT_15 "\""), "", "this length"},
        {OCT("\"alg\":\"HS256\",\"k\":\"" BYTES_1025 "\""), "/k", "512"},
    };

    REFUSE_EACH(rows, NULL);
}

Test(jose_keys, refuses_rsa_keys_that_are_weak_or_odd)
{
    static const struct broken rows[] = {
        {"{\"kty\":\"RSA\",\"e\":\"AQAB\"}", "", "\"n\" is missing"},
        {"{\"kty\":\"RSA\",\"n\":\"" RSA_N "\"}", "", "\"e\" is missing"},
        {RSA("AAAA" RSA_N, "AQAB", ""), "/n", "zeros in front"},
        {RSA(RSA_N, "AAEAAQ", ""), "/e", "zeros in front"},
        {RSA(RSA_N, "AA", ""), "/e", "zeros in front"},
        {RSA(BYTES_128, "AQAB", ""), "", "under 2048"},
        {RSA(BYTES_1025, "AQAB", ""), "", "over 8192"},
        {RSA(BYTES_128 BYTES_128 "w", "AQAB", ""), "", "is even"},
        {RSA(RSA_N, "AQ", ""), "", "odd"},
        {RSA(RSA_N, "Ag", ""), "", "odd"},
        {RSA(RSA_N, "AQAA", ""), "", "odd"},
        {RSA(RSA_N, "AQAAAAAAAAAB", ""), "", "64 bits"},
        {RSA(ROCA_N, "AQAB", ""), "", "ROCA"},
        {RSA(RSA_N, RSA_E, ",\"d\":\"AQAB\""), "", "\"p\" is missing"},
        {RSA(RSA_N, RSA_E, ",\"p\":\"AQAB\""), "", "\"d\" is missing"},
        {RSA(RSA_N, RSA_E, ",\"oth\":[]"), "/oth", "two primes"},
        {RSA_WITH(RSA_P, RSA_P, RSA_Q, RSA_DP), "", "belong together"},
        {RSA_WITH(RSA_D, RSA_P, RSA_P, RSA_DP), "", "belong together"},
        {RSA_WITH(RSA_D, RSA_P, RSA_Q, RSA_DQ), "", "belong together"},
        {RSA_WITH("", RSA_P, RSA_Q, RSA_DP), "/d", "is empty"},
    };

    REFUSE_EACH(rows, NULL);
}

Test(jose_keys, refuses_points_that_are_none_of_the_curve)
{
    static const struct broken rows[] = {
        {"{\"kty\":\"EC\"}", "", "\"crv\" is missing"},
        {EC("P-256K", P256_X, P256_Y, ""), "/crv", "none of P-256"},
        {EC("secp256k1", P256_X, P256_Y, ""), "/crv", "none of P-256"},
        {"{\"kty\":\"EC\",\"crv\":7}", "/crv", "none of P-256"},
        {"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" P256_X "\"}", "",
         "\"y\" is missing"},
        {EC("P-256", ZERO_31, P256_Y, ""), "/x", "32 bytes"},
        {EC("P-256", P256_X, ZERO_33, ""), "/y", "32 bytes"},
        {EC("P-384", P256_X, P256_Y, ""), "/x", "48 bytes"},
        {EC("P-521", P384_X, P384_Y, ""), "/x", "66 bytes"},
        {EC("P-256", P256_Y, P256_X, ""), "", "not on its curve"},
        {EC("P-256", ZERO_32, ZERO_32, ""), "", "not on its curve"},
        {EC("P-256", SMALL_X_OVER_P, SMALL_Y, ""), "", "not on its curve"},
        {EC256(",\"d\":\"" ZERO_31 "\""), "/d", "32 bytes"},
        {EC256(",\"d\":\"" ZERO_32 "\""), "", "private key"},
        {EC256(",\"d\":\"" P256_X "\""), "", "belong together"},
        {EC256(",\"d\":\"" P256_ORDER "\""), "", "private key"},
    };

    REFUSE_EACH(rows, NULL);
}

Test(jose_keys, refuses_uses_that_contradict_each_other)
{
    static const struct broken rows[] = {
        {OCT32("\"alg\":\"none\""), "/alg", "none that oneM2M uses"},
        {OCT32("\"alg\":\"hs256\""), "/alg", "none that oneM2M uses"},
        {OCT32("\"alg\":\"A256GCMKW\""), "/alg", "none that oneM2M uses"},
        {OCT32("\"alg\":\"PBES2-HS256+A128KW\""), "/alg", "none that"},
        {RSA(RSA_N, RSA_E, ",\"alg\":\"RSA1_5\""), "/alg", "none that"},
        {RSA(RSA_N, RSA_E, ",\"alg\":\"RSA-OAEP\""), "/alg", "none that"},
        {RSA(RSA_N, RSA_E, ",\"alg\":\"PS256\""), "/alg", "none that"},
        {EC256(",\"alg\":\"ECDH-ES\""), "/alg", "none that oneM2M uses"},
        {OCT32("\"alg\":7"), "/alg", "not a string"},
        {OCT32("\"alg\":\"RS256\""), "/alg", "keys of this type"},
        {RSA(RSA_N, RSA_E, ",\"alg\":\"HS256\""), "/alg", "this type"},
        {RSA(RSA_N, RSA_E, ",\"alg\":\"ES256\""), "/alg", "this type"},
        {EC256(",\"alg\":\"RS256\""), "/alg", "keys of this type"},
        {EC256(",\"alg\":\"ES384\""), "/alg", "on this curve"},
        {EC("P-521", P521_X, P521_Y, ",\"alg\":\"ES256\""), "/alg",
         "on this curve"},
        {OCT32("\"use\":7"), "/use", "neither sig nor enc"},
        {OCT32("\"use\":\"SIG\""), "/use", "neither sig nor enc"},
        {OCT32("\"use\":\"enc\",\"alg\":\"HS256\""), "/use", "contradicts"},
        {OCT32("\"use\":\"sig\",\"alg\":\"dir\""), "/use", "contradicts"},
        {RSA(RSA_N, RSA_E, ",\"use\":\"sig\",\"alg\":\"RSA-OAEP-256\""), "/use",
         "contradicts"},
        {OCT32("\"key_ops\":\"sign\""), "/key_ops", "not a list"},
        {OCT32("\"key_ops\":[7]"), "/key_ops/0", "none of RFC 7517"},
        {OCT32("\"key_ops\":[\"Sign\"]"), "/key_ops/0", "none of RFC 7517"},
        {OCT32("\"alg\":\"HS256\",\"key_ops\":[\"sign\",\"sign\"]"),
         "/key_ops/1", "twice"},
        {OCT32("\"alg\":\"HS256\",\"key_ops\":[\"sign\",\"encrypt\"]"),
         "/key_ops", "contradict"},
        {OCT32("\"use\":\"sig\",\"key_ops\":[\"decrypt\"]"), "/key_ops",
         "contradict"},
        {OCT32("\"alg\":\"A256KW\",\"key_ops\":[\"encrypt\"]"), "/key_ops",
         "contradict"},
        {OCT32("\"alg\":\"dir\",\"key_ops\":[\"wrapKey\"]"), "/key_ops",
         "contradict"},
        {EC256(",\"alg\":\"ES256\",\"key_ops\":[\"sign\"]"), "/key_ops",
         "leave nothing"},
        {OCT32("\"alg\":\"HS256\",\"key_ops\":[]"), "/key_ops",
         "leave nothing"},
    };

    REFUSE_EACH(rows, NULL);
}

Test(jose_keys, refuses_kids_that_say_something_else)
{
    static const struct broken rows[] = {
        {OCT32("\"alg\":\"HS256\",\"kid\":7"), "/kid", "not a string"},
        {OCT32("\"alg\":\"HS256\",\"kid\":\"\""), "", "1 to 512 bytes"},
        {OCT32("\"alg\":\"HS256\",\"kid\":\"" BYTES_1025 "\""), "", "512"},
        {OCT32("\"alg\":\"HS256\",\"kid\":\"14-a@b.example\""), "",
         "another use"},
        {OCT32("\"alg\":\"dir\",\"kid\":\"16-a@b.example\""), "",
         "another use"},
        {OCT32("\"alg\":\"dir\",\"kid\":\"15-a@b.example\""), "",
         "another use"},
        {OCT32("\"alg\":\"A256KW\",\"kid\":\"14-a@b.example\""), "",
         "another use"},
        {OCT32("\"alg\":\"HS256\",\"kid\":\"51-a\""), "", "another use"},
        {EC256(",\"alg\":\"ES256\",\"kid\":\"41-a\""), "", "another use"},
        {EC256(",\"alg\":\"ECDH-ES+A128KW\",\"kid\":\"54-a\""), "",
         "another use"},
        {OCT32("\"alg\":\"HS256\",\"kid\":\"99-a\""), "", "not for tokens"},
        {OCT32("\"alg\":\"HS256\",\"kid\":\"00-a\""), "", "not for tokens"},
        {OCT32("\"alg\":\"HS256\",\"kid\":\"11-a@b.example\""), "",
         "not for tokens"},
        {EC256(",\"alg\":\"ES256\",\"kid\":\"32-a\""), "", "not for tokens"},
        {OCT32("\"alg\":\"HS256\",\"kid\":\"16-\""), "", "without a value"},
    };

    REFUSE_EACH(rows, NULL);
}

Test(jose_keys, refuses_sets_that_are_ambiguous)
{
    static const struct broken rows[] = {
        {SET(OCT_KEY("a", "HS256", OCT_32) "," OCT_KEY("a", "HS512", OCT_64)),
         "/keys/1", "same kid"},
        {SET(OCT_KEY("a", "HS256", OCT_32) "," OCT32("\"alg\":\"HS256\"")),
         "/keys/1", "needs a kid"},
        {SET(OCT32("\"alg\":\"HS256\"") "," OCT_KEY("a", "HS256", OCT_32)),
         "/keys/1", "needs a kid"},
        {SET(OCT_KEY("a", "HS256", OCT_32) "," EC256_PUBLIC("b", SIG("ES256"))),
         "/keys/1", "mixed"},
        {SET(EC256_PUBLIC("b", SIG("ES256")) "," OCT_KEY("a", "HS256", OCT_32)),
         "/keys/1", "mixed"},
        {SET(OCT_KEY("a", "HS256", OCT_32) "," OCT_KEY("b", "HS256", OCT_31)),
         "/keys/1", "this length"},
    };

    REFUSE_EACH(rows, NULL);
}

Test(jose_keys, refuses_keys_that_may_be_several_things)
{
    static const struct broken rows[] = {
        {OCT32("\"kid\":\"a\""), "", "say which"},
        {RSA(RSA_N, RSA_E, ""), "", "say which"},
        {RSA(RSA_N, RSA_E, ",\"use\":\"sig\""), "", "say which"},
        {EC256(""), "", "say which"},
        {EC256(",\"use\":\"enc\""), "", "say which"},
        {OCT32("\"use\":\"enc\""), "", "say which"},
    };
    static const struct broken also[] = {
        {OCT32("\"use\":\"enc\""), "", "say which"},
        {OCT("\"k\":\"" OCT_16 "\""), "", "say which"},
    };
    postern_key_facts facts;

    REFUSE_EACH(rows, NULL);
    postern_key_facts_init(&facts);
    facts.algs_if_untold = UINT32_MAX;
    REFUSE_EACH(also, &facts);
}

Test(jose_keys, refuses_what_contradicts_the_facts)
{
    static const struct broken hs[] = {
        {OCT32("\"alg\":\"HS256\""), "/alg", "another algorithm is configured"},
        {EC256(",\"kid\":\"a\""), "", "keys of its type"},
        {OCT("\"k\":\"" OCT_16 "\""), "", "this length"},
    };
    static const struct broken kid[] = {
        {OCT_KEY("b", "HS256", OCT_32), "", "another kid is configured"},
        {SET(OCT32("\"alg\":\"HS256\"") "," OCT32("\"alg\":\"HS256\"")),
         "/keys/1", "same kid"},
    };
    static const struct broken encs[] = {
        {OCT_KEY("a", "dir", OCT_32), "", "content encryptions"},
    };
    static const struct broken untold[] = {
        {OCT32("\"kid\":\"a\""), "", "none of the algorithms"},
    };
    postern_key_facts facts;

    postern_key_facts_init(&facts);
    facts.alg = POSTERN_ALG_HS512;
    REFUSE_EACH(hs, &facts);
    postern_key_facts_init(&facts);
    facts.kid = PST_STR("a");
    REFUSE_EACH(kid, &facts);
    postern_key_facts_init(&facts);
    facts.encs = 1u << POSTERN_ENC_A128GCM;
    REFUSE_EACH(encs, &facts);
    postern_key_facts_init(&facts);
    facts.algs_if_untold = 1u << POSTERN_ALG_ES256;
    REFUSE_EACH(untold, &facts);
}

/* [KEY-02] [KEY-03] */
Test(jose_keys, refuses_suids_of_another_use)
{
    static const struct {
        postern_suid suid;
        const char *text;
        const char *message; /* NULL: it is taken */
    } rows[] = {
        {15, OCT_KEY("a", "HS256", OCT_32), NULL},
        {25, OCT_KEY("a", "HS256", OCT_32), NULL},
        {35, OCT_KEY("a", "HS256", OCT_32), NULL},
        {45, EC256_PUBLIC("a", SIG("ES256")), NULL},
        {14, OCT_KEY("a", "HS256", OCT_32), "another use"},
        {15, OCT_KEY("a", "dir", OCT_32), "another use"},
        {14, OCT_KEY("a", "dir", OCT_32), NULL},
        {24, OCT_KEY("a", "A256KW", OCT_32), NULL},
        {44, EC256_PUBLIC("a", ENC("ECDH-ES+A128KW")), NULL},
        {44, EC256_PUBLIC("a", SIG("ES256")), "another use"},
        {45, EC256_PUBLIC("a", ENC("ECDH-ES+A128KW")), "another use"},
        {13, OCT_KEY("a", "dir", OCT_32), NULL},
        {13, OCT_KEY("a", "A256KW", OCT_32), "another use"},
        {13, OCT_KEY("13-a", "dir", OCT_32), NULL},
        {14, OCT_KEY("13-a", "dir", OCT_32), "than the Credential-ID"},
        {13, OCT_KEY("14-a", "dir", OCT_32), "than the Credential-ID"},
        {12, OCT_KEY("a", "HS256", OCT_32), "not for tokens"},
        {40, EC256_PUBLIC("a", SIG("ES256")), "not for tokens"},
        {99, OCT_KEY("a", "HS256", OCT_32), "not for tokens"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_keys *keys = new_keys();
        postern_key_facts facts;
        postern_diag diag;
        postern_status status;

        postern_key_facts_init(&facts);
        facts.suid = rows[i].suid;
        status = postern_keys_add_jwks(keys, postern_str_of(rows[i].text),
                                       &facts, &diag);
        cr_expect_eq(status, rows[i].message ? POSTERN_ERR_POLICY : POSTERN_OK,
                     "%zu: %s", i, diag.message);
        cr_expect(!rows[i].message || strstr(diag.message, rows[i].message),
                  "%zu: %s", i, diag.message);
        postern_keys_free(keys);
    }
}

Test(jose_keys, says_in_which_line_a_refusal_is)
{
    postern_keys *keys = new_keys();
    postern_diag diag;

    cr_assert_eq(postern_keys_add_jwks(keys,
                                       PST_STR("{\"keys\":[\n"
                                               "  {\"kty\":\"oct\",\n"
                                               "   \"k\":\"AB\"}]}"),
                                       NULL, &diag),
                 POSTERN_ERR_POLICY);
    cr_assert_str_eq(diag.path, "/keys/0/k");
    cr_assert_eq(diag.line, 3);
    cr_assert_eq(diag.column, 8);
    postern_keys_free(keys);
}

/* [KEY-08] */
Test(jose_keys, never_shows_a_secret_in_a_refusal)
{
    static const char *const texts[] = {
        OCT("\"alg\":\"HS512\",\"k\":\"" OCT_32 "\""),
        OCT("\"alg\":\"" OCT_32 "\",\"k\":\"" OCT_32 "\""),
        OCT("\"use\":\"" OCT_32 "\",\"k\":\"" OCT_32 "\""),
        EC256(",\"d\":\"" OCT_32 "\""),
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        postern_keys *keys = new_keys();
        postern_diag diag;

        cr_assert_eq(
            postern_keys_add_jwks(keys, postern_str_of(texts[i]), NULL, &diag),
            POSTERN_ERR_POLICY);
        cr_expect_not(strstr(diag.message, OCT_32));
        cr_expect_not(strstr(diag.path, OCT_32));
        postern_keys_free(keys);
    }
}

/* ---- taken ------------------------------------------------------------- */

Test(jose_keys, takes_what_is_next_to_a_refusal)
{
    static const char *const texts[] = {
        RSA(NEARLY_ROCA_N, "AQAB", ",\"alg\":\"RS256\""),
        RSA(RSA_N, "Aw", ",\"alg\":\"RS256\""),
        RSA_WITH(RSA_D, RSA_P, RSA_Q, RSA_DP),
        EC("P-256", SMALL_X, SMALL_Y, ",\"alg\":\"ES256\""),
        OCT_KEY("16-a", "HS256", OCT_32),
        OCT_KEY("160-a", "HS256", OCT_32),
        OCT_KEY("2024-01-01", "HS256", OCT_32),
        OCT_KEY("1-a", "HS256", OCT_32),
        OCT_KEY("a", "HS256", OCT_33),
        OCT32("\"alg\":\"HS256\",\"x5c\":[],\"anything\":{\"else\":1}"),
        SET(OCT32("\"alg\":\"HS256\"")),
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        postern_keys *keys = new_keys();

        add(keys, texts[i], NULL);
        postern_keys_free(keys);
    }
}

/* [ESD-11] */
Test(jose_keys, knows_what_each_key_may_be_used_for)
{
    static const struct {
        const char *text;
        uint32_t permitted; /* algs_if_untold */
        uint32_t algs;
        uint32_t encs;
    } rows[] = {
#define ALG(name) (1u << POSTERN_ALG_##name)
#define ALL 0xEu
        {OCT_KEY("a", "HS256", OCT_64), 0, ALG(HS256), ALL},
        {OCT_KEY("a", "A128GCM", OCT_16), 0, ALG(DIR), 2},
        {OCT_KEY("a", "dir", OCT_24), 0, ALG(DIR), 4},
        {OCT_KEY("a", "A256KW", OCT_32), 0, ALG(A256KW), ALL},
        {EC256(",\"use\":\"sig\""), 0, ALG(ES256), ALL},
        {EC256(",\"kid\":\"52-x\""), 0, ALG(ES256), ALL},
        {OCT32("\"kid\":\"16-x\""), 0, ALG(HS256), ALL},
        {OCT32("\"kid\":\"15-x\""), 0, ALG(A256KW), ALL},
        {OCT32("\"kid\":\"14-x\""), 0, ALG(DIR), 8},
        {OCT32("\"key_ops\":[\"wrapKey\"]"), 0, ALG(A256KW), ALL},
        {RSA(RSA_N, RSA_E, ",\"use\":\"enc\""), 0, ALG(RSA_OAEP_256), ALL},
        {RSA(RSA_N, RSA_E, ""), UINT32_MAX,
         ALG(RS256) | ALG(RS384) | ALG(RS512), ALL},
        {RSA(RSA_N, RSA_E, ""), ALG(RSA_OAEP_256) | ALG(DIR), ALG(RSA_OAEP_256),
         ALL},
        {RSA(RSA_N, RSA_E, ""), ALG(RSA_OAEP_256) | ALG(RS512), ALG(RS512),
         ALL},
        {EC256(""), UINT32_MAX, ALG(ES256), ALL},
        {EC256(",\"use\":\"enc\""), UINT32_MAX,
         ALG(ECDH_ES_A128KW) | ALG(ECDH_ES_A192KW) | ALG(ECDH_ES_A256KW), ALL},
        {OCT32("\"kid\":\"a\""), UINT32_MAX, ALG(HS256), ALL},
        {OCT32("\"kid\":\"a\""), ALG(DIR), ALG(DIR), 8},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_keys *keys = new_keys();
        const struct pst_key *key;
        postern_key_facts facts;

        postern_key_facts_init(&facts);
        facts.algs_if_untold = rows[i].permitted;
        key = add(keys, rows[i].text, &facts);
        cr_expect_eq(key->algs, rows[i].algs, "%zu: %x", i, key->algs);
        cr_expect_eq(key->encs, rows[i].encs, "%zu: %x", i, key->encs);
        postern_keys_free(keys);
    }
}

static unsigned sides(const struct pst_key *key)
{
    unsigned bits = 0;

    for (unsigned use = PST_SIGN; use <= PST_DECRYPT; use++) {
        bits |= (unsigned)pst_key_may(key, (enum pst_key_use)use, false, 0)
                << use;
    }
    return bits;
}

Test(jose_keys, knows_which_side_a_key_serves)
{
    enum { SIGN = 1, VERIFY = 2, ENCRYPT = 4, DECRYPT = 8 };
    static const struct {
        const char *text;
        unsigned sides;
    } rows[] = {
        {OCT_KEY("a", "HS256", OCT_32), SIGN | VERIFY},
        {OCT_KEY("a", "A256KW", OCT_32), ENCRYPT | DECRYPT},
        {EC256_PUBLIC("a", SIG("ES256")), VERIFY},
        {EC256_PRIVATE("a", SIG("ES256")), SIGN | VERIFY},
        {RSA_PUBLIC("a", ENC("RSA-OAEP-256")), ENCRYPT},
        {RSA_PRIVATE("a", ENC("RSA-OAEP-256")), ENCRYPT | DECRYPT},
        {OCT32("\"alg\":\"HS256\",\"key_ops\":[\"verify\"]"), VERIFY},
        {OCT32("\"alg\":\"HS256\",\"key_ops\":[\"sign\"]"), SIGN},
        {OCT32("\"alg\":\"dir\",\"key_ops\":[\"decrypt\"]"), DECRYPT},
        {EC256_PRIVATE("a", ENC("ECDH-ES+A128KW") ",\"key_ops\":"
                                                  "[\"deriveKey\"]"),
         ENCRYPT | DECRYPT},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_keys *keys = new_keys();

        cr_expect_eq(sides(add(keys, rows[i].text, NULL)), rows[i].sides, "%zu",
                     i);
        postern_keys_free(keys);
    }
}

/* [KEY-04] */
Test(jose_keys, is_used_within_its_lifetime_and_no_second_longer)
{
    postern_keys *keys = new_keys();
    postern_key_facts facts;
    const struct pst_key *key;

    postern_key_facts_init(&facts);
    facts.not_before_s = 100;
    facts.expires_s = 200;
    key = add(keys, OCT_KEY("a", "HS256", OCT_32), &facts);
    cr_expect(pst_key_may(key, PST_SIGN, true, 100));
    cr_expect(pst_key_may(key, PST_SIGN, true, 199));
    cr_expect_not(pst_key_may(key, PST_SIGN, true, 99));
    cr_expect_not(pst_key_may(key, PST_SIGN, true, 200));
    cr_expect_not(pst_key_may(key, PST_SIGN, false, 150));
    postern_keys_free(keys);
}

#define OCT_WITH(rest)                                                         \
    "{\"kty\":\"oct\",\"kid\":\"a\",\"alg\":\"HS256\",\"k\":\"" OCT_32         \
    "\"," rest "}"

/* [KEY-02] [KEY-04] */
Test(jose_keys, reads_lifetime_and_suid_of_a_jwk)
{
    static const struct {
        const char *text;
        const char *path; /* NULL: it is taken */
    } rows[] = {
        {OCT_WITH("\"nbf\":100,\"exp\":200"), NULL},
        {OCT_WITH("\"nbf\":200,\"exp\":200"), "/exp"},
        {OCT_WITH("\"nbf\":9007199254740992,\"exp\":5"), "/exp"},
        {OCT_WITH("\"exp\":-1"), "/exp"},
        {OCT_WITH("\"exp\":\"200\""), "/exp"},
        {OCT_WITH("\"exp\":1.5"), "/exp"},
        {OCT_WITH("\"exp\":9007199254740993"), "/exp"},
        {OCT_WITH("\"nbf\":true"), "/nbf"},
        {OCT_WITH("\"nbf\":400"), "/nbf"}, /* configured until 300 */
        {OCT_WITH("\"suid\":15"), NULL},
        {OCT_WITH("\"suid\":14"), ""},
        {OCT_WITH("\"suid\":25"), "/suid"}, /* configured: 15 */
        {OCT_WITH("\"suid\":4294967311"), "/suid"},
        {OCT_WITH("\"suid\":\"15\""), "/suid"},
        {OCT_WITH("\"suid\":0"), "/suid"},
    };
    const struct pst_key *key;
    postern_keys *keys = new_keys();
    postern_key_facts facts;
    postern_diag diag;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_keys *each = new_keys();
        postern_status status;

        postern_key_facts_init(&facts);
        facts.expires_s = 300;
        facts.suid = rows[i].path && strcmp(rows[i].path, "") == 0 ? 0 : 15;
        status = postern_keys_add_jwks(each, postern_str_of(rows[i].text),
                                       &facts, &diag);
        cr_expect_eq(status, rows[i].path ? POSTERN_ERR_POLICY : POSTERN_OK,
                     "%s", rows[i].text);
        cr_expect(!rows[i].path || strcmp(diag.path, rows[i].path) == 0,
                  "%s: %s", rows[i].text, diag.path);
        postern_keys_free(each);
    }
    postern_key_facts_init(&facts);
    facts.not_before_s = 50;
    facts.expires_s = 150;
    key = add(keys, OCT_WITH("\"nbf\":100,\"exp\":200,\"suid\":15"), &facts);
    cr_expect(pst_key_may(key, PST_SIGN, true, 100));
    cr_expect(pst_key_may(key, PST_SIGN, true, 149));
    cr_expect_not(pst_key_may(key, PST_SIGN, true, 99));
    cr_expect_not(pst_key_may(key, PST_SIGN, true, 150));
    cr_expect_eq(key->suid, 15);
    postern_keys_free(keys);
}

Test(jose_keys, refuses_a_lifetime_that_ends_before_it_begins)
{
    postern_keys *keys = new_keys();
    postern_key_facts facts;

    postern_key_facts_init(&facts);
    facts.not_before_s = 200;
    facts.expires_s = 200;
    cr_expect_eq(postern_keys_add_jwks(keys,
                                       PST_STR(OCT_KEY("a", "HS256", OCT_32)),
                                       &facts, NULL),
                 POSTERN_ERR_POLICY);
    facts.expires_s = 201;
    add(keys, OCT_KEY("a", "HS256", OCT_32), &facts);
    postern_keys_free(keys);
}

/* ---- the set ----------------------------------------------------------- */

Test(jose_keys, finds_by_the_exact_name_and_by_being_alone)
{
    postern_keys *keys = new_keys();

    cr_expect_null(pst_keys_find(keys, PST_STR("a")));
    cr_expect_null(pst_keys_find(keys, (postern_str){NULL, 0}));
    add(keys, OCT_KEY("a", "HS256", OCT_32), NULL);
    cr_expect_eq(pst_keys_find(keys, PST_STR("a")), &keys->keys[0]);
    cr_expect_eq(pst_keys_find(keys, (postern_str){NULL, 0}), &keys->keys[0]);
    cr_expect_null(pst_keys_find(keys, PST_STR("A")));
    cr_expect_null(pst_keys_find(keys, PST_STR("a ")));
    cr_expect_null(pst_keys_find(keys, (postern_str){"a\0", 2}));
    cr_expect_null(pst_keys_find(keys, PST_STR("")));
    add(keys, OCT_KEY("b", "HS256", OCT_32), NULL);
    cr_expect_eq(pst_keys_find(keys, PST_STR("b")), &keys->keys[1]);
    cr_expect_null(pst_keys_find(keys, (postern_str){NULL, 0}));
    postern_keys_free(keys);
}

Test(jose_keys, finds_each_of_many)
{
    enum { MANY = 1000 };
    postern_keys *keys = new_keys();
    char text[256];

    for (int i = 0; i < MANY; i++) {
        snprintf(text, sizeof text, OCT_KEY("key%d", "HS256", OCT_32), i);
        add(keys, text, NULL);
    }
    for (int i = 0; i < MANY; i++) {
        snprintf(text, sizeof text, "key%d", i);
        cr_assert_eq(pst_keys_find(keys, postern_str_of(text)), &keys->keys[i]);
    }
    cr_expect_null(pst_keys_find(keys, PST_STR("key1000")));
    cr_expect_eq(postern_keys_count(keys), MANY);
    postern_keys_free(keys);
}

Test(jose_keys, refuses_a_kid_that_an_earlier_call_added)
{
    postern_keys *keys = new_keys();
    postern_diag diag;

    add(keys, OCT_KEY("a", "HS256", OCT_32), NULL);
    cr_expect_eq(postern_keys_add_jwks(
                     keys,
                     PST_STR(SET(OCT_KEY("b", "HS256", OCT_32) "," OCT_KEY(
                         "a", "HS256", OCT_32))),
                     NULL, &diag),
                 POSTERN_ERR_POLICY);
    cr_expect_str_eq(diag.path, "/keys/1");
    cr_expect_eq(postern_keys_count(keys), 1, "all or none");
    cr_expect_null(pst_keys_find(keys, PST_STR("b")));
    cr_expect_not_null(pst_keys_find(keys, PST_STR("a")));
    cr_expect_eq(postern_keys_add_jwks(
                     keys, PST_STR(OCT32("\"alg\":\"HS256\"")), NULL, &diag),
                 POSTERN_ERR_POLICY, "without a name beside one with a name");
    postern_keys_free(keys);
}

Test(jose_keys, gives_each_key_a_number_of_its_own)
{
    postern_keys *keys = new_keys();

    add(keys, OCT_KEY("a", "HS256", OCT_32), NULL);
    add(keys, OCT_KEY("b", "HS256", OCT_32), NULL);
    cr_expect_neq(keys->keys[0].id, keys->keys[1].id);
    postern_keys_free(keys);
}

Test(jose_keys, counts_seals_and_never_more_than_two_to_the_32)
{
    static const struct {
        uint64_t given, left;
    } rows[] = {{0, (uint64_t)1 << 32},
                {7, 7},
                {(uint64_t)1 << 32, (uint64_t)1 << 32},
                {UINT64_MAX, (uint64_t)1 << 32}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_keys *keys = new_keys();
        postern_key_facts facts;

        postern_key_facts_init(&facts);
        facts.max_seals = rows[i].given;
        cr_expect_eq(
            atomic_load(
                add(keys, OCT_KEY("a", "dir", OCT_32), &facts)->seals_left),
            rows[i].left);
        postern_keys_free(keys);
    }
}

Test(jose_keys, refuses_facts_of_a_newer_release)
{
    struct {
        postern_key_facts facts;
        uint64_t more;
    } newer;
    postern_keys *keys = new_keys();

    postern_key_facts_init_sized(&newer.facts, sizeof newer);
    newer.more = 1;
    cr_expect_eq(postern_keys_add_jwks(keys,
                                       PST_STR(OCT_KEY("a", "HS256", OCT_32)),
                                       &newer.facts, NULL),
                 POSTERN_ERR_ARGUMENT);
    newer.more = 0;
    add(keys, OCT_KEY("a", "HS256", OCT_32), &newer.facts);
    postern_keys_free(keys);
}
