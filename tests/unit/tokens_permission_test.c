/* What of a token's permissions counts. [TOK-08] to [TOK-15] */
#include "support/token_world.h"

#define PUMP "{\"acor\":[\"" TOKEN_HOLDER "\"],\"acop\":2}"
#define PV(rules) "\"pv\":{\"acr\":[" rules "]}"
#define TKPS(list) CLAIMS(",\"tkps\":{\"pm\":[" list "]}")
#define OTHER_TKPS(list)                                                       \
    "{\"tkvr\":\"2\",\"jti\":\"t1@das.example\",\"iss\":\"" OTHER              \
    "\",\"azp\":\"" TOKEN_HOLDER "\"," TIMES                                   \
    ",\"aud\":[\"//sp.example/plant-cse\"],\"tkps\":[" list "]}"

struct row {
    const char *name;
    const char *claims;
    bool rules;         /* there are some */
    size_t roles;       /* that count */
    const char *remark; /* a part of it; NULL: there is none */
    const char *kid;    /* NULL: that of DAS */
};

static const postern_permission *
verify(struct token_world *it, const struct row *row, postern_token *token)
{
    postern_str text =
        token_sign(it, row->kid ? row->kid : "51-a", row->claims);
    postern_refusal refusal = token_verify(it, text, token);

    cr_assert_eq(refusal, POSTERN_REFUSAL_NONE, "%s: %s", row->name,
                 postern_refusal_word(refusal));
    cr_assert_eq(token->claims.permission_count, 1, "%s", row->name);
    return &token->claims.permissions[0];
}

static size_t count_roles(const postern_permission *it)
{
    size_t count = 0;

    for (size_t i = 0; i < it->role_id_count; i++) {
        cr_assert_not_null(it->roles);
        cr_assert(it->roles[i].kind == POSTERN_ID_ROLE ||
                  it->roles[i].kind == POSTERN_ID_UNSET);
        count += it->roles[i].kind == POSTERN_ID_ROLE;
    }
    return count;
}

static void counts_as(const struct row *rows, size_t count)
{
    struct token_world it = token_world(NULL);

    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        postern_token token;
        const postern_permission *got = verify(&it, row, &token);

        cr_expect_eq(got->rules != NULL, row->rules, "%s: rules", row->name);
        cr_expect_eq(count_roles(got), row->roles, "%s: %zu roles", row->name,
                     count_roles(got));
        cr_expect_eq(got->remark != NULL, row->remark != NULL, "%s: %s",
                     row->name, got->remark);
        cr_expect(!row->remark || !got->remark ||
                      strstr(got->remark, row->remark),
                  "%s: %s", row->name, got->remark);
    }
    token_world_end(&it);
}

#define COUNTS_AS(rows) counts_as((rows), sizeof(rows) / sizeof *(rows))

/* [TOK-09] [TOK-10] [TOK-13] [TOK-14] */
Test(token_permission, counts_rules_for_the_resources_they_name)
{
    static const struct row rows[] = {
        {"right", TKPS("{\"ris\":[\"cnt1\"]," PV(PUMP) "}"), true, 0, NULL,
         NULL},
        {"no resource in the list", TKPS("{\"ris\":[]," PV(PUMP) "}"), true, 0,
         NULL, NULL},
        {"no rule", TKPS("{\"ris\":[\"cnt1\"],\"pv\":{}}"), true, 0, NULL,
         NULL},
        {"privileges without resources", TKPS("{" PV(PUMP) "}"), false, 0,
         "for which resources", NULL},
        {"the same with a role",
         TKPS("{" PV(PUMP) ",\"rids\":[\"op@auth.example\"]}"), false, 0,
         "for which resources", NULL},
        {"nothing", TKPS("{}"), false, 0, "neither", NULL},
        {"resources alone", TKPS("{\"ris\":[\"cnt1\"]}"), false, 0, "neither",
         NULL},
        {"an empty list of roles", TKPS("{\"rids\":[]}"), false, 0, "neither",
         NULL},
        {"a wildcard", TKPS("{\"ris\":[\"/plant-cse/*\"]," PV(PUMP) "}"), false,
         0, "resource IDs", NULL},
        {"an empty ID", TKPS("{\"ris\":[\"\"]," PV(PUMP) "}"), false, 0,
         "resource IDs", NULL},
        {"one of two is none",
         TKPS("{\"ris\":[\"cnt1\",\"a b\"]," PV(PUMP) "}"), false, 0,
         "resource IDs", NULL},
        {"a member of another release",
         TKPS("{\"ris\":[\"cnt1\"]," PV(PUMP) ",\"only\":\"once\"}"), false, 0,
         "not known", NULL},
        {"a misspelt member",
         TKPS("{\"ri\":[\"cnt1\"],\"rids\":[\"op@auth.example\"]}"), false, 0,
         "not known", NULL},
        {"a member beside pm",
         CLAIMS(",\"tkps\":{\"pm\":[{\"rids\":[\"op@auth.example\"]}],"
                "\"only\":1}"),
         false, 0, "not known", NULL},
        {"a bare list [JWT-19]",
         CLAIMS(",\"tkps\":[{\"rids\":[\"op@auth.example\"]}]"), false, 1, NULL,
         NULL},
    };

    COUNTS_AS(rows);
}

