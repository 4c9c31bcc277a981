/*
 * Documents made to be slow or to fill the memory: each is done with in some
 * seconds of processor time and in bytes that grow with its length.
 *
 * Both ceilings are far above what is needed, so that a slow machine and a
 * sanitizer stay below them; what grows with the square of the input does not.
 */
#include <postern/policy.h>

#include "support/claim.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SECONDS = 40, MEGABYTE = 1024 * 1024 };

/* What is counted in hundreds of thousands; sanitizers take a part of it. */
#define MANY(count) ((size_t)(count) / POSTERN_TEST_SHARE)

/* ---- texts ------------------------------------------------------------- */

struct text {
    char *bytes;
    size_t len;
    size_t size;
};

static void add(struct text *text, const char *words)
{
    size_t len = strlen(words);

    if (text->len + len > text->size) {
        text->size = 2 * text->size + len + MEGABYTE;
        text->bytes = realloc(text->bytes, text->size);
        if (!text->bytes) {
            abort();
        }
    }
    memcpy(text->bytes + text->len, words, len);
    text->len += len;
}

static void add_number(struct text *text, const char *before, size_t number,
                       const char *after)
{
    char words[128];

    snprintf(words, sizeof words, "%s%zu%s", before, number, after);
    add(text, words);
}

static void repeat(struct text *text, const char *words, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        add(text, words);
    }
}

/* ---- measuring --------------------------------------------------------- */

struct meter {
    size_t live;
    size_t peak;
    double start_s;
};

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void *meter_alloc(void *user, size_t size)
{
    struct meter *meter = user;

    meter->live += size;
    meter->peak = meter->live > meter->peak ? meter->live : meter->peak;
    return malloc(size);
}

static void meter_release(void *user, void *block, size_t size)
{
    struct meter *meter = user;

    meter->live -= size;
    free(block);
}

static void stop(const char *name, const struct meter *meter, size_t ceiling)
{
    double seconds = cpu_seconds() - meter->start_s;

    printf("%-24s %6.2f s %8.1f MB\n", name, seconds,
           (double)meter->peak / MEGABYTE);
    claim(seconds < SECONDS, "%s: %.1f s", name, seconds);
    claim(meter->peak <= ceiling, "%s: %zu bytes, more than %zu", name,
          meter->peak, ceiling);
}

/* ---- loading ----------------------------------------------------------- */

/* What is tried on a document that was read. */
typedef void use_fn(const postern_policy *policy);

struct trial {
    const char *name;
    postern_format format;
    postern_status status;
    size_t bytes_per_byte; /* ceiling on memory, besides a few megabytes */
    postern_limits limits;
    use_fn *use; /* may be NULL */
};

static void run(const struct trial *trial, struct text *text)
{
    struct meter meter = {.start_s = cpu_seconds()};
    postern_allocator allocator = {&meter, meter_alloc, meter_release};
    postern_load_options options;
    postern_policy *policy;
    postern_status status;
    postern_diag diag;

    postern_load_options_init(&options);
    options.allocator = &allocator;
    options.format = trial->format;
    options.limits = trial->limits;
    status = postern_policy_load(&policy, (postern_str){text->bytes, text->len},
                                 &options, &diag);
    claim(status == trial->status, "%s: %s: %u:%u: %s", trial->name,
          postern_status_name(status), diag.line, diag.column, diag.message);
    if (policy && trial->use) {
        trial->use(policy);
    }
    postern_policy_free(policy);
    claim(meter.live == 0, "%s: a leak", trial->name);
    stop(trial->name, &meter,
         trial->bytes_per_byte * text->len + (size_t)8 * MEGABYTE);
    free(text->bytes);
    *text = (struct text){NULL, 0, 0};
}

#define HEAD                                                                   \
    "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\"},"             \
    "\"resources\":["
#define POLICY                                                                 \
    HEAD "{\"ty\":1,\"ri\":\"a\",\"pvs\":{\"acr\":[{\"acor\":[\"Cx\"],"        \
         "\"acop\":63}]},\"pv\":{\"acr\":["
#define FOOT "]}}]}"

