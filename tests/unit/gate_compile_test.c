/* The compiled document, and what is said of each row of annex J. [PPM-01]
 * [PPM-03] [PPM-24] */
#include "support/meters.h"

#include "base/text.h"
#include "gate/enforced.h"
#include "gate/opening.h"
#include "gate/policy.h"
#include "gate/span.h"

#include <postern/policy.h>
#include <postern/prp.h>

enum { DOCUMENT = 64 * 1024, REMARKS = 256 };

struct heard {
    char text[DOCUMENT];
    size_t len;
    postern_status answer;
    uint32_t rows[REMARKS];
    size_t row_count;
};

static postern_status take(void *user, postern_str piece)
{
    struct heard *heard = user;

    cr_assert_lt(piece.len, sizeof heard->text - heard->len);
    memcpy(heard->text + heard->len, piece.data, piece.len);
    heard->len += piece.len;
    heard->text[heard->len] = '\0';
    return heard->answer;
}

static void hear(void *user, const postern_gate_remark *remark)
{
    struct heard *heard = user;

    cr_assert_lt(heard->row_count, (size_t)REMARKS);
    cr_expect_not_null(remark->enforced_by);
    if (pst_str_is(remark->provider, "acme")) {
        heard->rows[heard->row_count++] = remark->row;
    }
}

static postern_status compile_at(struct meters *meters, int64_t now_s,
                                 struct heard *heard)
{
    postern_gate_listener listener = {
        .user = heard, .write = take, .remark = hear};

    heard->len = 0;
    heard->row_count = 0;
    return postern_gate_compile(&meters->manager, &meters->options, now_s,
                                &listener, &meters->diag);
}

static size_t times(const char *text, const char *words)
{
    size_t count = 0;

    for (const char *at = strstr(text, words); at; at = strstr(at + 1, words)) {
        count++;
    }
    return count;
}

Test(gate_compile, shares_one_policy_for_one_context)
{
    static struct heard heard;
    struct meters meters;

    meters_init(&meters);
    cr_assert_eq(compile_at(&meters, METERS_NOW, &heard), POSTERN_OK);
    /* Acme's for energy (Anna and Ben) and for presence, and Tick's. */
    cr_expect_eq(times(heard.text, "\"pv\":"), 3U, "%s", heard.text);
    cr_expect_eq(times(heard.text, "\"acop\":34"), 3U);
    cr_expect_eq(times(heard.text, "\"acop\":63"), 3U); /* pvs */
    cr_expect_eq(times(heard.text, "\"acaf\":true"), 3U);
    cr_expect_eq(times(heard.text, "\"et\""), 0U);
    cr_expect_eq(times(heard.text, "p-anna"), 0U); /* no person is named */
    cr_expect_eq(times(heard.text, "\"ty\":3"), 4U);
}

Test(gate_compile, says_where_and_links_what_is_open)
{
    static struct heard heard;
    struct meters meters;

    meters_init(&meters);
    meters.pairs[1].shut = true;
    cr_assert_eq(compile_at(&meters, METERS_NOW, &heard), POSTERN_OK);
    /* Two of Acme's; energy of two people and presence of one lead there. */
    cr_expect_eq(times(heard.text, "\"accc\":[\"BE\",\"NL\"]"), 2U, "%s",
                 heard.text);
    cr_expect_eq(times(heard.text, "\"acpi\":["), 3U);
    meters.pairs[0].shut = meters.pairs[2].shut = true;
    cr_assert_eq(compile_at(&meters, METERS_NOW, &heard), POSTERN_OK);
    cr_expect_eq(times(heard.text, "\"acpi\":["), 0U);
    cr_expect_eq(times(heard.text, "\"pv\":"), 0U);
}

/* Whatever is green and open besides. */
Test(gate_compile, opens_nothing_of_a_consent_that_is_not_in_force)
{
    static const struct {
        postern_consent_state state;
        int64_t until_s;
        size_t policies;
    } rows[] = {{POSTERN_CONSENT_ACTIVE, INT64_MAX, 2},
                {POSTERN_CONSENT_SUSPENDED, INT64_MAX, 2},
                {POSTERN_CONSENT_ACTIVE, METERS_NOW + 1, 2},
                {POSTERN_CONSENT_ACTIVE, METERS_NOW, 0},
                {POSTERN_CONSENT_NONE, INT64_MAX, 0},
                {POSTERN_CONSENT_SUPERSEDED, INT64_MAX, 0},
                {POSTERN_CONSENT_WITHDRAWN, INT64_MAX, 0},
                {POSTERN_CONSENT_EXPIRED, INT64_MAX, 0}};
    static struct heard heard;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct meters meters;

        meters_init(&meters);
        meters.pairs[1].shut = meters.pairs[2].shut = true;
        meters.pairs[0].consent.state = rows[i].state;
        meters.pairs[0].consent.until_s = rows[i].until_s;
        cr_assert_eq(compile_at(&meters, METERS_NOW, &heard), POSTERN_OK);
        cr_expect_eq(times(heard.text, "\"pv\":"), rows[i].policies, "%zu", i);
    }
}

