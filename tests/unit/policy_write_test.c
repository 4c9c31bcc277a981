/*
 * Writing documents in canonical form: what is written is read as the same, in
 * both formats and from one to the other.
 */
#include "support/policies.h"
#include "support/rng.h"

#include "policy-lang/emit.h"
#include "policy-lang/policy.h"
#include "policy-lang/scalar_text.h"

#include <criterion/criterion.h>

#define S(text) postern_str_of(text)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct loaded in;
static struct loaded again;

/* A text that was written, copied so that it outlives its policy. */
static char *write_policy(const struct loaded *from, postern_format format)
{
    postern_str text;
    char *copy;

    cr_assert_eq(postern_policy_write(from->policy, format, &text), POSTERN_OK);
    cr_assert_eq(text.data[text.len], '\0');
    copy = malloc(text.len + 1);
    cr_assert_not_null(copy);
    memcpy(copy, text.data, text.len + 1);
    postern_text_free(from->policy, text);
    return copy;
}

/* Reads `text` and writes it in that format. */
static char *rewrite(const char *text, postern_format from, postern_format to)
{
    char *written;

    again.options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    again.options.format = from;
    load_text(&again, text);
    cr_assert_eq(again.status, POSTERN_OK, "%u:%u %s\n%s", again.diag.line,
                 again.diag.column, again.diag.message, text);
    written = write_policy(&again, to);
    cr_assert_eq(loaded_release(&again), 0);
    return written;
}

static void expect_rewritten(const char *text, postern_format from,
                             postern_format to, const char *expected)
{
    char *written = rewrite(text, from, to);

    cr_expect_str_eq(written, expected);
    free(written);
}

/* Both canonical texts of a policy, read again and written in both formats,
 * are themselves. */
static void expect_stable(const struct loaded *from)
{
    char *json = write_policy(from, POSTERN_FORMAT_JSON);
    char *yaml = write_policy(from, POSTERN_FORMAT_YAML);

    expect_rewritten(json, POSTERN_FORMAT_JSON, POSTERN_FORMAT_JSON, json);
    expect_rewritten(json, POSTERN_FORMAT_JSON, POSTERN_FORMAT_YAML, yaml);
    expect_rewritten(yaml, POSTERN_FORMAT_YAML, POSTERN_FORMAT_YAML, yaml);
    expect_rewritten(yaml, POSTERN_FORMAT_YAML, POSTERN_FORMAT_JSON, json);
    free(json);
    free(yaml);
}

static void load_sample(const char *name)
{
    char path[1024];
    const char *paths[] = {path};

    snprintf(path, sizeof path, "%s/%s", POSTERN_TEST_DATA, name);
    load_paths(&in, paths, 1);
    cr_assert_eq(in.status, POSTERN_OK, "%s:%u:%u: %s", in.diag.source,
                 in.diag.line, in.diag.column, in.diag.message);
    cr_expect_eq(in.warning_count, 0);
}

Test(policy_write, makes_of_the_form_for_people_the_json_of_onem2m)
{
    char expected[16384] = "";
    char path[1024];
    char *json;
    FILE *stream;

    snprintf(path, sizeof path, "%s/plant-policy.json", POSTERN_TEST_DATA);
    stream = fopen(path, "rb");
    cr_assert_not_null(stream);
    cr_assert_gt(fread(expected, 1, sizeof expected - 1, stream), 0);
    fclose(stream);
    load_sample("plant-policy.yaml");
    json = write_policy(&in, POSTERN_FORMAT_JSON);
    cr_expect_str_eq(json, expected);
    free(json);
    cr_expect_eq(loaded_release(&in), 0);
}

Test(policy_write, is_stable_for_every_member_of_a_rule)
{
    load_sample("plant-policy.yaml");
    expect_stable(&in);
    cr_expect_eq(loaded_release(&in), 0);
    load_sample("plant-policy.json");
    expect_stable(&in);
    cr_expect_eq(loaded_release(&in), 0);
}

