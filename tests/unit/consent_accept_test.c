#include "support/jose_keys.h"
#include "support/managed.h"

#include "base/str.h"
#include "consent/standing.h"

#include <criterion/criterion.h>

enum { DAY = 86400 };

/* Months that the provider keeps data for, and that the user allows. */
static void start(struct managed *it, const char *terms, const char *user)
{
    managed_start(it);
    cr_assert_eq(managed_register(it, managed_asp), POSTERN_OK);
    cr_assert_eq(managed_register(it, managed_subscriber), POSTERN_OK);
    cr_assert_eq(managed_register(it, terms), POSTERN_OK, "%s",
                 it->diag.message);
    cr_assert_eq(managed_register(it, user), POSTERN_OK, "%s",
                 it->diag.message);
}

/* Whether a column of the stack is open; it has to be there. */
static bool is_open(struct managed *it, const char *device, int64_t now_s)
{
    struct pst_standing *standing;
    bool open = false;
    bool found = false;

    cr_assert_eq(pst_standing_load(it->manager, PST_STR("s0"), PST_STR("p0"),
                                   now_s, &standing, &it->diag),
                 POSTERN_OK, "%s", it->diag.message);
    for (uint32_t i = 0; i < postern_ppm_stack_columns(standing->stack); i++) {
        postern_ppm_column name = postern_ppm_stack_column(standing->stack, i);

        if (device ? pst_str_is(name.device, device) : !name.device.data) {
            found = true;
            open = standing->open[i];
        }
    }
    cr_assert(found);
    pst_standing_free(standing);
    return open;
}

static void refused(struct managed *it, const char *row, const char *code)
{
    size_t before = memory_storage_count(&it->kept, "consent");

    cr_expect_eq(managed_accept(it, "s0", "p0", row), POSTERN_ERR_POLICY);
    cr_expect_str_eq(it->diag.lint, code, "%s", it->diag.message);
    cr_expect_eq(memory_storage_count(&it->kept, "consent"), before);
}

/* ---- what is shown ------------------------------------------------------- */

Test(consent_accept, nobody_is_shown_what_is_not_registered)
{
    struct managed it;

    managed_start(&it);
    cr_assert_eq(managed_show(&it, "s0", "p0", MANAGED_NOW),
                 POSTERN_ERR_POLICY);
    cr_assert_str_eq(it.diag.lint, "E_UNKNOWN_OWNER");
    cr_assert_eq(managed_register(&it, managed_asp), POSTERN_OK);
    cr_assert_eq(managed_show(&it, "s0", "p0", MANAGED_NOW),
                 POSTERN_ERR_POLICY);
    cr_assert_str_eq(it.diag.lint, "E_UNKNOWN_OWNER");
    cr_assert_eq(managed_register(&it, managed_subscriber), POSTERN_OK);
    cr_assert_eq(managed_register(&it, MANAGED_TERMS("  6.0/month: 3\n")),
                 POSTERN_OK);
    cr_assert_eq(managed_show(&it, "s0", "p0", MANAGED_NOW),
                 POSTERN_ERR_POLICY);
    cr_assert_str_eq(it.diag.lint, "E_NO_PREFERENCES");
    cr_assert_eq(managed_register(&it, MANAGED_USER("  6.0/month: 3\n")),
                 POSTERN_OK);
    cr_assert_eq(managed_show(&it, "s0", "p0", MANAGED_NOW), POSTERN_OK);
    managed_stop(&it);
}

Test(consent_accept, what_is_shown_is_the_same_tomorrow_unless_a_day_matters)
{
    struct managed it;
    char hash[65];

    start(&it, MANAGED_TERMS("  11.0/min_age: 18\n"),
          MANAGED_USER("  11.0/dob: 2007-11-26\n"));
    cr_assert_eq(managed_show(&it, "s0", "p0", MANAGED_NOW), POSTERN_OK);
    memcpy(hash, it.hash, sizeof hash);
    cr_assert_eq(managed_show(&it, "s0", "p0", MANAGED_NOW + DAY), POSTERN_OK);
    cr_assert_str_eq(it.hash, hash);
    cr_assert_eq(managed_show(&it, "s0", "p0", MANAGED_NOW + 2 * DAY),
                 POSTERN_OK);
    cr_assert_str_neq(it.hash, hash, "eighteen that day");
    managed_stop(&it);
}

/* ---- accepting ----------------------------------------------------------- */

