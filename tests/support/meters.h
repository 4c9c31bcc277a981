/*
 * Two providers and two people for tests of the gate, over a fake manager.
 *
 *   struct meters meters;
 *
 *   meters_open(&meters);
 *   cr_expect_str_eq(meters_ask(&meters, ACME, "cnt-energy", "NL"), "consent");
 *   meters_close(&meters);
 */
#ifndef TESTS_SUPPORT_METERS_H
#define TESTS_SUPPORT_METERS_H

#include "base/str.h"
#include "support/fake_manager.h"

#include <postern/gate.h>

#include <criterion/criterion.h>

#define ACME "//acme.example/in-cse/Cmeter"
#define HEAT "//heat.example/in-cse/Cwatch"
#define TICK "//tick.example/in-cse/Cwatch"

/* 2026-11-22T12:00:00Z */
#define METERS_NOW INT64_C(1795348800)

enum { METERS_ROWS = 512, METERS_PAIRS = 3 };

static const char meters_wishes[] = "kind: user\nrows: {}\n";

/* What Acme states; rows may be added for all columns. */
#define ACME_TERMS(rows)                                                       \
    "kind: provider\nname: Acme\nrows:\n  2.0/personal: yes\n" rows            \
    "columns:\n"                                                               \
    "  - {application: acme-meter, device: meter, data: energy, rows: {}}\n"   \
    "  - application: acme-meter\n    device: meter\n    data: presence\n"     \
    "    rows: {2.0/sensitive: yes, 7.0/na: yes}\n"

#define ACME_ROWS                                                              \
    "  4.3/nation: [NL, BE]\n  3.0/minutes: 15\n  3.2/seconds: 10\n"           \
    "  6.0/month: 6\n"                                                         \
    "  7.0/affiliate: {scope: [heating], reason: [improve]}\n"

static const char acme_terms[] = ACME_TERMS(ACME_ROWS);
static const char tick_terms[] =
    "kind: provider\nname: Tick\nrows:\n  2.0/personal: yes\n"
    "  2.0/anonymized: yes\n";

static const postern_str acme_originators[] = {{ACME, sizeof ACME - 1}};
static const postern_str heat_originators[] = {{HEAT, sizeof HEAT - 1}};
static const postern_str tick_originators[] = {{TICK, sizeof TICK - 1}};

struct meters {
    postern_cse cse;
    struct pst_asp_recipients recipients;
    struct pst_asp_application acme_application;
    struct pst_asp_application tick_application;
    struct pst_subscriber_resource anna[3];
    struct pst_subscriber_resource ben[1];
    struct fake_pair pairs[METERS_PAIRS];
    struct postern_ppm_manager manager;
    postern_gate_options options;
    postern_gate *gate;
    postern_gate_reader *reader;
    postern_gate_question question;
    postern_gate_answer answer;
    postern_diag diag;
};

static inline postern_consent
meters_consent(const char *id, const char *subscriber, const char *provider)
{
    return (postern_consent){.id = postern_str_of(id),
                             .version = 1,
                             .subscriber = postern_str_of(subscriber),
                             .provider = postern_str_of(provider),
                             .state = POSTERN_CONSENT_ACTIVE,
                             .from_s = METERS_NOW - 1000,
                             .until_s = INT64_MAX,
                             .ended_s = INT64_MAX};
}

static inline void meters_fill_people(struct meters *self)
{
    postern_str meter = PST_STR("meter");

    self->anna[0] = (struct pst_subscriber_resource){
        PST_STR("cnt-energy"), meter, PST_STR("energy"), PST_CLASS_PERSONAL};
    self->anna[1] = (struct pst_subscriber_resource){PST_STR("cnt-presence"),
                                                     meter, PST_STR("presence"),
                                                     PST_CLASS_SENSITIVE};
    self->anna[2] = (struct pst_subscriber_resource){
        PST_STR("cnt-unknown"), meter, {NULL, 0}, PST_CLASS_PERSONAL};
    self->ben[0] = (struct pst_subscriber_resource){
        PST_STR("cnt-ben"), meter, PST_STR("energy"), PST_CLASS_PERSONAL};
}

