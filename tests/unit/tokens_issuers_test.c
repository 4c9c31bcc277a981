/* Documents that say whose tokens count. [JWT-10] [JWT-15] [TOK-15] */
#include "support/faulty.h"
#include "support/token_world.h"
#include "tokens/issuers.h"

static const char yaml[] =
    "# whom to believe\n"
    "token_issuers:\n"
    "  //sp.example/das-cse:\n"
    "    algs: [ES256]\n"
    "    keys:\n"
    "      - kty: EC\n"
    "        kid: 51-a\n"
    "        crv: P-256\n"
    "        x: " P256_X "\n"
    "        y: " P256_Y "\n"
    "  //sp.example/mac-cse:\n"
    "    algs: HS256\n"
    "    classes: signed\n"
    "    leeway: 60\n"
    "    versions: ['2', '1.0']\n"
    "    role_domains: []\n"
    "    keys: {kty: oct, kid: 16-m, k: " OCT_32 "}\n"
    "decryption_keys:\n"
    "  - {kty: oct, kid: 15-k, alg: A256KW, k: " OCT_32_OTHER "}\n"
    "revoked_tokens: [t2@x.example, t1@x.example]\n"
    "role_issuers: [/auth-cse]\n"
    "credentials: []\n";

static postern_cse cse_of_tests(void)
{
    postern_cse cse;

    cr_assert_eq(
        postern_cse_init(&cse, PST_STR("//sp.example"), PST_STR("/plant-cse")),
        POSTERN_OK);
    return cse;
}

static const struct pst_issuer *named(const postern_issuers *issuers,
                                      postern_str id)
{
    for (size_t i = 0; i < issuers->issuer_count; i++) {
        if (pst_str_equal(issuers->issuers[i].id, id)) {
            return &issuers->issuers[i];
        }
    }
    return NULL;
}

Test(token_issuers, are_read_from_yaml)
{
    postern_cse cse = cse_of_tests();
    postern_issuers *issuers = token_issuers(yaml, &cse);
    const struct pst_issuer *das =
        named(issuers, PST_STR("//sp.example/das-cse"));
    const struct pst_issuer *mac =
        named(issuers, PST_STR("//sp.example/mac-cse"));
    const struct pst_key *key = pst_keys_find(issuers->keys, PST_STR("51-a"));

    cr_expect_eq(postern_issuers_count(issuers), 2);
    cr_expect_null(named(issuers, PST_STR("//sp.example/das")));
    cr_expect_null(named(issuers, PST_STR("//SP.example/das-cse")));
    cr_assert(das && mac && key);
    cr_expect_eq(das->kinds,
                 1u << POSTERN_JOSE_JWS | 1u << POSTERN_JOSE_NESTED);
    cr_expect_eq(das->leeway_s, 0);
    cr_expect_not(das->may_grant_privileges);
    cr_expect_not(das->require_audience);
    cr_expect_eq(das->versions.count, 2);
    cr_expect(pst_str_is(das->role_domains.items[0], "sp.example"));
    cr_expect_eq(key->algs, 1u << POSTERN_ALG_ES256, "what alg did not say");
    cr_expect_eq(pst_issuer_of(issuers, key), das);
    cr_expect_eq(mac->kinds, 1u << POSTERN_JOSE_JWS);
    cr_expect_eq(mac->leeway_s, 60);
    cr_expect_eq(mac->role_domains.count, 0);
    cr_expect_null(
        pst_issuer_of(issuers, pst_keys_find(issuers->keys, PST_STR("15-k"))));
    cr_expect(pst_is_revoked(issuers, PST_STR("t1@x.example")));
    cr_expect(pst_is_revoked(issuers, PST_STR("t2@x.example")));
    cr_expect_not(pst_is_revoked(issuers, PST_STR("t3@x.example")));
    cr_expect_neq(issuers->generation, 0);
    postern_issuers_free(issuers);
}

Test(token_issuers, never_have_the_same_generation)
{
    postern_cse cse = cse_of_tests();
    postern_issuers *a = token_issuers(yaml, &cse);
    postern_issuers *b = token_issuers(yaml, &cse);

    cr_expect_neq(a->generation, b->generation);
    postern_issuers_free(a);
    postern_issuers_free(b);
}

/* ---- what is refused, and where -------------------------------------------
 */

#define KEY EC256_PUBLIC("51-a", SIG("ES256"))
#define ONE(rest)                                                              \
    "{\"token_issuers\":{\"" DAS "\":{\"algs\":[\"ES256\"],\"keys\":[" KEY     \
    "]" rest "}}}"
