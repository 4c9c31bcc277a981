/*
 * Random terms, wishes, laws, providers and people: what the gate decides, and
 * what the compiled policies permit, against an oracle that looks at nothing
 * but the numbers the worlds were drawn by. [PPM-24] [PPM-26]
 *
 * - the gate permits what the oracle permits and nothing else, when it is
 *   opened and after every change it hears of
 * - compiled policies permit nothing that the oracle does not permit, and all
 *   of it while no consent is about to end and no rate is in the way
 *
 * gate_property [WORLDS]
 */
#include "base/str.h"
#include "base/text.h"
#include "support/claim.h"
#include "support/fake_manager.h"
#include "support/rng.h"

#include <postern/gate.h>
#include <postern/policy.h>
#include <postern/prp.h>

#include <stdlib.h>

enum {
    PROVIDERS = 2,
    PEOPLE = 2,
    PAIRS = PROVIDERS * PEOPLE,
    APPS = 2,
    DEVICES = 2,
    KINDS = 2,
    COLUMNS = APPS * DEVICES * KINDS,
    RESOURCES = 4,
    QUESTIONS = 150,
    CHANGES = 4,
    TEXT = 8192,
    DOCUMENT = 64 * 1024
};

#define NOW INT64_C(1795348800) /* 2026-11-22T12:00:00Z */

/* ---- what is drawn ------------------------------------------------------- */

enum nations { UNSAID, NL, NL_BE, EFTA, LOCAL, NATIONS };
enum rate { ANY_RATE, QUARTER, DAILY, ON_EVENT, RATES };
enum shape { ONE_FOR_ALL, BY_DEVICE, BY_KIND, SHAPES };

struct column {
    unsigned classes; /* 1 << PST_CLASS_... */
    enum nations nations;
    enum rate rate;
    bool shares_full;
    bool shares_anonymised;
    bool claims_nothing;
};

struct provider {
    enum shape shape;
    struct column columns[COLUMNS];
    unsigned recipient_row; /* of tag 7: 0 or 1 */
    char text[TEXT];
};

struct person {
    bool no_sensitive;
    bool only_nl;
    bool no_medical_there; /* of device 0 and kind 1 */
    bool law_against_sharing;
    char wishes[TEXT];
    char law[TEXT];
    struct pst_subscriber_resource resources[RESOURCES];
};

struct world {
    struct rng rng;
    postern_cse cse;
    struct provider providers[PROVIDERS];
    struct person people[PEOPLE];
    struct fake_pair pairs[PAIRS];
    struct postern_ppm_manager manager;
    postern_gate_options options;
    postern_gate *gate;
    postern_gate_reader *reader;
    char document[DOCUMENT];
    size_t document_len;
    postern_store *store; /* of the compiled document */
    void *store_reader;
};

static const postern_str names[] = {{"p0", 2}, {"p1", 2}};
static const postern_str pseudonyms[] = {{"s0", 2}, {"s1", 2}};
static const postern_str apps[] = {{"a0", 2}, {"a1", 2}};
static const postern_str devices[] = {{"d0", 2}, {"d1", 2}};
static const postern_str kinds[] = {{"k0", 2}, {"k1", 2}};
static const postern_str ids[PEOPLE][RESOURCES] = {
    {{"r00", 3}, {"r01", 3}, {"r02", 3}, {"r03", 3}},
    {{"r10", 3}, {"r11", 3}, {"r12", 3}, {"r13", 3}}};

/* By provider, application, and whether it is the recipient of that. */
static const postern_str askers[PROVIDERS][APPS][2] = {
    {{{"//x.example/in/C000", 19}, {"//x.example/in/C001", 19}},
     {{"//x.example/in/C010", 19}, {"//x.example/in/C011", 19}}},
    {{{"//x.example/in/C100", 19}, {"//x.example/in/C101", 19}},
     {{"//x.example/in/C110", 19}, {"//x.example/in/C111", 19}}}};

static bool one_in(struct rng *rng, uint32_t count)
{
    return rng_below(rng, count) == 0;
}

/* ---- frames -------------------------------------------------------------- */