/* [PPM-04] */
Test(consent_accept, opens_what_is_green)
{
    struct managed it;

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    cr_assert_not(is_open(&it, NULL, MANAGED_NOW));
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert_eq(it.consent.state, POSTERN_CONSENT_ACTIVE);
    cr_assert_eq(it.consent.version, 1);
    cr_assert(pst_str_is(it.consent.id, "c-1"));
    cr_assert_eq(it.consent.columns, 2, "the car is elsewhere");
    cr_assert_eq(it.consent.open, 2);
    cr_assert(pst_str_is(it.consent.hash, it.hash));
    cr_assert_null(it.consent.signature.data);
    cr_assert(is_open(&it, NULL, MANAGED_NOW));
    cr_assert_not(is_open(&it, NULL, MANAGED_NOW - 1), "not before");
    cr_assert_eq(it.kept.misuses, 0);
    managed_stop(&it);
}

Test(consent_accept, leaves_closed_what_is_red)
{
    struct managed it;

    start(&it, MANAGED_TERMS("  6.0/month: 4\n"),
          MANAGED_USER("  6.0/month: 3\n"));
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert_eq(it.consent.state, POSTERN_CONSENT_ACTIVE);
    cr_assert_eq(it.consent.open, 0);
    cr_assert_not(is_open(&it, NULL, MANAGED_NOW));
    managed_stop(&it);
}

Test(consent_accept, opens_what_is_red_and_excepted)
{
    struct managed it;

    start(&it, MANAGED_TERMS("  6.0/month: 4\n"),
          MANAGED_USER("  6.0/month: 3\n"));
    cr_assert_eq(managed_accept(&it, "s0", "p0", "6.0/month"), POSTERN_OK, "%s",
                 it.diag.message);
    cr_assert_eq(it.consent.exceptions, 1);
    cr_assert_eq(it.consent.open, 1, "the column of the car was not excepted");
    cr_assert(is_open(&it, NULL, MANAGED_NOW));
    cr_assert_not(is_open(&it, "car", MANAGED_NOW));
    managed_stop(&it);
}

#define TWO_COLUMNS(axis)                                                      \
    "kind: provider\nowner: p0\nid: terms\nrows: {1.1/app_id: R01.p0.app}\n"   \
    "columns:\n- {" axis ": a, rows: {6.0/month: 4}}\n"                        \
    "- {" axis ": b, rows: {6.0/month: 4}}\n"

/* Also of the parts that are alike in all other examples. */
Test(consent_accept, an_exception_is_of_one_column)
{
    const struct {
        const char *terms;
        postern_ppm_exception exception;
        uint32_t columns; /* with those of the car, where no device is named */
    } rows[] = {{TWO_COLUMNS("application"),
                 {.application = PST_STR("a"), .row = PST_STR("6.0/month")},
                 4},
                {TWO_COLUMNS("device"),
                 {.device = PST_STR("a"), .row = PST_STR("6.0/month")},
                 2},
                {TWO_COLUMNS("data"),
                 {.data = PST_STR("a"), .row = PST_STR("6.0/month")},
                 4}};
    const int64_t from_until[2] = {MANAGED_NOW, INT64_MAX};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct managed_but but = {&rows[i].exception, 1};
        struct managed it;

        start(&it, rows[i].terms, MANAGED_USER("  6.0/month: 3\n"));
        cr_assert_eq(managed_accept_at(&it, "s0", "p0", &but, from_until),
                     POSTERN_OK, "%zu: %s", i, it.diag.message);
        cr_expect_eq(it.consent.columns, rows[i].columns, "%zu", i);
        cr_expect_eq(it.consent.open, 1, "%zu", i);
        managed_stop(&it);
    }
}

Test(consent_accept, an_exception_twice_is_one)
{
    struct managed it;
    const postern_ppm_exception twice[2] = {{.row = PST_STR("6.0/month")},
                                            {.row = PST_STR("6.0/month")}};
    const struct managed_but but = {twice, 2};
    const int64_t from_until[2] = {MANAGED_NOW, INT64_MAX};

    start(&it, MANAGED_TERMS("  6.0/month: 4\n"),
          MANAGED_USER("  6.0/month: 3\n"));
    cr_assert_eq(managed_accept_at(&it, "s0", "p0", &but, from_until),
                 POSTERN_OK);
    cr_assert_eq(it.consent.exceptions, 1);
    managed_stop(&it);
}

