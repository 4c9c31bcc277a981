/*
 * Tokens that are protected as they should be, by a key of their issuer, and
 * whose claims are not what they should be. Every row is refused for the reason
 * it names. [JWT-12] [JWT-16] [JWT-17]
 */
#include "support/token_world.h"

/* The claims one by one, for rows that leave one out or say it differently. */
#define V "\"tkvr\":\"1.0.0\","
#define J "\"jti\":\"t1@das.example\","
#define I "\"iss\":\"" DAS "\","
#define A "\"azp\":\"" TOKEN_HOLDER "\","
#define N "\"nbf\":1893456000,"
#define E "\"exp\":1924992000"

#define WITH_JTI(jti) "{" V "\"jti\":" jti "," I A N E "}"
#define WITH_ISS(iss) "{" V J "\"iss\":" iss "," A N E "}"
#define WITH_AZP(azp) "{" V J I "\"azp\":" azp "," N E "}"
#define WITH_NBF(nbf) "{" V J I A "\"nbf\":" nbf "," E "}"
#define WITH_EXP(exp) "{" V J I A N "\"exp\":" exp "}"
#define WITH_AUD(aud) CLAIMS(",\"aud\":" aud)
#define WITH_TKPS(tkps) CLAIMS(",\"tkps\":" tkps)
#define OF_OTHER(rest)                                                         \
    "{\"tkvr\":\"2\",\"jti\":\"t1@das.example\",\"iss\":\"" OTHER              \
    "\",\"azp\":\"" TOKEN_HOLDER "\"," TIMES rest "}"
#define HERE ",\"aud\":[\"//sp.example/plant-cse\"]"

struct row {
    const char *name;
    const char *claims;
    const char *kid; /* NULL: that of DAS */
};

static void refuses_all(const struct row *rows, size_t count,
                        postern_refusal refusal)
{
    struct token_world it = token_world(NULL);
    postern_token token;

    /* A neighbour of all of them. */
    cr_assert_eq(token_verify(&it, token_sign(&it, "51-a", CLAIMS("")), &token),
                 POSTERN_REFUSAL_NONE);
    for (size_t i = 0; i < count; i++) {
        const char *kid = rows[i].kid ? rows[i].kid : "51-a";
        postern_str text = token_sign(&it, kid, rows[i].claims);
        postern_refusal got = token_verify(&it, text, &token);

        cr_expect_eq(got, refusal, "%s: %s, not %s", rows[i].name,
                     postern_refusal_word(got), postern_refusal_word(refusal));
        cr_expect_null(token.claims.token_id.data, "%s", rows[i].name);
        cr_expect_eq(token.claims.permission_count, 0, "%s", rows[i].name);
    }
    token_world_end(&it);
}

#define REFUSES_ALL(rows, refusal)                                             \
    refuses_all((rows), sizeof(rows) / sizeof *(rows), (refusal))

/* [JWT-16] */
Test(token_hostile, refuses_what_is_no_strict_json)
{
    static const struct row rows[] = {
        {"nothing but a space", " ", NULL},
        {"a text", "\"" DAS "\"", NULL},
        {"a number", "1", NULL},
        {"null", "null", NULL},
        {"a list", "[" CLAIMS("") "]", NULL},
        {"two objects", CLAIMS("") CLAIMS(""), NULL},
        {"a comma behind it", CLAIMS("") ",", NULL},
        {"a byte behind it", CLAIMS("") "x", NULL},
        {"a mark of byte order", "\xEF\xBB\xBF" CLAIMS(""), NULL},
        {"a comment", CLAIMS("/**/"), NULL},
        {"a comma too many", CLAIMS(","), NULL},
        {"a comma too few", "{" V J I A N E "\"aud\":[]}", NULL},
        {"no end", "{" V J I A N E, NULL},
        {"a member without a value", CLAIMS(",\"x\":"), NULL},
        {"a name without quotes", CLAIMS(",x:1"), NULL},
        {"single quotes", CLAIMS(",'x':1"), NULL},
        {"bytes that are no UTF-8", CLAIMS(",\"tknm\":\"\xFF\""), NULL},
        {"an overlong form", CLAIMS(",\"tknm\":\"\xC0\x80\""), NULL},
        {"half of a surrogate pair", CLAIMS(",\"tknm\":\"\\ud800\""), NULL},
        {"surrogates as UTF-8", CLAIMS(",\"tknm\":\"\xED\xA0\x80\""), NULL},
        {"NUL escaped", CLAIMS(",\"tknm\":\"a\\u0000\""), NULL},
        {"a control character", CLAIMS(",\"tknm\":\"a\tb\""), NULL},
        {"an unknown escape", CLAIMS(",\"tknm\":\"\\x41\""), NULL},
        {"a leading zero", CLAIMS(",\"x\":01"), NULL},
        {"a plus", CLAIMS(",\"x\":+1"), NULL},
        {"NaN", CLAIMS(",\"x\":NaN"), NULL},
        {"Infinity", CLAIMS(",\"x\":Infinity"), NULL},
        {"a dot without digits", CLAIMS(",\"x\":1."), NULL},
        {"True", CLAIMS(",\"x\":True"), NULL},
    };

    REFUSES_ALL(rows, POSTERN_REFUSAL_BAD_CLAIMS);
}

