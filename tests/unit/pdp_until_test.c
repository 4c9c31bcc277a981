/*
 * Until when a decision holds. [CTX-18] What windows do together is tested in
 * pdp_timetable_test.c, ten years of whole policies in tests/property/until.c.
 */
#include "support/sets.h"

#include <stdio.h>

#define NEVER INT64_MAX

enum { DAY = 86400, MANY = 500, TEXT = 80, WIDE = 80 };

/* Requests are of a Tuesday, 2026-03-17 10:20:30. */
static int64_t at(const char *text)
{
    int64_t time_s;

    cr_assert_eq(postern_time_parse(&time_s, S(text)), POSTERN_OK, "%s", text);
    return time_s;
}

/* ---- policies in few words ------------------------------------------------
 */

/* One rule; what is NULL or 0 restricts nothing. */
struct spec {
    const char *who;
    const char *window;
    const char *second_window; /* of the same context */
    const char *or_window;     /* of a context of its own */
    const char *address;       /* of the first context */
    const char *country;
    const char *attribute;
    uint32_t operations; /* 0: Retrieve */
    bool authn;
    uint32_t child_type;
    const char *never;
};

static void add(postern_acp_builder *builder, const struct spec *spec)
{
    postern_str who = S(spec->who);
    postern_str windows[] = {S(spec->window), S(spec->second_window)};
    postern_str or_window = S(spec->or_window);
    postern_str address = S(spec->address);
    postern_str country = S(spec->country);
    postern_str attribute = S(spec->attribute);
    postern_object_details details = {.child_types = &spec->child_type,
                                      .child_type_count = 1};
    postern_context contexts[] = {
        {.windows = windows,
         .window_count = spec->second_window ? 2 : spec->window != NULL,
         .addresses = spec->address ? &address : NULL,
         .address_count = spec->address != NULL,
         .countries = spec->country ? &country : NULL,
         .country_count = spec->country != NULL},
        {.windows = &or_window, .window_count = 1}};
    postern_rule rule = {
        .originators = &who,
        .originator_count = 1,
        .operations =
            spec->operations ? spec->operations : POSTERN_ACOP_RETRIEVE,
        .authentication_flag = spec->authn,
        .contexts = contexts,
        .context_count = spec->or_window                                  ? 2
                         : spec->window || spec->address || spec->country ? 1
                                                                          : 0,
        .object_details = &details,
        .object_details_count = spec->child_type != 0,
        .attributes = spec->attribute ? &attribute : NULL,
        .attribute_count = spec->attribute != NULL,
        .never = spec->never};
    postern_diag diag;

    cr_assert_eq(
        postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &rule, &diag),
        POSTERN_OK, "%s %s", diag.path, diag.message);
}

static void begin(postern_acp_builder *builder, const char *name,
                  int64_t expires_s)
{
    cr_assert_eq(postern_acp_builder_add_acp(builder, S(name), expires_s),
                 POSTERN_OK);
}

static postern_acp_set *set_of(const struct spec *specs, size_t count,
                               int64_t expires_s)
{
    postern_acp_builder *builder = test_builder();

    begin(builder, "acp", expires_s);
    for (size_t i = 0; i < count; i++) {
        add(builder, &specs[i]);
    }
    return test_finish(builder);
}

static postern_request request_of(void)
{
    postern_cse cse = test_cse();

    return test_request(&cse, "Cx");
}

static const postern_acp_ref first_acp = {0, POSTERN_PRIVILEGES};

/* What is claimed of every lease: the decision is that of now, one second
 * before the end its effect still is, and at the end it is another. */
static postern_lease lease_of(const postern_acp_set *set,
                              const postern_acp_ref *refs, size_t count,
                              const postern_request *request)
{
    postern_request later = *request;
    postern_lease lease = {0, false};
    postern_decision now = postern_decide_acps(set, refs, count, request);
    postern_decision decision =
        postern_decide_until(set, refs, count, request, &lease);

    cr_expect_eq(decision.effect, now.effect);
    cr_expect_eq(decision.acp, now.acp);
    cr_assert(lease.until_s > request->time_s || lease.until_s == NEVER);
    if (lease.until_s != NEVER) {
        later.time_s = lease.until_s - 1;
        cr_expect_eq(postern_decide_acps(set, refs, count, &later).effect,
                     now.effect);
        later.time_s = lease.until_s;
        cr_expect(!lease.exact ||
                  postern_decide_acps(set, refs, count, &later).effect !=
                      now.effect);
    }
    return lease;
}

