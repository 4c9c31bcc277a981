/* The twin by itself: what the standard's own examples say about it. */
#include "reference/reference.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct ref_cse cse = {"//own.example", "/plant"};

/* One ACP with one rule. */
static bool decides(const struct ref_rule *rule, const struct ref_request *rq)
{
    struct ref_acp acp = {"acp", REF_NEVER_EXPIRES, {rule, 1}, {NULL, 0}};
    struct ref_policy policy = {cse, &acp, 1, NULL, 0};

    return ref_res_all_acrs(&policy, rq);
}

static bool originator_matches(const char *entry, const char *from)
{
    struct ref_rule rule = {.originators = {&entry, 1}, .operations = 2};
    struct ref_request rq = {.from = from, .operation = 2};

    return decides(&rule, &rq);
}

static const struct {
    const char *entry;
    const char *from;
    bool matches;
} who_matches[] = {
    {"//m2msp.org/myCSEID", "//m2msp.org/myCSEID", true},
    {"//m2msp.org/myCSEID", "//m2msp.org/myCSEID2", false},
    {"//m2msp.org/myCSEID", "//m2msp.org/mycseid", false},
    {"//*/myCSEID", "//any.org/myCSEID", true},
    {"//*/myCSEID", "/myCSEID", true},
    {"//*/myCSEID", "//any.org/myCSEID/C1", false},
    {"//*/myCSE*", "//any.org/myCSE7", true},
    {"//*/myCSE*", "//any.org/myCSE", true},
    {"//*/myCSE*", "//any.org/myCSE7/C1", false},
    {"//*/myCSE*", "//any.org/amyCSE7", false},
    {"/myCSEID", "//own.example/myCSEID", true},
    {"/myCSEID", "//m2msp.org/myCSEID", false},
    {"/myCSE*", "//own.example/myCSE9", true},
    {"/myCSE*", "//other.example/myCSE9", false},
    {"//m2msp.org/S988", "//m2msp.org/S988", true},
    {"//m2msp.org/S988", "//m2msp.org/S9886", false},
    {"//*/myCSEID/C9886", "//any.org/myCSEID/C9886", true},
    {"//*/myCSEID/C9886", "//any.org/myCSEID2/C9886", false},
    {"//*/myCSE*/C9886", "//any.org/myCSE2/C9886", true},
    {"//*/myCSE*/C9886", "//any.org/myCSE2/C98867", false},
    {"/myCSEID/C9886", "//own.example/myCSEID/C9886", true},
    {"/myCSEID/C9886", "C9886", false},
    {"/myCSEID/C98*", "/myCSEID/C9886", true},
    {"/myCSEID/C98*", "/myCSEID/C9", false},
    {"/myCSE*/C98*", "//own.example/myCSE1/C9886", true},
    {"/myCSE*/C98*", "//own.example/xmyCSE1/C9886", false},
    {"/SmyAE*", "SmyAE1", true},
    {"/SmyAE*", "/SmyAE1/C1", false},
    {"all", "Cx", true},
    {"all", NULL, true},
    {"All", "Cx", false},
    {"Cx", "/plant/Cx", true},
    {"Cx", "//OWN.example./plant/Cx", true},
    {"Cx", "/Plant/Cx", false},
    {"Cx", NULL, false},
    {"Sx", "//own.example/Sx", true},
    {"Sx", "/plant/Sx", false},
    {"/Sx/Cy", "Sx/Cy", false},
    {"S*/Cy", "/Sx/Cy", false},
    {"//sp.example", "//sp.example/cse1", true},
    {"//sp.example", "//SP.example/S9", true},
    {"//sp.example", "//a.sp.example/cse1", false},
    {"//own.example", "Cx", true},
    {"//own.example", NULL, false},
    {"//sp.*", "//sp.example/cse1", false},
    {"//*", "//sp.example/cse1", false},
    {"*", "Cx", false},
    {"C*b*c", "Cabbc", true},
    {"C*b*c", "Cacb", false},
    {"Cab*ba", "Caba", false},
    {"C*", "/plant/Cx/y", false},
    {"C%78", "Cx", false},
    {"Cx", "C%78", false},
    {"", "", false},
    {"//sp.example/", "//sp.example/", false},
    {"/plant//Cx", "/plant//Cx", false},
    {"//*/plant/Cx", "Cx", true},
    {"//own.*/plant/Cx", "Cx", true},
    {"//own.*/plant/Cx", "//other.example/plant/Cx", false},
};