#define KEYS(algs, keys)                                                       \
    "{\"token_issuers\":{\"" DAS "\":{\"algs\":[" algs "],\"keys\":[" keys     \
    "]}}}"
#define PATH "/token_issuers/~1~1sp.example~1das-cse"

struct row {
    const char *name;
    const char *text;
    const char *path;
    const char *message; /* a part of it */
};

static void refuses_all(const struct row *rows, size_t count,
                        postern_status status)
{
    postern_cse cse = cse_of_tests();
    postern_issuers_options options;

    postern_issuers_options_init(&options);
    options.cse = &cse;
    options.source = "issuers.json";
    for (size_t i = 0; i < count; i++) {
        postern_issuers *issuers = (postern_issuers *)&options;
        postern_diag diag = {.status = POSTERN_OK};
        postern_status got = postern_issuers_load(
            &issuers, postern_str_of(rows[i].text), &options, &diag);

        cr_expect_eq(got, status, "%s: %s: %s", rows[i].name,
                     postern_status_name(got), diag.message);
        cr_expect_null(issuers, "%s", rows[i].name);
        cr_expect_str_eq(diag.path, rows[i].path, "%s: %s", rows[i].name,
                         diag.path);
        cr_expect(strstr(diag.message, rows[i].message), "%s: %s", rows[i].name,
                  diag.message);
        cr_expect_str_eq(diag.source, "issuers.json", "%s", rows[i].name);
        cr_expect(diag.line > 0 && diag.column > 0, "%s", rows[i].name);
        if (got == POSTERN_OK) {
            postern_issuers_free(issuers);
        }
    }
}

#define REFUSES_ALL(rows)                                                      \
    refuses_all((rows), sizeof(rows) / sizeof *(rows), POSTERN_ERR_POLICY)

static const struct row wrong_members[] = {
    {"not an object", "[]", "", "object"},
    {"issuers a list", "{\"token_issuers\":[]}", "/token_issuers", "object"},
    {"a misspelt list of issuers", "{\"token_issuer\":{}}", "/token_issuer",
     "not known"},
    {"a misspelt list of the revoked", "{\"revoked_token\":[]}",
     "/revoked_token", "not known"},
    {"misspelt keys", "{\"decrypt_keys\":[]}", "/decrypt_keys", "not known"},
    {"a relative ID", "{\"token_issuers\":{\"/das\":{}}}",
     "/token_issuers/~1das", "absolute"},
    {"a pattern", "{\"token_issuers\":{\"//a.example/*\":{}}}",
     "/token_issuers/~1~1a.example~1*", "absolute"},
    {"a domain", "{\"token_issuers\":{\"//a.example\":{}}}",
     "/token_issuers/~1~1a.example", "absolute"},
    {"a text", "{\"token_issuers\":{\"" DAS "\":\"x\"}}", PATH, "object"},
    {"no algs", "{\"token_issuers\":{\"" DAS "\":{\"keys\":[" KEY "]}}}", PATH,
     "needs algs"},
    {"algs empty", KEYS("", KEY), PATH "/algs", "algorithms"},
    {"alg none [JWT-05]", KEYS("\"none\"", KEY), PATH "/algs/0", "algorithms"},
    {"an unknown alg [JWT-09]", KEYS("\"ES256\",\"EdDSA\"", KEY),
     PATH "/algs/1", "algorithms"},
    {"alg in lower case", KEYS("\"es256\"", KEY), PATH "/algs/0", "algorithms"},
    {"alg a number", KEYS("7", KEY), PATH "/algs/0", "algorithms"},
    {"no keys", "{\"token_issuers\":{\"" DAS "\":{\"algs\":[\"ES256\"]}}}",
     PATH, "needs keys"},
    {"a list of no keys", KEYS("\"ES256\"", ""), PATH, "needs keys"},
    {"keys a text",
     "{\"token_issuers\":{\"" DAS "\":{\"algs\":[\"ES256\"],\"keys\":"
     "\"x\"}}}",
     PATH "/keys", "JWK"},
    {"a member that is not known", ONE(",\"audience\":true"), PATH "/audience",
     "no member"},
    {"a misspelt limit", ONE(",\"resource\":[\"x\"]"), PATH "/resource",
     "no member"},
    {"a class that is none", ONE(",\"classes\":[\"unsecured\"]"),
     PATH "/classes/0", "signed"},
    {"no class", ONE(",\"classes\":[]"), PATH "/classes", "signed"},
    {"an enc that is none", ONE(",\"encs\":[\"A128CBC-HS256\"]"),
     PATH "/encs/0", "A128GCM"},
    {"a flag that is a text", ONE(",\"may_grant_privileges\":\"yes\""),
     PATH "/may_grant_privileges", "true or false"},
    {"a flag that is a number", ONE(",\"require_audience\":1"),
     PATH "/require_audience", "true or false"},
    {"a leeway of an hour", ONE(",\"leeway\":3600"), PATH "/leeway", "0 to 60"},
    {"a leeway below zero", ONE(",\"leeway\":-1"), PATH "/leeway", "0 to 60"},
    {"a leeway with a part", ONE(",\"leeway\":1.5"), PATH "/leeway", "0 to 60"},
    {"no version", ONE(",\"versions\":[]"), PATH "/versions", "version"},
    {"a version that is a number", ONE(",\"versions\":[1.0]"),
     PATH "/versions/0", "texts"},
    {"a domain with a slash", ONE(",\"role_domains\":[\"//a.example\"]"),
     PATH "/role_domains/0", "domain"},
    {"a domain that is a pattern", ONE(",\"role_domains\":[\"*.example\"]"),
     PATH "/role_domains/0", "domain"},
    {"a domain of tokens that is none", ONE(",\"token_domains\":[\"\"]"),
     PATH "/token_domains/0", "domain"},
    {"a resource that is a pattern", ONE(",\"resources\":[\"base/*\"]"),
     PATH "/resources", "wildcards"},
    {"a tokenID that is none", "{\"revoked_tokens\":[\"t1\"]}",
     "/revoked_tokens/0", "tokenIDs"},
    {"a tokenID in upper case", "{\"revoked_tokens\":[\"t1@X.example\"]}",
     "/revoked_tokens/0", "tokenIDs"},
    {"the revoked as a text", "{\"revoked_tokens\":\"t1@x.example\"}",
     "/revoked_tokens", "list"},
    {"a file that nobody can read", ONE(",\"key_files\":[\"a.pem\"]"),
     PATH "/key_files/0", "files"},
    {"a file without a name", ONE(",\"key_files\":[{\"kid\":\"x\"}]"),
     PATH "/key_files/0", "name"},
    {"a file with a member too many",
     ONE(",\"key_files\":[{\"file\":\"x\",\"use\":\"sig\"}]"),
     PATH "/key_files/0/use", "file, kid and alg"},
};