/* [JWT-16] */
Test(token_hostile, refuses_members_that_are_there_twice)
{
    static const struct row rows[] = {
        {"tkvr", CLAIMS(",\"tkvr\":\"1.0.0\""), NULL},
        {"jti", CLAIMS(",\"jti\":\"t1@das.example\""), NULL},
        {"iss", CLAIMS(",\"iss\":\"" DAS "\""), NULL},
        {"azp", CLAIMS(",\"azp\":\"" TOKEN_HOLDER "\""), NULL},
        {"nbf", CLAIMS(",\"nbf\":1893456000"), NULL},
        {"exp, later", CLAIMS(",\"exp\":4000000000"), NULL},
        {"exp, spelled with an escape", CLAIMS(",\"e\\u0078p\":4000000000"),
         NULL},
        {"aud", CLAIMS(HERE HERE), NULL},
        {"tknm", CLAIMS(",\"tknm\":\"a\",\"tknm\":\"a\""), NULL},
        {"tkps", CLAIMS(",\"tkps\":[],\"tkps\":[]"), NULL},
        {"tkex", CLAIMS(",\"tkex\":\"\",\"tkex\":\"\""), NULL},
        {"a claim that nobody knows", CLAIMS(",\"x\":1,\"x\":1"), NULL},
        {"pm", WITH_TKPS("{\"pm\":[],\"pm\":[]}"), NULL},
        {"ris", WITH_TKPS("[{\"ris\":[],\"ris\":[\"cnt1\"],\"pv\":{}}]"), NULL},
        {"rids", WITH_TKPS("[{\"rids\":[],\"r\\u0069ds\":[]}]"), NULL},
        {"pv", WITH_TKPS("[{\"ris\":[],\"pv\":{},\"pv\":{}}]"), NULL},
        {"acr", WITH_TKPS("[{\"ris\":[],\"pv\":{\"acr\":[],\"acr\":[]}}]"),
         NULL},
        {"acop",
         WITH_TKPS("[{\"ris\":[],\"pv\":{\"acr\":[{\"acor\":[\"all\"],"
                   "\"acop\":2,\"acop\":63}]}}]"),
         NULL},
        {"actw",
         WITH_TKPS("[{\"ris\":[],\"pv\":{\"acr\":[{\"acor\":[\"all\"],"
                   "\"acop\":2,\"acco\":[{\"actw\":[],\"actw\":[]}]}]}}"
                   "]"),
         NULL},
        {"deep in what nobody knows",
         CLAIMS(",\"x\":[[[{\"y\":{\"z\":1,\"z\":2}}]]]"), NULL},
    };

    REFUSES_ALL(rows, POSTERN_REFUSAL_BAD_CLAIMS);
}

/* [JWT-17] [JWT-18] [TOK-16] */
Test(token_hostile, refuses_claims_that_are_missing_or_of_another_type)
{
    static const struct row rows[] = {
        {"none at all", "{}", NULL},
        {"no tkvr", "{" J I A N E "}", NULL},
        {"no jti", "{" V I A N E "}", NULL},
        {"no iss", "{" V J A N E "}", NULL},
        {"no azp", "{" V J I N E "}", NULL},
        {"no nbf", "{" V J I A E "}", NULL},
        {"no exp", "{" V J I A "\"nbf\":1893456000}", NULL},
        {"EXP for exp", "{" V J I A N "\"EXP\":1924992000}", NULL},
        {"tkvr a number", "{\"tkvr\":1," J I A N E "}", NULL},
        {"tkvr null", "{\"tkvr\":null," J I A N E "}", NULL},
        {"tkvr a list", "{\"tkvr\":[\"1.0.0\"]," J I A N E "}", NULL},
        {"tkvr empty", "{\"tkvr\":\"\"," J I A N E "}", NULL},
        {"tkvr of another release", "{\"tkvr\":\"2.0.0\"," J I A N E "}", NULL},
        {"tkvr with a space", "{\"tkvr\":\"1.0.0 \"," J I A N E "}", NULL},
        {"tkvr beginning like a known one",
         "{\"tkvr\":\"1.0.01\"," J I A N E "}", NULL},
        {"tkvr and vr that differ [JWT-18]", CLAIMS(",\"vr\":\"1.0\""), NULL},
        {"tkvr and vr of different types", CLAIMS(",\"vr\":1"), NULL},
        {"vr of another release", "{\"vr\":\"3\"," J I A N E "}", NULL},
        {"tknm a number", CLAIMS(",\"tknm\":7"), NULL},
        {"tknm null", CLAIMS(",\"tknm\":null"), NULL},
        {"tknm an object", CLAIMS(",\"tknm\":{}"), NULL},
        {"tkex a list", CLAIMS(",\"tkex\":[]"), NULL},
        {"tkex true", CLAIMS(",\"tkex\":true"), NULL},
        {"the names of TS-0004",
         "{\"vr\":\"1.0.0\",\"tkid\":\"t1@das.example\",\"tkis\":\"" DAS
         "\",\"tkhd\":\"" TOKEN_HOLDER
         "\",\"tknb\":\"20300101T000000\",\"tkna\":\"20310101T000000\"}",
         NULL},
    };

    REFUSES_ALL(rows, POSTERN_REFUSAL_BAD_CLAIMS);
}

