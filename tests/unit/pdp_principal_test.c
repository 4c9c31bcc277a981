#include "pdp/principal.h"
#include "support/sets.h"

#include <stdio.h>

/* Principals: who asks, resolved once. Batches and scans. */

enum { MANY = 100, TEXT = 64 };

/* ACP n lists `stem` and n, or, for "all", "all". */
static postern_acp_set *make_set(uint32_t acps, const char *stem)
{
    postern_acp_builder *builder = test_builder();

    for (uint32_t i = 0; i < acps; i++) {
        char name[TEXT];
        char text[TEXT];
        postern_str entry = {text, 0};
        postern_rule rule = {.originators = &entry,
                             .originator_count = 1,
                             .operations = POSTERN_ACOP_RETRIEVE};

        (void)snprintf(name, sizeof name, "acp%u", i);
        entry.len = strcmp(stem, "all") == 0
                        ? (size_t)snprintf(text, sizeof text, "all")
                        : (size_t)snprintf(text, sizeof text, "%s%u", stem, i);
        cr_assert_eq(postern_acp_builder_add_acp(builder, S(name), INT64_MAX),
                     POSTERN_OK);
        cr_assert_eq(postern_acp_builder_add_rule(builder, 0, &rule, NULL),
                     POSTERN_OK);
    }
    return test_finish(builder);
}

static bool permits_as(const postern_acp_set *set,
                       const postern_principal *principal, uint32_t acp,
                       const postern_request *request)
{
    postern_acp_ref ref = {acp, POSTERN_PRIVILEGES};

    return postern_decide_as(set, principal, &ref, 1, request).effect ==
           POSTERN_PERMIT;
}

static postern_principal *principal_of(const postern_acp_set *set,
                                       const postern_request *request)
{
    postern_principal *principal;

    cr_assert_eq(postern_principal_new(&principal, set, request, NULL),
                 POSTERN_OK);
    return principal;
}

Test(pdp_principal, answers_for_its_own_originator)
{
    postern_cse cse = test_cse();
    postern_acp_set *set = make_set(MANY, "Cpump");
    postern_request request = test_request(&cse, "Cpump7");
    postern_request other = test_request(&cse, "Cpump8");
    postern_principal *principal = principal_of(set, &request);

    cr_expect(permits_as(set, principal, 7, &request));
    cr_expect_not(permits_as(set, principal, 8, &request));
    cr_expect(permits_as(set, principal, 7, &other), "it is not the request's");
    cr_expect_not(permits_as(set, principal, 8, &other));
    cr_expect(permits_as(set, NULL, 8, &other));
    postern_principal_free(principal);
    postern_acp_set_free(set);
}

Test(pdp_principal, keeps_copies_of_the_identifiers)
{
    postern_cse cse = test_cse();
    postern_acp_set *set = make_set(1, "Cpump");
    postern_acp_set *later = make_set(2, "Cpump");
    char from[] = "Cpump0";
    postern_request request = test_request(&cse, from);
    postern_principal *principal = principal_of(set, &request);

    memset(from, 'x', sizeof from);
    memset(&request.originator, 0, sizeof request.originator);
    cr_expect(permits_as(set, principal, 0, &request));
    cr_expect(permits_as(later, principal, 0, &request));
    cr_expect_not(permits_as(later, principal, 1, &request));
    postern_principal_free(principal);
    postern_acp_set_free(set);
    postern_acp_set_free(later);
}