Test(token_issuers, are_refused_where_a_member_is_wrong)
{
    REFUSES_ALL(wrong_members);
}

/* [JWT-14] [JWT-15] [JWT-20] */
Test(token_issuers, are_refused_where_a_key_is_wrong)
{
    static const struct row rows[] = {
        {"an alg that the issuer may not use", KEYS("\"ES384\"", KEY),
         PATH "/keys/0", "not among the algs"},
        {"a secret that fits two of its algs",
         KEYS("\"HS256\",\"HS384\"",
              "{\"kty\":\"oct\",\"kid\":\"k\",\"k\":\"" OCT_48 "\"}"),
         PATH "/keys/0", "which"},
        {"an RSA key that fits two of its algs",
         KEYS("\"RS256\",\"RS512\"", RSA_PUBLIC("k", "\"use\":\"sig\"")),
         PATH "/keys/0", "which"},
        {"a public key to encrypt by [JWT-20]",
         KEYS("\"RSA-OAEP-256\"", RSA_PUBLIC("k", ENC("RSA-OAEP-256"))),
         PATH "/keys/0", "public key"},
        {"a key of no name",
         KEYS("\"ES256\"",
              "{\"kty\":\"EC\",\"alg\":\"ES256\",\"crv\":"
              "\"P-256\",\"x\":\"" P256_X "\",\"y\":\"" P256_Y "\"}"),
         PATH "/keys/0", "kid"},
        {"a point that is not on the curve",
         KEYS("\"ES256\"",
              EC_PUBLIC("k", SIG("ES256"), "P-256", P256_Y, P256_X)),
         PATH "/keys/0", ""},
        {"one kid twice", KEYS("\"ES256\"", KEY "," KEY), PATH "/keys/1", ""},
        {"one kid of two issuers",
         "{\"token_issuers\":{\"//a.example/a\":{\"algs\":[\"ES256\"],"
         "\"keys\":[" KEY "]},\"//a.example/b\":{\"algs\":[\"ES384\"],"
         "\"keys\":[" EC384_PUBLIC("51-a", SIG("ES384")) "]}}}",
         "/token_issuers/~1~1a.example~1b/keys/0", ""},
        {"one secret of two issuers",
         "{\"token_issuers\":{\"//a.example/a\":{\"algs\":[\"HS256\"],"
         "\"keys\":[" OCT_KEY("16-a", "HS256",
                              OCT_32) "]},\"//a.example/b\":{"
                                      "\"algs\":[\"HS256\"],\"keys\":[" OCT_KEY(
                                          "16-b", "HS256", OCT_32) "]}}}",
         "", "another owner"},
        {"the secret of an issuer for us",
         "{\"token_issuers\":{\"//a.example/a\":{\"algs\":[\"A256KW\"],"
         "\"keys\":[" OCT_KEY("15-a", "A256KW",
                              OCT_32) "]}},"
                                      "\"decryption_keys\":[" OCT_KEY(
                                          "15-b", "A256KW", OCT_32) "]}",
         "", "another owner"},
        {"a key of ours that signs",
         "{\"decryption_keys\":[" EC256_PRIVATE("51-x", SIG("ES256")) "]}",
         "/decryption_keys/0", "signatures"},
        {"a key of ours without its private part",
         "{\"decryption_keys\":[" EC256_PUBLIC("41-x",
                                               ENC("ECDH-ES+A128KW")) "]}",
         "/decryption_keys/0", "private"},
        {"a key of ours that does not say its alg",
         "{\"decryption_keys\":[" EC256_PRIVATE("41-x", AGREE) "]}",
         "/decryption_keys/0", "which"},
    };

    REFUSES_ALL(rows);
}

