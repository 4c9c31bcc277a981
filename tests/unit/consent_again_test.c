#include "support/managed.h"

#include "base/str.h"
#include "consent/openness.h"
#include "consent/standing.h"

#include <criterion/criterion.h>

enum { DAY = 86400 };

/* ---- what is open -------------------------------------------------------- */

/* A column by its kind of data; NULL: that which names none. */
static bool opens(struct managed *it, const char *data, int64_t now_s)
{
    struct pst_standing *standing;
    bool open = false;
    bool found = false;

    cr_assert_eq(pst_standing_load(it->manager, PST_STR("s0"), PST_STR("p0"),
                                   now_s, &standing, &it->diag),
                 POSTERN_OK, "%s", it->diag.message);
    for (uint32_t i = 0; i < postern_ppm_stack_columns(standing->stack); i++) {
        postern_ppm_column name = postern_ppm_stack_column(standing->stack, i);

        if (!name.device.data &&
            (data ? pst_str_is(name.data, data) : !name.data.data)) {
            found = true;
            open = standing->open[i];
        }
    }
    cr_assert(found);
    pst_standing_free(standing);
    return open;
}

/* A column by its application and its device; NULL: it names none. */
static bool opens_of(struct managed *it, const char *const parts[2])
{
    const postern_ppm_column name = {.application = postern_str_of(parts[0]),
                                     .device = postern_str_of(parts[1])};
    struct pst_standing *standing;
    uint32_t column;
    bool open;

    cr_assert_eq(pst_standing_load(it->manager, PST_STR("s0"), PST_STR("p0"),
                                   MANAGED_NOW, &standing, &it->diag),
                 POSTERN_OK, "%s", it->diag.message);
    column = pst_column_find(standing->stack, &name);
    cr_assert_lt(column, postern_ppm_stack_columns(standing->stack));
    open = standing->open[column];
    pst_standing_free(standing);
    return open;
}

static void say(struct managed *it, const char *text, uint32_t suspended)
{
    cr_assert_eq(managed_register(it, text), POSTERN_OK, "%s: %s", text,
                 it->diag.message);
    cr_assert_eq(it->registered.suspended, suspended, "%s", text);
}

static void is_now(struct managed *it, postern_consent_state state)
{
    cr_assert_eq(managed_look(it, "s0", "p0", MANAGED_NOW), POSTERN_OK);
    cr_assert_eq(it->consent.state, state, "%s",
                 postern_consent_state_word(it->consent.state));
}

#define TERMS_OF(a, b)                                                         \
    MANAGED_TERMS("columns:\n- {data: a, rows: {6.0/month: " a "}}\n"          \
                  "- {data: b, rows: {6.0/month: " b "}}\n")

static void start(struct managed *it)
{
    managed_start(it);
    say(it, managed_asp, 0);
    say(it,
        "kind: subscriber\nowner: s0\n"
        "residence: {legal_region: EU, legal_country: NL}\n",
        0);
    say(it, TERMS_OF("1", "3"), 0);
    say(it, MANAGED_USER("  6.0/month: 4\n"), 0);
    cr_assert_eq(managed_accept(it, "s0", "p0", NULL), POSTERN_OK, "%s",
                 it->diag.message);
    cr_assert_eq(it->consent.open, 2);
}

/* ---- terms --------------------------------------------------------------- */

Test(consent_again, looser_terms_that_are_still_green_are_carried_over)
{
    struct managed it;

    start(&it);
    say(&it, TERMS_OF("4", "4"), 0);
    cr_assert_eq(it.registered.carried, 1);
    is_now(&it, POSTERN_CONSENT_ACTIVE);
    cr_assert(opens(&it, "a", MANAGED_NOW));
    managed_stop(&it);
}

Test(consent_again, new_red_closes_the_columns_that_it_is_in)
{
    struct managed it;

    start(&it);
    say(&it, TERMS_OF("1", "5"), 1);
    cr_assert_eq(it.registered.carried, 0);
    is_now(&it, POSTERN_CONSENT_SUSPENDED);
    cr_assert_eq(it.consent.open, 1);
    cr_assert(opens(&it, "a", MANAGED_NOW));
    cr_assert_not(opens(&it, "b", MANAGED_NOW));
    managed_stop(&it);
}

