/*
 * Requests to delete: whom they reach, what may be noted of them, and when they
 * are overdue. [PPM-25]
 */
#include "base/str.h"
#include "support/consented.h"
#include "support/jose_keys.h"

#include <criterion/criterion.h>

enum { MOST = 16, WORD = 64 };

/* What a listing has handed over, copied. */
struct seen {
    size_t count;
    size_t stop_at; /* 0: never */
    struct {
        char id[WORD], parent[WORD], provider[WORD], data[WORD];
        postern_deletion_state state;
    } items[MOST];
};

static void copy(char out[WORD], postern_str text)
{
    cr_assert_lt(text.len, WORD);
    memset(out, 0, WORD);
    if (text.data) {
        memcpy(out, text.data, text.len);
    }
}

static bool take(void *user, const postern_deletion *deletion)
{
    struct seen *seen = user;

    cr_assert_lt(seen->count, MOST);
    copy(seen->items[seen->count].id, deletion->id);
    copy(seen->items[seen->count].parent, deletion->parent);
    copy(seen->items[seen->count].provider, deletion->provider);
    copy(seen->items[seen->count].data, deletion->what.data);
    seen->items[seen->count].state = deletion->state;
    seen->count++;
    return seen->count != seen->stop_at;
}

static void start(struct consented *it)
{
    consented_start(it);
    cr_assert_eq(consented_open(it, NULL, NULL), POSTERN_OK);
    cr_assert_eq(consented_make(it), POSTERN_OK, "%s %s", it->diag.lint,
                 it->diag.message);
}

static void stop(struct consented *it)
{
    cr_expect_eq(it->kept.misuses, 0);
    consented_stop(it);
}

static postern_status ask_of(struct consented *it, const char *const pair[2],
                             int64_t now_s, uint32_t days,
                             postern_deletion *deletion)
{
    const postern_deletion_wish wish = {.struct_size = sizeof wish,
                                        .subscriber = postern_str_of(pair[0]),
                                        .provider = postern_str_of(pair[1]),
                                        .days = days,
                                        .now_s = now_s};

    return postern_ppm_ask_deletion(it->manager, &wish, deletion, &it->diag);
}

static postern_status ask(struct consented *it, const char *data, uint32_t days,
                          postern_deletion *deletion)
{
    const postern_deletion_wish wish = {.struct_size = sizeof wish,
                                        .subscriber = PST_STR("p-1"),
                                        .provider = PST_STR("acme"),
                                        .what = {.data = postern_str_of(data)},
                                        .days = days,
                                        .now_s = CONSENTED_AT_S};

    return postern_ppm_ask_deletion(it->manager, &wish, deletion, &it->diag);
}

static postern_status note_at(struct consented *it, const char *id,
                              postern_deletion_state state, int64_t now_s,
                              postern_deletion *deletion)
{
    const postern_deletion_answer answer = {.struct_size = sizeof answer,
                                            .id = postern_str_of(id),
                                            .state = state,
                                            .now_s = now_s};

    return postern_ppm_note_deletion(it->manager, &answer, deletion, &it->diag);
}

static postern_status note(struct consented *it, const char *id,
                           postern_deletion_state state, const char *reason,
                           postern_deletion *deletion)
{
    const postern_deletion_answer answer = {.struct_size = sizeof answer,
                                            .id = postern_str_of(id),
                                            .state = state,
                                            .reason = postern_str_of(reason),
                                            .now_s = CONSENTED_AT_S + 10};

    return postern_ppm_note_deletion(it->manager, &answer, deletion, &it->diag);
}

static void list(struct consented *it, const char *subscriber, int64_t now_s,
                 struct seen *seen)
{
    seen->count = 0;
    cr_assert_eq(postern_ppm_deletions(it->manager, postern_str_of(subscriber),
                                       now_s, take, seen, &it->diag),
                 POSTERN_OK);
}

static postern_deletion_state state_of(struct consented *it, const char *id,
                                       int64_t now_s)
{
    struct seen seen = {.stop_at = 0};

    list(it, NULL, now_s, &seen);
    for (size_t i = 0; i < seen.count; i++) {
        if (strcmp(seen.items[i].id, id) == 0) {
            return seen.items[i].state;
        }
    }
    cr_assert(false, "%s is not listed", id);
    return POSTERN_DELETION_OVERDUE;
}