static int64_t until(const postern_acp_set *set, const postern_request *request)
{
    postern_lease lease = lease_of(set, &first_acp, 1, request);

    cr_expect(lease.exact);
    return lease.until_s;
}

/* ---- one ACP ------------------------------------------------------------- */

struct row {
    const char *name;
    struct spec specs[3];
    size_t count;
    int64_t expires_s; /* 0: never */
    const char *until; /* NULL: for ever */
};

static const struct row rows[] = {
    {"no rule", {{.who = NULL}}, 0, 0, NULL},
    {"a rule for any time", {{.who = "Cx"}}, 1, 0, NULL},
    {"an open window",
     {{.who = "Cx", .window = "* * 8-17 * * * *"}},
     1,
     0,
     "20260317T180000"},
    {"a closed window",
     {{.who = "Cx", .window = "* * 18-20 * * * *"}},
     1,
     0,
     "20260317T180000"},
    {"a window that is over",
     {{.who = "Cx", .window = "* * * * * * 2025"}},
     1,
     0,
     NULL},
    {"the ACP expires", {{.who = "Cx"}}, 1, 1773742831, "20260317T102031"},
    {"it has expired", {{.who = "Cx"}}, 1, 1773742830, NULL},
    {"it expires before the window opens",
     {{.who = "Cx", .window = "* * 11 * * * *"}},
     1,
     1773742831,
     NULL},
    {"it expires while the window is open",
     {{.who = "Cx", .window = "* * 8-17 * * * *"}},
     1,
     1773742900,
     "20260317T102140"},
    {"nobody for whom the expiry matters",
     {{.who = "Cy"}},
     1,
     1773742900,
     NULL},
    {"two windows of one context adjoin",
     {{.who = "Cx",
       .window = "* * 8-11 * * * *",
       .second_window = "* * 12-15 * * * *"}},
     1,
     0,
     "20260317T160000"},
    {"contexts are alternatives",
     {{.who = "Cx",
       .window = "* * 8-11 * * * *",
       .or_window = "* * 12-16 * * * *"}},
     1,
     0,
     "20260317T170000"},
    {"two rules adjoin",
     {{.who = "Cx", .window = "* * 8-11 * * * *"},
      {.who = "all", .window = "* 0-29 12 * * * *"}},
     2,
     0,
     "20260317T123000"},
    {"two rules take turns",
     {{.who = "Cx", .window = "0-29 * * * * * *"},
      {.who = "all", .window = "30-59 * * * * * *"}},
     2,
     0,
     NULL},
    {"one of them ends a second early",
     {{.who = "Cx", .window = "0-29 * * * * * *"},
      {.who = "all", .window = "30-58 * * * * * *"}},
     2,
     0,
     "20260317T102059"},
    {"a rule for any time makes windows unimportant",
     {{.who = "Cx", .window = "* * 8-11 * * * *"}, {.who = "all"}},
     2,
     0,
     NULL},
    /* Rules that the other terms make false change nothing. */
    {"of somebody else",
     {{.who = "Cx", .window = "* * 8-11 * * * *"},
      {.who = "Cy", .window = "* * 12-16 * * * *"}},
     2,
     0,
     "20260317T120000"},
    {"of another operation",
     {{.who = "Cx", .window = "* * 8-11 * * * *"},
      {.who = "Cx",
       .window = "* * 12-16 * * * *",
       .operations = POSTERN_ACOP_ALL & ~POSTERN_ACOP_RETRIEVE}},
     2,
     0,
     "20260317T120000"},
    {"of another address",
     {{.who = "Cx", .window = "* * 8-11 * * * *"},
      {.who = "Cx", .window = "* * 12-16 * * * *", .address = "10.0.0.2"}},
     2,
     0,
     "20260317T120000"},
    {"of this address",
     {{.who = "Cx", .window = "* * 8-11 * * * *"},
      {.who = "Cx", .window = "* * 12-16 * * * *", .address = "10.0.0.1"}},
     2,
     0,
     "20260317T170000"},
    {"of an unknown place",
     {{.who = "Cx", .window = "* * 8-11 * * * *"},
      {.who = "Cx", .window = "* * 12-16 * * * *", .country = "KR"}},
     2,
     0,
     "20260317T120000"},
    {"of unknown attributes",
     {{.who = "Cx", .window = "* * 8-11 * * * *"},
      {.who = "Cx", .window = "* * 12-16 * * * *", .attribute = "lbl"}},
     2,
     0,
     "20260317T120000"},
    {"that can never hold",
     {{.who = "Cx", .window = "* * 8-11 * * * *"},
      {.who = "Cx", .never = "nobody knows what it says"}},
     2,
     0,
     "20260317T120000"},
    /* Object details limit a Create only. */
    {"of a Create",
     {{.who = "Cx", .window = "* * 8-11 * * * *"},
      {.who = "Cx", .window = "* * 12-16 * * * *", .child_type = 4}},
     2,
     0,
     "20260317T170000"},
};

