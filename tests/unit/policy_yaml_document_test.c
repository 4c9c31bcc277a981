/* Reading YAML: how scalars are typed, what is refused and where. */
#include "support/document.h"

#include <criterion/criterion.h>

static struct read_document in;

struct accepted {
    const char *text;
    const char *words;
};

static const struct accepted accepted[] = {
    {"a: 1\nb: [x, 'y', \"z\"]\n", "{a:1,b:['x','y','z']}"},
    {"- 1\n- - 2\n  - {}\n- []\n", "[1,[2,{}],[]]"},
    {"{\"a\":{\"b\":[1,2.0,null,true]}}", "{a:{b:[1,2r,null,true]}}"},
    {"--- # a comment\na: 1\n...\n# the end\n", "{a:1}"},
    {"%YAML 1.2\n---\na: 1\n", "{a:1}"},
    {"\xEF\xBB\xBF"
     "a: 1\nb: 2\n",
     "{a:1,b:2}"},
    {"a: 1\r\nb: 2\r\n", "{a:1,b:2}"},
    {"time windows: '* * 8-17 * * 1-5 *'",
     "{time windows:'* * 8-17 * * 1-5 *'}"},
    {"a: >\n  one\n  two\nb: |\n  one\n  two\n",
     "{a:'one two\n',b:'one\ntwo\n'}"},
    {"\"x\": \"\\x41\\u00e9\\U0001F600\\t\"",
     "{x:'A\xC3\xA9\xF0\x9F\x98\x80\t'}"},
    {"? a\n: b\n", "{a:'b'}"},
    {"a:\n- 1\nb:\n", "{a:[1],b:null}"},
    {"'': 1", "{:1}"},
    {"1: a\ntrue: b\nNO: c\n~: d", "{1:'a',true:'b',NO:'c',~:'d'}"},
    {"'<<': 1", "{<<:1}"},
    {"\xC3\xA9%TAG: '%TAG'", "{\xC3\xA9%TAG:'%TAG'}"},
    {"scalar", "'scalar'"},
    {"42", "42"},
    {"~", "null"},
    {"''", "''"},
    /* null and booleans: the words of the core schema and no others */
    {"[~, null, Null, NULL, '~', nULL, nil, none]",
     "[null,null,null,null,'~','nULL','nil','none']"},
    {"[true, True, TRUE, false, False, FALSE]",
     "[true,true,true,false,false,false]"},
    {"[yes, Yes, no, NO, No, on, off, y, n, tRUE, 'true']",
     "['yes','Yes','no','NO','No','on','off','y','n','tRUE','true']"},
    /* integers */
    {"[0, -0, 007, 010, +12, -12, 0o17, 0xFf, 0xff]",
     "[0,0,7,10,12,-12,15,255,255]"},
    {"[9223372036854775807, -9223372036854775808, 0x7fffffffffffffff]",
     "[9223372036854775807,-9223372036854775808,9223372036854775807]"},
    {"[0o8, 0xG, 0o, 0x, -0x1, +0o7, 0X1F, 0O7, 0b1, 1_000, 12:30, 1:2:3]",
     "['0o8','0xG','0o','0x','-0x1','+0o7','0X1F','0O7','0b1','1_000','12:30',"
     "'1:2:3']"},
    {"['1', \"1\", +, -x, '-']", "['1','1','+','-x','-']"},
    /* reals */
    {"[1.5, .5, 5., -.5, +1.5, 1e3, 1E+3, 1.e-3, .5e1]",
     "[1.5r,0.5r,5r,-0.5r,1.5r,1000r,1000r,0.001r,5r]"},
    {"[., .e1, 1e, 1e+, 1.5.5, e5, inf, nan, .Nan, -.nan, ..5]",
     "['.','.e1','1e','1e+','1.5.5','e5','inf','nan','.Nan','-.nan','..5']"},
    {"[2026-01-01, 20300107T120000, 10.0.0.0/8, //sp.example, /cse/C1, C98*]",
     "['2026-01-01','20300107T120000','10.0.0.0/8','//sp.example','/cse/C1',"
     "'C98*']"},
};

Test(yaml_document, types_scalars_by_the_core_schema)
{
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        const struct accepted *row = &accepted[i];
        char words[512];

        read_document(&in, PST_FORMAT_YAML, postern_str_of(row->text), NULL);
        cr_expect_eq(in.status, POSTERN_OK, "%s: %s", row->text,
                     in.diag.message);
        cr_expect_str_eq(document_words(in.document.root, words, sizeof words),
                         row->words);
        cr_expect_eq(read_document_release(&in), 0);
    }
}