/* ---- asking -------------------------------------------------------------- */

Test(consent_deletion, reaches_the_provider_and_those_it_shares_with)
{
    static struct consented it;
    struct seen seen = {.stop_at = 0};
    postern_deletion deletion;

    start(&it);
    cr_assert_eq(ask(&it, NULL, 0, &deletion), POSTERN_OK, "%s",
                 it.diag.message);
    cr_expect(pst_str_is(deletion.id, "d-1"));
    cr_expect_eq(deletion.parent.data, NULL);
    cr_expect(pst_str_is(deletion.provider, "acme"));
    cr_expect(pst_str_is(deletion.subscriber, "p-1"));
    cr_expect_eq(deletion.state, POSTERN_DELETION_SENT);
    cr_expect_eq(deletion.asked_s, CONSENTED_AT_S);
    cr_expect_eq(deletion.changed_s, CONSENTED_AT_S);
    cr_expect_eq(deletion.due_s, CONSENTED_AT_S + 30 * CONSENTED_DAY_S);
    cr_expect_eq(deletion.consent_version, 1);
    cr_expect(deletion.consent.data);
    list(&it, "p-1", CONSENTED_AT_S, &seen);
    cr_assert_eq(seen.count, 3);
    cr_expect_str_eq(seen.items[0].id, "d-1");
    cr_expect_str_eq(seen.items[1].provider, "7.0/infrastructure");
    cr_expect_str_eq(seen.items[1].parent, "d-1");
    cr_expect_str_eq(seen.items[2].provider, "7.0/affiliate");
    cr_expect_str_eq(seen.items[2].parent, "d-1");
    stop(&it);
}

/* "presence" is shared with nobody, "energy" is; of a kind of data that the
 * terms do not name, nobody but the provider is known to have any. */
Test(consent_deletion, of_one_kind_of_data_reaches_those_who_have_it)
{
    static const struct {
        const char *data;
        size_t count;
    } rows[] = {{"energy", 3}, {"presence", 1}, {"health", 1}};
    static struct consented it;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct seen seen = {.stop_at = 0};

        start(&it);
        cr_assert_eq(ask(&it, rows[i].data, 0, NULL), POSTERN_OK);
        list(&it, "p-1", CONSENTED_AT_S, &seen);
        cr_expect_eq(seen.count, rows[i].count, "%s", rows[i].data);
        cr_expect_str_eq(seen.items[0].data, rows[i].data);
        stop(&it);
    }
}

Test(consent_deletion, does_not_reach_those_with_whom_nothing_is_shared)
{
    static struct consented it;
    struct seen seen = {.stop_at = 0};

    start(&it);
    cr_assert_eq(consented_register(
                     &it, "kind: provider\nowner: acme\nid: terms\nrows: "
                          "{1.1/app_id: R01.acme.meter, 7.0/affiliate: no, "
                          "7.0/subcontractor: no, 7.2/infrastructure: yes}\n"),
                 POSTERN_OK, "%s", it.diag.message);
    cr_assert_eq(consented_accept(&it, CONSENTED_AT_S, INT64_MAX), POSTERN_OK);
    cr_assert_eq(ask(&it, NULL, 0, NULL), POSTERN_OK);
    list(&it, "p-1", CONSENTED_AT_S, &seen);
    cr_assert_eq(seen.count, 2);
    cr_expect_str_eq(seen.items[1].provider, "7.2/infrastructure");
    stop(&it);
}

