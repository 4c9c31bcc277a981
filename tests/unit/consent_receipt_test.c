/*
 * Receipts: what terms say is in the field it belongs to, and what they do not
 * say is nowhere. [PPM-25]
 */
#include "base/str.h"
#include "consent/receipt.h"
#include "consent/receipt_map.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

enum { COLUMNS = 8, TEXT = 16384, TERMS = 3 };

struct bench {
    postern_ppm_frame *frames[1 + TERMS];
    postern_ppm_stack *stack;
    postern_consent consent;
    bool accepted[COLUMNS];
    struct pst_arena arena;
    char text[TEXT];
};

static postern_ppm_frame *frame_of(const char *text)
{
    postern_ppm_frame *frame;
    postern_diag diag;

    if (postern_ppm_frame_load(&frame, postern_str_of(text), NULL, &diag) !=
        POSTERN_OK) {
        cr_log_error("%s: %s", text, diag.message);
        abort();
    }
    return frame;
}

/* Terms of one or more components, ending with NULL. */
static void start(struct bench *it, const char *const *terms)
{
    size_t count = 1;

    memset(it, 0, sizeof *it);
    pst_arena_init(&it->arena, &(postern_allocator){0}, SIZE_MAX);
    it->arena.allocator = pst_allocator_of(NULL);
    it->frames[0] = frame_of("kind: user\nrows: {}\n");
    for (; terms[count - 1]; count++) {
        it->frames[count] = frame_of(terms[count - 1]);
    }
    cr_assert_eq(postern_ppm_stack_new(
                     &it->stack, (const postern_ppm_frame *const *)it->frames,
                     count, NULL, NULL),
                 POSTERN_OK);
    cr_assert_leq(postern_ppm_stack_columns(it->stack), COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++) {
        it->accepted[i] = true;
    }
    it->consent = (postern_consent){.id = PST_STR("c-7"),
                                    .version = 2,
                                    .subscriber = PST_STR("p-77f1"),
                                    .provider = PST_STR("acme"),
                                    .state = POSTERN_CONSENT_ACTIVE,
                                    .from_s = 1764000000,
                                    .until_s = INT64_MAX,
                                    .ended_s = INT64_MAX,
                                    .hash = PST_STR("00ff")};
}

static void start_one(struct bench *it, const char *terms)
{
    const char *const all[] = {terms, NULL};

    start(it, all);
}

static void stop(struct bench *it)
{
    postern_ppm_stack_free(it->stack);
    for (size_t i = 0; i <= TERMS; i++) {
        postern_ppm_frame_free(it->frames[i]);
    }
    pst_arena_release(&it->arena);
}

static const char *receipt(struct bench *it)
{
    struct pst_receipt_of of = {&it->consent, it->stack, it->accepted};
    postern_str text;

    cr_assert_eq(pst_receipt_write(&of, &it->arena, &text), POSTERN_OK);
    cr_assert_lt(text.len, TEXT);
    memcpy(it->text, text.data, text.len);
    it->text[text.len] = '\0';
    return it->text;
}

static void expect(const char *text, const char *part)
{
    cr_expect(strstr(text, part), "%s is missing in %s", part, text);
}

static void expect_none(const char *text, const char *part)
{
    cr_expect(!strstr(text, part), "%s is in %s", part, text);
}

static size_t times(const char *text, const char *part)
{
    size_t count = 0;

    while ((text = strstr(text, part)) != NULL) {
        count++;
        text++;
    }
    return count;
}

/* ---- the table ----------------------------------------------------------- */

Test(consent_receipt, table_is_annex_j_row_by_row)
{
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        cr_expect_str_eq(pst_receipt_map[row].key,
                         postern_ppm_row_at(row)->key);
    }
}

/* A row that holds a number has a place for it in its word. */
Test(consent_receipt, numbers_have_a_place)
{
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        const postern_ppm_row *is = postern_ppm_row_at(row);
        bool number = is->type == POSTERN_PPM_TYPE_INT_RANGE ||
                      is->type == POSTERN_PPM_TYPE_SECONDS;

        if (pst_receipt_map[row].field != PST_RECEIPT_LEFT_OUT) {
            cr_expect_eq(strchr(pst_receipt_map[row].word, '#') != NULL, number,
                         "%s", is->key);
        }
    }
}

/* ---- fields -------------------------------------------------------------- */

#define HEAD "kind: provider\nname: Acme\nrows: {"

