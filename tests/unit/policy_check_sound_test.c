/*
 * What is reported as superfluous is: without it every request is decided as
 * before. Random rules from small pools, so that many cover each other.
 */
#include <postern/policy.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "support/rng.h"

enum {
    ROUNDS = 400,
    RULES = 6,
    REQUESTS = 300,
    RULE_SIZE = 1024,
    TEXT_SIZE = RULES * RULE_SIZE + 1024
};

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof(array)[0]))
#define ONE_OF(rng, array) ((array)[rng_below((rng), COUNT(array))])

static const char *const originators[] = {
    "all",
    "//sp.example",
    "Cab",
    "Cabc",
    "/plant-cse/Cab",
    "Ca*",
    "C*",
    "S*",
    "Sm1",
    "/gate",
    "/gate*",
    "//other.example/c/Cab",
    "grp",
    "base/team",
    "1@auth.example",
    "//*/gate",
    "/plant-cse/*b",
};
static const char *const contexts[] = {
    "{}",
    "{\"actw\":[\"* * * * 1-6 * *\"]}",
    "{\"actw\":[\"* * * * 1-6 * *\",\"* * 0-11 * * * *\"]}",
    "{\"actw\":[\"* * * 30 2 * *\"]}",
    "{\"actw\":[\"* * 0-11 * * * *\"],\"acip\":{\"ipv4\":[\"10.0.0.0/8\"]}}",
    "{\"acip\":{\"ipv4\":[\"10.0.0.0/8\"]}}",
    "{\"acip\":{\"ipv4\":[\"10.0.0.0/8\",\"11.0.0.0/8\"]}}",
    "{\"aclr\":{\"accc\":[\"NL\"]}}",
    "{\"aclr\":{\"accc\":[\"BE\",\"NL\"]}}",
    "{\"aclr\":{\"accr\":[52,5,1000]}}",
};
static const char *const details[] = {
    "{\"chty\":[4]}",
    "{\"chty\":[3,4]}",
    "{\"ty\":3,\"chty\":[4]}",
    "{\"ty\":28,\"spty\":{\"cnd\":\"a.b\"},\"chty\":[4]}",
    "{\"spty\":{\"cnd\":\"a.b\"},\"chty\":[3,4]}",
};
static const char *const attributes[] = {"\"lbl\"", "\"et\"", "\"con\""};

struct rules {
    char texts[RULES][RULE_SIZE];
};

static void append(char *text, const char *words)
{
    size_t len = strlen(text);

    cr_assert_lt(len + strlen(words), RULE_SIZE);
    memcpy(text + len, words, strlen(words) + 1);
}

static void append_list(char *text, const char *name, const char *const *pool,
                        uint32_t pool_size, struct rng *rng)
{
    append(text, name);
    for (uint32_t i = 0, count = rng_below(rng, 3) + 1; i < count; i++) {
        append(text, i ? "," : "[");
        append(text, pool[rng_below(rng, pool_size)]);
    }
    append(text, "]");
}

static void make_rule(char *text, struct rng *rng)
{
    static const char *const operations[] = {"1", "2", "3", "6", "7", "63"};

    text[0] = '\0';
    append(text, "{\"acor\":[");
    for (uint32_t i = 0, count = rng_below(rng, 3) + 1; i < count; i++) {
        append(text, i ? ",\"" : "\"");
        append(text, ONE_OF(rng, originators));
        append(text, "\"");
    }
    append(text, "],\"acop\":");
    append(text, ONE_OF(rng, operations));
    if (rng_below(rng, 2)) {
        append_list(text, ",\"acco\":", contexts, COUNT(contexts), rng);
    }
    if (rng_below(rng, 4) == 0) {
        append_list(text, ",\"acod\":", details, COUNT(details), rng);
    }
    if (rng_below(rng, 4) == 0) {
        append_list(text, ",\"aca\":", attributes, COUNT(attributes), rng);
    }
    append(text, rng_below(rng, 4) ? "}" : ",\"acaf\":true}");
}

struct reported {
    bool rules[RULES];
    uint32_t count;
};

/* All rules but those that are reported. */
static postern_policy *load(const struct rules *rules,
                            const struct reported *reported)
{
    static char text[TEXT_SIZE];
    postern_policy *policy;
    postern_diag diag;
    size_t len;

    snprintf(text, sizeof text, "%s",
             "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\","
             "\"cb_ri\":\"cb0\",\"cb_rn\":\"base\"},\"resources\":["
             "{\"ty\":9,\"ri\":\"grp\",\"rn\":\"team\",\"pi\":\"cb0\","
             "\"mid\":[\"Cab\"]},"
             "{\"ty\":1,\"ri\":\"acp\",\"rn\":\"acp\",\"pi\":\"cb0\",\"pvs\":{"
             "\"acr\":[{\"acor\":[\"Cx\"],\"acop\":63}]},\"pv\":{\"acr\":[\n");
    for (uint32_t i = 0, count = 0; i < RULES; i++) {
        if (!reported->rules[i]) {
            len = strlen(text);
            snprintf(text + len, sizeof text - len, "%s%s\n",
                     count++ ? "," : "", rules->texts[i]);
        }
    }
    len = strlen(text);
    snprintf(text + len, sizeof text - len, "]}}]}");
    cr_assert_eq(
        postern_policy_load(&policy, postern_str_of(text), NULL, &diag),
        POSTERN_OK, "%s\n%s", diag.message, text);
    return policy;
}