Test(consent_deletion, needs_a_consent_that_ever_was)
{
    static struct consented it;

    start(&it);
    cr_expect_eq(ask_of(&it, (const char *const[]){"p-2", "acme"}, 0, 0, NULL),
                 POSTERN_ERR_POLICY);
    cr_expect_str_eq(it.diag.lint, "E_NO_CONSENT");
    cr_expect_eq(ask_of(&it, (const char *const[]){"p-1", "other"}, 0, 0, NULL),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(memory_storage_count(&it.kept, "deletion"), 0);
    stop(&it);
}

/* What was handed over is not taken back by withdrawing. */
Test(consent_deletion, can_be_asked_after_a_withdrawal_and_does_not_withdraw)
{
    static struct consented it;
    postern_consent consent;

    start(&it);
    cr_assert_eq(ask(&it, NULL, 0, NULL), POSTERN_OK);
    cr_assert_eq(postern_ppm_consent_of(it.manager, PST_STR("p-1"),
                                        PST_STR("acme"), CONSENTED_AT_S,
                                        &consent, &it.diag),
                 POSTERN_OK);
    cr_expect_eq(consent.state, POSTERN_CONSENT_ACTIVE);
    cr_assert_eq(postern_ppm_withdraw(it.manager, PST_STR("p-1"),
                                      PST_STR("acme"), CONSENTED_AT_S, NULL,
                                      &it.diag),
                 POSTERN_OK);
    cr_expect_eq(ask(&it, NULL, 0, NULL), POSTERN_OK);
    stop(&it);
}

/* ---- answers ------------------------------------------------------------- */

Test(consent_deletion, done_and_refused_are_final)
{
    static const struct {
        postern_deletion_state from;
        bool may_acknowledge, may_end;
    } rows[] = {{POSTERN_DELETION_SENT, true, true},
                {POSTERN_DELETION_ACKNOWLEDGED, false, true},
                {POSTERN_DELETION_DONE, false, false},
                {POSTERN_DELETION_REFUSED, false, false}};
    static struct consented it;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int to = POSTERN_DELETION_SENT; to <= POSTERN_DELETION_OVERDUE + 1;
             to++) {
            bool may = to == POSTERN_DELETION_ACKNOWLEDGED
                           ? rows[i].may_acknowledge
                           : (to == POSTERN_DELETION_DONE ||
                              to == POSTERN_DELETION_REFUSED) &&
                                 rows[i].may_end;

            start(&it);
            cr_assert_eq(ask(&it, "presence", 0, NULL), POSTERN_OK);
            if (rows[i].from != POSTERN_DELETION_SENT) {
                cr_assert_eq(note(&it, "d-1", rows[i].from, "r", NULL),
                             POSTERN_OK);
            }
            cr_expect_eq(note(&it, "d-1", (postern_deletion_state)to, "r",
                              NULL) == POSTERN_OK,
                         may, "%d to %d", (int)rows[i].from, to);
            if (!may) {
                cr_expect_str_eq(it.diag.lint, "E_STATE");
                cr_expect_eq(state_of(&it, "d-1", CONSENTED_AT_S),
                             rows[i].from);
            }
            stop(&it);
        }
    }
}

Test(consent_deletion, refusal_needs_a_reason)
{
    static struct consented it;
    postern_deletion deletion;

    start(&it);
    cr_assert_eq(ask(&it, NULL, 0, NULL), POSTERN_OK);
    cr_expect_eq(note(&it, "d-1", POSTERN_DELETION_REFUSED, NULL, NULL),
                 POSTERN_ERR_POLICY);
    cr_expect_str_eq(it.diag.lint, "E_REASON_MISSING");
    cr_expect_eq(note(&it, "d-1", POSTERN_DELETION_REFUSED, "", NULL),
                 POSTERN_ERR_POLICY);
    cr_assert_eq(
        note(&it, "d-1", POSTERN_DELETION_REFUSED, "the tax office", &deletion),
        POSTERN_OK);
    cr_expect_eq(deletion.state, POSTERN_DELETION_REFUSED);
    cr_expect(pst_str_is(deletion.reason, "the tax office"));
    cr_expect_eq(deletion.changed_s, CONSENTED_AT_S + 10);
    cr_expect_eq(deletion.asked_s, CONSENTED_AT_S);
    stop(&it);
}

Test(consent_deletion, answer_of_the_provider_is_about_itself_alone)
{
    static struct consented it;

    start(&it);
    cr_assert_eq(ask(&it, NULL, 0, NULL), POSTERN_OK);
    cr_assert_eq(note(&it, "d-1", POSTERN_DELETION_DONE, NULL, NULL),
                 POSTERN_OK);
    cr_expect_eq(state_of(&it, "d-2", CONSENTED_AT_S), POSTERN_DELETION_SENT);
    cr_assert_eq(note(&it, "d-3", POSTERN_DELETION_ACKNOWLEDGED, NULL, NULL),
                 POSTERN_OK);
    cr_expect_eq(state_of(&it, "d-1", CONSENTED_AT_S), POSTERN_DELETION_DONE);
    cr_expect_eq(state_of(&it, "d-3", CONSENTED_AT_S),
                 POSTERN_DELETION_ACKNOWLEDGED);
    stop(&it);
}

