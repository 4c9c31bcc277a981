/* Tokens that are good, the neighbours that are not, and the order in which
 * they are asked. */
#include "support/file_text.h"
#include "support/token_world.h"

static postern_refusal verify_claims(struct token_world *it, const char *kid,
                                     const char *claims, postern_token *token)
{
    return token_verify(it, token_sign(it, kid, claims), token);
}

/* All ten fields. [TOK-01] */
Test(token_verify, accepts_a_signed_token_and_says_what_it_says)
{
    struct token_world it = token_world(NULL);
    postern_token token;

    cr_assert_eq(
        verify_claims(
            &it, "51-a",
            CLAIMS(
                ",\"aud\":[\"//sp.example/plant-cse\"],\"tknm\":\"n\\u0061\","
                "\"tkex\":\"x\",\"tkps\":{\"pm\":[{\"rids\":[\"op@auth."
                "example\"]}]}"),
            &token),
        POSTERN_REFUSAL_NONE);
    cr_expect_eq(token.kind, POSTERN_JOSE_JWS);
    cr_expect_eq(token.signature.alg, POSTERN_ALG_ES256);
    cr_expect(pst_str_is(token.signature.kid, "51-a"));
    cr_expect(pst_str_is(token.claims.version, "1.0.0"));
    cr_expect(pst_str_is(token.claims.token_id, "t1@das.example"));
    cr_expect(pst_str_is(token.claims.issuer, DAS));
    cr_expect(pst_str_is(token.claims.holder, TOKEN_HOLDER));
    cr_expect_eq(token.claims.not_before_s, 1893456000);
    cr_expect_eq(token.claims.not_after_s, 1924992000);
    cr_expect(pst_str_is(token.claims.name, "na"));
    cr_expect(pst_str_is(token.claims.extension, "x"));
    cr_expect_eq(token.claims.audience_count, 1);
    cr_expect_eq(token.claims.permission_count, 1);
    cr_expect_eq(token.claims.permissions[0].roles[0].kind, POSTERN_ID_ROLE);
    cr_expect_not(token.from_cache);
    cr_expect_null(token.local_id.data);
    token_world_end(&it);
}

static const struct {
    const char *name;
    struct token_recipe how;
    const char *claims;
    postern_refusal refusal;
} kinds[] = {
    {"MAC", {POSTERN_JOSE_JWS, "16-m", NULL, 0}, CLAIMS_OF(MAC, ""), 0},
    {"encrypted by the issuer's secret [JWT-20]",
     {POSTERN_JOSE_JWE, NULL, "15-s", POSTERN_ENC_A256GCM},
     CLAIMS_OF(SEALED, ""),
     0},
    {"by another encryption than it may use",
     {POSTERN_JOSE_JWE, NULL, "15-s", POSTERN_ENC_A128GCM},
     CLAIMS_OF(SEALED, ""),
     POSTERN_REFUSAL_ALG_NOT_PERMITTED},
    {"nested, ECDH", {POSTERN_JOSE_NESTED, "51-a", "41-e", 0}, CLAIMS(""), 0},
    {"nested, RSA", {POSTERN_JOSE_NESTED, "51-a", "41-r", 0}, CLAIMS(""), 0},
    {"nested, as the issuer says",
     {POSTERN_JOSE_NESTED, "51-n", "41-r", POSTERN_ENC_A128GCM},
     CLAIMS_OF(NESTER, ""),
     0},
    {"nested, by an algorithm that it does not name",
     {POSTERN_JOSE_NESTED, "51-n", "41-e", POSTERN_ENC_A128GCM},
     CLAIMS_OF(NESTER, ""),
     POSTERN_REFUSAL_ALG_NOT_PERMITTED},
    {"nested, by an encryption that it does not name",
     {POSTERN_JOSE_NESTED, "51-n", "41-r", POSTERN_ENC_A256GCM},
     CLAIMS_OF(NESTER, ""),
     POSTERN_REFUSAL_ALG_NOT_PERMITTED},
    {"signed by who may nest only",
     {POSTERN_JOSE_JWS, "51-n", NULL, 0},
     CLAIMS_OF(NESTER, ""),
     POSTERN_REFUSAL_ALG_NOT_PERMITTED},
    {"encrypted by our public key alone [JWT-20]",
     {POSTERN_JOSE_JWE, NULL, "41-e", 0},
     CLAIMS(""),
     POSTERN_REFUSAL_ALG_NOT_PERMITTED},
    {"the same by RSA",
     {POSTERN_JOSE_JWE, NULL, "41-r", 0},
     CLAIMS(""),
     POSTERN_REFUSAL_ALG_NOT_PERMITTED},
    {"encrypted by the secret of another issuer",
     {POSTERN_JOSE_JWE, NULL, "15-s", POSTERN_ENC_A256GCM},
     CLAIMS(""),
     POSTERN_REFUSAL_WRONG_ISSUER},
    {"nested in the secret of another issuer",
     {POSTERN_JOSE_NESTED, "51-a", "15-s", POSTERN_ENC_A256GCM},
     CLAIMS(""),
     POSTERN_REFUSAL_WRONG_ISSUER},
};