/* [TOK-01] */
Test(token_hostile, refuses_token_ids_of_another_form)
{
    static const struct row rows[] = {
        {"a number", WITH_JTI("77"), NULL},
        {"null", WITH_JTI("null"), NULL},
        {"empty", WITH_JTI("\"\""), NULL},
        {"no domain", WITH_JTI("\"t1\""), NULL},
        {"an empty domain", WITH_JTI("\"t1@\""), NULL},
        {"no name", WITH_JTI("\"@das.example\""), NULL},
        {"two of @", WITH_JTI("\"t1@das.example@das.example\""), NULL},
        {"an upper-case domain", WITH_JTI("\"t1@DAS.example\""), NULL},
        {"a dot at the end", WITH_JTI("\"t1@das.example.\""), NULL},
        {"an empty label", WITH_JTI("\"t1@das..example\""), NULL},
        {"a hyphen at an end", WITH_JTI("\"t1@-das.example\""), NULL},
        {"a slash in the name", WITH_JTI("\"t/1@das.example\""), NULL},
        {"a path in the name", WITH_JTI("\"../../t1@das.example\""), NULL},
        {"a star", WITH_JTI("\"*@das.example\""), NULL},
        {"a space", WITH_JTI("\"t 1@das.example\""), NULL},
        {"a line break", WITH_JTI("\"t1@das.example\\n\""), NULL},
        {"a percent sign", WITH_JTI("\"t%31@das.example\""), NULL},
        {"a letter of Unicode", WITH_JTI("\"t\xC3\xA4@das.example\""), NULL},
        {"a list", WITH_JTI("[\"t1@das.example\"]"), NULL},
    };

    REFUSES_ALL(rows, POSTERN_REFUSAL_BAD_CLAIMS);
}

/* [JWT-03] [TOK-18] */
Test(token_hostile, refuses_times_that_are_none)
{
    static const struct row rows[] = {
        {"exp a text", WITH_EXP("\"1924992000\""), NULL},
        {"exp a date", WITH_EXP("\"20310101T000000\""), NULL},
        {"exp null", WITH_EXP("null"), NULL},
        {"exp true", WITH_EXP("true"), NULL},
        {"exp a list", WITH_EXP("[1924992000]"), NULL},
        {"exp negative", WITH_EXP("-1"), NULL},
        {"exp minus zero", WITH_EXP("-0"), NULL},
        {"exp beyond 2^53", WITH_EXP("9007199254740993"), NULL},
        {"exp beyond 2^64", WITH_EXP("18446744073709551617"), NULL},
        {"exp that wraps round", WITH_EXP("36893488149344543232"), NULL},
        {"exp with an exponent", WITH_EXP("2e9"), NULL},
        {"exp without end", WITH_EXP("1e400"), NULL},
        {"exp of a thousand digits",
         WITH_EXP("1000000000000000000000000000000000000000000000000000000000"),
         NULL},
        {"nbf a text", WITH_NBF("\"1893456000\""), NULL},
        {"nbf negative", WITH_NBF("-1893456000"), NULL},
        {"nbf beyond 2^53", WITH_NBF("9007199254740993"), NULL},
        {"nbf with an exponent", WITH_NBF("1e0"), NULL},
        {"nbf an object", WITH_NBF("{}"), NULL},
        {"nbf behind exp", "{" V J I A "\"nbf\":1924992001," E "}", NULL},
        {"nbf at exp", "{" V J I A "\"nbf\":1924992000," E "}", NULL},
        {"nbf at exp but for a part of a second",
         "{" V J I A "\"nbf\":1899999999.1,\"exp\":1900000000.9}", NULL},
    };

    REFUSES_ALL(rows, POSTERN_REFUSAL_BAD_CLAIMS);
}

/* [TOK-06] now is 1900000000 */
Test(token_hostile, refuses_tokens_before_their_time)
{
    static const struct row rows[] = {
        {"by a second", WITH_NBF("1900000001"), NULL},
        {"by a part of a second [JWT-03]", WITH_NBF("1900000000.000001"), NULL},
        {"by a year", "{" V J I A "\"nbf\":1931536000,\"exp\":2000000000}",
         NULL},
        {"for ever",
         "{" V J I A "\"nbf\":9007199254740990,\"exp\":9007199254740991}",
         NULL},
    };

    REFUSES_ALL(rows, POSTERN_REFUSAL_NOT_YET_VALID);
}

/* [TOK-06] */
Test(token_hostile, refuses_tokens_after_their_time)
{
    static const struct row rows[] = {
        {"by a second", WITH_EXP("1899999999"), NULL},
        {"in this second", WITH_EXP("1900000000"), NULL},
        {"in this second, with a part more [JWT-03]", WITH_EXP("1900000000.9"),
         NULL},
        {"since 1970", "{" V J I A "\"nbf\":0,\"exp\":1}", NULL},
    };

    REFUSES_ALL(rows, POSTERN_REFUSAL_EXPIRED);
}