static void draw_column(struct rng *rng, struct column *column)
{
    memset(column, 0, sizeof *column);
    for (int c = PST_CLASS_ANONYMISED; c <= PST_CLASS_MEDICAL; c++) {
        column->classes |= one_in(rng, 4) ? 0U : 1U << c;
    }
    column->nations = (enum nations)rng_below(rng, NATIONS);
    column->rate = (enum rate)rng_below(rng, RATES);
    column->shares_full = one_in(rng, 2);
    column->shares_anonymised = one_in(rng, 2);
    column->claims_nothing = one_in(rng, 10);
}

static void write_rows(struct pst_text *text, const struct column *column)
{
    static const char *const classes[] = {"", "2.0/anonymized", "2.0/personal",
                                          "2.0/sensitive", "2.0/medical"};
    static const char *const nations[] = {
        "", ", 4.3/nation: [NL]", ", 4.3/nation: [BE, NL]",
        ", 4.3/nation: [EFTA]", ", 4.3/local: yes"};
    static const char *const rates[] = {"", ", 3.0/minutes: 15",
                                        ", 3.0/daily: yes", ", 3.0/event: yes"};

    pst_text_add(text, "rows: {7.0/subcontractor: ");
    pst_text_add(text, column->shares_full ? "yes" : "no");
    for (int c = PST_CLASS_ANONYMISED; c <= PST_CLASS_MEDICAL; c++) {
        if (column->classes >> c & 1) {
            pst_text_add(text, ", ");
            pst_text_add(text, classes[c]);
            pst_text_add(text, ": yes");
        }
    }
    pst_text_add(text, nations[column->nations]);
    pst_text_add(text, rates[column->rate]);
    if (column->shares_anonymised) {
        pst_text_add(text, ", 7.1/subcontractor: yes");
    }
    if (column->claims_nothing) {
        pst_text_add(text, ", 3.1/na: yes");
    }
    pst_text_add(text, "}");
}

/* The column of the drawn ones that is meant; SHAPES decide what it stands for.
 */
static size_t place_of(const struct provider *provider, size_t app,
                       size_t device, size_t kind)
{
    switch (provider->shape) {
    case BY_DEVICE:
        return (app * DEVICES + device) * KINDS;
    case BY_KIND:
        return (app * DEVICES + device) * KINDS + kind;
    case ONE_FOR_ALL:
    case SHAPES:
    default:
        return 0;
    }
}

static void write_listed(struct pst_text *text, const struct provider *provider,
                         size_t place)
{
    pst_text_add(text, "  - {application: ");
    pst_text_add_str(text, apps[place / (DEVICES * KINDS)]);
    pst_text_add(text, ", device: ");
    pst_text_add_str(text, devices[place / KINDS % DEVICES]);
    if (provider->shape == BY_KIND) {
        pst_text_add(text, ", data: ");
        pst_text_add_str(text, kinds[place % KINDS]);
    }
    pst_text_add(text, ", ");
    write_rows(text, &provider->columns[place]);
    pst_text_add(text, "}\n");
}

static void draw_provider(struct rng *rng, struct provider *provider)
{
    struct pst_text text;

    provider->shape = (enum shape)rng_below(rng, SHAPES);
    provider->recipient_row = rng_below(rng, 2);
    for (size_t i = 0; i < COLUMNS; i++) {
        draw_column(rng, &provider->columns[i]);
    }
    pst_text_init(&text, provider->text, sizeof provider->text);
    pst_text_add(&text, "kind: provider\n");
    if (provider->shape == ONE_FOR_ALL) {
        write_rows(&text, &provider->columns[0]);
        pst_text_add(&text, "\n");
        return;
    }
    pst_text_add(&text, "columns:\n");
    for (size_t i = 0; i < COLUMNS;
         i += provider->shape == BY_KIND ? 1 : KINDS) {
        write_listed(&text, provider, i);
    }
}