/* [JWT-12] */
Test(token_verify, accepts_each_kind_of_who_may_use_it)
{
    struct token_world it = token_world(NULL);

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        postern_token token;
        postern_str text =
            token_seal(&it, &kinds[i].how, postern_str_of(kinds[i].claims));

        cr_expect_eq(token_verify(&it, text, &token), kinds[i].refusal,
                     "%s: %s, not %s", kinds[i].name,
                     postern_refusal_word(token_verify(&it, text, &token)),
                     postern_refusal_word(kinds[i].refusal));
        cr_expect_eq(token.kind, kinds[i].refusal ? 0 : kinds[i].how.kind, "%s",
                     kinds[i].name);
    }
    token_world_end(&it);
}

/* The vector of the project, computed with another implementation. [JWT-02]
 * [JWT-03] [JWT-19] */
Test(token_verify, accepts_the_vector)
{
    static const char issuers[] =
        "{\"token_issuers\":{\"//das.example.com/Sdas\":{\"algs\":[\"HS256\"],"
        "\"may_grant_privileges\":true,\"keys\":["
        "{\"kty\":\"oct\",\"kid\":\"16-k1@das.example.com\",\"alg\":\"HS256\","
        "\"k\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"}]}}}";
    struct token_world it = token_world(NULL);
    size_t len;
    char *vectors = file_text(POSTERN_VECTORS "/jwt-vectors.json", &len);
    const char *jws;
    postern_str text;
    postern_token token;

    vectors[len] = '\0'; /* there is room behind it */
    jws = strstr(vectors, "\"jws\": \"");
    cr_assert(jws);
    jws += sizeof "\"jws\": \"" - 1;
    text = (postern_str){jws, strcspn(jws, "\"")};
    postern_issuers_free(it.issuers);
    cr_assert_eq(postern_cse_init(&it.cse, PST_STR("//sp.example.com"),
                                  PST_STR("/cse1")),
                 POSTERN_OK);
    it.issuers = token_issuers(issuers, &it.cse);
    postern_verifier_free(it.verifier);
    cr_assert_eq(postern_verifier_new(&it.verifier, &it.cse, NULL, NULL),
                 POSTERN_OK);
    cr_assert_eq(
        postern_id_parse_entity(&it.check.holder, &it.cse, PST_STR("C12")),
        POSTERN_OK);
    cr_assert_eq(token_verify(&it, text, &token), POSTERN_REFUSAL_NONE);
    cr_assert_eq(token.claims.permission_count, 2);
    cr_expect_not_null(token.claims.permissions[0].rules);
    cr_expect_null(token.claims.permissions[0].remark);
    cr_expect_eq(token.claims.permissions[1].roles[0].kind, POSTERN_ID_ROLE);
    it.check.time_s = 1893456000 - 1;
    cr_expect_eq(token_verify(&it, text, &token),
                 POSTERN_REFUSAL_NOT_YET_VALID);
    it.check.time_s = 1924992000;
    cr_expect_eq(token_verify(&it, text, &token), POSTERN_REFUSAL_EXPIRED);
    free(vectors);
    token_world_end(&it);
}

/* ---- optional claims and what issuers let by
 * --------------------------------- */

