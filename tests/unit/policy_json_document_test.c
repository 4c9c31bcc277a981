/* Reading JSON: what is accepted and as what, what is refused and where. */
#include "support/document.h"
#include "support/rng.h"

#include <criterion/criterion.h>
#include <jansson.h>

static struct read_document in;

struct accepted {
    const char *text;
    const char *words;
};

static const struct accepted accepted[] = {
    {"null", "null"},
    {"true", "true"},
    {"false", "false"},
    {" \t\r\n[ ] ", "[]"},
    {"{}", "{}"},
    {"\"\"", "''"},
    {"[1,2.0,-0,0,-0.0]", "[1,2r,0,0,-0r]"},
    {"[2,2.0,2e0]", "[2,2r,2r]"},
    {"[52.09,5.209e+1,5209E-2]", "[52.090000000000003r,52.090000000000003r,"
                                 "52.090000000000003r]"},
    {"[9223372036854775807,-9223372036854775808]",
     "[9223372036854775807,-9223372036854775808]"},
    {"[1.7976931348623157e308,5e-324,1e-400]",
     "[1.7976931348623157e+308r,4.9406564584124654e-324r,0r]"},
    {"[0.1,0.30000000000000004,123456789012345678901234567890.5]",
     "[0.10000000000000001r,0.30000000000000004r,1.2345678901234568e+29r]"},
    {"{\"a\":{\"b\":[[],{}]},\"c\":[{\"d\":null}]}",
     "{a:{b:[[],{}]},c:[{d:null}]}"},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "'\"\\/\b\f\n\r\t'"},
    {"\"\\u0041\\u00e9\\u20AC\\uD83D\\ude00\\u007f\"",
     "'A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\x7F'"},
    {"\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"",
     "'\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80'"},
    {"{\"\":1,\" \":2}", "{:1, :2}"},
    {"{\"a\":1,\"A\":2}", "{a:1,A:2}"},
    {"[{\"a\":1},{\"a\":1}]", "[{a:1},{a:1}]"},
};

Test(json_document, keeps_values_and_their_order)
{
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        const struct accepted *row = &accepted[i];
        char words[256];

        read_document(&in, PST_FORMAT_JSON, postern_str_of(row->text), NULL);
        cr_expect_eq(in.status, POSTERN_OK, "%s: %s", row->text,
                     in.diag.message);
        cr_expect_str_eq(document_words(in.document.root, words, sizeof words),
                         row->words);
        cr_expect_eq(read_document_release(&in), 0);
    }
}

struct refused {
    const char *text;
    uint32_t line;
    uint32_t column;
    const char *path;
    const char *message; /* part of it */
};