static postern_effect ask(const postern_policy *policy, const char *originator)
{
    postern_request request;

    postern_request_init(&request);
    request.operation = POSTERN_OP_RETRIEVE;
    request.time_known = true;
    request.time_s = 1773742830;
    request.ip = (postern_ip){4, {10, 0, 0, 1}};
    memcpy(request.location.country, "NL", 3);
    (void)!postern_id_parse_entity(&request.originator,
                                   postern_policy_cse(policy),
                                   postern_str_of(originator));
    return postern_decide(postern_policy_acps(policy), &request).effect;
}

static void ask_often(const postern_policy *policy)
{
    for (int i = 0; i < 1000; i++) {
        claim(ask(policy, "C999") == POSTERN_PERMIT, "C999 is denied");
        claim(ask(policy, "Cnobody") == POSTERN_DENY, "Cnobody is permitted");
    }
}

static void check(const postern_policy *policy)
{
    (void)postern_policy_check(policy, 1773742830, NULL, NULL);
}

static void note_incomplete(void *user, const postern_diag *diag)
{
    size_t *incomplete = user;

    *incomplete += strcmp(diag->lint, "incomplete") == 0;
}

/* What would take too long is left out, and that is said. */
static void check_in_part(const postern_policy *policy)
{
    size_t incomplete = 0;

    (void)postern_policy_check(policy, INT64_MIN, note_incomplete, &incomplete);
    claim(incomplete == 1, "the check claims to be complete");
    ask_often(policy);
}

static void check_and_ask(const postern_policy *policy)
{
    check(policy);
    ask_often(policy);
}

/* ---- patterns ---------------------------------------------------------- */

/* Long, and nearly what the pattern asks for. */
static void ask_long(const postern_policy *policy)
{
    struct text text = {NULL, 0, 0};

    add(&text, "C");
    repeat(&text, "ab", 30000);
    text.bytes[text.len] = '\0';
    for (int i = 0; i < 100; i++) {
        claim(ask(policy, text.bytes) == POSTERN_DENY, "stars permit");
    }
    free(text.bytes);
    check(policy);
}

static void try_stars(void)
{
    struct trial trial = {"20,000 stars",
                          POSTERN_FORMAT_JSON,
                          POSTERN_OK,
                          64,
                          {.text_length = 65535},
                          ask_long};
    struct text text = {NULL, 0, 0};

    add(&text, POLICY "{\"acop\":2,\"acor\":[\"C");
    repeat(&text, "*ab", 20000);
    add(&text, "*c*ab\",\"C");
    repeat(&text, "*", 20000);
    add(&text, "c\",\"C*");
    repeat(&text, "ab", 20000);
    add(&text, "c*b\"]}" FOOT);
    run(&trial, &text);
}

/* ---- members ----------------------------------------------------------- */

#define KEYS MANY(100000)

static void try_keys_json(const char *name, bool twice)
{
    struct trial trial = {name, POSTERN_FORMAT_JSON, POSTERN_OK, 64, {0},
                          check};
    struct text text = {NULL, 0, 0};

    trial.status = twice ? POSTERN_ERR_SYNTAX : POSTERN_OK;
    add(&text, HEAD "{\"ty\":3,\"ri\":\"c\"");
    for (size_t i = 0; i < KEYS; i++) {
        add_number(&text, ",\"key", i, "\":0");
    }
    add(&text, twice ? ",\"key7\":0}]}" : "}]}");
    run(&trial, &text);
}

static void try_keys_yaml(void)
{
    struct trial trial = {
        "keys, YAML", POSTERN_FORMAT_YAML, POSTERN_OK, 64, {0}, check};
    struct text text = {NULL, 0, 0};

    add(&text, "cse: {spid: //sp.example, csi: /plant-cse}\n"
               "resources:\n- ty: 3\n  ri: c\n");
    for (size_t i = 0; i < KEYS; i++) {
        add_number(&text, "  key", i, ": 0\n");
    }
    run(&trial, &text);
}