#define OTHERS(rest)                                                           \
    "{\"vr\":\"2\",\"tkid\":\"t1@das.example\",\"tkis\":\"" OTHER              \
    "\",\"tkhd\":\"" TOKEN_HOLDER "\"" rest "}"
#define TIMES_OF_TS_0004                                                       \
    ",\"tknb\":\"20300101T000000\",\"tkna\":\"20310101T000000\""
#define AUDIENCE ",\"tkau\":[\"//sp.example/plant-cse\"]"
#define PLAIN(nbf, exp, rest)                                                  \
    "{\"tkvr\":\"2\",\"jti\":\"t1@das.example\",\"iss\":\"" OTHER              \
    "\",\"azp\":\"" TOKEN_HOLDER "\",\"nbf\":" nbf ",\"exp\":" exp rest "}"
#define HERE ",\"aud\":[\"//sp.example/plant-cse\"]"

/* [JWT-03] [JWT-04] [JWT-17] [JWT-18] [JWT-22] [TOK-06] [TOK-07] [TOK-18] */
Test(token_verify, accepts_what_the_issuer_may_leave_out_or_say_otherwise)
{
    static const struct {
        const char *name;
        const char *kid;
        const char *claims;
    } rows[] = {
        {"no audience [IDA-19]", "51-a", CLAIMS("")},
        {"vr for tkvr", "51-a",
         "{\"vr\":\"1.0\",\"jti\":\"t1@das.example\",\"iss\":\"" DAS
         "\",\"azp\":\"" TOKEN_HOLDER "\"," TIMES "}"},
        {"both, and the same", "51-a", CLAIMS(",\"vr\":\"1.0.0\"")},
        {"claims that nobody knows", "51-a",
         CLAIMS(",\"iat\":\"x\",\"sub\":7,\"tkid\":null,\"x\":[{}]")},
        {"no permission", "51-a", CLAIMS(",\"tkps\":{}")},
        {"an audience by a pattern", "51-a",
         CLAIMS(",\"aud\":[\"\",\"//sp.example/*-cse\"]")},
        {"another case of the holder's domain", "51-a",
         "{\"tkvr\":\"1.0\",\"jti\":\"t1@das.example\",\"iss\":\"" DAS
         "\",\"azp\":\"//SP.example/plant-cse/Cpump7\"," TIMES "}"},
        {"from this second on", "51-a",
         "{\"tkvr\":\"1.0\",\"jti\":\"t1@das.example\",\"iss\":\"" DAS
         "\",\"azp\":\"" TOKEN_HOLDER
         "\",\"nbf\":1899999999.5,\"exp\":1900000001.1}"},
        {"the names of TS-0004", "51-o", OTHERS(TIMES_OF_TS_0004 AUDIENCE)},
        {"an audience that is a text", "51-o",
         PLAIN("1893456000", "1924992000",
               ",\"aud\":\"//sp.example/plant-cse\"")},
        {"any audience", "51-o",
         PLAIN("1893456000", "1924992000", ",\"aud\":[\"*\"]")},
        {"too early by less than the leeway", "51-o",
         PLAIN("1900000005", "1924992000", HERE)},
        {"too late by less than the leeway", "51-o",
         PLAIN("1893456000", "1899999996", HERE)},
    };
    struct token_world it = token_world(NULL);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_token token;
        postern_refusal got =
            verify_claims(&it, rows[i].kid, rows[i].claims, &token);

        cr_expect_eq(got, POSTERN_REFUSAL_NONE, "%s: %s", rows[i].name,
                     postern_refusal_word(got));
    }
    cr_expect_eq(verify_claims(&it, "51-o",
                               PLAIN("1900000006", "1924992000", HERE),
                               &(postern_token){.kind = 0}),
                 POSTERN_REFUSAL_NOT_YET_VALID);
    cr_expect_eq(verify_claims(&it, "51-o",
                               PLAIN("1893456000", "1899999995", HERE),
                               &(postern_token){.kind = 0}),
                 POSTERN_REFUSAL_EXPIRED);
    token_world_end(&it);
}

/* ---- the order
 * --------------------------------------------------------------- */