static const struct refused refused[] = {
    {"", 1, 1, "", "the document is empty"},
    {"  \n\n ", 3, 2, "", "the document is empty"},
    {"[1,\n  2", 2, 4, "/2", "expected \",\" or \"]\", but the text ends"},
    {"{\"a\":", 1, 6, "/a", "expected a value, but the text ends"},
    {"{\"a\"", 1, 5, "/a", "expected \":\" after the member name"},
    {"{\"a\" 1}", 1, 6, "/a", "expected \":\" after the member name, found"},
    {"{\"a\":1 \"b\":2}", 1, 8, "", "expected \",\" or \"}\", found \"b\""},
    {"{\"a\":1,}", 1, 8, "", "expected a member name in double quotes, found"},
    {"{a:1}", 1, 2, "", "or \"}\", found \"a\""},
    {"{'a':1}", 1, 2, "", "found \"'\""},
    {"{1:1}", 1, 2, "", "expected a member name"},
    {"{,}", 1, 2, "", "expected a member name"},
    {"{]", 1, 2, "", "found \"]\""},
    {"[}", 1, 2, "/0", "expected a value or \"]\", found \"}\""},
    {"[1}", 1, 3, "/1", "expected \",\" or \"]\", found \"}\""},
    {"[1,]", 1, 4, "/1", "expected a value, found \"]\""},
    {"[,1]", 1, 2, "/0", "expected a value or"},
    {"]", 1, 1, "", "expected a value, found"},
    {"[1] 2", 1, 5, "", "expected nothing after the document, found \"2\""},
    {"{}{}", 1, 3, "", "expected nothing after the document"},
    {"{} \xC3\xA9", 1, 4, "", "expected nothing after the document"},
    {"True", 1, 1, "", "expected a value, found \"True\""},
    {"[nul]", 1, 2, "/0", "found \"nul\""},
    {"[NaN]", 1, 2, "/0", "found \"NaN\""},
    {"[Infinity]", 1, 2, "/0", "found \"Infinity\""},
    {"[-Infinity]", 1, 2, "/0", "not a number of JSON"},
    {"// x\n{}", 1, 1, "", "found \"/\""},
    {"[1,/**/2]", 1, 4, "/1", "found \"/\""},
    {"[01]", 1, 2, "/0", "not a number of JSON"},
    {"[-]", 1, 2, "/0", "not a number of JSON"},
    {"[+1]", 1, 2, "/0", "found \"+1\""},
    {"[.5]", 1, 2, "/0", "found \".5\""},
    {"[5.]", 1, 2, "/0", "not a number of JSON"},
    {"[1e]", 1, 2, "/0", "not a number of JSON"},
    {"[1e+]", 1, 2, "/0", "not a number of JSON"},
    {"[1.5.5]", 1, 2, "/0", "not a number of JSON"},
    {"[0x10]", 1, 2, "/0", "not a number of JSON"},
    {"[1_000]", 1, 2, "/0", "not a number of JSON"},
    {"[9223372036854775808]", 1, 2, "/0", "does not fit in 64 bits"},
    {"[-9223372036854775809]", 1, 2, "/0", "does not fit in 64 bits"},
    {"[99999999999999999999999]", 1, 2, "/0", "does not fit in 64 bits"},
    {"[1e309]", 1, 2, "/0", "too large"},
    {"[-1e999999999999999999]", 1, 2, "/0", "too large"},
    {"{\"a\":[1,\"x]}", 1, 9, "/a/1", "this string is not closed"},
    {"[\"a\nb\"]", 1, 4, "/0", "a line break in it is written \\n"},
    {"[\"a\tb\"]", 1, 4, "/0", "a control character in a string"},
    {"[\"a\x1F\"]", 1, 4, "/0", "a control character in a string"},
    {"[\"a\\x41\"]", 1, 4, "/0", "JSON has no such escape"},
    {"[\"\\\"]", 1, 2, "/0", "this string is not closed"},
    {"[\"\\u12\"]", 1, 3, "/0", "four hexadecimal digits"},
    {"[\"\\u12g4\"]", 1, 3, "/0", "four hexadecimal digits"},
    {"[\"\\uD83D\"]", 1, 3, "/0", "half of a surrogate pair"},
    {"[\"\\uD83D\\u0041\"]", 1, 3, "/0", "half of a surrogate pair"},
    {"[\"\\uD83D\\uD83D\"]", 1, 3, "/0", "half of a surrogate pair"},
    {"[\"\\uDE00\"]", 1, 3, "/0", "half of a surrogate pair"},
    {"[\"a\\u0000\"]", 1, 4, "/0", "may not hold the NUL character"},
    {"{\"\\u0000\":1}", 1, 3, "", "may not hold the NUL character"},
    {"\xEF\xBB\xBF{}", 1, 1, "", "byte order mark"},
    {"[\"\xC3\xA9\", x]", 1, 8, "/1", "found \"x\""}, /* columns are bytes */
    {"{\"a\":1,\n \"a\":2}", 2, 2, "/a", "the member \"a\" is in this object"},
    {"{\"a\":1,\"\\u0061\":2}", 1, 8, "/a", "\"a\" is in this object twice"},
    {"{\"acr\":[{\"b\":1},{\"x\":0,\"b\":1,\"b\":{}}]}", 1, 30, "/acr/1/b",
     "\"b\" is in this object twice"},
    {"{\"\":1,\"\":1}", 1, 7, "/", "twice"},
    {"{\"/~\":1,\"/~\":1}", 1, 9, "/~1~0", "twice"},
};

