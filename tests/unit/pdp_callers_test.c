#include "pdp/callers.h"

#include "pdp/hash_words.h"
#include "support/rng.h"
#include "support/sets.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* Remembered callers: from the text of an originator to the decision. */

enum { WAYS = 7, TEXT = 64, LONG = 500, MANY = 100 };

/* ---- helpers ------------------------------------------------------------ */

static postern_callers *make_callers(size_t count)
{
    postern_cse cse = test_cse();
    postern_callers *callers;

    cr_assert_eq(postern_callers_new(&callers, &cse, count, NULL), POSTERN_OK);
    return callers;
}

/* One ACP with one rule for each entry, "who" retrieves. */
static postern_acp_set *set_of(const char *const *entries, size_t count)
{
    postern_acp_builder *builder = test_builder();

    cr_assert_eq(postern_acp_builder_add_acp(builder, S("acpA"), INT64_MAX),
                 POSTERN_OK);
    for (size_t i = 0; i < count; i++) {
        postern_str entry = S(entries[i]);
        postern_rule rule = {.originators = &entry,
                             .originator_count = 1,
                             .operations = POSTERN_ACOP_RETRIEVE};

        cr_assert_eq(postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES,
                                                  &rule, NULL),
                     POSTERN_OK, "%s", entries[i]);
    }
    return test_finish(builder);
}

static postern_acp_set *set_of_one(const char *entry)
{
    return set_of(&entry, 1);
}

/* Whose originator is of no account. */
static postern_request request_of_nobody(void)
{
    postern_cse cse = test_cse();

    return test_request(&cse, "no//body");
}

static const postern_acp_ref first_acp = {0, POSTERN_PRIVILEGES};

static postern_decision decide_from(postern_callers *callers,
                                    const postern_acp_set *set,
                                    postern_str from,
                                    const postern_request *request)
{
    return postern_decide_from(callers, set, from, &first_acp, 1, request);
}

static bool permits_from(postern_callers *callers, const postern_acp_set *set,
                         const char *from, const postern_request *request)
{
    return decide_from(callers, set, S(from), request).effect == POSTERN_PERMIT;
}

static bool is_remembered(const postern_callers *callers,
                          const postern_acp_set *set, const char *from,
                          const postern_request *request)
{
    struct pst_asked asked = pst_asked_of(S(from), request);

    return pst_callers_recall(callers, set, &asked) != NULL;
}

static postern_id group_of(const char *text)
{
    postern_cse cse = test_cse();
    postern_id id;

    cr_assert_eq(postern_id_parse_resource(&id, &cse, S(text)), POSTERN_OK);
    return id;
}

static postern_id role_of(const char *text)
{
    postern_id id;

    cr_assert_eq(postern_id_parse_role(&id, S(text)), POSTERN_OK);
    return id;
}

static bool same_decision(const postern_decision *a, const postern_decision *b)
{
    return a->effect == b->effect && a->reason == b->reason &&
           a->which == b->which && a->acp == b->acp && a->rule == b->rule &&
           a->link == b->link;
}

/* ---- by whom ------------------------------------------------------------ */

static const struct by_text {
    const char *entry;
    const char *from; /* NULL: absent */
    bool permits;
    bool remembered;
    postern_reason reason;
} by_texts[] = {
    {"Cpump1", "Cpump1", true, true, POSTERN_REASON_RULE},
    {"Cpump1", "Cpump2", false, true, POSTERN_REASON_NO_RULE},
    {"Cpump1", "/plant-cse/Cpump1", true, true, POSTERN_REASON_RULE},
    {"Cpump1", "/other-cse/Cpump1", false, true, POSTERN_REASON_NO_RULE},
    {"Cpump1", "//SP.example/plant-cse/Cpump1", true, true,
     POSTERN_REASON_RULE},
    {"Cpump1", "//sp.example/plant-cse/CPump1", false, true,
     POSTERN_REASON_NO_RULE},
    {"Cpump*", "Cpump1", true, true, POSTERN_REASON_RULE},
    {"Cpump*", "Cvalve1", false, true, POSTERN_REASON_NO_RULE},
    {"all", "Cvalve1", true, true, POSTERN_REASON_RULE},
    {"all", NULL, true, false, POSTERN_REASON_RULE},
    {"Cpump1", NULL, false, false, POSTERN_REASON_NO_RULE},
    {"all", "", false, false, POSTERN_REASON_BAD_REQUEST},
    {"all", "not//an//id", false, false, POSTERN_REASON_BAD_REQUEST},
    {"all", "Cpump*", false, false, POSTERN_REASON_BAD_REQUEST},
    {"all", "//sp.example/plant-cse/C%41", false, false,
     POSTERN_REASON_BAD_REQUEST},
};

