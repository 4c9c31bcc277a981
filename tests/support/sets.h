/*
 * Compiled sets and requests in few words, for tests: everything is hosted by
 * //sp.example/plant-cse. What fails here fails the test that asked.
 */
#ifndef TESTS_SUPPORT_SETS_H
#define TESTS_SUPPORT_SETS_H

#include <criterion/criterion.h>
#include <postern/pdp.h>

#define S(text) postern_str_of(text)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static inline postern_cse test_cse(void)
{
    postern_cse cse;

    cr_assert_eq(postern_cse_init(&cse, S("//sp.example"), S("/plant-cse")),
                 POSTERN_OK);
    return cse;
}

static inline postern_acp_builder *test_builder(void)
{
    postern_cse cse = test_cse();
    postern_acp_builder *builder;

    cr_assert_eq(postern_acp_builder_new(&builder, &cse, NULL), POSTERN_OK);
    return builder;
}

static inline postern_acp_set *test_finish(postern_acp_builder *builder)
{
    postern_acp_set *set;

    cr_assert_eq(postern_acp_builder_finish(builder, &set, NULL), POSTERN_OK);
    postern_acp_builder_free(builder);
    return set;
}

/* One ACP "acpA" with these rules as privileges. */
static inline postern_acp_set *test_set(const postern_rule *rules, size_t count)
{
    postern_acp_builder *builder = test_builder();

    cr_assert_eq(postern_acp_builder_add_acp(builder, S("acpA"), INT64_MAX),
                 POSTERN_OK);
    for (size_t i = 0; i < count; i++) {
        postern_diag diag;

        cr_assert_eq(postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES,
                                                  &rules[i], &diag),
                     POSTERN_OK, "rule %zu: %s %s", i, diag.path, diag.message);
    }
    return test_finish(builder);
}

/* A Retrieve by `from`, authenticated, at 2026-03-17 10:20:30. */
static inline postern_request test_request(const postern_cse *cse,
                                           const char *from)
{
    postern_request request;

    postern_request_init(&request);
    (void)!postern_id_parse_entity(&request.originator, cse, S(from));
    request.operation = POSTERN_OP_RETRIEVE;
    request.authenticated = true;
    request.time_known = true;
    request.time_s = 1773742830;
    return request;
}

/* Decides both ways; they must agree. */
static inline bool test_permits(const postern_acp_set *set,
                                const postern_request *request)
{
    postern_decision decision = postern_decide(set, request);
    postern_decision explained = postern_explain(set, request, NULL, NULL);

    cr_assert_eq(decision.effect, explained.effect);
    return decision.effect == POSTERN_PERMIT;
}

/* Whether one rule that lists `entry` permits a Retrieve by `from`. */
static inline bool test_entry_matches(const char *entry, const char *from)
{
    postern_cse cse = test_cse();
    postern_str originator = S(entry);
    postern_rule rule = {.originators = &originator,
                         .originator_count = 1,
                         .operations = POSTERN_ACOP_RETRIEVE};
    postern_acp_set *set = test_set(&rule, 1);
    postern_request request = test_request(&cse, from);
    bool permits = test_permits(set, &request);

    postern_acp_set_free(set);
    return permits;
}

/* Status of adding a rule that lists `entry`. */
static inline postern_status test_entry_status(const char *entry)
{
    postern_acp_builder *builder = test_builder();
    postern_str originator = S(entry);
    postern_rule rule = {.originators = &originator,
                         .originator_count = 1,
                         .operations = POSTERN_ACOP_RETRIEVE};
    postern_status status =
        postern_acp_builder_add_acp(builder, S("acpA"), INT64_MAX);

    if (status == POSTERN_OK) {
        status = postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES,
                                              &rule, NULL);
    }
    postern_acp_builder_free(builder);
    return status;
}

#endif