/* Every value of every field, and what it has to say. */
static const struct {
    const char *rows;
    const char *part;
} pairs[] = {
    {"1.0/company: Acme B.V.", "\"party_name\":\"Acme B.V.\""},
    {"1.0/country: NL", "\"party_address\":\"NL\""},
    {"1.0/company_number: '123'", "\"party_number\":\"123\""},
    {"1.1/app_id: [R01.x, R01.y]", "\"services\":[\"R01.x\",\"R01.y\"]"},
    {"2.0/non_personal: yes", "\"categories\":[\"non-personal\"],"
                              "\"category_types\":[\"dpv:NonPersonalData\"]"},
    {"2.0/anonymized: yes", "\"categories\":[\"anonymized\"]"},
    {"2.0/personal: yes, 2.0/sensitive: yes",
     "\"categories\":[\"personal\",\"sensitive\"]"},
    {"2.0/medical: yes", "\"category_types\":[\"pd:MedicalHealth\"]"},
    {"3.0/event: yes", "\"interval\":[\"event\"]"},
    {"3.0/monthly: 2", "\"interval\":[\"P2M\"]"},
    {"3.0/weekly: yes", "\"interval\":[\"P1W\"]"},
    {"3.0/daily: yes", "\"interval\":[\"P1D\"]"},
    {"3.0/hourly: 6", "\"interval\":[\"PT6H\"]"},
    {"3.0/minutes: 15", "\"interval\":[\"PT15M\"]"},
    {"3.0/rt_triggered: yes", "\"interval\":[\"real-time-triggered\"]"},
    {"3.0/rt_full: yes", "\"interval\":[\"real-time\"]"},
    {"3.1/sample: yes", "\"period\":[\"sample\"]"},
    {"3.2/seconds: 10", "\"sampling\":[\"PT10S\"]"},
    {"3.2/streamed: yes", "\"sampling\":[\"streamed\"]"},
    {"4.0/local: yes", "\"storage_locations\":[\"local\"]"},
    {"4.0/nation: [NL, DE]", "\"storage_locations\":[\"NL\",\"DE\"]"},
    {"4.1/device: yes", "\"source\":[\"device\"]"},
    {"4.1/feed: weather", "\"source\":[\"weather\"]"},
    {"4.2/nation: [EU]", "\"processing_locations\":[\"EU\"]"},
    {"4.3/nation: [US]", "\"geographic_restrictions\":[\"US\"]"},
    {"5.0/deliver: yes", "\"purpose\":\"Direct delivery of the service\","
                         "\"purpose_type\":\"dpv:ServiceProvision\","
                         "\"lawful_basis\":\"dpv:Consent\""},
    {"5.0/legal: yes", "\"lawful_basis\":\"dpv:LegalObligation\""},
    {"6.0/zero: yes", "\"retention_period\":{\"full\":\"PT0S\"}"},
    {"6.0/minutes: 5", "{\"full\":\"PT5M\"}"},
    {"6.0/hour: 5", "{\"full\":\"PT5H\"}"},
    {"6.0/day: 5", "{\"full\":\"P5D\"}"},
    {"6.0/week: 3", "{\"full\":\"P3W\"}"},
    {"6.0/month: 6", "{\"full\":\"P6M\"}"},
    {"6.0/year: 2", "{\"full\":\"P2Y\"}"},
    {"6.0/forever: yes", "{\"full\":\"indefinite\"}"},
    {"6.0/month: 6, 6.0/day: 3", "{\"full\":\"P6M\"}"},
    {"6.1/year: 5", "\"retention_period\":{\"anonymized\":\"P5Y\"}"},
    {"6.2/forever: yes", "\"retention_period\":{\"summary\":\"indefinite\"}"},
    {"7.0/na: yes", "\"recipient_third_parties\":[]"},
    {"7.0/infrastructure: yes",
     "\"recipient_third_parties\":[{\"recipient\":\"infrastructure\","
     "\"recipient_type\":\"dpv:DataProcessor\",\"data\":\"full\"}]"},
    {"7.1/affiliate: {scope: [heating], reason: [improve]}",
     "{\"recipient\":\"affiliate\",\"recipient_type\":\"dpv:ThirdParty\","
     "\"data\":\"anonymized\",\"scope\":[\"heating\"],"
     "\"reason\":[\"improve\"]}"},
    {"7.2/public: {scope: all of it, reason: [legal], bodies: [police]}",
     "\"data\":\"summary\",\"scope\":[\"all of it\"],\"reason\":[\"legal\"],"
     "\"bodies\":[\"police\"]}"},
};

