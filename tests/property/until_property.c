/*
 * Until when decisions hold, against a clock that ticks. [CTX-18]
 *
 *   until_property [--policies N]
 *
 * Each policy is gone through once, minute by minute for ten years, or second
 * by second for two weeks where its windows have seconds: the twin is tables of
 * bool and a calendar that counts days. Wherever the effect of the twin
 * changes, the decisions before must have said so, whether they were asked at
 * once, in the middle or a tick before; and where it does not change to the end
 * of the scan, they must not promise less.
 */
#include "support/rng.h"

#include <postern/pdp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define S(text) postern_str_of(text)

enum {
    FIELDS = 7,
    VALUES = 60,
    FIRST_YEAR = 2026,
    YEARS = 10,
    ACPS = 3,
    RULES = 4,
    WINDOWS = 2,
    FILLERS = 40, /* rules of others, so that the set takes its other form */
    TEXT = 1000,
    MINUTE = 60,
    DAY = 86400,
    SEED = 20261123
};

static const int64_t START_S = 1767225600; /* 2026-01-01T00:00:00, Thursday */

/* ---- the twin ------------------------------------------------------------ */

/* Field 6 counts years from FIRST_YEAR. */
static const uint32_t first_of[FIELDS] = {0, 0, 0, 1, 1, 0, 0};
static const uint32_t last_of[FIELDS] = {59, 59, 23, 31, 12, 6, YEARS};

struct window {
    bool holds[FIELDS][VALUES];
    char text[TEXT];
};

struct rule {
    bool matters;     /* originator, operation, authentication */
    uint32_t covers;  /* of the two attributes; all: not limited */
    uint32_t windows; /* 0: any time */
    struct window of[WINDOWS];
};

struct acp {
    bool linked;
    int64_t expires_s;
    uint32_t rules;
    struct rule of[RULES];
};

struct policy {
    int64_t step_s;
    int64_t ticks;
    uint32_t wanted; /* attributes of the request; 1 stands for none */
    bool has_attributes;
    bool filled;
    struct acp acps[ACPS];
};

struct clock {
    int64_t time_s;
    uint32_t now[FIELDS];
};

static uint32_t length_of(uint32_t year, uint32_t month)
{
    static const uint32_t lengths[] = {0,  31, 28, 31, 30, 31, 30,
                                       31, 31, 30, 31, 30, 31};

    return lengths[month] + (month == 2 && (FIRST_YEAR + year) % 4 == 0);
}

static void next_day(struct clock *clock)
{
    uint32_t *now = clock->now;

    now[5] = (now[5] + 1) % 7;
    if (++now[3] <= length_of(now[6], now[4])) {
        return;
    }
    now[3] = 1;
    if (++now[4] <= 12) {
        return;
    }
    now[4] = 1;
    now[6]++;
}

static void tick(struct clock *clock, int64_t step_s)
{
    uint32_t *now = clock->now;

    clock->time_s += step_s;
    if (step_s == 1 && ++now[0] < 60) {
        return;
    }
    now[0] = 0;
    if (++now[1] < 60) {
        return;
    }
    now[1] = 0;
    if (++now[2] < 24) {
        return;
    }
    now[2] = 0;
    next_day(clock);
}

static bool is_open(const struct window *window, const struct clock *clock)
{
    for (int field = 0; field < FIELDS; field++) {
        if (!window->holds[field][clock->now[field]]) {
            return false;
        }
    }
    return true;
}

static bool rule_holds(const struct rule *rule, const struct clock *clock)
{
    if (!rule->matters) {
        return false;
    }
    for (uint32_t i = 0; i < rule->windows; i++) {
        if (is_open(&rule->of[i], clock)) {
            return true;
        }
    }
    return rule->windows == 0;
}

static bool twin_permits(const struct policy *policy, const struct clock *clock)
{
    uint32_t left = policy->wanted;

    for (uint32_t n = 0; n < ACPS; n++) {
        const struct acp *acp = &policy->acps[n];

        if (!acp->linked || clock->time_s >= acp->expires_s) {
            continue;
        }
        for (uint32_t k = 0; left && k < acp->rules; k++) {
            if ((acp->of[k].covers & left) && rule_holds(&acp->of[k], clock)) {
                left &= ~acp->of[k].covers;
            }
        }
    }
    return left == 0;
}

/* ---- random policies ------------------------------------------------------
 */

