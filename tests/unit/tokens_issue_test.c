/* Claims read, written and issued. [JWT-02] [JWT-03] [JWT-11] [JWT-18]
 * [JWT-24] [TOK-18] */
#include "jose/base64url.h"
#include "support/rng.h"
#include "support/token_world.h"

static void write(const postern_claims *claims, char *buffer, size_t size)
{
    size_t len = postern_claims_write(claims, buffer, size);

    cr_assert_lt(len, size);
    cr_assert_eq(buffer[len], '\0');
}

static void expect_read(const char *json, const char *written)
{
    struct token_world it = token_world(NULL);
    postern_claims claims;
    postern_diag diag;
    char text[4096];

    cr_assert_eq(
        postern_claims_read(it.verifier, postern_str_of(json), &claims, &diag),
        POSTERN_OK, "%s: %s", diag.path, diag.message);
    write(&claims, text, sizeof text);
    cr_expect_str_eq(text, written, "%s", text);
    token_world_end(&it);
}

Test(claims, are_written_as_they_are_in_a_token)
{
    static const char all[] =
        "{\"tkvr\":\"1.0.0\",\"jti\":\"t1@das.example\",\"iss\":\"" DAS
        "\",\"azp\":\"" TOKEN_HOLDER
        "\",\"nbf\":1893456000,\"exp\":1924992000,\"tknm\":\"n\",\"aud\":["
        "\"//a.example/x\",\"//b.example/y\"],\"tkps\":{\"pm\":[{\"ris\":["
        "\"c1\",\"c2\"],\"pv\":{ \"acr\" : [] },\"rids\":[\"r@a.example\"]},{"
        "\"ris\":[]},{}]},\"tkex\":\"e\"}";

    expect_read(all, all);
    expect_read(CLAIMS(""), CLAIMS(""));
}

/* [JWT-18] [JWT-22] [TOK-18]: 20300101T000000 is 1893456000 [JWT-03] */
Test(claims, are_read_by_the_names_of_ts_0004)
{
    expect_read("{\"vr\":\"1.0.0\",\"tkid\":\"t1@das.example\",\"tkis\":\"" DAS
                "\",\"tkhd\":\"" TOKEN_HOLDER
                "\",\"tknb\":\"20300101T000000\",\"tkna\":\"20310101T000000,5\""
                "}",
                CLAIMS(""));
    expect_read("{\"tkvr\":\"1.0.0\",\"jti\":\"t1@das.example\",\"iss\":\"" DAS
                "\",\"azp\":\"" TOKEN_HOLDER
                "\",\"nbf\":\"20291231T235959,000001\",\"exp\":1924992000.999,"
                "\"iat\":5,\"sub\":\"x\"}",
                CLAIMS(""));
}

Test(claims, are_written_with_escapes)
{
    expect_read(CLAIMS(",\"tknm\":\"\\\"\\\\\\/\\b\\u0001\\u00e4\\ud83d\\ude00"
                       "\xC3\xA4\""),
                CLAIMS(",\"tknm\":\"\\\"\\\\/\\u0008\\u0001\xC3\xA4"
                       "\xF0\x9F\x98\x80\xC3\xA4\""));
}

Test(claims, are_cut_to_the_buffer)
{
    postern_claims claims = {.version = PST_STR("1.0"),
                             .token_id = PST_STR("t@x"),
                             .issuer = PST_STR("//a/b"),
                             .holder = PST_STR("//a/c"),
                             .not_after_s = 1};
    char text[200];
    size_t len = postern_claims_write(&claims, text, sizeof text);

    cr_assert_lt(len, sizeof text);
    cr_expect_eq(postern_claims_write(&claims, NULL, 0), len);
    for (size_t size = 1; size <= len; size++) {
        char shorter[200];

        memset(shorter, 'x', sizeof shorter);
        cr_expect_eq(postern_claims_write(&claims, shorter, size), len);
        cr_expect_eq(strlen(shorter), size - 1);
        cr_expect_eq(memcmp(shorter, text, size - 1), 0);
        cr_expect_eq(shorter[size], 'x');
    }
}