Test(consent_again, what_was_suspended_waits_for_the_person)
{
    struct managed it;

    start(&it);
    say(&it, TERMS_OF("1", "5"), 1);
    say(&it, TERMS_OF("1", "3"), 0);
    is_now(&it, POSTERN_CONSENT_SUSPENDED);
    cr_assert_not(opens(&it, "b", MANAGED_NOW));
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    is_now(&it, POSTERN_CONSENT_ACTIVE);
    cr_assert(opens(&it, "b", MANAGED_NOW));
    managed_stop(&it);
}

Test(consent_again, what_was_closed_when_it_was_accepted_stays_closed)
{
    struct managed it;

    start(&it);
    say(&it, TERMS_OF("1", "5"), 1);
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    is_now(&it, POSTERN_CONSENT_ACTIVE);
    say(&it, TERMS_OF("1", "3"), 0);
    is_now(&it, POSTERN_CONSENT_ACTIVE);
    cr_assert_not(opens(&it, "b", MANAGED_NOW));
    cr_assert(opens(&it, "a", MANAGED_NOW));
    managed_stop(&it);
}

Test(consent_again, a_column_that_was_in_no_document_is_not_open)
{
    struct managed it;

    start(&it);
    say(&it,
        MANAGED_TERMS("columns:\n- {data: a, rows: {6.0/month: 1}}\n"
                      "- {data: c, rows: {6.0/month: 1}}\n"),
        0);
    is_now(&it, POSTERN_CONSENT_ACTIVE);
    cr_assert(opens(&it, "a", MANAGED_NOW));
    cr_assert_not(opens(&it, "c", MANAGED_NOW));
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert(opens(&it, "c", MANAGED_NOW));
    managed_stop(&it);
}

#define MONTH "rows: {6.0/month: 1}"

/* Whatever it is told apart by. */
Test(consent_again, another_application_or_device_was_in_no_document)
{
    static const struct {
        const char *before, *after;
        const char *known[2], *other[2]; /* application, device */
    } rows[] = {
        {MANAGED_TERMS("columns:\n- {application: app, " MONTH "}\n"),
         MANAGED_TERMS("columns:\n- {application: app, " MONTH "}\n"
                       "- {application: new, " MONTH "}\n"),
         {"app", NULL},
         {"new", NULL}},
        {MANAGED_TERMS("columns:\n- {device: meter, " MONTH "}\n"),
         MANAGED_TERMS("columns:\n- {device: meter, " MONTH "}\n"
                       "- {device: lamp, " MONTH "}\n"),
         {NULL, "meter"},
         {NULL, "lamp"}},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct managed it;

        start(&it);
        say(&it, rows[i].before, 0);
        cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
        say(&it, rows[i].after, 0);
        is_now(&it, POSTERN_CONSENT_ACTIVE);
        cr_expect(opens_of(&it, rows[i].known), "%zu", i);
        cr_expect_not(opens_of(&it, rows[i].other), "%zu", i);
        cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
        cr_expect(opens_of(&it, rows[i].other), "%zu", i);
        managed_stop(&it);
    }
}

/* Terms for everything take in what was closed by name. */
Test(consent_again, what_was_closed_does_not_open_with_a_wider_column)
{
    struct managed it;

    managed_start(&it);
    say(&it, managed_asp, 0);
    say(&it, managed_subscriber, 0);
    say(&it, MANAGED_TERMS("  6.0/month: 3\n"), 0);
    say(&it,
        "kind: user\nowner: s0\nrows: {6.0/month: 3}\n"
        "columns: [{data: health, rows: {6.0/month: 1}}]\n",
        0);
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert(opens(&it, NULL, MANAGED_NOW));
    cr_assert_not(opens(&it, "health", MANAGED_NOW));
    say(&it, MANAGED_USER("  6.0/month: 3\n"), 1);
    cr_assert_not(opens(&it, NULL, MANAGED_NOW), "health is in it");
    is_now(&it, POSTERN_CONSENT_SUSPENDED);
    managed_stop(&it);
}

