/* The manager as a PDP: each reason to deny, and its neighbour that permits.
 * [PPM-01] [PPM-05] [PPM-24] */
#include "support/meters.h"

Test(gate_decide, permits_what_a_person_has_accepted)
{
    struct meters meters;

    meters_open(&meters);
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "NL"), "consent");
    cr_expect(pst_str_is(meters.answer.provider, "acme"));
    cr_expect(pst_str_is(meters.answer.application, "acme-meter"));
    cr_expect(pst_str_is(meters.answer.subscriber, "p-anna"));
    cr_expect(pst_str_is(meters.answer.device, "meter"));
    cr_expect(pst_str_is(meters.answer.data, "energy"));
    cr_expect(pst_str_is(meters.answer.consent, "c-1"));
    cr_expect_eq(meters.answer.consent_version, 1U);
    cr_expect_eq(memcmp(meters.answer.acp.data, "ppm-acme-", 9), 0);
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-presence", "BE"),
                     "consent");
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-ben", "BE"), "consent");
    cr_expect_str_eq(meters_ask(&meters, TICK, "cnt-energy", ""), "consent");
    meters_close(&meters);
}

Test(gate_decide, knows_a_target_by_any_address)
{
    static const struct {
        const char *target;
        const char *reason;
    } rows[] = {{"cnt-energy", "consent"},
                {"/plant-cse/cnt-energy", "consent"},
                {"//sp.example/plant-cse/cnt-energy", "consent"},
                {"/other-cse/cnt-energy", "no-target"},
                {"//other.example/plant-cse/cnt-energy", "no-target"},
                {"cnt-nobody", "no-target"},
                {"cb0", "no-target"},
                {"", "no-target"},
                {"cnt-energy/la", "no-target"}};
    struct meters meters;

    meters_open(&meters);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_str_eq(meters_ask(&meters, ACME, rows[i].target, "NL"),
                         rows[i].reason, "%s", rows[i].target);
    }
    /* A policy is a resource, too, and nobody's. */
    (void)meters_ask(&meters, ACME, "cnt-energy", "NL");
    {
        char id[128] = {0};

        cr_assert_lt(meters.answer.acp.len, sizeof id);
        memcpy(id, meters.answer.acp.data, meters.answer.acp.len);
        cr_expect_str_eq(meters_ask(&meters, ACME, id, "NL"), "no-target");
    }
    meters_close(&meters);
}

Test(gate_decide, knows_whose_an_originator_is)
{
    static const struct {
        const char *originator;
        const char *reason;
    } rows[] = {{ACME, "consent"},
                {"//ACME.example/in-cse/Cmeter", "consent"},
                {"//acme.example/in-cse/Cother", "no-provider"},
                {"//acme.example/in-cse/Cmeter*", "no-provider"},
                {"//acme.example/*/Cmeter", "no-provider"},
                {"Cmeter", "no-provider"},
                {"all", "no-provider"},
                {"", "no-provider"}};
    struct meters meters;

    meters_open(&meters);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_str_eq(
            meters_ask(&meters, rows[i].originator, "cnt-energy", "NL"),
            rows[i].reason, "%s", rows[i].originator);
    }
    /* Tick has nothing to do with Ben. */
    cr_expect_str_eq(meters_ask(&meters, TICK, "cnt-ben", "NL"), "no-provider");
    meters_close(&meters);
}

Test(gate_decide, only_reads)
{
    static const postern_operation denied[] = {
        POSTERN_OP_NONE,   POSTERN_OP_CREATE, POSTERN_OP_UPDATE,
        POSTERN_OP_DELETE, POSTERN_OP_NOTIFY, (postern_operation)2};
    struct meters meters;

    meters_open(&meters);
    meters_question(&meters, ACME, "cnt-energy", "NL");
    meters.question.operation = POSTERN_OP_DISCOVERY;
    cr_expect_str_eq(meters_decide(&meters), "consent");
    for (size_t i = 0; i < sizeof denied / sizeof *denied; i++) {
        meters.question.operation = denied[i];
        cr_expect_str_eq(meters_decide(&meters), "operation", "%d",
                         (int)denied[i]);
    }
    meters_close(&meters);
}

