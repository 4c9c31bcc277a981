/*
 * A random life of a manager against a plain model of it. Terms, wishes and
 * laws are about months of retention alone, so that the model needs no stack:
 * what is stated is green when it is within every cap, the person's own when no
 * law is in front of it.
 */
#include "support/managed.h"
#include "support/rng.h"

#include "base/str.h"
#include "consent/standing.h"

#include <criterion/criterion.h>

enum {
    PROVIDERS = 2,
    SUBSCRIBERS = 3,
    PLACES = 2,
    DATA = 2,
    STEPS = 400,
    MOST = 12 /* months */
};

static const char *const places[PLACES] = {"NL", "DE"};

struct model_consent {
    uint32_t version;
    postern_consent_state state;
    int64_t from_s;
    int64_t until_s;
    bool open[DATA];       /* when it was accepted, and not closed since */
    uint32_t except[DATA]; /* months that were accepted as red; 0: none */
};

struct model {
    struct managed it;
    struct rng rng;
    int64_t now_s;
    uint32_t stated[PROVIDERS][DATA];
    uint32_t wished[SUBSCRIBERS];
    uint32_t lives[SUBSCRIBERS];
    uint32_t law[PLACES];
    struct model_consent consents[SUBSCRIBERS][PROVIDERS];
};

/* ---- the model ----------------------------------------------------------- */

static bool is_locked(const struct model *m, uint32_t s, uint32_t p, uint32_t d)
{
    return m->stated[p][d] > m->law[m->lives[s]];
}

static bool is_red(const struct model *m, uint32_t s, uint32_t p, uint32_t d)
{
    return is_locked(m, s, p, d) || m->stated[p][d] > m->wished[s];
}

static bool is_fine(const struct model *m, uint32_t s, uint32_t p, uint32_t d)
{
    uint32_t except = m->consents[s][p].except[d];

    return !is_red(m, s, p, d) ||
           (!is_locked(m, s, p, d) && except == m->stated[p][d]);
}

static bool is_in_force(const struct model *m, uint32_t s, uint32_t p)
{
    const struct model_consent *consent = &m->consents[s][p];

    return (consent->state == POSTERN_CONSENT_ACTIVE ||
            consent->state == POSTERN_CONSENT_SUSPENDED) &&
           m->now_s < consent->until_s;
}

struct counts {
    uint32_t carried;
    uint32_t suspended;
    uint32_t changed;
};

static void look_again(struct model *m, uint32_t s, uint32_t p,
                       struct counts *counts)
{
    struct model_consent *consent = &m->consents[s][p];
    bool closed = false;

    if (!is_in_force(m, s, p)) {
        if (consent->state == POSTERN_CONSENT_ACTIVE ||
            consent->state == POSTERN_CONSENT_SUSPENDED) {
            consent->state = POSTERN_CONSENT_EXPIRED;
            counts->changed++;
        }
        return;
    }
    for (uint32_t d = 0; d < DATA; d++) {
        if (consent->open[d] && !is_fine(m, s, p, d)) {
            consent->open[d] = false;
            consent->state = POSTERN_CONSENT_SUSPENDED;
            closed = true;
        }
    }
    counts->suspended += closed;
    counts->carried += !closed;
    counts->changed += closed;
}

/* ---- the same of both ---------------------------------------------------- */

static const char *name(char letter, uint32_t number)
{
    static char names[4][8];
    static unsigned turn;
    char *text = names[turn++ % 4];

    (void)snprintf(text, sizeof names[0], "%c%u", letter, (unsigned)number);
    return text;
}

static postern_consent_state state_now(const struct model *m, uint32_t s,
                                       uint32_t p)
{
    postern_consent_state state = m->consents[s][p].state;

    return (state == POSTERN_CONSENT_ACTIVE ||
            state == POSTERN_CONSENT_SUSPENDED) &&
                   !is_in_force(m, s, p)
               ? POSTERN_CONSENT_EXPIRED
               : state;
}