/* Each token has every defect of the rows below its own. [JWT-12] */
Test(token_verify, asks_in_the_order_of_the_standard)
{
#define BAD(vr, iss, aud, azp, nbf, exp)                                       \
    "{\"tkvr\":" vr ",\"jti\":\"t7@das.example\",\"iss\":\"" iss               \
    "\",\"azp\":\"//sp.example/plant-cse/" azp "\",\"nbf\":" nbf               \
    ",\"exp\":" exp ",\"aud\":[\"//sp.example/" aud "\"]}"
    static const struct {
        const char *claims;
        postern_refusal refusal;
    } rows[] = {
        {BAD("7", MAC, "x", "Cx", "1900000001", "1900000002"),
         POSTERN_REFUSAL_BAD_CLAIMS},
        {BAD("\"9\"", MAC, "x", "Cx", "1900000001", "1900000002"),
         POSTERN_REFUSAL_BAD_CLAIMS},
        {BAD("\"1.0\"", MAC, "x", "Cx", "1900000001", "1900000002"),
         POSTERN_REFUSAL_WRONG_ISSUER},
        {BAD("\"1.0\"", DAS, "x", "Cx", "1900000001", "1900000002"),
         POSTERN_REFUSAL_WRONG_AUDIENCE},
        {BAD("\"1.0\"", DAS, "plant-cse", "Cx", "1900000001", "1900000002"),
         POSTERN_REFUSAL_WRONG_HOLDER},
        {BAD("\"1.0\"", DAS, "plant-cse", "Cpump7", "1900000001", "1900000002"),
         POSTERN_REFUSAL_NOT_YET_VALID},
        {BAD("\"1.0\"", DAS, "plant-cse", "Cpump7", "1", "1900000000"),
         POSTERN_REFUSAL_EXPIRED},
        {BAD("\"1.0\"", DAS, "plant-cse", "Cpump7", "1", "1900000001"),
         POSTERN_REFUSAL_TOKEN_NOT_FOUND},
    };
#undef BAD
    struct token_world it = token_world(NULL);
    struct token_recipe nested = {POSTERN_JOSE_NESTED, "51-a", "41-e", 0};

    it.check.token_id = PST_STR("t8@das.example");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_token token;

        cr_expect_eq(verify_claims(&it, "51-a", rows[i].claims, &token),
                     rows[i].refusal, "row %zu", i);
        cr_expect_eq(token_verify(&it,
                                  token_seal(&it, &nested,
                                             postern_str_of(rows[i].claims)),
                                  &token),
                     rows[i].refusal, "row %zu, nested", i);
    }
    it.check.token_id = PST_STR("t7@das.example");
    cr_expect_eq(
        verify_claims(&it, "51-a", rows[7].claims, &(postern_token){.kind = 0}),
        POSTERN_REFUSAL_REVOKED);
    token_world_end(&it);
}

/* Before the signature claims can only make it refused: a forged one is never
 * accepted, whatever it says, and a good one is never refused for less.
 * [TOK-03] */
Test(token_verify, believes_nothing_before_the_signature)
{
    struct token_world it = token_world(NULL);
    char text[2048];
    postern_str token;
    postern_token out;
    size_t last;

    token = token_sign(&it, "51-a", CLAIMS(""));
    last = token.len - 5;
    memcpy(text, token.data, token.len);
    text[last] = text[last] == 'A' ? 'B' : 'A';
    token.data = text;
    cr_expect_eq(token_verify(&it, token, &out), POSTERN_REFUSAL_BAD_CRYPTO);
    it.check.time_s = 1924992000;
    cr_expect_eq(token_verify(&it, token, &out), POSTERN_REFUSAL_EXPIRED);
    token_world_end(&it);
}

/* ---- remembered
 * --------------------------------------------------------------- */

static struct token_world world_with_cache(void)
{
    postern_token_cache_options options;
    postern_token_cache *cache;

    postern_token_cache_options_init(&options);
    cr_assert_eq(postern_token_cache_new(&cache, &options), POSTERN_OK);
    return token_world(cache);
}

/* A token that was verified, and how it can be named. */
struct shown {
    char room[2048];
    char local[64];
    postern_str text;
    postern_str local_id;
};