Test(gate_decide, looks_where_the_request_comes_from)
{
    struct meters meters;

    meters_open(&meters);
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "nl"), "consent");
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "US"), "context");
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", ""), "context");
    meters_question(&meters, ACME, "cnt-energy", "NL");
    meters.question.country_known = false;
    cr_expect_str_eq(meters_decide(&meters), "context");
    meters_close(&meters);
}

Test(gate_decide, lets_recipients_in_by_their_row)
{
    struct meters meters;

    meters_open(&meters);
    cr_expect_str_eq(meters_ask(&meters, HEAT, "cnt-energy", "NL"), "consent");
    cr_expect(pst_str_is(meters.answer.provider, "acme"));
    /* Of presence nothing is shared. */
    cr_expect_str_eq(meters_ask(&meters, HEAT, "cnt-presence", "NL"),
                     "no-provider");
    meters_close(&meters);
}

Test(gate_decide, a_kind_that_is_not_known_has_no_column_of_its_own)
{
    struct meters meters;

    meters_open(&meters);
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-unknown", "NL"), "closed");
    cr_expect(pst_str_is(meters.answer.consent, "c-1"));
    cr_expect_null(meters.answer.data.data);
    /* Tick tells no kinds apart. */
    cr_expect_str_eq(meters_ask(&meters, TICK, "cnt-unknown", ""), "consent");
    meters_close(&meters);
}

Test(gate_decide, opens_no_class_that_is_not_stated)
{
    static const struct {
        enum pst_data_class data_class;
        const char *reason;
    } rows[] = {{PST_CLASS_PERSONAL, "consent"},
                {PST_CLASS_ANONYMISED, "consent"},
                {PST_CLASS_SENSITIVE, "closed"},
                {PST_CLASS_MEDICAL, "closed"},
                {PST_CLASS_UNKNOWN, "closed"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct meters meters;

        meters_init(&meters);
        meters.anna[0].data_class = rows[i].data_class;
        meters_start(&meters);
        cr_expect_str_eq(meters_ask(&meters, TICK, "cnt-energy", ""),
                         rows[i].reason, "%zu", i);
        meters_close(&meters);
    }
}

Test(gate_decide, ends_to_the_second)
{
    struct meters meters;

    meters_init(&meters);
    meters.pairs[0].consent.until_s = METERS_NOW + 100;
    meters_start(&meters);
    meters_question(&meters, ACME, "cnt-energy", "NL");
    meters.question.time_s = METERS_NOW + 99;
    cr_expect_str_eq(meters_decide(&meters), "consent");
    meters.question.time_s = METERS_NOW + 100;
    cr_expect_str_eq(meters_decide(&meters), "ended");
    meters.question.time_s = METERS_NOW - 1000;
    cr_expect_str_eq(meters_decide(&meters), "consent");
    meters.question.time_s = METERS_NOW - 1001;
    cr_expect_str_eq(meters_decide(&meters), "no-consent");
    meters.question.time_known = false;
    cr_expect_str_eq(meters_decide(&meters), "no-time");
    meters.question.time_known = true;
    meters.question.time_s = INT64_MAX;
    cr_expect_str_eq(meters_decide(&meters), "no-time");
    meters_close(&meters);
}

Test(gate_decide, reads_no_more_often_than_was_accepted)
{
    static const struct {
        int64_t ago_s;
        const char *reason;
    } rows[] = {{15 * 60, "consent"},
                {15 * 60 - 1, "too-often"},
                {0, "too-often"},
                {-60, "too-often"},
                {86400, "consent"}};
    struct meters meters;

    meters_open(&meters);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        meters_question(&meters, ACME, "cnt-energy", "NL");
        meters.question.last_s = METERS_NOW - rows[i].ago_s;
        cr_expect_str_eq(meters_decide(&meters), rows[i].reason, "%zu", i);
    }
    meters.question.last_s = INT64_MAX;
    cr_expect_str_eq(meters_decide(&meters), "too-often");
    meters_question(&meters, TICK, "cnt-energy", "");
    meters.question.last_s = METERS_NOW;
    cr_expect_str_eq(meters_decide(&meters), "consent");
    meters_close(&meters);
}

