/* What the proof accepts and what it says of a set that is of other rules. */
#include "support/generate.h"
#include "support/policies.h"
#include "support/proof_document.h"
#include "support/rng.h"
#include "support/translate.h"

#include <criterion/criterion.h>
#include <postern/proof.h>

/* ---- a set of one policy, the rules of another --------------------------- */

#define RULE(members) "{\"acor\":[\"Cx\"],\"acop\":2" members "}"
#define HOST                                                                   \
    "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\"},"             \
    "\"resources\":["
#define CONTEXT(members) RULE(",\"acco\":[{" members "}]")
#define CIRCLE(numbers) CONTEXT("\"aclr\":{\"accr\":[" numbers "]}")
#define V4(list) CONTEXT("\"acip\":{\"ipv4\":[" list "]}")

static const struct {
    const char *compiled;
    const char *policy;
    const char *sentence; /* NULL: the two mean the same */
} cases[] = {
    {RULE(""), RULE(""), NULL},
    {RULE(""), "{\"acor\":[\"/plant-cse/Cx\"],\"acop\":2}", NULL},
    {RULE(""), "{\"acor\":[\"//SP.example./plant-cse/Cx\"],\"acop\":2}", NULL},
    {RULE(""), "{\"acor\":[\"Cy\"],\"acop\":2}", "originator 0 is not that"},
    {RULE(""), "{\"acor\":[\"Cx*\"],\"acop\":2}", "originator 0 is not that"},
    {RULE(""), "{\"acor\":[\"all\"],\"acop\":2}", "originator 0 is not that"},
    {"{\"acor\":[\"all\"],\"acop\":2}", RULE(""), "originator 0 is not that"},
    {"{\"acor\":[\"Cx\",\"Cy\"],\"acop\":2}", RULE(""),
     "it lists 2 originators in the compiled set and 1"},
    {RULE(""), RULE("") "," RULE(""), "there are 1 rules in the compiled set"},
    {RULE(""), "{\"acor\":[\"Cx\"],\"acop\":6}",
     "its operations are 2 in the compiled set and 6 in the policy"},
    {RULE(""), RULE(",\"acaf\":true"), "its authentication flag"},
    {RULE(""), V4("\"10.0.0.0/8\""), "its conditions are of other kinds"},
    {RULE(",\"aca\":[\"con\"]"), RULE(",\"aca\":[\"lbl\"]"),
     "attribute 0 is another one"},
    {CONTEXT("\"actw\":[\"* 0-17 * * * * *\"]"),
     CONTEXT("\"actw\":[\"* 0-16 * * * * *\"]"),
     "rule 0: minute 17 of time window 0 of context 0 is open in the compiled"
     " set and closed in the policy"},
    {CONTEXT("\"actw\":[\"* * * * * * 2026\"]"),
     CONTEXT("\"actw\":[\"* * * * * * 2026,9999\"]"),
     "year 9999 of time window 0 of context 0 is closed in the compiled set"
     " and open in the policy"},
    {CONTEXT("\"actw\":[\"* */2 * * * * *\"]"),
     CONTEXT("\"actw\":[\"* 0-59/2 * * * * *\"]"), NULL},
    {V4("\"10.0.0.0/9\",\"10.128.0.0/9\""), V4("\"10.0.0.0/8\""), NULL},
    {V4("\"10.0.0.0/9\",\"10.128.0.0/10\""), V4("\"10.0.0.0/8\""),
     "row 0 of the addresses of context 0 has other ends"},
    {CIRCLE("52.09,5.12,800"), CIRCLE("52.09,5.12,800.00000001"), NULL},
    {CIRCLE("52.09,5.12,800"), CIRCLE("52.09,5.12,800.000001"),
     "circle 0 of context 0 is another one"},
    {CIRCLE("52.09,5.12,800"), CIRCLE("52.0900001,5.12,800"),
     "circle 0 of context 0 is another one"},
    {CIRCLE("0,0,30000000"), CIRCLE("0,0,40000000"), NULL},
    {CONTEXT("\"aclr\":{\"accc\":[\"NL\"]}"),
     CONTEXT("\"aclr\":{\"accc\":[\"nl\"]}"), NULL},
    {CONTEXT("\"aclr\":{\"accc\":[\"NL\"]}"),
     CONTEXT("\"aclr\":{\"accc\":[\"BE\"]}"),
     "country 0 of context 0 is another one"},
    {RULE(",\"acod\":[{\"chty\":[4]}]"), RULE(",\"acod\":[{\"chty\":[5]}]"),
     "object details 0 are other ones"},
};