/* [JWT-14] [TOK-05] */
Test(token_hostile, refuses_issuers_other_than_that_of_the_key)
{
    static const struct row rows[] = {
        {"one that is not known", WITH_ISS("\"//sp.example/nobody\""), NULL},
        {"another one that is", WITH_ISS("\"" MAC "\""), NULL},
        {"another one, the other way round", CLAIMS(""), "16-m"},
        {"one whose tokens are encrypted", WITH_ISS("\"" SEALED "\""), NULL},
        {"a longer name", WITH_ISS("\"" DAS "2\""), NULL},
        {"an AE of it", WITH_ISS("\"" DAS "/Cx\""), NULL},
        {"another case", WITH_ISS("\"//sp.example/DAS-cse\""), NULL},
        {"another case of the domain", WITH_ISS("\"//SP.example/das-cse\""),
         NULL},
        {"a dot behind the domain", WITH_ISS("\"//sp.example./das-cse\""),
         NULL},
        {"us", WITH_ISS("\"//sp.example/plant-cse\""), NULL},
        {"a tokenID of another domain",
         "{\"tkvr\":\"2\",\"jti\":\"t1@sp.example\",\"iss\":\"" OTHER
         "\",\"azp\":\"" TOKEN_HOLDER "\"," TIMES HERE "}",
         "51-o"},
        {"a tokenID of a domain below",
         "{\"tkvr\":\"2\",\"jti\":\"t1@x.das.example\",\"iss\":\"" OTHER
         "\",\"azp\":\"" TOKEN_HOLDER "\"," TIMES HERE "}",
         "51-o"},
    };

    REFUSES_ALL(rows, POSTERN_REFUSAL_WRONG_ISSUER);
}

/* One absolute ID each: no list, no pattern, nothing relative. [TOK-04] */
Test(token_hostile, refuses_identities_that_are_none)
{
    static const struct row rows[] = {
        {"iss relative", WITH_ISS("\"/das-cse\""), NULL},
        {"iss a bare name", WITH_ISS("\"das-cse\""), NULL},
        {"iss a list", WITH_ISS("[\"" DAS "\"]"), NULL},
        {"iss with a star", WITH_ISS("\"//sp.example/*\""), NULL},
        {"iss empty", WITH_ISS("\"\""), NULL},
        {"iss a URL", WITH_ISS("\"https://sp.example/das-cse\""), NULL},
        {"iss ending in a slash", WITH_ISS("\"" DAS "/\""), NULL},
        {"iss with a space", WITH_ISS("\" " DAS "\""), NULL},
        {"azp relative to the CSE", WITH_AZP("\"Cpump7\""), NULL},
        {"azp relative to the provider", WITH_AZP("\"/plant-cse/Cpump7\""),
         NULL},
        {"azp a list", WITH_AZP("[\"" TOKEN_HOLDER "\"]"), NULL},
        {"azp a list of several", WITH_AZP("[\"" TOKEN_HOLDER "\",\"Cx\"]"),
         NULL},
        {"azp with a star", WITH_AZP("\"//sp.example/plant-cse/*\""), NULL},
        {"azp with a star at its end",
         WITH_AZP("\"//sp.example/plant-cse/Cpump*\""), NULL},
        {"azp a star", WITH_AZP("\"*\""), NULL},
        {"azp all", WITH_AZP("\"all\""), NULL},
        {"azp empty", WITH_AZP("\"\""), NULL},
        {"azp null", WITH_AZP("null"), NULL},
        {"azp two IDs", WITH_AZP("\"" TOKEN_HOLDER " " TOKEN_HOLDER "\""),
         NULL},
        {"azp a domain", WITH_AZP("\"//sp.example\""), NULL},
        {"azp with escapes of URLs",
         WITH_AZP("\"//sp.example/plant-cse/Cpump%37\""), NULL},
        {"azp ending in a slash", WITH_AZP("\"" TOKEN_HOLDER "/\""), NULL},
    };

    REFUSES_ALL(rows, POSTERN_REFUSAL_BAD_CLAIMS);
}

/* [TOK-04] [IDA-11] */
Test(token_hostile, refuses_tokens_of_somebody_else)
{
    static const struct row rows[] = {
        {"another AE", WITH_AZP("\"//sp.example/plant-cse/Cpump8\""), NULL},
        {"a longer name", WITH_AZP("\"" TOKEN_HOLDER "7\""), NULL},
        {"a shorter name", WITH_AZP("\"//sp.example/plant-cse/Cpump\""), NULL},
        {"another case", WITH_AZP("\"//sp.example/plant-cse/CPump7\""), NULL},
        {"the same name at another CSE",
         WITH_AZP("\"//sp.example/other-cse/Cpump7\""), NULL},
        {"the same name at another provider",
         WITH_AZP("\"//evil.example/plant-cse/Cpump7\""), NULL},
        {"the CSE", WITH_AZP("\"//sp.example/plant-cse\""), NULL},
        {"an AE of the provider", WITH_AZP("\"//sp.example/Spump7\""), NULL},
    };

    REFUSES_ALL(rows, POSTERN_REFUSAL_WRONG_HOLDER);
}