Test(json_document, refuses_at_the_place_and_says_what_was_expected)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const struct refused *row = &refused[i];

        read_document(&in, PST_FORMAT_JSON, postern_str_of(row->text), NULL);
        cr_expect_eq(in.status, POSTERN_ERR_SYNTAX, "%s", row->text);
        cr_expect_eq(in.diag.status, POSTERN_ERR_SYNTAX, "%s", row->text);
        cr_expect_null(in.document.root);
        cr_expect(in.diag.line == row->line && in.diag.column == row->column,
                  "%s: %u:%u, not %u:%u", row->text, in.diag.line,
                  in.diag.column, row->line, row->column);
        cr_expect_str_eq(in.diag.path, row->path, "%s: %s", row->text,
                         in.diag.path);
        cr_expect(strstr(in.diag.message, row->message), "%s: %s", row->text,
                  in.diag.message);
        cr_expect_str_eq(in.diag.source, "test");
        cr_expect_eq(read_document_release(&in), 0);
    }
}

struct bytes_row {
    const char *name;
    postern_str text;
    uint32_t column;
};

static const struct bytes_row not_utf8[] = {
    {"overlong slash", {"[\"\xC0\xAF\"]", 6}, 3},
    {"overlong NUL", {"[\"\xC0\x80\"]", 6}, 3},
    {"overlong of three", {"[\"\xE0\x80\xAF\"]", 7}, 3},
    {"overlong of four", {"[\"\xF0\x80\x80\xAF\"]", 8}, 3},
    {"a surrogate", {"[\"\xED\xA0\x80\"]", 7}, 3},
    {"beyond U+10FFFF", {"[\"\xF4\x90\x80\x80\"]", 8}, 3},
    {"a lead byte that is none", {"[\"\xF8\x88\x80\x80\x80\"]", 9}, 3},
    {"a continuation alone", {"[\"\x80\"]", 5}, 3},
    {"cut by a quote", {"[\"\xE2\x82\"]", 6}, 3},
    {"cut by the end", {"[\"\xE2\x82", 4}, 3},
    {"outside strings", {"[\xFF]", 3}, 2},
    {"UTF-16", {"\xFF\xFE[\0]\0", 6}, 1},
    {"NUL between tokens", {"[\0]", 3}, 2},
    {"NUL in a string", {"[\"\0\"]", 5}, 3},
    {"NUL after the document", {"[]\0", 3}, 3},
};

Test(json_document, refuses_bytes_that_are_not_utf8_and_nul)
{
    for (size_t i = 0; i < sizeof not_utf8 / sizeof not_utf8[0]; i++) {
        const struct bytes_row *row = &not_utf8[i];

        read_document(&in, PST_FORMAT_JSON, row->text, NULL);
        cr_expect_eq(in.status, POSTERN_ERR_SYNTAX, "%s", row->name);
        cr_expect(in.diag.line == 1 && in.diag.column == row->column,
                  "%s: column %u", row->name, in.diag.column);
        cr_expect_eq(read_document_release(&in), 0);
    }
}

Test(json_document, shows_a_short_excerpt_without_control_characters)
{
    char text[200];

    memset(text, 'x', sizeof text);
    text[1] = '\0';
    memcpy(text, "[1 \"\x7F\xC3\xA9", 7);
    text[sizeof text - 1] = '"';
    read_document(&in, PST_FORMAT_JSON, (postern_str){text, sizeof text}, NULL);
    cr_assert_eq(in.status, POSTERN_ERR_SYNTAX);
    cr_expect(strstr(in.diag.message, "found \"???xxx"), "%s", in.diag.message);
    cr_expect_lt(strlen(in.diag.message), 130);
    cr_expect_eq(read_document_release(&in), 0);
}