Test(consent_deletion, that_was_never_asked_cannot_be_answered)
{
    static const char *const ids[] = {"",
                                      "d",
                                      "d-",
                                      "d-0",
                                      "d-01",
                                      "d-11",
                                      "d-1 ",
                                      "D-1",
                                      "e-1",
                                      "d-1x",
                                      "d--1",
                                      "1",
                                      "dx1",
                                      "d-1'",
                                      "d-:",
                                      "d-99999999999999999999",
                                      "d-18446744073709551617"};
    static struct consented it;

    start(&it);
    cr_assert_eq(ask(&it, NULL, 0, NULL), POSTERN_OK);
    for (int i = 4; i <= 10; i++) { /* up to d-10 */
        cr_assert_eq(ask(&it, "presence", 0, NULL), POSTERN_OK);
    }
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        cr_expect_eq(note(&it, ids[i], POSTERN_DELETION_DONE, NULL, NULL),
                     POSTERN_ERR_POLICY, "%s", ids[i]);
        cr_expect_str_eq(it.diag.lint, "E_NO_DELETION");
    }
    cr_expect_eq(note(&it, "d-1", POSTERN_DELETION_DONE, NULL, NULL),
                 POSTERN_OK);
    stop(&it);
}

/* ---- time ---------------------------------------------------------------- */

Test(consent_deletion, is_overdue_by_time_unless_it_was_answered_for_good)
{
    static struct consented it;
    int64_t due_s = CONSENTED_AT_S + 2 * CONSENTED_DAY_S;
    postern_deletion deletion;

    start(&it);
    cr_assert_eq(ask(&it, NULL, 2, &deletion), POSTERN_OK);
    cr_expect_eq(deletion.due_s, due_s);
    cr_assert_eq(note(&it, "d-2", POSTERN_DELETION_ACKNOWLEDGED, NULL, NULL),
                 POSTERN_OK);
    cr_assert_eq(note(&it, "d-3", POSTERN_DELETION_DONE, NULL, NULL),
                 POSTERN_OK);
    cr_expect_eq(state_of(&it, "d-1", due_s - 1), POSTERN_DELETION_SENT);
    cr_expect_eq(state_of(&it, "d-1", due_s), POSTERN_DELETION_OVERDUE);
    cr_expect_eq(state_of(&it, "d-2", due_s - 1),
                 POSTERN_DELETION_ACKNOWLEDGED);
    cr_expect_eq(state_of(&it, "d-2", due_s), POSTERN_DELETION_OVERDUE);
    cr_expect_eq(state_of(&it, "d-3", due_s), POSTERN_DELETION_DONE);
    /* It can still be answered. */
    cr_assert_eq(
        note_at(&it, "d-1", POSTERN_DELETION_ACKNOWLEDGED, due_s, &deletion),
        POSTERN_OK);
    cr_expect_eq(deletion.state, POSTERN_DELETION_OVERDUE);
    cr_assert_eq(note(&it, "d-1", POSTERN_DELETION_DONE, NULL, NULL),
                 POSTERN_OK);
    cr_expect_eq(state_of(&it, "d-1", due_s), POSTERN_DELETION_DONE);
    stop(&it);
}

Test(consent_deletion, far_days_do_not_overflow)
{
    static struct consented it;
    postern_deletion deletion;

    start(&it);
    cr_assert_eq(ask_of(&it, (const char *const[]){"p-1", "acme"},
                        INT64_MAX - 5, UINT32_MAX, &deletion),
                 POSTERN_OK);
    cr_expect_eq(deletion.due_s, INT64_MAX);
    stop(&it);
}

/* ---- lists --------------------------------------------------------------- */

Test(consent_deletion, are_listed_oldest_first_of_one_person_or_of_all)
{
    static struct consented it;
    struct seen seen = {.stop_at = 0};
    char id[WORD];

    start(&it);
    for (int i = 0; i < 11; i++) {
        cr_assert_eq(ask(&it, "presence", 0, NULL), POSTERN_OK);
    }
    list(&it, "p-1", CONSENTED_AT_S, &seen);
    cr_assert_eq(seen.count, 11);
    for (int i = 0; i < 11; i++) {
        (void)snprintf(id, sizeof id, "d-%d", i + 1);
        cr_expect_str_eq(seen.items[i].id, id);
    }
    list(&it, NULL, CONSENTED_AT_S, &seen);
    cr_expect_eq(seen.count, 11);
    list(&it, "p-", CONSENTED_AT_S, &seen);
    cr_expect_eq(seen.count, 0);
    seen.stop_at = 4;
    list(&it, "p-1", CONSENTED_AT_S, &seen);
    cr_expect_eq(seen.count, 4);
    list(&it, NULL, CONSENTED_AT_S, &seen);
    cr_expect_eq(seen.count, 4);
    stop(&it);
}