/* Both times: when it is resolved, and when it is remembered. [REQ-02] */
Test(pdp_callers, decides_by_what_the_text_is_read_as)
{
    postern_request request = request_of_nobody();

    for (size_t i = 0; i < COUNT(by_texts); i++) {
        const struct by_text *row = &by_texts[i];
        postern_acp_set *set = set_of_one(row->entry);
        postern_callers *callers = make_callers(1);

        for (size_t time = 0; time < 2; time++) {
            postern_decision decision =
                decide_from(callers, set, S(row->from), &request);

            cr_expect_eq(decision.effect == POSTERN_PERMIT, row->permits,
                         "row %zu", i);
            cr_expect_eq(decision.reason, row->reason, "row %zu", i);
            if (row->from) {
                cr_expect_eq(is_remembered(callers, set, row->from, &request),
                             row->remembered, "row %zu", i);
            }
        }
        postern_callers_free(callers);
        postern_acp_set_free(set);
    }
}

/* A buffer that is filled anew for each request. */
Test(pdp_callers, looks_at_the_text_not_at_its_place)
{
    postern_acp_set *set = set_of_one("Cpump1");
    postern_callers *callers = make_callers(10);
    postern_request request = request_of_nobody();
    char from[] = "Cpump1";

    cr_expect(permits_from(callers, set, from, &request));
    from[5] = '2';
    cr_expect_not(permits_from(callers, set, from, &request));
    from[5] = '1';
    cr_expect(permits_from(callers, set, from, &request));
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

Test(pdp_callers, keeps_a_copy_of_the_cse)
{
    char domain[] = "//sp.example";
    char name[] = "/plant-cse";
    postern_acp_set *set = set_of_one("//sp.example/plant-cse/Cpump1");
    postern_request request = request_of_nobody();
    postern_callers *callers;
    postern_cse cse;

    cr_assert_eq(postern_cse_init(&cse, S(domain), S(name)), POSTERN_OK);
    cr_assert_eq(postern_callers_new(&callers, &cse, 1, NULL), POSTERN_OK);
    memset(domain, 'x', sizeof domain);
    memset(name, 'x', sizeof name);
    cr_expect(permits_from(callers, set, "Cpump1", &request));
    cr_expect_not(permits_from(callers, set, "Cpump2", &request));
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

/* [DEC-06] */
Test(pdp_callers, are_authenticated_by_the_request)
{
    postern_str entry = S("Cpump1");
    postern_rule rule = {.originators = &entry,
                         .originator_count = 1,
                         .operations = POSTERN_ACOP_RETRIEVE,
                         .authentication_flag = true};
    postern_acp_set *set = test_set(&rule, 1);
    postern_callers *callers = make_callers(1);
    postern_request request = request_of_nobody();

    cr_expect(permits_from(callers, set, "Cpump1", &request));
    request.authenticated = false;
    cr_expect_not(permits_from(callers, set, "Cpump1", &request));
    request.authenticated = true;
    cr_expect(permits_from(callers, set, "Cpump1", &request));
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

/* ---- groups and roles --------------------------------------------------- */

/* [ORI-11] [ORI-12] */
Test(pdp_callers, are_those_with_their_groups_and_roles)
{
    const char *entries[] = {"base/team1", "boss@sp.example"};
    postern_acp_set *set = set_of(entries, COUNT(entries));
    postern_callers *callers = make_callers(100);
    postern_id team1 = group_of("base/team1");
    postern_id team2 = group_of("base/team2");
    postern_id boss = role_of("boss@sp.example");
    const struct {
        const postern_id *groups, *roles;
        bool permits;
    } rows[] = {{&team1, NULL, true}, {&team2, NULL, false},
                {NULL, NULL, false},  {NULL, &boss, true},
                {&boss, NULL, false}, {NULL, &team1, false},
                {&team2, &boss, true}};

    for (size_t i = 0; i < 3 * COUNT(rows); i++) {
        postern_request request = request_of_nobody();
        bool permits = rows[i % COUNT(rows)].permits;

        request.groups = rows[i % COUNT(rows)].groups;
        request.group_count = request.groups != NULL;
        request.roles = rows[i % COUNT(rows)].roles;
        request.role_count = request.roles != NULL;
        cr_expect_eq(permits_from(callers, set, "Cx", &request), permits,
                     "row %zu", i % COUNT(rows));
        cr_expect(is_remembered(callers, set, "Cx", &request));
    }
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

Test(pdp_callers, may_name_their_groups_in_any_order)
{
    postern_acp_set *set = set_of_one("base/team2");
    postern_callers *callers = make_callers(10);
    postern_request request = request_of_nobody();
    postern_id ids[] = {group_of("base/team1"), group_of("base/team2"),
                        group_of("base/team1")};

    request.groups = ids;
    request.group_count = 2;
    cr_expect(permits_from(callers, set, "Cx", &request));
    request.groups = ids + 1;
    cr_expect_not(is_remembered(callers, set, "Cx", &request));
    cr_expect(permits_from(callers, set, "Cx", &request));
    request.group_count = 1;
    cr_expect(permits_from(callers, set, "Cx", &request));
    request.groups = ids + 2;
    cr_expect_not(permits_from(callers, set, "Cx", &request));
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

/* Identifiers that have the hash of another, and its bytes, cut elsewhere or in
 * other letters. Made up: nobody reads such a one from a text. */
Test(pdp_callers, are_told_apart_though_the_hashes_are_the_same)
{
    postern_acp_set *set = set_of_one("base/team1");
    postern_id team = group_of("base/team1");
    postern_id others[6];

    for (size_t i = 0; i < COUNT(others); i++) {
        others[i] = team;
    }
    others[0].second = S("base/team2");
    others[1].first = S("plant-csx");
    others[2].domain = S("sp.examplf");
    others[3].second = S("base/team"); /* one shorter, the next longer */
    others[4] = (postern_id){S("sp.exampleplant-cse"), S("base/team"), S("1"),
                             team.hash, team.kind};
    others[5].kind = POSTERN_ID_ROLE;
    for (size_t i = 0; i < COUNT(others); i++) {
        postern_callers *callers = make_callers(1);
        postern_request request = request_of_nobody();

        request.groups = &team;
        request.group_count = 1;
        cr_expect(permits_from(callers, set, "Cx", &request), "%zu", i);
        request.groups = &others[i];
        cr_expect_not(permits_from(callers, set, "Cx", &request), "%zu", i);
        cr_expect_not(permits_from(callers, set, "Cx", &request), "%zu", i);
        request.groups = &team;
        cr_expect(permits_from(callers, set, "Cx", &request), "%zu", i);
        postern_callers_free(callers);
    }
    postern_acp_set_free(set);
}

/* The same bytes in a row: those of a group that end where the next begins. */
Test(pdp_callers, are_told_apart_though_their_texts_are_one)
{
    postern_acp_set *set = set_of_one("base/team1");
    postern_callers *callers = make_callers(1);
    postern_request request = request_of_nobody();
    postern_id ids[2] = {group_of("base/team1"), group_of("base/team1")};
    postern_id moved[2] = {ids[0], ids[1]};

    moved[0].second = S("base/team");
    moved[1].domain = S("1sp.example");
    request.groups = ids;
    request.group_count = 2;
    cr_expect(permits_from(callers, set, "Cx", &request));
    request.groups = moved;
    cr_expect_not(permits_from(callers, set, "Cx", &request));
    request.groups = ids;
    cr_expect(permits_from(callers, set, "Cx", &request));
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

/* An inverse of the multiplier, by Newton. */
static uint64_t inverse(uint64_t odd)
{
    uint64_t x = odd;

    for (int i = 0; i < 6; i++) {
        x *= 2 - odd * x;
    }
    return x;
}

/* A role whose hash makes the tag of `from` that of `other`. */
static postern_id colliding_role(const char *from, const char *other,
                                 const postern_id *role)
{
    uint64_t start = PST_HASH_MULTIPLIER; /* no group, one role */
    uint64_t sum = (start ^ role->hash) * PST_HASH_MULTIPLIER;
    postern_id out = *role;

    sum ^= sum >> 32;
    sum ^= pst_hash_bytes(from, strlen(from)) ^
           pst_hash_bytes(other, strlen(other));
    sum ^= sum >> 32;
    out.hash = start ^ sum * inverse(PST_HASH_MULTIPLIER);
    return out;
}

Test(pdp_callers, are_told_apart_though_their_tags_are_the_same)
{
    postern_acp_set *set = set_of_one("Cpump1");
    postern_callers *callers = make_callers(1);
    postern_request request = request_of_nobody();
    postern_request other = request_of_nobody();
    postern_id role = role_of("a@b.example");
    postern_id collides = colliding_role("Cpump1", "Cpump2", &role);
    struct pst_asked asked[2];

    request.roles = &role;
    other.roles = &collides;
    request.role_count = other.role_count = 1;
    asked[0] = pst_asked_of(S("Cpump1"), &request);
    asked[1] = pst_asked_of(S("Cpump2"), &other);
    cr_assert_eq(asked[0].tag, asked[1].tag);
    for (size_t i = 0; i < 3; i++) {
        cr_expect(permits_from(callers, set, "Cpump1", &request));
        cr_expect_not(is_remembered(callers, set, "Cpump2", &other));
        cr_expect_not(permits_from(callers, set, "Cpump2", &other));
        cr_expect_not(is_remembered(callers, set, "Cpump1", &request));
    }
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

/* Less of the text, of the groups, of the roles than is remembered, by a tag
 * that says that it is the same. */
static const struct part {
    const char *from;
    size_t groups;
    size_t roles;
    bool known;
} parts[] = {
    {"Cpump10", 1, 1, true},   {"Cpump1", 1, 1, false},
    {"Cpump100", 1, 1, false}, {"Cpump10", 0, 1, false},
    {"Cpump10", 1, 0, false},  {"Cpump10", 0, 0, false},
};

Test(pdp_callers, are_told_apart_from_parts_of_them)
{
    postern_acp_set *set = set_of_one("all");
    postern_callers *callers = make_callers(1);
    postern_request request = request_of_nobody();
    postern_id group = group_of("base/team1");
    postern_id role = role_of("a@b.example");
    uint64_t tag;

    request.groups = &group;
    request.roles = &role;
    request.group_count = request.role_count = 1;
    cr_expect(permits_from(callers, set, parts[0].from, &request));
    tag = pst_asked_of(S(parts[0].from), &request).tag;
    for (size_t i = 0; i < COUNT(parts); i++) {
        struct pst_asked asked;

        request.group_count = parts[i].groups;
        request.role_count = parts[i].roles;
        asked = pst_asked_of(S(parts[i].from), &request);
        asked.tag = tag;
        cr_expect_eq(pst_callers_recall(callers, set, &asked) != NULL,
                     parts[i].known, "%zu", i);
    }
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

/* The other way round: nobody has groups who was remembered without. */
Test(pdp_callers, are_told_apart_from_those_with_more)
{
    postern_acp_set *set = set_of_one("all");
    postern_callers *callers = make_callers(1);
    postern_request request = request_of_nobody();
    postern_id group = group_of("base/team1");
    struct pst_asked asked;
    uint64_t tag;

    cr_expect(permits_from(callers, set, "Cpump10", &request));
    tag = pst_asked_of(S("Cpump10"), &request).tag;
    asked = pst_asked_of(S("Cpump1"), &request);
    asked.tag = tag;
    cr_expect_null(pst_callers_recall(callers, set, &asked));
    request.groups = &group;
    request.group_count = 1;
    asked = pst_asked_of(S("Cpump10"), &request);
    asked.tag = tag;
    cr_expect_null(pst_callers_recall(callers, set, &asked));
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

/* ---- sets --------------------------------------------------------------- */

Test(pdp_callers, are_resolved_anew_for_another_set)
{
    postern_acp_set *old = set_of_one("Cpump1");
    postern_acp_set *new = set_of_one("Cpump2");
    postern_callers *callers = make_callers(1);
    postern_request request = request_of_nobody();

    for (size_t i = 0; i < 3; i++) {
        cr_expect(permits_from(callers, old, "Cpump1", &request));
        cr_expect_not(is_remembered(callers, new, "Cpump1", &request));
        cr_expect_not(permits_from(callers, new, "Cpump1", &request));
        cr_expect(permits_from(callers, new, "Cpump2", &request));
        cr_expect_not(permits_from(callers, old, "Cpump2", &request));
    }
    postern_callers_free(callers);
    postern_acp_set_free(old);
    postern_acp_set_free(new);
}

/* A set can be copied anywhere, also to where another was. */
Test(pdp_callers, are_resolved_anew_for_another_set_at_the_same_place)
{
    static _Alignas(64) char place[1 << 14];
    const postern_acp_set *here = (const postern_acp_set *)(void *)place;
    postern_acp_set *sets[] = {set_of_one("Cpump1"), set_of_one("Cpump2")};
    postern_callers *callers = make_callers(1);
    postern_request request = request_of_nobody();

    for (size_t i = 0; i < 4; i++) {
        const postern_acp_set *set = sets[i % 2];

        cr_assert_leq(postern_acp_set_size(set), sizeof place);
        memcpy(place, set, postern_acp_set_size(set));
        cr_expect_eq(permits_from(callers, here, "Cpump1", &request),
                     i % 2 == 0);
        cr_expect_eq(permits_from(callers, here, "Cpump2", &request),
                     i % 2 == 1);
    }
    postern_callers_free(callers);
    postern_acp_set_free(sets[0]);
    postern_acp_set_free(sets[1]);
}

Test(pdp_callers, can_be_forgotten)
{
    postern_acp_set *set = set_of_one("Cpump1");
    postern_callers *callers = make_callers(1);
    postern_request request = request_of_nobody();

    cr_expect(permits_from(callers, set, "Cpump1", &request));
    cr_expect(is_remembered(callers, set, "Cpump1", &request));
    postern_callers_forget(callers);
    cr_expect_not(is_remembered(callers, set, "Cpump1", &request));
    cr_expect(permits_from(callers, set, "Cpump1", &request));
    cr_expect_not(permits_from(callers, set, "Cpump2", &request));
    postern_callers_forget(NULL);
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

/* ---- room --------------------------------------------------------------- */

Test(pdp_callers, push_each_other_out)
{
    postern_acp_set *set = set_of_one("Cpump*");
    postern_callers *callers = make_callers(1);
    postern_request request = request_of_nobody();
    size_t remembered = 0;

    for (uint32_t i = 0; i < MANY; i++) {
        char from[TEXT];

        (void)snprintf(from, sizeof from, i % 3 ? "Cpump%u" : "Cvalve%u", i);
        cr_expect_eq(permits_from(callers, set, from, &request), i % 3 != 0);
        cr_expect(is_remembered(callers, set, from, &request));
        cr_expect(permits_from(callers, set, "Cpump-always", &request));
        cr_expect(i == 0 ||
                  is_remembered(callers, set, "Cpump-always", &request));
    }
    for (uint32_t i = 0; i < MANY; i++) {
        char from[TEXT];

        (void)snprintf(from, sizeof from, i % 3 ? "Cpump%u" : "Cvalve%u", i);
        remembered += is_remembered(callers, set, from, &request);
    }
    cr_expect_eq(remembered, WAYS - 1, "and the one who always asks");
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

Test(pdp_callers, stay_while_there_are_no_more_of_them_than_places)
{
    postern_acp_set *set = set_of_one("Cpump*");
    postern_callers *callers = make_callers(WAYS);
    postern_request request = request_of_nobody();

    for (uint32_t i = 0; i < 5 * WAYS; i++) {
        char from[TEXT];

        (void)snprintf(from, sizeof from, "Cpump%u", i % WAYS);
        cr_expect_eq(is_remembered(callers, set, from, &request), i >= WAYS);
        cr_expect(permits_from(callers, set, from, &request));
    }
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

/* A segment as long as one likes. */
static void write_long(char *text, size_t len)
{
    memset(text, 'x', len);
    text[0] = 'C';
    text[len] = '\0';
}

Test(pdp_callers, with_long_texts_are_decided_without)
{
    postern_callers *callers = make_callers(1);
    postern_request request = request_of_nobody();
    char text[LONG + 1];

    for (size_t len = 1; len <= LONG; len++) {
        postern_acp_set *set;

        write_long(text, len);
        set = set_of_one(text);
        for (size_t time = 0; time < 2; time++) {
            cr_expect(permits_from(callers, set, text, &request), "%zu", len);
            cr_expect_eq(is_remembered(callers, set, text, &request),
                         len <= 400 - 4 * sizeof(uint32_t), "%zu", len);
        }
        text[len - 1] = len == 1 ? 'S' : 'y';
        cr_expect_not(permits_from(callers, set, text, &request), "%zu", len);
        postern_acp_set_free(set);
    }
    postern_callers_free(callers);
}

/* The last group is the one that counts. */
Test(pdp_callers, with_many_groups_are_decided_without)
{
    postern_acp_set *set = set_of_one("base/team-last");
    postern_callers *callers = make_callers(1);
    static char texts[MANY][TEXT];
    postern_id groups[MANY + 1];
    postern_request request = request_of_nobody();
    bool has_room = true;

    for (size_t i = 0; i < MANY; i++) {
        (void)snprintf(texts[i], TEXT, "base/t%zu", i);
        groups[i] = group_of(texts[i]);
    }
    groups[MANY] = group_of("base/team-last");
    for (size_t count = 1; count <= MANY; count++) {
        request.groups = groups + MANY + 1 - count;
        request.group_count = count;
        cr_expect(permits_from(callers, set, "Cx", &request), "%zu", count);
        cr_expect(permits_from(callers, set, "Cx", &request), "%zu", count);
        has_room = is_remembered(callers, set, "Cx", &request);
        cr_expect(count <= 20 ? count > 4 || has_room : !has_room, "%zu",
                  count);
        request.groups = groups;
        cr_expect_not(permits_from(callers, set, "Cx", &request), "%zu", count);
    }
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

/* "Cx*", "Cx**" and so on all match; the last rule alone is for Delete. */
static postern_acp_set *set_of_patterns(uint32_t count)
{
    char text[MANY + 3] = "Cx";
    postern_str entries[MANY];
    static char texts[MANY][MANY + 3];
    postern_rule rules[MANY];

    for (uint32_t i = 0; i < count; i++) {
        text[i + 2] = '*';
        memcpy(texts[i], text, sizeof text);
        entries[i] = S(texts[i]);
        rules[i] = (postern_rule){.originators = &entries[i],
                                  .originator_count = 1,
                                  .operations = i + 1 == count
                                                    ? POSTERN_ACOP_DELETE
                                                    : POSTERN_ACOP_RETRIEVE};
    }
    return test_set(rules, count);
}

static const struct {
    uint32_t patterns;
    bool remembered;
} pattern_counts[] = {{1, true}, {30, true}, {40, false}, {90, false}};

/* [ORI-04] */
Test(pdp_callers, who_match_many_wildcards_are_decided_without)
{
    for (size_t i = 0; i < COUNT(pattern_counts); i++) {
        uint32_t count = pattern_counts[i].patterns;
        postern_acp_set *set = set_of_patterns(count);
        postern_callers *callers = make_callers(1);
        postern_request request = request_of_nobody();

        request.operation = POSTERN_OP_DELETE;
        for (size_t time = 0; time < 2; time++) {
            cr_expect(permits_from(callers, set, "Cx1", &request), "%zu", i);
            cr_expect_not(permits_from(callers, set, "Cy1", &request), "%zu",
                          i);
            cr_expect_eq(is_remembered(callers, set, "Cx1", &request),
                         pattern_counts[i].remembered, "%zu", i);
        }
        postern_callers_free(callers);
        postern_acp_set_free(set);
    }
}

/* Lengths and kinds that do not fit the members they are kept in. */
Test(pdp_callers, with_what_cannot_be_kept_are_decided_without)
{
    postern_acp_set *set = set_of_one("base/team1");
    postern_callers *callers = make_callers(1);
    postern_request request = request_of_nobody();
    postern_id team = group_of("base/team1");
    postern_id odd = team;
    static char text[UINT16_MAX + 1 + sizeof "base/team1"];

    request.groups = &team;
    request.group_count = 1;
    cr_expect(permits_from(callers, set, "Cx", &request));
    request.groups = &odd;
    odd.kind = (postern_id_kind)(UINT16_MAX + 1 + POSTERN_ID_RESOURCE);
    cr_expect_not(permits_from(callers, set, "Cx", &request));
    cr_expect_not(is_remembered(callers, set, "Cx", &request));
    odd = team;
    memcpy(text, "base/team1", sizeof "base/team1" - 1);
    odd.second = (postern_str){text, UINT16_MAX + 1 + team.second.len};
    cr_expect_not(permits_from(callers, set, "Cx", &request));
    cr_expect_not(is_remembered(callers, set, "Cx", &request));
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

/* ---- making, and calling wrongly ----------------------------------------- */

static void *refuse(void *user, size_t size)
{
    *(size_t *)user = size;
    return NULL;
}

static void expect_nothing(void *user, void *block, size_t size)
{
    (void)user;
    (void)block;
    (void)size;
    cr_assert_fail("nothing was allocated");
}

Test(pdp_callers, are_not_made_without_memory_or_of_nothing)
{
    postern_cse cse = test_cse();
    postern_cse none = {0};
    size_t asked = 0;
    postern_allocator poor = {&asked, refuse, expect_nothing};
    postern_callers *callers = make_callers(1);
    postern_callers *kept = callers;

    cr_expect_eq(postern_callers_new(&callers, &cse, 700, &poor),
                 POSTERN_ERR_MEMORY);
    cr_expect_null(callers);
    cr_expect(asked / 700 == 457 || asked / 700 == 458, "%zu", asked / 700);
    cr_expect_eq(
        postern_callers_new(&callers, &cse, POSTERN_CALLERS_MAX, &poor),
        POSTERN_ERR_MEMORY);
    asked = 0;
    cr_expect_eq(postern_callers_new(&callers, &cse, 0, &poor),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(
        postern_callers_new(&callers, &cse, POSTERN_CALLERS_MAX + 1, &poor),
        POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_callers_new(&callers, &cse, SIZE_MAX, &poor),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_callers_new(&callers, &none, 1, &poor),
                 POSTERN_ERR_ARGUMENT);
    none.domain = cse.domain;
    cr_expect_eq(postern_callers_new(&callers, &none, 1, &poor),
                 POSTERN_ERR_ARGUMENT);
    none = (postern_cse){.name = cse.name};
    callers = kept;
    cr_expect_eq(postern_callers_new(&callers, &none, 1, &poor),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_null(callers);
    cr_expect_eq(postern_callers_new(&callers, NULL, 1, &poor),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_null(callers);
    cr_expect_eq(asked, 0);
    postern_callers_free(kept);
    postern_callers_free(NULL);
}

/* As of a release with fewer facts, or with more. */
struct later_request {
    postern_request request;
    uint64_t later;
};

Test(pdp_callers, are_denied_what_cannot_be_judged)
{
    postern_acp_set *set = set_of_one("all");
    postern_callers *callers = make_callers(1);
    postern_request good = request_of_nobody();
    struct later_request later = {good, 0};
    postern_decision decision;

    later.request.struct_size = sizeof later;
    for (size_t time = 0; time < 2; time++) {
        cr_expect(permits_from(callers, set, "Cx", &good));
        later.later = 0;
        cr_expect(permits_from(callers, set, "Cx", &later.request));
        later.later = 1;
        cr_expect_not(permits_from(callers, set, "Cx", &later.request));
        good.operation = POSTERN_OP_NONE;
        decision = decide_from(callers, set, S("Cx"), &good);
        cr_expect_eq(decision.reason, POSTERN_REASON_BAD_REQUEST);
        good.operation = POSTERN_OP_RETRIEVE;
        decision = decide_from(callers, set, S("Cx"), NULL);
        cr_expect_eq(decision.reason, POSTERN_REASON_BAD_REQUEST);
        decision = decide_from(NULL, set, S("Cx"), &good);
        cr_expect_eq(decision.effect, POSTERN_DENY);
        cr_expect_eq(decision.reason, POSTERN_REASON_BAD_REQUEST);
        cr_expect_not(permits_from(callers, NULL, "Cx", &good));
        decision = postern_decide_from(callers, set, S("Cx"), NULL, 1, &good);
        cr_expect_eq(decision.effect, POSTERN_DENY);
        cr_expect_eq(decision.reason, POSTERN_REASON_NO_RULE);
    }
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

/* What is behind the end of a shorter request is none of its facts. */
Test(pdp_callers, have_the_groups_that_a_request_of_their_release_has)
{
    postern_acp_set *set = set_of_one("base/team1");
    postern_callers *callers = make_callers(1);
    postern_request request = request_of_nobody();
    postern_id group = group_of("base/team1");

    request.groups = &group;
    request.group_count = 1;
    cr_expect(permits_from(callers, set, "Cx", &request));
    request.struct_size = offsetof(postern_request, groups);
    cr_expect_not(permits_from(callers, set, "Cx", &request));
    cr_expect_not(permits_from(callers, set, "Cx", &request));
    request.struct_size = sizeof request;
    cr_expect(permits_from(callers, set, "Cx", &request));
    postern_callers_free(callers);
    postern_acp_set_free(set);
}

/* ---- at random ---------------------------------------------------------- */

static const char *const random_texts[] = {"Cpump1",
                                           "Cpump2",
                                           "Cpump12",
                                           "/plant-cse/Cpump1",
                                           "Spump1",
                                           "//sp.example/Spump1",
                                           "//other.example/Spump1",
                                           "//SP.example/Spump1",
                                           "/far-cse",
                                           "//other.example/far-cse/Cpump1",
                                           "Cvalve1",
                                           "",
                                           "bad*",
                                           "/a/b/c",
                                           "Cx",
                                           "Cxx",
                                           "Cxxx"};

static const char *const random_entries[] = {"Cpump1",
                                             "Cpump*",
                                             "Cx*",
                                             "Spump1",
                                             "//other.example",
                                             "base/team1",
                                             "base/team2",
                                             "boss@sp.example",
                                             "hand@sp.example",
                                             "/far-cse",
                                             "C*1",
                                             "//other.example/far-cse/Cpump1"};

static const char *const random_groups[] = {
    "base/team1", "base/team2", "base/team3", "base/team12", "base/tea"};

static const char *const random_roles[] = {"boss@sp.example", "hand@sp.example",
                                           "boss@sp.examples"};

enum { RANDOM_SETS = 3, RANDOM_ACPS = 4, RANDOM_CASES = 60000 };

static postern_acp_set *random_set(struct rng *rng)
{
    postern_acp_builder *builder = test_builder();

    for (uint32_t acp = 0; acp < RANDOM_ACPS; acp++) {
        char name[TEXT];

        (void)snprintf(name, sizeof name, "acp%u", acp);
        cr_assert_eq(postern_acp_builder_add_acp(builder, S(name), INT64_MAX),
                     POSTERN_OK);
        for (uint32_t i = 4 + rng_below(rng, 5); i > 0; i--) {
            postern_str entry =
                S(random_entries[rng_below(rng, COUNT(random_entries))]);
            postern_rule rule = {.originators = &entry,
                                 .originator_count = 1,
                                 .operations = 1 + rng_below(rng, 63),
                                 .authentication_flag = rng_below(rng, 2)};

            cr_assert_eq(postern_acp_builder_add_rule(
                             builder, rng_below(rng, 3) == 0, &rule, NULL),
                         POSTERN_OK);
        }
    }
    return test_finish(builder);
}

struct random_case {
    postern_request request;
    postern_str from;
    postern_id ids[6];
    postern_acp_ref refs[3];
    size_t ref_count;
};

static void draw_case(struct random_case *one, struct rng *rng)
{
    postern_cse cse = test_cse();
    postern_request *request = &one->request;

    *request = request_of_nobody();
    one->from = S(random_texts[rng_below(rng, COUNT(random_texts))]);
    for (size_t i = 0; i < 3; i++) {
        one->ids[i] =
            group_of(random_groups[rng_below(rng, COUNT(random_groups))]);
        one->ids[3 + i] =
            role_of(random_roles[rng_below(rng, COUNT(random_roles))]);
        one->refs[i] = (postern_acp_ref){rng_below(rng, RANDOM_ACPS + 1),
                                         rng_below(rng, 3) == 0};
    }
    one->ref_count = rng_below(rng, 4);
    request->groups = one->ids + rng_below(rng, 3);
    request->group_count = rng_below(rng, 3);
    request->roles = one->ids + 3;
    request->role_count = rng_below(rng, 3);
    request->operation = (postern_operation)(0x100 | 1u << rng_below(rng, 6));
    request->authenticated = rng_below(rng, 2);
    (void)!postern_id_parse_entity(&request->originator, &cse, one->from);
}

/* Sets change under them, and there are more callers than places. */
Test(pdp_callers, are_decided_as_without_them)
{
    struct rng rng = {20180301};
    postern_callers *callers = make_callers(4 * WAYS);
    postern_acp_set *sets[RANDOM_SETS];
    size_t permits = 0;

    for (size_t i = 0; i < RANDOM_SETS; i++) {
        sets[i] = random_set(&rng);
    }
    for (size_t i = 0; i < RANDOM_CASES; i++) {
        const postern_acp_set *set = sets[rng_below(&rng, 16) ? 0 : i % 3];
        static struct random_case one;
        postern_decision plain;
        postern_decision remembered;

        draw_case(&one, &rng);
        plain = postern_decide_acps(set, one.refs, one.ref_count, &one.request);
        postern_id_set_absent(&one.request.originator);
        remembered = postern_decide_from(callers, set, one.from, one.refs,
                                         one.ref_count, &one.request);
        cr_assert(same_decision(&plain, &remembered), "case %zu", i);
        permits += plain.effect;
    }
    cr_expect_gt(permits, RANDOM_CASES / 20);
    cr_expect_lt(permits, RANDOM_CASES / 2);
    for (size_t i = 0; i < RANDOM_SETS; i++) {
        postern_acp_set_free(sets[i]);
    }
    postern_callers_free(callers);
}