static void draw_person(struct rng *rng, struct person *person, size_t number)
{
    struct pst_text text;

    person->no_sensitive = one_in(rng, 3);
    person->only_nl = one_in(rng, 4);
    person->no_medical_there = one_in(rng, 3);
    person->law_against_sharing = one_in(rng, 4);
    for (size_t i = 0; i < RESOURCES; i++) {
        person->resources[i] = (struct pst_subscriber_resource){
            ids[number][i], devices[rng_below(rng, DEVICES)],
            one_in(rng, 4) ? (postern_str){NULL, 0}
                           : kinds[rng_below(rng, KINDS)],
            (enum pst_data_class)rng_below(rng, PST_CLASS_MEDICAL + 1)};
    }
    pst_text_init(&text, person->wishes, sizeof person->wishes);
    pst_text_add(&text, "kind: user\nrows: {5.0/deliver: yes");
    pst_text_add(&text, person->no_sensitive ? ", 2.0/sensitive: no" : "");
    pst_text_add(&text, person->only_nl ? ", 4.3/nation: [NL]" : "");
    pst_text_add(&text, "}\n");
    if (person->no_medical_there) {
        pst_text_add(&text, "columns:\n  - {device: d0, data: k1, rows: "
                            "{2.0/medical: no}}\n");
    }
    pst_text_init(&text, person->law, sizeof person->law);
    pst_text_add(&text, "kind: legal_country\nrows: {");
    pst_text_add(&text, person->law_against_sharing
                            ? "7.0/subcontractor: {forbid: true}}\n"
                            : "7.0/subcontractor: {allow: true}}\n");
}

/* ---- the oracle ---------------------------------------------------------- */

static bool in_nations(enum nations nations, const char *country)
{
    const char *list = "";

    switch (nations) {
    case UNSAID:
        return true;
    case NL:
        list = "NL";
        break;
    case NL_BE:
        list = "NL BE";
        break;
    case EFTA:
        list = "CH IS LI NO";
        break;
    case LOCAL:
    case NATIONS:
    default:
        break;
    }
    return country[0] && strstr(list, country) != NULL;
}

static size_t index_of(const postern_str *list, size_t count, postern_str name)
{
    for (size_t i = 0; i < count; i++) {
        if (pst_str_equal(list[i], name)) {
            return i;
        }
    }
    return count;
}

/* Whether the person, or the law, is against anything of a column. */
static bool is_objected(const struct person *person,
                        const struct column *column, bool there)
{
    bool has_classes = column->classes != 0;

    if (person->no_sensitive &&
        (!has_classes || column->classes >> PST_CLASS_SENSITIVE & 1)) {
        return true;
    }
    if (there && person->no_medical_there &&
        (!has_classes || column->classes >> PST_CLASS_MEDICAL & 1)) {
        return true;
    }
    if (person->only_nl && column->nations != NL && column->nations != LOCAL) {
        return true;
    }
    return person->law_against_sharing && column->shares_full;
}

static bool is_alive(const struct fake_pair *pair, int64_t time_s)
{
    return !pair->shut &&
           (pair->consent.state == POSTERN_CONSENT_ACTIVE ||
            pair->consent.state == POSTERN_CONSENT_SUSPENDED) &&
           pair->consent.from_s <= time_s && time_s < pair->consent.until_s;
}

struct question {
    size_t provider;
    size_t app;
    bool recipient;
    size_t person;
    size_t resource;
    postern_operation operation;
    const char *country;
    int64_t time_s;
    int64_t ago_s; /* since the last read; 0: never */
};

static bool asks_too_often(enum rate rate, int64_t ago_s)
{
    return ago_s > 0 && ((rate == QUARTER && ago_s < 900) ||
                         (rate == DAILY && ago_s < 86400));
}

static bool recipient_may(const struct provider *provider,
                          const struct column *column,
                          enum pst_data_class data_class)
{
    return provider->recipient_row == 0
               ? column->shares_full
               : column->shares_anonymised &&
                     data_class == PST_CLASS_ANONYMISED;
}

/* The column that speaks of a resource; NULL: none does. */
static const struct column *
column_for(const struct world *world, const struct question *question,
           const struct pst_subscriber_resource *resource, bool *there)
{
    const struct provider *provider = &world->providers[question->provider];
    const struct person *person = &world->people[question->person];
    size_t device = index_of(devices, DEVICES, resource->device);
    size_t kind = index_of(kinds, KINDS, resource->data);

    *there = device == 0 && kind == 1;
    if (!resource->data.data) {
        /* Kinds are told apart by the provider, or by the person, whose column
         * divides those of the provider that fit it. */
        if (provider->shape == BY_KIND || (person->no_medical_there)) {
            return NULL;
        }
        kind = 0;
    }
    return &provider->columns[place_of(provider, question->app, device, kind)];
}

enum rated { WITH_RATES, WITHOUT_RATES };