/* What is not right permits nothing. [TOK-10] */
Test(token_permission, counts_no_rule_that_is_malformed)
{
    static const struct row rows[] = {
        {"acop 64",
         TKPS("{\"ris\":[\"c\"]," PV("{\"acor\":[\"all\"],\"acop\":64}") "}"),
         true, 0, "one of its rules", NULL},
        {"no originators", TKPS("{\"ris\":[\"c\"]," PV("{\"acop\":63}") "}"),
         true, 0, "one of its rules", NULL},
        {"a member that nobody knows",
         TKPS("{\"ris\":[\"c\"]," PV(
             "{\"acor\":[\"all\"],\"acop\":63,\"x\":1}") "}"),
         true, 0, "one of its rules", NULL},
        {"a window that is none",
         TKPS("{\"ris\":[\"c\"]," PV(
             "{\"acor\":[\"all\"],\"acop\":63,\"acco\":[{\"actw\":[\"* "
             "*\"]}]}") "}"),
         true, 0, "one of its rules", NULL},
        {"acr an object", TKPS("{\"ris\":[\"c\"],\"pv\":{\"acr\":{}}}"), true,
         0, "one of its rules", NULL},
        {"a rule that is a number", TKPS("{\"ris\":[\"c\"]," PV("7") "}"), true,
         0, "one of its rules", NULL},
        {"a member beside acr",
         TKPS("{\"ris\":[\"c\"],\"pv\":{\"acr\":[" PUMP "],\"x\":1}}"), true, 0,
         "one of its rules", NULL},
    };
    struct token_world it = token_world(NULL);

    COUNTS_AS(rows);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_token token;
        const postern_permission *got = verify(&it, &rows[i], &token);
        postern_request request;

        postern_request_init(&request);
        request.originator = it.check.holder;
        request.operation = POSTERN_OP_RETRIEVE;
        cr_expect_eq(postern_decide(got->rules, &request).effect, POSTERN_DENY,
                     "%s", rows[i].name);
    }
    token_world_end(&it);
}

/* Rules are compared with the holder like those of any policy. [TOK-12] */
Test(token_permission, permits_the_holder_what_the_rules_say)
{
    static const struct {
        const char *name;
        const char *rules;
        postern_operation operation;
        postern_effect effect;
    } rows[] = {
        {"the holder", PUMP, POSTERN_OP_RETRIEVE, POSTERN_PERMIT},
        {"another operation", PUMP, POSTERN_OP_UPDATE, POSTERN_DENY},
        {"another originator",
         "{\"acor\":[\"//sp.example/plant-cse/Cx\"],\"acop\":2}",
         POSTERN_OP_RETRIEVE, POSTERN_DENY},
        {"anybody", "{\"acor\":[\"all\"],\"acop\":4}", POSTERN_OP_UPDATE,
         POSTERN_PERMIT},
        {"relative to this CSE", "{\"acor\":[\"Cpump7\"],\"acop\":2}",
         POSTERN_OP_RETRIEVE, POSTERN_PERMIT},
        {"a pattern", "{\"acor\":[\"/plant-cse/Cpump*\"],\"acop\":2}",
         POSTERN_OP_RETRIEVE, POSTERN_PERMIT},
    };
    struct token_world it = token_world(NULL);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char claims[1024];
        struct row row = {rows[i].name, claims, true, 0, NULL, NULL};
        postern_request request;
        postern_token token;
        const postern_permission *got;

        snprintf(claims, sizeof claims, "%s%s%s",
                 "{\"tkvr\":\"1.0.0\",\"jti\":\"t1@das.example\",\"iss\":\"" DAS
                 "\",\"azp\":\"" TOKEN_HOLDER "\"," TIMES
                 ",\"tkps\":[{\"ris\":[\"cnt1\"],\"pv\":{\"acr\":[",
                 rows[i].rules, "]}}]}");
        got = verify(&it, &row, &token);
        postern_request_init(&request);
        request.originator = it.check.holder;
        request.operation = rows[i].operation;
        cr_expect_eq(postern_decide(got->rules, &request).effect,
                     rows[i].effect, "%s", rows[i].name);
    }
    token_world_end(&it);
}