static void compare_pair(struct model *m, uint32_t s, uint32_t p)
{
    const struct model_consent *consent = &m->consents[s][p];
    struct pst_standing *standing;
    uint32_t open = 0;

    cr_assert_eq(pst_standing_load(m->it.manager, postern_str_of(name('s', s)),
                                   postern_str_of(name('p', p)), m->now_s,
                                   &standing, &m->it.diag),
                 POSTERN_OK, "%s", m->it.diag.message);
    cr_assert_eq(postern_ppm_stack_columns(standing->stack), DATA);
    for (uint32_t d = 0; d < DATA; d++) {
        bool expected =
            is_in_force(m, s, p) && consent->open[d] && is_fine(m, s, p, d);

        cr_assert_eq(standing->open[d], expected, "s%u p%u column %u", s, p, d);
        open += expected;
    }
    cr_assert_eq(standing->consent.state, state_now(m, s, p), "s%u p%u: %s", s,
                 p, postern_consent_state_word(standing->consent.state));
    cr_assert_eq(standing->consent.version, consent->version);
    pst_standing_free(standing);
    cr_assert_eq(managed_look(&m->it, name('s', s), name('p', p), m->now_s),
                 POSTERN_OK);
    cr_assert_eq(m->it.consent.open, open);
    cr_assert_eq(m->it.consent.state, state_now(m, s, p));
}

static void compare(struct model *m)
{
    for (uint32_t s = 0; s < SUBSCRIBERS; s++) {
        for (uint32_t p = 0; p < PROVIDERS; p++) {
            compare_pair(m, s, p);
        }
    }
    cr_assert_eq(m->it.kept.misuses, 0);
}

/* Registers, and the model looks at whom it concerns: UINT32_MAX is everybody.
 */
struct concerned {
    uint32_t s;
    uint32_t p;
    uint32_t place;
};

static void say(struct model *m, const char *text, struct concerned who)
{
    struct counts counts = {0, 0, 0};

    cr_assert_eq(managed_register_at(&m->it, text, m->now_s), POSTERN_OK,
                 "%s: %s", text, m->it.diag.message);
    if (!m->it.registered.changed) {
        return;
    }
    for (uint32_t s = 0; s < SUBSCRIBERS; s++) {
        for (uint32_t p = 0; p < PROVIDERS; p++) {
            if ((who.s == UINT32_MAX || who.s == s) &&
                (who.p == UINT32_MAX || who.p == p) &&
                (who.place == UINT32_MAX || who.place == m->lives[s])) {
                look_again(m, s, p, &counts);
            }
        }
    }
    cr_assert_eq(m->it.registered.carried, counts.carried, "%s", text);
    cr_assert_eq(m->it.registered.suspended, counts.suspended, "%s", text);
}

static uint32_t below(struct model *m, uint32_t bound)
{
    return rng_below(&m->rng, bound);
}

static void say_terms(struct model *m, uint32_t p)
{
    const struct concerned who = {UINT32_MAX, p, UINT32_MAX};
    char text[300];

    for (uint32_t d = 0; d < DATA; d++) {
        m->stated[p][d] = 1 + below(m, MOST);
    }
    (void)snprintf(text, sizeof text,
                   "kind: provider\nowner: p%u\nrows: {1.1/app_id: Ra%u}\n"
                   "columns:\n- {data: x, rows: {6.0/month: %u}}\n"
                   "- {data: y, rows: {6.0/month: %u}}\n",
                   p, p, m->stated[p][0], m->stated[p][1]);
    say(m, text, who);
}

static void say_wish(struct model *m, uint32_t s)
{
    const struct concerned who = {s, UINT32_MAX, UINT32_MAX};
    char text[200];

    m->wished[s] = 1 + below(m, MOST);
    (void)snprintf(text, sizeof text,
                   "kind: user\nowner: s%u\nrows: {6.0/month: %u}\n", s,
                   m->wished[s]);
    say(m, text, who);
}

static void say_law(struct model *m, uint32_t place)
{
    const struct concerned who = {UINT32_MAX, UINT32_MAX, place};
    char text[200];

    m->law[place] = 3 + below(m, MOST - 2);
    (void)snprintf(text, sizeof text,
                   "kind: legal_country\nowner: %s\n"
                   "rows: {6.0/month: {cap: %u}}\n",
                   places[place], m->law[place]);
    say(m, text, who);
}

static void move(struct model *m, uint32_t s)
{
    const struct concerned who = {s, UINT32_MAX, UINT32_MAX};
    char text[200];

    m->lives[s] = below(m, PLACES);
    (void)snprintf(text, sizeof text,
                   "kind: subscriber\nowner: s%u\n"
                   "residence: {legal_country: %s}\n",
                   s, places[m->lives[s]]);
    say(m, text, who);
}