Test(pdp_until, is_the_next_change_of_the_effect)
{
    postern_request request = request_of();

    cr_assert_eq(postern_ip_parse(&request.ip, S("10.0.0.1")), POSTERN_OK);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row *row = &rows[i];
        postern_acp_set *set =
            set_of(row->specs, row->count,
                   row->expires_s ? row->expires_s : INT64_MAX);

        cr_expect_eq(until(set, &request), row->until ? at(row->until) : NEVER,
                     "%s", row->name);
        postern_acp_set_free(set);
    }
}

Test(pdp_until, looks_at_authentication_and_object_details)
{
    static const struct spec specs[] = {{.who = "Cx",
                                         .window = "* * 8-11 * * * *",
                                         .authn = true,
                                         .operations = POSTERN_ACOP_CREATE},
                                        {.who = "Cx",
                                         .window = "* * 12-16 * * * *",
                                         .child_type = 4,
                                         .operations = POSTERN_ACOP_CREATE}};
    postern_request request = request_of();
    postern_acp_set *set = set_of(specs, COUNT(specs), INT64_MAX);

    request.operation = POSTERN_OP_CREATE;
    request.child_type = 4;
    cr_expect_eq(until(set, &request), at("20260317T170000"));
    request.child_type = 3;
    cr_expect_eq(until(set, &request), at("20260317T120000"));
    request.authenticated = false;
    cr_expect_eq(until(set, &request), NEVER);
    request.child_type = 4;
    cr_expect_eq(until(set, &request), at("20260317T120000"));
    postern_acp_set_free(set);
}

Test(pdp_until, knows_all_names_of_the_originator)
{
    static const char *const entries[] = {
        "Cx", "all", "C*", "//sp.example", "grp", "admin@sp.example"};
    postern_cse cse = test_cse();
    postern_request request = request_of();
    postern_id group;
    postern_id role;

    cr_assert_eq(postern_id_parse_resource(&group, &cse, S("grp")), POSTERN_OK);
    cr_assert_eq(postern_id_parse_role(&role, S("admin@sp.example")),
                 POSTERN_OK);
    for (size_t i = 0; i < COUNT(entries); i++) {
        struct spec spec = {.who = entries[i], .window = "* * 8-11 * * * *"};
        postern_acp_set *set = set_of(&spec, 1, INT64_MAX);

        request.groups = &group;
        request.group_count = 1;
        request.roles = &role;
        request.role_count = 1;
        cr_expect_eq(until(set, &request), at("20260317T120000"), "%s",
                     entries[i]);
        cr_assert_eq(
            postern_id_parse_entity(&request.originator, &cse, S("//o.x/Sy")),
            POSTERN_OK);
        request.group_count = 0;
        request.role_count = 0;
        cr_expect_eq(until(set, &request),
                     i == 1 ? at("20260317T120000") : NEVER, "%s", entries[i]);
        cr_assert_eq(
            postern_id_parse_entity(&request.originator, &cse, S("Cx")),
            POSTERN_OK);
        postern_acp_set_free(set);
    }
}

