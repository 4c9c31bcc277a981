/* The strict reader of headers and claims. [JWT-16] */
#include "jose/json.h"

#include "base/str.h"

#include <criterion/criterion.h>

#include <stdio.h>

enum { VALUES = 32, SCRATCH = 64 };

static struct pst_json_value values[VALUES];
static char scratch[SCRATCH];

static struct pst_json reader(void)
{
    return (struct pst_json){.values = values,
                             .capacity = VALUES,
                             .scratch = scratch,
                             .scratch_size = SCRATCH,
                             .depth = 4,
                             .members = 6};
}

/* The text is copied to where a byte read behind it is found. */
static postern_status parse(struct pst_json *json, postern_str text)
{
    static char *copy;

    free(copy);
    copy = malloc(text.len ? text.len : 1);
    cr_assert(copy);
    memcpy(copy, text.data, text.len);
    *json = reader();
    return pst_json_parse(json, (postern_str){copy, text.len});
}

static const struct pst_json_value *at(const struct pst_json *json,
                                       const char *name)
{
    return pst_json_member(json, pst_json_root(json), name);
}

Test(json, finds_members_of_every_type)
{
    struct pst_json json;

    cr_assert_eq(parse(&json, PST_STR("{\"s\":\"x\",\"n\":-1.5e+3,\"t\":true,"
                                      "\"o\":{\"l\":[1,2,3]},\"z\":null}")),
                 POSTERN_OK);
    cr_expect_eq(pst_json_root(&json)->count, 5);
    cr_expect_eq(at(&json, "s")->type, PST_IS_STRING);
    cr_expect(pst_str_is(at(&json, "s")->text, "x"));
    cr_expect_eq(at(&json, "n")->type, PST_IS_NUMBER);
    cr_expect(pst_str_is(at(&json, "n")->text, "-1.5e+3"));
    cr_expect_eq(at(&json, "t")->type, PST_IS_TRUE);
    cr_expect_eq(at(&json, "z")->type, PST_IS_NULL);
    cr_expect(pst_str_is(at(&json, "o")->text, "{\"l\":[1,2,3]}"));
    cr_expect_null(at(&json, "l"), "it is one level below");
    cr_expect_null(at(&json, "S"));
    cr_expect_null(pst_json_member(&json, at(&json, "s"), "s"));
}

Test(json, goes_from_entry_to_entry)
{
    struct pst_json json;
    const struct pst_json_value *list;
    const struct pst_json_value *entry;
    size_t count = 0;

    cr_assert_eq(parse(&json, PST_STR(" {\"l\" : [ \"a\" ,[{}], {\"x\":[]} ,"
                                      "4 ] , \"m\":1}\n")),
                 POSTERN_OK);
    list = at(&json, "l");
    cr_expect_eq(list->count, 4);
    for (entry = pst_json_first(list); entry;
         entry = pst_json_beside(&json, entry)) {
        cr_expect_null(entry->name.data);
        count++;
    }
    cr_expect_eq(count, 4);
    entry = pst_json_first(list);
    cr_assert_not_null(entry);
    cr_expect_null(pst_json_first(entry), "a string is empty");
    cr_expect_eq(pst_json_beside(&json, list), at(&json, "m"));
    cr_expect_null(pst_json_beside(&json, at(&json, "m")));
    cr_expect_null(pst_json_beside(&json, pst_json_root(&json)));
}

Test(json, decodes_escapes_and_leaves_the_text_as_it_is)
{
    struct pst_json json;

    cr_assert_eq(
        parse(&json, PST_STR("{\"\\u0061\\/\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t"
                             "\\u00e9\\u20AC\\uD83D\\uDE00.\"}")),
        POSTERN_OK);
    cr_expect(pst_str_is(at(&json, "a/")->text,
                         "\"\\/\b\f\n\r\t\xC3\xA9\xE2\x82\xAC"
                         "\xF0\x9F\x98\x80."));
    cr_expect(
        pst_str_equal(pst_json_root(&json)->text,
                      PST_STR("{\"\\u0061\\/\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t"
                              "\\u00e9\\u20AC\\uD83D\\uDE00.\"}")));
}