Test(claims, are_refused_where_they_are_wrong)
{
    static const struct {
        const char *json;
        postern_status status;
        const char *path;
    } rows[] = {
        {"{", POSTERN_ERR_SYNTAX, ""},
        {"", POSTERN_ERR_SYNTAX, ""},
        {"{}", POSTERN_ERR_POLICY, "/tkvr"},
        {"{\"tkvr\":\"1\"}", POSTERN_ERR_POLICY, "/jti"},
        {CLAIMS(",\"audience\":[]"), POSTERN_ERR_POLICY, ""},
        {CLAIMS(",\"aud\":[1]"), POSTERN_ERR_POLICY, "/aud"},
        {CLAIMS(",\"aud\":\"//a/b\""), POSTERN_ERR_POLICY, "/aud"},
        {CLAIMS(",\"jti\":\"x@y\""), POSTERN_ERR_SYNTAX, ""},
        {CLAIMS(",\"tkid\":\"x@y\""), POSTERN_ERR_POLICY, "/jti"},
        {CLAIMS(",\"tkps\":[{},{\"pv\":[]}]"), POSTERN_ERR_POLICY,
         "/tkps/pm/1/pv"},
        {CLAIMS(",\"tkps\":[{},{\"rids\":[7]}]"), POSTERN_ERR_POLICY,
         "/tkps/pm/1/rids"},
        {CLAIMS(",\"tkps\":[{\"rid\":[]}]"), POSTERN_ERR_POLICY, "/tkps/pm/0"},
    };
    struct token_world it = token_world(NULL);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_claims claims;
        postern_diag diag;

        cr_expect_eq(postern_claims_read(it.verifier,
                                         postern_str_of(rows[i].json), &claims,
                                         &diag),
                     rows[i].status, "row %zu: %s", i, diag.message);
        cr_expect_str_eq(diag.path, rows[i].path, "row %zu", i);
        cr_expect_neq(diag.message[0], '\0', "row %zu", i);
        cr_expect_null(claims.token_id.data, "row %zu", i);
    }
    token_world_end(&it);
}

/* ---- issuing ---------------------------------------------------------------
 */

static postern_claims good_claims(void)
{
    return (postern_claims){.version = PST_STR("1.0.0"),
                            .token_id = PST_STR("t1@das.example"),
                            .issuer = PST_STR(DAS),
                            .holder = PST_STR(TOKEN_HOLDER),
                            .not_before_s = 1893456000,
                            .not_after_s = 1924992000};
}

static postern_status issue(struct token_world *it,
                            const struct token_recipe *how,
                            const postern_claims *claims, postern_str *token,
                            postern_diag *diag)
{
    postern_jose_recipe recipe;

    postern_jose_recipe_init(&recipe);
    recipe.kind = how->kind;
    recipe.sign_keys = it->makers;
    recipe.sign_kid = postern_str_of(how->signer);
    recipe.encrypt_keys = it->makers;
    recipe.encrypt_kid = postern_str_of(how->receiver);
    recipe.enc = how->enc;
    return postern_token_issue(it->verifier, &recipe, claims, token, diag);
}

Test(issuing, gives_tokens_that_are_accepted)
{
    static const struct token_recipe hows[] = {
        {POSTERN_JOSE_JWS, "51-a", NULL, 0},
        {POSTERN_JOSE_NESTED, "51-a", "41-e", 0},
        {POSTERN_JOSE_NESTED, "51-a", "41-r", POSTERN_ENC_A128GCM},
    };
    struct token_world it = token_world(NULL);

    for (size_t i = 0; i < sizeof hows / sizeof *hows; i++) {
        postern_claims claims = good_claims();
        postern_str token;
        postern_token out;
        postern_diag diag;

        cr_assert_eq(issue(&it, &hows[i], &claims, &token, &diag), POSTERN_OK,
                     "%zu: %s", i, diag.message);
        cr_expect_eq(token_verify(&it, token, &out), POSTERN_REFUSAL_NONE,
                     "%zu", i);
        cr_expect_eq(out.kind, hows[i].kind);
    }
    token_world_end(&it);
}