Test(token_issuers, are_read_where_each_secret_fits_one_algorithm)
{
    postern_cse cse = cse_of_tests();
    postern_issuers *issuers = token_issuers(
        KEYS("\"A128KW\",\"HS256\"",
             "{\"kty\":\"oct\",\"kid\":\"k\",\"k\":\"" OCT_16
             "\"},{\"kty\":\"oct\",\"kid\":\"m\",\"k\":\"" OCT_48 "\"}"),
        &cse);

    cr_expect_eq(pst_keys_find(issuers->keys, PST_STR("k"))->algs,
                 1u << POSTERN_ALG_A128KW);
    cr_expect_eq(pst_keys_find(issuers->keys, PST_STR("m"))->algs,
                 1u << POSTERN_ALG_HS256);
    postern_issuers_free(issuers);
}

Test(token_issuers, are_refused_where_the_text_is_wrong)
{
    static const struct row json[] = {
        {"no end", "{\"token_issuers\":{", "/token_issuers", ""},
        {"a member twice", "{\"revoked_tokens\":[],\"revoked_tokens\":[]}",
         "/revoked_tokens", ""},
    };
    static const struct row other[] = {
        {"an alias", "a: &x [1]\nb: *x\n", "/a", ""},
        {"nothing", "", "", ""},
    };

    refuses_all(json, sizeof json / sizeof *json, POSTERN_ERR_SYNTAX);
    refuses_all(other, sizeof other / sizeof *other, POSTERN_ERR_SYNTAX);
}

Test(token_issuers, say_the_line_of_what_is_wrong)
{
    static const char text[] = "token_issuers:\n"
                               "  //a.example/das:\n"
                               "    algs: [ES256]\n"
                               "    leeway: 61\n";
    postern_cse cse = cse_of_tests();
    postern_issuers_options options;
    postern_issuers *issuers;
    postern_diag diag;

    postern_issuers_options_init(&options);
    options.cse = &cse;
    cr_assert_eq(
        postern_issuers_load(&issuers, postern_str_of(text), &options, &diag),
        POSTERN_ERR_POLICY);
    cr_expect_eq(diag.line, 4);
    cr_expect_eq(diag.column, 13);
    options.cse = NULL;
    cr_expect_eq(
        postern_issuers_load(&issuers, postern_str_of(text), &options, &diag),
        POSTERN_ERR_ARGUMENT);
    cr_expect_eq(
        postern_issuers_load(&issuers, postern_str_of(text), NULL, &diag),
        POSTERN_ERR_ARGUMENT);
    postern_issuers_free(NULL);
}

/* ---- keys in files ----------------------------------------------------------
 */