Test(consent_receipt, says_what_the_terms_say)
{
    static struct bench it;
    char terms[512];

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        (void)snprintf(terms, sizeof terms, "%s%s}\n", HEAD, pairs[i].rows);
        start_one(&it, terms);
        expect(receipt(&it), pairs[i].part);
        stop(&it);
    }
}

/* A No is said as little as what is left out. */
Test(consent_receipt, leaves_out_what_the_terms_do_not_say)
{
    static const char *const none[] = {
        "\"purpose\"",       "\"purpose_type\"",
        "lawful_basis",      "categories",
        "services",          "collection_method",
        "storage_locations", "processing_locations",
        "geographic",        "retention_period",
        "recipient",         "party_name",
        "party_address",     "party_number",
        "validity_duration", "null",
        "\"link\"",          "\"version\"",
    };
    static struct bench it;

    start_one(&it, HEAD "6.0/month: no, 4.0/nation: no, 5.0/deliver: no, "
                        "7.0/affiliate: no, 2.0/personal: no, 3.0/daily: no, "
                        "10.0/level3: yes, 8.0/email: yes}\n");
    (void)receipt(&it);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        expect_none(it.text, none[i]);
    }
    stop(&it);
}

Test(consent_receipt, says_who_and_which)
{
    static struct bench it;

    start_one(&it,
              "kind: provider\nid: t\nversion: 4\nlink: https://a.example/\n"
              "rows: {}\n");
    (void)receipt(&it);
    expect(it.text, "{\"schema_version\":\"ISO/IEC TS 27560:2023\","
                    "\"record_id\":\"c-7/2\",\"pii_principal_id\":\"p-77f1\","
                    "\"privacy_notice\":{\"hash\":\"00ff\",\"terms\":[{\"id\":"
                    "\"t\",\"version\":\"4\",\"link\":\"https://a.example/\"}]"
                    "},\"language\":\"en\",");
    expect(it.text, "\"party_id\":\"acme\",\"party_role\":\"PII controller\"");
    stop(&it);
}

Test(consent_receipt, escapes_what_terms_put_into_it)
{
    static struct bench it;

    start_one(&it, "{\"kind\":\"provider\",\"rows\":{\"1.0/company\":"
                   "\"A\\\"},{\\u0001\"}}");
    expect(receipt(&it), "\"party_name\":\"A\\\"},{\\u0001\"}");
    stop(&it);
}

/* ---- columns ------------------------------------------------------------- */

static const char columns[] =
    "kind: provider\nrows: {5.0/deliver: yes}\ncolumns:\n"
    "- {application: a, device: d, data: x, rows: {}}\n"
    "- {application: a, device: d, data: y, rows: {}}\n"
    "- {application: b, device: d, data: x, rows: {6.0/day: 1}}\n";

Test(consent_receipt, columns_that_are_alike_are_one_processing)
{
    static struct bench it;

    start_one(&it, columns);
    (void)receipt(&it);
    cr_expect_eq(times(it.text, "\"purpose\":"), 2);
    expect(it.text, "\"pii_information\":[{\"pii_type\":\"x\",\"device\":\"d\","
                    "\"service\":\"a\"},{\"pii_type\":\"y\",");
    expect(it.text, "\"pii_information\":[{\"pii_type\":\"x\",\"device\":\"d\","
                    "\"service\":\"b\"}]");
    stop(&it);
}

Test(consent_receipt, column_that_was_not_accepted_is_not_in_it)
{
    static struct bench it;

    start_one(&it, columns);
    it.accepted[0] = false;
    it.accepted[2] = false;
    (void)receipt(&it);
    cr_expect_eq(times(it.text, "\"purpose\":"), 1);
    expect(it.text, "\"pii_type\":\"y\"");
    expect_none(it.text, "\"pii_type\":\"x\"");
    expect_none(it.text, "P1D");
    it.accepted[1] = false;
    expect(receipt(&it), "\"purposes\":[]");
    it.accepted[0] = true;
    expect(receipt(&it), "\"pii_type\":\"x\"");
    expect_none(it.text, "\"pii_type\":\"y\"");
    stop(&it);
}