/* [ORI-02] to [ORI-10]; the first twelve entries are those of the table. */
Test(reference, matches_the_examples_of_originators_and_not_their_neighbours)
{
    for (size_t i = 0; i < COUNT(who_matches); i++) {
        cr_expect_eq(
            originator_matches(who_matches[i].entry, who_matches[i].from),
            who_matches[i].matches, "%s against %s", who_matches[i].entry,
            who_matches[i].from ? who_matches[i].from : "(absent)");
    }
}

/* [ORI-11] [ORI-12] [REQ-02] */
Test(reference, counts_groups_and_roles_that_were_verified)
{
    static const char *const roles[] = {"12-op@Auth.example"};
    static const char *const groups[] = {"//own.example/plant/grp1"};
    static const struct {
        const char *entry;
        bool matches;
    } cases[] = {
        {"12-op@auth.example", true},
        {"12-OP@auth.example", false},
        {"12-op@auth2.example", false},
        {"12-op@*", false},
        {"grp1", true},
        {"/plant/grp1", true},
        {"grp*", false},
        {"grp2", false},
        {"/other/grp1", false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *entry = cases[i].entry;
        struct ref_rule rule = {.originators = {&entry, 1}, .operations = 2};
        struct ref_request rq = {.from = "Cx",
                                 .operation = 2,
                                 .roles = {roles, 1},
                                 .groups = {groups, 1}};

        cr_expect_eq(decides(&rule, &rq), cases[i].matches, "%s", entry);
        rq.from = NULL;
        cr_expect_not(decides(&rule, &rq), "%s without From", entry);
    }
}

static int64_t time_of(int year, int month, int day, int second_of_day)
{
    static const int before[] = {0,   31,  59,  90,  120, 151,
                                 181, 212, 243, 273, 304, 334};
    int64_t days = 0;

    for (int y = 1970; y < year; y++) {
        days += y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) ? 366 : 365;
    }
    days += before[month - 1] + day - 1;
    if (month > 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) {
        days++;
    }
    return days * 86400 + second_of_day;
}