Test(policy_write, has_words_for_people_and_lists_on_one_line_in_yaml)
{
    static const char expected[] =
        "cse:\n"
        "  service provider: //sp.example\n"
        "  cse id: /plant-cse\n"
        "policies:\n"
        "  - id: acpA\n"
        "    privileges:\n"
        "      - originators: [C*x, Cx]\n"
        "        operations: [create, delete]\n"
        "        contexts:\n"
        "          - time windows: [\"* * 8-17 * * 1-5 *\"]\n"
        "            ip: [10.0.0.0/8, 2001:db8::/32, \"::1\"]\n"
        "            region:\n"
        "              countries: [\"NO\", SE]\n"
        "        authenticated: true\n"
        "        object details:\n"
        "          - parent type: container\n"
        "            child types: [contentInstance, 500]\n"
        "        attributes: [lbl]\n"
        "    self privileges:\n"
        "      - originators: [Cowner1]\n"
        "        operations: [all]\n";
    char *yaml;

    load_rules(&in, "{\"acor\":[\"C*x\",\"Cx\"],\"acop\":9,\"acaf\":true,"
                    "\"aca\":[\"lbl\"],\"acod\":[{\"ty\":3,\"chty\":[4,500]}],"
                    "\"acco\":[{\"aclr\":{\"accc\":[\"NO\",\"SE\"]},"
                    "\"actw\":[\"* * 8-17 * * 1-5 *\"],\"acip\":{\"ipv6\":["
                    "\"2001:db8::/32\",\"::1\"],\"ipv4\":[\"10.0.0.0/8\"]}}]}");
    cr_assert_eq(in.status, POSTERN_OK, "%s", in.diag.message);
    yaml = write_policy(&in, POSTERN_FORMAT_YAML);
    cr_expect_str_eq(yaml, expected);
    free(yaml);
    expect_stable(&in);
    cr_expect_eq(loaded_release(&in), 0);
}

/* Each is false; written in the other format it must stay so. */
static const char *const disabled[] = {
    "{\"acor\":\"Cx\",\"acop\":2}",
    "{\"acor\":[\"Cx\"],\"acop\":\"2\"}",
    "{\"acor\":[\"Cx\"],\"acop\":0}",
    "{\"acor\":[\"Cx\"],\"acop\":2.0}",
    "{\"acor\":[\"Cx\"],\"acop\":2,\"acaf\":\"true\"}",
    "{\"acor\":[\"Cx\"],\"acop\":2,\"acaf\":null}",
    "{\"acor\":[\"Cx\"],\"acop\":2,\"acco\":{}}",
    "{\"acor\":[\"Cx\"],\"acop\":2,\"acco\":[{\"actw\":\"* * * * * * *\"}]}",
    "{\"acor\":[\"Cx\"],\"acop\":2,\"acco\":[{\"acip\":[]}]}",
    "{\"acor\":[\"Cx\"],\"acop\":2,\"acco\":[{\"aclr\":\"NL\"}]}",
    "{\"acor\":[\"Cx\"],\"acop\":2,\"acod\":{\"chty\":[4]}}",
    "{\"acor\":[\"Cx\"],\"acop\":2,\"acod\":[{\"chty\":4}]}",
    "{\"acor\":[\"Cx\"],\"acop\":2,\"aca\":\"lbl\"}",
    "{\"acor\":[\"Cx\"],\"acop\":2,\"acl\":3}",
    "{\"acor\":[\"Cx\"],\"acop\":2,\"colour\":[1,{\"x\":[]}]}",
    ("{\"acor\":[\"Cx\"],\"acop\":2,"
     "\"acco\":[{\"actw\":[\"* * 22-4 * * * *\"]}]}"),
    "{\"originators\":\"Cx\",\"operations\":\"read\"}",
    "7",
    "\"all\"",
    "[]",
};

static bool is_never(const struct loaded *from)
{
    const struct pst_rule_set *set = &from->policy->resources[0].privileges;

    return set->count == 1 && set->rules[0].never;
}

static void expect_never(const char *text, postern_format format)
{
    again.options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    again.options.format = format;
    load_text(&again, text);
    cr_assert_eq(again.status, POSTERN_OK, "%s\n%s", again.diag.message, text);
    cr_expect(is_never(&again), "%s", text);
    cr_expect_eq(loaded_release(&again), 0);
}