Test(consent_deletion, are_there_after_the_manager_was_closed)
{
    static struct consented it;

    start(&it);
    cr_assert_eq(ask(&it, NULL, 0, NULL), POSTERN_OK);
    postern_ppm_manager_close(it.manager);
    cr_assert_eq(consented_open(&it, NULL, NULL), POSTERN_OK);
    cr_expect_eq(state_of(&it, "d-3", CONSENTED_AT_S), POSTERN_DELETION_SENT);
    cr_assert_eq(ask(&it, "presence", 0, NULL), POSTERN_OK);
    cr_expect_eq(state_of(&it, "d-4", CONSENTED_AT_S), POSTERN_DELETION_SENT);
    stop(&it);
}

static bool take_first(void *user, const postern_deletion *deletion)
{
    postern_deletion *first = user;

    *first = *deletion;
    return false;
}

static bool same(postern_str a, postern_str b)
{
    return (a.data != NULL) == (b.data != NULL) && pst_str_equal(a, b);
}

/* Less than what was asked for would be deleted too much, or too little. */
Test(consent_deletion, are_kept_as_they_were_asked)
{
    const postern_ppm_exception what[] = {
        {.application = PST_STR("meter")},
        {.device = PST_STR("d")},
        {.data = PST_STR("energy")},
        {.application = PST_STR("meter"),
         .device = PST_STR("d"),
         .data = PST_STR("energy")},
    };
    static struct consented it;

    for (size_t i = 0; i < sizeof what / sizeof *what; i++) {
        const postern_deletion_wish wish = {.struct_size = sizeof wish,
                                            .subscriber = PST_STR("p-1"),
                                            .provider = PST_STR("acme"),
                                            .what = what[i],
                                            .days = 3,
                                            .now_s = CONSENTED_AT_S};
        postern_deletion kept = {.state = POSTERN_DELETION_OVERDUE};

        start(&it);
        cr_assert_eq(
            postern_ppm_ask_deletion(it.manager, &wish, NULL, &it.diag),
            POSTERN_OK);
        cr_assert_eq(postern_ppm_deletions(it.manager, PST_STR("p-1"),
                                           CONSENTED_AT_S + 1, take_first,
                                           &kept, &it.diag),
                     POSTERN_OK);
        cr_expect(same(kept.what.application, what[i].application), "%zu", i);
        cr_expect(same(kept.what.device, what[i].device), "%zu", i);
        cr_expect(same(kept.what.data, what[i].data), "%zu", i);
        cr_expect(pst_str_is(kept.id, "d-1"));
        cr_expect(pst_str_is(kept.subscriber, "p-1"));
        cr_expect(pst_str_is(kept.provider, "acme"));
        cr_expect_eq(kept.asked_s, CONSENTED_AT_S);
        cr_expect_eq(kept.changed_s, CONSENTED_AT_S);
        cr_expect_eq(kept.due_s, CONSENTED_AT_S + 3 * CONSENTED_DAY_S);
        cr_expect_eq(kept.consent_version, 1);
        cr_expect_not_null(kept.consent.data);
        stop(&it);
    }
}

Test(consent_deletion, keeps_the_reason_of_a_refusal)
{
    static struct consented it;
    postern_deletion kept = {.state = POSTERN_DELETION_SENT};

    start(&it);
    cr_assert_eq(ask(&it, NULL, 0, NULL), POSTERN_OK);
    cr_assert_eq(
        note(&it, "d-1", POSTERN_DELETION_REFUSED, "the tax office", NULL),
        POSTERN_OK);
    cr_assert_eq(postern_ppm_deletions(it.manager, PST_STR("p-1"),
                                       CONSENTED_AT_S + 20, take_first, &kept,
                                       &it.diag),
                 POSTERN_OK);
    cr_expect_eq(kept.state, POSTERN_DELETION_REFUSED);
    cr_expect(pst_str_is(kept.reason, "the tax office"));
    cr_expect_eq(kept.asked_s, CONSENTED_AT_S);
    cr_expect_eq(kept.changed_s, CONSENTED_AT_S + 10);
    stop(&it);
}