static const struct {
    const char *name;
    const char *text;
} broken[] = {
    {"nothing", ""},
    {"blanks", "  "},
    {"a number", "1"},
    {"a string", "\"a\""},
    {"a list", "[]"},
    {"true", "true"},
    {"an open object", "{"},
    {"an open member", "{\"a\""},
    {"no value", "{\"a\":"},
    {"no value, closed", "{\"a\":}"},
    {"no colon", "{\"a\" 1}"},
    {"no name", "{:1}"},
    {"a name that is no string", "{a:1}"},
    {"a number as name", "{1:1}"},
    {"a comma first", "{,\"a\":1}"},
    {"a comma last", "{\"a\":1,}"},
    {"two commas", "{\"a\":1,,\"b\":1}"},
    {"no comma", "{\"a\":1 \"b\":1}"},
    {"the wrong bracket", "{\"a\":[1}}"},
    {"the wrong brace", "{\"a\":1]"},
    {"a comma last in a list", "{\"a\":[1,]}"},
    {"a comma alone in a list", "{\"a\":[,]}"},
    {"two objects", "{}{}"},
    {"a comma behind", "{},"},
    {"a letter behind", "{}x"},
    {"a comment", "{}//"},
    {"a comment inside", "{/**/}"},
    {"a mark of byte order", "\xEF\xBB\xBF{}"},
    {"another blank", "{\xC2\xA0}"},
    {"a form feed", "{\f}"},
    {"a vertical tab", "{\v}"},
    {"single quotes", "{'a':1}"},
    {"a string that is not closed", "{\"a\":\"b"},
    {"a name that is not closed", "{\"a"},
    {"an escape that is cut", "{\"a\":\"\\"},
    {"an escape of nothing", "{\"a\":\"\\x\"}"},
    {"an escaped quote of another sort", "{\"a\":\"\\'\"}"},
    {"\\u cut", "{\"a\":\"\\u00"},
    {"\\u of three digits", "{\"a\":\"\\u006\"}"},
    {"\\u of no digits", "{\"a\":\"\\u00g0\"}"},
    {"\\U", "{\"a\":\"\\U0061\"}"},
    {"NUL", "{\"a\":\"\\u0000\"}"},
    {"NUL in a name", "{\"a\\u0000\":1}"},
    {"the first half of a pair", "{\"a\":\"\\uD800\"}"},
    {"the second half of a pair", "{\"a\":\"\\uDC00\"}"},
    {"two first halves", "{\"a\":\"\\uD800\\uD800\"}"},
    {"a half and a letter", "{\"a\":\"\\uD800x\"}"},
    {"a half and another escape", "{\"a\":\"\\uD800\\n\"}"},
    {"a tab in a string", "{\"a\":\"\t\"}"},
    {"a line break in a string", "{\"a\":\"\n\"}"},
    {"a control character in a string", "{\"a\":\"\x01\"}"},
    {"a control character in a long string", "{\"a\":\"0123456789abcdef\x1F"
                                             "0123456789abcdef\"}"},
    {"a tail without a head", "{\"a\":\"\x80\"}"},
    {"a head without a tail", "{\"a\":\"\xC3\"}"},
    {"a head at the end", "{\"a\":\"\xC3"},
    {"three bytes cut to two", "{\"a\":\"\xE2\x82\"}"},
    {"four bytes cut to three", "{\"a\":\"\xF0\x9F\x98\"}"},
    {"overlong, two", "{\"a\":\"\xC1\xBF\"}"},
    {"overlong, three", "{\"a\":\"\xE0\x9F\xBF\"}"},
    {"overlong, four", "{\"a\":\"\xF0\x8F\xBF\xBF\"}"},
    {"a surrogate in bytes", "{\"a\":\"\xED\xA0\x80\"}"},
    {"over U+10FFFF", "{\"a\":\"\xF4\x90\x80\x80\"}"},
    {"F5", "{\"a\":\"\xF5\x80\x80\x80\"}"},
    {"FE", "{\"a\":\"\xFE\"}"},
    {"UTF-8 between values", "{\"a\":1\xC3\xA9}"},
    {"a leading zero", "{\"a\":01}"},
    {"a leading zero behind a minus", "{\"a\":-01}"},
    {"a plus", "{\"a\":+1}"},
    {"a minus", "{\"a\":-}"},
    {"two minuses", "{\"a\":--1}"},
    {"a dot first", "{\"a\":.5}"},
    {"a dot last", "{\"a\":5.}"},
    {"two dots", "{\"a\":1.2.3}"},
    {"an exponent of nothing", "{\"a\":1e}"},
    {"an exponent of a sign", "{\"a\":1e+}"},
    {"an exponent with a dot", "{\"a\":1e1.5}"},
    {"hexadecimal", "{\"a\":0x10}"},
    {"NaN", "{\"a\":NaN}"},
    {"Infinity", "{\"a\":Infinity}"},
    {"-Infinity", "{\"a\":-Infinity}"},
    {"True", "{\"a\":True}"},
    {"tru", "{\"a\":tru}"},
    {"truer", "{\"a\":truer}"},
    {"nul", "{\"a\":nul"},
    {"a name twice", "{\"a\":1,\"a\":1}"},
    {"a name twice, not beside", "{\"a\":1,\"b\":{\"a\":2},\"a\":1}"},
    {"a name twice by escapes", "{\"a\":1,\"\\u0061\":1}"},
    {"a name twice, both by escapes", "{\"\\u0061\":1,\"\\u0061\":1}"},
    {"an empty name twice", "{\"\":1,\"\":1}"},
    {"a name twice below", "{\"x\":{\"a\":1,\"a\":1}}"},
    {"a name twice in a list", "{\"x\":[0,{\"a\":[],\"a\":{}}]}"},
};