Test(policy_write, keeps_a_rule_that_is_false_as_it_is)
{
    in.options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    for (size_t i = 0; i < COUNT(disabled); i++) {
        char *json;
        char *yaml;

        load_rules(&in, disabled[i]);
        cr_assert_eq(in.status, POSTERN_OK, "%s", in.diag.message);
        cr_assert(is_never(&in), "%s", disabled[i]);
        json = write_policy(&in, POSTERN_FORMAT_JSON);
        yaml = write_policy(&in, POSTERN_FORMAT_YAML);
        expect_never(json, POSTERN_FORMAT_JSON);
        expect_never(yaml, POSTERN_FORMAT_YAML);
        free(json);
        free(yaml);
        expect_stable(&in);
        cr_expect_eq(loaded_release(&in), 0);
    }
}

#define ACP_OF(members)                                                        \
    "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\"},"             \
    "\"resources\":[{\"ty\":1,\"ri\":\"acpA\"," members "}]}"
#define RULE "{\"acor\":[\"all\"],\"acop\":63}"

/* Attributes that hold more, or other things, than rules; none permits. */
static const char *const odd[] = {
    ACP_OF("\"pv\":[" RULE "]"),
    ACP_OF("\"pv\":{\"acr\":" RULE "}"),
    ACP_OF("\"pv\":{\"acr\":[" RULE "],\"limit\":1}"),
    ACP_OF("\"pv\":\"all\",\"pvs\":7"),
    ACP_OF("\"pv\":null,\"et\":7,\"pvs\":{}"),
    ACP_OF("\"et\":\"soon\",\"adri\":[\"x\"],\"pv\":{\"acr\":[" RULE "]}"),
};

Test(policy_write, keeps_an_attribute_that_is_not_understood_as_it_is)
{
    in.options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    for (size_t i = 0; i < COUNT(odd); i++) {
        char *yaml;
        postern_request request;

        load_text(&in, odd[i]);
        cr_assert_eq(in.status, POSTERN_OK, "%s", in.diag.message);
        expect_stable(&in);
        yaml = write_policy(&in, POSTERN_FORMAT_YAML);
        cr_expect_eq(loaded_release(&in), 0);

        load_text(&in, yaml);
        cr_assert_eq(in.status, POSTERN_OK, "%s", in.diag.message);
        postern_request_init(&request);
        postern_id_set_absent(&request.originator);
        request.operation = POSTERN_OP_RETRIEVE;
        request.time_known = true;
        cr_expect_eq(
            postern_decide(postern_policy_acps(in.policy), &request).effect,
            POSTERN_DENY, "%s", yaml);
        free(yaml);
        cr_expect_eq(loaded_release(&in), 0);
    }
}

/* ---- scalars ----------------------------------------------------------- */

struct yaml_text {
    const char *text;
    const char *in_block;
    const char *in_line;
};

#define PLAIN(text)                                                            \
    {                                                                          \
        text, text, text                                                       \
    }
#define QUOTED(text)                                                           \
    {                                                                          \
        text, "\"" text "\"", "\"" text "\""                                   \
    }