/* [TOK-07] [IDA-11] [IDA-19] */
Test(token_hostile, refuses_tokens_for_another_cse)
{
    static const struct row rows[] = {
        {"another", WITH_AUD("[\"//sp.example/other-cse\"]"), NULL},
        {"nobody", WITH_AUD("[]"), NULL},
        {"an empty text", WITH_AUD("[\"\"]"), NULL},
        {"another case", WITH_AUD("[\"//sp.example/Plant-cse\"]"), NULL},
        {"another case of the domain", WITH_AUD("[\"//SP.example/plant-cse\"]"),
         NULL},
        {"relative", WITH_AUD("[\"/plant-cse\"]"), NULL},
        {"a bare name", WITH_AUD("[\"plant-cse\"]"), NULL},
        {"a slash behind it", WITH_AUD("[\"//sp.example/plant-cse/\"]"), NULL},
        {"something below it", WITH_AUD("[\"//sp.example/plant-cse/Cx\"]"),
         NULL},
        {"a shorter name", WITH_AUD("[\"//sp.example/plant\"]"), NULL},
        {"a longer name", WITH_AUD("[\"//sp.example/plant-cse2\"]"), NULL},
        {"the domain", WITH_AUD("[\"//sp.example\"]"), NULL},
        {"a URL", WITH_AUD("[\"http://sp.example/plant-cse\"]"), NULL},
        {"a star alone", WITH_AUD("[\"*\"]"), NULL},
        {"stars alone", WITH_AUD("[\"**\"]"), NULL},
        {"stars and slashes alone", WITH_AUD("[\"//*/*\"]"), NULL},
        {"a star for two segments", WITH_AUD("[\"//*\"]"), NULL},
        {"a star that would cross a slash", WITH_AUD("[\"//sp*-cse\"]"), NULL},
        {"a star for the rest of an ID", WITH_AUD("[\"//sp.example*\"]"), NULL},
        {"a star that does not fit", WITH_AUD("[\"//sp.example/plant-*-cse\"]"),
         NULL},
        {"stars that do not fit", WITH_AUD("[\"//sp.example/*x*y*\"]"), NULL},
        {"a star in a domain that does not fit",
         WITH_AUD("[\"//*.sp.example/plant-cse\"]"), NULL},
        {"a star below", WITH_AUD("[\"//sp.example/plant-cse/*\"]"), NULL},
        {"a question mark", WITH_AUD("[\"//sp.example/plant-cs?\"]"), NULL},
        {"a class", WITH_AUD("[\"//sp.example/plant-cs[e]\"]"), NULL},
        {"several others",
         WITH_AUD("[\"//a.example/x\",\"//sp.example/y\",\"/plant-cse\"]"),
         NULL},
        {"none where there has to be one [IDA-19]", OF_OTHER(""), "51-o"},
        {"none there for one that has to be",
         OF_OTHER(",\"aud\":[\"//sp.example/x\"]"), "51-o"},
    };

    REFUSES_ALL(rows, POSTERN_REFUSAL_WRONG_AUDIENCE);
}

/* [JWT-04] [TOK-09] [TOK-13] [JWT-19] */
Test(token_hostile, refuses_lists_and_permissions_of_another_form)
{
    static const struct row rows[] = {
        {"aud a text", WITH_AUD("\"//sp.example/plant-cse\""), NULL},
        {"aud null", WITH_AUD("null"), NULL},
        {"aud an object", WITH_AUD("{\"0\":\"//sp.example/plant-cse\"}"), NULL},
        {"aud a number", WITH_AUD("1"), NULL},
        {"aud with a number", WITH_AUD("[\"//sp.example/plant-cse\",1]"), NULL},
        {"aud with a null", WITH_AUD("[\"//sp.example/plant-cse\",null]"),
         NULL},
        {"aud with a list", WITH_AUD("[[\"//sp.example/plant-cse\"]]"), NULL},
        {"tkps a text", WITH_TKPS("\"{}\""), NULL},
        {"tkps null", WITH_TKPS("null"), NULL},
        {"tkps true", WITH_TKPS("true"), NULL},
        {"pm an object", WITH_TKPS("{\"pm\":{}}"), NULL},
        {"pm null", WITH_TKPS("{\"pm\":null}"), NULL},
        {"a permission that is a text", WITH_TKPS("[\"all\"]"), NULL},
        {"a permission that is a list", WITH_TKPS("[[]]"), NULL},
        {"a permission that is null", WITH_TKPS("{\"pm\":[null]}"), NULL},
        {"ris a text", WITH_TKPS("[{\"ris\":\"cnt1\",\"pv\":{}}]"), NULL},
        {"ris null", WITH_TKPS("[{\"ris\":null,\"pv\":{}}]"), NULL},
        {"ris with a number", WITH_TKPS("[{\"ris\":[1],\"pv\":{}}]"), NULL},
        {"rids a text", WITH_TKPS("[{\"rids\":\"op@auth.example\"}]"), NULL},
        {"rids null", WITH_TKPS("[{\"rids\":null}]"), NULL},
        {"rids with an object", WITH_TKPS("[{\"rids\":[{}]}]"), NULL},
        {"pv a list", WITH_TKPS("[{\"ris\":[\"cnt1\"],\"pv\":[]}]"), NULL},
        {"pv a text", WITH_TKPS("[{\"ris\":[\"cnt1\"],\"pv\":\"{}\"}]"), NULL},
        {"pv null", WITH_TKPS("[{\"ris\":[\"cnt1\"],\"pv\":null}]"), NULL},
        {"a good permission and a bad one",
         WITH_TKPS("[{\"rids\":[\"op@auth.example\"]},7]"), NULL},
    };

    REFUSES_ALL(rows, POSTERN_REFUSAL_BAD_CLAIMS);
}