#define TOKEN_ID PST_STR("t1@das.example")

static void show_first(struct token_world *it, struct shown *out)
{
    postern_str text = token_sign(
        it, "51-a",
        CLAIMS(HERE ",\"tkps\":[{\"ris\":[\"c\"],\"pv\":{\"acr\":[{\"acor\":["
                    "\"all\"],\"acop\":2}]}}]"));
    postern_token token;

    memcpy(out->room, text.data, text.len);
    out->text = (postern_str){out->room, text.len};
    cr_assert_eq(token_verify(it, out->text, &token), POSTERN_REFUSAL_NONE);
    cr_expect_not(token.from_cache);
    cr_expect(token.local_id_is_new);
    cr_assert(token.local_id.len > 0 && token.local_id.len < sizeof out->local);
    memcpy(out->local, token.local_id.data, token.local_id.len);
    out->local_id = (postern_str){out->local, token.local_id.len};
}

static postern_refusal recall(struct token_world *it, postern_str id,
                              postern_token *token)
{
    postern_verifier_begin(it->verifier);
    return postern_token_recall(it->verifier, it->issuers, &it->check, id,
                                token);
}

static postern_refusal recall_local(struct token_world *it, postern_str id,
                                    postern_token *token)
{
    postern_verifier_begin(it->verifier);
    return postern_token_recall_local(it->verifier, it->issuers, &it->check, id,
                                      token);
}

/* [IDA-10] [IDA-14] */
Test(token_verify, remembers_by_the_bytes_and_by_both_ids)
{
    struct token_world it = world_with_cache();
    struct shown shown;
    postern_token token;

    show_first(&it, &shown);
    cr_assert_eq(token_verify(&it, shown.text, &token), POSTERN_REFUSAL_NONE);
    cr_expect(token.from_cache);
    cr_expect_not(token.local_id_is_new);
    cr_expect(pst_str_equal(token.local_id, shown.local_id));
    cr_expect_not_null(token.claims.permissions[0].rules);
    cr_expect_eq(recall(&it, TOKEN_ID, &token), POSTERN_REFUSAL_NONE);
    cr_expect(pst_str_equal(token.claims.token_id, TOKEN_ID));
    cr_expect_eq(recall_local(&it, shown.local_id, &token),
                 POSTERN_REFUSAL_NONE);
    cr_expect_eq(recall(&it, PST_STR("t2@das.example"), &token),
                 POSTERN_REFUSAL_TOKEN_NOT_FOUND);
    cr_expect_null(token.claims.token_id.data);
    cr_expect_eq(recall_local(&it, PST_STR("x"), &token),
                 POSTERN_REFUSAL_TOKEN_NOT_FOUND);
    token_world_end(&it);
}

/* What a key has signed counts no longer than the key, remembered or not.
 * [KEY-04] */
Test(token_verify, forgets_with_the_key)
{
    struct token_world it = world_with_cache();
    postern_token token;
    postern_str text;
    char copy[2048];

    postern_issuers_free(it.issuers);
    it.issuers = token_issuers(
        "{\"token_issuers\":{" ISSUER(
            DAS, "\"algs\":[\"ES256\"]",
            EC256_PUBLIC("51-a", SIG("ES256") ",\"exp\":1900000100")) "}}",
        &it.cse);
    text = token_sign(&it, "51-a", CLAIMS(""));
    cr_assert_lt(text.len, sizeof copy);
    memcpy(copy, text.data, text.len);
    text.data = copy;
    cr_assert_eq(token_verify(&it, text, &token), POSTERN_REFUSAL_NONE);
    cr_expect_not(token.from_cache);
    it.check.time_s = TOKEN_NOW + 99;
    cr_assert_eq(token_verify(&it, text, &token), POSTERN_REFUSAL_NONE);
    cr_expect(token.from_cache);
    it.check.time_s = TOKEN_NOW + 100;
    cr_expect_eq(token_verify(&it, text, &token), POSTERN_REFUSAL_KEY_USAGE);
    cr_expect_eq(recall(&it, TOKEN_ID, &token),
                 POSTERN_REFUSAL_TOKEN_NOT_FOUND);
    token_world_end(&it);
}