Test(yaml_document, keeps_how_a_number_was_written)
{
    read_document(&in, PST_FORMAT_YAML, PST_STR("[0x1F, 1e3, TRUE]"), NULL);
    cr_assert_eq(in.status, POSTERN_OK);
    cr_expect_str_eq(document_at(in.document.root, "/0")->text.data, "0x1F");
    cr_expect_str_eq(document_at(in.document.root, "/1")->text.data, "1e3");
    cr_expect_str_eq(document_at(in.document.root, "/2")->text.data, "TRUE");
    cr_expect_eq(read_document_release(&in), 0);
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
    {"# nothing\n\n", 3, 1, "", "the document is empty"},
    {"---\n", 2, 1, "", "the document is empty"},
    {"---\n...\n", 2, 1, "", "the document is empty"},
    {"\xEF\xBB\xBF", 1, 1, "", "the document is empty"},
    {"--- a\n--- b\n", 2, 1, "", "one document is read"},
    {"a: 1\n---\n", 2, 1, "", "one document is read"},
    {"a: 1\n...\nb: 2\n", 3, 1, "", "expected nothing after the document"},
    {"%YAML 1.1\n---\na: yes\n", 1, 1, "", "YAML 1.2 is read"},
    {"%TAG ! tag:x,2000:\n---\na: 1\n", 1, 1, "", "tags are not read"},
    {"a: 1\n...\n%TAG !a! b\n---\n", 3, 1, "", "tags are not read"},
    {"%YAML 1.2\r%TAG !a! b\r--- a", 1, 11, "", "tags are not read"},
    {"# \xC2\x85%TAG !a! b\n--- a", 1, 5, "", "tags are not read"},
    {"# \xE2\x80\xA8%TAG !a! b\n--- a", 1, 6, "", "tags are not read"},
    {"a: &x 1\n", 1, 4, "/a", "anchors and aliases are not read"},
    {"a: &x [1]\n", 1, 4, "/a", "anchors and aliases are not read"},
    {"&x a: 1\n", 1, 1, "", "anchors and aliases are not read"},
    {"- &x {}\n", 1, 3, "/0", "anchors and aliases are not read"},
    {"a: 1\nb: *x\n", 2, 4, "/b", "anchors and aliases are not read"},
    {"*x : 1\n", 1, 1, "", "anchors and aliases are not read"},
    {"a: !!str 1\n", 1, 4, "/a", "tags are not read"},
    {"a: ! 1\n", 1, 4, "/a", "tags are not read"},
    {"a: !x {}\n", 1, 4, "/a", "tags are not read"},
    {"!!map\na: 1\n", 1, 1, "", "tags are not read"},
    {"a:\n  <<: {b: 1}\n", 2, 3, "/a", "merge keys are not read"},
    {"?\n: 1\n", 1, 2, "", "expected a member name"},
    {": 1\n", 1, 1, "", "expected the name of a member: is this line ind"},
    {"a:\n  ? [1]\n  : 2\n", 2, 5, "/a", "a member name is a text"},
    {"{{a: 1}: 2}", 1, 2, "", "a member name is a text"},
    {"a: 1\nb: 2\na: 3\n", 3, 1, "/a", "the member \"a\" is in this object"},
    {"a: 1\n\"\\x61\": 3\n", 2, 1, "/a", "\"a\" is in this object twice"},
    {"x: {1: 1, '1': 2}\n", 1, 11, "/x/1", "\"1\" is in this object twice"},
    {"a: 9223372036854775808\n", 1, 4, "/a", "too large"},
    {"a: 0x8000000000000000\n", 1, 4, "/a", "too large"},
    {"a: 1e309\n", 1, 4, "/a", "too large"},
    {"a: .inf\n", 1, 4, "/a", "infinity and not-a-number are not read"},
    {"a: -.INF\n", 1, 4, "/a", "infinity and not-a-number are not read"},
    {"a: .NaN\n", 1, 4, "/a", "infinity and not-a-number are not read"},
    {"a: \"x\\0y\"\n", 1, 4, "/a", "may not hold the NUL character"},
    {"\"x\\0y\": 1\n", 1, 1, "", "may not hold the NUL character"},
    {"a: [1, 2\nb: 3\n", 2, 2, "/a/2", "did not find expected ',' or ']'"},
    {"a: {b: 1\n", 2, 1, "/a", "did not find expected ',' or '}'"},
    {"a: 1\n b: 2\n", 2, 3, "", "no \":\" is expected here: is this line"},
    {"a: 1\n\tb: 2\n", 2, 1, "/a", "a tab may not indent"},
    {"a: 'x\n", 2, 1, "/a", "a text in quotes is not closed"},
    {"a: \"\\q\"\n", 1, 5, "/a", "unknown escape character"},
    {"a: \"\\uD83D\"\n", 1, 7, "/a", "invalid Unicode character escape"},
    {"a: @x\n", 1, 4, "/a", "no value begins with this character"},
    {"a:\n  - 1\n - 2\n", 3, 2, "", "expected the name of a member"},
    {"- a\nb\n", 3, 1, "/1", "is no member: it has no \":\""},
    {"- a\nb: 1\n", 2, 1, "/1", "expected \"- \": is this line indented"},
    {"a: x\x01y\n", 1, 5, "", "control characters are not allowed"},
    {"\xC3\xA9: [\xE2\x82\xAC, *x]\n", 1, 11, "/\xC3\xA9/1", "aliases"},
    {"\xEF\xBB\xBF"
     "a: *x\n",
     1, 4, "/a", "aliases"},
    {"a: 1\r\nb: *x\r\n", 2, 4, "/b", "aliases"},
};