Test(gate_decide, says_when_what_was_read_has_to_be_deleted)
{
    struct meters meters;

    meters_open(&meters);
    (void)meters_ask(&meters, ACME, "cnt-energy", "NL");
    cr_expect_eq(meters.answer.delete_by_s,
                 METERS_NOW + INT64_C(86400) * (8 + 31 + 31 + 28 + 31 + 30 +
                                                22)); /* 22 May */
    (void)meters_ask(&meters, TICK, "cnt-energy", "");
    cr_expect_eq(meters.answer.delete_by_s, INT64_MAX);
    (void)meters_ask(&meters, ACME, "cnt-energy", "US");
    cr_expect_eq(meters.answer.delete_by_s, INT64_MAX);
    meters_close(&meters);
}

Test(gate_decide, hears_of_what_changes)
{
    const size_t anna_acme = 0;
    struct meters meters;

    meters_open(&meters);
    meters.pairs[0].consent.state = POSTERN_CONSENT_WITHDRAWN;
    cr_expect_eq(fake_announce(&meters.manager, &anna_acme, 1, METERS_NOW),
                 POSTERN_OK);
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "NL"),
                     "no-consent");
    cr_expect(pst_str_is(meters.answer.consent, "c-1"));
    cr_expect_str_eq(meters_ask(&meters, HEAT, "cnt-energy", "NL"),
                     "no-consent");
    cr_expect_str_eq(meters_ask(&meters, TICK, "cnt-energy", "NL"), "consent");
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-ben", "NL"), "consent");
    meters.pairs[0].consent.state = POSTERN_CONSENT_ACTIVE;
    meters.pairs[0].consent.version = 2;
    cr_expect_eq(fake_announce(&meters.manager, &anna_acme, 1, METERS_NOW),
                 POSTERN_OK);
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "NL"), "consent");
    cr_expect_eq(meters.answer.consent_version, 2U);
    meters_close(&meters);
}

Test(gate_decide, a_provider_asks_by_another_name)
{
    static const postern_str renamed = {"//acme.example/in-cse/Cnew", 26};
    const size_t pairs[] = {0, 2};
    struct meters meters;

    meters_open(&meters);
    meters.acme_application.originators.items = &renamed;
    cr_expect_eq(fake_announce(&meters.manager, pairs, 2, METERS_NOW),
                 POSTERN_OK);
    for (int i = 0; i < 2; i++) {
        const char *target = i ? "cnt-ben" : "cnt-energy";

        cr_expect_str_eq(meters_ask(&meters, renamed.data, target, "NL"),
                         "consent");
        cr_expect_str_eq(meters_ask(&meters, ACME, target, "NL"),
                         "no-provider");
    }
    meters_close(&meters);
}

Test(gate_decide, what_is_aborted_has_not_happened)
{
    const size_t both[] = {0, 1};
    struct meters meters;
    struct pst_subscriber_resource stolen;

    meters_open(&meters);
    stolen = meters.ben[0];
    meters.pairs[0].consent.state = POSTERN_CONSENT_WITHDRAWN;
    meters_give(&meters.pairs[1], &stolen, 1);
    cr_expect_eq(fake_announce(&meters.manager, both, 2, METERS_NOW),
                 POSTERN_ERR_POLICY);
    cr_expect_str_eq(meters.manager.diag.message,
                     "a resource is of two subscribers");
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "NL"), "consent");
    cr_expect_str_eq(meters_ask(&meters, TICK, "cnt-energy", "NL"), "consent");
    /* And the next change is one of its own. */
    meters_give(&meters.pairs[1], meters.anna, 3);
    cr_expect_eq(fake_announce(&meters.manager, both, 2, METERS_NOW),
                 POSTERN_OK);
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "NL"),
                     "no-consent");
    meters_close(&meters);
}