/* [TOK-11] [TOK-15] */
Test(token_permission, counts_what_the_issuer_may_speak_for)
{
    static const struct row rows[] = {
        {"a role of its domain", TKPS("{\"rids\":[\"op@auth.example\"]}"),
         false, 1, NULL, NULL},
        {"a role of another domain", TKPS("{\"rids\":[\"op@sp.example\"]}"),
         false, 0, "may not speak", NULL},
        {"a role of a domain below", TKPS("{\"rids\":[\"op@x.auth.example\"]}"),
         false, 0, "may not speak", NULL},
        {"one of three",
         TKPS("{\"rids\":[\"op@sp.example\",\"op@AUTH.example\",\"nobody\"]}"),
         false, 1, "may not speak", NULL},
        {"no privileges by who may not grant them",
         "{\"tkvr\":\"1.0\",\"jti\":\"t1@das.example\",\"iss\":\"" MAC
         "\",\"azp\":\"" TOKEN_HOLDER "\"," TIMES
         ",\"tkps\":[{\"ris\":[\"cnt1\"]," PV(
             PUMP) ",\"rids\":[\"op@sp.example\"]}]}",
         false, 1, "may not grant", "16-m"},
        {"the domain of the issuer, unless it says others",
         CLAIMS_OF(MAC, ",\"tkps\":[{\"rids\":[\"op@auth.example\"]}]"), false,
         0, "may not speak", "16-m"},
        {"its resource",
         OTHER_TKPS("{\"ris\":[\"/plant-cse/base/hall\"]," PV(PUMP) "}"), true,
         0, NULL, "51-o"},
        {"one below it, in another spelling",
         OTHER_TKPS("{\"ris\":[\"base/hall/press\",\"//sp.example/plant-cse/"
                    "base/hall/a/b\"]," PV(PUMP) "}"),
         true, 0, NULL, "51-o"},
        {"one beside it", OTHER_TKPS("{\"ris\":[\"base/hall2\"]," PV(PUMP) "}"),
         false, 0, "one of its resources", "51-o"},
        {"the one above it", OTHER_TKPS("{\"ris\":[\"base\"]," PV(PUMP) "}"),
         false, 0, "one of its resources", "51-o"},
        {"one of another CSE",
         OTHER_TKPS("{\"ris\":[\"/x-cse/base/hall\"]," PV(PUMP) "}"), false, 0,
         "one of its resources", "51-o"},
        {"one of another provider",
         OTHER_TKPS("{\"ris\":[\"//other.example/plant-cse/base/hall\"]," PV(
             PUMP) "}"),
         false, 0, "one of its resources", "51-o"},
        {"one of a CSE for which it speaks as a whole",
         OTHER_TKPS("{\"ris\":[\"/yard-cse/base/gate\",\"/yard-cse/x\"]," PV(
             PUMP) "}"),
         true, 0, NULL, "51-o"},
        {"one by its number", OTHER_TKPS("{\"ris\":[\"cnt1\"]," PV(PUMP) "}"),
         false, 0, "one of its resources", "51-o"},
        {"one of two",
         OTHER_TKPS("{\"ris\":[\"base/hall\",\"base/yard\"]," PV(PUMP) "}"),
         false, 0, "one of its resources", "51-o"},
        {"a role for all resources",
         OTHER_TKPS("{\"rids\":[\"op@other.example\"]}"), false, 0,
         "not limited", "51-o"},
        {"a role for its resource",
         OTHER_TKPS(
             "{\"ris\":[\"base/hall\"],\"rids\":[\"op@other.example\"]}"),
         false, 1, NULL, "51-o"},
    };

    COUNTS_AS(rows);
}

/* Many permissions of one token, and of eight tokens of one request. */
Test(token_permission, keeps_what_eight_tokens_grant_apart)
{
    struct token_world it = token_world(NULL);
    postern_token tokens[8];

    postern_verifier_begin(it.verifier);
    for (size_t i = 0; i < 8; i++) {
        char claims[1024];
        postern_str text;

        snprintf(claims, sizeof claims,
                 "{\"tkvr\":\"1.0.0\",\"jti\":\"t1%zu@das.example\",\"iss\":\""
                 "%s\",\"azp\":\"%s\",%s,\"tkps\":[{\"ris\":[\"c%zu\"],\"pv\":{"
                 "\"acr\":[{\"acor\":[\"all\"],\"acop\":%d}]}}]}",
                 i, DAS, TOKEN_HOLDER, TIMES, i, i % 2 ? 2 : 4);
        text = token_sign(&it, "51-a", claims);
        cr_assert_eq(postern_token_verify(it.verifier, it.issuers, &it.check,
                                          text, &tokens[i]),
                     POSTERN_REFUSAL_NONE);
    }
    for (size_t i = 0; i < 8; i++) {
        const postern_permission *got = &tokens[i].claims.permissions[0];
        postern_request request;

        postern_request_init(&request);
        request.originator = it.check.holder;
        request.operation = POSTERN_OP_RETRIEVE;
        cr_expect_eq(got->resource_ids[0].data[1], (char)('0' + i));
        cr_expect_eq(postern_decide(got->rules, &request).effect,
                     i % 2 ? POSTERN_PERMIT : POSTERN_DENY);
    }
    token_world_end(&it);
}