Test(yaml_document, refuses_at_the_place_and_says_why)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const struct refused *row = &refused[i];

        read_document(&in, PST_FORMAT_YAML, postern_str_of(row->text), NULL);
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
    {"overlong slash", {"a: \xC0\xAF", 5}, 4},
    {"a surrogate", {"a: \xED\xA0\x80", 6}, 4},
    {"beyond U+10FFFF", {"a: \xF4\x90\x80\x80", 7}, 4},
    {"cut by the end", {"a: \xE2\x82", 5}, 4},
    {"UTF-16, little end first",
     {"\xFF\xFE"
      "a\0",
      4},
     1},
    {"UTF-16, big end first", {"\xFE\xFF\0a", 4}, 1},
    {"NUL in a scalar", {"a: x\0y", 6}, 5},
    {"NUL at the end", {"a: x\n\0", 6}, 1},
};

Test(yaml_document, refuses_bytes_that_are_not_utf8_and_nul)
{
    for (size_t i = 0; i < sizeof not_utf8 / sizeof not_utf8[0]; i++) {
        const struct bytes_row *row = &not_utf8[i];

        read_document(&in, PST_FORMAT_YAML, row->text, NULL);
        cr_expect_eq(in.status, POSTERN_ERR_SYNTAX, "%s", row->name);
        cr_expect_eq(in.diag.column, row->column, "%s: %u", row->name,
                     in.diag.column);
        cr_expect_eq(read_document_release(&in), 0);
    }
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
    {"as deep as allowed", "- - {}", {.depth = 3}, 0, 0, ""},
    {"one deeper", "- - a: {}", {.depth = 3}, 3, 8, "deeper than 3"},
    {"as many values as allowed", "[1,{a: 2}]", {.values = 4}, 0, 0, ""},
    {"one value more", "[1,{a: 2}]", {.values = 3}, 3, 8, "more than 3"},
    {"as long a text as allowed", "[abcd]", {.text_length = 4}, 0, 0, ""},
    {"one byte longer", "[abcde]", {.text_length = 4}, 3, 2, "than 4 bytes"},
    {"a longer name", "abcde: 1", {.text_length = 4}, 3, 1, "than 4 bytes"},
};

Test(yaml_document, obeys_each_limit_to_the_last_one)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const struct limit_row *row = &limits[i];

        read_document(&in, PST_FORMAT_YAML, postern_str_of(row->text),
                      &row->limits);
        cr_expect_eq(in.status, row->status, "%s", row->name);
        cr_expect_eq(in.diag.column, row->column, "%s: %u", row->name,
                     in.diag.column);
        cr_expect(strstr(in.diag.message, row->message), "%s: %s", row->name,
                  in.diag.message);
        cr_expect_eq(read_document_release(&in), 0);
    }
}

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

Test(yaml_document, refuses_megabytes_of_nesting_soon)
{
    static const char *const units[] = {"[",    "{",    "- ",  "? ",
                                        "a: {", "[a: ", "{a: "};

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        postern_str text = repeat(units[i], 10000000 / strlen(units[i]));

        read_document(&in, PST_FORMAT_YAML, text, NULL);
        cr_expect_neq(in.status, POSTERN_OK, "%s", units[i]);
        cr_expect_lt(in.heap.calls, 4);
        cr_expect_eq(read_document_release(&in), 0);
        free((void *)(uintptr_t)text.data);
    }
}

/* libyaml compares every directive with all before it. */
Test(yaml_document, refuses_megabytes_of_directives_at_the_first)
{
    static const char *const units[] = {"%TAG !a! b\n", "%TAG !a! b\r",
                                        "%YAML 1.2\n", "%X\n", "---\n"};

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        postern_str text = repeat(units[i], 1000000);

        read_document(&in, PST_FORMAT_YAML, text, NULL);
        cr_expect_eq(in.status, POSTERN_ERR_SYNTAX, "%s", units[i]);
        cr_expect_leq(in.diag.line, 2);
        cr_expect_eq(read_document_release(&in), 0);
        free((void *)(uintptr_t)text.data);
    }
}