Test(consent_again, a_part_of_a_column_is_as_open_as_the_whole_was)
{
    struct managed it;

    managed_start(&it);
    say(&it, managed_asp, 0);
    say(&it, managed_subscriber, 0);
    say(&it, MANAGED_TERMS("  6.0/month: 3\n"), 0);
    say(&it, MANAGED_USER("  6.0/month: 3\n"), 0);
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    say(&it,
        "kind: user\nowner: s0\nrows: {6.0/month: 3}\n"
        "columns: [{data: energy, rows: {6.0/month: 6}}]\n",
        0);
    cr_assert(opens(&it, "energy", MANAGED_NOW));
    say(&it,
        "kind: user\nowner: s0\nrows: {6.0/month: 3}\n"
        "columns: [{data: health, rows: {6.0/month: 1}}]\n",
        1);
    cr_assert_not(opens(&it, "health", MANAGED_NOW));
    cr_assert(opens(&it, NULL, MANAGED_NOW));
    managed_stop(&it);
}

/* ---- exceptions ---------------------------------------------------------- */

static void start_excepted(struct managed *it)
{
    managed_start(it);
    say(it, managed_asp, 0);
    say(it, "kind: subscriber\nowner: s0\nresidence: {legal_country: NL}\n", 0);
    say(it, MANAGED_TERMS("  6.0/month: 6\n"), 0);
    say(it, MANAGED_USER("  6.0/month: 3\n"), 0);
    cr_assert_eq(managed_accept(it, "s0", "p0", "6.0/month"), POSTERN_OK);
    cr_assert(opens(it, NULL, MANAGED_NOW));
}

Test(consent_again, an_exception_holds_for_what_was_stated)
{
    struct managed it;

    start_excepted(&it);
    say(&it, MANAGED_TERMS("  6.0/month: 6\n  8.0/email: yes\n"), 0);
    cr_assert(opens(&it, NULL, MANAGED_NOW));
    say(&it, MANAGED_TERMS("  6.0/month: 7\n"), 1);
    cr_assert_not(opens(&it, NULL, MANAGED_NOW));
    managed_stop(&it);
}

Test(consent_again, an_exception_is_no_longer_needed_when_terms_get_better)
{
    struct managed it;

    start_excepted(&it);
    say(&it, MANAGED_TERMS("  6.0/month: 3\n"), 0);
    cr_assert(opens(&it, NULL, MANAGED_NOW));
    say(&it, MANAGED_TERMS("  6.0/month: 5\n"), 1);
    cr_assert_not(opens(&it, NULL, MANAGED_NOW), "five was never accepted");
    managed_stop(&it);
}

Test(consent_again, an_exception_is_against_the_person_alone)
{
    struct managed it;

    start_excepted(&it);
    say(&it, MANAGED_USER("  6.0/month: 2\n"), 0);
    cr_assert(opens(&it, NULL, MANAGED_NOW));
    say(&it, MANAGED_LAW("  6.0/month: {cap: 6}\n"), 0);
    cr_assert(opens(&it, NULL, MANAGED_NOW));
    say(&it, MANAGED_LAW("  6.0/month: {cap: 5}\n"), 1);
    cr_assert_not(opens(&it, NULL, MANAGED_NOW));
    managed_stop(&it);
}

Test(consent_again, an_exception_is_of_its_column)
{
    struct managed it;

    start_excepted(&it);
    say(&it,
        "kind: user\nowner: s0\nrows: {6.0/month: 3}\n"
        "columns: [{data: health, rows: {6.0/month: 1}}]\n",
        1);
    cr_assert(opens(&it, NULL, MANAGED_NOW));
    cr_assert_not(opens(&it, "health", MANAGED_NOW));
    managed_stop(&it);
}

/* ---- laws, parents, places ----------------------------------------------- */