struct limit_row {
    const char *name;
    const char *text;
    postern_limits limits;
    postern_status status;
    uint32_t column;
    const char *message;
};

static const struct limit_row limits[] = {
    {"as many bytes as allowed", "[1,2]", {.text_bytes = 5}, 0, 0, ""},
    {"one byte more", "[1,2] ", {.text_bytes = 5}, 3, 0, "has 6 bytes, more"},
    {"as deep as allowed", "[[{}]]", {.depth = 3}, 0, 0, ""},
    {"one deeper", "[[{\"a\":{}}]]", {.depth = 3}, 3, 8, "deeper than 3"},
    {"a scalar is not deeper", "[[{\"a\":1}]]", {.depth = 3}, 0, 0, ""},
    {"as many values as allowed", "[1,{\"a\":2}]", {.values = 4}, 0, 0, ""},
    {"one value more", "[1,{\"a\":2}]", {.values = 3}, 3, 9, "more than 3"},
    {"as long a text as allowed", "[\"abcd\"]", {.text_length = 4}, 0, 0, ""},
    {"one byte longer", "[\"abcde\"]", {.text_length = 4}, 3, 2, "than 4 by"},
    {"escapes count decoded", "[\"\\u0061bcd\"]", {.text_length = 4}, 0, 0, ""},
    {"a name of full length", "{\"abcd\":1}", {.text_length = 4}, 0, 0, ""},
    {"a longer name", "{\"abcde\":1}", {.text_length = 4}, 3, 2, "than 4 by"},
};

Test(json_document, obeys_each_limit_to_the_last_one)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const struct limit_row *row = &limits[i];

        read_document(&in, PST_FORMAT_JSON, postern_str_of(row->text),
                      &row->limits);
        cr_expect_eq(in.status, row->status, "%s", row->name);
        cr_expect_eq(in.diag.column, row->column, "%s: %u", row->name,
                     in.diag.column);
        cr_expect(strstr(in.diag.message, row->message), "%s: %s", row->name,
                  in.diag.message);
        cr_expect_eq(read_document_release(&in), 0);
    }
}

/* A text of `count` times `unit`. */
static postern_str repeat(const char *unit, size_t count)
{
    size_t len = strlen(unit);
    char *text = malloc(len * count + 1);

    cr_assert_not_null(text);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + i * len, unit, len);
    }
    return (postern_str){text, len * count};
}

Test(json_document, refuses_ten_megabytes_of_brackets_at_the_depth_limit)
{
    static const char *const units[] = {"[", "{\"\":", "[{\"a\":"};

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        postern_str text = repeat(units[i], 10000000 / strlen(units[i]));

        read_document(&in, PST_FORMAT_JSON, text, NULL);
        cr_expect_eq(in.status, POSTERN_ERR_LIMIT);
        cr_expect_lt(in.heap.calls, 4);
        cr_expect_eq(read_document_release(&in), 0);
        free((void *)(uintptr_t)text.data);
    }
}

/* {"k000000":0,...} with `count` members, then `last`. */
static postern_str wide_object(size_t count, const char *last)
{
    size_t size = count * 13 + strlen(last) + 2;
    char *text = malloc(size);
    size_t len = 0;

    cr_assert_not_null(text);
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(text + len, size - len, "%s\"k%06zu\":0",
                                i ? "," : "{", (i * 7919) % count);
    }
    len += (size_t)snprintf(text + len, size - len, "%s}", last);
    return (postern_str){text, len};
}

Test(json_document, finds_one_duplicate_among_200000_members)
{
    postern_str good = wide_object(200000, "");
    postern_str bad = wide_object(200000, ",\"\\u006b000007\":1");

    read_document(&in, PST_FORMAT_JSON, good, NULL);
    cr_expect_eq(in.status, POSTERN_OK);
    cr_expect_eq(in.document.root->count, 200000);
    cr_expect_eq(read_document_release(&in), 0);
    read_document(&in, PST_FORMAT_JSON, bad, NULL);
    cr_expect_eq(in.status, POSTERN_ERR_SYNTAX);
    cr_expect_str_eq(in.diag.path, "/k000007");
    cr_expect_eq(in.diag.column, good.len + 1);
    cr_expect_eq(read_document_release(&in), 0);
    free((void *)(uintptr_t)good.data);
    free((void *)(uintptr_t)bad.data);
}