static const struct yaml_text yaml_texts[] = {
    PLAIN("a"),
    PLAIN("Cpump7"),
    PLAIN("//sp.example/plant-cse"),
    PLAIN("10.0.0.0/8"),
    PLAIN("2001:db8::/32"),
    PLAIN("12-op@auth.example"),
    PLAIN("-/ae/c1"),
    PLAIN("time windows"),
    PLAIN("20260101T000000"),
    PLAIN("1.2.3"),
    PLAIN("a#b"),
    PLAIN("a:b"),
    PLAIN("it's \"so\""),
    PLAIN("C*x"),
    PLAIN("nobody"),
    PLAIN("0x"),
    PLAIN("1e"),
    PLAIN("-a"),
    PLAIN("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"),
    QUOTED(""),
    QUOTED(" "),
    QUOTED(" a"),
    QUOTED("a "),
    QUOTED("a: b"),
    QUOTED("a:"),
    QUOTED("a #b"),
    QUOTED("#a"),
    QUOTED("- x"),
    QUOTED("-"),
    QUOTED("---"),
    QUOTED("..."),
    QUOTED("? x"),
    QUOTED(": x"),
    QUOTED("::1"),
    QUOTED("*"),
    QUOTED("*x"),
    QUOTED("&x"),
    QUOTED("!x"),
    QUOTED("|"),
    QUOTED(">"),
    QUOTED("'a'"),
    QUOTED("%a"),
    QUOTED("@a"),
    QUOTED("`a"),
    QUOTED("[a"),
    QUOTED("]"),
    QUOTED("{a"),
    QUOTED("}"),
    QUOTED(","),
    QUOTED("<<"),
    QUOTED("="),
    QUOTED("null"),
    QUOTED("~"),
    QUOTED("true"),
    QUOTED("FALSE"),
    QUOTED("no"),
    QUOTED("NO"),
    QUOTED("yes"),
    QUOTED("On"),
    QUOTED("off"),
    QUOTED("y"),
    QUOTED("N"),
    QUOTED("0"),
    QUOTED("-7"),
    QUOTED("+7"),
    QUOTED("0x1F"),
    QUOTED("0o17"),
    QUOTED("1.5"),
    QUOTED(".5"),
    QUOTED("1e3"),
    QUOTED("1."),
    QUOTED(".inf"),
    QUOTED("-.Inf"),
    QUOTED(".nan"),
    QUOTED("99999999999999999999999"),
    {":a", ":a", "\":a\""},
    {"?a", "?a", "\"?a\""},
    {"a, b", "a, b", "\"a, b\""},
    {"a]b", "a]b", "\"a]b\""},
    {"a{b", "a{b", "\"a{b\""},
    {"a:?b", "a:?b", "\"a:?b\""},
    {"\"a\"", "\"\\\"a\\\"\"", "\"\\\"a\\\"\""},
    {"a\\b: ", "\"a\\\\b: \"", "\"a\\\\b: \""},
    {"a\nb", "\"a\\nb\"", "\"a\\nb\""},
    {"\t", "\"\\t\"", "\"\\t\""},
    {"\x1B[0m", "\"\\u001b[0m\"", "\"\\u001b[0m\""},
    {"\x7F", "\"\\u007f\"", "\"\\u007f\""},
    {"\xC2\x85", "\"\\u0085\"", "\"\\u0085\""},
    {"\xE2\x80\xA8", "\"\\u2028\"", "\"\\u2028\""},
    {"\xEF\xBB\xBF"
     "a",
     "\"\\ufeffa\"", "\"\\ufeffa\""},
    {"\xEF\xBF\xBE", "\"\\ufffe\"", "\"\\ufffe\""},
};

/* Reads `a: text`, or `a: [text]`, and says what it holds. */
static bool is_read_as(const char *yaml, bool in_line, const char *text)
{
    char document[1024];
    struct faulty heap = {.fail_at = 0};
    postern_allocator allocator = faulty_allocator(&heap);
    struct pst_document read;
    struct pst_arena arena;
    const struct pst_node *node = NULL;
    bool same = false;

    snprintf(document, sizeof document, in_line ? "a: [%s, b]\n" : "a: %s\n",
             yaml);
    read = (struct pst_document){
        .format = PST_FORMAT_YAML, .source = "", .text = S(document)};
    pst_arena_init(&arena, &allocator, SIZE_MAX);
    if (pst_document_read(&read, &arena, NULL, NULL) == POSTERN_OK) {
        node = in_line ? read.root->children->children : read.root->children;
    }
    if (node && node->type == PST_NODE_STRING) {
        same = node->text.len == strlen(text) &&
               memcmp(node->text.data, text, node->text.len) == 0;
    }
    pst_arena_release(&arena);
    return same;
}

static void expect_written(const char *text, const char *expected, bool in_line)
{
    postern_allocator allocator = pst_allocator_of(NULL);
    struct pst_buffer out;
    postern_str copy;

    pst_buffer_init(&out, &allocator, 4096);
    pst_write_yaml_string(&out, S(text), in_line);
    copy = pst_buffer_copy(&out);
    cr_assert_not_null(copy.data);
    cr_expect_str_eq(copy.data, expected);
    cr_expect(is_read_as(copy.data, in_line, text), "%s", copy.data);
    free((void *)(uintptr_t)copy.data);
    pst_buffer_release(&out);
}