/* Nine levels of nine aliases each would be 387 million scalars. */
Test(yaml_document, refuses_a_billion_laughs_at_the_first_anchor)
{
    static const char laughs[] = "a: &a [x,x,x,x,x,x,x,x,x]\n"
                                 "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                                 "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
                                 "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                                 "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
                                 "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";

    read_document(&in, PST_FORMAT_YAML, PST_STR(laughs), NULL);
    cr_expect_eq(in.status, POSTERN_ERR_SYNTAX);
    cr_expect(in.diag.line == 1 && in.diag.column == 4);
    cr_expect_eq(read_document_release(&in), 0);
}

/* `count` members in block or flow style, then `last`. */
static postern_str wide_object(size_t count, bool flow, const char *last)
{
    size_t size = count * 13 + strlen(last) + 8;
    char *text = malloc(size);
    size_t len = 0;

    cr_assert_not_null(text);
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(
            text + len, size - len, flow ? "%sk%06zu: 0" : "%sk%06zu: 0\n",
            !flow ? "" : (i ? "," : "{"), (i * 7919) % count);
    }
    len +=
        (size_t)snprintf(text + len, size - len, "%s%s", last, flow ? "}" : "");
    return (postern_str){text, len};
}

Test(yaml_document, reads_100000_members_and_finds_the_duplicate)
{
    for (int flow = 0; flow <= 1; flow++) {
        postern_str good = wide_object(100000, flow, "");
        postern_str bad =
            wide_object(100000, flow,
                        flow ? ",\"k\\u0030\\x30\\x30\\x300\\x37\": 1"
                             : "\"k\\u0030\\x30\\x30\\x300\\x37\": 1");

        read_document(&in, PST_FORMAT_YAML, good, NULL);
        cr_expect_eq(in.status, POSTERN_OK, "%s", in.diag.message);
        cr_expect_eq(in.document.root->count, 100000);
        cr_expect_eq(read_document_release(&in), 0);
        read_document(&in, PST_FORMAT_YAML, bad, NULL);
        cr_expect_eq(in.status, POSTERN_ERR_SYNTAX);
        cr_expect_str_eq(in.diag.path, "/k000007");
        cr_expect_eq(in.diag.line, flow ? 1 : 100001);
        cr_expect_eq(read_document_release(&in), 0);
        free((void *)(uintptr_t)good.data);
        free((void *)(uintptr_t)bad.data);
    }
}

#define SAMPLE                                                                 \
    "# who may read\n"                                                         \
    "policies:\n"                                                              \
    "  - id: acpA\n"                                                           \
    "    privileges:\n"                                                        \
    "      - originators: [Cpump7, \"/gate-cse/C98*\"]\n"                      \
    "        operations: [retrieve, discover]\n"                               \
    "        contexts: {ip: '10.0.0.0/8', region: {radius: 8e2}}\n"            \
    "note: |\n"                                                                \
    "  \xC3\xA9t\xC3\xA9\n"                                                    \
    "last: {\"a\": [~, 'x', \"\\u0041\"]}"

Test(yaml_document, survives_every_beginning_of_a_document)
{
    postern_str whole = PST_STR(SAMPLE);
    size_t accepted_ones = 0;

    for (size_t len = 0; len <= whole.len; len++) {
        char *exact = malloc(len + 1); /* so that reading on is noticed */

        cr_assert_not_null(exact);
        memcpy(exact, whole.data, len);
        read_document(&in, PST_FORMAT_YAML, (postern_str){exact, len}, NULL);
        cr_expect_eq(in.status == POSTERN_OK, in.document.root != NULL);
        cr_expect(in.status == POSTERN_OK || in.status == POSTERN_ERR_SYNTAX);
        cr_expect(in.status == POSTERN_OK || in.diag.line > 0);
        accepted_ones += in.status == POSTERN_OK;
        cr_expect_eq(read_document_release(&in), 0);
        free(exact);
    }
    cr_expect_eq(in.status, POSTERN_OK, "%s", in.diag.message);
    cr_expect_gt(accepted_ones, 50); /* YAML may end nearly anywhere */
}

Test(yaml_document, gives_everything_back_whichever_allocation_fails)
{
    postern_str text = wide_object(3000, false, "");
    size_t refusals = 0;

    for (size_t n = 1;; n++) {
        in.heap = (struct faulty){.fail_at = n};
        read_document_again(&in, PST_FORMAT_YAML, text, NULL);
        cr_expect_eq(read_document_release(&in), 0, "allocation %zu", n);
        if (in.heap.calls < n) {
            cr_expect_eq(in.status, POSTERN_OK);
            break;
        }
        cr_expect_eq(in.status, POSTERN_ERR_MEMORY, "allocation %zu", n);
        refusals++;
    }
    cr_expect_gt(refusals, 3);
    free((void *)(uintptr_t)text.data);
}