/* typ is "JWT" everywhere, cty where a token is nested. [JWT-06] [JWT-07]
 * [JWT-08] */
Test(issuing, writes_the_headers_of_the_profile)
{
    static const struct {
        struct token_recipe how;
        bool has_cty;
    } rows[] = {
        {{POSTERN_JOSE_JWS, "51-a", NULL, 0}, false},
        {{POSTERN_JOSE_JWE, NULL, "15-s", POSTERN_ENC_A256GCM}, false},
        {{POSTERN_JOSE_NESTED, "51-a", "41-e", 0}, true},
    };
    struct token_world it = token_world(NULL);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_claims claims = good_claims();
        char header[512] = {0};
        postern_str token;
        postern_diag diag;

        cr_assert_eq(issue(&it, &rows[i].how, &claims, &token, &diag),
                     POSTERN_OK, "%zu: %s", i, diag.message);
        cr_assert(pst_base64url_decode(
            pst_str_slice(token, 0, pst_str_find(token, 0, '.')),
            (uint8_t *)header));
        cr_expect(strstr(header, "\"typ\":\"JWT\""), "%s", header);
        cr_expect_eq(strstr(header, "\"cty\":\"JWT\"") != NULL, rows[i].has_cty,
                     "%s", header);
        cr_expect_eq(strstr(header, "cty") != NULL, rows[i].has_cty, "%s",
                     header);
    }
    token_world_end(&it);
}

static const postern_str no_audience[1];
static const postern_str relative[] = {{"/plant-cse", 10}};
static const postern_str with_roles[] = {{"op@a.example", 12}, {"op", 2}};
static const postern_str with_resources[] = {{"cnt1", 4}, {"*", 1}};
static const char rule[] = "{\"acr\":[{\"acor\":[\"all\"],\"acop\":2}]}";
static const char bad_rule[] = "{\"acr\":[{\"acor\":[\"all\"],\"acop\":0}]}";
static const char injection[] = "{}},{\"rids\":[\"admin@a.example\"]";

static const postern_permission good_permission = {
    .has_resource_ids = true,
    .resource_ids = with_resources,
    .resource_id_count = 1,
    .role_ids = with_roles,
    .role_id_count = 1,
    .privileges = {rule, sizeof rule - 1}};

static const struct token_recipe signing = {POSTERN_JOSE_JWS, "51-a", NULL, 0};

static void refuses(struct token_world *it, const postern_claims *claims,
                    const char *path, size_t row)
{
    postern_str token;
    postern_diag diag;

    cr_expect_eq(issue(it, &signing, claims, &token, &diag), POSTERN_ERR_POLICY,
                 "row %zu", row);
    cr_expect_str_eq(diag.path, path, "row %zu: %s: %s", row, diag.path,
                     diag.message);
    cr_expect_null(token.data, "row %zu", row);
}