/* Who was taken off a list that was aborted is taken off it the next time. */
Test(gate_decide, a_name_that_was_aborted_can_be_changed_again)
{
    static const postern_str renamed = {"//acme.example/in-cse/Cnew", 26};
    const size_t all[] = {0, 2, 1};
    struct meters meters;

    meters_open(&meters);
    meters.acme_application.originators.items = &renamed;
    meters_give(&meters.pairs[1], meters.ben, 1); /* not Anna's */
    cr_expect_eq(fake_announce(&meters.manager, all, 3, METERS_NOW),
                 POSTERN_ERR_POLICY);
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "NL"), "consent");
    cr_expect_str_eq(meters_ask(&meters, renamed.data, "cnt-energy", "NL"),
                     "no-provider");
    meters_give(&meters.pairs[1], meters.anna, 3);
    cr_expect_eq(fake_announce(&meters.manager, all, 3, METERS_NOW),
                 POSTERN_OK);
    for (int i = 0; i < 2; i++) {
        const char *target = i ? "cnt-ben" : "cnt-energy";

        cr_expect_str_eq(meters_ask(&meters, renamed.data, target, "NL"),
                         "consent");
        cr_expect_str_eq(meters_ask(&meters, ACME, target, "NL"),
                         "no-provider");
    }
    meters_close(&meters);
}

/* What is aborted goes back to what was committed last, not to what was before
 * that. */
Test(gate_decide, a_name_can_be_changed_back_after_an_aborted_change)
{
    static const postern_str renamed = {"//acme.example/in-cse/Cnew", 26};
    const size_t all[] = {0, 2, 1};
    const postern_str *usual;
    struct meters meters;

    meters_open(&meters);
    usual = meters.acme_application.originators.items;
    meters.acme_application.originators.items = &renamed;
    cr_assert_eq(fake_announce(&meters.manager, all, 2, METERS_NOW),
                 POSTERN_OK);
    meters_give(&meters.pairs[1], meters.ben, 1); /* not Anna's */
    cr_assert_eq(fake_announce(&meters.manager, all, 3, METERS_NOW),
                 POSTERN_ERR_POLICY);
    meters.acme_application.originators.items = usual;
    cr_assert_eq(fake_announce(&meters.manager, all, 2, METERS_NOW),
                 POSTERN_OK);
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "NL"), "consent");
    cr_expect_str_eq(meters_ask(&meters, renamed.data, "cnt-energy", "NL"),
                     "no-provider");
    meters_close(&meters);
}

Test(gate_decide, a_resource_has_its_owner_after_an_aborted_change)
{
    const size_t all[] = {0, 2, 1};
    struct meters meters;

    meters_open(&meters);
    meters_give(&meters.pairs[1], meters.ben, 1); /* not Anna's */
    cr_assert_eq(fake_announce(&meters.manager, all, 3, METERS_NOW),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(fake_announce(&meters.manager, all + 2, 1, METERS_NOW),
                 POSTERN_ERR_POLICY);
    cr_expect_str_eq(meters.manager.diag.message,
                     "a resource is of two subscribers");
    cr_expect_str_eq(meters_ask(&meters, TICK, "cnt-ben", "NL"), "no-provider");
    meters_close(&meters);
}

/* What was aborted of one provider does not come with the next change of
 * another. */
Test(gate_decide, an_aborted_consent_is_in_no_later_change)
{
    const size_t anna[] = {0, 1};
    struct meters meters;

    meters_open(&meters);
    meters.pairs[0].consent.state = POSTERN_CONSENT_WITHDRAWN;
    cr_expect_eq(fake_announce(&meters.manager, anna, 1, METERS_NOW),
                 POSTERN_OK);
    meters.pairs[0].consent.state = POSTERN_CONSENT_ACTIVE;
    meters_give(&meters.pairs[1], meters.ben, 1); /* not Anna's */
    cr_expect_eq(fake_announce(&meters.manager, anna, 2, METERS_NOW),
                 POSTERN_ERR_POLICY);
    meters_give(&meters.pairs[1], meters.anna, 3);
    cr_expect_eq(fake_announce(&meters.manager, anna + 1, 1, METERS_NOW),
                 POSTERN_OK);
    cr_expect_str_eq(meters_ask(&meters, TICK, "cnt-energy", "NL"), "consent");
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "NL"),
                     "no-consent");
    meters_close(&meters);
}