Test(yaml_strings, are_quoted_exactly_when_they_would_be_something_else)
{
    for (size_t i = 0; i < COUNT(yaml_texts); i++) {
        expect_written(yaml_texts[i].text, yaml_texts[i].in_block, false);
        expect_written(yaml_texts[i].text, yaml_texts[i].in_line, true);
    }
}

struct real {
    double value;
    const char *text;
};

static const struct real reals[] = {
    {0.0, "0.0"},
    {-0.0, "-0.0"},
    {800, "800.0"},
    {52.09, "52.09"},
    {0.1, "0.1"},
    {0.30000000000000004, "0.30000000000000004"},
    {1e300, "1e+300"},
    {5e-324, "4.94065645841247e-324"},
    {1.7976931348623157e308, "1.7976931348623157e+308"},
    {123456789012345680.0, "1.2345678901234568e+17"},
    {9007199254740993.0, "9007199254740992.0"},
};

Test(reals, have_the_digits_they_need_and_look_like_reals)
{
    postern_allocator allocator = pst_allocator_of(NULL);

    for (size_t i = 0; i < COUNT(reals); i++) {
        struct pst_buffer out;

        pst_buffer_init(&out, &allocator, 4096);
        pst_write_real(&out, reals[i].value);
        pst_buffer_add(&out, (postern_str){"", 1});
        cr_expect_str_eq(out.data, reals[i].text);

        pst_buffer_release(&out);
    }
}

/* Characters that mean something to JSON or YAML, and some that do not. */
static const char *const pieces[] = {
    "a",        "7",        "-",
    ":",        " ",        "#",
    "\"",       "'",        "\\",
    ",",        "[",        "]",
    "{",        "}",        "?",
    "*",        "&",        "!",
    "|",        ">",        "%",
    "@",        "`",        "\n",
    "\t",       "\r",       ".",
    "e",        "~",        "null",
    "\xC3\xA9", "\xC2\x85", "\xE2\x80\xA8",
    "true",     "\x01",     "=",
    "<<",       "0x",       "\xF0\x9F\x98\x80"};

/* As a string of JSON, every ASCII character as an escape. */
static void add_random_string(struct pst_text *out, struct rng *rng)
{
    uint32_t count = rng_below(rng, 6);

    pst_text_add(out, "\"");
    for (uint32_t i = 0; i < count; i++) {
        const char *piece = pieces[rng_below(rng, COUNT(pieces))];

        for (; *piece; piece++) {
            char unit[8];

            if ((unsigned char)*piece < 0x80) {
                snprintf(unit, sizeof unit, "\\u%04x", (unsigned)*piece);
                pst_text_add(out, unit);
            } else {
                pst_text_add_str(out, (postern_str){piece, 1});
            }
        }
    }
    pst_text_add(out, "\"");
}

static void add_random_value(struct pst_text *out, struct rng *rng)
{
    static const char *const values[] = {"null", "true", "-5", "0.25",
                                         "{}",   "[]",   "1e9"};

    if (rng_below(rng, 3) == 0) {
        pst_text_add(out, values[rng_below(rng, COUNT(values))]);
    } else {
        add_random_string(out, rng);
    }
}

static void load_random(struct rng *rng)
{
    char text[8192];
    struct pst_text out;

    pst_text_init(&out, text, sizeof text);
    pst_text_add(&out, "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/c\"},"
                       "\"trust\":{");
    for (int i = 0; i < 12; i++) {
        pst_text_add(&out, i ? "," : "");
        add_random_string(&out, rng);
        pst_text_add(&out, i % 3 ? ":[[" : ":{\"x\":[");
        add_random_value(&out, rng);
        pst_text_add(&out, ",");
        add_random_value(&out, rng);
        pst_text_add(&out, i % 3 ? "],1]" : "]}");
    }
    pst_text_add(&out, "}}");
    load_text(&in, text);
}