/* [JWT-22] */
Test(token_hostile, refuses_claims_under_two_names)
{
    static const struct row rows[] = {
        {"jti and tkid", OF_OTHER(HERE ",\"tkid\":\"t1@das.example\""), "51-o"},
        {"iss and tkis", OF_OTHER(HERE ",\"tkis\":\"" OTHER "\""), "51-o"},
        {"azp and tkhd", OF_OTHER(HERE ",\"tkhd\":\"" TOKEN_HOLDER "\""),
         "51-o"},
        {"nbf and tknb", OF_OTHER(HERE ",\"tknb\":\"20300101T000000\""),
         "51-o"},
        {"exp and tkna", OF_OTHER(HERE ",\"tkna\":\"20310101T000000\""),
         "51-o"},
        {"aud and tkau",
         OF_OTHER(HERE ",\"tkau\":[\"//sp.example/plant-cse\"]"), "51-o"},
        {"a date that does not exist",
         "{\"vr\":\"2\",\"tkid\":\"t1@das.example\",\"tkis\":\"" OTHER
         "\",\"tkhd\":\"" TOKEN_HOLDER
         "\",\"tknb\":\"20300231T000000\",\"tkna\":\"20310101T000000\"" HERE
         "}",
         "51-o"},
        {"a date with a zone",
         "{\"vr\":\"2\",\"tkid\":\"t1@das.example\",\"tkis\":\"" OTHER
         "\",\"tkhd\":\"" TOKEN_HOLDER
         "\",\"tknb\":\"20300101T000000Z\",\"tkna\":\"20310101T000000\"" HERE
         "}",
         "51-o"},
    };

    REFUSES_ALL(rows, POSTERN_REFUSAL_BAD_CLAIMS);
}

/* [TOK-17] */
Test(token_hostile, refuses_tokens_that_were_revoked)
{
    static const struct row rows[] = {
        {"the first", WITH_JTI("\"t7@das.example\""), NULL},
        {"the last", WITH_JTI("\"t9@das.example\""), NULL},
        {"spelled with an escape", WITH_JTI("\"t\\u0037@das.example\""), NULL},
    };
    struct token_world it = token_world(NULL);
    postern_token token;

    REFUSES_ALL(rows, POSTERN_REFUSAL_REVOKED);
    cr_expect_eq(
        token_verify(&it,
                     token_sign(&it, "51-a", WITH_JTI("\"t8@das.example\"")),
                     &token),
        POSTERN_REFUSAL_NONE);
    token_world_end(&it);
}

/* Compact serialization only. [JWT-01] [TOK-02] */
Test(token_hostile, refuses_what_is_no_compact_token)
{
    static const char *const rows[] = {
        "",
        ".",
        "..",
        "....",
        "e30",
        "e30.e30",
        "e30.e30.",
        ".e30.e30",
        "e30.e30.e30.e30",
        "e30.e30.e30.e30.e30.e30",
        "e30.e30.e30=",
        "e30. e30.e30",
        "e30.e30.e30\n",
        "{\"payload\":\"e30\",\"signatures\":[]}",
        "{\"payload\":\"e30\",\"protected\":\"e30\",\"signature\":\"e30\"}",
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.e30.",
        "t1@das.example",
    };
    struct token_world it = token_world(NULL);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_token token;

        cr_expect_eq(token_verify(&it, postern_str_of(rows[i]), &token),
                     POSTERN_REFUSAL_NOT_DYNAUTHJWT, "%s", rows[i]);
    }
    token_world_end(&it);
}

/* ---- sizes ----------------------------------------------------------------
 */

enum { ROOM = 64 * 1024 };

/* `before`, then `unit` that many times, then `behind`. */
static postern_str repeat(char *room, const char *before, const char *unit,
                          size_t count, const char *behind)
{
    size_t len = strlen(before);

    memcpy(room, before, len);
    for (size_t i = 0; i < count; i++) {
        memcpy(room + len, unit, strlen(unit));
        len += strlen(unit);
    }
    memcpy(room + len, behind, strlen(behind));
    return (postern_str){room, len + strlen(behind)};
}

Test(token_hostile, bears_what_is_large_and_refuses_what_is_larger)
{
    static const char open[] = "{" V J I A N E ",";
    static const struct {
        const char *name;
        const char *before;
        const char *unit;
        size_t count;
        const char *behind;
        postern_refusal refusal;
    } rows[] = {
        {"1,000 audiences, the last of them us", "\"aud\":[", "\"//a/b\",",
         1000, "\"//sp.example/plant-cse\"]}", POSTERN_REFUSAL_NONE},
        {"1,000 audiences, none of them us", "\"aud\":[", "\"//a/b\",", 1000,
         "\"\"]}", POSTERN_REFUSAL_WRONG_AUDIENCE},
        {"3,700 audiences", "\"aud\":[", "\"\",", 3700,
         "\"//sp.example/plant-cse\"]}", POSTERN_REFUSAL_NONE},
        {"a pattern of 10,000 stars", "\"aud\":[\"//sp.example/", "*", 10000,
         "-cse\"]}", POSTERN_REFUSAL_NONE},
        {"a pattern of 5,000 stars and letters", "\"aud\":[\"//sp.example/",
         "*a", 5000, "\"]}", POSTERN_REFUSAL_WRONG_AUDIENCE},
        {"lists 14 deep", "\"x\":", "[", 14, "1]]]]]]]]]]]]]]}",
         POSTERN_REFUSAL_NONE},
        {"lists 20 deep", "\"x\":", "[", 20, "1]]]]]]]]]]]]]]]]]]]]}",
         POSTERN_REFUSAL_BAD_CLAIMS},
        {"lists 10,000 deep", "\"x\":", "[", 10000, "}",
         POSTERN_REFUSAL_BAD_CLAIMS},
        {"objects 1,000 deep", "\"x\":", "{\"x\":", 1000, "}",
         POSTERN_REFUSAL_BAD_CLAIMS},
        {"a name of 10,000 bytes", "\"tknm\":\"", "a", 10000, "\"}",
         POSTERN_REFUSAL_NONE},
        {"a name of 1,000 escapes", "\"tknm\":\"", "\\u0061", 1000, "\"}",
         POSTERN_REFUSAL_NONE},
        {"1,000 permissions without anything", "\"tkps\":[", "{},", 1000,
         "{}]}", POSTERN_REFUSAL_NONE},
        {"2,000 claims that nobody knows", "\"x\":[", "0,", 2000, "0]}",
         POSTERN_REFUSAL_NONE},
        {"5,000 of them", "\"x\":[", "0,", 5000, "0]}",
         POSTERN_REFUSAL_BAD_CLAIMS},
    };
    struct token_world it = token_world(NULL);
    struct token_recipe how = {.kind = POSTERN_JOSE_JWS, .signer = "51-a"};
    char *room = malloc(ROOM);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char before[512];
        postern_token token;
        postern_refusal got;

        snprintf(before, sizeof before, "%s%s", open, rows[i].before);
        got = token_verify(&it,
                           token_seal(&it, &how,
                                      repeat(room, before, rows[i].unit,
                                             rows[i].count, rows[i].behind)),
                           &token);
        cr_expect_eq(got, rows[i].refusal, "%s: %s", rows[i].name,
                     postern_refusal_word(got));
    }
    free(room);
    token_world_end(&it);
}