Test(json_document, reports_the_first_duplicate_of_a_wide_object)
{
    postern_str text = wide_object(40, ",\"b\":1,\"a\":1,\"b\":2,\"a\":3");

    read_document(&in, PST_FORMAT_JSON, text, NULL);
    cr_expect_eq(in.status, POSTERN_ERR_SYNTAX);
    cr_expect_str_eq(in.diag.path, "/b");
    cr_expect_eq(in.diag.column, 40 * 12 + 14);
    cr_expect_eq(read_document_release(&in), 0);
    free((void *)(uintptr_t)text.data);
}

#define SAMPLE                                                                 \
    "{\"m2m:acp\":{\"ri\":\"acpA\",\"pv\":{\"acr\":[{\"acor\":"                \
    "[\"Cpump7\",\"/gate-cse/C98*\",\"\\u0061ll\"],\"acop\":34,"               \
    "\"acco\":[{\"aclr\":{\"accr\":[52.09,-5.1e0,800]}}]}]},"                  \
    "\"pvs\":{\"acr\":[]},\"x\":[true,false,null,-1,\"\xC3\xA9\"]}}"

Test(json_document, refuses_every_beginning_of_a_document)
{
    postern_str whole = PST_STR(SAMPLE);

    for (size_t len = 0; len < whole.len; len++) {
        char *exact = malloc(len + 1); /* so that reading on is noticed */

        cr_assert_not_null(exact);
        memcpy(exact, whole.data, len);
        read_document(&in, PST_FORMAT_JSON, (postern_str){exact, len}, NULL);
        cr_expect_eq(in.status, POSTERN_ERR_SYNTAX, "%zu bytes", len);
        cr_expect_eq(in.diag.line, 1);
        cr_expect_leq(in.diag.column, len + 1);
        cr_expect_eq(read_document_release(&in), 0);
        free(exact);
    }
}

Test(json_document, gives_everything_back_whichever_allocation_fails)
{
    postern_str text = wide_object(3000, "");
    size_t refusals = 0;

    for (size_t n = 1;; n++) {
        in.heap = (struct faulty){.fail_at = n};
        read_document_again(&in, PST_FORMAT_JSON, text, NULL);
        cr_expect_eq(read_document_release(&in), 0, "allocation %zu", n);
        if (in.heap.calls < n) {
            cr_expect_eq(in.status, POSTERN_OK);
            break;
        }
        cr_expect_eq(in.status, POSTERN_ERR_MEMORY, "allocation %zu", n);
        cr_expect_eq(in.diag.status, POSTERN_ERR_MEMORY);
        refusals++;
    }
    cr_expect_gt(refusals, 3);
    free((void *)(uintptr_t)text.data);
}

Test(json_document, tells_a_full_arena_from_missing_memory)
{
    postern_allocator allocator = faulty_allocator(&in.heap);
    struct pst_document document = {
        .format = PST_FORMAT_JSON, .source = "", .text = PST_STR("[1,2,3]")};

    pst_arena_init(&in.arena, &allocator, 256);
    cr_expect_eq(pst_json_read(&document, &in.arena, NULL, NULL),
                 POSTERN_ERR_LIMIT);
    cr_expect_null(document.root);
    cr_expect_eq(read_document_release(&in), 0);
}

/* ---- Against jansson, which reads the same language ---- */

static json_t *scalar_of(const struct pst_node *node)
{
    switch (node->type) {
    case PST_NODE_NULL:
        return json_null();
    case PST_NODE_BOOLEAN:
        return json_boolean(node->boolean);
    case PST_NODE_INTEGER:
        return json_integer(node->integer);
    case PST_NODE_REAL:
        return json_real(node->real);
    case PST_NODE_STRING:
        return json_stringn(node->text.data, node->text.len);
    case PST_NODE_LIST:
        return json_array();
    case PST_NODE_OBJECT:
    default:
        return json_object();
    }
}