Test(consent_accept, refuses_exceptions_that_are_none)
{
    struct managed it;
    const postern_ppm_exception nowhere = {.device = PST_STR("bike"),
                                           .row = PST_STR("6.0/month")};
    const struct managed_but but = {&nowhere, 1};
    const int64_t from_until[2] = {MANAGED_NOW, INT64_MAX};

    start(&it, MANAGED_TERMS("  6.0/month: 4\n"),
          MANAGED_USER("  6.0/month: 3\n"));
    refused(&it, "6.0/months", "E_ROW");
    refused(&it, "6.0/year", "E_NOT_RED");
    cr_assert_eq(managed_accept_at(&it, "s0", "p0", &but, from_until),
                 POSTERN_ERR_POLICY);
    cr_assert_str_eq(it.diag.lint, "E_COLUMN");
    managed_stop(&it);
}

Test(consent_accept, what_a_law_or_a_parent_is_against_cannot_be_accepted)
{
    struct managed it;

    start(&it, MANAGED_TERMS("  6.0/month: 4\n"),
          MANAGED_USER("  6.0/month: 6\n"));
    cr_assert_eq(managed_register(&it, MANAGED_LAW("  6.0/month: {cap: 3}\n")),
                 POSTERN_OK);
    refused(&it, "6.0/month", "E_LOCKED");
    cr_assert_eq(managed_register(&it, MANAGED_LAW("  6.0/month: {cap: 6}\n")),
                 POSTERN_OK);
    refused(&it, "6.0/month", "E_NOT_RED");
    cr_assert_eq(
        managed_register(
            &it, "kind: parental\nowner: s0\nrows: {6.0/month: {cap: 1}}\n"),
        POSTERN_OK);
    refused(&it, "6.0/month", "E_LOCKED");
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert_eq(it.consent.open, 0);
    managed_stop(&it);
}

Test(consent_accept, refuses_what_was_not_what_would_be_shown)
{
    struct managed it;
    postern_ppm_acceptance acceptance;

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    cr_assert_eq(managed_show(&it, "s0", "p0", MANAGED_NOW), POSTERN_OK);
    postern_ppm_acceptance_init(&acceptance);
    acceptance.subscriber = PST_STR("s0");
    acceptance.provider = PST_STR("p0");
    acceptance.now_s = MANAGED_NOW;
    acceptance.hash = postern_str_of(it.hash);
    cr_assert_eq(managed_register(&it, MANAGED_TERMS("  6.0/month: 2\n")),
                 POSTERN_OK);
    cr_assert_eq(postern_ppm_accept(it.manager, &acceptance, NULL, &it.diag),
                 POSTERN_ERR_POLICY);
    cr_assert_str_eq(it.diag.lint, "E_STALE");
    acceptance.hash = (postern_str){NULL, 0};
    cr_assert_eq(postern_ppm_accept(it.manager, &acceptance, NULL, &it.diag),
                 POSTERN_ERR_POLICY);
    cr_assert_eq(managed_show(&it, "s0", "p0", MANAGED_NOW), POSTERN_OK);
    acceptance.hash = postern_str_of(it.hash);
    cr_assert_eq(postern_ppm_accept(it.manager, &acceptance, NULL, &it.diag),
                 POSTERN_OK);
    cr_assert_eq(postern_ppm_accept(it.manager, &acceptance, NULL, &it.diag),
                 POSTERN_ERR_POLICY, "now it is compared with that one");
    managed_stop(&it);
}

Test(consent_accept, refuses_a_consent_that_is_over_when_it_begins)
{
    struct managed it;
    const int64_t never[2] = {MANAGED_NOW, MANAGED_NOW};
    const int64_t a_second[2] = {MANAGED_NOW, MANAGED_NOW + 1};

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    cr_assert_eq(managed_accept_at(&it, "s0", "p0", NULL, never),
                 POSTERN_ERR_POLICY);
    cr_assert_str_eq(it.diag.lint, "E_UNTIL");
    cr_assert_eq(managed_accept_at(&it, "s0", "p0", NULL, a_second),
                 POSTERN_OK);
    cr_assert(is_open(&it, NULL, MANAGED_NOW));
    cr_assert_not(is_open(&it, NULL, MANAGED_NOW + 1));
    managed_stop(&it);
}

Test(consent_accept, a_new_consent_supersedes_the_old_one)
{
    struct managed it;

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert_eq(it.consent.version, 2);
    cr_assert(pst_str_is(it.consent.id, "c-1"));
    cr_assert_eq(memory_storage_count(&it.kept, "consent"), 2);
    cr_assert_eq(memory_storage_count(&it.kept, "pair"), 1);
    cr_assert_eq(memory_storage_count(&it.kept, "client"), 1);
    cr_assert_eq(memory_storage_count(&it.kept, "shown"), 2);
    managed_stop(&it);
}

/* ---- by other profiles --------------------------------------------------- */