/* No token is accepted that differs from an accepted one in one character. */
Test(token_hostile, refuses_every_token_with_one_character_altered)
{
    struct token_world it = token_world(NULL);
    postern_str good = token_sign(&it, "16-m", CLAIMS_OF(MAC, ""));
    char *text = malloc(good.len + 1);
    postern_token token;

    memcpy(text, good.data, good.len);
    cr_assert_eq(token_verify(&it, (postern_str){text, good.len}, &token),
                 POSTERN_REFUSAL_NONE);
    for (size_t i = 0; i < good.len; i++) {
        char was = text[i];

        for (size_t k = 0; k < 4; k++) {
            text[i] = "Aw_."[k];
            cr_expect(text[i] == was ||
                          token_verify(&it, (postern_str){text, good.len},
                                       &token) != POSTERN_REFUSAL_NONE,
                      "character %zu as %c", i, text[i]);
        }
        text[i] = was;
        cr_expect_neq(token_verify(&it, (postern_str){text, i}, &token),
                      POSTERN_REFUSAL_NONE, "cut at %zu", i);
    }
    free(text);
    token_world_end(&it);
}

/* ---- what the request says -------------------------------------------------
 */

Test(token_hostile, refuses_whatever_the_request_does_not_know)
{
    struct token_world it = token_world(NULL);
    char *text = malloc(ROOM);
    postern_str sealed = token_sign(&it, "51-a", CLAIMS(HERE));
    postern_str token = {text, sealed.len};
    postern_token_check good = it.check;
    postern_token out;

    memcpy(text, sealed.data, sealed.len);
    cr_expect_eq(token_verify(&it, token, &out), POSTERN_REFUSAL_NONE);
    it.check.time_known = false;
    cr_expect_eq(token_verify(&it, token, &out), POSTERN_REFUSAL_NOT_YET_VALID);
    it.check = good;
    it.check.holder = (postern_id){.kind = POSTERN_ID_UNSET};
    cr_expect_eq(token_verify(&it, token, &out), POSTERN_REFUSAL_WRONG_HOLDER);
    postern_id_set_absent(&it.check.holder);
    cr_expect_eq(token_verify(&it, token, &out), POSTERN_REFUSAL_WRONG_HOLDER);
    it.check = good;
    it.check.token_id = PST_STR("t2@das.example");
    cr_expect_eq(token_verify(&it, token, &out),
                 POSTERN_REFUSAL_TOKEN_NOT_FOUND);
    it.check.token_id = PST_STR("t1@das.example");
    cr_expect_eq(token_verify(&it, token, &out), POSTERN_REFUSAL_NONE);
    it.check = good;
    it.check.max_bytes = token.len - 1;
    cr_expect_eq(token_verify(&it, token, &out), POSTERN_REFUSAL_TOO_LARGE);
    it.check.max_bytes = token.len;
    cr_expect_eq(token_verify(&it, token, &out), POSTERN_REFUSAL_NONE);
    it.check = good;
    it.check.struct_size = 0;
    cr_expect_neq(token_verify(&it, token, &out), POSTERN_REFUSAL_NONE);
    it.check = good;
    postern_verifier_end(it.verifier);
    cr_expect_neq(
        postern_token_verify(it.verifier, it.issuers, &it.check, token, &out),
        POSTERN_REFUSAL_NONE, "no request was begun");
    postern_verifier_begin(it.verifier);
    cr_expect_eq(
        postern_token_verify(it.verifier, NULL, &it.check, token, &out),
        POSTERN_REFUSAL_UNKNOWN_KID, "nobody is trusted");
    memset(text, 'a', ROOM);
    cr_expect_eq(token_verify(&it, (postern_str){text, ROOM}, &out),
                 POSTERN_REFUSAL_TOO_LARGE);
    free(text);
    token_world_end(&it);
}