#define SHARED(name)                                                           \
    "kind: provider\nowner: acme\nid: terms\nrows: {1.1/app_id: "              \
    "R01.acme.meter}\ncolumns: [{" name                                        \
    ", rows: {7.2/infrastructure: yes}}]\n"

/* What a column does not name may be in it; what it names otherwise is not. */
Test(consent_deletion, reaches_those_who_may_have_it)
{
    const struct {
        const char *terms;
        postern_ppm_exception what;
        size_t count;
    } rows[] = {
        {SHARED("application: meter"), {.application = PST_STR("meter")}, 2},
        {SHARED("application: meter"), {.application = PST_STR("other")}, 1},
        {SHARED("application: meter"), {.device = PST_STR("d")}, 2},
        {SHARED("application: meter"), {.data = PST_STR("health")}, 2},
        {SHARED("device: d"), {.device = PST_STR("d")}, 2},
        {SHARED("device: d"), {.device = PST_STR("e")}, 1},
        {SHARED("device: d"), {.application = PST_STR("meter")}, 2},
    };
    static struct consented it;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const postern_deletion_wish wish = {.struct_size = sizeof wish,
                                            .subscriber = PST_STR("p-1"),
                                            .provider = PST_STR("acme"),
                                            .what = rows[i].what,
                                            .now_s = CONSENTED_AT_S};
        struct seen seen = {.stop_at = 0};

        start(&it);
        cr_assert_eq(consented_register(&it, rows[i].terms), POSTERN_OK, "%s",
                     it.diag.message);
        cr_assert_eq(consented_accept(&it, CONSENTED_AT_S, INT64_MAX),
                     POSTERN_OK);
        cr_assert_eq(
            postern_ppm_ask_deletion(it.manager, &wish, NULL, &it.diag),
            POSTERN_OK);
        list(&it, "p-1", CONSENTED_AT_S, &seen);
        cr_expect_eq(seen.count, rows[i].count, "%zu", i);
        stop(&it);
    }
}

/* Nothing is made up for what is not there any more. */
Test(consent_deletion, that_is_damaged_is_not_listed)
{
    static const char *const damaged[] = {
        "{}",
        "{\"subscriber\": \"p-1\", \"provider\": \"acme\", "
        "\"state\": \"sent\"}",
        "{\"id\": \"d-1\", \"provider\": \"acme\", \"state\": \"sent\"}",
        "{\"id\": \"d-1\", \"subscriber\": \"p-1\", \"state\": \"sent\"}",
        "{\"id\": \"d-1\", \"subscriber\": \"p-1\", "
        "\"provider\": \"acme\"}",
        "{\"id\": \"d-1\", \"subscriber\": \"p-1\", "
        "\"provider\": \"acme\", \"state\": \"overdue\"}",
    };
    static struct consented it;

    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        const postern_storage *storage = &it.kept.storage;
        struct seen seen = {.stop_at = 0};

        start(&it);
        cr_assert_eq(storage->begin(storage->user, NULL), POSTERN_OK);
        cr_assert_eq(storage->put(storage->user, "deletion", PST_STR("1"),
                                  postern_str_of(damaged[i]), NULL),
                     POSTERN_OK);
        cr_assert_eq(storage->commit(storage->user, NULL), POSTERN_OK);
        cr_expect_eq(postern_ppm_deletions(it.manager, (postern_str){NULL, 0},
                                           CONSENTED_AT_S, take, &seen,
                                           &it.diag),
                     POSTERN_ERR_IO, "%s", damaged[i]);
        cr_expect_eq(seen.count, 0, "%s", damaged[i]);
        cr_expect_eq(postern_ppm_deletions(it.manager, (postern_str){NULL, 0},
                                           CONSENTED_AT_S, NULL, NULL,
                                           &it.diag),
                     POSTERN_ERR_ARGUMENT);
        stop(&it);
    }
}

/* A provider and those it shares with are asked in one transaction. */
Test(consent_deletion, is_one_transaction)
{
    static struct consented it;
    size_t commits;

    start(&it);
    commits = it.kept.commits;
    cr_assert_eq(ask(&it, NULL, 0, NULL), POSTERN_OK);
    cr_expect_eq(it.kept.commits, commits + 1);
    commits = it.kept.commits;
    cr_assert_eq(note(&it, "d-1", POSTERN_DELETION_DONE, NULL, NULL),
                 POSTERN_OK);
    cr_expect_eq(it.kept.commits, commits + 1);
    stop(&it);
}