/* The literal reading is green where a law allows what the user refuses. */
Test(consent_accept, nothing_opens_that_is_red_by_the_profile_sound)
{
    struct managed it;

    managed_start(&it);
    postern_ppm_manager_close(it.manager);
    it.options.profile = POSTERN_PPM_LITERAL;
    cr_assert_eq(managed_open(&it), POSTERN_OK);
    cr_assert_eq(managed_register(&it, managed_asp), POSTERN_OK);
    cr_assert_eq(managed_register(&it, managed_subscriber), POSTERN_OK);
    cr_assert_eq(
        managed_register(&it, MANAGED_LAW("  2.0/sensitive: {allow: true}\n")),
        POSTERN_OK);
    cr_assert_eq(managed_register(&it, MANAGED_TERMS("  2.0/sensitive: yes\n")),
                 POSTERN_OK, "%s", it.diag.message);
    cr_assert_eq(managed_register(&it, MANAGED_USER("  2.0/sensitive: no\n")),
                 POSTERN_OK);
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert_not(is_open(&it, NULL, MANAGED_NOW));
    cr_assert_eq(managed_accept(&it, "s0", "p0", "2.0/sensitive"), POSTERN_OK,
                 "%s", it.diag.message);
    managed_stop(&it);
}

/* Equality makes one month of three red. */
Test(consent_accept, nothing_opens_that_was_shown_as_red)
{
    struct managed it;

    managed_start(&it);
    postern_ppm_manager_close(it.manager);
    it.options.profile = POSTERN_PPM_LITERAL;
    cr_assert_eq(managed_open(&it), POSTERN_OK);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    cr_assert_eq(managed_register(&it, MANAGED_TERMS("  6.0/month: 1\n")),
                 POSTERN_OK);
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert_not(is_open(&it, NULL, MANAGED_NOW));
    managed_stop(&it);
}

/* ---- where laws hold ----------------------------------------------------- */

Test(consent_accept, a_law_holds_where_the_device_is)
{
    struct managed it;

    start(&it, MANAGED_TERMS("  6.0/month: 4\n"),
          MANAGED_USER("  6.0/month: 6\n"));
    cr_assert_eq(managed_register(&it, MANAGED_LAW("  6.0/month: {cap: 3}\n")),
                 POSTERN_OK);
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert_not(is_open(&it, NULL, MANAGED_NOW));
    cr_assert(is_open(&it, "car", MANAGED_NOW), "which is in DE");
    cr_assert_eq(managed_register(&it, "kind: legal_country\nowner: DE\nrows:\n"
                                       "  6.0/month: {cap: 2}\n"),
                 POSTERN_OK);
    cr_assert_eq(it.registered.suspended, 1);
    cr_assert_not(is_open(&it, "car", MANAGED_NOW));
    managed_stop(&it);
}

Test(consent_accept, a_law_of_elsewhere_changes_nothing)
{
    struct managed it;

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert_eq(managed_register(&it, "kind: legal_country\nowner: FR\nrows:\n"
                                       "  6.0/month: {cap: 1}\n"),
                 POSTERN_OK);
    cr_assert_eq(it.registered.carried, 0);
    cr_assert_eq(it.registered.suspended, 0);
    cr_assert(is_open(&it, NULL, MANAGED_NOW));
    managed_stop(&it);
}

/* ---- signatures ---------------------------------------------------------- */

Test(consent_accept, the_manager_signs_what_was_accepted)
{
    struct managed it;
    postern_keys *keys = jose_keys(
        (const char *const[]){EC256_PRIVATE("m", SIG("ES256")), NULL});
    postern_jose *jose;
    postern_opened opened;

    managed_start(&it);
    postern_ppm_manager_close(it.manager);
    it.options.sign_keys = keys;
    cr_assert_eq(managed_open(&it), POSTERN_OK);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    cr_assert_eq(managed_register(&it, MANAGED_TERMS("  6.0/month: 4\n")),
                 POSTERN_OK);
    cr_assert_eq(managed_accept(&it, "s0", "p0", "6.0/month"), POSTERN_OK, "%s",
                 it.diag.message);
    cr_assert_eq(postern_jose_new(&jose, NULL), POSTERN_OK);
    cr_assert_eq(
        postern_jose_open(jose, keys, NULL, it.consent.signature, &opened),
        POSTERN_REFUSAL_NONE);
    for (const char *const *words =
             (const char *const[]){
                 "\"id\": \"c-1\"", "\"version\": 1", "\"subscriber\": \"s0\"",
                 it.hash, "\"from\": 1764000000", "[\"6.0/month\"]", NULL};
         *words; words++) {
        char text[2048];

        cr_assert_lt(opened.payload.len, sizeof text);
        memcpy(text, opened.payload.data, opened.payload.len);
        text[opened.payload.len] = '\0';
        cr_expect_not_null(strstr(text, *words), "%s in %s", *words, text);
    }
    postern_jose_free(jose);
    managed_stop(&it);
    postern_keys_free(keys);
}