static bool oracle(const struct world *world, const struct question *question,
                   enum rated rated)
{
    const struct provider *provider = &world->providers[question->provider];
    const struct fake_pair *pair =
        &world->pairs[question->person * PROVIDERS + question->provider];
    const struct person *person = &world->people[question->person];
    const struct pst_subscriber_resource *resource =
        &person->resources[question->resource];
    unsigned needed = resource->data_class == PST_CLASS_UNKNOWN
                          ? PST_CLASS_MEDICAL
                          : (unsigned)resource->data_class;
    bool there;
    const struct column *column = column_for(world, question, resource, &there);

    return (question->operation == POSTERN_OP_RETRIEVE ||
            question->operation == POSTERN_OP_DISCOVERY) &&
           is_alive(pair, question->time_s) && is_alive(pair, NOW) && column &&
           !is_objected(person, column, there) && !column->claims_nothing &&
           (column->classes >> needed & 1) &&
           in_nations(column->nations, question->country) &&
           (!question->recipient ||
            recipient_may(provider, column, resource->data_class)) &&
           (rated == WITHOUT_RATES ||
            !asks_too_often(column->rate, question->ago_s));
}

/* ---- worlds -------------------------------------------------------------- */

static void draw_consent(struct world *world, size_t number)
{
    static const postern_consent_state states[] = {
        POSTERN_CONSENT_ACTIVE, POSTERN_CONSENT_ACTIVE,
        POSTERN_CONSENT_SUSPENDED, POSTERN_CONSENT_WITHDRAWN};
    struct fake_pair *pair = &world->pairs[number];

    pair->shut = one_in(&world->rng, 8);
    pair->consent = (postern_consent){
        .id = PST_STR("c-1"),
        .version = 1,
        .subscriber = pseudonyms[number / PROVIDERS],
        .provider = names[number % PROVIDERS],
        .state = states[rng_below(&world->rng, 4)],
        .from_s = NOW - 100000,
        .until_s = one_in(&world->rng, 3)
                       ? NOW + rng_between(&world->rng, 1, 3 * 86400)
                       : INT64_MAX,
        .ended_s = INT64_MAX};
}

static struct pst_asp_recipients recipients[PROVIDERS][APPS];
static struct pst_asp_application applications[PROVIDERS][APPS];

static void make_applications(const struct world *world, size_t number)
{
    static const char *const rows[] = {"7.0/subcontractor",
                                       "7.1/subcontractor"};
    const struct provider *provider = &world->providers[number];

    for (size_t app = 0; app < APPS; app++) {
        recipients[number][app] = (struct pst_asp_recipients){
            postern_ppm_row_find(postern_str_of(rows[provider->recipient_row])),
            {&askers[number][app][1], 1}};
        applications[number][app] =
            (struct pst_asp_application){PST_STR("R01"),
                                         apps[app],
                                         {&askers[number][app][0], 1},
                                         &recipients[number][app],
                                         1};
    }
}

static void join(struct world *world, size_t number)
{
    struct fake_pair *pair = &world->pairs[number];
    struct person *person = &world->people[number / PROVIDERS];
    size_t provider = number % PROVIDERS;

    pair->asp = (struct pst_asp){.id = names[provider],
                                 .applications = applications[provider],
                                 .application_count = APPS};
    pair->subscriber =
        (struct pst_subscriber){.pseudonym = pseudonyms[number / PROVIDERS],
                                .resources = person->resources,
                                .resource_count = RESOURCES};
    pair->terms[0] = world->providers[provider].text;
    pair->terms[1] = person->law;
    pair->wishes = person->wishes;
}

static void draw_world(struct world *world, uint64_t seed)
{
    memset(world, 0, sizeof *world);
    world->rng.state = seed;
    claim(postern_cse_init(&world->cse, PST_STR("//sp.example"),
                           PST_STR("/plant-cse")) == POSTERN_OK,
          "the CSE");
    for (size_t i = 0; i < PROVIDERS; i++) {
        draw_provider(&world->rng, &world->providers[i]);
        make_applications(world, i);
    }
    for (size_t i = 0; i < PEOPLE; i++) {
        draw_person(&world->rng, &world->people[i], i);
    }
    for (size_t i = 0; i < PAIRS; i++) {
        draw_consent(world, i);
        join(world, i);
    }
    world->manager.pairs = world->pairs;
    world->manager.count = PAIRS;
    postern_gate_options_init(&world->options);
    world->options.cse = &world->cse;
}