Test(policy_write, is_stable_for_texts_of_any_characters)
{
    struct rng rng = {20261122};
    int loads = 0;

    for (int i = 0; i < 400; i++) {
        load_random(&rng);
        if (in.status == POSTERN_OK) { /* no name was drawn twice */
            expect_stable(&in);
            loads++;
        }
        cr_expect_eq(loaded_release(&in), 0);
    }
    cr_expect_gt(loads, 50);
}

Test(policy_write, is_stable_for_names_of_any_length)
{
    static const size_t lengths[] = {1, 128, 129, 1000, 1023, 1024, 1025, 4000};

    for (size_t i = 0; i < COUNT(lengths); i++) {
        char name[4096];
        char text[16384];

        memset(name, 'n', sizeof name);
        name[lengths[i]] = '\0';
        snprintf(text, sizeof text,
                 "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/c\"},"
                 "\"trust\":{\"%s\":[{\"%s\":1}],\"z\":{\"%s\":{\"a\":[]}}}}",
                 name, name, name);
        load_text(&in, text);
        cr_assert_eq(in.status, POSTERN_OK, "%s", in.diag.message);
        expect_stable(&in);
        cr_expect_eq(loaded_release(&in), 0);
    }
}

/* As deep as a document may be: {"cse":..., "trust":{"d":[[[...]]]}}. */
Test(policy_write, writes_what_is_as_deep_as_the_limits_allow)
{
    char text[1024] = "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/c\"},"
                      "\"trust\":{\"d\":";
    size_t len = strlen(text);

    memset(text + len, '[', 62);
    memset(text + len + 62, ']', 62);
    memcpy(text + len + 124, "}}", 3);
    in.options.limits.depth = 64;
    again.options.limits.depth = 64;
    load_text(&in, text);
    cr_assert_eq(in.status, POSTERN_OK, "%s", in.diag.message);
    expect_stable(&in);
    cr_expect_eq(loaded_release(&in), 0);
}

/* ---- refusals and memory ----------------------------------------------- */

Test(policy_write, asks_for_a_format)
{
    postern_str text = S("x");

    load_sample("plant-policy.yaml");
    cr_expect_eq(postern_policy_write(in.policy, POSTERN_FORMAT_AUTO, &text),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_null(text.data);
    cr_expect_eq(loaded_release(&in), 0);
}

static void expect_no_leak(postern_format format)
{
    size_t before = in.heap.live;

    for (size_t n = 1;; n++) {
        postern_str text;
        postern_status status;

        in.heap.calls = 0;
        in.heap.fail_at = n;
        status = postern_policy_write(in.policy, format, &text);
        postern_text_free(in.policy, text);
        cr_expect_eq(in.heap.live, before, "allocation %zu", n);
        if (status == POSTERN_OK) {
            return;
        }
        cr_expect_eq(status, POSTERN_ERR_MEMORY);
        cr_expect_null(text.data);
    }
}

Test(policy_write, leaves_nothing_behind_whichever_allocation_fails)
{
    load_sample("plant-policy.yaml");
    expect_no_leak(POSTERN_FORMAT_JSON);
    expect_no_leak(POSTERN_FORMAT_YAML);
    in.heap.fail_at = 0;
    cr_expect_eq(loaded_release(&in), 0);
}

Test(buffer, refuses_to_grow_beyond_its_ceiling_and_remembers)
{
    postern_allocator allocator = pst_allocator_of(NULL);
    struct pst_buffer out;

    pst_buffer_init(&out, &allocator, 5);
    pst_buffer_add_word(&out, "abc");
    pst_buffer_add_spaces(&out, 2);
    cr_expect_not(out.failed);
    cr_expect_eq(out.len, 5);
    pst_buffer_add_word(&out, "d");
    cr_expect(out.failed);
    pst_buffer_add_word(&out, "");
    cr_expect_null(pst_buffer_copy(&out).data);
    pst_buffer_release(&out);

    pst_buffer_init(&out, &allocator, SIZE_MAX);
    pst_buffer_add(&out, (postern_str){"", SIZE_MAX});
    cr_expect(out.failed, "no such text");
    pst_buffer_release(&out);
}