Test(gate_compile, is_the_same_each_time)
{
    static struct heard first;
    static struct heard second;
    struct meters meters;

    meters_init(&meters);
    cr_assert_eq(compile_at(&meters, METERS_NOW, &first), POSTERN_OK);
    cr_assert_eq(compile_at(&meters, METERS_NOW + 86400 * 30, &second),
                 POSTERN_OK);
    cr_expect_str_eq(first.text, second.text);
}

Test(gate_compile, a_document_is_one_that_loads_without_a_finding)
{
    static struct heard heard;
    struct meters meters;
    postern_policy *policy;
    postern_store *store;

    meters_init(&meters);
    cr_assert_eq(compile_at(&meters, METERS_NOW, &heard), POSTERN_OK);
    cr_assert_eq(postern_policy_load(&policy, postern_str_of(heard.text), NULL,
                                     &meters.diag),
                 POSTERN_OK, "%s", meters.diag.message);
    cr_expect_eq(postern_policy_check(policy, METERS_NOW, NULL, NULL), 0U);
    cr_assert_eq(postern_store_of_policy(&store, policy, NULL, &meters.diag),
                 POSTERN_OK, "%s", meters.diag.message);
    postern_store_free(store);
    postern_policy_free(policy);
}

Test(gate_compile, expires_early_and_never_late)
{
    enum { HOUR = 3600, DAY = 24 * HOUR };
    static const struct {
        int64_t ends_s;
        int64_t expires_s;
    } rows[] = {
        {INT64_MAX, INT64_MAX},
        {METERS_NOW + 5 * DAY, METERS_NOW + 5 * DAY - 12 * HOUR},
        {METERS_NOW + 12 * HOUR, METERS_NOW + 12 * HOUR},
        {METERS_NOW + 11 * HOUR + 59, METERS_NOW + 11 * HOUR},
        {METERS_NOW + 59, METERS_NOW + 59},
        {INT64_MAX - 1, INT64_C(253402214400)},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(pst_gate_expiry(rows[i].ends_s, METERS_NOW),
                     rows[i].expires_s, "%zu", i);
    }
    for (int64_t ends_s = METERS_NOW + 1; ends_s < METERS_NOW + 3 * DAY;
         ends_s += 997) {
        int64_t expires_s = pst_gate_expiry(ends_s, METERS_NOW);

        cr_expect_leq(expires_s, ends_s);
        cr_expect_gt(expires_s, METERS_NOW);
    }
}

Test(gate_compile, a_shelf_life_ends_what_never_ends)
{
    static struct heard heard;
    struct meters meters;

    meters_init(&meters);
    meters.pairs[1].terms[0] =
        "kind: provider\nrows: {2.0/personal: yes, 11.0/shelf_life: "
        "2026-12-24}\n";
    cr_assert_eq(compile_at(&meters, METERS_NOW, &heard), POSTERN_OK);
    cr_expect_eq(times(heard.text, "\"et\":\"20261225T000000\""), 1U, "%s",
                 heard.text);
    cr_assert_eq(compile_at(&meters, METERS_NOW + 86400 * 33, &heard),
                 POSTERN_OK);
    cr_expect_eq(times(heard.text, "ppm-tick"), 0U);
}

Test(gate_compile, what_is_claimed_not_to_be_collected_is_not_opened)
{
    static const char *const claims[] = {
        "2.0/na: yes",
        "2.0/personal: yes, 3.0/na: yes",
        "2.0/personal: yes, 3.1/na: yes",
        "2.0/personal: yes, 3.2/na: yes",
        "2.0/personal: yes, 4.0/na: yes",
        "2.0/personal: yes, 4.1/na: yes",
        "2.0/personal: yes, 4.2/na: yes",
        "2.0/personal: yes, 4.3/na: yes",
        "2.0/personal: yes, 6.0/na: yes",
        "2.0/personal: yes, 4.3/local: yes",
        "2.0/personal: yes, 4.3/nation: no",
        "2.0/personal: yes, 3.0/daily: no",
        "2.0/personal: no",
        "5.0/deliver: yes",
    };
    static struct heard heard;

    for (size_t i = 0; i <= sizeof claims / sizeof *claims; i++) {
        struct meters meters;
        char terms[256];
        struct pst_text text;

        meters_init(&meters);
        pst_text_init(&text, terms, sizeof terms);
        pst_text_add(&text, "kind: provider\nrows: {");
        pst_text_add(&text,
                     i ? claims[i - 1] : "2.0/personal: yes, 7.0/na: yes");
        pst_text_add(&text, "}\n");
        cr_assert(fake_frame_loads(terms), "%s", terms);
        meters.pairs[1].terms[0] = terms;
        cr_assert_eq(compile_at(&meters, METERS_NOW, &heard), POSTERN_OK);
        cr_expect_eq(strstr(heard.text, "ppm-tick") != NULL, i == 0, "%s",
                     terms);
    }
}