Test(consent_again, a_law_suspends_those_who_live_there)
{
    struct managed it;

    start(&it);
    say(&it, "kind: legal_region\nowner: EU\nrows: {6.0/month: {cap: 2}}\n", 1);
    cr_assert(opens(&it, "a", MANAGED_NOW));
    cr_assert_not(opens(&it, "b", MANAGED_NOW));
    say(&it, "kind: legal_region\nowner: US\nrows: {6.0/month: {cap: 1}}\n", 0);
    cr_assert_eq(it.registered.carried, 0);
    managed_stop(&it);
}

Test(consent_again, moving_is_looked_at)
{
    struct managed it;

    start(&it);
    say(&it, "kind: legal_country\nowner: DE\nrows: {6.0/month: {cap: 2}}\n",
        0);
    cr_assert_eq(it.registered.carried, 0);
    say(&it, "kind: subscriber\nowner: s0\nresidence: {legal_country: DE}\n",
        1);
    cr_assert_not(opens(&it, "b", MANAGED_NOW));
    say(&it, MANAGED_LAW("  6.0/month: {cap: 1}\n"), 0);
    cr_assert_eq(it.registered.carried, 0, "nobody is left in NL");
    say(&it, "kind: legal_country\nowner: DE\nrows: {6.0/month: {cap: 1}}\n",
        0);
    cr_assert_eq(it.registered.carried, 1);
    managed_stop(&it);
}

Test(consent_again, parents_suspend)
{
    struct managed it;

    start(&it);
    say(&it,
        "kind: parental\nowner: s0\nid: mother\n"
        "rows: {6.0/month: {cap: 3}}\n",
        0);
    cr_assert_eq(it.registered.carried, 1);
    say(&it,
        "kind: parental\nowner: s0\nid: father\n"
        "rows: {6.0/month: {cap: 2}}\n",
        1);
    cr_assert_not(opens(&it, "b", MANAGED_NOW));
    managed_stop(&it);
}

Test(consent_again, a_second_document_of_terms_has_to_be_acceptable_as_well)
{
    struct managed it;

    start(&it);
    say(&it,
        "kind: provider\nowner: p0\nid: more\ncolumns:\n- data: a\n"
        "  rows: {1.1/app_id: R01.p0.app, 6.0/month: 5}\n",
        1);
    cr_assert_not(opens(&it, "a", MANAGED_NOW));
    cr_assert(opens(&it, "b", MANAGED_NOW));
    managed_stop(&it);
}

/* Frames that cannot be put together close what depends on them; whoever
 * registers them is not in the way of others. */
Test(consent_again, too_many_frames_close_everything)
{
    struct managed it;
    char text[200];

    start(&it);
    for (int i = 0; i < POSTERN_PPM_MAX_FRAMES - 2; i++) {
        (void)snprintf(text, sizeof text,
                       "kind: legal_country\nowner: NL\nid: law%d\n"
                       "rows: {6.0/month: {cap: 12}}\n",
                       i);
        say(&it, text, 0);
    }
    say(&it, MANAGED_LAW("  6.0/month: {cap: 12}\n"), 1);
    is_now(&it, POSTERN_CONSENT_SUSPENDED);
    cr_assert_eq(it.consent.open, 0);
    cr_assert_eq(it.kept.misuses, 0);
    cr_assert_eq(managed_show(&it, "s0", "p0", MANAGED_NOW), POSTERN_ERR_LIMIT);
    managed_stop(&it);
}

/* ---- time ---------------------------------------------------------------- */

static void look_again(struct managed *it, int64_t now_s, uint32_t changed)
{
    uint32_t count = 99;

    cr_assert_eq(postern_ppm_look_again(it->manager, now_s, &count, &it->diag),
                 POSTERN_OK, "%s", it->diag.message);
    cr_assert_eq(count, changed);
}