/* What a verifier would refuse is not issued. */
Test(issuing, refuses_claims_that_would_be_refused)
{
    struct token_world it = token_world(NULL);
    postern_claims rows[20];
    const char *paths[20];
    size_t count = 0;

#define ROW(path)                                                              \
    rows[count] = good_claims();                                               \
    paths[count] = (path);                                                     \
    for (postern_claims *row = &rows[count++]; row; row = NULL)
    ROW("/jti") row->token_id = PST_STR("t1@DAS.example");
    ROW("/jti") row->token_id = (postern_str){NULL, 0};
    ROW("/iss") row->issuer = PST_STR("/das-cse");
    ROW("/azp") row->holder = PST_STR("//sp.example/plant-cse/*");
    ROW("/nbf") row->not_before_s = -1;
    ROW("/exp") row->not_after_s = INT64_MAX;
    ROW("/exp") row->not_after_s = 1893456000;
    ROW("/tkvr") row->version = PST_STR("");
    ROW("") row->name = PST_STR("\xFF");
    ROW("/aud")
    {
        row->has_audience = true;
        row->audience = no_audience;
    }
    ROW("/aud")
    {
        row->has_audience = true;
        row->audience = relative;
        row->audience_count = 1;
    }
#undef ROW
    for (size_t i = 0; i < count; i++) {
        refuses(&it, &rows[i], paths[i], i);
    }
    token_world_end(&it);
}

/* What it would not count is not issued either. [TOK-09] [TOK-13] */
Test(issuing, refuses_permissions_that_would_not_count)
{
    postern_permission permissions[] = {
        good_permission, good_permission, good_permission, good_permission,
        good_permission, good_permission, good_permission, good_permission,
    };
    struct token_world it = token_world(NULL);
    postern_str token;
    postern_diag diag;
    postern_claims fine = good_claims();

    permissions[1].has_resource_ids = false;
    permissions[2].privileges = (postern_str){NULL, 0};
    permissions[2].role_id_count = 0;
    permissions[3].resource_id_count = 2;
    permissions[4].role_id_count = 2;
    permissions[5].privileges = postern_str_of(bad_rule);
    permissions[6].privileges = postern_str_of(injection);
    permissions[6].role_id_count = 0;
    permissions[7].privileges = PST_STR("[]");
    fine.has_permissions = true;
    fine.permissions = permissions;
    fine.permission_count = 1;
    cr_expect_eq(issue(&it, &signing, &fine, &token, &diag), POSTERN_OK, "%s",
                 diag.message);
    for (size_t i = 1; i < 8; i++) {
        fine.permissions = &permissions[i];
        refuses(&it, &fine,
                i == 6   ? "/tkps"
                : i == 7 ? "/tkps/pm/0/pv"
                         : "/tkps/pm/0",
                i);
    }
    token_world_end(&it);
}

Test(issuing, refuses_recipes_that_prove_nobody)
{
    static const struct token_recipe hows[] = {
        {POSTERN_JOSE_JWE, NULL, "41-e", 0},      /* [JWT-20] */
        {POSTERN_JOSE_JWE, NULL, "41-r", 0},      /* [JWT-20] */
        {POSTERN_JOSE_NESTED, "16-m", "41-e", 0}, /* a MAC inside [ESD-09] */
        {POSTERN_JOSE_JWS, "gone", NULL, 0},
    };
    struct token_world it = token_world(NULL);
    postern_claims claims = good_claims();
    postern_jose_recipe recipe;
    postern_str token;
    postern_diag diag;

    for (size_t i = 0; i < sizeof hows / sizeof *hows; i++) {
        cr_expect_eq(issue(&it, &hows[i], &claims, &token, &diag),
                     POSTERN_ERR_POLICY, "%zu", i);
        cr_expect_neq(diag.message[0], '\0');
    }
    cr_expect_eq(postern_token_issue(it.verifier, NULL, &claims, &token, &diag),
                 POSTERN_ERR_ARGUMENT);
    postern_jose_recipe_init(&recipe);
    recipe.kind = POSTERN_JOSE_JWS;
    recipe.sign_keys = it.makers;
    recipe.sign_kid = PST_STR("51-a");
    recipe.time_known = true;
    recipe.time_s = claims.not_after_s;
    cr_expect_eq(
        postern_token_issue(it.verifier, &recipe, &claims, &token, &diag),
        POSTERN_ERR_POLICY);
    cr_expect_str_eq(diag.path, "/exp");
    recipe.time_s--;
    cr_expect_eq(
        postern_token_issue(it.verifier, &recipe, &claims, &token, &diag),
        POSTERN_OK);
    token_world_end(&it);
}