static void add_text(struct window *window, const char *text)
{
    size_t len = strlen(window->text);

    (void)snprintf(window->text + len, TEXT - len, "%s", text);
}

static void add_values(struct window *window, int field)
{
    size_t len = strlen(window->text);
    const char *comma = "";

    for (uint32_t v = first_of[field]; v <= last_of[field]; v++) {
        if (window->holds[field][v]) {
            len +=
                (size_t)snprintf(window->text + len, TEXT - len, "%s%u", comma,
                                 v + (field == 6 ? (uint32_t)FIRST_YEAR : 0));
            comma = ",";
        }
    }
    (void)snprintf(window->text + len, TEXT - len, " ");
}

/* A stretch of values, or all but one, or every second one. */
static void draw_values(struct window *window, int field, struct rng *rng)
{
    uint32_t first = first_of[field];
    uint32_t count = last_of[field] - first + 1;
    uint32_t a = first + rng_below(rng, count);
    uint32_t b = first + rng_below(rng, count);
    uint32_t kind = rng_below(rng, 3);
    uint32_t parity = rng_below(rng, 2);

    for (uint32_t v = first; v < first + count; v++) {
        bool within = a <= b ? v >= a && v <= b : v <= b || v >= a;

        window->holds[field][v] = kind == 0   ? within
                                  : kind == 1 ? v != a
                                              : v % 2 == parity || v == a;
    }
}

static void draw_window(struct window *window, const struct policy *policy,
                        struct rng *rng)
{
    memset(window, 0, sizeof *window);
    for (int field = 0; field < FIELDS; field++) {
        bool any =
            (field == 0 && policy->step_s == MINUTE) || rng_below(rng, 3) != 0;

        if (any) {
            memset(window->holds[field], true, sizeof window->holds[field]);
            add_text(window, "* ");
        } else {
            draw_values(window, field, rng);
            add_values(window, field);
        }
    }
    window->text[strlen(window->text) - 1] = '\0';
}

static void draw_rule(struct rule *rule, const struct policy *policy,
                      struct rng *rng)
{
    rule->matters = rng_below(rng, 6) != 0;
    rule->covers = rng_below(rng, 2) ? 3 : 1 + rng_below(rng, 2);
    rule->windows = rng_below(rng, 12) == 0 ? 0 : 1 + rng_below(rng, WINDOWS);
    if (!policy->has_attributes) {
        rule->covers = 3;
    }
    for (uint32_t i = 0; i < rule->windows; i++) {
        draw_window(&rule->of[i], policy, rng);
    }
}

static void draw_policy(struct policy *policy, struct rng *rng)
{
    bool by_seconds = rng_below(rng, 3) == 0;

    policy->step_s = by_seconds ? 1 : MINUTE;
    policy->ticks =
        by_seconds ? 14 * DAY : (YEARS * 365 + 2) * (int64_t)(DAY / MINUTE);
    policy->has_attributes = rng_below(rng, 2);
    policy->wanted = policy->has_attributes ? 3 : 1;
    policy->filled = rng_below(rng, 3) == 0;
    for (uint32_t n = 0; n < ACPS; n++) {
        struct acp *acp = &policy->acps[n];
        int64_t expires_s =
            START_S + policy->step_s * rng_between(rng, 1, policy->ticks);

        acp->linked = rng_below(rng, 6) != 0;
        acp->expires_s = rng_below(rng, 2) ? INT64_MAX : expires_s;
        acp->rules = 1 + rng_below(rng, RULES);
        for (uint32_t k = 0; k < acp->rules; k++) {
            draw_rule(&acp->of[k], policy, rng);
        }
    }
}

/* ---- the same for the library ---------------------------------------------
 */

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(EXIT_FAILURE);
}

static void must(postern_status status, const char *what)
{
    if (status != POSTERN_OK) {
        fail(what);
    }
}