Test(pdp_until, time_changes_nothing_where_it_is_unknown)
{
    static const struct spec spec = {.who = "Cx", .window = "* * 8-11 * * * *"};
    postern_acp_set *set = set_of(&spec, 1, INT64_MAX);
    postern_request request = request_of();
    postern_lease lease = {0, false};

    cr_expect_eq(until(set, &request), at("20260317T120000"));
    request.time_known = false;
    cr_expect_eq(
        postern_decide_until(set, &first_acp, 1, &request, &lease).effect,
        POSTERN_DENY);
    cr_expect(lease.until_s == NEVER && lease.exact);
    request.time_known = true;
    request.operation = POSTERN_OP_NONE;
    lease = (postern_lease){0, false};
    cr_expect_eq(
        postern_decide_until(set, &first_acp, 1, &request, &lease).reason,
        POSTERN_REASON_BAD_REQUEST);
    cr_expect(lease.until_s == NEVER && lease.exact);
    lease = (postern_lease){0, false};
    (void)postern_decide_until(set, &first_acp, 1, NULL, &lease);
    cr_expect(lease.until_s == NEVER && lease.exact);
    postern_acp_set_free(set);
}

Test(pdp_until, without_policies_it_is_for_ever)
{
    static const struct spec spec = {.who = "Cx", .window = "* * 8-11 * * * *"};
    postern_acp_set *set = set_of(&spec, 1, INT64_MAX);
    postern_request request = request_of();
    postern_acp_ref nowhere[] = {{7, POSTERN_PRIVILEGES},
                                 {0, POSTERN_SELF_PRIVILEGES},
                                 {0, (postern_privileges)2}};

    cr_expect_eq(lease_of(NULL, &first_acp, 1, &request).until_s, NEVER);
    cr_expect_eq(lease_of(set, NULL, 1, &request).until_s, NEVER);
    cr_expect_eq(lease_of(set, &first_acp, 0, &request).until_s, NEVER);
    cr_expect_eq(lease_of(set, nowhere, COUNT(nowhere), &request).until_s,
                 NEVER);
    cr_expect_neq(lease_of(set, &first_acp, 1, &request).until_s, NEVER);
    postern_acp_set_free(set);
}

Test(pdp_until, of_times_outside_the_calendar)
{
    static const struct spec spec = {.who = "Cx", .window = "* * * * * * *"};
    static const struct spec any = {.who = "Cx"};
    postern_acp_set *windowed = set_of(&spec, 1, INT64_MAX);
    postern_acp_set *expiring = set_of(&any, 1, INT64_MAX - 1);
    postern_request request = request_of();

    request.time_s = INT64_MIN;
    cr_expect_eq(until(windowed, &request), at("20000101T000000"));
    cr_expect_eq(until(expiring, &request), INT64_MAX - 1);
    request.time_s = at("99991231T235959");
    cr_expect_eq(until(windowed, &request), NEVER);
    cr_expect_eq(until(expiring, &request), INT64_MAX - 1);
    request.time_s = INT64_MAX - 2;
    cr_expect_eq(until(windowed, &request), NEVER);
    cr_expect_eq(until(expiring, &request), INT64_MAX - 1);
    request.time_s = INT64_MAX;
    cr_expect_eq(until(windowed, &request), NEVER);
    cr_expect_eq(until(expiring, &request), NEVER);
    postern_acp_set_free(windowed);
    postern_acp_set_free(expiring);
}

/* ---- the next opening --------------------------------------------------- */