/* Anything that a registration, an acceptance or a withdrawal changes. */
static bool change_world(struct world *world)
{
    size_t touched[PAIRS];
    size_t count = 0;
    size_t who = rng_below(&world->rng, PAIRS);
    bool person = one_in(&world->rng, 2);
    bool is_consent = one_in(&world->rng, 2);

    if (is_consent) {
        draw_consent(world, who);
        touched[count++] = who;
    } else if (person) {
        draw_person(&world->rng, &world->people[who / PROVIDERS],
                    who / PROVIDERS);
    } else {
        draw_provider(&world->rng, &world->providers[who % PROVIDERS]);
        make_applications(world, who % PROVIDERS);
    }
    for (size_t i = 0; !is_consent && i < PAIRS; i++) {
        if (person ? i / PROVIDERS == who / PROVIDERS
                   : i % PROVIDERS == who % PROVIDERS) {
            touched[count++] = i;
        }
    }
    return claim(fake_announce(&world->manager, touched, count, NOW) ==
                     POSTERN_OK,
                 "a change is refused: %s", world->manager.diag.message);
}

/* ---- asking -------------------------------------------------------------- */

static void draw_question(struct world *world, struct question *question)
{
    static const char *const countries[] = {"NL", "NL", "BE", "CH", "US", ""};
    static const postern_operation operations[] = {
        POSTERN_OP_RETRIEVE,  POSTERN_OP_RETRIEVE, POSTERN_OP_RETRIEVE,
        POSTERN_OP_DISCOVERY, POSTERN_OP_UPDATE,   POSTERN_OP_CREATE,
        POSTERN_OP_DELETE,    POSTERN_OP_NOTIFY};
    static const int64_t agos[] = {0, 0, 1, 899, 900, 86399, 86400};
    struct rng *rng = &world->rng;

    *question =
        (struct question){.provider = rng_below(rng, PROVIDERS),
                          .app = rng_below(rng, APPS),
                          .recipient = one_in(rng, 3),
                          .person = rng_below(rng, PEOPLE),
                          .resource = rng_below(rng, RESOURCES),
                          .operation = operations[rng_below(rng, 8)],
                          .country = countries[rng_below(rng, 6)],
                          .time_s = NOW + rng_between(rng, 0, 4 * 86400),
                          .ago_s = agos[rng_below(rng, 7)]};
}

static bool gate_says(struct world *world, const struct question *question,
                      const char **reason)
{
    postern_gate_question asked;
    postern_gate_answer answer;

    postern_gate_question_init(&asked);
    asked.originator =
        askers[question->provider][question->app][question->recipient];
    asked.target = ids[question->person][question->resource];
    asked.operation = question->operation;
    asked.time_known = true;
    asked.time_s = question->time_s;
    asked.country_known = question->country[0] != '\0';
    memcpy(asked.country, question->country, strlen(question->country) + 1);
    asked.last_s =
        question->ago_s ? question->time_s - question->ago_s : INT64_MIN;
    postern_gate_decide(world->reader, &asked, &answer);
    *reason = answer.reason;
    return answer.permitted;
}

static bool policies_say(struct world *world, const struct question *question)
{
    const postern_prp *prp = postern_store_prp(world->store);
    postern_request request;
    postern_resource resource;
    bool permitted = false;

    postern_request_init(&request);
    claim(postern_id_parse_entity(
              &request.originator, &world->cse,
              askers[question->provider][question->app][question->recipient]) ==
              POSTERN_OK,
          "the originator");
    request.operation = question->operation;
    request.authenticated = true;
    request.time_known = true;
    request.time_s = question->time_s;
    memcpy(request.location.country, question->country,
           strlen(question->country) + 1);
    (void)prp->enter(prp->user, world->store_reader);
    postern_resource_init(&resource);
    if (prp->find(prp->user, world->store_reader,
                  ids[question->person][question->resource],
                  &resource) == POSTERN_FOUND) {
        for (size_t i = 0; i < resource.policy_ids.count; i++) {
            postern_resource acp;
            postern_acp_link link;

            postern_resource_init(&acp);
            (void)prp->find(prp->user, world->store_reader,
                            resource.policy_ids.items[i], &acp);
            link =
                (postern_acp_link){acp.acp_set, {acp.acp, POSTERN_PRIVILEGES}};
            permitted =
                permitted || postern_decide_links(&link, 1, &request).effect ==
                                 POSTERN_PERMIT;
        }
    }
    prp->leave(prp->user, world->store_reader);
    return permitted;
}