static void add_rule(postern_acp_builder *builder, const struct rule *rule,
                     uint32_t number)
{
    static const char *const mine[] = {"Cx", "all", "C*", "//sp.example"};
    static const char *const names[] = {"lbl", "cr"};
    postern_str who = S(mine[number % 4]);
    postern_str windows[WINDOWS];
    postern_str attribute = S(names[rule->covers == 2]);
    postern_context context = {.windows = windows,
                               .window_count = rule->windows};
    postern_rule made = {.originators = &who,
                         .originator_count = 1,
                         .operations = POSTERN_ACOP_RETRIEVE,
                         .contexts = &context,
                         .context_count = rule->windows != 0,
                         .attributes = rule->covers == 3 ? NULL : &attribute,
                         .attribute_count = rule->covers != 3};

    for (uint32_t i = 0; i < rule->windows; i++) {
        windows[i] = S(rule->of[i].text);
    }
    if (!rule->matters && number % 3 == 0) {
        made.operations = POSTERN_ACOP_ALL & ~POSTERN_ACOP_RETRIEVE;
    } else if (!rule->matters && number % 3 == 1) {
        made.authentication_flag = true;
    } else if (!rule->matters) {
        who = S("Cother");
    }
    must(postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &made, NULL),
         "a rule was refused");
}

static void add_fillers(postern_acp_builder *builder)
{
    for (int i = 0; i < FILLERS; i++) {
        char name[16];
        postern_str who;
        postern_rule rule = {.originators = &who,
                             .originator_count = 1,
                             .operations = POSTERN_ACOP_ALL};

        (void)snprintf(name, sizeof name, "Cae%d", i);
        who = S(name);
        must(postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &rule,
                                          NULL),
             "a rule was refused");
    }
}

static void add_acp(postern_acp_builder *builder, const struct policy *policy,
                    uint32_t n)
{
    static const char *const names[ACPS] = {"acpA", "acpB", "acpC"};
    const struct acp *acp = &policy->acps[n];

    must(postern_acp_builder_add_acp(builder, S(names[n]), acp->expires_s),
         "an ACP was refused");
    for (uint32_t k = 0; k < acp->rules; k++) {
        add_rule(builder, &acp->of[k], k + n);
    }
    if (policy->filled && n == 0) {
        add_fillers(builder);
    }
}

/* All ACPs in one set, and each in its own. */
struct compiled {
    postern_cse cse;
    postern_acp_set *all;
    postern_acp_set *each[ACPS];
    postern_acp_ref refs[ACPS];
    postern_acp_link links[ACPS];
    size_t count;
    postern_str attributes[2];
    postern_request request;
};

static postern_acp_set *finish(postern_acp_builder *builder)
{
    postern_acp_set *set;

    must(postern_acp_builder_finish(builder, &set, NULL), "not compiled");
    postern_acp_builder_free(builder);
    return set;
}

static postern_acp_builder *begin(const postern_cse *cse)
{
    postern_acp_builder *builder;

    must(postern_acp_builder_new(&builder, cse, NULL), "no builder");
    return builder;
}

static void compile(struct compiled *self, const struct policy *policy)
{
    postern_acp_builder *all;

    must(postern_cse_init(&self->cse, S("//sp.example"), S("/plant-cse")),
         "no CSE");
    all = begin(&self->cse);
    self->count = 0;
    for (uint32_t n = 0; n < ACPS; n++) {
        postern_acp_builder *one = begin(&self->cse);

        add_acp(all, policy, n);
        add_acp(one, policy, n);
        self->each[n] = finish(one);
        if (policy->acps[n].linked) {
            self->refs[self->count] = (postern_acp_ref){n, POSTERN_PRIVILEGES};
            self->links[self->count] =
                (postern_acp_link){self->each[n], {0, POSTERN_PRIVILEGES}};
            self->count++;
        }
    }
    self->all = finish(all);
    self->attributes[0] = S("lbl");
    self->attributes[1] = S("cr");
    postern_request_init(&self->request);
    must(
        postern_id_parse_entity(&self->request.originator, &self->cse, S("Cx")),
        "no originator");
    self->request.operation = POSTERN_OP_RETRIEVE;
    self->request.time_known = true;
    self->request.attributes = self->attributes;
    self->request.attribute_count = policy->has_attributes ? 2 : 0;
}

static void release(struct compiled *self)
{
    postern_acp_set_free(self->all);
    for (uint32_t n = 0; n < ACPS; n++) {
        postern_acp_set_free(self->each[n]);
    }
}

/* ---- what is claimed ------------------------------------------------------
 */

struct seen {
    uint64_t leases;
    uint64_t changes;
    uint64_t for_ever;
};

static bool differ(const char *what, int64_t asked_s, int64_t is_s,
                   int64_t expected_s)
{
    fprintf(stderr, "%s: asked at %lld, until %lld, and it is %lld\n", what,
            (long long)asked_s, (long long)is_s, (long long)expected_s);
    return false;
}