Test(consent_receipt, has_an_entry_for_each_purpose)
{
    static struct bench it;

    start_one(&it,
              HEAD "5.0/deliver: yes, 5.0/improve: yes, 5.0/legal: yes}\n");
    (void)receipt(&it);
    cr_expect_eq(times(it.text, "\"purpose\":"), 3);
    cr_expect_eq(times(it.text, "dpv:LegalObligation"), 1);
    cr_expect_eq(times(it.text, "dpv:Consent\""), 2);
    stop(&it);
}

/* What components of a provider do is done. */
Test(consent_receipt, components_are_put_together)
{
    static const char *const terms[] = {
        HEAD "6.0/month: 6, 4.0/nation: [NL, DE], 5.0/deliver: yes, "
             "7.0/infrastructure: yes, 3.0/hourly: 1}\n",
        HEAD "6.0/year: 1, 4.0/nation: [DE, FR], 5.0/deliver: yes, "
             "7.0/infrastructure: yes, 3.0/hourly: 1}\n",
        NULL};
    static struct bench it;

    start(&it, terms);
    (void)receipt(&it);
    expect(it.text, "{\"full\":\"P1Y\"}");
    expect(it.text, "\"storage_locations\":[\"NL\",\"DE\",\"FR\"]");
    expect(it.text, "\"interval\":[\"PT1H\"]");
    cr_expect_eq(times(it.text, "\"infrastructure\""), 1);
    cr_expect_eq(times(it.text, "\"purpose\":"), 1);
    stop(&it);
}

/* Columns are alike when all components say the same of them. */
Test(consent_receipt, components_tell_columns_apart)
{
    static const char *const terms[] = {HEAD "5.0/deliver: yes}\n",
                                        "kind: provider\nrows: {}\ncolumns:\n"
                                        "- {device: d, rows: {6.0/day: 1}}\n"
                                        "- {device: e, rows: {6.0/day: 2}}\n",
                                        NULL};
    static struct bench it;

    start(&it, terms);
    (void)receipt(&it);
    expect(it.text, "\"P1D\"");
    expect(it.text, "\"P2D\"");
    stop(&it);
}

/* ---- events -------------------------------------------------------------- */

Test(consent_receipt, says_what_became_of_the_consent)
{
    static const struct {
        postern_consent_state state;
        const char *part; /* NULL: nothing more */
    } rows[] = {
        {POSTERN_CONSENT_ACTIVE, NULL},
        {POSTERN_CONSENT_SUSPENDED, NULL},
        {POSTERN_CONSENT_WITHDRAWN,
         "{\"event_time\":\"2025-11-24T16:01:40Z\",\"event_type\":"
         "\"withdrawal\",\"event_state\":\"withdrawn\",\"event_state_type\":"
         "\"dpv:ConsentWithdrawn\",\"entity_id\":\"p-77f1\"}]}"},
        {POSTERN_CONSENT_EXPIRED,
         "\"event_state\":\"expired\",\"event_state_type\":"
         "\"dpv:ConsentExpired\"}]}"},
        {POSTERN_CONSENT_SUPERSEDED,
         "\"event_type\":\"renewal\",\"event_state\":\"superseded\","
         "\"entity_id\":\"p-77f1\"}]}"},
    };
    static struct bench it;

    start_one(&it, HEAD "}\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        it.consent.state = rows[i].state;
        it.consent.ended_s = rows[i].part ? 1764000100 : INT64_MAX;
        (void)receipt(&it);
        expect(it.text, "\"events\":[{\"event_time\":\"2025-11-24T16:00:00Z\","
                        "\"event_type\":\"acceptance\",\"event_state\":"
                        "\"given\",\"event_state_type\":\"dpv:ConsentGiven\","
                        "\"entity_id\":\"p-77f1\"}");
        cr_expect_eq(times(it.text, "event_time"), rows[i].part ? 2 : 1);
        if (rows[i].part) {
            expect(it.text, rows[i].part);
        }
    }
    stop(&it);
}

Test(consent_receipt, says_how_long_it_is_valid)
{
    static const struct {
        int64_t seconds;
        const char *part;
    } rows[] = {
        {1, "\"PT1S\""},    {60, "\"PT1M\""},          {3600, "\"PT1H\""},
        {86400, "\"P1D\""}, {90061, "\"P1DT1H1M1S\""}, {31536000, "\"P365D\""},
        {0, "\"PT0S\""}};
    static struct bench it;

    start_one(&it, HEAD "}\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        it.consent.until_s = it.consent.from_s + rows[i].seconds;
        expect(receipt(&it), rows[i].part);
    }
    stop(&it);
}