static const struct {
    const char *name;
    const char *das;
    struct token_recipe how;
    const char *claims;
    postern_refusal refusal;
} asked_tokens[] = {
#define SIGNED                                                                 \
    {                                                                          \
        POSTERN_JOSE_JWS, "51-a", NULL, 0                                      \
    }
    {"right", DAS, SIGNED, CLAIMS(HERE), POSTERN_REFUSAL_NONE},
    {"nested",
     DAS,
     {POSTERN_JOSE_NESTED, "51-a", "41-e", 0},
     CLAIMS(HERE),
     POSTERN_REFUSAL_NONE},
    {"by its own secret",
     SEALED,
     {POSTERN_JOSE_JWE, NULL, "15-s", POSTERN_ENC_A256GCM},
     CLAIMS_OF(SEALED, HERE),
     POSTERN_REFUSAL_NONE},
    {"of another DAS", MAC, SIGNED, CLAIMS(HERE), POSTERN_REFUSAL_WRONG_ISSUER},
    {"of a DAS that is none", "nobody", SIGNED, CLAIMS(HERE),
     POSTERN_REFUSAL_WRONG_ISSUER},
    {"of a DAS of no name", "", SIGNED, CLAIMS(HERE),
     POSTERN_REFUSAL_WRONG_ISSUER},
    {"no audience", DAS, SIGNED, CLAIMS(""), POSTERN_REFUSAL_WRONG_AUDIENCE},
    {"an audience by a pattern", DAS, SIGNED,
     CLAIMS(",\"aud\":[\"//sp.example/plant-*\"]"),
     POSTERN_REFUSAL_WRONG_AUDIENCE},
    {"us and others", DAS, SIGNED,
     CLAIMS(",\"aud\":[\"//sp.example/plant-cse\",\"//sp.example/x\"]"),
     POSTERN_REFUSAL_WRONG_AUDIENCE},
    {"us twice", DAS, SIGNED,
     CLAIMS(",\"aud\":[\"//sp.example/plant-cse\","
            "\"//sp.example/plant-cse\"]"),
     POSTERN_REFUSAL_WRONG_AUDIENCE},
    {"of another holder", DAS, SIGNED,
     "{" V J I "\"azp\":\"//sp.example/plant-cse/Cx\"," N E HERE "}",
     POSTERN_REFUSAL_WRONG_HOLDER},
    {"not yet", DAS, SIGNED, "{" V J I A "\"nbf\":1900000001," E HERE "}",
     POSTERN_REFUSAL_NOT_YET_VALID},
    {"over", DAS, SIGNED, "{" V J I A N "\"exp\":1900000000" HERE "}",
     POSTERN_REFUSAL_EXPIRED},
    {"encrypted by our public key",
     DAS,
     {POSTERN_JOSE_JWE, NULL, "41-e", 0},
     CLAIMS(HERE),
     POSTERN_REFUSAL_ALG_NOT_PERMITTED},
#undef SIGNED
};

/* [DDA-10] [DDA-11] [DDA-13] [DDA-14] [DDA-15] [DDA-16] */
Test(token_hostile, holds_tokens_of_a_das_that_was_asked_to_more)
{
    struct token_world it = token_world(NULL);

    for (size_t i = 0; i < sizeof asked_tokens / sizeof *asked_tokens; i++) {
        postern_token token;
        postern_refusal got;

        it.check.das = postern_str_of(asked_tokens[i].das);
        got = token_verify(&it,
                           token_seal(&it, &asked_tokens[i].how,
                                      postern_str_of(asked_tokens[i].claims)),
                           &token);
        cr_expect_eq(got, asked_tokens[i].refusal, "%s: %s",
                     asked_tokens[i].name, postern_refusal_word(got));
    }
    token_world_end(&it);
}

/* One bad token does not change what its neighbours are, and the ninth good one
 * is one too many. [IDA-12] [DDA-18] */
Test(token_hostile, tells_the_good_ones_of_many)
{
    enum { COUNT = 10, BAD = 4 };
    struct token_world it = token_world(NULL);
    postern_str names[COUNT];
    char texts[COUNT][1024];

    for (size_t i = 0; i < COUNT; i++) {
        postern_str text = token_sign(
            &it, "51-a", i == BAD ? WITH_EXP("1900000000") : CLAIMS(HERE));

        memcpy(texts[i], text.data, text.len);
        names[i] = (postern_str){texts[i], text.len};
    }
    postern_verifier_begin(it.verifier);
    for (size_t i = 0; i < COUNT; i++) {
        postern_token token;
        postern_refusal wanted = i == BAD         ? POSTERN_REFUSAL_EXPIRED
                                 : i == COUNT - 1 ? POSTERN_REFUSAL_TOO_MANY
                                                  : POSTERN_REFUSAL_NONE;

        cr_expect_eq(postern_token_verify(it.verifier, it.issuers, &it.check,
                                          names[i], &token),
                     wanted, "token %zu", i);
        cr_expect_eq(token.claims.token_id.len,
                     wanted ? 0 : sizeof "t1@das.example" - 1);
    }
    postern_verifier_begin(it.verifier);
    for (size_t i = 0; i < COUNT; i += 3) {
        postern_token token;

        cr_expect_eq(postern_token_verify(it.verifier, it.issuers, &it.check,
                                          names[i], &token),
                     POSTERN_REFUSAL_NONE, "another request");
    }
    token_world_end(&it);
}