Test(gate_compile, takes_several_terms_of_a_provider_together)
{
    struct meters meters;

    meters_init(&meters);
    meters.pairs[1].terms[0] = "kind: provider\nrows: {2.0/personal: yes, "
                               "4.3/nation: [NL], 3.0/hourly: 1}\n";
    meters.pairs[1].terms[1] =
        "kind: provider\nrows: {4.3/nation: [EFTA], 3.0/minutes: 10}\n";
    meters_start(&meters);
    cr_expect_str_eq(meters_ask(&meters, TICK, "cnt-energy", "NL"), "consent");
    cr_expect_str_eq(meters_ask(&meters, TICK, "cnt-energy", "CH"), "consent");
    cr_expect_str_eq(meters_ask(&meters, TICK, "cnt-energy", "DE"), "context");
    meters_question(&meters, TICK, "cnt-energy", "NL");
    meters.question.last_s = METERS_NOW - 600;
    cr_expect_str_eq(meters_decide(&meters), "consent");
    meters.question.last_s = METERS_NOW - 599;
    cr_expect_str_eq(meters_decide(&meters), "too-often");
    meters_close(&meters);
}

Test(gate_compile, recipients_read_only_what_their_row_is_about)
{
    static const struct {
        const char *row;
        const char *terms;
        bool personal;
        bool anonymised;
    } rows[] = {
        {"7.0/subcontractor", "7.0/subcontractor: yes", true, true},
        {"7.0/subcontractor", "7.0/subcontractor: no", false, false},
        {"7.0/subcontractor", "7.1/subcontractor: yes", false, false},
        {"7.1/subcontractor", "7.1/subcontractor: yes", false, true},
        {"7.2/subcontractor", "7.2/subcontractor: yes", false, false},
        {"7.0/infrastructure", "7.0/infrastructure: yes", false, false},
        {"7.0/na", "7.0/na: yes", false, false},
        {"6.0/month", "6.0/month: 1", false, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct meters meters;
        char terms[256];
        struct pst_text text;
        struct pst_asp_recipients recipients = {
            postern_ppm_row_find(postern_str_of(rows[i].row)),
            {heat_originators, 1}};

        meters_init(&meters);
        pst_text_init(&text, terms, sizeof terms);
        pst_text_add(&text, "kind: provider\nrows: {2.0/personal: yes, "
                            "2.0/anonymized: yes, ");
        pst_text_add(&text, rows[i].terms);
        pst_text_add(&text, "}\n");
        meters.pairs[1].terms[0] = terms;
        meters.tick_application.recipients = &recipients;
        meters.tick_application.recipient_count = 1;
        meters.acme_application.recipient_count = 0;
        meters.anna[1].data_class = PST_CLASS_ANONYMISED;
        meters_start(&meters);
        (void)meters_ask(&meters, HEAT, "cnt-energy", "");
        cr_expect_eq(meters.answer.permitted, rows[i].personal, "%zu", i);
        (void)meters_ask(&meters, HEAT, "cnt-presence", "");
        cr_expect_eq(meters.answer.permitted, rows[i].anonymised, "%zu", i);
        (void)meters_ask(&meters, TICK, "cnt-energy", "");
        cr_expect(meters.answer.permitted, "%zu", i);
        meters_close(&meters);
    }
}

Test(gate_compile, says_of_every_row_who_enforces_it)
{
    static const uint32_t alone[] = {5,  7,  8,      9,  10, 11, 12, 13, 22,
                                     26, 29, 33 - 1, 36, 39, 40, 41, 46, 109};
    size_t next = 0;

    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        const char *by = pst_gate_enforced_by(row);

        if (next < sizeof alone / sizeof *alone && alone[next] == row) {
            cr_expect_null(by, "%u", (unsigned)row);
            next++;
        } else {
            cr_expect_not_null(by, "%u", (unsigned)row);
            cr_expect(by && by[strlen(by) - 1] == '.', "%u", (unsigned)row);
        }
    }
    cr_expect_eq(next, sizeof alone / sizeof *alone);
    cr_expect_not_null(pst_gate_enforced_by(POSTERN_PPM_ROWS));
}