/* At 10:20:30 of 17 March 2026. [CTX-18] */
Test(pdp_until, the_next_opening_is_one_that_a_rule_can_hold_in)
{
    static const struct {
        struct spec specs[2];
        const char *opening; /* NULL: never */
    } opens[] = {
        {{{.who = "Cx", .window = "* * 12-16 * * * *"}, {.who = "Cy"}},
         "20260317T120000"},
        {{{.who = "Cx", .window = "* * 8-9 * * * *"}, {.who = "Cy"}},
         "20260318T080000"},
        {{{.who = "Cx", .window = "* * 12 * * * *"},
          {.who = "Cx", .window = "* * 11 * * * *"}},
         "20260317T110000"},
        {{{.who = "Cx", .window = "* * 12 * * * *"},
          {.who = "Cy", .window = "* * 11 * * * *"}},
         "20260317T120000"},
        {{{.who = "Cx", .window = "* * 12 * * * *"},
          {.who = "1-r@a.b", .window = "* * 11 * * * *"}},
         "20260317T110000"},
        {{{.who = "Cx", .window = "* * 12 * * * *", .country = "KR"},
          {.who = "Cx", .window = "* * 11 * * * *", .operations = 1}},
         "20260317T120000"},
        {{{.who = "Cx", .window = "* * 12 * * * *", .authn = true},
          {.who = "Cx", .window = "* * 12 * * * *", .never = "never"}},
         NULL},
        {{{.who = "Cx", .window = "* * * * * * 2000-2025"}, {.who = "Cy"}},
         NULL},
    };

    for (size_t i = 0; i < COUNT(opens); i++) {
        postern_request request = request_of();
        postern_acp_set *set = set_of(opens[i].specs, 2, INT64_MAX);
        const postern_acp_link link = {set, first_acp};

        request.authenticated = false;
        cr_expect_eq(postern_next_opening_links(&link, 1, &request),
                     opens[i].opening ? at(opens[i].opening) : NEVER, "row %zu",
                     i);
        request.time_known = false;
        cr_expect_eq(postern_next_opening_links(&link, 1, &request), NEVER,
                     "row %zu, without time", i);
        postern_acp_set_free(set);
    }
    cr_expect_eq(postern_next_opening_links(NULL, 1, NULL), NEVER);
}

/* Which attributes are asked for does not matter, nor how many. */
Test(pdp_until, the_next_opening_is_that_of_any_attributes)
{
    static const struct spec spec = {
        .who = "Cx", .window = "* * 11 * * * *", .attribute = "lbl"};
    static char texts[WIDE][TEXT];
    postern_str names[WIDE];
    postern_acp_set *set = set_of(&spec, 1, INT64_MAX);
    const postern_acp_link link = {set, first_acp};
    postern_request request = request_of();

    for (int i = 0; i < WIDE; i++) {
        snprintf(texts[i], TEXT, "a%02d", i);
        names[i] = S(texts[i]);
    }
    request.attributes = names;
    for (size_t count = 0; count <= WIDE; count++) {
        request.attribute_count = count;
        cr_expect_eq(postern_next_opening_links(&link, 1, &request),
                     at("20260317T110000"), "%zu attributes", count);
    }
    postern_acp_set_free(set);
}

/* A group is hoped for by somebody who is known; [REQ-02] a pattern either
 * matches or it does not. */
Test(pdp_until, the_next_opening_hopes_for_groups_and_roles_only)
{
    static const struct {
        const char *who;
        bool known; /* the request says who asks */
        bool opens;
    } hopes[] = {{"grp", true, true},    {"grp", false, false},
                 {"r1@a.b", true, true}, {"r1@a.b", false, false},
                 {"Cx", true, true},     {"Cx", false, false},
                 {"all", true, true},    {"all", false, true},
                 {"Cx*", true, true},    {"Cx*", false, false},
                 {"Cq*", true, false},   {"Cq*", false, false},
                 {"//a.b", true, false}, {"//sp.example", true, true}};
    /* Behind the names stand the conditions: with so many contexts the first
     * would look like a group, or a role, to who takes a pattern for a name. */
    postern_str windows[] = {S("* * 11 * * * *"), S("* * 12 * * * *"),
                             S("* * 13 * * * *"), S("* * 14 * * * *")};
    postern_context contexts[] = {{.windows = &windows[0], .window_count = 1},
                                  {.windows = &windows[1], .window_count = 1},
                                  {.windows = &windows[2], .window_count = 1},
                                  {.windows = &windows[3], .window_count = 1}};

    for (size_t i = 0; i < 2 * COUNT(hopes); i++) {
        postern_str who = S(hopes[i / 2].who);
        postern_rule rule = {.originators = &who,
                             .originator_count = 1,
                             .operations = POSTERN_ACOP_RETRIEVE,
                             .contexts = contexts,
                             .context_count = 3 + i % 2};
        postern_acp_set *set = test_set(&rule, 1);
        const postern_acp_link link = {set, first_acp};
        postern_request request = request_of();

        if (!hopes[i / 2].known) {
            postern_id_set_absent(&request.originator);
        }
        cr_expect_eq(postern_next_opening_links(&link, 1, &request),
                     hopes[i / 2].opens ? at("20260317T110000") : NEVER,
                     "row %zu", i / 2);
        postern_acp_set_free(set);
    }
}