/* Nor does anything that was aborted count as done. */
Test(gate_decide, what_is_aborted_counts_for_nothing)
{
    const size_t all[] = {2, 1, 0};
    const size_t ben = 2;
    const size_t anna_acme = 0;
    const postern_str nobody = PST_STR("all");
    const postern_str *acme = acme_originators;
    struct meters meters;

    meters_open(&meters);
    for (int i = 0; i < 2; i++) {
        /* Ben's goes to Anna, were it not for the third. */
        meters.pairs[2].consent.state = POSTERN_CONSENT_WITHDRAWN;
        meters_give(&meters.pairs[1], meters.ben, 1);
        meters.acme_application.originators.items = &nobody;
        cr_expect_eq(fake_announce(&meters.manager, all, 3, METERS_NOW),
                     POSTERN_ERR_POLICY);
        meters.acme_application.originators.items = acme;
        meters.pairs[2].consent.state = POSTERN_CONSENT_ACTIVE;
        meters_give(&meters.pairs[1], meters.anna, 3);
    }
    meters.pairs[2].consent.version = 2;
    cr_expect_eq(fake_announce(&meters.manager, &ben, 1, METERS_NOW),
                 POSTERN_OK, "%s", meters.manager.diag.message);
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-ben", "NL"), "consent");
    cr_expect(pst_str_is(meters.answer.subscriber, "p-ben"));
    cr_expect_eq(meters.answer.consent_version, 2U);
    /* The policy that both have stays as long as one of them has it. */
    meters.pairs[0].consent.state = POSTERN_CONSENT_WITHDRAWN;
    cr_expect_eq(fake_announce(&meters.manager, &anna_acme, 1, METERS_NOW),
                 POSTERN_OK);
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "NL"),
                     "no-consent");
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-ben", "NL"), "consent");
    meters_close(&meters);
}

Test(gate_decide, a_resource_goes_from_one_person_to_another)
{
    const size_t pairs[] = {0, 1};
    const size_t ben = 2;
    struct meters meters;

    meters_open(&meters);
    meters.pairs[0].consent.state = POSTERN_CONSENT_WITHDRAWN;
    cr_expect_eq(fake_announce(&meters.manager, pairs, 1, METERS_NOW),
                 POSTERN_OK);
    meters_give(&meters.pairs[1], meters.anna + 1, 2); /* not energy */
    cr_expect_eq(fake_announce(&meters.manager, pairs + 1, 1, METERS_NOW),
                 POSTERN_OK);
    /* Nothing but what is over speaks of it. */
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "NL"),
                     "no-consent");
    cr_expect(pst_str_is(meters.answer.subscriber, "p-anna"));
    meters_give(&meters.pairs[2], meters.anna, 1);
    cr_expect_eq(fake_announce(&meters.manager, &ben, 1, METERS_NOW),
                 POSTERN_OK);
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "NL"), "consent");
    cr_expect(pst_str_is(meters.answer.subscriber, "p-ben"));
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-ben", "NL"), "no-target");
    cr_expect_str_eq(meters_ask(&meters, TICK, "cnt-energy", "NL"),
                     "no-provider");
    meters_close(&meters);
}

Test(gate_decide, frames_that_do_not_fit_together_close_and_hold_nothing_up)
{
    const size_t anna_acme = 0;
    struct meters meters;

    meters_open(&meters);
    meters.pairs[0].is_broken = true;
    cr_expect_eq(fake_announce(&meters.manager, &anna_acme, 1, METERS_NOW),
                 POSTERN_OK);
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "NL"), "closed");
    meters.pairs[0].consent.state = POSTERN_CONSENT_WITHDRAWN;
    cr_expect_eq(fake_announce(&meters.manager, &anna_acme, 1, METERS_NOW),
                 POSTERN_OK);
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "NL"),
                     "no-consent");
    meters_close(&meters);
    /* Nor are they in the way of opening. */
    meters_init(&meters);
    meters.pairs[0].is_broken = true;
    meters_start(&meters);
    cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "NL"),
                     "no-provider");
    cr_expect_str_eq(meters_ask(&meters, TICK, "cnt-energy", "NL"), "consent");
    meters_close(&meters);
}

Test(gate_decide, originators_of_a_provider_are_named)
{
    static const char *const refused[] = {"*",
                                          "all",
                                          "//acme.example",
                                          "//acme.example/in-cse/C*",
                                          "operator@acme.example",
                                          "//acme.example/in-cse/Cmeter/grp",
                                          ""};

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct meters meters;
        postern_str originator = postern_str_of(refused[i]);

        meters_init(&meters);
        meters.acme_application.originators.items = &originator;
        cr_expect_eq(meters_try(&meters), POSTERN_ERR_POLICY, "%s", refused[i]);
        cr_expect_null(meters.gate);
        cr_expect_not(meters.manager.listens);
    }
}