Test(consent_deletion, words)
{
    static const char *const words[] = {"sent",    "acknowledged", "done",
                                        "refused", "overdue",      ""};

    for (int i = 0; i < 6; i++) {
        cr_expect_str_eq(postern_deletion_state_word((postern_deletion_state)i),
                         words[i]);
    }
}

/* ---- receipts of the manager --------------------------------------------- */

static postern_status receipt(struct consented *it, uint32_t version,
                              postern_receipt_form form, int64_t now_s,
                              postern_str *out)
{
    const postern_receipt_query query = {.struct_size = sizeof query,
                                         .subscriber = PST_STR("p-1"),
                                         .provider = PST_STR("acme"),
                                         .version = version,
                                         .form = form,
                                         .now_s = now_s};

    return postern_ppm_receipt(it->manager, &query, out, &it->diag);
}

static bool has(postern_str text, const char *part)
{
    size_t len = strlen(part);

    for (size_t at = 0; at + len <= text.len; at++) {
        if (memcmp(text.data + at, part, len) == 0) {
            return true;
        }
    }
    return false;
}

Test(consent_receipts, are_of_a_version_as_it_was_accepted)
{
    static struct consented it;
    postern_str text;

    start(&it);
    cr_assert_eq(receipt(&it, 0, POSTERN_RECEIPT_PLAIN, CONSENTED_AT_S, &text),
                 POSTERN_OK, "%s", it.diag.message);
    cr_expect(has(text, "/1\""));
    cr_expect(has(text, "\"full\":\"P6M\""));
    cr_expect(has(text, "\"full\":\"P1D\""));
    /* Other terms, and another version. */
    cr_assert_eq(consented_register(
                     &it, "kind: provider\nowner: acme\nid: terms\nversion: 5\n"
                          "rows: {1.1/app_id: R01.acme.meter, 6.0/year: 2}\n"),
                 POSTERN_OK, "%s", it.diag.message);
    cr_assert_eq(consented_accept(&it, CONSENTED_AT_S + 5, INT64_MAX),
                 POSTERN_OK, "%s", it.diag.message);
    cr_assert_eq(
        receipt(&it, 0, POSTERN_RECEIPT_PLAIN, CONSENTED_AT_S + 5, &text),
        POSTERN_OK);
    cr_expect(has(text, "/2\""));
    cr_expect(has(text, "\"full\":\"P2Y\""));
    cr_expect(!has(text, "P6M"));
    cr_assert_eq(
        receipt(&it, 1, POSTERN_RECEIPT_PLAIN, CONSENTED_AT_S + 5, &text),
        POSTERN_OK);
    cr_expect(has(text, "/1\""));
    cr_expect(has(text, "\"full\":\"P6M\""));
    cr_expect(has(text, "\"event_state\":\"superseded\""));
    cr_expect_eq(
        receipt(&it, 3, POSTERN_RECEIPT_PLAIN, CONSENTED_AT_S + 5, &text),
        POSTERN_ERR_POLICY);
    cr_expect_str_eq(it.diag.lint, "E_NO_CONSENT");
    cr_expect_eq(text.data, NULL);
    stop(&it);
}

/* What was red and not excepted was never accepted; what was closed later,
 * was. */
Test(consent_receipts, have_columns_that_were_opened)
{
    static struct consented it;
    postern_str text;

    start(&it);
    cr_assert_eq(
        consented_register(&it, "kind: user\nowner: p-1\nid: wishes\n"
                                "rows: {}\ncolumns: [{data: presence, rows: "
                                "{2.0/personal: no}}]\n"),
        POSTERN_OK, "%s", it.diag.message);
    cr_assert_eq(receipt(&it, 1, POSTERN_RECEIPT_PLAIN, CONSENTED_AT_S, &text),
                 POSTERN_OK);
    cr_expect(has(text, "\"energy\""));
    cr_expect(has(text, "\"presence\""));
    cr_assert_eq(consented_accept(&it, CONSENTED_AT_S, INT64_MAX), POSTERN_OK);
    cr_assert_eq(receipt(&it, 2, POSTERN_RECEIPT_PLAIN, CONSENTED_AT_S, &text),
                 POSTERN_OK);
    cr_expect(has(text, "\"energy\""));
    cr_expect(!has(text, "\"presence\""));
    stop(&it);
}