/* [REQ-02] */
Test(pdp_principal, needs_somebody)
{
    postern_cse cse = test_cse();
    postern_acp_set *set = make_set(1, "all");
    postern_request request = test_request(&cse, "not//an//id");
    postern_principal *principal;

    cr_expect_eq(postern_principal_new(&principal, set, &request, NULL),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_null(principal);
    cr_expect_eq(postern_principal_new(&principal, set, NULL, NULL),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_principal_new(&principal, NULL, &request, NULL),
                 POSTERN_ERR_ARGUMENT);
    postern_id_set_absent(&request.originator);
    principal = principal_of(set, &request);
    cr_expect(permits_as(set, principal, 0, &request));
    postern_principal_free(principal);
    postern_principal_free(NULL);
    postern_acp_set_free(set);
}

Test(pdp_principal, is_resolved_anew_for_another_set)
{
    postern_cse cse = test_cse();
    postern_acp_set *old = make_set(3, "Cpump");
    postern_acp_set *new = make_set(3, "Cvalve");
    postern_request request = test_request(&cse, "Cpump1");
    postern_principal *principal = principal_of(old, &request);

    cr_expect(postern_principal_is_for(principal, old));
    cr_expect_not(postern_principal_is_for(principal, new));
    cr_expect(permits_as(old, principal, 1, &request));
    for (uint32_t acp = 0; acp < 3; acp++) {
        cr_expect_not(permits_as(new, principal, acp, &request));
    }
    postern_principal_free(principal);
    postern_acp_set_free(old);
    postern_acp_set_free(new);
}

/* Memory that is handed out from the beginning again and again. */
struct again {
    _Alignas(64) char bytes[1 << 18];
    size_t taken;
};

static void *take_again(void *user, size_t size)
{
    struct again *again = user;
    char *at = again->bytes + again->taken;

    again->taken += (size + 63) / 64 * 64;
    cr_assert_leq(again->taken, sizeof again->bytes);
    return at;
}

static void keep_all(void *user, void *block, size_t size)
{
    (void)user;
    (void)block;
    (void)size;
}

static postern_acp_set *make_set_in(struct again *again, const char *text)
{
    postern_allocator allocator = {again, take_again, keep_all};
    postern_builder_options options;
    postern_cse cse = test_cse();
    postern_acp_builder *builder;
    postern_acp_set *set = NULL;
    postern_str entry = S(text);
    postern_rule rule = {.originators = &entry,
                         .originator_count = 1,
                         .operations = POSTERN_ACOP_RETRIEVE};

    again->taken = 0;
    postern_builder_options_init(&options);
    options.allocator = &allocator;
    cr_assert_eq(postern_acp_builder_new(&builder, &cse, &options), POSTERN_OK);
    cr_assert_eq(postern_acp_builder_add_acp(builder, S("a"), INT64_MAX),
                 POSTERN_OK);
    cr_assert_eq(postern_acp_builder_add_rule(builder, 0, &rule, NULL),
                 POSTERN_OK);
    cr_assert_eq(postern_acp_builder_finish(builder, &set, NULL), POSTERN_OK);
    postern_acp_builder_free(builder);
    return set;
}

/* Neither the place nor the contents alone make it the same set. */
Test(pdp_principal, is_for_a_set_by_its_place_and_its_contents)
{
    static struct again one;
    static struct again other;
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cpump1");
    postern_acp_set *set = make_set_in(&one, "Cpump1");
    postern_acp_set *same = make_set_in(&other, "Cpump1");
    postern_principal *principal = principal_of(set, &request);
    postern_acp_set *later;

    cr_expect(postern_principal_is_for(principal, set));
    cr_expect_not(postern_principal_is_for(principal, same));
    cr_expect(permits_as(same, principal, 0, &request));
    later = make_set_in(&one, "Cpump2");
    cr_assert_eq(later, set, "it is to be at the place of the first one");
    cr_expect_not(postern_principal_is_for(principal, later));
    cr_expect_not(permits_as(later, principal, 0, &request));
    postern_principal_free(principal);
}

/* ---- more names than are handed out at once ------------------------------ */

/* Groups that only the last ACPs list. */
static void add_groups(postern_request *request, postern_id *groups,
                       char texts[][TEXT], const postern_cse *cse)
{
    for (uint32_t i = 0; i < MANY; i++) {
        (void)snprintf(texts[i], TEXT, "base/team%u", i);
        cr_assert_eq(postern_id_parse_resource(&groups[i], cse, S(texts[i])),
                     POSTERN_OK);
    }
    request->groups = groups;
    request->group_count = MANY;
}

/* [ORI-11] */
Test(pdp_principal, leaves_out_none_of_many_groups)
{
    postern_cse cse = test_cse();
    postern_acp_set *set = make_set(MANY + 1, "base/team");
    postern_request request = test_request(&cse, "Cx");
    postern_id groups[MANY];
    static char texts[MANY][TEXT];
    postern_principal *principal;

    add_groups(&request, groups, texts, &cse);
    principal = principal_of(set, &request);
    for (uint32_t acp = 0; acp <= MANY; acp++) {
        cr_expect_eq(permits_as(set, NULL, acp, &request), acp < MANY);
        cr_expect_eq(permits_as(set, principal, acp, &request), acp < MANY);
    }
    postern_principal_free(principal);
    postern_acp_set_free(set);
}

/* "Cx", "Cx*", "Cx**" ... all match. [ORI-04] */
static postern_acp_set *set_of_patterns(uint32_t count, bool announce)
{
    postern_acp_builder *builder = test_builder();
    char text[MANY + 2] = "Cx";

    for (uint32_t i = 0; i < count; i++) {
        postern_str entry = {text, i + 3};
        postern_rule rule = {.originators = &entry,
                             .originator_count = 1,
                             .operations = POSTERN_ACOP_RETRIEVE};
        char name[TEXT];

        text[i + 2] = '*';
        (void)snprintf(name, sizeof name, "acp%u", i);
        cr_assert_eq(postern_acp_builder_add_acp(builder, S(name), INT64_MAX),
                     POSTERN_OK);
        cr_assert_eq(postern_acp_builder_add_rule(builder, 0, &rule, NULL),
                     POSTERN_OK);
    }
    if (announce) {
        cr_assert_eq(postern_acp_builder_add_originator(builder, S("Cx1")),
                     POSTERN_OK);
    }
    return test_finish(builder);
}

/* Two of them: few enough for a list, and too many. */
static const uint32_t pattern_counts[] = {3, 40, 90};

Test(pdp_principal, matches_every_pattern_announced_or_not)
{
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx1");
    postern_request other = test_request(&cse, "Cy1");

    for (size_t i = 0; i < COUNT(pattern_counts) * 2; i++) {
        uint32_t count = pattern_counts[i / 2];
        postern_acp_set *set = set_of_patterns(count, i % 2);
        postern_principal *principal = principal_of(set, &request);
        uint64_t permitted[2];

        for (uint32_t acp = 0; acp < count; acp++) {
            cr_expect(permits_as(set, NULL, acp, &request), "%u", acp);
            cr_expect(permits_as(set, principal, acp, &request), "%u", acp);
            cr_expect_not(permits_as(set, NULL, acp, &other), "%u", acp);
        }
        cr_expect_eq(postern_scan(set, principal, &request, permitted), count);
        cr_expect_eq(postern_scan(set, NULL, &other, permitted), 0);
        postern_principal_free(principal);
        postern_acp_set_free(set);
    }
}

Test(pdp_principal, refuses_to_announce_what_is_no_originator)
{
    postern_acp_builder *builder = test_builder();

    cr_expect_eq(postern_acp_builder_add_originator(builder, S("Cx*")),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(postern_acp_builder_add_originator(builder, S("all")),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(postern_acp_builder_add_originator(builder, S("Cx")),
                 POSTERN_OK);
    cr_expect_eq(postern_acp_builder_add_originator(builder, S("Cx")),
                 POSTERN_OK);
    postern_acp_builder_free(builder);
}

/* ---- batches and scans --------------------------------------------------- */

Test(pdp_batch, answers_each_question_in_its_place)
{
    postern_cse cse = test_cse();
    postern_acp_set *set = make_set(MANY, "Cpump");
    static char texts[MANY][TEXT];
    postern_request requests[MANY];
    postern_acp_ref refs[MANY];
    postern_question questions[MANY];
    postern_decision decisions[MANY];

    for (uint32_t i = 0; i < MANY; i++) {
        (void)snprintf(texts[i], TEXT, "Cpump%u", i);
        requests[i] = test_request(&cse, texts[i]);
        refs[i] = (postern_acp_ref){i % 3 ? i : (i + 1) % MANY, 0};
        questions[i] = (postern_question){
            .request = &requests[i], .refs = &refs[i], .ref_count = 1};
    }
    questions[5].request = NULL;
    questions[6].refs = NULL;
    postern_decide_batch(set, questions, MANY, decisions);
    for (uint32_t i = 0; i < MANY; i++) {
        bool expected = i % 3 && i != 5;

        cr_expect_eq(decisions[i].effect == POSTERN_PERMIT, expected, "%u", i);
    }
    for (uint32_t i = 0; i < MANY; i++) {
        decisions[i].effect = POSTERN_PERMIT;
    }
    postern_decide_batch(NULL, questions, MANY - 1, decisions);
    for (uint32_t i = 0; i < MANY - 1; i++) {
        cr_expect_eq(decisions[i].effect, POSTERN_DENY, "%u", i);
    }
    cr_expect_eq(decisions[MANY - 1].effect, POSTERN_PERMIT, "not asked for");
    postern_acp_set_free(set);
}

static void expect_like_single(const postern_acp_set *set,
                               const postern_question *questions, size_t count)
{
    postern_decision decisions[MANY];

    postern_decide_batch(set, questions, count, decisions);
    for (size_t i = 0; i < count; i++) {
        const postern_question *question = &questions[i];
        postern_decision single =
            postern_decide_as(set, question->principal, question->refs,
                              question->ref_count, question->request);

        cr_expect_eq(decisions[i].effect, single.effect, "%zu", i);
        cr_expect_eq(decisions[i].reason, single.reason, "%zu", i);
        cr_expect_eq(decisions[i].acp, single.acp, "%zu", i);
        cr_expect_eq(decisions[i].rule, single.rule, "%zu", i);
    }
}

/* The name that permits is one of more than are handed out at once. */
Test(pdp_batch, leaves_out_none_of_many_groups)
{
    postern_cse cse = test_cse();
    postern_acp_set *set = make_set(MANY + 1, "base/team");
    postern_request request = test_request(&cse, "Cx");
    postern_id groups[MANY];
    static char texts[MANY][TEXT];
    postern_acp_ref refs[MANY];
    postern_question questions[MANY];

    add_groups(&request, groups, texts, &cse);
    for (uint32_t i = 0; i < MANY; i++) {
        refs[i] = (postern_acp_ref){i, POSTERN_PRIVILEGES};
        questions[i] = (postern_question){
            .request = &request, .refs = &refs[i], .ref_count = 1};
        cr_expect(permits_as(set, NULL, i, &request));
    }
    expect_like_single(set, questions, MANY);
    postern_acp_set_free(set);
}

/* Of the ACPs listed any can be the one that permits, or none. */
Test(pdp_batch, looks_at_every_acp_that_is_listed)
{
    enum { REFS = 6 };
    postern_cse cse = test_cse();
    postern_acp_set *set = make_set(MANY, "Cpump");
    postern_request request = test_request(&cse, "Cpump7");
    postern_acp_ref refs[REFS][REFS];
    postern_question questions[2 * REFS];

    for (uint32_t i = 0; i < REFS; i++) {
        for (uint32_t k = 0; k < REFS; k++) {
            refs[i][k] = (postern_acp_ref){k == i ? 7 : 20 + k, 0};
        }
        questions[2 * i] = (postern_question){
            .request = &request, .refs = refs[i], .ref_count = i + 1};
        questions[2 * i + 1] = (postern_question){
            .request = &request, .refs = refs[i], .ref_count = i};
        cr_expect_eq(postern_decide_acps(set, refs[i], i + 1, &request).effect,
                     POSTERN_PERMIT);
    }
    expect_like_single(set, questions, COUNT(questions));
    refs[0][0].acp = MANY;
    refs[1][1].which = POSTERN_SELF_PRIVILEGES;
    expect_like_single(set, questions, COUNT(questions));
    postern_acp_set_free(set);
}

/* Of releases that know less, or more, of a request. */
Test(pdp_batch, takes_requests_of_other_releases)
{
    struct later {
        postern_request request;
        size_t more;
    } later[2];
    postern_cse cse = test_cse();
    postern_acp_set *set = make_set(MANY, "Cpump");
    postern_request earlier = test_request(&cse, "Cpump1");
    static const postern_acp_ref ref = {1, POSTERN_PRIVILEGES};
    postern_question questions[3] = {{NULL, &earlier, &ref, 1}};
    postern_decision decisions[3];

    for (size_t i = 0; i < 2; i++) {
        later[i].request = earlier;
        later[i].request.struct_size = sizeof later[i];
        later[i].more = i; /* what is not known might forbid */
        questions[1 + i] = (postern_question){NULL, &later[i].request, &ref, 1};
    }
    earlier.struct_size -= sizeof(size_t);
    postern_decide_batch(set, questions, 3, decisions);
    cr_expect_eq(decisions[0].effect, POSTERN_PERMIT);
    cr_expect_eq(decisions[1].effect, POSTERN_PERMIT);
    cr_expect_eq(decisions[2].effect, POSTERN_DENY);
    cr_expect_eq(decisions[2].reason, POSTERN_REASON_BAD_REQUEST);
    postern_acp_set_free(set);
}

/* Resolved for this set, for another, or not at all. */
Test(pdp_batch, takes_the_principal_of_each_question)
{
    enum { KINDS = 4 };
    postern_cse cse = test_cse();
    postern_acp_set *old = make_set(3, "Cvalve");
    postern_acp_set *set = make_set(MANY, "Cpump");
    postern_request request = test_request(&cse, "Cpump1");
    postern_request other = test_request(&cse, "Cpump2");
    postern_principal *principals[KINDS] = {principal_of(set, &request),
                                            principal_of(set, &other),
                                            principal_of(old, &request), NULL};
    static const postern_acp_ref ref = {1, POSTERN_PRIVILEGES};
    postern_question questions[2 * KINDS];

    for (uint32_t i = 0; i < COUNT(questions); i++) {
        questions[i] = (postern_question){principals[i / 2],
                                          i % 2 ? &request : &other, &ref, 1};
    }
    expect_like_single(set, questions, COUNT(questions));
    cr_expect(permits_as(set, principals[2], 1, &other));
    cr_expect_not(permits_as(set, principals[1], 1, &request));
    for (uint32_t i = 0; i < KINDS; i++) {
        postern_principal_free(principals[i]);
    }
    postern_acp_set_free(old);
    postern_acp_set_free(set);
}

/* Two rules that cover one attribute each: only together they permit. */
static postern_acp_set *set_by_attributes(void)
{
    postern_str who[] = {S("Cx"), S("base/team")};
    postern_str what[] = {S("con"), S("lbl")};
    postern_rule rules[2];

    for (size_t i = 0; i < 2; i++) {
        rules[i] = (postern_rule){.originators = &who[i],
                                  .originator_count = 1,
                                  .operations = POSTERN_ACOP_RETRIEVE,
                                  .attributes = &what[i],
                                  .attribute_count = 1};
    }
    return test_set(rules, 2);
}

/* Asks for `count` attributes of which the last one is not listed, or all are.
 */
static void expect_all_attributes(size_t count)
{
    enum { MOST = 130 };
    postern_cse cse = test_cse();
    postern_acp_set *set = set_by_attributes();
    postern_request request = test_request(&cse, "Cx");
    static const postern_acp_ref ref = {0, POSTERN_PRIVILEGES};
    postern_question question = {NULL, &request, &ref, 1};
    postern_str asked[MOST];
    postern_decision decision;

    for (size_t i = 0; i < count; i++) {
        asked[i] = S("con");
    }
    request.attributes = asked;
    request.attribute_count = count;
    expect_like_single(set, &question, 1);
    postern_decide_batch(set, &question, 1, &decision);
    cr_expect_eq(decision.effect, POSTERN_PERMIT, "%zu", count);
    asked[count - 1] = S("rn");
    expect_like_single(set, &question, 1);
    postern_decide_batch(set, &question, 1, &decision);
    cr_expect_eq(decision.effect, POSTERN_DENY, "%zu", count);
    postern_acp_set_free(set);
}

static const size_t attribute_counts[] = {1, 2, 64, 65, 66, 128, 129};

Test(pdp_batch, wants_every_attribute_listed)
{
    for (size_t i = 0; i < COUNT(attribute_counts); i++) {
        expect_all_attributes(attribute_counts[i]);
    }
}

Test(pdp_scan, counts_attributes_of_one_acp_together)
{
    postern_cse cse = test_cse();
    postern_acp_set *set = set_by_attributes();
    postern_request request = test_request(&cse, "Cx");
    postern_str asked[] = {S("con"), S("lbl")};
    postern_id group;
    uint64_t permitted[1];

    cr_assert_eq(postern_id_parse_resource(&group, &cse, S("base/team")),
                 POSTERN_OK);
    request.attributes = asked;
    request.attribute_count = 2;
    cr_expect_eq(postern_scan(set, NULL, &request, permitted), 0);
    request.groups = &group;
    request.group_count = 1;
    cr_expect_eq(postern_scan(set, NULL, &request, permitted), 1);
    cr_expect_eq(permitted[0], 1);
    request.attribute_count = 0;
    cr_expect_eq(postern_scan(set, NULL, &request, permitted), 0);
    cr_expect_eq(permitted[0], 0);
    postern_acp_set_free(set);
}

Test(pdp_scan, of_nothing_finds_nothing)
{
    postern_cse cse = test_cse();
    postern_acp_set *set = make_set(MANY, "all");
    postern_request request = test_request(&cse, "Cx");
    uint64_t permitted[2] = {~(uint64_t)0, ~(uint64_t)0};

    cr_expect_eq(postern_scan(NULL, NULL, &request, permitted), 0);
    cr_expect_eq(postern_scan(set, NULL, NULL, permitted), 0);
    cr_expect_eq(permitted[0] | permitted[1], 0);
    cr_expect_eq(postern_scan(set, NULL, &request, permitted), MANY);
    cr_expect_eq(permitted[0], ~(uint64_t)0);
    cr_expect_eq(permitted[1], ((uint64_t)1 << (MANY - 64)) - 1);
    postern_acp_set_free(set);
}