/* ---- several ACPs, attributes ---------------------------------------------
 */

Test(pdp_until, counts_the_acps_listed)
{
    static const struct spec specs[] = {
        {.who = "Cx", .window = "* * 8-11 * * * *"},
        {.who = "Cx", .window = "* * 12-16 * * * *"}};
    postern_acp_builder *builder = test_builder();
    postern_acp_ref refs[] = {{1, POSTERN_PRIVILEGES}, {0, POSTERN_PRIVILEGES}};
    postern_request request = request_of();
    postern_acp_set *set;

    begin(builder, "first", INT64_MAX);
    add(builder, &specs[0]);
    begin(builder, "second", at("20260317T150000"));
    add(builder, &specs[1]);
    set = test_finish(builder);
    cr_expect_eq(lease_of(set, refs, 2, &request).until_s,
                 at("20260317T150000"));
    cr_expect_eq(lease_of(set, refs, 1, &request).until_s,
                 at("20260317T120000"));
    cr_expect_eq(lease_of(set, refs + 1, 1, &request).until_s,
                 at("20260317T120000"));
    request.time_s = at("20260317T160000");
    cr_expect_eq(lease_of(set, refs, 2, &request).until_s,
                 at("20260318T080000"));
    postern_acp_set_free(set);
}

/* Each rule covers one attribute; all have to be covered at once. */
Test(pdp_until, attributes_count_together_across_links)
{
    static const struct spec specs[] = {
        {.who = "Cx", .window = "* * 8-12 * * * *", .attribute = "lbl"},
        {.who = "Cx", .window = "* * 10-15 * * * *", .attribute = "cr"},
        {.who = "Cx", .window = "* 59 12-14 * * * *"}};
    static const struct {
        const char *from;
        const char *until;
    } steps[] = {
        {"20260317T102030", "20260317T130000"},
        {"20260317T130000", "20260317T135900"},
        {"20260317T135900", "20260317T140000"},
        {"20260317T150000", "20260318T100000"},
    };
    postern_str names[] = {S("lbl"), S("cr")};
    postern_request request = request_of();
    postern_acp_set *sets[COUNT(specs)];
    postern_acp_link links[4] = {{NULL, {0, POSTERN_PRIVILEGES}}};
    postern_lease lease;

    request.attributes = names;
    request.attribute_count = COUNT(names);
    for (size_t i = 0; i < COUNT(specs); i++) {
        sets[i] = set_of(&specs[i], 1, INT64_MAX);
        links[i + 1] = (postern_acp_link){sets[i], {0, POSTERN_PRIVILEGES}};
    }
    for (size_t i = 0; i < COUNT(steps); i++) {
        postern_decision decision;

        request.time_s = at(steps[i].from);
        decision =
            postern_decide_links_until(links, COUNT(links), &request, &lease);
        cr_expect_eq(
            decision.effect,
            postern_decide_links(links, COUNT(links), &request).effect);
        cr_expect_eq(lease.until_s, at(steps[i].until), "%s", steps[i].from);
        cr_expect(lease.exact);
    }
    (void)postern_decide_links_until(NULL, 3, &request, &lease);
    cr_expect_eq(lease.until_s, NEVER);
    for (size_t i = 0; i < COUNT(sets); i++) {
        postern_acp_set_free(sets[i]);
    }
}