Test(consent_receipts, say_that_a_consent_is_withdrawn_or_has_expired)
{
    static struct consented it;
    postern_str text;

    start(&it);
    cr_assert_eq(consented_accept(&it, CONSENTED_AT_S + 1, CONSENTED_AT_S + 11),
                 POSTERN_OK, "%s", it.diag.message);
    cr_assert_eq(
        receipt(&it, 0, POSTERN_RECEIPT_PLAIN, CONSENTED_AT_S + 10, &text),
        POSTERN_OK);
    cr_expect(has(text, "\"validity_duration\":\"PT10S\""));
    cr_expect(!has(text, "expired"));
    cr_assert_eq(
        receipt(&it, 0, POSTERN_RECEIPT_PLAIN, CONSENTED_AT_S + 11, &text),
        POSTERN_OK);
    cr_expect(has(text, "\"event_state\":\"expired\""));
    cr_expect(has(text, "{\"event_time\":\"2025-11-24T16:00:11Z\""));
    cr_assert_eq(consented_accept(&it, CONSENTED_AT_S + 20, INT64_MAX),
                 POSTERN_OK);
    cr_assert_eq(postern_ppm_withdraw(it.manager, PST_STR("p-1"),
                                      PST_STR("acme"), CONSENTED_AT_S + 30,
                                      NULL, &it.diag),
                 POSTERN_OK);
    cr_assert_eq(
        receipt(&it, 0, POSTERN_RECEIPT_PLAIN, CONSENTED_AT_S + 40, &text),
        POSTERN_OK);
    cr_expect(has(text, "\"event_time\":\"2025-11-24T16:00:30Z\","
                        "\"event_type\":\"withdrawal\",\"event_state\":"
                        "\"withdrawn\""));
    stop(&it);
}

Test(consent_receipts, are_signed_by_a_manager_with_a_key)
{
    static struct consented it;
    postern_keys *keys = jose_keys(
        (const char *const[]){EC256_PRIVATE("m", SIG("ES256")), NULL});
    postern_jose *jose;
    postern_opened opened;
    postern_str text;

    start(&it);
    cr_expect_eq(receipt(&it, 0, POSTERN_RECEIPT_SIGNED, CONSENTED_AT_S, &text),
                 POSTERN_ERR_POLICY);
    cr_expect_str_eq(it.diag.lint, "E_UNSIGNED");
    cr_expect_eq(text.data, NULL);
    postern_ppm_manager_close(it.manager);
    cr_assert_eq(consented_open(&it, NULL, keys), POSTERN_OK);
    cr_assert_eq(receipt(&it, 0, POSTERN_RECEIPT_SIGNED, CONSENTED_AT_S, &text),
                 POSTERN_OK, "%s", it.diag.message);
    cr_assert_eq(postern_jose_new(&jose, NULL), POSTERN_OK);
    cr_assert_eq(postern_jose_open(jose, keys, NULL, text, &opened),
                 POSTERN_REFUSAL_NONE);
    cr_expect_eq(opened.kind, POSTERN_JOSE_JWS);
    cr_expect(has(opened.payload, "\"pii_principal_id\":\"p-1\""));
    postern_jose_free(jose);
    stop(&it);
    postern_keys_free(keys);
}

/* A birth date never leaves the manager. */
Test(consent_receipts, do_not_have_what_the_person_says_of_itself)
{
    static struct consented it;
    postern_str text;

    start(&it);
    cr_assert_eq(consented_register(&it, "kind: user\nowner: p-1\nid: wishes\n"
                                         "name: Anna\nrows:\n"
                                         "  2.0/personal: yes\n"
                                         "  11.0/dob: 1980-05-17\n"),
                 POSTERN_OK);
    cr_assert_eq(consented_accept(&it, CONSENTED_AT_S, INT64_MAX), POSTERN_OK);
    cr_assert_eq(receipt(&it, 0, POSTERN_RECEIPT_PLAIN, CONSENTED_AT_S, &text),
                 POSTERN_OK);
    cr_expect(!has(text, "1980"));
    cr_expect(!has(text, "Anna"));
    stop(&it);
}