Test(json, refuses_what_is_broken)
{
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct pst_json json;

        cr_expect_eq(parse(&json, postern_str_of(broken[i].text)),
                     POSTERN_ERR_SYNTAX, "%s", broken[i].name);
        cr_expect_not_null(json.problem, "%s", broken[i].name);
        cr_expect_leq(json.at, strlen(broken[i].text));
    }
}

Test(json, accepts_what_is_near_it)
{
    static const char *const texts[] = {
        "{}",
        "\t\r\n {} ",
        "{\"a\":1,\"A\":1}",
        "{\"a\":{\"a\":{\"a\":1}}}",
        "{\"a\":[{\"b\":1},{\"b\":1}]}",
        "{\"\":1}",
        "{\"a\":0}",
        "{\"a\":-0}",
        "{\"a\":0.0}",
        "{\"a\":1e400}",
        "{\"a\":1E-05}",
        "{\"a\":\"\\u0001\x7F\"}",
        "{\"a\":\"\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\"}",
        "{\"a\":\"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"}",
        "{\"a\":\"0123456\\\"0123456789abcdef\"}",
        "{\"a\":[[[]]]}",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct pst_json json;

        cr_expect_eq(parse(&json, postern_str_of(texts[i])), POSTERN_OK,
                     "%s: %s", texts[i], json.problem);
    }
}

Test(json, refuses_bytes_of_zero)
{
    struct pst_json json;

    cr_expect_eq(parse(&json, (postern_str){"{}\0", 3}), POSTERN_ERR_SYNTAX);
    cr_expect_eq(parse(&json, (postern_str){"{\0}", 3}), POSTERN_ERR_SYNTAX);
    cr_expect_eq(parse(&json, (postern_str){"{\"a\0\":1}", 8}),
                 POSTERN_ERR_SYNTAX);
    cr_expect_eq(parse(&json, (postern_str){"{\"a\":1\0}", 8}),
                 POSTERN_ERR_SYNTAX);
    cr_expect_eq(parse(&json, (postern_str){"{\0\"\0a\0\"\0", 8}),
                 POSTERN_ERR_SYNTAX, "UTF-16");
}

static void append(char *text, const char *more)
{
    memcpy(text + strlen(text), more, strlen(more) + 1);
}