/* Each could be a misspelt one. */
static void try_unknown_members(void)
{
    struct trial trial = {
        "unknown members", POSTERN_FORMAT_JSON, POSTERN_OK, 128, {0}, check};
    struct text text = {NULL, 0, 0};

    add(&text, POLICY "{\"acor\":[\"Cx\"],\"acop\":2");
    for (size_t i = 0; i < KEYS; i++) {
        add_number(&text, ",\"accessControlOriginator", i, "\":0");
    }
    add(&text, "}]}");
    for (size_t i = 0; i < KEYS; i++) {
        add_number(&text, ",\"selfPrivilege", i, "\":0");
    }
    add(&text, "}]}");
    run(&trial, &text);
}

/* ---- nesting ----------------------------------------------------------- */

static void try_nesting(const char *name, const char *opening,
                        postern_format format, postern_status status)
{
    struct trial trial = {name, format, status, 16, {0}, NULL};
    struct text text = {NULL, 0, 0};

    repeat(&text, opening, MEGABYTE);
    run(&trial, &text);
}

/* ---- lists ------------------------------------------------------------- */

static void try_originators(void)
{
    struct trial trial = {"originators", POSTERN_FORMAT_JSON, POSTERN_OK, 64,
                          {0},           check_and_ask};
    struct text text = {NULL, 0, 0};

    add(&text, POLICY "{\"acop\":2,\"acor\":[\"C0\"");
    for (size_t i = 1; i < MANY(1000000); i++) {
        add_number(&text, ",\"C", i, "\"");
    }
    add(&text, "]}" FOOT);
    run(&trial, &text);
}

static void try_rules(void)
{
    struct trial trial = {"rules", POSTERN_FORMAT_JSON, POSTERN_OK, 64, {0},
                          check};
    struct text text = {NULL, 0, 0};

    add(&text, POLICY "{\"acop\":2,\"acor\":[\"C0\"]}");
    for (size_t i = 1; i < MANY(100000); i++) {
        add_number(&text, ",{\"acop\":", i % 63 + 1, ",\"acor\":[\"Cshared*\"");
        add_number(&text, ",\"C", i % 7000, "\"");
        add_number(&text, ",\"C", i % 50000, "\"]}");
    }
    add(&text, FOOT);
    run(&trial, &text);
}

static void try_windows(void)
{
    struct trial trial = {"windows", POSTERN_FORMAT_JSON, POSTERN_OK, 128, {0},
                          check};
    struct text text = {NULL, 0, 0};

    add(&text, POLICY "{\"acop\":2,\"acor\":[\"Cx\"],\"acco\":[{\"actw\":["
                      "\"* * * * * * *\"");
    for (size_t i = 0; i < MANY(50000); i++) {
        add_number(&text, ",\"0 ", i % 60, "");
        add_number(&text, " 0 30 2 * ", 2000 + i % 8000, "\"");
    }
    add(&text, "]}]}" FOOT);
    run(&trial, &text);
}

static void try_addresses(void)
{
    struct trial trial = {"addresses", POSTERN_FORMAT_JSON, POSTERN_OK, 32,
                          {0},         check_in_part};
    struct text text = {NULL, 0, 0};

    add(&text, POLICY "{\"acop\":2,\"acor\":[\"C999\"],\"acco\":[{\"acip\":{"
                      "\"ipv4\":[\"10.0.0.0/31\"");
    for (size_t i = 0; i < MANY(500000); i++) {
        add_number(&text, ",\"11.", i / 65536, "");
        add_number(&text, ".", i / 256 % 256, "");
        add_number(&text, ".", i % 256, "/9\"");
    }
    add(&text, "]}}]}" FOOT);
    run(&trial, &text);
}

static void try_countries(void)
{
    struct trial trial = {"countries", POSTERN_FORMAT_JSON, POSTERN_OK, 64,
                          {0},         check_and_ask};
    struct text text = {NULL, 0, 0};

    add(&text, POLICY "{\"acop\":2,\"acor\":[\"C999\"],\"acco\":[{\"aclr\":{"
                      "\"accc\":[\"NL\"");
    repeat(&text, ",\"UK\"", MANY(500000));
    add(&text, "]}}]}" FOOT);
    run(&trial, &text);
}