static const size_t case_count = sizeof cases / sizeof *cases;

Test(proof, says_what_differs)
{
    for (size_t i = 0; i < case_count; i++) {
        struct loaded compiled = {.policy = NULL};
        struct loaded policy = {.policy = NULL};
        postern_diag diag;
        postern_status status;

        load_rules(&compiled, cases[i].compiled);
        load_rules(&policy, cases[i].policy);
        cr_assert(compiled.policy && policy.policy, "case %zu: %s %s", i,
                  compiled.diag.message, policy.diag.message);
        status = postern_policy_verify(
            policy.policy, postern_policy_acps(compiled.policy), &diag);
        if (cases[i].sentence) {
            cr_assert_eq(status, POSTERN_ERR_INTERNAL, "case %zu", i);
            cr_assert(strstr(diag.message, cases[i].sentence), "case %zu: %s",
                      i, diag.message);
            cr_assert(strstr(diag.message, "acpA privileges"), "case %zu: %s",
                      i, diag.message);
        } else {
            cr_assert_eq(status, POSTERN_OK, "case %zu: %s", i, diag.message);
        }
        cr_assert_eq(loaded_release(&compiled), 0);
        cr_assert_eq(loaded_release(&policy), 0);
    }
}

Test(proof, tells_policies_of_other_names_and_expiries_apart)
{
    static const char *const texts[] = {
        DOCUMENT_OF_RULES(RULE("")),
        (HOST "{\"m2m:acp\":{\"ri\":\"acpB\",\"pv\":{\"acr\":[" RULE("")
             DOCUMENT_AFTER_RULES),
        (HOST "{\"m2m:acp\":{\"ri\":\"acpA\",\"et\":\"20300101T000000\","
              "\"pv\":{\"acr\":[" RULE("") DOCUMENT_AFTER_RULES),
        HOST "]}"};
    struct loaded in[4] = {{.policy = NULL}};

    for (size_t i = 0; i < 4; i++) {
        load_text(&in[i], texts[i]);
        cr_assert(in[i].policy, "%s", in[i].diag.message);
    }
    for (size_t i = 0; i < 16; i++) {
        const postern_acp_set *set = postern_policy_acps(in[i / 4].policy);

        cr_assert_eq(postern_policy_verify(in[i % 4].policy, set, NULL) ==
                         POSTERN_OK,
                     i / 4 == i % 4, "%zu", i);
    }
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(loaded_release(&in[i]), 0);
    }
}

Test(proof, holds_for_a_policy_of_everything)
{
    for (uint32_t seed = 0; seed < 6; seed++) {
        char *text = proof_document(seed * 60, seed);
        struct loaded in = {.policy = NULL};

        prepare_load(&in);
        in.options.verify = true;
        in.status = postern_policy_load(&in.policy, postern_str_of(text),
                                        &in.options, &in.diag);
        cr_assert_eq(in.status, POSTERN_OK, "%s", in.diag.message);
        cr_assert_eq(loaded_release(&in), 0);
        free(text);
    }
}

Test(proof, holds_for_rules_that_were_disabled)
{
    struct loaded in = {.policy = NULL};

    in.options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    in.options.verify = true;
    load_rules(&in, RULE("") ",{\"acor\":[\"Cx\",\"a b\"],\"acop\":2},"
                             "{\"acor\":[\"Cx\"],\"acop\":99}");
    cr_assert_eq(in.status, POSTERN_OK, "%s", in.diag.message);
    cr_assert_eq(loaded_release(&in), 0);
}

Test(proof, never_leaks_without_memory)
{
    char *text = proof_document(192, 3);
    struct loaded in = {.policy = NULL};
    postern_status status = POSTERN_ERR_MEMORY;

    load_text(&in, text);
    cr_assert_eq(in.status, POSTERN_OK);
    for (size_t n = 1; status == POSTERN_ERR_MEMORY; n++) {
        size_t live = in.heap.live;

        in.heap.fail_at = in.heap.calls + n;
        status = postern_policy_verify(in.policy, NULL, NULL);
        cr_assert_eq(in.heap.live, live);
    }
    cr_assert_eq(status, POSTERN_OK);
    cr_assert_eq(loaded_release(&in), 0);
    free(text);
}

/* ---- random policies by the builder ---------------------------------------
 */

enum { POLICIES = 2000 };