/* More attributes than are looked at at once. */
Test(pdp_until, every_one_of_many_attributes_has_to_be_covered)
{
    static char texts[WIDE][TEXT];
    static char windows[WIDE][TEXT];
    static struct spec specs[WIDE];
    static postern_str names[WIDE];
    postern_request request = request_of();
    postern_acp_set *set;

    for (int i = 0; i < WIDE; i++) {
        snprintf(texts[i], TEXT, "a%02d", i);
        snprintf(windows[i], TEXT, "* %d-59 10-11 * * * *", i == 70 ? 25 : 5);
        names[i] = S(texts[i]);
        specs[i] = (struct spec){
            .who = "Cx", .window = windows[i], .attribute = texts[i]};
    }
    set = set_of(specs, WIDE, INT64_MAX);
    request.attributes = names;
    request.attribute_count = WIDE;
    cr_expect_eq(until(set, &request), at("20260317T102500"));
    request.time_s = at("20260317T102500");
    cr_expect_eq(until(set, &request), at("20260317T110000"));
    request.attribute_count = 70;
    request.time_s = at("20260317T102030");
    cr_expect_eq(until(set, &request), at("20260317T110000"));
    postern_acp_set_free(set);
}

/* ---- more windows than are looked at together ------------------------------
 */

/* Bookings: rule i is for ten minutes from minute 10 * (i % 6) of hour i / 6 of
 * 2026-03-17 on, day by day. */
static postern_acp_set *bookings(uint32_t left_out)
{
    static char windows[MANY][TEXT];
    static struct spec specs[MANY];
    size_t count = 0;

    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t minute = i % 6 * 10;

        if (i == left_out) {
            continue;
        }
        snprintf(windows[count], TEXT, "* %u-%u %u %u 3 * 2026", minute,
                 minute + 9, i / 6 % 24, 17 + i / 144);
        specs[count] = (struct spec){.who = "Cx", .window = windows[count]};
        count++;
    }
    return set_of(specs, count, INT64_MAX);
}

Test(pdp_until, many_windows_are_followed_from_one_to_the_next)
{
    postern_request request = request_of();
    postern_acp_set *set = bookings(62 + 144);

    /* Without a gap to the one left out: tomorrow at 10:20. */
    cr_expect_eq(until(set, &request), at("20260318T102000"));
    request.time_s = at("20260318T102000");
    cr_expect_eq(until(set, &request), at("20260318T103000"));
    request.time_s = at("20260101T102000");
    cr_expect_eq(until(set, &request), at("20260317T000000"));
    request.time_s = at("20270101T102000");
    cr_expect_eq(until(set, &request), NEVER);
    postern_acp_set_free(set);
}

Test(pdp_until, what_takes_too_long_is_a_lower_bound_and_says_so)
{
    postern_request request = request_of();
    postern_acp_set *set = bookings(MANY - 1);
    postern_lease lease;

    /* 2 * 144 leaps to the end are more than are made at once. */
    request.time_s = at("20260317T000000");
    lease = lease_of(set, &first_acp, 1, &request);
    cr_expect_not(lease.exact);
    cr_expect_gt(lease.until_s, request.time_s + DAY);
    request.time_s = lease.until_s;
    lease = lease_of(set, &first_acp, 1, &request);
    cr_expect(lease.exact);
    cr_expect_eq(lease.until_s, at("20260320T111000"));
    postern_acp_set_free(set);
}

/* The rule that permits is one of a thousand that do not matter. */
Test(pdp_until, many_rules_of_others_do_not_matter)
{
    static char names[2 * MANY][TEXT];
    static struct spec specs[2 * MANY + 1];
    postern_request request = request_of();
    postern_acp_set *set;

    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(names[i], TEXT, "Cae%zu", i);
        specs[i] = (struct spec){.who = names[i], .window = "* * 10 * * * *"};
    }
    specs[2 * MANY] = (struct spec){.who = "C*", .window = "* * 8-14 * * * *"};
    set = set_of(specs, COUNT(specs), INT64_MAX);
    cr_expect_eq(until(set, &request), at("20260317T150000"));
    postern_acp_set_free(set);
}