Test(consent_again, a_day_closes_what_it_turns_red)
{
    struct managed it;

    managed_start(&it);
    say(&it, managed_asp, 0);
    say(&it, managed_subscriber, 0);
    say(&it, MANAGED_TERMS("  11.0/min_age: {min: 3, max: 17}\n"), 0);
    say(&it, MANAGED_USER("  11.0/dob: 2007-11-26\n"), 0);
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert(opens(&it, NULL, MANAGED_NOW));
    look_again(&it, MANAGED_NOW + DAY, 0);
    cr_assert_not(opens(&it, NULL, MANAGED_NOW + 2 * DAY),
                  "whether it was looked at or not");
    look_again(&it, MANAGED_NOW + 2 * DAY, 1);
    is_now(&it, POSTERN_CONSENT_SUSPENDED);
    cr_assert_not(opens(&it, NULL, MANAGED_NOW),
                  "and it stays, also when the clock goes back");
    look_again(&it, MANAGED_NOW + 3 * DAY, 0);
    managed_stop(&it);
}

Test(consent_again, what_is_over_is_written_down_once)
{
    struct managed it;
    const int64_t an_hour[2] = {MANAGED_NOW, MANAGED_NOW + 3600};

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    cr_assert_eq(managed_accept_at(&it, "s0", "p0", NULL, an_hour), POSTERN_OK);
    look_again(&it, an_hour[1] - 1, 0);
    look_again(&it, an_hour[1], 1);
    look_again(&it, an_hour[1], 0);
    is_now(&it, POSTERN_CONSENT_EXPIRED);
    cr_assert_eq(it.consent.ended_s, an_hour[1]);
    managed_stop(&it);
}

/* ---- the listener -------------------------------------------------------- */

struct ear {
    struct managed *it;
    unsigned prepared;
    unsigned committed;
    unsigned aborted;
    size_t commits_at_prepare;
    bool refuses;
    bool calls;
    postern_status called; /* what a call of the manager has answered */
    postern_consent_state state;
    bool open; /* of the first column, as the standing says */
};

static postern_status prepare(void *user, const postern_consent *consent,
                              int64_t now_s, postern_diag *diag)
{
    struct ear *ear = user;
    struct pst_standing *standing;
    postern_status status;

    ear->prepared++;
    ear->state = consent->state;
    ear->commits_at_prepare = ear->it->kept.commits;
    status = pst_standing_load(ear->it->manager, consent->subscriber,
                               consent->provider, now_s, &standing, diag);
    if (status != POSTERN_OK) {
        return status;
    }
    cr_expect_eq(standing->consent.state, consent->state);
    cr_expect_eq(standing->consent.open, consent->open);
    ear->open = standing->open[0];
    pst_standing_free(standing);
    if (ear->calls) {
        ear->called =
            postern_ppm_withdraw(ear->it->manager, consent->subscriber,
                                 consent->provider, now_s, NULL, NULL);
    }
    return ear->refuses ? POSTERN_ERR_LIMIT : POSTERN_OK;
}

static void committed(void *user)
{
    struct ear *ear = user;

    ear->committed++;
    cr_expect_eq(ear->it->kept.commits, ear->commits_at_prepare + 1,
                 "after it is on disk");
}

static void aborted(void *user)
{
    struct ear *ear = user;

    ear->aborted++;
}

static void listen(struct managed *it, struct ear *ear)
{
    const postern_ppm_listener listener = {ear, prepare, committed, aborted};

    *ear = (struct ear){.it = it};
    postern_ppm_manager_listen(it->manager, &listener);
}

Test(consent_again, the_listener_hears_before_and_after)
{
    struct managed it;
    struct ear ear;

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    listen(&it, &ear);
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert_eq(ear.prepared, 1);
    cr_assert_eq(ear.committed, 1);
    cr_assert_eq(ear.aborted, 0);
    cr_assert(ear.open);
    say(&it, MANAGED_TERMS("  6.0/month: 9\n"), 1);
    cr_assert_eq(ear.prepared, 2);
    cr_assert_eq(ear.state, POSTERN_CONSENT_SUSPENDED);
    cr_assert_not(ear.open);
    say(&it, MANAGED_TERMS("  6.0/month: 9\n"), 0);
    cr_assert_eq(ear.prepared, 2, "nothing has changed");
    say(&it, managed_asp, 0);
    cr_assert_eq(ear.prepared, 2);
    say(&it, "kind: asp\nowner: p0\napplications: [{app_id: R01.p0.app}]\n", 0);
    cr_assert_eq(ear.prepared, 3, "who may ask has changed");
    cr_assert_eq(postern_ppm_withdraw(it.manager, PST_STR("s0"), PST_STR("p0"),
                                      MANAGED_NOW, NULL, NULL),
                 POSTERN_OK);
    cr_assert_eq(ear.prepared, 4);
    cr_assert_eq(ear.state, POSTERN_CONSENT_WITHDRAWN);
    cr_assert_eq(ear.committed, 4);
    postern_ppm_manager_listen(it.manager, NULL);
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert_eq(ear.prepared, 4);
    managed_stop(&it);
}