Test(gate_decide, resources_of_people_have_ids_of_their_own)
{
    static const char *const refused[] = {"cb0", "ppm-acme-1", "a/b",
                                          "-",   "",           "cnt*"};

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct meters meters;

        meters_init(&meters);
        meters.anna[0].id = postern_str_of(refused[i]);
        cr_expect_eq(meters_try(&meters), POSTERN_ERR_POLICY, "%s", refused[i]);
    }
    {
        struct meters meters;

        meters_init(&meters);
        meters.anna[1].id = meters.anna[0].id;
        cr_expect_eq(meters_try(&meters), POSTERN_ERR_POLICY);
    }
}

Test(gate_decide, a_line_of_the_log_says_what_was_asked_and_answered)
{
    struct meters meters;
    postern_access access;

    meters_open(&meters);
    (void)meters_ask(&meters, ACME, "cnt-energy", "NL");
    postern_gate_access(&meters.question, &meters.answer, &access);
    cr_expect(access.permitted);
    cr_expect_eq(access.mode, POSTERN_ACCESS_DECIDED);
    cr_expect_eq(access.time_s, METERS_NOW);
    cr_expect(pst_str_is(access.originator, ACME));
    cr_expect(pst_str_is(access.provider, "acme"));
    cr_expect(pst_str_is(access.application, "acme-meter"));
    cr_expect(pst_str_is(access.subscriber, "p-anna"));
    cr_expect(pst_str_is(access.device, "meter"));
    cr_expect(pst_str_is(access.data, "energy"));
    cr_expect(pst_str_is(access.consent, "c-1"));
    cr_expect(pst_str_is(access.operation, "retrieve"));
    cr_expect(pst_str_is(access.target, "cnt-energy"));
    cr_expect(pst_str_is(access.reason, "consent"));
    cr_expect(pst_str_is(access.country, "NL"));
    cr_expect_eq(access.consent_version, 1U);
    cr_expect_eq(access.delete_by_s, meters.answer.delete_by_s);
    (void)meters_ask(&meters, ACME, "cnt-energy", "");
    postern_gate_access(&meters.question, &meters.answer, &access);
    cr_expect_not(access.permitted);
    cr_expect(pst_str_is(access.reason, "context"));
    cr_expect_null(access.country.data);
    meters_close(&meters);
}

/* What a stranger says may be anything; that it was said is a line all the
 * same. */
Test(gate_decide, a_line_of_the_log_has_room_for_what_a_stranger_says)
{
    enum { ASKED_MAX = 512 };
    static char longer[ASKED_MAX + 1];
    const struct {
        postern_str said;
        const char *written; /* NULL: as it was said */
    } rows[] = {
        {PST_STR("//elsewhere.example/in-cse/Cx"), NULL},
        {PST_STR(""), NULL},
        {PST_STR("Caf\xC3\xA9"), NULL},
        {PST_STR("Cx\xC3"), "(no text)"},
        {PST_STR("Cx\n"), "(no text)"},
        {{"C\0x", 3}, "(no text)"},
        {{longer, ASKED_MAX}, NULL},
        {{longer, ASKED_MAX + 1}, "(too long)"},
    };
    struct meters meters;
    postern_access access;

    memset(longer, 'C', sizeof longer);
    meters_open(&meters);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_str expected =
            rows[i].written ? postern_str_of(rows[i].written) : rows[i].said;

        meters_question(&meters, ACME, "cnt-energy", "NL");
        meters.question.originator = rows[i].said;
        meters.question.target = rows[i].said;
        cr_expect_str_neq(meters_decide(&meters), "consent", "%zu", i);
        postern_gate_access(&meters.question, &meters.answer, &access);
        cr_expect_not(access.permitted);
        cr_expect(pst_str_equal(access.originator, expected), "%zu", i);
        cr_expect(pst_str_equal(access.target, expected), "%zu", i);
    }
    meters_close(&meters);
}