Test(gate_compile, names_rows_by_the_numbers_they_have)
{
    static const struct {
        uint32_t row;
        const char *key;
    } rows[] = {{PST_ROW_APP_ID, "1.1/app_id"},
                {PST_ROW_NO_DATA, "2.0/na"},
                {PST_ROW_ANONYMIZED, "2.0/anonymized"},
                {PST_ROW_PERSONAL, "2.0/personal"},
                {PST_ROW_SENSITIVE, "2.0/sensitive"},
                {PST_ROW_MEDICAL, "2.0/medical"},
                {PST_ROW_EVENT, "3.0/event"},
                {PST_ROW_MONTHLY, "3.0/monthly"},
                {PST_ROW_WEEKLY, "3.0/weekly"},
                {PST_ROW_DAILY, "3.0/daily"},
                {PST_ROW_SAMPLE_SECONDS, "3.2/seconds"},
                {PST_ROW_ACCESSED_NATION, "4.3/nation"},
                {PST_ROW_KEPT, "6.0/na"},
                {PST_ROW_KEPT_ANONYMIZED, "6.1/zero"},
                {PST_ROW_SHARED, "7.0/na"},
                {PST_ROW_SHARED_ANONYMIZED, "7.1/na"},
                {PST_ROW_SHARED_SUMMARY, "7.2/na"},
                {PST_ROW_SHELF_LIFE, "11.0/shelf_life"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_str_eq(postern_ppm_row_at(rows[i].row)->key, rows[i].key);
    }
}

/* Each row that is stated is heard of, or enforced. */
Test(gate_compile, remarks_leave_no_row_out)
{
    static struct heard heard;
    struct meters meters;
    static const char *const stated[] = {
        "2.0/personal", "2.0/sensitive", "3.0/minutes",   "3.2/seconds",
        "4.3/nation",   "6.0/month",     "7.0/affiliate", "7.0/na"};

    meters_init(&meters);
    cr_assert_eq(compile_at(&meters, METERS_NOW, &heard), POSTERN_OK);
    for (size_t i = 0; i < sizeof stated / sizeof *stated; i++) {
        uint32_t row = postern_ppm_row_find(postern_str_of(stated[i]));
        size_t found = 0;

        for (size_t k = 0; k < heard.row_count; k++) {
            found += heard.rows[k] == row;
        }
        cr_expect_eq(found, pst_gate_enforced_by(row) ? 1U : 0U, "%s",
                     stated[i]);
    }
}

Test(gate_compile, refusals)
{
    static struct heard heard;
    struct meters meters;

    meters_init(&meters);
    heard.answer = POSTERN_ERR_IO;
    cr_expect_eq(compile_at(&meters, METERS_NOW, &heard), POSTERN_ERR_IO);
    heard.answer = POSTERN_OK;
    cr_expect_eq(compile_at(&meters, INT64_MAX, &heard), POSTERN_ERR_ARGUMENT);
    meters.ben[0].id = meters.anna[0].id;
    cr_expect_eq(compile_at(&meters, METERS_NOW, &heard), POSTERN_ERR_POLICY);
    cr_expect_str_eq(meters.diag.message, "a resource is of two subscribers");
    cr_expect_eq(meters_try(&meters), POSTERN_ERR_POLICY);
    meters.options.cse = NULL;
    cr_expect_eq(compile_at(&meters, METERS_NOW, &heard), POSTERN_ERR_ARGUMENT);
}

Test(gate_compile, spans_are_those_of_the_calendar)
{
    static const struct {
        int64_t from_s;
        struct pst_gate_span span;
        int64_t to_s;
    } rows[] = {
        {1769860800 /* 31 January 2026, 12:00 */, {false, 1, 0}, 1772280000},
        {1769860800, {false, 12, 0}, 1801396800},
        {1769860800, {false, 0, 60}, 1769860860},
        {1769860800, {false, 0, 0}, 1769860800},
        {1769860800, {true, 1, 1}, INT64_MAX},
        {253402300799, {false, 0, 1}, INT64_MAX},
        {253402300799, {false, 1, 0}, INT64_MAX},
        {-62167219200, {false, 1, 1}, -62164540799},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(pst_gate_after(rows[i].from_s, &rows[i].span),
                     rows[i].to_s, "%zu", i);
    }
}