/* Another holder finds nothing by IDs, and the token is not theirs. [IDA-15] */
Test(token_verify, remembers_for_the_holder_alone)
{
    struct token_world it = world_with_cache();
    struct shown shown;
    postern_token token;

    show_first(&it, &shown);
    cr_assert_eq(
        postern_id_parse_entity(&it.check.holder, &it.cse, PST_STR("Cthief")),
        POSTERN_OK);
    cr_expect_eq(recall(&it, TOKEN_ID, &token),
                 POSTERN_REFUSAL_TOKEN_NOT_FOUND);
    cr_expect_eq(recall_local(&it, shown.local_id, &token),
                 POSTERN_REFUSAL_TOKEN_NOT_FOUND);
    cr_expect_eq(token_verify(&it, shown.text, &token),
                 POSTERN_REFUSAL_WRONG_HOLDER);
    it.check.holder = (postern_id){.kind = POSTERN_ID_UNSET};
    cr_expect_eq(recall(&it, TOKEN_ID, &token),
                 POSTERN_REFUSAL_TOKEN_NOT_FOUND);
    cr_expect_eq(token_verify(&it, shown.text, &token),
                 POSTERN_REFUSAL_WRONG_HOLDER);
    token_world_end(&it);
}

/* [JWT-12] */
Test(token_verify, compares_again_what_it_remembers)
{
    struct token_world it = world_with_cache();
    struct shown shown;
    postern_token token;

    show_first(&it, &shown);
    it.check.time_s = 1893455999;
    cr_expect_eq(token_verify(&it, shown.text, &token),
                 POSTERN_REFUSAL_NOT_YET_VALID);
    it.check.time_known = false;
    cr_expect_neq(token_verify(&it, shown.text, &token), POSTERN_REFUSAL_NONE);
    it.check.time_known = true;
    it.check.time_s = TOKEN_NOW;
    it.check.das = PST_STR(MAC);
    cr_expect_eq(token_verify(&it, shown.text, &token),
                 POSTERN_REFUSAL_WRONG_ISSUER);
    it.check.das = (postern_str){NULL, 0};
    it.check.token_id = PST_STR("t2@das.example");
    cr_expect_eq(token_verify(&it, shown.text, &token),
                 POSTERN_REFUSAL_TOKEN_NOT_FOUND);
    it.check.token_id = (postern_str){NULL, 0};
    it.check.time_s = 1924992000;
    cr_expect_eq(token_verify(&it, shown.text, &token),
                 POSTERN_REFUSAL_EXPIRED);
    it.check.time_s = TOKEN_NOW; /* the clock is set back */
    cr_expect_eq(token_verify(&it, shown.text, &token),
                 POSTERN_REFUSAL_EXPIRED);
    token_world_end(&it);
}

/* [JWT-10] [TOK-17] */
Test(token_verify, forgets_what_other_issuers_let_in)
{
    struct token_world it = world_with_cache();
    char room[2048];
    postern_str text = token_sign(&it, "51-a", CLAIMS(HERE));
    postern_token token;

    memcpy(room, text.data, text.len);
    text.data = room;
    cr_assert_eq(token_verify(&it, text, &token), POSTERN_REFUSAL_NONE);
    postern_issuers_free(it.issuers);
    it.issuers =
        token_issuers("{\"revoked_tokens\":[\"t1@das.example\"],"
                      "\"token_issuers\":{\"" DAS
                      "\":{\"algs\":[\"ES256\"],\"keys\":[" EC256_PUBLIC(
                          "51-a", SIG("ES256")) "]}}}",
                      &it.cse);
    cr_expect_eq(token_verify(&it, text, &token), POSTERN_REFUSAL_REVOKED);
    cr_expect_eq(recall(&it, TOKEN_ID, &token),
                 POSTERN_REFUSAL_TOKEN_NOT_FOUND);
    postern_issuers_free(it.issuers);
    it.issuers = token_issuers("{}", &it.cse);
    cr_expect_eq(token_verify(&it, text, &token), POSTERN_REFUSAL_UNKNOWN_KID);
    token_world_end(&it);
}