struct facts {
    postern_request request;
    postern_id role;
    postern_id group;
    postern_str attributes[2];
};

static void make_request(struct facts *facts, const postern_cse *cse,
                         struct rng *rng)
{
    static const char *const who[] = {"Cab",    "Cabc",
                                      "Caxb",   "Czz",
                                      "Sm1",    "/gate",
                                      "/gate7", "//other.example/c/Cab",
                                      "/o/Cb",  "//o.example/gate"};
    static const postern_operation operations[] = {
        POSTERN_OP_CREATE, POSTERN_OP_RETRIEVE, POSTERN_OP_UPDATE,
        POSTERN_OP_DISCOVERY};
    static const char *const ips[] = {"10.1.1.1", "11.1.1.1", "12.1.1.1"};
    static const char *const names[] = {"lbl", "et", "con", "cr"};
    static const char *const countries[] = {"NL", "BE", "DE"};
    postern_request *request = &facts->request;

    memset(facts, 0, sizeof *facts);
    postern_request_init(request);
    cr_assert_eq(postern_id_parse_entity(&request->originator, cse,
                                         postern_str_of(ONE_OF(rng, who))),
                 POSTERN_OK);
    request->operation = ONE_OF(rng, operations);
    request->authenticated = rng_below(rng, 2);
    request->time_known = rng_below(rng, 4) > 0;
    request->time_s = rng_between(rng, 1767225600, 1767225600 + 31536000);
    cr_assert_eq(
        postern_ip_parse(&request->ip, postern_str_of(ONE_OF(rng, ips))),
        POSTERN_OK);
    if (rng_below(rng, 2)) {
        request->location = (postern_location){true, 52.0, 5.0, ""};
    }
    memcpy(request->location.country, ONE_OF(rng, countries), 3);
    request->target_type = rng_below(rng, 2) ? 3 : 28;
    request->child_type = rng_below(rng, 2) ? 3 : 4;
    request->container_definition =
        postern_str_of(rng_below(rng, 2) ? "a.b" : "c");
    cr_assert_eq(
        postern_id_parse_role(&facts->role, postern_str_of("1@auth.example")),
        POSTERN_OK);
    cr_assert_eq(
        postern_id_parse_resource(&facts->group, cse, postern_str_of("grp")),
        POSTERN_OK);
    request->roles = &facts->role;
    request->role_count = rng_below(rng, 2);
    request->groups = &facts->group;
    request->group_count = rng_below(rng, 2);
    facts->attributes[0] = postern_str_of(ONE_OF(rng, names));
    facts->attributes[1] = postern_str_of(ONE_OF(rng, names));
    request->attributes = facts->attributes;
    request->attribute_count = rng_below(rng, 3);
}

static void collect(void *user, const postern_diag *diag)
{
    static const char before[] = "/resources/1/pv/acr/";
    struct reported *reported = user;
    const char *number = diag->path + sizeof before - 1;

    if (strcmp(diag->lint, "duplicate-rule") == 0 ||
        strcmp(diag->lint, "subsumed-rule") == 0) {
        cr_assert_eq(strncmp(diag->path, before, sizeof before - 1), 0);
        cr_assert(*number >= '0' && *number < '0' + RULES);
        reported->rules[*number - '0'] = true;
        reported->count++;
    }
}

/* All at once: of rules that cover each other one has to stay. */
static void expect_no_loss(const struct rules *rules,
                           const struct reported *reported, struct rng *rng)
{
    static const struct reported none = {.count = 0};
    postern_policy *all = load(rules, &none);
    postern_policy *others = load(rules, reported);

    for (int i = 0; i < REQUESTS; i++) {
        struct facts facts;
        postern_decision before;
        postern_decision after;

        make_request(&facts, postern_policy_cse(all), rng);
        before = postern_decide(postern_policy_acps(all), &facts.request);
        after = postern_decide(postern_policy_acps(others), &facts.request);
        cr_expect_eq(before.effect, after.effect,
                     "a rule is not superfluous, perhaps %s",
                     rules->texts[before.rule % RULES]);
    }
    postern_policy_free(all);
    postern_policy_free(others);
}

Test(policy_check_sound, nothing_is_lost_without_the_rules_that_are_reported)
{
    static const struct reported none = {.count = 0};
    struct rng rng = {20260317};
    uint32_t reported_rules = 0;

    for (int round = 0; round < ROUNDS; round++) {
        struct reported reported = {.count = 0};
        postern_policy *policy;
        struct rules rules;

        for (uint32_t i = 0; i < RULES; i++) {
            make_rule(rules.texts[i], &rng);
        }
        policy = load(&rules, &none);
        (void)postern_policy_check(policy, INT64_MIN, collect, &reported);
        postern_policy_free(policy);
        if (reported.count) {
            expect_no_loss(&rules, &reported, &rng);
        }
        reported_rules += reported.count;
    }
    cr_expect_gt(reported_rules, ROUNDS / 2, "too few: %u", reported_rules);
}