struct world {
    struct generated_policy policy;
    uint8_t bytes[GENERATED_BYTES];
    struct translated_rule texts[GENERATED_ACPS][2][GENERATED_RULES];
    postern_rule rules[GENERATED_ACPS][2][GENERATED_RULES];
    postern_cse cse;
};

static bool resolve_group(void *user, postern_str entry, postern_id *group)
{
    const struct world *world = user;
    const struct ref_policy *policy = &world->policy.policy;

    for (size_t i = 0; i < policy->group_name_count; i++) {
        if (strlen(policy->group_names[i].entry) == entry.len &&
            memcmp(policy->group_names[i].entry, entry.data, entry.len) == 0) {
            return postern_id_parse_resource(
                       group, &world->cse,
                       postern_str_of(policy->group_names[i].resource)) ==
                   POSTERN_OK;
        }
    }
    return false;
}

static void give_acp(void *user, uint32_t acp, postern_source_acp *out)
{
    const struct world *world = user;
    const struct ref_acp *given = &world->policy.policy.acps[acp];

    *out =
        (postern_source_acp){.id = postern_str_of(given->id),
                             .expires_s = given->expires_s,
                             .rules = world->rules[acp][0],
                             .rule_count = given->privileges.count,
                             .self_rules = world->rules[acp][1],
                             .self_rule_count = given->self_privileges.count};
}

/* A rule that the builder refuses is never true. */
static void add_rules(struct world *world, postern_acp_builder *builder,
                      size_t acp, postern_privileges which)
{
    const struct ref_acp *given = &world->policy.policy.acps[acp];
    const struct ref_rules *rules = which == POSTERN_PRIVILEGES
                                        ? &given->privileges
                                        : &given->self_privileges;

    for (size_t i = 0; i < rules->count; i++) {
        struct translated_rule *text = &world->texts[acp][which][i];
        postern_rule *rule = &world->rules[acp][which][i];

        translate_rule(text, &rules->rules[i]);
        *rule = text->rule;
        if (postern_acp_builder_add_rule(builder, which, rule, NULL) !=
            POSTERN_OK) {
            rule->never = "refused";
            cr_assert_eq(
                postern_acp_builder_add_rule(builder, which, rule, NULL),
                POSTERN_OK);
        }
    }
}

static postern_acp_set *compile(struct world *world)
{
    const struct ref_policy *policy = &world->policy.policy;
    postern_builder_options options;
    postern_acp_builder *builder;
    postern_acp_set *set;

    postern_builder_options_init(&options);
    options.resolve_group = resolve_group;
    options.user = world;
    cr_assert_eq(postern_cse_init(&world->cse,
                                  postern_str_of(policy->cse.sp_id),
                                  postern_str_of(policy->cse.cse_id)),
                 POSTERN_OK);
    cr_assert_eq(postern_acp_builder_new(&builder, &world->cse, &options),
                 POSTERN_OK);
    for (size_t acp = 0; acp < policy->acp_count; acp++) {
        cr_assert_eq(postern_acp_builder_add_acp(
                         builder, postern_str_of(policy->acps[acp].id),
                         policy->acps[acp].expires_s),
                     POSTERN_OK);
        add_rules(world, builder, acp, POSTERN_PRIVILEGES);
        add_rules(world, builder, acp, POSTERN_SELF_PRIVILEGES);
    }
    cr_assert_eq(postern_acp_builder_finish(builder, &set, NULL), POSTERN_OK);
    postern_acp_builder_free(builder);
    return set;
}

Test(proof, raises_no_false_alarm)
{
    struct world *world = malloc(sizeof *world);
    struct rng rng = {20260317};

    cr_assert(world);
    for (uint32_t i = 0; i < POLICIES; i++) {
        struct bytes bytes =
            bytes_random(world->bytes, sizeof world->bytes, &rng);
        postern_acp_source source = {.struct_size = sizeof source,
                                     .cse = &world->cse,
                                     .acp = give_acp,
                                     .resolve_group = resolve_group,
                                     .user = world};
        postern_acp_set *set;
        postern_diag diag;

        generate_policy(&world->policy, &bytes);
        source.acp_count = (uint32_t)world->policy.policy.acp_count;
        set = compile(world);
        cr_assert_eq(postern_acp_set_verify(set, &source, NULL, &diag),
                     POSTERN_OK, "policy %u: %s", i, diag.message);
        postern_acp_set_free(set);
    }
    free(world);
}