/* `end_s` is when the effect changes, or, if not `ends`, where the scan ended
 * and it had not. */
static bool check(struct compiled *self, int64_t asked_s, bool permits,
                  int64_t end_s, bool ends)
{
    postern_effect effect = permits ? POSTERN_PERMIT : POSTERN_DENY;
    postern_lease by_refs;
    postern_lease by_links;

    self->request.time_s = asked_s;
    if (postern_decide_until(self->all, self->refs, self->count, &self->request,
                             &by_refs)
                .effect != effect ||
        postern_decide_links_until(self->links, self->count, &self->request,
                                   &by_links)
                .effect != effect) {
        return differ("the effect", asked_s, !permits, permits);
    }
    if (by_refs.until_s != by_links.until_s || !by_refs.exact ||
        !by_links.exact) {
        return differ("refs and links", asked_s, by_refs.until_s,
                      by_links.until_s);
    }
    if (ends ? by_refs.until_s != end_s : by_refs.until_s < end_s) {
        return differ(ends ? "the change" : "no change", asked_s,
                      by_refs.until_s, end_s);
    }
    return true;
}

/* A run of ticks with one effect, from `begin_s` to the tick before `end_s`. */
static bool check_run(struct compiled *self, const struct policy *policy,
                      struct rng *rng, int64_t begin_s, int64_t end_s,
                      bool permits, bool ends)
{
    int64_t middle_s = begin_s + rng_between(rng, 0, end_s - 1 - begin_s);

    return check(self, begin_s, permits, end_s, ends) &&
           check(self, middle_s, permits, end_s, ends) &&
           check(self, end_s - policy->step_s, permits, end_s, ends) &&
           check(self, end_s - 1, permits, end_s, ends);
}

/* Policies that change at every tick are looked at for so many changes. */
enum { CHANGES_MAX = 20000 };

static bool scan(struct compiled *self, const struct policy *policy,
                 struct rng *rng, struct seen *seen)
{
    struct clock clock = {START_S, {0, 0, 0, 1, 1, 4, 0}};
    int64_t begin_s = clock.time_s;
    bool permits = twin_permits(policy, &clock);
    uint64_t changes = 0;

    for (int64_t i = 1; i < policy->ticks && changes < CHANGES_MAX; i++) {
        tick(&clock, policy->step_s);
        if (twin_permits(policy, &clock) == permits) {
            continue;
        }
        if (!check_run(self, policy, rng, begin_s, clock.time_s, permits,
                       true)) {
            return false;
        }
        begin_s = clock.time_s;
        permits = !permits;
        changes++;
    }
    seen->changes += changes;
    seen->leases += 4 * (changes + 1);
    seen->for_ever += changes == 0;
    return clock.time_s == begin_s ||
           check_run(self, policy, rng, begin_s, clock.time_s, permits, false);
}

static bool try_policy(struct rng *rng, struct seen *seen)
{
    static struct policy policy;
    static struct compiled compiled;
    bool good;

    draw_policy(&policy, rng);
    compile(&compiled, &policy);
    good = scan(&compiled, &policy, rng, seen);
    release(&compiled);
    return good;
}

static uint64_t read_number(const char *text)
{
    uint64_t number = 0;

    for (; *text >= '0' && *text <= '9' && number < 1000000; text++) {
        number = number * 10 + (uint64_t)(*text - '0');
    }
    if (*text != '\0' || number == 0) {
        fail("usage: until_property [--policies N]");
    }
    return number;
}

int main(int argc, char **argv)
{
    struct seen seen = {0, 0, 0};
    uint64_t policies = 20;

    if (argc == 3 && strcmp(argv[1], "--policies") == 0) {
        policies = read_number(argv[2]);
    }
    for (uint64_t i = 0; i < policies; i++) {
        struct rng rng = {SEED + i};

        if (!try_policy(&rng, &seen)) {
            fprintf(stderr, "policy %llu\n", (unsigned long long)i);
            return EXIT_FAILURE;
        }
    }
    printf("%llu policies, %llu changes, %llu leases, %llu never changed\n",
           (unsigned long long)policies, (unsigned long long)seen.changes,
           (unsigned long long)seen.leases, (unsigned long long)seen.for_ever);
    return seen.changes > 10 ? EXIT_SUCCESS : EXIT_FAILURE;
}