/* The same tree as jansson would have it. */
static json_t *jansson_of(const struct pst_node *node)
{
    json_t *open[64] = {NULL};
    json_t *root = NULL;
    size_t depth = 0;

    while (node) {
        json_t *value = scalar_of(node);

        if (!node->parent) {
            root = value;
        } else if (node->parent->type == PST_NODE_LIST) {
            json_array_append_new(open[depth - 1], value);
        } else {
            json_object_set_new(open[depth - 1], node->name.data, value);
        }
        if (node->children) {
            open[depth++] = value;
            node = node->children;
            continue;
        }
        while (node && !node->next) {
            node = node->parent;
            depth -= node ? 1 : 0;
        }
        node = node ? node->next : NULL;
    }
    return root;
}

static void compare_with_jansson(postern_str text)
{
    json_error_t error;
    json_t *theirs = json_loadb(
        text.data, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    json_t *ours;

    read_document(&in, PST_FORMAT_JSON, text, NULL);
    ours = in.document.root ? jansson_of(in.document.root) : NULL;
    cr_assert_eq(ours != NULL, theirs != NULL, "%.*s: %s / %s", (int)text.len,
                 text.data, in.diag.message, error.text);
    cr_assert(!ours || json_equal(ours, theirs), "%.*s", (int)text.len,
              text.data);
    json_decref(ours);
    json_decref(theirs);
    cr_assert_eq(read_document_release(&in), 0);
}

Test(json_document, agrees_with_jansson_on_the_tables_above)
{
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        compare_with_jansson(postern_str_of(accepted[i].text));
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (refused[i].text[0]) {
            compare_with_jansson(postern_str_of(refused[i].text));
        }
    }
    for (size_t i = 0; i < sizeof not_utf8 / sizeof not_utf8[0]; i++) {
        compare_with_jansson(not_utf8[i].text);
    }
}

/* Puts pieces together at random: mostly wrong, often almost right. */
static size_t random_text(struct rng *rng, char *text, size_t size)
{
    static const char *const pieces[] = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"b\"",
        "\"\\u0061\"",
        "1",
        "-0.5",
        "1e5",
        "true",
        "null",
        " ",
        "\n",
        "\"\xC3\xA9\"",
        "0",
        "\"\\n\"",
        "\"\\ud83d\\ude00\"",
        "{\"a\":",
        "[1,",
        ",\"b\":",
        "]}",
        "\\",
        "\"",
        "-",
    };
    size_t count = 1 + rng_below(rng, 12);
    size_t len = 0;

    for (size_t i = 0; i < count; i++) {
        const char *piece =
            pieces[rng_below(rng, sizeof pieces / sizeof pieces[0])];

        len += (size_t)snprintf(text + len, size - len, "%s", piece);
    }
    return len;
}

Test(json_document, agrees_with_jansson_on_random_texts)
{
    struct rng rng = {20250101};
    char text[512];

    for (int i = 0; i < 60000; i++) {
        size_t len = random_text(&rng, text, sizeof text);

        compare_with_jansson((postern_str){text, len});
    }
}

Test(json_document, agrees_with_jansson_on_a_document_with_random_damage)
{
    struct rng rng = {20250102};
    static const char damage[] = "{}[],:\"\\0159.eE-+tfn ul\n\x01\x80\xC3";
    postern_str whole = PST_STR(SAMPLE);

    for (int i = 0; i < 30000; i++) {
        char text[sizeof SAMPLE];
        uint32_t wounds = 1 + rng_below(&rng, 3);

        memcpy(text, whole.data, whole.len);
        for (uint32_t k = 0; k < wounds; k++) {
            text[rng_below(&rng, (uint32_t)whole.len)] =
                damage[rng_below(&rng, sizeof damage - 1)];
        }
        compare_with_jansson((postern_str){text, whole.len});
    }
}