static void accept(struct model *m, uint32_t s, uint32_t p)
{
    static const char *const data[DATA] = {"x", "y"};
    const int64_t from_until[2] = {
        m->now_s, below(m, 2) ? INT64_MAX : m->now_s + 1 + below(m, 50)};
    struct model_consent made = {.state = POSTERN_CONSENT_ACTIVE,
                                 .from_s = from_until[0],
                                 .until_s = from_until[1],
                                 .version = m->consents[s][p].version + 1};
    postern_ppm_exception list[DATA];
    struct managed_but but = {list, 0};
    const char *code = "";

    for (uint32_t d = 0; d < DATA; d++) {
        if (below(m, 2) && (is_red(m, s, p, d) || below(m, 8) == 0)) {
            list[but.count++] = (postern_ppm_exception){
                .data = postern_str_of(data[d]), .row = PST_STR("6.0/month")};
            if (!code[0] && !is_red(m, s, p, d)) {
                code = "E_NOT_RED";
            } else if (!code[0] && is_locked(m, s, p, d)) {
                code = "E_LOCKED";
            }
            made.except[d] = m->stated[p][d];
        }
    }
    if (code[0]) {
        cr_assert_eq(managed_accept_at(&m->it, name('s', s), name('p', p), &but,
                                       from_until),
                     POSTERN_ERR_POLICY);
        cr_assert_str_eq(m->it.diag.lint, code);
        return;
    }
    cr_assert_eq(
        managed_accept_at(&m->it, name('s', s), name('p', p), &but, from_until),
        POSTERN_OK, "%s", m->it.diag.message);
    m->consents[s][p] = made;
    for (uint32_t d = 0; d < DATA; d++) {
        m->consents[s][p].open[d] = is_fine(m, s, p, d);
    }
}

static void withdraw(struct model *m, uint32_t s, uint32_t p)
{
    bool possible = is_in_force(m, s, p);

    cr_assert_eq(postern_ppm_withdraw(
                     m->it.manager, postern_str_of(name('s', s)),
                     postern_str_of(name('p', p)), m->now_s, NULL, &m->it.diag),
                 possible ? POSTERN_OK : POSTERN_ERR_POLICY);
    if (possible) {
        m->consents[s][p].state = POSTERN_CONSENT_WITHDRAWN;
    }
}

static void look_at_all(struct model *m)
{
    struct counts counts = {0, 0, 0};
    uint32_t changed;

    for (uint32_t s = 0; s < SUBSCRIBERS; s++) {
        for (uint32_t p = 0; p < PROVIDERS; p++) {
            look_again(m, s, p, &counts);
        }
    }
    cr_assert_eq(
        postern_ppm_look_again(m->it.manager, m->now_s, &changed, &m->it.diag),
        POSTERN_OK);
    cr_assert_eq(changed, counts.changed);
}

static void open_again(struct model *m)
{
    postern_ppm_manager_close(m->it.manager);
    cr_assert_eq(managed_open(&m->it), POSTERN_OK);
}

static void step(struct model *m)
{
    uint32_t s = below(m, SUBSCRIBERS);
    uint32_t p = below(m, PROVIDERS);

    switch (below(m, 12)) {
    case 0:
    case 1:
        say_terms(m, p);
        break;
    case 2:
        say_wish(m, s);
        break;
    case 3:
        say_law(m, below(m, PLACES));
        break;
    case 4:
        move(m, s);
        break;
    case 5:
        withdraw(m, s, p);
        break;
    case 6:
        look_at_all(m);
        break;
    case 7:
        m->now_s += below(m, 20);
        break;
    case 8:
        open_again(m);
        break;
    default:
        accept(m, s, p);
        break;
    }
}

static void start(struct model *m, uint64_t seed)
{
    memset(m, 0, sizeof *m);
    m->rng.state = seed;
    m->now_s = MANAGED_NOW;
    managed_start(&m->it);
    for (uint32_t p = 0; p < PROVIDERS; p++) {
        const struct concerned nobody = {SUBSCRIBERS, p, 0};
        char text[100];

        (void)snprintf(
            text, sizeof text,
            "kind: asp\nowner: p%u\napplications: [{app_id: Ra%u}]\n", p, p);
        say(m, text, nobody);
        say_terms(m, p);
    }
    for (uint32_t place = 0; place < PLACES; place++) {
        say_law(m, place);
    }
    for (uint32_t s = 0; s < SUBSCRIBERS; s++) {
        move(m, s);
        say_wish(m, s);
    }
}

static void live(uint64_t seed)
{
    struct model m;

    start(&m, seed);
    for (int i = 0; i < STEPS; i++) {
        step(&m);
        compare(&m);
    }
    managed_stop(&m.it);
}

Test(consent_random, a_life_is_as_the_model_says)
{
    live(1);
}

Test(consent_random, another_life_is_as_the_model_says)
{
    live(20261122);
}

Test(consent_random, and_a_third)
{
    live(0xFEEDFACE);
}