Test(json, has_limits)
{
    static char many[4096] = "{\"a\":[0";
    static char escapes[1024] = "{\"a\":\"";
    struct pst_json json;

    cr_expect_eq(parse(&json, PST_STR("{\"a\":[[[[]]]]}")), POSTERN_ERR_LIMIT,
                 "depth");
    cr_expect_eq(parse(&json, PST_STR("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,"
                                      "\"e\":1,\"f\":1}")),
                 POSTERN_OK);
    cr_expect_eq(parse(&json, PST_STR("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,"
                                      "\"e\":1,\"f\":1,\"g\":1}")),
                 POSTERN_ERR_LIMIT, "members");
    for (size_t i = 1; i < VALUES - 2; i++) {
        append(many, ",0");
    }
    append(many, "]}");
    cr_expect_eq(parse(&json, postern_str_of(many)), POSTERN_OK);
    cr_expect_eq(json.count, VALUES);
    many[strlen(many) - 2] = '\0';
    append(many, ",0]}");
    cr_expect_eq(parse(&json, postern_str_of(many)), POSTERN_ERR_LIMIT,
                 "values");
    for (size_t i = 0; i < SCRATCH; i++) {
        append(escapes, "\\n");
    }
    append(escapes, "\"}");
    cr_expect_eq(parse(&json, postern_str_of(escapes)), POSTERN_OK);
    escapes[strlen(escapes) - 2] = '\0';
    append(escapes, "x\"}");
    cr_expect_eq(parse(&json, postern_str_of(escapes)), POSTERN_ERR_LIMIT,
                 "escapes");
}

/* 200,000 brackets take no stack and no time. */
Test(json, is_not_impressed_by_depth)
{
    enum { DEEP = 200000 };
    static char text[DEEP];
    struct pst_json json;

    memset(text, '[', sizeof text);
    memcpy(text, "{\"a\":", 5);
    cr_expect_eq(parse(&json, (postern_str){text, sizeof text}),
                 POSTERN_ERR_LIMIT);
}

/* Every text that is cut short is refused. */
Test(json, refuses_every_beginning_of_a_text)
{
    static const char text[] =
        "{\"a\":[1.5,\"\\u0041\",true],\"b\":{\"c\":null}}";
    struct pst_json json;

    for (size_t len = 0; len < sizeof text - 1; len++) {
        cr_expect_eq(parse(&json, (postern_str){text, len}), POSTERN_ERR_SYNTAX,
                     "%zu", len);
    }
    cr_expect_eq(parse(&json, PST_STR(text)), POSTERN_OK);
}

/* ---- NumericDate -------------------------------------------------------- */

Test(json, reads_seconds)
{
    static const struct {
        const char *number;
        bool fine;
        int64_t seconds;
        bool has_fraction;
    } rows[] = {
        {"0", true, 0, false},
        {"1893456000", true, 1893456000, false},
        {"1893456000.0", true, 1893456000, false},
        {"1893456000.5", true, 1893456000, true},
        {"0.001", true, 0, true},
        {"9007199254740992", true, INT64_C(9007199254740992), false},
        {"9007199254740993", false, 0, false},
        {"99999999999999999999999999", false, 0, false},
        {"-1", false, 0, false},
        {"-0", false, 0, false},
        {"1e9", false, 0, false},
        {"1.5e3", false, 0, false},
        {"1e400", false, 0, false},
        {"\"1893456000\"", false, 0, false},
        {"null", false, 0, false},
        {"true", false, 0, false},
        {"[1]", false, 0, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[64];
        struct pst_json json;
        int64_t seconds;
        bool has_fraction;

        snprintf(text, sizeof text, "{\"n\":%s}", rows[i].number);
        cr_assert_eq(parse(&json, postern_str_of(text)), POSTERN_OK);
        cr_expect_eq(pst_json_seconds(at(&json, "n"), &seconds, &has_fraction),
                     rows[i].fine, "%s", rows[i].number);
        cr_expect(!rows[i].fine || (seconds == rows[i].seconds &&
                                    has_fraction == rows[i].has_fraction),
                  "%s", rows[i].number);
    }
}