/* ---- there and back
 * ----------------------------------------------------------- */

static postern_str random_text(struct rng *rng, char *room)
{
    static const char *const units[] = {
        "a", "\"", "\\", "\x01", "/", "\xC3\xA4", "\xF0\x9F\x98\x80", " "};
    size_t len = 0;

    for (uint32_t left = rng_below(rng, 6); left > 0; left--) {
        const char *unit = units[rng_below(rng, 8)];

        memcpy(room + len, unit, strlen(unit));
        len += strlen(unit);
    }
    return (postern_str){room, len};
}

struct random_claims {
    postern_claims claims;
    char texts[8][64];
    postern_str audience[4];
    postern_permission permissions[3];
};

static void fill(struct rng *rng, struct random_claims *out)
{
    static const postern_str entries[] = {{"//sp.example/plant-cse", 22},
                                          {"//sp.example/plant-*", 20},
                                          {"//a.example/b", 13}};
    postern_claims *claims = &out->claims;

    *claims = good_claims();
    claims->not_before_s = (int64_t)rng_below(rng, 1900000000);
    claims->not_after_s = 1900000001 + (int64_t)rng_below(rng, 1u << 31);
    if (rng_below(rng, 2)) {
        claims->name = random_text(rng, out->texts[0]);
    }
    if (rng_below(rng, 2)) {
        claims->extension = random_text(rng, out->texts[1]);
    }
    claims->has_audience = rng_below(rng, 2);
    claims->audience = out->audience;
    claims->audience_count = claims->has_audience ? 1 + rng_below(rng, 4) : 0;
    for (size_t i = 0; i < claims->audience_count; i++) {
        out->audience[i] = entries[i == 0 ? 0 : rng_below(rng, 3)];
    }
    claims->has_permissions = rng_below(rng, 2);
    claims->permissions = out->permissions;
    claims->permission_count = claims->has_permissions ? rng_below(rng, 4) : 0;
    for (size_t i = 0; i < claims->permission_count; i++) {
        out->permissions[i] = good_permission;
        if (rng_below(rng, 2)) {
            out->permissions[i].privileges = (postern_str){NULL, 0};
            out->permissions[i].has_resource_ids = false;
            out->permissions[i].resource_id_count = 0;
        } else if (rng_below(rng, 2)) {
            out->permissions[i].role_id_count = 0;
        }
    }
}

/* The claims that come out of a token are those that went in. [JWT-24] */
Test(issuing, gives_back_what_it_was_given)
{
    static const struct token_recipe hows[] = {
        {POSTERN_JOSE_JWS, "51-a", NULL, 0},
        {POSTERN_JOSE_NESTED, "51-a", "41-e", 0},
    };
    struct token_world it = token_world(NULL);
    struct rng rng = {20301231};

    for (size_t i = 0; i < 1000; i++) {
        struct random_claims random;
        char before[4096];
        char after[4096];
        postern_str token;
        postern_token out;
        postern_diag diag;

        memset(&random, 0, sizeof random);
        fill(&rng, &random);
        cr_assert_eq(
            issue(&it, &hows[i % 16 == 0], &random.claims, &token, &diag),
            POSTERN_OK, "%zu: %s %s", i, diag.path, diag.message);
        write(&random.claims, before, sizeof before);
        cr_assert_eq(token_verify(&it, token, &out), POSTERN_REFUSAL_NONE,
                     "%zu: %s", i, before);
        write(&out.claims, after, sizeof after);
        cr_assert_str_eq(before, after);
        cr_assert_eq(out.claims.has_audience, random.claims.has_audience);
        cr_assert_eq(out.claims.has_permissions, random.claims.has_permissions);
        cr_assert(pst_str_equal(out.claims.name, random.claims.name));
    }
    token_world_end(&it);
}