static void try_child_types(const char *name, size_t types,
                            postern_status status)
{
    struct trial trial = {name, POSTERN_FORMAT_JSON, status, 64, {0}, check};
    struct text text = {NULL, 0, 0};

    add(&text, POLICY "{\"acop\":1,\"acor\":[\"Cx\"],\"acod\":[{\"chty\":[4");
    repeat(&text, ",4", types - 1);
    add(&text, "]}]}" FOOT);
    run(&trial, &text);
}

static void try_links(void)
{
    struct trial trial = {"resources", POSTERN_FORMAT_JSON, POSTERN_OK, 64, {0},
                          check};
    struct text text = {NULL, 0, 0};

    add(&text, POLICY "]}}");
    for (size_t i = 0; i < MANY(100000); i++) {
        add_number(&text, ",{\"ty\":3,\"ri\":\"r", i, "\",\"cr\":\"C");
        add_number(&text, "", i, "\",\"acpi\":[\"a\",\"b");
        add_number(&text, "", i, "\"]}");
    }
    add(&text, "]}");
    run(&trial, &text);
}

/* ---- texts and limits -------------------------------------------------- */

static void try_flood(const char *name, const char *words,
                      postern_format format, postern_status status)
{
    struct trial trial = {name, format, status, 16, {0}, NULL};
    struct text text = {NULL, 0, 0};

    add(&text, format == POSTERN_FORMAT_JSON ? "\"" : "a: b\n");
    repeat(&text, words, MEGABYTE);
    add(&text, format == POSTERN_FORMAT_JSON ? "\"" : "\n");
    run(&trial, &text);
}

static void try_value_limit(void)
{
    struct trial trial = {"a limit of 1,000 values", POSTERN_FORMAT_JSON,
                          POSTERN_ERR_LIMIT,         1,
                          {.values = 1000},          NULL};
    struct text text = {NULL, 0, 0};

    add(&text, "[0");
    repeat(&text, ",0", MANY(5000000));
    run(&trial, &text);
}

static void try_texts(void)
{
    const postern_format json = POSTERN_FORMAT_JSON;
    const postern_format yaml = POSTERN_FORMAT_YAML;

    try_flood("10 MB string, JSON", "0123456789", json, POSTERN_ERR_LIMIT);
    try_flood("10 MB scalar, YAML", "  word word\n", yaml, POSTERN_ERR_LIMIT);
    try_flood("10 MB comment, YAML", "# comment\n", yaml, POSTERN_ERR_POLICY);
    try_flood("a million lines, YAML", "\n", yaml, POSTERN_ERR_POLICY);
    try_flood("a million documents", "---\n", yaml, POSTERN_ERR_SYNTAX);
    try_flood("10 MB of keys, YAML", "wordword: ", yaml, POSTERN_ERR_SYNTAX);
}

int main(void)
{
    try_stars();
    try_keys_json("keys, JSON", false);
    try_keys_json("keys, one twice", true);
    try_keys_yaml();
    try_unknown_members();
    try_nesting("a million lists, JSON", "[", POSTERN_FORMAT_JSON,
                POSTERN_ERR_LIMIT);
    try_nesting("a million objects", "{\"a\":", POSTERN_FORMAT_JSON,
                POSTERN_ERR_LIMIT);
    try_nesting("a million lists, YAML", "[", POSTERN_FORMAT_YAML,
                POSTERN_ERR_LIMIT);
    try_nesting("a million dashes, YAML", "- ", POSTERN_FORMAT_YAML,
                POSTERN_ERR_LIMIT);
    try_nesting("a million ?, YAML", "? ", POSTERN_FORMAT_YAML,
                POSTERN_ERR_SYNTAX);
    try_originators();
    try_rules();
    try_windows();
    try_addresses();
    try_countries();
    try_child_types("65,535 child types", 65535, POSTERN_OK);
    try_child_types("65,536 child types", 65536, POSTERN_ERR_POLICY);
    try_links();
    try_value_limit();
    try_texts();
    return claims_failed();
}