/* ---- withdrawing --------------------------------------------------------- */

Test(consent_accept, what_is_withdrawn_is_closed_at_once)
{
    struct managed it;

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    cr_assert_eq(postern_ppm_withdraw(it.manager, PST_STR("s0"), PST_STR("p0"),
                                      MANAGED_NOW, NULL, &it.diag),
                 POSTERN_ERR_POLICY);
    cr_assert_str_eq(it.diag.lint, "E_NO_CONSENT");
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert_eq(postern_ppm_withdraw(it.manager, PST_STR("s0"), PST_STR("p0"),
                                      MANAGED_NOW + 5, &it.consent, &it.diag),
                 POSTERN_OK);
    cr_assert_eq(it.consent.state, POSTERN_CONSENT_WITHDRAWN);
    cr_assert_eq(it.consent.ended_s, MANAGED_NOW + 5);
    cr_assert_eq(it.consent.open, 0);
    cr_assert_not(is_open(&it, NULL, MANAGED_NOW + 5));
    cr_assert_eq(postern_ppm_withdraw(it.manager, PST_STR("s0"), PST_STR("p0"),
                                      MANAGED_NOW, NULL, &it.diag),
                 POSTERN_ERR_POLICY, "twice");
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert_eq(it.consent.version, 2);
    cr_assert(is_open(&it, NULL, MANAGED_NOW));
    managed_stop(&it);
}

Test(consent_accept, what_is_over_is_expired_whether_it_was_written_or_not)
{
    struct managed it;
    const int64_t an_hour[2] = {MANAGED_NOW, MANAGED_NOW + 3600};

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    cr_assert_eq(managed_look(&it, "s0", "p0", MANAGED_NOW), POSTERN_OK);
    cr_assert_eq(it.consent.state, POSTERN_CONSENT_NONE);
    cr_assert_eq(managed_accept_at(&it, "s0", "p0", NULL, an_hour), POSTERN_OK);
    cr_assert_eq(managed_look(&it, "s0", "p0", an_hour[1] - 1), POSTERN_OK);
    cr_assert_eq(it.consent.state, POSTERN_CONSENT_ACTIVE);
    cr_assert_eq(it.consent.open, 2);
    cr_assert_eq(managed_look(&it, "s0", "p0", an_hour[1]), POSTERN_OK);
    cr_assert_eq(it.consent.state, POSTERN_CONSENT_EXPIRED);
    cr_assert_eq(it.consent.ended_s, an_hour[1]);
    cr_assert_eq(it.consent.open, 0);
    cr_assert_eq(postern_ppm_withdraw(it.manager, PST_STR("s0"), PST_STR("p0"),
                                      an_hour[1], NULL, &it.diag),
                 POSTERN_ERR_POLICY);
    managed_stop(&it);
}

static bool count_states(void *user, const postern_consent *consent)
{
    uint32_t *counts = user;

    cr_expect_eq(consent->version, counts[POSTERN_CONSENT_NONE] + 1);
    counts[POSTERN_CONSENT_NONE] = consent->version;
    counts[consent->state]++;
    return true;
}

static bool only_one(void *user, const postern_consent *consent)
{
    uint32_t *count = user;

    (void)consent;
    (*count)++;
    return false;
}

Test(consent_accept, all_versions_are_listed_oldest_first)
{
    struct managed it;
    uint32_t counts[6] = {0};
    uint32_t count = 0;

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    for (int i = 0; i < 11; i++) {
        cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    }
    cr_assert_eq(postern_ppm_consents(it.manager, PST_STR("s0"), MANAGED_NOW,
                                      count_states, counts, &it.diag),
                 POSTERN_OK);
    cr_assert_eq(counts[POSTERN_CONSENT_SUPERSEDED], 10);
    cr_assert_eq(counts[POSTERN_CONSENT_ACTIVE], 1);
    cr_assert_eq(postern_ppm_consents(it.manager, PST_STR("s"), MANAGED_NOW,
                                      only_one, &count, &it.diag),
                 POSTERN_OK);
    cr_assert_eq(count, 0, "a beginning of a name is no name");
    cr_assert_eq(postern_ppm_consents(it.manager, (postern_str){NULL, 0},
                                      MANAGED_NOW, only_one, &count, &it.diag),
                 POSTERN_OK);
    cr_assert_eq(count, 1);
    managed_stop(&it);
}