static postern_status read_file(void *user, postern_str name, postern_str *text,
                                postern_diag *diag)
{
    static const char pem[] =
        "-----BEGIN PUBLIC KEY-----\n"
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZisiUt+lhtRj7VZkfhO3jpprstux\n"
        "yjvTc+pUiYMdzqnMXGRJ1Nn3kDYlCd16W7+mLpob4OTR/wEEVh4MSBs/sQ==\n"
        "-----END PUBLIC KEY-----\n";

    (void)user;
    if (pst_str_is(name, "das.pem")) {
        *text = PST_STR(pem);
    } else if (pst_str_is(name, "das.json")) {
        *text = PST_STR(KEY);
    } else {
        static const char message[] = "there is no such file";

        diag->status = POSTERN_ERR_IO;
        memcpy(diag->message, message, sizeof message);
        return POSTERN_ERR_IO;
    }
    return POSTERN_OK;
}

#define FILES(files)                                                           \
    "{\"token_issuers\":{\"" DAS                                               \
    "\":{\"algs\":[\"ES256\"],\"key_files\":" files "}}}"

Test(token_issuers, have_keys_in_files)
{
    static const struct {
        const char *text;
        postern_status status;
        const char *message;
    } rows[] = {
        {FILES("[\"das.json\"]"), POSTERN_OK, ""},
        {FILES("\"das.json\""), POSTERN_OK, ""},
        {FILES("[{\"file\":\"das.pem\",\"kid\":\"51-a\",\"alg\":\"ES256\"}]"),
         POSTERN_OK, ""},
        {FILES("[{\"file\":\"das.pem\",\"kid\":\"51-a\"}]"), POSTERN_OK, ""},
        {FILES("[\"das.pem\"]"), POSTERN_ERR_POLICY, "has no kid"},
        {FILES("[{\"file\":\"das.pem\",\"kid\":\"51-a\",\"alg\":\"ES384\"}]"),
         POSTERN_ERR_POLICY, "das.pem"},
        {FILES("[\"gone.json\"]"), POSTERN_ERR_IO, "no such file"},
    };
    postern_cse cse = cse_of_tests();
    postern_issuers_options options;

    postern_issuers_options_init(&options);
    options.cse = &cse;
    options.read_file = read_file;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_issuers *issuers;
        postern_diag diag;
        postern_status got = postern_issuers_load(
            &issuers, postern_str_of(rows[i].text), &options, &diag);

        cr_expect_eq(got, rows[i].status, "%zu: %s", i, diag.message);
        cr_expect(got == POSTERN_OK || strstr(diag.message, rows[i].message),
                  "%zu: %s", i, diag.message);
        if (got == POSTERN_OK) {
            cr_expect_not_null(pst_keys_find(issuers->keys, PST_STR("51-a")));
        }
        postern_issuers_free(issuers);
    }
}

/* Keys from elsewhere decrypt, and prove nobody whatever number they say. */
Test(token_issuers, believe_no_key_from_elsewhere)
{
    static const char *const ours[] = {
        OCT_KEY("15-e", "A256KW",
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"),
        NULL};
    struct token_world it = token_world(NULL);
    struct token_recipe nested = {POSTERN_JOSE_NESTED, "51-a", "15-e", 0};
    struct token_recipe sealed = {POSTERN_JOSE_JWE, NULL, "15-e", 0};
    postern_keys *elsewhere = jose_keys(ours);
    postern_issuers_options options;
    postern_token token;
    postern_diag diag;

    cr_assert_eq(pst_keys_find(elsewhere, PST_STR("15-e"))->owner, 0,
                 "the number of the first issuer");
    cr_assert_eq(
        postern_keys_add_jwks(it.makers, postern_str_of(ours[0]), NULL, &diag),
        POSTERN_OK);
    postern_issuers_free(it.issuers);
    postern_issuers_options_init(&options);
    options.cse = &it.cse;
    options.decryption_keys = elsewhere;
    cr_assert_eq(postern_issuers_load(
                     &it.issuers,
                     PST_STR("{\"token_issuers\":{\"" DAS "\":{\"algs\":["
                             "\"ES256\"],\"classes\":[\"signed\",\"nested\","
                             "\"encrypted\"],\"keys\":[" KEY "]}}}"),
                     &options, &diag),
                 POSTERN_OK, "%s", diag.message);
    cr_expect_eq(token_verify(&it,
                              token_seal(&it, &nested, PST_STR(CLAIMS(""))),
                              &token),
                 POSTERN_REFUSAL_NONE);
    cr_expect_eq(token_verify(&it,
                              token_seal(&it, &sealed, PST_STR(CLAIMS(""))),
                              &token),
                 POSTERN_REFUSAL_ALG_NOT_PERMITTED);
    token_world_end(&it);
    postern_keys_free(elsewhere);
}