static uint64_t permits;
static uint64_t asked;

static void ask(struct world *world, uint64_t seed)
{
    struct question question;
    const char *reason;
    bool expected;
    bool unrated;
    bool answered;
    bool compiled;

    draw_question(world, &question);
    expected = oracle(world, &question, WITH_RATES);
    unrated = oracle(world, &question, WITHOUT_RATES);
    answered = gate_says(world, &question, &reason);
    permits += expected;
    asked++;
    claim(answered == expected,
          "world %llu: the gate says %s for app %zu of p%zu%s, %s of s%zu, "
          "from %s",
          (unsigned long long)seed, reason, question.app, question.provider,
          question.recipient ? " (recipient)" : "",
          ids[question.person][question.resource].data, question.person,
          question.country);
    if (!world->store) {
        return;
    }
    compiled = policies_say(world, &question);
    claim(!compiled || unrated, "world %llu: policies permit too much",
          (unsigned long long)seed);
    claim(compiled || !unrated ||
              world->pairs[question.person * PROVIDERS + question.provider]
                      .consent.until_s != INT64_MAX,
          "world %llu: policies permit too little", (unsigned long long)seed);
}

/* ---- compiling ----------------------------------------------------------- */

static postern_status take(void *user, postern_str piece)
{
    struct world *world = user;

    if (piece.len >= sizeof world->document - world->document_len) {
        return POSTERN_ERR_LIMIT;
    }
    memcpy(world->document + world->document_len, piece.data, piece.len);
    world->document_len += piece.len;
    return POSTERN_OK;
}

static bool compile(struct world *world)
{
    postern_gate_listener listener = {.user = world, .write = take};
    postern_policy *policy = NULL;
    postern_diag diag;
    bool good;

    good =
        claim(postern_gate_compile(&world->manager, &world->options, NOW,
                                   &listener, &diag) == POSTERN_OK,
              "not compiled: %s", diag.message) &&
        claim(postern_policy_load(
                  &policy, (postern_str){world->document, world->document_len},
                  NULL, &diag) == POSTERN_OK,
              "not loaded: %s", diag.message) &&
        claim(postern_store_of_policy(&world->store, policy, NULL, &diag) ==
                  POSTERN_OK,
              "not stored: %s", diag.message);
    postern_policy_free(policy);
    return good && postern_store_prp(world->store)
                           ->reader_new(postern_store_prp(world->store)->user,
                                        &world->store_reader) == POSTERN_OK;
}

static void forget_compiled(struct world *world)
{
    if (world->store_reader) {
        const postern_prp *prp = postern_store_prp(world->store);

        prp->reader_free(prp->user, world->store_reader);
        world->store_reader = NULL;
    }
    postern_store_free(world->store);
    world->store = NULL;
}

static void look_at(uint64_t seed)
{
    static struct world world;
    postern_diag diag;

    draw_world(&world, seed);
    if (!claim(postern_gate_open(&world.gate, &world.manager, &world.options,
                                 NOW, &diag) == POSTERN_OK,
               "world %llu: not opened: %s", (unsigned long long)seed,
               diag.message)) {
        return;
    }
    if (postern_gate_reader_new(&world.reader, world.gate) == POSTERN_OK &&
        compile(&world)) {
        for (int i = 0; i < QUESTIONS; i++) {
            ask(&world, seed);
        }
        forget_compiled(&world);
        for (int change = 0; change < CHANGES && change_world(&world);
             change++) {
            for (int i = 0; i < QUESTIONS; i++) {
                ask(&world, seed);
            }
        }
    }
    forget_compiled(&world);
    postern_gate_reader_free(world.reader);
    postern_gate_close(world.gate);
}

int main(int argc, char **argv)
{
    uint64_t worlds = 200;

    for (const char *digit = argc > 1 ? argv[1] : ""; *digit; digit++) {
        worlds =
            (digit == argv[1] ? 0 : 10 * worlds) + (uint64_t)(*digit - '0');
    }
    for (uint64_t seed = 1; seed <= worlds && claims_lost == 0; seed++) {
        look_at(seed);
    }
    claim(permits > asked / 100, "only %llu of %llu questions are permitted",
          (unsigned long long)permits, (unsigned long long)asked);
    printf("%llu questions, %llu permitted\n", (unsigned long long)asked,
           (unsigned long long)permits);
    return claims_failed();
}