/* [CTX-10] [CTX-11] [CTX-12] [CTX-15] */
Test(reference, opens_windows_when_all_seven_fields_hold)
{
    const int64_t friday13 = time_of(2026, 3, 13, 8 * 3600);
    const int64_t friday20 = time_of(2026, 3, 20, 8 * 3600);
    const int64_t monday13 = time_of(2026, 4, 13, 8 * 3600);
    const int64_t leap_day = time_of(2028, 2, 29, 86399);
    const struct {
        const char *window;
        int64_t time_s;
        bool holds;
    } cases[] = {
        {"* * * 13 * 5 *", friday13, true},
        {"* * * 13 * 5 *", friday20, false},
        {"* * * 13 * 5 *", monday13, false},
        {"* 0-5 2,6,8 * * * *", friday13, true},
        {"* 0-5 2,6,10 * * * *", friday13, false},
        {"* * 8-20 * * * *", friday13, true},
        {"* * 8-20 * * * *", friday13 - 1, false},
        {"* * 0-23/2 * * * *", friday13, true},
        {"* * 1-23/2 * * * *", friday13, false},
        {"* * * */2 * * *", friday13, true},
        {"* * * */2 * * *", friday20, false},
        {"* * * 29 2 * *", leap_day, true},
        {"* * * 29 2 * *", leap_day + 1, false},
        {"59 59 23 * * * 2028", leap_day, true},
        {"59 59 23 * * * 2027,2029-2030", leap_day, false},
        {"* * * * * * *", 946684800, true},
        {"* * * * * * *", 946684799, false},
        {"* * * * * * *", INT64_MAX, false},
        {"* * * * * * *", 253402300799, true},
        {"* * * * * * *", 253402300800, false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_expect(ref_window_is_valid(cases[i].window));
        cr_expect_eq(ref_window_holds(cases[i].window, cases[i].time_s),
                     cases[i].holds, "%s", cases[i].window);
    }
}

Test(reference, refuses_what_is_no_window)
{
    static const char *const bad[] = {
        "* * * * * *",
        "* * * * * * * *",
        " * * * * * * *",
        "* * * * * * * ",
        "60 * * * * * *",
        "* * 24 * * * *",
        "* * * 0 * * *",
        "* * * * 13 * *",
        "* * * * * 7 *",
        "* * * * * * 1999",
        "* * * * * * 10000",
        "* * 22-4 * * * *",
        "* * */0 * * * *",
        "* * 4/2 * * * *",
        "* * *,4 * * * *",
        "* * 1, * * * *",
        "* * ,1 * * * *",
        "* * -1 * * * *",
        "* * 1- * * * *",
        "* * MON * * * *",
        "? * * * * * *",
        "* * 1-2-3 * * * *",
        "* * 1-2/2/2 * * * *",
        "* * 01 * * * *",
        "",
    };

    for (size_t i = 0; i < COUNT(bad); i++) {
        cr_expect_not(ref_window_is_valid(bad[i]), "%s", bad[i]);
        cr_expect_not(ref_window_holds(bad[i], 1773388800), "%s", bad[i]);
    }
}

/* [CTX-20] to [CTX-23], [CTX-25] */
Test(reference, finds_addresses_in_prefixes)
{
    static const struct {
        const char *prefix;
        const char *ip;
        bool holds;
    } cases[] = {
        {"212.75.201.105", "212.75.201.105", true},
        {"212.75.201.105", "212.75.201.106", false},
        {"88.77.0.0/16", "88.77.255.255", true},
        {"88.77.0.0/16", "88.78.0.0", false},
        {"88.77.1.1/16", "88.77.255.255", true},
        {"116.27.123.0/24", "116.27.123.255", true},
        {"116.27.123.0/24", "116.27.124.0", false},
        {"10.0.16.0/20", "10.0.31.9", true},
        {"10.0.16.0/20", "10.0.32.9", false},
        {"0.0.0.0/0", "255.1.2.3", true},
        {"0.0.0.0/0", "::1", false},
        {"::/0", "2001:db8::1", true},
        {"::/0", "10.0.0.1", false},
        {"::/0", "::ffff:10.0.0.1", false},
        {"10.0.0.0/8", "::ffff:10.0.0.1", true},
        {"::ffff:10.0.0.0/104", "10.9.9.9", true},
        {"::ffff:10.0.0.0/104", "11.9.9.9", false},
        {"::ffff:a00:0/104", "10.9.9.9", true},
        {"2001:DB8::/33", "2001:db8:7fff::", true},
        {"2001:db8::/33", "2001:db8:8000::", false},
        {"2001:db8:0:0:0:0:0:1", "2001:db8::1", true},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", true},
        {"::1.2.3.4", "::102:304", true},
        {"::1.2.3.4", "::102:305", false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_expect(ref_address_is_valid(cases[i].prefix), "%s", cases[i].prefix);
        cr_expect_eq(ref_address_holds(cases[i].prefix, cases[i].ip),
                     cases[i].holds, "%s in %s", cases[i].ip, cases[i].prefix);
    }
}

/* [CTX-21] */
Test(reference, refuses_what_is_no_address)
{
    static const char *const bad[] = {
        "",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "010.0.0.1",
        "1.2.3.4/33",
        "1.2.3.4/",
        "1.2.3.4/-1",
        "1.2.3.4/+1",
        "1.2.3.4 ",
        "fe80::1%eth0",
        ":::",
        ":1",
        "1:",
        "1::2::3",
        "12345::",
        "1:2:3:4:5:6:7",
        "1.2.3.4::",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::/129",
        "g::",
        "1:2:3:4:5:6:7:1.2.3.4",
        "all",
        "0x10.1.1.1",
        "1.2.3.4/08",
    };

    for (size_t i = 0; i < COUNT(bad); i++) {
        cr_expect_not(ref_address_is_valid(bad[i]), "%s", bad[i]);
        cr_expect_not(ref_address_holds(bad[i], "1.2.3.4"), "%s", bad[i]);
    }
    cr_expect_not(ref_address_holds("1.2.3.0/24", "1.2.3.0/24"));
}

/* [CTX-31] [CTX-32] */
Test(reference, measures_circles_on_the_sphere)
{
    const double quarter_m = 6371008.8 * 3.14159265358979323846 / 2.0;
    const struct {
        struct ref_circle circle;
        double latitude_deg;
        double longitude_deg;
        bool holds;
    } cases[] = {
        {{52.09, 5.12, 800.0}, 52.09, 5.12, true},
        {{52.09, 5.12, 800.0}, 52.09, 5.13, true},
        {{52.09, 5.12, 800.0}, 52.09, 5.14, false},
        {{52.09, 5.12, 800.0}, 5.12, 52.09, false},
        {{0.0, 179.9, 30000.0}, 0.0, -179.9, true},
        {{0.0, 179.9, 20000.0}, 0.0, -179.9, false},
        {{90.0, 0.0, 1000.0}, 89.995, 123.0, true},
        {{90.0, 0.0, 500.0}, 89.995, 123.0, false},
        {{0.0, 0.0, 0.0}, 0.0, 0.0, true},
        {{0.0, 0.0, 0.0}, 0.0, 0.0001, false},
        {{0.0, 0.0, quarter_m}, 0.0, 90.0, true},
        {{0.0, 0.0, quarter_m - 1.0}, 0.0, 90.0, false},
        {{0.0, 0.0, 3.0e7}, 0.0, 180.0, true},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_expect_eq(ref_circle_holds(&cases[i].circle, cases[i].latitude_deg,
                                      cases[i].longitude_deg),
                     cases[i].holds, "row %zu", i);
    }
    cr_expect_not(ref_circle_is_valid(&(struct ref_circle){91.0, 0.0, 1.0}));
    cr_expect_not(ref_circle_is_valid(&(struct ref_circle){0.0, 181.0, 1.0}));
    cr_expect_not(ref_circle_is_valid(&(struct ref_circle){0.0, 0.0, -1.0}));
    cr_expect_not(
        ref_circle_is_valid(&(struct ref_circle){(double)NAN, 0.0, 1.0}));
    cr_expect_not(
        ref_circle_is_valid(&(struct ref_circle){0.0, 0.0, (double)INFINITY}));
}

/* [CTX-33] */
Test(reference, compares_countries_in_either_case)
{
    cr_expect(ref_country_equal("NL", "nl"));
    cr_expect_not(ref_country_equal("NL", "BE"));
    cr_expect_not(ref_country_equal("N", "N"));
    cr_expect_not(ref_country_equal("NLX", "NLX"));
    cr_expect_not(ref_country_equal("", ""));
}

/* [CTX-01] to [CTX-05], [CTX-24] */
Test(reference, ands_inside_a_context_and_ors_between_contexts)
{
    static const char *const all[] = {"all"};
    static const char *const march[] = {"* * * * 3 * *"};
    static const char *const ten[] = {"192.168.0.0/16", "10.0.0.0/8"};
    static const char *const nl[] = {"BE", "NL"};
    const struct ref_context both[] = {
        {.windows = {march, 1}, .addresses = {ten, 2}},
        {.countries = {nl, 2}},
        {.addresses = {ten, 0}},
    };
    struct ref_rule rule = {.originators = {all, 1},
                            .operations = 2,
                            .contexts = both,
                            .context_count = 2};
    struct ref_request rq = {.from = "Cx", .operation = 2};

    cr_expect_not(decides(&rule, &rq));
    rq.time_known = true;
    rq.time_s = time_of(2026, 3, 1, 0);
    cr_expect_not(decides(&rule, &rq));
    rq.ip = "10.1.1.1";
    cr_expect(decides(&rule, &rq));
    rq.ip = "11.1.1.1";
    cr_expect_not(decides(&rule, &rq));
    rq.country = "nl";
    cr_expect(decides(&rule, &rq));
    rule.context_count = 3; /* the third is malformed, and so is the rule */
    cr_expect_not(decides(&rule, &rq));
    rule.context_count = 0;
    rq.country = NULL;
    cr_expect(decides(&rule, &rq));
}

static const uint32_t content_instance[] = {4};
static const uint32_t container[] = {3, 23};
static const struct {
    struct ref_details details;
    struct ref_request rq;
    bool permits;
} creations[] = {
    {{3, 0, NULL, content_instance, 1},
     {.operation = 1, .target_type = 3, .child_type = 4},
     true},
    {{3, 0, NULL, content_instance, 1},
     {.operation = 1, .target_type = 3, .child_type = 3},
     false},
    {{3, 0, NULL, content_instance, 1},
     {.operation = 1, .target_type = 2, .child_type = 4},
     false},
    {{3, 0, NULL, content_instance, 1},
     {.operation = 1, .child_type = 4},
     false},
    {{3, 0, NULL, container, 2},
     {.operation = 1, .target_type = 3, .child_type = 3},
     true},
    {{3, 0, NULL, container, 2},
     {.operation = 1, .target_type = 3, .child_type = 23},
     true},
    {{3, 0, NULL, container, 2},
     {.operation = 1, .target_type = 3, .child_type = 4},
     false},
    {{3, 0, NULL, container, 2}, {.operation = 3}, true},
    {{0, 0, NULL, content_instance, 1},
     {.operation = 1, .target_type = 9, .child_type = 4},
     true},
    {{0, 0, NULL, content_instance, 1}, {.operation = 1}, false},
    {{0, 0, NULL, content_instance, 0}, {.operation = 3}, false},
    {{28, 0, NULL, content_instance, 1}, {.operation = 3}, false},
    {{0, REF_SPECIALIZATION_CONTAINER, "a.b", content_instance, 1},
     {.operation = 1, .child_type = 4, .container_definition = "a.b"},
     true},
    {{0, REF_SPECIALIZATION_CONTAINER, "a.b", content_instance, 1},
     {.operation = 1, .child_type = 4, .container_definition = "a.B"},
     false},
    {{0, REF_SPECIALIZATION_CONTAINER, "a.b", content_instance, 1},
     {.operation = 1, .child_type = 4},
     false},
    {{0, REF_SPECIALIZATION_MGMT, "1006", content_instance, 1},
     {.operation = 1, .child_type = 4, .mgmt_definition = 1006},
     true},
    {{0, REF_SPECIALIZATION_MGMT, "1006", content_instance, 1},
     {.operation = 1, .child_type = 4, .container_definition = "1006"},
     false},
    {{0, REF_SPECIALIZATION_ANY, "1006", content_instance, 1},
     {.operation = 1, .child_type = 4, .container_definition = "1006"},
     true},
    {{0, REF_SPECIALIZATION_ANY, "1006", content_instance, 1},
     {.operation = 1, .child_type = 4, .mgmt_definition = 1007},
     false},
};

/* [OBJ-01] to [OBJ-07], [OBJ-11] */
Test(reference, limits_creation_by_object_details)
{
    static const char *const all[] = {"all"};

    for (size_t i = 0; i < COUNT(creations); i++) {
        struct ref_rule rule = {.originators = {all, 1},
                                .operations = 63,
                                .details = &creations[i].details,
                                .details_count = 1};
        struct ref_request rq = creations[i].rq;

        rq.from = "Cx";
        cr_expect_eq(decides(&rule, &rq), creations[i].permits, "row %zu", i);
    }
}

/* [DEC-06] [REQ-03] [REQ-04] */
Test(reference, asks_for_authentication_and_for_the_very_operation)
{
    static const char *const all[] = {"all"};
    struct ref_rule rule = {.originators = {all, 1}, .operations = 32};
    struct ref_request rq = {.from = "Cx", .operation = 2, .filter_usage = 1};

    cr_expect(decides(&rule, &rq));
    rule.operations = 2;
    cr_expect_not(decides(&rule, &rq));
    rule.operations = 32;
    rule.authentication_flag = true;
    cr_expect_not(decides(&rule, &rq));
    rq.authenticated = true;
    cr_expect(decides(&rule, &rq));
    rq.from_unknown = true;
    cr_expect_not(decides(&rule, &rq));
    rq.from_unknown = false;
    rule.operations = 64 + 32;
    cr_expect_not(decides(&rule, &rq));
    rule.operations = 63;
    rq.operation = 6;
    cr_expect_not(decides(&rule, &rq));
}

Test(reference, joins_the_attributes_of_all_true_rules)
{
    static const char *const all[] = {"all"};
    static const char *const other[] = {"Cother"};
    static const char *const names[] = {"lbl", "mni", "et"};
    struct ref_rule rules[] = {
        {.originators = {all, 1}, .operations = 2, .attributes = {names, 1}},
        {.originators = {all, 1},
         .operations = 2,
         .attributes = {names + 1, 1}},
        {.originators = {other, 1},
         .operations = 2,
         .attributes = {names + 2, 1}},
    };
    struct ref_acp acp = {"acp", REF_NEVER_EXPIRES, {rules, 3}, {NULL, 0}};
    struct ref_policy policy = {cse, &acp, 1, NULL, 0};
    struct ref_request rq = {
        .from = "Cx", .operation = 2, .attributes = {names, 2}};

    cr_expect(ref_res_all_acrs(&policy, &rq));
    rq.attributes.count = 3;
    cr_expect_not(ref_res_all_acrs(&policy, &rq));
    rq.attributes.count = 0;
    cr_expect_not(ref_res_all_acrs(&policy, &rq));
    rules[2].originators.items = all;
    rules[2].attributes = (struct ref_list){NULL, 0};
    cr_expect(ref_res_all_acrs(&policy, &rq));
}

/* [PRP-07] [PRP-09] [DEC-03] [DEC-05] */
Test(reference, takes_no_rule_from_an_acp_that_is_over_or_not_there)
{
    static const char *const all[] = {"all"};
    const struct ref_rule rule = {.originators = {all, 1}, .operations = 2};
    struct ref_acp acps[] = {{"a", 1000, {&rule, 1}, {NULL, 0}},
                             {"b", REF_NEVER_EXPIRES, {NULL, 0}, {&rule, 1}}};
    struct ref_policy policy = {cse, acps, 2, NULL, 0};
    struct ref_request rq = {
        .from = "Cx", .operation = 2, .time_known = true, .time_s = 999};

    cr_expect(ref_res_all_acrs(&policy, &rq));
    rq.time_s = 1000;
    cr_expect_not(ref_res_all_acrs(&policy, &rq));
    rq.time_s = 999;
    rq.time_known = false;
    cr_expect_not(ref_res_all_acrs(&policy, &rq));
    cr_expect(ref_res_acrs(&policy, &(struct ref_link){1, true}, 1, &rq));
    cr_expect_not(ref_res_acrs(&policy, &(struct ref_link){2, true}, 1, &rq));
    cr_expect_not(ref_res_acrs(&policy, NULL, 0, &rq));
}