static inline void meters_fill_pair(struct fake_pair *pair, const char *terms,
                                    const struct pst_asp_application *of)
{
    pair->asp = (struct pst_asp){.id = pair->consent.provider,
                                 .applications = of,
                                 .application_count = 1};
    pair->terms[0] = terms;
    pair->wishes = meters_wishes;
}

static inline void meters_give(struct fake_pair *pair,
                               const struct pst_subscriber_resource *resources,
                               uint32_t count)
{
    pair->subscriber =
        (struct pst_subscriber){.pseudonym = pair->consent.subscriber,
                                .resources = resources,
                                .resource_count = count};
}

/* Anna with Acme, Anna with Tick, Ben with Acme. Nothing is opened. */
static inline void meters_init(struct meters *self)
{
    memset(self, 0, sizeof *self);
    cr_assert_eq(postern_cse_init(&self->cse, PST_STR("//sp.example"),
                                  PST_STR("/plant-cse")),
                 POSTERN_OK);
    self->recipients = (struct pst_asp_recipients){
        postern_ppm_row_find(PST_STR("7.0/affiliate")), {heat_originators, 1}};
    self->acme_application =
        (struct pst_asp_application){PST_STR("R01.acme.meter"),
                                     PST_STR("acme-meter"),
                                     {acme_originators, 1},
                                     &self->recipients,
                                     1};
    self->tick_application = (struct pst_asp_application){
        PST_STR("R01.tick"), PST_STR("tick"), {tick_originators, 1}, NULL, 0};
    meters_fill_people(self);
    self->pairs[0].consent = meters_consent("c-1", "p-anna", "acme");
    self->pairs[1].consent = meters_consent("c-2", "p-anna", "tick");
    self->pairs[2].consent = meters_consent("c-3", "p-ben", "acme");
    meters_fill_pair(&self->pairs[0], acme_terms, &self->acme_application);
    meters_fill_pair(&self->pairs[1], tick_terms, &self->tick_application);
    meters_fill_pair(&self->pairs[2], acme_terms, &self->acme_application);
    meters_give(&self->pairs[0], self->anna, 3);
    meters_give(&self->pairs[1], self->anna, 3);
    meters_give(&self->pairs[2], self->ben, 1);
    self->manager.pairs = self->pairs;
    self->manager.count = METERS_PAIRS;
    postern_gate_options_init(&self->options);
    self->options.cse = &self->cse;
}

static inline postern_status meters_try(struct meters *self)
{
    return postern_gate_open(&self->gate, &self->manager, &self->options,
                             METERS_NOW, &self->diag);
}

static inline void meters_start(struct meters *self)
{
    cr_assert_eq(meters_try(self), POSTERN_OK, "%s", self->diag.message);
    cr_assert_eq(postern_gate_reader_new(&self->reader, self->gate),
                 POSTERN_OK);
}

static inline void meters_open(struct meters *self)
{
    meters_init(self);
    meters_start(self);
}

static inline void meters_close(struct meters *self)
{
    postern_gate_reader_free(self->reader);
    postern_gate_close(self->gate);
}

/* A question at the time of the tests; "" for a country that is not known. */
static inline void meters_question(struct meters *self, const char *originator,
                                   const char *target, const char *country)
{
    postern_gate_question_init(&self->question);
    self->question.originator = postern_str_of(originator);
    self->question.target = postern_str_of(target);
    self->question.operation = POSTERN_OP_RETRIEVE;
    self->question.time_known = true;
    self->question.time_s = METERS_NOW;
    self->question.country_known = country[0] != '\0';
    memcpy(self->question.country, country, strlen(country) + 1);
}

/* The reason word of the answer, which also agrees with its colour. */
static inline const char *meters_decide(struct meters *self)
{
    postern_gate_decide(self->reader, &self->question, &self->answer);
    cr_expect_eq(self->answer.permitted,
                 strcmp(self->answer.reason, "consent") == 0);
    return self->answer.reason;
}

static inline const char *meters_ask(struct meters *self,
                                     const char *originator, const char *target,
                                     const char *country)
{
    meters_question(self, originator, target, country);
    return meters_decide(self);
}

#endif