Test(consent_again, what_the_listener_refuses_does_not_happen)
{
    struct managed it;
    struct ear ear;

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    listen(&it, &ear);
    ear.refuses = true;
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_ERR_LIMIT);
    cr_assert_eq(ear.aborted, 1);
    cr_assert_eq(ear.committed, 0);
    is_now(&it, POSTERN_CONSENT_NONE);
    ear.refuses = false;
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    ear.refuses = true;
    cr_assert_eq(managed_register(&it, MANAGED_TERMS("  6.0/month: 2\n")),
                 POSTERN_ERR_LIMIT);
    ear.refuses = false;
    cr_assert_eq(managed_register(&it, MANAGED_TERMS("  6.0/month: 2\n")),
                 POSTERN_OK);
    cr_assert_eq(it.registered.version, 2, "it was not registered before");
    managed_stop(&it);
}

Test(consent_again, what_cannot_be_committed_is_aborted)
{
    struct managed it;
    struct ear ear;

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    listen(&it, &ear);
    it.kept.calls = 0;
    cr_assert_eq(postern_ppm_withdraw(it.manager, PST_STR("s0"), PST_STR("p0"),
                                      MANAGED_NOW, NULL, NULL),
                 POSTERN_OK);
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    it.kept.fail_at = it.kept.calls; /* its commit */
    it.kept.calls = 0;
    listen(&it, &ear);
    it.kept.fail_with = POSTERN_ERR_IO;
    for (size_t n = 1; ear.aborted == 0; n++) {
        it.kept.calls = 0;
        it.kept.fail_at = n;
        cr_assert_eq(postern_ppm_withdraw(it.manager, PST_STR("s0"),
                                          PST_STR("p0"), MANAGED_NOW, NULL,
                                          &it.diag),
                     POSTERN_ERR_IO, "call %zu", n);
    }
    it.kept.fail_at = 0;
    cr_assert_eq(ear.prepared, ear.aborted);
    cr_assert_eq(ear.committed, 0);
    is_now(&it, POSTERN_CONSENT_ACTIVE);
    cr_assert_eq(it.kept.misuses, 0);
    managed_stop(&it);
}

Test(consent_again, the_listener_may_not_call_back)
{
    struct managed it;
    struct ear ear;

    managed_start(&it);
    cr_assert_eq(managed_fill(&it), POSTERN_OK);
    listen(&it, &ear);
    ear.calls = true;
    cr_assert_eq(managed_accept(&it, "s0", "p0", NULL), POSTERN_OK);
    cr_assert_eq(ear.called, POSTERN_ERR_ARGUMENT);
    is_now(&it, POSTERN_CONSENT_ACTIVE);
    managed_stop(&it);
}

/* ---- what the last call has answered ------------------------------------- */

Test(consent_again, an_answer_may_be_the_next_argument)
{
    struct managed it;

    start(&it);
    cr_assert_eq(managed_look(&it, "s0", "p0", MANAGED_NOW), POSTERN_OK);
    cr_assert_eq(postern_ppm_consent_of(it.manager, it.consent.subscriber,
                                        it.consent.provider, MANAGED_NOW,
                                        &it.consent, &it.diag),
                 POSTERN_OK);
    cr_assert_eq(it.consent.version, 1);
    managed_stop(&it);
}
